//! Importing Parquet files: rows by the column map of CSV, and files that lie about themselves.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use casebook_core::ports::{Column, Flow, Kind, Tables};
use casebook_desk::{error::Code, jobs::wire::Counted};
use casebook_tables::Parquet;
use casebook_tests::said::Said as _;
use serde_json::{Value, json};

use super::Desk;

const COLUMNS: &[Column] = &[
    Column { name: "id", kind: Kind::Text },
    Column { name: "text", kind: Kind::Text },
    Column { name: "labels.spam", kind: Kind::Truth },
    Column { name: "flagged_at", kind: Kind::Time },
    Column { name: "reach_per_hour", kind: Kind::Number },
    Column { name: "reports.scam", kind: Kind::Whole },
    Column { name: "meta", kind: Kind::Group(&[Column { name: "lang", kind: Kind::Text }]) },
    Column { name: "words", kind: Kind::List(&Kind::Text) },
];

fn table(desk: &Desk, name: &str, rows: impl IntoIterator<Item = Value>) -> PathBuf {
    let path = desk.inbox().join(name);
    let file = fs::File::create(&path).expect("a file");
    let mut writer = Parquet.create(Box::new(file), COLUMNS).expect("the columns are columns");
    for row in rows {
        writer.row(&row).expect("the row fits");
    }
    writer.finish().expect("there is room");
    path
}

fn numbered(n: u32) -> Value {
    json!({ "id": format!("i{n}"), "text": format!("text number {n}") })
}

#[test]
fn columns_of_every_kind_are_taken_by_name() {
    let mut desk = Desk::new();
    let path = table(
        &desk,
        "q.parquet",
        [
            json!({"id": "a", "text": "hello 👍🏽", "labels.spam": true, "flagged_at": 1_763_632_800_500_i64,
                   "reach_per_hour": 2.5, "reports.scam": 3, "meta": {"lang": "pt"}, "words": ["x"]}),
            json!({}),
            json!({"text": "no id", "labels.spam": false}),
        ],
    );
    let report = desk.import(&path);
    assert_eq!(report.summary(), "2 imported", "{:?}", report.refusals);
    let item = desk.item("a").item;
    assert_eq!((item.labels["spam"], item.reports[0].n, item.reach_per_hour), (1, 3, Some(2.5)));
    assert_eq!(item.flagged_at.as_deref(), Some("2025-11-20T10:00:00.5Z"));
    assert_eq!(desk.item("q:3").item.labels["spam"], 0);
    assert_eq!(desk.import(&path).summary(), "0 imported, 2 already there");
    desk.is_sound();
}

#[test]
fn columns_are_mapped_also_inside_structs_and_lists_are_refused_by_name() {
    let mut desk = Desk::new();
    let path = table(&desk, "q.parquet", [json!({"text": "olá", "meta": {"lang": "pt"}})]);
    let report = desk.try_import(&path, &[("comment", "text"), ("language", "meta.lang")]).expect("it runs");
    assert_eq!(report.summary(), "1 imported");
    let item = desk.item("q:1").item;
    assert_eq!((item.parts[0].role.as_str(), item.language.as_deref()), ("comment", Some("pt")));
    for (columns, words) in [
        (vec![("text", "twit")], "column twit"),
        (vec![("mood", "text")], "field mood"),
        (vec![("text", "words.list.element")], "it is a list"),
        (vec![("text", "")], "no column is a text"),
    ] {
        let error = desk.try_import(&path, &columns).expect_err("the map is wrong");
        assert!(error.code == Code::Request && error.message.contains(words), "{error}");
    }
}

#[test]
fn bad_rows_are_refused_by_number_value_and_rule() {
    let mut desk = Desk::new();
    let path = table(
        &desk,
        "q.parquet",
        [
            numbered(1),
            json!({"id": "x", "text": "t", "reach_per_hour": -1.0}),
            json!({"id": "y", "labels.spam": true}),
            json!({"id": "z", "text": "z".repeat(9 << 20)}),
            numbered(5),
        ],
    );
    let report = desk.import(&path);
    let found: Vec<(u64, &str)> = report.refusals.iter().map(|it| (it.line, it.rule.as_str())).collect();
    assert_eq!(found[0], (3, "an item has at least one part"));
    assert!(found[1].0 == 4 && found[1].1.contains("a row is at most 8 MiB"), "{found:?}");
    assert_eq!((desk.ids(), report.counted), (vec!["i1".into(), "x".into(), "i5".into()], Counted::Row));
    let path = table(&desk, "mapped.parquet", [json!({"text": "t", "words": [], "meta": {"lang": "often"}})]);
    let report =
        desk.try_import(&path, &[("text", "text"), ("reach_per_hour", "meta.lang")]).expect("it runs");
    let left = report.tallies.iter().find(|it| it.name == "meta.lang").expect("the column is named");
    assert_eq!((left.rule.as_str(), left.value.as_deref()), ("a number from 0", Some("often")));
    assert!(report.tallies.iter().any(|it| it.name == "words.list.element" && it.rule.contains("a list")));
}

