//! What a program in a cage can and cannot do, and what becomes of it.

#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use casebook_cage::{
    CageError, Protocol,
    isolation::{Guard, Quota},
    limits::Limits,
    outside::{Caged, Ending, Program},
};

const PROTOCOL: Protocol = Protocol { name: "prisoner", version: 1 };
const MEMORY: u64 = 64 << 20;
const LONG: Duration = Duration::from_secs(30);

fn prisoner() -> Program {
    Program {
        path: env!("CARGO_BIN_EXE_prisoner").into(),
        limits: Limits { memory: MEMORY, ..Limits::default() },
        arguments: vec![],
        protocol: PROTOCOL,
        within: LONG,
    }
}

/// A program of two lines.
fn script(folder: &Path, name: &str, body: &str) -> Program {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("the folder is writable");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("it is ours");
    Program { path, ..prisoner() }
}

fn ask(caged: &mut Caged, words: &str) -> String {
    caged.send(words.as_bytes().to_vec()).expect("it runs");
    let frame = caged.receive(LONG).expect("it runs").expect("it answers");
    String::from_utf8(frame).expect("it writes text")
}

fn ending(caged: &mut Caged) -> Ending {
    match caged.receive(LONG) {
        Err(CageError::Ended { ending, .. }) => ending,
        other => panic!("it should have ended: {other:?}"),
    }
}

/// Whether a process is there, dead and not yet taken from the system included.
fn is_there(id: u32) -> bool {
    PathBuf::from(format!("/proc/{id}")).exists()
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONG, "{what}");
        thread::yield_now();
    }
}

#[test]
fn it_says_what_it_gave_up() {
    let caged = Caged::start(&prisoner()).expect("it starts");
    let isolation = caged.isolation();
    assert_eq!((&isolation.calls, &isolation.memory), (&Guard::On, &Quota::AtMost(MEMORY)));
    assert!(has_landlock(&caged) || isolation.to_string().starts_with("files: not closed here"));
}

fn has_landlock(caged: &Caged) -> bool {
    let has = caged.isolation().files != Guard::Off;
    if !has {
        println!("SKIP cage: this kernel has no landlock");
    }
    has
}

#[test]
fn it_reads_its_own_folders_alone_and_changes_only_what_it_may_keep() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let path = |name: &str| folder.path().join(name);
    let at = |name: &str| path(name).display().to_string();
    for name in ["model", "states", "elsewhere"] {
        fs::create_dir(path(name)).expect("the folder is writable");
        fs::write(path(name).join("file"), name).expect("the folder is writable");
    }
    let mut program = prisoner();
    program.limits.readable = vec![path("model")];
    program.limits.writable = vec![path("states")];
    let mut caged = Caged::start(&program).expect("it starts");
    if !has_landlock(&caged) {
        return;
    }
    let mut check = |words: String, expected: &str| assert_eq!(ask(&mut caged, &words), expected, "{words}");
    check(format!("read {}", at("model/file")), "model");
    check(format!("read {}", at("states/file")), "states");
    for words in [
        format!("read {}", at("elsewhere/file")),
        format!("thread-read {}", at("elsewhere/file")),
        format!("list {}", at("elsewhere")),
        format!("list {}", at("")),
        "read /etc/passwd".into(),
        "read /proc/self/environ".into(),
        format!("write {}", at("model/file")),
        format!("write {}", at("model/new")),
        format!("write {}", at("elsewhere/new")),
        format!("remove {}", at("model/file")),
        format!("chmod {}", at("model/file")),
        format!("chmod {}", at("elsewhere/file")),
    ] {
        check(words, "PermissionDenied");
    }
    check(format!("write {}", at("states/new")), "done");
    check(format!("rename {}", at("states/new")), "done");
    check(format!("remove {}", at("states/new.renamed")), "done");
}

#[test]
fn it_has_no_network_and_starts_no_program_but_threads_go_on() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port of our own");
    let address = listener.local_addr().expect("it is bound");
    let mut caged = Caged::start(&prisoner()).expect("it starts");
    let connect = format!("connect {address}");
    for words in [&connect, "listen", "udp", "unix", "execute /bin/true"] {
        assert_eq!(ask(&mut caged, words), "PermissionDenied", "{words}");
    }
    assert_eq!(ask(&mut caged, "threads"), "28");
}

