//! What another program changed in a file, past everything that refuses it: each kind is found, and named.

mod common;

use casebook_core::item::Part;
use common::{Case, LANE, NOW, gold, new_item, picture, picture_sha256, record, text_item, with};
use rusqlite::Connection;

/// A file with something of everything in it, and nothing wrong with it.
fn case() -> Case {
    let mut case = Case::new();
    case.store.put_media(&picture(7)).expect("a picture");
    let first = case.add_text("a", "bread and coffee");
    let second = case.add_text("b", "wine and water");
    let mut pictured = text_item("c", "x").item;
    pictured.parts = vec![Part { role: "image".into(), text: None, path: Some(picture_sha256(7)) }];
    case.add(new_item(pictured));
    case.add(with("d", |it| it.gold = Some(gold(casebook_core::decision::Verdict::Escalate, LANE))));
    case.submit(first, "ada", &record("r1")).expect("submitted");
    case.submit(first, "bo", &record("r2")).expect("submitted");
    case.submit(second, "ada", &record("r3")).expect("submitted");
    case.is_sound();
    case
}

/// Another program, which knows of nothing.
fn stranger(case: &Case) -> Connection {
    let db = Connection::open(case.store.path()).expect("SQLite opens it");
    db.pragma_update(None, "foreign_keys", false).expect("a pragma");
    db.pragma_update(None, "recursive_triggers", false).expect("a pragma");
    db
}

/// Does `sql` with the triggers of `table` taken away and put back as they were, so that only what was done is left.
fn unseen(db: &Connection, table: &str, sql: &str) {
    let mut find = db
        .prepare("select name, sql from sqlite_schema where type = 'trigger' and tbl_name = ?1")
        .expect("a schema");
    let rows = find.query_map([table], |it| Ok((it.get(0)?, it.get(1)?))).expect("triggers");
    let triggers: Vec<(String, String)> = rows.collect::<Result<_, _>>().expect("triggers");
    for (name, _) in &triggers {
        db.execute_batch(&format!("drop trigger {name}")).expect("a trigger");
    }
    db.execute_batch(sql).unwrap_or_else(|it| panic!("{sql}: {it}"));
    for (_, made) in &triggers {
        db.execute_batch(made).expect("a trigger");
    }
}

