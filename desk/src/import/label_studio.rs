//! Label Studio's tasks as items: one JSON array, read task by task.
//!
//! Content comes from `data`, by name or mapped. What annotators chose becomes a label or gold only
//! where a mapping says so; predictions are never read, since they are a model's judgement.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead, BufReader},
    path::Path,
};

use casebook_core::{
    decision::Verdict,
    item::{Gold, Item, shorten},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    error::{self, Code, Error},
    wire::ColumnPair,
};

use super::{
    csv::{empty_item, fill, is_field, is_part, known_fields},
    prepare::{Refused, text},
    units::{MAX_BYTES, Mark, Raw, Unit, open, too_long_unit},
};

/// What mappings of annotators' choices begin with.
const ANNOTATIONS: &str = "annotations.";

/// Where Label Studio serves files from its own disk.
const LOCAL_FILES: &str = "data/local-files/?d=";

/// Which key of a task each field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tasks {
    /// None: every key of `data` that is called like a field.
    fields: Option<Vec<(String, String)>>,
    /// (label, control, choice)
    labels: Vec<(String, String, String)>,
    /// The controls that hold gold's verdict and clauses.
    verdict: Option<String>,
    clauses: Option<String>,
    stem: String,
}

#[derive(Deserialize)]
struct Task {
    #[serde(default)]
    id: Value,
    data: Map<String, Value>,
    #[serde(default)]
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Annotation {
    #[serde(default)]
    was_cancelled: Option<bool>,
    #[serde(default)]
    ground_truth: Option<bool>,
    #[serde(default)]
    result: Vec<Value>,
}

impl Tasks {
    /// Reads a mapping, and whether the file begins as a list of tasks.
    pub(super) fn read(path: &Path, pairs: &[ColumnPair]) -> error::Result<Self> {
        let refuse = |rule: String| Error::new(Code::Request, format!("import {}: {rule}", path.display()));
        let mut reader = Reader::open(path, Mark::default()).map_err(|it| Error::file("read", path, it))?;
        if reader.begin().map_err(|it| Error::file("read", path, it))?.is_some() {
            let rule = "a .json file is Label Studio's list of tasks, [{\"data\": …}, …]; items one a line are .jsonl";
            return Err(refuse(rule.into()));
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut tasks = Self { fields: None, labels: Vec::new(), verdict: None, clauses: None, stem };
        for pair in pairs {
            tasks.map(pair).map_err(refuse)?;
        }
        match &tasks.fields {
            Some(fields) if !fields.iter().any(|(field, _)| is_part(field)) => {
                Err(refuse("no key of the data is a text or a picture; map one, as in text=KEY".into()))
            }
            _ => Ok(tasks),
        }
    }

    /// Whether gold is read, which needs one policy to be gold under.
    pub(super) fn has_gold(&self) -> bool {
        self.verdict.is_some()
    }

    fn map(&mut self, ColumnPair { field, column }: &ColumnPair) -> Result<(), String> {
        let Some(answer) = column.strip_prefix(ANNOTATIONS) else {
            if !is_field(field) {
                return Err(format!("field {}: one of {}", shorten(field), known_fields()));
            }
            self.fields.get_or_insert_default().push((field.clone(), column.clone()));
            return Ok(());
        };
        match (field.as_str(), field.strip_prefix("labels."), answer.split_once('.')) {
            ("gold.verdict", ..) => self.verdict = Some(answer.to_owned()),
            ("gold.clauses", ..) => self.clauses = Some(answer.to_owned()),
            (_, Some(label), Some((control, choice))) if !label.is_empty() => {
                self.labels.push((label.to_owned(), control.to_owned(), choice.to_owned()));
            }
            _ => {
                return Err(format!(
                    "{}={}: annotations are mapped as labels.NAME=annotations.CONTROL.CHOICE, \
                     gold.verdict=annotations.CONTROL or gold.clauses=annotations.CONTROL",
                    shorten(field),
                    shorten(column)
                ));
            }
        }
        Ok(())
    }

    /// The item of one task; `policy` is what gold is under.
    pub(super) fn item(&self, bytes: &[u8], n: u64, policy: Option<&str>) -> Result<Item, Refused> {
        let whole = || shorten(&String::from_utf8_lossy(bytes));
        let said = text(bytes).map_err(|rule| Refused::new(whole(), rule))?;
        if !said.starts_with('{') {
            return Err(Refused::new(whole(), "a task is a JSON object with data"));
        }
        let task: Task = serde_json::from_str(said).map_err(|it| Refused::new(whole(), it.to_string()))?;
        let id = plain(&task.id).ok().flatten().unwrap_or_else(|| n.to_string());
        let mut item = empty_item(format!("{}:{id}", self.stem));
        match &self.fields {
            Some(fields) => {
                for (field, key) in fields {
                    take(&mut item, field, &task.data, key)?;
                }
            }
            None => {
                for key in task.data.keys().filter(|it| is_field(it)) {
                    take(&mut item, key, &task.data, key)?;
                }
            }
        }
        for (label, control, choice) in &self.labels {
            let answers = answers(&task.annotations, control);
            let chosen = answers.iter().filter(|it| it.contains(choice)).count();
            // Annotators who disagree leave the label unknown.
            match chosen {
                0 if answers.is_empty() => {}
                0 => drop(item.labels.insert(label.clone(), 0)),
                n if n == answers.len() => drop(item.labels.insert(label.clone(), 1)),
                _ => {}
            }
        }
        if let Some(policy) = policy {
            item.gold = self.gold(&task.annotations, policy)?;
        }
        item.check()?;
        Ok(item)
    }

    /// What annotators settled, where all who answered agree.
    fn gold(&self, annotations: &[Annotation], policy: &str) -> Result<Option<Gold>, Refused> {
        let Some(control) = &self.verdict else { return Ok(None) };
        let agreed = |control: &str| {
            let answers = answers(annotations, control);
            answers.first().filter(|first| answers.iter().all(|it| it == *first)).cloned()
        };
        let Some(verdict) = agreed(control) else { return Ok(None) };
        let said = verdict.iter().cloned().collect::<Vec<_>>().join(", ");
        let rule = "one of violating, not_violating, borderline, escalate";
        let verdict: Verdict = serde_json::from_value(Value::String(said.clone()))
            .map_err(|_| Refused::new(format!("gold.verdict {}", shorten(&said)), rule))?;
        let clauses = self.clauses.as_deref().and_then(agreed).unwrap_or_default();
        Ok(Some(Gold { policy: policy.to_owned(), verdict, clauses: clauses.into_iter().collect() }))
    }
}

/// What each annotator chose in a control; of those marked as ground truth alone, where there are any.
fn answers(annotations: &[Annotation], control: &str) -> Vec<BTreeSet<String>> {
    let kept = annotations.iter().filter(|it| it.was_cancelled != Some(true));
    let (sure, others): (Vec<_>, Vec<_>) = kept.partition(|it| it.ground_truth == Some(true));
    let chosen = |it: &&Annotation| {
        let results = it.result.iter().filter(|it| it["from_name"] == control && it["type"] == "choices");
        let choices = results.filter_map(|it| it["value"]["choices"].as_array());
        let mut answered = false;
        let set = choices
            .inspect(|_| answered = true)
            .flatten()
            .filter_map(|it| it.as_str().map(str::to_owned))
            .collect::<BTreeSet<_>>();
        answered.then_some(set)
    };
    let sure: Vec<_> = sure.iter().filter_map(chosen).collect();
    match sure.is_empty() {
        true => others.iter().filter_map(chosen).collect(),
        false => sure,
    }
}

fn take(item: &mut Item, field: &str, data: &Map<String, Value>, key: &str) -> Result<(), Refused> {
    let refuse = |value: &Value, rule: String| {
        Err(Refused::new(format!("data.{} {}", shorten(key), shorten(&value.to_string())), rule))
    };
    let Some(value) = data.get(key) else { return Ok(()) };
    let cell = match plain(value) {
        Ok(cell) => cell,
        Err(rule) => return refuse(value, rule),
    };
    let Some(cell) = cell.filter(|it| !it.trim().is_empty()) else { return Ok(()) };
    match super::csv::is_picture(field).then(|| local(&cell)) {
        None => fill(item, field, &cell),
        Some(Ok(path)) => fill(item, field, &path),
        Some(Err(rule)) => refuse(value, rule),
    }
}

/// A text, number or truth as a cell of a table.
fn plain(value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(truth) => Ok(Some(u8::from(*truth).to_string())),
        Value::Array(_) | Value::Object(_) => Err("a text or a number".into()),
    }
}

/// The path of a picture, relative to the file.
fn local(reference: &str) -> Result<String, String> {
    let reference = reference.trim();
    let elsewhere =
        reference.contains("://") || reference.starts_with("//") || reference.starts_with("data:");
    if elsewhere {
        return Err("pictures are not fetched: save it beside the file and give its relative path".into());
    }
    match reference.trim_start_matches('/').strip_prefix(LOCAL_FILES) {
        Some(path) => percent_decoded(path).ok_or_else(|| "a path is UTF-8".into()),
        None => Ok(reference.to_owned()),
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).ok()
}

/// The tasks of a file from `from` on.
pub(super) fn tasks(path: &Path, from: Mark) -> io::Result<impl Iterator<Item = io::Result<Unit>> + Send> {
    let mut reader = Reader::open(path, from)?;
    Ok(std::iter::from_fn(move || reader.next().transpose()))
}

/// Cuts a JSON array into its elements without holding one that is too long.
struct Reader<R> {
    file: R,
    at: Mark,
    begun: bool,
    ended: bool,
}

impl Reader<BufReader<std::fs::File>> {
    fn open(path: &Path, from: Mark) -> io::Result<Self> {
        // What was dealt with before ends behind a task, inside the array.
        Ok(Self { file: open(path, from)?, at: from, begun: from.bytes > 0, ended: false })
    }
}

impl<R: BufRead> Reader<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        if self.ended {
            return Ok(None);
        }
        if !self.begun
            && let Some(fault) = self.begin()?
        {
            return Ok(Some(fault));
        }
        loop {
            match self.peek()? {
                None => {
                    return Ok(Some(self.fault("", "the list of tasks breaks off: the file is not whole")));
                }
                Some(b',') => self.skip(1),
                Some(b']') => {
                    self.skip(1);
                    let rest = self.peek()?;
                    self.ended = true;
                    return Ok(rest.map(|it| {
                        self.fault(&char::from(it).to_string(), "nothing follows the list of tasks")
                    }));
                }
                Some(_) => return self.element().map(Some),
            }
        }
    }

    /// Reads up to the first task; a fault where there is no list.
    fn begin(&mut self) -> io::Result<Option<Unit>> {
        self.begun = true;
        if self.file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            self.skip(3);
        }
        match self.peek()? {
            Some(b'[') => {
                self.skip(1);
                Ok(None)
            }
            other => {
                let first = other.map(char::from).map(String::from).unwrap_or_default();
                Ok(Some(self.fault(&first, "a list of tasks begins with [")))
            }
        }
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.file.fill_buf()?;
            let spaces = buffer.iter().take_while(|it| it.is_ascii_whitespace()).count();
            let (next, whole) = (buffer.get(spaces).copied(), buffer.len());
            self.skip(spaces);
            if next.is_some() || whole == 0 {
                return Ok(next);
            }
        }
    }

    fn skip(&mut self, n: usize) {
        self.file.consume(n);
        self.at.bytes += n as u64;
    }

    /// The end, with what is wrong there.
    fn fault(&mut self, value: &str, rule: &str) -> Unit {
        self.ended = true;
        self.at.lines += 1;
        let raw = Raw::Broken { value: value.to_owned(), rule: rule.to_owned() };
        Unit { line: self.at.lines, end: self.at, raw }
    }

    fn element(&mut self) -> io::Result<Unit> {
        let mut bytes = Vec::new();
        let (mut length, mut depth) = (0_u64, 0_usize);
        let (mut quoted, mut escaped, mut ended) = (false, false, false);
        while !ended {
            let buffer = self.file.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let mut used = 0_u64;
            for byte in buffer {
                match (quoted, *byte) {
                    (true, _) if escaped => escaped = false,
                    (true, b'\\') => escaped = true,
                    (true, b'"') => quoted = false,
                    (false, b'"') => quoted = true,
                    (false, b'{' | b'[') => depth += 1,
                    // A stray bracket at the beginning is a broken task of its own.
                    (false, b',' | b']' | b'}') if depth == 0 && length + used > 0 => {
                        ended = true;
                        break;
                    }
                    (false, b'}' | b']') => {
                        depth = depth.saturating_sub(1);
                        ended = depth == 0;
                    }
                    _ => {}
                }
                used += 1;
                if ended {
                    break;
                }
            }
            let room = (MAX_BYTES + 1).saturating_sub(bytes.len());
            bytes.extend_from_slice(&buffer[..(used as usize).min(room)]);
            length += used;
            self.skip(used as usize);
        }
        self.at.lines += 1;
        let raw = match bytes.len() > MAX_BYTES {
            true => too_long_unit(bytes, length),
            false => Raw::Task(bytes),
        };
        Ok(Unit { line: self.at.lines, end: self.at, raw })
    }
}

