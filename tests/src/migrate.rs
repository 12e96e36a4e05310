//! Programs killed while they bring a case file of an older Casebook up to date: the file is the old one or the new
//! one, and nothing in it is gone.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    thread,
    time::{Duration, Instant},
};

use casebook_store::Store;

/// The files of before that are whole, and what is kept of them: `store/tests/files/make.py` made them.
pub const FILES: &[&str] = &["text", "pictures", "decided", "mid-air", "two-reviewers", "odd"];

/// What the kills came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Files migrated without a kill.
    pub files: u32,
    /// Rows in them.
    pub rows: u64,
    /// Rows that an interrupted and then repeated migration lost.
    pub rows_lost: u64,
    /// Programs killed.
    pub kills: u32,
    /// Of those, killed while the migration was going on: its copy was begun, and the file is still the old one.
    pub midway: u32,
    /// Of those, killed after it.
    pub after: u32,
    /// Files that did not open afterwards or were not sound.
    pub broken: u32,
}

/// What a killed program does: opens the case file that `arguments` name. `None` where it is not one of ours.
#[must_use]
pub fn child(arguments: &[String]) -> Option<ExitCode> {
    match arguments {
        [verb, path] if verb == "migrate" => {
            // Whatever became of it, the next program looks.
            let opened = Store::open(Path::new(path));
            Some(if opened.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        _ => None,
    }
}

/// Kills `program`, which plays [`child`], `kills` times at moments spread over what a migration takes.
///
/// # Panics
/// When a program cannot be started or a file cannot be copied.
pub fn run(program: &Path, kills: u32, hear: &mut dyn FnMut(&str)) -> Figures {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut figures = Figures::default();
    let mut whole: BTreeMap<&str, (Vec<(&str, u64)>, Duration)> = BTreeMap::new();
    for name in FILES {
        let case = fresh(folder.path(), name);
        let began = Instant::now();
        let mut opening = start(program, &case);
        opening.wait().expect("it ends");
        let took = began.elapsed();
        let store = Store::open(&case).expect("it was brought up to date");
        let contents = store.contents().expect("it can be counted");
        figures.files += 1;
        figures.rows += contents.iter().map(|it| it.1).sum::<u64>();
        hear(&format!("{name:<14} {took:>9.1?}, {} rows", contents.iter().map(|it| it.1).sum::<u64>()));
        whole.insert(name, (contents, took));
    }
    for n in 0..kills {
        let name = FILES[n as usize % FILES.len()];
        let (contents, took) = &whole[name];
        let case = fresh(folder.path(), name);
        // Spread evenly, and a little beyond the end.
        let at = took.mul_f64(f64::from(n + 1) / f64::from(kills) * 1.1);
        let mut opening = start(program, &case);
        thread::sleep(at);
        opening.kill().expect("it is ours");
        opening.wait().expect("it is gone");
        let begun = names(folder.path()).iter().any(|it| it.contains(".v11."));
        let version = version(&case);
        let (lost, sound) = look(&case, contents);
        figures.kills += 1;
        figures.midway += u32::from(version == 11 && begun);
        figures.after += u32::from(version != 11);
        figures.rows_lost += lost;
        figures.broken += u32::from(!sound);
        hear(&format!(
            "{name:<14} killed at {at:>9.1?}, version {version}, {lost} rows lost{}",
            if sound { "" } else { ", NOT SOUND" }
        ));
    }
    figures
}

/// Opens what a kill left, and counts what is gone.
fn look(case: &Path, contents: &[(&str, u64)]) -> (u64, bool) {
    let Ok(store) = Store::open(case) else { return (contents.iter().map(|it| it.1).sum(), false) };
    let Ok(now) = store.contents() else { return (contents.iter().map(|it| it.1).sum(), false) };
    let lost = contents.iter().zip(now).map(|(before, now)| before.1.saturating_sub(now.1)).sum();
    (lost, store.doctor().is_ok_and(|it| it.is_empty()))
}

/// A file of before, alone in `folder`.
fn fresh(folder: &Path, name: &str) -> PathBuf {
    for entry in fs::read_dir(folder).expect("the folder") {
        fs::remove_file(entry.expect("an entry").path()).expect("it is ours");
    }
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/files");
    for ending in ["", "-wal"] {
        let from = files.join(format!("{name}.casebook{ending}"));
        if from.exists() {
            fs::copy(from, folder.join(format!("{name}.casebook{ending}"))).expect("a copy");
        }
    }
    folder.join(format!("{name}.casebook"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    entries.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn start(program: &Path, case: &Path) -> Child {
    Command::new(program)
        .args(["migrate", case.to_str().expect("UTF-8")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// The version in a file's header; what is stored after it in the log alone is not seen.
fn version(case: &Path) -> u32 {
    let mut header = [0; 64];
    fs::File::open(case).and_then(|mut it| it.read_exact(&mut header)).expect("a header");
    u32::from_be_bytes([header[60], header[61], header[62], header[63]])
}
