//! What is typed about whose turn an item is.

use std::path::PathBuf;

use casebook_core::turn::{ReleaseReason, TurnReason};
use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};

/// An item to hand on, or to take back.
#[derive(Debug, Args)]
pub struct HandOn {
    /// The case file.
    pub file: PathBuf,
    /// The item's id.
    pub item: String,
    /// For whom it waits.
    #[arg(long, value_name = "PERSON", conflicts_with = "queue", required_unless_present_any = ["queue", "take_back"])]
    pub to: Option<String>,
    /// The queue it waits in.
    #[arg(long)]
    pub queue: Option<String>,
    /// Why; none of them judges the item.
    #[arg(long, required_unless_present = "take_back", value_parser = reason())]
    pub reason: Option<TurnReason>,
    /// What is said along with it, which others read once they have decided the item.
    #[arg(long)]
    pub note: Option<String>,
    /// Takes the item back, while whom it waits for has not begun.
    #[arg(long, conflicts_with_all = ["to", "queue", "reason", "note"])]
    pub take_back: bool,
}

/// Whose notes, or a note to write.
#[derive(Debug, Args)]
pub struct Notes {
    /// The case file.
    pub file: PathBuf,
    /// The item's id.
    pub item: String,
    /// Writes a note.
    #[arg(long, value_name = "TEXT")]
    pub add: Option<String>,
    /// To one colleague; to all when left out.
    #[arg(long, value_name = "PERSON", requires = "add")]
    pub to: Option<String>,
}

/// An item to take out of the restricted lane.
#[derive(Debug, Args)]
pub struct TakeOut {
    /// The case file.
    pub file: PathBuf,
    /// The item's id.
    pub item: String,
    /// The queue of the lane in which you met it.
    #[arg(long)]
    pub queue: String,
    /// Why.
    #[arg(long, value_parser = release_reason())]
    pub reason: ReleaseReason,
    /// What is said along with it.
    #[arg(long)]
    pub note: Option<String>,
}

fn reason() -> impl TypedValueParser<Value = TurnReason> {
    PossibleValuesParser::new(TurnReason::ALL.map(TurnReason::word)).map(|word| {
        let named = TurnReason::ALL.into_iter().find(|it| it.word() == word);
        named.expect("no other word is let through")
    })
}

fn release_reason() -> impl TypedValueParser<Value = ReleaseReason> {
    PossibleValuesParser::new(ReleaseReason::ALL.map(ReleaseReason::word)).map(|word| {
        let named = ReleaseReason::ALL.into_iter().find(|it| it.word() == word);
        named.expect("no other word is let through")
    })
}
