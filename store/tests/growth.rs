//! What a reviewer waits for is found, not looked for: in a file of many items SQLite takes no more
//! steps for it than in one of few. It has no figures of what the tables hold, so it may walk a large
//! one where it should look up, and no other test would see that.

mod common;

use std::{cell::RefCell, sync::atomic::Ordering};

use casebook_core::{
    decision::Verdict,
    queue::{Order, Queue},
    turn::{To, TurnReason},
};
use casebook_store::{NewHandover, NewItem, Precedents, Row, SignIndex};
use common::{Case, NOW, gold, judge, model, record, scored, text_item};

/// More than are compared exactly to find similar ones.
const FEW: u32 = 1200;
const MANY: u32 = 12_000;
/// In either file.
const SETTLED: u32 = 60;
const RARE: u32 = 5;
const WAITING: u32 = 40;

#[test]
fn what_a_reviewer_waits_for_does_not_grow_with_the_file() {
    let (few, many) = (costs(FEW), costs(MANY));
    assert_eq!(few.len(), many.len());
    for ((question, few), (_, many)) in few.iter().zip(&many) {
        // A tree one level deeper costs a little more; a walk costs ten times as much.
        assert!(*many <= 2 * few + 10, "{question}: {few} in {FEW} items, {many} in {MANY}");
    }
}

/// What each question costs in a file of `n` items, in tens of SQLite's steps.
fn costs(n: u32) -> Vec<(String, u64)> {
    let mut case = filled(n);
    let (mut index, mut precedents) = (SignIndex::default(), Precedents::default());
    let middle = n / 2;
    // The first time these read all there is.
    case.store.nearest(&mut index, middle, 3).expect("neighbours");
    case.store.nearest_decided(&mut precedents, &model("m"), &turned(5)).expect("precedents");
    let steps = case.store.count_steps().expect("a counter");
    let costs = RefCell::new(Vec::new());
    let cost =
        |question: &str| costs.borrow_mut().push((question.to_owned(), steps.swap(0, Ordering::Relaxed)));

    for order in [Order::Urgency, Order::Age, Order::Chance, Order::Risk] {
        let queue = Queue { order, ..Queue::reported() };
        assert_eq!(case.store.candidates(&queue, "ada", "w1", NOW, 4).expect("candidates").len(), 4);
        cost(&format!("the next items by {order:?}"));
    }
    let (ada, bo) = (To::Person { name: "ada".into() }, To::Person { name: "bo".into() });
    case.store.hand_on(&handover(middle, "ada", &bo), NOW).expect("handed on");
    cost("a handover");
    assert_eq!(case.store.handed_on_by("ada", 9).expect("a list").total, 1);
    cost("what one handed on");
    for at in 1..=WAITING {
        case.store.hand_on(&handover(at * (n / 2 / WAITING), "bo", &ada), NOW).expect("handed on");
    }
    steps.swap(0, Ordering::Relaxed);
    assert_eq!(case.store.waiting_for("ada", 4).expect("a list").first.len(), 4);
    cost("what waits for one");
    assert_eq!(case.store.candidates(&Queue::reported(), "ada", "w1", NOW, 4).expect("candidates").len(), 4);
    cost("the next items where some wait");
    assert_eq!(case.store.candidates(&Queue::reported(), "cy", "w1", NOW, 4).expect("candidates").len(), 4);
    cost("the next items where some wait for another");
    case.store.queue_counts(&Queue::reported(), "ada").expect("counts");
    cost("what is open where some wait");
    case.store.item(middle).expect("an item");
    cost("an item");
    case.store.lease(middle, "ada", "w1", NOW, NOW + 1).expect("a lease");
    cost("a lease");
    case.open(middle, "ada", NOW);
    cost("that it was shown");
    case.store
        .put_impression(case.review(middle, "ada"), "Reported", &common::body("{}"), false, NOW)
        .expect("an impression");
    cost("an impression");
    case.store.save_draft(case.review(middle, "ada"), &common::body("{}"), NOW).expect("a draft");
    cost("a draft");
    for (words, hits) in [("okapi", RARE), ("words", 9), ("okap", RARE)] {
        assert_eq!(case.store.search(words, 9).expect("a search").len() as u32, hits);
        cost(&format!("a search for {words}"));
    }
    assert_eq!(case.store.lines(&[1, middle, n], "ada").expect("lines").len(), 3);
    cost("lines of a list");
    assert_eq!(case.store.nearest(&mut index, middle, 3).expect("neighbours").found.len(), 3);
    cost("similar items");
    case.submit(middle, "ada", &record("r1")).expect("submitted");
    cost("a submission");
    assert_eq!(case.store.decisions_of("ada", 9).expect("decisions").len(), 1);
    cost("one's own decisions");
    // One decision and one vector came since they were last asked for.
    case.store.put_embeddings(&model("m"), &[(n + 1, turned(7))]).expect("a vector");
    cost("a vector");
    let near = case.store.nearest_decided(&mut precedents, &model("m"), &turned(5)).expect("precedents");
    assert_eq!(near.len() as u32, SETTLED + 1);
    cost("precedents");
    costs.into_inner()
}

/// `n` items that are scored and one that is not.
fn filled(n: u32) -> Case {
    let mut case = Case::new();
    let every = |of: u32, at: u32| at.is_multiple_of(n / of) && at < n;
    let items: Vec<NewItem> = (0..=n)
        .map(|at| {
            let mut new =
                text_item(&format!("i{at}"), if every(RARE, at) { "an okapi" } else { "some words" });
            new.item.reach_per_hour = Some(f64::from(at % 97));
            new.item.gold = every(SETTLED, at).then(|| gold(Verdict::Violating, "HH-1"));
            new
        })
        .collect();
    case.store.insert_items(&items, None, NOW).expect("items");
    let rows = 1..=n;
    let scores: Vec<_> = rows.clone().map(|it| (it, scored(f64::from(it % 89) / 89.0, Some(0.1)))).collect();
    let vectors: Vec<(Row, Vec<f32>)> = rows.map(|it| (it, turned(it))).collect();
    case.store.put_scores(&scores, &model("m"), "p", &judge, NOW).expect("scores");
    case.store.put_embeddings(&model("m"), &vectors).expect("embeddings");
    case
}

fn handover<'a>(row: Row, reviewer: &'a str, to: &'a To) -> NewHandover<'a> {
    NewHandover { row, reviewer, met_in: None, to, reason: TurnReason::Language, note: None, program: "w1" }
}

/// A unit vector.
fn turned(by: u32) -> Vec<f32> {
    (0..64).map(|it| ((by + it) as f32).cos() / 32_f32.sqrt()).collect()
}
