//! The top layers of an encoder and heads on its vectors, while they are trained.
//!
//! What the layers below make of a text is computed once, by [`TextEncoder::states_below`]; here it is the input.
//! The layers are BERT's as in `packed`, written in candle's differentiable operations; the vector of a text is the
//! mean of its states at unit length; each head is a logistic regression on it. AdamW (Loshchilov and Hutter 2019)
//! with one rate for the layers and one for the heads, gradients clipped to a norm of 1.
//!
//! [`TextEncoder::states_below`]: crate::encoder::TextEncoder::states_below

mod operations;

use std::{collections::HashMap, path::Path};

use candle_core::{D, DType, Device, Result, Tensor, Var, safetensors};
use candle_nn::ops::softmax;
use half::f16;
use rayon::prelude::*;

use self::operations::{AddRow, Gelu, Normalise};
use crate::{
    logistic::Linear,
    tuned::{TopLayers, TunedLayers},
};

/// What a vector of unit length is multiplied with before the heads: logits then fit weights of everyday size.
const SCALE: f64 = 8.0;
/// Of AdamW, as its paper proposes.
const BETA: (f32, f32) = (0.9, 0.999);
const EPSILON: f32 = 1e-8;
/// Pulls weights of matrices to zero.
const DECAY: f64 = 0.01;
/// Gradients together are no longer than this.
const CLIP: f64 = 1.0;
/// What the loss of pairs weighs beside that of single answers.
const OF_PAIRS: f64 = 0.5;

/// Layers and heads that learn.
pub struct Tuner {
    layers: Vec<Layer>,
    first: usize,
    weight: Var,
    bias: Var,
    learnt: Vec<Learnt>,
    n_steps: usize,
    hidden: usize,
    heads: usize,
    epsilon: f64,
}

/// One tensor that learns, with AdamW's running means.
struct Learnt {
    name: String,
    var: Var,
    mean: Vec<f32>,
    square: Vec<f32>,
}

struct Layer {
    query: Dense,
    key: Dense,
    value: Dense,
    attended: Dense,
    attended_norm: Dense,
    up: Dense,
    down: Dense,
    down_norm: Dense,
}

/// A product's or a norm's weight and bias.
struct Dense {
    weight: Var,
    bias: Var,
}

/// A text to learn from.
#[derive(Clone, Copy, Debug)]
pub struct Example<'a> {
    /// A row of hidden numbers per token, as the lowest layer here reads them.
    pub states: &'a [f16],
    /// 0 or 1 per head, and what the answer weighs; a weight of 0 is an answer that nobody knows.
    pub answers: &'a [(f32, f32)],
}

/// Two texts of a batch that are nearly alike, and that a head has to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Place of the text that answers yes.
    pub yes: usize,
    /// Place of its look-alike, which answers no.
    pub no: usize,
    /// Which head.
    pub head: usize,
}

/// What the network broke off with.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct TuningError(#[from] candle_core::Error);

/// How far one step goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Of the layers.
    pub layers: f64,
    /// Of the heads.
    pub heads: f64,
}

