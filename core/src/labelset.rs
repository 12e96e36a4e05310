//! A label set: what the labels of an outside data set mean in a policy's clauses.
//!
//! A source label that stands for several clauses is scored and shown for the group, never split.

use serde::Deserialize;

use crate::policy::Policy;

/// The labels of one data set, in file order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSet {
    /// `openai-moderation`.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// Name of the policy its clauses belong to: `short-video@2026.11`.
    pub policy: String,
    /// The labels.
    pub labels: Vec<Label>,
}

/// One label of the data set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// As the data spells it: `H2`.
    pub id: String,
    /// For people: "Hate with threat".
    pub title: String,
    /// Clauses it stands for; more than one is a group.
    pub clauses: Vec<String>,
    /// Sentences that describe it, for zero-shot scoring beside the clauses' own words.
    #[serde(default)]
    pub prompts: Vec<String>,
}

/// Why a label set was refused.
#[derive(Debug, thiserror::Error)]
pub enum LabelSetError {
    /// Not TOML, or not of this shape.
    #[error("label set {name}: {source}")]
    Shape { name: String, source: Box<toml::de::Error> },
    /// A label stands for a clause the policy lacks.
    #[error("label set {name}, label {label}: clause {clause} is not in {policy}")]
    UnknownClause { name: String, label: String, clause: String, policy: String },
    /// Two labels share an id.
    #[error("label set {name}: label {label} is listed twice")]
    Twice { name: String, label: String },
}

impl LabelSet {
    /// Reads a label set and checks it against `policy`.
    ///
    /// # Errors
    /// Refuses unknown fields, labels listed twice and clauses the policy lacks.
    pub fn parse(name: &str, toml: &str, policy: &Policy) -> Result<Self, LabelSetError> {
        let set: Self = toml::from_str(toml)
            .map_err(|it| LabelSetError::Shape { name: name.to_owned(), source: Box::new(it) })?;
        for (n, label) in set.labels.iter().enumerate() {
            if set.labels[..n].iter().any(|it| it.id == label.id) {
                return Err(LabelSetError::Twice { name: name.to_owned(), label: label.id.clone() });
            }
            if let Some(clause) = label.clauses.iter().find(|it| policy.clause(it).is_none()) {
                return Err(LabelSetError::UnknownClause {
                    name: name.to_owned(),
                    label: label.id.clone(),
                    clause: clause.clone(),
                    policy: policy.name(),
                });
            }
        }
        Ok(set)
    }
}
