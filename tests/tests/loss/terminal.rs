//! What the command line says.

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    path::Path,
    process::{Output, Stdio},
};

use casebook_core::visible::acts;

use crate::{case, casebook, done, run};

/// Clears the screen, sets the title, turns the reading direction, and ends the line for whoever believes it.
const HOSTILE: &str = "x\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\u{2066}\u{7f}\u{8}\ry";

/// Nothing in it acts on a terminal but line ends and the tabs between columns.
#[track_caller]
fn is_plain(args: &[&str], output: &Output) -> String {
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    let said =
        String::from_utf8(said).unwrap_or_else(|it| panic!("{args:?} says bytes that are no text: {it}"));
    let bad: BTreeSet<char> = said.chars().filter(|it| acts(*it) && !matches!(it, '\n' | '\t')).collect();
    assert!(bad.is_empty(), "{args:?} says {bad:?}: {said:?}");
    said
}

#[test]
#[expect(clippy::too_many_lines, reason = "a line for each way in which a verb is called")]
fn no_verb_hands_a_terminal_what_acts_on_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    let file = format!("{HOSTILE}.casebook");
    case(&here.join(&file), HOSTILE, &format!("bread {HOSTILE} and coffee\nsecond line"));
    let absent = format!("absent {HOSTILE}");
    let (json, jsonl, toml) =
        (format!("{HOSTILE}.json"), format!("{HOSTILE}.jsonl"), format!("{HOSTILE}.toml"));
    let annotation = serde_json::json!({
        "item": HOSTILE, "queue": HOSTILE,
        "judgement": {"choice": "allow", "clauses": [], "severity": null, "confidence": "leaning", "cannot_judge_reason": null},
    });
    fs::write(here.join(&json), annotation.to_string()).expect("room");
    fs::write(here.join(&jsonl), format!("{{\"id\": 3, \"{HOSTILE}\": 1}}\nnot {HOSTILE} json\n"))
        .expect("room");
    fs::write(here.join(&toml), format!("[[clauses]\n# {HOSTILE}\nid = \"{HOSTILE}\"")).expect("room");
    let folder_of_texts = here.join(format!("texts {HOSTILE}"));
    fs::create_dir(&folder_of_texts).expect("room");
    fs::write(folder_of_texts.join(format!("{HOSTILE}.txt")), HOSTILE).expect("room");
    let texts = folder_of_texts.to_string_lossy().into_owned();
    let queue = serde_json::json!({"queue": {"name": HOSTILE, "order": "urgency", "mode": {"kind": "blind"}, "reviews_wanted": 1}});
    let made = format!("made {HOSTILE}");
    let (export, copy) = (format!("out {HOSTILE}"), format!("{HOSTILE}.copy"));
    let calls: Vec<Vec<&str>> = vec![
        vec!["new", &file],
        vec!["new", &made],
        vec!["new", ":memory:"],
        vec!["import", &file, &jsonl],
        vec!["import", &file, &absent],
        vec!["import", &file, &texts],
        vec!["import", &file, &jsonl, "--column", HOSTILE],
        vec!["imports", &file],
        vec!["imports", &file, "--take-back", &absent],
        vec!["score", &absent],
        vec!["assess", &file, "--item", HOSTILE],
        vec!["show", &file, "--item", HOSTILE],
        vec!["show", &file, "--item", HOSTILE, "--reveal"],
        vec!["show", &file, "--item", &absent],
        vec!["annotate", &file, "--from", &json],
        vec!["annotate", &file, "--from", &absent],
        vec!["call", &file, "review.save_queue", "QUEUE"],
        vec!["hand-on", &file, HOSTILE, "--to", HOSTILE, "--reason", "second_opinion", "--note", HOSTILE],
        vec!["hand-on", &file, HOSTILE, "--queue", HOSTILE, "--reason", HOSTILE],
        vec!["hand-on", &file, HOSTILE, "--take-back"],
        vec!["waiting", &file],
        vec!["notes", &file, HOSTILE, "--add", HOSTILE, "--to", HOSTILE],
        vec!["notes", &file, HOSTILE],
        vec!["take-out", &file, HOSTILE, "--queue", HOSTILE, "--reason", "slip", "--note", HOSTILE],
        vec!["day"],
        vec!["practise"],
        vec!["queues", &file],
        vec!["search", &file, "bread"],
        vec!["search", &file, HOSTILE],
        vec!["list", &file],
        vec!["list", &file, "--queue", HOSTILE],
        vec!["list", &file, "--order", HOSTILE],
        vec!["occurring", &file],
        vec!["similar", &file, "--item", HOSTILE],
        vec!["decisions", &file],
        vec!["assign", &file, "--to", HOSTILE, HOSTILE],
        vec!["move", &file, "--to", HOSTILE, HOSTILE],
        vec!["list", &file, "--standing", "assigned"],
        vec!["export", &file, "--to", &export],
        vec!["export", &file, "--to", &texts],
        vec!["export", &file, "--preview", "--by", HOSTILE],
        vec!["exports", &file],
        vec!["exports", &file, "--id", "1"],
        vec!["jobs", &file],
        vec!["jobs", &file, "--resume", HOSTILE],
        vec!["call", &file, HOSTILE],
        vec!["call", &file, "items.search", "SEARCH"],
        vec!["call", &file, "items.search", HOSTILE],
        vec!["backup", &file, &copy],
        vec!["backup", &file, &file],
        vec!["doctor", &file],
        vec!["doctor", &absent],
        vec!["check", &json, &jsonl, &toml, &absent],
        vec!["models", "list"],
        vec!["models", "add", HOSTILE],
        vec!["models", "show", HOSTILE],
        vec!["models", "verify", HOSTILE],
        vec!["models", "remove", HOSTILE],
        vec!["thresholds", &file, "--set", HOSTILE],
        vec!["thresholds", &file, "--reset", HOSTILE],
        vec!["policies", &file],
        vec!["policies", &file, "--add", &toml],
        vec!["policies", &file, "--use", HOSTILE],
        vec!["evaluate", "--items", &absent, "--labels", &toml, "--mode", "cv"],
        vec!["evaluate", "--leave-one-set-out", "--data", HOSTILE],
        vec!["train", "--data", HOSTILE, "--to", &absent, "--id", HOSTILE],
        vec!["train-heads", "--source", HOSTILE, "--to", &absent],
        vec!["settings", HOSTILE, HOSTILE],
        vec!["settings", "keys.submit", HOSTILE],
        vec!["settings"],
        vec!["serve", &absent],
        vec![HOSTILE],
        vec!["--help"],
        vec!["help"],
    ];
    let queue = queue.to_string();
    let search = serde_json::json!({"words": "bread"}).to_string();
    let (mut seen, mut tried) = (0, BTreeSet::new());
    for args in &calls {
        let mut args: Vec<&str> = args
            .iter()
            .map(|it| {
                if *it == "QUEUE" {
                    &*queue
                } else if *it == "SEARCH" {
                    &*search
                } else {
                    it
                }
            })
            .collect();
        tried.insert(args[0].to_owned());
        args.extend(["--reviewer", HOSTILE]);
        let output = casebook(here, &args).env("CASEBOOK_LOG", "trace").output().expect("the program starts");
        seen += u32::from(is_plain(&args, &output).contains("\\u{1b}"));
    }
    assert!(seen >= 30, "only {seen} of {} showed what they were given: the test sees nothing", calls.len());
    let verbs = verbs(here);
    let missed: Vec<_> = verbs.iter().filter(|it| !tried.contains(*it)).collect();
    assert!(verbs.len() > 20 && missed.is_empty(), "verbs that are not tried: {missed:?}");
}

