//! Which language a text is in, with how sure that is.

/// A detected language.
#[derive(Clone, Debug, PartialEq)]
pub struct Detected {
    /// ISO 639-1 where one exists, else ISO 639-3.
    pub code: String,
    /// 0–1, as `whatlang` gives it.
    pub confidence: f64,
}

/// Detects the language of `text`; `None` where there is too little to go by.
#[must_use]
pub fn detect(text: &str) -> Option<Detected> {
    let info = whatlang::detect(text)?;
    Some(Detected { code: two_letters(info.lang().code()).to_owned(), confidence: info.confidence() })
}

/// `en` of `en-GB`, `EN` or `eng`: what two declarations of one language share.
#[must_use]
pub fn base(code: &str) -> String {
    let primary = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    two_letters(&primary).to_owned()
}

/// ISO 639-3 to 639-1 for what whatlang knows; others unchanged. Source: the ISO 639 code tables.
fn two_letters(code: &str) -> &str {
    const PAIRS: &[(&str, &str)] = &[
        ("afr", "af"),
        ("aka", "ak"),
        ("amh", "am"),
        ("ara", "ar"),
        ("aze", "az"),
        ("bel", "be"),
        ("ben", "bn"),
        ("bul", "bg"),
        ("cat", "ca"),
        ("ces", "cs"),
        ("cmn", "zh"),
        ("cym", "cy"),
        ("dan", "da"),
        ("deu", "de"),
        ("ell", "el"),
        ("eng", "en"),
        ("epo", "eo"),
        ("est", "et"),
        ("fin", "fi"),
        ("fra", "fr"),
        ("guj", "gu"),
        ("heb", "he"),
        ("hin", "hi"),
        ("hrv", "hr"),
        ("hun", "hu"),
        ("hye", "hy"),
        ("ind", "id"),
        ("ita", "it"),
        ("jav", "jv"),
        ("jpn", "ja"),
        ("kan", "kn"),
        ("kat", "ka"),
        ("khm", "km"),
        ("kor", "ko"),
        ("lat", "la"),
        ("lav", "lv"),
        ("lit", "lt"),
        ("mal", "ml"),
        ("mar", "mr"),
        ("mkd", "mk"),
        ("mya", "my"),
        ("nep", "ne"),
        ("nld", "nl"),
        ("nob", "nb"),
        ("ori", "or"),
        ("pan", "pa"),
        ("pes", "fa"),
        ("pol", "pl"),
        ("por", "pt"),
        ("ron", "ro"),
        ("rus", "ru"),
        ("sin", "si"),
        ("slk", "sk"),
        ("slv", "sl"),
        ("sna", "sn"),
        ("spa", "es"),
        ("srp", "sr"),
        ("swe", "sv"),
        ("tam", "ta"),
        ("tel", "te"),
        ("tgl", "tl"),
        ("tha", "th"),
        ("tuk", "tk"),
        ("tur", "tr"),
        ("ukr", "uk"),
        ("urd", "ur"),
        ("uzb", "uz"),
        ("vie", "vi"),
        ("yid", "yi"),
        ("zul", "zu"),
    ];
    PAIRS.iter().find(|(three, _)| *three == code).map_or(code, |(_, two)| two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_codes_share_a_base() {
        for code in ["en", "en-GB", "EN_us", "eng"] {
            assert_eq!(base(code), "en");
        }
    }

    #[test]
    fn scripts_are_told_apart() {
        let cases = [
            ("Привет, это длинное предложение на русском языке.", "ru"),
            ("これは日本語の文章です。", "ja"),
            ("This sentence is plainly written in English, is it not?", "en"),
        ];
        for (text, code) in cases {
            assert_eq!(detect(text).map(|it| it.code).as_deref(), Some(code));
        }
    }

    #[test]
    fn nothing_to_read_has_no_language() {
        assert_eq!(detect("12 :) !!"), None);
    }
}
