//! Jobs as the case file has them: read back, and what became of those whose program died.

use casebook_store::{Store, StoredJob};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    case::is_dead,
    error::{Code, Result},
    jobs::wire::{Job, JobKind, JobState},
    wire::Problem,
};

/// What requests, reports and problems in the file are.
pub(crate) const FORMAT: &str = "casebook/job/1";

/// Jobs listed.
const LISTED: u32 = 50;

/// As serde spells a unit variant.
pub(crate) fn word(of: impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        _ => unreachable!("a variant without fields is a word"),
    }
}

fn variant<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// Those of the file, newest first. What a later Casebook wrote in words of its own is left out.
pub(crate) fn all(store: &Store) -> Result<Vec<Job>> {
    Ok(store.jobs(LISTED)?.iter().filter_map(job).collect())
}

/// Writes down of every job whose program died that it was interrupted.
pub(crate) fn interrupt(store: &Store, now_ms: i64) -> Result<()> {
    for row in store.jobs(LISTED)? {
        let seen = job(&row);
        if seen.is_some_and(|it| it.state == JobState::Interrupted && row.state != word(it.state)) {
            let state = word(JobState::Interrupted);
            store.put_job(&StoredJob { state, changed_ms: now_ms, ..row })?;
        }
    }
    Ok(())
}

/// One as the page sees it.
pub(crate) fn job(row: &StoredJob) -> Option<Job> {
    let kind: JobKind = variant(&row.kind)?;
    let state = match variant(&row.state)? {
        state @ (JobState::Waiting | JobState::Running | JobState::Paused) => {
            if is_dead(&row.program) {
                JobState::Interrupted
            } else {
                state
            }
        }
        state => state,
    };
    Some(Job {
        id: row.id.clone(),
        kind,
        subject: row.subject.clone(),
        state,
        done: row.done,
        total: row.total,
        report: row.report.as_deref().and_then(|it| serde_json::from_str(it).ok()),
        problem: row.problem.as_deref().and_then(problem),
        here: false,
        can_go_on: goes_on(kind, state),
        started_at_ms: row.started_ms as f64,
    })
}

/// Whether `resume_job` takes up a job of this kind that ended so. An export is written whole or not at
/// all and a model is fetched whole, so those are asked for anew.
pub(crate) fn goes_on(kind: JobKind, state: JobState) -> bool {
    let kind = match kind {
        JobKind::Import | JobKind::Score => true,
        JobKind::Export | JobKind::InstallModel => false,
    };
    kind && matches!(state, JobState::Cancelled | JobState::Failed | JobState::Interrupted)
}

fn problem(json: &str) -> Option<Problem> {
    #[derive(Deserialize)]
    struct Stored {
        code: Code,
        message: String,
    }
    let Stored { code, message } = serde_json::from_str(json).ok()?;
    Some(Problem { code, message, falsehoods: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, state: &str, program: &str) -> StoredJob {
        StoredJob {
            id: "1".into(),
            kind: kind.into(),
            subject: "a.jsonl".into(),
            state: state.into(),
            format: FORMAT.into(),
            request: "{}".into(),
            done: 7,
            total: Some(9),
            report: None,
            problem: Some(r#"{"code":"disk_full","message":"no space","falsehoods":[]}"#.into()),
            program: program.into(),
            started_ms: 1,
            changed_ms: 2,
        }
    }

    #[test]
    fn a_running_job_of_a_dead_program_was_interrupted_and_an_import_can_go_on() {
        // Linux numbers no process so high.
        let seen = |kind| job(&row(kind, "running", "4294967295/x")).expect("known words");
        assert_eq!((seen("import").state, seen("import").can_go_on), (JobState::Interrupted, true));
        assert_eq!((seen("export").state, seen("export").can_go_on), (JobState::Interrupted, false));
    }

    #[test]
    fn a_running_job_of_a_living_program_runs() {
        let program = format!("{}/x", std::process::id());
        let seen = job(&row("import", "running", &program)).expect("known words");
        assert_eq!((seen.state, seen.can_go_on, seen.here), (JobState::Running, false, false));
    }

    #[test]
    fn what_ended_stays_as_it_ended_with_its_code() {
        let seen = job(&row("score", "failed", "4294967295/x")).expect("known words");
        assert_eq!((seen.state, seen.problem.map(|it| it.code)), (JobState::Failed, Some(Code::DiskFull)));
    }

    #[test]
    fn what_a_later_casebook_does_is_left_out() {
        assert_eq!(job(&row("dance", "running", "1/x")), None);
        assert_eq!(job(&row("score", "dreaming", "1/x")), None);
    }
}
