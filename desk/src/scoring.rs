//! Scoring many items, apart from assessments; and assessing them all.

use std::sync::Arc;

use casebook_core::{
    policy::Policy,
    risk,
    score::{Score, Scoring},
};
use casebook_store::{Row, Store};

use crate::{
    assess,
    error::Result,
    flow::Flow,
    jobs::wire::ScoreReport,
    ports::{Embedder, Scorer},
    session::Session,
    thresholds,
};

/// Items scored and stored together: a second of work at most is lost to a kill.
const CHUNK: u32 = 32;

/// What scores, and what embeds the same items on the way, where there is such a thing.
#[derive(Clone)]
pub struct Models {
    /// Says how likely each clause is violated.
    pub scorer: Arc<dyn Scorer>,
    /// Makes the vectors by which items are found to be alike.
    pub embedder: Option<Arc<dyn Embedder>>,
}

/// Scores every item that this model has not scored under this policy, oldest first.
///
/// # Errors
/// When the file cannot be read or written. What was stored stays.
pub fn score_all(
    store: &mut Store,
    policy: &Policy,
    models: &Models,
    clock: &dyn Fn() -> i64,
    watch: &mut dyn FnMut(u32, u32, &ScoreReport) -> Flow,
) -> Result<ScoreReport> {
    let scorer = thresholds::decide(Arc::clone(&models.scorer), &store.thresholds()?);
    let models = &Models { scorer, ..models.clone() };
    let model = models.scorer.speaker();
    let total = store.count_unscored(&model, &policy.sha256)?;
    let mut tally = ScoreReport::default();
    let mut after: Row = 0;
    let judge = |it: &[Score]| risk::judged(it, policy);
    while store.judge_old_scores(&model, &policy.sha256, &judge, CHUNK)? > 0 {}
    while watch(tally.scored + tally.not_scored + tally.failed, total, &tally) == Flow::Go {
        let rows = store.unscored(&model, &policy.sha256, after, CHUNK)?;
        let Some(last) = rows.last() else { break };
        after = *last;
        score_chunk(store, policy, models, &rows, clock(), &mut tally)?;
    }
    Ok(tally)
}

fn score_chunk(
    store: &mut Store,
    policy: &Policy,
    models: &Models,
    rows: &[Row],
    now_ms: i64,
    tally: &mut ScoreReport,
) -> Result<()> {
    let inputs =
        rows.iter().map(|row| Ok(assess::score_input(&store.item(*row)?))).collect::<Result<Vec<_>>>()?;
    let mut scorings = Vec::with_capacity(rows.len());
    for (row, scoring) in rows.iter().zip(models.scorer.score(&inputs)) {
        match &scoring {
            Scoring::Scored { .. } => tally.scored += 1,
            Scoring::NotScored { .. } => tally.not_scored += 1,
            Scoring::Failed { .. } => tally.failed += 1,
        }
        scorings.push((*row, scoring));
    }
    // Before the scores: who is killed between the two does both again.
    if let Some(embedder) = &models.embedder {
        let vectors = rows.iter().zip(embedder.embed(&inputs));
        let vectors: Vec<_> = vectors.filter_map(|(row, it)| Some((*row, it?))).collect();
        store.put_embeddings(&embedder.speaker(), &vectors)?;
    }
    let judge = |it: &[Score]| risk::judged(it, policy);
    Ok(store.put_scores(&scorings, &models.scorer.speaker(), &policy.sha256, &judge, now_ms)?)
}

impl Session {
    /// Makes the assessment of one item, or of all; gives how many there are now. Nothing of
    /// them is returned.
    ///
    /// # Errors
    /// When there is no such item, or the model cannot be loaded.
    pub fn assess(&self, item: Option<&str>) -> Result<u32> {
        let case = self.writable("assess its items")?;
        let one = item.map(|it| self.row_of(it)).transpose()?;
        case.assessor.scorer()?;
        let (makers, _) = case.assessor.makers();
        let mut made = 0;
        let mut after = 0;
        loop {
            let rows = match one {
                Some(row) => vec![row],
                None => case.read(|store| Ok(store.item_rows(after, CHUNK)?))?,
            };
            for row in &rows {
                case.assess(&makers, *row, &mut |_| Flow::Go)?;
                made += 1;
                after = *row;
            }
            if rows.is_empty() || one.is_some() {
                return Ok(made);
            }
        }
    }
}
