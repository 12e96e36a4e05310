//! One job, shared by its thread and everybody else: how far it is, what is wanted of it, what is written
//! down of it.

use std::{
    cell::{Cell, RefCell},
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use casebook_store::{Store, StoredJob};

use super::{Place, lock};
use crate::{
    connections::Connections,
    error::{Code, Error, Result},
    events::{Event, Events},
    flow::Flow,
    jobs::{
        stored::{self, FORMAT, word},
        wire::{Job as Seen, JobReport, JobState},
    },
};

/// How often a running job writes down how far it is.
const MARK: Duration = Duration::from_secs(1);

/// How often it tells whoever listens: oftener than anybody sees.
const TELL: Duration = Duration::from_millis(100);

/// One job, shared by its thread and the page.
#[derive(Clone)]
pub(super) struct Handle(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) live: Mutex<Live>,
    changed: Condvar,
    place: Option<Place>,
    request: String,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    events: Arc<Events>,
}

pub(super) struct Live {
    pub(super) job: Seen,
    wanted: Control,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    Run,
    Pause,
    Cancel,
}

impl Handle {
    pub(super) fn new(
        job: Seen,
        request: String,
        place: Option<Place>,
        clock: Arc<dyn Fn() -> i64 + Send + Sync>,
        events: Arc<Events>,
    ) -> Self {
        let live = Mutex::new(Live { job, wanted: Control::Run });
        Self(Arc::new(Shared { live, changed: Condvar::new(), place, request, clock, events }))
    }

    pub(super) fn id(&self) -> String {
        lock(&self.0.live).job.id.clone()
    }

    pub(super) fn is_on(&self, file: &Arc<Connections>) -> bool {
        self.0.place.as_ref().is_some_and(|it| Arc::ptr_eq(&it.connections, file))
    }

    pub(super) fn is_of(&self, file: Option<&Arc<Connections>>) -> bool {
        self.0.place.is_none() || file.is_some_and(|it| self.is_on(it))
    }

    pub(super) fn want(&self, wanted: Control) -> Result<()> {
        let mut live = lock(&self.0.live);
        if live.job.state == JobState::Waiting {
            let message = format!("job {}: it waits for another, and can only be cancelled", live.job.id);
            return Err(Error::new(Code::Request, message));
        }
        // A cancelled job cannot be resumed.
        if live.wanted != Control::Cancel {
            live.wanted = wanted;
        }
        if !live.job.state.is_over() {
            let paused = live.wanted == Control::Pause;
            live.job.state = if paused { JobState::Paused } else { JobState::Running };
        }
        drop(live);
        self.0.changed.notify_all();
        self.tell();
        Ok(())
    }

    pub(super) fn seen(&self) -> Seen {
        lock(&self.0.live).job.clone()
    }

    /// Tells whoever listens how it stands.
    pub(super) fn tell(&self) {
        self.0.events.tell(&Event::Job { job: self.seen() });
    }

    /// The job as it stands at its end.
    pub(super) fn as_ended(&self, state: JobState, job: Seen) -> Seen {
        let can_go_on = self.place().is_some() && stored::goes_on(job.kind, state);
        Seen { state, can_go_on, ..job }
    }

    /// The job as it ends with this.
    pub(super) fn ended(&self, outcome: Result<JobReport>) -> Seen {
        let cancelled = lock(&self.0.live).wanted == Control::Cancel;
        let job = self.seen();
        match outcome {
            Ok(report) => {
                let state = if cancelled { JobState::Cancelled } else { JobState::Done };
                self.as_ended(state, Seen { report: Some(report), ..job })
            }
            // What stops halfway because it was asked to may call that an error.
            Err(_) if cancelled => self.as_ended(JobState::Cancelled, job),
            Err(error) => {
                // What somebody asked for and cannot be is told to them; a log would say it twice.
                match error.code {
                    Code::Request | Code::File => tracing::info!(job.id = %job.id, "job {}: {error}", job.id),
                    code => tracing::error!(job.id = %job.id, ?code, "job {} failed: {error}", job.id),
                }
                self.as_ended(JobState::Failed, Seen { problem: Some(error.problem()), ..job })
            }
        }
    }

