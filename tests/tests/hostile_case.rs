//! Case files that are none, are cut short, come from the future, cannot be written, or fill their disk.
//!
//! A disk that is full or read-only is made with `unshare -rm`: the test runs itself again inside,
//! on a small disk in memory. Where that is not permitted it says SKIP.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use casebook_core::{
    decision::{Choice, Confidence, Judgement},
    ports::Flow,
};
use casebook_desk::{
    annotate::AnnotationFile,
    error::{Code, Result},
    import::{ImportReport, import},
    session::Session,
    wire::{ImportRequest, Impression},
};
use casebook_store::{Store, StoreError};
use casebook_tests::fake;
use tempfile::TempDir;

/// Set where the test runs itself inside `unshare`.
const INSIDE: &str = "CASEBOOK_INSIDE";

fn new_case(folder: &Path, n_items: usize) -> PathBuf {
    let path = folder.join("a.casebook");
    let mut store = Store::create(&path, 1, "salt").expect("a case file");
    let lines = folder.join("q.jsonl");
    write_lines(&lines, 0, n_items);
    assert_eq!(
        import_all(&mut store, &lines, &mut |_| ()).expect("an import").progress.imported,
        n_items as u64
    );
    fs::remove_file(lines).expect("it is ours");
    path
}

fn write_lines(path: &Path, from: usize, to: usize) {
    let mut file = fs::File::create(path).expect("a file");
    for n in from..to {
        let item = serde_json::json!({"id": format!("i{n}"), "parts": [{"role": "caption", "text": format!("some words about {n}")}]});
        writeln!(file, "{item}").expect("a line");
    }
}

fn import_all(store: &mut Store, path: &Path, hear: &mut dyn FnMut(u64)) -> Result<ImportReport> {
    let request = ImportRequest { path: path.to_str().expect("UTF-8").into(), ..ImportRequest::default() };
    import(store, fake::readers(), &request, &|| 1, &mut |progress| {
        hear(progress.imported);
        Flow::Go
    })
}

fn annotate(session: &Session, item: &str) -> Result<String> {
    let judgement = Judgement {
        choice: Choice::Allow,
        clauses: vec![],
        severity: None,
        confidence: Confidence::Leaning,
        cannot_judge_reason: None,
    };
    let file = AnnotationFile {
        item: item.into(),
        queue: "Reported".into(),
        impression: Some(Impression { judgement, note: String::new() }),
        judgement: None,
        ratings: std::collections::BTreeMap::new(),
        reasons: std::collections::BTreeMap::new(),
        critiques: std::collections::BTreeMap::new(),
        finish: None,
        steps: vec![],
        evidence: vec![],
        remediation_text: None,
        creator_message: String::new(),
    };
    session.annotate(&file).map(|it| it.record)
}

fn records(store: &Store) -> Vec<String> {
    let mut found = Vec::new();
    store
        .each_current_annotation(&mut |it| {
            found.push(it.id);
            Ok(())
        })
        .expect("annotations can be read");
    found
}

/// Opening `bytes` fails with `code`, says `words`, and changes nothing.
#[track_caller]
fn refused(bytes: &[u8], code: Code, words: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("x.casebook");
    fs::write(&path, bytes).expect("a file");
    let session = fake::session(folder.path(), "ada", false);
    let error = session.open_case(path.to_str().expect("UTF-8")).expect_err("it is refused");
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(words), "{error} says {words:?}");
    assert_eq!(fs::read(&path).expect("it is there"), bytes, "every byte is kept");
    let beside = fs::read_dir(folder.path()).expect("a folder").flatten();
    let left: Vec<_> =
        beside.map(|it| it.file_name()).filter(|it| it.to_string_lossy().contains("casebook-")).collect();
    assert!(left.is_empty(), "nothing is left beside it: {left:?}");
}

/// The bytes of a healthy case file.
fn healthy() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = new_case(folder.path(), 200);
    let copy = folder.path().join("copy.casebook");
    Store::open(&path).expect("it opens").backup(&copy).expect("a copy");
    fs::read(copy).expect("the copy reads")
}

#[test]
fn a_text_file_is_no_case_file() {
    refused("Dear diary, ".repeat(50).as_bytes(), Code::NotACase, "no case file");
    refused(b"short", Code::NotACase, "no case file");
    refused(b"", Code::NotACase, "empty");
}

#[test]
fn a_case_file_cut_short_is_refused() {
    let bytes = healthy();
    for length in [30, 99, 100, 4096, bytes.len() / 2, bytes.len() - 1] {
        refused(&bytes[..length], Code::NotACase, "");
    }
}

