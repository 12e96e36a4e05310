//! Items whose text is like another's.
//!
//! A million vectors do not fit between two keystrokes, but one bit per coordinate does: the signs
//! of all vectors are kept in memory (48 bytes of 768), the items that differ in the fewest are
//! taken, and only their vectors are read and compared exactly. Which way a text points is not a
//! judgement of it; the restricted lane is left out on both sides.

use rusqlite::{Connection, OptionalExtension};

use crate::{Row, Store, error::Result, half, rows::one};

/// Vectors compared exactly, whatever is asked for: enough that the nearest ten are seldom missed.
const EXACT: usize = 1024;

/// The signs of all vectors of one model.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    model: i64,
    /// Whose.
    rows: Vec<Row>,
    /// Where the vector stands in its table, ascending.
    places: Vec<i64>,
    /// `words` for each, in one run.
    bits: Vec<u64>,
    words: usize,
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
    /// The `limit` items most like `row`. The sketch is brought up to date, and filled the first time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn nearest(&self, sketch: &mut Sketch, row: Row, limit: usize) -> Result<Nearest> {
        self.read(|db| {
            let Some((model, name, vector)) = own(db, row)? else { return Ok(Nearest::default()) };
            if sketch.model != model {
                *sketch = Sketch { model, ..Sketch::default() };
            }
            sketch.catch_up(db)?;
            let query = half::unpack(&vector);
            let mut near = Vec::new();
            let mut read = db.prepare_cached("select vector from embedding where rowid = ?1")?;
            for at in sketch.close_to(&signs(&vector)) {
                let found = read.query_row([sketch.places[at]], |it| {
                    Ok(it.get_ref(0)?.as_blob().map(|it| cosine(&query, it)))
                })?;
                near.push((found.map_err(rusqlite::Error::from)?, sketch.rows[at]));
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
            Ok(Nearest { model: Some(name), searched: sketch.rows.len() as u32, found })
        })
    }
}

impl Sketch {
    fn catch_up(&mut self, db: &Connection) -> Result<()> {
        let after = self.places.last().copied().unwrap_or(0);
        let sql = "select rowid, model, item, vector from embedding where rowid > ?1 order by rowid";
        let mut find = db.prepare_cached(sql)?;
        let mut found = find.query([after])?;
        while let Some(it) = found.next()? {
            if it.get::<_, i64>(1)? != self.model {
                continue;
            }
            let signs = signs(it.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?);
            if self.words == 0 {
                self.words = signs.len();
            }
            // A vector of another length is of no use to this model's others.
            if signs.len() == self.words {
                self.places.push(it.get(0)?);
                self.rows.push(it.get(2)?);
                self.bits.extend(signs);
            }
        }
        Ok(())
    }

    /// Places in the sketch whose signs differ least from `signs`, about [`EXACT`] of them, ascending.
    fn close_to(&self, signs: &[u64]) -> Vec<usize> {
        if self.words == 0 || signs.len() != self.words {
            return Vec::new();
        }
        let differing: Vec<u16> = self.bits.chunks_exact(self.words).map(|it| distance(it, signs)).collect();
        let mut n_at = vec![0_usize; self.words * 64 + 1];
        for it in &differing {
            n_at[usize::from(*it)] += 1;
        }
        let mut sum = 0;
        let reach = n_at.iter().position(|it| {
            sum += it;
            sum >= EXACT
        });
        let reach = reach.unwrap_or(self.words * 64) as u16;
        // Those at the edge are many and alike; taking the first of them keeps the work bounded.
        let mut edge = EXACT.saturating_sub(sum - n_at[usize::from(reach)]);
        (0..differing.len())
            .filter(|at| match differing[*at] {
                it if it < reach => true,
                it if it == reach && edge > 0 => {
                    edge -= 1;
                    true
                }
                _ => false,
            })
            .collect()
    }
}

fn distance(a: &[u64], b: &[u64]) -> u16 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones() as u16).sum()
}

/// The item's newest vector, with its model; nothing for the restricted lane.
fn own(db: &Connection, row: Row) -> Result<Option<(i64, String, Vec<u8>)>> {
    let sql = "select m.id, m.name, e.vector from model m join embedding e on e.model = m.id and e.item = ?1
               where exists (select 1 from item i where i.row = ?1 and i.restricted = 0)
               order by m.id desc limit 1";
    let read = |it: &rusqlite::Row| Ok((it.get(0)?, it.get(1)?, it.get(2)?));
    Ok(db.prepare_cached(sql)?.query_row([row], read).optional()?)
}

/// The sign of each half, a bit each: it is the top bit of every second byte.
fn signs(vector: &[u8]) -> Vec<u64> {
    let words = vector.chunks(128).map(|halves| {
        let bit = |(n, half): (usize, &[u8])| u64::from(half.last().copied().unwrap_or(0) >> 7) << n;
        halves.chunks(2).enumerate().map(bit).sum()
    });
    words.collect()
}

fn cosine(query: &[f32], vector: &[u8]) -> f32 {
    let other = half::unpack(vector);
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let lengths = (dot(query, query) * dot(&other, &other)).sqrt();
    if lengths > 0.0 { dot(query, &other) / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_a_bit_per_coordinate() {
        let vector: Vec<f32> = (0..70).map(|it| if it % 3 == 0 { -0.5 } else { 0.5 }).collect();
        let signs = signs(&half::pack(&vector));
        assert_eq!(signs.len(), 2);
        for (n, value) in vector.iter().enumerate() {
            assert_eq!(signs[n / 64] >> (n % 64) & 1 == 1, *value < 0.0, "{n}");
        }
    }

    #[test]
    fn about_as_many_as_are_compared_exactly_are_close() {
        let n = 5000_usize;
        let sketch = Sketch {
            model: 1,
            rows: (0..n as u32).collect(),
            places: (0..n as i64).collect(),
            bits: (0..n).map(|it| (1_u64 << (it % 32)) - 1).collect(),
            words: 1,
        };
        let close = sketch.close_to(&[0]);
        assert_eq!(close.len(), EXACT);
        assert!(close.is_sorted());
        assert!(close.iter().all(|it| it % 32 <= 6), "the ones that differ least");
        assert_eq!(sketch.close_to(&[0, 0]), Vec::<usize>::new(), "a vector of another length");
    }
}
