//! Whether the file that is open is still the one under its name.
//!
//! On Unix a file goes on while a program has it open, also where somebody deleted it, moved it, or put another in its
//! place: what is recorded then is on disk, without a name, and gone when the last program closes it. So the name is
//! looked at before and after each commit. Windows keeps files that SQLite has open from being deleted or replaced.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    error::{Result, StoreError},
    opening::beside,
};

/// What tells a file from every other one on this machine: its device and its number.
pub type Mark = (u64, u64);

/// Where a file was when it was opened, and when it was last seen there.
pub(crate) struct Place {
    path: PathBuf,
    file: Option<Mark>,
    /// Its log, which SQLite makes when it needs one and keeps as long as anybody has the file open.
    log_path: PathBuf,
    log: Cell<Option<Mark>>,
    seen_ms: Cell<i64>,
}

impl Place {
    /// Of a file that was just opened.
    pub(crate) fn of(path: &Path) -> Self {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // SQLite keeps the log beside the file itself, also where it was opened by a link.
        let real = std::fs::canonicalize(&absolute).unwrap_or_else(|_| absolute.clone());
        let file = mark(&absolute);
        let log_path = beside(&real, "-wal");
        Self { path: absolute, file, log_path, log: Cell::new(None), seen_ms: Cell::new(now_ms()) }
    }

    /// Which file this is.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.file
    }

    /// Refuses where the file, or its log, is not what was opened.
    pub(crate) fn check(&self) -> Result<()> {
        match self.trouble() {
            None => {
                self.seen_ms.set(now_ms());
                Ok(())
            }
            Some(how) => Err(self.lost(how)),
        }
    }

    /// That the file is not there any more.
    pub(crate) fn lost(&self, how: &'static str) -> StoreError {
        StoreError::Moved {
            path: self.path.clone(),
            how,
            seen: clock(self.seen_ms.get()),
            missed: clock(now_ms()),
        }
    }

    /// What is wrong with the name, if anything is.
    pub(crate) fn trouble(&self) -> Option<&'static str> {
        let file = self.file?;
        match mark(&self.path) {
            None => return Some("there is no file of this name any more"),
            Some(other) if other != file => return Some("another file has its name"),
            Some(_) => {}
        }
        match (self.log.get(), mark(&self.log_path)) {
            (Some(_), None) => Some("its log, the -wal file beside it, was taken away"),
            (Some(log), Some(other)) if log != other => {
                Some("its log, the -wal file beside it, is another one")
            }
            (None, there) => {
                self.log.set(there);
                None
            }
            _ => None,
        }
    }
}

/// The mark of the file at `path`; none where there is none, or the system has no such numbers.
#[must_use]
pub fn mark(path: &Path) -> Option<Mark> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).ok().map(|it| (it.dev(), it.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_millis() as i64)
}

/// 10:14:05 UTC.
fn clock(ms: i64) -> String {
    let seconds = ms.div_euclid(1000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02} UTC", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_as_a_clock_shows_it() {
        assert_eq!(clock(0), "00:00:00 UTC");
        assert_eq!(clock(1_795_000_000_000), "11:06:40 UTC");
    }
}
