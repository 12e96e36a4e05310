//! `window`: what a reviewer waits for in the window itself, as it is shipped, with 100,000 items.
//!
//! The window is driven by keys over WebDriver on a screen nobody sees. Submitting counts from the
//! key's own time stamp to the second frame after the next item stands in the page, so that it is
//! on the screen; how long until it stood in the page is printed beside it. A cold start counts from
//! asking the driver for a window to finding the first item, so the driver's part is in it. Before
//! each, all files the window has mapped leave the page cache. Memory is what the window and its
//! WebKit processes hold half a minute after one item was scored, each page shared by its users.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use casebook_tests::{
    figures::{Bar, Figure, conclude, percentile},
    made_up::case::{CaseFile, remove},
    window::{Screen, Window},
};
use serde_json::Value;

const ITEMS: usize = 100_000;
const SAMPLES: usize = 220;
/// The first are not counted: the page compiles its scripts.
const WARMING: usize = 20;
const COLD_STARTS: usize = 3;
/// After a submission, longer than drawing the next item takes.
const DRAWN: Duration = Duration::from_millis(250);
const SETTLES: Duration = Duration::from_secs(30);

/// Has the page note, for each Ctrl+Enter that brings another item, when that stood in the page and
/// when it had been painted, ms since the key.
const WATCH: &str = "
    const item = () => document.querySelector('[data-scroll=item] bdi.id')?.textContent ?? '';
    const watch = window.watch = { pressed: 0, from: '', stood: [], painted: [] };
    addEventListener('keydown', (it) => {
        if (it.key === 'Enter' && it.ctrlKey) [watch.pressed, watch.from] = [it.timeStamp, item()];
    }, true);
    new MutationObserver(() => {
        if (watch.pressed === 0 || item() === '' || item() === watch.from) return;
        const pressed = watch.pressed;
        watch.pressed = 0;
        watch.stood.push(performance.now() - pressed);
        requestAnimationFrame(() => requestAnimationFrame(() => watch.painted.push(performance.now() - pressed)));
    }).observe(document.body, { subtree: true, childList: true, characterData: true });";

const FIRST_ITEM: &str = "//*[@data-scroll='item']//bdi[contains(@class, 'id')]";

#[tokio::main]
async fn main() -> ExitCode {
    let models = casebook_fetch::install::default_dir();
    if !models.join("minilm-l6-v2").is_dir() {
        eprintln!("bench window: install the default model first: casebook models add minilm-l6-v2");
        return ExitCode::FAILURE;
    }
    let case = CaseFile::of(ITEMS).copy("window.casebook");
    let home = tempfile::tempdir().expect("a temporary folder");
    let own = home.path().join("data/casebook");
    fs::create_dir_all(&own).expect("the folder is writable");
    std::os::unix::fs::symlink(models, own.join("models")).expect("the folder is writable");

    let mapped = meet(home.path(), &case).await;
    let (cold, evicted_mb) = cold_starts(home.path(), &case, &mapped).await;
    let idle_mb = idle(home.path(), &case).await;
    let (stood, painted) = submissions(home.path(), &case).await;
    remove(&case);

    for (name, values) in [("in the page", &stood), ("painted", &painted)] {
        let at = |it| percentile(values, it);
        println!("{name:>12} after {:.1} ms, p95 {:.1}, at most {:.1}", at(50.0), at(95.0), at(100.0));
    }
    println!("cold starts {cold:.2?} s, each after {evicted_mb:.0} MB left the page cache");
    let at_most = |name, value, most| Figure { name, value, bar: Some(Bar::AtMost(most)) };
    let figures = [
        at_most("paint_p95_ms", percentile(&painted, 95.0), 100.0),
        at_most("cold_s", percentile(&cold, 50.0), 2.5),
        at_most("idle_mb", idle_mb, 450.0),
        Figure { name: "in_page_p95_ms", value: percentile(&stood, 95.0), bar: None },
    ];
    let held = conclude("window", &figures, &[("items", ITEMS.into()), ("samples", painted.len().into())]);
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The first time: says who reviews, and learns which files the window maps.
async fn meet(home: &Path, case: &Path) -> BTreeSet<PathBuf> {
    let screen = Screen::start(home);
    let window = open(&screen, case).await;
    window.find("//input[@id='reviewer-name']").await;
    window.write("Ada").await;
    window.press(&["Enter"]).await;
    window.find(FIRST_ITEM).await;
    let mut mapped = BTreeSet::from([case.to_owned()]);
    for process in processes(screen.driver_id()) {
        let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
        let files = maps.lines().filter_map(|it| it.find('/').map(|at| PathBuf::from(&it[at..])));
        mapped.extend(files.filter(|it| it.is_file()));
    }
    window.close().await;
    mapped
}

/// Seconds of each, and megabytes that left the page cache before the last.
async fn cold_starts(home: &Path, case: &Path, mapped: &BTreeSet<PathBuf>) -> (Vec<f64>, f64) {
    let (mut seconds, mut evicted) = (Vec::new(), 0.0);
    for _ in 0..COLD_STARTS {
        let screen = Screen::start(home);
        let before = cached_mb(mapped);
        for file in mapped {
            // `nocache` with nothing to copy asks the system to forget the file.
            let mut forget = Command::new("dd");
            forget.arg(format!("if={}", file.display())).args(["iflag=nocache", "count=0", "status=none"]);
            assert!(forget.status().expect("dd runs").success(), "{}", file.display());
        }
        evicted = before - cached_mb(mapped);
        let began = Instant::now();
        let window = open(&screen, case).await;
        window.find(FIRST_ITEM).await;
        seconds.push(began.elapsed().as_secs_f64());
        window.close().await;
    }
    (seconds, evicted)
}

/// Megabytes held half a minute after one item was scored and shown.
async fn idle(home: &Path, case: &Path) -> f64 {
    let screen = Screen::start(home);
    let window = open(&screen, case).await;
    window.find(FIRST_ITEM).await;
    decide_first(&window).await;
    tokio::time::sleep(SETTLES).await;
    let mut sum = 0.0;
    for process in processes(screen.driver_id()) {
        let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find_map(|it| it.strip_prefix("Pss:"));
        let kib = line.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()).unwrap_or(0.0);
        println!("{:>24} {:>6.0} MB", name.trim(), kib / 1024.0);
        sum += kib / 1024.0;
    }
    window.close().await;
    sum
}

