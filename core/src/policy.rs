//! A policy: a versioned set of clauses, read from TOML.
//!
//! The policy is the one table of labels: SQL, the page, prompts and exports take ids, titles,
//! severities and actions from here. A released version never changes; `sha256` says which text
//! a decision was made under.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{decision::Action, hash::sha256_hex};

/// A versioned set of clauses, checked.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `short-video`.
    pub set: String,
    /// `2026.11`.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// Neutral sentences: what the policy is *not* about. Zero-shot scores are measured against them.
    pub anchors: Vec<String>,
    /// Families in policy order.
    pub families: Vec<Family>,
    /// Clauses in policy order.
    pub clauses: Vec<Clause>,
    /// sha256 of the file's bytes.
    pub sha256: String,
}

/// Clauses that belong together: `HH`, hate.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Two letters, the start of its clauses' ids.
    pub id: String,
    /// Title for people.
    pub title: String,
}

/// One rule.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// `HH-1`.
    pub id: String,
    /// Short title.
    pub title: String,
    /// One line for pickers.
    pub summary: String,
    /// What the words in the criteria mean.
    pub definition: String,
    /// What violates: (a), (b), (c).
    pub criteria: Vec<Point>,
    /// What looks like it and is allowed.
    pub allowed: Vec<Point>,
    /// What lifts the clause although a criterion is met. Each must be addressed in a record.
    pub exceptions: Vec<Exception>,
    /// Lowest and highest severity, 0–4.
    pub severity: SeverityRange,
    /// Actions a reviewer may take under it, the usual one first.
    pub actions: Vec<Action>,
    /// Where it goes when a person must look further.
    pub escalation: Escalation,
    /// What a creator could change so that the item would be allowed.
    pub remediation: String,
    /// Short made-up texts that violate.
    pub violating_examples: Vec<String>,
    /// Short made-up texts that come close and are allowed.
    pub allowed_examples: Vec<String>,
    /// Ids of clauses to look at too.
    #[serde(default)]
    pub related: Vec<String>,
}

/// A lettered criterion or allowed use.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// `a`.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// What lifts a clause.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// `x1`; in a record `HH-1/x1`.
    pub id: String,
    /// What it says.
    pub text: String,
    /// Words that speak for it, lower case: the pipeline looks for them as evidence.
    #[serde(default)]
    pub cues: Vec<String>,
}

/// Severities a clause may be given.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityRange {
    /// Lowest.
    pub min: u8,
    /// Highest, at most 4.
    pub max: u8,
    /// Where a reviewer starts.
    pub default: u8,
}

/// The lane an escalation goes to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Escalation {
    /// Nobody beyond the queue.
    None,
    /// Legal or law enforcement.
    Legal,
    /// Child safety: the restricted lane.
    ChildSafety,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    set: String,
    version: String,
    title: String,
    anchors: Vec<String>,
    families: Vec<Family>,
    clauses: Vec<Clause>,
}

/// Why a policy file was refused.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, or not of this shape.
    #[error("policy {name}: {source}")]
    Shape { name: String, source: Box<toml::de::Error> },
    /// A rule is broken.
    #[error("policy {name}, clause {clause}: {rule}")]
    Rule { name: String, clause: String, rule: String },
}

impl Policy {
    /// Reads and checks a policy file. `name` is how errors call it.
    ///
    /// # Errors
    /// Refuses unknown fields, ids used twice, empty texts, severities outside 0–4, relations to
    /// clauses that do not exist, and clauses of no family.
    pub fn parse(name: &str, toml: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(toml)
            .map_err(|it| PolicyError::Shape { name: name.to_owned(), source: Box::new(it) })?;
        let policy = Self {
            set: file.set,
            version: file.version,
            title: file.title,
            anchors: file.anchors,
            families: file.families,
            clauses: file.clauses,
            sha256: sha256_hex(toml.as_bytes()),
        };
        match policy.broken_rule() {
            None => Ok(policy),
            Some((clause, rule)) => Err(PolicyError::Rule { name: name.to_owned(), clause, rule }),
        }
    }

    /// The policy that ships with Casebook: `short-video@2026.11`.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse("short-video@2026.11", include_str!("../policies/short-video@2026.11.toml"))
            .expect("the built-in policy is checked by a test")
    }

    /// `short-video@2026.11`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}@{}", self.set, self.version)
    }

    /// The clause with this id.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|it| it.id == id)
    }

    fn broken_rule(&self) -> Option<(String, String)> {
        let ids: BTreeSet<&str> = self.clauses.iter().map(|it| it.id.as_str()).collect();
        if ids.len() != self.clauses.len() {
            let mut seen = BTreeSet::new();
            let twin = self.clauses.iter().find(|it| !seen.insert(&it.id))?;
            return Some((twin.id.clone(), "an id is used once".into()));
        }
        if self.anchors.len() < 4 {
            return Some(("(anchors)".into(), "a policy names at least 4 neutral anchors".into()));
        }
        self.clauses.iter().find_map(|it| self.broken_clause_rule(it, &ids).map(|rule| (it.id.clone(), rule)))
    }

    fn broken_clause_rule(&self, clause: &Clause, ids: &BTreeSet<&str>) -> Option<String> {
        let SeverityRange { min, max, default } = clause.severity;
        if max > 4 || min > default || default > max {
            return Some(format!("severity {min}–{max}, default {default}: 0 ≤ min ≤ default ≤ max ≤ 4"));
        }
        if !self.families.iter().any(|it| clause.family() == it.id) {
            return Some(format!("family {} is not listed", clause.family()));
        }
        if let Some(unknown) = clause.related.iter().find(|it| !ids.contains(it.as_str())) {
            return Some(format!("relates to {unknown}, which does not exist"));
        }
        if clause.actions.is_empty() || clause.criteria.is_empty() {
            return Some("a clause has at least one criterion and one action".into());
        }
        if clause.violating_examples.len() < 2 || clause.allowed_examples.len() < 2 {
            return Some("two examples each way".into());
        }
        let texts = [&clause.title, &clause.summary, &clause.definition, &clause.remediation];
        if texts.iter().any(|it| it.trim().is_empty()) {
            return Some("title, summary, definition and remediation are filled in".into());
        }
        for (what, points) in [("criterion", &clause.criteria), ("allowed use", &clause.allowed)] {
            let mut counts = BTreeMap::new();
            for point in points {
                *counts.entry(&point.id).or_insert(0) += 1;
            }
            if let Some((id, _)) = counts.iter().find(|(_, n)| **n > 1) {
                return Some(format!("{what} ({id}) is listed twice"));
            }
        }
        None
    }
}

impl Clause {
    /// `HH` of `HH-1`.
    #[must_use]
    pub fn family(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// True for clauses of the restricted lane.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        is_restricted(&self.id)
    }
}

/// True for a clause id of the restricted lane (`CS-*`): covered, only escalated, never exported.
#[must_use]
pub fn is_restricted(clause_id: &str) -> bool {
    clause_id.starts_with("CS-")
}
