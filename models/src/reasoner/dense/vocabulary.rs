//! `tokenizer.json`: which tokens there are, and how a text becomes some of them.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use tokenizers::{NormalizerWrapper, PreTokenizerWrapper, models::bpe::Merges};

use crate::reasoner::tokens::{Token, Words};

/// What is read of the file. Truncation, padding and what it puts around a text are the frame's business.
#[derive(Deserialize)]
struct File {
    added_tokens: Vec<Added>,
    normalizer: Option<NormalizerWrapper>,
    pre_tokenizer: PreTokenizerWrapper,
    decoder: Kind,
    model: Model,
}

/// A token that no text becomes.
#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
}

#[derive(Deserialize)]
struct Kind {
    r#type: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    r#type: String,
    dropout: Option<f32>,
    /// For what the vocabulary cannot spell; one of bytes spells everything.
    #[serde(default, rename = "unk_token")]
    _unknown: Value,
    #[serde(default, rename = "fuse_unk")]
    _joins_unknown: Value,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
    vocab: HashMap<String, u32>,
    merges: Vec<Merge>,
}

/// Both ways of writing one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Line(String),
}

/// The tokens by id, as many as `n_words`, which pairs are joined, and how texts are cut.
pub(super) fn read(bytes: &[u8], n_words: usize) -> Result<(Vec<Token>, Merges, Words), String> {
    let file: File = serde_json::from_slice(bytes).map_err(|it| it.to_string())?;
    let File { added_tokens, normalizer, pre_tokenizer, decoder, model } = file;
    if (model.r#type.as_str(), decoder.r#type.as_str()) != ("BPE", "ByteLevel") {
        return Err(format!(
            "model {:?} behind a decoder {:?}: BPE of bytes, \"ByteLevel\", is read",
            model.r#type, decoder.r#type
        ));
    }
    if model.dropout.is_some_and(|it| it != 0.0) {
        return Err(format!("dropout {:?}: a text always becomes the same tokens here", model.dropout));
    }
    let around = [&model.continuing_subword_prefix, &model.end_of_word_suffix];
    if model.byte_fallback || around.into_iter().flatten().any(|it| !it.is_empty()) {
        return Err(
            "byte_fallback, continuing_subword_prefix and end_of_word_suffix: there are none here".into()
        );
    }
    let mut tokens: Vec<Option<Token>> = (0..n_words).map(|_| None).collect();
    let mut put = |id: u32, spelling: String, is_text: bool| match tokens.get_mut(id as usize) {
        // Some files have the tokens of control in the vocabulary, too.
        Some(place) if place.as_ref().is_none_or(|it| it.spelling == spelling) => {
            *place = Some(Token { spelling, is_text });
            Ok(())
        }
        Some(_) => Err(format!("two tokens have the id {id}")),
        None => Err(format!("token {spelling:?} has the id {id}, and there are {n_words} words")),
    };
    model.vocab.into_iter().try_for_each(|(spelling, id)| put(id, spelling, true))?;
    added_tokens.into_iter().try_for_each(|it| put(it.id, it.content, false))?;
    let padding = |id: usize| Token { spelling: format!("[PAD{id}]"), is_text: false };
    let tokens = tokens.into_iter().enumerate().map(|(id, it)| it.unwrap_or_else(|| padding(id))).collect();
    let merges: Result<Merges, String> = model.merges.into_iter().map(Merge::pair).collect();
    Ok((tokens, merges?, Words { normalise: normalizer, cut: pre_tokenizer, whole: model.ignore_merges }))
}

impl Merge {
    fn pair(self) -> Result<(String, String), String> {
        match self {
            Self::Pair(left, right) => Ok((left, right)),
            Self::Line(line) => match line.split_once(' ') {
                Some((left, right)) => Ok((left.into(), right.into())),
                None => Err(format!("{line:?} joins nothing")),
            },
        }
    }
}
