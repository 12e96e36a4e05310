//! Work in the background that a person watches, pauses, cancels and takes up again.
//!
//! Each kind is a file here that says what it is asked for, what it uses and what it comes to; the
//! engine runs them. What became of a job is in the case file, so the next window knows it too.

pub mod wire;

mod engine;

mod import;

mod score;

mod export;

mod install;

pub(crate) mod stored;

pub(crate) use engine::Jobs;

use wire::{Job, JobKind, JobReport};

use crate::{
    case::Case,
    error::{Code, Error, Result},
    session::Session,
};

impl Session {
    /// The jobs of the open file and those of no file, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn jobs(&self) -> Result<Vec<Job>> {
        let case = self.case().ok();
        let mut jobs = self.jobs.all(case.as_ref().map(|it| &it.connections));
        if let Some(case) = &case {
            for kept in case.read(stored::all)? {
                // What runs in this window is known better here than in the file.
                if jobs.iter().all(|it| it.id != kept.id) {
                    let can_go_on = kept.can_go_on && !case.is_read_only();
                    jobs.push(Job { can_go_on, ..self.without_counts(case, kept)? });
                }
            }
        }
        jobs.sort_by(|a, b| a.started_at_ms.total_cmp(&b.started_at_ms).then_with(|| a.id.cmp(&b.id)));
        Ok(jobs)
    }

    /// What an export counted is told to who ran it while their window is open, and otherwise to those
    /// whom the list of exports tells it.
    fn without_counts(&self, case: &Case, job: Job) -> Result<Job> {
        let Some(JobReport::Export(mut report)) = job.report else { return Ok(job) };
        let open = match self.reviewer() {
            Some(reviewer) => !case.read(|store| Ok(store.has_unshared(&reviewer)?))?,
            None => false,
        };
        report.datasets = report.datasets.filter(|_| open);
        Ok(Job { report: Some(JobReport::Export(report)), ..job })
    }

    /// Holds a job at the next safe place.
    ///
    /// # Errors
    /// When none of that id runs in this window.
    pub fn pause_job(&self, id: &str) -> Result<()> {
        self.jobs.pause(id)
    }

    /// Lets a held job go on; takes up one that stopped, was stopped or failed where that can be done.
    ///
    /// # Errors
    /// When there is no such job, or its kind is begun anew and not taken up.
    pub fn resume_job(&self, id: &str) -> Result<()> {
        if self.jobs.runs(id) {
            return self.jobs.resume(id);
        }
        let case = self.writable("go on with a job of it")?;
        let missing = || Error::new(Code::Request, format!("job {id}: there is none of that id"));
        let row = case.read(|store| Ok(store.job(id)?))?.ok_or_else(missing)?;
        let job = stored::job(&row).ok_or_else(missing)?;
        if !job.can_go_on {
            let rule = match job.state.is_over() {
                true => "only an import or a scoring that did not reach its end goes on",
                false => "it runs in another window",
            };
            return Err(Error::new(Code::Request, format!("job {id}: {rule}")));
        }
        if !case.write(|store| Ok(store.take_job(id, &row.program, &case.program)?))? {
            return Err(Error::new(Code::Request, format!("job {id}: another window took it up")));
        }
        match job.kind {
            JobKind::Import => {
                let request = serde_json::from_str(&row.request)
                    .map_err(|it| Error::new(Code::Defect, format!("request of job {id}: {it}")))?;
                self.import_as(id.to_owned(), request)?;
            }
            JobKind::Score => drop(self.score_as(id.to_owned())?),
            JobKind::Export | JobKind::InstallModel => unreachable!("they cannot go on"),
        }
        Ok(())
    }

    /// Stops a job at the next safe place; what is done stays done.
    ///
    /// # Errors
    /// When none of that id runs in this window.
    pub fn cancel_job(&self, id: &str) -> Result<()> {
        self.jobs.cancel(id)
    }
}
