//! What `stills::read` makes of good files and of bombs.

mod common;

use casebook_media::stills::{self, Format, StillError};
use common::{
    check, chunk, contains, gif_claiming, jpeg_claiming, jpeg_with_exif, photo, png_claiming, said, saved,
    shown, still,
};
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

#[test]
fn every_format_is_read() {
    for (format, name) in [
        (ImageFormat::Jpeg, "jpeg"),
        (ImageFormat::Png, "png"),
        (ImageFormat::Gif, "gif"),
        (ImageFormat::WebP, "webp"),
        (ImageFormat::Bmp, "bmp"),
        (ImageFormat::Tiff, "tiff"),
        (ImageFormat::Ico, "ico"),
        (ImageFormat::Qoi, "qoi"),
        (ImageFormat::Pnm, "pnm"),
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
        "png of 16000x16000 pixels: at most 65535 on a side, 64000000 in all",
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
fn what_is_no_picture_is_named_with_the_way_out() {
    check(b"", "empty file: pictures are read: jpeg, png, gif, webp, bmp, tiff, ico, qoi and pnm");
    check(b"just some text that was called cat.png", "text: not read; save it as .txt, in UTF-8");
    check(
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "SVG drawing: not read; save it as PNG or JPEG",
    );
    check(b"%PDF-1.7 and so on", "PDF document: not read; save its text as .txt and its pages as PNG");
    check(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC picture: not read; save it as PNG or JPEG");
    check(b"\0\0\0\x18ftypisom\0\0\0\0mp41isom", "MP4 film: not read; save stills of it as PNG or JPEG");
    check(&[0; 4096], "file of an unknown kind, starting with 00000000: pictures are read: jpeg");
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
fn what_is_clear_lies_on_squares_on_which_nothing_vanishes() {
    for ink in [[255; 3], [0; 3], [102; 3], [153; 3]] {
        let letters = RgbaImage::from_fn(80, 60, |x, y| match x / 20 % 2 == 1 && y / 20 == 1 {
            true => Rgba([ink[0], ink[1], ink[2], 255]),
            // White too, as painting programs leave it.
            false => Rgba([255, 255, 255, 0]),
        });
        let still = still(&saved(&letters.into(), ImageFormat::Png));
        let picture = shown(&still).to_rgb8();
        let letter = picture.get_pixel(30, 30).0;
        let around = (0..20).map(|it| picture.get_pixel(it, 30).0[0]);
        assert_eq!(letter, ink, "what is opaque stays as it is");
        let farthest = around.map(|it| it.abs_diff(ink[0])).max();
        assert!(farthest >= Some(50), "letters of {ink:?} stand out by {farthest:?}");
    }
    let glass = RgbaImage::from_fn(80, 60, |x, y| Rgba([x as u8 * 3, y as u8 * 4, 9, (x * 3) as u8]));
    assert_eq!(
        said(&saved(&glass.into(), ImageFormat::Png)),
        ["some of it is clear: it lies on grey squares"]
    );
    let opaque = still(&saved(&photo(700, 60).to_rgba8().into(), ImageFormat::Png));
    assert_eq!(opaque.full_type, "image/jpeg", "an alpha channel that hides nothing is no reason for a PNG");
    assert_eq!(opaque.remarks, []);
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
    assert_eq!(
        still.remarks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["shown smaller: it has 3200 × 1000 pixels"]
    );
}

#[test]
fn a_long_strip_stays_wide_enough_to_read() {
    let sent = saved(&RgbImage::from_pixel(40, 17_000, Rgb([200, 0, 0])).into(), ImageFormat::Png);
    let still = still(&sent);
    assert_eq!((still.width, still.height), (38, stills::STRIP_SIDE));
    assert_eq!(said(&sent), ["shown smaller: it has 40 × 17000 pixels"]);
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
