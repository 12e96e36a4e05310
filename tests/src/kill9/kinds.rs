//! Programs killed over what makes files: a copy, an export, a new case file; over a draft; and over a job.
//!
//! Whatever stands under a name that a person gave is whole, acknowledged or not; and once the next program has
//! written there, nothing of the killed one is left.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use casebook_core::{formats, review::Purpose};
use casebook_dataset::filter::RecordFilter;
use casebook_desk::{
    jobs::wire::JobState,
    session::Session,
    wire::{ExportFormat, ExportRequest, ImportRequest},
};
use casebook_store::{Body, NewReview, Store};

use super::{Chance, Figures, REVIEWER, ack, kill, new_case, write_lines};
use crate::fake;

/// What is killed, by the name of its role.
pub const KINDS: &[&str] = &["draft", "backup", "export", "new", "job"];

/// Items of the case file that is worked on.
const ITEMS: u32 = 300;

/// Items a job imports.
const TO_IMPORT: u32 = 12_000;

/// Plays the child of one of [`KINDS`]: `case` is the file, `prefix` what the names of new files begin with.
pub(super) fn child(kind: &str, case: &Path, prefix: &str) {
    let home = case.with_file_name("home");
    match kind {
        "draft" => draft(case),
        "backup" => {
            let store = Store::open(case).expect("the case file");
            each(prefix, |to| store.backup(to).expect("a copy"));
        }
        "new" => each(prefix, |to| drop(Store::create(to, 1, "salt").expect("a case file"))),
        "export" => {
            let session = opened(case, &home);
            each(prefix, |to| export(&session, to));
        }
        "job" => {
            let session = opened(case, &home);
            let request = ImportRequest { path: prefix.into(), ..ImportRequest::default() };
            let events = session.events();
            session.start_import(request).expect("a job");
            // Whatever is told of the job is told after it is on disk.
            while events.next().is_some() {
                ack(items(case));
            }
        }
        _ => unreachable!("only these are played"),
    }
}

/// Makes one file after another, each acknowledged once it is there.
fn each(prefix: &str, mut make: impl FnMut(&Path)) {
    for n in 0..100_000 {
        make(Path::new(&format!("{prefix}{n}.casebook")));
        ack(n);
    }
}

fn draft(case: &Path) {
    let store = Store::open(case).expect("the case file");
    let review = review(&store);
    for n in 0..1_000_000 {
        let body = Body { format: formats::DRAFT.into(), json: format!("{{\"n\":{n}}}") };
        store.save_draft(review, &body, n).expect("a draft");
        ack(n);
    }
}

fn review(store: &Store) -> casebook_store::ReviewRow {
    let policy = store.policy_in_force().expect("the file reads").expect("one is in force");
    let look = NewReview { row: 1, reviewer: REVIEWER, policy: &policy, purpose: Purpose::First, round: 1 };
    store.open_review(&look, 1).expect("a review").review
}

fn opened(case: &Path, home: &Path) -> Session {
    let session = fake::session(home, REVIEWER, false);
    session.open_case(case.to_str().expect("UTF-8")).expect("the case file");
    session
}

fn export(session: &Session, to: &Path) {
    let request = ExportRequest {
        folder: to.to_str().expect("UTF-8").into(),
        formats: vec![ExportFormat::Raw],
        redact: true,
        include_incomplete: true,
        seed: 1,
        filter: RecordFilter::default(),
    };
    session.start_export(request).expect("an export");
    fake::wait_for_jobs(session);
    let newest = session.jobs().expect("jobs").into_iter().next().expect("there is one");
    assert_eq!(newest.state, JobState::Done, "{:?}", newest.problem);
}

fn items(case: &Path) -> u32 {
    Store::open(case).expect("the case file opens").count_items().expect("a count")
}

/// Kills `rounds` children of each kind.
pub(super) fn run(
    program: &Path,
    folder: &Path,
    rounds: u32,
    figures: &mut Figures,
    chance: &mut Chance,
    hear: &mut dyn FnMut(&str),
) {
    let folder = folder.join("kinds");
    fs::create_dir(&folder).expect("room");
    let (few, many) = (folder.join("few.jsonl"), folder.join("many.jsonl"));
    write_lines(&few, ITEMS);
    write_lines(&many, TO_IMPORT);
    let case = new_case(&folder, "work");
    super::import_here(&case, &few);
    opened(&case, &folder.join("home")).close_case().expect("a policy is in force now");
    for round in 0..rounds {
        for kind in KINDS {
            let prefix = match *kind {
                "job" => many.clone(),
                _ => folder.join(format!("{kind}{round}-")),
            };
            let worked_on =
                if *kind == "job" { new_case(&folder, &format!("job{round}")) } else { case.clone() };
            let arguments = [*kind, worked_on.to_str().expect("UTF-8"), prefix.to_str().expect("UTF-8")];
            let most = if *kind == "draft" { 40 } else { 3 };
            // How often a job tells of itself is its own business.
            let wait_for = if *kind == "job" { 1 } else { 1 + chance.below(most) };
            let delay = Duration::from_micros(chance.below(if *kind == "draft" { 8_000 } else { 60_000 }));
            let (acks, killed) = kill(program, &arguments, wait_for, delay);
            let seen = look(kind, &folder, &worked_on, &prefix, &acks);
            hear(&format!(
                "{kind:<7} {:>6} acked, {} lost, {} left over",
                acks.len(),
                seen.lost,
                seen.litter
            ));
            figures.lost += seen.lost;
            figures.litter += seen.litter;
            figures.unsound += seen.unsound;
            if killed && !acks.is_empty() {
                figures.rounds += 1;
                figures.acked += acks.len() as u64;
            }
        }
    }
}

