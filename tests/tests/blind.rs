//! The reviewer decides first: no verb answers with what a model or another reviewer judged
//! before this reviewer's first impression is stored.

use std::{path::Path, time::Duration};

use casebook_desk::{session::Session, verbs};
use casebook_tests::fake::{self, PLANTED};
use serde_json::{Value, json};

const ITEMS: &str = r#"{"id":"i1","parts":[{"role":"caption","text":"a plain caption about gardens"}],"language":"en","reports":[{"reason":"hate","n":3}],"reach_per_hour":10,"gold":{"policy":"short-video@2026.11","verdict":"violating","clauses":["SP-1"]}}
{"id":"i2","parts":[{"role":"caption","text":"another plain caption about gardens"},{"role":"image","path":"p.png"}],"language":"en","reports":[{"reason":"hate","n":2}]}
{"id":"i3","parts":[{"role":"caption","text":"a third plain caption about gardens"}],"language":"en"}
"#;

fn call(session: &Session, verb: &str, args: Value) -> Value {
    verbs::call(session, verb, args).unwrap_or_else(|it| panic!("{verb}: {it}"))
}

fn judgement(choice: &str) -> Value {
    json!({"choice": choice, "clauses": ["HH-1"], "severity": null, "confidence": "certain", "cannot_judge_reason": null})
}

/// A case file in which a model and another reviewer have judged every item.
fn planted_case(folder: &Path) -> String {
    let case = folder.join("planted.casebook").to_string_lossy().into_owned();
    std::fs::write(folder.join("items.jsonl"), ITEMS).expect("the folder is writable");
    std::fs::write(folder.join("p.png"), b"any bytes").expect("the folder is writable");
    let bob = fake::session(&folder.join("bob"), "Bob", true);
    call(&bob, "new_case", json!({"path": case}));
    let queue = json!({"name": "Twice", "filter": {}, "order": "urgency", "mode": {"kind": "blind"}, "reviews_wanted": 2});
    call(&bob, "save_queue", json!({"queue": queue}));
    let items = folder.join("items.jsonl").to_string_lossy().into_owned();
    call(&bob, "start_import", json!({"request": {"path": items, "columns": []}}));
    fake::wait_for_jobs(&bob);
    call(&bob, "start_scoring", Value::Null);
    fake::wait_for_jobs(&bob);
    for _ in 0..3 {
        let review = call(&bob, "next", json!({"queue": "Twice"}));
        let row = review["item"]["row"].clone();
        let impression = json!({"judgement": judgement("remove"), "note": format!("{PLANTED} note")});
        let revealed =
            call(&bob, "store_impression", json!({"queue": "Twice", "row": row, "impression": impression}));
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
        call(&bob, "submit", json!({"queue": "Twice", "row": row, "draft": draft, "active": 1000.0}));
    }
    call(&bob, "close_case", Value::Null);
    case
}

