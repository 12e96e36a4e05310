//! Exports that were made from this file, read back from the manifests it keeps.

use std::{collections::BTreeMap, path::Path};

use casebook_dataset::{choose::LeftOut, filter::RecordFilter};
use casebook_store::StoredExport;
use serde::Deserialize;

use crate::{
    error::{Code, Error, Result},
    session::Session,
    wire::{ExportContents, ExportedFile, LeftOutCount, PastDataset, PastExport, SplitCount},
};

/// Exports listed.
const LISTED: u32 = 200;

/// Files listed of one export; the rest, most of them pictures, are counted.
pub const FILES: usize = 200;

impl Session {
    /// The exports made from this file, newest first.
    ///
    /// An export tells its counts to those who have recorded every item that was reviewed: for
    /// anybody else a count, a file's length or a restricted item can be a judgement. Not by time,
    /// since the clocks of two machines differ.
    ///
    /// # Errors
    /// When no file is open, nobody is named, or a manifest cannot be read.
    pub fn exports(&self) -> Result<Vec<PastExport>> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| {
            let is_open = !store.has_unshared(&reviewer)?;
            let made = store.exports(LISTED)?;
            made.iter().map(|it| past(it, is_open)).collect()
        })
    }
}

/// As far as it is read here; a newer Casebook may have written more.
#[derive(Deserialize)]
struct Manifest {
    policy: Policy,
    filters: Filters,
    splits: Splits,
    datasets: BTreeMap<String, Dataset>,
    restricted: Restricted,
    files: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct Policy {
    name: String,
}

#[derive(Deserialize)]
struct Filters {
    redact: bool,
    include_incomplete: bool,
    #[serde(default)]
    records: RecordFilter,
}

#[derive(Deserialize)]
struct Splits {
    seed: u32,
}

#[derive(Deserialize)]
struct Dataset {
    format: String,
    rows: u32,
    splits: BTreeMap<String, Split>,
    left_out: BTreeMap<LeftOut, u32>,
}

#[derive(Deserialize)]
struct Split {
    rows: u32,
}

#[derive(Deserialize)]
struct Restricted {
    count: u32,
}

#[derive(Deserialize)]
struct File {
    sha256: String,
    bytes: f64,
}

fn past(stored: &StoredExport, is_open: bool) -> Result<PastExport> {
    let manifest: Manifest = serde_json::from_str(&stored.manifest)
        .map_err(|it| Error::new(Code::Defect, format!("the manifest of export {}: {it}", stored.id)))?;
    Ok(PastExport {
        id: stored.id,
        folder: stored.folder.clone(),
        exists: Path::new(&stored.folder).join("manifest.json").exists(),
        created_at_ms: stored.created_ms as f64,
        policy: manifest.policy.name.clone(),
        filter: manifest.filters.records.clone(),
        redacted: manifest.filters.redact,
        include_incomplete: manifest.filters.include_incomplete,
        seed: manifest.splits.seed,
        names: manifest.datasets.keys().cloned().collect(),
        contents: is_open.then(|| contents(manifest)),
    })
}

fn contents(manifest: Manifest) -> ExportContents {
    let dataset = |(name, it): (String, Dataset)| PastDataset {
        name,
        format: it.format,
        rows: it.rows,
        splits: it.splits.into_iter().map(|(split, it)| SplitCount { split, rows: it.rows }).collect(),
        left_out: it.left_out.into_iter().map(|(reason, records)| LeftOutCount { reason, records }).collect(),
    };
    let n_files = manifest.files.len() as u32;
    let file = |(path, it): (String, File)| ExportedFile { path, sha256: it.sha256, bytes: it.bytes };
    ExportContents {
        datasets: manifest.datasets.into_iter().map(dataset).collect(),
        restricted: manifest.restricted.count,
        files: manifest.files.into_iter().take(FILES).map(file).collect(),
        n_files,
    }
}
