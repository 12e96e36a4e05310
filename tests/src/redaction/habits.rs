//! How people, forms and exporters write a value: on purpose to hide it, or because a program did.

use super::{Chance, Half};

/// Writes a value another way, or not at all where that says nothing of it.
type Write = fn(&str, &mut Chance) -> Option<String>;

/// A way to write.
pub struct Habit {
    /// As it is reported.
    pub name: &'static str,
    /// Which values are written so: a piece of the name of their sort; empty for all.
    pub of: &'static [&'static str],
    pub(super) write: Write,
}

const ADDRESSES: &[&str] = &["email", "handle, at"];
const NUMBERS: &[&str] = &["phone"];
const LONG_NUMBERS: &[&str] = &["phone", "card", "account"];
const LINKS: &[&str] = &["email, plain", "phone, international", "handle, at"];

/// Those of a half; a third of them in both.
#[must_use]
pub fn of(half: Half) -> Vec<Habit> {
    let mut all = vec![
        habit("entities, decimal", ADDRESSES, |it, _| swapped(it, &[("@", "&#64;"), (".", "&#46;")])),
        habit("percent", LINKS, |it, _| swapped(it, &[("@", "%40"), ("+", "%2B")])),
        habit("zero-width inside", ADDRESSES, |it, chance| spliced(it, "\u{200b}", chance)),
        habit("full-width", &["email", "phone", "card"], |it, _| Some(it.chars().map(full_width).collect())),
        habit("circled digits", NUMBERS, |it, _| {
            digits(it, |n| char::from_u32(if n == 0 { 0x24ea } else { 0x245f + n }))
        }),
        habit("line break", NUMBERS, |it, _| swapped_once(it, &[' ', '-'], "\n")),
    ];
    all.extend(match half {
        Half::Development => vec![
            habit("entities, named", ADDRESSES, |it, _| swapped(it, &[("@", "&commat;"), (".", "&period;")])),
            habit("entities, hex", ADDRESSES, |it, _| swapped(it, &[("@", "&#x40;")])),
            habit("tag before the sign", &["email, plain"], |it, _| swapped(it, &[("@", "</b>@")])),
            habit("tags around a piece", &["email, plain", "phone"], |it, _| wrapped(it, "<b>", "</b>")),
            habit("bold markdown", &["email, plain"], |it, _| wrapped(it, "**", "**")),
            habit("spaces around the sign", &["email, plain"], |it, _| swapped(it, &[("@", " @ ")])),
            habit("Arabic-Indic digits", NUMBERS, |it, _| digits(it, |n| char::from_u32(0x660 + n))),
            habit("Devanagari digits", NUMBERS, |it, _| digits(it, |n| char::from_u32(0x966 + n))),
            habit("joined by underscores", &["phone, national"], |it, _| joined(it, "_")),
            habit("joined by commas", &["phone, national"], |it, _| joined(it, ",")),
            habit("joined by middle dots", NUMBERS, |it, _| joined(it, "·")),
            habit("joined by bars", &["phone, national"], |it, _| joined(it, "|")),
            habit("no-break spaces", LONG_NUMBERS, |it, _| swapped(it, &[(" ", "\u{a0}")])),
            habit("upper case", &["email, plain"], |it, _| Some(it.to_uppercase())),
        ],
        Half::HeldOut => vec![
            habit("entities, twice", ADDRESSES, |it, _| swapped(it, &[("@", "&amp;#64;")])),
            habit("entities, upper hex without end", &["email, plain"], |it, _| {
                swapped(it, &[("@", "&#X40 ")]).map(|it| it.replace(' ', ";"))
            }),
            habit("span with a class", &["email, plain", "phone"], |it, _| {
                wrapped(it, "<span class=\"x y\">", "</span>")
            }),
            habit("link of its own", &["email, plain"], |it, _| swapped(it, &[("@", "<wbr>@<wbr/>")])),
            habit("underscored markdown", &["email, plain"], |it, _| Some(format!("__\u{1}{it}\u{1}__"))),
            habit("code marks", &["email, plain", "phone", "account"], |it, _| {
                Some(format!("`\u{1}{it}\u{1}`"))
            }),
            habit("forum tags", &["email, plain"], |it, _| wrapped(it, "[b]", "[/b]")),
            habit("spaces around sign and points", &["email, plain"], |it, _| {
                swapped(it, &[("@", " @ "), (".", " . ")])
            }),
            habit("Bengali digits", NUMBERS, |it, _| digits(it, |n| char::from_u32(0x9e6 + n))),
            habit("Persian digits", NUMBERS, |it, _| digits(it, |n| char::from_u32(0x6f0 + n))),
            habit("bold mathematical digits", LONG_NUMBERS, |it, _| {
                digits(it, |n| char::from_u32(0x1d7ce + n))
            }),
            habit("black circled digits", NUMBERS, |it, _| {
                digits(it, |n| char::from_u32(if n == 0 { 0x24ff } else { 0x2775 + n }))
            }),
            habit("keycaps", NUMBERS, |it, _| {
                Some(
                    it.chars()
                        .flat_map(|it| {
                            if it.is_ascii_digit() { vec![it, '\u{fe0f}', '\u{20e3}'] } else { vec![it] }
                        })
                        .collect(),
                )
            }),
            habit("joined by tildes", &["phone, national"], |it, _| joined(it, "~")),
            habit("joined by slashes", &["phone, national"], |it, _| joined(it, "/")),
            habit("joined by spaced dashes", NUMBERS, |it, _| joined(it, " – ")),
            habit("joined by bullets", NUMBERS, |it, _| joined(it, "•")),
            habit("soft hyphens", ADDRESSES, |it, chance| spliced(it, "\u{ad}", chance)),
            habit("word joiners", LONG_NUMBERS, |it, chance| spliced(it, "\u{2060}", chance)),
            habit("narrow spaces", LONG_NUMBERS, |it, _| swapped(it, &[(" ", "\u{202f}")])),
            habit("JSON escape", &["email, plain"], |it, _| swapped(it, &[("@", "\\u0040")])),
            habit("small capitals of the domain", &["email, plain"], |it, _| {
                it.split_once('@').map(|(a, b)| format!("{a}@{}", b.to_uppercase()))
            }),
        ],
    });
    all
}

