//! What a model made of prefixes, as long as there is room: which was asked for longest ago goes first.

use std::collections::BTreeMap;

use casebook_core::{hash::sha256_hex, ports::Asked, weighing::Turn};

use super::network::State;

/// A prefix that was read.
#[derive(Clone, Default)]
pub(super) struct Prefix {
    /// After its last token.
    pub state: State,
    /// Answers to questions that are asked of it again and again.
    pub answers: BTreeMap<String, Vec<f64>>,
}

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

/// What an answer is found by, with its prefix.
pub(super) fn key_of_answer(asked: &Asked, answers: &[&str]) -> String {
    sha256_hex(format!("{:?} {answers:?}", asked.question).as_bytes())
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

    /// Keeps an answer with its prefix, where that is held. Returns all that are kept with it.
    pub fn put_answer(
        &mut self,
        prefix: &str,
        key: String,
        likely: &[f64],
    ) -> Option<BTreeMap<String, Vec<f64>>> {
        let held = self.held.iter_mut().find(|it| it.0 == prefix)?;
        held.1.answers.insert(key, likely.to_vec());
        Some(held.1.answers.clone())
    }

    fn bytes(&self) -> usize {
        self.held.iter().map(|it| it.1.state.bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use casebook_core::weighing::Voice;

    use super::*;

    fn prefix(n_tokens: usize) -> Prefix {
        let answers = BTreeMap::from([("which".to_owned(), vec![n_tokens as f64])]);
        Prefix { state: State::of_length(n_tokens), answers }
    }

    #[test]
    fn who_was_asked_for_longest_ago_goes_first() {
        let one = prefix(1).state.bytes();
        let mut kept = Kept::new(3 * one);
        for key in ["a", "b", "c"] {
            kept.put(key.into(), &prefix(1));
        }
        assert!(kept.get("a").is_some());
        kept.put("d".into(), &prefix(1));
        let held = |kept: &Kept| kept.held.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        assert_eq!(held(&kept), ["c", "a", "d"]);
        kept.put("long".into(), &prefix(2));
        assert_eq!(held(&kept), ["d", "long"], "two went for one that is twice as long");
        kept.put("too long".into(), &prefix(4));
        assert_eq!(held(&kept), [""; 0], "what is larger than all room is not held");
    }

    #[test]
    fn what_is_put_again_is_held_once() {
        let mut kept = Kept::new(usize::MAX);
        kept.put("a".into(), &prefix(1));
        kept.put("a".into(), &prefix(2));
        assert_eq!(kept.bytes(), prefix(2).state.bytes());
        assert_eq!(kept.get("a").map(|it| it.answers["which"].clone()), Some(vec![2.0]));
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
