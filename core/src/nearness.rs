//! Whether nearness tells what was decided: how often an item was decided as the decided item nearest to it was.
//!
//! Two texts can be nearly the same and be decided otherwise; a clause on tone is told by nearness less than one on a scam.
//! So it is measured, by outcome, on what a case file holds, before anybody is told what was decided of a similar item.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{decision::Verdict, metrics};

/// Pairs that an outcome needs before anything is said of it.
const LEAST: u32 = 20;
/// No outcome is told that is less likely than not.
const LEAST_SHARE: f64 = 0.5;

/// What was decided of an item, as far as nearness may tell it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecidedAs {
    /// No clause is violated.
    Allowed,
    /// The primary clause.
    Under(String),
}

impl DecidedAs {
    /// `None` for what judges nothing.
    #[must_use]
    pub fn of(verdict: Verdict, clauses: &[String]) -> Option<Self> {
        match verdict {
            Verdict::NotViolating => Some(Self::Allowed),
            Verdict::Violating => clauses.first().cloned().map(Self::Under),
            Verdict::Borderline | Verdict::Escalate | Verdict::CannotJudge => None,
        }
    }
}

/// How often the nearest decided item told what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Told {
    /// Items that were decided as their nearest.
    pub agreed: u32,
    /// Items whose nearest was decided so.
    pub of: u32,
}

/// For each outcome of the nearest item that tells an item's own: of how many, how often. `pairs` are an item's outcome
/// and that of the decided item nearest to it.
///
/// An outcome tells where the lower end of the 95 % interval of its share (Wilson 1927) is above one half, and above the
/// share of all items that were decided so: else it says no more than that such items are frequent.
#[must_use]
pub fn told(pairs: &[(DecidedAs, DecidedAs)]) -> BTreeMap<DecidedAs, Told> {
    let mut of: BTreeMap<&DecidedAs, Told> = BTreeMap::new();
    for (own, nearest) in pairs {
        let told = of.entry(nearest).or_insert(Told { agreed: 0, of: 0 });
        told.of += 1;
        told.agreed += u32::from(own == nearest);
    }
    let tells = |outcome: &DecidedAs, told: &Told| {
        let share = pairs.iter().filter(|it| it.0 == *outcome).count() as f64 / pairs.len() as f64;
        let (low, _) = metrics::wilson(told.agreed, told.of);
        told.of >= LEAST && low > share.max(LEAST_SHARE)
    };
    of.into_iter().filter(|it| tells(it.0, &it.1)).map(|(outcome, told)| (outcome.clone(), told)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(clause: &str) -> DecidedAs {
        DecidedAs::Under(clause.to_owned())
    }

    /// `agreed` and `other` pairs with a nearest item of `outcome`; the others were allowed.
    fn pairs(outcome: &DecidedAs, agreed: usize, other: usize) -> Vec<(DecidedAs, DecidedAs)> {
        let same = std::iter::repeat_n((outcome.clone(), outcome.clone()), agreed);
        same.chain(std::iter::repeat_n((DecidedAs::Allowed, outcome.clone()), other)).collect()
    }

    #[test]
    fn an_outcome_that_the_nearest_item_shares_is_told() {
        let mut all = pairs(&under("FR-1"), 27, 3);
        all.extend(pairs(&under("HR-1"), 16, 14));
        assert_eq!(told(&all), BTreeMap::from([(under("FR-1"), Told { agreed: 27, of: 30 })]));
    }

    #[test]
    fn a_few_items_tell_nothing() {
        assert!(told(&pairs(&under("FR-1"), 19, 0)).is_empty());
        assert!(told(&[]).is_empty());
    }

    #[test]
    fn what_most_items_come_to_anyway_is_not_told() {
        // Nine of ten are allowed, near or not.
        let mut all = vec![(DecidedAs::Allowed, DecidedAs::Allowed); 90];
        all.extend(vec![(under("SP-1"), DecidedAs::Allowed); 10]);
        assert!(told(&all).is_empty());
        // Told apart, they are.
        let mut all = vec![(DecidedAs::Allowed, DecidedAs::Allowed); 90];
        all.extend(vec![(under("SP-1"), under("SP-1")); 90]);
        assert_eq!(told(&all).len(), 2);
    }

    #[test]
    fn only_a_judgement_is_an_outcome() {
        assert_eq!(DecidedAs::of(Verdict::Violating, &["FR-1".into(), "SP-1".into()]), Some(under("FR-1")));
        assert_eq!(DecidedAs::of(Verdict::NotViolating, &[]), Some(DecidedAs::Allowed));
        assert_eq!(DecidedAs::of(Verdict::CannotJudge, &[]), None);
        assert_eq!(DecidedAs::of(Verdict::Violating, &[]), None);
    }
}
