//! Annotations: what a reviewer recorded of an item. Appended, withdrawn by another row, never changed.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use casebook_core::{
    check::touches_restricted_lane,
    decision::{Choice, Verdict},
    record::Record,
};

use crate::{
    Row, Store,
    asides::next_seq,
    error::{Result, StoreError},
    items::{gold, restrict, tally},
    leases,
    rows::{from_json, one, reviewer, to_json, variant, word},
};

/// A record to store, checked by whoever made it.
#[derive(Clone, Copy, Debug)]
pub struct NewAnnotation<'a> {
    /// Of which item.
    pub row: Row,
    /// Whose.
    pub reviewer: &'a str,
    /// From which queue.
    pub queue: &'a str,
    /// The record; `provenance.supersedes` names the annotation it revises.
    pub record: &'a Record,
    /// The key that was pressed.
    pub choice: Choice,
    /// Now.
    pub now_ms: i64,
    /// Which program has the lease.
    pub program: &'a str,
}

/// A record as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredAnnotation {
    /// The record's id.
    pub id: String,
    /// Of which item.
    pub row: Row,
    /// Whose, by name.
    pub reviewer: String,
    /// In which queue.
    pub queue: String,
    /// The record.
    pub record: Record,
    /// When it was stored.
    pub created_ms: i64,
}

/// What was decided of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Settled by policy staff.
    pub gold: bool,
    /// The outcome.
    pub verdict: Verdict,
    /// Under which clauses.
    pub clauses: Vec<String>,
}

/// What counts, with the columns of a [`StoredAnnotation`].
macro_rules! current {
    () => {
        "select a.id, a.item, r.name, a.record, a.created_ms, a.queue
         from current_annotation c join annotation a on a.seq = c.seq join reviewer r on r.id = c.reviewer"
    };
}

impl Store {
    /// Stores a record, gives the lease back and marks the draft submitted, in one transaction. It
    /// is on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::AlreadyDecided`] where this reviewer has a current annotation that the record
    /// does not say it supersedes; [`StoreError::Leased`] while somebody else has the lease.
    pub fn submit(&self, new: &NewAnnotation) -> Result<()> {
        self.write(|db| submit(db, new))
    }

    /// Takes an annotation back: the one it superseded counts again, or the item is open again.
    /// Twice is once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none of that id.
    pub fn withdraw(&self, annotation_id: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let sql = "select item, reviewer from annotation where id = ?1";
            let found: Option<(Row, i64)> = db
                .prepare_cached(sql)?
                .query_row([annotation_id], |it| Ok((it.get(0)?, it.get(1)?)))
                .optional()?;
            let Some((row, reviewer)) = found else {
                return Err(StoreError::NotFound { what: "annotation", value: annotation_id.to_owned() });
            };
            let sql =
                "insert into withdrawal (annotation, created_ms) values (?1, ?2) on conflict do nothing";
            db.prepare_cached(sql)?.execute((annotation_id, now_ms))?;
            let sql = "update draft set submitted_ms = null where item = ?1 and reviewer = ?2";
            db.prepare_cached(sql)?.execute((row, reviewer))?;
            refresh(db, row, reviewer)
        })
    }

    /// What counts of this reviewer's annotations of an item.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn current_annotation(&self, row: Row, reviewer: &str) -> Result<Option<StoredAnnotation>> {
        let found = self.annotations_of(row)?;
        Ok(found.into_iter().find(|it| it.reviewer == reviewer))
    }

    /// What counts of an item, one annotation per reviewer.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn annotations_of(&self, row: Row) -> Result<Vec<StoredAnnotation>> {
        self.read(|db| {
            let mut found = Vec::new();
            let sql = concat!(current!(), " where c.item = ?1 order by c.reviewer");
            each(db, sql, [row], &mut |it| {
                found.push(it);
                Ok(())
            })?;
            Ok(found)
        })
    }

    /// The items of which this reviewer has recorded something that counts.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn recorded_by(&self, reviewer: &str) -> Result<BTreeSet<Row>> {
        self.read(|db| {
            let sql = "select c.item from current_annotation c
                       where c.reviewer = (select id from reviewer where name = ?1)";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([reviewer], |it| it.get(0))?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }

    /// True where somebody has recorded an item of which this reviewer has recorded nothing that counts.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_unshared(&self, reviewer: &str) -> Result<bool> {
        self.read(|db| {
            let sql = "select exists (select 1 from annotation a
                       where not exists (select 1 from current_annotation c where c.item = a.item
                                         and c.reviewer = (select id from reviewer where name = ?1)))";
            Ok(db.prepare_cached(sql)?.query_row([reviewer], |it| it.get(0))?)
        })
    }

    /// Everything that counts, by item and then by reviewer, one at a time.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn each_current_annotation(
        &self,
        work: &mut dyn FnMut(StoredAnnotation) -> Result<()>,
    ) -> Result<()> {
        self.read(|db| each(db, concat!(current!(), " order by c.item, c.reviewer"), (), work))
    }

    /// What was decided of an item: gold first, else the newest annotation that counts. Nothing
    /// for the restricted lane.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn decided(&self, row: Row) -> Result<Option<Decided>> {
        self.read(|db| {
            if one(db, "select restricted from item where row = ?1", [row])? != Some(false) {
                return Ok(None);
            }
            if let Some(gold) = gold(db, row)? {
                return Ok(Some(Decided { gold: true, verdict: gold.verdict, clauses: gold.clauses }));
            }
            let sql =
                "select a.verdict, a.clauses from current_annotation c join annotation a on a.seq = c.seq
                       where c.item = ?1 order by c.seq desc limit 1";
            let found: Option<(String, String)> =
                db.prepare_cached(sql)?.query_row([row], |it| Ok((it.get(0)?, it.get(1)?))).optional()?;
            let Some((verdict, clauses)) = found else { return Ok(None) };
            let verdict = variant("verdict", &verdict)?;
            Ok(Some(Decided { gold: false, verdict, clauses: from_json("clauses", &clauses)? }))
        })
    }
}