/// The verbs that help lists.
fn verbs(here: &Path) -> Vec<String> {
    let help = done(here, &["--help"]);
    let commands = help.lines().skip_while(|it| *it != "Commands:").skip(1).take_while(|it| !it.is_empty());
    let names = commands.filter(|it| it.starts_with("  ") && !it.starts_with("   "));
    names.filter_map(|it| it.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn a_row_of_a_preview_stays_the_json_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(&folder.path().join("a.casebook"), "a", &format!("bread {HOSTILE}"));
    let answer = done(
        folder.path(),
        &["call", "a.casebook", "items.search", r#"{"words":"bread"}"#, "--reviewer", "Ada"],
    );
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("it is JSON");
    assert!(
        answer[0]["excerpt"].as_str().is_some_and(|it| it.contains('\u{1b}')),
        "and says the same: {answer}"
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error_and_a_full_disk_behind_the_output_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for args in [&["models", "list"][..], &["--help"], &["settings"]] {
        let mut child = casebook(folder.path(), args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("it is text");
        assert!(child.wait().expect("it ends").success(), "{args:?}: {said}");
        assert_eq!(said, "", "{args:?} ends quietly");
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has one");
    let output =
        casebook(folder.path(), &["models", "list"]).stdout(full).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("could not write to standard output"), "{said}");
}

#[test]
fn doctor_on_a_pipe_answers_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().expect("mkfifo");
    assert!(made.success());
    for verb in
        [&["doctor", "pipe"][..], &["queues", "pipe"], &["backup", "pipe", "copy"], &["import", "pipe", "x"]]
    {
        let output = run(folder.path(), &[verb, &["--reviewer", "Ada"]].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("it is a pipe, a socket or a device, and no file"), "{verb:?}: {said}");
    }
}
