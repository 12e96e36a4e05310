//! The architectures of the multilingual cards on tiny weights by chance, against vectors from
//! sentence-transformers. `tests/python/multilingual_reference.py` writes the reference.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
};

use candle_core::{
    DType, Device, Tensor,
    quantized::{GgmlDType, QTensor},
    safetensors,
};
use casebook_core::hash::sha256_hex;
use casebook_fetch::card::{Card, CardFile, EncoderSettings};
use casebook_models::encoder::{TextEncoder, plain};
use common::TinyBert;
use serde::Deserialize;
use tempfile::TempDir;

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
    let encoder = TextEncoder::from_parts(config, TOKENIZER, weights, settings, Path::new(name)).unwrap();
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
        include_bytes!("reference/multilingual-e5.model.safetensors"),
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

/// The tokenizer of the reference, but that it does not cut at spaces before it makes pieces: as the one of the real
/// weights, which lets a lone blank be a piece.
fn uncut() -> Vec<u8> {
    let mut tokenizer: serde_json::Value = serde_json::from_slice(TOKENIZER).unwrap();
    let parts = tokenizer["pre_tokenizer"]["pretokenizers"].as_array_mut().unwrap();
    let before = parts.len();
    parts.retain(|it| it["type"] != "WhitespaceSplit");
    assert_eq!(parts.len() + 1, before, "{parts:?}");
    serde_json::to_vec(&tokenizer).unwrap()
}

#[test]
fn a_text_behind_its_word_has_the_tokens_of_both_read_in_one_go() {
    let bytes = uncut();
    let encoder = TextEncoder::from_parts(
        include_bytes!("reference/multilingual-e5.config.json"),
        &bytes,
        include_bytes!("reference/multilingual-e5.model.safetensors"),
        settings("multilingual-e5-small"),
        Path::new("e5"),
    )
    .unwrap();
    let whole = tokenizers::Tokenizer::from_bytes(&bytes).unwrap();
    let texts = reference().texts;
    assert!(texts.len() > 20);
    // Nothing, and what reads as a token of control, has no first word for the blank to begin.
    for text in texts.iter().filter(|it| !it.trim().is_empty() && !it.starts_with('<')) {
        let expected = whole.encode(format!("query: {text}"), true).unwrap();
        // A long text has more windows than this one.
        let window = encoder.tokens(text).unwrap().remove(0);
        let window = &window[..window.len() - 1];
        assert_eq!(window, &expected.get_ids()[..window.len()], "{text:?}");
    }
}

#[test]
fn another_word_before_the_texts_is_another_encoder_by_name() {
    let named = |prefix: &str| {
        let settings = EncoderSettings { prefix: prefix.to_owned(), ..settings("multilingual-e5-small") };
        let encoder = TextEncoder::from_parts(
            include_bytes!("reference/multilingual-e5.config.json"),
            TOKENIZER,
            include_bytes!("reference/multilingual-e5.model.safetensors"),
            settings,
            Path::new("e5"),
        );
        encoder.unwrap().weights_sha256(&[])
    };
    assert_ne!(named("query: "), named("passage: "));
    assert_ne!(named("query: "), named(""));
    let weights = include_bytes!("reference/multilingual-e5.model.safetensors");
    assert_eq!(named(""), sha256_hex(weights), "without one it is the weights'");
}

/// Rows of 32, as blocks of four bits need them.
const BERT: TinyBert =
    TinyBert { vocabulary: 210, positions: 64, hidden: 32, heads: 4, wide: 64, seed: 3, parts: 2000.0 };

