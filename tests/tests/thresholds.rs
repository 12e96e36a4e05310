//! Thresholds a team sets for itself, and what is known of models, through the verbs both programs call.

use std::{path::Path, sync::Arc};

use casebook_core::{
    assessment::Assessment,
    known::{KnownModel, ModelStatus},
    policy::Policy,
    ports::{Embedder, Flow, Model, ModelError, ModelShelf, ModelState, Scorer},
    score::{Driver, Method, Score, ScoreInput, Scoring, Speaker},
};
use casebook_desk::{
    error::Code,
    session::{Session, Settings},
    wire::{ImportRequest, OwnThreshold},
};
use casebook_tests::fake::{self, FakeShelf, FakeStills, TARGET};
use tempfile::TempDir;

const ITEMS: &str = r#"{"id":"one","parts":[{"role":"caption","text":"some words"}],"language":"en"}
{"id":"two","parts":[{"role":"caption","text":"other words"}],"language":"en"}
"#;

/// Gives every text 0.6 where the shipped threshold is 0.5.
struct Sixty;

impl Model for Sixty {
    fn speaker(&self) -> Speaker {
        Speaker {
            id: "sixty@1".into(),
            weights_sha256: "6".repeat(64),
            prompt_sha256: None,
            sampling: None,
            device: "cpu".into(),
            calibration: Some("made up".into()),
            languages: vec!["en".into()],
        }
    }
}

impl Scorer for Sixty {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        let score = |target: &str, method, value, threshold| Score {
            target: target.into(),
            title: "hate".into(),
            clauses: vec!["HH-1".into()],
            method,
            value,
            threshold,
        };
        let scores = vec![
            score(TARGET, Method::Head, 0.6, Some(0.5)),
            score("made-up/other", Method::Head, 0.45, Some(0.5)),
            // Seven of the fifteen heads that ship have none.
            score("made-up/unset", Method::Head, 0.99, None),
            score("HH-1", Method::ZeroShot, 0.3, None),
        ];
        let scoring = Scoring::Scored { scores, drivers: vec![], read_as: None };
        inputs.iter().map(|_| scoring.clone()).collect()
    }

    /// The first word drives the first target asked for, and so on.
    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        let part = &input.texts[0];
        let words = part.text.split(' ').scan(0, |at, word| {
            let start = *at;
            *at += word.len() as u32 + 1;
            Some((start, start + word.len() as u32))
        });
        let driver = |((start, end), target): (_, &String)| Driver {
            part: part.part,
            start,
            end,
            target: target.clone(),
            drop: 0.5,
        };
        words.zip(targets).map(driver).collect()
    }
}

impl Embedder for Sixty {
    fn embed(&self, inputs: &[ScoreInput]) -> Vec<Option<Vec<f32>>> {
        inputs.iter().map(|_| None).collect()
    }
}

/// With the card of the fake model.
struct Shelf;

impl ModelShelf for Shelf {
    fn state(&self) -> ModelState {
        FakeShelf { installed: true }.state()
    }

    fn scorer(&self, _: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        Ok(Arc::new(Sixty))
    }

    fn embedder(&self, _: &Policy) -> Result<Arc<dyn Embedder>, ModelError> {
        Ok(Arc::new(Sixty))
    }

    fn known(&self) -> Result<Vec<KnownModel>, ModelError> {
        FakeShelf { installed: true }.known()
    }

    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError> {
        FakeShelf { installed: true }.verify(id)
    }