/// The one policy there is, for gold to be under.
pub(super) fn only_policy<T>(policies: &BTreeMap<String, T>) -> error::Result<&str> {
    match policies.keys().collect::<Vec<_>>().as_slice() {
        [only] => Ok(only),
        several => Err(Error::new(
            Code::Request,
            format!(
                "gold of annotations: {} policies are loaded and one is meant; import it as .jsonl",
                several.len()
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn cuts(text: &[u8], expected: &[&str]) {
        let mut reader = Reader { file: text, at: Mark::default(), begun: false, ended: false };
        let mut found = Vec::new();
        while let Some(unit) = reader.next().expect("memory reads") {
            found.push(match unit.raw {
                Raw::Task(bytes) => String::from_utf8(bytes).expect("the test is text"),
                Raw::Broken { rule, .. } => format!("! {rule}"),
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn a_list_is_cut_at_its_commas_and_nowhere_else() {
        cuts(b"[]", &[]);
        cuts(
            b"\xef\xbb\xbf [ {\"a\":[1,{}]} ,\n{\"b\":\"],}\\\"\"}]\n",
            &["{\"a\":[1,{}]}", "{\"b\":\"],}\\\"\"}"],
        );
        cuts(b"[1, \"x,y\",null]", &["1", "\"x,y\"", "null"]);
    }

    #[test]
    fn what_is_no_list_says_so_once() {
        cuts(b"{}", &["! a list of tasks begins with ["]);
        cuts(b"[{\"a\":1}", &["{\"a\":1}", "! the list of tasks breaks off: the file is not whole"]);
        cuts(b"[{\"a\":", &["{\"a\":", "! the list of tasks breaks off: the file is not whole"]);
        cuts(b"[1] 2", &["1", "! nothing follows the list of tasks"]);
        cuts(b"[}]", &["}"]);
    }

    #[test]
    fn a_reference_is_a_path_or_refused() {
        for (reference, expected) in [
            ("pictures/a.png", Some("pictures/a.png")),
            ("/data/local-files/?d=media/a%20b.png", Some("media/a b.png")),
            ("data/local-files/?d=100%.png", Some("100%.png")),
            ("https://example.org/a.png", None),
            ("s3://bucket/a.png", None),
            ("data:image/png;base64,AAAA", None),
        ] {
            assert_eq!(local(reference).ok().as_deref(), expected, "{reference}");
        }
    }
}
