//! What became of work in the background: in the file, for whoever opens it next.

use std::{path::Path, sync::Arc};

use casebook_core::{
    ports::{Model, Scorer},
    score::{Driver, ScoreInput, Scoring, Speaker},
};
use casebook_desk::{
    error::Code,
    jobs::wire::{ImportReport, Job, JobReport, JobState},
    session::{Session, Settings},
    wire::ImportRequest,
};
use casebook_store::{Store, StoredJob};
use casebook_tests::fake::{self, FakeStills, PlantedScorer, ShelfWith};
use tempfile::TempDir;

/// Linux numbers no process so high.
const DEAD: &str = "4294967295/an-opening-that-is-over";

struct Desk {
    folder: TempDir,
    session: Session,
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

/// An empty case file, open for Ada, with three items to import beside it.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let items: String = ["a", "b", "c"]
        .map(|id| format!("{{\"id\":\"{id}\",\"parts\":[{{\"role\":\"caption\",\"text\":\"words\"}}]}}\n"))
        .concat();
    std::fs::write(folder.path().join("items.jsonl"), items).expect("the folder is writable");
    let session = fake::session(&folder.path().join("home"), "Ada", true);
    session.new_case(&path(folder.path(), "a.casebook")).expect("the path is free");
    Desk { folder, session }
}

impl Desk {
    fn import(&self, name: &str) -> String {
        let path = path(self.folder.path(), name);
        self.session.start_import(ImportRequest { path, ..ImportRequest::default() }).expect("a file is open")
    }

    /// The session of the next program on the file.
    fn next(self) -> Self {
        let file = path(self.folder.path(), "a.casebook");
        drop(self.session);
        let session = fake::session(&self.folder.path().join("home"), "Ada", true);
        session.open_case(&file).expect("it is a case file");
        Self { session, ..self }
    }

    /// Leaves a row as a program does that is killed.
    fn killed(&self, id: &str, kind: &str, request: String) {
        let store = Store::open(&self.folder.path().join("a.casebook")).expect("it is a case file");
        let row = StoredJob {
            id: id.into(),
            kind: kind.into(),
            subject: "of a killed program".into(),
            state: "running".into(),
            format: "casebook/job/1".into(),
            request,
            done: 1,
            total: Some(3),
            report: None,
            problem: None,
            program: DEAD.into(),
            started_ms: 1,
            changed_ms: 2,
        };
        store.put_job(&row).expect("the file is writable");
    }
}

/// Waits for its end, however it ends.
fn ended(session: &Session, id: &str) -> Job {
    loop {
        let jobs = session.jobs().expect("jobs can be listed");
        let job = jobs.into_iter().find(|it| it.id == id).expect("it was started");
        if job.state.is_over() && job.here {
            return job;
        }
        std::thread::yield_now();
    }
}

fn seen(session: &Session, id: &str) -> Job {
    let jobs = session.jobs().expect("jobs can be listed");
    jobs.into_iter().find(|it| it.id == id).expect("it is in the file")
}

#[test]
fn what_a_job_came_to_is_there_for_the_next_window() {
    let desk = desk();
    let id = desk.import("items.jsonl");
    let here = ended(&desk.session, &id);
    let Some(JobReport::Import(ImportReport { imported: 3, finished: true, .. })) = here.report else {
        panic!("{here:?}");
    };
    let desk = desk.next();
    let there = seen(&desk.session, &id);
    assert_eq!((there.state, there.here, there.can_go_on), (JobState::Done, false, false));
    assert_eq!((there.report, there.subject), (here.report, here.subject));
}

#[test]
fn a_failure_keeps_its_code() {
    let desk = desk();
    let id = desk.import("nowhere.jsonl");
    assert_eq!(ended(&desk.session, &id).problem.map(|it| it.code), Some(Code::File));
    let desk = desk.next();
    let there = seen(&desk.session, &id);
    assert_eq!(there.problem.map(|it| it.code), Some(Code::File));
    assert!(there.can_go_on, "the file may be there by now");
}

#[test]
fn an_import_whose_program_was_killed_goes_on() {
    let desk = desk();
    let request = ImportRequest { path: path(desk.folder.path(), "items.jsonl"), ..ImportRequest::default() };
    desk.killed("1", "import", serde_json::to_string(&request).expect("plain data"));
    let desk = desk.next();
    let left = seen(&desk.session, "1");
    assert_eq!((left.state, left.done, left.can_go_on), (JobState::Interrupted, 1, true));
    desk.session.resume_job("1").expect("it can go on");
    assert_eq!(ended(&desk.session, "1").state, JobState::Done);
    assert_eq!(desk.session.desktop().expect("a file is open").case.expect("it is open").items, 3);
    let refused = desk.session.resume_job("1").expect_err("it reached its end");
    assert!(refused.message.contains("did not reach its end"), "{refused}");
    assert_eq!(desk.session.jobs().expect("jobs can be listed").len(), 1, "it is the same job");
}

#[test]
fn an_export_whose_program_was_killed_says_that_it_does_not_go_on() {
    let desk = desk();
    desk.killed("1", "export", "{}".into());
    let desk = desk.next();
    let left = seen(&desk.session, "1");
    assert_eq!((left.state, left.can_go_on), (JobState::Interrupted, false));
    let refused = desk.session.resume_job("1").expect_err("an export is begun anew");
    assert_eq!(refused.code, Code::Request, "{refused}");
}

#[test]
fn a_job_that_is_nowhere_is_refused_by_id() {
    let desk = desk();
    let refused = desk.session.resume_job("7").expect_err("there is none");
    assert!(refused.message.contains("job 7"), "{refused}");
    assert!(desk.session.pause_job("7").is_err() && desk.session.cancel_job("7").is_err());
}

/// A model with a defect.
struct BrokenScorer;

impl Model for BrokenScorer {
    fn speaker(&self) -> Speaker {
        PlantedScorer.speaker()
    }
}

impl Scorer for BrokenScorer {
    fn score(&self, _: &[ScoreInput]) -> Vec<Scoring> {
        panic!("a tensor of the wrong shape")
    }

    fn explain(&self, _: &ScoreInput, _: &[String]) -> Vec<Driver> {
        Vec::new()
    }
}

#[test]
fn a_model_that_panics_ends_its_job_and_blocks_no_other() {
    let desk = desk();
    ended(&desk.session, &desk.import("items.jsonl"));
    let broken = Session::new(Settings {
        home: desk.folder.path().join("broken"),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(ShelfWith::scorer(BrokenScorer)),
        clock: fake::ticking(),
        chance: Arc::new(|| 0.5),
    });
    broken.open_case(&path(desk.folder.path(), "a.casebook")).expect("it is a case file");
    for _ in 0..2 {
        let id = broken.start_scoring().expect("nothing is scored, and nothing is running");
        let failed = ended(&broken, &id);
        assert_eq!(failed.problem.map(|it| it.code), Some(Code::Defect));
    }
}
