//! A BERT encoder on the CPU without padding: token ids to the mean of their last hidden states.
//!
//! Sequences lie behind each other in one matrix, so that short ones cost what they are long and a batch
//! changes no vector. Weights are held once, in the panels the products read. Each run uses one core;
//! whoever has several calls it from several threads.

use std::collections::HashMap;

use candle_core::{DType, Device, Result, Tensor, quantized::QTensor};
use candle_nn::VarBuilder;
use pulp::Arch;
use serde::{Deserialize, Serialize};

use crate::{
    kernels::{After, Attention, Norm, Panels, Rows, Scratch, attend, layer_norm, multiply},
    tuned::TunedLayers,
};

/// Tokens that go through the layers together: enough to use each panel of weights on several tiles, few
/// enough that the activations of a layer stay in the second-level cache. Three times as many ran 6 % slower.
const PACK_TOKENS: usize = 144;

/// `config.json`, as far as it matters here.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Config {
    #[serde(default)]
    model_type: String,
    vocab_size: usize,
    pub(crate) hidden_size: usize,
    num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: String,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    pub(crate) layer_norm_eps: f64,
    #[serde(default)]
    pad_token_id: usize,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

/// Weights of an encoder as a file has them, under the names that BERT's own files use.
pub(crate) struct Weights {
    /// What words are, where that is in blocks of few bits; they stay so, since a text needs few of many.
    pub(crate) words: Option<QTensor>,
    /// Everything else, and words where `words` has none.
    pub(crate) tensors: HashMap<String, Tensor>,
}

/// What each word is, a row each.
enum Words {
    Plain(Tensor),
    Blocks(QTensor),
}

/// Weights of an encoder, laid out for this processor.
pub(crate) struct Network {
    words: Words,
    n_words: usize,
    positions: Vec<f32>,
    kind: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    hidden: usize,
    heads: usize,
    first_position: usize,
    arch: Arch,
}

/// Top layers that were trained on, in place of the network's own from `first` on.
pub(crate) struct Upper {
    first: usize,
    layers: Vec<Layer>,
}

/// Means of a sequence's last states, by the network's own layers and by those in place of its top ones.
pub(crate) struct Means {
    pub(crate) plain: Vec<f32>,
    pub(crate) tuned: Option<Vec<f32>>,
}

struct Layer {
    qkv: Linear,
    attended: Linear,
    attended_norm: Norm,
    up: Linear,
    down: Linear,
    down_norm: Norm,
}

/// Weights in panels; the bias is as long as the panels are wide.
struct Linear {
    panels: Panels,
    bias: Vec<f32>,
}

impl Config {
    /// Of a BERT with these sizes: hidden, layers, heads, inner, words, positions, kinds of text.
    pub(crate) fn bert(sizes: [usize; 7], layer_norm_eps: f64) -> Self {
        let [
            hidden_size,
            num_hidden_layers,
            num_attention_heads,
            intermediate_size,
            vocab_size,
            positions,
            kinds,
        ] = sizes;
        Self {
            model_type: "bert".into(),
            vocab_size,
            hidden_size,
            num_hidden_layers,
            num_attention_heads,
            intermediate_size,
            hidden_act: "gelu".into(),
            max_position_embeddings: positions,
            type_vocab_size: kinds,
            layer_norm_eps,
            pad_token_id: 0,
            position_embedding_type: Some("absolute".into()),
        }
    }

    /// What this encoder cannot do with such a model; nothing where it can.
    pub(crate) fn broken_rule(&self) -> Option<String> {
        let rule = if !matches!(self.model_type.as_str(), "" | "bert" | "roberta" | "xlm-roberta") {
            format!("model_type {:?}: bert, roberta and xlm-roberta are read", self.model_type)
        } else if self.hidden_act != "gelu" {
            format!("hidden_act {:?}: only gelu is computed", self.hidden_act)
        } else if self.position_embedding_type.as_deref().is_some_and(|it| it != "absolute") {
            "position_embedding_type: only absolute positions are computed".into()
        } else if self.num_attention_heads == 0 || !self.hidden_size.is_multiple_of(self.num_attention_heads)
        {
            format!(
                "{} hidden numbers cannot be shared by {} heads",
                self.hidden_size, self.num_attention_heads
            )
        } else {
            return None;
        };
        Some(rule)
    }

    /// Tokens in a sequence at most.
    pub(crate) fn most_tokens(&self) -> usize {
        self.max_position_embeddings.saturating_sub(self.first_position())
    }

    /// How many layers it has.
    pub(crate) fn n_layers(&self) -> usize {
        self.num_hidden_layers
    }

    /// RoBERTa counts positions from the one after padding's.
    fn first_position(&self) -> usize {
        if matches!(self.model_type.as_str(), "roberta" | "xlm-roberta") { self.pad_token_id + 1 } else { 0 }
    }
}

