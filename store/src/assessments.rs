//! Assessments: all that a model said of an item once. Appended, never changed.

use rusqlite::Connection;

use casebook_core::{assessment::Assessment, formats, score::Speaker};

use crate::{
    Row, Store,
    copies::next,
    error::Result,
    formats::format_row,
    models::{model, model_id},
    rows::{from_json, one, to_json},
};

/// Bodies of the format that this program reads; one of a later format is as if nobody had said anything yet.
macro_rules! readable {
    () => {
        "select a.body from assessment a join format f on f.row = a.format where f.name = 'casebook/assessment/1'"
    };
}

impl Store {
    /// Keeps an assessment.
    ///
    /// # Errors
    /// When the file cannot be written, or its id is there already.
    pub fn put_assessment(&self, row: Row, assessment: &Assessment, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let model = model(db, &assessment.model)?;
            let (copy, seq) = next(db)?;
            let sql =
                "insert into assessment (id, copy, seq, item, model, policy_sha256, format, body, stored_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            db.prepare_cached(sql)?.execute((
                &assessment.id,
                copy,
                seq,
                row,
                model,
                &assessment.policy_sha256,
                format_row(db, formats::ASSESSMENT)?,
                to_json(assessment)?,
                now_ms,
            ))?;
            Ok(())
        })
    }

    /// What `model` said of an item under a policy: the first time, where two programs asked at once.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn assessment(&self, row: Row, policy_sha256: &str, model: &Speaker) -> Result<Option<Assessment>> {
        self.read(|db| {
            let Some(model) = model_id(db, model)? else { return Ok(None) };
            let sql = concat!(
                readable!(),
                " and a.item = ?1 and a.policy_sha256 = ?2 and a.model = ?3 order by a.row limit 1"
            );
            parsed(db, sql, (row, policy_sha256, model))
        })
    }

    /// The assessment of that id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn assessment_by_id(&self, id: &str) -> Result<Option<Assessment>> {
        self.read(|db| parsed(db, concat!(readable!(), " and a.id = ?1"), [id]))
    }

    /// What was said of an item last, by whichever model.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn newest_assessment(&self, row: Row) -> Result<Option<Assessment>> {
        self.read(|db| {
            parsed(db, concat!(readable!(), " and a.item = ?1 order by a.row desc limit 1"), [row])
        })
    }
}

fn parsed(db: &Connection, sql: &str, with: impl rusqlite::Params) -> Result<Option<Assessment>> {
    let body: Option<String> = one(db, sql, with)?;
    body.map(|it| from_json("assessment", &it)).transpose()
}
