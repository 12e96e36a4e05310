//! What happens once between a reviewer and an item: shown, drawn, first impression, reveal, uncovering.

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use casebook_core::{policy::is_restricted, record::Mode};

use crate::{
    Row, Store,
    error::{Result, StoreError},
    items::restrict,
    rows::{all, one, reviewer, reviewer_id, variant, word},
};

/// A first impression, as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredImpression {
    /// What desk wrote.
    pub body: String,
    /// When the item was first shown.
    pub started_at_ms: i64,
    /// When the impression was on disk.
    pub stored_at_ms: i64,
}

impl Store {
    /// When an item was first shown to a reviewer: now, where it never was.
    ///
    /// # Errors
    /// When the file cannot be written and it never was.
    pub fn first_shown(&self, row: Row, reviewer_name: &str, now_ms: i64) -> Result<i64> {
        if let Some(at_ms) = self.read(|db| shown(db, row, reviewer_name))? {
            return Ok(at_ms);
        }
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let sql = "insert into shown (item, reviewer, at_ms) values (?1, ?2, ?3) on conflict do nothing";
            db.prepare_cached(sql)?.execute((row, reviewer, now_ms))?;
            Ok(shown(db, row, reviewer_name)?.unwrap_or(now_ms))
        })
    }

    /// Keeps the mode drawn for an item, and gives back the one that was drawn first.
    ///
    /// # Errors
    /// When the file cannot be written and none was drawn.
    pub fn draw_mode(
        &self,
        row: Row,
        queue: &str,
        reviewer_name: &str,
        mode: Mode,
        probability: Option<f64>,
        now_ms: i64,
    ) -> Result<(Mode, Option<f64>)> {
        if let Some(drawn) = self.read(|db| drawn(db, row, queue, reviewer_name))? {
            return Ok(drawn);
        }
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let sql = "insert into draw (item, reviewer, queue, mode, probability, at_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6) on conflict do nothing";
            db.prepare_cached(sql)?.execute((row, reviewer, queue, word(&mode)?, probability, now_ms))?;
            Ok(drawn(db, row, queue, reviewer_name)?.unwrap_or((mode, probability)))
        })
    }

    /// Stores what a reviewer decided before the reveal. It is on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::AlreadyDecided`] where there is one: a first impression is the first.
    pub fn put_impression(
        &self,
        row: Row,
        reviewer_name: &str,
        queue: &str,
        body_json: &str,
        now_ms: i64,
    ) -> Result<()> {
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let started_ms = shown(db, row, reviewer_name)?.unwrap_or(now_ms);
            let sql = "insert into impression (item, reviewer, queue, body, started_ms, stored_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6) on conflict do nothing";
            let stored =
                db.prepare_cached(sql)?.execute((row, reviewer, queue, body_json, started_ms, now_ms))?;
            if stored == 0 {
                return Err(StoreError::AlreadyDecided { row, reviewer: reviewer_name.to_owned() });
            }
            let body: Value = crate::rows::from_json("impression", body_json)?;
            if names_restricted(&body) {
                restrict(db, row)?;
            }
            Ok(())
        })
    }

    /// The first impression of a reviewer, where there is one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn impression(&self, row: Row, reviewer: &str) -> Result<Option<StoredImpression>> {
        self.read(|db| {
            let sql = "select i.body, i.started_ms, i.stored_ms from impression i
                       where i.item = ?1 and i.reviewer = (select id from reviewer where name = ?2)";
            let read = |it: &rusqlite::Row| {
                Ok(StoredImpression { body: it.get(0)?, started_at_ms: it.get(1)?, stored_at_ms: it.get(2)? })
            };
            Ok(db.prepare_cached(sql)?.query_row((row, reviewer), read).optional()?)
        })
    }

    /// Keeps when a reviewer was shown what the model said, and which assessment; the first reveal stays.
    ///
    /// # Errors
    /// When the file cannot be written, or names an assessment that is not in it.
    pub fn set_revealed(
        &self,
        row: Row,
        reviewer_name: &str,
        assessment: Option<&str>,
        now_ms: i64,
    ) -> Result<i64> {
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let sql = "insert into reveal (item, reviewer, assessment, at_ms) values (?1, ?2, ?3, ?4)
                       on conflict do nothing";
            db.prepare_cached(sql)?.execute((row, reviewer, assessment, now_ms))?;
            let at_ms = "select at_ms from reveal where item = ?1 and reviewer = ?2";
            Ok(one(db, at_ms, (row, reviewer))?.unwrap_or(now_ms))
        })
    }

    /// When and what a reviewer was shown of the model.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn revealed(&self, row: Row, reviewer: &str) -> Result<Option<(i64, Option<String>)>> {
        self.read(|db| {
            let sql = "select at_ms, assessment from reveal
                       where item = ?1 and reviewer = (select id from reviewer where name = ?2)";
            let read = |it: &rusqlite::Row| Ok((it.get(0)?, it.get(1)?));
            Ok(db.prepare_cached(sql)?.query_row((row, reviewer), read).optional()?)
        })
    }

    /// Keeps that a reviewer uncovered a part.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_uncovered(&self, row: Row, part: &str, reviewer_name: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let sql = "insert into uncovering (item, reviewer, part, at_ms) values (?1, ?2, ?3, ?4)
                       on conflict do nothing";
            db.prepare_cached(sql)?.execute((row, reviewer, part, now_ms))?;
            Ok(())
        })
    }

    /// The parts a reviewer has uncovered.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn uncovered(&self, row: Row, reviewer: &str) -> Result<Vec<String>> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(Vec::new()) };
            all(
                db,
                "select part from uncovering where item = ?1 and reviewer = ?2 order by part",
                (row, reviewer),
            )
        })
    }
}

fn shown(db: &Connection, row: Row, reviewer: &str) -> Result<Option<i64>> {
    let sql =
        "select at_ms from shown where item = ?1 and reviewer = (select id from reviewer where name = ?2)";
    one(db, sql, (row, reviewer))
}

fn drawn(db: &Connection, row: Row, queue: &str, reviewer: &str) -> Result<Option<(Mode, Option<f64>)>> {
    let sql = "select mode, probability from draw
               where item = ?1 and queue = ?2 and reviewer = (select id from reviewer where name = ?3)";
    let found: Option<(String, Option<f64>)> = db
        .prepare_cached(sql)?
        .query_row((row, queue, reviewer), |it| Ok((it.get(0)?, it.get(1)?)))
        .optional()?;
    found.map(|(mode, probability)| Ok((variant("mode", &mode)?, probability))).transpose()
}

/// True where a child-safety clause stands anywhere under a `clauses` key. The body is desk's, so
/// its shape is not assumed: a clause may be a word or an object with an id.
fn names_restricted(body: &Value) -> bool {
    let names = |it: &Value| it.as_str().or_else(|| it["id"].as_str()).is_some_and(is_restricted);
    match body {
        Value::Object(fields) => fields.iter().any(|(key, value)| match value {
            Value::Array(clauses) if key == "clauses" => clauses.iter().any(names),
            value => names_restricted(value),
        }),
        Value::Array(values) => values.iter().any(names_restricted),
        _ => false,
    }
}
