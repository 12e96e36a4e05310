//! What a model says of an item in numbers, and when it says nothing.
//!
//! Two kinds: a zero-shot similarity, which was never calibrated and is never shown as a
//! percentage, and a head's probability, calibrated by a named method on a named set.

use serde::{Deserialize, Serialize};

/// Which model said it, exactly.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelId {
    /// `minilm-l6-v2+starter-heads@2`.
    pub id: String,
    /// sha256 over the weights of encoder and heads, in that order.
    pub weights_sha256: String,
    /// `cpu`.
    pub device: String,
    /// Method and set of the calibration; `None` where nothing is calibrated.
    pub calibration: Option<String>,
    /// Languages it was evaluated on, ISO 639-1.
    pub languages: Vec<String>,
}

/// One number about one item.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Score {
    /// A clause id (`HH-1`) or, for a group, the source label's id (`openai-moderation/H`).
    pub target: String,
    /// Title for people.
    pub title: String,
    /// Clauses it speaks of; more than one for a group, which is never split.
    pub clauses: Vec<String>,
    /// How it was made.
    pub method: Method,
    /// Zero-shot: similarity margin, about −1 to 1. Heads: probability.
    pub value: f64,
    /// From here on it counts: where a stated precision was reached on the calibration set, or where the team
    /// set it in this case file; `None` where uncalibrated.
    pub threshold: Option<f64>,
}

/// Calibrated scores first, by how far they stand above their threshold; then similarities.
pub fn order(scores: &mut [Score]) {
    // A head without a threshold never reached its precision: it stands below those that did.
    let rank = |it: &Score| match it.method {
        Method::Head => (0, it.value - it.threshold.unwrap_or(1.0)),
        Method::ZeroShot => (1, it.value),
    };
    scores.sort_by(|a, b| {
        let ((a_kind, a), (b_kind, b)) = (rank(a), rank(b));
        a_kind.cmp(&b_kind).then(b.total_cmp(&a))
    });
}

/// How a score was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Similarity to a clause's words against neutral anchors: uncalibrated.
    ZeroShot,
    /// A trained head: calibrated.
    Head,
}

/// Why there is no score. An outcome, never 0 and never "safe".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NotScored {
    /// Nothing to read.
    NoText,
    /// The model was not evaluated on this language.
    Language,
    /// No model is installed.
    NoModel,
}

/// What scoring one item came to.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Scoring {
    /// Scores, highest risk first.
    Scored {
        /// One per target.
        scores: Vec<Score>,
        /// Which passages drove the highest score.
        drivers: Vec<Driver>,
        /// Set where a text reads differently once normalised. Both readings are scored; the higher counts.
        read_as: Option<ReadAs>,
    },
    /// No score, and why.
    NotScored {
        /// Why.
        reason: NotScored,
    },
    /// The model failed; the message names what it tried.
    Failed {
        /// For people.
        message: String,
    },
}

/// A passage whose removal lowers a score.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Driver {
    /// Index of the item's part.
    pub part: u32,
    /// Scalar offsets into that part's text, half-open.
    pub start: u32,
    /// End.
    pub end: u32,
    /// The score's target.
    pub target: String,
    /// How much the score falls without it, in the score's own unit.
    pub drop: f64,
}

/// A text part that reads differently once look-alike letters and tricks are undone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReadAs {
    /// Index of the item's part.
    pub part: u32,
    /// As normalised.
    pub text: String,
}

/// A text part as a scorer gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// Index in the item's parts.
    pub part: u32,
    /// Role, for records.
    pub role: String,
    /// The text as written.
    pub text: String,
}

/// What a scorer needs of an item. It carries no verdict and no other model's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreInput {
    /// Text parts in order; empty where there is nothing to read.
    pub texts: Vec<TextPart>,
    /// ISO 639-1, declared or detected; `None` where neither is known well enough.
    pub language: Option<String>,
}
