//! What exporters, pages and chat programs wrap text in, undone: entities, percent signs, escapes, tags.
//!
//! Every letter keeps the scalars it was written with, so nothing here is a text of its own.

use super::reading::Letter;

/// A text is undone so often: `&amp;#64;` is an entity in an entity.
const DEEPEST: usize = 3;

/// `letters` with entities, percent-encoding and escapes undone; nothing where there are none.
pub(super) fn decoded(letters: &[Letter]) -> Option<Vec<Letter>> {
    repeated(letters, &[entity, percent, escape])
}

/// `letters` without tags, comments, marks of Markdown and of forums; nothing where there are none.
pub(super) fn bare(letters: &[Letter]) -> Option<Vec<Letter>> {
    repeated(letters, &[tag, forum_tag, mark, bracketed_sign])
}

/// What stands at the head of the letters: how many are read, and what takes their place.
type Undo = fn(&[Letter], Option<char>) -> Option<(usize, Vec<char>)>;

fn repeated(letters: &[Letter], undos: &[Undo]) -> Option<Vec<Letter>> {
    let mut undone: Option<Vec<Letter>> = None;
    for _ in 0..DEEPEST {
        match once(undone.as_deref().unwrap_or(letters), undos) {
            Some(next) => undone = Some(next),
            None => break,
        }
    }
    undone
}

fn once(letters: &[Letter], undos: &[Undo]) -> Option<Vec<Letter>> {
    let mut out = Vec::with_capacity(letters.len());
    let mut changed = false;
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let before = at.checked_sub(1).map(|it| letters[it].is);
        let Some((n, with)) = undos.iter().find_map(|undo| undo(rest, before)) else {
            out.push(letters[at]);
            at += 1;
            continue;
        };
        let (start, end) = (rest[0].start, rest[n - 1].end);
        out.extend(with.into_iter().map(|is| Letter { is, start, end }));
        (at, changed) = (at + n, true);
    }
    changed.then_some(out)
}

/// The letters up to and without `end`, among the first `most`.
fn until(letters: &[Letter], end: char, most: usize) -> Option<String> {
    let n = letters.iter().take(most).position(|it| it.is == end)?;
    Some(letters[..n].iter().map(|it| it.is).collect())
}

/// Those that stand for what values are made of. A page may leave out the semicolon of a number.
const NAMED: [(&str, &str); 27] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("shy", ""),
    ("zwnj", ""),
    ("zwj", ""),
    ("commat", "@"),
    ("period", "."),
    ("plus", "+"),
    ("colon", ":"),
    ("sol", "/"),
    ("num", "#"),
    ("lowbar", "_"),
    ("UnderBar", "_"),
    ("dash", "-"),
    ("hyphen", "-"),
    ("lpar", "("),
    ("rpar", ")"),
    ("equals", "="),
    ("comma", ","),
    ("middot", "·"),
];

fn entity(letters: &[Letter], _: Option<char>) -> Option<(usize, Vec<char>)> {
    if letters[0].is != '&' {
        return None;
    }
    let rest = &letters[1..];
    if rest.first().is_some_and(|it| it.is == '#') {
        let is_hex = rest.get(1).is_some_and(|it| matches!(it.is, 'x' | 'X'));
        let (skip, base) = if is_hex { (2, 16) } else { (1, 10) };
        let digits: String =
            rest[skip..].iter().take(8).map(|it| it.is).take_while(|it| it.is_digit(base)).collect();
        let letter = u32::from_str_radix(&digits, base).ok().and_then(char::from_u32)?;
        let n = 1 + skip + digits.len();
        let ends = letters.get(n).is_some_and(|it| it.is == ';');
        return Some((n + usize::from(ends), vec![letter]));
    }
    let name = until(rest, ';', 10)?;
    let letter =
        NAMED.iter().find(|it| it.0 == name || (it.0.eq_ignore_ascii_case(&name) && name.len() > 3))?;
    Some((name.chars().count() + 2, letter.1.chars().collect()))
}

/// A run of `%40`, whose bytes are UTF-8.
fn percent(letters: &[Letter], _: Option<char>) -> Option<(usize, Vec<char>)> {
    let mut bytes = Vec::new();
    // Longer runs go on with the next piece; a letter is four bytes at most.
    for triple in letters.chunks_exact(3).take(64) {
        let [sign, high, low] = triple else { break };
        let (Some(high), Some(low)) = (high.is.to_digit(16), low.is.to_digit(16)) else { break };
        if sign.is != '%' {
            break;
        }
        bytes.push((high * 16 + low) as u8);
    }
    let whole = match std::str::from_utf8(&bytes) {
        Ok(_) => bytes.len(),
        Err(it) => it.valid_up_to(),
    };
    let text = std::str::from_utf8(&bytes[..whole]).ok().filter(|it| !it.is_empty())?;
    Some((whole * 3, text.chars().collect()))
}

