//! Where an item is handed to: by the newest act that counts, be it a bulk act or a handover.
//!
//! It follows from rows that are only appended to, and is kept beside them because every queue asks for it.

use rusqlite::{Connection, OptionalExtension};

use crate::{Row, error::Result, rows::one};

/// A handover that an item waits by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// Its row.
    pub row: i64,
    /// Its number, by which acts follow each other.
    pub seq: i64,
}

/// The handover that an item waits by: the newest that was not taken back, unless whom it was handed to has recorded
/// the item since, the queue is gone, or a bulk act handed it elsewhere later.
pub(crate) fn open_handover(db: &Connection, row: Row) -> Result<Option<Open>> {
    let newest = db
        .prepare_cached(NEWEST)?
        .query_row([row], |it| Ok(Open { row: it.get(0)?, seq: it.get(1)? }))
        .optional()?;
    let Some(newest) = newest else { return Ok(None) };
    let is_over = one(db, IS_OVER, (newest.row, row))?.unwrap_or(false);
    Ok((!is_over).then_some(newest))
}

/// Points at where an item is handed to, by the newest acts that were not taken back. Inside a write.
pub(crate) fn route(db: &Connection, row: Row) -> Result<()> {
    if let Some(open) = open_handover(db, row)? {
        let sql = "insert into routing (item, reviewer, queue, handover)
                   select item, reviewer_to, queue, row from handover where row = ?1
                   on conflict (item) do update set
                       reviewer = excluded.reviewer, queue = excluded.queue, handover = excluded.handover";
        db.prepare_cached(sql)?.execute([open.row])?;
        return Ok(());
    }
    let (reviewer, queue): (Option<i64>, Option<String>) = db
        .prepare_cached(WHERE_TO)?
        .query_row([row], |it| Ok((it.get(0)?, it.get(1)?)))
        .optional()?
        .unwrap_or_default();
    if reviewer.is_none() && queue.is_none() {
        db.prepare_cached("delete from routing where item = ?1")?.execute([row])?;
        return Ok(());
    }
    let sql = "insert into routing (item, reviewer, queue) values (?1, ?2, ?3)
               on conflict (item) do update set
                   reviewer = excluded.reviewer, queue = excluded.queue, handover = null";
    db.prepare_cached(sql)?.execute((row, reviewer, queue))?;
    Ok(())
}

/// The same after something was recorded of an item or withdrawn, which ends a wait or begins it again: nothing to do
/// for all the items that nobody ever handed on. Inside a write.
pub(crate) fn route_recorded(db: &Connection, row: Row) -> Result<()> {
    match one::<i64>(db, "select 1 from handover where item = ?1 limit 1", [row])? {
        Some(_) => route(db, row),
        None => Ok(()),
    }
}

const NEWEST: &str = "
    select h.row, h.seq from handover h
    where h.item = ?1 and not exists (select 1 from handover_return b where b.handover = h.row)
    order by h.seq desc limit 1";

const IS_OVER: &str = "
    select exists (select 1 from annotation a
                   where a.item = ?2 and a.seq > h.seq and (a.reviewer = h.reviewer_to or a.queue = h.queue)
                     and not exists (select 1 from withdrawal w where w.annotation = a.id))
        or (h.queue is not null and not exists (select 1 from queue q where q.name = h.queue))
        or exists (select 1 from bulk_item x join bulk b on b.row = x.bulk
                   where x.item = ?2 and b.kind in ('assign', 'move') and b.seq > h.seq
                     and not exists (select 1 from bulk_return r where r.bulk = b.row))
    from handover h where h.row = ?1";

/// An assignment to nobody, or a move to nowhere, is the newest act too: it ends the one before.
const WHERE_TO: &str = "
    select
        (select b.reviewer_to from bulk_item x join bulk b on b.row = x.bulk
         where x.item = ?1 and b.kind = 'assign'
           and not exists (select 1 from bulk_return r where r.bulk = b.row)
         order by b.row desc limit 1),
        (select b.queue from bulk_item x join bulk b on b.row = x.bulk
         where x.item = ?1 and b.kind = 'move'
           and not exists (select 1 from bulk_return r where r.bulk = b.row)
         order by b.row desc limit 1)";