fn habit(name: &'static str, of: &'static [&'static str], write: Write) -> Habit {
    Habit { name, of, write }
}

impl Habit {
    /// Whether values of a sort are written so.
    #[must_use]
    pub fn is_of(&self, sort: &str) -> bool {
        self.of.iter().any(|it| sort.starts_with(it))
    }

    /// `value` so written.
    pub fn write(&self, value: &str, chance: &mut Chance) -> Option<String> {
        (self.write)(value, chance).filter(|it| it != value)
    }
}

fn swapped(said: &str, pairs: &[(&str, &str)]) -> Option<String> {
    // What was put in is not looked at again.
    let mut out = String::new();
    for letter in said.chars() {
        let mut spelt = [0; 4];
        let letter: &str = letter.encode_utf8(&mut spelt);
        out.push_str(pairs.iter().find(|it| it.0 == letter).map_or(letter, |it| it.1));
    }
    (out != said).then_some(out)
}

fn swapped_once(said: &str, out: &[char], with: &str) -> Option<String> {
    let at = said.rfind(out)?;
    let letter = said[at..].chars().next()?;
    Some(format!("{}{with}{}", &said[..at], &said[at + letter.len_utf8()..]))
}

fn spliced(said: &str, with: &str, chance: &mut Chance) -> Option<String> {
    let letters: Vec<char> = said.chars().collect();
    let at = 1 + chance.below(letters.len().checked_sub(1).filter(|it| *it > 0)?);
    Some(
        [&letters[..at].iter().collect::<String>(), with, &letters[at..].iter().collect::<String>()].concat(),
    )
}

/// A piece from the middle between two marks.
fn wrapped(said: &str, open: &str, close: &str) -> Option<String> {
    let letters: Vec<char> = said.chars().collect();
    let (from, to) = (letters.len() / 4, letters.len() / 2);
    let piece = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
    (to > from && from > 0).then(|| {
        [piece(0, from), open.into(), piece(from, to), close.into(), piece(to, letters.len())].concat()
    })
}

#[expect(clippy::unnecessary_wraps, reason = "a habit may have nothing to say of a value")]
fn digits(said: &str, to: fn(u32) -> Option<char>) -> Option<String> {
    Some(said.chars().map(|it| it.to_digit(10).and_then(to).unwrap_or(it)).collect())
}

fn full_width(letter: char) -> char {
    match letter {
        '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

/// The groups of a number with something else between them; a number in one piece has none.
fn joined(said: &str, with: &str) -> Option<String> {
    let groups: Vec<&str> =
        said.split(|it: char| !it.is_ascii_digit() && it != '+').filter(|it| !it.is_empty()).collect();
    (groups.len() > 2).then(|| groups.join(with))
}
