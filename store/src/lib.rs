//! The case file: one SQLite file, one Rust file per table.
//!
//! This crate keeps rows and answers questions about them; what a row means and which step may
//! follow which is for `core` and `desk`. Times are milliseconds since 1970 and arrive as
//! arguments. A [`Store`] is one connection: open several for several threads.

mod copies;
mod file;
mod formats;
mod migrations;
mod names;
mod opening;
mod place;
mod write_queue;

mod items;
mod media;
mod policies;
mod search;
mod sources;
mod words;

mod asides;
mod bulk;
mod candidates;
mod handovers;
mod lane;
mod leases;
mod lists;
mod notes;
mod occurring;
mod queues;
mod releases;
mod routing;

mod annotations;
mod drafts;
mod reviews;
mod seen;
mod signals;
mod statements;

mod assessments;
mod embeddings;
mod half;
mod models;
mod nearest;
mod precedents;
mod scores;
mod sign_bits;
mod thresholds;
mod witness;

mod backup;
mod doctor;
mod exports;
mod jobs;
mod taken_back;

mod error;
mod rows;

pub use annotations::{Decided, NewAnnotation, StoredAnnotation};
pub use asides::Act;
pub use bulk::Bulk;
pub use copies::new_id;
pub use drafts::Unfinished;
pub use error::{Result, StoreError};
pub use exports::StoredExport;
pub use file::Store;
pub use formats::Body;
pub use handovers::{NewHandover, OpenHandover, StoredHandover};
pub use items::{Inserted, NewItem, NewPart, StoredItem};
pub use jobs::StoredJob;
pub use lane::Presence;
pub use lists::{Line, Listed, MOST_HITS};
pub use media::{Media, Rendition};
pub use nearest::{Nearest, SignIndex};
pub use notes::StoredNote;
pub use occurring::{MOST_VALUES, Occurring};
pub use place::{Mark, mark};
pub use policies::HeldPolicy;
pub use precedents::{Neighbours, Precedents};
pub use releases::{NewRelease, PutThere, Restricting, StoredRelease};
pub use reviews::{NewReview, ReviewRow, StoredImpression, StoredReview};
pub use signals::Signal;
pub use sources::{Refusal, Source, SourceLine, SourceProgress, Tally, TallyKind};
pub use statements::Statement;
pub use taken_back::TakenBack;
pub use thresholds::StoredThreshold;
pub use witness::SeenAs;

/// Where an item stands in its file: what verbs and the page call it by.
pub type Row = u32;
