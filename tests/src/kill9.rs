//! Programs killed while they write, and what is left of what they had acknowledged.
//!
//! A child writes and says `ack` over a pipe once something is on disk; the parent kills it in the
//! middle and looks. A round counts only where something was acknowledged before the kill and work
//! was left to do after it. So that the check itself can fail, one kind of child acknowledges
//! before it stores.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use casebook_core::{
    decision::{Choice, Confidence, Judgement},
    hash::pseudonym,
    ports::Flow,
    record::{Record, RecordPolicy},
    review::Purpose,
};
use casebook_desk::{
    annotate::AnnotationFile,
    import::import,
    wire::{ImportRequest, Impression},
};
use casebook_store::{NewAnnotation, NewReview, Store};

use crate::fake;

mod kinds;

/// The reviewer whose work is killed.
const REVIEWER: &str = "ada";

/// Items an import acknowledges at once.
const BATCH: u64 = 4000;

/// Items a submitting child finds: more than it can do before it is killed.
const TO_REVIEW: u32 = 20_000;

/// What the rounds came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Rounds with something acknowledged before the kill and work outstanding.
    pub rounds: u32,
    /// Items and records acknowledged in them.
    pub acked: u64,
    /// Of those, gone.
    pub lost: u64,
    /// Records an early-acknowledging child lost: above 0, or the check cannot see a loss.
    pub selfcheck_lost: u64,
    /// Files that a killed program left and that the next one did not clear away.
    pub litter: u64,
    /// Imports that, run again, did not come to exactly the file's items; case files with a complaint.
    pub unsound: u32,
}

/// How many rounds of each kind.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    /// Killed imports.
    pub import: u32,
    /// Killed reviewers.
    pub submit: u32,
    /// Killed liars.
    pub early: u32,
    /// Killed drafts, copies, exports, new files and jobs, of each.
    pub kinds: u32,
    /// Lines of the imported file.
    pub lines: u32,
}

/// Plays the child where the arguments name a role.
///
/// # Panics
/// When what the parent prepared is not there.
pub fn child(arguments: &[String]) -> Option<ExitCode> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--role", "import", case, file] => import_all(Path::new(case), file),
        ["--role", "submit", case, home, from] => {
            submit_all(case, Path::new(home), from.parse().expect("a number"));
        }
        ["--role", kind, case, prefix] if kinds::KINDS.contains(kind) => {
            kinds::child(kind, Path::new(case), prefix);
        }
        ["--role", "early", case, from] => lie(Path::new(case), from.parse().expect("a number")),
        _ => return None,
    }
    Some(ExitCode::SUCCESS)
}

fn ack(what: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {what}").and_then(|()| out.flush()).expect("the parent listens");
}

fn import_all(case: &Path, file: &str) {
    let mut store = Store::open(case).expect("the case file");
    let request = ImportRequest { path: file.into(), ..ImportRequest::default() };
    import(&mut store, fake::readers(), &request, &|| 1, &mut |progress| {
        ack(progress.imported);
        Flow::Go
    })
    .expect("an import");
}

