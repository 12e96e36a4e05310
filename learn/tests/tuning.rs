//! Training layers and heads on a tiny encoder with chance weights.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

#[path = "../../models/tests/common/mod.rs"]
mod common;
#[path = "../../models/tests/common/letters.rs"]
mod letters;

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use casebook_core::{labelset::LabelSet, policy::Policy, ports::Flow};
use casebook_learn::{
    held_out::{self, Amount},
    joint::{JointOptions, Progress, train_joint},
    published::{Published, Purpose},
    states::States,
    tune::{Plan, TuneError, tune},
};
use casebook_models::{
    encoder::TextEncoder,
    tuned::TopLayers,
    tuning::{Example, Pair, Rates, Tuner},
};
use letters::{BERT, settings, tokenizer};

const LABELS: &str = r#"
name = "made-up"
title = "A made-up set"
policy = "short-video@2026.11"

[[labels]]
id = "scam"
title = "Scam"
clauses = ["FR-1"]

[[labels]]
id = "rude"
title = "Rude"
clauses = ["HR-1"]
"#;

const SOURCES: &str = r#"
[[sets]]
name = "one"
file = "one.jsonl"
licence = "none"
language = "en"
judged = "scam"
group = ["id", "twin"]
test = "split = test"
[sets.labels]
scam = { yes = "is = scam", no = "is = fine" }

[[sets]]
name = "two"
file = "two.csv"
licence = "none"
language = "de"
text = "words"
judged = "scam"
most = 40
[sets.labels]
scam = { yes = "n > 0", no = "n = 0" }
rude = { no = "n = 0" }

[[sets]]
name = "three"
file = "three.jsonl"
licence = "share-alike"
use = "measure"
judged = "scam"
[sets.labels]
scam = { yes = "is = scam", no = "is = fine" }

[[sets]]
name = "four"
file = "four.jsonl"
licence = "none"
[sets.labels]
scam = { yes = "is = scam" }
"#;

/// Of two layers the upper one is trained.
const FIRST: usize = 1;

fn encoder() -> (TextEncoder, TopLayers) {
    let parts = (BERT.config(), tokenizer(), BERT.weights());
    let (config, tokenizer) = (parts.0.as_bytes(), parts.1.as_bytes());
    TextEncoder::from_parts_with_top(config, tokenizer, &parts.2, settings(), 1).unwrap()
}

fn label_set() -> LabelSet {
    LabelSet::parse("made-up", LABELS, &Policy::built_in()).unwrap()
}

/// Sixty texts about coins and sixty about bread, in three files. Of a pair that is held out one half says so.
fn sets(folder: &Path) -> Published {
    let mut one = String::new();
    let mut two = String::from("words,n\n");
    for n in 0..60 {
        let split = if n < 6 { "test" } else { "train" };
        write!(
            one,
            "{{\"text\":\"send {n} coins and get more coins\",\"is\":\"scam\",\"id\":\"a{n}\",\"twin\":\"b{n}\",\"split\":\"{split}\"}}\n\
             {{\"text\":\"bread {n} is in the warm oven\",\"is\":\"fine\",\"id\":\"b{n}\",\"twin\":\"\",\"split\":\"train\"}}\n"
        )
        .unwrap();
        writeln!(two, "coins for {n} friends send coins,1\nan oven of bread at {n},0").unwrap();
    }
    std::fs::write(folder.join("one.jsonl"), one).unwrap();
    std::fs::write(folder.join("two.csv"), two).unwrap();
    let three = "{\"text\":\"coins coins\",\"is\":\"scam\",\"lang\":\"fr\"}\n{\"text\":\"nobody knows\",\"is\":\"else\"}\n";
    std::fs::write(folder.join("three.jsonl"), three).unwrap();
    Published::read(SOURCES, &label_set(), folder, folder).unwrap()
}

fn states(folder: &Path, encoder: &TextEncoder, published: &Published) -> States {
    let texts: Vec<&str> = published.rows.iter().map(|it| it.text.as_str()).collect();
    States::of(encoder, FIRST, &texts, 12, &folder.join("states.f16"), &mut |_, _| Flow::Go).unwrap()
}

