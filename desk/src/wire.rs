//! What crosses to the page: views made for one screen, and what the page sends back.
//!
//! Times are milliseconds since 1970 as `f64`, because the page counts in doubles. Row ids are
//! `u32`. Nothing here can carry a score, a rationale, a precedent or another reviewer's decision
//! except [`Revealed`]; a test plants all four and calls every verb.

use serde::{Deserialize, Serialize};

use casebook_core::{
    assessment::Assessment,
    check::{Falsehood, Missing},
    decision::{Choice, Judgement, Picks, Verdict},
    draft::Draft,
    item::{ItemKind, Report},
    policy::Escalation,
    ports::ModelState,
    queue::Queue,
    record::{Mode, PartKind},
    remark::Remark,
};
pub use casebook_dataset::manifest::ExportFormat;
use casebook_dataset::{choose::LeftOut, filter::RecordFilter};

mod imports;

pub use crate::import::Quoting;
pub use imports::{ColumnPair, ImportColumn, ImportPreview, ImportRequest, ImportRow, PastImport};

/// What the page needs to draw its frame.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Desktop {
    /// Of Casebook.
    pub version: String,
    /// Asked once per user; `None` until told.
    pub reviewer: Option<String>,
    /// The open case file.
    pub case: Option<CaseFile>,
    /// Files opened before, newest first.
    pub recent: Vec<Recent>,
    /// The default model.
    pub model: ModelState,
    /// The datasets an export can write, in the order people read them.
    pub formats: Vec<ExportFormat>,
    /// `http://127.0.0.1:port/secret/media`, where renditions come from.
    pub media_base: String,
    /// Folders of exports can be opened in the system's file manager.
    pub opens_folders: bool,
}

/// An open case file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaseFile {
    /// File name without folder.
    pub name: String,
    /// Whole path.
    pub path: String,
    /// True where the file or its folder cannot be written: it opens for reading and refuses to record.
    pub read_only: bool,
    /// Items in it.
    pub items: u32,
    /// `short-video@2026.11`.
    pub policy: String,
    /// It was made to practise in.
    pub practice: bool,
    /// Where the file as an older Casebook wrote it is kept, if opening it now brought it up to date.
    pub former: Option<String>,
}

/// A case file opened before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Recent {
    /// File name without folder.
    pub name: String,
    /// Whole path.
    pub path: String,
    /// False where it is gone.
    pub exists: bool,
}

/// A queue and how far it is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueSummary {
    /// The queue.
    pub queue: Queue,
    /// Items still wanted from this reviewer; `None` of the restricted lane, which is told in it alone.
    pub open: Option<u32>,
    /// Items this reviewer has recorded.
    pub done: u32,
}

/// A policy that the case file holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicyLine {
    /// `short-video@2026.11`.
    pub name: String,
    /// For people; empty where this program cannot read the policy.
    pub title: String,
    /// Of its text.
    pub sha256: String,
    /// How many.
    pub clauses: u32,
    /// Reviews are made under it.
    pub in_force: bool,
    /// When it was put in force last, ms; `None` where it never was.
    pub since_ms: Option<f64>,
    /// Who did that; `None` where the file was made with it.
    pub by: Option<String>,
}

/// One item under review, at whatever stage it is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Review {
    /// The queue it came from.
    pub queue: String,
    /// What is reviewed.
    pub item: ItemView,
    /// Drawn for this item.
    pub mode: Mode,
    /// When it was first shown to this reviewer, ms.
    pub started_at_ms: f64,
    /// Until when it is leased, ms.
    pub leased_until_ms: f64,
    /// What this reviewer decided before the reveal; `None` before that and in assisted mode.
    pub impression: Option<Impression>,
    /// What was picked before the window was left; `None` once the impression is stored.
    pub picks: Option<Picks>,
    /// What the model said, where it was shown before or is ready; to be asked for with `reveal` otherwise, once a
    /// blind impression is stored.
    pub revealed: Option<Revealed>,
    /// Saved work; `None` where nothing is.
    pub draft: Option<Draft>,
    /// Saved work that this program cannot read; it is kept in the case file.
    pub unread: Option<Unread>,
    /// Items recorded by this reviewer in this queue.
    pub done: u32,
    /// Items still open in it, this one included; `None` until a filtered queue was counted.
    pub open: Option<u32>,
    /// That it was handed on, by whom, to whom and why, where it waits; never what was said along with it.
    pub waits: Option<crate::turn::wire::Waits>,
    /// What undo took back to open it again; `None` where it was not undo that did.
    pub taken_back: Option<TakenBack>,
}

