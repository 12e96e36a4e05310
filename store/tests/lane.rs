//! The restricted lane is an absence: no ordinary queue, count or scoring has its items, and its own has nothing else.

mod common;

use casebook_core::{
    decision::Verdict,
    queue::{Order, Queue, QueueMode},
    turn::ReleaseReason,
};
use casebook_store::{Bulk, NewRelease, Presence, Row};
use common::{Case, LANE, NOW, citing, gold, model, record, scored, text_item, with};

/// A case with a plain item and one that a gold restricts.
fn mixed() -> (Case, Row, Row) {
    let mut case = Case::new();
    let plain = case.add_text("plain", "some words");
    let hidden = case.add(with("hidden", |it| it.gold = Some(gold(Verdict::Violating, LANE))));
    (case, plain, hidden)
}

#[track_caller]
fn meets(case: &Case, queue: &Queue, reviewer: &str, expected: &[Row]) {
    let found = case.store.candidates(queue, reviewer, "w1", NOW, 9).expect("candidates");
    assert_eq!(found, expected, "{} {:?} of {reviewer}", queue.name, queue.order);
    let filtered = Queue {
        filter: casebook_core::queue::Filter { words: Some("words".into()), ..queue.filter.clone() },
        ..queue.clone()
    };
    for queue in [queue, &filtered] {
        let open = case.store.queue_counts(queue, reviewer).expect("counts").0;
        assert_eq!(open, expected.len() as u32, "{} of {reviewer} is counted as it is met", queue.name);
    }
}

fn by(order: Order, queue: Queue) -> Queue {
    Queue { order, mode: QueueMode::Assisted, ..queue }
}

#[test]
fn a_restricted_item_is_met_in_the_restricted_queue_alone_in_every_order() {
    let (case, plain, hidden) = mixed();
    for order in [Order::Urgency, Order::Age, Order::Chance, Order::Risk] {
        meets(&case, &by(order, Queue::reported()), "ada", &[plain]);
        meets(&case, &by(order, Queue::restricted()), "ada", &[hidden]);
    }
    assert_eq!(case.store.count_items().expect("a count"), 1);
    assert_eq!(case.store.item_rows(0, 9).expect("rows"), [plain]);
    case.is_sound();
}

#[test]
fn what_was_handed_on_or_deferred_before_it_was_restricted_is_in_no_other_queue() {
    let mut case = Case::new();
    let [moved, assigned, deferred, stays] = ["a", "b", "c", "d"].map(|it| case.add_text(it, "some words"));
    case.store.act_on(&[moved], "bo", &Bulk::Move { to: Some("Reported") }, NOW).expect("moved");
    case.store.act_on(&[assigned], "bo", &Bulk::Assign { to: Some("ada") }, NOW).expect("assigned");
    case.store.act_on(&[deferred], "ada", &Bulk::Defer { queue: "Reported" }, NOW).expect("deferred");
    for (n, row) in [moved, assigned, deferred].into_iter().enumerate() {
        case.submit(row, "cy", &citing(&format!("r{n}"), LANE)).expect("submitted");
    }
    meets(&case, &Queue { reviews_wanted: 2, ..Queue::reported() }, "ada", &[stays]);
    meets(&case, &Queue::restricted(), "ada", &[moved, assigned, deferred]);
    meets(&case, &Queue::restricted(), "cy", &[]);
    meets(&case, &Queue { reviews_wanted: 1, ..Queue::restricted() }, "ada", &[]);
    case.store.set_aside(moved, "ada", "Restricted", "defer", NOW).expect("deferred");
    case.store.set_aside(assigned, "ada", "Restricted", "skip", NOW).expect("skipped");
    meets(&case, &Queue::restricted(), "ada", &[deferred, moved]);
    case.is_sound();
}

#[test]
fn counts_follow_an_item_into_the_lane_and_its_reviews_there() {
    let mut case = Case::new();
    let [first, second] = ["a", "b"].map(|it| case.add_text(it, "some words"));
    case.submit(first, "ada", &record("r1")).expect("submitted");
    case.submit(first, "bo", &citing("r2", LANE)).expect("submitted");
    assert_eq!(case.store.count_items().expect("a count"), 1);
    case.is_sound();
    case.submit(first, "cy", &citing("r3", LANE)).expect("submitted");
    case.store.withdraw("r2", NOW).expect("withdrawn");
    assert_eq!(case.store.count_items().expect("a count"), 1);
    case.is_sound();
    let review = case.review(second, "ada");
    case.store.put_impression(review, "q", &common::body("{}"), true, NOW).expect("stored");
    assert_eq!(case.store.count_items().expect("a count"), 0);
    case.is_sound();
}

