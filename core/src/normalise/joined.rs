//! Words that were run together: "youareanidiot".

use super::{
    english::{Tongue, is_only_english, words},
    letters::Letter,
};

/// Letters of the shortest run that is cut.
const SHORTEST: usize = 6;
/// Letters of the longest run that is looked at, and of the longest word in it.
const LONGEST: usize = 120;
const LONGEST_WORD: usize = 16;
/// The only words of one and two letters that a run is cut into.
const SHORT: &str = " a i am an as at be by do go he if in is it me my no of on or so to up us we ";
/// Natural logarithm of the number of words that were counted.
const ALL: f64 = 14.15;
/// What a word costs that is in no list, and each letter of it.
const UNKNOWN: (f64, f64) = (5.0, 1.75);

/// Words that compounds are not made of.
const GLUE: &str = " the and you that this with are they what your when she his from because dont who their them been were \
    should could would we my our an is was have i im its about your than then ";

/// Where a run of small plain letters is cut into words; none where it is likelier one word that nobody counted.
pub(super) fn cut(run: &str, tongue: Tongue) -> Option<Vec<usize>> {
    if run.len() < SHORTEST {
        return None;
    }
    let (cost, cuts) = cheapest(run)?;
    let starts = || std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([run.len()]);
    let parts: Vec<&str> = starts().zip(ends).map(|(start, end)| &run[start..end]).collect();
    let is_likely = cost < UNKNOWN.0 + UNKNOWN.1 * run.len() as f64;
    (is_likely && parts.len() > 1 && reads_as_words(&parts, tongue)).then_some(cuts)
}

/// The likeliest cuts of a run of which every part is a word of the list, and what they cost.
pub(super) fn cheapest(run: &str) -> Option<(f64, Vec<usize>)> {
    let length = run.len();
    if length > LONGEST || !run.bytes().all(|it| it.is_ascii_lowercase()) {
        return None;
    }
    // For each end the cheapest way there, and where its last word begins.
    let mut best: Vec<Option<(f64, usize)>> = vec![None; length + 1];
    best[0] = Some((0.0, 0));
    for end in 1..=length {
        for start in end.saturating_sub(LONGEST_WORD)..end {
            let Some((cost, _)) = best[start] else { continue };
            let Some(of_word) = price(&run[start..end]) else { continue };
            if best[end].is_none_or(|it| cost + of_word < it.0) {
                best[end] = Some((cost + of_word, start));
            }
        }
    }
    let (cost, mut at) = best[length]?;
    let mut cuts = Vec::new();
    while at > 0 {
        cuts.push(at);
        at = best[at]?.1;
    }
    cuts.reverse();
    Some((cost, cuts))
}

/// A compound ("doorbell") is no trick: two words are two where one is of a kind that compounds are not made of.
fn reads_as_words(parts: &[&str], tongue: Tongue) -> bool {
    let glue = parts.iter().filter(|it| GLUE.contains(&format!(" {it} "))).count();
    let own = parts.iter().filter(|it| is_only_english(it) || SHORT.contains(&format!(" {it} "))).count();
    let letters: usize = parts.iter().map(|it| it.len()).sum();
    let least = parts.iter().map(|it| words().class(it).unwrap_or(0)).min().unwrap_or(0);
    let last = parts[parts.len() - 1];
    let short = parts.iter().filter(|it| it.len() < 3).count();
    // "forthwith", "Trumpian", "hospitalising": ends that look like words of their own.
    let ends_well = last.len() > 2 && !matches!(last, "with" | "from" | "out" | "able" | "full");
    let single_inside = parts[1..].iter().any(|it| it.len() == 1);
    match (parts.len(), tongue) {
        (_, Tongue::Other) => false,
        (2, Tongue::Unclear) => glue > 0 && ends_well && least >= 4 && letters >= 8,
        (2, Tongue::English) => glue > 0 && ends_well && letters >= 7,
        (3, Tongue::English) => {
            ends_well
                && !single_inside
                && short < 2
                && letters >= 10
                && (glue > 0 || own > 0 || letters >= 14)
        }
        (3, _) => ends_well && !single_inside && short < 2 && letters >= 11 && glue > 0,
        (n, _) => own > 0 && letters * 2 >= n * if single_inside { 7 } else { 5 },
    }
}

/// Whether a run begins with a word that no name begins with.
pub(super) fn begins_with_glue(run: &str, cuts: &[usize]) -> bool {
    cuts.first().is_some_and(|it| *it > 2 && GLUE.contains(&format!(" {} ", &run[..*it])))
}

/// The rarer the word, the dearer.
fn price(word: &str) -> Option<f64> {
    let class = words().class(word)?;
    let is_short = word.len() < 3;
    let is_rare = (word.len() == 3 && class < 4) || (word.len() == 4 && class < 2);
    if (is_short && !SHORT.contains(&format!(" {word} "))) || is_rare {
        return None;
    }
    Some(ALL - f64::from(class) - 0.5)
}

/// The letters with spaces at the cuts.
pub(super) fn with_gaps(run: &[Letter], cuts: &[usize]) -> Vec<Letter> {
    let mut out = Vec::with_capacity(run.len() + cuts.len());
    for (n, letter) in run.iter().enumerate() {
        if cuts.contains(&n) {
            out.push(run[n - 1].gap_after());
        }
        out.push(*letter);
    }
    out
}
