//! Annotations: what a reviewer recorded of an item. Appended, withdrawn by another row, never changed.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use casebook_core::{
    decision::{Choice, Verdict},
    formats::{self, Kept, Unknown},
    record::Record,
};

use crate::{
    Row, Store,
    copies::{Origin, next},
    error::{Result, StoreError, damaged},
    formats::format_row,
    items::{gold, tally},
    lane::restrict,
    leases,
    reviews::{ReviewRow, whose},
    routing::route_recorded,
    rows::{from_json, item_id, one, to_json, variant, word},
};

/// A record to store, checked by whoever made it.
#[derive(Clone, Copy, Debug)]
pub struct NewAnnotation<'a> {
    /// Of which review.
    pub review: ReviewRow,
    /// From which queue.
    pub queue: &'a str,
    /// The record; `provenance.supersedes` names the annotation it revises.
    pub record: &'a Record,
    /// The key that was pressed.
    pub choice: Choice,
    /// It touches the restricted lane of its policy.
    pub restricts: bool,
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
    /// Of which review.
    pub review: ReviewRow,
    /// Of which item.
    pub row: Row,
    /// Whose, by name.
    pub reviewer: String,
    /// In which queue.
    pub queue: String,
    /// The record.
    pub record: Record,
    /// What a newer Casebook wrote into it that this one does not know.
    pub unknown: Unknown,
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
        "select a.id, a.item, r.name, a.record, a.created_ms, a.queue, a.review, f.name
         from current_annotation c join annotation a on a.row = c.annotation join reviewer r on r.id = c.reviewer
         join format f on f.row = a.format"
    };
}

impl Store {
    /// Stores a record, gives the lease back and marks the draft submitted, in one transaction. It
    /// is on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::AlreadyDecided`] where the review has a current annotation that the record
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
        self.write(|db| withdraw(db, annotation_id, now_ms))
    }

    /// What counts of a review.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn current_annotation(&self, review: ReviewRow) -> Result<Option<StoredAnnotation>> {
        self.read(|db| {
            let mut found = None;
            each(db, concat!(current!(), " where c.review = ?1"), [review], &mut |it| {
                found = Some(it);
                Ok(())
            })?;
            Ok(found)
        })
    }

    /// What counts of an item, one annotation per review.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn annotations_of(&self, row: Row) -> Result<Vec<StoredAnnotation>> {
        self.read(|db| {
            let mut found = Vec::new();
            let sql = concat!(current!(), " where c.item = ?1 order by c.reviewer, c.review");
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

    /// Everything that counts, by item, reviewer and review, one at a time.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn each_current_annotation(
        &self,
        work: &mut dyn FnMut(StoredAnnotation) -> Result<()>,
    ) -> Result<()> {
        self.read(|db| each(db, concat!(current!(), " order by c.item, c.reviewer, c.review"), (), work))
    }

    /// What was decided of an item under `policy`: gold first, else the newest annotation that counts. What was
    /// decided under other rules says nothing here. Nothing for the restricted lane.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn decided(&self, row: Row, policy: &str) -> Result<Option<Decided>> {
        self.read(|db| {
            if one(db, "select restricted from item where row = ?1", [row])? != Some(false) {
                return Ok(None);
            }
            if let Some(gold) = gold(db, row)?.filter(|it| it.policy == policy) {
                return Ok(Some(Decided { gold: true, verdict: gold.verdict, clauses: gold.clauses }));
            }
            let sql =
                "select a.verdict, a.clauses from current_annotation c join annotation a on a.row = c.annotation
                 join review r on r.row = c.review where c.item = ?1 and r.policy = ?2 order by a.row desc limit 1";
            let found: Option<(String, String)> = db
                .prepare_cached(sql)?
                .query_row((row, policy), |it| Ok((it.get(0)?, it.get(1)?)))
                .optional()?;
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
        let (format, body) = (it.get_ref(7)?.as_str(), it.get_ref(3)?.as_str());
        let (format, body) = (format.map_err(rusqlite::Error::from)?, body.map_err(rusqlite::Error::from)?);
        let Kept { value: record, unknown } =
            formats::read(format, formats::RECORD, body).map_err(|it| damaged("record", it))?;
        work(StoredAnnotation {
            id: it.get(0)?,
            row: it.get(1)?,
            reviewer: it.get(2)?,
            record,
            unknown,
            created_ms: it.get(4)?,
            queue: it.get(5)?,
            review: it.get(6)?,
        })?;
    }
    Ok(())
}

/// Takes an annotation back. Inside a write.
pub(crate) fn withdraw(db: &Connection, annotation_id: &str, now_ms: i64) -> Result<()> {
    let Some(review) = one(db, "select review from annotation where id = ?1", [annotation_id])? else {
        return Err(StoreError::NotFound { what: "annotation", value: annotation_id.to_owned() });
    };
    let sql = "select 1 from withdrawal where annotation = ?1";
    if one::<i64>(db, sql, [annotation_id])?.is_none() {
        let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
        let sql =
            "insert into withdrawal (annotation, id, copy, seq, created_ms) values (?1, ?2, ?3, ?4, ?5)";
        db.prepare_cached(sql)?.execute((annotation_id, id, copy, seq, now_ms))?;
    }
    db.prepare_cached("update draft set submitted_ms = null where review = ?1")?.execute([review])?;
    refresh(db, review)
}

fn submit(db: &Connection, new: &NewAnnotation) -> Result<()> {
    let NewAnnotation { review, record, now_ms, .. } = *new;
    let (row, reviewer, _) = whose(db, review)?;
    leases::refuse_leased(db, row, &reviewer, new.program, now_ms)?;
    let sql =
        "select a.id from current_annotation c join annotation a on a.row = c.annotation where c.review = ?1";
    let present: Option<String> = one(db, sql, [review])?;
    if present.is_some() && present != record.provenance.supersedes {
        return Err(StoreError::AlreadyDecided { item: item_id(db, row)?, reviewer });
    }
    let clauses: Vec<&str> = record.decision.clauses.iter().map(|it| it.id.as_str()).collect();
    let (copy, seq) = next(db)?;
    let sql = "insert into annotation (id, copy, seq, review, item, reviewer, queue, choice, verdict, clauses,
                   supersedes, format, record, created_ms)
               select ?1, ?2, ?3, row, item, reviewer, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 from review where row = ?4";
    db.prepare_cached(sql)?.execute(rusqlite::params![
        &record.id,
        copy,
        seq,
        review,
        new.queue,
        word(&new.choice)?,
        word(&record.decision.verdict)?,
        to_json(&clauses)?,
        &record.provenance.supersedes,
        format_row(db, formats::RECORD)?,
        to_json(record)?,
        now_ms,
    ])?;
    refresh(db, review)?;
    if new.restricts {
        restrict(db, row, review, now_ms)?;
    }
    db.prepare_cached("update draft set submitted_ms = ?2 where review = ?1")?.execute((review, now_ms))?;
    leases::release(db, row, &reviewer, new.program)
}

