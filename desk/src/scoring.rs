//! Scoring many items in the background, apart from assessments.

use std::sync::Arc;

use casebook_core::{
    policy::Policy,
    risk,
    score::{ModelId, Score, Scoring},
};
use casebook_store::{Row, Store};

use crate::{
    assess,
    case::Case,
    error::{Code, Error, Result},
    flow::Flow,
    import::Readers,
    ports::Scorer,
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

/// Scores every item that this model has not scored under this policy, oldest first.
///
/// # Errors
/// When the file cannot be read or written. What was stored stays.
pub fn score_all(
    store: &mut Store,
    policy: &Policy,
    scorer: &Arc<dyn Scorer>,
    clock: &dyn Fn() -> i64,
    watch: &mut dyn FnMut(u32, u32, &Tally) -> Flow,
) -> Result<Tally> {
    let scorer = &thresholds::decide(Arc::clone(scorer), &store.thresholds()?);
    let model = scorer.id();
    let total = store.count_unscored(&model, &policy.sha256)?;
    let mut tally = Tally::default();
    let mut after: Row = 0;
    let judge = |it: &[Score]| risk::judged(it, policy);
    while store.judge_old_scores(&model, &policy.sha256, &judge, CHUNK)? > 0 {}
    while watch(tally.done(), total, &tally) == Flow::Go {
        let rows = store.unscored(&model, &policy.sha256, after, CHUNK)?;
        let Some(last) = rows.last() else { break };
        after = *last;
        score_chunk(store, policy, scorer, &model, &rows, clock(), &mut tally)?;
    }
    Ok(tally)
}

fn score_chunk(
    store: &mut Store,
    policy: &Policy,
    scorer: &Arc<dyn Scorer>,
    model: &ModelId,
    rows: &[Row],
    now_ms: i64,
    tally: &mut Tally,
) -> Result<()> {
    let inputs =
        rows.iter().map(|row| Ok(assess::score_input(&store.item(*row)?))).collect::<Result<Vec<_>>>()?;
    let mut scorings = Vec::with_capacity(rows.len());
    let mut vectors = Vec::new();
    for (row, scored) in rows.iter().zip(scorer.score(&inputs)) {
        match &scored.scoring {
            Scoring::Scored { .. } => tally.scored += 1,
            Scoring::NotScored { .. } => tally.not_scored += 1,
            Scoring::Failed { .. } => tally.failed += 1,
        }
        scorings.push((*row, scored.scoring));
        vectors.extend(scored.vector.map(|it| (*row, it)));
    }
    let judge = |it: &[Score]| risk::judged(it, policy);
    Ok(store.put_scores(&scorings, model, &policy.sha256, &vectors, &judge, now_ms)?)
}

impl Session {
    /// Starts an import; gives the job's number.
    ///
    /// # Errors
    /// When no file is open.
    pub fn start_import(&self, request: ImportRequest) -> Result<u32> {
        let connections = Arc::clone(&self.writable("import into it")?.connections);
        let clock = Arc::clone(&self.settings.clock);
        let (stills, tables) = (Arc::clone(&self.settings.stills), Arc::clone(&self.settings.tables));
        Ok(self.jobs.start(JobKind::Import, request.path.clone(), "items", move |job| {
            let mut store = connections.for_job()?;
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
        let case = self.writable("score its items")?;
        if self.jobs.is_busy(JobKind::Score) {
            return Err(Error::new(Code::Request, "scoring is already running in this window"));
        }
        let scorer = case.assessor.scorer().map_err(|it| Error::new(Code::Model, it))?;
        let Some(scorer) = scorer else {
            return Err(Error::new(Code::Model, "no model is installed: install the default model first"));
        };
        let clock = Arc::clone(&self.settings.clock);
        let (connections, policy) = (Arc::clone(&case.connections), Arc::clone(&case.policy));
        let model = scorer.id().id;
        Ok(self.jobs.start(JobKind::Score, model, "items", move |job| {
            let mut store = connections.for_job()?;
            store.work_behind()?;
            let tally = score_all(&mut store, &policy, &scorer, &*clock, &mut |done, total, tally| {
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
        let case = self.writable("assess its items")?;
        let one = item.map(|it| self.row_of(it)).transpose()?;
        let scorer = case.assessor.scorer().map_err(|it| Error::new(Code::Model, it))?;
        let mut made = 0;
        let mut after = 0;
        loop {
            let rows = match one {
                Some(row) => vec![row],
                None => case.read(|store| Ok(store.item_rows(after, CHUNK)?))?,
            };
            for row in &rows {
                case.assess(scorer.as_ref(), *row)?;
                made += 1;
                after = *row;
            }
            if rows.is_empty() || one.is_some() {
                return Ok(made);
            }
        }
    }

    /// Starts an export; gives the job's number.
    ///
    /// # Errors
    /// When no file is open.
    pub fn start_export(&self, request: ExportRequest) -> Result<u32> {
        let (case, reviewer) = self.reviewing()?;
        let (connections, policy) = (Arc::clone(&case.connections), Arc::clone(&case.policy));
        let tables = Arc::clone(&self.settings.tables);
        let now_ms = self.now();
        Ok(self.jobs.start(JobKind::Export, request.folder.clone(), "records", move |job| {
            let store = connections.for_job()?;
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
            models
                .install(&mut |done, total| {
                    job.step((done / 1024) as u32, total.map(|it| (it / 1024) as u32))
                })
                .map_err(|it| Error::new(Code::Model, it))?;
            Ok(format!("{id} is installed"))
        }))
    }

    fn writable(&self, attempt: &str) -> Result<Arc<Case>> {
        let case = self.case()?;
        match case.is_read_only() {
            false => Ok(case),
            true => {
                let path = case.connections.path().display();
                let message = format!("could not {attempt}: {path} is open for reading only");
                Err(Error::new(Code::ReadOnly, message))
            }
        }
    }
}
