//! The reviewer decides first: no verb answers with what a model or another reviewer judged
//! before this reviewer's first impression is stored; and what the list of verbs says of each is so.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use casebook_desk::{
    session::Session,
    verbs::{self, Verb},
};
use casebook_tests::{
    asked::{arguments, call, closing_last, decide, judgement, preview, said},
    fake::{self, PLANTED},
};
use serde_json::{Value, json};

const ITEMS: &str = r#"{"id":"i1","parts":[{"role":"caption","text":"a plain caption about gardens"}],"language":"en","reports":[{"reason":"hate","n":3}],"reach_per_hour":10,"gold":{"policy":"short-video@2026.11","verdict":"violating","clauses":["SP-1"]}}
{"id":"i2","parts":[{"role":"caption","text":"another plain caption about gardens"},{"role":"image","path":"p.png"}],"language":"en","reports":[{"reason":"hate","n":2}]}
{"id":"i3","parts":[{"role":"caption","text":"a third plain caption about gardens"}],"language":"en"}
"#;

/// A case file in which a model and another reviewer have judged every item.
fn planted_case(folder: &Path) -> String {
    let case = folder.join("planted.casebook").to_string_lossy().into_owned();
    std::fs::write(folder.join("items.jsonl"), ITEMS).expect("the folder is writable");
    std::fs::write(folder.join("p.png"), b"any bytes").expect("the folder is writable");
    let bob = fake::session(&folder.join("bob"), "Bob", true);
    call(&bob, "file.new_case", json!({"path": case}));
    let queue = json!({"name": "Twice", "filter": {}, "order": "urgency", "mode": {"kind": "blind"}, "reviews_wanted": 2});
    call(&bob, "review.save_queue", json!({"queue": queue}));
    let items = folder.join("items.jsonl").to_string_lossy().into_owned();
    call(&bob, "data.start_import", json!({"request": {"path": items, "columns": []}}));
    fake::wait_for_jobs(&bob);
    call(&bob, "models.start_scoring", Value::Null);
    fake::wait_for_jobs(&bob);
    for _ in 0..3 {
        let review = call(&bob, "review.next", json!({"queue": "Twice"}));
        let row = review["item"]["row"].clone();
        let revealed = decide(&bob, "Twice", &row, &judgement("remove"), &format!("{PLANTED} note"));
        assert!(
            revealed.to_string().contains(PLANTED),
            "Bob decided, so Bob is shown: otherwise this test sees nothing"
        );
        let mut draft = revealed["start"].clone();
        draft["creator_message"] = format!("{PLANTED} message").into();
        draft["steps"].as_array_mut().expect("steps are a list").push(json!({
            "id": "h1", "stage": "observe", "text": format!("{PLANTED} rationale"), "draft_text": null,
            "author": "human", "source": "human", "evidence": [], "clauses": ["HH-1"], "exceptions": [],
            "rating": null, "deleted": false, "drafted_as": null
        }));
        call(&bob, "review.submit", json!({"queue": "Twice", "row": row, "draft": draft, "active": 1000.0}));
    }
    // What others say of an item to each other is judged too. Bob's name gives him away in these tests, so Eve says it.
    let eve = fake::session(&folder.join("eve"), "Eve", true);
    call(&bob, "file.close_case", Value::Null);
    call(&eve, "file.open_case", json!({"path": case}));
    for row in 1..=3 {
        let to = [json!({"kind": "person", "name": "Ada"}), json!({"kind": "queue", "name": "Twice"})];
        let handover = json!({"to": to[usize::from(row > 1)], "reason": "language", "note": format!("{PLANTED} handover"), "met_in": null});
        call(&eve, "turn.hand_on", json!({"row": row, "handover": handover}));
        let note = json!({"to": if row == 1 { json!("Ada") } else { Value::Null }, "text": format!("{PLANTED} remark")});
        call(&eve, "turn.add_note", json!({"row": row, "note": note}));
    }
    call(&eve, "file.close_case", Value::Null);
    case
}