fn plan(rows: Vec<usize>, checkpoint: Option<PathBuf>) -> Plan {
    let rates = Rates { layers: 1e-3, heads: 1e-2 };
    Plan { rows, draw: 200, passes: 12.0, rates, seed: 3, checkpoint }
}

fn weights(tuner: &Tuner) -> Vec<f32> {
    tuner.heads().unwrap().into_iter().flat_map(|it| it.dense).collect()
}

#[test]
fn sets_answer_in_their_own_words_and_are_silent_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let published = sets(folder.path());
    assert_eq!(published.absent, ["four"]);
    let names: Vec<&str> = published.sources.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["one", "two", "three"]);
    let rows = |set| published.rows_of(set);
    assert_eq!(
        [rows(0).len(), rows(1).len(), rows(2).len()],
        [120, 40, 1],
        "at most 40 of two; a row that says nothing is none"
    );
    let first = &published.rows[rows(0)[0]];
    assert_eq!(first.answers[1], None, "one says nothing of rudeness");
    let yes = rows(1).into_iter().filter(|it| published.rows[*it].answers[0] == Some(true)).count();
    assert_eq!(yes, 20, "half of what was kept answers yes");
    assert_eq!(published.rows[rows(2)[0]].language, "fr");
    assert_eq!(published.sources[2].purpose, Purpose::Measure);
}

#[test]
fn twins_share_a_group_and_what_is_held_out_is_never_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    let published = sets(folder.path());
    let mut groups: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for row in published.rows_of(0) {
        *groups.entry(&published.rows[row].group).or_default() += 1;
    }
    assert!(groups.len() == 60 && groups.values().all(|it| *it == 2), "{groups:?}");
    let rows = held_out::trainable(&published, &[1]);
    assert_eq!(rows.len(), 108);
    let is_held_out = |group: &str| ["a0", "a1", "a2", "a3", "a4", "a5"].contains(&group);
    let is_learnt = |it: &usize| published.rows[*it].set == 0 && !is_held_out(&published.rows[*it].group);
    assert!(rows.iter().all(is_learnt), "a pair of which one half is held out is held out whole");
}

#[test]
fn what_was_learnt_is_read_by_the_packed_encoder_and_tells_the_texts_apart() {
    let folder = tempfile::tempdir().unwrap();
    let published = sets(folder.path());
    let (mut encoder, top) = encoder();
    let states = states(folder.path(), &encoder, &published);
    let rows = held_out::trainable(&published, &[]);
    let tuner = tune(&top, &published, &states, &plan(rows, None), &mut |_| Flow::Go).unwrap();
    let apart: Vec<usize> = (0..published.rows.len()).filter(|it| published.rows[*it].is_test).collect();
    let read = held_out::read(&mut encoder, &tuner, &states, &apart).unwrap();
    for (row, logits) in read {
        let row = &published.rows[row];
        assert_eq!(logits[0] > 0.0, row.answers[0] == Some(true), "{}: {}", row.text, logits[0]);
    }
    // From the text instead of from its states: the same, but for 16-bit states.
    let text = "send 3 coins";
    let both = encoder.embed_both(&[text]).unwrap().remove(0);
    let halves: Vec<half::f16> = encoder
        .states_below(FIRST, &[text], 12)
        .unwrap()
        .remove(0)
        .into_iter()
        .map(half::f16::from_f32)
        .collect();
    let from_states = encoder.embed_states(&[&halves]).remove(0);
    let tuned = both.tuned.unwrap();
    assert_ne!(tuned, both.plain, "the layers learnt something");
    assert!(tuned.iter().zip(&from_states).all(|(a, b)| (a - b).abs() < 5e-3), "{tuned:?} {from_states:?}");
}

