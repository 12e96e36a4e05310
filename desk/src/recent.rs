//! What Casebook remembers between runs, outside any case file: the reviewer's name and the
//! files opened last. A small JSON file; when it is damaged, Casebook asks again.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    wire::Recent,
};

const KEPT: usize = 10;

/// The remembered things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Memory {
    /// Asked once per user.
    pub reviewer: Option<String>,
    /// Newest first, at most ten.
    #[serde(default)]
    pub files: Vec<PathBuf>,
}

impl Memory {
    /// Reads what is remembered in `home`; nothing, where there is nothing readable.
    #[must_use]
    pub fn load(home: &Path) -> Self {
        let text = std::fs::read_to_string(file(home)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn save(&self, home: &Path) -> Result<()> {
        let attempt = |source| Error::file("remember the last files in", &file(home), source);
        let text = serde_json::to_vec_pretty(self).expect("names and paths are plain data");
        casebook_files::private_folders(home).map_err(attempt)?;
        casebook_files::replace(&file(home), &text).map_err(attempt)
    }

    /// Puts `path` first.
    pub fn opened(&mut self, path: &Path) {
        self.files.retain(|it| it != path);
        self.files.insert(0, path.to_owned());
        self.files.truncate(KEPT);
    }

    /// For the page.
    #[must_use]
    pub fn recent(&self) -> Vec<Recent> {
        let view = |path: &PathBuf| Recent {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.to_string_lossy().into_owned(),
            exists: path.exists(),
        };
        self.files.iter().map(view).collect()
    }
}

fn file(home: &Path) -> PathBuf {
    home.join("memory.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_remembered_newest_first() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut memory = Memory { reviewer: Some("Ada".into()), files: vec![] };
        for name in ["a", "b", "a"] {
            memory.opened(Path::new(name));
        }
        memory.save(home.path()).expect("the folder is writable");
        let again = Memory::load(home.path());
        assert_eq!(again, memory);
        assert_eq!(again.files, [PathBuf::from("a"), PathBuf::from("b")]);
    }

    #[test]
    fn a_damaged_memory_is_an_empty_one() {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(home.path().join("memory.json"), "{").expect("the folder is writable");
        assert_eq!(Memory::load(home.path()), Memory::default());
    }

    #[test]
    fn ten_files_are_kept() {
        let mut memory = Memory::default();
        for n in 0..12 {
            memory.opened(Path::new(&n.to_string()));
        }
        assert_eq!(memory.files.len(), 10);
        assert_eq!(memory.files[0], Path::new("11"));
    }
}
