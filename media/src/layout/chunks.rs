//! Chunks: of PNG and its animations (W3C PNG 3), and of WebP (RFC 9649).

use super::{End, Layout, MOST, u32_be, u32_le};
use crate::colour::Colours;

/// Behind the signature. A chunk is its length, its name, its body and a checksum.
pub(super) fn png(bytes: &[u8]) -> Layout {
    let mut layout = Layout { end: End::Missing, ..Layout::default() };
    let (mut at, mut n_controls, mut in_pixels) = (8_usize, 0_u32, false);
    while let (Some(length), Some(name)) = (u32_be(bytes, at), bytes.get(at + 4..at + 8)) {
        let next = at.saturating_add(length as usize).saturating_add(12);
        match name {
            b"IHDR" => layout.gradual = bytes.get(at + 20) == Some(&1),
            b"fcTL" => n_controls += 1,
            b"IDAT" if !in_pixels => {
                in_pixels = true;
                layout.has_poster = n_controls == 0;
            }
            b"IEND" => {
                layout.end = End::At(next.min(bytes.len()));
                break;
            }
            _ => {}
        }
        if next > bytes.len() || n_controls >= MOST {
            break;
        }
        at = next;
    }
    // Of a poster, the frames are counted beside it.
    layout.has_poster &= n_controls > 0;
    layout.n_frames = n_controls.max(1) + u32::from(layout.has_poster);
    layout
}

/// What a PNG says of its colours beside a profile: by code points, that they are plain, or by gamma and primaries.
/// Of several, the first of these counts.
pub(crate) fn colours(bytes: &[u8]) -> Colours {
    if let Some([primaries, curve, ..]) = body(bytes, *b"cICP") {
        return Colours::Codes { primaries: *primaries, curve: *curve };
    }
    let gamma = body(bytes, *b"gAMA").and_then(|it| u32_be(it, 0));
    match gamma {
        Some(gamma) if body(bytes, *b"sRGB").is_none() => {
            Colours::Gamma { gamma: f64::from(gamma) / 100_000.0, primaries: primaries(bytes) }
        }
        _ => Colours::Plain,
    }
}

/// White, red, green and blue of a PNG, each x and y.
fn primaries(bytes: &[u8]) -> Option<[f32; 8]> {
    let body = body(bytes, *b"cHRM")?;
    let mut found = [0.0; 8];
    for (n, value) in found.iter_mut().enumerate() {
        *value = u32_be(body, n * 4)? as f32 / 100_000.0;
    }
    Some(found)
}

/// A chunk that stands before the pixels.
fn body(bytes: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    let mut at = 8_usize;
    loop {
        let length = u32_be(bytes, at)? as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let body = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        match name {
            b"IDAT" | b"IEND" => return None,
            it if it == wanted => return Some(body),
            _ => at += length + 12,
        }
    }
}

/// The first chunk says how long the file is; frames are chunks in it.
pub(super) fn webp(bytes: &[u8]) -> Layout {
    let mut layout = Layout::default();
    let Some(length) = u32_le(bytes, 4) else { return layout };
    let end = (length as usize).saturating_add(8);
    layout.end = match end > bytes.len() {
        true => End::Missing,
        // A chunk of odd length is followed by a byte that nobody counts.
        false => End::At((end + end % 2).min(bytes.len())),
    };
    let (mut at, mut n_frames) = (12_usize, 0_u32);
    while let (Some(length), Some(name)) = (u32_le(bytes, at + 4), bytes.get(at..at + 4)) {
        n_frames += u32::from(name == b"ANMF");
        let next = at.saturating_add(8).saturating_add(length as usize).saturating_add(length as usize % 2);
        if next > end.min(bytes.len()) || n_frames >= MOST {
            break;
        }
        at = next;
    }
    layout.n_frames = n_frames.max(1);
    layout
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32).to_be_bytes()[..], &name, body, &[0; 4]].concat()
    }

    fn png_of(names: &[&[u8; 4]]) -> Vec<u8> {
        let header = chunk(*b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
        let rest = names.iter().flat_map(|it| chunk(**it, b"xy"));
        b"\x89PNG\r\n\x1a\n".iter().copied().chain(header).chain(rest).collect()
    }

    #[test]
    fn a_png_ends_behind_its_last_chunk() {
        let whole = png_of(&[b"IDAT", b"IEND"]);
        assert_eq!(png(&whole).end, End::At(whole.len()));
        assert_eq!(png(&[&whole[..], b"tail"].concat()).end, End::At(whole.len()));
        assert_eq!(png(&png_of(&[b"IDAT"])).end, End::Missing);
        assert_eq!(png(&whole[..whole.len() - 30]).end, End::Missing);
    }

    #[test]
    fn frames_of_a_png_are_counted_with_the_poster() {
        let moving = png(&png_of(&[b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT", b"IEND"]));
        assert_eq!((moving.n_frames, moving.has_poster), (2, false));
        let behind_poster = png(&png_of(&[b"acTL", b"IDAT", b"fcTL", b"fdAT", b"fcTL", b"fdAT", b"IEND"]));
        assert_eq!((behind_poster.n_frames, behind_poster.has_poster), (3, true));
        assert_eq!(png(&png_of(&[b"IDAT", b"IEND"])).n_frames, 1);
    }

    #[test]
    fn a_png_says_what_its_colours_are() {
        let of = |chunks: &[Vec<u8>]| {
            let plain = png_of(&[b"IDAT", b"IEND"]);
            colours(&[&plain[..33], &chunks.concat(), &plain[33..]].concat())
        };
        let gamma = chunk(*b"gAMA", &100_000_u32.to_be_bytes());
        assert_eq!(of(&[]), Colours::Plain);
        assert_eq!(of(std::slice::from_ref(&gamma)), Colours::Gamma { gamma: 1.0, primaries: None });
        assert_eq!(of(&[chunk(*b"sRGB", &[0]), gamma.clone()]), Colours::Plain);
        assert_eq!(
            of(&[gamma, chunk(*b"cICP", &[12, 13, 0, 1])]),
            Colours::Codes { primaries: 12, curve: 13 }
        );
        assert_eq!(of(&[chunk(*b"gAMA", &[1])]), Colours::Plain);
    }

    #[test]
    fn a_webp_is_as_long_as_it_says() {
        let body = [&b"WEBPVP8 \x03\0\0\0abc\0"[..], b"ANMF\x02\0\0\0xy", b"ANMF\x02\0\0\0xy"].concat();
        let whole = [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat();
        let found = webp(&[&whole[..], b"tail"].concat());
        assert_eq!((found.end, found.n_frames), (End::At(whole.len()), 2));
        assert_eq!(webp(&whole[..30]).end, End::Missing);
    }
}
