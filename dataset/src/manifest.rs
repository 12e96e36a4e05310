//! What an export says about itself: `manifest.json`.
//!
//! Counts, hashes and settings, and what was left out and why; never an item's words.

use std::collections::BTreeMap;

use casebook_core::decision::Verdict;
use serde::{Deserialize, Serialize};

use crate::{
    choose::LeftOut,
    filter::RecordFilter,
    groups::Split,
    label_studio, prm,
    redact::{NOT_LOOKED_FOR, Replaced},
    sft, table,
};

/// The name of this shape. A released name never changes meaning.
pub const FORMAT: &str = "casebook/export/1";

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: &'static str,
    /// RFC 3339.
    pub created_at: String,
    /// Of Casebook.
    pub app_version: String,
    /// Under which every record was made and checked.
    pub policy: PolicyName,
    /// Whose words and numbers the records hold.
    pub models: Vec<ModelName>,
    /// What was asked for.
    pub filters: Filters,
    /// How items were split.
    pub splits: SplitRule,
    /// What was replaced in exported records; `None` where nothing was to be.
    pub redaction: Option<Redaction>,
    /// Those asked for.
    pub datasets: BTreeMap<ExportFormat, Dataset>,
    /// Not in any dataset: only these ids, hashes and their count leave.
    pub restricted: Restricted,
    /// Records refused by the rules after redaction, by id and place; the first 100.
    pub refused: Vec<Refused>,
    /// Every file but this one.
    pub files: BTreeMap<String, File>,
}

/// What was replaced, and what nobody looked for.
#[derive(Clone, Debug, Serialize)]
pub struct Redaction {
    /// Places, by kind.
    #[serde(flatten)]
    pub replaced: Replaced,
    /// Exported items whose id told something and is a pseudonym now.
    pub item_ids: u32,
    /// For people.
    pub not_looked_for: [&'static str; NOT_LOOKED_FOR.len()],
}

impl Redaction {
    /// Of an export.
    #[must_use]
    pub fn of(replaced: Replaced, item_ids: u32) -> Self {
        Self { replaced, item_ids, not_looked_for: NOT_LOOKED_FOR }
    }
}

/// The datasets there are, in the order people read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Our record, with the text.
    Raw,
    /// TRL prompt-completion.
    Sft,
    /// TRL stepwise supervision.
    Prm,
    /// Tasks and a labeling config for Label Studio.
    #[serde(rename = "label-studio")]
    LabelStudio,
    /// Our record in typed columns.
    Parquet,
}

impl ExportFormat {
    /// All, in the order people read them.
    pub const ALL: [Self; 5] = [Self::Raw, Self::Sft, Self::Prm, Self::LabelStudio, Self::Parquet];

    /// As folders, configurations and arguments are called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Sft => "sft",
            Self::Prm => "prm",
            Self::LabelStudio => "label-studio",
            Self::Parquet => "parquet",
        }
    }

    /// The name of its shape. A released name never changes meaning.
    #[must_use]
    pub fn format(self) -> &'static str {
        match self {
            Self::Raw => "casebook/raw/1",
            Self::Sft => sft::FORMAT,
            Self::Prm => prm::FORMAT,
            Self::LabelStudio => label_studio::FORMAT,
            Self::Parquet => table::FORMAT,
        }
    }

    /// What the file of a split is called.
    #[must_use]
    pub fn file(self, split: Split) -> String {
        let ending = match self {
            Self::Raw | Self::Sft | Self::Prm => "jsonl",
            Self::LabelStudio => "json",
            Self::Parquet => "parquet",
        };
        format!("{}/{}.{ending}", self.word(), split.name())
    }
}

/// Which policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyName {
    /// `short-video@2026.11`.
    pub name: String,
    /// Of its text.
    pub sha256: String,
}

/// Which model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ModelName {
    /// Its id.
    pub id: String,
    /// Of its weights.
    pub weights_sha256: String,
    /// Records that hold what it said.
    pub records: u32,
}

/// What was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Filters {
    /// Replace private values: what those are is said in the card.
    pub redact: bool,
    /// Incomplete records in `sft` and `prm` too.
    pub include_incomplete: bool,
    /// Which records were asked for, reviewers by pseudonym; absent where all were.
    #[serde(skip_serializing_if = "RecordFilter::is_empty")]
    pub records: RecordFilter,
}

/// How items were split.
#[derive(Clone, Debug, Serialize)]
pub struct SplitRule {
    /// Decides which group goes where.
    pub seed: u32,
    /// Of a hundred groups.
    pub shares: BTreeMap<&'static str, u32>,
    /// Items that were exported.
    pub items: u32,
    /// Groups by author, near-duplicate text and picture.
    pub groups: u32,
    /// Items in the largest.
    pub largest_group: u32,
}

/// One dataset.
#[derive(Clone, Debug, Serialize)]
pub struct Dataset {
    /// `casebook/raw/1`.
    pub format: &'static str,
    /// In all splits.
    pub rows: u32,
    /// Those that have rows.
    pub splits: BTreeMap<Split, Counts>,
    /// Current records that are not in it, by reason.
    pub left_out: BTreeMap<LeftOut, u32>,
}

/// What one split holds.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Relative to the export.
    pub file: String,
    /// Records: lines, or annotations of tasks.
    pub rows: u32,
    /// By verdict of the record.
    pub verdicts: BTreeMap<Verdict, u32>,
    /// By clause of the decision, main or not.
    pub clauses: BTreeMap<String, u32>,
}

/// What is said of the restricted lane.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Restricted {
    /// How many.
    pub count: u32,
    /// Which.
    pub items: Vec<RestrictedItem>,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct RestrictedItem {
    /// The sender's id, or its pseudonym where it tells something.
    pub id: String,
    /// As in the case file.
    pub content_sha256: String,
}

/// A record that was not written.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// The record's id.
    pub record: String,
    /// Why.
    pub reason: LeftOut,
    /// `evidence e1`, `item.id`: never the words themselves.
    pub place: String,
}

/// One file.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    /// Of its bytes.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
}
