//! A review while it is being written, and the record it becomes.
//!
//! The page edits a [`Draft`]; [`record`] turns it into a [`Record`] when it is submitted. Nothing
//! is checked here: [`crate::check`] does that, on what comes out.

use serde::{Deserialize, Serialize};

use crate::{
    check::{self, Missing},
    decision::Judgement,
    evidence::{Anchor, Evidence},
    policy::Policy,
    record::{
        Alternative, Author, Decision, ExceptionCheck, Finish, FirstImpression, ModelDraft, Protocol,
        Provenance, Rating, RatingReason, Record, RecordItem, RecordPolicy, SCHEMA, Stage, Step, StepSource,
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
    /// How the chain ended, where the reviewer said so.
    pub finish: Option<Finish>,
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
    /// What is wrong with it; recorded only while it is rated wrong.
    pub rating_reason: Option<RatingReason>,
    /// One line on it; recorded as evidence, see [`CRITIQUE`].
    #[serde(default)]
    pub critique: String,
    /// Other texts for it, the chosen one among them.
    #[serde(default)]
    pub alternatives: Vec<OtherText>,
    /// Removed by the reviewer; kept in the record.
    pub deleted: bool,
    /// Its number in the model's draft.
    pub drafted_as: Option<u32>,
}

/// Another text for a step: an [`Alternative`] whose rating is spelt as the keys spell it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OtherText {
    /// 1–2000 characters.
    pub text: String,
    /// Whose words these are.
    pub author: Author,
    /// The reviewer's rating of these words.
    pub rating: Option<Rating>,
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

/// The `tool` under which a reviewer's critique of a step stands among the evidence: the schema has
/// no field for it. The quote is the words criticised, the note the critique.
pub const CRITIQUE: &str = "critique";

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
    let (steps, evidence) = chain(draft, &decision);
    let provenance = Provenance { finish: draft.finish, ..setting.provenance };
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
        evidence,
        steps,
        decision,
        model_drafts: setting.model_drafts,
        complete: false,
        incomplete_reasons: Vec::new(),
        provenance,
    }
}

/// What the record of `draft` would lack: what [`crate::check::check`] would say of it.
#[must_use]
pub fn missing(draft: &Draft, policy: &Policy) -> Vec<Missing> {
    let decision = decide(&draft.judgement, policy, draft);
    let (steps, evidence) = chain(draft, &decision);
    check::missing(&decision, &steps, &evidence, draft.finish, policy)
}

/// Steps and evidence as a record keeps them.
fn chain(draft: &Draft, decision: &Decision) -> (Vec<Step>, Vec<Evidence>) {
    let mut evidence = draft.evidence.clone();
    let mut steps: Vec<Step> = (1..).zip(&draft.steps).map(|(n, it)| step(n, it)).collect();
    for (step, drafted) in steps.iter_mut().zip(&draft.steps) {
        let note = drafted.critique.trim();
        if note.is_empty() {
            continue;
        }
        let id = format!("{CRITIQUE}-{}", drafted.id);
        let quote = drafted.draft_text.as_ref().unwrap_or(&drafted.text).clone();
        let anchor = Anchor::ToolOutput { tool: CRITIQUE.to_owned(), quote };
        evidence.push(Evidence { id: id.clone(), anchor, verified: None, note: Some(note.to_owned()) });
        step.evidence.push(id);
    }
    if steps.is_empty() {
        steps.push(worded(&draft.judgement, decision));
    }
    (steps, evidence)
}

/// The decision in words, as the one step of a chain in which nobody wrote any.
fn worded(judgement: &Judgement, decision: &Decision) -> Step {
    let mut said = format!("Decided: {}", judgement.choice.words());
    if !judgement.clauses.is_empty() {
        said.push_str(" under ");
        said.push_str(&judgement.clauses.join(", "));
    }
    Step {
        n: 1,
        id: None,
        stage: Stage::Decision,
        text: format!("{said}, severity {}.", decision.severity),
        evidence: Vec::new(),
        clauses: judgement.clauses.clone(),
        exceptions: Vec::new(),
        author: Author::Human,
        draft_text: None,
        rating: None,
        rating_reason: None,
        alternatives: Vec::new(),
        source: Some(StepSource::Pipeline),
        deleted: false,
        moved_from: None,
    }
}

