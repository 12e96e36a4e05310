//! Reviewing: next, decide, reveal, correct, submit, undo.
//!
//! The promise kept here: nothing a model or another reviewer judged leaves this file before the
//! reviewer's first impression is stored. [`reveal`] is the only door, and it looks at the store.

use casebook_core::{
    assessment::{Assessment, Precedent},
    check,
    decision::{Choice, Confidence, Judgement, Picks},
    draft::{self, Draft, Setting},
    evidence::Evidence,
    formats::{self, Unknown},
    hash::pseudonym,
    policy::Policy,
    queue::{Filter, Queue},
    reasoning::Chain,
    record::{FirstImpression, Mode, ModelDraft, Protocol, Provenance},
};
use casebook_store::{Act, Body, Decided, NewAnnotation, ReviewRow, Row, Store, StoredItem, Unfinished};

use crate::{
    assess::{self, Assessed},
    case::Case,
    error::{Code, Error, Result},
    leases::{LEASE_MS, lease, lease_first, pressing, take},
    looks,
    session::Session,
    time, view,
    wire::{Aside, Impression, ItemView, PartView, Revealed, Review, Submitted, Unread, UnreadKind},
};

/// Candidates tried before the queue counts as empty for now: others may hold the first ones.
const TRIED: u32 = 50;

