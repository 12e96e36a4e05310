//! Whether a JPEG file ends where it says it ends.
//!
//! The decoder fills what is missing with grey and reports success, so a half file would be shown as a
//! whole picture. This walks the markers (ITU T.81 annex B) and decodes nothing.

const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

/// True when the end marker of the picture itself is there.
///
/// Searching backwards for it is not enough: an embedded thumbnail has one of its own.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let mut at = 2; // after the start marker
    let mut in_scan = false;
    while let Some(&byte) = bytes.get(at) {
        if byte != 0xFF {
            if !in_scan {
                return false;
            }
            at += 1;
            continue;
        }
        match bytes.get(at + 1) {
            None => return false,
            Some(&END) => return true,
            // Stuffed bytes, restart markers and fill bytes carry no length.
            Some(0x00 | 0x01 | 0xD0..=0xD8) => at += 2,
            Some(0xFF) => at += 1,
            Some(&marker) => {
                let Some(length) = bytes.get(at + 2..at + 4) else { return false };
                in_scan = marker == SCAN;
                at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: bool) {
        assert_eq!(is_whole(bytes), expected, "{bytes:02x?}");
    }

    #[test]
    fn a_picture_is_whole_when_its_own_end_marker_is_there() {
        check(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 7, 7, 0xFF, 0xD9], true);
        check(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 7, 7], false);
    }

    #[test]
    fn the_end_marker_of_a_thumbnail_does_not_count() {
        check(&[0xFF, 0xD8, 0xFF, 0xE1, 0, 4, 0xFF, 0xD9, 0xFF, 0xDA, 0, 2, 7], false);
    }

    #[test]
    fn stuffed_bytes_and_restarts_are_part_of_the_scan() {
        check(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0, 0xFF, 0xD3, 1, 0xFF, 0xD9], true);
    }

    #[test]
    fn a_length_past_the_end_is_not_followed() {
        check(&[0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 1], false);
    }
}
