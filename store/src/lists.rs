//! Lists: the rows that match a filter, in an order, and what stands in a line of the list.
//!
//! A list is taken whole, as row numbers: four bytes each, so a million are read in one walk over
//! an index and kept by who asked. Any page of it is then a slice, wherever it lies, and the rows
//! do not move under a reader while others write. Filters become sets of rows first, each from the
//! narrowest index that knows it, because reading a million items for one column would cost
//! seconds. The restricted lane is in no list.

use rusqlite::{Connection, OptionalExtension, types::Value};

use casebook_core::{
    language,
    list::{ListFilter, ListOrder, Standing},
    risk::Judged,
};

use crate::{
    Row, Store,
    candidates::place,
    error::Result,
    rows::{all, one, reviewer_id},
    words,
};

/// Words in more items than this are not counted further: the newest are listed.
pub const MOST_HITS: usize = 10_000;

/// A list as it was when it was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// In order.
    pub rows: Vec<Row>,
    /// More than [`MOST_HITS`] have the words: these are the newest of them, newest first.
    pub capped: bool,
}

/// What stands in a line of a list. Nothing in it was judged by a model or another reviewer,
/// but for [`judged`](Self::judged), which is desk's to show or to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Where the item stands.
    pub row: Row,
    /// The sender's id.
    pub id: String,
    /// `text`, `image`, `bundle`.
    pub kind: String,
    /// The beginning of its first text.
    pub text: String,
    /// Declared or detected.
    pub language: Option<String>,
    /// Where it was shown.
    pub market: Option<String>,
    /// People who reported it.
    pub reports: u32,
    /// What most of them said.
    pub reason: Option<String>,
    /// Views per hour.
    pub reach_per_hour: Option<f64>,
    /// When it was flagged.
    pub flagged_ms: i64,
    /// Reviewers with a current annotation.
    pub reviews: u32,
    /// What this reviewer decided.
    pub mine: Option<String>,
    /// How this reviewer set it aside.
    pub aside: Option<String>,
    /// Whom it is assigned to.
    pub assigned: Option<String>,
    /// Which queue it was moved to.
    pub moved: Option<String>,
    /// What a model made of it.
    pub judged: Option<Judged>,
}

impl Store {
    /// The rows that match `filter` for this reviewer, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn listed(&self, filter: &ListFilter, order: ListOrder, reviewer: &str) -> Result<Listed> {
        self.read(|db| {
            let reviewer = reviewer_id(db, reviewer)?.unwrap_or(0);
            let n_rows: u32 = one(db, "select coalesce(max(row), 0) from item", ())?.unwrap_or(0);
            let mut marks = Marks::all(n_rows);
            for row in all::<Row>(db, "select row from item where restricted = 1", ())? {
                marks.clear(row);
            }
            narrow(db, filter, reviewer, &mut marks)?;
            let words = filter.filter.words.as_deref().filter(|it| !it.trim().is_empty());
            if let Some(words) = words {
                let hits = hits(db, words, &marks)?;
                if hits.len() > MOST_HITS {
                    return Ok(Listed { rows: hits[..MOST_HITS].to_vec(), capped: true });
                }
                marks = Marks::none(n_rows);
                for row in hits {
                    marks.set(row);
                }
            }
            Ok(Listed { rows: in_order(db, order, &marks)?, capped: false })
        })
    }

    /// The lines of `rows`, in their order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn lines(&self, rows: &[Row], reviewer: &str) -> Result<Vec<Line>> {
        self.read(|db| {
            let reviewer = reviewer_id(db, reviewer)?.unwrap_or(0);
            let mut find = db.prepare_cached(LINE)?;
            let mut lines = Vec::with_capacity(rows.len());
            for row in rows {
                // An item that came into the restricted lane since the list was taken is left out.
                lines.extend(find.query_row((row, reviewer), line).optional()?);
            }
            Ok(lines)
        })
    }

    /// The newest decisions of a reviewer that count, newest first: row, queue and when.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn decisions_of(&self, reviewer: &str, limit: u32) -> Result<Vec<(Row, String, i64)>> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(Vec::new()) };
            let sql = "select a.item, a.queue, a.created_ms from annotation a
                       where a.reviewer = ?1
                         and exists (select 1 from current_annotation c where c.review = a.review and c.annotation = a.row)
                       order by a.row desc limit ?2";
            let mut find = db.prepare_cached(sql)?;
            let found = find.query_map((reviewer, limit), |it| Ok((it.get(0)?, it.get(1)?, it.get(2)?)))?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// A set of rows: a bit each.
struct Marks {
    bits: Vec<u64>,
    n_rows: u32,
}

impl Marks {
    fn none(n_rows: u32) -> Self {
        Self { bits: vec![0; n_rows as usize / 64 + 1], n_rows }
    }

