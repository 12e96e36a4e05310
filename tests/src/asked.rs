//! How every verb is called about planted items: for tests that go through the whole list.

use casebook_desk::{
    session::Session,
    verbs::{self, Verb},
};
use serde_json::{Value, json};
use std::path::Path;

use crate::fake::{self, PLANTED};

/// Calls a verb that must answer.
///
/// # Panics
/// With the words of the refusal.
pub fn call(session: &Session, verb: &str, args: Value) -> Value {
    verbs::call(session, verb, args).unwrap_or_else(|it| panic!("{verb}: {it}"))
}

/// What `verb` says, be it an answer or a refusal.
pub fn said(session: &Session, verb: &Verb, args: &Value) -> String {
    match verbs::call(session, &verb.to_string(), args.clone()) {
        Ok(answer) => answer.to_string(),
        Err(error) => serde_json::to_string(&error.problem()).expect("a problem is plain data"),
    }
}

/// Stores a first impression and waits for the reveal.
///
/// # Panics
/// Where either is refused.
pub fn decide(session: &Session, queue: &str, row: &Value, judgement: &Value, note: &str) -> Value {
    let impression = json!({"judgement": judgement, "note": note});
    call(session, "review.store_impression", json!({"queue": queue, "row": row, "impression": impression}));
    let row = row.as_u64().expect("a row is a number") as u32;
    let revealed = fake::revealed(session, queue, row).expect("it was decided first");
    serde_json::to_value(revealed).expect("plain data")
}

/// A judgement of clause HH-1.
pub fn judgement(choice: &str) -> Value {
    json!({"choice": choice, "clauses": ["HH-1"], "severity": null, "confidence": "certain", "cannot_judge_reason": null})
}

/// Arguments of a preview of `format`.
pub fn preview(filter: &Value, format: &str) -> Value {
    let request = json!({"folder": "", "formats": ["raw", "sft", "prm", "label-studio", "parquet"], "redact": true,
        "include_incomplete": true, "seed": 1, "filter": filter});
    json!({"request": request, "format": format, "offset": 0, "limit": 50})
}

/// Every verb; what closes the file is last, so that every other has it to answer from.
pub fn closing_last() -> Vec<&'static Verb> {
    let closes = |it: &&Verb| matches!(it.name, "close_case" | "practise");
    let (last, others): (Vec<&Verb>, Vec<&Verb>) = verbs::ALL.iter().partition(closes);
    others.into_iter().chain(last).collect()
}

/// Every one that a list can be asked by.
const STANDINGS: [&str; 9] =
    ["all", "unreviewed", "reviewed", "mine", "skipped", "deferred", "assigned", "waiting", "handed_on"];