/// A tiny BERT, and the same in the container of four bits: all but its words, which are rounded in both.
fn in_blocks() -> (HashMap<String, Tensor>, Vec<u8>) {
    let config: serde_json::Value = serde_json::from_str(&BERT.config()).unwrap();
    let mut tensors = safetensors::load_buffer(&BERT.weights(), &Device::Cpu).unwrap();
    let words = QTensor::quantize(&tensors["embeddings.word_embeddings.weight"], GgmlDType::Q4_0).unwrap();
    tensors.insert("embeddings.word_embeddings.weight".into(), words.dequantize(&Device::Cpu).unwrap());
    let size = |name: &str| config[name].as_u64().unwrap() as u32;
    let mut head = b"E5S1".to_vec();
    let mut put = |it: u32| head.extend(it.to_le_bytes());
    put(1);
    for name in [
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "vocab_size",
        "max_position_embeddings",
        "type_vocab_size",
    ] {
        put(size(name));
    }
    put((config["layer_norm_eps"].as_f64().unwrap() as f32).to_bits());
    put(32);
    // A tokenizer of one piece of two letters, and nothing that is replaced.
    [1, 0, 2, 1, 3, 2, 0, 0, 2, 0].into_iter().for_each(&mut put);
    head.extend(b"ab");
    head.extend([0; 8]);
    let plain = |name: &str| -> Vec<u8> {
        let tensor = tensors[name].to_dtype(DType::F32).unwrap().flatten_all().unwrap();
        tensor.to_vec1::<f32>().unwrap().into_iter().flat_map(f32::to_le_bytes).collect()
    };
    let mut parts = vec![("emb.word".to_owned(), 1, words.data().unwrap().to_vec())];
    let mut part = |short: String, name: &str| parts.push((short, 0, plain(name)));
    part("emb.pos".into(), "embeddings.position_embeddings.weight");
    part("emb.type".into(), "embeddings.token_type_embeddings.weight");
    part("emb.ln.w".into(), "embeddings.LayerNorm.weight");
    part("emb.ln.b".into(), "embeddings.LayerNorm.bias");
    for layer in 0..size("num_hidden_layers") {
        for (short, name) in [
            ("q", "attention.self.query"),
            ("k", "attention.self.key"),
            ("v", "attention.self.value"),
            ("ao", "attention.output.dense"),
            ("fi", "intermediate.dense"),
            ("fo", "output.dense"),
            ("aln", "attention.output.LayerNorm"),
            ("oln", "output.LayerNorm"),
        ] {
            for (end, name_end) in [("w", "weight"), ("b", "bias")] {
                part(format!("l{layer}.{short}.{end}"), &format!("encoder.layer.{layer}.{name}.{name_end}"));
            }
        }
    }
    head.extend((parts.len() as u32).to_le_bytes());
    let mut place = head.len() + parts.iter().map(|it| it.0.len() + 23).sum::<usize>();
    for (name, kind, bytes) in &parts {
        head.extend((name.len() as u16).to_le_bytes());
        head.extend(name.bytes());
        head.push(*kind);
        head.extend(0_u32.to_le_bytes());
        head.extend((place as u64).to_le_bytes());
        head.extend((bytes.len() as u64).to_le_bytes());
        place += bytes.len();
    }
    head.extend(parts.into_iter().flat_map(|it| it.2));
    (tensors, head)
}

/// A folder with this container, and the card of what lies in it.
fn folder_of(bytes: &[u8]) -> (TempDir, Card) {
    let folder = tempfile::tempdir().unwrap();
    let mut card = Card::shipped().into_iter().find(|it| it.id == "multilingual-e5-small-q4").unwrap();
    card.encoder = Some(settings("multilingual-e5-small-q4"));
    for (file, bytes) in card.files.iter_mut().zip([bytes, TOKENIZER]) {
        fs::write(folder.path().join(&file.name), bytes).unwrap();
        *file = CardFile { sha256: sha256_hex(bytes), bytes: bytes.len() as u64, ..file.clone() };
    }
    (folder, card)
}

/// The encoder in a folder with this container.
fn load_blocks(bytes: &[u8]) -> Result<TextEncoder, String> {
    let (folder, card) = folder_of(bytes);
    TextEncoder::load(folder.path(), &card).map_err(|it| it.to_string())
}

#[test]
fn a_container_of_four_bits_gives_the_vectors_of_its_rounded_weights() {
    let (tensors, container) = in_blocks();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    safetensors::save(&tensors, &path).unwrap();
    let (config, settings) = (BERT.config(), settings("multilingual-e5-small"));
    let config = config.as_bytes();
    let plain =
        TextEncoder::from_parts(config, TOKENIZER, &fs::read(path).unwrap(), settings, Path::new("e5"))
            .unwrap();
    let blocks = load_blocks(&container).unwrap();
    let reference = reference();
    let texts: Vec<&str> = reference.texts.iter().map(String::as_str).collect();
    for (a, b) in plain.embed(&texts).unwrap().iter().zip(blocks.embed(&texts).unwrap()) {
        let apart = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart <= 1e-6, "{apart:e}");
    }
}

#[test]
fn a_container_written_plainly_gives_the_same_vectors() {
    let (folder, card) = folder_of(&in_blocks().1);
    let to = tempfile::tempdir().unwrap();
    plain::write(folder.path(), &card, to.path()).unwrap();
    let part = |name: &str| fs::read(to.path().join(name)).unwrap();
    let (config, tokenizer, weights) =
        (part("config.json"), part("tokenizer.json"), part("model.safetensors"));
    let settings = settings("multilingual-e5-small-q4");
    let written =
        TextEncoder::from_parts(&config, &tokenizer, &weights, settings, Path::new("plain")).unwrap();
    let blocks = TextEncoder::load(folder.path(), &card).unwrap();
    let reference = reference();
    let texts: Vec<&str> = reference.texts.iter().map(String::as_str).collect();
    assert_eq!(written.embed(&texts).unwrap(), blocks.embed(&texts).unwrap());
}

#[test]
fn half_a_container_and_one_of_another_kind_are_refused() {
    let (_, container) = in_blocks();
    for length in [0, 3, 20, 60, 300, container.len() / 2, container.len() - 1] {
        assert!(load_blocks(&container[..length]).is_err(), "{length} bytes");
    }
    let refused = |at: usize, byte: u8, expected: &str| {
        let mut changed = container.clone();
        changed[at] = byte;
        let said = load_blocks(&changed).err().unwrap_or_default();
        assert!(said.contains(expected), "{said:?} should say {expected:?}");
    };
    refused(0, b'X', "E5S1, version 1, is read");
    refused(4, 2, "version 2");
    refused(8, 33, "in blocks of 32");
    refused(24, 255, "emb.word is");
}
