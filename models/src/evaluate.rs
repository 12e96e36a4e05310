//! How good scores are on labelled texts, beside a tf-idf floor on the same folds.
//!
//! Zero-shot scores are reported on the rows that may not be tuned on; heads by cross-fitting; shipped
//! heads on every row, with those they were trained on counted and told apart. Figures only: no text is
//! kept in a report.

use std::path::PathBuf;

use casebook_core::{labelset::LabelSet, policy::Policy};
use rayon::prelude::*;

use crate::{
    crossfit::{Crossfit, Table, Task, Unseen, crossfit},
    datasets::{DatasetError, LabelledText, read_items},
    encoder::{EncoderError, TextEncoder},
    heads::{HeadSet, Heads},
    report::{Figures, Report, Row, Scores, figures, mean},
    zero_shot::ZeroShot,
};

/// What is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Similarity to the policy's and the label set's own words.
    ZeroShot,
    /// Heads trained on these rows, each row scored by heads that did not see it.
    Cv,
    /// The heads that ship.
    Shipped,
}

/// What to evaluate on and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// `.jsonl`, `.jsonl.gz` or `.csv`.
    pub items: PathBuf,
    /// What the labels mean.
    pub labels: LabelSet,
    /// What is evaluated.
    pub mode: Mode,
    /// Splits averaged by [`Mode::Cv`]; 5 in published figures. The other modes use the first.
    pub n_seeds: u64,
    /// Resamples per interval.
    pub n_bootstrap: usize,
}

/// Why an evaluation was not made.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The file was refused.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// The encoder failed.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// No shipped head speaks of this label set.
    #[error("no shipped head was trained on {set}: there are heads for {known}")]
    NoHeads {
        /// The label set asked for.
        set: String,
        /// Sets with heads.
        known: String,
    },
}

/// Any harm: the name of the row that aggregates all labels.
pub const ANY: &str = "any_harm";

/// Reads, embeds, scores and measures.
///
/// # Errors
/// When the file is refused, the encoder fails, or shipped heads are asked for that do not exist.
pub fn run(options: &Options, encoder: &TextEncoder, policy: &Policy, shipped: &Heads) -> Result<Report, EvaluateError> {
    let rows = read_items(&options.items, &options.labels)?;
    let texts: Vec<&str> = rows.iter().map(|it| it.text.as_str()).collect();
    let vectors = encoder.embed(&texts)?;
    let zero = ZeroShot::for_labels(encoder, policy, &options.labels)?;
    measure(options, &rows, vectors, &zero, shipped)
}

