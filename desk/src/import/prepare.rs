//! A unit as an item ready to store, or the rule it breaks.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use casebook_core::{
    item::{Gold, Item, ItemError, shorten},
    language,
    policy::Policy,
    ports::Cell,
    record::{PartKind, RecordPart, content_sha256},
    remark::Remark,
};
use casebook_store::{Media, NewItem, NewPart, TallyKind};

use crate::{ports::Stills, time};

use super::{
    Done, FieldMap, Outcome,
    cells::Filled,
    delimited,
    encoding::{self, Encoding},
    folder::Group,
    label_studio, paths, rows,
    tally::{Notes, Register},
    units::{MAX_BYTES, Raw, Unit},
};

/// A picture's file is read up to this size; decoders have limits of their own.
const MAX_PICTURE_BYTES: u64 = 64 << 20;

/// Letters of an item that its language is detected from: more make it slower, not surer.
const DETECTED_FROM: usize = 2000;

/// What preparing needs besides the unit; shared by all threads.
pub(super) struct Preparation<'a> {
    pub stills: &'a dyn Stills,
    pub policies: &'a BTreeMap<String, Policy>,
    /// Pictures are found in it. Canonical.
    pub folder: &'a Path,
    /// How fields are found.
    pub map: &'a FieldMap,
    /// Ids of rows without one begin with it.
    pub stem: &'a str,
    /// What gold is under that does not say so.
    pub gold_policy: Option<&'a str>,
    /// Names of what is taken and left.
    pub register: &'a Register,
    /// What somebody says texts are encoded in that are not UTF-8.
    pub encoding: Option<&'static encoding_rs::Encoding>,
}

/// An item ready to store.
pub(super) struct Prepared {
    pub item: NewItem,
    pub media: Vec<Media>,
    /// What it weighs, pictures included.
    pub bytes: usize,
}

/// What is wrong with a unit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub value: String,
    pub rule: String,
}

impl Refused {
    pub(super) fn new(value: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { value: value.into(), rule: rule.into() }
    }
}

impl From<ItemError> for Refused {
    fn from(error: ItemError) -> Self {
        let value = match error.field.as_str() {
            "line" => error.value,
            field => format!("{field} {}", error.value),
        };
        Self { value, rule: error.rule }
    }
}

