//! Reviewing, through the verbs both programs call.

#[path = "review/precedents.rs"]
mod precedents;

use std::path::Path;

use casebook_core::{
    check::Missing,
    decision::{Choice, Confidence, Judgement, Picks},
    draft::{Draft, OtherText},
    evidence::{Anchor, Evidence},
    queue::{Filter, Order, Queue, QueueMode},
    record::{Author, Finish, Mode, Rating, RatingReason, Record, Stage},
};
use casebook_desk::{
    annotate::AnnotationFile,
    error::Code,
    session::Session,
    wire::{Aside, ImportRequest, Impression, Review, TakenBack},
};
use casebook_store::{Store, StoredAnnotation};
use casebook_tests::fake;
use tempfile::TempDir;

const ITEMS: &str = r#"{"id":"low","parts":[{"role":"caption","text":"quiet words"}],"language":"en","reports":[{"reason":"spam","n":1}]}
{"id":"high","parts":[{"role":"caption","text":"é👇 loud words"}],"language":"en","author":"u1","reports":[{"reason":"hate","n":9}],"reach_per_hour":100}
{"id":"middle","parts":[{"role":"caption","text":"some words"}],"language":"en","reports":[{"reason":"hate","n":3}]}
"#;

struct Desk {
    folder: TempDir,
    session: Session,
}

fn case(folder: &Path) -> String {
    folder.join("case.casebook").to_string_lossy().into_owned()
}

/// A case file with three items, open for Ada.
fn desk() -> Desk {
    desk_with(true)
}

fn desk_with(model: bool) -> Desk {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("items.jsonl"), ITEMS).expect("the folder is writable");
    let session = fake::session(&folder.path().join("home"), "Ada", model);
    session.new_case(&case(folder.path())).expect("the path is free");
    let path = folder.path().join("items.jsonl").to_string_lossy().into_owned();
    session.start_import(ImportRequest { path, ..ImportRequest::default() }).expect("a file is open");
    fake::wait_for_jobs(&session);
    Desk { folder, session }
}

fn another(desk: &Desk, name: &str) -> Session {
    let session = fake::session(&desk.folder.path().join(name), name, true);
    session.open_case(&case(desk.folder.path())).expect("it is a case file");
    session
}

fn next(session: &Session) -> Review {
    session.next("Reported").expect("the queue exists").expect("something is open")
}

fn judgement(choice: Choice) -> Judgement {
    Judgement {
        choice,
        clauses: vec!["HH-1".into()],
        severity: None,
        confidence: Confidence::FairlySure,
        cannot_judge_reason: None,
    }
}

fn decide(session: &Session, row: u32, choice: Choice) -> Draft {
    let impression = Impression { judgement: judgement(choice), note: "because".into() };
    fake::decide(session, "Reported", row, &impression).expect("nothing was decided yet").start
}

fn refused<T>(result: casebook_desk::error::Result<T>) -> (Code, String) {
    match result {
        Ok(_) => panic!("it should have been refused"),
        Err(error) => (error.code, error.message),
    }
}

#[test]
fn the_most_urgent_item_comes_first_and_stays_until_it_is_done() {
    let desk = desk();
    assert_eq!(next(&desk.session).item.id, "high");
    assert_eq!(next(&desk.session).item.id, "high", "asking twice gives the same item");
    let row = next(&desk.session).item.row;
    let draft = decide(&desk.session, row, Choice::Remove);
    desk.session.submit("Reported", row, &draft, 1500.0).expect("the draft is true");
    let second = next(&desk.session);
    assert_eq!((second.item.id.as_str(), second.done, second.open), ("middle", 1, Some(2)));
}

#[test]
fn two_reviewers_never_meet_over_one_item() {
    let desk = desk();
    let bob = another(&desk, "Bob");
    let mine = next(&desk.session).item.row;
    let his = next(&bob);
    assert_eq!(his.item.id, "middle", "the first is leased");
    let (code, message) = refused(bob.open_item("Reported", mine));
    assert_eq!(code, Code::NotYours, "{message}");
}

#[test]
fn a_second_window_of_one_reviewer_gets_another_item() {
    let desk = desk();
    let second = another(&desk, "Ada");
    assert_ne!(next(&desk.session).item.id, next(&second).item.id);
}

