//! `casebook check`: files are read as they would be, and not used.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use casebook_core::{item::Item, labelset::LabelSet, policy::Policy};
use casebook_desk::{
    annotate::AnnotationFile,
    error::{Code, Error, Result},
};
use casebook_fetch::card::Card;

use crate::out::{self, say};

/// Refusals printed per import file.
const SHOWN: usize = 20;

/// Checks every file and says of each whether it would be taken.
///
/// # Errors
/// When one would be refused.
pub fn check(paths: &[PathBuf]) -> Result<()> {
    let mut refused = 0;
    for path in paths {
        match check_one(path) {
            Ok(what) => say!("{}: {what}", path.display()),
            Err(error) => {
                refused += 1;
                out::found(path, &error.to_string());
            }
        }
    }
    match refused {
        0 => Ok(()),
        n => Err(Error::new(Code::Request, format!("{n} of {} files would be refused", paths.len()))),
    }
}

fn check_one(path: &Path) -> Result<String> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    match extension {
        "jsonl" => check_items(path),
        "toml" => check_toml(path),
        "json" => {
            let annotation = AnnotationFile::parse(&read(path)?)?;
            Ok(format!("an annotation of {}", annotation.item))
        }
        other => Err(refusal(format!("extension “{other}”: .toml, .json or .jsonl"))),
    }
}

/// A policy has clauses, a label set labels, a card files: one telling field each.
fn check_toml(path: &Path) -> Result<String> {
    let text = read(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let table: toml::Table = text.parse().map_err(|it| refusal(format!("{it}")))?;
    if table.contains_key("clauses") {
        let policy = Policy::parse(&name, &text).map_err(|it| refusal(it.to_string()))?;
        return Ok(format!("policy {} with {} clauses", policy.name(), policy.clauses.len()));
    }
    if table.contains_key("labels") {
        let set = LabelSet::parse(&name, &text, &Policy::built_in()).map_err(|it| refusal(it.to_string()))?;
        return Ok(format!("label set {} with {} labels", set.name, set.labels.len()));
    }
    if table.contains_key("files") {
        let card = Card::parse(&name, &text).map_err(|it| refusal(it.to_string()))?;
        return Ok(format!("card of {} with {} files", card.id, card.files.len()));
    }
    Err(refusal("neither clauses, labels nor files: a policy, a label set or a model card".into()))
}

fn check_items(path: &Path) -> Result<String> {
    let file = File::open(path).map_err(|it| Error::file("read", path, it))?;
    let policy = Policy::built_in();
    let (mut good, mut bad) = (0, 0);
    for (n, line) in (1..).zip(BufReader::new(file).split(b'\n')) {
        let line = line.map_err(|it| Error::file("read", path, it))?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match item(&line, &policy) {
            Ok(()) => good += 1,
            Err(why) => {
                bad += 1;
                if bad <= SHOWN {
                    say!("  line {n}: {why}");
                }
            }
        }
    }
    match bad {
        0 => Ok(format!("{good} items")),
        _ => Err(refusal(format!("{bad} of {} lines would be refused", good + bad))),
    }
}

fn item(line: &[u8], policy: &Policy) -> std::result::Result<(), String> {
    let line = std::str::from_utf8(line).map_err(|it| it.to_string())?;
    let item = Item::parse_line(line.trim_start_matches('\u{feff}')).map_err(|it| it.to_string())?;
    match item.gold.iter().flat_map(|it| &it.clauses).find(|it| policy.clause(it).is_none()) {
        Some(id) => Err(format!("gold.clauses {id}: {} has no such clause", policy.name())),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|it| Error::file("read", path, it))
}

fn refusal(message: String) -> Error {
    Error::new(Code::Request, message)
}
