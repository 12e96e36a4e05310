//! Case files of an older Casebook: each opens, and every row of every table is there afterwards.
//!
//! The files were made by the program that wrote version 11 (`files/make.py`); no later one can make them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use casebook_store::{Store, StoreError};
use rusqlite::{Connection, types::Value};
use tempfile::TempDir;

const WHOLE: &[&str] = &["text", "pictures", "decided", "mid-air", "two-reviewers", "odd"];

/// A file of before in a folder of its own, with its log.
fn former(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let path = folder.path().join(format!("{name}.casebook"));
    for ending in ["", "-wal"] {
        let from = files.join(format!("{name}.casebook{ending}"));
        if from.exists() {
            fs::copy(from, folder.path().join(format!("{name}.casebook{ending}"))).expect("a copy");
        }
    }
    (folder, path)
}

fn rows(db: &Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = db.prepare(sql).unwrap_or_else(|it| panic!("{sql}: {it}"));
    let n = statement.column_count();
    let read = |it: &rusqlite::Row| (0..n).map(|at| it.get(at)).collect::<rusqlite::Result<Vec<Value>>>();
    let mut rows: Vec<Vec<Value>> =
        statement.query_map((), read).expect("rows").map(|it| it.expect("a row")).collect();
    rows.sort_by_key(|it| format!("{it:?}"));
    rows
}

fn open(path: &Path) -> Connection {
    Connection::open(path).expect("SQLite opens it")
}

/// Where the rows of each table of version 11 are now: how they read there, and how they read here.
const TABLES: &[(&str, &str, &str)] = &[
    ("case_file", "select * from case_file", "select * from case_file"),
    ("reviewer", "select * from reviewer", "select * from reviewer"),
    ("policy", "select * from policy", "select * from policy"),
    ("item", ITEM, ITEM),
    // The restricted lane is counted no more.
    (
        "tally",
        "select reviews, items - (select count(*) from item i where i.restricted = 1 and i.reviews = t.reviews)
         from tally t",
        "select * from tally",
    ),
    (
        "part",
        "select item, position, iif(media is null, 'text', 'image'), role, text, media from part",
        "select item, position, kind, role, text, media from part",
    ),
    (
        "media",
        "select sha256, 'image', width, height, pixel_hash, full_type, covered_type, hex(full), hex(covered) from media",
        "select m.sha256, m.kind, m.width, m.height, m.pixel_hash, f.type, c.type,
             (select group_concat(hex(bytes), '') from (select bytes from chunk where rendition = f.row order by n)),
             (select group_concat(hex(bytes), '') from (select bytes from chunk where rendition = c.row order by n))
         from media m join rendition f on f.media = m.sha256 and f.name = 'full'
         join rendition c on c.media = m.sha256 and c.name = 'covered'",
    ),
    ("report", "select * from report", "select * from report"),
    (
        "gold",
        "select id, item, policy, verdict, clauses, created_ms from gold",
        "select row, item, policy, verdict, clauses, created_ms from gold",
    ),
    ("source", SOURCE, SOURCE),
    ("refusal", "select * from refusal", "select * from refusal"),
    (
        "queue",
        "select name, position, body, changed_ms, 'casebook/queue/1' from queue",
        "select q.name, q.position, q.body, q.changed_ms, f.name from queue q join format f on f.row = q.format
         where q.body ->> 'restricted' is null",
    ),
    ("lease", "select * from lease", "select * from lease"),
    (
        "aside",
        "select id, item, reviewer, queue, kind, created_ms from aside",
        "select row, item, reviewer, queue, kind, created_ms from aside",
    ),
    ("aside_return", "select aside, created_ms from aside_return", "select aside, created_ms from aside_return"),
    // When it was first shown is when the review was opened; nothing else opened one before.
    (
        "shown",
        "select item, reviewer, at_ms from shown",
        "select r.item, r.reviewer, r.opened_ms from review r",
    ),
    (
        "draw",
        "select item, reviewer, queue, mode, probability, at_ms from draw",
        "select r.item, r.reviewer, d.queue, d.mode, d.probability, d.at_ms from draw d join review r on r.row = d.review",
    ),
    (
        "impression",
        "select item, reviewer, queue, body, started_ms, stored_ms, 'casebook/impression/1' from impression",
        "select r.item, r.reviewer, i.queue, i.body, i.started_ms, i.stored_ms, f.name
         from impression i join review r on r.row = i.review join format f on f.row = i.format",
    ),
    (
        "uncovering",
        "select item, reviewer, part, at_ms from uncovering",
        "select r.item, r.reviewer, u.part, u.at_ms from uncovering u join review r on r.row = u.review",
    ),
    (
        "draft",
        "select item, reviewer, body, saved_ms, submitted_ms, 'casebook/draft/1' from draft",
        "select r.item, r.reviewer, d.body, d.saved_ms, d.submitted_ms, f.name
         from draft d join review r on r.row = d.review join format f on f.row = d.format",
    ),
    (
        "annotation",
        "select seq, id, item, reviewer, queue, choice, verdict, clauses, supersedes, record, created_ms,
             'casebook/cot-record/1' from annotation",
        "select a.row, a.id, r.item, r.reviewer, a.queue, a.choice, a.verdict, a.clauses, a.supersedes, a.record,
             a.created_ms, f.name
         from annotation a join review r on r.row = a.review join format f on f.row = a.format
         where a.item = r.item and a.reviewer = r.reviewer",
    ),
    ("withdrawal", "select annotation, created_ms from withdrawal", "select annotation, created_ms from withdrawal"),
    (
        "current_annotation",
        "select item, reviewer, queue, seq from current_annotation",
        "select r.item, r.reviewer, c.queue, c.annotation from current_annotation c join review r on r.row = c.review",
    ),
    (
        "model",
        "select id, name, weights_sha256, body, 'casebook/model/1' from model",
        "select m.id, m.name, m.weights_sha256, m.body, f.name from model m join format f on f.row = m.format",
    ),
    (
        "assessment",
        "select seq, id, item, model, policy_sha256, body, stored_ms, 'casebook/assessment/1' from assessment",
        "select a.row, a.id, a.item, a.model, a.policy_sha256, a.body, a.stored_ms, f.name
         from assessment a join format f on f.row = a.format",
    ),
    (
        "reveal",
        "select item, reviewer, assessment, at_ms from reveal",
        "select r.item, r.reviewer, v.assessment, v.at_ms from reveal v join review r on r.row = v.review",
    ),
    (
        "scoring",
        "select model, policy_sha256, item, outcome, body, scored_ms, 'casebook/scoring/1' from scoring",
        "select s.model, s.policy_sha256, s.item, s.outcome, s.body, s.scored_ms, f.name
         from scoring s join format f on f.row = s.format",
    ),
    (
        "embedding",
        "select model, item, -1, -1, vector from embedding",
        "select model, item, part, t0_ms, vector from embedding",
    ),
    (
        "export",
        "select id, folder, manifest, created_ms, 'casebook/export/1' from export",
        "select e.row, e.folder, e.manifest, e.created_ms, f.name from export e join format f on f.row = e.format",
    ),
    (
        "impression_draft",
        "select item, reviewer, body, saved_ms, 'casebook/picks/1' from impression_draft",
        "select r.item, r.reviewer, p.body, p.saved_ms, f.name
         from picks p join review r on r.row = p.review join format f on f.row = p.format",
    ),
    (
        "bulk",
        "select id, reviewer, kind, reviewer_to, queue, created_ms from bulk",
        "select row, reviewer, kind, reviewer_to, queue, created_ms from bulk",
    ),
    ("bulk_item", "select * from bulk_item", "select * from bulk_item"),
    ("bulk_return", "select bulk, created_ms from bulk_return", "select bulk, created_ms from bulk_return"),
    ("routing", "select * from routing", "select item, reviewer, queue from routing where handover is null"),
    ("risk_seen", "select item, reviewer, at_ms from risk_seen", "select item, reviewer, at_ms from risk_seen"),
    (
        "threshold",
        "select id, target, percent, reviewer, created_ms from threshold",
        "select row, target, percent, reviewer, created_ms from threshold",
    ),
    ("word_data", "select * from word_data", "select * from word_data"),
    ("word_idx", "select * from word_idx", "select * from word_idx"),
    ("word_config", "select * from word_config", "select * from word_config"),
];

