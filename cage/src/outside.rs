//! Starts a program in a cage, and talks to it.

use std::{
    collections::VecDeque,
    ffi::OsString,
    fmt, io,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender},
    },
    thread,
    time::Duration,
};

use crate::{
    CageError, Protocol,
    frame::{self, Heard},
    inside::Hello,
    isolation::{Guard, Isolation, Quota},
    limits::Limits,
};

/// What a program needs of the surroundings: where libraries lie, and what Windows starts nothing without.
const KEPT: [&str; 4] = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "SystemRoot"];

/// Last lines of a program that are remembered, and how much of each.
const LAST_WORDS: usize = 8;
const LINE: u64 = 300;

/// Messages that wait to be read; a program that says more waits itself.
const WAITING: usize = 64;

/// What is started.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// What it may have.
    pub limits: Limits,
    /// Arguments after those.
    pub arguments: Vec<OsString>,
    /// What it must say it speaks.
    pub protocol: Protocol,
    /// How long it may take to say so.
    pub within: Duration,
}

/// A program that runs. Dropped, it is killed, and the system has nothing of it left.
pub struct Caged {
    path: PathBuf,
    child: Child,
    isolation: Isolation,
    to: Sender<Vec<u8>>,
    from: Receiver<Result<Vec<u8>, CageError>>,
    last_words: Arc<Mutex<VecDeque<String>>>,
    /// Closed once the program's last line is read.
    quiet: Receiver<()>,
}

/// How a program ended, and what it said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Where it chose to.
    pub status: Option<i32>,
    /// Where something else did.
    pub signal: Option<i32>,
    /// Oldest first.
    pub last_words: Vec<String>,
}

impl Caged {
    /// Starts a program and hears who it is.
    ///
    /// # Errors
    /// When it is not there, ends, is silent, or is another one.
    pub fn start(program: &Program) -> Result<Self, CageError> {
        let failed = |source| CageError::Start { path: program.path.clone(), source };
        let mut command = Command::new(&program.path);
        command.args(program.limits.to_arguments()).args(&program.arguments);
        command.env_clear().envs(KEPT.iter().filter_map(|it| Some((it, std::env::var_os(it)?))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let (to, from, last_words, quiet) = match Pipes::of(&mut child).and_then(Pipes::connect) {
            Ok(connected) => connected,
            Err(source) => {
                end(&mut child);
                return Err(failed(source));
            }
        };
        let unheard = Isolation { files: Guard::Off, calls: Guard::Off, memory: Quota::Off };
        let path = program.path.clone();
        let mut caged = Self { path, child, isolation: unheard, to, from, last_words, quiet };
        caged.isolation = caged.hello(program)?;
        Ok(caged)
    }

    fn hello(&mut self, program: &Program) -> Result<Isolation, CageError> {
        let stranger =
            |found| CageError::Stranger { path: program.path.clone(), found, expected: program.protocol };
        let frame = match self.receive(program.within) {
            Ok(Some(frame)) => frame,
            Ok(None) => {
                return Err(self.silent(program.within));
            }
            Err(refused @ CageError::Length { .. }) => return Err(stranger(refused.to_string())),
            Err(other) => return Err(other),
        };
        let Ok(hello) = serde_json::from_slice::<Hello>(&frame) else {
            return Err(self.stranger(program.protocol, frame.len()));
        };
        if (hello.protocol.as_str(), hello.version) != (program.protocol.name, program.protocol.version) {
            let name: String = hello.protocol.chars().take(40).collect();
            return Err(stranger(format!("{name:?} {}", hello.version)));
        }
        Ok(hello.isolation)
    }

    /// What it says it gave up.
    #[must_use]
    pub fn isolation(&self) -> &Isolation {
        &self.isolation
    }

    /// What the system calls it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Hands a message over. It waits for nobody: a program that does not read is silent, and is met by who waits for
    /// its answer.
    ///
    /// # Errors
    /// When the message is too long, or the program is gone.
    pub fn send(&mut self, frame: Vec<u8>) -> Result<(), CageError> {
        frame::fits(&frame)?;
        match self.to.send(frame) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.ended()),
        }
    }

    /// The next message, or none within that time.
    ///
    /// # Errors
    /// How the program ended, once all it said is read, and a message longer than any may be.
    pub fn receive(&mut self, within: Duration) -> Result<Option<Vec<u8>>, CageError> {
        match self.from.recv_timeout(within) {
            Ok(frame) => frame.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
        }
    }

    /// Ends it because it was silent for that long.
    pub fn silent(&mut self, within: Duration) -> CageError {
        end(&mut self.child);
        CageError::Silent { path: self.path.clone(), within }
    }

    /// Ends it because it said something of `length` bytes that is none of what `expected` says.
    pub fn stranger(&mut self, expected: Protocol, length: usize) -> CageError {
        end(&mut self.child);
        CageError::Stranger {
            path: self.path.clone(),
            found: format!("{length} bytes that say nothing"),
            expected,
        }
    }

