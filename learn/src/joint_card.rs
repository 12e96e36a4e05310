//! The card of heads that many sets teach: each set as it was left out, each head by rows it never saw.

use std::collections::BTreeSet;

use casebook_core::{
    language,
    metrics::{
        area_under_roc, average_precision, best_f1, bootstrap, expected_calibration_error, reliability,
    },
};
use casebook_models::{
    heads::About,
    heads_card::{CardData, CardHead, CardReliability, CardSet, HeadsCard},
};

use crate::{
    held_out,
    joint::{JointOptions, N_BOOTSTRAP, OWN},
    measured::{FALSE_ALARMS, Measured, is_clause},
    published::{Purpose, Source},
};

/// What the heads are known to get wrong.
const FAULTS: [&str; 5] = [
    "A set left out is ranked far worse than rows like those trained on: read the figures of sets, not a score, as what to expect.",
    "Languages without a set of their own are read by transfer from the others, and were not measured.",
    "Heads of clauses learnt from short captions of our own, and were measured on others by the same hands.",
    "Quoting or condemning hate, and irony, still raise the hate score.",
    "Pictures, sound and who speaks to whom are not read.",
];

impl Measured<'_> {
    pub(crate) fn card(
        &self,
        options: &JointOptions,
        abouts: &[About],
        sha256: &str,
        bytes: usize,
    ) -> HeadsCard {
        let told: Vec<CardHead> = abouts.iter().enumerate().map(|(n, it)| self.told(n, it)).collect();
        let (of_clauses, shared): (Vec<_>, Vec<_>) = told.into_iter().partition(|it| is_clause(&it.label));
        let licences: BTreeSet<&str> = self
            .published
            .sources
            .iter()
            .filter(|it| it.purpose == Purpose::Train)
            .map(|it| it.licence.as_str())
            .collect();
        let rows = held_out::trainable(self.published, &[]);
        let own =
            rows.iter().filter(|it| self.published.sources[self.published.rows[**it].set].is_own()).count();
        let languages: BTreeSet<String> =
            rows.iter().map(|it| language::base(&self.published.rows[*it].language)).collect();
        HeadsCard {
            id: options.id.clone(),
            encoder: options.encoder.clone(),
            policy: options.policy.name(),
            file: "heads.bin".into(),
            sha256: sha256.to_owned(),
            bytes,
            languages: languages.into_iter().collect(),
            features: "mean of the states of two trained top layers, at unit length".into(),
            calibration: "Platt on log-odds of rows whose set was left out of training; of rows kept apart where one set alone teaches a label".into(),
            protocol: format!(
                "figures are of rows whose set was left out, with a few others at a time, trained on the rest; thresholds let through {:.1} % of harmless rows never trained on, for each head of shared labels, and for all clauses of our own texts together; 95 % bootstrap intervals",
                100.0 * FALSE_ALARMS
            ),
            faults: FAULTS.map(str::to_owned).into(),
            sets: self.sets(),
            groups: self.groups(abouts),
            data: vec![
                CardData {
                    label_set: options.labels.name.clone(),
                    title: options.labels.title.clone(),
                    licence: licences.into_iter().collect::<Vec<_>>().join("; "),
                    rows: rows.len(),
                    heads: shared,
                },
                CardData {
                    label_set: OWN.into(),
                    title: "Captions written for Casebook, a pair of look-alikes each".into(),
                    licence: "written for Casebook".into(),
                    rows: own,
                    heads: of_clauses,
                },
            ],
        }
    }

    /// Each set, by the label it is judged by.
    fn sets(&self) -> Vec<CardSet> {
        let set = |(set, source): (usize, &Source)| {
            let judged = source.judged.as_deref()?;
            let label = self.labels.labels.iter().position(|it| it.id == judged)?;
            let (logits, answers) = held_out::known(self.published, &self.held_out.other_sets, set, label);
            let area = area_under_roc(&logits, &answers)?;
            let of = |rows: &[usize]| {
                let (logits, answers): (Vec<f64>, Vec<bool>) =
                    rows.iter().map(|it| (logits[*it], answers[*it])).unzip();
                area_under_roc(&logits, &answers)
            };
            let interval = bootstrap(logits.len(), N_BOOTSTRAP, 0, of);
            let rows = self.published.rows_of(set);
            let mut languages: Vec<String> =
                rows.iter().map(|it| self.published.rows[*it].language.clone()).collect();
            languages.sort();
            languages.dedup();
            Some(CardSet {
                name: source.name.clone(),
                licence: source.licence.clone(),
                languages,
                label: judged.to_owned(),
                trained_on: source.purpose == Purpose::Train,
                rows: answers.len(),
                positive: answers.iter().filter(|it| **it).count(),
                auroc: short(area),
                auroc_low: interval.map(|it| short(it.low)),
                auroc_high: interval.map(|it| short(it.high)),
            })
        };
        self.published.sources.iter().enumerate().filter_map(set).collect()
    }

    fn told(&self, n: usize, about: &About) -> CardHead {
        let (seen, other_sets) = self.seen(n);
        let logits: Vec<f64> = seen.iter().map(|it| it.logit).collect();
        let answers: Vec<bool> = seen.iter().map(|it| it.answer).collect();
        let probabilities: Vec<f64> = logits.iter().map(|it| about.calibration.probability(*it)).collect();
        let of = |rows: &[usize], figure: fn(&[f64], &[bool]) -> Option<f64>| {
            let (logits, answers): (Vec<f64>, Vec<bool>) =
                rows.iter().map(|it| (logits[*it], answers[*it])).unzip();
            figure(&logits, &answers)
        };
        let interval = bootstrap(logits.len(), N_BOOTSTRAP, 0, |rows| of(rows, average_precision));
        let is_measured = answers.contains(&true) && answers.contains(&false);
        let known = |figure: Option<f64>| figure.filter(|_| is_measured).map(short);
        CardHead {
            label: about.label.clone(),
            title: Some(about.title.clone()),
            clauses: about.clauses.clone(),
            known: answers.len(),
            positive: answers.iter().filter(|it| **it).count(),
            threshold: about.threshold.map(short),
            precision: about.precision,
            other_sets,
            auroc: known(area_under_roc(&logits, &answers)),
            auprc: known(average_precision(&logits, &answers)),
            auprc_low: known(interval.map(|it| it.low)),
            auprc_high: known(interval.map(|it| it.high)),
            floor_auprc: None,
            best_f1: known(best_f1(&logits, &answers).map(|it| it.f1)),
            ece: known(expected_calibration_error(&probabilities, &answers)),
            reliability: is_measured.then(|| CardReliability::of(&reliability(&probabilities, &answers))),
        }
    }
}

fn short(it: f64) -> f64 {
    (it * 1e4).round() / 1e4
}
