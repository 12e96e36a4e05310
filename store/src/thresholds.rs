//! Thresholds that a team set for itself. Appended; the newest of a label counts.

use crate::{Store, copies::Origin, error::Result, rows::reviewer};

/// A threshold that counts in this file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredThreshold {
    /// The label, as scores name it.
    pub target: String,
    /// Per cent.
    pub percent: u32,
    /// Who set it.
    pub reviewer: String,
    /// When.
    pub created_ms: i64,
}

impl Store {
    /// Those that count, by label; a label that is not among them has what ships.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn thresholds(&self) -> Result<Vec<StoredThreshold>> {
        self.read(|db| {
            let sql = "select t.target, t.percent, r.name, t.created_ms
                       from threshold t join reviewer r on r.id = t.reviewer
                       where t.percent is not null
                         and not exists (select 1 from threshold n where n.target = t.target and n.row > t.row)
                       order by t.target";
            let mut statement = db.prepare_cached(sql)?;
            let read = |it: &rusqlite::Row| {
                Ok(StoredThreshold {
                    target: it.get(0)?,
                    percent: it.get(1)?,
                    reviewer: it.get(2)?,
                    created_ms: it.get(3)?,
                })
            };
            let rows = statement.query_map((), read)?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }

    /// Sets a label's threshold, or brings back what ships.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_threshold(&self, target: &str, percent: Option<u32>, who: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let who = reviewer(db, who, now_ms)?;
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into threshold (id, copy, seq, target, percent, reviewer, created_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            db.prepare_cached(sql)?.execute((id, copy, seq, target, percent, who, now_ms))?;
            Ok(())
        })
    }
}