impl Preparation<'_> {
    /// Deals with one unit.
    pub(super) fn unit(&self, unit: Unit) -> Done {
        let Unit { line, end, raw } = unit;
        let mut notes = Notes::default();
        let outcome = match self.filled(raw, line, end.lines, &mut notes) {
            Ok(Found::Item(filled)) => match self.item(*filled) {
                Ok(prepared) => Outcome::Item(Box::new(prepared)),
                Err(refused) => Outcome::Refused(refused),
            },
            Ok(Found::Nothing) => Outcome::Nothing,
            Err(refused) => Outcome::Refused(refused),
        };
        // What was taken of an item that does not come in was not taken.
        if matches!(outcome, Outcome::Refused(_)) {
            notes = Notes::default();
        }
        Done { line, end, outcome, notes }
    }

    fn filled(&self, raw: Raw, line: u64, last: u64, notes: &mut Notes) -> Result<Found, Refused> {
        let id = || format!("{}:{line}", self.stem);
        let read = match (raw, self.map) {
            (Raw::Line(bytes), FieldMap::Objects(mapping)) => match rows::object(&bytes, notes)? {
                None => None,
                Some(object) => {
                    Some(rows::json(&object, mapping, id(), self.gold_policy, self.register, notes)?)
                }
            },
            (Raw::Record(bytes), FieldMap::Csv { dialect, columns }) => {
                let whole = || shorten(&String::from_utf8_lossy(&bytes));
                let text = encoding::utf8(&bytes).map_err(|rule| Refused::new(whole(), rule))?;
                if delimited::is_blank(text, dialect) {
                    return Ok(Found::Nothing);
                }
                let cells = delimited::split(text, dialect)
                    .map_err(|fault| Refused::new(whole(), delimited::rule_of(fault, line, last)))?;
                if !dialect.fits(&cells) {
                    let rule = format!("{} columns; the header has {}", cells.len(), dialect.header.len());
                    return Err(Refused::new(whole(), rule));
                }
                if cells == dialect.header {
                    notes.leave(TallyKind::PassedOver, "header", "the header again, no item", Some(whole()));
                    return Ok(Found::Nothing);
                }
                let mut cell = |n: usize| cells.get(n).map_or(Cell::Empty, |it| Cell::Text(it.clone()));
                columns.item(&mut cell, line, self.gold_policy, notes)?
            }
            (Raw::Task(bytes), FieldMap::Tasks { mapping, choices, .. }) => {
                let reading =
                    label_studio::Reading { mapping, choices, stem: self.stem, register: self.register };
                match rows::object(&bytes, notes)? {
                    Some(object) => {
                        Some(label_studio::item(&object, line, &reading, self.gold_policy, notes)?)
                    }
                    None => None,
                }
            }
            (Raw::Row(mut cells), FieldMap::Table(table)) => {
                table.columns.item(&mut |n| table.cell(&mut cells, n), line, self.gold_policy, notes)?
            }
            (Raw::Broken { value, rule }, _) => return Err(Refused { value, rule }),
            (Raw::TooLong { head, length }, map) => {
                let what = match map {
                    FieldMap::Tasks { .. } => "task",
                    FieldMap::Table(_) => "row",
                    FieldMap::Objects(_) | FieldMap::Csv { .. } | FieldMap::Files => "line",
                };
                let rule =
                    format!("a {what} is at most {} MiB; this one has {length} bytes", MAX_BYTES >> 20);
                return Err(Refused::new(shorten(&String::from_utf8_lossy(&head)), rule));
            }
            (Raw::Files(group), _) => Some(Filled { item: self.files(&group)?, pictures: Vec::new() }),
            (raw, _) => unreachable!("a source is cut as it is read: {raw:?}"),
        };
        Ok(read.map_or(Found::Nothing, |it| Found::Item(Box::new(it))))
    }

    fn item(&self, filled: Filled) -> Result<Prepared, Refused> {
        let Filled { mut item, mut pictures } = filled;
        let flagged_ms = item.flagged_at.as_deref().map(flagged_ms).transpose()?;
        let restricted = match &item.gold {
            Some(gold) => self.restricts(gold)?,
            None => false,
        };
        let mut parts = Vec::with_capacity(item.parts.len());
        let mut media = Vec::new();
        for (n, part) in item.parts.iter().enumerate() {
            let mut new = NewPart {
                kind: PartKind::Text,
                role: part.role.clone(),
                text: part.text.clone(),
                media: None,
                width: None,
                height: None,
                remarks: Vec::new(),
            };
            if let Some(path) = &part.path {
                let given = pictures.iter().position(|(it, _)| *it == n);
                let (still, remarks) = match given.map(|it| pictures.swap_remove(it).1) {
                    Some(bytes) => self.still(path, &bytes)?,
                    None => self.picture(path)?,
                };
                new.remarks = remarks;
                new.kind = PartKind::Image;
                (new.width, new.height) = (still.width, still.height);
                new.media = Some(still.sha256.clone());
                media.push(still);
            }
            parts.push(new);
        }
        item.language = item.language.filter(|it| !it.trim().is_empty());
        let mut language_confidence = None;
        if item.language.is_none()
            && let Some(found) = detect(&parts)
        {
            // A guess is kept with how sure it is; who uses it decides what is sure enough.
            item.language = Some(found.code);
            language_confidence = Some(found.confidence);
        }
        let bytes = parts.iter().filter_map(|it| it.text.as_ref()).map(String::len).sum::<usize>()
            + media.iter().map(|it| it.full.len() + it.covered.len()).sum::<usize>();
        let content_sha256 = content(&parts);
        let item = NewItem { item, parts, content_sha256, language_confidence, flagged_ms, restricted };
        Ok(Prepared { item, media, bytes })
    }

    /// Checks what is settled against the policy it is under; true where that puts the item into its restricted lane.
    fn restricts(&self, gold: &Gold) -> Result<bool, Refused> {
        let Some(policy) = self.policies.get(&gold.policy) else {
            let loaded: Vec<&str> = self.policies.keys().map(String::as_str).collect();
            let rule = format!("this policy is not loaded in the case file; loaded: {}", list(&loaded));
            return Err(Refused::new(format!("gold.policy {}", gold.policy), rule));
        };
        match gold.clauses.iter().find(|it| policy.clause(it).is_none()) {
            None => Ok(gold.clauses.iter().any(|it| policy.restricts(it))),
            Some(id) => {
                Err(Refused::new(format!("gold.clauses {id}"), format!("{} has no such clause", gold.policy)))
            }
        }
    }

    /// The picture at `path`, which must lie in the folder of the import, and what else its file holds.
    fn picture(&self, path: &str) -> Result<(Media, Vec<Remark>), Refused> {
        let refuse = |rule: String| Refused::new(path, rule);
        let relative = paths::find(self.folder, path).map_err(refuse)?;
        let bytes = read_inside(self.folder, &relative, MAX_PICTURE_BYTES).map_err(refuse)?;
        self.still(path, &bytes)
    }

    /// The picture in these bytes, which came from `path`.
    fn still(&self, path: &str, bytes: &[u8]) -> Result<(Media, Vec<Remark>), Refused> {
        let refuse = |rule: String| Refused::new(path, rule);
        // Decoders meet what nobody has tested; one that panics is a refusal, not the end of the import.
        let still = catch_unwind(AssertUnwindSafe(|| self.stills.still(bytes)))
            .map_err(|_| refuse("the picture could not be decoded".into()))?
            .map_err(|it| refuse(it.to_string()))?;
        let media = Media {
            sha256: still.sha256,
            full: still.full,
            full_type: still.full_type,
            covered: still.covered,
            covered_type: still.covered_type,
            kind: PartKind::Image,
            width: Some(still.width),
            height: Some(still.height),
            duration_ms: None,
            pixel_hash: Some(still.pixel_hash),
        };
        Ok((media, still.remarks))
    }

    /// The item a group of files makes.
    fn files(&self, group: &Group) -> Result<Item, Refused> {
        let mut item = group.item()?;
        for part in item.parts.iter_mut().filter(|it| it.role == "text") {
            let path = part.path.take().unwrap_or_default();
            let refuse = |rule: String| Refused::new(path.as_str(), rule);
            let bytes = read_inside(self.folder, Path::new(&path), MAX_BYTES as u64).map_err(refuse)?;
            let text = Encoding::text_of(&bytes, self.encoding).map_err(refuse)?;
            if text.trim().is_empty() {
                return Err(refuse("the file has no text in it".into()));
            }
            part.text = Some(text);
        }
        item.check()?;
        Ok(item)
    }
}

