//! An encoder of letters and digits on chance weights.

use std::path::Path;

use casebook_fetch::card::{EncoderSettings, Pooling};
use casebook_models::encoder::TextEncoder;

use crate::common::TinyBert;

pub const HIDDEN: usize = 16;

pub const BERT: TinyBert =
    TinyBert { vocabulary: 64, positions: 32, hidden: HIDDEN, heads: 2, wide: 32, seed: 11, parts: 2000.0 };

/// Letters and digits as word pieces; asks for truncation and padding of its own, as the real one does.
pub fn tokenizer() -> String {
    let mut vocabulary = serde_json::Map::new();
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map(str::to_owned);
    let letters = ('a'..='z').flat_map(|it| [it.to_string(), format!("##{it}")]);
    for (id, piece) in special.into_iter().chain(letters).enumerate() {
        vocabulary.insert(piece, id.into());
    }
    serde_json::json!({
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 4}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary}
    })
    .to_string()
}

pub fn settings() -> EncoderSettings {
    EncoderSettings { window: 12, stride: 7, pooling: Pooling::Mean, normalise: true, prefix: String::new() }
}

#[allow(dead_code, reason = "some tests take its top layers along")]
pub fn encoder() -> TextEncoder {
    let parts = (BERT.config(), tokenizer());
    TextEncoder::from_parts(
        parts.0.as_bytes(),
        parts.1.as_bytes(),
        &BERT.weights(),
        settings(),
        Path::new("tiny"),
    )
    .unwrap()
}
