//! Each kernel against plain arithmetic in double precision, on every processor this one can play.

use super::*;
use casebook_core::folds::Chance;

/// Every kind of processor that this one can play.
fn archs() -> Vec<Arch> {
    let mut archs = vec![Arch::Scalar, Arch::new()];
    #[cfg(target_arch = "x86_64")]
    archs.extend(pulp::x86::V3::try_new().map(Arch::V3));
    archs
}

fn chance(n: usize, seed: u64) -> Vec<f32> {
    let mut chance = Chance::new(seed);
    (0..n).map(|_| (chance.below(2001) as f32 - 1000.0) / 1000.0).collect()
}

fn rows(n: usize, columns: usize, seed: u64) -> Rows {
    let mut rows = Rows::zeros(n, columns);
    let stride = rows.stride;
    for (row, it) in rows.values.chunks_exact_mut(stride).zip(chance(n * columns, seed).chunks(columns)) {
        row[..columns].copy_from_slice(it);
    }
    rows
}

#[track_caller]
fn near(found: f32, expected: f64, within: f64) {
    let apart = (f64::from(found) - expected).abs();
    assert!(apart <= within, "{found} should be {expected}, {apart:e} apart");
}

#[test]
fn products_of_any_shape_are_right_on_every_processor() {
    for (n, depth, columns) in [(1, 1, 1), (5, 8, 33), (12, 16, 32), (13, 40, 96), (31, 7, 100)] {
        let (left, weights) = (rows(n, depth, 1), chance(columns * depth, 2));
        let panels = Panels::pack(&weights, depth);
        let mut bias = chance(columns, 3);
        bias.resize(panels.stride(), 0.0);
        for arch in archs() {
            let before = rows(n, columns, 4);
            let mut out = Rows::zeros(n, columns);
            multiply(arch, &left, &panels, &After::BiasResidual(&bias, &before), &mut out);
            for (at, column) in (0..n).flat_map(|row| (0..columns).map(move |it| (row, it))) {
                let weights = &weights[column * depth..][..depth];
                let sum: f64 =
                    left.row(at).iter().zip(weights).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                let more = f64::from(bias[column]) + f64::from(before.row(at)[column]);
                near(out.row(at)[column], sum + more, 1e-5);
            }
            assert!(out.row(n - 1)[columns..].iter().all(|it| *it == 0.0), "the filling stays zero");
        }
    }
}

#[test]
fn attention_is_a_weighted_mean_of_values_on_every_processor() {
    // One token; heads narrower and wider than a panel; more keys than one panel holds.
    for (n, heads, size) in [(1, 2, 8), (7, 3, 32), (40, 2, 48), (70, 1, 33)] {
        let hidden = heads * size;
        let qkv = rows(n + 3, 3 * hidden, 5);
        for arch in archs() {
            let mut out = Rows::zeros(n + 3, hidden);
            let input = Attention { qkv: &qkv, first: 2, n, heads, size };
            attend(arch, &input, &mut Scratch::default(), &mut out);
            let part =
                |token: usize, which: usize, at: usize| f64::from(qkv.row(2 + token)[which * hidden + at]);
            for (token, head) in (0..n).flat_map(|token| (0..heads).map(move |it| (token, it))) {
                let columns = || head * size..(head + 1) * size;
                let weights: Vec<f64> = (0..n)
                    .map(|key| columns().map(|at| part(token, 0, at) * part(key, 1, at)).sum::<f64>())
                    .map(|it| (it / (size as f64).sqrt()).exp())
                    .collect();
                let total: f64 = weights.iter().sum();
                for at in columns() {
                    let mean: f64 = (0..n).map(|it| weights[it] * part(it, 2, at)).sum();
                    near(out.row(2 + token)[at], mean / total, 1e-5);
                }
            }
            assert!(
                out.row(1).iter().chain(out.row(n + 2)).all(|it| *it == 0.0),
                "neighbours are left alone"
            );
        }
    }
}

