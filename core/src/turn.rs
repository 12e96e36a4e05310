//! Whose turn an item is: a handover to one person or one queue, and notes to a colleague.
//!
//! A reason judges nothing, so it is told at once; what is said along with it is a judgement, and is told after one's own.

use serde::{Deserialize, Serialize};

use crate::item::shorten;

/// Letters of a note at most.
pub const NOTE: usize = 1000;
/// Letters of a name at most.
const NAME: usize = 80;

/// Whom an item is handed to: exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum To {
    /// It waits for one reviewer.
    Person {
        /// Whom.
        name: String,
    },
    /// It waits in a queue, whatever its filter says, for whoever opens it.
    Queue {
        /// Which.
        name: String,
    },
}

impl std::fmt::Display for To {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person { name } => f.write_str(name),
            Self::Queue { name } => write!(f, "queue “{name}”"),
        }
    }
}

/// Why an item is handed on. None says what is wrong with the item, or that anything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TurnReason {
    /// It is in a language that somebody else reads.
    Language,
    /// It takes somebody who knows where it was shown.
    Market,
    /// Another look is wanted.
    SecondOpinion,
    /// What the policy means is to be asked.
    PolicyQuestion,
    /// Not for who hands it on: too hard to look at, too close, or simply too hard.
    NotForMe,
    /// It is not shown as it should be.
    Technical,
}

impl TurnReason {
    /// In the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Language,
        Self::Market,
        Self::SecondOpinion,
        Self::PolicyQuestion,
        Self::NotForMe,
        Self::Technical,
    ];

    /// As it is typed and stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Language => "language",
            Self::Market => "market",
            Self::SecondOpinion => "second_opinion",
            Self::PolicyQuestion => "policy_question",
            Self::NotForMe => "not_for_me",
            Self::Technical => "technical",
        }
    }
}

/// Why a second person takes an item out of the restricted lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReason {
    /// A slip of the key put it there.
    Slip,
    /// It was meant, and another clause or none fits.
    OtherClause,
}

impl ReleaseReason {
    /// In the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Slip, Self::OtherClause];

    /// As it is typed and stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Slip => "slip",
            Self::OtherClause => "other_clause",
        }
    }
}

/// Why a name or a note was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TurnError {
    /// A name nobody can have.
    #[error("name “{}”: a name is 1–{NAME} characters, none of them a control character", shorten(.0))]
    Name(String),
    /// Nothing, or too much.
    #[error("note of {0} characters: a note is 1–{NOTE} characters")]
    NoteLength(usize),
    /// What a terminal would obey.
    #[error("note with the character U+{:04X}: a note is text, without control characters but line breaks and tabs", u32::from(*.0))]
    NoteControl(char),
}

/// A person's name as it is kept.
///
/// # Errors
/// One that nobody can have.
pub fn name(typed: &str) -> Result<&str, TurnError> {
    let name = typed.trim();
    let length = name.chars().count();
    match (1..=NAME).contains(&length) && !name.contains(char::is_control) {
        true => Ok(name),
        false => Err(TurnError::Name(typed.to_owned())),
    }
}

/// A note as it is kept.
///
/// # Errors
/// An empty or long one, and one with control characters.
pub fn note(typed: &str) -> Result<&str, TurnError> {
    let note = typed.trim();
    let length = note.chars().count();
    if !(1..=NOTE).contains(&length) {
        return Err(TurnError::NoteLength(length));
    }
    match note.chars().find(|it| it.is_control() && !matches!(it, '\n' | '\r' | '\t')) {
        None => Ok(note),
        Some(control) => Err(TurnError::NoteControl(control)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_trimmed_and_neither_empty_nor_long() {
        assert_eq!(note("  Bitte ansehen,\nes ist Dialekt. "), Ok("Bitte ansehen,\nes ist Dialekt."));
        assert_eq!(note(" \n"), Err(TurnError::NoteLength(0)));
        assert!(note(&"ض".repeat(NOTE)).is_ok(), "letters are counted, not bytes");
        assert_eq!(note(&"ض".repeat(NOTE + 1)), Err(TurnError::NoteLength(NOTE + 1)));
    }

    #[test]
    fn what_a_terminal_would_obey_is_in_no_note_and_no_name() {
        let refused = note("look\u{1b}[2J").expect_err("it would clear the screen");
        assert!(refused.to_string().contains("U+001B"), "{refused}");
        assert_eq!(name(" Zoë "), Ok("Zoë"));
        for typed in ["", "  ", "a\tb", &"x".repeat(NAME + 1)] {
            assert_eq!(name(typed), Err(TurnError::Name(typed.to_owned())));
        }
    }

    #[test]
    fn a_reason_is_called_as_it_is_written() {
        for it in TurnReason::ALL {
            assert_eq!(serde_json::to_value(it).expect("plain data"), it.word());
        }
        for it in ReleaseReason::ALL {
            assert_eq!(serde_json::to_value(it).expect("plain data"), it.word());
        }
    }
}