/// What gives away that an item was judged: a model's words, its score, another reviewer's words and name.
fn judgement_in(said: &str) -> Option<&'static str> {
    [PLANTED, "0.98765", "Bob"].into_iter().find(|it| said.contains(it))
}

/// Who works in the file is asked for by name, and says nothing of an item.
fn without_people(verb: &Verb, said: String) -> String {
    match verb.name {
        "people" => said.replace("\"Bob\"", "somebody"),
        _ => said,
    }
}

#[test]
fn a_preview_is_the_same_whatever_others_judged_until_this_reviewer_recorded_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let held = json!(3);
    for filter in [
        json!({}),
        json!({"clauses": ["HH-1"]}),
        json!({"clauses": ["SP-1"]}),
        json!({"complete_only": true}),
    ] {
        let seen = call(&ada, "data.preview_export", preview(&filter, "raw"));
        assert_eq!((&seen["rows"], &seen["held"]), (&json!([]), &held), "{filter} shows nothing of Bob's");
        for dataset in seen["datasets"].as_array().expect("a list") {
            assert_eq!(
                (&dataset["rows"], &dataset["left_out"]),
                (&json!(0), &json!([])),
                "{filter} counts nothing"
            );
        }
    }
    let review = call(&ada, "review.next", json!({"queue": "Twice"}));
    let row = review["item"]["row"].clone();
    let revealed = decide(&ada, "Twice", &row, &judgement("remove"), "");
    let seen = call(&ada, "data.preview_export", preview(&json!({}), "raw"));
    assert_eq!(seen["rows"], json!([]), "a first impression is no record yet: it can still be influenced");
    let draft = revealed["start"].clone();
    call(&ada, "review.submit", json!({"queue": "Twice", "row": row, "draft": draft, "active": 1.0}));
    let seen = call(&ada, "data.preview_export", preview(&json!({}), "raw"));
    let ids: Vec<&Value> = seen["rows"].as_array().expect("a list").iter().map(|it| &it["item"]).collect();
    assert_eq!(
        ids,
        [&review["item"]["id"], &review["item"]["id"]],
        "Bob's record and Ada's of this item alone"
    );
    assert_eq!(seen["held"], json!(2));
    assert!(!seen.to_string().contains("Bob"), "reviewers are pseudonyms in a row");
}

#[test]
fn a_reveal_cites_only_items_that_this_reviewer_decided_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let mut decided: Vec<Value> = Vec::new();
    for _ in 0..3 {
        let review = call(&ada, "review.next", json!({"queue": "Twice"}));
        let (row, id) = (review["item"]["row"].clone(), review["item"]["id"].clone());
        let revealed = decide(&ada, "Twice", &row, &judgement("remove"), "");
        let cited: Vec<Value> = revealed["assessment"]["precedents"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|it| it["item"].clone())
            .collect();
        assert!(cited.iter().all(|it| decided.contains(it)), "{cited:?} of {decided:?}");
        assert_eq!(cited.len(), decided.len(), "what Ada decided is cited: otherwise this sees nothing");
        // What is said of citing an item that is still open to Ada, while it is checked and when it is submitted.
        let refusals = |other: &Value| {
            let anchor = json!({"id": "cited", "kind": "precedent", "ref": other});
            let mut draft = revealed["start"].clone();
            draft["evidence"].as_array_mut().expect("a list").push(anchor.clone());
            let asked = json!({"row": row, "evidence": anchor});
            let submitted = json!({"queue": "Twice", "row": row, "draft": draft, "active": 1.0});
            [("review.check_anchor", asked), ("review.submit", submitted)].map(|(verb, args)| {
                let refusal = verbs::call(&ada, verb, args).expect_err("it may not be cited");
                refusal.to_string().replace(other.as_str().expect("an id"), "it")
            })
        };
        for other in ["i1", "i2", "i3"].map(|it| json!(it)) {
            if other != id && !decided.contains(&other) {
                assert!(!revealed.to_string().contains(&other.to_string()), "{other} in {revealed}");
                assert_eq!(
                    refusals(&other),
                    refusals(&json!("ix")),
                    "{other} reads as one that nobody decided"
                );
            }
        }
        decided.push(id);
        let draft = revealed["start"].clone();
        call(&ada, "review.submit", json!({"queue": "Twice", "row": row, "draft": draft, "active": 1.0}));
    }
}

