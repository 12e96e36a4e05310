//! Verbs on a case file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use casebook_dataset::filter::RecordFilter;
use casebook_desk::{
    annotate::AnnotationFile,
    error::{Code, Error, Result},
    events::Event,
    maintenance,
    session::Session,
    verbs,
    wire::ExportRequest,
};

use crate::{
    args::Export,
    jobs::{follow, follow_all},
    out::{self, row, say, tell},
    print,
};

pub fn new(session: &Session, file: &Path) -> Result<()> {
    session.new_case(&text(file)?)?;
    say!("made {}", file.display());
    Ok(())
}

pub fn practise(session: &Session) -> Result<()> {
    let desktop = session.practise()?;
    if let Some(case) = &desktop.case {
        say!("{}", case.path);
    }
    for summary in session.queues()?.iter().filter(|it| !it.queue.restricted) {
        tell!("{} of {} left to decide", summary.open.unwrap_or(0), summary.open.unwrap_or(0) + summary.done);
    }
    Ok(())
}

pub fn score(session: &Session, file: &Path) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let id = session.start_scoring()?;
    follow(session, &id)
}

pub fn assess(session: &Session, file: &Path, item: Option<&str>) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let made = session.assess(item)?;
    say!("{made} assessed");
    Ok(())
}

pub fn show(session: &Session, file: &Path, item: &str, reveal: bool) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let (view, revealed) = session.show(item, reveal)?;
    print::item(&view);
    if let Some(revealed) = revealed {
        print::revealed(&revealed);
    }
    Ok(())
}

pub fn annotate(session: &Session, file: &Path, from: &Path) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let annotation =
        std::fs::read_to_string(from).map_err(|it| Error::file("read the annotation", from, it))?;
    let annotation = AnnotationFile::parse(&annotation)?;
    let submitted = session.annotate(&annotation)?;
    let missing: Vec<String> = submitted.missing.iter().map(ToString::to_string).collect();
    match missing.is_empty() {
        true => say!("recorded {} as {}, complete", annotation.item, submitted.record),
        false => {
            say!("recorded {} as {}, incomplete: {}", annotation.item, submitted.record, missing.join("; "));
        }
    }
    Ok(())
}

pub fn queues(session: &Session, file: &Path) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    for summary in session.queues()? {
        let open = summary.open.map_or_else(|| "restricted lane".into(), |it| format!("{it} open"));
        row!(summary.queue.name, open, format_args!("{} done", summary.done));
    }
    Ok(())
}

pub fn search(session: &Session, file: &Path, words: &str) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    for found in session.search(words)? {
        row!(found.id, found.excerpt);
    }
    Ok(())
}

pub fn export(session: &Session, export: &Export) -> Result<()> {
    crate::session::open(session, &text(&export.file)?)?;
    let records = &export.records;
    let request = ExportRequest {
        folder: export.to.as_deref().map(text).transpose()?.unwrap_or_default(),
        formats: export.formats.clone(),
        redact: !export.keep_personal_data,
        include_incomplete: export.include_incomplete,
        seed: export.seed,
        filter: RecordFilter {
            since: records.since.clone(),
            until: records.until.clone(),
            reviewers: records.reviewers.clone(),
            queues: records.queues.clone(),
            languages: records.languages.clone(),
            clauses: records.clauses.clone(),
            complete_only: records.complete_only,
        },
    };
    if let Some(dataset) = export.preview {
        let seen = session.preview_export(&request, dataset, export.offset, export.limit)?;
        print::preview(&seen);
        return Ok(());
    }
    let id = session.start_export(request)?;
    follow(session, &id)?;
    say!("in {}", export.to.as_deref().unwrap_or(Path::new("")).display());
    Ok(())
}

pub fn exports(session: &Session, file: &Path, id: Option<u32>) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let made = session.exports()?;
    let Some(id) = id else {
        made.iter().for_each(print::export);
        return Ok(());
    };
    let Some(one) = made.iter().find(|it| it.id == id) else {
        return Err(Error::new(Code::Request, format!("export {id}: this file has none of that number")));
    };
    print::export(one);
    print::contents(one);
    Ok(())
}

pub fn call(session: &Session, file: &Path, verb: &str, json: &str) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let args = serde_json::from_str(json)
        .map_err(|it| Error::new(Code::Request, format!("arguments of {verb}: {it}")))?;
    let answer = answered(session, verb, &args)?;
    out::json(&serde_json::to_string_pretty(&answer).expect("an answer is JSON"));
    follow_all(session)
}

/// The answer, waited for where a model has to compute it: a program that ends does not come back to ask again.
fn answered(session: &Session, verb: &str, args: &serde_json::Value) -> Result<serde_json::Value> {
    let events = session.events();
    loop {
        let answer = verbs::call(session, verb, args.clone())?;
        if verb != "review.reveal" || !answer.is_null() {
            return Ok(answer);
        }
        while !matches!(events.next(), Some(Event::Assessed { .. }) | None) {}
    }
}

pub fn backup(file: &Path, to: &Path) -> Result<()> {
    maintenance::backup(file, to)?;
    say!("copied to {}", to.display());
    Ok(())
}

pub fn doctor(file: &Path) -> Result<()> {
    let findings = maintenance::doctor(file)?;
    for it in maintenance::seen_under_other_names(file)? {
        let record = it.annotation.map_or_else(String::new, |it| format!(", record {it}"));
        say!(
            "note: item {}: {} decided first{record}, and the same user of this machine had seen the model's answer as {}",
            it.item,
            it.reviewer,
            it.seen_as
        );
    }
    if findings.is_empty() {
        say!("{}: nothing wrong", file.display());
        return Ok(());
    }
    for finding in &findings {
        say!("{finding}");
    }
    Err(Error::new(Code::NotACase, format!("{}: {} findings", file.display(), findings.len())))
}

pub fn serve(session: Session, file: &Path, page: Option<&Path>) -> Result<()> {
    crate::session::open(&session, &text(file)?)?;
    let options = casebook_serve::Options { verbs: true, page: page.map(Path::to_owned) };
    let started = casebook_serve::start(&Arc::new(session), options)
        .map_err(|it| Error::file("listen on the loopback for", file, it))?;
    say!("{}/", started.base_url);
    out::flush();
    loop {
        thread::park();
    }
}

/// Paths travel as text to the verbs, as they do from the page.
pub fn text(path: &Path) -> Result<String> {
    let refuse = |it: PathBuf| Error::new(Code::Request, format!("path {}: it is not UTF-8", it.display()));
    path.to_owned().into_os_string().into_string().map_err(|it| refuse(it.into()))
}
