//! Text as a terminal may be given it: what acts on a terminal, or turns the reading direction, is seen instead.
//!
//! Ids, paths and captions come from strangers. A terminal obeys some of their characters: it moves the cursor, changes
//! the title, hides what stands before.

/// `text` on one line, with every character that acts on a terminal named: `\n`, `\u{1b}`, `\u{202e}`.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => shown.extend(letter.escape_default()),
            it if acts(it) => shown.extend(it.escape_unicode()),
            it => shown.push(it),
        }
    }
    shown
}

/// JSON `text` that says the same, with the same characters as JSON escapes: `\u001b`, `\u202e`. Line breaks stay: in
/// JSON they stand between values only.
#[must_use]
pub fn visible_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut units = [0; 2];
    for letter in text.chars() {
        match letter {
            it if it != '\n' && acts(it) => {
                let escaped = it.encode_utf16(&mut units).iter().map(|it| format!("\\u{it:04x}"));
                shown.extend(escaped);
            }
            it => shown.push(it),
        }
    }
    shown
}

/// True of control characters, of those that turn or isolate the reading direction, of those that end a line for some
/// programs, and of tags, which are letters that nobody sees. Joiners stay: scripts and emoji need them.
#[must_use]
pub fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_seen_and_scripts_stay() {
        for (text, shown) in [
            ("a\u{1b}[2Jb\u{202e}c\nd", "a\\u{1b}[2Jb\\u{202e}c\\nd"),
            ("\u{7}\u{9b}31m\u{7f}\r\t", "\\u{7}\\u{9b}31m\\u{7f}\\r\\t"),
            ("\u{2066}x\u{2069}\u{61c}\u{2028}\u{e0041}", "\\u{2066}x\\u{2069}\\u{61c}\\u{2028}\\u{e0041}"),
            ("مرحبا 👩\u{200d}🔧 क\u{94d}\u{200d}ष", "مرحبا 👩\u{200d}🔧 क\u{94d}\u{200d}ष"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn json_says_the_same_afterwards() {
        let value = serde_json::json!({"id": "a\u{9b}b\u{202e}c\u{e0041}\u{1b}\n", "n": [1, 2]});
        let shown = visible_json(&serde_json::to_string_pretty(&value).expect("plain data"));
        assert!(!shown.chars().any(|it| it != '\n' && acts(it)), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("it is JSON"), value);
    }
}
