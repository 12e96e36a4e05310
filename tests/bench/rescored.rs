//! What a reviewer waits for while ten thousand items are scored anew in the background, by the model that is installed.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use casebook_core::{ports::ModelShelf, queue::Queue};
use casebook_desk::session::{Session, Settings};
use casebook_models::shelf::Shelf;
use casebook_tests::{
    fake::{self, FakeStills},
    made_up::case::{CaseFile, now, remove},
};

use super::{impression, ms, page_at};

/// Items of the file.
pub const ITEMS: usize = 10_000;
/// How long somebody reviews meanwhile, and how often at most.
const REVIEWS: Duration = Duration::from_mins(1);
const SAMPLES: usize = 500;

/// Milliseconds, one per sample.
#[derive(Default)]
pub struct Rescored {
    pub next: Vec<f64>,
    pub draft: Vec<f64>,
    pub list: Vec<f64>,
    /// Submit and the next item.
    pub submit: Vec<f64>,
    /// Who scored.
    pub model: String,
    /// Items that were scored anew meanwhile.
    pub scored: u32,
}

/// Reviews while the job runs; `None` where no model is installed.
pub fn measure() -> Option<Rescored> {
    let case = CaseFile::of(ITEMS).copy("rescored.casebook");
    let home = tempfile::tempdir().expect("a temporary folder");
    let session = session(&case, home.path());
    let mut times = Rescored { model: Shelf::standard().state().id, ..Rescored::default() };
    let Ok(job) = session.start_scoring() else {
        remove(&case);
        return None;
    };
    let queue = Queue::reported().name;
    let mut review = session.next(&queue).expect("an item").expect("there are items");
    let began = Instant::now();
    while times.next.len() < SAMPLES && began.elapsed() < REVIEWS {
        let row = review.item.row;
        let revealed = fake::decide(&session, &queue, row, &impression()).expect("an impression");
        let at = Instant::now();
        session.save_draft(row, &revealed.start).expect("a draft");
        times.draft.push(ms(at));
        let at = Instant::now();
        page_at(&session, row);
        times.list.push(ms(at));
        let at = Instant::now();
        session.submit(&queue, row, &revealed.start, 1000.0).expect("a record");
        let submitted = Instant::now();
        let next = session.next(&queue).expect("an item");
        times.next.push(ms(submitted));
        times.submit.push(ms(at));
        match next {
            Some(next) => review = next,
            None => break,
        }
    }
    let jobs = session.jobs().expect("jobs can always be listed");
    let here = jobs.iter().find(|it| it.id == job).expect("it was started");
    assert!(!here.state.is_over(), "it scored all the while: {:?}", here.problem);
    times.scored = here.done;
    session.cancel_job(&job).expect("it runs here");
    fake::wait_for_jobs(&session);
    session.close_case().expect("it closes");
    remove(&case);
    Some(times)
}

fn session(case: &Path, home: &Path) -> Session {
    let session = Session::new(Settings {
        home: home.to_owned(),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(Shelf::standard()),
        clock: Arc::new(now),
        chance: Arc::new(|| 0.5),
    });
    session.open_case(&case.to_string_lossy()).expect("the case file opens");
    session
}
