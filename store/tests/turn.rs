//! Whose turn an item is: it waits for one person or in one queue, and ends where it should.

mod common;

use casebook_core::{
    queue::{Filter, Queue},
    turn::{To, TurnReason},
};
use casebook_store::{Act, Bulk, NewHandover, Row, StoreError};
use common::{Case, LANE, NOW, citing, record, with};

fn person(name: &str) -> To {
    To::Person { name: name.into() }
}

fn queue(name: &str) -> To {
    To::Queue { name: name.into() }
}

fn hand_on(case: &Case, row: Row, by: &str, to: &To) -> u32 {
    let new = NewHandover {
        row,
        reviewer: by,
        met_in: Some("Reported"),
        to,
        reason: TurnReason::Language,
        note: Some("it is dialect"),
        program: "w1",
    };
    case.store.hand_on(&new, NOW).expect("handed on")
}

/// A case with three items and a second queue, which holds nothing by its filter.
fn case() -> (Case, [Row; 3]) {
    let mut case = Case::new();
    let rows = ["a", "b", "c"].map(|id| case.add(with(id, |it| it.language = Some("en".into()))));
    let filter = Filter { languages: vec!["ku".into()], ..Filter::default() };
    let other = Queue { name: "Kurdish".into(), filter, ..Queue::reported() };
    case.store.save_queue(&other, NOW).expect("saved");
    (case, rows)
}

/// What `reviewer` meets in `queue`, which is also counted so.
#[track_caller]
fn meets(case: &Case, queue: &str, reviewer: &str, expected: &[Row]) {
    let queue = case.store.queue(queue).expect("a look-up").expect("a queue");
    let found = case.store.candidates(&queue, reviewer, "w1", NOW, 9).expect("candidates");
    assert_eq!(found, expected, "{reviewer} in {}", queue.name);
    let open = case.store.queue_counts(&queue, reviewer).expect("counts").0;
    assert_eq!(open, expected.len() as u32, "{reviewer} in {} is counted as it is met", queue.name);
    let everything = Filter { words: Some("words".into()), ..Filter::default() };
    if queue.filter == Filter::default() {
        let filtered = Queue { filter: everything, ..queue };
        let open = case.store.queue_counts(&filtered, reviewer).expect("counts").0;
        assert_eq!(open, expected.len() as u32, "{reviewer}, counted through a filter");
    }
}

#[test]
fn what_waits_for_a_person_is_met_first_by_them_and_by_nobody_else() {
    let (case, [a, b, c]) = case();
    hand_on(&case, c, "ada", &person("bo"));
    meets(&case, "Reported", "ada", &[a, b]);
    meets(&case, "Reported", "cy", &[a, b]);
    meets(&case, "Reported", "bo", &[c, a, b]);
    meets(&case, "Kurdish", "bo", &[]);
    let waiting = case.store.waiting_for("bo", 9).expect("a list");
    assert_eq!((waiting.total, waiting.first[0].by.as_str()), (1, "ada"));
    assert_eq!(case.store.handed_on_by("ada", 9).expect("a list").total, 1);
    assert_eq!(case.store.waiting_for("ada", 9).expect("a list").total, 0);
    case.is_sound();
}

#[test]
fn what_waits_in_a_queue_is_met_there_alone_and_not_by_who_handed_it_on() {
    let (case, [a, b, c]) = case();
    hand_on(&case, b, "ada", &queue("Kurdish"));
    meets(&case, "Kurdish", "bo", &[b]);
    meets(&case, "Kurdish", "ada", &[]);
    meets(&case, "Reported", "bo", &[a, c]);
    meets(&case, "Reported", "ada", &[a, c]);
    assert_eq!(case.store.n_waiting_in("Kurdish").expect("a count"), 1);
}

