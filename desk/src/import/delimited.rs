//! Tables in text files: which dialect one is written in, and its records.
//!
//! RFC 4180 is what most programs write, and not all: some end lines with a carriage return, some escape a quote with a
//! stroke, some know no quotes at all. Which of these a file is in is settled by reading it once before: the dialect in
//! which every record has as many columns as the header. What then still does not fit is refused by its lines.

mod cut;

mod split;

use std::{io, path::Path};

use casebook_core::item::shorten;

use super::{
    encoding::Encoding,
    fields::clean,
    units::{Mark, Raw, Unit},
};

pub(super) use cut::Cutter;
pub(super) use split::{Fault, split};

/// What separates cells.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Records by which a delimiter is chosen.
const CHOSEN_BY: usize = 200;

/// What a quotation mark means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Quoting {
    /// It holds a cell together, and two of them are one (RFC 4180).
    Double,
    /// It holds a cell together, and a stroke before it makes it part of the text.
    Backslash,
    /// Nothing: it is a letter like others.
    None,
}

/// How a file writes its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub encoding: Encoding,
    pub delimiter: u8,
    pub quoting: Quoting,
    /// Nobody said which quotes it has: a quote that may be none refuses its lines.
    pub guessed: bool,
    /// A line ends with a carriage return and never with a line feed.
    pub returns: bool,
    /// A stroke before a quote is kept, because quotes inside cells are doubled too: PHP's way.
    pub keeps_strokes: bool,
    /// The names of the columns.
    pub header: Vec<String>,
    /// Where the records begin.
    pub begin: Mark,
}

/// What somebody says of a file's dialect.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub delimiter: Option<u8>,
    pub quoting: Option<Quoting>,
}

/// How well a dialect fits a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Fit {
    records: u64,
    /// Records of another width than the header, or with a quote that does not close a cell.
    misfits: u64,
}

impl Dialect {
    /// Reads how a file is written, and its header.
    ///
    /// # Errors
    /// The system's; and in words, a file without a header.
    pub(super) fn of(path: &Path, encoding: Encoding, asked: &Asked) -> io::Result<Result<Self, String>> {
        let mut file = encoding.open(path, 0)?;
        let mut before = Mark::default();
        let Some(first) = super::units::next_line(&mut file, &mut before)? else {
            return Ok(Err("a CSV file begins with a line of column names".into()));
        };
        let Raw::Line(first) = first.raw else {
            return Ok(Err(
                "its first line is longer than 8 MiB: a CSV file begins with a line of column names".into(),
            ));
        };
        // Excel writes and reads the delimiter in a line of its own.
        let excel = said_by_excel(&first);
        let start = if excel.is_some() { before } else { Mark::default() };
        let mut dialect = Self {
            encoding,
            delimiter: b',',
            quoting: asked.quoting.unwrap_or(Quoting::Double),
            guessed: asked.quoting.is_none(),
            returns: false,
            keeps_strokes: false,
            header: Vec::new(),
            begin: start,
        };
        dialect.returns = cut::ends_with_returns(encoding.open(path, start.bytes)?)?;
        dialect.delimiter = match asked.delimiter.or(excel) {
            Some(delimiter) => delimiter,
            None => dialect.likely_delimiter(path, start)?,
        };
        if let Err(rule) = dialect.read_header(path, start)? {
            return Ok(Err(rule));
        }
        if asked.quoting.is_none() {
            dialect.settle_quoting(path, start)?;
        }
        Ok(Ok(dialect))
    }

    /// The records from `from` on.
    pub(super) fn records(&self, path: &Path, from: Mark) -> io::Result<Cutter> {
        let from = if from == Mark::default() { self.begin } else { from };
        Ok(Cutter::new(self.encoding.open(path, from.bytes)?, from, self.clone()))
    }

    /// The columns of a record where it is one of this file's: as many as the header has, or more with nothing in them.
    pub(super) fn fits(&self, cells: &[String]) -> bool {
        let width = self.header.len();
        cells.len() == width || cells.len() > width && cells[width..].iter().all(|it| it.trim().is_empty())
    }

