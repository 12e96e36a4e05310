//! A zoo of tables: the same rows as the programs that people use write them.
//!
//! Each writer follows what its program is documented to do: which cells it quotes, what it makes of a quote inside one,
//! how it writes truth, times, numbers and nothing, how it ends lines, and in which encodings it saves.

use std::fmt::Write as _;

/// What a row holds, whichever file it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Unique.
    pub id: String,
    /// With everything in it that breaks files.
    pub text: String,
    /// BCP 47.
    pub language: Option<&'static str>,
    /// With a comma in some.
    pub market: Option<&'static str>,
    /// Whole.
    pub reports: Option<u32>,
    /// With a fraction in some.
    pub reach: Option<f64>,
    /// Yes or no.
    pub label: Option<bool>,
    /// Seconds since 1970.
    pub at: Option<i64>,
}

/// How a program writes.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Which, and in which of its ways.
    pub name: &'static str,
    delimiter: char,
    quotes: Quotes,
    escape: Escape,
    truth: [&'static str; 2],
    /// Nothing.
    missing: &'static str,
    time: &'static str,
    decimal: char,
    /// Whole numbers beside a gap as 3.0, as a float column has them.
    floats: bool,
    /// A column of row names in front; `Some(false)` has no name above it.
    row_names: Option<bool>,
    /// `sep=;` in a line of its own.
    says_separator: bool,
    /// A delimiter behind the last cell.
    trailing: bool,
    ends: &'static [&'static str],
    encodings: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Quotes {
    WhereNeeded,
    /// PHP: also where a space or a stroke is.
    WhereSpaced,
    Texts,
    All,
    /// Line breaks and delimiters become spaces.
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Escape {
    Doubled,
    Stroke,
    /// PHP: doubled, but one behind a stroke is left.
    Php,
}

const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";
const SPACED: &str = "%Y-%m-%d %H:%M:%S";

const PLAIN: Program = Program {
    name: "",
    delimiter: ',',
    quotes: Quotes::WhereNeeded,
    escape: Escape::Doubled,
    truth: ["False", "True"],
    missing: "",
    time: SPACED,
    decimal: '.',
    floats: false,
    row_names: None,
    says_separator: false,
    trailing: false,
    ends: &["\n"],
    encodings: &["utf-8"],
};

/// All that are kept.
pub const PROGRAMS: [Program; 26] = [
    Program {
        name: "excel csv utf-8",
        truth: ["FALSE", "TRUE"],
        ends: &["\r\n"],
        encodings: &["utf-8-bom"],
        ..PLAIN
    },
    Program { name: "excel csv", truth: ["FALSE", "TRUE"], ends: &["\r\n"], encodings: LEGACY, ..PLAIN },
    Program {
        name: "excel csv german",
        delimiter: ';',
        truth: ["FALSCH", "WAHR"],
        decimal: ',',
        time: "%d.%m.%Y %H:%M:%S",
        ends: &["\r\n"],
        encodings: &["windows-1252", "utf-8-bom"],
        ..PLAIN
    },
    Program {
        name: "excel csv french",
        delimiter: ';',
        truth: ["FAUX", "VRAI"],
        decimal: ',',
        ends: &["\r\n"],
        encodings: &["windows-1252", "utf-8-bom"],
        ..PLAIN
    },
    Program {
        name: "excel unicode text",
        delimiter: '\t',
        truth: ["FALSE", "TRUE"],
        ends: &["\r\n"],
        encodings: &["utf-16le-bom"],
        ..PLAIN
    },
    Program {
        name: "excel csv macintosh",
        truth: ["FALSE", "TRUE"],
        ends: &["\r"],
        encodings: &["macintosh", "utf-8", "utf-8-bom"],
        ..PLAIN
    },
    Program {
        name: "excel sep",
        delimiter: ';',
        truth: ["FALSE", "TRUE"],
        says_separator: true,
        ends: &["\r\n"],
        encodings: &["utf-8-bom", "windows-1252"],
        ..PLAIN
    },
    Program {
        name: "libreoffice",
        truth: ["FALSE", "TRUE"],
        ends: &["\n", "\r\n"],
        encodings: &["utf-8", "windows-1252", "iso-8859-2", "utf-16le-bom"],
        ..PLAIN
    },
    Program {
        name: "libreoffice texts quoted",
        quotes: Quotes::Texts,
        truth: ["FALSE", "TRUE"],
        delimiter: ';',
        ends: &["\n", "\r\n"],
        encodings: &["utf-8", "windows-1251"],
        ..PLAIN
    },
    Program {
        name: "libreoffice tab",
        delimiter: '\t',
        truth: ["FALSE", "TRUE"],
        ends: &["\n"],
        encodings: &["utf-8", "shift_jis", "gb18030", "euc-kr"],
        ..PLAIN
    },
    Program {
        name: "pandas",
        floats: true,
        encodings: &["utf-8", "utf-8-bom", "utf-16le-bom", "windows-1252", "gb18030"],
        ends: &["\n", "\r\n"],
        ..PLAIN
    },
    Program { name: "pandas all quoted", quotes: Quotes::All, floats: true, ..PLAIN },
    Program { name: "pandas texts quoted", quotes: Quotes::Texts, floats: true, delimiter: ';', ..PLAIN },
    Program { name: "pandas stroke", quotes: Quotes::Texts, escape: Escape::Stroke, floats: true, ..PLAIN },
    Program { name: "pandas bar", delimiter: '|', floats: true, missing: "NA", ..PLAIN },
    Program { name: "polars", truth: ["false", "true"], time: "%Y-%m-%dT%H:%M:%S.000000", ..PLAIN },
    Program {
        name: "polars tab",
        delimiter: '\t',
        truth: ["false", "true"],
        time: "%Y-%m-%dT%H:%M:%S.000000",
        missing: "null",
        ..PLAIN
    },
    Program { name: "duckdb", truth: ["false", "true"], ..PLAIN },
    Program {
        name: "duckdb bar",
        delimiter: '|',
        truth: ["false", "true"],
        missing: "NULL",
        time: "%Y-%m-%d %H:%M:%S+00",
        ..PLAIN
    },
    Program {
        name: "r write.csv",
        quotes: Quotes::Texts,
        truth: ["FALSE", "TRUE"],
        missing: "NA",
        row_names: Some(true),
        encodings: &["utf-8", "windows-1252"],
        ends: &["\n", "\r\n"],
        ..PLAIN
    },
    Program {
        name: "r write.csv2",
        delimiter: ';',
        quotes: Quotes::Texts,
        truth: ["FALSE", "TRUE"],
        decimal: ',',
        missing: "NA",
        row_names: Some(true),
        ..PLAIN
    },
    Program {
        name: "r write.table",
        delimiter: '\t',
        quotes: Quotes::Texts,
        escape: Escape::Stroke,
        truth: ["FALSE", "TRUE"],
        missing: "NA",
        row_names: Some(false),
        ..PLAIN
    },
    Program {
        name: "php fputcsv",
        quotes: Quotes::WhereSpaced,
        escape: Escape::Php,
        truth: ["0", "1"],
        time: ISO,
        ..PLAIN
    },
    Program {
        name: "php fputcsv semicolon",
        delimiter: ';',
        quotes: Quotes::WhereSpaced,
        escape: Escape::Php,
        truth: ["0", "1"],
        ends: &["\n", "\r\n"],
        ..PLAIN
    },
    Program { name: "google sheets csv", truth: ["FALSE", "TRUE"], ends: &["\r\n"], ..PLAIN },
    Program {
        name: "google sheets tsv",
        delimiter: '\t',
        quotes: Quotes::Never,
        truth: ["FALSE", "TRUE"],
        ends: &["\r\n"],
        ..PLAIN
    },
];

const LEGACY: &[&str] = &[
    "windows-1252",
    "windows-1251",
    "windows-1250",
    "windows-1253",
    "windows-1254",
    "shift_jis",
    "gb18030",
    "euc-kr",
    "big5",
];

/// A file of the zoo.
pub struct Specimen {
    /// Who wrote it, and how.
    pub name: String,
    /// `csv` or `tsv`.
    pub ending: &'static str,
    /// As it lies on disk.
    pub bytes: Vec<u8>,
    /// What somebody has to say, where the file cannot tell: an encoding without a mark.
    pub encoding: Option<&'static str>,
    /// What is in it.
    pub rows: Vec<Row>,
}

/// Every program in each of its encodings and line ends, with texts of that encoding and each set of trouble.
#[must_use]
pub fn specimens() -> Vec<Specimen> {
    let mut all = Vec::new();
    for program in PROGRAMS {
        for encoding in program.encodings {
            for end in program.ends {
                for trouble in 0..TROUBLES.len() {
                    for trailing in [false, true] {
                        let program = Program { trailing, ..program };
                        // A row with nothing behind its last cell is what most write; some write one more.
                        if trailing
                            && (program.quotes == Quotes::Never || trouble > 1 || program.row_names.is_some())
                        {
                            continue;
                        }
                        all.push(specimen(program, encoding, end, trouble));
                    }
                }
            }
        }
    }
    all
}

/// Texts that every encoding has, each set worse than the one before.
const TROUBLES: [&[&str]; 5] = [
    &["Plain words only", "Nothing odd here", "One more"],
    &[
        "A comma, and a; semicolon | a bar",
        "She said \"soon\" again",
        "\"Quoted from the start\" on",
        "ends with a quote\"",
    ],
    &["Two\nlines", "Three\nlines, with\na comma", "a \"quote\"\nand a line", "\nbegins with one"],
    &[
        "A stroke \\ inside",
        "C:\\dir\\",
        "a tab\tinside",
        "=SUM(A1:A2)",
        "  spaces around  ",
        "#hash, 'single' quotes",
        "'",
    ],
    &[
        "5\" disk",
        "NA",
        "null",
        "true",
        "12345",
        "2024-01-02",
        "id",
        "-",
        "a,,b;;c||d",
        "say \"\"twice\"\" please",
    ],
];

/// Words of an encoding's languages.
fn words(encoding: &str) -> &'static [&'static str] {
    match encoding {
        "windows-1251" => &["Дешёвые часы здесь", "Доброе утро"],
        "windows-1250" | "iso-8859-2" => &["Zażółć gęślą jaźń", "Příliš žluťoučký kůň"],
        "windows-1253" => &["Καλημέρα σε όλους", "Φτηνά ρολόγια"],
        "windows-1254" => &["Günaydın, şimdi ucuz saatler", "İyi akşamlar"],
        "shift_jis" => &["安い時計はこちら", "おはようございます"],
        "gb18030" => &["便宜的手表在这里", "早上好"],
        "big5" => &["便宜的手錶在這裡", "早安"],
        "euc-kr" => &["여기 싼 시계가 있어요", "좋은 아침"],
        "windows-1252" | "macintosh" => &["Grüße aus Köln, 5 € “gratis”", "À bientôt, señor"],
        _ => &["Grüße 🙂 مرحبا 안녕", "नमस्ते 👩‍👩‍👧 Ωmega", "שלום, 便宜的手表"],
    }
}

