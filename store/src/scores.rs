//! Bulk scores, and which items have none yet.

use rusqlite::{Connection, OptionalExtension};

use casebook_core::{
    formats,
    risk::{Judged, RiskTerms},
    score::{Score, Scoring, Speaker},
};

use crate::{
    Row, Store,
    error::Result,
    formats::format_row,
    models::{model, model_id},
    rows::{all, from_json, one, to_json},
};

impl Store {
    /// Keeps the outcomes of a batch in one transaction, in the place of former ones. `judge` says what the scores make of an item, which is what an assisted queue is ordered by.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_scores(
        &mut self,
        batch: &[(Row, Scoring)],
        model_id: &Speaker,
        policy_sha256: &str,
        judge: &dyn Fn(&[Score]) -> Option<Judged>,
        now_ms: i64,
    ) -> Result<()> {
        self.write(|db| {
            let model = model(db, model_id)?;
            let mut put = db.prepare_cached(
                "insert into scoring (model, policy_sha256, item, outcome, format, body, scored_ms)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 on conflict (model, policy_sha256, item) do update set outcome = excluded.outcome,
                     format = excluded.format, body = excluded.body, scored_ms = excluded.scored_ms",
            )?;
            let format = format_row(db, formats::SCORING)?;
            for (row, scoring) in batch {
                let (outcome, judged) = match scoring {
                    Scoring::Scored { scores, .. } => ("scored", judge(scores)),
                    Scoring::NotScored { .. } => ("not_scored", None),
                    Scoring::Failed { .. } => ("failed", None),
                };
                put.execute((model, policy_sha256, row, outcome, format, to_json(scoring)?, now_ms))?;
                set_risk(db, *row, judged)?;
            }
            Ok(())
        })
    }

    /// What `model` said of an item under a policy.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn scoring(&self, row: Row, model: &Speaker, policy_sha256: &str) -> Result<Option<Scoring>> {
        self.read(|db| {
            let Some(model) = model_id(db, model)? else { return Ok(None) };
            let body: Option<String> = one(db, SCORING, (model, policy_sha256, row))?;
            body.map(|it| from_json("scoring", &it)).transpose()
        })
    }

    /// Items after `after` that `model` has said nothing of under a policy, ascending. The restricted lane is
    /// left out: what is in it is assessed when it is met there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unscored(&self, model: &Speaker, policy_sha256: &str, after: Row, limit: u32) -> Result<Vec<Row>> {
        self.read(|db| {
            let model = model_id(db, model)?.unwrap_or(0);
            let sql = "select i.row from item i where i.row > ?3 and i.restricted = 0
                         and not exists (select 1 from scoring s
                             where s.model = ?1 and s.policy_sha256 = ?2 and s.item = i.row)
                       order by i.row limit ?4";
            all(db, sql, (model, policy_sha256, after, limit))
        })
    }

    /// How many items `model` has said nothing of under a policy, but for the restricted lane.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn count_unscored(&self, model: &Speaker, policy_sha256: &str) -> Result<u32> {
        self.read(|db| {
            let model = model_id(db, model)?.unwrap_or(0);
            let sql = "select (select coalesce(sum(items), 0) from tally)
                            - (select count(*) from scoring where model = ?1 and policy_sha256 = ?2)
                            + (select count(*) from item i cross join scoring s on s.item = i.row
                               where i.restricted = 1 and s.model = ?1 and s.policy_sha256 = ?2)";
            Ok(one(db, sql, (model, policy_sha256))?.unwrap_or(0))
        })
    }

    /// Gives items that were scored before terms were kept theirs, `limit` at most; how many it did.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn judge_old_scores(
        &self,
        model: &Speaker,
        policy_sha256: &str,
        judge: &dyn Fn(&[Score]) -> Option<Judged>,
        limit: u32,
    ) -> Result<u32> {
        let rows: Vec<Row> = self.read(|db| {
            all(
                db,
                "select row from item where restricted = 0 and risk is not null and risk_p is null limit ?1",
                [limit],
            )
        })?;
        if rows.is_empty() {
            return Ok(0);
        }
        self.write(|db| {
            for row in &rows {
                let body: Option<String> = match model_id(db, model)? {
                    Some(model) => one(db, SCORING, (model, policy_sha256, row))?,
                    None => None,
                };
                let judged = match body.map(|it| from_json("scoring", &it)).transpose()? {
                    Some(Scoring::Scored { scores, .. }) => judge(&scores),
                    _ => None,
                };
                set_risk(db, *row, judged)?;
            }
            Ok(rows.len() as u32)
        })
    }

    /// The terms that items are ordered by where risk orders them; none where no model gave any.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn risk_terms(&self, rows: &[Row], now_ms: i64) -> Result<Vec<(Row, Option<RiskTerms>)>> {
        self.read(|db| {
            let sql = "select risk_severity, risk_p, reach_per_hour, flagged_ms from item where row = ?1";
            let mut find = db.prepare_cached(sql)?;
            let mut found = Vec::with_capacity(rows.len());
            for row in rows {
                let read = |it: &rusqlite::Row| {
                    let judged = it.get::<_, Option<u8>>(0)?.zip(it.get::<_, Option<f64>>(1)?);
                    let (reach, flagged_ms) = (it.get(2)?, it.get(3)?);
                    Ok(judged.map(|(severity, p)| Judged { severity, p }.terms(reach, flagged_ms, now_ms)))
                };
                found.push((*row, find.query_row([row], read).optional()?.flatten()));
            }
            Ok(found)
        })
    }
}

const SCORING: &str = "
    select s.body from scoring s join format f on f.row = s.format
    where s.model = ?1 and s.policy_sha256 = ?2 and s.item = ?3 and f.name = 'casebook/scoring/1'";

/// Inside a write.
fn set_risk(db: &Connection, row: Row, judged: Option<Judged>) -> Result<()> {
    let sql = "select reach_per_hour, flagged_ms from item where row = ?1";
    let known: Option<(Option<f64>, i64)> =
        db.prepare_cached(sql)?.query_row([row], |it| Ok((it.get(0)?, it.get(1)?))).optional()?;
    let key = judged.zip(known).map(|(judged, (reach, flagged_ms))| judged.key(reach, flagged_ms));
    let sql = "update item set risk = ?2, risk_severity = ?3, risk_p = ?4
               where row = ?1 and (risk is not ?2 or risk_p is not ?4 or risk_severity is not ?3)";
    db.prepare_cached(sql)?.execute((row, key, judged.map(|it| it.severity), judged.map(|it| it.p)))?;
    Ok(())
}
