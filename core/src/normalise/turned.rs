//! Text that stands on its head or runs backwards.

use super::{
    english::{self, words},
    letters::{self, Letter, is_of_a_word},
};

/// The letter that a turned one is, with what only turned text is written with first.
const TURNED: &[(&str, &str)] = &[
    ("ɐɔǝəɟƃɓɥᴉıᴚɾʞןʃꞁɯɹʇʌʍʎ∀ƆƎℲ⅁⅂˥Ԁ⊥┴∩ΛɅ⅄", "aceefgghiirjklllmrtvwyACEFGLLPTTUVVY"),
    ("bdnpquoslxzwmHINOSXZMW", "qpudbnoslxzmwHINOSXZWM"),
];

/// Only turned text has these: the first of the two above. Small dotless i is a letter of Turkish.
fn is_turned(shape: char) -> bool {
    shape != 'ı' && TURNED[0].0.contains(shape)
}

fn turn(shape: char) -> Option<char> {
    TURNED.iter().find_map(|(from, to)| from.chars().zip(to.chars()).find(|it| it.0 == shape)).map(|it| it.1)
}

/// Puts text that stands on its head back on its feet: all of it, or the words that do.
pub(super) fn upright(letters: &[Letter]) -> Vec<Letter> {
    if !letters.iter().any(|it| is_turned(it.shape)) {
        return letters.to_vec();
    }
    let all = letters::runs(letters, |it| !it.is_whitespace());
    let all = || all.iter().filter(|it| it.0 && it.1.iter().any(|it| is_of_a_word(it.shape)));
    let n_turned = all().filter(|it| it.1.iter().any(|it| is_turned(it.shape))).count();
    let turnable = letters.iter().all(|it| !it.shape.is_alphabetic() || turn(it.shape).is_some());
    if turnable && n_turned * 2 >= all().count() && n_turned >= 2 {
        let turned: Vec<Letter> = letters.iter().rev().map(stood_up).collect();
        if share_known(&turned) > 0.6 {
            return turned;
        }
    }
    letters::by_word(letters, |word| {
        let Some((start, end)) = core(word) else { return word.to_vec() };
        let inner = &word[start..end];
        let is_all = inner.iter().all(|it| turn(it.shape).is_some());
        if !is_all || inner.len() < 2 || !inner.iter().any(|it| is_turned(it.shape)) {
            return word.to_vec();
        }
        let mut stood: Vec<Letter> = inner.iter().map(stood_up).collect();
        let in_order = words().has(&letters::lower(&stood));
        stood.reverse();
        if !words().knows(&letters::lower(&stood)) {
            if !in_order {
                return word.to_vec();
            }
            stood.reverse();
        }
        [&word[..start], &stood, &word[end..]].concat()
    })
}

fn stood_up(letter: &Letter) -> Letter {
    letter.shaped(match letter.shape {
        '¿' => '?',
        '¡' => '!',
        '˙' => '.',
        '‘' => ',',
        '(' => ')',
        ')' => '(',
        it => turn(it).unwrap_or(it),
    })
}

/// Reads text backwards that is English only that way: all of it, or each word.
pub(super) fn forwards(letters: &[Letter]) -> Vec<Letter> {
    let words: Vec<&[Letter]> = letters::runs(letters, |it| it.is_ascii_alphabetic())
        .iter()
        .filter(|it| it.0)
        .map(|it| it.1)
        .collect();
    if words.len() < 3 || letters.iter().any(|it| it.shape.is_alphabetic() && !it.shape.is_ascii()) {
        return letters.to_vec();
    }
    let backwards: Vec<Letter> = letters.iter().rev().copied().collect();
    let (here, there) = (share_known(letters), share_known(&backwards));
    if here > 0.5 || there < 0.8 || there < here + 0.5 || !says_english(&backwards) {
        return letters.to_vec();
    }
    // A point that ends the text, or a capital that begins a word, is where it was: only words were turned.
    let ends_in_point = letters
        .iter()
        .rev()
        .find(|it| !it.shape.is_whitespace())
        .is_some_and(|it| !it.shape.is_alphanumeric());
    let begins_with_capital = words[0].first().is_some_and(|it| it.shape.is_ascii_uppercase());
    match ends_in_point || begins_with_capital {
        true => letters::by_word(letters, |word| match core(word) {
            None => word.to_vec(),
            Some((start, end)) => {
                let turned: Vec<Letter> = word[start..end].iter().rev().copied().collect();
                [&word[..start], &turned, &word[end..]].concat()
            }
        }),
        false => backwards,
    }
}

fn says_english(letters: &[Letter]) -> bool {
    letters::runs(letters, |it| it.is_ascii_alphabetic())
        .iter()
        .any(|it| it.0 && english::is_only_english(&letters::lower(it.1)))
}

fn share_known(letters: &[Letter]) -> f64 {
    let all = letters::runs(letters, |it| it.is_ascii_alphabetic());
    let all: Vec<String> = all.iter().filter(|it| it.0).map(|it| letters::lower(it.1)).collect();
    all.iter().filter(|it| words().knows(it)).count() as f64 / all.len().max(1) as f64
}

/// Where a word begins and ends, without the points around it.
fn core(word: &[Letter]) -> Option<(usize, usize)> {
    let is_inner = |it: &Letter| is_of_a_word(it.shape) || turn(it.shape).is_some();
    Some((word.iter().position(is_inner)?, word.iter().rposition(is_inner)? + 1))
}
