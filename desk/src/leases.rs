//! Which of a queue's candidates a window gets, so that no two people do the same work.

use casebook_core::{
    queue::{Order, Queue},
    risk,
};
use casebook_store::{Row, Store, StoreError};

use crate::{
    case::Case,
    error::{Code, Result},
};

/// A lease lives ten minutes and is renewed while the window is looked at.
pub(crate) const LEASE_MS: i64 = 10 * 60 * 1000;

/// Leases the first candidate that nobody else took meanwhile. An item this window already holds
/// comes first, so that asking twice gives the same item. Inside a transaction.
pub(crate) fn lease_first(
    case: &Case,
    store: &Store,
    queue: &Queue,
    candidates: &[Row],
    reviewer: &str,
    now: i64,
) -> Result<Option<Row>> {
    let held = store.leased_row(reviewer, &case.program, now)?;
    let ordered = held.iter().filter(|it| candidates.contains(it)).chain(candidates);
    for row in ordered {
        // It may have come into the restricted lane since the candidates were looked for.
        if store.is_restricted(*row)? != queue.restricted {
            continue;
        }
        match lease(case, store, reviewer, *row, now) {
            Ok(_) => {
                if let Some(other) = held.filter(|it| it != row) {
                    store.release(other, reviewer, &case.program)?;
                }
                return Ok(Some(*row));
            }
            Err(error) if error.code == Code::NotYours => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The queue's candidates; the head of one ordered by risk is weighed again with the time of day.
pub(crate) fn by_priority(
    store: &Store,
    queue: &Queue,
    reviewer: &str,
    program: &str,
    now: i64,
    limit: u32,
) -> Result<Vec<Row>> {
    if queue.order != Order::Risk {
        return Ok(store.candidates(queue, reviewer, program, now, limit)?);
    }
    let rows = store.candidates(queue, reviewer, program, now, risk::HEAD as u32)?;
    let mut head = store.risk_terms(&rows, now)?;
    risk::rank_head(&mut head);
    Ok(head.into_iter().map(|it| it.0).take(limit as usize).collect())
}

/// Leases `row`, or renews it; gives until when. `store` is the writer.
pub(crate) fn lease(case: &Case, store: &Store, reviewer: &str, row: Row, now: i64) -> Result<i64> {
    case.refuse_closed()?;
    if store.is_read_only() {
        return Err(StoreError::ReadOnly { path: store.path().to_owned() }.into());
    }
    store.lease(row, reviewer, &case.program, now, now + LEASE_MS)?;
    Ok(now + LEASE_MS)
}

/// Leases `row` and lets go of what this window held.
pub(crate) fn take(case: &Case, store: &Store, reviewer: &str, row: Row, now: i64) -> Result<()> {
    let held = store.leased_row(reviewer, &case.program, now)?;
    lease(case, store, reviewer, row, now)?;
    if let Some(other) = held.filter(|it| *it != row) {
        store.release(other, reviewer, &case.program)?;
    }
    Ok(())
}
