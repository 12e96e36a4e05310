//! The text as a reader takes it, once look-alike letters and spacing tricks are undone.
//!
//! Only words that play a trick are read again: letters of two alphabets in one word, compatibility
//! letters (full-width, mathematical, circled), invisible characters inside a word, digits and symbols in
//! place of letters, letters spaced out, letters struck through. Honest text in any language has no second
//! reading. The reading stands beside the text and never in its place: a quote is always checked against
//! the text as written.

use unicode_normalization::UnicodeNormalization;

/// The normalised reading of `text`, or `None` where no word plays a trick.
#[must_use]
pub fn read_as(text: &str) -> Option<String> {
    let joined = join_spaced_letters(text);
    let keeps_full_width = text.chars().any(is_east_asian);
    let mut out = String::with_capacity(joined.len());
    let mut word = String::new();
    for letter in joined.chars().chain([' ']) {
        if !letter.is_whitespace() {
            word.push(letter);
            continue;
        }
        out.push_str(&read_word(&word, keeps_full_width).unwrap_or_else(|| word.clone()));
        word.clear();
        out.push(letter);
    }
    out.pop();
    (out != text).then_some(out)
}

/// One text per meaning for grouping: NFKC, lower case, runs of anything but letters and digits as one space.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.nfkc().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || is_mark(letter) {
            out.push(letter);
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Combining marks belong to the letter before them: vowel signs in Hindi and Thai are no spaces.
fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

/// A word without white space, read through its tricks; `None` where it plays none.
fn read_word(word: &str, keeps_full_width: bool) -> Option<String> {
    let visible = without_invisible(word);
    let plain = without_strokes(&visible);
    let cured = match hides_letters(&plain, keeps_full_width) {
        true => cure(&plain),
        false => cure_mixed(&plain),
    };
    let read = replace_leet(&cured).unwrap_or(cured);
    (read != word).then_some(read)
}

