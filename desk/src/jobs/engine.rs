//! How jobs are run: one at a time per lane, in threads of their own, written down in the case file.
//!
//! What a job does is beside this; here it is started, waits for its lane, is paused and cancelled, and
//! ends: also where it panics. [`Watch`] is the job's side of it, [`Jobs`] everybody else's.

mod watch;

pub(crate) use watch::Watch;

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use serde::Serialize;

use crate::{
    case::Case,
    connections::Connections,
    error::{Code, Error, Result},
    events::Events,
    jobs::wire::{Job as Seen, JobKind, JobReport, JobState},
};

use watch::{Control, Handle};

/// A kind of work. What serialises of it is the request it is started again from.
pub(crate) trait Job: Serialize + Send + 'static {
    /// Its name.
    const KIND: JobKind;
    /// What it mostly uses: two that use the same would only hinder each other.
    const LANE: Lane;
    /// What it comes to.
    type Report: Into<JobReport>;

    /// The file, folder or model it is about.
    fn subject(&self) -> String;

    /// Does the work, asking `watch` whether to go on.
    fn run(&self, watch: &Watch) -> Result<Self::Report>;
}

/// What a job mostly uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Disk,
    Cpu,
    Net,
}

/// The file a job works on. It is written down there, unless that is open for reading only.
pub(crate) struct Place {
    connections: Arc<Connections>,
    /// Who runs it.
    program: String,
}

impl Place {
    pub(crate) fn of(case: &Case) -> Self {
        Self { connections: Arc::clone(&case.connections), program: case.program.clone() }
    }
}

/// All jobs of a window.
pub(crate) struct Jobs {
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    events: Arc<Events>,
    lanes: Arc<Mutex<Lanes>>,
}

#[derive(Default)]
struct Lanes {
    /// Oldest first, those that ended among them.
    all: Vec<Handle>,
    busy: Vec<Lane>,
    waiting: Vec<Task>,
}

struct Task {
    lane: Lane,
    handle: Handle,
    work: Run,
}

/// [`Job::run`] of a job of whichever kind.
type Run = Box<dyn FnOnce(&Watch) -> Result<JobReport> + Send>;

impl Jobs {
    pub(crate) fn new(clock: Arc<dyn Fn() -> i64 + Send + Sync>, events: Arc<Events>) -> Self {
        Self { clock, events, lanes: Arc::default() }
    }

    /// Starts a job under `id` once its lane is free; gives the id.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub(crate) fn start<J: Job>(&self, id: String, job: J, place: Option<Place>) -> Result<String> {
        let seen = Seen {
            id: id.clone(),
            kind: J::KIND,
            subject: job.subject(),
            state: JobState::Waiting,
            done: 0,
            total: None,
            report: None,
            problem: None,
            here: true,
            can_go_on: false,
            started_at_ms: (self.clock)() as f64,
        };
        let request = serde_json::to_string(&job).expect("a request is plain data");
        let handle = Handle::new(seen, request, place, Arc::clone(&self.clock), Arc::clone(&self.events));
        handle.write_down()?;
        handle.tell();
        let work = Box::new(move |watch: &Watch| job.run(watch).map(Into::into));
        {
            let mut lanes = lock(&self.lanes);
            // One that is taken up again stands in the place of what it was.
            lanes.all.retain(|it| it.id() != id);
            lanes.all.push(handle.clone());
            lanes.waiting.push(Task { lane: J::LANE, handle, work });
        }
        start_next(&self.lanes, J::LANE);
        Ok(id)
    }

    /// Those of no file and those of `file`, oldest first.
    pub(crate) fn all(&self, file: Option<&Arc<Connections>>) -> Vec<Seen> {
        lock(&self.lanes)
            .all
            .iter()
            .filter(|it| it.is_of(file))
            .map(|it| lock(&it.0.live).job.clone())
            .collect()
    }

    /// True while one of `kind` has not ended, of those that [`Jobs::all`] gives.
    pub(crate) fn is_busy(&self, kind: JobKind, file: Option<&Arc<Connections>>) -> bool {
        self.all(file).iter().any(|it| it.kind == kind && !it.state.is_over())
    }

    /// Asks every job of `file` to stop, and forgets those that have.
    pub(crate) fn let_go(&self, file: &Arc<Connections>) {
        for job in self.all(Some(file)) {
            // One that ended meanwhile has nothing to stop.
            let _ = self.cancel(&job.id);
        }
        lock(&self.lanes).all.retain(|it| !it.is_on(file));
    }

    /// Holds a job at the next safe place.
    pub(crate) fn pause(&self, id: &str) -> Result<()> {
        self.find(id)?.want(Control::Pause)
    }

    /// Lets a held job go on.
    pub(crate) fn resume(&self, id: &str) -> Result<()> {
        self.find(id)?.want(Control::Run)
    }

    /// Stops a job at the next safe place.
    pub(crate) fn cancel(&self, id: &str) -> Result<()> {
        let handle = self.find(id)?;
        let task = {
            let mut lanes = lock(&self.lanes);
            let at = lanes.waiting.iter().position(|it| it.handle.id() == id);
            at.map(|at| lanes.waiting.remove(at))
        };
        match task {
            None => handle.want(Control::Cancel),
            Some(Task { handle, .. }) => {
                let cancelled = handle.as_ended(JobState::Cancelled, handle.seen());
                lock(&handle.0.live).job = cancelled;
                handle.tell();
                handle.write_down()
            }
        }
    }

    /// True while the job of that id has not ended.
    pub(crate) fn runs(&self, id: &str) -> bool {
        self.find(id).is_ok()
    }

    fn find(&self, id: &str) -> Result<Handle> {
        let missing = || Error::new(Code::Request, format!("job {id}: none of that id runs in this window"));
        let lanes = lock(&self.lanes);
        let found = lanes.all.iter().find(|it| it.id() == id && !lock(&it.0.live).job.state.is_over());
        found.cloned().ok_or_else(missing)
    }
}

