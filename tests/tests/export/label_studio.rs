//! The export as Label Studio's project: one task an item, what people recorded as its annotations.

use std::fs;

use casebook_core::{
    decision::Verdict,
    evidence::{Anchor, Evidence},
    text,
};
use casebook_desk::wire::ExportFormat;
use casebook_tests::said::Said as _;
use serde_json::Value;

use super::{
    case::{Case, judged, only},
    files,
};

fn holds_tasks(path: &str) -> bool {
    path.starts_with("label-studio/") && path != "label-studio/config.xml"
}

/// All tasks of an export.
fn tasks(case: &Case) -> Vec<Value> {
    let folder = case.export(&only(ExportFormat::LabelStudio));
    let tasks = files(&folder).into_iter().filter(|(path, _)| holds_tasks(path));
    tasks.flat_map(|(_, it)| serde_json::from_slice::<Vec<Value>>(&it).expect("a list of tasks")).collect()
}

fn results<'a>(annotation: &'a Value, control: &str) -> Vec<&'a Value> {
    annotation["result"].as_array().expect("a list").iter().filter(|it| it["from_name"] == control).collect()
}

#[test]
fn two_reviewers_of_one_item_are_two_annotations_of_one_task() {
    let mut case = Case::new();
    let row = case.text("a", "Double your money before the weekend");
    case.review(row, "Ada", |it| judged(it, "FR-1", Verdict::Violating));
    case.review(row, "Bob", |it| judged(it, "FR-1", Verdict::NotViolating));
    let tasks = tasks(&case);
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["data"]["id"], "a");
    let annotations = tasks[0]["annotations"].as_array().expect("a list");
    let mut verdicts: Vec<&Value> =
        annotations.iter().map(|it| &results(it, "verdict")[0]["value"]["choices"][0]).collect();
    verdicts.sort_by_key(ToString::to_string);
    assert_eq!(verdicts, ["not_violating", "violating"]);
    let reviewers = tasks[0]["data"]["reviewers"].as_array().expect("a list");
    assert!(
        reviewers.len() == 2 && reviewers.iter().all(|it| it.as_str().is_some_and(|it| it.starts_with("r-")))
    );
    assert!(annotations.iter().all(|it| it.get("completed_by").is_none()), "no account there is meant");
}

#[test]
fn spans_fit_the_redacted_text_behind_astral_letters() {
    let mut case = Case::new();
    let said = "👍🏽 write sam@example.com and get coins";
    let row = case.text("a", said);
    case.review(row, "Ada", |record| {
        judged(record, "FR-1", Verdict::Violating);
        let start = text::scalar_of(said, said.find("coins").expect("it is there"));
        let anchor = Anchor::span("p1", said, start, start + 5).expect("inside");
        record.evidence.push(Evidence { id: "e9".into(), anchor, verified: None, note: None });
    });
    let tasks = tasks(&case);
    let shown = tasks[0]["data"]["text"].as_str().expect("a text");
    assert_eq!(shown, "👍🏽 write [email-1] and get coins");
    let spans = results(&tasks[0]["annotations"][0], "spans");
    assert_eq!(spans.len(), 2);
    for span in spans {
        let at = |name: &str| span["value"][name].as_u64().expect("an offset") as u32;
        assert_eq!(text::slice(shown, at("start"), at("end")), span["value"]["text"].as_str());
    }
}

#[test]
fn pictures_lie_where_label_studio_is_told_to_look() {
    let mut case = Case::new();
    let row = case.image("picture", b"a made-up picture");
    case.review(row, "Ada", |it| judged(it, "FR-1", Verdict::Violating));
    let folder = case.export(&only(ExportFormat::LabelStudio));
    let files = files(&folder);
    let (path, _) = files.iter().find(|(path, _)| path.starts_with("media/")).expect("the picture is there");
    let tasks: Vec<Value> = files
        .iter()
        .filter(|(path, _)| holds_tasks(path))
        .flat_map(|(_, it)| serde_json::from_slice::<Vec<Value>>(it).expect("a list of tasks"))
        .collect();
    assert_eq!(tasks[0]["data"]["image"], format!("/data/local-files/?d={path}"));
    let boxes = results(&tasks[0]["annotations"][0], "boxes");
    assert_eq!(boxes[0]["value"]["x"], 10.0);
    let config = fs::read_to_string(folder.join("label-studio/config.xml")).expect("there are tasks");
    assert!(config.contains("$image") && !config.contains("$text"), "the config is of the parts there are");
}

#[test]
fn an_export_comes_back_with_its_ids_texts_and_decisions() {
    let mut case = Case::new();
    let row = case.text("post-7", "Double your money before the weekend");
    case.review(row, "Ada", |it| judged(it, "FR-1", Verdict::Violating));
    let folder = case.export(&only(ExportFormat::LabelStudio));
    let path = files(&folder).into_keys().find(|it| holds_tasks(it)).expect("tasks");
    let mut other = Case::new();
    let pair = |(field, column): (&str, &str)| casebook_desk::wire::ColumnPair {
        field: field.into(),
        column: column.into(),
    };
    let columns = [
        ("id", "id"),
        ("text", "text"),
        ("gold.verdict", "annotations.verdict"),
        ("gold.clauses", "annotations.clauses"),
        ("labels.fraud", "annotations.clauses.FR-1"),
    ];
    let request = casebook_desk::wire::ImportRequest {
        path: folder.join(path).to_string_lossy().into_owned(),
        columns: columns.map(pair).into(),
        ..casebook_desk::wire::ImportRequest::default()
    };
    let report = casebook_desk::import::import(
        &mut other.store,
        casebook_tests::fake::readers(),
        &request,
        &|| 1,
        &mut |_| casebook_desk::flow::Flow::Go,
    )
    .expect("the import runs");
    assert_eq!(report.summary(), "1 imported", "{:?}", report.refusals);
    let row = other.store.row_of("post-7").expect("a look-up").expect("it has its id");
    let item = other.store.item(row).expect("it is there").item;
    let gold = item.gold.expect("the annotation was mapped to gold");
    assert_eq!((gold.verdict, gold.clauses), (Verdict::Violating, vec!["FR-1".to_owned()]));
    assert_eq!(item.labels["fraud"], 1);
}