    fn all(n_rows: u32) -> Self {
        let mut marks = Self { bits: vec![u64::MAX; n_rows as usize / 64 + 1], n_rows };
        marks.clear(0);
        // Rows count from 1 without gaps, since no item is ever deleted.
        for row in n_rows + 1..(n_rows / 64 + 1) * 64 {
            marks.clear(row);
        }
        marks
    }

    fn set(&mut self, row: Row) {
        if row <= self.n_rows {
            self.bits[row as usize / 64] |= 1 << (row % 64);
        }
    }

    fn clear(&mut self, row: Row) {
        if let Some(word) = self.bits.get_mut(row as usize / 64) {
            *word &= !(1 << (row % 64));
        }
    }

    fn has(&self, row: Row) -> bool {
        self.bits.get(row as usize / 64).is_some_and(|it| it >> (row % 64) & 1 == 1)
    }

    fn keep(&mut self, other: &Self) {
        for (word, other) in self.bits.iter_mut().zip(&other.bits) {
            *word &= other;
        }
    }

    fn count(&self) -> usize {
        self.bits.iter().map(|it| it.count_ones() as usize).sum()
    }

    fn rows(&self) -> impl DoubleEndedIterator<Item = Row> {
        (1..=self.n_rows).filter(|it| self.has(*it))
    }
}

/// Leaves the marks that everything but words in the filter lets through.
fn narrow(db: &Connection, wanted: &ListFilter, reviewer: i64, marks: &mut Marks) -> Result<()> {
    let filter = &wanted.filter;
    let list = |it: &[String]| (!it.is_empty()).then(|| serde_json::Value::from(it.to_vec()).to_string());
    let bases: Vec<String> = filter.languages.iter().map(|it| language::base(it)).collect();
    let (languages, markets) = (list(&bases), list(&filter.markets));
    let keep = |marks: &mut Marks, rows: Vec<Row>| {
        let mut kept = Marks::none(marks.n_rows);
        for row in rows {
            kept.set(row);
        }
        marks.keep(&kept);
    };
    match wanted.standing {
        Standing::All => {}
        // Most items are unreviewed, so the others are taken off.
        Standing::Unreviewed => {
            for row in all::<Row>(db, "select row from item where reviews > 0 and restricted = 0", ())? {
                marks.clear(row);
            }
        }
        Standing::Reviewed => {
            keep(marks, all(db, "select row from item where reviews > 0 and restricted = 0", ())?);
        }
        Standing::Mine => {
            keep(marks, all(db, "select item from current_annotation where reviewer = ?1", [reviewer])?);
        }
        Standing::Skipped => keep(marks, all(db, SET_ASIDE, (reviewer, "skip"))?),
        Standing::Deferred => keep(marks, all(db, SET_ASIDE, (reviewer, "defer"))?),
        Standing::Assigned => {
            keep(marks, all(db, "select item from routing where reviewer = ?1", [reviewer])?);
        }
        Standing::Waiting => {
            let sql = "select item from routing where reviewer = ?1 and handover is not null";
            keep(marks, all(db, sql, [reviewer])?);
        }
        Standing::HandedOn => {
            let sql = "select t.item from routing t cross join handover h on h.row = t.handover
                       where t.handover is not null and h.reviewer = ?1";
            keep(marks, all(db, sql, [reviewer])?);
        }
    }
    if languages.is_some() || markets.is_some() {
        keep(marks, all(db, BY_COLUMNS, (languages, markets))?);
    }
    if let Some(reasons) = list(&filter.reasons) {
        let sql = "select item from report where reason in (select value from json_each(?1))";
        keep(marks, all(db, sql, [reasons])?);
    }
    Ok(())
}

/// Marked rows with all of `words`, newest first, one more than [`MOST_HITS`] at most.
fn hits(db: &Connection, words: &str, marks: &Marks) -> Result<Vec<Row>> {
    let Some(query) = words::query(words) else { return Ok(Vec::new()) };
    let mut find = db.prepare_cached("select rowid from word where word match ?1 order by rowid desc")?;
    let mut found = find.query([query])?;
    let mut hits = Vec::new();
    while let Some(it) = found.next()? {
        let row: Row = it.get(0)?;
        if marks.has(row) {
            hits.push(row);
        }
        if hits.len() > MOST_HITS {
            break;
        }
    }
    Ok(hits)
}

fn in_order(db: &Connection, order: ListOrder, marks: &Marks) -> Result<Vec<Row>> {
    match order {
        ListOrder::Newest => Ok(marks.rows().rev().collect()),
        ListOrder::Oldest => Ok(marks.rows().collect()),
        ListOrder::Urgency => by_key(db, marks, &URGENCY),
        ListOrder::Age => by_key(db, marks, &AGE),
        ListOrder::Recent => by_key(db, marks, &RECENT),
        ListOrder::Risk => {
            let mut rows = by_key(db, marks, &RISK)?;
            let mut rest = Marks { bits: marks.bits.clone(), n_rows: marks.n_rows };
            for row in &rows {
                rest.clear(*row);
            }
            rows.extend(by_key(db, &rest, &URGENCY)?);
            Ok(rows)
        }
    }
}