/// Starts the next job of a lane, where it is free.
fn start_next(lanes: &Arc<Mutex<Lanes>>, lane: Lane) {
    let task = {
        let mut lanes = lock(lanes);
        let next = lanes.waiting.iter().position(|it| it.lane == lane);
        let Some(next) = next.filter(|_| !lanes.busy.contains(&lane)) else { return };
        lanes.busy.push(lane);
        lanes.waiting.remove(next)
    };
    lock(&task.handle.0.live).job.state = JobState::Running;
    let (handle, again) = (task.handle.clone(), Arc::clone(lanes));
    let run = move || {
        let watch = Watch::new(task.handle);
        watch.begin();
        let work = task.work;
        // What a job shares with others is a file, whose transactions are whole or not there.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&watch))).unwrap_or_else(|it| Err(defect(&*it)));
        watch.end(outcome);
        lock(&again).busy.retain(|it| *it != lane);
        start_next(&again, lane);
    };
    if let Err(problem) = thread::Builder::new().name("job".into()).spawn(run) {
        lock(lanes).busy.retain(|it| *it != lane);
        let problem = Error::new(Code::Defect, format!("a thread for a job could not be started: {problem}"));
        let ended = handle.ended(Err(problem));
        lock(&handle.0.live).job = ended;
        handle.tell();
    }
}

fn defect(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Error::new(Code::Defect, format!("a job broke off: {text}"))
}

