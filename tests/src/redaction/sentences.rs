//! Sentences written by hand, in `bench/redact.txt`: a half, a tab, and the text with `⟦kind|value⟧` in it.

use super::{Case, Half, Hidden};

const FILE: &str = include_str!("../../bench/redact.txt");

/// Those of a half.
///
/// # Panics
/// When the file is not in its own form.
#[must_use]
pub fn written(half: Half) -> Vec<Case> {
    let wanted = match half {
        Half::Development => "dev",
        Half::HeldOut => "held",
    };
    let lines = FILE.lines().filter(|it| !it.is_empty() && !it.starts_with('#'));
    lines
        .map(|it| it.split_once('\t').expect("a half and a text"))
        .filter(|it| it.0 == wanted)
        .map(|it| read(it.1))
        .collect()
}

fn read(line: &str) -> Case {
    let mut case = Case::innocent(String::new(), "a sentence");
    let mut rest = line.replace("\\n", "\n");
    while let Some((before, marked)) = rest.split_once('⟦') {
        let (mark, after) = marked.split_once('⟧').expect("a mark ends");
        let (kind, value) = mark.split_once('|').expect("a mark has a kind");
        case.text.push_str(before);
        let start = case.text.chars().count() as u32;
        case.text.push_str(value);
        let end = case.text.chars().count() as u32;
        let kind = KINDS.iter().find(|it| **it == kind).expect("a kind there is");
        case.hidden.push(Hidden { start, end, kind, sort: "in a sentence", habit: "by hand" });
        rest = after.to_owned();
    }
    case.text.push_str(&rest);
    case
}

const KINDS: [&str; 11] = [
    "email",
    "phone",
    "handle",
    "iban",
    "card",
    "ip",
    "mac",
    "secret",
    "wallet",
    "national-id",
    "coordinates",
];
