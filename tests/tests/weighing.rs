//! A language model is asked about the clauses that likeness and heads point at, and what it says leads.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use casebook_core::{
    decision::Choice,
    ports::{Asked, Flow, Model, ModelError, ModelShelf, Reasoner, Role, Scorer},
    score::{Driver, Method, NotScored, Score, ScoreInput, Scoring, Speaker},
    weighing,
};
use casebook_desk::{
    events::Event,
    session::{Session, Settings},
    wire::Revealed,
};
use casebook_tests::{
    asked::{call, judgement},
    fake::{self, FakeShelf, FakeStills, PlantedScorer, ShelfWith},
};
use serde_json::{Value, json};

const ITEM: &str =
    r#"{"id":"a","parts":[{"role":"caption","text":"plain words about gardens"}],"language":"en"}"#;

/// What a made-up language model does when it is asked.
enum Answer {
    /// Finds FR-1 broken and nothing else.
    Fraud,
    /// Breaks off.
    Fails,
    /// Never ends by itself; says when it was asked, and looks whether to go on.
    Endless(Mutex<Sender<()>>, Arc<AtomicBool>),
}

struct MadeUp(Answer);

impl Model for MadeUp {
    fn speaker(&self) -> Speaker {
        let id = "made-up-words@1".into();
        Speaker { id, ..PlantedScorer.speaker() }
    }
}

impl Reasoner for MadeUp {
    fn likelihoods(
        &self,
        asked: &Asked,
        answers: &[&str],
        watch: &mut dyn FnMut() -> Flow,
    ) -> Result<Vec<f64>, ModelError> {
        let model = self.speaker().id;
        assert_eq!(answers, ["Yes", "No"]);
        match &self.0 {
            Answer::Fraud => {
                let is_fraud = asked.prefix[0].text.contains("Rule FR-1:");
                Ok(vec![if is_fraud { 2.0 } else { -2.0 }, 0.0])
            }
            Answer::Fails => Err(ModelError::Damaged { model, rule: "out of memory".into() }),
            Answer::Endless(asked, stopped) => {
                asked.lock().expect("whole").send(()).expect("the test listens");
                while watch() == Flow::Go {
                    thread::sleep(Duration::from_millis(1));
                }
                stopped.store(true, Ordering::Relaxed);
                Err(ModelError::Stopped { model })
            }
        }
    }
}

/// Reads English, and says of everything else that it does not.
struct EnglishOnly;

impl Model for EnglishOnly {
    fn speaker(&self) -> Speaker {
        PlantedScorer.speaker()
    }
}

impl Scorer for EnglishOnly {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        let not_read = Scoring::NotScored { reason: NotScored::Language };
        inputs.iter().map(|_| not_read.clone()).collect()
    }

    fn explain(&self, _: &ScoreInput, _: &[String]) -> Vec<Driver> {
        panic!("it explains what it did not read")
    }
}

/// Ada at the item, decided; the model reads.
fn decided(folder: &Path, answer: Answer) -> Session {
    decided_with(folder, Arc::new(PlantedScorer), None, answer)
}

fn decided_with(
    folder: &Path,
    scorer: Arc<dyn Scorer>,
    finder: Option<Arc<dyn Scorer>>,
    answer: Answer,
) -> Session {
    let ada = Session::new(Settings {
        home: folder.join("home"),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(ShelfWith { scorer, finder, reasoner: Some(Arc::new(MadeUp(answer))) }),
        clock: fake::ticking(),
        chance: Arc::new(|| 0.5),
    });
    call(&ada, "file.new_case", json!({"path": folder.join("a.casebook").to_string_lossy()}));
    let path = folder.join("items.jsonl");
    std::fs::write(&path, ITEM).expect("the folder is writable");
    call(&ada, "data.start_import", json!({"request": {"path": path.to_string_lossy(), "columns": []}}));
    fake::wait_for_jobs(&ada);
    // By row: after `next` the models would read ahead.
    call(&ada, "review.open_item", json!({"queue": "Reported", "row": 1}));
    let impression = json!({"judgement": judgement("remove"), "note": ""});
    call(&ada, "review.store_impression", json!({"queue": "Reported", "row": 1, "impression": impression}));
    ada
}

