//! Letters that are drawn otherwise: of another alphabet, full-width, mathematical, in circles and squares, raised, as
//! small capitals, as halves of flags.
//!
//! They are read where a word of several is made of them; then also where they stand alone in the same text.

use unicode_normalization::UnicodeNormalization;

use super::{
    english,
    letters::{self, Letter, drawn_like, is_east_asian, is_latin, is_western},
};

/// Reads letters that are drawn otherwise as those they stand for.
pub(super) fn plain(letters: &[Letter]) -> Vec<Letter> {
    if letters.iter().all(|it| it.shape.is_ascii()) {
        return letters.to_vec();
    }
    as_one_alphabet(&without_dress(letters))
}

/// How a letter of A to Z can be dressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dress {
    FullWidth,
    /// Mathematical, circled, squared.
    Drawn,
    Raised,
    SmallCapital,
    /// Regional indicators: two are a flag.
    Flag,
}

const DRESSES: [Dress; 5] = [Dress::FullWidth, Dress::Drawn, Dress::Raised, Dress::SmallCapital, Dress::Flag];

fn undressed(shape: char) -> Option<(Dress, char)> {
    let nth = |first: u32| char::from_u32(u32::from('a') + u32::from(shape) - first);
    let folded = || Some(shape.nfkc().next()?).filter(char::is_ascii_alphabetic);
    Some(match shape {
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => (Dress::FullWidth, folded()?),
        '\u{1f1e6}'..='\u{1f1ff}' => (Dress::Flag, nth(0x1_f1e6)?),
        '\u{249c}'..='\u{24b5}' => (Dress::Drawn, nth(0x249c)?),
        '\u{1f110}'..='\u{1f129}' => (Dress::Drawn, nth(0x1_f110)?),
        '\u{1f150}'..='\u{1f169}' => (Dress::Drawn, nth(0x1_f150)?),
        '\u{1f170}'..='\u{1f189}' => (Dress::Drawn, nth(0x1_f170)?),
        '\u{1d400}'..='\u{1d7ff}'
        | '\u{2102}'..='\u{2138}'
        | '\u{24b6}'..='\u{24e9}'
        | '\u{1f130}'..='\u{1f149}' => (Dress::Drawn, folded().filter(|_| shape.nfkc().count() == 1)?),
        '\u{2b0}'..='\u{2b8}'
        | '\u{2e1}'..='\u{2e3}'
        | '\u{1d2c}'..='\u{1d6a}'
        | '\u{1d9b}'..='\u{1dbf}'
        | '\u{2071}'
        | '\u{207f}'
        | '\u{2090}'..='\u{209c}'
        | '\u{2c7c}' => {
            let folded = shape.nfkc().next()?;
            (Dress::Raised, Some(folded).filter(char::is_ascii_alphabetic).or_else(|| small_capital(folded))?)
        }
        _ => (Dress::SmallCapital, small_capital(shape)?),
    })
}

fn small_capital(shape: char) -> Option<char> {
    const CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢғᴌꞯ";
    const LETTERS: &str = "abcdefghijklmnopqrstuvwyzflq";
    CAPITALS.chars().zip(LETTERS.chars()).find(|it| it.0 == shape).map(|it| it.1)
}

fn without_dress(letters: &[Letter]) -> Vec<Letter> {
    let keeps_full_width = letters.iter().any(|it| is_east_asian(it.shape));
    let words = letters::runs(letters, |it| !it.is_whitespace());
    let is_worn = |dress: Dress| match dress {
        Dress::FullWidth if keeps_full_width => false,
        // Each letter stands alone, so that no two become a flag.
        Dress::Flag => {
            let alone = words.iter().filter(|it| it.1.len() == 1 && wears(it.1[0].shape, dress)).count();
            alone >= 3 || words.iter().any(|it| is_dressed(it.1, dress))
        }
        _ => words.iter().any(|it| is_dressed(it.1, dress)),
    };
    let worn: Vec<Dress> = DRESSES.into_iter().filter(|it| is_worn(*it)).collect();
    letters::by_word(letters, |word| {
        let dress = worn.iter().find(|it| is_dressed(word, **it) || is_alone(word, **it));
        let one_among_plain = |n: usize| !keeps_full_width && stands_among_plain(word, n);
        let read = |(n, it): (usize, &Letter)| match undressed(it.shape) {
            Some((own, plain)) if dress == Some(&own) || one_among_plain(n) => it.shaped(plain),
            _ => *it,
        };
        // What says "as a picture" behind a letter in a square says nothing any more.
        let is_left = |it: &Letter| dress.is_none() || it.shape != '\u{fe0f}';
        word.iter().enumerate().map(read).filter(is_left).collect()
    })
}

fn wears(shape: char, dress: Dress) -> bool {
    undressed(shape).is_some_and(|it| it.0 == dress)
}