const ITEM: &str = "
    select row, id, kind, content_sha256, language, language_base, language_confidence, market, author, reach_per_hour,
        flagged_at, labels, imported_ms, urgency, flagged_ms, chance, reviews, risk, restricted, risk_severity, risk_p
    from item";
const SOURCE: &str = "
    select id, key, kind, fingerprint, lines_done, bytes_done, items_done, finished, created_ms from source";

#[test]
fn every_row_of_every_table_is_there_afterwards() {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for name in WHOLE {
        let (_folder, path) = former(name);
        let db = open(&path);
        let before: Vec<_> = TABLES.iter().map(|it| rows(&db, it.1)).collect();
        let sql = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'";
        let tables: BTreeSet<String> = rows(&db, sql)
            .into_iter()
            .flatten()
            .filter_map(|it| match it {
                Value::Text(name) => Some(name),
                _ => None,
            })
            .collect();
        // The table of words is those behind it.
        let known: BTreeSet<String> =
            TABLES.iter().map(|it| it.0).chain(["word"]).map(str::to_owned).collect();
        assert_eq!(tables, known, "{name}: a table is not looked at");
        drop(db);

        let store = Store::open(&path).unwrap_or_else(|it| panic!("{name}: {it}"));
        assert_eq!(store.doctor().expect("a check-up"), Vec::<String>::new(), "{name}");
        drop(store);
        let db = open(&path);
        for ((table, _, now), before) in TABLES.iter().zip(before) {
            let after = rows(&db, now);
            *counted.entry(table).or_default() += before.len();
            if *table == "shown" {
                // Who was shown an item has a review; some were opened otherwise.
                for row in before {
                    assert!(after.contains(&row), "{name}: {table} {row:?}");
                }
            } else {
                assert_eq!(after, before, "{name}: {table}");
            }
        }
    }
    let empty: Vec<&str> = counted.iter().filter(|it| *it.1 == 0).map(|it| *it.0).collect();
    assert!(empty.is_empty(), "{empty:?}: what no file has a row of is not shown here");
}

