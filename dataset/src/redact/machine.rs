//! Addresses of machines, and places on earth.
//!
//! Addresses of private networks and of one's own machine name nobody and stay; so does what calls itself a version.

use super::{glyph::is_glue, kind::Kind, reading::key, scan::Scan};

/// Every IPv4, IPv6 and hardware address.
pub(super) fn find(scan: &mut Scan) {
    let mut at = 0;
    while at < scan.letters.len() {
        at = hardware(scan, at).or_else(|| six(scan, at)).or_else(|| four(scan, at)).unwrap_or(at + 1);
    }
}

fn is_hex(letter: char) -> bool {
    letter.is_ascii_hexdigit()
}

/// `5e:12:9a:0f:c3:7b`, with hyphens, or `5e12.9a0f.c37b`.
fn hardware(scan: &mut Scan, at: usize) -> Option<usize> {
    if !is_hex(scan.letters[at])
        || scan.before(at).is_some_and(|it| is_glue(it) || matches!(it, ':' | '-' | '.'))
    {
        return None;
    }
    for (separator, width, n) in [(':', 2, 6), ('-', 2, 6), ('.', 4, 3)] {
        let end = at + n * (width + 1) - 1;
        let Some(letters) = scan.letters.get(at..end) else { continue };
        let fits = letters.iter().enumerate().all(|(n, it)| match n % (width + 1) == width {
            true => *it == separator,
            false => is_hex(*it),
        });
        let goes_on = scan.letter(end).is_some_and(|it| is_glue(it) || it == separator);
        // Twelve digits in pairs can be anything; colons between them are rarer.
        let has_letter = separator == ':' || letters.iter().any(char::is_ascii_alphabetic);
        if fits && !goes_on && has_letter && scan.take(Kind::Mac, at, end) {
            return Some(end);
        }
    }
    None
}

/// Words before something that looks like an address and is a version or a section.
const VERSIONS: &[&str] = &[
    "v",
    "version",
    "versions",
    "ver",
    "release",
    "build",
    "firmware",
    "section",
    "sections",
    "chapter",
    "kapitel",
    "abschnitt",
    "article",
    "art",
    "§",
    "版本",
    "バージョン",
    "версия",
    "версии",
    "versión",
    "versão",
];

fn four(scan: &mut Scan, at: usize) -> Option<usize> {
    if !scan.letters[at].is_ascii_digit()
        || scan.before(at).is_some_and(|it| it.is_ascii_digit() || is_glue(it))
    {
        return None;
    }
    if scan.before(at) == Some('.') && at > 1 && scan.letters[at - 2].is_ascii_digit() {
        return None;
    }
    let (end, octets) = octets(scan, at)?;
    let goes_on = scan.is_glued_after(end)
        || (scan.letter(end) == Some('.') && scan.letter(end + 1).is_some_and(|it| it.is_ascii_digit()));
    let is_version = VERSIONS.contains(&scan.word_before(at).as_str()) && at > 0;
    if goes_on || is_version || is_private(octets) {
        return None;
    }
    scan.take(Kind::Ip, at, end).then_some(end)
}

fn octets(scan: &Scan, at: usize) -> Option<(usize, [u8; 4])> {
    let mut octets = [0; 4];
    let mut read = at;
    for (n, octet) in octets.iter_mut().enumerate() {
        if n > 0 {
            (scan.letter(read) == Some('.')).then_some(())?;
            read += 1;
        }
        let length = scan.run(read, 4, |it| it.is_ascii_digit());
        let digits: String = scan.letters.get(read..read + length)?.iter().collect();
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        *octet = digits.parse().ok()?;
        read += length;
    }
    Some((read, octets))
}

/// RFC 1918, 1122, 3927, 5771 and masks.
fn is_private(octets: [u8; 4]) -> bool {
    let address = core::net::Ipv4Addr::from(octets);
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || octets[0] == 0
        || octets[0] >= 224
}

/// IPv6: eight groups of hex, or fewer around `::`.
fn six(scan: &mut Scan, at: usize) -> Option<usize> {
    let begins = is_hex(scan.letters[at]) || scan.letters[at] == ':';
    if !begins || scan.before(at).is_some_and(|it| is_glue(it) || matches!(it, ':' | '.')) {
        return None;
    }
    let n = scan.run(at, 46, |it| is_hex(it) || ":.".contains(it));
    let mut end = at + n;
    while end > at
        && (scan.letters[end - 1] == '.'
            || (scan.letters[end - 1] == ':' && scan.before(end - 1) != Some(':')))
    {
        end -= 1;
    }
    if scan.is_glued_after(end) {
        return None;
    }
    let said: String = scan.letters[at..end].iter().collect();
    let address: core::net::Ipv6Addr = said.parse().ok()?;
    // `ab::cd` is a name of code as well; an address has more to say.
    let groups: Vec<&str> = said.split(':').filter(|it| !it.is_empty()).collect();
    let says = groups.len() >= 3
        || groups.first().is_some_and(|it| it.len() == 4 && it.starts_with(['2', 'f', 'F']));
    let is_told = says
        && said.contains(|it: char| it.is_ascii_digit())
        && !address.is_loopback()
        && !address.is_unspecified();
    (is_told && scan.take(Kind::Ip, at, end)).then_some(end)
}

