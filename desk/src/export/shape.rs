//! Second look: each record redacted, checked and written into the datasets it belongs in.

use std::collections::{BTreeMap, BTreeSet};

use casebook_core::{
    check,
    dataset::{
        choose::{LeftOut, Opinion, ending_refuses_prm, ending_refuses_sft, precedents},
        groups::Split,
        label_studio::{self, Shape, Task},
        manifest::{Counts, Dataset, ModelName, Name, Refused},
        prm,
        redact::{self, Replaced},
        rehash, sft,
    },
    hash::pseudonym,
    policy::Policy,
    record::Record,
};
use casebook_store::{Store, StoredAnnotation};

use super::{folder::Draft, gather::Reviewed};
use crate::{
    error::Result,
    wire::{ExportFormat, ExportRequest},
};

/// Refused records named in the manifest; the rest are counted.
const NAMED: usize = 100;

/// Writes rows and keeps count.
pub(super) struct Shaper<'a> {
    store: &'a Store,
    policy: &'a Policy,
    request: &'a ExportRequest,
    formats: &'a [ExportFormat],
    shape: Shape,
    /// Of the item that is being written, with their split's file.
    tasks: Vec<Task>,
    salt: String,
    /// Cited item ids: whether there is one and whether it is in the restricted lane.
    cited: BTreeMap<String, Cited>,
    models: BTreeMap<(String, String), u32>,
    pub datasets: BTreeMap<Name, Dataset>,
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
            let dataset = Dataset {
                format: name(*it).format(),
                rows: 0,
                splits: BTreeMap::new(),
                left_out: BTreeMap::new(),
            };
            (name(*it), dataset)
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
            models: BTreeMap::new(),
            datasets: formats.iter().map(empty).collect(),
            refused: Vec::new(),
            replaced: Replaced::default(),
        })
    }

    /// Writes what goes in of one item's records.
    pub fn item(&mut self, item: &Reviewed, draft: &mut Draft) -> Result<()> {
        if item.restricted {
            for _ in 0..item.records {
                self.leave_out(self.formats, LeftOut::Restricted);
            }
            return Ok(());
        }
        for annotation in self.store.annotations_of(item.row)? {
            self.record(item, annotation, draft)?;
        }
        for task in std::mem::take(&mut self.tasks) {
            draft.element(&Name::LabelStudio.file(item.split), &task.json())?;
        }
        Ok(())
    }

    /// Writes the labeling config, where there are tasks it is for.
    pub fn config(&self, draft: &mut Draft) -> Result<()> {
        match self.datasets.get(&Name::LabelStudio) {
            Some(it) if it.rows > 0 => {
                let config = label_studio::config(self.policy, self.shape);
                draft.write("label-studio/config.xml", config.as_bytes())
            }
            _ => Ok(()),
        }
    }

    fn record(&mut self, item: &Reviewed, annotation: StoredAnnotation, draft: &mut Draft) -> Result<()> {
        let StoredAnnotation { reviewer, mut record, .. } = annotation;
        record.provenance.reviewer = pseudonym(&self.salt, "r", &reviewer);
        record.item.author = item.author.as_ref().map(|it| pseudonym(&self.salt, "a", it));
        if let Some(reason) = self.unfit(&record)? {
            self.leave_out(self.formats, reason);
            return Ok(());
        }
        let replaced = match self.cleaned(&mut record) {
            Ok(replaced) => replaced,
            Err((reason, place)) => {
                self.leave_out(self.formats, reason);
                if self.refused.len() < NAMED {
                    self.refused.push(Refused { record: record.id, reason, place });
                }
                return Ok(());
            }
        };
        let mut written = false;
        for format in self.formats {
            match self.row(*format, item, &mut record, draft)? {
                None => {
                    self.count(*format, item.split, &record);
                    written = true;
                }
                Some(reason) => self.leave_out(&[*format], reason),
            }
        }
        if written {
            self.replaced += replaced;
            let drafts: BTreeSet<_> =
                record.model_drafts.iter().map(|it| (it.model.clone(), it.weights_sha256.clone())).collect();
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
                    Some(_) => Cited::Open,
                };
                self.cited.insert(id.to_owned(), cited);
            }
        }
        let restricted = precedents(record).any(|it| self.cited.get(it) == Some(&Cited::Restricted));
        Ok(restricted.then_some(LeftOut::CitesRestricted))
    }

    /// Redacts and checks; on refusal, the reason and the place, never the words.
    fn cleaned(&self, record: &mut Record) -> std::result::Result<Replaced, (LeftOut, String)> {
        let mut replaced = Replaced::default();
        if self.request.redact {
            replaced = redact::redact(record).map_err(|it| (LeftOut::NotRedacted, it.field))?;
        } else {
            rehash(record);
        }
        // Whether a precedent was decided was checked when the record was made; here it must exist.
        let known = |id: &str| self.cited.get(id) == Some(&Cited::Open);
        match check::check(record, self.policy, &known) {
            Ok(()) => Ok(replaced),
            Err(found) => {
                let place = found.first().map(|it| it.place.clone()).unwrap_or_default();
                Err((LeftOut::False, place))
            }
        }
    }

    /// Writes the record's row of one dataset, or says why there is none.
    fn row(
        &mut self,
        format: ExportFormat,
        item: &Reviewed,
        record: &mut Record,
        draft: &mut Draft,
    ) -> Result<Option<LeftOut>> {
        let file = file(format, item.split);
        if format == ExportFormat::Raw {
            self.pictures(record, draft)?;
            draft.line(&file, record)?;
            return Ok(None);
        }
        if format == ExportFormat::LabelStudio {
            self.pictures(record, draft)?;
            self.task(Task::of(i64::from(item.row), record, self.policy, self.shape));
            return Ok(None);
        }
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
        if format == ExportFormat::Sft {
            let Some(row) = sft::row(record, self.policy) else { return Ok(Some(LeftOut::NoSteps)) };
            draft.line(&file, &row)?;
        } else {
            let Some(row) = prm::row(record, self.policy) else { return Ok(Some(LeftOut::NoJudgedStep)) };
            draft.line(&file, &row)?;
        }
        Ok(None)
    }

    /// Adds to the task of the item, or begins one.
    fn task(&mut self, task: Task) {
        let rest = self.tasks.iter_mut().try_fold(task, |task, it| it.absorb(task).ok_or(()));
        self.tasks.extend(rest.ok());
    }

    /// Writes the record's pictures, as re-encoded on import, and names them in it.
    fn pictures(&self, record: &mut Record, draft: &mut Draft) -> Result<()> {
        for part in &mut record.item.parts {
            let Some(sha256) = part.sha256.as_deref().filter(|_| part.text.is_none()) else { continue };
            let Some(media) = self.store.media(sha256)? else { continue };
            let ending = if media.full_type == "image/jpeg" { "jpg" } else { "png" };
            let path = format!("media/{sha256}.{ending}");
            draft.write(&path, &media.full)?;
            part.path = Some(path);
        }
        Ok(())
    }

    fn count(&mut self, format: ExportFormat, split: Split, record: &Record) {
        let dataset = self.datasets.get_mut(&name(format)).expect("every format asked for has one");
        dataset.rows += 1;
        let counts = dataset
            .splits
            .entry(split)
            .or_insert_with(|| Counts { file: file(format, split), ..Counts::default() });
        counts.rows += 1;
        *counts.verdicts.entry(record.decision.verdict).or_default() += 1;
        for clause in &record.decision.clauses {
            *counts.clauses.entry(clause.id.clone()).or_default() += 1;
        }
    }

    fn leave_out(&mut self, formats: &[ExportFormat], reason: LeftOut) {
        for format in formats {
            let dataset = self.datasets.get_mut(&name(*format)).expect("every format asked for has one");
            *dataset.left_out.entry(reason).or_default() += 1;
        }
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

fn name(format: ExportFormat) -> Name {
    match format {
        ExportFormat::Raw => Name::Raw,
        ExportFormat::Sft => Name::Sft,
        ExportFormat::Prm => Name::Prm,
        ExportFormat::LabelStudio => Name::LabelStudio,
    }
}

fn file(format: ExportFormat, split: Split) -> String {
    name(format).file(split)
}
