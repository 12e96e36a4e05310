//! Markers of JPEG (ITU T.81, annex B), and the sets of pictures that cameras write one behind the other.

use super::{End, Layout, MOST};

const START: u8 = 0xD8;
const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

pub(super) fn layout(bytes: &[u8]) -> Layout {
    let first = picture(bytes);
    let mut layout = Layout { gradual: first.gradual, ..Layout::default() };
    let Some(mut end) = first.end else {
        return Layout { end: End::Missing, ..layout };
    };
    // Pictures of a set begin on even places, so a few zeros may stand between them.
    while let Some(next) = bytes[end..].iter().position(|it| *it != 0).map(|it| end + it)
        && bytes[next..].starts_with(&[0xFF, START, 0xFF])
        && layout.n_pages < MOST
    {
        layout.n_pages += 1;
        match picture(&bytes[next..]).end {
            Some(length) => end = next + length,
            // It is cut off, and all that follows is of it.
            None => end = bytes.len(),
        }
    }
    layout.end = End::At(end);
    layout
}

/// The first picture up to its end marker, or to the end of the file where it has none.
pub(crate) fn data(bytes: &[u8]) -> &[u8] {
    &bytes[..picture(bytes).end.map_or(bytes.len(), |it| it - 2)]
}

struct Picture {
    end: Option<usize>,
    gradual: bool,
}

/// Walks one picture from its start marker to its end marker.
///
/// Searching for the end marker alone is not enough: an embedded thumbnail has one of its own.
fn picture(bytes: &[u8]) -> Picture {
    let mut found = Picture { end: None, gradual: false };
    let mut at = 2;
    while let Some(&byte) = bytes.get(at) {
        // Compressed data, or junk between two segments, which cameras write and browsers pass over.
        if byte != 0xFF {
            at += 1;
            continue;
        }
        match bytes.get(at + 1) {
            None => return found,
            Some(&END) => {
                found.end = Some(at + 2);
                return found;
            }
            // Stuffed bytes, restart markers and a second start carry no length.
            Some(0x00 | 0x01 | 0xD0..=0xD8) => at += 2,
            Some(0xFF) => at += 1,
            Some(&marker) => {
                let Some(length) = bytes.get(at + 2..at + 4) else { return found };
                // Progressive frames: of each difference and with arithmetic coding as well.
                found.gradual |= matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE);
                let skipped = usize::from(u16::from_be_bytes([length[0], length[1]]));
                // A length says at least itself; a smaller one is a lie that would have us read it as a marker.
                at += 2 + if marker == SCAN { skipped.max(2) } else { skipped.max(1) };
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], end: End, n_pages: u32) {
        let found = layout(bytes);
        assert_eq!((found.end, found.n_pages), (end, n_pages), "{bytes:02x?}");
    }

    #[test]
    fn a_picture_ends_at_its_own_end_marker() {
        check(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 7, 7, 0xFF, 0xD9], End::At(10), 1);
        check(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 7, 7, 0xFF, 0xD9, 1, 2, 3], End::At(10), 1);
        check(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 7, 7], End::Missing, 1);
    }

    #[test]
    fn the_end_marker_of_a_thumbnail_does_not_count() {
        check(&[0xFF, 0xD8, 0xFF, 0xE1, 0, 4, 0xFF, 0xD9, 0xFF, 0xDA, 0, 2, 7], End::Missing, 1);
    }

    #[test]
    fn stuffed_bytes_restarts_and_junk_are_passed_over() {
        check(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0, 0xFF, 0xD3, 1, 0xFF, 0xD9], End::At(13), 1);
        check(&[0xFF, 0xD8, 0, 0, 0xFF, 0xDA, 0, 2, 7, 0xFF, 0xD9], End::At(11), 1);
    }

    #[test]
    fn a_length_past_the_end_is_not_followed() {
        check(&[0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 1], End::Missing, 1);
    }

    #[test]
    fn pictures_behind_the_first_are_counted() {
        let one = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 7, 0xFF, 0xD9];
        check(&[&one[..], &[0, 0, 0], &one, &one, b"tail"].concat(), End::At(30), 3);
        check(&[&one[..], &one[..6]].concat(), End::At(15), 2);
    }
}