/// Points at what counts of a review's annotations, and counts the item's reviews: the reviewers with an annotation
/// for a purpose that counts.
fn refresh(db: &Connection, review: ReviewRow) -> Result<()> {
    let sql = "insert into current_annotation (review, item, reviewer, queue, annotation)
               select a.review, a.item, a.reviewer, a.queue, a.row from annotation a
               where a.review = ?1 and not exists (select 1 from withdrawal w where w.annotation = a.id)
               order by a.row desc limit 1
               on conflict (review) do update set queue = excluded.queue, annotation = excluded.annotation";
    if db.prepare_cached(sql)?.execute([review])? == 0 {
        db.prepare_cached("delete from current_annotation where review = ?1")?.execute([review])?;
    }
    let sql =
        "select i.row, i.reviews, i.restricted from review r join item i on i.row = r.item where r.row = ?1";
    let (row, before, restricted): (Row, u32, bool) =
        db.prepare_cached(sql)?.query_row([review], |it| Ok((it.get(0)?, it.get(1)?, it.get(2)?)))?;
    let after: u32 = one(db, REVIEWS, [row])?.unwrap_or(0);
    route_recorded(db, row)?;
    if before != after {
        db.prepare_cached("update item set reviews = ?2 where row = ?1")?.execute((row, after))?;
        if !restricted {
            tally(db, before, -1)?;
            tally(db, after, 1)?;
        }
    }
    Ok(())
}

/// How many reviewers have a current annotation of an item that counts towards its reviews.
const REVIEWS: &str = "
    select count(distinct c.reviewer) from current_annotation c join review r on r.row = c.review
    where c.item = ?1 and r.purpose in ('first', 'second')";
