//! Who has seen what a model thinks of an item, and is not blind to it any more.

use rusqlite::Connection;

use casebook_core::queue::{Filter, Queue};

use crate::{
    Row, Store,
    candidates::BoundFilter,
    copies::Origin,
    error::Result,
    rows::{all, from_json, one, reviewer, reviewer_id, to_json},
};

impl Store {
    /// True where this reviewer has seen what a model thinks of an item: in any review of it, or by a list by risk that
    /// it was in.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_seen_model(&self, row: Row, reviewer: &str) -> Result<bool> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(false) };
            let sql = "select exists (select 1 from review r join reveal v on v.review = r.row
                                      where r.item = ?1 and r.reviewer = ?2 and v.assessment is not null)
                           or exists (select 1 from risk_seen where item = ?1 and reviewer = ?2)";
            Ok(one(db, sql, (row, reviewer))?.unwrap_or(false) || is_in_list(db, row, reviewer)?)
        })
    }

    /// Keeps that a reviewer looked at a list by risk of what `filter` lets through.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_risk_listed(&self, filter: &Filter, reviewer_name: &str, now_ms: i64) -> Result<()> {
        let filter = to_json(filter)?;
        let newest: Option<Row> =
            self.read(|db| one(db, "select row from item order by row desc limit 1", ()))?;
        let Some(newest) = newest else { return Ok(()) };
        let known = |db: &Connection| -> Result<bool> {
            let Some(reviewer) = reviewer_id(db, reviewer_name)? else { return Ok(false) };
            let sql = "select 1 from risk_listed where reviewer = ?1 and newest >= ?2 and filter = ?3";
            Ok(one::<i64>(db, sql, (reviewer, newest, &filter))?.is_some())
        };
        // A list that was looked at before costs no write.
        if self.read(known)? {
            return Ok(());
        }
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into risk_listed (id, copy, seq, reviewer, filter, newest, at_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            db.prepare_cached(sql)?.execute((id, copy, seq, reviewer, &filter, newest, now_ms))?;
            Ok(())
        })
    }
}

/// True where a list by risk that this reviewer looked at had the item in it.
fn is_in_list(db: &Connection, row: Row, reviewer: i64) -> Result<bool> {
    let sql = "select distinct filter from risk_listed where reviewer = ?1 and newest >= ?2";
    for filter in all::<String>(db, sql, (reviewer, row))? {
        let filter: Filter = from_json("the filter of a list", &filter)?;
        let wanted = BoundFilter::new(&Queue { filter, ..Queue::reported() }, Some(reviewer));
        if let Some(wanted) = wanted
            && wanted.lets_through(db, row)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
