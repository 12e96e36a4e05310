//! Whether there is room for a model, asked before a byte of it is fetched.

use std::{io, path::Path};

use crate::install::{InstallError, disk};

const ATTEMPT: &str = "install into";

/// Refuses where fewer than `needed` bytes are free on the disk of `folder`. A disk that does not say is not refused:
/// writing will tell.
pub(crate) fn check(folder: &Path, needed: u64) -> Result<(), InstallError> {
    match fs4::available_space(folder) {
        Ok(free) if free < needed => {
            let message = format!("{needed} bytes are needed, {free} are free");
            Err(disk(ATTEMPT, folder, io::Error::new(io::ErrorKind::StorageFull, message)))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Whether that is why a model was not installed.
pub(crate) fn is_lacking(problem: &InstallError) -> bool {
    matches!(problem, InstallError::Disk { attempt: ATTEMPT, .. })
}
