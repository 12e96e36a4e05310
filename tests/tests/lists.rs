//! Lists, similar items, decisions and acts on many, as a reviewer meets them.

use std::path::Path;

use casebook_core::{
    list::{ListFilter, ListOrder, Standing},
    queue::{Filter, Order, Queue, QueueMode},
};
use casebook_desk::{
    error::Code,
    lists::wire::{BulkAct, ListPage, ListRequest},
    session::Session,
};
use casebook_tests::{
    asked::{self, call},
    fake,
};
use serde_json::{Value, json};

/// A case of `n` items, each reported one time more than the one before.
fn desk(folder: &Path, n: u32) -> Session {
    let lines: Vec<String> = (1..=n)
        .map(|it| {
            json!({"id": format!("i{it}"), "parts": [{"role": "caption", "text": format!("caption {it} about gardens")}],
                "language": if it % 2 == 0 { "en" } else { "es" }, "reports": [{"reason": "spam", "n": it}],
                "reach_per_hour": 10 * it, "flagged_at": format!("2025-11-{:02}T09:00:00Z", it % 28 + 1)})
            .to_string()
        })
        .collect();
    let items = folder.join("items.jsonl");
    std::fs::write(&items, lines.join("\n")).expect("the folder is writable");
    let ada = fake::session(&folder.join("ada"), "Ada", true);
    let case = folder.join("a.casebook").to_string_lossy().into_owned();
    ada.new_case(&case).expect("a new case");
    call(&ada, "data.start_import", json!({"request": {"path": items, "columns": []}}));
    fake::wait_for_jobs(&ada);
    ada
}

fn request(order: ListOrder) -> ListRequest {
    ListRequest { filter: ListFilter::default(), order, queue: None, offset: 0, limit: 50, fresh: false }
}

fn ids(page: &ListPage) -> Vec<&str> {
    page.lines.iter().map(|it| it.id.as_str()).collect()
}

fn assisted(session: &Session) {
    let queue =
        Queue { name: "Helped".into(), order: Order::Risk, mode: QueueMode::Assisted, ..Queue::reported() };
    session.save_queue(&queue).expect("an assisted queue may be ordered by risk");
}

#[test]
fn a_page_anywhere_in_a_list_is_part_of_the_same_list() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 30);
    let page = |offset, limit| {
        ada.list(&ListRequest { offset, limit, ..request(ListOrder::Urgency) }).expect("a page")
    };
    assert_eq!(ids(&page(0, 3)), ["i30", "i29", "i28"]);
    assert_eq!(ids(&page(13, 2)), ["i17", "i16"]);
    let end = page(28, 50);
    assert_eq!((ids(&end), end.total, end.offset), (vec!["i2", "i1"], 30, 28));
    let beyond = page(99, 5);
    assert_eq!((beyond.lines.len(), beyond.offset), (0, 30), "past the end is the end");
}

#[test]
fn a_list_stands_still_until_it_is_taken_afresh() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 5);
    let filter = ListFilter { standing: Standing::Skipped, ..ListFilter::default() };
    let skipped = ListRequest { filter, ..request(ListOrder::Newest) };
    assert_eq!(ada.list(&skipped).expect("a page").total, 0);
    ada.act_on(&[1, 2], &BulkAct::Skip { queue: "Reported".into() }).expect("skipped");
    assert_eq!(ada.list(&skipped).expect("a page").total, 0, "rows do not move under a reader");
    let fresh = ListRequest { fresh: true, ..skipped };
    assert_eq!(ids(&ada.list(&fresh).expect("a page")), ["i2", "i1"]);
}

#[test]
fn another_file_is_another_list() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 5);
    assert_eq!(ada.list(&request(ListOrder::Newest)).expect("a page").total, 5);
    ada.new_case(&folder.path().join("b.casebook").to_string_lossy()).expect("a second case");
    assert_eq!(ada.list(&request(ListOrder::Newest)).expect("a page").total, 0);
    ada.close_case().expect("closed");
    assert_eq!(ada.list(&request(ListOrder::Newest)).expect_err("none is open").code, Code::NoCase);
}

#[test]
fn a_filter_of_a_list_is_one_a_queue_can_have() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 9);
    let filter = Filter { languages: vec!["es".into()], words: Some("garden".into()), ..Filter::default() };
    let wanted = ListFilter { filter: filter.clone(), standing: Standing::All };
    let page = ada.list(&ListRequest { filter: wanted, ..request(ListOrder::Urgency) }).expect("a page");
    let queues = ada.save_queue(&Queue { name: "Saved".into(), filter, ..Queue::reported() }).expect("saved");
    let met = ada.next("Saved").expect("a queue").expect("an item");
    assert_eq!(ids(&page)[0], met.item.id);
    assert_eq!(Some(page.total), queues.iter().find(|it| it.queue.name == "Saved").and_then(|it| it.open));
}

#[test]
fn a_list_by_risk_is_refused_where_somebody_decides_first() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 3);
    let by_risk = request(ListOrder::Risk);
    for queue in [None, Some("Reported".to_owned())] {
        let refused =
            ada.list(&ListRequest { queue, ..by_risk.clone() }).expect_err("it gives the model away");
        assert_eq!(refused.code, Code::Request);
    }
    let drawn = QueueMode::Drawn { blind_probability: 0.1 };
    ada.save_queue(&Queue { name: "Drawn".into(), mode: drawn, ..Queue::reported() }).expect("saved");
    let queue = Some("Drawn".to_owned());
    ada.list(&ListRequest { queue, ..by_risk }).expect_err("some of its items are blind");
}

