//! Text to vectors: a BERT encoder on the CPU.
//!
//! A long text is read in overlapping windows; its vector is their mean, scaled to unit length, and the
//! windows stay available with the offsets they cover. What the vectors mean is left to others.

use std::{fs, path::Path};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

use crate::card::{Card, EncoderSettings};

/// Texts whose tokens are held at once. Enough to find neighbours in length, few enough to forget.
const CHUNK: usize = 256;
/// Windows in one forward pass at most.
const BATCH: usize = 32;
/// Padded tokens in one forward pass at most: activations stay in the second-level cache.
const BATCH_TOKENS: usize = 2048;
/// How many tokens a window may be shorter than the longest of its batch.
const SLACK: usize = 8;

/// An encoder, ready to read. Shared freely between threads.
pub struct TextEncoder {
    model: BertModel,
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
        /// What candle or the tokenizer says.
        message: String,
    },
}

/// Tokens of one window and where it belongs.
struct Pending {
    text: usize,
    window: usize,
    ids: Vec<u32>,
}

impl TextEncoder {
    /// Loads `model.safetensors`, `tokenizer.json` and `config.json` from `dir` and checks them against `card`.
    ///
    /// # Errors
    /// A file that is absent, hashes differently or does not hold what it should.
    pub fn load(dir: &Path, card: &Card) -> Result<Self, EncoderError> {
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
        let (config, tokenizer) = (checked("config.json")?, checked("tokenizer.json")?);
        Self::from_parts(&config, &tokenizer, checked("model.safetensors")?, card.encoder, dir)
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
        let refuse = |name: &str, rule: String| EncoderError::Content {
            path: dir.join(name).display().to_string(),
            rule,
        };
        let config: Config =
            serde_json::from_slice(config).map_err(|it| refuse("config.json", it.to_string()))?;
        if settings.window > config.max_position_embeddings {
            let rule = format!(
                "it has {} positions, the card asks for windows of {}",
                config.max_position_embeddings, settings.window
            );
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
            let rule =
                format!("a BERT tokenizer puts two special tokens around a text, this one {}", around.len());
            return Err(refuse("tokenizer.json", rule));
        };
        let mut sha = Sha256::new();
        sha.update(&weights);
        let builder = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)
            .map_err(|it| refuse("model.safetensors", it.to_string()))?;
        let model =
            BertModel::load(builder, &config).map_err(|it| refuse("model.safetensors", it.to_string()))?;
        Ok(Self {
            model,
            before: vec![*before],
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
        let mut windows: Vec<Vec<Window>> = Vec::with_capacity(texts.len());
        let mut pending = Vec::new();
        for (n, text) in texts.iter().enumerate() {
            let (ranges, ids) = self.cut(text)?;
            windows.push(ranges);
            pending.extend(ids.into_iter().enumerate().map(|(window, ids)| Pending { text: n, window, ids }));
        }
        pending.sort_by_key(|it| it.ids.len());
        let batches = batches(&pending);
        // Batches run beside each other: stock candle keeps one core busy in everything but the matrix products.
        let vectors = batches
            .par_iter()
            .map(|it| self.forward(it))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|it| it.to_string())?;
        for (batch, vectors) in batches.iter().zip(vectors) {
            for (it, vector) in batch.iter().zip(vectors) {
                windows[it.text][it.window].vector = vector;
            }
        }
        Ok(windows.into_iter().map(|it| self.joined(it)).collect())
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

    fn forward(&self, batch: &[Pending]) -> candle_core::Result<Vec<Vec<f32>>> {
        let longest = batch.iter().map(|it| it.ids.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(batch.len() * longest);
        let mut mask = Vec::with_capacity(batch.len() * longest);
        for it in batch {
            let padding = longest - it.ids.len();
            ids.extend_from_slice(&it.ids);
            ids.extend(std::iter::repeat_n(0_u32, padding));
            mask.extend(std::iter::repeat_n(1_f32, it.ids.len()));
            mask.extend(std::iter::repeat_n(0_f32, padding));
        }
        let shape = (batch.len(), longest);
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
        let states = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let mask = mask.unsqueeze(2)?;
        let mean = states.broadcast_mul(&mask)?.sum(1)?.broadcast_div(&mask.sum(1)?)?;
        let mut vectors = mean.to_vec2::<f32>()?;
        if self.settings.normalise {
            for vector in &mut vectors {
                normalise(vector);
            }
        }
        Ok(vectors)
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

/// Neighbours in length, so that little is padded. `pending` is sorted by length.
fn batches(pending: &[Pending]) -> Vec<&[Pending]> {
    let mut batches = Vec::new();
    let mut from = 0;
    for n in 1..=pending.len() {
        let fits = pending.get(n).is_some_and(|it| {
            let tokens = it.ids.len();
            n - from < BATCH
                && (n + 1 - from) * tokens <= BATCH_TOKENS
                && tokens - pending[from].ids.len() <= SLACK
        });
        if !fits {
            batches.push(&pending[from..n]);
            from = n;
        }
    }
    batches
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

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |it: u8| char::from_digit(u32::from(it), 16).expect("half a byte is one hex digit");
    bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, EncoderError> {
    fs::read(path).map_err(|source| EncoderError::Read { path: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(lengths: &[usize]) -> Vec<Pending> {
        lengths.iter().map(|it| Pending { text: 0, window: 0, ids: vec![7; *it] }).collect()
    }

    #[track_caller]
    fn check(lengths: &[usize], expected: &[usize]) {
        let pending = pending(lengths);
        let sizes: Vec<usize> = batches(&pending).iter().map(|it| it.len()).collect();
        assert_eq!(sizes, expected);
    }

    #[test]
    fn nothing_makes_no_batch() {
        check(&[], &[]);
    }

    #[test]
    fn a_batch_holds_neighbours_in_length() {
        check(&[4, 5, 12, 13, 256], &[3, 1, 1]);
    }

    #[test]
    fn long_windows_come_in_small_batches() {
        check(&[256; 20], &[8, 8, 4]);
    }

    #[test]
    fn short_windows_come_by_the_batch() {
        check(&[10; 70], &[32, 32, 6]);
    }
}
