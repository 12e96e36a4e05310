//! The restricted lane is an absence: a verb that is told a row asks here first, and answers whoever does not
//! review in the lane as if the item were not in the file.

use casebook_core::{queue::Queue, turn::ReleaseReason};
use casebook_store::{NewRelease, Presence, ReviewRow, Row, Store, StoreError};

use crate::{
    error::{Code, Error, Result},
    leases::lease,
    policies,
    session::Session,
    turn,
    turn::wire::TakeOut,
};

impl Session {
    /// Takes an item out of the restricted lane that a reviewer put there by a slip of the key: as a second person, in
    /// a queue of the lane, after one's own first impression. It is ordinary again; the reviews that put it there are
    /// over, and their records are withdrawn.
    ///
    /// # Errors
    /// Refuses who put it there or confirmed it; what a settled answer or a bank match put there; an item that is in no
    /// lane; and another queue.
    pub fn take_out(&self, queue: &str, row: Row, release: &TakeOut) -> Result<()> {
        let (case, reviewer) = self.reviewing()?;
        let note = turn::note(release.note.as_deref())?;
        let now = self.now();
        case.write(|store| {
            store.transaction(|store| {
                let met_in = store.queue(queue)?;
                require(store, &reviewer, row)?;
                let id = store.item(row)?.item.id;
                let refuse = |rule: String| {
                    let attempt = format!("take item {id} out of the restricted lane as {reviewer}");
                    Err(Error::new(Code::Request, format!("{attempt}: {rule}")))
                };
                if !store.is_restricted(row)? {
                    return refuse("it is not in it".into());
                }
                if !met_in.is_some_and(|it| it.restricted) {
                    return refuse(format!("that is done in a queue of the lane, and “{queue}” is none"));
                }
                if !turn::may_know(&case, store, &reviewer, row)? {
                    return refuse("a first impression comes first".into());
                }
                lease(&case, store, &reviewer, row, now)?;
                // A policy that cannot be read may have restricted anything.
                let restricts = |policy: &str, clause: &str| {
                    policies::held(store, policy).map_or(true, |it| it.restricts(clause))
                };
                let there = store.put_there(row, &restricts)?;
                if there.by_gold {
                    return refuse("a settled answer put it there, which no reviewer takes back".into());
                }
                if there.by_match {
                    return refuse("a match in a bank put it there, which no reviewer takes back".into());
                }
                if there.reviews.is_empty() {
                    return refuse("nothing that a reviewer recorded put it there".into());
                }
                if there.reviews.values().any(|it| *it == reviewer) {
                    return refuse(format!("{reviewer} put it there, and a second person takes it out"));
                }
                let reviews: Vec<ReviewRow> = there.reviews.into_keys().collect();
                let reason: ReleaseReason = release.reason;
                Ok(store.take_out(
                    &NewRelease { row, reviewer: &reviewer, reason, note, reviews: &reviews },
                    now,
                )?)
            })
        })
    }
}

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
