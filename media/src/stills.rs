//! One still picture out of bytes nobody vouches for.
//!
//! What comes out is encoded anew from pixels: no metadata, no second file behind the first, nothing the
//! page's decoder has not seen from us before. Limits are checked on the header, before pixels are asked for.
//! What the file holds beyond what comes out is not shown, and said.

use casebook_core::{
    file_kind::{self, Family, FileKind},
    hash::sha256_hex,
    ports,
    remark::Remark,
};
use image::{DynamicImage, ImageError, ImageFormat};

use crate::{
    colour,
    decode::{self, Fault, First, Missing},
    layout::{End, Layout},
    moving,
    pixel_hash::pixel_hash,
    shown,
};

pub use crate::shown::{COVERED_SIDE, FULL_SIDE, STRIP_SIDE};

/// A larger file is refused unread.
pub const MAX_FILE_BYTES: usize = 64 << 20;
/// A longer side is refused.
pub const MAX_SIDE: u32 = 65_535;
/// More pixels are refused.
pub const MAX_PIXELS: u64 = 64_000_000;
/// What decoding may ask for.
pub const MAX_DECODED_BYTES: u64 = 256 << 20;
/// A still picture, safe to show.
#[derive(Clone, Debug)]
pub struct Still {
    /// As it was sent.
    pub format_in: Format,
    /// What else the file holds, and how it was made fit to show.
    pub remarks: Vec<Remark>,
    /// Of `full`, upright.
    pub width: u32,
    /// Of `full`, upright.
    pub height: u32,
    /// PNG for a small drawing, else JPEG; opaque; at most [`FULL_SIDE`], a strip [`STRIP_SIDE`].
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
    Tiff,
    Ico,
    Qoi,
    Pnm,
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
            Self::Tiff => "tiff",
            Self::Ico => "ico",
            Self::Qoi => "qoi",
            Self::Pnm => "pnm",
        }
    }

    /// As the decoders call it.
    pub(crate) fn known(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Gif => ImageFormat::Gif,
            Self::WebP => ImageFormat::WebP,
            Self::Bmp => ImageFormat::Bmp,
            Self::Tiff => ImageFormat::Tiff,
            Self::Ico => ImageFormat::Ico,
            Self::Qoi => ImageFormat::Qoi,
            Self::Pnm => ImageFormat::Pnm,
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
    /// No picture, or one of a format that is not decoded.
    NotRead {
        /// What it is.
        kind: FileKind,
        /// The first bytes in hex, where that is not known.
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
            Self::NotRead { kind, start } if kind.family == Family::Unknown => {
                format!("{kind}, starting with {start}")
            }
            Self::NotRead { kind, .. } => kind.to_string(),
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
            Self::NotRead { kind, .. } => match kind.way_out() {
                Some(way_out) => format!("not read; {way_out}"),
                None => "pictures are read: jpeg, png, gif, webp, bmp, tiff, ico, qoi and pnm".to_owned(),
            },
            Self::TooManyPixels { .. } => format!(
                "at most {MAX_SIDE} on a side, {MAX_PIXELS} in all and {MAX_DECODED_BYTES} bytes decoded"
            ),
            Self::OverLimit { .. } => {
                format!("decoding needs more than {MAX_DECODED_BYTES} bytes or {MAX_SIDE} pixels on a side")
            }
            Self::Truncated { .. } => "the file ends before the picture does".to_owned(),
            Self::Damaged { reason, .. } => format!("{reason}; save it again as PNG or JPEG"),
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
    if bytes.len() > MAX_FILE_BYTES {
        return Err(StillError::FileTooLarge { bytes: bytes.len() });
    }
    let n_sent = bytes.len();
    let (format, bytes) = sniff(bytes)?;
    let named = |it: Fault| named(it, format, n_sent);
    let layout = Layout::of(bytes, format);
    let First { picture, orientation, colours, missing } =
        decode::first(bytes, format, layout).map_err(named)?;
    let mut remarks = Vec::new();
    let finish = |mut picture: DynamicImage| {
        picture.apply_orientation(orientation);
        colour::to_srgb(picture, &colours)
    };
    let (picture, followed) = finish(picture);
    let size = (picture.width(), picture.height());
    // Of the first frame alone, before scaling down: by it, copies are told that moved or stood still.
    let pixel_hash = pixel_hash(&shown::flat(&picture));
    let (shown, is_clear, cell) = match layout.n_frames {
        1 => {
            let (width, height) = shown::fitted(size.0, size.1);
            let (shown, is_clear) = shown::opaque(&shown::scaled(&picture, width, height));
            (shown, is_clear, (width, height))
        }
        n => {
            let sheet = moving::sheet(bytes, format, layout, &picture, &|it| finish(it).0);
            let (read, columns) = (sheet.read.min(n), sheet.columns);
            remarks.push(Remark::Frames { n, read, shown: sheet.shown, columns });
            (sheet.picture, shown::opaque(&picture).1, sheet.cell)
        }
    };
    if layout.n_pages > 1 {
        remarks.push(Remark::Pages { n: layout.n_pages });
    }
    remarks.extend(behind(bytes, layout));
    remarks.extend(missing.map(|it| Remark::Incomplete {
        missing_permille: match it {
            Missing::Pixels(share) => Some(share),
            Missing::Detail => None,
        },
    }));
    if cell != size {
        remarks.push(Remark::Smaller { width: size.0, height: size.1 });
    }
    remarks.extend(is_clear.then_some(Remark::Clear));
    remarks.extend((!followed).then_some(Remark::Colours));
    let (full, full_type) = shown::encode(&shown).map_err(|it| named(it.into()))?;
    let covered = shown::covered(&shown).map_err(|it| named(it.into()))?;
    let sha256 = sha256_hex(&full);
    let of_bytes = || u64::from_str_radix(&sha256[..16], 16).expect("a sha256 is 64 hex digits");
    Ok(Still {
        format_in: format,
        remarks,
        width: shown.width(),
        height: shown.height(),
        pixel_hash: pixel_hash.unwrap_or_else(of_bytes),
        sha256,
        full,
        full_type,
        covered,
        covered_type: "image/png",
    })
}

/// By content only: names and declared types belong to the sender. Line ends before the picture, which servers
/// that print before they send leave there, are passed over as browsers do.
fn sniff(sent: &[u8]) -> Result<(Format, &[u8]), StillError> {
    let bytes = sent.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(sent).trim_ascii_start();
    let kind = kind(bytes);
    let format = match kind.name {
        "JPEG picture" => Format::Jpeg,
        "PNG picture" => Format::Png,
        "GIF picture" => Format::Gif,
        "WebP picture" => Format::WebP,
        "BMP picture" => Format::Bmp,
        "TIFF picture" => Format::Tiff,
        "ICO picture" => Format::Ico,
        "QOI picture" => Format::Qoi,
        "PNM picture" => Format::Pnm,
        _ => {
            let start = casebook_core::hash::hex(&sent[..sent.len().min(4)]);
            return Err(StillError::NotRead { kind, start });
        }
    };
    // Zeros before the first marker, which other formats do not begin behind.
    let zeros = bytes.iter().take_while(|it| format == Format::Jpeg && **it == 0).count();
    Ok((format, &bytes[zeros..]))
}

fn kind(bytes: &[u8]) -> FileKind {
    file_kind::what_is(&bytes[..bytes.len().min(file_kind::HEAD_BYTES)], "")
}

/// What stands behind the picture's own data. Zeros and line ends are padding, and nothing.
fn behind(bytes: &[u8], layout: Layout) -> Option<Remark> {
    let End::At(end) = layout.end else { return None };
    let rest = &bytes[end..];
    let starts = rest.iter().position(|it| *it != 0 && !it.is_ascii_whitespace())?;
    let here = kind(&rest[starts..]);
    // Some telephones write a table of their own before the film.
    let film = rest.windows(4).position(|it| it == b"ftyp").and_then(|it| it.checked_sub(4));
    let kind = match film {
        Some(from) if here.family == Family::Unknown => kind(&rest[from..]),
        _ => here,
    };
    Some(Remark::Behind { bytes: rest.len() as u32, what: kind.name.to_owned() })
}

fn named(fault: Fault, format: Format, bytes: usize) -> StillError {
    let format = format.name();
    match fault {
        Fault::Cut => StillError::Truncated { format, bytes },
        Fault::TooManyPixels(width, height) => StillError::TooManyPixels { format, width, height },
        Fault::Decoder(ImageError::Limits(_)) => StillError::OverLimit { format },
        Fault::Decoder(error) if ends_early(&error) => StillError::Truncated { format, bytes },
        Fault::Decoder(error) => StillError::Damaged { format, reason: error.to_string() },
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
