//! What a model says of an item in numbers, and when it says nothing.
//!
//! Three kinds: how near a clause is and a language model's answer about it, which were never calibrated and are never
//! shown as a percentage, and a head's probability, calibrated by a named method on a named set.

use serde::{Deserialize, Serialize};

/// Who speaks, exactly: in assessments, and in records of them.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Speaker {
    /// `minilm-l6-v2+starter-heads@3`.
    pub id: String,
    /// sha256 over the weights of encoder and heads, in that order.
    pub weights_sha256: String,
    /// Of the prompt it was asked with; absent where there is none, as for heads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_sha256: Option<String>,
    /// How its words were drawn; absent where none were, as for heads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// `cpu`.
    pub device: String,
    /// Method and set of the calibration; `None` where nothing is calibrated.
    pub calibration: Option<String>,
    /// Languages it was evaluated on, ISO 639-1.
    pub languages: Vec<String>,
}

/// How words are drawn from what a model finds likely.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Sampling {
    /// 0 takes the likeliest word each time.
    pub temperature: f64,
    /// Words that hold this share of the likelihood are drawn from.
    pub top_p: f64,
    /// Of chance.
    pub seed: u32,
}

/// One number about one item.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Score {
    /// A clause id (`HH-1`) or, for a group, the source label's id (`openai-moderation/H`).
    pub target: String,
    /// Title for people.
    pub title: String,
    /// Clauses it speaks of; more than one for a group, which is never split.
    pub clauses: Vec<String>,
    /// How it was made.
    pub method: Method,
    /// Zero-shot: nearness, about −1 to 1. Heads: probability. Checks: log-odds.
    pub value: f64,
    /// From here on it counts: where a stated precision was reached on the calibration set, or where the team
    /// set it in this case file; `None` where uncalibrated.
    pub threshold: Option<f64>,
}

impl Score {
    /// How far it stands above its threshold; `None` where it has none, and then it never leads by itself.
    #[must_use]
    pub fn above(&self) -> Option<f64> {
        match self.method {
            Method::Head | Method::Check => self.threshold.map(|it| self.value - it),
            // A similarity was never calibrated.
            Method::ZeroShot => None,
        }
    }

    /// Whether it stands at its threshold or above.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.above().is_some_and(|it| it >= 0.0)
    }
}

/// What a language model checked first; then heads, by how far they stand above their threshold; then heads without
/// one, which never reached their precision; then similarities. Everybody shows scores in this order.
pub fn order(scores: &mut [Score]) {
    let rank = |it: &Score| match (it.method, it.above()) {
        // Those that are met first, and else as they stand: nearest first.
        (Method::Check, _) => (0, f64::from(it.is_met())),
        (Method::Head, Some(above)) => (1, above),
        (Method::Head, None) => (2, it.value),
        (Method::ZeroShot, _) => (3, it.value),
    };
    scores.sort_by(|a, b| {
        let ((a_kind, a), (b_kind, b)) = (rank(a), rank(b));
        a_kind.cmp(&b_kind).then(b.total_cmp(&a))
    });
}

/// The score that leads: what the reasoning weighs, and what its drivers are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leading<'a> {
    /// Where a language model checked clauses, the nearest that it finds broken, or the likeliest. Else of a head that reached its threshold,
    /// else the highest similarity, else of the head that came nearest.
    pub score: &'a Score,
    /// The clause it is read under: of a group, the one that the text is most similar to.
    pub clause: &'a str,
    /// Whether it is met; `None` where nothing measured could have said so. A similarity says which clause is nearest, not
    /// that it is met: it is not where a head that speaks of this very clause stands below its threshold, and heads that
    /// speak of other clauses say nothing of it.
    pub reached: Option<bool>,
}

impl<'a> Leading<'a> {
    /// `None` without any score that speaks of a clause.
    #[must_use]
    pub fn of(scores: &'a [Score]) -> Option<Self> {
        let checks = || scores.iter().filter(|it| it.method == Method::Check);
        let met = checks().find(|it| it.is_met());
        if let Some(score) = met.or_else(|| checks().max_by(|a, b| a.value.total_cmp(&b.value))) {
            let reached = score.above().map(|it| it >= 0.0);
            return Some(Self { score, clause: score.clauses.first()?, reached });
        }
        let heads = || scores.iter().filter(|it| it.method == Method::Head);
        let heads = || heads().filter_map(|it| Some((it, it.above()?)));
        let head = heads().max_by(|a, b| a.1.total_cmp(&b.1));
        let similar = || scores.iter().filter(|it| it.method == Method::ZeroShot);
        let nearest = similar().max_by(|a, b| a.value.total_cmp(&b.value));
        let met = head.filter(|it| it.1 >= 0.0).map(|it| it.0);
        let score = met.or(nearest).or(head.map(|it| it.0))?;
        let similarity =
            |clause: &str| similar().find(|it| it.target == clause).map_or(f64::MIN, |it| it.value);
        let clause = score.clauses.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
        let measured = matches!(outcome(scores, clause), Some(Outcome::Measured { .. }));
        Some(Self { score, clause, reached: measured.then_some(met.is_some()) })
    }
}

