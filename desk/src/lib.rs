//! What a person can do: import, review, undo, score, export.
//!
//! [`Session`](session::Session) is one person at one case file; both programs and the tests of
//! the page call its verbs. Models and media arrive as traits, so this crate builds without
//! candle or a codec.

pub mod session;

mod case;

mod connections;

pub mod review;

mod leases;

mod lane;

mod looks;

pub mod turn;

mod making;

pub mod lists;

pub mod annotate;

pub mod assess;

mod prefetch;

mod practice;

pub mod day;

pub mod scoring;

pub mod thresholds;

mod policies;

pub mod import;

mod imports;

pub mod export;

pub mod maintenance;

pub mod jobs;

pub mod events;

pub mod view;

mod user;

pub mod verbs;

pub mod wire;

pub mod recent;

pub mod preferences;

pub mod time;

pub mod error;

/// What the programs plug in.
pub use casebook_core::ports;

/// How long work asks whether to go on.
pub mod flow {
    pub use casebook_core::ports::Flow;
}