/// Every pair of latitude and longitude.
pub(super) fn find_places(scan: &mut Scan) {
    let mut at = 0;
    while at < scan.letters.len() {
        at = place(scan, at).unwrap_or(at + 1).max(at + 1);
    }
}

fn place(scan: &mut Scan, at: usize) -> Option<usize> {
    let begins = scan.letters[at].is_ascii_digit() || matches!(scan.letters[at], '-' | '+' | '−');
    if !begins || scan.before(at).is_some_and(|it| is_glue(it) || matches!(it, '.' | '-' | ',')) {
        return None;
    }
    if let Some(end) = degrees(scan, at) {
        return scan.take(Kind::Coordinates, at, end).then_some(end);
    }
    let (first, latitude) = decimal(scan, at)?;
    let n = between(scan, first);
    let (end, longitude) = (n > 0).then(|| decimal(scan, first + n)).flatten()?;
    let next = |at: usize| {
        let past = at + scan.run(at, 3, |it| matches!(it, ' ' | ',' | ';'));
        (past > at).then(|| decimal(scan, past)).flatten().map(|it| it.0)
    };
    if let Some(mut past) = next(end) {
        while let Some(further) = next(past) {
            past = further;
        }
        return Some(past);
    }
    let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    // Shares and probabilities come in pairs too, and vectors in threes.
    let is_small = latitude.abs() < 1.0 && longitude.abs() < 1.0;
    (is_on_earth && !is_small && scan.take(Kind::Coordinates, at, end)).then_some(end)
}

/// How many letters part latitude and longitude: a comma and spaces, or the word for the second.
fn between(scan: &Scan, at: usize) -> usize {
    let sign = |it: char| matches!(it, ' ' | ',' | ';' | '/' | ':' | '=' | '"' | '\'');
    let n = scan.run(at, 4, sign);
    let word = scan.run(at + n, 10, char::is_alphabetic);
    let said = key(&scan.letters[at + n..at + n + word]);
    match said.as_str() {
        "long" | "lon" | "lng" | "longitude" | "längengrad" | "longitud" | "долгота" => {
            n + word + scan.run(at + n + word, 4, sign)
        }
        _ => n,
    }
}

/// A number with four decimals or more, its degree sign and its N or E.
fn decimal(scan: &Scan, at: usize) -> Option<(usize, f64)> {
    let sign = usize::from(scan.letter(at).is_some_and(|it| matches!(it, '-' | '+' | '−')));
    let whole = scan.run((at + sign).min(scan.letters.len()), 4, |it| it.is_ascii_digit());
    let point = at + sign + whole;
    if !(1..=3).contains(&whole) || scan.letter(point) != Some('.') {
        return None;
    }
    let decimals = scan.run(point + 1, 17, |it| it.is_ascii_digit());
    if !(4..17).contains(&decimals) {
        return None;
    }
    let mut end = point + 1 + decimals;
    let value: f64 = scan.letters[at + sign..end].iter().collect::<String>().parse().ok()?;
    if scan.letter(end) == Some('°') {
        end += 1;
    }
    let letter = end + scan.run(end, 1, |it| it == ' ');
    if scan.letter(letter).is_some_and(|it| "NSEWnsew".contains(it)) && !scan.is_glued_after(letter + 1) {
        end = letter + 1;
    }
    (!scan.is_glued_after(end)).then_some((end, value))
}

/// `48°51'29.6"N 2°17'40.2"E`.
fn degrees(scan: &Scan, at: usize) -> Option<usize> {
    let first = half(scan, at)?;
    let next = first + scan.run(first, 3, |it| matches!(it, ' ' | ',' | ';'));
    half(scan, next)
}

fn half(scan: &Scan, at: usize) -> Option<usize> {
    if at >= scan.letters.len() {
        return None;
    }
    let n = scan.run(at, 20, |it| {
        it.is_ascii_digit() || matches!(it, '°' | '.' | '\'' | '"' | '′' | '″' | '’' | '”' | 'º' | ' ')
    });
    let said = key(&scan.letters[at..at + n]);
    let is_half = said.contains(['°', 'º']) && said.contains(['\'', '′', '’']);
    (is_half && scan.letter(at + n).is_some_and(|it| "NSEWO".contains(it))).then_some(at + n + 1)
}
