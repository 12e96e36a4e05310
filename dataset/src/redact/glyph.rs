//! Letters as the scanners take them: look-alike signs and digits folded, invisible ones gone.

use unicode_normalization::UnicodeNormalization;

/// Invisible, or a mark that only decorates (a keycap): it can stand inside a value and hide it.
pub(super) fn is_ignorable(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20dd}'..='\u{20e4}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0001}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Drawn around the letter before it.
pub(super) fn decorates(letter: char) -> bool {
    matches!(letter, '\u{20dd}'..='\u{20e4}' | '\u{fe00}'..='\u{fe0f}')
}

/// Full-width and styled letters as plain ones, digits of every script and in every circle as ASCII digits.
pub(super) fn plain(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    if let Some(value) = digit(letter) {
        return char::from(b'0' + value);
    }
    if letter.is_whitespace() && letter != '\u{2028}' && letter != '\u{2029}' && letter != '\u{85}' {
        return ' ';
    }
    let mut folded = std::iter::once(letter).nfkc();
    match (folded.next(), folded.next()) {
        (Some(one), None) => digit(one).map_or(one, |value| char::from(b'0' + value)),
        _ => letter,
    }
}

/// The zeros of the scripts that have decimal digits; mathematical ones fold to ASCII.
const ZEROS: [u32; 54] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x11066, 0x110f0,
    0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11c50, 0x16a60,
    0x16b50, 0x1e950, 0x1fbf0,
];

/// Ones in circles, brackets and before full stops; the nine go on from each.
const ONES: [u32; 8] = [0x2460, 0x2474, 0x2488, 0x24f5, 0x2776, 0x2780, 0x278a, 0x1f102];

/// Zeros that stand apart from their ones.
const APART: [char; 6] = ['\u{24ea}', '\u{24ff}', '\u{1f100}', '\u{1f101}', '\u{1f10b}', '\u{1f10c}'];

fn digit(letter: char) -> Option<u8> {
    let code = u32::from(letter);
    let decimal = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| code - zero);
    let circled = || ONES.iter().find(|one| (**one..**one + 9).contains(&code)).map(|one| code - one + 1);
    decimal.or_else(circled).or(APART.contains(&letter).then_some(0)).map(|it| it as u8)
}

/// A letter, a digit, a mark on one, or an underscore.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || letter == '_'
        || (!letter.is_ascii()
            && (letter.is_alphanumeric() || unicode_normalization::char::is_combining_mark(letter)))
}

/// Of a script whose words are not parted by spaces, or whose particles hang on foreign words:
/// next to a Latin address such a letter belongs to the sentence.
pub(super) fn is_spaceless(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1100..=0x11ff | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3130..=0x318f
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// A letter of a word that goes on in what stands next to it: `x` in `x123`, not `话` in `电话123`.
pub(super) fn is_glue(letter: char) -> bool {
    is_word(letter) && !is_spaceless(letter)
}
