//! One reading of a cell: the same rows give the same items from every file.

use std::fs;

use casebook_core::ports::{Column, Kind, Tables};
use casebook_desk::{flow::Flow, import::import, wire::ImportRequest};
use casebook_tables::Parquet;
use casebook_tests::said::Said as _;
use serde_json::json;

use super::{Desk, NOW, READERS};

const COLUMNS: &[Column] = &[
    Column { name: "id", kind: Kind::Whole },
    Column { name: "text", kind: Kind::Text },
    Column { name: "labels.toxic", kind: Kind::Truth },
    Column { name: "reports.spam", kind: Kind::Number },
    Column { name: "reach_per_hour", kind: Kind::Number },
    Column { name: "flagged_at", kind: Kind::Time },
];

#[test]
fn the_same_rows_are_the_same_items_from_any_file() {
    let desk = Desk::new();
    let csv = "id,text,labels.toxic,reports.spam,reach_per_hour,flagged_at\n\
               1823034723867713369,one,True,3.0,1200.0,2023-09-25 00:00:13\n2,NA,,,,\n";
    let csv = desk.put("a.csv", csv);
    let parquet = desk.inbox().join("a.parquet");
    let mut writer =
        Parquet.create(Box::new(fs::File::create(&parquet).expect("a file")), COLUMNS).expect("columns");
    let at = 1_695_600_013_000_i64;
    let full = json!({"id": 1_823_034_723_867_713_369_i64, "text": "one", "labels.toxic": true, "reports.spam": 3.0,
                      "reach_per_hour": 1200.0, "flagged_at": at});
    writer.row(&full).expect("a row");
    writer.row(&json!({"id": 2, "text": "NA"})).expect("a row");
    writer.finish().expect("there is room");
    let lines = concat!(
        r#"{"id":1823034723867713369,"text":"one","labels":{"toxic":true},"reports":{"spam":3.0},"reach_per_hour":1200,"flagged_at":1695600013}"#,
        "\n",
        r#"{"id":2,"text":"NA","reach_per_hour":NaN}"#
    );
    let lines = desk.put("a.jsonl", lines);
    let tasks =
        desk.put("a.json", format!("[{}]", fs::read_to_string(&lines).expect("lines").replace('\n', ",")));
    for (n, path) in [csv, parquet, lines, tasks].into_iter().enumerate() {
        let mut desk = Desk::new();
        let report = desk.import(&path);
        assert_eq!(report.summary(), "2 imported", "{n}: {:?}", report.refusals);
        let item = desk.item("1823034723867713369").item;
        assert_eq!(
            (item.labels["toxic"], item.reports[0].n, item.reach_per_hour),
            (1, 3, Some(1200.0)),
            "{n}"
        );
        assert_eq!(item.flagged_at.as_deref(), Some("2023-09-25T00:00:13Z"), "{n}");
        let other = desk.item("2").item;
        assert_eq!((other.parts[0].text.as_deref(), other.reach_per_hour), (Some("NA"), None), "{n}");
    }
}

#[test]
fn a_guessed_language_is_no_fact() {
    let mut desk = Desk::new();
    let path = desk.put("q.csv", "id,text,language\n1,hahaha,\n2,hahaha,English\n3,hahaha,qme\n");
    desk.import(&path);
    assert_eq!(desk.item("1").record.language, None, "laughter tells no language");
    assert_eq!(desk.item("2").record.language.as_deref(), Some("en"));
    assert_eq!(desk.item("3").record.language, None);
}

#[test]
fn a_dry_run_says_all_and_keeps_nothing() {
    let mut desk = Desk::new();
    let known = desk.put("known.csv", "id,text\n1,x\n");
    desk.import(&known);
    let path = desk.put("q.csv", "id,text,mood\n1,x,a\n2,y,b\n3\n1,other,c\n");
    let path = path.to_str().expect("UTF-8").to_owned();
    let request = ImportRequest { path, dry_run: true, ..ImportRequest::default() };
    let report = import(&mut desk.store, READERS, &request, &|| NOW, &mut |_| Flow::Go).expect("it runs");
    assert_eq!(report.summary(), "1 imported, 1 already there, 2 refused", "{:?}", report.refusals);
    assert!(report.tallies.iter().any(|it| it.name == "mood"), "{:?}", report.tallies);
    assert_eq!(desk.ids(), ["1"]);
    assert_eq!(desk.store.sources().expect("sources").len(), 1, "as if it had never been asked for");
    desk.is_sound();
}