/// Whether a word is dressed on purpose. In phonetic script small capitals stand among small letters, a letter or two
/// are raised in honest words ("1ˢᵗ", "Mᵐᵉ"), and flags come in pairs.
fn is_dressed(word: &[Letter], dress: Dress) -> bool {
    let count = word.iter().filter(|it| wears(it.shape, dress)).count();
    if count < 2 {
        return false;
    }
    let others = word.iter().filter(|it| it.shape.is_alphabetic() && !wears(it.shape, dress));
    match dress {
        Dress::FullWidth | Dress::Drawn => true,
        Dress::Raised => count >= 3 && others.count() == 0,
        Dress::SmallCapital => {
            others.into_iter().all(|it| it.shape.is_ascii_uppercase() || "cosvwxzq".contains(it.shape))
        }
        Dress::Flag => {
            let plain: String = word.iter().filter_map(|it| undressed(it.shape)).map(|it| it.1).collect();
            count >= 3 && (count % 2 == 1 || english::words().has(&plain))
        }
    }
}

/// A word of one letter, or one with a mark beside it ("𝗜'm"). Emoji that look like a letter say so by a selector.
fn is_alone(word: &[Letter], dress: Dress) -> bool {
    let is_picture = word.iter().any(|it| it.shape == '\u{fe0f}');
    let count = word.iter().filter(|it| wears(it.shape, dress)).count();
    let most = if dress == Dress::Flag || dress == Dress::Raised { 2 } else { 1 };
    !is_picture
        && (1..=most).contains(&count)
        && word.iter().filter(|it| it.shape.is_alphanumeric()).count() <= 2
}

/// One drawn letter in a word of plain ones: "st𝘂pid".
fn stands_among_plain(word: &[Letter], n: usize) -> bool {
    let is_plain = |it: Option<&Letter>| it.is_some_and(|it| it.shape.is_ascii_alphabetic());
    let is_drawn = undressed(word[n].shape).is_some_and(|it| matches!(it.0, Dress::Drawn | Dress::FullWidth));
    let plain = || word.iter().filter(|it| it.shape.is_ascii_alphabetic()).take(3).count();
    is_drawn && plain() == 3 && (is_plain(word.get(n + 1)) || (n > 0 && is_plain(word.get(n - 1))))
}

/// Runs of letters in which Latin ones mix with their doubles from another alphabet; and, where a text has no other
/// letters of that alphabet, words made of doubles alone.
fn as_one_alphabet(letters: &[Letter]) -> Vec<Letter> {
    let is_foreign = |it: char| is_western(it) && !is_latin(it);
    if !letters.iter().any(|it| is_foreign(it.shape)) {
        return letters.to_vec();
    }
    let n_latin = letters.iter().filter(|it| it.shape.is_ascii_alphabetic()).count();
    let is_latin_text = n_latin * 3 > letters.iter().filter(|it| it.shape.is_alphabetic()).count();
    let only_doubles = letters.iter().filter(|it| is_foreign(it.shape)).all(|it| is_double(it.shape));
    let mut out = Vec::with_capacity(letters.len());
    for (is_word, run) in letters::runs(letters, is_western) {
        let read = || -> Vec<Letter> {
            run.iter().map(|it| it.shaped(drawn_like(it.shape).unwrap_or(it.shape))).collect()
        };
        let is_trick = is_word
            && (is_mixed(run, only_doubles)
                || (is_latin_text && only_doubles && run.iter().all(|it| is_foreign(it.shape)) && {
                    let word = letters::lower(&read());
                    english::words().has(&word) && (run.len() > 1 || matches!(word.as_str(), "a" | "i"))
                }));
        match is_trick {
            true => out.extend(read()),
            false => out.extend_from_slice(run),
        }
    }
    out
}

/// Both Latin and foreign letters, at least three in all, and every foreign one looks Latin: "COVIDный" and "µm" are
/// honest, "mоnеy" is not. What only resembles a letter (Я, И) has to make a word.
fn is_mixed(run: &[Letter], in_latin_text: bool) -> bool {
    let (latin, foreign): (Vec<&Letter>, Vec<&Letter>) = run.iter().partition(|it| is_latin(it.shape));
    if latin.is_empty() || foreign.is_empty() || run.len() < 2 {
        return false;
    }
    let read: Option<String> = run.iter().map(|it| drawn_like(it.shape)).collect();
    let Some(read) = read else { return false };
    let switches = run.windows(2).filter(|it| is_latin(it[0].shape) != is_latin(it[1].shape)).count();
    // "SMSка" has an ending of its own language.
    let is_ending = switches == 1 && is_latin(run[0].shape) && !in_latin_text;
    let doubles = !is_ending && foreign.iter().all(|it| is_double(it.shape));
    (doubles && run.len() >= 3) || english::words().has(&read.to_lowercase())
}

/// Letters of Cyrillic, Greek and Armenian that are drawn like Latin ones.
fn is_double(shape: char) -> bool {
    "аеорсухіјѕԁԛԝһкАВЕКМНОРСТУХІЈЅԌԚԜΥαονιρυκχγτεΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսցԼՏՕ".contains(shape)
}
