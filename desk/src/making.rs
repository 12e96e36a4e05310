//! Assessments in the making: a reviewer waits for an event, and no verb waits for a model.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use casebook_core::assessment::Assessment;
use casebook_store::Row;

use crate::{
    case::Case,
    error::{Code, Error, Result},
    events::Event,
};

/// The assessments of an open file that somebody waits for.
#[derive(Default)]
pub(crate) struct Making(Mutex<BTreeMap<Row, State>>);

/// How far one is.
enum State {
    Computing,
    Ended(Box<Result<Made>>),
}

/// An assessment that is in the file.
pub(crate) struct Made {
    pub(crate) assessment: Assessment,
    /// Why the model is not in it, for people.
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
        let mut rows = case.making.lock();
        match rows.remove(&row) {
            Some(State::Ended(made)) => return (*made).map(Some),
            Some(State::Computing) => {
                rows.insert(row, State::Computing);
            }
            None => {
                rows.insert(row, State::Computing);
                let case = Arc::clone(case);
                let compute = move || {
                    let made = catch_unwind(AssertUnwindSafe(|| make(&case, row)));
                    let made = made.unwrap_or_else(|_| without_model(&case, row, "the model broke off"));
                    case.making.lock().insert(row, State::Ended(Box::new(made)));
                    case.tell(&Event::Assessed { row });
                };
                let begun = thread::Builder::new().name("assess".into()).spawn(compute);
                if let Err(problem) = begun {
                    rows.remove(&row);
                    return Err(Error::new(Code::Model, format!("assess item {row}: no thread: {problem}")));
                }
            }
        }
        Ok(None)
    }
}

/// Makes the assessment of `row` unless it is in the file; this takes as long as the model does.
pub(crate) fn make(case: &Case, row: Row) -> Result<Made> {
    let (scorer, problem) = match case.assessor.scorer() {
        Ok(scorer) => (scorer, None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    Ok(Made { assessment: case.assess(scorer.as_ref(), row)?, problem })
}

fn without_model(case: &Case, row: Row, problem: &str) -> Result<Made> {
    Ok(Made { assessment: case.assess(None, row)?, problem: Some(problem.into()) })
}
