//! Which items a queue would show next.
//!
//! An index per order leads with the number of reviews, so what is done is not stepped over: for
//! each number of reviews below the wanted one, one walk from the head of its part of the index,
//! and the walks are merged here. Items handed to this queue or reviewer come before all others, those that wait by a
//! handover first of them and whatever number of reviews they have; items handed to another queue or reviewer do not
//! come at all, nor does what this reviewer handed on. The restricted lane comes in its own queues
//! alone, whatever was handed on before an item came into it: it is small, so it is looked through whole.

use rusqlite::{Connection, named_params, types::Value};

use casebook_core::{
    language,
    queue::{Order, Queue},
};

use crate::{
    Row, Store,
    error::Result,
    rows::{all, one, reviewer_id},
    words,
};

impl Store {
    /// The first `limit` items for this reviewer and program, in the queue's order: not recorded
    /// or skipped by this reviewer, wanting reviews, not leased to anybody else. Items this
    /// reviewer deferred come last, the longest deferred first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn candidates(
        &self,
        queue: &Queue,
        reviewer: &str,
        program: &str,
        now_ms: i64,
        limit: u32,
    ) -> Result<Vec<Row>> {
        self.read(|db| {
            let Some(wanted) = BoundFilter::new(queue, reviewer_id(db, reviewer)?) else {
                return Ok(Vec::new());
            };
            let looker = Looker { program, now_ms };
            let mut rows = Vec::new();
            if queue.restricted {
                wanted.restricted(db, queue.order, &looker, limit, &mut rows)?;
                return Ok(rows);
            }
            wanted.routed(db, &looker, limit, &mut rows)?;
            for walk in walks(queue.order) {
                wanted.walk(db, walk, &looker, limit, &mut rows)?;
            }
            wanted.deferred(db, &looker, limit, &mut rows)?;
            Ok(rows)
        })
    }
}

/// What the queue's filter lets through.
macro_rules! filtered {
    () => {
        "(:words is null or i.row in (select rowid from word where word match :words))
      and (:languages is null or i.language_base in (select value from json_each(:languages)))
      and (:markets is null or i.market in (select value from json_each(:markets)))
      and (:reasons is null or exists (
            select 1 from report r where r.item = i.row and r.reason in (select value from json_each(:reasons))))"
    };
}

/// Who asks, for leases.
struct Looker<'a> {
    program: &'a str,
    now_ms: i64,
}

/// A queue's filter as SQL binds it: lists are JSON, and null lets everything through.
pub(crate) struct BoundFilter {
    queue: String,
    /// 0 for somebody who has never recorded anything: no row is theirs.
    reviewer: i64,
    reviews: u32,
    restricted: bool,
    languages: Option<String>,
    markets: Option<String>,
    reasons: Option<String>,
    words: Option<String>,
}

impl BoundFilter {
    /// `None` where nothing can match: words were asked for and there is none in them.
    pub(crate) fn new(queue: &Queue, reviewer: Option<i64>) -> Option<Self> {
        let filter = &queue.filter;
        let list = |it: &[String]| (!it.is_empty()).then(|| serde_json::Value::from(it.to_vec()).to_string());
        let bases: Vec<String> = filter.languages.iter().map(|it| language::base(it)).collect();
        let words = match filter.words.as_deref().filter(|it| !it.trim().is_empty()) {
            None => None,
            Some(words) => Some(words::query(words)?),
        };
        Some(Self {
            queue: queue.name.clone(),
            reviewer: reviewer.unwrap_or(0),
            reviews: queue.reviews_wanted,
            restricted: queue.restricted,
            languages: list(&bases),
            markets: list(&filter.markets),
            reasons: list(&filter.reasons),
            words,
        })
    }

    /// True where the filter lets an item through, whoever has recorded it.
    pub(crate) fn lets_through(&self, db: &Connection, row: Row) -> Result<bool> {
        let with = named_params! {
            ":row": row, ":languages": self.languages, ":markets": self.markets, ":reasons": self.reasons,
            ":words": self.words,
        };
        let sql = concat!("select 1 from item i where i.row = :row and ", filtered!());
        Ok(one::<i64>(db, sql, with)?.is_some())
    }

    /// How many items match, leases aside.
    pub(crate) fn count(&self, db: &Connection) -> Result<u32> {
        let with = named_params! {
            ":reviews": self.reviews, ":reviewer": self.reviewer, ":languages": self.languages,
            ":markets": self.markets, ":reasons": self.reasons, ":words": self.words,
        };
        if self.restricted {
            return Ok(one(db, COUNT_RESTRICTED, with)?.unwrap_or(0));
        }
        let met: u32 = one(db, COUNT, with)?.unwrap_or(0);
        Ok(met + self.count_routed(db)?)
    }

