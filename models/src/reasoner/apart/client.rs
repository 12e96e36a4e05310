//! The side of whoever asks a language model that runs in a process of its own.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use casebook_cage::{
    CageError,
    isolation::Isolation,
    limits::Limits,
    outside::{Caged, Program},
};
use casebook_core::{
    ports::{Asked, Flow, Model, ModelError, Reasoner, Writing, Written},
    score::Speaker,
};

use super::{
    PROTOCOL,
    messages::{Question, Reply, Request, Wanted, pack, unpack},
};
use crate::reasoner::{Settings, speaker, states};

/// Where the program is, for whoever packages it elsewhere than beside the others.
pub const PROGRAM_VARIABLE: &str = "CASEBOOK_MODEL_PROGRAM";

/// How long it may take to close its doors: far less than a second, but on a machine that does much else.
const HELLO: Duration = Duration::from_secs(30);

/// How often somebody who waits is asked whether they still do.
const TICK: Duration = Duration::from_millis(50);

/// What is run, and what it may take.
#[derive(Clone, Debug)]
pub struct Apart {
    /// The program `casebook-model`.
    pub program: PathBuf,
    /// The weights: a file, or a folder of files.
    pub file: PathBuf,
    /// What they do not say of itself.
    pub settings: Settings,
    /// Most memory, in bytes.
    pub memory: u64,
    /// Cores it computes on.
    pub threads: usize,
    /// How long it may say nothing while it loads, or reads one chunk.
    pub silence: Duration,
}

/// A language model in a process of its own. One question is answered at a time; others wait their turn.
pub struct ProcessReasoner {
    apart: Apart,
    turn: Mutex<Slot>,
    freed: Condvar,
    id: AtomicU32,
}

enum Slot {
    /// Nobody asks. The process may be gone, and is started by who asks next.
    Free(Option<Running>),
    Busy,
}

/// A process that has loaded.
struct Running {
    caged: Caged,
    /// Questions so far.
    n: u64,
}

/// Why there is no answer.
enum Missing {
    /// The process is of no use any more.
    Lost(CageError),
    /// It said so, or the caller did.
    Said(ModelError),
}

impl ProcessReasoner {
    /// Starts the process and has it load.
    ///
    /// # Errors
    /// Says where the program was looked for, or which file is wrong and how.
    pub fn start(apart: Apart) -> Result<Self, ModelError> {
        let of =
            Self { apart, turn: Mutex::new(Slot::Free(None)), freed: Condvar::new(), id: AtomicU32::new(0) };
        let running = of.run(&mut || Flow::Go)?;
        *of.slot() = Slot::Free(Some(running));
        Ok(of)
    }

    /// What the system calls the process that was started last.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.id.load(Ordering::Relaxed)
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn model(&self) -> String {
        self.apart.settings.id.clone()
    }

    fn stopped(&self) -> ModelError {
        ModelError::Stopped { model: self.model() }
    }

