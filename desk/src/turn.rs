//! Whose turn an item is: handing it on to one person or one queue, taking it back, and notes to a colleague.
//!
//! Who, when and why is told to anybody who may know of the item. What is said along with it is what another reviewer
//! judged: [`Session::history`] tells it once this reviewer has decided, and no other verb tells it at all.

pub mod wire;

use casebook_core::turn::{self, To};
use casebook_store::{NewHandover, OpenHandover, Row, Store, StoredHandover};

use crate::{
    case::Case,
    error::{Code, Error, Result},
    lane, looks,
    session::Session,
    view,
};
use wire::{HandOn, HandedOn, Happened, NewNote, TurnEntry, Waiting, WaitingLine, Waits};

/// Lines of a list of what waits at most.
const LINES: u32 = 200;
/// Letters of an item's text in a line.
const EXCERPT: usize = 120;

impl Session {
    /// Hands an item on: it leaves this reviewer's hands and waits for one person or in one queue, and nowhere else.
    ///
    /// # Errors
    /// Refuses oneself, a queue there is not, the restricted lane, a name or a note that cannot be, and an item that
    /// somebody else holds.
    pub fn hand_on(&self, row: Row, handover: &HandOn) -> Result<HandedOn> {
        let (case, reviewer) = self.reviewing()?;
        let now = self.now();
        let note = note(handover.note.as_deref())?;
        case.write(|store| {
            store.transaction(|store| {
                lane::require(store, &reviewer, row)?;
                let stored = store.item(row)?;
                let attempt = || format!("hand item {} on to {}", stored.item.id, handover.to);
                let refuse = |rule: &str| Error::new(Code::Request, format!("{}: {rule}", attempt()));
                if stored.restricted {
                    return Err(refuse("an item of the restricted lane is met in its queue alone"));
                }
                if let Some(queue) = &handover.met_in
                    && store.queue(queue)?.is_none()
                {
                    return Err(refuse(&format!("it was met in “{queue}”, and there is no such queue")));
                }
                let (to, new_name) = match &handover.to {
                    To::Person { name } => {
                        let name = turn::name(name)?;
                        if name == reviewer {
                            return Err(refuse("it waits for somebody else than who hands it on"));
                        }
                        (To::Person { name: name.to_owned() }, !store.people()?.iter().any(|it| it == name))
                    }
                    To::Queue { name } => match store.queue(name)? {
                        None => return Err(refuse("there is no queue of that name")),
                        Some(queue) if queue.restricted => {
                            return Err(refuse(
                                "nothing is handed into the restricted lane: a record puts it there",
                            ));
                        }
                        Some(queue) => (To::Queue { name: queue.name }, false),
                    },
                };
                let met_in = handover.met_in.as_deref();
                let reason = handover.reason;
                let new = NewHandover {
                    row,
                    reviewer: &reviewer,
                    met_in,
                    to: &to,
                    reason,
                    note,
                    program: &case.program,
                };
                store.hand_on(&new, now)?;
                let waits = waits(store, &reviewer, row)?;
                let waits = waits.ok_or_else(|| Error::new(Code::Defect, "what was handed on waits"))?;
                Ok(HandedOn { waits, new_name })
            })
        })
    }

    /// Takes back what this reviewer handed on, while whom it waits for has not begun.
    ///
    /// # Errors
    /// Refuses what waits for nobody, what somebody else handed on, and what was begun.
    pub fn call_back(&self, row: Row) -> Result<()> {
        let (case, reviewer) = self.reviewing()?;
        case.write(|store| {
            store.transaction(|store| {
                lane::require(store, &reviewer, row)?;
                let id = store.item(row)?.item.id;
                let Some(open) = store.open_handover(row)? else {
                    let message = format!("take item {id} back: it was not handed on, or it waits no more");
                    return Err(Error::new(Code::Request, message));
                };
                call_back(store, &reviewer, &id, &open, self.now())
            })
        })
    }

    /// Writes a note on an item, to one colleague or to all. Others read it once they have decided the item.
    ///
    /// # Errors
    /// Refuses a name or a text that cannot be.
    pub fn add_note(&self, row: Row, note: &NewNote) -> Result<Vec<TurnEntry>> {
        let (case, reviewer) = self.reviewing()?;
        let text = turn::note(&note.text)?;
        let to = note.to.as_deref().map(turn::name).transpose()?;
        case.write(|store| {
            lane::require(store, &reviewer, row)?;
            Ok(store.put_note(row, &reviewer, to, text, self.now())?)
        })?;
        self.history(row)
    }

    /// What was said and done about whose turn an item is, the oldest first. What others said is held back until this
    /// reviewer has decided the item, or was shown first what a model says of it.
    ///
    /// # Errors
    /// When there is no such item, or it cannot be read.
    pub fn history(&self, row: Row) -> Result<Vec<TurnEntry>> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| {
            lane::require(store, &reviewer, row)?;
            history(&case, store, &reviewer, row)
        })
    }

    /// What waits for this reviewer, and what they handed on and waits.
    ///
    /// # Errors
    /// When no file is open or it cannot be read.
    pub fn waiting(&self) -> Result<Waiting> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| {
            let (for_me, by_me) =
                (store.waiting_for(&reviewer, LINES)?, store.handed_on_by(&reviewer, LINES)?);
            Ok(Waiting {
                n_for_me: for_me.total,
                for_me: lines(store, &reviewer, for_me)?,
                n_by_me: by_me.total,
                by_me: lines(store, &reviewer, by_me)?,
            })
        })
    }

    /// Who has worked in this file, but for the one who asks: whom an item can be handed to.
    ///
    /// # Errors
    /// When no file is open or it cannot be read.
    pub fn people(&self) -> Result<Vec<String>> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| Ok(store.people()?.into_iter().filter(|it| *it != reviewer).collect()))
    }
}

