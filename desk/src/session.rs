//! One person at one case file.
//!
//! A session knows who reviews and which file is open, behind a lock that nobody keeps: a verb takes
//! the [`Case`] out and works on it without. Verbs live beside what they are about; this file has
//! those of the file itself.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use casebook_store::{Rendition, Row, Store};
use uuid::Uuid;

use crate::{
    assess::Assessor,
    case::{Case, is_dead},
    connections::Connections,
    error::{Code, Error, Result},
    events::{Event, Events},
    export::FileManager,
    jobs::{Jobs, stored},
    lane,
    making::Making,
    policies,
    ports::{ModelShelf, Stills, Tables},
    practice,
    recent::Memory,
    view,
    wire::{CaseFile, Desktop, ExportFormat, Found, PolicyView, QueueSummary},
};

/// What a program plugs into a session.
#[derive(Clone)]
pub struct Settings {
    /// Where the memory of recent files is kept.
    pub home: PathBuf,
    /// Overrides the remembered name, for `--reviewer`.
    pub reviewer: Option<String>,
    /// Makes pictures safe.
    pub stills: Arc<dyn Stills>,
    /// Reads and writes files of columns.
    pub tables: Arc<dyn Tables>,
    /// Where models come from.
    pub models: Arc<dyn ModelShelf>,
    /// Milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Uniform in 0–1, for drawn queues.
    pub chance: Arc<dyn Fn() -> f64 + Send + Sync>,
}

/// One person at one case file.
pub struct Session {
    pub(crate) settings: Settings,
    state: Mutex<State>,
    pub(crate) jobs: Jobs,
    pub(crate) events: Arc<Events>,
}

struct State {
    reviewer: Option<String>,
    media_base: String,
    case: Option<Arc<Case>>,
    file_manager: Option<Arc<dyn FileManager>>,
}

