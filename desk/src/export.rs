//! Writing datasets: `raw`, `sft`, `prm`, `label-studio` and `parquet` with a manifest and a card, all or nothing.
//!
//! `dataset` says what goes in and in which shape; this reads the case file in one snapshot
//! and writes. Everything lands in a folder beside the target, which takes the target's name last:
//! an export that was stopped, killed or ran out of disk leaves nothing under that name.

mod folder;
mod gather;
mod past;
mod preview;
mod shape;
mod shown;
mod table;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use casebook_core::{hash::pseudonym, policy::Policy, ports::Tables};
use casebook_dataset::{
    card,
    filter::RecordFilter,
    groups::Split,
    label_studio::Shape,
    manifest::{self, Filters, Manifest, PolicyName, Redaction, Restricted, SplitRule},
};
use casebook_store::Store;

use crate::{
    error::{Code, Error, Result},
    flow::Flow,
    time,
    wire::{ExportFormat, ExportRequest},
};

pub use past::FILES;
pub use shown::FileManager;

use folder::Staging;
use gather::Gathered;
use shape::{Files, Shaper};

/// Called with records done and in all; says whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(u32, Option<u32>) -> Flow;

/// What came of an export.
#[derive(Clone, Debug)]
pub struct ExportReport {
    /// Where it is.
    pub folder: PathBuf,
    /// What it says of itself; `None` where it was stopped, and then there is no folder.
    pub manifest: Option<Manifest>,
}

/// Exports what `request` asks for from one state of the case file.
///
/// # Errors
/// Refuses a folder with something in it and a request for nothing; files that cannot be written,
/// a full disk. Nothing is left under the folder's name then.
pub fn export(
    store: &Store,
    policy: &Policy,
    tables: &dyn Tables,
    request: &ExportRequest,
    now_ms: i64,
    watch: Watch,
) -> Result<ExportReport> {
    let formats = formats(request)?;
    if request.folder.trim().is_empty() {
        return Err(Error::new(Code::Request, "export to no folder: name one"));
    }
    let target = Path::new(&request.folder);
    let mut staging = Staging::beside(target)?;
    // The store's snapshot knows only its own errors, so ours travel inside.
    let written = store.snapshot(|it| {
        Ok(write(it, policy, request, &formats, now_ms, watch, Files { staging: &mut staging, tables }))
    })??;
    let Some(manifest) = written else {
        return Ok(ExportReport { folder: target.to_owned(), manifest: None });
    };
    let said = serde_json::to_string_pretty(&manifest).expect("a manifest is plain data");
    staging.write("manifest.json", said.as_bytes())?;
    // Logged before the folder gets its name: an export without a trace is worse than a trace of none.
    if !store.is_read_only() {
        store.log_export(&request.folder, &said, now_ms)?;
    }
    staging.keep()?;
    Ok(ExportReport { folder: target.to_owned(), manifest: Some(manifest) })
}

/// Those asked for, each once.
fn formats(request: &ExportRequest) -> Result<Vec<ExportFormat>> {
    if request.formats.is_empty() {
        let names = ExportFormat::ALL.map(ExportFormat::word).join(", ");
        return Err(Error::new(Code::Request, format!("export of no dataset: name some of {names}")));
    }
    request.filter.check().map_err(|it| Error::new(Code::Request, format!("export: {it}")))?;
    let mut formats = Vec::new();
    for format in &request.formats {
        if !formats.contains(format) {
            formats.push(*format);
        }
    }
    Ok(formats)
}

/// Everything but the manifest; `None` where it was stopped.
fn write(
    store: &Store,
    policy: &Policy,
    request: &ExportRequest,
    formats: &[ExportFormat],
    now_ms: i64,
    watch: Watch,
    mut files: Files,
) -> Result<Option<Manifest>> {
    let Some(gathered) = gather::gather(store, policy, &request.filter, request.seed, watch)? else {
        return Ok(None);
    };
    let shape = gathered.items.iter().fold(Shape::default(), |all, it| all.max(it.shape));
    let mut shaper = Shaper::new(store, policy, request, formats, shape)?;
    let total = gathered.items.iter().map(|it| it.records).sum();
    let mut done = 0;
    for item in &gathered.items {
        if watch(done, Some(total)) == Flow::Stop {
            return Ok(None);
        }
        shaper.item(item, &mut files)?;
        done += item.records;
    }
    if watch(done, Some(total)) == Flow::Stop {
        return Ok(None);
    }
    let staging = files.staging;
    shaper.config(staging)?;
    let salt = store.salt()?;
    let records = under_pseudonyms(&request.filter, &salt);
    let restricted = gathered.restricted(|it| {
        let alias = if request.redact { shape::alias(store, &salt, &it.id, it.row)? } else { None };
        Ok(alias.unwrap_or_else(|| it.id.clone()))
    })?;
    let mut manifest = manifest(policy, request, records, restricted, now_ms, &gathered, shaper);
    staging.finish_rows()?;
    staging.write("README.md", card::card(&manifest).as_bytes())?;
    manifest.files = staging.files();
    Ok(Some(manifest))
}

fn manifest(
    policy: &Policy,
    request: &ExportRequest,
    records: RecordFilter,
    restricted: Restricted,
    now_ms: i64,
    gathered: &Gathered,
    shaper: Shaper,
) -> Manifest {
    let shares =
        BTreeMap::from([(Split::Train.name(), 80), (Split::Validation.name(), 10), (Split::Test.name(), 10)]);
    Manifest {
        format: manifest::FORMAT,
        created_at: time::rfc3339(now_ms),
        app_version: env!("CARGO_PKG_VERSION").into(),
        policy: PolicyName { name: policy.name(), sha256: policy.sha256.clone() },
        models: shaper.models(),
        filters: Filters { redact: request.redact, include_incomplete: request.include_incomplete, records },
        splits: SplitRule {
            seed: request.seed,
            shares,
            items: gathered.n_grouped,
            groups: gathered.n_groups,
            largest_group: gathered.largest_group,
        },
        redaction: request.redact.then(|| Redaction::of(shaper.replaced, shaper.renamed.len() as u32)),
        restricted,
        refused: shaper.refused,
        datasets: shaper.datasets,
        files: BTreeMap::new(),
    }
}

/// The filter as it leaves: reviewers as they are called in the rows.
fn under_pseudonyms(filter: &RecordFilter, salt: &str) -> RecordFilter {
    let reviewers = filter.reviewers.iter().map(|it| pseudonym(salt, "r", it)).collect();
    RecordFilter { reviewers, ..filter.clone() }
}
