//! Leases: who is looking at an item.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    Row, Store,
    error::{Result, StoreError},
    rows::{one, reviewer, reviewer_id},
};

impl Store {
    /// Takes or renews the lease of an item until `until_ms`.
    ///
    /// # Errors
    /// [`StoreError::Leased`] while somebody else has it; another program of the same reviewer is
    /// somebody else.
    pub fn lease(
        &self,
        row: Row,
        reviewer_name: &str,
        program: &str,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<()> {
        self.write(|db| {
            refuse_leased(db, row, reviewer_name, program, now_ms)?;
            let reviewer = reviewer(db, reviewer_name, now_ms)?;
            let sql = "insert into lease (item, reviewer, program, until_ms) values (?1, ?2, ?3, ?4)
                       on conflict (item) do update set
                           reviewer = excluded.reviewer, program = excluded.program, until_ms = excluded.until_ms";
            db.prepare_cached(sql)?.execute((row, reviewer, program, until_ms))?;
            Ok(())
        })
    }

    /// Gives a lease back. Nothing happens where it is not this reviewer's and program's.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn release(&self, row: Row, reviewer: &str, program: &str) -> Result<()> {
        self.write(|db| release(db, row, reviewer, program))
    }

    /// Gives back the leases of this reviewer's programs that `is_dead` says have ended, so that a
    /// killed window does not keep its own reviewer waiting.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn release_of(&self, reviewer: &str, is_dead: &dyn Fn(&str) -> bool) -> Result<()> {
        self.write(|db| {
            let Some(id) = reviewer_id(db, reviewer)? else { return Ok(()) };
            let programs: Vec<String> = db
                .prepare_cached("select distinct program from lease where reviewer = ?1")?
                .query_map([id], |it| it.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for program in programs.iter().filter(|it| is_dead(it)) {
                db.prepare_cached("delete from lease where reviewer = ?1 and program = ?2")?
                    .execute((id, program))?;
            }
            Ok(())
        })
    }

    /// The item this reviewer's program has leased, the newest of several.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn leased_row(&self, reviewer: &str, program: &str, now_ms: i64) -> Result<Option<Row>> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(None) };
            let sql = "select item from lease where reviewer = ?1 and program = ?2 and until_ms > ?3
                       order by until_ms desc limit 1";
            one(db, sql, (reviewer, program, now_ms))
        })
    }
}

/// Refuses where somebody else's lease is alive.
pub(crate) fn refuse_leased(
    db: &Connection,
    row: Row,
    reviewer: &str,
    program: &str,
    now_ms: i64,
) -> Result<()> {
    let sql = "select r.name, l.program, l.until_ms, i.id from lease l join reviewer r on r.id = l.reviewer
               join item i on i.row = l.item
               where l.item = ?1 and l.until_ms > ?2";
    let alive: Option<(String, String, i64, String)> = db
        .prepare_cached(sql)?
        .query_row((row, now_ms), |it| Ok((it.get(0)?, it.get(1)?, it.get(2)?, it.get(3)?)))
        .optional()?;
    match alive {
        Some((by, other, until_ms, item)) if by != reviewer || other != program => {
            Err(StoreError::Leased { item, by, until_ms })
        }
        _ => Ok(()),
    }
}

/// Inside a write.
pub(crate) fn release(db: &Connection, row: Row, reviewer: &str, program: &str) -> Result<()> {
    let sql = "delete from lease where item = ?1 and program = ?3
                 and reviewer = (select id from reviewer where name = ?2)";
    db.prepare_cached(sql)?.execute((row, reviewer, program))?;
    Ok(())
}
