//! How near our reasoner is to llama.cpp on the same files, of every language model that is installed.
//!
//! Logits: 24 texts of our own in 12 languages, each as a person's turn, read by both; every token of the vocabulary at
//! 128 positions each, given the text up to there. llama.cpp runs as npm ships it, what it has read in half precision.
//! How far its answers are from themselves is measured beside, on every fourth text: what was read in full precision.
//! The 99th percentile of those differences of logits is the noise, and the most likely token is compared where
//! llama.cpp's gap to its second choice is larger. Nothing of ours is in that limit, so no fault of ours widens it.
//!
//! Tokens: 3,000 texts that break tokenizers (`odd_texts`). Item text must become the tokens that llama.cpp makes with
//! special tokens off, and, for Qwen, those that the `tokenizers` of its authors makes of their own `tokenizer.json`. No
//! other `tokenizer.json` of these vocabularies was found in a registry, so SmolLM2 is held to llama.cpp alone.
//! llama.cpp differs from the authors in two ways, counted apart:
//! - `composed`: Qwen's text is brought into normal form C first, and llama.cpp does not do that. Given the composed
//!   text, it has to agree.
//! - `added`: a token that the file lists as added and not as control (`<tool_call>`) is taken out of any text by
//!   llama.cpp. Ours is to have no token that is not of texts, and to agree with the authors'.
//!
//! Families: tiny checkpoints in which every number that changes the arithmetic is another than usual, beside what
//! transformers answered of them. They need no installed model.
//!
//! `bench-parity [POSITIONS [TEXTS]]`; the last line is one JSON object with the figures.

mod agreement;

#[expect(clippy::unwrap_used, reason = "it is a helper of tests, and fails loudly")]
#[path = "../../models/tests/common/families.rs"]
mod families;

mod odd_texts;

