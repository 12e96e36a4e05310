//! Training the top layers of an encoder, and heads on them, on the rows of many sets together.
//!
//! Deterministic: the same rows, encoder and plan give the same weights on one machine. An answer that nobody knows is
//! masked; within a set, positives and negatives of a label weigh as if they were nearer to even; sets are drawn as often
//! as their weight says.

use std::path::{Path, PathBuf};

use casebook_core::{folds::Chance, ports::Flow};
use casebook_models::{
    encoder::EncoderError,
    tuned::TopLayers,
    tuning::{Example, Rates, Tuner, TuningError},
};

use crate::{published::Published, states::States};

/// Rows in a step.
const BATCH: usize = 32;
/// Share of positives that a label's rows of one set are weighed towards.
const SHARE: (f64, f64) = (0.3, 0.6);
/// What one answer weighs at most.
const MOST_WEIGHT: f64 = 6.0;
/// Steps in which rates rise to where they begin to fall.
const WARM: f64 = 0.06;
/// Steps between two checkpoints.
const CHECKPOINT: usize = 100;

/// What is trained on, and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rows that may be learnt from.
    pub rows: Vec<usize>,
    /// Rows drawn per pass, at most.
    pub draw: usize,
    /// Passes.
    pub passes: f64,
    /// Rates at their highest; they fall to 0 along a line.
    pub rates: Rates,
    /// Of every draw.
    pub seed: u64,
    /// Where to go on after a break.
    pub checkpoint: Option<PathBuf>,
}

/// The plan of what ships.
pub const RATES: Rates = Rates { layers: 1e-4, heads: 2e-3 };

/// How far training is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Steps taken.
    pub done: usize,
    /// Steps in all.
    pub all: usize,
    /// Mean loss of the steps since the last that was told.
    pub loss: f32,
}

/// Why nothing was trained.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// The encoder failed.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// A file of the work folder.
    #[error("could not keep {path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The network failed.
    #[error("could not train: {0}")]
    Run(#[from] TuningError),
    /// What came out does not fit the encoder.
    #[error("trained layers: {0}")]
    Layers(String),
    /// Somebody stopped it; it goes on from there when it is asked for again.
    #[error("training was stopped; asked for again, it goes on from there")]
    Stopped,
}

/// Trains by `plan`. `watch` hears of every tenth step, and may stop it.
///
/// # Errors
/// What the network or the disk says, and a stop.
pub fn tune(
    top: &TopLayers,
    published: &Published,
    states: &States,
    plan: &Plan,
    watch: &mut dyn FnMut(Step) -> Flow,
) -> Result<Tuner, TuneError> {
    let n_heads = published.rows.first().map_or(0, |it| it.answers.len());
    let mut tuner = Tuner::new(top, n_heads)?;
    let answers = weighed(published, &plan.rows);
    let per_pass = plan.draw.min(plan.rows.len());
    let all = (per_pass as f64 * plan.passes / BATCH as f64) as usize;
    if let Some(path) = plan.checkpoint.as_deref().filter(|it| it.is_file()) {
        tuner.restore(path)?;
    }
    let mut chance = Chance::new(plan.seed);
    let (mut losses, mut n_losses) = (0.0, 0);
    let mut step = 0;
    while step < all {
        for batch in batches(published, states, &plan.rows, per_pass, &mut chance) {
            if step == all {
                break;
            }
            step += 1;
            // Draws before a break are made again, so that what follows is what it would have been.
            if step <= tuner.n_steps() {
                continue;
            }
            let examples: Vec<Example> = batch
                .iter()
                .map(|at| Example { states: states.row(plan.rows[*at]), answers: &answers[*at] })
                .collect();
            losses += tuner.step(&examples, rates(plan.rates, step, all))?;
            n_losses += 1;
            if (step % CHECKPOINT == 0 || step == all)
                && let Some(path) = &plan.checkpoint
            {
                save(&tuner, path)?;
            }
            if step % 10 == 0 || step == all {
                let told = Step { done: step, all, loss: losses / n_losses as f32 };
                (losses, n_losses) = (0.0, 0);
                if watch(told) == Flow::Stop {
                    if let Some(path) = &plan.checkpoint {
                        save(&tuner, path)?;
                    }
                    return Err(TuneError::Stopped);
                }
            }
        }
    }
    Ok(tuner)
}

/// Whole or not at all: a kill between two bytes leaves the checkpoint before.
fn save(tuner: &Tuner, path: &Path) -> Result<(), TuneError> {
    let partial = path.with_extension("partial");
    tuner.save(&partial)?;
    std::fs::rename(&partial, path)
        .map_err(|source| TuneError::File { path: path.display().to_string(), source })
}

/// Up within the first steps, then down to 0.
fn rates(highest: Rates, step: usize, all: usize) -> Rates {
    let done = step as f64 / all as f64;
    let share = (done / WARM).min((1.0 - done) / (1.0 - WARM)).clamp(0.0, 1.0);
    Rates { layers: highest.layers * share, heads: highest.heads * share }
}

/// One pass: rows drawn without replacement, likelier the more their set weighs (Efraimidis and Spirakis 2006), in batches
/// of about the same length. Numbers are places in `rows`.
fn batches(
    published: &Published,
    states: &States,
    rows: &[usize],
    per_pass: usize,
    chance: &mut Chance,
) -> Vec<Vec<usize>> {
    let mut unit = || (chance.draw() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut drawn: Vec<(f64, usize)> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let weight = published.sources[published.rows[*row].set].weight;
            (-unit().max(f64::MIN_POSITIVE).ln() / weight, at)
        })
        .collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut drawn: Vec<usize> = drawn.into_iter().take(per_pass).map(|it| it.1).collect();
    // Stable: rows of one length stay in the order of chance.
    drawn.sort_by_key(|at| states.row(rows[*at]).len());
    let mut batches: Vec<Vec<usize>> = drawn.chunks(BATCH).map(<[usize]>::to_vec).collect();
    chance.shuffle(&mut batches);
    batches
}

/// What each row of `rows` answers, and what each answer weighs.
fn weighed(published: &Published, rows: &[usize]) -> Vec<Vec<(f32, f32)>> {
    let n_labels = published.rows.first().map_or(0, |it| it.answers.len());
    let mut counts = vec![vec![(0.0_f64, 0.0_f64); n_labels]; published.sources.len()];
    for row in rows {
        let row = &published.rows[*row];
        for (count, answer) in counts[row.set].iter_mut().zip(&row.answers) {
            match answer {
                Some(true) => count.0 += 1.0,
                Some(false) => count.1 += 1.0,
                None => {}
            }
        }
    }
    let weight = |(yes, no): (f64, f64), answer: bool| {
        if yes == 0.0 || no == 0.0 {
            return 1.0;
        }
        let share = yes / (yes + no);
        let wanted = share.clamp(SHARE.0, SHARE.1);
        let weight = if answer { wanted / share } else { (1.0 - wanted) / (1.0 - share) };
        weight.min(MOST_WEIGHT)
    };
    let of_row = |row: &usize| {
        let row = &published.rows[*row];
        let each = row.answers.iter().zip(&counts[row.set]);
        each.map(|(answer, count)| match answer {
            Some(answer) => (f32::from(u8::from(*answer)), weight(*count, *answer) as f32),
            None => (0.0, 0.0),
        })
        .collect()
    };
    rows.iter().map(of_row).collect()
}
