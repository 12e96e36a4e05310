//! Words that are held to a schema: which token may come next, so that what is written is JSON of that shape.
//!
//! A token of control spells nothing here that a text can hold, so none is ever among those that may come.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use candle_core::Tensor;
use casebook_core::ports::{Flow, ModelError, Writing, Written};
use llguidance::{
    Matcher, ParserFactory,
    api::TopLevelGrammar,
    toktrie::{InferenceCapabilities, TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv},
};
use serde_json::{Value, json};
use tokenizers::Tokenizer;

use super::{LocalReasoner, network::State, tokens::Tokens};

/// Kinds of tokens that may come together or not at all inside a text, by how many letters they have, so that not the
/// whole vocabulary is walked where a text has few letters left. The crate's own kinds begin at ten: the slowest masks
/// took 1.7 ms instead of 1.1. One kind for each number of letters is slower again.
const SLICES: [&str; 9] = [
    r"[\x20\x0A\x0D\x09]+",
    r#"[^"\\\x00-\x1F\x7F]{1,3}"#,
    r#"[^"\\\x00-\x1F\x7F]{1,4}"#,
    r#"[^"\\\x00-\x1F\x7F]{1,5}"#,
    r#"[^"\\\x00-\x1F\x7F]{1,6}"#,
    r#"[^"\\\x00-\x1F\x7F]{1,7}"#,
    r#"[^"\\\x00-\x1F\x7F]{1,10}"#,
    r#"[^"\\\x00-\x1F\x7F]{1,30}"#,
    r#"[^"\\\x00-\x1F\x7F]+"#,
];

/// What holds a model to a schema; made once for a vocabulary, which takes about a second.
pub(super) struct Grammars(ParserFactory);

struct Vocabulary {
    trie: TokTrie,
    texts: Arc<Tokenizer>,
}

impl Grammars {
    /// # Errors
    /// When the vocabulary makes no trie.
    pub fn new(tokens: &Tokens) -> Result<Self, String> {
        let texts = tokens.texts();
        let spelling = |id: u32| texts.id_to_token(id).and_then(|it| bytes_of(&it));
        // The mark cannot be part of a text in UTF-8.
        let control = |id: u32| [&[TokTrie::SPECIAL_TOKEN_MARKER], format!("<{id}>").as_bytes()].concat();
        let words: Vec<Vec<u8>> =
            (0..tokens.n_tokens()).map(|id| spelling(id).unwrap_or_else(|| control(id))).collect();
        let info = TokRxInfo::new(tokens.n_tokens(), tokens.end());
        let trie = TokTrie::from(&info, &words);
        let known: TokEnv = Arc::new(Vocabulary { trie, texts });
        let slices = SLICES.map(str::to_owned);
        let mut factory = ParserFactory::new(&known, InferenceCapabilities::default(), &slices)
            .map_err(|it| it.to_string())?;
        factory.quiet();
        // What it says of itself in an error would be the text that was written.
        factory.limits_mut().verbose_errors = false;
        Ok(Self(factory))
    }

    fn held_to(&self, schema: &Value) -> Result<Matcher, String> {
        let mut schema = schema.clone();
        // Else a model spends most of its tokens on blanks. What an escape would spell it can write as it is.
        schema["x-guidance"] = json!({
            "whitespace_flexible": false,
            "item_separator": ", ",
            "key_separator": ": ",
            "json_allowed_escapes": "nrt\"\\",
        });
        let grammar = TopLevelGrammar::from_json_schema(schema);
        let mut matcher = Matcher::new(self.0.create_parser(grammar));
        match matcher.get_error() {
            Some(problem) => Err(problem),
            None => match matcher.grammar_warnings().into_iter().next() {
                Some(problem) => Err(problem),
                None => Ok(matcher),
            },
        }
    }
}

impl TokenizerEnv for Vocabulary {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, text: &[u8]) -> Vec<TokenId> {
        let spelt = self.trie.tokenize_with_greedy_fallback(text, |it| {
            self.texts.encode_fast(it, false).map(|it| it.get_ids().to_vec()).unwrap_or_default()
        });
        // A vocabulary that composes letters spells another text than it was given.
        if self.trie.decode_raw(&spelt) == text { spelt } else { self.trie.greedy_tokenize(text) }
    }
}

impl LocalReasoner {
    /// What it writes after `last`, which is what the tokens of `state` became.
    pub(super) fn written(
        &self,
        mut last: Tensor,
        mut state: State,
        writing: &Writing,
        watch: &mut dyn FnMut(&str) -> Flow,
    ) -> Result<Written, ModelError> {
        let mut held = self.grammars()?.held_to(writing.schema).map_err(|it| self.failed(it))?;
        let (mut bytes, mut n_tokens, mut log_likelihood) = (Vec::new(), 0, 0.0);
        // Nothing is written before the first token is chosen, also where it is the only one that may come.
        let mut fed = held.consume_ff_tokens();
        loop {
            self.spell(&fed, &mut bytes);
            n_tokens += fed.len();
            let is_whole = held.is_stopped();
            if let Some(problem) = held.get_error() {
                return Err(self.failed(problem));
            }
            let has_room =
                n_tokens < writing.most_tokens && state.n_tokens() + fed.len() < self.network.most_tokens();
            if is_whole || !has_room {
                let text = valid(&bytes).to_owned();
                return Ok(Written { text, is_whole, n_tokens: n_tokens as u32, log_likelihood });
            }
            if !fed.is_empty() {
                last = self.read(&fed, &mut state, &mut || self.go_on(watch(valid(&bytes))))?;
            }
            let mask = held.compute_mask().map_err(|it| self.failed(it.to_string()))?;
            let logits = self.network.logits(&last).map_err(|it| self.failed(it.to_string()))?;
            let allowed = (0..).zip(&logits).filter(|(id, _)| mask.is_allowed(*id));
            let (chosen, likely) =
                likeliest(allowed).ok_or_else(|| self.failed("no token may come next".into()))?;
            log_likelihood += likely;
            held.consume_token(chosen).map_err(|it| self.failed(it.to_string()))?;
            fed = vec![chosen];
            if !held.is_stopped() {
                fed.extend(held.consume_ff_tokens());
            }
        }
    }

