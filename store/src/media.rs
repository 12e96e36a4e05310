//! What may be shown of pictures, video and sound, kept in pieces.

use rusqlite::{Connection, OptionalExtension};

use casebook_core::record::PartKind;

use crate::{
    Store,
    error::{Result, damaged},
    rows::{one, sha256_bytes, variant},
};

/// Bytes of a piece at most; every piece but the last has so many.
const CHUNK: usize = 1 << 20;

/// What may be shown of a part that is no text, and its covered rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Of `full`, hex.
    pub sha256: String,
    /// Picture, video or sound.
    pub kind: PartKind,
    /// The whole of it, re-encoded.
    pub full: Vec<u8>,
    /// `image/png`.
    pub full_type: String,
    /// A rendition in which nothing can be made out.
    pub covered: Vec<u8>,
    /// `image/png`.
    pub covered_type: String,
    /// Pixels; sound has none.
    pub width: Option<u32>,
    /// Pixels; sound has none.
    pub height: Option<u32>,
    /// Of video and sound.
    pub duration_ms: Option<u64>,
    /// For near-duplicates of pictures.
    pub pixel_hash: Option<u64>,
}

/// Which rendition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendition {
    /// The whole of it.
    Full,
    /// In which nothing can be made out.
    Covered,
}

impl Rendition {
    fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Covered => "covered",
        }
    }
}

impl Store {
    /// Keeps a medium; one that is there already stays as it is.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_media(&self, media: &Media) -> Result<()> {
        self.put_all_media(std::slice::from_ref(media))
    }

    /// Keeps media in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_all_media(&self, media: &[Media]) -> Result<()> {
        match media.is_empty() {
            true => Ok(()),
            false => self.write(|db| put_many(db, media)),
        }
    }

    /// A rendition of the medium with this sha256: its bytes and their type.
    ///
    /// # Errors
    /// When the file cannot be read, or a piece of it is missing.
    pub fn rendition(&self, sha256: &str, which: Rendition) -> Result<Option<(Vec<u8>, String)>> {
        let Ok(key) = sha256_bytes(sha256) else { return Ok(None) };
        self.read(|db| rendition(db, &key, which))
    }

    /// The medium with this sha256.
    ///
    /// # Errors
    /// When the file cannot be read, or a piece of it is missing.
    pub fn media(&self, sha256: &str) -> Result<Option<Media>> {
        let Ok(key) = sha256_bytes(sha256) else { return Ok(None) };
        self.read(|db| {
            let sql = "select kind, width, height, duration_ms, pixel_hash from media where sha256 = ?1";
            let mut find = db.prepare_cached(sql)?;
            let mut found = find.query([key])?;
            let Some(it) = found.next()? else { return Ok(None) };
            let renditions =
                (rendition(db, &key, Rendition::Full)?, rendition(db, &key, Rendition::Covered)?);
            let (Some((full, full_type)), Some((covered, covered_type))) = renditions else {
                return Err(damaged("a medium", "a rendition of it is missing"));
            };
            Ok(Some(Media {
                sha256: sha256.to_ascii_lowercase(),
                kind: variant("kind", &it.get::<_, String>(0)?)?,
                full,
                full_type,
                covered,
                covered_type,
                width: it.get(1)?,
                height: it.get(2)?,
                duration_ms: it.get::<_, Option<i64>>(3)?.map(i64::cast_unsigned),
                pixel_hash: it.get::<_, Option<i64>>(4)?.map(i64::cast_unsigned),
            }))
        })
    }
}

/// Inside a write.
pub(crate) fn put_many(db: &Connection, media: &[Media]) -> Result<()> {
    media.iter().try_for_each(|it| put(db, it))
}

fn put(db: &Connection, media: &Media) -> Result<()> {
    let key = sha256_bytes(&media.sha256)?;
    let sql = "insert into media (sha256, kind, width, height, duration_ms, pixel_hash)
               select ?1, ?2, ?3, ?4, ?5, ?6 where not exists (select 1 from media where sha256 = ?1)";
    let new = db.prepare_cached(sql)?.execute((
        key,
        media.kind.word(),
        media.width,
        media.height,
        media.duration_ms.map(u64::cast_signed),
        media.pixel_hash.map(u64::cast_signed),
    ))?;
    if new == 0 {
        return Ok(());
    }
    put_rendition(db, &key, Rendition::Full, &media.full_type, &media.full)?;
    put_rendition(db, &key, Rendition::Covered, &media.covered_type, &media.covered)
}

fn put_rendition(db: &Connection, key: &[u8; 32], which: Rendition, kind: &str, bytes: &[u8]) -> Result<()> {
    let sql = "insert into rendition (media, name, type, bytes) values (?1, ?2, ?3, ?4)";
    db.prepare_cached(sql)?.execute((key, which.word(), kind, bytes.len() as i64))?;
    let rendition = db.last_insert_rowid();
    let mut put = db.prepare_cached("insert into chunk (rendition, n, bytes) values (?1, ?2, ?3)")?;
    for (n, piece) in (0_u32..).zip(bytes.chunks(CHUNK)) {
        put.execute((rendition, n, piece))?;
    }
    Ok(())
}

fn rendition(db: &Connection, key: &[u8; 32], which: Rendition) -> Result<Option<(Vec<u8>, String)>> {
    let sql = "select row, type, bytes from rendition where media = ?1 and name = ?2";
    let found: Option<(i64, String, i64)> = db
        .prepare_cached(sql)?
        .query_row((key, which.word()), |it| Ok((it.get(0)?, it.get(1)?, it.get(2)?)))
        .optional()?;
    let Some((row, kind, length)) = found else { return Ok(None) };
    let mut bytes = Vec::with_capacity(length as usize);
    let mut statement = db.prepare_cached("select bytes from chunk where rendition = ?1 order by n")?;
    let mut pieces = statement.query([row])?;
    while let Some(it) = pieces.next()? {
        bytes.extend_from_slice(it.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    match bytes.len() as i64 == length {
        true => Ok(Some((bytes, kind))),
        false => Err(damaged("a rendition", format!("{} of {length} bytes are there", bytes.len()))),
    }
}

/// How many media lack a piece.
pub(crate) fn incomplete(db: &Connection) -> Result<i64> {
    let sql = "select count(*) from rendition r
               where r.bytes <> (select coalesce(sum(length(c.bytes)), 0) from chunk c where c.rendition = r.row)";
    Ok(one(db, sql, ())?.unwrap_or(0))
}
