//! What people and files write down as a language, read as a tag.

/// What somebody wrote down as a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declared {
    /// A BCP 47 tag: `en`, `pt-BR`, `zh-Hant`.
    Tag(String),
    /// Said to be unknown, several, or none: `und`, `zxx`, `qme`.
    Undetermined,
    /// No language by this name or code.
    Unheard,
}

/// Reads a declared language: a tag in any spelling (`EN_us`), a code of two or three letters (`eng`, `ger`), a withdrawn
/// one (`iw`), or a name in English or in the language itself (`English (US)`, `Deutsch`).
#[must_use]
pub fn declared(said: &str) -> Declared {
    let said = said.trim();
    let (name, region) = match said.split_once(['(', ',']) {
        Some((name, region)) => (name.trim(), Some(region.trim_matches([' ', ')', ','].as_slice()))),
        None => (said, None),
    };
    let lower = name.to_lowercase();
    let mut subtags = lower.split(['-', '_']);
    let primary = subtags.next().unwrap_or_default();
    if is_undetermined(&lower) || is_undetermined(primary) {
        return Declared::Undetermined;
    }
    let region = region.and_then(subtag);
    let join = |base: &str, rest: Vec<String>| {
        Declared::Tag(std::iter::once(base.to_owned()).chain(rest).collect::<Vec<_>>().join("-"))
    };
    if let Some(code) = code(primary) {
        let Some(rest) = subtags.map(subtag).collect::<Option<Vec<_>>>() else { return Declared::Unheard };
        return join(code, rest.into_iter().chain(region).collect());
    }
    match named(&lower) {
        Some(tag) => join(tag, region.into_iter().collect()),
        None => Declared::Unheard,
    }
}

/// `en` of `en-GB`, `EN` or `eng`: what two declarations of one language share. What is no language is itself.
#[must_use]
pub fn base(code: &str) -> String {
    match declared(code) {
        Declared::Tag(tag) => tag.split('-').next().unwrap_or_default().to_owned(),
        Declared::Undetermined => UNDETERMINED.into(),
        Declared::Unheard => code.trim().to_lowercase(),
    }
}

/// What filters call a language that is not known (BCP 47).
pub const UNDETERMINED: &str = "und";

/// Codes of ISO 639 for no one language, what is for private use, and the words of people and programs for unknown.
fn is_undetermined(said: &str) -> bool {
    const WORDS: [&str; 14] = [
        "und",
        "zxx",
        "mul",
        "mis",
        "art",
        "unknown",
        "undefined",
        "undetermined",
        "none",
        "null",
        "other",
        "n/a",
        "?",
        "-",
    ];
    let private = |it: &str| matches!(it.as_bytes(), [b'q', b'a'..=b't', b'a'..=b'z']);
    WORDS.contains(&said) || private(said)
}

/// Script, region or variant, as BCP 47 spells it.
fn subtag(said: &str) -> Option<String> {
    let spelled = match said.len() {
        2 => said.to_uppercase(),
        4 if said.bytes().all(|it| it.is_ascii_alphabetic()) => {
            let (first, rest) = said.split_at(1);
            format!("{}{}", first.to_uppercase(), rest.to_lowercase())
        }
        3..=8 => said.to_lowercase(),
        _ => return None,
    };
    said.bytes().all(|it| it.is_ascii_alphanumeric()).then_some(spelled)
}

