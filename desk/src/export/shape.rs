//! Second look: each record redacted, checked and handed over as a row of the datasets it belongs in.

use std::{
    collections::{BTreeMap, BTreeSet},
    slice::from_ref,
};

use casebook_core::{
    check,
    evidence::{Anchor, Evidence},
    formats::Unknown,
    hash::pseudonym,
    policy::Policy,
    ports::Tables,
    record::Record,
};
use casebook_dataset::{
    choose::{LeftOut, Opinion, ending_refuses_prm, ending_refuses_sft, precedents},
    groups::Split,
    label_studio::{self, Shape, Task},
    manifest::{Counts, Dataset, ModelName, Refused},
    prm,
    redact::{self, Replaced},
    rehash, sft,
};
use casebook_store::{Rendition, Row, Store, StoredAnnotation};

use super::{
    folder::{Staging, json},
    gather::Reviewed,
};
use crate::{
    error::Result,
    wire::{ExportFormat, ExportRequest},
};

/// Refused records named in the manifest; the rest are counted.
const NAMED: usize = 100;

/// Where rows go: into files, or onto a page that is looked at.
pub(super) trait Sink {
    /// Takes a row, as it stands in the file; of a file of columns, as `raw` has it.
    fn row(&mut self, row: Shaped) -> Result<()>;
    /// Takes a picture, named as the row names it.
    fn picture(&mut self, path: &str, bytes: &[u8]) -> Result<()>;
}

/// One row.
pub(super) struct Shaped<'a> {
    pub format: ExportFormat,
    pub split: Split,
    /// One record; of a Label Studio task, all that it holds.
    pub made_from: &'a [Made],
    /// On one line.
    pub json: String,
}

/// A record as it leaves.
#[derive(Clone)]
pub(super) struct Made {
    pub record: Record,
    /// What a newer Casebook wrote into it.
    pub unknown: Unknown,
    /// Whose, by name.
    pub reviewer: String,
}

/// The files of a folder.
pub(super) struct Files<'a> {
    pub staging: &'a mut Staging,
    /// Writes those of columns.
    pub tables: &'a dyn Tables,
}

impl Sink for Files<'_> {
    fn row(&mut self, row: Shaped) -> Result<()> {
        let file = row.format.file(row.split);
        match row.format {
            ExportFormat::LabelStudio => self.staging.element(&file, &row.json),
            ExportFormat::Parquet => self.staging.row(self.tables, &file, &row.json),
            ExportFormat::Raw | ExportFormat::Sft | ExportFormat::Prm => self.staging.line(&file, &row.json),
        }
    }

    fn picture(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.staging.write(path, bytes)
    }
}

/// Shapes rows and keeps count.
pub(super) struct Shaper<'a> {
    store: &'a Store,
    policy: &'a Policy,
    request: &'a ExportRequest,
    formats: &'a [ExportFormat],
    shape: Shape,
    /// Of the item that is being shaped, each with the records it holds.
    tasks: Vec<(Task, Vec<Made>)>,
    salt: String,
    /// Cited item ids: whether there is one and whether it is in the restricted lane.
    cited: BTreeMap<String, Cited>,
    /// Ids of items that tell something, and how those items are called where that is redacted.
    aliases: BTreeMap<String, String>,
    /// Exported items among them.
    pub renamed: BTreeSet<String>,
    models: BTreeMap<(String, String), u32>,
    pub datasets: BTreeMap<ExportFormat, Dataset>,
    pub refused: Vec<Refused>,
    pub replaced: Replaced,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cited {
    Unknown,
    Open,
    Restricted,
}

