//! Items out of files: JSON lines, CSV, Parquet, Label Studio's tasks, or a folder of texts and pictures.
//!
//! How a source is read is settled first (`plan`): its encoding, its dialect, its columns. Then a reader cuts it into units,
//! threads turn each into an item or a refusal, and this thread stores them in order, a batch per transaction together with
//! how far the source is and what was taken and left of it. So an import killed at any moment goes on where it stopped, one
//! that finished has nothing left to do, and a broken line stops nothing but itself.

mod plan;

mod encoding;

mod units;

mod delimited;

mod json;

mod tasks;

mod table;

mod folder;

mod fields;

mod presets;

mod mapping;

mod cells;

mod rows;

mod label_studio;

mod paths;

mod tally;

mod prepare;

mod pool;

mod preview;

use std::collections::BTreeMap;

use casebook_core::{item::shorten, policy::Policy, remark::Remark};
use casebook_store::{Inserted, Media, NewItem, Refusal, Source, SourceProgress, Store, Tally};

use crate::{
    error::{Code, Error, Result},
    flow::Flow,
    jobs::wire::{Counted, SourceReading},
    ports::{Stills, Tables},
    wire::ImportRequest,
};

use self::{
    plan::{FieldMap, Kind, Plan},
    pool::End,
    prepare::{Preparation, Prepared, Refused},
    tally::{Counts, Notes},
    units::Mark,
};

pub use delimited::Quoting;
pub use preview::preview;

/// Items per transaction. In a million items each lies at places of its own in the indexes by urgency
/// and chance; the more are written at once, the more of them share a page.
const BATCH_ITEMS: usize = 4000;

/// Items per transaction while somebody reviews, who would wait for a longer one.
const BRIEF_ITEMS: usize = 500;

/// Bytes per transaction, pictures included: what a batch may hold in memory.
const BATCH_BYTES: usize = 8 << 20;

/// Refusals a report carries; the case file keeps all.
const REPORTED: u32 = 1000;

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items stored by this run.
    pub imported: u64,
    /// Items that were there before, with nothing new said of them.
    pub already: u64,
    /// Items that were there before, of which something new is known now.
    pub learnt: u64,
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
        (self.imported + self.already + self.learnt + self.refused) as u32
    }

    /// Both together.
    fn plus(&self, other: &Self) -> Self {
        Self {
            imported: self.imported + other.imported,
            already: self.already + other.already,
            learnt: self.learnt + other.learnt,
            refused: self.refused + other.refused,
            in_part: self.in_part + other.in_part,
            read: self.read + other.read,
            size: self.size + other.size,
        }
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
    /// How the source was read.
    pub read_as: SourceReading,
    /// What was taken of the source and what was left, earlier runs included.
    pub tallies: Vec<Tally>,
}

/// What opens files that nobody trusts.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// Pictures.
    pub stills: &'a dyn Stills,
    /// Files of columns.
    pub tables: &'a dyn Tables,
}

/// Imports what `request` names; with `dry_run` all but stores it. `watch` hears after every batch and says whether to
/// go on.
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
    let plans = Plan::all(request, readers.tables, false)?;
    let size = plans.iter().map(|it| it.size).sum();
    let several = plans.len() > 1;
    let mut whole: Option<ImportReport> = None;
    for plan in plans {
        let before = whole.as_ref().map(|it| it.progress.clone()).unwrap_or_default();
        let mut watch_all = |it: &Progress| {
            let mut sum = before.plus(it);
            sum.size = size;
            watch(&sum)
        };
        let mut report = one(store, readers, request, &plan, now, &mut watch_all)?;
        report.progress = before.plus(&report.progress);
        if several {
            let name = plan.path.file_name().unwrap_or_default().to_string_lossy();
            for it in &mut report.refusals {
                it.value = format!("{name}: {}", it.value);
            }
        }
        if let Some(before) = whole.take() {
            report.refusals.splice(0..0, before.refusals);
            report.tallies.splice(0..0, before.tallies);
            report.finished &= before.finished;
        }
        let stopped = !report.finished;
        whole = Some(report);
        if stopped {
            break;
        }
    }
    whole.ok_or_else(|| Error::new(Code::Request, format!("import {}: there is nothing in it", request.path)))
}

fn one(
    store: &mut Store,
    readers: Readers,
    request: &ImportRequest,
    plan: &Plan,
    now: &dyn Fn() -> i64,
    watch: &mut dyn FnMut(&Progress) -> Flow,
) -> Result<ImportReport> {
    let Readers { stills, tables } = readers;
    store.write_in_bulk()?;
    let dry = request.dry_run;
    let source = if dry { Source::default() } else { begin(store, plan, request, now)? };
    let progress = Progress { read: plan.read(&source), size: plan.size, ..Progress::default() };
    let report = |store: &Store, progress, finished, refusals, tallies| -> Result<ImportReport> {
        let tallies = if dry { tallies } else { store.tallies(source.id)? };
        Ok(ImportReport {
            progress,
            finished,
            refusals,
            counted: plan.counted(),
            read_as: plan.read_as(),
            tallies,
        })
    };
    if source.finished {
        let progress = Progress { already: source.items_done, ..progress };
        watch(&progress);
        return report(store, progress, true, Vec::new(), Vec::new());
    }
    let policies = policies(store)?;
    let gold_policy = match &plan.map {
        FieldMap::Tasks { choices, .. } if choices.has_gold() => Some(only_policy(&policies)?),
        _ => only_policy(&policies).ok(),
    };
    let preparation = Preparation {
        stills,
        policies: &policies,
        folder: &plan.folder,
        map: &plan.map,
        stem: &plan.stem,
        gold_policy,
        register: &plan.register,
        encoding: plan::asked_encoding(request)?,
    };
    let start = Mark { lines: source.lines_done, bytes: source.bytes_done };
    let units = plan.units(start, tables)?;
    let mut batch = Batch { mark: start, ..Batch::default() };
    if start == Mark::default() {
        let mut notes = Notes::default();
        plan.leave(&mut notes)?;
        batch.counts.add(0, notes);
    }
    let (refusals, tallies) = (Vec::new(), Vec::new());
    let mut writer = Writer { store, source: &source, plan, now, progress, watch, dry, refusals, tallies };
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
    let Writer { progress, refusals, tallies, .. } = writer;
    let refusals = if dry { refusals } else { store.refusals(source.id, REPORTED)? };
    report(store, progress, matches!(end, End::Reached), refusals, tallies)
}

