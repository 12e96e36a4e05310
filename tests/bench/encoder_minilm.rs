//! `encoder`, the default one: MiniLM-L6-v2 in single precision, in English.
//!
//! Sentences are our own and short. Speed is compared at three sizes of batch, and scoring from start to end.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use casebook_core::folds::Chance;
use casebook_fetch::{card::Card, install};
use casebook_tests::{
    figures::{Bar, Figure},
    side::Side,
};
use serde_json::json;

use crate::encoder_sides::{self, Failure, Model, Tokens};

const SENTENCES: usize = 1024;
const SEED: u64 = 20_261_121;
/// Batch, its figure, and how many times as fast as ONNX Runtime it has to be.
const BARS: [(usize, &str, f64); 3] =
    [(1, "ratio_batch1", 0.6), (8, "ratio_batch8", 1.0), (32, "ratio_batch32", 1.35)];
const BAR_ST: f64 = 2.0;
/// Difference of numbers up to which both sides did the same work.
const MOST_APART: f64 = 1e-5;

pub fn model() -> Result<Model, Failure> {
    Model::installed(&Card::built_in().id)
}

pub fn measure(model: &Model, items: usize) -> Result<Vec<Figure>, Failure> {
    let folder = tempfile::tempdir()?;
    let mut figures = Vec::with_capacity(BARS.len() + 2);
    {
        let tokens = Tokens::write(&model.load()?, &sentences(SENTENCES), folder.path())?;
        let mut sides = [
            encoder_sides::ours(model, &tokens.path)?,
            encoder_sides::onnx("fp32", &model.dir, &tokens.path)?,
        ];
        println!("{:>6} {:>6} {:>12} {:>12} {:>7}", "batch", "round", "packed /s", "onnx /s", "ratio");
        for (batch, name, bar) in BARS {
            let [ours, theirs] = &mut sides;
            let ours = encoder_sides::vectors(ours, batch, SENTENCES)?;
            let apart = encoder_sides::apart(&ours, &encoder_sides::vectors(theirs, batch, SENTENCES)?)?;
            if apart > MOST_APART {
                return Err(format!("vectors are {apart:.1e} apart: the sides did different work").into());
            }
            println!("       largest difference of {SENTENCES} vectors: {apart:.1e}");
            let value = encoder_sides::race(batch, SENTENCES, &mut sides)?[0];
            figures.push(Figure { name, value, bar: Some(Bar::AtLeast(bar)) });
        }
    }
    println!("{items} items end to end, 2 threads");
    let scoring = end_to_end(model, folder.path(), items)?;
    figures.push(Figure { name: "items_per_s", value: scoring.per_s, bar: None });
    figures.push(Figure { name: "ratio_st", value: scoring.ratio, bar: Some(Bar::AtLeast(BAR_ST)) });
    Ok(figures)
}

struct Scoring {
    per_s: f64,
    ratio: f64,
}