    /// What a token of texts spells; `None` for one of control.
    #[must_use]
    pub fn spelling(&self, token: u32) -> Option<Vec<u8>> {
        bytes_of(&self.tokens.texts().id_to_token(token)?)
    }

    /// How long it took to find what may come next, each time something is to be chosen on the way through `text`, which
    /// is JSON of `schema` or the beginning of some. The network computes nothing meanwhile, and the time that the
    /// schema itself takes is not in it.
    ///
    /// # Errors
    /// A schema that cannot be held to, and a text that is not of it.
    pub fn mask_times(&self, schema: &Value, text: &str) -> Result<Vec<Duration>, ModelError> {
        let grammars = self.grammars()?;
        let mut held = grammars.held_to(schema).map_err(|it| self.failed(it))?;
        let (mut left, mut times) = (text.as_bytes(), Vec::new());
        let mut fed = held.consume_ff_tokens();
        loop {
            let mut bytes = Vec::new();
            self.spell(&fed, &mut bytes);
            // Of what was cut off, the last tokens say more than is there.
            let Some(rest) = left.strip_prefix(bytes.as_slice()) else {
                return match bytes.starts_with(left) {
                    true => Ok(times),
                    false => Err(self.failed("the text is not of the schema".into())),
                };
            };
            left = rest;
            if left.is_empty() || held.is_stopped() {
                return Ok(times);
            }
            let begun = Instant::now();
            let mask = held.compute_mask().map_err(|it| self.failed(it.to_string()))?;
            times.push(begun.elapsed());
            let trie = grammars.0.tok_env().tok_trie();
            let spelt = trie.all_prefixes(left).into_iter().filter(|it| mask.is_allowed(*it));
            let longest = spelt.max_by_key(|it| trie.token_len(*it));
            let next = longest.ok_or_else(|| self.failed("the text is not of the schema".into()))?;
            held.consume_token(next).map_err(|it| self.failed(it.to_string()))?;
            fed = vec![next];
            if !held.is_stopped() {
                fed.extend(held.consume_ff_tokens());
            }
        }
    }

    /// Adds what tokens spell; one of control spells nothing.
    fn spell(&self, tokens: &[TokenId], bytes: &mut Vec<u8>) {
        bytes.extend(tokens.iter().filter_map(|it| self.spelling(*it)).flatten());
    }
}

/// The likeliest of some tokens, the first of equals, and the logarithm of how likely it is among them.
fn likeliest<'a>(tokens: impl Iterator<Item = (TokenId, &'a f32)>) -> Option<(TokenId, f64)> {
    let tokens: Vec<(TokenId, f64)> = tokens.map(|(id, it)| (id, *it as f64)).collect();
    let better = |best: (TokenId, f64), it: &(TokenId, f64)| if it.1 > best.1 { *it } else { best };
    let best = tokens.iter().skip(1).fold(*tokens.first()?, better);
    let share: f64 = tokens.iter().map(|it| (it.1 - best.1).exp()).sum();
    Some((best.0, -share.ln()))
}

/// As much of it as is whole letters.
fn valid(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(it) => std::str::from_utf8(&bytes[..it.valid_up_to()]).expect("it is valid up to there"),
    }
}

/// What a token of a byte-level vocabulary stands for; `None` where it is spelt in no such letters.
fn bytes_of(spelling: &str) -> Option<Vec<u8>> {
    spelling.chars().map(byte_of).collect()
}

/// Printable bytes stand for themselves; the others, in order, are moved past the first 256 letters.
fn byte_of(letter: char) -> Option<u8> {
    let printable = |it: &u32| matches!(it, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    match u32::from(letter) {
        it if printable(&it) => Some(it as u8),
        it => (0..256).filter(|it| !printable(it)).nth(it.checked_sub(256)? as usize).map(|it| it as u8),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tokenizers::pre_tokenizers::byte_level::ByteLevel;

    use super::*;

    #[test]
    fn every_letter_of_the_alphabet_is_a_byte_of_its_own() {
        let bytes: BTreeSet<u8> =
            ByteLevel::alphabet().into_iter().map(|it| byte_of(it).expect("of the alphabet")).collect();
        assert_eq!(bytes.len(), 256);
        for (letter, byte) in [('Ġ', b' '), ('Ċ', b'\n'), ('a', b'a'), ('Ã', 0xc3)] {
            assert_eq!(byte_of(letter), Some(byte), "{letter}");
        }
        assert_eq!(byte_of('ш'), None);
    }

    #[test]
    fn the_likeliest_is_the_first_of_equals() {
        let tokens = [(3, 1.0), (5, 2.0), (9, 2.0), (4, f32::NEG_INFINITY)];
        let (id, likely) = likeliest(tokens.iter().map(|(id, it)| (*id, it))).expect("there are some");
        assert_eq!(id, 5);
        let expected = -(2.0 + (-1.0f64).exp()).ln();
        assert!((likely - expected).abs() < 1e-12, "{likely}");
        assert_eq!(likeliest([].into_iter()), None);
    }
}
