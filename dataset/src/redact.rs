//! E-mail addresses, phone numbers and handles out of a record, everywhere at once.
//!
//! Placeholders are numbered per record, so the same value keeps the same one: `[email-1]`,
//! `[phone-1]`, `[handle-2]`. Offsets move with the text and quotes are read again from it.
//! Names, postal addresses and what is disguised (“john at example dot com”) are not found.

mod address;
mod map;
mod phone;
mod skeleton;

use std::collections::{BTreeMap, BTreeSet};

use casebook_core::{evidence::Anchor, record::Record, text};
use serde::Serialize;

use map::Edit;
pub use map::Map;
use skeleton::{Skeleton, key};

use crate::rehash;

/// What kind of value was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `[email-1]`.
    Email,
    /// `[phone-1]`.
    Phone,
    /// `[handle-1]`.
    Handle,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Handle => "handle",
        }
    }
}

/// How many places were replaced in one record or in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "says itself")]
pub struct Replaced {
    pub emails: u32,
    pub phones: u32,
    pub handles: u32,
}

impl std::ops::AddAssign for Replaced {
    fn add_assign(&mut self, other: Self) {
        self.emails += other.emails;
        self.phones += other.phones;
        self.handles += other.handles;
    }
}

/// A value that was found in the record stands in a field that is not rewritten.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: an e-mail address, phone number or handle would have stayed")]
pub struct Survivor {
    /// `item.id`.
    pub field: String,
}

/// A value in a skeleton.
struct Found {
    kind: Kind,
    start: usize,
    end: usize,
    key: String,
}

/// Replaces values in item texts, quotes, steps, messages and notes of `record`, moves offsets and
/// recomputes the hashes of what changed.
///
/// # Errors
/// When a value stands in a field that cannot be rewritten, such as the item's id. The record must
/// not leave then.
pub fn redact(record: &mut Record) -> Result<Replaced, Survivor> {
    let mut values = Values::of(record);
    let mut maps = BTreeMap::new();
    for part in &mut record.item.parts {
        if let Some(said) = &mut part.text {
            let (after, map) = values.replace(said, &[]);
            *said = after;
            maps.insert(part.id.clone(), map);
        }
    }
    let quotes = move_spans(record, &maps);
    for said in words(record) {
        *said = values.replace(said, &quotes).0;
    }
    rehash(record);
    match values.survivor(record) {
        None => Ok(values.replaced),
        Some(field) => Err(Survivor { field }),
    }
}

/// Maps every text span and reads its quote again; gives (before, after) of the quotes that
/// changed, longest first, for the sentences that repeat them.
fn move_spans(record: &mut Record, maps: &BTreeMap<String, Map>) -> Vec<(String, String)> {
    let parts = &record.item.parts;
    let mut changed = BTreeSet::new();
    for evidence in &mut record.evidence {
        let Anchor::TextSpan { part, start, end, quote } = &mut evidence.anchor else { continue };
        let Some(map) = maps.get(part) else { continue };
        (*start, *end) = map.span(*start, *end);
        let source =
            parts.iter().find(|it| it.id == *part).and_then(|it| it.text.as_deref()).unwrap_or_default();
        let now = text::slice(source, *start, *end).unwrap_or_default();
        if now != quote && text::scalars(quote) >= 4 {
            changed.insert((quote.clone(), now.to_owned()));
        }
        now.clone_into(quote);
    }
    let mut changed: Vec<_> = changed.into_iter().collect();
    changed.sort_by_key(|(before, _)| std::cmp::Reverse(before.len()));
    changed
}

/// Everything a person or a model wrote about the item, beyond the item itself and text spans.
fn words(record: &mut Record) -> impl Iterator<Item = &mut String> {
    let Record { first_impression, evidence, steps, decision, .. } = record;
    let notes = first_impression.iter_mut().filter_map(|it| it.note.as_mut());
    let remarks = evidence.iter_mut().flat_map(|it| {
        let output = match &mut it.anchor {
            Anchor::ToolOutput { quote, .. } => Some(quote),
            _ => None,
        };
        output.into_iter().chain(it.note.as_mut())
    });
    let steps = steps.iter_mut().flat_map(|it| {
        let why = it.exceptions.iter_mut().filter_map(|it| it.why.as_mut());
        let others = it.alternatives.iter_mut().map(|it| &mut it.text);
        std::iter::once(&mut it.text).chain(it.draft_text.as_mut()).chain(why).chain(others)
    });
    let messages = decision.remediation_text.as_mut().into_iter().chain(decision.creator_message.as_mut());
    notes.chain(remarks).chain(steps).chain(messages)
}

/// The values of one record and their placeholders.
#[derive(Default)]
struct Values {
    placeholders: BTreeMap<(Kind, String), String>,
    /// Phone numbers among them.
    phones: BTreeSet<String>,
    /// Handles among them that cannot be a common word, without their `@`: `ann_k`, `ann99`.
    names: BTreeSet<String>,
    /// Placeholders that some text spells out by itself.
    spelt: BTreeSet<String>,
    /// Numbers given, by kind.
    given: BTreeMap<Kind, u32>,
    replaced: Replaced,
}

impl Values {
    /// Finds every value in reading order: the item first, then what was said of it.
    fn of(record: &Record) -> Self {
        let mut copy = record.clone();
        let item = record.item.parts.iter().filter_map(|it| it.text.clone());
        let texts: Vec<String> = item.chain(words(&mut copy).map(|it| it.clone())).collect();
        let spelt = texts.iter().flat_map(|it| bracketed(it)).collect();
        let mut values = Self { spelt, ..Self::default() };
        for said in &texts {
            for found in values.find(&Skeleton::of(said)) {
                values.placeholder(found.kind, found.key);
            }
        }
        values
    }