#[test]
fn an_item_is_there_for_who_reviews_it_in_the_lane() {
    let (mut case, plain, hidden) = mixed();
    let there = |case: &Case, row: Row, who: &str| case.store.presence(row, who).expect("an answer");
    assert_eq!(there(&case, plain, "ada"), Presence::Present);
    assert_eq!(there(&case, hidden, "ada"), Presence::Absent);
    assert_eq!(there(&case, hidden + 1, "ada"), Presence::Absent);
    let review = case.review(hidden, "ada");
    assert_eq!(there(&case, hidden, "ada"), Presence::Left, "who met it knows that there was one");
    case.store.admit(review, NOW).expect("admitted");
    case.store.admit(review, NOW).expect("twice is once");
    assert_eq!(there(&case, hidden, "ada"), Presence::Present);
    assert_eq!(there(&case, hidden, "bo"), Presence::Absent);
    case.submit(plain, "bo", &citing("r1", LANE)).expect("submitted");
    assert_eq!(there(&case, plain, "bo"), Presence::Present, "who put it there goes on there");
    assert_eq!(there(&case, plain, "ada"), Presence::Absent);
}

#[test]
fn who_holds_an_item_holds_it_no_more_once_another_restricts_it() {
    let mut case = Case::new();
    let row = case.add_text("a", "some words");
    case.store.lease(row, "ada", "w1", NOW, NOW + 9).expect("leased");
    let review = case.review(row, "bo");
    case.store.put_impression(review, "q", &common::body("{}"), true, NOW).expect("stored");
    assert_eq!(case.store.leased_row("ada", "w1", NOW).expect("a look-up"), None);
    case.store.lease(row, "bo", "w2", NOW, NOW + 9).expect("it is free for the lane");
}

/// Every policy of a test has the one clause of the lane.
fn restricts(_policy: &str, clause: &str) -> bool {
    clause == LANE
}

/// Takes an item out as a second person.
fn take_out(case: &Case, row: Row) {
    let there = case.store.put_there(row, &restricts).expect("read");
    let reviews: Vec<u32> = there.reviews.into_keys().collect();
    let new = NewRelease { row, reviewer: "dee", reason: ReleaseReason::Slip, note: None, reviews: &reviews };
    case.store.take_out(&new, NOW).expect("taken out");
}

#[test]
fn who_put_an_item_there_is_found_by_impression_and_by_record_also_where_it_was_withdrawn() {
    let mut case = Case::new();
    let row = case.add_text("a", "some words");
    let first = case.review(row, "ada");
    let body = common::body(r#"{"judgement": {"clauses": ["CS-1"]}}"#);
    case.store.put_impression(first, "q", &body, true, NOW).expect("stored");
    case.submit(row, "bo", &citing("r1", LANE)).expect("submitted");
    case.store.withdraw("r1", NOW).expect("withdrawn");
    case.submit(row, "cy", &record("r2")).expect("submitted");
    let there = case.store.put_there(row, &restricts).expect("read");
    assert_eq!(there.reviews.into_values().collect::<Vec<_>>(), ["ada", "bo"]);
    assert!(!there.by_gold && !there.by_match);
    let (case, _, hidden) = mixed();
    assert!(case.store.put_there(hidden, &restricts).expect("read").by_gold);
}

#[test]
fn what_is_taken_out_of_the_lane_is_met_counted_and_listed_as_before_it_was_in_it() {
    let mut case = Case::new();
    let [row, other] = ["a", "b"].map(|it| case.add_text(it, "some words"));
    case.submit(row, "ada", &citing("r1", LANE)).expect("submitted");
    meets(&case, &Queue::reported(), "cy", &[other]);
    take_out(&case, row);
    meets(&case, &Queue::reported(), "cy", &[row, other]);
    meets(&case, &Queue::reported(), "ada", &[row, other]);
    meets(&case, &Queue::restricted(), "cy", &[]);
    assert_eq!(case.store.presence(row, "cy").expect("an answer"), Presence::Present);
    assert_eq!(case.store.count_items().expect("a count"), 2);
    assert_eq!(case.store.search("words", 9).expect("a search").len(), 2);
    assert!(case.store.is_over(case.review(row, "ada")).expect("an answer"));
    assert_eq!(case.store.annotations_of(row).expect("read"), []);
    case.is_sound();
    // It is no pardon for what comes after.
    case.submit(row, "bo", &citing("r2", LANE)).expect("submitted");
    assert_eq!(case.store.put_there(row, &restricts).expect("read").reviews.len(), 1);
    meets(&case, &Queue::reported(), "cy", &[other]);
    take_out(&case, row);
    case.is_sound();
    let error = case.sql().execute_batch("delete from release").expect_err("it is kept");
    assert!(error.to_string().contains("append-only"), "{error}");
}

#[test]
fn a_scoring_of_all_leaves_the_lane_out_and_counts_so() {
    let (mut case, plain, hidden) = mixed();
    let left = |case: &Case| {
        let rows = case.store.unscored(&model("m"), "p", 0, 9).expect("rows");
        (rows, case.store.count_unscored(&model("m"), "p").expect("a count"))
    };
    assert_eq!(left(&case), (vec![plain], 1));
    let later = case.add(text_item("later", "some words"));
    let batch = [plain, hidden, later].map(|it| (it, scored(0.8, Some(0.5))));
    case.store.put_scores(&batch[..2], &model("m"), "p", &common::judge, NOW).expect("scores");
    assert_eq!(left(&case), (vec![later], 1));
}
