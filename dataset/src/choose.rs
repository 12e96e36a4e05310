//! Which records go into which dataset, and why others stay out.

use casebook_core::{
    check::touches_restricted_lane,
    decision::{ClauseRole, Verdict},
    evidence::Anchor,
    item::Gold,
    policy::Policy,
    record::{Finish, Record},
};
use serde::{Deserialize, Serialize};

/// Why a record is not in a dataset. Counted in the manifest, never silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// The filter did not ask for it.
    Filtered,
    /// The item is in the restricted lane.
    Restricted,
    /// It cites a precedent of the restricted lane.
    CitesRestricted,
    /// It was recorded under another policy version.
    OtherPolicy,
    /// It is not complete, and incomplete records were not asked for.
    Incomplete,
    /// The reviewer could not judge.
    CannotJudge,
    /// Reviewers disagree and nothing is settled.
    Disagreement,
    /// The settled answer is another.
    AgainstGold,
    /// The reviewer ended the chain before its decision: at the first error, for a gap in the
    /// policy, for want of evidence, or gave up.
    Stopped,
    /// The reviewer says the item is broken.
    BadItem,
    /// No step is left once wrong and deleted ones are out.
    NoSteps,
    /// The model's first step was not judged, or there is none.
    NoJudgedStep,
    /// A value would have stayed after redaction, in a field that is not rewritten; `refused` in the manifest says in which.
    NotRedacted,
    /// The redacted record breaks a rule of records.
    False,
}

impl LeftOut {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Filtered => "not asked for by the filter",
            Self::Restricted => "in the restricted lane",
            Self::CitesRestricted => "cites an item of the restricted lane",
            Self::OtherPolicy => "recorded under another policy version",
            Self::Incomplete => "incomplete",
            Self::CannotJudge => "could not be judged",
            Self::Disagreement => "reviewers disagree and nothing is settled",
            Self::AgainstGold => "the settled answer is another",
            Self::Stopped => "the chain was ended before its decision",
            Self::BadItem => "the item is broken",
            Self::NoSteps => "no step left",
            Self::NoJudgedStep => "no model step judged",
            Self::NotRedacted => "a private value would have stayed in a field that is not rewritten",
            Self::False => "breaks a rule of records",
        }
    }
}

/// What one reviewer decided, as far as agreement goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// The verdict.
    pub verdict: Verdict,
    /// The primary clause.
    pub primary: Option<String>,
}

impl Opinion {
    /// Of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let clauses = &record.decision.clauses;
        let primary = clauses.iter().find(|it| it.role == ClauseRole::Primary).or(clauses.first());
        Self { verdict: record.decision.verdict, primary: primary.map(|it| it.id.clone()) }
    }
}

/// How the current opinions of one item stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Policy staff settled it under this policy.
    Settled(Gold),
    /// All who judged agree.
    Agreed,
    /// They do not.
    Disputed,
}

impl Agreement {
    /// `opinions` are the current ones of all reviewers under `policy`. Who could not judge has
    /// no opinion. Gold under another policy version settles nothing here.
    #[must_use]
    pub fn of(opinions: &[Opinion], gold: Option<&Gold>, policy: &Policy) -> Self {
        if let Some(gold) = gold.filter(|it| it.policy == policy.name()) {
            return Self::Settled(gold.clone());
        }
        let mut judged = opinions.iter().filter(|it| it.verdict != Verdict::CannotJudge);
        match judged.next() {
            Some(first) if judged.any(|it| it != first) => Self::Disputed,
            _ => Self::Agreed,
        }
    }

    /// Why an opinion stays out of `sft`; `None` where it may go in.
    #[must_use]
    pub fn refuses(&self, opinion: &Opinion) -> Option<LeftOut> {
        match self {
            _ if opinion.verdict == Verdict::CannotJudge => Some(LeftOut::CannotJudge),
            Self::Agreed => None,
            Self::Disputed => Some(LeftOut::Disagreement),
            Self::Settled(gold) => {
                let clause = gold.clauses.is_empty()
                    || opinion.primary.as_ref().is_some_and(|it| gold.clauses.contains(it));
                (gold.verdict != opinion.verdict || !clause).then_some(LeftOut::AgainstGold)
            }
        }
    }
}

/// Why a record stays out of `sft` for how its chain ended; a chain that does not carry its
/// decision teaches none.
#[must_use]
pub fn ending_refuses_sft(record: &Record) -> Option<LeftOut> {
    let finish = record.provenance.finish;
    ending_refuses_prm(record).or((!Finish::is_whole(finish)).then_some(LeftOut::Stopped))
}

