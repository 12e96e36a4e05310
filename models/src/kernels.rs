//! The arithmetic of the packed encoder: matrix products, attention, layer norm, on whatever vectors the
//! processor has.
//!
//! Weights lie in panels of [`WIDTH`] columns, laid down once when they are loaded. A tile of twelve rows
//! by one panel is summed in registers from end to end; bias, GELU and residual are added before it is
//! first written. What the numbers mean is left to `packed`.
//!
//! A function is compiled for a processor only where it is inlined into the dispatched one. Closures are
//! not always, so the inner loops have none: with one in GELU, its product ran at a third of the speed.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into the dispatched function is compiled for the processor at hand"
)]

pub(crate) mod looking;

use pulp::{Arch, Simd, WithSimd};

/// Columns of a panel: two vectors of AVX-512, four of AVX2, eight of NEON.
pub(crate) const WIDTH: usize = 32;
/// Rows of a tile: twelve by two accumulators leave room among the 32 registers of AVX-512.
const TALL: usize = 12;
/// Rows of a tile where there are 16 registers.
const SHORT: usize = 6;

/// Of (eˣ − 1 − x)/x², for |x| ≤ ln 2 / 2.
const EXP: [f32; 6] = [1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
/// Of erf(z)/z in z², |z| ≤ 4: what stands above the line,
const ERF_ABOVE: [f32; 7] = [
    -2.726_142_3e-10,
    2.770_681_4e-8,
    -2.101_024e-6,
    -5.692_506_4e-5,
    -7.349_906_3e-4,
    -2.954_6e-3,
    -1.609_603_3e-2,
];
/// and below it.
const ERF_BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];

/// One row of a panel, so that no load crosses a cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Line([f32; WIDTH]);

const EMPTY: Line = Line([0.0; WIDTH]);

/// A matrix of `depth` rows in panels; columns past the last one are zero.
pub(crate) struct Panels {
    lines: Vec<Line>,
    depth: usize,
}

/// Rows of activations, `stride` apart; what lies past the columns in use is zero.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) values: Vec<f32>,
    pub(crate) stride: usize,
}

/// What is done to a sum before it is written.
pub(crate) enum After<'a> {
    /// The bias is added.
    Bias(&'a [f32]),
    /// The bias is added, then GELU with the exact error function.
    BiasGelu(&'a [f32]),
    /// The bias and what was there before are added.
    BiasResidual(&'a [f32], &'a Rows),
}

/// A layer norm's parameters.
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    pub(crate) eps: f32,
}

/// What attention of one sequence needs beside its rows. Kept between sequences to spare allocations.
#[derive(Default)]
pub(crate) struct Scratch {
    keys: Vec<Line>,
    values: Vec<Line>,
    scores: Vec<f32>,
}

/// One sequence in a pack: its rows in `qkv`, and how many heads of what size they hold.
pub(crate) struct Attention<'a> {
    pub(crate) qkv: &'a Rows,
    pub(crate) first: usize,
    pub(crate) n: usize,
    pub(crate) heads: usize,
    pub(crate) size: usize,
}

impl Panels {
    /// Packs a weight matrix as it is stored, `depth` numbers per column after each other.
    pub(crate) fn pack(columns: &[f32], depth: usize) -> Self {
        let n_panels = (columns.len() / depth).div_ceil(WIDTH);
        let mut lines = vec![EMPTY; n_panels * depth];
        for (n, column) in columns.chunks_exact(depth).enumerate() {
            let panel = &mut lines[n / WIDTH * depth..][..depth];
            panel.iter_mut().zip(column).for_each(|(line, it)| line.0[n % WIDTH] = *it);
        }
        Self { lines, depth }
    }

    /// Columns with those that fill the last panel.
    pub(crate) fn stride(&self) -> usize {
        self.lines.len() / self.depth * WIDTH
    }
}

