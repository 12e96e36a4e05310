//! How near two computations of the same network are.

/// Bins of differences to a logit, and how many there are: the last holds all that are larger.
const PER_LOGIT: f64 = 1_000.0;
const BINS: usize = 20_000;

/// What was found at the positions of one model.
pub struct Agreement {
    positions: Vec<Position>,
    /// Differences of logits, of every token at every position, counted.
    differences: Vec<u64>,
}

struct Position {
    /// From their most likely token to the second, in logits.
    gap: f64,
    same: bool,
    divergence: f64,
}

/// Of one model.
pub struct Summary {
    pub positions: usize,
    /// Positions whose gap is larger than the noise.
    pub clear: usize,
    /// Of those, where both find the same token the most likely.
    pub top1: f64,
    /// The same of all positions.
    pub top1_of_all: f64,
    /// Kullback–Leibler divergence of the other's answer from theirs, over the whole vocabulary, in nats: mean and
    /// largest.
    pub kl: f64,
    pub most_kl: f64,
    /// What 99 of 100 differences of logits do not exceed.
    pub difference: f64,
}

impl Agreement {
    pub fn new() -> Self {
        Self { positions: Vec::new(), differences: vec![0; BINS] }
    }

    /// Compares what both make of one position.
    pub fn add(&mut self, theirs: &[f32], other: &[f32]) {
        for (a, b) in theirs.iter().zip(other) {
            let bin = (f64::from((a - b).abs()) * PER_LOGIT) as usize;
            self.differences[bin.min(BINS - 1)] += 1;
        }
        let (best, first) = most(theirs, None);
        let (_, second) = most(theirs, Some(best));
        let same = most(other, None).0 == best;
        self.positions.push(Position { gap: first - second, same, divergence: divergence(theirs, other) });
    }

    /// `noise` hides gaps that are no larger.
    pub fn summary(&self, noise: f64) -> Summary {
        let clear: Vec<&Position> = self.positions.iter().filter(|it| it.gap > noise).collect();
        let n = self.positions.len() as f64;
        Summary {
            positions: self.positions.len(),
            clear: clear.len(),
            top1: clear.iter().filter(|it| it.same).count() as f64 / clear.len().max(1) as f64,
            top1_of_all: self.positions.iter().filter(|it| it.same).count() as f64 / n,
            kl: self.positions.iter().map(|it| it.divergence).sum::<f64>() / n,
            most_kl: self.positions.iter().map(|it| it.divergence).fold(0.0, f64::max),
            difference: self.difference(),
        }
    }

    /// What 99 of 100 differences do not exceed.
    pub fn difference(&self) -> f64 {
        let most = 0.99 * self.differences.iter().sum::<u64>() as f64;
        let mut seen = 0;
        let bin = self.differences.iter().position(|it| {
            seen += it;
            seen as f64 >= most
        });
        (bin.unwrap_or(BINS) + 1) as f64 / PER_LOGIT
    }
}

/// The most likely token but for `not`, and its logit.
fn most(logits: &[f32], not: Option<usize>) -> (usize, f64) {
    let others = logits.iter().enumerate().filter(|(it, _)| Some(*it) != not);
    let found = others.max_by(|a, b| a.1.total_cmp(b.1)).expect("a vocabulary has two tokens");
    (found.0, f64::from(*found.1))
}

/// Kullback–Leibler divergence, in nats.
fn divergence(theirs: &[f32], other: &[f32]) -> f64 {
    let (all_theirs, all_other) = (log_sum(theirs), log_sum(other));
    let of = |(a, b): (&f32, &f32)| {
        let (a, b) = (f64::from(*a) - all_theirs, f64::from(*b) - all_other);
        a.exp() * (a - b)
    };
    theirs.iter().zip(other).map(of).sum()
}

fn log_sum(logits: &[f32]) -> f64 {
    let (_, most) = most(logits, None);
    most + logits.iter().map(|it| (f64::from(*it) - most).exp()).sum::<f64>().ln()
}
