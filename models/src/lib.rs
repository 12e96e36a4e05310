//! Local models: encoders, zero-shot scores, trained heads, and how good they are.
//!
//! Weights are named by the cards of `fetch` and never held here. Text in, numbers out: nothing is decided, stored or
//! logged, and no text leaves the process.

mod kernels;

mod packed;

pub mod encoder;

pub mod logistic;

pub mod zero_shot;

pub mod ngrams;

pub mod head;

pub mod datasets;

pub mod crossfit;

pub mod heads;

pub mod heads_card;

mod drivers;

pub mod scorer;

pub mod report;

pub mod evaluate;

pub mod shelf;

pub mod train;
