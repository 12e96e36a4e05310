//! Bringing items in, and what came of it.

use std::path::Path;

use casebook_desk::{
    error::{Code, Error, Result},
    jobs::wire::{Counted, ImportReport, JobReport, Left, LeftKind, RefusedUnit, SourceReading},
    session::Session,
    time,
    wire::{ColumnPair, ImportRequest, Quoting},
};

use crate::{
    args::{ImportHow, Quote},
    case::text,
    jobs,
    out::{row, say, tell},
};

pub fn import(session: &Session, file: &Path, path: &Path, how: &ImportHow) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let request = ImportRequest {
        path: text(path)?,
        columns: how.columns.iter().map(|it| column(it)).collect::<Result<_>>()?,
        encoding: how.encoding.clone(),
        delimiter: how.delimiter.clone(),
        quoting: how.quote.map(|it| match it {
            Quote::Double => Quoting::Double,
            Quote::Backslash => Quoting::Backslash,
            Quote::None => Quoting::None,
        }),
        preset: how.preset.clone(),
        dry_run: how.dry_run,
    };
    let id = session.start_import(request)?;
    let followed = jobs::follow(session, &id);
    if let Some(to) = &how.report
        && let Some(JobReport::Import(report)) = jobs::report(session, &id)?
    {
        let json = serde_json::to_string_pretty(&report).expect("a report is JSON");
        std::fs::write(to, json + "\n").map_err(|it| Error::file("write the report to", to, it))?;
        tell!("what was taken, left and refused is in {}", to.display());
    }
    followed
}

/// Lists what was imported, or takes one of it back.
pub fn list(session: &Session, file: &Path, take_back: Option<&Path>) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    if let Some(path) = take_back {
        let items = session.take_back_import(&text(path)?)?;
        say!("{items} items of {} are gone again", path.display());
        return Ok(());
    }
    for it in session.past_imports()? {
        let ended = if it.finished { "finished" } else { "not finished" };
        let at = time::rfc3339(it.at_ms as i64);
        row!(at, it.kind, it.items, format!("{} refused", it.refused), ended, it.path);
    }
    Ok(())
}

fn column(pair: &str) -> Result<ColumnPair> {
    match pair.split_once('=') {
        Some((field, column)) => Ok(ColumnPair { field: field.into(), column: column.into() }),
        None => Err(Error::new(Code::Request, format!("--column {pair}: FIELD=COLUMN, as in text=tweet"))),
    }
}

/// What came of an import, in one line.
pub fn words(report: &ImportReport) -> String {
    let mut parts = vec![format!("{} imported", report.imported)];
    for (n, what) in [
        (report.already, "already there"),
        (report.learnt, "known, with more said of them"),
        (report.refused, "refused"),
        (report.in_part, "with more in a picture's file than is shown"),
    ] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    let dry = if report.dry { "nothing was kept; it would be: " } else { "" };
    format!("{dry}{}", parts.join(", "))
}

/// How it was read, what was taken, what was left, and what was refused; one line each.
pub fn notes(report: &ImportReport) -> Vec<String> {
    let counted = match report.counted {
        Counted::Line => "line",
        Counted::Row => "row",
        Counted::Task => "task",
        Counted::Item => "item",
    };
    let mut notes = Vec::new();
    notes.extend(read_as(&report.read_as));
    if !report.taken.is_empty() {
        let taken = report.taken.iter().map(|it| match it.column == it.field {
            true => format!("{} ({})", it.column, it.n),
            false => format!("{} as {} ({})", it.column, it.field, it.n),
        });
        notes.push(format!("taken: {}", taken.collect::<Vec<_>>().join(", ")));
    }
    let columns: Vec<&Left> = report.left.iter().filter(|it| it.kind == LeftKind::Column).collect();
    if !columns.is_empty() {
        let names = columns.iter().map(|it| match it.rule.as_str() {
            "no field of an item" => it.name.clone(),
            rule => format!("{} ({rule})", it.name),
        });
        notes.push(format!("left: {}", names.collect::<Vec<_>>().join(", ")));
    }
    for it in report.left.iter().filter(|it| it.kind != LeftKind::Column) {
        let at = it.number.map(|n| format!("{counted} {n}: ")).unwrap_or_default();
        let value = it.value.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
        let more = if it.n > 1 { format!(", and {} more", it.n - 1) } else { String::new() };
        notes.push(format!("left: {at}{}{value}: {}{more}", it.name, it.rule));
    }
    let refused = |it: &RefusedUnit| format!("{counted} {}: {}: {}", it.number, it.value, it.rule);
    notes.extend(report.refusals.iter().map(refused));
    notes
}

/// How a file was read, where it is not as most are.
fn read_as(read: &SourceReading) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(read.encoding.as_ref().map(|it| format!("in {it}")));
    parts.extend(read.preset.as_ref().map(|it| format!("as written by {it}")));
    parts.extend(read.delimiter.as_ref().filter(|it| *it != "comma").map(|it| format!("parted by {it}")));
    match read.quoting {
        Some(Quoting::None) => parts.push("quotation marks as letters".to_owned()),
        Some(Quoting::Backslash) => parts.push("quotation marks escaped by strokes".to_owned()),
        Some(Quoting::Double) | None => {}
    }
    (!parts.is_empty()).then(|| format!("read {}", parts.join(", ")))
}
