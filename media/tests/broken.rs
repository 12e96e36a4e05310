//! Broken files: what is there is shown and what is missing is said; nothing panics.

mod common;

use casebook_core::remark::Remark;
use casebook_media::stills::{self, StillError};
use common::{check, chunk, gif, jpeg_with_exif, photo, said, saved, shown, still};
use image::{ImageFormat, Rgb, RgbImage};

const ALL: [ImageFormat; 9] = [
    ImageFormat::Jpeg,
    ImageFormat::Png,
    ImageFormat::Gif,
    ImageFormat::WebP,
    ImageFormat::Bmp,
    ImageFormat::Tiff,
    ImageFormat::Ico,
    ImageFormat::Qoi,
    ImageFormat::Pnm,
];

fn missing(bytes: &[u8]) -> Option<u32> {
    still(bytes).remarks.iter().find_map(|it| match it {
        Remark::Incomplete { missing_permille } => *missing_permille,
        _ => None,
    })
}

#[test]
fn half_a_file_is_shown_as_half_or_refused_by_name() {
    for format in ALL {
        let bytes = saved(&photo(80, 60), format);
        for kept in [bytes.len() / 4, bytes.len() / 2, bytes.len() * 9 / 10] {
            match stills::read(&bytes[..kept]) {
                Ok(still) => {
                    let word = still.remarks.iter().any(|it| matches!(it, Remark::Incomplete { .. }));
                    assert!(word, "{format:?} cut at {kept} of {} is shown as whole", bytes.len());
                }
                Err(error) => {
                    let named = matches!(error, StillError::Truncated { .. } | StillError::Damaged { .. });
                    assert!(named, "{format:?} cut at {kept} of {}: {error}", bytes.len());
                }
            }
        }
    }
}

#[test]
fn the_upper_part_of_a_cut_picture_is_shown_and_the_rest_is_grey() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let whole = saved(&photo(320, 240), format);
        let cut = &whole[..whole.len() * 2 / 3];
        let still = still(cut);
        let share = missing(cut).unwrap_or_default();
        assert!(
            (150..=600).contains(&share),
            "{format:?}: {share} thousandths of a picture cut at two thirds"
        );
        let picture = shown(&still).to_rgb8();
        let [above, below] = [picture.get_pixel(20, 8).0, picture.get_pixel(20, 236).0];
        assert!(above[0] > above[2] + 60, "{format:?}: red above: {above:?}");
        assert!(below.iter().all(|it| it.abs_diff(128) < 4), "{format:?}: grey below: {below:?}");
    }
}

#[test]
fn a_jpeg_without_its_end_marker_is_whole() {
    let whole = saved(&photo(80, 60), ImageFormat::Jpeg);
    let cut = &whole[..whole.len() - 2];
    assert_eq!(shown(&still(cut)).to_rgb8(), shown(&still(&whole)).to_rgb8());
    assert_eq!(said(cut), ["the file ends early, all of the picture is there"]);
}

#[test]
fn a_picture_that_is_grey_below_is_not_taken_for_a_cut_one() {
    let picture = RgbImage::from_fn(64, 64, |x, y| Rgb(if y < 20 { [x as u8 * 4, 9, 9] } else { [128; 3] }));
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        assert_eq!(said(&saved(&picture.clone().into(), format)), [""; 0], "{format:?}");
    }
    let luma = image::DynamicImage::from(picture).to_luma8();
    assert_eq!(said(&saved(&luma.into(), ImageFormat::Jpeg)), [""; 0]);
}

#[test]
fn a_cut_picture_that_was_given_an_end_marker_is_still_cut() {
    let whole = saved(&photo(320, 240), ImageFormat::Jpeg);
    let mended = [&whole[..whole.len() / 2], &[0xFF, 0xD9]].concat();
    assert!(missing(&mended) > Some(200), "{:?}", said(&mended));
}

#[test]
fn junk_in_a_jpeg_is_passed_over() {
    let whole = saved(&photo(80, 60), ImageFormat::Jpeg);
    let tables = whole.windows(2).position(|it| it == [0xFF, 0xDB]).expect("tables");
    let between = [&whole[..tables], &[0; 4], &whole[tables..]].concat();
    let before = [b"\r\n", &whole[..]].concat();
    let zeros = [&[0; 3], &whole[..]].concat();
    for bytes in [between, before, zeros] {
        assert_eq!(shown(&still(&bytes)).to_rgb8(), shown(&still(&whole)).to_rgb8());
        assert_eq!(said(&bytes), [""; 0]);
    }
    let png = saved(&photo(80, 60), ImageFormat::Png);
    check(&[b"\xEF\xBB\xBF\n", &png[..]].concat(), "png 80x60");
}

#[test]
fn a_png_is_read_past_what_does_not_matter() {
    let whole = saved(&photo(80, 60), ImageFormat::Png);
    let mut note = chunk("tEXt", b"Comment\0mild");
    let last = note.len() - 1;
    note[last] ^= 0xFF;
    let with_note = [&whole[..33], &note, &whole[33..]].concat();
    assert_eq!(said(&with_note), [""; 0], "a checksum of a comment");
    assert_eq!(said(&whole[..whole.len() - 12]), ["the file ends early, all of the picture is there"]);
}

#[test]
fn a_gif_without_its_trailer_is_whole() {
    let whole = gif(&[[0, 100, 0], [140, 0, 0]], 40, 30);
    let cut = &whole[..whole.len() - 1];
    assert_eq!(shown(&still(cut)).to_rgb8(), shown(&still(&whole)).to_rgb8());
    assert_eq!(said(cut)[1], "the file ends early, all of the picture is there");
}

#[test]
fn a_file_of_which_nothing_is_left_is_refused() {
    let jpeg = saved(&photo(80, 60), ImageFormat::Jpeg);
    let scan = jpeg.windows(2).position(|it| it == [0xFF, 0xDA]).expect("a scan");
    check(&jpeg[..scan], "jpeg");
    assert!(stills::read(&jpeg[..scan]).is_err(), "headers alone are no picture");
    assert!(stills::read(&jpeg[..scan + 14]).is_err(), "nor is a scan that ends where it begins");
    let png = saved(&photo(80, 60), ImageFormat::Png);
    assert!(stills::read(&png[..45]).is_err(), "headers alone are no picture");
}

#[test]
fn damaged_files_never_panic() {
    for format in ALL {
        let good = saved(&photo(40, 30), format);
        for at in 0..good.len().min(700) {
            for flip in [0x5A, 0x01] {
                let mut bytes = good.clone();
                bytes[at] ^= flip;
                if let Ok(still) = stills::read(&bytes) {
                    assert!(still.width.max(still.height) <= stills::STRIP_SIDE);
                }
            }
        }
    }
    let moving = gif(&[[0, 100, 0], [140, 0, 0], [0, 0, 140]], 20, 10);
    for good in [moving, jpeg_with_exif(6)] {
        for at in 0..good.len().min(900) {
            for flip in [0x5A, 0xFF, 0x01] {
                let mut bytes = good.clone();
                bytes[at] ^= flip;
                drop(stills::read(&bytes));
            }
        }
    }
}

#[test]
fn every_beginning_of_a_file_is_shown_or_refused() {
    for format in ALL {
        let good = saved(&photo(40, 30), format);
        for kept in 0..good.len().min(600) {
            drop(stills::read(&good[..kept]));
        }
    }
}
