//! Words read one by one, by a list of English words: accents put on, letters repeated, words run together or written
//! backwards.
//!
//! A word that the list knows is read no further, and a text that speaks another language is left alone.

use super::{
    english::{self, Tongue, words},
    joined,
    letters::{self, Letter, drawn_like, is_latin, is_mark, is_of_a_word, lower},
    stand_ins,
    untouched::is_untouched,
};

/// Words of English that are written with accents, as they are without.
const BORROWED: &str = " adios animo ano apres attache blase brulee cafe canape chloe cliche cliches communique coordinate \
    cooperate coup creme crepe crepes debut debutante decor deja detente doppelganger eclair elite emigre entree expose \
    facade fiance fiancee flambe frappe fuhrer garcon glace gruyere habanero hotel jalapeno jose latte lame manana maria \
    mate matinee melee metier naive naively naivete nina nino noel ole papier passe pate pinata pique pokemon precis \
    premiere protege puree raison regime renee resume resumes retro risque role roles rose roue saute seance senor senora \
    senorita smorgasbord souffle soiree tete touche uber versus vis voila zoe ";

/// Pieces that a word is broken into, at most.
const MOST_PIECES: usize = 3;

/// Reads each word of a text by the list.
pub(super) fn read(letters: &[Letter]) -> Vec<Letter> {
    let (tongue, is_accented) = tongue(letters);
    let read = letters::by_word(letters, |word| {
        read_word(word, tongue, is_accented).unwrap_or_else(|| word.to_vec())
    });
    match tongue {
        Tongue::English => mended(&read),
        _ => read,
    }
}

/// Puts pieces together that are a word together and none apart: "idi ot", "st upid".
fn mended(letters: &[Letter]) -> Vec<Letter> {
    let runs = letters::runs(letters, |it| !it.is_whitespace());
    let is_small = |run: &[Letter]| run.iter().all(|it| it.shape.is_ascii_lowercase());
    let mut out = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < runs.len() {
        let whole = (1..MOST_PIECES).rev().find_map(|more| {
            let pieces = runs.get(at..=at + 2 * more)?;
            let (words_in, gaps): (Vec<&(bool, &[Letter])>, Vec<_>) = pieces.iter().partition(|it| it.0);
            if gaps.iter().any(|it| it.1.len() != 1) || words_in.len() != more + 1 {
                return None;
            }
            let (last, before) = words_in.split_last()?;
            let end = last.1.iter().rposition(|it| it.shape.is_ascii_lowercase())? + 1;
            let is_plain = before.iter().all(|it| is_small(it.1)) && is_small(&last.1[..end]);
            let read: Vec<Letter> = words_in.iter().flat_map(|it| it.1).copied().collect();
            let word: String = lower(&read[..read.len() - (last.1.len() - end)]);
            let mut texts = before.iter().map(|it| lower(it.1)).chain([lower(&last.1[..end])]);
            let is_broken = texts.any(|it| it.len() > 1 && !words().knows(&it));
            let is_word = word.len() > 4 && words().class(&word).is_some_and(|it| it >= 3);
            (is_plain && is_broken && is_word).then_some((read, pieces.len()))
        });
        match whole {
            Some((read, n)) => {
                out.extend(read);
                at += n;
            }
            None => {
                out.extend_from_slice(runs[at].1);
                at += 1;
            }
        }
    }
    out
}

/// What a text speaks, and whether accents stand all over it that its language has no use for.
fn tongue(letters: &[Letter]) -> (Tongue, bool) {
    let all = letters::runs(letters, |it| !it.is_whitespace());
    let cores = all.iter().filter(|it| it.0 && !is_untouched(it.1)).filter_map(|it| {
        let (start, end) = core(it.1)?;
        let core = &it.1[start..end];
        core.iter().any(|it| it.shape.is_alphabetic()).then_some(core)
    });
    let (mut plain, mut bare) = (Vec::new(), Vec::new());
    for core in cores {
        let is_plain = core.iter().all(|it| it.shape.is_ascii_alphabetic() || matches!(it.shape, '\'' | '’'));
        let is_capital = core[0].shape.is_uppercase();
        if letters::runs_of_one(core).any(|it| it.len() > 2 && it[0].shape.is_ascii_alphabetic()) {
            // What is drawn out is a word of no language.
        } else if is_plain {
            plain.push(lower(core));
        } else if core.iter().all(|it| is_latin(it.shape) || is_mark(it.shape)) {
            // Names keep their accents in any language.
            if !is_capital || core.len() == 1 {
                bare.push(without_accents(core).unwrap_or_default().to_lowercase());
            }
        } else if core.iter().filter(|it| it.shape.is_alphabetic() && !it.shape.is_ascii()).count() > 1 {
            plain.push(String::from("\u{fffd}"));
        }
    }
    let known = bare.iter().filter(|it| words().has(it)).count();
    let is_frequent = |it: &str| it.len() > 1 && words().class(it).is_some_and(|it| it >= 7);
    let own = bare.iter().filter(|it| english::is_only_english(it) || is_frequent(it)).count();
    let all = bare.len() + plain.len();
    let n_plain_known = plain.iter().filter(|it| words().has(it)).count();
    let is_accented =
        bare.len() >= 3 && known * 10 >= bare.len() * 8 && (known + n_plain_known) * 10 >= all * 8 && own > 0;
    if is_accented {
        return (Tongue::English, true);
    }
    // An accent says that a word is English to nobody; a word without it may be.
    let bare = bare
        .iter()
        .map(|it| if words().has(it) && !english::is_only_english(it) { it.as_str() } else { "\u{fffd}" });
    (english::tongue(plain.iter().map(String::as_str).chain(bare)), false)
}

