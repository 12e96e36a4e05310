//! One still picture out of bytes nobody vouches for.
//!
//! What comes out is encoded anew from pixels: no metadata, no second file behind the first, nothing the
//! page's decoder has not seen from us before. Limits are checked on the header, before pixels are asked for.

use std::io::Cursor;

use casebook_core::{hash::sha256_hex, ports};
use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgba,
    codecs::{
        gif::GifDecoder,
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType as PngFilter, PngDecoder, PngEncoder},
        webp::WebPDecoder,
    },
    imageops::FilterType,
    metadata::Orientation,
};

use crate::{jpeg, pixel_hash::pixel_hash};

/// A larger file is refused unread.
pub const MAX_FILE_BYTES: usize = 64 << 20;
/// A longer side is refused.
pub const MAX_SIDE: u32 = 16_384;
/// More pixels are refused.
pub const MAX_PIXELS: u64 = 64_000_000;
/// What decoding may ask for.
pub const MAX_DECODED_BYTES: u64 = 256 << 20;
/// The longest side of what is shown.
pub const FULL_SIDE: u32 = 1600;
/// The longest side of the covered rendition: shapes of a scene, no faces, no wounds, no letters.
pub const COVERED_SIDE: u32 = 24;

const JPEG_QUALITY: u8 = 85;
/// Drawings up to this side and number of colours stay exact, because JPEG smears letters on them.
const FLAT_SIDE: u32 = 640;
const FLAT_COLOURS: usize = 256;
/// What shows through transparent pixels where a rendition has none.
const BACKDROP: f32 = 128.0;

/// A still picture, safe to show.
#[derive(Clone, Debug)]
pub struct Still {
    /// As it was sent.
    pub format_in: Format,
    /// More frames follow in the file; this is the first.
    pub animated: bool,
    /// Of `full`, upright.
    pub width: u32,
    /// Of `full`, upright.
    pub height: u32,
    /// PNG where something is transparent or a small drawing, else JPEG; at most [`FULL_SIDE`].
    pub full: Vec<u8>,
    /// `image/png` or `image/jpeg`.
    pub full_type: &'static str,
    /// Grey, blurred, at most [`COVERED_SIDE`]; the page draws it large.
    pub covered: Vec<u8>,
    /// `image/png`.
    pub covered_type: &'static str,
    /// Of `full`, 64 hex digits.
    pub sha256: String,
    /// For grouping copies. A blank picture has too little in it to be recognised, so its hash is part of
    /// `sha256` and only an exact copy is near it.
    pub pixel_hash: u64,
}

/// A file format we decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are names")]
pub enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
    Bmp,
}

impl Format {
    /// `jpeg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
        }
    }
}

/// Why there is no still.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", self.value(), self.rule())]
pub enum StillError {
    /// Refused by length.
    FileTooLarge {
        /// Of the file.
        bytes: usize,
    },
    /// No magic number we know.
    NotAnImage {
        /// The first bytes in hex; `nothing` for an empty file.
        start: String,
    },
    /// Small file, huge picture, or simply huge.
    TooManyPixels {
        /// As sent.
        format: &'static str,
        /// As the header says.
        width: u32,
        /// As the header says.
        height: u32,
    },
    /// The decoder reached its memory limit, or the header could not be read within it.
    OverLimit {
        /// As sent.
        format: &'static str,
    },
    /// The file stops early.
    Truncated {
        /// As sent.
        format: &'static str,
        /// Of the file.
        bytes: usize,
    },
    /// Anything else the decoder said.
    Damaged {
        /// As sent.
        format: &'static str,
        /// In the decoder's words.
        reason: String,
    },
}

impl StillError {
    /// What the file is.
    #[must_use]
    pub fn value(&self) -> String {
        match self {
            Self::FileTooLarge { bytes } => format!("image of {bytes} bytes"),
            Self::NotAnImage { start } => format!("image starting with {start}"),
            Self::TooManyPixels { format, width, height } => format!("{format} of {width}x{height} pixels"),
            Self::Truncated { format, bytes } => format!("{format} of {bytes} bytes"),
            Self::OverLimit { format } | Self::Damaged { format, .. } => (*format).to_owned(),
        }
    }

