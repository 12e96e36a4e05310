//! One person at one case file.
//!
//! A session holds the open file behind one lock: what a reviewer waits for is short, and whatever
//! may take longer (jobs, looking ahead, searching, counting) has a connection of its own. Verbs
//! live beside what they are about; this file has those of the file itself.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use casebook_core::policy::Policy;
use casebook_store::Store;
use uuid::Uuid;

use crate::{
    assess::Assessor,
    behind::{Behind, Wish},
    error::{Code, Error, Result},
    jobs::Jobs,
    lists::Lists,
    ports::{ModelShelf, Stills, Tables},
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
    pub(crate) lists: Lists,
    /// A second connection, for verbs that only read.
    reading: Mutex<Option<Store>>,
}

struct State {
    reviewer: Option<String>,
    media_base: String,
    case: Option<Case>,
}

/// The open case file.
pub(crate) struct Case {
    pub(crate) store: Store,
    pub(crate) policy: Arc<Policy>,
    /// This opening of the file: leases tell two windows of one person apart.
    pub(crate) program: String,
    pub(crate) assessor: Arc<Assessor>,
    pub(crate) behind: Behind,
}

impl Session {
    /// A session with no file open.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let remembered = Memory::load(&settings.home).reviewer;
        let reviewer = settings.reviewer.clone().or(remembered);
        let state = State { reviewer, media_base: String::new(), case: None };
        Self {
            settings,
            state: Mutex::new(state),
            jobs: Jobs::default(),
            lists: Lists::default(),
            reading: Mutex::default(),
        }
    }

    /// Now, ms.
    pub(crate) fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A verb that panicked left the store's transaction rolled back, so the state is sound.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` on the open file.
    pub(crate) fn with_case<T>(&self, work: impl FnOnce(&mut Case) -> Result<T>) -> Result<T> {
        match &mut self.state().case {
            Some(case) => work(case),
            None => Err(Error::new(Code::NoCase, "open a case file first: none is open")),
        }
    }

    /// Runs `work` on the open file for the named reviewer.
    pub(crate) fn with_reviewer<T>(&self, work: impl FnOnce(&mut Case, &str) -> Result<T>) -> Result<T> {
        let mut state = self.state();
        let Some(reviewer) = state.reviewer.clone() else {
            return Err(Error::new(Code::NoReviewer, "say who reviews first: no name is set"));
        };
        match &mut state.case {
            Some(case) => {
                let outcome = work(case, &reviewer);
                case.behind.wrote();
                outcome
            }
            None => Err(Error::new(Code::NoCase, "open a case file first: none is open")),
        }
    }

    /// Runs `work`, which only reads, beside the reviewer: no verb that records waits for it.
    pub(crate) fn beside<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        let path = self.with_case(|case| Ok(case.store.path().to_owned()))?;
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        match &*reading {
            Some(store) if store.path() == path => work(store),
            _ => work(reading.insert(Store::open(&path)?)),
        }
    }

    /// Has the items that come next in `queue` prepared.
    pub(crate) fn look_ahead(&self, queue: &str) {
        let asked = self.with_reviewer(|case, reviewer| {
            let program = case.program.clone();
            case.behind.wish(Wish { queue: queue.to_owned(), reviewer: reviewer.to_owned(), program });
            Ok(())
        });
        // The file may have been closed meanwhile, and then nothing comes next.
        drop(asked);
    }

    /// Path and policy of the open file, for work with a connection of its own.
    pub(crate) fn case_for_work(&self) -> Result<(PathBuf, Arc<Policy>)> {
        self.with_case(|case| Ok((case.store.path().to_owned(), Arc::clone(&case.policy))))
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
        let state = self.state();
        let case = state.case.as_ref().map(case_file).transpose()?;
        Ok(Desktop {
            version: env!("CARGO_PKG_VERSION").into(),
            reviewer: state.reviewer.clone(),
            case,
            recent: Memory::load(&self.settings.home).recent(),
            model: self.settings.models.state(),
            formats: ExportFormat::ALL.to_vec(),
            media_base: state.media_base.clone(),
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
        self.state().reviewer = Some(name.to_owned());
        self.desktop()
    }

    /// Makes a case file and opens it.
    ///
    /// # Errors
    /// Refuses a path that exists, and folders that cannot be written.
    pub fn new_case(&self, path: &str) -> Result<Desktop> {
        let path = Path::new(path);
        let store = Store::create(path, self.now(), &Uuid::new_v4().to_string())?;
        self.adopt(store)
    }

    /// Opens a case file.
    ///
    /// # Errors
    /// Refuses what is no case file, is damaged, or was written by a newer Casebook.
    pub fn open_case(&self, path: &str) -> Result<Desktop> {
        let store = Store::open(Path::new(path))?;
        self.adopt(store)
    }

    fn adopt(&self, store: Store) -> Result<Desktop> {
        let policy = Policy::built_in();
        if !store.is_read_only() {
            let toml = include_str!("../../core/policies/short-video@2026.11.toml");
            store.put_policy(&policy.name(), &policy.sha256, toml, self.now())?;
        }
        let mut memory = Memory::load(&self.settings.home);
        memory.opened(&store.path().canonicalize().unwrap_or_else(|_| store.path().to_owned()));
        // A home that cannot be written must not keep a file from opening.
        if let Err(problem) = memory.save(&self.settings.home) {
            tracing::warn!(%problem, "recent files are not remembered: {problem}");
        }
        self.jobs.cancel_all();
        self.release_held();
        self.lists.forget();
        self.stop_reading();
        store.leave_checkpoints()?;
        let mut state = self.state();
        if let Some(reviewer) = state.reviewer.as_deref().filter(|_| !store.is_read_only()) {
            store.release_of(reviewer, &|program| is_dead(program))?;
        }
        let program = format!("{}/{}", std::process::id(), Uuid::new_v4());
        let policy = Arc::new(policy);
        let (models, clock) = (Arc::clone(&self.settings.models), Arc::clone(&self.settings.clock));
        let assessor = Arc::new(Assessor::new(Arc::clone(&policy), models, clock));
        let behind = Behind::start(store.path().to_owned(), Arc::clone(&assessor));
        let former = state.case.replace(Case { store, policy, program, assessor, behind });
        drop(state);
        drop(former);
        self.desktop()
    }

    /// Gives back what this window holds, so that nobody waits for a closed window.
    fn release_held(&self) {
        let now = self.now();
        let released = self.with_reviewer(|case, reviewer| {
            match case.store.leased_row(reviewer, &case.program, now)? {
                Some(row) if !case.store.is_read_only() => {
                    Ok(case.store.release(row, reviewer, &case.program)?)
                }
                _ => Ok(()),
            }
        });
        match released {
            Err(problem) if !matches!(problem.code, Code::NoCase | Code::NoReviewer) => {
                tracing::warn!(code = ?problem.code, "a lease was not given back and runs out by itself: {problem}");
            }
            _ => {}
        }
    }

    fn stop_reading(&self) {
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Closes the file. Jobs on it stop at the next safe place.
    ///
    /// # Errors
    /// Never today.
    pub fn close_case(&self) -> Result<Desktop> {
        self.jobs.cancel_all();
        self.release_held();
        self.lists.forget();
        self.stop_reading();
        let former = self.state().case.take();
        // Out of the lock: work behind it comes to its end first.
        drop(former);
        self.desktop()
    }

    /// The policy.
    ///
    /// # Errors
    /// When no file is open.
    pub fn policy(&self) -> Result<PolicyView> {
        self.with_case(|case| Ok(view::policy(&case.policy)))
    }

    /// The queues, with this reviewer's counts.
    ///
    /// # Errors
    /// When no file is open or nobody is named.
    pub fn queues(&self) -> Result<Vec<QueueSummary>> {
        let (path, reviewer) =
            self.with_reviewer(|case, reviewer| Ok((case.store.path().to_owned(), reviewer.to_owned())))?;
        // Counting what a filter lets through may walk over every item, so it has a connection to itself.
        summaries(&Store::open(&path)?, &reviewer)
    }

    /// Saves a queue under its name.
    ///
    /// # Errors
    /// Refuses what [`casebook_core::queue::Queue::check`] refuses.
    pub fn save_queue(&self, queue: &casebook_core::queue::Queue) -> Result<Vec<QueueSummary>> {
        queue.check().map_err(|it| Error::new(Code::Request, it.to_string()))?;
        self.with_reviewer(|case, _| Ok(case.store.save_queue(queue, self.now())?))?;
        self.queues()
    }

    /// Removes a queue; what was recorded in it stays.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn remove_queue(&self, name: &str) -> Result<Vec<QueueSummary>> {
        self.with_reviewer(|case, _| Ok(case.store.remove_queue(name)?))?;
        self.queues()
    }

    /// The first 50 items with all of `words`: their own words, never a judgement.
    ///
    /// # Errors
    /// When no file is open.
    pub fn search(&self, words: &str) -> Result<Vec<Found>> {
        self.beside(|store| {
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
        self.with_reviewer(|case, reviewer| {
            let stored = case.store.item(row)?;
            let index = stored.record.parts.iter().position(|it| it.id == part).ok_or_else(absent)?;
            let sha256 = stored.item.parts.get(index).and_then(|it| it.path.as_deref()).ok_or_else(absent)?;
            let media = case.store.media(sha256)?.ok_or_else(absent)?;
            match rendition {
                "covered" => Ok((media.covered, media.covered_type)),
                "full"
                    if !stored.restricted
                        && case.store.uncovered(row, reviewer)?.iter().any(|it| it == part) =>
                {
                    Ok((media.full, media.full_type))
                }
                _ => Err(absent()),
            }
        })
    }
}

/// True where the process that `program` names has ended; false where that cannot be told.
fn is_dead(program: &str) -> bool {
    let pid = program.split('/').next().and_then(|it| it.parse::<u32>().ok());
    let processes = Path::new("/proc");
    pid.is_some_and(|pid| processes.join("self").exists() && !processes.join(pid.to_string()).exists())
}

fn case_file(case: &Case) -> Result<CaseFile> {
    let path = case.store.path();
    Ok(CaseFile {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        path: path.to_string_lossy().into_owned(),
        read_only: case.store.is_read_only(),
        items: case.store.count_items()?,
        policy: case.policy.name(),
    })
}

fn summaries(store: &Store, reviewer: &str) -> Result<Vec<QueueSummary>> {
    let with_counts = |queue| {
        let (open, done) = store.queue_counts(&queue, reviewer)?;
        Ok(QueueSummary { queue, open, done })
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
