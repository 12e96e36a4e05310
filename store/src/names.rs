//! Names that may be a case file's, and why there is no file under one.

use std::path::Path;

use crate::error::{Result, StoreError};

/// Refuses names by which SQLite means no file, or another file's log.
pub(crate) fn refuse_special(path: &Path) -> Result<()> {
    let refuse = |why: &'static str| Err(StoreError::Special { path: path.to_owned(), why });
    let name = path.to_string_lossy();
    if name.is_empty() || name.ends_with(std::path::is_separator) || path.file_name().is_none() {
        return refuse("it names no file");
    }
    if name.starts_with(':') || name.get(..5).is_some_and(|it| it.eq_ignore_ascii_case("file:")) {
        return refuse("SQLite means something else by it than a file of this name");
    }
    if ["-wal", "-shm", "-journal"].iter().any(|it| name.ends_with(it)) {
        return refuse("a file of this name would be taken for the log of another");
    }
    Ok(())
}

/// Why there is no file at `path` now.
pub(crate) fn cannot_make(path: &Path, problem: &std::io::Error) -> StoreError {
    use std::io::ErrorKind::{
        AlreadyExists, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    let path = path.to_owned();
    match problem.kind() {
        AlreadyExists => StoreError::Exists { path },
        NotFound => StoreError::Missing { path },
        PermissionDenied | ReadOnlyFilesystem => StoreError::ReadOnly { path },
        StorageFull | QuotaExceeded => StoreError::DiskFull { path },
        _ => StoreError::NotMade { path, why: problem.to_string() },
    }
}
