//! What `stills::read` makes of good files and of hostile ones, all of them made here byte by byte.

use casebook_media::stills::{self, Format, Still, StillError};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;

fn check(bytes: &[u8], expected: &str) {
    let got = match stills::read(bytes) {
        Ok(still) => format!("{} {}x{}", still.format_in.name(), still.width, still.height),
        Err(error) => error.to_string(),
    };
    assert!(got.contains(expected), "expected {expected:?}, got {got:?}");
}

/// Left half red, right half blue, with enough shades that it is no drawing.
fn photo(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        let shade = ((x * 31 + y * 17) % 64) as u8;
        if x * 2 < width { Rgb([190 + shade, shade, y as u8]) } else { Rgb([shade, y as u8, 190 + shade]) }
    })
    .into()
}

fn saved(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture in memory");
    bytes.into_inner()
}

fn still(bytes: &[u8]) -> Still {
    stills::read(bytes).expect("a good picture")
}

fn shown(still: &Still) -> DynamicImage {
    image::load_from_memory(&still.full).expect("our own rendition")
}

fn chunk(kind: &str, body: &[u8]) -> Vec<u8> {
    let typed = [kind.as_bytes(), body].concat();
    let crc = !typed.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |it, _| if it & 1 == 1 { it >> 1 ^ 0xEDB8_8320 } else { it >> 1 })
    });
    [&(body.len() as u32).to_be_bytes()[..], &typed, &crc.to_be_bytes()].concat()
}

fn png_claiming(width: u32, height: u32, depth: u8) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk("IHDR", &header), chunk("IDAT", &[0x78, 0x9C, 3, 0])].concat()
}

fn gif_claiming(width: u16, height: u16) -> Vec<u8> {
    let [w, h] = [width.to_le_bytes(), height.to_le_bytes()];
    let mut bytes = [b"GIF89a", &w[..], &h[..], &[0x80, 0, 0, 1, 2, 3, 4, 5, 6, 0x2C, 0, 0, 0, 0]].concat();
    bytes.extend([&w[..], &h[..], &[0, 2, 2, 0x4C, 1, 0, 0x3B]].concat());
    bytes
}

fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = saved(&photo(16, 16), ImageFormat::Jpeg);
    let frame = bytes.windows(2).position(|it| it == [0xFF, 0xC0]).expect("a baseline frame");
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// A JPEG with a camera's metadata: an orientation and where it stood.
fn jpeg_with_exif(orientation: u8) -> Vec<u8> {
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

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|it| it == needle)
}

#[test]
fn every_format_is_read() {
    for (format, name) in [
        (ImageFormat::Jpeg, "jpeg"),
        (ImageFormat::Png, "png"),
        (ImageFormat::Gif, "gif"),
        (ImageFormat::WebP, "webp"),
        (ImageFormat::Bmp, "bmp"),
    ] {
        check(&saved(&photo(80, 60), format), &format!("{name} 80x60"));
    }
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    let start = std::time::Instant::now();
    check(&png_claiming(60_000, 60_000, 8), "png");
    for bytes in
        [png_claiming(60_000, 60_000, 8), gif_claiming(65_535, 65_535), jpeg_claiming(65_535, 65_535)]
    {
        let error = stills::read(&bytes).expect_err("a bomb");
        let by_limit = matches!(error, StillError::OverLimit { .. } | StillError::TooManyPixels { .. });
        assert!(by_limit, "refused for its size, not for something else: {error}");
    }
    assert!(start.elapsed().as_secs() < 5, "a header is enough to refuse a bomb");
}

#[test]
fn the_pixel_cap_holds_inside_the_side_limit() {
    check(
        &png_claiming(16_000, 16_000, 8),
        "png of 16000x16000 pixels: at most 16384 on a side, 64000000 in all",
    );
    check(&gif_claiming(16_000, 16_000), "gif of 16000x16000 pixels");
    check(&jpeg_claiming(16_000, 16_000), "jpeg of 16000x16000 pixels");
}