fn each(
    db: &Connection,
    sql: &str,
    with: impl rusqlite::Params,
    work: &mut dyn FnMut(StoredAnnotation) -> Result<()>,
) -> Result<()> {
    let mut statement = db.prepare_cached(sql)?;
    let mut found = statement.query(with)?;
    while let Some(it) = found.next()? {
        work(StoredAnnotation {
            id: it.get(0)?,
            row: it.get(1)?,
            reviewer: it.get(2)?,
            record: from_json("record", it.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?)?,
            created_ms: it.get(4)?,
            queue: it.get(5)?,
        })?;
    }
    Ok(())
}

fn submit(db: &Connection, new: &NewAnnotation) -> Result<()> {
    let NewAnnotation { row, record, now_ms, .. } = *new;
    leases::refuse_leased(db, row, new.reviewer, new.program, now_ms)?;
    let reviewer = reviewer(db, new.reviewer, now_ms)?;
    let sql = "select a.id from current_annotation c join annotation a on a.seq = c.seq
               where c.item = ?1 and c.reviewer = ?2";
    let present: Option<String> = one(db, sql, (row, reviewer))?;
    if present.is_some() && present != record.provenance.supersedes {
        return Err(StoreError::AlreadyDecided { row, reviewer: new.reviewer.to_owned() });
    }
    let clauses: Vec<&str> = record.decision.clauses.iter().map(|it| it.id.as_str()).collect();
    let sql = "insert into annotation
                   (seq, id, item, reviewer, queue, choice, verdict, clauses, supersedes, record, created_ms)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    db.prepare_cached(sql)?.execute((
        next_seq(db)?,
        &record.id,
        row,
        reviewer,
        new.queue,
        word(&new.choice)?,
        word(&record.decision.verdict)?,
        to_json(&clauses)?,
        &record.provenance.supersedes,
        to_json(record)?,
        now_ms,
    ))?;
    refresh(db, row, reviewer)?;
    if touches_restricted_lane(record) {
        restrict(db, row)?;
    }
    let sql = "update draft set submitted_ms = ?3 where item = ?1 and reviewer = ?2";
    db.prepare_cached(sql)?.execute((row, reviewer, now_ms))?;
    leases::release(db, row, new.reviewer, new.program)
}

/// Points at what counts of one reviewer's annotations of an item, and counts the item's reviews.
fn refresh(db: &Connection, row: Row, reviewer: i64) -> Result<()> {
    let sql = "insert into current_annotation (item, reviewer, queue, seq)
               select a.item, a.reviewer, a.queue, a.seq from annotation a
               where a.item = ?1 and a.reviewer = ?2
                 and not exists (select 1 from withdrawal w where w.annotation = a.id)
               order by a.seq desc limit 1
               on conflict (item, reviewer) do update set queue = excluded.queue, seq = excluded.seq";
    if db.prepare_cached(sql)?.execute((row, reviewer))? == 0 {
        db.prepare_cached("delete from current_annotation where item = ?1 and reviewer = ?2")?
            .execute((row, reviewer))?;
    }
    let before: u32 = one(db, "select reviews from item where row = ?1", [row])?
        .ok_or_else(|| StoreError::NotFound { what: "item at row", value: row.to_string() })?;
    let after: u32 = one(db, "select count(*) from current_annotation where item = ?1", [row])?.unwrap_or(0);
    if before != after {
        db.prepare_cached("update item set reviews = ?2 where row = ?1")?.execute((row, after))?;
        tally(db, before, -1)?;
        tally(db, after, 1)?;
    }
    Ok(())
}
