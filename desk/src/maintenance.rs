//! Looking after a case file: copies and examinations.

use std::path::Path;

use casebook_store::Store;

use crate::error::Result;

pub use casebook_store::SeenAs;

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

/// Who decided first on an item of which the same user of the same machine had seen the model's answer under another
/// name. Nothing is wrong with the file: two people may share a machine.
///
/// # Errors
/// When it cannot be opened at all.
pub fn seen_under_other_names(file: &Path) -> Result<Vec<SeenAs>> {
    Ok(Store::open(file)?.seen_under_other_names()?)
}
