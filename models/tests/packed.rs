//! The packed encoder against candle's own BERT, on chance weights and, where it is installed, on the
//! default model.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use std::{env, fs, path::Path, path::PathBuf};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use casebook_core::folds::Chance;
use casebook_fetch::{
    card::{Card, EncoderSettings, Pooling},
    install::{self, State},
};
use casebook_models::encoder::TextEncoder;
use common::TinyBert;

const VOCABULARY: usize = 50;

/// `shape`: hidden numbers, heads, intermediate numbers.
fn bert((hidden, heads, wide): (usize, usize, usize)) -> TinyBert {
    TinyBert { vocabulary: VOCABULARY, positions: 200, hidden, heads, wide, seed: 17, parts: 4000.0 }
}

/// Words are numbers; two special tokens stand around them.
fn tokenizer() -> String {
    let vocabulary: serde_json::Map<_, _> = (0..VOCABULARY).map(|it| (it.to_string(), it.into())).collect();
    serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null, "decoder": null,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "1", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "2", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"1": {"id": "1", "ids": [1], "tokens": ["1"]}, "2": {"id": "2", "ids": [2], "tokens": ["2"]}}},
        "model": {"type": "WordLevel", "unk_token": "0", "vocab": vocabulary}
    })
    .to_string()
}

/// Stock candle, one sequence at a time: no padding that could matter.
struct Stock(BertModel);

impl Stock {
    fn new(config: &[u8], weights: Vec<u8>) -> Self {
        let config: Config = serde_json::from_slice(config).unwrap();
        let builder = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu).unwrap();
        Self(BertModel::load(builder, &config).unwrap())
    }

    fn vector(&self, tokens: &[u32]) -> Vec<f32> {
        let ids = Tensor::from_vec(tokens.to_vec(), (1, tokens.len()), &Device::Cpu).unwrap();
        let states = self.0.forward(&ids, &ids.zeros_like().unwrap(), None).unwrap();
        let mean: Vec<f32> = states.mean(1).unwrap().squeeze(0).unwrap().to_vec1().unwrap();
        let length = mean.iter().map(|it| it * it).sum::<f32>().sqrt();
        mean.iter().map(|it| it / length).collect()
    }
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn packed_vectors_are_those_of_stock_candle() {
    // Heads of 8, 32 and 48; none, one and several whole panels.
    for shape in [(16, 2, 24), (64, 2, 128), (96, 2, 200)] {
        let settings = EncoderSettings {
            window: 200,
            stride: 150,
            pooling: Pooling::Mean,
            normalise: true,
            prefix: String::new(),
        };
        let (config, weights) = (bert(shape).config(), bert(shape).weights());
        let encoder = TextEncoder::from_parts(
            config.as_bytes(),
            tokenizer().as_bytes(),
            &weights,
            settings,
            Path::new("chance"),
        )
        .unwrap();
        let stock = Stock::new(config.as_bytes(), weights);
        let mut chance = Chance::new(3);
        let sequences: Vec<Vec<u32>> = [1, 2, 13, 29, 33, 70, 150, 200, 5, 64]
            .into_iter()
            .map(|n| (0..n).map(|_| chance.below(VOCABULARY) as u32).collect())
            .collect();
        let slices: Vec<&[u32]> = sequences.iter().map(Vec::as_slice).collect();
        for (tokens, vector) in slices.iter().zip(encoder.embed_tokens(&slices).unwrap()) {
            let apart = apart(&vector, &stock.vector(tokens));
            assert!(apart <= 1e-5, "{shape:?}, {} tokens: {apart:e} apart", tokens.len());
        }
    }
}

#[test]
fn tokens_a_model_cannot_read_are_refused() {
    let settings = EncoderSettings {
        window: 200,
        stride: 150,
        pooling: Pooling::Mean,
        normalise: true,
        prefix: String::new(),
    };
    let bert = bert((16, 2, 24));
    let (config, weights) = (bert.config(), bert.weights());
    let tokenizer = tokenizer();
    let (config, tokenizer) = (config.as_bytes(), tokenizer.as_bytes());
    let encoder =
        TextEncoder::from_parts(config, tokenizer, &weights, settings, Path::new("chance")).unwrap();
    let refusal = |tokens: &[u32]| encoder.embed_tokens(&[&[1, 2], tokens]).unwrap_err().to_string();
    assert!(refusal(&[4, 50]).contains("token 50: the model knows 50, from 0"));
    assert!(refusal(&[]).contains("a sequence of 0 tokens"));
    assert!(refusal(&[1; 201]).contains("a sequence of 201 tokens: the model reads 1 to 200"));
}

#[test]
fn the_default_model_agrees_with_stock_candle() {
    let card = Card::built_in();
    let models = env::var_os("CASEBOOK_MODEL_DIR").map_or_else(install::default_dir, PathBuf::from);
    if install::state(&models, &card) != State::Installed {
        println!("SKIP packed: default model absent, run `casebook models add minilm-l6-v2`");
        return;
    }
    let folder = install::model_dir(&models, &card);
    let encoder = TextEncoder::load(&folder, &card).unwrap();
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let stock = Stock::new(&read("config.json"), read("model.safetensors"));
    let texts = ["", "The train was late.", "Поезд опоздал.", &"A sentence that goes on and on. ".repeat(30)];
    let mut worst = 0.0_f32;
    for text in texts {
        let tokens = encoder.tokens(text).unwrap().remove(0);
        let vector = encoder.embed_tokens(&[&tokens]).unwrap().remove(0);
        worst = worst.max(apart(&vector, &stock.vector(&tokens)));
    }
    println!("packed: largest difference {worst:e} against stock candle");
    assert!(worst <= 1e-5);
}