#[test]
fn a_record_says_how_it_came_about() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut draft = decide(&desk.session, row, Choice::Allow);
    draft.judgement = judgement(Choice::Remove);
    draft.steps[0].rating = Some(Rating::Right);
    desk.session.submit("Reported", row, &draft, 1500.0).expect("the draft is true");
    let store = Store::open(Path::new(&case(desk.folder.path()))).expect("it is a case file");
    let stored = of_ada(&store, row);
    let record = stored.record;
    assert_eq!(record.protocol.mode, Mode::Blind);
    assert!(!record.protocol.model_shown_before_decision);
    let impression = record.first_impression.expect("a blind review has one");
    assert_eq!(impression.kept, Some(false), "the mind was changed after the reveal");
    assert_eq!(impression.note.as_deref(), Some("because"));
    assert_eq!(record.decision.severity, 3, "the clause's default");
    assert_eq!(record.provenance.active_ms, Some(1500));
    assert!(record.provenance.reviewer.starts_with("r-") && !record.provenance.reviewer.contains("Ada"));
    assert!(record.item.author.expect("the item has one").starts_with("a-"), "no author by name");
    assert_eq!(record.model_drafts[0].model, "fake-model@1");
    assert!(record.evidence.iter().all(|it| it.verified == Some(true)));
}

#[test]
fn a_wrong_quote_stops_a_submission_and_says_where() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut draft = decide(&desk.session, row, Choice::Remove);
    let anchor = Anchor::TextSpan { part: "p1".into(), start: 3, end: 7, quote: "calm".into() };
    draft.evidence.push(Evidence { id: "h1".into(), anchor, verified: Some(true), note: None });
    let error = desk.session.submit("Reported", row, &draft, 0.0).expect_err("the item says loud");
    assert_eq!(error.code, Code::FalseRecord);
    assert_eq!(error.falsehoods.len(), 1);
    assert!(error.falsehoods[0].rule.contains("“loud”"), "{}", error.falsehoods[0]);
    assert_eq!(next(&desk.session).item.row, row, "nothing was recorded");
}

#[test]
fn evidence_is_checked_as_it_is_attached() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let span = |start, end, quote: &str| Evidence {
        id: "h1".into(),
        anchor: Anchor::TextSpan { part: "p1".into(), start, end, quote: quote.into() },
        verified: None,
        note: None,
    };
    let checked = desk.session.check_anchor(row, span(0, 2, "é👇")).expect("offsets count scalars");
    assert_eq!(checked.verified, Some(true));
    assert_eq!(refused(desk.session.check_anchor(row, span(0, 3, "é👇"))).0, Code::FalseRecord);
}

#[test]
fn a_blind_item_cannot_be_submitted_undecided() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let draft = Draft {
        steps: vec![],
        evidence: vec![],
        judgement: judgement(Choice::Remove),
        remediation_text: String::new(),
        creator_message: String::new(),
        finish: None,
    };
    let (code, message) = refused(desk.session.submit("Reported", row, &draft, 0.0));
    assert_eq!(code, Code::Request);
    assert!(message.contains("first impression"), "{message}");
}

#[test]
fn a_first_impression_is_given_once() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    decide(&desk.session, row, Choice::Remove);
    let impression = Impression { judgement: judgement(Choice::Allow), note: String::new() };
    assert_eq!(refused(desk.session.store_impression("Reported", row, &impression)).0, Code::Request);
}

#[test]
fn a_draft_survives_the_window() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut draft = decide(&desk.session, row, Choice::Remove);
    draft.creator_message = "half a sente".into();
    desk.session.save_draft(row, &draft).expect("the file is writable");
    let later = another(&desk, "Ada");
    let (code, _) = refused(later.open_item("Reported", row));
    assert_eq!(
        code,
        Code::NotYours,
        "another window of the same reviewer is somebody else while the first lives"
    );
    desk.session.close_case().expect("closing cannot fail");
    let review = later.open_item("Reported", row).expect("closing gave the lease back");
    assert_eq!(review.draft.expect("it was saved"), draft);
}

