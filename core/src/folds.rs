//! Splits that repeat: seeded chance, and folds that keep a group together.
//!
//! The same seed gives the same split on every machine and in every version.

use std::collections::BTreeMap;

/// A seeded sequence of numbers: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence that belongs to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of 2⁶⁴.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// A number below `limit`, which is not 0. The bias of the multiplication is below 2⁻³².
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.draw()) * limit as u128) >> 64) as usize
    }

    /// Puts `items` in an order of chance.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for n in (1..items.len()).rev() {
            items.swap(n, self.below(n + 1));
        }
    }
}

/// The fold of each row, 0 to `n_folds` − 1: rows of one group share a fold, groups are dealt out by chance.
#[must_use]
pub fn grouped<G: Ord>(groups: &[G], n_folds: usize, seed: u64) -> Vec<usize> {
    let mut fold_of: BTreeMap<&G, usize> = groups.iter().map(|it| (it, 0)).collect();
    let mut order: Vec<usize> = (0..fold_of.len()).collect();
    Chance::new(seed).shuffle(&mut order);
    for (place, fold) in order.into_iter().zip(fold_of.values_mut()) {
        *fold = place % n_folds;
    }
    groups.iter().map(|it| fold_of[it]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_never_split() {
        let groups: Vec<u32> = (0..1000).map(|n| n % 130).collect();
        let folds = grouped(&groups, 5, 7);
        for (n, group) in groups.iter().enumerate() {
            assert_eq!(folds[n], folds[*group as usize], "row {n} lies where its group's first row lies");
        }
    }

    #[test]
    fn folds_are_of_one_size() {
        let groups: Vec<u32> = (0..103).collect();
        let folds = grouped(&groups, 5, 1);
        let sizes: Vec<usize> = (0..5).map(|fold| folds.iter().filter(|it| **it == fold).count()).collect();
        assert_eq!(sizes, [21, 21, 21, 20, 20]);
    }

    #[test]
    fn a_seed_is_a_split() {
        let groups: Vec<u32> = (0..50).collect();
        assert_eq!(grouped(&groups, 5, 3), grouped(&groups, 5, 3));
        assert_ne!(grouped(&groups, 5, 3), grouped(&groups, 5, 4));
    }

    #[test]
    fn the_sequence_is_the_published_one() {
        // First outputs of SplitMix64 for seed 1234567, as in the reference implementation's test vector.
        let mut chance = Chance::new(1_234_567);
        assert_eq!(chance.draw(), 6_457_827_717_110_365_317);
        assert_eq!(chance.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn chance_stays_below_its_limit() {
        let mut chance = Chance::new(0);
        let mut seen = [false; 3];
        (0..100).for_each(|_| seen[chance.below(3)] = true);
        assert_eq!(seen, [true; 3]);
    }
}
