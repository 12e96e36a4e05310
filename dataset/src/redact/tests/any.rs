//! What holds of any text: nothing is found twice, nothing fails, and no text costs more than its length.

use casebook_core::{check::check, policy::Policy, text};

use super::{super::*, record};

/// Pieces of values and of what is around them, in every order.
const PIECES: [&str; 60] = [
    "ann@example.com",
    "@ann_k",
    "+1 415 555 0132",
    "٠٥٠١٢٣٤٥٦٧",
    " ",
    " ",
    "日本",
    "👍🏽",
    "\u{200f}",
    "é",
    "2026-11-20",
    "x",
    "@",
    ".",
    "[email-1]",
    "\n",
    "&#64;",
    "%40",
    "&",
    "%",
    "<b>",
    "</b>",
    "<",
    ">",
    "\\u0040",
    "\\",
    "[at]",
    " dot ",
    " at ",
    "com",
    "4111 1111 1111 1111",
    "DE89370400440532013000",
    "192.0.2.1",
    "2001:db8::1:2",
    "password: ",
    "hunter22",
    "token=",
    "t.me/",
    "u/",
    "#1234",
    "-",
    "_",
    ",",
    "|",
    "123",
    "4567",
    "0",
    "\u{0}",
    "\u{202e}",
    "①",
    "０",
    "\u{20e3}",
    "*",
    "`",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "48.8583",
    "https://",
    "tel:",
    "\"",
    "\u{10ffff}",
];

fn chance(seed: u64) -> impl FnMut(usize) -> usize {
    let mut seed = seed;
    move |n| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    }
}

#[test]
fn redacting_again_finds_nothing_and_quotes_still_stand_in_the_text() {
    let mut below = chance(5);
    let mut n_redacted = 0;
    for _ in 0..600 {
        let said: String = (0..=below(9)).map(|_| PIECES[below(PIECES.len())]).collect();
        let length = text::scalars(&said);
        let start = below(length as usize) as u32;
        let end = start + 1 + below((length - start) as usize) as u32;
        let mut once = record(&said, "", "Seen.");
        once.evidence[0].anchor = Anchor::span("p1", &said, start, end).expect("inside the text");
        // A value that cannot be told apart from its neighbours stops the record, which is right.
        if redact(&mut once).is_err() {
            continue;
        }
        n_redacted += 1;
        check(&mut once, &Policy::built_in(), &|_| false)
            .unwrap_or_else(|it| panic!("{said:?} {start}–{end}: {it:?}"));
        let mut twice = once.clone();
        let replaced = redact(&mut twice).unwrap_or_else(|it| panic!("{said:?}: {it}"));
        let after = |it: &Record| it.item.parts[0].text.clone().expect("a text part");
        assert_eq!(after(&once), after(&twice), "{said:?} is redacted at once");
        assert!(replaced.is_empty(), "{said:?}");
    }
    assert!(n_redacted > 560, "only {n_redacted} of 600 texts could leave");
}

#[test]
fn no_text_of_any_letters_fails() {
    let mut below = chance(17);
    for _ in 0..400 {
        let letter = |n: usize| match n % 3 {
            0 => char::from((n / 3 % 128) as u8),
            1 => char::from_u32((n / 3 % 0x3000) as u32).unwrap_or('x'),
            _ => char::from_u32((n / 3 % 0x11_0000) as u32).unwrap_or('@'),
        };
        let said: String = (0..below(60)).map(|_| letter(below(1 << 24))).collect();
        let n = text::scalars(&said);
        let found = places(&said);
        assert!(found.iter().all(|it| it.start < it.end && it.end <= n), "{said:?}");
        assert!(found.windows(2).all(|it| it[0].end <= it[1].start), "{said:?}: in order, none overlapping");
    }
}

/// Work is counted, not timed: twice the text is about twice the work.
#[test]
fn the_work_grows_with_the_text_alone() {
    for piece in [
        "@",
        "7",
        "a",
        "a@",
        "@a.",
        "1 ",
        "1 2 ",
        "123 ",
        "12 34 ",
        "1,",
        "1\n",
        "0.1234 ",
        ".",
        "<",
        "<a",
        "&",
        "&#6",
        "%",
        "%4",
        "[",
        "[email-",
        "\\",
        "a b ",
        " at ",
        " at a dot ",
        "a@b.c.",
        "password:",
        "token=",
        "-----BEGIN A-----\n",
        "-----BEGIN A",
        "://",
        "://a:",
        "eyJ.",
        "t.me/",
        "u/",
        "#1234",
        "a#1234",
        ":",
        "a:b",
        "::",
        "DE89 ",
        "0x",
        "字",
        "密码是",
        "call 1 2 3 ",
        "\"@",
        "\"a\"@",
        "+1",
        "+",
        "(1) ",
        "*",
        "**1",
        "sk-",
        "<@",
        "@a@",
        "2024 ",
        "1-2 ",
        "4444 ",
    ] {
        let work = |n: usize| {
            let said = piece.repeat(n / piece.len());
            scan::steps();
            let _ = places(&said);
            scan::steps()
        };
        let (once, twice) = (work(20_000), work(40_000));
        assert!(twice <= once * 23 / 10 + 2_000, "{piece:?}: {once} steps, and {twice} for twice as much");
    }
}