#[test]
fn what_was_picked_before_the_impression_survives_the_window() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let picks = Picks { choice: Some(Choice::Remove), note: "half a th".into(), ..Picks::default() };
    desk.session.save_picks(row, &picks).expect("the file is writable");
    desk.session.close_case().expect("closing cannot fail");
    let later = another(&desk, "Ada");
    let back = later.open_item("Reported", row).expect("closing gave the lease back");
    assert_eq!((back.picks, back.impression, back.revealed.is_none()), (Some(picks.clone()), None, true));
    decide(&later, row, Choice::Allow);
    later.save_picks(row, &picks).expect("the file is writable");
    let back = later.open_item("Reported", row).expect("it is leased already");
    assert_eq!(back.picks, None, "a stored impression leaves nothing to pick");
    later.close_case().expect("closing cannot fail");
    let bob = another(&desk, "Bob");
    assert_eq!(bob.open_item("Reported", row).expect("nobody holds it").picks, None, "picks are one's own");
}

#[test]
fn the_lease_of_a_dead_window_is_taken_over_at_once() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let path = case(desk.folder.path());
    desk.session.close_case().expect("closing cannot fail");
    let store = Store::open(Path::new(&path)).expect("it is a case file");
    // No process has number 4,194,305: Linux counts to 4,194,304 (proc(5), pid_max).
    store.lease(row, "Ada", "4194305/killed", 1_763_632_800_000, i64::MAX / 2).expect("nobody has it");
    store.lease(row + 1, "Bob", "4194305/killed", 1_763_632_800_000, i64::MAX / 2).expect("nobody has it");
    desk.session.open_case(&path).expect("it is a case file");
    assert_eq!(next(&desk.session).item.row, row, "my own dead window does not keep me waiting");
    assert_eq!(
        refused(desk.session.open_item("Reported", row + 1)).0,
        Code::NotYours,
        "another person's does"
    );
}

#[test]
fn undo_after_submit_reopens_the_item_with_its_work() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut draft = decide(&desk.session, row, Choice::Remove);
    draft.creator_message = "kept".into();
    desk.session.save_draft(row, &draft).expect("the file is writable");
    desk.session.submit("Reported", row, &draft, 0.0).expect("the draft is true");
    assert_ne!(next(&desk.session).item.row, row);
    let back =
        desk.session.undo("Reported").expect("nobody else has it").expect("there is something to undo");
    assert_eq!(back.item.row, row);
    assert_eq!(back.draft.expect("work is kept").creator_message, "kept");
    desk.session.submit("Reported", row, &draft, 0.0).expect("it can be submitted again");
    assert_eq!(next(&desk.session).done, 1);
}

#[test]
fn skip_and_defer_are_recorded_and_can_be_taken_back() {
    let desk = desk();
    let first = next(&desk.session).item.row;
    desk.session.set_aside("Reported", first, Aside::Skip).expect("the file is writable");
    let second = next(&desk.session).item.row;
    desk.session.set_aside("Reported", second, Aside::Defer).expect("the file is writable");
    let third = next(&desk.session).item.row;
    assert_eq!(desk.session.open_item("Reported", third).expect("it is mine").item.id, "low");
    let draft = decide(&desk.session, third, Choice::Allow);
    desk.session.submit("Reported", third, &draft, 0.0).expect("the draft is true");
    assert_eq!(next(&desk.session).item.row, second, "deferred comes back last; skipped does not");
    let undone = || desk.session.undo("Reported").expect("it works").expect("there is something to undo");
    assert_eq!(undone().taken_back, Some(TakenBack::Submission));
    assert_eq!(undone().taken_back, Some(TakenBack::Deferral));
    let back = undone();
    assert_eq!((back.item.row, back.taken_back), (first, Some(TakenBack::Skip)));
    assert!(desk.session.undo("Reported").expect("it works").is_none(), "nothing is left to take back");
}

#[test]
fn without_a_model_an_item_says_it_was_not_scored() {
    let desk = desk_with(false);
    let row = next(&desk.session).item.row;
    let impression = Impression { judgement: judgement(Choice::Remove), note: String::new() };
    let revealed =
        fake::decide(&desk.session, "Reported", row, &impression).expect("it is stored all the same");
    let assessment = revealed.assessment.expect("that there is no model is an outcome");
    let json = serde_json::to_value(&assessment.scoring).expect("plain data");
    assert_eq!(json, serde_json::json!({"outcome": "not_scored", "reason": "no_model"}));
    assert_eq!(refused(desk.session.start_scoring()).0, Code::Model);
}

