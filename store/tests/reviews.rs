//! From shown to submitted and back; scores and assessments.

mod common;

use casebook_core::{
    assessment::Assessment,
    decision::{Choice, Verdict},
    queue::Queue,
    record::Mode,
    review::Purpose,
    score::{NotScored, Scoring},
};
use casebook_store::{Body, NewAnnotation, NewReview, Precedents, Row, Store, StoreError, Unfinished};
use common::{Case, LANE, NOW, citing, first, gold, judge, model, record, revision, scored, text_item, with};

#[test]
fn an_item_is_first_shown_once_per_reviewer() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    assert_eq!(case.open(row, "ada", 5).opened_ms, 5);
    assert_eq!(case.open(row, "ada", 9).opened_ms, 5);
    assert_eq!(case.open(row, "bo", 9).opened_ms, 9);
}

#[test]
fn the_first_draw_stays() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    let draw = |mode, p| case.store.draw_mode(case.review(row, "ada"), "q", mode, p, NOW).expect("a draw");
    assert_eq!(draw(Mode::Blind, Some(0.3)), (Mode::Blind, Some(0.3)));
    assert_eq!(draw(Mode::Assisted, Some(0.7)), (Mode::Blind, Some(0.3)));
}

#[test]
fn a_first_impression_is_the_first() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    case.open(row, "ada", 5);
    case.store
        .put_impression(case.review(row, "ada"), "q", &common::body("{\"note\":\"1\"}"), false, 9)
        .expect("stored");
    let error = case
        .store
        .put_impression(case.review(row, "ada"), "q", &common::body("{\"note\":\"2\"}"), false, 10)
        .expect_err("twice");
    assert!(matches!(error, StoreError::AlreadyDecided { .. }), "{error}");
    let kept = case.store.impression(case.review(row, "ada")).expect("read").expect("there");
    assert_eq!((kept.body.json.as_str(), kept.started_at_ms, kept.stored_at_ms), ("{\"note\":\"1\"}", 5, 9));
    assert_eq!(case.store.impression(case.review(row, "bo")).expect("none"), None);
}

#[test]
fn what_was_recorded_cannot_be_changed_or_deleted() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    case.open(row, "ada", NOW);
    case.store.draw_mode(case.review(row, "ada"), "q", Mode::Blind, None, NOW).expect("drawn");
    case.store.put_impression(case.review(row, "ada"), "q", &common::body("{}"), false, NOW).expect("stored");
    case.store.put_assessment(row, &assessment("as1", "m"), NOW).expect("assessed");
    case.store.set_revealed(case.review(row, "ada"), Some("as1"), NOW).expect("revealed");
    case.store.set_uncovered(case.review(row, "ada"), "p1", NOW).expect("uncovered");
    case.submit(row, "ada", &record("r1")).expect("submitted");
    case.store.withdraw("r1", NOW).expect("withdrawn");
    case.store.log_export("/tmp/x", "{}", NOW).expect("logged");
    case.store.set_threshold("set/H", Some(70), "ada", NOW).expect("set");
    let tables = [
        ("review", "opened_ms"),
        ("draw", "at_ms"),
        ("impression", "stored_ms"),
        ("assessment", "stored_ms"),
        ("reveal", "at_ms"),
        ("uncovering", "at_ms"),
        ("annotation", "created_ms"),
        ("withdrawal", "created_ms"),
        ("policy", "loaded_ms"),
        ("export", "created_ms"),
        ("threshold", "created_ms"),
        ("case_file", "created_ms"),
    ];
    let db = case.sql();
    for (table, column) in tables {
        for attempt in [format!("update {table} set {column} = 0"), format!("delete from {table}")] {
            let error = db.execute(&attempt, ()).expect_err(&attempt).to_string();
            assert!(error.contains("append-only"), "{attempt}: {error}");
        }
    }
}

#[test]
fn a_reveal_happens_once() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    case.store.put_assessment(row, &assessment("as1", "m"), NOW).expect("assessed");
    assert_eq!(case.store.revealed(case.review(row, "ada")).expect("none"), None);
    assert_eq!(case.store.set_revealed(case.review(row, "ada"), Some("as1"), 5).expect("a time"), 5);
    assert_eq!(case.store.set_revealed(case.review(row, "ada"), None, 9).expect("a time"), 5);
    assert_eq!(case.store.revealed(case.review(row, "ada")).expect("read"), Some((5, Some("as1".into()))));
    assert_eq!(case.store.set_revealed(case.review(row, "bo"), None, 9).expect("a time"), 9);
    assert_eq!(case.store.revealed(case.review(row, "bo")).expect("read"), Some((9, None)));
}

