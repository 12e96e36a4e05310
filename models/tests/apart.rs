//! A language model in a process of its own: it answers as in this one, and what happens to the process is an outcome.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

#[path = "common/decoder.rs"]
mod decoder;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use casebook_core::{
    hash::sha256_hex,
    ports::{Asked, Flow, Model, ModelError, Reasoner, Writing},
    weighing::{ANSWERS, Turn, Voice},
};
use casebook_models::reasoner::{
    LocalReasoner, Settings,
    apart::client::{Apart, ProcessReasoner},
};
use decoder::TinyDecoder;

const LONG: Duration = Duration::from_mins(1);

fn apart(folder: &Path, seed: u64) -> Apart {
    let file = folder.join("tiny.gguf");
    TinyDecoder { seed, most_tokens: 8192, ..TinyDecoder::new("qwen2") }.write(&file);
    let settings = Settings {
        id: "tiny".into(),
        weights_sha256: sha256_hex(&fs::read(&file).unwrap()),
        languages: vec!["en".into()],
        most_kept: usize::MAX,
        states: None,
        most_in_files: u64::MAX,
        chunk: 16,
    };
    let program = env!("CARGO_BIN_EXE_casebook-model").into();
    Apart { program, file, settings, memory: 1 << 30, threads: 2, silence: LONG }
}

fn turn(text: &str) -> Vec<Turn> {
    vec![Turn { voice: Voice::User, text: text.into() }]
}

fn ask_as(model: &dyn Reasoner, text: &str, watch: &mut dyn FnMut() -> Flow) -> Result<Vec<f64>, ModelError> {
    let (prefix, question) = (turn("Is this an advertisement?"), turn(text));
    model.likelihoods(&Asked { prefix: &prefix, question: &question }, &ANSWERS, watch)
}

fn ask(model: &dyn Reasoner, text: &str) -> Result<Vec<f64>, ModelError> {
    ask_as(model, text, &mut || Flow::Go)
}

fn signal(name: &str, id: u32) {
    assert!(Command::new("kill").args([name, &id.to_string()]).status().unwrap().success(), "{id} runs");
}

/// Asks while the process stands still, so that it cannot have answered when `on_tick` is called first.
fn ask_held(model: &ProcessReasoner, text: &str, mut on_tick: impl FnMut()) -> Result<Vec<f64>, ModelError> {
    signal("-STOP", model.process_id());
    ask_as(model, text, &mut || {
        on_tick();
        Flow::Go
    })
}

#[test]
fn it_writes_as_in_this_process_and_tells_what_it_wrote_so_far() {
    let folder = tempfile::tempdir().unwrap();
    let apart = apart(folder.path(), 3);
    let here = LocalReasoner::load(&apart.file, apart.settings.clone()).unwrap();
    let there = ProcessReasoner::start(apart).unwrap();
    let schema = serde_json::json!({
        "type": "object", "additionalProperties": false, "required": ["why"],
        "properties": {"why": {"type": "string", "maxLength": 40}}
    });
    let (prefix, question) = (turn("Is this an advertisement?"), turn("Buy now"));
    let asked = Asked { prefix: &prefix, question: &question };
    let mut told = Vec::new();
    let write = |model: &dyn Reasoner, told: &mut Vec<String>| {
        let writing = Writing { schema: &schema, most_tokens: 60 };
        model.write(&asked, &writing, &mut |text| {
            told.push(text.to_owned());
            Flow::Go
        })
    };
    let expected = write(&here, &mut Vec::new()).unwrap();
    assert_eq!(write(&there, &mut told).unwrap(), expected);
    assert!(told.iter().any(|it| !it.is_empty()), "it is told while it writes");
    assert!(told.iter().all(|it| expected.text.starts_with(it.as_str())), "{told:?}");
    let mut n_calls = 0;
    let stopped = there.write(&asked, &Writing { schema: &schema, most_tokens: 60 }, &mut |text| {
        n_calls += usize::from(!text.is_empty());
        if n_calls == 2 { Flow::Stop } else { Flow::Go }
    });
    assert!(matches!(stopped, Err(ModelError::Stopped { .. })), "{stopped:?}");
    assert_eq!(write(&there, &mut told).unwrap(), expected, "and the next is whole again");
}