/// Arguments with which `verb` answers about the planted items, none of which stores an impression.
fn arguments(verb: &str, folder: &Path, case: &str, row: &Value) -> Vec<Value> {
    let queue = json!({"name": "Mine", "filter": {"words": "gardens"}, "order": "age", "mode": {"kind": "blind"}, "reviews_wanted": 3});
    let draft = json!({"steps": [], "evidence": [], "judgement": judgement("remove"), "remediation_text": "", "creator_message": ""});
    let evidence = json!({"id": "e1", "kind": "text_span", "part": "p1", "start": 0, "end": 1, "quote": "a"});
    let wrong = json!({"id": "e1", "kind": "text_span", "part": "p1", "start": 0, "end": 1, "quote": "z"});
    let precedent = json!({"id": "e1", "kind": "precedent", "ref": "nowhere"});
    let folder = |name: &str| folder.join(name).to_string_lossy().into_owned();
    match verb {
        "set_reviewer" => vec![json!({"name": "Ada"})],
        "save_preferences" => {
            vec![json!({"preferences": {"theme": "dark", "text_percent": 100, "language": "de",
            "blur": true, "grey": false, "marks": true, "keys": {"submit": ["F2"]}}})]
        }
        "new_case" | "open_case" => vec![json!({"path": case})],
        "save_queue" => vec![json!({"queue": queue})],
        "remove_queue" => vec![json!({"name": "Nobody's"})],
        "next" | "undo" => {
            vec![json!({"queue": "Twice"}), json!({"queue": "Reported"}), json!({"queue": "Mine"})]
        }
        "open_item" => vec![json!({"queue": "Twice", "row": row})],
        "heartbeat" => vec![json!({"row": row})],
        "uncover" => vec![json!({"row": row, "part": "p2"}), json!({"row": row, "part": "p1"})],
        // A first impression with an unknown clause is refused, so it stores nothing.
        "store_impression" => {
            let mut bad = judgement("remove");
            bad["clauses"] = json!(["XX-1"]);
            vec![json!({"queue": "Twice", "row": row, "impression": {"judgement": bad, "note": ""}})]
        }
        "save_picks" => vec![
            json!({"row": row, "picks": {"choice": "allow", "clauses": [], "severity": null, "confidence": null, "cannot_judge_reason": null, "note": ""}}),
        ],
        "missing" => vec![json!({"draft": draft})],
        "save_draft" => vec![json!({"row": row, "draft": draft})],
        "submit" => vec![json!({"queue": "Twice", "row": row, "draft": draft, "active": 1.0})],
        "set_aside" => vec![json!({"queue": "Twice", "row": row, "how": "defer"})],
        "search" => {
            vec![json!({"words": "gardens"}), json!({"words": PLANTED}), json!({"words": "plain cap"})]
        }
        // By risk is refused; every other order, page and standing answers.
        "list" => {
            let mut asked = Vec::new();
            for order in ["newest", "oldest", "urgency", "age", "risk"] {
                for standing in ["all", "unreviewed", "reviewed", "mine", "skipped", "deferred", "assigned"] {
                    for queue in [json!("Twice"), Value::Null] {
                        let filter = json!({"filter": {"words": "gardens"}, "standing": standing});
                        asked.push(json!({"request": {"filter": filter, "order": order, "queue": queue,
                            "offset": 0, "limit": 50, "fresh": true}}));
                    }
                }
            }
            asked
        }
        "similar" => vec![json!({"row": row, "limit": 10})],
        "decisions" => vec![json!({"limit": 10})],
        "act_on" => vec![
            json!({"rows": [row], "act": {"kind": "defer", "queue": "Twice"}}),
            json!({"rows": [row], "act": {"kind": "assign", "to": "Ada"}}),
            json!({"rows": [row], "act": {"kind": "move", "to": "Twice"}}),
            json!({"rows": [row], "act": {"kind": "skip", "queue": "None"}}),
        ],
        "take_back" => (1..12).map(|it| json!({"act": it})).collect(),
        "check_anchor" => [evidence, wrong, precedent].map(|it| json!({"row": row, "evidence": it})).into(),
        "start_import" => vec![json!({"request": {"path": folder("items.jsonl"), "columns": []}})],
        "start_export" => {
            vec![json!({"request": {"folder": folder("out"), "formats": ["raw", "sft", "prm", "parquet"],
            "redact": true, "include_incomplete": true, "seed": 1}})]
        }
        // Filters that fit what others judged, and one that does not.
        "preview_export" => [json!({}), json!({"clauses": ["HH-1"]}), json!({"reviewers": ["Bob"]})]
            .into_iter()
            .flat_map(|filter| {
                ["raw", "sft", "prm", "label-studio", "parquet"].map(|format| preview(&filter, format))
            })
            .collect(),
        "verify_model" => vec![json!({"id": "fake-model@1"})],
        "set_threshold" => vec![
            json!({"target": fake::TARGET, "percent": 60}),
            json!({"target": fake::TARGET, "percent": null}),
        ],
        "pause_job" | "resume_job" | "cancel_job" => vec![json!({"id": "99"})],
        "desktop" | "preferences" | "close_case" | "queues" | "policy" | "jobs" | "exports"
        | "start_scoring" | "start_install" | "models" | "thresholds" => {
            vec![Value::Null]
        }
        new => panic!("{new} is a new verb: say here how it is called, so that it is watched"),
    }
}

fn preview(filter: &Value, format: &str) -> Value {
    let request = json!({"folder": "", "formats": ["raw", "sft", "prm", "label-studio", "parquet"], "redact": true,
        "include_incomplete": true, "seed": 1, "filter": filter});
    json!({"request": request, "format": format, "offset": 0, "limit": 50})
}

