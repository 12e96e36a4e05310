//! The chain-of-thought record: what a submitted review leaves behind.
//!
//! The shape is `docs/cot-record.schema.json`, version `casebook/cot-record/1`; that file wins.
//! [`crate::check`] holds the rules beyond it.

mod step;

pub use step::{Alternative, Author, ExceptionCheck, Rating, RatingReason, Stage, Step, StepSource};

use serde::{Deserialize, Serialize};

use crate::{
    decision::{Action, CannotJudgeReason, CitedClause, Verdict},
    evidence::Evidence,
    item::ItemKind,
    remark::Remark,
    score::{Sampling, Scoring, Speaker},
};

/// The schema's name. A released name never changes meaning.
pub const SCHEMA: &str = "casebook/cot-record/1";

/// One review, as stored and exported.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: String,
    /// UUID, version 7.
    pub id: String,
    /// What was reviewed.
    pub item: RecordItem,
    /// Under which policy.
    pub policy: RecordPolicy,
    /// How the reviewer met the model.
    pub protocol: Protocol,
    /// Decided before the model was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_impression: Option<FirstImpression>,
    /// What the steps point at.
    pub evidence: Vec<Evidence>,
    /// The reasoning, in order; deleted steps stay, marked.
    pub steps: Vec<Step>,
    /// The outcome.
    pub decision: Decision,
    /// What models said, verbatim in numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_drafts: Vec<ModelDraft>,
    /// False where something the protocol asks for is missing.
    pub complete: bool,
    /// What is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete_reasons: Vec<String>,
    /// Who, when, with what.
    pub provenance: Provenance,
}

/// The item in a record.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct RecordItem {
    /// The sender's id.
    pub id: String,
    /// What the parts make together.
    pub kind: ItemKind,
    /// sha256 over the parts in order: [`content_sha256`].
    pub content_sha256: String,
    /// BCP 47 or ISO 639.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// In order.
    pub parts: Vec<RecordPart>,
    /// Pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Where it was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
}

/// A part in a record.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct RecordPart {
    /// `p1`, `p2`… in order.
    pub id: String,
    /// Text, picture, video or sound.
    pub kind: PartKind,
    /// caption, comment, image…
    pub role: String,
    /// Text parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of what is no text, relative to an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Of the text's UTF-8, or of the re-encoded file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Detected or declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// 0–1; absent where declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_confidence: Option<f64>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Of video and sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// What its file holds beyond what was seen, and how it was made fit to show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

/// The schema's kinds of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum PartKind {
    Text,
    Image,
    Video,
    Audio,
}

impl PartKind {
    /// As the schema spells it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }
}

/// The policy in a record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[expect(missing_docs, reason = "as in `policy::Policy`")]
pub struct RecordPolicy {
    pub set: String,
    pub version: String,
    pub sha256: String,
}

/// How the reviewer met the model.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Protocol {
    /// Blind: a first impression was stored before the reveal.
    pub mode: Mode,
    /// The probability with which the mode was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment_probability: Option<f64>,
    /// True only in assisted mode.
    pub model_shown_before_decision: bool,
    /// Why the item was in the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_reason: Option<QueueReason>,
}

/// Whether the model is shown before or after the first impression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum Mode {
    Blind,
    Assisted,
}

/// Why an item was in a queue: what ordered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum QueueReason {
    ModelScore,
    UserReport,
    RandomAudit,
    Age,
}

/// What the reviewer decided before seeing the model.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct FirstImpression {
    /// As in [`Decision`].
    pub verdict: Verdict,
    /// As in [`Decision`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<CitedClause>,
    /// As in [`Decision`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// As in [`Decision`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
    /// As in [`Decision`].
    pub confidence: f64,
    /// "Because", one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When the item was first shown, RFC 3339.
    pub started_at: String,
    /// When the impression was on disk, RFC 3339.
    pub stored_at: String,
    /// The final decision equals it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<bool>,
    /// From reveal to final decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reveal_ms: Option<i64>,
}

/// The outcome of a review.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// Under which clauses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<CitedClause>,
    /// 0–4.
    pub severity: u8,
    /// 0–1.
    pub confidence: f64,
    /// What is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// What would make the item allowed, for policy staff and trainers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remediation_text: Option<String>,
    /// What the creator is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator_message: Option<String>,
    /// With cannot_judge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cannot_judge_reason: Option<CannotJudgeReason>,
    /// Evidence whose change would make the item allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remediation_evidence: Vec<String>,
}