#[test]
fn the_newest_handover_counts_and_a_chain_is_taken_back_link_by_link() {
    let (case, [a, b, c]) = case();
    let first = hand_on(&case, a, "ada", &person("bo"));
    let second = hand_on(&case, a, "bo", &queue("Kurdish"));
    meets(&case, "Reported", "bo", &[b, c]);
    meets(&case, "Kurdish", "cy", &[a]);
    case.store.call_back(second, NOW).expect("taken back");
    case.store.call_back(second, NOW).expect("twice is once");
    meets(&case, "Reported", "bo", &[a, b, c]);
    meets(&case, "Kurdish", "cy", &[]);
    case.store.call_back(first, NOW).expect("taken back");
    meets(&case, "Reported", "cy", &[a, b, c]);
    meets(&case, "Reported", "ada", &[a, b, c]);
    assert!(matches!(case.store.call_back(99, NOW), Err(StoreError::NotFound { .. })));
    case.is_sound();
}

#[test]
fn an_item_handed_back_waits_for_who_handed_it_on() {
    let (case, [a, b, c]) = case();
    hand_on(&case, b, "ada", &person("bo"));
    hand_on(&case, b, "bo", &person("ada"));
    meets(&case, "Reported", "ada", &[b, a, c]);
    meets(&case, "Reported", "bo", &[a, c]);
}

#[test]
fn a_record_by_whom_it_waits_for_ends_the_wait_and_its_withdrawal_begins_it_again() {
    let (mut case, [a, b, c]) = case();
    let twice = Queue { reviews_wanted: 2, ..Queue::reported() };
    case.store.save_queue(&twice, NOW).expect("saved");
    hand_on(&case, a, "ada", &person("bo"));
    case.submit(a, "cy", &record("r1")).expect("submitted");
    meets(&case, "Reported", "bo", &[a, b, c]);
    assert!(case.store.open_handover(a).expect("a look-up").is_some(), "it waited for somebody else");
    case.submit(a, "bo", &record("r2")).expect("submitted");
    assert_eq!(case.store.open_handover(a).expect("a look-up"), None);
    meets(&case, "Reported", "dee", &[b, c]);
    case.store.withdraw("r2", NOW).expect("withdrawn");
    meets(&case, "Reported", "dee", &[b, c]);
    meets(&case, "Reported", "bo", &[a, b, c]);
    case.store.withdraw("r1", NOW).expect("withdrawn");
    case.submit(a, "bo", &record("r3")).expect("submitted");
    meets(&case, "Reported", "dee", &[a, b, c]);
    meets(&case, "Reported", "ada", &[b, c]);
    case.is_sound();
}

#[test]
fn what_whom_it_waits_for_did_of_it_before_does_not_keep_it_from_them_and_what_they_did_since_does() {
    let (mut case, [a, b, c]) = case();
    case.submit(a, "bo", &record("r1")).expect("submitted");
    case.store.set_aside(b, "bo", "Reported", "skip", NOW).expect("skipped");
    case.store.set_aside(c, "bo", "Reported", "defer", NOW).expect("deferred");
    for row in [a, b, c] {
        hand_on(&case, row, "ada", &person("bo"));
    }
    meets(&case, "Reported", "bo", &[a, b, c]);
    case.store.set_aside(a, "bo", "Reported", "defer", NOW).expect("deferred");
    meets(&case, "Reported", "bo", &[b, c, a]);
    case.store.set_aside(b, "bo", "Reported", "skip", NOW).expect("skipped");
    meets(&case, "Reported", "bo", &[c, a]);
    assert_eq!(case.store.waiting_for("bo", 9).expect("a list").total, 3, "it still waits and is listed");
}

#[test]
fn a_later_bulk_act_ends_a_wait_until_it_is_taken_back() {
    let (case, [a, b, c]) = case();
    hand_on(&case, a, "ada", &person("bo"));
    let act = case.store.act_on(&[a], "lead", &Bulk::Assign { to: Some("cy") }, NOW).expect("assigned");
    assert_eq!(case.store.open_handover(a).expect("a look-up"), None);
    meets(&case, "Reported", "bo", &[b, c]);
    meets(&case, "Reported", "cy", &[a, b, c]);
    case.store.take_back(act, "lead", NOW).expect("taken back");
    meets(&case, "Reported", "bo", &[a, b, c]);
    meets(&case, "Reported", "cy", &[b, c]);
    let given_back = Bulk::Assign { to: None };
    case.store.act_on(&[a], "lead", &given_back, NOW).expect("given back");
    meets(&case, "Reported", "cy", &[a, b, c]);
}