impl<'a> Shaper<'a> {
    pub fn new(
        store: &'a Store,
        policy: &'a Policy,
        request: &'a ExportRequest,
        formats: &'a [ExportFormat],
        shape: Shape,
    ) -> Result<Self> {
        let empty = |it: &ExportFormat| {
            let dataset =
                Dataset { format: it.format(), rows: 0, splits: BTreeMap::new(), left_out: BTreeMap::new() };
            (*it, dataset)
        };
        Ok(Self {
            store,
            policy,
            request,
            formats,
            shape,
            tasks: Vec::new(),
            salt: store.salt()?,
            cited: BTreeMap::new(),
            aliases: BTreeMap::new(),
            renamed: BTreeSet::new(),
            models: BTreeMap::new(),
            datasets: formats.iter().map(empty).collect(),
            refused: Vec::new(),
            replaced: Replaced::default(),
        })
    }

    /// Hands over what goes in of one item's records.
    pub fn item(&mut self, item: &Reviewed, sink: &mut dyn Sink) -> Result<()> {
        if item.restricted {
            for n in 0..item.records {
                let asked = n < item.asked_for;
                self.leave_out(self.formats, if asked { LeftOut::Restricted } else { LeftOut::Filtered });
            }
            return Ok(());
        }
        self.name(&item.id, item.row)?;
        for annotation in self.store.annotations_of(item.row)? {
            self.record(item, annotation, sink)?;
        }
        for (task, made_from) in std::mem::take(&mut self.tasks) {
            let (format, json) = (ExportFormat::LabelStudio, json(&task.json()));
            sink.row(Shaped { format, split: item.split, made_from: &made_from, json })?;
        }
        Ok(())
    }

    /// Writes the labeling config, where there are tasks it is for.
    pub fn config(&self, staging: &mut Staging) -> Result<()> {
        match self.datasets.get(&ExportFormat::LabelStudio) {
            Some(it) if it.rows > 0 => {
                let config = label_studio::config(self.policy, self.shape);
                staging.write("label-studio/config.xml", config.as_bytes())
            }
            _ => Ok(()),
        }
    }

    fn record(&mut self, item: &Reviewed, annotation: StoredAnnotation, sink: &mut dyn Sink) -> Result<()> {
        let StoredAnnotation { reviewer, queue, mut record, mut unknown, .. } = annotation;
        if !self.request.filter.admits(&record, &reviewer, &queue) {
            self.leave_out(self.formats, LeftOut::Filtered);
            return Ok(());
        }
        record.provenance.reviewer = pseudonym(&self.salt, "r", &reviewer);
        record.item.author = item.author.as_ref().map(|it| pseudonym(&self.salt, "a", it));
        if let Some(reason) = self.unfit(&record)? {
            self.leave_out(self.formats, reason);
            return Ok(());
        }
        self.rename(&mut record);
        let replaced = match self.cleaned(&mut record, &mut unknown) {
            Ok(replaced) => replaced,
            Err((reason, place)) => {
                self.leave_out(self.formats, reason);
                if self.refused.len() < NAMED {
                    self.refused.push(Refused { record: record.id, reason, place });
                }
                return Ok(());
            }
        };
        let mut made = Made { record, unknown, reviewer };
        let mut written = false;
        for format in self.formats {
            match self.row(*format, item, &mut made, sink)? {
                None => {
                    self.count(*format, item.split, &made.record);
                    written = true;
                }
                Some(reason) => self.leave_out(&[*format], reason),
            }
        }
        if written {
            self.replaced += replaced;
            if self.aliases.contains_key(&item.id) {
                self.renamed.insert(item.id.clone());
            }
            let drafts: BTreeSet<_> = made
                .record
                .model_drafts
                .iter()
                .map(|it| (it.model.clone(), it.weights_sha256.clone()))
                .collect();
            for model in drafts {
                *self.models.entry(model).or_default() += 1;
            }
        }
        Ok(())
    }

