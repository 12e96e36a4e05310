//! A language model on the CPU.
//!
//! What it is asked stands in `core::weighing`. What it made of a prefix is kept in memory and in files, as long as there
//! is room, so that the next item costs its own words only, also after the next start. It is kept in half
//! precision, and so used also when it is new: an answer is the same to the bit whether its prefix was
//! kept or read again.

pub mod apart;

mod dense;

mod gguf;

mod held;

mod kept;

mod network;

mod reader;

mod rotation;

mod states;

mod tokens;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use candle_core::Tensor;
use casebook_core::{
    ports::{Asked, Flow, Model, ModelError, Reasoner, Writing, Written},
    score::Speaker,
    weighing::Turn,
};
use serde::{Deserialize, Serialize};

pub use self::reader::Reader;
use self::{
    held::Grammars,
    kept::Kept,
    network::{Network, Prefix, State},
    states::States,
    tokens::Tokens,
};

/// What a file of weights does not say of itself, and what it may cost.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Settings {
    /// Of its card.
    pub id: String,
    /// Of the file; where it is a folder, what [`folder_sha256`] makes of its files.
    pub weights_sha256: String,
    /// Languages it was evaluated on, ISO 639-1.
    pub languages: Vec<String>,
    /// Most memory for what was made of prefixes, in bytes.
    pub most_kept: usize,
    /// Where it is kept in files, if anywhere.
    pub states: Option<PathBuf>,
    /// Most bytes in that folder, of all models.
    pub most_in_files: u64,
    /// Tokens that are read between two chances to stop; at least one.
    pub chunk: usize,
}

/// A language model out of one GGUF file, or a folder of files. Shared freely between threads; several may ask at once.
pub struct LocalReasoner {
    network: Network,
    tokens: Tokens,
    settings: Settings,
    kept: Mutex<Kept>,
    states: Option<States>,
    /// Made when first something is written.
    grammars: OnceLock<Result<Grammars, String>>,
}

impl LocalReasoner {
    /// Loads weights and vocabulary of a `qwen2`, `qwen3` or `llama` model that speaks `ChatML` or behind the headers
    /// of Llama 3: a GGUF file, or a folder as Hugging Face lays it out.
    ///
    /// # Errors
    /// A file that is absent, hashes differently, is of another family, says something that may change what is
    /// computed and is not computed here, or does not hold what it should.
    pub fn load(path: &Path, settings: Settings) -> Result<Self, ModelError> {
        let loaded = match path.is_dir() {
            true => dense::load(path, &settings.weights_sha256),
            false => gguf::load(path, &settings.weights_sha256),
        };
        let (network, tokens) = loaded.map_err(|rule| ModelError::Damaged {
            model: settings.id.clone(),
            rule: format!("{}: {rule}", path.display()),
        })?;
        let kept = Mutex::new(Kept::new(settings.most_kept));
        let states = settings
            .states
            .as_deref()
            .map(|it| States::new(it, &settings.weights_sha256, settings.chunk, settings.most_in_files));
        Ok(Self { network, tokens, kept, states, grammars: OnceLock::new(), settings })
    }

