//! A decoder of the Llama family: token ids, and what was read before them, to what the last of them became.
//!
//! Weights and state are apart. What was made of a prefix is shared and nobody writes to it; what is read after it is
//! laid down in a state of its own, so two that go on from one place never meet. candle's own models hold both in one,
//! and its `quantized_qwen2` cannot be copied; it also dequantises all words of the vocabulary, 930 MB of them in the
//! model of 1.5 billion weights. Tests hold this one to candle's. Products are candle's, on its own threads.

use std::sync::{Arc, OnceLock};

use candle_core::{
    Device, Result, Tensor,
    quantized::{QMatMul, QTensor},
    utils::barrier_pool,
};
use candle_nn::{Module, ops::rms_norm};
use pulp::Arch;

use crate::kernels::{
    Line, WIDTH,
    looking::{HalfLine, Looking, Seen, Sight, look},
};

/// Queries that look together: each panel of keys is read once for all of them.
const ROWS: usize = 48;

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
    pub arch: Arch,
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

/// What a model made of a prefix. It is shared by all that goes on from there.
#[derive(Clone)]
pub(super) struct Prefix(Arc<Vec<Seen<HalfLine>>>);

/// What was read so far: keys and values of each layer.
pub(super) struct State {
    prefix: Option<Prefix>,
    /// Of what was read after it.
    own: Vec<Seen<Line>>,
}

/// What prefixes of a network are made of.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub layers: usize,
    pub kv_heads: usize,
    /// Numbers of a key.
    pub head: usize,
}

/// Where tokens of a chunk stand, the same in all layers.
struct Chunk {
    n_tokens: usize,
    /// By token, for each pair of numbers of a head.
    turns: Vec<(f32, f32)>,
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

    pub fn shape(&self) -> Shape {
        Shape { layers: self.layers, kv_heads: self.kv_heads, head: self.head }
    }
}

impl Network {
    pub fn most_tokens(&self) -> usize {
        self.config.most_tokens
    }

    /// Where nothing was read yet, or a prefix.
    pub fn begin(&self, prefix: Option<Prefix>) -> State {
        let Shape { layers, kv_heads, head } = self.config.shape();
        State { prefix, own: vec![Seen::new(kv_heads, head); layers] }
    }

    /// Reads `ids` after `state`, which then holds them too. Returns what the last of them became, as one row.
    pub fn read(&self, ids: &[u32], state: &mut State) -> Result<Tensor> {
        let rows = self.rows(ids, state)?;
        self.norm(&rows.narrow(0, ids.len() - 1, 1)?, &self.norm)
    }

    /// The same, and what each of them became, a row each.
    pub fn read_all(&self, ids: &[u32], state: &mut State) -> Result<Tensor> {
        self.norm(&self.rows(ids, state)?, &self.norm)
    }

