//! What drove a score: the words without which it falls.
//!
//! From coarse to fine: of a long text its sentences and clauses are taken out in turn, several at once where it is
//! very long, then the words of those that matter, then spans of words that matter together. Each time the rest is
//! scored again, by whatever is asked: the search knows no model. A text that plays tricks is searched as it is read,
//! and what is found is said where it stands: offsets are scalars into the part's text as written. It says what the
//! model reacted to, not what is wrong with the item.

use casebook_core::{
    normalise,
    score::{Driver, ScoreInput},
    text,
};

use crate::scorer::join;

/// Passages tried of a long text at most; like each word and span below, one costs a run of the encoder.
const MOST_PASSAGES: usize = 24;
/// Words in a passage, where a text is not so long that it has to be cut coarser.
const MOST_IN_PASSAGE: usize = 14;
/// Words tried at most. A text that has no more is not cut into passages first.
const MOST_WORDS: usize = 40;
/// Spans tried for a target at most.
const MOST_SPANS: usize = 6;
/// Words in a quote.
const LEAST_IN_QUOTE: usize = 1;
const MOST_IN_QUOTE: usize = 12;
/// A quote of nearly all says nothing: of a text of so many words it holds at most this share.
const SHORT_TEXT: usize = 12;
const MOST_OF_TEXT: f64 = 0.6;
/// A word belongs to the span of the one that matters most beside it if it matters this much of that.
const BELONGS: f64 = 0.35;
/// Drivers kept per target, and what they must matter of what the first does.
const KEPT: usize = 4;
const KEPT_SHARE: f64 = 0.3;
/// A smaller fall is noise.
const LEAST_DROP: f64 = 1e-3;
/// Letters of a script without spaces that are tried together.
const LETTERS_A_WORD: usize = 4;

/// Scalar offsets, half-open.
type Span = (u32, u32);

/// What texts are worth to every target; nothing where scoring fails.
type Worth<'a> = dyn Fn(&[String]) -> Option<Vec<Vec<f64>>> + 'a;

/// A word of a part, where it stands as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    /// Which of the input's parts.
    at: usize,
    /// Which of that part's passages.
    passage: usize,
    span: Span,
}

/// Words that follow each other, by their numbers.
type Run = std::ops::Range<usize>;

/// Finds the drivers of `wanted` targets (index among a text's values, and name), strongest first.
pub(crate) fn by_occlusion(input: &ScoreInput, wanted: &[(usize, &String)], worth: &Worth) -> Vec<Driver> {
    search(input, wanted, worth).unwrap_or_default()
}

fn search(input: &ScoreInput, wanted: &[(usize, &String)], worth: &Worth) -> Option<Vec<Driver>> {
    let words = words_of(input);
    let whole = worth(&[join(input.texts.iter().map(|it| it.text.as_str()))])?.pop()?;
    let drops = |runs: &[Run]| -> Option<Vec<Vec<f64>>> {
        if runs.is_empty() {
            return Some(Vec::new());
        }
        let texts: Vec<String> = runs.iter().map(|it| without(input, &words, it)).collect();
        let values = worth(&texts)?;
        Some(
            values
                .iter()
                .map(|it| whole.iter().zip(it).map(|(whole, rest)| whole - rest).collect())
                .collect(),
        )
    };
    let mut within: Vec<Run> = std::iter::once(0..words.len()).collect();
    while n_words(&within) > MOST_WORDS {
        let passages = passages(&words, &within);
        let values = drops(&passages)?;
        within = of_most_weight(passages, &values, wanted);
    }
    let mut tried: Vec<usize> = within.into_iter().flatten().collect();
    tried.sort_unstable();
    let singles: Vec<Run> = tried.iter().map(|it| *it..it + 1).collect();
    let of_words = drops(&singles)?;
    let mut drivers = Vec::new();
    for (column, target) in wanted {
        let mut by_word = vec![f64::NEG_INFINITY; words.len()];
        for (word, drop) in tried.iter().zip(&of_words) {
            by_word[*word] = drop[*column];
        }
        let spans = spans(&words, &by_word);
        let values = drops(&spans)?;
        let drop = |it: &Vec<f64>| it[*column];
        let mut found: Vec<(Run, f64)> = spans.into_iter().zip(values.iter().map(drop)).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        let least = found.first().map_or(0.0, |it| it.1 * KEPT_SHARE).max(LEAST_DROP);
        for (run, drop) in found.into_iter().filter(|it| it.1 >= least).take(KEPT) {
            let (first, last) = (words[run.start], words[run.end - 1]);
            drivers.push(Driver {
                part: input.texts[first.at].part,
                start: first.span.0.min(last.span.0),
                end: last.span.1.max(first.span.1),
                target: (*target).clone(),
                drop,
            });
        }
    }
    drivers.sort_by(|a, b| b.drop.total_cmp(&a.drop));
    Some(drivers)
}