    /// Waits until nobody else asks.
    fn turn(&self, watch: &mut dyn FnMut() -> Flow) -> Result<Turn<'_>, ModelError> {
        let mut slot = self.slot();
        loop {
            if let Slot::Free(running) = &mut *slot {
                let running = running.take();
                *slot = Slot::Busy;
                return Ok(Turn { of: self, running });
            }
            slot = self.freed.wait_timeout(slot, TICK).unwrap_or_else(PoisonError::into_inner).0;
            // Whoever watches may take their time, and the one whose turn it is must not wait for that.
            drop(slot);
            if watch() == Flow::Stop {
                return Err(self.stopped());
            }
            slot = self.slot();
        }
    }

    /// A process that has loaded.
    fn run(&self, watch: &mut dyn FnMut() -> Flow) -> Result<Running, ModelError> {
        let caged = Caged::start(&self.program()).map_err(|it| self.not_started(it))?;
        let id = caged.id();
        self.id.store(id, Ordering::Relaxed);
        tracing::info!(
            model.id = %self.apart.settings.id, process.id = id,
            "{} runs in process {id}; {}", self.apart.settings.id, caged.isolation()
        );
        let mut running = Running { caged, n: 0 };
        if watch() == Flow::Stop {
            return Err(self.stopped());
        }
        match running.load(&self.apart, watch) {
            Ok(()) => Ok(running),
            Err(Missing::Said(why)) => Err(why),
            Err(Missing::Lost(why)) => Err(self.lost(running, why)),
        }
    }

    fn program(&self) -> Program {
        let Apart { program, file, memory, threads, .. } = &self.apart;
        // The folder, not the file: it is opened by its path in the process, and may be put in place anew meanwhile.
        let folder = if file.is_dir() { file } else { file.parent().unwrap_or(file) }.to_owned();
        Program {
            path: program.clone(),
            limits: Limits { readable: vec![folder], writable: self.states(), memory: *memory },
            arguments: vec![
                "--file".into(),
                file.clone().into(),
                "--threads".into(),
                threads.to_string().into(),
            ],
            protocol: PROTOCOL,
            within: HELLO,
        }
    }

    /// Where it keeps what it made of prefixes, made for it: it can make no folder. Without one it reads them at every
    /// start.
    fn states(&self) -> Vec<PathBuf> {
        let Settings { states, weights_sha256, chunk, most_in_files, .. } = &self.apart.settings;
        let Some(all) = states else { return vec![] };
        let folder = states::folder(all, weights_sha256, *chunk);
        match states::prepare(all, &folder, *most_in_files) {
            Ok(()) => vec![folder],
            Err(problem) => {
                tracing::warn!(%problem, "could not prepare {}: {problem}", folder.display());
                vec![]
            }
        }
    }

    fn not_started(&self, why: CageError) -> ModelError {
        match why {
            CageError::Ended { ending, .. } if ending.lacked_memory() => self.no_memory(),
            other => ModelError::NotStarted { model: self.model(), rule: other.to_string() },
        }
    }

    fn no_memory(&self) -> ModelError {
        ModelError::NoMemory { model: self.model(), limit_mb: self.apart.memory / 1_000_000 }
    }

    /// The process ends with this, where it has not.
    fn lost(&self, running: Running, why: CageError) -> ModelError {
        drop(running);
        match why {
            CageError::Ended { ending, .. } if ending.lacked_memory() => self.no_memory(),
            CageError::Ended { ending, .. } => {
                ModelError::Ended { model: self.model(), how: ending.to_string() }
            }
            other => ModelError::Ended { model: self.model(), how: other.to_string() },
        }
    }
}

/// The right to ask. It is given back with the process, where that still runs.
struct Turn<'a> {
    of: &'a ProcessReasoner,
    running: Option<Running>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.of.slot() = Slot::Free(self.running.take());
        self.of.freed.notify_one();
    }
}

impl Turn<'_> {
    /// What `take` makes of the reply to `question`. Whoever watches gets what is written so far.
    fn ask<T>(
        &mut self,
        question: &Question,
        watch: &mut dyn FnMut(&str) -> Flow,
        take: impl Fn(Reply) -> Option<T>,
    ) -> Result<T, (Again, ModelError)> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.of.run(&mut || watch("")).map_err(|it| (Again::No, it))?,
        };
        match running.ask(&self.of.apart, question, watch, take) {
            Ok(likely) => {
                self.running = Some(running);
                Ok(likely)
            }
            Err(Missing::Said(why)) => {
                self.running = Some(running);
                Err((Again::No, why))
            }
            Err(Missing::Lost(why)) => {
                let why = self.of.lost(running, why);
                // More memory will not be there the second time either.
                let again = if matches!(why, ModelError::NoMemory { .. }) { Again::No } else { Again::Yes };
                Err((again, why))
            }
        }
    }
}

/// Whether another process may answer.
#[derive(PartialEq)]
enum Again {
    Yes,
    No,
}

impl Running {
    fn load(&mut self, apart: &Apart, watch: &mut dyn FnMut() -> Flow) -> Result<(), Missing> {
        let request = pack(&Request::<Question>::Load { settings: apart.settings.clone() });
        self.caged.send(request).map_err(Missing::Lost)?;
        let model = || apart.settings.id.clone();
        self.hear(apart, &mut |_| watch(), |reply| match reply {
            Reply::Loaded => Heard::Taken(Ok(())),
            Reply::Unloadable { rule } => Heard::Taken(Err(ModelError::Damaged { model: model(), rule })),
            _ => Heard::Other,
        })
    }

