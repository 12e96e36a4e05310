//! Text to vectors on the CPU.
//!
//! A long text is read in overlapping windows; its vector is their mean, scaled to unit length, and the
//! windows stay available with the offsets they cover. The network is `packed`'s; what the vectors mean is
//! left to others.

mod e5s1;

pub mod plain;

use std::{collections::HashMap, fs, path::Path};

use candle_core::{Device, Tensor, safetensors};
use casebook_core::hash::hex;
use casebook_fetch::card::{Card, EncoderSettings, Family};
use half::f16;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

use crate::{
    kernels::Rows,
    packed::{self, Config, Means, Network, Upper, Weights},
    tuned::{TopLayers, TunedLayers},
};

/// Texts whose tokens are held at once: work for many cores, little to hold.
const CHUNK: usize = 256;
/// Texts whose states go through layers together.
const TOGETHER: usize = 8;

/// An encoder, ready to read. Shared freely between threads.
pub struct TextEncoder {
    network: Network,
    config: Config,
    upper: Option<Upper>,
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

/// A text as the encoder came, and as its trained layers see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    /// By the encoder's own layers: what items are found alike by.
    pub plain: Vec<f32>,
    /// By the layers of [`TextEncoder::set_layers`]; `None` without any.
    pub tuned: Option<Vec<f32>>,
}