    fn install(&self, _: &str, _: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError> {
        Err(fake::installs_nothing())
    }
}

fn session(folder: &Path, reviewer: &str) -> Session {
    Session::new(Settings {
        home: folder.join(reviewer),
        reviewer: Some(reviewer.into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(Shelf),
        clock: fake::ticking(),
        chance: Arc::new(|| 0.5),
    })
}

/// A case file with two items, open for Ada.
fn desk() -> (TempDir, Session) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(path("items.jsonl"), ITEMS).expect("the folder is writable");
    let session = session(folder.path(), "Ada");
    session.new_case(&path("case.casebook")).expect("the path is free");
    session
        .start_import(ImportRequest { path: path("items.jsonl"), ..ImportRequest::default() })
        .expect("a file is open");
    fake::wait_for_jobs(&session);
    (folder, session)
}

fn assessed(session: &Session, item: &str) -> Assessment {
    session.assess(Some(item)).expect("there is such an item");
    let (_, revealed) = session.show(item, true).expect("there is such an item");
    revealed.expect("it was asked for").assessment.expect("there is a model")
}

fn threshold(assessment: &Assessment) -> Option<f64> {
    let Scoring::Scored { scores, .. } = &assessment.scoring else { panic!("it has a text") };
    scores.iter().find(|it| it.target == TARGET).expect("the model has this label").threshold
}

#[test]
fn a_threshold_decides_from_where_on_a_score_counts() {
    let (_folder, session) = desk();
    let set = session.set_threshold(TARGET, Some(70)).expect("the label is known");
    assert_eq!((set[0].target.as_str(), set[0].percent, set[0].reviewer.as_str()), (TARGET, 70, "Ada"));
    let made = assessed(&session, "one");
    assert_eq!(threshold(&made), Some(0.7));
    let Scoring::Scored { scores, .. } = &made.scoring else { panic!("it has a text") };
    assert_eq!(scores[0].target, "made-up/other", "what stands nearest to its threshold comes first");
    assert_eq!(scores[0].threshold, Some(0.5), "another label keeps what it came with");
    let similarity = scores.iter().find(|it| it.method == Method::ZeroShot).expect("it was scored");
    assert_eq!(similarity.threshold, None, "a similarity has no threshold to set");
}

#[test]
fn what_no_score_reaches_is_said_not_to_be_reached() {
    let (_folder, session) = desk();
    let says = |made: &Assessment, words: &str| made.steps.iter().any(|it| it.text.contains(words));
    assert!(says(&assessed(&session, "one"), "stands above its threshold"));
    session.set_threshold(TARGET, Some(95)).expect("the label is known");
    assert!(says(&assessed(&session, "two"), "No calibrated score reaches its threshold"));
}

#[test]
fn the_passage_that_is_quoted_drove_the_score_that_leads() {
    let (_folder, session) = desk();
    let said = |made: &Assessment| made.steps[0].text.clone();
    assert_eq!(
        said(&assessed(&session, "one")),
        "The score rests mostly on “some”.",
        "the head that was met"
    );
    session.set_threshold(TARGET, Some(95)).expect("the label is known");
    let made = assessed(&session, "two");
    assert_eq!(said(&made), "The score rests mostly on “other”.", "no head was met: the nearest clause");
    let Scoring::Scored { drivers, .. } = &made.scoring else { panic!("it has a text") };
    let targets: Vec<&str> = drivers.iter().map(|it| it.target.as_str()).collect();
    assert_eq!(targets, ["HH-1"], "nothing is looked for that nobody weighs");
}

#[test]
fn what_was_assessed_keeps_the_threshold_it_was_assessed_with() {
    let (_folder, session) = desk();
    let before = assessed(&session, "one");
    session.set_threshold(TARGET, Some(70)).expect("the label is known");
    let after = assessed(&session, "one");
    assert_eq!(
        (before.id, threshold(&after)),
        (after.id.clone(), Some(0.5)),
        "an assessment is never edited"
    );
    assert_eq!(
        threshold(&assessed(&session, "two")),
        Some(0.7),
        "the next one is made with the new threshold"
    );
}

#[test]
fn a_threshold_belongs_to_the_case_file_and_can_be_brought_back() {
    let (folder, session) = desk();
    session.set_threshold(TARGET, Some(70)).expect("the label is known");
    session.set_threshold(TARGET, Some(80)).expect("the label is known");
    let bob = self::session(folder.path(), "Bob");
    bob.open_case(&folder.path().join("case.casebook").to_string_lossy()).expect("it is a case file");
    let percents = |set: &[OwnThreshold]| set.iter().map(|it| it.percent).collect::<Vec<_>>();
    assert_eq!(percents(&bob.thresholds().expect("read")), [80], "the newest counts, for everybody");
    assert_eq!(percents(&bob.set_threshold(TARGET, None).expect("brought back")), [] as [u32; 0]);
    assert_eq!(threshold(&assessed(&session, "one")), Some(0.5));
    session.set_threshold(TARGET, Some(60)).expect("it can be set again");
    assert_eq!(percents(&session.thresholds().expect("read")), [60]);
}

#[test]
fn a_threshold_that_nothing_was_measured_at_is_refused_by_value() {
    let (_folder, session) = desk();
    for percent in [0, 3, 71, 100, u32::MAX] {
        let refused = session.set_threshold(TARGET, Some(percent)).expect_err("no step of 5 from 5 to 95");
        assert_eq!(refused.code, Code::Request);
        assert!(refused.message.contains(&format!("{percent} %")), "{refused}");
    }
    let refused = session.set_threshold("nobody/X", Some(70)).expect_err("no such label");
    assert!(refused.message.contains("nobody/X") && refused.message.contains(TARGET), "{refused}");
    assert!(session.thresholds().expect("read").is_empty());
}

#[test]
fn a_bulk_score_is_stored_with_the_threshold_that_counts() {
    let (folder, session) = desk();
    session.set_threshold(TARGET, Some(70)).expect("the label is known");
    session.start_scoring().expect("there is a model");
    fake::wait_for_jobs(&session);
    let store = casebook_store::Store::open(&folder.path().join("case.casebook")).expect("a case file");
    let row = store.row_of("one").expect("read").expect("it was imported");
    let policy = Policy::built_in();
    let said = store.scoring(row, &Sixty.speaker(), &policy.sha256).expect("read").expect("it was scored");
    let Scoring::Scored { scores, .. } = said else { panic!("it has a text") };
    assert_eq!(scores.iter().find(|it| it.target == TARGET).and_then(|it| it.threshold), Some(0.7));
}

#[test]
fn models_are_known_without_a_case_file_and_checked_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = session(folder.path(), "Ada");
    let known = session.models().expect("cards need no file");
    assert_eq!((known.len(), &known[0].status), (1, &ModelStatus::Installed));
    assert_eq!(session.verify_model("fake-model@1").expect("it has a card"), ModelStatus::Installed);
    let refused = session.verify_model("nobody").expect_err("no card");
    assert!(refused.message.contains("nobody") && refused.message.contains("fake-model@1"), "{refused}");
    assert_eq!(session.thresholds().expect_err("thresholds are of a file").code, Code::NoCase);
}