    fn rows(&self, ids: &[u32], state: &mut State) -> Result<Tensor> {
        let chunk = self.chunk(state.n_tokens(), ids.len());
        let mut x = self.words.embedding(&Tensor::new(ids, &Device::Cpu)?)?;
        for (n, layer) in self.layers.iter().enumerate() {
            let prefix = state.prefix.as_ref().map(|it| &it.0[n]);
            let tokens = self.norm(&x, &layer.norm)?;
            x = (x + layer.attend(&tokens, prefix, &mut state.own[n], &chunk, self)?)?;
            let wide = self.norm(&x, &layer.wide_norm)?;
            let [gate, up] = together([&layer.gate, &layer.up], &wide)?;
            x = (x + layer.down.forward(&(gate.silu()? * up)?)?)?;
        }
        Ok(x)
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

    /// What the queries of all heads find, token by token as they came. `reach` says of each token how much of `own` it
    /// may look at.
    fn look(
        &self,
        queries: &[f32],
        reach: &[usize],
        prefix: Option<&Seen<HalfLine>>,
        own: &Seen<Line>,
    ) -> Vec<f32> {
        let Config { heads, kv_heads, head: size, .. } = self.config;
        // Heads that share keys lie behind each other, as the rows of one product.
        let shared = heads / kv_heads;
        let places: Vec<(usize, usize)> =
            (0..shared).flat_map(|head| (0..reach.len()).map(move |token| (head, token))).collect();
        let units: Vec<(usize, &[(usize, usize)])> =
            (0..kv_heads).flat_map(|it| places.chunks(ROWS).map(move |rows| (it, rows))).collect();
        let at = |kv_head: usize, (head, token): (usize, usize)| {
            let first = (token * heads + kv_head * shared + head) * size;
            first..first + size
        };
        let found: Vec<OnceLock<Vec<f32>>> = units.iter().map(|_| OnceLock::new()).collect();
        barrier_pool().execute_chunked(units.len(), |these| {
            let mut sight = Sight::default();
            for n in these {
                let (head, rows) = units[n];
                let queries: Vec<&[f32]> = rows.iter().map(|it| &queries[at(head, *it)]).collect();
                let reach: Vec<usize> = rows.iter().map(|it| reach[it.1]).collect();
                let looking = Looking { queries: &queries.concat(), reach: &reach, head, prefix, own };
                found[n].set(look(self.arch, &looking, &mut sight)).expect("each unit is looked for once");
            }
        });
        let mut all = vec![0.0; queries.len()];
        for ((head, rows), found) in units.iter().zip(found) {
            let found = found.into_inner().expect("each unit was looked for");
            for (place, row) in rows.iter().zip(found.chunks_exact(size.next_multiple_of(WIDTH))) {
                all[at(*head, *place)].copy_from_slice(&row[..size]);
            }
        }
        all
    }

    fn norm(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        rms_norm(&x.contiguous()?, weight, self.config.epsilon)
    }

    fn chunk(&self, before: usize, n_tokens: usize) -> Chunk {
        let speeds = &self.config.speeds;
        let angles = (before..before + n_tokens).flat_map(|at| speeds.iter().map(move |it| at as f32 * it));
        Chunk { n_tokens, turns: angles.map(f32::sin_cos).collect() }
    }
}

impl Chunk {
    /// Turns heads of `size` numbers, those of a token behind each other.
    fn turn(&self, heads: &mut [f32], size: usize, neighbours: bool) {
        let half = size / 2;
        let of_token = heads.len() / self.n_tokens;
        for (token, turns) in heads.chunks_exact_mut(of_token).zip(self.turns.chunks_exact(half)) {
            for head in token.chunks_exact_mut(size) {
                for (n, (sin, cos)) in turns.iter().enumerate() {
                    let (a, b) = if neighbours { (2 * n, 2 * n + 1) } else { (n, n + half) };
                    (head[a], head[b]) = (head[a] * cos - head[b] * sin, head[a] * sin + head[b] * cos);
                }
            }
        }
    }
}

impl Layer {
    /// What tokens make of each other and of those before; their keys and values are laid down.
    fn attend(
        &self,
        tokens: &Tensor,
        prefix: Option<&Seen<HalfLine>>,
        own: &mut Seen<Line>,
        chunk: &Chunk,
        network: &Network,
    ) -> Result<Tensor> {
        let Config { heads, kv_heads, head: size, neighbours, .. } = network.config;
        let n_tokens = chunk.n_tokens;
        let numbers = |it: &Linear, norm: &Option<Tensor>| {
            let mut it = it.forward(tokens)?;
            if let Some(norm) = norm {
                it = network.norm(&it.reshape(((), size))?, norm)?;
            }
            it.flatten_all()?.to_vec1::<f32>()
        };
        let (mut q, mut k) = (numbers(&self.q, &self.q_norm)?, numbers(&self.k, &self.k_norm)?);
        let v = numbers(&self.v, &None)?;
        chunk.turn(&mut q, size, neighbours);
        chunk.turn(&mut k, size, neighbours);
        let before = own.n_tokens();
        for (k, v) in k.chunks_exact(kv_heads * size).zip(v.chunks_exact(kv_heads * size)) {
            own.push(k, v);
        }
        let reach: Vec<usize> = (before + 1..=before + n_tokens).collect();
        let all = network.look(&q, &reach, prefix, own);
        self.attended.forward(&Tensor::from_vec(all, (n_tokens, heads * size), &Device::Cpu)?)
    }
}

/// Products of the same numbers, at once where they are of one kind: their threads meet once, not twice.
fn together<const N: usize>(weights: [&QMatMul; N], x: &Tensor) -> Result<[Tensor; N]> {
    let quantised: Vec<&QTensor> = weights
        .iter()
        .filter_map(|it| if let QMatMul::QTensor(it) = it { Some(it.as_ref()) } else { None })
        .collect();
    let fused = if quantised.len() == N { QTensor::gemv_fused_shared_lhs(&quantised, x)? } else { None };
    let products = match fused {
        Some(products) => products,
        None => weights.iter().map(|it| it.forward(x)).collect::<Result<_>>()?,
    };
    products.try_into().map_err(|_| candle_core::Error::msg("a product is missing"))
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
        let prefix = self.prefix.as_ref().map_or(0, Prefix::n_tokens);
        prefix + self.own.first().map_or(0, Seen::n_tokens)
    }

    /// What was read, as the beginning of something else; what this state itself began with is none of it.
    pub fn into_prefix(self) -> Prefix {
        Prefix(Arc::new(self.own.iter().map(Seen::halved).collect()))
    }
}

impl Prefix {
    pub fn n_tokens(&self) -> usize {
        self.0.first().map_or(0, Seen::n_tokens)
    }

    pub fn bytes(&self) -> usize {
        self.0.iter().map(Seen::bytes).sum()
    }

    /// The numbers, to be written down.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes());
        self.0.iter().for_each(|it| it.write(&mut bytes));
        bytes
    }

    /// What was written down of that many tokens; `None` where these are not the numbers of such a network.
    pub fn read(mut bytes: &[u8], n_tokens: usize, shape: &Shape) -> Option<Self> {
        let layer = |_| Seen::read(&mut bytes, n_tokens, shape.kv_heads, shape.head);
        let layers = (0..shape.layers).map(layer).collect::<Option<_>>()?;
        bytes.is_empty().then(|| Self(Arc::new(layers)))
    }
}

#[cfg(test)]
impl Prefix {
    pub const SHAPE: Shape = Shape { layers: 1, kv_heads: 1, head: 4 };

    /// Of [`Prefix::SHAPE`].
    pub fn of_length(n_tokens: usize) -> Self {
        let mut seen = Seen::new(1, 4);
        (0..n_tokens).for_each(|_| seen.push(&[1.0; 4], &[2.0; 4]));
        Self(Arc::new(vec![seen.halved()]))
    }
}
