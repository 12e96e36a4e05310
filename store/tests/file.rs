//! Opening, refusing, sharing, copying.

mod common;

use std::{fs, path::Path, time::Instant};

use casebook_core::queue::Queue;
use casebook_store::{Store, StoreError};
use common::{Case, NOW, text_item};

fn refused(path: &Path) -> StoreError {
    let before = fs::read(path).expect("the file reads");
    let error = Store::open(path).err().expect("this is no case file of ours");
    assert_eq!(fs::read(path).expect("the file reads"), before, "a refused file keeps every byte");
    error
}

fn put(case: &Case, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = case.folder.path().join(name);
    fs::write(&path, bytes).expect("a file");
    path
}

#[test]
fn a_new_file_has_the_first_queue_and_its_salt() {
    let case = Case::new();
    assert_eq!(case.store.queues().expect("queues"), [Queue::reported(), Queue::restricted()]);
    assert_eq!(case.store.salt().expect("a salt"), "salt");
    assert_eq!(case.store.count_items().expect("a count"), 0);
    case.is_sound();
}

#[test]
fn a_new_file_does_not_take_the_place_of_another() {
    let case = Case::new();
    let path = put(&case, "notes.txt", b"mine");
    assert!(matches!(Store::create(&path, NOW, "s"), Err(StoreError::Exists { .. })));
    assert_eq!(fs::read(&path).expect("still there"), b"mine");
}

#[test]
fn a_new_file_needs_its_folder() {
    let case = Case::new();
    let path = case.folder.path().join("nowhere/a.casebook");
    assert!(matches!(Store::create(&path, NOW, "s"), Err(StoreError::Missing { .. })));
}

#[test]
fn settings_that_sqlite_forgets_are_on_in_every_connection() {
    let case = Case::new();
    for store in [&case.store, &case.again()] {
        let settings = store.settings().expect("pragmas read back");
        assert_eq!(settings, [("foreign_keys", 1), ("synchronous", 2), ("recursive_triggers", 1)]);
    }
    let db = case.sql();
    let read = |it: &str| db.pragma_query_value(None, it, |it| it.get::<_, rusqlite::types::Value>(0));
    assert_eq!(read("journal_mode").expect("a mode"), rusqlite::types::Value::Text("wal".into()));
    assert_eq!(read("application_id").expect("an id"), rusqlite::types::Value::Integer(0x4342_4b31));
    let version = i64::from(case.store.schema_version().expect("a version"));
    assert_eq!(read("user_version").expect("a version"), rusqlite::types::Value::Integer(version));
}

#[test]
fn every_table_is_strict() {
    let case = Case::new();
    let sql = "select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0
               and name not like 'sqlite_%' and name not like 'word%'";
    let db = case.sql();
    let mut loose = db.prepare(sql).expect("a statement");
    let names: Vec<String> = loose.query_map((), |it| it.get(0)).expect("rows").map(Result::unwrap).collect();
    assert_eq!(names, Vec::<String>::new());
}

#[test]
fn a_missing_file_is_said_to_be_missing() {
    let case = Case::new();
    let path = case.folder.path().join("none.casebook");
    assert!(matches!(Store::open(&path), Err(StoreError::Missing { .. })));
    assert!(!path.exists(), "looking does not make it");
}

#[test]
fn a_text_file_is_refused() {
    let case = Case::new();
    let path = put(&case, "text.casebook", b"Dear Sir or Madam, this is a longer letter than a header of SQLite would be: one hundred bytes and more.");
    let error = refused(&path);
    assert!(matches!(error, StoreError::NotACase { .. }), "{error}");
    assert!(error.to_string().contains("no case file"), "{error}");
}

#[test]
fn an_empty_file_and_a_folder_are_refused() {
    let case = Case::new();
    let path = put(&case, "empty.casebook", b"");
    assert!(refused(&path).to_string().contains("empty"));
    assert!(matches!(Store::open(case.folder.path()), Err(StoreError::NotACase { .. })));
}

#[test]
fn a_file_cut_short_is_refused() {
    let mut case = Case::new();
    for n in 0..50 {
        case.add_text(&format!("i{n}"), &"words ".repeat(100));
    }
    let whole = case.folder.path().join("whole.casebook");
    case.store.backup(&whole).expect("a copy");
    let bytes = fs::read(&whole).expect("the copy reads");
    for length in [60, 100, 4096, bytes.len() / 2 / 4096 * 4096, bytes.len() - 4096] {
        let path = put(&case, &format!("cut{length}.casebook"), &bytes[..length]);
        let error = refused(&path);
        let kind = matches!(error, StoreError::NotACase { .. } | StoreError::Damaged { .. });
        assert!(kind, "{length} bytes: {error}");
    }
}

#[test]
fn a_database_of_another_program_is_refused() {
    let case = Case::new();
    let path = case.folder.path().join("other.db");
    let db = rusqlite::Connection::open(&path).expect("a database");
    db.execute_batch("create table t (x); pragma application_id = 7;").expect("a table");
    drop(db);
    let error = refused(&path);
    assert!(error.to_string().contains("another program"), "{error}");
}

#[test]
fn a_file_from_the_future_is_refused_untouched() {
    let case = Case::new();
    let path = case.folder.path().join("future.casebook");
    case.store.backup(&path).expect("a copy");
    let db = rusqlite::Connection::open(&path).expect("a database");
    db.pragma_update(None, "user_version", 900).expect("a version");
    db.close().expect("closed");
    let error = refused(&path);
    assert!(matches!(error, StoreError::Newer { found: 900, .. }), "{error}");
    assert!(!path.with_extension("casebook-wal").exists(), "nothing is left beside it");
}

