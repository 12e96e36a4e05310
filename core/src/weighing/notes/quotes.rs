//! Where words that a model says stand in an item really do.
//!
//! Exactly first. Else as they read without what carries no meaning: case, blanks, kinds of quote marks and dashes,
//! and whether an accent is a letter of its own. Else with one letter in eight changed. Whoever repairs a quote must
//! have one place only: of two that are as near, neither is taken.

use serde::{Deserialize, Serialize};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use crate::{score::TextPart, text};

/// Of so many letters one may be another, one too many or missing.
const LETTERS_AN_EDIT: usize = 8;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Passage {
    /// Index of the item's part.
    pub part: u32,
    /// Scalar offsets into that part's text, half-open.
    pub start: u32,
    /// End.
    pub end: u32,
    /// The very words.
    pub quote: String,
}

/// What an item can be quoted by: its sentences, and where one is longer than `most` letters, parts of it. Each once.
/// A control character ends one: JSON has no such letter, and models write no escapes of it.
#[must_use]
pub fn quotable(texts: &[TextPart], most: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let unwritten = |it: char| it.is_control() && it != '\t';
    for line in texts.iter().flat_map(|it| it.text.split(unwritten)) {
        for sentence in line.split_inclusive(['.', '!', '?', '…', '。', '！', '？', '।', '؟', '۔']) {
            let mut left = sentence.trim();
            while !left.is_empty() {
                let part = beginning(left, most);
                left = left[part.len()..].trim_start();
                let part = part.trim_end().to_owned();
                // A mark alone carries no point.
                if part.chars().any(char::is_alphanumeric) && !found.contains(&part) {
                    found.push(part);
                }
            }
        }
    }
    found
}

/// Of a text longer than `most` letters what stands before the last comma within them, else the last blank.
fn beginning(text: &str, most: usize) -> &str {
    let Some(end) = text.char_indices().nth(most).map(|it| it.0) else { return text };
    let within = &text[..end];
    let after = |it: char| within.rfind(it).map(|at| at + it.len_utf8());
    let comma = [',', ';', ':', '、', '，', '،'].into_iter().filter_map(after).max();
    let blank = within.rfind(char::is_whitespace).filter(|it| *it > 0);
    &text[..comma.or(blank).unwrap_or(end)]
}

/// Where `quote` stands first, to the letter.
#[must_use]
pub fn exact(texts: &[TextPart], quote: &str) -> Option<Passage> {
    texts.iter().find_map(|it| {
        let byte = it.text.find(quote)?;
        let start = text::scalar_of(&it.text, byte);
        Some(Passage { part: it.part, start, end: start + text::scalars(quote), quote: quote.to_owned() })
    })
}

/// The places that are nearest to `quote`: none, or all that are as near.
#[must_use]
pub fn near(texts: &[TextPart], quote: &str) -> Vec<Passage> {
    let marks = |it: char| it.is_whitespace() || matches!(it, '"' | '“' | '”' | '…');
    let wanted: Vec<char> = folded(quote.trim_matches(marks)).into_iter().map(|it| it.read).collect();
    let read: Vec<(&TextPart, Vec<Letter>)> = texts.iter().map(|it| (it, folded(&it.text))).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let same = read.iter().flat_map(|(it, letters)| {
        let windows = letters.windows(wanted.len());
        let equal = windows.filter(|window| window.iter().map(|it| it.read).eq(wanted.iter().copied()));
        equal.filter_map(|window| place(it, window[0].from, window[window.len() - 1].to))
    });
    let same: Vec<Passage> = same.collect();
    if !same.is_empty() {
        return same;
    }
    let found = read.iter().flat_map(|(it, letters)| {
        let spans = similar(letters, &wanted).into_iter();
        spans
            .filter_map(|(edits, from, to)| Some((edits, place(it, letters[from].from, letters[to - 1].to)?)))
    });
    let found: Vec<(usize, Passage)> = found.collect();
    let least = found.iter().map(|it| it.0).min();
    found.into_iter().filter(|it| Some(it.0) == least).map(|it| it.1).collect()
}

/// A letter as it counts here, and the scalars of the source that it stands for.
#[derive(Clone, Copy, Debug)]
struct Letter {
    read: char,
    from: u32,
    to: u32,
}

