//! Accounts and payment cards, whose sums must be right.

use super::{
    checksum::{ean, iban, luhn},
    glyph::is_spaceless,
    kind::Kind,
    scan::{Scan, compact},
};

/// Every account and card.
pub(super) fn find(scan: &mut Scan) {
    for start in scan.word_starts() {
        account(scan, start);
    }
    let mut at = 0;
    while at < scan.letters.len() {
        match scan.letters[at].is_ascii_digit() {
            true => at = card(scan, at),
            false => at += 1,
        }
    }
}

/// How long an account of each country is, by the registry of IBANs.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 \
    FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 \
    LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 \
    RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// An IBAN from `start` on, with single signs between its letters or none.
fn account(scan: &mut Scan, start: usize) {
    let is = |n: usize| scan.letter(start + n).unwrap_or(' ');
    let is_head = is(0).is_ascii_alphabetic() && is(1).is_ascii_alphabetic();
    if !is_head {
        return;
    }
    let country: String = [is(0), is(1)].iter().map(char::to_ascii_uppercase).collect();
    let Some(length) = LENGTHS
        .split_ascii_whitespace()
        .find_map(|it| it.strip_prefix(&country))
        .and_then(|it| it.parse().ok())
    else {
        return;
    };
    let Some(end) = collected(scan, start, length, |it| it.is_ascii_alphanumeric()) else { return };
    let whole = compact(&scan.letters[start..end]).to_ascii_uppercase();
    let is_checked = whole.as_bytes()[2..4].iter().all(u8::is_ascii_digit) && iban(&whole);
    if is_checked && !scan.letter(end).is_some_and(|it| it.is_alphanumeric() && !is_spaceless(it)) {
        scan.take(Kind::Iban, start, end);
    }
}

/// Where `n` letters that fit end, with at most one sign between two of them.
fn collected(scan: &Scan, start: usize, n: usize, fits: impl Fn(char) -> bool) -> Option<usize> {
    let (mut at, mut left) = (start, n);
    loop {
        let letter = scan.letter(at)?;
        if fits(letter) {
            left -= 1;
        } else if !(is_joint(letter) && scan.letter(at + 1).is_some_and(&fits)) {
            return None;
        }
        at += 1;
        if left == 0 {
            return Some(at);
        }
    }
}

fn is_joint(letter: char) -> bool {
    matches!(letter, ' ' | '-' | '.' | '_' | '/' | ',' | '·' | '\n' | '\u{2010}'..='\u{2015}')
}

/// A card from the digit at `start` on; gives where to look on.
fn card(scan: &mut Scan, start: usize) -> usize {
    // A whole run of digits is looked at once: a card is not cut out of a longer number.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut n, mut joint) = (start, 0, None);
    while let Some(letter) = scan.letter(at) {
        if letter.is_ascii_digit() {
            n += 1;
            at += 1;
            if !scan.letter(at).is_some_and(|it| it.is_ascii_digit()) {
                ends.push((at, n));
            }
        } else if is_joint(letter)
            && joint.is_none_or(|it| it == letter)
            && n <= 19
            && scan.letter(at + 1).is_some_and(|it| it.is_ascii_digit())
        {
            joint = Some(letter);
            at += 1;
        } else {
            break;
        }
    }
    let past = ends.first().map_or(start + 1, |it| it.0);
    let is_own = !scan.is_glued_before(start)
        && !scan.is_in_link(start)
        && !matches!(scan.before(start), Some('#' | '-'));
    let found = ends.iter().rev().find(|(end, n)| {
        (13..=19).contains(n) && is_own && !scan.is_glued_after(*end) && is_card(scan, start, *end)
    });
    match found {
        Some((end, _)) if scan.take(Kind::Card, start, *end) => *end,
        _ => past,
    }
}

fn is_card(scan: &Scan, start: usize, end: usize) -> bool {
    let digits = compact(&scan.letters[start..end]);
    let groups: Vec<usize> =
        scan.letters[start..end].split(|it| !it.is_ascii_digit()).map(<[char]>::len).collect();
    let is_shaped = match groups.as_slice() {
        [first @ .., last] => first.is_empty() || first.iter().all(|it| *it == 4) && *last <= 4,
        [] => false,
    };
    let is_shaped = is_shaped || matches!(groups.as_slice(), [4, 6, 4 | 5]);
    is_shaped && luhn(&digits) && is_network(&digits)
}

/// Whether cards of some network begin so and are as long.
fn is_network(digits: &str) -> bool {
    let head = |n: usize| digits[..n].parse::<u32>().unwrap_or(0);
    let n = digits.len();
    match head(1) {
        // Thirteen digits with the sum of a barcode are one: such cards are long out of use.
        4 => matches!(n, 16 | 19) || (n == 13 && !ean(digits)),
        5 => {
            (51..=55).contains(&head(2)) && n == 16
                || matches!(head(2), 50 | 56..=58) && (13..=19).contains(&n)
        }
        2 => ((2221..=2720).contains(&head(4)) || (2200..=2204).contains(&head(4))) && n >= 16,
        3 => match head(2) {
            34 | 37 => n == 15,
            30 | 36 | 38 | 39 => (14..=19).contains(&n),
            35 => (3528..=3589).contains(&head(4)) && n >= 16,
            _ => false,
        },
        6 => n >= 13,
        8 => head(2) == 81 && n >= 16,
        9 => head(4) == 9792 && n == 16,
        _ => false,
    }
}