impl Session {
    /// A session with no file open.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let remembered = Memory::load(&settings.home).reviewer;
        let reviewer = settings.reviewer.clone().or(remembered);
        let state = State { reviewer, media_base: String::new(), case: None, file_manager: None };
        let events = Arc::new(Events::default());
        let jobs = Jobs::new(Arc::clone(&settings.clock), Arc::clone(&events));
        Self { settings, state: Mutex::new(state), jobs, events }
    }

    /// Now, ms.
    pub(crate) fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    /// Nobody reads a file or calls anybody while holding it.
    fn state(&self) -> MutexGuard<'_, State> {
        // Its fields are replaced whole, so they are sound also after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The open file.
    pub(crate) fn case(&self) -> Result<Arc<Case>> {
        let case = self.state().case.clone();
        case.ok_or_else(|| Error::new(Code::NoCase, "open a case file first: none is open"))
    }

    /// The open file and who reviews.
    pub(crate) fn reviewing(&self) -> Result<(Arc<Case>, String)> {
        let Some(reviewer) = self.reviewer() else {
            return Err(Error::new(Code::NoReviewer, "say who reviews first: no name is set"));
        };
        Ok((self.case()?, reviewer))
    }

    /// The open file, for `attempt`, which writes.
    pub(crate) fn writable(&self, attempt: &str) -> Result<Arc<Case>> {
        let case = self.case()?;
        match case.is_read_only() {
            false => Ok(case),
            true => {
                let path = case.connections.path().display();
                let message = format!("could not {attempt}: {path} is open for reading only");
                Err(Error::new(Code::ReadOnly, message))
            }
        }
    }

    pub(crate) fn file_manager(&self) -> Option<Arc<dyn FileManager>> {
        self.state().file_manager.clone()
    }

    pub(crate) fn reviewer(&self) -> Option<String> {
        self.state().reviewer.clone()
    }

    /// From now on folders of exports can be opened; said once by the program that shows the window.
    pub fn set_file_manager(&self, manager: Arc<dyn FileManager>) {
        self.state().file_manager = Some(manager);
    }

    /// Where the window gets pictures from; set once by the program that serves them.
    pub fn set_media_base(&self, base: &str) {
        base.clone_into(&mut self.state().media_base);
    }

    /// What the page needs to draw its frame.
    ///
    /// # Errors
    /// When the open file cannot be read.
    pub fn desktop(&self) -> Result<Desktop> {
        let (reviewer, media_base, case) = {
            let state = self.state();
            (state.reviewer.clone(), state.media_base.clone(), state.case.clone())
        };
        Ok(Desktop {
            version: env!("CARGO_PKG_VERSION").into(),
            reviewer,
            case: case.map(|it| case_file(&it)).transpose()?,
            recent: Memory::load(&self.settings.home).recent(),
            model: self.settings.models.state(),
            formats: ExportFormat::ALL.to_vec(),
            media_base,
            opens_folders: self.file_manager().is_some(),
        })
    }

    /// Names the reviewer, once per user.
    ///
    /// # Errors
    /// Refuses an empty or very long name.
    pub fn set_reviewer(&self, name: &str) -> Result<Desktop> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 80 {
            let message =
                format!("reviewer “{}”: a name is 1–80 characters", casebook_core::item::shorten(name));
            return Err(Error::new(Code::Request, message));
        }
        let mut memory = Memory::load(&self.settings.home);
        memory.reviewer = Some(name.to_owned());
        memory.save(&self.settings.home)?;
        let case = self.state().case.clone();
        if let Some(case) = case.filter(|_| self.reviewer().as_deref() != Some(name)) {
            Making::hush(&case);
        }
        self.state().reviewer = Some(name.to_owned());
        self.desktop()
    }

    /// Makes a case file and opens it.
    ///
    /// # Errors
    /// Refuses a path that exists, and folders that cannot be written.
    pub fn new_case(&self, path: &str) -> Result<Desktop> {
        let path = Path::new(path);
        self.adopt(Connections::create(path, self.now(), &Uuid::new_v4().to_string())?)
    }

    /// Opens a case file.
    ///
    /// # Errors
    /// Refuses what is no case file, is damaged, or was written by a newer Casebook.
    pub fn open_case(&self, path: &str) -> Result<Desktop> {
        self.adopt(Connections::open(Path::new(path))?)
    }

    fn adopt(&self, connections: Connections) -> Result<Desktop> {
        let policy = connections.write(|store| policies::in_force(store, self.now()))?;
        let mut memory = Memory::load(&self.settings.home);
        let path = connections.path();
        memory.opened(&path.canonicalize().unwrap_or_else(|_| path.to_owned()));
        // A home that cannot be written must not keep a file from opening.
        if let Err(problem) = memory.save(&self.settings.home) {
            tracing::warn!(%problem, "recent files are not remembered: {problem}");
        }
        if !connections.is_read_only() {
            connections.write(|store| stored::interrupt(store, self.now()))?;
        }
        if let Some(reviewer) = self.reviewer().filter(|_| !connections.is_read_only()) {
            connections.write(|store| Ok(store.release_of(&reviewer, &|program| is_dead(program))?))?;
        }
        let policy = Arc::new(policy);
        let (models, clock) = (Arc::clone(&self.settings.models), Arc::clone(&self.settings.clock));
        let written = connections.read(practice::is_practice)?.then(practice::speaker);
        let assessor = Assessor::new(Arc::clone(&policy), models, written, clock);
        let case = Arc::new(Case::of(connections, policy, assessor, &self.events));
        self.replace(Some(case));
        self.desktop()
    }

    /// Opens `case` in the place of the one that is open, whose jobs stop at the next safe place.
    fn replace(&self, case: Option<Arc<Case>>) {
        let former = std::mem::replace(&mut self.state().case, case);
        if let Some(former) = former {
            self.jobs.let_go(&former.connections);
            former.close(self.reviewer().as_deref(), self.now());
        }
        self.events.tell(&Event::Case);
    }

    /// Closes the file. Jobs on it stop at the next safe place.
    ///
    /// # Errors
    /// Never today.
    pub fn close_case(&self) -> Result<Desktop> {
        self.replace(None);
        self.desktop()
    }

    /// Copies what is open to a new file: the way out where the open file was deleted or replaced, since what is
    /// open still has all that was recorded.
    ///
    /// # Errors
    /// Refuses a name that is taken; a disk that is full.
    pub fn save_copy(&self, path: &str) -> Result<()> {
        let (case, reviewer) = (self.case()?, self.reviewer());
        case.read_at_hand(|store| Ok(store.backup(Path::new(path))?))?;
        // What this window holds in the file it holds in no copy: who goes on there does not wait for it.
        match reviewer {
            Some(reviewer) => {
                Ok(Store::open(Path::new(path))?.release_of(&reviewer, &|it| it == case.program)?)
            }
            None => Ok(()),
        }
    }

    /// The policy.
    ///
    /// # Errors
    /// When no file is open.
    pub fn policy(&self) -> Result<PolicyView> {
        Ok(view::policy(&self.case()?.policy))
    }

    /// The queues, with this reviewer's counts.
    ///
    /// # Errors
    /// When no file is open or nobody is named.
    pub fn queues(&self) -> Result<Vec<QueueSummary>> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| summaries(store, &reviewer))
    }

    /// Saves a queue under its name.
    ///
    /// # Errors
    /// Refuses what [`casebook_core::queue::Queue::check`] refuses.
    pub fn save_queue(&self, queue: &casebook_core::queue::Queue) -> Result<Vec<QueueSummary>> {
        queue.check().map_err(|it| Error::new(Code::Request, it.to_string()))?;
        self.reviewing()?.0.write(|store| Ok(store.save_queue(queue, self.now())?))?;
        self.queues()
    }

    /// Removes a queue; what was recorded in it stays.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn remove_queue(&self, name: &str) -> Result<Vec<QueueSummary>> {
        self.reviewing()?.0.write(|store| Ok(store.remove_queue(name)?))?;
        self.queues()
    }

    /// The first 50 items with all of `words`: their own words, never a judgement.
    ///
    /// # Errors
    /// When no file is open.
    pub fn search(&self, words: &str) -> Result<Vec<Found>> {
        self.case()?.read(|store| {
            let rows = store.search(words, 50)?;
            rows.into_iter().map(|row| Ok(view::found(&store.item(row)?, words))).collect()
        })
    }

    /// A rendition for `path`, `ROW/PART/covered` or `ROW/PART/full`; the whole one only once
    /// this reviewer's uncovering is stored. Gives the bytes and their media type.
    ///
    /// # Errors
    /// Says that there is none, without saying whether it is covered or absent.
    pub fn media(&self, path: &str) -> Result<(Vec<u8>, String)> {
        let absent = || Error::new(Code::Request, format!("no picture at {path}"));
        let (row, rest) = path.split_once('/').ok_or_else(absent)?;
        let (part, rendition) = rest.split_once('/').ok_or_else(absent)?;
        let row: u32 = row.parse().map_err(|_| absent())?;
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| {
            lane::require(store, &reviewer, row).map_err(|_| absent())?;
            let stored = store.item(row)?;
            let index = stored.record.parts.iter().position(|it| it.id == part).ok_or_else(absent)?;
            let sha256 = stored.item.parts.get(index).and_then(|it| it.path.as_deref()).ok_or_else(absent)?;
            let which = match rendition {
                "covered" => Rendition::Covered,
                "full" if !stored.restricted && is_uncovered(store, row, &reviewer, part)? => Rendition::Full,
                _ => return Err(absent()),
            };
            store.rendition(sha256, which)?.ok_or_else(absent)
        })
    }
}

