//! How a file comes to be: whole or not at all, for its owner alone, and in nobody's place.
//!
//! What takes long to write grows beside its name, under one that says it is partial ([`Partial`]), and takes its name
//! last, which replaces nothing. A program that is killed leaves the partial one, and the next that writes there clears
//! it away: who writes holds a lock on it, which ends with the program whatever ends it.

mod partial;
mod replace;

pub use partial::Partial;
pub use replace::{replace, sweep};

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    path::Path,
};

/// A new file that its owner alone may read and write, whatever the umask.
///
/// # Errors
/// `AlreadyExists` where something has the name, a link among others.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A new folder that its owner alone may enter, whatever the umask. The ones above it have to be there.
///
/// # Errors
/// `AlreadyExists` where something has the name.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    builder().create(path)
}

/// A folder, with those above it that are not there. What is there stays as it is.
///
/// # Errors
/// When one cannot be made.
pub fn private_folders(path: &Path) -> io::Result<()> {
    builder().recursive(true).create(path)
}

fn builder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Opens a file to lock it, and makes it where there is none. What is in it stays: what stands under the name of a lock
/// may be anything.
///
/// # Errors
/// Refuses a link, which would lock, and could have emptied, what it points to.
pub fn open_lock(path: &Path) -> io::Result<File> {
    let is_odd = |it: fs::Metadata| !it.file_type().is_file();
    if fs::symlink_metadata(path).is_ok_and(is_odd) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is a link or no file, and a lock is a file",
        ));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(path)
}

/// Gives `from` the name `to`, where nothing has it.
///
/// # Errors
/// `AlreadyExists` where something has it; then both are as they were.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let renamed = renamed(from, to);
    if renamed.is_ok()
        && let Some(folder) = to.parent()
    {
        sync_folder(folder);
    }
    renamed
}

#[cfg(target_os = "linux")]
fn renamed(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::{
        fs::{CWD, RenameFlags, renameat_with},
        io::Errno,
    };
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // A file system that cannot.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => by_link(from, to),
        other => Ok(other?),
    }
}

#[cfg(not(target_os = "linux"))]
fn renamed(from: &Path, to: &Path) -> io::Result<()> {
    by_link(from, to)
}

/// A second name replaces nothing; a folder, and a file on a disk without second names, is looked for first.
fn by_link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::symlink_metadata(from)?.is_file().then(|| fs::hard_link(from, to)) {
        Some(Ok(())) => fs::remove_file(from),
        Some(Err(taken)) if taken.kind() == io::ErrorKind::AlreadyExists => Err(taken),
        _ if fs::symlink_metadata(to).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        _ => fs::rename(from, to),
    }
}

/// Only Unix can flush a folder; elsewhere the rename itself has to do.
pub fn sync_folder(path: &Path) {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    if let Ok(folder) = File::open(path) {
        let _ = folder.sync_all();
    }
}

/// Whether a process of this number runs; where the system does not say, it may.
#[must_use]
pub fn is_running(process: u32) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process.to_string()).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_replaced() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("new"), "new").expect("room");
        fs::write(at("old"), "old").expect("room");
        for rename in [rename_new, by_link] {
            let refused = rename(&at("new"), &at("old")).expect_err("the name is taken");
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(at("old")).expect("it is there"), b"old");
            rename(&at("new"), &at("free")).expect("the name is free");
            fs::rename(at("free"), at("new")).expect("back");
        }
        fs::create_dir(at("folder")).expect("room");
        fs::create_dir(at("taken")).expect("room");
        for rename in [rename_new, by_link] {
            assert!(rename(&at("folder"), &at("taken")).is_err(), "an empty folder is somebody's too");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_that_is_a_link_leaves_its_target_as_it_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (target, lock) = (folder.path().join("diary"), folder.path().join(".lock"));
        fs::write(&target, "dear diary").expect("room");
        std::os::unix::fs::symlink(&target, &lock).expect("a link");
        assert!(open_lock(&lock).is_err());
        assert_eq!(fs::read(&target).expect("it is there"), b"dear diary");
        fs::remove_file(&lock).expect("it is ours");
        fs::write(&lock, "somebody's").expect("room");
        open_lock(&lock).expect("a file can be locked");
        assert_eq!(fs::read(&lock).expect("it is there"), b"somebody's");
    }
}
