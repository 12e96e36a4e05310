//! Operations that candle has without a gradient, or with a slow one: a row added to all rows, layer normalisation, GELU.
//!
//! Each reads whole matrices of a row per token. Gradients are the textbook's; a test holds them against differences.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// Adds one row to every row.
pub(super) struct AddRow;

/// Layer normalisation of each row, with a gain and a bias per column (Ba, Kiros and Hinton 2016).
pub(super) struct Normalise {
    pub(super) epsilon: f32,
}

/// x·Φ(x), with Φ of the normal distribution (Hendrycks and Gimpel 2016).
pub(super) struct Gelu;

/// The numbers of an operand, which lies in one piece.
fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let (start, end) = layout
        .contiguous_offsets()
        .ok_or_else(|| candle_core::Error::Msg("an operand does not lie in one piece".into()))?;
    Ok(&storage.as_slice::<f32>()?[start..end])
}

fn numbers(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

fn tensor(numbers: Vec<f32>, like: &Tensor) -> Result<Tensor> {
    Tensor::from_vec(numbers, like.shape(), like.device())
}

/// Rows that one thread sums at a time.
const BLOCK: usize = 64;

/// Sums over rows, per column. Blocks are fixed and added in their order, so that the same rows give the same sums,
/// however many threads there are.
fn column_sums(width: usize, rows: impl IndexedParallelIterator<Item = Vec<f32>>) -> Vec<f32> {
    let add = |mut sum: Vec<f32>, row: Vec<f32>| {
        sum.iter_mut().zip(row).for_each(|(sum, it)| *sum += it);
        sum
    };
    let sum = |rows: Vec<Vec<f32>>| rows.into_iter().fold(vec![0.0; width], add);
    let blocks: Vec<Vec<f32>> = rows.chunks(BLOCK).map(sum).collect();
    sum(blocks)
}

impl CustomOp2 for AddRow {
    fn name(&self) -> &'static str {
        "add-row"
    }

    fn cpu_fwd(
        &self,
        rows: &CpuStorage,
        layout: &Layout,
        row: &CpuStorage,
        row_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let row = slice(row, row_layout)?;
        let mut sums = slice(rows, layout)?.to_vec();
        sums.par_chunks_mut(row.len()).for_each(|it| it.iter_mut().zip(row).for_each(|(sum, it)| *sum += it));
        Ok((CpuStorage::F32(sums), layout.shape().clone()))
    }

    fn bwd(
        &self,
        _: &Tensor,
        row: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let width = row.elem_count();
        let sums = column_sums(width, numbers(gradient)?.par_chunks(width).map(<[f32]>::to_vec));
        Ok((Some(gradient.clone()), Some(tensor(sums, row)?)))
    }
}

impl Normalise {
    /// Mean and one over the spread.
    fn of(&self, row: &[f32]) -> (f32, f32) {
        let n = row.len() as f32;
        let mean = row.iter().sum::<f32>() / n;
        let variance = row.iter().map(|it| (it - mean) * (it - mean)).sum::<f32>() / n;
        (mean, 1.0 / (variance + self.epsilon).sqrt())
    }
}

impl CustomOp3 for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn cpu_fwd(
        &self,
        rows: &CpuStorage,
        layout: &Layout,
        gain: &CpuStorage,
        gain_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (gain, bias) = (slice(gain, gain_layout)?, slice(bias, bias_layout)?);
        let mut rows = slice(rows, layout)?.to_vec();
        rows.par_chunks_mut(gain.len()).for_each(|row| {
            let (mean, scale) = self.of(row);
            for ((it, gain), bias) in row.iter_mut().zip(gain).zip(bias) {
                *it = (*it - mean) * scale * gain + bias;
            }
        });
        Ok((CpuStorage::F32(rows), layout.shape().clone()))
    }

    fn bwd(
        &self,
        rows: &Tensor,
        gain: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let width = gain.elem_count();
        let (input, gains, mut gradient) = (numbers(rows)?, numbers(gain)?, numbers(gradient)?);
        let n = width as f32;
        // In one pass: the gradient of the input in place, those of gain and bias behind each other per row.
        let both = gradient.par_chunks_mut(width).zip(input.par_chunks(width)).map(|(gradient, row)| {
            let (mean, scale) = self.of(row);
            let mut both = vec![0.0; 2 * width];
            let (mut sum, mut along) = (0.0, 0.0);
            for column in 0..width {
                let (normal, it) = ((row[column] - mean) * scale, gradient[column]);
                both[column] = it * normal;
                both[width + column] = it;
                sum += it * gains[column];
                along += it * gains[column] * normal;
            }
            for column in 0..width {
                let normal = (row[column] - mean) * scale;
                gradient[column] = scale * (gradient[column] * gains[column] - sum / n - normal * along / n);
            }
            both
        });
        let mut of_gain = column_sums(2 * width, both);
        let of_bias = of_gain.split_off(width);
        Ok((Some(tensor(gradient, rows)?), Some(tensor(of_gain, gain)?), Some(tensor(of_bias, bias)?)))
    }
}

