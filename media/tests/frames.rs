//! What a file holds beyond its first picture is shown, or said.

mod common;

use casebook_core::remark::Remark;
use casebook_media::{pixel_hash::is_near, stills};
use common::{chunk, gif, photo, said, saved, shown, still};
use image::{ImageFormat, Rgb, RgbImage};

const GREEN: [u8; 3] = [0, 100, 0];
const RED: [u8; 3] = [140, 0, 0];
const BLUE: [u8; 3] = [0, 0, 180];

/// Frames of one colour each, as an animated PNG; the picture of `poster` is in none of them.
fn apng(colours: &[[u8; 3]], poster: Option<[u8; 3]>, side: u32) -> Vec<u8> {
    let pixels = |colour: &[u8; 3]| {
        let plain = saved(&RgbImage::from_pixel(side, side, Rgb(*colour)).into(), ImageFormat::Png);
        let at = plain.windows(4).position(|it| it == b"IDAT").expect("pixels");
        let length = u32::from_be_bytes(plain[at - 4..at].try_into().expect("four bytes")) as usize;
        plain[at + 4..at + 4 + length].to_vec()
    };
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let control = |n: u32| {
        let size = [n.to_be_bytes(), side.to_be_bytes(), side.to_be_bytes()].concat();
        chunk("fcTL", &[&size[..], &[0; 8], &[0, 1, 0, 10, 0, 0]].concat())
    };
    let counts = [(colours.len() as u32).to_be_bytes(), [0; 4]].concat();
    let mut bytes = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk("IHDR", &header), chunk("acTL", &counts)].concat();
    let mut sequence = 0;
    if let Some(poster) = poster {
        bytes.extend(chunk("IDAT", &pixels(&poster)));
    }
    for (n, colour) in colours.iter().enumerate() {
        bytes.extend(control(sequence));
        sequence += 1;
        if n == 0 && poster.is_none() {
            bytes.extend(chunk("IDAT", &pixels(colour)));
            continue;
        }
        bytes.extend(chunk("fdAT", &[&sequence.to_be_bytes()[..], &pixels(colour)].concat()));
        sequence += 1;
    }
    bytes.extend(chunk("IEND", b""));
    bytes
}

/// Colours in the middle of each place of the sheet, row by row.
fn places(bytes: &[u8]) -> Vec<[u8; 3]> {
    let still = still(bytes);
    let Some(Remark::Frames { shown: numbers, columns, .. }) = still.remarks.first().cloned() else {
        panic!("no word of frames: {:?}", still.remarks)
    };
    let rows = (numbers.len() as u32).div_ceil(columns);
    let picture = shown(&still).to_rgb8();
    let middle = |n: u32, of: u32, length: u32| (2 * n + 1) * length / (2 * of);
    (0..numbers.len() as u32)
        .map(|n| {
            let (x, y) = (middle(n % columns, columns, still.width), middle(n / columns, rows, still.height));
            picture.get_pixel(x, y).0
        })
        .collect()
}

#[test]
fn a_second_frame_is_shown_beside_the_first() {
    let bytes = gif(&[GREEN, RED], 160, 90);
    assert_eq!(places(&bytes), [GREEN, RED]);
    assert_eq!(said(&bytes), ["2 of 2 frames shown, row by row: 1, 2"]);
    assert_eq!((still(&bytes).width, still(&bytes).height), (326, 90));
    let bytes = apng(&[GREEN, RED], None, 64);
    assert_eq!((places(&bytes), said(&bytes).len()), (vec![GREEN, RED], 1));
}

#[test]
fn a_picture_that_stands_still_has_no_word_of_frames() {
    assert_eq!(said(&gif(&[GREEN], 160, 90)), [""; 0]);
    assert_eq!(said(&apng(&[GREEN], None, 64)), [""; 0]);
}

#[test]
fn one_other_frame_among_hundreds_is_found() {
    let mut colours = vec![GREEN; 300];
    colours[217] = RED;
    let bytes = gif(&colours, 32, 32);
    assert_eq!(places(&bytes), [GREEN, RED]);
    assert_eq!(said(&bytes), ["2 of 300 frames shown, row by row: 1, 218"]);
}

#[test]
fn a_poster_is_shown_with_the_frames_behind_it() {
    let bytes = apng(&[RED, BLUE], Some(GREEN), 64);
    assert_eq!(places(&bytes), [GREEN, RED, BLUE]);
    assert_eq!(said(&bytes), ["3 of 3 frames shown, row by row: 1, 2, 3"]);
}

