//! The first picture of a file, within limits, and what of it is missing.
//!
//! Half a picture is shown as browsers show it: what is there, the rest grey. A decoder that gives up has already
//! written what it read, so it is asked twice, over two grounds: what differs was never written.

use std::io::Cursor;

use image::{
    ColorType, DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, ImageDecoder, ImageError, ImageReader,
    Limits, RgbImage, RgbaImage, metadata::Orientation,
};

use crate::{
    colour::Colours,
    cut_jpeg,
    layout::{End, Layout},
    stills::{Format, MAX_DECODED_BYTES, MAX_PIXELS, MAX_SIDE},
};

/// What stands where a picture has nothing.
const GREY: u8 = 128;

/// The first picture, as it lies in the file.
pub(crate) struct First {
    /// Neither turned nor converted.
    pub picture: DynamicImage,
    /// How it is to be turned.
    pub orientation: Orientation,
    /// What its colours mean.
    pub colours: Colours,
    /// What of it is missing, if anything is.
    pub missing: Option<Missing>,
}

/// How much of a picture is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Thousandths of its pixels; 0 where only the end of the file is.
    Pixels(u32),
    /// Sharpness: all of it is there, roughly.
    Detail,
}

/// Why there is none, before it is told which file it was in.
pub(crate) enum Fault {
    /// It ends before there is anything to see.
    Cut,
    TooManyPixels(u32, u32),
    Decoder(ImageError),
}

impl From<ImageError> for Fault {
    fn from(error: ImageError) -> Self {
        Self::Decoder(error)
    }
}

pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    limits
}

pub(crate) fn first(bytes: &[u8], format: Format, layout: Layout) -> Result<First, Fault> {
    let (bytes, format) = match format {
        Format::Ico => crate::layout::png_in_icon(bytes).map_or((bytes, format), |it| (it, Format::Png)),
        _ => (bytes, format),
    };
    let mut decoder = decoder(bytes, format)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(Fault::TooManyPixels(width, height));
    }
    // Broken EXIF is common and says nothing about the picture: it is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colours = match decoder.icc_profile().ok().flatten() {
        Some(profile) => Colours::Profile(profile),
        None if format == Format::Png => crate::layout::colours(bytes),
        None => Colours::Plain,
    };
    let colour_type = decoder.color_type();
    let mut pixels = vec![GREY; decoder.total_bytes() as usize];
    let missing = match decoder.read_image(&mut pixels) {
        Ok(()) if format == Format::Jpeg => missing_of_jpeg(bytes, layout, &mut pixels, width, colour_type)?,
        Ok(()) => (layout.end == End::Missing).then_some(Missing::Pixels(0)),
        Err(error) => {
            let share = unwritten(bytes, format, &mut pixels, colour_type)?;
            match share {
                // Not a pixel was written: there is no picture.
                1000 => return Err(error.into()),
                0 if layout.gradual => Some(Missing::Detail),
                share => Some(Missing::Pixels(share)),
            }
        }
    };
    let picture =
        in_memory(width, height, colour_type, pixels).ok_or_else(|| Fault::TooManyPixels(width, height))?;
    Ok(First { picture, orientation, colours, missing })
}

fn decoder(bytes: &[u8], format: Format) -> Result<impl ImageDecoder + '_, Fault> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.known());
    reader.limits(limits());
    Ok(reader.into_decoder()?)
}

