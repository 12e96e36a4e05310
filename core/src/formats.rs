//! Every shape in which Casebook keeps or writes JSON, by its released name.
//!
//! A released name never changes meaning: what has to be said otherwise gets the next number. Reading is
//! tolerant, because a colleague's Casebook may be newer: a field that is not known here is kept beside the
//! value ([`Unknown`]) and put back when it is written again. What somebody submits is read strictly
//! ([`strict`]): a field that is not known there is a mistake, and is named.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A submitted record, stored and exported: `docs/cot-record.schema.json`.
pub const RECORD: &str = crate::record::SCHEMA;
/// A first impression.
pub const IMPRESSION: &str = "casebook/impression/1";
/// A review while it is being written.
pub const DRAFT: &str = "casebook/draft/1";
/// What is picked of a first impression that is not stored yet.
pub const PICKS: &str = "casebook/picks/1";
/// All that a model said of an item once.
pub const ASSESSMENT: &str = "casebook/assessment/1";
/// The outcome of scoring an item among many.
pub const SCORING: &str = "casebook/scoring/1";
/// Who said it.
pub const MODEL: &str = "casebook/model/1";
/// A saved queue.
pub const QUEUE: &str = "casebook/queue/1";
/// What an export says about itself.
pub const EXPORT: &str = "casebook/export/1";
/// A line of the `raw` dataset.
pub const RAW: &str = "casebook/raw/1";
/// A line of the `sft` dataset.
pub const SFT: &str = "casebook/sft/1";
/// A line of the `prm` dataset.
pub const PRM: &str = "casebook/prm/1";
/// Tasks for Label Studio.
pub const LABEL_STUDIO: &str = "casebook/label-studio/1";
/// The record in typed columns.
pub const PARQUET: &str = "casebook/parquet/1";

/// Those that stand in a case file beside a body.
pub const STORED: &[&str] = &[RECORD, IMPRESSION, DRAFT, PICKS, ASSESSMENT, SCORING, MODEL, QUEUE, EXPORT];

/// Those that leave in an export.
pub const EXPORTED: &[&str] = &[RAW, SFT, PRM, LABEL_STUDIO, PARQUET];

/// Why a stored body could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Of another format, or a newer one.
    #[error("it is of the format {found}, this program reads {known}")]
    Format { found: String, known: &'static str },
    /// Not of the shape its name says.
    #[error("it is no {format}: {why}")]
    Shape { format: &'static str, why: String },
}

/// A value, and what its body says besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<T> {
    /// As this program knows it.
    pub value: T,
    /// What it does not know.
    pub unknown: Unknown,
}

/// Reads a body whose format is `found`, as `known`.
///
/// # Errors
/// See [`Unreadable`].
pub fn read<T>(found: &str, known: &'static str, body: &str) -> Result<Kept<T>, Unreadable>
where
    T: DeserializeOwned + serde::Serialize,
{
    if found != known {
        return Err(Unreadable::Format { found: found.to_owned(), known });
    }
    let bad = |it: serde_json::Error| Unreadable::Shape { format: known, why: it.to_string() };
    let original: Value = serde_json::from_str(body).map_err(bad)?;
    let value: T = serde_json::from_str(body).map_err(bad)?;
    let unknown = Unknown::between(&original, &serde_json::to_value(&value).map_err(bad)?);
    Ok(Kept { value, unknown })
}

/// A field that a submitted value has and its format has not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStrict {
    /// Named by where it stands: `steps[0].mood`.
    #[error("{0}: there is no such field")]
    Unknown(String),
    /// Not of the shape at all.
    #[error("{0}")]
    Shape(String),
}

/// Reads what somebody submits: every field it has must mean something.
///
/// # Errors
/// Names the first field that means nothing, or where the shape is wrong.
pub fn strict<T>(value: Value) -> Result<T, NotStrict>
where
    T: DeserializeOwned + serde::Serialize,
{
    let shape = |it: serde_json::Error| NotStrict::Shape(it.to_string());
    let read: T = serde_json::from_value(value.clone()).map_err(shape)?;
    let unknown = Unknown::between(&value, &serde_json::to_value(&read).map_err(shape)?);
    // What is absent and what says nothing read the same: `"note": null` is no mistake.
    match unknown.0.into_iter().find(|(_, value)| !says_nothing(value)) {
        Some((place, _)) => Err(NotStrict::Unknown(place.iter().fold(String::new(), Key::join))),
        None => Ok(read),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Fields of a body that the value read from it does not know, each with where it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unknown(Vec<(Vec<Key>, Value)>);

/// A step on the way to a field.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Field(String),
    /// The object of a list that has this `id`: it is the same one wherever it is moved to.
    Id(String),
    /// The n-th of a list.
    At(usize),
}

impl Key {
    fn join(mut place: String, key: &Self) -> String {
        match key {
            Self::Field(name) if place.is_empty() => place.push_str(name),
            Self::Field(name) => place.push_str(&format!(".{name}")),
            Self::Id(id) => place.push_str(&format!("[{id}]")),
            Self::At(n) => place.push_str(&format!("[{n}]")),
        }
        place
    }
}

impl Unknown {
    /// True where everything was known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields of `original` that are missing in `known`, which was read from it and written again.
    #[must_use]
    pub fn between(original: &Value, known: &Value) -> Self {
        let mut found = Vec::new();
        compare(original, known, &mut Vec::new(), &mut found);
        Self(found)
    }

    /// Puts what is unknown back into a value written again, wherever its place is still there. What the value
    /// itself says is never replaced.
    pub fn put_back(&self, into: &mut Value) {
        for (place, value) in &self.0 {
            let Some((Key::Field(name), way)) = place.split_last() else { continue };
            if let Some(Value::Object(fields)) = walk(into, way)
                && !fields.contains_key(name)
            {
                fields.insert(name.clone(), value.clone());
            }
        }
    }

    /// Every text in it, for whoever must look at each word that leaves.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut found = Vec::new();
        let mut open: Vec<&mut Value> = self.0.iter_mut().map(|it| &mut it.1).collect();
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => found.push(text),
                Value::Array(values) => open.extend(values),
                Value::Object(fields) => open.extend(fields.iter_mut().map(|it| it.1)),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        found
    }
}

