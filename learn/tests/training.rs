//! Training on a tiny encoder with chance weights: from rows to heads and a card that tells of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

#[path = "../../models/tests/common/mod.rs"]
mod common;
#[path = "../../models/tests/common/letters.rs"]
mod letters;

use std::{fmt::Write, path::Path};

use casebook_core::{labelset::LabelSet, policy::Policy};
use casebook_learn::train::{TrainOptions, TrainSource, train_heads};
use casebook_models::heads_card::HeadsCard;
use letters::encoder;

const SCAM: &str = r#"
name = "made-up"
title = "A made-up set"
policy = "short-video@2026.11"

[[labels]]
id = "scam"
title = "Scam"
clauses = ["FR-1"]
prompts = ["Send coins and get twice as many back."]
"#;

/// Sixty rows of each kind, and twenty whose label nobody knows.
fn labelled(folder: &Path) -> TrainSource {
    let mut lines = String::new();
    for n in 0..60 {
        writeln!(lines, r#"{{"text":"send {n} coins and get eighty back","scam":1}}"#).unwrap();
        writeln!(lines, r#"{{"text":"bread number {n} is in the oven","scam":{}}}"#, n % 5 / 4).unwrap();
        if n < 20 {
            writeln!(lines, r#"{{"text":"a walk of {n} miles"}}"#).unwrap();
        }
    }
    let path = folder.join("rows.jsonl");
    std::fs::write(&path, lines).unwrap();
    let labels = LabelSet::parse("made-up", SCAM, &Policy::built_in()).unwrap();
    TrainSource { labels, path, licence: "none".into() }
}

fn trained(folder: &Path) -> (HeadsCard, Vec<u8>) {
    let options = TrainOptions {
        id: "trial-heads@1".into(),
        sources: vec![labelled(folder)],
        max_rows: 1000,
        precision: 0.8,
        n_bootstrap: 20,
        faults: vec!["everything".into()],
    };
    let trained = train_heads(&options, &encoder(), "tiny", &Policy::built_in(), &mut |_| {}).unwrap();
    (toml::from_str(&trained.card).unwrap(), trained.bytes)
}

#[test]
fn a_trained_card_tells_what_was_observed_at_which_probability() {
    let folder = tempfile::tempdir().unwrap();
    let (card, bytes) = trained(folder.path());
    let head = &card.data[0].heads[0];
    assert_eq!((head.known, head.positive), (120, 72), "a row without a label counts for nothing");
    let bins = head.reliability.as_ref().expect("it was measured").bins().expect("twenty of each");
    assert_eq!(bins.iter().map(|it| it.rows).sum::<u32>(), 120, "every known row lies in one bin");
    assert_eq!(bins.iter().map(|it| it.positive).sum::<u32>(), 72);
    for (n, bin) in bins.iter().enumerate().filter(|it| it.1.rows > 0) {
        let (from, to) = (n as f64 / 20.0, (n + 1) as f64 / 20.0);
        assert!(bin.mean >= from - 1e-4 && bin.mean <= to + 1e-4, "bin {n} means {}", bin.mean);
    }
    let known = card.known(&[], &|_, _| Some("Scam".into()));
    let label = &known.data[0].labels[0];
    assert_eq!((label.target.as_str(), label.title.as_str()), ("made-up/scam", "Scam"));
    let step = label.steps.iter().find(|it| it.percent == 50).expect("a step for each bin");
    assert!(
        step.precision() > Some(0.7) && step.recall() > Some(0.7),
        "the two kinds differ in every word: {step:?}"
    );
    let (again, same) = trained(folder.path());
    assert_eq!(
        (bytes, format!("{card:?}")),
        (same, format!("{again:?}")),
        "the same rows give the same card"
    );
}
