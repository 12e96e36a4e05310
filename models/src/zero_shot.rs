//! Scores from a policy's own words, without any labelled item: a new policy scores at once.
//!
//! For each target a direction is found that separates the texts that violate (criteria, violating
//! examples, a label's prompts) from those that do not (neutral anchors, allowed uses and examples of
//! every clause). An item's score is its margin along that direction: a weighted sum of its similarities
//! to those texts, squeezed into −1 to 1. It was never calibrated and is no probability.

use casebook_core::{
    labelset::LabelSet,
    policy::{Clause, Policy},
};

use crate::{
    encoder::{EncoderError, TextEncoder},
    logistic::{self, Linear, Rows},
};

/// Tuned on the tuning third of the OpenAI moderation set (rows whose sha256 starts with 0–4), where mean
/// and maximum similarity were tried too and ranked any harm worse (0.55–0.66 against 0.73).
const SETTINGS: logistic::Settings = logistic::Settings { c: 6.0, balanced: true };

/// What scores without training, for one policy.
pub struct ZeroShot {
    /// One per clause of the policy, in its order.
    pub targets: Vec<Target>,
}

/// A clause or label and its direction.
pub struct Target {
    /// Clause id, or the label's id in its set.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Clauses it speaks of.
    pub clauses: Vec<String>,
    direction: Linear,
}

impl ZeroShot {
    /// One target per clause of `policy`.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn for_policy(encoder: &TextEncoder, policy: &Policy) -> Result<Self, EncoderError> {
        let wanted = policy.clauses.iter().map(|clause| Described {
            id: clause.id.clone(),
            title: clause.title.clone(),
            clauses: vec![clause.id.clone()],
            texts: violating(clause),
        });
        build(encoder, policy, wanted.collect())
    }

    /// One target per label of `set`, from its prompts and its clauses' words.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn for_labels(encoder: &TextEncoder, policy: &Policy, set: &LabelSet) -> Result<Self, EncoderError> {
        let wanted = set.labels.iter().map(|label| {
            let clauses = label.clauses.iter().filter_map(|it| policy.clause(it));
            let words = clauses.flat_map(violating);
            Described {
                id: label.id.clone(),
                title: label.title.clone(),
                clauses: label.clauses.clone(),
                texts: label.prompts.iter().map(String::as_str).chain(words).collect(),
            }
        });
        build(encoder, policy, wanted.collect())
    }
}

impl Target {
    /// Margin of a text's vector, −1 to 1: above 0 it lies nearer to what violates.
    #[must_use]
    pub fn margin(&self, vector: &[f32]) -> f64 {
        (self.direction.logit(vector, &[]) / 2.0).tanh()
    }

    /// The direction itself, for heads that keep it.
    #[must_use]
    pub fn direction(&self) -> &Linear {
        &self.direction
    }
}

struct Described<'a> {
    id: String,
    title: String,
    clauses: Vec<String>,
    texts: Vec<&'a str>,
}

fn violating(clause: &Clause) -> Vec<&str> {
    let criteria = clause.criteria.iter().map(|it| it.text.as_str());
    criteria.chain(clause.violating_examples.iter().map(String::as_str)).collect()
}

fn build(encoder: &TextEncoder, policy: &Policy, wanted: Vec<Described>) -> Result<ZeroShot, EncoderError> {
    let allowed = policy.clauses.iter().flat_map(|clause| {
        let uses = clause.allowed.iter().map(|it| it.text.as_str());
        uses.chain(clause.allowed_examples.iter().map(String::as_str))
    });
    let neutral: Vec<&str> = policy.anchors.iter().map(String::as_str).chain(allowed).collect();
    let neutral = encoder.embed(&neutral)?;
    let mut targets = Vec::with_capacity(wanted.len());
    for it in wanted {
        let violating = encoder.embed(&it.texts)?;
        let mut rows = Rows::new(encoder.dimensions(), 0);
        violating.iter().chain(&neutral).for_each(|vector| rows.push(vector, Vec::new()));
        let labels: Vec<_> = (0..rows.len()).map(|n| Some(n < violating.len())).collect();
        let direction = logistic::fit(&rows, &labels, SETTINGS);
        targets.push(Target { id: it.id, title: it.title, clauses: it.clauses, direction });
    }
    Ok(ZeroShot { targets })
}
