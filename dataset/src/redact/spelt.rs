//! Addresses that are spelt so that no program finds them: `ann [at] example (dot) com`, `ann @ example . com`.
//!
//! The at and the dots are brought to signs of their own first, each as sure as it looks; then an address is what
//! has a name before the at and a host with a known ending behind it. A bare word is believed least: people look *at*
//! example.com.

use super::{
    find::Value,
    glyph::{is_spaceless, is_word},
    kind::Kind,
    reading::{BARRIER, Letter, Reading, key},
    scan::step,
};

/// An at that only stands for one: in brackets, or `@` with spaces.
const SURE_AT: char = '\u{e000}';
/// An at that is a word of its own.
const WORD_AT: char = '\u{e001}';
/// A dot in brackets, or with spaces.
const SURE_DOT: char = '\u{e002}';
/// A dot that is a word of its own.
const WORD_DOT: char = '\u{e003}';

const AT_WORDS: &str = " at ät arroba собака małpa malpa chiocciola arobase arobas snabel-a snabela aapenstaartje apenstaartje kukac \
    zavináč zavinac et-işareti krøllalfa alfakrøll miukumauku ատ आट एट ऐट آت أت ات شطرودل 艾特 圈a アット アットマーク 골뱅이 앳 ";

const DOT_WORDS: &str = " dot punto ponto punkt point точка крапка kropka tečka tecka pont punt nokta prick piste .dot डॉट डाट نقطة دوت 点 點 ドット 점 닷 ";

/// The addresses spelt out in a reading.
pub(super) fn find(reading: &Reading) -> Vec<Value> {
    let letters = joined(&reading.letters().collect::<Vec<_>>());
    let mut found: Vec<Value> = Vec::new();
    for at in 0..letters.len() {
        let sign = letters[at].is;
        if !matches!(sign, '@' | SURE_AT | WORD_AT) {
            continue;
        }
        if let Some((start, end)) = around(&letters, at) {
            let key = plainly(&letters[start..end]);
            let (start, end) = (letters[start].start, letters[end - 1].end);
            if found.last().is_none_or(|it| it.end <= start) {
                found.push(Value { kind: Kind::Email, start, end, key });
            }
        }
    }
    found
}

fn plainly(letters: &[Letter]) -> String {
    let plain = letters.iter().map(|it| match it.is {
        SURE_AT | WORD_AT => '@',
        SURE_DOT | WORD_DOT => '.',
        it => it,
    });
    key(&plain.collect::<Vec<_>>())
}

/// The reading with a sign for each at and dot that is spelt, and no spaces around them.
fn joined(letters: &[Letter]) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let Some((n, sign)) = joint(letters, at) else {
            out.push(letters[at]);
            at += 1;
            continue;
        };
        out.push(Letter { is: sign, start: letters[at].start, end: letters[at + n - 1].end });
        at += n;
    }
    out
}

/// A spelt sign that begins at `at`, spaces included.
fn joint(letters: &[Letter], at: usize) -> Option<(usize, char)> {
    let is = |n: usize| letters.get(n).map_or(BARRIER, |it| it.is);
    if !(is(at) == ' '
        || is_opening(is(at))
        || matches!(is(at), '@' | '-' | '_' | '.')
        || is_spaceless(is(at)))
    {
        return None;
    }
    let spaces = |from: usize| (from..from + 3).take_while(|n| is(*n) == ' ').count();
    let mut from = at + spaces(at);
    let opening = is(from);
    let brackets = is_opening(opening) || matches!(opening, '-' | '_');
    if brackets {
        from += 1;
        from += spaces(from);
    }
    // A sign with spaces, on both sides or before or behind it.
    if !brackets && matches!(is(from), '@' | '.') {
        let behind = spaces(from + 1);
        let sign = if is(from) == '@' { SURE_AT } else { SURE_DOT };
        let spaced = match sign {
            SURE_AT => behind > 0 || from > at,
            _ => behind > 0 && from > at,
        };
        return spaced.then_some((from + 1 + behind - at, sign));
    }
    let mut end = from;
    while end - from < 14 && (is(end).is_alphabetic() || is_mark(is(end)) || (is(end) == '-' && !brackets)) {
        if end > from && is_spaceless(is(end)) != is_spaceless(is(from)) {
            break;
        }
        end += 1;
    }
    // Most words are longer than any of those, or begin otherwise.
    let first = is(from).to_lowercase().next().unwrap_or(' ');
    if first.is_ascii() && first.is_alphabetic() && (end - from == 14 || !"aäcsmkezdptnj".contains(first)) {
        return None;
    }
    let word = key(&letters[from..end].iter().map(|it| it.is).collect::<Vec<_>>());
    let word = if word.is_empty() && matches!(is(from), '@' | '.') { is(from).to_string() } else { word };
    let bracketed_at = brackets && (word == "a" || word == "@" || word == "et" || word == "at");
    let is_at = bracketed_at || (!word.is_empty() && AT_WORDS.contains(&format!(" {word} ")));
    let is_dot = word == "." || (!word.is_empty() && DOT_WORDS.contains(&format!(" {word} ")));
    if !is_at && !is_dot {
        return None;
    }
    if brackets {
        let end = end + usize::from(word == "@" || word == ".");
        let closing = end + spaces(end);
        if !closes(opening, is(closing)) {
            return None;
        }
        let past = closing + 1 + spaces(closing + 1);
        return Some((past - at, if is_at { SURE_AT } else { SURE_DOT }));
    }
    let behind = spaces(end);
    let is_parted = from > at && behind > 0;
    let is_between = word.chars().all(is_spaceless)
        && at > 0
        && is(at - 1).is_ascii_alphanumeric()
        && is(end + behind).is_ascii_alphanumeric();
    (is_parted || is_between).then_some((end + behind - at, if is_at { WORD_AT } else { WORD_DOT }))
}

fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

fn is_opening(letter: char) -> bool {
    matches!(letter, '(' | '[' | '{' | '<' | '*' | '【' | '«')
}

fn closes(opening: char, letter: char) -> bool {
    matches!(
        (opening, letter),
        ('(', ')')
            | ('[', ']')
            | ('{', '}')
            | ('<', '>')
            | ('*', '*')
            | ('【', '】')
            | ('«', '»')
            | ('-', '-')
            | ('_', '_')
    )
}

fn is_dot(letter: char) -> bool {
    matches!(letter, '.' | SURE_DOT | WORD_DOT)
}

/// The address around the sign at `at`.
fn around(letters: &[Letter], at: usize) -> Option<(usize, usize)> {
    let is = |n: usize| {
        step(1);
        letters.get(n).map_or(BARRIER, |it| it.is)
    };
    let in_host = |it: char| (is_word(it) || it == '-') && it != '_';
    let mut end = at + 1;
    let (mut n_dots, mut n_spelt, mut known_end) = (0, 0, None);
    loop {
        let n = (end..end + 63).take_while(|n| in_host(is(*n))).count();
        if n == 0 {
            break;
        }
        let label: String = (end..end + n).map(is).collect();
        end += n;
        if n_dots > 0 && is_top_level(&label) {
            known_end = Some((end, n_dots, n_spelt));
        }
        if !is_dot(is(end)) || end - at > 200 {
            break;
        }
        n_dots += 1;
        n_spelt += usize::from(is(end) != '.');
        end += 1;
    }
    let (end, _, n_spelt) = known_end?;
    let in_local = |it: char| is_word(it) || ".+-".contains(it) || matches!(it, SURE_DOT | WORD_DOT);
    let is_one_script = |n: &usize| !is_word(is(*n)) || is_spaceless(is(*n)) == is_spaceless(is(at - 1));
    let n = (0..at).rev().take(64).take_while(|n| in_local(is(*n)) && is_one_script(n)).count();
    let mut start = at - n;
    while start < at && !is_word(is(start)) {
        start += 1;
    }
    if start == at {
        return None;
    }
    let local: String = (start..at).map(is).collect();
    let is_sure = match is(at) {
        '@' => n_spelt > 0,
        SURE_AT => true,
        _ => is_believed(&local, n_spelt),
    };
    is_sure.then_some((start, end))
}

/// Words before a bare `at` that are nobody's name.
const NO_NAMES: &str = " me us you him her them it is are look looking looked visit visiting find found meet see live work working shop buy \
    available order orders arrive arrived here there more info website site online now out be was were been everything \
    this that these those nosotros ";

/// A host whose dots are spelt is an address unless the name is none; one whose dots are written only where the name
/// is no word.
fn is_believed(local: &str, n_spelt: usize) -> bool {
    let is_name = !NO_NAMES.contains(&format!(" {} ", local.to_lowercase()));
    let is_odd = local
        .contains(|it: char| it.is_ascii_digit() || "_.+-".contains(it) || matches!(it, SURE_DOT | WORD_DOT));
    is_name && (n_spelt > 0 || is_odd)
}

/// Endings of hosts: of countries, the common ones, and those that are kept for examples.
const TOP_LEVEL: &str = " com org net info biz edu gov mil int name pro app dev io co me tv cc ai xyz online site shop store club live life \
    world today email tech cloud space fun icu top vip win work team group agency studio design media news blog wiki chat \
    link click one page zone eco art bio law museum travel jobs mobi asia cat tel eu su example test invalid localhost local \
    onion internal lan ac ad ae af ag al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz \
    ca cd cf cg ch ci ck cl cm cn cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et fi fj fk fm fo fr ga gb gd ge gf \
    gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in iq ir is it je jm jo jp ke kg kh ki km kn kp \
    kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf \
    ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm \
    sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye \
    yt za zm zw ";

/// Whether hosts end so; in another script than Latin, every word may.
pub(super) fn is_top_level(label: &str) -> bool {
    let label = label.to_lowercase();
    label.starts_with("xn--")
        || (!label.is_ascii() && label.chars().count() > 1)
        || (!label.is_empty() && TOP_LEVEL.contains(&format!(" {label} ")))
}