#[test]
fn a_draft_is_replaced_and_survives_submission() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    case.store.save_draft(case.review(row, "ada"), &common::body("{\"v\":1}"), NOW).expect("saved");
    case.store.save_draft(case.review(row, "ada"), &common::body("{\"v\":2}"), NOW).expect("saved");
    case.submit(row, "ada", &record("r1")).expect("submitted");
    assert_eq!(
        case.store.draft(case.review(row, "ada")).expect("a draft").map(|it| it.json).as_deref(),
        Some("{\"v\":2}")
    );
    assert_eq!(case.store.draft(case.review(row, "bo")).expect("none"), None);
    assert!(case.store.save_draft(case.review(row, "ada"), &common::body("not json"), NOW).is_err());
}

#[test]
fn parts_are_uncovered_per_reviewer() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    for part in ["p2", "p1", "p2"] {
        case.store.set_uncovered(case.review(row, "ada"), part, NOW).expect("uncovered");
    }
    assert_eq!(case.store.uncovered(case.review(row, "ada")).expect("parts"), ["p1", "p2"]);
    assert_eq!(case.store.uncovered(case.review(row, "bo")).expect("parts"), Vec::<String>::new());
}

#[test]
fn a_record_comes_back_as_it_was_submitted() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    case.submit(row, "ada", &record("r1")).expect("submitted");
    let stored = case.store.current_annotation(case.review(row, "ada")).expect("read").expect("there");
    assert_eq!(
        (stored.id.as_str(), stored.row, stored.reviewer.as_str(), stored.created_ms),
        ("r1", row, "ada", NOW)
    );
    assert_eq!(stored.record, case.of_this_file(&record("r1"), row, "ada"));
    assert_eq!(case.store.current_annotation(case.review(row, "bo")).expect("none"), None);
}

#[test]
fn one_annotation_per_reviewer_counts() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    case.submit(row, "ada", &record("r1")).expect("submitted");
    let error = case.submit(row, "ada", &record("r2")).expect_err("it says nothing of r1");
    assert!(matches!(error, StoreError::AlreadyDecided { .. }), "{error}");
    case.submit(row, "ada", &revision("r2", "r1")).expect("a revision");
    case.submit(row, "bo", &record("r3")).expect("another reviewer");
    let ids: Vec<String> =
        case.store.annotations_of(row).expect("read").into_iter().map(|it| it.id).collect();
    assert_eq!(ids, ["r2", "r3"]);
    case.is_sound();
}

#[test]
fn withdrawing_a_revision_brings_the_former_one_back() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    case.submit(row, "ada", &record("r1")).expect("submitted");
    case.submit(row, "ada", &revision("r2", "r1")).expect("a revision");
    case.store.withdraw("r2", NOW).expect("withdrawn");
    let current =
        |case: &Case| case.store.current_annotation(case.review(row, "ada")).expect("read").map(|it| it.id);
    assert_eq!(current(&case).as_deref(), Some("r1"));
    case.store.withdraw("r1", NOW).expect("withdrawn");
    case.store.withdraw("r1", NOW).expect("twice is once");
    assert_eq!(current(&case), None);
    case.submit(row, "ada", &revision("r3", "r1")).expect("after undo, naming what was undone");
    assert_eq!(current(&case).as_deref(), Some("r3"));
    assert!(matches!(case.store.withdraw("r9", NOW), Err(StoreError::NotFound { .. })));
    case.is_sound();
}

#[test]
fn a_record_id_is_used_once_and_its_ancestor_exists() {
    let mut case = Case::new();
    let rows = ["a", "b"].map(|it| case.add_text(it, it));
    case.submit(rows[0], "ada", &record("r1")).expect("submitted");
    assert!(case.submit(rows[1], "ada", &record("r1")).is_err());
    assert!(case.submit(rows[1], "ada", &revision("r2", "r0")).is_err());
    assert!(case.submit(99, "ada", &record("r3")).is_err(), "no such item");
    assert_eq!(case.store.annotations_of(rows[1]).expect("read"), []);
    case.is_sound();
}