/// The severity a judgement means: its own, else the primary clause's default; 0 where nothing is violated.
#[must_use]
pub fn severity(judgement: &Judgement, policy: &Policy) -> u8 {
    let primary = judgement.clauses.first().and_then(|it| policy.clause(it));
    let range = judgement.choice.verdict().severity(primary);
    match range.max {
        0 => 0,
        _ => judgement.severity.unwrap_or(range.default),
    }
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
    let other = |it: &OtherText| Alternative { text: it.text.clone(), author: it.author, rating: it.rating };
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
        rating_reason: draft.rating_reason.filter(|_| draft.rating == Some(Rating::Wrong)),
        alternatives: draft.alternatives.iter().map(other).collect(),
        source: Some(draft.source),
        deleted: draft.deleted,
        moved_from: draft.drafted_as.filter(|it| *it != n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a Casebook wrote it that knew no reasons, critiques, other texts and endings.
    const OLDER: &str = r#"{"steps":[{"id":"m1","stage":"observe","text":"Seen.","draft_text":null,
        "author":"model","source":"pipeline","evidence":[],"clauses":[],"exceptions":[],"rating":"right",
        "deleted":false,"drafted_as":1}],"evidence":[],"judgement":{"choice":"remove","clauses":["HH-1"],
        "severity":null,"confidence":"certain","cannot_judge_reason":null},"remediation_text":"",
        "creator_message":""}"#;

    fn draft() -> Draft {
        serde_json::from_str(OLDER).expect("drafts of an older Casebook still read")
    }

    #[test]
    fn a_draft_of_an_older_casebook_still_reads() {
        let draft = draft();
        assert_eq!((draft.finish, draft.steps[0].rating_reason), (None, None));
        assert!(draft.steps[0].critique.is_empty() && draft.steps[0].alternatives.is_empty());
    }

    #[test]
    fn a_critique_stands_among_the_evidence_of_its_step() {
        let mut draft = draft();
        draft.steps[0].critique = " Nobody says so. ".into();
        draft.steps[0].draft_text = Some("The model's words.".into());
        let (steps, evidence) = chain(&draft, &decide(&draft.judgement, &Policy::built_in(), &draft));
        assert_eq!(steps[0].evidence, ["critique-m1"]);
        assert_eq!(evidence[0].note.as_deref(), Some("Nobody says so."));
        let quote = "The model's words.".to_owned();
        assert_eq!(evidence[0].anchor, Anchor::ToolOutput { tool: CRITIQUE.into(), quote });
    }

    #[test]
    fn a_reason_goes_when_the_step_is_not_wrong_any_more() {
        let mut draft = draft();
        draft.steps[0].rating_reason = Some(RatingReason::Unsupported);
        assert_eq!(step(1, &draft.steps[0]).rating_reason, None, "it is rated right");
        draft.steps[0].rating = Some(Rating::Wrong);
        assert_eq!(step(1, &draft.steps[0]).rating_reason, Some(RatingReason::Unsupported));
    }

    #[test]
    fn other_texts_are_rated_in_the_words_of_the_keys_until_they_are_recorded() {
        let other = r#"{"text":"Or this.","author":"human","rating":"wrong"}"#;
        let mut draft = draft();
        draft.steps[0].alternatives = vec![serde_json::from_str(other).expect("as the page writes it")];
        let recorded = serde_json::to_value(step(1, &draft.steps[0])).expect("a step is plain data");
        assert_eq!(recorded["alternatives"][0]["rating"], -1);
    }

    #[test]
    fn a_chain_without_a_step_says_the_decision_and_that_it_has_none() {
        let draft = Draft { steps: vec![], ..draft() };
        let policy = Policy::built_in();
        let (steps, _) = chain(&draft, &decide(&draft.judgement, &policy, &draft));
        assert_eq!(steps[0].text, "Decided: remove under HH-1, severity 3.");
        assert!(missing(&draft, &policy).contains(&Missing::Steps));
    }
}