#[derive(Default)]
struct Seen {
    lost: u64,
    litter: u64,
    unsound: u32,
}

/// What a kill left.
fn look(kind: &str, folder: &Path, case: &Path, prefix: &Path, acks: &[String]) -> Seen {
    let mut seen = Seen::default();
    let last: Option<u32> = acks.last().map(|it| it.parse().expect("a number"));
    match kind {
        "draft" => {
            let store = Store::open(case).expect("the case file opens after the kill");
            let body = store.draft(review(&store)).expect("it reads").map(|it| it.json).unwrap_or_default();
            let kept = serde_json::from_str::<serde_json::Value>(&body).ok().and_then(|it| it["n"].as_u64());
            seen.lost += u64::from(last.is_some_and(|last| kept.is_none_or(|it| it < u64::from(last))));
        }
        "job" => {
            seen.lost += u64::from(last.is_some_and(|last| items(case) < last));
            // The next program takes it up and comes to its end.
            let session = opened(case, &folder.join("home"));
            for job in session.jobs().expect("jobs") {
                if job.state == JobState::Interrupted {
                    session.resume_job(&job.id).expect("it goes on");
                }
            }
            fake::wait_for_jobs(&session);
            session.close_case().expect("it closes");
            seen.unsound += u32::from(items(case) != TO_IMPORT);
        }
        _ => {
            let there = |n: u32| PathBuf::from(format!("{}{n}.casebook", prefix.display()));
            for n in 0..last.map_or(2, |it| it + 3) {
                let path = there(n);
                let acked = last.is_some_and(|last| n <= last);
                match path.exists() {
                    // What has its name is whole, acknowledged or not.
                    true => seen.lost += u64::from(!is_whole(kind, &path)),
                    false => seen.lost += u64::from(acked),
                }
            }
            // The next program finds the name of the one that was being made free, or takes another.
            let next = PathBuf::from(format!("{}next.casebook", prefix.display()));
            match kind {
                "backup" => Store::open(case).expect("it opens").backup(&next).expect("a copy"),
                "new" => drop(Store::create(&next, 1, "salt").expect("a case file")),
                _ => {
                    let session = opened(case, &folder.join("home"));
                    export(&session, &next);
                    session.close_case().expect("it closes");
                }
            }
            seen.litter += litter(folder);
            for path in fs::read_dir(folder).expect("the folder").map(|it| it.expect("an entry").path()) {
                if path.to_str().is_some_and(|it| it.starts_with(prefix.to_str().expect("UTF-8"))) {
                    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
                }
            }
        }
    }
    let sound = Store::open(case).expect("it opens").quick_check().expect("a look");
    seen.unsound += u32::from(!sound.is_empty());
    if kind == "job" {
        fs::remove_file(case).expect("it is closed");
    }
    seen
}

fn is_whole(kind: &str, path: &Path) -> bool {
    match kind {
        "export" => {
            let said = fs::read_to_string(path.join("manifest.json")).unwrap_or_default();
            serde_json::from_str::<serde_json::Value>(&said).is_ok_and(|it| {
                let files = it["files"].as_object();
                files.is_some_and(|it| !it.is_empty() && it.keys().all(|name| path.join(name).exists()))
            })
        }
        kind => Store::open(path).is_ok_and(|it| {
            let expected = if kind == "backup" { ITEMS } else { 0 };
            it.count_items().is_ok_and(|n| n == expected) && it.quick_check().is_ok_and(|it| it.is_empty())
        }),
    }
}

/// Files that are nobody's: partial ones, and halves of small ones.
fn litter(folder: &Path) -> u64 {
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|it| it.file_name().to_string_lossy().into_owned()).collect()
    };
    let partial = names(folder).into_iter().filter(|it| it.contains(".part"));
    let halves = names(&folder.join("home")).into_iter().filter(|it| it.starts_with("memory.json."));
    (partial.count() + halves.count()) as u64
}
