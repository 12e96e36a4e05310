//! A check-up: what SQLite can tell of the file, what follows from other rows and is kept for speed, and whether
//! another program changed what is only appended to.

mod numbers;
mod records;
mod schema;
mod search;

use rusqlite::Connection;

use crate::{
    Store,
    error::Result,
    media::incomplete,
    rows::{all, one},
};

/// Findings of one kind that are named; the rest are counted.
const NAMED: usize = 20;

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

    /// What is wrong with the file, one line each; nothing where it is healthy. Everything is looked at, which takes
    /// a minute or two for a million items; others may work meanwhile, and what they write is not looked at.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn doctor(&self) -> Result<Vec<String>> {
        self.snapshot(|store| store.read(|db| Ok(looks(db, LOOKS))))
    }

    /// As [`Store::doctor`], but for what takes time in a large file: pictures, words and the text of items are
    /// not hashed again.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn quick_check(&self) -> Result<Vec<String>> {
        self.snapshot(|store| store.read(|db| Ok(looks(db, &LOOKS[..QUICK]))))
    }
}

/// A look at one thing, and what is said of it where it cannot be taken.
type Look = (&'static str, fn(&Connection) -> Result<Vec<String>>);

/// In the order in which they are told.
const LOOKS: &[Look] = &[
    ("the pages", pages),
    ("what refers to what", orphans),
    ("the tables", schema::differences),
    ("the closed sets", schema::words),
    ("the counts", counts),
    ("the numbers of rows", numbers::gaps),
    ("the policies", records::policies),
    ("the restricted lane", records::lane),
    ("the annotations", records::annotations),
    ("the items", records::items),
    ("the pictures", records::media),
    ("the search table", search::unsearchable),
];

/// How many of them are quick.
const QUICK: usize = 9;

fn looks(db: &Connection, looks: &[Look]) -> Vec<String> {
    let mut all = Vec::new();
    for (what, look) in looks {
        // One that fails must not keep the others from looking: a file with a table gone has more to tell.
        let mut found = look(db).unwrap_or_else(|it| vec![format!("{what} cannot be looked at: {it}")]);
        let more = found.len().saturating_sub(NAMED);
        found.truncate(NAMED);
        all.append(&mut found);
        if more > 0 {
            all.push(format!("and {more} more of the same"));
        }
    }
    all
}

fn pages(db: &Connection) -> Result<Vec<String>> {
    let integrity: Vec<String> = all(db, "pragma integrity_check(20)", ())?;
    Ok(integrity.into_iter().filter(|it| it != "ok").collect())
}

fn orphans(db: &Connection) -> Result<Vec<String>> {
    let sql = "select \"table\" || ' refer to nothing in ' || parent || ': ' || count(*)
               from pragma_foreign_key_check group by \"table\", parent";
    Ok(all::<String>(db, sql, ())?.into_iter().map(|it| format!("rows of {it}")).collect())
}

fn counts(db: &Connection) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (sql, complaint) in COUNTS {
        match one::<i64>(db, sql, ()) {
            Ok(None | Some(0)) => {}
            Ok(Some(n)) => found.push(format!("{n} {complaint}")),
            Err(problem) => found.push(format!("{complaint} cannot be counted: {problem}")),
        }
    }
    match incomplete(db)? {
        0 => {}
        n => found.push(format!("{n} renditions that lack a piece")),
    }
    Ok(found)
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
    ("users who made them", "witness"),
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
    ("handovers", "handover"),
    ("handovers taken back", "handover_return"),
    ("notes", "note"),
    ("releases from the restricted lane", "release"),
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
