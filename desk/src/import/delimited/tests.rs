use super::*;

fn file(text: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), text).expect("it is written");
    file
}

/// A record's first line, and its cells.
type Read = (u64, Result<Vec<String>, String>);

/// The cells of each record by its first line, or what is wrong with it.
#[track_caller]
fn read(text: &[u8], asked: &Asked) -> (Dialect, Vec<Read>) {
    let file = file(text);
    let dialect =
        Dialect::of(file.path(), Encoding::UTF_8, asked).expect("it is read").expect("it has a header");
    let mut end = dialect.begin;
    let records = dialect.records(file.path(), Mark::default()).expect("it opens");
    let mut found = Vec::new();
    for unit in records {
        let unit = unit.expect("it is read");
        assert!(unit.end.bytes > end.bytes, "every unit ends behind the one before");
        end = unit.end;
        found.push((
            unit.line,
            match unit.raw {
                Raw::Record(bytes) => {
                    let text = String::from_utf8(bytes).expect("the test is text");
                    split(&text, &dialect).map_err(|it| rule_of(it, unit.line, unit.end.lines))
                }
                Raw::Broken { rule, .. } => Err(rule),
                other => panic!("{other:?}"),
            },
        ));
    }
    assert_eq!(end.bytes, text.len() as u64, "every byte is accounted for");
    // From any place on the rest is the same.
    (dialect, found)
}

#[track_caller]
fn rows(text: &str, expected: &[&[&str]]) -> Dialect {
    let (dialect, found) = read(text.as_bytes(), &Asked::default());
    let found: Vec<Vec<String>> = found.into_iter().map(|it| it.1.expect("a row")).collect();
    assert_eq!(found, expected, "{text:?}");
    dialect
}

#[test]
fn lines_end_however_a_program_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["id,text", "1,a", "2,\"b\nc\"", "3,d"].map(|it| format!("{it}{end}")).concat();
        rows(&text, &[&["1", "a"], &["2", "b\nc"], &["3", "d"]]);
    }
}

#[test]
fn a_carriage_return_is_the_end_of_a_row_or_part_of_a_cell_as_the_header_allows() {
    rows("id,text\nm1,Part one\rPart two\nm2,Plain\n", &[&["m1", "Part one\rPart two"], &["m2", "Plain"]]);
    rows(
        "id,text,market\nm1,Part one\rPart two,BR\nm2,Plain,BR\n",
        &[&["m1", "Part one\rPart two", "BR"], &["m2", "Plain", "BR"]],
    );
    rows(
        "id\ttext\tlanguage\n1\tone\ten\r2\ttwo\ten\n3\tthree\ten\n",
        &[&["1", "one", "en"], &["2", "two", "en"], &["3", "three", "en"]],
    );
    let (_, found) = read(b"id,text\n1,a\r2\n3,c\n", &Asked::default());
    assert!(found[0].1.is_ok(), "one row with a return in its last cell: {found:?}");
    let (_, found) = read(b"id,text,x\n1,a\r2,b\n3,c,d\n", &Asked::default());
    assert!(found[0].1.as_ref().is_ok_and(|it| it.len() == 3), "{found:?}");
    let (_, found) = read(b"id,text,x\n1\r2,b\n3,c,d\n", &Asked::default());
    assert!(found[0].1.as_ref().is_err_and(|it| it.contains("neither as one row of 3")), "{found:?}");
    assert_eq!(found[1].0, 3);
}

#[test]
fn quotes_are_what_the_whole_file_says_they_are() {
    let dialect = rows(
        "id\ttext\n1\t\"He said\n2\tShe said \"soon\" again\n3\tx\n",
        &[&["1", "\"He said"], &["2", "She said \"soon\" again"], &["3", "x"]],
    );
    assert_eq!(dialect.quoting, Quoting::None);
    let dialect = rows(
        "id,text\n1,\"say \\\"x\\\" now, please\"\n2,y\n",
        &[&["1", "say \"x\" now, please"], &["2", "y"]],
    );
    assert_eq!(dialect.quoting, Quoting::Backslash);
    rows("id,text\n1,\"ends with a \\\"quote\\\"\"\n", &[&["1", "ends with a \"quote\""]]);
    let dialect = rows(
        "id,text\n1,\"say \"\"x\"\"\"\n2,\"C:\\dir\\\"\n3,5\" disk\n",
        &[&["1", "say \"x\""], &["2", "C:\\dir\\"], &["3", "5\" disk"]],
    );
    assert_eq!(dialect.quoting, Quoting::Double);
}