fn scores(revealed: &Revealed) -> Vec<Score> {
    match &revealed.assessment.as_ref().expect("it was made").scoring {
        Scoring::Scored { scores, .. } => scores.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_language_model_says_of_a_clause_leads_whatever_the_heads_say() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = decided(folder.path(), Answer::Fraud);
    let revealed = fake::revealed(&ada, "Reported", 1).expect("it was decided");
    let scores = scores(&revealed);
    let checks: Vec<(&str, f64)> =
        scores.iter().filter(|it| it.method == Method::Check).map(|it| (&*it.target, it.value)).collect();
    // The planted head, far above its threshold, points at HH-1 and HH-3; likeness at HH-1 and FR-1.
    assert_eq!(checks, [("FR-1", 2.0), ("HH-1", -2.0), ("HH-3", -2.0)]);
    assert_eq!(scores[0].target, "FR-1", "they come first");
    let assessment = revealed.assessment.expect("it was made");
    let recommended = assessment.recommendation.expect("it can be recommended from");
    assert_eq!((recommended.choice, recommended.clauses), (Choice::Remove, vec!["FR-1".into()]));
    assert_eq!(assessment.model.id, "fake-model@1+made-up-words@1");
    assert_eq!(assessment.model.prompt_sha256, Some(weighing::prompt_sha256()));
    assert_eq!(revealed.problem, None);
    let draft: Value = serde_json::to_value(&revealed.start).expect("plain data");
    let args = json!({"queue": "Reported", "row": 1, "draft": draft, "active": 1.0});
    call(&ada, "review.submit", args);
}

#[test]
fn a_text_that_the_scorer_does_not_read_is_checked_where_something_else_finds_its_clauses() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada =
        decided_with(folder.path(), Arc::new(EnglishOnly), Some(Arc::new(PlantedScorer)), Answer::Fraud);
    let revealed = fake::revealed(&ada, "Reported", 1).expect("it was decided");
    let scores = scores(&revealed);
    assert!(
        scores.iter().all(|it| it.method == Method::Check),
        "what found the clauses says nothing: {scores:?}"
    );
    assert_eq!(scores[0].target, "FR-1");
    let assessment = revealed.assessment.expect("it was made");
    assert_eq!(assessment.model.id, "fake-model@1+fake-model@1+made-up-words@1");
    let recommended = assessment.recommendation.expect("it can be recommended from");
    assert_eq!(recommended.clauses, ["FR-1"]);
}

#[test]
fn without_what_finds_its_clauses_such_a_text_is_not_scored_and_not_asked_about() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = decided_with(folder.path(), Arc::new(EnglishOnly), None, Answer::Fails);
    let revealed = fake::revealed(&ada, "Reported", 1).expect("it was decided");
    assert_eq!(revealed.problem, None, "nobody was asked");
    let scoring = revealed.assessment.expect("it was made").scoring;
    assert_eq!(scoring, Scoring::NotScored { reason: NotScored::Language });
}

#[test]
fn a_language_model_that_fails_is_said_and_the_others_speak_without_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = decided(folder.path(), Answer::Fails);
    let revealed = fake::revealed(&ada, "Reported", 1).expect("it was decided");
    assert!(
        revealed.problem.as_ref().is_some_and(|it| it.contains("out of memory")),
        "{:?}",
        revealed.problem
    );
    assert!(scores(&revealed).iter().all(|it| it.method != Method::Check));
    assert_eq!(
        revealed.assessment.expect("it was made").model.id,
        "fake-model@1",
        "who did not speak is not named"
    );
}

#[test]
fn who_goes_on_without_it_stops_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (asked, wait): (Sender<()>, Receiver<()>) = channel();
    let stopped = Arc::new(AtomicBool::new(false));
    let ada = decided(folder.path(), Answer::Endless(Mutex::new(asked), Arc::clone(&stopped)));
    let events = ada.events();
    assert!(ada.reveal("Reported", 1).expect("it was decided").is_none());
    wait.recv_timeout(Duration::from_secs(30)).expect("the model is asked");
    assert!(ada.decline("Reported", 1).expect("it was decided").assessment.is_none());
    let patience = Duration::from_secs(30);
    let begun = Instant::now();
    while !stopped.load(Ordering::Relaxed) {
        assert!(begun.elapsed() < patience, "it computes for nobody");
        thread::yield_now();
    }
    while events.next_within(patience).expect("it is told") != (Event::Assessed { row: 1 }) {}
    assert!(ada.reveal("Reported", 1).expect("it was decided").is_some_and(|it| it.assessment.is_none()));
}

#[test]
fn without_a_language_model_nothing_is_checked() {
    let shelf = FakeShelf { installed: true };
    let missing = shelf.reasoner().err().expect("it has none");
    assert!(matches!(missing, ModelError::NotInstalled { role: Role::Reasoner, .. }), "{missing}");
}
