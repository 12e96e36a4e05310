//! How good scores are: ranking, deciding, calibration, and what may be left to a model.
//!
//! Pure functions over scores and known answers. Equal scores are one step: no order among them is
//! invented. A figure that does not exist (no positive, no row) is `None`, never 0.

use serde::{Deserialize, Serialize};

use crate::folds::Chance;

/// The bounds of a bootstrap interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// 2.5th percentile.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// The best F1 and where it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BestF1 {
    /// F1, 0 to 1.
    pub f1: f64,
    /// Scores from here on count as positive.
    pub threshold: f64,
}

/// Errors among what a model is surest of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskCoverage {
    /// Share of rows decided, and the share of errors among them.
    pub points: Vec<(f64, f64)>,
    /// Area under the curve: mean error over all coverages.
    pub aurc: f64,
}

/// Bins of [`reliability`], all as wide. Thresholds are told by the same steps.
pub const BINS: usize = 20;

/// Rows whose probability lies in one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Bin {
    /// How many.
    pub rows: u32,
    /// How many of them are positive.
    pub positive: u32,
    /// Mean of their probabilities; 0 without a row.
    pub mean: f64,
}

/// Area under the precision–recall curve as average precision: Σ (recall step × precision).
/// `None` without a positive.
///
/// # Panics
/// When there are not as many labels as scores, as do all functions here.
#[must_use]
pub fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let positives = labels.iter().filter(|it| **it).count();
    let mut sum = 0.0;
    let mut before = 0;
    for step in steps(scores, labels) {
        sum += (step.positive - before) as f64 * step.positive as f64 / step.n as f64;
        before = step.positive;
    }
    (positives > 0).then(|| sum / positives as f64)
}

/// Area under the ROC curve: the chance that a positive row scores higher than a negative one, ties half.
/// `None` without a row of each.
#[must_use]
pub fn area_under_roc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let positives = labels.iter().filter(|it| **it).count();
    let negatives = labels.len() - positives;
    let (mut sum, mut rows, mut before) = (0.0, 0, 0);
    for step in steps(scores, labels) {
        let below = negatives - (step.n - step.positive);
        let ties = (step.n - rows) - (step.positive - before);
        sum += (step.positive - before) as f64 * (below as f64 + ties as f64 / 2.0);
        (rows, before) = (step.n, step.positive);
    }
    (positives > 0 && negatives > 0).then(|| sum / (positives as f64 * negatives as f64))
}

/// The threshold with the highest F1; of several the highest. `None` without a positive.
#[must_use]
pub fn best_f1(scores: &[f64], labels: &[bool]) -> Option<BestF1> {
    let positives = labels.iter().filter(|it| **it).count();
    if positives == 0 {
        return None;
    }
    let mut best = BestF1 { f1: 0.0, threshold: f64::INFINITY };
    for step in steps(scores, labels) {
        let f1 = 2.0 * step.positive as f64 / (step.n + positives) as f64;
        if f1 > best.f1 {
            best = BestF1 { f1, threshold: step.score };
        }
    }
    Some(best)
}

/// The lowest threshold, `lowest` or more, above which precision is at least `precision`, counted on `least`
/// rows or more. `None` where no threshold reaches it.
#[must_use]
pub fn threshold_at_precision(
    scores: &[f64],
    labels: &[bool],
    precision: f64,
    least: usize,
    lowest: f64,
) -> Option<f64> {
    let reached =
        |it: &Step| it.score >= lowest && it.n >= least && it.positive as f64 >= precision * it.n as f64;
    steps(scores, labels).filter(reached).last().map(|it| it.score)
}

/// The 95 % interval of a share, which holds for few rows too (Wilson 1927); all of 0 to 1 without a row.
#[must_use]
pub fn wilson(positive: u32, rows: u32) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if rows == 0 {
        return (0.0, 1.0);
    }
    let n = f64::from(rows);
    let share = f64::from(positive) / n;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
}

/// Expected calibration error over ten bins of equal width: Σ share × |mean probability − share positive|.
/// `None` without a row.
#[must_use]
pub fn expected_calibration_error(probabilities: &[f64], labels: &[bool]) -> Option<f64> {
    assert_eq!(probabilities.len(), labels.len(), "one label per score");
    let mut bins = [(0.0, 0.0); 10];
    for (probability, label) in probabilities.iter().zip(labels) {
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        bin.0 += probability;
        bin.1 += f64::from(u8::from(*label));
    }
    let gaps: f64 = bins.iter().map(|(sum, positive)| (sum - positive).abs()).sum();
    (!labels.is_empty()).then(|| gaps / labels.len() as f64)
}