/// The kinds: what it is called, the table whose triggers are put back (none where they are not touched), what is done,
/// and what `doctor` has to say of it.
const KINDS: &[(&str, Option<&str>, &str, &str)] = &[
    ("a trigger is dropped", None, "drop trigger annotation_is_kept_update", "trigger annotation_is_kept_update is gone"),
    (
        "a trigger is replaced by one that does nothing",
        None,
        "drop trigger annotation_is_kept_delete;
         create trigger annotation_is_kept_delete before delete on annotation begin select 1; end;",
        "trigger annotation_is_kept_delete was changed",
    ),
    (
        "a trigger of its own listens",
        None,
        "create trigger mine after insert on impression begin delete from draft; end;",
        "trigger mine is not Casebook's",
    ),
    ("an index is dropped", None, "drop index annotation_of_item", "index annotation_of_item is gone"),
    ("a column is added", None, "alter table item add column note text", "table item was changed"),
    ("a closed set is opened", None, "insert into verdict values ('fine')", "words of verdict were changed"),
    (
        "a verdict is changed beside its record",
        Some("annotation"),
        "update annotation set verdict = 'not_violating' where id = 'r1'",
        "annotation r1: its record has another verdict",
    ),
    (
        "a record is changed beside its verdict",
        Some("annotation"),
        "update annotation set record = json_set(record, '$.decision.verdict', 'not_violating') where id = 'r1'",
        "annotation r1: its record has another choice, verdict",
    ),
    (
        "an annotation is moved to another item",
        Some("annotation"),
        "update annotation set item = 2 where id = 'r2'; update current_annotation set item = 2
         where annotation = (select row from annotation where id = 'r2')",
        "annotation r2: its record has another item",
    ),
    (
        "an annotation is given to another reviewer",
        Some("annotation"),
        "update annotation set reviewer = (select id from reviewer where name = 'bo') where id = 'r1'",
        "annotation r1: its record has another reviewer",
    ),
    (
        "an annotation is deleted without a trace in what counts",
        Some("annotation"),
        "delete from current_annotation where annotation = (select row from annotation where id = 'r3');
         delete from annotation where id = 'r3'; update item set reviews = 0 where id = 'b';
         update tally set items = items - 1 where reviews = 1; update tally set items = items + 1 where reviews = 0",
        "of what was recorded is gone",
    ),
    (
        "an annotation is forged",
        None,
        "insert into annotation (id, copy, seq, review, item, reviewer, queue, choice, verdict, clauses, format, record,
             created_ms)
         select 'r9', copy, 900, review, item, reviewer, queue, choice, verdict, clauses, format,
             json_set(record, '$.id', 'r9'), created_ms from annotation where id = 'r1'",
        "number that was never given out",
    ),
    (
        "an annotation is forged under a number of another row",
        None,
        "insert into annotation (id, copy, seq, review, item, reviewer, queue, choice, verdict, clauses, format, record,
             created_ms)
         select 'r9', a.copy, r.seq, a.review, a.item, a.reviewer, a.queue, a.choice, a.verdict, a.clauses, a.format,
             json_set(a.record, '$.id', 'r9'), a.created_ms from annotation a join review r on r.row = a.review
         where a.id = 'r1'",
        "is used twice",
    ),
    ("the words of an item are changed", Some("part"), "update part set text = 'tea' where item = 1", "item a: its parts are not"),
    ("a part is added", None, "insert into part (item, position, kind, role, text) values (2, 1, 'text', 'comment', 'and more')", "item b: its parts are not"),
    (
        "a picture is exchanged",
        Some("chunk"),
        "update chunk set bytes = x'010203' where rendition = (select row from rendition where name = 'full')",
        "its bytes are others",
    ),
    (
        "a cover shows the picture",
        Some("chunk"),
        "update chunk set bytes = x'070707' where rendition = (select row from rendition where name = 'covered');
         update rendition set bytes = 3 where name = 'nothing'",
        "its cover shows it",
    ),
    ("a piece of a picture is deleted", Some("chunk"), "delete from chunk where rendition = 1", "lack a piece"),
    ("a policy is rewritten", Some("policy"), "update policy set toml = 'other' where name = 'p@1'", "policy p@1: its text is not"),
    ("a reviewer is deleted", Some("reviewer"), "delete from reviewer where name = 'bo'", "refer to nothing in reviewer"),
    ("the tally is changed", None, "update tally set items = 40 where reviews = 0", "wrong counts in the tally"),
    ("an item is said to be reviewed", None, "update item set reviews = 5 where id = 'c'", "number of reviews is wrong"),
    ("what counts is taken away", None, "delete from current_annotation where review = 1", "should count and do not"),
    ("an item is hidden in the lane", None, "update item set restricted = 1 where id = 'b'", "item b: in the restricted lane"),
    ("numbers are given out again", None, "update here set seq = 1", "number that was never given out"),
    (
        "an item is hidden from search",
        None,
        "insert into word (word, rowid, text) values ('delete', 1, 'bread and coffee')",
        "row 1 is not found by its own words",
    ),
    ("an item is found by words it has not", None, "insert into word (rowid, text) values (77, 'gold')", "row 77 is found by words"),
    ("words are added to an item", None, "insert into word (rowid, text) values (1, 'gold')", "row 1 is not found by its own words"),
    ("the search table is taken away", None, "drop table word", "the search table cannot be looked at"),
];

#[test]
fn every_kind_of_tampering_is_found_and_named() {
    assert!(KINDS.len() >= 17);
    for (kind, table, sql, named) in KINDS {
        let case = case();
        let db = stranger(&case);
        match table {
            Some(table) => unseen(&db, table, sql),
            None => db.execute_batch(sql).unwrap_or_else(|it| panic!("{kind}: {it}")),
        }
        drop(db);
        let found = case.again().doctor().expect("a check-up");
        assert!(found.iter().any(|it| it.contains(named)), "{kind}: {named:?} is not in {found:#?}");
    }
}