/// The two ways to a key: item by item, and one walk per number of reviews over an index that has it.
struct Key {
    of_one: &'static str,
    walk: &'static str,
}

const URGENCY: Key = Key {
    of_one: "select urgency from item where row = ?1",
    walk: "select urgency, row from item where restricted = 0 and reviews = ?1 order by urgency desc",
};
const AGE: Key = Key {
    of_one: "select flagged_ms from item where row = ?1",
    walk: "select flagged_ms, row from item where restricted = 0 and reviews = ?1 order by flagged_ms",
};
const RECENT: Key = Key {
    of_one: "select -flagged_ms from item where row = ?1",
    walk: "select -flagged_ms, row from item where restricted = 0 and reviews = ?1 order by flagged_ms desc",
};
const RISK: Key = Key {
    of_one: "select risk from item where row = ?1 and risk is not null",
    walk: "select risk, row from item where restricted = 0 and reviews = ?1 and risk is not null order by risk desc",
};

/// A walk over the index beats looking rows up one by one unless few are wanted.
const FEW: usize = 20;

fn by_key(db: &Connection, marks: &Marks, key: &Key) -> Result<Vec<Row>> {
    let wanted = marks.count();
    let mut keyed: Vec<(i64, Row)> = Vec::with_capacity(wanted);
    if wanted * FEW < marks.n_rows as usize {
        let mut find = db.prepare_cached(key.of_one)?;
        for row in marks.rows() {
            let value: Option<Value> = find.query_row([row], |it| it.get(0)).optional()?;
            keyed.extend(value.map(|it| (place(&it), row)));
        }
    } else {
        let depths: Vec<u32> = all(db, "select reviews from tally where items > 0", ())?;
        let mut walk = db.prepare_cached(key.walk)?;
        for reviews in depths {
            let mut found = walk.query([reviews])?;
            while let Some(it) = found.next()? {
                let row = it.get(1)?;
                if marks.has(row) {
                    keyed.push((place(&it.get(0)?), row));
                }
            }
        }
    }
    // What one walk gives is sorted already, which this notices.
    keyed.sort_unstable();
    Ok(keyed.into_iter().map(|it| it.1).collect())
}

const SET_ASIDE: &str = "
    select a.item from aside a where a.reviewer = ?1 and a.kind = ?2
      and not exists (select 1 from aside_return r where r.aside = a.row)";

const BY_COLUMNS: &str = "
    select row from item
    where restricted = 0 and (?1 is null or language_base in (select value from json_each(?1)))
      and (?2 is null or market in (select value from json_each(?2)))";

const LINE: &str = "
    select i.row, i.id, i.kind,
        (select substr(p.text, 1, 300) from part p where p.item = i.row and p.text is not null
         order by p.position limit 1),
        iif(i.language_confidence < 0.5, null, i.language), i.market,
        (select coalesce(sum(r.n), 0) from report r where r.item = i.row),
        (select r.reason from report r where r.item = i.row order by r.n desc, r.position limit 1),
        i.reach_per_hour, i.flagged_ms, i.reviews,
        (select a.choice from current_annotation c join annotation a on a.row = c.annotation
         where c.item = i.row and c.reviewer = ?2 order by a.row desc limit 1),
        (select a.kind from aside a where a.reviewer = ?2 and a.item = i.row
           and not exists (select 1 from aside_return b where b.aside = a.row)
         order by a.row desc limit 1),
        (select v.name from routing t join reviewer v on v.id = t.reviewer where t.item = i.row),
        (select t.queue from routing t where t.item = i.row),
        i.risk_severity, i.risk_p
    from item i where i.row = ?1 and i.restricted = 0";

fn line(it: &rusqlite::Row) -> rusqlite::Result<Line> {
    let severity: Option<u8> = it.get(15)?;
    let p: Option<f64> = it.get(16)?;
    Ok(Line {
        row: it.get(0)?,
        id: it.get(1)?,
        kind: it.get(2)?,
        text: it.get::<_, Option<String>>(3)?.unwrap_or_default(),
        language: it.get(4)?,
        market: it.get(5)?,
        reports: it.get(6)?,
        reason: it.get(7)?,
        reach_per_hour: it.get(8)?,
        flagged_ms: it.get(9)?,
        reviews: it.get(10)?,
        mine: it.get(11)?,
        aside: it.get(12)?,
        assigned: it.get(13)?,
        moved: it.get(14)?,
        judged: severity.zip(p).map(|(severity, p)| Judged { severity, p }),
    })
}
