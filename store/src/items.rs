//! Items: what was flagged, as the sender gave it, and the columns queues sort by.

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use casebook_core::{
    hash::hex,
    item::{Gold, Item, ItemKind, Part, Report},
    language,
    record::{PartKind, RecordItem, RecordPart},
    remark::Remark,
};

use crate::{
    Media, Row, Store,
    copies::Origin,
    error::{Result, StoreError},
    media,
    rows::{from_json, one, sha256_bytes, to_json, variant, word},
    sources::{self, SourceProgress},
    statements::{self, From},
    words,
};

/// An item to store, checked by whoever read it.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// As imported; the language is filled in where it was detected.
    pub item: Item,
    /// Its parts, images by the sha256 of their stored rendition.
    pub parts: Vec<NewPart>,
    /// As [`casebook_core::record::content_sha256`].
    pub content_sha256: String,
    /// Set where the language was detected rather than declared.
    pub language_confidence: Option<f64>,
    /// `flagged_at` in milliseconds.
    pub flagged_ms: Option<i64>,
    /// Its gold names a clause of the restricted lane.
    pub restricted: bool,
}

/// A part to store: either text or media.
#[derive(Clone, Debug)]
pub struct NewPart {
    /// Text, picture, video or sound.
    pub kind: PartKind,
    /// caption, comment, image…
    pub role: String,
    /// Of a text part.
    pub text: Option<String>,
    /// Of any other part: a sha256 that [`Store::put_media`] has.
    pub media: Option<String>,
    /// Pixels; kept with the media.
    pub width: Option<u32>,
    /// Pixels; kept with the media.
    pub height: Option<u32>,
    /// What its file holds beyond what is shown.
    pub remarks: Vec<Remark>,
}

/// What became of a [`NewItem`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// Stored.
    New(Row),
    /// An item of that id and content is there already, and nothing new was said of it.
    Same,
    /// It is there already, and what was said of it was new: these fields.
    Learnt(Vec<String>),
    /// The id names an item with other content.
    Different(String),
}

/// An item as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredItem {
    /// Where it stands.
    pub row: Row,
    /// As imported; the path of an image part is the sha256 of its stored rendition.
    pub item: Item,
    /// As a record names it: parts `p1`, `p2`… and the author as the sender wrote it.
    pub record: RecordItem,
    /// 0–1 where the language was detected.
    pub language_confidence: Option<f64>,
    /// When it was imported.
    pub imported_ms: i64,
    /// Reports × reach.
    pub urgency: f64,
    /// One per part; `None` for text.
    pub pixel_hashes: Vec<Option<u64>>,
    /// In the child-safety lane.
    pub restricted: bool,
}

impl Store {
    /// Stores a batch and how far its source is read, in one transaction. Outcomes come in order.
    ///
    /// # Errors
    /// When the file cannot be written: then nothing of the batch is stored.
    pub fn insert_items(
        &mut self,
        batch: &[NewItem],
        progress: Option<SourceProgress>,
        now_ms: i64,
    ) -> Result<Vec<Inserted>> {
        self.write(|db| insert(db, batch, progress, now_ms))
    }

    /// What would become of a batch, which is not stored. What repeats within the file but not within the batch is not seen.
    ///
    /// # Errors
    /// As [`Store::insert_items`].
    pub fn rehearse_items(
        &mut self,
        media: &[Media],
        batch: &[NewItem],
        now_ms: i64,
    ) -> Result<Vec<Inserted>> {
        self.write(|db| {
            db.execute_batch("savepoint rehearsal")?;
            let outcomes = media::put_many(db, media).and_then(|()| insert(db, batch, None, now_ms));
            db.execute_batch("rollback to rehearsal; release rehearsal")?;
            outcomes
        })
    }

    /// The item at `row`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none.
    pub fn item(&self, row: Row) -> Result<StoredItem> {
        self.read(|db| load(db, row))
    }

    /// Where the item with the sender's `id` stands.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn row_of(&self, id: &str) -> Result<Option<Row>> {
        self.read(|db| one(db, "select row from item where id = ?1", [id]))
    }

    /// How many items there are, but for the restricted lane.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn count_items(&self) -> Result<u32> {
        self.read(|db| Ok(one(db, "select coalesce(sum(items), 0) from tally", ())?.unwrap_or(0)))
    }

    /// The rows after `after`, ascending, but for the restricted lane.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn item_rows(&self, after: Row, limit: u32) -> Result<Vec<Row>> {
        self.read(|db| {
            crate::rows::all(
                db,
                "select row from item where row > ?1 and restricted = 0 order by row limit ?2",
                (after, limit),
            )
        })
    }
}

