//! The rules of a record beyond its schema.
//!
//! Two kinds, kept apart: what is *false* stops a submission (a wrong quote, range, clause,
//! action or severity); what is merely *missing* is stored as incomplete, with reasons, and kept
//! out of training rows. The same rules run on what a model says and on what a person writes.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use crate::{
    decision::{Action, Verdict},
    evidence::{Anchor, Evidence},
    policy::{Clause, Policy},
    record::{Author, Decision, Finish, PartKind, Rating, Record, RecordPart, Stage, Step, StepSource},
    text,
};

/// Something false in a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[error("{place} {value}: {rule}")]
pub struct Falsehood {
    /// Where.
    pub place: Place,
    /// The offending value.
    pub value: String,
    /// What would be true.
    pub rule: String,
}

/// Where in a record something is false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    /// One piece of evidence.
    Evidence {
        /// Its id.
        id: String,
    },
    /// One step.
    Step {
        /// Its number, from 1.
        n: u32,
    },
    /// The decision.
    Decision,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evidence { id } => write!(out, "evidence {id}"),
            Self::Step { n } => write!(out, "step {n}"),
            Self::Decision => write!(out, "decision"),
        }
    }
}

/// What the protocol asks for and a record lacks. A record carries it as a sentence, which is its `Display`: a released
/// word, as the names of a format are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Missing {
    /// The clause that is violated.
    Clause,
    /// Evidence in the item, pointed at by a step.
    Evidence,
    /// A step that argues the other side.
    Counterargument,
    /// A word on an exception of a cited clause.
    Exception {
        /// `HH-1/x1`.
        id: String,
    },
    /// The clause that comes nearest, where none is violated.
    NearestClause,
    /// Why it could not be judged.
    CannotJudgeReason,
    /// Steps.
    Steps,
    /// The wrong step at which the chain was stopped.
    WrongStep,
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Clause => "no clause",
            Self::Evidence => "no evidence in the item",
            Self::Counterargument => "no counter-argument",
            Self::Exception { id } => return write!(out, "exception {id} not addressed"),
            Self::NearestClause => "nearest clause not named",
            Self::CannotJudgeReason => "no reason for not judging",
            Self::Steps => "no steps",
            Self::WrongStep => "stopped at the first error, and no step is rated wrong",
        })
    }
}

