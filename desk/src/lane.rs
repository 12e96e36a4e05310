//! The restricted lane is an absence: a verb that is told a row asks here first, and answers whoever does not
//! review in the lane as if the item were not in the file.

use casebook_core::queue::Queue;
use casebook_store::{Presence, Row, Store, StoreError};

use crate::error::{Code, Error, Result};

/// Refuses where the item at `row` is not there for this reviewer.
pub(crate) fn require(store: &Store, reviewer: &str, row: Row) -> Result<()> {
    match store.presence(row, reviewer)? {
        Presence::Present => Ok(()),
        Presence::Left => Err(Error::new(Code::Left, format!("item {row}: it left your queue"))),
        Presence::Absent => Err(absent(row)),
    }
}

/// Refuses where the item at `row` cannot be met in `queue`.
pub(crate) fn require_in(store: &Store, queue: &Queue, reviewer: &str, row: Row) -> Result<()> {
    match queue.restricted {
        false => require(store, reviewer, row),
        true if store.is_restricted(row)? => Ok(()),
        true => {
            let message =
                format!("item {row}: queue “{}” holds the restricted lane, and it is not in it", queue.name);
            Err(Error::new(Code::Request, message))
        }
    }
}

fn absent(row: Row) -> Error {
    StoreError::NotFound { what: "item", value: row.to_string() }.into()
}