fn insert(
    db: &Connection,
    batch: &[NewItem],
    progress: Option<SourceProgress>,
    now_ms: i64,
) -> Result<Vec<Inserted>> {
    let mut insert = Insert::new(db)?;
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut since = None;
    for (n, new) in batch.iter().enumerate() {
        let outcome = match insert.item(new, now_ms)? {
            Inserted::Same => {
                let from = progress.as_ref().map(|it| From {
                    source: it.source,
                    run: it.run,
                    line: it.lines.get(n).copied().unwrap_or(0),
                    since,
                });
                let row = one(db, "select row from item where id = ?1", [&new.item.id])?;
                let row = row.expect("the item was found by its id");
                let learnt = statements::learn(db, row, new, from, now_ms)?;
                if learnt.is_empty() { Inserted::Same } else { Inserted::Learnt(learnt) }
            }
            outcome => outcome,
        };
        if let Inserted::New(row) = outcome {
            since.get_or_insert(row);
        }
        outcomes.push(outcome);
    }
    let is_new = |it: &&Inserted| matches!(it, Inserted::New(_));
    let ordinary = outcomes.iter().zip(batch).filter(|(it, new)| is_new(it) && !new.restricted).count();
    if ordinary > 0 {
        tally(db, 0, ordinary as i64)?;
    }
    if let Some(progress) = progress {
        sources::advance(db, &progress, &outcomes, now_ms)?;
    }
    Ok(outcomes)
}

/// Moves `change` items, none of them restricted, into the count of those with `reviews` reviews. Inside a write.
pub(crate) fn tally(db: &Connection, reviews: u32, change: i64) -> Result<()> {
    let sql = "insert into tally (reviews, items) values (?1, max(?2, 0))
               on conflict (reviews) do update set items = items + ?2";
    db.prepare_cached(sql)?.execute((reviews, change))?;
    Ok(())
}

/// The statements of a batch, prepared once.
struct Insert<'a> {
    db: &'a Connection,
    item: CachedStatement<'a>,
    present: CachedStatement<'a>,
    part: CachedStatement<'a>,
    report: CachedStatement<'a>,
    words: CachedStatement<'a>,
    text: String,
}

impl<'a> Insert<'a> {
    fn new(db: &'a Connection) -> Result<Self> {
        Ok(Self {
            db,
            item: db.prepare_cached(
                "insert into item (id, kind, content_sha256, language, language_base, language_confidence, market,
                     author, reach_per_hour, flagged_at, labels, imported_ms, urgency, flagged_ms, chance, restricted)
                 select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16
                 where not exists (select 1 from item where id = ?1)",
            )?,
            present: db.prepare_cached("select content_sha256 from item where id = ?1")?,
            part: db.prepare_cached(
                "insert into part (item, position, kind, role, text, media, remarks)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            report: db.prepare_cached("insert into report (item, position, reason, n) values (?1, ?2, ?3, ?4)")?,
            words: db.prepare_cached("insert into word (rowid, text) values (?1, ?2)")?,
            text: String::new(),
        })
    }

    fn item(&mut self, new: &NewItem, now_ms: i64) -> Result<Inserted> {
        let item = &new.item;
        let content = sha256_bytes(&new.content_sha256)?;
        let labels = if item.labels.is_empty() { None } else { Some(to_json(&item.labels)?) };
        let inserted = self.item.execute(rusqlite::params![
            item.id,
            ItemKind::of(new.parts.iter().map(|it| it.kind)).word(),
            content,
            item.language,
            spoken(item.language.as_deref(), new.language_confidence),
            new.language_confidence,
            item.market,
            item.author,
            item.reach_per_hour,
            item.flagged_at,
            labels,
            now_ms,
            item.urgency(),
            new.flagged_ms.unwrap_or(now_ms),
            chance(&item.id),
            new.restricted,
        ])?;
        if inserted == 0 {
            let present: [u8; 32] = self.present.query_row([&item.id], |it| it.get(0))?;
            return Ok(if present == content {
                Inserted::Same
            } else {
                Inserted::Different(item.id.clone())
            });
        }
        let row = self.db.last_insert_rowid();
        self.parts(row, new)?;
        for (n, report) in (0_u32..).zip(&item.reports) {
            self.report.execute((row, n, &report.reason, report.n))?;
        }
        if let Some(gold) = &item.gold {
            put_gold(self.db, row, gold, now_ms)?;
        }
        Ok(Inserted::New(row as Row))
    }

    fn parts(&mut self, row: i64, new: &NewItem) -> Result<()> {
        self.text.clear();
        for (n, part) in (0_u32..).zip(&new.parts) {
            let media = part.media.as_deref().map(sha256_bytes).transpose()?;
            let remarks = (!part.remarks.is_empty()).then(|| to_json(&part.remarks)).transpose()?;
            self.part.execute((row, n, part.kind.word(), &part.role, &part.text, media, remarks))?;
            if let Some(text) = &part.text {
                words::index(text, &mut self.text);
            }
        }
        if !self.text.is_empty() {
            self.words.execute((row, &self.text))?;
        }
        Ok(())
    }
}

/// Settles an item anew; the newest counts. Inside a write.
pub(crate) fn put_gold(db: &Connection, row: i64, gold: &Gold, now_ms: i64) -> Result<()> {
    let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
    let (verdict, clauses) = (word(&gold.verdict)?, to_json(&gold.clauses)?);
    let sql = "insert into gold (id, copy, seq, item, policy, verdict, clauses, created_ms)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    db.prepare_cached(sql)?.execute((id, copy, seq, row, &gold.policy, verdict, clauses, now_ms))?;
    Ok(())
}

