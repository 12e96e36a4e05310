//! Colours as a viewer that follows profiles shows them: converted to sRGB, which is all the page knows.
//!
//! A profile can turn one picture into another, so passing it over shows a reviewer what nobody else saw.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use moxcms::{
    Chromaticity, ColorPrimaries, ColorProfile, DataColorSpace, Layout, ToneReprCurve, TransformOptions,
};

/// Profiles of printers have half a megabyte; a larger one is not read.
const MOST_PROFILE_BYTES: usize = 4 << 20;
/// Differences of so much (of 255) are rounding: the picture is in sRGB already and stays exact.
const ROUNDING: u8 = 3;
/// A gamma as far as this from that of sRGB is another one.
const GAMMA_TOLERANCE: f64 = 0.05;

/// What a file says of its colours.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Colours {
    /// Nothing, or that they are sRGB.
    #[default]
    Plain,
    /// An ICC profile.
    Profile(Vec<u8>),
    /// A power and perhaps primaries, as PNG has them.
    Gamma {
        /// Of the encoding: 0.45455 is near that of sRGB.
        gamma: f64,
        /// White, red, green and blue, each x and y.
        primaries: Option<[f32; 8]>,
    },
    /// Code points of ITU-T H.273.
    Codes {
        /// 1 is that of sRGB, 12 Display P3.
        primaries: u8,
        /// 13 is that of sRGB, and of Display P3.
        curve: u8,
    },
}

/// The picture in sRGB, eight bits a channel, and whether what the file says of its colours was followed.
pub(crate) fn to_srgb(picture: DynamicImage, colours: &Colours) -> (DynamicImage, bool) {
    let picture = eight_bits(picture);
    // Profiles are hostile too; one that makes the reader panic is one that cannot be followed.
    let profile = match colours {
        Colours::Profile(bytes) if bytes.len() > MOST_PROFILE_BYTES => None,
        Colours::Profile(bytes) => catch_unwind(|| ColorProfile::new_from_slice(bytes).ok()).ok().flatten(),
        Colours::Plain | Colours::Codes { primaries: 1, curve: 1 | 13 } => return (picture, true),
        Colours::Codes { primaries: 12, curve: 13 } => Some(ColorProfile::new_display_p3()),
        // Of these, light beyond white would have to be brought in, and each viewer does that in its own way.
        Colours::Codes { .. } => None,
        Colours::Gamma { gamma, primaries } => of_gamma(*gamma, *primaries),
    };
    let converted = profile
        .and_then(|profile| catch_unwind(AssertUnwindSafe(|| convert(&picture, &profile))).ok().flatten());
    match converted {
        Some(Converted::Other(converted)) => (converted, true),
        Some(Converted::Same) => (picture, true),
        None => (picture, false),
    }
}

/// Screens, JPEG and our PNG have no more.
fn eight_bits(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma16(_) => picture.into_luma8().into(),
        DynamicImage::ImageLumaA16(_) => picture.into_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgb32F(_) => picture.into_rgb8().into(),
        DynamicImage::ImageRgba16(_) | DynamicImage::ImageRgba32F(_) => picture.into_rgba8().into(),
        it => it,
    }
}

/// Nothing where it says what is sRGB within rounding, or nonsense.
fn of_gamma(gamma: f64, primaries: Option<[f32; 8]>) -> Option<ColorProfile> {
    let mut profile = ColorProfile::new_srgb();
    if !(0.1..=10.0).contains(&gamma) {
        return None;
    }
    if let Some([wx, wy, rx, ry, gx, gy, bx, by]) = primaries {
        if [wy, ry, gy, by].iter().any(|it| *it <= 0.0) {
            return None;
        }
        let at = Chromaticity::new;
        let primaries = ColorPrimaries { red: at(rx, ry), green: at(gx, gy), blue: at(bx, by) };
        profile.update_rgb_colorimetry(at(wx, wy).to_xyyb(), primaries);
    }
    if (gamma - 1.0 / 2.2).abs() > GAMMA_TOLERANCE {
        let curve = ToneReprCurve::Parametric(vec![(1.0 / gamma) as f32]);
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
        profile.cicp = None;
    }
    Some(profile)
}

enum Converted {
    Other(DynamicImage),
    Same,
}