impl Tuner {
    /// Layers as they came, and `n_heads` heads that say nothing yet.
    ///
    /// # Errors
    /// Layers that lack a tensor.
    pub fn new(top: &TopLayers, n_heads: usize) -> std::result::Result<Self, TuningError> {
        let config = &top.config;
        let mut learnt = Vec::new();
        let mut learn = |name: &str, tensor: &Tensor| -> Result<Var> {
            let var = Var::from_tensor(&tensor.to_dtype(DType::F32)?.contiguous()?)?;
            let zeros = vec![0.0; var.elem_count()];
            learnt.push(Learnt {
                name: name.to_owned(),
                var: var.clone(),
                mean: zeros.clone(),
                square: zeros,
            });
            Ok(var)
        };
        let mut layers = Vec::new();
        for n in top.layers.first..config.n_layers() {
            let name = format!("encoder.layer.{n}");
            let mut dense = |part: &str| -> Result<Dense> {
                let mut of = |kind: &str| {
                    let name = format!("{name}.{part}.{kind}");
                    let tensor = top.layers.tensors.get(&name);
                    learn(&name, tensor.ok_or_else(|| candle_core::Error::Msg(format!("{name} is absent")))?)
                };
                Ok(Dense { weight: of("weight")?, bias: of("bias")? })
            };
            layers.push(Layer {
                query: dense("attention.self.query")?,
                key: dense("attention.self.key")?,
                value: dense("attention.self.value")?,
                attended: dense("attention.output.dense")?,
                attended_norm: dense("attention.output.LayerNorm")?,
                up: dense("intermediate.dense")?,
                down: dense("output.dense")?,
                down_norm: dense("output.LayerNorm")?,
            });
        }
        let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu);
        let weight = learn(WEIGHT, &zeros(&[n_heads, config.hidden_size])?)?;
        let bias = learn(BIAS, &zeros(&[n_heads])?)?;
        Ok(Self {
            layers,
            first: top.layers.first,
            weight,
            bias,
            learnt,
            n_steps: 0,
            hidden: config.hidden_size,
            heads: config.num_attention_heads,
            epsilon: config.layer_norm_eps,
        })
    }

    /// Steps taken so far.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// Learns from a batch, and from its pairs that the half which answers yes stands higher (RankNet, Burges et al.
    /// 2005). Its loss, before the step, is the weighted mean of the cross-entropies.
    ///
    /// # Errors
    /// What candle says.
    pub fn step(
        &mut self,
        batch: &[Example],
        pairs: &[Pair],
        rates: Rates,
    ) -> std::result::Result<f32, TuningError> {
        let states: Vec<&[f16]> = batch.iter().map(|it| it.states).collect();
        let logits = self.logits(&self.vectors(&states)?)?;
        let of = |pick: fn(&(f32, f32)) -> f32| {
            let numbers: Vec<f32> = batch.iter().flat_map(|it| it.answers).map(pick).collect();
            Tensor::from_vec(numbers, logits.shape(), &Device::Cpu)
        };
        let (answers, weights) = (of(|it| it.0)?, of(|it| it.1)?);
        let losses = cross_entropies(&logits, &answers)?;
        let known = weights.sum_all()?.to_scalar::<f32>()?.max(f32::MIN_POSITIVE);
        let loss = ((losses * weights)?.sum_all()? / f64::from(known))?;
        let gradients = match pairs {
            [] => loss.backward()?,
            _ => (&loss + (of_pairs(&logits, pairs)? * OF_PAIRS)?)?.backward()?,
        };
        self.n_steps += 1;
        let mut squares = 0.0;
        for it in &self.learnt {
            if let Some(gradient) = gradients.get(&it.var) {
                squares += f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?);
            }
        }
        let shrink = (CLIP / squares.sqrt().max(1e-12)).min(1.0);
        for it in &mut self.learnt {
            if let Some(gradient) = gradients.get(&it.var) {
                let rate = if it.name.starts_with("encoder.") { rates.layers } else { rates.heads };
                it.step(gradient, shrink as f32, rate, self.n_steps)?;
            }
        }
        Ok(loss.to_scalar()?)
    }

    /// The layers as they are now.
    #[must_use]
    pub fn layers(&self) -> TunedLayers {
        let of_layers = self.learnt.iter().filter(|it| it.name.starts_with("encoder."));
        let tensors = of_layers.map(|it| (it.name.clone(), it.var.as_tensor().detach()));
        TunedLayers { first: self.first, tensors: tensors.collect() }
    }

    /// The heads as they are now, over vectors of unit length.
    ///
    /// # Errors
    /// What candle says.
    pub fn heads(&self) -> std::result::Result<Vec<Linear>, TuningError> {
        let weights = (self.weight.as_tensor() * SCALE)?.to_vec2::<f32>()?;
        let biases = self.bias.to_vec1::<f32>()?;
        let linear = |(dense, bias)| Linear { dense, sparse: Vec::new(), bias };
        Ok(weights.into_iter().zip(biases).map(linear).collect())
    }

    /// Writes everything that the next step depends on, and the name of the plan that steps are taken by.
    ///
    /// # Errors
    /// What the disk says.
    pub fn save(&self, path: &Path, plan: &str) -> std::result::Result<(), TuningError> {
        let mut tensors = HashMap::new();
        tensors.insert(PLAN.into(), Tensor::new(plan.as_bytes(), &Device::Cpu)?);
        for it in &self.learnt {
            tensors.insert(format!("now {}", it.name), it.var.as_tensor().clone());
            for (part, numbers) in [("mean", &it.mean), ("square", &it.square)] {
                let tensor = Tensor::from_slice(numbers, it.var.shape(), &Device::Cpu)?;
                tensors.insert(format!("{part} {}", it.name), tensor);
            }
        }
        tensors.insert("steps".into(), Tensor::new(&[self.n_steps as i64], &Device::Cpu)?);
        Ok(safetensors::save(&tensors, path)?)
    }

    /// The name of the plan that [`Self::save`] wrote `path` under.
    ///
    /// # Errors
    /// A file that is damaged.
    pub fn plan_of(path: &Path) -> std::result::Result<Option<String>, TuningError> {
        let tensors = safetensors::load(path, &Device::Cpu)?;
        let name = tensors.get(PLAN).map(Tensor::to_vec1::<u8>).transpose()?;
        Ok(name.and_then(|it| String::from_utf8(it).ok()))
    }

    /// Goes on from what [`Self::save`] wrote.
    ///
    /// # Errors
    /// A file that is damaged, or of other layers or heads.
    pub fn restore(&mut self, path: &Path) -> std::result::Result<(), TuningError> {
        let tensors = safetensors::load(path, &Device::Cpu)?;
        let part = |part: &str, of: &Learnt| -> Result<Tensor> {
            let name = format!("{part} {}", of.name);
            let found = tensors.get(&name).filter(|it| it.shape() == of.var.shape()).cloned();
            found.ok_or_else(|| {
                candle_core::Error::Msg(format!("{}: {name} is not as it was", path.display()))
            })
        };
        for it in &mut self.learnt {
            it.var.set(&part("now", it)?)?;
            let numbers = |part: Tensor| part.flatten_all()?.to_vec1::<f32>();
            (it.mean, it.square) = (numbers(part("mean", it)?)?, numbers(part("square", it)?)?);
        }
        let steps = tensors.get("steps").map(Tensor::to_vec1::<i64>).transpose()?.unwrap_or_default();
        self.n_steps = steps.first().copied().unwrap_or_default() as usize;
        Ok(())
    }

    /// Vectors of unit length, a row per text.
    fn vectors(&self, states: &[&[f16]]) -> Result<Tensor> {
        let longest = states.iter().map(|it| it.len() / self.hidden).max().unwrap_or(1);
        let (n, hidden) = (states.len(), self.hidden);
        let mut padded = vec![0_f32; n * longest * hidden];
        let mut counted = vec![0_f32; n * longest];
        for (text, of_text) in states.iter().enumerate() {
            let room = &mut padded[text * longest * hidden..][..of_text.len()];
            room.iter_mut().zip(*of_text).for_each(|(number, it)| *number = it.to_f32());
            counted[text * longest..][..of_text.len() / hidden].fill(1.0);
        }
        let mut states = Tensor::from_vec(padded, (n, longest, hidden), &Device::Cpu)?;
        let counted = Tensor::from_vec(counted, (n, longest), &Device::Cpu)?;
        // What is only there to fill a row is not attended to.
        let unseen = ((1.0 - &counted)? * -1e4)?.reshape((n, 1, 1, longest))?;
        for layer in &self.layers {
            states = self.through(layer, &states, &unseen)?;
        }
        let counted = counted.unsqueeze(2)?;
        let mean = states.broadcast_mul(&counted)?.sum(1)?.broadcast_div(&counted.sum(1)?)?;
        mean.broadcast_div(&(mean.sqr()?.sum_keepdim(1)? + 1e-12)?.sqrt()?)
    }

    fn logits(&self, vectors: &Tensor) -> Result<Tensor> {
        (vectors * SCALE)?.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }

    fn through(&self, layer: &Layer, states: &Tensor, unseen: &Tensor) -> Result<Tensor> {
        let (n, longest, hidden) = states.dims3()?;
        let size = hidden / self.heads;
        let flat = states.reshape((n * longest, hidden))?;
        let split = |dense: &Dense| -> Result<Tensor> {
            dense.product(&flat)?.reshape((n, longest, self.heads, size))?.transpose(1, 2)?.contiguous()
        };
        let (query, key, value) = (split(&layer.query)?, split(&layer.key)?, split(&layer.value)?);
        let likeness = (query.matmul(&key.transpose(2, 3)?.contiguous()?)? / (size as f64).sqrt())?;
        let shares = softmax(&likeness.broadcast_add(unseen)?, D::Minus1)?;
        let mixed = shares.matmul(&value)?.transpose(1, 2)?.contiguous()?.reshape((n * longest, hidden))?;
        let attended = (layer.attended.product(&mixed)? + &flat)?;
        let attended = layer.attended_norm.norm(&attended, self.epsilon)?;
        let wide = layer.up.product(&attended)?.apply_op1(Gelu)?;
        let down = (layer.down.product(&wide)? + &attended)?;
        layer.down_norm.norm(&down, self.epsilon)?.reshape((n, longest, hidden))
    }
}

