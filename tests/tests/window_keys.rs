//! Every screen and dialog of the real window by keys alone, read by axe, dark and light, and at twice the size.
//!
//! The screens are those the menu lists, so that a new one is visited without being named here.

#![cfg(target_os = "linux")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use casebook_tests::window::{ENGLISH, Screen, Window, lend_model, program};

const LIMIT: Duration = Duration::from_mins(6);

/// A mild item with a health claim, and one in Arabic.
const CLAIM: &str = "insulin";
const ARABIC: &str = "ar";

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/items.jsonl")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_is_gone_through_by_keys_alone_and_axe_finds_nothing_serious() {
    let home = tempfile::tempdir().expect("a folder of our own");
    let has_model = lend_model(&home.path().join("data/casebook"), ENGLISH);
    let case = home.path().join("keys.casebook");
    let made = Command::new(program("casebook"))
        .args(["--reviewer", "Somebody", "--home"])
        .arg(home.path().join("elsewhere"))
        .arg("new")
        .arg(&case)
        .output()
        .expect("the command line starts");
    assert!(made.status.success(), "casebook new: {}", String::from_utf8_lossy(&made.stderr));
    let screen = Screen::start(home.path());
    let journey = tokio::time::timeout(LIMIT, journey(&case, &screen, has_model)).await;
    journey.expect("the journey ends in time");
}

async fn journey(case: &Path, screen: &Screen, has_model: bool) {
    let window = screen.open(&[&case.to_string_lossy()]).await;
    window.find("//input[@id='reviewer-name']").await;
    fine(&window, "asking who reviews").await;
    window.write("Ada").await;
    window.press(&["Enter"]).await;
    window.sees("no items yet").await;
    fine(&window, "an empty case file").await;

    import(&window).await;
    review(&window, has_model).await;
    items(&window).await;
    let screens = screens(&window).await;
    for name in &screens {
        go(&window, name).await;
        fine(&window, name).await;
        reach_all(&window, name).await;
        for tab in 2..=window
            .ask("return document.querySelectorAll('main [role=\"tab\"]').length")
            .await
            .as_u64()
            .unwrap_or(0)
        {
            window.press(&[&tab.to_string()]).await;
            fine(&window, &format!("{name}, tab {tab}")).await;
            reach_all(&window, name).await;
        }
    }
    queue(&window).await;
    buttons(&window).await;
    at_twice_the_size(&window, &screens).await;
    window.close().await;
}

/// Nothing serious or critical, in the dark and in the light.
async fn fine(window: &Window, place: &str) {
    for theme in ["dark", "light"] {
        window.paint(theme).await;
        let found = window.axe().await;
        assert!(found.is_empty(), "{place}, {theme}: axe finds\n{}", found.join("\n"));
    }
}

async fn import(window: &Window) {
    window.press(&["Alt+2"]).await;
    window.find("//section[@aria-labelledby='import-title']").await;
    window
        .tab_until("return document.activeElement.matches('[aria-labelledby=\"import-title\"] input[type=\"text\"]')")
        .await;
    window.write(&samples().to_string_lossy()).await;
    window
        .tab_until("return document.activeElement.matches('[aria-labelledby=\"import-title\"] button.main')")
        .await;
    window.press(&["Enter"]).await;
    window.sees("109 imported").await;
    window.press(&["Alt+1"]).await;
}

/// Opens a dialog by its key, has it read, and leaves it by Escape.
async fn dialog(window: &Window, keys: &[&str], name: &str) {
    window.press(keys).await;
    window.find("//*[@role='dialog' or @role='menu']").await;
    fine(window, name).await;
    window.press(&["Escape"]).await;
    window
        .until("return document.querySelector('[role=\"dialog\"], .menus') === null", |it| it == true)
        .await;
}

async fn review(window: &Window, has_model: bool) {
    // The item is found by its words, as anybody would.
    window.press(&["Ctrl+k"]).await;
    window.write(CLAIM).await;
    window.sees("post-0053").await;
    fine(window, "search").await;
    window.press(&["Enter"]).await;
    window.sees("What would you do").await;
    window.sees("insulin").await;
    fine(window, "before the first impression").await;
    for (keys, name) in [(["?"], "keys"), (["P"], "policy text"), (["F10"], "menu"), (["Ctrl+k"], "palette")]
    {
        dialog(window, &keys, name).await;
    }
    window.decide("4", "MI-1", "Shift+3").await;
    fine(window, "a first impression").await;
    window.press(&["Ctrl+Enter"]).await;
    window.sees("first impression recorded").await;
    window.press(&["A", "1"]).await;
    window.find("//textarea[@aria-label='Text of the step']").await;
    window.write("It names a medicine.").await;
    window.press(&["Enter"]).await;
    window.sees("It names a medicine.").await;
    for (keys, name) in [
        (["A"], "kind of step"),
        (["C"], "citing"),
        (["F"], "endings"),
        (["Shift+d"], "changes"),
        (["W"], "anew"),
    ] {
        dialog(window, &keys, name).await;
    }
    for (keys, name) in [
        (["Shift+g"], "today"),
        (["Shift+p"], "a break"),
        (["Shift+h"], "handing on"),
        (["Shift+m"], "a note to a colleague"),
        (["Shift+w"], "what waits"),
    ] {
        dialog(window, &keys, name).await;
    }
    if has_model {
        window.press(&["Home", "N"]).await;
        dialog(window, &["I"], "reasons").await;
    }
    fine(window, "after the first impression").await;
    window.press(&["Ctrl+Enter"]).await;
    window.sees("post-0053 stored").await;
    fine(window, "a note").await;
}

