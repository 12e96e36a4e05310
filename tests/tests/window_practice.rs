//! The first three minutes: somebody new gives their name and goes through the practice deck in the real window, by keys alone.

#![cfg(target_os = "linux")]

use std::{cell::Cell, time::Duration};

use casebook_tests::window::{Screen, Window};
use serde_json::Value;

const LIMIT: Duration = Duration::from_mins(6);
/// Three minutes at two keys a second.
const MOST_KEYS: u32 = 360;

const ITEM: &str = "return document.querySelector('[data-scroll=item] bdi.id')?.textContent ?? ''";
const LEFT: &str = "return [...document.querySelectorAll('.coach li:not(.done)')].map((it) => it.innerText)";
const REVEALED: &str = "return document.querySelector('.band') !== null";
const NOT_PICKING: &str = "return document.querySelector('.picking') === null";
const NO_DIALOG: &str = "return document.querySelector('[role=\"dialog\"]') === null";

/// Somebody at the keys; letters count as well.
struct Hands {
    window: Window,
    keys: Cell<u32>,
}

impl Hands {
    fn count(&self, n: usize) {
        self.keys.set(self.keys.get() + u32::try_from(n).unwrap_or(u32::MAX));
    }

    async fn press(&self, keys: &[&str]) {
        self.count(keys.len());
        self.window.press(keys).await;
    }

    async fn write(&self, text: &str) {
        self.count(text.chars().count());
        self.window.write(text).await;
    }

    /// Waits until `item` is on screen, with all of its keys still to be tried.
    async fn meets(&self, item: &str) {
        self.window.until(ITEM, |it| it == item).await;
    }

    /// Names a clause by its id.
    async fn clause(&self, id: &str) {
        self.press(&["L"]).await;
        self.window.find("//input[@data-focus='clause' and @aria-expanded='true']").await;
        self.write(id).await;
        self.window.find(&format!("//li[@role='option' and @aria-selected='true']/strong[.='{id}']")).await;
        self.press(&["Enter"]).await;
    }

    async fn compare(&self) {
        self.press(&["Ctrl+Enter"]).await;
        self.window.until(REVEALED, |it| it == true).await;
    }

    /// Opens a window by its key and leaves it again.
    async fn looks(&self, key: &str) {
        self.press(&[key]).await;
        self.window.until(NO_DIALOG, |it| it == false).await;
        self.press(&["Escape"]).await;
        self.window.until(NO_DIALOG, |it| it == true).await;
    }

    /// Nothing is left to be tried on this card.
    async fn tried_all(&self) {
        self.window.until(LEFT, |it| it.as_array().is_some_and(Vec::is_empty)).await;
    }

