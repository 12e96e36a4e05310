//! Logistic regression with an L2 penalty over dense and sparse columns, by L-BFGS.
//!
//! Deterministic: it starts at zero, draws nothing, and adds up in row order.

/// Rows of features: dense columns first, then sparse ones.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    n_dense: usize,
    n_sparse: usize,
    dense: Vec<f32>,
    sparse: Vec<Vec<(u32, f32)>>,
}

/// How a model is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Inverse strength of the penalty, as scikit-learn's `C`.
    pub c: f64,
    /// Whether both classes weigh the same in sum.
    pub balanced: bool,
}

/// Weights over the columns of [`Rows`]; the intercept is not penalised.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// One per dense column.
    pub dense: Vec<f32>,
    /// One per sparse column.
    pub sparse: Vec<f32>,
    /// Intercept.
    pub bias: f32,
}

/// Gradient norm, relative to the first, at which fitting ends.
const TOLERANCE: f64 = 2e-3;
/// Steps at most.
const STEPS: usize = 60;
/// Steps remembered for the curvature.
const MEMORY: usize = 8;

impl Rows {
    /// No rows yet, with this many columns.
    #[must_use]
    pub fn new(n_dense: usize, n_sparse: usize) -> Self {
        Self { n_dense, n_sparse, dense: Vec::new(), sparse: Vec::new() }
    }

    /// Adds a row. `dense` has one value per dense column; `sparse` pairs column and value.
    ///
    /// # Panics
    /// When `dense` has another length: the caller fixed it in [`Rows::new`].
    pub fn push(&mut self, dense: &[f32], sparse: Vec<(u32, f32)>) {
        assert_eq!(dense.len(), self.n_dense, "a row has one value per dense column");
        self.dense.extend_from_slice(dense);
        self.sparse.push(sparse);
    }

    /// Overwrites one dense column, one value per row.
    ///
    /// # Panics
    /// When there are fewer values than rows.
    pub fn set_dense(&mut self, column: usize, values: &[f32]) {
        for (n, value) in values.iter().enumerate().take(self.len()) {
            self.dense[n * self.n_dense + column] = *value;
        }
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sparse.len()
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sparse.is_empty()
    }

    fn row(&self, n: usize) -> (&[f32], &[(u32, f32)]) {
        (&self.dense[n * self.n_dense..(n + 1) * self.n_dense], &self.sparse[n])
    }
}

impl Linear {
    /// Log-odds of one row.
    #[must_use]
    pub fn logit(&self, dense: &[f32], sparse: &[(u32, f32)]) -> f64 {
        let dense: f32 = dense.iter().zip(&self.dense).map(|(x, w)| x * w).sum();
        let sparse: f32 = sparse.iter().map(|(column, x)| x * self.sparse[*column as usize]).sum();
        f64::from(dense + sparse + self.bias)
    }

    /// The model whose log-odds are the sum of both.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        for (weight, it) in
            self.dense.iter_mut().zip(&other.dense).chain(self.sparse.iter_mut().zip(&other.sparse))
        {
            *weight += it;
        }
        self.bias += other.bias;
        self
    }

    /// Log-odds of every row.
    #[must_use]
    pub fn logits(&self, rows: &Rows) -> Vec<f64> {
        (0..rows.len()).map(|n| rows.row(n)).map(|(dense, sparse)| self.logit(dense, sparse)).collect()
    }
}

/// Fits `labels`, one per row; rows whose label is `None` are left out.
///
/// With no row of one class the model is a constant: the log-odds of the share seen, plus one each way.
///
/// # Panics
/// When there are more or fewer labels than rows.
#[must_use]
pub fn fit(rows: &Rows, labels: &[Option<bool>], settings: Settings) -> Linear {
    fit_columns(rows, labels, settings, true)
}

/// [`fit`] on the sparse columns alone; the dense ones weigh nothing.
///
/// # Panics
/// When there are more or fewer labels than rows.
#[must_use]
pub fn fit_sparse(rows: &Rows, labels: &[Option<bool>], settings: Settings) -> Linear {
    fit_columns(rows, labels, settings, false)
}

