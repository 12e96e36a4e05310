//! What a model made of prefixes, as long as there is room: which was asked for longest ago goes first.

use casebook_core::{hash::sha256_hex, weighing::Turn};

use super::network::Prefix;

/// Those that are held, oldest first. There are a few dozen clauses at most, so they stand in a row.
pub(super) struct Kept {
    most_bytes: usize,
    held: Vec<(String, Prefix)>,
}

/// What a prefix is found by: another word or voice makes another one.
pub(super) fn key(turns: &[Turn]) -> String {
    let said: Vec<_> = turns.iter().map(|it| format!("{:?} {:?}", it.voice, it.text)).collect();
    sha256_hex(said.join("\n").as_bytes())
}

impl Kept {
    pub fn new(most_bytes: usize) -> Self {
        Self { most_bytes, held: Vec::new() }
    }

    pub fn get(&mut self, key: &str) -> Option<Prefix> {
        let place = self.held.iter().position(|it| it.0 == key)?;
        let found = self.held.remove(place);
        let prefix = found.1.clone();
        self.held.push(found);
        Some(prefix)
    }

    pub fn put(&mut self, key: String, prefix: &Prefix) {
        self.held.retain(|it| it.0 != key);
        self.held.push((key, prefix.clone()));
        while !self.held.is_empty() && self.bytes() > self.most_bytes {
            self.held.remove(0);
        }
    }

    fn bytes(&self) -> usize {
        self.held.iter().map(|it| it.1.bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use casebook_core::weighing::Voice;

    use super::*;

    #[test]
    fn who_was_asked_for_longest_ago_goes_first() {
        let one = Prefix::of_length(1).bytes();
        let mut kept = Kept::new(3 * one);
        for key in ["a", "b", "c"] {
            kept.put(key.into(), &Prefix::of_length(1));
        }
        assert!(kept.get("a").is_some());
        kept.put("d".into(), &Prefix::of_length(1));
        let held = |kept: &Kept| kept.held.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        assert_eq!(held(&kept), ["c", "a", "d"]);
        kept.put("long".into(), &Prefix::of_length(6));
        assert_eq!(held(&kept), ["d", "long"], "two went for one that is twice as long");
        kept.put("too long".into(), &Prefix::of_length(12));
        assert_eq!(held(&kept), [""; 0], "what is larger than all room is not held");
    }

    #[test]
    fn what_is_put_again_is_held_once() {
        let mut kept = Kept::new(usize::MAX);
        kept.put("a".into(), &Prefix::of_length(1));
        kept.put("a".into(), &Prefix::of_length(2));
        assert_eq!(kept.bytes(), Prefix::of_length(2).bytes());
        assert_eq!(kept.get("a").map(|it| it.n_tokens()), Some(2));
    }

    #[test]
    fn another_word_or_another_voice_is_another_key() {
        let turn = |voice, text: &str| Turn { voice, text: text.into() };
        let keys = [
            key(&[turn(Voice::User, "a")]),
            key(&[turn(Voice::Assistant, "a")]),
            key(&[turn(Voice::User, "b")]),
            key(&[turn(Voice::User, "a\nUser \"b\"")]),
            key(&[turn(Voice::User, "a"), turn(Voice::User, "b")]),
        ];
        for (n, it) in keys.iter().enumerate() {
            assert!(!keys[..n].contains(it), "{n}");
        }
    }
}
