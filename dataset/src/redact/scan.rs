//! One reading, and what the scanners have found in it so far.

use super::{
    glyph::{is_glue, is_spaceless, is_word},
    kind::Kind,
    reading::key,
};

/// A value in a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// One way to write it, to know it again.
    pub key: String,
}

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts work where a test asks for it: letters looked at again, beyond each letter once.
pub(super) fn step(n: usize) {
    #[cfg(test)]
    STEPS.with(|it| it.set(it.get() + n as u64));
    #[cfg(not(test))]
    let _ = n;
}

/// What was counted since it was asked for last.
#[cfg(test)]
pub(super) fn steps() -> u64 {
    STEPS.with(|it| it.replace(0))
}

/// A reading being looked through. What is found first keeps its letters.
pub(super) struct Scan<'a> {
    pub letters: &'a [char],
    taken: Vec<bool>,
    in_link: Vec<bool>,
    pub found: Vec<Found>,
}

impl<'a> Scan<'a> {
    pub fn of(letters: &'a [char]) -> Self {
        Self { letters, taken: vec![false; letters.len()], in_link: links(letters), found: Vec::new() }
    }

    /// Takes these letters, unless some of them are taken.
    pub fn take(&mut self, kind: Kind, start: usize, end: usize) -> bool {
        let key = match kind.is_compact() {
            true => compact(&self.letters[start..end]),
            false => key(&self.letters[start..end]),
        };
        self.take_as(kind, start, end, key)
    }

    /// The same, known by another key than its letters.
    pub fn take_as(&mut self, kind: Kind, start: usize, end: usize, key: String) -> bool {
        step(end.saturating_sub(start));
        if start >= end || self.taken[start..end].contains(&true) {
            return false;
        }
        self.taken[start..end].fill(true);
        self.found.push(Found { kind, start, end, key });
        true
    }

    pub fn is_free(&self, at: usize) -> bool {
        !self.taken[at]
    }

    /// Inside `https://…` or `www.…`.
    pub fn is_in_link(&self, at: usize) -> bool {
        self.in_link[at]
    }

    pub fn letter(&self, at: usize) -> Option<char> {
        step(1);
        self.letters.get(at).copied()
    }

    pub fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).map(|it| self.letters[it])
    }

    /// Whether a word goes on over `at`, in a script that parts its words.
    pub fn is_glued_before(&self, at: usize) -> bool {
        self.before(at).is_some_and(is_glue)
    }

    pub fn is_glued_after(&self, at: usize) -> bool {
        self.letter(at).is_some_and(is_glue)
    }

    /// How many letters from `at` on fit, at most `most`.
    pub fn run(&self, at: usize, most: usize, fits: impl Fn(char) -> bool) -> usize {
        let n = self.letters[at..].iter().take(most).take_while(|it| fits(**it)).count();
        step(n + 1);
        n
    }

    /// Whether one of `cues` stands among the `reach` letters before `at`, as a word where its script has words.
    pub fn has_cue(&self, at: usize, reach: usize, cues: &[&str]) -> bool {
        step(reach);
        let near = key(&self.letters[at.saturating_sub(reach)..at]);
        cues.iter().any(|cue| has_word(&near, cue))
    }

    /// The word that ends before `at`, spaces and punctuation between, in lower case.
    pub fn word_before(&self, at: usize) -> String {
        let mut end = at;
        while end > 0 && at - end < 4 && !is_word(self.letters[end - 1]) {
            end -= 1;
        }
        let is_spaceless_word = end > 0 && is_spaceless(self.letters[end - 1]);
        let goes_on = |it: &&char| is_word(**it) && is_spaceless(**it) == is_spaceless_word;
        let n = self.letters[..end].iter().rev().take(24).take_while(goes_on).count();
        key(&self.letters[end - n..end])
    }

    /// The word after `at`, spaces between, in lower case.
    pub fn word_after(&self, at: usize) -> String {
        let from = at + self.run(at, 2, |it| it == ' ');
        let is_spaceless_word = self.letter(from).is_some_and(is_spaceless);
        let fits = |it: char| it.is_alphabetic() && is_spaceless(it) == is_spaceless_word;
        key(&self.letters[from..from + self.run(from, 24, fits)])
    }

    /// Where words begin: a letter or digit behind something else.
    pub fn word_starts(&self) -> Vec<usize> {
        (0..self.letters.len()).filter(|n| is_word(self.letters[*n]) && !self.is_glued_before(*n)).collect()
    }
}

/// Whether `said` has `word` in it, with no other letters at its ends where its script parts words.
pub(super) fn has_word(said: &str, word: &str) -> bool {
    said.match_indices(word).any(|(at, _)| {
        let glues = |it: Option<char>| it.is_some_and(|it| it.is_alphabetic() && !is_spaceless(it));
        let is_spaceless_word = word.chars().all(is_spaceless);
        is_spaceless_word
            || !(glues(said[..at].chars().next_back()) || glues(said[at + word.len()..].chars().next()))
    })
}

/// Letters and digits alone, in lower case.
pub(super) fn compact(letters: &[char]) -> String {
    letters.iter().filter(|it| it.is_alphanumeric()).flat_map(|it| it.to_lowercase()).collect()
}

/// Which letters are in a link.
fn links(letters: &[char]) -> Vec<bool> {
    let mut marks = vec![false; letters.len()];
    let mut from = 0;
    for piece in letters.split_inclusive(|it| it.is_whitespace()) {
        let has = |sign: &[char]| {
            piece
                .windows(sign.len())
                .position(|it| it.iter().map(char::to_ascii_lowercase).eq(sign.iter().copied()))
        };
        if let Some(at) = has(&[':', '/', '/']).or_else(|| has(&['w', 'w', 'w', '.'])) {
            marks[from + at..from + piece.len()].fill(true);
        }
        from += piece.len();
    }
    marks
}
