//! Nobody waits for a model but who asked it: everything else answers while one computes, and closing
//! the file does not wait either.

use std::{
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use casebook_core::{
    decision::{Choice, Confidence, Judgement, Picks},
    draft::Draft,
    ports::{Model, Scorer},
    score::{Driver, ScoreInput, Scoring, Speaker},
};
use casebook_desk::{
    events::Event,
    session::{Session, Settings},
    wire::{ImportRequest, Impression, Revealed},
};
use casebook_store::Store;
use casebook_tests::fake::{self, FakeStills, PlantedScorer, ShelfWith};
use tempfile::TempDir;

/// The thread that makes an assessment that somebody waits for; there the model waits until the test says.
const ASKING: &str = "assess";

/// Longer than anything takes that does not wait for the model.
const FOR_EVER: Duration = Duration::from_secs(30);

const ITEMS: &str = r#"{"id":"a","parts":[{"role":"caption","text":"loud words"},{"role":"image","path":"p.png"}],"language":"en","reports":[{"reason":"hate","n":9}]}
{"id":"b","parts":[{"role":"caption","text":"some words"}],"language":"en","reports":[{"reason":"hate","n":3}]}
"#;

/// A door that is shut until it is opened.
#[derive(Default)]
struct Door {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Door {
    fn open(&self) {
        *self.open.lock().expect("nobody panicked with it") = true;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let shut = self.open.lock().expect("nobody panicked with it");
        drop(self.opened.wait_while(shut, |open| !*open).expect("nobody panicked with it"));
    }
}

/// The planted scorer behind a door.
struct SlowScorer {
    arrived: Mutex<Sender<()>>,
    door: Arc<Door>,
}

impl Model for SlowScorer {
    fn speaker(&self) -> Speaker {
        PlantedScorer.speaker()
    }
}

impl Scorer for SlowScorer {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        if thread::current().name() == Some(ASKING) {
            self.arrived.lock().expect("nobody panicked with it").send(()).expect("the test listens");
            self.door.pass();
        }
        PlantedScorer.score(inputs)
    }

    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        PlantedScorer.explain(input, targets)
    }
}

/// Ada at an item, whose model is behind a door.
struct Desk {
    folder: TempDir,
    session: Arc<Session>,
    row: u32,
    arrived: Receiver<()>,
    door: Arc<Door>,
}

fn case(folder: &Path) -> String {
    folder.join("case.casebook").to_string_lossy().into_owned()
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("items.jsonl"), ITEMS).expect("the folder is writable");
    std::fs::write(folder.path().join("p.png"), b"any bytes").expect("the folder is writable");
    let (arrived, arrivals) = channel();
    let door = Arc::new(Door::default());
    let scorer = SlowScorer { arrived: Mutex::new(arrived), door: Arc::clone(&door) };
    let session = Session::new(Settings {
        home: folder.path().join("home"),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(ShelfWith::scorer(scorer)),
        clock: fake::ticking(),
        chance: Arc::new(|| 0.5),
    });
    session.new_case(&case(folder.path())).expect("the path is free");
    let path = folder.path().join("items.jsonl").to_string_lossy().into_owned();
    session.start_import(ImportRequest { path, ..ImportRequest::default() }).expect("a file is open");
    fake::wait_for_jobs(&session);
    let row = session.row_of("a").expect("it was imported");
    // Opened by row: after `next` the model would read ahead, and may be through before it is asked.
    session.open_item("Reported", row).expect("nobody has it");
    Desk { folder, session: Arc::new(session), row, arrived: arrivals, door }
}

fn judgement() -> Judgement {
    Judgement {
        choice: Choice::Remove,
        clauses: vec!["HH-1".into()],
        severity: None,
        confidence: Confidence::FairlySure,
        cannot_judge_reason: None,
    }
}

/// Decides, and asks for the reveal; returns once the model is computing.
fn ask_the_model(desk: &Desk) {
    let (session, row) = (Arc::clone(&desk.session), desk.row);
    let impression = Impression { judgement: judgement(), note: String::new() };
    let store = move || session.store_impression("Reported", row, &impression);
    answers("store_impression", store).expect("the impression is the first");
    assert!(asked(desk).is_none(), "the model computes");
    desk.arrived.recv_timeout(FOR_EVER).expect("the model is asked");
    assert!(asked(desk).is_none(), "the model computes, once");
}

fn asked(desk: &Desk) -> Option<Revealed> {
    let (session, row) = (Arc::clone(&desk.session), desk.row);
    answers("reveal", move || session.reveal("Reported", row)).expect("it was decided first")
}