/// Takes a handover back for `reviewer`. Inside a transaction.
pub(crate) fn call_back(
    store: &Store,
    reviewer: &str,
    id: &str,
    open: &StoredHandover,
    now: i64,
) -> Result<()> {
    let (by, to) = (&open.by, &open.to);
    if by != reviewer {
        let message = format!("take item {id} back: {by} handed it on to {to}, and who hands on takes back");
        return Err(Error::new(Code::Request, message));
    }
    if store.is_begun(open, now)? {
        let message =
            format!("take item {id} back from {to}: it was begun there, and is taken back before that");
        return Err(Error::new(Code::NotYours, message));
    }
    Ok(store.call_back(open.handover, now)?)
}

/// Takes back the handover of that number, or says why it is not to be had: it was handed on further. Inside a
/// transaction.
pub(crate) fn undo(store: &Store, reviewer: &str, row: Row, handover: u32, now: i64) -> Result<()> {
    let id = store.item(row)?.item.id;
    let handed = match store.open_handover(row)? {
        Some(open) => Some(open),
        None => store.handovers_of(row)?.into_iter().find(|it| it.handover == handover),
    };
    let handed =
        handed.ok_or_else(|| Error::new(Code::Defect, "a handover that undo found is in the file"))?;
    call_back(store, reviewer, &id, &handed, now)
}

/// How the item at `row` waits, as `reviewer` may see it.
pub(crate) fn waits(store: &Store, reviewer: &str, row: Row) -> Result<Option<Waits>> {
    Ok(store.open_handover(row)?.map(|it| seen(it, reviewer)))
}

/// Who has decided an item, or was drawn to be helped with it and was, may be told what others said of it.
pub(crate) fn may_know(case: &Case, store: &Store, reviewer: &str, row: Row) -> Result<bool> {
    if looks::knows(store, reviewer, row)? {
        return Ok(true);
    }
    let look = looks::found(store, &case.policy.name(), reviewer, row)?;
    Ok(look.map(|it| store.revealed(it.review)).transpose()?.flatten().is_some())
}

/// A note that may be left out: an empty one is none.
pub(crate) fn note(typed: Option<&str>) -> Result<Option<&str>> {
    Ok(typed.filter(|it| !it.trim().is_empty()).map(turn::note).transpose()?)
}

fn seen(it: StoredHandover, reviewer: &str) -> Waits {
    Waits {
        for_me: matches!(&it.to, To::Person { name } if name == reviewer),
        by_me: it.by == reviewer,
        by: it.by,
        to: it.to,
        reason: it.reason,
        has_note: it.note.is_some(),
        at_ms: it.created_ms as f64,
    }
}

fn lines(store: &Store, reviewer: &str, open: OpenHandover) -> Result<Vec<WaitingLine>> {
    let rows: Vec<Row> = open.first.iter().map(|it| it.row).collect();
    let found = store.lines(&rows, reviewer)?;
    let line = |it: StoredHandover| {
        let line = found.iter().find(|line| line.row == it.row)?;
        let excerpt = view::excerpt(&line.text, "", EXCERPT);
        Some(WaitingLine { row: it.row, id: line.id.clone(), excerpt, waits: seen(it, reviewer) })
    };
    Ok(open.first.into_iter().filter_map(line).collect())
}

fn history(case: &Case, store: &Store, reviewer: &str, row: Row) -> Result<Vec<TurnEntry>> {
    let open = may_know(case, store, reviewer, row)?;
    let said = |by: String, at_ms: i64, what: Happened, text: Option<String>, for_me: bool| {
        let told = by == reviewer || (open && for_me);
        let held = !told && text.is_some() && for_me;
        TurnEntry { by, at_ms: at_ms as f64, what, text: text.filter(|_| told), held }
    };
    let mut all = Vec::new();
    for it in store.handovers_of(row)? {
        let what = Happened::HandedOn {
            to: it.to,
            reason: it.reason,
            taken_back_at_ms: it.returned_ms.map(|it| it as f64),
        };
        all.push(said(it.by, it.created_ms, what, it.note, true));
    }
    for it in store.notes_of(row)? {
        // What is written to one colleague is between the two.
        let for_me = it.to.as_deref().is_none_or(|to| to == reviewer);
        all.push(said(it.by, it.created_ms, Happened::Noted { to: it.to }, Some(it.text), for_me));
    }
    if open {
        for it in store.releases_of(row)? {
            all.push(said(it.by, it.created_ms, Happened::TakenOut { reason: it.reason }, it.note, true));
        }
    }
    all.sort_by(|one, other| one.at_ms.total_cmp(&other.at_ms));
    Ok(all)
}
