//! Whose turn an item is, as reviewers meet it: handed on, taken back, noted; and out of the restricted lane again.

use std::path::Path;

use casebook_desk::{error::Code, maintenance, session::Session, verbs};
use casebook_tests::{
    asked::{call, decide, judgement},
    fake,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A word that only stands in notes.
const SAID: &str = "SAIDALONG";

struct World {
    folder: TempDir,
}

impl World {
    /// Three items, the first reported most; the last has a settled answer of the lane where `settled` says so.
    fn new(settled: bool) -> Self {
        let world = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let lines: Vec<String> = (1..=3)
            .map(|n| {
                let mut item = json!({"id": format!("i{n}"), "language": "en",
                    "parts": [{"role": "caption", "text": format!("caption {n} about gardens")}],
                    "reports": [{"reason": "spam", "n": 9 - n}]});
                if settled && n == 3 {
                    item["gold"] =
                        json!({"policy": "short-video@2026.11", "verdict": "escalate", "clauses": ["CS-1"]});
                }
                item.to_string()
            })
            .collect();
        let items = world.folder.path().join("items.jsonl");
        std::fs::write(&items, lines.join("\n")).expect("the folder is writable");
        let ada = fake::session(&world.folder.path().join("ada"), "Ada", true);
        call(&ada, "file.new_case", json!({"path": world.case()}));
        call(&ada, "data.start_import", json!({"request": {"path": items, "columns": []}}));
        fake::wait_for_jobs(&ada);
        let other = json!({"name": "Kurdish", "filter": {"languages": ["ku"]}, "order": "age", "mode": {"kind": "blind"}, "reviews_wanted": 1});
        call(&ada, "review.save_queue", json!({"queue": other}));
        world
    }

    fn case(&self) -> String {
        self.folder.path().join("a.casebook").to_string_lossy().into_owned()
    }

    fn session(&self, name: &str) -> Session {
        let session = fake::session(&self.folder.path().join(name), name, true);
        call(&session, "file.open_case", json!({"path": self.case()}));
        session
    }
}

fn to_person(name: &str) -> Value {
    json!({"kind": "person", "name": name})
}

fn to_queue(name: &str) -> Value {
    json!({"kind": "queue", "name": name})
}

fn handover(row: u32, to: &Value, note: &str) -> Value {
    json!({"row": row, "handover": {"to": to, "reason": "second_opinion", "note": note, "met_in": "Reported"}})
}

fn next(session: &Session, queue: &str) -> Value {
    call(session, "review.next", json!({"queue": queue}))
}

/// The code and the words of a refusal.
fn refusal(session: &Session, verb: &str, args: Value) -> (Code, String) {
    let error = verbs::call(session, verb, args).expect_err("it is refused");
    (error.code, error.message)
}

#[track_caller]
fn refused(session: &Session, verb: &str, args: Value, message: &str) {
    assert_eq!(refusal(session, verb, args).1, message);
}

#[test]
fn what_is_handed_to_a_person_comes_to_them_first_and_says_from_whom_and_why() {
    let world = World::new(false);
    let (ada, bob, cyd) = (world.session("Ada"), world.session("Bob"), world.session("Cyd"));
    call(&ada, "review.open_item", json!({"queue": "Reported", "row": 3}));
    let handed =
        call(&ada, "turn.hand_on", handover(3, &to_person(" Bob "), &format!("{SAID} it is a quote")));
    assert_eq!(handed["new_name"], true, "Bob has looked at nothing yet, so the name may be mistyped");
    assert_eq!(next(&cyd, "Reported")["item"]["id"], "i1");
    let met = next(&bob, "Reported");
    assert_eq!(met["item"]["id"], "i3");
    let waits = &met["waits"];
    assert_eq!(
        (&waits["by"], &waits["for_me"], &waits["reason"], &waits["has_note"]),
        (&json!("Ada"), &json!(true), &json!("second_opinion"), &json!(true))
    );
    let waiting = call(&bob, "turn.waiting", Value::Null);
    assert_eq!((&waiting["n_for_me"], &waiting["for_me"][0]["id"]), (&json!(1), &json!("i3")));
    let waiting = call(&ada, "turn.waiting", Value::Null);
    assert_eq!(
        (&waiting["n_by_me"], &waiting["by_me"][0]["waits"]["to"]["name"]),
        (&json!(1), &json!("Bob"))
    );
    for (session, standing, expected) in
        [(&bob, "waiting", 1), (&ada, "handed_on", 1), (&ada, "waiting", 0), (&cyd, "waiting", 0)]
    {
        let request = json!({"filter": {"filter": {}, "standing": standing}, "order": "newest", "queue": null,
            "offset": 0, "limit": 9, "fresh": true});
        let page = call(session, "items.list", json!({"request": request}));
        assert_eq!(page["total"], expected, "{standing}");
    }
    assert_eq!(call(&ada, "turn.people", Value::Null), json!(["Bob", "Cyd"]));
}

#[test]
fn what_is_said_along_with_it_is_told_once_one_has_decided_oneself() {
    let world = World::new(false);
    let (ada, bob, cyd) = (world.session("Ada"), world.session("Bob"), world.session("Cyd"));
    call(&ada, "turn.hand_on", handover(1, &to_person("Bob"), &format!("{SAID} handover")));
    let own = call(
        &ada,
        "turn.add_note",
        json!({"row": 1, "note": {"to": null, "text": format!("{SAID} to all")}}),
    );
    assert_eq!(own[1]["text"], format!("{SAID} to all"), "one's own words are one's own");
    call(&ada, "turn.add_note", json!({"row": 1, "note": {"to": "Cyd", "text": format!("{SAID} to Cyd")}}));
    let met = next(&bob, "Reported");
    assert!(!met.to_string().contains(SAID), "{met}");
    let before = call(&bob, "turn.history", json!({"row": 1}));
    assert!(!before.to_string().contains(SAID), "{before}");
    let held = |said: &Value| {
        said.as_array().expect("a list").iter().map(|it| it["held"] == true).collect::<Vec<_>>()
    };
    assert_eq!(held(&before), [true, true, false], "what is between two others is not promised either");
    decide(&bob, "Reported", &json!(1), &judgement("allow"), "");
    let after = call(&bob, "turn.history", json!({"row": 1}));
    assert_eq!(after[0]["text"], format!("{SAID} handover"));
    assert_eq!(after[1]["text"], format!("{SAID} to all"));
    assert_eq!(after[2]["text"], Value::Null);
    assert_eq!(held(&after), [false; 3]);
    call(&cyd, "review.open_item", json!({"queue": "Kurdish", "row": 2}));
    assert!(!call(&cyd, "turn.history", json!({"row": 1})).to_string().contains(SAID));
}

#[test]
fn a_record_ends_the_wait_and_undo_begins_it_again() {
    let world = World::new(false);
    let (ada, bob) = (world.session("Ada"), world.session("Bob"));
    call(&ada, "turn.hand_on", handover(2, &to_person("Bob"), ""));
    assert_eq!(next(&bob, "Reported")["item"]["row"], 2);
    let revealed = decide(&bob, "Reported", &json!(2), &judgement("remove"), "");
    let args = json!({"queue": "Reported", "row": 2, "draft": revealed["start"], "active": 1.0});
    call(&bob, "review.submit", args);
    assert_eq!(call(&ada, "turn.waiting", Value::Null)["n_by_me"], 0);
    assert_eq!(call(&bob, "turn.waiting", Value::Null)["n_for_me"], 0);
    refused(
        &ada,
        "turn.call_back",
        json!({"row": 2}),
        "take item i2 back: it was not handed on, or it waits no more",
    );
    let again = call(&bob, "review.undo", json!({"queue": "Reported"}));
    assert_eq!((&again["item"]["row"], &again["waits"]["by"]), (&json!(2), &json!("Ada")));
}

#[test]
fn what_was_handed_on_is_taken_back_by_who_did_it_while_nobody_has_begun() {
    let world = World::new(false);
    let (ada, bob, cyd) = (world.session("Ada"), world.session("Bob"), world.session("Cyd"));
    call(&ada, "turn.hand_on", handover(1, &to_queue("Kurdish"), ""));
    refused(
        &cyd,
        "turn.call_back",
        json!({"row": 1}),
        "take item i1 back: Ada handed it on to queue “Kurdish”, and who hands on takes back",
    );
    let (undone, what) = {
        let review = call(&ada, "review.undo", json!({"queue": "Reported"}));
        (review["item"]["row"].clone(), review["taken_back"].clone())
    };
    assert_eq!((undone, what), (json!(1), json!("handover")), "undo takes it back and opens it");
    call(&ada, "turn.hand_on", handover(1, &to_queue("Kurdish"), ""));
    assert_eq!(next(&bob, "Kurdish")["item"]["row"], 1);
    let (code, message) = refusal(&ada, "turn.call_back", json!({"row": 1}));
    assert_eq!(code, Code::NotYours);
    assert_eq!(
        message,
        "take item i1 back from queue “Kurdish”: it was begun there, and is taken back before that"
    );
    assert_eq!(refusal(&ada, "review.undo", json!({"queue": "Reported"})).0, Code::NotYours);
}

#[test]
fn what_cannot_be_handed_on_is_refused_with_attempt_value_and_rule() {
    let world = World::new(false);
    let ada = world.session("Ada");
    let long = "x".repeat(1001);
    for (to, note, message) in [
        (to_person("Ada"), "", "hand item i1 on to Ada: it waits for somebody else than who hands it on"),
        (to_queue("Nobody's"), "", "hand item i1 on to queue “Nobody's”: there is no queue of that name"),
        (
            to_queue("Restricted"),
            "",
            "hand item i1 on to queue “Restricted”: nothing is handed into the restricted lane: a record puts it there",
        ),
        (to_person(" "), "", "name “ ”: a name is 1–80 characters, none of them a control character"),
        (to_person("Bob"), &long, "note of 1001 characters: a note is 1–1000 characters"),
        (
            to_person("Bob"),
            "a\u{1b}[2J",
            "note with the character U+001B: a note is text, without control characters but line breaks and tabs",
        ),
    ] {
        refused(&ada, "turn.hand_on", handover(1, &to, note), message);
    }
    assert_eq!(call(&ada, "turn.waiting", Value::Null)["n_by_me"], 0, "nothing was done");
    refused(
        &ada,
        "turn.hand_on",
        handover(99, &to_person("Bob"), ""),
        "item 99: there is none in this case file",
    );
    let bob = world.session("Bob");
    call(&bob, "review.open_item", json!({"queue": "Reported", "row": 1}));
    assert_eq!(refusal(&ada, "turn.hand_on", handover(1, &to_person("Cyd"), "")).0, Code::NotYours);
}

#[test]
fn nothing_of_a_note_leaves_in_an_export() {
    let world = World::new(false);
    let (ada, bob) = (world.session("Ada"), world.session("Bob"));
    call(&ada, "turn.hand_on", handover(1, &to_person("Bob"), &format!("{SAID} handover")));
    call(&ada, "turn.add_note", json!({"row": 1, "note": {"to": null, "text": format!("{SAID} to all")}}));
    let revealed = decide(&bob, "Reported", &json!(1), &judgement("remove"), "");
    let args = json!({"queue": "Reported", "row": 1, "draft": revealed["start"], "active": 1.0});
    call(&bob, "review.submit", args);
    let out = world.folder.path().join("out");
    let request = json!({"folder": out, "formats": ["raw", "sft", "prm", "label-studio", "parquet"], "redact": true,
        "include_incomplete": true, "seed": 1});
    call(&bob, "data.start_export", json!({"request": request}));
    fake::wait_for_jobs(&bob);
    let mut written = 0;
    let mut folders = vec![out];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it was written") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            assert!(!has(&bytes, SAID.as_bytes()), "{} has a note in it", path.display());
            written += usize::from(has(&bytes, b"gardens"));
        }
    }
    assert!(written > 0, "the record is there, so this test sees what leaves");
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|it| it == what)
}