    /// How many of the items handed to this queue or reviewer are open, leases aside.
    pub(crate) fn count_routed(&self, db: &Connection) -> Result<u32> {
        let to_queue = named_params! {
            ":reviews": self.reviews, ":reviewer": self.reviewer, ":queue": self.queue,
        };
        let to_reviewer = named_params! {
            ":reviews": self.reviews, ":reviewer": self.reviewer, ":languages": self.languages,
            ":markets": self.markets, ":reasons": self.reasons, ":words": self.words,
        };
        let waits_for_reviewer = named_params! {
            ":reviewer": self.reviewer, ":languages": self.languages, ":markets": self.markets,
            ":reasons": self.reasons, ":words": self.words,
        };
        let waits_in_queue = named_params! { ":reviewer": self.reviewer, ":queue": self.queue };
        let counts: [Option<u32>; 4] = [
            one(db, COUNT_TO_QUEUE, to_queue)?,
            one(db, COUNT_TO_REVIEWER, to_reviewer)?,
            one(db, COUNT_WAITS_FOR_REVIEWER, waits_for_reviewer)?,
            one(db, COUNT_WAITS_IN_QUEUE, waits_in_queue)?,
        ];
        Ok(counts.into_iter().flatten().sum())
    }

    /// Appends what waits for this reviewer, and then for this queue, and what was handed on in bulk to the queue and
    /// then the reviewer, until there are `limit` rows.
    fn routed(&self, db: &Connection, looker: &Looker, limit: u32, rows: &mut Vec<Row>) -> Result<()> {
        let waits_for_reviewer = named_params! {
            ":reviewer": self.reviewer, ":languages": self.languages, ":markets": self.markets,
            ":reasons": self.reasons, ":words": self.words,
            ":program": looker.program, ":now": looker.now_ms, ":limit": limit,
        };
        rows.extend(all::<Row>(db, WAITS_FOR_REVIEWER, waits_for_reviewer)?);
        let waits_in_queue = named_params! {
            ":reviewer": self.reviewer, ":queue": self.queue,
            ":program": looker.program, ":now": looker.now_ms, ":limit": limit - rows.len() as u32,
        };
        rows.extend(all::<Row>(db, WAITS_IN_QUEUE, waits_in_queue)?);
        let to_queue = named_params! {
            ":reviews": self.reviews, ":reviewer": self.reviewer, ":queue": self.queue,
            ":program": looker.program, ":now": looker.now_ms, ":limit": limit - rows.len() as u32,
        };
        rows.extend(all::<Row>(db, TO_QUEUE, to_queue)?);
        let to_reviewer = named_params! {
            ":reviews": self.reviews, ":reviewer": self.reviewer, ":languages": self.languages,
            ":markets": self.markets, ":reasons": self.reasons, ":words": self.words,
            ":program": looker.program, ":now": looker.now_ms, ":limit": limit - rows.len() as u32,
        };
        rows.extend(all::<Row>(db, TO_REVIEWER, to_reviewer)?);
        Ok(())
    }

    /// Appends the heads of one walk until there are `limit` rows.
    fn walk(
        &self,
        db: &Connection,
        sql: &str,
        looker: &Looker,
        limit: u32,
        rows: &mut Vec<Row>,
    ) -> Result<()> {
        let left = limit - rows.len() as u32;
        if left == 0 {
            return Ok(());
        }
        let depths: Vec<u32> =
            all(db, "select reviews from tally where reviews < ?1 and items > 0", [self.reviews])?;
        let mut heads: Vec<(i64, Row)> = Vec::new();
        for reviews in depths {
            let with = named_params! {
                ":reviews": reviews, ":reviewer": self.reviewer, ":languages": self.languages,
                ":markets": self.markets, ":reasons": self.reasons, ":words": self.words,
                ":program": looker.program, ":now": looker.now_ms, ":limit": left,
            };
            let mut statement = db.prepare_cached(sql)?;
            let found = statement.query_map(with, |it| Ok((place(&it.get(0)?), it.get(1)?)))?;
            for head in found {
                heads.push(head?);
            }
        }
        heads.sort_unstable();
        rows.extend(heads.into_iter().take(left as usize).map(|(_, row)| row));
        Ok(())
    }