#[test]
fn what_it_read_lies_in_files_for_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut apart = apart(folder.path(), 3);
    let without = ask(&ProcessReasoner::start(apart.clone()).unwrap(), "Buy now").unwrap();
    let states = folder.path().join("states");
    apart.settings.states = Some(states.clone());
    let files = || {
        let folders = fs::read_dir(&states).unwrap().map(|it| it.unwrap().path());
        let mut files: Vec<_> = folders.flat_map(|it| fs::read_dir(it).unwrap()).collect();
        files.retain(Result::is_ok);
        files.len()
    };
    for _ in 0..2 {
        let model = ProcessReasoner::start(apart.clone()).unwrap();
        assert_eq!(ask(&model, "Buy now").unwrap(), without, "to the bit");
        assert_eq!(files(), 2, "one state and its label");
    }
}

#[test]
fn it_answers_as_in_this_process_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let apart = apart(folder.path(), 3);
    let here = LocalReasoner::load(&apart.file, apart.settings.clone()).unwrap();
    let there = ProcessReasoner::start(apart).unwrap();
    assert_eq!(there.speaker(), here.speaker());
    for text in
        ["Buy our watches now", "Hello", "<|im_end|> ünïcode 🙂 \"quoted\" \u{0}", "Buy our watches now"]
    {
        let bits = |it: Vec<f64>| it.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(ask(&there, text).unwrap()), bits(ask(&here, text).unwrap()), "{text}");
    }
    let long = "long ".repeat(2000);
    let (there, here) = (ask(&there, &long).unwrap_err(), ask(&here, &long).unwrap_err());
    assert_eq!(there.to_string(), here.to_string(), "and it refuses in the same words");
}

#[test]
fn whoever_watches_is_asked_at_every_chunk() {
    let folder = tempfile::tempdir().unwrap();
    let apart = apart(folder.path(), 3);
    let here = LocalReasoner::load(&apart.file, apart.settings.clone()).unwrap();
    let there = ProcessReasoner::start(apart).unwrap();
    let count = |model: &dyn Reasoner| {
        let mut n = 0;
        ask_as(model, "Buy our watches now", &mut || {
            n += 1;
            Flow::Go
        })
        .unwrap();
        n
    };
    let (here, there) = (count(&here), count(&there));
    assert!(here > 2 && there >= here, "{there} times there, {here} times here");
}

#[test]
fn killed_while_it_answers_it_is_started_once_more_and_the_answer_comes() {
    let folder = tempfile::tempdir().unwrap();
    let model = ProcessReasoner::start(apart(folder.path(), 3)).unwrap();
    let expected = ask(&model, "Hello").unwrap();
    let first = model.process_id();
    let mut is_killed = false;
    let answer = ask_held(&model, "Hello", || {
        if !std::mem::replace(&mut is_killed, true) {
            signal("-KILL", first);
        }
    });
    assert_eq!(answer.unwrap(), expected);
    assert_ne!(model.process_id(), first);
    signal("-KILL", model.process_id());
    assert_eq!(ask(&model, "Hello").unwrap(), expected, "it may die between two questions too");
}

#[test]
fn killed_twice_it_is_an_error_and_the_next_question_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let model = ProcessReasoner::start(apart(folder.path(), 3)).unwrap();
    let expected = ask(&model, "Hello").unwrap();
    let mut killed = Vec::new();
    let lost = ask_held(&model, "Hello", || {
        let id = model.process_id();
        if !killed.contains(&id) {
            killed.push(id);
            signal("-KILL", id);
        }
    });
    let why = lost.unwrap_err();
    assert!(matches!(why, ModelError::Ended { .. }), "{why:?}");
    assert_eq!(
        why.to_string(),
        "tiny ended while it answered: it was killed (signal 9), as a system does that is short of memory; a \
         smaller model needs less of the machine"
    );
    assert_eq!(killed.len(), 2, "it is not started for ever");
    assert_eq!(ask(&model, "Hello").unwrap(), expected);
}

#[test]
fn one_that_is_silent_is_ended_and_started_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut apart = apart(folder.path(), 3);
    // Long enough for a start on a machine that is busy, and all that this test waits for.
    apart.silence = Duration::from_secs(3);
    let model = ProcessReasoner::start(apart).unwrap();
    let expected = ask(&model, "Hello").unwrap();
    let first = model.process_id();
    assert_eq!(ask_held(&model, "Hello", || {}).unwrap(), expected);
    assert_ne!(model.process_id(), first);
}

#[test]
fn without_memory_it_says_so_and_this_process_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut apart = apart(folder.path(), 3);
    apart.settings.chunk = 8000;
    // Room for the weights; a question of some thousand tokens is more than fits beside them.
    apart.memory = 24 << 20;
    let model = ProcessReasoner::start(apart).unwrap();
    let expected = ask(&model, "Hello").unwrap();
    let first = model.process_id();
    let why = ask(&model, &"a b".repeat(2000)).unwrap_err();
    assert!(matches!(why, ModelError::NoMemory { .. }), "{why}");
    assert_eq!(why.to_string(), "tiny ran out of memory: it gets 25 MB at most; a smaller model needs less");
    assert_eq!(model.process_id(), first, "a second time would need as much");
    assert_eq!(ask(&model, "Hello").unwrap(), expected);
    assert_ne!(model.process_id(), first);
}

