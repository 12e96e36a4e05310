//! Cutting a file into records, also where quotes let one run over several lines, and where a carriage return is
//! either the end of a row or part of a cell.

use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

use casebook_core::item::shorten;

use super::{
    Dialect,
    split::{Place, split},
};
use crate::import::units::{MAX_BYTES, Mark, Raw, Unit, too_long_unit};

/// Bytes that tell how lines end.
const TOLD_BY: usize = 4 << 20;

/// The records of a file, in order.
pub(in crate::import) struct Cutter {
    file: Box<dyn BufRead + Send>,
    at: Mark,
    dialect: Dialect,
    /// Rows of one line that carriage returns part.
    parted: VecDeque<Unit>,
}

impl Cutter {
    pub(super) fn new(file: Box<dyn BufRead + Send>, at: Mark, dialect: Dialect) -> Self {
        Self { file, at, dialect, parted: VecDeque::new() }
    }

    fn record(&mut self) -> io::Result<Option<Unit>> {
        if let Some(unit) = self.parted.pop_front() {
            return Ok(Some(unit));
        }
        let Dialect { delimiter, quoting, returns, .. } = self.dialect;
        let mut bytes = Vec::new();
        let (mut length, mut lines) = (0_u64, 0_u64);
        let mut place = Place::Begins;
        // Carriage returns alone, outside quotes, by where they stand.
        let mut parts = Vec::new();
        let mut ended = false;
        while !ended {
            let buffer = self.file.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let mut used = 0;
            let mut pending = false;
            for byte in buffer {
                used += 1;
                match byte {
                    b'\n' => {
                        lines += 1;
                        ended = place.is_outside();
                    }
                    b'\r' if place.is_outside() => {
                        pending = true;
                        break;
                    }
                    _ => {}
                }
                if ended {
                    break;
                }
                place = place.after(*byte, delimiter, quoting);
            }
            let room = (MAX_BYTES + 2).saturating_sub(bytes.len());
            bytes.extend_from_slice(&buffer[..used.min(room)]);
            length += used as u64;
            self.file.consume(used);
            if pending {
                // What follows tells whether it is the end of a line with two letters.
                if self.file.fill_buf()?.first() == Some(&b'\n') {
                    self.file.consume(1);
                    length += 1;
                    lines += 1;
                    bytes.push(b'\n');
                    ended = true;
                } else if returns {
                    lines += 1;
                    ended = true;
                } else {
                    parts.push(bytes.len() - 1);
                    place = if place == Place::Begins || place == Place::Closing {
                        Place::Begins
                    } else {
                        Place::Plain
                    };
                }
            }
        }
        if length == 0 {
            return Ok(None);
        }
        let begin = self.at;
        self.at = Mark { lines: begin.lines + lines.max(1), bytes: begin.bytes + length };
        let unit = |raw| Unit { line: begin.lines + 1, end: self.at, raw };
        if bytes.len() > MAX_BYTES + 1 {
            return Ok(Some(unit(too_long_unit(bytes, length))));
        }
        let bytes = without_end(bytes);
        parts.retain(|it| *it < bytes.len());
        if parts.is_empty() {
            return Ok(Some(unit(Raw::Record(bytes))));
        }
        Ok(Some(self.part(begin, bytes, &parts)))
    }

    /// A line with carriage returns in it: one row with them in a cell, or several rows, whichever the header allows.
    fn part(&mut self, begin: Mark, bytes: Vec<u8>, parts: &[usize]) -> Unit {
        let dialect = &self.dialect;
        let fits = |bytes: &[u8]| {
            std::str::from_utf8(bytes).is_ok_and(|it| split(it, dialect).is_ok_and(|it| dialect.fits(&it)))
        };
        let line = begin.lines + 1;
        let width = dialect.header.len();
        // Before the header is known nothing tells how wide a row is.
        if width > 1 && fits(&bytes) {
            return Unit { line, end: self.at, raw: Raw::Record(bytes) };
        }
        let mut rows = Vec::new();
        let mut from = 0;
        for to in parts.iter().copied().chain([bytes.len()]) {
            rows.push((from, &bytes[from..to]));
            from = to + 1;
        }
        if width > 0 && !rows.iter().all(|(_, it)| it.is_empty() || fits(it)) {
            let rule = format!(
                "a carriage return stands in this line, which reads neither as one row of {width} columns nor as several"
            );
            let value = shorten(&String::from_utf8_lossy(&bytes));
            return Unit { line, end: self.at, raw: Raw::Broken { value, rule } };
        }
        let n = rows.len();
        let whole = self.at;
        // Each is a line now, so those behind are counted from there.
        self.at.lines = begin.lines + n as u64;
        for (n_before, (from, row)) in (1_u64..).zip(&rows) {
            let end = match n_before == n as u64 {
                true => Mark { lines: self.at.lines, bytes: whole.bytes },
                false => {
                    Mark { lines: begin.lines + n_before, bytes: begin.bytes + (from + row.len() + 1) as u64 }
                }
            };
            self.parted.push_back(Unit { line: begin.lines + n_before, end, raw: Raw::Record(row.to_vec()) });
        }
        self.parted.pop_front().expect("a line has a row")
    }
}

impl Iterator for Cutter {
    type Item = io::Result<Unit>;

    fn next(&mut self) -> Option<Self::Item> {
        self.record().transpose()
    }
}

fn without_end(mut bytes: Vec<u8>) -> Vec<u8> {
    for end in *b"\n\r" {
        if bytes.last() == Some(&end) {
            bytes.pop();
        }
    }
    bytes
}

/// Whether lines end with a carriage return alone: there are some, and no line feed outside quotes.
pub(super) fn ends_with_returns(mut file: Box<dyn BufRead + Send>) -> io::Result<bool> {
    let mut place = Place::Begins;
    let (mut seen, mut returns) = (0, false);
    loop {
        let buffer = file.fill_buf()?;
        if buffer.is_empty() || seen > TOLD_BY {
            return Ok(returns);
        }
        for byte in buffer {
            match byte {
                b'\n' if place.is_outside() => return Ok(false),
                b'\r' if place.is_outside() => {
                    returns = true;
                    place = Place::Begins;
                }
                // Which delimiter it is does not matter: a quote opens behind any of them.
                b',' | b';' | b'\t' | b'|' if place.is_outside() => place = Place::Begins,
                byte => place = place.after(*byte, b',', super::Quoting::Double),
            }
        }
        let n = buffer.len();
        seen += n;
        file.consume(n);
    }
}