/// Puts an item into the lane by a slip of the key: with a first impression, and a record.
fn slip(session: &Session, row: u32) {
    call(session, "review.open_item", json!({"queue": "Reported", "row": row}));
    let mut judged = judgement("escalate");
    judged["clauses"] = json!(["CS-1"]);
    let revealed = decide(session, "Reported", &json!(row), &judged, "");
    let args = json!({"queue": "Reported", "row": row, "draft": revealed["start"], "active": 1.0});
    call(session, "review.submit", args);
}

fn take_out(queue: &str, row: u32) -> Value {
    json!({"queue": queue, "row": row, "release": {"reason": "slip", "note": format!("{SAID} a slip")}})
}

fn allowed() -> Value {
    let mut judged = judgement("allow");
    judged["clauses"] = json!([]);
    judged
}

#[test]
fn a_second_person_takes_an_item_out_of_the_lane_and_it_is_ordinary_again() {
    let world = World::new(false);
    let (ada, bob, cyd) = (world.session("Ada"), world.session("Bob"), world.session("Cyd"));
    slip(&bob, 1);
    assert_eq!(next(&ada, "Reported")["item"]["row"], 2, "it left");
    refused(
        &bob,
        "turn.take_out",
        take_out("Restricted", 1),
        "take item i1 out of the restricted lane as Bob: Bob put it there, and a second person takes it out",
    );
    refused(&ada, "turn.take_out", take_out("Restricted", 1), "item 1: there is none in this case file");
    assert_eq!(next(&cyd, "Restricted")["item"]["row"], 1);
    refused(
        &cyd,
        "turn.take_out",
        take_out("Restricted", 1),
        "take item i1 out of the restricted lane as Cyd: a first impression comes first",
    );
    decide(&cyd, "Restricted", &json!(1), &allowed(), "");
    refused(
        &cyd,
        "turn.take_out",
        take_out("Reported", 1),
        "take item i1 out of the restricted lane as Cyd: that is done in a queue of the lane, and “Reported” is none",
    );
    call(&cyd, "turn.take_out", take_out("Restricted", 1));
    refused(
        &cyd,
        "turn.take_out",
        take_out("Restricted", 1),
        "take item i1 out of the restricted lane as Cyd: it is not in it",
    );
    let eve = world.session("Eve");
    assert_eq!(next(&eve, "Reported")["item"]["row"], 1);
    assert_eq!(next(&eve, "Restricted"), Value::Null);
    let told = call(&eve, "turn.history", json!({"row": 1}));
    assert_eq!(told, json!([]), "that it was in the lane is a judgement too");
    decide(&eve, "Reported", &json!(1), &allowed(), "");
    let told = call(&eve, "turn.history", json!({"row": 1}));
    assert_eq!((&told[0]["by"], &told[0]["what"]["reason"]), (&json!("Cyd"), &json!("slip")));
    assert_eq!(check_up(&world), Vec::<String>::new());
}

