//! Which vectors point nearly the same way, told by one bit per coordinate.
//!
//! A million vectors do not fit between two keystrokes, their sign_bits do: 48 bytes of 768. Vectors
//! that lie close differ in few sign_bits, so the few that differ least are read and compared in full.

/// The sign_bits of many vectors of one length, by the place at which each was added.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignBits {
    /// `words` for each vector, in one run.
    bits: Vec<u64>,
    words: usize,
}

impl SignBits {
    /// Adds a vector of halves ([`crate::half`]); `false` for one of another length than the first,
    /// which is of no use to the others.
    pub(crate) fn push(&mut self, vector: &[u8]) -> bool {
        let sign_bits = sign_bits(vector);
        if self.words == 0 {
            self.words = sign_bits.len();
        }
        let fits = sign_bits.len() == self.words;
        if fits {
            self.bits.extend(sign_bits);
        }
        fits
    }

    /// Places whose sign_bits differ least from those of `vector`, `n` of them at most, ascending.
    pub(crate) fn close_to(&self, vector: &[u8], n: usize) -> Vec<usize> {
        let wanted = sign_bits(vector);
        if self.words == 0 || wanted.len() != self.words {
            return Vec::new();
        }
        let differing: Vec<u16> =
            self.bits.chunks_exact(self.words).map(|it| distance(it, &wanted)).collect();
        let mut n_at = vec![0_usize; self.words * 64 + 1];
        for it in &differing {
            n_at[usize::from(*it)] += 1;
        }
        let mut sum = 0;
        let reach = n_at.iter().position(|it| {
            sum += it;
            sum >= n
        });
        let reach = reach.unwrap_or(self.words * 64) as u16;
        // Those at the edge are many and alike; taking the first of them keeps the work bounded.
        let mut edge = n.saturating_sub(sum - n_at[usize::from(reach)]);
        (0..differing.len())
            .filter(|at| match differing[*at] {
                it if it < reach => true,
                it if it == reach && edge > 0 => {
                    edge -= 1;
                    true
                }
                _ => false,
            })
            .collect()
    }
}

fn distance(a: &[u64], b: &[u64]) -> u16 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones() as u16).sum()
}

/// The sign of each half, a bit each: it is the top bit of every second byte.
fn sign_bits(vector: &[u8]) -> Vec<u64> {
    let words = vector.chunks(128).map(|halves| {
        let bit = |(n, half): (usize, &[u8])| u64::from(half.last().copied().unwrap_or(0) >> 7) << n;
        halves.chunks(2).enumerate().map(bit).sum()
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::half;

    /// Numbers from -1 to 1 that look drawn: xorshift, by George Marsaglia.
    fn direction(seed: u64, width: usize) -> Vec<f32> {
        let mut state = seed;
        let mut draw = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..width).map(&mut draw).collect()
    }

    #[test]
    fn signs_are_a_bit_per_coordinate() {
        let vector: Vec<f32> = (0..70).map(|it| if it % 3 == 0 { -0.5 } else { 0.5 }).collect();
        let sign_bits = sign_bits(&half::pack(&vector));
        assert_eq!(sign_bits.len(), 2);
        for (n, value) in vector.iter().enumerate() {
            assert_eq!(sign_bits[n / 64] >> (n % 64) & 1 == 1, *value < 0.0, "{n}");
        }
    }

    #[test]
    fn as_many_as_are_asked_for_are_close_and_differ_least() {
        let sign_bits = SignBits { bits: (0..5000).map(|it| (1_u64 << (it % 32)) - 1).collect(), words: 1 };
        let none_negative = half::pack(&[0.5; 64]);
        let close = sign_bits.close_to(&none_negative, 1024);
        assert_eq!(close.len(), 1024);
        assert!(close.is_sorted());
        assert!(close.iter().all(|it| it % 32 <= 6), "the ones that differ least");
        assert_eq!(sign_bits.close_to(&none_negative, 9000).len(), 5000, "there are no more");
        assert_eq!(sign_bits.close_to(&half::pack(&[0.5; 65]), 9), Vec::<usize>::new(), "another length");
    }

    #[test]
    fn the_nearest_is_among_those_that_are_close() {
        let mut sign_bits = SignBits::default();
        for seed in 1..=2000 {
            assert!(sign_bits.push(&half::pack(&direction(seed * 7919, 384))));
        }
        assert!(!sign_bits.push(&half::pack(&direction(1, 12))), "another length is left out");
        let near: Vec<f32> =
            direction(1234 * 7919, 384).iter().zip(direction(1, 384)).map(|(a, b)| a + 0.5 * b).collect();
        assert!(sign_bits.close_to(&half::pack(&near), 128).contains(&1233));
    }
}