use std::{
    collections::HashSet,
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use agreement::{Agreement, Summary};
use casebook_core::weighing::{Turn, Voice};
use casebook_models::reasoner::LocalReasoner;
use casebook_tests::{
    figures::{Bar, Figure, conclude},
    llama::{self, Llama},
    python,
    reasoners::Installed,
};
use serde_json::{Value, json};

/// A line each: a language, a tab, a text.
const TEXTS: &str = include_str!("parity.txt");
const POSITIONS: usize = 128;
const ODD_TEXTS: usize = 3_000;
/// Tokens of the longest text, and some.
const CONTEXT: usize = 1_024;
const THREADS: usize = 2;
/// Of so many texts, one is read by llama.cpp in full precision too.
const EXACT: usize = 4;
/// Difference from transformers, in single precision on both sides, up to which a family counts.
const MOST_OFF: f64 = 1e-4;
/// Differences that are shown of each kind.
const SHOWN: usize = 5;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let numbers: Vec<usize> =
        std::env::args().skip(1).map(|it| it.parse().expect("arguments are numbers")).collect();
    let positions = numbers.first().copied().unwrap_or(POSITIONS);
    let n_texts = numbers.get(1).copied().unwrap_or(ODD_TEXTS);
    match bench(positions, n_texts) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("bench parity: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn bench(positions: usize, n_texts: usize) -> Result<bool, Failure> {
    let families = families::agreements();
    for it in &families {
        println!("{}: {:.1e} from transformers at most", it.family, it.worst);
    }
    let installed = Installed::all();
    if installed.is_empty() {
        return Err("no language model is installed".into());
    }
    let odd = Odd::new(n_texts)?;
    let mut llama = Llama::start()?;
    let (mut summaries, mut differences, mut by_model) = (Vec::new(), Differences::default(), Vec::new());
    for model in &installed {
        let sides = Sides::load(model, &mut llama)?;
        let found = sides.tokens(&odd, &mut llama)?;
        println!("{}: {} texts, {found:?}", model.id, odd.texts.len());
        let (ours, exact) = sides.logits(positions, &mut llama)?;
        let noise = exact.difference();
        let (ours, exact) = (ours.summary(noise), exact.summary(noise));
        let line = json!({
            "model": model.id, "positions": ours.positions, "noise": noise, "clear": ours.clear,
            "ours": to_json(&ours), "llama_exact": to_json(&exact),
        });
        println!("{line}");
        by_model.push(line);
        differences.add(&found);
        summaries.push((ours, exact));
    }
    let worst = |of: fn(&(Summary, Summary)) -> f64, worse: fn(f64, f64) -> f64| {
        summaries.iter().map(of).reduce(worse).unwrap_or(f64::NAN)
    };
    let figure = |name, value, bar| Figure { name, value, bar };
    let agree = families.iter().filter(|it| f64::from(it.worst) <= MOST_OFF).count();
    let most_off = families.iter().map(|it| f64::from(it.worst)).fold(0.0, f64::max);
    let figures = [
        figure("families", agree as f64, Some(Bar::AtLeast(5.0))),
        figure("max_logit_diff", most_off, Some(Bar::AtMost(MOST_OFF))),
        figure("gguf_top1", worst(|it| it.0.top1, f64::min), Some(Bar::AtLeast(0.98))),
        figure("gguf_top1_of_all", worst(|it| it.0.top1_of_all, f64::min), None),
        figure("gguf_kl", worst(|it| it.0.kl, f64::max), None),
        figure("llama_kl", worst(|it| it.1.kl, f64::max), None),
        figure("token_diffs", differences.unexplained as f64, Some(Bar::AtMost(0.0))),
        figure("control_tokens", differences.control as f64, Some(Bar::AtMost(0.0))),
    ];
    let others = [
        ("composed", json!(differences.composed)),
        ("added", json!(differences.added)),
        ("models", json!(by_model)),
    ];
    Ok(conclude("parity", &figures, &others))
}

/// Texts that break tokenizers.
struct Odd {
    texts: Vec<String>,
    /// The same in normal form C.
    composed: Vec<String>,
    /// What Qwen's authors make of them.
    of_qwen: Vec<Vec<u32>>,
}

impl Odd {
    fn new(n: usize) -> Result<Self, Failure> {
        let texts = odd_texts::texts(n);
        let bench = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench");
        let python = python::environment("parity-venv", &bench.join("requirements-parity.txt"));
        let file = tempfile::NamedTempFile::new()?;
        fs::write(&file, serde_json::to_vec(&texts)?)?;
        let mut command = Command::new(python);
        command.arg(bench.join("parity_tokens.py")).arg(llama::qwen_vocabulary()?).arg(file.path());
        let said: Value = serde_json::from_str(&python::run("tokenize as Qwen's authors do", &mut command))?;
        let composed = serde_json::from_value(said["composed"].clone())?;
        Ok(Self { texts, composed, of_qwen: serde_json::from_value(said["ids"].clone())? })
    }
}

/// Texts of which ours and another's tokens differ.
#[derive(Debug, Default)]
struct Differences {
    /// From the authors', or from llama.cpp's without one of its two reasons.
    unexplained: usize,
    composed: usize,
    added: usize,
    /// Our tokens that are not of texts.
    control: usize,
}

impl Differences {
    fn add(&mut self, it: &Self) {
        self.unexplained += it.unexplained;
        self.composed += it.composed;
        self.added += it.added;
        self.control += it.control;
    }
}

/// A model, loaded by us and by llama.cpp.
struct Sides {
    ours: LocalReasoner,
    is_qwen: bool,
    /// Tokens before and after a person's text, up to where the model is to answer.
    before: usize,
    after: usize,
}

impl Sides {
    fn load(model: &Installed, llama: &mut Llama) -> Result<Self, Failure> {
        llama.load(&model.path, THREADS, CONTEXT)?;
        let ours = model.load()?;
        let end = tokens_of(llama, &["<|im_end|>".into()], true)?.concat();
        let empty = ours.tokens(&[said("")])?;
        let before = empty.iter().position(|it| end == [*it]).ok_or("a turn without an end")?;
        Ok(Self { ours, is_qwen: model.id.starts_with("qwen"), before, after: empty.len() - before })
    }

    /// Our tokens of what a person wrote.
    fn ours(&self, text: &str) -> Result<Vec<u32>, Failure> {
        let ids = self.ours.tokens(&[said(text)])?;
        Ok(ids[self.before..ids.len() - self.after].to_vec())
    }

    fn tokens(&self, odd: &Odd, llama: &mut Llama) -> Result<Differences, Failure> {
        let special = llama.ask("special", json!({}))?;
        let of_no_text: HashSet<u32> = serde_json::from_value(special["ids"].clone())?;
        let added: Vec<String> = serde_json::from_value(special["spellings"].clone())?;
        let theirs = tokens_of(llama, &odd.texts, false)?;
        let of_composed = tokens_of(llama, &odd.composed, false)?;
        let mut found = Differences::default();
        for (n, text) in odd.texts.iter().enumerate() {
            let ours = self.ours(text)?;
            found.control += ours.iter().filter(|it| of_no_text.contains(it)).count();
            let mut explained = true;
            if ours != theirs[n] {
                if added.iter().any(|it| text.contains(it)) {
                    found.added += 1;
                } else if self.is_qwen && ours == of_composed[n] {
                    found.composed += 1;
                } else {
                    explained = false;
                }
            }
            if !explained || self.is_qwen && ours != odd.of_qwen[n] {
                found.unexplained += 1;
                if found.unexplained <= SHOWN {
                    println!("{text:?}\n  ours    {ours:?}\n  theirs  {:?}", theirs[n]);
                    println!("  authors {:?}", self.is_qwen.then(|| &odd.of_qwen[n]));
                }
            }
        }
        Ok(found)
    }

    /// How near ours is to llama.cpp, and llama.cpp in full precision.
    fn logits(&self, positions: usize, llama: &mut Llama) -> Result<(Agreement, Agreement), Failure> {
        let (mut of_ours, mut of_exact) = (Agreement::new(), Agreement::new());
        for (n, line) in TEXTS.lines().enumerate() {
            let (language, text) = line.split_once('\t').ok_or("a line has a tab")?;
            // What everybody says first is not asked for: it would be the same in all texts.
            let (from, to) = (self.before, self.before + positions);
            let mut ids = self.ours.tokens(&[said(text)])?;
            if ids.len() < to {
                return Err(format!("{language}, {} tokens: {to} are needed", ids.len()).into());
            }
            ids.truncate(to);
            let theirs = logits_of(llama, &ids, from, false)?;
            let ours = self.ours.logits(&ids, from)?;
            let n_tokens = ours[0].len();
            if theirs.len() != positions * n_tokens {
                return Err(format!("{} logits, and {positions} rows of {n_tokens}", theirs.len()).into());
            }
            theirs.chunks(n_tokens).zip(&ours).for_each(|(theirs, ours)| of_ours.add(theirs, ours));
            if n % EXACT == 0 {
                let exact = logits_of(llama, &ids, from, true)?;
                let rows = theirs.chunks(n_tokens).zip(exact.chunks(n_tokens));
                rows.for_each(|(theirs, exact)| of_exact.add(theirs, exact));
            }
        }
        Ok((of_ours, of_exact))
    }
}

fn to_json(it: &Summary) -> Value {
    json!({
        "top1": it.top1, "top1_of_all": it.top1_of_all, "kl": it.kl, "most_kl": it.most_kl, "p99": it.difference,
    })
}

/// All rows, one after the other.
fn logits_of(llama: &mut Llama, ids: &[u32], from: usize, exact: bool) -> Result<Vec<f32>, Failure> {
    let file = tempfile::NamedTempFile::new()?;
    llama.ask("logits", json!({"ids": ids, "from": from, "to": file.path(), "exact": exact}))?;
    let bytes = fs::read(&file)?;
    Ok(bytes.chunks_exact(4).map(|it| f32::from_le_bytes([it[0], it[1], it[2], it[3]])).collect())
}

fn said(text: &str) -> Turn {
    Turn { voice: Voice::User, text: text.into() }
}

fn tokens_of(llama: &mut Llama, texts: &[String], special: bool) -> Result<Vec<Vec<u32>>, Failure> {
    let answer = llama.ask("tokenize", json!({"texts": texts, "special": special}))?;
    Ok(serde_json::from_value(answer["ids"].clone())?)
}