impl Network {
    /// Lays out weights.
    ///
    /// # Errors
    /// Tensors that are absent or of another shape than `config` says.
    pub(crate) fn load(weights: Weights, config: &Config) -> Result<Self> {
        let source = VarBuilder::from_tensors(weights.tensors, DType::F32, &Device::Cpu);
        let hidden = config.hidden_size;
        let from = source.pp("embeddings");
        let tensor = |name: &str, rows: usize| from.get((rows, hidden), &format!("{name}_embeddings.weight"));
        let table = |name: &str, rows: usize| numbers(&tensor(name, rows)?);
        let words = match weights.words {
            Some(blocks) => Words::Blocks(blocks),
            None => Words::Plain(tensor("word", config.vocab_size)?),
        };
        let kinds = table("token_type", config.type_vocab_size)?;
        Ok(Self {
            words,
            n_words: config.vocab_size,
            positions: table("position", config.max_position_embeddings)?,
            // Only single texts are read: every token is of the first kind.
            kind: kinds[..hidden].to_vec(),
            norm: norm(&from.pp("LayerNorm"), config)?,
            layers: (0..config.num_hidden_layers)
                .map(|it| Layer::load(&source.pp(format!("encoder.layer.{it}")), config))
                .collect::<Result<_>>()?,
            hidden,
            heads: config.num_attention_heads,
            first_position: config.first_position(),
            arch: Arch::new(),
        })
    }

    /// Lays out layers that stand in place of this network's own from `first` on.
    ///
    /// # Errors
    /// Tensors that are absent or of another shape than `config` says.
    pub(crate) fn upper(tuned: &TunedLayers, config: &Config) -> Result<Upper> {
        let source = VarBuilder::from_tensors(tuned.tensors.clone(), DType::F32, &Device::Cpu);
        let layer = |it: usize| Layer::load(&source.pp(format!("encoder.layer.{it}")), config);
        let layers = (tuned.first..config.num_hidden_layers).map(layer).collect::<Result<_>>()?;
        Ok(Upper { first: tuned.first, layers })
    }

    /// The means of each sequence's last states. No sequence may be empty.
    ///
    /// # Errors
    /// An id that the vocabulary does not have, and a sequence that is longer than the positions.
    pub(crate) fn mean_states(
        &self,
        sequences: &[&[u32]],
        upper: Option<&Upper>,
    ) -> std::result::Result<Vec<Means>, String> {
        let shared = upper.map_or(self.layers.len(), |it| it.first);
        let mut states = self.states_below(sequences, shared)?;
        let lengths: Vec<usize> = sequences.iter().map(|it| it.len()).collect();
        let tuned = upper.map(|it| self.means_above(&it.layers, &lengths, states.clone()));
        self.go_through(&self.layers[shared..], &lengths, &mut states);
        let mut tuned = tuned.map(Vec::into_iter);
        let means = self.means(&lengths, &states).into_iter();
        Ok(means.map(|plain| Means { plain, tuned: tuned.as_mut().and_then(Iterator::next) }).collect())
    }

    /// The states of all sequences, a row per token, as layer `layer` reads them. No sequence may be empty.
    ///
    /// # Errors
    /// As of [`Self::mean_states`].
    pub(crate) fn states_below(
        &self,
        sequences: &[&[u32]],
        layer: usize,
    ) -> std::result::Result<Rows, String> {
        let n_words = self.n_words;
        if let Some(id) = sequences.iter().copied().flatten().find(|it| **it as usize >= n_words) {
            return Err(format!("token {id}: the model knows {n_words}, from 0"));
        }
        let most = self.positions.len() / self.hidden - self.first_position;
        if let Some(it) = sequences.iter().find(|it| it.is_empty() || it.len() > most) {
            return Err(format!("a sequence of {} tokens: the model reads 1 to {most}", it.len()));
        }
        let mut states = self.embedded(sequences).map_err(|it| it.to_string())?;
        layer_norm(self.arch, &mut states, &self.norm);
        let lengths: Vec<usize> = sequences.iter().map(|it| it.len()).collect();
        self.go_through(&self.layers[..layer], &lengths, &mut states);
        Ok(states)
    }

    /// The means of sequences of `lengths`, whose `states` are those that the lowest layer of `upper` reads.
    pub(crate) fn means_of(&self, upper: &Upper, lengths: &[usize], states: Rows) -> Vec<Vec<f32>> {
        self.means_above(&upper.layers, lengths, states)
    }

    fn means_above(&self, layers: &[Layer], lengths: &[usize], mut states: Rows) -> Vec<Vec<f32>> {
        self.go_through(layers, lengths, &mut states);
        self.means(lengths, &states)
    }

    /// States of sequences of `lengths`, in place.
    fn go_through(&self, layers: &[Layer], lengths: &[usize], states: &mut Rows) {
        let arch = self.arch;
        let n = states.len();
        let mut scratch = Scratch::default();
        let mut qkv = Rows::zeros(n, 3 * self.hidden);
        let mut mixed = Rows::zeros(n, self.hidden);
        let mut attended = Rows::zeros(n, self.hidden);
        let mut wide = Rows::zeros(n, layers.first().map_or(0, |it| it.up.bias.len()));
        for layer in layers {
            multiply(arch, states, &layer.qkv.panels, &After::Bias(&layer.qkv.bias), &mut qkv);
            let mut first = 0;
            for n in lengths.iter().copied() {
                let heads = self.heads;
                let input = Attention { qkv: &qkv, first, n, heads, size: self.hidden / heads };
                attend(arch, &input, &mut scratch, &mut mixed);
                first += n;
            }
            let Linear { panels, bias } = &layer.attended;
            multiply(arch, &mixed, panels, &After::BiasResidual(bias, states), &mut attended);
            layer_norm(arch, &mut attended, &layer.attended_norm);
            multiply(arch, &attended, &layer.up.panels, &After::BiasGelu(&layer.up.bias), &mut wide);
            let Linear { panels, bias } = &layer.down;
            multiply(arch, &wide, panels, &After::BiasResidual(bias, &attended), states);
            layer_norm(arch, states, &layer.down_norm);
        }
    }

