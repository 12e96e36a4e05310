//! A language model in a process of its own: what crashes or is turned by a text ends there, and the window, the case file
//! and the network are out of its reach.
//!
//! [`client`] is the side of whoever asks, [`program`] the process. The crate `cage` starts it, carries messages and
//! closes the doors.

pub mod client;

mod messages;

pub mod program;

use casebook_cage::Protocol;

/// What the two sides speak. They are shipped together: one version alone is understood.
const PROTOCOL: Protocol = Protocol { name: "casebook-model", version: 1 };
