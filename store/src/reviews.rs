//! What happens once in a review: it is opened, the mode is drawn, the first impression is stored, what the
//! model said is revealed, parts are uncovered.

use rusqlite::{Connection, OptionalExtension};

use casebook_core::{record::Mode, review::Purpose};

use crate::{
    Row, Store,
    copies::Origin,
    error::{Result, StoreError},
    formats::{Body, format_row},
    lane::restrict,
    rows::{all, item_id, one, reviewer, reviewer_id, variant, word},
};

/// Where a review stands in its file.
pub type ReviewRow = u32;

/// Which review: at most one of a kind.
#[derive(Clone, Copy, Debug)]
pub struct NewReview<'a> {
    /// Of which item.
    pub row: Row,
    /// By whom.
    pub reviewer: &'a str,
    /// Under which policy: one that the file holds.
    pub policy: &'a str,
    /// Why.
    pub purpose: Purpose,
    /// From 1: the how manieth time for this purpose.
    pub round: u32,
}

/// A review as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReview {
    /// Where it stands.
    pub review: ReviewRow,
    /// The same in every copy of the file.
    pub id: String,
    /// Of which item.
    pub row: Row,
    /// Under which policy.
    pub policy: String,
    /// Why.
    pub purpose: Purpose,
    /// From 1.
    pub round: u32,
    /// When the item was first shown in it.
    pub opened_ms: i64,
}

/// A first impression, as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredImpression {
    /// What desk wrote.
    pub body: Body,
    /// When the item was first shown.
    pub started_at_ms: i64,
    /// When the impression was on disk.
    pub stored_at_ms: i64,
}

/// The columns of a [`StoredReview`].
macro_rules! review {
    () => {
        "select r.row, r.id, r.item, r.policy, r.purpose, r.round, r.opened_ms
         from review r join reviewer v on v.id = r.reviewer"
    };
}

impl Store {
    /// Opens a review, or gives the one that was opened before.
    ///
    /// # Errors
    /// When the file cannot be written and it is new.
    pub fn open_review(&self, new: &NewReview, now_ms: i64) -> Result<StoredReview> {
        if let Some(found) = self.read(|db| find(db, new))? {
            return Ok(found);
        }
        self.write(|db| {
            // Another program may have been first.
            if let Some(found) = find(db, new)? {
                return Ok(found);
            }
            let reviewer = reviewer(db, new.reviewer, now_ms)?;
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into review (id, copy, seq, item, reviewer, policy, purpose, round, opened_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            let purpose = word(&new.purpose)?;
            db.prepare_cached(sql)?
                .execute((&id, copy, seq, new.row, reviewer, new.policy, &purpose, new.round, now_ms))?;
            Ok(StoredReview {
                review: db.last_insert_rowid() as ReviewRow,
                id,
                row: new.row,
                policy: new.policy.to_owned(),
                purpose: new.purpose,
                round: new.round,
                opened_ms: now_ms,
            })
        })
    }

    /// The reviews of an item by one reviewer, the newest last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reviews_of(&self, row: Row, reviewer: &str) -> Result<Vec<StoredReview>> {
        self.read(|db| {
            let sql = concat!(review!(), " where r.item = ?1 and v.name = ?2 order by r.row");
            let mut statement = db.prepare_cached(sql)?;
            let mut found = statement.query((row, reviewer))?;
            let mut reviews = Vec::new();
            while let Some(it) = found.next()? {
                reviews.push(stored(it)?);
            }
            Ok(reviews)
        })
    }

    /// Keeps the mode drawn for a review in a queue, and gives back the one that was drawn first.
    ///
    /// # Errors
    /// When the file cannot be written and none was drawn.
    pub fn draw_mode(
        &self,
        review: ReviewRow,
        queue: &str,
        mode: Mode,
        probability: Option<f64>,
        now_ms: i64,
    ) -> Result<(Mode, Option<f64>)> {
        if let Some(drawn) = self.read(|db| drawn(db, review, queue))? {
            return Ok(drawn);
        }
        self.write(|db| {
            if let Some(drawn) = drawn(db, review, queue)? {
                return Ok(drawn);
            }
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into draw (review, queue, id, copy, seq, mode, probability, at_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            db.prepare_cached(sql)?.execute((
                review,
                queue,
                id,
                copy,
                seq,
                word(&mode)?,
                probability,
                now_ms,
            ))?;
            Ok((mode, probability))
        })
    }

    /// Stores what a reviewer decided before the reveal. It is on disk when this returns. `restricts` says that
    /// it names a clause of the restricted lane.
    ///
    /// # Errors
    /// [`StoreError::AlreadyDecided`] where there is one: a first impression is the first.
    pub fn put_impression(
        &self,
        review: ReviewRow,
        queue: &str,
        body: &Body,
        restricts: bool,
        now_ms: i64,
    ) -> Result<()> {
        self.write(|db| {
            let (row, reviewer, opened_ms) = whose(db, review)?;
            if has_impression(db, review)? {
                return Err(StoreError::AlreadyDecided { item: item_id(db, row)?, reviewer });
            }
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql =
                "insert into impression (review, id, copy, seq, queue, format, body, started_ms, stored_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            let format = format_row(db, &body.format)?;
            db.prepare_cached(sql)?
                .execute((review, id, copy, seq, queue, format, &body.json, opened_ms, now_ms))?;
            self.witness(db, review, "impression", now_ms)?;
            match restricts {
                true => restrict(db, row, review, now_ms),
                false => Ok(()),
            }
        })
    }

    /// The first impression of a review, where there is one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn impression(&self, review: ReviewRow) -> Result<Option<StoredImpression>> {
        self.read(|db| {
            let sql = "select f.name, i.body, i.started_ms, i.stored_ms
                       from impression i join format f on f.row = i.format where i.review = ?1";
            let read = |it: &rusqlite::Row| {
                let body = Body { format: it.get(0)?, json: it.get(1)? };
                Ok(StoredImpression { body, started_at_ms: it.get(2)?, stored_at_ms: it.get(3)? })
            };
            Ok(db.prepare_cached(sql)?.query_row([review], read).optional()?)
        })
    }

