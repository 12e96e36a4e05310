//! What a reviewer waits for while a model computes for twenty seconds: nothing of that.

use std::{
    fs,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use casebook_core::{
    draft::Draft,
    ports::{Model, Scorer},
    queue::Queue,
    score::{Driver, ScoreInput, Scoring, Speaker},
};
use casebook_desk::{
    session::{Session, Settings},
    wire::ImportRequest,
};
use casebook_tests::{
    fake::{self, FakeStills, PlantedScorer, ShelfWith},
    made_up::case::{CaseFile, now, open, remove},
};

use super::{impression, ms};

/// How long the model computes.
const COMPUTES: Duration = Duration::from_secs(20);
/// What is asked for meanwhile, at most.
const SAMPLES: usize = 2_000;

/// Milliseconds, one per sample.
#[derive(Default)]
pub struct Busy {
    pub draft: Vec<f64>,
    pub media: Vec<f64>,
    /// The next item, in another window.
    pub next: Vec<f64>,
}

/// Keeps a processor busy for [`COMPUTES`] where an assessment is waited for, as a language model would.
struct Slow;

impl Model for Slow {
    fn speaker(&self) -> Speaker {
        Speaker { id: "slow@1".into(), ..PlantedScorer.speaker() }
    }
}

impl Scorer for Slow {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        if thread::current().name() == Some("assess") {
            let began = Instant::now();
            let mut sum = 0.0_f64;
            while began.elapsed() < COMPUTES {
                sum = (0..10_000).fold(sum, |sum, n| sum.mul_add(0.5, f64::from(n)));
            }
            std::hint::black_box(sum);
        }
        PlantedScorer.score(inputs)
    }

    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        PlantedScorer.explain(input, targets)
    }
}

/// Decides an item, and saves, looks and fetches while its assessment is computed.
pub fn measure(made: &CaseFile) -> Busy {
    let case = made.copy("busy.casebook");
    let home = tempfile::tempdir().expect("a temporary folder");
    let ada = session(&case, home.path());
    let row = with_picture(&ada, home.path());
    let queue = Queue::reported().name;
    ada.open_item(&queue, row).expect("nobody has it");
    ada.store_impression(&queue, row, &impression()).expect("an impression");
    let bob_home = tempfile::tempdir().expect("a temporary folder");
    let bob = open(&case, bob_home.path());
    bob.set_reviewer("Bob").expect("a name");
    assert!(ada.reveal(&queue, row).expect("it was decided").is_none(), "the model computes");
    let draft = Draft {
        steps: vec![],
        evidence: vec![],
        judgement: impression().judgement,
        remediation_text: "words ".repeat(100),
        creator_message: String::new(),
        finish: None,
    };
    let mut times = Busy::default();
    let began = Instant::now();
    while times.draft.len() < SAMPLES && began.elapsed() < COMPUTES.mul_f64(0.9) {
        let at = Instant::now();
        ada.save_draft(row, &draft).expect("a draft");
        times.draft.push(ms(at));
        let at = Instant::now();
        ada.media(&format!("{row}/p2/covered")).expect("a picture");
        times.media.push(ms(at));
        let at = Instant::now();
        bob.next(&queue).expect("an item");
        times.next.push(ms(at));
    }
    assert!(ada.reveal(&queue, row).expect("it was decided").is_none(), "the model computed all the while");
    drop((ada, bob));
    remove(&case);
    times
}

fn session(case: &Path, home: &Path) -> Session {
    let session = Session::new(Settings {
        home: home.to_owned(),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(ShelfWith::scorer(Slow)),
        clock: Arc::new(now),
        chance: Arc::new(|| 0.5),
    });
    session.open_case(&case.to_string_lossy()).expect("the case file opens");
    session
}

/// Imports an item with a picture of 200 KB.
fn with_picture(session: &Session, folder: &Path) -> u32 {
    let item = r#"{"id":"picture","parts":[{"role":"caption","text":"words"},{"role":"image","path":"p.png"}],"language":"en"}"#;
    fs::write(folder.join("items.jsonl"), item).expect("the folder is writable");
    fs::write(folder.join("p.png"), vec![7; 200_000]).expect("the folder is writable");
    let path = folder.join("items.jsonl").to_string_lossy().into_owned();
    session.start_import(ImportRequest { path, ..ImportRequest::default() }).expect("a file is open");
    fake::wait_for_jobs(session);
    session.row_of("picture").expect("it was imported")
}
