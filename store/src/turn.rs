//! Whose turn it is to write: one writer per file in this program, people before jobs.
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

/// Who wants to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Somebody waits for it.
    Person,
    /// Nobody does.
    Job,
}

#[derive(Default)]
pub(crate) struct Turn {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    writing: bool,
    /// Who wait.
    people: u32,
    /// When a person last began to.
    newest: Option<Instant>,
}

/// Somebody's turn, until it is dropped.
pub(crate) struct Taken<'a>(&'a Turn);

static TURNS: LazyLock<Mutex<HashMap<PathBuf, Weak<Turn>>>> = LazyLock::new(Mutex::default);

impl Turn {
    /// The one turn of the file at `path`.
    pub(crate) fn of(path: &Path) -> Arc<Self> {
        let key = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut turns = lock(&TURNS);
        if let Some(turn) = turns.get(&key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, it| it.strong_count() > 0);
        let turn = Arc::new(Self::default());
        turns.insert(key, Arc::downgrade(&turn));
        turn
    }

    /// Waits for it.
    pub(crate) fn take(&self, who: Who) -> Taken<'_> {
        let mut state = lock(&self.state);
        if who == Who::Person {
            state.people += 1;
            state.newest = Some(Instant::now());
        }
        while state.writing || (who == Who::Job && state.people > 0) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.people -= u32::from(who == Who::Person);
        state.writing = true;
        Taken(self)
    }

    /// Whether a person wanted to write lately.
    pub(crate) fn people_lately(&self) -> bool {
        lock(&self.state).newest.is_some_and(|it| it.elapsed() < LATELY)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).writing = false;
        self.0.changed.notify_all();
    }
}

/// A turn ends with whoever had it, so its state is sound also after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    #[test]
    fn a_person_who_waits_goes_before_a_job_that_waited_longer() {
        let turn = Arc::new(Turn::default());
        let (order, seen) = mpsc::channel();
        let first = turn.take(Who::Job);
        let wait = |who: Who| {
            let (turn, order) = (Arc::clone(&turn), order.clone());
            thread::spawn(move || {
                let _taken = turn.take(who);
                order.send(who).expect("the test listens");
            })
        };
        let job = wait(Who::Job);
        let person = wait(Who::Person);
        // Only once the person stands in line does the order say something.
        while lock(&turn.state).people == 0 {
            thread::yield_now();
        }
        drop(first);
        assert_eq!(seen.recv(), Ok(Who::Person));
        assert_eq!(seen.recv(), Ok(Who::Job));
        job.join().expect("it ended");
        person.join().expect("it ended");
    }

    #[test]
    fn only_a_person_was_there_lately() {
        let turn = Turn::default();
        drop(turn.take(Who::Job));
        assert!(!turn.people_lately());
        drop(turn.take(Who::Person));
        assert!(turn.people_lately());
    }

    #[test]
    fn one_file_has_one_turn_and_another_has_another() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let turn = Turn::of(&a);
        assert!(Arc::ptr_eq(&turn, &Turn::of(&a)));
        assert!(!Arc::ptr_eq(&turn, &Turn::of(&b)));
    }
}