impl Rows {
    /// `n` rows of zeros for `columns` columns.
    pub(crate) fn zeros(n: usize, columns: usize) -> Self {
        let stride = columns.next_multiple_of(WIDTH);
        Self { values: vec![0.0; n * stride], stride }
    }

    pub(crate) fn row(&self, n: usize) -> &[f32] {
        &self.values[n * self.stride..][..self.stride]
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.stride
    }
}

/// `out = after(rows · panels)`.
pub(crate) fn multiply(arch: Arch, rows: &Rows, panels: &Panels, after: &After, out: &mut Rows) {
    arch.dispatch(Multiply { rows, panels, after, out });
}

/// Normalises the first `norm.gain.len()` columns of each row in place.
pub(crate) fn layer_norm(arch: Arch, rows: &mut Rows, norm: &Norm) {
    arch.dispatch(LayerNorm { rows, norm });
}

/// Softmax(q·kᵀ/√size)·v of one sequence, head by head, into the same rows of `out`.
pub(crate) fn attend(arch: Arch, input: &Attention, scratch: &mut Scratch, out: &mut Rows) {
    arch.dispatch(Attend { input, scratch, out });
}

struct Multiply<'a> {
    rows: &'a Rows,
    panels: &'a Panels,
    after: &'a After<'a>,
    out: &'a mut Rows,
}

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rows, panels, after, out } = self;
        let stride = out.stride;
        let mut target = Target { after, out: &mut out.values, stride };
        for (n, panel) in panels.lines.chunks_exact(panels.depth).enumerate() {
            let source = Source { values: &rows.values, stride: rows.stride, panel };
            each_tile(simd, rows.len(), &source, n * WIDTH, &mut target);
        }
    }
}

/// The left side of a product: rows `stride` apart, read as deep as the panel is.
struct Source<'a> {
    values: &'a [f32],
    stride: usize,
    panel: &'a [Line],
}

/// Where finished sums go.
trait Sink {
    fn put<S: Simd>(&mut self, simd: S, row: usize, column: usize, sums: [S::f32s; 2]);
}

struct Target<'a> {
    after: &'a After<'a>,
    out: &'a mut [f32],
    stride: usize,
}

impl Sink for Target<'_> {
    #[inline(always)]
    fn put<S: Simd>(&mut self, simd: S, row: usize, column: usize, sums: [S::f32s; 2]) {
        let at = row * self.stride + column;
        let sums = match self.after {
            After::Bias(bias) => add(simd, sums, &bias[column..]),
            After::BiasGelu(bias) => {
                let [a, b] = add(simd, sums, &bias[column..]);
                [gelu(simd, a), gelu(simd, b)]
            }
            After::BiasResidual(bias, before) => {
                add(simd, add(simd, sums, &bias[column..]), &before.values[at..])
            }
        };
        store::<S>(&mut self.out[at..], sums);
    }
}

/// Scores and their weighted sums need no bias; each row of the latter is divided by its sum of weights.
struct Scaled<'a> {
    by: &'a [f32],
    out: &'a mut [f32],
    stride: usize,
    /// Columns that may be written: a head is narrower than a panel, and its neighbour's begin there.
    columns: usize,
}

impl Sink for Scaled<'_> {
    #[inline(always)]
    fn put<S: Simd>(&mut self, simd: S, row: usize, column: usize, sums: [S::f32s; 2]) {
        let by = simd.splat_f32s(self.by[row]);
        let sums = [simd.mul_f32s(sums[0], by), simd.mul_f32s(sums[1], by)];
        let at = row * self.stride + column;
        if column + 2 * S::F32_LANES <= self.columns {
            store::<S>(&mut self.out[at..], sums);
        } else if column < self.columns {
            let mut line = [0.0; WIDTH];
            store::<S>(&mut line, sums);
            let n = self.columns - column;
            self.out[at..at + n].copy_from_slice(&line[..n]);
        }
    }
}

