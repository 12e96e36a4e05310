//! What sources said of an item after it was there: the newest counts, and every statement is kept.
//!
//! One source that says two things of a label is raters who disagree: both are kept as votes, and the label is unknown
//! until somebody settles it. Another source, or the same file changed, knows better.

use rusqlite::Connection;
use serde_json::{Value, json};

use casebook_core::item::Item;

use crate::{
    NewItem, Row, Store,
    copies::Origin,
    error::Result,
    items::{gold, load, put_gold, reports, spoken, tally},
    rows::{one, to_json},
};

/// What labels are called among fields.
const LABELS: &str = "labels.";

/// Where a statement comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct From {
    pub source: u32,
    pub run: u32,
    pub line: u64,
    /// Items from this one on were brought by the same batch, which is not written down yet.
    pub since: Option<Row>,
}

/// Something that was said of an item after it was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// `reports`, `labels.spam`.
    pub field: String,
    /// JSON.
    pub value: String,
    /// JSON; `None` where nothing was known.
    pub was: Option<String>,
    /// The key of its source; `None` where an import said it of which no more is known.
    pub source: Option<String>,
    /// When it was imported.
    pub at_ms: i64,
}

impl Store {
    /// What was said of the item at `row` after it was there, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn statements(&self, row: Row) -> Result<Vec<Statement>> {
        self.read(|db| {
            let sql = "select t.field, t.value, t.was, s.key, t.at_ms from statement t
                       left join source s on s.id = t.source where t.item = ?1 order by t.row";
            let mut find = db.prepare_cached(sql)?;
            let found = find.query_map([row], |it| {
                Ok(Statement {
                    field: it.get(0)?,
                    value: it.get(1)?,
                    was: it.get(2)?,
                    source: it.get(3)?,
                    at_ms: it.get(4)?,
                })
            })?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Takes what is new of an item that is there; gives the fields. Inside a write.
pub(crate) fn learn(
    db: &Connection,
    row: Row,
    new: &NewItem,
    from: Option<From>,
    now_ms: i64,
) -> Result<Vec<String>> {
    let known = known(db, row)?;
    let mut learnt = Vec::new();
    for (field, value) in fields(&new.item, new.language_confidence.is_none()) {
        let was = known.iter().find(|(it, _)| *it == field).map(|(_, it)| it);
        if was == Some(&value) {
            continue;
        }
        let said = match from {
            Some(from) => said(db, row, &field, from, was)?,
            None => Vec::new(),
        };
        if said.contains(&value) {
            continue;
        }
        let contested = field.starts_with(LABELS) && !said.is_empty();
        if contested && let (Some(was), Some(from)) = (was, from) {
            // The vote that came with the item, which no statement holds yet.
            put(db, row, &field, was, None, Some(From { line: 0, ..from }), now_ms)?;
        }
        put(db, row, &field, &value, was, from, now_ms)?;
        match contested {
            true => set_label(db, row, &field, &Value::Null)?,
            false => set(db, row, &field, &value, new, now_ms)?,
        }
        learnt.push(field);
    }
    if new.restricted {
        let sql = "update item set restricted = 1 where row = ?1 and restricted = 0 returning reviews";
        if let Some(reviews) = one(db, sql, [row])? {
            tally(db, reviews, -1)?;
            db.prepare_cached("delete from lease where item = ?1")?.execute([row])?;
        }
    }
    Ok(learnt)
}

/// What is said of an item, by field. A guessed language is nobody's statement.
fn fields(item: &Item, declared: bool) -> Vec<(String, Value)> {
    let mut said = Vec::new();
    let mut say = |field: &str, value: Value| said.push((field.to_owned(), value));
    if !item.reports.is_empty() {
        say("reports", json!(item.reports));
    }
    if let Some(it) = item.reach_per_hour {
        say("reach_per_hour", json!(it));
    }
    for (field, value) in [
        ("author", &item.author),
        ("market", &item.market),
        ("flagged_at", &item.flagged_at),
        ("language", if declared { &item.language } else { &None }),
    ] {
        if let Some(it) = value {
            say(field, json!(it));
        }
    }
    for (name, value) in &item.labels {
        say(&format!("{LABELS}{name}"), json!(value));
    }
    if let Some(it) = &item.gold {
        say("gold", json!(it));
    }
    said
}

fn known(db: &Connection, row: Row) -> Result<Vec<(String, Value)>> {
    let mut item = load(db, row)?;
    item.item.reports = reports(db, row)?;
    item.item.gold = gold(db, row)?;
    Ok(fields(&item.item, item.language_confidence.is_none()))
}

/// What this reading of the source said of the field before, the row that brought the item included.
fn said(db: &Connection, row: Row, field: &str, from: From, was: Option<&Value>) -> Result<Vec<Value>> {
    let sql = "select value, source is ?3 and run is ?4, was from statement where item = ?1 and field = ?2 order by row";
    let mut find = db.prepare_cached(sql)?;
    let found = find.query_map((row, field, from.source, from.run), |it| {
        Ok((it.get::<_, String>(0)?, it.get::<_, bool>(1)?, it.get::<_, Option<String>>(2)?))
    })?;
    let found: Vec<(String, bool, Option<String>)> = found.collect::<rusqlite::Result<_>>()?;
    let value = |it: &String| serde_json::from_str(it).unwrap_or(Value::Null);
    let first = match found.first() {
        None => was.cloned(),
        Some((_, _, was)) => was.as_ref().map(value),
    };
    let sql = "select b.source = ?2 and b.run = ?3 from source_batch b where b.first <= ?1 and b.last >= ?1
               order by b.first desc limit 1";
    let brought = match from.since.is_some_and(|it| row >= it) {
        true => Some(true),
        false => one(db, sql, (row, from.source, from.run))?,
    };
    let mut said: Vec<Value> = found.iter().filter(|it| it.1).map(|it| value(&it.0)).collect();
    said.extend(first.filter(|_| brought == Some(true)));
    Ok(said)
}

fn put(
    db: &Connection,
    row: Row,
    field: &str,
    value: &Value,
    was: Option<&Value>,
    from: Option<From>,
    now_ms: i64,
) -> Result<()> {
    let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
    let sql = "insert into statement (id, copy, seq, item, source, run, line, field, value, was, at_ms)
               values (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8, ?9, ?10, ?11)";
    let was = was.map(ToString::to_string);
    let (source, run, line) =
        (from.map(|it| it.source), from.map(|it| it.run), from.map(|it| it.line.cast_signed()));
    db.prepare_cached(sql)?.execute(rusqlite::params![
        id,
        copy,
        seq,
        row,
        source,
        run,
        line,
        field,
        value.to_string(),
        was,
        now_ms
    ])?;
    Ok(())
}

/// Makes `value` what counts.
fn set(db: &Connection, row: Row, field: &str, value: &Value, new: &NewItem, now_ms: i64) -> Result<()> {
    let text = || value.as_str().map(str::to_owned);
    let column = |sql: &str| db.prepare_cached(sql).map_err(crate::StoreError::from);
    match field {
        "reports" => {
            db.prepare_cached("delete from report where item = ?1")?.execute([row])?;
            for (n, report) in (0_u32..).zip(&new.item.reports) {
                let sql = "insert into report (item, position, reason, n) values (?1, ?2, ?3, ?4)";
                db.prepare_cached(sql)?.execute((row, n, &report.reason, report.n))?;
            }
            urgency(db, row)?;
        }
        "reach_per_hour" => {
            column("update item set reach_per_hour = ?2 where row = ?1")?
                .execute((row, new.item.reach_per_hour))?;
            urgency(db, row)?;
        }
        "author" => drop(column("update item set author = ?2 where row = ?1")?.execute((row, text()))?),
        "market" => drop(column("update item set market = ?2 where row = ?1")?.execute((row, text()))?),
        "flagged_at" => {
            let sql = "update item set flagged_at = ?2, flagged_ms = coalesce(?3, flagged_ms) where row = ?1";
            column(sql)?.execute((row, text(), new.flagged_ms))?;
        }
        "language" => {
            let sql = "update item set language = ?2, language_base = ?3, language_confidence = null where row = ?1";
            column(sql)?.execute((row, text(), spoken(text().as_deref(), None)))?;
        }
        "gold" => {
            if let Some(gold) = &new.item.gold {
                put_gold(db, i64::from(row), gold, now_ms)?;
            }
        }
        label => set_label(db, row, label, value)?,
    }
    Ok(())
}

/// A label of an outside data set; null is unknown.
fn set_label(db: &Connection, row: Row, field: &str, value: &Value) -> Result<()> {
    let mut labels = load(db, row)?.item.labels;
    let name = field.trim_start_matches(LABELS);
    match value.as_u64().and_then(|it| u8::try_from(it).ok()) {
        Some(it) => drop(labels.insert(name.to_owned(), it)),
        None => drop(labels.remove(name)),
    }
    let labels = if labels.is_empty() { None } else { Some(to_json(&labels)?) };
    db.prepare_cached("update item set labels = ?2 where row = ?1")?.execute((row, labels))?;
    Ok(())
}

fn urgency(db: &Connection, row: Row) -> Result<()> {
    let item = load(db, row)?.item;
    db.prepare_cached("update item set urgency = ?2 where row = ?1")?.execute((row, item.urgency()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guessed_language_is_nobodys_statement() {
        let line = r#"{"id":"a","parts":[{"role":"c","text":"x"}],"language":"en","labels":{"spam":1}}"#;
        let item = Item::parse_line(line).expect("an item");
        let names = |declared| fields(&item, declared).into_iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(names(true), ["language", "labels.spam"]);
        assert_eq!(names(false), ["labels.spam"]);
    }
}
