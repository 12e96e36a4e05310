//! A case file that is deleted, moved or replaced while somebody has it open, and names that are no file's.

mod common;

use std::{fs, path::Path};

use casebook_store::{Store, StoreError};
use common::{Case, NOW, record, text_item};

/// What a person's next record comes to, and what is left once a copy is saved of what is open.
fn check(change: impl FnOnce(&Path), how: &str) {
    let mut case = Case::new();
    let row = case.add_text("a", "bread and coffee");
    let second = case.add_text("b", "wine and water");
    case.submit(row, "ada", &record("r1")).expect("submitted");
    let path = case.store.path().to_owned();
    change(&path);
    let refused = case.submit(second, "ada", &record("r2")).expect_err("it would be lost").to_string();
    for said in [how, "it was in its place at", "save a copy of it before you close it", "a.casebook"] {
        assert!(refused.contains(said), "{said:?} is not in {refused:?}");
    }
    let copy = case.folder.path().join("copy.casebook");
    case.store.backup(&copy).expect("what is open can be saved");
    let saved = Store::open(&copy).expect("it is a case file");
    assert_eq!(saved.doctor().expect("a check-up"), Vec::<String>::new());
    let mut kept = Vec::new();
    let keep = &mut |it: casebook_store::StoredAnnotation| {
        kept.push(it.id);
        Ok(())
    };
    saved.each_current_annotation(keep).expect("it reads");
    assert_eq!(kept, ["r1"], "what was acknowledged is there, and what was refused is not");
}

#[cfg(unix)]
#[test]
fn nothing_is_acknowledged_that_is_not_under_the_name_of_the_file() {
    let log = |path: &Path| path.with_file_name("a.casebook-wal");
    check(|path| fs::remove_file(path).expect("it is there"), "there is no file of this name any more");
    check(
        |path| fs::rename(path, path.with_file_name("b.casebook")).expect("it is there"),
        "there is no file of this name any more",
    );
    check(
        |path| {
            let other = path.with_file_name("other.casebook");
            drop(Store::create(&other, NOW, "other").expect("a case file"));
            fs::rename(other, path).expect("it replaces");
        },
        "another file has its name",
    );
    check(
        |path| fs::remove_file(log(path)).expect("it is there"),
        "its log, the -wal file beside it, was taken away",
    );
    check(
        |path| {
            fs::remove_file(log(path)).expect("it is there");
            fs::write(log(path), "").expect("room");
        },
        "its log, the -wal file beside it, is another one",
    );
}

#[cfg(unix)]
#[test]
fn recording_goes_on_once_the_file_is_back() {
    let mut case = Case::new();
    let row = case.add_text("a", "bread");
    let (path, aside) = (case.store.path().to_owned(), case.folder.path().join("aside"));
    fs::rename(&path, &aside).expect("it is there");
    assert!(case.submit(row, "ada", &record("r1")).is_err());
    fs::rename(&aside, &path).expect("it is there");
    case.submit(row, "ada", &record("r1")).expect("it is in its place");
    case.is_sound();
}

#[cfg(unix)]
#[test]
fn closing_a_file_that_was_replaced_leaves_the_new_one_and_its_log_alone() {
    let mut case = Case::new();
    let path = case.store.path().to_owned();
    let other = case.folder.path().join("other.casebook");
    drop(Store::create(&other, NOW, "other").expect("a case file"));
    fs::rename(&other, &path).expect("it replaces");
    for ending in ["-wal", "-shm"] {
        fs::remove_file(path.with_file_name(format!("a.casebook{ending}"))).expect("it is there");
    }
    let mut second = Store::open(&path).expect("the other file");
    second.insert_items(&[text_item("theirs", "words")], None, NOW).expect("an item");
    let former = std::mem::replace(&mut case.store, second);
    drop(former);
    assert!(fs::metadata(path.with_file_name("a.casebook-wal")).expect("its log is there").len() > 0);
    assert_eq!(
        Store::open(&path).expect("it opens").count_items().expect("a count"),
        1,
        "nothing of it is lost"
    );
}

#[test]
fn names_that_are_no_file_s_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let kept = Store::create(&folder.path().join("kept.casebook"), NOW, "salt").expect("a case file");
    for name in [
        ":memory:",
        "",
        "file:a.casebook",
        "FILE:a?mode=memory",
        "folder/",
        "..",
        "a.casebook-wal",
        "a-shm",
        "a-journal",
    ] {
        for refused in [
            Store::create(Path::new(name), NOW, "salt").map(drop),
            Store::open(Path::new(name)).map(drop),
            kept.backup(Path::new(name)),
        ] {
            let refused = refused.expect_err(name);
            assert!(matches!(refused, StoreError::Special { .. }), "{name:?}: {refused}");
        }
        assert!(name.is_empty() || name == ".." || !Path::new(name).exists(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let socket = folder.path().join("socket");
    let _listens = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    for path in [socket.as_path(), Path::new("/dev/null"), Path::new("/dev/zero"), folder.path()] {
        let refused = Store::open(path).err().expect("it is no file").to_string();
        assert!(refused.contains("and no file") || refused.contains("it is a folder"), "{refused}");
    }
}

#[cfg(unix)]
#[test]
fn a_case_file_its_log_and_its_copies_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mut case = Case::new();
    case.add_text("a", "bread");
    case.store.backup(&case.folder.path().join("copy.casebook")).expect("a copy");
    let mut n = 0;
    for entry in fs::read_dir(case.folder.path()).expect("a folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        n += 1;
    }
    assert_eq!(n, 4, "the file, its log, the index of the log, the copy");
}