    /// True where this reviewer stored a first impression of an item, in whichever review.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_decided_first(&self, row: Row, reviewer: &str) -> Result<bool> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(false) };
            let sql = "select exists (select 1 from review r join impression i on i.review = r.row
                                      where r.item = ?1 and r.reviewer = ?2)";
            Ok(one(db, sql, (row, reviewer))?.unwrap_or(false))
        })
    }

    /// Keeps when a reviewer was shown what the model said, and which assessment, or went on without; the first of a
    /// review stays.
    ///
    /// # Errors
    /// When the file cannot be written, or names an assessment that is not in it.
    pub fn set_revealed(&self, review: ReviewRow, assessment: Option<&str>, now_ms: i64) -> Result<i64> {
        if let Some((at_ms, _)) = self.revealed(review)? {
            return Ok(at_ms);
        }
        self.write(|db| {
            let at_ms = "select at_ms from reveal where review = ?1";
            if let Some(at_ms) = one(db, at_ms, [review])? {
                return Ok(at_ms);
            }
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into reveal (review, id, copy, seq, assessment, at_ms) values (?1, ?2, ?3, ?4, ?5, ?6)";
            db.prepare_cached(sql)?.execute((review, id, copy, seq, assessment, now_ms))?;
            self.witness(db, review, "reveal", now_ms)?;
            Ok(now_ms)
        })
    }

    /// When and what a reviewer was shown of the model in a review.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn revealed(&self, review: ReviewRow) -> Result<Option<(i64, Option<String>)>> {
        self.read(|db| {
            let sql = "select at_ms, assessment from reveal where review = ?1";
            let read = |it: &rusqlite::Row| Ok((it.get(0)?, it.get(1)?));
            Ok(db.prepare_cached(sql)?.query_row([review], read).optional()?)
        })
    }

    /// Keeps that a reviewer uncovered a part.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_uncovered(&self, review: ReviewRow, part: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let sql = "select 1 from uncovering where review = ?1 and part = ?2";
            if one::<i64>(db, sql, (review, part))?.is_some() {
                return Ok(());
            }
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql =
                "insert into uncovering (review, part, id, copy, seq, at_ms) values (?1, ?2, ?3, ?4, ?5, ?6)";
            db.prepare_cached(sql)?.execute((review, part, id, copy, seq, now_ms))?;
            Ok(())
        })
    }

    /// The parts that were uncovered in a review.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn uncovered(&self, review: ReviewRow) -> Result<Vec<String>> {
        self.read(|db| all(db, "select part from uncovering where review = ?1 order by part", [review]))
    }
}

fn stored(it: &rusqlite::Row) -> Result<StoredReview> {
    Ok(StoredReview {
        review: it.get(0)?,
        id: it.get(1)?,
        row: it.get(2)?,
        policy: it.get(3)?,
        purpose: variant("purpose", &it.get::<_, String>(4)?)?,
        round: it.get(5)?,
        opened_ms: it.get(6)?,
    })
}

fn find(db: &Connection, wanted: &NewReview) -> Result<Option<StoredReview>> {
    let sql = concat!(
        review!(),
        " where r.item = ?1 and v.name = ?2 and r.policy = ?3 and r.purpose = ?4 and r.round = ?5"
    );
    let mut statement = db.prepare_cached(sql)?;
    let mut found = statement.query((
        wanted.row,
        wanted.reviewer,
        wanted.policy,
        word(&wanted.purpose)?,
        wanted.round,
    ))?;
    found.next()?.map(stored).transpose()
}

/// The item, reviewer and opening of a review.
pub(crate) fn whose(db: &Connection, review: ReviewRow) -> Result<(Row, String, i64)> {
    let sql = "select r.item, v.name, r.opened_ms from review r join reviewer v on v.id = r.reviewer where r.row = ?1";
    let read = |it: &rusqlite::Row| Ok((it.get(0)?, it.get(1)?, it.get(2)?));
    let found = db.prepare_cached(sql)?.query_row([review], read).optional()?;
    found.ok_or_else(|| StoreError::NotFound { what: "review", value: review.to_string() })
}

fn has_impression(db: &Connection, review: ReviewRow) -> Result<bool> {
    Ok(one::<i64>(db, "select 1 from impression where review = ?1", [review])?.is_some())
}

fn drawn(db: &Connection, review: ReviewRow, queue: &str) -> Result<Option<(Mode, Option<f64>)>> {
    let sql = "select mode, probability from draw where review = ?1 and queue = ?2";
    let found: Option<(String, Option<f64>)> =
        db.prepare_cached(sql)?.query_row((review, queue), |it| Ok((it.get(0)?, it.get(1)?))).optional()?;
    found.map(|(mode, probability)| Ok((variant("mode", &mode)?, probability))).transpose()
}
