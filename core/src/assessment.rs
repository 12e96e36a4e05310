//! An assessment: all that a model said of an item once. Never edited.

use serde::{Deserialize, Serialize};

use crate::{
    decision::Choice,
    draft::DraftStep,
    evidence::Evidence,
    score::{ModelId, Scoring},
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
    pub model: ModelId,
    /// RFC 3339.
    pub made_at: String,
    /// How long it took.
    pub duration_ms: u32,
    /// The numbers, or why there are none.
    pub scoring: Scoring,
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
    /// The first words of its text.
    pub excerpt: String,
}
