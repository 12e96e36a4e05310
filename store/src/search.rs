//! Search by words.

use crate::{Row, Store, error::Result, rows::all, words};

impl Store {
    /// The newest `limit` items that contain all of `words`; where they are fewer, followed by those
    /// that contain the last word only as a beginning. Whatever the words are, they are words: quotes and operators mean nothing. Items of the
    /// restricted lane are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn search(&self, words: &str, limit: u32) -> Result<Vec<Row>> {
        let (Some(whole), Some(query)) = (words::whole(words), words::query(words)) else {
            return Ok(Vec::new());
        };
        self.read(|db| {
            // A beginning makes the search table merge every word that has it before it answers, which
            // for a common word takes longer than a person waits.
            let mut rows: Vec<Row> = all(db, FIND, (&whole, limit))?;
            if whole == query || rows.len() == limit as usize {
                return Ok(rows);
            }
            let begun: Vec<Row> = all(db, FIND, (query, limit))?;
            let more: Vec<Row> = begun.into_iter().filter(|it| !rows.contains(it)).collect();
            rows.extend(more.into_iter().take(limit as usize - rows.len()));
            Ok(rows)
        })
    }
}

const FIND: &str = "
    select rowid from word
    where word match ?1
      and exists (select 1 from item i where i.row = word.rowid and i.restricted = 0)
    order by rowid desc limit ?2";
