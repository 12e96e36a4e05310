//! A review while it is being written, and the record it becomes.
//!
//! The page edits a [`Draft`]; [`record`] turns it into a [`Record`] when it is submitted. Nothing
//! is checked here: [`crate::check`] does that, on what comes out.

use serde::{Deserialize, Serialize};

use crate::{
    decision::{Choice, Judgement},
    evidence::Evidence,
    policy::Policy,
    record::{
        Author, Decision, ExceptionCheck, FirstImpression, ModelDraft, Protocol, Provenance, Rating, Record,
        RecordItem, RecordPolicy, SCHEMA, Stage, Step, StepSource,
    },
};

/// What the reviewer has so far.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Draft {
    /// The model's steps as rated and edited, and the reviewer's own.
    pub steps: Vec<DraftStep>,
    /// What steps point at.
    pub evidence: Vec<Evidence>,
    /// The decision; the first impression until changed.
    pub judgement: Judgement,
    /// What would make the item allowed.
    pub remediation_text: String,
    /// What the creator is told.
    pub creator_message: String,
}

/// One step in a draft or an assessment.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DraftStep {
    /// Stays when steps move: `m1` for a model's, `h1` for a person's.
    pub id: String,
    /// What kind of link.
    pub stage: Stage,
    /// 1–2000 characters.
    pub text: String,
    /// The model's words, kept when a person changes `text`.
    pub draft_text: Option<String>,
    /// Whose words `text` is.
    pub author: Author,
    /// Who drafted it.
    pub source: StepSource,
    /// Evidence ids.
    pub evidence: Vec<String>,
    /// Clause ids.
    pub clauses: Vec<String>,
    /// Exceptions addressed.
    pub exceptions: Vec<ExceptionCheck>,
    /// The reviewer's rating.
    pub rating: Option<Rating>,
    /// Removed by the reviewer; kept in the record.
    pub deleted: bool,
    /// Its number in the model's draft.
    pub drafted_as: Option<u32>,
}

/// What a record needs besides the draft; the caller knows it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// UUID, version 7.
    pub id: String,
    /// The item.
    pub item: RecordItem,
    /// How the reviewer met the model.
    pub protocol: Protocol,
    /// Stored before the reveal; `None` in assisted mode.
    pub first_impression: Option<FirstImpression>,
    /// What models said.
    pub model_drafts: Vec<ModelDraft>,
    /// Who, when, with what.
    pub provenance: Provenance,
}

/// The record of a draft. Severity falls back to the primary clause's default.
#[must_use]
pub fn record(draft: &Draft, policy: &Policy, setting: Setting) -> Record {
    let decision = decide(&draft.judgement, policy, draft);
    let first_impression = setting.first_impression.map(|mut it| {
        it.kept = Some(
            it.verdict == decision.verdict
                && it.clauses == decision.clauses
                && it.actions == decision.actions,
        );
        it
    });
    Record {
        schema: SCHEMA.to_owned(),
        id: setting.id,
        item: setting.item,
        policy: RecordPolicy {
            set: policy.set.clone(),
            version: policy.version.clone(),
            sha256: policy.sha256.clone(),
        },
        protocol: setting.protocol,
        first_impression,
        evidence: draft.evidence.clone(),
        steps: (1..).zip(&draft.steps).map(|(n, it)| step(n, it)).collect(),
        decision,
        model_drafts: setting.model_drafts,
        complete: false,
        incomplete_reasons: Vec::new(),
        provenance: setting.provenance,
    }
}

/// The severity a judgement means: its own, else the primary clause's default; 0 where nothing is violated.
#[must_use]
pub fn severity(judgement: &Judgement, policy: &Policy) -> u8 {
    if judgement.choice == Choice::Allow {
        return 0;
    }
    let primary = judgement.clauses.first().and_then(|it| policy.clause(it));
    judgement.severity.unwrap_or_else(|| primary.map_or(0, |it| it.severity.default))
}

fn decide(judgement: &Judgement, policy: &Policy, draft: &Draft) -> Decision {
    let primary = judgement.clauses.first().and_then(|it| policy.clause(it));
    let filled = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    Decision {
        verdict: judgement.choice.verdict(),
        clauses: judgement.cited(),
        severity: severity(judgement, policy),
        confidence: judgement.confidence.probability(),
        actions: judgement.choice.action(primary).into_iter().collect(),
        remediation_text: filled(&draft.remediation_text),
        creator_message: filled(&draft.creator_message),
        cannot_judge_reason: judgement.cannot_judge_reason,
        remediation_evidence: Vec::new(),
    }
}

fn step(n: u32, draft: &DraftStep) -> Step {
    Step {
        n,
        id: Some(draft.id.clone()),
        stage: draft.stage,
        text: draft.text.clone(),
        evidence: draft.evidence.clone(),
        clauses: draft.clauses.clone(),
        exceptions: draft.exceptions.clone(),
        author: draft.author,
        draft_text: draft.draft_text.clone(),
        rating: draft.rating,
        source: Some(draft.source),
        deleted: draft.deleted,
        moved_from: draft.drafted_as.filter(|it| *it != n),
    }
}