#[test]
fn a_preview_is_the_same_whatever_others_judged_until_this_reviewer_recorded_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "open_case", json!({"path": case}));
    let held = json!(3);
    for filter in [
        json!({}),
        json!({"clauses": ["HH-1"]}),
        json!({"clauses": ["SP-1"]}),
        json!({"complete_only": true}),
    ] {
        let seen = call(&ada, "preview_export", preview(&filter, "raw"));
        assert_eq!((&seen["rows"], &seen["held"]), (&json!([]), &held), "{filter} shows nothing of Bob's");
        for dataset in seen["datasets"].as_array().expect("a list") {
            assert_eq!(
                (&dataset["rows"], &dataset["left_out"]),
                (&json!(0), &json!([])),
                "{filter} counts nothing"
            );
        }
    }
    let review = call(&ada, "next", json!({"queue": "Twice"}));
    let row = review["item"]["row"].clone();
    let impression = json!({"judgement": judgement("remove"), "note": ""});
    let revealed =
        call(&ada, "store_impression", json!({"queue": "Twice", "row": row, "impression": impression}));
    let seen = call(&ada, "preview_export", preview(&json!({}), "raw"));
    assert_eq!(seen["rows"], json!([]), "a first impression is no record yet: it can still be influenced");
    let draft = revealed["start"].clone();
    call(&ada, "submit", json!({"queue": "Twice", "row": row, "draft": draft, "active": 1.0}));
    let seen = call(&ada, "preview_export", preview(&json!({}), "raw"));
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
fn an_export_tells_its_counts_to_those_who_recorded_what_is_in_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "open_case", json!({"path": case}));
    let mut args = preview(&json!({"clauses": ["HH-1"], "reviewers": ["Bob"]}), "raw");
    args["request"]["folder"] = folder.path().join("narrow").to_string_lossy().into_owned().into();
    call(&ada, "start_export", json!({"request": args["request"]}));
    fake::wait_for_jobs(&ada);
    let report = |of: &Session| {
        let jobs = call(of, "jobs", Value::Null);
        let export = jobs.as_array().expect("a list").iter().find(|it| it["kind"] == "export");
        export.expect("one was made")["report"].clone()
    };
    assert_eq!(report(&ada), json!({"kind": "export", "written": true, "datasets": null}));
    let made = call(&ada, "exports", Value::Null);
    assert_eq!(made[0]["contents"], Value::Null, "{made}");
    assert!(!made.to_string().contains("Bob"), "{made}");
    let bob = fake::session(&folder.path().join("bob"), "Bob", true);
    call(&bob, "open_case", json!({"path": case}));
    let made = call(&bob, "exports", Value::Null);
    let datasets = made[0]["contents"]["datasets"].as_array().expect("open to Bob");
    let raw = datasets.iter().find(|it| it["name"] == "raw").expect("asked for");
    assert_eq!(raw["rows"], 3, "{made}");

    // What Bob counts is told to Bob; who opens the file after him is told that there was an export.
    let mut args = preview(&json!({}), "raw");
    args["request"]["folder"] = folder.path().join("wide").to_string_lossy().into_owned().into();
    let before = call(&bob, "jobs", Value::Null).to_string();
    assert!(!before.contains("\"rows\""), "Ada was told nothing, so nothing is kept: {before}");
    call(&bob, "start_export", json!({"request": args["request"]}));
    fake::wait_for_jobs(&bob);
    assert!(call(&bob, "jobs", Value::Null).to_string().contains("\"rows\":3"));
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "open_case", json!({"path": case}));
    let seen = call(&ada, "jobs", Value::Null).to_string();
    assert!(seen.contains("wide") && !seen.contains("\"rows\""), "{seen}");
    let bob = fake::session(&folder.path().join("bob"), "Bob", true);
    call(&bob, "open_case", json!({"path": case}));
    assert!(call(&bob, "jobs", Value::Null).to_string().contains("\"rows\":3"), "Bob recorded all of it");
}