/// Cuts `n` rows into tiles of even height and sums each.
#[inline(always)]
fn each_tile<S: Simd>(simd: S, n: usize, source: &Source, column: usize, sink: &mut impl Sink) {
    let most = if S::REGISTER_COUNT >= 32 { TALL } else { SHORT };
    let n_tiles = n.div_ceil(most);
    let mut from = 0;
    for tile in 0..n_tiles {
        let height = (n - from).div_ceil(n_tiles - tile);
        match height {
            1 => sum::<S, 1>(simd, from, source, column, sink),
            2 => sum::<S, 2>(simd, from, source, column, sink),
            3 => sum::<S, 3>(simd, from, source, column, sink),
            4 => sum::<S, 4>(simd, from, source, column, sink),
            5 => sum::<S, 5>(simd, from, source, column, sink),
            6 => sum::<S, 6>(simd, from, source, column, sink),
            7 => sum::<S, 7>(simd, from, source, column, sink),
            8 => sum::<S, 8>(simd, from, source, column, sink),
            9 => sum::<S, 9>(simd, from, source, column, sink),
            10 => sum::<S, 10>(simd, from, source, column, sink),
            11 => sum::<S, 11>(simd, from, source, column, sink),
            _ => sum::<S, TALL>(simd, from, source, column, sink),
        }
        from += height;
    }
}

/// `R` rows from `from` against two vectors of columns at a time.
#[inline(always)]
fn sum<S: Simd, const R: usize>(simd: S, from: usize, source: &Source, column: usize, sink: &mut impl Sink) {
    let depth = source.panel.len();
    // Cut to one length here, so that the loop below checks nothing.
    let mut rows: [&[f32]; R] = [&[]; R];
    for (n, row) in rows.iter_mut().enumerate() {
        *row = &source.values[(from + n) * source.stride..][..depth];
    }
    for pair in (0..WIDTH / S::F32_LANES).step_by(2) {
        let mut sums = [[simd.splat_f32s(0.0); 2]; R];
        for (k, line) in source.panel.iter().enumerate() {
            let (line, _) = S::as_simd_f32s(&line.0);
            for (sum, row) in sums.iter_mut().zip(&rows) {
                let it = simd.splat_f32s(row[k]);
                sum[0] = simd.mul_add_e_f32s(it, line[pair], sum[0]);
                sum[1] = simd.mul_add_e_f32s(it, line[pair + 1], sum[1]);
            }
        }
        for (n, sum) in sums.into_iter().enumerate() {
            sink.put(simd, from + n, column + pair * S::F32_LANES, sum);
        }
    }
}

struct LayerNorm<'a> {
    rows: &'a mut Rows,
    norm: &'a Norm,
}

impl WithSimd for LayerNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Norm { gain, bias, eps } = self.norm;
        let n = gain.len();
        for row in self.rows.values.chunks_exact_mut(self.rows.stride) {
            let row = &mut row[..n];
            let mean = total(simd, row) / n as f32;
            let variance = squares(simd, row, mean) / n as f32;
            let scale = 1.0 / (variance + eps).sqrt();
            let (means, scales) = (simd.splat_f32s(mean), simd.splat_f32s(scale));
            let (gains, more_gain) = S::as_simd_f32s(gain);
            let (biases, more_bias) = S::as_simd_f32s(bias);
            let (values, more) = S::as_mut_simd_f32s(row);
            for ((it, gain), bias) in values.iter_mut().zip(gains).zip(biases) {
                let scaled = simd.mul_f32s(simd.sub_f32s(*it, means), scales);
                *it = simd.mul_add_e_f32s(scaled, *gain, *bias);
            }
            for ((it, gain), bias) in more.iter_mut().zip(more_gain).zip(more_bias) {
                *it = (*it - mean) * scale * gain + bias;
            }
        }
    }
}

struct Attend<'a> {
    input: &'a Attention<'a>,
    scratch: &'a mut Scratch,
    out: &'a mut Rows,
}