#[test]
fn looking_back_is_a_weighted_mean_of_what_was_seen_on_every_processor() {
    // Tokens of the prefix, tokens after it, numbers of a key, queries: on both sides of whole panels and blocks.
    for (before, after, size, n) in
        [(0, 1, 4, 1), (0, 33, 32, 5), (5, 40, 48, 13), (300, 7, 128, 6), (64, 64, 64, 50)]
    {
        let (heads, head) = (2, 1);
        let (keys, values) = (rows(before + after, heads * size, 7), rows(before + after, heads * size, 8));
        let columns = heads * size;
        let seen = |tokens: std::ops::Range<usize>| {
            let mut seen = looking::Seen::new(heads, size);
            tokens.for_each(|it| seen.push(&keys.row(it)[..columns], &values.row(it)[..columns]));
            seen
        };
        let (prefix, own) = (seen(0..before).halved(), seen(before..before + after));
        let queries = chance(n * size, 9);
        let reach: Vec<usize> = (0..n).map(|it| it % after + 1).collect();
        let prefix = Some(&prefix).filter(|_| before > 0);
        let looking = looking::Looking { queries: &queries, reach: &reach, head, prefix, own: &own };
        for arch in archs() {
            let mut sight = looking::Sight::default();
            let found = looking::look(arch, &looking, &mut sight);
            assert_eq!(
                looking::look(arch, &looking, &mut sight),
                found,
                "nothing of a look is left to the next"
            );
            let part = |rows: &Rows, token: usize, at: usize| f64::from(rows.row(token)[head * size + at]);
            for (row, reach) in reach.iter().enumerate() {
                let weight = |token: usize| {
                    let query = |at: usize| f64::from(queries[row * size + at]);
                    let sum: f64 = (0..size).map(|at| query(at) * part(&keys, token, at)).sum();
                    (sum / (size as f64).sqrt()).exp()
                };
                let weights: Vec<f64> = (0..before + reach).map(weight).collect();
                let total: f64 = weights.iter().sum();
                for at in 0..size {
                    let mean: f64 = weights.iter().enumerate().map(|(n, it)| it * part(&values, n, at)).sum();
                    // A prefix is kept in half precision.
                    let within = if before > 0 { 2e-3 } else { 1e-5 };
                    near(found[row * size.next_multiple_of(WIDTH) + at], mean / total, within);
                }
            }
        }
    }
}

#[test]
fn what_was_seen_comes_back_as_it_was_written() {
    let mut seen = looking::Seen::new(2, 48);
    let (keys, values) = (rows(37, 96, 1), rows(37, 96, 2));
    (0..37).for_each(|it| seen.push(keys.row(it), values.row(it)));
    let mut bytes = Vec::new();
    seen.halved().write(&mut bytes);
    assert_eq!(bytes.len(), seen.halved().bytes());
    let read = |bytes: &mut &[u8], n_tokens, heads| looking::Seen::read(bytes, n_tokens, heads, 48);
    let mut rest = &bytes[..];
    let found = read(&mut rest, 37, 2).expect("it was written");
    let mut again = Vec::new();
    found.write(&mut again);
    assert!(rest.is_empty() && again == bytes);
    assert!(read(&mut &bytes[..bytes.len() - 1], 37, 2).is_none(), "a byte is missing");
    assert!(read(&mut &bytes[..], 37, usize::MAX).is_none(), "more heads than there are");
    assert!(read(&mut &bytes[..], usize::MAX, 2).is_none(), "more tokens than there are");
}

#[test]
fn a_normed_row_has_no_mean_and_unit_spread() {
    for (arch, n) in archs().into_iter().flat_map(|it| [(it, 16), (it, 50), (it, 384)]) {
        let mut it = rows(2, n, 6);
        layer_norm(arch, &mut it, &Norm { gain: vec![2.0; n], bias: vec![1.0; n], eps: 1e-12 });
        let row = &it.row(1)[..n];
        let mean = row.iter().map(|it| f64::from(*it)).sum::<f64>() / n as f64;
        let spread = row.iter().map(|it| (f64::from(*it) - mean).powi(2)).sum::<f64>() / n as f64;
        near(mean as f32, 1.0, 1e-5);
        near(spread as f32, 4.0, 1e-4);
    }
}

struct Curve(fn(f64) -> f64, bool, Vec<f32>);

impl WithSimd for Curve {
    type Output = f64;

    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Self(expected, is_exp, values) = self;
        let apart = |it: f32| {
            let x = simd.splat_f32s(it);
            let found = if is_exp { exp(simd, x) } else { gelu(simd, x) };
            let found = f64::from(simd.reduce_max_f32s(found));
            let expected = expected(f64::from(it));
            (found - expected).abs() / expected.abs().max(1.0)
        };
        values.into_iter().map(apart).fold(0.0, f64::max)
    }
}

#[test]
fn exponentials_and_gelu_are_as_exact_as_single_numbers_allow() {
    let gelu = |x: f64| {
        // erf by its series; past 4 it is 1 to more digits than we compare.
        let z = (x / 2.0_f64.sqrt()).clamp(-4.0, 4.0);
        let mut term = z;
        let mut sum = z;
        for n in 1..200 {
            term *= -z * z / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        x / 2.0 * (1.0 + sum * 2.0 / std::f64::consts::PI.sqrt())
    };
    for arch in archs() {
        let falling = (0..9000).map(|it| it as f32 / -100.0).collect();
        assert!(arch.dispatch(Curve(f64::exp, true, falling)) < 2e-7);
        let both = (-800..800).map(|it| it as f32 / 100.0).collect();
        assert!(arch.dispatch(Curve(gelu, false, both)) < 1.2e-6);
    }
}
