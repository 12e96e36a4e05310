//! Which language a text is in, with how sure that is.
//!
//! Told from the plain reading, so that English in look-alike letters is English. First the script is asked, which often
//! settles it; what several languages share a script for, a small model tells apart. A text that is names, laughter or
//! noise has no language, and nor has one that is too short to tell: neither is sure.

mod declared;
mod model;
mod reading;

use std::borrow::Cow;

pub use declared::{Declared, UNDETERMINED, base, declared};
use model::Likely;
use reading::Script;

use crate::normalise;

/// A detected language.
#[derive(Clone, Debug, PartialEq)]
pub struct Detected {
    /// ISO 639-1 where one exists, else ISO 639-3; `-Latn` behind it where the language is written in Latin letters and
    /// usually is not. What the text does not tell apart has the code of all: `hi-Latn` is Hindi or Urdu in Latin
    /// letters (`ur-Latn` is only said where the words leave little doubt), `sh` Bosnian, Croatian or Serbian, `ms` Malay or
    /// Indonesian, `no` either Norwegian.
    pub code: String,
    /// 0–1. From [`SURE`] on, at least nineteen of twenty are right; below it stays a guess.
    pub confidence: f64,
}

/// How sure a detection must be to be used as a fact: to score by it, to filter by it, to say it. A line of two or three
/// words seldom reaches it.
pub const SURE: f64 = 0.5;

/// Detects the language of `text`; `None` where there are no letters to go by.
#[must_use]
pub fn detect(text: &str) -> Option<Detected> {
    let heard = Heard::of(text)?;
    let (code, share) = heard.most_likely();
    (code != UNDETERMINED).then(|| Detected { code: code.to_owned(), confidence: confidence(share) })
}

/// Whether a text whose language is not sure can be read as one of `codes`: something speaks for them, or nothing much for
/// another. A text without letters can be read as any.
#[must_use]
pub fn may_be(text: &str, codes: &[impl AsRef<str>]) -> bool {
    let Some(heard) = Heard::of(text) else { return true };
    let is_asked = |it: &Likely| {
        let spoken = it.code.split('-').next().unwrap_or_default();
        codes.iter().any(|code| code.as_ref() == spoken)
    };
    // None of them is written in these letters.
    if !heard.all.iter().any(is_asked) {
        return false;
    }
    // Names and laughter say nothing against a language.
    let (asked, others): (Vec<Likely>, Vec<Likely>) =
        heard.all.iter().copied().partition(|it| is_asked(it) || it.code == NONE);
    let for_them: f32 = asked.iter().map(|it| it.share).sum();
    let against = others.iter().map(|it| it.share).fold(0.0, f32::max);
    let says_little = heard.part >= MOST && (against < LITTLE || heard.weight < 3);
    for_them * heard.part >= MAY_BE || says_little
}

/// The share from which on a language is sure. On held-out lines of every length nineteen of twenty are right from here.
const SURE_FROM: f32 = 0.80;
/// What a language and no language must have together for a text to be read as it.
const MAY_BE: f32 = 0.15;
/// A language that is less likely is no reason not to read a text as another.
const LITTLE: f32 = 0.15;
/// A text in two scripts is of the one that has this part of it, or of none for sure.
const MOST: f32 = 0.6;
/// What is left of a share that must not be sure.
const LEFT_OPEN: f32 = 0.5;
/// More letters of words say no more.
const LETTERS_READ: usize = 2000;
/// Beyond these nothing is looked for: a page of numbers before the first word is no text to tell by.
const LETTERS_OF_TEXT: usize = 8000;
/// What the model calls names, laughter and noise.
const NONE: &str = "und";
/// A word of few letters is in too many languages.
const FEW_LETTERS: usize = 4;

/// Languages that a short text seldom tells apart.
struct Together {
    /// What all are called together.
    name: &'static str,
    codes: &'static [&'static str],
    /// The share from which one of them is named alone.
    alone: f32,
}

const TOGETHER: [Together; 4] = [
    // In everyday words Hindi and Urdu are one language; what the model learnt of Urdu alone is of few subjects.
    Together { name: "hi-Latn", codes: &["hi-Latn", "ur-Latn"], alone: 0.97 },
    Together { name: "sh", codes: &["bs", "hr", "sr"], alone: 0.9 },
    Together { name: "ms", codes: &["id", "ms"], alone: 0.9 },
    Together { name: "no", codes: &["nb", "nn"], alone: SURE_FROM },
];

