//! Texts with private values in them, and texts with none that look as if: what `bench-redact` reads.
//!
//! Made from how people write, before and apart from the patterns that look for it. Two halves that
//! share neither seed nor sentences nor all habits: one to mend by, one to measure with. Every value is
//! made up: names under the domains of RFC 2606, addresses of RFC 5737 and 3849, telephone ranges that
//! regulators keep for films, cards and accounts that are computed.

pub mod habits;
pub mod lookalikes;
mod makers;
pub mod sentences;
pub mod sums;
pub mod values;

/// Which half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// To mend by.
    Development,
    /// To measure with.
    HeldOut,
}

/// A value in a text.
#[derive(Clone, Debug)]
pub struct Hidden {
    /// First scalar.
    pub start: u32,
    /// Past the last.
    pub end: u32,
    /// As the redaction calls it: `email`.
    pub kind: &'static str,
    /// More exactly: `email, spelt out`.
    pub sort: &'static str,
    /// How it is written: `circled digits`.
    pub habit: &'static str,
}

/// A text and what is private in it.
#[derive(Clone, Debug)]
pub struct Case {
    /// As somebody wrote it.
    pub text: String,
    /// In order; none in a look-alike.
    pub hidden: Vec<Hidden>,
    /// What a look-alike looks like; empty where something is hidden.
    pub about: &'static str,
}

impl Case {
    /// A look-alike.
    #[must_use]
    pub fn innocent(text: String, about: &'static str) -> Self {
        Self { text, hidden: Vec::new(), about }
    }
}

/// Every case of a half.
#[must_use]
pub fn corpus(half: Half) -> Vec<Case> {
    let mut cases = sentences::written(half);
    let mut chance = Chance::new(match half {
        Half::Development => 11,
        Half::HeldOut => 20_261_130,
    });
    cases.extend(values::made(half, &mut chance));
    cases.extend(lookalikes::made(half, &mut chance));
    cases
}

/// Numbers that are the same every time.
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// Less than `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// One of them.
    pub fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// So many letters out of `alphabet`.
    pub fn letters(&mut self, alphabet: &str, n: usize) -> String {
        let all: Vec<char> = alphabet.chars().collect();
        (0..n).map(|_| all[self.below(all.len())]).collect()
    }

    /// So many digits.
    pub fn digits(&mut self, n: usize) -> String {
        self.letters("0123456789", n)
    }

    /// `pattern` with a digit for each `x`.
    pub fn fill(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|it| if it == 'x' { self.letters("0123456789", 1) } else { it.to_string() })
            .collect()
    }
}
