//! Words that are written as they are for a reason: addresses, handles, hashtags, amounts, names with a number, code.

use super::letters::{self, Letter};

/// Whether a word without white space is no word of a language.
pub(super) fn is_untouched(word: &[Letter]) -> bool {
    let text = letters::lower(word);
    let bare = text.trim_start_matches(['(', '[', '"', '\'', '“', '«', '.', '‘']);
    (bare.starts_with('@') && !is_within(bare))
        || bare.starts_with(['#', '/', '\\', '~'])
        || bare.starts_with("u/")
        || bare.starts_with("r/")
        || text.contains("://")
        || text.contains("www.")
        || (text.contains('@')
            && text.rsplit('@').next().is_some_and(|it| it.trim_end_matches('.').contains('.')))
        || is_ticker(word)
        || is_domain(bare)
        || is_code(&text)
}

/// "$TSLA", and "$5" with its kin.
fn is_ticker(word: &[Letter]) -> bool {
    let is_amount = |it: &&Letter| it.shape.is_ascii_digit() || matches!(it.shape, '.' | ',');
    let rest = &word[1..];
    let amount = rest.iter().take_while(is_amount).count();
    word.first().is_some_and(|it| "$€£¥₹".contains(it.shape))
        && (rest.first().is_some_and(|it| it.shape.is_ascii_uppercase())
            || (amount > 0 && rest.iter().skip(amount).filter(|it| it.shape.is_alphanumeric()).count() < 3))
}

/// Whether more stands for letters within what could be a handle: "@$h@med".
fn is_within(text: &str) -> bool {
    let inner = text[1..].trim_end_matches(|it: char| !it.is_alphabetic());
    inner.contains(['$', '@', '!']) && !inner.contains('.')
}

/// "example.org", "bit.ly/x": something with a point before one of the endings that people write.
fn is_domain(text: &str) -> bool {
    const ENDINGS: &str = " com org net edu gov info biz app dev io ai co me tv ly gl be de uk us eu fr it es nl pl ru br \
        in jp cn au ca ch at txt pdf jpg png gif mp3 mp4 exe zip doc html php js py rs ts json csv md xml css ";
    let host = text
        .split(['/', '?', ':'])
        .next()
        .unwrap_or_default()
        .trim_end_matches(['.', ',', '!', ')', '"', ';']);
    let mut parts = host.rsplit('.');
    let (Some(ending), Some(name)) = (parts.next(), parts.next()) else { return false };
    name.chars().count() > 1 && ENDINGS.contains(&format!(" {ending} "))
}

fn is_code(text: &str) -> bool {
    const MARKS: [&str; 12] = ["::", "()", "{", "}", "->", "=>", "==", "</", "/>", "+=", "&&", "[]"];
    MARKS.iter().any(|it| text.contains(it)) || text.starts_with('<') || text.contains('`')
}
