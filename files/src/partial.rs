//! What is being written beside the name it will have.

use std::{
    fs::{self, File},
    hash::{BuildHasher, Hasher, RandomState},
    io,
    path::{Path, PathBuf},
};

use crate::{create_private, create_private_folder, rename_new};

/// A file or folder that grows beside its name. Dropped, it is gone.
pub struct Partial {
    path: PathBuf,
    to: PathBuf,
    /// Held for as long as it is written.
    lock: Option<File>,
    named: bool,
}

impl Partial {
    /// An empty file that will be `to`. What killed programs left in that folder is cleared away.
    ///
    /// # Errors
    /// `AlreadyExists` where `to` is taken; a folder that is missing or cannot be written.
    pub fn file(to: &Path) -> io::Result<Self> {
        if fs::symlink_metadata(to).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Self::beside(to, |path| create_private(path).map(Some))
    }

    /// An empty folder that will be `to`.
    ///
    /// # Errors
    /// A folder that is missing or cannot be written. Whether `to` is taken is looked at when it gets its name.
    pub fn folder(to: &Path) -> io::Result<Self> {
        Self::beside(to, |path| {
            create_private_folder(path)?;
            // Only Unix opens folders; elsewhere what is left over is told by its age.
            Ok(if cfg!(unix) { Some(File::open(path)?) } else { None })
        })
    }

    fn beside(to: &Path, make: impl Fn(&Path) -> io::Result<Option<File>>) -> io::Result<Self> {
        let Some(name) = to.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it ends in no name"));
        };
        clear_leftovers(folder_of(to));
        loop {
            let path = to.with_file_name(format!(".{}.{}.partial", short(&name.to_string_lossy()), drawn()));
            let lock = make(&path)?;
            if let Some(lock) = &lock {
                lock.lock()?;
            }
            // Somebody who clears up may have been between making it and locking it.
            if path.exists() {
                return Ok(Self { path, to: to.to_owned(), lock, named: false });
            }
        }
    }

    /// Where it is for now.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file itself; `None` of a folder elsewhere than on Unix.
    #[must_use]
    pub fn handle(&self) -> Option<&File> {
        self.lock.as_ref()
    }

    /// Gives it its name, once what was written of it is on disk.
    ///
    /// # Errors
    /// `AlreadyExists` where something has the name by now; then it is dropped.
    pub fn settle(self) -> io::Result<()> {
        let to = self.to.clone();
        self.settle_as(&to)
    }

    /// Gives it another name in the same folder.
    ///
    /// # Errors
    /// As [`Partial::settle`].
    pub fn settle_as(mut self, to: &Path) -> io::Result<()> {
        if let Some(file) = &self.lock {
            file.sync_all()?;
        }
        rename_new(&self.path, to)?;
        self.named = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.named {
            // What cannot be removed stays under a name that says it is partial.
            remove(&self.path);
        }
    }
}

/// Removes what programs that are gone left in `folder` under our names.
fn clear_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(is_ours) && is_left_over(&entry.path()) {
            remove(&entry.path());
        }
    }
}

/// `.NAME.UUID.partial`, and what SQLite writes beside such a file.
fn is_ours(name: &str) -> bool {
    let ends = ["", "-journal", "-wal", "-shm"];
    let inner = ends.iter().find_map(|it| name.strip_suffix(it)?.strip_prefix('.')?.strip_suffix(".partial"));
    let Some((_, drawn)) = inner.and_then(|it| it.rsplit_once('.')) else { return false };
    drawn.len() == 32 && drawn.bytes().all(|it| it.is_ascii_hexdigit())
}

/// True where nobody writes it any more.
fn is_left_over(path: &Path) -> bool {
    let text = path.to_string_lossy();
    // What SQLite wrote goes with the file it belongs to.
    if let Some((whole, _)) = text.rsplit_once(".partial-") {
        let whole = PathBuf::from(format!("{whole}.partial"));
        return !whole.exists() || is_left_over(&whole);
    }
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    if metadata.is_symlink() {
        return false;
    }
    match cfg!(unix) {
        true => File::open(path).is_ok_and(|it| it.try_lock().is_ok()),
        // A day is longer than anything is written here.
        false => metadata.modified().is_ok_and(|it| it.elapsed().is_ok_and(|it| it.as_secs() > 86_400)),
    }
}

fn remove(path: &Path) {
    let _ = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    for ending in ["-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

/// The folder a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// So much of a name that what is added to it fits too.
fn short(name: &str) -> &str {
    &name[..name.floor_char_boundary(150)]
}

/// 128 bits that nobody else draws, in hex.
fn drawn() -> String {
    let bits = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", bits(), bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let read = fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").file_name());
        let mut names: Vec<String> = read.map(|it| it.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_name_appears_once_it_is_whole_and_replaces_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let to = folder.path().join("a.casebook");
        let partial = Partial::file(&to).expect("a free name");
        assert!(!to.exists(), "nothing is under the good name yet");
        fs::write(&to, "somebody was faster").expect("room");
        assert_eq!(partial.settle().expect_err("taken").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["a.casebook"], "and ours is gone");
        assert_eq!(fs::read(&to).expect("it is there"), b"somebody was faster");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_left_over_is_cleared_away_and_what_is_written_or_another_s_is_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        let hex = "0123456789abcdef0123456789abcdef";
        let left = format!(".ex.{hex}.partial");
        fs::create_dir(at(&left)).expect("room");
        fs::write(at(&left).join("rows"), "1").expect("room");
        fs::write(at(&format!(".b.{hex}.partial")), "1").expect("room");
        fs::write(at(&format!(".b.{hex}.partial-journal")), "1").expect("room");
        let others = ["mine.partial", ".notes.partial", ".x.0123.partial", "b.part"];
        for it in others {
            fs::write(at(it), "mine").expect("room");
        }
        let writing = Partial::folder(&at("out")).expect("a free name");
        let also = Partial::file(&at("out2")).expect("a free name");
        let there = names(folder.path());
        assert_eq!(there.len(), others.len() + 2, "{there:?}");
        assert!(others.iter().all(|it| at(it).exists()) && writing.path().exists() && also.path().exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_made_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        let file = Partial::file(&folder.path().join("f")).expect("a free name");
        let inner = Partial::folder(&folder.path().join("d")).expect("a free name");
        assert_eq!((mode(file.path()), mode(inner.path())), (0o600, 0o700));
    }
}
