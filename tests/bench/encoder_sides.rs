//! The sides of `encoder`: what turns the same token ids into unit vectors.
//!
//! Each runs in a process of its own and reports its CPU seconds, so that none waits inside another's time. What is
//! read, and what speeds have to be, is left to who starts them.

use std::{
    env, fs,
    io::BufRead,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_models::encoder::TextEncoder;
use casebook_tests::{python, side::Side};
use serde_json::{Value, json};

pub const ROUNDS: usize = 5;

pub type Failure = Box<dyn std::error::Error>;

/// An encoder of a card that ships, installed.
pub struct Model {
    pub card: Card,
    pub dir: PathBuf,
}

impl Model {
    pub fn installed(id: &str) -> Result<Self, Failure> {
        let card = Card::shipped().into_iter().find(|it| it.id == id);
        let card = card.ok_or_else(|| format!("{id}: no card of that name ships"))?;
        let models = install::default_dir();
        if install::state(&models, &card) != State::Installed {
            return Err(format!("install the model first: casebook models add {id}").into());
        }
        Ok(Self { dir: install::model_dir(&models, &card), card })
    }

    pub fn load(&self) -> Result<TextEncoder, Failure> {
        Ok(TextEncoder::load(&self.dir, &self.card)?)
    }
}

/// Our side of a comparison, in a process with one thread for work.
pub fn ours(model: &Model, tokens: &Path) -> Result<Side, Failure> {
    let mut command = Command::new(env::current_exe()?);
    Side::start(command.env("RAYON_NUM_THREADS", "1").args(["serve", &model.card.id]).arg(tokens))
}

/// ONNX Runtime on the weights in `folder`; `kind` is `fp32` or `int8`.
pub fn onnx(kind: &str, folder: &Path, tokens: &Path) -> Result<Side, Failure> {
    Side::start(Command::new(onnx_python()).arg(rivals()).arg(kind).arg(folder).arg(tokens))
}

/// Python with ONNX Runtime and `tokenizers`.
pub fn onnx_python() -> PathBuf {
    python::environment("encoder-venv", &bench().join("requirements-encoder.txt"))
}

/// Python with sentence-transformers.
pub fn st_python() -> PathBuf {
    python::environment("encoder-st-venv", &bench().join("requirements-encoder-st.txt"))
}

pub fn rivals() -> PathBuf {
    bench().join("encoder_rivals.py")
}

fn bench() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bench")
}

/// What our own process does, until its input ends.
pub fn serve(id: &str, tokens: &Path) -> Result<(), Failure> {
    let encoder = Model::installed(id)?.load()?;
    let tokens: Vec<Vec<u32>> = serde_json::from_slice(&fs::read(tokens)?)?;
    let slices: Vec<&[u32]> = tokens.iter().map(Vec::as_slice).collect();
    println!("{}", json!({"ready": format!("casebook, packed, {id}")}));
    for line in std::io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let batch = asked["batch"].as_u64().ok_or("a batch")? as usize;
        let (cpu, wall) = (cpu_of_threads()?, Instant::now());
        let mut vectors = Vec::with_capacity(slices.len());
        for batch in slices.chunks(batch) {
            vectors.extend(encoder.embed_tokens(batch)?);
        }
        let (cpu, wall) = (cpu_of_threads()? - cpu, wall.elapsed().as_secs_f64());
        if let Some(path) = asked["to"].as_str() {
            let bytes: Vec<u8> = vectors.iter().flatten().flat_map(|it| it.to_le_bytes()).collect();
            fs::write(path, bytes)?;
        }
        println!("{}", json!({"cpu_s": cpu, "wall_s": wall}));
    }
    Ok(())
}

/// CPU seconds of all threads of this process, to the nanosecond.
fn cpu_of_threads() -> Result<f64, Failure> {
    let mut total = 0.0;
    for task in fs::read_dir("/proc/self/task")? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        total += text.split_whitespace().next().ok_or("schedstat has three numbers")?.parse::<f64>()? / 1e9;
    }
    Ok(total)
}