#[test]
fn training_that_was_stopped_goes_on_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let published = sets(folder.path());
    let (encoder, top) = encoder();
    let states = states(folder.path(), &encoder, &published);
    let rows = held_out::trainable(&published, &[]);
    let whole = tune(&top, &published, &states, &plan(rows.clone(), None), &mut |_| Flow::Go).unwrap();
    let plan = plan(rows, Some(folder.path().join("checkpoint.safetensors")));
    let stopped = tune(&top, &published, &states, &plan, &mut |step| {
        if step.done >= 20 { Flow::Stop } else { Flow::Go }
    });
    assert!(matches!(stopped, Err(TuneError::Stopped)));
    let mut seen = Vec::new();
    let resumed = tune(&top, &published, &states, &plan, &mut |step| {
        seen.push(step.done);
        Flow::Go
    })
    .unwrap();
    assert_eq!(seen.first(), Some(&30), "it went on from 20");
    assert_eq!(weights(&resumed), weights(&whole));
}

#[test]
fn of_a_pair_the_half_that_answers_yes_comes_to_stand_higher() {
    let folder = tempfile::tempdir().unwrap();
    let published = sets(folder.path());
    let (mut encoder, top) = encoder();
    let states = states(folder.path(), &encoder, &published);
    let (yes, no) = (published.rows_of(0)[0], published.rows_of(0)[1]);
    let mut tuner = Tuner::new(&top, 2).unwrap();
    // Nobody knows the answers: what is learnt is learnt from the pair.
    let unknown = [(0.0, 0.0); 2];
    let batch = [yes, no].map(|it| Example { states: states.row(it), answers: &unknown });
    let pair = Pair { yes: 0, no: 1, head: 1 };
    for _ in 0..30 {
        tuner.step(&batch, &[pair], Rates { layers: 1e-3, heads: 1e-2 }).unwrap();
    }
    let read = held_out::read(&mut encoder, &tuner, &states, &[yes, no]).unwrap();
    assert!(read[0].1[1] > read[1].1[1] + 0.5, "{read:?}");
    assert_eq!((read[0].1[0], read[1].1[0]), (0.0, 0.0), "the other head learnt nothing");
}

#[test]
fn a_checkpoint_of_other_rows_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let published = sets(folder.path());
    let (encoder, top) = encoder();
    let states = states(folder.path(), &encoder, &published);
    let rows = held_out::trainable(&published, &[]);
    let kept = Some(folder.path().join("checkpoint.safetensors"));
    let fewer = plan(rows[1..].to_vec(), kept.clone());
    tune(&top, &published, &states, &fewer, &mut |_| Flow::Go).unwrap();
    let after = tune(&top, &published, &states, &plan(rows.clone(), kept), &mut |_| Flow::Go).unwrap();
    let fresh = tune(&top, &published, &states, &plan(rows, None), &mut |_| Flow::Go).unwrap();
    assert_eq!(weights(&after), weights(&fresh));
}

#[test]
fn heads_come_with_what_they_are_worth_on_sets_left_out() {
    let folder = tempfile::tempdir().unwrap();
    sets(folder.path());
    let (mut encoder, top) = encoder();
    let labels = label_set();
    let amount = Amount { draw: 200, passes: 12.0 };
    let options = JointOptions {
        id: "made-up@1".into(),
        sources: SOURCES,
        labels: &labels,
        encoder: "tiny".into(),
        policy: &Policy::built_in(),
        own_labels: &[],
        data: folder.path(),
        own: folder.path(),
        work: &folder.path().join("work"),
        shipped: amount,
        left_out: amount,
    };
    let mut without = Vec::new();
    let joint = train_joint(&options, &mut encoder, &top, &mut |progress| {
        if let Progress::Training { without: Some(set), .. } = progress {
            without.push(set);
        }
        Flow::Go
    })
    .unwrap();
    without.dedup();
    assert_eq!(without, ["one", "two"]);
    let sets: Vec<(&str, bool)> =
        joint.card.sets.iter().map(|it| (it.name.as_str(), it.trained_on)).collect();
    assert_eq!(sets, [("one", true), ("two", true)], "three has one row: nothing can be ranked");
    assert!(joint.card.sets.iter().all(|it| it.auroc > 0.9), "coins are told from bread in both");
    let head = &joint.card.data[0].heads[0];
    assert!(head.other_sets && head.label == "scam");
    assert_eq!(head.threshold, None, "too few harmless rows were seen to set one");
    assert!(joint.heads.sets.is_empty(), "a head that cannot count does not ship");
}
