//! How good scores are on labelled texts, beside a tf-idf floor on the same folds.
//!
//! Zero-shot scores are reported on the rows that may not be tuned on; heads by cross-fitting; shipped
//! heads on every row, with those they were trained on counted and told apart. Figures only: no text is
//! kept in a report.

use std::path::PathBuf;

use casebook_core::{labelset::LabelSet, policy::Policy};
use casebook_models::{
    encoder::{EncoderError, TextEncoder, Vectors},
    heads::{HeadSet, Heads},
    zero_shot::ZeroShot,
};
use rayon::prelude::*;

use crate::{
    crossfit::{Crossfit, Table, Task, Unseen, crossfit},
    datasets::{DatasetError, LabelledText, read_items},
    report::{Report, Row, Scores, figures, mean},
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
pub fn run(
    options: &Options,
    encoder: &TextEncoder,
    policy: &Policy,
    shipped: &Heads,
) -> Result<Report, EvaluateError> {
    let rows = read_items(&options.items, &options.labels)?;
    let texts: Vec<&str> = rows.iter().map(|it| it.text.as_str()).collect();
    let vectors = encoder.embed_both(&texts)?;
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
    vectors: Vec<Vectors>,
    zero: &ZeroShot,
    shipped: &Heads,
) -> Result<Report, EvaluateError> {
    let heads = match options.mode {
        Mode::Shipped => Some(shipped.set(&options.labels.name).ok_or_else(|| EvaluateError::NoHeads {
            set: options.labels.name.clone(),
            known: shipped.sets.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
        })?),
        Mode::ZeroShot | Mode::Cv => None,
    };
    let tasks = tasks(options.mode, rows, &vectors, zero);
    let (subjects, floors) = scored(options, rows, vectors, &tasks, heads);
    let measured = Measured {
        subjects,
        floors,
        is_reported: rows.iter().map(|it| options.mode != Mode::ZeroShot || !it.is_for_tuning()).collect(),
        seen: rows.iter().map(|it| heads.is_some() && shipped.has_seen(&it.text)).collect(),
        n_bootstrap: options.n_bootstrap,
    };
    let labels: Vec<Row> = options
        .labels
        .labels
        .iter()
        .enumerate()
        .map(|(n, label)| measured.row(&label.id, &label.title, n, &tasks[n].labels))
        .collect();
    let last = tasks.len() - 1;
    Ok(Report {
        label_set: options.labels.name.clone(),
        mode: options.mode,
        n_rows: rows.len(),
        n_reported: measured.is_reported.iter().filter(|it| **it).count(),
        n_seeds: measured.subjects.len() as u64,
        any_harm: measured.row(ANY, "Any harm, unknown as negative", last, &tasks[last].labels),
        any_harm_masked: measured.row("any_harm_masked", "Any harm, unknown left out", last, &masked(rows)),
        mean_auprc: mean(labels.iter().filter_map(|it| Some(it.figures.as_ref()?.auprc))),
        labels,
    })
}

/// Scores by seed and task.
type BySeed = Vec<Vec<Unseen>>;

/// What is evaluated, and the floor beside it.
fn scored(
    options: &Options,
    rows: &[LabelledText],
    vectors: Vec<Vectors>,
    tasks: &[Task],
    heads: Option<&HeadSet>,
) -> (BySeed, BySeed) {
    let texts: Vec<&str> = rows.iter().map(|it| it.text.as_str()).collect();
    if options.mode == Mode::Cv {
        // The encoder's own vector, then that of its trained layers where there are some.
        let both = vectors.into_iter().map(|it| [it.plain, it.tuned.unwrap_or_default()].concat());
        let table = Table::new(&texts, both.collect());
        let seeds = 0..options.n_seeds.max(1);
        return split(seeds.into_par_iter().map(|seed| crossfit(&table, tasks, seed, true)).collect());
    }
    // Nothing but the floor is trained here: it needs no vectors.
    let table = Table::new(&texts, Vec::new());
    let floors = split(vec![crossfit(&table, tasks, 0, true)]).1;
    let subject = match heads {
        Some(set) => shipped_scores(&vectors, &table, set, &options.labels),
        None => {
            tasks.iter().map(|it| Unseen { logits: it.margins.clone(), probabilities: Vec::new() }).collect()
        }
    };
    (vec![subject], floors)
}

/// Everything that figures are made from.
struct Measured {
    subjects: BySeed,
    floors: BySeed,
    is_reported: Vec<bool>,
    seen: Vec<bool>,
    n_bootstrap: usize,
}

impl Measured {
    fn row(&self, id: &str, title: &str, task: usize, labels: &[Option<bool>]) -> Row {
        let known: Vec<usize> =
            (0..labels.len()).filter(|n| labels[*n].is_some() && self.is_reported[*n]).collect();
        let unseen: Vec<usize> = known.iter().copied().filter(|n| !self.seen[*n]).collect();
        let of = |of: &BySeed, rows: &[usize]| {
            let seeds: Vec<Unseen> = of.iter().map(|it| it[task].clone()).collect();
            figures(&Scores { seeds: &seeds, labels, rows }, self.n_bootstrap)
        };
        Row {
            id: id.to_owned(),
            title: title.to_owned(),
            n_known: known.len(),
            n_positive: known.iter().filter(|it| labels[**it] == Some(true)).count(),
            n_seen_in_training: known.len() - unseen.len(),
            figures: of(&self.subjects, &known),
            unseen: (unseen.len() < known.len()).then(|| of(&self.subjects, &unseen)).flatten(),
            floor: of(&self.floors, &known),
        }
    }
}

/// One task per label, and any harm last: positive if any label is 1, else negative, as in published figures.
fn tasks(mode: Mode, rows: &[LabelledText], vectors: &[Vectors], zero: &ZeroShot) -> Vec<Task> {
    let by_row: Vec<Vec<f64>> = vectors
        .iter()
        .map(|it| match mode {
            Mode::ZeroShot => zero.margins(&it.plain),
            // As the heads read them that are trained on it.
            Mode::Cv | Mode::Shipped => zero.targets.iter().map(|target| target.margin(&it.plain)).collect(),
        })
        .collect();
    let mut tasks: Vec<Task> = (0..zero.targets.len())
        .map(|n| Task {
            labels: rows.iter().map(|it| it.labels[n]).collect(),
            margins: by_row.iter().map(|it| it[n]).collect(),
        })
        .collect();
    let highest =
        (0..rows.len()).map(|n| tasks.iter().map(|it| it.margins[n]).fold(-1.0, f64::max)).collect();
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
fn shipped_scores(vectors: &[Vectors], table: &Table, set: &HeadSet, labels: &LabelSet) -> Vec<Unseen> {
    let spoken: Vec<Vec<f64>> = vectors
        .iter()
        .zip(&table.hashed)
        .map(|(vectors, columns)| set.probabilities(vectors, columns))
        .collect();
    let scores = |values: Vec<f64>| Unseen { logits: values.clone(), probabilities: values };
    let any = spoken.iter().map(|row| 1.0 - row.iter().map(|it| 1.0 - it).product::<f64>());
    let of_label = |id: &str| set.heads.iter().position(|it| it.about.label == id);
    labels
        .labels
        .iter()
        .map(|label| {
            of_label(&label.id).map(|n| scores(spoken.iter().map(|it| it[n]).collect())).unwrap_or_default()
        })
        .chain([scores(any.collect())])
        .collect()
}

fn split(fits: Vec<Vec<Crossfit>>) -> (BySeed, BySeed) {
    fits.into_iter().map(|fit| fit.into_iter().map(|it| (it.heads, it.floor)).unzip()).unzip()
}
