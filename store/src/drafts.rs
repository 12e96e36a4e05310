//! Drafts: a review while it is being written, before and after the first impression is stored. The
//! only part of a review that is overwritten.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    Store,
    error::Result,
    formats::{Body, format_row},
    reviews::ReviewRow,
};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// After the reveal.
    Draft,
    /// What is picked of a first impression that is not stored yet.
    Picks,
}

impl Unfinished {
    fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Picks => "picks",
        }
    }
}

impl Store {
    /// Saves a draft in the place of the former one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_draft(&self, review: ReviewRow, body: &Body, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let sql = "insert into draft (review, format, body, saved_ms) values (?1, ?2, ?3, ?4)
                       on conflict (review) do update set format = excluded.format,
                           body = excluded.body, saved_ms = excluded.saved_ms, submitted_ms = null";
            db.prepare_cached(sql)?.execute((review, format_row(db, &body.format)?, &body.json, now_ms))?;
            Ok(())
        })
    }

    /// The saved draft, also of a review that was submitted: undo brings it back.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn draft(&self, review: ReviewRow) -> Result<Option<Body>> {
        let sql = "select f.name, d.body from draft d join format f on f.row = d.format where d.review = ?1";
        self.read(|db| body(db, sql, review))
    }

    /// Saves what is picked of a first impression, in the place of what was. Once the impression is
    /// stored there is nothing left to pick, and this does nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_picks(&self, review: ReviewRow, body: &Body, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let sql = "insert into picks (review, format, body, saved_ms)
                       select ?1, ?2, ?3, ?4
                       where not exists (select 1 from impression where review = ?1)
                       on conflict (review) do update set format = excluded.format,
                           body = excluded.body, saved_ms = excluded.saved_ms";
            db.prepare_cached(sql)?.execute((review, format_row(db, &body.format)?, &body.json, now_ms))?;
            Ok(())
        })
    }

    /// What is picked of a first impression that is not stored yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn picks(&self, review: ReviewRow) -> Result<Option<Body>> {
        let sql = "select f.name, p.body from picks p join format f on f.row = p.format where p.review = ?1";
        self.read(|db| body(db, sql, review))
    }

    /// Moves what nobody here can read out of the way, where the next save cannot overwrite it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_unread(&self, review: ReviewRow, which: Unfinished, now_ms: i64) -> Result<()> {
        let (put, take) = match which {
            Unfinished::Draft => (KEEP_DRAFT, "delete from draft where review = ?1"),
            Unfinished::Picks => (KEEP_PICKS, "delete from picks where review = ?1"),
        };
        self.write(|db| {
            db.prepare_cached(put)?.execute((review, which.word(), now_ms))?;
            db.prepare_cached(take)?.execute([review])?;
            Ok(())
        })
    }

    /// What was moved out of the way of a review, the newest last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unread(&self, review: ReviewRow) -> Result<Vec<Body>> {
        let sql = "select f.name, u.body from unread_draft u join format f on f.row = u.format
                   where u.review = ?1 order by u.row";
        self.read(|db| {
            let mut statement = db.prepare_cached(sql)?;
            let found =
                statement.query_map([review], |it| Ok(Body { format: it.get(0)?, json: it.get(1)? }))?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }
}

const KEEP_DRAFT: &str = "
    insert into unread_draft (review, kind, format, body, saved_ms, kept_ms)
    select review, ?2, format, body, saved_ms, ?3 from draft where review = ?1";
const KEEP_PICKS: &str = "
    insert into unread_draft (review, kind, format, body, saved_ms, kept_ms)
    select review, ?2, format, body, saved_ms, ?3 from picks where review = ?1";

fn body(db: &Connection, sql: &str, review: ReviewRow) -> Result<Option<Body>> {
    let read = |it: &rusqlite::Row| Ok(Body { format: it.get(0)?, json: it.get(1)? });
    Ok(db.prepare_cached(sql)?.query_row([review], read).optional()?)
}
