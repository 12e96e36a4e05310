//! Text to vectors on the CPU.
//!
//! A long text is read in overlapping windows; its vector is their mean, scaled to unit length, and the
//! windows stay available with the offsets they cover. The network is `packed`'s; what the vectors mean is
//! left to others.

mod e5s1;

use std::{fs, path::Path};

use candle_core::{Device, safetensors};
use casebook_core::hash::hex;
use casebook_fetch::card::{Card, EncoderSettings, Family};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

use crate::packed::{self, Config, Network, Weights};

/// Texts whose tokens are held at once: work for many cores, little to hold.
const CHUNK: usize = 256;

/// An encoder, ready to read. Shared freely between threads.
pub struct TextEncoder {
    network: Network,
    tokenizer: Tokenizer,
    settings: EncoderSettings,
    before: Vec<u32>,
    after: Vec<u32>,
    dimensions: usize,
    weights: Sha256,
}

/// A text as vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded {
    /// Mean of the windows, unit length where the card says so.
    pub vector: Vec<f32>,
    /// At least one, in order.
    pub windows: Vec<Window>,
}

/// A stretch of text that was read in one go.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Scalar offset into the text.
    pub start: u32,
    /// Scalar offset, exclusive.
    pub end: u32,
    /// Unit length where the card says so.
    pub vector: Vec<f32>,
}

/// Why an encoder could not be loaded or failed on a text.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file could not be read.
    #[error("could not read {path}: {source}")]
    Read {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is not what the card names.
    #[error("{path}: sha256 should be {expected}, found {found}: install the model again")]
    WrongHash {
        /// Which.
        path: String,
        /// From the card.
        expected: String,
        /// Of the file.
        found: String,
    },
    /// The card is of a model that makes no vectors.
    #[error("{model}: family {family} is no encoder, its card has no [encoder]")]
    NoEncoder {
        /// The card's id.
        model: String,
        /// As the card spells it.
        family: &'static str,
    },
    /// A file does not hold what its name says.
    #[error("{path}: {rule}")]
    Content {
        /// Which.
        path: String,
        /// What is wrong.
        rule: String,
    },
    /// The model failed while it ran.
    #[error("could not embed {n_texts} texts: {message}")]
    Run {
        /// How many were asked for.
        n_texts: usize,
        /// What the network or the tokenizer says.
        message: String,
    },
}

impl TextEncoder {
    /// Loads the files of `card` from `dir` and checks them against it and the hashes that were taken when it was
    /// installed: `model.safetensors` and `config.json`, or one file that is both, and `tokenizer.json`.
    ///
    /// # Errors
    /// A card that is none of an encoder, and a file that is absent, hashes differently or does not hold what it
    /// should.
    pub fn load(dir: &Path, card: &Card) -> Result<Self, EncoderError> {
        let card = card.pinned(dir);
        let Some(settings) = card.encoder.clone() else {
            return Err(EncoderError::NoEncoder { model: card.id, family: card.family.word() });
        };
        let checked = |name: &str| {
            let path = dir.join(name);
            let bytes = read(&path)?;
            match card.files.iter().find(|it| it.name == name) {
                Some(file) if file.sha256 != hex(&Sha256::digest(&bytes)) => Err(EncoderError::WrongHash {
                    path: path.display().to_string(),
                    expected: file.sha256.clone(),
                    found: hex(&Sha256::digest(&bytes)),
                }),
                _ => Ok(bytes),
            }
        };
        let tokenizer = checked("tokenizer.json")?;
        if card.family == Family::BertE5s1 {
            let name = card.files.iter().map(|it| it.name.as_str()).find(|it| *it != "tokenizer.json");
            let name = name.unwrap_or("model.bin");
            let bytes = checked(name)?;
            let (config, weights) = e5s1::read(&bytes).map_err(|rule| content(dir, name, rule))?;
            return Self::built(&config, &tokenizer, weights, Sha256::new_with_prefix(&bytes), settings, dir);
        }
        Self::from_parts(&checked("config.json")?, &tokenizer, checked("model.safetensors")?, settings, dir)
    }

