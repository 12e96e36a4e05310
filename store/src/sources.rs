//! Sources: how far the import of a file or folder is, and what it refused.

use rusqlite::{Connection, OptionalExtension};

use casebook_core::item::shorten;

use crate::{Inserted, Store, error::Result};

/// A file or folder that was imported from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// How often the file was read as another one, from 1.
    pub run: u32,
    /// How it was asked for the last time: JSON of whoever asked.
    pub request: Option<String>,
}

/// A source in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Its path.
    pub key: String,
    /// As [`Store::source`].
    pub kind: String,
    /// The end was reached.
    pub finished: bool,
    /// When it was first read.
    pub created_ms: i64,
    /// Items it brought.
    pub items: u64,
    /// What was refused of it.
    pub refused: u64,
}

/// How far a source is after a batch; stored in the batch's transaction.
#[derive(Clone, Copy, Debug)]
pub struct SourceProgress<'a> {
    /// [`Source::id`].
    pub source: u32,
    /// [`Source::run`].
    pub run: u32,
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
    /// What was taken and left since the last batch.
    pub tallies: &'a [Tally],
}

/// So often something of one name was taken, or left by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Taken or left, and what.
    pub kind: TallyKind,
    /// The column, field or file.
    pub name: String,
    /// Of what was taken, the field; else why it was left.
    pub rule: String,
    /// How often.
    pub n: u64,
    /// Where first, from 1.
    pub line: Option<u64>,
    /// The first value, shortened.
    pub value: Option<String>,
}

/// What a [`Tally`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TallyKind {
    /// Cells of a column that became a field.
    Taken,
    /// Cells of a column that nobody asked for.
    Column,
    /// A cell that could not be read; its item came in without it.
    Value,
    /// A file of a folder.
    File,
    /// Lines that are no items: a header again.
    PassedOver,
}

impl TallyKind {
    const ALL: [Self; 5] = [Self::Taken, Self::Column, Self::Value, Self::File, Self::PassedOver];

    fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Column => "column",
            Self::Value => "value",
            Self::File => "file",
            Self::PassedOver => "passed_over",
        }
    }
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

impl Refusal {
    /// The id of an item whose content is another.
    #[must_use]
    pub fn other_content(line: u64, id: &str) -> Self {
        Self { line, value: shorten(id), rule: OTHER_CONTENT.into() }
    }
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
            let sql = "update source set run = run + (fingerprint is not null and fingerprint <> ?2), fingerprint = ?2,
                       lines_done = 0, bytes_done = 0, items_done = 0, finished = 0 where id = ?1";
            db.prepare_cached(sql)?.execute((id, fingerprint))?;
            db.prepare_cached("delete from refusal where source = ?1")?.execute([id])?;
            db.prepare_cached("delete from source_tally where source = ?1")?.execute([id])?;
            Ok(())
        })
    }

    /// Remembers how a source was asked for.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remember_request(&self, source: u32, request: &str) -> Result<()> {
        self.write(|db| {
            db.prepare_cached("update source set request = ?2 where id = ?1")?.execute((source, request))?;
            Ok(())
        })
    }

    /// The source of that key, where there is one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn find_source(&self, key: &str) -> Result<Option<Source>> {
        self.read(|db| find(db, key))
    }

    /// All sources, newest first: key, kind, items they brought that are here, refusals, whether they ended, and since when.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceLine>> {
        self.read(|db| {
            let sql = "select s.key, s.kind, s.finished, s.created_ms,
                           coalesce((select sum(b.last - b.first + 1) from source_batch b where b.source = s.id), 0),
                           (select count(*) from refusal r where r.source = s.id)
                       from source s order by s.created_ms desc, s.id desc";
            let mut find = db.prepare_cached(sql)?;
            let found = find.query_map((), |it| {
                let count = |n: usize| it.get::<_, i64>(n).map(i64::cast_unsigned);
                Ok(SourceLine {
                    key: it.get(0)?,
                    kind: it.get(1)?,
                    finished: it.get(2)?,
                    created_ms: it.get(3)?,
                    items: count(4)?,
                    refused: count(5)?,
                })
            })?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What was taken and left of a source, by kind and name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tallies(&self, source: u32) -> Result<Vec<Tally>> {
        self.read(|db| {
            let sql = "select kind, name, rule, n, line, value from source_tally where source = ?1
                       order by kind, n desc, name";
            let mut find = db.prepare_cached(sql)?;
            let found = find.query_map([source], |it| {
                let kind: String = it.get(0)?;
                let count = |n: usize| it.get::<_, Option<i64>>(n).map(|it| it.map(i64::cast_unsigned));
                Ok(Tally {
                    kind: TallyKind::ALL.into_iter().find(|it| it.word() == kind).unwrap_or(TallyKind::Value),
                    name: it.get(1)?,
                    rule: it.get(2)?,
                    n: count(3)?.unwrap_or(0),
                    line: count(4)?,
                    value: it.get(5)?,
                })
            })?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
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
pub(crate) fn advance(
    db: &Connection,
    progress: &SourceProgress,
    outcomes: &[Inserted],
    now_ms: i64,
) -> Result<()> {
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
    let new = || outcomes.iter().filter_map(|it| if let Inserted::New(row) = it { Some(*row) } else { None });
    if let (Some(first), Some(last)) = (new().min(), new().max()) {
        // One transaction is one writer: what lies between them came with them.
        let sql = "insert into source_batch (source, first, last, run, at_ms) values (?1, ?2, ?3, ?4, ?5)";
        db.prepare_cached(sql)?.execute((progress.source, first, last, progress.run, now_ms))?;
    }
    let mut tally = db.prepare_cached(
        "insert into source_tally (source, kind, name, rule, n, line, value) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict (source, kind, name, rule) do update set n = n + excluded.n",
    )?;
    for it in progress.tallies {
        let line = it.line.map(u64::cast_signed);
        tally.execute((
            progress.source,
            it.kind.word(),
            &it.name,
            &it.rule,
            it.n.cast_signed(),
            line,
            &it.value,
        ))?;
    }
    for (outcome, line) in outcomes.iter().zip(progress.lines) {
        if let Inserted::Different(id) = outcome {
            refuse.execute((progress.source, line.cast_signed(), shorten(id), OTHER_CONTENT))?;
        }
    }
    Ok(())
}

/// Why an item is refused whose id is taken.
const OTHER_CONTENT: &str = "an item of this id and other content is in the case file; an item never changes: \
     give it an id of its own, or name the column that holds one; a file without ids calls its rows by its name and line";

fn find(db: &Connection, key: &str) -> Result<Option<Source>> {
    let sql = "select id, lines_done, bytes_done, items_done, finished, fingerprint, run, request from source where key = ?1";
    let read = |it: &rusqlite::Row| {
        let count = |n: usize| it.get::<_, i64>(n).map(i64::cast_unsigned);
        Ok(Source {
            id: it.get(0)?,
            lines_done: count(1)?,
            bytes_done: count(2)?,
            items_done: count(3)?,
            finished: it.get(4)?,
            fingerprint: it.get(5)?,
            run: it.get(6)?,
            request: it.get(7)?,
        })
    };
    Ok(db.prepare_cached(sql)?.query_row([key], read).optional()?)
}