#[test]
fn a_case_file_from_the_future_is_refused() {
    let mut bytes = healthy();
    // SQLite's user_version: four bytes at offset 60, the greatest first.
    bytes[60..64].copy_from_slice(&9000_u32.to_be_bytes());
    refused(&bytes, Code::CaseNewer, "newer Casebook");
}

#[test]
fn a_database_of_another_program_is_refused() {
    let mut bytes = healthy();
    bytes[68..72].copy_from_slice(&7_u32.to_be_bytes());
    refused(&bytes, Code::NotACase, "another program");
}

#[test]
fn pages_that_were_overwritten_are_found_by_the_doctor_or_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = healthy();
    for page in (1..whole.len() / 4096).step_by(7) {
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0xa5);
        let path = folder.path().join(format!("{page}.casebook"));
        fs::write(&path, &bytes).expect("a file");
        let found = match Store::open(&path) {
            Ok(store) => store.doctor().map_or(1, |it| it.len()),
            Err(StoreError::Damaged { .. } | StoreError::NotACase { .. } | StoreError::Sql(_)) => 1,
            Err(other) => panic!("page {page}: {other}"),
        };
        assert!(found > 0, "page {page} is nonsense and nobody says so");
    }
}

/// Runs the test `inside` of this program in a mount namespace of its own, after `mounts`.
fn on_a_disk(name: &str, mounts: &str) {
    if !unshare_is_permitted() {
        println!("SKIP hostile_case: unshare -rm is not permitted here");
        return;
    }
    let folder: TempDir = tempfile::tempdir().expect("a temporary folder");
    let program = std::env::current_exe().expect("this program has a path");
    let script = format!("set -e; cd /; {mounts}; exec \"$1\" --exact inside --nocapture");
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", &script, "sh"])
        .arg(&program)
        .env(INSIDE, name)
        .env("DISK", folder.path())
        .output()
        .expect("unshare runs");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}:\n{said}");
    assert!(said.contains(&format!("inside: {name} holds")), "it ran: {said}");
}

fn unshare_is_permitted() -> bool {
    let tried = Command::new("unshare").args(["-rm", "true"]).output();
    tried.is_ok_and(|it| it.status.success())
}

#[test]
fn a_full_disk_stops_an_import_and_loses_nothing() {
    on_a_disk("full_import", "mount -t tmpfs -o size=4m tmpfs \"$DISK\"");
}

#[test]
fn a_full_disk_stops_a_submission_and_loses_nothing() {
    on_a_disk("full_submit", "mount -t tmpfs -o size=8m tmpfs \"$DISK\"");
}

#[test]
fn a_full_disk_makes_no_half_case_file() {
    on_a_disk("full_new", "mount -t tmpfs -o size=40k tmpfs \"$DISK\"");
}

#[test]
fn a_read_only_disk_opens_for_reading() {
    on_a_disk("read_only", "mount -t tmpfs -o size=8m tmpfs \"$DISK\"");
}

/// The half of the tests above that runs on the small disk; nothing to do otherwise.
#[test]
fn inside() {
    let (Ok(name), Ok(disk)) = (std::env::var(INSIDE), std::env::var("DISK")) else { return };
    let disk = PathBuf::from(disk);
    match name.as_str() {
        "full_import" => full_import(&disk),
        "full_submit" => full_submit(&disk),
        "full_new" => full_new(&disk),
        "read_only" => read_only(&disk),
        other => panic!("{other}: no such test"),
    }
    println!("inside: {name} holds");
}

/// Fills the disk up to the last `spare` bytes.
fn fill(disk: &Path, spare: usize) -> PathBuf {
    let path = disk.join("ballast");
    let mut file = fs::File::create(&path).expect("a file");
    let mut written = 0_usize;
    while file.write_all(&[0; 4096]).is_ok() {
        written += 4096;
    }
    file.set_len(written.saturating_sub(spare) as u64).expect("a shorter file");
    path
}

fn full_import(disk: &Path) {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let lines = elsewhere.path().join("q.jsonl");
    write_lines(&lines, 0, 60_000);
    let path = disk.join("a.casebook");
    let mut store = Store::create(&path, 1, "salt").expect("a case file");
    let mut acked = 0;
    let error = import_all(&mut store, &lines, &mut |n| acked = n).expect_err("60,000 items do not fit");
    assert_eq!(error.code, Code::DiskFull, "{error}");
    assert!(acked > 0, "some fitted");
    assert!(u64::from(store.count_items().expect("it still reads")) >= acked);
    drop(store);
    let store = Store::open(&path).expect("it opens on the full disk");
    assert!(u64::from(store.count_items().expect("a count")) >= acked, "what was acknowledged is there");
    drop(store);
    // A copy on another disk stands for a disk that was tidied up.
    let roomy = elsewhere.path().join("a.casebook");
    for ending in ["", "-wal"] {
        let from = disk.join(format!("a.casebook{ending}"));
        if from.exists() {
            fs::copy(from, elsewhere.path().join(format!("a.casebook{ending}"))).expect("a copy");
        }
    }
    let mut store = Store::open(&roomy).expect("it opens");
    assert_eq!(store.doctor().expect("a check-up"), Vec::<String>::new());
    assert!(u64::from(store.count_items().expect("a count")) >= acked);
    import_all(&mut store, &lines, &mut |_| ()).expect("the import goes on");
    assert_eq!(store.count_items().expect("a count"), 60_000);
}

