//! Work in the background that a person watches, pauses and cancels.
//!
//! A job is a thread with a connection of its own. It reports through [`Handle`] and asks it
//! whether to go on; the page polls [`Session::jobs`].

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::{
    error::{Code, Error, Result},
    flow::Flow,
    session::Session,
    wire::{Job, JobKind, JobState},
};

/// Notes kept per job.
const NOTES: usize = 50;

/// All jobs of a window, oldest first.
#[derive(Default)]
pub struct Jobs {
    all: Mutex<Vec<Handle>>,
}

/// One job, shared by its thread and the page.
#[derive(Clone)]
pub struct Handle(Arc<Shared>);

struct Shared {
    job: Mutex<Job>,
    wanted: Mutex<Wanted>,
    changed: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Run,
    Pause,
    Cancel,
}

impl Jobs {
    /// Starts `work` in a thread. Its last line for people is what it returns.
    pub fn start<F>(&self, kind: JobKind, subject: String, unit: &str, work: F) -> u32
    where
        F: FnOnce(&Handle) -> Result<String> + Send + 'static,
    {
        let mut all = lock(&self.all);
        let id = all.len() as u32 + 1;
        let job = Job {
            id,
            kind,
            subject,
            state: JobState::Running,
            done: 0,
            total: None,
            unit: unit.to_owned(),
            summary: String::new(),
            notes: Vec::new(),
        };
        let shared =
            Shared { job: Mutex::new(job), wanted: Mutex::new(Wanted::Run), changed: Condvar::new() };
        let handle = Handle(Arc::new(shared));
        all.push(handle.clone());
        thread::spawn(move || {
            let outcome = work(&handle);
            handle.finish(outcome);
        });
        id
    }

    /// As they stand.
    pub fn all(&self) -> Vec<Job> {
        lock(&self.all).iter().map(|it| lock(&it.0.job).clone()).collect()
    }

    /// True while one of `kind` runs or is paused.
    pub fn is_busy(&self, kind: JobKind) -> bool {
        self.all()
            .iter()
            .any(|it| it.kind == kind && matches!(it.state, JobState::Running | JobState::Paused))
    }

    /// Asks every job to stop.
    pub fn cancel_all(&self) {
        for handle in lock(&self.all).iter() {
            handle.want(Wanted::Cancel);
        }
    }

    fn find(&self, id: u32) -> Result<Handle> {
        let missing = || Error::new(Code::Request, format!("job {id}: there is none of that number"));
        lock(&self.all).iter().find(|it| lock(&it.0.job).id == id).cloned().ok_or_else(missing)
    }
}

impl Handle {
    /// Says how far the work is, waits while it is paused, and tells whether to go on.
    pub fn step(&self, done: u32, total: Option<u32>) -> Flow {
        {
            let mut job = lock(&self.0.job);
            job.done = done;
            job.total = total.or(job.total);
        }
        let mut wanted = lock(&self.0.wanted);
        while *wanted == Wanted::Pause {
            wanted = self.0.changed.wait(wanted).unwrap_or_else(PoisonError::into_inner);
        }
        if *wanted == Wanted::Cancel { Flow::Stop } else { Flow::Go }
    }

    /// Adds a line for people; past the fiftieth they are only counted in the summary.
    pub fn note(&self, line: String) {
        let mut job = lock(&self.0.job);
        if job.notes.len() < NOTES {
            job.notes.push(line);
        }
    }

    /// Says in one line where the work stands.
    pub fn say(&self, summary: String) {
        lock(&self.0.job).summary = summary;
    }

    fn want(&self, wanted: Wanted) {
        let mut now = lock(&self.0.wanted);
        // A cancelled job cannot be resumed.
        if *now != Wanted::Cancel {
            *now = wanted;
        }
        let mut job = lock(&self.0.job);
        if matches!(job.state, JobState::Running | JobState::Paused) {
            job.state = if *now == Wanted::Pause { JobState::Paused } else { JobState::Running };
        }
        self.0.changed.notify_all();
    }