impl Gelu {
    /// Φ(x), and the density at x. erf by formula 7.1.26 of Abramowitz and Stegun, within 1.5e-7.
    fn normal(x: f32) -> (f32, f32) {
        let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
        let t = 1.0 / (1.0 + 0.327_591_1 * z);
        let polynomial =
            t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
        let tail = (-z * z).exp();
        let erf = 1.0 - polynomial * tail;
        let share = 0.5 * (1.0 + erf.copysign(x));
        (share, tail * 0.398_942_3)
    }
}

impl CustomOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, rows: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let rows = slice(rows, layout)?.par_iter().with_min_len(4096).map(|x| x * Self::normal(*x).0);
        Ok((CpuStorage::F32(rows.collect()), layout.shape().clone()))
    }

    fn bwd(&self, rows: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let mut gradient = numbers(gradient)?;
        gradient.par_iter_mut().with_min_len(4096).zip(numbers(rows)?).for_each(|(it, x)| {
            let (share, density) = Self::normal(x);
            *it *= share + x * density;
        });
        tensor(gradient, rows).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    /// Numbers of no pattern, around 0.
    fn some(n: usize, seed: f32) -> Vec<f32> {
        (0..n).map(|it| ((it as f32 + seed) * 1.7).sin() * 1.5).collect()
    }

    /// The gradient of a weighted sum of `of`'s numbers, against differences, for each operand.
    #[track_caller]
    fn check(operands: &[Var], of: impl Fn(&[Var]) -> Tensor) {
        let weigh = |it: &Tensor| {
            let weights =
                Tensor::from_vec(some(it.elem_count(), 0.3), it.shape(), &Device::Cpu).expect("weights");
            (it * weights).and_then(|it| it.sum_all()).expect("a number")
        };
        let gradients = weigh(&of(operands)).backward().expect("a gradient");
        for operand in operands {
            let told = numbers(gradients.get(operand).expect("of each operand")).expect("numbers");
            let before = numbers(operand.as_tensor()).expect("numbers");
            for n in 0..before.len() {
                let at = |step: f32| {
                    let mut moved = before.clone();
                    moved[n] += step;
                    operand.set(&tensor(moved, operand.as_tensor()).expect("numbers")).expect("set");
                    weigh(&of(operands)).to_scalar::<f32>().expect("a number")
                };
                let (up, down) = (at(1e-2), at(-1e-2));
                operand.set(&tensor(before.clone(), operand.as_tensor()).expect("numbers")).expect("set");
                let measured = (up - down) / 2e-2;
                assert!((measured - told[n]).abs() < 5e-3, "{n}: {measured} and {}", told[n]);
            }
        }
    }

    fn var(shape: &[usize], seed: f32) -> Var {
        let numbers = some(shape.iter().product(), seed);
        Var::from_vec(numbers, shape, &Device::Cpu).expect("numbers")
    }

    #[test]
    fn a_row_is_added_to_all_rows() {
        check(&[var(&[3, 4], 0.0), var(&[4], 9.0)], |it| it[0].apply_op2(&it[1], AddRow).expect("a sum"));
    }

    #[test]
    fn rows_are_normalised() {
        let operands = [var(&[3, 8], 0.0), var(&[8], 2.0), var(&[8], 5.0)];
        check(&operands, |it| it[0].apply_op3(&it[1], &it[2], Normalise { epsilon: 1e-5 }).expect("rows"));
    }

    #[test]
    fn gelu_is_what_it_says() {
        check(&[var(&[2, 6], 0.0)], |it| it[0].apply_op1(Gelu).expect("rows"));
        // Φ(1) = 0.841345, Φ(−2) = 0.022750.
        let told = Tensor::new(&[1.0_f32, -2.0], &Device::Cpu).and_then(|it| it.apply_op1(Gelu));
        let told = told.and_then(|it| it.to_vec1::<f32>()).expect("two numbers");
        assert!((told[0] - 0.841_345).abs() < 1e-5 && (told[1] + 0.045_500).abs() < 1e-5, "{told:?}");
    }
}
