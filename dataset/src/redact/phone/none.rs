//! What digits surely are instead: dates, years, thousands, counting, scores, addresses of machines.

use super::{Around, Group, digits, opening, separators, value};
use crate::redact::checksum::ean;

/// Groups looked at from one on; a long table is skipped piece by piece.
const FAR: usize = 30;

/// How many groups at the head are a date, an IP address, years, counting or thousands.
pub(super) fn surely_none(letters: &[char], rest: &[Group], around: &Around) -> usize {
    if is_date(letters, rest) {
        return 3;
    }
    if letters[opening(letters, &rest[..1])..rest[0].start].contains(&'+') {
        return 0;
    }
    if let [a, b, c, d, ..] = rest {
        let four = [*a, *b, *c, *d];
        let goes_on = rest.get(4).is_some_and(|it| letters[d.end..it.start] == ['.']);
        if !goes_on && is_ip(letters, &four) {
            return 4;
        }
    }
    let quads = quads(letters, rest);
    if quads > 0 {
        return quads;
    }
    if is_book(letters, rest) {
        return 5;
    }
    let none = years(letters, rest)
        .max(counting(letters, rest))
        .max(thousands(letters, rest))
        .max(scores(letters, rest))
        .max(pairs(letters, rest))
        .max(fraction(letters, rest));
    // Who says that it is a number to call is believed.
    if around.is_cued { years(letters, rest) } else { none }
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
    if !matches!(separator, [' ' | '.' | ',']) || length(&rest[0]) > 3 {
        return 0;
    }
    let shaped = rest
        .windows(2)
        .take(FAR)
        .take_while(|it| length(&it[1]) == 3 && &letters[it[0].end..it[1].start] == separator);
    let n = shaped.count() + 1;
    let round = rest[1..n].iter().all(|it| value(letters, *it) == 0);
    // `415,555,0132` goes on as thousands do not.
    let is_list =
        separator == [','] && rest.get(n).is_none_or(|it| &letters[rest[n - 1].end..it.start] != separator);
    if round || length(&rest[0]) < 3 || is_list { at_least_two(n) } else { 0 }
}

fn at_least_two(n: usize) -> usize {
    if n < 2 { 0 } else { n }
}

/// `1234 5678 9012 3456`: four fours are a card, an account or an order, and no phone number.
fn quads(letters: &[char], rest: &[Group]) -> usize {
    let Some(joint) = rest.get(1).map(|it| &letters[rest[0].end..it.start]) else { return 0 };
    let fours = rest.iter().take(FAR).take_while(|it| it.length() == 4).count();
    let joined =
        rest.windows(2).take(FAR).take_while(|it| &letters[it[0].end..it[1].start] == joint).count() + 1;
    match fours.min(joined) {
        n if n >= 4 => n + usize::from(rest.get(n).is_some_and(|it| it.length() < 4)),
        _ => 0,
    }
}

/// A row of small numbers: four pairs are a number in Denmark, five from 0 on in France, single digits anywhere.
fn pairs(letters: &[char], rest: &[Group]) -> usize {
    let Some(joint) = rest.get(1).map(|it| &letters[rest[0].end..it.start]) else { return 0 };
    let small = rest.iter().take(FAR).take_while(|it| it.length() <= 2).count();
    let joined =
        rest.windows(2).take(FAR).take_while(|it| &letters[it[0].end..it[1].start] == joint).count() + 1;
    let n = small.min(joined);
    let is_spelt = rest[..n].iter().all(|it| it.length() == 1);
    if n >= 5 && !is_spelt && letters[rest[0].start] != '0' { n } else { 0 }
}

/// `0.9712`.
fn fraction(letters: &[char], rest: &[Group]) -> usize {
    let joint = |n: usize| rest.get(n + 1).map(|it| &letters[rest[n].end..it.start]);
    let is_fraction = letters[rest[0].start..rest[0].end] == ['0'] && matches!(joint(0), Some(['.' | ',']));
    if is_fraction && joint(1) != joint(0) { 2 } else { 0 }
}

/// `978-3-16-148410-0`, by its sum.
fn is_book(letters: &[char], rest: &[Group]) -> bool {
    let Some(groups) = rest.get(..5) else { return false };
    let whole: usize = groups.iter().map(|it| it.length()).sum();
    let number = if whole == 13 { digits(letters, groups) } else { return false };
    (number.starts_with("978") || number.starts_with("979")) && ean(&number)
}

/// `21-19 21-17 21-15`: pairs of small numbers, joined in one way and parted in another.
fn scores(letters: &[char], rest: &[Group]) -> usize {
    let Some(inner) = rest.get(1).map(|it| &letters[rest[0].end..it.start]) else { return 0 };
    let Some(outer) = rest.get(2).map(|it| &letters[rest[1].end..it.start]) else { return 0 };
    let is_inner = |it: &[char]| matches!(it, ['-' | '/' | '\u{2013}' | '\u{2012}']);
    if !is_inner(inner) || is_inner(outer) || inner == outer || letters[rest[0].start] == '0' {
        return 0;
    }
    let small = rest.iter().take(FAR).take_while(|it| it.length() <= 2).count();
    let alternates = rest
        .windows(2)
        .take(FAR)
        .enumerate()
        .take_while(|(n, it)| &letters[it[0].end..it[1].start] == if n % 2 == 0 { inner } else { outer });
    let n = small.min(alternates.count() + 1);
    if n >= 4 { n / 2 * 2 } else { 0 }
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
pub(super) fn is_year_value(value: u64) -> bool {
    (1900..=2100).contains(&value) || (2440..=2650).contains(&value)
}

fn is_ip(letters: &[char], groups: &[Group]) -> bool {
    separators(letters, groups).iter().all(|it| *it == ['.'])
        && groups.iter().all(|it| value(letters, *it) < 256)
}
