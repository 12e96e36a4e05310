//! `review`: what a reviewer waits for, in a case file of a million items, and how it grows.
//!
//! Everything goes through the verbs of `desk`, in a session as the window has it, with the work
//! behind it on. Case files of three sizes are imported from made-up lines, each item scored with
//! an embedding, one in twenty settled. They stay under `target/bench-review`; a run works on a
//! copy. While it is measured, a second connection reads items at random. List and similar items
//! are asked for once before they count: the first time takes the list, or reads the vectors.

use std::{
    fs::{self, File},
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use casebook_core::{
    decision::{Choice, Confidence, Judgement},
    list::{ListFilter, ListOrder},
    policy::Policy,
    ports::{Flow, ModelShelf, ModelState, Scored, Scorer},
    queue::Queue,
    score::{Driver, Method, ModelId, Score, ScoreInput, Scoring},
};
use casebook_desk::{
    import::import,
    lists::wire::ListRequest,
    scoring::score_all,
    session::{Session, Settings},
    wire::{ImportRequest, Impression},
};
use casebook_store::Store;
use casebook_tests::{
    fake::{FakeStills, readers},
    made_up::{Chance, LANGUAGES, MARKETS, REASONS, WORDS},
};

/// Sizes that are compared; the first and the last make the figures.
const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
const SAMPLES: usize = 2_000;
/// Of a small file, so many are reviewed before a fresh copy is taken.
const SHARE_REVIEWED: usize = 2;
const SEED: u64 = 20_261_121;
/// Coordinates of an embedding, as those of the default model.
const WIDTH: usize = 384;
/// Lines of a page, as the window asks for.
const PAGE: u32 = 100;
/// Similar items, as the window asks for.
const SIMILAR: u32 = 10;
/// Subjects items are about: items of one subject are alike.
const SUBJECTS: usize = 500;

fn main() -> ExitCode {
    let sizes: Vec<usize> = match std::env::args().nth(1) {
        Some(list) => list.split(',').map(|it| it.parse().expect("sizes are numbers")).collect(),
        None => SIZES.to_vec(),
    };
    let folder = Path::new("target/bench-review");
    fs::create_dir_all(folder).expect("target/ is writable");
    let made: Vec<Made> = sizes.iter().map(|it| Made::there_or_new(folder, *it)).collect();
    println!("{:>9} {:>14}", "items", "import µs/row");
    for it in &made {
        println!("{:>9} {:>14.1}", it.n, it.import_us);
    }
    let (small, large) = (&made[0], &made[made.len() - 1]);
    // The small file before and after the others: a load that changes meanwhile would look like growth.
    let mut first = Times::default();
    measure(folder, small, SAMPLES / 2, &mut first);
    let mut last = Times::default();
    for it in &made[1..] {
        last = Times::default();
        measure(folder, it, SAMPLES, &mut last);
        report(it.n, &last);
    }
    measure(folder, small, SAMPLES / 2, &mut first);
    report(small.n, &first);
    if made.len() == 1 {
        last = first.clone();
    }
    if conclude(&first, &last, large.import_us / small.import_us, large.n) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the figures and says whether all of them hold.
fn conclude(small: &Times, large: &Times, growth_import: f64, items: usize) -> bool {
    let fsync = percentile(&large.fsync, 99.0);
    let growth = |of: fn(&Times) -> &Vec<f64>| percentile(of(large), 50.0) / percentile(of(small), 50.0);
    let figures = [
        ("next_p99_ms", percentile(&large.next, 99.0), 5.0),
        ("draft_p99_ms", percentile(&large.draft, 99.0), 5.0),
        ("submit_p99_ms", percentile(&large.submit, 99.0), (3.0 * fsync).max(10.0)),
        ("list_p99_ms", percentile(&large.list, 99.0), 15.0),
        ("similar_p99_ms", percentile(&large.similar, 99.0), 50.0),
        ("search_p99_ms", percentile(&large.search, 99.0), 20.0),
        ("growth_next", growth(|it| &it.next), 2.0),
        ("growth_submit", growth(|it| &it.submit), 1.5),
        ("growth_import", growth_import, 2.0),
    ];
    println!();
    for (name, value, bar) in figures {
        println!("{name:>16} {value:>9.3}   at most {bar:.1}{}", if value <= bar { "" } else { "   MISSED" });
    }
    let mut line = serde_json::Map::new();
    for (name, value, _) in figures {
        line.insert(name.into(), round(value));
    }
    line.insert("fsync_p99_ms".into(), round(fsync));
    line.insert("reveal_p99_ms".into(), round(percentile(&large.reveal, 99.0)));
    line.insert("items".into(), items.into());
    line.insert("samples".into(), large.next.len().into());
    println!("{}", serde_json::json!({ "bench": "review", "figures": line }));
    figures.iter().all(|(_, value, bar)| value <= bar)
}

fn round(value: f64) -> serde_json::Value {
    ((value * 1000.0).round() / 1000.0).into()
}

/// Milliseconds, one per sample.
#[derive(Clone, Default)]
struct Times {
    next: Vec<f64>,
    reveal: Vec<f64>,
    draft: Vec<f64>,
    /// Submit and the next item.
    submit: Vec<f64>,
    search: Vec<f64>,
    /// A page at a random position of the list by urgency.
    list: Vec<f64>,
    similar: Vec<f64>,
    fsync: Vec<f64>,
}

fn report(n: usize, times: &Times) {
    println!();
    println!("{n:>9} items  {:>8} {:>8} {:>8} {:>8}", "median", "p95", "p99", "most");
    let all = [
        ("next", &times.next),
        ("reveal", &times.reveal),
        ("draft", &times.draft),
        ("submit + next", &times.submit),
        ("search", &times.search),
        ("list", &times.list),
        ("similar", &times.similar),
        ("raw fsync", &times.fsync),
    ];
    for (name, values) in all {
        let at = |it| percentile(values, it);
        println!("{name:>15}  {:>8.3} {:>8.3} {:>8.3} {:>8.3}", at(50.0), at(95.0), at(99.0), at(100.0));
    }
}

fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let at = (percent / 100.0 * values.len() as f64).ceil() as usize;
    values.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

// ------------------------------------------------------------------------------------------- files

/// A case file that is there, and what importing it took.
struct Made {
    n: usize,
    case: PathBuf,
    import_us: f64,
}

impl Made {
    fn there_or_new(folder: &Path, n: usize) -> Self {
        let (case, note) = (folder.join(format!("{n}.casebook")), folder.join(format!("{n}.import_us")));
        if let (true, Ok(note)) = (case.is_file(), fs::read_to_string(&note)) {
            return Self { n, case, import_us: note.trim().parse().expect("a number") };
        }
        let lines = folder.join(format!("{n}.jsonl"));
        write_items(&lines, n);
        // Short imports are over before they are measured: the median of several.
        let rounds = if n <= 10_000 { 9 } else { 1 };
        let mut times: Vec<f64> = (0..rounds).map(|_| import_anew(&case, &lines, n)).collect();
        times.sort_by(f64::total_cmp);
        let import_us = times[rounds / 2];
        fs::remove_file(&lines).expect("it is ours");
        score(&case);
        fs::write(&note, import_us.to_string()).expect("target/ is writable");
        Self { n, case, import_us }
    }
}

/// Microseconds per item.
fn import_anew(case: &Path, lines: &Path, n: usize) -> f64 {
    remove(case);
    let mut store = Store::create(case, now(), "bench").expect("a new case file");
    let toml = include_str!("../../core/policies/short-video@2026.11.toml");
    let policy = Policy::built_in();
    store.put_policy(&policy.name(), &policy.sha256, toml, now()).expect("the policy is stored");
    let request = ImportRequest { path: lines.to_string_lossy().into_owned(), columns: vec![] };
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
    let scorer: Arc<dyn Scorer> = Arc::new(Subjects::new());
    let watch = &mut |_, _, _: &_| Flow::Go;
    let tally = score_all(&mut store, &Policy::built_in(), &scorer, &now, watch).expect("scores");
    assert_eq!(tally.not_scored + tally.failed, 0, "every item is scored");
}

fn remove(case: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = case.as_os_str().to_owned();
        name.push(ending);
        // The last connection takes the log with it.
        let _ = fs::remove_file(name);
    }
}

fn now() -> i64 {
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

// ------------------------------------------------------------------------------------------- model

/// Embeds a text near one of some hundred subjects, by a hash of its words; costs next to nothing.
struct Subjects(Vec<Vec<f32>>);

impl Subjects {
    fn new() -> Self {
        let mut chance = Chance(SEED);
        Self((0..SUBJECTS).map(|_| direction(&mut chance)).collect())
    }

    fn vector(&self, text: &str) -> Vec<f32> {
        let hash = text.bytes().fold(SEED, |hash, it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
        let mut chance = Chance(hash);
        let subject = &self.0[chance.below(SUBJECTS)];
        let own = direction(&mut chance);
        unit(subject.iter().zip(&own).map(|(a, b)| a + 0.7 * b).collect())
    }
}

fn direction(chance: &mut Chance) -> Vec<f32> {
    unit((0..WIDTH).map(|_| (chance.uniform() + chance.uniform() - 1.0) as f32).collect())
}

fn unit(vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    vector.into_iter().map(|it| it / length).collect()
}

impl Scorer for Subjects {
    fn id(&self) -> ModelId {
        ModelId {
            id: "subjects@1".into(),
            weights_sha256: "5".repeat(64),
            device: "cpu".into(),
            calibration: Some("made up".into()),
            languages: vec!["en".into()],
        }
    }

    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scored> {
        let score = |input: &ScoreInput| {
            let text = &input.texts[0].text;
            let value = 0.05 + text.len() as f64 / 1000.0;
            let scores = vec![Score {
                target: "openai-moderation/H".into(),
                title: "Hate".into(),
                clauses: vec!["HH-1".into(), "HH-3".into()],
                method: Method::Head,
                value: value.min(0.99),
                threshold: Some(0.5),
            }];
            let scoring = Scoring::Scored { scores, drivers: vec![], read_as: None };
            Scored { scoring, vector: Some(self.vector(text)) }
        };
        inputs.iter().map(score).collect()
    }

    fn explain(&self, _: &ScoreInput, _: &[String]) -> Vec<Driver> {
        Vec::new()
    }
}

struct Shelf;

impl ModelShelf for Shelf {
    fn state(&self) -> ModelState {
        ModelState { id: "subjects@1".into(), installed: true, languages: vec![], problem: None }
    }

    fn load(&self, _: &Policy) -> Result<Option<Arc<dyn Scorer>>, String> {
        Ok(Some(Arc::new(Subjects::new())))
    }

    fn install(&self, _: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), String> {
        Err("this shelf installs nothing".into())
    }
}

// --------------------------------------------------------------------------------------- measuring

/// Adds `samples` of each to `times`, on as many fresh copies as that takes.
fn measure(folder: &Path, made: &Made, samples: usize, times: &mut Times) {
    let mut left = samples;
    while left > 0 {
        let share = left.min(made.n / SHARE_REVIEWED);
        measure_copy(folder, made, share, times);
        left -= share;
    }
}

fn measure_copy(folder: &Path, made: &Made, samples: usize, times: &mut Times) {
    let case = folder.join("run.casebook");
    remove(&case);
    fs::copy(&made.case, &case).expect("a copy");
    warm(&case);
    let home = tempfile::tempdir().expect("a temporary folder");
    let session = Session::new(Settings {
        home: home.path().to_owned(),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(Shelf),
        clock: Arc::new(now),
        chance: Arc::new(|| 0.5),
    });
    session.open_case(&case.to_string_lossy()).expect("the case file opens");
    let stop = Arc::new(AtomicBool::new(false));
    let reader = read_beside(&case, made.n, Arc::clone(&stop));
    let mut raw = File::create(folder.join("fsync.raw")).expect("target/ is writable");
    let queue = Queue::reported().name;
    // The first items are not counted: statements are prepared, the model is loaded.
    let warming = 20.min(samples / 4);
    let mut spare = Times::default();
    let mut chance = Chance(SEED);
    let first = Instant::now();
    page_at(&session, 0);
    let listed = ms(first);
    session.similar(1, SIMILAR).expect("similar items");
    println!(
        "{:>9} items: the first page after {listed:.0} ms, the first similar items after {:.0} ms",
        made.n,
        ms(first) - listed
    );
    let mut review = session.next(&queue).expect("an item").expect("there are items");
    for sample in 0..samples + warming {
        let times = if sample < warming { &mut spare } else { &mut *times };
        let row = review.item.row;
        let began = Instant::now();
        let revealed = session.store_impression(&queue, row, &impression()).expect("an impression");
        times.reveal.push(ms(began));
        let began = Instant::now();
        session.save_draft(row, &revealed.start).expect("a draft");
        times.draft.push(ms(began));
        let began = Instant::now();
        raw.write_all(&[b'x'; 4096]).and_then(|()| raw.sync_all()).expect("a page on disk");
        times.fsync.push(ms(began));
        let words = words(&mut chance);
        let began = Instant::now();
        session.search(words).expect("a search");
        times.search.push(ms(began));
        let offset = chance.below(made.n) as u32;
        let began = Instant::now();
        page_at(&session, offset);
        times.list.push(ms(began));
        let other = 1 + chance.below(made.n) as u32;
        let began = Instant::now();
        session.similar(other, SIMILAR).expect("similar items");
        times.similar.push(ms(began));
        let began = Instant::now();
        session.submit(&queue, row, &revealed.start, 1000.0).expect("a record");
        let submitted = Instant::now();
        let next = session.next(&queue).expect("an item");
        times.next.push(ms(submitted));
        times.submit.push(ms(began));
        match next {
            Some(next) => review = next,
            None => break,
        }
    }
    stop.store(true, Ordering::Relaxed);
    reader.join().expect("the reader ends");
    session.close_case().expect("it closes");
    remove(&case);
    let _ = fs::remove_file(folder.join("fsync.raw"));
}

fn page_at(session: &Session, offset: u32) {
    let request = ListRequest {
        filter: ListFilter::default(),
        order: ListOrder::Urgency,
        queue: None,
        offset,
        limit: PAGE,
        fresh: false,
    };
    session.list(&request).expect("a page");
}

fn ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

fn impression() -> Impression {
    Impression {
        judgement: Judgement {
            choice: Choice::Allow,
            clauses: vec![],
            severity: None,
            confidence: Confidence::Certain,
            cannot_judge_reason: None,
        },
        note: String::new(),
    }
}

/// In ≤ 0.1 %, about 1 % and more than 20 % of items, alone and together.
fn words(chance: &mut Chance) -> &'static str {
    const MIX: [&str; 9] =
        ["okapi", "zanzibar", "river", "the", "okap", "zanzibar river", "garden music", "the bread", "sa"];
    MIX[chance.below(MIX.len())]
}

fn warm(case: &Path) {
    let mut file = File::open(case).expect("the copy");
    let mut buffer = vec![0; 1 << 20];
    while file.read(&mut buffer).expect("the copy is readable") > 0 {}
}

/// Somebody else who reads: twenty items at random, a millisecond's rest, and again.
fn read_beside(case: &Path, n: usize, stop: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    let store = Store::open(case).expect("a second connection");
    thread::spawn(move || {
        let mut chance = Chance(7);
        while !stop.load(Ordering::Relaxed) {
            for _ in 0..20 {
                store.item(1 + chance.below(n) as u32).expect("an item");
            }
            thread::sleep(Duration::from_millis(1));
        }
    })
}