/// Where a word begins and ends without the marks around it.
pub(super) fn core(word: &[Letter]) -> Option<(usize, usize)> {
    let is_inner = |it: &Letter| is_of_a_word(it.shape);
    Some((word.iter().position(|it| it.shape.is_alphanumeric())?, word.iter().rposition(is_inner)? + 1))
}

fn without_accents(core: &[Letter]) -> Option<String> {
    core.iter().filter(|it| !is_mark(it.shape)).map(|it| drawn_like(it.shape)).collect()
}

fn read_word(word: &[Letter], tongue: Tongue, is_accented: bool) -> Option<Vec<Letter>> {
    let (start, end) = core(word)?;
    let core = &word[start..end];
    let is_plain = core.iter().all(|it| it.shape.is_ascii_alphabetic());
    let plain = lower(core);
    if tongue == Tongue::Other && is_plain {
        return None;
    }
    let is_at_edge = stand_ins::at_edge(word, start, end);
    if (is_plain && words().knows(&plain) && !is_at_edge) || is_untouched(word) {
        return None;
    }
    if is_at_edge && let Some(read) = stand_ins::with_edges(word, start, end, tongue) {
        return Some(read);
    }
    let read = match () {
        () if is_plain => plain_word(core, &plain, tongue)?,
        () if core.iter().all(|it| is_latin(it.shape) || is_mark(it.shape)) => {
            accented(core, tongue, is_accented)?
        }
        () => stand_ins::read(core, tongue)?,
    };
    Some([&word[..start], &read, &word[end..]].concat())
}

/// A word of plain letters that nobody knows.
fn plain_word(core: &[Letter], plain: &str, tongue: Tongue) -> Option<Vec<Letter>> {
    if words().knows(plain) {
        return None;
    }
    if letters::runs_of_one(core).any(|it| it.len() > 2) {
        return drawn_out(core);
    }
    let is_small = core.iter().skip(1).all(|it| it.shape.is_ascii_lowercase());
    let is_large = core.iter().all(|it| it.shape.is_ascii_uppercase());
    if (is_small || is_large)
        && let Some(cuts) = joined::cut(plain, tongue)
        && (core[0].shape.is_ascii_lowercase()
            || is_large
            || cuts.len() > 1
            || joined::begins_with_glue(plain, &cuts))
    {
        return Some(joined::with_gaps(core, &cuts));
    }
    let backwards: String = plain.chars().rev().collect();
    let turns = tongue == Tongue::English
        && core.len() > 4
        && core.iter().all(|it| it.shape.is_ascii_lowercase())
        && words().class(&backwards).is_some_and(|it| it >= 3);
    turns.then(|| core.iter().rev().copied().collect())
}

/// A word with a letter three times or more: "idiooot". Sounds are drawn out honestly.
fn drawn_out(core: &[Letter]) -> Option<Vec<Letter>> {
    const SOUNDS: &str = " ah ahh aha aw aww boo eh ha hah haha hahaha hm hmm huh mm mmm nah oh ohh oo ooh ooo ow pss sh shh uh \
        ugh um umm whoa woo wow yay yaay xx xxx zz zzz ";
    // "XVIII", "WWIII".
    if core.iter().all(|it| "IVXLCDMW".contains(it.shape)) {
        return None;
    }
    let found = words().best(&stand_ins::steps(core)?)?;
    let is_sound = SOUNDS.contains(&format!(" {} ", found.word));
    let least = if found.word.len() < 4 { 5 } else { 0 };
    (found.word.len() > 2 && !is_sound && found.class >= least).then(|| stand_ins::placed(core, &found))
}

/// A word with accents that is an English one without them.
fn accented(core: &[Letter], tongue: Tongue, all_over: bool) -> Option<Vec<Letter>> {
    let bare = without_accents(core)?;
    let plain = bare.to_lowercase();
    let class = words().class(&plain).or_else(|| words().knows(&plain).then_some(0));
    let n_accents = core.iter().filter(|it| !it.shape.is_ascii()).count();
    let is_name = core[0].shape.is_uppercase() && core.iter().skip(1).any(|it| it.shape.is_lowercase());
    let is_trick = match (tongue, class) {
        _ if BORROWED.contains(&format!(" {plain} ")) && !all_over => false,
        (Tongue::English, Some(_)) if all_over => true,
        (Tongue::English, Some(class)) if n_accents > 1 => {
            class >= if is_name || plain.len() < 5 { 3 } else { 0 }
        }
        (Tongue::English, Some(class)) if !is_name => {
            class
                >= match plain.len() {
                    0..=2 => return None,
                    3 => 6,
                    4 => 2,
                    _ => 0,
                }
        }
        _ => false,
    };
    let kept = core.iter().filter(|it| !is_mark(it.shape));
    is_trick.then(|| kept.zip(bare.chars()).map(|(it, shape)| it.shaped(shape)).collect())
}