#[test]
fn a_future_version_that_is_only_in_the_log_is_refused_too() {
    let case = Case::new();
    let path = case.folder.path().join("future.casebook");
    case.store.backup(&path).expect("a copy");
    let db = rusqlite::Connection::open(&path).expect("a database");
    db.pragma_update(None, "journal_mode", "wal").expect("a mode");
    db.pragma_update(None, "user_version", 900).expect("a version");
    let error = refused(&path);
    assert!(matches!(error, StoreError::Newer { found: 900, .. }), "{error}");
}

#[test]
fn two_programs_see_each_others_work() {
    let mut case = Case::new();
    let other = case.again();
    let row = case.add_text("a", "first");
    assert_eq!(other.item(row).expect("an item").item.id, "a");
    other.open_review(&common::first(row, "ada"), NOW).expect("the other writes too");
    assert_eq!(case.open(row, "ada", NOW + 5).opened_ms, NOW);
}

#[test]
fn a_write_waits_for_another_program_and_then_says_so() {
    let mut case = Case::new();
    let other = case.sql();
    other.execute_batch("begin immediate").expect("the lock");
    case.store.set_patience(150).expect("a setting");
    let began = Instant::now();
    let error = case.store.insert_items(&[text_item("a", "x")], None, NOW).expect_err("the lock is taken");
    assert!(matches!(error, StoreError::Busy { waited_ms: 150, .. }), "{error}");
    assert!(began.elapsed().as_millis() >= 150, "it waited");
    other.execute_batch("rollback").expect("the lock is free");
    case.add_text("a", "x");
}

#[test]
fn reading_does_not_wait_for_a_writer() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    let other = case.sql();
    other.execute_batch("begin immediate").expect("the lock");
    assert_eq!(case.again().item(row).expect("an item").item.id, "a");
}

#[test]
fn a_snapshot_stays_the_same_while_others_write() {
    let mut case = Case::new();
    case.add_text("a", "x");
    let reader = case.again();
    let (before, after) = reader
        .snapshot(|it| {
            let before = it.count_items()?;
            case.add_text("b", "y");
            Ok((before, it.count_items()?))
        })
        .expect("a snapshot");
    assert_eq!((before, after), (1, 1));
    assert_eq!(reader.count_items().expect("a count"), 2, "and ends with it");
}

#[test]
fn a_failed_snapshot_leaves_the_connection_usable() {
    let mut case = Case::new();
    let failed = case.store.snapshot(|it| it.item(9).map(drop));
    assert!(matches!(failed, Err(StoreError::NotFound { .. })));
    case.add_text("a", "x");
}

#[test]
fn a_backup_is_a_whole_case_file() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    let to = case.folder.path().join("copy.casebook");
    case.store.backup(&to).expect("a copy");
    let copy = Store::open(&to).expect("the copy opens");
    assert_eq!(copy.item(row).expect("an item").item.id, "a");
    assert_eq!(copy.doctor().expect("a check-up"), Vec::<String>::new());
    assert!(matches!(case.store.backup(&to), Err(StoreError::Exists { .. })), "it does not replace");
}

#[test]
fn the_doctor_names_what_does_not_follow() {
    let mut case = Case::new();
    let row = case.add_text("a", "needle");
    let db = case.sql();
    db.execute_batch(
        "update item set reviews = 3; insert into word (word, rowid, text) values ('delete', 1, 'needle')",
    )
    .expect("meddling");
    let found = case.store.doctor().expect("a check-up").join("\n");
    assert!(found.contains("number of reviews"), "{found}");
    assert!(found.contains("tally"), "{found}");
    assert!(found.contains(&format!("row {row} is not found by its own words")), "{found}");
}

#[test]
fn a_file_that_cannot_be_written_opens_for_reading() {
    // Root writes where it likes; tests/tests/hostile_case.rs does this on a read-only mount.
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    let path = case.folder.path().join("copy.casebook");
    case.store.backup(&path).expect("a copy");
    let mut rights = fs::metadata(&path).expect("it is there").permissions();
    rights.set_readonly(true);
    fs::set_permissions(&path, rights).expect("rights");
    let mut store = Store::open(&path).expect("it opens");
    assert_eq!(store.item(row).expect("an item").item.id, "a");
    if store.is_read_only() {
        let error = store.insert_items(&[text_item("b", "y")], None, NOW).expect_err("it refuses");
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
    }
}

#[test]
fn writes_made_together_are_all_there_or_none_is() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    let failed: Result<(), StoreError> = case.store.transaction(|store| {
        store.open_review(&common::first(row, "ada"), NOW)?;
        store.withdraw("no such record", NOW)
    });
    assert!(failed.is_err());
    assert_eq!(case.open(row, "ada", NOW + 5).opened_ms, NOW + 5, "the first was not kept");
    let kept: Result<i64, StoreError> = case.store.transaction(|store| {
        let review = store.open_review(&common::first(row, "ada"), NOW + 9)?;
        store.save_draft(review.review, &common::body("{}"), NOW)?;
        Ok(review.opened_ms)
    });
    assert_eq!(kept.expect("both are kept"), NOW + 5);
    assert_eq!(
        case.store.draft(case.review(row, "ada")).expect("read").map(|it| it.json).as_deref(),
        Some("{}")
    );
    case.store.checkpoint().expect("the log is copied");
    case.is_sound();
}