    /// How it ended; one that only closed its pipes is ended now.
    fn ended(&mut self) -> CageError {
        // What it said last is in the pipe still; a program it started may hold that open.
        self.quiet.recv_timeout(Duration::from_secs(1)).ok();
        let status = end(&mut self.child);
        let last_words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        let last_words = last_words.iter().cloned().collect();
        let ending = Ending {
            status: status.and_then(|it| it.code()),
            signal: status.and_then(signal_of),
            last_words,
        };
        CageError::Ended { path: self.path.clone(), ending }
    }
}

impl Drop for Caged {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Kills a program that still runs, and takes its end from the system.
fn end(child: &mut Child) -> Option<ExitStatus> {
    if let Ok(Some(status)) = child.try_wait() {
        return Some(status);
    }
    // One that is ending already ends as it meant to: a system keeps the first reason.
    child.kill().ok();
    child.wait().ok()
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

impl Ending {
    /// Whether it asked for memory and got none: Rust says so, and ends.
    #[must_use]
    pub fn lacked_memory(&self) -> bool {
        let says_so = |it: &String| it.starts_with("memory allocation of ") && it.ends_with(" failed");
        self.last_words.iter().any(says_so)
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.signal, self.status) {
            (Some(9), _) => {
                f.write_str("it was killed (signal 9), as a system does that is short of memory")?;
            }
            (Some(6), _) => f.write_str("it gave up (signal 6)")?,
            (Some(11), _) => f.write_str("it touched memory that is not its own (signal 11)")?,
            (Some(signal), _) => write!(f, "signal {signal}")?,
            (None, Some(status)) => write!(f, "exit status {status}")?,
            (None, None) => f.write_str("nobody knows how")?,
        }
        match self.last_words.last() {
            Some(line) => write!(f, ", after it said: {line}"),
            None => Ok(()),
        }
    }
}

/// The three pipes of a program.
struct Pipes {
    id: u32,
    stdin: ChildStdin,
    stdout: std::process::ChildStdout,
    stderr: std::process::ChildStderr,
}

type Connected =
    (Sender<Vec<u8>>, Receiver<Result<Vec<u8>, CageError>>, Arc<Mutex<VecDeque<String>>>, Receiver<()>);

impl Pipes {
    fn of(child: &mut Child) -> io::Result<Self> {
        let missing = || io::Error::other("a pipe is missing");
        Ok(Self {
            id: child.id(),
            stdin: child.stdin.take().ok_or_else(missing)?,
            stdout: child.stdout.take().ok_or_else(missing)?,
            stderr: child.stderr.take().ok_or_else(missing)?,
        })
    }

    /// A thread for each, which ends with its pipe.
    fn connect(self) -> io::Result<Connected> {
        let Self { id, mut stdin, stdout, stderr } = self;
        let thread = |name: &str| thread::Builder::new().name(name.into());
        let (to, waiting) = mpsc::channel::<Vec<u8>>();
        thread("cage-in").spawn(move || {
            while let Ok(frame) = waiting.recv() {
                if frame::write(&mut stdin, &frame).is_err() {
                    break;
                }
            }
        })?;
        let (said, from) = mpsc::sync_channel(WAITING);
        thread("cage-out").spawn(move || read_frames(BufReader::new(stdout), &said))?;
        let last_words = Arc::new(Mutex::new(VecDeque::new()));
        let (over, quiet) = mpsc::channel::<()>();
        let kept = Arc::clone(&last_words);
        thread("cage-log").spawn(move || {
            read_lines(BufReader::new(stderr), id, &kept);
            drop(over);
        })?;
        Ok((to, from, last_words, quiet))
    }
}

fn read_frames(mut stdout: impl Read, said: &SyncSender<Result<Vec<u8>, CageError>>) {
    loop {
        let frame = match frame::read(&mut stdout) {
            Heard::Frame(frame) => Ok(frame),
            Heard::Refused(why) => Err(why),
            Heard::Ended => return,
        };
        let is_last = frame.is_err();
        if said.send(frame).is_err() || is_last {
            return;
        }
    }
}

/// Lines go into the log. They come from a program that read what strangers wrote: they are cut, and hold no control.
fn read_lines(mut stderr: impl BufRead, id: u32, kept: &Mutex<VecDeque<String>>) {
    loop {
        let mut line = Vec::new();
        match stderr.by_ref().take(LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line);
        let line: String = line.trim_end().chars().filter(|it| !it.is_control()).collect();
        // Rust's advice after a panic is for somebody at a terminal.
        if line.is_empty() || line.starts_with("note: ") {
            continue;
        }
        tracing::warn!(process.id = id, "process {id}: {line}");
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == LAST_WORDS {
            kept.pop_front();
        }
        kept.push_back(line);
    }
}
