//! A decoder of the Llama family: token ids, and what was read before them, to what the last of them became.
//!
//! Weights and state are apart. A state is tensors that nobody writes to, so a copy of one shares them, and two that
//! go on from one place never meet. candle's own models hold both in one, and its `quantized_qwen2` cannot be copied;
//! it also dequantises all words of the vocabulary, 930 MB of them in the model of 1.5 billion weights. Tests
//! hold this one to candle's. Products are candle's, on its own threads.

use candle_core::{D, DType, Device, Result, Tensor, quantized::QMatMul};
use candle_nn::{
    Module,
    ops::{rms_norm, softmax_last_dim},
    rotary_emb::{rope, rope_i},
};

/// What a model says of itself, but for its weights.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub layers: usize,
    pub hidden: usize,
    pub wide: usize,
    pub heads: usize,
    /// Heads of keys and values; each serves several of the others.
    pub kv_heads: usize,
    /// Numbers in a head. All heads together may be more or fewer than `hidden`.
    pub head: usize,
    pub epsilon: f32,
    /// By how much each pair of numbers in a head turns from one token to the next.
    pub speeds: Vec<f32>,
    pub most_tokens: usize,
    /// Whether rotation pairs neighbours, as in files of `llama`, or numbers half a head apart.
    pub neighbours: bool,
}

/// Weights.
pub(super) struct Network {
    pub config: Config,
    pub words: QMatMul,
    /// What each word is worth as an answer: often the same weights.
    pub answers: QMatMul,
    pub layers: Vec<Layer>,
    pub norm: Tensor,
}

/// Weights of a layer.
pub(super) struct Layer {
    pub norm: Tensor,
    pub q: Linear,
    pub k: Linear,
    pub v: Linear,
    /// Of every head, before it is turned; `qwen3` alone has them.
    pub q_norm: Option<Tensor>,
    pub k_norm: Option<Tensor>,
    pub attended: QMatMul,
    pub wide_norm: Tensor,
    pub gate: QMatMul,
    pub up: QMatMul,
    pub down: QMatMul,
}

/// A product and what is added to it.
pub(super) struct Linear {
    pub weight: QMatMul,
    pub bias: Option<Tensor>,
}

/// What was read so far: keys and values of each layer.
#[derive(Clone, Default)]
pub(super) struct State {
    layers: Vec<(Tensor, Tensor)>,
}

/// What attention needs to know of a chunk of tokens, the same in all layers.
struct Chunk {
    cos: Tensor,
    sin: Tensor,
    /// Zero where a token may look, minus infinity where it may not.
    mask: Tensor,
}

impl Config {
    /// Why nothing can be computed of these numbers.
    pub fn broken_rule(&self) -> Option<String> {
        let Self { layers, hidden, wide, heads, kv_heads, head, epsilon, .. } = self;
        if [layers, hidden, wide, heads, kv_heads, head].contains(&&0) {
            return Some(format!(
                "{layers} layers of {hidden} and {wide} numbers, {heads} heads of {head}, {kv_heads} of keys: none may be 0"
            ));
        }
        if !heads.is_multiple_of(*kv_heads) {
            return Some(format!("{heads} heads cannot share {kv_heads} of keys: each serves as many"));
        }
        if !head.is_multiple_of(2) {
            return Some(format!("heads of {head} numbers: they are turned in pairs"));
        }
        let is_sound = epsilon.is_finite() && *epsilon > 0.0 && self.speeds.iter().all(|it| it.is_finite());
        (!is_sound).then(|| {
            format!("epsilon {epsilon}, speeds {:?}: they are numbers, and epsilon is above 0", self.speeds)
        })
    }
}

impl Network {
    pub fn most_tokens(&self) -> usize {
        self.config.most_tokens
    }

    /// Reads `ids` after `state`, which then holds them too. Returns what the last of them became, as one row.
    pub fn read(&self, ids: &[u32], state: &mut State) -> Result<Tensor> {
        let chunk = self.chunk(state.n_tokens(), ids.len())?;
        let mut x = self.words.embedding(&Tensor::new(ids, &Device::Cpu)?)?;
        let mut layers = Vec::with_capacity(self.layers.len());
        for (n, layer) in self.layers.iter().enumerate() {
            let (attended, seen) =
                layer.attend(&self.norm(&x, &layer.norm)?, state.layers.get(n), &chunk, self)?;
            layers.push(seen);
            x = (x + attended)?;
            let wide = self.norm(&x, &layer.wide_norm)?;
            let wide = (layer.gate.forward(&wide)?.silu()? * layer.up.forward(&wide)?)?;
            x = (x + layer.down.forward(&wide)?)?;
        }
        state.layers = layers;
        self.norm(&x.narrow(0, ids.len() - 1, 1)?, &self.norm)
    }

    /// What some tokens are worth as the next, after what the last one became.
    pub fn logits_of(&self, last: &Tensor, ids: &[u32]) -> Result<Vec<f32>> {
        let rows = self.answers.embedding(&Tensor::new(ids, &Device::Cpu)?)?;
        last.matmul(&rows.t()?)?.flatten_all()?.to_vec1()
    }

