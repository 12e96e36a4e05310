//! Pictures as they may be shown.

use rusqlite::{Connection, OptionalExtension};

use crate::{Store, error::Result, rows::sha256_bytes};

/// A still and its covered rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Of `full`, hex.
    pub sha256: String,
    /// The whole picture, re-encoded.
    pub full: Vec<u8>,
    /// `image/png`.
    pub full_type: String,
    /// A rendition in which nothing can be made out.
    pub covered: Vec<u8>,
    /// `image/png`.
    pub covered_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// For near-duplicates.
    pub pixel_hash: u64,
}

impl Store {
    /// Keeps a picture; one that is there already stays as it is.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_media(&self, media: &Media) -> Result<()> {
        self.put_all_media(std::slice::from_ref(media))
    }

    /// Keeps pictures in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_all_media(&self, media: &[Media]) -> Result<()> {
        match media.is_empty() {
            true => Ok(()),
            false => self.write(|db| media.iter().try_for_each(|it| put(db, it))),
        }
    }

    /// The picture with this sha256.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn media(&self, sha256: &str) -> Result<Option<Media>> {
        let Ok(key) = sha256_bytes(sha256) else { return Ok(None) };
        self.read(|db| {
            let sql = "select full, full_type, covered, covered_type, width, height, pixel_hash
                       from media where sha256 = ?1";
            let read = |it: &rusqlite::Row| {
                Ok(Media {
                    sha256: sha256.to_ascii_lowercase(),
                    full: it.get(0)?,
                    full_type: it.get(1)?,
                    covered: it.get(2)?,
                    covered_type: it.get(3)?,
                    width: it.get(4)?,
                    height: it.get(5)?,
                    pixel_hash: it.get::<_, i64>(6)?.cast_unsigned(),
                })
            };
            Ok(db.prepare_cached(sql)?.query_row([key], read).optional()?)
        })
    }
}

fn put(db: &Connection, media: &Media) -> Result<()> {
    let sql = "insert into media (sha256, width, height, pixel_hash, full_type, covered_type, covered, full)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (sha256) do nothing";
    db.prepare_cached(sql)?.execute((
        sha256_bytes(&media.sha256)?,
        media.width,
        media.height,
        media.pixel_hash.cast_signed(),
        &media.full_type,
        &media.covered_type,
        &media.covered,
        &media.full,
    ))?;
    Ok(())
}
