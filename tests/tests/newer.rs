//! What a newer Casebook wrote and this one does not know is kept: through reading, saving again, and an export.

use std::{fs, path::Path, process::Command};

use casebook_core::formats;
use casebook_desk::{
    session::Session,
    wire::{ExportFormat, ExportRequest, ImportRequest},
};
use casebook_store::{Body, Store};
use casebook_tests::{
    asked::{call, decide, judgement},
    fake, python,
};
use serde_json::{Value, json};

const ITEM: &str =
    r#"{"id":"a","parts":[{"role":"caption","text":"plain words about gardens"}],"language":"en"}"#;

/// Writes into the one record of a case file as a newer Casebook would have.
const NEWER: &str = r#"
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
(record,) = db.execute("select record from annotation").fetchone()
record = json.loads(record)
record["mood"] = {"of": "the reviewer", "who": "write to ada@example.com"}
record["steps"][0]["weight"] = 0.25
db.execute("drop trigger annotation_is_kept_update")
db.execute("update annotation set record = ?", (json.dumps(record),))
db.commit()
"#;

fn reviewed(folder: &Path) -> (Session, String) {
    let ada = fake::session(&folder.join("ada"), "Ada", true);
    let case = folder.join("a.casebook").to_string_lossy().into_owned();
    call(&ada, "file.new_case", json!({"path": case}));
    let path = folder.join("items.jsonl");
    fs::write(&path, ITEM).expect("the folder is writable");
    let request = ImportRequest { path: path.to_string_lossy().into_owned(), ..ImportRequest::default() };
    ada.start_import(request).expect("a file is open");
    fake::wait_for_jobs(&ada);
    call(&ada, "review.next", json!({"queue": "Reported"}));
    (ada, case)
}

/// The one row of the raw export.
fn exported(ada: &Session, folder: &Path, name: &str, redact: bool) -> Value {
    let target = folder.join(name);
    let request = ExportRequest {
        folder: target.to_string_lossy().into_owned(),
        formats: vec![ExportFormat::Raw],
        redact,
        include_incomplete: true,
        seed: 1,
        filter: casebook_dataset::filter::RecordFilter::default(),
    };
    ada.start_export(request).expect("a file is open");
    fake::wait_for_jobs(ada);
    let files = fs::read_dir(target.join("raw")).expect("a dataset").flatten();
    let lines: Vec<String> = files
        .map(|it| fs::read_to_string(it.path()).expect("text"))
        .flat_map(|it| it.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    serde_json::from_str(&lines[0]).expect("a row is JSON")
}

#[test]
fn what_a_newer_record_says_besides_is_exported_with_it_and_redacted_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (ada, case) = reviewed(folder.path());
    let revealed = decide(&ada, "Reported", &json!(1), &judgement("remove"), "");
    call(
        &ada,
        "review.submit",
        json!({"queue": "Reported", "row": 1, "draft": revealed["start"], "active": 1.0}),
    );
    ada.close_case().expect("it closes");
    python::run("write as a newer program", Command::new("python3").args(["-c", NEWER, &case]));
    ada.open_case(&case).expect("a newer record is no damage");
    let row = exported(&ada, folder.path(), "plain", false);
    assert_eq!(row["mood"], json!({"of": "the reviewer", "who": "write to ada@example.com"}));
    assert_eq!(row["steps"][0]["weight"], json!(0.25));
    let row = exported(&ada, folder.path(), "redacted", true);
    assert_eq!(row["mood"]["of"], "the reviewer");
    assert!(!row.to_string().contains("ada@example.com"), "{row}");
    assert_eq!(row["steps"][0]["weight"], json!(0.25));
}

#[test]
fn what_a_newer_draft_says_besides_is_still_there_after_it_was_saved_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (ada, case) = reviewed(folder.path());
    let revealed = decide(&ada, "Reported", &json!(1), &judgement("remove"), "");
    let store = Store::open(Path::new(&case)).expect("it is a case file");
    let review = store.reviews_of(1, "Ada").expect("reviews")[0].review;
    let mut newer = revealed["start"].clone();
    newer["mood"] = json!("calm");
    newer["steps"][0]["weight"] = json!(0.25);
    let body = Body { format: formats::DRAFT.into(), json: newer.to_string() };
    store.save_draft(review, &body, 1_763_632_800_000).expect("saved");
    let opened = call(&ada, "review.open_item", json!({"queue": "Reported", "row": 1}));
    let mut draft = opened["draft"].clone();
    assert_eq!(draft["mood"], Value::Null, "the page is given what this program knows");
    // The reviewer moves the first step to the end and saves.
    draft["steps"].as_array_mut().expect("steps").rotate_left(1);
    draft["remediation_text"] = "other words".into();
    call(&ada, "review.save_draft", json!({"row": 1, "draft": draft}));
    let kept: Value =
        serde_json::from_str(&store.draft(review).expect("read").expect("a draft").json).expect("JSON");
    assert_eq!((&kept["mood"], &kept["remediation_text"]), (&json!("calm"), &json!("other words")));
    let moved =
        kept["steps"].as_array().expect("steps").iter().find(|it| it["id"] == newer["steps"][0]["id"]);
    assert_eq!(moved.expect("it is still there")["weight"], json!(0.25), "it goes where its step goes");
}
