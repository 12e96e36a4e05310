//! Cutting a file into lines or CSV records, without ever holding one that is too long.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// The longest line or record that is read.
pub(super) const MAX_BYTES: usize = 8 << 20;

const BUFFER: usize = 256 << 10;

/// How far a source is: where the next unit begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Lines before it; tasks, rows of a table, or groups of files, in a folder.
    pub lines: u64,
    /// Bytes before it.
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
    Row(Vec<casebook_core::ports::Cell>),
    /// Not a unit at all: refused as it is.
    Broken { value: String, rule: String },
    /// Longer than [`MAX_BYTES`]: its first bytes and its length.
    TooLong { head: Vec<u8>, length: u64 },
    /// Files that make one item.
    Files(super::folder::Group),
}

/// The lines of a file from `from` on.
pub(super) fn lines(path: &Path, from: Mark) -> io::Result<impl Iterator<Item = io::Result<Unit>> + Send> {
    let mut file = open(path, from)?;
    let mut at = from;
    Ok(std::iter::from_fn(move || next_line(&mut file, &mut at).transpose()))
}

/// The first line of a file, unless it is too long or there is none.
pub(super) fn first_line(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let first = next_line(&mut open(path, Mark::default())?, &mut Mark::default())?;
    Ok(first.and_then(|it| if let Raw::Line(bytes) = it.raw { Some(bytes) } else { None }))
}

/// The first record of a CSV file, unless it is too long or there is none.
pub(super) fn header(path: &Path, delimiter: u8) -> io::Result<Option<Vec<u8>>> {
    let first = next_record(&mut open(path, Mark::default())?, &mut Mark::default(), delimiter)?;
    Ok(first.and_then(|it| if let Raw::Record(bytes) = it.raw { Some(bytes) } else { None }))
}

/// The records of a CSV file from `from` on, its header left out.
pub(super) fn records(
    path: &Path,
    delimiter: u8,
    from: Mark,
) -> io::Result<impl Iterator<Item = io::Result<Unit>> + Send> {
    let mut file = open(path, from)?;
    let mut at = from;
    let mut header = from == Mark::default();
    Ok(std::iter::from_fn(move || {
        if std::mem::take(&mut header) {
            match next_record(&mut file, &mut at, delimiter) {
                Ok(Some(_)) => {}
                other => return other.transpose(),
            }
        }
        next_record(&mut file, &mut at, delimiter).transpose()
    }))
}

pub(super) fn open(path: &Path, from: Mark) -> io::Result<BufReader<File>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from.bytes))?;
    Ok(BufReader::with_capacity(BUFFER, file))
}

fn next_line(file: &mut impl BufRead, at: &mut Mark) -> io::Result<Option<Unit>> {
    let mut bytes = Vec::new();
    // One more than allowed, for the line's end.
    let held = file.take(MAX_BYTES as u64 + 1).read_until(b'\n', &mut bytes)? as u64;
    if held == 0 {
        return Ok(None);
    }
    let mut length = held;
    let too_long = bytes.len() > MAX_BYTES && bytes.last() != Some(&b'\n');
    if too_long {
        length += file.skip_until(b'\n')? as u64;
    }
    let line = at.lines + 1;
    *at = Mark { lines: line, bytes: at.bytes + length };
    let raw = match too_long {
        true => too_long_unit(bytes, length),
        false => Raw::Line(without_end(bytes)),
    };
    Ok(Some(Unit { line, end: *at, raw }))
}

pub(super) fn too_long_unit(mut head: Vec<u8>, length: u64) -> Raw {
    head.truncate(400);
    head.shrink_to_fit();
    Raw::TooLong { head, length }
}

fn without_end(mut bytes: Vec<u8>) -> Vec<u8> {
    for end in *b"\n\r" {
        if bytes.last() == Some(&end) {
            bytes.pop();
        }
    }
    bytes
}

/// Where a CSV reader is: a quote opens a field only at its beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Begins,
    Plain,
    Quoted,
    /// A quote inside quotes: the end, unless another follows.
    Closing,
}

impl Field {
    fn after(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Closing,
            (Self::Closing | Self::Begins, b'"') | (Self::Quoted, _) => Self::Quoted,
            (_, it) if it == delimiter => Self::Begins,
            _ => Self::Plain,
        }
    }
}

/// One record, also where quotes let it run over several lines.
fn next_record(file: &mut impl BufRead, at: &mut Mark, delimiter: u8) -> io::Result<Option<Unit>> {
    let mut bytes = Vec::new();
    let (mut length, mut n_lines) = (0_u64, 0_u64);
    let mut field = Field::Begins;
    loop {
        let buffer = file.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        let mut used = 0;
        let mut ended = false;
        for byte in buffer {
            used += 1;
            if *byte == b'\n' {
                n_lines += 1;
                ended = field != Field::Quoted;
            }
            if ended {
                break;
            }
            field = field.after(*byte, delimiter);
        }
        let room = (MAX_BYTES + 1).saturating_sub(bytes.len());
        bytes.extend_from_slice(&buffer[..used.min(room)]);
        length += used as u64;
        file.consume(used);
        if ended {
            break;
        }
    }
    if length == 0 {
        return Ok(None);
    }
    let line = at.lines + 1;
    *at = Mark { lines: at.lines + n_lines.max(1), bytes: at.bytes + length };
    let raw = match bytes.len() > MAX_BYTES {
        true => too_long_unit(bytes, length),
        false => Raw::Record(without_end(bytes)),
    };
    Ok(Some(Unit { line, end: *at, raw }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn cuts(mut text: &[u8], expected: &[(u64, &str)]) {
        let mut at = Mark::default();
        let mut found = Vec::new();
        let length = text.len() as u64;
        while let Some(unit) = next_record(&mut text, &mut at, b',').expect("memory reads") {
            let Raw::Record(bytes) = unit.raw else { panic!("a short record") };
            found.push((unit.line, String::from_utf8(bytes).expect("the test is text")));
        }
        let expected: Vec<_> = expected.iter().map(|(n, it)| (*n, (*it).to_owned())).collect();
        assert_eq!(found, expected);
        assert_eq!(at.bytes, length, "every byte is accounted for");
    }

    #[test]
    fn records_end_at_lines_outside_quotes() {
        cuts(b"a,b\nc,d\r\n", &[(1, "a,b"), (2, "c,d")]);
        cuts(b"\"a\nb\",c\nd", &[(1, "\"a\nb\",c"), (3, "d")]);
        cuts(b"\"say \"\"x\n\"\"\",c\nd", &[(1, "\"say \"\"x\n\"\"\",c"), (3, "d")]);
    }

    #[test]
    fn a_quote_inside_a_plain_field_opens_nothing() {
        cuts(b"5\" disk,x\ny,z\n", &[(1, "5\" disk,x"), (2, "y,z")]);
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
