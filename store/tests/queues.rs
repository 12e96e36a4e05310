//! Queues, candidates, leases, asides.

mod common;

use casebook_core::queue::{Filter, Order, Queue, QueueMode};
use casebook_store::{Act, Row, StoreError};
use common::{Case, NOW, judge, model, record, reports, scored, with};

const LATER: i64 = NOW + 600_000;

fn queue(order: Order) -> Queue {
    Queue { order, mode: QueueMode::Assisted, ..Queue::reported() }
}

fn filtered(change: impl FnOnce(&mut Filter)) -> Queue {
    let mut queue = Queue::reported();
    change(&mut queue.filter);
    queue
}

#[track_caller]
fn meets(case: &Case, queue: &Queue, reviewer: &str, expected: &[Row]) {
    let rows = case.store.candidates(queue, reviewer, "w1", NOW, 100).expect("candidates");
    assert_eq!(rows, expected, "{reviewer} in {queue:?}");
    // A shorter list is the head of the longer one.
    for limit in 1..3_u32 {
        let head = case.store.candidates(queue, reviewer, "w1", NOW, limit).expect("candidates");
        assert_eq!(head, expected[..expected.len().min(limit as usize)], "the first {limit}");
    }
}

#[track_caller]
fn counts(case: &Case, queue: &Queue, reviewer: &str, expected: (u32, u32)) {
    assert_eq!(case.store.queue_counts(queue, reviewer).expect("counts"), expected, "{reviewer}");
}

#[test]
fn queues_are_saved_replaced_and_removed() {
    let case = Case::new();
    let mut mine = Queue { name: "Mine".into(), ..queue(Order::Age) };
    case.store.save_queue(&mine, NOW).expect("saved");
    mine.reviews_wanted = 3;
    case.store.save_queue(&mine, NOW).expect("replaced");
    assert_eq!(case.store.queues().expect("queues"), [Queue::reported(), Queue::restricted(), mine.clone()]);
    assert_eq!(case.store.queue("Mine").expect("a queue"), Some(mine));
    case.store.remove_queue("Mine").expect("removed");
    assert_eq!(case.store.queue("Mine").expect("none"), None);
    assert!(matches!(case.store.remove_queue("Mine"), Err(StoreError::NotFound { .. })));
}

#[test]
fn urgent_items_come_first_and_ties_go_to_the_older() {
    let mut case = Case::new();
    let rows = [1, 9, 1, 4].map(|n| {
        case.add(with(&format!("i{n}{}", case.store.count_items().unwrap()), |it| {
            it.reports = reports(n);
        }))
    });
    meets(&case, &Queue::reported(), "ada", &[rows[1], rows[3], rows[0], rows[2]]);
}

#[test]
fn the_longest_flagged_comes_first_by_age() {
    let mut case = Case::new();
    let rows = [(5, "a"), (3, "b"), (4, "c")].map(|(ms, id)| {
        let mut new = with(id, |_| ());
        new.flagged_ms = Some(ms);
        case.add(new)
    });
    let untimed = case.add(with("d", |_| ()));
    meets(&case, &queue(Order::Age), "ada", &[rows[1], rows[2], rows[0], untimed]);
}

#[test]
fn chance_is_one_order_for_everyone_and_not_the_order_of_arrival() {
    let mut case = Case::new();
    let rows: Vec<Row> = (0..20).map(|n| case.add(with(&format!("i{n}"), |_| ()))).collect();
    let ada = case.store.candidates(&queue(Order::Chance), "ada", "w1", NOW, 100).expect("candidates");
    let bo = case.store.candidates(&queue(Order::Chance), "bo", "w2", NOW, 100).expect("candidates");
    assert_eq!(ada, bo);
    assert_ne!(ada, rows, "twenty in order of arrival would be a wonder");
    let mut sorted = ada;
    sorted.sort_unstable();
    assert_eq!(sorted, rows);
}

#[test]
fn risk_comes_first_and_unscored_items_follow_by_urgency() {
    let mut case = Case::new();
    let rows = [1, 2, 3, 9].map(|n| case.add(with(&format!("i{n}"), |it| it.reports = reports(n))));
    let scores =
        [(rows[0], scored(0.9, Some(0.5))), (rows[1], scored(0.2, Some(0.5))), (rows[2], scored(0.8, None))];
    case.store.put_scores(&scores, &model("m"), "p", &judge, NOW).expect("scores");
    meets(&case, &queue(Order::Risk), "ada", &[rows[0], rows[1], rows[3], rows[2]]);
}

