//! The set that judgement is measured on is what it says it is.

use std::collections::{BTreeMap, BTreeSet};

use casebook_core::policy::Policy;
use serde_json::Value;

const ITEMS: &str = include_str!("../judgement/items.jsonl");

#[test]
fn the_set_has_every_clause_in_pairs_of_a_violating_text_and_its_allowed_look_alike() {
    let policy = Policy::built_in();
    let items: Vec<Value> =
        ITEMS.lines().map(|it| serde_json::from_str(it).expect("a line is JSON")).collect();
    assert!(items.len() >= 240, "{} items", items.len());
    let (mut ids, mut texts, mut languages) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut kinds: BTreeMap<(&str, &str), [usize; 2]> = BTreeMap::new();
    for it in &items {
        let field = |name: &str| it[name].as_str().unwrap_or_else(|| panic!("{name} of {it}"));
        assert!(ids.insert(field("id")) && texts.insert(field("text").to_lowercase()), "twice: {it}");
        languages.insert(field("language"));
        let letters = field("text").chars().count();
        assert!((20..=240).contains(&letters), "{letters} letters: {it}");
        assert!(field("why").starts_with(&format!("{}/", field("clause"))), "{it}");
        let violating = it["violating"].as_bool().expect("a yes or a no");
        kinds.entry((field("clause"), field("language"))).or_default()[usize::from(violating)] += 1;
    }
    assert_eq!(languages.len(), 12, "{languages:?}");
    for (kind, [allowed, violating]) in &kinds {
        assert_eq!(allowed, violating, "{kind:?} is in pairs");
    }
    let clauses: BTreeSet<&str> = kinds.keys().map(|it| it.0).collect();
    let wanted: BTreeSet<&str> = policy
        .clauses
        .iter()
        .filter(|it| !it.is_restricted() && it.id != "SX-1")
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(clauses, wanted);
    // What was shown to the model as an example would be no test of it.
    for clause in &policy.clauses {
        for example in clause.violating_examples.iter().chain(&clause.allowed_examples) {
            assert!(!texts.contains(&example.to_lowercase()), "{example}");
        }
    }
}
