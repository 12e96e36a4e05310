//! Importing, as a job.

use std::sync::Arc;

use casebook_store::{Refusal, Tally, TallyKind, new_id};
use serde::Serialize;

use crate::{
    connections::Connections,
    error::Result,
    import::{self, Readers},
    jobs::{
        engine::{Job, Lane, Place, Watch},
        wire::{ImportReport, JobKind, Left, LeftKind, RefusedUnit, Taken},
    },
    ports::{Stills, Tables},
    session::Session,
    wire::ImportRequest,
};

/// Refusals a report carries; the case file keeps all.
const REPORTED: usize = 50;

#[derive(Serialize)]
#[serde(transparent)]
struct Import {
    request: ImportRequest,
    #[serde(skip)]
    connections: Arc<Connections>,
    #[serde(skip)]
    stills: Arc<dyn Stills>,
    #[serde(skip)]
    tables: Arc<dyn Tables>,
    #[serde(skip)]
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Job for Import {
    const KIND: JobKind = JobKind::Import;
    const LANE: Lane = Lane::Disk;
    type Report = ImportReport;

    fn subject(&self) -> String {
        self.request.path.clone()
    }

    fn run(&self, watch: &Watch) -> Result<ImportReport> {
        let mut store = self.connections.for_job()?;
        let readers = Readers { stills: &*self.stills, tables: &*self.tables };
        let made = import::import(&mut store, readers, &self.request, &*self.clock, &mut |progress| {
            watch.so_far(counts(progress));
            watch.step(progress.done(), progress.total())
        })?;
        Ok(report(made, self.request.dry_run))
    }
}

fn counts(progress: &import::Progress) -> ImportReport {
    ImportReport {
        imported: count(progress.imported),
        already: count(progress.already),
        learnt: count(progress.learnt),
        refused: count(progress.refused),
        in_part: count(progress.in_part),
        ..ImportReport::default()
    }
}

fn report(made: import::ImportReport, dry: bool) -> ImportReport {
    let refused = |it: Refusal| RefusedUnit { number: count(it.line), value: it.value, rule: it.rule };
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for Tally { kind, name, rule, n, line, value } in made.tallies {
        let kind = match kind {
            TallyKind::Taken => {
                taken.push(Taken { column: name, field: rule, n: count(n) });
                continue;
            }
            TallyKind::Column => LeftKind::Column,
            TallyKind::Value => LeftKind::Value,
            TallyKind::File => LeftKind::File,
            TallyKind::PassedOver => LeftKind::Line,
        };
        if left.len() < REPORTED {
            let number = line.filter(|it| *it > 0).map(count);
            left.push(Left { kind, name, rule, n: count(n), number, value });
        }
    }
    ImportReport {
        finished: made.finished,
        dry,
        counted: made.counted,
        refusals: made.refusals.into_iter().take(REPORTED).map(refused).collect(),
        read_as: made.read_as,
        taken,
        left,
        ..counts(&made.progress)
    }
}

fn count(n: u64) -> u32 {
    n.try_into().unwrap_or(u32::MAX)
}

impl Session {
    /// Starts an import; gives the job's id.
    ///
    /// # Errors
    /// When no file is open.
    pub fn start_import(&self, request: ImportRequest) -> Result<String> {
        self.import_as(new_id(self.now()), request)
    }

    pub(super) fn import_as(&self, id: String, request: ImportRequest) -> Result<String> {
        let case = self.writable("import into it")?;
        let import = Import {
            request,
            connections: Arc::clone(&case.connections),
            stills: Arc::clone(&self.settings.stills),
            tables: Arc::clone(&self.settings.tables),
            clock: Arc::clone(&self.settings.clock),
        };
        self.jobs.start(id, import, Some(Place::of(&case)))
    }
}
