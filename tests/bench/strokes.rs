//! `strokes`: how many keys a reviewer presses for the work of a day, in the window itself, on the samples.
//!
//! Each press of a key is one stroke, whatever is held beside it; words are typed apart and not counted.
//! A plain Allow and a removal count from the item on screen to the next one, and both have to be stored as complete. Each
//! was done once before, so that clauses and sureness are remembered, as they are after the first minutes of a day.

use std::{
    cell::Cell,
    path::Path,
    process::{Command, ExitCode},
};

use casebook_tests::{
    figures::{Bar, Figure, conclude},
    window::{ENGLISH, Screen, Window, lend_model, program},
};
use serde_json::Value;

const ITEM: &str = "return document.querySelector('[data-scroll=item] bdi.id')?.textContent ?? ''";
const REVEALED: &str = "return document.querySelector('.band') !== null";
const NOTE: &str = "return document.querySelector('footer .note')?.innerText ?? ''";
const OFFERED: &str = "return document.querySelector('.proposal.ringed') !== null";
const STEPS: &str = "return document.querySelectorAll('li.step').length";

/// A sample that has to go and that a head speaks of, so that its chain is whole; and what it says.
const CLAIM: (&str, &str) = ("nobody would miss", "post-0018");
const CLAUSE: &str = "HR-1";

#[tokio::main]
async fn main() -> ExitCode {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = home.path().join("data/casebook");
    if !lend_model(&data, ENGLISH) {
        eprintln!("bench strokes: install the default model first: casebook models add minilm-l6-v2");
        return ExitCode::FAILURE;
    }
    let case = home.path().join("strokes.casebook");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/items.jsonl");
    casebook(&data, &["new", &text(&case)]);
    casebook(&data, &["import", &text(&case), &text(&samples)]);
    let screen = Screen::start(home.path());
    let window = screen.open(&[&text(&case), "--reviewer", "Ada"]).await;
    window.sees("What would you do").await;

    let hands = Hands { window, strokes: Cell::new(0) };
    warm(&hands, Warming::Removal).await;
    let remove = remove(&hands).await;
    warm(&hands, Warming::Allow).await;
    let (allow, is_complete) = allow(&hands).await;
    let skip = skip(&hands).await;
    let (bulk, chosen) = bulk(&hands).await;
    hands.window.close().await;

    let at_most = |name, value, most| Figure { name, value, bar: Some(Bar::AtMost(most)) };
    let figures = [
        at_most("allow", allow, 3.0),
        Figure { name: "allow_complete", value: is_complete, bar: Some(Bar::AtLeast(1.0)) },
        at_most("remove", remove, 15.0),
        at_most("skip", skip, 1.0),
        at_most("bulk", bulk, 8.0),
        Figure { name: "bulk_items", value: chosen, bar: Some(Bar::AtLeast(50.0)) },
    ];
    if conclude("strokes", &figures, &[("case", "samples".into())]) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Somebody at the keys, and how often they pressed one.
struct Hands {
    window: Window,
    strokes: Cell<u32>,
}

impl Hands {
    async fn press(&self, keys: &[&str]) {
        self.strokes.set(self.strokes.get() + keys.len() as u32);
        self.window.press(keys).await;
    }

    /// Strokes since the last time this was asked.
    fn since(&self) -> f64 {
        f64::from(self.strokes.take())
    }

    async fn item(&self) -> Value {
        self.window.ask(ITEM).await
    }

    /// Waits until another item is on screen.
    async fn gone(&self, item: &Value) {
        self.window.until(ITEM, |it| it != item && it != "").await;
    }

    /// What the window said of the last submission.
    async fn stored(&self) -> String {
        let said = self.window.until(NOTE, |it| it.as_str().is_some_and(|it| it.contains("stored"))).await;
        said.as_str().unwrap_or_default().to_owned()
    }

    /// Stores the first impression and waits for the reveal; true where a clause is offered.
    async fn compare(&self) -> bool {
        self.press(&["Ctrl+Enter"]).await;
        self.window.until(REVEALED, |it| it == true).await;
        self.window.ask(OFFERED).await == true
    }
}

enum Warming {
    Removal,
    Allow,
}

/// One of the kind, with how sure, before it is counted.
async fn warm(hands: &Hands, first: Warming) {
    let item = hands.item().await;
    match first {
        Warming::Removal => hands.window.decide("4", CLAUSE, "Shift+3").await,
        Warming::Allow => hands.press(&["1", "Shift+4"]).await,
    }
    hands.compare().await;
    hands.press(&["Ctrl+Enter"]).await;
    hands.gone(&item).await;
}

async fn allow(hands: &Hands) -> (f64, f64) {
    let item = hands.item().await;
    hands.since();
    hands.press(&["1"]).await;
    let submit = if hands.compare().await { "Enter" } else { "Ctrl+Enter" };
    hands.press(&[submit]).await;
    hands.gone(&item).await;
    let said = hands.stored().await;
    println!("allow: {submit}, {said}");
    (hands.since(), f64::from(u8::from(!said.contains("incomplete"))))
}

/// Seven steps or more, the third of which is corrected.
async fn remove(hands: &Hands) -> f64 {
    let Hands { window, .. } = hands;
    window.press(&["Ctrl+k"]).await;
    window.write(CLAIM.0).await;
    // It may be the item on screen as well, so its name on the page says nothing.
    window.find(&format!("//*[@role='option' and @aria-selected='true'][contains(., '{}')]", CLAIM.1)).await;
    window.press(&["Enter"]).await;
    window.until(ITEM, |it| it == CLAIM.1).await;
    window.until("return document.querySelector('[role=dialog]') === null", |it| it == true).await;
    hands.since();
    hands.press(&["4", "L"]).await;
    window.find("//li[@role='option']/kbd[.='1']").await;
    hands.press(&["1"]).await;
    if hands.compare().await {
        hands.press(&["J"]).await;
    }
    let steps = window.until(STEPS, |it| it.as_u64() >= Some(7)).await;
    hands.press(&["Y", "Y", "Enter"]).await;
    window.find("//textarea[@aria-label='Text of the step']").await;
    window.write(" Nobody is named.").await;
    hands.press(&["Enter", "N", "Shift+y", "Ctrl+Enter"]).await;
    hands.gone(&Value::from(CLAIM.1)).await;
    println!("remove: {steps} steps, {}", hands.stored().await);
    hands.since()
}

async fn skip(hands: &Hands) -> f64 {
    let item = hands.item().await;
    hands.since();
    hands.press(&["S"]).await;
    hands.gone(&item).await;
    hands.since()
}

/// Fifty items of the list or more, set aside together; gives how many.
async fn bulk(hands: &Hands) -> (f64, f64) {
    hands.since();
    hands.press(&["Alt+i"]).await;
    hands.window.sees("109 items").await;
    hands
        .press(&["Space", "Shift+PageDown", "Shift+PageDown", "Shift+PageDown", "Shift+PageDown", "D"])
        .await;
    let said = hands.window.until(NOTE, |it| it.as_str().is_some_and(|it| it.contains("deferred"))).await;
    let digits = |it: &&str| it.chars().all(|it| it.is_ascii_digit());
    let chosen = said.as_str().unwrap_or_default().split_whitespace().find(digits);
    (hands.since(), chosen.and_then(|it| it.parse().ok()).unwrap_or(0.0))
}

fn casebook(home: &Path, args: &[&str]) {
    let done = Command::new(program("casebook"))
        .args(["--reviewer", "Ada", "--home"])
        .arg(home)
        .args(args)
        .output()
        .expect("the command line starts");
    assert!(done.status.success(), "casebook {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
