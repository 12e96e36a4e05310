//! Nothing is lost, and nothing leaks to the terminal or to other people of the machine: the programs as they are run.

#![cfg(unix)]

mod loss {
    mod files;
    mod terminal;
}

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use casebook_core::{
    item::{Item, Part, Report},
    record::{PartKind, RecordPart, content_sha256},
};
use casebook_store::{NewItem, NewPart, Store};
use casebook_tests::window::program;

/// `casebook` with these arguments, started in `folder`, with a home in there.
fn casebook(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program("casebook"));
    command.args(args).current_dir(folder).env("CASEBOOK_HOME", folder.join("home"));
    command.env_remove("CASEBOOK_MODELS").stdin(Stdio::null());
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    casebook(folder, args).output().expect("the program starts")
}

#[track_caller]
fn done(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{args:?}: {out}{err}");
    out.into_owned()
}

/// A case file with one item of this id and caption.
fn case(path: &Path, id: &str, text: &str) -> PathBuf {
    let mut store = Store::create(path, 1, "salt").expect("a case file");
    let item = Item {
        id: id.into(),
        parts: vec![Part { role: "caption".into(), text: Some(text.into()), path: None }],
        language: None,
        market: None,
        author: None,
        reports: vec![Report { reason: text.into(), n: 1 }],
        reach_per_hour: None,
        flagged_at: None,
        gold: None,
        labels: std::collections::BTreeMap::new(),
    };
    let hashed = RecordPart {
        id: String::new(),
        kind: PartKind::Text,
        role: "caption".into(),
        text: Some(text.into()),
        path: None,
        sha256: None,
        language: None,
        language_confidence: None,
        width: None,
        height: None,
        duration_ms: None,
        remarks: Vec::new(),
    };
    let part = NewPart {
        kind: PartKind::Text,
        role: "caption".into(),
        text: Some(text.into()),
        media: None,
        width: None,
        height: None,
        remarks: Vec::new(),
    };
    let new = NewItem {
        item,
        parts: vec![part],
        content_sha256: content_sha256(&[hashed]),
        language_confidence: None,
        flagged_ms: None,
        restricted: false,
    };
    store.insert_items(&[new], None, 1).expect("an item");
    path.to_owned()
}