    /// The same of every token.
    pub fn logits(&self, last: &Tensor) -> Result<Vec<f32>> {
        self.answers.forward(last)?.flatten_all()?.to_vec1()
    }

    fn norm(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        rms_norm(&x.contiguous()?, weight, self.config.epsilon)
    }

    fn chunk(&self, before: usize, n: usize) -> Result<Chunk> {
        let speeds = &self.config.speeds;
        let angles: Vec<f32> =
            (before..before + n).flat_map(|at| speeds.iter().map(move |it| at as f32 * it)).collect();
        let angles = Tensor::from_vec(angles, (n, speeds.len()), &Device::Cpu)?;
        let seen = before + n;
        let mask: Vec<f32> = (0..n)
            .flat_map(|row| (0..seen).map(move |it| if it > before + row { f32::NEG_INFINITY } else { 0.0 }))
            .collect();
        Ok(Chunk {
            cos: angles.cos()?,
            sin: angles.sin()?,
            mask: Tensor::from_vec(mask, (n, seen), &Device::Cpu)?,
        })
    }
}

impl Layer {
    /// What tokens make of each other and of those before, and the keys and values of all of them.
    fn attend(
        &self,
        tokens: &Tensor,
        before: Option<&(Tensor, Tensor)>,
        chunk: &Chunk,
        network: &Network,
    ) -> Result<(Tensor, (Tensor, Tensor))> {
        let Config { heads, kv_heads, head, neighbours, .. } = network.config;
        let n_tokens = tokens.dim(0)?;
        let by_head =
            |it: &Tensor, heads| it.reshape((1, n_tokens, heads, head))?.transpose(1, 2)?.contiguous();
        let rotate = |it: &Tensor, norm: &Option<Tensor>| {
            let it = norm.as_ref().map_or_else(|| Ok(it.clone()), |norm| network.norm(it, norm))?;
            if neighbours { rope_i(&it, &chunk.cos, &chunk.sin) } else { rope(&it, &chunk.cos, &chunk.sin) }
        };
        let q = rotate(&by_head(&self.q.forward(tokens)?, heads)?, &self.q_norm)?;
        let mut k = rotate(&by_head(&self.k.forward(tokens)?, kv_heads)?, &self.k_norm)?.squeeze(0)?;
        let mut v = by_head(&self.v.forward(tokens)?, kv_heads)?.squeeze(0)?;
        if let Some((keys, values)) = before {
            k = Tensor::cat(&[&keys.to_dtype(DType::F32)?, &k], 1)?;
            v = Tensor::cat(&[&values.to_dtype(DType::F32)?, &v], 1)?;
        }
        // Heads that share keys lie behind each other, as the rows of one product.
        let (seen, shared) = (k.dim(1)?, heads / kv_heads);
        let q = (q.reshape((kv_heads, shared * n_tokens, head))? / (head as f64).sqrt())?;
        let looks = q.matmul(&k.t()?)?.reshape((heads, n_tokens, seen))?.broadcast_add(&chunk.mask)?;
        let looks = softmax_last_dim(&looks)?.reshape((kv_heads, shared * n_tokens, seen))?;
        let found = looks
            .matmul(&v)?
            .reshape((heads, n_tokens, head))?
            .transpose(0, 1)?
            .reshape((n_tokens, heads * head))?;
        Ok((self.attended.forward(&found)?, (k, v)))
    }
}

impl Linear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let product = self.weight.forward(x)?;
        match &self.bias {
            Some(bias) => product.broadcast_add(bias),
            None => Ok(product),
        }
    }
}

impl State {
    /// Tokens that were read.
    pub fn n_tokens(&self) -> usize {
        self.layers.first().map_or(0, |it| it.0.dim(D::Minus2).unwrap_or(0))
    }

    pub fn layers(&self) -> &[(Tensor, Tensor)] {
        &self.layers
    }

    pub fn from_layers(layers: Vec<(Tensor, Tensor)>) -> Self {
        Self { layers }
    }

    /// The same in half precision: half of the memory.
    pub fn rounded(&self) -> Result<Self> {
        let half = |it: &Tensor| it.to_dtype(DType::F16);
        let layers = self.layers.iter().map(|it| Ok((half(&it.0)?, half(&it.1)?)));
        Ok(Self { layers: layers.collect::<Result<_>>()? })
    }

    pub fn bytes(&self) -> usize {
        let bytes = |it: &Tensor| it.elem_count() * it.dtype().size_in_bytes();
        self.layers.iter().map(|it| bytes(&it.0) + bytes(&it.1)).sum()
    }
}

#[cfg(test)]
impl State {
    pub fn of_length(n_tokens: usize) -> Self {
        let layer = Tensor::zeros((1, n_tokens, 4), DType::F16, &Device::Cpu).unwrap();
        Self { layers: vec![(layer.clone(), layer)] }
    }
}
