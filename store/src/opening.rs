//! Opening a path as a case file: whether it may be one, and which way in there is.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    error::{Result, StoreError},
    file::{PAGE_BYTES, PATIENCE_MS},
    migrations::{APPLICATION_ID, KNOWN},
};

/// `NAME-wal` beside `NAME`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

pub(crate) fn connect(path: &Path, read_only: bool) -> rusqlite::Result<Connection> {
    let access = if read_only { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
    Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// A connection that can read, and whether that is all it can. Three tries, each for a case the
/// former cannot serve: writing; reading beside a writer's log; reading where not even the shared
/// index can be made, which is safe as long as no log waits.
pub(crate) fn open_connection(path: &Path) -> Result<(Connection, bool)> {
    let named = |it: rusqlite::Error| StoreError::from(it).about(path, PATIENCE_MS);
    let probe = |db: Connection| -> rusqlite::Result<Connection> {
        db.busy_timeout(Duration::from_millis(u64::from(PATIENCE_MS)))?;
        db.query_row("select count(*) from sqlite_schema", (), |it| it.get::<_, i64>(0))?;
        Ok(db)
    };
    match connect(path, false).and_then(probe) {
        Ok(db) if !db.is_readonly("main").map_err(named)? => return Ok((db, false)),
        Err(it) if !cannot_write(&it) => return Err(named(it)),
        _ => {}
    }
    match connect(path, true).and_then(probe) {
        Ok(db) => return Ok((db, true)),
        Err(it) if !cannot_write(&it) => return Err(named(it)),
        Err(_) => {}
    }
    if std::fs::metadata(beside(path, "-wal")).is_ok_and(|it| it.len() > 0) {
        let why =
            "the last work in it is still in the -wal file beside it; open it once where it can be written";
        return Err(StoreError::NotACase { path: path.to_owned(), why: why.into() });
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let uri = format!("file:{}?immutable=1", percent(&absolute.to_string_lossy()));
    let access =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(uri, access).and_then(probe).map_err(named)?;
    Ok((db, true))
}

fn percent(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// True where another way of opening may do.
fn cannot_write(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly, SystemIoFailure};
    matches!(error.sqlite_error_code(), Some(CannotOpen | PermissionDenied | ReadOnly | SystemIoFailure))
}

/// Reads the first 100 bytes ourselves, so that SQLite never opens, and so never touches, what is
/// not ours or is newer than we are.
pub(crate) fn check_header(path: &Path) -> Result<()> {
    let refuse = |why: &str| Err(StoreError::NotACase { path: path.to_owned(), why: why.to_owned() });
    let mut header = Vec::with_capacity(100);
    // Before it is opened: opening a pipe waits for whoever writes into it.
    match std::fs::metadata(path) {
        Ok(it) if it.is_dir() => return refuse("it is a folder"),
        Ok(it) if !it.is_file() => return refuse("it is a pipe, a socket or a device, and no file"),
        _ => {}
    }
    let read = File::open(path).and_then(|it| {
        let metadata = it.metadata()?;
        it.take(100).read_to_end(&mut header)?;
        Ok(metadata.len())
    });
    let length = match read {
        Ok(length) => length,
        Err(it) if it.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        Err(it) => return refuse(&it.to_string()),
    };
    if header.is_empty() {
        return refuse("the file is empty");
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return refuse("it is no case file");
    }
    let number =
        |at: usize| header.get(at..at + 4).map(|it| u32::from_be_bytes([it[0], it[1], it[2], it[3]]));
    // SQLite's file format: 28 is the size in pages, 60 user_version, 68 application_id.
    let (Some(n_pages), Some(found), Some(application)) = (number(28), number(60), number(68)) else {
        return refuse("the file is cut short");
    };
    if application != APPLICATION_ID {
        return refuse(&wrong_program(application));
    }
    // While work waits in the log, the file may rightly be shorter than it says. Otherwise SQLite
    // would notice missing pages, but not a missing part of the last one.
    let waits = std::fs::metadata(beside(path, "-wal")).is_ok_and(|it| it.len() > 0);
    if !waits && length < u64::from(n_pages) * PAGE_BYTES {
        return refuse(&format!(
            "the file is cut short: {length} of {} bytes",
            u64::from(n_pages) * PAGE_BYTES
        ));
    }
    match found > KNOWN {
        true => Err(StoreError::Newer { path: path.to_owned(), found, known: KNOWN }),
        false => Ok(()),
    }
}

pub(crate) fn wrong_program(application: u32) -> String {
    format!(
        "it is a database of another program (application id {application:#x}, a case file has {APPLICATION_ID:#x})"
    )
}