/// What scores say of a clause. Nothing is said of one that no score speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something that could have said otherwise measured it: whether it is met.
    Measured {
        /// Whether a score that speaks of it stands at its threshold or above.
        met: bool,
    },
    /// How near it is, and not whether it is met: its place among all clauses, from 1.
    Near {
        /// 1 is the nearest.
        place: usize,
    },
}

/// What `scores` say of `clause`; `None` where nothing speaks of it.
#[must_use]
pub fn outcome(scores: &[Score], clause: &str) -> Option<Outcome> {
    let speaks = |it: &&Score| it.clauses.iter().any(|own| own == clause);
    let mut measured = scores.iter().filter(speaks).filter(|it| it.above().is_some()).peekable();
    if measured.peek().is_some() {
        return Some(Outcome::Measured { met: measured.any(Score::is_met) });
    }
    let near = |it: &&Score| it.method == Method::ZeroShot;
    let own = scores.iter().filter(near).find(|it| it.target == clause)?;
    Some(Outcome::Near { place: 1 + scores.iter().filter(near).filter(|it| it.value > own.value).count() })
}

/// How a score was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// How near a clause is, by its words against neutral anchors and, where there are any, by texts written for it:
    /// uncalibrated.
    ZeroShot,
    /// A trained head: calibrated.
    Head,
    /// A language model's answer about one clause: log-odds, uncalibrated. It counts from [`weighing::MET`] on.
    ///
    /// [`weighing::MET`]: crate::weighing::MET
    Check,
}

/// Why there is no score. An outcome, never 0 and never "safe".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NotScored {
    /// Nothing to read.
    NoText,
    /// The model was not evaluated on this language.
    Language,
    /// No model is installed.
    NoModel,
    /// The reasons were written by people, to practise on: no model is asked.
    Practice,
}

/// What scoring one item came to.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Scoring {
    /// Scores, highest risk first.
    Scored {
        /// One per target.
        scores: Vec<Score>,
        /// Which passages drove the highest score.
        drivers: Vec<Driver>,
        /// Set where a text reads differently once normalised. Both readings are scored; the higher counts.
        read_as: Option<ReadAs>,
    },
    /// No score, and why.
    NotScored {
        /// Why.
        reason: NotScored,
    },
    /// The model failed; the message names what it tried.
    Failed {
        /// For people.
        message: String,
    },
}

impl Scoring {
    /// The same with what another model says; where there was no score, that alone.
    #[must_use]
    pub fn with(self, more: Vec<Score>) -> Self {
        if more.is_empty() {
            return self;
        }
        let (mut scores, drivers, read_as) = match self {
            Self::Scored { scores, drivers, read_as } => (scores, drivers, read_as),
            Self::NotScored { .. } | Self::Failed { .. } => (Vec::new(), Vec::new(), None),
        };
        scores.extend(more);
        order(&mut scores);
        Self::Scored { scores, drivers, read_as }
    }
}

/// A passage whose removal lowers a score.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Driver {
    /// Index of the item's part.
    pub part: u32,
    /// Scalar offsets into that part's text, half-open.
    pub start: u32,
    /// End.
    pub end: u32,
    /// The score's target.
    pub target: String,
    /// How much the score falls without it, in the score's own unit.
    pub drop: f64,
}

/// A text part that reads differently once look-alike letters and tricks are undone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReadAs {
    /// Index of the item's part.
    pub part: u32,
    /// As normalised.
    pub text: String,
}

/// A text part as a scorer gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// Index in the item's parts.
    pub part: u32,
    /// Role, for records.
    pub role: String,
    /// The text as written.
    pub text: String,
}

