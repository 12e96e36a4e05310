//! Where texts lie in the mean, and how others lie from there.
//!
//! All texts of an encoder point much the same way, and what they have in common tells nothing (all-but-the-top, Mu and
//! Viswanath 2018, without its last step). By multilingual-e5-small two texts that have nothing to do with each other are at
//! a cosine of .79; seen from the centre, of .02, and look-alikes at .55.

use crate::encoder::{EncoderError, TextEncoder, normalise};

/// Mild sentences of everyday life, two in each of 24 languages: where texts lie that are not about anything in particular.
/// Whoever changes one makes other vectors.
pub(crate) const EVERYDAY: &str = include_str!("everyday.txt");

/// The mean of vectors.
pub(crate) struct Centre(Vec<f32>);

impl Centre {
    /// That of `vectors`, which are of length `n`.
    pub(crate) fn of<'a>(vectors: impl Iterator<Item = &'a Vec<f32>>, n: usize) -> Self {
        let (mut sum, mut count) = (vec![0.0_f32; n], 0);
        for vector in vectors {
            sum.iter_mut().zip(vector).for_each(|(sum, it)| *sum += it);
            count += 1;
        }
        Self(sum.iter().map(|it| it / count.max(1) as f32).collect())
    }

    /// That of [`EVERYDAY`].
    ///
    /// # Errors
    /// When the encoder fails.
    pub(crate) fn everyday(encoder: &TextEncoder) -> Result<Self, EncoderError> {
        let texts: Vec<&str> = EVERYDAY.lines().collect();
        Ok(Self::of(encoder.embed(&texts)?.iter(), encoder.dimensions()))
    }

    /// A vector as seen from here, at unit length; one that lies here is all zeros.
    pub(crate) fn seen(&self, vector: &[f32]) -> Vec<f32> {
        let mut moved: Vec<f32> = vector.iter().zip(&self.0).map(|(a, b)| a - b).collect();
        normalise(&mut moved);
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_have_in_common_is_left_out() {
        let vectors = [vec![0.8_f32, 0.6, 0.0], vec![0.8, -0.6, 0.0], vec![0.8, 0.0, 0.6]];
        let centre = Centre::of(vectors.iter(), 3);
        let seen: Vec<Vec<f32>> = vectors.iter().map(|it| centre.seen(it)).collect();
        let cosine = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        assert!(cosine(&vectors[0], &vectors[1]) > 0.25 && cosine(&seen[0], &seen[1]) < 0.0, "{seen:?}");
        assert!((cosine(&seen[2], &seen[2]) - 1.0).abs() < 1e-6);
        assert_eq!(centre.seen(&[0.8, 0.0, 0.2]), [0.0; 3]);
    }
}
