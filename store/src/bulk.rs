//! Acts on many items at once: skip, defer, assign, move. Each is one act and is taken back as one.

use casebook_core::item::shorten;

use crate::{
    Row, Store,
    asides::{set_aside, take_back_aside},
    copies::Origin,
    error::{Result, StoreError},
    routing::route,
    rows::{all, one, reviewer, reviewer_id},
};

/// What is done to the items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bulk<'a> {
    /// Not to be met again by who does it.
    Skip {
        /// In which queue.
        queue: &'a str,
    },
    /// To be met after the others by who does it.
    Defer {
        /// In which queue.
        queue: &'a str,
    },
    /// For one reviewer alone; for everybody again where nobody is named.
    Assign {
        /// Whom.
        to: Option<&'a str>,
    },
    /// Into a queue, whatever its filter says; back where the filters put it where none is named.
    Move {
        /// Which.
        to: Option<&'a str>,
    },
}

impl Bulk<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Skip { .. } => "skip",
            Self::Defer { .. } => "defer",
            Self::Assign { .. } => "assign",
            Self::Move { .. } => "move",
        }
    }

    fn queue(&self) -> Option<&str> {
        match self {
            Self::Skip { queue } | Self::Defer { queue } => Some(queue),
            Self::Assign { .. } => None,
            Self::Move { to } => *to,
        }
    }
}

impl Store {
    /// Does one thing to many items, in one transaction; gives the act's number.
    ///
    /// # Errors
    /// When there is no such item or the file cannot be written: then nothing is done.
    pub fn act_on(&self, rows: &[Row], reviewer_name: &str, act: &Bulk, now_ms: i64) -> Result<u32> {
        self.write(|db| {
            let by = reviewer(db, reviewer_name, now_ms)?;
            let to = match act {
                Bulk::Assign { to: Some(name) } => Some(reviewer(db, name, now_ms)?),
                _ => None,
            };
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into bulk (id, copy, seq, reviewer, kind, reviewer_to, queue, created_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            db.prepare_cached(sql)?.execute((id, copy, seq, by, act.kind(), to, act.queue(), now_ms))?;
            let bulk = db.last_insert_rowid();
            let mut put = db.prepare_cached(
                "insert into bulk_item (bulk, item, aside) select ?1, ?2, ?3
                 where not exists (select 1 from bulk_item where bulk = ?1 and item = ?2)",
            )?;
            for row in rows {
                let aside = match act {
                    Bulk::Skip { queue } | Bulk::Defer { queue } => {
                        Some(set_aside(db, *row, by, queue, act.kind(), now_ms)?)
                    }
                    Bulk::Assign { .. } | Bulk::Move { .. } => None,
                };
                put.execute((bulk, row, aside))?;
                if aside.is_none() {
                    route(db, *row)?;
                }
            }
            Ok(bulk as u32)
        })
    }

    /// Takes an act of this reviewer back: its items are as the acts before it left them. Twice is
    /// once. Gives how many items it was about.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where this reviewer did no such thing.
    pub fn take_back(&self, bulk: u32, reviewer_name: &str, now_ms: i64) -> Result<u32> {
        self.write(|db| {
            let sql =
                "select 1 from bulk b join reviewer r on r.id = b.reviewer where b.row = ?1 and r.name = ?2";
            if one::<i64>(db, sql, (bulk, reviewer_name))?.is_none() {
                return Err(StoreError::NotFound { what: "act", value: shorten(&bulk.to_string()) });
            }
            if one::<i64>(db, "select 1 from bulk_return where bulk = ?1", [bulk])?.is_none() {
                let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
                let sql =
                    "insert into bulk_return (bulk, id, copy, seq, created_ms) values (?1, ?2, ?3, ?4, ?5)";
                db.prepare_cached(sql)?.execute((bulk, id, copy, seq, now_ms))?;
            }
            let sql = "select aside from bulk_item where bulk = ?1 and aside is not null";
            for aside in all::<u32>(db, sql, [bulk])? {
                take_back_aside(db, aside, now_ms)?;
            }
            let rows: Vec<Row> = all(db, "select item from bulk_item where bulk = ?1", [bulk])?;
            for row in &rows {
                route(db, *row)?;
            }
            Ok(rows.len() as u32)
        })
    }

    /// The newest act of this reviewer on many items that was not taken back.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn newest_bulk(&self, reviewer: &str) -> Result<Option<u32>> {
        self.read(|db| {
            let Some(by) = reviewer_id(db, reviewer)? else { return Ok(None) };
            let sql = "select b.row from bulk b where b.reviewer = ?1
                         and not exists (select 1 from bulk_return r where r.bulk = b.row)
                       order by b.row desc limit 1";
            one(db, sql, [by])
        })
    }
}
