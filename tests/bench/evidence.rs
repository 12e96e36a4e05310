//! Whether the words that are quoted for a score are those that people marked, and whether the score rests on them.
//!
//! `bench-evidence [FOLDER]`: FOLDER holds the data sets; `../shared/data` beside the repository by default. Of the
//! rows of Toxic Spans in which annotators marked words a sample is drawn, always the same. Each is scored by what
//! is installed, and of the head that leads the drivers are looked for. `span_f1` is the mean over the rows of F1
//! between the words that are quoted and those that are marked, `random_f1` the same of spans that are as long and
//! stand anywhere. `faithful` is how much the score falls without the first quote against how much it falls without
//! as many words from anywhere. The last line is one JSON object with the figures.

use std::{
    env,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use casebook_core::{
    hash::sha256_hex,
    policy::Policy,
    ports::{ModelShelf, Scorer},
    score::{Method, ScoreInput, Scoring, TextPart},
};
use casebook_models::shelf::Shelf;
use casebook_tests::figures::{Bar, Figure, conclude, percentile};
use serde_json::{Value, json};

/// Rows of the sample.
const SAMPLE: usize = 400;
/// Words of a row.
const FEWEST_WORDS: usize = 5;
const MOST_WORDS: usize = 60;

fn main() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = env::args().nth(1).map_or_else(|| root.join("../shared/data"), PathBuf::from);
    match bench(&data.join("toxic-spans/toxic-spans.jsonl.gz")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            println!("SKIP evidence: {why}");
            println!("{}", json!({ "bench": "evidence", "figures": {} }));
            ExitCode::FAILURE
        }
    }
}

/// A text and for each of its words where it stands and whether it is marked.
struct Row {
    text: String,
    words: Vec<(u32, u32, bool)>,
}

fn bench(rows: &Path) -> Result<bool, String> {
    let scorer = scorer()?;
    let rows = sample(rows)?;
    let mut f1 = Vec::new();
    let mut random_f1 = Vec::new();
    let mut falls = Vec::new();
    let mut random_falls = Vec::new();
    let mut lengths = Vec::new();
    let mut seconds = Vec::new();
    let mut most_of_text: f64 = 0.0;
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut none = 0;
    for row in &rows {
        let input = input(&row.text);
        let Some((target, value)) = leading_head(&*scorer, &input, None) else { continue };
        let started = Instant::now();
        let drivers = scorer.explain(&input, std::slice::from_ref(&target));
        seconds.push(started.elapsed().as_secs_f64() * 1000.0);
        let quoted =
            |from: u32, to: u32| row.words.iter().map(|it| it.0 < to && it.1 > from).collect::<Vec<_>>();
        let spans: Vec<Vec<bool>> = drivers.iter().map(|it| quoted(it.start, it.end)).collect();
        f1.push(score_of(row, &union(&spans, row.words.len())));
        let moved: Vec<Vec<bool>> = spans.iter().map(|it| anywhere(it, &mut chance)).collect();
        random_f1.push(score_of(row, &union(&moved, row.words.len())));
        let Some(first) = spans.first() else {
            none += 1;
            continue;
        };
        let n_words = first.iter().filter(|it| **it).count();
        lengths.push(n_words as f64);
        if row.words.len() >= 12 {
            most_of_text = most_of_text.max(n_words as f64 / row.words.len() as f64);
        }
        let fall = |left_out: &[bool]| {
            let rest = input_without(row, left_out);
            leading_head(&*scorer, &rest, Some(&target)).map_or(value, |it| value - it.1)
        };
        falls.push(fall(first));
        random_falls.push(fall(&moved[0]));
    }
    let mean = |it: &[f64]| it.iter().sum::<f64>() / it.len().max(1) as f64;
    println!("{} rows, {none} without a driver", f1.len());
    println!(
        "the score falls by {:.4} without the first quote, by {:.4} without as many words from anywhere",
        mean(&falls),
        mean(&random_falls)
    );
    let figures = [
        Figure { name: "rows", value: f1.len() as f64, bar: Some(Bar::AtLeast(300.0)) },
        Figure { name: "span_f1", value: mean(&f1), bar: Some(Bar::AtLeast(0.45)) },
        Figure { name: "random_f1", value: mean(&random_f1), bar: None },
        Figure {
            name: "faithful",
            value: mean(&falls) / mean(&random_falls).max(1e-4),
            bar: Some(Bar::AtLeast(5.0)),
        },
        Figure { name: "most_of_text", value: most_of_text, bar: Some(Bar::AtMost(0.6)) },
        Figure { name: "words_a_quote", value: mean(&lengths), bar: None },
        Figure { name: "explain_ms_p50", value: percentile(&seconds, 50.0), bar: None },
        Figure { name: "explain_ms_p95", value: percentile(&seconds, 95.0), bar: None },
    ];
    Ok(conclude("evidence", &figures, &[("without_driver", json!(none))]))
}

