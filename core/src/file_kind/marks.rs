//! Files that begin with a mark of their own.

use super::{Family, FileKind};

use Family::{Archive, Data, Document, Film, Picture, Program, Sound, System};

/// What a system writes beside files. Asked first: `Thumbs.db` has the mark of an Office document.
pub(super) fn of_system(head: &[u8], name: &str) -> Option<FileKind> {
    let found = match name {
        "thumbs.db" | "ehthumbs.db" => "thumbnails of Windows",
        "desktop.ini" => "folder settings of Windows",
        ".ds_store" => "folder settings of macOS",
        ".directory" => "folder settings of KDE",
        _ if head.starts_with(b"\0\0\0\x01Bud1") => "folder settings of macOS",
        _ if head.starts_with(b"\0\x05\x16\x07") => "notes of macOS on a file",
        _ => return None,
    };
    Some(FileKind { family: System, name: found })
}

/// Marks at the very beginning, the longer ones first where one begins another.
const MARKS: &[(&[u8], Family, &str)] = &[
    (b"\xFF\xD8\xFF", Picture, "JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", Picture, "PNG picture"),
    (b"\x8AMNG\r\n\x1a\n", Picture, "MNG animation"),
    (b"\x8BJNG\r\n\x1a\n", Picture, "JNG picture"),
    (b"GIF87a", Picture, "GIF picture"),
    (b"GIF89a", Picture, "GIF picture"),
    (b"8BPS", Picture, "Photoshop picture"),
    (b"\xFF\x0A", Picture, "JPEG XL picture"),
    (b"\xFF\x4F\xFF\x51", Picture, "JPEG 2000 picture"),
    (b"II\xBC\x01", Picture, "JPEG XR picture"),
    (b"FUJIFILMCCD-RAW", Picture, "raw photograph"),
    (b"IIRO", Picture, "raw photograph"),
    (b"IIRS", Picture, "raw photograph"),
    (b"MMOR", Picture, "raw photograph"),
    (b"IIU\0", Picture, "raw photograph"),
    (b"FOVb", Picture, "raw photograph"),
    (b"qoif", Picture, "QOI picture"),
    (b"gimp xcf", Picture, "GIMP picture"),
    (b"icns", Picture, "icon of macOS"),
    (b"DDS ", Picture, "DDS picture"),
    (b"\x76\x2F\x31\x01", Picture, "OpenEXR picture"),
    (b"#?RADIANCE", Picture, "Radiance picture"),
    (b"BPG\xFB", Picture, "BPG picture"),
    (b"farbfeld", Picture, "farbfeld picture"),
    (b"AT&TFORM", Document, "DjVu document"),
    (b"%!PS", Document, "PostScript document"),
    (b"\xC5\xD0\xD3\xC6", Document, "PostScript document"),
    (b"\xD7\xCD\xC6\x9A", Picture, "Windows metafile"),
    (b"%PDF-", Document, "PDF document"),
    (b"{\\rtf", Document, "RTF document"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Document, "Office document"),
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", Film, "Windows Media film"),
    (b"FLV\x01", Film, "Flash film"),
    (b"FWS", Film, "Flash film"),
    (b"CWS", Film, "Flash film"),
    (b"\0\0\x01\xBA", Film, "MPEG film"),
    (b"\0\0\x01\xB3", Film, "MPEG film"),
    (b".RMF", Film, "RealMedia film"),
    (b"ID3", Sound, "MP3 sound"),
    (b"fLaC", Sound, "FLAC sound"),
    (b"#!AMR", Sound, "AMR sound"),
    (b"#!SILK", Sound, "SILK sound"),
    (b"\x02#!SILK", Sound, "SILK sound"),
    (b"MThd", Sound, "MIDI sound"),
    (b"caff", Sound, "CAF sound"),
    (b".snd", Sound, "AU sound"),
    (b"7z\xBC\xAF\x27\x1C", Archive, "7-Zip archive"),
    (b"Rar!\x1A\x07", Archive, "RAR archive"),
    (b"\xFD7zXZ\0", Archive, "XZ archive"),
    (b"\x28\xB5\x2F\xFD", Archive, "Zstandard archive"),
    (b"BZh", Archive, "bzip2 archive"),
    (b"MSCF", Archive, "CAB archive"),
    (b"!<arch>\n", Archive, "Unix archive"),
    (b"PAR1", Data, "Parquet table"),
    (b"SQLite format 3\0", Data, "SQLite database"),
    (b"ARROW1", Data, "Arrow table"),
    (b"MZ", Program, "Windows program"),
    (b"\x7FELF", Program, "Linux program"),
    (b"\xCF\xFA\xED\xFE", Program, "macOS program"),
    (b"\xCA\xFE\xBA\xBE", Program, "macOS or Java program"),
    (b"L\0\0\0\x01\x14\x02\0", Program, "Windows shortcut"),
];

