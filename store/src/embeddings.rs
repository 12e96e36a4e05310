//! Embeddings: what an encoder made of an item's text, for precedents. A vector of one part, or of one moment of
//! it, is not one of the item.

use casebook_core::score::Speaker;

use crate::{
    Row, Store,
    error::Result,
    half,
    models::{self, model_id},
    rows::one,
};

impl Store {
    /// The embedding of an item, to half precision.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn embedding(&self, row: Row, model: &Speaker) -> Result<Option<Vec<f32>>> {
        self.read(|db| {
            let Some(model) = model_id(db, model)? else { return Ok(None) };
            let sql =
                "select vector from embedding where model = ?1 and item = ?2 and part = -1 and t0_ms = -1";
            let vector: Option<Vec<u8>> = one(db, sql, (model, row))?;
            Ok(vector.map(|it| half::unpack(&it)))
        })
    }

    /// Keeps what `model` made of items, in the place of former vectors.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_embeddings(&mut self, model: &Speaker, vectors: &[(Row, Vec<f32>)]) -> Result<()> {
        self.write(|db| {
            let model = models::model(db, model)?;
            let sql = "insert into embedding (model, item, vector) values (?1, ?2, ?3)
                       on conflict (model, item, part, t0_ms) do update set vector = excluded.vector";
            let mut put = db.prepare_cached(sql)?;
            for (row, vector) in vectors {
                put.execute((model, row, half::pack(vector)))?;
            }
            Ok(())
        })
    }
}
