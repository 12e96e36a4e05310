//! Work in the background: followed to its end, listed, taken up again.

use std::{
    io::{IsTerminal, Write},
    path::Path,
};

use casebook_desk::{
    error::{Code, Error, Result},
    events::Event,
    jobs::wire::{Counted, ImportReport, Job, JobKind, JobReport, JobState},
    session::Session,
};

use crate::{
    case::text,
    print::{left_out, plain},
};

/// Lists the jobs of a file, or takes one of them up.
pub fn list(session: &Session, file: &Path, resume: Option<&str>) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    if let Some(id) = resume {
        session.resume_job(id)?;
        return follow(session, id);
    }
    for job in session.jobs()? {
        let more = match (&job.problem, &job.report) {
            (Some(problem), _) => plain(&problem.message),
            (None, Some(report)) => words(report),
            (None, None) => String::new(),
        };
        let subject = plain(&job.subject);
        println!("{}\t{}\t{}\t{subject}\t{more}", job.id, kind(job.kind), state(job.state));
    }
    Ok(())
}

/// Draws a job's progress until it ends.
pub fn follow(session: &Session, id: &str) -> Result<()> {
    let drawn = std::io::stderr().is_terminal();
    // Listening begins before looking, so that no end is missed between the two.
    let events = session.events();
    let job = session.jobs()?.into_iter().find(|it| it.id == id);
    let mut job = job.ok_or_else(|| Error::new(Code::Defect, format!("job {id} is gone")))?;
    while !job.state.is_over() {
        if drawn {
            eprint!("\r\x1b[K{}", progress(&job));
            std::io::stderr().flush().ok();
        }
        match events.next() {
            Some(Event::Job { job: heard }) if heard.id == id => job = heard,
            Some(_) => {}
            None => return Err(Error::new(Code::Defect, format!("job {id} is gone"))),
        }
    }
    if drawn {
        eprint!("\r\x1b[K");
    }
    finish(&job)
}

/// Follows whatever this process started: it must outlive its jobs.
pub fn follow_all(session: &Session) -> Result<()> {
    for job in session.jobs()?.iter().filter(|it| it.here) {
        follow(session, &job.id)?;
    }
    Ok(())
}

fn finish(job: &Job) -> Result<()> {
    if let Some(report) = &job.report {
        for note in notes(report) {
            eprintln!("{}", plain(&note));
        }
        match report {
            JobReport::InstallModel(it) => println!("{} is installed", plain(&it.model)),
            report => println!("{}", words(report)),
        }
    }
    let stopped = |how: &str| {
        let way_out = if job.can_go_on { "; casebook jobs FILE --resume goes on from there" } else { "" };
        Err(Error::new(Code::Request, format!("{} was {how}{way_out}", kind(job.kind))))
    };
    match (job.state, &job.problem) {
        (JobState::Done, _) => Ok(()),
        (JobState::Failed, Some(problem)) => Err(Error::new(problem.code, problem.message.clone())),
        (state_of_end, _) => stopped(state(state_of_end)),
    }
}

/// One line of progress.
fn progress(job: &Job) -> String {
    let unit = match job.kind {
        JobKind::Import | JobKind::Score => "items",
        JobKind::Export => "records",
        JobKind::InstallModel => "kilobytes",
    };
    let so_far = job.report.as_ref().map(words).unwrap_or_default();
    match job.total.filter(|it| *it > 0) {
        Some(total) => {
            let percent = u64::from(job.done) * 100 / u64::from(total);
            format!("{percent:3} %  {} of {total} {unit}  {so_far}", job.done)
        }
        None => format!("{} {unit}  {so_far}", job.done),
    }
}

/// What a job came to, in one line.
fn words(report: &JobReport) -> String {
    match report {
        JobReport::Import(it) => imported(it),
        JobReport::Score(it) => {
            let failed = if it.failed > 0 { format!(", {} failed", it.failed) } else { String::new() };
            format!("{} scored, {} not scored{failed}", it.scored, it.not_scored)
        }
        JobReport::Export(it) => match &it.datasets {
            _ if !it.written => "nothing was written".into(),
            None => {
                "written; the counts are in manifest.json, since items you have not recorded were reviewed"
                    .into()
            }
            Some(datasets) => {
                let rows: Vec<String> =
                    datasets.iter().map(|it| format!("{} {} rows", it.format.word(), it.rows)).collect();
                rows.join(", ")
            }
        },
        JobReport::InstallModel(it) => plain(&it.model),
    }
}

fn imported(report: &ImportReport) -> String {
    let mut parts = vec![format!("{} imported", report.imported)];
    if report.already > 0 {
        parts.push(format!("{} already there", report.already));
    }
    if report.refused > 0 {
        parts.push(format!("{} refused", report.refused));
    }
    if report.in_part > 0 {
        parts.push(format!("{} with more in a picture's file than is shown", report.in_part));
    }
    parts.join(", ")
}

/// What is not in it and why, one line each.
fn notes(report: &JobReport) -> Vec<String> {
    match report {
        JobReport::Import(it) => {
            let counted = match it.counted {
                Counted::Line => "line",
                Counted::Row => "row",
                Counted::Task => "task",
                Counted::Item => "item",
            };
            let note = |it: &casebook_desk::jobs::wire::RefusedUnit| {
                format!("{counted} {}: {}: {}", it.number, it.value, it.rule)
            };
            it.refusals.iter().map(note).collect()
        }
        JobReport::Export(it) => {
            let datasets = it.datasets.iter().flatten();
            let of = |dataset: &casebook_desk::jobs::wire::DatasetReport| {
                let name = dataset.format.word();
                left_out(&dataset.left_out).into_iter().map(move |it| format!("{name}: {}", it.trim_start()))
            };
            datasets.flat_map(of).collect()
        }
        JobReport::Score(_) | JobReport::InstallModel(_) => Vec::new(),
    }
}

fn kind(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Import => "import",
        JobKind::Score => "scoring",
        JobKind::Export => "export",
        JobKind::InstallModel => "model install",
    }
}

fn state(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "waiting",
        JobState::Running => "running",
        JobState::Paused => "paused",
        JobState::Done => "done",
        JobState::Cancelled => "cancelled",
        JobState::Failed => "failed",
        JobState::Interrupted => "interrupted",
    }
}
