//! Items whose text is like another's.
//!
//! The items whose sign_bits differ least are taken, and only their vectors are read and compared
//! exactly. Which way a text points is not a judgement of it; the restricted lane is left out on
//! both sides.

use rusqlite::{Connection, OptionalExtension};

use crate::{Row, Store, error::Result, half, rows::one, sign_bits::SignBits};

/// Vectors compared exactly, whatever is asked for: enough that the nearest ten are seldom missed.
const EXACT: usize = 1024;

/// The sign_bits of all vectors of one model.
#[derive(Clone, Debug, Default)]
pub struct SignIndex {
    model: i64,
    /// Whose.
    rows: Vec<Row>,
    /// Where the vector stands in its table, ascending.
    places: Vec<i64>,
    sign_bits: SignBits,
}

/// The nearest items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nearest {
    /// The model whose vectors were compared; `None` where the item has none.
    pub model: Option<String>,
    /// Items compared with.
    pub searched: u32,
    /// Row and cosine, the nearest first.
    pub found: Vec<(Row, f32)>,
}

impl Store {
    /// The `limit` items most like `row`. The index is brought up to date, and filled the first time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn nearest(&self, index: &mut SignIndex, row: Row, limit: usize) -> Result<Nearest> {
        self.read(|db| {
            let Some((model, name, vector)) = own(db, row)? else { return Ok(Nearest::default()) };
            if index.model != model {
                *index = SignIndex { model, ..SignIndex::default() };
            }
            match index.rows.is_empty() {
                true => self.unmapped(|_| index.catch_up(db))?,
                false => index.catch_up(db)?,
            }
            let query = half::unpack(&vector);
            let mut near = Vec::new();
            let mut read = db.prepare_cached("select vector from embedding where rowid = ?1")?;
            for at in index.sign_bits.close_to(&vector, EXACT) {
                let found = read.query_row([index.places[at]], |it| {
                    Ok(it.get_ref(0)?.as_blob().map(|it| cosine(&query, it)))
                })?;
                near.push((found.map_err(rusqlite::Error::from)?, index.rows[at]));
            }
            near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let mut found = Vec::with_capacity(limit);
            for (cosine, other) in near.into_iter().filter(|it| it.1 != row) {
                if found.len() == limit {
                    break;
                }
                if one(db, "select restricted from item where row = ?1", [other])? == Some(false) {
                    found.push((other, cosine));
                }
            }
            Ok(Nearest { model: Some(name), searched: index.rows.len() as u32, found })
        })
    }
}

impl SignIndex {
    fn catch_up(&mut self, db: &Connection) -> Result<()> {
        let after = self.places.last().copied().unwrap_or(0);
        let sql = "select rowid, model, item, vector from embedding where rowid > ?1 and part = -1 and t0_ms = -1 order by rowid";
        let mut find = db.prepare_cached(sql)?;
        let mut found = find.query([after])?;
        while let Some(it) = found.next()? {
            if it.get::<_, i64>(1)? != self.model {
                continue;
            }
            if self.sign_bits.push(it.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?) {
                self.places.push(it.get(0)?);
                self.rows.push(it.get(2)?);
            }
        }
        Ok(())
    }
}

/// The item's newest vector, with its model; nothing for the restricted lane. Models are few and what is
/// embedded is much: `cross join` keeps SQLite from walking the many.
fn own(db: &Connection, row: Row) -> Result<Option<(i64, String, Vec<u8>)>> {
    let sql =
        "select m.id, m.name, e.vector from model m cross join embedding e on e.model = m.id and e.item = ?1
                   and e.part = -1 and e.t0_ms = -1
               where exists (select 1 from item i where i.row = ?1 and i.restricted = 0)
               order by m.id desc limit 1";
    let read = |it: &rusqlite::Row| Ok((it.get(0)?, it.get(1)?, it.get(2)?));
    Ok(db.prepare_cached(sql)?.query_row([row], read).optional()?)
}

fn cosine(query: &[f32], vector: &[u8]) -> f32 {
    let other = half::unpack(vector);
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let lengths = (dot(query, query) * dot(&other, &other)).sqrt();
    if lengths > 0.0 { dot(query, &other) / lengths } else { 0.0 }
}
