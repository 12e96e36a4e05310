//! Published sets, and texts of our own, as answers to one label set: `sources.toml` says how each set speaks of it.
//!
//! An answer that a set does not give is unknown. Rows are chosen and held out by hash, so that everybody who has the
//! files has the same rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use casebook_core::{hash::sha256_hex, labelset::LabelSet};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{condition::Condition, datasets::DatasetError};

/// One set as `sources.toml` has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// `gahd`.
    pub name: String,
    /// Within the folder of the data; `own/…` within this project.
    pub file: String,
    /// Of the data.
    pub licence: String,
    /// Of all rows; where it is absent each row's `lang` says it.
    pub language: Option<String>,
    /// The column of the text.
    #[serde(default = "text_column")]
    pub text: String,
    /// Rows that are read.
    only: Option<String>,
    /// The label that the set is judged by when it is left out.
    pub judged: Option<String>,
    /// Sets that are left out together with it.
    pub fold: Option<String>,
    /// How often its rows are drawn, beside those of others.
    #[serde(default = "one")]
    pub weight: f64,
    /// Rows at most, those of the lowest hashes; up to half of them answer yes to something.
    most: Option<usize>,
    /// Columns that join rows into a group: those with a value in common are one.
    #[serde(default)]
    group: Vec<String>,
    /// Rows that are never trained on, with all of their groups.
    test: Option<String>,
    /// What it is for.
    #[serde(default, rename = "use")]
    pub purpose: Purpose,
    #[serde(default)]
    labels: BTreeMap<String, Answers>,
    /// For each clause that `labels` does not name.
    clauses: Option<Answers>,
    /// For each label that neither names.
    all: Option<Answers>,
}

/// What a set is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Training and measuring.
    #[default]
    Train,
    /// Measuring alone.
    Measure,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    yes: Option<String>,
    no: Option<String>,
}

/// How the files of this project begin.
const OWN: &str = "own/";

fn text_column() -> String {
    "text".into()
}

fn one() -> f64 {
    1.0
}

/// A text and what its set says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Index of its set.
    pub set: usize,
    /// As written.
    pub text: String,
    /// BCP 47.
    pub language: String,
    /// Rows of one group are never split between what is trained on and what is judged.
    pub group: String,
    /// Never trained on.
    pub is_test: bool,
    /// One per label, in the label set's order; `None` is unknown.
    pub answers: Vec<Option<bool>>,
}

/// Sets and their rows.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// Those whose file is there.
    pub sources: Vec<Source>,
    /// Names of those whose file is not.
    pub absent: Vec<String>,
    /// All rows, set by set.
    pub rows: Vec<Row>,
}

impl Published {
    /// Reads every set of `toml` whose file lies in `data` or, as `own/…`, in `project`.
    ///
    /// # Errors
    /// A table or condition that cannot be read, an unknown label, and a row that breaks a rule.
    pub fn read(toml: &str, labels: &LabelSet, data: &Path, own: &Path) -> Result<Self, DatasetError> {
        #[derive(Deserialize)]
        struct Table {
            sets: Vec<Source>,
        }
        let refuse = |rule: String| DatasetError::Row { path: "sources.toml".into(), row: 0, rule };
        let table: Table = toml::from_str(toml).map_err(|it| refuse(it.to_string()))?;
        let mut read = Self::default();
        for source in table.sets {
            let path = match source.file.strip_prefix(OWN) {
                Some(name) => own.join(name),
                None => data.join(&source.file),
            };
            if !path.is_file() {
                read.absent.push(source.name);
                continue;
            }
            let asked = source.conditions(labels).map_err(|it| refuse(format!("{}: {it}", source.name)))?;
            let rows = raw_rows(&path)?;
            read.rows.extend(source.chosen(asked.answered(&source, rows, read.sources.len())));
            read.sources.push(source);
        }
        Ok(read)
    }

    /// Indexes of the rows of a set.
    #[must_use]
    pub fn rows_of(&self, set: usize) -> Vec<usize> {
        (0..self.rows.len()).filter(|it| self.rows[*it].set == set).collect()
    }
}

/// The conditions of a set, read.
struct Asked {
    only: Option<Condition>,
    test: Option<Condition>,
    labels: Vec<(Option<Condition>, Option<Condition>)>,
}

impl Source {
    /// True where it was written for this project.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.file.starts_with(OWN)
    }

    fn conditions(&self, labels: &LabelSet) -> Result<Asked, String> {
        if let Some(it) = self.labels.keys().find(|it| labels.labels.iter().all(|label| label.id != **it)) {
            return Err(format!("{} has no label {it}", labels.name));
        }
        let read = |it: Option<&String>, id: &str| -> Result<Option<Condition>, String> {
            let family = id.split('-').next().unwrap_or_default();
            it.map(|it| Condition::parse(&it.replace("{}", id).replace("{family}", family))).transpose()
        };
        let of_label = |id: &str| {
            let is_clause = id.bytes().next().is_some_and(|it| it.is_ascii_uppercase());
            let own = self.labels.get(id);
            let answers = own.or_else(|| self.clauses.as_ref().filter(|_| is_clause)).or(self.all.as_ref());
            Ok((
                read(answers.and_then(|it| it.yes.as_ref()), id)?,
                read(answers.and_then(|it| it.no.as_ref()), id)?,
            ))
        };
        Ok(Asked {
            only: read(self.only.as_ref(), "")?,
            test: read(self.test.as_ref(), "")?,
            labels: labels.labels.iter().map(|it| of_label(&it.id)).collect::<Result<_, String>>()?,
        })
    }

    /// At most [`Self::most`] rows, and all that are held out; those of the lowest hashes, in their order.
    fn chosen(&self, mut rows: Vec<Row>) -> Vec<Row> {
        rows.sort_by_cached_key(|it| sha256_hex(it.text.as_bytes()));
        let Some(most) = self.most else { return rows };
        let answers_yes = |it: &Row| it.answers.contains(&Some(true));
        let learnt = || rows.iter().filter(|it| !it.is_test);
        let no = learnt().filter(|it| !answers_yes(it)).count();
        let yes = learnt().count() - no;
        let yes = yes.min(most.div_ceil(2).max(most.saturating_sub(no)));
        let (mut yes, mut no) = (yes, most - yes);
        rows.retain(|it| {
            let room = if answers_yes(it) { &mut yes } else { &mut no };
            let is_kept = it.is_test || *room > 0;
            *room -= usize::from(is_kept && !it.is_test);
            is_kept
        });
        rows
    }
}

