//! Tables in Parquet files: rows out of files nobody trusts, typed rows into new ones.
//!
//! What a row means is decided in `desk`. Reading trusts no number in a file: [`guard`] looks at
//! every page before the `parquet` crate does, and a panic in it is a refusal like any other.

use std::{io::Write, path::Path};

use casebook_core::ports::{self, Column, TableError, TableFile, TableWriter};
use parquet::errors::ParquetError;

mod guard;

mod read;

mod write;

/// What a program plugs into a session for tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parquet;

impl ports::Tables for Parquet {
    fn open(&self, path: &Path) -> Result<Box<dyn TableFile>, TableError> {
        Ok(Box::new(read::Table::open(path)?))
    }

    fn create(
        &self,
        to: Box<dyn Write + Send>,
        columns: &'static [Column],
    ) -> Result<Box<dyn TableWriter>, TableError> {
        Ok(Box::new(write::Writer::new(to, columns)?))
    }
}

/// Runs code that may panic on a broken file.
fn catch_panics<T>(work: impl FnOnce() -> Result<T, TableError>) -> Result<T, TableError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(broken("the file contradicts itself")))
}

/// The file breaks a rule.
fn broken(rule: impl Into<String>) -> TableError {
    TableError::Broken(rule.into())
}

/// What the `parquet` crate refused; what the system refused underneath it stays that.
fn refused(error: ParquetError) -> TableError {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            // What cannot be unpacked is an `io::Error` too, without a number of the system's.
            Ok(cause) if cause.raw_os_error().is_some() => TableError::System(*cause),
            Ok(cause) => broken(cause.to_string()),
            Err(cause) => broken(cause.to_string()),
        },
        other => broken(other.to_string()),
    }
}
