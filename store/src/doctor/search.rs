//! The words that search finds items by, beside the words that the items have.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use rusqlite::Connection;

use crate::{error::Result, words};

/// Items whose words are split at once.
const BATCH: usize = 2000;

/// What the tokenizer of `word` is: a test holds it to the migration.
const LIKE_WORD: &str = "create virtual table temp.words_meant using fts5 (
    text, content = '', columnsize = 0, detail = none,
    tokenize = \"unicode61 remove_diacritics 2 categories 'L* M* N* P* S* C*'\")";

/// Items that are not found by all of their words and no others.
pub(super) fn unsearchable(db: &Connection) -> Result<Vec<String>> {
    db.execute_batch(
        "create virtual table if not exists temp.words_there using fts5vocab (main, word, instance)",
    )?;
    let mut there = sums(db, "words_there")?;
    db.execute_batch(LIKE_WORD)?;
    db.execute_batch("create virtual table temp.words_spoken using fts5vocab (temp, words_meant, instance)")?;
    let mut found = Vec::new();
    let mut compare = |found: &mut Vec<String>| -> Result<()> {
        let meant = sums(db, "words_spoken")?;
        for (row, sum) in meant {
            if there.remove(&row) != Some(sum) {
                found.push(format!("item at row {row} is not found by its own words"));
            }
        }
        db.execute_batch("insert into temp.words_meant (words_meant) values ('delete-all')")?;
        Ok(())
    };
    let mut statement =
        db.prepare("select item, text from part where text is not null order by item, position")?;
    let mut put = db.prepare("insert into temp.words_meant (rowid, text) values (?1, ?2)")?;
    let mut rows = statement.query(())?;
    let (mut last, mut text, mut n): (Option<i64>, String, usize) = (None, String::new(), 0);
    loop {
        let next = rows.next()?;
        let row = next.map(|it| it.get::<_, i64>(0)).transpose()?;
        if row != last {
            if let Some(last) = last.filter(|_| !text.is_empty()) {
                put.execute((last, &text))?;
                n += 1;
            }
            text.clear();
            last = row;
            if row.is_none() || n >= BATCH {
                compare(&mut found)?;
                n = 0;
            }
        }
        let Some(it) = next else { break };
        words::index(it.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?, &mut text);
    }
    drop(put);
    found.extend(there.keys().map(|row| format!("row {row} is found by words that no item of that row has")));
    db.execute_batch(
        "drop table temp.words_spoken; drop table temp.words_meant; drop table temp.words_there",
    )?;
    found.sort();
    Ok(found)
}

/// One number for all words of each row, whatever their order.
fn sums(db: &Connection, table: &str) -> Result<HashMap<i64, u64>> {
    let mut statement = db.prepare(&format!("select term, doc from temp.{table}"))?;
    let mut rows = statement.query(())?;
    let mut sums = HashMap::new();
    while let Some(it) = rows.next()? {
        let mut hasher = DefaultHasher::new();
        it.get_ref(0)?.as_bytes().map_err(rusqlite::Error::from)?.hash(&mut hasher);
        let sum: &mut u64 = sums.entry(it.get(1)?).or_default();
        *sum = sum.wrapping_add(hasher.finish());
    }
    Ok(sums)
}
