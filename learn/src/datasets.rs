//! Labelled texts out of files: Casebook's own JSONL, JSON lines with a text and labels, CSV.
//!
//! A label that a row does not carry is unknown, never 0.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use casebook_core::{
    hash::sha256_hex,
    item::Item,
    labelset::{Label, LabelSet},
};

/// A text and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledText {
    /// The text; several text parts are joined by line breaks.
    pub text: String,
    /// One per label of the set, in its order; `None` is unknown.
    pub labels: Vec<Option<bool>>,
}

/// Why a data file was refused.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// It could not be read.
    #[error("could not read {path}: {source}")]
    Read {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A row breaks a rule. The row's text is not repeated.
    #[error("{path}, row {row}: {rule}")]
    Row {
        /// Which file.
        path: String,
        /// Counted from 1, without a CSV's header.
        row: usize,
        /// What would be accepted.
        rule: String,
    },
    /// Nothing in the file says which labels hold.
    #[error("{path}: none of its rows carries a label of {set}")]
    NoLabels {
        /// Which file.
        path: String,
        /// The label set.
        set: String,
    },
}

/// Names under which files keep their text, first match wins.
const TEXT_NAMES: [&str; 7] = ["text", "prompt", "tweet", "comment", "content", "caption", "body"];
/// Columns that name one label by its id instead of having a column per label.
const CATEGORY_NAMES: [&str; 7] =
    ["label", "label_gold", "gold", "class", "category", "tag", "label_category"];

impl LabelledText {
    /// sha256 of the text in hex: what decides on the tuning third, and what "seen" is asked by.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256_hex(self.text.as_bytes())
    }

    /// True for the third that may be tuned on: sha256 starts with 0 to 4.
    #[must_use]
    pub fn is_for_tuning(&self) -> bool {
        matches!(self.sha256().as_bytes()[0], b'0'..=b'4')
    }
}

/// Reads `path` by its ending: `.jsonl`, `.jsonl.gz` or `.csv`.
///
/// # Errors
/// A file that cannot be read, the first row that breaks a rule, or a file without any label of `set`.
pub fn read_items(path: &Path, set: &LabelSet) -> Result<Vec<LabelledText>, DatasetError> {
    let name = path.display().to_string();
    let unread = |source| DatasetError::Read { path: name.clone(), source };
    let file = BufReader::new(File::open(path).map_err(unread)?);
    let reader: Box<dyn Read> = match path.extension().is_some_and(|it| it == "gz") {
        true => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        false => Box::new(file),
    };
    let is_csv = Path::new(name.trim_end_matches(".gz")).extension().is_some_and(|it| it == "csv");
    let rows = if is_csv { read_csv(&name, reader, set)? } else { read_lines(&name, reader, set)? };
    match rows.iter().any(|it| it.labels.iter().any(Option::is_some)) {
        true => Ok(rows),
        false => Err(DatasetError::NoLabels { path: name, set: set.name.clone() }),
    }
}

fn read_lines(path: &str, reader: Box<dyn Read>, set: &LabelSet) -> Result<Vec<LabelledText>, DatasetError> {
    let mut rows = Vec::new();
    for (n, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(|source| DatasetError::Read { path: path.to_owned(), source })?;
        let line = line.trim_start_matches('\u{feff}');
        if line.trim().is_empty() {
            continue;
        }
        let row = read_line(line, set).map_err(|rule| DatasetError::Row {
            path: path.to_owned(),
            row: n + 1,
            rule,
        })?;
        rows.extend(row);
    }
    Ok(rows)
}

