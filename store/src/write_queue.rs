//! Whose queue it is to write: one writer per file in this program, people before jobs.
//!
//! SQLite lets one connection write at a time too, but whoever has to wait there sleeps and tries
//! again, and a job that writes batch after batch takes the lock back meanwhile. Other programs
//! still meet at SQLite's lock.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

/// A reviewer writes oftener than this.
const LATELY: Duration = Duration::from_secs(10);

/// Priority wants to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    /// Somebody waits for it.
    Person,
    /// Nobody does.
    Job,
}

#[derive(Default)]
pub(crate) struct WriteQueue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    writing: bool,
    /// Priority wait.
    people: u32,
    /// When a person last began to.
    newest: Option<Instant>,
}

/// Somebody's queue, until it is dropped.
pub(crate) struct Turn<'a>(&'a WriteQueue);

static QUEUES: LazyLock<Mutex<HashMap<PathBuf, Weak<WriteQueue>>>> = LazyLock::new(Mutex::default);

impl WriteQueue {
    /// The one queue of the file at `path`.
    pub(crate) fn of(path: &Path) -> Arc<Self> {
        let key = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut queues = lock(&QUEUES);
        if let Some(queue) = queues.get(&key).and_then(Weak::upgrade) {
            return queue;
        }
        queues.retain(|_, it| it.strong_count() > 0);
        let queue = Arc::new(Self::default());
        queues.insert(key, Arc::downgrade(&queue));
        queue
    }

    /// Waits for it.
    pub(crate) fn take(&self, priority: Priority) -> Turn<'_> {
        let mut state = lock(&self.state);
        if priority == Priority::Person {
            state.people += 1;
            state.newest = Some(Instant::now());
        }
        while state.writing || (priority == Priority::Job && state.people > 0) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.people -= u32::from(priority == Priority::Person);
        state.writing = true;
        Turn(self)
    }

    /// Whether a person wanted to write lately.
    pub(crate) fn people_lately(&self) -> bool {
        lock(&self.state).newest.is_some_and(|it| it.elapsed() < LATELY)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).writing = false;
        self.0.changed.notify_all();
    }
}

/// A queue ends with whoever had it, so its state is sound also after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    #[test]
    fn a_person_who_waits_goes_before_a_job_that_waited_longer() {
        let queue = Arc::new(WriteQueue::default());
        let (order, seen) = mpsc::channel();
        let first = queue.take(Priority::Job);
        let wait = |priority: Priority| {
            let (queue, order) = (Arc::clone(&queue), order.clone());
            thread::spawn(move || {
                let _taken = queue.take(priority);
                order.send(priority).expect("the test listens");
            })
        };
        let job = wait(Priority::Job);
        let person = wait(Priority::Person);
        // Only once the person stands in line does the order say something.
        while lock(&queue.state).people == 0 {
            thread::yield_now();
        }
        drop(first);
        assert_eq!(seen.recv(), Ok(Priority::Person));
        assert_eq!(seen.recv(), Ok(Priority::Job));
        job.join().expect("it ended");
        person.join().expect("it ended");
    }

    #[test]
    fn only_a_person_was_there_lately() {
        let queue = WriteQueue::default();
        drop(queue.take(Priority::Job));
        assert!(!queue.people_lately());
        drop(queue.take(Priority::Person));
        assert!(queue.people_lately());
    }

    #[test]
    fn one_file_has_one_turn_and_another_has_another() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let queue = WriteQueue::of(&a);
        assert!(Arc::ptr_eq(&queue, &WriteQueue::of(&a)));
        assert!(!Arc::ptr_eq(&queue, &WriteQueue::of(&b)));
    }
}
