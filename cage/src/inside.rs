//! What a program in a cage does first: it gives up what it does not need, says so, and hears until nobody speaks to it.
//!
//! Everything here holds for threads that are started afterwards, so it comes before any.

#[cfg(target_os = "linux")]
mod calls;

#[cfg(target_os = "linux")]
mod files;

mod quota;

use std::{
    io::{self, Write},
    panic, thread,
};

use serde::{Deserialize, Serialize};

use crate::{
    CageError, Protocol,
    frame::{self, Heard},
    isolation::{Guard, Isolation},
    limits::Limits,
};

/// The first message of a program.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Hello {
    pub(crate) protocol: String,
    pub(crate) version: u32,
    pub(crate) isolation: Isolation,
}

/// Closes the cage from within, and says hello. From now on `hear` gets what comes, on a thread of its own; where
/// nobody is left to speak, the program ends.
///
/// # Errors
/// Says what could not be given up: then the program must end.
pub fn enter(
    protocol: Protocol,
    limits: &Limits,
    hear: impl FnMut(Vec<u8>) + Send + 'static,
) -> Result<(), CageError> {
    keep_quiet();
    let isolation = close(limits)?;
    let hello = Hello { protocol: protocol.name.into(), version: protocol.version, isolation };
    say(&serde_json::to_vec(&hello).expect("it is plain data"))?;
    let listening = thread::Builder::new().name("hear".into()).spawn(move || listen(hear));
    listening.map(drop).map_err(|it| failed("start a thread", &it))
}

/// Says something to whoever started this program.
///
/// # Errors
/// When the message is too long, or nobody is left.
pub fn say(frame: &[u8]) -> Result<(), CageError> {
    frame::fits(frame)?;
    frame::write(&mut io::stdout().lock(), frame).map_err(|it| failed("answer", &it))
}

fn listen(mut hear: impl FnMut(Vec<u8>)) {
    let mut stdin = io::stdin().lock();
    loop {
        match frame::read(&mut stdin) {
            Heard::Frame(frame) => hear(frame),
            // A program that nobody speaks to would hold its memory for ever.
            Heard::Ended => std::process::exit(0),
            Heard::Refused(why) => {
                writeln!(io::stderr(), "{why}").ok();
                std::process::exit(1)
            }
        }
    }
}

/// What a panic says may hold a piece of what was read; where it happened does not.
fn keep_quiet() {
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        writeln!(io::stderr(), "panicked at {place}").ok();
    }));
}

#[cfg(target_os = "linux")]
fn close(limits: &Limits) -> Result<Isolation, CageError> {
    // The quota first: the filter of calls refuses to change limits.
    let memory = quota::set(limits.memory)?;
    let files = files::close(limits).map_err(|it| failed("close files", &it))?;
    calls::close().map_err(|it| failed("close system calls", &it))?;
    Ok(Isolation { files, calls: Guard::On, memory })
}

#[cfg(not(target_os = "linux"))]
fn close(limits: &Limits) -> Result<Isolation, CageError> {
    let memory = quota::set(limits.memory)?;
    Ok(Isolation { files: Guard::Off, calls: Guard::Off, memory })
}

fn failed(attempt: &'static str, rule: &impl ToString) -> CageError {
    CageError::Inside { attempt, rule: rule.to_string() }
}
