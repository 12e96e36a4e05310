//! E-mail addresses in a reading: what stands around an `@`.

use super::{
    glyph::{is_spaceless, is_word},
    kind::Kind,
    scan::Scan,
    spelt::is_top_level,
};

/// Longest local part and longest handle taken, in scalars: RFC 5321 gives 64.
pub(super) const LONGEST: usize = 64;

/// Longest host, which DNS gives.
const LONGEST_HOST: usize = 253;

/// Every address.
pub(super) fn find(scan: &mut Scan) {
    for at in (0..scan.letters.len()).filter(|n| scan.letters[*n] == '@').collect::<Vec<_>>() {
        if let Some((start, end)) = email(scan, at) {
            scan.take(Kind::Email, start, end);
        }
    }
}

/// `john.doe@example.com` around `at`.
fn email(scan: &Scan, at: usize) -> Option<(usize, usize)> {
    let letters = scan.letters;
    let start = local(scan, at)?;
    // `@ann@host.example` is a handle.
    if scan.before(start) == Some('@') && !scan.is_glued_before(start - 1) {
        return None;
    }
    let end = literal(scan, at + 1).or_else(|| host(letters, at + 1))?;
    // `请看@property`: the sentence goes on before a handle.
    let parts = is_spaceless(letters[at - 1]) != is_spaceless(letters[at + 1]);
    if parts && !letters[at + 1..end].contains(&'.') {
        return None;
    }
    let only_digits = |from: usize, to: usize| letters[from..to].iter().all(char::is_ascii_digit);
    let is_each = only_digits(start, at) && only_digits(at + 1, end);
    let is_address = start < at && !is_each && !is_version(&letters[at + 1..end]);
    is_address.then(|| undotted(scan, start, at, end)).flatten().map(|end| (start, end))
}

/// Where an address ends whose host may have no dot: `w@nt` and `t@g` are words in disguise, `ann_k9@intranet` is none,
/// and `ann@example,com` was mistyped.
fn undotted(scan: &Scan, start: usize, at: usize, end: usize) -> Option<usize> {
    let letters = scan.letters;
    if letters[at + 1..end].iter().any(|it| ".。[".contains(*it)) || letters[start] == '"' {
        return Some(end);
    }
    if scan.letter(end) == Some(',') {
        let n = scan.run(end + 1, 12, char::is_alphabetic);
        let label: String = letters[end + 1..end + 1 + n].iter().collect();
        if ["com", "org", "net", "de", "fr", "ru", "br", "uk", "example"]
            .contains(&label.to_lowercase().as_str())
        {
            return Some(end + 1 + n);
        }
    }
    let host: String = letters[at + 1..end].iter().collect();
    let is_odd = letters[start..at].iter().any(|it| it.is_ascii_digit() || "._-+".contains(*it));
    let is_name =
        is_odd && at - start >= 4 && end - at > 3 && host.chars().all(|it| it.is_alphabetic() || it == '-');
    (is_name || host == "localhost").then_some(end)
}

/// Where the local part that ends at `at` begins.
fn local(scan: &Scan, at: usize) -> Option<usize> {
    let letters = scan.letters;
    let nearest = *letters.get(at.checked_sub(1)?)?;
    if nearest == '"' {
        let n =
            letters[..at - 1].iter().rev().take(LONGEST).take_while(|it| !matches!(it, '"' | '\n')).count();
        return (n > 0 && at >= n + 2 && letters[at - n - 2] == '"').then(|| at - n - 2);
    }
    let is_local = |it: char| is_word(it) || ".+-%'&~!#$*/=?^{|}".contains(it);
    let mut start = at;
    while start > 0
        && at - start < LONGEST
        && scan.is_free(start - 1)
        && is_local(letters[start - 1])
        && belongs(letters[start - 1], nearest)
    {
        start -= 1;
    }
    // Signs that a local part may hold end a sentence, a link or a setting far more often.
    if let Some(sign) = letters[start..at].iter().rposition(|it| "!#$*/=?^{|}&".contains(*it)) {
        start += sign + 1;
    }
    while start < at && !is_word(letters[start]) {
        start += 1;
    }
    Some(start)
}

/// `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
fn literal(scan: &Scan, from: usize) -> Option<usize> {
    if scan.letter(from) != Some('[') {
        return None;
    }
    let n = scan.run(from + 1, 50, |it| it.is_ascii_alphanumeric() || ".:".contains(it));
    let inside = &scan.letters[from + 1..from + 1 + n];
    let is_address = inside.iter().filter(|it| ".:".contains(**it)).count() >= 2;
    (is_address && scan.letter(from + 1 + n) == Some(']')).then_some(from + n + 2)
}

/// Where the host that begins at `from` ends.
pub(super) fn host(letters: &[char], from: usize) -> Option<usize> {
    let first = letters.get(from).filter(|it| it.is_alphanumeric())?;
    let mut end = from;
    while end - from < LONGEST_HOST {
        let Some(it) = letters.get(end) else { break };
        // A full stop of East Asia is one of a host only where the host goes on as it began.
        let is_dot =
            *it == '.' || (*it == '。' && letters.get(end + 1).is_some_and(char::is_ascii_lowercase));
        if !is_dot && !((is_word(*it) || *it == '-') && belongs(*it, *first)) {
            break;
        }
        end += 1;
    }
    while !letters[end - 1].is_alphanumeric() && end > from + 1 {
        end -= 1;
    }
    Some(end)
}

/// `react@18.2.0`, `checkout@v4`, `icon@2x.png`, `node@lts`: what programs write behind an `@`.
fn is_version(host: &[char]) -> bool {
    let said: String = host.iter().collect();
    let number = said.strip_prefix('v').unwrap_or(&said);
    if !number.starts_with(|it: char| it.is_ascii_digit()) {
        return ["lts", "latest", "next", "beta", "alpha", "canary", "main", "master", "head", "dev"]
            .contains(&said.to_lowercase().as_str());
    }
    let labels: Vec<&str> = said.split('.').collect();
    let is_ip = labels.len() == 4 && labels.iter().all(|it| it.parse::<u8>().is_ok());
    let is_host = labels.len() > 1 && labels.last().is_some_and(|it| is_top_level(it));
    !(is_ip || is_host)
}

/// Whether `letter` can be in one address with `anchor`, the letter next to the `@`.
pub(super) fn belongs(letter: char, anchor: char) -> bool {
    is_spaceless(letter) == is_spaceless(anchor) || (is_spaceless(anchor) && !letter.is_alphabetic())
}
