//! What is left on the disk, and who may read it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use casebook_desk::{error::Code, session::Session};
use casebook_tests::{fake, window::program};
use serde_json::{Value, json};

use crate::{case, casebook, done, run};

const ITEM: &str =
    r#"{"id":"one","parts":[{"role":"caption","text":"a plain caption about gardens"}],"language":"en"}"#;

/// Everything below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn whatever_the_umask_files_are_for_their_owner_alone() {
    for umask in ["000", "022", "077"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("made")).expect("room");
        fs::write(folder.path().join("items.jsonl"), ITEM).expect("room");
        for args in [
            "new made/a.casebook",
            "import made/a.casebook items.jsonl",
            "backup made/a.casebook made/b.casebook",
            "export made/a.casebook --to made/out",
            "settings theme dark",
        ] {
            let script = format!("umask {umask}; exec \"$0\" {args} --reviewer Ada");
            let output = Command::new("sh")
                .args(["-c", &script])
                .arg(program("casebook"))
                .current_dir(folder.path())
                .env("CASEBOOK_HOME", folder.path().join("made/home"))
                .output()
                .expect("a shell");
            assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let made = below(&folder.path().join("made"));
        for path in &made {
            let mode = fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
            let meant = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(format!("{mode:o}"), format!("{meant:o}"), "umask {umask}: {}", path.display());
        }
        for name in [
            "made/a.casebook",
            "made/b.casebook",
            "made/out/manifest.json",
            "made/home/memory.json",
            "made/home/settings.json",
        ] {
            assert!(made.contains(&folder.path().join(name)), "{name} is among {made:?}");
        }
    }
}

#[test]
fn what_a_killed_program_left_goes_when_the_next_writes_there_and_keeps_nobody_from_the_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    case(&at("a.casebook"), "a", "bread");
    let hex = "00112233445566778899aabbccddeeff";
    fs::write(at(&format!(".copy.casebook.{hex}.partial")), "half").expect("room");
    fs::write(at(&format!(".copy.casebook.{hex}.partial-journal")), "half").expect("room");
    fs::create_dir(at(&format!(".out.{hex}.partial"))).expect("room");
    fs::create_dir(at("home")).expect("room");
    fs::write(at("home/memory.json.4194304"), "half").expect("room");
    fs::write(at("home/settings.json.4194304-0.part"), "half").expect("room");
    fs::write(at("mine.partial"), "mine").expect("room");
    done(folder.path(), &["backup", "a.casebook", "copy.casebook"]);
    done(folder.path(), &["queues", "a.casebook", "--reviewer", "Ada"]);
    done(folder.path(), &["settings", "theme", "dark"]);
    let mut left: Vec<String> = below(folder.path())
        .iter()
        .map(|it| it.strip_prefix(folder.path()).expect("it is below").to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["a.casebook", "copy.casebook", "home", "home/memory.json", "home/settings.json", "mine.partial"]
    );
    let refused = run(folder.path(), &["backup", "a.casebook", "copy.casebook"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("a file of that name exists"), "{said}");
}

#[test]
fn a_pip_of_the_folder_one_stands_in_is_not_run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = folder.path().join("ran");
    let script = format!("open({:?}, 'w').write('ran')\n", ran.to_string_lossy());
    for name in ["pip.py", "site.py", "sitecustomize.py", "usercustomize.py"] {
        fs::write(folder.path().join(name), &script).expect("room");
    }
    let stranger = folder.path().join("python3");
    fs::write(&stranger, format!("#!/bin/sh\ntouch '{}'\n", ran.display())).expect("room");
    fs::set_permissions(&stranger, fs::Permissions::from_mode(0o755)).expect("it is ours");
    // Nothing is reached: there is no network in there.
    let path = format!(".:{}", std::env::var("PATH").expect("a path"));
    let output = Command::new("unshare")
        .arg("-rn")
        .arg(program("casebook"))
        .args(["models", "add"])
        .current_dir(folder.path())
        .env("CASEBOOK_HOME", folder.path().join("home"))
        .env("PYTHONPATH", folder.path())
        .env("PATH", path)
        .env_remove("CASEBOOK_MODELS")
        .output()
        .expect("util-linux is part of every Debian");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("the wheel "),
        "pip was asked, and reached nothing: {said}"
    );
    assert!(!ran.exists(), "something of the folder was run");
}

fn call(session: &Session, verb: &str, args: Value) -> casebook_desk::error::Result<Value> {
    casebook_desk::verbs::call(session, verb, args)
}

#[test]
fn a_file_deleted_under_a_session_is_said_and_saved_elsewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = case(&folder.path().join("a.casebook"), "a", "bread");
    let session = fake::session(&folder.path().join("home"), "Ada", false);
    call(&session, "file.open_case", json!({"path": path})).expect("it opens");
    let review = call(&session, "review.next", json!({"queue": "Reported"})).expect("an item");
    let row = review["item"]["row"].clone();
    fs::remove_file(&path).expect("it is there");
    let impression = json!({"judgement": {"choice": "allow", "clauses": [], "severity": null, "confidence": "leaning",
        "cannot_judge_reason": null}, "note": ""});
    let stored = json!({"queue": "Reported", "row": row, "impression": impression});
    let refused = call(&session, "review.store_impression", stored.clone()).expect_err("it would be lost");
    assert_eq!(refused.code, Code::Moved, "{refused}");
    let copy = folder.path().join("copy.casebook");
    call(&session, "file.save_copy", json!({"path": copy})).expect("what is open is saved");
    call(&session, "file.open_case", json!({"path": copy})).expect("the copy opens");
    call(&session, "review.store_impression", stored).expect("and work goes on there");
    call(&session, "file.close_case", json!({})).expect("it closes");
    done(folder.path(), &["doctor", "copy.casebook"]);
}

#[test]
fn a_disk_that_is_full_is_said_and_work_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(&folder.path().join("a.casebook"), "a", "bread");
    let lines: String = (0..4000).map(|n| ITEM.replace("\"one\"", &format!("\"i{n}\"")) + "\n").collect();
    fs::write(folder.path().join("items.jsonl"), lines).expect("room");
    // A file may not grow past 800 blocks of 512 bytes; the signal that would end the program is ignored, as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 800; exec \"$0\" import a.casebook items.jsonl --reviewer Ada";
    let full = Command::new("sh")
        .args(["-c", script])
        .arg(program("casebook"))
        .current_dir(folder.path())
        .env("CASEBOOK_HOME", folder.path().join("home"))
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&full.stderr);
    assert!(!full.status.success() && said.contains("nothing recorded before is lost"), "{said}");
    done(folder.path(), &["doctor", "a.casebook"]);
    let output = casebook(folder.path(), &["import", "a.casebook", "items.jsonl", "--reviewer", "Ada"])
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = done(folder.path(), &["list", "a.casebook", "--reviewer", "Ada", "--limit", "1"]);
    assert!(listed.contains("4001"), "all of them are there, each once: {listed}");
    done(folder.path(), &["doctor", "a.casebook"]);
}
