//! Training the top layers of an encoder, and heads on them, on the rows of many sets together.
//!
//! Deterministic: the same rows, encoder and plan give the same weights on one machine. An answer that nobody knows is
//! masked; within a set, positives and negatives of a label weigh as if they were nearer to even; sets are drawn as often
//! as their weight says. A text that is drawn brings its look-alike along, and both are told apart in the same step.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use casebook_core::{folds::Chance, hash::hex, ports::Flow};
use casebook_models::{
    encoder::EncoderError,
    heads::mark,
    tuned::TopLayers,
    tuning::{Example, Pair, Rates, Tuner, TuningError},
};
use sha2::{Digest, Sha256};

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
    /// Where to go on after a break. A file that another plan left there, or other rows or states, is written over.
    pub checkpoint: Option<PathBuf>,
}

impl Plan {
    /// The same for the same plan of the same rows and states, and for no other.
    fn name(&self, published: &Published, states: &States) -> String {
        let amount = format!("{} {} {:?} {}", self.draw, self.passes, self.rates, self.seed);
        let mut sha = Sha256::new_with_prefix(amount);
        for row in &self.rows {
            let its = &published.rows[*row];
            let weight = published.sources[its.set].weight;
            sha.update(format!("{:x} {:?} {weight}", mark(&its.text), its.answers));
            // A token's state hangs on all of the text and on the layers below.
            states.row(*row).iter().take(8).for_each(|it| sha.update(it.to_le_bytes()));
        }
        hex(&sha.finalize())
    }
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
    let look_alikes = look_alikes(published, &plan.rows);
    let per_pass = plan.draw.min(plan.rows.len());
    let all = (per_pass as f64 * plan.passes / BATCH as f64) as usize;
    let name = plan.name(published, states);
    if let Some(path) = plan.checkpoint.as_deref().filter(|it| it.is_file())
        && Tuner::plan_of(path)?.is_some_and(|it| it == name)
    {
        tuner.restore(path)?;
    }
    let mut chance = Chance::new(plan.seed);
    let (mut losses, mut n_losses) = (0.0, 0);
    let mut step = 0;
    while step < all {
        for batch in batches(published, states, plan, &look_alikes, &mut chance) {
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
            let pairs = pairs(published, &plan.rows, &batch);
            losses += tuner.step(&examples, &pairs, rates(plan.rates, step, all))?;
            n_losses += 1;
            if (step % CHECKPOINT == 0 || step == all)
                && let Some(path) = &plan.checkpoint
            {
                save(&tuner, path, &name)?;
            }
            if step % 10 == 0 || step == all {
                let told = Step { done: step, all, loss: losses / n_losses as f32 };
                (losses, n_losses) = (0.0, 0);
                if watch(told) == Flow::Stop {
                    if let Some(path) = &plan.checkpoint {
                        save(&tuner, path, &name)?;
                    }
                    return Err(TuneError::Stopped);
                }
            }
        }
    }
    Ok(tuner)
}

/// Whole or not at all: a kill between two bytes leaves the checkpoint before.
fn save(tuner: &Tuner, path: &Path, plan: &str) -> Result<(), TuneError> {
    let partial = path.with_extension("partial");
    tuner.save(&partial, plan)?;
    std::fs::rename(&partial, path)
        .map_err(|source| TuneError::File { path: path.display().to_string(), source })
}

/// Up within the first steps, then down to 0.
fn rates(highest: Rates, step: usize, all: usize) -> Rates {
    let done = step as f64 / all as f64;
    let share = (done / WARM).min((1.0 - done) / (1.0 - WARM)).clamp(0.0, 1.0);
    Rates { layers: highest.layers * share, heads: highest.heads * share }
}