#[test]
fn sixteen_bits_a_channel_count_twice() {
    // Within the pixel cap, past the memory cap.
    check(&png_claiming(7_900, 7_900, 16), "png of 7900x7900 pixels");
}

#[test]
fn a_file_past_the_length_limit_is_not_read() {
    let mut bytes = saved(&photo(8, 8), ImageFormat::Png);
    bytes.resize(stills::MAX_FILE_BYTES + 1, 0);
    check(&bytes, "image of 67108865 bytes: at most 67108864 are read");
}

#[test]
fn half_a_file_is_refused_as_truncated() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp]
    {
        let bytes = saved(&photo(80, 60), format);
        // A few bytes missing at the very end may cost no pixel: PNG and GIF have a trailer.
        for kept in [bytes.len() / 4, bytes.len() / 2, bytes.len() * 9 / 10] {
            let Err(error) = stills::read(&bytes[..kept]) else {
                panic!("{format:?} cut at {kept} of {} is shown as whole", bytes.len())
            };
            let named = matches!(error, StillError::Truncated { .. } | StillError::Damaged { .. });
            assert!(named, "{format:?} cut at {kept} of {}: {error}", bytes.len());
        }
    }
    let jpeg = saved(&photo(80, 60), ImageFormat::Jpeg);
    check(&jpeg[..jpeg.len() / 2], "the file ends before the picture does");
}

#[test]
fn what_is_no_picture_is_refused_whatever_its_name() {
    check(b"", "image starting with nothing: jpeg, png, gif, webp and bmp are read");
    check(b"just some text that was called cat.png", "image starting with 6a757374");
    check(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image starting with 3c737667");
    check(b"%PDF-1.7 and so on", "image starting with 25504446");
    check(&[0; 4096], "image starting with 00000000");
}

#[test]
fn damaged_files_are_refused_and_never_panic() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp]
    {
        let good = saved(&photo(40, 30), format);
        for at in 0..good.len().min(700) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x5A;
            if let Ok(still) = stills::read(&bytes) {
                assert!(still.width <= stills::FULL_SIDE && still.height <= stills::FULL_SIDE);
            }
        }
    }
}

#[test]
fn a_camera_on_its_side_is_turned_upright() {
    // Orientation 6: the file is 80x60, the picture 60x80, and what lay left is on top.
    let still = still(&jpeg_with_exif(6));
    assert_eq!((still.width, still.height), (60, 80));
    let picture = shown(&still).to_rgb8();
    let [top, bottom] = [picture.get_pixel(30, 8).0, picture.get_pixel(30, 72).0];
    assert!(top[0] > top[2] && bottom[2] > bottom[0], "red on top of blue: {top:?} {bottom:?}");
}

#[test]
fn where_and_when_it_was_taken_is_gone() {
    let sent = jpeg_with_exif(1);
    assert!(contains(&sent, b"GPS-52.5200N"), "the test file holds a place");
    let still = still(&sent);
    for bytes in [&still.full, &still.covered] {
        for trace in [&b"Exif"[..], b"GPS-52", b"II*\0"] {
            assert!(!contains(bytes, trace), "metadata survived: {}", String::from_utf8_lossy(trace));
        }
    }
}

#[test]
fn text_chunks_and_a_second_file_behind_the_picture_are_gone() {
    let mut bytes = saved(&photo(80, 60), ImageFormat::Png);
    let note = chunk("tEXt", b"Comment\0by jane@example.org");
    bytes.splice(33..33, note);
    bytes.extend(b"<script>alert('polyglot')</script>PK\x03\x04");
    let still = still(&bytes);
    assert!(!contains(&still.full, b"jane@") && !contains(&still.full, b"polyglot"));
}

