//! Jobs: what is done in the background, and what became of it.

use rusqlite::{OptionalExtension, Row as SqlRow};

use crate::{Store, error::Result};

/// A job, as it was written last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredJob {
    /// A UUID, version 7.
    pub id: String,
    /// A word of desk's.
    pub kind: String,
    /// The file, folder or model it is about.
    pub subject: String,
    /// A word of desk's.
    pub state: String,
    /// What `request`, `report` and `problem` are.
    pub format: String,
    /// What was asked for, JSON.
    pub request: String,
    /// How far, in the unit of its kind.
    pub done: u32,
    /// Of how many; `None` while unknown.
    pub total: Option<u32>,
    /// What it came to, or came to so far, JSON.
    pub report: Option<String>,
    /// Why it failed, JSON.
    pub problem: Option<String>,
    /// Who runs it, or ran it last.
    pub program: String,
    /// When it was asked for.
    pub started_ms: i64,
    /// When this was written.
    pub changed_ms: i64,
}

impl Store {
    /// Writes a job down, in the place of what was written of it before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_job(&self, job: &StoredJob) -> Result<()> {
        self.write(|db| {
            let sql = "insert into job (id, kind, subject, state, format, request, done, total, report, problem, program,
                                        started_ms, changed_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                       on conflict (id) do update set
                           state = excluded.state, done = excluded.done, total = excluded.total,
                           report = excluded.report, problem = excluded.problem, program = excluded.program,
                           started_ms = excluded.started_ms, changed_ms = excluded.changed_ms";
            db.prepare_cached(sql)?.execute((
                &job.id,
                &job.kind,
                &job.subject,
                &job.state,
                &job.format,
                &job.request,
                job.done,
                job.total,
                &job.report,
                &job.problem,
                &job.program,
                job.started_ms,
                job.changed_ms,
            ))?;
            Ok(())
        })
    }

    /// The newest `n` jobs, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn jobs(&self, n: u32) -> Result<Vec<StoredJob>> {
        self.read(|db| {
            let sql = format!("{SELECT} order by started_ms desc, id desc limit ?1");
            let mut find = db.prepare_cached(&sql)?;
            let found = find.query_map([n], read)?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The job of that id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn job(&self, id: &str) -> Result<Option<StoredJob>> {
        let sql = format!("{SELECT} where id = ?1");
        self.read(|db| Ok(db.prepare_cached(&sql)?.query_row([id], read).optional()?))
    }

    /// Takes the job of that id over from a program that has ended or is through with it; false where
    /// somebody else was first.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn take_job(&self, id: &str, from: &str, program: &str) -> Result<bool> {
        self.write(|db| {
            let sql = "update job set program = ?3 where id = ?1 and program = ?2";
            Ok(db.prepare_cached(sql)?.execute((id, from, program))? > 0)
        })
    }
}

const SELECT: &str =
    "select id, kind, subject, state, format, request, done, total, report, problem, program, started_ms,
                             changed_ms from job";

fn read(it: &SqlRow) -> rusqlite::Result<StoredJob> {
    Ok(StoredJob {
        id: it.get(0)?,
        kind: it.get(1)?,
        subject: it.get(2)?,
        state: it.get(3)?,
        format: it.get(4)?,
        request: it.get(5)?,
        done: it.get(6)?,
        total: it.get(7)?,
        report: it.get(8)?,
        problem: it.get(9)?,
        program: it.get(10)?,
        started_ms: it.get(11)?,
        changed_ms: it.get(12)?,
    })
}
