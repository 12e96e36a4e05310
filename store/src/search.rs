//! Search by words.

use rusqlite::Connection;

use crate::{
    Row, Store,
    error::Result,
    rows::{all, one},
    words,
};

/// Words a beginning may stand for and still be asked for one by one. Each costs about 0.2 ms in a
/// million items, and what the search table does instead reads all their items: 75 ms for two common
/// words.
const ENDINGS: usize = 64;

impl Store {
    /// The newest `limit` items that contain all of `words`; where they are fewer, followed by those
    /// that contain the last word only as a beginning. Whatever the words are, they are words: quotes
    /// and operators mean nothing. Items of the restricted lane are left out.
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
            let query = match endings(db, words)? {
                Some(endings) => words::ending_in(words, &endings).unwrap_or(query),
                None => query,
            };
            let begun: Vec<Row> = all(db, FIND, (query, limit))?;
            let more: Vec<Row> = begun.into_iter().filter(|it| !rows.contains(it)).collect();
            rows.extend(more.into_iter().take(limit as usize - rows.len()));
            Ok(rows)
        })
    }
}

/// The words of the file that the last of `words` may be the beginning of. `None` where there are
/// none or too many, or it is not known how they are spelt there: then the search table is to know.
fn endings(db: &Connection, words: &str) -> Result<Option<Vec<String>>> {
    let Some(beginning) = words::beginning(words) else { return Ok(None) };
    db.prepare_cached(
        "create virtual table if not exists temp.spelling using fts5vocab (main, word, instance)",
    )?
    .execute(())?;
    let mut endings = Vec::new();
    let mut from = beginning.clone();
    // One step into the index per word: asking for all of them at once would read all their items.
    while let Some(word) =
        one::<String>(db, "select term from temp.spelling where term >= ?1 limit 1", [&from])?
            .filter(|it| it.starts_with(&beginning))
    {
        if endings.len() == ENDINGS {
            return Ok(None);
        }
        // No word has a control character in it, so none lies between a word and this.
        from = format!("{word}\u{1}");
        endings.push(word);
    }
    Ok((!endings.is_empty()).then_some(endings))
}

const FIND: &str = "
    select rowid from word
    where word match ?1
      and exists (select 1 from item i where i.row = word.rowid and i.restricted = 0)
    order by rowid desc limit ?2";
