//! Lists, similar items, and acts on many at once.

mod common;

use casebook_core::{
    decision::Verdict,
    item::Report,
    list::{ListFilter, ListOrder, Standing},
    queue::{Filter, Order, Queue, QueueMode},
};
use casebook_store::{Bulk, MOST_HITS, MOST_VALUES, NewItem, Row, SignIndex, StoreError};
use common::{Case, LANE, NOW, gold, judge, model, new_item, record, reports, scored, text_item, with};

fn everything() -> ListFilter {
    ListFilter::default()
}

fn filtered(change: impl FnOnce(&mut Filter)) -> ListFilter {
    let mut wanted = everything();
    change(&mut wanted.filter);
    wanted
}

fn standing(standing: Standing) -> ListFilter {
    ListFilter { standing, ..everything() }
}

#[track_caller]
fn lists(case: &Case, filter: &ListFilter, order: ListOrder, expected: &[Row]) {
    let listed = case.store.listed(filter, order, "ada").expect("a list");
    assert_eq!(listed.rows, expected, "{filter:?} by {order:?}");
    assert!(!listed.capped, "{filter:?}");
}

#[track_caller]
fn meets(case: &Case, queue: &Queue, reviewer: &str, expected: &[Row]) {
    let rows = case.store.candidates(queue, reviewer, "w1", NOW, 100).expect("candidates");
    assert_eq!(rows, expected, "{reviewer} in {}", queue.name);
    let (open, _) = case.store.queue_counts(queue, reviewer).expect("counts");
    assert_eq!(open as usize, expected.len(), "open for {reviewer} in {}", queue.name);
}

fn named(name: &str, filter: Filter) -> Queue {
    Queue { name: name.into(), filter, ..Queue::reported() }
}

#[test]
fn a_list_is_in_the_order_that_was_asked_for() {
    let mut case = Case::new();
    let rows = [(2, 30), (9, 10), (4, 20)].map(|(n, flagged_ms)| {
        let mut new = with(&format!("i{n}"), |it| it.reports = reports(n));
        new.flagged_ms = Some(flagged_ms);
        case.add(new)
    });
    lists(&case, &everything(), ListOrder::Newest, &[rows[2], rows[1], rows[0]]);
    lists(&case, &everything(), ListOrder::Oldest, &rows);
    lists(&case, &everything(), ListOrder::Urgency, &[rows[1], rows[2], rows[0]]);
    lists(&case, &everything(), ListOrder::Age, &[rows[1], rows[2], rows[0]]);
    lists(&case, &everything(), ListOrder::Recent, &[rows[0], rows[2], rows[1]]);
}

#[test]
fn items_of_any_number_of_reviews_are_listed_in_one_order() {
    let mut case = Case::new();
    let rows = [3, 1, 2].map(|n| case.add(with(&format!("i{n}"), |it| it.reports = reports(n))));
    case.submit(rows[2], "bo", &record("r1")).expect("submitted");
    lists(&case, &everything(), ListOrder::Urgency, &[rows[0], rows[2], rows[1]]);
    lists(&case, &standing(Standing::Unreviewed), ListOrder::Urgency, &[rows[0], rows[1]]);
    lists(&case, &standing(Standing::Reviewed), ListOrder::Urgency, &[rows[2]]);
    lists(&case, &standing(Standing::Mine), ListOrder::Urgency, &[]);
}

#[test]
fn few_of_many_are_in_the_same_order_as_all_of_them() {
    let mut case = Case::new();
    let items: Vec<NewItem> = (0..200_u32)
        .map(|n| {
            with(&format!("i{n}"), |it| {
                it.reports = reports(n * 37 % 101);
                it.market = Some(if n % 50 == 0 { "GB" } else { "US" }.into());
            })
        })
        .collect();
    case.store.insert_items(&items, None, NOW).expect("stored");
    for order in [ListOrder::Newest, ListOrder::Oldest, ListOrder::Urgency, ListOrder::Age] {
        let few = filtered(|it| it.markets = vec!["GB".into()]);
        let all = case.store.listed(&everything(), order, "ada").expect("a list").rows;
        let kept: Vec<Row> = all.into_iter().filter(|it| (it - 1) % 50 == 0).collect();
        lists(&case, &few, order, &kept);
    }
}