#[test]
fn an_export_tells_its_counts_to_those_who_recorded_what_is_in_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let mut args = preview(&json!({"clauses": ["HH-1"], "reviewers": ["Bob"]}), "raw");
    args["request"]["folder"] = folder.path().join("narrow").to_string_lossy().into_owned().into();
    call(&ada, "data.start_export", json!({"request": args["request"]}));
    fake::wait_for_jobs(&ada);
    let report = |of: &Session| {
        let jobs = call(of, "jobs.jobs", Value::Null);
        let export = jobs.as_array().expect("a list").iter().find(|it| it["kind"] == "export");
        export.expect("one was made")["report"].clone()
    };
    assert_eq!(report(&ada), json!({"kind": "export", "written": true, "datasets": null}));
    let made = call(&ada, "data.exports", Value::Null);
    assert_eq!(made[0]["contents"], Value::Null, "{made}");
    assert!(!made.to_string().contains("Bob"), "{made}");
    let bob = fake::session(&folder.path().join("bob"), "Bob", true);
    call(&bob, "file.open_case", json!({"path": case}));
    let made = call(&bob, "data.exports", Value::Null);
    let datasets = made[0]["contents"]["datasets"].as_array().expect("open to Bob");
    let raw = datasets.iter().find(|it| it["name"] == "raw").expect("asked for");
    assert_eq!(raw["rows"], 3, "{made}");

    // What Bob counts is told to Bob; who opens the file after him is told that there was an export.
    let mut args = preview(&json!({}), "raw");
    args["request"]["folder"] = folder.path().join("wide").to_string_lossy().into_owned().into();
    let before = call(&bob, "jobs.jobs", Value::Null).to_string();
    assert!(!before.contains("\"rows\""), "Ada was told nothing, so nothing is kept: {before}");
    call(&bob, "data.start_export", json!({"request": args["request"]}));
    fake::wait_for_jobs(&bob);
    assert!(call(&bob, "jobs.jobs", Value::Null).to_string().contains("\"rows\":3"));
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let seen = call(&ada, "jobs.jobs", Value::Null).to_string();
    assert!(seen.contains("wide") && !seen.contains("\"rows\""), "{seen}");
    let bob = fake::session(&folder.path().join("bob"), "Bob", true);
    call(&bob, "file.open_case", json!({"path": case}));
    assert!(
        call(&bob, "jobs.jobs", Value::Null).to_string().contains("\"rows\":3"),
        "Bob recorded all of it"
    );
}

#[test]
fn no_verb_tells_what_was_judged_before_the_first_impression() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    let events = ada.events();
    call(&ada, "file.open_case", json!({"path": case}));
    let mut answered = 0;
    // An item that nobody has looked at, so that a model judges one while Ada listens.
    let more = folder.path().join("more.jsonl");
    let item =
        r#"{"id":"i4","parts":[{"role":"caption","text":"a fourth caption about gardens"}],"language":"en"}"#;
    std::fs::write(&more, item).expect("the folder is writable");
    call(&ada, "data.start_import", json!({"request": {"path": more, "columns": []}}));
    let mut heard = String::new();
    for row in 1..=3 {
        for verb in closing_last() {
            for args in arguments(verb, folder.path(), &case, &json!(row)) {
                let said = said(&ada, verb, &args);
                // What Ada typed herself may be in the message of a refusal.
                let said = if verb.name == "search" { said.replace(&args.to_string(), "") } else { said };
                let said = without_people(verb, said);
                assert_eq!(judgement_in(&said), None, "{verb} {args} answered {said}");
                answered += 1;
            }
        }
        call(&ada, "file.open_case", json!({"path": case}));
        fake::wait_for_jobs(&ada);
        ada.assess(None).expect("the model is there");
        while let Some(event) = events.next_within(Duration::ZERO) {
            heard.push_str(&serde_json::to_string(&event).expect("an event is plain data"));
        }
    }
    for kind in ["job", "assessed", "case"] {
        assert!(
            heard.contains(&format!("{{\"kind\":\"{kind}\"")),
            "{kind}: otherwise this test hears nothing"
        );
    }
    assert_eq!(judgement_in(&heard), None, "an event tells what was judged: {heard}");
    assert!(answered >= 3 * verbs::ALL.len(), "every verb answered for every item");
    // Work ahead and jobs ran meanwhile; what they say is watched too.
    let jobs = call(&ada, "jobs.jobs", Value::Null).to_string();
    assert_eq!(judgement_in(&jobs), None, "{jobs}");
}

