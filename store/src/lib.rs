//! The case file: one SQLite file, one Rust file per table.
//!
//! This crate keeps rows and answers questions about them; what a row means and which step may
//! follow which is for `core` and `desk`. Times are milliseconds since 1970 and arrive as
//! arguments. A [`Store`] is one connection: open several for several threads.

mod file;
mod migrations;

mod items;
mod words;
mod search;
mod media;
mod sources;
mod policies;

mod queues;
mod candidates;
mod leases;
mod asides;

mod reviews;
mod drafts;
mod annotations;

mod models;
mod assessments;
mod scores;
mod embeddings;
mod half;

mod exports;
mod backup;
mod doctor;

mod rows;
mod error;

pub use annotations::{Decided, NewAnnotation, StoredAnnotation};
pub use asides::Act;
pub use error::{Result, StoreError};
pub use file::Store;
pub use items::{Inserted, NewItem, NewPart, StoredItem};
pub use media::Media;
pub use reviews::StoredImpression;
pub use sources::{Refusal, Source, SourceProgress};

/// Where an item stands in its file: what verbs and the page call it by.
pub type Row = u32;

