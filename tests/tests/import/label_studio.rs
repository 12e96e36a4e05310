//! Importing Label Studio's tasks: content by name or map, choices only where mapped, one task at a time.

use casebook_core::decision::Verdict;
use casebook_desk::{error::Code, flow::Flow};
use casebook_tests::said::Said as _;
use serde_json::{Value, json};

use super::{Desk, sample};

fn file(tasks: &[Value]) -> String {
    serde_json::to_string(tasks).expect("tasks are JSON")
}

fn choice(control: &str, choices: &[&str]) -> Value {
    json!({ "from_name": control, "to_name": "text", "type": "choices", "value": { "choices": choices } })
}

#[test]
fn tasks_become_items_and_judgements_in_them_do_not() {
    let mut desk = Desk::new();
    desk.put("pictures/tea cup.png", sample("tea.png"));
    let path = desk.put(
        "export.json",
        file(&[
            json!({"id": 7, "data": {"text": "hello 👍🏽 there", "language": "en", "other": [1]},
                   "annotations": [{"result": [choice("topic", &["spam"])]}],
                   "predictions": [{"model_version": "PLANTED", "result": [choice("topic", &["PLANTED"])]}]}),
            json!({"id": 8, "data": {"image": "/data/local-files/?d=pictures/tea%20cup.png"}}),
        ]),
    );
    let report = desk.import(&path);
    assert_eq!(report.summary(), "2 imported", "{:?}", report.refusals);
    let item = desk.item("export:7").item;
    assert_eq!(item.parts[0].text.as_deref(), Some("hello 👍🏽 there"));
    assert_eq!((item.labels.len(), item.gold), (0, None), "what nobody mapped is not taken");
    assert_eq!(desk.item("export:8").record.parts[0].role, "image");
    assert_eq!(desk.import(&path).summary(), "0 imported, 2 already there");
    desk.is_sound();
}

#[test]
fn choices_are_labels_and_gold_where_they_are_mapped() {
    let mut desk = Desk::new();
    let annotated = |n: u32, annotations: Value| json!({ "id": n, "data": { "body": "a text" }, "annotations": annotations });
    let path = desk.put(
        "t.json",
        file(&[
            annotated(
                1,
                json!([{"result": [choice("topic", &["Spam", "Ads"]), choice("verdict", &["violating"]),
                                            choice("clauses", &["FR-1"])]}]),
            ),
            annotated(
                2,
                json!([{"result": [choice("topic", &["Spam"])]}, {"result": [choice("topic", &["Ads"])]}]),
            ),
            annotated(3, json!([{"result": [choice("topic", &["Spam"])], "was_cancelled": true}])),
            annotated(
                4,
                json!([{"result": [choice("topic", &["Ads"])]},
                                {"result": [choice("topic", &["Spam"])], "ground_truth": true}]),
            ),
            annotated(5, json!([{"result": [choice("verdict", &["bad"])]}])),
            annotated(
                6,
                json!([{"result": [choice("verdict", &["violating"]), choice("clauses", &["ZZ-9"])]}]),
            ),
        ]),
    );
    let columns = [
        ("text", "body"),
        ("labels.spam", "annotations.topic.Spam"),
        ("gold.verdict", "annotations.verdict"),
        ("gold.clauses", "annotations.clauses"),
    ];
    let report = desk.try_import(&path, &columns).expect("the import runs");
    assert_eq!(report.summary(), "4 imported, 2 refused", "{:?}", report.refusals);
    let labels: Vec<Option<u8>> =
        (1..=4).map(|n| desk.item(&format!("t:{n}")).item.labels.get("spam").copied()).collect();
    assert_eq!(labels, [Some(1), None, None, Some(1)], "who disagrees or gave up says nothing");
    let gold = desk.item("t:1").item.gold.expect("all agreed");
    assert_eq!((gold.policy.as_str(), gold.verdict), ("short-video@2026.11", Verdict::Violating));
    let found: Vec<(u64, &str)> = report.refusals.iter().map(|it| (it.line, it.value.as_str())).collect();
    assert_eq!(found, [(5, "gold.verdict bad"), (6, "gold.clauses ZZ-9")]);
}

