//! Saved queues and how far each is.

use casebook_core::{
    formats,
    queue::{Filter, Queue},
};
use rusqlite::Connection;

use crate::{
    Row, Store,
    candidates::BoundFilter,
    error::{Result, StoreError},
    formats::format_row,
    routing::route,
    rows::{all, from_json, one, reviewer_id, to_json},
};

impl Store {
    /// All queues, in the order they were made.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn queues(&self) -> Result<Vec<Queue>> {
        self.read(|db| {
            let bodies: Vec<String> = all(db, "select body from queue order by position, name", ())?;
            bodies.iter().map(|it| from_json("queue", it)).collect()
        })
    }

    /// The queue of that name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn queue(&self, name: &str) -> Result<Option<Queue>> {
        self.read(|db| {
            let body: Option<String> = one(db, "select body from queue where name = ?1", [name])?;
            body.map(|it| from_json("queue", &it)).transpose()
        })
    }

    /// Saves a queue, in the place of one of the same name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_queue(&self, queue: &Queue, now_ms: i64) -> Result<()> {
        let sql = "insert into queue (name, position, format, body, changed_ms)
                   values (?1, (select coalesce(max(position), 0) + 1 from queue), ?2, ?3, ?4)
                   on conflict (name) do update set
                       format = excluded.format, body = excluded.body, changed_ms = excluded.changed_ms";
        self.write(|db| {
            db.execute(sql, (&queue.name, format_row(db, formats::QUEUE)?, to_json(queue)?, now_ms))?;
            Ok(())
        })
    }

    /// Removes a queue; what was recorded in it stays, and what was handed to it and waits there waits no more: it is
    /// where it was before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none of that name.
    pub fn remove_queue(&self, name: &str) -> Result<()> {
        self.write(|db| {
            if db.execute("delete from queue where name = ?1", [name])? == 0 {
                return Err(StoreError::NotFound { what: "queue", value: name.to_owned() });
            }
            let sql = "select item from routing where queue = ?1 and handover is not null";
            for row in all::<Row>(db, sql, [name])? {
                route(db, row)?;
            }
            Ok(())
        })
    }

    /// Items this reviewer may still be asked for, and items this reviewer has recorded in it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn queue_counts(&self, queue: &Queue, reviewer: &str) -> Result<(u32, u32)> {
        let done = self.done_in(&queue.name, reviewer)?;
        self.read(|db| {
            let known = reviewer_id(db, reviewer)?;
            // Ids count from 1: no row is somebody's who never recorded anything.
            let open = match queue.filter == Filter::default() && !queue.restricted {
                true => {
                    let routed = BoundFilter::new(queue, known).map_or(Ok(0), |it| it.count_routed(db))?;
                    count_all(db, queue.reviews_wanted, known.unwrap_or(0))? + routed
                }
                false => BoundFilter::new(queue, known).map_or(Ok(0), |it| it.count(db))?,
            };
            Ok((open, done))
        })
    }

    /// Items this reviewer has recorded in the queue of that name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn done_in(&self, queue: &str, reviewer: &str) -> Result<u32> {
        let sql = "select count(*) from current_annotation
                   where reviewer = (select id from reviewer where name = ?1) and queue = ?2";
        self.read(|db| Ok(one(db, sql, (reviewer, queue))?.unwrap_or(0)))
    }
}

/// What is open without a filter, from the tally: what this reviewer is done with and what was
/// handed on is taken off, which walks rows of people's acts and never all items: SQLite keeps to the
/// order of a `cross join`.
fn count_all(db: &Connection, wanted: u32, reviewer: i64) -> Result<u32> {
    let sql = "
        select coalesce((select sum(items) from tally where reviews < ?1), 0)
             - (select count(distinct c.item) from current_annotation c cross join item i on i.row = c.item
                where ?1 > 1 and c.reviewer = ?2 and i.reviews < ?1 and i.restricted = 0)
             - (select count(distinct r.item) from review r cross join item i on i.row = r.item
                where ?1 = 1 and r.reviewer = ?2 and r.purpose not in ('first', 'second') and i.reviews < 1 and i.restricted = 0
                  and exists (select 1 from current_annotation c where c.review = r.row))
             - (select count(distinct a.item) from aside a cross join item i on i.row = a.item
                where a.reviewer = ?2 and a.kind = 'skip' and i.reviews < ?1 and i.restricted = 0
                  and not exists (select 1 from aside_return r where r.aside = a.row)
                  and not exists (select 1 from current_annotation c where c.item = a.item and c.reviewer = ?2))
             - (select count(*) from routing t cross join item i on i.row = t.item
                where i.reviews < ?1 and i.restricted = 0
                  and not exists (select 1 from current_annotation c where c.item = t.item and c.reviewer = ?2)
                  and not exists (select 1 from aside a where a.item = t.item and a.reviewer = ?2 and a.kind = 'skip'
                                    and not exists (select 1 from aside_return r where r.aside = a.row)))
             - (select count(distinct h.item) from handover h cross join item i on i.row = h.item
                where h.reviewer = ?2 and i.reviews < ?1 and i.restricted = 0
                  and not exists (select 1 from handover_return r where r.handover = h.row)
                  and not exists (select 1 from routing t where t.item = h.item)
                  and not exists (select 1 from current_annotation c where c.item = h.item and c.reviewer = ?2)
                  and not exists (select 1 from aside a where a.item = h.item and a.reviewer = ?2 and a.kind = 'skip'
                                    and not exists (select 1 from aside_return r where r.aside = a.row)))";
    Ok(one(db, sql, (wanted, reviewer))?.unwrap_or(0))
}