/// What one model said, in a record.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct ModelDraft {
    /// As [`Speaker::id`].
    pub model: String,
    /// As [`Speaker::weights_sha256`].
    pub weights_sha256: String,
    /// As [`Speaker::prompt_sha256`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_sha256: Option<String>,
    /// As [`Speaker::sampling`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// `pipeline`: no language model wrote it.
    pub kind: String,
    /// As [`Speaker::device`].
    pub device: String,
    /// As [`Speaker::calibration`]; null where nothing is calibrated.
    pub calibration: Option<String>,
    /// ok, not_scored, failed, unparsable or truncated.
    pub outcome: String,
    /// With not_scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_scored_reason: Option<crate::score::NotScored>,
    /// Target → value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<serde_json::Value>,
    /// The recommended verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// Its very words, where they were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

impl ModelDraft {
    /// What a record keeps of a scoring.
    #[must_use]
    pub fn of(model: &Speaker, scoring: &Scoring, recommended: Option<Verdict>) -> Self {
        let (outcome, reason, scores) = match scoring {
            Scoring::Scored { scores, .. } => {
                let table = scores.iter().map(|it| (score_key(it), serde_json::json!(it.value))).collect();
                ("ok", None, Some(serde_json::Value::Object(table)))
            }
            Scoring::NotScored { reason } => ("not_scored", Some(*reason), None),
            Scoring::Failed { .. } => ("failed", None, None),
        };
        let verdict = recommended
            .and_then(|it| serde_json::to_value(it).ok())
            .and_then(|it| it.as_str().map(str::to_owned));
        Self {
            model: model.id.clone(),
            weights_sha256: model.weights_sha256.clone(),
            prompt_sha256: model.prompt_sha256.clone(),
            sampling: model.sampling,
            kind: "pipeline".into(),
            device: model.device.clone(),
            calibration: model.calibration.clone(),
            outcome: outcome.into(),
            not_scored_reason: reason,
            scores,
            verdict,
            raw: None,
        }
    }
}

/// A head, a zero-shot score and a check of one target are three numbers.
fn score_key(score: &crate::score::Score) -> String {
    match score.method {
        crate::score::Method::ZeroShot => format!("zero_shot/{}", score.target),
        crate::score::Method::Head => format!("head/{}", score.target),
        crate::score::Method::Check => format!("check/{}", score.target),
    }
}

/// Who, when, with what.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Provenance {
    /// Pseudonym, salted per case file.
    pub reviewer: String,
    /// RFC 3339.
    pub created_at: String,
    /// Time on the item while the window had the focus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_ms: Option<i64>,
    /// Of Casebook.
    pub app_version: String,
    /// The record this revision replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// The records whose disagreement this one settles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjudicates: Vec<String>,
    /// How the reviewer ended the chain, where they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Finish>,
}

/// How a reviewer ended a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It goes all the way to the decision.
    Solution,
    /// They stopped at the first wrong step and judged nothing after it.
    FirstError,
    /// They gave up.
    GiveUp,
    /// The item is broken, empty or no item at all.
    BadItem,
    /// The policy does not say.
    PolicyGap,
    /// What is there does not decide it.
    InsufficientEvidence,
}

impl Finish {
    /// True where the chain is meant to carry its decision, so that it can be taught whole.
    #[must_use]
    pub fn is_whole(finish: Option<Self>) -> bool {
        matches!(finish, None | Some(Self::Solution))
    }
}

/// sha256 over an item's content: each part's kind, role and text or image hash, in order,
/// fields ended by NUL so that no two items share a byte string.
#[must_use]
pub fn content_sha256(parts: &[RecordPart]) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        let content = part.text.as_deref().or(part.sha256.as_deref()).unwrap_or_default();
        for field in [part.kind.word(), &part.role, content] {
            bytes.extend_from_slice(field.as_bytes());
            bytes.push(0);
        }
    }
    crate::hash::sha256_hex(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_record_reads_and_writes_back_the_same() {
        let text = include_str!("../tests/record.json");
        let record: Record = serde_json::from_str(text).expect("the example is a record");
        let again = serde_json::to_value(&record).expect("a record is plain data");
        let mut expected: serde_json::Value = serde_json::from_str(text).expect("the example is JSON");
        expected["evidence"][0].as_object_mut().expect("one piece of evidence");
        assert_eq!(again, expected);
    }

    #[test]
    fn content_that_moves_between_fields_hashes_differently() {
        let part = |role: &str, text: &str| RecordPart {
            id: "p1".into(),
            kind: PartKind::Text,
            role: role.into(),
            text: Some(text.into()),
            path: None,
            sha256: None,
            language: None,
            language_confidence: None,
            width: None,
            height: None,
            duration_ms: None,
            remarks: Vec::new(),
        };
        assert_ne!(content_sha256(&[part("a", "bc")]), content_sha256(&[part("ab", "c")]));
    }
}