#[test]
fn what_is_appended_cannot_be_replaced_by_a_program_that_knows_nothing_of_us() {
    let case = case();
    let db = stranger(&case);
    let tables: Vec<String> = {
        let sql = "select tbl_name from sqlite_schema where type = 'trigger' and name like '%is_kept_insert'";
        let mut find = db.prepare(sql).expect("a schema");
        find.query_map((), |it| it.get(0)).expect("triggers").collect::<Result<_, _>>().expect("triggers")
    };
    let mut tried = 0;
    for table in &tables {
        let count = |db: &Connection| -> i64 {
            db.query_row(&format!("select count(*) from \"{table}\""), (), |it| it.get(0)).expect("a count")
        };
        let before = count(&db);
        if before == 0 {
            continue;
        }
        tried += 1;
        for verb in ["replace into", "insert or replace into", "insert or ignore into", "insert into"] {
            let sql = format!("{verb} \"{table}\" select * from \"{table}\" limit 1");
            let refused = db.execute(&sql, ()).expect_err(&sql).to_string();
            assert!(refused.contains("is append-only"), "{sql}: {refused}");
        }
        assert_eq!(count(&db), before, "{table}");
    }
    assert!(tried >= 12, "{tried} tables had rows to try: {tables:?}");
    // Its number alone is enough, and so is the hidden one of a table that has no other.
    for sql in [
        "replace into annotation select 99, 'r1', copy, 99, review, item, reviewer, queue, choice, verdict, clauses,
             supersedes, format, record, created_ms from annotation where id = 'r1'",
        "replace into annotation select 99, 'r99', copy, seq, review, item, reviewer, queue, choice, verdict, clauses,
             supersedes, format, record, created_ms from annotation where id = 'r1'",
        "replace into policy (rowid, name, sha256, toml, loaded_ms)
             select rowid, 'q@1', sha256, 'other', loaded_ms from policy limit 1",
        "replace into chunk (rowid, rendition, n, bytes) select rowid, rendition, 9, bytes from chunk limit 1",
        "update or replace annotation set id = 'r1' where id = 'r2'",
    ] {
        let refused = db.execute(sql, ()).expect_err(sql).to_string();
        assert!(refused.contains("is append-only"), "{sql}: {refused}");
    }
    case.is_sound();
}

#[test]
fn a_look_that_fails_keeps_no_other_from_looking() {
    let case = case();
    let db = stranger(&case);
    db.execute_batch(
        "drop table here; update tally set items = 40 where reviews = 0; drop trigger gold_is_kept_delete",
    )
    .expect("it can");
    let found = case.store.doctor().expect("a check-up");
    for named in
        ["table here is gone", "trigger gold_is_kept_delete is gone", "tally", "numbers of rows cannot"]
    {
        assert!(found.iter().any(|it| it.contains(named)), "{named} is not in {found:#?}");
    }
}

#[test]
fn a_file_that_was_worked_on_for_long_has_nothing_wrong_with_it() {
    let mut case = case();
    let row = case.add_text("e", "Ärger über 東京 und कॉफ़ी, ça va? naïve café 👩‍🔧");
    for (n, reviewer) in (0..30).zip(["ada", "bo", "cy"].iter().cycle()) {
        let row = if n % 2 == 0 { row } else { case.add_text(&format!("n{n}"), "Brot und Kaffee") };
        let submitted = case.submit(row, reviewer, &record(&format!("w{n}")));
        if submitted.is_ok() && n % 5 == 0 {
            case.store.withdraw(&format!("w{n}"), NOW).expect("withdrawn");
        }
    }
    case.is_sound();
    assert_eq!(case.store.quick_check().expect("a look"), Vec::<String>::new());
}
