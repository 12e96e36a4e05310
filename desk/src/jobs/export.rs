//! Exporting, as a job.

use std::sync::Arc;

use casebook_core::policy::Policy;
use casebook_dataset::manifest::{Dataset, Manifest};
use casebook_store::new_id;
use serde::Serialize;

use crate::{
    connections::Connections,
    error::Result,
    export,
    jobs::{
        engine::{Job, Lane, Place, Watch},
        wire::{DatasetReport, ExportReport, JobKind},
    },
    ports::Tables,
    session::Session,
    wire::{ExportRequest, LeftOutCount},
};

#[derive(Serialize)]
#[serde(transparent)]
struct Export {
    request: ExportRequest,
    #[serde(skip)]
    reviewer: String,
    #[serde(skip)]
    now_ms: i64,
    #[serde(skip)]
    connections: Arc<Connections>,
    #[serde(skip)]
    policy: Arc<Policy>,
    #[serde(skip)]
    tables: Arc<dyn Tables>,
}

impl Job for Export {
    const KIND: JobKind = JobKind::Export;
    const LANE: Lane = Lane::Disk;
    type Report = ExportReport;

    fn subject(&self) -> String {
        self.request.folder.clone()
    }

    fn run(&self, watch: &Watch) -> Result<ExportReport> {
        let store = self.connections.for_job()?;
        let mut step = |done, total| watch.step(done, total);
        let made =
            export::export(&store, &self.policy, &*self.tables, &self.request, self.now_ms, &mut step)?;
        let Some(manifest) = made.manifest else {
            return Ok(ExportReport { written: false, datasets: Some(Vec::new()) });
        };
        // Counts by reason tell what somebody else judged.
        let tells = store.has_unshared(&self.reviewer)?;
        Ok(ExportReport { written: true, datasets: (!tells).then(|| datasets(manifest)) })
    }
}

fn datasets(manifest: Manifest) -> Vec<DatasetReport> {
    let left_out = |(reason, records)| LeftOutCount { reason, records };
    let dataset = |(format, it): (_, Dataset)| DatasetReport {
        format,
        rows: it.rows,
        left_out: it.left_out.into_iter().map(left_out).collect(),
    };
    manifest.datasets.into_iter().map(dataset).collect()
}

impl Session {
    /// Starts an export; gives the job's id.
    ///
    /// # Errors
    /// When no file is open.
    pub fn start_export(&self, request: ExportRequest) -> Result<String> {
        let (case, reviewer) = self.reviewing()?;
        let export = Export {
            request,
            reviewer,
            now_ms: self.now(),
            connections: Arc::clone(&case.connections),
            policy: Arc::clone(&case.policy),
            tables: Arc::clone(&self.settings.tables),
        };
        self.jobs.start(new_id(self.now()), export, Some(Place::of(&case)))
    }
}
