//! Looking after a case file: copies and examinations.

use std::path::Path;

use casebook_store::Store;

use crate::error::Result;

/// Copies a case file while others work on it.
///
/// # Errors
/// Refuses a target that exists.
pub fn backup(file: &Path, to: &Path) -> Result<()> {
    Ok(Store::open(file)?.backup(to)?)
}

/// What is wrong with a case file; empty where nothing is.
///
/// # Errors
/// When it cannot be opened at all.
pub fn doctor(file: &Path) -> Result<Vec<String>> {
    Ok(Store::open(file)?.doctor()?)
}