    /// Which limit or rule of its format it breaks.
    #[must_use]
    pub fn rule(&self) -> String {
        match self {
            Self::FileTooLarge { .. } => format!("at most {MAX_FILE_BYTES} are read"),
            Self::NotAnImage { .. } => "jpeg, png, gif, webp and bmp are read".to_owned(),
            Self::TooManyPixels { .. } => format!(
                "at most {MAX_SIDE} on a side, {MAX_PIXELS} in all and {MAX_DECODED_BYTES} bytes decoded"
            ),
            Self::OverLimit { .. } => {
                format!("decoding needs more than {MAX_DECODED_BYTES} bytes or {MAX_SIDE} pixels on a side")
            }
            Self::Truncated { .. } => "the file ends before the picture does".to_owned(),
            Self::Damaged { reason, .. } => reason.clone(),
        }
    }
}

impl From<StillError> for ports::StillError {
    fn from(error: StillError) -> Self {
        Self { value: error.value(), rule: error.rule() }
    }
}

/// Decodes the first picture in `bytes` and makes what may be shown of it.
pub fn read(bytes: &[u8]) -> Result<Still, StillError> {
    let format = sniff(bytes)?;
    if format == Format::Jpeg && !jpeg::is_whole(bytes) {
        return Err(StillError::Truncated { format: format.name(), bytes: bytes.len() });
    }
    let (picture, animated) = decode(bytes, format).map_err(|it| it.named(format, bytes.len()))?;
    // The hash is taken before scaling down, of what a viewer would see.
    let pixel_hash = pixel_hash(&flat(&picture));
    let picture = shrunk(picture);
    let (full, full_type) = encode(&picture).map_err(|it| Fault::from(it).named(format, bytes.len()))?;
    let covered = covered(&picture).map_err(|it| Fault::from(it).named(format, bytes.len()))?;
    let sha256 = sha256_hex(&full);
    let of_bytes = || u64::from_str_radix(&sha256[..16], 16).expect("a sha256 is 64 hex digits");
    Ok(Still {
        format_in: format,
        animated,
        width: picture.width(),
        height: picture.height(),
        pixel_hash: pixel_hash.unwrap_or_else(of_bytes),
        sha256,
        full,
        full_type,
        covered,
        covered_type: "image/png",
    })
}

/// By magic number only: names and declared types belong to the sender.
fn sniff(bytes: &[u8]) -> Result<Format, StillError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(StillError::FileTooLarge { bytes: bytes.len() });
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => Ok(Format::Jpeg),
        Ok(ImageFormat::Png) => Ok(Format::Png),
        Ok(ImageFormat::Gif) => Ok(Format::Gif),
        Ok(ImageFormat::WebP) => Ok(Format::WebP),
        Ok(ImageFormat::Bmp) => Ok(Format::Bmp),
        _ => Err(StillError::NotAnImage { start: start(bytes) }),
    }
}

/// A few bytes in hex: enough to see what it is, too few to leak a caption into a log.
fn start(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    casebook_core::hash::hex(&bytes[..bytes.len().min(4)])
}

/// A fault before it is told which file it was in.
enum Fault {
    TooManyPixels(u32, u32),
    Decoder(ImageError),
}

impl From<ImageError> for Fault {
    fn from(error: ImageError) -> Self {
        Self::Decoder(error)
    }
}

impl Fault {
    fn named(self, format: Format, bytes: usize) -> StillError {
        let format = format.name();
        match self {
            Self::TooManyPixels(width, height) => StillError::TooManyPixels { format, width, height },
            Self::Decoder(ImageError::Limits(_)) => StillError::OverLimit { format },
            Self::Decoder(error) if ends_early(&error) => StillError::Truncated { format, bytes },
            Self::Decoder(error) => StillError::Damaged { format, reason: error.to_string() },
        }
    }
}

