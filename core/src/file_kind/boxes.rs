//! Files of boxes: ISO 14496-12 (MP4, HEIC, AVIF) and QuickTime before it.

use super::{Family, FileKind};

/// More brands than this are not read: a phone writes about ten.
const MOST_BRANDS: usize = 64;

pub(super) fn kind(head: &[u8]) -> Option<FileKind> {
    if head.len() < 8 {
        return None;
    }
    match &head[4..8] {
        b"ftyp" => Some(of_brands(head)),
        b"JXL " => Some(FileKind { family: Family::Picture, name: "JPEG XL picture" }),
        b"jP  " => Some(FileKind { family: Family::Picture, name: "JPEG 2000 picture" }),
        // QuickTime before brands began with whatever came first.
        b"moov" | b"mdat" | b"wide" | b"pnot" => {
            Some(FileKind { family: Family::Film, name: "QuickTime film" })
        }
        b"free" | b"skip" if matches!(head.get(12..16), Some(b"moov" | b"mdat" | b"wide")) => {
            Some(FileKind { family: Family::Film, name: "QuickTime film" })
        }
        _ => None,
    }
}

/// By the main brand where it says what the file is, else by the first of the others that does.
fn of_brands(head: &[u8]) -> FileKind {
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let end = length.clamp(8, head.len());
    let (brands, _) = head[8..end].as_chunks::<4>();
    // The second four bytes are a version.
    let others = brands.iter().skip(2).take(MOST_BRANDS);
    let known = brands.first().into_iter().chain(others).find_map(|it| of_brand(*it));
    let (family, name) = known.unwrap_or((Family::Film, "MP4 film"));
    FileKind { family, name }
}

fn of_brand(brand: [u8; 4]) -> Option<(Family, &'static str)> {
    Some(match &brand {
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"hevm" | b"hevs" => {
            (Family::Picture, "HEIC picture")
        }
        b"avif" | b"avis" => (Family::Picture, "AVIF picture"),
        b"crx " => (Family::Picture, "raw photograph"),
        b"jp2 " | b"jpx " | b"jph " => (Family::Picture, "JPEG 2000 picture"),
        b"qt  " => (Family::Film, "QuickTime film"),
        b"M4A " | b"M4B " | b"M4P " | b"F4A " => (Family::Sound, "MP4 sound"),
        b"M4V " | b"M4VH" | b"f4v " | b"F4V " | b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41"
        | b"mp42" | b"avc1" | b"dash" | b"MSNV" => (Family::Film, "MP4 film"),
        [b'3', b'g', _, _] => (Family::Film, "3GP film"),
        // `mif1` and `msf1` say that it is a picture, not in which code: another brand does.
        _ => return None,
    })
}
