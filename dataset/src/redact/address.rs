//! E-mail addresses and handles in a skeleton: everything around an `@`.

use std::collections::BTreeSet;

use super::{
    Found, Kind,
    skeleton::{Skeleton, is_spaceless, is_word, key},
};

/// Longest local part and longest handle taken, in scalars: RFC 5321 gives 64.
const LONGEST: usize = 64;

/// Addresses and handles, in order, none overlapping.
pub(super) fn find(skeleton: &Skeleton) -> Vec<Found> {
    let letters = &skeleton.letters;
    let mut found: Vec<Found> = Vec::new();
    for at in (0..letters.len()).filter(|n| letters[*n] == '@') {
        let free_from = found.last().map_or(0, |it| it.end);
        if at < free_from {
            continue;
        }
        let range = match email(letters, at, free_from) {
            Some((start, end)) => Some((Kind::Email, start, end)),
            None => handle(letters, at).map(|end| (Kind::Handle, at, end)),
        };
        if let Some((kind, start, end)) = range {
            found.push(Found { kind, start, end, key: key(&letters[start..end]) });
        }
    }
    found
}

/// Known handles that stand without their `@`, as whole words.
pub(super) fn bare(skeleton: &Skeleton, names: &BTreeSet<String>) -> Vec<Found> {
    let letters = &skeleton.letters;
    let mut found = Vec::new();
    if names.is_empty() {
        return found;
    }
    let ends = |from: usize, goes_on: &dyn Fn(char) -> bool| {
        from + letters[from..].iter().take_while(|it| goes_on(**it)).count()
    };
    let mut at = 0;
    while at < letters.len() {
        if !is_word(letters[at]) {
            at += 1;
            continue;
        }
        // A handle may hold full stops, and a sentence may end after one: the longest is tried first.
        let word = ends(at, &is_word);
        let mut dotted = ends(at, &|it| is_word(it) || it == '.');
        while letters[dotted - 1] == '.' {
            dotted -= 1;
        }
        let lengths = [dotted, word];
        let known =
            lengths.into_iter().find(|it| *it - at <= LONGEST && names.contains(&key(&letters[at..*it])));
        if let Some(end) = known {
            let key = format!("@{}", key(&letters[at..end]));
            found.push(Found { kind: Kind::Handle, start: at, end, key });
        }
        at = known.unwrap_or(word);
    }
    found
}

/// `john.doe@example.com` around `at`. A host without a dot counts: better one word too many gone.
fn email(letters: &[char], at: usize, free_from: usize) -> Option<(usize, usize)> {
    let is_local = |it: char| is_word(it) || ".+-%'&~".contains(it);
    let nearest = *letters.get(at.checked_sub(1)?)?;
    let mut start = at;
    while start > free_from
        && at - start < LONGEST
        && is_local(letters[start - 1])
        && belongs(letters[start - 1], nearest)
    {
        start -= 1;
    }
    while start < at && !is_word(letters[start]) {
        start += 1;
    }
    let end = host(letters, at + 1)?;
    let only_digits = |from: usize, to: usize| letters[from..to].iter().all(char::is_ascii_digit);
    (start < at && !(only_digits(start, at) && only_digits(at + 1, end))).then_some((start, end))
}

/// Where the host that begins at `from` ends.
fn host(letters: &[char], from: usize) -> Option<usize> {
    let first = letters.get(from).filter(|it| it.is_alphanumeric())?;
    let mut end = from;
    while letters.get(end).is_some_and(|it| (is_word(*it) || "-.".contains(*it)) && belongs(*it, *first)) {
        end += 1;
    }
    while !letters[end - 1].is_alphanumeric() && end > from + 1 {
        end -= 1;
    }
    Some(end)
}

/// Where the handle whose `@` stands at `at` ends; `@ann@host.example` is one handle.
fn handle(letters: &[char], at: usize) -> Option<usize> {
    let first = letters.get(at + 1).filter(|it| is_word(**it))?;
    let mut end = at + 1;
    while end - at <= LONGEST
        && letters.get(end).is_some_and(|it| (is_word(*it) || *it == '.') && belongs(*it, *first))
    {
        end += 1;
    }
    while letters[end - 1] == '.' {
        end -= 1;
    }
    let name = &letters[at + 1..end];
    let is_price = name.iter().all(char::is_ascii_digit) && name.len() < 4;
    if is_price {
        return None;
    }
    let elsewhere = (letters.get(end) == Some(&'@')).then(|| host(letters, end + 1)).flatten();
    Some(elsewhere.unwrap_or(end))
}

/// Whether `letter` can be in one address with `anchor`, the letter next to the `@`.
fn belongs(letter: char, anchor: char) -> bool {
    is_spaceless(letter) == is_spaceless(anchor) || (is_spaceless(anchor) && !letter.is_alphabetic())
}