#[test]
fn transparency_is_kept_as_png_and_opaque_photos_are_jpeg() {
    let glass = RgbaImage::from_fn(80, 60, |x, y| Rgba([x as u8 * 3, y as u8 * 4, 9, (x * 3) as u8]));
    let glass = still(&saved(&glass.into(), ImageFormat::Png));
    assert_eq!(glass.full_type, "image/png");
    assert_eq!(shown(&glass).to_rgba8().get_pixel(0, 0).0[3], 0, "what was clear stays clear");

    let opaque = still(&saved(&photo(700, 60).to_rgba8().into(), ImageFormat::Png));
    assert_eq!(opaque.full_type, "image/jpeg", "an alpha channel that hides nothing is no reason for a PNG");
}

#[test]
fn a_small_drawing_stays_exact() {
    let drawing = RgbImage::from_fn(90, 70, |x, _| Rgb(if x % 9 == 0 { [0; 3] } else { [250, 240, 230] }));
    let still = still(&saved(&drawing.clone().into(), ImageFormat::Png));
    assert_eq!(shown(&still).to_rgb8(), drawing, "letters on a drawing are evidence");
}

#[test]
fn a_large_picture_is_made_smaller_and_keeps_its_shape() {
    let still = still(&saved(&photo(3200, 1000), ImageFormat::Jpeg));
    assert_eq!((still.width, still.height), (1600, 500));
}

#[test]
fn the_covered_rendition_is_grey_and_tiny() {
    for (width, height) in [(800, 600), (3000, 2), (1, 1)] {
        let still = still(&saved(&photo(width, height), ImageFormat::Png));
        let covered = image::load_from_memory(&still.covered).expect("our own rendition");
        assert!(covered.width() <= stills::COVERED_SIDE && covered.height() <= stills::COVERED_SIDE);
        assert!(!covered.color().has_color(), "grey");
        assert!(still.covered.len() < 1500, "{} bytes hold no detail", still.covered.len());
    }
}

#[test]
fn a_checkerboard_cannot_be_read_through_the_cover() {
    let board =
        RgbImage::from_fn(640, 480, |x, y| Rgb([if (x / 20 + y / 20) % 2 == 0 { 255 } else { 0 }; 3]));
    let still = still(&saved(&board.into(), ImageFormat::Png));
    let covered = image::load_from_memory(&still.covered).expect("our own rendition").to_luma8();
    let (min, max) = covered.pixels().fold((255, 0), |(min, max), it| (it.0[0].min(min), it.0[0].max(max)));
    assert!(max - min < 60, "squares of 20 px in 640 leave {} shades of contrast", max - min);
}

#[test]
fn an_animation_gives_its_first_frame_and_says_so() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for colour in [[200, 0, 0, 255], [0, 0, 200, 255]] {
        let frame = RgbaImage::from_pixel(20, 10, Rgba(colour));
        encoder.encode_frame(image::Frame::new(frame)).expect("a frame");
    }
    drop(encoder);
    let first = still(&bytes);
    assert!(first.animated);
    assert_eq!(shown(&first).to_rgb8().get_pixel(5, 5).0, [200, 0, 0]);
    assert!(!still(&saved(&photo(20, 10), ImageFormat::Gif)).animated);
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let bytes = saved(&photo(400, 300), ImageFormat::Jpeg);
    let [one, other] = [still(&bytes), still(&bytes)];
    assert_eq!((one.sha256.len(), &one.sha256), (64, &other.sha256));
    assert_eq!((one.format_in, one.pixel_hash), (Format::Jpeg, other.pixel_hash));
}

#[test]
fn two_blank_pictures_are_not_taken_for_copies() {
    let blank = |colour| still(&saved(&RgbImage::from_pixel(64, 64, Rgb(colour)).into(), ImageFormat::Png));
    let [red, blue] = [blank([200, 10, 10]), blank([10, 10, 200])];
    assert!(!casebook_media::pixel_hash::is_near(red.pixel_hash, blue.pixel_hash));
    assert_eq!(red.pixel_hash, blank([200, 10, 10]).pixel_hash, "an exact copy still is one");
}
