//! How well the language of a text is told, on sets of posts and on sentences of our own.
//!
//! `bench-language [FOLDER]`: FOLDER holds the data sets, whose rows have a `lang`; `../shared/data` beside the repository
//! by default. Of the romanised Urdu set the half is counted that the model learnt nothing from. `bench-language missed`
//! prints what came out wrong of our own sentences. The last line is one JSON object with the figures.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    hint::black_box,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use casebook_core::{
    hash::sha256_hex,
    language::{self, SURE},
};
use casebook_tests::figures::{Bar, Figure, conclude, percentile};
use flate2::read::GzDecoder;
use serde_json::Value;

const SENTENCES: &str = include_str!("language.txt");
/// Texts timed together: the figure is the median of such lots, since other programs take turns.
const TIMED: usize = 100;
/// What the encoder that is shipped reads.
const ENCODER: [&str; 1] = ["en"];

fn main() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let asked = env::args().nth(1);
    let tells = asked.as_deref() == Some("missed");
    let own = Count::of(&sentences(), tells);
    own.print("our own sentences");
    if tells {
        return ExitCode::SUCCESS;
    }
    let data = asked.map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let rows = match posts(&data) {
        Ok(rows) => rows,
        Err(why) => {
            println!("SKIP language: {why}");
            println!("{}", serde_json::json!({ "bench": "language", "figures": {} }));
            return ExitCode::FAILURE;
        }
    };
    let count = Count::of(&rows, false);
    count.print("posts");
    let (foreign, english) = (count.sum(|code| code != "en"), count.sum(|code| code == "en"));
    let all = own.sum(|_| true);
    let figures = [
        at_most("foreign_as_english", part(foreign.as_english, foreign.texts), 0.05),
        at_most("english_refused", part(english.named - english.right, english.texts), 0.01),
        Figure { name: "english_unread", value: part(english.unread, english.texts), bar: None },
        Figure { name: "posts_named", value: part(foreign.named, foreign.texts), bar: None },
        Figure { name: "posts_right", value: part(foreign.right, foreign.named), bar: None },
        at_least("languages", own.by_code.len() as f64, 60.0),
        Figure { name: "named", value: part(all.named, all.texts), bar: None },
        at_least("named_right", part(all.right, all.named), 0.95),
        at_most("us_per_text", count.us_per_text, 100.0),
    ];
    match conclude("language", &figures, &[]) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn at_most(name: &'static str, value: f64, most: f64) -> Figure {
    Figure { name, value, bar: Some(Bar::AtMost(most)) }
}

fn at_least(name: &'static str, value: f64, least: f64) -> Figure {
    Figure { name, value, bar: Some(Bar::AtLeast(least)) }
}

fn part(of: usize, whole: usize) -> f64 {
    of as f64 / whole as f64
}

/// A text and the language it is in.
struct Text {
    code: String,
    text: String,
}

fn sentences() -> Vec<Text> {
    let lines = SENTENCES.lines().filter(|it| !it.starts_with('#'));
    lines
        .map(|it| {
            let (code, text) = it.split_once('\t').expect("a language stands before each sentence");
            Text { code: code.to_owned(), text: text.to_owned() }
        })
        .collect()
}

/// The rows of every set that says what language they are in.
fn posts(data: &Path) -> Result<Vec<Text>, String> {
    let say = |it: std::io::Error| format!("{}: {it}", data.display());
    let folders: BTreeSet<PathBuf> =
        fs::read_dir(data).map_err(say)?.filter_map(|it| Some(it.ok()?.path())).collect();
    let mut texts = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(packed) = fs::read(folder.join(format!("{name}.jsonl.gz"))) else { continue };
        let mut lines = String::new();
        GzDecoder::new(&*packed).read_to_string(&mut lines).map_err(say)?;
        for line in lines.lines() {
            let row: Value = serde_json::from_str(line).map_err(|it| format!("{name}: {it}"))?;
            let (Some(code), Some(text)) = (row["lang"].as_str(), row["text"].as_str()) else { continue };
            if code != "ur-Latn" || is_held_out(text) {
                texts.push(Text { code: code.to_owned(), text: text.to_owned() });
            }
        }
    }
    match texts.is_empty() {
        true => Err(format!("{}: no set whose rows have a language", data.display())),
        false => Ok(texts),
    }
}

/// Half of a set by its hash, as `core/examples/language_texts.py` leaves it out.
fn is_held_out(text: &str) -> bool {
    u8::from_str_radix(&sha256_hex(text.as_bytes())[..2], 16).expect("a hash is written in hex") % 2 == 1
}

#[derive(Clone, Copy, Default)]
struct Tally {
    texts: usize,
    /// Said for sure.
    named: usize,
    right: usize,
    /// Said to be English for sure, or read as English because it may be.
    as_english: usize,
    /// Neither.
    unread: usize,
}

struct Count {
    by_code: BTreeMap<String, Tally>,
    us_per_text: f64,
}

impl Count {
    fn of(texts: &[Text], tells: bool) -> Self {
        let mut by_code: BTreeMap<String, Tally> = BTreeMap::new();
        let mut us_each = Vec::new();
        for chunk in texts.chunks(TIMED) {
            let started = Instant::now();
            for it in chunk {
                black_box(language::detect(&it.text));
            }
            us_each.push(started.elapsed().as_secs_f64() * 1e6 / chunk.len() as f64);
        }
        for Text { code, text } in texts {
            let found = language::detect(text);
            let sure = found.as_ref().filter(|it| it.confidence >= SURE);
            let right = sure.is_some_and(|it| is_right(code, &it.code));
            let is_read = match sure {
                Some(it) => it.code == "en",
                None => language::may_be(text, &ENCODER),
            };
            let tally = by_code.entry(code.clone()).or_default();
            tally.texts += 1;
            tally.named += usize::from(sure.is_some());
            tally.right += usize::from(right);
            tally.as_english += usize::from(is_read);
            tally.unread += usize::from(!is_read);
            if tells && !right {
                println!("{code} {found:?}: {text}");
            }
        }
        Self { by_code, us_per_text: percentile(&us_each, 50.0) }
    }

    fn sum(&self, of: impl Fn(&str) -> bool) -> Tally {
        self.by_code.iter().filter(|it| of(it.0)).fold(Tally::default(), |sum, (_, it)| Tally {
            texts: sum.texts + it.texts,
            named: sum.named + it.named,
            right: sum.right + it.right,
            as_english: sum.as_english + it.as_english,
            unread: sum.unread + it.unread,
        })
    }

    fn print(&self, what: &str) {
        println!("{what}, {:.1} µs each", self.us_per_text);
        println!("{:>8}  texts  named  right of named  read as English", "");
        for (code, it) in &self.by_code {
            let (named, right) = (part(it.named, it.texts), part(it.right, it.named.max(1)));
            let as_english = part(it.as_english, it.texts);
            println!("{code:>8}  {:>5}  {named:>5.3}  {right:>14.3}  {as_english:>15.3}", it.texts);
        }
    }
}

/// What the text does not tell apart is right by the name of both.
fn is_right(code: &str, found: &str) -> bool {
    code == found
        || match found {
            "hi-Latn" => code == "ur-Latn",
            "sh" => matches!(code, "bs" | "hr" | "sr"),
            "ms" => code == "id",
            "no" => matches!(code, "nb" | "nn"),
            _ => false,
        }
}