/// Predicted beside observed: [`BINS`] bins from 0 to 1, each with its upper bound left to the next.
#[must_use]
pub fn reliability(probabilities: &[f64], labels: &[bool]) -> Vec<Bin> {
    assert_eq!(probabilities.len(), labels.len(), "one label per score");
    let mut bins = vec![Bin::default(); BINS];
    for (probability, label) in probabilities.iter().zip(labels) {
        let bin = &mut bins[((probability * BINS as f64) as usize).min(BINS - 1)];
        bin.rows += 1;
        bin.positive += u32::from(*label);
        // A sum until all rows are in.
        bin.mean += probability;
    }
    for bin in bins.iter_mut().filter(|it| it.rows > 0) {
        bin.mean /= f64::from(bin.rows);
    }
    bins
}

/// Error among the surest rows at each of `coverages` (0 to 1), and the area over all of them.
/// `None` without a row.
///
/// Among rows of equal confidence the error is spread evenly.
#[must_use]
pub fn risk_coverage(confidence: &[f64], wrong: &[bool], coverages: &[f64]) -> Option<RiskCoverage> {
    let n = wrong.len();
    let mut errors_up_to = Vec::with_capacity(n);
    let (mut rows, mut errors) = (0, 0);
    for step in steps(confidence, wrong) {
        let (block, in_block) = (step.n - rows, step.positive - errors);
        for k in 1..=block {
            errors_up_to.push(errors as f64 + in_block as f64 * k as f64 / block as f64);
        }
        (rows, errors) = (step.n, step.positive);
    }
    let risk = |k: usize| errors_up_to[k - 1] / k as f64;
    let at = |coverage: f64| ((coverage * n as f64).round() as usize).clamp(1, n);
    (n > 0).then(|| RiskCoverage {
        points: coverages.iter().map(|it| (*it, risk(at(*it)))).collect(),
        aurc: (1..=n).map(risk).sum::<f64>() / n as f64,
    })
}

/// The middle 95 % of `figure` over `rounds` resamples of `n` rows with replacement.
/// Rounds in which the figure does not exist are left out; `None` where it never does.
pub fn bootstrap(
    n: usize,
    rounds: usize,
    seed: u64,
    mut figure: impl FnMut(&[usize]) -> Option<f64>,
) -> Option<Interval> {
    let mut chance = Chance::new(seed);
    let mut rows = vec![0; n];
    let mut figures: Vec<f64> = (0..rounds)
        .filter_map(|_| {
            for row in &mut rows {
                *row = chance.below(n);
            }
            figure(&rows)
        })
        .collect();
    figures.sort_by(f64::total_cmp);
    let at = |share: f64| {
        figures.get((share * (figures.len().saturating_sub(1)) as f64).round() as usize).copied()
    };
    Some(Interval { low: at(0.025)?, high: at(0.975)? })
}

/// Where the ranking stands after all rows of one score.
struct Step {
    score: f64,
    n: usize,
    positive: usize,
}