#[test]
fn an_assessment_is_made_once() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    decide(&desk.session, row, Choice::Remove);
    let first = next(&desk.session).revealed.expect("it was decided").assessment.expect("it was made").id;
    desk.session.assess(None).expect("the model is there");
    let second = next(&desk.session).revealed.expect("it was decided").assessment.expect("it was made").id;
    assert_eq!(first, second);
}

#[test]
fn decided_items_become_precedents_of_others() {
    // Ada has no model, so nothing is assessed ahead of what she decides.
    let desk = desk_with(false);
    let row = next(&desk.session).item.row;
    let draft = decide(&desk.session, row, Choice::Remove);
    desk.session.submit("Reported", row, &draft, 0.0).expect("the draft is true");
    let bob = another(&desk, "Bob");
    bob.start_scoring().expect("the model is there");
    fake::wait_for_jobs(&bob);
    // Every fake text has the same vector, so what is decided first is like everything else.
    let cited = |id: &str| -> Vec<String> {
        let row = bob.row_of(id).expect("it was imported");
        bob.open_item("Reported", row).expect("nobody has it");
        let impression = Impression { judgement: judgement(Choice::Allow), note: String::new() };
        let revealed = fake::decide(&bob, "Reported", row, &impression).expect("undecided yet");
        revealed.assessment.expect("it was made").precedents.into_iter().map(|it| it.item).collect()
    };
    // Until Bob has decided it himself, what Ada decided would be told to him.
    assert_eq!(cited("high"), [""; 0]);
    assert_eq!(cited("low"), ["high"]);
}

#[test]
fn the_restricted_lane_shows_nothing_and_goes_nowhere() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut escalation = judgement(Choice::Escalate);
    escalation.clauses = vec!["CS-1".into()];
    let impression = Impression { judgement: escalation, note: String::new() };
    let draft = fake::decide(&desk.session, "Reported", row, &impression).expect("undecided yet").start;
    let mut removed = draft.clone();
    removed.judgement.choice = Choice::Remove;
    assert_eq!(refused(desk.session.submit("Reported", row, &removed, 0.0)).0, Code::FalseRecord);
    desk.session.submit("Reported", row, &draft, 0.0).expect("it can be escalated");
    assert!(desk.session.search("loud").expect("search works").is_empty(), "no search excerpt");
    assert!(!desk.session.search("quiet").expect("search works").is_empty());
}

#[test]
fn queues_filter_and_order() {
    let desk = desk();
    let queue = Queue {
        name: "Spam by age".into(),
        filter: Filter { reasons: vec!["spam".into()], ..Filter::default() },
        order: Order::Age,
        ..Queue::reported()
    };
    let queues = desk.session.save_queue(&queue).expect("the queue is sound");
    assert_eq!(queues.iter().find(|it| it.queue.name == "Spam by age").and_then(|it| it.open), Some(1));
    let review = desk.session.next("Spam by age").expect("it exists").expect("one item");
    assert_eq!(review.item.id, "low");
    let by_risk = Queue { order: Order::Risk, ..queue };
    assert_eq!(refused(desk.session.save_queue(&by_risk)).0, Code::Request);
    assert_eq!(refused(desk.session.next("Nobody's")).0, Code::Request);
}

#[test]
fn a_drawn_mode_is_kept_with_its_probability() {
    let desk = desk();
    let mode = QueueMode::Drawn { blind_probability: 0.75 };
    let queue = Queue { name: "Drawn".into(), mode, ..Queue::reported() };
    desk.session.save_queue(&queue).expect("the queue is sound");
    // The fake chance is always one half.
    let review = desk.session.next("Drawn").expect("it exists").expect("something is open");
    assert_eq!(review.mode, Mode::Blind);
    let row = review.item.row;
    let impression = Impression { judgement: judgement(Choice::Remove), note: String::new() };
    let draft = fake::decide(&desk.session, "Drawn", row, &impression).expect("undecided yet").start;
    desk.session.submit("Drawn", row, &draft, 0.0).expect("the draft is true");
    let store = Store::open(Path::new(&case(desk.folder.path()))).expect("it is a case file");
    let record = of_ada(&store, row).record;
    assert_eq!(record.protocol.assignment_probability, Some(0.75));
}

