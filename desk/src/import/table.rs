//! Rows of a Parquet file, read by the same map from fields to columns as any other.

use std::{io, path::Path};

use casebook_core::{
    item::shorten,
    ports::{Cell, TableError, Tables},
};
use casebook_store::TallyKind;

use crate::error::{self, Code, Error};

use super::{
    mapping::Mapping,
    rows::Columns,
    tally::{Notes, Register},
    units::{MAX_BYTES, Mark, Raw, Unit},
};

/// The columns of a Parquet file.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub columns: Columns,
    pub header: Vec<String>,
    /// Of the whole file.
    pub n_rows: u64,
    /// Columns that cannot be read, and why; by name.
    pub problems: Vec<(String, String)>,
}

impl Table {
    /// Reads the footer of a file.
    pub(super) fn read(
        tables: &dyn Tables,
        path: &Path,
        mapping: &Mapping,
        looks: bool,
        stem: String,
        register: &Register,
    ) -> error::Result<Self> {
        let refuse = |rule: String| Error::new(Code::Request, format!("import {}: {rule}", path.display()));
        let file = tables.open(path).map_err(|it| match it {
            TableError::System(cause) => Error::file("read", path, cause),
            broken => refuse(broken.to_string()),
        })?;
        let wanted: Vec<&str> = mapping.wanted().collect();
        let mut problems = Vec::new();
        let mut header = Vec::new();
        for column in file.columns() {
            match &column.problem {
                Some(problem) if wanted.contains(&column.name.as_str()) => {
                    let rule =
                        format!("column {}: {problem}; map one of text or numbers", shorten(&column.name));
                    return Err(refuse(rule));
                }
                Some(problem) => {
                    problems.push((column.name.clone(), problem.clone()));
                    header.push(String::new());
                }
                None => header.push(column.name.clone()),
            }
        }
        let columns = Columns::new(mapping, &header, "the file", looks, stem, register).map_err(refuse)?;
        Ok(Self { columns, header, n_rows: file.n_rows(), problems })
    }

    /// Columns that were not asked for or cannot be read. Their cells are not looked at, so they count once.
    pub(super) fn leave(&self, notes: &mut Notes) {
        for (name, problem) in &self.problems {
            notes.leave(TallyKind::Column, name, format!("{problem}, and cannot be read"), None);
        }
        for (n, name) in self.header.iter().enumerate() {
            if !name.is_empty() && !self.columns.bound.iter().any(|it| it.n == n) {
                notes.leave(TallyKind::Column, name, "no field of an item", None);
            }
        }
    }

    /// The rows from `from` on, each with the cells of the columns that are read.
    pub(super) fn units(
        &self,
        tables: &dyn Tables,
        path: &Path,
        from: Mark,
    ) -> io::Result<impl Iterator<Item = io::Result<Unit>> + Send + use<>> {
        let file = tables.open(path).map_err(io::Error::other)?;
        let columns: Vec<usize> = self.columns.bound.iter().map(|it| it.n).collect();
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

    /// A row's cell by the place of its column in the file.
    pub(super) fn cell(&self, cells: &mut [Cell], n: usize) -> Cell {
        // A column that is two fields is read twice.
        match self.columns.bound.iter().position(|it| it.n == n) {
            Some(at) => cells.get(at).cloned().unwrap_or(Cell::Empty),
            None => Cell::Empty,
        }
    }
}

/// What cells weigh.
pub(super) fn size(cells: &[Cell]) -> usize {
    cells
        .iter()
        .map(|it| match it {
            Cell::Text(text) => text.len(),
            Cell::Bytes(bytes) => bytes.len(),
            _ => size_of::<Cell>(),
        })
        .sum()
}
