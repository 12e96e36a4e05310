//! The restricted lane, which is an absence: to whoever does not review in it, its items are not in the file.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    Row, Store,
    copies::Origin,
    error::{Result, StoreError},
    items::tally,
    reviews::ReviewRow,
    rows::one,
};

/// Whether an item is there, for one reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is: not restricted, or this reviewer reviews it in the lane.
    Present,
    /// This reviewer has met it, and it left their queue.
    Left,
    /// There is no such item, or it is as if there were none.
    Absent,
}

impl Store {
    /// Whether the item at `row` is there for this reviewer.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn presence(&self, row: Row, reviewer: &str) -> Result<Presence> {
        let sql = "
            select i.restricted = 0 or exists (
                       select 1 from review r join reviewer v on v.id = r.reviewer
                       join restricted_review x on x.review = r.row where r.item = i.row and v.name = ?2),
                   i.restricted = 1 and exists (
                       select 1 from review r join reviewer v on v.id = r.reviewer where r.item = i.row and v.name = ?2)
            from item i where i.row = ?1";
        self.read(|db| {
            let found: Option<(bool, bool)> = db
                .prepare_cached(sql)?
                .query_row((row, reviewer), |it| Ok((it.get(0)?, it.get(1)?)))
                .optional()?;
            Ok(match found {
                Some((true, _)) => Presence::Present,
                Some((false, true)) => Presence::Left,
                Some((false, false)) | None => Presence::Absent,
            })
        })
    }

    /// True where the item at `row` is in the restricted lane.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none.
    pub fn is_restricted(&self, row: Row) -> Result<bool> {
        let restricted = self.read(|db| one(db, "select restricted from item where row = ?1", [row]))?;
        restricted.ok_or_else(|| StoreError::NotFound { what: "item", value: row.to_string() })
    }

    /// Lets a review be done in the restricted lane. Twice is once.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn admit(&self, review: ReviewRow, now_ms: i64) -> Result<()> {
        if self.read(|db| one::<i64>(db, ADMITTED, [review]))?.is_some() {
            return Ok(());
        }
        self.write(|db| admit(db, review, now_ms))
    }
}

/// Whether a review is done in the lane.
const ADMITTED: &str = "select 1 from restricted_review where review = ?1";

fn admit(db: &Connection, review: ReviewRow, now_ms: i64) -> Result<()> {
    // A number that is drawn is used: the numbers of a copy have no gaps.
    if one::<i64>(db, ADMITTED, [review])?.is_some() {
        return Ok(());
    }
    let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
    let sql = "insert into restricted_review (review, id, copy, seq, at_ms) values (?1, ?2, ?3, ?4, ?5)";
    db.prepare_cached(sql)?.execute((review, id, copy, seq, now_ms))?;
    Ok(())
}

/// Puts an item into the lane, for good, by what was judged in `review`, which goes on there. Whoever else
/// holds the item holds it no more. Inside a write.
pub(crate) fn restrict(db: &Connection, row: Row, review: ReviewRow, now_ms: i64) -> Result<()> {
    admit(db, review, now_ms)?;
    let sql = "update item set restricted = 1 where row = ?1 and restricted = 0 returning reviews";
    let Some(reviews) = one(db, sql, [row])? else { return Ok(()) };
    tally(db, reviews, -1)?;
    let sql =
        "delete from lease where item = ?1 and reviewer <> (select reviewer from review where row = ?2)";
    db.prepare_cached(sql)?.execute((row, review))?;
    Ok(())
}
