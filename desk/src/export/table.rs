//! A file of columns in an export: hashed as it is written, times as numbers.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    sync::{Arc, Mutex, PoisonError},
};

use casebook_core::{
    hash::hex,
    ports::{Column, Kind, TableError, TableWriter, Tables},
};
use casebook_dataset::{manifest, table::COLUMNS};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::time;

/// A file that counts and hashes what goes into it.
pub(super) struct Hashed {
    file: BufWriter<File>,
    hash: Sha256,
    pub bytes: u64,
}

impl Hashed {
    pub fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), hash: Sha256::new(), bytes: 0 }
    }

    /// Everything on disk; a disk that is full says so here at the latest.
    pub fn close(self) -> io::Result<manifest::File> {
        self.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(manifest::File { sha256: hex(&self.hash.finalize()), bytes: self.bytes })
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A table that is being written.
pub(super) struct Table {
    writer: Box<dyn TableWriter>,
    file: Shared,
}

/// The writer owns what it writes to, and we want it back.
#[derive(Clone)]
struct Shared(Arc<Mutex<Option<Hashed>>>);

impl Shared {
    fn take(&self) -> io::Result<Hashed> {
        let file = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        file.ok_or_else(|| io::Error::other("the file is closed"))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(file) => file.write(bytes),
            None => Err(io::Error::other("the file is closed")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(file) => file.flush(),
            None => Ok(()),
        }
    }
}

impl Table {
    pub fn new(tables: &dyn Tables, file: File) -> Result<Self, TableError> {
        let file = Shared(Arc::new(Mutex::new(Some(Hashed::new(file)))));
        Ok(Self { writer: tables.create(Box::new(file.clone()), COLUMNS)?, file })
    }

    /// Adds a record as `raw` has it.
    pub fn row(&mut self, json: &str) -> Result<(), TableError> {
        let mut row: Value = serde_json::from_str(json).map_err(|it| TableError::Broken(it.to_string()))?;
        times_of(&mut row, COLUMNS)?;
        self.writer.row(&row)
    }

    pub fn close(self) -> Result<manifest::File, TableError> {
        self.writer.finish()?;
        Ok(self.file.take().and_then(Hashed::close)?)
    }
}

fn times_of(row: &mut Value, columns: &[Column]) -> Result<(), TableError> {
    columns.iter().try_for_each(|it| row.get_mut(it.name).map_or(Ok(()), |value| times(value, &it.kind)))
}

/// Puts milliseconds in the place of times.
fn times(value: &mut Value, kind: &Kind) -> Result<(), TableError> {
    match (kind, &mut *value) {
        (Kind::Time, Value::String(at)) => {
            let ms = time::from_rfc3339(at).ok_or_else(|| TableError::Broken(format!("{at} is no time")))?;
            *value = ms.into();
            Ok(())
        }
        (Kind::List(inner), Value::Array(all)) => all.iter_mut().try_for_each(|it| times(it, inner)),
        (Kind::Group(columns), _) => times_of(value, columns),
        _ => Ok(()),
    }
}
