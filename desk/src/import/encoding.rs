//! In which encoding a file is, known before any of it comes in.
//!
//! A byte order mark tells it, and so do noughts beside every letter. What is UTF-8 throughout is UTF-8; what is not is
//! refused as a whole with the encoding it looks like, since half of a file in because half of it is ASCII would be worse
//! than none. A file that is plainly UTF-8 but for a few lines is read, and those lines are refused.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use encoding_rs::{Encoding as Table, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

use casebook_core::item::shorten;

const BUFFER: usize = 256 << 10;

/// Bytes that the guess of an encoding goes by.
const GUESSED_FROM: usize = 1 << 20;

/// Bytes in which noughts tell UTF-16.
const HEAD: usize = 4096;

/// So many letters of UTF-8 for each byte that is none, and the file is UTF-8 with a few broken lines.
const PLAINLY: u64 = 10;

/// How the bytes of a file are letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    table: &'static Table,
    /// Bytes before the first letter.
    mark: u64,
}

/// What in a file was no letter of its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub n: u64,
    /// The first, from 1.
    pub line: u64,
}

impl Encoding {
    /// UTF-8 without a mark.
    pub(super) const UTF_8: Self = Self { table: UTF_8, mark: 0 };

    /// `UTF-8`, `windows-1252`.
    pub(super) fn name(self) -> &'static str {
        self.table.name()
    }

    /// Finds out how a file is encoded; `asked` is what somebody says it is.
    ///
    /// # Errors
    /// The system's, and in words what was asked for and is none, or what the file looks like where it is not UTF-8.
    pub(super) fn of(path: &Path, asked: Option<&str>) -> io::Result<Result<Self, String>> {
        let mut head = Vec::new();
        File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
        if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
            return Ok(Err("this is UTF-32, which hardly any program writes; save it as UTF-8".into()));
        }
        if let Some((table, mark)) = Table::for_bom(&head) {
            return Ok(Ok(Self { table, mark: mark as u64 }));
        }
        if let Some(asked) = asked {
            return Ok(named(asked).map(|table| Self { table, mark: 0 }));
        }
        if let Some(table) = wide(&head) {
            return Ok(Ok(Self { table, mark: 0 }));
        }
        let survey = Survey::of(path)?;
        Ok(match survey.first {
            None => Ok(Self::UTF_8),
            Some(_) if survey.letters > PLAINLY * survey.broken => Ok(Self::UTF_8),
            Some((line, value)) => {
                let likely = guess(path)?;
                let value = shorten(&value);
                Err(format!(
                    "line {line}, {value}: this is not UTF-8; it looks like {likely}: say so (--encoding {likely}), or save \
                     it as UTF-8. Nothing was imported"
                ))
            }
        })
    }

    /// Bytes that are text where they are a file of their own.
    ///
    /// # Errors
    /// Says which byte is no letter, and what the file looks like.
    pub(super) fn text_of(bytes: &[u8], asked: Option<&'static Table>) -> Result<String, String> {
        let marked = Table::for_bom(bytes).map(|(table, _)| table);
        let table = marked.or_else(|| if std::str::from_utf8(bytes).is_ok() { Some(UTF_8) } else { asked });
        let table = table.or_else(|| wide(&bytes[..bytes.len().min(HEAD)]));
        let Some(table) = table else {
            let at = std::str::from_utf8(bytes).map_or_else(|it| it.valid_up_to(), str::len) + 1;
            let likely = likely(bytes);
            return Err(format!(
                "text is UTF-8; byte {at} is not, it looks like {likely}: say so (--encoding {likely}) or save it as UTF-8"
            ));
        };
        let (text, _, broken) = table.decode(bytes);
        match broken {
            true => Err(format!("the file is not {} throughout", table.name())),
            false => Ok(text.into_owned()),
        }
    }

    /// Opens a file at a letter, counted in bytes of UTF-8 of the text without its mark.
    pub(super) fn open(self, path: &Path, from: u64) -> io::Result<Box<dyn BufRead + Send>> {
        let mut file = File::open(path)?;
        if self.table == UTF_8 {
            file.seek(SeekFrom::Start(self.mark + from))?;
            return Ok(Box::new(BufReader::with_capacity(BUFFER, file)));
        }
        file.seek(SeekFrom::Start(self.mark))?;
        let decoded =
            DecodeReaderBytesBuilder::new().encoding(Some(self.table)).bom_override(false).build(file);
        let mut reader = BufReader::with_capacity(BUFFER, decoded);
        // What was dealt with is decoded again: an encoding has no places one could jump to.
        let skipped = io::copy(&mut (&mut reader).take(from), &mut io::sink())?;
        match skipped == from {
            true => Ok(Box::new(reader)),
            false => Err(io::Error::other("the file became shorter")),
        }
    }

    /// Letters that are none in this encoding, which are read as U+FFFD; UTF-8 has its lines refused instead.
    pub(super) fn unreadable(self, path: &Path) -> io::Result<Option<Unreadable>> {
        if self.table == UTF_8 {
            return Ok(None);
        }
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(self.mark))?;
        let mut decoder = self.table.new_decoder_without_bom_handling();
        let (mut bytes, mut letters) = (vec![0; BUFFER], vec![0; BUFFER]);
        let (mut lines, mut found) = (1, None::<Unreadable>);
        loop {
            let n = file.read(&mut bytes)?;
            let mut rest = &bytes[..n];
            loop {
                let (result, read, written) =
                    decoder.decode_to_utf8_without_replacement(rest, &mut letters, n == 0);
                lines += letters[..written].split(|it| *it == b'\n').count() as u64 - 1;
                rest = &rest[read..];
                match result {
                    encoding_rs::DecoderResult::Malformed(..) => {
                        found.get_or_insert(Unreadable { n: 0, line: lines }).n += 1;
                    }
                    encoding_rs::DecoderResult::OutputFull => {}
                    encoding_rs::DecoderResult::InputEmpty => break,
                }
            }
            if n == 0 {
                return Ok(found);
            }
        }
    }
}

