//! What left this file.

use casebook_core::formats;
use rusqlite::OptionalExtension;

use crate::{Store, copies::Origin, error::Result, formats::format_row};

/// An export that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredExport {
    /// Counts up.
    pub id: u32,
    /// Where it was written to.
    pub folder: String,
    /// Its manifest, JSON.
    pub manifest: String,
    /// When.
    pub created_ms: i64,
}

impl Store {
    /// Keeps that a dataset was written to `folder`, with its manifest.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn log_export(&self, folder: &str, manifest_json: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let format = format_row(db, formats::EXPORT)?;
            let sql = "insert into export (id, copy, seq, folder, format, manifest, created_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            db.prepare_cached(sql)?.execute((id, copy, seq, folder, format, manifest_json, now_ms))?;
            Ok(())
        })
    }

    /// The export of that number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn export(&self, id: u32) -> Result<Option<StoredExport>> {
        self.read(|db| {
            let sql = "select row, folder, manifest, created_ms from export where row = ?1";
            Ok(db.prepare_cached(sql)?.query_row([id], stored).optional()?)
        })
    }

    /// The newest `n` exports, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn exports(&self, n: u32) -> Result<Vec<StoredExport>> {
        self.read(|db| {
            let sql = "select row, folder, manifest, created_ms from export order by row desc limit ?1";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([n], stored)?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }
}

fn stored(it: &rusqlite::Row) -> rusqlite::Result<StoredExport> {
    Ok(StoredExport { id: it.get(0)?, folder: it.get(1)?, manifest: it.get(2)?, created_ms: it.get(3)? })
}