#[test]
fn bad_tasks_are_refused_by_number_and_stop_nothing() {
    let mut desk = Desk::new();
    let mut text = String::from("[");
    text.push_str(
        &[
            json!({"data": {"text": "good"}}).to_string(),
            json!({"data": {"image": "https://example.org/a.png"}}).to_string(),
            json!({"data": {"image": "../../secret.png"}}).to_string(),
            json!({"data": {"text": ["a", "b"]}}).to_string(),
            json!({"flat": "no text"}).to_string(),
            "17".into(),
            format!("{{\"data\":{}}}", "[".repeat(100_000)),
        ]
        .join(", "),
    );
    // One bracket too many is still open: what follows belongs to the broken task.
    let path = desk.put("t.json", text);
    let report = desk.import(&path);
    let rules: Vec<(u64, &str)> = report.refusals.iter().map(|it| (it.line, it.rule.as_str())).collect();
    for (n, rule) in [
        (2, "not fetched"),
        (3, "outside the folder"),
        (4, "a text or a number"),
        (5, "nothing here is a text"),
        (6, "JSON object"),
        (7, "deep"),
        (8, "breaks off"),
    ] {
        let (line, found) = rules[n as usize - 2];
        let missing = n == 3 && found.contains("no such file");
        assert!(line == n && (found.contains(rule) || missing), "task {n}: {rule:?} in {found:?}");
    }
    assert_eq!(desk.ids(), ["t:1"]);
    desk.is_sound();
}

#[test]
fn a_task_that_is_too_long_is_not_held() {
    let mut desk = Desk::new();
    let long = "x".repeat(9 << 20);
    let path =
        desk.put("t.json", file(&[json!({"data": {"text": long}}), json!({"data": {"text": "short"}})]));
    let report = desk.import(&path);
    assert_eq!(report.summary(), "1 imported, 1 refused");
    assert!(report.refusals[0].rule.contains("a task is at most 8 MiB"), "{:?}", report.refusals);
}

#[test]
fn a_stopped_import_of_tasks_goes_on_where_it_was() {
    let mut desk = Desk::new();
    let tasks: Vec<Value> =
        (0..9500).map(|n| json!({"id": n, "data": {"text": format!("text number {n}")}})).collect();
    let path = desk.put("t.json", serde_json::to_string_pretty(&tasks).expect("tasks are JSON"));
    desk.watched(&path, &[], &mut |_| Flow::Stop).expect("the import runs");
    let done = desk.stopped_within(9500);
    assert_eq!(desk.import(&path).summary(), format!("{} imported", 9500 - done));
    assert_eq!(desk.store.count_items().expect("a count"), 9500);
    desk.is_sound();
}

#[test]
fn a_json_file_that_is_no_list_of_tasks_is_an_error_before_anything_is_read() {
    let mut desk = Desk::new();
    for text in ["", "null", "\u{feff}  \"x\""] {
        let path = desk.put("t.json", text);
        let error = desk.try_import(&path, &[]).expect_err("no list");
        assert!(error.code == Code::Request && error.message.contains("Label Studio's tasks"), "{error}");
    }
    let task =
        json!({"data": {"text": "x"}, "annotations": [{"result": [choice("topic", &["Spam", "Ads"])]}]});
    let path = desk.put("t.json", file(&[task]));
    for (columns, words) in [
        (vec![("mood", "text")], "field mood"),
        (vec![("language", "lang")], "column lang: nothing here has it; there are text"),
        (vec![("text", "annotations.topic")], "labels.NAME=annotations.CONTROL.CHOICE"),
        (vec![("text", "text"), ("labels.x", "annotations.topic")], "labels.NAME=annotations.CONTROL.CHOICE"),
        (vec![("labels.x", "annotations.topic.Spamm")], "nobody chose Spamm; chosen were Ads, Spam"),
        (vec![("labels.x", "annotations.topik.Spam")], "there are topic"),
    ] {
        let error = desk.try_import(&path, &columns).expect_err("the map is wrong");
        assert!(error.message.contains(words), "{error}");
    }
    let path = desk.put("t.json", file(&[]));
    assert_eq!(desk.import(&path).summary(), "0 imported");
}
