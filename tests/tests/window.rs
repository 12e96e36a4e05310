//! One journey in the real window, by keyboard: import, decide blind, look, correct, submit, undo, export.
//!
//! File windows of the system cannot be driven, so the case file is named on the command line and the other
//! paths are typed into their fields. Everything else is what a moderator's hands do.

#![cfg(target_os = "linux")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use casebook_tests::window::{ENGLISH, Screen, Window, lend_model, program};
use serde_json::Value;

/// The whole journey, with the window's first start on a busy machine.
const LIMIT: Duration = Duration::from_mins(4);

const INSULT: &str = "You people ruin every street you move into, nobody wants your kind here, get out.";
const PICTURE: &str = "look at what is left of the barn";

/// Two items: the first has more reports, so it comes first.
fn items() -> String {
    let first = serde_json::json!({"id": "barn", "language": "en", "market": "GB", "author": "u-1",
        "parts": [{"role": "caption", "text": PICTURE}, {"role": "image", "path": "barn.png"}],
        "reports": [{"reason": "violence", "n": 40}], "reach_per_hour": 9000});
    let second = serde_json::json!({"id": "street", "language": "en", "market": "GB", "author": "u-2",
        "parts": [{"role": "comment", "text": INSULT}],
        "reports": [{"reason": "hate", "n": 2}], "reach_per_hour": 10});
    format!("{first}\n{second}\n")
}

struct Desk {
    home: tempfile::TempDir,
    case: PathBuf,
    has_model: bool,
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder of our own");
        let path = |name: &str| home.path().join(name);
        fs::write(path("items.jsonl"), items()).expect("the folder is writable");
        fs::copy(sample_picture(), path("barn.png")).expect("samples hold a picture");
        let has_model = lend_model(&path("data/casebook"), ENGLISH);
        if !has_model {
            eprintln!("SKIP the model's reasoning in the window journey: default model absent");
        }
        let case = path("journey.casebook");
        let made = Command::new(program("casebook"))
            .args(["--reviewer", "Somebody", "--home"])
            .arg(path("elsewhere"))
            .arg("new")
            .arg(&case)
            .output()
            .expect("the command line starts");
        assert!(made.status.success(), "casebook new: {}", String::from_utf8_lossy(&made.stderr));
        Self { home, case, has_model }
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_string_lossy().into_owned()
    }
}

fn sample_picture() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/images");
    let mut pictures: Vec<PathBuf> =
        fs::read_dir(folder).expect("samples hold pictures").flatten().map(|it| it.path()).collect();
    pictures.sort();
    pictures.into_iter().find(|it| it.extension().is_some_and(|it| it == "png")).expect("one is a PNG")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_goes_from_import_to_export_by_keyboard() {
    let desk = Desk::new();
    let screen = Screen::start(desk.home.path());
    // The limit is inside, so that a journey that hangs still ends the window and the screen.
    let journey = tokio::time::timeout(LIMIT, journey(&desk, &screen)).await;
    journey.expect("the journey ends in time");
    drop(screen);
    the_export_holds_what_was_decided(Path::new(&desk.path("export")));
}

async fn journey(desk: &Desk, screen: &Screen) {
    let case = desk.case.to_string_lossy().into_owned();
    let window = screen.open(&[&case]).await;

    // Who reviews is asked once, and the field has the focus.
    window.find("//input[@id='reviewer-name']").await;
    window.write("Ada").await;
    window.press(&["Enter"]).await;
    window.sees("no items yet").await;

    import(desk, &window).await;
    review_the_picture(desk, &window).await;
    undo_and_submit_again(&window).await;
    review_the_insult(&window).await;
    export(desk, &window).await;
    preview_what_was_recorded(&window).await;
    set_a_threshold_and_bring_it_back(&window).await;
    the_page_stays_inside(&window).await;
    window.close().await;
}

async fn import(desk: &Desk, window: &Window) {
    window.press(&["Alt+2"]).await;
    let path = window.find("//section[@aria-labelledby='import-title']//input[@type='text']").await;
    path.send_keys(&desk.path("items.jsonl")).await.expect("the path is typed");
    let start = window.find("//section[@aria-labelledby='import-title']//button[.//span[.='Import']]").await;
    start.send_keys("\u{E007}").await.expect("Enter on the button");
    window.sees("2 imported").await;
    window.press(&["Alt+1"]).await;
}

const IMAGE: &str = "return document.querySelector('.media img')?.getAttribute('src') ?? ''";
const LOADED: &str =
    "const it = document.querySelector('.media img'); return it?.complete ? it.naturalWidth : 0";

async fn review_the_picture(desk: &Desk, window: &Window) {
    window.sees(PICTURE).await;
    let covered = window.until(IMAGE, |it| it.as_str().is_some_and(|it| it.ends_with("/covered"))).await;
    let width = window.until(LOADED, |it| it.as_u64() > Some(0)).await;
    assert!(
        width.as_u64() <= Some(24),
        "only the covered rendition is in the page: {covered}, {width} px wide"
    );
    window.press(&["Space"]).await;
    window.until(IMAGE, |it| it.as_str().is_some_and(|it| !it.ends_with("/covered") && !it.is_empty())).await;
    window.until(LOADED, |it| it.as_u64() > Some(100)).await;

    // Remove, under HH-1, certain.
    window.decide("4", "HH-1", "Shift+4").await;
    let before = window.text().await.to_lowercase();
    for word in [
        "model:",
        "still lacking",
        "comes nearest",
        "uncalibrated",
        "first impression recorded",
        "precedents",
    ] {
        assert!(!before.contains(word), "nothing of the model is shown before a first impression: {word}");
    }
    window.press(&["Ctrl+Enter"]).await;
    window.sees("first impression recorded").await;

    if desk.has_model {
        window.find("//li[contains(@class, 'step')]").await;
        // Rating one goes on to the next.
        window.press(&["Y", "T"]).await;
        window.until(RATED, |it| it.as_u64() == Some(2)).await;
    }
    // A step of one's own: an observation.
    window.press(&["A", "1"]).await;
    window.find("//textarea[@aria-label='Text of the step']").await;
    window.write("The barn is a ruin.").await;
    window.press(&["Enter"]).await;
    window.sees("The barn is a ruin.").await;
    submit(window, "barn").await;
}