/// Token ids of texts, sorted by length, which pads a rival's batches least.
pub struct Tokens {
    /// A JSON list of lists.
    pub path: PathBuf,
    /// How many texts.
    pub texts: usize,
    /// Of a text.
    pub mean: f64,
}

impl Tokens {
    /// Those of the first window of each text, in `folder`.
    pub fn write(encoder: &TextEncoder, texts: &[String], folder: &Path) -> Result<Self, Failure> {
        let mut tokens = Vec::with_capacity(texts.len());
        for it in texts {
            tokens.push(encoder.tokens(it)?.swap_remove(0));
        }
        tokens.sort_by_key(Vec::len);
        let path = folder.join("tokens.json");
        fs::write(&path, serde_json::to_vec(&tokens)?)?;
        let mean = tokens.iter().map(Vec::len).sum::<usize>() as f64 / texts.len() as f64;
        println!(
            "{} texts of {mean:.1} tokens in the mean, {ROUNDS} rounds, alternated, 1 thread",
            texts.len()
        );
        Ok(Self { path, texts: texts.len(), mean })
    }
}

/// Vectors of all texts, in a round that does not count: pages are touched, clocks are up.
pub fn vectors(side: &mut Side, batch: usize, texts: usize) -> Result<Vec<Vec<f32>>, Failure> {
    let file = tempfile::NamedTempFile::new()?;
    side.ask(&json!({"batch": batch, "to": file.path()}))?;
    let bytes = fs::read(&file)?;
    let numbers: Vec<f32> =
        bytes.chunks_exact(4).map(|it| f32::from_le_bytes([it[0], it[1], it[2], it[3]])).collect();
    if numbers.is_empty() || !numbers.len().is_multiple_of(texts) {
        return Err(format!("{} numbers for {texts} texts", numbers.len()).into());
    }
    Ok(numbers.chunks(numbers.len() / texts).map(<[f32]>::to_vec).collect())
}

/// Largest difference between numbers of `a` and `b`, which both did the same work; infinite where one is not a number.
pub fn apart(a: &[Vec<f32>], b: &[Vec<f32>]) -> Result<f64, Failure> {
    if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.len() != b.len()) {
        return Err(format!("{} and {} vectors: the sides did different work", a.len(), b.len()).into());
    }
    let differences = a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| f64::from((a - b).abs()));
    // Of two, `max` passes over what is not a number.
    Ok(differences.map(|it| if it.is_nan() { f64::INFINITY } else { it }).fold(0.0, f64::max))
}

/// Median ratios, over the rounds, of items per CPU second of the first side to each other's.
pub fn race(batch: usize, texts: usize, sides: &mut [Side]) -> Result<Vec<f64>, Failure> {
    let mut ratios = vec![Vec::new(); sides.len() - 1];
    for round in 1..=ROUNDS {
        let mut per_s = vec![0.0; sides.len()];
        for turn in 0..sides.len() {
            // Whoever begins is warmer or colder: the sides take turns.
            let n = (round + turn) % sides.len();
            per_s[n] = texts as f64 / seconds(&sides[n].ask(&json!({"batch": batch}))?, "cpu_s")?;
        }
        print!("{batch:>6} {round:>6} {:>12.1}", per_s[0]);
        for (ratios, theirs) in ratios.iter_mut().zip(&per_s[1..]) {
            let ratio = per_s[0] / theirs;
            print!(" {theirs:>12.1} {ratio:>7.3}");
            ratios.push(ratio);
        }
        println!();
    }
    Ok(ratios.into_iter().map(median).collect())
}

/// The number called `name` in an answer.
pub fn seconds(answer: &Value, name: &str) -> Result<f64, Failure> {
    answer[name].as_f64().ok_or_else(|| format!("{name} is missing in {answer}").into())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