/// The language that filters go by: a guess is no fact.
pub(crate) fn spoken(language: Option<&str>, confidence: Option<f64>) -> String {
    match language {
        Some(said) if confidence.is_none_or(|it| it >= language::SURE) => language::base(said),
        _ => language::UNDETERMINED.into(),
    }
}

/// A place in one random order that is the same for everyone: FNV-1a of the id, mixed so that
/// ids that count up are spread out.
fn chance(id: &str) -> i64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)).cast_signed()
}

pub(crate) fn load(db: &Connection, row: Row) -> Result<StoredItem> {
    let mut item = Item {
        id: String::new(),
        parts: Vec::new(),
        language: None,
        market: None,
        author: None,
        reports: reports(db, row)?,
        reach_per_hour: None,
        flagged_at: None,
        gold: gold(db, row)?,
        labels: std::collections::BTreeMap::new(),
    };
    let sql =
        "select id, kind, content_sha256, language, language_confidence, market, author, reach_per_hour,
                   flagged_at, labels, imported_ms, urgency, restricted from item where row = ?1";
    let mut find = db.prepare_cached(sql)?;
    let mut found = find.query([row])?;
    let Some(columns) = found.next()? else {
        return Err(StoreError::NotFound { what: "item at row", value: row.to_string() });
    };
    item.id = columns.get(0)?;
    item.language = columns.get(3)?;
    item.market = columns.get(5)?;
    item.author = columns.get(6)?;
    item.reach_per_hour = columns.get(7)?;
    item.flagged_at = columns.get(8)?;
    if let Some(labels) = columns.get::<_, Option<String>>(9)? {
        item.labels = from_json("labels", &labels)?;
    }
    let content: [u8; 32] = columns.get(2)?;
    let kind: ItemKind = variant("kind", &columns.get::<_, String>(1)?)?;
    let confidence: Option<f64> = columns.get(4)?;
    let mut stored = StoredItem {
        row,
        record: RecordItem {
            id: item.id.clone(),
            kind,
            content_sha256: hex(&content),
            // A guess is no fact, and a record tells facts.
            language: item.language.clone().filter(|_| confidence.is_none_or(|it| it >= language::SURE)),
            parts: Vec::new(),
            author: item.author.clone(),
            market: item.market.clone(),
        },
        item,
        language_confidence: confidence,
        imported_ms: columns.get(10)?,
        urgency: columns.get(11)?,
        pixel_hashes: Vec::new(),
        restricted: columns.get(12)?,
    };
    load_parts(db, &mut stored)?;
    Ok(stored)
}

fn load_parts(db: &Connection, stored: &mut StoredItem) -> Result<()> {
    let sql =
        "select p.role, p.text, p.media, m.width, m.height, m.pixel_hash, p.kind, m.duration_ms, p.remarks
               from part p left join media m on m.sha256 = p.media where p.item = ?1 order by p.position";
    let mut find = db.prepare_cached(sql)?;
    let mut found = find.query([stored.row])?;
    while let Some(columns) = found.next()? {
        let role: String = columns.get(0)?;
        let text: Option<String> = columns.get(1)?;
        let media = columns.get::<_, Option<[u8; 32]>>(2)?.map(|it| hex(&it));
        stored.record.parts.push(RecordPart {
            id: format!("p{}", stored.record.parts.len() + 1),
            kind: variant("kind", &columns.get::<_, String>(6)?)?,
            role: role.clone(),
            text: text.clone(),
            path: None,
            sha256: media.clone(),
            language: None,
            language_confidence: None,
            width: columns.get(3)?,
            height: columns.get(4)?,
            duration_ms: columns.get::<_, Option<i64>>(7)?.map(i64::cast_unsigned),
            remarks: match columns.get::<_, Option<String>>(8)? {
                Some(remarks) => from_json("remarks", &remarks)?,
                None => Vec::new(),
            },
        });
        stored.pixel_hashes.push(columns.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned));
        stored.item.parts.push(Part { role, text, path: media });
    }
    Ok(())
}

pub(crate) fn reports(db: &Connection, row: Row) -> Result<Vec<Report>> {
    let mut find = db.prepare_cached("select reason, n from report where item = ?1 order by position")?;
    let found = find.query_map([row], |it| Ok(Report { reason: it.get(0)?, n: it.get(1)? }))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The settled answer, the newest where it was settled again.
pub(crate) fn gold(db: &Connection, row: Row) -> Result<Option<Gold>> {
    let sql = "select policy, verdict, clauses from gold where item = ?1 order by row desc limit 1";
    let found: Option<(String, String, String)> =
        db.prepare_cached(sql)?.query_row([row], |it| Ok((it.get(0)?, it.get(1)?, it.get(2)?))).optional()?;
    let Some((policy, verdict, clauses)) = found else { return Ok(None) };
    Ok(Some(Gold {
        policy,
        verdict: variant("verdict", &verdict)?,
        clauses: from_json("clauses", &clauses)?,
    }))
}
