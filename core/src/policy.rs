//! A policy: a versioned set of clauses, read from TOML.
//!
//! The policy is the one table of labels: SQL, the page, prompts and exports take ids, titles,
//! severities and actions from here. A released version never changes; `sha256` says which text
//! a decision was made under.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{decision::Action, hash::sha256_hex};

/// The family that people read as child safety.
const CHILD_SAFETY: &str = "CS";

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
    /// clauses that do not exist, clauses of no family, and clauses whose escalation, actions and family
    /// disagree on whether they are about child safety; and a set or version that is no plain word.
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

    /// True where `clause_id` names a clause of this policy's restricted lane.
    #[must_use]
    pub fn restricts(&self, clause_id: &str) -> bool {
        self.clause(clause_id).is_some_and(Clause::is_restricted)
    }

    fn broken_rule(&self) -> Option<(String, String)> {
        let ids: BTreeSet<&str> = self.clauses.iter().map(|it| it.id.as_str()).collect();
        if ids.len() != self.clauses.len() {
            let mut seen = BTreeSet::new();
            let twin = self.clauses.iter().find(|it| !seen.insert(&it.id))?;
            return Some((twin.id.clone(), "an id is used once".into()));
        }
        for part in [&self.set, &self.version] {
            let plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '.';
            if part.is_empty() || part.len() > 40 || !part.chars().all(plain) {
                return Some(("(name)".into(), "set and version are 1–40 of a–z, A–Z, 0–9, - and .".into()));
            }
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
        if let Some(rule) = broken_lane(clause) {
            return Some(rule);
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

/// Two places say that a clause is about child safety, where it escalates to and what may be done, and its family
/// says it to people: a policy in which they disagree would leave an item where anybody sees it.
fn broken_lane(clause: &Clause) -> Option<String> {
    let only_escalated = clause.actions == [Action::EscalateChildSafety];
    match clause.is_restricted() {
        true if !only_escalated => {
            Some("a clause that escalates to child_safety has the one action escalate_child_safety".into())
        }
        false if clause.actions.contains(&Action::EscalateChildSafety) => {
            Some("the action escalate_child_safety goes with escalation = \"child_safety\"".into())
        }
        false if clause.family() == CHILD_SAFETY => {
            Some(format!("a clause of the family {CHILD_SAFETY} has escalation = \"child_safety\""))
        }
        _ => None,
    }
}

impl Clause {
    /// `HH` of `HH-1`.
    #[must_use]
    pub fn family(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// True for clauses of the restricted lane: covered, only escalated, never exported. Where it escalates to
    /// says so, not how it is spelt.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.escalation == Escalation::ChildSafety
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: &str = include_str!("../policies/short-video@2026.11.toml");

    #[track_caller]
    fn refused(from: &str, to: &str, rule: &str) {
        assert!(BUILT_IN.contains(from), "{from:?} stands in the policy");
        let error = Policy::parse("p@1", &BUILT_IN.replacen(from, to, 1)).expect_err(rule).to_string();
        assert!(error.contains(rule), "{error}");
    }

    #[test]
    fn the_lane_follows_the_escalation_and_not_the_spelling() {
        let renamed = BUILT_IN.replace("CS-", "KM-").replace("id = \"CS\"", "id = \"KM\"");
        let policy = Policy::parse("p@1", &renamed).expect("a family may have any name");
        assert!(policy.restricts("KM-1") && !policy.restricts("HH-1") && !policy.restricts("CS-1"));
    }

    #[test]
    fn a_clause_that_says_two_things_about_child_safety_is_refused() {
        let lane = "escalation = \"child_safety\"";
        refused(lane, "escalation = \"legal\"", "goes with escalation");
        let action = "actions = [\"escalate_child_safety\"]";
        refused(action, "actions = [\"escalate_child_safety\", \"remove\"]", "the one action");
        refused(
            &format!("{action}\n{lane}"),
            "actions = [\"remove\"]\nescalation = \"none\"",
            "of the family CS",
        );
    }
}
