//! The open case file, shared by whoever works on it.
//!
//! A verb takes the [`Case`] out of the session, which takes microseconds, and works on it without a
//! lock. Closing does not wait for such a verb: what was begun before is done to its end on the file
//! it was begun on, and the last one out closes it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use casebook_core::{assessment::Assessment, policy::Policy};
use casebook_store::{Row, Store};
use uuid::Uuid;

use crate::{
    assess::{Assessed, Assessor, Doing, Makers},
    connections::Connections,
    error::{Code, Error, Result},
    events::{Event, Events},
    flow::Flow,
    lists::Lists,
    prefetch::{Prefetch, Target},
};

/// The open case file.
pub(crate) struct Case {
    pub(crate) connections: Arc<Connections>,
    pub(crate) policy: Arc<Policy>,
    /// This opening of the file: leases tell two windows of one person apart.
    pub(crate) program: String,
    pub(crate) assessor: Arc<Assessor>,
    pub(crate) prefetch: Prefetch,
    pub(crate) lists: Lists,
    events: Arc<Events>,
    closed: AtomicBool,
}

impl Case {
    /// Begins to work on a file, with the thread that prepares what comes next.
    pub(crate) fn of(
        connections: Connections,
        policy: Arc<Policy>,
        assessor: Assessor,
        events: &Arc<Events>,
    ) -> Self {
        let (connections, assessor) = (Arc::new(connections), Arc::new(assessor));
        let prefetch = Prefetch::start(Arc::clone(&connections), Arc::clone(&assessor), Arc::clone(events));
        let program = format!("{}/{}", std::process::id(), Uuid::new_v4());
        let (lists, closed) = (Lists::default(), AtomicBool::new(false));
        Self { connections, policy, program, assessor, prefetch, lists, events: Arc::clone(events), closed }
    }

    /// True where nothing can be recorded.
    pub(crate) fn is_read_only(&self) -> bool {
        self.connections.is_read_only()
    }

    /// Runs `work`, which only reads. It waits for nobody.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.connections.read(work)
    }

    /// Runs `work`, which reads little, on the connection that records: what a reviewer meets is still in its memory,
    /// where a reader would have to read it again after every record. It waits for who records, which is brief.
    pub(crate) fn read_at_hand<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.connections.write(work)
    }

    /// Runs `work`, which records. Whoever else records waits for it, so it asks no model.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        let outcome = self.connections.write(work);
        self.prefetch.wrote();
        outcome
    }

    /// Has the assessment of `row` made unless it exists: computed beside whoever records, and stored by
    /// a short write. Also why a model is not in it, for people.
    pub(crate) fn assess(
        &self,
        makers: &Makers,
        row: Row,
        watch: &mut dyn FnMut(Doing) -> Flow,
    ) -> Result<(Assessment, Option<String>)> {
        let assessed = self.read(|store| self.assessor.assess(store, makers, row, watch))?;
        let problem = match &assessed {
            Assessed::Stored(assessment) => return Ok((assessment.clone(), None)),
            Assessed::Made { problem, .. } => problem.clone(),
        };
        let kept = self.write(|store| store.transaction(|store| self.assessor.keep(store, row, assessed)))?;
        self.tell(&Event::Assessed { row });
        Ok((kept, problem))
    }

    /// Forgets what was told of notes that are being written and that nobody heard yet.
    pub(crate) fn hush(&self) {
        self.events.hush();
    }

    /// Tells whoever listens.
    pub(crate) fn tell(&self, event: &Event) {
        self.events.tell(event);
    }

    /// Has the items that come next in `queue` prepared.
    pub(crate) fn look_ahead(&self, queue: &str, reviewer: &str) {
        let program = self.program.clone();
        self.prefetch.target(Target { queue: queue.to_owned(), reviewer: reviewer.to_owned(), program });
    }

    /// Refuses where the file was closed since the caller took it: nobody would give a lease back.
    pub(crate) fn refuse_closed(&self) -> Result<()> {
        match self.closed.load(Ordering::Relaxed) {
            false => Ok(()),
            true => Err(Error::new(Code::NoCase, "open a case file first: this one was closed meanwhile")),
        }
    }

    /// Gives back what `reviewer` holds in this window, so that nobody waits for a closed one, and lets
    /// go of the file.
    pub(crate) fn close(&self, reviewer: Option<&str>, now_ms: i64) {
        // Leases are taken on the writer, so none is taken after this one is given back.
        let released = self.connections.write(|store| {
            self.closed.store(true, Ordering::Relaxed);
            let Some(reviewer) = reviewer.filter(|_| !store.is_read_only()) else { return Ok(()) };
            match store.leased_row(reviewer, &self.program, now_ms)? {
                Some(row) => Ok(store.release(row, reviewer, &self.program)?),
                None => Ok(()),
            }
        });
        if let Err(problem) = released {
            tracing::warn!(code = ?problem.code, "a lease was not given back and runs out by itself: {problem}");
        }
        self.prefetch.stop();
        self.connections.close();
    }
}

/// True where the process that `program` names has ended; false where that cannot be told.
pub(crate) fn is_dead(program: &str) -> bool {
    let pid = program.split('/').next().and_then(|it| it.parse::<u32>().ok());
    pid.is_some_and(|pid| !casebook_files::is_running(pid))
}
