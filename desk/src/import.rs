//! Items out of files: JSONL, CSV, Parquet, Label Studio's tasks, or a folder of texts and pictures.
//!
//! A reader cuts the source into units, threads turn each into an item or a refusal, and this
//! thread stores them in order, a batch per transaction together with how far the source is. So an
//! import killed at any moment goes on where it stopped, one that finished has nothing left to do,
//! and a broken line stops nothing but itself.

mod units;

mod csv;

mod table;

mod label_studio;

mod folder;

mod prepare;

mod pool;

use std::{
    collections::BTreeMap,
    fs::{File, Metadata},
    io::Read,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use casebook_core::{hash::sha256_hex, item::shorten, policy::Policy, remark::Remark};
use casebook_store::{Inserted, Media, NewItem, Refusal, Source, SourceProgress, Store};

use crate::{
    error::{Code, Error, Result},
    flow::Flow,
    jobs::wire::Counted,
    ports::{Stills, Tables},
    wire::ImportRequest,
};

use self::{
    csv::Columns,
    label_studio::Tasks,
    pool::End,
    prepare::{Preparation, Prepared, Refused},
    units::{Mark, Unit},
};

/// Items per transaction. In a million items each lies at places of its own in the indexes by urgency
/// and chance; the more are written at once, the more of them share a page.
const BATCH_ITEMS: usize = 4000;

/// Items per transaction while somebody reviews, who would wait for a longer one.
const BRIEF_ITEMS: usize = 500;

/// Bytes per transaction, pictures included: what a batch may hold in memory.
const BATCH_BYTES: usize = 8 << 20;

/// Refusals a report carries; the case file keeps all.
const REPORTED: u32 = 1000;

/// How much of a file its fingerprint reads.
const FINGERPRINT_BYTES: u64 = 64 << 10;

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items stored by this run.
    pub imported: u64,
    /// Items that were there before.
    pub already: u64,
    /// Lines, records or files refused by this run.
    pub refused: u64,
    /// Of the items stored, those with a picture of whose file not all is shown.
    pub in_part: u64,
    /// Bytes of the source dealt with, earlier runs included; of a folder, files; of Parquet, rows.
    pub read: u64,
    /// Of the source in all.
    pub size: u64,
}

impl Progress {
    /// Items dealt with.
    pub fn done(&self) -> u32 {
        (self.imported + self.already + self.refused) as u32
    }

    /// Items in all, estimated from the size of those read so far; `None` before the first batch.
    pub fn total(&self) -> Option<u32> {
        let done = u64::from(self.done());
        if self.read >= self.size {
            return Some(done as u32);
        }
        let total = (done as f64 * self.size as f64 / self.read.max(1) as f64) as u32;
        (done > 0).then_some(total.max(done as u32))
    }
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// This run.
    pub progress: Progress,
    /// The end of the source was reached.
    pub finished: bool,
    /// What was refused of the source, earlier runs included; the first thousand, by line.
    pub refusals: Vec<Refusal>,
    /// What refusals are numbered by.
    pub counted: Counted,
}

/// What opens files that nobody trusts.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// Pictures.
    pub stills: &'a dyn Stills,
    /// Files of columns.
    pub tables: &'a dyn Tables,
}

/// Imports what `request` names. `watch` hears after every batch and says whether to go on.
///
/// # Errors
/// When the source cannot be read, a column is not in it, or the case file cannot be written; what
/// was stored before stays.
pub fn import(
    store: &mut Store,
    readers: Readers,
    request: &ImportRequest,
    now: &dyn Fn() -> i64,
    watch: &mut dyn FnMut(&Progress) -> Flow,
) -> Result<ImportReport> {
    let Readers { stills, tables } = readers;
    let plan = Plan::of(request, tables)?;
    store.write_in_bulk()?;
    let source = begin(store, &plan, now)?;
    let progress = Progress { read: plan.read(&source), size: plan.size, ..Progress::default() };
    if source.finished {
        let progress = Progress { already: source.items_done, ..progress };
        watch(&progress);
        return Ok(ImportReport { progress, finished: true, refusals: Vec::new(), counted: plan.counted() });
    }
    let policies = policies(store)?;
    let gold_policy = match &plan.map {
        FieldMap::Tasks(tasks) if tasks.has_gold() => Some(label_studio::only_policy(&policies)?),
        _ => None,
    };
    let preparation =
        Preparation { stills, policies: &policies, folder: &plan.folder, map: &plan.map, gold_policy };
    let start = Mark { lines: source.lines_done, bytes: source.bytes_done };
    let units = plan.units(start, tables)?;
    let mut batch = Batch { mark: start, ..Batch::default() };
    let mut writer = Writer { store, source: &source, plan: &plan, now, progress, watch };
    let end = pool::run(units, &|unit| preparation.unit(unit), &mut |done| {
        batch.add(done);
        match batch.is_full(writer.store.people_lately()) {
            true => writer.flush(&mut batch, false),
            false => Ok(Flow::Go),
        }
    })?;
    match end {
        End::Stopped => {}
        End::Reached => drop(writer.flush(&mut batch, true)?),
        End::Broken(problem) => {
            writer.flush(&mut batch, false)?;
            return Err(problem);
        }
    }
    let progress = writer.progress;
    let refusals = store.refusals(source.id, REPORTED)?;
    let finished = matches!(end, End::Reached);
    Ok(ImportReport { progress, finished, refusals, counted: plan.counted() })
}

