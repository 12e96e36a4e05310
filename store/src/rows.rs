//! Helpers every table shares.

use rusqlite::{Connection, OptionalExtension, types::FromSql};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Row,
    error::{Result, StoreError, damaged},
};

/// What an item is called outside the file.
pub(crate) fn item_id(db: &Connection, row: Row) -> Result<String> {
    Ok(one(db, "select id from item where row = ?1", [row])?.unwrap_or_default())
}

/// The reviewer's id, or `None` where nobody of that name ever recorded anything.
pub(crate) fn reviewer_id(db: &Connection, name: &str) -> Result<Option<i64>> {
    let mut find = db.prepare_cached("select id from reviewer where name = ?1")?;
    Ok(find.query_row([name], |it| it.get(0)).optional()?)
}

/// The reviewer's id; the name is entered where it is new. Inside a write.
pub(crate) fn reviewer(db: &Connection, name: &str, now_ms: i64) -> Result<i64> {
    match reviewer_id(db, name)? {
        Some(id) => Ok(id),
        None => {
            db.prepare_cached("insert into reviewer (name, created_ms) values (?1, ?2)")?
                .execute((name, now_ms))?;
            Ok(db.last_insert_rowid())
        }
    }
}

/// One value or none.
pub(crate) fn one<T: FromSql>(db: &Connection, sql: &str, with: impl rusqlite::Params) -> Result<Option<T>> {
    Ok(db.prepare_cached(sql)?.query_row(with, |it| it.get(0)).optional()?)
}

/// First columns of all rows.
pub(crate) fn all<T: FromSql>(db: &Connection, sql: &str, with: impl rusqlite::Params) -> Result<Vec<T>> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(with, |it| it.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// As it is stored.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|it| damaged("a value that is no JSON", it))
}

/// As it was stored.
pub(crate) fn from_json<T: DeserializeOwned>(what: &str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|it| damaged(what, it))
}

/// The word serde spells a unit variant with: what check constraints list.
pub(crate) fn word(value: &impl Serialize) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(damaged("a closed set", format!("{other:?} is no word of it"))),
    }
}

/// The variant of a word.
pub(crate) fn variant<T: DeserializeOwned>(what: &str, word: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(|it| damaged(what, it))
}

/// The 32 bytes of a sha256 in hex.
pub(crate) fn sha256_bytes(hex: &str) -> Result<[u8; 32]> {
    let refuse = || StoreError::NotFound { what: "sha256", value: casebook_core::item::shorten(hex) };
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return Err(refuse());
    }
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).map_err(|_| refuse())?;
    }
    Ok(bytes)
}