/// The shortest code of a language by any of its codes. Sources: ISO 639-1, 639-2/B and 639-3, and the IANA registry for
/// withdrawn codes.
fn code(said: &str) -> Option<&'static str> {
    const OTHERS: &[(&str, &str)] = &[
        // Withdrawn.
        ("iw", "he"),
        ("in", "id"),
        ("ji", "yi"),
        ("jw", "jv"),
        ("mo", "ro"),
        ("sh", "sh"),
        // Bibliographic.
        ("alb", "sq"),
        ("arm", "hy"),
        ("baq", "eu"),
        ("bur", "my"),
        ("chi", "zh"),
        ("cze", "cs"),
        ("dut", "nl"),
        ("fre", "fr"),
        ("geo", "ka"),
        ("ger", "de"),
        ("gre", "el"),
        ("ice", "is"),
        ("mac", "mk"),
        ("mao", "mi"),
        ("may", "ms"),
        ("per", "fa"),
        ("rum", "ro"),
        ("slo", "sk"),
        ("tib", "bo"),
        ("wel", "cy"),
        // One language of what ISO 639-1 calls by one code.
        ("cmn", "zh"),
        ("pes", "fa"),
        ("prs", "fa"),
        ("arb", "ar"),
        ("ekk", "et"),
        ("lvs", "lv"),
        ("zsm", "ms"),
        ("swh", "sw"),
        ("uzn", "uz"),
        ("npi", "ne"),
        ("ory", "or"),
        ("azj", "az"),
        ("khk", "mn"),
        ("plt", "mg"),
        ("als", "sq"),
        ("ydd", "yi"),
        ("pbt", "ps"),
        ("gug", "gn"),
        ("kmr", "ku"),
    ];
    if let Some((_, code)) = OTHERS.iter().find(|(other, _)| *other == said) {
        return Some(code);
    }
    let found = match said.len() {
        2 => isolang::Language::from_639_1(said),
        3 => isolang::Language::from_639_3(said),
        _ => None,
    }?;
    Some(found.to_639_1().unwrap_or(found.to_639_3()))
}

/// The tag of a language by its name, in lower case.
fn named(lower: &str) -> Option<&'static str> {
    const OTHERS: &[(&str, &str)] = &[
        ("greek", "el"),
        ("swahili", "sw"),
        ("malay", "ms"),
        ("farsi", "fa"),
        ("mandarin", "zh"),
        ("nepali", "ne"),
        ("odia", "or"),
        ("bangla", "bn"),
        ("simplified chinese", "zh-Hans"),
        ("traditional chinese", "zh-Hant"),
        ("brazilian portuguese", "pt-BR"),
        ("mexican spanish", "es-MX"),
        ("castilian", "es"),
        ("flemish", "nl"),
        ("filipino", "fil"),
        ("azerbaijani", "az"),
        ("albanian", "sq"),
        ("latvian", "lv"),
        ("estonian", "et"),
        ("kurdish", "ku"),
        ("pashto", "ps"),
        ("punjabi", "pa"),
        ("mongolian", "mn"),
        ("uzbek", "uz"),
        ("norwegian", "no"),
        ("indonesian", "id"),
        ("sinhalese", "si"),
        ("burmese", "my"),
        ("khmer", "km"),
        // Only where the language itself writes it with a capital, or the table has another form of it.
        ("deutsch", "de"),
        ("français", "fr"),
        ("español", "es"),
        ("português", "pt"),
        ("italiano", "it"),
        ("русский", "ru"),
        ("українська", "uk"),
        ("العربية", "ar"),
        ("हिन्दी", "hi"),
        ("中文", "zh"),
        ("日本語", "ja"),
        ("한국어", "ko"),
        ("türkçe", "tr"),
        ("polski", "pl"),
        ("nederlands", "nl"),
        ("tiếng việt", "vi"),
    ];
    if let Some((_, tag)) = OTHERS.iter().find(|(other, _)| *other == lower) {
        return Some(tag);
    }
    let found =
        isolang::Language::from_name_lowercase(lower).or_else(|| isolang::Language::from_autonym(lower))?;
    Some(found.to_639_1().unwrap_or(found.to_639_3()))
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
    fn a_language_is_read_however_it_is_spelled() {
        for (said, tag) in [
            ("en_US", "en-US"),
            ("English", "en"),
            ("ENGLISH", "en"),
            ("English (US)", "en-US"),
            ("iw", "he"),
            ("in", "id"),
            ("ger", "de"),
            ("Deutsch", "de"),
            ("zh_hans_cn", "zh-Hans-CN"),
            ("es-419", "es-419"),
            ("Simplified Chinese", "zh-Hans"),
            ("cmn", "zh"),
            ("fil", "fil"),
        ] {
            assert_eq!(declared(said), Declared::Tag(tag.into()), "{said}");
        }
        for said in ["und", "qme", "zxx", "Unknown", "qht"] {
            assert_eq!(declared(said), Declared::Undetermined, "{said}");
            assert_eq!(base(said), UNDETERMINED);
        }
        for said in ["xx", "Klingonese", "", "en-", "english language", "🙂"] {
            assert_eq!(declared(said), Declared::Unheard, "{said}");
        }
    }
}
