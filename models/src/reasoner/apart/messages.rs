//! What the two sides say to each other, as JSON: a question is text, and its few numbers cost nothing.

use casebook_core::weighing::Turn;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::reasoner::Settings;

/// To the process.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request<Q = Question> {
    /// Once, before anything else.
    Load { settings: Settings },
    /// `n` counts questions from 1.
    Ask { n: u64, question: Q },
    /// Nobody waits any more for question `n`, nor for any before.
    Stop { n: u64 },
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Question {
    pub(super) prefix: Vec<Turn>,
    pub(super) turns: Vec<Turn>,
    pub(super) wanted: Wanted,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wanted {
    /// How likely each of these words is.
    Likelihoods { answers: Vec<String> },
    /// A text of this schema.
    Text { schema: serde_json::Value, most_tokens: usize },
}

/// From the process.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    Loaded,
    /// The file is not what it should be.
    Unloadable {
        rule: String,
    },
    /// Another chunk of question `n` is about to be read.
    Reading {
        n: u64,
    },
    /// What is written so far in answer to question `n`.
    Writing {
        n: u64,
        text: String,
    },
    /// The bits of the numbers: written as decimals, they would have to be parsed back to the same ones.
    Likely {
        n: u64,
        bits: Vec<u64>,
    },
    /// The whole of it; the likelihood by its bits.
    Written {
        n: u64,
        text: String,
        is_whole: bool,
        n_tokens: u32,
        log_likelihood: u64,
    },
    /// Question `n` has no answer.
    Failed {
        n: u64,
        rule: String,
    },
    Stopped {
        n: u64,
    },
}

pub(super) fn pack(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).expect("messages are plain data")
}

pub(super) fn unpack<T: DeserializeOwned>(frame: &[u8]) -> Option<T> {
    serde_json::from_slice(frame).ok()
}
