//! A text as the scanners read it: look-alike signs and digits folded, invisible characters gone.
//!
//! Positions stay known, so that what is found is replaced in the text as written.

use unicode_normalization::UnicodeNormalization;

/// Scalars to scan and where each stands in the text as written.
pub(super) struct Skeleton {
    pub letters: Vec<char>,
    pub at: Vec<u32>,
}

impl Skeleton {
    pub fn of(text: &str) -> Self {
        let mut letters = Vec::new();
        let mut at = Vec::new();
        for (n, letter) in (0..).zip(text.chars()) {
            if !is_ignorable(letter) {
                letters.push(plain(letter));
                at.push(n);
            }
        }
        Self { letters, at }
    }

    /// The span in the text as written that holds these letters.
    pub fn span(&self, start: usize, end: usize) -> (u32, u32) {
        (self.at[start], self.at[end - 1] + 1)
    }
}

/// One way to write a letter for comparing values: skeleton, lower case.
pub(super) fn key(letters: &[char]) -> String {
    letters.iter().flat_map(|it| it.to_lowercase()).collect()
}

/// Invisible, or a mark that only decorates (a keycap): it can stand inside a value and hide it.
fn is_ignorable(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{20e3}')
}

/// Full-width and styled letters as plain ones, digits of every script as ASCII digits.
fn plain(letter: char) -> char {
    if let Some(value) = digit(letter) {
        return char::from(b'0' + value);
    }
    let mut folded = std::iter::once(letter).nfkc();
    match (folded.next(), folded.next()) {
        (Some(one), None) => digit(one).map_or(one, |value| char::from(b'0' + value)),
        _ => letter,
    }
}

/// The zeros of the scripts whose decimal digits people type phone numbers in.
const ZEROS: [u32; 21] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
    0xf20, 0x1040, 0x17e0, 0x1810, 0x1946, 0xff10,
];

fn digit(letter: char) -> Option<u8> {
    let code = u32::from(letter);
    ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| (code - zero) as u8)
}

/// A letter, a digit, a mark on one, or an underscore.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || unicode_normalization::char::is_combining_mark(letter)
}

/// Of a script whose words are not parted by spaces, or whose particles hang on foreign words:
/// next to a Latin address such a letter belongs to the sentence.
pub(super) fn is_spaceless(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1100..=0x11ff | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3130..=0x318f
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}