#[test]
fn a_list_by_risk_shows_its_terms_and_ends_blindness_to_all_that_is_in_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 9);
    call(&ada, "models.start_scoring", Value::Null);
    fake::wait_for_jobs(&ada);
    assisted(&ada);
    let by_risk = ListRequest { queue: Some("Helped".into()), limit: 2, ..request(ListOrder::Risk) };
    let page = ada.list(&by_risk).expect("an assisted queue");
    let terms = page.lines[0].risk.expect("it was scored");
    assert!(terms.severity >= 1 && terms.p > 0.98 && terms.reach_per_hour > 1.0 && terms.waited_hours > 0.0);
    assert_eq!(page.total, 9);
    let shown: Vec<u32> = page.lines.iter().map(|it| it.row).collect();
    let mode =
        |row: u32| call(&ada, "review.open_item", json!({"queue": "Reported", "row": row}))["mode"].clone();
    assert_eq!(mode(shown[0]), "assisted", "who saw the risk has not decided first");
    let other = (1..=9).find(|it| !shown.contains(it)).expect("seven were not shown");
    assert_eq!(mode(other), "assisted", "that a line is not among the first tells too");
    let urgency = ada.list(&request(ListOrder::Urgency)).expect("a page");
    assert!(urgency.lines.iter().all(|it| it.risk.is_none()), "no other list shows risk");
}

#[test]
fn an_assisted_queue_by_risk_offers_what_its_list_has_first() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 9);
    call(&ada, "models.start_scoring", Value::Null);
    fake::wait_for_jobs(&ada);
    assisted(&ada);
    let page = ada
        .list(&ListRequest { queue: Some("Helped".into()), ..request(ListOrder::Risk) })
        .expect("an assisted queue");
    let met = ada.next("Helped").expect("a queue").expect("an item");
    assert_eq!(ids(&page)[0], met.item.id);
}

#[test]
fn similar_items_carry_no_judgement_and_say_whose_vectors_they_are() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 4);
    let before = ada.similar(1, 10).expect("no vectors yet");
    assert_eq!((before.model, before.lines.len()), (None, 0));
    call(&ada, "models.start_scoring", Value::Null);
    fake::wait_for_jobs(&ada);
    let similar = ada.similar(1, 2).expect("neighbours");
    assert_eq!(similar.model.as_deref(), Some("fake-model@1"));
    assert_eq!((similar.searched, similar.lines.len()), (4, 2));
    assert!(similar.lines.iter().all(|it| it.line.row != 1 && (it.similarity - 1.0).abs() < 1e-6));
    let sent = serde_json::to_string(&similar).expect("plain data");
    assert!(!sent.contains(fake::PLANTED) && !sent.contains("0.987"), "{sent}");
}

#[test]
fn an_assigned_item_goes_to_one_and_a_moved_item_to_one_queue() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 3);
    let other = Filter { words: Some("nowhere".into()), ..Filter::default() };
    ada.save_queue(&Queue { name: "Other".into(), filter: other, ..Queue::reported() }).expect("saved");
    ada.act_on(&[3], &BulkAct::Assign { to: Some("Bo".into()) }).expect("assigned");
    let moved = ada.act_on(&[2], &BulkAct::Move { to: Some("Other".into()) }).expect("moved");
    assert_eq!(moved.items, 1);
    assert_eq!(ada.next("Reported").expect("a queue").expect("an item").item.id, "i1");
    assert_eq!(ada.next("Other").expect("a queue").expect("an item").item.id, "i2");
    ada.close_case().expect("closed");
    let bo = fake::session(&folder.path().join("bo"), "Bo", true);
    bo.open_case(&folder.path().join("a.casebook").to_string_lossy()).expect("opened");
    assert_eq!(bo.next("Reported").expect("a queue").expect("an item").item.id, "i3");
    bo.take_back(moved.act).expect_err("it is Ada's to take back");
}

#[test]
fn an_act_is_refused_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 3);
    let skip = BulkAct::Skip { queue: "Reported".into() };
    for (rows, act) in [
        (vec![], skip.clone()),
        ((0..10_001).collect(), skip.clone()),
        (vec![1, 99], skip),
        (vec![1], BulkAct::Skip { queue: "None".into() }),
        (vec![1], BulkAct::Move { to: Some("None".into()) }),
        (vec![1], BulkAct::Assign { to: Some("  ".into()) }),
    ] {
        ada.act_on(&rows, &act).expect_err("it is refused");
    }
    assert_eq!(ada.queues().expect("queues")[0].open, Some(3), "nothing of it was done");
}

#[test]
fn my_last_decisions_are_listed_with_what_i_decided() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ada = desk(folder.path(), 3);
    for _ in 0..2 {
        let review = call(&ada, "review.next", json!({"queue": "Reported"}));
        let row = review["item"]["row"].clone();
        let judgement = json!({"choice": "allow", "clauses": [], "severity": null, "confidence": "certain", "cannot_judge_reason": null});
        let revealed = asked::decide(&ada, "Reported", &row, &judgement, "");
        let args = json!({"queue": "Reported", "row": row, "draft": revealed["start"], "active": 1.0});
        call(&ada, "review.submit", args);
    }
    let mine = ada.decisions(10).expect("decisions");
    assert_eq!(mine.iter().map(|it| it.line.id.as_str()).collect::<Vec<_>>(), ["i2", "i3"]);
    assert!(mine.iter().all(|it| it.line.mine.is_some() && it.queue == "Reported"));
    call(&ada, "review.undo", json!({"queue": "Reported"}));
    assert_eq!(ada.decisions(10).expect("decisions").len(), 1, "what is taken back does not count");
}
