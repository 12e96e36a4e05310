//! What is told of items like the one under review.

use casebook_core::{assessment::Precedent, decision::Choice};
use casebook_desk::wire::{ImportRequest, Impression};
use casebook_tests::fake;

use super::{case, judgement};

/// What Ada is told of an item on coins, having decided another, in a file where thirty on coins and thirty
/// on bread are settled; of those on coins, `otherwise` say that they are allowed.
fn told_of_coins(otherwise: usize) -> (Vec<Precedent>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let item = |id: String, text: &str, gold: Option<&str>| {
        let gold = gold.map_or_else(String::new, |it| {
            format!(r#","gold":{{"policy":"short-video@2026.11",{it},"reason":"settled"}}"#)
        });
        format!(
            r#"{{"id":"{id}","parts":[{{"role":"caption","text":"{text} {id}"}}],"language":"en","reports":[{{"reason":"spam","n":1}}]{gold}}}"#
        )
    };
    let (scam, fine) =
        (r#""verdict":"violating","clauses":["HH-1"]"#, r#""verdict":"not_violating","clauses":[]"#);
    let mut lines = vec![item("mine".into(), "send coins", None), item("next".into(), "more coins", None)];
    for n in 0..30 {
        lines.push(item(format!("c{n}"), "get coins", Some(if n < otherwise { fine } else { scam })));
        lines.push(item(format!("b{n}"), "bake bread", Some(fine)));
    }
    std::fs::write(folder.path().join("items.jsonl"), lines.join("\n")).expect("the folder is writable");
    let session = fake::session(&folder.path().join("home"), "Ada", true);
    session.new_case(&case(folder.path())).expect("the path is free");
    let path = folder.path().join("items.jsonl").to_string_lossy().into_owned();
    session.start_import(ImportRequest { path, ..ImportRequest::default() }).expect("a file is open");
    fake::wait_for_jobs(&session);
    session.start_scoring().expect("the model is there");
    fake::wait_for_jobs(&session);
    let revealed = |id: &str| {
        let row = session.row_of(id).expect("it was imported");
        session.open_item("Reported", row).expect("nobody has it");
        let impression = Impression { judgement: judgement(Choice::Remove), note: "because".into() };
        let revealed = fake::decide(&session, "Reported", row, &impression).expect("undecided yet");
        session.submit("Reported", row, &revealed.start, 0.0).expect("the draft is true");
        revealed.assessment.expect("it was made")
    };
    revealed("mine");
    let assessment = revealed("next");
    let said = assessment.steps.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(" ");
    (assessment.precedents, said)
}

#[test]
fn what_was_decided_of_a_similar_item_is_told_where_nearness_tells_it() {
    let (precedents, said) = told_of_coins(0);
    let [mine] = &precedents[..] else { panic!("she decided one item like it: {precedents:?}") };
    let told = mine.told.expect("thirty that are alike were decided alike");
    assert!(mine.item == "mine" && told.agreed == told.of && told.of >= 30, "{mine:?}");
    assert!(said.contains("One decided item is like it: violating."), "{said}");
}

#[test]
fn where_like_items_were_decided_otherwise_it_is_similar_and_no_more() {
    let (precedents, said) = told_of_coins(14);
    assert_eq!(precedents.iter().map(|it| (it.item.as_str(), it.told)).collect::<Vec<_>>(), [("mine", None)]);
    assert!(!said.contains("like it"), "{said}");
}