    /// Appends what is open in the restricted lane, what this reviewer deferred last, until there are `limit` rows.
    fn restricted(
        &self,
        db: &Connection,
        order: Order,
        looker: &Looker,
        limit: u32,
        rows: &mut Vec<Row>,
    ) -> Result<()> {
        let with = named_params! {
            ":reviews": self.reviews, ":reviewer": self.reviewer, ":languages": self.languages,
            ":markets": self.markets, ":reasons": self.reasons, ":words": self.words,
            ":program": looker.program, ":now": looker.now_ms, ":limit": limit,
        };
        let sql = match order {
            Order::Urgency => RESTRICTED_BY_URGENCY,
            Order::Age => RESTRICTED_BY_AGE,
            Order::Chance => RESTRICTED_BY_CHANCE,
            Order::Risk => RESTRICTED_BY_RISK,
        };
        rows.extend(all::<Row>(db, sql, with)?);
        Ok(())
    }

    fn deferred(&self, db: &Connection, looker: &Looker, limit: u32, rows: &mut Vec<Row>) -> Result<()> {
        let left = limit - rows.len() as u32;
        if left == 0 || self.reviewer == 0 {
            return Ok(());
        }
        let with = named_params! {
            ":reviews": self.reviews, ":reviewer": self.reviewer, ":languages": self.languages,
            ":markets": self.markets, ":reasons": self.reasons, ":words": self.words, ":queue": self.queue,
            ":program": looker.program, ":now": looker.now_ms, ":limit": left,
        };
        rows.extend(all::<Row>(db, DEFERRED, with)?);
        Ok(())
    }
}

/// A sort key as a number that ascends in the order of the walk.
pub(crate) fn place(key: &Value) -> i64 {
    match key {
        Value::Integer(key) => *key,
        // Walks by a real number descend; the bits of a float order like integers once the negative
        // ones are turned round.
        Value::Real(key) => {
            let bits = key.to_bits().cast_signed();
            !(bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed())
        }
        _ => i64::MAX,
    }
}

fn walks(order: Order) -> &'static [&'static str] {
    match order {
        Order::Urgency => &[BY_URGENCY],
        Order::Age => &[BY_AGE],
        Order::Chance => &[BY_CHANCE],
        Order::Risk => &[BY_RISK, UNSCORED_BY_URGENCY],
    }
}

/// Not recorded by this reviewer.
macro_rules! not_mine {
    () => {
        "
      and not exists (select 1 from current_annotation c where c.item = i.row and c.reviewer = :reviewer)"
    };
}

/// Not handed on by this reviewer, unless they took it back.
macro_rules! handed_on {
    () => {
        "
      and not exists (
            select 1 from handover h where h.reviewer = :reviewer and h.item = i.row
              and not exists (select 1 from handover_return b where b.handover = h.row))"
    };
}

/// What a walk over all items meets: what the filter lets through and nobody handed on.
macro_rules! matching {
    () => {
        concat!(
            "
      and ",
            filtered!(),
            not_mine!(),
            handed_on!(),
            "
      and not exists (select 1 from routing t where t.item = i.row)"
        )
    };
}

