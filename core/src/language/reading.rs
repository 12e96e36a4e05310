//! A text as the model of languages reads it: words in small letters, and the pieces they are made of.
//!
//! The program that teaches the model reads by this file too: what is changed here is taught anew.

/// A letter's script, where several languages share it; scripts of one language are named by that language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Bengali,
    Hebrew,
    Ethiopic,
    Myanmar,
    Tibetan,
    Han,
    Kana,
    /// Of one language.
    Of(&'static str),
    /// Letters that nothing here is known of.
    Other,
}

impl Script {
    /// Scripts whose languages the model tells apart; the place of a script is its bit in a mask of the model.
    pub(crate) const SHARED: [Self; 9] = [
        Self::Latin,
        Self::Cyrillic,
        Self::Arabic,
        Self::Devanagari,
        Self::Bengali,
        Self::Hebrew,
        Self::Ethiopic,
        Self::Myanmar,
        Self::Tibetan,
    ];

    /// The script of a letter; `None` for what is no letter.
    pub(crate) fn of(letter: char) -> Option<Self> {
        if letter.is_ascii() {
            return letter.is_ascii_alphabetic().then_some(Self::Latin);
        }
        if !letter.is_alphabetic() {
            return None;
        }
        Some(match letter {
            'ª' | 'º' | 'µ' => return None,
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{250}'..='\u{2af}' => Self::Latin,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Of("el"),
            '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' => Self::Cyrillic,
            '\u{530}'..='\u{58f}' => Self::Of("hy"),
            '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}' => Self::Of("ka"),
            '\u{590}'..='\u{5ff}' => Self::Hebrew,
            '\u{600}'..='\u{6ff}'
            | '\u{750}'..='\u{77f}'
            | '\u{8a0}'..='\u{8ff}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}' => Self::Arabic,
            '\u{780}'..='\u{7bf}' => Self::Of("dv"),
            '\u{7c0}'..='\u{7ff}' => Self::Of("nqo"),
            '\u{900}'..='\u{97f}' => Self::Devanagari,
            '\u{980}'..='\u{9ff}' => Self::Bengali,
            '\u{a00}'..='\u{a7f}' => Self::Of("pa"),
            '\u{a80}'..='\u{aff}' => Self::Of("gu"),
            '\u{b00}'..='\u{b7f}' => Self::Of("or"),
            '\u{b80}'..='\u{bff}' => Self::Of("ta"),
            '\u{c00}'..='\u{c7f}' => Self::Of("te"),
            '\u{c80}'..='\u{cff}' => Self::Of("kn"),
            '\u{d00}'..='\u{d7f}' => Self::Of("ml"),
            '\u{d80}'..='\u{dff}' => Self::Of("si"),
            '\u{e00}'..='\u{e7f}' => Self::Of("th"),
            '\u{e80}'..='\u{eff}' => Self::Of("lo"),
            '\u{f00}'..='\u{fff}' => Self::Tibetan,
            '\u{1000}'..='\u{109f}' | '\u{aa60}'..='\u{aa7f}' => Self::Myanmar,
            '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => Self::Of("ko"),
            '\u{1200}'..='\u{139f}' | '\u{2d80}'..='\u{2ddf}' => Self::Ethiopic,
            '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Self::Of("chr"),
            '\u{1780}'..='\u{17ff}' => Self::Of("km"),
            '\u{1800}'..='\u{18af}' => Self::Of("mn"),
            '\u{2d30}'..='\u{2d7f}' => Self::Of("zgh"),
            '\u{a000}'..='\u{a48f}' => Self::Of("ii"),
            '\u{1c50}'..='\u{1c7f}' => Self::Of("sat"),
            '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => Self::Kana,
            '\u{3005}'..='\u{3007}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => Self::Han,
            _ => Self::Other,
        })
    }

