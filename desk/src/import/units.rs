//! What an import is cut into, and cutting a file into lines, without ever holding one that is too long.

use std::io::{self, BufRead};

use casebook_core::ports::Cell;

/// The longest line, record or task that is read.
pub(super) const MAX_BYTES: usize = 8 << 20;

/// How far a source is: where the next unit begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Lines before it; tasks, rows of a table, or groups of files, in a folder.
    pub lines: u64,
    /// Bytes before it, of the text as UTF-8.
    pub bytes: u64,
}

/// One line, record, task or group of files.
#[derive(Debug, PartialEq)]
pub(super) struct Unit {
    /// Its first line, from 1; of a task or a row, its number.
    pub line: u64,
    /// Where the next one begins.
    pub end: Mark,
    /// What is in it.
    pub raw: Raw,
}

impl Unit {
    /// What it weighs on its way to a worker.
    pub(super) fn size(&self) -> usize {
        match &self.raw {
            Raw::Line(bytes) | Raw::Record(bytes) | Raw::Task(bytes) | Raw::TooLong { head: bytes, .. } => {
                bytes.len()
            }
            Raw::Broken { value, .. } => value.len(),
            Raw::Files(group) => group.size(),
            Raw::Row(cells) => super::table::size(cells),
        }
    }
}

/// What is in a unit.
#[derive(Debug, PartialEq)]
pub(super) enum Raw {
    /// A line without its end.
    Line(Vec<u8>),
    /// A CSV record without its end.
    Record(Vec<u8>),
    /// A task of Label Studio.
    Task(Vec<u8>),
    /// The cells of a Parquet file's row, of the columns that are mapped.
    Row(Vec<Cell>),
    /// Not a unit at all: refused as it is.
    Broken { value: String, rule: String },
    /// Longer than [`MAX_BYTES`]: its first bytes and its length.
    TooLong { head: Vec<u8>, length: u64 },
    /// Files that make one item.
    Files(super::folder::Group),
}

/// The lines of a file that is open at `from`.
pub(super) fn lines(
    mut file: impl BufRead + Send,
    from: Mark,
) -> impl Iterator<Item = io::Result<Unit>> + Send {
    let mut at = from;
    std::iter::from_fn(move || next_line(&mut file, &mut at).transpose())
}

/// A line ends with a line feed, a carriage return, or both.
pub(super) fn next_line(file: &mut impl BufRead, at: &mut Mark) -> io::Result<Option<Unit>> {
    let mut bytes = Vec::new();
    let mut length = 0_u64;
    let mut ended = false;
    while !ended {
        let buffer = file.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        let end = buffer.iter().position(|it| matches!(it, b'\n' | b'\r'));
        let text = &buffer[..end.unwrap_or(buffer.len())];
        let room = (MAX_BYTES + 1).saturating_sub(bytes.len());
        bytes.extend_from_slice(&text[..text.len().min(room)]);
        let is_return = end.is_some_and(|it| buffer[it] == b'\r');
        let used = text.len() + usize::from(end.is_some());
        length += used as u64;
        file.consume(used);
        ended = end.is_some();
        if is_return && file.fill_buf()?.first() == Some(&b'\n') {
            file.consume(1);
            length += 1;
        }
    }
    if length == 0 {
        return Ok(None);
    }
    let line = at.lines + 1;
    *at = Mark { lines: line, bytes: at.bytes + length };
    let raw = match bytes.len() > MAX_BYTES {
        true => too_long_unit(bytes, length),
        false => Raw::Line(bytes),
    };
    Ok(Some(Unit { line, end: *at, raw }))
}

pub(super) fn too_long_unit(mut head: Vec<u8>, length: u64) -> Raw {
    head.truncate(400);
    head.shrink_to_fit();
    Raw::TooLong { head, length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_however_a_program_ends_it() {
        let text: &[u8] = b"a\nb\r\nc\rd\r\re";
        let found: Vec<(u64, Vec<u8>)> = lines(text, Mark::default())
            .map(|it| it.expect("memory reads"))
            .map(|it| match it.raw {
                Raw::Line(bytes) => (it.line, bytes),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected = ["a", "b", "c", "d", "", "e"];
        let expected: Vec<_> = (1..).zip(expected).map(|(n, it)| (n, it.as_bytes().to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_of_the_greatest_length_is_read_and_one_byte_more_is_not() {
        let mut text = vec![b'a'; MAX_BYTES];
        text.extend_from_slice(b"\nb\n");
        text.extend(std::iter::repeat_n(b'c', MAX_BYTES + 1));
        text.extend_from_slice(b"\nd");
        let mut rest = text.as_slice();
        let mut at = Mark::default();
        let mut lengths = Vec::new();
        while let Some(unit) = next_line(&mut rest, &mut at).expect("memory reads") {
            lengths.push(match unit.raw {
                Raw::Line(bytes) => bytes.len() as i64,
                Raw::TooLong { head, length } => {
                    assert!(head.capacity() < 1000, "it is not held");
                    -(length as i64)
                }
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(lengths, [MAX_BYTES as i64, 1, -(MAX_BYTES as i64 + 2), 1]);
        assert_eq!(at, Mark { lines: 4, bytes: text.len() as u64 });
    }
}