#[test]
fn everything_that_counts_streams_by_item_and_reviewer() {
    let mut case = Case::new();
    let rows = ["a", "b", "c"].map(|it| case.add_text(it, it));
    case.submit(rows[1], "ada", &record("r1")).expect("submitted");
    case.submit(rows[0], "bo", &record("r2")).expect("submitted");
    case.submit(rows[0], "ada", &record("r3")).expect("submitted");
    case.submit(rows[2], "ada", &record("r4")).expect("submitted");
    case.store.withdraw("r4", NOW).expect("withdrawn");
    let mut seen = Vec::new();
    let each = &mut |it: casebook_store::StoredAnnotation| {
        // The store can be asked while it streams.
        assert!(case.store.item(it.row).is_ok());
        seen.push((it.row, it.reviewer));
        Ok(())
    };
    case.store.each_current_annotation(each).expect("streamed");
    let expected =
        [(rows[0], "ada"), (rows[0], "bo"), (rows[1], "ada")].map(|(row, it)| (row, it.to_owned()));
    assert_eq!(seen, expected);
    let stopped = case
        .store
        .each_current_annotation(&mut |it| Err(StoreError::NotFound { what: "test", value: it.id }));
    assert!(matches!(stopped, Err(StoreError::NotFound { .. })), "an error ends it");
}

#[test]
fn a_record_or_impression_that_touches_the_lane_restricts_the_item() {
    let mut case = Case::new();
    let rows = ["a", "b", "c", "d"].map(|it| case.add_text(it, "some words"));
    case.submit(rows[0], "ada", &citing("r1", LANE)).expect("submitted");
    for (row, restricts) in [(rows[1], true), (rows[2], false)] {
        let review = case.review(row, "ada");
        case.store.put_impression(review, "q", &common::body("{}"), restricts, NOW).expect("stored");
    }
    let restricted = rows.map(|it| case.store.item(it).expect("an item").restricted);
    assert_eq!(restricted, [true, true, false, false]);
    assert_eq!(case.store.search("words", 9).expect("a search"), [rows[3], rows[2]]);
    assert_eq!(case.store.decided(rows[0], "p@1").expect("decided"), None);
    case.store.withdraw("r1", NOW).expect("withdrawn");
    assert!(case.store.item(rows[0]).expect("an item").restricted, "undo does not lift it");
    case.is_sound();
}

#[test]
fn somebody_looks_again_under_another_policy_and_both_records_count_once() {
    let mut case = Case::new();
    case.store.put_policy("p@2", &casebook_core::hash::sha256_hex(b"text"), "text", NOW).expect("a policy");
    let row = case.add_text("a", "x");
    case.submit(row, "ada", &citing("r1", "HH-1")).expect("submitted");
    let again = NewReview { policy: "p@2", purpose: Purpose::Second, ..first(row, "ada") };
    let second = case.store.open_review(&again, NOW + 1).expect("a second look");
    assert_eq!(
        case.store.current_annotation(second.review).expect("read"),
        None,
        "nothing is recorded in it yet"
    );
    let mut record = case.of_this_file(&citing("r2", "FR-1"), row, "ada");
    record.policy.version = "2".into();
    let new = NewAnnotation {
        review: second.review,
        queue: "Reported",
        record: &record,
        choice: Choice::Remove,
        restricts: false,
        now_ms: NOW + 2,
        program: "w1",
    };
    case.store.submit(&new).expect("it supersedes nothing");
    let kept: Vec<_> = case.store.annotations_of(row).expect("read").into_iter().map(|it| it.id).collect();
    assert_eq!(kept, ["r1", "r2"]);
    let clauses = |policy| case.store.decided(row, policy).expect("read").map(|it| it.clauses);
    assert_eq!(clauses("p@1"), Some(vec!["HH-1".to_owned()]), "decided under these rules");
    assert_eq!(clauses("p@2"), Some(vec!["FR-1".to_owned()]), "and under those");
    assert_eq!(clauses("p@3"), None, "and not under others");
    let reviews = case.store.reviews_of(row, "ada").expect("read");
    assert_eq!(reviews.iter().map(|it| it.purpose).collect::<Vec<_>>(), [Purpose::First, Purpose::Second]);
    let counted: u32 = case.sql().query_row("select reviews from item", (), |it| it.get(0)).expect("a count");
    assert_eq!(counted, 1, "one reviewer");
    case.is_sound();
}

