//! CSV records as items, by a map from fields to columns.

use std::{collections::BTreeMap, path::Path};

use casebook_core::item::{Item, Part, Report, shorten};

use crate::{
    error::{self, Code, Error},
    wire::ColumnPair,
};

use super::{
    prepare::{Refused, text},
    units,
};

/// Fields whose column is a text part; `text` has no better name for what it is.
const TEXTS: [&str; 7] = ["text", "caption", "title", "comment", "bio", "on_screen", "transcript"];

/// Fields whose column is the path of a picture.
const PICTURES: [&str; 2] = ["image", "cover"];

const OTHERS: [&str; 6] = ["id", "language", "market", "author", "reach_per_hour", "flagged_at"];

/// Which column each field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// Comma, semicolon or tab, whichever the header has most of.
    pub delimiter: u8,
    width: usize,
    /// In the order of the header.
    fields: Vec<(String, usize)>,
    /// Ids of a file without an id column begin with its name.
    stem: String,
}

impl Columns {
    /// Reads the header of a CSV file. `pairs` map fields to columns; without any, columns are
    /// taken by their names.
    pub(super) fn read(path: &Path, pairs: &[ColumnPair]) -> error::Result<Self> {
        let file = |it| Error::file("read", path, it);
        let refuse = |rule: String| Error::new(Code::Request, format!("import {}: {rule}", path.display()));
        let unnamed = || refuse("a CSV file begins with a line of column names".into());
        let line = units::first_line(path).map_err(file)?.ok_or_else(unnamed)?;
        let delimiter =
            *b",;\t".iter().max_by_key(|it| line.split(|byte| byte == *it).count()).unwrap_or(&b',');
        // The greatest of equals is the last; a header of one column has none of the three.
        let delimiter = if line.contains(&delimiter) { delimiter } else { b',' };
        // With the delimiter known, a name in quotes may run over several lines.
        let header = units::header(path, delimiter).map_err(file)?.ok_or_else(unnamed)?;
        let header = split(&header, delimiter).map_err(|it| refuse(it.rule))?;
        let fields = match pairs {
            [] => (0..).zip(&header).filter(|(_, it)| is_field(it)).map(|(n, it)| (it.clone(), n)).collect(),
            pairs => pairs
                .iter()
                .map(|it| mapped(it, &header).map_err(refuse))
                .collect::<error::Result<Vec<_>>>()?,
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let columns = Self { delimiter, width: header.len(), fields, stem };
        match columns.fields.iter().any(|(field, _)| is_part(field)) {
            true => Ok(columns),
            false => Err(refuse(format!(
                "no column is a text or a picture; map one, as in text={}",
                header.first().map_or("COLUMN", String::as_str)
            ))),
        }
    }

    /// The item of one record; nothing for an empty line.
    pub(super) fn item(&self, bytes: &[u8], line: u64) -> Result<Option<Item>, Refused> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let cells = split(bytes, self.delimiter)?;
        if cells.len() != self.width {
            let rule = format!("{} columns; the header has {}", cells.len(), self.width);
            return Err(Refused::new(shorten(&String::from_utf8_lossy(bytes)), rule));
        }
        let mut item = empty_item(format!("{}:{line}", self.stem));
        for (field, column) in &self.fields {
            let cell = cells[*column].as_str();
            if !cell.trim().is_empty() {
                fill(&mut item, field, cell)?;
            }
        }
        item.check()?;
        Ok(Some(item))
    }
}

/// An item with nothing in it yet.
pub(super) fn empty_item(id: String) -> Item {
    Item {
        id,
        parts: Vec::new(),
        language: None,
        market: None,
        author: None,
        reports: Vec::new(),
        reach_per_hour: None,
        flagged_at: None,
        gold: None,
        labels: BTreeMap::new(),
    }
}

pub(super) fn is_part(field: &str) -> bool {
    TEXTS.contains(&field) || is_picture(field)
}

pub(super) fn is_picture(field: &str) -> bool {
    PICTURES.contains(&field)
}

/// All of them, for people.
pub(super) fn known_fields() -> String {
    format!("{}, labels.NAME, reports.REASON", [&TEXTS[..], &PICTURES, &OTHERS].concat().join(", "))
}

pub(super) fn is_field(name: &str) -> bool {
    let named = |prefix| name.strip_prefix(prefix).is_some_and(|it: &str| !it.is_empty());
    is_part(name) || OTHERS.contains(&name) || named("labels.") || named("reports.")
}

fn mapped(pair: &ColumnPair, header: &[String]) -> Result<(String, usize), String> {
    let ColumnPair { field, column } = pair;
    if !is_field(field) {
        return Err(format!("field {}: one of {}", shorten(field), known_fields()));
    }
    match header.iter().position(|it| it == column) {
        Some(n) => Ok((field.clone(), n)),
        None => Err(format!("column {}: the header has {}", shorten(column), shorten(&header.join(", ")))),
    }
}

/// Puts a cell that is not empty into the item.
pub(super) fn fill(item: &mut Item, field: &str, cell: &str) -> Result<(), Refused> {
    let refuse = |rule: &str| Err(Refused::new(format!("{field} {}", shorten(cell)), rule));
    match field {
        "id" => cell.clone_into(&mut item.id),
        "language" => item.language = Some(cell.trim().to_owned()),
        "market" => item.market = Some(cell.to_owned()),
        "author" => item.author = Some(cell.to_owned()),
        "flagged_at" => item.flagged_at = Some(cell.trim().to_owned()),
        "reach_per_hour" => match cell.trim().parse() {
            Ok(reach) => item.reach_per_hour = Some(reach),
            Err(_) => return refuse("a number from 0"),
        },
        _ if TEXTS.contains(&field) => {
            item.parts.push(Part { role: field.to_owned(), text: Some(cell.to_owned()), path: None });
        }
        _ if PICTURES.contains(&field) => {
            item.parts.push(Part { role: field.to_owned(), text: None, path: Some(cell.trim().to_owned()) });
        }
        _ => match (field.split_once('.'), cell.trim()) {
            // Spreadsheets and data frames write whole numbers as 1.0.
            (Some(("labels", name)), "0" | "0.0") => drop(item.labels.insert(name.to_owned(), 0)),
            (Some(("labels", name)), "1" | "1.0") => drop(item.labels.insert(name.to_owned(), 1)),
            (Some(("labels", _)), _) => return refuse("0 or 1; leave unknown empty"),
            (Some((_, reason)), n) => match n.parse() {
                Ok(0) => {}
                Ok(n) => item.reports.push(Report { reason: reason.to_owned(), n }),
                Err(_) => return refuse("how many people reported it, a whole number"),
            },
            (None, _) => return refuse("no such field"),
        },
    }
    Ok(())
}

/// The cells of one record.
fn split(bytes: &[u8], delimiter: u8) -> Result<Vec<String>, Refused> {
    let refuse = |rule: String| Refused::new(shorten(&String::from_utf8_lossy(bytes)), rule);
    let text = text(bytes).map_err(refuse)?;
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(text.len().max(1))
        .from_reader(text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(_) => Ok(record.iter().map(str::to_owned).collect()),
        Err(error) => Err(refuse(error.to_string())),
    }
}
