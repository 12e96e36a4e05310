//! Drafts: a review while it is being written, before and after the first impression is stored. The
//! only part of a review that is overwritten.

use crate::{
    Row, Store,
    error::Result,
    rows::{one, reviewer},
};

impl Store {
    /// Saves a draft in the place of the former one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_draft(&self, row: Row, reviewer_name: &str, body_json: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let sql = "insert into draft (item, reviewer, body, saved_ms) values (?1, ?2, ?3, ?4)
                       on conflict (item, reviewer) do update set
                           body = excluded.body, saved_ms = excluded.saved_ms, submitted_ms = null";
            db.prepare_cached(sql)?.execute((row, reviewer, body_json, now_ms))?;
            Ok(())
        })
    }

    /// The saved draft, also of a review that was submitted: undo brings it back.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn draft(&self, row: Row, reviewer: &str) -> Result<Option<String>> {
        let sql =
            "select body from draft where item = ?1 and reviewer = (select id from reviewer where name = ?2)";
        self.read(|db| one(db, sql, (row, reviewer)))
    }

    /// Saves what is picked of a first impression, in the place of what was. Once the impression is
    /// stored there is nothing left to pick, and this does nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_picks(&self, row: Row, reviewer_name: &str, body_json: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let sql = "insert into impression_draft (item, reviewer, body, saved_ms)
                       select ?1, ?2, ?3, ?4
                       where not exists (select 1 from impression where item = ?1 and reviewer = ?2)
                       on conflict (item, reviewer) do update set
                           body = excluded.body, saved_ms = excluded.saved_ms";
            db.prepare_cached(sql)?.execute((row, reviewer, body_json, now_ms))?;
            Ok(())
        })
    }

    /// What is picked of a first impression that is not stored yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn picks(&self, row: Row, reviewer: &str) -> Result<Option<String>> {
        let sql = "select body from impression_draft
                   where item = ?1 and reviewer = (select id from reviewer where name = ?2)";
        self.read(|db| one(db, sql, (row, reviewer)))
    }
}
