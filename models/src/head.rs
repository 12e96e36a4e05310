//! One head: a calibrated probability for one label of one data set.
//!
//! A head is the sum of two logistic regressions: one over the text's embedding, its hashed n-grams and the
//! label's zero-shot margin, one over the n-grams alone. The sum is linear again. Its log-odds are
//! calibrated on rows it was not trained on.

use crate::{
    logistic::{self, Linear, Rows},
    ngrams::Columns,
};

/// n-grams of a head share `1 << BITS` columns.
pub const BITS: u32 = 18;
/// A column that occurs in fewer texts is not used.
pub const LEAST_TEXTS: u32 = 2;
/// Both tuned, like the margin's weight, on the tuning third of the OpenAI moderation set. There the sum
/// ranked labels better (mean 0.518) than the first alone (0.511) or with n-grams of twice the weight (0.516);
/// without it hate and harassment ranked no better than n-grams alone.
const EVERYTHING: logistic::Settings = logistic::Settings { c: 3.0, balanced: true };
const WORDS: logistic::Settings = logistic::Settings { c: 10.0, balanced: true };
/// What the zero-shot margin is multiplied with beside the embedding's unit length.
const MARGIN_WEIGHT: f32 = 0.5;

/// Log-odds to probability: 1 / (1 + exp(−(slope × logit + offset))).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// Factor.
    pub slope: f64,
    /// Added.
    pub offset: f64,
}

/// What a text is to a head.
#[derive(Clone, Debug)]
pub struct TextFeatures {
    /// Embedding of the whole text.
    pub vector: Vec<f32>,
    /// n-grams in `1 << BITS` columns.
    pub columns: Columns,
}

/// The dense half of a head's row: embedding, then the weighted margin.
#[must_use]
pub fn dense_row(vector: &[f32], margin: f64) -> Vec<f32> {
    let mut row = vector.to_vec();
    row.push(MARGIN_WEIGHT * margin as f32);
    row
}

/// Fits a head's weights to rows of [`dense_row`] and n-grams.
#[must_use]
pub fn fit(rows: &Rows, labels: &[Option<bool>]) -> Linear {
    logistic::fit(rows, labels, EVERYTHING).plus(&logistic::fit_sparse(rows, labels, WORDS))
}

/// The weighted margins of many rows, for the last dense column.
#[must_use]
pub fn margin_column(margins: &[f64]) -> Vec<f32> {
    margins.iter().map(|it| MARGIN_WEIGHT * *it as f32).collect()
}

impl Calibration {
    /// Platt's fit on log-odds of rows that the model was not trained on.
    #[must_use]
    pub fn fit(logits: &[f64], labels: &[Option<bool>]) -> Self {
        let mut rows = Rows::new(1, 0);
        for logit in logits {
            rows.push(&[*logit as f32], Vec::new());
        }
        // Hardly any penalty: there are two numbers to find.
        let Linear { dense, bias, .. } =
            logistic::fit(&rows, labels, logistic::Settings { c: 100.0, balanced: false });
        // A head that ranks backwards on unseen rows knows nothing: it keeps the share of positives.
        Self { slope: f64::from(dense[0]).max(0.0), offset: f64::from(bias) }
    }

    /// Probability for a log-odds.
    #[must_use]
    pub fn probability(&self, logit: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * logit + self.offset)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_finds_the_share_of_positives() {
        // Log-odds that say "even" although one in four is positive.
        let logits = [0.0; 400];
        let labels: Vec<_> = (0..400).map(|n| Some(n % 4 == 0)).collect();
        let calibration = Calibration::fit(&logits, &labels);
        assert!((calibration.probability(0.0) - 0.25).abs() < 0.01);
    }

    #[test]
    fn calibration_keeps_the_order() {
        let logits: Vec<f64> = (0..200).map(|n| f64::from(n) / 20.0 - 5.0).collect();
        let labels: Vec<_> = logits.iter().enumerate().map(|(n, it)| Some(*it > 0.0 || n % 9 == 0)).collect();
        let calibration = Calibration::fit(&logits, &labels);
        let probabilities: Vec<f64> = logits.iter().map(|it| calibration.probability(*it)).collect();
        assert!(probabilities.is_sorted(), "a higher logit is a higher probability");
    }

    #[test]
    fn a_head_that_ranks_backwards_keeps_the_share() {
        let logits = [-1.0, 1.0, -1.0, 1.0];
        let calibration = Calibration::fit(&logits, &[Some(true), Some(false), Some(true), Some(false)]);
        assert_eq!(calibration.slope, 0.0);
    }
}