#[test]
fn who_slipped_looks_afresh_and_what_they_record_then_keeps_the_item_ordinary() {
    let world = World::new(false);
    let (bob, cyd) = (world.session("Bob"), world.session("Cyd"));
    slip(&bob, 1);
    next(&cyd, "Restricted");
    decide(&cyd, "Restricted", &json!(1), &allowed(), "");
    call(&cyd, "turn.take_out", take_out("Restricted", 1));
    call(&cyd, "file.close_case", Value::Null);
    let again = call(&bob, "review.open_item", json!({"queue": "Reported", "row": 1}));
    assert_eq!((&again["impression"], &again["draft"]), (&Value::Null, &Value::Null), "{again}");
    assert_eq!(again["mode"], "assisted", "Bob has seen what the model said, and the record says so");
    let revealed = fake::revealed(&bob, "Reported", 1).expect("assisted means shown first");
    let mut draft = serde_json::to_value(revealed).expect("plain data")["start"].clone();
    draft["judgement"] = allowed();
    call(&bob, "review.submit", json!({"queue": "Reported", "row": 1, "draft": draft, "active": 1.0}));
    let seen = call(&bob, "data.preview_export", casebook_tests::asked::preview(&json!({}), "raw"));
    assert_eq!(seen["rows"].as_array().expect("a list").len(), 1, "the new record leaves, the slip does not");
    assert_eq!(check_up(&world), Vec::<String>::new());
}