    fn means(&self, lengths: &[usize], states: &Rows) -> Vec<Vec<f32>> {
        let mut first = 0;
        let means = lengths.iter().map(|n| {
            let mut mean = vec![0.0; self.hidden];
            for token in first..first + n {
                mean.iter_mut().zip(states.row(token)).for_each(|(sum, it)| *sum += it);
            }
            for sum in &mut mean {
                *sum /= *n as f32;
            }
            first += n;
            mean
        });
        means.collect()
    }

    fn embedded(&self, sequences: &[&[u32]]) -> Result<Rows> {
        let hidden = self.hidden;
        let ids = Tensor::new(sequences.concat(), &Device::Cpu)?;
        let words = numbers(&match &self.words {
            Words::Plain(table) => table.index_select(&ids, 0)?,
            Words::Blocks(table) => table.embedding(&ids)?,
        })?;
        let mut rows = Rows::zeros(sequences.iter().map(|it| it.len()).sum(), hidden);
        let places = sequences.iter().flat_map(|it| 0..it.len()).zip(words.chunks_exact(hidden));
        for (row, (at, word)) in rows.values.chunks_exact_mut(rows.stride).zip(places) {
            let position = &self.positions[(self.first_position + at) * hidden..][..hidden];
            for (((sum, word), position), kind) in row.iter_mut().zip(word).zip(position).zip(&self.kind) {
                *sum = word + kind + position;
            }
        }
        Ok(rows)
    }
}

/// Cuts sequences into packs that run well; one that is longer than a pack is a pack alone.
pub(crate) fn packs<'a, 'b>(sequences: &'a [&'b [u32]]) -> Vec<&'a [&'b [u32]]> {
    let mut packs = Vec::new();
    let (mut from, mut tokens) = (0, 0);
    for (n, it) in sequences.iter().enumerate() {
        if n > from && tokens + it.len() > PACK_TOKENS {
            packs.push(&sequences[from..n]);
            (from, tokens) = (n, 0);
        }
        tokens += it.len();
    }
    if from < sequences.len() {
        packs.push(&sequences[from..]);
    }
    packs
}

impl Layer {
    fn load(from: &VarBuilder, config: &Config) -> Result<Self> {
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let own = |name: &str| from.pp(format!("attention.self.{name}"));
        Ok(Self {
            // One product for queries, keys and values.
            qkv: linear(&[own("query"), own("key"), own("value")], hidden, hidden)?,
            attended: linear(&[from.pp("attention.output.dense")], hidden, hidden)?,
            attended_norm: norm(&from.pp("attention.output.LayerNorm"), config)?,
            up: linear(&[from.pp("intermediate.dense")], hidden, wide)?,
            down: linear(&[from.pp("output.dense")], wide, hidden)?,
            down_norm: norm(&from.pp("output.LayerNorm"), config)?,
        })
    }
}

fn linear(from: &[VarBuilder], depth: usize, columns: usize) -> Result<Linear> {
    let mut weights = Vec::with_capacity(from.len() * depth * columns);
    let mut bias = Vec::new();
    for it in from {
        weights.extend(numbers(&it.get((columns, depth), "weight")?)?);
        bias.extend(numbers(&it.get(columns, "bias")?)?);
    }
    let panels = Panels::pack(&weights, depth);
    bias.resize(panels.stride(), 0.0);
    Ok(Linear { panels, bias })
}

fn norm(from: &VarBuilder, config: &Config) -> Result<Norm> {
    let part = |name: &str| numbers(&from.get(config.hidden_size, name)?);
    Ok(Norm { gain: part("weight")?, bias: part("bias")?, eps: config.layer_norm_eps as f32 })
}

fn numbers(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lengths: &[usize], expected: &[usize]) {
        let tokens = [0; 512];
        let sequences: Vec<&[u32]> = lengths.iter().map(|it| &tokens[..*it]).collect();
        let sizes: Vec<usize> = packs(&sequences).iter().map(|it| it.len()).collect();
        assert_eq!(sizes, expected);
    }

    #[test]
    fn nothing_makes_no_pack() {
        check(&[], &[]);
    }

    #[test]
    fn a_pack_is_filled_in_the_order_given() {
        check(&[100, 44, 1, 143, 1], &[2, 2, 1]);
    }

    #[test]
    fn a_sequence_longer_than_a_pack_is_one_alone() {
        check(&[3, 512, 4], &[1, 1, 1]);
    }
}
