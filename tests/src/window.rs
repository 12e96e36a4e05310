//! The real window on a screen nobody sees, and hands for it.
//!
//! Xvfb gives the screen and WebKitWebDriver the hands. Both, the window and WebKit's own processes are in
//! process groups that end with [`Screen`], also when a test fails: whoever starts a test keeps a time limit
//! inside it, because a test that is killed from outside drops nothing.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long anything on the page may take to appear; assessing on a busy machine is the slowest.
const PATIENCE: Duration = Duration::from_mins(1);
const DRIVER_STARTS: Duration = Duration::from_secs(30);

/// A screen and a driver on it. Dropping it ends every process started for it.
pub struct Screen {
    xvfb: Child,
    driver: Child,
    url: String,
}

impl Screen {
    /// Starts both, for a window that keeps everything of its own under `home`.
    ///
    /// # Panics
    /// When Xvfb or WebKitWebDriver is not installed or does not start.
    #[must_use]
    pub fn start(home: &Path) -> Self {
        // With -displayfd the server chooses a free number and says which.
        let mut xvfb = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"])
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed: ./dev setup does it");
        let mut number = String::new();
        let answer = xvfb.stdout.take().expect("its output is piped");
        BufReader::new(answer).read_line(&mut number).expect("Xvfb says which screen it is");
        let number = number.trim();
        let port = free_port();
        // A file, because a pipe would be held open by whatever outlives the driver.
        let log = File::create(home.join("window.log")).expect("the home is writable");
        let driver = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("DISPLAY", format!(":{number}"))
            // Without these two the window does not offer itself to the driver, and a session never starts.
            .envs([("TAURI_AUTOMATION", "true"), ("TAURI_WEBVIEW_AUTOMATION", "true")])
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env_remove("CASEBOOK_HOME")
            .env_remove("WAYLAND_DISPLAY")
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        let screen = match driver {
            Ok(driver) => Self { xvfb, driver, url: format!("http://127.0.0.1:{port}") },
            Err(problem) => {
                end(&mut xvfb);
                panic!("WebKitWebDriver is installed: ./dev setup does it ({problem})");
            }
        };
        let start = Instant::now();
        while !answers(port) {
            assert!(start.elapsed() < DRIVER_STARTS, "WebKitWebDriver did not answer in {DRIVER_STARTS:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        screen
    }

    /// Opens the window as a person would from a shell.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn open(&self, args: &[&str]) -> Window {
        let options =
            json!({ "webkitgtk:browserOptions": { "binary": program("casebook-window"), "args": args } });
        let options = options.as_object().expect("it is one").clone();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(options)
            .connect(&self.url)
            .await
            .expect("the window opens under the driver");
        Window { client }
    }

    /// The process that leads the group of the window and its WebKit processes.
    #[must_use]
    pub fn driver_id(&self) -> u32 {
        self.driver.id()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        end(&mut self.driver);
        end(&mut self.xvfb);
    }
}

/// Ends a process and all of its group.
fn end(leader: &mut Child) {
    let group = format!("-{}", leader.id());
    // There is nobody left to tell when this fails.
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = leader.kill();
    let _ = leader.wait();
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|it| it.local_addr()).expect("a free port").port()
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut answer = String::new();
    stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
        && stream.write_all(b"GET /status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}

/// A program of ours, built beside the tests.
///
/// # Panics
/// When it is not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("a test knows where it is");
    // A bench lies beside the programs, a test one folder below: target/debug/deps/window-….
    let path = here.ancestors().skip(1).take(2).map(|it| it.join(name)).find(|it| it.exists());
    path.unwrap_or_else(|| panic!("{name} is built first: cargo build --workspace --all-targets"))
}

/// The page, and what a person does on it.
pub struct Window {
    client: Client,
}

impl Window {
    /// Closes the window.
    ///
    /// # Panics
    /// When the driver is gone.
    pub async fn close(self) {
        self.client.close().await.expect("the window closes");
    }

    /// Gives the window another size, in pixels.
    ///
    /// # Panics
    /// When the driver is gone.
    pub async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("the window can be resized");
    }

    /// Presses keys one after another; `Ctrl+Enter` is one of them, `hello` is not.
    ///
    /// # Panics
    /// When a name is unknown or the driver is gone.
    pub async fn press(&self, keys: &[&str]) {
        for key in keys {
            let codes: Vec<char> = key.split('+').map(code).collect();
            let down = codes.iter().map(|it| KeyAction::Down { value: *it });
            let up = codes.iter().rev().map(|it| KeyAction::Up { value: *it });
            let actions = down.chain(up).fold(KeyActions::new("keyboard".into()), InputSource::then);
            self.client.perform_actions(actions).await.unwrap_or_else(|it| panic!("pressing {key}: {it}"));
        }
    }

    /// Types text, letter by letter, wherever the focus is.
    ///
    /// # Panics
    /// When the driver is gone.
    pub async fn write(&self, text: &str) {
        let actions = text.chars().fold(KeyActions::new("keyboard".into()), |all, it| {
            all.then(KeyAction::Down { value: it }).then(KeyAction::Up { value: it })
        });
        self.client.perform_actions(actions).await.expect("text is typed");
    }

