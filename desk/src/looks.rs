//! Which review of an item a reviewer is in: one look at it under the policy in force.

use casebook_core::review::Purpose;
use casebook_store::{NewReview, Row, Store, StoredReview};

use crate::error::Result;

/// The review under `policy`, where this reviewer has looked under it. One that a release from the restricted lane
/// ended is over, and who looks again looks afresh.
pub(crate) fn found(store: &Store, policy: &str, reviewer: &str, row: Row) -> Result<Option<StoredReview>> {
    let mut going = Vec::new();
    for review in store.reviews_of(row, reviewer)? {
        if !store.is_over(review.review)? {
            going.push(review);
        }
    }
    Ok(among(going, policy))
}

/// The same, opened now where there is none. Who has recorded the item under another policy looks a second time.
pub(crate) fn open(
    store: &Store,
    policy: &str,
    reviewer: &str,
    row: Row,
    now_ms: i64,
) -> Result<StoredReview> {
    if let Some(review) = found(store, policy, reviewer, row)? {
        return Ok(review);
    }
    let mut purpose = Purpose::First;
    for former in store.reviews_of(row, reviewer)? {
        if store.current_annotation(former.review)?.is_some() {
            purpose = Purpose::Second;
        }
    }
    // The rounds before, if any, were ended: one that goes on was found.
    let before = store.reviews_of(row, reviewer)?;
    let before =
        before.iter().filter(|it| it.policy == policy && it.purpose == purpose).map(|it| it.round).max();
    let round = before.unwrap_or(0) + 1;
    Ok(store.open_review(&NewReview { row, reviewer, policy, purpose, round }, now_ms)?)
}

/// True where this reviewer has decided an item: what others decided of it may be told to them.
pub(crate) fn knows(store: &Store, reviewer: &str, row: Row) -> Result<bool> {
    for review in store.reviews_of(row, reviewer)? {
        let decided = store.impression(review.review)?.is_some();
        if decided || store.current_annotation(review.review)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The newest that is asked for by a queue; the others have a place of their own.
fn among(reviews: Vec<StoredReview>, policy: &str) -> Option<StoredReview> {
    let ours =
        |it: &StoredReview| it.policy == policy && matches!(it.purpose, Purpose::First | Purpose::Second);
    reviews.into_iter().rev().find(ours)
}