/// The other side of the list's last word: after the impression, and after the record, a judgement is where the
/// list says that one may be, and nowhere else.
#[test]
fn only_verbs_that_may_judge_ever_tell_what_was_judged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let helped = json!({"name": "Helped", "filter": {}, "order": "risk", "mode": {"kind": "assisted"}, "reviews_wanted": 3});
    call(&ada, "review.save_queue", json!({"queue": helped}));
    let mut told = BTreeSet::new();
    let mut ask = |verb: &Verb, args: &Value| {
        let said = without_people(verb, said(&ada, verb, args));
        if let Some(marker) = judgement_in(&said) {
            assert!(verb.may_judge, "{verb} never judges, says the list; {args} answered {marker}: {said}");
            told.insert(verb.to_string());
        }
        said
    };
    let named = |name: &str| verbs::ALL.iter().find(|it| it.to_string() == name).expect("it is in the list");
    let by_risk = json!({"request": {"filter": {}, "order": "risk", "queue": "Helped", "offset": 0, "limit": 50, "fresh": true}});
    for row in 1..=3 {
        let opened = json!({"queue": "Twice", "row": row});
        ask(named("review.open_item"), &opened);
        let impression = json!({"judgement": judgement("remove"), "note": ""});
        let args = json!({"queue": "Twice", "row": row, "impression": impression});
        ask(named("review.store_impression"), &args);
        fake::revealed(&ada, "Twice", row).expect("it was decided");
        let args = json!({"queue": "Twice", "row": row});
        let revealed: Value = serde_json::from_str(&ask(named("review.reveal"), &args)).expect("JSON");
        let draft = &revealed["start"];
        assert!(judgement_in(&draft.to_string()).is_some(), "the model's steps are what is worked on");
        for recorded in [false, true] {
            if recorded {
                ask(named("review.save_draft"), &json!({"row": row, "draft": draft}));
                ask(named("review.missing"), &json!({"draft": draft}));
                let args = json!({"queue": "Twice", "row": row, "draft": draft, "active": 1.0});
                ask(named("review.submit"), &args);
                // Asked at once, since an undo stands in the list before it.
                ask(named("data.preview_export"), &preview(&json!({}), "raw"));
            }
            for verb in closing_last() {
                for args in arguments(verb, folder.path(), &case, &json!(row)) {
                    // What Ada typed herself may be in what search says of it.
                    if args["words"] != PLANTED {
                        ask(verb, &args);
                    }
                }
            }
            ask(named("file.open_case"), &json!({"path": case}));
            ask(named("review.open_item"), &opened);
        }
    }
    ask(named("items.list"), &by_risk);
    let may: BTreeSet<String> =
        verbs::ALL.iter().filter(|it| it.may_judge).map(ToString::to_string).collect();
    // What these two may tell are counts, in which nothing can be planted; `an_export_tells_its_counts…` holds them.
    let counts = ["data.exports", "jobs.jobs"].map(String::from).into();
    assert_eq!(&may - &told, counts, "a verb that may judge was seen to");
}

