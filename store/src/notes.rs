//! Notes to a colleague on an item. What one says is a judgement, which desk tells or keeps.

use crate::{Row, Store, copies::Origin, error::Result, rows::reviewer};

/// A note as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNote {
    /// Who wrote it.
    pub by: String,
    /// To whom; `None` to everybody.
    pub to: Option<String>,
    /// What it says.
    pub text: String,
    /// When.
    pub created_ms: i64,
}

impl Store {
    /// Keeps a note on an item.
    ///
    /// # Errors
    /// When there is no such item or the file cannot be written.
    pub fn put_note(&self, row: Row, by: &str, to: Option<&str>, text: &str, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let by = reviewer(db, by, now_ms)?;
            let to = to.map(|it| reviewer(db, it, now_ms)).transpose()?;
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into note (id, copy, seq, item, reviewer, reviewer_to, text, created_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            db.prepare_cached(sql)?.execute((id, copy, seq, row, by, to, text, now_ms))?;
            Ok(())
        })
    }

    /// The notes on an item, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn notes_of(&self, row: Row) -> Result<Vec<StoredNote>> {
        self.read(|db| {
            let sql = "select v.name, w.name, n.text, n.created_ms
                       from note n join reviewer v on v.id = n.reviewer left join reviewer w on w.id = n.reviewer_to
                       where n.item = ?1 order by n.seq";
            let mut statement = db.prepare_cached(sql)?;
            let found = statement.query_map([row], |it| {
                Ok(StoredNote { by: it.get(0)?, to: it.get(1)?, text: it.get(2)?, created_ms: it.get(3)? })
            })?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }
}