#[test]
fn a_look_for_another_purpose_does_not_count_towards_the_reviews_of_an_item() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    for (round, id) in [(1, "r1"), (2, "r2")] {
        let again = NewReview { purpose: Purpose::Consistency, round, ..first(row, "ada") };
        let review = case.store.open_review(&again, NOW).expect("a round").review;
        let record = case.of_this_file(&record(id), row, "ada");
        let new = NewAnnotation {
            review,
            queue: "Reported",
            record: &record,
            choice: Choice::Remove,
            restricts: false,
            now_ms: NOW,
            program: "w1",
        };
        case.store.submit(&new).expect("each round has its record");
    }
    let open = |reviewer| case.store.queue_counts(&Queue::reported(), reviewer).expect("counts").0;
    assert_eq!((open("ada"), open("bo")), (0, 1), "it waits for a first review, by somebody else");
    case.is_sound();
}

#[test]
fn who_has_seen_the_model_in_one_review_has_seen_it_in_every_other() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    let seen = |case: &Case, reviewer| case.store.has_seen_model(row, reviewer).expect("read");
    assert!(!seen(&case, "ada"));
    case.store.set_revealed(case.review(row, "bo"), None, NOW).expect("declined");
    case.store.put_assessment(row, &assessment("as1", "m"), NOW).expect("assessed");
    case.store.set_revealed(case.review(row, "ada"), Some("as1"), NOW).expect("revealed");
    let later = NewReview { purpose: Purpose::Quality, ..first(row, "ada") };
    case.store.open_review(&later, NOW).expect("another review");
    assert!(seen(&case, "ada") && !seen(&case, "bo"), "who went on without it has not seen it");
}

#[test]
fn what_cannot_be_read_of_a_draft_is_kept_out_of_the_way() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    let review = case.review(row, "ada");
    let newer = Body { format: "casebook/draft/9".into(), json: "{\"much\":\"more\"}".into() };
    case.store.save_draft(review, &newer, NOW).expect("saved");
    case.store.save_picks(review, &newer, NOW).expect("saved");
    case.store.keep_unread(review, Unfinished::Draft, NOW).expect("kept");
    case.store.keep_unread(review, Unfinished::Picks, NOW).expect("kept");
    assert_eq!(case.store.draft(review).expect("read"), None);
    case.store.save_draft(review, &common::body("{}"), NOW).expect("a new one");
    assert_eq!(case.store.unread(review).expect("read"), [newer.clone(), newer]);
    case.is_sound();
}

#[test]
fn every_row_that_another_copy_could_send_says_where_it_was_made() {
    let mut case = Case::new();
    let row = case.add(with("a", |it| it.gold = Some(gold(Verdict::Violating, "HH-1"))));
    case.submit(row, "ada", &record("r1")).expect("submitted");
    case.store.withdraw("r1", NOW).expect("withdrawn");
    case.store.put_in_force("p@1", Some("ada"), NOW).expect("in force");
    let moved = case.folder.path().join("b.casebook");
    case.store.backup(&moved).expect("a copy");
    let copy = Store::open(&moved).expect("it opens");
    copy.set_threshold("set/H", Some(70), "ada", NOW).expect("set");
    case.store.set_threshold("set/H", Some(75), "ada", NOW).expect("set");
    let read = |path: &std::path::Path| -> Vec<(i64, i64)> {
        let db = rusqlite::Connection::open(path).expect("SQLite opens it");
        let all: Vec<String> = ["review", "annotation", "withdrawal", "gold", "policy_in_force", "threshold"]
            .map(|it| format!("select copy, seq from {it}"))
            .into();
        let mut statement = db.prepare(&format!("{} order by 2", all.join(" union all "))).expect("SQL");
        let rows = statement.query_map((), |it| Ok((it.get(0)?, it.get(1)?))).expect("rows");
        rows.map(|it| it.expect("a row")).collect()
    };
    assert_eq!(read(case.store.path()), [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6)]);
    assert_eq!(
        read(&moved),
        [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 6)],
        "a file elsewhere is another copy"
    );
}

