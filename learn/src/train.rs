//! Training heads: from labelled files to a heads file and its card.
//!
//! Deterministic: the same rows, encoder and policy give the same bytes. Calibration and thresholds come
//! from scores of rows that the scoring model did not see; the heads that are kept are then fitted on all.

use std::path::PathBuf;

use casebook_core::{labelset::LabelSet, metrics::threshold_at_precision, policy::Policy};
use casebook_models::{
    encoder::TextEncoder,
    head::{BITS, dense_row},
    heads::{About, Head, HeadSet, Heads, Reads, mark},
    heads_card::{CardData, CardHead, CardReliability, HeadsCard},
    logistic::{Linear, Rows},
    ngrams::Idf,
    zero_shot::ZeroShot,
};

use crate::{
    crossfit::{Table, Task, crossfit},
    datasets::{LabelledText, read_items},
    evaluate::EvaluateError,
    head::{self, LEAST_TEXTS},
    report::{Figures, Scores, figures},
};

/// Rows above a threshold that its precision must be counted on.
const LEAST_ROWS: usize = 10;

/// No head asserts what it holds less likely than not, however common its label was in the rows:
/// where it is on most of them, precision is had for nothing.
const LEAST_PROBABILITY: f64 = 0.5;

/// What `starter-heads@3` is known to get wrong.
pub const STARTER_FAULTS: [&str; 6] = [
    "English only. Other languages are said to be not covered; they are not scored low.",
    "The rows are prompts, tweets and forum posts from 2017 to 2022, none of them short-video captions: expect less there.",
    "In davidson, 'offensive' goes along with African-American English; a score there speaks of the annotators too.",
    "Quoting or condemning hate, and naming a protected group without any harm, still raise the hate scores.",
    "openai-moderation has 24 rows of graphic violence, 41 of hate with a threat and 51 of self-harm: see the intervals.",
    "Irony, pictures, sound and who speaks to whom are not read.",
];

/// What to train on.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// `starter-heads@3`.
    pub id: String,
    /// One per label set.
    pub sources: Vec<TrainSource>,
    /// Rows per source at most; which ones is decided by their hash.
    pub max_rows: usize,
    /// Precision that thresholds are set for, 0 to 1.
    pub precision: f64,
    /// Resamples per interval.
    pub n_bootstrap: usize,
    /// What the heads are known to get wrong, for the card.
    pub faults: Vec<String>,
}

/// A labelled file.
#[derive(Clone, Debug)]
pub struct TrainSource {
    /// What its labels mean.
    pub labels: LabelSet,
    /// Where it lies.
    pub path: PathBuf,
    /// Licence of the data, for the card.
    pub licence: String,
}

/// Trained heads and what is told of them.
pub struct Trained {
    /// As they read back from their file.
    pub heads: Heads,
    /// `heads.bin`.
    pub bytes: Vec<u8>,
    /// `card.toml`.
    pub card: String,
}

/// Trains one head per label of every source. `watch` hears in words what is being done.
///
/// # Errors
/// When a file is refused or the encoder fails.
pub fn train_heads(
    options: &TrainOptions,
    encoder: &TextEncoder,
    encoder_id: &str,
    policy: &Policy,
    watch: &mut dyn FnMut(&str),
) -> Result<Trained, EvaluateError> {
    let mut heads = Heads { id: options.id.clone(), ..Heads::default() };
    let mut data = Vec::new();
    for source in &options.sources {
        let name = &source.labels.name;
        let rows = chosen(read_items(&source.path, &source.labels)?, options.max_rows);
        watch(&format!("{name}: embedding {} rows", rows.len()));
        let texts: Vec<&str> = rows.iter().map(|it| it.text.as_str()).collect();
        let vectors = encoder.embed(&texts)?;
        let zero = ZeroShot::for_labels(encoder, policy, &source.labels)?;
        watch(&format!("{name}: training {} heads", source.labels.labels.len()));
        let (set, told) = train_set(options, source, &rows, vectors, &zero);
        heads.seen.extend(rows.iter().map(|it| mark(&it.text)));
        heads.sets.push(set);
        data.push(told);
    }
    heads.seen.sort_unstable();
    heads.seen.dedup();
    let bytes = heads.write();
    let heads = Heads::parse(&options.id, &bytes).expect("a file just written reads back");
    let card = HeadsCard {
        id: options.id.clone(),
        encoder: encoder_id.to_owned(),
        policy: policy.name(),
        file: "heads.bin".into(),
        sha256: heads.sha256(),
        bytes: bytes.len(),
        languages: vec!["en".into()],
        features: format!(
            "sentence embedding, the label's zero-shot margin, tf-idf of words 1-2 and letters 2-5 hashed to 2^{BITS}"
        ),
        calibration: "Platt on 5-fold out-of-fold log-odds, folds grouped by folded text, seed 0".into(),
        protocol:
            "figures are out-of-fold on the training rows, so on texts like those; 95 % bootstrap intervals; \
                   floor is tf-idf and logistic regression on the same folds; \
                   reliability counts rows and positives in 20 bins of probability, 0 to 1"
                .into(),
        faults: options.faults.clone(),
        sets: Vec::new(),
        groups: Vec::new(),
        data,
    };
    let card = toml::to_string(&card).expect("a card is plain data");
    Ok(Trained { heads, bytes, card })
}

