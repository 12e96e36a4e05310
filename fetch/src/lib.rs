//! Model files onto this machine: what a model is, where its files come from, and how they must hash.
//!
//! The one crate that may reach the network, and only because a person asked. What the files mean is left to `models`.

pub mod card;

pub mod install;

mod sources;

mod parts;

mod pip;

mod room;
