//! Opening the folder of an export in the system's file manager: only one that this file wrote, never a path that the
//! page names.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use crate::{
    error::{Code, Error, Result},
    session::Session,
};

/// Shows folders to a person. Plugged in by a program that has a screen.
pub trait FileManager: Send + Sync {
    /// Asks the system to show `folder`; answers before it is shown.
    ///
    /// # Errors
    /// When the system has nothing that shows folders.
    fn show(&self, folder: &Path) -> std::io::Result<()>;
}

impl Session {
    /// Opens the folder of an export made from this file in the system's file manager.
    ///
    /// # Errors
    /// Where there is no such export, what is in its folder now is not it, or this program has no file manager.
    pub fn open_export(&self, id: u32) -> Result<()> {
        let (case, _) = self.reviewing()?;
        let made = case.read(|store| Ok(store.export(id)?))?;
        let Some(made) = made else {
            return Err(Error::new(
                Code::Request,
                format!("export {id}: none of that number was made from this file"),
            ));
        };
        let Some(manager) = self.file_manager() else {
            let message = format!("open {}: this program shows no folders, the window does", made.folder);
            return Err(Error::new(Code::Request, message));
        };
        let folder = PathBuf::from(&made.folder);
        is_that(&folder, &made.manifest)?;
        manager.show(&folder).map_err(|it| Error::file("open", &folder, it))
    }
}

/// Whoever sends a case file can write any folder into it, so the manifest in the folder has to be the one that is kept.
fn is_that(folder: &Path, kept: &str) -> Result<()> {
    if !folder.is_absolute() {
        let message = format!(
            "open {}: a relative path, from wherever the export was asked for; open it there",
            folder.display()
        );
        return Err(Error::new(Code::File, message));
    }
    let manifest = folder.join("manifest.json");
    // Another file may lie there now, of any size.
    let most = kept.len() as u64 + 1;
    let mut said = Vec::new();
    fs::File::open(&manifest)
        .and_then(|it| it.take(most).read_to_end(&mut said))
        .map_err(|it| Error::file("open", &manifest, it))?;
    match said == kept.as_bytes() {
        true => Ok(()),
        false => {
            let message =
                format!("open {}: manifest.json in it is not that of this export", folder.display());
            Err(Error::new(Code::File, message))
        }
    }
}
