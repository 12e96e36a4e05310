//! A case file to try things on, and short ways to say what is in it.
#![allow(dead_code, reason = "each test program uses its own part of this")]

use casebook_core::{
    decision::{Choice, CitedClause, ClauseRole, Verdict},
    hash::{pseudonym, sha256_hex},
    item::{Gold, Item, Part, Report},
    record::{PartKind, Record, RecordPart, RecordPolicy, content_sha256},
    review::Purpose,
    score::{Method, Score, Scoring, Speaker},
};
use casebook_store::{
    Body, Inserted, Media, NewAnnotation, NewItem, NewPart, NewReview, ReviewRow, Row, Store, StoreError,
    StoredReview,
};
use tempfile::TempDir;

pub const NOW: i64 = 1_795_000_000_000;

pub struct Case {
    pub folder: TempDir,
    pub store: Store,
}

impl Case {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::create(&folder.path().join("a.casebook"), NOW, "salt").expect("a new case file");
        store.put_policy("p@1", &sha256_hex(b"text"), "text", NOW).expect("a policy");
        Self { folder, store }
    }

    /// A second program on the same file.
    pub fn again(&self) -> Store {
        Store::open(self.store.path()).expect("the file opens twice")
    }

    /// Direct access, as another program could have.
    pub fn sql(&self) -> rusqlite::Connection {
        let db = rusqlite::Connection::open(self.store.path()).expect("SQLite opens it");
        db.pragma_update(None, "foreign_keys", true).expect("a pragma");
        db
    }

    pub fn add(&mut self, item: NewItem) -> Row {
        match self.store.insert_items(&[item], None, NOW).expect("an insert").remove(0) {
            Inserted::New(row) => row,
            other => panic!("{other:?}: the test means a new item"),
        }
    }

    pub fn add_text(&mut self, id: &str, text: &str) -> Row {
        self.add(text_item(id, text))
    }

    pub fn submit(&mut self, row: Row, reviewer: &str, record: &Record) -> Result<(), StoreError> {
        self.submit_in("Reported", row, reviewer, record)
    }

    pub fn submit_in(
        &mut self,
        queue: &str,
        row: Row,
        reviewer: &str,
        record: &Record,
    ) -> Result<(), StoreError> {
        let review = match self.try_open(row, reviewer, NOW) {
            Ok(it) => it.review,
            Err(problem) => return Err(problem),
        };
        let impression = record.first_impression.iter().flat_map(|it| &it.clauses);
        let restricts = record.decision.clauses.iter().chain(impression).any(|it| it.id == LANE);
        let choice = Choice::Remove;
        let record = &self.of_this_file(record, row, reviewer);
        let new = NewAnnotation { review, queue, record, choice, restricts, now_ms: NOW, program: "w1" };
        self.store.submit(&new)
    }

    /// The record as it would be of this item, by this reviewer, in this file.
    pub fn of_this_file(&self, record: &Record, row: Row, reviewer: &str) -> Record {
        let mut record = record.clone();
        if let Ok(stored) = self.store.item(row) {
            record.item = stored.record;
        }
        record.policy = RecordPolicy { set: "p".into(), version: "1".into(), sha256: sha256_hex(b"text") };
        record.provenance.reviewer = pseudonym(&self.store.salt().expect("a salt"), "r", reviewer);
        record
    }

    /// The first look of a reviewer at an item.
    pub fn open(&self, row: Row, reviewer: &str, now_ms: i64) -> StoredReview {
        self.try_open(row, reviewer, now_ms).expect("a review")
    }

    fn try_open(&self, row: Row, reviewer: &str, now_ms: i64) -> Result<StoredReview, StoreError> {
        self.store.open_review(&first(row, reviewer), now_ms)
    }

    pub fn review(&self, row: Row, reviewer: &str) -> ReviewRow {
        self.open(row, reviewer, NOW).review
    }

    pub fn is_sound(&self) {
        assert_eq!(self.store.doctor().expect("a check-up"), Vec::<String>::new());
    }
}

/// The clause of the restricted lane.
pub const LANE: &str = "CS-1";

pub fn first(row: Row, reviewer: &str) -> NewReview<'_> {
    NewReview { row, reviewer, policy: "p@1", purpose: Purpose::First, round: 1 }
}

