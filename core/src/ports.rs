//! What the programs plug into `desk`: models, media and tables, as traits.
//!
//! They stand here so that `models`, `media` and `tables` implement them without knowing `desk`, and `desk`
//! builds without candle or a codec. What can go wrong is a kind with the value and the rule in it; `desk`
//! says which code a person meets.

mod models;

mod media;

mod tables;

pub use media::{Still, StillError, Stills};
pub use models::{
    Asked, Embedder, Model, ModelError, ModelShelf, ModelState, Reasoner, Role, Scorer, Writing, Written,
};
pub use tables::{Cell, Column, Kind, TableColumn, TableError, TableFile, TableRows, TableWriter, Tables};

/// The answer of whoever watches a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Go,
    /// Stop at the next safe place; what is done stays done.
    Stop,
}
