//! Local models: encoders, zero-shot scores, trained heads.
//!
//! Weights are named by the cards of `fetch` and never held here. Text in, numbers out: nothing is decided, stored or
//! logged, and no text leaves the process.

mod kernels;

mod packed;

pub mod encoder;

mod centre;

pub mod logistic;

pub mod zero_shot;

pub mod ngrams;

pub mod head;

pub mod heads;

pub mod heads_card;

mod drivers;

pub mod scorer;

pub mod tuned;

pub mod tuning;

pub mod reasoner;

pub mod shelf;

#[cfg(feature = "tiny")]
#[expect(clippy::unwrap_used, reason = "a helper of tests fails loudly")]
#[path = "../tests/common/decoder.rs"]
pub mod tiny;