impl Session {
    /// The next item of `queue`, leased for ten minutes; `None` when nothing is open.
    ///
    /// # Errors
    /// When there is no such queue, or the file cannot be used.
    pub fn next(&self, queue: &str) -> Result<Option<Review>> {
        let (case, reviewer) = self.reviewing()?;
        let queue = case.read(|store| named(store, queue))?;
        let met = self.meet_head(&case, &queue, &reviewer)?;
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
            store.together(|store| {
                lease(&case, store, &reviewer, row, now)?;
                self.meet(&case, store, &queue, &reviewer, row)
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
        case.write(|store| lease(&case, store, &reviewer, row, self.now()).map(|it| it as f64))
    }

    /// Stores that this reviewer uncovers a picture, then names the whole rendition.
    ///
    /// # Errors
    /// When there is no such part, or it cannot be stored: then it stays covered.
    pub fn uncover(&self, row: Row, part: &str) -> Result<PartView> {
        let (case, reviewer) = self.reviewing()?;
        case.write(|store| {
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

    /// Stores what the reviewer decided before seeing the model; only then reveals it.
    ///
    /// # Errors
    /// Refuses clauses the policy lacks, and a second first impression.
    pub fn store_impression(&self, queue: &str, row: Row, impression: &Impression) -> Result<Revealed> {
        let (case, reviewer) = self.reviewing()?;
        let queue = case.read(|store| named(store, queue))?;
        known_clauses(&impression.judgement, &case.policy)?;
        let now = self.now();
        let body = body(formats::IMPRESSION, impression, &Unknown::default());
        let restricts = impression.judgement.clauses.iter().any(|it| case.policy.restricts(it));
        case.write(|store| {
            store.together(|store| {
                lease(&case, store, &reviewer, row, now)?;
                let review = looks::open(store, &case.policy.name(), &reviewer, row, now)?.review;
                Ok(store.put_impression(review, &queue.name, &body, restricts, now)?)
            })
        })?;
        let revealed = self.reveal(&case, &reviewer, row, Some(impression))?;
        case.look_ahead(&queue.name, &reviewer);
        Ok(revealed)
    }

    /// Keeps what is picked of a first impression; gives when it was on disk, ms.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_picks(&self, row: Row, picks: &Picks) -> Result<f64> {
        let (case, reviewer) = self.reviewing()?;
        let now = self.now();
        case.write(|store| {
            store.together(|store| {
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
            store.together(|store| {
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
            let stored = store.item(row)?;
            // Whether an item was decided is told to who decided it too.
            let known = |id: &str| {
                let row = store.row_of(id).ok().flatten();
                row.is_some_and(|it| looks::knows(store, &reviewer, it).unwrap_or(false))
                    && is_decided(store, id, &case.policy)
            };
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
        case.write(|store| {
            let queue = named(store, queue)?;
            let now = self.now();
            let stored = store.item(row)?;
            let review = looks::open(store, &case.policy.name(), &reviewer, row, now)?.review;
            let met = Met { row, review: Some(review), started_ms: now, mode: Mode::Blind };
            let met = Met { mode: self.mode(store, &queue, &reviewer, &met, now)?, ..met };
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
            let known = |id: &str| is_decided(store, id, &case.policy);
            let missing = check::check(&mut record, &case.policy, &known).map_err(false_record)?;
            store.submit(&NewAnnotation {
                review,
                restricts: check::touches_restricted_lane(&record, &case.policy),
                queue: &queue.name,
                record: &record,
                choice: draft.judgement.choice,
                now_ms: now,
                program: &case.program,
            })?;
            Ok(Submitted { record: record.id, missing })
        })
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
            store.together(|store| {
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
            let row = match store.newest_act(&reviewer, &queue.name)? {
                None => return Ok(None),
                Some(Act::Annotation { id, row, .. }) => {
                    take(&case, store, &reviewer, row, now)?;
                    store.withdraw(&id, now)?;
                    row
                }
                Some(Act::Aside { id, row, .. }) => {
                    take(&case, store, &reviewer, row, now)?;
                    store.take_back_aside(id, now)?;
                    row
                }
            };
            self.meet(&case, store, &queue, &reviewer, row).map(Some)
        };
        let met = case.write(|store| store.together(take_back))?;
        met.map(|it| self.build(&case, &queue, &reviewer, it)).transpose()
    }

    /// An item outside any queue, and on request what the model said of it. Showing that to
    /// somebody who has not decided first is recorded: their review then counts as assisted.
    ///
    /// # Errors
    /// When there is no such item, or the reveal cannot be recorded.
    pub fn show(&self, id: &str, reveal: bool) -> Result<(ItemView, Option<Revealed>)> {
        let row = self.row_of(id)?;
        let (case, reviewer) = self.reviewing()?;
        let (view, impression) = case.read(|store| {
            let review = looks::found(store, &case.policy.name(), &reviewer, row)?.map(|it| it.review);
            let view = view::item(&store.item(row)?, &uncovered(store, review)?);
            Ok((view, impression(store, review)?.map(|it| it.0)))
        })?;
        let revealed = match reveal {
            true => Some(self.reveal(&case, &reviewer, row, impression.as_ref())?),
            false => None,
        };
        Ok((view, revealed))
    }

    /// Leases the queue's head and notes that it was met, which is one wait for the disk.
    fn meet_head(&self, case: &Case, queue: &Queue, reviewer: &str) -> Result<Option<Met>> {
        let now = self.now();
        // Looked for before the file is locked for writing: a filter may make that long.
        let candidates = case.read(|store| pressing(store, queue, reviewer, &case.program, now, TRIED))?;
        if case.is_read_only() {
            let head = candidates.first();
            return case
                .read(|store| head.map(|row| self.meet(case, store, queue, reviewer, *row)).transpose());
        }
        case.write(|store| {
            store.together(|store| {
                let leased = lease_first(case, store, &candidates, reviewer, now)?;
                leased.map(|row| self.meet(case, store, queue, reviewer, row)).transpose()
            })
        })
    }

    /// Notes that an item was met, the first time: when, and in which mode.
    fn meet(&self, case: &Case, store: &Store, queue: &Queue, reviewer: &str, row: Row) -> Result<Met> {
        let now = self.now();
        let policy = case.policy.name();
        let look = match store.is_read_only() {
            true => looks::found(store, &policy, reviewer, row)?,
            false => Some(looks::open(store, &policy, reviewer, row, now)?),
        };
        let (review, started_ms) = look.map_or((None, now), |it| (Some(it.review), it.opened_ms));
        let met = Met { row, review, started_ms, mode: Mode::Blind };
        Ok(Met { mode: self.mode(store, queue, reviewer, &met, now)?, ..met })
    }

    fn build(&self, case: &Case, queue: &Queue, reviewer: &str, met: Met) -> Result<Review> {
        let Met { row, review, started_ms, mode } = met;
        let now = self.now();
        let impression = case.read(|store| impression(store, review))?.map(|it| it.0);
        let revealed = match (&impression, mode) {
            (None, Mode::Blind) => None,
            (impression, _) => Some(self.reveal(case, reviewer, row, impression.as_ref())?),
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
        case.read(|store| {
            let stored = store.item(row)?;
            let (open, done) = match queue.filter == Filter::default() {
                true => {
                    let (open, done) = store.queue_counts(queue, reviewer)?;
                    (Some(open), done)
                }
                // Counting what a filter lets through may walk over every item: that is done behind.
                false => {
                    let done = store.done_in(&queue.name, reviewer)?;
                    (case.behind.open_in(queue, reviewer, done), done)
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
            })
        })
    }

    /// The mode drawn for this item and reviewer. Who has seen the model without deciding first
    /// can no longer be blind to it, whatever this queue says.
    fn mode(&self, store: &Store, queue: &Queue, reviewer: &str, met: &Met, now: i64) -> Result<Mode> {
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
            Unfinished::Draft => (case.read(|it| Ok(it.draft(review)?))?, formats::DRAFT, UnreadKind::Draft),
            Unfinished::Picks => (case.read(|it| Ok(it.picks(review)?))?, formats::PICKS, UnreadKind::Picks),
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

    /// The one door to what a model said. Callers have stored an impression or drawn assisted mode.
    /// The model computes while nobody is held up, and what it made is stored with the reveal.
    fn reveal(
        &self,
        case: &Case,
        reviewer: &str,
        row: Row,
        impression: Option<&Impression>,
    ) -> Result<Revealed> {
        let (scorer, problem) = match case.assessor.scorer() {
            Ok(scorer) => (scorer, None),
            Err(problem) => (None, Some(problem.to_string())),
        };
        let assessed = case.read(|store| {
            let revealed = match looks::found(store, &case.policy.name(), reviewer, row)? {
                Some(it) => store.revealed(it.review)?.and_then(|it| it.1),
                None => None,
            };
            let pinned = match revealed {
                Some(id) => store.assessment_by_id(&id)?,
                None => None,
            };
            match pinned {
                Some(it) => Ok(Assessed::Stored(it)),
                None => case.assessor.assess(store, scorer.as_ref(), row),
            }
        })?;
        let (assessment, revealed_ms) = case.keep(row, assessed, |store, it| {
            let review = looks::open(store, &case.policy.name(), reviewer, row, self.now())?.review;
            Ok(store.set_revealed(review, Some(&it.id), self.now())?)
        })?;
        let assessment = case.read(|store| as_seen(store, &case.policy, reviewer, row, assessment))?;
        let judgement = match (impression, &assessment.recommendation) {
            (Some(it), _) => it.judgement.clone(),
            (None, Some(it)) => Judgement {
                choice: it.choice,
                clauses: it.clauses.clone(),
                severity: Some(it.severity),
                confidence: Confidence::Leaning,
                cannot_judge_reason: None,
            },
            (None, None) => undecided(),
        };
        let start = Draft {
            steps: assessment.steps.clone(),
            evidence: assessment.evidence.iter().filter(|it| it.verified == Some(true)).cloned().collect(),
            judgement,
            remediation_text: assessment
                .recommendation
                .as_ref()
                .map(|it| it.remediation.clone())
                .unwrap_or_default(),
            creator_message: String::new(),
            finish: None,
        };
        Ok(Revealed {
            assessment: Some(assessment),
            problem,
            revealed_at_ms: revealed_ms as f64,
            start: without_unverified(start),
        })
    }
}

/// A review at its end.
struct Ending<'a> {
    policy: &'a Policy,
    reviewer: &'a str,
    queue: &'a Queue,
    stored: &'a StoredItem,
    review: ReviewRow,
    mode: Mode,
}

/// What a record needs besides the draft.
fn setting(store: &Store, ending: &Ending, active_ms: f64, now: i64) -> Result<Setting> {
    let Ending { policy, reviewer, queue, stored, review, mode } = *ending;
    let probability = drawn(store, queue, review, now)?;
    let impression = impression(store, Some(review))?;
    if mode == Mode::Blind && impression.is_none() {
        let message = format!("item {}: in a blind queue a first impression comes first", stored.item.id);
        return Err(Error::new(Code::Request, message));
    }
    let revealed = store.revealed(review)?;
    let assessment = match revealed.as_ref().and_then(|it| it.1.as_deref()) {
        Some(id) => store.assessment_by_id(id)?,
        None => None,
    };
    let model_drafts = assessment
        .iter()
        .map(|it| {
            let verdict = it.recommendation.as_ref().map(|it| it.choice.verdict());
            ModelDraft::of(&it.model, &it.scoring, verdict)
        })
        .collect();
    let salt = store.salt()?;
    let mut item = stored.record.clone();
    item.author = item.author.map(|it| pseudonym(&salt, "a", &it));
    let first_impression = impression.map(|(it, started_ms, stored_ms)| {
        recorded_impression(&it, policy, started_ms, stored_ms, revealed.as_ref().map(|it| now - it.0))
    });
    Ok(Setting {
        id: casebook_store::new_id(now),
        item,
        protocol: Protocol {
            mode,
            assignment_probability: probability,
            model_shown_before_decision: mode == Mode::Assisted,
            queue_reason: Some(queue.reason()),
        },
        first_impression,
        model_drafts,
        provenance: Provenance {
            reviewer: pseudonym(&salt, "r", reviewer),
            created_at: time::rfc3339(now),
            active_ms: (active_ms.is_finite() && active_ms >= 0.0).then_some(active_ms as i64),
            app_version: env!("CARGO_PKG_VERSION").into(),
            supersedes: store.current_annotation(review)?.map(|it| it.id),
            adjudicates: Vec::new(),
            finish: None,
        },
    })
}

fn named(store: &Store, name: &str) -> Result<Queue> {
    store
        .queue(name)?
        .ok_or_else(|| Error::new(Code::Request, format!("queue “{name}”: there is none of that name")))
}

/// An assessment as this reviewer may see it: what was decided of another item is a judgement too, so it is cited only to
/// who decided that item themselves, as it is decided now, and not from the restricted lane. The stored assessment
/// keeps what it was made with.
fn as_seen(
    store: &Store,
    policy: &Policy,
    reviewer: &str,
    row: Row,
    assessment: Assessment,
) -> Result<Assessment> {
    let mut precedents = Vec::new();
    for precedent in &assessment.precedents {
        let Some(other) = store.row_of(&precedent.item)? else { continue };
        if !looks::knows(store, reviewer, other)? {
            continue;
        }
        let Some(decided) = store.decided(other, &policy.name())? else { continue };
        let Decided { gold, verdict, clauses } = decided;
        precedents.push(Precedent { gold, verdict, clauses, ..precedent.clone() });
    }
    if precedents == assessment.precedents {
        return Ok(assessment);
    }
    let chain = assess::reasoned(&store.item(row)?, policy, &assessment.scoring, &precedents);
    let Chain { evidence, steps, recommendation } = chain;
    Ok(Assessment { evidence, steps, recommendation, precedents, ..assessment })
}

/// An item as a reviewer meets it.
#[derive(Clone, Copy)]
struct Met {
    row: Row,
    /// `None` where nothing can be recorded and none was opened.
    review: Option<ReviewRow>,
    started_ms: i64,
    mode: Mode,
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

/// The probability of the mode that was drawn for this item, where it was drawn.
fn drawn(store: &Store, queue: &Queue, review: ReviewRow, now: i64) -> Result<Option<f64>> {
    let (mode, probability) = queue.draw(0.0);
    Ok(store.draw_mode(review, &queue.name, mode, probability, now)?.1)
}

fn recorded_impression(
    impression: &Impression,
    policy: &Policy,
    started_ms: i64,
    stored_ms: i64,
    reveal_ms: Option<i64>,
) -> FirstImpression {
    let judgement = &impression.judgement;
    let primary = judgement.clauses.first().and_then(|it| policy.clause(it));
    FirstImpression {
        verdict: judgement.choice.verdict(),
        clauses: judgement.cited(),
        actions: judgement.choice.action(primary).into_iter().collect(),
        severity: Some(draft::severity(judgement, policy)),
        confidence: judgement.confidence.probability(),
        note: (!impression.note.trim().is_empty()).then(|| impression.note.clone()),
        started_at: time::rfc3339(started_ms),
        stored_at: time::rfc3339(stored_ms),
        kept: None,
        reveal_ms,
    }
}

fn known_clauses(judgement: &Judgement, policy: &Policy) -> Result<()> {
    match judgement.clauses.iter().find(|it| policy.clause(it).is_none()) {
        None => Ok(()),
        Some(id) => {
            Err(Error::new(Code::Request, format!("clause {id}: {} has no such clause", policy.name())))
        }
    }
}

/// Steps keep only evidence that is in the draft: what did not check out is shown in the
/// assessment, marked, and not carried into a record.
fn without_unverified(mut draft: Draft) -> Draft {
    let kept: Vec<&str> = draft.evidence.iter().map(|it| it.id.as_str()).collect();
    for step in &mut draft.steps {
        step.evidence.retain(|it| kept.contains(&it.as_str()));
    }
    draft
}

fn undecided() -> Judgement {
    Judgement {
        choice: Choice::CannotJudge,
        clauses: Vec::new(),
        severity: None,
        confidence: Confidence::Guess,
        cannot_judge_reason: None,
    }
}

fn is_decided(store: &Store, id: &str, policy: &Policy) -> bool {
    // A store that cannot be read makes the check fail, which refuses the evidence.
    let decided = store.row_of(id).and_then(|row| match row {
        Some(row) => store.decided(row, &policy.name()),
        None => Ok(None),
    });
    matches!(decided, Ok(Some(_)))
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
