//! Telephone numbers in a skeleton.
//!
//! Nobody can tell every phone number from every other number. What is surely something else is
//! left alone (dates, years, prices, thousands, IP addresses, counting); of the rest, what has the
//! length and grouping of a phone number goes, because a number too many costs a trainer little.

use std::collections::BTreeSet;

use super::{
    Found, Kind,
    skeleton::{Skeleton, is_spaceless, is_word},
};

/// Digits of the longest phone number: E.164.
const LONGEST: usize = 15;

/// Digits that stand together.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
}

/// Phone numbers outside `taken`, in order. `known` are numbers already found in this record:
/// their bare digits count wherever they stand.
pub(super) fn find(skeleton: &Skeleton, taken: &[bool], known: &BTreeSet<String>) -> Vec<Found> {
    let letters = &skeleton.letters;
    let mut found = Vec::new();
    let mut n = 0;
    while n < letters.len() {
        if !letters[n].is_ascii_digit() || taken[n] {
            n += 1;
            continue;
        }
        let run = run(letters, n, &|it| !taken[it]);
        n = run.last().map_or(n + 1, |it| it.end);
        split(letters, &run, known, &mut found);
    }
    found
}

/// Groups joined by at most three separators.
fn run(letters: &[char], from: usize, is_free: &dyn Fn(usize) -> bool) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut start = from;
    loop {
        let mut end = start;
        while letters.get(end).is_some_and(char::is_ascii_digit) && is_free(end) {
            end += 1;
        }
        groups.push(Group { start, end });
        let mut next = end;
        while next - end < 3 && letters.get(next).is_some_and(|it| is_separator(*it)) {
            next += 1;
        }
        let joins = next > end && letters.get(next).is_some_and(char::is_ascii_digit) && is_free(next);
        if !joins {
            return groups;
        }
        start = next;
    }
}

pub(super) fn is_separator(letter: char) -> bool {
    matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}')
}

/// Cuts a run into phone numbers and what is none, longest first.
fn split(letters: &[char], run: &[Group], known: &BTreeSet<String>, found: &mut Vec<Found>) {
    let mut from = 0;
    let mut follows_phone = false;
    while from < run.len() {
        let rest = &run[from..];
        let skipped = surely_none(letters, rest);
        if skipped > 0 {
            (from, follows_phone) = (from + skipped, false);
            continue;
        }
        // Two numbers run together can make a group too long for one: the rest of a phone number goes with it.
        let trails =
            |groups: &[Group]| follows_phone && groups.len() == 1 && digits(letters, groups).len() >= 7;
        // Fifteen digits are at most fifteen groups; looking further would make long tables of numbers slow.
        let longest = (1..=rest.len().min(LONGEST)).rev().find(|n| {
            let groups = &rest[..*n];
            known.contains(&digits(letters, groups)) || is_phone(letters, groups) || trails(groups)
        });
        follows_phone = longest.is_some();
        let Some(n) = longest else {
            from += 1;
            continue;
        };
        let groups = &rest[..n];
        let digits = digits(letters, groups);
        let key = digits.strip_prefix("00").unwrap_or(&digits).to_owned();
        let (start, end) = (opening(letters, groups), groups[n - 1].end);
        found.push(Found { kind: Kind::Phone, start, end, key });
        from += n;
    }
}

/// How many groups at the head are a date, an IP address, years, counting or thousands.
fn surely_none(letters: &[char], rest: &[Group]) -> usize {
    if is_date(letters, rest) {
        return 3;
    }
    if letters[opening(letters, &rest[..1])..rest[0].start].contains(&'+') {
        return 0;
    }
    if let [a, b, c, d, ..] = rest {
        let four = [*a, *b, *c, *d];
        let goes_on = rest.get(4).is_some_and(|it| letters[d.end..it.start] == ['.']);
        if !goes_on && is_ip(&separators(letters, &four), &values(letters, &four)) {
            return 4;
        }
    }
    years(letters, rest).max(counting(letters, rest)).max(thousands(letters, rest))
}

/// How many years stand in a row; one alone may begin a number.
fn years(letters: &[char], rest: &[Group]) -> usize {
    at_least_two(rest.iter().take_while(|it| is_year(**it, value(letters, **it))).count())
}

