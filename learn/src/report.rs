//! The figures of an evaluation, as data and as a table.

use std::fmt::Write;

use casebook_core::metrics::{
    Bin, Interval, RiskCoverage, average_precision, best_f1, bootstrap, expected_calibration_error,
    reliability, risk_coverage,
};
use serde::Serialize;

use crate::{crossfit::Unseen, evaluate::Mode};

/// Any-harm AUPRC of Llama Guard 1 on the OpenAI moderation set, from its model card.
pub const LLAMA_GUARD: f64 = 0.847;
/// Coverages at which the error is stated.
const COVERAGES: [f64; 4] = [0.5, 0.8, 0.9, 1.0];

/// An evaluation, without texts.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// `openai-moderation`.
    pub label_set: String,
    /// What was evaluated.
    pub mode: Mode,
    /// Rows in the file.
    pub n_rows: usize,
    /// Rows that figures are made from.
    pub n_reported: usize,
    /// Splits that figures are the mean of.
    pub n_seeds: u64,
    /// Positive if any label is 1, else negative: the published convention.
    pub any_harm: Row,
    /// Negative only where every label is known to be 0.
    pub any_harm_masked: Row,
    /// Mean AUPRC over labels that have one.
    pub mean_auprc: Option<f64>,
    /// One per label of the set.
    pub labels: Vec<Row>,
}

/// One label.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// As the set spells it.
    pub id: String,
    /// For people.
    pub title: String,
    /// Rows whose label is known.
    pub n_known: usize,
    /// Rows whose label is 1.
    pub n_positive: usize,
    /// Rows that the shipped heads were trained on: their figures flatter.
    pub n_seen_in_training: usize,
    /// Over all known rows; `None` without a positive.
    pub figures: Option<Figures>,
    /// Over rows not seen in training, where some were.
    pub unseen: Option<Figures>,
    /// tf-idf and logistic regression on the same rows and folds.
    pub floor: Option<Figures>,
}

/// The figures of one set of scores.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Average precision over pooled out-of-fold scores, mean of seeds.
    pub auprc: f64,
    /// 95 % bootstrap over rows.
    pub auprc_interval: Option<Interval>,
    /// Best F1, mean of seeds.
    pub best_f1: f64,
    /// Its interval.
    pub best_f1_interval: Option<Interval>,
    /// Expected calibration error, mean of seeds; `None` for scores that were never calibrated.
    pub ece: Option<f64>,
    /// Predicted beside observed, first seed; `None` for scores never calibrated.
    pub reliability: Option<Vec<Bin>>,
    /// Error among what the model is surest of, first seed; `None` for scores never calibrated.
    pub risk_coverage: Option<RiskCoverage>,
}

/// Scores of one task by several seeds, and the rows that count.
pub(crate) struct Scores<'a> {
    pub seeds: &'a [Unseen],
    pub labels: &'a [Option<bool>],
    pub rows: &'a [usize],
}

impl Scores<'_> {
    fn mean(&self, of: &[usize], figure: impl Fn(&[f64], &[bool]) -> Option<f64>) -> Option<f64> {
        let labels: Vec<bool> = of.iter().map(|it| self.labels[self.rows[*it]] == Some(true)).collect();
        let figures: Option<Vec<f64>> = self
            .seeds
            .iter()
            .map(|seed| figure(&of.iter().map(|it| seed.logits[self.rows[*it]]).collect::<Vec<_>>(), &labels))
            .collect();
        mean(figures?.into_iter())
    }
}

/// `None` without a positive, and where a seed has no scores.
pub(crate) fn figures(scores: &Scores, n_bootstrap: usize) -> Option<Figures> {
    if scores.seeds.iter().any(|it| it.logits.is_empty()) {
        return None;
    }
    let all: Vec<usize> = (0..scores.rows.len()).collect();
    let f1: fn(&[f64], &[bool]) -> Option<f64> = |scores, labels| best_f1(scores, labels).map(|it| it.f1);
    let interval = |figure: fn(&[f64], &[bool]) -> Option<f64>| {
        bootstrap(all.len(), n_bootstrap, 0, |rows| scores.mean(rows, figure))
    };
    let labels: Vec<bool> = scores.rows.iter().map(|it| scores.labels[*it] == Some(true)).collect();
    let probabilities: Vec<Vec<f64>> = scores
        .seeds
        .iter()
        .filter(|it| !it.probabilities.is_empty())
        .map(|seed| scores.rows.iter().map(|it| seed.probabilities[*it]).collect())
        .collect();
    Some(Figures {
        auprc: scores.mean(&all, average_precision)?,
        auprc_interval: interval(average_precision),
        best_f1: scores.mean(&all, f1)?,
        best_f1_interval: interval(f1),
        ece: mean(probabilities.iter().filter_map(|it| expected_calibration_error(it, &labels))),
        reliability: probabilities.first().map(|it| reliability(it, &labels)),
        risk_coverage: probabilities.first().and_then(|it| {
            let confidence: Vec<f64> = it.iter().map(|it| it.max(1.0 - it)).collect();
            let wrong: Vec<bool> = it.iter().zip(&labels).map(|(p, label)| (*p >= 0.5) != *label).collect();
            risk_coverage(&confidence, &wrong, &COVERAGES)
        }),
    })
}