/// What is in a unit.
enum Found {
    Item(Box<Filled>),
    /// An empty line, or one that is no item.
    Nothing,
}

/// Reads a file that lies in `folder`, links followed, and is no longer than `limit`.
fn read_inside(folder: &Path, relative: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let say = |it: std::io::Error| match it.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("the file cannot be read: {it}"),
    };
    let real = folder.join(relative).canonicalize().map_err(say)?;
    if !real.starts_with(folder) {
        return Err("the file lies outside the folder of the import".into());
    }
    let metadata = real.metadata().map_err(say)?;
    // A pipe or a device could be read for ever.
    if !metadata.is_file() {
        return Err("this is no file".into());
    }
    let too_long = || format!("a file here is at most {} MiB", limit >> 20);
    if metadata.len() > limit {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    let read = File::open(&real).and_then(|it| it.take(limit + 1).read_to_end(&mut bytes)).map_err(say)?;
    match read as u64 > limit {
        true => Err(too_long()),
        false => Ok(bytes),
    }
}

fn flagged_ms(at: &str) -> Result<i64, Refused> {
    let refuse =
        || Refused::new(format!("flagged_at {}", shorten(at)), "a day and time that exist, RFC 3339");
    time::from_rfc3339(at).ok_or_else(refuse)
}

fn detect(parts: &[NewPart]) -> Option<language::Detected> {
    let texts = parts.iter().filter_map(|it| it.text.as_deref());
    let sample: String = texts.flat_map(|it| it.chars().chain(['\n'])).take(DETECTED_FROM).collect();
    language::detect(&sample)
}

fn content(parts: &[NewPart]) -> String {
    let as_recorded = |it: &NewPart| RecordPart {
        id: String::new(),
        kind: it.kind,
        role: it.role.clone(),
        text: it.text.clone(),
        path: None,
        sha256: it.media.clone(),
        language: None,
        language_confidence: None,
        width: None,
        height: None,
        duration_ms: None,
        remarks: Vec::new(),
    };
    content_sha256(&parts.iter().map(as_recorded).collect::<Vec<_>>())
}

fn list(names: &[&str]) -> String {
    match names.is_empty() {
        true => "none".into(),
        false => names.join(", "),
    }
}
