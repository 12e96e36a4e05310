//! Attention of a decoder: queries of new tokens look at the keys and values of all tokens before them.
//!
//! Keys and values lie in panels as the products read them, so that a token is laid down once and read as often as
//! there are tokens after it. Those of a prefix are shared by all that goes on from there, in half precision, and are
//! widened panel by panel; what was read after it is in single precision.

use std::ops::Range;

use half::{f16, slice::HalfFloatSliceExt};
use pulp::{Arch, Simd, WithSimd};

use super::{EMPTY, Line, Sink, Source, WIDTH, each_tile, exponents, store};

/// Tokens whose values are widened at a time: with the scores of a few rows they stay in the second-level cache.
const WIDENED: usize = 256;

/// A line in half precision.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct HalfLine([f16; WIDTH]);

/// Keys and values of some tokens in one layer.
#[derive(Clone)]
pub(crate) struct Seen<L> {
    n_tokens: usize,
    /// Numbers of a key.
    size: usize,
    heads: Vec<Head<L>>,
}

#[derive(Clone)]
struct Head<L> {
    /// A panel for each [`WIDTH`] tokens, a line in it for each number of a key.
    keys: Vec<L>,
    /// A panel for each [`WIDTH`] numbers of a value, a line in it for each token.
    values: Vec<Vec<L>>,
}

/// Queries of heads that share one head of keys and values.
pub(crate) struct Looking<'a> {
    /// A row of `size` numbers for each query.
    pub(crate) queries: &'a [f32],
    /// How many tokens of `own` each query may look at.
    pub(crate) reach: &'a [usize],
    pub(crate) head: usize,
    pub(crate) prefix: Option<&'a Seen<HalfLine>>,
    pub(crate) own: &'a Seen<Line>,
}

/// What looking needs beside. Kept between calls to spare allocations.
#[derive(Default)]
pub(crate) struct Sight {
    scores: Vec<f32>,
    widened: Vec<Line>,
}

impl<L: Clone> Seen<L> {
    pub(crate) fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> usize {
        let lines = |it: &Head<L>| it.keys.len() + it.values.iter().map(Vec::len).sum::<usize>();
        self.heads.iter().map(lines).sum::<usize>() * size_of::<L>()
    }

    fn map<M>(&self, change: impl Fn(&L) -> M) -> Seen<M> {
        let all = |lines: &[L]| lines.iter().map(&change).collect();
        let heads = self
            .heads
            .iter()
            .map(|it| Head { keys: all(&it.keys), values: it.values.iter().map(|it| all(it)).collect() });
        Seen { n_tokens: self.n_tokens, size: self.size, heads: heads.collect() }
    }
}

impl Seen<Line> {
    pub(crate) fn new(heads: usize, size: usize) -> Self {
        let head = Head { keys: Vec::new(), values: vec![Vec::new(); size.div_ceil(WIDTH)] };
        Self { n_tokens: 0, size, heads: vec![head; heads] }
    }

    /// Lays down a token: keys and values of all heads behind each other.
    pub(crate) fn push(&mut self, keys: &[f32], values: &[f32]) {
        let (size, at) = (self.size, self.n_tokens % WIDTH);
        let parts = keys.chunks_exact(size).zip(values.chunks_exact(size));
        for (head, (key, value)) in self.heads.iter_mut().zip(parts) {
            if at == 0 {
                head.keys.resize(head.keys.len() + size, EMPTY);
            }
            let first = head.keys.len() - size;
            head.keys[first..].iter_mut().zip(key).for_each(|(line, it)| line.0[at] = *it);
            for (panel, part) in head.values.iter_mut().zip(value.chunks(WIDTH)) {
                let mut line = EMPTY;
                line.0[..part.len()].copy_from_slice(part);
                panel.push(line);
            }
        }
        self.n_tokens += 1;
    }

    /// The same in half the memory.
    pub(crate) fn halved(&self) -> Seen<HalfLine> {
        self.map(|it| HalfLine(it.0.map(f16::from_f32)))
    }
}

impl Seen<HalfLine> {
    /// The numbers, to be written down.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        for lines in self.heads.iter().flat_map(|it| std::iter::once(&it.keys).chain(&it.values)) {
            bytes.extend(lines.iter().flat_map(|it| it.0).flat_map(f16::to_le_bytes));
        }
    }

    /// What was written down of that many tokens, from the front of `bytes`; `None` where they end before.
    pub(crate) fn read(bytes: &mut &[u8], n_tokens: usize, heads: usize, size: usize) -> Option<Self> {
        let mut lines = |n: usize| -> Option<Vec<HalfLine>> {
            let (these, rest) = bytes.split_at_checked(n.checked_mul(size_of::<HalfLine>())?)?;
            *bytes = rest;
            let (lines, _) = these.as_chunks::<{ size_of::<HalfLine>() }>();
            let of = |line: &[u8; size_of::<HalfLine>()]| {
                let (pairs, _) = line.as_chunks::<2>();
                HalfLine(std::array::from_fn(|it| f16::from_le_bytes(pairs[it])))
            };
            Some(lines.iter().map(of).collect())
        };
        let mut head = || {
            let keys = lines(n_tokens.div_ceil(WIDTH).checked_mul(size)?)?;
            let values = (0..size.div_ceil(WIDTH)).map(|_| lines(n_tokens)).collect::<Option<_>>()?;
            Some(Head { keys, values })
        };
        let heads = (0..heads).map(|_| head()).collect::<Option<_>>()?;
        Some(Self { n_tokens, size, heads })
    }
}

