//! Cross-fitting: scores for every row from models that did not see its group.
//!
//! Heads and the tf-idf floor go through the same folds, row by row, so that their figures compare.

use casebook_core::folds;
use casebook_models::{
    head::{BITS, Calibration, dense_row},
    logistic::{self, Rows},
    ngrams::{self, Columns, Idf},
};
use rayon::prelude::*;

use crate::{
    head::{self, LEAST_TEXTS},
    vocabulary::Vocabulary,
};

/// Folds per seed.
pub const FOLDS: usize = 5;
/// The floor's own best setting on the tuning third.
const FLOOR: logistic::Settings = logistic::Settings { c: 10.0, balanced: true };

/// The rows of a data set as features, one entry per row.
pub struct Table {
    /// Groups that are never split between folds: the folded text.
    pub groups: Vec<String>,
    /// Embeddings; empty where only the floor is wanted.
    pub vectors: Vec<Vec<f32>>,
    /// Hashed n-grams for heads.
    pub hashed: Vec<Columns>,
    /// n-grams in columns of their own for the floor.
    pub exact: Vec<Columns>,
    /// How many columns `exact` has.
    pub n_exact: usize,
}

/// What is predicted: one label, or any harm.
pub struct Task {
    /// One per row; `None` is unknown and not trained on.
    pub labels: Vec<Option<bool>>,
    /// Zero-shot margins, one per row; empty where only the floor is wanted.
    pub margins: Vec<f64>,
}

/// Scores of one task, one per row, each from a model that did not see the row's group.
#[derive(Clone, Debug, Default)]
pub struct Unseen {
    /// Log-odds: the ranking.
    pub logits: Vec<f64>,
    /// Calibrated on the other folds' log-odds.
    pub probabilities: Vec<f64>,
}

/// Heads and floor of one task under one seed.
#[derive(Clone, Debug, Default)]
pub struct Crossfit {
    /// The heads' scores; empty where only the floor was wanted.
    pub heads: Unseen,
    /// The floor's scores.
    pub floor: Unseen,
}

impl Table {
    /// Counts n-grams and keeps `vectors`, one per text or none at all.
    #[must_use]
    pub fn new(texts: &[&str], vectors: Vec<Vec<f32>>) -> Self {
        let counts: Vec<_> = texts.par_iter().map(|it| ngrams::count(it)).collect();
        let mut vocabulary = Vocabulary::default();
        let exact = counts.iter().map(|it| vocabulary.columns(it)).collect();
        Self {
            groups: texts.iter().map(|it| casebook_core::normalise::fold(it)).collect(),
            vectors,
            hashed: counts.iter().map(|it| it.folded(BITS)).collect(),
            exact,
            n_exact: vocabulary.len(),
        }
    }
}

/// Scores every task under one seed. `with_floor` says whether the floor is computed too.
#[must_use]
pub fn crossfit(table: &Table, tasks: &[Task], seed: u64, with_floor: bool) -> Vec<Crossfit> {
    let fold_of = folds::grouped(&table.groups, FOLDS, seed);
    let per_fold: Vec<Vec<Logits>> =
        (0..FOLDS).into_par_iter().map(|fold| one_fold(table, tasks, &fold_of, fold, with_floor)).collect();
    tasks
        .iter()
        .enumerate()
        .map(|(n, task)| {
            let collect = |pick: fn(&Logits) -> &Vec<f64>| {
                let mut next = [0; FOLDS];
                let row = |fold: &usize| {
                    next[*fold] += 1;
                    pick(&per_fold[*fold][n]).get(next[*fold] - 1).copied()
                };
                let logits: Option<Vec<f64>> = fold_of.iter().map(row).collect();
                logits.map_or_else(Unseen::default, |logits| calibrated(logits, &task.labels, &fold_of))
            };
            Crossfit { heads: collect(|it| &it.heads), floor: collect(|it| &it.floor) }
        })
        .collect()
}

/// Log-odds for the rows of one fold; empty where not wanted.
#[derive(Clone, Default)]
struct Logits {
    heads: Vec<f64>,
    floor: Vec<f64>,
}

/// Log-odds for the rows of `fold`, per task.
fn one_fold(table: &Table, tasks: &[Task], fold_of: &[usize], fold: usize, with_floor: bool) -> Vec<Logits> {
    let (test, train): (Vec<usize>, Vec<usize>) = (0..fold_of.len()).partition(|it| fold_of[*it] == fold);
    let labels = |task: &Task| -> Vec<Option<bool>> { train.iter().map(|it| task.labels[*it]).collect() };
    let mut scores = vec![Logits::default(); tasks.len()];
    if !table.vectors.is_empty() {
        let idf = Idf::learn(train.iter().map(|it| &table.hashed[*it]), 1 << BITS, LEAST_TEXTS);
        let rows = |of: &[usize]| {
            let mut rows = Rows::new(table.vectors[0].len() + 1, 1 << BITS);
            for it in of {
                rows.push(&dense_row(&table.vectors[*it], 0.0), idf.row(&table.hashed[*it]));
            }
            rows
        };
        let (mut seen, mut unseen) = (rows(&train), rows(&test));
        let last = table.vectors[0].len();
        for (task, scores) in tasks.iter().zip(&mut scores) {
            let margins = |of: &[usize]| {
                head::margin_column(&of.iter().map(|it| task.margins[*it]).collect::<Vec<_>>())
            };
            seen.set_dense(last, &margins(&train));
            unseen.set_dense(last, &margins(&test));
            scores.heads = head::fit(&seen, &labels(task)).logits(&unseen);
        }
    }
    if with_floor {
        let idf = Idf::learn(train.iter().map(|it| &table.exact[*it]), table.n_exact, 1);
        let rows = |of: &[usize]| {
            let mut rows = Rows::new(0, table.n_exact);
            for it in of {
                rows.push(&[], idf.row(&table.exact[*it]));
            }
            rows
        };
        let (seen, unseen) = (rows(&train), rows(&test));
        for (task, scores) in tasks.iter().zip(&mut scores) {
            scores.floor = logistic::fit(&seen, &labels(task), FLOOR).logits(&unseen);
        }
    }
    scores
}

/// Calibrates each fold on the log-odds of the others.
fn calibrated(logits: Vec<f64>, labels: &[Option<bool>], fold_of: &[usize]) -> Unseen {
    let calibrations: Vec<Calibration> = (0..FOLDS)
        .map(|fold| {
            let others: Vec<Option<bool>> =
                labels.iter().zip(fold_of).map(|(label, it)| label.filter(|_| *it != fold)).collect();
            head::calibrate(&logits, &others)
        })
        .collect();
    let probabilities =
        logits.iter().zip(fold_of).map(|(it, fold)| calibrations[*fold].probability(*it)).collect();
    Unseen { logits, probabilities }
}