/// How far the groups count up by one; two alone may be anything.
fn counting(letters: &[char], rest: &[Group]) -> usize {
    let steps =
        rest.windows(2).take_while(|it| value(letters, it[0]).checked_add(1) == Some(value(letters, it[1])));
    match steps.count() {
        0 | 1 => 0,
        n => n + 1,
    }
}

/// `1 000 000`, `12.345.678`, and `612.000.000`; not `612 345 678`, which is a Spanish mobile.
fn thousands(letters: &[char], rest: &[Group]) -> usize {
    let length = |it: &Group| it.end - it.start;
    let Some(separator) = rest.get(1).map(|it| &letters[rest[0].end..it.start]) else { return 0 };
    if !matches!(separator, [' ' | '.']) || length(&rest[0]) > 3 {
        return 0;
    }
    let shaped =
        rest.windows(2).take_while(|it| length(&it[1]) == 3 && &letters[it[0].end..it[1].start] == separator);
    let n = shaped.count() + 1;
    let round = rest[1..n].iter().all(|it| value(letters, *it) == 0);
    if round || length(&rest[0]) < 3 { at_least_two(n) } else { 0 }
}

fn at_least_two(n: usize) -> usize {
    if n < 2 { 0 } else { n }
}

fn value(letters: &[char], group: Group) -> u64 {
    digits(letters, &[group]).parse().unwrap_or(u64::MAX)
}

fn values(letters: &[char], groups: &[Group]) -> Vec<u64> {
    groups.iter().map(|it| value(letters, *it)).collect()
}

fn separators<'a>(letters: &'a [char], groups: &[Group]) -> Vec<&'a [char]> {
    groups.windows(2).map(|it| &letters[it[0].end..it[1].start]).collect()
}

fn digits(letters: &[char], groups: &[Group]) -> String {
    groups.iter().flat_map(|it| &letters[it.start..it.end]).collect()
}

/// Takes in a `+` before the first group, and a bracket that closes inside.
fn opening(letters: &[char], groups: &[Group]) -> usize {
    let start = groups[0].start;
    let end = groups[groups.len() - 1].end;
    let before = |n: usize, wanted: char| n > 0 && letters[n - 1] == wanted;
    let mut open = start;
    if before(open, '+') {
        open -= 1;
    }
    if before(open, '(') && letters[start..end].contains(&')') {
        open -= 1;
        if before(open, '+') {
            open -= 1;
        }
    }
    open
}

fn is_phone(letters: &[char], groups: &[Group]) -> bool {
    let (start, end) = (groups[0].start, groups[groups.len() - 1].end);
    if end - start > 5 * LONGEST {
        return false;
    }
    let digits = digits(letters, groups);
    let opens = opening(letters, groups);
    if letters[opens..start].contains(&'+') {
        return (7..=15).contains(&digits.len());
    }
    if is_glued(letters, start, end) || is_price(letters, start, end) {
        return false;
    }
    match groups {
        [_] => is_bare_phone(&digits),
        _ if !(7..=15).contains(&digits.len()) => false,
        [a, b] => {
            let separator = &letters[a.end..b.start];
            is_phone_of_two((a.end - a.start, b.end - b.start), separator, &values(letters, groups), &digits)
        }
        _ => groups.iter().any(|it| it.end - it.start > 1) || digits.len() >= 9,
    }
}

/// 8–13 digits that are no date; up to 15 after 00.
fn is_bare_phone(digits: &str) -> bool {
    let part =
        |from: usize, to: usize| digits.get(from..to).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
    let is_day = |month: u64, day: u64| (1..=12).contains(&month) && (1..=31).contains(&day);
    let is_date = digits.len() == 8
        && ((is_year_value(part(0, 4)) && is_day(part(4, 6), part(6, 8)))
            || (is_year_value(part(4, 8))
                && (is_day(part(0, 2), part(2, 4)) || is_day(part(2, 4), part(0, 2)))));
    let longest = if digits.starts_with("00") { 15 } else { 13 };
    (8..=longest).contains(&digits.len()) && !is_date && digits.bytes().any(|it| it != digits.as_bytes()[0])
}

