//! Search by words.

use crate::{Row, Store, error::Result, rows::all, words};

impl Store {
    /// The newest `limit` items that contain all of `words`, the last one by its beginning.
    /// Whatever the words are, they are words: quotes and operators mean nothing. Items of the
    /// restricted lane are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn search(&self, words: &str, limit: u32) -> Result<Vec<Row>> {
        match words::query(words) {
            None => Ok(Vec::new()),
            Some(query) => self.read(|db| all(db, FIND, (query, limit))),
        }
    }
}

const FIND: &str = "
    select rowid from word
    where word match ?1
      and exists (select 1 from item i where i.row = word.rowid and i.restricted = 0)
    order by rowid desc limit ?2";