fn compare(original: &Value, known: &Value, place: &mut Vec<Key>, found: &mut Vec<(Vec<Key>, Value)>) {
    match (original, known) {
        (Value::Object(original), Value::Object(known)) => {
            for (name, value) in original {
                place.push(Key::Field(name.clone()));
                match known.get(name) {
                    Some(known) => compare(value, known, place, found),
                    None => found.push((place.clone(), value.clone())),
                }
                place.pop();
            }
        }
        (Value::Array(original), Value::Array(known)) => {
            for (n, (value, known)) in original.iter().zip(known).enumerate() {
                place.push(key_of(value, n));
                compare(value, known, place, found);
                place.pop();
            }
        }
        _ => {}
    }
}

fn key_of(value: &Value, n: usize) -> Key {
    let id = |fields: &Map<String, Value>| fields.get("id")?.as_str().map(str::to_owned);
    value.as_object().and_then(id).map_or(Key::At(n), Key::Id)
}

fn walk<'a>(from: &'a mut Value, way: &[Key]) -> Option<&'a mut Value> {
    way.iter().try_fold(from, |at, key| match key {
        Key::Field(name) => at.get_mut(name),
        Key::At(n) => at.get_mut(n),
        Key::Id(id) => at.as_array_mut()?.iter_mut().find(|it| it["id"] == id.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;
    use crate::{draft::Draft, record::Record};

    fn newer_record() -> Value {
        let mut body: Value =
            serde_json::from_str(include_str!("../tests/record.json")).expect("the example is JSON");
        body["weather"] = json!("fair");
        body["steps"][0]["mood"] = json!({"of": ["the", "reviewer"]});
        body["evidence"][0]["lens"] = json!(3);
        body["decision"]["appealable"] = json!(false);
        body
    }

    #[test]
    fn fields_of_a_newer_record_survive_reading_and_writing() {
        let body = newer_record();
        let kept: Kept<Record> = read(RECORD, RECORD, &body.to_string()).expect("a newer record reads");
        let mut again = serde_json::to_value(&kept.value).expect("a record is plain data");
        assert_ne!(again, body, "the record itself does not know them");
        kept.unknown.put_back(&mut again);
        assert_eq!(again, body);
    }

    #[test]
    fn an_unknown_field_goes_with_its_step_when_steps_move_and_when_one_is_removed() {
        #[derive(Deserialize, Serialize)]
        struct List {
            steps: Vec<Named>,
        }
        #[derive(Deserialize, Serialize)]
        struct Named {
            id: String,
        }
        let body = json!({"steps": [{"id": "a", "mood": 1}, {"id": "b", "mood": 2}, {"id": "c"}]});
        let kept: Kept<List> = read(DRAFT, DRAFT, &body.to_string()).expect("it reads");
        let mut moved = json!({"steps": [{"id": "c"}, {"id": "b"}, {"id": "n", "mood": 7}]});
        kept.unknown.put_back(&mut moved);
        assert_eq!(moved, json!({"steps": [{"id": "c"}, {"id": "b", "mood": 2}, {"id": "n", "mood": 7}]}));
    }

    #[test]
    fn another_format_is_named_and_not_read_as_this_one() {
        let error = read::<Draft>("casebook/draft/2", DRAFT, "{}").expect_err("a later format");
        assert_eq!(
            error.to_string(),
            "it is of the format casebook/draft/2, this program reads casebook/draft/1"
        );
        assert!(matches!(read::<Draft>(DRAFT, DRAFT, "{}"), Err(Unreadable::Shape { .. })));
    }

    #[test]
    fn what_is_submitted_has_no_field_that_means_nothing() {
        let error = strict::<Record>(newer_record()).expect_err("three fields mean nothing");
        assert_eq!(error, NotStrict::Unknown("evidence[e1].lens".into()));
        let plain: Value = serde_json::from_str(include_str!("../tests/record.json")).expect("JSON");
        assert!(strict::<Record>(plain.clone()).is_ok());
        let mut said_nothing = plain;
        said_nothing["steps"][0]["draft_text"] = Value::Null;
        assert!(strict::<Record>(said_nothing).is_ok(), "null is as good as absent");
    }

    #[test]
    fn a_released_name_is_listed_once_and_ends_in_its_number() {
        let all: Vec<&str> = STORED.iter().chain(EXPORTED).copied().collect();
        let distinct: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(distinct.len(), all.len());
        for name in all {
            let end = name.strip_prefix("casebook/").and_then(|it| it.split_once('/')).map(|it| it.1);
            assert!(end.is_some_and(|it| it.parse::<u32>().is_ok()), "{name}");
        }
    }
}