#[test]
fn a_stopped_import_of_rows_goes_on_in_the_middle_of_a_row_group() {
    let mut desk = Desk::new();
    let path = table(&desk, "q.parquet", (0..12_500).map(numbered));
    desk.watched(&path, &[], &mut |it| if it.imported > 10_000 { Flow::Stop } else { Flow::Go })
        .expect("the import runs");
    let done = desk.stopped_within(12_500);
    assert!(done > 10_000, "past the first row group");
    assert_eq!(desk.import(&path).summary(), format!("{} imported", 12_500 - done));
    assert_eq!(desk.item("i12499").item.parts[0].text.as_deref(), Some("text number 12499"));
    desk.is_sound();
}

#[test]
fn files_that_are_cut_off_or_no_parquet_are_refused_calmly() {
    let mut desk = Desk::new();
    let whole = fs::read(table(&desk, "whole.parquet", (0..2000).map(numbered))).expect("it is there");
    let footer = |n: u32| [&whole[..whole.len() - 8], &n.to_le_bytes(), b"PAR1"].concat();
    for (bytes, words) in [
        (Vec::new(), "no Parquet file"),
        (b"dear sir or madam".to_vec(), "does not end with PAR1"),
        (whole[..whole.len() / 2].to_vec(), "does not end with PAR1"),
        (whole[whole.len() - 60..].to_vec(), "cut off"),
        (footer(u32::MAX), "a footer is at most 16 MiB"),
        (footer(15 << 20), "longer than the file"),
        ([&b"PAR1"[..], &[0xff; 40], &40_u32.to_le_bytes(), b"PAR1"].concat(), "its footer is broken"),
    ] {
        let path = desk.put("q.parquet", &bytes);
        let error = desk.try_import(&path, &[]).expect_err("it is broken");
        assert!(error.message.contains(words), "{words:?} in {error}");
    }
    assert_eq!(desk.store.count_items().expect("a count"), 0);
}

#[test]
fn a_file_that_breaks_in_the_middle_keeps_what_came_before_and_names_the_place() {
    let mut desk = Desk::new();
    // Ten thousand rows are a row group; the file's second half is the second group's.
    let mut bytes = fs::read(table(&desk, "whole.parquet", (0..20_000).map(numbered))).expect("it is there");
    let at = bytes.len() / 2;
    bytes[at..at + 4000].fill(0xff);
    let path = desk.put("q.parquet", bytes);
    let error = desk.try_import(&path, &[]).expect_err("its second half is broken");
    for word in ["q.parquet, row 10001", "column ", "what was imported stays"] {
        assert!(error.message.contains(word), "{word:?} in {error}");
    }
    assert_eq!(desk.store.count_items().expect("a count"), 10_000);
    desk.is_sound();
}

#[test]
fn no_flipped_byte_ends_the_program() {
    let mut desk = Desk::new();
    let whole = fs::read(table(&desk, "whole.parquet", (0..300).map(numbered))).expect("it is there");
    for n in (0..whole.len()).step_by(whole.len() / 150) {
        let mut bytes = whole.clone();
        bytes[n] ^= 0xff;
        let path = desk.put("q.parquet", bytes);
        // Some still read: a letter of a text may be any letter. None may panic or end the test.
        if let Err(error) = desk.try_import(&path, &[]) {
            assert!(matches!(error.code, Code::Request | Code::File), "{error:?}");
        }
    }
    desk.is_sound();
}

#[test]
fn files_of_pyarrow_read_and_its_bombs_do_not() {
    let mut desk = Desk::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/parquet_files.py");
    let status = Command::new(casebook_tests::python::python())
        .arg(script)
        .arg(desk.inbox())
        .status()
        .expect("python runs");
    assert!(status.success(), "the files were made");
    for (n, packing) in (1..).zip(["none", "snappy", "gzip", "zstd"]) {
        let report = desk.import(&desk.inbox().join(format!("{packing}.parquet")));
        assert_eq!(report.summary(), "1000 imported", "{packing}: {:?}", report.refusals);
        let item = desk.item(&format!("{packing}-999")).item;
        assert_eq!(item.parts[0].text.as_deref(), Some("text 👍🏽 999"));
        assert_eq!(item.flagged_at.as_deref(), Some("2026-11-20T10:00:00Z"), "{n}");
        assert_eq!(item.labels.get("spam"), None, "nan is unknown");
    }
    let bomb = Parquet.open(&desk.inbox().join("dictionary-bomb.parquet")).expect("its footer is sound");
    let last = bomb.rows(&[0], 0).last().expect("it has rows");
    assert!(
        last.is_err_and(|it| it.to_string().contains("far more than it holds")),
        "it would unpack to two terabytes"
    );
    let path = desk.inbox().join("page-bomb.parquet");
    let error = desk.try_import(&path, &[]).expect_err("its page is too large");
    assert!(error.message.contains("more than 128 MiB"), "{error}");
}
