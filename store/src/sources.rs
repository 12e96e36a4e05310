//! Sources: how far the import of a file or folder is, and what it refused.

use rusqlite::{Connection, OptionalExtension};

use casebook_core::item::shorten;

use crate::{Inserted, Store, error::Result};

/// A file or folder that was imported from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// For [`SourceProgress`].
    pub id: u32,
    /// Lines, records or files dealt with.
    pub lines_done: u64,
    /// Where the next one begins.
    pub bytes_done: u64,
    /// Lines that are items now, new or there before.
    pub items_done: u64,
    /// The end was reached.
    pub finished: bool,
    /// What tells a changed file.
    pub fingerprint: Option<String>,
}

/// How far a source is after a batch; stored in the batch's transaction.
#[derive(Clone, Copy, Debug)]
pub struct SourceProgress<'a> {
    /// [`Source::id`].
    pub source: u32,
    /// Lines done in all.
    pub lines_done: u64,
    /// Where the next one begins.
    pub bytes_done: u64,
    /// The line each item of the batch came from, in order.
    pub lines: &'a [u64],
    /// The end was reached.
    pub finished: bool,
    /// What was refused since the last batch. Items refused for other content under their id are
    /// added by the store, which is the first to know.
    pub refusals: &'a [Refusal],
}

/// A line that was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// From 1.
    pub line: u64,
    /// The offending value, shortened.
    pub value: String,
    /// What would be accepted.
    pub rule: String,
}

impl Store {
    /// The source of that key, made where there is none. `kind` is jsonl, csv, folder, label-studio or parquet.
    ///
    /// # Errors
    /// When the file cannot be written and there is none.
    pub fn source(&self, key: &str, kind: &str, now_ms: i64) -> Result<Source> {
        if let Some(source) = self.read(|db| find(db, key))? {
            return Ok(source);
        }
        self.write(|db| {
            let sql =
                "insert into source (key, kind, created_ms) values (?1, ?2, ?3) on conflict (key) do nothing";
            db.prepare_cached(sql)?.execute((key, kind, now_ms))?;
            Ok(find(db, key)?.expect("the row was put or was there"))
        })
    }

    /// Begins a source anew, as a file of this fingerprint; its refusals are forgotten.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn restart_source(&self, id: u32, fingerprint: &str) -> Result<()> {
        self.write(|db| {
            let sql = "update source set fingerprint = ?2, lines_done = 0, bytes_done = 0, items_done = 0, finished = 0
                       where id = ?1";
            db.prepare_cached(sql)?.execute((id, fingerprint))?;
            db.prepare_cached("delete from refusal where source = ?1")?.execute([id])?;
            Ok(())
        })
    }

    /// The first `limit` refusals of a source.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn refusals(&self, source: u32, limit: u32) -> Result<Vec<Refusal>> {
        self.read(|db| {
            let sql = "select line, value, rule from refusal where source = ?1 order by line, id limit ?2";
            let mut find = db.prepare_cached(sql)?;
            let found = find.query_map((source, limit), |it| {
                Ok(Refusal {
                    line: it.get::<_, i64>(0)?.cast_unsigned(),
                    value: it.get(1)?,
                    rule: it.get(2)?,
                })
            })?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// How many refusals a source has.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn count_refusals(&self, source: u32) -> Result<u64> {
        let count =
            self.read(|db| crate::rows::one(db, "select count(*) from refusal where source = ?1", [source]))?;
        Ok(count.map_or(0, i64::cast_unsigned))
    }
}

/// Moves the mark past a batch with these outcomes. Inside a write.
pub(crate) fn advance(db: &Connection, progress: &SourceProgress, outcomes: &[Inserted]) -> Result<()> {
    let n_items = outcomes.iter().filter(|it| !matches!(it, Inserted::Different(_))).count();
    let sql =
        "update source set lines_done = ?2, bytes_done = ?3, items_done = items_done + ?4, finished = ?5
               where id = ?1";
    db.prepare_cached(sql)?.execute((
        progress.source,
        progress.lines_done.cast_signed(),
        progress.bytes_done.cast_signed(),
        n_items as i64,
        progress.finished,
    ))?;
    let mut refuse =
        db.prepare_cached("insert into refusal (source, line, value, rule) values (?1, ?2, ?3, ?4)")?;
    for refusal in progress.refusals {
        refuse.execute((progress.source, refusal.line.cast_signed(), &refusal.value, &refusal.rule))?;
    }
    for (outcome, line) in outcomes.iter().zip(progress.lines) {
        if let Inserted::Different(id) = outcome {
            refuse.execute((progress.source, line.cast_signed(), shorten(id), OTHER_CONTENT))?;
        }
    }
    Ok(())
}

/// Why an item is refused whose id is taken.
const OTHER_CONTENT: &str = "an item of this id and other content is in the case file; an item never changes";

fn find(db: &Connection, key: &str) -> Result<Option<Source>> {
    let sql =
        "select id, lines_done, bytes_done, items_done, finished, fingerprint from source where key = ?1";
    let read = |it: &rusqlite::Row| {
        let count = |n: usize| it.get::<_, i64>(n).map(i64::cast_unsigned);
        Ok(Source {
            id: it.get(0)?,
            lines_done: count(1)?,
            bytes_done: count(2)?,
            items_done: count(3)?,
            finished: it.get(4)?,
            fingerprint: it.get(5)?,
        })
    };
    Ok(db.prepare_cached(sql)?.query_row([key], read).optional()?)
}
