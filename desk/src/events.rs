//! What changes while nobody asks, told to whoever listens.
//!
//! A [`Subscription`] keeps the newest of what its listener has not heard yet: a job's later state takes
//! the place of its earlier one, and of items assessed only so many are kept. So one that does not listen
//! costs a few kilobytes and holds up nobody, which a channel of every event would not do.
//!
//! The reviewer decides first here too: an event carries numbers, states and the rows of items, never
//! what was judged of one. That is to be had from `reveal` alone. What a model is writing of an item is told
//! only after that door was opened: to whoever asked there, and while they wait.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use casebook_core::weighing::notes::Said;
use casebook_store::Row;
use serde::Serialize;

use crate::{jobs::wire::Job, session::Session};

/// Rows of assessed items kept for one listener.
const ROWS: usize = 256;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
// The page has an Event of its own.
#[serde(rename = "DeskEvent", tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "they are told a few times a second, and kept by nobody")]
pub enum Event {
    /// A job of this window began, got further, or ended.
    Job {
        /// As it stands now.
        job: Job,
    },
    /// A model's assessment of an item is in the file. What it says is told once the reviewer decided.
    Assessed {
        /// Which item.
        row: Row,
    },
    /// A model writes notes on an item that the reviewer decided and waits for.
    Writing {
        /// Which item.
        row: Row,
        /// Which clause of it.
        clause: String,
        /// What it says so far; nothing of it is checked.
        said: Vec<Said>,
    },
    /// Another file is open, or none.
    Case,
}

/// Whom to tell.
#[derive(Default)]
pub(crate) struct Events {
    listeners: Mutex<Vec<Weak<Listener>>>,
}

#[derive(Default)]
struct Listener {
    unheard: Mutex<Unheard>,
    changed: Condvar,
}

#[derive(Default)]
struct Unheard {
    events: VecDeque<Event>,
    over: bool,
}

/// What is told from when it was asked for, until it is dropped.
pub struct Subscription(Arc<Listener>);

impl Events {
    pub(crate) fn subscribe(&self) -> Subscription {
        let listener: Arc<Listener> = Arc::default();
        lock(&self.listeners).push(Arc::downgrade(&listener));
        Subscription(listener)
    }

    /// Tells everybody who listens.
    pub(crate) fn tell(&self, event: &Event) {
        lock(&self.listeners).retain(|it| match it.upgrade() {
            Some(listener) => {
                lock(&listener.unheard).add(event.clone());
                listener.changed.notify_all();
                true
            }
            None => false,
        });
    }
}

impl Events {
    /// Takes back what nobody heard yet of notes that are being written.
    pub(crate) fn hush(&self) {
        for listener in lock(&self.listeners).iter().filter_map(Weak::upgrade) {
            lock(&listener.unheard).events.retain(|it| !matches!(it, Event::Writing { .. }));
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        for listener in lock(&self.listeners).iter().filter_map(Weak::upgrade) {
            lock(&listener.unheard).over = true;
            listener.changed.notify_all();
        }
    }
}

impl Unheard {
    /// Newest last, each thing once.
    fn add(&mut self, event: Event) {
        self.events.retain(|it| match (it, &event) {
            (Event::Job { job: one }, Event::Job { job: other }) => one.id != other.id,
            (Event::Writing { row, clause, .. }, Event::Writing { row: other, clause: other_clause, .. }) => {
                (row, clause) != (other, other_clause)
            }
            // It is not being written any more.
            (Event::Writing { row: one, .. }, Event::Assessed { row: other }) => one != other,
            (it, event) => it != event,
        });
        self.events.push_back(event);
        let is_row = |it: &Event| matches!(it, Event::Assessed { .. });
        if self.events.iter().filter(|it| is_row(it)).count() > ROWS {
            let oldest = self.events.iter().position(is_row).expect("there are many");
            self.events.remove(oldest);
        }
    }
}

impl Subscription {
    /// Waits for what is next; `None` once the session is over.
    #[must_use]
    pub fn next(&self) -> Option<Event> {
        let quiet = |it: &mut Unheard| it.events.is_empty() && !it.over;
        let unheard = self.0.changed.wait_while(lock(&self.0.unheard), quiet);
        unheard.unwrap_or_else(PoisonError::into_inner).events.pop_front()
    }

    /// What is next within `patience`; `None` where nothing was, or the session is over.
    #[must_use]
    pub fn next_within(&self, patience: Duration) -> Option<Event> {
        let quiet = |it: &mut Unheard| it.events.is_empty() && !it.over;
        let unheard = self.0.changed.wait_timeout_while(lock(&self.0.unheard), patience, quiet);
        unheard.unwrap_or_else(PoisonError::into_inner).0.events.pop_front()
    }

    /// True once nothing more will come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        lock(&self.0.unheard).over
    }
}

impl Session {
    /// Listens to what changes from now on.
    #[must_use]
    pub fn events(&self) -> Subscription {
        self.events.subscribe()
    }
}

/// What is behind these is replaced whole, so it is sound also after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::wire::{JobKind, JobState};

    const AT_ONCE: Duration = Duration::ZERO;

    fn job(id: &str, done: u32) -> Event {
        let job = Job {
            id: id.into(),
            kind: JobKind::Score,
            subject: "a model".into(),
            state: JobState::Running,
            done,
            total: None,
            report: None,
            problem: None,
            here: true,
            can_go_on: false,
            started_at_ms: 1.0,
        };
        Event::Job { job }
    }

    #[test]
    fn who_listens_late_hears_of_each_job_how_it_stands() {
        let events = Events::default();
        let heard = events.subscribe();
        for done in 0..1000 {
            events.tell(&job("1", done));
        }
        events.tell(&job("2", 7));
        events.tell(&job("1", 1000));
        assert_eq!(heard.next_within(AT_ONCE), Some(job("2", 7)));
        assert_eq!(heard.next_within(AT_ONCE), Some(job("1", 1000)));
        assert_eq!(heard.next_within(AT_ONCE), None);
    }

    #[test]
    fn who_never_listens_keeps_little() {
        let events = Events::default();
        let heard = events.subscribe();
        for row in 0..100_000 {
            events.tell(&Event::Assessed { row });
            events.tell(&Event::Case);
        }
        assert_eq!(lock(&heard.0.unheard).events.len(), ROWS + 1);
        assert_eq!(heard.next_within(AT_ONCE), Some(Event::Assessed { row: 100_000 - ROWS as Row }));
    }

    #[test]
    fn two_listeners_hear_the_same_and_one_that_left_is_forgotten() {
        let events = Events::default();
        let (one, other) = (events.subscribe(), events.subscribe());
        events.tell(&Event::Case);
        assert_eq!((one.next(), other.next()), (Some(Event::Case), Some(Event::Case)));
        drop(other);
        events.tell(&Event::Case);
        assert_eq!(lock(&events.listeners).len(), 1);
        assert_eq!(one.next(), Some(Event::Case));
    }

    #[test]
    fn a_listener_hears_the_last_word_and_then_that_it_is_over() {
        let events = Events::default();
        let heard = events.subscribe();
        events.tell(&Event::Case);
        drop(events);
        assert_eq!((heard.next(), heard.next()), (Some(Event::Case), None));
        assert!(heard.is_over());
    }
}
