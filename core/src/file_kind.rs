//! What a file is, told from its first bytes.
//!
//! An extension belongs to whoever sent the file, so it only decides where the bytes leave it open: a raw
//! photograph is a TIFF to its first bytes, and `Thumbs.db` an Office file. Nothing is decoded here, and a file
//! that begins as a picture may still be none: that is for `media` to find out.

mod boxes;

mod marks;

use std::fmt::{self, Display, Formatter};

/// How much of a file is enough: with fewer bytes a film or a drawing may stay unknown.
pub const HEAD_BYTES: usize = 4096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    /// What it is to a reviewer.
    pub family: Family,
    /// As a person would say it: `HEIC picture`.
    pub name: &'static str,
}

/// What sort of thing a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Something to look at that stands still, or moves without sound.
    Picture,
    /// Something to look at that may be heard.
    Film,
    /// Something to listen to.
    Sound,
    /// Words without a layout.
    Text,
    /// Pages, tables and slides.
    Document,
    /// Rows of data.
    Data,
    /// Files in a file.
    Archive,
    /// What runs, or leads to what runs.
    Program,
    /// What a system writes for itself: nobody sent it.
    System,
    /// There is not a byte in it.
    Empty,
    /// None of these.
    Unknown,
}

impl FileKind {
    /// What would make it readable here, where anything would.
    #[must_use]
    pub fn way_out(self) -> Option<&'static str> {
        match self.family {
            Family::Picture => Some("save it as PNG or JPEG"),
            Family::Film => Some("save stills of it as PNG or JPEG, and what is said in it as .txt"),
            Family::Sound => Some("save what is said in it as .txt"),
            Family::Document => Some("save its text as .txt and its pages as PNG"),
            Family::Archive => Some("unpack it first"),
            Family::Text => Some("save it as .txt, in UTF-8"),
            Family::Data => Some("import it by itself"),
            Family::Program | Family::System | Family::Empty | Family::Unknown => None,
        }
    }
}

impl Display for FileKind {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        to.write_str(self.name)
    }
}

/// What a file with these first bytes is; `name` is what it is called, with or without folders.
///
/// `head` is the first [`HEAD_BYTES`] of the file, or all of a shorter one.
#[must_use]
pub fn what_is(head: &[u8], name: &str) -> FileKind {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, it)| it);
    marks::of_system(head, &name)
        .or_else(|| head.is_empty().then_some(FileKind { family: Family::Empty, name: "empty file" }))
        .or_else(|| boxes::kind(head))
        .or_else(|| marks::kind(head, extension))
        .or_else(|| marks::by_name(head, extension))
        .unwrap_or_else(|| match is_text(head) {
            true => FileKind { family: Family::Text, name: "text" },
            false => FileKind { family: Family::Unknown, name: "file of an unknown kind" },
        })
}

