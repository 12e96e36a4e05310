//! English words by how often they are written, and whether a text is English enough to be read by them.
//!
//! The list decides between readings of a word that plays a trick: which letter a star hides, where words were run
//! together. It never decides that an unknown word is wrong.

use std::sync::OnceLock;

/// The list, sorted. Classes are natural logarithms of counts, rounded down, 0 to 9.
pub(super) struct Words {
    words: Vec<String>,
    classes: Vec<u8>,
}

/// The built-in list.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| Words::parse(include_str!("english.txt")))
}

/// What one letter of a tricky word may stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// In order of likelihood; each after the first costs a little.
    pub(super) letters: Vec<char>,
    /// It may stand for any letter, which costs so much.
    pub(super) any: Option<i32>,
    /// It may stand for none, which costs so much.
    pub(super) none: Option<i32>,
}

/// A word that steps can be read as.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) word: String,
    /// For each of its letters the step that it comes from.
    pub(super) steps: Vec<usize>,
    /// How many letters nothing says.
    pub(super) guessed: usize,
    pub(super) class: i32,
    /// Its class, less what was guessed.
    score: i32,
    /// By how much that is more than the next word's.
    pub(super) lead: i32,
}

/// Letters that nothing says, at most.
const MOST_GUESSED: usize = 2;

impl Words {
    fn parse(list: &str) -> Self {
        let mut all: Vec<(String, u8)> = Vec::new();
        for line in list.lines().filter(|it| !it.starts_with('#')) {
            let Some((head, tails)) = line.split_once(' ') else { continue };
            for tail in tails.split_inclusive(|it: char| it.is_ascii_digit()) {
                let (tail, class) = tail.split_at(tail.len() - 1);
                all.push((format!("{head}{tail}"), class.as_bytes()[0] - b'0'));
            }
        }
        all.sort_unstable();
        let (words, classes) = all.into_iter().unzip();
        Self { words, classes }
    }

    /// How often a word in lower case is written; none where the list lacks it.
    pub(super) fn class(&self, word: &str) -> Option<u8> {
        self.words.binary_search_by(|it| it.as_str().cmp(word)).ok().map(|it| self.classes[it])
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.class(word).is_some()
    }

    /// Whether a word or what it is a form of is in the list: "marmalades", "loaves".
    pub(super) fn knows(&self, word: &str) -> bool {
        const ENDINGS: [(&str, &str); 31] = [
            ("s", ""),
            ("es", ""),
            ("ies", "y"),
            ("ves", "f"),
            ("ves", "fe"),
            ("ed", ""),
            ("d", ""),
            ("ied", "y"),
            ("ing", ""),
            ("ing", "e"),
            ("er", ""),
            ("r", ""),
            ("ier", "y"),
            ("ers", ""),
            ("rs", ""),
            ("est", ""),
            ("iest", "y"),
            ("ly", ""),
            ("y", ""),
            ("ish", ""),
            ("ness", ""),
            ("less", ""),
            ("able", ""),
            ("able", "e"),
            ("ful", ""),
            ("ment", ""),
            ("ism", ""),
            ("ist", ""),
            ("ists", ""),
            ("ian", ""),
            ("ising", ""),
        ];
        self.has(word)
            || self.has(&format!("{word}s"))
            || ENDINGS.iter().any(|(ending, whole)| {
                word.strip_suffix(ending)
                    .is_some_and(|stem| stem.len() > 2 && self.has(&format!("{stem}{whole}")))
            })
    }

    /// The word that steps are read as: the most frequent, less what has to be guessed.
    pub(super) fn best(&self, steps: &[Step]) -> Option<Found> {
        let mut search = Search { words: self, steps, best: None, path: Vec::new() };
        search.go(0, 0..self.words.len(), 0, 0);
        search.best
    }
}

/// A walk down the sorted list, one letter at a time.
struct Search<'a> {
    words: &'a Words,
    steps: &'a [Step],
    best: Option<Found>,
    path: Vec<usize>,
}

