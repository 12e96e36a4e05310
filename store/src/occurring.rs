//! What items can be chosen by: the languages, markets and report reasons that occur in the file, each with the
//! number of items that have it.
//!
//! Each is one walk over an index that has nothing else in it, a few hundred milliseconds in a million items. Nothing
//! here was judged, and the restricted lane is not counted: to take its few items off is cheaper than to read all
//! others for it.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use crate::{
    Row, Store,
    error::{Result, damaged},
    rows::all,
};

/// Values listed of one kind: those that most items have.
pub const MOST_VALUES: usize = 1000;

/// A value and how many items have it.
pub type Count = (String, u32);

/// What occurs in the file, each list by number of items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occurring {
    /// Base codes of languages, `und` where it is unknown.
    pub languages: Vec<Count>,
    /// Markets.
    pub markets: Vec<Count>,
    /// Reasons of reports; an item counts once for each of its reasons.
    pub reasons: Vec<Count>,
}

impl Store {
    /// What occurs in the file, at most [`MOST_VALUES`] of a kind, those that most items have first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn occurring(&self) -> Result<Occurring> {
        self.read(|db| {
            let (languages, markets) = columns(db)?;
            Ok(Occurring { languages: most(languages), markets: most(markets), reasons: most(reasons(db)?) })
        })
    }
}

type Counts = HashMap<String, u32>;

const COLUMNS: &str = "
    select language_base, market, count(*) from item
    where restricted = 0 group by reviews, language_base, market";

/// Items by language and by market. Grouped in the order of the index, so that nothing is sorted.
fn columns(db: &Connection) -> Result<(Counts, Counts)> {
    let (mut languages, mut markets) = (Counts::new(), Counts::new());
    let mut find = db.prepare_cached(COLUMNS)?;
    let mut found = find.query(())?;
    while let Some(it) = found.next()? {
        let n: u32 = it.get(2)?;
        for (counts, value) in [(&mut languages, it.get(0)?), (&mut markets, it.get::<_, Option<String>>(1)?)]
        {
            if let Some(value) = value {
                *counts.entry(value).or_default() += n;
            }
        }
    }
    Ok((languages, markets))
}

/// Items by reason: a sender may give one reason twice, and the item is still one.
fn reasons(db: &Connection) -> Result<Counts> {
    let lane: HashSet<Row> = all(db, "select row from item where restricted = 1", ())?.into_iter().collect();
    let mut counts = Counts::new();
    let mut find = db.prepare_cached("select reason, item from report order by reason, item")?;
    let mut found = find.query(())?;
    let (mut reason, mut n, mut before) = (String::new(), 0, None);
    let mut count = |reason: &str, n: u32| {
        if n > 0 {
            counts.insert(reason.to_owned(), n);
        }
    };
    while let Some(it) = found.next()? {
        let (said, row) =
            (it.get_ref(0)?.as_str().map_err(|it| damaged("a reason of a report", it))?, it.get(1)?);
        if said != reason {
            count(&reason, n);
            (reason, n, before) = (said.to_owned(), 0, None);
        }
        n += u32::from(before != Some(row) && !lane.contains(&row));
        before = Some(row);
    }
    count(&reason, n);
    Ok(counts)
}

/// By number of items, then by value.
fn most(counts: Counts) -> Vec<Count> {
    let mut counts: Vec<Count> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(MOST_VALUES);
    counts
}
