//! A folder that appears whole or not at all.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use casebook_core::{hash::hex, ports::Tables};
use casebook_dataset::manifest;
use casebook_files::{Partial, create_private, private_folders};
use sha2::{Digest, Sha256};

use super::table::{Hashed, Table};
use crate::error::{Code, Error, Result};

/// A folder being filled, beside the one it will become.
pub(super) struct Staging {
    target: PathBuf,
    partial: Partial,
    open: BTreeMap<String, Lines>,
    tables: BTreeMap<String, Table>,
    files: BTreeMap<String, manifest::File>,
}

/// A file written line by line, hashed as it goes.
struct Lines {
    /// A JSON array, one element a line; otherwise JSON lines.
    array: bool,
    file: Hashed,
}

impl Staging {
    /// # Errors
    /// Refuses a target that is a file or a folder with something in it.
    pub fn beside(target: &Path) -> Result<Self> {
        match fs::read_dir(target).map(|mut it| it.next().is_some()) {
            Ok(true) => {
                let message = format!("could not export to {}: the folder is not empty", target.display());
                return Err(Error::new(Code::File, message));
            }
            Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::file("export to", target, problem));
            }
            _ => {}
        }
        let name = target.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        if name.is_empty() {
            let message = format!("could not export to {}: name a folder", target.display());
            return Err(Error::new(Code::File, message));
        }
        let partial = Partial::folder(target).map_err(|it| Error::file("export to", target, it))?;
        Ok(Self {
            target: target.to_owned(),
            partial,
            open: BTreeMap::new(),
            tables: BTreeMap::new(),
            files: BTreeMap::new(),
        })
    }

    /// Adds a row to a file of JSON lines.
    pub fn line(&mut self, name: &str, json: &str) -> Result<()> {
        self.add(name, json, false)
    }

    /// Adds an element to a file that is one JSON array.
    pub fn element(&mut self, name: &str, json: &str) -> Result<()> {
        self.add(name, json, true)
    }

    fn add(&mut self, name: &str, json: &str, array: bool) -> Result<()> {
        let path = self.partial.path().join(name);
        let failed = |it| Error::file("write", &path, it);
        if !self.open.contains_key(name) {
            let file = Hashed::new(create(&path).map_err(failed)?);
            self.open.insert(name.to_owned(), Lines { array, file });
        }
        let lines = self.open.get_mut(name).expect("it was just put there");
        let (before, after) = match (array, lines.file.bytes) {
            (false, _) => ("", "\n"),
            (true, 0) => ("[\n", ""),
            (true, _) => (",\n", ""),
        };
        [before, json, after].iter().try_for_each(|it| lines.file.write_all(it.as_bytes())).map_err(failed)
    }

    /// Adds a record to a file of columns.
    pub fn row(&mut self, tables: &dyn Tables, name: &str, json: &str) -> Result<()> {
        let path = self.partial.path().join(name);
        let failed = |it| Error::table("write", &path, it);
        if !self.tables.contains_key(name) {
            let file = create(&path).map_err(|it| Error::file("write", &path, it))?;
            self.tables.insert(name.to_owned(), Table::new(tables, file).map_err(failed)?);
        }
        self.tables.get_mut(name).expect("it was just put there").row(json).map_err(failed)
    }

    /// Writes a whole file, once.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        if self.files.contains_key(name) {
            return Ok(());
        }
        let path = self.partial.path().join(name);
        create(&path)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .map_err(|it| Error::file("write", &path, it))?;
        let sha256 = hex(&Sha256::digest(bytes));
        self.files.insert(name.to_owned(), manifest::File { sha256, bytes: bytes.len() as u64 });
        Ok(())
    }

    /// Closes the files of rows: a disk that is full says so here at the latest.
    pub fn finish_rows(&mut self) -> Result<()> {
        for (name, mut lines) in std::mem::take(&mut self.open) {
            let path = self.partial.path().join(&name);
            if lines.array {
                lines.file.write_all(b"\n]\n").map_err(|it| Error::file("write", &path, it))?;
            }
            let closed = lines.file.close().map_err(|it| Error::file("write", &path, it))?;
            self.files.insert(name, closed);
        }
        for (name, table) in std::mem::take(&mut self.tables) {
            let path = self.partial.path().join(&name);
            let closed = table.close().map_err(|it| Error::table("write", &path, it))?;
            self.files.insert(name, closed);
        }
        Ok(())
    }

    /// What was written so far and closed.
    pub fn files(&self) -> BTreeMap<String, manifest::File> {
        self.files.clone()
    }

    /// Gives the folder its name.
    pub fn keep(self) -> Result<()> {
        let failed = |it| Error::file("export to", &self.target, it);
        // Renaming onto an empty folder works on Unix only; removing refuses one that was filled meanwhile.
        match fs::remove_dir(&self.target) {
            Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => return Err(failed(problem)),
            _ => {}
        }
        self.partial.settle().map_err(|it| Error::file("export to", &self.target, it))
    }
}

/// A row as it is written, on one line.
pub(super) fn json(row: &impl serde::Serialize) -> String {
    let mut json = serde_json::to_string(row).expect("a row is plain data");
    // JSON allows these inside strings, but readers that split text into lines break at them.
    for (letter, escape) in [('\u{85}', "\\u0085"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")] {
        if json.contains(letter) {
            json = json.replace(letter, escape);
        }
    }
    json
}

fn create(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        private_folders(folder)?;
    }
    create_private(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_draft_leaves_nothing() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut staging = Staging::beside(&home.path().join("out")).expect("a free name");
        staging.line("raw/train.jsonl", "1").expect("room for a line");
        drop(staging);
        assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 0);
    }

    #[test]
    fn a_kept_draft_takes_the_name_of_an_empty_folder() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let target = home.path().join("out");
        fs::create_dir(&target).expect("a free name");
        let mut staging = Staging::beside(&target).expect("the folder is empty");
        staging.line("raw/train.jsonl", &json(&"a\u{2028}b")).expect("room for a line");
        staging.finish_rows().expect("room for a line");
        let file = staging.files().remove("raw/train.jsonl").expect("it was written");
        staging.keep().expect("nobody else writes here");
        let bytes = fs::read(target.join("raw/train.jsonl")).expect("it is there");
        assert_eq!(bytes, b"\"a\\u2028b\"\n");
        assert_eq!((file.bytes, file.sha256), (bytes.len() as u64, hex(&Sha256::digest(&bytes))));
        assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 1);
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused() {
        let home = tempfile::tempdir().expect("a temporary folder");
        fs::write(home.path().join("mine.txt"), "keep").expect("room");
        let error = Staging::beside(home.path()).err().expect("it holds a file");
        assert!(error.message.contains("not empty"), "{error}");
        assert!(home.path().join("mine.txt").exists());
    }

    #[test]
    fn a_folder_filled_meanwhile_is_left_alone() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let target = home.path().join("out");
        let staging = Staging::beside(&target).expect("a free name");
        fs::create_dir(&target).expect("a free name");
        fs::write(target.join("theirs.txt"), "keep").expect("room");
        assert!(staging.keep().is_err(), "somebody was faster");
        assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 1, "and our staging is gone");
    }
}