/// max(z, 0) − z·y + ln(1 + e^−|z|): cross-entropies that never overflow.
fn cross_entropies(logits: &Tensor, answers: &Tensor) -> Result<Tensor> {
    (logits.relu()? - (logits * answers)?)? + (logits.abs()?.neg()?.exp()? + 1.0)?.log()?
}

/// Mean cross-entropy of the half that answers yes being the higher one.
fn of_pairs(logits: &Tensor, pairs: &[Pair]) -> Result<Tensor> {
    let n_heads = logits.dim(1)?;
    let of = |place: fn(&Pair) -> usize| {
        let places: Vec<u32> = pairs.iter().map(|it| (place(it) * n_heads + it.head) as u32).collect();
        logits.flatten_all()?.index_select(&Tensor::from_vec(places, pairs.len(), &Device::Cpu)?, 0)
    };
    let apart = (of(|it| it.yes)? - of(|it| it.no)?)?;
    cross_entropies(&apart, &apart.ones_like()?)?.mean_all()
}

/// What the heads are called among the tensors.
const WEIGHT: &str = "heads.weight";
const BIAS: &str = "heads.bias";
/// What the plan's name is called in a checkpoint.
const PLAN: &str = "plan";

impl Dense {
    fn product(&self, rows: &Tensor) -> Result<Tensor> {
        rows.matmul(&self.weight.t()?)?.apply_op2(&self.bias, AddRow)
    }