/// What kind of source it is, and how it is read.
struct Plan {
    kind: Kind,
    /// Canonical.
    path: PathBuf,
    /// Pictures are found in it and nowhere else. Canonical.
    folder: PathBuf,
    map: FieldMap,
    /// Of a folder: its files, grouped.
    groups: Vec<folder::Group>,
    fingerprint: String,
    /// Bytes of a file, rows of a Parquet file, groups of a folder.
    size: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Jsonl,
    Csv,
    Parquet,
    LabelStudio,
    Folder,
}

/// How the fields of an item are found in a unit.
enum FieldMap {
    /// They are named in it.
    Own,
    Csv(Columns),
    Table(table::Columns),
    Tasks(Tasks),
}

impl Plan {
    fn of(request: &ImportRequest, tables: &dyn Tables) -> Result<Self> {
        let given = Path::new(&request.path);
        let path = given.canonicalize().map_err(|it| Error::file("import", given, it))?;
        let metadata = path.metadata().map_err(|it| Error::file("import", given, it))?;
        let kind = kind(&path, &metadata)?;
        if matches!(kind, Kind::Jsonl | Kind::Folder) && !request.columns.is_empty() {
            let message =
                format!("import {}: columns are for CSV, Parquet and Label Studio files", given.display());
            return Err(Error::new(Code::Request, message));
        }
        if kind == Kind::Folder {
            let groups = folder::groups(&path).map_err(|it| Error::file("list", given, it))?;
            let fingerprint = folder::fingerprint(&groups);
            let size = groups.len() as u64;
            return Ok(Self {
                kind,
                folder: path.clone(),
                path,
                map: FieldMap::Own,
                groups,
                fingerprint,
                size,
            });
        }
        let map = match kind {
            Kind::Csv => FieldMap::Csv(Columns::read(&path, &request.columns)?),
            Kind::Parquet => FieldMap::Table(table::Columns::read(tables, &path, &request.columns)?),
            Kind::LabelStudio => FieldMap::Tasks(Tasks::read(&path, &request.columns)?),
            Kind::Jsonl | Kind::Folder => FieldMap::Own,
        };
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let fingerprint =
            fingerprint(&path, &metadata, &request.columns).map_err(|it| Error::file("read", given, it))?;
        let size = match &map {
            FieldMap::Table(columns) => columns.n_rows,
            _ => metadata.len(),
        };
        Ok(Self { kind, path, folder, map, groups: Vec::new(), fingerprint, size })
    }

    fn kind_word(&self) -> &'static str {
        match self.kind {
            Kind::Jsonl => "jsonl",
            Kind::Csv => "csv",
            Kind::Parquet => "parquet",
            Kind::LabelStudio => "label-studio",
            Kind::Folder => "folder",
        }
    }

    fn counted(&self) -> Counted {
        match self.kind {
            Kind::Jsonl | Kind::Csv => Counted::Line,
            Kind::Parquet => Counted::Row,
            Kind::LabelStudio => Counted::Task,
            Kind::Folder => Counted::Item,
        }
    }

    /// How much of the source is done, in the unit of `size`.
    fn read(&self, source: &Source) -> u64 {
        match self.kind {
            Kind::Folder | Kind::Parquet => source.lines_done,
            _ => source.bytes_done,
        }
    }

    fn units(
        &self,
        from: Mark,
        tables: &dyn Tables,
    ) -> Result<Box<dyn Iterator<Item = std::io::Result<Unit>> + Send + '_>> {
        let failed = |it| Error::file("read", &self.path, it);
        Ok(match (self.kind, &self.map) {
            (Kind::Folder, _) => Box::new(folder::units(&self.groups, from)),
            (_, FieldMap::Tasks(_)) => Box::new(label_studio::tasks(&self.path, from).map_err(failed)?),
            (_, FieldMap::Csv(columns)) => {
                Box::new(units::records(&self.path, columns.delimiter, from).map_err(failed)?)
            }
            (_, FieldMap::Table(columns)) => {
                Box::new(columns.units(tables, &self.path, from).map_err(failed)?)
            }
            (_, FieldMap::Own) => Box::new(units::lines(&self.path, from).map_err(failed)?),
        })
    }
}

fn kind(path: &Path, metadata: &Metadata) -> Result<Kind> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        _ if metadata.is_dir() => Ok(Kind::Folder),
        "jsonl" | "ndjson" if metadata.is_file() => Ok(Kind::Jsonl),
        "csv" | "tsv" if metadata.is_file() => Ok(Kind::Csv),
        "parquet" if metadata.is_file() => Ok(Kind::Parquet),
        "json" if metadata.is_file() => Ok(Kind::LabelStudio),
        _ => {
            let message = format!(
                "import {}: a .jsonl, .csv or .parquet file, Label Studio's .json, or a folder",
                path.display()
            );
            Err(Error::new(Code::Request, message))
        }
    }
}

