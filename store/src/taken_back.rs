//! Taking an import back, whole, while nobody has reviewed any of it.
//!
//! What is recorded is kept for ever; what was only brought in by mistake need not be. Items are append-only by
//! triggers, so those of the tables concerned are set aside and put back in the same transaction: either all of it is
//! gone and every trigger stands, or nothing happened.

use rusqlite::{Connection, params_from_iter};

use crate::{
    Store,
    error::{Result, StoreError},
    items::tally,
    rows::{all, one},
    words,
};

/// What was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// That are gone.
    pub items: u64,
}

impl Store {
    /// Takes back what the source of that key brought: its items, and what a model made of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where nothing was imported from there; [`StoreError::Kept`] where somebody reviewed one
    /// of the items, or another import said something of one.
    pub fn take_import_back(&self, key: &str) -> Result<TakenBack> {
        self.write(|db| {
            let source: Option<i64> = one(db, "select id from source where key = ?1", [key])?;
            let source =
                source.ok_or_else(|| StoreError::NotFound { what: "import of", value: key.to_owned() })?;
            db.execute("create temp table if not exists going (row integer primary key)", ())?;
            db.execute("delete from temp.going", ())?;
            db.execute(
                "insert into temp.going select i.row from source_batch b join item i on i.row between b.first and b.last
                 where b.source = ?1",
                [source],
            )?;
            check(db, source)?;
            let mut items = 0;
            for reviews in all::<u32>(db, "select distinct reviews from item where row in temp.going and restricted = 0", ())?
            {
                let sql = "select count(*) from item where row in temp.going and restricted = 0 and reviews = ?1";
                tally(db, reviews, -one::<i64>(db, sql, [reviews])?.unwrap_or(0))?;
            }
            let triggers = all::<String>(db, "select sql from sqlite_schema where type = 'trigger'", ())?;
            for name in all::<String>(db, "select name from sqlite_schema where type = 'trigger'", ())? {
                db.execute(&format!("drop trigger \"{name}\""), ())?;
            }
            unindex(db)?;
            let ids: Vec<i64> = all(db, "select row from temp.going", ())?;
            for chunk in ids.chunks(500) {
                delete(db, "item", "row", chunk, 0)?;
                items += chunk.len() as u64;
            }
            for sql in [
                "delete from chunk where rendition in (select r.row from rendition r where r.media in (select sha256 from media
                     where sha256 not in (select media from part where media is not null)))",
                "delete from rendition where media in (select sha256 from media
                     where sha256 not in (select media from part where media is not null))",
                "delete from media where sha256 not in (select media from part where media is not null)",
            ] {
                db.execute(sql, ())?;
            }
            for table in ["refusal", "source_tally", "source_batch"] {
                db.execute(&format!("delete from {table} where source = ?1"), [source])?;
            }
            db.execute("delete from source where id = ?1", [source])?;
            for sql in triggers {
                db.execute_batch(&sql)?;
            }
            Ok(TakenBack { items })
        })
    }
}

/// Refuses where anything is recorded of the items, or where another source said something. How many they are is not told:
/// some of them may be in the restricted lane.
fn check(db: &Connection, source: i64) -> Result<()> {
    let rules = [
        (
            "select count(distinct item) from review where item in temp.going",
            "somebody opened or reviewed items of it",
        ),
        (
            "select count(*) from item where row in temp.going and reviews > 0",
            "somebody reviewed items of it",
        ),
        (
            "select (select count(*) from handover where item in temp.going) + (select count(*) from note where item in temp.going)",
            "somebody handed items of it on, or wrote a note to one",
        ),
        (
            "select count(distinct item) from statement where item in temp.going and source is not ?1",
            "another import said something of its items",
        ),
        (
            "select count(distinct item) from statement where item not in temp.going and source is ?1",
            "it said something of items of another import",
        ),
    ];
    for (sql, why) in rules {
        let with: &[i64] = if sql.contains("?1") { &[source] } else { &[] };
        let n: i64 = one(db, sql, params_from_iter(with))?.unwrap_or(0);
        if n > 0 {
            return Err(StoreError::Kept { why });
        }
    }
    Ok(())
}

/// Takes the words of the items out of the index, which holds no texts and so must be told what they were.
fn unindex(db: &Connection) -> Result<()> {
    let mut find =
        db.prepare("select text from part where item = ?1 and text is not null order by position")?;
    let mut forget = db.prepare("insert into word (word, rowid, text) values ('delete', ?1, ?2)")?;
    let mut text = String::new();
    for row in all::<i64>(db, "select row from temp.going", ())? {
        text.clear();
        for part in find.query_map([row], |it| it.get::<_, String>(0))? {
            words::index(&part?, &mut text);
        }
        if !text.is_empty() {
            forget.execute((row, &text))?;
        }
    }
    Ok(())
}

/// Deletes rows of a table by their keys, and before them whatever refers to them.
fn delete(db: &Connection, table: &str, column: &str, keys: &[i64], depth: usize) -> Result<()> {
    assert!(depth < 8, "tables refer to each other in a circle");
    if keys.is_empty() {
        return Ok(());
    }
    let marks = vec!["?"; keys.len()].join(",");
    let referring = "select m.name, f.\"from\" from sqlite_schema m, pragma_foreign_key_list(m.name) f
                     where m.type = 'table' and f.\"table\" = ?1 and f.\"to\" = ?2";
    let mut find = db.prepare_cached(referring)?;
    let found =
        find.query_map((table, column), |it| Ok((it.get::<_, String>(0)?, it.get::<_, String>(1)?)))?;
    for (child, by) in found.collect::<rusqlite::Result<Vec<_>>>()? {
        if child == "risk_listed" {
            // A list that was seen stays seen; what was imported last is now an item before.
            let sql = format!(
                "update risk_listed set newest = (select max(row) from item where row not in temp.going)
                 where newest in ({marks})"
            );
            db.prepare(&sql)?.execute(params_from_iter(keys))?;
            continue;
        }
        let key: Option<String> =
            one(db, "select name from pragma_table_info(?1) where pk = 1 and type = 'INTEGER'", [&child])?;
        let composite: i64 =
            one(db, "select count(*) from pragma_table_info(?1) where pk > 0", [&child])?.unwrap_or(0);
        if let (Some(key), 1) = (key, composite) {
            let sql = format!("select {key} from {child} where {by} in ({marks})");
            let mut find = db.prepare(&sql)?;
            let below = find.query_map(params_from_iter(keys), |it| it.get::<_, i64>(0))?;
            let below: Vec<i64> = below.collect::<rusqlite::Result<_>>()?;
            for chunk in below.chunks(500) {
                delete(db, &child, &key, chunk, depth + 1)?;
            }
        } else {
            db.prepare(&format!("delete from {child} where {by} in ({marks})"))?
                .execute(params_from_iter(keys))?;
        }
    }
    db.prepare(&format!("delete from {table} where {column} in ({marks})"))?
        .execute(params_from_iter(keys))?;
    Ok(())
}