/// Spans of words that matter together, the one that matters most first; none touches another.
fn spans(words: &[Word], by_word: &[f64]) -> Vec<Run> {
    let mut order: Vec<usize> = (0..words.len()).filter(|it| by_word[*it] > 0.0).collect();
    order.sort_by(|a, b| by_word[*b].total_cmp(&by_word[*a]));
    let mut taken = vec![false; words.len()];
    let mut found = Vec::new();
    for seed in order {
        if found.len() == MOST_SPANS {
            break;
        }
        if taken[seed] {
            continue;
        }
        let in_part = words.iter().filter(|it| it.at == words[seed].at).count();
        let most = match in_part >= SHORT_TEXT {
            true => MOST_IN_QUOTE.min((in_part as f64 * MOST_OF_TEXT) as usize),
            false => MOST_IN_QUOTE,
        };
        let is_free = |it: usize| {
            words.get(it).is_some_and(|word| word.at == words[seed].at && word.passage == words[seed].passage)
                && !taken[it]
        };
        let matters = |it: usize| is_free(it) && by_word[it] >= by_word[seed] * BELONGS;
        let mut run = seed..seed + 1;
        // One word that does not matter may stand between two that do: "piece of rubbish".
        while run.len() < most {
            let after = [run.end, run.end + 1].into_iter().find(|it| matters(*it));
            let before =
                [run.start.wrapping_sub(1), run.start.wrapping_sub(2)].into_iter().find(|it| matters(*it));
            let grown = match (
                after.filter(|_| is_free(run.end)),
                before.filter(|_| is_free(run.start.wrapping_sub(1))),
            ) {
                (Some(after), _) => run.start..after + 1,
                (None, Some(before)) => before..run.end,
                (None, None) => break,
            };
            if grown.len() > most {
                break;
            }
            run = grown;
        }
        while run.len() < LEAST_IN_QUOTE.min(most) {
            let beside = [run.end, run.start.wrapping_sub(1)];
            let Some(best) = beside
                .into_iter()
                .filter(|it| is_free(*it))
                .max_by(|a, b| by_word[*a].total_cmp(&by_word[*b]))
            else {
                break;
            };
            run = run.start.min(best)..run.end.max(best + 1);
        }
        run.clone().for_each(|it| taken[it] = true);
        found.push(run);
    }
    found
}

fn n_words(runs: &[Run]) -> usize {
    runs.iter().map(|it| it.end - it.start).sum()
}

/// The passages that matter most to any target: as many as have few enough words to try each, or the first alone.
fn of_most_weight(passages: Vec<Run>, values: &[Vec<f64>], wanted: &[(usize, &String)]) -> Vec<Run> {
    let weight = |it: &[f64]| wanted.iter().map(|(column, _)| it[*column]).fold(f64::NEG_INFINITY, f64::max);
    let mut ordered: Vec<(f64, Run)> = values.iter().map(|it| weight(it)).zip(passages).collect();
    ordered.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut kept: Vec<Run> = Vec::new();
    for (_, passage) in ordered {
        if !kept.is_empty() && n_words(&kept) + passage.len() > MOST_WORDS {
            break;
        }
        kept.push(passage);
    }
    kept
}