/// `Ok(None)` for an item without text: there is nothing to evaluate on.
fn read_line(line: &str, set: &LabelSet) -> Result<Option<LabelledText>, String> {
    let json: serde_json::Value = serde_json::from_str(line).map_err(|it| format!("not JSON: {it}"))?;
    let row = json.as_object().ok_or("a row is a JSON object")?;
    if row.contains_key("parts") {
        let item = Item::parse_line(line).map_err(|it| format!("{}: {}", it.field, it.rule))?;
        let texts: Vec<_> = item.parts.iter().filter_map(|it| it.text.as_deref()).collect();
        let labels = set.labels.iter().map(|it| item.labels.get(&it.id).map(|it| *it == 1)).collect();
        return Ok((!texts.is_empty()).then(|| LabelledText { text: texts.join("\n"), labels }));
    }
    let text = TEXT_NAMES
        .iter()
        .find_map(|it| row.get(*it)?.as_str())
        .ok_or_else(|| format!("a row has parts or one of {}", TEXT_NAMES.join(", ")))?;
    // Labels stand beside the text or in an object of their own.
    let nested = row.get("labels").and_then(|it| it.as_object()).unwrap_or(row);
    let label = |it: &Label| match nested.get(&it.id) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(value) => yes_or_no(&value.to_string())
            .map(Some)
            .ok_or_else(|| format!("{}: 0 or 1; leave unknown out", it.id)),
    };
    let labels = set.labels.iter().map(label).collect::<Result<_, _>>()?;
    Ok(Some(LabelledText { text: text.to_owned(), labels }))
}

