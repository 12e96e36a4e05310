//! Which models spoke: one row per model and weights.

use rusqlite::Connection;

use casebook_core::{formats, score::Speaker};

use crate::{
    Store,
    error::Result,
    formats::format_row,
    rows::{one, to_json},
};

impl Store {
    /// True where `model` said something of an item in this file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_spoken(&self, model: &Speaker) -> Result<bool> {
        self.read(|db| Ok(model_id(db, model)?.is_some()))
    }
}

/// The model's number, or `None` where it never said anything here.
pub(crate) fn model_id(db: &Connection, model: &Speaker) -> Result<Option<i64>> {
    one(
        db,
        "select id from model where name = ?1 and weights_sha256 = ?2",
        (&model.id, &model.weights_sha256),
    )
}

/// The model's number; it is entered where it is new. Inside a write.
pub(crate) fn model(db: &Connection, model: &Speaker) -> Result<i64> {
    match model_id(db, model)? {
        Some(id) => Ok(id),
        None => {
            let sql = "insert into model (name, weights_sha256, format, body) values (?1, ?2, ?3, ?4)";
            let format = format_row(db, formats::MODEL)?;
            db.prepare_cached(sql)?.execute((&model.id, &model.weights_sha256, format, to_json(model)?))?;
            Ok(db.last_insert_rowid())
        }
    }
}