#[test]
fn a_filter_holds_by_everything_a_queue_filters_by() {
    let mut case = Case::new();
    let en = case.add(with("en", |it| {
        it.language = Some("en-GB".into());
        it.market = Some("GB".into());
        it.reports = reports(2);
    }));
    let es = case.add(with("es", |it| {
        it.language = Some("es".into());
        it.market = Some("MX".into());
        it.reports = vec![Report { reason: "scam".into(), n: 9 }];
    }));
    let text = case.add_text("t", "the needle is here");
    lists(&case, &filtered(|it| it.languages = vec!["EN_us".into()]), ListOrder::Newest, &[en]);
    lists(&case, &filtered(|it| it.markets = vec!["MX".into(), "GB".into()]), ListOrder::Newest, &[es, en]);
    lists(&case, &filtered(|it| it.reasons = vec!["scam".into()]), ListOrder::Newest, &[es]);
    lists(&case, &filtered(|it| it.words = Some("need".into())), ListOrder::Urgency, &[text]);
    lists(&case, &filtered(|it| it.words = Some(" ".into())), ListOrder::Newest, &[text, es, en]);
    lists(&case, &filtered(|it| it.words = Some("\"*".into())), ListOrder::Newest, &[]);
    let both = filtered(|it| {
        it.languages = vec!["en".into()];
        it.reasons = vec!["scam".into()];
    });
    lists(&case, &both, ListOrder::Newest, &[]);
}

#[test]
fn standing_is_that_of_the_one_who_looks() {
    let mut case = Case::new();
    let rows = ["a", "b", "c", "d"].map(|it| case.add_text(it, it));
    case.submit(rows[0], "ada", &record("r1")).expect("submitted");
    case.store.set_aside(rows[1], "ada", "Reported", "skip", NOW).expect("skipped");
    case.store.set_aside(rows[2], "ada", "Reported", "defer", NOW).expect("deferred");
    case.store.act_on(&[rows[3]], "bo", &Bulk::Assign { to: Some("ada") }, NOW).expect("assigned");
    for (it, row) in [
        (Standing::Mine, rows[0]),
        (Standing::Skipped, rows[1]),
        (Standing::Deferred, rows[2]),
        (Standing::Assigned, rows[3]),
    ] {
        lists(&case, &standing(it), ListOrder::Newest, &[row]);
        let others = case.store.listed(&standing(it), ListOrder::Newest, "bo").expect("a list");
        assert_eq!(others.rows, Vec::<Row>::new(), "{it:?} is not bo's");
    }
}

#[test]
fn words_in_very_many_items_list_the_newest_of_them() {
    let mut case = Case::new();
    let n = MOST_HITS as u32 + 5;
    let items: Vec<NewItem> = (0..n).map(|it| text_item(&format!("i{it}"), "common words")).collect();
    case.store.insert_items(&items, None, NOW).expect("stored");
    let wanted = filtered(|it| it.words = Some("common".into()));
    let listed = case.store.listed(&wanted, ListOrder::Oldest, "ada").expect("a list");
    assert!(listed.capped);
    assert_eq!(listed.rows.len(), MOST_HITS);
    assert_eq!(listed.rows.first(), Some(&n), "whatever the order, the newest come first");
    assert!(listed.rows.is_sorted_by(|a, b| a > b));
}

#[test]
fn the_restricted_lane_is_in_no_list() {
    let mut case = Case::new();
    let plain = case.add_text("plain", "same words");
    let mut item = text_item("hidden", "same words").item;
    item.gold = Some(gold(Verdict::Violating, LANE));
    let hidden = case.add(new_item(item));
    for order in [ListOrder::Newest, ListOrder::Urgency, ListOrder::Risk] {
        lists(&case, &everything(), order, &[plain]);
    }
    lists(&case, &filtered(|it| it.words = Some("same".into())), ListOrder::Newest, &[plain]);
    assert_eq!(case.store.lines(&[hidden, plain], "ada").expect("lines").len(), 1, "nor read by its number");
}

