//! How fast the pairs of numbers in a head turn from one token to the next, the first pair fastest.

/// As the base alone says.
pub(super) fn speeds(base: f32, head: usize) -> Vec<f32> {
    let half = head / 2;
    (0..half).map(|it| base.powf(-(it as f32) / half as f32)).collect()
}