const UNDER: &str = "return document.getElementById(
    document.querySelector('[data-focus=\"items\"]')?.getAttribute('aria-activedescendant'))?.innerText ?? ''";
const LINES: &str = "return document.querySelectorAll('[data-focus=\"items\"] [role=\"option\"] .id').length";

async fn items(window: &Window) {
    window.press(&["Alt+i"]).await;
    window.sees("109 items").await;
    window.until(LINES, |it| it.as_u64() > Some(5)).await;
    window.press(&["End"]).await;
    window.until(UNDER, |it| it.as_str().is_some_and(|it| it.contains("post-0001"))).await;
    fine(window, "the end of the list").await;
    window.press(&["Home", "Space", "J", "Space"]).await;
    window.sees("2 items chosen").await;
    fine(window, "chosen items").await;
    dialog(window, &["Y"], "columns").await;
    dialog(window, &["A"], "assigning").await;
    dialog(window, &["M"], "moving").await;
    window.press(&["S"]).await;
    window.sees("2 items skipped").await;
    window.press(&["Ctrl+z"]).await;
    window.sees("Taken back for 2 items").await;
    window.press(&["H"]).await;
    window.sees("My last decisions").await;
    window.until(UNDER, |it| it.as_str().is_some_and(|it| it.contains("post-0053"))).await;
    fine(window, "my last decisions").await;
    window.press(&["B"]).await;
    window.sees("109 items").await;

    // Arabic runs from the right, and its font is one that has it.
    window.press(&["F", "Tab"]).await;
    window.write(ARABIC).await;
    window.press(&["Enter"]).await;
    window.sees("3 items").await;
    window
        .until(
            "return [...document.querySelectorAll('[data-focus=\"items\"] .text')]
                .map((it) => getComputedStyle(it).direction).join()",
            |it| it == "rtl,rtl,rtl",
        )
        .await;
    // Out of the open list of languages, then back to the items.
    window.press(&["Escape", "Escape", "Enter"]).await;
    window.sees("What would you do").await;
    let text = "const it = document.querySelector('p[data-part]');
        const words = it?.querySelector('span')?.getClientRects()[0];
        return it && words ? [getComputedStyle(it).direction, it.getBoundingClientRect().right - words.right < 3] : null";
    window.until(text, |it| *it == serde_json::json!(["rtl", true])).await;
    fine(window, "an item in Arabic").await;
    window.press(&["Alt+i", "C"]).await;
    window.sees("109 items").await;
}

/// Names of the screens, as the menu lists them.
async fn screens(window: &Window) -> Vec<String> {
    open_go(window).await;
    let names = window
        .ask(
            "return [...document.querySelectorAll('[data-list=\"items\"] [role=\"menuitem\"] > span')].map((it) => it.innerText)",
        )
        .await;
    window.press(&["Escape", "Escape"]).await;
    let names: Vec<String> =
        names.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect();
    assert!(names.len() > 5, "the menu lists the screens: {names:?}");
    names
}

/// Opens the menu at its list of screens.
async fn open_go(window: &Window) {
    window.press(&["F10"]).await;
    window.find("//*[@role='menu']").await;
    let at = window
        .ask(
            "return [...document.querySelectorAll('[data-list=\"groups\"] [role=\"menuitem\"]')]
                .findIndex((it) => it.innerText.startsWith('Go to'))",
        )
        .await;
    for _ in 0..at.as_u64().expect("the menu has places to go to") {
        window.press(&["ArrowDown"]).await;
    }
    window.press(&["Enter"]).await;
    window.find("//*[@data-list='items']//*[@role='menuitem']").await;
}

async fn go(window: &Window, name: &str) {
    open_go(window).await;
    for _ in 0..30 {
        let on = window.ask("return document.activeElement.querySelector('span')?.innerText ?? ''").await;
        if on == name {
            break;
        }
        window.press(&["ArrowDown"]).await;
    }
    window.press(&["Enter"]).await;
    window.find(&format!("//main[@aria-label='{name}']")).await;
    window.until("return document.querySelector('.menus') === null", |it| it == true).await;
}