#[test]
fn a_filter_holds_by_language_market_reason_and_words() {
    let mut case = Case::new();
    let en = case.add(with("en", |it| {
        it.language = Some("en-GB".into());
        it.market = Some("GB".into());
        it.reports = reports(2);
    }));
    let es = case.add(with("es", |it| {
        it.language = Some("es".into());
        it.market = Some("MX".into());
        it.reports = vec![casebook_core::item::Report { reason: "scam".into(), n: 9 }];
    }));
    let text = case.add_text("t", "the needle is here");
    let languages = |of: &[&str]| filtered(|it| it.languages = of.iter().map(ToString::to_string).collect());
    meets(&case, &languages(&["en"]), "ada", &[en]);
    meets(&case, &languages(&["EN_us", "es"]), "ada", &[es, en]);
    meets(&case, &filtered(|it| it.markets = vec!["MX".into()]), "ada", &[es]);
    meets(&case, &filtered(|it| it.reasons = vec!["spam".into(), "other".into()]), "ada", &[en]);
    meets(&case, &filtered(|it| it.words = Some("need".into())), "ada", &[text]);
    meets(&case, &filtered(|it| it.words = Some("  ".into())), "ada", &[es, en, text]);
    meets(&case, &filtered(|it| it.words = Some("\"()".into())), "ada", &[]);
    counts(&case, &languages(&["en", "es"]), "ada", (2, 0));
    counts(&case, &filtered(|it| it.words = Some("needle".into())), "ada", (1, 0));
    counts(&case, &filtered(|it| it.words = Some("***".into())), "ada", (0, 0));
}

#[test]
fn a_recorded_item_leaves_the_queue_and_comes_back_when_withdrawn() {
    let mut case = Case::new();
    let rows = ["a", "b"].map(|it| case.add_text(it, it));
    counts(&case, &Queue::reported(), "ada", (2, 0));
    case.submit(rows[0], "ada", &record("r1")).expect("submitted");
    meets(&case, &Queue::reported(), "ada", &[rows[1]]);
    meets(&case, &Queue::reported(), "bo", &[rows[1]]);
    counts(&case, &Queue::reported(), "ada", (1, 1));
    counts(&case, &Queue::reported(), "bo", (1, 0));
    case.store.withdraw("r1", NOW).expect("withdrawn");
    meets(&case, &Queue::reported(), "ada", &rows);
    counts(&case, &Queue::reported(), "ada", (2, 0));
    case.is_sound();
}

#[test]
fn two_reviews_wanted_are_two_reviewers() {
    let mut case = Case::new();
    let rows = ["a", "b"].map(|it| case.add_text(it, it));
    let twice = Queue { reviews_wanted: 2, ..Queue::reported() };
    case.submit(rows[0], "ada", &record("r1")).expect("submitted");
    meets(&case, &twice, "ada", &[rows[1]]);
    meets(&case, &twice, "bo", &rows);
    counts(&case, &twice, "ada", (1, 1));
    case.submit(rows[0], "bo", &record("r2")).expect("submitted");
    meets(&case, &twice, "cy", &[rows[1]]);
    counts(&case, &twice, "cy", (1, 0));
    case.is_sound();
}

#[test]
fn walks_of_different_depth_are_merged_in_order() {
    let mut case = Case::new();
    let rows = [3, 1, 2].map(|n| case.add(with(&format!("i{n}"), |it| it.reports = reports(n))));
    case.submit(rows[2], "bo", &record("r1")).expect("submitted");
    let twice = Queue { reviews_wanted: 2, ..Queue::reported() };
    meets(&case, &twice, "ada", &[rows[0], rows[2], rows[1]]);
}

#[test]
fn a_skipped_item_is_not_met_again_by_this_reviewer() {
    let mut case = Case::new();
    let rows = ["a", "b"].map(|it| case.add_text(it, it));
    let id = case.store.set_aside(rows[0], "ada", "Reported", "skip", NOW).expect("skipped");
    meets(&case, &Queue::reported(), "ada", &[rows[1]]);
    meets(&case, &Queue::reported(), "bo", &rows);
    counts(&case, &Queue::reported(), "ada", (1, 0));
    counts(&case, &filtered(|it| it.words = Some("a".into())), "ada", (0, 0));
    case.store.take_back_aside(id, NOW).expect("taken back");
    case.store.take_back_aside(id, NOW).expect("twice is once");
    meets(&case, &Queue::reported(), "ada", &rows);
    counts(&case, &Queue::reported(), "ada", (2, 0));
    assert!(matches!(case.store.take_back_aside(77, NOW), Err(StoreError::NotFound { .. })));
}

#[test]
fn deferred_items_come_last_the_longest_deferred_first() {
    let mut case = Case::new();
    let rows = ["a", "b", "c"].map(|it| case.add_text(it, it));
    case.store.set_aside(rows[1], "ada", "Reported", "defer", NOW).expect("deferred");
    case.store.set_aside(rows[0], "ada", "Reported", "defer", NOW).expect("deferred");
    meets(&case, &Queue::reported(), "ada", &[rows[2], rows[1], rows[0]]);
    meets(&case, &Queue::reported(), "bo", &rows);
    counts(&case, &Queue::reported(), "ada", (3, 0));
    case.store.set_aside(rows[1], "ada", "Reported", "defer", NOW).expect("deferred again");
    meets(&case, &Queue::reported(), "ada", &[rows[2], rows[0], rows[1]]);
    case.store.set_aside(rows[1], "ada", "Reported", "skip", NOW).expect("skipped at last");
    meets(&case, &Queue::reported(), "ada", &[rows[2], rows[0]]);
}

