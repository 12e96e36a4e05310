//! A copy of a file that may be in use.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    time::Duration,
};

use casebook_files::Partial;
use rusqlite::{Connection, OpenFlags, backup::Backup};

use crate::{
    Store,
    error::{Result, StoreError},
    names::{cannot_make, refuse_special},
    opening::beside,
};

/// Pages per step: between steps other programs may write.
const STEP: i32 = 1024;

/// Copies the file at `path` to `to`, or to the first free `to` with a number, and gives the name. A copy that is there
/// already and holds the very same, from an attempt that was interrupted afterwards, is taken for it. Somebody may hold
/// the file's write lock meanwhile: what is copied is what was last stored.
pub(crate) fn keep(path: &Path, to: &Path) -> Result<PathBuf> {
    let about = |it: rusqlite::Error| StoreError::from(it).about(path, 0);
    let from = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(about)?;
    for n in 1.. {
        let name = if n == 1 { to.to_owned() } else { numbered(to, n) };
        let partial = match Partial::file(&name) {
            Err(taken) if taken.kind() == std::io::ErrorKind::AlreadyExists => {
                // Beside the name that is taken: compared with it, and dropped.
                let spare = Partial::file(&beside(&name, ".same")).map_err(|it| cannot_make(&name, &it))?;
                copy(&from, &spare, &name)?;
                if same(spare.path(), &name).map_err(|it| cannot_make(&name, &it))? {
                    return Ok(name);
                }
                continue;
            }
            other => other.map_err(|it| cannot_make(&name, &it))?,
        };
        copy(&from, &partial, &name)?;
        match partial.settle() {
            Ok(()) => return Ok(name),
            Err(taken) if taken.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(problem) => return Err(cannot_make(&name, &problem)),
        }
    }
    unreachable!("some number is free")
}

fn numbered(path: &Path, n: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or(String::new(), |it| format!(".{}", it.to_string_lossy()));
    path.with_file_name(format!("{stem}-{n}{ending}"))
}

/// Byte for byte, but for how often the file was written to, which SQLite counts in its header.
fn same(a: &Path, b: &Path) -> std::io::Result<bool> {
    let (mut a, mut b) = (BufReader::new(File::open(a)?), BufReader::new(File::open(b)?));
    let mut at = 0;
    loop {
        let (left, right) = (a.fill_buf()?, b.fill_buf()?);
        let n = left.len().min(right.len());
        if n == 0 {
            return Ok(left.len() == right.len());
        }
        let counted = |at: usize| (24..28).contains(&at) || (92..100).contains(&at);
        if (0..n).any(|it| left[it] != right[it] && !counted(at + it)) {
            return Ok(false);
        }
        at += n;
        a.consume(n);
        b.consume(n);
    }
}

/// Copies into `partial`. `to` is what it will be called, for errors.
fn copy(from: &Connection, partial: &Partial, to: &Path) -> Result<()> {
    let about = |it: rusqlite::Error| StoreError::from(it).about(to, 0);
    let mut copy =
        Connection::open_with_flags(partial.path(), OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(about)?;
    // What is half written has no name yet and is worth nothing: it needs no journal, and is flushed once, at the end.
    copy.pragma_update(None, "journal_mode", "off").map_err(about)?;
    copy.pragma_update(None, "synchronous", "off").map_err(about)?;
    Backup::new(from, &mut copy)
        .and_then(|it| it.run_to_completion(STEP, Duration::from_millis(1), None))
        .map_err(about)?;
    copy.close().map_err(|(_, it)| about(it))
}

impl Store {
    /// Copies the file to `to` while others use it: what this connection has open, also where its name is gone. The name
    /// appears once the copy is whole, and replaces nothing.
    ///
    /// # Errors
    /// Refuses a name that is taken; a disk that is full.
    pub fn backup(&self, to: &Path) -> Result<()> {
        refuse_special(to)?;
        let partial = Partial::file(to).map_err(|it| cannot_make(to, &it))?;
        copy(&self.db, &partial, to)?;
        partial.settle().map_err(|it| cannot_make(to, &it))
    }
}
