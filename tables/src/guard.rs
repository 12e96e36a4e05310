//! A look at every page of a column before it is unpacked: sizes are claims until somebody counts.
//!
//! The `parquet` crate reserves what a header or footer claims, and gzip and zstd unpack past it. So
//! both are walked here with bounds, and what those two unpack to is counted without being kept.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use casebook_core::ports::TableError;
use parquet::{basic::Compression, file::metadata::ColumnChunkMetaData};

use crate::broken;

/// A page unpacks to no more than this.
pub(crate) const MAX_PAGE_BYTES: u64 = 128 << 20;

/// A page's header is no longer than this; it holds the least and greatest value.
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// A dictionary holds no more values; each takes some 32 bytes once it is read.
const MAX_DICTIONARY: i64 = 4 << 20;

/// Nothing in a header nests deeper.
const MAX_DEPTH: u32 = 16;

/// What the pages of a column chunk are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Survey {
    /// Of the page that unpacks to most.
    pub largest_page: u64,
}

/// Walks the pages of a column chunk.
pub(crate) fn survey(file: &File, chunk: &ColumnChunkMetaData) -> Result<Survey, TableError> {
    let length = file.metadata()?.len();
    let claimed = [
        chunk.data_page_offset(),
        chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset()),
        chunk.compressed_size(),
        chunk.num_values(),
    ];
    let [data, dictionary, packed, values] = claimed;
    if claimed.iter().any(|it| *it < 0) {
        return Err(broken("a size or place in its footer is negative"));
    }
    let start = dictionary.min(data) as u64;
    let end = start.saturating_add(packed as u64);
    if end > length {
        return Err(broken("its columns lie beyond its end: it was cut off"));
    }
    match chunk.compression() {
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => {}
        other => {
            let rule = format!("it is packed with {other}; write it again with snappy, gzip or zstd");
            return Err(broken(rule));
        }
    }
    let mut survey = Survey::default();
    let (mut at, mut seen) = (start, 0_i64);
    while at < end && seen < values {
        let (page, header) = header(file, at, end)?;
        if page.unpacked > MAX_PAGE_BYTES || page.packed > MAX_PAGE_BYTES {
            return Err(broken(format!("a page of it unpacks to more than {} MiB", MAX_PAGE_BYTES >> 20)));
        }
        // The reader makes room for as many as these claim, in front of everything.
        if page.dictionary > MAX_DICTIONARY || page.dictionary > page.unpacked as i64 {
            return Err(broken(format!("its dictionary claims {} values", page.dictionary)));
        }
        if let DELTA_LENGTH | DELTA_TEXT = page.encoding {
            return Err(broken(
                "its texts are written as differences; write it again in version 1 of the format",
            ));
        }
        at += header;
        if at + page.packed > end {
            return Err(broken("a page of it lies beyond its column"));
        }
        count(file, at, &page, chunk.compression())?;
        at += page.packed;
        seen = seen.saturating_add(page.values);
        survey.largest_page = survey.largest_page.max(page.unpacked);
    }
    Ok(survey)
}

/// Encodings that begin with a count nobody can check from outside.
const DELTA_LENGTH: i64 = 6;
const DELTA_TEXT: i64 = 7;

/// What a page's header claims.
#[derive(Debug, Default)]
struct Page {
    unpacked: u64,
    packed: u64,
    /// None, for a dictionary.
    values: i64,
    /// Values of a dictionary.
    dictionary: i64,
    /// By its number in the format.
    encoding: i64,
    /// Of version 2: bytes before what is packed.
    levels: u64,
    is_packed: bool,
}

fn header(file: &File, at: u64, end: u64) -> Result<(Page, u64), TableError> {
    let mut bytes = Vec::new();
    for room in [4 << 10, MAX_HEADER_BYTES] {
        let room = room.min(end - at);
        bytes.clear();
        let mut file = file;
        file.seek(SeekFrom::Start(at)).and_then(|_| file.take(room).read_to_end(&mut bytes))?;
        let mut walk = Walk { bytes: &bytes, at: 0 };
        if let Some(page) = walk.page() {
            return Ok((page, walk.at as u64));
        }
    }
    Err(broken("a page of it has no readable header"))
}

/// Whether the footer's lists are no longer than the footer: the reader makes room for what they claim.
pub(crate) fn check_footer(bytes: &[u8]) -> Result<(), TableError> {
    let mut walk = Walk { bytes, at: 0 };
    walk.skip(STRUCT, 0)
        .ok_or_else(|| broken("its footer is broken: a list or a text in it is longer than it"))
}