impl Letter {
    fn is_of_a_word(self) -> bool {
        self.read.is_alphanumeric() || is_combining_mark(self.read)
    }
}

fn folded(source: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for (at, it) in (0..).zip(source.chars()) {
        let mut push = |letter: char| letters.push(Letter { read: letter, from: at, to: at + 1 });
        match it {
            it if it.is_whitespace() => push(' '),
            '‘' | '’' | '‚' | '‛' | '`' | '´' => push('\''),
            '“' | '”' | '„' | '‟' | '«' | '»' => push('"'),
            '‐'..='―' | '−' => push('-'),
            it => it.to_lowercase().for_each(|it| decompose_canonical(it, &mut push)),
        }
        let n = letters.len();
        if n > 1 && letters[n - 1].read == ' ' && letters[n - 2].read == ' ' {
            letters.pop();
            letters[n - 2].to = at + 1;
        }
    }
    letters
}

/// The spans of `letters` that become `wanted` by fewest edits, where those are few enough; of spans that overlap the
/// one whose length is nearest.
fn similar(letters: &[Letter], wanted: &[char]) -> Vec<(usize, usize, usize)> {
    let most = wanted.len() / LETTERS_AN_EDIT;
    if most == 0 {
        return Vec::new();
    }
    // Of each length of the beginning of `wanted`: edits to a span that ends here, and where that begins.
    let mut ends: Vec<(usize, usize)> = (0..=wanted.len()).map(|n| (n, 0)).collect();
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (at, it) in letters.iter().enumerate() {
        let mut before = ends[0];
        ends[0] = (0, at + 1);
        for n in 1..=wanted.len() {
            let (left, above) = (ends[n - 1], ends[n]);
            let same = (before.0 + usize::from(wanted[n - 1] != it.read), before.1);
            // Where edits are equal, the span that begins later is the shorter one, and wins.
            let best = [same, (above.0 + 1, above.1), (left.0 + 1, left.1)];
            before = above;
            ends[n] = best.into_iter().min_by_key(|it| it.0).expect("there are three");
        }
        let (edits, from) = ends[wanted.len()];
        if edits <= most && from <= at {
            found.push((edits, from, at + 1));
        }
    }
    let Some(least) = found.iter().map(|it| it.0).min() else { return Vec::new() };
    let off = |it: &(usize, usize, usize)| (it.2 - it.1).abs_diff(wanted.len());
    let mut apart: Vec<(usize, usize, usize)> = Vec::new();
    for it in found.into_iter().filter(|it| it.0 == least) {
        match apart.last_mut() {
            Some(last) if it.1 < last.2 => {
                if off(&it) < off(last) {
                    *last = it;
                }
            }
            _ => apart.push(it),
        }
    }
    apart
        .into_iter()
        .map(|(edits, from, to)| (edits, whole_from(letters, from), whole_to(letters, to)))
        .collect()
}

/// Where the word begins that `from` stands in, if its beginning is at hand.
fn whole_from(letters: &[Letter], from: usize) -> usize {
    let is_word = |at: usize| letters[at].is_of_a_word();
    let begins = |at: &usize| *at == 0 || !is_word(*at - 1);
    match is_word(from) {
        true => (from.saturating_sub(2)..=from).rev().find(begins).unwrap_or(from),
        false => from,
    }
}

/// Where the word ends that `to` stands behind a letter of, if its end is at hand.
fn whole_to(letters: &[Letter], to: usize) -> usize {
    let is_word = |at: usize| letters[at].is_of_a_word();
    let ends = |at: &usize| *at == letters.len() || !is_word(*at);
    match is_word(to - 1) {
        true => (to..=(to + 2).min(letters.len())).find(ends).unwrap_or(to),
        false => to,
    }
}

/// The scalars from `start` to `end` with the marks that belong to the last of them.
fn place(part: &TextPart, start: u32, end: u32) -> Option<Passage> {
    let marks = part.text.chars().skip(end as usize).take_while(|it| is_combining_mark(*it)).count() as u32;
    let quote = text::slice(&part.text, start, end + marks)?.to_owned();
    Some(Passage { part: part.part, start, end: end + marks, quote })
}
