//! A unit as an item ready to store, or the rule it breaks.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Component, Path},
};

use casebook_core::{
    item::{Gold, Item, ItemError, shorten},
    language,
    policy::Policy,
    record::{PartKind, RecordPart, content_sha256},
    remark::Remark,
};
use casebook_store::{Media, NewItem, NewPart};

use crate::{ports::Stills, time};

use super::{
    Done, FieldMap, Outcome,
    folder::Group,
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
    /// What gold of annotations is under.
    pub gold_policy: Option<&'a str>,
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
        let item = match raw {
            Raw::Line(bytes) => parse_line(&bytes),
            Raw::Record(bytes) => match self.map {
                FieldMap::Csv(columns) => columns.item(&bytes, line),
                _ => Ok(None),
            },
            Raw::Task(bytes) => match self.map {
                FieldMap::Tasks(tasks) => tasks.item(&bytes, line, self.gold_policy).map(Some),
                _ => Ok(None),
            },
            Raw::Row(cells) => match self.map {
                FieldMap::Table(columns) => columns.item(&cells, line),
                _ => Ok(None),
            },
            Raw::Broken { value, rule } => Err(Refused { value, rule }),
            Raw::TooLong { head, length } => {
                let what = match self.map {
                    FieldMap::Tasks(_) => "task",
                    FieldMap::Table(_) => "row",
                    FieldMap::Own | FieldMap::Csv(_) => "line",
                };
                let rule =
                    format!("a {what} is at most {} MiB; this one has {length} bytes", MAX_BYTES >> 20);
                Err(Refused::new(shorten(&String::from_utf8_lossy(&head)), rule))
            }
            Raw::Files(group) => self.files(&group).map(Some),
        };
        let outcome = match item.and_then(|it| it.map(|it| self.item(it)).transpose()) {
            Ok(Some(prepared)) => Outcome::Item(Box::new(prepared)),
            Ok(None) => Outcome::Nothing,
            Err(refused) => Outcome::Refused(refused),
        };
        Done { line, end, outcome }
    }

    fn item(&self, mut item: Item) -> Result<Prepared, Refused> {
        let flagged_ms = item.flagged_at.as_deref().map(flagged_ms).transpose()?;
        let restricted = match &item.gold {
            Some(gold) => self.restricts(gold)?,
            None => false,
        };
        let mut parts = Vec::with_capacity(item.parts.len());
        let mut media = Vec::new();
        for part in &item.parts {
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
                let (still, remarks) = self.picture(path)?;
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
        let relative = Path::new(path);
        let inside =
            |it: Component| matches!(it, Component::Normal(_) | Component::CurDir | Component::ParentDir);
        if path.is_empty() || !relative.components().all(inside) {
            return Err(refuse("a path is relative to the import file".into()));
        }
        let bytes = read_inside(self.folder, relative, MAX_PICTURE_BYTES).map_err(refuse)?;
        // Decoders meet what nobody has tested; one that panics is a refusal, not the end of the import.
        let still = catch_unwind(AssertUnwindSafe(|| self.stills.still(&bytes)))
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
            let text = text(&bytes).map_err(refuse)?;
            if text.trim().is_empty() {
                return Err(refuse("the file has no text in it".into()));
            }
            part.text = Some(text.to_owned());
        }
        item.check()?;
        Ok(item)
    }
}

fn parse_line(bytes: &[u8]) -> Result<Option<Item>, Refused> {
    let line = text(bytes).map_err(|rule| Refused::new(shorten(&String::from_utf8_lossy(bytes)), rule))?;
    match line.trim_start().chars().next() {
        None => Ok(None),
        Some('{') => Ok(Some(Item::parse_line(line)?)),
        // Serde would take a list for an object whose names were left out.
        Some(_) => Err(Refused::new(shorten(line), "expected a JSON object")),
    }
}

/// The bytes as text, a byte order mark at the beginning left out.
pub(super) fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        .map_err(|it| format!("text is UTF-8; byte {} is not", it.valid_up_to() + 1))
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