/// Sentences and clauses in `within`; where these are many, several together, so that their number stays bounded.
fn passages(words: &[Word], within: &[Run]) -> Vec<Run> {
    let together = n_words(within).div_ceil(MOST_PASSAGES);
    let mut found: Vec<Run> = Vec::new();
    for run in within {
        for n in run.clone() {
            let begins = n == run.start
                || words[n - 1].at != words[n].at
                || (words[n - 1].passage != words[n].passage
                    && found.last().is_some_and(|it| it.len() >= together));
            match found.last_mut().filter(|_| !begins) {
                Some(last) => last.end = n + 1,
                None => found.push(n..n + 1),
            }
        }
    }
    found
}

fn without(input: &ScoreInput, words: &[Word], run: &Run) -> String {
    let cut_of = |(at, whole): (usize, &str)| {
        let spans = words[run.clone()].iter().filter(|it| it.at == at);
        let start = spans.clone().map(|it| it.span.0).min();
        let end = spans.map(|it| it.span.1).max();
        match start.zip(end) {
            Some((start, end)) => cut(whole, start, end),
            None => whole.to_owned(),
        }
    };
    let texts: Vec<String> =
        input.texts.iter().enumerate().map(|(at, it)| cut_of((at, it.text.as_str()))).collect();
    join(texts.iter().map(String::as_str))
}

fn cut(whole: &str, start: u32, end: u32) -> String {
    let head = text::slice(whole, 0, start).unwrap_or_default();
    let tail = text::byte_of(whole, end).map(|it| &whole[it..]).unwrap_or_default();
    format!("{head}{tail}")
}

/// The words of all parts as they are read, with the place of each as written.
fn words_of(input: &ScoreInput) -> Vec<Word> {
    let mut words = Vec::new();
    for (at, part) in input.texts.iter().enumerate() {
        let reading = normalise::read(&part.text);
        let text = reading.as_ref().map_or(part.text.as_str(), |it| it.text.as_str());
        for (passage, span) in numbered(text) {
            let written = match &reading {
                None => Some(span),
                Some(reading) => reading.written(span.0, span.1),
            };
            words.extend(written.map(|span| Word { at, passage, span }));
        }
    }
    words
}

/// The words of a text without the marks around them, each with the number of its sentence or clause.
fn numbered(whole: &str) -> Vec<(usize, Span)> {
    let letters: Vec<char> = whole.chars().collect();
    let mut words = Vec::new();
    let (mut passage, mut in_passage) = (0, 0);
    let mut start = 0;
    for n in 0..letters.len() {
        let next_is_space = letters.get(n + 1).is_none_or(|it| it.is_whitespace());
        let is_full = has_no_spaces(letters[n]) && n + 1 - start >= LETTERS_A_WORD;
        let ends_sentence = matches!(letters[n], '\n' | '。' | '！' | '？' | '।')
            || (matches!(letters[n], '.' | '!' | '?' | '…') && next_is_space);
        let ends_clause = matches!(letters[n], '，' | '、' | '—')
            || (matches!(letters[n], ',' | ';' | ':') && next_is_space);
        if next_is_space || is_full || ends_sentence || ends_clause {
            if let Some(span) = trimmed(&letters, start, n + 1) {
                words.push((passage, span));
                in_passage += 1;
            }
            start = n + 1;
        }
        if (ends_sentence && in_passage > 0)
            || (ends_clause && in_passage >= 3)
            || in_passage >= MOST_IN_PASSAGE
        {
            (passage, in_passage) = (passage + 1, 0);
        }
    }
    words
}