/// A panic of a job is caught outside, so what is behind these is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use casebook_store::StoredJob;
    use serde::Serializer;

    use super::*;
    use crate::{events::Event, flow::Flow, jobs::wire::ScoreReport};

    type Work = Box<dyn Fn(&Watch) -> Result<ScoreReport> + Send>;

    /// A job that does what the test says.
    struct Scored(Work);

    impl Serialize for Scored {
        fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
            to.serialize_str("as the test says")
        }
    }

    impl Job for Scored {
        const KIND: JobKind = JobKind::Score;
        const LANE: Lane = Lane::Cpu;
        type Report = ScoreReport;

        fn subject(&self) -> String {
            "a model".into()
        }

        fn run(&self, watch: &Watch) -> Result<ScoreReport> {
            (self.0)(watch)
        }
    }

    /// The same on another lane.
    #[derive(Serialize)]
    #[serde(transparent)]
    struct Fetched(Scored);

    impl Job for Fetched {
        const KIND: JobKind = JobKind::InstallModel;
        const LANE: Lane = Lane::Net;
        type Report = ScoreReport;

        fn subject(&self) -> String {
            "a model".into()
        }

        fn run(&self, watch: &Watch) -> Result<ScoreReport> {
            self.0.run(watch)
        }
    }

    fn jobs() -> Jobs {
        Jobs::new(Arc::new(|| 5), Arc::default())
    }

    fn scored(n: u32) -> ScoreReport {
        ScoreReport { scored: n, ..ScoreReport::default() }
    }

    fn start(jobs: &Jobs, id: &str, work: impl Fn(&Watch) -> Result<ScoreReport> + Send + 'static) {
        jobs.start(id.into(), Scored(Box::new(work)), None).expect("nothing is written down");
    }

    fn seen(jobs: &Jobs, id: &str) -> Seen {
        let lanes = lock(&jobs.lanes);
        let handle = lanes.all.iter().find(|it| it.id() == id).expect("it was started");
        handle.seen()
    }

    fn wait_for(jobs: &Jobs, id: &str, state: JobState) -> Seen {
        loop {
            let job = seen(jobs, id);
            if job.state == state {
                return job;
            }
            assert!(!job.state.is_over(), "{job:?}");
            thread::yield_now();
        }
    }

    /// Work that says when it begins and ends when it is told.
    fn held() -> (impl Fn(&Watch) -> Result<ScoreReport> + Send, Receiver<()>, Sender<()>) {
        let (began, begins) = channel();
        let (end, ends) = channel::<()>();
        let work = move |watch: &Watch| {
            began.send(()).expect("the test listens");
            ends.recv().expect("the test sends");
            let flow = watch.step(1, None);
            Ok(scored(u32::from(flow == Flow::Go)))
        };
        (work, begins, end)
    }

    #[test]
    fn a_job_reports_and_ends_with_what_it_came_to() {
        let jobs = jobs();
        start(&jobs, "1", |watch| {
            watch.so_far(scored(3));
            assert_eq!(watch.step(3, Some(9)), Flow::Go);
            Ok(scored(9))
        });
        let job = wait_for(&jobs, "1", JobState::Done);
        assert_eq!((job.done, job.total, job.report), (3, Some(9), Some(JobReport::Score(scored(9)))));
    }

    #[test]
    fn who_listens_hears_how_a_job_begins_and_ends() {
        let events = Arc::new(Events::default());
        let jobs = Jobs::new(Arc::new(|| 5), Arc::clone(&events));
        let heard = events.subscribe();
        let state = || match heard.next() {
            Some(Event::Job { job }) => job.state,
            other => panic!("{other:?}"),
        };
        let (work, begins, end) = held();
        start(&jobs, "1", work);
        begins.recv().expect("it begins");
        // What was said before it began may have been taken back by that it began.
        while state() != JobState::Running {}
        jobs.pause("1").expect("it runs");
        assert_eq!(state(), JobState::Paused);
        jobs.cancel("1").expect("it runs");
        end.send(()).expect("the job listens");
        while state() != JobState::Cancelled {}
        assert!(seen(&jobs, "1").state.is_over(), "who hears of the end finds it so");
    }

    #[test]
    fn a_failed_job_says_why_and_keeps_what_it_came_to_so_far() {
        let jobs = jobs();
        start(&jobs, "1", |watch| {
            watch.so_far(scored(3));
            Err(Error::new(Code::DiskFull, "no space"))
        });
        let job = wait_for(&jobs, "1", JobState::Failed);
        let problem = job.problem.expect("it failed");
        assert_eq!((problem.code, problem.message.as_str()), (Code::DiskFull, "no space"));
        assert_eq!(job.report, Some(JobReport::Score(scored(3))));
    }

    #[test]
    fn a_job_that_panics_has_failed_and_leaves_its_lane_to_the_next() {
        let jobs = jobs();
        start(&jobs, "1", |_| panic!("frame 7 of 3"));
        start(&jobs, "2", |_| Ok(scored(1)));
        let problem = wait_for(&jobs, "1", JobState::Failed).problem.expect("it failed");
        assert_eq!((problem.code, problem.message.as_str()), (Code::Defect, "a job broke off: frame 7 of 3"));
        wait_for(&jobs, "2", JobState::Done);
        assert!(!jobs.is_busy(JobKind::Score, None));
    }

    #[test]
    fn the_second_on_a_lane_waits_and_one_on_another_does_not() {
        let jobs = jobs();
        let (work, begins, end) = held();
        start(&jobs, "1", work);
        begins.recv().expect("it begins");
        start(&jobs, "2", |_| Ok(scored(2)));
        let fetched = Fetched(Scored(Box::new(|_| Ok(scored(3)))));
        jobs.start("3".into(), fetched, None).expect("nothing is written down");
        wait_for(&jobs, "3", JobState::Done);
        assert_eq!(seen(&jobs, "2").state, JobState::Waiting);
        let refused = jobs.pause("2").expect_err("it does not run yet");
        assert!(refused.message.contains("waits for another"), "{refused}");
        end.send(()).expect("the job listens");
        wait_for(&jobs, "2", JobState::Done);
        assert_eq!(seen(&jobs, "1").state, JobState::Done);
    }

    #[test]
    fn one_cancelled_while_it_waits_never_begins() {
        let jobs = jobs();
        let (work, begins, end) = held();
        start(&jobs, "1", work);
        begins.recv().expect("it begins");
        start(&jobs, "2", |_| panic!("it was cancelled"));
        jobs.cancel("2").expect("it waits");
        assert_eq!(seen(&jobs, "2").state, JobState::Cancelled);
        end.send(()).expect("the job listens");
        wait_for(&jobs, "1", JobState::Done);
        assert_eq!(seen(&jobs, "2").state, JobState::Cancelled);
    }

    #[test]
    fn a_paused_job_waits_and_a_cancelled_one_stops() {
        let jobs = jobs();
        let (work, begins, end) = held();
        start(&jobs, "1", work);
        begins.recv().expect("it begins");
        jobs.pause("1").expect("it runs");
        assert_eq!(seen(&jobs, "1").state, JobState::Paused);
        end.send(()).expect("the job listens");
        // It is paused now or will be; either way it ends only because it is cancelled.
        jobs.cancel("1").expect("it runs");
        assert_eq!(wait_for(&jobs, "1", JobState::Cancelled).report, Some(JobReport::Score(scored(0))));
    }

    #[test]
    fn an_unknown_job_and_one_that_ended_are_refused_by_id() {
        let jobs = jobs();
        start(&jobs, "1", |_| Ok(scored(1)));
        wait_for(&jobs, "1", JobState::Done);
        for id in ["1", "7"] {
            let error = jobs.cancel(id).expect_err("nothing runs");
            assert!(error.message.contains(&format!("job {id}")), "{error}");
        }
    }

    fn file(folder: &tempfile::TempDir) -> Arc<Connections> {
        let path = folder.path().join("a.casebook");
        Arc::new(Connections::create(&path, 1, "salt").expect("the path is free"))
    }

    fn row(file: &Connections, id: &str) -> StoredJob {
        file.read(|store| Ok(store.job(id)?)).expect("the file is sound").expect("it was written down")
    }

    #[test]
    fn a_job_is_in_the_file_from_when_it_is_asked_for_until_after_it_ended() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (jobs, file) = (jobs(), file(&folder));
        let place = || Some(Place { connections: Arc::clone(&file), program: "1/x".into() });
        let (work, begins, end) = held();
        jobs.start("1".into(), Scored(Box::new(work)), place()).expect("it is written down");
        begins.recv().expect("it begins");
        assert_eq!(row(&file, "1").state, "running");
        jobs.start("2".into(), Scored(Box::new(|_| panic!("at once"))), place()).expect("it is written down");
        assert_eq!(row(&file, "2").state, "waiting");
        jobs.pause("1").expect("it runs");
        end.send(()).expect("the job listens");
        while row(&file, "1").state != "paused" {
            thread::yield_now();
        }
        assert_eq!((row(&file, "1").done, row(&file, "1").request.as_str()), (1, "\"as the test says\""));
        jobs.resume("1").expect("it is paused");
        wait_for(&jobs, "1", JobState::Done);
        assert_eq!(row(&file, "1").state, "done", "who sees it ended finds it so in the file");
        wait_for(&jobs, "2", JobState::Failed);
        assert!(row(&file, "2").problem.expect("it failed").contains("defect"));
    }

    #[test]
    fn a_closed_file_lets_its_jobs_go_and_keeps_others() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (jobs, file) = (jobs(), file(&folder));
        let place = Place { connections: Arc::clone(&file), program: "1/x".into() };
        let (work, begins, end) = held();
        jobs.start("1".into(), Scored(Box::new(work)), Some(place)).expect("it is written down");
        begins.recv().expect("it begins");
        let fetched = Fetched(Scored(Box::new(|_| Ok(scored(3)))));
        jobs.start("2".into(), fetched, None).expect("nothing is written down");
        jobs.let_go(&file);
        assert_eq!(jobs.all(None).len(), 1, "fetching a model is of no file");
        end.send(()).expect("the job listens");
        while row(&file, "1").state != "cancelled" {
            thread::yield_now();
        }
    }
}
