//! Blocks of GIF (89a), and the headers of BMP and ICO.

use super::{End, Layout, MOST, u16_le, u32_le};

/// A screen, then extensions and frames, each a row of sub-blocks, until the trailer.
pub(super) fn gif(bytes: &[u8]) -> Layout {
    let mut layout = Layout { end: End::Missing, ..Layout::default() };
    let mut n_frames = 0;
    let mut at = 13 + bytes.get(10).map_or(0, |it| table(*it));
    loop {
        let next = match bytes.get(at) {
            Some(0x3B) => {
                layout.end = End::At(at + 1);
                break;
            }
            Some(0x21) => sub_blocks(bytes, at + 2),
            Some(0x2C) => {
                n_frames += 1;
                let flags = bytes.get(at + 9).copied().unwrap_or(0);
                layout.gradual |= n_frames == 1 && flags & 0x40 != 0;
                sub_blocks(bytes, at + 11 + table(flags))
            }
            // Writers leave zeros between blocks; anything else is no block.
            Some(0) => Some(at + 1),
            _ => None,
        };
        match next {
            Some(next) if n_frames < MOST => at = next,
            _ => break,
        }
    }
    layout.n_frames = n_frames.max(1);
    layout
}

/// Bytes of the colour table that these flags announce.
fn table(flags: u8) -> usize {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

/// Past a row of sub-blocks, if it ends.
fn sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            length => at += 1 + usize::from(length),
        }
    }
}

/// The header says how long the file is, if anything: many writers leave nonsense there.
pub(super) fn bmp(bytes: &[u8]) -> Layout {
    let mut layout = Layout::default();
    let (Some(length), Some(pixels)) = (u32_le(bytes, 2), u32_le(bytes, 10)) else { return layout };
    let (length, pixels) = (length as usize, pixels as usize);
    if let (Some(width), Some(height), Some(depth)) =
        (u32_le(bytes, 18), u32_le(bytes, 22), u16_le(bytes, 28))
    {
        let row = (u64::from(width) * u64::from(depth)).div_ceil(32) * 4;
        let plain = row.saturating_mul(u64::from((height as i32).unsigned_abs()));
        let is_plain = matches!(u32_le(bytes, 30), Some(0 | 3 | 6));
        let needed = usize::try_from(plain).unwrap_or(usize::MAX).saturating_add(pixels);
        if is_plain && length >= needed && length <= bytes.len() {
            layout.end = End::At(length);
        }
    }
    layout
}

/// An icon in several sizes, of which the largest is shown.
pub(super) fn ico(bytes: &[u8]) -> Layout {
    let n_pages = u32::from(u16_le(bytes, 4).unwrap_or(1)).max(1);
    Layout { n_pages, ..Layout::default() }
}

/// The largest picture of an icon, if it is a PNG: its own decoder takes it with opacity only.
pub(crate) fn png_in_icon(bytes: &[u8]) -> Option<&[u8]> {
    let n_pages = usize::from(u16_le(bytes, 4)?);
    let (_, at, length) = (0..n_pages.min(256))
        .filter_map(|n| {
            let entry = bytes.get(6 + n * 16..22 + n * 16)?;
            // 0 stands for 256.
            let side = |it: u8| u32::from(it.wrapping_sub(1)) + 1;
            let area = side(entry[0]) * side(entry[1]);
            Some((area, u32_le(entry, 12)? as usize, u32_le(entry, 8)? as usize))
        })
        .max_by_key(|it| it.0)?;
    let picture = bytes.get(at..at.checked_add(length)?)?;
    picture.starts_with(b"\x89PNG\r\n\x1a\n").then_some(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gif_of(blocks: &[&[u8]]) -> Vec<u8> {
        let screen = [b"GIF89a", &[1, 0, 1, 0, 0x80, 0, 0][..], &[0; 6]].concat();
        [screen, blocks.concat()].concat()
    }

    const FRAME: &[u8] = &[0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0];
    const NOTE: &[u8] = &[0x21, 0xFE, 3, b'a', 0x2C, 0x3B, 0];

    #[test]
    fn frames_of_a_gif_are_counted_and_words_in_it_are_not() {
        let whole = gif_of(&[NOTE, FRAME, NOTE, FRAME, FRAME, &[0x3B]]);
        let found = gif(&[&whole[..], b"tail"].concat());
        assert_eq!((found.end, found.n_frames), (End::At(whole.len()), 3));
    }

    #[test]
    fn a_gif_without_its_trailer_still_has_its_frames() {
        let found = gif(&gif_of(&[FRAME, FRAME]));
        assert_eq!((found.end, found.n_frames), (End::Missing, 2));
        assert_eq!(gif(b"GIF89a").n_frames, 1);
    }

    #[test]
    fn the_length_of_a_bmp_is_believed_where_its_pixels_fit() {
        let header = |length: u32| {
            let mut bytes = [b"BM", &length.to_le_bytes()[..], &[0; 4], &54_u32.to_le_bytes()].concat();
            bytes.extend([&40_u32.to_le_bytes()[..], &2_u32.to_le_bytes(), &2_u32.to_le_bytes()].concat());
            bytes.extend([1, 0, 24, 0]);
            bytes.resize(54 + 16 + 5, 0);
            bytes
        };
        assert_eq!(bmp(&header(70)).end, End::At(70));
        assert_eq!(bmp(&header(12)).end, End::Untold, "two rows of two pixels need sixteen bytes");
        assert_eq!(bmp(&header(0)).end, End::Untold);
    }
}