#[test]
fn frames_that_look_alike_are_shown_once_and_counted() {
    assert_eq!(said(&gif(&[GREEN; 12], 40, 30)), ["1 of 12 frames shown"]);
}

#[test]
fn at_most_nine_frames_are_on_a_sheet() {
    let colours: Vec<[u8; 3]> = (0..20).map(|it| [it * 12, 255 - it * 12, it * 5]).collect();
    let bytes = gif(&colours, 900, 700);
    let still = still(&bytes);
    assert_eq!(places(&bytes).len(), 9);
    assert!(still.width <= stills::FULL_SIDE && still.height <= stills::FULL_SIDE);
    assert_eq!(said(&bytes)[1], "shown smaller: it has 900 × 700 pixels");
}

#[test]
fn what_was_not_looked_at_is_said() {
    let mut colours = vec![GREEN; 500];
    colours[499] = RED;
    assert_eq!(said(&gif(&colours, 8, 8)), ["1 of 500 frames shown; only the first 400 were looked at"]);
}

#[test]
fn a_copy_that_moves_is_near_the_picture_it_was_made_of() {
    let first = photo(160, 90).to_rgba8();
    let mut moving = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
    for frame in [first.clone(), image::imageops::rotate180(&first)] {
        encoder.encode_frame(image::Frame::new(frame)).expect("a frame");
    }
    drop(encoder);
    let alone = still(&saved(&photo(160, 90), ImageFormat::Png));
    assert!(is_near(alone.pixel_hash, still(&moving).pixel_hash), "the hash is of the first frame");
}

#[test]
fn what_stands_behind_a_picture_is_named() {
    let film = [&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], &[0; 2000]].concat();
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp]
    {
        let picture = saved(&photo(80, 60), format);
        assert_eq!(said(&picture), [""; 0], "{format:?}");
        let behind = |tail: &[u8]| said(&[&picture[..], tail].concat());
        assert_eq!(behind(&film), ["2024 bytes behind the picture are not shown: MP4 film"], "{format:?}");
        assert_eq!(
            behind(b"<script>junk</script>"),
            ["21 bytes behind the picture are not shown: web page"],
            "{format:?}"
        );
        assert_eq!(behind(b"PK\x03\x04"), ["4 bytes behind the picture are not shown: ZIP archive"]);
        assert_eq!(behind(&[0; 100]), [""; 0], "zeros are padding");
    }
    let jpeg = saved(&photo(80, 60), ImageFormat::Jpeg);
    let with_table = [&jpeg[..], b"\x01\x02\x03MotionPhoto_Data", &film].concat();
    assert_eq!(said(&with_table), ["2043 bytes behind the picture are not shown: MP4 film"]);
}

#[test]
fn pictures_and_pages_behind_the_first_are_counted() {
    let jpeg = saved(&photo(80, 60), ImageFormat::Jpeg);
    assert_eq!(said(&[&jpeg[..], &jpeg, &jpeg].concat()), ["1 of 3 pages or pictures in the file shown"]);

    let mut pages = std::io::Cursor::new(saved(&photo(80, 60), ImageFormat::Tiff));
    let bytes = pages.get_mut();
    let directory = u32::from_le_bytes(bytes[4..8].try_into().expect("four bytes")) as usize;
    let n_entries = usize::from(u16::from_le_bytes([bytes[directory], bytes[directory + 1]]));
    let (entries, next) =
        (bytes[directory..directory + 2 + n_entries * 12].to_vec(), directory + 2 + n_entries * 12);
    let second = (bytes.len() as u32).to_le_bytes();
    bytes[next..next + 4].copy_from_slice(&second);
    bytes.extend(entries);
    bytes.extend([0; 4]);
    assert_eq!(said(pages.get_ref()), ["1 of 2 pages or pictures in the file shown"]);
}

#[test]
fn a_bomb_of_frames_is_counted_not_decoded() {
    let start = std::time::Instant::now();
    let screen = [b"GIF89a", &[0x70, 0x17, 0x70, 0x17, 0x80, 0, 0][..], &[0; 6]].concat();
    let frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0];
    let bomb = [&screen[..], &frame.repeat(90_000), &[0x3B]].concat();
    let words = said(&bomb);
    assert!(words[0].contains("of 90000 frames shown; only the first was looked at"), "{words:?}");
    assert!(start.elapsed().as_secs() < 20, "36 Mpx once, not 90,000 times");
}