/// [`run`] with texts already read and embedded, one vector per row.
///
/// # Errors
/// When shipped heads are asked for that do not exist.
pub fn measure(
    options: &Options,
    rows: &[LabelledText],
    vectors: Vec<Vec<f32>>,
    zero: &ZeroShot,
    shipped: &Heads,
) -> Result<Report, EvaluateError> {
    let heads = match options.mode {
        Mode::Shipped => Some(shipped.set(&options.labels.name).ok_or_else(|| EvaluateError::NoHeads {
            set: options.labels.name.clone(),
            known: shipped.sets.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
        })?),
        _ => None,
    };
    let seen: Vec<bool> = rows.iter().map(|it| heads.is_some() && shipped.has_seen(&it.text)).collect();
    let tasks = tasks(rows, &vectors, zero);
    let texts: Vec<&str> = rows.iter().map(|it| it.text.as_str()).collect();
    let (n_seeds, table) = match options.mode {
        Mode::Cv => (options.n_seeds.max(1), Table::new(&texts, vectors)),
        // Only the floor is trained: it needs no vectors.
        Mode::ZeroShot => (1, Table::new(&texts, Vec::new())),
        Mode::Shipped => (1, Table { vectors, ..Table::new(&texts, Vec::new()) }),
    };
    let is_reported: Vec<bool> = match options.mode {
        Mode::ZeroShot => rows.iter().map(|it| !it.is_for_tuning()).collect(),
        _ => vec![true; rows.len()],
    };
    let subjects: Vec<Vec<Unseen>>;
    let floors: Vec<Vec<Unseen>>;
    match (options.mode, heads) {
        (Mode::Shipped, Some(set)) => {
            let scores = shipped_scores(&table, set, &options.labels);
            let bare = Table { vectors: Vec::new(), ..table };
            (subjects, floors) = (vec![scores], split(vec![crossfit(&bare, &tasks, 0, true)]).1);
        }
        (Mode::ZeroShot, _) => {
            let margins = tasks.iter().map(|it| Unseen { logits: it.margins.clone(), probabilities: Vec::new() });
            (subjects, floors) = (vec![margins.collect()], split(vec![crossfit(&table, &tasks, 0, true)]).1);
        }
        _ => {
            let fits: Vec<_> = (0..n_seeds).into_par_iter().map(|seed| crossfit(&table, &tasks, seed, true)).collect();
            (subjects, floors) = split(fits);
        }
    }
    let ids = options.labels.labels.iter().map(|it| it.id.as_str());
    let titles = options.labels.labels.iter().map(|it| it.title.as_str());
    let row = |id: &str, title: &str, task: usize, labels: &[Option<bool>]| {
        let scores = |of: &[Vec<Unseen>]| of.iter().map(|it| it[task].clone()).collect::<Vec<_>>();
        let known = |keep: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..rows.len()).filter(|n| labels[*n].is_some() && is_reported[*n] && keep(*n)).collect()
        };
        let all = known(&|_| true);
        let unseen = known(&|n| !seen[n]);
        let any_seen = unseen.len() < all.len();
        let of = |of: &[Vec<Unseen>], rows: &[usize]| -> Option<Figures> {
            figures(&Scores { seeds: &scores(of), labels, rows }, options.n_bootstrap)
        };
        Row {
            id: id.to_owned(),
            title: title.to_owned(),
            n_known: all.len(),
            n_positive: all.iter().filter(|it| labels[**it] == Some(true)).count(),
            n_seen_in_training: all.len() - unseen.len(),
            figures: of(&subjects, &all),
            unseen: if any_seen { of(&subjects, &unseen) } else { None },
            floor: of(&floors, &all),
        }
    };
    let labels = ids
        .zip(titles)
        .enumerate()
        .map(|(n, (id, title))| row(id, title, n, &tasks[n].labels))
        .collect::<Vec<_>>();
    let last = tasks.len() - 1;
    Ok(Report {
        label_set: options.labels.name.clone(),
        mode: options.mode,
        n_rows: rows.len(),
        n_reported: is_reported.iter().filter(|it| **it).count(),
        n_seeds,
        any_harm: row(ANY, "Any harm, unknown as negative", last, &tasks[last].labels),
        any_harm_masked: row("any_harm_masked", "Any harm, unknown left out", last, &masked(rows)),
        mean_auprc: mean(labels.iter().filter_map(|it| Some(it.figures.as_ref()?.auprc))),
        labels,
    })
}

/// One task per label, and any harm last: positive if any label is 1, else negative, as in published figures.
fn tasks(rows: &[LabelledText], vectors: &[Vec<f32>], zero: &ZeroShot) -> Vec<Task> {
    let mut tasks: Vec<Task> = zero
        .targets
        .iter()
        .enumerate()
        .map(|(n, target)| Task {
            labels: rows.iter().map(|it| it.labels[n]).collect(),
            margins: vectors.iter().map(|it| target.margin(it)).collect(),
        })
        .collect();
    let highest = (0..rows.len())
        .map(|n| tasks.iter().map(|it| it.margins[n]).fold(-1.0, f64::max))
        .collect();
    let labels = rows.iter().map(|it| Some(it.labels.contains(&Some(true)))).collect();
    tasks.push(Task { labels, margins: highest });
    tasks
}

/// Any harm with unknown kept unknown: negative only where every label is known to be 0.
fn masked(rows: &[LabelledText]) -> Vec<Option<bool>> {
    rows.iter()
        .map(|it| match it.labels.contains(&Some(true)) {
            true => Some(true),
            false => it.labels.iter().all(Option::is_some).then_some(false),
        })
        .collect()
}

/// Scores by shipped heads, and any harm as the chance that not every label is absent. A label without a
/// head gets no scores.
fn shipped_scores(table: &Table, set: &HeadSet, labels: &LabelSet) -> Vec<Unseen> {
    let spoken: Vec<Vec<f64>> =
        table.vectors.iter().zip(&table.hashed).map(|(vector, columns)| set.probabilities(vector, columns)).collect();
    let scores = |values: Vec<f64>| Unseen { logits: values.clone(), probabilities: values };
    let any = spoken.iter().map(|row| 1.0 - row.iter().map(|it| 1.0 - it).product::<f64>());
    let of_label = |id: &str| set.heads.iter().position(|it| it.about.label == id);
    labels
        .labels
        .iter()
        .map(|label| of_label(&label.id).map(|n| scores(spoken.iter().map(|it| it[n]).collect())).unwrap_or_default())
        .chain([scores(any.collect())])
        .collect()
}

fn split(fits: Vec<Vec<Crossfit>>) -> (Vec<Vec<Unseen>>, Vec<Vec<Unseen>>) {
    fits.into_iter().map(|fit| fit.into_iter().map(|it| (it.heads, it.floor)).unzip()).unzip()
}
