//! What left this file.

use crate::{Store, error::Result};

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
}
