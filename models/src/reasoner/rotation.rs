//! How fast the pairs of numbers in a head turn from one token to the next, the first pair fastest.

use std::f32::consts::TAU;

/// As the base alone says.
pub(super) fn speeds(base: f32, head: usize) -> Vec<f32> {
    let half = head / 2;
    (0..half).map(|it| base.powf(-(it as f32) / half as f32)).collect()
}

/// How Llama 3.1 reads more tokens than it was first trained on: what turns slowly turns slower still.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    /// By how much slower.
    pub factor: f32,
    /// Turns within `original` tokens below which a pair is slowed down by all of `factor`.
    pub slow: f32,
    /// Turns above which it stays as fast as it is.
    pub fast: f32,
    /// Tokens it was first trained on.
    pub original: f32,
}

impl Stretch {
    /// Why it cannot be computed.
    pub fn broken_rule(&self) -> Option<String> {
        let Self { factor, slow, fast, original } = *self;
        let is_sound = factor >= 1.0 && slow > 0.0 && fast > slow && original >= 1.0;
        let is_finite = [factor, slow, fast, original].iter().all(|it| it.is_finite());
        (!is_sound || !is_finite).then(|| {
            format!("factor {factor}, low_freq_factor {slow}, high_freq_factor {fast}, original_max_position_embeddings {original}: 1 or more, and the second below the third")
        })
    }

    /// The speed of a pair that would turn by `speed`.
    pub fn of(&self, speed: f32) -> f32 {
        let turns = self.original * speed / TAU;
        let smooth = ((turns - self.slow) / (self.fast - self.slow)).clamp(0.0, 1.0);
        (1.0 - smooth) * speed / self.factor + smooth * speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_slowly_turns_slower_and_what_turns_fast_stays() {
        let stretch = Stretch { factor: 8.0, slow: 1.0, fast: 4.0, original: 8192.0 };
        let plain = speeds(500_000.0, 128);
        let found: Vec<f32> = plain.iter().map(|it| stretch.of(*it)).collect();
        assert_eq!((found.len(), found[0], plain[63] / found[63]), (64, 1.0, 8.0));
        let between = plain.iter().zip(&found).filter(|(plain, it)| *it < plain && **it > *plain / 8.0);
        assert!(between.count() > 3, "between the two it goes over by degrees");
        assert!(found.is_sorted_by(|a, b| a > b));
    }

    #[test]
    fn a_stretch_that_shortens_or_divides_by_nothing_is_refused() {
        let sound = Stretch { factor: 8.0, slow: 1.0, fast: 4.0, original: 8192.0 };
        assert_eq!(sound.broken_rule(), None);
        for broken in [
            Stretch { factor: 0.5, ..sound },
            Stretch { fast: 1.0, ..sound },
            Stretch { slow: 0.0, ..sound },
            Stretch { original: f32::NAN, ..sound },
        ] {
            assert!(broken.broken_rule().is_some(), "{broken:?}");
        }
    }
}