#[test]
fn row_names_without_a_name_of_their_own_are_a_column() {
    let dialect = rows(
        "\"id\"\t\"text\"\n\"1\"\t\"a\"\t\"b\"\n\"2\"\t\"c\"\t\"d\"\n",
        &[&["1", "a", "b"], &["2", "c", "d"]],
    );
    assert_eq!(dialect.header, ["", "id", "text"]);
}

#[test]
fn a_quote_that_holds_rows_together_is_a_letter_or_refused() {
    let dialect =
        rows("id\ttext\n1\t\"open\n2\tend\"\n3\tx\n", &[&["1", "\"open"], &["2", "end\""], &["3", "x"]]);
    assert_eq!(dialect.quoting, Quoting::None);
    // Here the third row needs its quotes, so nothing fits: the lines are named.
    let text = b"id,text\n1,\"open\n2,end\"\n3,\"a, b\"\n";
    let (_, found) = read(text, &Asked::default());
    assert!(found[0].1.as_ref().is_err_and(|it| it.starts_with("lines 2 to 3: each")), "{found:?}");
    assert_eq!(found[1].1.as_deref(), Ok(["3".to_owned(), "a, b".to_owned()].as_slice()));
    let (_, found) = read(text, &Asked { quoting: Some(Quoting::Double), ..Asked::default() });
    assert_eq!(found[0].1.as_deref(), Ok(["1".to_owned(), "open\n2,end".to_owned()].as_slice()));
}

#[test]
fn a_quote_that_never_closes_is_refused_with_its_lines() {
    let (_, found) = read(b"id,text\n1,\"a, b\"\n2,\"open\n3,c\n4,d\n", &Asked::default());
    assert!(
        found[1].1.as_ref().is_err_and(|it| it.starts_with("lines 3 to 5: a quotation mark opens")),
        "{found:?}"
    );
}

#[test]
fn the_delimiter_is_found_or_said() {
    for (text, delimiter) in [
        ("id;text\n1;a, b\n", b';'),
        ("id|text\n1|a\n", b'|'),
        ("id\ttext\n1\ta, b; c\n", b'\t'),
        ("sep=;\r\nid;text\r\n1;a\r\n", b';'),
        ("\u{feff}sep=^\nid^text\n1^a\n", b'^'),
        ("id,text,\n1,a;b;c,\n", b','),
        ("text\na, b\nc\n", b','),
    ] {
        let (dialect, found) = read(text.as_bytes(), &Asked::default());
        assert_eq!(dialect.delimiter, delimiter, "{text:?}");
        assert!(found.iter().all(|it| it.1.is_ok()), "{found:?}");
    }
    assert_eq!(delimiter("tab"), Ok(b'\t'));
    assert!(delimiter("\"").is_err() && delimiter("ab").is_err());
}

#[test]
fn a_reading_goes_on_behind_any_record() {
    let text = b"id,text\n1,a\r2,b\n3,\"c\nd\"\r\n4,e\n";
    let file = file(text);
    let dialect =
        Dialect::of(file.path(), Encoding::UTF_8, &Asked::default()).expect("read").expect("a header");
    let all: Vec<Unit> = dialect
        .records(file.path(), Mark::default())
        .expect("it opens")
        .map(|it| it.expect("read"))
        .collect();
    for n in 0..all.len() {
        let rest = dialect.records(file.path(), all[n].end).expect("it opens").map(|it| it.expect("read"));
        assert_eq!(rest.collect::<Vec<_>>(), all[n + 1..], "behind unit {n}");
    }
}
