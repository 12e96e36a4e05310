//! `encoder`: the packed encoder against ONNX Runtime on the same weights, of both encoders that are used.
//!
//! - `minilm`, the default one: against fp32 at three sizes of batch, and scoring end to end against
//!   sentence-transformers (`encoder_minilm`).
//! - `e5`, the multilingual one with weights of four bits: its tokens against those of its authors' tokenizer, its vectors
//!   and their neighbours, and its speed against fp32 and int8 (`encoder_e5`).
//!
//! `bench-encoder [ITEMS]` measures both, `bench-encoder minilm [ITEMS]` and `bench-encoder e5 [TEXTS]` one of them.
//! ITEMS are scored end to end, TEXTS is how many are read at most: fewer than usual show that all works, and no speed.
//! The last line is one JSON object with the figures.

mod encoder_e5;

mod encoder_minilm;

mod encoder_sides;

mod odd_texts;

use std::{env, fs, path::Path, process::ExitCode};

use casebook_tests::figures::{Figure, conclude};
use encoder_sides::{Failure, ROUNDS};
use serde_json::json;

const ITEMS: usize = 10_000;
const TEXTS: usize = 3_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", id, tokens] => encoder_sides::serve(id, Path::new(tokens)).map(|()| true),
        [] => bench(Some(ITEMS), Some(TEXTS)),
        ["minilm"] => bench(Some(ITEMS), None),
        ["minilm", items] => count(items).and_then(|it| bench(Some(it), None)),
        ["e5"] => bench(None, Some(TEXTS)),
        ["e5", texts] => count(texts).and_then(|it| bench(None, Some(it))),
        [items] => count(items).and_then(|it| bench(Some(it), Some(TEXTS))),
        _ => Err("bench-encoder [ITEMS], or minilm [ITEMS], or e5 [TEXTS]".into()),
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

fn count(word: &str) -> Result<usize, Failure> {
    let count = word.parse::<usize>().ok().filter(|it| *it > 0);
    count.ok_or_else(|| format!("{word:?}: minilm, e5 or a count from 1 is understood").into())
}

/// Each encoder where it is asked for, with so many items or texts.
fn bench(items: Option<usize>, texts: Option<usize>) -> Result<bool, Failure> {
    // What is not installed is said before anything is measured.
    let minilm = items.map(|items| encoder_minilm::model().map(|it| (it, items))).transpose()?;
    let e5 = texts.map(|texts| encoder_e5::model().map(|it| (it, texts))).transpose()?;
    println!("load of this machine before: {}", load());
    let mut figures: Vec<Figure> = Vec::new();
    let mut others = vec![("rounds", json!(ROUNDS))];
    if let Some((model, items)) = minilm {
        figures.extend(encoder_minilm::measure(&model, items)?);
        others.push(("items", json!(items)));
    }
    if let Some((model, texts)) = e5 {
        let (found, texts) = encoder_e5::measure(&model, texts)?;
        figures.extend(found);
        others.push(("e5_texts", texts));
    }
    println!("load of this machine after: {}", load());
    Ok(conclude("encoder", &figures, &others))
}

fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').take(3).collect::<Vec<_>>().join(" ")
}