/// As some Casebook may have written it.
pub fn body(json: &str) -> Body {
    Body { format: "casebook/test/1".into(), json: json.into() }
}

pub fn text_item(id: &str, text: &str) -> NewItem {
    let part = Part { role: "caption".into(), text: Some(text.into()), path: None };
    new_item(Item {
        id: id.into(),
        parts: vec![part],
        language: None,
        market: None,
        author: None,
        reports: vec![],
        reach_per_hour: None,
        flagged_at: None,
        gold: None,
        labels: std::collections::BTreeMap::new(),
    })
}

/// As an import would prepare it; image parts name their media by sha256.
pub fn new_item(item: Item) -> NewItem {
    let parts: Vec<NewPart> = item
        .parts
        .iter()
        .map(|it| NewPart {
            kind: if it.path.is_some() { PartKind::Image } else { PartKind::Text },
            role: it.role.clone(),
            text: it.text.clone(),
            media: it.path.clone(),
            width: None,
            height: None,
            remarks: Vec::new(),
        })
        .collect();
    let hashed: Vec<RecordPart> = parts
        .iter()
        .map(|it| RecordPart {
            id: String::new(),
            kind: it.kind,
            role: it.role.clone(),
            text: it.text.clone(),
            path: None,
            sha256: it.media.clone(),
            language: None,
            language_confidence: None,
            width: None,
            height: None,
            duration_ms: None,
            remarks: Vec::new(),
        })
        .collect();
    let restricted = item.gold.iter().flat_map(|it| &it.clauses).any(|it| it == LANE);
    NewItem {
        item,
        parts,
        content_sha256: content_sha256(&hashed),
        language_confidence: None,
        flagged_ms: None,
        restricted,
    }
}

/// Changes a plain text item.
pub fn with(id: &str, change: impl FnOnce(&mut Item)) -> NewItem {
    let mut item = text_item(id, "some words").item;
    change(&mut item);
    new_item(item)
}

pub fn reports(n: u32) -> Vec<Report> {
    vec![Report { reason: "spam".into(), n }]
}

pub fn gold(verdict: Verdict, clause: &str) -> Gold {
    Gold { policy: "p@1".into(), verdict, clauses: vec![clause.into()] }
}

pub fn record(id: &str) -> Record {
    let mut record: Record =
        serde_json::from_str(include_str!("../../../core/tests/record.json")).expect("the example reads");
    record.id = id.into();
    record
}

pub fn revision(id: &str, of: &str) -> Record {
    let mut record = record(id);
    record.provenance.supersedes = Some(of.into());
    record
}

pub fn citing(id: &str, clause: &str) -> Record {
    let mut record = record(id);
    record.decision.clauses = vec![CitedClause { id: clause.into(), role: ClauseRole::Primary }];
    record
}

pub fn model(id: &str) -> Speaker {
    Speaker {
        id: id.into(),
        weights_sha256: "w".into(),
        prompt_sha256: None,
        sampling: None,
        device: "cpu".into(),
        calibration: None,
        languages: vec!["en".into()],
    }
}

pub fn scored(value: f64, threshold: Option<f64>) -> Scoring {
    let score = Score {
        target: "HH-1".into(),
        title: "Hate".into(),
        clauses: vec!["HH-1".into()],
        method: Method::Head,
        value,
        threshold,
    };
    Scoring::Scored { scores: vec![score], drivers: vec![], read_as: None }
}

pub fn picture_sha256(byte: u8) -> String {
    sha256_hex(&[byte; 3])
}

pub fn picture(byte: u8) -> Media {
    Media {
        sha256: picture_sha256(byte),
        kind: PartKind::Image,
        full: vec![byte; 3],
        full_type: "image/png".into(),
        covered: vec![byte; 2],
        covered_type: "image/png".into(),
        width: Some(4),
        height: Some(5),
        duration_ms: None,
        pixel_hash: Some(u64::MAX - u64::from(byte)),
    }
}

/// Judges as a policy does in which every clause has severity 2.
pub fn judge(scores: &[Score]) -> Option<casebook_core::risk::Judged> {
    let p = scores.iter().filter(|it| it.threshold.is_some()).map(|it| it.value).max_by(f64::total_cmp)?;
    Some(casebook_core::risk::Judged { severity: 2, p })
}