    /// Why a record goes nowhere, before it is touched.
    fn unfit(&mut self, record: &Record) -> Result<Option<LeftOut>> {
        let policy = &record.policy;
        if policy.sha256 != self.policy.sha256 || policy.set != self.policy.set {
            return Ok(Some(LeftOut::OtherPolicy));
        }
        for id in precedents(record) {
            if !self.cited.contains_key(id) {
                let cited = match self.store.row_of(id)? {
                    None => Cited::Unknown,
                    Some(row) if self.store.item(row)?.restricted => Cited::Restricted,
                    Some(row) => {
                        self.name(id, row)?;
                        Cited::Open
                    }
                };
                self.cited.insert(id.to_owned(), cited);
            }
        }
        let restricted = precedents(record).any(|it| self.cited.get(it) == Some(&Cited::Restricted));
        Ok(restricted.then_some(LeftOut::CitesRestricted))
    }

    /// Finds the name that an item leaves under, where that is not its id.
    fn name(&mut self, id: &str, row: Row) -> Result<()> {
        if self.request.redact && !self.aliases.contains_key(id) {
            let alias = alias(self.store, &self.salt, id, row)?;
            self.aliases.extend(alias.map(|it| (id.to_owned(), it)));
        }
        Ok(())
    }

    /// Calls the item, and those that are cited, as they leave: the same everywhere.
    fn rename(&self, record: &mut Record) {
        let cited = record.evidence.iter_mut().filter_map(|it| match &mut it.anchor {
            Anchor::Precedent { reference } => Some(reference),
            _ => None,
        });
        for id in cited.chain([&mut record.item.id]) {
            if let Some(alias) = self.aliases.get(id) {
                alias.clone_into(id);
            }
        }
    }

    /// Redacts and checks; on refusal, the reason and the place, never the words.
    fn cleaned(
        &self,
        record: &mut Record,
        unknown: &mut Unknown,
    ) -> std::result::Result<Replaced, (LeftOut, String)> {
        let mut replaced = Replaced::default();
        if self.request.redact {
            replaced = redacted(record, unknown).map_err(|it| (LeftOut::NotRedacted, it.field))?;
        } else {
            rehash(record);
        }
        // Whether a precedent was decided was checked when the record was made; here it must exist.
        let called = |id: &String| self.aliases.get(id).unwrap_or(id).clone();
        let open: BTreeSet<String> =
            self.cited.iter().filter(|it| *it.1 == Cited::Open).map(|it| called(it.0)).collect();
        let known = |id: &str| open.contains(id);
        match check::check(record, self.policy, &known) {
            Ok(_) => Ok(replaced),
            Err(found) => {
                let place = found.first().map(|it| it.place.to_string()).unwrap_or_default();
                Err((LeftOut::False, place))
            }
        }
    }

    /// Hands over the record's row of one dataset, or says why there is none.
    fn row(
        &mut self,
        format: ExportFormat,
        item: &Reviewed,
        made: &mut Made,
        sink: &mut dyn Sink,
    ) -> Result<Option<LeftOut>> {
        let split = item.split;
        if matches!(format, ExportFormat::Raw | ExportFormat::Parquet) {
            self.pictures(&mut made.record, sink)?;
            let mut row = serde_json::to_value(&made.record).expect("a record is plain data");
            if format == ExportFormat::Raw {
                made.unknown.put_back(&mut row);
            }
            sink.row(Shaped { format, split, made_from: from_ref(made), json: json(&row) })?;
            return Ok(None);
        }
        if format == ExportFormat::LabelStudio {
            self.pictures(&mut made.record, sink)?;
            self.task(item, made.clone());
            return Ok(None);
        }
        let record = &made.record;
        let disputed = || item.standing.refuses(&Opinion::of(record));
        if let Some(reason) = (format == ExportFormat::Sft).then(disputed).flatten() {
            return Ok(Some(reason));
        }
        let ended = match format {
            ExportFormat::Sft => ending_refuses_sft(record),
            _ => ending_refuses_prm(record),
        };
        if ended.is_some() {
            return Ok(ended);
        }
        if !record.complete && !self.request.include_incomplete {
            return Ok(Some(LeftOut::Incomplete));
        }
        let json = if format == ExportFormat::Sft {
            let Some(row) = sft::row(record, self.policy) else { return Ok(Some(LeftOut::NoSteps)) };
            json(&row)
        } else {
            let Some(row) = prm::row(record, self.policy) else { return Ok(Some(LeftOut::NoJudgedStep)) };
            json(&row)
        };
        sink.row(Shaped { format, split, made_from: from_ref(made), json })?;
        Ok(None)
    }

