//! The text as a reader takes it, once look-alike letters and spacing tricks are undone.
//!
//! Only words that play a trick are read again: letters of another alphabet or drawn otherwise, turned, struck through
//! or apart, invisible characters and pictures inside a word, digits and symbols in place of letters, accents that
//! English does not write, letters repeated, words run together. Honest text in any language has no second reading.
//! The reading stands beside the text and never in its place: a quote is always checked against the text as written,
//! and every letter of the reading knows where that is.

mod letters;

mod strokes;

mod shapes;

mod turned;

mod apart;

mod english;

mod words;

mod stand_ins;

mod joined;

mod untouched;

use unicode_normalization::UnicodeNormalization;

use letters::Letter;

/// A text as it is read, and where each letter of that stands in the text as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// As it is read.
    pub text: String,
    /// One per scalar of `text`: the scalars of the source that it stands for, half-open.
    places: Vec<(u32, u32)>,
}

impl Reading {
    /// Where a span of the reading stands in the text as written; both are scalar offsets, half-open. `None` for what
    /// is empty or beyond the end.
    #[must_use]
    pub fn written(&self, start: u32, end: u32) -> Option<(u32, u32)> {
        let places = self.places.get(start as usize..end as usize)?;
        // Text that stood on its head runs the other way.
        let from = places.iter().map(|it| it.0).min()?;
        let to = places.iter().map(|it| it.1).max()?;
        (from < to).then_some((from, to))
    }
}

/// How `text` is read, or `None` where no word plays a trick.
#[must_use]
pub fn read(text: &str) -> Option<Reading> {
    type Step = fn(&[Letter]) -> Vec<Letter>;
    const STEPS: [Step; 6] =
        [strokes::lift, shapes::plain, turned::upright, apart::together, turned::forwards, words::read];
    let written = letters::of(text);
    let read = STEPS.iter().fold(written.clone(), |letters, step| step(&letters));
    let is_same = read.iter().map(|it| it.shape).eq(written.iter().map(|it| it.shape));
    (!is_same).then(|| Reading {
        text: letters::text(&read),
        places: read.iter().map(|it| (it.from, it.to)).collect(),
    })
}

/// The text of [`read`] alone.
#[must_use]
pub fn read_as(text: &str) -> Option<String> {
    read(text).map(|it| it.text)
}

