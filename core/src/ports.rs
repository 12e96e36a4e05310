//! What the programs plug into `desk`: models and media, as traits.
//!
//! They stand here so that `models` and `media` implement them without knowing `desk`, and `desk`
//! builds without candle or a codec.

use std::{io::Write, path::Path, sync::Arc};

use serde::Serialize;

use crate::{
    known::{KnownModel, ModelStanding},
    policy::Policy,
    score::{Driver, ModelId, ScoreInput, Scoring},
};

/// The answer of whoever watches a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Go,
    /// Stop at the next safe place; what is done stays done.
    Stop,
}

/// A still image made safe to show: decoded with limits, turned upright, stripped of metadata, encoded anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    /// Pixels, after orientation.
    pub width: u32,
    /// Pixels, after orientation.
    pub height: u32,
    /// The whole picture.
    pub full: Vec<u8>,
    /// `image/png` or `image/jpeg`.
    pub full_type: String,
    /// A rendition in which nothing can be made out.
    pub covered: Vec<u8>,
    /// `image/png` or `image/jpeg`.
    pub covered_type: String,
    /// sha256 of `full`, hex.
    pub sha256: String,
    /// Perceptual hash for near-duplicates.
    pub pixel_hash: u64,
}

/// Makes stills out of files nobody trusts.
pub trait Stills: Send + Sync {
    /// # Errors
    /// Says what the file is and which limit or format rule it breaks.
    fn still(&self, bytes: &[u8]) -> Result<Still, String>;
}

/// What a scorer says of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The numbers, or why there are none; drivers are left empty.
    pub scoring: Scoring,
    /// Unit-length embedding of the item's text, where there is text it can read.
    pub vector: Option<Vec<f32>>,
}

/// Scores texts under the policy it was made for.
pub trait Scorer: Send + Sync {
    /// Who speaks.
    fn id(&self) -> ModelId;

    /// One outcome per input, in order.
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scored>;

    /// The passages that drive the scores of `targets`, strongest first.
    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver>;
}

/// Where models come from, for a program that has some.
pub trait ModelShelf: Send + Sync {
    /// The default model's state; cheap, loads nothing.
    fn state(&self) -> ModelState;

    /// Loads the default model for `policy`; `None` where it is not installed.
    ///
    /// # Errors
    /// Says which file is wrong and how.
    fn load(&self, policy: &Policy) -> Result<Option<Arc<dyn Scorer>>, String>;

    /// Every model with a card, as it stands; cheap, loads nothing.
    ///
    /// # Errors
    /// Names a card that cannot be read.
    fn known(&self) -> Result<Vec<KnownModel>, String>;

    /// Hashes the files of a model again, because a person asked.
    ///
    /// # Errors
    /// When there is no card of this id.
    fn verify(&self, id: &str) -> Result<ModelStanding, String>;

    /// Fetches the default model, because a person asked. `watch` gets bytes done and in all.
    ///
    /// # Errors
    /// Says which source was tried and what it answered.
    fn install(&self, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), String>;
}

/// Whether scores can be made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelState {
    /// `minilm-l6-v2+starter-heads@2`.
    pub id: String,
    /// Weights are there and their hashes agree.
    pub installed: bool,
    /// Languages it was evaluated on.
    pub languages: Vec<String>,
    /// Why it cannot be used, for people.
    pub problem: Option<String>,
}

/// Tables in files of columns (Parquet), which nobody trusts.
pub trait Tables: Send + Sync {
    /// # Errors
    /// Says what the file is and which limit or rule of the format it breaks.
    fn open(&self, path: &Path) -> Result<Box<dyn TableFile>, String>;

    /// Begins a file with typed columns.
    ///
    /// # Errors
    /// Says what could not be written.
    fn create(
        &self,
        to: Box<dyn Write + Send>,
        columns: &'static [Column],
    ) -> Result<Box<dyn TableWriter>, String>;
}

/// Rows of a file, each with the cells of the columns asked for.
pub type TableRows = Box<dyn Iterator<Item = Result<Vec<Cell>, String>> + Send>;

/// An open file of columns.
pub trait TableFile: Send {
    /// Those of values; of nested ones, the innermost, by their path: `meta.lang`.
    fn columns(&self) -> &[TableColumn];

    /// In all.
    fn n_rows(&self) -> u64;

    /// The cells of `columns`, from row `from` (0 is the first) to the end or the first error.
    fn rows(self: Box<Self>, columns: &[usize], from: u64) -> TableRows;
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// As the file has it.
    pub name: String,
    /// Why its cells cannot be read: it is a list.
    pub problem: Option<String>,
}

/// A value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// Bytes that are no text.
    NotText,
    /// A whole number.
    Whole(i64),
    /// Any number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// Milliseconds since 1970.
    Time(i64),
}

/// A file of columns that is being written.
pub trait TableWriter: Send {
    /// Adds a row: an object with a value for each column, absent or null where there is none. Times are
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// Says which value does not fit, or what could not be written.
    fn row(&mut self, row: &serde_json::Value) -> Result<(), String>;

    /// Writes what is left and the end.
    ///
    /// # Errors
    /// Says what could not be written.
    fn finish(self: Box<Self>) -> Result<(), String>;
}

/// A typed column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds; absent is always possible.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// Text that is JSON.
    Json,
    /// Milliseconds since 1970, UTC.
    Time,
    /// 64 bits, signed.
    Whole,
    /// 64 bits, floating.
    Number,
    /// Yes or no.
    Truth,
    /// Any number of these.
    List(&'static Kind),
    /// Several columns as one.
    Group(&'static [Column]),
}