    /// The placeholder of a value: the next number that no text already spells out.
    fn placeholder(&mut self, kind: Kind, value: String) -> String {
        if let Some(known) = self.placeholders.get(&(kind, value.clone())) {
            return known.clone();
        }
        let given = self.given.entry(kind).or_default();
        let free = loop {
            *given += 1;
            let next = format!("[{}-{given}]", kind.word());
            if !self.spelt.contains(&next) {
                break next;
            }
        };
        match kind {
            Kind::Phone => _ = self.phones.insert(value.clone()),
            Kind::Handle if value[1..].contains(|it: char| "_.".contains(it) || it.is_numeric()) => {
                self.names.insert(value[1..].to_owned());
            }
            Kind::Handle | Kind::Email => {}
        }
        self.placeholders.insert((kind, value), free.clone());
        free
    }

    fn find(&self, skeleton: &Skeleton) -> Vec<Found> {
        let mut found = address::find(skeleton);
        let mut taken = vec![false; skeleton.letters.len()];
        let mark = |taken: &mut Vec<bool>, it: &Found| taken[it.start..it.end].fill(true);
        for address in &found {
            mark(&mut taken, address);
        }
        for name in address::bare(skeleton, &self.names) {
            if !taken[name.start..name.end].contains(&true) {
                mark(&mut taken, &name);
                found.push(name);
            }
        }
        found.extend(phone::find(skeleton, &taken, &self.phones));
        found.sort_by_key(|it| it.start);
        found
    }

    /// `said` without values. Where it repeats a quote that changed, the new quote takes its place.
    fn replace(&mut self, said: &str, quotes: &[(String, String)]) -> (String, Map) {
        let skeleton = Skeleton::of(said);
        let mut edits = repeated(said, quotes);
        for found in self.find(&skeleton) {
            let (start, end) = skeleton.span(found.start, found.end);
            // A quote that cuts a value must not keep the rest of it: the value wins.
            let first = edits.partition_point(|it| it.end <= start);
            let past = first + edits[first..].partition_point(|it| it.start < end);
            if let [only] = &edits[first..past]
                && only.start <= start
                && end <= only.end
            {
                continue;
            }
            match found.kind {
                Kind::Email => self.replaced.emails += 1,
                Kind::Phone => self.replaced.phones += 1,
                Kind::Handle => self.replaced.handles += 1,
            }
            let with = self.placeholder(found.kind, found.key);
            edits.splice(first..past, [Edit { start, end, with }]);
        }
        map::apply(said, &edits)
    }

    /// The first field of the record as exported in which a value still stands.
    fn survivor(&self, record: &Record) -> Option<String> {
        let has_address =
            |said: &str| address::find(&Skeleton::of(said)).iter().any(|it| it.kind == Kind::Email);
        if has_address(&record.item.id) {
            return Some("item.id".into());
        }
        if self.placeholders.is_empty() {
            return None;
        }
        let json = serde_json::to_value(record).ok()?;
        let mut found = None;
        walk("", &json, &mut |field, said| {
            if found.is_none() && self.stays_in(&Skeleton::of(said)) {
                found = Some(field.to_owned());
            }
        });
        found
    }

    /// Looks for the values themselves, glued to anything, rather than for what looks like one.
    fn stays_in(&self, skeleton: &Skeleton) -> bool {
        if self.placeholders.len().saturating_mul(skeleton.letters.len()) > PATIENCE {
            return self
                .find(skeleton)
                .into_iter()
                .any(|it| self.placeholders.contains_key(&(it.kind, it.key)));
        }
        let letters = key(&skeleton.letters);
        let digits: String = skeleton.letters.iter().filter(|it| !phone::is_separator(**it)).collect();
        self.placeholders.keys().any(|(kind, value)| match kind {
            Kind::Email | Kind::Handle => letters.contains(value.as_str()),
            Kind::Phone => digits.contains(value.as_str()),
        })
    }
}

/// Letters times values beyond which a text is looked through the quick way: a second or so.
const PATIENCE: usize = 1 << 30;

/// Where `said` repeats quotes that changed, in order, none overlapping; a longer quote goes first.
fn repeated(said: &str, quotes: &[(String, String)]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (before, after) in quotes {
        let length = text::scalars(before);
        let (mut read, mut start) = (0, 0);
        for (byte, _) in said.match_indices(before.as_str()) {
            start += text::scalars(&said[read..byte]);
            read = byte;
            let place = edits.partition_point(|it| it.end <= start);
            if edits.get(place).is_none_or(|it| start + length <= it.start) {
                edits.insert(place, Edit { start, end: start + length, with: after.clone() });
            }
        }
    }
    edits
}

/// What stands in square brackets and could be a placeholder.
fn bracketed(said: &str) -> impl Iterator<Item = String> {
    said.match_indices('[').filter_map(|(from, _)| {
        let inside: String = said[from..].chars().take(20).collect();
        let end = inside.find(']')?;
        Some(inside[..=end].to_owned())
    })
}

/// Calls `each` with every string in `json` and where it stands.
fn walk(field: &str, json: &serde_json::Value, each: &mut dyn FnMut(&str, &str)) {
    match json {
        serde_json::Value::String(said) => each(field, said),
        serde_json::Value::Array(all) => all.iter().for_each(|it| walk(field, it, each)),
        serde_json::Value::Object(all) => {
            for (name, value) in all {
                let below = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                walk(&below, value, each);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
