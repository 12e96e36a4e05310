//! `encoder`: the packed encoder against ONNX Runtime fp32, and scoring end to end against
//! sentence-transformers.
//!
//! Sentences are our own, short, and sorted by length, which pads the rival's batches least. Each side runs
//! in a process of its own and reports its CPU seconds, so that neither waits inside the other's time;
//! rounds alternate. Both turn the same token ids into unit vectors, and the vectors are compared.

use std::{
    env, fs,
    io::{BufRead, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use casebook_core::folds::Chance;
use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_models::encoder::TextEncoder;
use casebook_tests::side::Side;
use serde_json::{Value, json};

const SENTENCES: usize = 1024;
const ITEMS: usize = 10_000;
const ROUNDS: usize = 5;
const SEED: u64 = 20_261_121;
/// Batch, and how many times as fast as ONNX Runtime it has to be.
const BARS: [(usize, f64); 3] = [(1, 0.6), (8, 1.0), (32, 1.35)];
const BAR_ST: f64 = 2.0;
/// Python packages of the rivals, in a folder of their own under `target`.
const PACKAGES: [&str; 5] = [
    "onnxruntime==1.31.1",
    "onnx==1.23.2",
    "sentence-transformers==6.2.0",
    "transformers==5.23.0",
    "torch==2.15.0",
];

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", folder, tokens] => serve(Path::new(folder), Path::new(tokens)).map(|()| true),
        [] => bench(ITEMS),
        [items] => items.parse().map_err(Into::into).and_then(bench),
        _ => Err("bench-encoder [ITEMS]".into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("bench encoder: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn bench(n_items: usize) -> Result<bool, Failure> {
    let card = Card::built_in();
    let models = install::default_dir();
    if install::state(&models, &card) != State::Installed {
        return Err(format!("install the model first: casebook models add {}", card.id).into());
    }
    let model = install::model_dir(&models, &card);
    let python = python()?;
    let folder = tempfile::tempdir()?;
    println!("load of this machine before: {}", load());

    let tokens = folder.path().join("tokens.json");
    let mean = write_tokens(&TextEncoder::load(&model, &card)?, &tokens)?;
    println!("{SENTENCES} sentences of {mean:.1} tokens in the mean, {ROUNDS} rounds, alternated, 1 thread");
    let ratios = {
        let mut ours = Side::start(
            Command::new(env::current_exe()?)
                .env("RAYON_NUM_THREADS", "1")
                .arg("serve")
                .arg(&model)
                .arg(&tokens),
        )?;
        let mut theirs =
            Side::start(Command::new(&python).arg(rivals()).arg("onnx").arg(&model).arg(&tokens))?;
        println!("{:>6} {:>6} {:>12} {:>12} {:>7}", "batch", "round", "packed /s", "onnx /s", "ratio");
        BARS.iter()
            .map(|(batch, _)| compare(*batch, &mut ours, &mut theirs))
            .collect::<Result<Vec<_>, _>>()?
    };

    println!("{n_items} items end to end, 2 threads");
    let scoring = end_to_end(&python, &model, folder.path(), n_items)?;
    println!("load of this machine after: {}", load());
    let figures = json!({
        "ratio_batch1": ratios[0], "ratio_batch8": ratios[1], "ratio_batch32": ratios[2],
        "items_per_s": scoring.per_s, "ratio_st": scoring.ratio, "items": n_items, "rounds": ROUNDS,
    });
    println!("{}", json!({"bench": "encoder", "figures": figures}));
    let is_fast = ratios.iter().zip(BARS).all(|(ratio, (_, bar))| *ratio >= bar);
    Ok(is_fast && scoring.ratio >= BAR_ST)
}

/// Median ratio of items per CPU second over the rounds.
fn compare(batch: usize, ours: &mut Side, theirs: &mut Side) -> Result<f64, Failure> {
    let asked = json!({"batch": batch});
    // One round that does not count: pages are touched, clocks are up.
    let (a, b) = (ours.ask(&asked)?, theirs.ask(&asked)?);
    assert_same(&a, &b)?;
    let mut ratios = Vec::with_capacity(ROUNDS);
    for round in 1..=ROUNDS {
        // Whoever begins is warmer or colder: it takes turns.
        let (a, b) = if round % 2 == 1 {
            let a = ours.ask(&asked)?;
            (a, theirs.ask(&asked)?)
        } else {
            let b = theirs.ask(&asked)?;
            (ours.ask(&asked)?, b)
        };
        let (a, b) = (SENTENCES as f64 / seconds(&a, "cpu_s")?, SENTENCES as f64 / seconds(&b, "cpu_s")?);
        ratios.push(a / b);
        println!("{batch:>6} {round:>6} {a:>12.1} {b:>12.1} {:>7.3}", a / b);
    }
    Ok(rounded(median(ratios)))
}

/// Both did the same work.
fn assert_same(a: &Value, b: &Value) -> Result<(), Failure> {
    let numbers = |it: &Value| -> Vec<f64> {
        it["vectors"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|it| it.as_array().into_iter().flatten())
            .filter_map(Value::as_f64)
            .collect()
    };
    let (a, b) = (numbers(a), numbers(b));
    let apart = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    if a.is_empty() || a.len() != b.len() || apart > 1e-5 {
        return Err(format!(
            "{} and {} numbers, {apart:e} apart: the sides did different work",
            a.len(),
            b.len()
        )
        .into());
    }
    println!("       largest difference of {} numbers: {apart:.1e}", a.len());
    Ok(())
}

struct Scoring {
    per_s: f64,
    ratio: f64,
}

/// `casebook score` on a case file, from start to exit, against `encode` of the same texts with the model
/// loaded: ours also judges every clause and stores it.
fn end_to_end(python: &Path, model: &Path, folder: &Path, n_items: usize) -> Result<Scoring, Failure> {
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
    let verb = |name: &str, more: Option<&Path>| -> Result<(), Failure> {
        let mut command = Command::new(&casebook);
        command.env("RAYON_NUM_THREADS", "2").args(["--reviewer", "bench", name]).arg(&case).args(more);
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
    let mut theirs = Command::new(python);
    theirs.env("OMP_WAIT_POLICY", "PASSIVE").env("GOMP_SPINCOUNT", "0");
    let mut theirs = Side::start(theirs.arg(rivals()).arg("st").arg(model).arg(&texts))?;
    let answer = theirs.ask(&json!({}))?;
    let n = n_items as f64;
    let (per_cpu, their_cpu) = (n / cpu, n / seconds(&answer, "cpu_s")?);
    let (per_s, their_s) = (n / wall, n / seconds(&answer, "wall_s")?);
    println!("casebook score         {per_s:8.1} /s {per_cpu:8.1} per CPU second");
    println!("sentence-transformers  {their_s:8.1} /s {their_cpu:8.1} per CPU second");
    Ok(Scoring { per_s: rounded(per_s), ratio: rounded(per_cpu / their_cpu) })
}

/// Our side of the comparison, in a process with one thread for work.
fn serve(model: &Path, tokens: &Path) -> Result<(), Failure> {
    let encoder = TextEncoder::load(model, &Card::built_in())?;
    let tokens: Vec<Vec<u32>> = serde_json::from_slice(&fs::read(tokens)?)?;
    let slices: Vec<&[u32]> = tokens.iter().map(Vec::as_slice).collect();
    println!("{}", json!({"ready": "casebook, packed"}));
    for line in std::io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let batch = asked["batch"].as_u64().ok_or("a batch")? as usize;
        let (cpu, wall) = (cpu_of_threads()?, Instant::now());
        let mut vectors = Vec::with_capacity(slices.len());
        for batch in slices.chunks(batch) {
            vectors.extend(encoder.embed_tokens(batch)?);
        }
        let (cpu, wall) = (cpu_of_threads()? - cpu, wall.elapsed().as_secs_f64());
        let few: Vec<_> = vectors.iter().step_by(slices.len() / 32).collect();
        println!("{}", json!({"cpu_s": cpu, "wall_s": wall, "vectors": few}));
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

fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Token ids of our sentences, sorted by length. Returns their mean length.
fn write_tokens(encoder: &TextEncoder, path: &Path) -> Result<f64, Failure> {
    let mut tokens = Vec::with_capacity(SENTENCES);
    for it in sentences(SENTENCES) {
        tokens.push(encoder.tokens(&it)?.swap_remove(0));
    }
    tokens.sort_by_key(Vec::len);
    fs::write(path, serde_json::to_vec(&tokens)?)?;
    Ok(tokens.iter().map(Vec::len).sum::<usize>() as f64 / SENTENCES as f64)
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

/// Python with the rivals, installed once under `target`.
fn python() -> Result<PathBuf, Failure> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/encoder-venv");
    let (python, stamp) = (home.join("bin/python"), home.join("casebook-packages.txt"));
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|it| it == wanted) {
        return Ok(python);
    }
    println!("installing what is measured against, some gigabytes: {}", PACKAGES.join(" "));
    let run = |command: &mut Command| -> Result<(), Failure> {
        let status = command.status()?;
        if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--only-binary", ":all:"])
        .args(PACKAGES))?;
    fs::write(&stamp, wanted)?;
    Ok(python)
}

fn rivals() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/encoder_rivals.py")
}

fn seconds(answer: &Value, name: &str) -> Result<f64, Failure> {
    answer[name].as_f64().ok_or_else(|| format!("{name} is missing in {answer}").into())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rounded(it: f64) -> f64 {
    (it * 1000.0).round() / 1000.0
}
