//! Handles that say so themselves: `@name`, `u/name`, `name#1234`, `<@123…>`.

use std::collections::BTreeSet;

use super::{
    address::{LONGEST, belongs, host},
    glyph::{is_glue, is_word},
    kind::Kind,
    reading::{BARRIER, key},
    scan::Scan,
};

/// Words behind an `@` that speak to a program or to everybody.
const NOBODY: &str = " media import param params return returns throws override deprecated author see since version \
    property staticmethod classmethod dataclass abstractmethod keyframes font charset supports page layer container \
    namespace test before after beforeeach aftereach autowired component service controller entity table column id \
    injectable input output inject module getter setter todo type typedef interface extends include mixin function if \
    else each for while app decorator home work school annotation pytest jit njit cached lru_cache wraps click everyone here channel all ";

/// Every handle that has its sign.
pub(super) fn find(scan: &mut Scan) {
    for at in 0..scan.letters.len() {
        match scan.letters[at] {
            '@' => at_sign(scan, at),
            '/' => forum(scan, at),
            '#' => numbered(scan, at),
            _ => {}
        }
    }
}

/// Known handles that stand without their sign, as whole words.
pub(super) fn find_bare(scan: &mut Scan, names: &BTreeSet<String>) {
    if names.is_empty() {
        return;
    }
    let letters = scan.letters;
    let mut at = 0;
    while at < letters.len() {
        if !is_word(letters[at]) {
            at += 1;
            continue;
        }
        // A handle may hold full stops and hyphens, and a sentence may end after one: the longest is tried first.
        let word = at + scan.run(at, usize::MAX, is_word);
        let mut dotted = at + scan.run(at, LONGEST + 1, |it| is_word(it) || ".-".contains(it));
        while ".-".contains(letters[dotted - 1]) {
            dotted -= 1;
        }
        let is_known =
            |end: &usize| *end > at && *end - at <= LONGEST && names.contains(&key(&letters[at..*end]));
        let known = [dotted, word].into_iter().find(is_known);
        if let Some(end) = known {
            scan.take_as(Kind::Handle, at, end, format!("@{}", key(&letters[at..end])));
        }
        at = known.unwrap_or(word);
    }
}

fn at_sign(scan: &mut Scan, at: usize) {
    if let Some((start, end)) = mention(scan, at) {
        scan.take_as(Kind::Handle, start, end, key(&scan.letters[at..end - 1]).replace('!', ""));
    } else if let Some(end) = name(scan, at) {
        scan.take(Kind::Handle, at, end);
    }
}

/// `<@123456789012345678>`, `<@!…>`, and `<@U012AB3CD>`.
fn mention(scan: &Scan, at: usize) -> Option<(usize, usize)> {
    if scan.before(at) != Some('<') {
        return None;
    }
    let from = at + 1 + usize::from(scan.letter(at + 1).is_some_and(|it| "!&".contains(it)));
    let end = from + scan.run(from, 24, |it| it.is_ascii_alphanumeric());
    (end >= from + 6 && scan.letter(end) == Some('>')).then_some((at - 1, end + 1))
}

