//! A copy of a file that may be in use.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, backup::Backup};

use crate::{
    Store,
    error::{Result, StoreError},
    file::{beside, reserve},
};

/// Pages per step: between steps other programs may write.
const STEP: i32 = 1024;

/// Copies the file at `path` to `to`, or to the first free `to` with a number, and gives the name. A copy that is there
/// already and holds the very same, from an attempt that was interrupted afterwards, is taken for it. Somebody may hold
/// the file's write lock meanwhile: what is copied is what was last stored.
pub(crate) fn keep(path: &Path, to: &Path) -> Result<PathBuf> {
    let part = beside(to, ".part");
    let about = |it: rusqlite::Error| StoreError::from(it).about(path, 0);
    let from = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(about)?;
    let kept = copy(&from, &part, to).and_then(|()| settle_name(&part, to));
    if kept.is_err() {
        // Half a copy is worth nothing; the first error is the one to tell.
        let _ = std::fs::remove_file(&part);
    }
    kept
}

fn settle_name(part: &Path, to: &Path) -> Result<PathBuf> {
    let failed = |it: std::io::Error| StoreError::Damaged { path: to.to_owned(), why: it.to_string() };
    for n in 1.. {
        let name = if n == 1 { to.to_owned() } else { numbered(to, n) };
        if !name.exists() {
            std::fs::rename(part, &name).map_err(failed)?;
            return Ok(name);
        }
        if same(part, &name).map_err(failed)? {
            std::fs::remove_file(part).map_err(failed)?;
            return Ok(name);
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

/// Copies to `part`, which is on disk when this returns. `to` is what it will be called, for errors.
fn copy(from: &Connection, part: &Path, to: &Path) -> Result<()> {
    // Left over from a copy that was interrupted.
    let _ = std::fs::remove_file(part);
    let about = |it: rusqlite::Error| StoreError::from(it).about(to, 0);
    let mut copy = Connection::open(part).map_err(about)?;
    Backup::new(from, &mut copy)
        .and_then(|it| it.run_to_completion(STEP, Duration::from_millis(1), None))
        .map_err(about)?;
    copy.close().map_err(|(_, it)| about(it))?;
    File::open(part).and_then(|it| it.sync_all()).map_err(|it| failed(to, &it))
}

fn failed(to: &Path, problem: &std::io::Error) -> StoreError {
    match problem.kind() {
        std::io::ErrorKind::StorageFull => StoreError::DiskFull { path: to.to_owned() },
        _ => StoreError::Damaged { path: to.to_owned(), why: problem.to_string() },
    }
}

impl Store {
    /// Copies the file to `to` while others use it. The name appears once the copy is whole.
    ///
    /// # Errors
    /// Refuses a name that is taken; a disk that is full.
    pub fn backup(&self, to: &Path) -> Result<()> {
        reserve(to)?;
        let part = beside(to, ".part");
        let copied =
            copy(&self.db, &part, to).and_then(|()| std::fs::rename(&part, to).map_err(|it| failed(to, &it)));
        if copied.is_err() {
            // The name was free a moment ago; what stands there now is ours and empty.
            let _ = std::fs::remove_file(&part);
            let _ = std::fs::remove_file(to);
        }
        copied
    }
}