#[test]
fn a_queue_that_goes_leaves_nothing_waiting_in_it() {
    let (case, [a, b, c]) = case();
    hand_on(&case, a, "ada", &queue("Kurdish"));
    case.store.remove_queue("Kurdish").expect("removed");
    meets(&case, "Reported", "bo", &[a, b, c]);
}

#[test]
fn who_holds_an_item_keeps_it_from_being_handed_on_and_who_hands_it_on_holds_it_no_more() {
    let (case, [a, ..]) = case();
    case.store.lease(a, "bo", "w2", NOW, NOW + 9).expect("leased");
    let to = person("cy");
    let new = NewHandover {
        row: a,
        reviewer: "ada",
        met_in: None,
        to: &to,
        reason: TurnReason::NotForMe,
        note: None,
        program: "w1",
    };
    assert!(matches!(case.store.hand_on(&new, NOW), Err(StoreError::Leased { .. })));
    case.store.release(a, "bo", "w2").expect("given back");
    case.store.lease(a, "ada", "w1", NOW, NOW + 9).expect("leased");
    case.store.hand_on(&new, NOW).expect("handed on");
    case.store.lease(a, "cy", "w3", NOW, NOW + 9).expect("it is free");
}

#[test]
fn whom_it_waits_for_has_begun_once_they_hold_it_or_have_decided_since() {
    let (case, [a, ..]) = case();
    let review = case.review(a, "bo");
    case.store.put_impression(review, "Reported", &common::body("{}"), false, NOW).expect("an impression");
    hand_on(&case, a, "ada", &person("bo"));
    let waits = case.store.open_handover(a).expect("a look-up").expect("it waits");
    let begun = |case: &Case| case.store.is_begun(&waits, NOW).expect("an answer");
    assert!(!begun(&case), "what was decided before is not begun for this");
    case.store.lease(a, "bo", "w2", NOW, NOW + 9).expect("leased");
    assert!(begun(&case));
    case.store.release(a, "bo", "w2").expect("given back");
    assert!(!begun(&case));
    case.store.save_draft(review, &common::body("{}"), NOW + 1).expect("a draft");
    assert!(begun(&case));
}

#[test]
fn handing_on_is_an_act_that_undo_finds() {
    let (case, [a, b, _]) = case();
    case.store.set_aside(b, "ada", "Reported", "skip", NOW).expect("skipped");
    let handover = hand_on(&case, a, "ada", &person("bo"));
    let newest = case.store.newest_act("ada", "Reported").expect("a look-up");
    assert_eq!(newest, Some(Act::Handover { id: handover, row: a, created_ms: NOW }));
    case.store.call_back(handover, NOW).expect("taken back");
    let newest = case.store.newest_act("ada", "Reported").expect("a look-up");
    assert!(matches!(newest, Some(Act::Aside { row, .. }) if row == b), "{newest:?}");
}

#[test]
fn what_waits_and_is_restricted_is_in_no_list_and_no_queue_but_the_lane() {
    let (mut case, [a, b, c]) = case();
    hand_on(&case, a, "ada", &person("bo"));
    case.submit(a, "cy", &citing("r1", LANE)).expect("submitted");
    meets(&case, "Reported", "bo", &[b, c]);
    assert_eq!(case.store.waiting_for("bo", 9).expect("a list").total, 0);
    assert_eq!(case.store.handed_on_by("ada", 9).expect("a list").first, []);
    case.is_sound();
}

#[test]
fn a_handover_and_a_note_are_neither_changed_nor_replaced() {
    let (case, [a, ..]) = case();
    hand_on(&case, a, "ada", &person("bo"));
    case.store.put_note(a, "ada", None, "see the second line", NOW).expect("a note");
    let notes = case.store.notes_of(a).expect("notes");
    assert_eq!((notes[0].by.as_str(), notes[0].text.as_str()), ("ada", "see the second line"));
    for sql in [
        "update handover set note = 'other'",
        "delete from handover",
        "replace into handover select * from handover",
        "update note set text = 'other'",
        "delete from note",
        "replace into note select * from note",
    ] {
        let error = case.sql().execute_batch(sql).expect_err("it is refused");
        assert!(error.to_string().contains("append-only"), "{sql}: {error}");
    }
}
