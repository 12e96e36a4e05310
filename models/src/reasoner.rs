//! A language model that is asked about one clause at a time, on the CPU.
//!
//! What it is asked stands in `core::weighing`. What it made of a clause is kept in memory, as long as there is room, so
//! that the next item costs its own words only. A kept state holds half precision, and a new one is rounded to it
//! before it is used: an answer is the same to the bit whether its clause was kept or read again.

mod gguf;

mod kept;

mod network;

mod tokens;

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use candle_core::Tensor;
use casebook_core::{
    policy::Clause,
    ports::{Checked, Flow, Model, ModelError, Reasoner},
    score::{ScoreInput, Speaker},
    weighing::{self, Turn},
};

use self::{
    kept::{Kept, Prefix},
    network::{Network, State},
    tokens::Tokens,
};

/// What a file of weights does not say of itself, and what it may cost.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of its card.
    pub id: String,
    /// Of the file.
    pub weights_sha256: String,
    /// Languages it was evaluated on, ISO 639-1.
    pub languages: Vec<String>,
    /// Most memory for what was made of clauses, in bytes.
    pub most_kept: usize,
    /// Tokens that are read between two chances to stop; at least one.
    pub chunk: usize,
}

/// A language model out of one GGUF file. Shared freely between threads; several may ask at once.
pub struct LocalReasoner {
    network: Network,
    tokens: Tokens,
    /// What the tokens that spell Yes are worth, a row each.
    yes: Tensor,
    /// The same of No.
    no: Tensor,
    settings: Settings,
    kept: Mutex<Kept>,
}

impl LocalReasoner {
    /// Loads weights and vocabulary of a `qwen2` or `llama` model that speaks `ChatML`.
    ///
    /// # Errors
    /// A file that is absent, hashes differently, is of another architecture or does not hold what it should.
    pub fn load(path: &Path, settings: Settings) -> Result<Self, ModelError> {
        let loaded = gguf::load(path, &settings.weights_sha256);
        let (network, tokens, [yes, no]) = loaded.map_err(|rule| ModelError::Damaged {
            model: settings.id.clone(),
            rule: format!("{}: {rule}", path.display()),
        })?;
        Ok(Self { network, tokens, yes, no, kept: Mutex::new(Kept::new(settings.most_kept)), settings })
    }

    /// The tokens of a conversation, up to where the model is to answer.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn tokens(&self, turns: &[Turn]) -> Result<Vec<u32>, ModelError> {
        let mut ids = self.turns(turns)?;
        ids.extend(self.tokens.opening());
        Ok(ids)
    }

    fn turns(&self, turns: &[Turn]) -> Result<Vec<u32>, ModelError> {
        let ids: Result<Vec<Vec<u32>>, String> = turns.iter().map(|it| self.tokens.turn(it)).collect();
        ids.map(|it| it.concat()).map_err(|it| self.failed(it))
    }

    /// What the model made of `clause`: kept, or read now.
    fn prefix(
        &self,
        clause: &Clause,
        go_on: &mut dyn FnMut() -> Result<(), ModelError>,
    ) -> Result<Prefix, ModelError> {
        let turns = weighing::prefix(clause);
        let key = kept::key(&turns);
        if let Some(prefix) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(prefix);
        }
        // No lock is held meanwhile: it takes seconds, and another clause may well be kept.
        let mut state = State::default();
        self.read(&self.turns(&turns)?, &mut state, go_on)?;
        let state = state.rounded().map_err(|it| self.failed(it.to_string()))?;
        let nothing = self.answer(&self.tokens(&[weighing::nothing()])?, &state, go_on)?;
        let prefix = Prefix { state, nothing };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).put(key, &prefix);
        Ok(prefix)
    }

    /// Log-odds of Yes over No after `ids`, which come after `state`.
    fn answer(
        &self,
        ids: &[u32],
        state: &State,
        go_on: &mut dyn FnMut() -> Result<(), ModelError>,
    ) -> Result<f64, ModelError> {
        let last = self.read(ids, &mut state.clone(), go_on)?;
        // Everything else the model might say takes from both alike.
        let likely = |rows: &Tensor| likelihood(&last, rows).map_err(|it| self.failed(it.to_string()));
        let odds = likely(&self.yes)? - likely(&self.no)?;
        if odds.is_finite() { Ok(odds) } else { Err(self.failed(format!("it answered {odds}"))) }
    }

    /// Reads `ids` after `state`, which then holds them too. Returns what the last of them became.
    fn read(
        &self,
        ids: &[u32],
        state: &mut State,
        go_on: &mut dyn FnMut() -> Result<(), ModelError>,
    ) -> Result<Tensor, ModelError> {
        let (n, most) = (state.n_tokens() + ids.len(), self.network.most_tokens());
        if n > most {
            return Err(self.failed(format!("a question of {n} tokens: it reads {most} at most")));
        }
        let mut last = None;
        for chunk in ids.chunks(self.settings.chunk.max(1)) {
            go_on()?;
            last = Some(self.network.read(chunk, state).map_err(|it| self.failed(it.to_string()))?);
        }
        last.ok_or_else(|| self.failed("it was asked nothing".into()))
    }

    fn failed(&self, rule: String) -> ModelError {
        ModelError::Damaged { model: self.settings.id.clone(), rule }
    }
}

impl Model for LocalReasoner {
    fn speaker(&self) -> Speaker {
        Speaker {
            id: self.settings.id.clone(),
            weights_sha256: self.settings.weights_sha256.clone(),
            prompt_sha256: Some(weighing::prompt_sha256()),
            sampling: None,
            device: "cpu".into(),
            calibration: None,
            languages: self.settings.languages.clone(),
        }
    }
}

impl Reasoner for LocalReasoner {
    fn check(
        &self,
        input: &ScoreInput,
        clauses: &[&Clause],
        watch: &mut dyn FnMut(usize) -> Flow,
    ) -> Result<Vec<Checked>, ModelError> {
        let question = self.tokens(&[weighing::suffix(input)])?;
        let ask = |(n_done, clause): (usize, &&Clause)| {
            let mut go_on = || match watch(n_done) {
                Flow::Go => Ok(()),
                Flow::Stop => Err(ModelError::Stopped { model: self.settings.id.clone() }),
            };
            let prefix = self.prefix(clause, &mut go_on)?;
            let raw = self.answer(&question, &prefix.state, &mut go_on)?;
            Ok(Checked { clause: clause.id.clone(), raw, nothing: prefix.nothing })
        };
        clauses.iter().enumerate().map(ask).collect()
    }
}

/// Logarithm of the summed likelihoods of the tokens whose `rows` these are, but for what all tokens share.
fn likelihood(last: &Tensor, rows: &Tensor) -> candle_core::Result<f64> {
    let logits = last.matmul(&rows.t()?)?.flatten_all()?.to_vec1::<f32>()?;
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max) as f64;
    Ok(most + logits.iter().map(|it| (*it as f64 - most).exp()).sum::<f64>().ln())
}