pub(super) fn kind(head: &[u8], extension: &str) -> Option<FileKind> {
    let found = |family, name| Some(FileKind { family, name });
    if let Some((_, family, name)) = MARKS.iter().find(|(mark, ..)| head.starts_with(mark)) {
        return found(*family, name);
    }
    match head {
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => found(Picture, tiff(head, extension)),
        [b'I', b'I', b'+', 0, ..] | [b'M', b'M', 0, b'+', ..] => found(Picture, "TIFF picture"),
        [b'R', b'I', b'F', b'F', _, _, _, _, form @ ..] => riff(form),
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', ..] => found(Sound, "AIFF sound"),
        [b'O', b'g', b'g', b'S', ..] => match contains(head, b"theora") || matches!(extension, "ogv") {
            true => found(Film, "Ogg film"),
            false => found(Sound, "Ogg sound"),
        },
        [0x1A, 0x45, 0xDF, 0xA3, ..] => match contains(head, b"webm") {
            true => found(Film, "WebM film"),
            false => found(Film, "Matroska film"),
        },
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(zip(head, extension)),
        [0x1F, 0x8B, ..] => match extension {
            "svgz" => found(Picture, "SVG drawing"),
            "tgs" => found(Picture, "animated sticker"),
            _ => found(Archive, "gzip archive"),
        },
        [b'P', b'1'..=b'7', b' ' | b'\n' | b'\r' | b'\t', ..] => found(Picture, "PNM picture"),
        [0, 0, 1, 0, n, 0, ..] if *n > 0 => found(Picture, "ICO picture"),
        [0, 0, 2, 0, n, 0, ..] if *n > 0 => found(Picture, "mouse pointer"),
        [b'B', b'M', rest @ ..] if rest.len() >= 12 && rest[4..8] == [0; 4] => found(Picture, "BMP picture"),
        [0x47, ..] if head.get(188) == Some(&0x47) => found(Film, "MPEG film"),
        _ if head.get(257..262) == Some(b"ustar") => found(Archive, "tar archive"),
        _ if head.get(128..132) == Some(b"DICM") => found(Picture, "DICOM picture"),
        _ if head.get(40..44) == Some(b" EMF") => found(Picture, "Windows metafile"),
        _ => late_jpeg(head).or_else(|| markup(head)),
    }
}

/// A TIFF, or one of the many raw formats of cameras that are TIFFs to their first bytes.
fn tiff(head: &[u8], extension: &str) -> &'static str {
    const RAW: &[&str] =
        &["nef", "nrw", "arw", "srf", "sr2", "dng", "pef", "cr2", "orf", "rw2", "3fr", "iiq", "erf"];
    match head.get(8..10) == Some(b"CR") || RAW.contains(&extension) {
        true => "raw photograph",
        false => "TIFF picture",
    }
}

