//! Which items belong together, and the split each group falls into.
//!
//! Two items are of one group when they share an author, a text part or whole text that is nearly
//! the same, or a picture that is nearly the same; and so on from each to the next. A group is
//! never divided, so nothing a model was trained on comes back in the test split.

mod text;

use std::collections::{BTreeMap, HashMap};

use casebook_core::normalise::fold;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Pixel hashes this many bits apart or fewer are taken for one picture.
pub const NEAR_BITS: u32 = 6;

/// Texts with at least this share of 4-letter shingles in common are taken for one text.
pub const NEAR_TEXT: f64 = 0.8;

/// A part shorter than this, folded, is too common to group by; the whole text of an item always counts.
const SHORT_PART: usize = 24;

/// What grouping needs to know of an item.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The sender's id: groups are named after their smallest.
    pub id: String,
    /// As the sender gives it.
    pub author: Option<String>,
    /// Text parts in order.
    pub texts: Vec<String>,
    /// Pixel hashes; 0 is a picture with nothing in it to tell it by, and matches none.
    pub pictures: Vec<u64>,
}

/// Where a group goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words trainers use")]
pub enum Split {
    Train,
    Validation,
    Test,
}

impl Split {
    /// All, in the order trainers list them.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// `train`, as in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }

    /// The split of the group named `group`: of a hundred groups about 80, 10 and 10. The same
    /// seed and name give the same split on every machine.
    #[must_use]
    pub fn of(group: &str, seed: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_be_bytes());
        hash.update(group.as_bytes());
        let digest = hash.finalize();
        let draw = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        match (u64::from(draw) * 100) >> 32 {
            0..80 => Self::Train,
            80..90 => Self::Validation,
            _ => Self::Test,
        }
    }
}

/// The group of each member, in order, by the smallest id in it.
#[must_use]
pub fn groups(members: &[Member]) -> Vec<String> {
    let mut sets = Sets::new(members.len());
    let mut authors: HashMap<&str, usize> = HashMap::new();
    for (n, member) in members.iter().enumerate() {
        if let Some(author) = member.author.as_deref().filter(|it| !it.trim().is_empty()) {
            sets.join(*authors.entry(author).or_insert(n), n);
        }
    }
    let mut texts = text::Near::default();
    for (n, member) in members.iter().enumerate() {
        for said in folded(member) {
            texts.add(&said, n, &mut sets);
        }
    }
    join_pictures(members, &mut sets);

    let mut names: BTreeMap<usize, &str> = BTreeMap::new();
    for (n, member) in members.iter().enumerate() {
        let name = names.entry(sets.root(n)).or_insert(&member.id);
        *name = (*name).min(&member.id);
    }
    (0..members.len()).map(|n| names[&sets.root(n)].to_owned()).collect()
}

/// The whole text, and each part long enough to say something by itself.
fn folded(member: &Member) -> Vec<String> {
    let parts: Vec<String> = member.texts.iter().map(|it| fold(it)).filter(|it| !it.is_empty()).collect();
    let whole = parts.join(" ");
    if whole.is_empty() {
        return Vec::new();
    }
    match parts.len() {
        1 => vec![whole],
        _ => std::iter::once(whole)
            .chain(parts.into_iter().filter(|it| it.chars().count() >= SHORT_PART))
            .collect(),
    }
}

/// Of two hashes at most six bits apart, one of seven bands is equal: only those are compared.
fn join_pictures(members: &[Member], sets: &mut Sets) {
    let mut bands: HashMap<(u32, u64), Vec<(u64, usize)>> = HashMap::new();
    let mut seen: HashMap<u64, usize> = HashMap::new();
    for (n, member) in members.iter().enumerate() {
        for picture in member.pictures.iter().filter(|it| **it != 0) {
            let first = *seen.entry(*picture).or_insert(n);
            if first != n {
                sets.join(first, n);
                continue;
            }
            for band in 0..=NEAR_BITS {
                let (from, to) = (band * 64 / (NEAR_BITS + 1), (band + 1) * 64 / (NEAR_BITS + 1));
                let piece = picture >> from & ((1 << (to - from)) - 1);
                let bucket = bands.entry((band, piece)).or_default();
                for (other, at) in bucket.iter() {
                    if (picture ^ other).count_ones() <= NEAR_BITS {
                        sets.join(*at, n);
                    }
                }
                bucket.push((*picture, n));
            }
        }
    }
}

/// Disjoint sets of member numbers.
struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    fn new(n: usize) -> Self {
        Self { parent: (0..n).collect() }
    }

    fn root(&mut self, n: usize) -> usize {
        let mut n = n;
        while self.parent[n] != n {
            // Halving the path as it is walked keeps the trees flat.
            self.parent[n] = self.parent[self.parent[n]];
            n = self.parent[n];
        }
        n
    }

    /// The smaller root stays, so the outcome does not depend on the order of joins.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests;