impl Search<'_> {
    fn go(&mut self, n: usize, range: std::ops::Range<usize>, guessed: usize, cost: i32) {
        let Some(step) = self.steps.get(n) else {
            // A word stands before all that begin with it.
            let first = range.start;
            if range.is_empty() || self.words.words[first].len() != self.path.len() || self.path.is_empty() {
                return;
            }
            let class = i32::from(self.words.classes[first]);
            let score = class - cost;
            let word = &self.words.words[first];
            match &mut self.best {
                Some(best) if best.score >= score => {
                    if best.word != *word {
                        best.lead = best.lead.min(best.score - score);
                    }
                }
                best => {
                    let second =
                        best.as_ref().filter(|it| it.word != *word).map_or(i32::MIN / 2, |it| it.score);
                    let (word, steps) = (word.clone(), self.path.clone());
                    *best = Some(Found { word, steps, guessed, class, score, lead: score - second });
                }
            }
            return;
        };
        for (nth, letter) in step.letters.iter().enumerate() {
            let next = self.narrowed(&range, *letter);
            if !next.is_empty() {
                self.path.push(n);
                self.go(n + 1, next, guessed, cost + i32::from(nth > 0));
                self.path.pop();
            }
        }
        if let Some(none) = step.none {
            self.go(n + 1, range.clone(), guessed, cost + none);
        }
        if let Some(any) = step.any.filter(|_| guessed < MOST_GUESSED) {
            for letter in 'a'..='z' {
                let next = self.narrowed(&range, letter);
                if !next.is_empty() {
                    // What a mark hides is more often a vowel.
                    let rare = i32::from(!"aeiou".contains(letter));
                    self.path.push(n);
                    self.go(n + 1, next, guessed + 1, cost + any + rare);
                    self.path.pop();
                }
            }
        }
    }

    /// Of words in `range`, which begin alike, those that go on with `letter`.
    fn narrowed(&self, range: &std::ops::Range<usize>, letter: char) -> std::ops::Range<usize> {
        let at = self.path.len();
        let next = |it: &String| it.as_bytes().get(at).copied().map_or('\0', char::from);
        let words = &self.words.words[range.clone()];
        let start = words.partition_point(|it| next(it) < letter);
        let length = words[start..].partition_point(|it| next(it) == letter);
        range.start + start..range.start + start + length
    }
}

/// Whether words of a text are English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    /// Too few words to say.
    Unclear,
    Other,
}

/// Words of English that are none of its neighbours': "die", "war", "in" and "is" are of several languages.
const ONLY_ENGLISH: &str = " the and you that this with are they what your just like not but about when there she his \
    from because dont im its get know people how who why their them been were should could want think really than \
    going every my our we it if would will does did doesnt didnt cant isnt someone something into after before where \
    which while these those has him yours here yes never always please very much more some any too only make take \
    his good new now out back down today need look see say said tell give one two first last ";

/// Tells by the words of a text that stand in plain letters.
pub(super) fn tongue<'a>(plain: impl Iterator<Item = &'a str>) -> Tongue {
    let (mut all, mut known, mut own) = (0, 0, 0);
    for word in plain {
        let word = word.replace(['\'', '’'], "");
        let class = words().class(&word);
        all += 1;
        known += usize::from(class.is_some_and(|it| it >= 1) || (word.len() > 5 && words().knows(&word)));
        own += usize::from(is_only_english(&word));
    }
    match all {
        0..=2 if known == all => {
            if own > 0 && all == 2 {
                Tongue::English
            } else {
                Tongue::Unclear
            }
        }
        0..=2 => Tongue::Unclear,
        _ if own > 1 && known * 2 >= all => Tongue::English,
        _ if own > 0 && known * 10 >= all * 6 => Tongue::English,
        _ if known * 10 >= all * 9 && all >= 4 => Tongue::English,
        3..=5 if known * 2 >= all => Tongue::Unclear,
        _ => Tongue::Other,
    }
}

/// A word that is written in English and hardly elsewhere: a small one of the list above, or a long and frequent one.
pub(super) fn is_only_english(word: &str) -> bool {
    ONLY_ENGLISH.contains(&format!(" {word} "))
        || (word.len() > 4 && words().class(word).is_some_and(|it| it >= 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_counts_frequent_words_as_frequent() {
        assert!(words().words.is_sorted_by(|a, b| a < b), "a word stands once");
        assert!(words().words.len() > 30_000);
        assert_eq!(words().class("the"), Some(9));
        assert!(words().class("umbrella") < words().class("people"));
        assert!(words().knows("marmalades") && !words().knows("zzyx"));
    }

    #[test]
    fn the_most_frequent_word_that_fits_is_found() {
        let plain = |it: char| Step { letters: vec![it], ..Step::default() };
        let any = Step { any: Some(1), none: Some(1), ..Step::default() };
        let mut steps: Vec<Step> = "st".chars().map(plain).collect();
        steps.push(any);
        steps.extend("pid".chars().map(plain));
        let found = words().best(&steps).unwrap();
        assert_eq!((found.word.as_str(), found.guessed), ("stupid", 1));
        assert_eq!(found.steps, [0, 1, 2, 3, 4, 5]);
    }

    #[track_caller]
    fn speaks(text: &str, expected: Tongue) {
        assert_eq!(tongue(text.to_lowercase().split(' ')), expected, "{text}");
    }

    #[test]
    fn a_text_is_english_by_words_that_are_of_no_other_language() {
        speaks("you are what they said", Tongue::English);
        speaks("die alte katze war in der nacht da", Tongue::Other);
        speaks("hola", Tongue::Unclear);
        speaks("", Tongue::Unclear);
    }
}
