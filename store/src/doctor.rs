//! A check-up: what SQLite can tell of the file, and what follows from other rows and is kept for speed.

use rusqlite::Connection;

use casebook_core::policy::Policy;

use crate::{
    Store,
    error::Result,
    media::incomplete,
    rows::{all, one, to_json},
    words,
};

/// How many items' words are looked up; all of them would take minutes for a million.
const SAMPLE: u32 = 500;

impl Store {
    /// What the file holds, by kind: how many rows of each, in reading order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn contents(&self) -> Result<Vec<(&'static str, u64)>> {
        self.read(|db| {
            let count = |(kind, table): &(&'static str, &str)| {
                let n: i64 = one(db, &format!("select count(*) from {table}"), ())?.unwrap_or(0);
                Ok((*kind, n.cast_unsigned()))
            };
            HOLDS.iter().map(count).collect()
        })
    }

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
            for (n, complaint) in [
                (incomplete(db)?, "renditions that lack a piece"),
                (astray(db)?, "items outside the restricted lane that belong in it"),
            ] {
                if n > 0 {
                    found.push(format!("{n} {complaint}"));
                }
            }
            found.extend(unsearchable(db)?);
            Ok(found)
        })
    }
}

/// What people call the rows of a table.
const HOLDS: &[(&str, &str)] = &[
    ("items", "item"),
    ("parts", "part"),
    ("media", "media"),
    ("reports", "report"),
    ("settled answers", "gold"),
    ("policies", "policy"),
    ("reviewers", "reviewer"),
    ("queues", "queue"),
    ("reviews", "review"),
    ("modes drawn", "draw"),
    ("first impressions", "impression"),
    ("picks", "picks"),
    ("drafts", "draft"),
    ("reveals", "reveal"),
    ("uncoverings", "uncovering"),
    ("annotations", "annotation"),
    ("withdrawals", "withdrawal"),
    ("items set aside", "aside"),
    ("items taken up again", "aside_return"),
    ("reviews in the restricted lane", "restricted_review"),
    ("lists by risk looked at", "risk_listed"),
    ("acts on many items", "bulk"),
    ("items in them", "bulk_item"),
    ("acts taken back", "bulk_return"),
    ("models", "model"),
    ("assessments", "assessment"),
    ("scores", "scoring"),
    ("embeddings", "embedding"),
    ("signals", "signal"),
    ("thresholds", "threshold"),
    ("sources", "source"),
    ("refusals", "refusal"),
    ("exports", "export"),
];

/// Counts that are 0 in a healthy file.
const COUNTS: &[(&str, &str)] = &[
    ("select count(*) from item i where not exists (select 1 from part p where p.item = i.row)", "items without parts"),
    (
        "select count(*) from item i
         where i.reviews <> (select count(distinct c.reviewer) from current_annotation c join review r on r.row = c.review
                             where c.item = i.row and r.purpose in ('first', 'second'))",
        "items whose number of reviews is wrong",
    ),
    (
        "select count(*) from (select reviews, count(*) as items from item where restricted = 0 group by reviews) c
         left join tally t on t.reviews = c.reviews where t.items is not c.items",
        "wrong counts in the tally",
    ),
    (
        "select coalesce(sum(items), 0) <> (select count(*) from item where restricted = 0) from tally",
        "tally that does not add up to the items",
    ),
    (
        "select count(*) from (
             select review, max(row) as row from annotation a
             where not exists (select 1 from withdrawal w where w.annotation = a.id) group by review) n
         left join current_annotation c on c.review = n.review where c.annotation is not n.row",
        "annotations that should count and do not",
    ),
    (
        "select count(*) from current_annotation c join annotation a on a.row = c.annotation
         where a.review <> c.review or a.item <> c.item or a.reviewer <> c.reviewer
            or exists (select 1 from withdrawal w where w.annotation = a.id)",
        "annotations that count and should not",
    ),
    (
        "select count(*) from annotation a join review r on r.row = a.review
         where a.item <> r.item or a.reviewer <> r.reviewer",
        "annotations that are not of the item and reviewer of their review",
    ),
];

/// Items that a gold restricts by the policy it is under, and that are not restricted.
fn astray(db: &Connection) -> Result<i64> {
    let sql =
        "select p.name, p.toml from policy p where exists (select 1 from gold g where g.policy = p.name)";
    let mut statement = db.prepare_cached(sql)?;
    let mut policies = statement.query(())?;
    let mut n = 0;
    while let Some(it) = policies.next()? {
        let name: String = it.get(0)?;
        // A policy that only a later program reads cannot be looked into here.
        let Ok(policy) = Policy::parse(&name, it.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) else {
            continue;
        };
        let lane: Vec<&str> =
            policy.clauses.iter().filter(|it| it.is_restricted()).map(|it| it.id.as_str()).collect();
        let sql = "select count(distinct i.row) from gold g join item i on i.row = g.item
                   where g.policy = ?1 and i.restricted = 0
                     and exists (select 1 from json_each(g.clauses) c where c.value in (select value from json_each(?2)))";
        n += one::<i64>(db, sql, (&name, to_json(&lane)?))?.unwrap_or(0);
    }
    Ok(n)
}

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