    /// Adds to a task of the item with the same content, or begins one.
    fn task(&mut self, item: &Reviewed, made: Made) {
        let mut task = Task::of(i64::from(item.row), &made.record, self.policy, self.shape);
        for (begun, made_from) in &mut self.tasks {
            match begun.absorb(task) {
                None => return made_from.push(made),
                Some(other) => task = other,
            }
        }
        self.tasks.push((task, vec![made]));
    }

    /// Hands over the record's pictures, as re-encoded on import, and names them in it.
    fn pictures(&self, record: &mut Record, sink: &mut dyn Sink) -> Result<()> {
        for part in &mut record.item.parts {
            let Some(sha256) = part.sha256.as_deref().filter(|_| part.text.is_none()) else { continue };
            let Some((bytes, kind)) = self.store.rendition(sha256, Rendition::Full)? else { continue };
            let ending = if kind == "image/jpeg" { "jpg" } else { "png" };
            let path = format!("media/{sha256}.{ending}");
            sink.picture(&path, &bytes)?;
            part.path = Some(path);
        }
        Ok(())
    }

    fn count(&mut self, format: ExportFormat, split: Split, record: &Record) {
        let dataset = self.datasets.get_mut(&format).expect("every format asked for has one");
        dataset.rows += 1;
        let counts = dataset
            .splits
            .entry(split)
            .or_insert_with(|| Counts { file: format.file(split), ..Counts::default() });
        counts.rows += 1;
        *counts.verdicts.entry(record.decision.verdict).or_default() += 1;
        for clause in &record.decision.clauses {
            *counts.clauses.entry(clause.id.clone()).or_default() += 1;
        }
    }

    fn leave_out(&mut self, formats: &[ExportFormat], reason: LeftOut) {
        for format in formats {
            let dataset = self.datasets.get_mut(format).expect("every format asked for has one");
            *dataset.left_out.entry(reason).or_default() += 1;
        }
    }

    /// What one of the datasets holds so far.
    pub fn dataset(&self, format: ExportFormat) -> &Dataset {
        &self.datasets[&format]
    }

    /// Whose words and numbers were written.
    pub fn models(&self) -> Vec<ModelName> {
        let name = |((id, weights), n): (&(String, String), &u32)| ModelName {
            id: id.clone(),
            weights_sha256: weights.clone(),
            records: *n,
        };
        self.models.iter().map(name).collect()
    }
}

/// The name an item leaves under where private values are redacted, if its id tells one.
pub(super) fn alias(store: &Store, salt: &str, id: &str, row: Row) -> Result<Option<String>> {
    let item = store.item(row)?.item;
    Ok(redact::alias(salt, id, item.parts.iter().filter_map(|it| it.text.as_deref())))
}

/// Redacts a record, and with it every text that it has and this program does not know: they stand among its remarks
/// meanwhile, so that one value has one placeholder everywhere.
fn redacted(record: &mut Record, unknown: &mut Unknown) -> std::result::Result<Replaced, redact::Survivor> {
    let n_known = record.evidence.len();
    let mut texts = unknown.texts_mut();
    for text in &mut texts {
        let anchor = Anchor::ToolOutput { tool: String::new(), quote: std::mem::take(*text) };
        record.evidence.push(Evidence { id: String::new(), anchor, verified: None, note: None });
    }
    let replaced = redact::redact(record);
    for (text, evidence) in texts.into_iter().zip(record.evidence.drain(n_known..)) {
        if let Anchor::ToolOutput { quote, .. } = evidence.anchor {
            *text = quote;
        }
    }
    replaced
}