/// The source as it stands, begun anew where the file changed, or where all of it was read and
/// some refused: the picture may be there now, the policy loaded.
fn begin(store: &Store, plan: &Plan, request: &ImportRequest, now: &dyn Fn() -> i64) -> Result<Source> {
    let key = plan.path.to_string_lossy();
    let source = store.source(&key, plan.kind_word(), now())?;
    let asked = serde_json::to_string(request).expect("a request is JSON");
    if source.request.as_deref() != Some(&asked) {
        store.remember_request(source.id, &asked)?;
    }
    let changed = source.fingerprint.as_deref() != Some(&plan.fingerprint);
    if changed || (source.finished && store.count_refusals(source.id)? > 0) {
        store.restart_source(source.id, &plan.fingerprint)?;
        return Ok(store.source(&key, plan.kind_word(), now())?);
    }
    Ok(source)
}

/// The one policy there is, for gold to be under that does not say which.
fn only_policy<T>(policies: &BTreeMap<String, T>) -> Result<&str> {
    match policies.keys().collect::<Vec<_>>().as_slice() {
        [only] => Ok(only),
        several => {
            let message = format!(
                "gold of annotations: {} policies are loaded and one is meant; import it as .jsonl",
                several.len()
            );
            Err(Error::new(Code::Request, message))
        }
    }
}

pub(crate) fn policies(store: &Store) -> Result<BTreeMap<String, Policy>> {
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
    notes: Notes,
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
    counts: Counts,
    bytes: usize,
    mark: Mark,
}

impl Batch {
    fn add(&mut self, done: Done) {
        self.mark = done.end;
        self.counts.add(done.line, done.notes);
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
    /// Nothing is kept; what would have been is here.
    dry: bool,
    refusals: Vec<Refusal>,
    tallies: Vec<Tally>,
}

impl Writer<'_> {
    /// Stores the batch and empties it.
    fn flush(&mut self, batch: &mut Batch, finished: bool) -> Result<Flow> {
        let mut batch = std::mem::replace(batch, Batch { mark: batch.mark, ..Batch::default() });
        let tallies = batch.counts.take(&self.plan.register);
        let outcomes = if self.dry {
            let outcomes = self.store.rehearse_items(&batch.media, &batch.items, (self.now)())?;
            for (outcome, line) in outcomes.iter().zip(&batch.lines) {
                if let Inserted::Different(id) = outcome {
                    batch.refusals.push(Refusal::other_content(*line, id));
                }
            }
            self.refusals.extend_from_slice(&batch.refusals);
            self.refusals.sort_by_key(|it| it.line);
            self.refusals.truncate(REPORTED as usize);
            tally::merge(&mut self.tallies, tallies);
            let other = outcomes.iter().filter(|it| matches!(it, Inserted::Different(_))).count();
            // Those of other content are counted below.
            self.progress.refused += (batch.refusals.len() - other) as u64;
            outcomes
        } else {
            // Pictures first, in a transaction of their own: one nobody refers to yet does no harm.
            self.store.put_all_media(&batch.media)?;
            let progress = SourceProgress {
                source: self.source.id,
                run: self.source.run,
                lines_done: batch.mark.lines,
                bytes_done: batch.mark.bytes,
                lines: &batch.lines,
                finished,
                refusals: &batch.refusals,
                tallies: &tallies,
            };
            self.progress.refused += batch.refusals.len() as u64;
            self.store.insert_items(&batch.items, Some(progress), (self.now)())?
        };
        for (item, outcome) in batch.items.iter().zip(outcomes) {
            match outcome {
                Inserted::New(_) => {
                    self.progress.imported += 1;
                    let mut remarks = item.parts.iter().flat_map(|it| &it.remarks);
                    self.progress.in_part += u64::from(remarks.any(Remark::hides));
                }
                Inserted::Same => self.progress.already += 1,
                Inserted::Learnt(_) => self.progress.learnt += 1,
                Inserted::Different(_) => self.progress.refused += 1,
            }
        }
        self.progress.read = match (finished, self.plan.kind) {
            (true, _) => self.plan.size,
            (false, Kind::Folder | Kind::Parquet) => batch.mark.lines,
            // Other encodings have other lengths; it is an estimate.
            (false, _) => batch.mark.bytes.min(self.plan.size),
        };
        Ok((self.watch)(&self.progress))
    }
}
