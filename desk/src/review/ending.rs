//! The end of a review: what its record holds besides what the reviewer wrote.

use casebook_core::{
    draft::{self, Setting},
    hash::pseudonym,
    policy::Policy,
    queue::Queue,
    record::{FirstImpression, Mode, ModelDraft, Protocol, Provenance},
};
use casebook_store::{ReviewRow, Store, StoredItem};

use super::impression;
use crate::{
    error::{Code, Error, Result},
    time,
    wire::Impression,
};

/// A review at its end.
pub(super) struct Ending<'a> {
    pub(super) policy: &'a Policy,
    pub(super) reviewer: &'a str,
    pub(super) queue: &'a Queue,
    pub(super) stored: &'a StoredItem,
    pub(super) review: ReviewRow,
    pub(super) mode: Mode,
}

/// What a record needs besides the draft.
pub(super) fn setting(store: &Store, ending: &Ending, active_ms: f64, now: i64) -> Result<Setting> {
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
        recorded_impression(
            &it,
            policy,
            started_ms,
            stored_ms,
            revealed.as_ref().filter(|it| it.1.is_some()).map(|it| now - it.0),
        )
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
