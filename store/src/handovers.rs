//! Handovers: whom an item waits for, and who handed it on. Appended, and taken back by another row.

use rusqlite::{Connection, OptionalExtension};

use casebook_core::turn::{To, TurnReason};

use crate::{
    Row, Store,
    copies::Origin,
    error::{Result, StoreError},
    leases::{refuse_leased, release},
    routing::{open_handover, route},
    rows::{all, one, reviewer, reviewer_id, variant},
};

/// An item to hand on.
#[derive(Clone, Copy, Debug)]
pub struct NewHandover<'a> {
    /// Which.
    pub row: Row,
    /// Who hands it on.
    pub reviewer: &'a str,
    /// In which queue it was met; `None` outside any.
    pub met_in: Option<&'a str>,
    /// Whom it waits for.
    pub to: &'a To,
    /// Why.
    pub reason: TurnReason,
    /// What is said along with it.
    pub note: Option<&'a str>,
    /// Which program has the lease, which is given back.
    pub program: &'a str,
}

/// A handover as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHandover {
    /// Where it stands.
    pub handover: u32,
    /// Of which item.
    pub row: Row,
    /// Who handed it on.
    pub by: String,
    /// To whom.
    pub to: To,
    /// Why.
    pub reason: TurnReason,
    /// What was said along with it: a judgement, which desk tells or keeps.
    pub note: Option<String>,
    /// When.
    pub created_ms: i64,
    /// When it was taken back.
    pub returned_ms: Option<i64>,
}

/// What waits for somebody, or by somebody: how much, and the oldest of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenHandover {
    /// All of them.
    pub total: u32,
    /// The oldest first.
    pub first: Vec<StoredHandover>,
}

/// The columns of a [`StoredHandover`].
macro_rules! handover {
    () => {
        "select h.row, h.item, v.name, w.name, h.queue, h.reason, h.note, h.created_ms, b.created_ms
         from handover h join reviewer v on v.id = h.reviewer left join reviewer w on w.id = h.reviewer_to
         left join handover_return b on b.handover = h.row"
    };
}

/// What waits, outside the restricted lane, whose items are in no list; the argument says for whom or by whom.
macro_rules! open {
    ($select:literal, $where:literal) => {
        concat!(
            "select ",
            $select,
            " from routing t cross join handover h on h.row = t.handover cross join item i on i.row = t.item
              where t.handover is not null and i.restricted = 0 and ",
            $where
        )
    };
}

impl Store {
    /// Hands an item on, in the place of whatever it was handed on by before, and gives the lease back.
    ///
    /// # Errors
    /// [`StoreError::Leased`] while somebody else has it; when the file cannot be written.
    pub fn hand_on(&self, new: &NewHandover, now_ms: i64) -> Result<u32> {
        self.write(|db| {
            refuse_leased(db, new.row, new.reviewer, new.program, now_ms)?;
            let by = reviewer(db, new.reviewer, now_ms)?;
            let (person, queue) = match new.to {
                To::Person { name } => (Some(reviewer(db, name, now_ms)?), None),
                To::Queue { name } => (None, Some(name)),
            };
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into handover (id, copy, seq, item, reviewer, met_in, reviewer_to, queue, reason, note, created_ms)
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
            let reason = new.reason.word();
            db.prepare_cached(sql)?.execute(rusqlite::params![
                id, copy, seq, new.row, by, new.met_in, person, queue, reason, new.note, now_ms
            ])?;
            let handover = db.last_insert_rowid() as u32;
            route(db, new.row)?;
            release(db, new.row, new.reviewer, new.program)?;
            Ok(handover)
        })
    }

