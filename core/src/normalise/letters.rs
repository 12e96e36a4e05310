//! A text as letters that know where they stand in the source.
//!
//! Every step of a reading takes letters and gives letters, so that whatever is found in a reading has a place in
//! the text as written.

/// A letter as it is read, and the scalars of the source that it stands for, half-open. A letter that stands for
/// none is a space put between words that were run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) shape: char,
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Letter {
    pub(super) fn shaped(self, shape: char) -> Self {
        Self { shape, ..self }
    }

    /// A space where this letter ends.
    pub(super) fn gap_after(self) -> Self {
        Self { shape: ' ', from: self.to, to: self.to }
    }
}

pub(super) fn of(text: &str) -> Vec<Letter> {
    (0..).zip(text.chars()).map(|(at, shape)| Letter { shape, from: at, to: at + 1 }).collect()
}

pub(super) fn text(letters: &[Letter]) -> String {
    letters.iter().map(|it| it.shape).collect()
}

pub(super) fn lower(letters: &[Letter]) -> String {
    letters.iter().flat_map(|it| it.shape.to_lowercase()).collect()
}

/// Runs of letters for which `belongs` is alike: of each, whether it does.
pub(super) fn runs(letters: &[Letter], belongs: impl Fn(char) -> bool) -> Vec<(bool, &[Letter])> {
    let alike = |a: &Letter, b: &Letter| belongs(a.shape) == belongs(b.shape);
    letters.chunk_by(alike).map(|it| (belongs(it[0].shape), it)).collect()
}

/// What stands between white space, each read by `read`; white space stays.
pub(super) fn by_word(letters: &[Letter], mut read: impl FnMut(&[Letter]) -> Vec<Letter>) -> Vec<Letter> {
    let mut out = Vec::with_capacity(letters.len());
    for (is_word, run) in runs(letters, |it| !it.is_whitespace()) {
        match is_word {
            true => out.extend(read(run)),
            false => out.extend_from_slice(run),
        }
    }
    out
}

/// Letters and digits, and the marks that belong to them. What says how an emoji is drawn belongs to none.
pub(super) fn is_of_a_word(shape: char) -> bool {
    shape.is_alphanumeric()
        || (is_mark(shape) && !matches!(shape, '\u{fe00}'..='\u{fe0f}' | '\u{20d0}'..='\u{20ff}'))
}

/// Combining marks belong to the letter before them: vowel signs in Hindi and Thai are no spaces.
pub(super) fn is_mark(shape: char) -> bool {
    unicode_normalization::char::is_combining_mark(shape)
}

/// Latin, Greek, Cyrillic and Armenian letters: alphabets with capitals, written without joiners.
pub(super) fn is_western(shape: char) -> bool {
    is_latin(shape)
        || (shape.is_alphabetic() && matches!(shape, '\u{370}'..='\u{58f}' | '\u{1f00}'..='\u{1fff}'))
}

pub(super) fn is_latin(shape: char) -> bool {
    shape.is_alphabetic()
        && (shape < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&shape))
        && !matches!(shape, 'µ' | 'ª' | 'º')
}

pub(super) fn is_east_asian(shape: char) -> bool {
    matches!(shape, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// The letter of A to Z that a letter is drawn like, in its case; none where it is drawn like none.
pub(super) fn drawn_like(shape: char) -> Option<char> {
    if shape.is_ascii_alphabetic() {
        return Some(shape);
    }
    let bare = unicode_normalization::UnicodeNormalization::nfd(std::iter::once(shape)).next()?;
    let like = match bare {
        it if it.is_ascii_alphabetic() => it,
        'ı' | 'ɩ' => 'i',
        'ł' | 'ƚ' => 'l',
        'Ł' => 'L',
        'ø' => 'o',
        'Ø' => 'O',
        'đ' | 'ð' => 'd',
        'ɡ' => 'g',
        'ɑ' => 'a',
        _ => match decancer::cure_char(bare, decancer::Options::default()) {
            decancer::Translation::Character(it) if it.is_ascii_alphabetic() && bare.is_alphabetic() => it,
            _ => return None,
        },
    };
    Some(if shape.is_uppercase() { like.to_ascii_uppercase() } else { like })
}

/// Runs of one letter, in either case.
pub(super) fn runs_of_one(letters: &[Letter]) -> impl Iterator<Item = &[Letter]> {
    letters.chunk_by(|a, b| a.shape.eq_ignore_ascii_case(&b.shape))
}
