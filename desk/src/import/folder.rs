//! A folder of texts and pictures: what stands under one name is one item.
//!
//! A file is what its first bytes say. What is neither text nor picture is left and named; where something to look at or to
//! listen to stands under the name of an item and cannot be read, the item is refused, since whoever reviewed the rest alone
//! would decide something else than was sent.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use casebook_core::{
    file_kind::{Family, HEAD_BYTES, what_is},
    hash::sha256_hex,
    item::{Item, Part},
};

use super::{
    cells::Filling,
    prepare::Refused,
    units::{Mark, Raw, Unit},
};

/// Pictures that are read.
const READ: [&str; 9] = [
    "JPEG picture",
    "PNG picture",
    "GIF picture",
    "WebP picture",
    "BMP picture",
    "TIFF picture",
    "ICO picture",
    "QOI picture",
    "PNM picture",
];

/// Texts that are read.
const TEXTS: [&str; 2] = ["txt", "md"];

/// Tables, which are imported by themselves.
const TABLES: [&str; 6] = ["jsonl", "ndjson", "csv", "tsv", "parquet", "json"];

/// Files that make one item: `a.txt` beside `a.png`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Relative to the folder: texts first, then pictures, each by name.
    files: Vec<(Kind, PathBuf)>,
    /// Length and time of each, for the fingerprint.
    stamp: String,
    /// What stands beside them and cannot be read: its path and why.
    unread: Option<(PathBuf, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    Picture,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// By name.
    pub groups: Vec<Group>,
    /// Files that are left, and why.
    pub left: Vec<(PathBuf, String)>,
    /// Tables, where there is nothing else: they are what the folder is for.
    pub tables: Vec<PathBuf>,
}

/// What is under `folder`. Folders behind links are not entered, because a link may lead round in a circle.
pub(super) fn list(folder: &Path) -> io::Result<Listing> {
    let mut found = Vec::new();
    walk(folder, Path::new(""), &mut found)?;
    found.sort_by(|a, b| (&a.stem, a.order(), &a.path).cmp(&(&b.stem, b.order(), &b.path)));
    let mut listing = Listing::default();
    let mut groups: Vec<(PathBuf, Group)> = Vec::new();
    for Found { stem, path, stamp, what } in found {
        let kind = match what {
            What::Read(kind) => kind,
            What::Table => {
                listing.tables.push(path);
                continue;
            }
            What::Left { rule, belongs } => {
                match groups.last_mut() {
                    Some((last, group)) if *last == stem && belongs => {
                        group.stamp.push_str(&stamp);
                        group.unread.get_or_insert((path, rule));
                    }
                    _ => listing.left.push((path, rule)),
                }
                continue;
            }
        };
        match groups.last_mut() {
            Some((last, group)) if *last == stem => {
                group.files.push((kind, path));
                group.stamp.push_str(&stamp);
            }
            _ => groups.push((stem, Group { files: vec![(kind, path)], stamp, unread: None })),
        }
    }
    listing.groups = groups.into_iter().map(|(_, group)| group).collect();
    if !listing.groups.is_empty() {
        let rule = "a table: import it by itself";
        listing.left.extend(listing.tables.drain(..).map(|it| (it, rule.to_owned())));
    }
    Ok(listing)
}

/// A file that is not plainly none of our business.
struct Found {
    /// Its path without extension.
    stem: PathBuf,
    path: PathBuf,
    stamp: String,
    what: What,
}

enum What {
    Read(Kind),
    Table,
    /// `belongs`: a reviewer of what stands under the same name would miss it.
    Left {
        rule: String,
        belongs: bool,
    },
}

impl Found {
    /// Texts, pictures, and behind them what may belong to them.
    fn order(&self) -> u8 {
        match self.what {
            What::Read(Kind::Text) => 0,
            What::Read(Kind::Picture) => 1,
            What::Table | What::Left { .. } => 2,
        }
    }
}

fn walk(folder: &Path, below: &Path, found: &mut Vec<Found>) -> io::Result<()> {
    for entry in fs::read_dir(folder.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            // What begins with a point is hidden: a program keeps it for itself.
            if !entry.file_name().to_string_lossy().starts_with('.') {
                walk(folder, &path, found)?;
            }
            continue;
        }
        let Some(what) = what(&folder.join(&path), &path)? else { continue };
        let metadata = entry.metadata()?;
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let stamp = format!("{} {changed};", metadata.len());
        found.push(Found { stem: path.with_extension(""), path, stamp, what });
    }
    Ok(())
}

/// What a file is; nothing where a system wrote it for itself.
fn what(file: &Path, path: &Path) -> io::Result<Option<What>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let mut head = Vec::new();
    // A link that leads nowhere, a pipe or a file that may not be read is met again, and said, when it is imported.
    if let Ok(metadata) = file.metadata()
        && metadata.is_file()
        && let Ok(file) = File::open(file)
    {
        file.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    }
    let kind = what_is(&head, &name);
    let picture = ["jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp"].contains(&extension.as_str());
    let named = kind.name;
    Ok(Some(match kind.family {
        Family::System => return Ok(None),
        _ if name.starts_with('.') => return Ok(None),
        _ if TEXTS.contains(&extension.as_str()) => What::Read(Kind::Text),
        _ if READ.contains(&named) => What::Read(Kind::Picture),
        // Called a picture and none: whoever reads it says what is wrong.
        Family::Unknown | Family::Empty | Family::Text if picture => What::Read(Kind::Picture),
        _ if TABLES.contains(&extension.as_str()) => What::Table,
        family => {
            let way_out = kind.way_out().map(|it| format!(": {it}")).unwrap_or_default();
            let belongs = matches!(family, Family::Picture | Family::Film | Family::Sound);
            let named = if named.starts_with(['A', 'E', 'I', 'O', 'U']) {
                format!("an {named}")
            } else {
                format!("a {named}")
            };
            What::Left { rule: format!("{named} is not read{way_out}"), belongs }
        }
    }))
}

/// What tells a folder whose files changed.
pub(super) fn fingerprint(groups: &[Group]) -> String {
    let listing: Vec<String> =
        groups.iter().map(|it| format!("{:?} {:?} {}", it.files, it.unread, it.stamp)).collect();
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
        self.files.iter().map(|it| it.1.as_os_str().len()).sum()
    }

    /// The item with paths for parts. Its id is the file's path, or what the paths share.
    pub(super) fn item(&self) -> Result<Item, Refused> {
        if let Some((path, rule)) = &self.unread {
            let rule = format!("{rule}, or take it away to review the rest alone");
            return Err(Refused::new(path.to_string_lossy(), rule));
        }
        let name = |it: &Path| match it.to_str() {
            Some(name) => Ok(name.to_owned()),
            None => Err(Refused::new(it.to_string_lossy(), "a file name is UTF-8")),
        };
        let id = match self.files.as_slice() {
            [(_, only)] => name(only)?,
            several => name(&several[0].1.with_extension(""))?,
        };
        let mut item = Filling::new(id).item;
        for (kind, path) in &self.files {
            let role = if *kind == Kind::Text { "text" } else { "image" };
            item.parts.push(Part { role: role.into(), text: None, path: Some(name(path)?) });
        }
        Ok(item)
    }
}