const RATED: &str = "return document.querySelectorAll('.ratings [aria-pressed=\"true\"]').length";

/// Submits, and waits until the record is said to be stored.
async fn submit(window: &Window, item: &str) {
    window.press(&["Ctrl+Enter"]).await;
    window.sees(&format!("{item} ")).await;
    window
        .until("return document.querySelector('footer .note')?.innerText ?? ''", |it| {
            it.as_str().is_some_and(|it| it.contains(item) && it.contains("Ctrl"))
        })
        .await;
}

async fn undo_and_submit_again(window: &Window) {
    window.sees(INSULT).await;
    window.press(&["Ctrl+z"]).await;
    window.sees(PICTURE).await;
    window.sees("The barn is a ruin.").await;
    submit(window, "barn").await;
}

async fn review_the_insult(window: &Window) {
    window.sees(INSULT).await;
    window.decide("4", "HH-1", "Shift+3").await;
    window.press(&["Ctrl+Enter"]).await;
    window.sees("first impression recorded").await;
    submit(window, "street").await;
}

async fn export(desk: &Desk, window: &Window) {
    window.press(&["Alt+2", "3"]).await;
    let folder = window.find("//section[@aria-labelledby='export-title']//input[@type='text']").await;
    folder.send_keys(&desk.path("export")).await.expect("the folder is typed");
    let start = window.find("//section[@aria-labelledby='export-title']//button[.//span[.='Export']]").await;
    start.send_keys("\u{E007}").await.expect("Enter on the button");
    window.find("//section[@aria-labelledby='export-title']//div[@role='status' and not(contains(@class, 'failed'))]").await;
}

async fn preview_what_was_recorded(window: &Window) {
    // Out of the button that was pressed: there a letter would be its own.
    window.press(&["Escape", "V"]).await;
    window.sees("1–2 of 2").await;
    window
        .until("return document.querySelector('pre')?.innerText ?? ''", |it| {
            it.as_str().is_some_and(|it| it.contains("casebook/cot-record/1"))
        })
        .await;
}

/// The cards of models are there whether or not the model is.
async fn set_a_threshold_and_bring_it_back(window: &Window) {
    window.press(&["Alt+m"]).await;
    window.sees("Threshold of").await;
    window.press(&["J", "ArrowRight", "Ctrl+Enter"]).await;
    window.sees("was set here by").await;
    window.press(&["Backspace"]).await;
    window
        .until("return document.querySelector('main').innerText.includes('was set here by')", |it| {
            it == false
        })
        .await;
}

fn is_all_refused(seen: &Value) -> bool {
    let seen: Vec<&str> = seen.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ["img-src", "script-src-elem", "connect-src", "frame-src"].iter().all(|it| seen.contains(it))
}

/// A page that was talked into it still cannot call out, run what it was not built with, or leave.
async fn the_page_stays_inside(window: &Window) {
    let script = "
        const seen = [];
        document.addEventListener('securitypolicyviolation', (it) => seen.push(it.effectiveDirective));
        const image = new Image(); image.src = 'http://192.0.2.1/x.png'; document.body.append(image);
        const other = new Image(); other.src = 'http://127.0.0.1:9/x.png'; document.body.append(other);
        const script = document.createElement('script'); script.textContent = 'window.taken = 1'; document.body.append(script);
        fetch('http://192.0.2.1/').catch(() => {});
        const frame = document.createElement('iframe'); frame.src = 'https://example.org/'; document.body.append(frame);
        location.href = 'https://example.org/';
        window.seen = seen;
        return true";
    window.ask(script).await;
    window.until("return window.seen", is_all_refused).await;
    assert_eq!(
        window.ask("return window.taken ?? null").await,
        Value::Null,
        "a script put into the page does not run"
    );
    let place = window.ask("return location.href").await;
    assert!(
        place.as_str().is_some_and(|it| it.starts_with("tauri://localhost")),
        "the window stays where it is: {place}"
    );
}

fn the_export_holds_what_was_decided(folder: &Path) {
    let read = |name: &str| {
        fs::read_to_string(folder.join(name))
            .unwrap_or_else(|it| panic!("{name}: {it}; there are {:?}", files(folder)))
    };
    let manifest: Value = serde_json::from_str(&read("manifest.json")).expect("the manifest is JSON");
    assert!(manifest.is_object());
    let rows: Vec<Value> = files(folder)
        .iter()
        .filter(|it| it.starts_with("raw"))
        .flat_map(|it| {
            read(it).lines().map(|it| serde_json::from_str(it).expect("rows are JSON")).collect::<Vec<_>>()
        })
        .collect();
    let of = |id: &str| rows.iter().filter(|it| it.to_string().contains(&format!("\"{id}\""))).count();
    assert_eq!((rows.len(), of("street")), (2, 1), "one row for each decided item: {rows:?}");
    let barn = rows
        .iter()
        .find(|it| it.to_string().contains("The barn is a ruin."))
        .expect("the step is in the row");
    assert!(!barn.to_string().contains("\"Ada\""), "the reviewer is a pseudonym");
}

/// Paths of all files below, from there.
fn files(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => walk(&path, root, found),
                path => found.extend(path.strip_prefix(root).map(|it| it.to_string_lossy().into_owned())),
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}