/// The encoding of a name: of the web's (WHATWG Encoding), or Python's for the same.
///
/// # Errors
/// Names some that are known.
pub(super) fn named(said: &str) -> Result<&'static Table, String> {
    let plain = said.trim().to_ascii_lowercase().replace('_', "-");
    let known = match plain.as_str() {
        "utf-8-sig" | "utf8-sig" => "utf-8",
        "cp932" | "ms932" | "windows-932" => "shift_jis",
        "cp936" | "ms936" => "gbk",
        "cp949" | "ms949" | "uhc" => "euc-kr",
        "cp950" | "ms950" => "big5",
        "latin-1" | "latin1" | "iso8859-1" | "l1" => "windows-1252",
        "mac-roman" | "macroman" => "macintosh",
        "utf-16" | "utf16" | "unicode" => "utf-16le",
        other => other,
    };
    let found = Table::for_label(known.as_bytes()).or_else(|| {
        let number = known.strip_prefix("cp").or_else(|| known.strip_prefix("windows"))?;
        Table::for_label(format!("windows-{}", number.trim_start_matches('-')).as_bytes())
    });
    found.ok_or_else(|| {
        format!(
            "encoding {}: none of this name is known; utf-8, utf-16le, windows-1252, windows-1251, iso-8859-2, \
             shift_jis, euc-kr, gb18030, big5 and others are",
            shorten(said)
        )
    })
}

/// The bytes as text, a byte order mark at the beginning left out.
///
/// # Errors
/// Says which byte is no letter.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        .map_err(|it| format!("text is UTF-8; byte {} is not", it.valid_up_to() + 1))
}

/// UTF-16 without a mark: every second byte of ASCII is nought.
fn wide(head: &[u8]) -> Option<&'static Table> {
    let pairs = head.len() / 2;
    let noughts = |at: usize| head.chunks_exact(2).filter(|it| it[at] == 0).count();
    let (first, second) = (noughts(0), noughts(1));
    match pairs >= 4 {
        true if second * 2 > pairs && first * 10 < pairs => Some(UTF_16LE),
        true if first * 2 > pairs && second * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

fn guess(path: &Path) -> io::Result<&'static str> {
    let mut bytes = Vec::new();
    File::open(path)?.take(GUESSED_FROM as u64).read_to_end(&mut bytes)?;
    Ok(likely(&bytes))
}

/// The encoding that bytes look like which are not UTF-8.
fn likely(bytes: &[u8]) -> &'static str {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny).name()
}

/// Letters of UTF-8 beyond ASCII, and bytes that are none.
#[derive(Default)]
struct Survey {
    letters: u64,
    broken: u64,
    /// The line of the first, and the beginning of it.
    first: Option<(u64, String)>,
}