    /// Builds an encoder from the three files' bytes; `dir` is how errors call them.
    ///
    /// # Errors
    /// Bytes that are no BERT configuration, tokenizer or weights, or do not fit each other.
    pub fn from_parts(
        config: &[u8],
        tokenizer: &[u8],
        weights: Vec<u8>,
        settings: EncoderSettings,
        dir: &Path,
    ) -> Result<Self, EncoderError> {
        let config: Config =
            serde_json::from_slice(config).map_err(|it| content(dir, "config.json", it.to_string()))?;
        let sha = Sha256::new_with_prefix(&weights);
        let tensors = safetensors::load_buffer(&weights, &Device::Cpu)
            .map_err(|it| content(dir, "model.safetensors", it.to_string()))?;
        drop(weights);
        Self::built(&config, tokenizer, Weights { words: None, tensors }, sha, settings, dir)
    }

    fn built(
        config: &Config,
        tokenizer: &[u8],
        weights: Weights,
        sha: Sha256,
        settings: EncoderSettings,
        dir: &Path,
    ) -> Result<Self, EncoderError> {
        let refuse = |name: &str, rule: String| content(dir, name, rule);
        if let Some(rule) = config.broken_rule() {
            return Err(refuse("config.json", rule));
        }
        if settings.window > config.most_tokens() {
            let (positions, window) = (config.most_tokens(), settings.window);
            let rule = format!("it has {positions} positions, the card asks for windows of {window}");
            return Err(refuse("config.json", rule));
        }
        let mut tokenizer =
            Tokenizer::from_bytes(tokenizer).map_err(|it| refuse("tokenizer.json", it.to_string()))?;
        // The file may ask for truncation and padding of its own; windows are cut here instead.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|it| refuse("tokenizer.json", it.to_string()))?;
        // The empty text shows which special tokens stand around every text.
        let around = tokenizer.encode("", true).map_err(|it| refuse("tokenizer.json", it.to_string()))?;
        let [before, after] = around.get_ids() else {
            let rule = format!(
                "this kind of tokenizer puts two special tokens around a text, this one {}",
                around.len()
            );
            return Err(refuse("tokenizer.json", rule));
        };
        // Apart from the text: where words are cut at spaces, as here, the pieces are the same.
        let prefix = tokenizer
            .encode(settings.prefix.as_str(), false)
            .map_err(|it| refuse("tokenizer.json", it.to_string()))?;
        let before = [&[*before], prefix.get_ids()].concat();
        if before.len() + 2 > settings.window || settings.stride > settings.window - before.len() - 1 {
            let rule = format!(
                "prefix {:?} is {} tokens: windows would leave some out",
                settings.prefix,
                prefix.len()
            );
            return Err(refuse("tokenizer.json", rule));
        }
        let network = Network::load(weights, config).map_err(|it| refuse("its weights", it.to_string()))?;
        Ok(Self {
            network,
            before,
            after: vec![*after],
            tokenizer,
            settings,
            dimensions: config.hidden_size,
            weights: sha,
        })
    }

    /// Length of every vector.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// sha256 over the weights and then `more`, in hex.
    #[must_use]
    pub fn weights_sha256(&self, more: &[u8]) -> String {
        hex(&self.weights.clone().chain_update(more).finalize())
    }

