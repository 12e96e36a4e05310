//! Telephone numbers in a reading.
//!
//! Nobody can tell every phone number from every other number. What is surely something else is
//! left alone (dates, years, prices, thousands, scores, versions, counting); of the rest, what has the
//! length and grouping of a phone number goes, because a number too many costs a trainer little.

mod around;
mod none;

use std::collections::BTreeSet;

use super::{
    kind::Kind,
    scan::{Scan, step},
};
use around::Around;

/// Digits of the longest phone number: E.164.
const LONGEST: usize = 15;

/// Digits that stand together.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn length(self) -> usize {
        self.end - self.start
    }
}

/// Phone numbers in what is free. `known` are numbers already found in this record: their bare digits count
/// wherever they stand.
pub(super) fn find(scan: &mut Scan, known: &BTreeSet<String>) {
    let mut at = 0;
    while at < scan.letters.len() {
        if !scan.letters[at].is_ascii_digit() || !scan.is_free(at) {
            at += 1;
            continue;
        }
        let run = run(scan, at);
        at = run.last().map_or(at + 1, |it| it.end);
        for (start, end, key) in split(scan, &run, known) {
            scan.take_as(Kind::Phone, start, end, key);
        }
    }
}

/// Groups joined by at most three separators.
fn run(scan: &Scan, from: usize) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut start = from;
    loop {
        let mut end = start;
        while scan.letter(end).is_some_and(|it| it.is_ascii_digit()) && scan.is_free(end) {
            end += 1;
        }
        groups.push(Group { start, end });
        let next = end + scan.run(end, 3, |it| is_separator(it) || is_odd(it));
        let joins =
            next > end && scan.letter(next).is_some_and(|it| it.is_ascii_digit()) && scan.is_free(next);
        if !joins {
            return groups;
        }
        start = next;
    }
}

/// What people put between the groups of a number.
pub(super) fn is_separator(letter: char) -> bool {
    matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}')
}

/// What people put there so that nothing finds it, and what lists and tables have between their numbers.
fn is_odd(letter: char) -> bool {
    matches!(
        letter,
        '_' | ','
            | '·'
            | '•'
            | '・'
            | '∙'
            | '⋅'
            | '●'
            | '~'
            | '∼'
            | '|'
            | '\\'
            | '['
            | ']'
            | '{'
            | '}'
            | '*'
            | '='
            | '\n'
            | '\r'
            | '\t'
            | '。'
            | '、'
    )
}

/// Cuts a run into phone numbers and what is none, longest first.
fn split(scan: &Scan, run: &[Group], known: &BTreeSet<String>) -> Vec<(usize, usize, String)> {
    let letters = scan.letters;
    let mut found = Vec::new();
    let mut from = 0;
    let mut follows_phone = false;
    while from < run.len() {
        let rest = &run[from..];
        // Too short for any number, however it is joined.
        if rest.iter().take(LONGEST).map(|it| it.length()).sum::<usize>() < 6 {
            break;
        }
        let around = Around::of(scan, rest);
        let skipped = none::surely_none(letters, rest, &around);
        if skipped > 0 {
            (from, follows_phone) = (from + skipped, false);
            continue;
        }
        // Two numbers run together can make a group too long for one: the rest of a phone number goes with it.
        let trails = |groups: &[Group]| follows_phone && groups.len() == 1 && groups[0].length() >= 7;
        // Fifteen digits are at most fifteen groups; looking further would make long tables of numbers slow.
        let mut n_digits = 0;
        let most = rest
            .iter()
            .take(LONGEST)
            .take_while(|it| {
                n_digits += it.length();
                n_digits <= LONGEST
            })
            .count();
        let longest = (1..=most.max(1)).rev().find(|n| {
            let groups = &rest[..*n];
            (!known.is_empty() && groups[0].length() <= LONGEST && known.contains(&digits(letters, groups)))
                || is_phone(scan, groups, &around)
                || trails(groups)
        });
        follows_phone = longest.is_some();
        let Some(n) = longest else {
            from += 1;
            continue;
        };
        let groups = &rest[..n];
        let digits = digits(letters, groups);
        let key = digits.strip_prefix("00").unwrap_or(&digits).to_owned();
        found.push((opening(letters, groups), groups[n - 1].end, key));
        from += n;
    }
    found
}

