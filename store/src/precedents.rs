//! Which decided items are like a text.
//!
//! Of every decided item with an embedding, memory holds the sign_bits; the vectors of those that
//! differ least are read from the file and compared in full. What was decided or embedded since the
//! last question is added before the next one.

use std::collections::HashSet;

use rusqlite::Connection;

use casebook_core::score::Speaker;

use crate::{Row, Store, error::Result, half, models::model_id, rows::one, sign_bits::SignBits};

/// Items whose vectors are compared in full. The fifth nearest of 100,000 is among the first 100 by
/// bits in practice; a file with fewer decided items is searched exactly.
const COMPARED: usize = 128;

/// The same for the nearest of one: less depends on it.
const NEIGHBOURS: usize = 16;

/// Nothing for the restricted lane, into which an item may have come since it was counted as decided.
const VECTOR: &str = "
    select e.vector from embedding e join item i on i.row = e.item and i.restricted = 0
    where e.model = ?1 and e.item = ?2 and e.part = -1 and e.t0_ms = -1";

/// The decided items of a file as one model reads them.
#[derive(Default)]
pub struct Precedents {
    /// The model's number in the file.
    model: Option<i64>,
    seen: Option<Seen>,
    rows: Vec<Row>,
    sign_bits: SignBits,
    known: HashSet<Row>,
}

/// How far the tables were read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    annotation: i64,
    gold: i64,
    embedding: i64,
}

impl Store {
    /// The decided items nearest to a unit-length `vector`, nearest first, with their cosine: more
    /// than anybody needs, because an item may have been opened again since it was counted as
    /// decided, and [`Store::decided`] is who knows. The restricted lane is left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn nearest_decided(
        &self,
        among: &mut Precedents,
        model: &Speaker,
        vector: &[f32],
    ) -> Result<Vec<(f64, Row)>> {
        let Some(model) = self.read(|db| model_id(db, model))? else { return Ok(Vec::new()) };
        if among.model != Some(model) {
            *among = Precedents { model: Some(model), ..Precedents::default() };
        }
        let first = among.seen.is_none();
        // One state of the file, so that nothing falls between the marks.
        let mut read_on = |store: &Self| store.snapshot(|store| store.read(|db| among.read_on(db, model)));
        if first {
            self.unmapped(read_on)?;
        } else {
            read_on(self)?;
        }
        self.read(|db| {
            let mut nearest = Vec::with_capacity(COMPARED);
            for at in among.sign_bits.close_to(&half::pack(vector), COMPARED) {
                let row = among.rows[at];
                let Some(other) = one::<Vec<u8>>(db, VECTOR, (model, row))? else { continue };
                nearest.push((cosine(vector, &half::unpack(&other)), row));
            }
            nearest.sort_by(|a: &(f64, Row), b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            Ok(nearest)
        })
    }
}

/// An item and the decided item nearest to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbours {
    /// A decided item.
    pub item: Row,
    /// The nearest of the others.
    pub nearest: Row,
    /// Cosine of their vectors.
    pub cosine: f64,
}

impl Store {
    /// Of the decided items known last, `most` at most, each with the decided item nearest to it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn neighbours(&self, among: &Precedents, most: usize) -> Result<Vec<Neighbours>> {
        let Some(model) = among.model else { return Ok(Vec::new()) };
        self.read(|db| {
            let vector = |row: Row| -> Result<Option<Vec<u8>>> { one(db, VECTOR, (model, row)) };
            let mut found = Vec::new();
            for item in among.rows.iter().rev().copied() {
                if found.len() == most {
                    break;
                }
                let Some(own) = vector(item)? else { continue };
                let own_numbers = half::unpack(&own);
                let mut nearest: Option<Neighbours> = None;
                for at in among.sign_bits.close_to(&own, NEIGHBOURS) {
                    let other = among.rows[at];
                    let Some(its) = vector(other)?.filter(|_| other != item) else { continue };
                    let cosine = cosine(&own_numbers, &half::unpack(&its));
                    if nearest.is_none_or(|it| cosine > it.cosine) {
                        nearest = Some(Neighbours { item, nearest: other, cosine });
                    }
                }
                found.extend(nearest);
            }
            Ok(found)
        })
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

impl Precedents {
    /// How many decided items are known.
    #[must_use]
    pub fn n_known(&self) -> usize {
        self.rows.len()
    }

    /// Adds what came since the last time.
    fn read_on(&mut self, db: &Connection, model: i64) -> Result<()> {
        let newest = |sql| one(db, sql, ()).map(Option::unwrap_or_default);
        let now = Seen {
            annotation: newest("select coalesce(max(row), 0) from annotation")?,
            gold: newest("select coalesce(max(row), 0) from gold")?,
            embedding: newest("select coalesce(max(rowid), 0) from embedding")?,
        };
        match self.seen {
            Some(seen) if seen == now => return Ok(()),
            Some(seen) => {
                self.add(db, DECIDED_SINCE, (model, seen.annotation, seen.gold))?;
                self.add(db, EMBEDDED_SINCE, (model, seen.embedding))?;
            }
            None => self.add(db, DECIDED_SINCE, (model, 0, 0))?,
        }
        self.seen = Some(now);
        Ok(())
    }

    fn add(&mut self, db: &Connection, sql: &str, since: impl rusqlite::Params) -> Result<()> {
        let mut statement = db.prepare_cached(sql)?;
        let mut found = statement.query(since)?;
        while let Some(it) = found.next()? {
            let row: Row = it.get(0)?;
            let vector = it.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            if self.known.insert(row) && self.sign_bits.push(vector) {
                self.rows.push(row);
            }
        }
        Ok(())
    }
}

/// What is new is little and what is embedded is much: `cross join` keeps SQLite from walking the many.
const DECIDED_SINCE: &str = "
    select e.item, e.vector
    from (select item from annotation where row > ?2 union select item from gold where row > ?3) d
    cross join item i on i.row = d.item and i.restricted = 0
    cross join embedding e on e.model = ?1 and e.item = d.item and e.part = -1 and e.t0_ms = -1
    order by d.item";

/// `+` keeps it from walking all vectors of the model for the few new ones.
const EMBEDDED_SINCE: &str = "
    select e.item, e.vector from embedding e
    cross join item i on i.row = e.item and i.restricted = 0
    where e.rowid > ?2 and +e.model = ?1 and e.part = -1 and e.t0_ms = -1
      and (exists (select 1 from gold g where g.item = e.item)
           or exists (select 1 from annotation a where a.item = e.item))
    order by e.rowid";