fn specimen(program: Program, encoding: &'static str, end: &'static str, trouble: usize) -> Specimen {
    let rows = rows(program, encoding, trouble);
    let mut text = String::new();
    if program.says_separator {
        write!(text, "sep={}{end}", program.delimiter).expect("memory writes");
    }
    let names =
        ["id", "text", "language", "market", "reports.spam", "reach_per_hour", "labels.spam", "flagged_at"];
    let mut header: Vec<String> = names.iter().map(|it| program.quoted(it, true)).collect();
    if program.row_names == Some(true) {
        header.insert(0, "\"\"".into());
    }
    program.line(&mut text, &header, end);
    for (n, row) in rows.iter().enumerate() {
        let mut cells = program.cells(row);
        if program.row_names.is_some() {
            cells.insert(0, format!("\"{}\"", n + 1));
        }
        program.line(&mut text, &cells, end);
    }
    let end_name = end.replace('\r', "CR").replace('\n', "LF");
    let trailing = if program.trailing { ", one more" } else { "" };
    Specimen {
        name: format!("{}, {encoding}, {end_name}, trouble {trouble}{trailing}", program.name),
        ending: if program.delimiter == '\t' { "tsv" } else { "csv" },
        bytes: encoded(&text, encoding),
        encoding: match encoding {
            "utf-8" | "utf-8-bom" | "utf-16le-bom" => None,
            other => Some(other),
        },
        rows,
    }
}