#[test]
fn every_migrated_row_has_an_id_and_a_number_of_its_own() {
    for name in WHOLE {
        let (_folder, path) = former(name);
        drop(Store::open(&path).expect("it opens"));
        let db = open(&path);
        let with_numbers = rows(
            &db,
            "select m.name from sqlite_schema m join pragma_table_info(m.name) c on c.name = 'seq'
             where m.type = 'table' and m.name <> 'here'",
        );
        let select = |columns: &str| {
            let of = |it: &Vec<Value>| match &it[0] {
                Value::Text(name) => format!("select {columns} from {name}"),
                other => panic!("{other:?} is no name"),
            };
            with_numbers.iter().map(of).collect::<Vec<_>>().join(" union all ")
        };
        let numbers = rows(&db, &select("copy, seq"));
        let distinct: BTreeSet<String> = numbers.iter().map(|it| format!("{it:?}")).collect();
        assert_eq!(distinct.len(), numbers.len(), "{name}: a number is given twice");
        let last = rows(&db, "select seq from here");
        assert_eq!(last, [[Value::Integer(numbers.len() as i64)]], "{name}: there is a gap");
        let ids = rows(&db, &select("id"));
        let distinct: BTreeSet<String> = ids.iter().map(|it| format!("{it:?}")).collect();
        assert_eq!(distinct.len(), ids.len(), "{name}: an id is given twice");
    }
}

#[test]
fn a_copy_of_what_it_was_lies_beside_it_and_nothing_else_does() {
    let (folder, path) = former("mid-air");
    let drafts = "select item, reviewer, body, saved_ms, submitted_ms from draft";
    let before = rows(&open(&path), drafts);
    assert!(format!("{before:?}").contains("in the log alone"), "the log was read");
    let store = Store::open(&path).expect("it opens");
    let kept = folder.path().join("mid-air.v11.casebook");
    assert_eq!(store.former(), Some(kept.as_path()));
    assert_eq!(rows(&open(&kept), drafts), before);
    assert_eq!(rows(&open(&kept), "pragma user_version"), [[Value::Integer(11)]]);
    drop(store);
    assert_eq!(Store::open(&path).expect("it opens again").former(), None, "it is up to date");
    let names: BTreeSet<String> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|it| !it.ends_with("-wal") && !it.ends_with("-shm"))
        .collect();
    assert_eq!(names, BTreeSet::from(["mid-air.casebook".into(), "mid-air.v11.casebook".into()]));
}

#[test]
fn a_copy_of_an_attempt_that_was_interrupted_is_taken_and_another_file_of_that_name_is_not() {
    let (folder, path) = former("text");
    let kept = folder.path().join("text.v11.casebook");
    fs::write(&kept, "somebody's notes").expect("a file");
    let second = folder.path().join("text.v11-2.casebook");
    let original = folder.path().join("original.casebook");
    fs::copy(&path, &original).expect("a copy");
    drop(Store::open(&path).expect("it opens"));
    assert_eq!(fs::read(&kept).expect("still there"), b"somebody's notes");
    assert!(second.exists());
    // As if the migration had been killed right after the copy was made.
    fs::copy(&original, &path).expect("the old file");
    assert_eq!(Store::open(&path).expect("it opens").former(), Some(second.as_path()));
    assert!(!folder.path().join("text.v11-3.casebook").exists(), "one copy is enough");
}

#[test]
fn a_damaged_file_is_refused_and_keeps_every_byte() {
    let (folder, path) = former("damaged");
    let before = fs::read(&path).expect("the file reads");
    let error = Store::open(&path).err().expect("a page of it is noise");
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("damaged.casebook is damaged"), "{error}");
    assert_eq!(fs::read(&path).expect("the file reads"), before);
    assert!(!folder.path().join("damaged.v11.casebook").exists(), "a copy of damage is no help");
}

#[test]
fn the_policy_of_before_is_in_force_and_reviews_are_under_it() {
    let (_folder, path) = former("two-reviewers");
    let store = Store::open(&path).expect("it opens");
    assert_eq!(store.policy_in_force().expect("read").as_deref(), Some("short-video@2026.11"));
    let reviews = store.reviews_of(2, "Bo").expect("read");
    assert_eq!(reviews.len(), 1);
    assert_eq!((reviews[0].policy.as_str(), reviews[0].round), ("short-video@2026.11", 1));
}