/// Whether the bytes read as text in UTF-8, or in UTF-16 with its mark; a letter may be cut at the end.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return true;
    }
    let readable = match std::str::from_utf8(head) {
        Ok(_) => head.len(),
        Err(it) if it.error_len().is_none() => it.valid_up_to(),
        Err(_) => return false,
    };
    readable > 0 && !head[..readable].iter().any(|it| matches!(it, 0..=8 | 14..=26 | 28..=31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], name: &str, family: Family, expected: &str) {
        let found = what_is(head, name);
        assert_eq!(
            (found.family, found.name),
            (family, expected),
            "{name}: {:02x?}",
            &head[..head.len().min(16)]
        );
    }

    #[test]
    fn pictures_are_told_by_content() {
        check(b"\xFF\xD8\xFF\xE0\0\x10JFIF", "cat.png", Family::Picture, "JPEG picture");
        check(b"\r\n\xFF\xD8\xFF\xE0\0\x10JFIF", "cat.jpe", Family::Picture, "JPEG picture");
        check(b"\x89PNG\r\n\x1a\n", "cat.jpg", Family::Picture, "PNG picture");
        check(b"II*\0\x08\0\0\0", "scan.tif", Family::Picture, "TIFF picture");
        check(b"II*\0\x10\0\0\0CR\x02\0", "IMG_1.CR2", Family::Picture, "raw photograph");
        check(b"MM\0*\0\0\0\x08", "DSC_1.NEF", Family::Picture, "raw photograph");
        check(b"8BPS\0\x01", "a.psd", Family::Picture, "Photoshop picture");
        check(b"\xFF\x0A\xFA\x7F", "a.jxl", Family::Picture, "JPEG XL picture");
        check(b"RIFF\x10\0\0\0WEBPVP8 ", "a.jpg", Family::Picture, "WebP picture");
        check(
            b"<?xml version='1.0'?>\n<!-- a drawing -->\n<svg xmlns='x'/>",
            "a",
            Family::Picture,
            "SVG drawing",
        );
        check(b"\xEF\xBB\xBF  <svg viewBox='0 0 1 1'>", "a.txt", Family::Picture, "SVG drawing");
        check(b"\x1F\x8B\x08\0", "a.svgz", Family::Picture, "SVG drawing");
    }

    #[test]
    fn boxes_are_told_by_their_brands() {
        let file = |brands: &str| {
            let length = 16 + brands.len() as u32 - 4;
            [&length.to_be_bytes()[..], b"ftyp", &brands.as_bytes()[..4], &[0; 4], &brands.as_bytes()[4..]]
                .concat()
        };
        check(&file("heic"), "IMG_2.HEIC", Family::Picture, "HEIC picture");
        check(&file("mif1heic"), "IMG_2.jpg", Family::Picture, "HEIC picture");
        check(&file("mif1avif"), "a", Family::Picture, "AVIF picture");
        check(&file("avis"), "a.avif", Family::Picture, "AVIF picture");
        check(&file("crx "), "a.cr3", Family::Picture, "raw photograph");
        check(&file("isom"), "cat.jpg", Family::Film, "MP4 film");
        check(&file("qt  "), "a.mov", Family::Film, "QuickTime film");
        check(&file("M4A "), "a.m4a", Family::Sound, "MP4 sound");
        check(b"\0\0\0\x08wide\0\0\x10\0mdat", "old.mov", Family::Film, "QuickTime film");
        check(b"\0\0\0\x0CJXL \r\n\x87\n", "a", Family::Picture, "JPEG XL picture");
    }

    #[test]
    fn films_sounds_and_papers_have_names() {
        check(b"\x1A\x45\xDF\xA3\x01\0\0\0\0\0\0\x1F\x42\x82\x84webm", "a", Family::Film, "WebM film");
        check(b"RIFF\x10\0\0\0AVI LIST", "a", Family::Film, "AVI film");
        check(b"RIFF\x10\0\0\0WAVEfmt ", "a", Family::Sound, "WAV sound");
        check(b"ID3\x04\0", "a", Family::Sound, "MP3 sound");
        check(b"\xFF\xFB\x90\x64", "a.mp3", Family::Sound, "MP3 sound");
        check(b"OggS\0\x02", "voice.opus", Family::Sound, "Ogg sound");
        check(b"%PDF-1.7", "a.jpg", Family::Document, "PDF document");
        check(b"PK\x03\x04\x14\0\x06\0word/document.xml", "a.docx", Family::Document, "Word document");
        check(b"PK\x03\x04\x14\0", "a.zip", Family::Archive, "ZIP archive");
        check(b"7z\xBC\xAF\x27\x1C", "a", Family::Archive, "7-Zip archive");
        check(b"MZ\x90\0", "cute.jpg", Family::Program, "Windows program");
        check(b"SQLite format 3\0", "x.casebook", Family::Data, "SQLite database");
        check(b"PAR1\x15\x04", "x", Family::Data, "Parquet table");
    }

    #[test]
    fn what_a_system_leaves_is_not_what_somebody_sent() {
        check(b"\0\0\0\x01Bud1", ".DS_Store", Family::System, "folder settings of macOS");
        check(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "Thumbs.db", Family::System, "thumbnails of Windows");
        check(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a.doc", Family::Document, "Office document");
        check(b"\0\x05\x16\x07\0\x02\0\0", "._cat.jpg", Family::System, "notes of macOS on a file");
        check(b"[.ShellClassInfo]", "in/Desktop.ini", Family::System, "folder settings of Windows");
    }

    #[test]
    fn what_is_left_is_text_nothing_or_unknown() {
        check("grüezi".as_bytes(), "a.jpg", Family::Text, "text");
        check(b"", "a.jpg", Family::Empty, "empty file");
        check(&[0, 1, 2, 3, 4], "a.jpg", Family::Unknown, "file of an unknown kind");
        check(&[0xFF; 3], "a", Family::Unknown, "file of an unknown kind");
        // A letter that the end of the head cuts in two is no reason to doubt the rest.
        check(&"ü".as_bytes()[..1], "a", Family::Unknown, "file of an unknown kind");
        check(&"aü".as_bytes()[..2], "a", Family::Text, "text");
    }

    #[test]
    fn no_beginning_makes_it_panic() {
        let mut chance = 1_u32;
        for length in 0..200 {
            for start in
                [&b"\0\0\0\x20ftyp"[..], b"RIFF", b"\x1A\x45\xDF\xA3", b"<?xml", b"PK\x03\x04", b"OggS", b""]
            {
                let mut head = start.to_vec();
                head.extend((0..length).map(|_| {
                    chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (chance >> 24) as u8
                }));
                assert!(!what_is(&head, "x.y").name.is_empty(), "every file is called something");
            }
        }
    }
}
