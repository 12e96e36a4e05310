//! Characters that cannot be seen, and marks that no language lays over a letter.

use unicode_normalization::char::compose;

use super::letters::{self, Letter, is_latin, is_mark, is_western};

/// Drops characters that cannot be seen from between letters of alphabets that never need them, and strokes and piles
/// of marks from over them.
pub(super) fn lift(letters: &[Letter]) -> Vec<Letter> {
    letters::by_word(letters, |word| without_strokes(&without_invisible(word)))
}

/// Joiners shape Persian, Hindi and emoji, so they stay there.
fn without_invisible(word: &[Letter]) -> Vec<Letter> {
    let stands_plain = |it: Option<&Letter>| {
        it.is_some_and(|it| {
            is_western(it.shape)
                || it.shape.is_ascii_digit()
                || is_mark(it.shape)
                || ('\u{1f1e6}'..='\u{1f1ff}').contains(&it.shape)
        })
    };
    let mut after: Vec<Option<&Letter>> = Vec::with_capacity(word.len());
    let mut next = None;
    for letter in word.iter().rev() {
        after.push(next);
        if !is_invisible(letter.shape) {
            next = Some(letter);
        }
    }
    after.reverse();
    let mut before: Option<&Letter> = None;
    let mut out = Vec::with_capacity(word.len());
    for (letter, after) in word.iter().zip(after) {
        // "1️⃣" is drawn so by a selector.
        let is_selector = matches!(letter.shape, '\u{fe00}'..='\u{fe0f}');
        let draws = is_selector && before.is_some_and(|it| !it.shape.is_alphabetic());
        if !is_invisible(letter.shape) || draws || !stands_plain(before) || !stands_plain(after) {
            out.push(*letter);
        }
        if !is_invisible(letter.shape) {
            before = Some(letter);
        }
    }
    out
}

fn is_invisible(shape: char) -> bool {
    matches!(shape, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}

fn without_strokes(word: &[Letter]) -> Vec<Letter> {
    let is_odd = is_odd_throughout(word);
    let mut out: Vec<Letter> = Vec::with_capacity(word.len());
    let mut marks: Vec<Letter> = Vec::new();
    let mut base_is_western = false;
    for letter in word.iter().copied().map(Some).chain([None]) {
        if let Some(mark) = letter.filter(|it| is_mark(it.shape) && base_is_western) {
            marks.push(mark);
            continue;
        }
        if is_odd || marks.len() > 2 || marks.iter().any(|it| is_stroke(it.shape)) {
            // A quote of the letter holds the marks over it.
            if let (Some(base), Some(mark)) = (out.last_mut(), marks.last()) {
                base.to = mark.to;
            }
        } else {
            out.append(&mut marks);
        }
        marks.clear();
        let Some(letter) = letter else { break };
        base_is_western = is_western(letter.shape);
        out.push(letter);
    }
    out
}

/// Lines through, under and around a letter.
fn is_stroke(mark: char) -> bool {
    matches!(mark, '\u{305}' | '\u{332}' | '\u{333}' | '\u{334}'..='\u{338}' | '\u{33f}' | '\u{347}' | '\u{20d2}' | '\u{20d3}' | '\u{20d8}'..='\u{20e8}')
}

/// Whether two consonants carry marks that no letter of a language is made of. Yoruba has such vowels, and one such
/// consonant in a word.
fn is_odd_throughout(word: &[Letter]) -> bool {
    let odd = word.windows(2).filter(|it| {
        is_latin(it[0].shape)
            && !"aeiouwyAEIOUWYẹọẸỌ".contains(it[0].shape)
            && is_mark(it[1].shape)
            && compose(it[0].shape, it[1].shape).is_none()
    });
    odd.count() >= 2
}
