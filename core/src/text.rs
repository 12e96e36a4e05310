//! Positions in text.
//!
//! Offsets are Unicode scalar values, half-open, on the wire and on disk. Rust slices by byte
//! and the page by UTF-16 unit; this file is the one place that converts on the Rust side.

/// The text between two scalar offsets, or `None` where they do not lie in it.
#[must_use]
pub fn slice(text: &str, start: u32, end: u32) -> Option<&str> {
    if start > end {
        return None;
    }
    let from = byte_of(text, start)?;
    let to = from + byte_of(&text[from..], end - start)?;
    Some(&text[from..to])
}

/// The byte at which scalar `offset` begins; the end of the text counts.
#[must_use]
pub fn byte_of(text: &str, offset: u32) -> Option<usize> {
    let mut seen = 0;
    for (byte, _) in text.char_indices() {
        if seen == offset {
            return Some(byte);
        }
        seen += 1;
    }
    (seen == offset).then_some(text.len())
}

/// How many scalars stand before byte `byte`.
///
/// # Panics
/// When `byte` is inside a character: the caller got it from this very text.
#[must_use]
pub fn scalar_of(text: &str, byte: usize) -> u32 {
    text[..byte].chars().count() as u32
}

/// Length in scalars.
#[must_use]
pub fn scalars(text: &str) -> u32 {
    text.chars().count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, range: (u32, u32), expected: Option<&str>) {
        assert_eq!(slice(text, range.0, range.1), expected);
    }

    #[test]
    fn offsets_count_scalars_not_bytes() {
        check("añb👇c", (1, 4), Some("ñb👇"));
    }

    #[test]
    fn the_end_of_the_text_is_an_offset() {
        check("日本", (2, 2), Some(""));
        check("日本", (0, 2), Some("日本"));
    }

    #[test]
    fn a_range_past_the_end_is_no_slice() {
        check("abc", (1, 4), None);
        check("abc", (4, 4), None);
    }

    #[test]
    fn a_backward_range_is_no_slice() {
        check("abc", (2, 1), None);
    }

    #[test]
    fn bytes_and_scalars_convert_both_ways() {
        let text = "é👍🏽x";
        for offset in 0..=scalars(text) {
            let byte = byte_of(text, offset).expect("an offset inside the text");
            assert_eq!(scalar_of(text, byte), offset, "the round trip keeps the offset");
        }
    }
}