    fn ask<T>(
        &mut self,
        apart: &Apart,
        question: &Question,
        watch: &mut dyn FnMut(&str) -> Flow,
        take: impl Fn(Reply) -> Option<T>,
    ) -> Result<T, Missing> {
        self.n += 1;
        let mine = self.n;
        self.caged.send(pack(&Request::Ask { n: mine, question })).map_err(|why| match why {
            CageError::Length { .. } => Missing::Said(failed(apart, why.to_string())),
            gone => Missing::Lost(gone),
        })?;
        let heard = self.hear(apart, watch, |reply| match reply {
            Reply::Failed { n, rule } if n == mine => Heard::Taken(Err(failed(apart, rule))),
            Reply::Writing { n, text } if n == mine => Heard::SoFar(text),
            Reply::Likely { n, .. } | Reply::Written { n, .. } if n == mine => {
                take(reply).map_or(Heard::Other, |it| Heard::Taken(Ok(it)))
            }
            _ => Heard::Other,
        });
        if let Err(Missing::Said(ModelError::Stopped { .. })) = &heard {
            // It stops at its next chunk, for which nobody waits; what it still says of this question is passed over.
            // Where it is gone, whoever asks next finds that out.
            self.caged.send(pack(&Request::<Question>::Stop { n: mine })).ok();
        }
        heard
    }

    /// Waits for the reply that `is_it` takes, and tells whoever watches what is written so far. Whoever watches is asked at every message, and every now and then.
    fn hear<T>(
        &mut self,
        apart: &Apart,
        watch: &mut dyn FnMut(&str) -> Flow,
        is_it: impl Fn(Reply) -> Heard<T>,
    ) -> Result<T, Missing> {
        let (mut last, mut so_far) = (Instant::now(), String::new());
        loop {
            match self.caged.receive(TICK).map_err(Missing::Lost)? {
                Some(frame) => {
                    last = Instant::now();
                    let Some(reply) = unpack(&frame) else {
                        return Err(Missing::Lost(self.caged.stranger(PROTOCOL, frame.len())));
                    };
                    match is_it(reply) {
                        Heard::Taken(taken) => return taken.map_err(Missing::Said),
                        Heard::SoFar(text) => so_far = text,
                        Heard::Other => {}
                    }
                }
                None if last.elapsed() > apart.silence => {
                    return Err(Missing::Lost(self.caged.silent(apart.silence)));
                }
                None => {}
            }
            if watch(&so_far) == Flow::Stop {
                return Err(Missing::Said(ModelError::Stopped { model: apart.settings.id.clone() }));
            }
        }
    }
}

/// What a reply is to whoever waits.
enum Heard<T> {
    Taken(Result<T, ModelError>),
    SoFar(String),
    Other,
}

fn failed(apart: &Apart, rule: String) -> ModelError {
    ModelError::Damaged { model: apart.settings.id.clone(), rule }
}

impl Model for ProcessReasoner {
    fn speaker(&self) -> Speaker {
        speaker(&self.apart.settings)
    }
}

impl ProcessReasoner {
    /// Asks, and where the process ends over it, once more.
    fn ask<T>(
        &self,
        asked: &Asked,
        wanted: Wanted,
        watch: &mut dyn FnMut(&str) -> Flow,
        take: impl Fn(Reply) -> Option<T>,
    ) -> Result<T, ModelError> {
        let question = Question { prefix: asked.prefix.to_vec(), turns: asked.question.to_vec(), wanted };
        let mut turn = self.turn(&mut || watch(""))?;
        match turn.ask(&question, watch, &take) {
            Err((Again::Yes, why)) => {
                tracing::warn!(model.id = %self.apart.settings.id, "{why}; it is started once more");
                turn.ask(&question, watch, take)
            }
            other => other,
        }
        .map_err(|(_, why)| why)
    }
}

