//! Reviewing: next, decide, reveal, correct, submit, undo.
//!
//! The promise kept here: nothing a model or another reviewer judged leaves this file before the
//! reviewer's first impression is stored. `Session::reveal` is the only door, and it looks at the store.

mod ending;
mod present;
mod reveal;

use casebook_core::{
    check,
    decision::{Judgement, Picks},
    draft::{self, Draft},
    evidence::Evidence,
    formats::{self, Unknown},
    policy::Policy,
    queue::Queue,
    record::Mode,
};
use casebook_store::{Act, Body, NewAnnotation, ReviewRow, Row, Store, StoredItem};

use crate::{
    day::Decided,
    error::{Code, Error, Result},
    lane,
    leases::{lease, take},
    looks,
    session::Session,
    turn, view,
    wire::{Aside, Impression, ItemView, PartView, Revealed, Review, Stored, Submitted, TakenBack},
};

use ending::{Ending, setting};
use present::Presented;
use reveal::Ready;

impl Session {
    /// The next item of `queue`, leased for ten minutes; `None` when nothing is open.
    ///
    /// # Errors
    /// When there is no such queue, or the file cannot be used.
    pub fn next(&self, queue: &str) -> Result<Option<Review>> {
        let (case, reviewer) = self.reviewing()?;
        let queue = case.read_at_hand(|store| named(store, queue))?;
        let met = self.present_head(&case, &queue, &reviewer)?;
        let review = met.map(|it| self.build(&case, &queue, &reviewer, it)).transpose()?;
        case.look_ahead(&queue.name, &reviewer);
        Ok(review)
    }

    /// A given item, for instance one found by search, reviewed in `queue`.
    ///
    /// # Errors
    /// When somebody else holds it.
    pub fn open_item(&self, queue: &str, row: Row) -> Result<Review> {
        let (case, reviewer) = self.reviewing()?;
        let queue = case.read(|store| named(store, queue))?;
        let now = self.now();
        let met = case.write(|store| {
            store.transaction(|store| {
                lane::require_in(store, &queue, &reviewer, row)?;
                lease(&case, store, &reviewer, row, now)?;
                self.present(&case, store, &queue, &reviewer, row)
            })
        })?;
        self.build(&case, &queue, &reviewer, met)
    }

    /// Keeps the lease of `row`; gives until when, ms.
    ///
    /// # Errors
    /// When it ran out and somebody else holds it now.
    pub fn heartbeat(&self, row: Row) -> Result<f64> {
        let (case, reviewer) = self.reviewing()?;
        case.write(|store| {
            lane::require(store, &reviewer, row)?;
            Ok(lease(&case, store, &reviewer, row, self.now())? as f64)
        })
    }

    /// Stores that this reviewer uncovers a picture, then names the whole rendition.
    ///
    /// # Errors
    /// When there is no such part, or it cannot be stored: then it stays covered.
    pub fn uncover(&self, row: Row, part: &str) -> Result<PartView> {
        let (case, reviewer) = self.reviewing()?;
        case.write(|store| {
            lane::require(store, &reviewer, row)?;
            let stored = store.item(row)?;
            let found = stored.record.parts.iter().find(|it| it.id == part);
            let found = found.ok_or_else(|| no_part(&stored, part))?;
            if stored.restricted {
                let message =
                    format!("item {}: an item in the restricted lane stays covered", stored.item.id);
                return Err(Error::new(Code::Request, message));
            }
            let review = looks::open(store, &case.policy.name(), &reviewer, row, self.now())?.review;
            store.set_uncovered(review, part, self.now())?;
            Ok(view::part(row, found, &store.uncovered(review)?))
        })
    }