/// What can be pressed or written in on the screen, and is not shut, and has not had the focus.
const LEFT: &str = "
    window.seen ??= new Set();
    window.seen.add(document.activeElement);
    const all = 'button, input, textarea, select, summary, a[href], [tabindex=\"0\"]';
    return [...document.querySelectorAll('main')].flatMap((it) => [...it.querySelectorAll(all)])
        .filter((it) => !it.matches(':disabled, [tabindex=\"-1\"]') && it.getClientRects().length > 0)
        .filter((it) => it.type !== 'radio' || it.checked)
        .filter((it) => it.matches('summary') || !it.closest('details:not([open])'))
        .filter((it) => !window.seen.has(it))
        .map((it) => it.outerHTML.slice(0, 120))";
const FOLDED: &str = "return document.activeElement.matches('details:not([open]) > summary')";

/// Tab goes round and stops at everything; what is folded is unfolded on the way.
async fn reach_all(window: &Window, name: &str) {
    for _ in 0..300 {
        if window.ask(LEFT).await.as_array().is_some_and(Vec::is_empty) {
            return;
        }
        if window.ask(FOLDED).await == true {
            window.press(&["Enter"]).await;
            fine(window, &format!("{name}, unfolded")).await;
        }
        window.press(&["Tab"]).await;
    }
    panic!("{name}: Tab does not reach {}", window.ask(LEFT).await);
}

async fn queue(window: &Window) {
    go(window, "Queues").await;
    window.press(&["1"]).await;
    window.tab_until("return document.activeElement.innerText?.startsWith('New queue') === true").await;
    window.press(&["Enter"]).await;
    window
        .until("return document.activeElement.matches('form [data-focus=\"queue.name\"]')", |it| it == true)
        .await;
    fine(window, "a new queue").await;
}

/// Dialogs that no key of their own opens.
async fn buttons(window: &Window) {
    go(window, "Settings").await;
    window.press(&["3"]).await;
    window.tab_until("return document.activeElement.matches('button.entry')").await;
    dialog(window, &["Enter"], "another key").await;
    go(window, "Models").await;
    window.tab_until("return document.activeElement.innerText?.startsWith('Install') === true").await;
    dialog(window, &["Enter"], "installing a model").await;
}

const OVERFLOWS: &str = "
    const out = (it) => it.scrollWidth > it.clientWidth + 1;
    const wide = [...document.querySelectorAll('header, nav, main, footer, main *')]
        .filter((it) => ['auto', 'scroll', 'visible'].includes(getComputedStyle(it).overflowX) && out(it))
        .filter((it) => !it.matches('table'))
        .filter((it) => it.matches('header, nav, main, footer') || ['auto', 'scroll'].includes(getComputedStyle(it).overflowX));
    const edge = [...document.querySelectorAll('body > * header > *, nav > *')]
        .filter((it) => it.getClientRects().length > 0 && it.getBoundingClientRect().right > innerWidth + 1);
    return [...wide, ...edge].map((it) => `${it.tagName} ${it.className} ${it.scrollWidth} in ${it.clientWidth}`)";

/// Text twice as large on the smallest window: nothing is cut at the side, save tables of figures, which scroll for
/// themselves; and the list still ends.
async fn at_twice_the_size(window: &Window, screens: &[String]) {
    go(window, "Settings").await;
    window.press(&["1"]).await;
    window
        .tab_until("return document.activeElement.type === 'radio' && document.activeElement.parentElement.innerText.trim() === '100%'")
        .await;
    // 110, 125, 150, 175, 200.
    for _ in 0..5 {
        window.press(&["ArrowRight"]).await;
    }
    window.until("return getComputedStyle(document.body).fontSize", |it| it == "26px").await;
    window.resize(1024, 700).await;
    for name in screens {
        go(window, name).await;
        fine(window, &format!("{name} at 200 %")).await;
        let wide = window.ask(OVERFLOWS).await;
        assert_eq!(wide, serde_json::json!([]), "{name} at 200 % is cut or scrolls sideways");
    }
    go(window, "Items").await;
    window.tab_until("return document.activeElement.matches('[data-focus=\"items\"]')").await;
    window.press(&["End"]).await;
    window.until(UNDER, |it| it.as_str().is_some_and(|it| it.contains("post-0001"))).await;
    let inside = "const box = document.querySelector('[data-focus=\"items\"]');
        const line = document.getElementById(box.getAttribute('aria-activedescendant'));
        return line.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom";
    window.until(inside, |it| it.as_f64().is_some_and(|it| it.abs() < 2.0)).await;
    // What a list of a million needs of the web view: a scroller four million high, at this size and laid out whole.
    let scroller = "const box = document.createElement('div'), inside = document.createElement('div');
        box.style.cssText = 'height: 300px; overflow: auto'; inside.style.height = '4000000px';
        box.append(inside); document.body.append(box); box.scrollTop = 1e9;
        const at = box.scrollTop; box.remove(); return at";
    assert_eq!(window.ask(scroller).await, 3_999_700, "a scroller of four million is laid out whole");
}