/// Counts what gzip and zstd unpack to; snappy unpacks into the room that was claimed and no more.
fn count(file: &File, at: u64, page: &Page, packing: Compression) -> Result<(), TableError> {
    let room = page.unpacked.saturating_sub(page.levels);
    let mut file = file;
    file.seek(SeekFrom::Start(at + page.levels))?;
    let packed = file.take(page.packed.saturating_sub(page.levels));
    let sink = &mut io::sink();
    let unpacked = match packing {
        _ if !page.is_packed || room == 0 => return Ok(()),
        Compression::GZIP(_) => io::copy(&mut flate2::read::MultiGzDecoder::new(packed).take(room + 1), sink),
        Compression::ZSTD(_) => {
            zstd::stream::read::Decoder::new(packed).and_then(|it| io::copy(&mut it.take(room + 1), sink))
        }
        _ => return Ok(()),
    };
    match unpacked {
        Ok(n) if n == room => Ok(()),
        Ok(_) => Err(broken("a page of it unpacks to another size than it says")),
        Err(problem) => Err(broken(format!("a page of it cannot be unpacked: {problem}"))),
    }
}

/// Thrift's numbers for the end of a struct and for one inside another.
const STOP: u8 = 0;
const STRUCT: u8 = 12;

/// Thrift's compact protocol, as far as walking over it takes. `None`: it does not fit.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn page(&mut self) -> Option<Page> {
        let mut page = Page { is_packed: true, ..Page::default() };
        let mut id = 0;
        loop {
            let (kind, field) = self.field(&mut id)?;
            match (field, kind) {
                (_, STOP) => return Some(page),
                (2, 5) => page.unpacked = u64::try_from(self.zigzag()?).ok()?,
                (3, 5) => page.packed = u64::try_from(self.zigzag()?).ok()?,
                (5, 12) => (page.values, page.encoding) = self.data()?,
                (7, 12) => (page.dictionary, _) = self.data()?,
                (8, 12) => self.data_v2(&mut page)?,
                (_, kind) => self.skip(kind, 0)?,
            }
        }
    }

    /// How many values a page of version 1 or a dictionary has, and their encoding.
    fn data(&mut self) -> Option<(i64, i64)> {
        let (mut id, mut values, mut encoding) = (0, 0, 0);
        loop {
            let (kind, field) = self.field(&mut id)?;
            match (field, kind) {
                (_, STOP) => return Some((values, encoding)),
                (1, 5) => values = self.zigzag()?,
                (2, 5) => encoding = self.zigzag()?,
                (_, kind) => self.skip(kind, 0)?,
            }
        }
    }

    fn data_v2(&mut self, page: &mut Page) -> Option<()> {
        let mut id = 0;
        loop {
            let (kind, field) = self.field(&mut id)?;
            match (field, kind) {
                (_, STOP) => return Some(()),
                (1, 5) => page.values = self.zigzag()?,
                (4, 5) => page.encoding = self.zigzag()?,
                (5 | 6, 5) => {
                    let length = u64::try_from(self.zigzag()?).ok()?;
                    page.levels = page.levels.checked_add(length)?;
                }
                // A truth is its type.
                (7, 1 | 2) => page.is_packed = kind == 1,
                (_, kind) => self.skip(kind, 0)?,
            }
        }
    }

    /// Type and id of the next field; the type is [`STOP`] at the end of a struct.
    fn field(&mut self, last: &mut i64) -> Option<(u8, i64)> {
        let byte = self.byte()?;
        let (delta, kind) = (byte >> 4, byte & 0x0f);
        *last = match (kind, delta) {
            (STOP, _) => *last,
            (_, 0) => self.zigzag()?,
            (_, delta) => *last + i64::from(delta),
        };
        Some((kind, *last))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => {}
            3 => drop(self.byte()?),
            4..=6 => drop(self.varint()?),
            7 => self.forward(8)?,
            8 => {
                let length = self.varint()?;
                self.forward(length)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let n = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                if n > self.bytes.len() as u64 {
                    return None;
                }
                for _ in 0..n {
                    match head & 0x0f {
                        // In a list a truth is a byte.
                        1 | 2 => drop(self.byte()?),
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
            }
            STRUCT => {
                let mut id = 0;
                loop {
                    match self.field(&mut id)? {
                        (STOP, _) => break,
                        (kind, _) => self.skip(kind, depth + 1)?,
                    }
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn forward(&mut self, n: u64) -> Option<()> {
        let to = self.at.checked_add(usize::try_from(n).ok()?)?;
        self.at = (to <= self.bytes.len()).then_some(to)?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}
