//! Whether a draft of notes holds what it must, by its own text, and whether what does not hold is marked.
//!
//! Nothing of the program's own reader is used for the first: what a draft calls its parts is spelt here anew.

use casebook_core::{
    check,
    evidence::Anchor,
    item::ItemKind,
    policy::{Clause, Policy},
    reasoning::{self, Chain, Findings},
    record::{PartKind, RecordItem, RecordPart, StepSource},
    score::{Method, Score, ScoreInput, Scoring, TextPart},
    text,
    weighing::{
        MET,
        notes::{Notes, Quote, Reason},
    },
};
use serde_json::Value;

/// A side of a draft: its list, what a reason names, and what it says.
const SIDES: [[&str; 3]; 2] =
    [["for", "criterion", "breaks_the_rule_because"], ["against", "rule", "may_stay_because"]];

/// What does not hold: which, and of which side and reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Words that no text of the item has.
    Quote(usize, usize),
    /// Something that the clause has not, or not on this side.
    Rule(usize, usize),
    /// No words of its own.
    Empty(usize, usize),
    /// A severity beyond the clause's, or one where nothing is broken.
    Severity,
    /// A place that the program gives for a quote, which has other words.
    Place,
    /// Evidence of a step that is not there.
    Cited,
}

/// What an item of these texts is to a model.
pub fn input(texts: &[&str]) -> ScoreInput {
    let part = |(part, it): (u32, &&str)| TextPart { part, role: "caption".into(), text: (*it).into() };
    ScoreInput { texts: (0..).zip(texts).map(part).collect(), language: None }
}

/// The rules that `draft` breaks, of an item of these texts that was found to break `clause` or not.
pub fn breaks(clause: &Clause, texts: &[&str], found: bool, draft: &Value) -> Vec<Break> {
    let criteria: Vec<String> = clause.criteria.iter().map(|it| it.id.clone()).collect();
    let uses = clause.allowed.iter().map(|it| format!("ok-{}", it.id));
    let exceptions = clause.exceptions.iter().map(|it| it.id.clone());
    let allowed: Vec<String> = uses.chain(exceptions).chain(["none".to_owned()]).collect();
    let mut broken = Vec::new();
    for (side, own) in [criteria, allowed].iter().enumerate() {
        let [list, rule, because] = SIDES[side];
        for (n, reason) in draft[list].as_array().into_iter().flatten().enumerate() {
            let said = |name: &str| reason[name].as_str().unwrap_or_default();
            if !said("quote").trim().is_empty() && !texts.iter().any(|it| it.contains(said("quote"))) {
                broken.push(Break::Quote(side, n));
            }
            if !own.iter().any(|it| it == said(rule)) {
                broken.push(Break::Rule(side, n));
            }
            if said(because).trim().is_empty() {
                broken.push(Break::Empty(side, n));
            }
        }
    }
    let range = i64::from(clause.severity.min)..=i64::from(clause.severity.max);
    if draft.get("severity").is_some_and(|it| !found || !it.as_i64().is_some_and(|it| range.contains(&it))) {
        broken.push(Break::Severity);
    }
    broken
}

/// Those of `broken` that neither the notes nor the steps made of them mark.
pub fn unmarked(broken: &[Break], draft: &Value, notes: &Notes, chain: &Chain) -> Vec<Break> {
    let reasons = [&notes.speaks_for, &notes.against];
    let is_marked = |it: &Break| match *it {
        Break::Quote(side, n) => {
            let written = draft[SIDES[side][0]][n]["quote"].as_str();
            let is_doubted = reasons[side].get(n).is_some_and(|it| doubted(it) == written);
            is_doubted && is_marked_in(chain, draft[SIDES[side][0]][n][SIDES[side][2]].as_str())
        }
        Break::Rule(side, n) => reasons[side].get(n).is_some_and(|it| !it.is_known),
        Break::Empty(side, n) => {
            let is_empty = reasons[side].get(n).is_some_and(|it| it.because.is_empty());
            is_empty && steps(chain, None).next().is_some()
        }
        Break::Severity => {
            let is_marked = notes.severity.is_some_and(|it| !it.in_range);
            is_marked && !chain.steps.iter().any(|it| it.text.contains("proposes severity"))
        }
        Break::Place | Break::Cited => false,
    };
    broken.iter().filter(|it| !is_marked(it)).copied().collect()
}

/// The words of a quote that is not taken as it was written.
fn doubted(reason: &Reason) -> Option<&str> {
    match &reason.quote {
        Quote::Repaired { written, .. } | Quote::Unverified { written, .. } => Some(written),
        Quote::Verified { .. } | Quote::Absent => None,
    }
}

/// Whether a step that says this points at evidence with a mark.
fn is_marked_in(chain: &Chain, because: Option<&str>) -> bool {
    let because = because.map(str::trim).filter(|it| !it.is_empty());
    let evidence = |id: &String| chain.evidence.iter().find(|it| it.id == *id);
    steps(chain, because)
        .flat_map(|it| &it.evidence)
        .filter_map(evidence)
        .any(|it| it.verified == Some(false) || it.note.is_some())
}