/// Letters of scripts that are written without spaces between words.
fn has_no_spaces(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// A word without marks at its ends; none where it has neither letter nor digit.
fn trimmed(letters: &[char], start: usize, end: usize) -> Option<Span> {
    let first = (start..end).find(|it| letters[*it].is_alphanumeric())?;
    let last = (start..end).rev().find(|it| letters[*it].is_alphanumeric() || is_mark(letters[*it]))?;
    Some((first as u32, last as u32 + 1))
}

/// Marks that belong to the letter before them and are no letters.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use casebook_core::score::TextPart;
    use std::cell::Cell;

    fn input(texts: &[&str]) -> ScoreInput {
        let texts = texts.iter().enumerate().map(|(n, it)| TextPart {
            part: n as u32 * 2,
            role: "caption".into(),
            text: (*it).to_owned(),
        });
        ScoreInput { texts: texts.collect(), language: None }
    }

    /// What a model that counts `words` finds, as quotes, and how many texts it was asked.
    fn found(texts: &[&str], words: &[&str]) -> (Vec<String>, usize) {
        let input = input(texts);
        let asked = Cell::new(0);
        let worth = |texts: &[String]| {
            asked.set(asked.get() + texts.len());
            let count = |it: &String| {
                let read = normalise::read_as(it).unwrap_or_else(|| it.clone());
                words.iter().filter(|word| read.contains(**word)).count() as f64
            };
            Some(texts.iter().map(|it| vec![count(it)]).collect())
        };
        let target = "FR-1".to_owned();
        let quote = |it: Driver| {
            let part = input.texts.iter().find(|part| part.part == it.part).unwrap();
            text::slice(&part.text, it.start, it.end).unwrap().to_owned()
        };
        let quotes = by_occlusion(&input, &[(0, &target)], &worth).into_iter().map(quote).collect();
        (quotes, asked.get())
    }

    #[track_caller]
    fn check(texts: &[&str], words: &[&str], expected: &[&str]) {
        assert_eq!(found(texts, words).0, expected, "{texts:?}");
    }

    #[test]
    fn the_words_that_matter_are_quoted_exactly() {
        check(&["A añb day. 👍 Buy gold, now! Thanks.", "Nice hat."], &["gold"], &["gold"]);
        check(&["Nice hat.", "Buy gold! It is pure."], &["pure", "gold"], &["gold", "pure"]);
    }

    #[test]
    fn words_that_matter_together_are_one_quote() {
        check(&["so this is a piece of rubbish to me"], &["piece", "rubbish"], &["piece of rubbish"]);
    }

    #[test]
    fn what_is_found_in_the_reading_is_quoted_as_written() {
        check(&["you are such an i.d.i.o.t, really"], &["idiot"], &["i.d.i.o.t"]);
        check(&["look, you id🔥iot!"], &["idiot"], &["id🔥iot"]);
    }

    #[test]
    fn nothing_that_matters_is_no_driver() {
        check(&["a calm day at the lake"], &["gold"], &[]);
        check(&[" \n … 👍 "], &["gold"], &[]);
    }

    #[test]
    fn no_quote_is_nearly_all_of_a_text() {
        let text = "one two three four five six seven eight nine ten eleven twelve";
        let all: Vec<&str> = text.split(' ').collect();
        for quote in found(&[text], &all).0 {
            assert!(quote.split(' ').count() <= 7, "{quote}");
        }
    }

    #[test]
    fn a_long_text_is_searched_from_coarse_to_fine_and_its_cost_is_bounded() {
        let mut text = "Word after word. ".repeat(200);
        text.push_str("Here is the gold of it, and then some. ");
        text.push_str(&"Word after word. ".repeat(200));
        let (quotes, asked) = found(&[&text], &["gold"]);
        assert_eq!(quotes, ["gold"]);
        assert!(asked <= 1 + 2 * MOST_PASSAGES + MOST_WORDS + MOST_SPANS, "{asked}");
    }

    #[test]
    fn scripts_without_spaces_are_searched_by_parts() {
        let (quotes, _) = found(&["これはとても良い金の話です。また明日。"], &["金"]);
        assert!(
            quotes.len() == 1 && quotes[0].contains('金') && quotes[0].chars().count() <= 4,
            "{quotes:?}"
        );
    }

    #[test]
    fn sentences_and_clauses_are_numbered() {
        let passages: Vec<usize> =
            numbered("Hi there. Buy this now, or else! v1.2 is out").into_iter().map(|it| it.0).collect();
        assert_eq!(passages, [0, 0, 1, 1, 1, 2, 2, 3, 3, 3]);
    }
}