fn fit_columns(rows: &Rows, labels: &[Option<bool>], settings: Settings, with_dense: bool) -> Linear {
    assert_eq!(labels.len(), rows.len(), "one label per row");
    let known: Vec<(usize, bool)> =
        labels.iter().enumerate().filter_map(|(n, it)| Some((n, (*it)?))).collect();
    let positive = known.iter().filter(|it| it.1).count() as f64;
    let negative = known.len() as f64 - positive;
    let mut weights = vec![0_f32; rows.n_dense + rows.n_sparse + 1];
    if positive == 0.0 || negative == 0.0 {
        if let Some(bias) = weights.last_mut() {
            *bias = ((positive + 1.0) / (negative + 1.0)).ln() as f32;
        }
        return linear(rows, weights);
    }
    let total = positive + negative;
    let (up, down) = match settings.balanced {
        true => (total / (2.0 * positive), total / (2.0 * negative)),
        false => (1.0, 1.0),
    };
    let loss = Loss { rows, with_dense, known, up: up * settings.c, down: down * settings.c };
    minimise(&loss, &mut weights);
    linear(rows, weights)
}

fn linear(rows: &Rows, mut weights: Vec<f32>) -> Linear {
    let bias = weights.pop().unwrap_or_default();
    let sparse = weights.split_off(rows.n_dense);
    Linear { dense: weights, sparse, bias }
}

/// Half the squared norm of the weights plus the weighted log-loss.
struct Loss<'a> {
    rows: &'a Rows,
    with_dense: bool,
    known: Vec<(usize, bool)>,
    up: f64,
    down: f64,
}

impl Loss<'_> {
    /// The value at `weights`; `gradient` is overwritten.
    fn at(&self, weights: &[f32], gradient: &mut [f32]) -> f64 {
        let n_dense = self.rows.n_dense;
        let bias_at = weights.len() - 1;
        gradient.copy_from_slice(weights);
        gradient[bias_at] = 0.0;
        let mut value = 0.5 * dot(&weights[..bias_at], &weights[..bias_at]);
        let mut bias_gradient = 0.0;
        for (n, is_positive) in &self.known {
            let (dense, sparse) = self.rows.row(*n);
            let dense = if self.with_dense { dense } else { &[] };
            let mut logit: f32 =
                dense.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>() + weights[bias_at];
            logit += sparse.iter().map(|(column, x)| x * weights[n_dense + *column as usize]).sum::<f32>();
            let (weight, signed) = match is_positive {
                true => (self.up, f64::from(logit)),
                false => (self.down, -f64::from(logit)),
            };
            // ln(1 + e^-m), written so that neither end overflows.
            value += weight * ((-signed.abs()).exp().ln_1p() + (-signed).max(0.0));
            let pull = weight / (1.0 + signed.exp());
            let pull = if *is_positive { -pull } else { pull };
            bias_gradient += pull;
            let pull = pull as f32;
            for (slot, x) in gradient.iter_mut().zip(dense) {
                *slot += pull * x;
            }
            for (column, x) in sparse {
                gradient[n_dense + *column as usize] += pull * x;
            }
        }
        gradient[bias_at] = bias_gradient as f32;
        value
    }
}

fn minimise(loss: &Loss, weights: &mut Vec<f32>) {
    let mut gradient = vec![0_f32; weights.len()];
    let mut value = loss.at(weights, &mut gradient);
    let first = dot(&gradient, &gradient).sqrt();
    let mut memory: Vec<(Vec<f32>, Vec<f32>, f64)> = Vec::new();
    let mut trial_gradient = vec![0_f32; weights.len()];
    for _ in 0..STEPS {
        if dot(&gradient, &gradient).sqrt() <= TOLERANCE * first {
            return;
        }
        let mut direction = two_loops(&gradient, &memory);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            memory.clear();
            direction = gradient.iter().map(|it| -it).collect();
            slope = -dot(&gradient, &gradient);
        }
        // Without curvature the gradient's length means nothing: the first step is one unit long.
        let mut step = if memory.is_empty() { 1.0 / (-slope).sqrt() } else { 1.0 };
        let found = (0..30).find_map(|_| {
            let trial: Vec<f32> = weights.iter().zip(&direction).map(|(w, d)| w + step as f32 * d).collect();
            let trial_value = loss.at(&trial, &mut trial_gradient);
            if trial_value <= value + 1e-4 * step * slope {
                return Some((trial, trial_value));
            }
            step *= 0.5;
            None
        });
        let Some((trial, trial_value)) = found else { return };
        let moved: Vec<f32> = trial.iter().zip(&*weights).map(|(a, b)| a - b).collect();
        let turned: Vec<f32> = trial_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-10 {
            if memory.len() == MEMORY {
                memory.remove(0);
            }
            memory.push((moved, turned, 1.0 / curvature));
        }
        *weights = trial;
        std::mem::swap(&mut gradient, &mut trial_gradient);
        value = trial_value;
    }
}

