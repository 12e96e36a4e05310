//! The heads that many sets teach together: training, leaving one set out, calibration, thresholds, card.
//!
//! Figures, calibration and thresholds come from rows that the scoring layers and heads never saw: of sets left out, of
//! sets that are only measured, and, for a head that one set alone teaches, of rows kept apart.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use casebook_core::{
    labelset::{Label, LabelSet},
    language,
    metrics::{
        area_under_roc, average_precision, best_f1, bootstrap, expected_calibration_error, reliability,
    },
    policy::Policy,
    ports::Flow,
};
use casebook_models::{
    encoder::TextEncoder,
    head::Calibration,
    heads::{About, Head, HeadSet, Heads, Reads, mark},
    heads_card::{CardData, CardHead, CardReliability, CardSet, HeadsCard},
    tuned::{TopLayers, TunedLayers},
};

use crate::{
    datasets::DatasetError,
    evaluate::EvaluateError,
    head,
    held_out::{self, Amount, Each, HeldOut, held_out},
    published::{Published, Purpose},
    states::States,
    train::{TrainOptions, TrainSource, train_heads},
    tune::{Plan, RATES, Step, TuneError, tune},
};

/// What the sets of this project say, as they ship.
pub const SOURCES: &str = include_str!("../sources.toml");
/// Tokens of a text that are trained on at most.
pub const MOST_TOKENS: usize = 96;
/// Share of harmless rows that one head of the shared labels may assert something of.
const FALSE_ALARMS: f64 = 0.01;
/// The same of all heads together that only texts of our own teach.
const FALSE_ALARMS_OF_CLAUSES: f64 = 0.01;
/// Harmless rows that a threshold has to be seen on.
const LEAST_HARMLESS: usize = 200;
/// Rows that it has to find.
const LEAST_FOUND: usize = 5;
/// No head asserts what it holds less likely than not.
const LEAST_PROBABILITY: f64 = 0.5;
const N_BOOTSTRAP: usize = 500;
/// What thresholds of a set's own labels are set for.
const PRECISION: f64 = 0.8;

/// What to train.
pub struct JointOptions<'a> {
    /// `joint-heads@1`.
    pub id: String,
    /// What the sets say of them: [`SOURCES`].
    pub sources: &'a str,
    /// The labels.
    pub labels: &'a LabelSet,
    /// Id of the encoder's card.
    pub encoder: String,
    /// The policy.
    pub policy: &'a Policy,
    /// Sets whose own labels get heads too, in one language: on the encoder's own vectors and n-grams.
    pub own_labels: &'a [(TrainSource, &'a str)],
    /// Folder of the published sets.
    pub data: &'a Path,
    /// Folder of our own.
    pub own: &'a Path,
    /// Where states and checkpoints lie; what is there is gone on with.
    pub work: &'a Path,
    /// How much is trained on for what ships.
    pub shipped: Amount,
    /// The same for each set that is left out.
    pub left_out: Amount,
}

/// Where training is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Reading texts by the layers that stay.
    Reading {
        /// Texts that are done.
        done: usize,
        /// Texts in all.
        all: usize,
    },
    /// Training on all sets, or on all but one.
    Training {
        /// The set that is left out.
        without: Option<String>,
        /// How far.
        step: Step,
    },
}

/// What came out.
pub struct Joint {
    /// As they read back from their file, with their layers.
    pub heads: Heads,
    /// `heads.bin`.
    pub bytes: Vec<u8>,
    /// `layers.safetensors`.
    pub layers: TunedLayers,
    /// `card.toml`.
    pub card: HeadsCard,
    /// The rows.
    pub published: Published,
    /// What they were measured by.
    pub held_out: HeldOut,
}

