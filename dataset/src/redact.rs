//! Private values out of a record, everywhere at once: addresses, numbers, handles, keys, accounts.
//!
//! Placeholders are numbered per record, so the same value keeps the same one: `[email-1]`,
//! `[phone-1]`, `[handle-2]`. Offsets move with the text and quotes are read again from it. What is looked for, and
//! what is not, is one table: [`Kind::looked_for`] and [`NOT_LOOKED_FOR`].
//!
//! A text is read as written, with entities and escapes undone, and without its markup (`reading`); scanners look
//! through each reading (`find` says in which order), and what they find is replaced in the text as written.

mod address;
mod checksum;
mod find;
mod glyph;
mod handle;
mod identity;
mod ids;
mod kind;
mod machine;
mod map;
mod money;
mod phone;
mod profile;
mod reading;
mod scan;
mod secret;
mod spelt;
mod undo;
mod wallet;

use std::collections::{BTreeMap, BTreeSet};

use casebook_core::{evidence::Anchor, record::Record, text};

use find::Known;
pub use ids::{alias, tells};
pub use kind::{Kind, NOT_LOOKED_FOR, Replaced};
use map::Edit;
pub use map::Map;
use reading::{Reading, key};

use crate::rehash;

/// A value that was found in the record stands in a field that is not rewritten.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: a private value would have stayed")]
pub struct Survivor {
    /// `item.id`.
    pub field: String,
}

/// Where a private value stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is.
    pub kind: Kind,
    /// First scalar.
    pub start: u32,
    /// Past the last.
    pub end: u32,
}

/// The private values of a text by itself, in order.
#[must_use]
pub fn places(said: &str) -> Vec<Place> {
    let found = find::values(said, &Known::default());
    found.into_iter().map(|it| Place { kind: it.kind, start: it.start, end: it.end }).collect()
}

/// How often a record is looked through again: what stood beside a value can be one once that is gone.
const ROUNDS: usize = 3;

/// Replaces values in item texts, quotes, steps, messages and notes of `record`, moves offsets and
/// recomputes the hashes of what changed.
///
/// # Errors
/// When a value stands in a field that cannot be rewritten, such as the item's id. The record must
/// not leave then.
pub fn redact(record: &mut Record) -> Result<Replaced, Survivor> {
    let mut values = Values::of(record);
    for _ in 0..ROUNDS {
        let before = values.replaced.clone();
        values.round(record);
        if values.replaced == before {
            break;
        }
        values.look(record);
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
    let Record { first_impression, evidence, steps, decision, model_drafts, .. } = record;
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
    let raw = model_drafts.iter_mut().filter_map(|it| it.raw.as_mut());
    notes.chain(remarks).chain(steps).chain(messages).chain(raw)
}

/// The values of one record and their placeholders.
#[derive(Default)]
struct Values {
    placeholders: BTreeMap<(Kind, String), String>,
    known: Known,
    /// Placeholders that some text spells out by itself.
    spelt: BTreeSet<String>,
    /// Numbers given, by kind.
    given: BTreeMap<Kind, u32>,
    replaced: Replaced,
}

impl Values {
    /// Finds every value in reading order: the item first, then what was said of it.
    fn of(record: &mut Record) -> Self {
        let mut values = Self::default();
        let texts = record.item.parts.iter().filter_map(|it| it.text.as_ref()).cloned();
        let texts: Vec<String> = texts.chain(words(&mut record.clone()).map(|it| it.clone())).collect();
        values.spelt = texts.iter().flat_map(|it| bracketed(it)).collect();
        values.look(record);
        values
    }

    /// Gives placeholders to what is found in the record as it is now.
    fn look(&mut self, record: &mut Record) {
        let texts: Vec<String> = record.item.parts.iter().filter_map(|it| it.text.clone()).collect();
        let said: Vec<String> = words(record).map(|it| it.clone()).collect();
        for said in texts.iter().chain(&said) {
            for found in find::values(said, &self.known) {
                self.placeholder(found.kind, found.key);
            }
        }
    }

    /// Replaces everywhere, once.
    fn round(&mut self, record: &mut Record) {
        let mut maps = BTreeMap::new();
        for part in &mut record.item.parts {
            if let Some(said) = &mut part.text {
                let (after, map) = self.replace(said, &[]);
                *said = after;
                maps.insert(part.id.clone(), map);
            }
        }
        let quotes = move_spans(record, &maps);
        for said in words(record) {
            *said = self.replace(said, &quotes).0;
        }
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
            Kind::Phone => _ = self.known.phones.insert(value.clone()),
            Kind::Handle => {
                let name = value.trim_start_matches('@').split(['@', '#']).next().unwrap_or_default();
                let is_odd = name.contains(|it: char| "_.".contains(it) || it.is_numeric());
                if is_odd && name.chars().count() > 2 {
                    self.known.names.insert(name.to_owned());
                }
            }
            _ => {}
        }
        self.placeholders.insert((kind, value), free.clone());
        free
    }

    /// `said` without values. Where it repeats a quote that changed, the new quote takes its place.
    fn replace(&mut self, said: &str, quotes: &[(String, String)]) -> (String, Map) {
        let mut edits = repeated(said, quotes);
        for found in find::values(said, &self.known) {
            let (start, end) = (found.start, found.end);
            // A quote that cuts a value must not keep the rest of it: the value wins.
            let first = edits.partition_point(|it| it.end <= start);
            let past = first + edits[first..].partition_point(|it| it.start < end);
            if let [only] = &edits[first..past]
                && only.start <= start
                && end <= only.end
            {
                continue;
            }
            self.replaced.add(found.kind);
            let with = self.placeholder(found.kind, found.key);
            edits.splice(first..past, [Edit { start, end, with }]);
        }
        map::apply(said, &edits)
    }

    /// The first field of the record as exported in which a value still stands.
    fn survivor(&self, record: &Record) -> Option<String> {
        if let Some(field) = ids::telling_field(record) {
            return Some(field.into());
        }
        if self.placeholders.is_empty() {
            return None;
        }
        let json = serde_json::to_value(record).ok()?;
        let mut found = None;
        walk("", &json, &mut |field, said| {
            if found.is_none() && self.stays_in(said) {
                found = Some(field.to_owned());
            }
        });
        found
    }

    /// Looks for the values themselves, glued to anything, rather than for what looks like one.
    fn stays_in(&self, said: &str) -> bool {
        if self.placeholders.len().saturating_mul(said.len()) > PATIENCE {
            return find::values(said, &self.known)
                .into_iter()
                .any(|it| self.placeholders.contains_key(&(it.kind, it.key)));
        }
        Reading::all(said).iter().any(|reading| {
            let letters = key(&reading.letters);
            let compact = scan::compact(&reading.letters);
            let digits: String = reading.letters.iter().filter(|it| !phone::is_separator(**it)).collect();
            self.placeholders.keys().any(|(kind, value)| match kind {
                Kind::Email | Kind::Handle => letters.contains(value.as_str()),
                Kind::Phone => digits.contains(value.as_str()),
                // A short one can be a part of anything.
                _ if value.chars().count() < SHORT => scan::has_word(&letters, value),
                _ if kind.is_compact() => compact.contains(value.as_str()),
                _ => letters.contains(value.as_str()),
            })
        })
    }
}

/// Letters of a value that are looked for inside other words from here on.
const SHORT: usize = 8;

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