#[test]
fn too_much_memory_ends_it_and_that_is_known_from_other_ends() {
    let mut caged = Caged::start(&prisoner()).expect("it starts");
    assert_eq!(ask(&mut caged, "fill 16000000"), "16000000", "it has room for that");
    caged.send(b"fill 100000000".to_vec()).expect("it runs");
    let ended = ending(&mut caged);
    assert!(ended.lacked_memory(), "{ended:?}");
    assert_eq!(
        ended.to_string(),
        "it gave up (signal 6), after it said: memory allocation of 100000000 bytes failed"
    );
    let mut caged = Caged::start(&prisoner()).expect("it starts");
    caged.send(b"exit 7".to_vec()).expect("it runs");
    let ended = ending(&mut caged);
    assert_eq!((ended.to_string(), ended.lacked_memory()), ("exit status 7".to_owned(), false));
    assert!(caged.send(b"echo".to_vec()).is_err() || caged.receive(LONG).is_err(), "it stays ended");
}

#[test]
fn a_panic_tells_where_and_never_what() {
    let mut caged = Caged::start(&prisoner()).expect("it starts");
    caged.send(b"panic a secret caption".to_vec()).expect("it runs");
    let ended = ending(&mut caged);
    assert_eq!(ended.status, Some(101));
    let said = ended.last_words.join("\n");
    assert!(said.contains("prisoner.rs") && !said.contains("caption"), "{said}");
}

#[test]
fn messages_of_any_length_up_to_the_most_come_back() {
    let mut caged = Caged::start(&prisoner()).expect("it starts");
    caged.send(vec![b'x'; casebook_cage::MOST_BYTES as usize + 1]).expect_err("it is too long");
    for n in [0, 1, 100_000] {
        assert_eq!(ask(&mut caged, &format!("echo {}", "y".repeat(n))), "y".repeat(n));
    }
}

#[test]
fn dropped_it_is_gone_even_where_it_computes() {
    let mut caged = Caged::start(&prisoner()).expect("it starts");
    let id = caged.id();
    assert!(is_there(id));
    caged.send(b"spin".to_vec()).expect("it runs");
    assert!(caged.receive(Duration::ZERO).expect("it runs").is_none());
    drop(caged);
    assert!(!is_there(id), "it is killed, and taken from the system");
}

#[test]
fn it_ends_with_whoever_started_it() {
    let mut warden = Command::new(env!("CARGO_BIN_EXE_prisoner"))
        .arg("warden")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    BufReader::new(warden.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says an id");
    let id: u32 = line.trim().parse().expect("it says an id");
    assert!(is_there(id));
    warden.kill().expect("it runs");
    warden.wait().expect("it ends");
    // Whoever takes orphans here may not take them from the system: one that is dead has no memory.
    let status = format!("/proc/{id}/status");
    wait_until("nobody is left to speak to it", || {
        fs::read_to_string(&status).map_or(true, |it| it.contains("State:\tZ") || it.contains("State:\tX"))
    });
}

#[test]
fn what_is_no_such_program_is_named() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let check = |program: &Program, expected: &str| {
        let refused = Caged::start(program).err().expect("it is refused").to_string();
        assert_eq!(refused, expected.replace("HERE", &program.path.display().to_string()));
    };
    let should = "it should say prisoner 1";
    let mut missing = prisoner();
    missing.path = folder.path().join("missing");
    check(&missing, "could not start HERE: No such file or directory (os error 2)");
    check(
        &script(folder.path(), "garbage", "echo hello, whoever you are; exec cat"),
        &format!("HERE answered a message of 1819043176 bytes: 16777216 are the most: {should}"),
    );
    check(
        &script(folder.path(), "nothing", r"printf '\003\000\000\000abc'; exec cat"),
        &format!("HERE answered 3 bytes that say nothing: {should}"),
    );
    check(
        &script(folder.path(), "fails", "echo no model here >&2; exit 3"),
        "HERE ended: exit status 3, after it said: no model here",
    );
    let mut silent = script(folder.path(), "silent", "exec sleep 600");
    silent.within = Duration::from_millis(200);
    check(&silent, "HERE said nothing for 0.2 s and was ended");
    let mut other = prisoner();
    other.protocol = Protocol { name: "prisoner", version: 2 };
    check(&other, "HERE answered \"prisoner\" 1: it should say prisoner 2");
    let mut unlimited = prisoner();
    unlimited.limits.readable = vec![folder.path().join("missing")];
    let refused = Caged::start(&unlimited).err().expect("a folder that is not there cannot be opened");
    assert!(refused.to_string().contains("could not close files"), "{refused}");
}
