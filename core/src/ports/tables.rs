//! Tables: files of columns, and what a column holds.

use std::{io::Write, path::Path};

/// Tables in files of columns (Parquet), which nobody trusts.
pub trait Tables: Send + Sync {
    /// # Errors
    /// What the file is, and which limit or rule of the format it breaks.
    fn open(&self, path: &Path) -> Result<Box<dyn TableFile>, TableError>;

    /// Begins a file with typed columns.
    ///
    /// # Errors
    /// Says what could not be written.
    fn create(
        &self,
        to: Box<dyn Write + Send>,
        columns: &'static [Column],
    ) -> Result<Box<dyn TableWriter>, TableError>;
}

/// Why a table was not read or written. Whose file it is, the caller knows.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The system would not.
    #[error(transparent)]
    System(#[from] std::io::Error),
    /// The file breaks a limit or a rule of its format.
    #[error("{0}")]
    Broken(String),
    /// One of its columns does.
    #[error("column {column}: {rule}")]
    Column {
        /// By its path.
        column: String,
        /// Which.
        rule: String,
    },
}

/// Rows of a file, each with the cells of the columns asked for.
pub type TableRows = Box<dyn Iterator<Item = Result<Vec<Cell>, TableError>> + Send>;

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
    /// Bytes that are no text: a picture's.
    Bytes(Vec<u8>),
    /// A whole number, with every digit.
    Whole(i128),
    /// Any number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// Milliseconds since 1970.
    Time(i64),
    /// Several, of a format that has lists.
    List(Vec<Cell>),
}

/// A file of columns that is being written.
pub trait TableWriter: Send {
    /// Adds a row: an object with a value for each column, absent or null where there is none. Times are
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// Says which value does not fit, or what could not be written.
    fn row(&mut self, row: &serde_json::Value) -> Result<(), TableError>;

    /// Writes what is left and the end.
    ///
    /// # Errors
    /// Says what could not be written.
    fn finish(self: Box<Self>) -> Result<(), TableError>;
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
