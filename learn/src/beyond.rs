//! Figures of heads on rows that they never saw: pairs of look-alikes, harmless rows, calibration.

use std::collections::BTreeMap;

use casebook_core::metrics::expected_calibration_error;
use casebook_models::head::Calibration;

use crate::{
    head,
    held_out::{Logits, known},
    measured::Measured,
    published::Published,
};

/// Pairs of a text and its look-alike, kept apart from training.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pairs {
    /// Groups of two rows with opposite answers.
    pub n: usize,
    /// Both halves on their side of even odds.
    pub both_right: f64,
    /// The half that answers yes scores higher.
    pub ranked: f64,
}

/// Pairs of a set by the rows that were kept apart.
#[must_use]
pub fn pairs(published: &Published, kept_apart: &Logits, set: usize, label: usize) -> Pairs {
    let mut groups: BTreeMap<&str, Vec<(f64, bool)>> = BTreeMap::new();
    for row in published.rows_of(set) {
        let it = &published.rows[row];
        if let (Some(Some(logit)), Some(answer)) = (kept_apart[row].get(label), it.answers[label]) {
            groups.entry(&it.group).or_default().push((*logit, answer));
        }
    }
    let is_pair = |it: &&Vec<(f64, bool)>| it.len() == 2 && it[0].1 != it[1].1;
    let pairs: Vec<&Vec<(f64, bool)>> = groups.values().filter(is_pair).collect();
    let share = |is_met: &dyn Fn(f64, f64) -> bool| {
        let met = pairs.iter().filter(|it| {
            let (yes, no) = if it[0].1 { (it[0].0, it[1].0) } else { (it[1].0, it[0].0) };
            is_met(yes, no)
        });
        met.count() as f64 / pairs.len().max(1) as f64
    };
    Pairs {
        n: pairs.len(),
        both_right: share(&|yes, no| yes > 0.0 && no <= 0.0),
        ranked: share(&|yes, no| yes > no),
    }
}

/// Share of rows that answer no among those at least as high as the lowest of the highest `recall` of rows that
/// answer yes.
#[must_use]
pub fn flagged_at_recall(logits: &[f64], answers: &[bool], recall: f64) -> Option<f64> {
    let of = |answer: bool| logits.iter().zip(answers).filter(move |it| *it.1 == answer).map(|it| *it.0);
    let mut yes: Vec<f64> = of(true).collect();
    yes.sort_by(|a, b| b.total_cmp(a));
    let at = *yes.get(((recall * yes.len() as f64).ceil() as usize).checked_sub(1)?)?;
    let n = of(false).count();
    (n > 0).then(|| of(false).filter(|it| *it >= at).count() as f64 / n as f64)
}

impl Measured<'_> {
    /// Expected calibration error over all judged sets together, each calibrated on the others alone.
    #[must_use]
    pub fn calibration_error(&self) -> Option<f64> {
        let judged: Vec<(usize, usize)> = self
            .published
            .sources
            .iter()
            .enumerate()
            .filter_map(|(set, it)| {
                let judged = it.judged.as_deref()?;
                Some((set, self.labels.labels.iter().position(|it| it.id == judged)?))
            })
            .collect();
        let of = |set: usize, label: usize| known(self.published, &self.held_out.other_sets, set, label);
        let (mut probabilities, mut answers) = (Vec::new(), Vec::new());
        for (set, label) in &judged {
            let (mut logits, mut known) = (Vec::new(), Vec::new());
            for (other, its) in judged.iter().filter(|it| it.0 != *set && it.1 == *label) {
                let (more, said) = of(*other, *its);
                logits.extend(more);
                known.extend(said.into_iter().map(Some));
            }
            if logits.is_empty() {
                continue;
            }
            let calibration: Calibration = head::calibrate(&logits, &known);
            let (logits, said) = of(*set, *label);
            probabilities.extend(logits.into_iter().map(|it| calibration.probability(it)));
            answers.extend(said);
        }
        expected_calibration_error(&probabilities, &answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_counted_at_the_recall_asked_for() {
        let logits = [5.0, 4.0, 3.0, 2.0, 1.0, 4.5, 0.5];
        let answers = [true, true, true, true, true, false, false];
        assert_eq!(flagged_at_recall(&logits, &answers, 0.8), Some(0.5));
        assert_eq!(flagged_at_recall(&logits, &answers, 0.2), Some(0.0));
        assert_eq!(flagged_at_recall(&[1.0], &[true], 0.8), None);
    }
}
