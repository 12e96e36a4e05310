//! `peers`: handing in a decision and getting the next item, beside Label Studio with the same 10,000
//! texts.
//!
//! Both answer over HTTP on this machine to one client, which takes turns between them; both have the
//! model's prediction of every item before they start. Label Studio runs as it comes, with SQLite.
//! Neither page is drawn: that is `window`. Installing Label Studio takes a gigabyte under `target/`.

use std::{fs, path::Path, process::Command, process::ExitCode, sync::Arc};

use casebook_core::queue::Queue;
use casebook_serve::Options;
use casebook_store::Store;
use casebook_tests::{
    figures::{Bar, Figure, conclude, percentile},
    made_up::case::{CaseFile, open, remove},
    python::{environment, run},
};
use serde_json::{Value, json};

const ITEMS: usize = 10_000;
const ROUNDS: usize = 5;
/// Loops of each in a round.
const LOOPS: usize = 40;

fn main() -> ExitCode {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench");
    let python = environment("peers-venv", &bench.join("requirements-peers.txt"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = CaseFile::of(ITEMS).copy("peers.casebook");
    let tasks = folder.path().join("tasks.json");
    write_tasks(&case, &tasks);

    let session = Arc::new(open(&case, folder.path()));
    let served =
        casebook_serve::start(&session, Options { verbs: true, page: None }).expect("a loopback port");

    let mut client = Command::new(&python);
    client
        .arg(bench.join("peers.py"))
        .arg(python.with_file_name("label-studio"))
        .arg(&tasks)
        .arg(folder.path());
    client.args([&served.base_url, &Queue::reported().name]);
    client.args([ROUNDS.to_string(), LOOPS.to_string()]);
    let measured: Value =
        serde_json::from_str(&run("measure Label Studio", &mut client)).expect("it says what it measured");
    session.close_case().expect("it closes");
    remove(&case);

    assert_eq!(measured["imported"], ITEMS, "both have the same items");
    let times = |name: &str| -> Vec<f64> {
        measured[name].as_array().expect("times are a list").iter().filter_map(Value::as_f64).collect()
    };
    let (theirs, ours) = (times("label_studio"), times("casebook"));
    println!("{ITEMS} items, {ROUNDS} rounds of {LOOPS} loops each, alternated; ms");
    println!("{:>14} {:>8} {:>8} {:>8}", "", "median", "p95", "p99");
    for (name, values) in [("Label Studio", &theirs), ("Casebook", &ours)] {
        let at = |it| percentile(values, it);
        println!("{name:>14} {:>8.2} {:>8.2} {:>8.2}", at(50.0), at(95.0), at(99.0));
    }
    let ratio = |percent| percentile(&theirs, percent) / percentile(&ours, percent);
    let figures = [
        Figure { name: "submit_next_ratio", value: ratio(50.0), bar: Some(Bar::AtLeast(30.0)) },
        Figure { name: "ratio_p95", value: ratio(95.0), bar: None },
    ];
    let held = conclude("peers", &figures, &[("items", ITEMS.into()), ("loops", ours.len().into())]);
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The same texts as tasks, each with a prediction.
fn write_tasks(case: &Path, to: &Path) {
    let store = Store::open(case).expect("the case file");
    let tasks: Vec<Value> = (1..=ITEMS as u32)
        .map(|row| {
            let item = store.item(row).expect("an item");
            let choice = json!({"from_name": "decision", "to_name": "text", "type": "choices",
                "value": {"choices": ["limit"]}});
            json!({"data": {"text": item.record.parts[0].text},
                "predictions": [{"model_version": "subjects@1", "score": 0.5, "result": [choice]}]})
        })
        .collect();
    fs::write(to, Value::from(tasks).to_string()).expect("the folder is writable");
}