fn value(letters: &[char], group: Group) -> u64 {
    digits(letters, &[group]).parse().unwrap_or(u64::MAX)
}

fn separators<'a>(letters: &'a [char], groups: &[Group]) -> Vec<&'a [char]> {
    groups.windows(2).map(|it| &letters[it[0].end..it[1].start]).collect()
}

fn digits(letters: &[char], groups: &[Group]) -> String {
    let digits: String = groups.iter().flat_map(|it| &letters[it.start..it.end]).collect();
    step(digits.len());
    digits
}

/// Takes in a `+` before the first group, and a bracket that closes inside.
fn opening(letters: &[char], groups: &[Group]) -> usize {
    let start = groups[0].start;
    let end = groups[groups.len() - 1].end;
    let before = |n: usize, wanted: char| n > 0 && letters[n - 1] == wanted;
    let mut open = start;
    if before(open, '+') {
        open -= 1;
    } else if before(open, ' ') && before(open - 1, '+') {
        open -= 2;
    }
    let closes = |open: char, close: char| before(start, open) && letters[start..end].contains(&close);
    if open == start && (closes('(', ')') || closes('[', ']') || closes('{', '}')) {
        open -= 1;
    }
    // `(+49)`: the bracket stands before the sign.
    if open < start && before(open, '(') && letters[start..end].contains(&')') {
        open -= 1;
    }
    if open + 1 == start && before(open, '+') {
        open -= 1;
    }
    open
}

fn is_phone(scan: &Scan, groups: &[Group], around: &Around) -> bool {
    let letters = scan.letters;
    let (start, end) = (groups[0].start, groups[groups.len() - 1].end);
    if end - start > 5 * LONGEST || !is_free_behind(scan, end) {
        return false;
    }
    let digits = digits(letters, groups);
    let is_plus = letters[opening(letters, groups)..start].contains(&'+');
    let is_international = is_plus || digits.starts_with("00");
    if !is_joined_as_one(letters, groups, is_international || digits.starts_with('0'), around) {
        return false;
    }
    if is_plus && !around.in_link {
        return (7..=15).contains(&digits.len());
    }
    if around.is_cued && !around::is_price(scan, start, end) && !around.is_code {
        return (6..=15).contains(&digits.len()) && (digits.len() > 6 || groups.len() > 1);
    }
    if around.is_denied
        || around.is_code
        || around.in_link
        || around::is_glued_behind(scan, end)
        || around::is_price(scan, start, end)
    {
        return false;
    }
    match groups {
        [_] => is_bare_phone(&digits),
        _ if !(7..=15).contains(&digits.len()) => false,
        [a, b] => is_phone_of_two((a.length(), b.length()), letters, groups, &digits),
        _ => is_phone_of_many(letters, groups, &digits),
    }
}

/// A group that is cut, since it is taken or goes on behind `end`, is no group.
fn is_free_behind(scan: &Scan, end: usize) -> bool {
    !scan.letter(end).is_some_and(|it| it.is_ascii_digit() && scan.is_free(end))
}