#[test]
fn a_line_tells_what_the_sender_and_the_one_who_looks_said() {
    let mut case = Case::new();
    let row = case.add({
        let mut new = with("i", |it| {
            it.language = Some("en".into());
            it.market = Some("GB".into());
            it.reach_per_hour = Some(40.0);
            it.reports = vec![Report { reason: "spam".into(), n: 1 }, Report { reason: "scam".into(), n: 4 }];
        });
        new.flagged_ms = Some(77);
        new
    });
    case.submit(row, "ada", &record("r1")).expect("submitted");
    case.store.act_on(&[row], "bo", &Bulk::Move { to: Some("Elsewhere") }, NOW).expect("moved");
    let line = case.store.lines(&[row], "ada").expect("a line").remove(0);
    assert_eq!((line.reports, line.reason.as_deref()), (5, Some("scam")));
    assert_eq!((line.reviews, line.mine.as_deref()), (1, Some("remove")));
    assert_eq!((line.moved.as_deref(), line.assigned.as_deref()), (Some("Elsewhere"), None));
    assert_eq!((line.text.as_str(), line.flagged_ms, line.judged), ("some words", 77, None));
    let others = case.store.lines(&[row], "bo").expect("a line").remove(0);
    assert_eq!((others.reviews, others.mine), (1, None), "what ada decided is ada's");
}

#[test]
fn risk_orders_by_severity_probability_reach_and_waiting() {
    let mut case = Case::new();
    let day = 86_400_000;
    let mut item = |id: &str, reach: f64, flagged_ms: i64| {
        let mut new = with(id, |it| it.reach_per_hour = Some(reach));
        new.flagged_ms = Some(flagged_ms);
        case.add(new)
    };
    let rows = [item("wide", 900.0, NOW), item("old", 100.0, NOW - 4 * day), item("new", 100.0, NOW)];
    let unscored = item("unscored", 5000.0, NOW);
    let batch = rows.map(|it| (it, scored(0.8, Some(0.5))));
    case.store.put_scores(&batch, &model("m"), "p", &judge, NOW).expect("scores");
    // Four days count as 16 times the risk, which is more than 9 times the reach.
    lists(&case, &everything(), ListOrder::Risk, &[rows[1], rows[0], rows[2], unscored]);
    let terms = case.store.risk_terms(&[rows[1], unscored], NOW).expect("terms");
    let known = terms[0].1.expect("it was scored");
    assert_eq!((known.severity, known.p, known.reach_per_hour, known.waited_hours), (2, 0.8, 100.0, 96.0));
    assert_eq!(terms[1].1, None, "not scored is not 0");
    let queue = Queue { order: Order::Risk, mode: QueueMode::Assisted, ..Queue::reported() };
    meets(&case, &queue, "ada", &[rows[1], rows[0], rows[2], unscored]);
}

#[test]
fn items_scored_before_terms_were_kept_get_theirs() {
    let mut case = Case::new();
    let row = case.add_text("a", "a");
    let batch = [(row, scored(0.8, Some(0.5)))];
    case.store.put_scores(&batch, &model("m"), "p", &judge, NOW).expect("scores");
    case.sql()
        .execute("update item set risk = 0.3, risk_p = null, risk_severity = null", ())
        .expect("as it was");
    assert_eq!(case.store.judge_old_scores(&model("m"), "p", &judge, 9).expect("judged"), 1);
    assert_eq!(case.store.judge_old_scores(&model("m"), "p", &judge, 9).expect("done"), 0);
    assert!(case.store.risk_terms(&[row], NOW).expect("terms")[0].1.is_some());
}