/// Thousandths of the pixels that no decoder wrote; they become grey and opaque.
fn unwritten(bytes: &[u8], format: Format, pixels: &mut [u8], colour_type: ColorType) -> Result<u32, Fault> {
    let decoder = decoder(bytes, format)?;
    let mut other = vec![!GREY; pixels.len()];
    // It fails as it did before; what it wrote until then is the point.
    drop(decoder.read_image(&mut other));
    let size = usize::from(colour_type.bytes_per_pixel());
    let n_pixels = pixels.len() / size;
    let sample = size / usize::from(colour_type.channel_count());
    let mut n_missing = 0_usize;
    for (pixel, other) in pixels.chunks_exact_mut(size).zip(other.chunks_exact(size)) {
        if pixel.iter().zip(other).all(|(one, other)| one != other) {
            n_missing += 1;
            pixel.fill(GREY);
            if colour_type.has_alpha() {
                pixel[size - sample..].fill(255);
            }
        } else if format == Format::Png && sample == 2 {
            // A decoder that gives up leaves samples with the high byte first.
            pixel.chunks_exact_mut(2).for_each(|it| {
                let value = u16::from_be_bytes([it[0], it[1]]);
                it.copy_from_slice(&value.to_ne_bytes());
            });
        }
    }
    // Rounded up: a single pixel that is missing is missing.
    Ok((n_missing * 1000).div_ceil(n_pixels.max(1)) as u32)
}

/// What is missing of a JPEG although its decoder was content: it fills what it does not find, and says nothing.
fn missing_of_jpeg(
    bytes: &[u8],
    layout: Layout,
    pixels: &mut [u8],
    width: u32,
    colour_type: ColorType,
) -> Result<Option<Missing>, Fault> {
    let has_end = layout.end != End::Missing;
    if layout.gradual {
        return Ok((!has_end).then_some(Missing::Detail));
    }
    let size = usize::from(colour_type.bytes_per_pixel());
    let row = width as usize * size;
    let n_rows = pixels.len() / row.max(1);
    if has_end && !cut_jpeg::may_be_filled(pixels, row, size) {
        return Ok(None);
    }
    let padded = cut_jpeg::padded(bytes);
    let n_filled = cut_jpeg::filled_rows(&padded, width as usize).unwrap_or(0).min(n_rows);
    if n_filled > 0 || !has_end {
        decoder(&padded, Format::Jpeg)?.read_image(pixels)?;
    }
    let there = &pixels[..(n_rows - n_filled) * row];
    // One colour above the grey is what the decoder makes of no data at all.
    if n_filled > 0 && there.chunks_exact(size).all(|it| *it == there[..size]) {
        return Err(Fault::Cut);
    }
    let share = (n_filled * 1000).div_ceil(n_rows.max(1)) as u32;
    Ok((n_filled > 0 || !has_end).then_some(Missing::Pixels(share)))
}

fn in_memory(width: u32, height: u32, colour_type: ColorType, bytes: Vec<u8>) -> Option<DynamicImage> {
    let wide = || -> Vec<u16> { bytes.as_chunks::<2>().0.iter().map(|it| u16::from_ne_bytes(*it)).collect() };
    let real = || -> Vec<f32> { bytes.as_chunks::<4>().0.iter().map(|it| f32::from_ne_bytes(*it)).collect() };
    Some(match colour_type {
        ColorType::L8 => GrayImage::from_raw(width, height, bytes)?.into(),
        ColorType::La8 => GrayAlphaImage::from_raw(width, height, bytes)?.into(),
        ColorType::Rgb8 => RgbImage::from_raw(width, height, bytes)?.into(),
        ColorType::Rgba8 => RgbaImage::from_raw(width, height, bytes)?.into(),
        ColorType::L16 => DynamicImage::ImageLuma16(ImageBuffer::from_raw(width, height, wide())?),
        ColorType::La16 => DynamicImage::ImageLumaA16(ImageBuffer::from_raw(width, height, wide())?),
        ColorType::Rgb16 => DynamicImage::ImageRgb16(ImageBuffer::from_raw(width, height, wide())?),
        ColorType::Rgba16 => DynamicImage::ImageRgba16(ImageBuffer::from_raw(width, height, wide())?),
        ColorType::Rgb32F => DynamicImage::ImageRgb32F(ImageBuffer::from_raw(width, height, real())?),
        ColorType::Rgba32F => DynamicImage::ImageRgba32F(ImageBuffer::from_raw(width, height, real())?),
        _ => return None,
    })
}