/// What scores for somebody who has installed what ships.
fn scorer() -> Result<Arc<dyn Scorer>, String> {
    let scorer = Shelf::standard().scorer(&Policy::built_in()).map_err(|it| it.to_string())?;
    println!("{}", scorer.speaker().id);
    Ok(scorer)
}

/// The same rows every time: by the sha256 of their texts.
fn sample(path: &Path) -> Result<Vec<Row>, String> {
    let file = File::open(path).map_err(|it| format!("{}: {it}", path.display()))?;
    let mut rows = Vec::new();
    for line in BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
        let line = line.map_err(|it| format!("{}: {it}", path.display()))?;
        let row: Value = serde_json::from_str(&line).map_err(|it| format!("{}: {it}", path.display()))?;
        let (Some(text), Some(spans)) = (row["text"].as_str(), row["spans"].as_array()) else { continue };
        let marked: Vec<u32> = spans.iter().filter_map(|it| Some(it.as_u64()? as u32)).collect();
        let row = Row { text: text.to_owned(), words: words(text, &marked) };
        if (FEWEST_WORDS..=MOST_WORDS).contains(&row.words.len()) && row.words.iter().any(|it| it.2) {
            rows.push(row);
        }
    }
    rows.sort_by_cached_key(|it| sha256_hex(it.text.as_bytes()));
    rows.truncate(SAMPLE);
    Ok(rows)
}

/// Words between white space, without the marks around them.
fn words(text: &str, marked: &[u32]) -> Vec<(u32, u32, bool)> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let end = (at..letters.len()).find(|it| letters[*it].is_whitespace()).unwrap_or(letters.len());
        let first = (at..end).find(|it| letters[*it].is_alphanumeric());
        let last = (at..end).rev().find(|it| letters[*it].is_alphanumeric());
        if let Some((first, last)) = first.zip(last) {
            let (from, to) = (first as u32, last as u32 + 1);
            words.push((from, to, marked.iter().any(|it| (from..to).contains(it))));
        }
        at = end + 1;
    }
    words
}

fn input(text: &str) -> ScoreInput {
    let part = TextPart { part: 0, role: "comment".into(), text: text.to_owned() };
    ScoreInput { texts: vec![part], language: Some("en".into()) }
}

/// The text without the words from the first to the last that are left out.
fn input_without(row: &Row, left_out: &[bool]) -> ScoreInput {
    let of = row.words.iter().zip(left_out).filter(|it| *it.1).map(|it| it.0);
    let from = of.clone().map(|it| it.0).min().unwrap_or(0);
    let to = of.map(|it| it.1).max().unwrap_or(0);
    let kept = (0..).zip(row.text.chars()).filter(|it| it.0 < from || it.0 >= to).map(|it| it.1);
    input(&kept.collect::<String>())
}

/// The head that stands highest above its threshold, or the one that is named, and its probability.
fn leading_head(scorer: &dyn Scorer, input: &ScoreInput, named: Option<&str>) -> Option<(String, f64)> {
    let Scoring::Scored { scores, .. } = scorer.score(std::slice::from_ref(input)).pop()? else {
        return None;
    };
    let heads = scores.into_iter().filter(|it| it.method == Method::Head);
    let found = match named {
        Some(named) => heads.into_iter().find(|it| it.target == named),
        None => {
            heads.filter_map(|it| Some((it.above()?, it))).max_by(|a, b| a.0.total_cmp(&b.0)).map(|it| it.1)
        }
    };
    found.map(|it| (it.target, it.value))
}

fn union(spans: &[Vec<bool>], n_words: usize) -> Vec<bool> {
    (0..n_words).map(|at| spans.iter().any(|it| it[at])).collect()
}

/// F1 between quoted and marked words.
fn score_of(row: &Row, quoted: &[bool]) -> f64 {
    let both = row.words.iter().zip(quoted).filter(|it| it.0.2 && *it.1).count();
    let all = row.words.iter().filter(|it| it.2).count() + quoted.iter().filter(|it| **it).count();
    2.0 * both as f64 / all.max(1) as f64
}

/// As many words in a row, from anywhere.
fn anywhere(span: &[bool], chance: &mut Chance) -> Vec<bool> {
    let n = span.iter().filter(|it| **it).count();
    let start = chance.below(span.len() - n + 1);
    (0..span.len()).map(|it| (start..start + n).contains(&it)).collect()
}

/// Chance with a seed: `xorshift64*`.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }
}
