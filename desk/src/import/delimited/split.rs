//! The cells of one record, strictly: what no writer of the dialect would write is a fault.

use super::{Dialect, Quoting};

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Fault {
    /// Text stands behind a closing quote.
    AfterQuote,
    /// A quote opens and none closes.
    Open,
    /// A quote holds lines together each of which is a row by itself.
    Rows,
}

/// Where a reader of a record is: a quote opens a cell only at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Begins,
    Plain,
    Quoted,
    /// Behind a stroke inside quotes.
    Escaped,
    /// A quote inside quotes: the end, unless another follows.
    Closing,
    /// Spaces behind the end.
    Behind,
    Broken,
}

impl Place {
    pub(super) fn after(self, byte: u8, delimiter: u8, quoting: Quoting) -> Self {
        match (self, byte) {
            (Self::Broken, _) => Self::Broken,
            (Self::Quoted, b'"') => Self::Closing,
            (Self::Quoted, b'\\') if quoting == Quoting::Backslash => Self::Escaped,
            (Self::Closing, b'"') | (Self::Quoted | Self::Escaped, _) => Self::Quoted,
            (Self::Begins, b'"') if quoting != Quoting::None => Self::Quoted,
            (_, it) if it == delimiter => Self::Begins,
            (Self::Closing | Self::Behind, b' ') => Self::Behind,
            (Self::Closing | Self::Behind, _) => Self::Broken,
            (Self::Begins | Self::Plain, _) => Self::Plain,
        }
    }

    /// A line may end here.
    pub(super) fn is_outside(self) -> bool {
        !matches!(self, Self::Quoted | Self::Escaped)
    }
}

/// The cells of one record without its end.
///
/// # Errors
/// See [`Fault`].
pub(in crate::import) fn split(text: &str, dialect: &Dialect) -> Result<Vec<String>, Fault> {
    let (delimiter, quoting) = (dialect.delimiter, dialect.quoting);
    let mut cells = Vec::with_capacity(dialect.header.len());
    let mut place = Place::Begins;
    let mut begin = 0;
    let (mut rows, mut line) = (0, 0);
    for (n, byte) in text.bytes().enumerate() {
        if byte == b'\n' && !place.is_outside() {
            rows += usize::from(is_row(&text[line..n], dialect));
            line = n + 1;
        }
        if byte == delimiter && place.is_outside() {
            cells.push(cell(&text[begin..n], dialect));
            begin = n + 1;
        }
        place = place.after(byte, delimiter, quoting);
        if place == Place::Broken {
            return Err(Fault::AfterQuote);
        }
    }
    if !place.is_outside() {
        return Err(Fault::Open);
    }
    cells.push(cell(&text[begin..], dialect));
    let lines = 1 + text[..line].bytes().filter(|it| *it == b'\n').count();
    let all_rows = line > 0 && rows + usize::from(is_row(&text[line..], dialect)) == lines;
    match dialect.guessed && all_rows {
        true => Err(Fault::Rows),
        false => Ok(cells),
    }
}

/// A line that has as many columns as the header by itself, quotes counted as letters.
fn is_row(line: &str, dialect: &Dialect) -> bool {
    let n = line.bytes().filter(|it| *it == dialect.delimiter).count() + 1;
    n > 1 && n == dialect.header.len()
}

/// A cell without its quotes.
fn cell(said: &str, dialect: &Dialect) -> String {
    let quoted = match dialect.quoting {
        Quoting::None => None,
        Quoting::Double | Quoting::Backslash => said.strip_prefix('"'),
    };
    let Some(quoted) = quoted else { return said.to_owned() };
    let inner = quoted.trim_end_matches(' ');
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let inner = if inner.contains("\"\"") { inner.replace("\"\"", "\"") } else { inner.to_owned() };
    match dialect.quoting == Quoting::Backslash && !dialect.keeps_strokes {
        true => inner.replace("\\\"", "\""),
        false => inner,
    }
}

/// A quote is doubled inside a cell: `"a ""b"" c"`, and neither the empty cell `""` nor `\""`, an escaped one at the end.
pub(super) fn has_doubled(bytes: &[u8]) -> bool {
    let between = |before: u8| !matches!(before, b'"' | b'\\' | b',' | b';' | b'\t' | b'|');
    bytes.windows(3).any(|it| between(it[0]) && &it[1..] == b"\"\"")
}