    async fn words(&self, label: &str, text: &str) {
        self.window.find(&format!("//textarea[@aria-label='{label}']")).await;
        self.write(text).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_new_learns_each_key_on_ten_items_within_three_minutes_at_two_keys_a_second() {
    let home = tempfile::tempdir().expect("a folder of our own");
    let screen = Screen::start(home.path());
    let journey = tokio::time::timeout(LIMIT, journey(&screen)).await;
    journey.expect("the journey ends in time");
}

async fn journey(screen: &Screen) {
    let hands = Hands { window: screen.open(&[]).await, keys: Cell::new(0) };
    let Hands { window, .. } = &hands;
    window.find("//input[@id='reviewer-name']").await;
    hands.write("Ada").await;
    hands.press(&["Enter"]).await;

    deciding(&hands).await;
    reasoning(&hands).await;

    window.sees("You have been through the deck").await;
    let page = window.text().await;
    assert!(!page.contains("Not tried yet"), "every key was tried:\n{page}");
    let keys = hands.keys.get();
    println!("practice: ten items, {keys} keys");
    assert!(keys <= MOST_KEYS, "{keys} keys are more than three minutes at two a second");
    let done: Value = window.ask("return document.body.innerText.includes('10 / 10')").await;
    assert_eq!(done, true, "ten of ten are decided:\n{page}");
    hands.window.close().await;
}

/// The first five cards: decide, rate, look, and what is lacking.
async fn deciding(hands: &Hands) {
    let Hands { window, .. } = hands;
    hands.meets("practice-01").await;
    hands.press(&["1", "Shift+4"]).await;
    hands.compare().await;
    hands.press(&["Enter"]).await;

    hands.meets("practice-02").await;
    hands.clause("FR-1").await;
    hands.press(&["4", "Shift+4"]).await;
    hands.compare().await;
    hands.press(&["Y", "Shift+y", "Ctrl+Enter"]).await;

    hands.meets("practice-03").await;
    hands.press(&["1"]).await;
    hands.compare().await;
    hands.press(&["J", "Y", "N", "K", "I"]).await;
    window.until(NO_DIALOG, |it| it == false).await;
    hands.press(&["1"]).await;
    window.until(NO_DIALOG, |it| it == true).await;
    hands.press(&["Q"]).await;
    hands.write("It warns.").await;
    hands.press(&["Escape"]).await;
    hands.tried_all().await;
    hands.press(&["Ctrl+Enter"]).await;

    hands.meets("practice-04").await;
    hands.press(&["Space"]).await;
    window.find("//img[contains(@alt, 'uncovered')]").await;
    hands.press(&["B", "Shift+b", "4", "L"]).await;
    window.find("//li[@role='option']/kbd[.='1']").await;
    hands.press(&["1"]).await;
    hands.compare().await;
    hands.press(&["J", "Shift+e", "Shift+ArrowRight", "Enter"]).await;
    window.until(NOT_PICKING, |it| it == true).await;
    hands.tried_all().await;
    hands.press(&["Shift+y", "Ctrl+Enter"]).await;

    hands.meets("practice-05").await;
    hands.press(&["4"]).await;
    hands.clause("MI-1").await;
    hands.compare().await;
    hands.press(&["G", "Enter"]).await;
    hands.words("Text of the step", "A doctor may say so.").await;
    hands.press(&["Enter", "Home", "Enter"]).await;
    hands.words("Text of the step", " Early.").await;
    hands.press(&["Enter", "A", "1"]).await;
    hands.words("Text of the step", "An onion heals nothing.").await;
    hands.press(&["Enter"]).await;
    hands.tried_all().await;
    hands.press(&["Shift+y", "Ctrl+Enter"]).await;
}

/// The last five: evidence, severity, what cannot be judged, later, and on to others.
async fn reasoning(hands: &Hands) {
    let Hands { window, .. } = hands;
    hands.meets("practice-06").await;
    hands.press(&["4"]).await;
    hands.clause("DA-1").await;
    hands.compare().await;
    hands.press(&["Home", "E", "Shift+ArrowRight", "Enter"]).await;
    window.until(NOT_PICKING, |it| it == true).await;
    hands.press(&["C"]).await;
    window.until(NO_DIALOG, |it| it == false).await;
    hands.write("DA-1").await;
    hands.press(&["Enter"]).await;
    window.until(NO_DIALOG, |it| it == true).await;
    hands.tried_all().await;
    hands.press(&["Shift+y", "Ctrl+Enter"]).await;

    hands.meets("practice-07").await;
    hands.press(&["3", "Shift+3"]).await;
    hands.clause("HR-1").await;
    hands.press(&["V", "R"]).await;
    hands.write("Sent to one person.").await;
    hands.compare().await;
    hands.press(&["M"]).await;
    hands.write("Please name nobody.").await;
    hands.tried_all().await;
    hands.press(&["Ctrl+Enter"]).await;

    hands.meets("practice-08").await;
    hands.press(&["6", "6", "Shift+4"]).await;
    hands.compare().await;
    hands.press(&["Ctrl+Enter"]).await;

    hands.meets("practice-09").await;
    hands.press(&["S"]).await;
    hands.meets("practice-10").await;
    hands.press(&["Ctrl+z"]).await;
    hands.meets("practice-09").await;
    hands.press(&["2", "Shift+3"]).await;
    hands.clause("DR-2").await;
    hands.compare().await;
    hands.press(&["Shift+y", "Ctrl+Enter"]).await;

    hands.meets("practice-10").await;
    hands.looks("P").await;
    hands.press(&["5", "Shift+4"]).await;
    hands.clause("VG-3").await;
    hands.compare().await;
    hands.looks("Shift+d").await;
    hands.looks("?").await;
    hands.tried_all().await;
    hands.press(&["Ctrl+Enter"]).await;
}
