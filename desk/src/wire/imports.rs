//! What is asked of an import, and what one looks at before it.

use serde::{Deserialize, Serialize};

use crate::{
    import::Quoting,
    jobs::wire::{Counted, SourceReading},
};

/// What to import.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportRequest {
    /// A `.jsonl`, `.csv`, `.tsv` or `.parquet` file, Label Studio's `.json`, or a folder of texts and images, or of tables.
    pub path: String,
    /// Field = column, as in `text=tweet`; a column that is not said is taken by its name, and `author=` by none.
    pub columns: Vec<ColumnPair>,
    /// `windows-1252`; told by the file where it is left out.
    #[serde(default)]
    pub encoding: Option<String>,
    /// One character, or `tab`; told by the file where it is left out.
    #[serde(default)]
    pub delimiter: Option<String>,
    /// What a quotation mark means; told by the file where it is left out.
    #[serde(default)]
    pub quoting: Option<Quoting>,
    /// The program whose file it is: `prodigy`; told by the file where it is left out.
    #[serde(default)]
    pub preset: Option<String>,
    /// Says what would come of it, and keeps nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// How the first rows of a source would come in.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportPreview {
    /// What rows are numbered by.
    pub counted: Counted,
    /// How the source is read.
    pub read_as: SourceReading,
    /// Its columns, or the keys of its first rows.
    pub columns: Vec<ImportColumn>,
    /// The first of them.
    pub rows: Vec<ImportRow>,
    /// Tables of a folder that has nothing else; the first is shown.
    pub n_sources: u32,
    /// Files of a folder that are left.
    pub n_left_files: u32,
    /// Programs whose files are known.
    pub presets: Vec<String>,
    /// How this source was asked for the last time.
    pub remembered: Option<ImportRequest>,
}

/// A column, and what it becomes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportColumn {
    /// As the file has it.
    pub name: String,
    /// What it becomes; nothing where nobody asks for it.
    pub fields: Vec<String>,
    /// The first values, shortened; of labels and gold none, which are judgements.
    pub samples: Vec<String>,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

/// A row as it would come in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportRow {
    /// From 1.
    pub number: u32,
    /// The item's.
    pub id: String,
    /// The beginning of its first text, or what is refused.
    pub text: String,
    /// Pictures it has.
    pub pictures: u32,
    /// Cells that are left, and why.
    pub left: Vec<String>,
    /// Why it does not come in.
    pub refused: Option<String>,
}

/// Something that was imported from.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PastImport {
    /// Where it is.
    pub path: String,
    /// jsonl, csv, folder, label-studio, parquet.
    pub kind: String,
    /// Items it brought.
    pub items: u32,
    /// What was refused of it.
    pub refused: u32,
    /// Its end was reached.
    pub finished: bool,
    /// When it was first imported.
    pub at_ms: f64,
}

/// A field of an item and the CSV column it comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "says itself")]
pub struct ColumnPair {
    pub field: String,
    pub column: String,
}
