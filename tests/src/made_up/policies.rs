//! Policies about nothing in particular, of every size up to that of the one that ships, the same on every machine.

use casebook_core::policy::Policy;
use serde_json::{Value, json};

use super::{Chance, WORDS};

/// How many clauses each of them has.
const SIZES: [usize; 12] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 36];

/// What stands in titles and points beside plain words: a policy may be written in any script, and quote.
const ODD: [&str; 6] = ["", "“quoted” and \"quoted\"", "a\\b {post} {title}", "правило", "قاعدة", "規則 🌿"];

/// All of them.
pub fn policies() -> Vec<Policy> {
    (1..).zip(SIZES).map(|(seed, n_clauses)| policy(seed, n_clauses)).collect()
}

fn policy(seed: u64, n_clauses: usize) -> Policy {
    let mut chance = Chance(seed);
    let clauses: Vec<Value> = (1..=n_clauses).map(|n| clause(n, &mut chance)).collect();
    let file = json!({
        "set": format!("made-up-{seed}"),
        "version": "1",
        "title": sentence(&mut chance),
        "anchors": (0..4).map(|_| sentence(&mut chance)).collect::<Vec<_>>(),
        "families": [{"id": "GA", "title": "Gardens"}],
        "clauses": clauses,
    });
    let text = toml::to_string(&file).expect("a policy is plain data");
    Policy::parse("made up", &text).expect("it keeps the rules of policies")
}

fn clause(n: usize, chance: &mut Chance) -> Value {
    let min = chance.below(4);
    let max = min + chance.below(5 - min);
    let n_criteria = 1 + chance.below(5);
    let points = |n: usize, chance: &mut Chance| -> Vec<Value> {
        ('a'..).take(n).map(|id| json!({"id": id.to_string(), "text": sentence(chance)})).collect()
    };
    let criteria = points(n_criteria, chance);
    let n_allowed = chance.below(4);
    let allowed = points(n_allowed, chance);
    let exceptions: Vec<Value> = (0..chance.below(4))
        .map(|n| json!({"id": format!("x{}", n + 1), "text": sentence(chance), "cues": [word(chance)]}))
        .collect();
    let examples = |chance: &mut Chance| (0..3).map(|_| sentence(chance)).collect::<Vec<_>>();
    json!({
        "id": format!("GA-{n}"),
        "title": sentence(chance),
        "summary": sentence(chance),
        "definition": sentence(chance),
        "criteria": criteria,
        "allowed": allowed,
        "exceptions": exceptions,
        "severity": {"min": min, "max": max, "default": min},
        "actions": ["remove"],
        "escalation": "none",
        "remediation": sentence(chance),
        "violating_examples": examples(chance),
        "allowed_examples": examples(chance),
    })
}

fn sentence(chance: &mut Chance) -> String {
    let words: Vec<&str> = (0..4 + chance.below(8)).map(|_| word(chance)).collect();
    format!("{} {}", words.join(" "), ODD[chance.below(ODD.len())]).trim().to_owned()
}

fn word(chance: &mut Chance) -> &'static str {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    words[chance.below(words.len())]
}