/// Decoders report an early end as an I/O error somewhere down their chain of causes.
fn ends_early(error: &ImageError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(it) = cause {
        let early = it
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof);
        if early {
            return true;
        }
        cause = it.source();
    }
    false
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    limits
}

/// The first frame, upright, and whether others follow.
fn decode(bytes: &[u8], format: Format) -> Result<(DynamicImage, bool), Fault> {
    let known = match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Gif => ImageFormat::Gif,
        Format::WebP => ImageFormat::WebP,
        Format::Bmp => ImageFormat::Bmp,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), known);
    reader.limits(limits());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(Fault::TooManyPixels(width, height));
    }
    // Broken EXIF is common and says nothing about the picture: it is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok((picture, has_more_frames(bytes, format)))
}

/// Asked after the first frame decoded within limits, so a second header cannot cost more than that one did.
fn has_more_frames(bytes: &[u8], format: Format) -> bool {
    let file = Cursor::new(bytes);
    match format {
        Format::Gif => GifDecoder::new(file).is_ok_and(|mut it| {
            it.set_limits(limits()).is_ok() && it.into_frames().nth(1).is_some_and(|frame| frame.is_ok())
        }),
        Format::WebP => WebPDecoder::new(file).is_ok_and(|it| it.has_animation()),
        Format::Png => {
            PngDecoder::with_limits(file, limits()).is_ok_and(|it| it.is_apng().is_ok_and(|apng| apng))
        }
        Format::Jpeg | Format::Bmp => false,
    }
}

fn shrunk(picture: DynamicImage) -> DynamicImage {
    // Eight bits a channel from here on: screens, JPEG and our PNG have no more.
    let picture = if has_transparency(&picture) {
        DynamicImage::from(picture.into_rgba8())
    } else {
        DynamicImage::from(picture.into_rgb8())
    };
    if picture.width().max(picture.height()) <= FULL_SIDE {
        return picture;
    }
    picture.resize(FULL_SIDE, FULL_SIDE, FilterType::CatmullRom)
}

fn has_transparency(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|it| it.0[3] < 255)
}

fn encode(picture: &DynamicImage) -> Result<(Vec<u8>, &'static str), ImageError> {
    let mut bytes = Vec::new();
    if picture.color().has_alpha() || is_flat(picture) {
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
        picture.write_with_encoder(encoder)?;
        return Ok((bytes, "image/png"));
    }
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    Ok((bytes, "image/jpeg"))
}

fn is_flat(picture: &DynamicImage) -> bool {
    if picture.width().max(picture.height()) > FLAT_SIDE {
        return false;
    }
    let mut colours = std::collections::HashSet::new();
    picture.to_rgb8().pixels().all(|it| {
        colours.insert(it.0);
        colours.len() <= FLAT_COLOURS
    })
}

/// Grey, a few pixels, blurred. The original cannot be had back from it, whatever the page does with it.
fn covered(picture: &DynamicImage) -> Result<Vec<u8>, ImageError> {
    let small = flat(&picture.resize(COVERED_SIDE, COVERED_SIDE, FilterType::Triangle)).to_luma8();
    let blurred = image::imageops::blur(&small, 1.0);
    let mut bytes = Vec::new();
    blurred.write_with_encoder(PngEncoder::new(&mut bytes))?;
    Ok(bytes)
}

/// Transparent pixels laid over the backdrop, as a viewer would show them.
fn flat(picture: &DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture.clone();
    }
    let mut pixels = picture.to_rgba8();
    for Rgba([red, green, blue, alpha]) in pixels.pixels_mut() {
        let share = f32::from(*alpha) / 255.0;
        for channel in [red, green, blue] {
            *channel = (f32::from(*channel) * share + BACKDROP * (1.0 - share)).round() as u8;
        }
        *alpha = 255;
    }
    DynamicImage::from(DynamicImage::from(pixels).into_rgb8())
}