#[test]
fn only_skip_and_defer_are_ways_to_set_aside_and_both_stay() {
    let mut case = Case::new();
    let row = case.add_text("a", "a");
    assert!(case.store.set_aside(row, "ada", "Reported", "delete", NOW).is_err());
    assert!(case.store.set_aside(99, "ada", "Reported", "skip", NOW).is_err(), "no such item");
    case.store.set_aside(row, "ada", "Reported", "skip", NOW).expect("skipped");
    for attempt in ["delete from aside", "update aside set kind = 'defer'"] {
        assert!(case.sql().execute(attempt, ()).expect_err(attempt).to_string().contains("append-only"));
    }
}

#[test]
fn a_lease_keeps_others_away_until_it_runs_out() {
    let mut case = Case::new();
    let rows = ["a", "b"].map(|it| case.add_text(it, it));
    case.store.lease(rows[0], "ada", "w1", NOW, LATER).expect("leased");
    meets(&case, &Queue::reported(), "bo", &[rows[1]]);
    meets(&case, &Queue::reported(), "ada", &rows);
    let error = case.store.lease(rows[0], "bo", "w9", LATER - 1, LATER + 1).expect_err("taken");
    assert!(matches!(error, StoreError::Leased { ref by, until_ms: LATER, .. } if by == "ada"), "{error}");
    case.store.lease(rows[0], "bo", "w9", LATER, LATER + 1).expect("it ran out");
    assert_eq!(case.store.leased_row("bo", "w9", LATER).expect("a row"), Some(rows[0]));
    assert_eq!(case.store.leased_row("ada", "w1", LATER).expect("none"), None);
}

#[test]
fn another_program_of_the_same_reviewer_is_somebody_else() {
    let mut case = Case::new();
    let rows = ["a", "b"].map(|it| case.add_text(it, it));
    case.store.lease(rows[0], "ada", "w1", NOW, LATER).expect("leased");
    let second = case.again();
    assert!(matches!(second.lease(rows[0], "ada", "w2", NOW, LATER), Err(StoreError::Leased { .. })));
    assert_eq!(second.candidates(&Queue::reported(), "ada", "w2", NOW, 9).expect("candidates"), [rows[1]]);
    second.release(rows[0], "ada", "w2").expect("not its own: nothing happens");
    assert_eq!(case.store.leased_row("ada", "w1", NOW).expect("a row"), Some(rows[0]));
    case.store.lease(rows[0], "ada", "w1", NOW + 1, LATER + 1).expect("its own is renewed");
    case.store.release(rows[0], "ada", "w1").expect("released");
    second.lease(rows[0], "ada", "w2", NOW, LATER).expect("free now");
}

#[test]
fn submitting_gives_the_lease_back_and_needs_that_nobody_else_has_it() {
    let mut case = Case::new();
    let row = case.add_text("a", "a");
    case.store.lease(row, "bo", "w9", NOW, LATER).expect("leased");
    assert!(matches!(case.submit(row, "ada", &record("r1")), Err(StoreError::Leased { .. })));
    case.store.release(row, "bo", "w9").expect("released");
    case.store.lease(row, "ada", "w1", NOW, LATER).expect("leased");
    case.submit(row, "ada", &record("r1")).expect("submitted");
    assert_eq!(case.store.leased_row("ada", "w1", NOW).expect("none"), None);
}

#[test]
fn the_newest_act_is_the_last_one_not_taken_back() {
    let mut case = Case::new();
    let rows = ["a", "b", "c"].map(|it| case.add_text(it, it));
    assert_eq!(case.store.newest_act("ada", "Reported").expect("none"), None);
    case.submit(rows[0], "ada", &record("r1")).expect("submitted");
    let skip = case.store.set_aside(rows[1], "ada", "Reported", "skip", NOW).expect("skipped");
    case.submit(rows[2], "ada", &record("r2")).expect("submitted");
    let newest = || case.store.newest_act("ada", "Reported").expect("an act").expect("there is one");
    let annotation = |id: &str, row| Act::Annotation { id: id.into(), row, created_ms: NOW };
    // All within one millisecond: the order of acts is kept, not guessed from the clock.
    assert_eq!(newest(), annotation("r2", rows[2]));
    case.store.withdraw("r2", NOW).expect("withdrawn");
    let newest = || case.store.newest_act("ada", "Reported").expect("an act").expect("there is one");
    assert_eq!(newest(), Act::Aside { id: skip, row: rows[1], kind: "skip".into(), created_ms: NOW });
    case.store.take_back_aside(skip, NOW).expect("taken back");
    assert_eq!(newest(), annotation("r1", rows[0]));
    assert_eq!(case.store.newest_act("bo", "Reported").expect("none"), None);
    assert_eq!(case.store.newest_act("ada", "Other").expect("none"), None);
}