    /// Writes the job into its file, on the connection of people: for what they ask for.
    pub(super) fn write_down(&self) -> Result<()> {
        let Some(place) = self.place() else { return Ok(()) };
        let row = self.row(place, &lock(&self.0.live).job);
        place.connections.write(|store| Ok(store.put_job(&row)?))
    }

    /// Where it is written down.
    fn place(&self) -> Option<&Place> {
        self.0.place.as_ref().filter(|it| !it.connections.is_read_only())
    }

    fn row(&self, place: &Place, job: &Seen) -> StoredJob {
        let json = |it: serde_json::Result<String>| it.expect("reports and problems are plain data");
        StoredJob {
            id: job.id.clone(),
            kind: word(job.kind),
            subject: job.subject.clone(),
            state: word(job.state),
            format: FORMAT.into(),
            request: self.0.request.clone(),
            done: job.done,
            total: job.total,
            report: job.report.as_ref().map(|it| json(serde_json::to_string(it))),
            problem: job.problem.as_ref().map(|it| json(serde_json::to_string(it))),
            program: place.program.clone(),
            started_ms: job.started_at_ms as i64,
            changed_ms: (self.0.clock)(),
        }
    }
}

/// What a job reports to, and asks whether to go on.
pub(crate) struct Watch {
    handle: Handle,
    /// Opened when first needed.
    store: RefCell<Option<Store>>,
    /// When the job was written down last.
    written: Cell<Option<Instant>>,
    /// When it was told of last.
    told: Cell<Option<Instant>>,
}

impl Watch {
    pub(super) fn new(handle: Handle) -> Self {
        Self { handle, store: RefCell::default(), written: Cell::default(), told: Cell::default() }
    }

    /// Tells and writes down that the job runs.
    pub(super) fn begin(&self) {
        self.handle.tell();
        self.write_down(&self.handle.seen());
    }

    /// Says how far the work is, waits while it is paused, and tells whether to go on.
    pub(crate) fn step(&self, done: u32, total: Option<u32>) -> Flow {
        let shared = &self.handle.0;
        let wanted = {
            let mut live = lock(&shared.live);
            live.job.done = done;
            live.job.total = total.or(live.job.total);
            live.wanted
        };
        if self.told.get().is_none_or(|it| it.elapsed() >= TELL) {
            self.handle.tell();
            self.told.set(Some(Instant::now()));
        }
        let is_due = self.written.get().is_none_or(|it| it.elapsed() >= MARK);
        if is_due || wanted == Control::Pause {
            self.write_down(&self.handle.seen());
        }
        if wanted == Control::Pause {
            let live = lock(&shared.live);
            let paused = |it: &mut Live| it.wanted == Control::Pause;
            drop(shared.changed.wait_while(live, paused).unwrap_or_else(PoisonError::into_inner));
            self.write_down(&self.handle.seen());
        }
        match lock(&shared.live).wanted {
            Control::Cancel => Flow::Stop,
            _ => Flow::Go,
        }
    }

    /// Says what the work came to so far.
    pub(crate) fn so_far(&self, report: impl Into<JobReport>) {
        lock(&self.handle.0.live).job.report = Some(report.into());
    }

    /// Ends the job. Who sees it ended finds it so in the file.
    pub(super) fn end(&self, outcome: Result<JobReport>) {
        let ended = self.handle.ended(outcome);
        self.write_down(&ended);
        // Whoever sees it ended may close the file, and the last to close it empties its log.
        drop(self.store.take());
        lock(&self.handle.0.live).job = ended;
        self.handle.tell();
    }

    /// Writes the job into its file, after the writes of people and without waiting for the disk. A job
    /// goes on where that fails: what it does is worth more than the trace of it.
    fn write_down(&self, job: &Seen) {
        let Some(place) = self.handle.place() else { return };
        let row = self.handle.row(place, job);
        let write = || {
            let mut store = self.store.borrow_mut();
            if store.is_none() {
                let opened = place.connections.for_job()?;
                opened.write_as_job()?;
                *store = Some(opened);
            }
            let store = store.as_ref().expect("it was just opened");
            Ok::<_, Error>(store.put_job(&row)?)
        };
        if let Err(problem) = write() {
            tracing::warn!(job.id = %row.id, code = ?problem.code, "job {} is not written down: {problem}", row.id);
        }
        self.written.set(Some(Instant::now()));
    }
}
