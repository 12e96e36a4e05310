//! A folder of texts and pictures: what stands under one name is one item.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use casebook_core::{
    hash::sha256_hex,
    item::{Item, Part},
};

use super::{
    prepare::Refused,
    units::{Mark, Raw, Unit},
};

/// Files that make one item: `a.txt` beside `a.png`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Relative to the folder: texts first, then pictures, each by name.
    files: Vec<PathBuf>,
    /// Length and time of each, for the fingerprint.
    stamp: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    Picture,
}

/// The groups under `folder`, by name. What is neither text nor picture is passed over; folders
/// behind links are not entered, because a link may lead round in a circle.
pub(super) fn groups(folder: &Path) -> io::Result<Vec<Group>> {
    let mut files = Vec::new();
    walk(folder, Path::new(""), &mut files)?;
    files.sort();
    let mut groups: Vec<(PathBuf, Group)> = Vec::new();
    for (stem, _, file, stamp) in files {
        match groups.last_mut() {
            Some((last, group)) if *last == stem => {
                group.files.push(file);
                group.stamp.push_str(&stamp);
            }
            _ => groups.push((stem, Group { files: vec![file], stamp })),
        }
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// (Path without extension, kind, path, stamp): the order of the tuple is the order of items and parts.
type Found = (PathBuf, Kind, PathBuf, String);

fn walk(folder: &Path, below: &Path, found: &mut Vec<Found>) -> io::Result<()> {
    for entry in fs::read_dir(folder.join(below))? {
        let entry = entry?;
        let relative = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            walk(folder, &relative, found)?;
            continue;
        }
        let Some(kind) = kind(&relative) else { continue };
        let metadata = entry.metadata()?;
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let stamp = format!("{} {changed};", metadata.len());
        found.push((relative.with_extension(""), kind, relative, stamp));
    }
    Ok(())
}

fn kind(path: &Path) -> Option<Kind> {
    let extension = path.extension().and_then(OsStr::to_str)?.to_ascii_lowercase();
    match extension.as_str() {
        "txt" | "md" => Some(Kind::Text),
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp" => Some(Kind::Picture),
        _ => None,
    }
}

/// What tells a folder whose files changed.
pub(super) fn fingerprint(groups: &[Group]) -> String {
    let listing: Vec<String> = groups.iter().map(|it| format!("{:?} {}", it.files, it.stamp)).collect();
    sha256_hex(listing.join("\n").as_bytes())
}

/// The groups from `from` on.
pub(super) fn units(groups: &[Group], from: Mark) -> impl Iterator<Item = io::Result<Unit>> + Send + '_ {
    (1..).zip(groups).skip(from.lines as usize).map(|(n, group)| {
        let end = Mark { lines: n, bytes: 0 };
        Ok(Unit { line: n, end, raw: Raw::Files(group.clone()) })
    })
}

impl Group {
    /// What it weighs on its way to a worker: names only.
    pub(super) fn size(&self) -> usize {
        self.files.iter().map(|it| it.as_os_str().len()).sum()
    }

    /// The item with paths for parts. Its id is the file's path, or what the paths share.
    pub(super) fn item(&self) -> Result<Item, Refused> {
        let name = |it: &Path| match it.to_str() {
            Some(name) => Ok(name.to_owned()),
            None => Err(Refused::new(it.to_string_lossy(), "a file name is UTF-8")),
        };
        let parts = self.files.iter().map(|it| {
            let role = if kind(it) == Some(Kind::Text) { "text" } else { "image" };
            Ok(Part { role: role.into(), text: None, path: Some(name(it)?) })
        });
        let id = match self.files.as_slice() {
            [only] => name(only)?,
            several => name(&several[0].with_extension(""))?,
        };
        Ok(Item {
            id,
            parts: parts.collect::<Result<_, Refused>>()?,
            language: None,
            market: None,
            author: None,
            reports: Vec::new(),
            reach_per_hour: None,
            flagged_at: None,
            gold: None,
            labels: std::collections::BTreeMap::new(),
        })
    }
}