impl Asked {
    fn answered(&self, source: &Source, rows: Vec<Map<String, Value>>, set: usize) -> Vec<Row> {
        let groups = groups(&rows, &source.group);
        let mut all = Vec::new();
        for (mut row, group) in rows.into_iter().zip(groups) {
            let Some(text) = row.get(&source.text).and_then(Value::as_str).map(str::to_owned) else {
                continue;
            };
            if text.trim().is_empty() || self.only.as_ref().is_some_and(|it| !it.is_met(&row)) {
                continue;
            }
            let group = group.unwrap_or_else(|| text.clone());
            let digit = sha256_hex(group.as_bytes())[..1].to_owned();
            row.insert("hash".into(), Value::String(digit));
            let is_met = |it: &Option<Condition>| it.as_ref().is_some_and(|it| it.is_met(&row));
            let answer = |(yes, no): &(Option<Condition>, Option<Condition>)| match (is_met(yes), is_met(no))
            {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            };
            let answers: Vec<_> = self.labels.iter().map(answer).collect();
            if answers.iter().all(Option::is_none) {
                continue;
            }
            let said = row.get("lang").and_then(Value::as_str).unwrap_or_default();
            let language = source.language.clone().unwrap_or_else(|| said.to_owned());
            all.push(Row { set, text, language, group, is_test: is_met(&self.test), answers });
        }
        let held_out: BTreeSet<String> =
            all.iter().filter(|it| it.is_test).map(|it| it.group.clone()).collect();
        for it in &mut all {
            it.is_test = held_out.contains(&it.group);
        }
        all
    }
}

/// The group of each row: rows that share a value of any of `columns`, also by way of others, are one group, which is
/// known by its smallest value.
fn groups(rows: &[Map<String, Value>], columns: &[String]) -> Vec<Option<String>> {
    let values = |row: &Map<String, Value>| -> Vec<String> {
        let of = |column: &String| row.get(column).and_then(Value::as_str).map(str::to_owned);
        columns.iter().filter_map(of).filter(|it| !it.is_empty()).collect()
    };
    let mut known_as: BTreeMap<String, String> = BTreeMap::new();
    let find = |known_as: &BTreeMap<String, String>, value: &str| {
        let mut at = value.to_owned();
        while let Some(next) = known_as.get(&at).filter(|it| **it != at) {
            at = next.clone();
        }
        at
    };
    for row in rows {
        let all: Vec<String> = values(row).iter().map(|it| find(&known_as, it)).collect();
        if let Some(smallest) = all.iter().min().cloned() {
            known_as.extend(all.into_iter().map(|it| (it, smallest.clone())));
        }
    }
    rows.iter().map(|row| values(row).first().map(|it| find(&known_as, it))).collect()
}

/// Rows of a JSONL or CSV file, packed or not, each a map from column to value.
fn raw_rows(path: &Path) -> Result<Vec<Map<String, Value>>, DatasetError> {
    let name = path.display().to_string();
    let unread = |source| DatasetError::Read { path: name.clone(), source };
    let refuse = |row: usize, rule: String| DatasetError::Row { path: name.clone(), row, rule };
    let file = BufReader::new(File::open(path).map_err(unread)?);
    let reader: Box<dyn Read> = match path.extension().is_some_and(|it| it == "gz") {
        true => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        false => Box::new(file),
    };
    if Path::new(name.trim_end_matches(".gz")).extension().is_some_and(|it| it == "csv") {
        let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
        let headers = csv.headers().map_err(|it| refuse(0, it.to_string()))?.clone();
        let row = |(n, record): (usize, csv::Result<csv::StringRecord>)| {
            let record = record.map_err(|it| refuse(n + 1, it.to_string()))?;
            let cells = headers.iter().zip(record.iter());
            Ok(cells.map(|(name, cell)| (name.to_owned(), Value::String(cell.to_owned()))).collect())
        };
        return csv.into_records().enumerate().map(row).collect();
    }
    let mut rows = Vec::new();
    for (n, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(unread)?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(Value::Object(row)) => rows.push(row),
            Ok(_) => return Err(refuse(n + 1, "a row is a JSON object".into())),
            Err(problem) => return Err(refuse(n + 1, format!("not JSON: {problem}"))),
        }
    }
    Ok(rows)
}
