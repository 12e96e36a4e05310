//! `review`: what a reviewer waits for, in a case file of a million items, and how it grows.
//!
//! Everything goes through the verbs of `desk`, in a session as the window has it, with the work
//! behind it on. Case files of three sizes are imported from made-up lines, each item scored with
//! an embedding, one in twenty settled. They stay under `target/bench-cases`; a run works on a
//! copy. While it is measured, a second connection reads items at random. List and similar items
//! are asked for once before they count: the first time takes the list, or reads the vectors. Last, the largest
//! file is worked on while a model computes for twenty seconds, and one of ten thousand items while they are scored anew by
//! the model that is installed; where none is, that is left out and said.

mod busy;

mod rescored;

use std::{
    io::Write,
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use casebook_core::{
    decision::{Choice, Confidence, Judgement},
    list::{ListFilter, ListOrder},
    queue::Queue,
};
use casebook_desk::{lists::wire::ListRequest, session::Session, wire::Impression};
use casebook_store::Store;
use casebook_tests::{
    figures::{Bar, Figure, conclude, percentile},
    made_up::{
        Chance,
        case::{CaseFile, open, remove},
    },
};

use busy::Busy;
use rescored::Rescored;

/// Sizes that are compared; the first and the last make the figures.
const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
const SAMPLES: usize = 2_000;
/// Of a small file, so many are reviewed before a fresh copy is taken.
const SHARE_REVIEWED: usize = 2;
const SEED: u64 = 20_261_121;
/// Lines of a page, as the window asks for.
const PAGE: u32 = 100;
/// Similar items, as the window asks for.
const SIMILAR: u32 = 10;

fn main() -> ExitCode {
    let sizes: Vec<usize> = match std::env::args().nth(1) {
        Some(list) => list.split(',').map(|it| it.parse().expect("sizes are numbers")).collect(),
        None => SIZES.to_vec(),
    };
    let samples = std::env::args().nth(2).map_or(SAMPLES, |it| it.parse().expect("samples are a number"));
    let made: Vec<CaseFile> = sizes.iter().map(|it| CaseFile::of(*it)).collect();
    println!("{:>9} {:>14}", "items", "import µs/row");
    for it in &made {
        println!("{:>9} {:>14.1}", it.n, it.import_us);
    }
    let (small, large) = (&made[0], &made[made.len() - 1]);
    // The small file before and after the others: a load that changes meanwhile would look like growth.
    let mut first = Times::default();
    measure(small, samples / 2, &mut first);
    let mut last = Times::default();
    for it in &made[1..] {
        last = Times::default();
        measure(it, samples, &mut last);
        report(it.n, &last);
    }
    measure(small, samples / 2, &mut first);
    report(small.n, &first);
    if made.len() == 1 {
        last = first.clone();
    }
    let busy = busy::measure(large);
    let rescored = rescored::measure();
    if report_all(&first, &last, &busy, rescored.as_ref(), large.import_us / small.import_us, large.n) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the figures and says whether all of them hold.
fn report_all(
    small: &Times,
    large: &Times,
    busy: &Busy,
    rescored: Option<&Rescored>,
    growth_import: f64,
    items: usize,
) -> bool {
    let fsync = percentile(&large.fsync, 99.0);
    let growth = |of: fn(&Times) -> &Vec<f64>| percentile(of(large), 50.0) / percentile(of(small), 50.0);
    let at_most = |name, value, most| Figure { name, value, bar: Some(Bar::AtMost(most)) };
    let p99 = |name, values: &[f64], most| at_most(name, percentile(values, 99.0), most);
    let mut figures = vec![
        p99("next_p99_ms", &large.next, 5.0),
        p99("draft_p99_ms", &large.draft, 5.0),
        p99("list_p99_ms", &large.list, 15.0),
        p99("similar_p99_ms", &large.similar, 50.0),
        p99("submit_p99_ms", &large.submit, (3.0 * fsync).max(10.0)),
        p99("search_p99_ms", &large.search, 20.0),
        p99("draft_busy_p99_ms", &busy.draft, 10.0),
        p99("media_busy_p99_ms", &busy.media, 20.0),
        p99("next_busy_p99_ms", &busy.next, 10.0),
        at_most("growth_next", growth(|it| &it.next), 2.0),
        at_most("growth_submit", growth(|it| &it.submit), 1.5),
        at_most("growth_import", growth_import, 2.0),
        Figure { name: "fsync_p99_ms", value: fsync, bar: None },
        Figure { name: "reveal_p99_ms", value: percentile(&large.reveal, 99.0), bar: None },
    ];
    let mut others = vec![
        ("items", items.into()),
        ("samples", large.next.len().into()),
        ("busy_samples", busy.draft.len().into()),
    ];
    match rescored {
        None => {
            println!("nothing is installed that scores: nothing was measured while items are scored anew");
        }
        Some(it) => {
            figures.extend([
                p99("next_rescored_p99_ms", &it.next, 10.0),
                p99("draft_rescored_p99_ms", &it.draft, 10.0),
                p99("list_rescored_p99_ms", &it.list, 15.0),
                p99("submit_rescored_p99_ms", &it.submit, (3.0 * fsync).max(10.0)),
            ]);
            others.push(("rescored_by", it.model.clone().into()));
            others.push(("rescored_items", it.scored.into()));
            others.push(("rescored_samples", it.next.len().into()));
        }
    }
    conclude("review", &figures, &others)
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

/// Adds `samples` of each to `times`, on as many fresh copies as that takes.
fn measure(made: &CaseFile, samples: usize, times: &mut Times) {
    let mut left = samples;
    while left > 0 {
        let share = left.min(made.n / SHARE_REVIEWED);
        measure_copy(made, share, times);
        left -= share;
    }
}

fn measure_copy(made: &CaseFile, samples: usize, times: &mut Times) {
    let case = made.copy("review.casebook");
    let home = tempfile::tempdir().expect("a temporary folder");
    let session = open(&case, home.path());
    let stop = Arc::new(AtomicBool::new(false));
    let reader = read_beside(&case, made.n, Arc::clone(&stop));
    let mut raw = tempfile::tempfile_in("target").expect("target/ is writable");
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
        let revealed =
            casebook_tests::fake::decide(&session, &queue, row, &impression()).expect("an impression");
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
