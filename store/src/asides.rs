//! Items set aside, and the newest act of a reviewer, which is what undo takes back.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    Row, Store,
    copies::Origin,
    error::{Result, StoreError},
    handovers::newest_handover,
    rows::{one, reviewer, reviewer_id},
};

/// Something a reviewer did that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Submitted a record.
    Annotation {
        /// The record's id.
        id: String,
        /// Of which item.
        row: Row,
        /// When.
        created_ms: i64,
    },
    /// Skipped or deferred.
    Aside {
        /// For [`Store::take_back_aside`].
        id: u32,
        /// Which item.
        row: Row,
        /// `skip` or `defer`.
        kind: String,
        /// When.
        created_ms: i64,
    },
    /// Handed on.
    Handover {
        /// For [`Store::call_back`].
        id: u32,
        /// Which item.
        row: Row,
        /// When.
        created_ms: i64,
    },
}

impl Store {
    /// Records that a reviewer set an item aside, `skip` or `defer`. The lease is the caller's to give back.
    ///
    /// # Errors
    /// When the file cannot be written or there is no such item.
    pub fn set_aside(
        &self,
        row: Row,
        reviewer_name: &str,
        queue: &str,
        kind: &str,
        now_ms: i64,
    ) -> Result<u32> {
        self.write(|db| {
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            Ok(set_aside(db, row, reviewer, queue, kind, now_ms)? as u32)
        })
    }

    /// Takes an item set aside back. Twice is once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where nothing was set aside under that id.
    pub fn take_back_aside(&self, id: u32, now_ms: i64) -> Result<()> {
        self.write(|db| {
            if one::<u32>(db, "select row from aside where row = ?1", [id])?.is_none() {
                return Err(StoreError::NotFound { what: "item set aside under", value: id.to_string() });
            }
            take_back_aside(db, id, now_ms)
        })
    }

    /// The newest thing this reviewer did in `queue` and has not taken back.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn newest_act(&self, reviewer: &str, queue: &str) -> Result<Option<Act>> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(None) };
            let annotation = newest_annotation(db, reviewer, queue)?;
            let aside = newest_aside(db, reviewer, queue)?;
            let handover = newest_handover(db, reviewer, queue)?
                .map(|(seq, id, row, created_ms)| (seq, Act::Handover { id, row, created_ms }));
            Ok([annotation, aside, handover]
                .into_iter()
                .flatten()
                .max_by_key(|(seq, _)| *seq)
                .map(|(_, act)| act))
        })
    }
}

/// Sets an item aside; gives the row. Inside a write.
pub(crate) fn set_aside(
    db: &Connection,
    row: Row,
    reviewer: i64,
    queue: &str,
    kind: &str,
    now_ms: i64,
) -> Result<i64> {
    let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
    let sql = "insert into aside (id, copy, seq, item, reviewer, queue, kind, created_ms)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    db.prepare_cached(sql)?.execute((id, copy, seq, row, reviewer, queue, kind, now_ms))?;
    Ok(db.last_insert_rowid())
}

/// Takes one back, where it was not. Inside a write.
pub(crate) fn take_back_aside(db: &Connection, aside: u32, now_ms: i64) -> Result<()> {
    if one::<i64>(db, "select 1 from aside_return where aside = ?1", [aside])?.is_some() {
        return Ok(());
    }
    let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
    let sql = "insert into aside_return (aside, id, copy, seq, created_ms) values (?1, ?2, ?3, ?4, ?5)";
    db.prepare_cached(sql)?.execute((aside, id, copy, seq, now_ms))?;
    Ok(())
}

fn newest_annotation(db: &Connection, reviewer: i64, queue: &str) -> Result<Option<(i64, Act)>> {
    let sql = "select a.seq, a.id, a.item, a.created_ms from annotation a
               where a.reviewer = ?1 and a.queue = ?2
                 and not exists (select 1 from withdrawal w where w.annotation = a.id)
               order by a.row desc limit 1";
    let read = |it: &rusqlite::Row| {
        Ok((it.get(0)?, Act::Annotation { id: it.get(1)?, row: it.get(2)?, created_ms: it.get(3)? }))
    };
    Ok(db.prepare_cached(sql)?.query_row((reviewer, queue), read).optional()?)
}

fn newest_aside(db: &Connection, reviewer: i64, queue: &str) -> Result<Option<(i64, Act)>> {
    let sql = "select a.seq, a.row, a.item, a.kind, a.created_ms from aside a
               where a.reviewer = ?1 and a.queue = ?2
                 and not exists (select 1 from aside_return r where r.aside = a.row)
               order by a.row desc limit 1";
    let read = |it: &rusqlite::Row| {
        Ok((
            it.get(0)?,
            Act::Aside { id: it.get(1)?, row: it.get(2)?, kind: it.get(3)?, created_ms: it.get(4)? },
        ))
    };
    Ok(db.prepare_cached(sql)?.query_row((reviewer, queue), read).optional()?)
}
