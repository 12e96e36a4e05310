//! What drove a score: passages whose removal lowers it.
//!
//! Each passage is taken out in turn and the rest is scored again. Offsets are scalars into the part's text
//! as written. It says what the model reacted to, not what is wrong with the item.

use casebook_core::{
    score::{Driver, ScoreInput},
    text,
};

use crate::scorer::join;

/// Passages tried per item at most: each costs a run of the encoder.
const MOST_SPANS: usize = 48;
/// Words in a passage at most.
const MOST_WORDS: usize = 14;
/// Drivers kept per target.
const KEPT: usize = 4;
/// A smaller fall is noise.
const LEAST_DROP: f64 = 1e-3;

/// A passage: scalar offsets, half-open.
type Span = (u32, u32);

/// What texts are worth to every target; nothing where scoring fails.
type Worth<'a> = dyn Fn(&[String]) -> Option<Vec<Vec<f64>>> + 'a;

/// Finds the drivers of `wanted` targets (index among a text's values, and name), strongest first.
pub(crate) fn by_occlusion(input: &ScoreInput, wanted: &[(usize, &String)], worth: &Worth) -> Vec<Driver> {
    let words_per_span = words_per_span(input);
    let mut spans = Vec::new();
    for (at, part) in input.texts.iter().enumerate() {
        spans.extend(passages(&part.text, words_per_span).into_iter().map(|it| (at, it)));
    }
    let mut texts = vec![join(input.texts.iter().map(|it| it.text.as_str()))];
    texts.extend(spans.iter().map(|(at, span)| without(input, *at, *span)));
    let Some(values) = worth(&texts) else { return Vec::new() };
    let mut drivers = Vec::new();
    for (column, target) in wanted {
        let mut of_target: Vec<Driver> = spans
            .iter()
            .zip(&values[1..])
            .map(|((at, (start, end)), without)| Driver {
                part: input.texts[*at].part,
                start: *start,
                end: *end,
                target: (*target).clone(),
                drop: values[0][*column] - without[*column],
            })
            .filter(|it| it.drop >= LEAST_DROP)
            .collect();
        of_target.sort_by(|a, b| b.drop.total_cmp(&a.drop));
        of_target.truncate(KEPT);
        drivers.extend(of_target);
    }
    drivers.sort_by(|a, b| b.drop.total_cmp(&a.drop));
    drivers
}

/// Longer texts are cut coarser, so that their cost stays bounded.
fn words_per_span(input: &ScoreInput) -> usize {
    let words: usize = input.texts.iter().map(|it| it.text.split_whitespace().count()).sum();
    MOST_WORDS.max(words.div_ceil(MOST_SPANS / 2))
}

fn without(input: &ScoreInput, at: usize, (start, end): Span) -> String {
    let occluded = cut(&input.texts[at].text, start, end);
    join(
        input
            .texts
            .iter()
            .enumerate()
            .map(|(n, it)| if n == at { occluded.as_str() } else { it.text.as_str() }),
    )
}

fn cut(whole: &str, start: u32, end: u32) -> String {
    let head = text::slice(whole, 0, start).unwrap_or_default();
    let tail = text::byte_of(whole, end).map(|it| &whole[it..]).unwrap_or_default();
    format!("{head}{tail}")
}

/// Sentences and clauses of a text, none longer than `most_words` words; no white space at their ends.
fn passages(whole: &str, most_words: usize) -> Vec<Span> {
    let letters: Vec<char> = whole.chars().collect();
    let mut spans = Vec::new();
    let mut start = 0;
    let mut words = 0;
    for n in 0..letters.len() {
        let next_is_space = letters.get(n + 1).is_none_or(|it| it.is_whitespace());
        let ends_word = !letters[n].is_whitespace() && next_is_space;
        words += usize::from(ends_word);
        let ends_sentence = matches!(letters[n], '\n' | '。' | '！' | '？' | '।')
            || (matches!(letters[n], '.' | '!' | '?' | '…') && next_is_space);
        let ends_clause =
            matches!(letters[n], ',' | ';' | ':' | '，' | '、' | '—') && next_is_space && words >= 3;
        if ends_sentence || ends_clause || words >= most_words {
            spans.extend(trimmed(&letters, start, n + 1));
            (start, words) = (n + 1, 0);
        }
    }
    spans.extend(trimmed(&letters, start, letters.len()));
    spans
}

fn trimmed(letters: &[char], mut start: usize, mut end: usize) -> Option<Span> {
    while start < end && letters[start].is_whitespace() {
        start += 1;
    }
    while end > start && letters[end - 1].is_whitespace() {
        end -= 1;
    }
    letters[start..end].iter().any(|it| it.is_alphanumeric()).then_some((start as u32, end as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use casebook_core::score::TextPart;

    fn input(texts: &[&str]) -> ScoreInput {
        let texts = texts.iter().enumerate().map(|(n, it)| TextPart {
            part: n as u32 * 2,
            role: "caption".into(),
            text: (*it).to_owned(),
        });
        ScoreInput { texts: texts.collect(), language: None }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let quotes: Vec<&str> = passages(text, 6)
            .into_iter()
            .map(|(start, end)| text::slice(text, start, end).unwrap())
            .collect();
        assert_eq!(quotes, expected);
    }

    #[test]
    fn passages_are_sentences_and_clauses() {
        check("Hi there. Buy this now, or else! Ok", &["Hi there.", "Buy this now,", "or else!", "Ok"]);
        check("v1.2 is out", &["v1.2 is out"]);
        check("これはペンです。あれは本です。", &["これはペンです。", "あれは本です。"]);
    }

    #[test]
    fn a_long_sentence_is_cut_between_words() {
        check("one two three four five six seven eight", &["one two three four five six", "seven eight"]);
    }

    #[test]
    fn nothing_to_read_has_no_passages() {
        check(" \n … 👍 ", &[]);
    }

    #[test]
    fn the_passage_that_matters_is_quoted_exactly() {
        let input = input(&["A añb day. 👍 Buy gold now! Thanks.", "Nice hat."]);
        // A model that counts "gold".
        let worth = |texts: &[String]| {
            Some(texts.iter().map(|it| vec![f64::from(u8::from(it.contains("gold")))]).collect())
        };
        let target = "FR-1".to_owned();
        let drivers = by_occlusion(&input, &[(0, &target)], &worth);
        assert_eq!(drivers.len(), 1);
        let driver = &drivers[0];
        assert_eq!((driver.part, driver.drop), (0, 1.0));
        assert_eq!(text::slice(&input.texts[0].text, driver.start, driver.end), Some("👍 Buy gold now!"));
    }

    #[test]
    fn very_long_texts_are_cut_coarser() {
        let long = "word ".repeat(5000);
        let input = input(&[&long]);
        assert!(passages(&long, words_per_span(&input)).len() <= MOST_SPANS);
    }
}