/// A text's windows, their vectors still empty, and the means of each.
type OfText = (Vec<Window>, Vec<Means>);

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
        Self::built(Files::checked(dir, card)?, dir)
    }

    /// The same, and a copy of its topmost `n` layers to train on.
    ///
    /// # Errors
    /// As of [`Self::load`], and more layers than it has.
    pub fn load_with_top(dir: &Path, card: &Card, n: usize) -> Result<(Self, TopLayers), EncoderError> {
        let files = Files::checked(dir, card)?;
        let top = files.top(n, dir)?;
        Ok((Self::built(files, dir)?, top))
    }

    /// Builds an encoder from the three files' bytes; `dir` is how errors call them.
    ///
    /// # Errors
    /// Bytes that are no BERT configuration, tokenizer or weights, or do not fit each other.
    pub fn from_parts(
        config: &[u8],
        tokenizer: &[u8],
        weights: &[u8],
        settings: EncoderSettings,
        dir: &Path,
    ) -> Result<Self, EncoderError> {
        Self::built(Files::read(config, tokenizer.to_vec(), weights, settings, dir)?, dir)
    }

    /// [`Self::from_parts`] with a copy of the topmost `n` layers.
    ///
    /// # Errors
    /// As of [`Self::from_parts`], and more layers than it has.
    pub fn from_parts_with_top(
        config: &[u8],
        tokenizer: &[u8],
        weights: &[u8],
        settings: EncoderSettings,
        n: usize,
    ) -> Result<(Self, TopLayers), EncoderError> {
        let dir = Path::new("parts");
        let files = Files::read(config, tokenizer.to_vec(), weights, settings, dir)?;
        let top = files.top(n, dir)?;
        Ok((Self::built(files, dir)?, top))
    }

    fn built(files: Files, dir: &Path) -> Result<Self, EncoderError> {
        let Files { config, tokenizer, weights, sha, settings } = files;
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
            Tokenizer::from_bytes(&tokenizer).map_err(|it| refuse("tokenizer.json", it.to_string()))?;
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
        // Apart from the text, and without its last blank: a tokenizer of SentencePiece's kind makes that one the
        // beginning of the text's first word, also where it reads the text by itself.
        let prefix = tokenizer
            .encode(settings.prefix.trim_end(), false)
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
        // What is read before every text makes vectors of another kind out of the same weights.
        let sha = prefix.get_ids().iter().fold(sha, |sha, token| sha.chain_update(token.to_le_bytes()));
        let network = Network::load(weights, &config).map_err(|it| refuse("its weights", it.to_string()))?;
        Ok(Self {
            network,
            before,
            after: vec![*after],
            tokenizer,
            settings,
            dimensions: config.hidden_size,
            config,
            upper: None,
            weights: sha,
        })
    }

    /// Length of every vector.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// sha256 over the weights, the tokens that stand before every text, and then `more`, in hex.
    #[must_use]
    pub fn weights_sha256(&self, more: &[u8]) -> String {
        hex(&self.weights.clone().chain_update(more).finalize())
    }

    /// Puts trained layers beside the encoder's own top ones. Every text is then read by both.
    ///
    /// # Errors
    /// Layers of another shape than this encoder's; the message says which tensor.
    pub fn set_layers(&mut self, layers: &TunedLayers) -> Result<(), String> {
        self.upper = Some(Network::upper(layers, &self.config).map_err(|it| it.to_string())?);
        Ok(())
    }

    /// One vector per text, in order, by the encoder's own layers.
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
        let embedded = self.read(texts, None)?.into_iter().map(|(mut windows, means)| {
            let vector = self.joined(means.iter().map(|it| it.plain.as_slice()));
            for (window, mean) in windows.iter_mut().zip(means) {
                window.vector = mean.plain;
            }
            Embedded { vector, windows }
        });
        Ok(embedded.collect())
    }

    /// What each text is to the encoder's own layers and to the trained ones, in order.
    ///
    /// # Errors
    /// When the model fails.
    pub fn embed_both(&self, texts: &[&str]) -> Result<Vec<Vectors>, EncoderError> {
        let both = self.read(texts, self.upper.as_ref())?.into_iter().map(|(_, means)| {
            let tuned = means.iter().filter_map(|it| it.tuned.as_deref());
            Vectors {
                plain: self.joined(means.iter().map(|it| it.plain.as_slice())),
                tuned: self.upper.is_some().then(|| self.joined(tuned)),
            }
        });
        Ok(both.collect())
    }

    /// The windows of each text, their vectors still empty, and the means of each window.
    fn read(&self, texts: &[&str], upper: Option<&Upper>) -> Result<Vec<OfText>, EncoderError> {
        let failed = |message| EncoderError::Run { n_texts: texts.len(), message };
        let mut all = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(CHUNK) {
            let cut =
                chunk.par_iter().map(|it| self.cut(it)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            let sequences: Vec<&[u32]> = cut.iter().flat_map(|it| &it.1).map(Vec::as_slice).collect();
            let mut means = self.means(&sequences, upper).map_err(failed)?.into_iter();
            all.extend(cut.into_iter().map(|(windows, _)| {
                let means = means.by_ref().take(windows.len()).collect();
                (windows, means)
            }));
        }
        Ok(all)
    }

    /// The states of the start of each text, a row of [`Self::dimensions`] numbers per token, as layer `layer` reads
    /// them. A text of more than `most` tokens is cut there.
    ///
    /// # Errors
    /// When the model fails.
    pub fn states_below(
        &self,
        layer: usize,
        texts: &[&str],
        most: usize,
    ) -> Result<Vec<Vec<f32>>, EncoderError> {
        let failed = |message| EncoderError::Run { n_texts: texts.len(), message };
        let cut = |text: &&str| -> Result<Vec<u32>, String> {
            let mut tokens = self.cut(text)?.1.into_iter().next().unwrap_or_default();
            if tokens.len() > most {
                tokens.truncate(most - self.after.len());
                tokens.extend(&self.after);
            }
            Ok(tokens)
        };
        let sequences = texts.par_iter().map(cut).collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let sequences: Vec<&[u32]> = sequences.iter().map(Vec::as_slice).collect();
        let states = packed::packs(&sequences).into_par_iter().map(|pack| {
            let rows = self.network.states_below(pack, layer)?;
            let mut at = 0;
            let of_each = pack.iter().map(|it| {
                let tokens = at..at + it.len();
                at = tokens.end;
                tokens.flat_map(|token| &rows.row(token)[..self.dimensions]).copied().collect()
            });
            Ok(of_each.collect::<Vec<Vec<f32>>>())
        });
        Ok(states.collect::<Result<Vec<_>, _>>().map_err(failed)?.concat())
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

    /// The vectors of texts by the layers of [`Self::set_layers`], from the states that the lowest of them reads, as
    /// [`Self::states_below`] gives them. Empty without such layers.
    #[must_use]
    pub fn embed_states(&self, states: &[&[f16]]) -> Vec<Vec<f32>> {
        let Some(upper) = &self.upper else { return Vec::new() };
        let vectors = states.par_chunks(TOGETHER).map(|texts| {
            let lengths: Vec<usize> = texts.iter().map(|it| it.len() / self.dimensions).collect();
            let mut rows = Rows::zeros(lengths.iter().sum(), self.dimensions);
            let stride = rows.stride;
            let numbers = texts.iter().flat_map(|it| it.chunks_exact(self.dimensions));
            for (row, states) in rows.values.chunks_exact_mut(stride).zip(numbers) {
                row.iter_mut().zip(states).for_each(|(number, it)| *number = it.to_f32());
            }
            let mut means = self.network.means_of(upper, &lengths, rows);
            if self.settings.normalise {
                for it in &mut means {
                    normalise(it);
                }
            }
            means
        });
        vectors.flatten().collect()
    }

    fn vectors(&self, sequences: &[&[u32]]) -> Result<Vec<Vec<f32>>, String> {
        Ok(self.means(sequences, None)?.into_iter().map(|it| it.plain).collect())
    }

    fn means(&self, sequences: &[&[u32]], upper: Option<&Upper>) -> Result<Vec<Means>, String> {
        let packs = packed::packs(sequences).into_par_iter();
        let means = packs.map(|it| self.network.mean_states(it, upper)).collect::<Result<Vec<_>, _>>()?;
        let mut means: Vec<Means> = means.into_iter().flatten().collect();
        if self.settings.normalise {
            for it in &mut means {
                normalise(&mut it.plain);
                if let Some(tuned) = &mut it.tuned {
                    normalise(tuned);
                }
            }
        }
        Ok(means)
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

    /// The mean of windows' vectors; that of one window is itself.
    fn joined<'a>(&self, windows: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
        let windows: Vec<&[f32]> = windows.collect();
        if let [only] = windows[..] {
            return only.to_vec();
        }
        let mut vector = vec![0_f32; self.dimensions];
        for window in &windows {
            for (sum, it) in vector.iter_mut().zip(*window) {
                *sum += it / windows.len() as f32;
            }
        }
        if self.settings.normalise {
            normalise(&mut vector);
        }
        vector
    }
}

/// The files of an encoder, read and checked but for how they fit together.
struct Files {
    config: Config,
    tokenizer: Vec<u8>,
    weights: Weights,
    sha: Sha256,
    settings: EncoderSettings,
}

impl Files {
    fn checked(dir: &Path, card: &Card) -> Result<Self, EncoderError> {
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
            let sha = Sha256::new_with_prefix(&bytes);
            return Ok(Self { config, tokenizer, weights, sha, settings });
        }
        Self::read(&checked("config.json")?, tokenizer, &checked("model.safetensors")?, settings, dir)
    }

    fn read(
        config: &[u8],
        tokenizer: Vec<u8>,
        weights: &[u8],
        settings: EncoderSettings,
        dir: &Path,
    ) -> Result<Self, EncoderError> {
        let config: Config =
            serde_json::from_slice(config).map_err(|it| content(dir, "config.json", it.to_string()))?;
        let sha = Sha256::new_with_prefix(weights);
        let tensors: HashMap<String, Tensor> = safetensors::load_buffer(weights, &Device::Cpu)
            .map_err(|it| content(dir, "model.safetensors", it.to_string()))?;
        Ok(Self { config, tokenizer, weights: Weights { words: None, tensors }, sha, settings })
    }

    /// A copy of the topmost `n` layers.
    fn top(&self, n: usize, dir: &Path) -> Result<TopLayers, EncoderError> {
        let all = self.config.n_layers();
        let rule = || content(dir, "its layers", format!("{n} of {all} cannot be trained on"));
        let first = all.checked_sub(n).filter(|_| n > 0).ok_or_else(rule)?;
        Ok(TopLayers {
            layers: TunedLayers::of(first..all, &self.weights.tensors),
            config: self.config.clone(),
        })
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