/// At most `most` rows, those whose sha256 comes first, in file order.
fn chosen(rows: Vec<LabelledText>, most: usize) -> Vec<LabelledText> {
    let mut marks: Vec<u64> = rows.iter().map(|it| mark(&it.text)).collect();
    marks.sort_unstable();
    match marks.get(most) {
        None => rows,
        Some(limit) => rows.into_iter().filter(|it| mark(&it.text) < *limit).collect(),
    }
}

fn train_set(
    options: &TrainOptions,
    source: &TrainSource,
    rows: &[LabelledText],
    vectors: Vec<Vec<f32>>,
    zero: &ZeroShot,
) -> (HeadSet, CardData) {
    let tasks: Vec<Task> = (0..source.labels.labels.len())
        .map(|n| Task {
            labels: rows.iter().map(|it| it.labels[n]).collect(),
            margins: vectors.iter().map(|it| zero.targets[n].margin(it)).collect(),
        })
        .collect();
    let texts: Vec<&str> = rows.iter().map(|it| it.text.as_str()).collect();
    let table = Table::new(&texts, vectors);
    let fits = crossfit(&table, &tasks, 0, true);
    let idf = Idf::learn(table.hashed.iter(), 1 << BITS, LEAST_TEXTS);
    let mut all = Rows::new(table.vectors[0].len() + 1, 1 << BITS);
    for (vector, columns) in table.vectors.iter().zip(&table.hashed) {
        all.push(&dense_row(vector, 0.0), idf.row(columns));
    }
    let mut heads = Vec::new();
    let mut told = Vec::new();
    for (n, label) in source.labels.labels.iter().enumerate() {
        all.set_dense(table.vectors[0].len(), &head::margin_column(&tasks[n].margins));
        let linear = head::fit(&all, &tasks[n].labels);
        let calibration = head::calibrate(&fits[n].heads.logits, &tasks[n].labels);
        let known: Vec<usize> = (0..rows.len()).filter(|it| tasks[n].labels[*it].is_some()).collect();
        let probabilities: Vec<f64> =
            known.iter().map(|it| calibration.probability(fits[n].heads.logits[*it])).collect();
        let labels: Vec<bool> = known.iter().map(|it| tasks[n].labels[*it] == Some(true)).collect();
        let about = About {
            label: label.id.clone(),
            title: label.title.clone(),
            clauses: label.clauses.clone(),
            calibration,
            threshold: threshold_at_precision(
                &probabilities,
                &labels,
                options.precision,
                LEAST_ROWS,
                LEAST_PROBABILITY,
            ),
            precision: options.precision,
            thresholds: std::collections::BTreeMap::new(),
        };
        let measured = |of: &crate::crossfit::Unseen| -> Option<Figures> {
            let scores = Scores { seeds: std::slice::from_ref(of), labels: &tasks[n].labels, rows: &known };
            figures(&scores, options.n_bootstrap)
        };
        told.push(told_of(
            &about,
            &labels,
            measured(&fits[n].heads).as_ref(),
            measured(&fits[n].floor).as_ref(),
        ));
        let zero: Linear = zero.targets[n].direction().clone();
        heads.push(Head { about, zero: Some(zero), linear });
    }
    let name = source.labels.name.clone();
    let set = HeadSet { name, reads: Reads::Plain, languages: Vec::new(), idf: Some(idf), heads };
    let data = CardData {
        label_set: source.labels.name.clone(),
        title: source.labels.title.clone(),
        licence: source.licence.clone(),
        rows: rows.len(),
        heads: told,
    };
    (set, data)
}

fn told_of(about: &About, labels: &[bool], figures: Option<&Figures>, floor: Option<&Figures>) -> CardHead {
    let short = |it: f64| (it * 1e4).round() / 1e4;
    let interval = figures.and_then(|it| it.auprc_interval);
    CardHead {
        label: about.label.clone(),
        title: Some(about.title.clone()),
        clauses: about.clauses.clone(),
        known: labels.len(),
        positive: labels.iter().filter(|it| **it).count(),
        threshold: about.threshold.map(short),
        precision: about.precision,
        other_sets: false,
        auroc: None,
        auprc: figures.map(|it| short(it.auprc)),
        auprc_low: interval.map(|it| short(it.low)),
        auprc_high: interval.map(|it| short(it.high)),
        floor_auprc: floor.map(|it| short(it.auprc)),
        best_f1: figures.map(|it| short(it.best_f1)),
        ece: figures.and_then(|it| it.ece).map(short),
        reliability: figures.and_then(|it| it.reliability.as_deref()).map(CardReliability::of),
    }
}
