//! Prefetching: what is done while a reviewer reads, so that nobody waits for it.
//!
//! One thread per open file with a connection of its own: it loads the model, assesses the items
//! that come next, counts queues that are slow to count, and copies the log into the file. The
//! newest one counts: what a reviewer has gone past is not looked at any more. It only looks:
//! nothing is leased, and what fails here shows when the item itself is opened.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use casebook_core::queue::{Filter, Queue};
use casebook_store::Store;

use crate::{
    assess::{Assessor, Doing},
    connections::Connections,
    error::{Code, Error, Result},
    events::{Event, Events},
    flow::Flow,
    leases::by_priority,
};

/// Items after the head that are assessed before they are asked for.
const AHEAD: u32 = 3;

/// The same where a language model is asked, which takes all processors for seconds.
const AHEAD_IN_WORDS: u32 = 1;

/// How long after a target looking ahead begins: the item that was asked for is drawn meanwhile, by the same
/// processors. Nobody is through with what was looked at before in less.
const REST: Duration = Duration::from_millis(150);

/// How long writes may stay in the log alone.
const CHECKPOINT: Duration = Duration::from_secs(1);

/// For whom to look ahead.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The queue's name.
    pub queue: String,
    pub reviewer: String,
    /// Of the leases.
    pub program: String,
}

/// The thread, until it is dropped.
pub(crate) struct Prefetch {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    asked: Mutex<Asked>,
    changed: Condvar,
    counted: Mutex<Option<Counted>>,
}

#[derive(Default)]
struct Asked {
    /// With when to begin; a newer target does not put it off.
    target: Option<(Target, Instant)>,
    wrote: bool,
    stop: bool,
}

/// How many items were open in a queue when it was counted.
#[derive(Clone, Debug, PartialEq)]
struct Counted {
    queue: Queue,
    reviewer: String,
    open: u32,
    done: u32,
}

impl Prefetch {
    /// Starts the thread for a file.
    pub(crate) fn start(connections: Arc<Connections>, assessor: Arc<Assessor>, events: Arc<Events>) -> Self {
        let shared = Shared { asked: Mutex::default(), changed: Condvar::new(), counted: Mutex::new(None) };
        let shared = Arc::new(shared);
        let worker = Worker { connections, assessor, events, shared: Arc::clone(&shared), store: None };
        let thread = thread::Builder::new().name("prefetch".into()).spawn(move || worker.run());
        if let Err(problem) = &thread {
            tracing::warn!(%problem, "nothing is prepared ahead: {problem}");
        }
        Self { shared, thread: Mutex::new(thread.ok()) }
    }

    /// Looks ahead in a queue.
    pub(crate) fn target(&self, target: Target) {
        let mut asked = lock(&self.shared.asked);
        let begin = asked.target.take().map_or_else(|| Instant::now() + REST, |it| it.1);
        asked.target = Some((target, begin));
        self.shared.changed.notify_one();
    }

    /// Says that something may have been written.
    pub(crate) fn wrote(&self) {
        let mut asked = lock(&self.shared.asked);
        if !std::mem::replace(&mut asked.wrote, true) {
            self.shared.changed.notify_one();
        }
    }

    /// What is open in a queue of which this reviewer has recorded `done`; `None` until it was counted.
    pub(crate) fn open_in(&self, queue: &Queue, reviewer: &str, done: u32) -> Option<u32> {
        let counted = lock(&self.shared.counted);
        let counted = counted.as_ref().filter(|it| it.queue == *queue && it.reviewer == reviewer)?;
        Some((counted.open + counted.done).saturating_sub(done))
    }

    /// Stops the thread and waits for its end.
    pub(crate) fn stop(&self) {
        lock(&self.shared.asked).stop = true;
        self.shared.changed.notify_all();
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            // It says itself what went wrong.
            let _ = thread.join();
        }
    }
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Worker {
    connections: Arc<Connections>,
    assessor: Arc<Assessor>,
    events: Arc<Events>,
    shared: Arc<Shared>,
    /// Opened when first needed.
    store: Option<Store>,
}

