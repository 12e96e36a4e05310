//! What left this file.

use crate::{Store, error::Result};

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
            let sql = "insert into export (folder, manifest, created_ms) values (?1, ?2, ?3)";
            db.prepare_cached(sql)?.execute((folder, manifest_json, now_ms))?;
            Ok(())
        })
    }

    /// The newest `n` exports, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn exports(&self, n: u32) -> Result<Vec<StoredExport>> {
        self.read(|db| {
            let sql = "select id, folder, manifest, created_ms from export order by id desc limit ?1";
            let mut statement = db.prepare_cached(sql)?;
            let read = |it: &rusqlite::Row| {
                Ok(StoredExport {
                    id: it.get(0)?,
                    folder: it.get(1)?,
                    manifest: it.get(2)?,
                    created_ms: it.get(3)?,
                })
            };
            let rows = statement.query_map([n], read)?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }
}
