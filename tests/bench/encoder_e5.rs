//! `encoder`, the multilingual one: multilingual-e5-small with weights of four bits.
//!
//! Tokens: 3,000 texts of our own, half of them texts in twenty scripts that break tokenizers (`odd_texts`), against what
//! Python's `tokenizers` makes of the same `tokenizer.json`. They have to be the same of the text alone, and behind the
//! `query: ` that its authors write before a text, of which and the text they make tokens in one go.
//!
//! Vectors: 1,000 texts of our own in 24 languages, the ids that our encoder reads of them. Both sides compute with the
//! same numbers: the blocks of four bits, written in single precision (`casebook_models::encoder::plain`). The reference
//! is ONNX Runtime in fp32. Neighbours are the ten texts with the nearest vectors, as the share that both sides name.
//!
//! Speed: a batch of 32, one thread. ONNX Runtime in int8 is reported and not held to: its vectors are others.
//!
//! The package that the weights come in has an engine of its own. It is not run, so nothing is compared with it.

use std::{collections::HashSet, fs, path::Path, process::Command};

use casebook_core::folds::Chance;
use casebook_models::encoder::{TextEncoder, plain};
use casebook_tests::{
    figures::{Bar, Figure},
    python,
};
use serde_json::{Value, json};

use crate::{
    encoder_sides::{self, Failure, Model, Tokens},
    odd_texts,
};

/// Texts of ours to learn from, a JSON object with a `text` a line.
const OWN: [&str; 4] = [
    include_str!("../../learn/own/asks.jsonl"),
    include_str!("../../learn/own/captions.jsonl"),
    include_str!("../../learn/own/harmless.jsonl"),
    include_str!("../../learn/own/hate.jsonl"),
];
/// A language, a tab, a text.
const BY_LANGUAGE: [&str; 2] = [include_str!("language.txt"), include_str!("parity.txt")];
const SEED: u64 = 20_261_201;
/// Texts of which vectors are compared, at most.
const VECTORS: usize = 1_000;
const NEAREST: usize = 10;
const BATCH: usize = 32;
const BAR_FP32: f64 = 1.3;
const BAR_NEIGHBOURS: f64 = 0.995;
const MOST_APART: f64 = 1e-4;
/// Differences of tokens that are shown of each kind.
const SHOWN: usize = 3;

pub fn model() -> Result<Model, Failure> {
    Model::installed("multilingual-e5-small-q4")
}

/// The figures, and what was read for them.
pub fn measure(model: &Model, n_texts: usize) -> Result<(Vec<Figure>, Value), Failure> {
    let folder = tempfile::tempdir()?;
    plain::write(&model.dir, &model.card, folder.path())?;
    let (differ, tokens) = {
        let encoder = model.load()?;
        let prefix = model.card.encoder.as_ref().map_or("", |it| it.prefix.as_str());
        let differ = Differing::find(&encoder, prefix, folder.path(), n_texts)?;
        let texts: Vec<String> = own()?.into_iter().take(n_texts.min(VECTORS)).collect();
        (differ, Tokens::write(&encoder, &texts, folder.path())?)
    };
    let mut sides = [
        encoder_sides::ours(model, &tokens.path)?,
        encoder_sides::onnx("fp32", folder.path(), &tokens.path)?,
        encoder_sides::onnx("int8", folder.path(), &tokens.path)?,
    ];
    let [ours, fp32, int8] = sides.each_mut().map(|it| encoder_sides::vectors(it, BATCH, tokens.texts));
    let (ours, fp32, int8) = (ours?, fp32?, int8?);
    println!(
        "{:>6} {:>6} {:>12} {:>12} {:>7} {:>12} {:>7}",
        "batch", "round", "packed /s", "fp32 /s", "ratio", "int8 /s", "ratio"
    );
    let ratios = encoder_sides::race(BATCH, tokens.texts, &mut sides)?;
    let expected = nearest(&fp32);
    let figure = |name, value, bar| Figure { name, value, bar };
    let figures = vec![
        figure("e5_tokens_differ", differ.alone as f64, Some(Bar::AtMost(0.0))),
        figure("e5_prefixed_differ", differ.prefixed as f64, Some(Bar::AtMost(0.0))),
        figure("e5_apart", encoder_sides::apart(&ours, &fp32)?, Some(Bar::AtMost(MOST_APART))),
        figure("e5_neighbours", shared(&nearest(&ours), &expected), Some(Bar::AtLeast(BAR_NEIGHBOURS))),
        figure("e5_int8_neighbours", shared(&nearest(&int8), &expected), None),
        figure("e5_ratio_fp32", ratios[0], Some(Bar::AtLeast(BAR_FP32))),
        figure("e5_ratio_int8", ratios[1], None),
    ];
    let read = json!({"tokens": n_texts, "vectors": tokens.texts, "mean_tokens": tokens.mean});
    Ok((figures, read))
}

/// How many texts have other tokens than Python's `tokenizers` makes of them.
struct Differing {
    /// Of the text alone.
    alone: usize,
    /// Of the text behind what the card puts before it, special tokens included.
    prefixed: usize,
}