    /// The handover that an item waits by.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open_handover(&self, row: Row) -> Result<Option<StoredHandover>> {
        self.read(|db| match open_handover(db, row)? {
            None => Ok(None),
            Some(open) => handover(db, open.row),
        })
    }

    /// The handovers of an item, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn handovers_of(&self, row: Row) -> Result<Vec<StoredHandover>> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached(concat!(handover!(), " where h.item = ?1 order by h.seq"))?;
            let mut found = statement.query([row])?;
            let mut handovers = Vec::new();
            while let Some(it) = found.next()? {
                handovers.push(stored(it)?);
            }
            Ok(handovers)
        })
    }

    /// True where somebody whom an item waits for has begun: holds it, or has picked, drafted or decided since it was
    /// handed on.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_begun(&self, handover: &StoredHandover, now_ms: i64) -> Result<bool> {
        self.read(|db| Ok(one(db, IS_BEGUN, (handover.handover, now_ms))?.unwrap_or(false)))
    }

    /// Takes a handover back: the one before it counts again, or none. Twice is once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none of that number.
    pub fn call_back(&self, handover: u32, now_ms: i64) -> Result<()> {
        self.write(|db| {
            let Some(row) = one::<Row>(db, "select item from handover where row = ?1", [handover])? else {
                return Err(StoreError::NotFound { what: "handover", value: handover.to_string() });
            };
            let sql = "select 1 from handover_return where handover = ?1";
            if one::<i64>(db, sql, [handover])?.is_none() {
                let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
                let sql = "insert into handover_return (handover, id, copy, seq, created_ms) values (?1, ?2, ?3, ?4, ?5)";
                db.prepare_cached(sql)?.execute((handover, id, copy, seq, now_ms))?;
            }
            route(db, row)
        })
    }

    /// What waits for this reviewer.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn waiting_for(&self, reviewer: &str, limit: u32) -> Result<OpenHandover> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(OpenHandover::default()) };
            let rows = open!("h.row", "t.reviewer = ?1 order by h.seq limit ?2");
            some(db, open!("count(*)", "t.reviewer = ?1"), rows, reviewer, limit)
        })
    }

    /// What this reviewer handed on and waits.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn handed_on_by(&self, reviewer: &str, limit: u32) -> Result<OpenHandover> {
        self.read(|db| {
            let Some(reviewer) = reviewer_id(db, reviewer)? else { return Ok(OpenHandover::default()) };
            let rows = open!("h.row", "h.reviewer = ?1 order by h.seq limit ?2");
            some(db, open!("count(*)", "h.reviewer = ?1"), rows, reviewer, limit)
        })
    }

    /// How many items wait in the queue of that name, outside the restricted lane.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn n_waiting_in(&self, queue: &str) -> Result<u32> {
        self.read(|db| Ok(one(db, open!("count(*)", "t.queue = ?1"), [queue])?.unwrap_or(0)))
    }

    /// Who has worked in this file, by name: not of which item, and not what.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn people(&self) -> Result<Vec<String>> {
        self.read(|db| all(db, "select name from reviewer order by name", ()))
    }
}

fn some(db: &Connection, count: &str, rows: &str, reviewer: i64, limit: u32) -> Result<OpenHandover> {
    let mut first = Vec::new();
    for row in all::<i64>(db, rows, (reviewer, limit))? {
        first.extend(handover(db, row)?);
    }
    Ok(OpenHandover { total: one(db, count, [reviewer])?.unwrap_or(0), first })
}

fn handover(db: &Connection, row: i64) -> Result<Option<StoredHandover>> {
    let mut statement = db.prepare_cached(concat!(handover!(), " where h.row = ?1"))?;
    let mut found = statement.query([row])?;
    found.next()?.map(stored).transpose()
}

fn stored(it: &rusqlite::Row) -> Result<StoredHandover> {
    let to = match (it.get::<_, Option<String>>(3)?, it.get::<_, Option<String>>(4)?) {
        (Some(name), _) => To::Person { name },
        (None, queue) => To::Queue { name: queue.unwrap_or_default() },
    };
    Ok(StoredHandover {
        handover: it.get(0)?,
        row: it.get(1)?,
        by: it.get(2)?,
        to,
        reason: variant("reason", &it.get::<_, String>(5)?)?,
        note: it.get(6)?,
        created_ms: it.get(7)?,
        returned_ms: it.get(8)?,
    })
}

/// The newest handover out of `queue` by `reviewer` that was not taken back, with its number. Inside a read.
pub(crate) fn newest_handover(
    db: &Connection,
    reviewer: i64,
    queue: &str,
) -> Result<Option<(i64, u32, Row, i64)>> {
    let sql = "select h.seq, h.row, h.item, h.created_ms from handover h
               where h.reviewer = ?1 and h.met_in = ?2
                 and not exists (select 1 from handover_return b where b.handover = h.row)
               order by h.row desc limit 1";
    let read = |it: &rusqlite::Row| Ok((it.get(0)?, it.get(1)?, it.get(2)?, it.get(3)?));
    Ok(db.prepare_cached(sql)?.query_row((reviewer, queue), read).optional()?)
}

const IS_BEGUN: &str = "
    select exists (select 1 from lease l where l.item = h.item and l.until_ms > ?2 and l.reviewer <> h.reviewer)
        or exists (select 1 from review r where r.item = h.item and r.reviewer <> h.reviewer
                     and (h.reviewer_to is null or r.reviewer = h.reviewer_to)
                     and (exists (select 1 from impression m where m.review = r.row and m.seq > h.seq)
                       or exists (select 1 from annotation a where a.review = r.row and a.seq > h.seq)
                       or exists (select 1 from draft d where d.review = r.row and d.saved_ms > h.created_ms)
                       or exists (select 1 from picks p where p.review = r.row and p.saved_ms > h.created_ms)))
    from handover h where h.row = ?1";