    /// The tokens of a conversation, up to where the model is to answer.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn tokens(&self, turns: &[Turn]) -> Result<Vec<u32>, ModelError> {
        Ok([self.tokens.beginning(), &self.question(turns)?].concat())
    }

    /// The tokens of what goes on from a prefix, up to where the model is to answer.
    fn question(&self, turns: &[Turn]) -> Result<Vec<u32>, ModelError> {
        let opening = self.tokens.opening().map_err(|it| self.failed(it))?;
        Ok([self.turns(turns)?, opening].concat())
    }

    /// What every token is worth as the next, after each of `ids` from the one at `from` on. Nothing is kept.
    ///
    /// For those who hold it to another program that computes the same file.
    ///
    /// # Errors
    /// When there are more of them than it reads, or the network fails.
    pub fn logits(&self, ids: &[u32], from: usize) -> Result<Vec<Vec<f32>>, ModelError> {
        let mut state = self.network.begin(None);
        let (before, ids) = ids.split_at(from.min(ids.len()));
        if !before.is_empty() {
            self.read(before, &mut state, &mut || Ok(()))?;
        }
        self.within(state.n_tokens() + ids.len())?;
        let mut logits = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(self.settings.chunk.max(1)) {
            let rows = self.network.read_all(chunk, &mut state);
            let rows = rows.map_err(|it| self.failed(it.to_string()))?;
            for it in 0..chunk.len() {
                // One at a time, as answers are.
                let row = rows.narrow(0, it, 1).and_then(|it| self.network.logits(&it));
                logits.push(row.map_err(|it| self.failed(it.to_string()))?);
            }
        }
        Ok(logits)
    }

    fn turns(&self, turns: &[Turn]) -> Result<Vec<u32>, ModelError> {
        let ids: Result<Vec<Vec<u32>>, String> = turns.iter().map(|it| self.tokens.turn(it)).collect();
        ids.map(|it| it.concat()).map_err(|it| self.failed(it))
    }

    /// Where nothing was read yet but a prefix: kept, from a file, or read now.
    fn after(
        &self,
        turns: &[Turn],
        go_on: &mut dyn FnMut() -> Result<(), ModelError>,
    ) -> Result<State, ModelError> {
        let prefix = if turns.is_empty() { None } else { Some(self.prefix(turns, go_on)?) };
        Ok(self.network.begin(prefix))
    }

    fn prefix(
        &self,
        turns: &[Turn],
        go_on: &mut dyn FnMut() -> Result<(), ModelError>,
    ) -> Result<Prefix, ModelError> {
        let key = kept::key(turns);
        if let Some(prefix) = self.kept().get(&key) {
            return Ok(prefix);
        }
        let shape = self.network.config.shape();
        if let Some(prefix) = self.states.as_ref().and_then(|it| it.get(&key, &shape)) {
            self.kept().put(key, &prefix);
            return Ok(prefix);
        }
        // No lock is held meanwhile: it takes seconds, and another prefix may well be kept.
        let mut state = self.network.begin(None);
        let ids = [self.tokens.beginning(), &self.turns(turns)?].concat();
        self.read(&ids, &mut state, go_on)?;
        let prefix = state.into_prefix();
        if let Some(states) = &self.states {
            states.put(&key, &prefix);
        }
        self.kept().put(key, &prefix);
        Ok(prefix)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads `ids` after `state`, which then holds them too. Returns what the last of them became.
    fn read(
        &self,
        ids: &[u32],
        state: &mut State,
        go_on: &mut dyn FnMut() -> Result<(), ModelError>,
    ) -> Result<Tensor, ModelError> {
        self.within(state.n_tokens() + ids.len())?;
        let mut last = None;
        for chunk in ids.chunks(self.settings.chunk.max(1)) {
            go_on()?;
            last = Some(self.network.read(chunk, state).map_err(|it| self.failed(it.to_string()))?);
        }
        last.ok_or_else(|| self.failed("it was asked nothing".into()))
    }

    fn within(&self, n: usize) -> Result<(), ModelError> {
        let most = self.network.most_tokens();
        match n > most {
            true => Err(self.failed(format!("a question of {n} tokens: it reads {most} at most"))),
            false => Ok(()),
        }
    }

    /// Logarithm of the summed likelihoods of the tokens that spell `answer`, but for what all tokens share.
    fn likelihood(&self, last: &Tensor, answer: &str) -> Result<f64, ModelError> {
        let ids = self.tokens.spelling(answer);
        if ids.is_empty() {
            return Err(self.failed(format!("no single token spells {answer}")));
        }
        let logits = self.network.logits_of(last, ids).map_err(|it| self.failed(it.to_string()))?;
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max) as f64;
        let likely = most + logits.iter().map(|it| (*it as f64 - most).exp()).sum::<f64>().ln();
        if likely.is_finite() { Ok(likely) } else { Err(self.failed(format!("it answered {likely}"))) }
    }

    fn grammars(&self) -> Result<&Grammars, ModelError> {
        let made = self.grammars.get_or_init(|| Grammars::new(&self.tokens));
        made.as_ref().map_err(|it| self.failed(it.clone()))
    }

    fn go_on(&self, flow: Flow) -> Result<(), ModelError> {
        match flow {
            Flow::Go => Ok(()),
            Flow::Stop => Err(ModelError::Stopped { model: self.settings.id.clone() }),
        }
    }

    fn failed(&self, rule: String) -> ModelError {
        ModelError::Damaged { model: self.settings.id.clone(), rule }
    }
}

impl Model for LocalReasoner {
    fn speaker(&self) -> Speaker {
        speaker(&self.settings)
    }
}

/// What names the weights of a folder, out of the names of its files and what each hashes to: the sha256 of what
/// `sha256sum` prints of them in the order of their names.
pub fn folder_sha256<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    dense::listed_sha256(&files.into_iter().map(|(name, sha256)| (name.into(), sha256.into())).collect())
}

/// Who speaks, wherever the model runs.
fn speaker(settings: &Settings) -> Speaker {
    Speaker {
        id: settings.id.clone(),
        weights_sha256: settings.weights_sha256.clone(),
        prompt_sha256: None,
        sampling: None,
        device: "cpu".into(),
        calibration: None,
        languages: settings.languages.clone(),
    }
}

impl Reasoner for LocalReasoner {
    fn likelihoods(
        &self,
        asked: &Asked,
        answers: &[&str],
        watch: &mut dyn FnMut() -> Flow,
    ) -> Result<Vec<f64>, ModelError> {
        let mut go_on = || self.go_on(watch());
        let mut state = self.after(asked.prefix, &mut go_on)?;
        let last = self.read(&self.question(asked.question)?, &mut state, &mut go_on)?;
        answers.iter().map(|it| self.likelihood(&last, it)).collect()
    }

    fn write(
        &self,
        asked: &Asked,
        writing: &Writing,
        watch: &mut dyn FnMut(&str) -> Flow,
    ) -> Result<Written, ModelError> {
        let mut go_on = || self.go_on(watch(""));
        let mut state = self.after(asked.prefix, &mut go_on)?;
        let last = self.read(&self.question(asked.question)?, &mut state, &mut go_on)?;
        self.written(last, state, writing, watch)
    }
}