    /// Stores what the reviewer decided before seeing the model. It is on disk when this returns, and no model was
    /// asked: [`reveal`](Self::reveal) gives what one says.
    ///
    /// # Errors
    /// Refuses clauses the policy lacks, and a second first impression.
    pub fn store_impression(&self, queue: &str, row: Row, impression: &Impression) -> Result<Stored> {
        let (case, reviewer) = self.reviewing()?;
        let queue = case.read(|store| named(store, queue))?;
        known_clauses(&impression.judgement, &case.policy)?;
        let now = self.now();
        let body = body(formats::IMPRESSION, impression, &Unknown::default());
        let restricts = impression.judgement.clauses.iter().any(|it| case.policy.restricts(it));
        case.write(|store| {
            store.transaction(|store| {
                lane::require(store, &reviewer, row)?;
                lease(&case, store, &reviewer, row, now)?;
                let review = looks::open(store, &case.policy.name(), &reviewer, row, now)?.review;
                Ok(store.put_impression(review, &queue.name, &body, restricts, now)?)
            })
        })?;
        Ok(Stored { stored_at_ms: now as f64 })
    }

    /// Keeps what is picked of a first impression; gives when it was on disk, ms.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_picks(&self, row: Row, picks: &Picks) -> Result<f64> {
        let (case, reviewer) = self.reviewing()?;
        let now = self.now();
        case.write(|store| {
            store.transaction(|store| {
                lane::require(store, &reviewer, row)?;
                let review = looks::open(store, &case.policy.name(), &reviewer, row, now)?.review;
                let unknown = unknown::<Picks>(store.picks(review)?, formats::PICKS);
                Ok(store.save_picks(review, &body(formats::PICKS, picks, &unknown), now)?)
            })
        })?;
        Ok(now as f64)
    }

    /// Keeps unfinished work; gives when it was on disk, ms.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_draft(&self, row: Row, draft: &Draft) -> Result<f64> {
        let (case, reviewer) = self.reviewing()?;
        let now = self.now();
        case.write(|store| {
            store.transaction(|store| {
                lane::require(store, &reviewer, row)?;
                let review = looks::open(store, &case.policy.name(), &reviewer, row, now)?.review;
                let unknown = unknown::<Draft>(store.draft(review)?, formats::DRAFT);
                Ok(store.save_draft(review, &body(formats::DRAFT, draft, &unknown), now)?)
            })
        })?;
        Ok(now as f64)
    }

    /// Checks one piece of evidence as it is attached.
    ///
    /// # Errors
    /// Says what is false about it.
    pub fn check_anchor(&self, row: Row, evidence: Evidence) -> Result<Evidence> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| {
            lane::require(store, &reviewer, row)?;
            let stored = store.item(row)?;
            let known = |id: &str| is_citable(store, &reviewer, id, &case.policy);
            match check::broken_anchor(&evidence.anchor, &stored.record.parts, &case.policy, &known) {
                None => Ok(Evidence { verified: Some(true), ..evidence }),
                Some((value, rule)) => Err(false_record(vec![check::Falsehood {
                    place: check::Place::Evidence { id: evidence.id },
                    value,
                    rule,
                }])),
            }
        })
    }

    /// What the record of `draft` would lack: a hint while it is written, from the draft and the
    /// policy alone.
    ///
    /// # Errors
    /// When no file is open.
    pub fn missing(&self, draft: &Draft) -> Result<Vec<check::Missing>> {
        Ok(draft::missing(draft, &self.case()?.policy))
    }

    /// Records the review. It is on disk when this returns.
    ///
    /// # Errors
    /// Lists everything false in it; in a blind queue a first impression must be there.
    pub fn submit(&self, queue: &str, row: Row, draft: &Draft, active_ms: f64) -> Result<Submitted> {
        let (case, reviewer) = self.reviewing()?;
        let (submitted, decided) = case.write(|store| {
            let queue = named(store, queue)?;
            let now = self.now();
            lane::require(store, &reviewer, row)?;
            let stored = store.item(row)?;
            let review = looks::open(store, &case.policy.name(), &reviewer, row, now)?.review;
            let met = Presented { row, review: Some(review), started_ms: now, mode: Mode::Blind };
            let met = Presented { mode: self.mode(store, &queue, &reviewer, &met, now)?, ..met };
            let ending = Ending {
                policy: &case.policy,
                reviewer: &reviewer,
                queue: &queue,
                stored: &stored,
                review,
                mode: met.mode,
            };
            let setting = setting(store, &ending, active_ms, now)?;
            let mut record = draft::record(draft, &case.policy, setting);
            let known = |id: &str| is_citable(store, &reviewer, id, &case.policy);
            let missing = check::check(&mut record, &case.policy, &known).map_err(false_record)?;
            let restricts = check::touches_restricted_lane(&record, &case.policy);
            store.submit(&NewAnnotation {
                review,
                restricts,
                queue: &queue.name,
                record: &record,
                choice: draft.judgement.choice,
                now_ms: now,
                program: &case.program,
            })?;
            let decided = Decided::of(&case, &stored.item.id, draft, restricts || stored.restricted);
            Ok((Submitted { record: record.id, missing }, decided))
        })?;
        self.note_decided(&case, row, decided, active_ms);
        Ok(submitted)
    }

    /// Sets an item aside, recorded, without an annotation.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_aside(&self, queue: &str, row: Row, how: Aside) -> Result<()> {
        let (case, reviewer) = self.reviewing()?;
        let kind = match how {
            Aside::Skip => "skip",
            Aside::Defer => "defer",
        };
        case.write(|store| {
            store.transaction(|store| {
                lane::require(store, &reviewer, row)?;
                store.set_aside(row, &reviewer, queue, kind, self.now())?;
                Ok(store.release(row, &reviewer, &case.program)?)
            })
        })
    }

    /// Takes back this reviewer's newest submission or setting aside in `queue` and reopens the
    /// item with its draft; `None` when there is nothing to take back. Undo appends.
    ///
    /// # Errors
    /// When somebody else holds the item now.
    pub fn undo(&self, queue: &str) -> Result<Option<Review>> {
        let (case, reviewer) = self.reviewing()?;
        let queue = case.read(|store| named(store, queue))?;
        let now = self.now();
        let take_back = |store: &Store| {
            let (row, what) = match store.newest_act(&reviewer, &queue.name)? {
                None => return Ok(None),
                Some(Act::Annotation { id, row, .. }) => {
                    lane::require(store, &reviewer, row)?;
                    take(&case, store, &reviewer, row, now)?;
                    store.withdraw(&id, now)?;
                    (row, TakenBack::Submission)
                }
                Some(Act::Aside { id, row, kind, .. }) => {
                    lane::require(store, &reviewer, row)?;
                    take(&case, store, &reviewer, row, now)?;
                    store.take_back_aside(id, now)?;
                    (row, if kind == "skip" { TakenBack::Skip } else { TakenBack::Deferral })
                }
                Some(Act::Handover { id, row, .. }) => {
                    lane::require(store, &reviewer, row)?;
                    turn::undo(store, &reviewer, row, id, now)?;
                    take(&case, store, &reviewer, row, now)?;
                    (row, TakenBack::Handover)
                }
            };
            Ok(Some((self.present(&case, store, &queue, &reviewer, row)?, what)))
        };
        let Some((met, what)) = case.write(|store| store.transaction(take_back))? else { return Ok(None) };
        if what == TakenBack::Submission {
            self.note_taken_back(&case, met.row);
        }
        let review = self.build(&case, &queue, &reviewer, met)?;
        Ok(Some(Review { taken_back: Some(what), ..review }))
    }

    /// An item outside any queue, and on request what the model said of it. Showing that to
    /// somebody who has not decided first is recorded: their review then counts as assisted.
    ///
    /// # Errors
    /// When there is no such item, or the reveal cannot be recorded.
    pub fn show(&self, id: &str, reveal: bool) -> Result<(ItemView, Option<Revealed>)> {
        let (case, reviewer) = self.reviewing()?;
        let row = self.row_of(id)?;
        let (view, impression) = case.read(|store| {
            let review = looks::found(store, &case.policy.name(), &reviewer, row)?.map(|it| it.review);
            let view = view::item(&store.item(row)?, &uncovered(store, review)?);
            Ok((view, impression(store, review)?.map(|it| it.0)))
        })?;
        if !reveal {
            return Ok((view, None));
        }
        let now = self.now();
        let look = case.write(|store| looks::open(store, &case.policy.name(), &reviewer, row, now))?;
        let ready = Ready { row, review: look.review, impression };
        Ok((view, Some(self.reveal_waiting(&case, &reviewer, &ready)?)))
    }
}

