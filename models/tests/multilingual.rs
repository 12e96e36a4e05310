//! The architectures of the multilingual cards on tiny weights by chance, against vectors from
//! sentence-transformers. `tests/python/multilingual_reference.py` writes the reference.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::{collections::BTreeMap, path::Path};

use casebook_fetch::card::{Card, EncoderSettings};
use casebook_models::encoder::TextEncoder;
use serde::Deserialize;

const TOKENIZER: &[u8] = include_bytes!("reference/multilingual.tokenizer.json");

#[derive(Deserialize)]
struct Reference {
    made_by: String,
    dimensions: usize,
    texts: Vec<String>,
    models: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
struct Expected {
    prefix: String,
    ids: Vec<Vec<u32>>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference/multilingual.json")).unwrap()
}

/// As the card says, in windows that the tiny model has positions for.
fn settings(card: &str) -> EncoderSettings {
    let card = Card::shipped().into_iter().find(|it| it.id == card).unwrap();
    EncoderSettings { window: 64, stride: 40, ..card.encoder.unwrap() }
}

/// Token ids are equal and vectors agree to 1e-5, each text by its first window.
#[track_caller]
fn agrees(name: &str, config: &[u8], weights: &[u8], vectors: &[u8], settings: EncoderSettings) {
    let reference = reference();
    let expected = &reference.models[name];
    assert_eq!(settings.prefix, expected.prefix, "the card says what the reference was made with");
    let vectors: Vec<f32> =
        vectors.chunks_exact(4).map(|it| f32::from_le_bytes(it.try_into().unwrap())).collect();
    assert_eq!(vectors.len(), reference.texts.len() * reference.dimensions);
    let encoder =
        TextEncoder::from_parts(config, TOKENIZER, weights.to_vec(), settings, Path::new(name)).unwrap();
    let texts: Vec<&str> = reference.texts.iter().map(String::as_str).collect();
    let found = encoder.embed_windows(&texts).unwrap();
    let mut worst = 0.0_f32;
    for (n, text) in texts.iter().enumerate() {
        assert_eq!(encoder.tokens(text).unwrap()[0], expected.ids[n], "tokens of {text:?}");
        let vector = &vectors[n * reference.dimensions..][..reference.dimensions];
        let apart =
            found[n].windows[0].vector.iter().zip(vector).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart <= 1e-5, "{text:?} differs by {apart:e}");
        worst = worst.max(apart);
    }
    println!("{name}: {} texts, largest difference {worst:e} against {}", texts.len(), reference.made_by);
}

#[test]
fn bert_behind_xlm_r_s_tokenizer_agrees_with_sentence_transformers() {
    agrees(
        "minilm",
        include_bytes!("reference/multilingual-minilm.config.json"),
        include_bytes!("reference/multilingual-minilm.model.safetensors"),
        include_bytes!("reference/multilingual-minilm.bin"),
        settings("paraphrase-multilingual-minilm-l12-v2"),
    );
}

#[test]
fn e5_with_its_word_before_every_text_agrees_with_sentence_transformers() {
    agrees(
        "e5",
        include_bytes!("reference/multilingual-e5.config.json"),
        include_bytes!("reference/multilingual-e5.model.safetensors"),
        include_bytes!("reference/multilingual-e5.bin"),
        settings("multilingual-e5-small"),
    );
}

#[test]
fn positions_of_xlm_r_begin_after_padding_s() {
    agrees(
        "xlm-roberta",
        include_bytes!("reference/multilingual-xlm-roberta.config.json"),
        include_bytes!("reference/multilingual-xlm-roberta.model.safetensors"),
        include_bytes!("reference/multilingual-xlm-roberta.bin"),
        settings("paraphrase-multilingual-minilm-l12-v2"),
    );
}

#[test]
fn every_window_of_a_long_text_has_the_word_before_it() {
    let encoder = TextEncoder::from_parts(
        include_bytes!("reference/multilingual-e5.config.json"),
        TOKENIZER,
        include_bytes!("reference/multilingual-e5.model.safetensors").to_vec(),
        settings("multilingual-e5-small"),
        Path::new("e5"),
    )
    .unwrap();
    let word = encoder.tokens("").unwrap().remove(0);
    let windows = encoder.tokens(&"The bakery opens at seven. ".repeat(30)).unwrap();
    assert!(windows.len() > 3 && word.len() > 2, "{} windows", windows.len());
    for window in windows {
        assert!(window.len() <= 64);
        assert_eq!((&window[..word.len() - 1], window.last()), (&word[..word.len() - 1], word.last()));
    }
}
