//! What is made of rows that the scoring layers and heads never saw: calibration, thresholds, and which heads ship.

use std::collections::BTreeMap;

use casebook_core::{
    labelset::{Label, LabelSet},
    language,
    metrics::area_under_roc,
};
use casebook_models::{head::Calibration, heads::About};

use crate::{
    head,
    held_out::{HeldOut, Logits},
    published::{Published, Purpose},
};

/// Share of harmless rows that one head of the shared labels may assert something of.
pub(crate) const FALSE_ALARMS: f64 = 0.015;
/// The same of all heads together that only texts of our own teach.
const FALSE_ALARMS_OF_CLAUSES: f64 = 0.01;
/// Harmless rows that a threshold has to be seen on.
const LEAST_HARMLESS: usize = 200;
/// Rows that it has to find.
const LEAST_FOUND: usize = 5;
/// How well a head has to rank rows kept apart to say which clause is near (AUROC).
const LEAST_AREA: f64 = 0.75;
/// No head asserts what it holds less likely than not.
const LEAST_PROBABILITY: f64 = 0.5;

/// True for a label that is a clause's id: `FR-1`, and not `self-harm`.
pub(crate) fn is_clause(label: &str) -> bool {
    label.starts_with(|it: char| it.is_ascii_uppercase())
}

/// Everything that figures are made from.
pub struct Measured<'a> {
    /// The rows.
    pub published: &'a Published,
    /// Their log-odds.
    pub held_out: &'a HeldOut,
    /// The labels.
    pub labels: &'a LabelSet,
}

/// A row that a label was measured on.
pub(crate) struct Seen {
    pub(crate) logit: f64,
    pub(crate) answer: bool,
}