#[test]
fn an_act_on_many_is_done_and_taken_back_as_one() {
    let mut case = Case::new();
    let rows = ["a", "b", "c"].map(|it| case.add_text(it, it));
    let reported = Queue::reported();
    let skip = Bulk::Skip { queue: "Reported" };
    let act = case.store.act_on(&rows[..2], "ada", &skip, NOW).expect("skipped");
    meets(&case, &reported, "ada", &[rows[2]]);
    meets(&case, &reported, "bo", &rows);
    assert_eq!(case.store.newest_bulk("ada").expect("an act"), Some(act));
    assert!(
        matches!(case.store.take_back(act, "bo", NOW), Err(StoreError::NotFound { .. })),
        "somebody else's act is not bo's to take back"
    );
    assert_eq!(case.store.take_back(act, "ada", NOW).expect("taken back"), 2);
    assert_eq!(case.store.take_back(act, "ada", NOW).expect("twice is once"), 2);
    meets(&case, &reported, "ada", &rows);
    assert_eq!(case.store.newest_bulk("ada").expect("none"), None);
    case.is_sound();
}

#[test]
fn an_act_with_an_item_there_is_not_does_nothing() {
    let mut case = Case::new();
    let row = case.add_text("a", "a");
    case.store.act_on(&[row, 99], "ada", &Bulk::Skip { queue: "Reported" }, NOW).expect_err("no such item");
    meets(&case, &Queue::reported(), "ada", &[row]);
    assert_eq!(case.store.newest_bulk("ada").expect("none"), None);
}

#[test]
fn an_assigned_item_comes_first_to_one_and_to_nobody_else() {
    let mut case = Case::new();
    let rows = [9, 1].map(|n| case.add(with(&format!("i{n}"), |it| it.reports = reports(n))));
    let reported = Queue::reported();
    let act = case.store.act_on(&[rows[1]], "ada", &Bulk::Assign { to: Some("bo") }, NOW).expect("assigned");
    meets(&case, &reported, "bo", &[rows[1], rows[0]]);
    meets(&case, &reported, "ada", &[rows[0]]);
    meets(&case, &named("None", Filter { words: Some("nothing".into()), ..Filter::default() }), "bo", &[]);
    case.store.act_on(&[rows[1]], "ada", &Bulk::Assign { to: Some("cy") }, NOW).expect("assigned anew");
    meets(&case, &reported, "bo", &[rows[0]]);
    meets(&case, &reported, "cy", &[rows[1], rows[0]]);
    case.store.take_back(act, "ada", NOW).expect("the first is taken back");
    meets(&case, &reported, "cy", &[rows[1], rows[0]]);
    case.store.act_on(&[rows[1]], "ada", &Bulk::Assign { to: None }, NOW).expect("for everybody");
    meets(&case, &reported, "bo", &rows);
    meets(&case, &reported, "cy", &rows);
}

#[test]
fn a_moved_item_is_in_that_queue_alone_whatever_its_filter_says() {
    let mut case = Case::new();
    let rows = ["a", "b"].map(|it| case.add_text(it, it));
    let other = named("Other", Filter { words: Some("nothing".into()), ..Filter::default() });
    let act = case.store.act_on(&[rows[0]], "ada", &Bulk::Move { to: Some("Other") }, NOW).expect("moved");
    meets(&case, &Queue::reported(), "ada", &[rows[1]]);
    meets(&case, &other, "ada", &[rows[0]]);
    meets(&case, &other, "bo", &[rows[0]]);
    case.store.set_aside(rows[0], "ada", "Other", "defer", NOW).expect("deferred there");
    meets(&case, &other, "ada", &[rows[0]]);
    case.store.set_aside(rows[0], "bo", "Other", "skip", NOW).expect("skipped there");
    meets(&case, &other, "bo", &[]);
    case.store.take_back(act, "ada", NOW).expect("taken back");
    meets(&case, &Queue::reported(), "cy", &rows);
    meets(&case, &other, "cy", &[]);
}

#[test]
fn moved_and_assigned_is_both() {
    let mut case = Case::new();
    let row = case.add_text("a", "a");
    let other = named("Other", Filter::default());
    case.store.act_on(&[row], "ada", &Bulk::Move { to: Some("Other") }, NOW).expect("moved");
    let act = case.store.act_on(&[row], "ada", &Bulk::Assign { to: Some("bo") }, NOW).expect("assigned");
    meets(&case, &other, "bo", &[row]);
    meets(&case, &other, "ada", &[]);
    meets(&case, &Queue::reported(), "bo", &[]);
    case.store.take_back(act, "ada", NOW).expect("taken back");
    meets(&case, &other, "ada", &[row]);
}

