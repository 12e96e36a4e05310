//! Words whose letters stand apart: "i d i o t", "i.d.i.o.t", "i 🔥 d 🔥 i 🔥 o 🔥 t".

use std::collections::BTreeMap;

use super::{
    english::{Tongue, words},
    joined,
    letters::{self, Letter, is_mark, is_western, lower},
    stand_ins,
};

/// Characters of a gap between two letters of one word, at most.
const WIDEST: usize = 4;
/// Letters that have to stand apart before they are one word.
const FEWEST: usize = 4;

/// Puts words together whose letters stand apart.
pub(super) fn together(letters: &[Letter]) -> Vec<Letter> {
    let mut out = Vec::with_capacity(letters.len());
    let mut n = 0;
    while n < letters.len() {
        let stretch = stretch(letters, n);
        match read(letters, &stretch) {
            Some(read) => {
                out.extend(read);
                n = stretch[stretch.len() - 1] + 1;
            }
            None => {
                let end = stretch.last().map_or(n, |it| *it) + 1;
                out.extend_from_slice(&letters[n..end]);
                n = end;
            }
        }
    }
    out
}

/// Where single letters stand, from `n` on, one after another; empty where none stands at `n`.
fn stretch(letters: &[Letter], n: usize) -> Vec<usize> {
    let is_word =
        |at: usize| letters.get(at).is_some_and(|it| it.shape.is_alphanumeric() || is_mark(it.shape));
    let is_single = |at: usize| {
        letters.get(at).is_some_and(|it| is_western(it.shape) || it.shape.is_ascii_digit())
            && (at == 0 || !is_word(at - 1))
            && !is_word(at + 1)
    };
    let mut found = Vec::new();
    let mut at = n;
    while is_single(at) {
        found.push(at);
        let Some(next) = (at + 1..letters.len()).find(|it| is_word(*it)) else { break };
        // Unless each stands in a line of its own.
        let breaks_line = next - at > 2 && letters[at + 1..next].iter().any(|it| it.shape == '\n');
        if next - at - 1 > WIDEST || breaks_line {
            break;
        }
        at = next;
    }
    found
}

/// The words of a stretch of single letters; none where they are no words.
fn read(letters: &[Letter], stretch: &[usize]) -> Option<Vec<Letter>> {
    let is_letter = |it: &usize| letters[*it].shape.is_alphabetic();
    if stretch.len() < FEWEST || stretch.iter().filter(|it| is_letter(it)).count() < 2 {
        return None;
    }
    let gap = |pair: &[usize]| letters::text(&letters[pair[0] + 1..pair[1]]);
    let gaps: Vec<String> = stretch.windows(2).map(gap).collect();
    // The usual gap stands within words, a wider one between them.
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for gap in &gaps {
        *counts.entry(gap).or_default() += 1;
    }
    let (usual, _) =
        counts.into_iter().max_by_key(|(gap, count)| (*count, std::cmp::Reverse(gap.chars().count())))?;
    let usual_blank = usual.chars().filter(|it| it.is_whitespace()).count();
    let mut groups: Vec<Vec<Letter>> = vec![vec![letters[stretch[0]]]];
    let mut between: Vec<Letter> = Vec::new();
    for (pair, gap) in stretch.windows(2).zip(&gaps) {
        let blank = gap.chars().filter(|it| it.is_whitespace()).count();
        let ends = gap != usual && (blank > usual_blank || (blank > 0 && usual_blank == 0));
        match ends {
            true => {
                let first = letters[pair[0] + 1];
                between.push(Letter { shape: ' ', to: letters[pair[1] - 1].to, ..first });
                groups.push(vec![letters[pair[1]]]);
            }
            false => groups.last_mut()?.push(letters[pair[1]]),
        }
    }
    // Gaps of several kinds are of a trick only where a word comes of it.
    let is_even = gaps.iter().filter(|it| *it != usual).count() == groups.len() - 1;
    let read: Vec<Option<Vec<Letter>>> = groups.iter().map(|it| word(it, usual, is_even)).collect();
    if !groups.iter().zip(&read).any(|(group, read)| group.len() >= FEWEST && read.is_some()) {
        return None;
    }
    let mut out = Vec::new();
    for (n, (group, read)) in groups.into_iter().zip(read).enumerate() {
        if n > 0 {
            out.push(between[n - 1]);
        }
        out.extend(read.unwrap_or(group));
    }
    Some(out)
}

/// Letters that stand together in one gap's width of each other, as a word or several.
fn word(group: &[Letter], gap: &str, is_even: bool) -> Option<Vec<Letter>> {
    let plain = lower(group);
    if words().knows(&plain) || group.len() < FEWEST {
        return Some(group.to_vec());
    }
    let blanks_only = gap.chars().all(char::is_whitespace);
    // Where a blank stands between any two letters, none tells where a word ends.
    if blanks_only && let Some((_, cuts)) = joined::cheapest(&plain) {
        return Some(joined::with_gaps(group, &cuts));
    }
    if let Some(cuts) = joined::cut(&plain, Tongue::English) {
        return Some(joined::with_gaps(group, &cuts));
    }
    let has_digits = group.iter().any(|it| it.shape.is_ascii_digit());
    if has_digits {
        return stand_ins::read(group, Tongue::English);
    }
    if !is_even {
        return None;
    }
    // "A.B.C.D.", "J.R.R.T." and the lines of a keyboard are no words.
    let is_row = group.windows(2).all(|it| u32::from(it[0].shape) <= u32::from(it[1].shape));
    let is_vowel = |it: char| "aeiouyаеиоуыэюяєіїαεηιουω".contains(it);
    let vowels = plain.chars().filter(|it| is_vowel(*it)).count();
    let initials = gap.contains('.') && group.iter().all(|it| it.shape.is_uppercase());
    let least = if blanks_only { FEWEST + 1 } else { FEWEST };
    (group.len() >= least && !is_row && !initials && vowels > 0 && vowels * 4 <= group.len() * 3)
        .then(|| group.to_vec())
}