/// Checks `record` against its own item and `policy`, marks evidence verified, fills in `complete` and
/// `incomplete_reasons`, and gives what is missing. `is_precedent` says whether an item id names a decided item.
///
/// # Errors
/// Everything false, in reading order. The record is not changed then.
pub fn check(
    record: &mut Record,
    policy: &Policy,
    is_precedent: &dyn Fn(&str) -> bool,
) -> Result<Vec<Missing>, Vec<Falsehood>> {
    let mut found = Vec::new();
    check_evidence(record, policy, is_precedent, &mut found);
    check_steps(record, policy, &mut found);
    check_decision(record, policy, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    for evidence in &mut record.evidence {
        evidence.verified = Some(true);
    }
    let missing =
        missing(&record.decision, &record.steps, &record.evidence, record.provenance.finish, policy);
    record.incomplete_reasons = missing.iter().map(ToString::to_string).collect();
    record.complete = missing.is_empty();
    Ok(missing)
}

/// What is wrong with one anchor, or `None`.
#[must_use]
pub fn broken_anchor(
    anchor: &Anchor,
    parts: &[RecordPart],
    policy: &Policy,
    is_precedent: &dyn Fn(&str) -> bool,
) -> Option<(String, String)> {
    let part = |id: &str, kind| parts.iter().find(|it| it.id == id && it.kind == kind);
    match anchor {
        Anchor::TextSpan { part: id, start, end, quote } => {
            let Some(source) = part(id, PartKind::Text).and_then(|it| it.text.as_deref()) else {
                return Some((id.clone(), "the item has no text part of that id".into()));
            };
            match text::slice(source, *start, *end) {
                _ if start >= end => Some((format!("{start}–{end}"), "a span has a length".into())),
                None => Some((format!("{start}–{end}"), format!("{id} ends at {}", text::scalars(source)))),
                Some(actual) if actual != quote => {
                    Some((quote.clone(), format!("{id} says “{actual}” at {start}–{end}")))
                }
                Some(_) => None,
            }
        }
        Anchor::ImageBox { part: id, area: [x, y, width, height] } => {
            if part(id, PartKind::Image).is_none() {
                return Some((id.clone(), "the item has no image part of that id".into()));
            }
            // A drag that ends on the border may round a hair past it.
            let inside = |from: f64, length: f64| from >= 0.0 && length > 0.0 && from + length <= 1.0 + 1e-9;
            (!inside(*x, *width) || !inside(*y, *height))
                .then(|| (format!("{x}, {y}, {width}, {height}"), "a box lies inside the image, 0–1".into()))
        }
        Anchor::Clause { reference } => {
            (!names_clause_part(reference, policy)).then(|| (reference.clone(), not_in(policy)))
        }
        Anchor::Precedent { reference } => {
            (!is_precedent(reference)).then(|| (reference.clone(), "no decided item has that id".into()))
        }
        Anchor::Metadata { reference } => {
            let known = ["reports", "reach_per_hour", "language", "market", "author", "flagged_at"];
            (!known.contains(&reference.as_str()))
                .then(|| (reference.clone(), format!("one of {}", known.join(", "))))
        }
        Anchor::ToolOutput { tool, .. } => {
            tool.trim().is_empty().then(|| (tool.clone(), "a tool is named".into()))
        }
    }
}

/// True for `HH-1`, `HH-1/a` (criterion), `HH-1/ok-a` (allowed use) and `HH-1/x1` where they exist.
fn names_clause_part(reference: &str, policy: &Policy) -> bool {
    match reference.split_once('/') {
        None => policy.clause(reference).is_some(),
        Some((id, part)) => policy.clause(id).is_some_and(|it| {
            it.criteria.iter().any(|it| it.id == part)
                || part.strip_prefix("ok-").is_some_and(|id| it.allowed.iter().any(|it| it.id == id))
                || it.exceptions.iter().any(|it| it.id == part)
        }),
    }
}

fn not_in(policy: &Policy) -> String {
    format!("{} has no such clause", policy.name())
}

fn check_evidence(
    record: &Record,
    policy: &Policy,
    is_precedent: &dyn Fn(&str) -> bool,
    found: &mut Vec<Falsehood>,
) {
    let mut seen = BTreeSet::new();
    for Evidence { id, anchor, .. } in &record.evidence {
        let place = Place::Evidence { id: id.clone() };
        if !seen.insert(id) {
            found.push(Falsehood {
                place: place.clone(),
                value: id.clone(),
                rule: "an id is used once".into(),
            });
        }
        if let Some((value, rule)) = broken_anchor(anchor, &record.item.parts, policy, is_precedent) {
            found.push(Falsehood { place, value, rule });
        }
    }
}

fn check_steps(record: &Record, policy: &Policy, found: &mut Vec<Falsehood>) {
    for (n, step) in (1..).zip(&record.steps) {
        let mut say = |value: &str, rule: String| {
            found.push(Falsehood { place: Place::Step { n }, value: value.to_owned(), rule });
        };
        if step.n != n {
            say(&step.n.to_string(), format!("steps are numbered in order, so {n}"));
        }
        if let Some(length) = bad_length(&step.text) {
            say(&length, "a step is 1–2000 characters".into());
        }
        for length in step.alternatives.iter().filter_map(|it| bad_length(&it.text)) {
            say(&length, "another text for a step is 1–2000 characters".into());
        }
        if step.rating_reason.is_some() && step.rating != Some(Rating::Wrong) {
            say(&word(&step.rating_reason), "a reason goes with a step rated wrong".into());
        }
        for id in step.evidence.iter().filter(|id| !record.evidence.iter().any(|it| it.id == **id)) {
            say(id, "no evidence has that id".into());
        }
        for id in step.clauses.iter().filter(|it| policy.clause(it).is_none()) {
            say(id, not_in(policy));
        }
        for check in &step.exceptions {
            let known = check.id.split_once('/').is_some_and(|(clause, id)| {
                policy.clause(clause).is_some_and(|it| it.exceptions.iter().any(|it| it.id == id))
            });
            if !known {
                say(&check.id, format!("{} has no such exception", policy.name()));
            }
        }
    }
}

fn check_decision(record: &Record, policy: &Policy, found: &mut Vec<Falsehood>) {
    let decision = &record.decision;
    let mut say = |value: String, rule: String| found.push(Falsehood { place: Place::Decision, value, rule });
    for cited in decision.clauses.iter().filter(|it| policy.clause(&it.id).is_none()) {
        say(cited.id.clone(), not_in(policy));
    }
    let clauses: Vec<&Clause> = decision.clauses.iter().filter_map(|it| policy.clause(&it.id)).collect();
    if decision.verdict != Verdict::Escalate {
        for clause in clauses.iter().filter(|it| it.is_restricted()) {
            say(clause.id.clone(), "an item under a child-safety clause can only be escalated".into());
        }
    }
    // What was escalated or not judged may have any severity: nobody has settled under which clause.
    let settled = matches!(decision.verdict, Verdict::Violating | Verdict::NotViolating);
    let primary = clauses.first().copied().filter(|_| settled);
    let range = decision.verdict.severity(primary);
    if !(range.min..=range.max).contains(&decision.severity) {
        let rule = match (decision.verdict, primary) {
            (Verdict::NotViolating, _) => "allowed means severity 0".into(),
            (_, Some(primary)) => format!("{} has severity {}–{}", primary.id, range.min, range.max),
            (_, None) => "severity is 0–4".into(),
        };
        say(format!("severity {}", decision.severity), rule);
    }
    if decision.verdict == Verdict::Violating && !clauses.is_empty() {
        let allowed = |action: &Action| clauses.iter().any(|it| it.actions.contains(action));
        for action in decision.actions.iter().filter(|it| !allowed(it)) {
            let ids: Vec<&str> = clauses.iter().map(|it| it.id.as_str()).collect();
            say(word(action), format!("{} does not allow that action", ids.join(", ")));
        }
    }
    if decision.verdict == Verdict::NotViolating {
        for action in decision.actions.iter().filter(|it| **it != Action::None) {
            say(word(action), "allowed means no action".into());
        }
    }
    if !(0.0..=1.0).contains(&decision.confidence) {
        say(format!("confidence {}", decision.confidence), "confidence is 0–1".into());
    }
    if decision.cannot_judge_reason.is_some() && decision.verdict != Verdict::CannotJudge {
        say(word(&decision.verdict), "a reason for not judging goes with cannot_judge".into());
    }
}

/// As the schema spells it.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What is said of a text that is blank or too long.
fn bad_length(said: &str) -> Option<String> {
    let length = text::scalars(said);
    (said.trim().is_empty() || length > 2000).then(|| format!("{length} characters"))
}

/// What the protocol asks for and a record lacks.
///
/// Of a chain stopped at its first wrong step, nothing is asked beyond that step.
pub(crate) fn missing(
    decision: &Decision,
    all: &[Step],
    evidence: &[Evidence],
    finish: Option<Finish>,
    policy: &Policy,
) -> Vec<Missing> {
    let mut reasons = Vec::new();
    let steps: Vec<&Step> = all.iter().filter(|it| !it.deleted).collect();
    let has = |stage| steps.iter().any(|it| it.stage == stage);
    if finish == Some(Finish::FirstError) {
        if decision.verdict == Verdict::Violating && decision.clauses.is_empty() {
            reasons.push(Missing::Clause);
        }
        if all.iter().all(|it| it.rating != Some(Rating::Wrong)) {
            reasons.push(Missing::WrongStep);
        }
        return reasons;
    }
    match decision.verdict {
        Verdict::Violating => {
            if decision.clauses.is_empty() {
                reasons.push(Missing::Clause);
            }
            let anchored = evidence.iter().any(|it| {
                matches!(it.anchor, Anchor::TextSpan { .. } | Anchor::ImageBox { .. })
                    && steps.iter().any(|step| step.evidence.contains(&it.id))
            });
            if !anchored {
                reasons.push(Missing::Evidence);
            }
            if !has(Stage::Counterargument) {
                reasons.push(Missing::Counterargument);
            }
            for clause in decision.clauses.iter().filter_map(|it| policy.clause(&it.id)) {
                for exception in &clause.exceptions {
                    let id = format!("{}/{}", clause.id, exception.id);
                    if !steps.iter().flat_map(|it| &it.exceptions).any(|it| it.id == id) {
                        reasons.push(Missing::Exception { id });
                    }
                }
            }
        }
        Verdict::NotViolating | Verdict::Borderline => {
            if decision.clauses.is_empty() && steps.iter().all(|it| it.clauses.is_empty()) {
                reasons.push(Missing::NearestClause);
            }
        }
        Verdict::CannotJudge => {
            if decision.cannot_judge_reason.is_none() {
                reasons.push(Missing::CannotJudgeReason);
            }
        }
        Verdict::Escalate => {}
    }
    if steps.iter().all(|it| is_worded_decision(it)) {
        reasons.push(Missing::Steps);
    }
    reasons
}

/// The schema wants a step in every record; where nobody wrote one, [`crate::draft::record`] puts
/// the decision itself in words: a person's, worded by the program.
fn is_worded_decision(step: &Step) -> bool {
    step.author == Author::Human && step.source == Some(StepSource::Pipeline) && step.stage == Stage::Decision
}

/// True where a record touches the restricted lane of `policy`, the one it was made under.
#[must_use]
pub fn touches_restricted_lane(record: &Record, policy: &Policy) -> bool {
    let impression = record.first_impression.iter().flat_map(|it| &it.clauses);
    record.decision.clauses.iter().chain(impression).any(|it| policy.restricts(&it.id))
        || record.decision.actions.contains(&Action::EscalateChildSafety)
}

#[cfg(test)]
mod tests;
