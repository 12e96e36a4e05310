//! Words and letters as features: hashed counts of word and character n-grams, weighted by tf-idf.
//!
//! Words and pairs of words; two to five characters within a word, its edges included. No text is kept:
//! an n-gram is a 64-bit hash, and a bucket of it in what is stored. The hash is part of the file format
//! of trained heads and never changes.

use std::collections::BTreeMap;

/// The n-grams of a text, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words and pairs of words: hash and count, in hash order.
    pub words: Vec<(u64, u32)>,
    /// Two to five characters: hash and count, in hash order.
    pub letters: Vec<(u64, u32)>,
}

/// Inverse document frequencies per column.
#[derive(Clone, Debug, PartialEq)]
pub struct Idf {
    /// ln((1 + n) / (1 + df)) + 1 per column; 0 for a column that is not used.
    pub weights: Vec<f32>,
}

/// Counts the n-grams of `text`, lower-cased.
#[must_use]
pub fn count(text: &str) -> Counts {
    let text = text.to_lowercase();
    Counts { words: tally(words(&text)), letters: tally(letters(&text)) }
}

impl Counts {
    /// The same counts in `1 << bits` columns; n-grams that meet in a column are added up.
    #[must_use]
    pub fn folded(&self, bits: u32) -> Columns {
        let fold = |grams: &[(u64, u32)]| {
            // The top bits: the hash mixes upwards.
            let mut columns: Vec<(u32, u32)> =
                grams.iter().map(|(it, n)| ((it >> (64 - bits)) as u32, *n)).collect();
            columns.dedup_by(|next, kept| {
                next.0 == kept.0 && {
                    kept.1 += next.1;
                    true
                }
            });
            columns
        };
        Columns { words: fold(&self.words), letters: fold(&self.letters) }
    }
}

/// Counts per column, words and letters apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Column and count, in column order.
    pub words: Vec<(u32, u32)>,
    /// Column and count, in column order.
    pub letters: Vec<(u32, u32)>,
}

impl Idf {
    /// Learns from `texts`; a column in fewer than `least` of them is not used.
    #[must_use]
    pub fn learn<'a>(texts: impl Iterator<Item = &'a Columns>, n_columns: usize, least: u32) -> Self {
        let mut frequencies = vec![0_u32; n_columns];
        let mut n = 0;
        for text in texts {
            n += 1;
            text.words.iter().chain(&text.letters).for_each(|(column, _)| frequencies[*column as usize] += 1);
        }
        let weight =
            |df: u32| if df >= least { ((1.0 + n as f32) / (1.0 + df as f32)).ln() + 1.0 } else { 0.0 };
        Self { weights: frequencies.into_iter().map(weight).collect() }
    }

    /// The text's row: (1 + ln count) × idf, words and letters each of unit length.
    #[must_use]
    pub fn row(&self, text: &Columns) -> Vec<(u32, f32)> {
        let mut row = Vec::with_capacity(text.words.len() + text.letters.len());
        for block in [&text.words, &text.letters] {
            let from = row.len();
            row.extend(block.iter().filter_map(|(column, n)| {
                let idf = self.weights[*column as usize];
                (idf > 0.0).then(|| (*column, (1.0 + (*n as f32).ln()) * idf))
            }));
            let length = row[from..].iter().map(|it| it.1 * it.1).sum::<f32>().sqrt();
            row[from..].iter_mut().for_each(|it| it.1 /= length);
        }
        row
    }
}

/// Words of two letters or more, and pairs of neighbours.
fn words(text: &str) -> impl Iterator<Item = u64> {
    let hashes: Vec<u64> = text
        .split(|it: char| !it.is_alphanumeric() && it != '_')
        .filter(|it| it.chars().nth(1).is_some())
        .map(|it| hash(it.bytes(), 1))
        .collect();
    let pairs: Vec<u64> = hashes
        .windows(2)
        .map(|it| hash(it[0].to_le_bytes().into_iter().chain(it[1].to_le_bytes()), 2))
        .collect();
    hashes.into_iter().chain(pairs)
}

/// Two to five characters of each word with a space on either side.
fn letters(text: &str) -> impl Iterator<Item = u64> {
    let mut grams = Vec::new();
    for word in text.split_whitespace() {
        let padded = format!(" {word} ");
        let ends: Vec<usize> = padded.char_indices().map(|(at, _)| at).chain([padded.len()]).collect();
        for size in 2..=5 {
            grams.extend(ends.windows(size + 1).map(|it| hash(padded[it[0]..it[size]].bytes(), 3)));
        }
        // A word too short for a size is counted once as a whole, as scikit-learn's char_wb does.
    }
    grams.into_iter()
}

/// FNV-1a, then the finaliser of SplitMix64 so that every bit counts. `kind` keeps words and letters apart.
fn hash(bytes: impl Iterator<Item = u8>, kind: u8) -> u64 {
    let mut it = [kind].into_iter().chain(bytes).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

fn tally(grams: impl Iterator<Item = u64>) -> Vec<(u64, u32)> {
    let mut counts = BTreeMap::new();
    grams.for_each(|it| *counts.entry(it).or_insert(0) += 1);
    counts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_letter_do_not_count() {
        let counts = count("A cat, a cat");
        assert_eq!(counts.words.iter().map(|it| it.1).collect::<Vec<_>>().len(), 2, "cat, and cat cat");
    }

    #[test]
    fn case_does_not_count() {
        assert_eq!(count("Free MONEY"), count("free money"));
    }

    #[test]
    fn letters_stay_within_a_word() {
        // " ab ": 3 pairs, 2 threes, 1 four.
        assert_eq!(count("ab").letters.len(), 6);
        assert_eq!(count("ab cd").letters.len(), 12);
    }

    #[test]
    fn an_empty_text_has_no_features() {
        let idf = Idf { weights: vec![1.0; 1 << 10] };
        assert!(idf.row(&count("").folded(10)).is_empty());
        assert!(idf.row(&count(" \u{0} ").folded(10)).iter().all(|it| it.1.is_finite()));
    }

    #[test]
    fn words_and_letters_each_have_unit_length() {
        let text = count("one two three").folded(18);
        let idf = Idf::learn([&text].into_iter(), 1 << 18, 1);
        let squares: f32 = idf.row(&text).iter().map(|it| it.1 * it.1).sum();
        assert!((squares - 2.0).abs() < 1e-5);
    }

    #[test]
    fn rare_columns_are_left_out() {
        let texts = [count("apple pear").folded(18), count("apple").folded(18)];
        let idf = Idf::learn(texts.iter(), 1 << 18, 2);
        let row = idf.row(&texts[0]);
        assert_eq!(row.len(), idf.row(&texts[1]).len(), "only apple is in two texts");
    }

    #[test]
    fn the_hash_is_part_of_the_file_format() {
        let counts = count("ok");
        assert_eq!(counts.words, [(hash(b"ok".iter().copied(), 1), 1)]);
        assert_eq!(hash(b"ok".iter().copied(), 1), EXPECTED, "trained heads depend on it");
    }

    const EXPECTED: u64 = 10_957_819_016_880_073_999;
}
