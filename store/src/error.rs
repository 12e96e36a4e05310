//! What can go wrong with a case file.

use std::path::{Path, PathBuf};

use rusqlite::ffi;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why something was not stored or not found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A text file, a picture, another program's database.
    #[error("could not open {}: {why}", path.display())]
    NotACase { path: PathBuf, why: String },
    /// The schema is from the future.
    #[error(
        "could not open {}: it was written by a newer Casebook (file version {found}, this program knows {known})",
        path.display()
    )]
    Newer { path: PathBuf, found: u32, known: u32 },
    /// A new file would take the place of another.
    #[error("could not make {}: a file of that name exists", path.display())]
    Exists { path: PathBuf },
    /// A name that is no file's.
    #[error("could not use {}: {why}", path.display())]
    Special { path: PathBuf, why: &'static str },
    /// Something else was in the way of a new file.
    #[error("could not make {}: {why}", path.display())]
    NotMade { path: PathBuf, why: String },
    /// No such file, or no such folder for a new one.
    #[error("could not open {}: there is no such file", path.display())]
    Missing { path: PathBuf },
    /// It opens for reading and refuses to record.
    #[error("could not write to {}: the file or its folder is read-only", path.display())]
    ReadOnly { path: PathBuf },
    /// Another program is writing.
    #[error("could not write to {}: another program was still writing after {waited_ms} ms", path.display())]
    Busy { path: PathBuf, waited_ms: u32 },
    /// Nothing was written; what was there before is intact.
    #[error("could not write to {}: the disk is full; nothing recorded before is lost", path.display())]
    DiskFull { path: PathBuf },
    /// A first impression, or a current annotation, is there already.
    #[error(
        "item {item}: {reviewer} has decided it already, perhaps in another window; that answer is kept, and opening the item again shows it"
    )]
    AlreadyDecided { item: String, reviewer: String },
    /// Somebody else, or another window, is looking at it.
    #[error("item {item} is with {by} until {until_ms}: one reviewer at a time")]
    Leased { item: String, by: String, until_ms: i64 },
    /// No row of that name.
    #[error("{what} {value}: there is none in this case file")]
    NotFound { what: &'static str, value: String },
    /// A name that is used once is used twice.
    #[error("{id}: the name is taken by something else, and a name never changes its meaning")]
    Duplicate { id: String },
    /// What is recorded is kept, and so is the import it hangs on.
    #[error("could not take the import back: {why}; an import is taken back whole or not at all")]
    Kept { why: &'static str },
    /// A case file with bytes that cannot be.
    #[error("{} is damaged: {why}", path.display())]
    Damaged { path: PathBuf, why: String },
    /// The file was deleted, moved or replaced while it was open. What was to be recorded is not; what was recorded
    /// before is in the open file, which has no name any more.
    #[error(
        "could not record in {}: {how}; it was in its place at {seen} and was not at {missed}. What was recorded before is \
         only in what is open here: save a copy of it before you close it",
        path.display()
    )]
    Moved { path: PathBuf, how: &'static str, seen: String, missed: String },
    /// The disk does not take it. What was there before is intact.
    #[error("could not write to {}: the disk refused it ({why}); nothing recorded before is lost", path.display())]
    Refused { path: PathBuf, why: String },
    /// Anything else SQLite says.
    #[error("case file: {0}")]
    Sql(#[from] rusqlite::Error),
}

impl StoreError {
    /// Names the file and the case behind an SQLite error; leaves the rest as it is.
    pub(crate) fn about(self, path: &Path, waited_ms: u32) -> Self {
        let Self::Sql(rusqlite::Error::SqliteFailure(failure, ref text)) = self else {
            return self;
        };
        let path = path.to_owned();
        let why = || text.clone().unwrap_or_else(|| failure.to_string());
        match failure.code {
            ffi::ErrorCode::DatabaseBusy | ffi::ErrorCode::DatabaseLocked => Self::Busy { path, waited_ms },
            ffi::ErrorCode::DiskFull => Self::DiskFull { path },
            // The shared index beside the file could not grow: SQLite calls that an I/O error.
            ffi::ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
                Self::DiskFull { path }
            }
            ffi::ErrorCode::ReadOnly => Self::ReadOnly { path },
            ffi::ErrorCode::SystemIoFailure => Self::Refused { why: why(), path },
            ffi::ErrorCode::DatabaseCorrupt => Self::Damaged { why: why(), path },
            ffi::ErrorCode::NotADatabase => Self::NotACase { why: why(), path },
            _ => self,
        }
    }
}

impl StoreError {
    /// Says `to` where it says `from`: a file that is made has another name until it is whole.
    pub(crate) fn of(mut self, from: &Path, to: &Path) -> Self {
        if let Self::NotACase { path, .. }
        | Self::ReadOnly { path }
        | Self::Busy { path, .. }
        | Self::DiskFull { path }
        | Self::Damaged { path, .. } = &mut self
            && path == from
        {
            to.clone_into(path);
        }
        self
    }
}

/// A stored value that does not read back as what was written.
pub(crate) fn damaged(what: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged { path: PathBuf::new(), why: format!("{what}: {why}") }
}