impl WithSimd for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { input, scratch, out } = self;
        let &Attention { qkv, first, n, heads, size } = input;
        let width = n.next_multiple_of(WIDTH);
        let hidden = heads * size;
        let scale = 1.0 / (size as f32).sqrt();
        let ones = [1.0; TALL];
        scratch.keys.resize(width / WIDTH * size, EMPTY);
        scratch.values.resize(size.div_ceil(WIDTH) * n, EMPTY);
        scratch.scores.resize(TALL * width, 0.0);
        for head in 0..heads {
            let at = head * size;
            for token in 0..n {
                let row = qkv.row(first + token);
                let key = &row[hidden + at..][..size];
                let panel = &mut scratch.keys[token / WIDTH * size..][..size];
                panel.iter_mut().zip(key).for_each(|(line, it)| line.0[token % WIDTH] = *it);
                for (m, part) in row[2 * hidden + at..][..size].chunks(WIDTH).enumerate() {
                    scratch.values[m * n + token].0[..part.len()].copy_from_slice(part);
                }
            }
            let mut from = 0;
            while from < n {
                let height = TALL.min(n - from);
                let queries = &qkv.values[(first + from) * qkv.stride + at..];
                for (m, panel) in scratch.keys.chunks_exact(size).enumerate() {
                    let source = Source { values: queries, stride: qkv.stride, panel };
                    let scores = &mut scratch.scores;
                    let mut sink = Scaled { by: &ones, out: scores, stride: width, columns: width };
                    each_tile(simd, height, &source, m * WIDTH, &mut sink);
                }
                let mut shares = [0.0; TALL];
                for (row, share) in scratch.scores.chunks_exact_mut(width).zip(&mut shares[..height]) {
                    row[n..].fill(f32::NEG_INFINITY);
                    *share = 1.0 / exponents(simd, row, scale);
                }
                for (m, panel) in scratch.values.chunks_exact(n).enumerate() {
                    let source = Source { values: &scratch.scores, stride: width, panel };
                    let stride = out.stride;
                    let out = &mut out.values[(first + from) * stride + at..];
                    let mut sink = Scaled { by: &shares, out, stride, columns: size };
                    each_tile(simd, height, &source, m * WIDTH, &mut sink);
                }
                from += height;
            }
        }
    }
}

/// Replaces scores by exp(scale · (score − highest)) and returns their sum. Whole vectors only.
#[inline(always)]
fn exponents<S: Simd>(simd: S, row: &mut [f32], scale: f32) -> f32 {
    let (values, _) = S::as_mut_simd_f32s(row);
    let mut highest = simd.splat_f32s(f32::NEG_INFINITY);
    for it in values.iter() {
        highest = simd.max_f32s(highest, *it);
    }
    let highest = simd.splat_f32s(simd.reduce_max_f32s(highest));
    let scale = simd.splat_f32s(scale);
    let mut sum = simd.splat_f32s(0.0);
    for it in values {
        *it = exp(simd, simd.mul_f32s(simd.sub_f32s(*it, highest), scale));
        sum = simd.add_f32s(sum, *it);
    }
    simd.reduce_sum_f32s(sum)
}

/// e to the `x` for x ≤ 0, within two units in the last place; below −87 it stays at e⁻⁸⁷.
#[inline(always)]
fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let x = simd.max_f32s(x, simd.splat_f32s(-87.0));
    // 1.5 · 2²³ pushes the whole part of x·log₂e into the lowest bits.
    let push = simd.splat_f32s(12_582_912.0);
    let shifted = simd.mul_add_e_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), push);
    let whole = simd.sub_f32s(shifted, push);
    // ln 2 in two parts: the first has few enough bits for the product to be exact.
    let rest = simd.mul_add_e_f32s(whole, simd.splat_f32s(-0.693_359_4), x);
    let rest = simd.mul_add_e_f32s(whole, simd.splat_f32s(2.121_944_4e-4), rest);
    let sum = polynomial(simd, rest, &EXP);
    let sum = simd.mul_add_e_f32s(simd.mul_f32s(sum, rest), rest, rest);
    let sum = simd.add_f32s(sum, simd.splat_f32s(1.0));
    let power = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
    simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(sum), power))
}

