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

use serde::Serialize;

use map::Edit;
pub use map::Map;
use skeleton::{Skeleton, is_word, key};

use crate::{dataset::rehash, evidence::Anchor, record::Record, text};

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
        std::iter::once(&mut it.text).chain(it.draft_text.as_mut()).chain(why)
    });
    let messages = decision.remediation_text.as_mut().into_iter().chain(decision.creator_message.as_mut());
    notes.chain(remarks).chain(steps).chain(messages)
}

/// The values of one record and their placeholders.
struct Values {
    placeholders: BTreeMap<(Kind, String), String>,
    replaced: Replaced,
}

impl Values {
    /// Finds every value in reading order: the item first, then what was said of it.
    fn of(record: &Record) -> Self {
        let mut copy = record.clone();
        let item = record.item.parts.iter().filter_map(|it| it.text.clone());
        let texts: Vec<String> = item.chain(words(&mut copy).map(|it| it.clone())).collect();
        let mut values = Self { placeholders: BTreeMap::new(), replaced: Replaced::default() };
        for said in &texts {
            for found in values.find(&Skeleton::of(said)) {
                values.name(&found, &texts);
            }
        }
        values
    }

    /// Gives a value its placeholder: the next number that no text already spells out.
    fn name(&mut self, found: &Found, texts: &[String]) {
        let key = (found.kind, found.key.clone());
        if self.placeholders.contains_key(&key) {
            return;
        }
        let taken = |it: &String| {
            self.placeholders.values().any(|other| other == it) || texts.iter().any(|text| text.contains(it))
        };
        let mut n = 1;
        let mut free = format!("[{}-{n}]", found.kind.word());
        while taken(&free) {
            n += 1;
            free = format!("[{}-{n}]", found.kind.word());
        }
        self.placeholders.insert(key, free);
    }

    fn find(&self, skeleton: &Skeleton) -> Vec<Found> {
        let mut found = address::find(skeleton);
        found.extend(self.bare_handles(skeleton, &found));
        let known =
            self.placeholders.keys().filter(|it| it.0 == Kind::Phone).map(|it| it.1.clone()).collect();
        found.extend(phone::find(skeleton, &found, &known));
        found.sort_by_key(|it| it.start);
        found
    }

    /// A known handle without its `@`, where it cannot be a common word: `ann_k`, `ann99`.
    fn bare_handles(&self, skeleton: &Skeleton, taken: &[Found]) -> Vec<Found> {
        let letters = &skeleton.letters;
        let handles = self.placeholders.keys().filter(|it| it.0 == Kind::Handle);
        let mut found: Vec<Found> = Vec::new();
        for (_, handle) in
            handles.filter(|it| it.1[1..].contains(|it: char| "_.".contains(it) || it.is_numeric()))
        {
            let name: Vec<char> = handle.chars().skip(1).collect();
            let mut from = 0;
            while from + name.len() <= letters.len() {
                let to = from + name.len();
                let whole = (from == 0 || !is_word(letters[from - 1]) && letters[from - 1] != '@')
                    && !letters.get(to).is_some_and(|it| is_word(*it));
                let is_free = |it: &Found| it.end <= from || to <= it.start;
                if whole && key(&letters[from..to]) == handle[1..] && taken.iter().chain(&found).all(is_free)
                {
                    found.push(Found { kind: Kind::Handle, start: from, end: to, key: handle.clone() });
                    from = to;
                } else {
                    from += 1;
                }
            }
        }
        found
    }

    /// `said` without values. Where it repeats a quote that changed, the new quote takes its place.
    fn replace(&mut self, said: &str, quotes: &[(String, String)]) -> (String, Map) {
        let mut edits: Vec<Edit> = Vec::new();
        for (before, after) in quotes {
            let length = text::scalars(before);
            for (byte, _) in said.match_indices(before.as_str()) {
                let start = text::scalar_of(said, byte);
                let edit = Edit { start, end: start + length, with: after.clone() };
                if edits.iter().all(|it| it.end <= edit.start || edit.end <= it.start) {
                    edits.push(edit);
                }
            }
        }
        let skeleton = Skeleton::of(said);
        for found in self.find(&skeleton) {
            let (start, end) = skeleton.span(found.start, found.end);
            // A quote that cuts a value must not keep the rest of it: the value wins.
            edits.retain(|it| it.end <= start || end <= it.start || (it.start <= start && end <= it.end));
            if edits.iter().any(|it| it.start <= start && end <= it.end) {
                continue;
            }
            let Some(with) = self.placeholders.get(&(found.kind, found.key)).cloned() else { continue };
            match found.kind {
                Kind::Email => self.replaced.emails += 1,
                Kind::Phone => self.replaced.phones += 1,
                Kind::Handle => self.replaced.handles += 1,
            }
            edits.push(Edit { start, end, with });
        }
        edits.sort_by_key(|it| it.start);
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
        let letters = key(&skeleton.letters);
        let digits: String = skeleton.letters.iter().filter(|it| !phone::is_separator(**it)).collect();
        self.placeholders.keys().any(|(kind, value)| match kind {
            Kind::Email | Kind::Handle => letters.contains(value.as_str()),
            Kind::Phone => digits.contains(value.as_str()),
        })
    }
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