pub(crate) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

impl Report {
    /// How many labels rank worse than the floor.
    #[must_use]
    pub fn labels_below_floor(&self) -> usize {
        self.labels.iter().filter(|it| it.lead().is_some_and(|it| it < 0.0)).count()
    }

    /// Any-harm AUPRC minus Llama Guard's published one; only where it was published.
    #[must_use]
    pub fn distance_to_llama_guard(&self) -> Option<f64> {
        let auprc = self.any_harm.figures.as_ref()?.auprc;
        (self.label_set == "openai-moderation").then_some(auprc - LLAMA_GUARD)
    }

    /// The report as text, one line per label.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = String::new();
        let what = match self.mode {
            Mode::ZeroShot => "zero-shot, rows not used for tuning",
            Mode::Cv => "heads, 5-fold grouped by text",
            Mode::Shipped => "shipped heads",
        };
        let _ = writeln!(
            table,
            "{}: {what}; {} of {} rows, {} seeds. AUPRC with 95 % interval, beside the tf-idf floor on the same folds",
            self.label_set, self.n_reported, self.n_rows, self.n_seeds
        );
        let _ = writeln!(
            table,
            "{:<16} {:>6} {:>5} {:>5}  {:>20}  {:>6} {:>7}  {:>6} {:>6} {:>9} {:>6}",
            "label", "known", "pos", "seen", "AUPRC", "floor", "lead", "F1", "ECE", "err@80%", "AURC"
        );
        for row in self.labels.iter().chain([&self.any_harm, &self.any_harm_masked]) {
            row.line(&mut table);
        }
        if let Some(distance) = self.distance_to_llama_guard() {
            let _ = writeln!(
                table,
                "any harm {distance:+.3} from Llama Guard 1 ({LLAMA_GUARD}, zero-shot with its own taxonomy; heads learn from this set)"
            );
        }
        table
    }
}

impl Row {
    /// AUPRC above the floor's.
    #[must_use]
    pub fn lead(&self) -> Option<f64> {
        Some(self.figures.as_ref()?.auprc - self.floor.as_ref()?.auprc)
    }

    fn line(&self, table: &mut String) {
        let number = |it: Option<f64>| it.map_or_else(|| "–".into(), |it| format!("{it:.3}"));
        let auprc = self.figures.as_ref().map_or_else(
            || "–".into(),
            |it| match it.auprc_interval {
                Some(Interval { low, high }) => format!("{:.3} [{low:.3} {high:.3}]", it.auprc),
                None => format!("{:.3}", it.auprc),
            },
        );
        let risk = self.figures.as_ref().and_then(|it| it.risk_coverage.as_ref());
        let _ = writeln!(
            table,
            "{:<16} {:>6} {:>5} {:>5}  {auprc:>20}  {:>6} {:>7}  {:>6} {:>6} {:>9} {:>6}",
            self.id,
            self.n_known,
            self.n_positive,
            self.n_seen_in_training,
            number(self.floor.as_ref().map(|it| it.auprc)),
            self.lead().map_or_else(|| "–".into(), |it| format!("{it:+.3}")),
            number(self.figures.as_ref().map(|it| it.best_f1)),
            number(self.figures.as_ref().and_then(|it| it.ece)),
            number(risk.and_then(|it| Some(it.points.iter().find(|it| it.0 == 0.8)?.1))),
            number(risk.map(|it| it.aurc)),
        );
        if let Some(unseen) = &self.unseen {
            let _ = writeln!(table, "{:<16} not seen in training: AUPRC {:.3}", "", unseen.auprc);
        }
    }
}