#[test]
fn acts_are_kept() {
    let mut case = Case::new();
    let row = case.add_text("a", "a");
    let act = case.store.act_on(&[row], "ada", &Bulk::Assign { to: Some("bo") }, NOW).expect("assigned");
    case.store.take_back(act, "ada", NOW).expect("taken back");
    case.store.set_risk_listed(&Filter::default(), "ada", NOW).expect("seen");
    for table in ["bulk", "bulk_item", "bulk_return", "risk_listed"] {
        let said = case.sql().execute(&format!("delete from {table}"), ()).expect_err(table).to_string();
        assert!(said.contains("append-only"), "{said}");
    }
}

#[test]
fn my_last_decisions_are_mine_the_newest_first_and_what_counts() {
    let mut case = Case::new();
    let rows = ["a", "b", "c"].map(|it| case.add_text(it, it));
    for (n, row) in rows.iter().enumerate() {
        case.submit(*row, "ada", &record(&format!("r{n}"))).expect("submitted");
    }
    case.submit(rows[0], "bo", &record("r9")).expect("submitted");
    case.store.withdraw("r1", NOW).expect("withdrawn");
    let mine = case.store.decisions_of("ada", 9).expect("decisions");
    assert_eq!(mine.iter().map(|it| it.0).collect::<Vec<_>>(), [rows[2], rows[0]]);
    assert_eq!(case.store.decisions_of("ada", 1).expect("decisions").len(), 1);
    assert_eq!(case.store.decisions_of("nobody", 9).expect("none"), []);
}

/// Unit vectors that turn by small steps, so that the nearest by number is the nearest.
fn turned(n: u32, of: u32) -> Vec<f32> {
    let angle = std::f32::consts::PI * n as f32 / of as f32;
    (0..64).map(|it| (angle + it as f32).cos()).collect()
}

#[test]
fn the_most_similar_items_are_the_nearest_vectors() {
    let mut case = Case::new();
    let items: Vec<NewItem> = (0..40).map(|it| text_item(&format!("i{it}"), "text")).collect();
    case.store.insert_items(&items, None, NOW).expect("stored");
    let vectors: Vec<(Row, Vec<f32>)> = (1..=30).map(|it| (it, turned(it, 90))).collect();
    case.store.put_embeddings(&model("m"), &vectors).expect("embeddings");
    let mut index = SignIndex::default();
    let near = case.store.nearest(&mut index, 10, 4).expect("neighbours");
    let mut rows: Vec<Row> = near.found.iter().map(|it| it.0).collect();
    rows.sort_unstable();
    assert_eq!(rows, [8, 9, 11, 12]);
    assert!(near.found.is_sorted_by(|a, b| a.1 >= b.1), "the nearest first");
    assert_eq!((near.model.as_deref(), near.searched), (Some("m"), 30));
    // Later vectors are found by the same index.
    let more: Vec<(Row, Vec<f32>)> = (31..=35).map(|it| (it, turned(10, 90))).collect();
    case.store.put_embeddings(&model("m"), &more).expect("embeddings");
    let near = case.store.nearest(&mut index, 10, 5).expect("neighbours");
    assert_eq!(near.found.iter().map(|it| it.0).collect::<Vec<_>>(), [31, 32, 33, 34, 35]);
    assert_eq!(case.store.nearest(&mut index, 40, 5).expect("none").model, None, "it has no vector");
}