impl Worker {
    fn run(mut self) {
        let mut copied = Instant::now();
        let mut wrote = false;
        while let Some(target) = self.next(&mut wrote, copied) {
            // A model that breaks off must not end the copying of the log with it.
            let looked = catch_unwind(AssertUnwindSafe(|| target.map_or(Ok(()), |it| self.look_ahead(&it))));
            let looked = looked.unwrap_or_else(|_| Err(Error::new(Code::Defect, "looking ahead broke off")));
            if let Err(problem) = looked {
                tracing::warn!(code = ?problem.code, "could not prepare what comes next: {problem}");
            }
            if wrote && copied.elapsed() >= CHECKPOINT {
                if let Err(problem) = self.checkpoint() {
                    tracing::warn!(code = ?problem.code, "could not copy the log into the file: {problem}");
                }
                (copied, wrote) = (Instant::now(), false);
            }
        }
    }

    /// Waits for something to do: a target, or that it is time to copy. `None` at the end.
    #[allow(clippy::option_option, reason = "an end, nothing but copying, or a target")]
    fn next(&self, wrote: &mut bool, copied: Instant) -> Option<Option<Target>> {
        let mut asked = lock(&self.shared.asked);
        loop {
            *wrote |= std::mem::take(&mut asked.wrote);
            if asked.stop {
                return None;
            }
            let now = Instant::now();
            if let Some((target, _)) = asked.target.take_if(|it| it.1 <= now) {
                return Some(Some(target));
            }
            let copy = wrote.then_some(copied + CHECKPOINT);
            if copy.is_some_and(|it| it <= now) {
                return Some(None);
            }
            let begin = asked.target.as_ref().map(|it| it.1);
            asked = match begin.into_iter().chain(copy).min() {
                Some(at) => {
                    let waited = self.shared.changed.wait_timeout(asked, at - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.shared.changed.wait(asked).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn store(&mut self) -> Result<&Store> {
        if self.store.is_none() {
            let store = self.connections.for_job()?;
            store.write_as_job()?;
            store.leave_checkpoints()?;
            self.store = Some(store);
        }
        Ok(self.store.as_ref().expect("it was just opened"))
    }

    fn look_ahead(&mut self, target: &Target) -> Result<()> {
        let (assessor, shared) = (Arc::clone(&self.assessor), Arc::clone(&self.shared));
        let events = Arc::clone(&self.events);
        let store = self.store()?;
        let Some(queue) = store.queue(&target.queue)? else { return Ok(()) };
        let (makers, _) = assessor.makers();
        if makers.scorer.is_some() && !store.is_read_only() {
            let now = assessor.now();
            let ahead = if makers.reasoner.is_some() { AHEAD_IN_WORDS } else { AHEAD };
            // What is written ahead nobody is told of: the reviewer decides first.
            let watch = &mut |_: Doing| {
                let asked = lock(&shared.asked);
                match asked.stop || asked.target.is_some() || assessor.making.is_waited_for() {
                    false => Flow::Go,
                    true => Flow::Stop,
                }
            };
            for row in by_priority(store, &queue, &target.reviewer, &target.program, now, ahead + 1)? {
                let assessed = match assessor.assess(store, &makers, row, watch) {
                    Err(_) if watch(Doing::Reading) == Flow::Stop => return Ok(()),
                    assessed => assessed?,
                };
                let is_new = assessed.is_new();
                assessor.keep(store, row, assessed)?;
                if is_new {
                    events.tell(&Event::Assessed { row });
                }
                if watch(Doing::Reading) == Flow::Stop {
                    return Ok(());
                }
            }
        }
        if queue.filter != Filter::default() {
            let (open, done) = store.queue_counts(&queue, &target.reviewer)?;
            *lock(&shared.counted) = Some(Counted { queue, reviewer: target.reviewer.clone(), open, done });
        }
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<()> {
        let store = self.store()?;
        match store.is_read_only() {
            true => Ok(()),
            false => Ok(store.checkpoint()?),
        }
    }
}

/// What stands behind it is replaced whole, so it is sound also after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
