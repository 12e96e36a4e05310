//! Items and policies as the page sees them.

use casebook_core::{
    decision::Choice,
    normalise,
    policy::{Clause, Point, Policy},
    record::{PartKind, RecordPart},
};
use casebook_store::StoredItem;

use crate::wire::{ChoiceView, ClauseView, FamilyView, Found, ItemView, PartView, PointView, PolicyView};

/// An item; `uncovered` names the parts this reviewer has uncovered.
#[must_use]
pub fn item(stored: &StoredItem, uncovered: &[String]) -> ItemView {
    ItemView {
        row: stored.row,
        id: stored.item.id.clone(),
        kind: stored.record.kind,
        parts: stored.record.parts.iter().map(|it| part(stored.row, it, uncovered)).collect(),
        language: stored.record.language.clone(),
        language_confidence: stored.record.language.as_ref().and(stored.language_confidence),
        market: stored.item.market.clone(),
        author: stored.item.author.clone(),
        reports: stored.item.reports.clone(),
        reach_per_hour: stored.item.reach_per_hour,
        flagged_at: stored.item.flagged_at.clone(),
    }
}

/// A part: the uncovered rendition is named only once uncovering is stored.
#[must_use]
pub fn part(row: u32, part: &RecordPart, uncovered: &[String]) -> PartView {
    let is_image = part.kind == PartKind::Image;
    let path = |rendition: &str| format!("{row}/{}/{rendition}", part.id);
    PartView {
        id: part.id.clone(),
        kind: part.kind,
        role: part.role.clone(),
        text: part.text.clone(),
        read_as: part.text.as_deref().and_then(normalise::read_as),
        width: part.width,
        height: part.height,
        remarks: part.remarks.clone(),
        covered: is_image.then(|| path("covered")),
        uncovered: (is_image && uncovered.contains(&part.id)).then(|| path("full")),
    }
}

/// An item found by search, with the words around the first hit.
#[must_use]
pub fn found(stored: &StoredItem, words: &str) -> Found {
    let texts: Vec<&str> = stored.record.parts.iter().filter_map(|it| it.text.as_deref()).collect();
    Found { row: stored.row, id: stored.item.id.clone(), excerpt: excerpt(&texts.join(" · "), words, 120) }
}

/// At most `length` characters of `text`, around the first of `words` that stands in it.
#[must_use]
pub fn excerpt(text: &str, words: &str, length: usize) -> String {
    let letters: Vec<char> = text.chars().map(|it| if it.is_whitespace() { ' ' } else { it }).collect();
    let lower: Vec<char> = letters.iter().map(|it| it.to_lowercase().next().unwrap_or(*it)).collect();
    let hit = words
        .split_whitespace()
        .filter_map(|word| {
            let word: Vec<char> = word.to_lowercase().chars().collect();
            lower.windows(word.len().max(1)).position(|it| it == word)
        })
        .min()
        .unwrap_or(0);
    let from = hit.saturating_sub(length / 3).min(letters.len().saturating_sub(length));
    let to = (from + length).min(letters.len());
    let mut out: String = letters[from..to].iter().collect();
    if from > 0 {
        out.insert(0, '…');
    }
    if to < letters.len() {
        out.push('…');
    }
    out
}

/// The policy.
#[must_use]
pub fn policy(policy: &Policy) -> PolicyView {
    PolicyView {
        name: policy.name(),
        title: policy.title.clone(),
        families: policy
            .families
            .iter()
            .map(|it| FamilyView { id: it.id.clone(), title: it.title.clone() })
            .collect(),
        clauses: policy.clauses.iter().map(clause).collect(),
        choices: Choice::ALL.into_iter().map(|it| meaning(it, None)).collect(),
    }
}

fn clause(clause: &Clause) -> ClauseView {
    let points = |points: &[Point]| -> Vec<PointView> {
        points.iter().map(|it| PointView { id: it.id.clone(), text: it.text.clone() }).collect()
    };
    ClauseView {
        id: clause.id.clone(),
        title: clause.title.clone(),
        summary: clause.summary.clone(),
        definition: clause.definition.clone(),
        criteria: points(&clause.criteria),
        allowed: points(&clause.allowed),
        exceptions: clause
            .exceptions
            .iter()
            .map(|it| PointView { id: it.id.clone(), text: it.text.clone() })
            .collect(),
        severity_min: clause.severity.min,
        severity_max: clause.severity.max,
        severity_default: clause.severity.default,
        choices: choices(clause).into_iter().map(|it| meaning(it, Some(clause))).collect(),
        escalation: clause.escalation,
        remediation: clause.remediation.clone(),
        violating_examples: clause.violating_examples.clone(),
        allowed_examples: clause.allowed_examples.clone(),
        related: clause.related.clone(),
    }
}

fn meaning(choice: Choice, primary: Option<&Clause>) -> ChoiceView {
    let severity = choice.verdict().severity(primary);
    ChoiceView {
        choice,
        needs_clause: choice.needs_clause(),
        takes_severity: choice.verdict().takes_severity(),
        severity_min: severity.min,
        severity_max: severity.max,
        severity_default: severity.default,
    }
}

/// The keys a reviewer may press with `clause` as the primary one.
#[must_use]
pub fn choices(clause: &Clause) -> Vec<Choice> {
    let may = |choice: &Choice| match choice {
        Choice::Escalate => true,
        Choice::Allow | Choice::CannotJudge => !clause.is_restricted(),
        _ => choice.action(Some(clause)).is_some_and(|it| clause.actions.contains(&it)),
    };
    Choice::ALL.into_iter().filter(may).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_around_the_first_hit() {
        let text = format!("{} needle {}", "a ".repeat(100), "b ".repeat(100));
        let cut = excerpt(&text, "NEEDLE", 30);
        assert!(cut.contains("needle"), "{cut}");
        assert!(cut.starts_with('…') && cut.ends_with('…'), "{cut}");
        assert_eq!(cut.chars().count(), 32);
    }

    #[test]
    fn a_short_text_is_its_own_excerpt() {
        assert_eq!(excerpt("kurz\nund gut", "fehlt", 30), "kurz und gut");
    }

    #[test]
    fn a_child_safety_clause_can_only_be_escalated() {
        let policy = Policy::built_in();
        for clause in policy.clauses.iter().filter(|it| it.is_restricted()) {
            assert_eq!(choices(clause), [Choice::Escalate], "{}", clause.id);
        }
    }

    #[test]
    fn every_clause_can_be_decided_by_some_key() {
        for clause in &Policy::built_in().clauses {
            assert!(choices(clause).len() > usize::from(!clause.is_restricted()), "{}", clause.id);
        }
    }
}
