//! A text as the scanners read it, with the place of every letter in the text as written.
//!
//! There are three readings. As written, with look-alike letters folded; with entities, percent signs and
//! escapes undone, where a link or an attribute hides a value; and without tags and markup besides, where a
//! value goes through them. What is found in any of them is replaced in the text as written.

use super::{
    glyph::{decorates, is_ignorable, plain},
    kind::Kind,
    undo,
};

/// A letter and the scalars it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub is: char,
    pub start: u32,
    pub end: u32,
}

/// One reading.
#[derive(Debug)]
pub(super) struct Reading {
    pub letters: Vec<char>,
    at: Vec<(u32, u32)>,
}

/// Stands for each letter of a placeholder: no value goes through one.
pub(super) const BARRIER: char = '\0';

impl Reading {
    /// The readings of `text` that differ, the text as written first.
    pub fn all(text: &str) -> Vec<Self> {
        let mut written = folded((0..).zip(text.chars()).map(|(n, is)| Letter { is, start: n, end: n + 1 }));
        bar(&mut written);
        let decoded = undo::decoded(&written).map(|it| folded(it.into_iter()));
        let bare = undo::bare(decoded.as_ref().unwrap_or(&written)).map(|it| folded(it.into_iter()));
        let readings = [Some(written), decoded, bare];
        readings.into_iter().flatten().map(|it| Self::of(&it)).collect()
    }

    fn of(letters: &[Letter]) -> Self {
        Self {
            letters: letters.iter().map(|it| it.is).collect(),
            at: letters.iter().map(|it| (it.start, it.end)).collect(),
        }
    }

    /// The span in the text as written that holds these letters.
    pub fn span(&self, start: usize, end: usize) -> (u32, u32) {
        (self.at[start].0, self.at[end - 1].1)
    }

    /// Where each letter stands in the text as written.
    pub fn letters(&self) -> impl Iterator<Item = Letter> {
        self.letters.iter().zip(&self.at).map(|(is, at)| Letter { is: *is, start: at.0, end: at.1 })
    }
}

fn folded(letters: impl Iterator<Item = Letter>) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::new();
    for letter in letters {
        if !is_ignorable(letter.is) {
            out.push(Letter { is: plain(letter.is), ..letter });
        } else if decorates(letter.is)
            && let Some(last) = out.last_mut()
        {
            // The key cap of a digit goes with it.
            last.end = letter.end;
        }
    }
    out
}

/// Bars every `[email-1]`, so that redacting again finds nothing in what was redacted.
fn bar(letters: &mut [Letter]) {
    for open in 0..letters.len() {
        if letters[open].is != '[' {
            continue;
        }
        // The longest is `[coordinates-99999]`.
        let inside: String = letters[open + 1..].iter().take(18).map(|it| it.is).collect();
        let Some(inside) = inside.split_once(']').map(|it| it.0) else { continue };
        let Some((word, number)) = inside.rsplit_once('-') else { continue };
        let is_number = (1..=5).contains(&number.len()) && number.bytes().all(|it| it.is_ascii_digit());
        if is_number && Kind::ALL.iter().any(|it| it.word() == word) {
            for it in &mut letters[open..open + inside.len() + 2] {
                it.is = BARRIER;
            }
        }
    }
}

/// One way to write a letter for comparing values: as read, lower case.
pub(super) fn key(letters: &[char]) -> String {
    letters.iter().flat_map(|it| it.to_lowercase()).collect()
}