/// What a scorer needs of an item. It carries no verdict and no other model's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreInput {
    /// Text parts in order; empty where there is nothing to read.
    pub texts: Vec<TextPart>,
    /// ISO 639-1, declared or detected; `None` where neither is known well enough.
    pub language: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(target: &str, value: f64, threshold: Option<f64>) -> Score {
        Score {
            target: target.into(),
            title: String::new(),
            clauses: vec!["HH-1".into(), "HH-3".into()],
            method: Method::Head,
            value,
            threshold,
        }
    }

    fn similar(clause: &str, value: f64) -> Score {
        Score { clauses: vec![clause.into()], method: Method::ZeroShot, ..head(clause, value, None) }
    }

    fn checked(clause: &str, value: f64) -> Score {
        Score { clauses: vec![clause.into()], method: Method::Check, ..head(clause, value, Some(0.0)) }
    }

    #[track_caller]
    fn check(scores: &[Score], expected: Option<(&str, &str, Option<bool>)>) {
        let mut ordered = scores.to_vec();
        order(&mut ordered);
        for scores in [scores, &ordered] {
            let found = Leading::of(scores).map(|it| (it.score.target.as_str(), it.clause, it.reached));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_head_that_reached_its_threshold_leads_whatever_one_without_a_threshold_says() {
        let scores = [
            head("set/unset", 0.99, None),
            head("set/H", 0.7, Some(0.6)),
            head("set/V", 0.85, Some(0.8)),
            similar("HH-3", 0.2),
            similar("HH-1", 0.1),
            similar("FR-1", 0.9),
        ];
        check(&scores, Some(("set/H", "HH-3", Some(true))));
    }

    #[test]
    fn below_every_threshold_the_nearest_clause_leads_and_is_not_met_where_a_head_speaks_of_it() {
        let scores = [head("set/H", 0.5, Some(0.6)), similar("HH-1", 0.3), similar("FR-1", 0.1)];
        check(&scores, Some(("HH-1", "HH-1", Some(false))));
        check(&scores[..1], Some(("set/H", "HH-3", Some(false))));
    }

    #[test]
    fn where_no_head_speaks_of_the_nearest_clause_nothing_says_that_it_is_not_met() {
        let scores = [head("set/H", 0.5, Some(0.6)), similar("HH-1", -0.2), similar("FR-1", 0.1)];
        check(&scores, Some(("FR-1", "FR-1", None)));
        let unset =
            [Score { clauses: vec!["FR-1".into()], ..head("set/S", 0.5, None) }, similar("FR-1", 0.1)];
        check(&unset, Some(("FR-1", "FR-1", None)));
    }

    #[test]
    fn what_a_language_model_checked_leads_and_it_says_itself_whether_the_clause_is_met() {
        let loud = head("set/H", 0.99, Some(0.6));
        let scores = [loud.clone(), checked("SP-1", -0.4), checked("FR-1", 1.2), similar("HH-1", 0.9)];
        check(&scores, Some(("FR-1", "FR-1", Some(true))));
        check(&[loud, checked("SP-1", -0.4)], Some(("SP-1", "SP-1", Some(false))));
    }

    #[test]
    fn of_clauses_that_are_met_the_first_leads_and_of_others_the_likeliest() {
        let scores =
            [checked("HH-1", -1.0), checked("FR-1", 0.2), checked("SP-1", 3.0), checked("MI-1", -0.1)];
        check(&scores, Some(("FR-1", "FR-1", Some(true))));
        check(&[checked("HH-1", -1.0), checked("MI-1", -0.1)], Some(("MI-1", "MI-1", Some(false))));
    }

    #[test]
    fn without_a_threshold_nothing_is_met_or_not_met() {
        check(&[head("set/unset", 0.99, None), similar("FR-1", 0.1)], Some(("FR-1", "FR-1", None)));
        check(&[head("set/unset", 0.99, None)], None);
        check(&[], None);
    }

    #[test]
    fn a_clause_is_measured_where_something_could_have_said_otherwise_and_else_it_is_near() {
        let scores = [
            head("set/H", 0.7, Some(0.6)),
            head("set/V", 0.1, Some(0.8)),
            Score { clauses: vec!["FR-1".into()], ..head("set/unset", 0.9, None) },
            similar("HH-1", 0.1),
            similar("FR-1", 0.3),
            similar("SP-1", 0.9),
        ];
        let of = |clause| outcome(&scores, clause);
        assert_eq!(of("HH-1"), Some(Outcome::Measured { met: true }));
        assert_eq!(of("FR-1"), Some(Outcome::Near { place: 2 }), "no threshold, no measurement");
        assert_eq!(of("IP-1"), None);
        assert_eq!(outcome(&scores[1..], "HH-3"), Some(Outcome::Measured { met: false }));
    }

    #[test]
    fn heads_without_a_threshold_stand_below_all_that_have_one() {
        let mut scores = [
            similar("FR-1", 0.9),
            head("set/unset", 0.99, None),
            head("set/far", 0.1, Some(0.9)),
            head("set/near", 0.5, Some(0.6)),
        ];
        order(&mut scores);
        assert_eq!(scores.map(|it| it.target), ["set/near", "set/far", "set/unset", "FR-1"]);
    }
}