/// Milliseconds from the key until the next item stood in the page, and until it was painted.
async fn submissions(home: &Path, case: &Path) -> (Vec<f64>, Vec<f64>) {
    let screen = Screen::start(home);
    let window = open(&screen, case).await;
    window.find(FIRST_ITEM).await;
    window.ask(WATCH).await;
    for n in 1..=SAMPLES {
        decide_first(&window).await;
        window.press(&["Ctrl+Enter"]).await;
        // Asking the page sooner would have it lay itself out for the answer.
        tokio::time::sleep(DRAWN).await;
        window.until("return window.watch.painted.length", |it| it.as_u64() == Some(n as u64)).await;
    }
    let times = |value: Value| -> Vec<f64> {
        let all = value.as_array().expect("times are a list");
        all.iter().skip(WARMING).map(|it| it.as_f64().expect("a time is a number")).collect()
    };
    let stood = times(window.ask("return window.watch.stood").await);
    let painted = times(window.ask("return window.watch.painted").await);
    window.close().await;
    (stood, painted)
}

/// A first impression: allow, certain. Comes back when what the model said is shown.
async fn decide_first(window: &Window) {
    window.press(&["1", "Shift+4", "Ctrl+Enter"]).await;
    window.sees("first impression recorded").await;
}

async fn open(screen: &Screen, case: &Path) -> Window {
    let case = fs::canonicalize(case).expect("the case file is there");
    screen.open(&[&case.to_string_lossy()]).await
}

/// What the driver has started, and what that has.
fn processes(driver: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .expect("this is Linux")
        .flatten()
        .filter_map(|it| {
            let status = fs::read_to_string(it.path().join("status")).ok()?;
            let parent = status.lines().find_map(|it| it.strip_prefix("PPid:"))?.trim().parse().ok()?;
            Some((it.file_name().to_str()?.parse().ok()?, parent))
        })
        .collect();
    let mut found = vec![driver];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(parents.iter().filter(|it| it.1 == parent).map(|it| it.0));
        at += 1;
    }
    found.split_off(1)
}

/// Megabytes of these files in the page cache.
fn cached_mb(files: &BTreeSet<PathBuf>) -> f64 {
    let mut fincore = Command::new("fincore");
    let output = fincore.args(["--bytes", "--noheadings", "--output", "RES"]).args(files).output();
    let output = output.expect("fincore of util-linux runs");
    let sizes = String::from_utf8_lossy(&output.stdout);
    sizes.split_whitespace().filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / 1e6
}
