//! How much of a JPEG's picture its file holds.
//!
//! The decoder never says that data ran out. Before an end marker it goes on with zeros and draws a smear; at the end
//! of a file it stops some rows early, because it reads ahead. So it is given what no picture contains, a row of ones,
//! behind the data: there it gives up, exactly where the data ends, and fills what follows with one value.

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use crate::{layout, stills::MAX_SIDE};

/// Ones, as they stand in compressed data. The longest code has sixteen bits, and none is all ones.
const ONES: [u8; 2] = [0xFF, 0x00];
const N_ONES: usize = 64;
const END: [u8; 2] = [0xFF, 0xD9];

/// What the decoder fills with.
const FILLED: u8 = 128;
/// A block's side, doubled where colours are kept at half the size.
const BLOCK: usize = 16;

/// The first picture's data, ones, and an end marker.
pub(crate) fn padded(bytes: &[u8]) -> Vec<u8> {
    [layout::jpeg_data(bytes), &ONES.repeat(N_ONES), &END].concat()
}

/// Rows at the bottom that were filled for want of data.
///
/// All channels are filled with one value, so where the decoder is asked for an opacity, what it filled is not opaque.
/// Grey rows of the picture's own are. Nothing where it cannot be asked for one.
pub(crate) fn filled_rows(padded: &[u8], width: usize) -> Option<usize> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGBA);
    let pixels = JpegDecoder::new_with_options(ZCursor::new(padded), options).decode().ok()?;
    Some(pixels.rchunks_exact((width * 4).max(4)).take_while(|row| row[3] == FILLED).count())
}

/// Whether the last rows repeat from block to block, as a smear does. A second decoding costs as much as the first,
/// and nearly every file is whole.
pub(crate) fn may_be_filled(pixels: &[u8], row: usize, pixel: usize) -> bool {
    let Some(last) = pixels.rchunks_exact(row.max(1)).next() else { return false };
    let period = BLOCK * pixel;
    let n = last.len().saturating_sub(period);
    // The ends of a smear may differ by what was before it.
    let n_other = (0..n).filter(|it| last[*it].abs_diff(last[it + period]) > 1).count();
    n_other * 8 <= n
}
