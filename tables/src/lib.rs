//! Tables in Parquet files: rows out of files nobody trusts, typed rows into new ones.
//!
//! What a row means is decided in `desk`. Reading trusts no number in a file: [`guard`] looks at
//! every page before the `parquet` crate does, and a panic in it is a refusal like any other.

use std::{io::Write, path::Path};

use casebook_core::ports::{self, Column, TableFile, TableWriter};

mod guard;

mod read;

mod write;

/// What a program plugs into a session for tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parquet;

impl ports::Tables for Parquet {
    fn open(&self, path: &Path) -> Result<Box<dyn TableFile>, String> {
        Ok(Box::new(read::Table::open(path)?))
    }

    fn create(
        &self,
        to: Box<dyn Write + Send>,
        columns: &'static [Column],
    ) -> Result<Box<dyn TableWriter>, String> {
        Ok(Box::new(write::Writer::new(to, columns)?))
    }
}

/// Runs code that may panic on a broken file.
fn calmly<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("the file contradicts itself".into()))
}
