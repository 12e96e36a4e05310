//! Case files of any size, made once and kept under `target/bench-cases`.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use casebook_core::{
    policy::Policy,
    ports::{Flow, Scorer},
};
use casebook_desk::{
    import::import,
    scoring::{Models, score_all},
    session::{Session, Settings},
    wire::ImportRequest,
};
use casebook_store::Store;

use super::{
    Chance, LANGUAGES, MARKETS, REASONS, WORDS,
    subjects::{Shelf, Subjects},
};
use crate::fake::{FakeStills, readers};

const FOLDER: &str = "target/bench-cases";
const SEED: u64 = 20_261_121;

/// A case file that is there, every item of it scored by [`Subjects`] and one in twenty settled.
pub struct CaseFile {
    /// Items.
    pub n: usize,
    /// Where it lies; whoever changes it takes a copy.
    pub path: PathBuf,
    /// What importing took, µs per item.
    pub import_us: f64,
}

impl CaseFile {
    /// The case file of `n` items; made where it is not there yet, which at a million takes minutes.
    ///
    /// # Panics
    /// When `target/` cannot be written.
    #[must_use]
    pub fn of(n: usize) -> Self {
        let folder = Path::new(FOLDER);
        fs::create_dir_all(folder).expect("target/ is writable");
        let (path, note) = (folder.join(format!("{n}.casebook")), folder.join(format!("{n}.import_us")));
        if let (true, Ok(note)) = (path.is_file(), fs::read_to_string(&note)) {
            return Self { n, path, import_us: note.trim().parse().expect("a number") };
        }
        let lines = folder.join(format!("{n}.jsonl"));
        write_items(&lines, n);
        // Short imports are over before they are measured: the median of several.
        let rounds = if n <= 10_000 { 9 } else { 1 };
        let mut times: Vec<f64> = (0..rounds).map(|_| import_anew(&path, &lines, n)).collect();
        times.sort_by(f64::total_cmp);
        let import_us = times[rounds / 2];
        fs::remove_file(&lines).expect("it is ours");
        score(&path);
        fs::write(&note, import_us.to_string()).expect("target/ is writable");
        Self { n, path, import_us }
    }

    /// A fresh copy to work on, on disk before it counts and read once so that it lies in memory.
    ///
    /// # Panics
    /// When `target/` cannot be written.
    #[must_use]
    pub fn copy(&self, name: &str) -> PathBuf {
        let copy = Path::new(FOLDER).join(name);
        remove(&copy);
        fs::copy(&self.path, &copy).expect("a copy");
        let mut file = File::open(&copy).expect("the copy");
        file.sync_all().expect("it is on disk");
        std::io::copy(&mut file, &mut std::io::sink()).expect("the copy is readable");
        copy
    }
}

/// Microseconds per item.
fn import_anew(case: &Path, lines: &Path, n: usize) -> f64 {
    remove(case);
    let store = Store::create(case, now(), "bench").expect("a new case file");
    let toml = include_str!("../../../core/policies/short-video@2026.11.toml");
    let policy = Policy::built_in();
    store.put_policy(&policy.name(), &policy.sha256, toml, now()).expect("the policy is stored");
    drop(store);
    // Anew, so that nobody looks like a reviewer for whom imports are brief.
    let mut store = Store::open(case).expect("the case file");
    let request = ImportRequest { path: lines.to_string_lossy().into_owned(), ..ImportRequest::default() };
    let began = Instant::now();
    let report = import(&mut store, readers(), &request, &now, &mut |_| Flow::Go).expect("an import");
    drop(store);
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(report.progress.imported as usize, n, "{:?}", report.refusals.first());
    seconds * 1e6 / n as f64
}

fn score(case: &Path) {
    let mut store = Store::open(case).expect("the case file");
    store.write_in_bulk().expect("a setting");
    let subjects = Arc::new(Subjects::default());
    let models = Models { scorer: Arc::clone(&subjects) as Arc<dyn Scorer>, embedder: Some(subjects) };
    let watch = &mut |_, _, _: &_| Flow::Go;
    let tally = score_all(&mut store, &Policy::built_in(), &models, &now, watch).expect("scores");
    assert_eq!(tally.not_scored + tally.failed, 0, "every item is scored");
}

/// A session of a reviewer's at `case`, with the made-up model and the time of day; what it remembers is
/// in `home`.
///
/// # Panics
/// When the case file does not open.
#[must_use]
pub fn open(case: &Path, home: &Path) -> Session {
    let session = Session::new(Settings {
        home: home.to_owned(),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(Shelf),
        clock: Arc::new(now),
        chance: Arc::new(|| 0.5),
    });
    session.open_case(&case.to_string_lossy()).expect("the case file opens");
    session
}

/// Removes a case file and what SQLite keeps beside it.
pub fn remove(case: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = case.as_os_str().to_owned();
        name.push(ending);
        // The last connection takes the log with it.
        let _ = fs::remove_file(name);
    }
}

/// Milliseconds since 1970.
#[must_use]
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_millis() as i64)
}

/// Made-up items: `zanzibar` in one of a hundred, `okapi` in one of two thousand, the other words
/// in a quarter or so each.
fn write_items(path: &Path, n: usize) {
    let mut file = BufWriter::new(File::create(path).expect("target/ is writable"));
    let split = |it: &'static str| -> Vec<&'static str> { it.split_whitespace().collect() };
    let (words, languages, markets, reasons) =
        (split(WORDS), split(LANGUAGES), split(MARKETS), split(REASONS));
    let policy = Policy::built_in().name();
    let mut chance = Chance(SEED);
    for i in 0..n {
        let length = 20 + chance.below(61);
        let mut text: Vec<&str> = (0..length).map(|_| words[chance.below(words.len())]).collect();
        let rare = chance.below(2_000);
        if rare == 0 || rare % 100 == 1 {
            text[chance.below(length)] = if rare == 0 { "okapi" } else { "zanzibar" };
        }
        // A few items are seen by many.
        let reach = (1.0 / (1.0 - chance.uniform())).powf(1.5) * 10.0;
        let mut item = serde_json::json!({
            "id": format!("it-{i:07}"), "parts": [{"role": "caption", "text": text.join(" ")}],
            "language": languages[chance.below(languages.len())],
            "market": markets[chance.below(markets.len())],
            "author": format!("author-{}", chance.below(n / 5 + 1)),
            "reports": [{"reason": reasons[chance.below(reasons.len())], "n": 1 + chance.below(40)}],
            "reach_per_hour": reach.min(1e6).round(),
        });
        if chance.below(20) == 0 {
            item["gold"] =
                serde_json::json!({ "policy": policy, "verdict": "violating", "clauses": ["HH-1"] });
        }
        writeln!(file, "{item}").expect("a line");
    }
    file.flush().expect("the file is whole");
}
