//! Good files and hostile ones, all of them made here byte by byte.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::io::Cursor;

use casebook_core::remark::Remark;
use casebook_media::stills::{self, Still};
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage, codecs::gif::GifEncoder};

pub fn check(bytes: &[u8], expected: &str) {
    let got = match stills::read(bytes) {
        Ok(still) => format!("{} {}x{}", still.format_in.name(), still.width, still.height),
        Err(error) => error.to_string(),
    };
    assert!(got.contains(expected), "expected {expected:?}, got {got:?}");
}

/// Left half red, right half blue, with enough shades that it is no drawing.
pub fn photo(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        let shade = ((x * 31 + y * 17) % 64) as u8;
        if x * 2 < width { Rgb([190 + shade, shade, y as u8]) } else { Rgb([shade, y as u8, 190 + shade]) }
    })
    .into()
}

pub fn saved(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture in memory");
    bytes.into_inner()
}

pub fn still(bytes: &[u8]) -> Still {
    stills::read(bytes).expect("a good picture")
}

/// The remarks, as sentences.
pub fn said(bytes: &[u8]) -> Vec<String> {
    still(bytes).remarks.iter().map(Remark::to_string).collect()
}

pub fn shown(still: &Still) -> DynamicImage {
    image::load_from_memory(&still.full).expect("our own rendition")
}

pub fn chunk(kind: &str, body: &[u8]) -> Vec<u8> {
    let typed = [kind.as_bytes(), body].concat();
    let crc = !typed.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |it, _| if it & 1 == 1 { it >> 1 ^ 0xEDB8_8320 } else { it >> 1 })
    });
    [&(body.len() as u32).to_be_bytes()[..], &typed, &crc.to_be_bytes()].concat()
}

pub fn png_claiming(width: u32, height: u32, depth: u8) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk("IHDR", &header), chunk("IDAT", &[0x78, 0x9C, 3, 0])].concat()
}

pub fn gif_claiming(width: u16, height: u16) -> Vec<u8> {
    let [w, h] = [width.to_le_bytes(), height.to_le_bytes()];
    let mut bytes = [b"GIF89a", &w[..], &h[..], &[0x80, 0, 0, 1, 2, 3, 4, 5, 6, 0x2C, 0, 0, 0, 0]].concat();
    bytes.extend([&w[..], &h[..], &[0, 2, 2, 0x4C, 1, 0, 0x3B]].concat());
    bytes
}

pub fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = saved(&photo(16, 16), ImageFormat::Jpeg);
    let frame = bytes.windows(2).position(|it| it == [0xFF, 0xC0]).expect("a baseline frame");
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// A JPEG with a camera's metadata: an orientation and where it stood.
pub fn jpeg_with_exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, n: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &n.to_le_bytes(), &value].concat()
    };
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, [38, 0, 0, 0]));
    tiff.extend([0; 4]);
    tiff.extend([1, 0]);
    tiff.extend(entry(0x001B, 2, 20, [56, 0, 0, 0]));
    tiff.extend([0; 4]);
    tiff.extend(b"GPS-52.5200N-13.405E");
    let body = [b"Exif\0\0", &tiff[..]].concat();
    let length = (body.len() as u16 + 2).to_be_bytes();
    let plain = saved(&photo(80, 60), ImageFormat::Jpeg);
    [&plain[..2], &[0xFF, 0xE1], &length, &body, &plain[2..]].concat()
}

pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|it| it == needle)
}

/// Frames of one colour each, as a GIF.
pub fn gif(colours: &[[u8; 3]], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for [red, green, blue] in colours {
        let frame = RgbaImage::from_pixel(width, height, Rgba([*red, *green, *blue, 255]));
        encoder.encode_frame(Frame::new(frame)).expect("a frame");
    }
    drop(encoder);
    bytes
}
