//! A reviewer's day: their own, in their data folder, and in no case file.

use std::{fs, path::Path};

use casebook_desk::{session::Session, wire::ImportRequest};
use casebook_tests::{
    asked::{call, decide, judgement},
    fake,
};
use serde_json::{Value, json};

const ITEMS: &str = r#"{"id":"one","parts":[{"role":"caption","text":"plain words"}],"language":"en","reports":[{"reason":"spam","n":9}]}
{"id":"two","parts":[{"role":"caption","text":"other words"}],"language":"en","reports":[{"reason":"spam","n":3}]}
"#;
/// The made-up clock begins here.
const SINCE: u64 = 1_763_632_800_000;

fn case(folder: &Path) -> Session {
    fs::write(folder.join("items.jsonl"), ITEMS).expect("room");
    let session = fake::session(&folder.join("home"), "Ada", true);
    session.new_case(&folder.join("case.casebook").to_string_lossy()).expect("the path is free");
    let path = folder.join("items.jsonl").to_string_lossy().into_owned();
    session.start_import(ImportRequest { path, ..ImportRequest::default() }).expect("a file is open");
    fake::wait_for_jobs(&session);
    session
}

fn submit(session: &Session, choice: &str) -> Value {
    let next = call(session, "review.next", json!({"queue": "Reported"}));
    let row = next["item"]["row"].clone();
    let revealed = decide(session, "Reported", &row, &judgement(choice), "");
    let arguments = json!({"queue": "Reported", "row": row, "draft": revealed["start"], "active": 30_000.0});
    call(session, "review.submit", arguments);
    row
}

fn day(session: &Session) -> Value {
    call(session, "review.day", json!({"since": SINCE}))
}

#[test]
fn what_is_decided_and_looked_at_is_told_and_what_is_taken_back_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = case(folder.path());
    let row = submit(&session, "remove");
    call(&session, "review.looked", json!({"row": row, "ms": 4000.0}));
    submit(&session, "remove");
    let told = day(&session);
    assert_eq!((&told["decided"], &told["per_hour"]), (&json!(2), &json!(120.0)), "{told}");
    assert_eq!(told["last"][1]["item"], "one");
    let uncovered: f64 =
        told["uncovered_ms"].as_array().expect("a list").iter().filter_map(Value::as_f64).sum();
    assert!((uncovered - 4000.0).abs() < 1e-9, "{told}");
    call(&session, "review.undo", json!({"queue": "Reported"}));
    assert_eq!(day(&session)["decided"], 1);
}

#[test]
fn nothing_of_it_is_in_the_case_file_and_nobody_else_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = case(folder.path());
    let row = submit(&session, "remove");
    call(&session, "review.looked", json!({"row": row, "ms": 4321.0}));
    session.close_case().expect("it closes");
    let bytes = fs::read(folder.path().join("case.casebook")).expect("it is there");
    assert!(!bytes.windows(8).any(|it| it == b"\"looked\"") && !bytes.windows(6).any(|it| it == b"4321.0"));
    session.set_reviewer("Bob").expect("a name");
    assert_eq!(day(&session)["decided"], 0, "the same machine, another name");
}

#[test]
fn of_the_restricted_lane_it_is_kept_that_there_was_one_and_no_more() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = case(folder.path());
    let next = call(&session, "review.next", json!({"queue": "Reported"}));
    let row = next["item"]["row"].clone();
    let mut judged = judgement("escalate");
    judged["clauses"] = json!(["CS-1"]);
    let revealed = decide(&session, "Reported", &row, &judged, "");
    let draft = &revealed["start"];
    call(&session, "review.submit", json!({"queue": "Reported", "row": row, "draft": draft, "active": 1.0}));
    let told = day(&session);
    assert_eq!(told["decided"], 1);
    assert_eq!(
        (&told["last"][0]["item"], &told["last"][0]["clause"]),
        (&Value::Null, &Value::Null),
        "{told}"
    );
    let kept: String = fs::read_dir(folder.path().join("home/days"))
        .expect("it is kept")
        .flatten()
        .filter_map(|it| fs::read_to_string(it.path()).ok())
        .collect();
    assert!(!kept.contains("\"one\"") && !kept.contains("CS-1"), "{kept}");
}

#[test]
fn a_data_folder_that_cannot_be_written_stops_no_review() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = case(folder.path());
    let days = folder.path().join("home/days");
    fs::write(&days, "a file in its place").expect("room");
    submit(&session, "remove");
    assert_eq!(day(&session)["decided"], 0, "what cannot be kept is not told");
}
