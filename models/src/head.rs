//! One head: a calibrated probability for one label of one data set.
//!
//! A head is the sum of two logistic regressions: one over the text's embedding, its hashed n-grams and the
//! label's zero-shot margin, one over the n-grams alone. The sum is linear again. Its log-odds are
//! calibrated on rows it was not trained on.

/// n-grams of a head share `1 << BITS` columns.
pub const BITS: u32 = 18;
/// What the zero-shot margin is multiplied with beside the embedding's unit length.
pub const MARGIN_WEIGHT: f32 = 0.5;

/// Log-odds to probability: 1 / (1 + exp(−(slope × logit + offset))).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// Factor.
    pub slope: f64,
    /// Added.
    pub offset: f64,
}

/// The dense half of a head's row: embedding, then the weighted margin.
#[must_use]
pub fn dense_row(vector: &[f32], margin: f64) -> Vec<f32> {
    let mut row = vector.to_vec();
    row.push(MARGIN_WEIGHT * margin as f32);
    row
}

impl Calibration {
    /// Probability for a log-odds.
    #[must_use]
    pub fn probability(&self, logit: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * logit + self.offset)).exp())
    }
}