/// What tells a changed file: its length, its time, its beginning, and how its columns are read.
fn fingerprint(
    path: &Path,
    metadata: &Metadata,
    columns: &[crate::wire::ColumnPair],
) -> std::io::Result<String> {
    let mut head = Vec::new();
    File::open(path)?.take(FINGERPRINT_BYTES).read_to_end(&mut head)?;
    let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let columns: Vec<String> = columns.iter().map(|it| format!("{}={}", it.field, it.column)).collect();
    let whole = format!("{} {changed} {} {}", metadata.len(), sha256_hex(&head), columns.join("\n"));
    Ok(sha256_hex(whole.as_bytes()))
}

/// The source as it stands, begun anew where the file changed, or where all of it was read and
/// some refused: the picture may be there now, the policy loaded.
fn begin(store: &Store, plan: &Plan, now: &dyn Fn() -> i64) -> Result<Source> {
    let key = plan.path.to_string_lossy();
    let source = store.source(&key, plan.kind_word(), now())?;
    let changed = source.fingerprint.as_deref() != Some(&plan.fingerprint);
    if changed || (source.finished && store.count_refusals(source.id)? > 0) {
        store.restart_source(source.id, &plan.fingerprint)?;
        return Ok(store.source(&key, plan.kind_word(), now())?);
    }
    Ok(source)
}

fn policies(store: &Store) -> Result<BTreeMap<String, Policy>> {
    let mut policies = BTreeMap::new();
    for name in store.policies()? {
        let Some((_, toml)) = store.policy_toml(&name)? else { continue };
        match Policy::parse(&name, &toml) {
            Ok(policy) => drop(policies.insert(name, policy)),
            // Written by a later program with rules this one does not know: gold under it is refused.
            Err(problem) => tracing::warn!(%problem, "a policy in the case file cannot be read: {problem}"),
        }
    }
    Ok(policies)
}

/// A unit dealt with.
struct Done {
    line: u64,
    end: Mark,
    outcome: Outcome,
}

enum Outcome {
    Item(Box<Prepared>),
    Refused(Refused),
    /// An empty line.
    Nothing,
}

/// What goes into one transaction.
#[derive(Default)]
struct Batch {
    items: Vec<NewItem>,
    lines: Vec<u64>,
    media: Vec<Media>,
    refusals: Vec<Refusal>,
    bytes: usize,
    mark: Mark,
}

impl Batch {
    fn add(&mut self, done: Done) {
        self.mark = done.end;
        match done.outcome {
            Outcome::Item(prepared) => {
                self.bytes += prepared.bytes;
                self.items.push(prepared.item);
                self.lines.push(done.line);
                self.media.extend(prepared.media);
            }
            Outcome::Refused(Refused { value, rule }) => {
                self.bytes += value.len() + rule.len();
                self.refusals.push(Refusal { line: done.line, value: shorten(&value), rule });
            }
            Outcome::Nothing => {}
        }
    }

    fn is_full(&self, brief: bool) -> bool {
        let most = if brief { BRIEF_ITEMS } else { BATCH_ITEMS };
        self.items.len() + self.refusals.len() >= most || self.bytes >= BATCH_BYTES
    }
}

struct Writer<'a> {
    store: &'a mut Store,
    source: &'a Source,
    plan: &'a Plan,
    now: &'a dyn Fn() -> i64,
    progress: Progress,
    watch: &'a mut dyn FnMut(&Progress) -> Flow,
}

impl Writer<'_> {
    /// Stores the batch and empties it.
    fn flush(&mut self, batch: &mut Batch, finished: bool) -> Result<Flow> {
        let batch = std::mem::replace(batch, Batch { mark: batch.mark, ..Batch::default() });
        // Pictures first, in a transaction of their own: one nobody refers to yet does no harm.
        self.store.put_all_media(&batch.media)?;
        let progress = SourceProgress {
            source: self.source.id,
            lines_done: batch.mark.lines,
            bytes_done: batch.mark.bytes,
            lines: &batch.lines,
            finished,
            refusals: &batch.refusals,
        };
        let outcomes = self.store.insert_items(&batch.items, Some(progress), (self.now)())?;
        self.progress.refused += batch.refusals.len() as u64;
        for (item, outcome) in batch.items.iter().zip(outcomes) {
            match outcome {
                Inserted::New(_) => {
                    self.progress.imported += 1;
                    let mut remarks = item.parts.iter().flat_map(|it| &it.remarks);
                    self.progress.in_part += u64::from(remarks.any(Remark::hides));
                }
                Inserted::Same => self.progress.already += 1,
                Inserted::Different(_) => self.progress.refused += 1,
            }
        }
        self.progress.read = match (finished, self.plan.kind) {
            (true, _) => self.plan.size,
            (false, Kind::Folder | Kind::Parquet) => batch.mark.lines,
            (false, _) => batch.mark.bytes,
        };
        Ok((self.watch)(&self.progress))
    }
}
