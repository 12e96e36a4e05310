//! In which shape a body is stored, by its released name.

use rusqlite::Connection;

use crate::{error::Result, rows::one};

/// JSON as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// [`casebook_core::formats`].
    pub format: String,
    /// The JSON.
    pub json: String,
}

/// The row of a format; it is entered where it is new. Inside a write.
pub(crate) fn format_row(db: &Connection, name: &str) -> Result<i64> {
    match one(db, "select row from format where name = ?1", [name])? {
        Some(row) => Ok(row),
        None => {
            db.prepare_cached("insert into format (name) values (?1)")?.execute([name])?;
            Ok(db.last_insert_rowid())
        }
    }
}
