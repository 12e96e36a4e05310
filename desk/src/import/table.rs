//! Rows of a Parquet file as items, by the same map from fields to columns as CSV.

use std::{io, path::Path};

use casebook_core::{
    item::{Item, shorten},
    ports::{Cell, TableError, Tables},
};

use crate::{
    error::{self, Code, Error},
    time,
    wire::ColumnPair,
};

use super::{
    csv::{empty_item, fill, is_field, is_part, known_fields},
    prepare::Refused,
    units::{MAX_BYTES, Mark, Raw, Unit},
};

/// A field, and the column it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: String,
    n: usize,
    /// As the file has it.
    column: String,
}

/// Which column each field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    fields: Vec<Field>,
    /// Of the whole file.
    pub n_rows: u64,
    stem: String,
}

impl Columns {
    /// Reads the footer of a file. `pairs` map fields to columns; without any, columns are taken by
    /// their names.
    pub(super) fn read(tables: &dyn Tables, path: &Path, pairs: &[ColumnPair]) -> error::Result<Self> {
        let refuse = |rule: String| Error::new(Code::Request, format!("import {}: {rule}", path.display()));
        let file = tables.open(path).map_err(|it| match it {
            TableError::System(cause) => Error::file("read", path, cause),
            broken => refuse(broken.to_string()),
        })?;
        let columns = file.columns();
        let found = |name: &str| columns.iter().position(|it| it.name == name);
        let fields: Vec<Field> = match pairs {
            [] => (0..)
                .zip(columns)
                .filter(|(_, it)| it.problem.is_none() && is_field(&it.name))
                .map(|(n, it)| Field { name: it.name.clone(), n, column: it.name.clone() })
                .collect(),
            pairs => pairs
                .iter()
                .map(|ColumnPair { field, column }| {
                    if !is_field(field) {
                        return Err(format!("field {}: one of {}", shorten(field), known_fields()));
                    }
                    let names = || columns.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ");
                    let n = found(column).ok_or_else(|| {
                        format!("column {}: the file has {}", shorten(column), shorten(&names()))
                    })?;
                    match &columns[n].problem {
                        None => Ok(Field { name: field.clone(), n, column: column.clone() }),
                        Some(problem) => {
                            Err(format!("column {}: {problem}; map one of text or numbers", shorten(column)))
                        }
                    }
                })
                .collect::<Result<_, _>>()
                .map_err(refuse)?,
        };
        if !fields.iter().any(|it| is_part(&it.name)) {
            let first = columns.first().map_or("COLUMN", |it| it.name.as_str());
            let rule = format!("no column is a text or a picture; map one, as in text={first}");
            return Err(refuse(rule));
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { fields, n_rows: file.n_rows(), stem })
    }

    /// The rows from `from` on.
    pub(super) fn units(
        &self,
        tables: &dyn Tables,
        path: &Path,
        from: Mark,
    ) -> io::Result<impl Iterator<Item = io::Result<Unit>> + Send + use<>> {
        let file = tables.open(path).map_err(io::Error::other)?;
        let columns: Vec<usize> = self.fields.iter().map(|it| it.n).collect();
        let rows = file.rows(&columns, from.lines);
        let shown = path.display().to_string();
        Ok((from.lines + 1..).zip(rows).map(move |(line, row)| {
            let cells = row.map_err(|it| io::Error::other(format!("{shown}, row {line}: {it}")))?;
            let texts =
                || cells.iter().filter_map(|it| if let Cell::Text(text) = it { Some(text) } else { None });
            let length: usize = texts().map(String::len).sum();
            let raw = match length > MAX_BYTES {
                true => {
                    let head = texts().next().map(|it| shorten(it).into_bytes()).unwrap_or_default();
                    Raw::TooLong { head, length: length as u64 }
                }
                false => Raw::Row(cells),
            };
            Ok(Unit { line, end: Mark { lines: line, bytes: 0 }, raw })
        }))
    }

    /// The item of one row; nothing for a row without anything in it.
    pub(super) fn item(&self, cells: &[Cell], line: u64) -> Result<Option<Item>, Refused> {
        let mut item = empty_item(format!("{}:{line}", self.stem));
        let mut is_empty = true;
        for (field, cell) in self.fields.iter().zip(cells) {
            is_empty &= !field.fill(&mut item, cell)?;
        }
        if is_empty {
            return Ok(None);
        }
        item.check()?;
        Ok(Some(item))
    }
}

impl Field {
    /// Puts a cell into the item; false where there is nothing in it.
    fn fill(&self, item: &mut Item, cell: &Cell) -> Result<bool, Refused> {
        let said = match cell {
            Cell::Empty => return Ok(false),
            Cell::NotText => {
                return Err(self.named(Refused::new(&self.name, "text is UTF-8; these bytes are not")));
            }
            Cell::Text(text) if text.trim().is_empty() => return Ok(false),
            Cell::Text(text) => text.clone(),
            Cell::Whole(n) => n.to_string(),
            Cell::Number(n) => n.to_string(),
            Cell::Truth(truth) => u8::from(*truth).to_string(),
            Cell::Time(ms) => time::rfc3339(*ms),
        };
        fill(item, &self.name, &said).map_err(|it| self.named(it))?;
        Ok(true)
    }

    /// A refusal that names the column too, where it is not named after its field.
    fn named(&self, refused: Refused) -> Refused {
        match self.column == self.name {
            true => refused,
            false => {
                Refused { value: format!("column {}: {}", shorten(&self.column), refused.value), ..refused }
            }
        }
    }
}

/// What cells weigh.
pub(super) fn size(cells: &[Cell]) -> usize {
    cells.iter().map(|it| if let Cell::Text(text) = it { text.len() } else { size_of::<Cell>() }).sum()
}