/// One text per meaning for grouping: NFKC, lower case, runs of anything but letters and digits as one space.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.nfkc().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || letters::is_mark(letter) {
            out.push(letter);
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
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
        check("Τhis is Вad", Some("This is Bad"));
    }

    #[test]
    fn only_the_word_that_plays_a_trick_changes() {
        check("Купи mоnеy сейчас, друг", Some("Купи money сейчас, друг"));
        check("Keep THIS case, frее", Some("Keep THIS case, free"));
    }

    #[test]
    fn compatibility_letters_are_read_through() {
        check("Ｆｒｅｅ now", Some("Free now"));
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
        check("ca$h, hell0", Some("cash, hello"));
    }

    #[test]
    fn spaced_out_letters_are_put_together() {
        check("f r e e money", Some("free money"));
        check("so f.r.e.e!", Some("so free!"));
        check("б е с п л а т н о", Some("бесплатно"));
    }

    #[test]
    fn words_of_one_letter_are_read_where_the_text_is_drawn_so() {
        check("Ｉ ａｍ ａ ｆｏｏｌ", Some("I am a fool"));
        check("𝗜 𝗮𝗺 𝗮 𝗳𝗼𝗼𝗹", Some("I am a fool"));
        check("I was а fool", Some("I was a fool"));
        check("Let 𝑥 be 𝑦 + 1", None);
    }

    #[test]
    fn dressed_letters_are_read_through() {
        check("you ɪᴅɪᴏᴛ", Some("you idiot"));
        check("you 🅘🅓🅘🅞🅣, you 🄻🄾🅂🄴🅁", Some("you idiot, you LOSER"));
        check("you 🇮\u{200b}🇩\u{200b}🇮\u{200b}🇴\u{200b}🇹", Some("you idiot"));
        check("you ⁱᵈⁱᵒᵗ", Some("you idiot"));
        check("🇩🇪 against 🇫🇷, 2ⁿᵈ leg ™", None);
    }

    #[test]
    fn text_on_its_head_or_backwards_is_read() {
        check("ʇoᴉpᴉ uɐ ǝɹɐ noʎ", Some("you are an idiot"));
        check("what an ʇoᴉpᴉ", Some("what an idiot"));
        check("toidi na era uoy", Some("you are an idiot"));
        check("uoY era na toidi!", Some("You are an idiot!"));
    }

    #[test]
    fn marks_hide_letters_or_stand_between_them() {
        check("you st*pid id🔥iot", Some("you stupid idiot"));
        check("such a 1d10t and l0ser", Some("such a idiot and loser"));
        check("such an i.d.i.o.t and 1-d-1-0-t", Some("such an idiot and idiot"));
        check("what a $tupid idea", Some("what a stupid idea"));
        check("i d i o t", Some("idiot"));
        check("y o u   a r e   s t u p i d", Some("you are stupid"));
        check("I ❤️ you and/or me, well-known*, 5*3 = 15, player(s)", None);
    }

    #[test]
    fn accents_that_english_does_not_write_are_taken_off() {
        check("you are such an ídïöt today", Some("you are such an idiot today"));
        check("what a stúpid idea that was", Some("what a stupid idea that was"));
        check("the café was naïve, a cliché", None);
    }

    #[test]
    fn letters_said_long_and_words_run_together_are_read() {
        check("you are an idiooot, a loooser", Some("you are an idiot, a loser"));
        check("youareanidiot", Some("you are an idiot"));
        check("Hmmm, Henry VIII saw the doorbell", None);
    }

    #[test]
    fn a_span_of_the_reading_has_its_place_in_the_text_as_written() {
        let place = |text: &str, words: &str| {
            let reading = read(text).unwrap();
            let start = crate::text::scalar_of(&reading.text, reading.text.find(words).unwrap());
            let (from, to) = reading.written(start, start + crate::text::scalars(words)).unwrap();
            crate::text::slice(text, from, to).unwrap().to_owned()
        };
        assert_eq!(place("👍 what an i.d.i.o.t!", "idiot"), "i.d.i.o.t");
        assert_eq!(place("you id🔥iot, you", "idiot"), "id🔥iot");
        assert_eq!(place("youareanidiot", "an idiot"), "anidiot");
        assert_eq!(place("ʇoᴉpᴉ uɐ ǝɹɐ noʎ", "idiot"), "ʇoᴉpᴉ");
        assert_eq!(
            place("an i\u{336}d\u{336}i\u{336}o\u{336}t\u{336}!", "idiot"),
            "i\u{336}d\u{336}i\u{336}o\u{336}t\u{336}"
        );
        assert_eq!(
            read("youareanidiot").unwrap().written(3, 4),
            None,
            "a space that was put in stands nowhere"
        );
    }

    /// Texts put together by chance out of what tricks are made of.
    fn odd_texts() -> impl Iterator<Item = String> {
        const PIECES: [&str; 40] = [
            "you",
            "are",
            "idiot",
            " ",
            "  ",
            "\n",
            ".",
            "*",
            "-",
            "1",
            "0",
            "11",
            "$",
            "@",
            "!",
            "#",
            "é",
            "ï",
            "а",
            "ѕ",
            "Ｉ",
            "𝗮",
            "ⓘ",
            "🅰\u{fe0f}",
            "🇮",
            "ᴀ",
            "ʇ",
            "ǝ",
            "ᵃ",
            "\u{336}",
            "\u{301}",
            "\u{200b}",
            "\u{fe0f}",
            "🔥",
            "👩\u{200d}👧",
            "ооо",
            "文",
            "ห",
            "'",
            "(",
        ];
        let mut chance = 0x2545_f491_4f6c_dd1d_u64;
        let mut below = move |n: usize| {
            chance ^= chance >> 12;
            chance ^= chance << 25;
            chance ^= chance >> 27;
            (chance >> 33) as usize % n
        };
        (0..4000).map(move |_| (0..=below(14)).map(|_| PIECES[below(PIECES.len())]).collect())
    }

    #[test]
    fn every_letter_of_a_reading_has_a_place_within_the_text() {
        let mut n_read = 0;
        for text in odd_texts() {
            let Some(reading) = read(&text) else { continue };
            n_read += 1;
            let (written, length) = (crate::text::scalars(&text), crate::text::scalars(&reading.text));
            assert_eq!(reading.places.len(), length as usize, "{text:?}");
            for at in 0..length {
                let (from, to) = reading.places[at as usize];
                assert!(from <= to && to <= written, "{text:?}");
                let letter = reading.text.chars().nth(at as usize).unwrap();
                let source = text.chars().nth(from as usize);
                assert!(from < to || letter == ' ', "only a space stands for nothing: {text:?}");
                assert!(
                    letter != '文' || source == Some('文'),
                    "what is not read otherwise stands where it stood: {text:?}"
                );
            }
            let whole = reading.written(0, length);
            assert!(whole.is_none_or(|(from, to)| crate::text::slice(&text, from, to).is_some()), "{text:?}");
        }
        assert!(n_read > 1000, "most of these texts play a trick");
    }

    #[test]
    fn a_long_run_is_read_in_no_time() {
        for piece in ["a", "ab", "1a", "*a", "a b ", "іa", "é", "ʇ", "🔥a", "\u{200b}", "a\u{301}", "𝗮"]
        {
            let text = piece.repeat(20_000);
            let _ = read(&text);
        }
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