#[test]
fn what_a_settled_answer_put_in_the_lane_or_a_second_person_confirmed_is_not_taken_out() {
    let world = World::new(true);
    let (bob, cyd, dee) = (world.session("Bob"), world.session("Cyd"), world.session("Dee"));
    assert_eq!(next(&cyd, "Restricted")["item"]["row"], 3);
    decide(&cyd, "Restricted", &json!(3), &allowed(), "");
    refused(
        &cyd,
        "turn.take_out",
        take_out("Restricted", 3),
        "take item i3 out of the restricted lane as Cyd: a settled answer put it there, which no reviewer takes back",
    );
    slip(&bob, 1);
    call(&dee, "review.open_item", json!({"queue": "Restricted", "row": 1}));
    let mut confirmed = judgement("escalate");
    confirmed["clauses"] = json!(["CS-1"]);
    decide(&dee, "Restricted", &json!(1), &confirmed, "");
    refused(
        &dee,
        "turn.take_out",
        take_out("Restricted", 1),
        "take item i1 out of the restricted lane as Dee: Dee put it there, and a second person takes it out",
    );
}

#[test]
fn an_item_of_the_lane_is_neither_handed_on_nor_seen_to_wait() {
    let world = World::new(false);
    let (ada, bob, cyd) = (world.session("Ada"), world.session("Bob"), world.session("Cyd"));
    call(&ada, "turn.hand_on", handover(1, &to_person("Cyd"), ""));
    slip(&bob, 1);
    let absent = "item 1: there is none in this case file";
    for verb in ["turn.call_back", "turn.history"] {
        refused(&cyd, verb, json!({"row": 1}), absent);
    }
    refused(&cyd, "turn.hand_on", handover(1, &to_person("Eve"), ""), absent);
    refused(&cyd, "turn.add_note", json!({"row": 1, "note": {"to": null, "text": "hm"}}), absent);
    assert_eq!(call(&cyd, "turn.waiting", Value::Null)["n_for_me"], 0);
    assert_eq!(call(&ada, "turn.waiting", Value::Null)["n_by_me"], 0);
    refused(
        &bob,
        "turn.hand_on",
        handover(1, &to_person("Eve"), ""),
        "hand item i1 on to Eve: an item of the restricted lane is met in its queue alone",
    );
}

/// What a check-up says of the file.
fn check_up(world: &World) -> Vec<String> {
    maintenance::doctor(Path::new(&world.case())).expect("a check-up")
}
