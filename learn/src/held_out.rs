//! Log-odds of rows by layers and heads that did not see their set: what a reviewer's own items will meet.
//!
//! Each set that is judged is left out, together with those of its fold, and judged by layers and heads that were trained
//! on the rest. Rows that are never trained on have the
//! log-odds of what ships. A head that no other set teaches has none; then rows of its own set that were kept apart stand
//! in, and that is said.

use std::{collections::BTreeMap, path::Path};

use casebook_core::ports::Flow;
use casebook_models::{encoder::TextEncoder, tuned::TopLayers, tuning::Tuner};

use crate::{
    published::{Published, Purpose},
    states::States,
    tune::{Plan, RATES, Step, TuneError, tune},
};

/// Positive rows of other sets that a head needs to have learnt anything.
const LEAST_POSITIVES: usize = 20;

/// How much is trained on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// Rows drawn per pass, at most.
    pub draw: usize,
    /// Passes.
    pub passes: f64,
}

/// Each training without a fold: how much, and where its files lie.
#[derive(Clone, Copy, Debug)]
pub struct Each<'a> {
    /// How much.
    pub amount: Amount,
    /// The folder of checkpoints.
    pub work: &'a Path,
}

/// Log-odds per row and label, where there are any that count.
pub type Logits = Vec<Vec<Option<f64>>>;

/// What is known of the heads from rows they did not learn from.
pub struct HeldOut {
    /// By layers and heads that never saw the row's set.
    pub other_sets: Logits,
    /// By what ships, of rows kept apart from training.
    pub kept_apart: Logits,
}

/// Rows that may be trained on, but for those of the sets `without`.
#[must_use]
pub fn trainable(published: &Published, without: &[usize]) -> Vec<usize> {
    let may = |row: &crate::published::Row| {
        let source = &published.sources[row.set];
        source.purpose == Purpose::Train && !row.is_test && !without.contains(&row.set)
    };
    (0..published.rows.len()).filter(|it| may(&published.rows[*it])).collect()
}

/// Sets that are left out in turn, together with those of their fold; a set that is judged and has no fold is one by
/// itself.
#[must_use]
pub fn folds(published: &Published) -> BTreeMap<String, Vec<usize>> {
    let mut folds: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (set, source) in published.sources.iter().enumerate() {
        if source.purpose == Purpose::Train && (source.judged.is_some() || source.fold.is_some()) {
            let fold = source.fold.clone().unwrap_or_else(|| source.name.clone());
            folds.entry(fold).or_default().push(set);
        }
    }
    folds
}

/// Trains once per fold, on all other sets, and reads the rows of its sets; reads the rest with `shipped`. Files of each
/// training lie in its work folder. `watch` hears which set is left out and how far that is.
///
/// # Errors
/// What the network or the disk says, and a stop.
pub fn held_out(
    top: &TopLayers,
    published: &Published,
    states: &States,
    encoder: &mut TextEncoder,
    shipped: &Tuner,
    each: Each,
    watch: &mut dyn FnMut(&str, Step) -> Flow,
) -> Result<HeldOut, TuneError> {
    let none: Logits = vec![Vec::new(); published.rows.len()];
    let mut held_out = HeldOut { other_sets: none.clone(), kept_apart: none };
    for (fold, sets) in folds(published) {
        let plan = Plan {
            rows: trainable(published, &sets),
            draw: each.amount.draw,
            passes: each.amount.passes,
            rates: RATES,
            seed: 0,
            checkpoint: Some(each.work.join(format!("without-{fold}.safetensors"))),
        };
        let taught = taught(published, &plan.rows);
        let names: Vec<&str> = sets.iter().map(|it| published.sources[*it].name.as_str()).collect();
        let names = names.join(", ");
        let tuner = tune(top, published, states, &plan, &mut |step| watch(&names, step))?;
        let rows: Vec<usize> = sets.iter().flat_map(|it| published.rows_of(*it)).collect();
        for (row, logits) in read(encoder, &tuner, states, &rows)? {
            held_out.other_sets[row] =
                logits.iter().zip(&taught).map(|(it, taught)| taught.then_some(*it)).collect();
        }
    }
    let measured: Vec<usize> = (0..published.rows.len())
        .filter(|it| published.sources[published.rows[*it].set].purpose == Purpose::Measure)
        .collect();
    for (row, logits) in read(encoder, shipped, states, &measured)? {
        held_out.other_sets[row] = logits.into_iter().map(Some).collect();
    }
    let apart: Vec<usize> = (0..published.rows.len()).filter(|it| published.rows[*it].is_test).collect();
    for (row, logits) in read(encoder, shipped, states, &apart)? {
        held_out.kept_apart[row] = logits.into_iter().map(Some).collect();
    }
    Ok(held_out)
}

/// Whether each label has enough positives among `rows` to be learnt.
fn taught(published: &Published, rows: &[usize]) -> Vec<bool> {
    let n = published.rows.first().map_or(0, |it| it.answers.len());
    let positives =
        |label: usize| rows.iter().filter(|it| published.rows[**it].answers[label] == Some(true)).count();
    (0..n).map(|label| positives(label) >= LEAST_POSITIVES).collect()
}

/// Log-odds of `rows`, one per head, by what `tuner` learnt.
///
/// # Errors
/// What the network says.
pub fn read(
    encoder: &mut TextEncoder,
    tuner: &Tuner,
    states: &States,
    rows: &[usize],
) -> Result<Vec<(usize, Vec<f64>)>, TuneError> {
    encoder.set_layers(&tuner.layers()).map_err(TuneError::Layers)?;
    let heads = tuner.heads()?;
    let of_rows: Vec<_> = rows.iter().map(|it| states.row(*it)).collect();
    let vectors = encoder.embed_states(&of_rows);
    let logits = |vector: &Vec<f32>| heads.iter().map(|it| it.logit(vector, &[])).collect();
    Ok(rows.iter().copied().zip(vectors.iter().map(logits)).collect())
}

/// Log-odds and answers of the rows of `set` that have both.
#[must_use]
pub fn known(published: &Published, logits: &Logits, set: usize, label: usize) -> (Vec<f64>, Vec<bool>) {
    let rows = published.rows_of(set).into_iter();
    rows.filter_map(|row| Some(((*logits[row].get(label)?)?, published.rows[row].answers[label]?))).unzip()
}
