//! What turns send to the page. Who, when and why is told at once; what is said along with it is a judgement and
//! stands in [`TurnEntry::text`] alone, which is filled once this reviewer has decided the item themselves.

use serde::{Deserialize, Serialize};

use casebook_core::turn::{ReleaseReason, To, TurnReason};

/// An item to hand on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct HandOn {
    /// Whom it waits for.
    pub to: To,
    /// Why.
    pub reason: TurnReason,
    /// What is said along with it; empty says nothing.
    pub note: Option<String>,
    /// In which queue it was met, for undo there; `None` outside any.
    pub met_in: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct HandedOn {
    /// How it waits.
    pub waits: Waits,
    /// Nobody of the name it waits for has worked in this file: it may be mistyped.
    pub new_name: bool,
}

/// That an item waits, and for whom.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Waits {
    /// Who handed it on.
    pub by: String,
    /// For whom.
    pub to: To,
    /// It waits for the one who looks.
    pub for_me: bool,
    /// The one who looks handed it on, so it is theirs to take back.
    pub by_me: bool,
    /// Why.
    pub reason: TurnReason,
    /// Something was said along with it.
    pub has_note: bool,
    /// Since when, ms.
    pub at_ms: f64,
}

/// An item that waits.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WaitingLine {
    /// Row id, for verbs.
    pub row: u32,
    /// The sender's id.
    pub id: String,
    /// The beginning of its first text.
    pub excerpt: String,
    /// How it waits.
    pub waits: Waits,
}

/// What waits for one reviewer, and what they handed on; the oldest of each.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Waiting {
    /// How many wait for them.
    pub n_for_me: u32,
    /// The oldest first.
    pub for_me: Vec<WaitingLine>,
    /// How many they handed on that wait.
    pub n_by_me: u32,
    /// The oldest first.
    pub by_me: Vec<WaitingLine>,
}

/// A note to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NewNote {
    /// To whom; `None` to everybody.
    pub to: Option<String>,
    /// What it says.
    pub text: String,
}

/// Something said or done about whose turn an item is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TurnEntry {
    /// By whom.
    pub by: String,
    /// When, ms.
    pub at_ms: f64,
    /// What.
    pub what: Happened,
    /// In words; `None` where nothing was said, or where it is held back.
    pub text: Option<String>,
    /// There are words, and they are told once the one who looks has decided the item.
    pub held: bool,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// It was handed on.
    HandedOn {
        /// To whom.
        to: To,
        /// Why.
        reason: TurnReason,
        /// When it was taken back, ms.
        taken_back_at_ms: Option<f64>,
    },
    /// A note was written.
    Noted {
        /// To whom; `None` to everybody.
        to: Option<String>,
    },
    /// A second person took it out of the restricted lane; told only to who has decided the item.
    TakenOut {
        /// Why.
        reason: ReleaseReason,
    },
}

/// An item to take out of the restricted lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TakeOut {
    /// Why.
    pub reason: ReleaseReason,
    /// What is said along with it; empty says nothing.
    pub note: Option<String>,
}
