//! Scoring many items in the background, apart from assessments.

use std::sync::Arc;

use casebook_core::{
    policy::Policy,
    risk,
    score::{Score, Scoring},
};
use casebook_store::{Row, Store};

use crate::{
    assess,
    error::{Code, Error, Result},
    flow::Flow,
    import::Readers,
    ports::{Embedder, Scorer},
    session::Session,
    thresholds,
    wire::{ExportRequest, ImportRequest, JobKind},
};

/// Items scored and stored together: a second of work at most is lost to a kill.
const CHUNK: u32 = 32;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Got scores.
    pub scored: u32,
    /// Got an outcome that says why not.
    pub not_scored: u32,
    /// The model failed on them.
    pub failed: u32,
}

impl Tally {
    /// One line for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let failed = if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        format!("{} scored, {} not scored{failed}", self.scored, self.not_scored)
    }

    fn done(&self) -> u32 {
        self.scored + self.not_scored + self.failed
    }
}

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
    watch: &mut dyn FnMut(u32, u32, &Tally) -> Flow,
) -> Result<Tally> {
    let scorer = thresholds::decide(Arc::clone(&models.scorer), &store.thresholds()?);
    let models = &Models { scorer, ..models.clone() };
    let model = models.scorer.speaker();
    let total = store.count_unscored(&model, &policy.sha256)?;
    let mut tally = Tally::default();
    let mut after: Row = 0;
    let judge = |it: &[Score]| risk::judged(it, policy);
    while store.judge_old_scores(&model, &policy.sha256, &judge, CHUNK)? > 0 {}
    while watch(tally.done(), total, &tally) == Flow::Go {
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
    tally: &mut Tally,
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
    Ok(store.put_scores(&scorings, &models.scorer.speaker(), &policy.sha256, &[], &judge, now_ms)?)
}

impl Session {
    /// Starts an import; gives the job's number.
    ///
    /// # Errors
    /// When no file is open.
    pub fn start_import(&self, request: ImportRequest) -> Result<u32> {
        let (path, _) = self.case_for_work()?;
        self.writable("import into it")?;
        let clock = Arc::clone(&self.settings.clock);
        let (stills, tables) = (Arc::clone(&self.settings.stills), Arc::clone(&self.settings.tables));
        Ok(self.jobs.start(JobKind::Import, request.path.clone(), "items", move |job| {
            let mut store = Store::open(&path)?;
            let readers = Readers { stills: &*stills, tables: &*tables };
            let report = crate::import::import(&mut store, readers, &request, &*clock, &mut |progress| {
                job.say(progress.summary());
                job.step(progress.done(), progress.total())
            })?;
            for refusal in &report.refusals {
                job.note(format!("{} {}: {}: {}", report.counted, refusal.line, refusal.value, refusal.rule));
            }
            Ok(report.summary())
        }))
    }

    /// Starts scoring what is not scored; gives the job's number.
    ///
    /// # Errors
    /// When no file is open, no model is installed, or scoring is running.
    pub fn start_scoring(&self) -> Result<u32> {
        self.writable("score its items")?;
        if self.jobs.is_busy(JobKind::Score) {
            return Err(Error::new(Code::Request, "scoring is already running in this window"));
        }
        let (path, policy) = self.case_for_work()?;
        let assessor = self.with_case(|case| Ok(Arc::clone(&case.assessor)))?;
        let scorer = assessor.scorer()?;
        let Some(scorer) = scorer else {
            return Err(Error::new(Code::Model, "no model is installed: install the default model first"));
        };
        let models = Models { scorer, embedder: assessor.embedder()? };
        let clock = Arc::clone(&self.settings.clock);
        let model = models.scorer.speaker().id;
        Ok(self.jobs.start(JobKind::Score, model, "items", move |job| {
            let mut store = Store::open(&path)?;
            store.work_behind()?;
            let tally = score_all(&mut store, &policy, &models, &*clock, &mut |done, total, tally| {
                job.say(tally.summary());
                job.step(done, Some(total))
            })?;
            Ok(tally.summary())
        }))
    }

    /// Makes the assessment of one item, or of all; gives how many there are now. Nothing of
    /// them is returned.
    ///
    /// # Errors
    /// When there is no such item, or the model cannot be loaded.
    pub fn assess(&self, item: Option<&str>) -> Result<u32> {
        self.writable("assess its items")?;
        let one = item.map(|it| self.row_of(it)).transpose()?;
        self.with_case(|case| {
            let scorer = case.assessor.scorer()?;
            let mut made = 0;
            let mut after = 0;
            loop {
                let rows = match one {
                    Some(row) => vec![row],
                    None => case.store.item_rows(after, CHUNK)?,
                };
                for row in &rows {
                    case.assessor.assess(&case.store, scorer.as_ref(), *row)?;
                    made += 1;
                    after = *row;
                }
                if rows.is_empty() || one.is_some() {
                    return Ok(made);
                }
            }
        })
    }

    /// Starts an export; gives the job's number.
    ///
    /// # Errors
    /// When no file is open.
    pub fn start_export(&self, request: ExportRequest) -> Result<u32> {
        let (path, policy) = self.case_for_work()?;
        let reviewer = self.with_reviewer(|_, reviewer| Ok(reviewer.to_owned()))?;
        let tables = Arc::clone(&self.settings.tables);
        let now_ms = self.now();
        Ok(self.jobs.start(JobKind::Export, request.folder.clone(), "records", move |job| {
            let store = Store::open(&path)?;
            let report = crate::export::export(&store, &policy, &*tables, &request, now_ms, &mut |done, total| {
                job.step(done, total)
            })?;
            // A filter can be so narrow that its counts tell what somebody else judged.
            if !request.filter.is_empty() && store.has_unshared(&reviewer)? {
                return Ok("written; the counts are in manifest.json, since items you have not recorded were reviewed".into());
            }
            for line in report.left_out() {
                job.note(line);
            }
            Ok(report.summary())
        }))
    }

    /// Fetches the default model, because a person asked; gives the job's number.
    ///
    /// # Errors
    /// When an installation is running.
    pub fn start_install(&self) -> Result<u32> {
        if self.jobs.is_busy(JobKind::InstallModel) {
            return Err(Error::new(Code::Request, "the model is already being installed"));
        }
        let models = Arc::clone(&self.settings.models);
        let id = models.state().id;
        Ok(self.jobs.start(JobKind::InstallModel, id.clone(), "kilobytes", move |job| {
            models.install(&mut |done, total| {
                job.step((done / 1024) as u32, total.map(|it| (it / 1024) as u32))
            })?;
            Ok(format!("{id} is installed"))
        }))
    }

    fn writable(&self, attempt: &str) -> Result<()> {
        self.with_case(|case| match case.store.is_read_only() {
            false => Ok(()),
            true => {
                let message =
                    format!("could not {attempt}: {} is open for reading only", case.store.path().display());
                Err(Error::new(Code::ReadOnly, message))
            }
        })
    }
}
