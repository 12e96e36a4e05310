//! What can go wrong for a person.

use serde::{Deserialize, Serialize};

use casebook_core::{
    check::Falsehood,
    ports::{ModelError, TableError},
    turn::TurnError,
};
use casebook_store::StoreError;

use crate::wire::Problem;

/// What kind of thing went wrong. The page has words for each, in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No case file is open.
    NoCase,
    /// Nobody said who reviews.
    NoReviewer,
    /// The file is not a case file, or is damaged.
    NotACase,
    /// A newer Casebook wrote it.
    CaseNewer,
    /// The file cannot be written.
    ReadOnly,
    /// Another program is writing; it did not finish in time.
    Busy,
    /// The disk is full.
    DiskFull,
    /// The case file was deleted, moved or replaced while it was open.
    Moved,
    /// A file or folder could not be read or written.
    File,
    /// The request names something that does not exist or makes no sense.
    Request,
    /// The item is leased to somebody else, or was taken back.
    NotYours,
    /// The item left the queue while it was open.
    Left,
    /// The record says something false.
    FalseRecord,
    /// No model is installed, or it failed.
    Model,
    /// A defect of Casebook.
    Defect,
}

/// An error with its code and message, and the cause for the log.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind.
    pub code: Code,
    /// What was attempted, the value, and the rule.
    pub message: String,
    /// With [`Code::FalseRecord`].
    pub falsehoods: Vec<Falsehood>,
    /// The cause.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// A result a person sees.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error without a cause of its own.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), falsehoods: Vec::new(), source: None }
    }

    /// An error about a file.
    #[must_use]
    pub fn file(attempt: &str, path: &std::path::Path, source: std::io::Error) -> Self {
        let code = match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => Code::ReadOnly,
            _ => Code::File,
        };
        let message = format!("could not {attempt} {}: {source}", path.display());
        Self { code, message, falsehoods: Vec::new(), source: Some(Box::new(source)) }
    }

    /// An error about a table in the file `path`.
    #[must_use]
    pub fn table(attempt: &str, path: &std::path::Path, source: TableError) -> Self {
        match source {
            TableError::System(source) => Self::file(attempt, path, source),
            TableError::Broken(_) | TableError::Column { .. } => {
                let message = format!("could not {attempt} {}: {source}", path.display());
                Self { code: Code::File, message, falsehoods: Vec::new(), source: Some(Box::new(source)) }
            }
        }
    }

    /// As the page gets it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem { code: self.code, message: self.message.clone(), falsehoods: self.falsehoods.clone() }
    }
}

impl From<TurnError> for Error {
    fn from(source: TurnError) -> Self {
        Self::new(Code::Request, source.to_string())
    }
}

impl From<ModelError> for Error {
    fn from(source: ModelError) -> Self {
        let message = source.to_string();
        let code = match source {
            ModelError::Disk { attempt, path, source } => {
                return Self::file(attempt, std::path::Path::new(&path), source);
            }
            ModelError::Unknown { .. } => Code::Request,
            ModelError::NotInstalled { .. }
            | ModelError::Damaged { .. }
            | ModelError::Card(_)
            | ModelError::Refused { .. }
            | ModelError::NotStarted { .. }
            | ModelError::Ended { .. }
            | ModelError::NoMemory { .. }
            | ModelError::Stopped { .. } => Code::Model,
        };
        Self { code, message, falsehoods: Vec::new(), source: Some(Box::new(source)) }
    }
}

impl From<StoreError> for Error {
    fn from(source: StoreError) -> Self {
        let code = match &source {
            StoreError::NotACase { .. } | StoreError::Damaged { .. } => Code::NotACase,
            StoreError::Newer { .. } => Code::CaseNewer,
            StoreError::ReadOnly { .. } => Code::ReadOnly,
            StoreError::Busy { .. } => Code::Busy,
            StoreError::DiskFull { .. } => Code::DiskFull,
            StoreError::Moved { .. } => Code::Moved,
            StoreError::Exists { .. }
            | StoreError::Missing { .. }
            | StoreError::Special { .. }
            | StoreError::NotMade { .. }
            | StoreError::Refused { .. } => Code::File,
            StoreError::Leased { .. } => Code::NotYours,
            StoreError::AlreadyDecided { .. }
            | StoreError::NotFound { .. }
            | StoreError::Duplicate { .. }
            | StoreError::Kept { .. } => Code::Request,
            StoreError::Sql(_) => Code::Defect,
        };
        Self { code, message: source.to_string(), falsehoods: Vec::new(), source: Some(Box::new(source)) }
    }
}