/// Fails where `work` waits for the door instead of answering.
fn answers<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait_done) = channel();
    thread::spawn(move || done.send(work()).expect("the test listens"));
    wait_done.recv_timeout(FOR_EVER).unwrap_or_else(|_| panic!("{what} waits for the model"))
}

#[test]
fn while_a_model_computes_everything_else_answers() {
    let desk = desk();
    let events = desk.session.events();
    ask_the_model(&desk);
    let (row, session) = (desk.row, || Arc::clone(&desk.session));
    let draft = Draft {
        steps: vec![],
        evidence: vec![],
        judgement: judgement(),
        remediation_text: String::new(),
        creator_message: String::new(),
        finish: None,
    };
    let it = session();
    answers("save_draft", move || it.save_draft(row, &draft)).expect("it is Ada's");
    let it = session();
    answers("save_picks", move || it.save_picks(row, &Picks::default())).expect("it is Ada's");
    let it = session();
    answers("heartbeat", move || it.heartbeat(row)).expect("it is Ada's");
    let it = session();
    let (bytes, _) = answers("media", move || it.media(&format!("{row}/p2/covered"))).expect("it has one");
    assert_eq!(bytes, b"covered");
    let it = session();
    answers("uncover", move || it.uncover(row, "p2")).expect("it has one");
    let it = session();
    answers("search", move || it.search("words")).expect("a file is open");
    let it = session();
    answers("desktop", move || it.desktop()).expect("a file is open");

    let (home, path) = (desk.folder.path().join("bob"), case(desk.folder.path()));
    let bob = answers("another session", move || {
        let bob = fake::session(&home, "Bob", true);
        bob.open_case(&path).map(|_| bob)
    });
    let bob = bob.expect("it is a case file");
    let next = answers("next of another", move || bob.next("Reported")).expect("a file is open");
    assert_eq!(next.map(|it| it.item.id).as_deref(), Some("b"), "Ada has the first");

    desk.door.open();
    while events.next_within(FOR_EVER).expect("it is told when to ask again") != (Event::Assessed { row }) {}
    assert!(asked(&desk).is_some_and(|it| it.assessment.is_some()));
}

#[test]
fn who_goes_on_without_the_model_records_that_and_what_it_says_later_is_not_shown() {
    let desk = desk();
    let events = desk.session.events();
    ask_the_model(&desk);
    let (row, session) = (desk.row, Arc::clone(&desk.session));
    let declined =
        answers("decline", move || session.decline("Reported", row)).expect("it was decided first");
    assert!(declined.assessment.is_none() && declined.start.steps.is_empty());
    assert_eq!(declined.start.judgement, judgement());
    desk.door.open();
    while events.next_within(FOR_EVER).expect("the model goes on") != (Event::Assessed { row }) {}
    assert!(asked(&desk).is_some_and(|it| it.assessment.is_none()), "it stays declined");
    let review = desk.session.open_item("Reported", row).expect("it is Ada's");
    assert_eq!(review.revealed.map(|it| it.assessment), Some(None));
    desk.session.submit("Reported", row, &declined.start, 1.0).expect("it is true");
    let store = Store::open(Path::new(&case(desk.folder.path()))).expect("it is a case file");
    let record = store.annotations_of(row).expect("annotations").remove(0).record;
    assert_eq!(record.model_drafts, []);
    assert_eq!(record.first_impression.map(|it| it.reveal_ms), Some(None));
    assert!(!store.has_seen_model(row, "Ada").expect("an answer"));
}

#[test]
fn a_file_closed_while_a_model_computes_is_let_go_when_the_model_is_through() {
    let desk = desk();
    ask_the_model(&desk);
    let it = Arc::clone(&desk.session);
    let desktop = answers("close_case", move || it.close_case()).expect("it closes");
    assert!(desktop.case.is_none());
    let log = format!("{}-wal", case(desk.folder.path()));
    assert!(Path::new(&log).exists(), "whoever asked the model still has the file");
    desk.door.open();
    let begun = Instant::now();
    while Path::new(&log).exists() {
        assert!(begun.elapsed() < FOR_EVER, "the last one out closes the file, which empties its log");
        thread::yield_now();
    }

    let again = fake::session(&desk.folder.path().join("home"), "Ada", true);
    again.open_case(&case(desk.folder.path())).expect("it is a case file");
    let review = again.open_item("Reported", desk.row).expect("the lease was given back");
    assert!(review.impression.is_some());
    let revealed = fake::revealed(&again, "Reported", desk.row).expect("it was decided");
    assert!(revealed.assessment.is_some());
}
