//! Which models can be loaded, what each is for, and in which files it comes.

use std::path::Path;

use casebook_core::ports::Role;
use serde::Deserialize;

/// An architecture that can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// A BERT or RoBERTa sentence encoder; the tokenizer is whatever its file says.
    Bert,
    /// The same with weights of four bits in one file of its own format, `E5S1`, and its tokenizer beside it.
    BertE5s1,
    /// A language model of Qwen2's architecture, quantised, with its tokenizer in one GGUF file.
    Qwen2Gguf,
    /// The same of Qwen3's architecture.
    Qwen3Gguf,
    /// The same of Llama's architecture.
    LlamaGguf,
    /// A language model of Qwen2's architecture, unpacked, in a folder as Hugging Face lays it out.
    Qwen2,
    /// The same of Qwen3's architecture.
    Qwen3,
    /// The same of Llama's architecture.
    Llama,
}

impl Family {
    /// As cards spell it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bert => "bert",
            Self::BertE5s1 => "bert-e5s1",
            Self::Qwen2Gguf => "qwen2-gguf",
            Self::Qwen3Gguf => "qwen3-gguf",
            Self::LlamaGguf => "llama-gguf",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::Llama => "llama",
        }
    }

    /// What it can be asked for: an encoder embeds, and scores by likeness to a policy's words.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Bert | Self::BertE5s1 => &[Role::Scorer, Role::Embedder],
            Self::Qwen2Gguf | Self::Qwen3Gguf | Self::LlamaGguf | Self::Qwen2 | Self::Qwen3 | Self::Llama => {
                &[Role::Reasoner]
            }
        }
    }

    /// Whether it is a language model whose weights, configuration and tokenizer are files of their own.
    #[must_use]
    pub fn is_folder(self) -> bool {
        matches!(self, Self::Qwen2 | Self::Qwen3 | Self::Llama)
    }

    /// Whether it makes vectors of texts, as its card's `[encoder]` says.
    #[must_use]
    pub fn is_encoder(self) -> bool {
        self.roles().contains(&Role::Embedder)
    }

    /// Why a language model of this family is not in files of these names.
    pub(super) fn broken_rule_of_files(self, names: &[&str]) -> Option<String> {
        let family = self.word();
        if !self.is_folder() {
            let one_file = names.len() == 1 && Path::new(names[0]).extension().is_some_and(|it| it == "gguf");
            return (!one_file).then(|| format!("family {family}: one file, NAME.gguf"));
        }
        let whole = names.contains(&"model.safetensors");
        let weights = if whole { "model.safetensors" } else { "model.safetensors.index.json" };
        let needed = ["config.json", "tokenizer.json", weights];
        let is_weights = |it: &&str| it.ends_with(".safetensors");
        let has_all = needed.iter().all(|it| names.contains(it)) && names.iter().any(is_weights);
        let is_read = |it: &&str| needed.contains(it) || (!whole && is_weights(it));
        (!has_all || !names.iter().all(is_read)).then(|| {
            format!(
                "family {family}: config.json, tokenizer.json, and model.safetensors, or \
                 model.safetensors.index.json and its parts NAME.safetensors; no other file is read"
            )
        })
    }
}
