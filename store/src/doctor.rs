//! A check-up: what SQLite can tell of the file, and what follows from other rows and is kept for speed.

use rusqlite::Connection;

use crate::{
    Store,
    error::Result,
    rows::{all, one},
    words,
};

/// How many items' words are looked up; all of them would take minutes for a million.
const SAMPLE: u32 = 500;

impl Store {
    /// What is wrong with the file, one line each; nothing where it is healthy.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn doctor(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let mut found = Vec::new();
            let integrity: Vec<String> = all(db, "pragma integrity_check(20)", ())?;
            found.extend(integrity.into_iter().filter(|it| it != "ok"));
            let orphans: Vec<String> = all(db, "select \"table\" from pragma_foreign_key_check", ())?;
            found.extend(orphans.into_iter().map(|it| format!("a row of {it} refers to nothing")));
            for (sql, complaint) in COUNTS {
                let n: i64 = one(db, sql, ())?.unwrap_or(0);
                if n > 0 {
                    found.push(format!("{n} {complaint}"));
                }
            }
            found.extend(unsearchable(db)?);
            Ok(found)
        })
    }
}

/// Counts that are 0 in a healthy file.
const COUNTS: &[(&str, &str)] = &[
    ("select count(*) from item i where not exists (select 1 from part p where p.item = i.row)", "items without parts"),
    (
        "select count(*) from item i
         where i.reviews <> (select count(*) from current_annotation c where c.item = i.row)",
        "items whose number of reviews is wrong",
    ),
    (
        "select count(*) from (select reviews, count(*) as items from item group by reviews) c
         left join tally t on t.reviews = c.reviews where t.items is not c.items",
        "wrong counts in the tally",
    ),
    (
        "select coalesce(sum(items), 0) <> (select count(*) from item) from tally",
        "tally that does not add up to the items",
    ),
    (
        "select count(*) from (
             select item, reviewer, max(seq) as seq from annotation a
             where not exists (select 1 from withdrawal w where w.annotation = a.id) group by item, reviewer) n
         left join current_annotation c on c.item = n.item and c.reviewer = n.reviewer where c.seq is not n.seq",
        "annotations that should count and do not",
    ),
    (
        "select count(*) from current_annotation c join annotation a on a.seq = c.seq
         where a.item <> c.item or a.reviewer <> c.reviewer
            or exists (select 1 from withdrawal w where w.annotation = a.id)",
        "annotations that count and should not",
    ),
    (
        "select count(*) from item i join gold g on g.item = i.row
         where i.restricted = 0 and exists (select 1 from json_each(g.clauses) where value like 'CS-%')",
        "items outside the restricted lane that belong in it",
    ),
];

/// Items, evenly spread, that their own words do not find.
fn unsearchable(db: &Connection) -> Result<Vec<String>> {
    let mut found = Vec::new();
    if let Err(error) = db.execute_batch("select 1 from word limit 0") {
        found.push(format!("the search table cannot be read: {error}"));
        return Ok(found);
    }
    let newest: u32 = one(db, "select coalesce(max(row), 0) from item", ())?.unwrap_or(0);
    let step = (newest / SAMPLE).max(1);
    let rows: Vec<u32> =
        all(db, "select row from item where row = ?1 or row % ?2 = 0 order by row", (newest, step))?;
    for row in rows {
        let texts: Vec<String> =
            all(db, "select text from part where item = ?1 and text is not null order by position", [row])?;
        let mut indexed = String::new();
        for text in &texts {
            words::index(text, &mut indexed);
        }
        let first: Vec<&str> = indexed.split(' ').take(3).collect();
        let Some(query) = words::exactly(&first) else { continue };
        let hit: Option<i64> =
            one(db, "select 1 from word where word match ?1 and rowid = ?2", (query, row))?;
        if hit.is_none() {
            found.push(format!("item at row {row} is not found by its own words"));
        }
    }
    Ok(found)
}