/// One pass: rows drawn without replacement, likelier the more their set weighs (Efraimidis and Spirakis 2006), each with
/// its look-alike, in batches of about the same length. Numbers are places in the plan's rows.
fn batches(
    published: &Published,
    states: &States,
    plan: &Plan,
    look_alikes: &BTreeMap<usize, usize>,
    chance: &mut Chance,
) -> Vec<Vec<usize>> {
    let mut unit = || (chance.draw() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut drawn: Vec<(f64, usize)> = plan
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let weight = published.sources[published.rows[*row].set].weight;
            (-unit().max(f64::MIN_POSITIVE).ln() / weight, at)
        })
        .collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut together: Vec<Vec<usize>> = Vec::new();
    let (mut taken, mut n) = (BTreeSet::new(), 0);
    for (_, at) in drawn {
        if n >= plan.draw {
            break;
        }
        if !taken.insert(at) {
            continue;
        }
        let other = look_alikes.get(&at).copied();
        taken.extend(other);
        together.push(std::iter::once(at).chain(other).collect());
        n += 1 + usize::from(other.is_some());
    }
    // Stable: texts of one length stay in the order of chance.
    let longest = |of: &Vec<usize>| of.iter().map(|at| states.row(plan.rows[*at]).len()).max();
    together.sort_by_key(longest);
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for texts in together {
        match batches.last_mut().filter(|it| it.len() + texts.len() <= BATCH) {
            Some(batch) => batch.extend(texts),
            None => batches.push(texts),
        }
    }
    chance.shuffle(&mut batches);
    batches
}

/// The look-alike of each place in `rows` that has one: of its group, with the other answer to some label. A group of many
/// is taken two by two, in its order.
fn look_alikes(published: &Published, rows: &[usize]) -> BTreeMap<usize, usize> {
    let mut groups: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let row = &published.rows[*row];
        groups.entry((row.set, &row.group)).or_default().push(at);
    }
    let mut look_alikes = BTreeMap::new();
    for group in groups.values() {
        for (n, at) in group.iter().enumerate() {
            let is_free = |it: &&usize| !look_alikes.contains_key(*it);
            let differs = |it: &&usize| !differing(published, rows[*at], rows[**it]).is_empty();
            if is_free(&at)
                && let Some(other) = group[n + 1..].iter().filter(is_free).find(differs).copied()
            {
                look_alikes.extend([(*at, other), (other, *at)]);
            }
        }
    }
    look_alikes
}

/// Labels that two rows answer differently.
fn differing(published: &Published, one: usize, other: usize) -> Vec<usize> {
    let both = published.rows[one].answers.iter().zip(&published.rows[other].answers);
    let differ = |(a, b): (&Option<bool>, &Option<bool>)| a.zip(*b).is_some_and(|(a, b)| a != b);
    both.enumerate().filter(|it| differ(it.1)).map(|it| it.0).collect()
}

/// What a batch, of places in `rows`, has of look-alikes that stand side by side.
fn pairs(published: &Published, rows: &[usize], batch: &[usize]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (n, two) in batch.windows(2).enumerate() {
        let (one, other) = (rows[two[0]], rows[two[1]]);
        let (a, b) = (&published.rows[one], &published.rows[other]);
        if (a.set, &a.group) != (b.set, &b.group) {
            continue;
        }
        for head in differing(published, one, other) {
            let (yes, no) = if a.answers[head] == Some(true) { (n, n + 1) } else { (n + 1, n) };
            pairs.push(Pair { yes, no, head });
        }
    }
    pairs
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::Row;

    fn published(rows: &[(&str, Option<bool>)]) -> Published {
        let row = |(n, (group, answer)): (usize, &(&str, Option<bool>))| Row {
            set: 0,
            text: format!("text {n}"),
            language: "en".into(),
            group: (*group).to_owned(),
            is_test: false,
            answers: vec![Some(true), *answer],
        };
        Published { rows: rows.iter().enumerate().map(row).collect(), ..Published::default() }
    }

    #[test]
    fn a_look_alike_is_of_the_same_group_and_answers_otherwise() {
        let (yes, no) = (Some(true), Some(false));
        let of =
            published(&[("a", yes), ("b", no), ("a", yes), ("a", no), ("a", None), ("a", no), ("b", no)]);
        let rows: Vec<usize> = (0..7).collect();
        assert_eq!(look_alikes(&of, &rows), BTreeMap::from([(0, 3), (3, 0), (2, 5), (5, 2)]));
        // Places in the rows that may be learnt from, not rows.
        assert_eq!(look_alikes(&of, &rows[2..]), BTreeMap::from([(0, 1), (1, 0)]));
    }

    #[test]
    fn of_a_batch_those_side_by_side_are_told_apart() {
        let (yes, no) = (Some(true), Some(false));
        let of = published(&[("a", no), ("a", yes), ("b", yes), ("c", no), ("c", yes)]);
        let found = pairs(&of, &[0, 1, 2, 3, 4], &[2, 0, 1, 4, 3]);
        assert_eq!(found, [Pair { yes: 2, no: 1, head: 1 }, Pair { yes: 3, no: 4, head: 1 }]);
    }
}
