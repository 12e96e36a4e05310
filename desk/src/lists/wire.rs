//! What lists send to the page. A line carries nothing that was judged, but for [`ItemLine::risk`],
//! which is only filled in a list by risk in an assisted queue, and [`ItemLine::mine`], which is
//! the reviewer's own.

use serde::{Deserialize, Serialize};

use casebook_core::{
    decision::Choice,
    item::ItemKind,
    list::{ListFilter, ListOrder},
    risk::RiskTerms,
};

use crate::wire::Aside;

/// Which list, and which page of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ListRequest {
    /// Which items.
    pub filter: ListFilter,
    /// Which first.
    pub order: ListOrder,
    /// The queue the reviewer works in; an order by risk needs an assisted one.
    pub queue: Option<String>,
    /// The first line wanted.
    pub offset: u32,
    /// How many; 200 at most.
    pub limit: u32,
    /// Takes the list anew; otherwise it stays as it was when this reviewer first asked for it.
    pub fresh: bool,
}

/// Some lines of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ListPage {
    /// Of the first line.
    pub offset: u32,
    /// Lines in the whole list.
    pub total: u32,
    /// There are more with these words: the list is the newest of them, newest first.
    pub capped: bool,
    /// When the list was taken, ms.
    pub taken_at_ms: f64,
    /// In order; fewer than asked for at the end.
    pub lines: Vec<ItemLine>,
}

/// An item in one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemLine {
    /// Row id, for verbs.
    pub row: u32,
    /// The sender's id.
    pub id: String,
    /// text, image or bundle.
    pub kind: ItemKind,
    /// The beginning of its first text.
    pub excerpt: String,
    /// Declared or detected.
    pub language: Option<String>,
    /// Where it was shown.
    pub market: Option<String>,
    /// How many reported it.
    pub reports: u32,
    /// What most of them said.
    pub reason: Option<String>,
    /// Views per hour.
    pub reach_per_hour: Option<f64>,
    /// When it was flagged, ms.
    pub flagged_at_ms: f64,
    /// How many reviewers have recorded it.
    pub reviews: u32,
    /// What the one who looks recorded.
    pub mine: Option<Choice>,
    /// How the one who looks set it aside.
    pub aside: Option<Aside>,
    /// Whom it is assigned to.
    pub assigned: Option<String>,
    /// Which queue it was moved to.
    pub moved: Option<String>,
    /// Why it stands where it stands in a list by risk.
    pub risk: Option<RiskTerms>,
}

/// What items can be chosen by: what occurs in the file, each with the items that have it, most first. At most 1,000
/// of a kind. Of the restricted lane nothing is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Occurring {
    /// Base codes of languages, `und` where it is unknown.
    pub languages: Vec<Occurrence>,
    /// Markets.
    pub markets: Vec<Occurrence>,
    /// Reasons of reports.
    pub reasons: Vec<Occurrence>,
}

/// A value that occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Occurrence {
    /// As a filter takes it.
    pub value: String,
    /// Items that have it.
    pub items: u32,
}

/// Items whose text is like another's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Similar {
    /// The item they are like.
    pub row: u32,
    /// Whose vectors were compared; `None` where the item has none.
    pub model: Option<String>,
    /// Items compared with.
    pub searched: u32,
    /// The most similar first.
    pub lines: Vec<SimilarLine>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SimilarLine {
    /// The item.
    pub line: ItemLine,
    /// Cosine of the two vectors, −1 to 1: no probability.
    pub similarity: f64,
}

/// Something this reviewer decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MyDecision {
    /// The item, with the decision in `mine`.
    pub line: ItemLine,
    /// Where it was met.
    pub queue: String,
    /// When it was recorded, ms.
    pub at_ms: f64,
}

/// What is done to many items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BulkAct {
    /// This reviewer does not meet them again.
    Skip {
        /// In which queue.
        queue: String,
    },
    /// They come back to this reviewer after the others.
    Defer {
        /// In which queue.
        queue: String,
    },
    /// For one reviewer alone; `None` gives them back to everybody.
    Assign {
        /// Whom.
        to: Option<String>,
    },
    /// Into a queue, whatever its filter says; `None` puts them back where the filters do.
    Move {
        /// Which.
        to: Option<String>,
    },
}

/// An act on many items that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BulkDone {
    /// For taking it back.
    pub act: u32,
    /// Items it was about.
    pub items: u32,
}
