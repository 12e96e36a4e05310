//! Text into words for the search table, and a person's query into a match expression.
//!
//! Both sides split the same way, here: letters, digits and their marks make words; scripts
//! written without spaces, and Hangul, whose particles cling to words, become overlapping pairs.
//! The tokenizer of the table only folds case and accents, so nothing it sees can split again
//! into a phrase, which the table does not store.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A stretch of text that is searched as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run<'a> {
    /// A word between spaces or punctuation.
    Word(&'a str),
    /// Letters of a script that is searched by pairs.
    Pairs(&'a str),
}

/// What the table indexes for `text`, appended to `out`: words and pairs, one space between.
pub(crate) fn index(text: &str, out: &mut String) {
    out.reserve(text.len() + 1);
    for run in runs(text) {
        match run {
            Run::Word(word) => push(out, word),
            Run::Pairs(letters) => {
                each_pair(letters, |it| push(out, it));
                // Alone, so that a query of one letter finds it as it finds the first of each pair.
                push(out, last_letter(letters));
            }
        }
    }
}

/// The match expression for `words`: all of them, the last one by its beginning. `None` where
/// there is no word in it. Every term is quoted, so operators and quotes are plain words.
pub(crate) fn query(words: &str) -> Option<String> {
    expression(&terms(words)?, true)
}

/// As [`query`], but the last one whole too.
pub(crate) fn whole(words: &str) -> Option<String> {
    expression(&terms(words)?, false)
}

/// What the last of `words` begins with, as the search table spells it, where that is sure: of a word
/// whose letters it only turns into small ones. `None` too where the last of them is no beginning.
pub(crate) fn beginning(words: &str) -> Option<String> {
    let Terms { all, open_ended } = terms(words)?;
    let last = all.last().filter(|_| open_ended)?.to_lowercase();
    let sure = |it: char| it.is_ascii() || (by_pairs(it) && std::iter::once(it).nfd().eq([it]));
    last.chars().all(sure).then_some(last)
}

/// As [`query`], with any of `endings` for the last one.
pub(crate) fn ending_in(words: &str, endings: &[String]) -> Option<String> {
    let Terms { mut all, .. } = terms(words)?;
    all.pop();
    let any: Vec<String> = endings.iter().map(|it| format!("\"{it}\"")).collect();
    let any = format!("({})", any.join(" OR "));
    Some(match expression(&Terms { all, open_ended: false }, false) {
        Some(before) => format!("({before}) AND {any}"),
        None => any,
    })
}

/// The terms of a query, one at least.
struct Terms {
    all: Vec<String>,
    /// The last one may go on.
    open_ended: bool,
}

fn terms(words: &str) -> Option<Terms> {
    let mut terms = Terms { all: Vec::new(), open_ended: false };
    for run in runs(words) {
        terms.open_ended = match run {
            Run::Word(word) => {
                terms.all.push(word.to_owned());
                true
            }
            Run::Pairs(letters) if last_letter(letters).len() == letters.len() => {
                terms.all.push(letters.to_owned());
                true
            }
            Run::Pairs(letters) => {
                each_pair(letters, |it| terms.all.push(it.to_owned()));
                false
            }
        };
    }
    (!terms.all.is_empty()).then_some(terms)
}

fn expression(terms: &Terms, by_beginning: bool) -> Option<String> {
    // A letter searched by pairs stands alone only at the end of a run: its beginning finds it elsewhere.
    let single = |it: &str| it.chars().nth(1).is_none() && it.chars().all(by_pairs);
    let last = terms.all.len().checked_sub(1)?;
    let quoted = terms.all.iter().enumerate().map(|(n, term)| {
        match single(term) || (n == last && terms.open_ended && by_beginning) {
            true => format!("\"{term}\"*"),
            false => format!("\"{term}\""),
        }
    });
    Some(quoted.collect::<Vec<_>>().join(" "))
}

fn push(out: &mut String, word: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

/// The words and runs of `text` in order.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|it| !in_word(it));
        let first = rest.chars().next()?;
        let pairs = by_pairs(first);
        // A mark belongs to the letter before it, whichever way that is searched.
        let end = rest
            .char_indices()
            .find(|(_, it)| !in_word(*it) || (by_pairs(*it) != pairs && !is_combining_mark(*it)))
            .map_or(rest.len(), |(at, _)| at);
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(if pairs { Run::Pairs(run) } else { Run::Word(run) })
    })
}

fn each_pair<'a>(run: &'a str, mut each: impl FnMut(&'a str)) {
    let ends = run.char_indices().skip(2).map(|(at, _)| at).chain([run.len()]);
    for ((from, _), to) in run.char_indices().zip(ends) {
        if run[from..to].chars().nth(1).is_some() {
            each(&run[from..to]);
        }
    }
}

fn last_letter(run: &str) -> &str {
    run.char_indices().next_back().map_or(run, |(at, _)| &run[at..])
}

fn in_word(letter: char) -> bool {
    match letter.is_ascii() {
        true => letter.is_ascii_alphanumeric(),
        false => letter.is_alphanumeric() || is_combining_mark(letter),
    }
}

/// Han, kana, Hangul, Thai, Lao, Khmer and Burmese: the Unicode blocks of each.
fn by_pairs(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1100}'..='\u{11ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn indexes(text: &str, expected: &str) {
        let mut out = String::new();
        index(text, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn words_end_at_spaces_and_punctuation() {
        indexes("don't—stop: 3 cats_dogs", "don t stop 3 cats dogs");
    }

    #[test]
    fn scripts_without_spaces_become_pairs_and_a_last_letter() {
        indexes("日本語 ok", "日本 本語 語 ok");
        indexes("a日b", "a 日 b");
    }

    #[test]
    fn thai_marks_stay_in_their_run() {
        indexes("กิน", "กิ ิน น");
    }

    #[test]
    fn vowel_signs_do_not_split_a_hindi_word() {
        indexes("हिन्दी में", "हिन्दी में");
    }

    #[test]
    fn the_last_word_is_searched_by_its_beginning() {
        assert_eq!(query("free mon").as_deref(), Some("\"free\" \"mon\"*"));
        assert_eq!(query("日本語").as_deref(), Some("\"日本\" \"本語\""));
        assert_eq!(query("日").as_deref(), Some("\"日\"*"));
    }

    #[test]
    fn a_beginning_is_spelt_as_the_table_spells_it_or_not_told() {
        assert_eq!(beginning("free Mon").as_deref(), Some("mon"));
        assert_eq!(beginning("日").as_deref(), Some("日"));
        for no_beginning in ["日本語", "caf\u{e9}", "Straße", "가"] {
            assert_eq!(beginning(no_beginning), None, "{no_beginning}");
        }
    }

    #[test]
    fn the_last_word_can_be_any_of_some() {
        let some = ["sand".to_owned(), "salt".to_owned()];
        assert_eq!(
            ending_in("a river sa", &some).as_deref(),
            Some(r#"("a" "river") AND ("sand" OR "salt")"#)
        );
        assert_eq!(ending_in("sa", &some).as_deref(), Some(r#"("sand" OR "salt")"#));
    }

    #[test]
    fn operators_and_quotes_are_plain_words_or_nothing() {
        assert_eq!(query("a AND \"b\" NEAR(c*)").as_deref(), Some("\"a\" \"AND\" \"b\" \"NEAR\" \"c\"*"));
        assert_eq!(query(" \"*():^\0 "), None);
    }
}