impl Reasoner for ProcessReasoner {
    fn likelihoods(
        &self,
        asked: &Asked,
        answers: &[&str],
        watch: &mut dyn FnMut() -> Flow,
    ) -> Result<Vec<f64>, ModelError> {
        let wanted = Wanted::Likelihoods { answers: answers.iter().map(|it| (*it).to_owned()).collect() };
        self.ask(asked, wanted, &mut |_| watch(), |reply| match reply {
            Reply::Likely { bits, .. } => Some(bits.into_iter().map(f64::from_bits).collect()),
            _ => None,
        })
    }

    fn write(
        &self,
        asked: &Asked,
        writing: &Writing,
        watch: &mut dyn FnMut(&str) -> Flow,
    ) -> Result<Written, ModelError> {
        let wanted = Wanted::Text { schema: writing.schema.clone(), most_tokens: writing.most_tokens };
        self.ask(asked, wanted, watch, |reply| match reply {
            Reply::Written { text, is_whole, n_tokens, log_likelihood, .. } => {
                Some(Written { text, is_whole, n_tokens, log_likelihood: f64::from_bits(log_likelihood) })
            }
            _ => None,
        })
    }
}

/// Where `casebook-model` is: as [`PROGRAM_VARIABLE`] says, or beside the program that runs. Tests lie one folder below.
///
/// # Errors
/// Names the path that was looked for.
pub fn program() -> Result<PathBuf, String> {
    let here = env::current_exe().map_err(|it| format!("this program does not know where it is: {it}"))?;
    find(env::var_os(PROGRAM_VARIABLE), &here)
}

fn find(named: Option<OsString>, here: &Path) -> Result<PathBuf, String> {
    if let Some(path) = named.filter(|it| !it.is_empty()) {
        let path = PathBuf::from(path);
        return match path.is_file() {
            true => Ok(path),
            false => Err(format!("{} is no program, and {PROGRAM_VARIABLE} names it", path.display())),
        };
    }
    let folder = here.parent().unwrap_or(Path::new("."));
    let name = format!("casebook-model{}", env::consts::EXE_SUFFIX);
    let beside = folder.join(&name);
    let above = folder.parent().filter(|_| folder.ends_with("deps")).map(|it| it.join(&name));
    let found = [Some(beside.clone()), above].into_iter().flatten().find(|it| it.is_file());
    found.ok_or_else(|| format!("{} is missing; {PROGRAM_VARIABLE} may name another place", beside.display()))
}

/// What a language model is kept from on this machine, as the program says itself: it is started for that alone.
///
/// # Errors
/// Says where the program was looked for, or what it said instead.
pub fn isolation(memory: u64) -> Result<Isolation, String> {
    let program = Program {
        path: program()?,
        limits: Limits { readable: vec![], writable: vec![], memory },
        arguments: vec!["--file".into(), "none".into(), "--threads".into(), "1".into()],
        protocol: PROTOCOL,
        within: HELLO,
    };
    Caged::start(&program).map(|it| it.isolation().clone()).map_err(|it| it.to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_program_is_beside_the_others_or_where_somebody_says() {
        let folder = tempfile::tempdir().expect("a folder of our own");
        let at = |it: &str| folder.path().join(it);
        let name = format!("casebook-model{}", env::consts::EXE_SUFFIX);
        fs::create_dir_all(at("deps")).expect("the folder is writable");
        let missing = find(None, &at("casebook")).expect_err("it is not there yet");
        assert!(missing.starts_with(&at(&name).display().to_string()), "it names the path: {missing}");
        fs::write(at(&name), "").expect("the folder is writable");
        let expected = Ok(at(&name));
        assert_eq!(find(None, &at("casebook")), expected);
        assert_eq!(find(Some("".into()), &at("casebook")), expected, "an empty name is none");
        assert_eq!(find(None, &at("deps/shelf-0123")), expected, "a test lies one folder below");
        assert_eq!(find(Some(at(&name).into()), Path::new("/elsewhere/casebook")), expected);
        let wrong = find(Some(at("none").into()), &at("casebook")).expect_err("somebody is wrong");
        assert!(wrong.contains(PROGRAM_VARIABLE) && wrong.contains("none"), "{wrong}");
    }
}