/// `casebook score` on a case file, from start to exit, against `encode` of the same texts with the model
/// loaded: ours also judges every clause and stores it.
fn end_to_end(model: &Model, folder: &Path, n_items: usize) -> Result<Scoring, Failure> {
    let casebook = env::current_exe()?.with_file_name("casebook");
    let (case, lines, texts) =
        (folder.join("bench.casebook"), folder.join("items.jsonl"), folder.join("texts.json"));
    let sentences = sentences(n_items);
    fs::write(&texts, serde_json::to_vec(&sentences)?)?;
    let mut file = std::io::BufWriter::new(fs::File::create(&lines)?);
    for (n, text) in sentences.iter().enumerate() {
        let parts = json!([{"role": "caption", "text": text}]);
        writeln!(file, "{}", json!({"id": format!("it-{n:05}"), "parts": parts, "language": "en"}))?;
    }
    file.flush()?;
    // Where the multilingual encoder is installed, it would score instead: this home has the default one alone.
    let home = folder.join("home");
    let copy = install::model_dir(&home.join("models"), &model.card);
    fs::create_dir_all(&copy)?;
    for file in fs::read_dir(&model.dir)? {
        let file = file?;
        fs::copy(file.path(), copy.join(file.file_name()))?;
    }
    let verb = |name: &str, more: Option<&Path>| -> Result<(), Failure> {
        let mut command = Command::new(&casebook);
        command.env("RAYON_NUM_THREADS", "2").env("CASEBOOK_HOME", &home);
        command.args(["--reviewer", "bench", name]).arg(&case).args(more);
        let status = command.stdout(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(format!("casebook {name}: {status}").into()) }
    };
    verb("new", None)?;
    verb("import", Some(&lines))?;
    let (cpu, wall) = (cpu_of_children()?, Instant::now());
    verb("score", None)?;
    let (cpu, wall) = (cpu_of_children()? - cpu, wall.elapsed().as_secs_f64());
    // Its threads would spin while they wait for each other, and on a machine with other work to do most of its
    // CPU seconds were that: 35 items each, against 122 where they sleep.
    let mut theirs = Command::new(encoder_sides::st_python());
    theirs.env("OMP_WAIT_POLICY", "PASSIVE").env("GOMP_SPINCOUNT", "0");
    let mut theirs = Side::start(theirs.arg(encoder_sides::rivals()).arg("st").arg(&model.dir).arg(&texts))?;
    let answer = theirs.ask(&json!({}))?;
    let n = n_items as f64;
    let (per_cpu, their_cpu) = (n / cpu, n / encoder_sides::seconds(&answer, "cpu_s")?);
    let (per_s, their_s) = (n / wall, n / encoder_sides::seconds(&answer, "wall_s")?);
    println!("casebook score         {per_s:8.1} /s {per_cpu:8.1} per CPU second");
    println!("sentence-transformers  {their_s:8.1} /s {their_cpu:8.1} per CPU second");
    Ok(Scoring { per_s, ratio: per_cpu / their_cpu })
}

/// CPU seconds of children that have ended, in hundredths.
fn cpu_of_children() -> Result<f64, Failure> {
    let text = fs::read_to_string("/proc/self/stat")?;
    let after_name = text.rsplit(')').next().ok_or("stat has a name")?;
    let ticks = |n: usize| -> Result<f64, Failure> {
        Ok(after_name.split_whitespace().nth(n).ok_or("stat has 52 fields")?.parse()?)
    };
    // Fields 16 and 17 of proc(5), counted from the third.
    Ok((ticks(13)? + ticks(14)?) / 100.0)
}

const WHO: [&str; 10] = [
    "My neighbour",
    "The baker on the corner",
    "A friend of my sister",
    "Our old teacher",
    "The band from the harbour",
    "This little dog",
    "Everybody at the market",
    "The woman with the red bicycle",
    "Nobody here",
    "The new trainer",
];
const DOES: [&str; 10] = [
    "fixes",
    "paints",
    "cannot find",
    "finally finished",
    "is giving away",
    "keeps talking about",
    "has just sold",
    "wants to swap",
    "dances with",
    "reviews",
];
const WHAT: [&str; 12] = [
    "a garden chair",
    "the last ticket for tonight's concert",
    "three kinds of soup",
    "her grandmother's recipe for plum cake",
    "an unfinished wooden boat",
    "that blue umbrella",
    "twelve postcards from the mountains",
    "a cheap phone case",
    "the longest scarf I have ever seen",
    "homemade skateboards",
    "a very patient cat",
    "half of the bookshelf",
];
const MORE: [&str; 12] = [
    "",
    ", again",
    " before breakfast",
    " and nobody knows why",
    ", what do you think?",
    " while the rain keeps falling",
    "! Follow for part two",
    " because the bus was late, so we all walked home along the river",
    " (sound on), and wait for the end: it took us four evenings and two pots of coffee",
    " #diy #weekend",
    ". I would do it again tomorrow, even if it took the whole summer, and I would bring more friends along",
    ". No filter",
];

/// Captions of our own: mild, short, none the same twice in a row.
fn sentences(n: usize) -> Vec<String> {
    let mut chance = Chance::new(SEED);
    let mut pick = |from: &[&'static str]| from[chance.below(from.len())];
    (0..n)
        .map(|it| {
            let caption = format!("{} {} {}{}", pick(&WHO), pick(&DOES), pick(&WHAT), pick(&MORE));
            // Some are two captions long.
            if it % 4 == 0 {
                format!("{caption}. {} {} {}{}", pick(&WHO), pick(&DOES), pick(&WHAT), pick(&MORE))
            } else {
                caption
            }
        })
        .collect()
}