fn riff(form: &[u8]) -> Option<FileKind> {
    let (family, name) = match form.get(..4)? {
        b"WEBP" => (Picture, "WebP picture"),
        b"ACON" => (Picture, "mouse pointer"),
        b"AVI " => (Film, "AVI film"),
        b"WAVE" => (Sound, "WAV sound"),
        b"RMID" => (Sound, "MIDI sound"),
        _ => return None,
    };
    Some(FileKind { family, name })
}

/// Office files are archives; the first entries give them away.
fn zip(head: &[u8], extension: &str) -> FileKind {
    let of = |family, name| FileKind { family, name };
    match extension {
        _ if contains(head, b"word/") => of(Document, "Word document"),
        _ if contains(head, b"xl/") => of(Document, "Excel table"),
        _ if contains(head, b"ppt/") => of(Document, "PowerPoint slides"),
        _ if contains(head, b"application/vnd.oasis.opendocument") => of(Document, "OpenDocument file"),
        _ if contains(head, b"application/epub+zip") => of(Document, "EPUB book"),
        "docx" => of(Document, "Word document"),
        "xlsx" => of(Document, "Excel table"),
        "pptx" => of(Document, "PowerPoint slides"),
        "apk" | "jar" => of(Program, "Java program"),
        _ => of(Archive, "ZIP archive"),
    }
}

/// A JPEG behind a few line ends, as servers that print before they send make them; browsers show it.
fn late_jpeg(head: &[u8]) -> Option<FileKind> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = head.iter().position(|it| !it.is_ascii_whitespace() && *it != 0)?;
    head[start..].starts_with(b"\xFF\xD8\xFF").then_some(FileKind { family: Picture, name: "JPEG picture" })
}

/// A drawing or a page, behind declarations and comments.
fn markup(head: &[u8]) -> Option<FileKind> {
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head));
    let mut rest = text.trim_start();
    let mut is_xml = false;
    loop {
        let after = match rest {
            _ if rest.starts_with("<!--") => rest.split_once("-->"),
            _ if rest.starts_with("<?") => rest.split_once("?>"),
            _ if rest.len() > 9
                && rest.is_char_boundary(9)
                && rest[..9].eq_ignore_ascii_case("<!doctype") =>
            {
                // A document type may declare in brackets.
                match (rest.find('['), rest.find('>')) {
                    (Some(open), Some(end)) if open < end => rest.split_once("]>").or(rest.split_once('>')),
                    _ => rest.split_once('>'),
                }
            }
            _ => None,
        };
        is_xml |= rest.starts_with("<?xml");
        let Some((_, after)) = after else { break };
        rest = after.trim_start();
    }
    let tag = rest.strip_prefix('<')?.split(|it: char| !it.is_ascii_alphanumeric() && it != ':').next()?;
    let (family, name) = match tag.to_ascii_lowercase().as_str() {
        "svg" | "svg:svg" => (Picture, "SVG drawing"),
        "html" | "head" | "body" | "script" => (Document, "web page"),
        _ if is_xml => (Data, "XML file"),
        _ => return None,
    };
    Some(FileKind { family, name })
}

/// What the bytes leave open. Only what cannot be text is believed to be what its name says.
pub(super) fn by_name(head: &[u8], extension: &str) -> Option<FileKind> {
    let found = |family, name| Some(FileKind { family, name });
    match extension {
        "mp3" | "mp2" if matches!(head, [0xFF, 0xE0..=0xFF, ..]) => found(Sound, "MP3 sound"),
        "aac" if matches!(head, [0xFF, 0xF0..=0xFF, ..]) => found(Sound, "AAC sound"),
        _ if super::is_text(head) => None,
        "tga" => found(Picture, "Targa picture"),
        "raw" | "dcr" | "kdc" | "mrw" | "x3f" => found(Picture, "raw photograph"),
        "pcx" => found(Picture, "PCX picture"),
        "mts" | "m2ts" | "ts" => found(Film, "MPEG film"),
        "dv" => found(Film, "DV film"),
        _ => None,
    }
}

fn contains(head: &[u8], needle: &[u8]) -> bool {
    head.windows(needle.len()).any(|it| it == needle)
}
