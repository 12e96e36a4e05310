//! Which pictures look alike: a 64-bit difference hash.
//!
//! The algorithm is dHash (Neal Krawetz, "Kind of Like That", 2013): grey, nine by eight, one bit per
//! neighbouring pair. It groups copies that were scaled or saved again, so that they share a split in an
//! export. It does not survive crops, flips or rotation, and it is no evidence that two pictures are the
//! same: PDQ, for bank matching, is another hash under another name.

use image::{DynamicImage, imageops::FilterType};

/// Hashes this many bits apart or fewer are taken for one picture.
pub const NEAR: u32 = 6;

/// Neighbours closer than this (of 255) say more about the encoder than about the picture.
const NOISE: u8 = 2;

/// The hash, or nothing where a picture has too little in it to be told from others.
///
/// A plain colour has no differences; without this every blank picture would be a copy of every other.
pub(crate) fn pixel_hash(picture: &DynamicImage) -> Option<u64> {
    let small = picture.resize_exact(9, 8, FilterType::Triangle).to_luma8();
    let mut hash = 0_u64;
    let mut n_clear = 0;
    for y in 0..8 {
        for x in 0..8 {
            let (left, right) = (small.get_pixel(x, y).0[0], small.get_pixel(x + 1, y).0[0]);
            hash = hash << 1 | u64::from(left > right.saturating_add(NOISE - 1));
            n_clear += u32::from(left.abs_diff(right) >= NOISE);
        }
    }
    (n_clear >= 8).then_some(hash)
}

/// Whether two hashes are of one picture, as far as this hash can tell.
#[must_use]
pub fn is_near(one: u64, other: u64) -> bool {
    (one ^ other).count_ones() <= NEAR
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// Nine soft blobs where the seed puts them.
    fn picture(seed: u32, width: u32, height: u32) -> DynamicImage {
        let chance = |n: u32| (seed.wrapping_mul(2_654_435_761) ^ n.wrapping_mul(2_246_822_519)) >> 7;
        let share = |n: u32| (chance(n).wrapping_mul(3_266_489_917) >> 16) as f32 / 65_536.0;
        let blobs: Vec<[f32; 4]> =
            (0..9).map(|n| [share(n * 4), share(n * 4 + 1), share(n * 4 + 2), share(n * 4 + 3)]).collect();
        RgbImage::from_fn(width, height, |x, y| {
            let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
            let value: f32 = blobs
                .iter()
                .map(|[left, top, size, light]| {
                    let distance = (x - left).powi(2) + (y - top).powi(2);
                    (light - 0.5) * 260.0 * (-distance / (0.01 + size * 0.08)).exp()
                })
                .sum();
            Rgb([(128.0 + value) as u8, (118.0 + value * 0.8) as u8, (138.0 - value * 0.3) as u8])
        })
        .into()
    }

    fn jpeg(picture: &DynamicImage, quality: u8) -> DynamicImage {
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
        picture.to_rgb8().write_with_encoder(encoder).expect("a JPEG in memory");
        image::load_from_memory(&bytes).expect("our own JPEG")
    }

    #[test]
    fn a_scaled_or_recompressed_copy_stays_near() {
        for seed in 1..12 {
            let original = picture(seed, 640, 480);
            let hash = pixel_hash(&original).expect("it has structure");
            for (what, copy) in [
                ("half size", original.resize_exact(320, 240, FilterType::Lanczos3)),
                ("odd size", original.resize_exact(501, 377, FilterType::Nearest)),
                ("jpeg 30", jpeg(&original, 30)),
                ("half size, jpeg 50", jpeg(&original.resize_exact(320, 240, FilterType::CatmullRom), 50)),
            ] {
                let copied = pixel_hash(&copy).expect("it has structure");
                assert!(
                    is_near(hash, copied),
                    "picture {seed}, {what}: {} bits",
                    (hash ^ copied).count_ones()
                );
            }
        }
    }

    #[test]
    fn other_pictures_and_flips_are_not_near() {
        let hashes: Vec<u64> = (1..12).filter_map(|seed| pixel_hash(&picture(seed, 640, 480))).collect();
        for (i, one) in hashes.iter().enumerate() {
            for other in &hashes[i + 1..] {
                assert!(!is_near(*one, *other), "{one:016x} and {other:016x} are of different pictures");
            }
        }
        // A wrong behaviour we live with: a mirrored copy is a different picture to this hash.
        let flipped = pixel_hash(&picture(3, 640, 480).fliph()).expect("it has structure");
        assert!(!is_near(hashes[2], flipped), "dHash does not survive a flip");
    }

    #[test]
    fn a_blank_picture_has_no_hash() {
        let blank = RgbImage::from_pixel(64, 64, Rgb([200, 10, 10]));
        assert_eq!(pixel_hash(&blank.into()), None, "or all blank pictures would be one group");
    }
}