    /// Its bit in a mask of the model.
    pub(crate) fn bit(self) -> Option<u16> {
        Self::SHARED.iter().position(|it| *it == self).map(|n| 1 << n)
    }
}

/// The words of a text in small letters, without what is in every language: addresses, handles, tags, marks of a page.
/// `most` letters are read, since a longer text says no more.
pub(crate) fn words(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut n_letters = 0;
    for token in text.split_whitespace() {
        if is_of_no_language(token) {
            continue;
        }
        let n_before = words.len();
        push_words(token, &mut words);
        n_letters += words[n_before..].iter().map(|it| it.chars().count()).sum::<usize>();
        if n_letters >= most {
            break;
        }
    }
    words
}

fn is_of_no_language(token: &str) -> bool {
    let bare = token.trim_matches(|it: char| !it.is_alphanumeric() && !matches!(it, '@' | '#'));
    token.contains("://")
        || bare.starts_with(['@', '#'])
        || bare.starts_with("www.")
        || (bare.contains('@') && bare.contains('.'))
        || matches!(bare, "URL" | "USER" | "EMAIL" | "HTTPURL" | "RT" | "NUMBER")
}

fn push_words(token: &str, words: &mut Vec<String>) {
    let unescaped;
    let token = match token.contains('&') {
        true => {
            unescaped = ["&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;", "&#39;"]
                .iter()
                .fold(token.to_owned(), |it, entity| it.replace(entity, " "));
            &unescaped
        }
        false => token,
    };
    let mut word = String::new();
    let mut length = 0;
    let mut has_letter = false;
    // Of a letter drawn out ("sooo") two are read.
    let mut before = [' '; 2];
    for letter in token.chars().chain([' ']) {
        let letter = match letter {
            '’' | '‘' | 'ʻ' | 'ʼ' | '`' | '´' => '\'',
            it => it,
        };
        let is_letter = letter.is_alphabetic() || is_mark(letter);
        if is_letter || letter.is_ascii_digit() || (letter == '\'' && has_letter) {
            for small in letter.to_lowercase().filter(|it| *it != '\u{307}') {
                if before != [small; 2] && length < LONGEST_WORD {
                    word.push(small);
                    length += 1;
                }
                before = [before[1], small];
            }
            has_letter |= is_letter;
            continue;
        }
        if has_letter {
            words.push(word.trim_end_matches('\'').to_owned());
        }
        word.clear();
        (length, has_letter, before) = (0, false, [' '; 2]);
    }
}

const LONGEST_WORD: usize = 24;

fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter) || matches!(letter, '\u{200c}' | '\u{200d}')
}

/// The pieces of a word, as hashes: one to five letters in a row with both ends marked, and the word whole.
pub(crate) fn pieces(word: &str, mut take: impl FnMut(u64)) {
    let mut letters = ['\0'; LONGEST_WORD + 2];
    let mut length = 1;
    letters[0] = '<';
    for letter in word.chars().take(LONGEST_WORD) {
        letters[length] = letter;
        length += 1;
    }
    letters[length] = '>';
    length += 1;
    for start in 0..length {
        let mut hash = SEED;
        for letter in &letters[start..length.min(start + LONGEST_PIECE)] {
            hash = add(hash, *letter);
            // An end alone says nothing.
            if !matches!(letters[start..], ['<' | '>', ..]) || hash != add(SEED, letters[start]) {
                take(mixed(hash));
            }
        }
    }
    if length > LONGEST_PIECE {
        take(mixed(letters[..length].iter().fold(SEED ^ 1, |hash, letter| add(hash, *letter))));
    }
}

const LONGEST_PIECE: usize = 5;
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn add(hash: u64, letter: char) -> u64 {
    (hash ^ u64::from(letter)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// FNV leaves its high bits poorly mixed after few letters.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ (hash >> 29)
}

/// The script of a word, by its first letter.
pub(crate) fn script_of_word(word: &str) -> Option<Script> {
    word.chars().find_map(Script::of)
}
