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
    evidence::Anchor,
    ports::{Asked, Flow, Model, ModelError, ModelShelf, Reasoner, Role, Scorer, Writing, Written},
    record::{Stage, StepSource},
    score::{Driver, Method, NotScored, Score, ScoreInput, Scoring, Speaker},
    weighing::notes::{self, Notes, Outcome, Quote},
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

/// What it writes, where it does.
#[derive(Clone, Copy)]
enum Writes {
    /// Two reasons, one of which quotes what the item does not say.
    Notes,
    /// The beginning of them.
    Half,
    /// Something else.
    Garbage,
    /// It breaks off.
    Nothing,
    /// Notes that never end: the same letter again and again.
    Endless,
}

const NOTES: &str = r#"{"for": [{"quote": "words about GARDENS", "criterion": "a", "breaks_the_rule_because": "It speaks of gardens."}, {"quote": "send me your money", "criterion": "b", "breaks_the_rule_because": "It asks for money."}], "against": [{"quote": "plain words", "rule": "x1", "may_stay_because": "The words are plain."}, {"quote": "", "rule": "none", "may_stay_because": "Nobody is deceived."}], "severity": 4}"#;

struct MadeUp(Answer, Writes);

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

    fn write(
        &self,
        asked: &Asked,
        _writing: &Writing,
        watch: &mut dyn FnMut(&str) -> Flow,
    ) -> Result<Written, ModelError> {
        assert!(asked.prefix[0].text.contains("Rule FR-1:"), "only what was found is written about");
        assert_eq!(asked.question[1].text, "Yes", "it goes on from its answer");
        self.written(watch)
    }
}

/// What is told while it writes NOTES, piece by piece.
const PIECES: usize = 8;

