//! A copy of a file that may be in use.

use std::{fs::File, path::Path, time::Duration};

use rusqlite::{Connection, backup::Backup};

use crate::{
    Store,
    error::{Result, StoreError},
    file::{beside, reserve},
};

/// Pages per step: between steps other programs may write.
const STEP: i32 = 1024;

impl Store {
    /// Copies the file to `to` while others use it. The name appears once the copy is whole.
    ///
    /// # Errors
    /// Refuses a name that is taken; a disk that is full.
    pub fn backup(&self, to: &Path) -> Result<()> {
        reserve(to)?;
        let part = beside(to, ".part");
        let copied = self.copy_to(&part, to);
        if copied.is_err() {
            // The name was free a moment ago; what stands there now is ours and empty.
            let _ = std::fs::remove_file(&part);
            let _ = std::fs::remove_file(to);
        }
        copied
    }

    fn copy_to(&self, part: &Path, to: &Path) -> Result<()> {
        // Left over from a copy that was interrupted.
        let _ = std::fs::remove_file(part);
        let about = |it: rusqlite::Error| StoreError::from(it).about(to, 0);
        let mut copy = Connection::open(part).map_err(about)?;
        Backup::new(&self.db, &mut copy)
            .and_then(|it| it.run_to_completion(STEP, Duration::from_millis(1), None))
            .map_err(about)?;
        copy.close().map_err(|(_, it)| about(it))?;
        File::open(part).and_then(|it| it.sync_all()).and_then(|()| std::fs::rename(part, to)).map_err(|it| {
            match it.kind() {
                std::io::ErrorKind::StorageFull => StoreError::DiskFull { path: to.to_owned() },
                _ => StoreError::Damaged { path: to.to_owned(), why: it.to_string() },
            }
        })
    }
}
