//! Whose turn an item is: handing on, what waits, notes, and the way back out of the restricted lane.

use std::path::Path;

use casebook_core::turn::{To, TurnReason};
use casebook_desk::{
    error::{Code, Error, Result},
    session::Session,
    time,
    turn::wire::{self, HandedOn, Happened, TurnEntry, WaitingLine, Waits},
};

use crate::{
    args::turn::{HandOn, Notes, TakeOut},
    case::text,
    out::{row, say, tell},
};

pub fn hand_on(session: &Session, args: &HandOn) -> Result<()> {
    crate::session::open(session, &text(&args.file)?)?;
    let item = session.row_of(&args.item)?;
    if args.take_back {
        session.call_back(item)?;
        say!("taken back: item {} is as it was before it was handed on", args.item);
        return Ok(());
    }
    let to = match (&args.to, &args.queue) {
        (Some(name), _) => To::Person { name: name.clone() },
        (None, Some(name)) => To::Queue { name: name.clone() },
        (None, None) => return Err(incomplete(&args.item, "--to or --queue")),
    };
    let reason = args.reason.ok_or_else(|| incomplete(&args.item, "--reason"))?;
    let handover = wire::HandOn { to, reason, note: args.note.clone(), met_in: None };
    let HandedOn { waits, new_name } = session.hand_on(item, &handover)?;
    say!("item {} waits for {}: {}; --take-back undoes it", args.item, waits.to, words(waits.reason));
    if new_name {
        tell!(
            "nobody called {} has worked in this file yet: it waits until somebody of exactly that name does",
            waits.to
        );
    }
    Ok(())
}

pub fn waiting(session: &Session, file: &Path) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let waiting = session.waiting()?;
    say!("{} wait for you", waiting.n_for_me);
    waiting.for_me.iter().for_each(line);
    say!("{} handed on by you", waiting.n_by_me);
    waiting.by_me.iter().for_each(line);
    Ok(())
}

pub fn notes(session: &Session, args: &Notes) -> Result<()> {
    crate::session::open(session, &text(&args.file)?)?;
    let item = session.row_of(&args.item)?;
    let said = match &args.add {
        Some(text) => session.add_note(item, &wire::NewNote { to: args.to.clone(), text: text.clone() })?,
        None => session.history(item)?,
    };
    for it in &said {
        let words = match (&it.text, it.held) {
            (Some(text), _) => text.as_str(),
            (None, true) => "told once you have decided the item",
            (None, false) => "",
        };
        row!(at(it.at_ms), it.by, done(it), words);
    }
    if said.is_empty() {
        say!("item {}: nothing was said of whose turn it is", args.item);
    }
    Ok(())
}

pub fn take_out(session: &Session, args: &TakeOut) -> Result<()> {
    crate::session::open(session, &text(&args.file)?)?;
    let item = session.row_of(&args.item)?;
    let release = wire::TakeOut { reason: args.reason, note: args.note.clone() };
    session.take_out(&args.queue, item, &release)?;
    say!("item {} is out of the restricted lane; what put it there is withdrawn", args.item);
    Ok(())
}

/// Who handed it on, to whom, why and since when.
fn line(it: &WaitingLine) {
    let Waits { by, to, reason, at_ms, .. } = &it.waits;
    row!(it.id, format!("{by} → {to}"), words(*reason), at(*at_ms), it.excerpt);
}

fn done(it: &TurnEntry) -> String {
    match &it.what {
        Happened::HandedOn { to, reason, taken_back_at_ms: None } => {
            format!("handed on to {to}: {}", words(*reason))
        }
        Happened::HandedOn { to, reason, taken_back_at_ms: Some(_) } => {
            format!("handed on to {to}, taken back: {}", words(*reason))
        }
        Happened::Noted { to: Some(to) } => format!("note to {to}"),
        Happened::Noted { to: None } => "note to all".into(),
        Happened::TakenOut { reason } => {
            format!("out of the restricted lane: {}", reason.word().replace('_', " "))
        }
    }
}

fn words(reason: TurnReason) -> String {
    reason.word().replace('_', " ")
}

fn at(ms: f64) -> String {
    time::rfc3339(ms as i64)
}

fn incomplete(item: &str, what: &str) -> Error {
    Error::new(Code::Request, format!("hand item {item} on: {what} is missing"))
}
