//! Digits, symbols and pictures in place of letters or between them: "1d10t", "st*pid", "id🔥iot".
//!
//! The list of words decides what a mark stands for. What it does not know stays as written, but for words in which
//! digits stand at several places among letters.

use super::{
    english::{Found, Step, Tongue, words},
    letters::{self, Letter, drawn_like, is_mark, is_of_a_word, lower},
};

/// Beginnings that a hyphen sets off, where what follows may be no word.
const PREFIXES: &str = " aero agro anti auto bi bio co counter cross cyber de e eco ex f geo hyper in inter k mega micro mid mini mono multi n nano neo neuro non o off on \
    out over p post pre pro pseudo q quasi re s self semi socio sub super t tele trans tri u ultra un under up v vice x y ";

/// Letters a digit or symbol is drawn like.
fn stands_for(shape: char) -> &'static [char] {
    match shape {
        '0' | '⭕' => &['o'],
        '1' | '!' | '|' | '¡' | 'ℹ' => &['i', 'l'],
        '2' => &['z'],
        '3' => &['e'],
        '4' | '@' => &['a'],
        '5' | '$' | '§' | '💲' => &['s'],
        '6' => &['g', 'b'],
        '7' | '+' | '†' | '➕' | '✝' => &['t'],
        '8' => &['b'],
        '9' => &['g'],
        '€' => &['e', 'c'],
        '£' => &['l'],
        '¢' | '<' | '©' => &['c'],
        '¥' => &['y'],
        '®' => &['r'],
        '❌' | '✖' => &['x'],
        _ => &[],
    }
}

/// Marks that end or join words of honest text: they hide no letter, or only where nothing else is read.
fn is_punctuation(shape: char) -> bool {
    ".,;:-–—/'’‘´`?\"“”«»…&()[]\\_".contains(shape)
}

/// Marks that people put in the place of a letter rather than between two.
fn hides(shape: char) -> bool {
    "*#%^~=•·●×✱∗＊".contains(shape)
}

/// Letters of a word that is looked at, at most: no word is longer, however it is drawn out.
const LONGEST: usize = 120;