    /// One vector per text, in order.
    ///
    /// # Errors
    /// When the model fails.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        Ok(self.embed_windows(texts)?.into_iter().map(|it| it.vector).collect())
    }

    /// One vector per text with the windows it is made of, in order.
    ///
    /// # Errors
    /// When the model fails.
    pub fn embed_windows(&self, texts: &[&str]) -> Result<Vec<Embedded>, EncoderError> {
        let mut all = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(CHUNK) {
            let chunk = self
                .embed_chunk(chunk)
                .map_err(|message| EncoderError::Run { n_texts: texts.len(), message })?;
            all.extend(chunk);
        }
        Ok(all)
    }

    fn embed_chunk(&self, texts: &[&str]) -> Result<Vec<Embedded>, String> {
        let cut = texts.par_iter().map(|it| self.cut(it)).collect::<Result<Vec<_>, _>>()?;
        let sequences: Vec<&[u32]> = cut.iter().flat_map(|it| &it.1).map(Vec::as_slice).collect();
        let mut vectors = self.vectors(&sequences)?.into_iter();
        let filled = cut.into_iter().map(|(mut windows, _)| {
            for (window, vector) in windows.iter_mut().zip(&mut vectors) {
                window.vector = vector;
            }
            self.joined(windows)
        });
        Ok(filled.collect())
    }

    /// The token ids of each window of `text`, special tokens included.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn tokens(&self, text: &str) -> Result<Vec<Vec<u32>>, EncoderError> {
        Ok(self.cut(text).map_err(|message| EncoderError::Run { n_texts: 1, message })?.1)
    }

    /// One vector per sequence of token ids, in order.
    ///
    /// # Errors
    /// Ids the model does not know, and sequences that are empty or longer than it reads.
    pub fn embed_tokens(&self, sequences: &[&[u32]]) -> Result<Vec<Vec<f32>>, EncoderError> {
        self.vectors(sequences).map_err(|message| EncoderError::Run { n_texts: sequences.len(), message })
    }

    fn vectors(&self, sequences: &[&[u32]]) -> Result<Vec<Vec<f32>>, String> {
        let packs = packed::packs(sequences);
        let vectors =
            packs.par_iter().map(|it| self.network.mean_states(it)).collect::<Result<Vec<_>, _>>()?;
        let mut vectors = vectors.concat();
        if self.settings.normalise {
            for it in &mut vectors {
                normalise(it);
            }
        }
        Ok(vectors)
    }

    /// The windows of a text: their scalar ranges, vectors still empty, and their tokens.
    fn cut(&self, text: &str) -> Result<(Vec<Window>, Vec<Vec<u32>>), String> {
        let encoding = self.tokenizer.encode_char_offsets(text, false).map_err(|it| it.to_string())?;
        let (ids, offsets) = (encoding.get_ids(), encoding.get_offsets());
        let room = self.settings.window - self.before.len() - self.after.len();
        let mut windows = Vec::new();
        let mut tokens = Vec::new();
        let mut from = 0;
        loop {
            let to = ids.len().min(from + room);
            let is_last = to == ids.len();
            windows.push(Window {
                start: if from == 0 { 0 } else { offsets[from].0 as u32 },
                end: if is_last { casebook_core::text::scalars(text) } else { offsets[to - 1].1 as u32 },
                vector: Vec::new(),
            });
            tokens.push([&self.before, &ids[from..to], &self.after].concat());
            if is_last {
                return Ok((windows, tokens));
            }
            from += self.settings.stride;
        }
    }

    fn joined(&self, windows: Vec<Window>) -> Embedded {
        if let [only] = windows.as_slice() {
            return Embedded { vector: only.vector.clone(), windows };
        }
        let mut vector = vec![0_f32; self.dimensions];
        for window in &windows {
            for (sum, it) in vector.iter_mut().zip(&window.vector) {
                *sum += it / windows.len() as f32;
            }
        }
        if self.settings.normalise {
            normalise(&mut vector);
        }
        Embedded { vector, windows }
    }
}

/// Scales to unit length; the zero vector stays.
pub(crate) fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    if length > 0.0 {
        for it in vector {
            *it /= length;
        }
    }
}

fn content(dir: &Path, name: &str, rule: String) -> EncoderError {
    EncoderError::Content { path: dir.join(name).display().to_string(), rule }
}

fn read(path: &Path) -> Result<Vec<u8>, EncoderError> {
    fs::read(path).map_err(|source| EncoderError::Read { path: path.display().to_string(), source })
}
