//! What is shown of a picture: small enough for a screen, opaque, and encoded anew.

use image::{
    DynamicImage, ImageError, Rgb, RgbImage, Rgba,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType as PngFilter, PngEncoder},
    },
    imageops::FilterType,
};

/// The longest side of what is shown, unless it is a strip.
pub const FULL_SIDE: u32 = 1600;
/// The longest side of a strip: a conversation photographed from a screen, a panorama.
pub const STRIP_SIDE: u32 = 16_000;
/// The longest side of the covered rendition: shapes of a scene, no faces, no wounds, no letters.
pub const COVERED_SIDE: u32 = 24;

/// A picture that is so many times longer than wide is a strip. Made to fit a screen it would be a line.
const STRIP_RATIO: u32 = 4;
/// The shorter side of a strip: letters on a telephone's screen can be read at this width.
const STRIP_WIDTH: u32 = 480;
const JPEG_QUALITY: u8 = 85;
/// Drawings up to this side and number of colours stay exact, because JPEG smears letters on them.
const FLAT_SIDE: u32 = 640;
const FLAT_COLOURS: usize = 256;
/// What copies are told by is laid over this, so that it does not depend on squares.
const BACKDROP: f32 = 128.0;
/// Squares behind what is clear: white and black letters stand out on either, and neither hides both.
const SQUARES: [u8; 2] = [102, 153];
const SQUARE_SIDE: u32 = 8;

/// The size at which a picture of this size is shown.
pub(crate) fn fitted(width: u32, height: u32) -> (u32, u32) {
    let (long, short) = (width.max(height), width.min(height));
    if long / STRIP_RATIO < short {
        return within(width, height, FULL_SIDE);
    }
    // Never smaller than what a picture of this length would be made.
    let by_width = u64::from(long) * u64::from(STRIP_WIDTH) / u64::from(short.max(1));
    within(width, height, by_width.clamp(u64::from(FULL_SIDE), u64::from(STRIP_SIDE)) as u32)
}

/// The size at which neither side is longer than `side`; never larger than it is.
pub(crate) fn within(width: u32, height: u32, side: u32) -> (u32, u32) {
    let long = u64::from(width.max(height).max(1));
    let side = u64::from(side).min(long);
    let scaled = |it: u32| ((u64::from(it) * side + long / 2) / long).max(1) as u32;
    (scaled(width), scaled(height))
}

pub(crate) fn scaled(picture: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    match (picture.width(), picture.height()) == (width, height) {
        true => picture.clone(),
        false => picture.resize_exact(width, height, FilterType::CatmullRom),
    }
}

/// The picture over squares of two greys where it is clear, and whether it is anywhere.
pub(crate) fn opaque(picture: &DynamicImage) -> (RgbImage, bool) {
    if !picture.color().has_alpha() {
        return (picture.to_rgb8(), false);
    }
    let pixels = picture.to_rgba8();
    let is_clear = pixels.pixels().any(|it| it.0[3] < 255);
    let side = SQUARE_SIDE.min(picture.width().min(picture.height()) / 2).max(1);
    let shown = RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let square = SQUARES[((x / side + y / side) % 2) as usize];
        over(*pixels.get_pixel(x, y), square.into())
    });
    (shown, is_clear)
}

/// The picture over one grey, by which copies are told.
pub(crate) fn flat(picture: &DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture.clone();
    }
    let pixels = picture.to_rgba8();
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| over(*pixels.get_pixel(x, y), BACKDROP)).into()
}

fn over(Rgba([red, green, blue, alpha]): Rgba<u8>, ground: f32) -> Rgb<u8> {
    let share = f32::from(alpha) / 255.0;
    Rgb([red, green, blue].map(|it| (f32::from(it) * share + ground * (1.0 - share)).round() as u8))
}

/// PNG for a small drawing, else JPEG; and its type.
pub(crate) fn encode(picture: &RgbImage) -> Result<(Vec<u8>, &'static str), ImageError> {
    let mut bytes = Vec::new();
    if is_flat(picture) {
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
        picture.write_with_encoder(encoder)?;
        return Ok((bytes, "image/png"));
    }
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    Ok((bytes, "image/jpeg"))
}

fn is_flat(picture: &RgbImage) -> bool {
    if picture.width().max(picture.height()) > FLAT_SIDE {
        return false;
    }
    let mut colours = std::collections::HashSet::new();
    picture.pixels().all(|it| {
        colours.insert(it.0);
        colours.len() <= FLAT_COLOURS
    })
}

/// Grey, a few pixels, blurred. The original cannot be had back from it, whatever the page does with it.
pub(crate) fn covered(picture: &RgbImage) -> Result<Vec<u8>, ImageError> {
    let picture = DynamicImage::from(picture.clone());
    let small = picture.resize(COVERED_SIDE, COVERED_SIDE, FilterType::Triangle).to_luma8();
    let blurred = image::imageops::blur(&small, 1.0);
    let mut bytes = Vec::new();
    blurred.write_with_encoder(PngEncoder::new(&mut bytes))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: (u32, u32), shown: (u32, u32)) {
        assert_eq!(fitted(sent.0, sent.1), shown, "{sent:?}");
    }

    #[test]
    fn a_picture_fits_a_screen_and_a_strip_can_be_read() {
        check((800, 600), (800, 600));
        check((4000, 3000), (1600, 1200));
        check((3200, 1000), (1600, 500));
        check((1080, 12_000), (480, 5333));
        check((40, 17_000), (38, 16_000));
        check((12_000, 40), (12_000, 40));
        check((60_000, 1), (16_000, 1));
        check((1, 1), (1, 1));
    }
}
