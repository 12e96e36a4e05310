//! How much of what tricks hide the plain reading finds, and how much of what is honest it changes.
//!
//! `bench-tricks`: every text of ours under `en` in `tricks.txt` is disguised by each of sixteen kinds of trick, one to
//! three words of it or all of it, by code whose chance has a seed. A text is recovered where its reading, folded, is
//! the original folded; refused where the language of its reading is named, and surely, as another than English. The
//! texts under other languages are honest: none may be read otherwise than it is written. `bench-tricks missed` prints
//! what was not recovered. The last line is one JSON object with the figures.

use std::{env, process::ExitCode};

use casebook_core::{
    language,
    normalise::{fold, read_as},
};
use casebook_tests::figures::{Bar, Figure, conclude};
use serde_json::{Map, Value, json};

/// `LANGUAGE`, a tab, a text; `#` begins what is none.
const TEXTS: &str = include_str!("tricks.txt");

type Trick = fn(&str, &mut Chance) -> String;

/// Of a word; and of a whole text, its words joined by what the trick says.
const TRICKS: [(&str, Trick); 16] = [
    ("look_alikes", look_alikes),
    ("full_width", |it, _| shifted(it, 0xff21, 0xff41)),
    ("mathematical", mathematical),
    ("boxed", boxed),
    ("small_capitals", |it, _| mapped(it, "abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ")),
    ("upside_down", |it, _| {
        mapped(it, "abcdefghijklmnpqrtuvwy", "ɐqɔpǝɟƃɥᴉɾʞlɯudbɹʇnʌʍʎ").chars().rev().collect()
    }),
    ("accents", accents),
    ("strokes", strokes),
    ("unseen", |it, chance| between(it, &["\u{200b}", "\u{ad}", "\u{2060}", "\u{200d}"], chance)),
    ("digits", digits),
    ("stars", stars),
    ("pictures", |it, chance| inside(it, &["🔥", "💀", "😂", "❤️", "👏🏽"], chance)),
    ("spaced", |it, _| spread(it, " ")),
    ("pointed", |it, chance| {
        let mark = *chance.one_of(&[".", "-", "_", "*"]);
        spread(it, mark)
    }),
    ("tripled", tripled),
    ("run_together", |it, _| it.to_owned()),
];

/// Of twenty chances of a trick, so many take the whole text.
const WHOLE_IN_20: usize = 5;

