//! Bulk scores, and which items have none yet.

use casebook_core::score::{ModelId, Scoring, risk};

use crate::{
    Row, Store, embeddings,
    error::Result,
    models::{model, model_id},
    rows::{all, from_json, one, to_json},
};

impl Store {
    /// Keeps the outcomes and embeddings of a batch in one transaction, in the place of former ones.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_scores(
        &mut self,
        batch: &[(Row, Scoring)],
        model_id: &ModelId,
        policy_sha256: &str,
        vectors: &[(Row, Vec<f32>)],
        now_ms: i64,
    ) -> Result<()> {
        self.write(|db| {
            let model = model(db, model_id)?;
            let mut put = db.prepare_cached(
                "insert into scoring (model, policy_sha256, item, outcome, body, scored_ms)
                 values (?1, ?2, ?3, ?4, ?5, ?6)
                 on conflict (model, policy_sha256, item) do update set
                     outcome = excluded.outcome, body = excluded.body, scored_ms = excluded.scored_ms",
            )?;
            let mut set_risk =
                db.prepare_cached("update item set risk = ?2 where row = ?1 and risk is not ?2")?;
            for (row, scoring) in batch {
                let (outcome, risk) = match scoring {
                    Scoring::Scored { scores, .. } => ("scored", risk(scores)),
                    Scoring::NotScored { .. } => ("not_scored", None),
                    Scoring::Failed { .. } => ("failed", None),
                };
                put.execute((model, policy_sha256, row, outcome, to_json(scoring)?, now_ms))?;
                set_risk.execute((row, risk))?;
            }
            embeddings::put(db, model, vectors)
        })
    }

    /// What `model` said of an item under a policy.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn scoring(&self, row: Row, model: &ModelId, policy_sha256: &str) -> Result<Option<Scoring>> {
        self.read(|db| {
            let Some(model) = model_id(db, model)? else { return Ok(None) };
            let sql = "select body from scoring where model = ?1 and policy_sha256 = ?2 and item = ?3";
            let body: Option<String> = one(db, sql, (model, policy_sha256, row))?;
            body.map(|it| from_json("scoring", &it)).transpose()
        })
    }

    /// Items after `after` that `model` has said nothing of under a policy, ascending.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unscored(&self, model: &ModelId, policy_sha256: &str, after: Row, limit: u32) -> Result<Vec<Row>> {
        self.read(|db| {
            let model = model_id(db, model)?.unwrap_or(0);
            let sql = "select i.row from item i where i.row > ?3
                         and not exists (select 1 from scoring s
                             where s.model = ?1 and s.policy_sha256 = ?2 and s.item = i.row)
                       order by i.row limit ?4";
            all(db, sql, (model, policy_sha256, after, limit))
        })
    }

    /// How many items `model` has said nothing of under a policy.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn count_unscored(&self, model: &ModelId, policy_sha256: &str) -> Result<u32> {
        self.read(|db| {
            let model = model_id(db, model)?.unwrap_or(0);
            let sql = "select (select coalesce(sum(items), 0) from tally)
                            - (select count(*) from scoring where model = ?1 and policy_sha256 = ?2)";
            Ok(one(db, sql, (model, policy_sha256))?.unwrap_or(0))
        })
    }
}