/// 555-0132, 030/1234567, 138-12345678, 9123 4567; not 1500-2000, 3.1415926.
fn is_phone_of_two(lengths: (usize, usize), separator: &[char], values: &[u64], digits: &str) -> bool {
    if separator == ['.'] {
        return false;
    }
    let is_range = values[0] < values[1] && values.iter().all(|it| it.is_multiple_of(10));
    let starts_at_zero = digits.starts_with('0');
    !is_range && (matches!(lengths, (3 | 4, 4)) || starts_at_zero || digits.len() >= 9)
}

/// Year, month and day in some order with one separator, which does not go on.
fn is_date(letters: &[char], groups: &[Group]) -> bool {
    let [a, b, c, ..] = groups else { return false };
    let separator = &letters[a.end..b.start];
    let goes_on = groups.get(3).is_some_and(|it| &letters[c.end..it.start] == separator);
    if goes_on
        || separator != &letters[b.end..c.start]
        || !matches!(separator, ['-' | '.' | '/' | '\u{2013}'] | ['.', ' '])
    {
        return false;
    }
    let value = |it: &Group| value(letters, *it);
    let is_small = |it: &Group| it.end - it.start <= 2 && (1..=31).contains(&value(it));
    let is_short_year = |it: &Group| it.end - it.start == 2;
    let year = |it: &Group| is_year(*it, value(it));
    (year(a) && is_small(b) && is_small(c)) || (is_small(a) && is_small(b) && (year(c) || is_short_year(c)))
}

fn is_year(group: Group, value: u64) -> bool {
    group.end - group.start == 4 && is_year_value(value)
}

/// Gregorian and Thai solar years people write about.
fn is_year_value(value: u64) -> bool {
    (1900..=2100).contains(&value) || (2440..=2650).contains(&value)
}

fn is_ip(separators: &[&[char]], values: &[u64]) -> bool {
    values.len() == 4 && separators.iter().all(|it| *it == ['.']) && values.iter().all(|it| *it < 256)
}

/// Part of a longer code: `a12345678`, `12345678px`, `#12345678`, `12345678,50`, `12345678:3`.
fn is_glued(letters: &[char], start: usize, end: usize) -> bool {
    let is_latin = |it: &char| is_word(*it) && !is_spaceless(*it);
    let before = letters[..start].iter().rev().take_while(|it| is_latin(it)).count();
    // A word runs into its number (`tel4155550132`); one or two letters make a code.
    let code = (1..3).contains(&before)
        || matches!(letters[..start], [.., '#' | '_' | '='])
        || matches!(letters[..start], [.., it, '.'] if it.is_ascii_digit());
    let after = letters.get(end).is_some_and(is_latin);
    let decimals = letters.get(end).is_some_and(|it| matches!(it, ',' | ':'))
        && letters[end + 1..].iter().take_while(|it| it.is_ascii_digit()).count().clamp(0, 4) % 4 > 0;
    code || after || decimals
}

/// A currency stands before or after.
fn is_price(letters: &[char], start: usize, end: usize) -> bool {
    let is_sign = |it: char| {
        matches!(it, '$' | '¢' | '£' | '¥' | '₿' | '元' | '円' | '원' | '฿' | '﷼' | '\u{20a0}'..='\u{20cf}')
    };
    let before = letters[..start].iter().rev().find(|it| **it != ' ').is_some_and(|it| is_sign(*it));
    let mut after = letters[end..].iter().skip_while(|it| **it == ' ');
    let word: String =
        after.clone().take_while(|it| it.is_alphabetic()).take(9).flat_map(|it| it.to_lowercase()).collect();
    let named = [
        "usd",
        "eur",
        "euro",
        "euros",
        "dollars",
        "rmb",
        "yuan",
        "yen",
        "rub",
        "руб",
        "рублей",
        "inr",
        "rupees",
        "pesos",
        "reais",
        "won",
        "ریال",
        "تومان",
        "دولار",
        "ریال",
    ];
    before || after.next().is_some_and(|it| is_sign(*it)) || named.contains(&word.as_str())
}
