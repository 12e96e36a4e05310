//! Models, by what they do.
//!
//! One program may have several roles, and is asked for each apart: another model may take over any of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Flow;
use crate::{
    known::{KnownModel, ModelStatus},
    policy::Policy,
    score::{Driver, ScoreInput, Scoring, Speaker},
    weighing::Turn,
};

/// What a model is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// How likely an item violates each clause.
    Scorer,
    /// Which items are like it.
    Embedder,
    /// Whether it breaks a clause, asked in words: a language model.
    Reasoner,
}

impl Role {
    /// As cards spell it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Scorer => "scorer",
            Self::Embedder => "embedder",
            Self::Reasoner => "reasoner",
        }
    }
}

/// A program that was loaded, in whichever roles. Only vectors of one speaker compare.
pub trait Model: Send + Sync {
    /// Who speaks.
    fn speaker(&self) -> Speaker;
}

/// Scores texts under the policy it was made for.
pub trait Scorer: Model {
    /// The numbers, or why there are none: one outcome per input, in order. Drivers are left empty.
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring>;

    /// The passages that drive the scores of `targets`, strongest first.
    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver>;
}

/// Makes vectors of texts: those of items that are alike lie near each other.
pub trait Embedder: Model {
    /// One vector of unit length per input, in order; `None` where there is no text it reads, or it failed.
    fn embed(&self, inputs: &[ScoreInput]) -> Vec<Option<Vec<f32>>>;
}

/// A language model. It knows no prompt: [`crate::weighing`] has them.
pub trait Reasoner: Model {
    /// How likely each of `answers`, a word each, is as the next that is said after `asked`, in order: natural
    /// logarithms, but for one number that is taken from all alike. `watch` is asked between two pieces of work.
    ///
    /// # Errors
    /// [`ModelError::Stopped`] where `watch` says stop, and what the model broke off with.
    fn likelihoods(
        &self,
        asked: &Asked,
        answers: &[&str],
        watch: &mut dyn FnMut() -> Flow,
    ) -> Result<Vec<f64>, ModelError>;

    /// What it says after `asked`, held to a schema: the likeliest token each time, so the same words each time.
    /// `watch` gets what is written so far, before each token and between two pieces of work before the first.
    ///
    /// # Errors
    /// [`ModelError::Stopped`] where `watch` says stop, and what the model broke off with.
    fn write(
        &self,
        asked: &Asked,
        writing: &Writing,
        watch: &mut dyn FnMut(&str) -> Flow,
    ) -> Result<Written, ModelError>;
}

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// A JSON schema. It bounds every list and text, so that an end is always in reach.
    pub schema: &'a serde_json::Value,
    /// It is cut off here.
    pub most_tokens: usize,
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// JSON of the schema, or where it was cut off, the beginning of some.
    pub text: String,
    /// True where it was not cut off.
    pub is_whole: bool,
    /// Tokens in it.
    pub n_tokens: u32,
    /// Natural logarithm of how likely it was among all that the schema allowed.
    pub log_likelihood: f64,
}

/// What a language model is asked: a conversation in which it speaks next.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The same for many questions. A model reads it once and keeps what it made of it.
    pub prefix: &'a [Turn],
    /// What is asked after it.
    pub question: &'a [Turn],
}

/// Where models come from, for a program that has some.
pub trait ModelShelf: Send + Sync {
    /// The default model's state; cheap, loads nothing.
    fn state(&self) -> ModelState;

    /// Loads what scores under `policy`.
    ///
    /// # Errors
    /// [`ModelError::NotInstalled`], or which file is wrong and how.
    fn scorer(&self, policy: &Policy) -> Result<Arc<dyn Scorer>, ModelError>;

    /// Loads what embeds. Where the scorer of `policy` does that too, it is one program, loaded once.
    ///
    /// # Errors
    /// [`ModelError::NotInstalled`], or which file is wrong and how.
    fn embedder(&self, policy: &Policy) -> Result<Arc<dyn Embedder>, ModelError>;

    /// Loads what is asked in words.
    ///
    /// # Errors
    /// [`ModelError::NotInstalled`], or which file is wrong and how.
    fn reasoner(&self) -> Result<Arc<dyn Reasoner>, ModelError> {
        Err(ModelError::NotInstalled { role: Role::Reasoner, path: String::new() })
    }

    /// Loads what finds the clauses that texts in other languages come nearest to, under `policy`; its values are not
    /// for people.
    ///
    /// # Errors
    /// [`ModelError::NotInstalled`], or which file is wrong and how.
    fn finder(&self, _policy: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        Err(ModelError::NotInstalled { role: Role::Embedder, path: String::new() })
    }

    /// Every model with a card, as it stands; cheap, loads nothing.
    ///
    /// # Errors
    /// Names a card that cannot be read.
    fn known(&self) -> Result<Vec<KnownModel>, ModelError>;

    /// Hashes the files of a model again, because a person asked.
    ///
    /// # Errors
    /// When there is no card of this id.
    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError>;

    /// Fetches the model with this card, because a person asked and accepted its licence. `watch` gets bytes done and
    /// in all.
    ///
    /// # Errors
    /// When there is no card of this id; says which source was tried and what it answered.
    fn install(&self, id: &str, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError>;
}

/// Why a model cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No model that is here has the role.
    #[error("no {} is installed in {path}", role.word())]
    NotInstalled {
        /// What was asked for.
        role: Role,
        /// Where models are kept.
        path: String,
    },
    /// A file is not what its card names, or does not hold what it should.
    #[error("{model}: {rule}")]
    Damaged {
        /// Its id.
        model: String,
        /// Which file, and what is wrong with it.
        rule: String,
    },
    /// There is no card of this id.
    #[error("model {id}: the cards are {}", known.join(", "))]
    Unknown {
        /// As asked for.
        id: String,
        /// Of the cards there are.
        known: Vec<String>,
    },
    /// A card cannot be read, or breaks a rule.
    #[error("{0}")]
    Card(String),
    /// No source had the files.
    #[error("could not install {model}: {}", tried.join("; "))]
    Refused {
        /// The card's id.
        model: String,
        /// What each source answered.
        tried: Vec<String>,
    },
    /// The folder of models could not be written.
    #[error("could not {attempt} {path}: {source}")]
    Disk {
        /// `write`, `create`, `rename`…
        attempt: &'static str,
        /// What.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The program that it runs in cannot be had.
    #[error("could not start the program that {model} runs in: {rule}")]
    NotStarted {
        /// The card's id.
        model: String,
        /// Where it was looked for, or what it said instead.
        rule: String,
    },
    /// The program that it runs in ended, once more after it was started again.
    #[error("{model} ended while it answered: {how}; a smaller model needs less of the machine")]
    Ended {
        /// The card's id.
        model: String,
        /// Its exit or the signal that ended it, in words.
        how: String,
    },
    /// It asked for more memory than it gets.
    #[error("{model} ran out of memory: it gets {limit_mb} MB at most; a smaller model needs less")]
    NoMemory {
        /// The card's id.
        model: String,
        /// What it gets, decimal.
        limit_mb: u64,
    },
    /// Whoever watched said stop.
    #[error("{model} was stopped")]
    Stopped {
        /// The card's id.
        model: String,
    },
}

/// Whether scores can be made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelState {
    /// `minilm-l6-v2+starter-heads@2`.
    pub id: String,
    /// Weights are there and their hashes agree.
    pub installed: bool,
    /// Languages it was evaluated on.
    pub languages: Vec<String>,
    /// Why it cannot be used, for people.
    pub problem: Option<String>,
}