fn submit_all(case: &str, home: &Path, from: u32) {
    let session = fake::session(home, REVIEWER, false);
    session.open_case(case).expect("the case file");
    for n in from..TO_REVIEW {
        let judgement = Judgement {
            choice: Choice::Allow,
            clauses: vec![],
            severity: None,
            confidence: Confidence::Leaning,
            cannot_judge_reason: None,
        };
        let file = AnnotationFile {
            item: id(n),
            queue: "Reported".into(),
            impression: Some(Impression { judgement, note: "nothing against it".into() }),
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
        let submitted = session.annotate(&file).expect("a submission");
        ack(format!("{n} {}", submitted.record));
    }
}

/// Says it is done, waits, and only then does it.
fn lie(case: &Path, from: u32) {
    let store = Store::open(case).expect("the case file");
    let policy = store.policy_in_force().expect("the file reads").expect("one is in force");
    let mut record: Record =
        serde_json::from_str(include_str!("../../core/tests/record.json")).expect("the example reads");
    // Of this file in everything, so that only its being lost is wrong with it.
    let (sha256, _) = store.policy_toml(&policy).expect("the file reads").expect("the file holds it");
    let (set, version) = policy.split_once('@').expect("a policy has a version");
    record.policy = RecordPolicy { set: set.into(), version: version.into(), sha256 };
    record.provenance.reviewer = pseudonym(&store.salt().expect("the file has a salt"), "r", REVIEWER);
    for n in from..TO_REVIEW {
        record.id = format!("early-{n}");
        ack(format!("{n} {}", record.id));
        thread::sleep(Duration::from_millis(2));
        let row = store.row_of(&id(n)).expect("a look-up").expect("the item");
        record.item = store.item(row).expect("the item reads").record;
        let choice = Choice::Remove;
        let look = NewReview { row, reviewer: REVIEWER, policy: &policy, purpose: Purpose::First, round: 1 };
        let review = store.open_review(&look, 1).expect("a review").review;
        let new = NewAnnotation {
            review,
            restricts: false,
            queue: "Reported",
            record: &record,
            choice,
            now_ms: 1,
            program: "early",
        };
        store.submit(&new).expect("a submission");
    }
}

fn id(n: u32) -> String {
    format!("i{n:06}")
}

/// Kills `program`, which plays [`child`], as often as `rounds` says, and tells each round to `hear`.
///
/// # Panics
/// When a child does not run, or rounds that count do not come about.
pub fn run(program: &Path, rounds: Rounds, hear: &mut dyn FnMut(&str)) -> Figures {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut figures = Figures::default();
    let mut chance = Chance(0x0cab_005e);
    kill_imports(program, folder.path(), rounds, &mut figures, &mut chance, hear);
    let file = folder.path().join("review.jsonl");
    write_lines(&file, TO_REVIEW);
    let case = new_case(folder.path(), "review");
    import_here(&case, &file);
    kill_reviewers(program, folder.path(), &case, rounds, &mut figures, &mut chance, hear);
    kill_liars(program, &case, rounds, &mut figures, &mut chance, hear);
    kinds::run(program, folder.path(), rounds.kinds, &mut figures, &mut chance, hear);
    figures
}

fn kill_imports(
    program: &Path,
    folder: &Path,
    rounds: Rounds,
    figures: &mut Figures,
    chance: &mut Chance,
    hear: &mut dyn FnMut(&str),
) {
    let file = folder.join("import.jsonl");
    write_lines(&file, rounds.lines);
    let mut counted = 0;
    for attempt in 0..rounds.import * 3 {
        if counted == rounds.import {
            break;
        }
        let case = new_case(folder, &format!("import{attempt}"));
        let arguments = ["import", case.to_str().expect("UTF-8"), file.to_str().expect("UTF-8")];
        let wait_for = 1 + chance.below(u64::from(rounds.lines) / BATCH / 2);
        let (acks, killed) = kill(program, &arguments, wait_for, Duration::from_micros(chance.below(15_000)));
        let acked = acks.last().map_or(0, |it| it.parse().expect("a count"));
        let present = Store::open(&case).expect("the case file opens after the kill");
        let lost = (0..acked as u32).filter(|n| present.row_of(&id(*n)).expect("a look-up").is_none()).count()
            as u64;
        let mut unsound = u32::from(!present.quick_check().expect("a check-up").is_empty());
        let left = present.count_items().expect("a count");
        drop(present);
        import_here(&case, &file);
        let whole = Store::open(&case).expect("the case file opens");
        unsound += u32::from(whole.count_items().expect("a count") != rounds.lines);
        unsound += u32::from(!whole.doctor().expect("a check-up").is_empty());
        drop(whole);
        fs::remove_file(&case).expect("the case file is closed");
        let counts = killed && acked > 0 && acked < u64::from(rounds.lines);
        hear(&format!(
            "import  {acked:>6} acked, {left:>6} on disk, {lost} lost{}",
            if counts { "" } else { " (does not count)" }
        ));
        figures.unsound += unsound;
        figures.lost += lost;
        if counts {
            counted += 1;
            figures.rounds += 1;
            figures.acked += acked;
        }
    }
    assert_eq!(counted, rounds.import, "enough imports were killed in the middle");
}

fn kill_reviewers(
    program: &Path,
    folder: &Path,
    case: &Path,
    rounds: Rounds,
    figures: &mut Figures,
    chance: &mut Chance,
    hear: &mut dyn FnMut(&str),
) {
    let mut acked_ever = BTreeSet::new();
    let mut next = 0;
    for _ in 0..rounds.submit {
        let from = next.to_string();
        let arguments =
            ["submit", case.to_str().expect("UTF-8"), folder.to_str().expect("UTF-8"), from.as_str()];
        let wait_for = 20 + chance.below(60);
        let (acks, killed) = kill(program, &arguments, wait_for, Duration::from_micros(chance.below(8_000)));
        assert!(killed, "a reviewer has {TO_REVIEW} items and does not finish");
        let (reached, ids) = records(&acks);
        // The one after the last acknowledged may be stored too, and is leased by a program that is gone.
        next = reached + 3;
        let n_acked = ids.len() as u64;
        acked_ever.extend(ids);
        let stored = stored_records(case);
        let lost = acked_ever.iter().filter(|it| !stored.contains(*it)).count() as u64;
        let unsound =
            u32::from(!Store::open(case).expect("it opens").quick_check().expect("a check-up").is_empty());
        hear(&format!("review  {n_acked:>6} acked, {:>6} on disk, {lost} lost", stored.len()));
        figures.rounds += 1;
        figures.acked += n_acked;
        // All that was ever acknowledged is looked for in every round: what is gone counts once.
        figures.lost += lost;
        acked_ever.retain(|it| stored.contains(it));
        figures.unsound += unsound;
    }
}

fn kill_liars(
    program: &Path,
    case: &Path,
    rounds: Rounds,
    figures: &mut Figures,
    chance: &mut Chance,
    hear: &mut dyn FnMut(&str),
) {
    for round in 0..rounds.early {
        // Far from where reviewers were.
        let from = (TO_REVIEW / 2 + round * 500).to_string();
        let arguments = ["early", case.to_str().expect("UTF-8"), from.as_str()];
        let (acks, _) =
            kill(program, &arguments, 10 + chance.below(20), Duration::from_micros(chance.below(2_000)));
        let stored = stored_records(case);
        let (_, ids) = records(&acks);
        let lost = ids.iter().filter(|it| !stored.contains(*it)).count() as u64;
        hear(&format!("liar    {:>6} acked, {lost} lost: the check sees it", ids.len()));
        figures.selfcheck_lost += lost;
    }
}

/// Starts a child, kills it `delay` after its `wait_for`th ack, and gives all it acknowledged in
/// whole lines, and whether it was still running when it was killed.
fn kill(program: &Path, arguments: &[&str], wait_for: u64, delay: Duration) -> (Vec<String>, bool) {
    let mut child = Command::new(program)
        .arg("--role")
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let acks = listen(&mut child);
    let mut heard = Vec::new();
    while (heard.len() as u64) < wait_for {
        match acks.recv_timeout(Duration::from_mins(2)) {
            Ok(ack) => heard.push(ack),
            Err(_) => break,
        }
    }
    // The moment of the kill is drawn, not waited for: a round is right whenever it falls.
    let until = std::time::Instant::now() + delay;
    while let Some(left) = until.checked_duration_since(std::time::Instant::now()) {
        match acks.recv_timeout(left) {
            Ok(ack) => heard.push(ack),
            Err(_) => break,
        }
    }
    let killed = child.try_wait().expect("the child can be asked").is_none();
    child.kill().expect("the child can be killed");
    child.wait().expect("the child ends");
    heard.extend(acks.iter());
    (heard, killed)
}

/// Reads a child's acks as they come: a full pipe would stop it, and the kill hit it idle.
fn listen(child: &mut Child) -> mpsc::Receiver<String> {
    let mut out = BufReader::new(child.stdout.take().expect("the pipe"));
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // A line cut off by the kill has no end and was not acknowledged.
        while out.read_line(&mut line).is_ok_and(|it| it > 0) && line.ends_with('\n') {
            if let Some(ack) = line.trim_end().strip_prefix("ack ") {
                let _ = send.send(ack.to_owned());
            }
            line.clear();
        }
    });
    receive
}