#[test]
fn a_file_that_is_swapped_changes_nothing_until_the_next_start_which_refuses_it() {
    let folder = tempfile::tempdir().unwrap();
    let model = ProcessReasoner::start(apart(folder.path(), 3)).unwrap();
    let expected = ask(&model, "Hello").unwrap();
    // The same name, other weights.
    let swapped = apart(folder.path(), 4);
    assert_eq!(ask(&model, "Hello").unwrap(), expected);
    assert_ne!(ask(&model, "Buy our watches now").unwrap(), expected, "it computes, and does not remember");
    signal("-KILL", model.process_id());
    let why = ask(&model, "Hello").unwrap_err();
    let (ModelError::Damaged { rule, .. }, other) = (&why, &swapped.settings.weights_sha256) else {
        panic!("{why}")
    };
    assert!(rule.contains("sha256 should be") && rule.contains(other), "{rule}");
}

#[test]
fn two_hundred_that_are_stopped_leave_a_right_answer() {
    let folder = tempfile::tempdir().unwrap();
    let apart = apart(folder.path(), 3);
    let here = LocalReasoner::load(&apart.file, apart.settings.clone()).unwrap();
    let model = ProcessReasoner::start(apart).unwrap();
    let id = model.process_id();
    for n in 0..200 {
        let mut left = n % 7;
        let stopped = ask_as(&model, &format!("Buy watch {n} now"), &mut || {
            left -= 1;
            if left < 0 { Flow::Stop } else { Flow::Go }
        });
        match stopped {
            Err(ModelError::Stopped { .. }) => {}
            // A short question may be answered before its watch says stop.
            Ok(_) if n % 7 > 1 => {}
            other => panic!("{n}: {other:?}"),
        }
    }
    assert_eq!(ask(&model, "Hello").unwrap(), ask(&here, "Hello").unwrap());
    assert_eq!(model.process_id(), id, "nothing was started anew");
}

#[test]
fn others_wait_their_turn_and_may_give_up() {
    let folder = tempfile::tempdir().unwrap();
    let model = ProcessReasoner::start(apart(folder.path(), 3)).unwrap();
    let expected = ask(&model, "Hello").unwrap();
    let id = model.process_id();
    let (asks, gave_up) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        let first = scope.spawn(|| {
            ask_held(&model, "Hello", || {
                asks.store(true, Ordering::Relaxed);
                if gave_up.load(Ordering::Relaxed) {
                    signal("-CONT", id);
                }
            })
        });
        while !asks.load(Ordering::Relaxed) {
            thread::yield_now();
        }
        let second = ask_as(&model, "another", &mut || Flow::Stop);
        assert!(matches!(second, Err(ModelError::Stopped { .. })), "{second:?}");
        gave_up.store(true, Ordering::Relaxed);
        assert_eq!(first.join().unwrap().unwrap(), expected);
    });
    let answers = thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| ask(&model, "Hello"))).collect();
        all.into_iter().map(|it| it.join().unwrap().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(answers, vec![expected; 6]);
}

#[test]
fn a_program_that_is_missing_or_another_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut apart = apart(folder.path(), 3);
    let refused = |it: &Apart| ProcessReasoner::start(it.clone()).err().unwrap();
    apart.program = folder.path().join("casebook-model");
    let path = apart.program.display().to_string();
    let why = refused(&apart);
    assert!(matches!(why, ModelError::NotStarted { .. }) && why.to_string().contains(&path), "{why}");
    fs::write(&apart.program, "#!/bin/sh\necho hello, whoever you are; exec cat\n").unwrap();
    fs::set_permissions(&apart.program, fs::Permissions::from_mode(0o700)).unwrap();
    let why = refused(&apart).to_string();
    assert!(why.contains(&path) && why.contains("it should say casebook-model 1"), "{why}");
}

#[test]
fn a_file_that_is_not_what_its_card_names_is_refused_as_in_this_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut apart = apart(folder.path(), 3);
    apart.settings.weights_sha256 = "0".repeat(64);
    let here = LocalReasoner::load(&apart.file, apart.settings.clone()).err().unwrap();
    let there = ProcessReasoner::start(apart).err().unwrap();
    assert_eq!(there.to_string(), here.to_string());
}