impl Differing {
    /// Of `n` texts; `folder` holds the tokenizer.
    fn find(encoder: &TextEncoder, prefix: &str, folder: &Path, n: usize) -> Result<Self, Failure> {
        let texts = texts(n)?;
        let file = folder.join("texts.json");
        fs::write(&file, serde_json::to_vec(&json!({"prefix": prefix, "texts": texts}))?)?;
        let mut command = Command::new(encoder_sides::onnx_python());
        command.arg(encoder_sides::rivals()).arg("tokens").arg(folder.join("tokenizer.json")).arg(&file);
        let said: Value = serde_json::from_str(&python::run("tokenize as the authors do", &mut command))?;
        let alone: Vec<Vec<u32>> = serde_json::from_value(said["alone"].clone())?;
        let whole: Vec<Vec<u32>> = serde_json::from_value(said["whole"].clone())?;
        // The empty text shows what stands around every text: one token behind it, all others before.
        let around = encoder.tokens("")?.swap_remove(0).len();
        let mut differ = Self { alone: 0, prefixed: 0 };
        for ((text, alone), whole) in texts.iter().zip(&alone).zip(&whole) {
            let windows = encoder.tokens(text)?;
            let [ours] = windows.as_slice() else {
                return Err(format!("{} windows: texts of one are compared", windows.len()).into());
            };
            let ours_alone = &ours[around - 1..ours.len() - 1];
            if ours_alone != alone {
                show(&mut differ.alone, text, ours_alone, alone);
            }
            // What begins as a token of control has no first word for the prefix's blank to begin.
            if ours != whole && !text.starts_with('<') {
                show(&mut differ.prefixed, text, ours, whole);
            }
        }
        println!("{n} texts: tokens of {} differ, of {} behind {prefix:?}", differ.alone, differ.prefixed);
        Ok(differ)
    }
}

/// Counts a text, and prints the first few.
fn show(differ: &mut usize, text: &str, ours: &[u32], theirs: &[u32]) {
    *differ += 1;
    if *differ <= SHOWN {
        println!("{text:?}\n  ours    {ours:?}\n  authors {theirs:?}");
    }
}

/// Texts of our own for tokens: half of them odd, then sentences of each language, then what we learn from.
fn texts(n: usize) -> Result<Vec<String>, Failure> {
    let sentences = BY_LANGUAGE.iter().flat_map(|it| it.lines()).filter_map(|it| it.split_once('\t'));
    let sentences = sentences.map(|(_, text)| text.to_owned());
    let mut texts = odd_texts::texts(n / 2);
    texts.extend(sentences.chain(own()?).take(n - n / 2));
    match texts.len() == n {
        true => Ok(texts),
        false => Err(format!("there are {} texts, {n} are asked for", texts.len()).into()),
    }
}

/// What we learn from, in an order of chance that is always the same; no text comes twice.
fn own() -> Result<Vec<String>, Failure> {
    let mut texts = Vec::new();
    let mut seen = HashSet::new();
    for line in OWN.iter().flat_map(|it| it.lines()) {
        let described: Value = serde_json::from_str(line)?;
        let text = described["text"].as_str().ok_or("a line of learn/own without a text")?;
        if seen.insert(text.to_owned()) {
            texts.push(text.to_owned());
        }
    }
    Chance::new(SEED).shuffle(&mut texts);
    Ok(texts)
}

/// The nearest others of each unit vector.
fn nearest(vectors: &[Vec<f32>]) -> Vec<HashSet<usize>> {
    let of = |n: usize| -> HashSet<usize> {
        let near = |it: &[f32]| it.iter().zip(&vectors[n]).map(|(a, b)| a * b).sum::<f32>();
        let others = vectors.iter().enumerate().filter(|it| it.0 != n);
        let mut others: Vec<(usize, f32)> = others.map(|(at, it)| (at, near(it))).collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1));
        others.into_iter().take(NEAREST).map(|it| it.0).collect()
    };
    (0..vectors.len()).map(of).collect()
}

/// The mean share of neighbours that are in both.
fn shared(a: &[HashSet<usize>], b: &[HashSet<usize>]) -> f64 {
    let shares = a.iter().zip(b).map(|(a, b)| a.intersection(b).count() as f64 / b.len() as f64);
    shares.sum::<f64>() / b.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_others_and_the_nearest_of_them() {
        let turn = |it: usize| (it as f32 / 20.0).sin_cos();
        let vectors: Vec<Vec<f32>> = (0..24).map(|it| vec![turn(it).0, turn(it).1]).collect();
        let found = nearest(&vectors);
        assert_eq!(found[0], (1..=NEAREST).collect::<HashSet<_>>());
        assert_eq!(found[23], (23 - NEAREST..23).collect::<HashSet<_>>());
        assert_eq!(shared(&found, &found), 1.0);
        assert!(shared(&found[..1], &found[23..]) < 0.1, "ends of a row share none");
    }

    #[test]
    fn there_are_texts_for_all_that_is_asked() {
        assert_eq!(texts(3_000).expect("3,000 texts").len(), 3_000);
        assert!(own().expect("texts of our own").len() >= VECTORS);
    }
}