#[test]
fn a_file_may_annotate_as_the_window_does() {
    let desk = desk();
    let text = r#"{"item":"middle","impression":{"judgement":{"choice":"remove","clauses":["HH-1"],"severity":null,
        "confidence":"certain","cannot_judge_reason":null},"note":""},"ratings":{"m1":"right"}}"#;
    let file = AnnotationFile::parse(text).expect("it is an annotation");
    desk.session.annotate(&file).expect("it is true");
    let wrong = AnnotationFile::parse(&text.replace("m1", "m99").replace("middle", "low"))
        .expect("the shape is right");
    let (_, message) = refused(desk.session.annotate(&wrong));
    assert!(message.contains("m99"), "{message}");
    let shape = refused(AnnotationFile::parse(&text.replace("ratings", "rating")));
    assert!(shape.1.contains("rating"), "{}", shape.1);
}

fn conforms(record: &Record) {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/cot-record.schema.json")).expect("the schema is JSON");
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema");
    let written = serde_json::to_value(record).expect("a record is plain data");
    let wrong: Vec<String> =
        schema.iter_errors(&written).map(|it| format!("{} {it}", it.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// What Ada recorded of an item.
fn of_ada(store: &Store, row: u32) -> StoredAnnotation {
    let found = store.annotations_of(row).expect("the file is sound");
    found.into_iter().find(|it| it.reviewer == "Ada").expect("Ada submitted")
}

fn stored(desk: &Desk, row: u32) -> Record {
    let store = Store::open(Path::new(&case(desk.folder.path()))).expect("it is a case file");
    of_ada(&store, row).record
}

#[test]
fn everything_said_of_a_step_is_in_a_record_the_schema_knows() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut draft = decide(&desk.session, row, Choice::Remove);
    let step = &mut draft.steps[0];
    step.rating = Some(Rating::Wrong);
    step.rating_reason = Some(RatingReason::WrongFact);
    step.critique = "It is the other way round.".into();
    step.draft_text = Some(std::mem::replace(&mut step.text, "Mine.".into()));
    step.author = Author::ModelEdited;
    let other = |text: &str, rating| OtherText { text: text.into(), author: Author::Human, rating };
    step.alternatives = vec![other("Mine.", Some(Rating::Right)), other("Or this.", None)];
    draft.finish = Some(Finish::FirstError);
    desk.session.save_draft(row, &draft).expect("the file is writable");
    desk.session.submit("Reported", row, &draft, 0.0).expect("the draft is true");
    let record = stored(&desk, row);
    conforms(&record);
    let step = &record.steps[0];
    assert_eq!(step.rating_reason, Some(RatingReason::WrongFact));
    assert_eq!(step.alternatives.len(), 2);
    let critique = record.evidence.iter().find(|it| step.evidence.last() == Some(&it.id)).expect("its own");
    assert_eq!(critique.note.as_deref(), Some("It is the other way round."));
    assert_eq!(record.provenance.finish, Some(Finish::FirstError));
    assert!(record.complete, "a chain stopped at its first error is asked for nothing more");
    let back = desk.session.undo("Reported").expect("nobody has it").expect("the submission");
    assert_eq!(back.draft.expect("work is kept"), draft, "all of it comes back");
}

#[test]
fn a_chain_in_which_nobody_wrote_a_step_is_stored_with_the_decision_in_words() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut draft = decide(&desk.session, row, Choice::Remove);
    draft.steps.clear();
    let submitted = desk.session.submit("Reported", row, &draft, 0.0).expect("nothing is false");
    assert!(submitted.missing.contains(&Missing::Steps), "{submitted:?}");
    let record = stored(&desk, row);
    conforms(&record);
    assert_eq!(record.steps[0].text, "Decided: remove under HH-1, severity 3.");
}

#[test]
fn what_a_draft_lacks_is_told_while_it_is_written_and_stops_nothing() {
    let desk = desk();
    let row = next(&desk.session).item.row;
    let mut draft = decide(&desk.session, row, Choice::Remove);
    draft.steps.retain(|it| it.stage != Stage::Counterargument);
    let told = desk.session.missing(&draft).expect("a file is open");
    assert!(told.contains(&Missing::Counterargument), "{told:?}");
    let submitted = desk.session.submit("Reported", row, &draft, 0.0).expect("what is missing is no refusal");
    assert_eq!(submitted.missing, told, "the hint is what is missing");
    let sentences: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(stored(&desk, row).incomplete_reasons, sentences, "and what the record says");
}

#[test]
fn a_file_may_say_of_steps_what_the_window_may() {
    let desk = desk();
    let text = r#"{"item":"middle","impression":{"judgement":{"choice":"remove","clauses":["HH-1"],"severity":null,
        "confidence":"certain","cannot_judge_reason":null},"note":""},"ratings":{"m1":"wrong"},
        "reasons":{"m1":"unsupported"},"critiques":{"m1":"Nothing says so."},"finish":"first_error"}"#;
    desk.session.annotate(&AnnotationFile::parse(text).expect("it is an annotation")).expect("it is true");
    let record = stored(&desk, desk.session.row_of("middle").expect("it was imported"));
    conforms(&record);
    assert_eq!(record.steps[0].rating_reason, Some(RatingReason::Unsupported));
    assert_eq!(record.provenance.finish, Some(Finish::FirstError));
    let right = text.replace("\"wrong\"", "\"right\"").replace("middle", "low");
    let (_, message) =
        refused(desk.session.annotate(&AnnotationFile::parse(&right).expect("the shape is right")));
    assert!(message.contains("rated wrong"), "{message}");
}