fn full_submit(disk: &Path) {
    let path = new_case(disk, 500);
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let session = fake::session(elsewhere.path(), "ada", false);
    session.open_case(path.to_str().expect("UTF-8")).expect("it opens");
    let mut acked = vec![annotate(&session, "i0").expect("there is room yet")];
    let ballast = fill(disk, 400 << 10);
    let mut failure = None;
    for n in 1..500 {
        match annotate(&session, &format!("i{n}")) {
            Ok(record) => acked.push(record),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let error = failure.expect("500 submissions do not fit");
    assert_eq!(error.code, Code::DiskFull, "{error}");
    assert!(acked.len() > 1, "some fitted after the disk was nearly full");
    drop(session);
    let stored = Store::open(&path).expect("it opens on the full disk");
    assert!(acked.iter().all(|it| records(&stored).contains(it)), "what was acknowledged is there");
    drop(stored);
    fs::remove_file(ballast).expect("room again");
    let store = Store::open(&path).expect("it opens");
    assert!(acked.iter().all(|it| records(&store).contains(it)), "what was acknowledged is there");
    assert_eq!(store.doctor().expect("a check-up"), Vec::<String>::new());
    let session = fake::session(elsewhere.path(), "bo", false);
    session.open_case(path.to_str().expect("UTF-8")).expect("it opens");
    annotate(&session, "i499").expect("and is written to again");
}

fn full_new(disk: &Path) {
    let path = disk.join("a.casebook");
    let error = Store::create(&path, 1, "salt").err().expect("a case file does not fit");
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
    assert_eq!(fs::read_dir(disk).expect("a folder").count(), 0, "nothing is left of it");
}

fn read_only(disk: &Path) {
    let path = new_case(disk, 20);
    let lines = disk.join("more.jsonl");
    write_lines(&lines, 20, 30);
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let name = path.to_str().expect("UTF-8");
    let first = {
        let session = fake::session(elsewhere.path(), "ada", false);
        session.open_case(name).expect("it opens");
        annotate(&session, "i0").expect("a submission")
    };
    // Beside it a file whose last work is still in its log: it cannot be read whole without writing.
    let unfinished = disk.join("b.casebook");
    {
        let mut open = Store::create(&unfinished, 1, "salt").expect("a case file");
        import_all(&mut open, &lines, &mut |_| ()).expect("an import");
        fs::create_dir(disk.join("kept")).expect("a folder");
        for ending in ["", "-wal"] {
            let file = format!("b.casebook{ending}");
            fs::copy(disk.join(&file), disk.join("kept").join(&file)).expect("a copy");
        }
    }
    let before = fs::read(&path).expect("it reads");
    let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(disk).status().expect("mount runs");
    assert!(remount.success(), "the disk is read-only now");

    let store = Store::open(&path).expect("it opens for reading");
    assert!(store.is_read_only());
    assert_eq!(store.count_items().expect("a count"), 20);
    assert_eq!(records(&store), [first]);
    assert_eq!(store.doctor().expect("a check-up"), Vec::<String>::new());
    drop(store);

    let session = fake::session(elsewhere.path(), "ada", false);
    let desktop = session.open_case(name).expect("it opens for reading");
    assert!(desktop.case.is_some_and(|it| it.read_only));
    assert_eq!(session.search("words").expect("search reads").len(), 20);
    assert_eq!(annotate(&session, "i1").expect_err("it refuses to record").code, Code::ReadOnly);
    let mut store = Store::open(&path).expect("it opens for reading");
    let error = import_all(&mut store, &lines, &mut |_| ()).expect_err("it refuses to import");
    assert_eq!(error.code, Code::ReadOnly, "{error}");
    assert_eq!(fs::read(&path).expect("it reads"), before, "every byte is kept");

    let error = Store::open(&disk.join("kept/b.casebook")).err().expect("not without its log");
    assert!(error.to_string().contains("-wal"), "{error}");
    let error = Store::create(&disk.join("c.casebook"), 1, "salt").err().expect("nothing is made there");
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
}
