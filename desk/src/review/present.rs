//! Meeting an item: who holds it, in which mode it is reviewed, and what was saved of it before.

use casebook_core::{
    formats,
    queue::{Filter, Order, Queue},
    record::Mode,
};
use casebook_store::{ReviewRow, Row, Store, Unfinished};

use super::{impression, reveal::Ready, uncovered};
use crate::{
    case::Case,
    error::Result,
    leases::{LEASE_MS, by_priority, lease_first},
    looks,
    session::Session,
    turn, view,
    wire::{Review, Unread, UnreadKind},
};

/// Candidates tried before the queue counts as empty for now: others may hold the first ones.
const TRIED: u32 = 50;

/// An item as a reviewer meets it.
#[derive(Clone, Copy)]
pub(super) struct Presented {
    pub(super) row: Row,
    /// `None` where nothing can be recorded and none was opened.
    pub(super) review: Option<ReviewRow>,
    pub(super) started_ms: i64,
    pub(super) mode: Mode,
}

impl Session {
    /// Leases the queue's head and notes that it was met, which is one wait for the disk.
    pub(super) fn present_head(
        &self,
        case: &Case,
        queue: &Queue,
        reviewer: &str,
    ) -> Result<Option<Presented>> {
        let now = self.now();
        let look = |store: &Store| by_priority(store, queue, reviewer, &case.program, now, TRIED);
        // Looked for before the file is locked for writing: a filter, or weighing risks, may make that long.
        let candidates = match queue.filter == Filter::default() && queue.order != Order::Risk {
            true => case.read_at_hand(look)?,
            false => case.read(look)?,
        };
        if case.is_read_only() {
            let head = candidates.first();
            return case
                .read(|store| head.map(|row| self.present(case, store, queue, reviewer, *row)).transpose());
        }
        case.write(|store| {
            store.transaction(|store| {
                let leased = lease_first(case, store, queue, &candidates, reviewer, now)?;
                leased.map(|row| self.present(case, store, queue, reviewer, row)).transpose()
            })
        })
    }

    /// Notes that an item was met, the first time: when, and in which mode.
    pub(super) fn present(
        &self,
        case: &Case,
        store: &Store,
        queue: &Queue,
        reviewer: &str,
        row: Row,
    ) -> Result<Presented> {
        let now = self.now();
        let policy = case.policy.name();
        let look = match store.is_read_only() {
            true => looks::found(store, &policy, reviewer, row)?,
            false => Some(looks::open(store, &policy, reviewer, row, now)?),
        };
        if let Some(look) = look.as_ref().filter(|_| queue.restricted && !store.is_read_only()) {
            store.admit(look.review, now)?;
        }
        let (review, started_ms) = look.map_or((None, now), |it| (Some(it.review), it.opened_ms));
        let met = Presented { row, review, started_ms, mode: Mode::Blind };
        Ok(Presented { mode: self.mode(store, queue, reviewer, &met, now)?, ..met })
    }

    pub(super) fn build(&self, case: &Case, queue: &Queue, reviewer: &str, met: Presented) -> Result<Review> {
        let Presented { row, review, started_ms, mode } = met;
        let now = self.now();
        let impression = case.read_at_hand(|store| impression(store, review))?.map(|it| it.0);
        let revealed = match (&impression, mode, review) {
            (None, Mode::Blind, _) | (_, _, None) => None,
            (impression, _, Some(review)) => {
                let ready = Ready { row, review, impression: impression.clone() };
                self.revealed(case, reviewer, &ready)?
            }
        };
        let mut unread = None;
        // A draft is only made after the reveal, so it carries the model's steps.
        let draft = match (review, &revealed) {
            (Some(review), Some(_)) => self.unfinished(case, review, Unfinished::Draft, &mut unread)?,
            _ => None,
        };
        let picks = match (review, &impression, &revealed) {
            (Some(review), None, None) => self.unfinished(case, review, Unfinished::Picks, &mut unread)?,
            _ => None,
        };
        case.read_at_hand(|store| {
            let stored = store.item(row)?;
            let (open, done) = match queue.filter == Filter::default() || queue.restricted {
                true => {
                    let (open, done) = store.queue_counts(queue, reviewer)?;
                    (Some(open), done)
                }
                // Counting what a filter lets through may walk over every item: the prefetching thread does that.
                false => {
                    let done = store.done_in(&queue.name, reviewer)?;
                    (case.prefetch.open_in(queue, reviewer, done), done)
                }
            };
            Ok(Review {
                queue: queue.name.clone(),
                item: view::item(&stored, &uncovered(store, review)?),
                mode,
                started_at_ms: started_ms as f64,
                leased_until_ms: (now + LEASE_MS) as f64,
                impression,
                picks,
                revealed,
                draft,
                unread,
                done,
                open,
                waits: turn::waits(store, reviewer, row)?,
                taken_back: None,
            })
        })
    }

    /// The mode drawn for this item and reviewer. Who has seen the model without deciding first
    /// can no longer be blind to it, whatever this queue says.
    pub(super) fn mode(
        &self,
        store: &Store,
        queue: &Queue,
        reviewer: &str,
        met: &Presented,
        now: i64,
    ) -> Result<Mode> {
        let decided_first = match met.review {
            Some(review) => store.impression(review)?.is_some(),
            None => false,
        };
        if !decided_first && store.has_seen_model(met.row, reviewer)? {
            return Ok(Mode::Assisted);
        }
        let (mode, probability) = queue.draw((self.settings.chance)());
        match met.review {
            Some(review) if !store.is_read_only() => {
                Ok(store.draw_mode(review, &queue.name, mode, probability, now)?.0)
            }
            // Nothing can be recorded, so nothing can be decided first: show the item alone.
            _ => Ok(Mode::Blind),
        }
    }

    /// What was saved of a review that is not finished. What cannot be read is said, and moved to where the next
    /// save does not overwrite it.
    fn unfinished<T>(
        &self,
        case: &Case,
        review: ReviewRow,
        which: Unfinished,
        unread: &mut Option<Unread>,
    ) -> Result<Option<T>>
    where
        T: serde::de::DeserializeOwned + serde::Serialize,
    {
        let (saved, format, what) = match which {
            Unfinished::Draft => {
                (case.read_at_hand(|it| Ok(it.draft(review)?))?, formats::DRAFT, UnreadKind::Draft)
            }
            Unfinished::Picks => {
                (case.read_at_hand(|it| Ok(it.picks(review)?))?, formats::PICKS, UnreadKind::Picks)
            }
        };
        let Some(saved) = saved else { return Ok(None) };
        match formats::read::<T>(&saved.format, format, &saved.json) {
            Ok(kept) => Ok(Some(kept.value)),
            Err(problem) => {
                if !case.is_read_only() {
                    case.write(|store| Ok(store.keep_unread(review, which, self.now())?))?;
                }
                *unread = Some(Unread { what, problem: problem.to_string() });
                Ok(None)
            }
        }
    }
}