/// Why a record stays out of `prm` for how its chain ended: ratings of what a broken item came to
/// say nothing. Everything else that ended early was judged as far as it goes.
#[must_use]
pub fn ending_refuses_prm(record: &Record) -> Option<LeftOut> {
    (record.provenance.finish == Some(Finish::BadItem)).then_some(LeftOut::BadItem)
}

/// True where an item is in the restricted lane of `policy` by its gold or by any review of it, first
/// impressions included.
#[must_use]
pub fn is_restricted_item<'a>(
    gold: Option<&Gold>,
    records: impl IntoIterator<Item = &'a Record>,
    policy: &Policy,
) -> bool {
    gold.is_some_and(|it| it.clauses.iter().any(|it| policy.restricts(it)))
        || records.into_iter().any(|it| touches_restricted_lane(it, policy))
}

/// The items a record cites as precedents.
pub fn precedents(record: &Record) -> impl Iterator<Item = &str> {
    record.evidence.iter().filter_map(|it| match &it.anchor {
        Anchor::Precedent { reference } => Some(reference.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(verdict: Verdict, primary: &str) -> Opinion {
        Opinion { verdict, primary: (!primary.is_empty()).then(|| primary.to_owned()) }
    }

    fn gold(policy: &str, clauses: &[&str]) -> Gold {
        Gold {
            policy: policy.into(),
            verdict: Verdict::Violating,
            clauses: clauses.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    #[track_caller]
    fn check(opinions: &[Opinion], gold: Option<&Gold>, expected: &[Option<LeftOut>]) {
        let standing = Agreement::of(opinions, gold, &Policy::built_in());
        let actual: Vec<_> = opinions.iter().map(|it| standing.refuses(it)).collect();
        assert_eq!(actual, expected);
    }

    const NAME: &str = "short-video@2026.11";

    #[test]
    fn one_reviewer_is_enough() {
        check(&[opinion(Verdict::Violating, "FR-1")], None, &[None]);
    }

    #[test]
    fn two_verdicts_or_two_primary_clauses_are_a_dispute() {
        let out = Some(LeftOut::Disagreement);
        check(&[opinion(Verdict::Violating, "FR-1"), opinion(Verdict::NotViolating, "")], None, &[out, out]);
        check(&[opinion(Verdict::Violating, "FR-1"), opinion(Verdict::Violating, "FR-2")], None, &[out, out]);
        check(
            &[opinion(Verdict::Violating, "FR-1"), opinion(Verdict::Violating, "FR-1")],
            None,
            &[None, None],
        );
    }

    #[test]
    fn who_could_not_judge_disputes_nothing_and_teaches_nothing() {
        let both = [opinion(Verdict::CannotJudge, ""), opinion(Verdict::Violating, "FR-1")];
        check(&both, None, &[Some(LeftOut::CannotJudge), None]);
    }

    #[test]
    fn gold_settles_a_dispute_for_those_who_agree_with_it() {
        let both = [opinion(Verdict::Violating, "FR-1"), opinion(Verdict::NotViolating, "")];
        check(&both, Some(&gold(NAME, &["FR-1"])), &[None, Some(LeftOut::AgainstGold)]);
    }

    #[test]
    fn gold_names_the_clause_too() {
        let one = [opinion(Verdict::Violating, "FR-2")];
        check(&one, Some(&gold(NAME, &["FR-1"])), &[Some(LeftOut::AgainstGold)]);
        check(&one, Some(&gold(NAME, &[])), &[None]);
    }

    #[test]
    fn gold_of_another_policy_settles_nothing() {
        let both = [opinion(Verdict::Violating, "FR-1"), opinion(Verdict::NotViolating, "")];
        let out = Some(LeftOut::Disagreement);
        check(&both, Some(&gold("short-video@2025.01", &["FR-1"])), &[out, out]);
    }

    #[test]
    fn an_item_is_restricted_by_gold_decision_and_first_impression() {
        let policy = Policy::built_in();
        let example = || -> Record {
            serde_json::from_str(include_str!("../../core/tests/record.json"))
                .expect("the example is a record")
        };
        assert!(!is_restricted_item(None, &[example()], &policy));
        assert!(is_restricted_item(Some(&gold(NAME, &["CS-2"])), &[example()], &policy));
        let mut decided = example();
        decided.decision.clauses[0].id = "CS-1".into();
        assert!(is_restricted_item(None, &[example(), decided], &policy));
        let mut felt = example();
        let clause = felt.decision.clauses.clone();
        let impression = felt.first_impression.as_mut().expect("the example has one");
        impression.clauses = clause;
        impression.clauses[0].id = "CS-3".into();
        assert!(is_restricted_item(None, &[felt], &policy));
    }
}