impl MadeUp {
    fn written(&self, watch: &mut dyn FnMut(&str) -> Flow) -> Result<Written, ModelError> {
        let model = self.speaker().id;
        let whole = |text: &str, is_whole| {
            Ok(Written { text: text.into(), is_whole, n_tokens: 40, log_likelihood: -2.5 })
        };
        let half = &NOTES[..NOTES.len() / 2];
        match self.1 {
            Writes::Nothing => Err(ModelError::Damaged { model, rule: "out of ink".into() }),
            Writes::Half => whole(half, false),
            Writes::Garbage => whole("I would rather not say.", true),
            Writes::Notes => {
                for n in 0..PIECES {
                    if watch(&NOTES[..n * NOTES.len() / PIECES]) == Flow::Stop {
                        return Err(ModelError::Stopped { model });
                    }
                }
                whole(NOTES, true)
            }
            Writes::Endless => {
                while watch(half) == Flow::Go {
                    thread::sleep(Duration::from_millis(1));
                }
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
    decided_with(folder, MadeUp(answer, Writes::Notes))
}

fn decided_with(folder: &Path, reasoner: MadeUp) -> Session {
    decided_by(folder, with_words(reasoner))
}

fn decided_by(folder: &Path, models: ShelfWith) -> Session {
    let ada = at_the_item(folder, models);
    decide(&ada);
    ada
}

fn decide(ada: &Session) {
    let impression = json!({"judgement": judgement("remove"), "note": ""});
    call(ada, "review.store_impression", json!({"queue": "Reported", "row": 1, "impression": impression}));
}

/// The planted scorer, and what is asked in words.
fn with_words(reasoner: MadeUp) -> ShelfWith {
    ShelfWith { scorer: Arc::new(PlantedScorer), finder: None, reasoner: Some(Arc::new(reasoner)) }
}

fn at_the_item(folder: &Path, models: ShelfWith) -> Session {
    let ada = Session::new(Settings {
        home: folder.join("home"),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(models),
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
    assert_eq!(assessment.model.prompt_sha256, Some(notes::prompts_sha256()));
    assert_eq!(revealed.problem, None);
    let draft: Value = serde_json::to_value(&revealed.start).expect("plain data");
    let args = json!({"queue": "Reported", "row": 1, "draft": draft, "active": 1.0});
    call(&ada, "review.submit", args);
}

#[test]
fn a_text_that_the_scorer_does_not_read_is_checked_where_something_else_finds_its_clauses() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = {
        let words = with_words(MadeUp(Answer::Fraud, Writes::Notes));
        let finder: Option<Arc<dyn Scorer>> = Some(Arc::new(PlantedScorer));
        decided_by(folder.path(), ShelfWith { scorer: Arc::new(EnglishOnly), finder, ..words })
    };
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
    let ada = {
        let words = with_words(MadeUp(Answer::Fails, Writes::Nothing));
        decided_by(folder.path(), ShelfWith { scorer: Arc::new(EnglishOnly), ..words })
    };
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

fn noted(ada: &Session) -> (Revealed, Notes) {
    let mut revealed = fake::revealed(ada, "Reported", 1).expect("it was decided");
    let assessment = revealed.assessment.as_mut().expect("it was made");
    assert_eq!(assessment.notes.len(), 1, "one clause was found broken");
    let notes = assessment.notes.remove(0);
    (revealed, notes)
}

#[test]
fn what_it_writes_is_checked_and_becomes_steps_under_its_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (revealed, notes) = noted(&decided(folder.path(), Answer::Fraud));
    assert_eq!((notes.clause.as_str(), notes.found, notes.outcome), ("FR-1", true, Outcome::Whole));
    assert_eq!((notes.model.as_str(), notes.text.as_str()), ("made-up-words@1", NOTES));
    assert!(
        matches!(&notes.speaks_for[0].quote, Quote::Repaired { place, .. } if place.quote == "words about gardens")
    );
    assert!(matches!(&notes.speaks_for[1].quote, Quote::Unverified { near: 0, .. }));
    assert!(matches!(&notes.against[0].quote, Quote::Verified { place } if place.quote == "plain words"));
    let assessment = revealed.assessment.expect("it was made");
    let written: Vec<(Stage, &str)> = assessment
        .steps
        .iter()
        .filter(|it| it.source == StepSource::LanguageModel)
        .map(|it| (it.stage, it.text.as_str()))
        .collect();
    assert_eq!(
        written[..4],
        [
            (Stage::ClauseMatch, "It speaks of gardens."),
            (Stage::ClauseMatch, "It asks for money."),
            (Stage::ExceptionCheck, "x1: The words are plain."),
            (Stage::Counterargument, "Nobody is deceived."),
        ]
    );
    let evidence = |id: &str| assessment.evidence.iter().find(|it| it.id == id).expect("it is there");
    let step = |said: &str| assessment.steps.iter().find(|it| it.text == said).expect("it is there");
    let misquoted = step("It asks for money.").evidence.iter().map(|it| evidence(it));
    let misquoted: Vec<_> = misquoted.filter(|it| it.verified == Some(false)).collect();
    assert_eq!(misquoted.len(), 1, "it is marked, not believed");
    assert!(misquoted[0].note.as_ref().is_some_and(|it| it.contains("not verified")), "{misquoted:?}");
    let repaired = step("It speaks of gardens.").evidence.iter().map(|it| evidence(it));
    let repaired = repaired.filter(|it| matches!(it.anchor, Anchor::TextSpan { .. }));
    let notes: Vec<_> = repaired.map(|it| (it.verified, it.note.clone().unwrap_or_default())).collect();
    assert_eq!(notes, [(Some(true), "the model wrote “words about GARDENS”".to_owned())]);
    let started = revealed.start.evidence.iter().filter(|it| it.verified != Some(true)).count();
    assert_eq!(started, 0, "what is not verified is not carried into a record");
}

#[test]
fn notes_that_are_cut_off_or_none_at_all_are_outcomes_and_the_verdict_stays() {
    for (writes, outcome) in [
        (Writes::Half, Outcome::CutOff),
        (Writes::Garbage, Outcome::Unparsable),
        (Writes::Nothing, Outcome::Failed),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let ada = decided_with(folder.path(), MadeUp(Answer::Fraud, writes));
        let (revealed, notes) = noted(&ada);
        assert_eq!(notes.outcome, outcome);
        assert_eq!(notes.text.contains("out of ink"), outcome == Outcome::Failed, "it says with what");
        let assessment = revealed.assessment.expect("it was made");
        assert!(assessment.steps.iter().all(|it| it.source == StepSource::Pipeline));
        let recommended = assessment.recommendation.expect("it can be recommended from");
        assert_eq!((recommended.choice, recommended.clauses), (Choice::Remove, vec!["FR-1".into()]));
        assert_eq!(assessment.model.id, "fake-model@1+made-up-words@1", "its checks are in it");
    }
}

#[test]
fn what_is_being_written_is_told_after_the_impression_and_never_before() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = at_the_item(folder.path(), with_words(MadeUp(Answer::Fraud, Writes::Notes)));
    let events = ada.events();
    // Reading ahead writes too, and tells nobody.
    ada.assess(None).expect("the models are there");
    while let Some(event) = events.next_within(Duration::from_millis(50)) {
        assert!(!matches!(event, Event::Writing { .. }), "{event:?}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = at_the_item(folder.path(), with_words(MadeUp(Answer::Fraud, Writes::Endless)));
    let events = ada.events();
    ada.reveal("Reported", 1).expect_err("nothing was decided yet");
    assert_eq!(events.next_within(Duration::from_millis(50)), None);
    decide(&ada);
    assert!(ada.reveal("Reported", 1).expect("it was decided").is_none());
    let patience = Duration::from_secs(30);
    let Some(Event::Writing { row, clause, said }) = events.next_within(patience) else {
        panic!("it writes")
    };
    assert_eq!((row, clause.as_str()), (1, "FR-1"));
    assert_eq!((said[0].speaks_for, said[0].because.as_str()), (true, "It speaks of gardens."));
    // Somebody else takes the desk: of what Ada waits for nothing more is told.
    call(&ada, "file.set_reviewer", json!({"name": "Bo"}));
    assert_eq!(events.next_within(Duration::from_millis(50)), None);
    call(&ada, "file.set_reviewer", json!({"name": "Ada"}));
    let begun = Instant::now();
    assert!(ada.decline("Reported", 1).expect("it was decided").assessment.is_none());
    while events.next_within(patience).expect("it is told") != (Event::Assessed { row: 1 }) {
        assert!(begun.elapsed() < patience, "it writes for nobody");
    }
}

#[test]
fn without_a_language_model_nothing_is_checked() {
    let shelf = FakeShelf { installed: true };
    let missing = shelf.reasoner().err().expect("it has none");
    assert!(matches!(missing, ModelError::NotInstalled { role: Role::Reasoner, .. }), "{missing}");
}