/// True where this reviewer uncovered a part in the newest look at its item.
fn is_uncovered(store: &Store, row: Row, reviewer: &str, part: &str) -> Result<bool> {
    let Some(review) = store.reviews_of(row, reviewer)?.pop() else { return Ok(false) };
    Ok(store.uncovered(review.review)?.iter().any(|it| it == part))
}

fn case_file(case: &Case) -> Result<CaseFile> {
    let path = case.connections.path();
    Ok(CaseFile {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        path: path.to_string_lossy().into_owned(),
        read_only: case.is_read_only(),
        items: case.read(|store| Ok(store.count_items()?))?,
        policy: case.policy.name(),
        practice: case.assessor.is_practice(),
        former: case.connections.former().map(|it| it.to_string_lossy().into_owned()),
    })
}

fn summaries(store: &Store, reviewer: &str) -> Result<Vec<QueueSummary>> {
    let with_counts = |queue| {
        let (open, done) = store.queue_counts(&queue, reviewer)?;
        Ok(QueueSummary { open: (!queue.restricted).then_some(open), queue, done })
    };
    store.queues()?.into_iter().map(with_counts).collect()
}

/// Where Casebook keeps its memory and models: `$CASEBOOK_HOME`, else `$XDG_DATA_HOME/casebook`,
/// else `~/.local/share/casebook`.
#[must_use]
pub fn default_home() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    if let Some(home) = set("CASEBOOK_HOME") {
        return home;
    }
    let data = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|it| it.join(".local/share")));
    data.unwrap_or_else(std::env::temp_dir).join("casebook")
}

/// A number uniform in 0–1, for drawn queues.
#[must_use]
pub fn chance() -> f64 {
    // The 53 top bits of 64 random ones are a double's whole mantissa.
    (Uuid::new_v4().as_u64_pair().1 << 2 >> 11) as f64 / (1_u64 << 53) as f64
}
