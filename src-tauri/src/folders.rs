//! The system's file manager, for folders of exports. Which folders those are is decided in `desk`.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use casebook_desk::export::FileManager;

/// What shows a folder on this system: it is given the path as its only word, which is absolute, so never an option.
const PROGRAM: &str = if cfg!(target_os = "windows") {
    "explorer"
} else if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

pub(crate) struct SystemFiles;

impl FileManager for SystemFiles {
    fn show(&self, folder: &Path) -> io::Result<()> {
        let mut child = Command::new(PROGRAM)
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // It stays for as long as the folder is shown, in some desktops; whoever waits for it is nobody of the page.
        thread::Builder::new().name("folder".into()).spawn(move || child.wait())?;
        Ok(())
    }
}