/// Drops characters that cannot be seen from between letters of alphabets that never need them. Joiners
/// shape Persian, Hindi and emoji, so they stay there.
fn without_invisible(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let stands_plain = |it: Option<&char>| it.is_some_and(|it| is_western(*it) || it.is_ascii_digit());
    let keep = |n: &usize| {
        let before = letters[..*n].iter().rev().find(|it| !is_invisible(**it));
        let after = letters[*n + 1..].iter().find(|it| !is_invisible(**it));
        !(is_invisible(letters[*n]) && stands_plain(before) && stands_plain(after))
    };
    (0..letters.len()).filter(keep).map(|it| letters[it]).collect()
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Drops strokes laid over letters, and piles of marks that no language writes.
fn without_strokes(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut marks = String::new();
    let mut base_is_western = false;
    for letter in word.chars().map(Some).chain([None]) {
        if let Some(mark) = letter.filter(|it| is_mark(*it) && base_is_western) {
            marks.push(mark);
            continue;
        }
        let is_pile =
            marks.chars().count() > 2 || marks.chars().any(|it| matches!(it, '\u{334}'..='\u{338}'));
        if !is_pile {
            out.push_str(&marks);
        }
        marks.clear();
        let Some(letter) = letter else { break };
        base_is_western = is_western(letter);
        out.push(letter);
    }
    out
}

/// True where at least two letters are compatibility forms of A to Z. In East Asian text full-width
/// letters are how Latin ones are written.
fn hides_letters(word: &str, keeps_full_width: bool) -> bool {
    let hidden = |it: &char| match *it {
        '\u{ff21}'..='\u{ff5a}' => !keeps_full_width,
        '\u{1d400}'..='\u{1d7ff}'
        | '\u{24b6}'..='\u{24e9}'
        | '\u{1f130}'..='\u{1f189}'
        | '\u{249c}'..='\u{24b5}' => true,
        _ => false,
    };
    word.chars().filter(hidden).count() >= 2
}

/// Runs of letters in which Latin ones mix with their doubles from another alphabet; the rest stays.
fn cure_mixed(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut run = String::new();
    for letter in word.chars().map(Some).chain([None]) {
        if let Some(letter) = letter.filter(|it| is_western(*it)) {
            run.push(letter);
            continue;
        }
        out.push_str(&match is_mixed(&run) {
            true => cure(&run),
            false => run.clone(),
        });
        run.clear();
        out.extend(letter);
    }
    out
}

/// Both Latin and foreign letters, at least three in all, and every foreign one looks Latin: "COVIDный"
/// and "µm" are honest, "mоnеy" is not.
fn is_mixed(run: &str) -> bool {
    let (latin, foreign): (Vec<char>, Vec<char>) = run.chars().partition(|it| is_latin(*it));
    let looks_latin =
        |it: &char| cure(&it.to_string()).chars().all(|it| it.is_ascii_alphabetic()) && is_double(*it);
    !latin.is_empty() && !foreign.is_empty() && run.chars().count() >= 3 && foreign.iter().all(looks_latin)
}

/// Letters of Cyrillic, Greek and Armenian that are drawn like Latin ones.
fn is_double(letter: char) -> bool {
    "аеорсухіјѕԁԛԝһкАВЕКМНОРСТУХІЈЅԌԚԜαονιρυκχγτΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսցԼՏՕ".contains(letter)
}

/// What decancer makes of a word, in lower case; the word itself where it fails.
fn cure(word: &str) -> String {
    let folded: String = word.nfkc().collect();
    decancer::cure(&folded, decancer::Options::default()).map_or(folded, |it| it.to_string())
}

/// Digits and symbols in place of letters: "fr33", "m0n3y", "sh!t". `None` for numbers, units, names with a
/// number, addresses and handles.
fn replace_leet(word: &str) -> Option<String> {
    if word.starts_with(['@', '#', '$']) || word.contains("://") || (word.contains('@') && word.contains('.'))
    {
        return None;
    }
    let core = word.trim_matches(|it: char| !it.is_alphanumeric() && !matches!(it, '@' | '$'));
    let letters: Vec<char> = core.chars().collect();
    let is_plain = |it: &char| it.is_ascii_alphabetic();
    let n_letters = letters.iter().filter(|it| is_plain(it)).count();
    let others: Vec<char> = letters.iter().copied().filter(|it| !is_plain(it)).collect();
    // "a$$": money has no letters around it.
    let spare = usize::from(others.iter().all(|it| *it == '$'));
    if n_letters + spare < 2 || others.is_empty() || others.iter().any(|it| leet(*it).is_none()) {
        return None;
    }
    // A run of different digits is a number (covid19, i18n); repeated or single ones may be letters.
    let runs: Vec<&[char]> = letters.split(is_plain).filter(|it| !it.is_empty()).collect();
    if runs.iter().any(|it| it.iter().any(|other| *other != it[0])) || others.len() > n_letters + spare {
        return None;
    }
    let is_inside = |n: &usize| *n > 0 && *n + 1 < letters.len() && letters[*n + 1..].iter().any(is_plain);
    let inside = (0..letters.len()).filter(|n| !is_plain(&letters[*n]) && is_inside(n)).count();
    let ends_doubled =
        runs.last().is_some_and(|it| it.len() > 1) && letters.last().is_some_and(|it| !is_plain(it));
    let short_vowel = spare == 1
        || letters.len() > 3
        || others.iter().all(|it| leet(*it).is_some_and(|it| "aeiou".contains(it)));
    if (inside == 0 && !ends_doubled) || !short_vowel || letters.len() < 3 {
        return None;
    }
    let read: String = core.chars().map(|it| leet(it).unwrap_or(it)).collect();
    Some(word.replacen(core, &read, 1))
}

fn leet(letter: char) -> Option<char> {
    Some(match letter {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        _ => return None,
    })
}

/// Puts spaced-out letters together: four or more single letters with one space, dot, hyphen, star or
/// underscore between each two.
fn join_spaced_letters(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_single = |n: usize| {
        letters.get(n).is_some_and(|it| is_western(*it))
            && (n == 0 || !letters[n - 1].is_alphanumeric())
            && letters.get(n + 1).is_none_or(|it| !it.is_alphanumeric() && !is_mark(*it))
    };
    let mut out = String::with_capacity(text.len());
    let mut n = 0;
    while n < letters.len() {
        let mut end = n;
        let gap = letters.get(n + 1).copied().filter(|it| matches!(it, ' ' | '.' | '-' | '*' | '_'));
        while is_single(n) && gap.is_some() && letters.get(end + 1).copied() == gap && is_single(end + 2) {
            end += 2;
        }
        match end - n >= 6 {
            true => out.extend(letters[n..=end].iter().step_by(2)),
            false => out.extend(&letters[n..=end]),
        }
        n = end + 1;
    }
    out
}

/// Latin, Greek, Cyrillic and Armenian letters: alphabets with capitals, written without joiners.
fn is_western(letter: char) -> bool {
    is_latin(letter)
        || (letter.is_alphabetic() && matches!(letter, '\u{370}'..='\u{58f}' | '\u{1f00}'..='\u{1fff}'))
}

fn is_latin(letter: char) -> bool {
    letter.is_alphabetic()
        && (letter < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&letter))
        && letter != 'µ'
}