/// Something of this reviewer's that undo took back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TakenBack {
    /// A record; it stays in the file, withdrawn.
    Submission,
    /// They do not meet the item again, and now they do.
    Skip,
    /// The item comes back after the others.
    Deferral,
    /// It waited for somebody else, and is this reviewer's again.
    Handover,
}

/// Saved work that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Unread {
    /// Which.
    pub what: UnreadKind,
    /// Why, for people.
    pub problem: String,
}

/// What was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum UnreadKind {
    /// After the reveal.
    Draft,
    /// Before the first impression was stored.
    Picks,
}

/// An item as the page may see it at any time.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemView {
    /// Row id, for verbs.
    pub row: u32,
    /// The sender's id, for people.
    pub id: String,
    /// What the parts make together.
    pub kind: ItemKind,
    /// Parts in order.
    pub parts: Vec<PartView>,
    /// Declared or detected.
    pub language: Option<String>,
    /// 0–1 where detected, `None` where declared.
    pub language_confidence: Option<f64>,
    /// Where it was shown.
    pub market: Option<String>,
    /// The sender's reference.
    pub author: Option<String>,
    /// Why people reported it.
    pub reports: Vec<Report>,
    /// Views per hour.
    pub reach_per_hour: Option<f64>,
    /// RFC 3339.
    pub flagged_at: Option<String>,
}

/// A part as the page may see it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PartView {
    /// `p1`.
    pub id: String,
    /// text or image.
    pub kind: PartKind,
    /// caption, comment, image…
    pub role: String,
    /// The text as written.
    pub text: Option<String>,
    /// The text once look-alike letters are undone, where that differs.
    pub read_as: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// What a picture's file holds beyond what is shown, and how it was made fit to show.
    pub remarks: Vec<Remark>,
    /// Path under `media_base` of the covered rendition.
    pub covered: Option<String>,
    /// Path of the whole rendition, once uncovering is stored.
    pub uncovered: Option<String>,
}

/// A first impression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Impression {
    /// What the reviewer would do.
    pub judgement: Judgement,
    /// "Because", one line; may be empty.
    pub note: String,
}

/// When a first impression was on disk.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "says itself")]
pub struct Stored {
    pub stored_at_ms: f64,
}

/// What the model said: only ever sent once the reviewer may see it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Revealed {
    /// The assessment; `None` where the reviewer went on without it.
    pub assessment: Option<Assessment>,
    /// Why the model is not in it, for people.
    pub problem: Option<String>,
    /// When it was revealed, ms.
    pub revealed_at_ms: f64,
    /// What the reviewer starts from: the model's steps, the reviewer's own judgement.
    pub start: Draft,
}

/// What a submission came to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Submitted {
    /// The record's id.
    pub record: String,
    /// What it lacks; with nothing, it is complete.
    pub missing: Vec<Missing>,
}

/// Set aside how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Aside {
    /// This reviewer does not meet it again.
    Skip,
    /// It comes back to this reviewer after the others.
    Defer,
}

/// An item found by search: its words, never a judgement.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Found {
    /// Row id, for verbs.
    pub row: u32,
    /// The sender's id.
    pub id: String,
    /// The passage around the first hit.
    pub excerpt: String,
}

/// The policy as the page shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicyView {
    /// `short-video@2026.11`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// In policy order.
    pub families: Vec<FamilyView>,
    /// In policy order.
    pub clauses: Vec<ClauseView>,
    /// In key order: what each key means while no clause is named.
    pub choices: Vec<ChoiceView>,
}

/// What a key means, with a clause as the primary one or without any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChoiceView {
    /// The key.
    pub choice: Choice,
    /// A clause must be named.
    pub needs_clause: bool,
    /// The reviewer may say how severe it is, within the range.
    pub takes_severity: bool,
    /// Lowest it may be given.
    pub severity_min: u8,
    /// Highest it may be given.
    pub severity_max: u8,
    /// What is recorded unless the reviewer says otherwise.
    pub severity_default: u8,
}

/// A family of clauses.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "as in `policy::Family`")]
pub struct FamilyView {
    pub id: String,
    pub title: String,
}

/// A clause as the page shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "as in `policy::Clause`")]
pub struct ClauseView {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub definition: String,
    /// (letter, text).
    pub criteria: Vec<PointView>,
    pub allowed: Vec<PointView>,
    pub exceptions: Vec<PointView>,
    pub severity_min: u8,
    pub severity_max: u8,
    pub severity_default: u8,
    /// Keys a reviewer may press with this clause as the primary one, and what they mean then.
    pub choices: Vec<ChoiceView>,
    pub escalation: Escalation,
    pub remediation: String,
    pub violating_examples: Vec<String>,
    pub allowed_examples: Vec<String>,
    pub related: Vec<String>,
}

/// A lettered point.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "as in `policy::Point`")]
pub struct PointView {
    pub id: String,
    pub text: String,
}