    fn finish(&self, outcome: Result<String>) {
        let cancelled = *lock(&self.0.wanted) == Wanted::Cancel;
        let mut job = lock(&self.0.job);
        match outcome {
            Ok(summary) => {
                job.summary = summary;
                job.state = if cancelled { JobState::Cancelled } else { JobState::Done };
            }
            Err(error) => {
                tracing::error!(job.id = job.id, code = ?error.code, "job {} failed: {error}", job.id);
                job.notes.insert(0, error.message.clone());
                job.summary = error.message;
                job.state = JobState::Failed;
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// All jobs of this window, oldest first.
    ///
    /// # Errors
    /// Never today.
    pub fn jobs(&self) -> Result<Vec<Job>> {
        Ok(self.jobs.all())
    }

    /// Holds a job at the next safe place.
    ///
    /// # Errors
    /// When there is no such job.
    pub fn pause_job(&self, id: u32) -> Result<()> {
        self.jobs.find(id).map(|it| it.want(Wanted::Pause))
    }

    /// Lets a held job go on.
    ///
    /// # Errors
    /// When there is no such job.
    pub fn resume_job(&self, id: u32) -> Result<()> {
        self.jobs.find(id).map(|it| it.want(Wanted::Run))
    }

    /// Stops a job at the next safe place; what is done stays done.
    ///
    /// # Errors
    /// When there is no such job.
    pub fn cancel_job(&self, id: u32) -> Result<()> {
        self.jobs.find(id).map(|it| it.want(Wanted::Cancel))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn wait_for(jobs: &Jobs, state: JobState) -> Job {
        loop {
            let job = jobs.all().pop().expect("one job was started");
            if job.state == state {
                return job;
            }
            thread::yield_now();
        }
    }

    #[test]
    fn a_job_reports_and_ends_with_its_last_line() {
        let jobs = Jobs::default();
        jobs.start(JobKind::Score, "case".into(), "items", |job| {
            assert_eq!(job.step(3, Some(9)), Flow::Go);
            Ok("9 scored".into())
        });
        let job = wait_for(&jobs, JobState::Done);
        assert_eq!((job.done, job.total, job.summary.as_str()), (3, Some(9), "9 scored"));
    }

    #[test]
    fn a_failed_job_says_why() {
        let jobs = Jobs::default();
        jobs.start(JobKind::Export, "x".into(), "items", |_| Err(Error::new(Code::DiskFull, "no space")));
        let job = wait_for(&jobs, JobState::Failed);
        assert_eq!((job.summary.as_str(), job.notes.len()), ("no space", 1));
    }

    #[test]
    fn a_paused_job_waits_and_a_cancelled_one_stops() {
        let jobs = Jobs::default();
        let (started, wait_started) = mpsc::channel();
        let (go, wait_go) = mpsc::channel::<()>();
        let id = jobs.start(JobKind::Import, "x".into(), "items", move |job| {
            started.send(()).expect("the test listens");
            wait_go.recv().expect("the test sends");
            // The test paused us, so this returns only when it cancels.
            assert_eq!(job.step(1, None), Flow::Stop);
            Ok("1 imported".into())
        });
        wait_started.recv().expect("the job starts");
        let handle = jobs.find(id).expect("it was started");
        handle.want(Wanted::Pause);
        assert_eq!(jobs.all()[0].state, JobState::Paused);
        go.send(()).expect("the job listens");
        handle.want(Wanted::Cancel);
        assert_eq!(wait_for(&jobs, JobState::Cancelled).summary, "1 imported");
    }

    #[test]
    fn an_unknown_job_is_refused_by_number() {
        let error = Jobs::default().find(7).err().expect("nothing was started");
        assert!(error.message.contains("job 7"), "{error}");
    }
}