fn read_csv(path: &str, reader: Box<dyn Read>, set: &LabelSet) -> Result<Vec<LabelledText>, DatasetError> {
    let refuse = |row: usize, rule: String| DatasetError::Row { path: path.to_owned(), row, rule };
    let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let headers = csv.headers().map_err(|it| refuse(0, it.to_string()))?.clone();
    let names: Vec<String> =
        headers.iter().map(|it| it.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    let text_at = TEXT_NAMES
        .iter()
        .find_map(|it| names.iter().position(|name| name == it))
        .ok_or_else(|| refuse(0, format!("a header names one of {}", TEXT_NAMES.join(", "))))?;
    let mut rows = Vec::new();
    for (n, record) in csv.records().enumerate() {
        let record = record.map_err(|it| refuse(n + 1, it.to_string()))?;
        let text = record.get(text_at).ok_or_else(|| refuse(n + 1, "the text is missing".into()))?;
        let cells: BTreeMap<&str, &str> =
            names.iter().map(String::as_str).zip(record.iter().map(str::trim)).collect();
        let labels = set
            .labels
            .iter()
            .map(|it| cell_label(&set.name, &it.id, &cells))
            .collect::<Result<_, _>>()
            .map_err(|rule| refuse(n + 1, rule))?;
        rows.push(LabelledText { text: text.to_owned(), labels });
    }
    Ok(rows)
}

/// A label from a column of its own name, from what two known files call it, or from a column that names one label.
fn cell_label(set: &str, id: &str, cells: &BTreeMap<&str, &str>) -> Result<Option<bool>, String> {
    let named = [id.to_owned(), format!("label_{id}")];
    if let Some(cell) = named.iter().find_map(|it| cells.get(it.as_str())) {
        return match *cell {
            "" => Ok(None),
            _ if *cell == id => Ok(Some(true)),
            _ if *cell == format!("not {id}") => Ok(Some(false)),
            _ => yes_or_no(cell).map(Some).ok_or_else(|| format!("{id}: 0 or 1; leave unknown empty")),
        };
    }
    // Davidson et al. number their classes.
    if set == "davidson"
        && let Some(class) = cells.get("class")
    {
        let number = match id {
            "hate" => "0",
            "offensive" => "1",
            _ => return Ok(None),
        };
        return Ok(Some(*class == number));
    }
    let Some(category) = CATEGORY_NAMES.iter().find_map(|it| cells.get(*it)).filter(|it| !it.is_empty())
    else {
        return Ok(None);
    };
    // "2. derogation", "1. threats, plans to harm and incitement": a number before, more words after.
    let bare = category.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.' || it == ' ');
    let first = bare.split([',', ' ']).next().unwrap_or_default();
    Ok(Some(*category == id || bare == id || first == id))
}

fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.trim_matches('"').to_ascii_lowercase().as_str() {
        "1" | "1.0" | "true" | "yes" => Some(true),
        "0" | "0.0" | "false" | "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn set(name: &str, ids: &[&str]) -> LabelSet {
        let labels = ids.iter().map(|it| Label {
            id: (*it).to_owned(),
            title: (*it).to_owned(),
            clauses: Vec::new(),
            prompts: Vec::new(),
        });
        LabelSet { name: name.into(), title: name.into(), policy: "p@1".into(), labels: labels.collect() }
    }

    fn read(file_name: &str, content: &[u8], set: &LabelSet) -> Result<Vec<LabelledText>, DatasetError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file_name);
        std::fs::write(&path, content).unwrap();
        read_items(&path, set)
    }

    #[track_caller]
    fn check(file_name: &str, content: &str, set: &LabelSet, expected: &[(&str, &[Option<bool>])]) {
        let rows = read(file_name, content.as_bytes(), set).expect("the file is read");
        let rows: Vec<_> = rows.iter().map(|it| (it.text.as_str(), it.labels.as_slice())).collect();
        assert_eq!(rows, expected);
    }

    const YES: Option<bool> = Some(true);
    const NO: Option<bool> = Some(false);

    #[test]
    fn a_label_that_is_absent_is_unknown() {
        let content = "{\"prompt\":\"x\",\"S\":1}\n\n{\"prompt\":\"y\",\"S\":0,\"H\":1}\n";
        check("a.jsonl", content, &set("o", &["S", "H"]), &[("x", &[YES, None]), ("y", &[NO, YES])]);
    }

    #[test]
    fn items_join_their_texts() {
        let content = r#"{"id":"a","parts":[{"role":"title","text":"x"},{"role":"image","path":"p.png"},{"role":"caption","text":"y"}],"labels":{"S":1}}"#;
        check("a.jsonl", content, &set("o", &["S", "H"]), &[("x\ny", &[YES, None])]);
    }

    #[test]
    fn packed_lines_read_the_same() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"{\"text\":\"x\",\"labels\":{\"S\":true}}").unwrap();
        let rows = read("a.jsonl.gz", &packed.finish().unwrap(), &set("o", &["S"])).unwrap();
        assert_eq!(rows[0].labels, [YES]);
    }

    #[test]
    fn davidson_numbers_its_classes() {
        let content = ",count,hate_speech,offensive_language,neither,class,tweet\n0,3,0,3,0,1,\"a, b\"\n1,3,3,0,0,0,c\n";
        let set = set("davidson", &["hate", "offensive"]);
        check("d.csv", content, &set, &[("a, b", &[NO, YES]), ("c", &[YES, NO])]);
    }

    #[test]
    fn edos_names_its_categories() {
        let content = "rewire_id,text,label_sexist,label_category,split\n1,x,sexist,2. derogation,train\n\
            2,y,not sexist,none,train\n3,z,sexist,\"1. threats, plans to harm and incitement\",dev\n";
        let set = set("edos", &["sexist", "threats", "derogation"]);
        check(
            "e.csv",
            content,
            &set,
            &[("x", &[YES, NO, YES]), ("y", &[NO, NO, NO]), ("z", &[YES, YES, NO])],
        );
    }

    #[test]
    fn a_column_may_name_one_label() {
        let content = "text,label_gold\nx,hateful\ny,non-hateful\n";
        check("h.csv", content, &set("h", &["hateful"]), &[("x", &[YES]), ("y", &[NO])]);
    }

    #[test]
    fn a_row_that_breaks_a_rule_is_named_without_its_text() {
        let error =
            read("a.jsonl", b"{\"prompt\":\"secret\",\"S\":7}", &set("o", &["S"])).unwrap_err().to_string();
        assert!(error.contains("row 1: S: 0 or 1") && !error.contains("secret"), "{error}");
        let error = read("a.csv", b"words\nx\n", &set("o", &["S"])).unwrap_err().to_string();
        assert!(error.contains("names one of text"), "{error}");
    }

    #[test]
    fn a_file_without_labels_is_refused() {
        let error = read("a.jsonl", b"{\"prompt\":\"x\"}", &set("o", &["S"])).unwrap_err().to_string();
        assert!(error.contains("none of its rows"), "{error}");
    }

    #[test]
    fn the_tuning_third_is_told_by_the_hash() {
        // sha256("abc") starts with ba, sha256("a") with ca, sha256("The quick…dog") with d7; "1" with 6b, "0" with 5f, "9" with 19.
        let of = |text: &str| LabelledText { text: text.into(), labels: Vec::new() }.is_for_tuning();
        assert!(of("9") && !of("0") && !of("abc"));
    }
}