#[test]
fn no_verb_tells_what_was_judged_before_the_first_impression() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    let events = ada.events();
    call(&ada, "open_case", json!({"path": case}));
    let mut answered = 0;
    // An item that nobody has looked at, so that a model judges one while Ada listens.
    let more = folder.path().join("more.jsonl");
    let item =
        r#"{"id":"i4","parts":[{"role":"caption","text":"a fourth caption about gardens"}],"language":"en"}"#;
    std::fs::write(&more, item).expect("the folder is writable");
    call(&ada, "start_import", json!({"request": {"path": more, "columns": []}}));
    let mut heard = String::new();
    for row in 1..=3 {
        // Closing is last, so that every other verb has a file to answer from.
        let (last, verbs): (Vec<&str>, Vec<&str>) = verbs::NAMES.iter().partition(|it| **it == "close_case");
        for verb in verbs.into_iter().chain(last) {
            for args in arguments(verb, folder.path(), &case, &json!(row)) {
                let said = match verbs::call(&ada, verb, args.clone()) {
                    Ok(answer) => answer.to_string(),
                    Err(error) => serde_json::to_string(&error.problem()).expect("a problem is plain data"),
                };
                // What Ada typed herself may be in the message of a refusal.
                let said = if verb == "search" { said.replace(&args.to_string(), "") } else { said };
                assert!(!said.contains(PLANTED), "{verb} {args} answered {said}");
                assert!(!said.contains("0.98765"), "{verb} {args} answered a score: {said}");
                assert!(!said.contains("Bob"), "{verb} {args} answered who else judged: {said}");
                answered += 1;
            }
        }
        call(&ada, "open_case", json!({"path": case}));
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
    for judged in [PLANTED, "0.98765", "Bob"] {
        assert!(!heard.contains(judged), "an event tells what was judged: {heard}");
    }
    assert!(answered >= 3 * verbs::NAMES.len(), "every verb answered for every item");
    // Work ahead and jobs ran meanwhile; what they say is watched too.
    let jobs = call(&ada, "jobs", Value::Null).to_string();
    assert!(!jobs.contains(PLANTED), "{jobs}");
}

#[test]
fn the_same_verbs_tell_it_once_the_impression_is_stored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "open_case", json!({"path": case}));
    let review = call(&ada, "next", json!({"queue": "Twice"}));
    assert!(!review.to_string().contains(PLANTED));
    let impression = json!({"judgement": judgement("allow"), "note": ""});
    let args = json!({"queue": "Twice", "row": review["item"]["row"], "impression": impression});
    let revealed = call(&ada, "store_impression", args);
    assert!(revealed.to_string().contains("PLANTED hate"), "the model's words arrive");
    assert!(!revealed.to_string().contains("PLANTED rationale"), "another reviewer's do not");
    let again = call(&ada, "next", json!({"queue": "Twice"}));
    assert_eq!(again["item"]["row"], review["item"]["row"], "asking twice gives the same item");
    assert!(again.to_string().contains("PLANTED hate"), "the reveal survives a restart of the page");
}

#[test]
fn an_assisted_queue_says_so_in_the_record() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "open_case", json!({"path": case}));
    let queue = json!({"name": "Helped", "filter": {}, "order": "risk", "mode": {"kind": "assisted"}, "reviews_wanted": 2});
    call(&ada, "save_queue", json!({"queue": queue}));
    let review = call(&ada, "next", json!({"queue": "Helped"}));
    assert_eq!(review["mode"], "assisted");
    assert!(review.to_string().contains("PLANTED hate"), "assisted means shown first");
    // The same item is not blind to this reviewer any more, in any queue.
    let args = json!({"queue": "Twice", "row": review["item"]["row"]});
    assert_eq!(call(&ada, "open_item", args)["mode"], "assisted");
}

#[test]
fn the_covered_picture_is_all_there_is_until_uncovering_is_stored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = planted_case(folder.path());
    let ada = fake::session(&folder.path().join("ada"), "Ada", true);
    call(&ada, "open_case", json!({"path": case}));
    let row = 2;
    let review = call(&ada, "open_item", json!({"queue": "Twice", "row": row}));
    let part = &review["item"]["parts"][1];
    assert_eq!(part["uncovered"], Value::Null);
    let covered = part["covered"].as_str().expect("a picture has a covered rendition");
    assert_eq!(ada.media(covered).expect("it can be had").0, b"covered");
    let guessed = covered.replace("covered", "full");
    ada.media(&guessed).expect_err("the whole picture is not to be had by guessing its name");
    let part = call(&ada, "uncover", json!({"row": row, "part": "p2"}));
    let full = part["uncovered"].as_str().expect("uncovering is stored");
    assert_eq!(ada.media(full).expect("now it can be had").0, b"any bytes");
    let bob = fake::session(&folder.path().join("bob"), "Bob", true);
    call(&bob, "open_case", json!({"path": case}));
    bob.media(full).expect_err("it is uncovered for the one who uncovered it");
}