/// From the highest score down, one step per distinct score.
fn steps(scores: &[f64], labels: &[bool]) -> impl Iterator<Item = Step> {
    assert_eq!(scores.len(), labels.len(), "one label per score");
    let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(labels.iter().copied()).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut n = 0;
    let mut positive = 0;
    std::iter::from_fn(move || {
        let score = rows.get(n)?.0;
        while let Some((_, label)) = rows.get(n).filter(|it| it.0 == score) {
            positive += usize::from(*label);
            n += 1;
        }
        Some(Step { score, n, positive })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f64; 5] = [0.9, 0.8, 0.7, 0.6, 0.5];

    #[track_caller]
    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("the figure exists");
        assert!((found - expected).abs() < 1e-12, "{found} is {expected}");
    }

    #[test]
    fn the_area_under_roc_counts_pairs() {
        let labels = [true, false, true, false];
        assert_eq!(area_under_roc(&[0.9, 0.8, 0.7, 0.1], &labels), Some(0.75));
        assert_eq!(area_under_roc(&[0.5; 4], &labels), Some(0.5));
        assert_eq!(area_under_roc(&[0.1, 0.9], &[true, true]), None);
    }

    #[test]
    fn average_precision_is_the_mean_precision_at_the_positives() {
        // Positives at ranks 1, 3 and 4: (1/1 + 2/3 + 3/4) / 3.
        near(average_precision(&SCORES, &[true, false, true, true, false]), (1.0 + 2.0 / 3.0 + 0.75) / 3.0);
    }

    #[test]
    fn equal_scores_are_one_step() {
        // Three rows tie at the top with one positive, the second positive is last: ½·⅓ + ½·½.
        let scores = [0.5, 0.5, 0.5, 0.1];
        near(average_precision(&scores, &[true, false, false, true]), 0.5 / 3.0 + 0.25);
        near(average_precision(&scores, &[false, false, true, true]), 0.5 / 3.0 + 0.25);
    }

    #[test]
    fn a_constant_score_earns_the_share_of_positives() {
        near(average_precision(&[0.3; 4], &[true, false, false, false]), 0.25);
    }

    #[test]
    fn without_a_positive_there_is_no_figure() {
        assert_eq!(average_precision(&SCORES, &[false; 5]), None);
        assert_eq!(best_f1(&[], &[]), None);
        assert_eq!(expected_calibration_error(&[], &[]), None);
        assert_eq!(risk_coverage(&[], &[], &[0.5]), None);
    }

    #[test]
    fn the_best_f1_names_its_threshold() {
        // At 0.6: 3 of 4 right, all 3 found: 2·3 / (4 + 3).
        let best = best_f1(&SCORES, &[true, false, true, true, false]).unwrap();
        assert_eq!(best, BestF1 { f1: 6.0 / 7.0, threshold: 0.6 });
    }

    #[test]
    fn the_threshold_at_a_precision_is_the_lowest_that_reaches_it() {
        let labels = [true, false, true, true, false];
        assert_eq!(threshold_at_precision(&SCORES, &labels, 0.75, 1, 0.0), Some(0.6));
        assert_eq!(
            threshold_at_precision(&SCORES, &labels, 0.75, 1, 0.7),
            Some(0.9),
            "none below the lowest"
        );
        assert_eq!(threshold_at_precision(&SCORES, &labels, 0.8, 1, 0.0), Some(0.9));
        assert_eq!(threshold_at_precision(&SCORES, &labels, 0.8, 2, 0.0), None);
    }

    #[test]
    fn calibration_error_weighs_bins_by_rows() {
        // Bin 0.2: mean 0.2, none positive, 2 rows. Bin 0.9: mean 0.95, all positive, 2 rows. (0.4 + 0.1) / 4.
        near(expected_calibration_error(&[0.2, 0.2, 0.9, 1.0], &[false, false, true, true]), 0.125);
    }

    #[test]
    fn a_bin_holds_its_lower_bound_and_the_last_one_holds_1() {
        let bins = reliability(&[0.0, 0.05, 0.06, 0.5, 1.0, 0.96], &[false, true, false, true, true, false]);
        assert_eq!(bins.len(), BINS);
        assert_eq!((bins[0].rows, bins[0].positive, bins[0].mean), (1, 0, 0.0));
        assert_eq!((bins[1].rows, bins[1].positive, bins[1].mean), (2, 1, 0.055));
        assert_eq!((bins[10].rows, bins[10].positive, bins[10].mean), (1, 1, 0.5));
        assert_eq!((bins[19].rows, bins[19].positive, bins[19].mean), (2, 1, 0.98));
        assert_eq!(bins.iter().map(|it| it.rows).sum::<u32>(), 6, "no row is lost");
        assert_eq!(reliability(&[], &[]), vec![Bin::default(); BINS]);
    }

    #[test]
    fn risk_is_counted_among_the_surest() {
        let risk = risk_coverage(&SCORES, &[false, false, true, false, true], &[0.4, 0.6, 1.0]).unwrap();
        assert_eq!(risk.points, [(0.4, 0.0), (0.6, 1.0 / 3.0), (1.0, 0.4)]);
        // 0, 0, 1/3, 1/4, 2/5.
        near(Some(risk.aurc), (1.0 / 3.0 + 0.25 + 0.4) / 5.0);
    }

    #[test]
    fn equal_confidence_spreads_its_errors() {
        let risk = risk_coverage(&[0.5; 4], &[true, false, false, true], &[0.25, 1.0]).unwrap();
        assert_eq!(risk.points, [(0.25, 0.5), (1.0, 0.5)]);
    }

    #[test]
    fn a_bootstrap_interval_holds_the_mean_and_repeats() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let mean = |rows: &[usize]| Some(rows.iter().map(|it| values[*it]).sum::<f64>() / rows.len() as f64);
        let interval = bootstrap(100, 500, 9, mean).unwrap();
        // The standard error is 2.9: about 43.8 to 55.2.
        assert!(
            (42.0..46.5).contains(&interval.low) && (52.5..57.0).contains(&interval.high),
            "{interval:?}"
        );
        assert_eq!(bootstrap(100, 500, 9, mean), Some(interval));
        assert_eq!(bootstrap(3, 10, 1, |_| None), None);
    }
}