/// The files of the case and of Ada's home, but for the index of the log, in which readers make their marks.
fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|it| it.expect("it can be listed").path())
        .filter(|it| !it.to_string_lossy().ends_with("-shm"))
        .flat_map(|path| match path.is_dir() {
            true => files_in(&path),
            false => BTreeMap::from([(path.clone(), std::fs::read(&path).expect("it can be read"))]),
        })
        .collect()
}

#[test]
fn a_verb_that_reads_leaves_every_file_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let before = files_in(folder.path());
    for verb in verbs::ALL.iter().filter(|it| it.reads) {
        for args in arguments(verb, folder.path(), &case, &json!(1)) {
            said(&ada, verb, &args);
            let after = files_in(folder.path());
            assert!(before == after, "{verb} {args} reads, says the list, and changed a file");
        }
    }
    // The same comparison sees one that writes.
    call(&ada, "review.open_item", json!({"queue": "Twice", "row": 1}));
    assert!(before != files_in(folder.path()), "a lease is in the file");
}

#[test]
fn the_same_verbs_tell_it_once_the_impression_is_stored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let review = call(&ada, "review.next", json!({"queue": "Twice"}));
    assert!(!review.to_string().contains(PLANTED));
    let revealed = decide(&ada, "Twice", &review["item"]["row"], &judgement("allow"), "");
    assert!(revealed.to_string().contains("PLANTED hate"), "the model's words arrive");
    assert!(!revealed.to_string().contains("PLANTED rationale"), "another reviewer's do not");
    let again = call(&ada, "review.next", json!({"queue": "Twice"}));
    assert_eq!(again["item"]["row"], review["item"]["row"], "asking twice gives the same item");
    assert!(again.to_string().contains("PLANTED hate"), "the reveal survives a restart of the page");
}

#[test]
fn an_assisted_queue_says_so_in_the_record() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let queue = json!({"name": "Helped", "filter": {}, "order": "risk", "mode": {"kind": "assisted"}, "reviews_wanted": 2});
    call(&ada, "review.save_queue", json!({"queue": queue}));
    let review = call(&ada, "review.next", json!({"queue": "Helped"}));
    assert_eq!(review["mode"], "assisted");
    let row = review["item"]["row"].as_u64().expect("a row") as u32;
    let revealed = fake::revealed(&ada, "Helped", row).expect("assisted means shown first");
    assert!(serde_json::to_string(&revealed).expect("plain data").contains("PLANTED hate"));
    // The same item is not blind to this reviewer any more, in any queue.
    let args = json!({"queue": "Twice", "row": review["item"]["row"]});
    assert_eq!(call(&ada, "review.open_item", args)["mode"], "assisted");
}

#[test]
fn the_covered_picture_is_all_there_is_until_uncovering_is_stored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "file.open_case", json!({"path": case}));
    let row = 2;
    let review = call(&ada, "review.open_item", json!({"queue": "Twice", "row": row}));
    let part = &review["item"]["parts"][1];
    assert_eq!(part["uncovered"], Value::Null);
    let covered = part["covered"].as_str().expect("a picture has a covered rendition");
    assert_eq!(ada.media(covered).expect("it can be had").0, b"covered");
    let guessed = covered.replace("covered", "full");
    ada.media(&guessed).expect_err("the whole picture is not to be had by guessing its name");
    let part = call(&ada, "review.uncover", json!({"row": row, "part": "p2"}));
    let full = part["uncovered"].as_str().expect("uncovering is stored");
    assert_eq!(ada.media(full).expect("now it can be had").0, b"any bytes");
    // Beside a list it stays covered: there nobody asked for it.
    let looked = call(&ada, "items.look", json!({"row": row}));
    let part = &looked["parts"][1];
    assert_eq!((&part["covered"], &part["uncovered"]), (&json!(covered), &Value::Null));
    let bob = fake::session(&folder.path().join("bob"), "Bob", true);
    call(&bob, "file.open_case", json!({"path": case}));
    bob.media(full).expect_err("it is uncovered for the one who uncovered it");
}