    /// The element at `path`, as soon as it is there.
    ///
    /// # Panics
    /// When it does not come; the page's text is in the message.
    pub async fn find(&self, path: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(path));
        match wait.await {
            Ok(element) => element,
            Err(problem) => panic!("{path}: {problem}\non the page:\n{}", self.text().await),
        }
    }

    /// Waits until `text` stands somewhere on the page.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn sees(&self, text: &str) {
        let start = Instant::now();
        loop {
            let page = self.text().await;
            if page.contains(text) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{text:?} does not appear; on the page:\n{page}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until `script` gives something that `expected` accepts, and gives it.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn until(&self, script: &str, expected: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let value = self.ask(script).await;
            if expected(&value) {
                return value;
            }
            let page = self.text().await;
            assert!(start.elapsed() < PATIENCE, "{script} gives {value}; on the page:\n{page}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What a line of JavaScript gives.
    ///
    /// # Panics
    /// When it throws.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap_or_else(|it| panic!("{script}: {it}"))
    }

    /// All text on the page.
    pub async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText", vec![]).await;
        text.ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// A picture of the page, PNG.
    ///
    /// # Panics
    /// When the driver is gone.
    pub async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("the page can be pictured")
    }
}

/// The page has something to store or submit.
const READY: &str = "return [...document.querySelectorAll('button.main')].some((it) => !it.disabled)";

impl Window {
    /// Decides as hands do: a clause by its id, a choice and how sure by their keys; waits until it can be stored.
    ///
    /// # Panics
    /// When the clause is not found or nothing can be stored.
    pub async fn decide(&self, choice: &str, clause: &str, sure: &str) {
        self.press(&["L"]).await;
        self.find("//input[@data-focus='clause' and @aria-expanded='true']").await;
        self.write(clause).await;
        self.find(&format!("//li[@role='option' and @aria-selected='true']/strong[.='{clause}']")).await;
        self.press(&["Enter", "Escape", choice, sure]).await;
        self.until(READY, |it| it == true).await;
    }

    /// Turns the page light or dark, and waits until it is painted so.
    ///
    /// # Panics
    /// When the driver is gone.
    pub async fn paint(&self, theme: &str) {
        let script = format!(
            "document.documentElement.dataset.theme = '{theme}'; window.painted = 0;
             const next = () => {{ window.painted += 1; requestAnimationFrame(next); }}; next()"
        );
        self.ask(&script).await;
        // Colours fade over a fifth of a second, which is twelve frames.
        self.until("return window.painted", |it| it.as_u64() > Some(30)).await;
    }
}

/// The page's own copy of axe-core, which is installed with the page.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/node_modules/axe-core/axe.min.js");
const RUN_AXE: &str = "
    window.axeSays = null;
    // What lies under a dialog cannot be used, and is dimmed for that.
    axe.run(document.querySelector('[role=\"dialog\"], .menus') ?? document, { resultTypes: ['violations'], preload: false }).then(
        (it) => (window.axeSays = it.violations
            .filter((it) => it.impact === 'serious' || it.impact === 'critical')
            .flatMap((it) => it.nodes.map((node) =>
                `${it.id}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`))),
        (problem) => (window.axeSays = [String(problem)]));
    return true";

impl Window {
    /// What axe calls serious or critical on the page as it is now, one line each.
    ///
    /// # Panics
    /// When axe is not installed (`npm ci` in `ui`) or does not answer.
    pub async fn axe(&self) -> Vec<String> {
        if self.ask("return typeof axe").await == "undefined" {
            let source = std::fs::read_to_string(AXE).expect("axe-core is installed: ./dev setup does it");
            self.ask(&source).await;
        }
        // Half of a transition is no colour of ours.
        let moving =
            "return document.getAnimations().filter((it) => it.constructor.name === 'CSSTransition').length";
        self.until(moving, |it| it == 0).await;
        self.ask(RUN_AXE).await;
        let found = self.until("return window.axeSays", Value::is_array).await;
        let lines = found.as_array().into_iter().flatten();
        lines.filter_map(|it| it.as_str().map(str::to_owned)).collect()
    }

    /// Presses Tab until `script` is true.
    ///
    /// # Panics
    /// When the focus has been everywhere and it is not.
    pub async fn tab_until(&self, script: &str) {
        for _ in 0..200 {
            if self.ask(script).await == true {
                return;
            }
            self.press(&["Tab"]).await;
        }
        panic!("Tab does not get to where {script}; on the page:\n{}", self.text().await);
    }
}

/// The English encoder, which is quick to load.
pub const ENGLISH: &str = "minilm-l6-v2";

/// Puts the user's own model of that id, where there is one, into a window's fresh home; true where it did.
///
/// # Panics
/// When the home cannot be written to.
#[must_use]
pub fn lend_model(home: &Path, id: &str) -> bool {
    // That alone: a language model beside it would have every reveal wait for it.
    let model = casebook_fetch::install::default_dir().join(id);
    let models = home.join("models");
    std::fs::create_dir_all(&models).expect("the folder is writable");
    let there = model.is_dir();
    if there {
        std::os::unix::fs::symlink(model, models.join(id)).expect("the folder is writable");
    }
    there
}

/// A key's code for the driver: WebDriver has private characters for keys that write nothing.
fn code(name: &str) -> char {
    match name {
        "Ctrl" => '\u{E009}',
        "Shift" => '\u{E008}',
        "Alt" => '\u{E00A}',
        "Enter" => '\u{E007}',
        "Escape" => '\u{E00C}',
        "Tab" => '\u{E004}',
        "Space" => ' ',
        "ArrowDown" => '\u{E015}',
        "ArrowUp" => '\u{E013}',
        "ArrowLeft" => '\u{E012}',
        "ArrowRight" => '\u{E014}',
        "Backspace" => '\u{E003}',
        "Home" => '\u{E011}',
        "End" => '\u{E010}',
        "PageUp" => '\u{E00E}',
        "PageDown" => '\u{E00F}',
        "F10" => '\u{E03A}',
        _ => {
            let mut letters = name.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) => letter,
                _ => panic!("{name}: no key of that name"),
            }
        }
    }
}
