//! Near-duplicate texts: MinHash signatures in bands find candidates, exact sets decide.
//!
//! Broder, "On the resemblance and containment of documents", 1997; banding after Leskovec,
//! Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3. Shingles are four letters, not
//! words, because half of the languages here write no spaces.

use std::collections::{BTreeSet, HashMap};

use super::{NEAR_TEXT, Sets};

const SHINGLE: usize = 4;
const BANDS: usize = 32;
const ROWS: usize = 4;
/// A pair below this estimate is not worth an exact look: 4 standard errors below [`NEAR_TEXT`].
const ESTIMATE: f64 = 0.65;

/// Texts met so far.
#[derive(Default)]
pub(super) struct Near {
    /// Folded text to the member that had it first: copies never reach the bands.
    exact: HashMap<String, usize>,
    bands: HashMap<(usize, u64), Vec<usize>>,
    known: Vec<Known>,
}

struct Known {
    member: usize,
    shingles: Vec<u64>,
    signature: [u32; BANDS * ROWS],
}

impl Near {
    /// Joins `member` with those that had nearly this text, already folded.
    pub fn add(&mut self, said: &str, member: usize, sets: &mut Sets) {
        if let Some(first) = self.exact.get(said) {
            sets.join(*first, member);
            return;
        }
        self.exact.insert(said.to_owned(), member);
        let shingles = shingles(said);
        let signature = signature(&shingles);
        let number = self.known.len();
        let mut candidates = BTreeSet::new();
        for band in 0..BANDS {
            let rows = &signature[band * ROWS..(band + 1) * ROWS];
            let key = rows.iter().fold(0, |all, row| mix(all ^ u64::from(*row)));
            let bucket = self.bands.entry((band, key)).or_default();
            candidates.extend(bucket.iter().copied());
            bucket.push(number);
        }
        for candidate in candidates {
            let known = &self.known[candidate];
            if sets.root(known.member) == sets.root(member) {
                continue;
            }
            if estimate(&known.signature, &signature) >= ESTIMATE
                && jaccard(&known.shingles, &shingles) >= NEAR_TEXT
            {
                sets.join(known.member, member);
            }
        }
        self.known.push(Known { member, shingles, signature });
    }
}

/// Hashes of all runs of four letters, sorted, each once; a shorter text is one shingle.
pub(super) fn shingles(said: &str) -> Vec<u64> {
    let letters: Vec<char> = said.chars().collect();
    let hash =
        |run: &[char]| run.iter().fold(run.len() as u64, |all, it| mix(all ^ u64::from(u32::from(*it))));
    let mut all: Vec<u64> = match letters.len() {
        0..SHINGLE => vec![hash(&letters)],
        _ => letters.windows(SHINGLE).map(hash).collect(),
    };
    all.sort_unstable();
    all.dedup();
    all
}

/// The smallest hash of any shingle under each of 128 orders.
fn signature(shingles: &[u64]) -> [u32; BANDS * ROWS] {
    let mut smallest = [u32::MAX; BANDS * ROWS];
    for shingle in shingles {
        for (n, least) in smallest.iter_mut().enumerate() {
            *least = (*least).min((mix(shingle ^ mix(n as u64 + 1)) >> 32) as u32);
        }
    }
    smallest
}

fn estimate(a: &[u32; BANDS * ROWS], b: &[u32; BANDS * ROWS]) -> f64 {
    let equal = a.iter().zip(b).filter(|(a, b)| a == b).count();
    equal as f64 / (BANDS * ROWS) as f64
}

/// Shared shingles over all shingles of both.
pub(super) fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut shared, mut i, mut j) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (shared, i, j) = (shared + 1, i + 1, j + 1),
        }
    }
    shared as f64 / (a.len() + b.len() - shared) as f64
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): fixed, so that splits never move.
fn mix(value: u64) -> u64 {
    let mut it = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}