impl Survey {
    fn of(path: &Path) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
        let mut survey = Self::default();
        let mut lines = 1_u64;
        let mut rest = Vec::new();
        loop {
            let buffer = file.fill_buf()?;
            let n = buffer.len();
            let ended = n == 0;
            // A letter may lie across two buffers.
            let joined;
            let mut bytes: &[u8] = if rest.is_empty() {
                buffer
            } else {
                joined = [&rest[..], buffer].concat();
                &joined
            };
            let mut kept = Vec::new();
            loop {
                match std::str::from_utf8(bytes) {
                    Ok(text) => {
                        survey.count(text, &mut lines);
                        break;
                    }
                    Err(error) => {
                        let (good, bad) = bytes.split_at(error.valid_up_to());
                        survey.count(std::str::from_utf8(good).unwrap_or_default(), &mut lines);
                        let Some(length) = error.error_len().or(ended.then_some(bad.len())) else {
                            kept = bad.to_vec();
                            break;
                        };
                        survey.broken += 1;
                        if survey.first.is_none() {
                            let begin = good.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
                            let whole = &bytes[begin..];
                            let end =
                                whole.iter().position(|it| *it == b'\n').unwrap_or(whole.len()).min(200);
                            survey.first = Some((lines, String::from_utf8_lossy(&whole[..end]).into_owned()));
                        }
                        bytes = &bad[length..];
                    }
                }
            }
            rest = kept;
            if ended {
                return Ok(survey);
            }
            file.consume(n);
        }
    }

    fn count(&mut self, text: &str, lines: &mut u64) {
        for byte in text.bytes() {
            *lines += u64::from(byte == b'\n');
            self.letters += u64::from(byte >= 0xc0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("it is written");
        file
    }

    fn read(bytes: &[u8], asked: Option<&str>) -> Result<(String, String), String> {
        let file = file(bytes);
        let encoding = Encoding::of(file.path(), asked).expect("it is read")?;
        let mut text = String::new();
        encoding
            .open(file.path(), 0)
            .expect("it opens")
            .read_to_string(&mut text)
            .map_err(|it| it.to_string())?;
        Ok((encoding.name().to_owned(), text))
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_mark_or_noughts_tell_the_encoding() {
        let text = "id,text\n1,Grüße 🙂\n";
        let said = |name: &str| Ok((name.to_owned(), text.to_owned()));
        assert_eq!(read(text.as_bytes(), None), said("UTF-8"));
        assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), None), said("UTF-8"));
        assert_eq!(
            read(&[b"\xff\xfe", &utf_16(text, u16::to_le_bytes)[..]].concat(), None),
            said("UTF-16LE")
        );
        assert_eq!(read(&utf_16(text, u16::to_be_bytes), None), said("UTF-16BE"));
    }

    #[test]
    fn what_is_not_utf_8_is_refused_with_what_it_looks_like() {
        let text = b"id;text\n1;Plain words\n2;Caf\xe9 gr\xfc\xdfe aus K\xf6ln\n";
        let error = read(text, None).expect_err("windows-1252");
        assert!(error.contains("line 3") && error.contains("--encoding windows-1252"), "{error}");
        assert_eq!(
            read(text, Some("cp1252")).map(|it| it.1),
            Ok("id;text\n1;Plain words\n2;Café grüße aus Köln\n".into())
        );
        assert!(read(text, Some("klingon")).expect_err("none").contains("windows-1251"));
    }

    #[test]
    fn a_file_of_utf_8_with_one_broken_line_is_utf_8() {
        let text = ["Grüße\n".repeat(20).as_bytes(), b"br\xffken\n"].concat();
        let file = file(&text);
        assert_eq!(Encoding::of(file.path(), None).expect("it is read"), Ok(Encoding::UTF_8));
    }

    #[test]
    fn letters_that_are_none_are_counted() {
        let file = file(b"a\n\x81\x20b\n\xff\n");
        let encoding =
            Encoding::of(file.path(), Some("shift_jis")).expect("it is read").expect("it is known");
        assert_eq!(encoding.unreadable(file.path()).expect("it is read"), Some(Unreadable { n: 2, line: 2 }));
    }

    #[test]
    fn a_letter_across_two_buffers_is_one() {
        let text = [vec![b'a'; BUFFER - 1], "é".as_bytes().to_vec()].concat();
        let file = file(&text);
        let survey = Survey::of(file.path()).expect("it is read");
        assert_eq!((survey.letters, survey.broken), (1, 0));
    }
}
