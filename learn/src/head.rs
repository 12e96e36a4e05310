//! Fitting one head, and its calibration on rows it was not trained on.

use casebook_models::{
    head::{Calibration, MARGIN_WEIGHT},
    logistic::{self, Linear, Rows},
};

/// A column that occurs in fewer texts is not used.
pub const LEAST_TEXTS: u32 = 2;
/// Both tuned, like the margin's weight, on the tuning third of the OpenAI moderation set. There the sum
/// ranked labels better (mean 0.518) than the first alone (0.511) or with n-grams of twice the weight (0.516);
/// without it hate and harassment ranked no better than n-grams alone.
const EVERYTHING: logistic::Settings = logistic::Settings { c: 3.0, balanced: true };
const WORDS: logistic::Settings = logistic::Settings { c: 10.0, balanced: true };

/// Fits a head's weights to rows of `dense_row` and n-grams.
#[must_use]
pub fn fit(rows: &Rows, labels: &[Option<bool>]) -> Linear {
    logistic::fit(rows, labels, EVERYTHING).plus(&logistic::fit_sparse(rows, labels, WORDS))
}

/// The weighted margins of many rows, for the last dense column.
#[must_use]
pub fn margin_column(margins: &[f64]) -> Vec<f32> {
    margins.iter().map(|it| MARGIN_WEIGHT * *it as f32).collect()
}

/// Platt's fit on log-odds of rows that the model was not trained on.
#[must_use]
pub fn calibrate(logits: &[f64], labels: &[Option<bool>]) -> Calibration {
    let mut rows = Rows::new(1, 0);
    for logit in logits {
        rows.push(&[*logit as f32], Vec::new());
    }
    // Hardly any penalty: there are two numbers to find.
    let Linear { dense, bias, .. } =
        logistic::fit(&rows, labels, logistic::Settings { c: 100.0, balanced: false });
    // A head that ranks backwards on unseen rows knows nothing: it keeps the share of positives.
    Calibration { slope: f64::from(dense[0]).max(0.0), offset: f64::from(bias) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_finds_the_share_of_positives() {
        // Log-odds that say "even" although one in four is positive.
        let logits = [0.0; 400];
        let labels: Vec<_> = (0..400).map(|n| Some(n % 4 == 0)).collect();
        let calibration = calibrate(&logits, &labels);
        assert!((calibration.probability(0.0) - 0.25).abs() < 0.01);
    }

    #[test]
    fn calibration_keeps_the_order() {
        let logits: Vec<f64> = (0..200).map(|n| f64::from(n) / 20.0 - 5.0).collect();
        let labels: Vec<_> = logits.iter().enumerate().map(|(n, it)| Some(*it > 0.0 || n % 9 == 0)).collect();
        let calibration = calibrate(&logits, &labels);
        let probabilities: Vec<f64> = logits.iter().map(|it| calibration.probability(*it)).collect();
        assert!(probabilities.is_sorted(), "a higher logit is a higher probability");
    }

    #[test]
    fn a_head_that_ranks_backwards_keeps_the_share() {
        let logits = [-1.0, 1.0, -1.0, 1.0];
        let calibration = calibrate(&logits, &[Some(true), Some(false), Some(true), Some(false)]);
        assert_eq!(calibration.slope, 0.0);
    }
}
