//! What a language model writes of a clause that it was asked about: what speaks for it, and what against.
//!
//! The notes go on from the conversation of the check, so that its prefix need not be read again. A schema bounds
//! their shape; what a schema cannot know is checked of what came out: whether a quote stands in the item, whether
//! what is named exists, whether the severity is one of the clause's. What does not hold is marked and kept.
//!
//! Notes decide nothing: whether a clause counts as broken is the check's value alone.

pub mod quotes;

mod reading;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ANSWERS, LETTERS, Turn, Voice, prefix, suffix};
use crate::{
    hash::sha256_hex,
    policy::Clause,
    ports::{Asked, Flow, ModelError, Reasoner, Writing, Written},
    score::{ScoreInput, TextPart},
};
use quotes::Passage;
pub use reading::so_far;

/// Its name.
pub const PROMPT: &str = "weigh@1";

const TEXT: &str = include_str!("../../prompts/weigh@1.txt");

const SEVERITY: &str = "\n\"severity\": from {min}, the mildest this rule knows, to {max}, the gravest.";

/// How the JSON calls what a reason has: a small model goes by such names more than by what it is told before.
#[derive(Debug)]
struct Side {
    list: &'static str,
    rule: &'static str,
    because: &'static str,
}

const FOR: Side = Side { list: "for", rule: "criterion", because: "breaks_the_rule_because" };
const AGAINST: Side = Side { list: "against", rule: "rule", because: "may_stay_because" };

/// Letters of a quote and of a sentence, at most.
const QUOTE: usize = 100;
const BECAUSE: usize = 140;

/// What is named against a clause where nothing of its own is.
const NONE: &str = "none";

/// Tokens after which notes are cut off: some twenty seconds on two slow cores.
const MOST_TOKENS: usize = 200;

/// What a language model wrote of one clause.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Notes {
    /// `HH-1`.
    pub clause: String,
    /// Id of the model.
    pub model: String,
    /// What its check had come to, on which the notes go on: whether the clause is broken.
    pub found: bool,
    /// How the writing ended.
    pub outcome: Outcome,
    /// What was written, to the letter; where the model failed, what it failed with.
    pub text: String,
    /// What speaks for it, as far as it could be read.
    pub speaks_for: Vec<Reason>,
    /// What speaks against it.
    pub against: Vec<Reason>,
    /// What the model would have it weigh.
    pub severity: Option<Proposed>,
    /// Exceptions of the clause that nothing was written about, `HH-1/x1`.
    pub unaddressed: Vec<String>,
    /// Tokens of the text.
    pub n_tokens: u32,
    /// Natural logarithm of how likely the text was among all that its schema allowed.
    pub log_likelihood: f64,
}

/// How writing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// By itself.
    Whole,
    /// It ran past what notes may be long: read is what stands there.
    CutOff,
    /// With something that is no notes.
    Unparsable,
    /// The model broke off.
    Failed,
}

/// One thing that speaks for or against.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Reason {
    /// `HH-1/a`, `HH-1/ok-a` or `HH-1/x1`; as it was written where the clause has no such part, and `None` where it
    /// was said that nothing of the clause fits.
    pub rule: Option<String>,
    /// False where the clause has no such part.
    pub is_known: bool,
    /// The words it rests on.
    pub quote: Quote,
    /// The model's sentence.
    pub because: String,
}

/// Words that are said to stand in the item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Quote {
    /// None were named.
    Absent,
    /// They stand there.
    Verified {
        /// Where.
        #[serde(flatten)]
        place: Passage,
    },
    /// They do not, and one place alone is near to them.
    Repaired {
        /// That place.
        #[serde(flatten)]
        place: Passage,
        /// The model's own words.
        written: String,
    },
    /// They do not, and no place is near, or several are.
    Unverified {
        /// The model's own words.
        written: String,
        /// Places that they could mean.
        near: u32,
    },
}

/// A severity that a model proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Proposed {
    /// As it was written.
    pub value: u8,
    /// False where the clause spans others.
    pub in_range: bool,
}

/// A reason of which as much is known as was written yet, and nothing is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Said {
    /// Whether it speaks for the clause.
    pub speaks_for: bool,
    /// `a`, `ok-a`, `x1`, `none`.
    pub rule: String,
    /// Said to be of the item.
    pub quote: String,
    /// The model's sentence.
    pub because: String,
}

/// Has `reasoner` write notes on what its check of `clause` came to. `watch` gets what is written so far.
///
/// # Errors
/// Of the model.
pub fn write(
    reasoner: &dyn Reasoner,
    clause: &Clause,
    input: &ScoreInput,
    found: bool,
    watch: &mut dyn FnMut(&str) -> Flow,
) -> Result<Notes, ModelError> {
    let (prefix, question, schema) =
        (prefix(clause), question(clause, input, found), schema(clause, input, found));
    let asked = Asked { prefix: &prefix, question: &question };
    let written = reasoner.write(&asked, &Writing { schema: &schema, most_tokens: MOST_TOKENS }, watch)?;
    let model = reasoner.speaker().id;
    Ok(reading::read(clause, input, found, model, &written))
}