/// The L-BFGS direction (Nocedal and Wright, algorithm 7.4), already downhill.
fn two_loops(gradient: &[f32], memory: &[(Vec<f32>, Vec<f32>, f64)]) -> Vec<f32> {
    let mut direction: Vec<f32> = gradient.iter().map(|it| -it).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for (moved, turned, inverse) in memory.iter().rev() {
        let alpha = inverse * dot(moved, &direction);
        add(&mut direction, turned, -alpha);
        alphas.push(alpha);
    }
    if let Some((_, turned, inverse)) = memory.last() {
        let scale = (1.0 / (inverse * dot(turned, turned))) as f32;
        for it in &mut direction {
            *it *= scale;
        }
    }
    for ((moved, turned, inverse), alpha) in memory.iter().zip(alphas.into_iter().rev()) {
        let beta = inverse * dot(turned, &direction);
        add(&mut direction, moved, alpha - beta);
    }
    direction
}

fn add(to: &mut [f32], from: &[f32], times: f64) {
    for (slot, it) in to.iter_mut().zip(from) {
        *slot += times as f32 * it;
    }
}

/// Summed in blocks: single precision within, double across.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.chunks(64)
        .zip(b.chunks(64))
        .map(|(a, b)| f64::from(a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Settings = Settings { c: 1.0, balanced: false };

    fn rows(points: &[(f32, f32)]) -> Rows {
        let mut rows = Rows::new(1, 3);
        for (dense, sparse) in points {
            rows.push(&[*dense], vec![(2, *sparse)]);
        }
        rows
    }

    fn known(labels: &[u8]) -> Vec<Option<bool>> {
        labels.iter().map(|it| Some(*it == 1)).collect()
    }

    #[test]
    fn the_weights_are_those_of_scikit_learn() {
        // LogisticRegression(C=1).fit([[0,1],[1,0],[2,1],[3,3],[1,2]], [0,0,1,1,0]), scikit-learn 1.9.1.
        let rows = rows(&[(0.0, 1.0), (1.0, 0.0), (2.0, 1.0), (3.0, 3.0), (1.0, 2.0)]);
        let model = fit(&rows, &known(&[0, 0, 1, 1, 0]), PLAIN);
        let expected = [0.9831_f32, 0.2589_f32, -2.2151_f32];
        for (found, expected) in [model.dense[0], model.sparse[2], model.bias].iter().zip(expected) {
            assert!((found - expected).abs() < 5e-3, "{found} is near {expected}");
        }
        assert_eq!(&model.sparse[..2], [0.0, 0.0], "a column that never occurs weighs nothing");
    }

    #[test]
    fn rows_with_an_unknown_label_are_left_out() {
        let with = rows(&[(0.0, 1.0), (1.0, 0.0), (9.0, 9.0)]);
        let without = rows(&[(0.0, 1.0), (1.0, 0.0)]);
        let a = fit(&with, &[Some(false), Some(true), None], PLAIN);
        assert_eq!(a, fit(&without, &known(&[0, 1]), PLAIN));
    }

    #[test]
    fn balanced_classes_put_the_middle_between_them() {
        let mut points = vec![(0.0, 0.0); 99];
        points.push((1.0, 0.0));
        let mut labels = vec![Some(false); 99];
        labels.push(Some(true));
        let model = fit(&rows(&points), &labels, Settings { c: 1000.0, balanced: true });
        let (low, high) = (model.logit(&[0.0], &[]), model.logit(&[1.0], &[]));
        assert!((low + high).abs() < 0.1 * high, "{low} and {high} are equally sure");
    }

    #[test]
    fn sparse_columns_alone_leave_the_dense_ones_at_nothing() {
        let rows = rows(&[(0.0, 1.0), (5.0, 0.0), (1.0, 2.0), (7.0, 0.5)]);
        let labels = known(&[0, 1, 0, 1]);
        let alone = fit_sparse(&rows, &labels, PLAIN);
        assert!(alone.dense == [0.0] && alone.sparse[2] < 0.0);
        let both = fit(&rows, &labels, PLAIN);
        let sum = both.clone().plus(&alone);
        let expected = both.logit(&[2.0], &[(2, 1.5)]) + alone.logit(&[2.0], &[(2, 1.5)]);
        assert!((sum.logit(&[2.0], &[(2, 1.5)]) - expected).abs() < 1e-5);
    }

    #[test]
    fn one_class_alone_gives_a_constant() {
        let model = fit(&rows(&[(1.0, 1.0), (2.0, 0.0)]), &known(&[0, 0]), PLAIN);
        assert_eq!(model.dense, [0.0]);
        assert!(model.bias < -1.0, "nothing seen is unlikely, not impossible");
    }
}
