//! Assessments: all that a model said of an item once. Appended, never changed.

use casebook_core::{assessment::Assessment, score::Speaker};

use crate::{
    Row, Store,
    error::Result,
    models::{model, model_id},
    rows::{from_json, one, to_json},
};

impl Store {
    /// Keeps an assessment.
    ///
    /// # Errors
    /// When the file cannot be written, or its id is there already.
    pub fn put_assessment(&self, row: Row, assessment: &Assessment, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let model = model(db, &assessment.model)?;
            let sql = "insert into assessment (id, item, model, policy_sha256, body, stored_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6)";
            let body = to_json(assessment)?;
            db.prepare_cached(sql)?.execute((
                &assessment.id,
                row,
                model,
                &assessment.policy_sha256,
                body,
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
            let sql = "select body from assessment where item = ?1 and policy_sha256 = ?2 and model = ?3
                       order by seq limit 1";
            parsed(one(db, sql, (row, policy_sha256, model))?)
        })
    }

    /// The assessment of that id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn assessment_by_id(&self, id: &str) -> Result<Option<Assessment>> {
        self.read(|db| parsed(one(db, "select body from assessment where id = ?1", [id])?))
    }

    /// What was said of an item last, by whichever model.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn newest_assessment(&self, row: Row) -> Result<Option<Assessment>> {
        let sql = "select body from assessment where item = ?1 order by seq desc limit 1";
        self.read(|db| parsed(one(db, sql, [row])?))
    }
}

fn parsed(body: Option<String>) -> Result<Option<Assessment>> {
    body.map(|it| from_json("assessment", &it)).transpose()
}