/// Where the handle whose `@` stands at `at` ends; `@ann@host.example` is one handle.
fn name(scan: &Scan, at: usize) -> Option<usize> {
    let letters = scan.letters;
    // Behind a word it is an address, or the version of a package.
    if scan.before(at).is_some_and(|it| is_glue(it) && it != '_') && scan.is_free(at - 1) {
        return None;
    }
    // Behind what is gone from a link, its host follows.
    let is_gone = |n: usize| !scan.is_free(n) || scan.letters[n] == BARRIER;
    if at > 0 && is_gone(at - 1) && scan.is_in_link(at) {
        return None;
    }
    let first = letters.get(at + 1).filter(|it| is_word(**it))?;
    let mut end = at + 1;
    while end - at <= LONGEST
        && letters.get(end).is_some_and(|it| (is_word(*it) || ".-".contains(*it)) && belongs(*it, *first))
        && scan.is_free(end)
    {
        end += 1;
    }
    while ".-".contains(letters[end - 1]) {
        end -= 1;
    }
    if end == at + 1 {
        return None;
    }
    let said = key(&letters[at + 1..end]);
    let is_package = scan.letter(end) == Some('/') && {
        let past = end + 1 + scan.run(end + 1, LONGEST, |it| is_word(it) || it == '-');
        scan.letter(past) == Some('@')
    };
    let word = said.split(['.', '-']).next().unwrap_or_default();
    // `@re` and `@nd` are words in disguise.
    let is_disguise =
        said.len() < 3 && said.bytes().all(|it| it.is_ascii_alphabetic()) && scan.letter(end) != Some('@');
    if is_disguise || is_amount(&said) || is_package || NOBODY.contains(&format!(" {word} ")) {
        return None;
    }
    let elsewhere = (scan.letter(end) == Some('@')).then(|| host(letters, end + 1)).flatten();
    Some(elsewhere.unwrap_or(end))
}

/// `@ 99`, `@2.99`, `@5pm`, `@1080p`: a price, an hour, a measure.
fn is_amount(said: &str) -> bool {
    let number = said.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let unit = &said[number.len()..];
    let is_number = !number.is_empty() && number.chars().all(|it| it.is_ascii_digit() || ".-".contains(it));
    match unit {
        "" => is_number && (number.len() < 4 || number.contains('.')),
        "am" | "pm" | "x" | "p" | "h" | "k" | "m" | "hz" | "khz" | "mhz" | "ghz" | "fps" | "kg" | "g"
        | "km" | "uhr" | "s" | "ms" => is_number,
        _ => false,
    }
}

/// `u/name`, `/u/name`, `user/name` of a forum.
fn forum(scan: &mut Scan, at: usize) {
    let is_u = at > 0 && matches!(scan.letters[at - 1], 'u' | 'U');
    if !is_u || scan.is_in_link(at) {
        return;
    }
    let mut start = at - 1;
    if scan.before(start) == Some('/') {
        start -= 1;
    }
    if scan.is_glued_before(start) || scan.before(start) == Some('/') {
        return;
    }
    let mut end = at + 1 + scan.run(at + 1, LONGEST, |it| it.is_ascii_alphanumeric() || "_.-".contains(it));
    while ".-".contains(scan.letters[end - 1]) {
        end -= 1;
    }
    if end >= at + 4 {
        let name = key(&scan.letters[at + 1..end]);
        scan.take_as(Kind::Handle, start, end, format!("@{name}"));
    }
}

/// What has numbers and no name: `issue#1234`.
const NUMBERED: &str = " issue issues pr prs bug ticket order case room item no nr num number art article page invoice ref \
    id part lot model flight apt apartment unit suite pedido bestellung rechnung commande factura gh task story epic mr \
    question chapter figure fig episode ep season rank level class group team gate bus line track song day week round \
    set box bin post comment video clip image report msg message row record doc tweet thread c f j a ";

/// `name#1234`.
fn numbered(scan: &mut Scan, at: usize) {
    let n_digits = scan.run(at + 1, 5, |it| it.is_ascii_digit());
    if n_digits != 4 || scan.is_glued_after(at + 5) {
        return;
    }
    let before = &scan.letters[..at];
    let n = before.iter().rev().take(LONGEST).take_while(|it| is_glue(**it) || ".-".contains(**it)).count();
    let start = at - n;
    let name = key(&scan.letters[start..at]);
    let in_path = scan.before(start) == Some('/') || scan.is_in_link(at);
    if n >= 2 && !in_path && !NUMBERED.contains(&format!(" {name} ")) {
        scan.take_as(Kind::Handle, start, at + 5, format!("@{name}#{}", key(&scan.letters[at + 1..at + 5])));
    }
}
