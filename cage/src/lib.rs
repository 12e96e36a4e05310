//! A program of its own for work that may crash, run out of memory, hang, or be turned against the machine by what it reads.
//!
//! [`outside`] starts such a program and talks to it over its standard input and output; [`inside`] is what that program
//! does first: it gives up everything it does not need, and says what that was. What is said in the frames is left to
//! who uses this.

mod frame;

pub mod inside;

pub mod isolation;

pub mod limits;

pub mod outside;

use std::{io, path::PathBuf, time::Duration};

use crate::outside::Ending;

/// Largest message of either side, in bytes: a long question is a hundred times smaller.
pub const MOST_BYTES: u32 = 16 << 20;

/// What both sides must be called and speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protocol {
    /// Which.
    pub name: &'static str,
    /// A side speaks one alone: both are shipped together.
    pub version: u32,
}

/// Why a program cannot be started, or not be talked to any more.
#[derive(Debug, thiserror::Error)]
pub enum CageError {
    /// The system would not start it.
    #[error("could not start {}: {source}", path.display())]
    Start {
        /// The program.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is another program, or of another release.
    #[error("{} answered {found}: it should say {} {}", path.display(), expected.name, expected.version)]
    Stranger {
        /// The program.
        path: PathBuf,
        /// What came, in words.
        found: String,
        /// What should have come.
        expected: Protocol,
    },
    /// It is there, and says nothing.
    #[error("{} said nothing for {} s and was ended", path.display(), within.as_secs_f64())]
    Silent {
        /// The program.
        path: PathBuf,
        /// How long it was waited for.
        within: Duration,
    },
    /// It is not there any more.
    #[error("{} ended: {ending}", path.display())]
    Ended {
        /// The program.
        path: PathBuf,
        /// How.
        ending: Ending,
    },
    /// A message is too long, or was cut off.
    #[error("a message of {length} bytes: {MOST_BYTES} are the most")]
    Length {
        /// As it says itself.
        length: u64,
    },
    /// An argument of the program is none of [`limits::Limits`].
    #[error("argument {argument:?}: {rule}")]
    Argument {
        /// As it was given.
        argument: String,
        /// What it should be.
        rule: &'static str,
    },
    /// Something could not be given up, or a pipe is gone.
    #[error("could not {attempt}: {rule}")]
    Inside {
        /// `limit memory`, `close files`…
        attempt: &'static str,
        /// What the system says.
        rule: String,
    },
}
