//! Looking through items: lists, similar items, one's own last decisions, and acts on many at once.
//!
//! Lists are taken on a reader, so that taking one of a million never keeps a reviewer waiting. What is
//! read here is not judged: the promise that the reviewer decides first holds for lists as for reviews. Only an assisted queue is listed by risk, and who is shown an item's risk
//! there is not blind any more to any item of that list: what is not on the page is below it.

pub mod wire;

use std::sync::{Mutex, MutexGuard};

use casebook_core::{
    list::{ListFilter, ListOrder},
    risk,
};
use casebook_store::{Bulk, Line, Listed, Row, SignIndex, Store};

use crate::{
    error::{Code, Error, Result},
    lane,
    session::Session,
    view,
    wire::ItemView,
};
use wire::{
    BulkAct, BulkDone, ItemLine, ListPage, ListRequest, MyDecision, Occurrence, Occurring, Similar,
    SimilarLine,
};

/// Lines in one answer at most.
const PAGE: u32 = 200;
/// Items in one act at most: each is written at once, and others wait to write.
const TOGETHER: usize = 10_000;
/// Lists kept: of the screen, and of what was looked at before.
const KEPT: usize = 4;
/// Letters of an item's text in a line.
const EXCERPT: usize = 160;

/// What is remembered of the open file.
#[derive(Default)]
pub(crate) struct Lists {
    kept: Mutex<Vec<KeptList>>,
    near: Mutex<SignIndex>,
}

/// A list and what it was asked by.
struct KeptList {
    filter: ListFilter,
    order: ListOrder,
    reviewer: String,
    at_ms: i64,
    listed: Listed,
}

impl Session {
    /// A page of a list. The first page takes the list, and the others are of the same one until it
    /// is asked for afresh.
    ///
    /// # Errors
    /// Refuses an order by risk outside an assisted queue, where it would give the model away.
    pub fn list(&self, request: &ListRequest) -> Result<ListPage> {
        let (case, reviewer) = self.reviewing()?;
        let queue = match &request.queue {
            None => None,
            Some(name) => Some(case.read(|store| store.queue(name)?.ok_or_else(|| no_queue(name)))?),
        };
        request.order.check(queue.as_ref()).map_err(|it| Error::new(Code::Request, it.to_string()))?;
        let now_ms = self.now();
        let mut memory = lock(&case.lists.kept);
        let at = case.read(|store| kept_list(&mut memory, store, request, &reviewer, now_ms))?;
        let KeptList { listed, at_ms, .. } = &memory[at];
        let from = (request.offset as usize).min(listed.rows.len());
        let to = (from + request.limit.min(PAGE) as usize).min(listed.rows.len());
        let rows = &listed.rows[from..to];
        let by_risk = request.order == ListOrder::Risk;
        if by_risk {
            case.write(|store| Ok(store.set_risk_listed(&request.filter.filter, &reviewer, now_ms)?))?;
        }
        let found = case.read(|store| Ok(store.lines(rows, &reviewer)?))?;
        Ok(ListPage {
            offset: from as u32,
            total: listed.rows.len() as u32,
            capped: listed.capped,
            taken_at_ms: *at_ms as f64,
            lines: found.into_iter().map(|it| line(it, by_risk.then_some(now_ms))).collect::<Result<_>>()?,
        })
    }

    /// What items can be chosen by: the languages, markets and report reasons that occur, with how many items have each.
    ///
    /// # Errors
    /// When no file is open or it cannot be read.
    pub fn occurring(&self) -> Result<Occurring> {
        let (case, _) = self.reviewing()?;
        let found = case.read(|store| Ok(store.occurring()?))?;
        let counted = |of: Vec<(String, u32)>| {
            of.into_iter().map(|(value, items)| Occurrence { value, items }).collect()
        };
        Ok(Occurring {
            languages: counted(found.languages),
            markets: counted(found.markets),
            reasons: counted(found.reasons),
        })
    }