#[test]
fn gold_decides_before_annotations_and_the_newest_of_those() {
    let mut case = Case::new();
    let settled = case.add(with("a", |it| it.gold = Some(gold(Verdict::NotViolating, "HH-1"))));
    let open = case.add_text("b", "x");
    case.submit(settled, "ada", &citing("r1", "MI-1")).expect("submitted");
    case.submit(open, "ada", &citing("r2", "MI-1")).expect("submitted");
    case.submit(open, "bo", &citing("r3", "FR-1")).expect("submitted");
    let decided = |row| case.store.decided(row, "p@1").expect("read").expect("decided");
    assert!(decided(settled).gold && decided(settled).verdict == Verdict::NotViolating);
    assert_eq!((decided(open).gold, decided(open).clauses), (false, vec!["FR-1".to_owned()]));
    assert_eq!(case.store.decided(open + 9, "p@1").expect("no item"), None);
}

fn assessment(id: &str, of: &str) -> Assessment {
    Assessment {
        id: id.into(),
        policy: "p@1".into(),
        policy_sha256: "h".into(),
        model: model(of),
        made_at: "2026-11-20T10:00:00Z".into(),
        duration_ms: 3,
        scoring: Scoring::NotScored { reason: NotScored::NoText },
        notes: vec![],
        evidence: vec![],
        steps: vec![],
        recommendation: None,
        precedents: vec![],
    }
}

#[test]
fn the_first_assessment_counts_and_is_found_by_id() {
    let mut case = Case::new();
    let row = case.add_text("a", "x");
    for (id, of) in [("as1", "m"), ("as2", "m"), ("as3", "other")] {
        case.store.put_assessment(row, &assessment(id, of), NOW).expect("assessed");
    }
    assert_eq!(case.store.assessment(row, "h", &model("m")).expect("read"), Some(assessment("as1", "m")));
    assert_eq!(case.store.assessment(row, "h2", &model("m")).expect("none"), None);
    assert_eq!(case.store.assessment(row, "h", &model("n")).expect("none"), None);
    assert_eq!(case.store.assessment_by_id("as2").expect("read"), Some(assessment("as2", "m")));
    assert_eq!(case.store.newest_assessment(row).expect("read").map(|it| it.id).as_deref(), Some("as3"));
    assert!(case.store.put_assessment(row, &assessment("as1", "m"), NOW).is_err(), "an id is used once");
}

#[test]
fn scores_are_kept_counted_and_replaced() {
    let mut case = Case::new();
    let rows = ["a", "b", "c"].map(|it| case.add_text(it, it));
    assert_eq!(case.store.count_unscored(&model("m"), "p").expect("a count"), 3);
    let none = Scoring::NotScored { reason: NotScored::Language };
    let batch = [(rows[0], scored(0.9, None)), (rows[2], none.clone())];
    case.store.put_scores(&batch, &model("m"), "p", &judge, NOW).expect("scores");
    assert_eq!(case.store.scoring(rows[2], &model("m"), "p").expect("read"), Some(none));
    assert_eq!(case.store.scoring(rows[1], &model("m"), "p").expect("none"), None);
    assert_eq!(case.store.unscored(&model("m"), "p", 0, 9).expect("rows"), [rows[1]]);
    assert_eq!(case.store.unscored(&model("m"), "p2", rows[0], 1).expect("rows"), [rows[1]]);
    assert_eq!(case.store.count_unscored(&model("m"), "p").expect("a count"), 1);
    case.store.put_scores(&[(rows[0], scored(0.1, None))], &model("m"), "p", &judge, NOW).expect("again");
    assert_eq!(case.store.scoring(rows[0], &model("m"), "p").expect("read"), Some(scored(0.1, None)));
    assert_eq!(case.store.count_unscored(&model("m"), "p").expect("a count"), 1);
    case.is_sound();
}