/// Notes of a model that broke off while it wrote.
#[must_use]
pub fn failed(clause: &Clause, found: bool, model: String, problem: String) -> Notes {
    let text = Written { text: problem, is_whole: false, n_tokens: 0, log_likelihood: 0.0 };
    Notes { outcome: Outcome::Failed, ..reading::nothing(clause, found, model, &text) }
}

/// sha256 of everything in both prompts that no policy and no item brings: of the check, and of the notes on it.
#[must_use]
pub fn prompts_sha256() -> String {
    sha256_hex(format!("{}\n{}", super::prompt_sha256(), prompt_sha256()).as_bytes())
}

/// Of the notes alone.
fn prompt_sha256() -> String {
    sha256_hex(
        format!("{TEXT}\n{SEVERITY}\n{QUOTE}\n{BECAUSE}\n{NONE}\n{MOST_TOKENS}\n{FOR:?}\n{AGAINST:?}")
            .as_bytes(),
    )
}

/// What goes on after the prefix of a check: the item, the answer, and what is asked of it.
#[must_use]
pub fn question(clause: &Clause, input: &ScoreInput, found: bool) -> Vec<Turn> {
    let range = clause.severity;
    let severity = SEVERITY.replace("{min}", &range.min.to_string()).replace("{max}", &range.max.to_string());
    let item = suffix(input);
    let post = item.text.lines().next().unwrap_or_default();
    let text = TEXT
        .trim_end()
        .replace("{criteria}", &criteria(clause).join(", "))
        .replace("{allowed}", &allowed(clause).join(", "))
        .replace("{severity}", if found { &severity } else { "" })
        // Last, so that nothing is filled in within it.
        .replace("{post}", post);
    let answer = ANSWERS[usize::from(!found)].to_owned();
    vec![item, Turn { voice: Voice::Assistant, text: answer }, Turn { voice: Voice::User, text }]
}

/// The shape of notes. A quote is one of the item's sentences: asked for words of its own choice, a small model quotes
/// the examples of the clause. Of a clause that was found broken at least one thing speaks for it, of another one at least
/// one against it: a model that begins with the other side talks itself out of its answer.
#[must_use]
pub fn schema(clause: &Clause, input: &ScoreInput, found: bool) -> Value {
    let quotable = quotes::quotable(&shown(input), QUOTE);
    let unquoted = [vec![String::new()], quotable.clone()].concat();
    // Of an item that says nothing, no words are named on either side.
    let quoted = if quotable.is_empty() { unquoted.clone() } else { quotable };
    let reasons = |side: &Side, of: Vec<String>, quoted: Vec<String>, least: usize, most: usize| {
        let properties = json!({
            "quote": {"enum": quoted},
            side.rule: {"enum": of},
            side.because: {"type": "string", "minLength": 1, "maxLength": BECAUSE},
        });
        json!({"type": "array", "minItems": least, "maxItems": most, "items": object(&properties)})
    };
    let properties = match found {
        true => json!({
            "for": reasons(&FOR, criteria(clause), quoted, 1, 2),
            "against": reasons(&AGAINST, allowed(clause), unquoted, 0, 1),
            "severity": {"enum": (clause.severity.min..=clause.severity.max).collect::<Vec<_>>()},
        }),
        false => json!({
            "for": reasons(&FOR, criteria(clause), quoted, 0, 1),
            "against": reasons(&AGAINST, allowed(clause), unquoted, 1, 2),
        }),
    };
    object(&properties)
}

/// The part of an item that a model was shown.
fn shown(input: &ScoreInput) -> Vec<TextPart> {
    let mut left = LETTERS;
    let mut shown = Vec::new();
    for it in &input.texts {
        let text: String = it.text.chars().take(left).collect();
        // A line end stands between two parts.
        left = left.saturating_sub(text.chars().count() + 1);
        shown.push(TextPart { text, ..it.clone() });
    }
    shown
}

/// All of its properties are there, in their order, and no other.
fn object(properties: &Value) -> Value {
    let required: Vec<String> =
        properties.as_object().into_iter().flat_map(|it| it.keys().cloned()).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn criteria(clause: &Clause) -> Vec<String> {
    clause.criteria.iter().map(|it| it.id.clone()).collect()
}

/// What may be named against a clause.
fn allowed(clause: &Clause) -> Vec<String> {
    let uses = clause.allowed.iter().map(|it| format!("ok-{}", it.id));
    let exceptions = clause.exceptions.iter().map(|it| it.id.clone());
    uses.chain(exceptions).chain([NONE.to_owned()]).collect()
}

#[cfg(test)]
mod tests;