#[test]
fn the_restricted_lane_is_similar_to_nothing() {
    let mut case = Case::new();
    let rows: Vec<Row> = (0..3)
        .map(|n| {
            let mut item = text_item(&format!("i{n}"), "text").item;
            item.gold = (n == 1).then(|| gold(Verdict::Violating, LANE));
            case.add(new_item(item))
        })
        .collect();
    let vectors: Vec<(Row, Vec<f32>)> = rows.iter().map(|it| (*it, turned(1, 9))).collect();
    case.store.put_embeddings(&model("m"), &vectors).expect("embeddings");
    let mut index = SignIndex::default();
    let near = case.store.nearest(&mut index, rows[0], 9).expect("neighbours");
    assert_eq!(near.found.iter().map(|it| it.0).collect::<Vec<_>>(), [rows[2]]);
    let of_restricted = case.store.nearest(&mut index, rows[1], 9).expect("no neighbours");
    assert_eq!((of_restricted.model, of_restricted.found.len()), (None, 0));
}

#[test]
fn what_items_can_be_chosen_by_is_counted_without_the_restricted_lane() {
    let mut case = Case::new();
    let said = |reasons: &[&str]| -> Vec<Report> {
        reasons.iter().map(|it| Report { reason: (*it).into(), n: 9 }).collect()
    };
    for (n, (language, market, reasons)) in [
        ("en-GB", Some("GB"), &["spam", "hate", "spam"][..]),
        ("en", Some("GB"), &["spam"]),
        ("tr", None, &[]),
    ]
    .into_iter()
    .enumerate()
    {
        case.add(with(&format!("i{n}"), |it| {
            it.language = Some(language.into());
            it.market = market.map(str::to_owned);
            it.reports = said(reasons);
        }));
    }
    let before = case.store.occurring().expect("what occurs");
    let counts =
        |it: &[(&str, u32)]| it.iter().map(|(value, n)| ((*value).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(before.languages, counts(&[("en", 2), ("tr", 1)]));
    assert_eq!(before.markets, counts(&[("GB", 2)]));
    assert_eq!(before.reasons, counts(&[("spam", 2), ("hate", 1)]), "an item counts once for a reason");
    case.add(with("hidden", |it| {
        it.gold = Some(gold(Verdict::Violating, LANE));
        it.language = Some("ka".into());
        it.market = Some("GE".into());
        it.reports = said(&["spam", "told by nobody else"]);
    }));
    assert_eq!(case.store.occurring().expect("what occurs"), before);
    case.submit(1, "bo", &record("r1")).expect("submitted");
    assert_eq!(case.store.occurring().expect("what occurs"), before, "what was judged counts for nothing");
}

#[test]
fn what_occurs_is_listed_up_to_a_bound_those_that_most_items_have_first() {
    let mut case = Case::new();
    let items: Vec<NewItem> = (0..MOST_VALUES + 5)
        .map(|n| with(&format!("i{n}"), |it| it.market = Some(format!("m{n:04}"))))
        .chain([with("again", |it| it.market = Some("m1004".into()))])
        .collect();
    case.store.insert_items(&items, None, NOW).expect("stored");
    let markets = case.store.occurring().expect("what occurs").markets;
    assert_eq!(markets.len(), MOST_VALUES);
    assert_eq!(markets[0], ("m1004".into(), 2));
    assert_eq!(markets[1], ("m0000".into(), 1));
}

#[test]
fn a_list_is_read_from_indexes_alone() {
    let case = Case::new();
    let plan = |sql: &str| -> String {
        let db = case.sql();
        let mut explain = db.prepare(&format!("explain query plan {sql}")).expect("it is SQL");
        let lines = explain.query_map((), |it| it.get::<_, String>(3)).expect("a plan");
        lines.collect::<Result<Vec<_>, _>>().expect("lines").join("\n")
    };
    for sql in [
        "select urgency, row from item where restricted = 0 and reviews = 1 order by urgency desc",
        "select flagged_ms, row from item where restricted = 0 and reviews = 1 order by flagged_ms",
        "select -flagged_ms, row from item where restricted = 0 and reviews = 1 order by flagged_ms desc",
        "select risk, row from item where restricted = 0 and reviews = 1 and risk is not null order by risk desc",
        "select row from item where restricted = 1",
        "select row from item where restricted = 0 and language_base in ('en') and market in ('GB')",
        "select reason, item from report order by reason, item",
    ] {
        let plan = plan(sql);
        assert!(plan.contains("COVERING INDEX") && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
}