/// The greatest number acknowledged, and the records' ids.
fn records(acks: &[String]) -> (u32, Vec<String>) {
    let mut reached = 0;
    let ids = acks.iter().map(|it| {
        let (n, id) = it.split_once(' ').expect("a number and an id");
        reached = reached.max(n.parse().expect("a number"));
        id.to_owned()
    });
    let ids = ids.collect();
    (reached, ids)
}

fn stored_records(case: &Path) -> BTreeSet<String> {
    let mut stored = BTreeSet::new();
    Store::open(case)
        .expect("the case file opens after the kill")
        .each_current_annotation(&mut |it| {
            stored.insert(it.id);
            Ok(())
        })
        .expect("annotations can be read");
    stored
}

fn new_case(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(format!("{name}.casebook"));
    Store::create(&path, 1, "salt").expect("a case file");
    path
}

fn import_here(case: &Path, file: &Path) {
    let mut store = Store::open(case).expect("the case file opens");
    let request = ImportRequest { path: file.to_str().expect("UTF-8").into(), ..ImportRequest::default() };
    let report =
        import(&mut store, fake::readers(), &request, &|| 1, &mut |_| Flow::Go).expect("the import goes on");
    assert!(report.finished, "to the end");
}

fn write_lines(path: &Path, n: u32) {
    let mut out = std::io::BufWriter::new(fs::File::create(path).expect("a file"));
    for n in 0..n {
        let item = serde_json::json!({
            "id": id(n), "language": "en",
            "parts": [{"role": "caption", "text": format!("A quiet morning at the market, number {n}, with bread and coffee.")}],
        });
        writeln!(out, "{item}").expect("a line");
    }
    out.flush().expect("the file is whole");
}

/// Numbers that look drawn and are the same every time.
struct Chance(u64);

impl Chance {
    /// From 0 to below `end`.
    fn below(&mut self, end: u64) -> u64 {
        // splitmix64, by Sebastiano Vigna; public domain.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }
}