/// What was heard in a text.
struct Heard {
    /// The languages of the script that most of the text is in.
    all: Vec<Likely>,
    /// The part of the text that is in this script.
    part: f32,
    /// How many letters that is, those that say more counted more often.
    weight: usize,
}

impl Heard {
    fn of(text: &str) -> Option<Self> {
        let end = text.char_indices().nth(LETTERS_OF_TEXT).map_or(text.len(), |it| it.0);
        let text = &text[..end];
        let plain = normalise::read_as(text).map_or(Cow::Borrowed(text), Cow::Owned);
        let words = reading::words(&plain, LETTERS_READ);
        let scripts = Scripts::of(&words);
        let (script, weight) = scripts.most()?;
        let part = weight as f32 / scripts.whole() as f32;
        let one = |code, share| vec![Likely { code, share }];
        let all = match script {
            Script::Of(code) => one(code, if weight < 2 { 0.5 } else { 1.0 }),
            Script::Kana => one("ja", 1.0),
            // Two letters may be Japanese as well.
            Script::Han => one("zh", if weight <= 2 * HAN_WEIGHT { 0.5 } else { 1.0 }),
            Script::Other => one(UNDETERMINED, 0.0),
            shared => {
                let mask = shared.bit()?;
                let of_it = words.iter().filter(|it| reading::script_of_word(it) == Some(shared));
                model::likely(of_it.map(String::as_str), mask)
            }
        };
        Some(Self { all, part, weight })
    }

    /// The language that is most likely, or the name of several that are together.
    fn most_likely(&self) -> (&'static str, f32) {
        let named = self.all.iter().filter(|it| it.code != NONE);
        let most = named.max_by(|a, b| a.share.total_cmp(&b.share));
        let (mut code, mut share) = most.map_or((UNDETERMINED, 0.0), |it| (it.code, it.share));
        let of_all = |it: &Together| -> f32 {
            self.all.iter().filter(|one| it.codes.contains(&one.code)).map(|one| one.share).sum()
        };
        // Serbian in its own letters has no brother there.
        let together = TOGETHER.iter().find(|it| it.codes.contains(&code) && of_all(it) > share);
        if let Some(it) = together.filter(|it| share < it.alone) {
            (code, share) = (it.name, of_all(it));
        }
        match self.part < MOST || (self.weight < FEW_LETTERS && self.all.len() > 1) {
            true => (code, share * LEFT_OPEN),
            false => (code, share),
        }
    }
}

/// A share of the model as a confidence: at the share that is sure it is [`SURE`].
fn confidence(share: f32) -> f64 {
    let (share, from) = (f64::from(share), f64::from(SURE_FROM));
    match share < from {
        true => share / from * SURE,
        false => SURE + (share - from) / (1.0 - from) * (1.0 - SURE),
    }
    .clamp(0.0, 1.0)
}

/// A Chinese character says as much as some letters.
const HAN_WEIGHT: usize = 3;

/// How much of a text is in which script.
struct Scripts(Vec<(Script, usize)>);

impl Scripts {
    fn of(words: &[String]) -> Self {
        let mut all: Vec<(Script, usize)> = Vec::new();
        for letter in words.iter().flat_map(|it| it.chars()) {
            let Some(script) = Script::of(letter) else { continue };
            let weight = match script {
                Script::Han | Script::Of("ko") => HAN_WEIGHT,
                Script::Kana => 2,
                _ => 1,
            };
            match all.iter_mut().find(|it| it.0 == script) {
                Some(found) => found.1 += weight,
                None => all.push((script, weight)),
            }
        }
        let weight = |script| all.iter().find(|it| it.0 == script).map_or(0, |it| it.1);
        let (kana, han) = (weight(Script::Kana), weight(Script::Han));
        // Japanese is written in both. A single の is an ornament in Chinese.
        if kana > 0 && kana * 12 >= han {
            all.retain(|it| !matches!(it.0, Script::Kana | Script::Han));
            all.push((Script::Kana, kana + han));
        } else if kana > 0 {
            all.retain(|it| it.0 != Script::Kana);
        }
        Self(all)
    }

    fn most(&self) -> Option<(Script, usize)> {
        self.0.iter().copied().max_by_key(|it| it.1)
    }

    fn whole(&self) -> usize {
        self.0.iter().map(|it| it.1).sum()
    }
}

#[cfg(test)]
mod tests;
