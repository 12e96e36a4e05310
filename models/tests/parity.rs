//! The default encoder against vectors from an independent implementation.
//!
//! The reference is written by `make_reference.py`. It is cut at 256 tokens, so a longer text is compared by
//! its first window.

use std::{env, path::PathBuf};

use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_models::encoder::TextEncoder;
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    made_by: String,
    dimensions: usize,
    sentences: Vec<String>,
}

/// `CASEBOOK_MODEL_DIR`, else where `casebook models add` puts models; `None`, said aloud, without the model.
fn encoder(test: &str) -> Option<TextEncoder> {
    let card = Card::built_in();
    let models = env::var_os("CASEBOOK_MODEL_DIR").map_or_else(install::default_dir, PathBuf::from);
    if install::state(&models, &card) != State::Installed {
        println!("SKIP {test}: default model absent, run `casebook models add minilm-l6-v2`");
        return None;
    }
    Some(TextEncoder::load(&install::model_dir(&models, &card), &card).expect("an installed model loads"))
}

#[test]
fn vectors_agree_with_an_independent_implementation() {
    let reference: Reference = serde_json::from_str(include_str!("reference/minilm.json")).unwrap();
    let vectors: Vec<f32> = include_bytes!("reference/minilm.bin")
        .chunks_exact(4)
        .map(|it| f32::from_le_bytes(it.try_into().unwrap()))
        .collect();
    assert!(reference.sentences.len() >= 200, "the bar is 200 sentences");
    assert_eq!(vectors.len(), reference.sentences.len() * reference.dimensions);
    let Some(encoder) = encoder("parity") else { return };
    let texts: Vec<&str> = reference.sentences.iter().map(String::as_str).collect();
    let embedded = encoder.embed_windows(&texts).unwrap();
    let mut worst = (0.0, 0);
    for (n, (found, expected)) in embedded.iter().zip(vectors.chunks(reference.dimensions)).enumerate() {
        let apart =
            found.windows[0].vector.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        if apart > worst.0 {
            worst = (apart, n);
        }
    }
    println!(
        "parity: {} sentences, largest difference {:e} against {}",
        texts.len(),
        worst.0,
        reference.made_by
    );
    assert!(worst.0 <= 1e-5, "sentence {} differs by {:e}", worst.1, worst.0);
}

#[test]
fn a_long_text_is_the_mean_of_its_windows() {
    let Some(encoder) = encoder("windows") else { return };
    let text = "One more line about nothing in particular. ".repeat(60);
    let embedded = encoder.embed_windows(&[&text]).unwrap().remove(0);
    assert_eq!(embedded.windows.len(), 3, "480 tokens: windows from 0, 192 and 384");
    let sum: Vec<f32> =
        (0..encoder.dimensions()).map(|d| embedded.windows.iter().map(|it| it.vector[d]).sum()).collect();
    let length = sum.iter().map(|it| it * it).sum::<f32>().sqrt();
    for (mean, sum) in embedded.vector.iter().zip(&sum) {
        assert!((mean - sum / length).abs() < 1e-6);
    }
}