#[test]
fn a_name_is_asked_before_anything_is_recorded() {
    let desk = desk();
    let nobody = Session::new(casebook_desk::session::Settings {
        home: desk.folder.path().join("nobody"),
        reviewer: None,
        stills: std::sync::Arc::new(fake::FakeStills),
        tables: std::sync::Arc::new(casebook_tables::Parquet),
        models: std::sync::Arc::new(fake::FakeShelf { installed: true }),
        clock: fake::ticking(),
        chance: std::sync::Arc::new(|| 0.5),
    });
    assert_eq!(refused(nobody.policy()).0, Code::NoCase);
    nobody.open_case(&case(desk.folder.path())).expect("it is a case file");
    assert_eq!(refused(nobody.next("Reported")).0, Code::NoReviewer);
    assert_eq!(refused(nobody.set_reviewer("  ")).0, Code::Request);
    nobody.set_reviewer("Cy").expect("a good name");
    assert!(nobody.next("Reported").expect("named now").is_some());
}

#[test]
fn the_restored_name_and_recent_files_are_remembered() {
    let desk = desk();
    desk.session.set_reviewer("Ada L").expect("a good name");
    let again = Session::new(casebook_desk::session::Settings {
        home: desk.folder.path().join("home"),
        reviewer: None,
        stills: std::sync::Arc::new(fake::FakeStills),
        tables: std::sync::Arc::new(casebook_tables::Parquet),
        models: std::sync::Arc::new(fake::FakeShelf { installed: true }),
        clock: fake::ticking(),
        chance: std::sync::Arc::new(|| 0.5),
    });
    let desktop = again.desktop().expect("nothing is open");
    assert_eq!(desktop.reviewer.as_deref(), Some("Ada L"));
    assert_eq!(desktop.recent.len(), 1);
    assert!(desktop.recent[0].exists && desktop.case.is_none());
}

#[test]
fn a_filtered_queue_is_counted_behind_the_reviewer() {
    use casebook_core::queue::{Filter, Queue};
    let desk = desk();
    let filter = Filter { languages: vec!["en".into()], ..Filter::default() };
    let english = Queue { name: "English".into(), filter, ..Queue::reported() };
    let counts = desk.session.save_queue(&english).expect("it is sound");
    let open = counts.iter().find(|it| it.queue.name == "English").and_then(|it| it.open);
    // The item comes at once, its count as soon as there is one.
    loop {
        let review = desk.session.next("English").expect("the queue exists").expect("something is open");
        if review.open.is_some() {
            assert_eq!(review.open, open);
            return;
        }
        std::thread::yield_now();
    }
}
