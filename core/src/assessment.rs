//! An assessment: all that a model said of an item once. Never edited.

use serde::{Deserialize, Serialize};

use crate::{
    decision::Choice,
    draft::DraftStep,
    evidence::Evidence,
    nearness::Told,
    score::{Scoring, Speaker},
    weighing::notes::Notes,
};

/// What one model said of one item under one policy, at one time.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Assessment {
    /// UUID, version 7.
    pub id: String,
    /// `short-video@2026.11`.
    pub policy: String,
    /// Which text of the policy.
    pub policy_sha256: String,
    /// Who said it.
    pub model: Speaker,
    /// RFC 3339.
    pub made_at: String,
    /// How long it took.
    pub duration_ms: u32,
    /// The numbers, or why there are none.
    pub scoring: Scoring,
    /// What a language model wrote of the clauses that it checked, as they lead. Absent where none did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Notes>,
    /// What the steps point at; each piece was checked, and one that failed is marked.
    pub evidence: Vec<Evidence>,
    /// The reasoning. Empty where there was nothing to reason from.
    pub steps: Vec<DraftStep>,
    /// What the reasoning comes to.
    pub recommendation: Option<Recommendation>,
    /// Decided items like this one, nearest first.
    pub precedents: Vec<Precedent>,
}

/// What a model would do.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Recommendation {
    /// The key it would press.
    pub choice: Choice,
    /// Clauses, the primary one first.
    pub clauses: Vec<String>,
    /// 0–4.
    pub severity: u8,
    /// What would make the item allowed.
    pub remediation: String,
}

/// A decided item like this one.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Precedent {
    /// The sender's id.
    pub item: String,
    /// Cosine of the two items' embeddings.
    pub similarity: f64,
    /// What was decided.
    pub verdict: crate::decision::Verdict,
    /// Under which clauses.
    pub clauses: Vec<String>,
    /// Settled by policy staff, rather than one reviewer's decision.
    pub gold: bool,
    /// How often nearness told this outcome in the file. Where it was not seen to, the item is shown as similar, without
    /// a word on what was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// The first words of its text.
    pub excerpt: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Sampling;

    /// As `casebook/assessment` was stored before speakers had prompts.
    const STORED: &str = r#"{
        "id": "0193", "policy": "short-video@2026.11", "policy_sha256": "p",
        "model": {"id": "minilm-l6-v2+starter-heads@2", "weights_sha256": "w", "device": "cpu",
            "calibration": "Platt on 5-fold out-of-fold scores of davidson", "languages": ["en"]},
        "made_at": "2026-11-20T10:00:00Z", "duration_ms": 12,
        "scoring": {"outcome": "scored",
            "scores": [{"target": "davidson/hate", "title": "Hate", "clauses": ["HH-1"], "method": "head", "value": 0.7, "threshold": 0.6}],
            "drivers": [{"part": 0, "start": 0, "end": 4, "target": "davidson/hate", "drop": 0.2}], "read_as": null},
        "evidence": [], "steps": [], "recommendation": null, "precedents": []
    }"#;

    #[test]
    fn what_was_stored_before_speakers_had_prompts_reads_and_is_written_as_it_was() {
        let read: Assessment = serde_json::from_str(STORED).expect("it is an assessment");
        assert_eq!(
            (read.model.id.as_str(), &read.model.prompt_sha256),
            ("minilm-l6-v2+starter-heads@2", &None)
        );
        let stored: serde_json::Value = serde_json::from_str(STORED).expect("it is JSON");
        assert_eq!(serde_json::to_value(&read).expect("plain data"), stored, "an older program reads it too");
    }

    #[test]
    fn a_speaker_with_a_prompt_comes_back_whole() {
        let mut made: Assessment = serde_json::from_str(STORED).expect("it is an assessment");
        made.model.prompt_sha256 = Some("q".into());
        made.model.sampling = Some(Sampling { temperature: 0.5, top_p: 0.9, seed: 7 });
        let text = serde_json::to_string(&made).expect("plain data");
        assert_eq!(serde_json::from_str::<Assessment>(&text).expect("it reads back"), made);
    }
}