fn rows(program: Program, encoding: &str, trouble: usize) -> Vec<Row> {
    let texts = words(encoding).iter().chain(TROUBLES[trouble]);
    let mut rows: Vec<Row> = texts.enumerate().map(|(n, text)| row(program, n, text)).collect();
    // Where a text is the name of its column in every cell, the line is a header again: not here.
    for it in &mut rows {
        it.id = format!("{}-{trouble}", it.id);
    }
    rows
}

fn row(program: Program, n: usize, text: &str) -> Row {
    let known = n % 3 != 2;
    let mut text = text.to_owned();
    match program.quotes {
        // What cannot be quoted is replaced by the program.
        Quotes::Never => text = text.replace(['\n', '\t'], " "),
        _ if program.delimiter == '\t' || program.name.contains("php") => {}
        _ => {}
    }
    Row {
        id: (9_001_000_000_000_000_000 + n as u64).to_string(),
        text,
        language: [Some("en"), None, Some("pt-BR")][n % 3],
        market: [Some("BR"), Some("Bosnia, Herzegovina"), None][n % 3],
        reports: known.then_some(n as u32 + 1),
        reach: known.then_some([1200.0, 2.5, 1234.75][n % 3]),
        label: known.then_some(n.is_multiple_of(2)),
        at: known.then_some(1_695_600_013 + n as i64 * 3600),
    }
}