fn main() -> ExitCode {
    let tells = env::args().nth(1).is_some_and(|it| it == "missed");
    let lines = TEXTS.lines().filter(|it| !it.starts_with('#')).filter_map(|it| it.split_once('\t'));
    let (english, honest): (Vec<_>, Vec<_>) = lines.partition(|it| it.0 == "en");
    let mut per_kind = Map::new();
    let (mut n, mut recovered, mut refused) = (0, 0, 0);
    for (name, trick) in TRICKS {
        let mut of_kind = 0;
        for (at, (_, text)) in english.iter().enumerate() {
            let mut chance = Chance(0x9e37_79b9 ^ ((at as u64 + 1) * 7919) ^ (name.len() as u64 * 104_729));
            let tricked = disguise(text, name, trick, &mut chance);
            let read = read_as(&tricked).unwrap_or_else(|| tricked.clone());
            let is_recovered = fold(&read) == fold(text);
            let is_refused =
                language::detect(&read).is_some_and(|it| it.confidence >= language::SURE && it.code != "en");
            if tells && !is_recovered {
                println!("{name}: {tricked}\n    {read}");
            }
            if tells && is_refused {
                println!("{name}, refused: {tricked}\n    {read}");
            }
            of_kind += usize::from(is_recovered);
            refused += usize::from(is_refused);
        }
        n += english.len();
        recovered += of_kind;
        println!("{name:>16} {:.3}", of_kind as f64 / english.len() as f64);
        per_kind.insert(name.into(), json!(of_kind as f64 / english.len() as f64));
    }
    let mut languages: Vec<&str> = honest.iter().map(|it| it.0).collect();
    languages.sort_unstable();
    languages.dedup();
    let changed: Vec<_> =
        honest.iter().filter(|it| read_as(it.1).is_some_and(|read| fold(&read) != fold(it.1))).collect();
    for (language, text) in &changed {
        println!("changed, {language}: {text}\n    {}", read_as(text).unwrap_or_default());
    }
    let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
    let least = |name, value: usize, bar| Figure { name, value: value as f64, bar: Some(Bar::AtLeast(bar)) };
    let figures = [
        least("texts", english.len(), 100.0),
        least("honest", honest.len(), 300.0),
        least("languages", languages.len(), 20.0),
        Figure { name: "recovered", value: share(recovered, n), bar: Some(Bar::AtLeast(0.85)) },
        Figure { name: "refused", value: share(refused, n), bar: Some(Bar::AtMost(0.01)) },
        Figure {
            name: "honest_changed",
            value: share(changed.len(), honest.len()),
            bar: Some(Bar::AtMost(0.01)),
        },
    ];
    match conclude("tricks", &figures, &[("kinds", Value::Object(per_kind))]) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Chance with a seed: `xorshift64*`.
#[derive(Clone)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// `text` with the trick in one to three of its words, or in all.
fn disguise(text: &str, name: &str, trick: Trick, chance: &mut Chance) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_long = |it: &&str| it.chars().filter(char::is_ascii_alphabetic).count() >= 4;
    let is_whole = chance.below(20) < WHOLE_IN_20;
    match (name, is_whole) {
        // Two to four words in a row, or a short text as one word.
        ("run_together", _) => {
            let n = 2 + chance.below(3);
            let at = chance.below(words.len().saturating_sub(n).max(1));
            let joins = |n_before: usize| n_before > at && n_before < at + n;
            let mut out = String::new();
            for (n, word) in words.iter().enumerate() {
                let ends_plain = n > 0 && words[n - 1].ends_with(|it: char| it.is_alphanumeric());
                if n > 0 && !(joins(n) && ends_plain) {
                    out.push(' ');
                }
                out.push_str(word);
            }
            out
        }
        ("upside_down", true) => {
            let turned: Vec<String> = words.iter().rev().map(|it| trick(it, chance)).collect();
            turned.join(" ")
        }
        ("spaced", true) => {
            let spread: Vec<String> = words.iter().map(|it| trick(it, chance)).collect();
            spread.join("   ")
        }
        (
            "look_alikes" | "full_width" | "mathematical" | "boxed" | "small_capitals" | "accents"
            | "strokes" | "unseen",
            true,
        ) => {
            // One hand disguises it, in one way.
            let all: Vec<String> = words.iter().map(|it| trick(it, &mut chance.clone())).collect();
            all.join(" ")
        }
        _ => {
            let mut places: Vec<usize> = (0..words.len()).filter(|it| is_long(&words[*it])).collect();
            let wanted = 1 + chance.below(3);
            while places.len() > wanted {
                places.remove(chance.below(places.len()));
            }
            let tricked = words.iter().enumerate().map(|(n, word)| match places.contains(&n) {
                true => trick(word, chance),
                false => (*word).to_owned(),
            });
            tricked.collect::<Vec<_>>().join(" ")
        }
    }
}

fn mapped(word: &str, from: &str, to: &str) -> String {
    let map = |it: char| {
        from.chars().zip(to.chars()).find(|pair| pair.0 == it.to_ascii_lowercase()).map_or(it, |it| it.1)
    };
    word.chars().map(map).collect()
}

/// Capitals from `capital` on and small letters from `small` on.
fn shifted(word: &str, capital: u32, small: u32) -> String {
    let shift = |it: char| match it {
        'A'..='Z' => char::from_u32(u32::from(it) - u32::from('A') + capital),
        'a'..='z' => char::from_u32(u32::from(it) - u32::from('a') + small),
        _ => Some(it),
    };
    word.chars().map(|it| shift(it).unwrap_or(it)).collect()
}

fn mathematical(word: &str, chance: &mut Chance) -> String {
    let capital = *chance.one_of(&[0x1_d400, 0x1_d468, 0x1_d4d0, 0x1_d56c, 0x1_d5d4, 0x1_d63c, 0x1_d670]);
    shifted(word, capital, capital + 26)
}

/// In circles, in squares, black or white, or as halves of flags.
fn boxed(word: &str, chance: &mut Chance) -> String {
    let (capital, small) = *chance.one_of(&[
        (0x24b6, 0x24d0),
        (0x1_f130, 0x1_f130),
        (0x1_f150, 0x1_f150),
        (0x1_f170, 0x1_f170),
        (0x249c, 0x249c),
        (0, 0),
    ]);
    match capital {
        // Halves of flags are kept apart, or they are flags.
        0 => {
            let halves = shifted(word, 0x1_f1e6, 0x1_f1e6);
            halves.chars().map(|it| it.to_string()).collect::<Vec<_>>().join("\u{200b}")
        }
        _ => shifted(word, capital, small),
    }
}