    /// How the delimiter is called.
    pub(super) fn delimiter_name(&self) -> &'static str {
        match self.delimiter {
            b',' => "comma",
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "bar",
            _ => "as asked",
        }
    }

    fn read_header(&mut self, path: &Path, start: Mark) -> io::Result<Result<(), String>> {
        // A header that does not close its quotes has none.
        for quoting in [self.quoting, Quoting::None] {
            self.quoting = quoting;
            let mut records = Cutter::new(self.encoding.open(path, start.bytes)?, start, self.clone());
            let Some(first) = records.next().transpose()? else { break };
            let Raw::Record(bytes) = first.raw else { continue };
            let Ok(text) = std::str::from_utf8(&bytes) else { break };
            if let Ok(cells) = split(clean_start(text), self) {
                self.header = cells.iter().map(|it| clean(it).to_owned()).collect();
                self.begin = first.end;
                return Ok(Ok(()));
            }
        }
        Ok(Err("a CSV file begins with a line of column names".into()))
    }

    /// The delimiter with which most of the first records have one and the same number of columns, and several.
    fn likely_delimiter(&self, path: &Path, start: Mark) -> io::Result<u8> {
        let mut best = (0.0, 1, b',');
        for delimiter in DELIMITERS {
            let tried = Self { delimiter, ..self.clone() };
            let records = Cutter::new(self.encoding.open(path, start.bytes)?, start, tried.clone());
            let mut widths = Vec::new();
            for unit in records.take(CHOSEN_BY) {
                if let Raw::Record(bytes) = unit?.raw
                    && !bytes.is_empty()
                {
                    let text = String::from_utf8_lossy(&bytes);
                    widths.push(split(&text, &tried).map_or(0, |it| it.len()));
                }
            }
            let width = widths.first().copied().unwrap_or(0);
            let alike = widths.iter().filter(|it| **it == width).count() as f64 / widths.len().max(1) as f64;
            if width > 1 && (alike, width) > (best.0, best.1) {
                best = (alike, width, delimiter);
            }
        }
        Ok(best.2)
    }

    /// The first kind of quotes with which everything fits; RFC 4180's where none does.
    fn settle_quoting(&mut self, path: &Path, start: Mark) -> io::Result<()> {
        let kinds = [Quoting::Double, Quoting::Backslash, Quoting::None];
        for (quoting, unnamed) in [false, true].iter().flat_map(|it| kinds.map(|kind| (kind, *it))) {
            let mut tried = Self { quoting, ..self.clone() };
            if tried.read_header(path, start)?.is_err() || tried.quoting != quoting {
                continue;
            }
            if unnamed {
                // R writes the names of rows before the first column and nothing above them.
                tried.header.insert(0, String::new());
            }
            let mut doubled = false;
            let mut fit = Fit::default();
            for unit in tried.records(path, Mark::default())? {
                doubled |= matches!(&unit.as_ref(), Ok(Unit { raw: Raw::Record(bytes), .. }) if split::has_doubled(bytes));
                fit.add(&tried, &unit?);
                if fit.misfits > 0 {
                    break;
                }
            }
            if fit.misfits == 0 {
                tried.keeps_strokes = quoting == Quoting::Backslash && doubled;
                *self = tried;
                return Ok(());
            }
        }
        self.quoting = Quoting::Double;
        self.read_header(path, start).map(drop)
    }
}

impl Fit {
    fn add(&mut self, dialect: &Dialect, unit: &Unit) {
        self.records += 1;
        let fits = match &unit.raw {
            Raw::Record(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                is_blank(&text, dialect) || split(&text, dialect).is_ok_and(|it| dialect.fits(&it))
            }
            _ => false,
        };
        self.misfits += u64::from(!fits);
    }
}

/// Nothing but delimiters and spaces, as spreadsheets write rows that were emptied.
pub(super) fn is_blank(text: &str, dialect: &Dialect) -> bool {
    text.bytes().all(|it| it == dialect.delimiter || it.is_ascii_whitespace())
}

/// What is wrong with a record, for people; its lines where it has several.
pub(super) fn rule_of(fault: Fault, first: u64, last: u64) -> String {
    let lines = if last > first { format!("lines {first} to {last}: ") } else { String::new() };
    match fault {
        Fault::AfterQuote => format!(
            "{lines}text follows a closing quotation mark; a quotation mark inside a cell is doubled, or the file is read \
             without any (--quote none)"
        ),
        Fault::Open => format!(
            "{lines}a quotation mark opens a cell and none closes it; close it, or read the file without any (--quote none)"
        ),
        Fault::Rows => format!(
            "{lines}each of these lines is a row by itself, and a quotation mark in the first holds them together: a cell of \
             several lines (--quote double), or a mark that is a letter (--quote none)"
        ),
    }
}

/// `sep=;`: Excel's way to say what separates cells.
fn said_by_excel(line: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(line).ok()?;
    let said = clean_start(text).trim_matches('"');
    let rest = said.get(..4).filter(|it| it.eq_ignore_ascii_case("sep=")).and(said.get(4..))?;
    match rest.as_bytes() {
        [delimiter] => Some(*delimiter),
        _ => None,
    }
}

fn clean_start(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// The byte that somebody calls a delimiter.
///
/// # Errors
/// Says what one is.
pub(super) fn delimiter(said: &str) -> Result<u8, String> {
    match said {
        "\\t" | "tab" => Ok(b'\t'),
        "comma" => Ok(b','),
        "semicolon" => Ok(b';'),
        "bar" | "pipe" => Ok(b'|'),
        _ => match said.as_bytes() {
            [one] if one.is_ascii() && !matches!(one, b'"' | b'\n' | b'\r') => Ok(*one),
            _ => Err(format!("delimiter {}: one character, or tab", shorten(said))),
        },
    }
}

#[cfg(test)]
mod tests;