/// What each letter of a word may stand for; none where one can stand for nothing.
pub(super) fn steps(core: &[Letter]) -> Option<Vec<Step>> {
    if core.len() > LONGEST {
        return None;
    }
    let mut steps = Vec::with_capacity(core.len());
    let hiding = core.iter().filter(|it| !is_of_a_word(it.shape)).count();
    let parts_of_one = |it: char| matches!(it, '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let is_picture = |it: &&Letter| !is_of_a_word(it.shape) && !parts_of_one(it.shape);
    let pictures = core.iter().filter(is_picture).count();
    let mut at = 0;
    for run in letters::runs_of_one(core) {
        for (n, it) in run.iter().enumerate() {
            let like = drawn_like(it.shape).map(|it| it.to_ascii_lowercase());
            let letter = like.into_iter().collect();
            let only_none = Step { none: Some(0), ..Step::default() };
            steps.push(match it.shape {
                shape if is_mark(shape) => only_none,
                _ if like.is_some() && n > 1 => only_none,
                _ if like.is_some() => {
                    Step { letters: letter, none: (n == 1 && run.len() > 2).then_some(0), any: None }
                }
                shape if !stands_for(shape).is_empty() => {
                    let is_letter = shape.is_ascii_digit() || matches!(shape, '$' | '@');
                    Step { letters: stands_for(shape).to_vec(), none: (!is_letter).then_some(3), any: None }
                }
                shape if shape.is_alphanumeric() => return None,
                shape if is_punctuation(shape) => {
                    Step { any: (hiding == 1 && matches!(shape, '.' | '-' | '_')).then_some(3), ..only_none }
                }
                // Stars in a row are as many letters.
                shape if hides(shape) => {
                    let beside = |it: Option<&Letter>| it.is_some_and(|it| hides(it.shape));
                    let in_row = beside(core.get(at + 1)) || (at > 0 && beside(core.get(at - 1)));
                    Step { any: Some(0), none: (!in_row).then_some(1), ..Step::default() }
                }
                _ => Step { any: (pictures == 1).then_some(3), ..only_none },
            });
            at += 1;
        }
    }
    Some(steps)
}

/// The letters of a word that was found, where they stand.
pub(super) fn placed(core: &[Letter], found: &Found) -> Vec<Letter> {
    let letters = found.word.chars().zip(&found.steps);
    letters
        .map(|(shape, step)| {
            let written = core[*step];
            written.shaped(match written.shape.is_uppercase() {
                true => shape.to_ascii_uppercase(),
                false => shape,
            })
        })
        .collect()
}

/// Reads a word, whose ends are letters or digits, through what stands among them.
pub(super) fn read(core: &[Letter], tongue: Tongue) -> Option<Vec<Letter>> {
    let is_latin = |it: &Letter| drawn_like(it.shape).is_some();
    let is_mark = |it: &Letter| !it.shape.is_alphanumeric();
    if core.iter().all(|it| it.shape.is_ascii_digit() || is_mark(it))
        || is_numbered(core)
        || is_spelled_so(core)
    {
        return None;
    }
    if core.iter().all(|it| is_latin(it) || matches!(it.shape, '\'' | '’'))
        && core.iter().any(|it| !is_latin(it))
    {
        return None;
    }
    let by_list = || {
        let found = words().best(&steps(core)?)?;
        is_likely(core, &found, tongue).then(|| placed(core, &found))
    };
    match tongue {
        Tongue::Other => by_letters(core),
        _ if are_words(core) => None,
        Tongue::Unclear => by_list().or_else(|| by_letters(core)),
        Tongue::English => by_list(),
    }
}

/// "shouldn´t", "player(s)", "Mat-Su", "tl;dr": marks that belong where they stand.
fn is_spelled_so(core: &[Letter]) -> bool {
    let marks: Vec<usize> = (0..core.len()).filter(|it| !is_of_a_word(core[*it].shape)).collect();
    let Some(last) = marks.last() else { return false };
    let ending = lower(&core[last + 1..]);
    let only = |set: &str| marks.iter().all(|it| set.contains(core[*it].shape));
    let is_short =
        only("'’‘´`?\\") && matches!(ending.as_str(), "t" | "s" | "re" | "ve" | "ll" | "d" | "m" | "em");
    let is_capital = |at: usize| core.get(at).is_some_and(|it| it.shape.is_uppercase());
    let is_name = only("-–/")
        && marks.iter().all(|it| is_capital(it + 1))
        && core.iter().any(|it| it.shape.is_lowercase());
    is_short || is_name || marks.iter().any(|it| "();:".contains(core[*it].shape))
}

/// Whether marks stand right before or behind a word that could be its first or last letters: "$tupid", "*diot". Stars
/// on both sides are emphasis.
pub(super) fn at_edge(word: &[Letter], start: usize, end: usize) -> bool {
    let (before, behind) = edges(word, start, end);
    match (before, behind) {
        (0, 0) => false,
        (0, _) | (_, 0) => true,
        _ => word[start - 1].shape == '$' && word[end].shape == '$',
    }
}

/// How many such marks stand before and behind.
fn edges(word: &[Letter], start: usize, end: usize) -> (usize, usize) {
    let is_end = |it: &Letter| is_punctuation(it.shape) || it.shape == '!';
    let before = word[..start].iter().rev().take_while(|it| "$!|*€£+#@".contains(it.shape)).count();
    let behind = word[end..].iter().take_while(|it| "*$#@".contains(it.shape)).count();
    let is_clear_before = before < 3 && word[..start - before].iter().all(is_end);
    let is_clear_behind = behind < 3 && word[end + behind..].iter().all(is_end);
    (if is_clear_before { before } else { 0 }, if is_clear_behind { behind } else { 0 })
}

/// Reads a word with the marks at its edge. A known word with a star or amount beside it is a note or a price.
pub(super) fn with_edges(word: &[Letter], start: usize, end: usize, tongue: Tongue) -> Option<Vec<Letter>> {
    let core = &word[start..end];
    let (before, behind) = edges(word, start, end);
    let is_amount = word[if before > 0 { start - 1 } else { end }].shape == '$';
    let plain = lower(core);
    let knows = words().knows(&plain);
    if tongue == Tongue::Other || before + core.len() + behind < 3 || (knows && !is_amount && core.len() > 1)
    {
        return None;
    }
    let wide = &word[start - before..end + behind];
    let mut steps = steps(wide)?;
    for (n, step) in steps.iter_mut().enumerate() {
        step.none = step.none.filter(|_| (before..before + core.len()).contains(&n));
    }
    let found = words().best(&steps)?;
    let beats =
        !knows || words().class(&plain).is_none_or(|it| i32::from(it) <= found.class || core.len() == 1);
    let is_long = found.word.len() > if is_amount { 2 } else { 3 };
    let read = (beats && is_long && is_likely(wide, &found, tongue)).then(|| placed(wide, &found))?;
    Some([&word[..start - before], &read, &word[end + behind..]].concat())
}

/// Names with a number, units, versions: "covid19", "3rd", "i18n", "C3PO".
fn is_numbered(core: &[Letter]) -> bool {
    let is_digit = |it: &Letter| it.shape.is_ascii_digit();
    let digits = core.iter().filter(|it| is_digit(it)).count();
    let letters = core.iter().filter(|it| it.shape.is_alphabetic()).count();
    if digits == 0 {
        return false;
    }
    let leading = core.iter().take_while(|it| is_digit(it)).count();
    let trailing = core.iter().rev().take_while(|it| is_digit(it)).count();
    let inside: String = core[leading..core.len() - trailing].iter().map(|it| it.shape).collect();
    let number: String = inside.chars().filter(char::is_ascii_digit).collect();
    let is_short_form = leading + trailing == 0 && letters == 2 && matches!(number.parse(), Ok(10..=29));
    let all_at_edge = leading + trailing == digits;
    let capitals = core.iter().any(|it| it.shape.is_uppercase());
    // "hug3" and "hell0" are words, "top5" is a top five.
    let is_ending = matches!(core[core.len() - 1].shape, '0' | '3');
    // "fu11", but "win10".
    let is_doubled = trailing == 2 && core[core.len() - 1].shape == core[core.len() - 2].shape;
    is_short_form
        || letters < 2
        || (leading == digits && (leading > 2 || letters < 3 || (leading == 2 && letters < 4)))
        || (trailing == digits
            && ((trailing > 1 && !is_doubled) || (!is_ending && words().knows(&inside.to_lowercase()))))
        || (all_at_edge && leading + trailing > letters)
        || (capitals && core.len() < 4)
}

/// Whether the parts between marks are words of their own: "and/or", "well-known", "love❤️you".
fn are_words(core: &[Letter]) -> bool {
    let parts: Vec<&[Letter]> =
        letters::runs(core, is_of_a_word).iter().filter(|it| it.0).map(|it| it.1).collect();
    if parts.len() < 2 {
        return false;
    }
    let marks = || core.iter().filter(|it| !is_of_a_word(it.shape));
    let punctuated = marks().all(|it| is_punctuation(it.shape));
    let hiding = marks().all(|it| hides(it.shape));
    // Pictures stand between words, but seldom so that a third word comes of it.
    let whole: String =
        core.iter().filter(|it| is_of_a_word(it.shape)).flat_map(|it| it.shape.to_lowercase()).collect();
    if !punctuated && !hiding && whole.len() > 3 && words().class(&whole).is_some_and(|it| it >= 1) {
        return false;
    }
    let is_word = |part: &&[Letter]| {
        let text = lower(part);
        let is_number = part.iter().all(|it| it.shape.is_ascii_digit());
        match text.len() {
            1 => punctuated || (!hiding && matches!(text.as_str(), "a" | "i")),
            2 if hiding => is_number,
            2 => words().class(&text).is_some_and(|it| punctuated || it >= 6) || is_number,
            _ => words().knows(&text) || is_number,
        }
    };
    let is_prefixed = punctuated
        && marks().all(|it| it.shape == '-' || it.shape == '–')
        && PREFIXES.contains(&format!(" {} ", lower(parts[0])))
        && parts.len() == 2;
    parts.iter().all(is_word) || is_prefixed
}

/// The shorter a word and the more of it guessed, the more frequent it has to be.
fn is_likely(core: &[Letter], found: &Found, tongue: Tongue) -> bool {
    let length = found.word.len();
    let told = length - found.guessed;
    let punctuated = core.iter().any(|it| is_punctuation(it.shape) && it.shape != '_');
    let class = found.class;
    let least = match (length, found.guessed) {
        (0..=2, _) => return false,
        (3, 0) => 4,
        (4, 0) | (5, 1) => 1,
        (_, 0) => 0,
        (3, _) => 6,
        (4, 1) => 2,
        (4..=5, _) => 5,
        (_, 1) => 0,
        (_, _) => 2,
    };
    let least = match (punctuated, tongue) {
        (true, Tongue::English) => least + 2 * i32::from(found.guessed > 0),
        (true, _) => least + 2,
        (false, Tongue::English) => least,
        (false, _) => least + i32::from(found.guessed > 0),
    };
    let parts_long = letters::runs(core, is_of_a_word)
        .iter()
        .any(|it| it.0 && it.1.len() > 2 && words().has(&lower(it.1)));
    class >= least
        && (found.guessed < 2 || found.lead > 0)
        && told >= 2
        && (!punctuated || length >= 4)
        && !(punctuated && found.guessed > 0 && parts_long)
}

/// Words of a language that has no list here: digits at two places or more within, and few of them.
fn by_letters(core: &[Letter]) -> Option<Vec<Letter>> {
    let is_digit = |it: &Letter| it.shape.is_ascii_digit();
    let digits = core.iter().filter(|it| is_digit(it)).count();
    let small = core.iter().all(|it| it.shape.is_ascii_lowercase() || is_digit(it));
    let runs = core.chunk_by(|a, b| is_digit(a) == is_digit(b));
    let places = runs.filter(|it| is_digit(&it[0]) && it.len() == 1).count();
    let starts_plain = core.first().is_some_and(|it| !is_digit(it));
    if !small || !starts_plain || places < 2 || places != digits || core.len() < 5 || digits * 2 > core.len()
    {
        return None;
    }
    let read: Option<Vec<Letter>> = core
        .iter()
        .map(|it| match is_digit(it) {
            true => "013457".contains(it.shape).then(|| it.shaped(stands_for(it.shape)[0])),
            false => Some(*it),
        })
        .collect();
    // A word has vowels, and no four consonants in a row.
    let read = read?;
    let speakable = read.chunk_by(|a, b| "aeiouy".contains(a.shape) == "aeiouy".contains(b.shape));
    let mut runs = speakable.map(<[Letter]>::len);
    runs.all(|it| it < 4).then_some(read)
}
