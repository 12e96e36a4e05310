//! Jobs as the page sees them: numbers and words of closed sets. Sentences are made where they are read.

use serde::{Deserialize, Serialize};

use crate::{
    import::Quoting,
    wire::{ExportFormat, LeftOutCount, Problem},
};

/// Work in the background.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Job {
    /// A UUID, version 7.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// The file, folder or model it is about.
    pub subject: String,
    /// Where it stands.
    pub state: JobState,
    /// How far, in the unit of its kind.
    pub done: u32,
    /// Of how many; `None` while unknown.
    pub total: Option<u32>,
    /// What it came to; while it runs, what it came to so far.
    pub report: Option<JobReport>,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// It runs in this window, where it can be paused and cancelled.
    pub here: bool,
    /// `resume_job` takes it up where it stopped.
    pub can_go_on: bool,
    /// When it was asked for.
    pub started_at_ms: f64,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Counts items.
    Import,
    /// Counts items.
    Score,
    /// Counts records.
    Export,
    /// Counts kilobytes.
    InstallModel,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Another one has its lane.
    Waiting,
    /// It is being done.
    Running,
    /// Held at a safe place.
    Paused,
    /// It reached its end.
    Done,
    /// Somebody stopped it; what was done stays done.
    Cancelled,
    /// It could not go on.
    Failed,
    /// The program that ran it died.
    Interrupted,
}

impl JobState {
    /// True where nothing more happens by itself.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed | Self::Interrupted)
    }
}

/// What a job came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "as the kinds")]
pub enum JobReport {
    Import(ImportReport),
    Score(ScoreReport),
    Export(ExportReport),
    InstallModel(InstallReport),
}

impl From<ImportReport> for JobReport {
    fn from(report: ImportReport) -> Self {
        Self::Import(report)
    }
}

impl From<ScoreReport> for JobReport {
    fn from(report: ScoreReport) -> Self {
        Self::Score(report)
    }
}

impl From<ExportReport> for JobReport {
    fn from(report: ExportReport) -> Self {
        Self::Export(report)
    }
}

impl From<InstallReport> for JobReport {
    fn from(report: InstallReport) -> Self {
        Self::InstallModel(report)
    }
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportReport {
    /// Items stored by this run; of a dry run, that would be.
    pub imported: u32,
    /// Items that were there before, with nothing new said of them.
    pub already: u32,
    /// Items that were there before, of which something new is known now.
    #[serde(default)]
    pub learnt: u32,
    /// Refused by this run.
    pub refused: u32,
    /// Of the items stored, those with a picture of whose file not all is shown.
    #[serde(default)]
    pub in_part: u32,
    /// The end of the source was reached.
    pub finished: bool,
    /// Nothing was kept.
    #[serde(default)]
    pub dry: bool,
    /// What refusals are numbered by.
    pub counted: Counted,
    /// The first of what was refused of the source, earlier runs included.
    pub refusals: Vec<RefusedUnit>,
    /// How the source was read.
    #[serde(default)]
    pub read_as: SourceReading,
    /// Columns that became fields.
    #[serde(default)]
    pub taken: Vec<Taken>,
    /// Columns, values and files that did not come in, by name.
    #[serde(default)]
    pub left: Vec<Left>,
}

/// How a source was read, where it could have been read otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SourceReading {
    /// Where it is not UTF-8.
    pub encoding: Option<String>,
    /// Of a CSV file: comma, semicolon, tab, bar.
    pub delimiter: Option<String>,
    /// Of a CSV file.
    pub quoting: Option<Quoting>,
    /// The program whose file it is, where one is known.
    pub preset: Option<String>,
}

/// A column that became a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "says itself")]
pub struct Taken {
    pub column: String,
    pub field: String,
    /// Cells with something in them.
    pub n: u32,
}

/// Something that did not come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Left {
    /// What it is.
    pub kind: LeftKind,
    /// The column or the file.
    pub name: String,
    /// Why.
    pub rule: String,
    /// How often.
    pub n: u32,
    /// The number of the first, as refusals are counted.
    pub number: Option<u32>,
    /// The first value, shortened.
    pub value: Option<String>,
}

/// What did not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "plain words")]
pub enum LeftKind {
    Column,
    Value,
    File,
    Line,
}

/// What the units of a source are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "plain words")]
pub enum Counted {
    #[default]
    Line,
    Row,
    Task,
    Item,
}

/// Something that was not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RefusedUnit {
    /// From 1.
    pub number: u32,
    /// The offending value, shortened.
    pub value: String,
    /// What would be accepted.
    pub rule: String,
}

/// What scoring came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ScoreReport {
    /// Got scores.
    pub scored: u32,
    /// Got an outcome that says why not.
    pub not_scored: u32,
    /// The model failed on them.
    pub failed: u32,
}

/// What an export came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportReport {
    /// The folder is there; where it was stopped, nothing is.
    pub written: bool,
    /// What is in it; `None` for who has not recorded every reviewed item, because a count can tell
    /// what others judged. It is in the manifest.
    pub datasets: Option<Vec<DatasetReport>>,
}

/// A dataset that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DatasetReport {
    /// Which.
    pub format: ExportFormat,
    /// In it.
    pub rows: u32,
    /// Not in it, by reason.
    pub left_out: Vec<LeftOutCount>,
}

/// What installing a model came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InstallReport {
    /// Its files are there and their hashes agree.
    pub model: String,
}