fn look_alikes(word: &str, chance: &mut Chance) -> String {
    let all = mapped(word, "aeopcxyis", "аеорсхуіѕ");
    let greek = mapped(word, "aoviptk", "αονιρτκ");
    match chance.below(3) {
        0 => greek,
        _ => all,
    }
}

fn accents(word: &str, chance: &mut Chance) -> String {
    let sets = [
        ("aeiou", "áéíóú"),
        ("aeiou", "àèìòù"),
        ("aeiou", "äëïöü"),
        ("aeiou", "âêîôû"),
        ("aeiouyn", "ãẽĩõũỹñ"),
    ];
    let (from, to) = *chance.one_of(&sets);
    mapped(word, from, to)
}

/// Struck through, or with marks piled up.
fn strokes(word: &str, chance: &mut Chance) -> String {
    let kind = chance.below(3);
    let mut out = String::new();
    for letter in word.chars() {
        out.push(letter);
        if letter.is_ascii_alphabetic() {
            let marks = if kind == 2 { 2 + chance.below(5) } else { 1 };
            for _ in 0..marks {
                out.push(match kind {
                    0 => '\u{336}',
                    1 => '\u{332}',
                    _ => char::from_u32(0x300 + chance.below(0x30) as u32).unwrap_or('\u{300}'),
                });
            }
        }
    }
    out
}

/// One of `marks` between each two letters, here and there.
fn between(word: &str, marks: &[&str], chance: &mut Chance) -> String {
    let mark = *chance.one_of(marks);
    let mut out = String::new();
    for (n, letter) in word.chars().enumerate() {
        if n > 0 && letter.is_ascii_alphabetic() && chance.below(2) == 0 {
            out.push_str(mark);
        }
        out.push(letter);
    }
    out
}

/// One of `marks` at one place in the word.
fn inside(word: &str, marks: &[&str], chance: &mut Chance) -> String {
    let mark = *chance.one_of(marks);
    let n_letters = word.chars().take_while(char::is_ascii_alphabetic).count();
    if n_letters < 3 {
        return word.to_owned();
    }
    let at = 1 + chance.below(n_letters - 1);
    format!("{}{mark}{}", &word[..at], &word[at..])
}

fn digits(word: &str, chance: &mut Chance) -> String {
    let sets = [
        ("oi", "01"),
        ("eo", "30"),
        ("aeio", "4310"),
        ("aeiost", "4310$7"),
        ("asil", "@$!1"),
        ("eas", "3@5"),
    ];
    let tricked: Vec<String> = sets.iter().map(|(from, to)| mapped(word, from, to)).collect();
    let tricked: Vec<&String> =
        tricked.iter().filter(|it| *it != &word.to_lowercase() && *it != word).collect();
    match tricked.len() {
        0 => word.to_owned(),
        n => tricked[chance.below(n)].clone(),
    }
}

/// One letter within the word replaced: a vowel, where there is one.
fn stars(word: &str, chance: &mut Chance) -> String {
    let mark = *chance.one_of(&['*', '*', '#', '•']);
    let letters: Vec<char> = word.chars().collect();
    let n_letters = letters.iter().take_while(|it| it.is_ascii_alphabetic()).count();
    let inner: Vec<usize> = (1..n_letters.saturating_sub(1)).collect();
    let vowels: Vec<usize> = inner.iter().copied().filter(|it| "aeiou".contains(letters[*it])).collect();
    let places = if vowels.is_empty() { inner } else { vowels };
    if places.is_empty() {
        return word.to_owned();
    }
    let at = *chance.one_of(&places);
    letters.iter().enumerate().map(|(n, it)| if n == at { mark } else { *it }).collect()
}

fn spread(word: &str, mark: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for letter in word.chars() {
        if before.is_ascii_alphabetic() && letter.is_ascii_alphabetic() {
            out.push_str(mark);
        }
        out.push(letter);
        before = letter;
    }
    out
}

/// A letter said long: a vowel, where there is one.
fn tripled(word: &str, chance: &mut Chance) -> String {
    let letters: Vec<char> = word.chars().collect();
    let vowels: Vec<usize> = (0..letters.len()).filter(|it| "aeiou".contains(letters[*it])).collect();
    if vowels.is_empty() {
        return word.to_owned();
    }
    let at = *chance.one_of(&vowels);
    let more = 2 + chance.below(3);
    letters
        .iter()
        .enumerate()
        .map(|(n, it)| it.to_string().repeat(if n == at { 1 + more } else { 1 }))
        .collect()
}
