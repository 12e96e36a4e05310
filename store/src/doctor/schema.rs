//! The tables, indexes and triggers of a file, beside those that the migrations make: what is refused in a file is
//! only refused while the triggers that refuse it are there.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::{error::Result, migrations, rows::all};

/// Tables whose rows the migrations write, and nobody else.
const WORDS: &[&str] =
    &["item_kind", "part_kind", "source_kind", "purpose", "verdict", "choice", "outcome", "signal_kind"];

/// What is missing, changed, or not ours.
pub(super) fn differences(db: &Connection) -> Result<Vec<String>> {
    let fresh = fresh()?;
    let (meant, there) = (parts(&fresh)?, parts(db)?);
    let mut found = Vec::new();
    for ((kind, name), sql) in &meant {
        match there.get(&(kind.clone(), name.clone())) {
            None => found.push(format!("the {kind} {name} is gone")),
            Some(other) if other != sql => found.push(format!("the {kind} {name} was changed")),
            Some(_) => {}
        }
    }
    let strange = there.keys().filter(|it| !meant.contains_key(*it));
    found.extend(strange.map(|(kind, name)| format!("the {kind} {name} is not Casebook's")));
    Ok(found)
}

/// Closed sets that another program opened or narrowed.
pub(super) fn words(db: &Connection) -> Result<Vec<String>> {
    let fresh = fresh()?;
    let mut found = Vec::new();
    for table in WORDS {
        let sql = format!("select word from {table} order by word");
        if all::<String>(&fresh, &sql, ())? != all::<String>(db, &sql, ())? {
            found.push(format!("the words of {table} were changed"));
        }
    }
    Ok(found)
}

/// An empty file, in memory.
fn fresh() -> Result<Connection> {
    let db = Connection::open_in_memory()?;
    db.pragma_update(None, "foreign_keys", false)?;
    migrations::run(&db)?;
    Ok(db)
}

/// Kind and name of each part of the schema, and how it was made, but for what SQLite itself keeps there.
fn parts(db: &Connection) -> Result<BTreeMap<(String, String), String>> {
    let sql = "select type, name, coalesce(sql, '') from sqlite_schema where name not like 'sqlite\\_%' escape '\\'";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map((), |it| {
        let sql: String = it.get(2)?;
        Ok(((it.get(0)?, it.get(1)?), sql.split_whitespace().collect::<Vec<_>>().join(" ")))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