/// Set aside by this reviewer, how being the macro's argument, and not taken back.
macro_rules! set_aside {
    ($kinds:literal) => {
        concat!(
            "
      and not exists (
            select 1 from aside a where a.reviewer = :reviewer and a.item = i.row and a.kind in (",
            $kinds,
            ") and not exists (select 1 from aside_return b where b.aside = a.row))"
        )
    };
}

/// Leased to another reviewer, or to another program of the same one.
macro_rules! free {
    () => {
        "
      and not exists (
            select 1 from lease l where l.item = i.row and l.until_ms > :now
              and (l.reviewer <> :reviewer or l.program <> :program))"
    };
}

macro_rules! walk {
    ($key:literal, $more:literal, $order:literal) => {
        concat!(
            "select ",
            $key,
            ", i.row from item i where i.restricted = 0 and i.reviews = :reviews",
            $more,
            matching!(),
            set_aside!("'skip', 'defer'"),
            free!(),
            " order by ",
            $order,
            ", i.row limit :limit"
        )
    };
}

const BY_URGENCY: &str = walk!("i.urgency", "", "i.urgency desc");
const BY_AGE: &str = walk!("i.flagged_ms", "", "i.flagged_ms");
const BY_CHANCE: &str = walk!("i.chance", "", "i.chance");
const BY_RISK: &str = walk!("i.risk", " and i.risk is not null", "i.risk desc");
const UNSCORED_BY_URGENCY: &str = walk!("i.urgency", " and i.risk is null", "i.urgency desc");

/// Handed to this queue, whatever its filter says, or to this reviewer and let through by it.
macro_rules! routed {
    ($select:literal, $where:expr, $asides:expr, $rest:expr) => {
        concat!(
            "select ",
            $select,
            " from routing t cross join item i on i.row = t.item where ",
            $where,
            " and t.handover is null and i.restricted = 0 and i.reviews < :reviews",
            not_mine!(),
            $asides,
            $rest
        )
    };
}
macro_rules! to_queue {
    () => {
        "t.queue = :queue and (t.reviewer is null or t.reviewer = :reviewer)"
    };
}
macro_rules! to_reviewer {
    () => {
        concat!("t.reviewer = :reviewer and t.queue is null and ", filtered!())
    };
}

const TO_QUEUE: &str = routed!(
    "i.row",
    to_queue!(),
    set_aside!("'skip', 'defer'"),
    concat!(free!(), " order by i.row limit :limit")
);
const TO_REVIEWER: &str = routed!(
    "i.row",
    to_reviewer!(),
    set_aside!("'skip', 'defer'"),
    concat!(free!(), " order by i.row limit :limit")
);
const COUNT_TO_QUEUE: &str = routed!("count(*)", to_queue!(), set_aside!("'skip'"), "");
const COUNT_TO_REVIEWER: &str = routed!("count(*)", to_reviewer!(), set_aside!("'skip'"), "");

/// What waits by a handover, which somebody asked for however many have recorded it. What whom it waits for did of it
/// before does not keep it from them, what they did since does.
macro_rules! waits {
    ($select:literal, $where:expr, $kinds:literal, $rest:expr) => {
        concat!(
            "select ",
            $select,
            " from routing t cross join handover o on o.row = t.handover cross join item i on i.row = t.item where ",
            $where,
            "
      and i.restricted = 0
      and not exists (
            select 1 from aside a where a.reviewer = :reviewer and a.item = i.row and a.seq > o.seq and a.kind in (",
            $kinds,
            ") and not exists (select 1 from aside_return b where b.aside = a.row))",
            $rest
        )
    };
}
macro_rules! for_reviewer {
    () => {
        concat!("t.reviewer = :reviewer and t.handover is not null and ", filtered!())
    };
}
macro_rules! in_queue {
    () => {
        concat!("t.queue = :queue and t.handover is not null", not_mine!(), handed_on!())
    };
}

const WAITS_FOR_REVIEWER: &str =
    waits!("i.row", for_reviewer!(), "'skip', 'defer'", concat!(free!(), " order by o.seq limit :limit"));
const WAITS_IN_QUEUE: &str =
    waits!("i.row", in_queue!(), "'skip', 'defer'", concat!(free!(), " order by o.seq limit :limit"));
const COUNT_WAITS_FOR_REVIEWER: &str = waits!("count(*)", for_reviewer!(), "'skip'", "");
const COUNT_WAITS_IN_QUEUE: &str = waits!("count(*)", in_queue!(), "'skip'", "");

const DEFERRED: &str = concat!(
    "select i.row from item i join (
        select d.item, max(d.row) as newest, max(d.seq) as seq from aside d
        where d.reviewer = :reviewer and d.kind = 'defer'
          and not exists (select 1 from aside_return e where e.aside = d.row)
        group by d.item) x on x.item = i.row
     left join routing t on t.item = i.row
     left join handover o on o.row = t.handover
     where i.restricted = 0 and (t.reviewer is null or t.reviewer = :reviewer)
       and (t.queue = :queue or (t.queue is null and ",
    filtered!(),
    "))
       and iif(o.row is null, i.reviews < :reviews, x.seq > o.seq)
       and (t.reviewer = :reviewer and o.row is not null or (true",
    not_mine!(),
    handed_on!(),
    "))",
    set_aside!("'skip'"),
    free!(),
    " order by x.newest limit :limit"
);

const COUNT: &str = concat!(
    "select count(*) from item i where i.restricted = 0 and i.reviews < :reviews",
    matching!(),
    set_aside!("'skip'")
);

/// What is open in the restricted lane.
macro_rules! restricted {
    ($select:literal, $rest:expr) => {
        concat!(
            "select ",
            $select,
            " from item i where i.restricted = 1 and i.reviews < :reviews and ",
            filtered!(),
            not_mine!(),
            set_aside!("'skip'"),
            $rest
        )
    };
}

macro_rules! restricted_by {
    ($order:literal) => {
        restricted!(
            "i.row",
            concat!(
                free!(),
                " order by (select max(d.row) from aside d where d.reviewer = :reviewer and d.item = i.row
                      and d.kind = 'defer' and not exists (select 1 from aside_return e where e.aside = d.row)),",
                $order,
                ", i.row limit :limit"
            )
        )
    };
}

const RESTRICTED_BY_URGENCY: &str = restricted_by!("i.urgency desc");
const RESTRICTED_BY_AGE: &str = restricted_by!("i.flagged_ms");
const RESTRICTED_BY_CHANCE: &str = restricted_by!("i.chance");
const RESTRICTED_BY_RISK: &str = restricted_by!("i.risk desc nulls last, i.urgency desc");
const COUNT_RESTRICTED: &str = restricted!("count(*)", "");
