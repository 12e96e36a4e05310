//! The way back out of the restricted lane, for an item that a reviewer put there.
//!
//! What put it there follows from what was recorded, and which clauses restrict is for the policies to say; so who
//! calls brings that along. The reviews that put it there are over with the release: their records are withdrawn.

use std::collections::BTreeMap;

use rusqlite::Connection;

use casebook_core::turn::ReleaseReason;

use crate::{
    Row, Store,
    annotations::withdraw,
    copies::Origin,
    error::Result,
    items::tally,
    reviews::ReviewRow,
    routing::route_recorded,
    rows::{all, one, reviewer, variant},
};

/// What put an item into the lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutThere {
    /// A settled answer, which no reviewer takes out.
    pub by_gold: bool,
    /// A match in a bank, which no reviewer takes out.
    pub by_match: bool,
    /// The reviews in which somebody put it there, and whose they are.
    pub reviews: BTreeMap<ReviewRow, String>,
}

/// Says whether a clause of a policy is of the lane: name of the policy, id of the clause.
pub type Restricting<'a> = &'a dyn Fn(&str, &str) -> bool;

/// An item to take out of the lane.
#[derive(Clone, Copy, Debug)]
pub struct NewRelease<'a> {
    /// Which.
    pub row: Row,
    /// Who takes it out.
    pub reviewer: &'a str,
    /// Why.
    pub reason: ReleaseReason,
    /// What is said along with it.
    pub note: Option<&'a str>,
    /// The reviews that put it there, which are over with it.
    pub reviews: &'a [ReviewRow],
}

/// A release as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRelease {
    /// Who took the item out.
    pub by: String,
    /// Why.
    pub reason: ReleaseReason,
    /// What was said along with it: a judgement, which desk tells or keeps.
    pub note: Option<String>,
    /// When.
    pub created_ms: i64,
}

impl Store {
    /// What put the item at `row` into the lane, but for what a release ended.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn put_there(&self, row: Row, restricts: Restricting) -> Result<PutThere> {
        self.read(|db| {
            // Also one that another import replaced since: an item that a gold put there is not taken out.
            let mut by_gold = false;
            let mut settled = db.prepare_cached(SETTLED)?;
            let mut found = settled.query([row])?;
            while let Some(it) = found.next()? {
                by_gold |= restricts(&it.get::<_, String>(0)?, &it.get::<_, String>(1)?);
            }
            let sql = "select exists (select 1 from signal where item = ?1 and kind = 'hash_match')";
            let by_match = one(db, sql, [row])?.unwrap_or(false);
            let mut reviews = BTreeMap::new();
            let mut statement = db.prepare_cached(CITED)?;
            let mut found = statement.query([row])?;
            while let Some(it) = found.next()? {
                let (policy, clause): (String, String) = (it.get(2)?, it.get(3)?);
                if restricts(&policy, &clause) {
                    reviews.insert(it.get(0)?, it.get(1)?);
                }
            }
            Ok(PutThere { by_gold, by_match, reviews })
        })
    }

    /// Takes an item out of the lane: it is ordinary again. Whoever holds it holds it no more.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn take_out(&self, new: &NewRelease, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let by = reviewer(db, new.reviewer, now_ms)?;
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into release (id, copy, seq, item, reviewer, reason, note, created_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let reason = new.reason.word();
            db.prepare_cached(sql)?.execute((id, copy, seq, new.row, by, reason, new.note, now_ms))?;
            let release = db.last_insert_rowid();
            for review in new.reviews {
                db.prepare_cached("insert into release_review (release, review) values (?1, ?2)")?
                    .execute((release, review))?;
                let sql = "select a.id from annotation a where a.review = ?1
                             and not exists (select 1 from withdrawal w where w.annotation = a.id)";
                for annotation in all::<String>(db, sql, [review])? {
                    withdraw(db, &annotation, now_ms)?;
                }
            }
            let sql = "update item set restricted = 0 where row = ?1 and restricted = 1 returning reviews";
            if let Some(reviews) = one(db, sql, [new.row])? {
                tally(db, reviews, 1)?;
            }
            db.prepare_cached("delete from lease where item = ?1")?.execute([new.row])?;
            route_recorded(db, new.row)
        })
    }

    /// The releases of an item, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn releases_of(&self, row: Row) -> Result<Vec<StoredRelease>> {
        self.read(|db| {
            let sql = "select v.name, e.reason, e.note, e.created_ms from release e join reviewer v on v.id = e.reviewer
                       where e.item = ?1 order by e.seq";
            let mut statement = db.prepare_cached(sql)?;
            let mut found = statement.query([row])?;
            let mut releases = Vec::new();
            while let Some(it) = found.next()? {
                releases.push(StoredRelease {
                    by: it.get(0)?,
                    reason: variant("reason", &it.get::<_, String>(1)?)?,
                    note: it.get(2)?,
                    created_ms: it.get(3)?,
                });
            }
            Ok(releases)
        })
    }

    /// True where a release ended this review.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_over(&self, review: ReviewRow) -> Result<bool> {
        self.read(|db| is_over(db, review))
    }
}

fn is_over(db: &Connection, review: ReviewRow) -> Result<bool> {
    Ok(one::<i64>(db, "select 1 from release_review where review = ?1 limit 1", [review])?.is_some())
}

const SETTLED: &str = "select g.policy, c.value from gold g, json_each(g.clauses) c where g.item = ?1";

/// The clauses that anything recorded of an item names, withdrawn or not, with the review and its policy.
const CITED: &str = "
    select r.row, v.name, r.policy, c.value
    from review r join reviewer v on v.id = r.reviewer join impression m on m.review = r.row,
         json_each(m.body, '$.judgement.clauses') c
    where r.item = ?1 and not exists (select 1 from release_review e where e.review = r.row)
    union
    select r.row, v.name, r.policy, c.value
    from review r join reviewer v on v.id = r.reviewer join annotation a on a.review = r.row, json_each(a.clauses) c
    where r.item = ?1 and not exists (select 1 from release_review e where e.review = r.row)";