fn is_east_asian(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(read_as(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn plain_text_in_any_language_has_no_second_reading() {
        let texts = [
            "Nothing special here.",
            "¡Qué día!",
            "Größe, Straße, naïve café",
            "Tiếng Việt có nhiều dấu",
            "Съешь ещё этих мягких французских булок",
            "Τρένο για Αθήνα στις 7",
            "Гарний день, Європо!",
            "الطقس جميل اليوم",
            "می‌خواهم بروم",
            "שלום עולם",
            "हिन्दी में क्‍या",
            "ภาษาไทยไม่มีช่องว่าง",
            "日本語の文 Ｔシャツ ＣＭ",
            "我 爱 你 们",
            "한국어 문장",
            "hello 👋🏽 you 👩‍👩‍👧 🇩🇪",
            "",
            " \n ",
        ];
        for text in texts {
            check(text, None);
        }
    }

    #[test]
    fn numbers_units_and_names_are_no_tricks() {
        let texts = [
            "4K 3D mp3 h264 b2b covid19 iPhone15 H2O CO2 1st 5pm 10k WW2 i18n",
            "write to user@example.org or @user99, see https://example.org/a1b2c3",
            "$5 for 2 at 10:30, 50% off!!! #win2day $TSLA",
            "IT-специалист купил iPhone'ы, 10 µm, α-helix",
            "U.S.A. and e.g. plan B",
        ];
        for text in texts {
            check(text, None);
        }
    }

    #[test]
    fn look_alikes_are_read_through() {
        check("frее mоnеy", Some("free money"));
        check("Τhis is Вad", Some("this is bad"));
    }

    #[test]
    fn only_the_word_that_plays_a_trick_changes() {
        check("Купи mоnеy сейчас, друг", Some("Купи money сейчас, друг"));
        check("Keep THIS case, frее", Some("Keep THIS case, free"));
    }

    #[test]
    fn compatibility_letters_are_read_through() {
        check("Ｆｒｅｅ now", Some("free now"));
        check("𝓯𝓻𝓮𝓮 ⓜⓞⓝⓔⓨ", Some("free money"));
    }

    #[test]
    fn invisible_characters_inside_words_are_dropped() {
        check("f\u{200b}r\u{200b}ee mo\u{ad}ney", Some("free money"));
    }

    #[test]
    fn strokes_over_letters_are_dropped() {
        check("f\u{336}r\u{336}e\u{336}e\u{336}", Some("free"));
    }

    #[test]
    fn digits_and_symbols_in_place_of_letters_are_read_through() {
        check("fr33 m0n3y", Some("free money"));
        check("sh!t, a$$", Some("shit, ass"));
        check("s3x", Some("sex"));
    }

    #[test]
    fn spaced_out_letters_are_put_together() {
        check("f r e e money", Some("free money"));
        check("so f.r.e.e!", Some("so free!"));
        check("б е с п л а т н о", Some("бесплатно"));
    }

    #[test]
    fn folding_ignores_case_width_and_punctuation() {
        assert_eq!(fold("Ｆｒｅｅ—Money!!"), "free money");
    }

    #[test]
    fn folding_keeps_vowel_signs() {
        assert_eq!(fold("हिन्दी"), "हिन्दी");
    }
}
