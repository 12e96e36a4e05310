//! What is said later of an item that is there: the newest counts, nothing is lost, and an import can be taken back.

use std::fs;

use casebook_store::StoreError;
use casebook_tests::said::Said as _;
use serde_json::json;

use super::{Desk, line};

fn more(id: &str, more: &serde_json::Value) -> String {
    let mut item = json!({"id": id, "parts": [{"role": "caption", "text": "a text"}]});
    item.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    item.to_string()
}

#[test]
fn what_is_new_of_a_known_item_is_taken_and_what_it_replaces_kept() {
    let mut desk = Desk::new();
    let first =
        more("a", &json!({"reports": [{"reason": "spam", "n": 1}], "labels": {"spam": 1}, "author": "u1"}));
    let path = desk.put("monday.jsonl", first);
    desk.import(&path);
    let urgency = desk.item("a").urgency;
    let second = more(
        "a",
        &json!({"reports": [{"reason": "spam", "n": 40}], "reach_per_hour": 9.0, "labels": {"spam": 0}, "market": "BR",
               "language": "pt"}),
    );
    let path = desk.put("tuesday.jsonl", [second.clone(), second].join("\n"));
    let report = desk.import(&path);
    assert_eq!(report.summary(), "0 imported, 1 already there, 1 learnt from", "{:?}", report.refusals);
    let item = desk.item("a");
    assert_eq!(
        (item.item.reports[0].n, item.item.reach_per_hour, item.item.labels["spam"]),
        (40, Some(9.0), 0)
    );
    assert_eq!(
        (item.item.author.as_deref(), item.item.market.as_deref()),
        (Some("u1"), Some("BR")),
        "none is lost"
    );
    assert_eq!((item.item.language.as_deref(), item.language_confidence), (Some("pt"), None));
    assert!(item.urgency > urgency, "the queue goes by what is known now");
    let said = desk.store.statements(item.row).expect("statements");
    let label = said.iter().find(|it| it.field == "labels.spam").expect("it is kept");
    assert_eq!((label.was.as_deref(), label.value.as_str()), (Some("1"), "0"));
    assert!(label.source.as_deref().is_some_and(|it| it.ends_with("tuesday.jsonl")));
    assert_eq!(desk.import(&path).summary(), "0 imported, 2 already there", "said once is known");
    desk.is_sound();
}

#[test]
fn raters_of_one_source_who_contradict_each_other_are_votes() {
    let mut desk = Desk::new();
    let votes: Vec<String> = [1, 0, 1].iter().map(|it| more("a", &json!({"labels": {"spam": it}}))).collect();
    let path = desk.put("raters.jsonl", votes.join("\n"));
    desk.import(&path);
    let item = desk.item("a");
    assert_eq!(item.item.labels.get("spam"), None, "unknown until somebody settles it");
    let said: Vec<String> =
        desk.store.statements(item.row).expect("statements").into_iter().map(|it| it.value).collect();
    assert_eq!(said, ["1", "0"], "each of them once, as a vote");
    desk.is_sound();
}

#[test]
fn gold_of_the_childrens_lane_restricts_a_known_item_at_once() {
    let mut desk = Desk::new();
    let path = desk.put("monday.jsonl", more("a", &json!({})));
    desk.import(&path);
    assert!(!desk.item("a").restricted);
    let gold = json!({"gold": {"policy": "short-video@2026.11", "verdict": "escalate", "clauses": ["CS-1"]}});
    let path = desk.put("tuesday.jsonl", more("a", &gold));
    assert_eq!(desk.import(&path).summary(), "0 imported, 1 learnt from");
    assert!(desk.item("a").restricted);
    assert_eq!(desk.store.count_items().expect("a count"), 0, "it is in no count any more");
    desk.is_sound();
}

#[test]
fn an_import_is_taken_back_whole() {
    let mut desk = Desk::new();
    let kept = desk.put("kept.jsonl", line("k", "this stays"));
    desk.import(&kept);
    desk.put("pic.png", super::sample("tea.png"));
    let wrong = desk.put(
        "wrong.jsonl",
        [line("a", "one"), line("b", "two"), super::with_image("c", "pic.png")].join("\n"),
    );
    desk.import(&wrong);
    assert_eq!(desk.ids(), ["k", "a", "b", "c"]);
    let key = fs::canonicalize(&wrong).expect("it is there").to_string_lossy().into_owned();
    assert_eq!(desk.store.take_import_back(&key).expect("nobody looked").items, 3);
    assert_eq!(desk.ids(), ["k"]);
    desk.is_sound();
    assert!(matches!(desk.store.take_import_back(&key), Err(StoreError::NotFound { .. })));
    assert_eq!(desk.import(&wrong).summary(), "3 imported", "as if it had never been");
    desk.is_sound();
}

#[test]
fn an_import_that_something_hangs_on_stays_whole() {
    let mut desk = Desk::new();
    let first = desk.put("first.jsonl", more("a", &json!({})));
    desk.import(&first);
    let second = desk.put("second.jsonl", more("a", &json!({"reports": [{"reason": "spam", "n": 3}]})));
    desk.import(&second);
    for path in [&first, &second] {
        let key = fs::canonicalize(path).expect("it is there").to_string_lossy().into_owned();
        let error = desk.store.take_import_back(&key).expect_err("they hang together");
        assert!(matches!(error, StoreError::Kept { .. }), "{error}");
    }
    assert_eq!(desk.item("a").item.reports[0].n, 3);
    desk.is_sound();
}