    /// An item to look at beside a list: as it was sent, its pictures covered. Nothing that anybody judged is in it, it
    /// is not leased, and it counts as no review.
    ///
    /// # Errors
    /// When there is no such item, or it is in the restricted lane, which is met in its queue alone.
    pub fn look(&self, row: Row) -> Result<ItemView> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| {
            lane::require(store, &reviewer, row)?;
            Ok(view::item(&store.item(row)?, &[]))
        })
    }

    /// The items most like the one at `row` by what an encoder made of their texts.
    ///
    /// # Errors
    /// When no file is open or it cannot be read.
    pub fn similar(&self, row: Row, limit: u32) -> Result<Similar> {
        let (case, reviewer) = self.reviewing()?;
        let mut index = lock(&case.lists.near);
        case.read(|store| {
            lane::require(store, &reviewer, row)?;
            let nearest = store.nearest(&mut index, row, limit.min(PAGE) as usize)?;
            let rows: Vec<Row> = nearest.found.iter().map(|it| it.0).collect();
            let mut lines = Vec::with_capacity(rows.len());
            for found in store.lines(&rows, &reviewer)? {
                let similarity =
                    nearest.found.iter().find(|it| it.0 == found.row).map_or(0.0, |it| f64::from(it.1));
                lines.push(SimilarLine { line: line(found, None)?, similarity });
            }
            Ok(Similar { row, model: nearest.model, searched: nearest.searched, lines })
        })
    }

    /// What this reviewer decided last, in any queue, newest first.
    ///
    /// # Errors
    /// When no file is open or it cannot be read.
    pub fn decisions(&self, limit: u32) -> Result<Vec<MyDecision>> {
        let (case, reviewer) = self.reviewing()?;
        case.read(|store| {
            let decided = store.decisions_of(&reviewer, limit.min(PAGE))?;
            let rows: Vec<Row> = decided.iter().map(|it| it.0).collect();
            let mut mine = Vec::with_capacity(rows.len());
            for found in store.lines(&rows, &reviewer)? {
                let Some((_, queue, at_ms)) = decided.iter().find(|it| it.0 == found.row) else { continue };
                mine.push(MyDecision {
                    line: line(found, None)?,
                    queue: queue.clone(),
                    at_ms: *at_ms as f64,
                });
            }
            Ok(mine)
        })
    }

    /// Skips, defers, assigns or moves many items at once; all of them or none.
    ///
    /// # Errors
    /// Refuses none or very many items, a queue or item there is not, and a name nobody can have.
    pub fn act_on(&self, rows: &[Row], act: &BulkAct) -> Result<BulkDone> {
        if rows.is_empty() || rows.len() > TOGETHER {
            let message = format!("{} items at once: from 1 to {TOGETHER}", rows.len());
            return Err(Error::new(Code::Request, message));
        }
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        rows.dedup();
        let (case, reviewer) = self.reviewing()?;
        case.write(|store| {
            let known = |name: &str| match store.queue(name)? {
                Some(_) => Ok(()),
                None => Err(no_queue(name)),
            };
            let bulk = match act {
                BulkAct::Skip { queue } => {
                    known(queue)?;
                    Bulk::Skip { queue }
                }
                BulkAct::Defer { queue } => {
                    known(queue)?;
                    Bulk::Defer { queue }
                }
                BulkAct::Assign { to } => {
                    let to = to.as_deref().map(str::trim);
                    let length = to.map_or(1, |it| it.chars().count());
                    if length == 0 || length > 80 {
                        return Err(Error::new(
                            Code::Request,
                            "assign to a reviewer: a name is 1–80 characters",
                        ));
                    }
                    Bulk::Assign { to }
                }
                BulkAct::Move { to } => {
                    to.as_deref().map(known).transpose()?;
                    Bulk::Move { to: to.as_deref() }
                }
            };
            for row in &rows {
                lane::require(store, &reviewer, *row)?;
            }
            let act = store.act_on(&rows, &reviewer, &bulk, self.now())?;
            Ok(BulkDone { act, items: rows.len() as u32 })
        })
    }

    /// Takes back what [`act_on`](Self::act_on) did. Taking back appends.
    ///
    /// # Errors
    /// When this reviewer did nothing under that number.
    pub fn take_back(&self, act: u32) -> Result<BulkDone> {
        let (case, reviewer) = self.reviewing()?;
        case.write(|store| {
            let items = store.take_back(act, &reviewer, self.now())?;
            Ok(BulkDone { act, items })
        })
    }
}

fn no_queue(name: &str) -> Error {
    Error::new(Code::Request, format!("queue “{name}”: there is none of that name"))
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind it is a memory of the file: whole or not there.
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Where the list stands among those kept; it is taken where it is not.
fn kept_list(
    kept: &mut Vec<KeptList>,
    store: &Store,
    request: &ListRequest,
    reviewer: &str,
    now_ms: i64,
) -> Result<usize> {
    let same =
        |it: &KeptList| it.order == request.order && it.reviewer == reviewer && it.filter == request.filter;
    match kept.iter().position(same) {
        Some(at) if !request.fresh => return Ok(at),
        Some(at) => drop(kept.remove(at)),
        None => {}
    }
    let mut listed = store.listed(&request.filter, request.order, reviewer)?;
    if request.order == ListOrder::Risk && !listed.capped {
        let n = listed.rows.len().min(risk::HEAD);
        let mut head = store.risk_terms(&listed.rows[..n], now_ms)?;
        risk::rank_head(&mut head);
        listed.rows.splice(..n, head.into_iter().map(|it| it.0));
    }
    if kept.len() == KEPT {
        kept.remove(0);
    }
    let filter = request.filter.clone();
    kept.push(KeptList {
        filter,
        order: request.order,
        reviewer: reviewer.to_owned(),
        at_ms: now_ms,
        listed,
    });
    Ok(kept.len() - 1)
}

/// A line as the page may see it; with the time of day, also what a model made of it.
fn line(found: Line, risk_at: Option<i64>) -> Result<ItemLine> {
    let risk = match (risk_at, found.judged) {
        (Some(now_ms), Some(judged)) => Some(judged.terms(found.reach_per_hour, found.flagged_ms, now_ms)),
        _ => None,
    };
    Ok(ItemLine {
        row: found.row,
        kind: word("kind", &found.id, found.kind)?,
        mine: found.mine.map(|it| word("choice", &found.id, it)).transpose()?,
        aside: found.aside.map(|it| word("aside", &found.id, it)).transpose()?,
        id: found.id,
        excerpt: crate::view::excerpt(&found.text, "", EXCERPT),
        language: found.language,
        market: found.market,
        reports: found.reports,
        reason: found.reason,
        reach_per_hour: found.reach_per_hour,
        flagged_at_ms: found.flagged_ms as f64,
        reviews: found.reviews,
        assigned: found.assigned,
        moved: found.moved,
        risk,
    })
}

fn word<T: serde::de::DeserializeOwned>(what: &str, id: &str, word: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|it| Error::new(Code::Defect, format!("{what} of item {id}: {it}")))
}
