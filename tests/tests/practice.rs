//! Practising: a case file of our own, whose items are spoken of without a model.

use casebook_core::{
    decision::{Choice, Confidence, Judgement},
    score::Scoring,
};
use casebook_desk::{session::Session, wire::Impression};
use casebook_tests::fake;
use tempfile::TempDir;

fn session(model: bool) -> (TempDir, Session) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = fake::session(&folder.path().join("home"), "Ada", model);
    (folder, session)
}

fn path(session: &Session) -> String {
    session.desktop().expect("it answers").case.expect("a file is open").path
}

/// Decides the next item and says what was said of it; `None` where nothing is left.
fn decide_next(session: &Session) -> Option<String> {
    let row = session.next("Reported").expect("the queue exists")?.item.row;
    let judgement = Judgement {
        choice: Choice::Allow,
        clauses: vec!["SP-1".into()],
        severity: None,
        confidence: Confidence::Certain,
        cannot_judge_reason: None,
    };
    let impression = Impression { judgement, note: String::new() };
    let revealed = fake::decide(session, "Reported", row, &impression).expect("it is ready at once");
    let assessment = revealed.assessment.expect("the deck speaks of each of its items");
    assert!(
        matches!(assessment.scoring, Scoring::NotScored { .. }),
        "nothing was scored: {:?}",
        assessment.scoring
    );
    assert!(assessment.evidence.iter().all(|it| it.verified == Some(true)), "{:?}", assessment.evidence);
    assert!(!assessment.steps.is_empty() && assessment.recommendation.is_some());
    session.submit("Reported", row, &revealed.start, 1.0).expect("nothing in it is false");
    Some(assessment.model.id)
}

#[test]
fn ten_items_are_there_and_each_is_spoken_of_under_the_name_of_the_deck_whether_or_not_a_model_is_installed()
{
    for model in [false, true] {
        let (_folder, session) = session(model);
        let desktop = session.practise().expect("the home can be written");
        assert!(desktop.case.as_ref().is_some_and(|it| it.practice && it.items == 10), "{desktop:?}");
        let said: Vec<String> = std::iter::from_fn(|| decide_next(&session)).collect();
        assert_eq!(said, vec!["practice-deck@1"; 10], "with a model: {model}");
    }
}

#[test]
fn who_practises_again_goes_on_and_who_is_through_gets_a_new_file() {
    let (_folder, session) = session(false);
    session.practise().expect("the home can be written");
    let first = path(&session);
    decide_next(&session).expect("there are ten");
    session.close_case().expect("it closes");
    session.practise().expect("it opens");
    assert_eq!(path(&session), first, "nine are left");
    while decide_next(&session).is_some() {}
    session.practise().expect("it opens");
    assert_ne!(path(&session), first, "all ten are decided");
    assert_eq!(session.queues().expect("they are read")[0].open, Some(10));
    let since = 1_763_632_800_000.0;
    assert_eq!(session.day(since).expect("it is told").decided, 0, "practice is no work");
}

#[test]
fn another_case_file_is_none_to_practise_in() {
    let (folder, session) = session(false);
    let path = folder.path().join("real.casebook");
    let desktop = session.new_case(&path.to_string_lossy()).expect("the path is free");
    assert!(desktop.case.is_some_and(|it| !it.practice));
}

#[test]
fn nobody_practises_without_a_name_and_a_home_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = folder.path().join("home");
    let session = fake::session(&home, "Ada", false);
    std::fs::write(&home, "a file in its place").expect("room");
    let refused = session.practise().expect_err("a file is no folder").to_string();
    assert!(refused.contains("practise") && refused.contains("home"), "{refused}");
}