/// Arguments with which `verb` answers about the planted items, none of which stores an impression.
///
/// # Panics
/// For a verb that takes arguments and is not in it.
#[expect(clippy::too_many_lines, reason = "a line for each verb")]
pub fn arguments(verb: &Verb, folder: &Path, case: &str, row: &Value) -> Vec<Value> {
    if verb.args.is_empty() {
        return vec![Value::Null];
    }
    let queue = json!({"name": "Mine", "filter": {"words": "gardens"}, "order": "age", "mode": {"kind": "blind"}, "reviews_wanted": 3});
    let draft = json!({"steps": [], "evidence": [], "judgement": judgement("remove"), "remediation_text": "", "creator_message": ""});
    let evidence = json!({"id": "e1", "kind": "text_span", "part": "p1", "start": 0, "end": 1, "quote": "a"});
    let wrong = json!({"id": "e1", "kind": "text_span", "part": "p1", "start": 0, "end": 1, "quote": "z"});
    let precedent = json!({"id": "e1", "kind": "precedent", "ref": "nowhere"});
    let folder = |name: &str| folder.join(name).to_string_lossy().into_owned();
    match verb.to_string().as_str() {
        "file.set_reviewer" => vec![json!({"name": "Ada"})],
        "file.save_preferences" => {
            vec![json!({"preferences": {"theme": "dark", "text_percent": 100, "language": "de",
            "blur": true, "grey": false, "marks": true, "day_goal": 120, "break_minutes": 50,
            "item_columns": ["flagged"], "item_preview": true, "keys": {"submit": ["F2"]}}})]
        }
        "file.new_case" | "file.open_case" => vec![json!({"path": case})],
        "file.save_copy" => vec![json!({"path": folder("saved.casebook")}), json!({"path": case})],
        "review.save_queue" => vec![json!({"queue": queue})],
        "review.remove_queue" => vec![json!({"name": "Nobody's"})],
        "review.next" | "review.undo" => {
            vec![json!({"queue": "Twice"}), json!({"queue": "Reported"}), json!({"queue": "Mine"})]
        }
        "review.open_item" | "review.reveal" | "review.decline" => {
            vec![json!({"queue": "Twice", "row": row})]
        }
        "review.heartbeat" | "turn.history" | "items.look" => vec![json!({"row": row})],
        "review.uncover" => vec![json!({"row": row, "part": "p2"}), json!({"row": row, "part": "p1"})],
        // A first impression with an unknown clause is refused, so it stores nothing.
        "review.store_impression" => {
            let mut bad = judgement("remove");
            bad["clauses"] = json!(["XX-1"]);
            vec![json!({"queue": "Twice", "row": row, "impression": {"judgement": bad, "note": ""}})]
        }
        "review.save_picks" => vec![
            json!({"row": row, "picks": {"choice": "allow", "clauses": [], "severity": null, "confidence": null, "cannot_judge_reason": null, "note": ""}}),
        ],
        "review.day" => vec![json!({"since": 1_763_632_800_000_u64})],
        "review.looked" => vec![json!({"row": row, "ms": 1200.0})],
        "review.missing" => vec![json!({"draft": draft})],
        "review.save_draft" => vec![json!({"row": row, "draft": draft})],
        "review.submit" => vec![json!({"queue": "Twice", "row": row, "draft": draft, "active": 1.0})],
        "review.set_aside" => vec![json!({"queue": "Twice", "row": row, "how": "defer"})],
        "items.search" => {
            vec![json!({"words": "gardens"}), json!({"words": PLANTED}), json!({"words": "plain cap"})]
        }
        // By risk is refused in a blind queue; every other order, page and standing answers.
        "items.list" => {
            let mut asked = Vec::new();
            for order in ["newest", "oldest", "urgency", "age", "recent", "risk"] {
                for standing in STANDINGS {
                    for queue in [json!("Twice"), Value::Null] {
                        let filter = json!({"filter": {"words": "gardens"}, "standing": standing});
                        asked.push(json!({"request": {"filter": filter, "order": order, "queue": queue,
                            "offset": 0, "limit": 50, "fresh": true}}));
                    }
                }
            }
            asked
        }
        "items.similar" => vec![json!({"row": row, "limit": 10})],
        "items.decisions" => vec![json!({"limit": 10})],
        "items.act_on" => vec![
            json!({"rows": [row], "act": {"kind": "defer", "queue": "Twice"}}),
            json!({"rows": [row], "act": {"kind": "assign", "to": "Ada"}}),
            json!({"rows": [row], "act": {"kind": "move", "to": "Twice"}}),
            json!({"rows": [row], "act": {"kind": "skip", "queue": "None"}}),
        ],
        "items.take_back" => (1..12).map(|it| json!({"act": it})).collect(),
        "review.check_anchor" => {
            [evidence, wrong, precedent].map(|it| json!({"row": row, "evidence": it})).into()
        }
        "policy.add_policy" => vec![json!({"path": folder("policy.toml")})],
        // Reviews are made under the one that is in force already.
        "policy.put_in_force" => ["short-video@2026.11", "no-such@1"].map(|it| json!({"name": it})).into(),
        "data.take_back_import" => {
            vec![json!({"path": folder("items.jsonl")}), json!({"path": folder("none.jsonl")})]
        }
        "data.preview_import" | "data.start_import" => {
            vec![json!({"request": {"path": folder("items.jsonl"), "columns": []}})]
        }
        "data.start_export" => {
            vec![json!({"request": {"folder": folder("out"), "formats": ["raw", "sft", "prm", "parquet"],
            "redact": true, "include_incomplete": true, "seed": 1}})]
        }
        // Filters that fit what others judged, and one that does not.
        "data.preview_export" => [json!({}), json!({"clauses": ["HH-1"]}), json!({"reviewers": ["Bob"]})]
            .into_iter()
            .flat_map(|filter| {
                ["raw", "sft", "prm", "label-studio", "parquet"].map(|format| preview(&filter, format))
            })
            .collect(),
        "data.open_export" => vec![json!({"id": 1}), json!({"id": 99})],
        "models.verify_model" => vec![json!({"id": "fake-model@1"})],
        "models.start_install" => ["fake-model@1", "no-such"].map(|it| json!({"model": it})).into(),
        "models.set_threshold" => vec![
            json!({"target": fake::TARGET, "percent": 60}),
            json!({"target": fake::TARGET, "percent": null}),
        ],
        "jobs.pause_job" | "jobs.resume_job" | "jobs.cancel_job" => vec![json!({"id": "99"})],
        _ if verb.area == "turn" => of_turn(verb, row),
        _ => {
            panic!("{verb} takes {:?}: say in `arguments` how it is called, so that it is watched", verb.args)
        }
    }
}

/// The same of the verbs about whose turn an item is.
fn of_turn(verb: &Verb, row: &Value) -> Vec<Value> {
    match verb.name {
        "hand_on" => {
            let to = [
                json!({"kind": "person", "name": "Eve"}),
                json!({"kind": "queue", "name": "Twice"}),
                json!({"kind": "queue", "name": "Restricted"}),
                json!({"kind": "queue", "name": "None"}),
                json!({"kind": "person", "name": "Ada"}),
            ];
            to.map(|to| {
                let handover = json!({"to": to, "reason": "language", "note": "mine", "met_in": "Twice"});
                json!({"row": row, "handover": handover})
            })
            .into()
        }
        // The second time it is what was handed on before.
        "call_back" => vec![json!({"row": row}); 2],
        "add_note" => [json!("Eve"), Value::Null]
            .map(|to| json!({"row": row, "note": {"to": to, "text": "mine"}}))
            .into(),
        "take_out" => ["Restricted", "Twice"]
            .map(|queue| json!({"queue": queue, "row": row, "release": {"reason": "slip", "note": null}}))
            .into(),
        name => panic!("turn.{name} takes {:?}: say in `of_turn` how it is called", verb.args),
    }
}