impl Program {
    fn line(&self, text: &mut String, cells: &[String], end: &str) {
        text.push_str(&cells.join(&self.delimiter.to_string()));
        if self.trailing {
            text.push(self.delimiter);
        }
        text.push_str(end);
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let number = |n: f64| n.to_string().replace('.', &self.decimal.to_string());
        let whole = |n: u32| if self.floats { format!("{n}.0") } else { n.to_string() };
        let time = |at: i64| {
            let at = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(at).expect("a time"));
            at.strftime(self.time).to_string()
        };
        let or = |cell: Option<String>, is_text: bool| match cell {
            Some(it) => self.quoted(&it, is_text),
            None => self.missing.to_owned(),
        };
        vec![
            self.quoted(&row.id, true),
            self.quoted(&row.text, true),
            or(row.language.map(str::to_owned), true),
            or(row.market.map(str::to_owned), true),
            or(row.reports.map(whole), false),
            or(row.reach.map(number), false),
            or(row.label.map(|it| self.truth[usize::from(it)].to_owned()), false),
            or(row.at.map(time), false),
        ]
    }

    fn quoted(&self, cell: &str, is_text: bool) -> String {
        let needs = cell.contains([self.delimiter, '"', '\n', '\r']);
        let quote = match self.quotes {
            Quotes::Never => false,
            Quotes::All => true,
            Quotes::Texts => is_text || needs,
            Quotes::WhereNeeded => needs,
            Quotes::WhereSpaced => needs || cell.contains([' ', '\t', '\\']),
        };
        if !quote {
            return cell.to_owned();
        }
        let inner = match self.escape {
            Escape::Doubled => cell.replace('"', "\"\""),
            Escape::Stroke => cell.replace('"', "\\\""),
            Escape::Php => {
                let mut inner = String::new();
                let mut before = ' ';
                for letter in cell.chars() {
                    if letter == '"' && before != '\\' {
                        inner.push('"');
                    }
                    inner.push(letter);
                    before = letter;
                }
                inner
            }
        };
        format!("\"{inner}\"")
    }
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8-bom" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "utf-16le-bom" => {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            [0xff, 0xfe].into_iter().chain(units).collect()
        }
        label => {
            let table = encoding_rs::Encoding::for_label(label.as_bytes()).expect("an encoding");
            let (bytes, _, lost) = table.encode(text);
            assert!(!lost, "{label} has every letter of {text:?}");
            bytes.into_owned()
        }
    }
}