impl Measured<'_> {
    /// Rows of other sets where the label was taught by others; else rows kept apart.
    pub(crate) fn seen(&self, label: usize) -> (Vec<Seen>, bool) {
        let of = |logits: &Logits| -> Vec<Seen> {
            let seen = |row: usize| {
                let logit = (*logits[row].get(label)?)?;
                Some(Seen { logit, answer: self.published.rows[row].answers[label]? })
            };
            (0..self.published.rows.len()).filter_map(seen).collect()
        };
        let counts = |of: &[Seen]| {
            let positives = of.iter().filter(|it| it.answer).count();
            positives >= LEAST_FOUND && of.len() - positives >= LEAST_FOUND
        };
        let other = of(&self.held_out.other_sets);
        match counts(&other) && !is_clause(&self.labels.labels[label].id) {
            true => (other, true),
            false => (of(&self.held_out.kept_apart), false),
        }
    }

    /// True where a set says of a row that some label is absent, and of none that it is there.
    #[must_use]
    pub fn is_harmless(&self, row: usize) -> bool {
        let answers = &self.published.rows[row].answers;
        answers.contains(&Some(false)) && !answers.contains(&Some(true))
    }

    /// What ships says of harmless rows that it never saw: sets that are only measured, and rows kept apart.
    #[must_use]
    pub fn harmless(&self) -> Vec<usize> {
        let unseen = |row: usize| {
            let it = &self.published.rows[row];
            it.is_test || self.published.sources[it.set].purpose == Purpose::Measure
        };
        (0..self.published.rows.len()).filter(|it| unseen(*it) && self.is_harmless(*it)).collect()
    }

    /// Log-odds of what ships for a row it never saw.
    #[must_use]
    pub fn shipped_logit(&self, row: usize, label: usize) -> Option<f64> {
        let of = |logits: &Logits| logits[row].get(label).copied().flatten();
        match self.published.rows[row].is_test {
            true => of(&self.held_out.kept_apart),
            false => of(&self.held_out.other_sets),
        }
    }

    pub(crate) fn abouts(&self) -> Vec<About> {
        let mut abouts: Vec<About> =
            self.labels.labels.iter().enumerate().map(|(n, it)| self.about(n, it)).collect();
        self.share_thresholds(&mut abouts);
        abouts
    }

    fn about(&self, n: usize, label: &Label) -> About {
        let (seen, _) = self.seen(n);
        let logits: Vec<f64> = seen.iter().map(|it| it.logit).collect();
        let answers: Vec<Option<bool>> = seen.iter().map(|it| Some(it.answer)).collect();
        let calibration = head::calibrate(&logits, &answers);
        let mut thresholds = BTreeMap::new();
        let mut threshold = None;
        if !is_clause(&label.id) {
            let found = |at: f64| {
                let is_found = |it: &&Seen| it.answer && calibration.probability(it.logit) >= at;
                seen.iter().filter(is_found).count()
            };
            let mut by_language: BTreeMap<String, Vec<f64>> = BTreeMap::new();
            let mut all = Vec::new();
            for row in self.harmless() {
                if let Some(logit) = self.shipped_logit(row, n) {
                    let probability = calibration.probability(logit);
                    let language = language::base(&self.published.rows[row].language);
                    by_language.entry(language).or_default().push(probability);
                    all.push(probability);
                }
            }
            threshold = at_false_alarms(all, FALSE_ALARMS).filter(|it| found(*it) >= LEAST_FOUND);
            if threshold.is_some() {
                let of_languages = by_language.into_iter();
                thresholds = of_languages
                    .filter_map(|(language, all)| Some((language, at_false_alarms(all, FALSE_ALARMS)?)))
                    .collect();
            }
        }
        About {
            label: label.id.clone(),
            title: label.title.clone(),
            clauses: label.clauses.clone(),
            calibration,
            threshold,
            precision: 0.0,
            thresholds,
        }
    }

    /// The heads of clauses have one calibration and one threshold: each has a dozen rows to be measured on, all
    /// together have hundreds.
    fn share_thresholds(&self, abouts: &mut [About]) {
        let clauses: Vec<usize> = (0..abouts.len()).filter(|it| is_clause(&abouts[*it].label)).collect();
        let mut logits = Vec::new();
        let mut answers = Vec::new();
        for label in &clauses {
            for it in self.seen(*label).0 {
                logits.push(it.logit);
                answers.push(Some(it.answer));
            }
        }
        if logits.is_empty() {
            return;
        }
        let calibration: Calibration = head::calibrate(&logits, &answers);
        let highest = |row: usize| {
            let of = |label: &usize| Some(calibration.probability(self.shipped_logit(row, *label)?));
            clauses.iter().filter_map(of).reduce(f64::max)
        };
        let harmless = self.harmless().into_iter().filter_map(highest).collect();
        let threshold = at_false_alarms(harmless, FALSE_ALARMS_OF_CLAUSES);
        for label in clauses {
            abouts[label].calibration = calibration;
            let (seen, _) = self.seen(label);
            let is_found = |it: &&Seen, at: f64| it.answer && calibration.probability(it.logit) >= at;
            let finds = |at: f64| seen.iter().any(|it| is_found(&it, at));
            abouts[label].threshold = threshold.filter(|it| finds(*it));
        }
    }

    /// Whether a label is a clause, and its head ranks what it never saw.
    pub(crate) fn ranks_its_clause(&self, label: usize) -> bool {
        let (logits, answers): (Vec<f64>, Vec<bool>) =
            self.seen(label).0.iter().map(|it| (it.logit, it.answer)).unzip();
        is_clause(&self.labels.labels[label].id)
            && area_under_roc(&logits, &answers).is_some_and(|it| it >= LEAST_AREA)
    }
}

/// The lowest probability that at most `rate` of harmless rows reach; `None` on too few rows to have seen it hold.
fn at_false_alarms(mut harmless: Vec<f64>, rate: f64) -> Option<f64> {
    if harmless.len() < LEAST_HARMLESS {
        return None;
    }
    harmless.sort_by(|a, b| b.total_cmp(a));
    let allowed = (rate * harmless.len() as f64) as usize;
    Some(harmless[allowed].next_up().max(LEAST_PROBABILITY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_lets_through_what_was_allowed_and_no_more() {
        let harmless: Vec<f64> = (0..1000).map(|it| f64::from(it) / 1000.0).collect();
        let at = at_false_alarms(harmless.clone(), 0.01).expect("enough rows");
        assert_eq!(harmless.iter().filter(|it| **it >= at).count(), 10);
    }

    #[test]
    fn too_few_rows_set_no_threshold() {
        assert_eq!(at_false_alarms(vec![0.1; LEAST_HARMLESS - 1], 0.01), None);
    }

    #[test]
    fn nothing_is_asserted_that_is_less_likely_than_not() {
        assert_eq!(at_false_alarms(vec![0.1; 1000], 0.01), Some(LEAST_PROBABILITY));
    }
}
