//! Signals: what was read from an item, by whom and how surely. Appended.

use casebook_core::score::Speaker;

use crate::{Row, Store, copies::Origin, error::Result, models::model, rows::from_json};

/// Something read from a part of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// The part's place in its item, from 0.
    pub part: u32,
    /// `language`, `ocr_line`, `transcript`, `hash_match`, `provenance`.
    pub kind: String,
    /// Unicode scalars of the part's text, half-open.
    pub span: Option<(u32, u32)>,
    /// Milliseconds of the part's time, half-open.
    pub range_ms: Option<(u32, u32)>,
    /// What it says.
    pub text: String,
    /// 0–1.
    pub confidence: Option<f64>,
    /// Who read it.
    pub speaker: Speaker,
}

impl Store {
    /// Keeps a signal of an item.
    ///
    /// # Errors
    /// When the file cannot be written, or has no such part or kind.
    pub fn put_signal(&self, row: Row, signal: &Signal, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let model = model(db, &signal.speaker)?;
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into signal (id, copy, seq, item, part, kind, first, past, t0_ms, t1_ms, text, confidence,
                           model, at_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
            db.prepare_cached(sql)?.execute(rusqlite::params![
                id,
                copy,
                seq,
                row,
                signal.part,
                signal.kind,
                signal.span.map(|it| it.0),
                signal.span.map(|it| it.1),
                signal.range_ms.map(|it| it.0),
                signal.range_ms.map(|it| it.1),
                signal.text,
                signal.confidence,
                model,
                now_ms,
            ])?;
            Ok(())
        })
    }

    /// The signals of an item, by part and then in the order they were read.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn signals(&self, row: Row) -> Result<Vec<Signal>> {
        self.read(|db| {
            let sql = "select s.part, s.kind, s.first, s.past, s.t0_ms, s.t1_ms, s.text, s.confidence, m.body
                       from signal s join model m on m.id = s.model where s.item = ?1 order by s.part, s.row";
            let mut statement = db.prepare_cached(sql)?;
            let mut found = statement.query([row])?;
            let mut signals = Vec::new();
            while let Some(it) = found.next()? {
                let pair = |at: usize| -> rusqlite::Result<Option<(u32, u32)>> {
                    Ok(it.get::<_, Option<u32>>(at)?.zip(it.get::<_, Option<u32>>(at + 1)?))
                };
                signals.push(Signal {
                    part: it.get(0)?,
                    kind: it.get(1)?,
                    span: pair(2)?,
                    range_ms: pair(4)?,
                    text: it.get(6)?,
                    confidence: it.get(7)?,
                    speaker: from_json("model", &it.get::<_, String>(8)?)?,
                });
            }
            Ok(signals)
        })
    }
}