    fn norm(&self, rows: &Tensor, epsilon: f64) -> Result<Tensor> {
        rows.apply_op3(&self.weight, &self.bias, Normalise { epsilon: epsilon as f32 })
    }
}

impl Learnt {
    /// AdamW's step; `step` counts from 1, for the bias of the running means.
    fn step(&mut self, gradient: &Tensor, shrink: f32, rate: f64, step: usize) -> Result<()> {
        let gradient = gradient.flatten_all()?.to_vec1::<f32>()?;
        let mut now = self.var.flatten_all()?.to_vec1::<f32>()?;
        let unbias = |beta: f32| 1.0 - beta.powi(step as i32);
        let (first, second) = (unbias(BETA.0), unbias(BETA.1));
        let decay = if self.var.rank() > 1 { 1.0 - rate * DECAY } else { 1.0 } as f32;
        let rate = rate as f32;
        let each = now.par_iter_mut().zip(&mut self.mean).zip(&mut self.square).zip(&gradient);
        each.with_min_len(4096).for_each(|(((now, mean), square), gradient)| {
            let gradient = gradient * shrink;
            *mean = BETA.0 * *mean + (1.0 - BETA.0) * gradient;
            *square = BETA.1 * *square + (1.0 - BETA.1) * gradient * gradient;
            *now = *now * decay - rate * (*mean / first) / ((*square / second).sqrt() + EPSILON);
        });
        self.var.set(&Tensor::from_vec(now, self.var.shape(), &Device::Cpu)?)
    }
}
