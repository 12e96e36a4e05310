//! `import`: 100,000 JSONL items, process start to exit, against a loop of Python's sqlite3.
//!
//! Both read the same texts, each in its own shape of line; both store 1000 rows per transaction
//! at least, in WAL with `synchronous=FULL`. Ours checks every line, hashes it, and indexes its
//! words and the four orders of a queue besides.

use std::{
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use casebook_store::Store;
use casebook_tests::made_up::{Chance, LANGUAGES, MARKETS, REASONS, WORDS};

const ITEMS: usize = 100_000;
const ROUNDS: usize = 5;
const SEED: u64 = 20_261_120;
const BAR: f64 = 3.0;

fn main() -> ExitCode {
    let Some(casebook) = casebook() else {
        eprintln!("bench import: build the program first: cargo build --release -p casebook-cli");
        return ExitCode::FAILURE;
    };
    let n = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(ITEMS);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (ours, theirs) = write_items(folder.path(), n);
    println!("{n} items, {} MB of JSONL, {ROUNDS} rounds, alternated", size_mb(&ours));
    println!("{:>6} {:>12} {:>12}", "round", "casebook", "sqlite3");
    let (mut casebook_s, mut sqlite_s) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        casebook_s.push(time_casebook(&casebook, folder.path(), &ours, n));
        sqlite_s.push(time_sqlite(folder.path(), &theirs, n));
        println!("{round:>6} {:>10.3} s {:>10.3} s", casebook_s[round - 1], sqlite_s[round - 1]);
    }
    let (casebook_s, sqlite_s) = (median(casebook_s), median(sqlite_s));
    let ratio = casebook_s / sqlite_s;
    println!("{:>6} {casebook_s:>10.3} s {sqlite_s:>10.3} s   {ratio:.2} times, at most {BAR}", "median");
    println!(
        r#"{{"bench":"import","figures":{{"ratio_wall":{ratio:.3},"casebook_s":{casebook_s:.3},"sqlite_s":{sqlite_s:.3},"items":{n},"rounds":{ROUNDS}}}}}"#
    );
    if ratio <= BAR { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The release program: beside this one, or named by `CASEBOOK`.
fn casebook() -> Option<PathBuf> {
    let beside = || Some(std::env::current_exe().ok()?.parent()?.join("casebook"));
    std::env::var_os("CASEBOOK").map(PathBuf::from).or_else(beside).filter(|it| it.is_file())
}

fn time_casebook(casebook: &Path, folder: &Path, items: &Path, n: usize) -> f64 {
    let case = folder.join("bench.casebook");
    let verb = |name: &str| {
        let mut command = Command::new(casebook);
        command.env("CASEBOOK_HOME", folder).arg(name).arg(&case).stdout(Stdio::null());
        command
    };
    assert!(verb("new").status().expect("casebook runs").success(), "a new case file");
    let began = Instant::now();
    let status = verb("import").arg(items).status().expect("casebook runs");
    let seconds = began.elapsed().as_secs_f64();
    assert!(status.success(), "the import succeeds");
    let stored = Store::open(&case).expect("the case file").count_items().expect("a count");
    assert_eq!(stored as usize, n, "every item is there");
    fs::remove_file(&case).expect("it is ours");
    seconds
}

fn time_sqlite(folder: &Path, items: &Path, n: usize) -> f64 {
    let database = folder.join("bench.db");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/sqlite_import.py");
    let began = Instant::now();
    let output =
        Command::new("python3").arg(script).arg(items).arg(&database).output().expect("python3 runs");
    let seconds = began.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), n.to_string(), "every item is there");
    for ending in ["", "-wal", "-shm"] {
        // The last connection takes the log with it; whether it did is not our business.
        let _ = fs::remove_file(folder.join(format!("bench.db{ending}")));
    }
    seconds
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn size_mb(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |it| it.len() / 1_000_000)
}

/// The same items twice: in our shape of line, and in that of the loop.
fn write_items(folder: &Path, n: usize) -> (PathBuf, PathBuf) {
    let (ours, theirs) = (folder.join("items.jsonl"), folder.join("flat.jsonl"));
    let mut our_file = BufWriter::new(fs::File::create(&ours).expect("a file"));
    let mut their_file = BufWriter::new(fs::File::create(&theirs).expect("a file"));
    let split = |it: &'static str| -> Vec<&'static str> { it.split_whitespace().collect() };
    let (words, languages, markets, reasons) =
        (split(WORDS), split(LANGUAGES), split(MARKETS), split(REASONS));
    let mut chance = Chance(SEED);
    for i in 0..n {
        let length = 20 + chance.below(61);
        let mut text: Vec<&str> = (0..length).map(|_| words[chance.below(words.len())]).collect();
        if chance.below(100) == 0 {
            let at = chance.below(length);
            text[at] = "zanzibar";
        }
        let (id, text) = (format!("it-{i:07}"), format!("{}.", text.join(" ")));
        let (language, market) =
            (languages[chance.below(languages.len())], markets[chance.below(markets.len())]);
        let reason = reasons[chance.below(reasons.len())];
        let score = chance.below(1_000_000) as f64 / 1e6;
        let flat = serde_json::json!({
            "id": id, "text": text, "language": language, "market": market, "score": score, "report_reason": reason,
        });
        let item = serde_json::json!({
            "id": id, "parts": [{"role": "caption", "text": text}], "language": language, "market": market,
            "reports": [{"reason": reason, "n": 1}],
        });
        writeln!(our_file, "{item}").expect("a line");
        writeln!(their_file, "{flat}").expect("a line");
    }
    our_file.flush().expect("the file is whole");
    their_file.flush().expect("the file is whole");
    (ours, theirs)
}
