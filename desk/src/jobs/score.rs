//! Scoring what is not scored, as a job.

use std::sync::Arc;

use casebook_core::policy::Policy;
use casebook_store::new_id;
use serde::Serialize;

use crate::{
    connections::Connections,
    error::{Code, Error, Result},
    jobs::{
        engine::{Job, Lane, Place, Watch},
        wire::{JobKind, ScoreReport},
    },
    scoring::{Models, score_all},
    session::Session,
};

#[derive(Serialize)]
struct Score {
    model: String,
    #[serde(skip)]
    connections: Arc<Connections>,
    #[serde(skip)]
    policy: Arc<Policy>,
    #[serde(skip)]
    models: Models,
    #[serde(skip)]
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Job for Score {
    const KIND: JobKind = JobKind::Score;
    const LANE: Lane = Lane::Cpu;
    type Report = ScoreReport;

    fn subject(&self) -> String {
        self.model.clone()
    }

    fn run(&self, watch: &Watch) -> Result<ScoreReport> {
        let mut store = self.connections.for_job()?;
        store.write_as_job()?;
        score_all(&mut store, &self.policy, &self.models, &*self.clock, &mut |done, total, report| {
            watch.so_far(*report);
            watch.step(done, Some(total))
        })
    }
}

impl Session {
    /// Starts scoring what is not scored; gives the job's id.
    ///
    /// # Errors
    /// When no file is open, no model is installed, or scoring is running.
    pub fn start_scoring(&self) -> Result<String> {
        self.score_as(new_id(self.now()))
    }

    pub(super) fn score_as(&self, id: String) -> Result<String> {
        let case = self.writable("score its items")?;
        if self.jobs.is_busy(JobKind::Score, Some(&case.connections)) {
            return Err(Error::new(Code::Request, "scoring is already running in this window"));
        }
        let Some(scorer) = case.assessor.scorer()? else {
            return Err(Error::new(Code::Model, "no model is installed: install the default model first"));
        };
        let score = Score {
            model: scorer.speaker().id,
            connections: Arc::clone(&case.connections),
            policy: Arc::clone(&case.policy),
            models: Models { scorer, embedder: case.assessor.embedder()? },
            clock: Arc::clone(&self.settings.clock),
        };
        self.jobs.start(id, score, Some(Place::of(&case)))
    }
}