fn convert(picture: &DynamicImage, profile: &ColorProfile) -> Option<Converted> {
    let srgb = ColorProfile::new_srgb();
    let change = |from: Layout, to: Layout, pixels: &[u8], n: usize| -> Option<Vec<u8>> {
        let change = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()).ok()?;
        let mut changed = vec![0; n];
        change.transform(pixels, &mut changed).ok()?;
        Some(changed)
    };
    let (width, height) = (picture.width(), picture.height());
    let n_pixels = width as usize * height as usize;
    let is_grey = !picture.color().has_color();
    match (profile.color_space, is_grey) {
        (DataColorSpace::Gray, true) => {
            let samples: Vec<u8> = (0..=255).collect();
            let changed = change(Layout::Gray, Layout::Rgb, &samples, 256 * 3)?;
            let shade = |it: u8| changed[usize::from(it) * 3];
            if samples.iter().all(|it| shade(*it).abs_diff(*it) <= ROUNDING) {
                return Some(Converted::Same);
            }
            // A table of 256 shades is the whole of the conversion.
            Some(Converted::Other(match picture {
                DynamicImage::ImageLumaA8(_) => {
                    let mut pixels = picture.to_luma_alpha8();
                    pixels.pixels_mut().for_each(|it| it.0[0] = shade(it.0[0]));
                    pixels.into()
                }
                _ => {
                    let shades = picture.to_luma8().into_raw().into_iter().map(shade).collect();
                    GrayImage::from_raw(width, height, shades)?.into()
                }
            }))
        }
        (DataColorSpace::Rgb, _) => {
            let samples = lattice();
            let changed = change(Layout::Rgb, Layout::Rgb, &samples, samples.len())?;
            if samples.iter().zip(&changed).all(|(one, other)| one.abs_diff(*other) <= ROUNDING) {
                return Some(Converted::Same);
            }
            Some(Converted::Other(match picture.color().has_alpha() {
                true => {
                    let pixels = picture.to_rgba8().into_raw();
                    let changed = change(Layout::Rgba, Layout::Rgba, &pixels, n_pixels * 4)?;
                    RgbaImage::from_raw(width, height, changed)?.into()
                }
                false => {
                    let pixels = picture.to_rgb8().into_raw();
                    let changed = change(Layout::Rgb, Layout::Rgb, &pixels, n_pixels * 3)?;
                    RgbImage::from_raw(width, height, changed)?.into()
                }
            }))
        }
        // Inks: what they look like is decided before the decoder makes red, green and blue of them.
        _ => None,
    }
}

/// Colours from all over the cube, to see whether a profile changes any.
fn lattice() -> Vec<u8> {
    let levels = || (0..=5_u8).map(|it| it * 51);
    levels()
        .flat_map(|red| levels().flat_map(move |green| levels().flat_map(move |blue| [red, green, blue])))
        .collect()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn check(colours: &Colours, sent: [u8; 3], shown: [u8; 3], followed: bool) {
        let picture = RgbImage::from_pixel(3, 2, Rgb(sent)).into();
        let (found, was) = to_srgb(picture, colours);
        let pixel = found.to_rgb8().get_pixel(1, 1).0;
        assert_eq!(was, followed, "{colours:?}");
        for (one, other) in pixel.iter().zip(shown) {
            assert!(one.abs_diff(other) <= 3, "{sent:?} is shown as {pixel:?}, not {shown:?}");
        }
    }

    #[test]
    fn what_is_srgb_already_stays_exact() {
        let srgb = Colours::Profile(ColorProfile::new_srgb().encode().expect("a profile"));
        for colour in [[1, 2, 3], [200, 100, 50], [255, 0, 254]] {
            let picture: DynamicImage = RgbImage::from_pixel(3, 2, Rgb(colour)).into();
            assert_eq!(to_srgb(picture.clone(), &srgb), (picture, true));
        }
        check(&Colours::Gamma { gamma: 0.45455, primaries: None }, [10, 120, 250], [10, 120, 250], true);
    }

    #[test]
    fn a_wider_space_is_brought_in() {
        let wide = Colours::Profile(ColorProfile::new_display_p3().encode().expect("a profile"));
        // What P3 calls this green is more than sRGB has.
        check(&wide, [0, 255, 0], [0, 255, 0], true);
        check(&wide, [200, 100, 50], [215, 93, 31], true);
        check(&Colours::Codes { primaries: 12, curve: 13 }, [200, 100, 50], [215, 93, 31], true);
        check(&Colours::Codes { primaries: 9, curve: 16 }, [200, 100, 50], [200, 100, 50], false);
    }

    #[test]
    fn linear_light_is_brightened() {
        // Half the light is 188 in sRGB.
        check(&Colours::Gamma { gamma: 1.0, primaries: None }, [128, 128, 128], [188, 188, 188], true);
        check(&Colours::Gamma { gamma: 0.0, primaries: None }, [9, 9, 9], [9, 9, 9], false);
    }

    #[test]
    fn primaries_that_are_swapped_swap_the_colours() {
        let primaries = Some([0.3127, 0.329, 0.15, 0.06, 0.3, 0.6, 0.64, 0.33]);
        check(&Colours::Gamma { gamma: 0.45455, primaries }, [220, 30, 30], [30, 30, 220], true);
    }

    #[test]
    fn a_profile_that_is_broken_changes_nothing_and_is_said() {
        let whole = ColorProfile::new_display_p3().encode().expect("a profile");
        check(&Colours::Profile(Vec::new()), [7, 8, 9], [7, 8, 9], false);
        check(&Colours::Profile(whole[..40].to_vec()), [7, 8, 9], [7, 8, 9], false);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xFF;
            let picture = RgbImage::from_pixel(2, 2, Rgb([9, 99, 199])).into();
            let (found, _) = to_srgb(picture, &Colours::Profile(bytes));
            assert_eq!((found.width(), found.height()), (2, 2), "a bad profile takes no pixel away");
        }
    }
}