/// Why there are no heads.
#[derive(Debug, thiserror::Error)]
pub enum JointError {
    /// A set could not be read.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// Training broke off.
    #[error(transparent)]
    Tune(#[from] TuneError),
    /// A set's own labels could not be taught.
    #[error(transparent)]
    OwnLabels(#[from] EvaluateError),
    /// Nothing to train on.
    #[error("no set to train on lies in {0}")]
    NoRows(PathBuf),
}

/// Trains, leaves one set out at a time, calibrates, sets thresholds and writes the card.
///
/// # Errors
/// A set that is refused, what the network or the disk says, and a stop.
pub fn train_joint(
    options: &JointOptions,
    encoder: &mut TextEncoder,
    top: &TopLayers,
    watch: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Joint, JointError> {
    let published = Published::read(options.sources, options.labels, options.data, options.own)?;
    let rows = held_out::trainable(&published, &[]);
    if rows.is_empty() {
        return Err(JointError::NoRows(options.data.to_owned()));
    }
    std::fs::create_dir_all(options.work)
        .map_err(|source| TuneError::File { path: options.work.display().to_string(), source })?;
    let texts: Vec<&str> = published.rows.iter().map(|it| it.text.as_str()).collect();
    let first = top.first();
    let path = options.work.join(format!("states-{}-{first}-{MOST_TOKENS}.f16", options.encoder));
    let states = States::of(encoder, first, &texts, MOST_TOKENS, &path, &mut |done, all| {
        watch(Progress::Reading { done, all })
    })?;
    let plan = Plan {
        rows,
        draw: options.shipped.draw,
        passes: options.shipped.passes,
        rates: RATES,
        seed: 0,
        checkpoint: Some(options.work.join("all.safetensors")),
    };
    let tuner =
        tune(top, &published, &states, &plan, &mut |step| watch(Progress::Training { without: None, step }))?;
    let held_out = held_out(
        top,
        &published,
        &states,
        encoder,
        &tuner,
        Each { amount: options.left_out, work: options.work },
        &mut |set, step| watch(Progress::Training { without: Some(set.to_owned()), step }),
    )?;
    let measured = Measured { published: &published, held_out: &held_out, labels: options.labels };
    let abouts = measured.abouts();
    let linears = tuner.heads().map_err(TuneError::from)?;
    let head = |(about, linear): (&About, &_)| Head {
        about: about.clone(),
        zero: None,
        linear: Clone::clone(linear),
    };
    // What was never seen to hold cannot count, and does not ship; its figures stay on the card.
    let all: Vec<Head> =
        abouts.iter().zip(&linears).filter(|it| it.0.threshold.is_some()).map(head).collect();
    let (of_clauses, shared): (Vec<Head>, Vec<Head>) =
        all.into_iter().partition(|it| is_clause(&it.about.label));
    let set = |name: &str, heads: Vec<Head>| HeadSet {
        name: name.to_owned(),
        reads: Reads::Tuned,
        languages: Vec::new(),
        idf: None,
        heads,
    };
    let mut heads = Heads {
        id: options.id.clone(),
        sets: vec![set(&options.labels.name, shared), set(OWN, of_clauses)],
        seen: plan.rows.iter().map(|it| mark(&published.rows[*it].text)).collect(),
        ..Heads::default()
    };
    let mut of_own_labels = Vec::new();
    for (source, language) in options.own_labels {
        let (mut sets, seen, told) = own_labels(options, source, encoder)?;
        for set in &mut sets {
            set.languages = vec![(*language).to_owned()];
        }
        heads.sets.extend(sets);
        heads.seen.extend(seen);
        of_own_labels.extend(told);
    }
    heads.sets.retain(|it| !it.heads.is_empty());
    heads.seen.sort_unstable();
    heads.seen.dedup();
    let bytes = heads.write();
    let mut heads = Heads::parse(&options.id, &bytes).expect("a file just written reads back");
    heads.layers = Some(tuner.layers());
    let mut card = measured.card(options, &abouts, &heads.sha256(), bytes.len());
    card.data.extend(of_own_labels);
    Ok(Joint { heads, bytes, layers: tuner.layers(), card, published, held_out })
}

/// Heads, what is known of the texts they were taught by, and what the card tells.
type OwnLabels = (Vec<HeadSet>, Vec<u64>, Vec<CardData>);

/// Heads of a set's own labels, as `train` makes them: measured by folds on rows like those trained on.
fn own_labels(
    options: &JointOptions,
    source: &TrainSource,
    encoder: &TextEncoder,
) -> Result<OwnLabels, JointError> {
    let train = TrainOptions {
        id: options.id.clone(),
        sources: vec![source.clone()],
        max_rows: usize::MAX,
        precision: PRECISION,
        n_bootstrap: N_BOOTSTRAP,
        faults: Vec::new(),
    };
    let trained = train_heads(&train, encoder, &options.encoder, options.policy, &mut |_| ())?;
    let mut sets = trained.heads.sets;
    for set in &mut sets {
        set.heads.retain(|it| it.about.threshold.is_some());
    }
    let card: HeadsCard = toml::from_str(&trained.card).expect("a card that was just written");
    Ok((sets, trained.heads.seen, card.data))
}

/// What the heads of clauses are called that texts of our own teach.
pub const OWN: &str = "own";

/// True for a label that is a clause's id: `FR-1`, and not `self-harm`.
fn is_clause(label: &str) -> bool {
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
struct Seen {
    logit: f64,
    answer: bool,
}

impl Measured<'_> {
    /// Rows of other sets where the label was taught by others; else rows kept apart.
    fn seen(&self, label: usize) -> (Vec<Seen>, bool) {
        let of = |logits: &held_out::Logits| -> Vec<Seen> {
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
        let of = |logits: &held_out::Logits| logits[row].get(label).copied().flatten();
        match self.published.rows[row].is_test {
            true => of(&self.held_out.kept_apart),
            false => of(&self.held_out.other_sets),
        }
    }

    fn abouts(&self) -> Vec<About> {
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

    fn card(&self, options: &JointOptions, abouts: &[About], sha256: &str, bytes: usize) -> HeadsCard {
        let told: Vec<CardHead> = abouts.iter().enumerate().map(|(n, it)| self.told(n, it)).collect();
        let (of_clauses, shared): (Vec<_>, Vec<_>) = told.into_iter().partition(|it| is_clause(&it.label));
        let licences: std::collections::BTreeSet<&str> = self
            .published
            .sources
            .iter()
            .filter(|it| it.purpose == Purpose::Train)
            .map(|it| it.licence.as_str())
            .collect();
        let rows = held_out::trainable(self.published, &[]);
        let own =
            rows.iter().filter(|it| self.published.sources[self.published.rows[**it].set].is_own()).count();
        let languages: std::collections::BTreeSet<String> =
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
                "figures are of rows whose set was left out, with a few others at a time, trained on the rest; thresholds let through {:.0} % of harmless rows never trained on, for each head of shared labels, and for all clauses of our own texts together; 95 % bootstrap intervals",
                100.0 * FALSE_ALARMS
            ),
            faults: FAULTS.map(str::to_owned).into(),
            sets: self.sets(),
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
        let set = |(set, source): (usize, &crate::published::Source)| {
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

/// The lowest probability that at most `rate` of harmless rows reach; `None` on too few rows to have seen it hold.
fn at_false_alarms(mut harmless: Vec<f64>, rate: f64) -> Option<f64> {
    if harmless.len() < LEAST_HARMLESS {
        return None;
    }
    harmless.sort_by(|a, b| b.total_cmp(a));
    let allowed = (rate * harmless.len() as f64) as usize;
    Some(harmless[allowed].next_up().max(LEAST_PROBABILITY))
}

/// What the heads are known to get wrong.
const FAULTS: [&str; 5] = [
    "A set left out is ranked far worse than rows like those trained on: read the figures of sets, not a score, as what to expect.",
    "Languages without a set of their own are read by transfer from the others, and were not measured.",
    "Heads of clauses learnt from short captions of our own, and were measured on others by the same hands.",
    "Quoting or condemning hate, and irony, still raise the hate score.",
    "Pictures, sound and who speaks to whom are not read.",
];

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