/// Softmax(q·kᵀ/√size)·v of each query: rows as long as whole panels are.
pub(crate) fn look(arch: Arch, looking: &Looking, sight: &mut Sight) -> Vec<f32> {
    arch.dispatch(Look { looking, sight })
}

struct Look<'a> {
    looking: &'a Looking<'a>,
    sight: &'a mut Sight,
}

impl WithSimd for Look<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let Self { looking, sight: Sight { scores, widened } } = self;
        let Looking { queries, reach, head, prefix, own } = looking;
        let (n, size) = (reach.len(), own.size);
        let before = prefix.map_or(0, |it| it.n_tokens);
        let from = before.next_multiple_of(WIDTH);
        let width = from + own.n_tokens.next_multiple_of(WIDTH);
        scores.resize(n * width, 0.0);
        for (m, panel) in prefix.iter().flat_map(|it| it.heads[*head].keys.chunks_exact(size)).enumerate() {
            widen(panel, widened);
            let source = Source { values: queries, stride: size, panel: widened };
            each_tile(simd, n, &source, m * WIDTH, &mut Whole { out: scores, stride: width });
        }
        let own = &own.heads[*head];
        for (m, panel) in own.keys.chunks_exact(size).enumerate() {
            let source = Source { values: queries, stride: size, panel };
            each_tile(simd, n, &source, from + m * WIDTH, &mut Whole { out: scores, stride: width });
        }
        let scale = 1.0 / (size as f32).sqrt();
        let stride = size.next_multiple_of(WIDTH);
        let mut out = vec![0.0; n * stride];
        let mut sums = Vec::with_capacity(n);
        for (row, reach) in scores.chunks_exact_mut(width).zip(*reach) {
            row[before..from].fill(f32::NEG_INFINITY);
            row[from + reach..].fill(f32::NEG_INFINITY);
            sums.push(exponents(simd, row, scale));
        }
        for (p, values) in own.values.iter().enumerate() {
            let mut mixed = Mixed { out: &mut out, stride };
            for (tokens, lines) in prefix.iter().flat_map(|it| blocks(&it.heads[*head].values[p])) {
                widen(lines, widened);
                let source = Source { values: &scores[tokens.start..], stride: width, panel: widened };
                each_tile(simd, n, &source, p * WIDTH, &mut mixed);
            }
            let source = Source { values: &scores[from..], stride: width, panel: values };
            each_tile(simd, n, &source, p * WIDTH, &mut mixed);
        }
        for (row, sum) in out.chunks_exact_mut(stride).zip(sums) {
            for it in row {
                *it /= sum;
            }
        }
        out
    }
}

/// Lines of so many tokens as are widened at a time, and which tokens these are.
fn blocks(lines: &[HalfLine]) -> impl Iterator<Item = (Range<usize>, &[HalfLine])> {
    lines.chunks(WIDENED).enumerate().map(|(n, it)| (n * WIDENED..n * WIDENED + it.len(), it))
}

fn widen(lines: &[HalfLine], widened: &mut Vec<Line>) {
    widened.resize(lines.len(), EMPTY);
    for (to, from) in widened.iter_mut().zip(lines) {
        from.0.convert_to_f32_slice(&mut to.0);
    }
}

/// Whole panels, written as they are.
struct Whole<'a> {
    out: &'a mut [f32],
    stride: usize,
}

impl Sink for Whole<'_> {
    #[inline(always)]
    fn put<S: Simd>(&mut self, _: S, row: usize, column: usize, sums: [S::f32s; 2]) {
        store::<S>(&mut self.out[row * self.stride + column..], sums);
    }
}

/// Whole panels, added to what is there.
struct Mixed<'a> {
    out: &'a mut [f32],
    stride: usize,
}

impl Sink for Mixed<'_> {
    #[inline(always)]
    fn put<S: Simd>(&mut self, simd: S, row: usize, column: usize, sums: [S::f32s; 2]) {
        let at = row * self.stride + column;
        let sums = super::add(simd, sums, &self.out[at..]);
        store::<S>(&mut self.out[at..], sums);
    }
}