/// How groups may be joined by what lists and tables have too: all by the same, in the shape of a number.
fn is_joined_as_one(letters: &[char], groups: &[Group], begins_as_one: bool, around: &Around) -> bool {
    let joints = separators(letters, groups);
    // A bracket, a comma or a line end behind a whole number begins the next one.
    let mut n_before = 0;
    for (group, joint) in groups.iter().zip(&joints) {
        n_before += group.length();
        if n_before >= 9 && joint.iter().any(|it| matches!(it, '(' | ',' | '、'))
            || n_before >= 11 && joint.contains(&'\n')
        {
            return false;
        }
    }
    let odd = |it: &&[char]| it.iter().copied().find(|it| is_odd(*it));
    let Some(sign) = joints.iter().find_map(odd) else { return true };
    if joints.iter().filter_map(odd).any(|it| it != sign) {
        return false;
    }
    let lengths: Vec<usize> = groups.iter().map(|it| it.length()).collect();
    let n_digits: usize = lengths.iter().sum();
    let is_shaped = matches!(lengths.as_slice(), [3 | 2, 4, 4] | [3, 3, 4] | [2, 5, 4] | [1, 3, 3, 4]);
    let is_rare = !matches!(sign, ',' | '\n' | '\r' | '\t' | '=' | '*' | '、');
    let is_rare_shape = is_rare
        && matches!(lengths.as_slice(), [3 | 4, 3, 3] | [5, 5] | [2 | 3, 2 | 3, 2, 2] | [1, 3, 3, 2, 2]);
    let is_number = (begins_as_one || around.is_cued)
        && n_digits >= 8
        && lengths.iter().all(|it| *it > 1 || begins_as_one);
    (9..=15).contains(&n_digits) && is_shaped || is_rare_shape || is_number
}

/// 8–13 digits that are no date, no count and no time; up to 15 after 00.
fn is_bare_phone(digits: &str) -> bool {
    let part =
        |from: usize, to: usize| digits.get(from..to).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
    let is_day = |month: u64, day: u64| (1..=12).contains(&month) && (1..=31).contains(&day);
    let is_date = digits.len() == 8
        && ((none::is_year_value(part(0, 4)) && is_day(part(4, 6), part(6, 8)))
            || (none::is_year_value(part(4, 8))
                && (is_day(part(0, 2), part(2, 4)) || is_day(part(2, 4), part(0, 2)))));
    let is_round = digits.ends_with("00000");
    // Seconds and milliseconds since 1970, in this century.
    let is_moment = matches!(digits.len(), 10 | 13) && digits.starts_with('1');
    let is_book = digits.len() == 13 && (digits.starts_with("978") || digits.starts_with("979"));
    let longest = if digits.starts_with("00") { 15 } else { 13 };
    let is_one_digit = digits.bytes().all(|it| it == digits.as_bytes()[0]);
    (8..=longest).contains(&digits.len()) && !(is_date || is_round || is_moment || is_book || is_one_digit)
}

/// 555-0132, 030/1234567, 138-12345678, 9123 4567; not 1500-2000, 3.1415926.
fn is_phone_of_two(lengths: (usize, usize), letters: &[char], groups: &[Group], digits: &str) -> bool {
    if letters[groups[0].end..groups[1].start] == ['.'] {
        return false;
    }
    let values: Vec<u64> = groups.iter().map(|it| value(letters, *it)).collect();
    let is_range = values[0] < values[1] && values.iter().all(|it| it.is_multiple_of(10));
    let starts_at_zero = digits.starts_with('0');
    !is_range && (matches!(lengths, (3 | 4, 4)) || starts_at_zero || digits.len() >= 9)
}

/// Three groups and more: not pairs in a table, nor the places of a version.
fn is_phone_of_many(letters: &[char], groups: &[Group], digits: &str) -> bool {
    let n_single = groups.iter().filter(|it| it.length() == 1).count();
    let starts_at_zero = digits.starts_with('0');
    if n_single == groups.len() {
        return digits.len() >= 9;
    }
    let joints = separators(letters, groups);
    let is_version = n_single > 0 && !starts_at_zero && joints.iter().all(|it| *it == ['.']);
    let is_table = n_single * 2 >= groups.len() && !starts_at_zero;
    let is_pairs = groups.iter().all(|it| it.length() == 2);
    let pairs_fit =
        groups.len() == 4 || (groups.len() == 5 && (starts_at_zero || !joints.iter().all(|it| *it == [' '])));
    let values: Vec<u64> = groups.iter().map(|it| value(letters, *it)).collect();
    let rises = values.windows(2).all(|it| it[0] < it[1]) && groups.iter().all(|it| it.length() <= 2);
    let is_row = is_pairs && !pairs_fit || rises && !starts_at_zero;
    !(is_version || is_table || is_row)
}