/// What to export.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportRequest {
    /// A folder that does not exist yet or is empty.
    pub folder: String,
    /// Which datasets.
    pub formats: Vec<ExportFormat>,
    /// Replace private values: addresses, numbers, handles, keys, accounts.
    pub redact: bool,
    /// Include records that are not complete in `sft` and `prm`.
    pub include_incomplete: bool,
    /// Decides the splits.
    pub seed: u32,
    /// Which records; all where it is left out.
    #[serde(default)]
    pub filter: RecordFilter,
}

/// The rows that an export would write, as far as this reviewer may see them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportPreview {
    /// Of the dataset asked for, from the offset asked for.
    pub rows: Vec<PreviewRow>,
    /// Each dataset asked for.
    pub datasets: Vec<PreviewCounts>,
    /// Reviewed items that are not looked at here, because this reviewer has recorded nothing of
    /// them or of a precedent that is cited. They would be exported.
    pub held: u32,
}

/// One row of a preview.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PreviewRow {
    /// The sender's id.
    pub item: String,
    /// train, validation or test.
    pub split: String,
    /// Declared or detected.
    pub language: Option<String>,
    /// What it was made from: one record, or all that a task for Label Studio holds.
    pub records: Vec<PreviewedRecord>,
    /// The line as it would stand in the file.
    pub line: String,
}

/// A record of a preview.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PreviewedRecord {
    /// The record's id.
    pub id: String,
    /// Of the decision.
    pub verdict: Verdict,
    /// Of the decision.
    pub clauses: Vec<String>,
    /// This reviewer made it.
    pub own: bool,
}

/// What one dataset of a preview would hold.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PreviewCounts {
    /// Which.
    pub format: ExportFormat,
    /// In all splits, as a manifest counts them.
    pub rows: u32,
    /// Lines, or tasks, that they stand in: what an offset counts.
    pub lines: u32,
    /// train, validation, test: those that have rows.
    pub splits: Vec<SplitCount>,
    /// Records that stay out, by reason.
    pub left_out: Vec<LeftOutCount>,
}

/// Rows of one split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "says itself")]
pub struct SplitCount {
    pub split: String,
    pub rows: u32,
}

/// Records left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "says itself")]
pub struct LeftOutCount {
    pub reason: LeftOut,
    pub records: u32,
}

/// An export that was made from this file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PastExport {
    /// Counts up.
    pub id: u32,
    /// Where it was written to.
    pub folder: String,
    /// False where nothing is there any more.
    pub exists: bool,
    /// When, ms.
    pub created_at_ms: f64,
    /// `short-video@2026.11`.
    pub policy: String,
    /// Which records were asked for, reviewers by pseudonym.
    pub filter: RecordFilter,
    /// Personal data was replaced.
    pub redacted: bool,
    /// Incomplete records went into `sft` and `prm`.
    pub include_incomplete: bool,
    /// Of the splits.
    pub seed: u32,
    /// raw, sft, prm, label-studio, parquet.
    pub names: Vec<String>,
    /// Its counts and files; `None` until this reviewer has recorded every item that was reviewed.
    pub contents: Option<ExportContents>,
}

/// What a past export holds, from its manifest.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportContents {
    /// Each dataset.
    pub datasets: Vec<PastDataset>,
    /// Items of the restricted lane, in none of them.
    pub restricted: u32,
    /// The first [`crate::export::FILES`] by path.
    pub files: Vec<ExportedFile>,
    /// All of them.
    pub n_files: u32,
}

/// One dataset of a past export.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PastDataset {
    /// raw, sft, prm, label-studio or parquet.
    pub name: String,
    /// `casebook/raw/1`.
    pub format: String,
    /// In all splits.
    pub rows: u32,
    /// Those that have rows.
    pub splits: Vec<SplitCount>,
    /// Records that stayed out, by reason.
    pub left_out: Vec<LeftOutCount>,
}

/// One file of a past export.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportedFile {
    /// Relative to the folder.
    pub path: String,
    /// Of its bytes, as the manifest has it.
    pub sha256: String,
    /// Length.
    pub bytes: f64,
}

/// From where on a label counts in this file, because somebody said so.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OwnThreshold {
    /// The label, as scores name it.
    pub target: String,
    /// Per cent.
    pub percent: u32,
    /// Who set it.
    pub reviewer: String,
    /// When, ms.
    pub set_at_ms: f64,
}

/// An error as the page gets it; it chooses its words by `code`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Problem {
    /// `case_newer`, `false_record`…: [`crate::error::Code`].
    pub code: crate::error::Code,
    /// What was attempted, the value, and the rule.
    pub message: String,
    /// With `false_record`.
    pub falsehoods: Vec<Falsehood>,
}