fn named(store: &Store, name: &str) -> Result<Queue> {
    store
        .queue(name)?
        .ok_or_else(|| Error::new(Code::Request, format!("queue “{name}”: there is none of that name")))
}

fn impression(store: &Store, review: Option<ReviewRow>) -> Result<Option<(Impression, i64, i64)>> {
    let Some(review) = review else { return Ok(None) };
    let Some(stored) = store.impression(review)? else { return Ok(None) };
    let kept = formats::read(&stored.body.format, formats::IMPRESSION, &stored.body.json)
        .map_err(|it| Error::new(Code::Defect, format!("a first impression cannot be read: {it}")))?;
    Ok(Some((kept.value, stored.started_at_ms, stored.stored_at_ms)))
}

fn uncovered(store: &Store, review: Option<ReviewRow>) -> Result<Vec<String>> {
    Ok(review.map(|it| store.uncovered(it)).transpose()?.unwrap_or_default())
}

/// As it is stored, with what a newer Casebook had written there.
fn body(format: &str, value: &impl serde::Serialize, unknown: &Unknown) -> Body {
    let mut json = serde_json::to_value(value).expect("what a reviewer writes is plain data");
    unknown.put_back(&mut json);
    Body { format: format.to_owned(), json: json.to_string() }
}

/// What stands in a saved body that this program does not know.
fn unknown<T>(saved: Option<Body>, format: &'static str) -> Unknown
where
    T: serde::de::DeserializeOwned + serde::Serialize,
{
    let read = saved.and_then(|it| formats::read::<T>(&it.format, format, &it.json).ok());
    read.map(|it| it.unknown).unwrap_or_default()
}

fn known_clauses(judgement: &Judgement, policy: &Policy) -> Result<()> {
    match judgement.clauses.iter().find(|it| policy.clause(it).is_none()) {
        None => Ok(()),
        Some(id) => {
            Err(Error::new(Code::Request, format!("clause {id}: {} has no such clause", policy.name())))
        }
    }
}

/// Whether `reviewer` may cite `id` as a precedent: it is decided, and they decided it too. To tell
/// anybody else that it is decided would tell what another reviewer did.
fn is_citable(store: &Store, reviewer: &str, id: &str, policy: &Policy) -> bool {
    let citable = || {
        let Some(row) = store.row_of(id)? else { return Ok(false) };
        Ok::<_, Error>(looks::knows(store, reviewer, row)? && store.decided(row, &policy.name())?.is_some())
    };
    // A store that cannot be read makes the check fail, which refuses the evidence.
    citable().unwrap_or(false)
}

fn false_record(falsehoods: Vec<check::Falsehood>) -> Error {
    let first = falsehoods.first().map(ToString::to_string).unwrap_or_default();
    let rest = falsehoods.len().saturating_sub(1);
    let message = if rest == 0 { first } else { format!("{first} (and {rest} more)") };
    Error { falsehoods, ..Error::new(Code::FalseRecord, message) }
}

fn no_part(stored: &StoredItem, part: &str) -> Error {
    Error::new(Code::Request, format!("item {}: it has no part {part}", stored.item.id))
}
