//! The text as a reader takes it, once look-alike letters and spacing tricks are undone.
//!
//! `decancer` maps confusables; we keep its result only as a second reading beside the first,
//! never in its place: a quote is always checked against the text as written.

use unicode_normalization::UnicodeNormalization;

/// The normalised reading of `text`, or `None` where it says the same as written.
#[must_use]
pub fn read_as(text: &str) -> Option<String> {
    let options = decancer::Options::default();
    let cured = decancer::cure(text, options).ok()?.to_string();
    (fold(&cured) != fold(text)).then_some(cured)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_second_reading() {
        for text in ["Nothing special here.", "¡Qué día!", "日本語の文", "hello 👋 you"] {
            assert_eq!(read_as(text), None, "{text}");
        }
    }

    #[test]
    fn look_alikes_are_read_through() {
        // Full-width letters fold in NFKC already; Cyrillic look-alikes need the table.
        assert_eq!(read_as("frее mоnеy").as_deref(), Some("free money"));
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