#[test]
fn decided_items_are_found_by_likeness_and_restricted_ones_are_not() {
    let mut case = Case::new();
    let settled = case.add(with("a", |it| it.gold = Some(gold(Verdict::Violating, "HH-1"))));
    let recorded = case.add_text("b", "x");
    let open = case.add_text("c", "x");
    let restricted = case.add(with("d", |it| it.gold = Some(gold(Verdict::Escalate, "CS-1"))));
    let vectors: Vec<_> =
        [settled, recorded, open, restricted].into_iter().map(|it| (it, vec![it as f32, -0.5])).collect();
    case.store.put_embeddings(&model("m"), &vectors).expect("embeddings");
    case.submit(recorded, "ada", &record("r1")).expect("submitted");
    let mut precedents = Precedents::default();
    let mut nearest = |vector: &[f32]| -> Vec<Row> {
        let found = case.store.nearest_decided(&mut precedents, &model("m"), vector).expect("read");
        found.into_iter().map(|(_, row)| row).collect()
    };
    assert_eq!(nearest(&[1.0, 0.0]), [recorded, settled], "the greater cosine first");
    assert_eq!(nearest(&[-1.0, 0.0]), [settled, recorded]);
    case.submit(open, "bo", &record("r2")).expect("submitted");
    let found = case.store.nearest_decided(&mut precedents, &model("m"), &[1.0, 0.0]).expect("read");
    assert_eq!(found[0], (f64::from(open), open), "what was decided since is found");
    let late = case.add(with("e", |it| it.gold = Some(gold(Verdict::Violating, "HH-1"))));
    case.store.put_embeddings(&model("m"), &[(late, vec![9.0, 0.0])]).expect("embeddings");
    let found = case.store.nearest_decided(&mut precedents, &model("m"), &[1.0, 0.0]).expect("read");
    assert_eq!(found[0], (9.0, late), "and what was embedded since");
    assert_eq!(case.store.embedding(open, &model("m")).expect("read"), Some(vec![open as f32, -0.5]));
    assert_eq!(case.store.embedding(open, &model("n")).expect("none"), None);
}

#[test]
fn of_each_decided_item_the_nearest_other_one_is_known() {
    let mut case = Case::new();
    let rows =
        ["a", "b", "c"].map(|it| case.add(with(it, |it| it.gold = Some(gold(Verdict::Violating, "HH-1")))));
    let vectors: Vec<_> =
        rows.into_iter().zip([[1.0, 0.0], [0.8, 0.6], [-1.0, 0.1]].map(Vec::from)).collect();
    case.store.put_embeddings(&model("m"), &vectors).expect("embeddings");
    let mut known = Precedents::default();
    assert_eq!(case.store.neighbours(&known, 9).expect("read"), [], "nothing was asked for yet");
    case.store.nearest_decided(&mut known, &model("m"), &[1.0, 0.0]).expect("read");
    let found = case.store.neighbours(&known, 9).expect("read");
    let found: Vec<_> =
        found.into_iter().map(|it| (it.item, it.nearest, (it.cosine * 10.0).round())).collect();
    assert_eq!(found, [(rows[2], rows[1], -7.0), (rows[1], rows[0], 8.0), (rows[0], rows[1], 8.0)]);
    assert_eq!(case.store.neighbours(&known, 1).expect("read").len(), 1, "those known last");
    assert_eq!(known.n_known(), 3);
    // What has come into the restricted lane since is nobody's nearest, and has none.
    case.submit(rows[1], "ada", &common::citing("r1", common::LANE)).expect("submitted");
    let found = case.store.neighbours(&known, 9).expect("read");
    let found: Vec<_> = found.into_iter().map(|it| (it.item, it.nearest)).collect();
    assert_eq!(found, [(rows[2], rows[0]), (rows[0], rows[2])]);
}

#[test]
fn what_is_not_in_a_closed_set_is_refused_by_the_file() {
    let mut case = Case::new();
    case.add_text("a", "x");
    let attempts = [
        "update item set reviews = -1",
        "update item set restricted = 2",
        "insert into draw (review, queue, id, copy, seq, mode, at_ms)
         values (1, 'q', '00000000-0000-7000-8000-000000000000', 1, 1, 'seen', 0)",
        "insert into lease (item, reviewer, program, until_ms) values (99, 99, 'p', 0)",
        "insert into item (id, kind, content_sha256, imported_ms, urgency, flagged_ms, chance)
         values ('b', 'smell', zeroblob(32), 0, 0, 0, 0)",
        "update item set reviews = 'many'",
    ];
    let db = case.sql();
    for attempt in attempts {
        assert!(db.execute(attempt, ()).is_err(), "{attempt}");
    }
}

#[test]
fn a_thousand_items_and_reviews_stay_consistent() {
    let mut case = Case::new();
    let batch: Vec<_> = (0..1000).map(|n| text_item(&format!("i{n}"), &format!("word{n} shared"))).collect();
    case.store.insert_items(&batch, None, NOW).expect("a batch");
    for n in 0..200_u32 {
        let id = format!("r{n}");
        case.submit(n % 150 + 1, if n < 150 { "ada" } else { "bo" }, &record(&id)).expect("submitted");
        if n % 7 == 0 {
            case.store.withdraw(&id, NOW).expect("withdrawn");
        }
    }
    case.is_sound();
}
