//! Assessments in the making: a reviewer waits for an event, and no verb waits for a model.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use casebook_core::{assessment::Assessment, weighing::notes};
use casebook_store::Row;

use crate::{
    assess::{Doing, Makers},
    case::Case,
    error::{Code, Error, Result},
    events::Event,
    flow::Flow,
};

/// The assessments of an open file that somebody waits for.
#[derive(Default)]
pub(crate) struct Making(Mutex<BTreeMap<Row, State>>);

/// How far one is.
enum State {
    Computing {
        /// Set where nobody waits for it any more.
        given_up: Arc<AtomicBool>,
        /// Whether what a model writes of it is told while it writes: to whoever decided first and waits, and not to
        /// somebody who took their place since.
        is_told: bool,
    },
    Ended(Box<Result<Made>>),
}

/// An assessment that is in the file.
pub(crate) struct Made {
    pub(crate) assessment: Assessment,
    /// Why a model is not in it, for people.
    pub(crate) problem: Option<String>,
}

impl Making {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Row, State>> {
        // An entry is replaced whole, so the map is sound also after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was made of `row` for whoever waits; `None` while it is computed, and that is begun where it was not.
    /// [`Event::Assessed`] tells when to ask again.
    pub(crate) fn take(case: &Arc<Case>, row: Row) -> Result<Option<Made>> {
        let mut rows = case.assessor.making.lock();
        match rows.remove(&row) {
            Some(State::Ended(made)) => return (*made).map(Some),
            Some(computing @ State::Computing { .. }) => {
                rows.insert(row, computing);
            }
            None => {
                let given_up = Arc::new(AtomicBool::new(false));
                rows.insert(row, State::Computing { given_up: Arc::clone(&given_up), is_told: true });
                let case = Arc::clone(case);
                let compute = move || compute(&case, row, &given_up);
                let begun = thread::Builder::new().name("assess".into()).spawn(compute);
                if let Err(problem) = begun {
                    rows.remove(&row);
                    return Err(Error::new(Code::Model, format!("assess item {row}: no thread: {problem}")));
                }
            }
        }
        Ok(None)
    }

    /// Says that nobody waits for `row` any more: a model that is asked in words stops at the next safe place.
    pub(crate) fn give_up(&self, row: Row) {
        match self.lock().get(&row) {
            Some(State::Computing { given_up, .. }) => given_up.store(true, Ordering::Relaxed),
            Some(State::Ended(_)) | None => {}
        }
    }

    /// True while somebody waits for an assessment: what is computed ahead makes way.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.lock().values().any(|it| matches!(it, State::Computing { .. }))
    }
}

impl Making {
    /// Somebody else is at the desk: nothing more is told of what is being written, nor what was not heard yet.
    pub(crate) fn hush(case: &Case) {
        let mut rows = case.assessor.making.lock();
        for state in rows.values_mut() {
            if let State::Computing { is_told, .. } = state {
                *is_told = false;
            }
        }
        case.hush();
    }

    /// Tells what is written so far of a row that somebody waits for.
    fn tell(case: &Case, row: Row, clause: &str, text: &str) {
        // Under the lock, so that nothing is told after it was hushed.
        let rows = case.assessor.making.lock();
        if matches!(rows.get(&row), Some(State::Computing { is_told: true, .. })) {
            case.tell(&Event::Writing { row, clause: clause.to_owned(), said: notes::so_far(text) });
        }
    }
}

fn compute(case: &Case, row: Row, given_up: &AtomicBool) {
    let watch = &mut |doing: Doing| {
        if given_up.load(Ordering::Relaxed) {
            return Flow::Stop;
        }
        if let Doing::Writing { clause, text } = doing {
            Making::tell(case, row, clause, text);
        }
        Flow::Go
    };
    let made = catch_unwind(AssertUnwindSafe(|| make(case, row, watch)));
    let made = made.unwrap_or_else(|_| without_model(case, row, "the model broke off"));
    let mut rows = case.assessor.making.lock();
    rows.remove(&row);
    if !given_up.load(Ordering::Relaxed) {
        rows.insert(row, State::Ended(Box::new(made)));
    }
    drop(rows);
    case.tell(&Event::Assessed { row });
}

/// Makes the assessment of `row` unless it is in the file; this takes as long as the models do.
pub(crate) fn make(case: &Case, row: Row, watch: &mut dyn FnMut(Doing) -> Flow) -> Result<Made> {
    let (makers, missing) = case.assessor.makers();
    let (assessment, problem) = case.assess(&makers, row, watch)?;
    Ok(Made { assessment, problem: problem.or(missing) })
}

fn without_model(case: &Case, row: Row, problem: &str) -> Result<Made> {
    let (assessment, _) = case.assess(&Makers::default(), row, &mut |_| Flow::Go)?;
    Ok(Made { assessment, problem: Some(problem.into()) })
}
