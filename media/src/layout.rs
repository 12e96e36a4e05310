//! Where a picture ends in its file, and how much of its kind follows: told from markers, chunks and blocks.
//!
//! A decoder stops when it has its picture and does not say what is left. This walks the same structure and decodes
//! nothing, so a thousand frames cost no more than their bytes.

mod blocks;

mod chunks;

mod jpeg;

mod tiff;

use crate::stills::Format;

pub(crate) use self::{blocks::png_in_icon, chunks::colours, jpeg::data as jpeg_data};

/// Pages, frames and pictures are counted up to here: each costs a step, and a file may claim any number.
const MOST: u32 = 100_000;

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Where its own data ends.
    pub end: End,
    /// Frames of an animation; 1 where it stands still.
    pub n_frames: u32,
    /// Pages of a document, pictures of a set; 1 for a plain picture.
    pub n_pages: u32,
    /// Of an animated PNG: its picture is not the first frame, but one that only viewers without animation show.
    pub has_poster: bool,
    /// It grows sharper as it loads, so what is missing of it is missing everywhere.
    pub gradual: bool,
}

/// Where a picture's own data ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Right before this byte.
    At(usize),
    /// There should be a mark, and there is none.
    Missing,
    /// The format has no end that could be told without decoding.
    Untold,
}

impl Default for Layout {
    fn default() -> Self {
        Self { end: End::Untold, n_frames: 1, n_pages: 1, has_poster: false, gradual: false }
    }
}

impl Layout {
    pub(crate) fn of(bytes: &[u8], format: Format) -> Self {
        match format {
            Format::Jpeg => jpeg::layout(bytes),
            Format::Png => chunks::png(bytes),
            Format::WebP => chunks::webp(bytes),
            Format::Gif => blocks::gif(bytes),
            Format::Tiff => tiff::layout(bytes),
            Format::Ico => blocks::ico(bytes),
            Format::Bmp => blocks::bmp(bytes),
            Format::Qoi | Format::Pnm => Self::default(),
        }
    }
}

/// Four bytes at a place, the highest first.
fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

/// Four bytes at a place, the lowest first.
fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    u32_be(bytes, at).map(u32::swap_bytes)
}

/// Two bytes at a place, the lowest first.
fn u16_le(bytes: &[u8], at: usize) -> Option<u16> {
    let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(u16::from_le_bytes(two))
}