/// x/2 · (1 + erf(x/√2)), with erf as a quotient of polynomials within 4e-7.
#[inline(always)]
fn gelu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let z = simd.mul_f32s(x, simd.splat_f32s(std::f32::consts::FRAC_1_SQRT_2));
    let z = simd.max_f32s(simd.min_f32s(z, simd.splat_f32s(4.0)), simd.splat_f32s(-4.0));
    let square = simd.mul_f32s(z, z);
    let above = polynomial(simd, square, &ERF_ABOVE);
    let below = polynomial(simd, square, &ERF_BELOW);
    let erf = simd.div_f32s(simd.mul_f32s(z, above), below);
    let half = simd.mul_f32s(x, simd.splat_f32s(0.5));
    simd.mul_add_e_f32s(half, erf, half)
}

/// The highest power comes first.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: &[f32; N]) -> S::f32s {
    let mut sum = simd.splat_f32s(coefficients[0]);
    for it in &coefficients[1..] {
        sum = simd.mul_add_e_f32s(sum, x, simd.splat_f32s(*it));
    }
    sum
}

#[inline(always)]
fn total<S: Simd>(simd: S, row: &[f32]) -> f32 {
    let (values, more) = S::as_simd_f32s(row);
    let (fours, rest) = values.as_chunks::<4>();
    let mut sums = [simd.splat_f32s(0.0); 4];
    for it in fours {
        for (sum, it) in sums.iter_mut().zip(it) {
            *sum = simd.add_f32s(*sum, *it);
        }
    }
    for it in rest {
        sums[0] = simd.add_f32s(sums[0], *it);
    }
    simd.reduce_sum_f32s(folded(simd, sums)) + more.iter().sum::<f32>()
}

#[inline(always)]
fn squares<S: Simd>(simd: S, row: &[f32], mean: f32) -> f32 {
    let (values, more) = S::as_simd_f32s(row);
    let (fours, rest) = values.as_chunks::<4>();
    let means = simd.splat_f32s(mean);
    let mut sums = [simd.splat_f32s(0.0); 4];
    for it in fours {
        for (sum, it) in sums.iter_mut().zip(it) {
            let apart = simd.sub_f32s(*it, means);
            *sum = simd.mul_add_e_f32s(apart, apart, *sum);
        }
    }
    for it in rest {
        let apart = simd.sub_f32s(*it, means);
        sums[0] = simd.mul_add_e_f32s(apart, apart, sums[0]);
    }
    let more = more.iter().map(|it| (it - mean) * (it - mean)).sum::<f32>();
    simd.reduce_sum_f32s(folded(simd, sums)) + more
}

#[inline(always)]
fn folded<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> S::f32s {
    simd.add_f32s(simd.add_f32s(a, b), simd.add_f32s(c, d))
}

#[inline(always)]
fn add<S: Simd>(simd: S, sums: [S::f32s; 2], other: &[f32]) -> [S::f32s; 2] {
    let [a, b] = two::<S>(other);
    [simd.add_f32s(sums[0], a), simd.add_f32s(sums[1], b)]
}

#[inline(always)]
fn two<S: Simd>(values: &[f32]) -> [S::f32s; 2] {
    let (values, _) = S::as_simd_f32s(&values[..2 * S::F32_LANES]);
    [values[0], values[1]]
}

#[inline(always)]
fn store<S: Simd>(out: &mut [f32], [a, b]: [S::f32s; 2]) {
    let (out, _) = S::as_mut_simd_f32s(&mut out[..2 * S::F32_LANES]);
    out[0] = a;
    out[1] = b;
}

#[cfg(test)]
mod tests;
