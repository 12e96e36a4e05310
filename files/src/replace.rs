//! Small files that are written again and again: a memory, settings.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{create_private, is_running};

/// Tells two threads of this program apart.
static WRITTEN: AtomicU32 = AtomicU32::new(0);

/// Puts `bytes` in the place of the file at `path`, whole or not at all, for its owner alone. What programs that were
/// killed over it left beside it is cleared away.
///
/// # Errors
/// When the folder cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    sweep(path);
    let n = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let part = beside(path, &format!("{}-{n}.part", std::process::id()));
    let written = create_private(&part)
        .and_then(|mut it| it.write_all(bytes).and_then(|()| it.sync_all()))
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// Clears away what [`replace`] of a program that is gone left beside `path`.
pub fn sweep(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Some(process) = maker(name, &entry.file_name())
            && !is_running(process)
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Which process wrote `found`, where it was on the way to `name`: `NAME.PROCESS-N.part`, or `NAME.PROCESS` of before.
fn maker(name: &OsStr, found: &OsStr) -> Option<u32> {
    let rest = found.to_str()?.strip_prefix(name.to_str()?)?.strip_prefix('.')?;
    let process = match rest.strip_suffix(".part") {
        Some(rest) => rest.split_once('-')?.0,
        None => rest,
    };
    process.parse().ok()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_program_left_goes_with_the_next_write() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        let gone = u32::MAX;
        let mine = std::process::id();
        for name in [format!("memory.json.{gone}"), format!("memory.json.{gone}-3.part")] {
            fs::write(at(&name), "half").expect("room");
        }
        let kept =
            [format!("memory.json.{mine}-99.part"), "memory.json.bak".into(), "memory.json.1x.part".into()];
        for it in &kept {
            fs::write(at(it), "").expect("room");
        }
        replace(&at("memory.json"), b"{}").expect("room");
        let mut there: Vec<String> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        there.sort();
        let mut expected = kept.to_vec();
        expected.push("memory.json".into());
        expected.sort();
        assert_eq!(there, expected);
    }
}
