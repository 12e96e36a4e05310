//! Which copy of a case file this is, and what a row says of itself so that copies can meet again.

use std::path::Path;

use rusqlite::Connection;
use uuid::{NoContext, Timestamp, Uuid};

use crate::{
    error::{Result, damaged},
    rows::one,
};

/// What a row that another copy could send says of itself.
pub(crate) struct Origin {
    /// UUID, version 7: the same in every copy.
    pub id: String,
    /// Where it was made.
    pub copy: i64,
    /// Counts up in that copy.
    pub seq: i64,
}

impl Origin {
    /// Of a row that is made now. Inside a write.
    pub(crate) fn new(db: &Connection, now_ms: i64) -> Result<Self> {
        let (copy, seq) = next(db)?;
        Ok(Self { id: new_id(now_ms), copy, seq })
    }
}

/// The copy, and the next number of it. Inside a write.
pub(crate) fn next(db: &Connection) -> Result<(i64, i64)> {
    let mut draw = db.prepare_cached("update here set seq = seq + 1 returning copy, seq")?;
    Ok(draw.query_row((), |it| Ok((it.get(0)?, it.get(1)?)))?)
}

/// A UUID, version 7, of a time.
#[must_use]
pub fn new_id(now_ms: i64) -> String {
    let seconds = u64::try_from(now_ms / 1000).unwrap_or(0);
    let nanos = u32::try_from(now_ms % 1000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, nanos)).to_string()
}

/// Makes a new file the first copy of itself, under the name it has while it is made. Inside a write.
pub(crate) fn begin(db: &Connection, path: &Path, now_ms: i64) -> Result<()> {
    db.execute("insert into copy (id, made_ms) values (?1, ?2)", (new_id(now_ms), now_ms))?;
    let copy = db.last_insert_rowid();
    db.execute("insert into here (only, copy, place, seq) values (1, ?1, ?2, 0)", (copy, made(path)))?;
    Ok(())
}

/// True where the file was last written to somewhere else.
pub(crate) fn is_elsewhere(db: &Connection, path: &Path) -> Result<bool> {
    let known: String = one(db, "select place from here", ())?
        .ok_or_else(|| damaged("the copy this is", "it is not named"))?;
    Ok(known != place(path))
}

/// Settles in the place where the file is found: from here on it is another copy, unless it was none before,
/// which is so right after it was migrated. Inside a write.
pub(crate) fn settle(db: &Connection, path: &Path) -> Result<()> {
    // Another program may have been first.
    if !is_elsewhere(db, path)? {
        return Ok(());
    }
    if one::<String>(db, "select place from here", ())?.is_some_and(|it| !it.is_empty()) {
        let now_ms: i64 = one(db, "select cast(1000 * unixepoch('subsec') as integer)", ())?.unwrap_or(0);
        db.execute("insert into copy (id, made_ms) values (?1, ?2)", (new_id(now_ms), now_ms))?;
        db.execute("update here set copy = ?1", [db.last_insert_rowid()])?;
    }
    db.execute("update here set place = ?1", [place(path)])?;
    Ok(())
}

/// Where a file is that has another name until it is whole: its number stays, its path is settled later.
fn made(path: &Path) -> String {
    if cfg!(unix) { place(path) } else { String::new() }
}

/// What tells a file from a copy of it: its number on its device, where the system has such numbers.
#[cfg(unix)]
fn place(path: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    match std::fs::metadata(path) {
        Ok(it) => format!("{:x}:{:x}", it.dev(), it.ino()),
        Err(_) => path.to_string_lossy().into_owned(),
    }
}

#[cfg(not(unix))]
fn place(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
