//! How pressing an item is where a model may say so: severity × probability × reach, and how long
//! it has waited.
//!
//! The key of an item never changes with the clock, so that an index can hold it:
//! `ln(severity · p · reach) + k · (now − flagged)` orders like `ln(severity · p · reach) − k · flagged`.
//! Only the head of that order is weighed again with the time of day, [`rank_head`].

use serde::{Deserialize, Serialize};

use crate::{
    policy::Policy,
    score::{Method, Score},
};

/// Waiting this long counts as much as twice the risk.
const DOUBLING_HOURS: f64 = 24.0;
/// From here on waiting adds nothing: what nobody wanted for three days is not more pressing on the fourth.
const PATIENCE_HOURS: f64 = 72.0;
/// How many items [`rank_head`] is given at most.
pub const HEAD: usize = 256;

/// What a model's scores make of an item: the part of its risk that is the model's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Of the clause that the score speaks of, 1–4.
    pub severity: u8,
    /// Calibrated.
    pub p: f64,
}

/// What an item is ordered by, term by term: "severity 3 × reach 18k/h, p 0.91, 4 h".
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RiskTerms {
    /// Of the clause that the score speaks of, 1–4.
    pub severity: u8,
    /// Calibrated probability that it applies.
    pub p: f64,
    /// Views per hour; 1 where nobody said.
    pub reach_per_hour: f64,
    /// Since it was flagged.
    pub waited_hours: f64,
}

/// The score that makes most of severity × probability; `None` where none is calibrated.
#[must_use]
pub fn judged(scores: &[Score], policy: &Policy) -> Option<Judged> {
    let calibrated = scores.iter().filter(|it| it.method == Method::Head && it.threshold.is_some());
    let judged = calibrated.map(|it| {
        let severities = it.clauses.iter().filter_map(|id| policy.clause(id)).map(|it| it.severity.default);
        Judged { severity: severities.max().unwrap_or(1).max(1), p: it.value.clamp(0.0, 1.0) }
    });
    judged.max_by(|a, b| a.product().total_cmp(&b.product()))
}

impl Judged {
    fn product(&self) -> f64 {
        f64::from(self.severity) * self.p
    }

    /// What an index holds: greater comes first, whenever it is asked.
    #[must_use]
    pub fn key(&self, reach_per_hour: Option<f64>, flagged_ms: i64) -> f64 {
        let risk = (self.product() * reach(reach_per_hour)).max(1e-9);
        risk.ln() - per_hour() * hours(flagged_ms)
    }

    /// The terms as they are shown.
    #[must_use]
    pub fn terms(&self, reach_per_hour: Option<f64>, flagged_ms: i64, now_ms: i64) -> RiskTerms {
        RiskTerms {
            severity: self.severity,
            p: self.p,
            reach_per_hour: reach(reach_per_hour),
            waited_hours: hours(now_ms - flagged_ms).max(0.0),
        }
    }
}

impl RiskTerms {
    /// What the head of a queue is weighed by: as the key, but waiting stops counting.
    #[must_use]
    pub fn weight(&self) -> f64 {
        let risk = (f64::from(self.severity) * self.p * self.reach_per_hour).max(1e-9);
        risk.ln() + per_hour() * self.waited_hours.min(PATIENCE_HOURS)
    }
}

/// Orders the head of a queue by weight, the first ones most pressing; ties keep their order.
pub fn rank_head<T>(head: &mut [(T, Option<RiskTerms>)]) {
    let weight = |it: &Option<RiskTerms>| it.as_ref().map_or(f64::NEG_INFINITY, RiskTerms::weight);
    head.sort_by(|a, b| weight(&b.1).total_cmp(&weight(&a.1)));
}

fn reach(per_hour: Option<f64>) -> f64 {
    // Unknown reach is not no reach.
    per_hour.unwrap_or(1.0).max(1.0)
}

fn per_hour() -> f64 {
    std::f64::consts::LN_2 / DOUBLING_HOURS
}

fn hours(ms: i64) -> f64 {
    ms as f64 / 3_600_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn head(target: &str, value: f64) -> Score {
        Score {
            target: target.into(),
            title: String::new(),
            clauses: vec![target.into()],
            method: Method::Head,
            value,
            threshold: Some(0.5),
        }
    }

    #[test]
    fn waiting_a_day_counts_as_much_as_twice_the_risk() {
        let one = Judged { severity: 2, p: 0.4 };
        let twice = Judged { severity: 2, p: 0.8 };
        let difference = one.key(Some(100.0), 0) - twice.key(Some(100.0), 24 * HOUR);
        assert!(difference.abs() < 1e-9, "{difference}");
    }

    #[test]
    fn the_key_orders_as_the_weight_does_whenever_it_is_asked() {
        let (old, new) = (Judged { severity: 1, p: 0.5 }, Judged { severity: 3, p: 0.5 });
        for now in [40 * HOUR, 50 * HOUR] {
            let by_weight =
                old.terms(Some(9.0), 0, now).weight() < new.terms(Some(9.0), 30 * HOUR, now).weight();
            assert_eq!(by_weight, old.key(Some(9.0), 0) < new.key(Some(9.0), 30 * HOUR));
        }
    }

    #[test]
    fn the_head_is_weighed_without_the_days_that_nobody_wanted_it() {
        let stale = Judged { severity: 1, p: 0.5 };
        let fresh = Judged { severity: 4, p: 0.9 };
        let now = 400 * HOUR;
        assert!(stale.key(Some(9.0), 0) > fresh.key(Some(9.0), now), "the index has the stale one first");
        let mut head = [
            ("unscored", None),
            ("stale", Some(stale.terms(Some(9.0), 0, now))),
            ("fresh", Some(fresh.terms(Some(900.0), now, now))),
        ];
        rank_head(&mut head);
        assert_eq!(head.map(|it| it.0), ["fresh", "stale", "unscored"]);
    }

    #[test]
    fn a_similarity_that_was_never_calibrated_is_no_risk() {
        let policy = Policy::built_in();
        let alike = Score { method: Method::ZeroShot, threshold: None, ..head("HH-1", 0.9) };
        assert_eq!(judged(std::slice::from_ref(&alike), &policy), None);
        let found = judged(&[alike, head("SP-1", 0.6)], &policy).expect("one is calibrated");
        assert_eq!(found.p, 0.6);
    }

    #[test]
    fn unknown_reach_is_not_no_reach() {
        let judged = Judged { severity: 2, p: 0.5 };
        assert_eq!(judged.key(None, 0), judged.key(Some(0.0), 0));
        assert!(judged.key(None, 0).is_finite());
        assert!(Judged { severity: 2, p: 0.0 }.key(None, 0).is_finite());
    }
}