/// `\u0040`, `\x40`, and `\_` of Markdown.
fn escape(letters: &[Letter], _: Option<char>) -> Option<(usize, Vec<char>)> {
    if letters[0].is != '\\' {
        return None;
    }
    let digits = match letters.get(1)?.is {
        'u' => 4,
        'x' => 2,
        'n' | 'r' | 't' => return Some((2, vec!['\n'])),
        it if it.is_ascii_punctuation() => return Some((2, vec![it])),
        _ => return None,
    };
    let hex: String = letters.get(2..2 + digits)?.iter().map(|it| it.is).collect();
    let letter = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32)?;
    Some((2 + digits, vec![letter]))
}

/// The longest tag that is taken for one.
const LONGEST_TAG: usize = 400;

/// Tags that begin a line of their own; no value goes through them.
const BLOCKS: [&str; 16] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "td",
    "th",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "hr",
    "blockquote",
    "section",
];

fn tag(letters: &[Letter], _: Option<char>) -> Option<(usize, Vec<char>)> {
    if letters[0].is != '<' {
        return None;
    }
    let mut name = letters[1..].iter().map(|it| it.is).skip_while(|it| *it == '/').take(12);
    if !name.next()?.is_ascii_alphabetic() {
        let comment = letters.len() > 3 && letters[1..4].iter().map(|it| it.is).eq(['!', '-', '-']);
        let inside = if comment { until(letters, '>', LONGEST_TAG)? } else { return None };
        return Some((inside.chars().count() + 1, Vec::new()));
    }
    let n = letters[1..].iter().take(LONGEST_TAG).take_while(|it| !matches!(it.is, '<' | '>')).count();
    let inside: String = letters[1..=n].iter().map(|it| it.is).collect();
    let word = inside.trim_start_matches('/').trim_end_matches('/');
    let name: String = word.chars().take_while(|it| !it.is_whitespace() && *it != '/').collect();
    // `<ann@example.com>` and `<https://…>` are no tags.
    if !name.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
        || letters.get(n + 1).is_none_or(|it| it.is != '>')
    {
        return None;
    }
    let is_block = BLOCKS.contains(&name.to_ascii_lowercase().as_str());
    Some((inside.chars().count() + 2, if is_block { vec!['\n'] } else { Vec::new() }))
}

/// `[b]`, `[/url]`, `[color=red]`.
fn forum_tag(letters: &[Letter], _: Option<char>) -> Option<(usize, Vec<char>)> {
    if letters[0].is != '[' {
        return None;
    }
    let inside = until(&letters[1..], ']', 40)?;
    let word = inside.trim_start_matches('/');
    let name = word.split_once('=').map_or(word, |it| it.0).to_ascii_lowercase();
    let known = ["b", "i", "u", "s", "url", "email", "color", "size", "font", "quote", "code", "spoiler"];
    known.contains(&name.as_str()).then(|| (inside.chars().count() + 2, Vec::new()))
}

/// `**`, `` ` ``, `~~` and `||` around a piece; between digits they may multiply or part.
fn mark(letters: &[Letter], before: Option<char>) -> Option<(usize, Vec<char>)> {
    let sign = letters[0].is;
    let n = letters.iter().take(3).take_while(|it| it.is == sign).count();
    let is_mark = match sign {
        '*' | '`' => true,
        '~' | '|' => n == 2,
        _ => false,
    };
    let after = letters.get(n).map(|it| it.is);
    let is_digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    (is_mark && !(is_digit(before) && is_digit(after) && n == 1)).then(|| (n, Vec::new()))
}

/// `[@]`, `(.)`, `[.]`: a sign that was put in brackets so that nothing finds it.
fn bracketed_sign(letters: &[Letter], _: Option<char>) -> Option<(usize, Vec<char>)> {
    let [open, sign, close, ..] = letters else { return None };
    let closes = matches!((open.is, close.is), ('[', ']') | ('(', ')') | ('{', '}') | ('<', '>'));
    (closes && matches!(sign.is, '@' | '.' | ':')).then(|| (3, vec![sign.is]))
}