/// The steps that a language model's sentence became; of a reason without one, those that say so.
fn steps<'a>(
    chain: &'a Chain,
    because: Option<&'a str>,
) -> impl Iterator<Item = &'a casebook_core::draft::DraftStep> {
    let said = because.unwrap_or("The language model names ");
    chain.steps.iter().filter(move |it| it.source == StepSource::LanguageModel && it.text.contains(said))
}

/// What the program itself says that is not so: places of quotes, and evidence of steps.
pub fn invented(item: &RecordItem, notes: &Notes, chain: &Chain, policy: &Policy) -> Vec<Break> {
    let mut found = Vec::new();
    for reason in notes.speaks_for.iter().chain(&notes.against) {
        if let Quote::Verified { place } | Quote::Repaired { place, .. } = &reason.quote {
            let source = item.parts.get(place.part as usize).and_then(|it| it.text.as_deref());
            if source.and_then(|it| text::slice(it, place.start, place.end)) != Some(&place.quote) {
                found.push(Break::Place);
            }
        }
    }
    let is_there = |id: &String| chain.evidence.iter().any(|it| it.id == *id);
    let is_lost = chain.steps.iter().flat_map(|it| &it.evidence).any(|it| !is_there(it));
    let is_broken = |it: &Anchor| check::broken_anchor(it, &item.parts, policy, &|_| false).is_some();
    if is_lost || chain.evidence.iter().any(|it| is_broken(&it.anchor)) {
        found.push(Break::Cited);
    }
    found
}

/// The chain that these notes alone, on a check of `clause`, lead to.
pub fn chained(item: &RecordItem, clause: &Clause, notes: &Notes, policy: &Policy) -> Chain {
    let score = Score {
        target: clause.id.clone(),
        title: clause.title.clone(),
        clauses: vec![clause.id.clone()],
        method: Method::Check,
        value: if notes.found { MET + 1.0 } else { MET - 1.0 },
        threshold: Some(MET),
    };
    let scoring = Scoring::Scored { scores: vec![score], drivers: Vec::new(), read_as: None };
    let notes = std::slice::from_ref(notes);
    let findings =
        Findings { item, reports: 0, reach_per_hour: None, scoring: &scoring, notes, precedents: &[] };
    reasoning::chain(&findings, policy)
}

/// An item of these texts.
pub fn item(texts: &[&str]) -> RecordItem {
    let part = |(n, it): (usize, &&str)| RecordPart {
        id: format!("p{}", n + 1),
        kind: PartKind::Text,
        role: "caption".into(),
        text: Some((*it).into()),
        path: None,
        sha256: None,
        language: None,
        language_confidence: None,
        width: None,
        height: None,
        duration_ms: None,
        remarks: Vec::new(),
    };
    RecordItem {
        id: "i1".into(),
        kind: if texts.len() > 1 { ItemKind::Bundle } else { ItemKind::Text },
        content_sha256: "0".repeat(64),
        language: None,
        parts: texts.iter().enumerate().map(part).collect(),
        author: None,
        market: None,
    }
}

/// The same notes from a program that believes every word.
pub fn believed(notes: &Notes) -> Notes {
    let mut notes = notes.clone();
    for reason in notes.speaks_for.iter_mut().chain(&mut notes.against) {
        reason.is_known = true;
        reason.quote = match &reason.quote {
            Quote::Repaired { place, .. } => Quote::Verified { place: place.clone() },
            Quote::Unverified { .. } => Quote::Absent,
            other => other.clone(),
        };
    }
    if let Some(severity) = &mut notes.severity {
        severity.in_range = true;
    }
    notes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_rule_that_a_draft_breaks_is_seen_by_itself() {
        let policy = Policy::built_in();
        let clause = policy.clause("MI-1").expect("it is in the policy");
        let reason = |quote: &str, rule: &str, because: &str| json!({"quote": quote, "criterion": rule, "breaks_the_rule_because": because});
        let check = |reason: Value, severity: i64, expected: &[Break]| {
            let draft = json!({"for": [reason], "against": [], "severity": severity});
            assert_eq!(breaks(clause, &["Take it."], true, &draft), expected, "{draft}");
        };
        let held = i64::from(clause.severity.min);
        check(reason("Take it.", "a", "It tells people to."), held, &[]);
        check(reason("Leave it.", "a", "It tells people to."), held, &[Break::Quote(0, 0)]);
        check(reason("Take it.", "ok-a", "It tells people to."), held, &[Break::Rule(0, 0)]);
        check(reason("Take it.", "a", "  "), held, &[Break::Empty(0, 0)]);
        check(reason("Take it.", "a", "It tells people to."), 5, &[Break::Severity]);
        let exception = json!({"quote": "", "rule": "x9", "may_stay_because": "So it says."});
        let draft = json!({"for": [], "against": [exception]});
        assert_eq!(breaks(clause, &["Take it."], false, &draft), [Break::Rule(1, 0)]);
    }
}
