//! The encoder and the scorer on a tiny BERT with seeded chance weights: every path runs without a download.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use std::{fmt::Write, path::Path};

use casebook_core::{
    labelset::LabelSet,
    policy::Policy,
    score::{Method, NotScored, ScoreInput, Scoring, TextPart},
    text,
};
use casebook_fetch::card::{Card, EncoderSettings, Pooling};
use casebook_models::{
    encoder::TextEncoder,
    heads::Heads,
    heads_card::HeadsCard,
    scorer::LocalScorer,
    train::{TrainOptions, TrainSource, train_heads},
};
use common::TinyBert;

const HIDDEN: usize = 16;

const BERT: TinyBert =
    TinyBert { vocabulary: 64, positions: 32, hidden: HIDDEN, heads: 2, wide: 32, seed: 11, parts: 2000.0 };

/// Letters and digits as word pieces; asks for truncation and padding of its own, as the real one does.
fn tokenizer() -> String {
    let mut vocabulary = serde_json::Map::new();
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map(str::to_owned);
    let letters = ('a'..='z').flat_map(|it| [it.to_string(), format!("##{it}")]);
    for (id, piece) in special.into_iter().chain(letters).enumerate() {
        vocabulary.insert(piece, id.into());
    }
    serde_json::json!({
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 4}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary}
    })
    .to_string()
}

fn encoder() -> TextEncoder {
    let settings = EncoderSettings {
        window: 12,
        stride: 7,
        pooling: Pooling::Mean,
        normalise: true,
        prefix: String::new(),
    };
    let parts = (BERT.config(), tokenizer());
    TextEncoder::from_parts(
        parts.0.as_bytes(),
        parts.1.as_bytes(),
        BERT.weights(),
        settings,
        Path::new("tiny"),
    )
    .unwrap()
}

#[track_caller]
fn near(a: &[f32], b: &[f32]) {
    let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart < 1e-5, "vectors are {apart} apart");
}

#[test]
fn a_text_has_one_vector_whatever_is_beside_it() {
    let encoder = encoder();
    let texts = ["a", "hello there", "", "one more and then another one at the end", "b c d", "hello there"];
    let together = encoder.embed(&texts).unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        near(vector, &encoder.embed(&[text]).unwrap()[0]);
        let length: f32 = vector.iter().map(|it| it * it).sum();
        assert!((length - 1.0).abs() < 1e-5, "unit length");
    }
    near(&together[1], &together[5]);
    assert!(together[0] != together[1], "different texts differ");
}

#[test]
fn more_texts_than_fit_in_memory_at_once_keep_their_order() {
    let encoder = encoder();
    let texts: Vec<String> = (0..600).map(|n| "x".repeat(n % 9 + 1)).collect();
    let slices: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = encoder.embed(&slices).unwrap();
    for n in 9..600 {
        near(&vectors[n], &vectors[n % 9]);
    }
    assert!(encoder.embed(&[]).unwrap().is_empty());
}

#[test]
fn the_tokenizers_own_truncation_is_overridden() {
    let vectors = encoder().embed(&["a b c d e", "a b c d f"]).unwrap();
    assert!(vectors[0] != vectors[1], "the fifth word is past the four tokens that the file asks for");
}

#[test]
fn windows_overlap_and_cover_the_text() {
    let text = "añb cé 👍 d e f g h i j k l m n o p q r s t u v w x y z ";
    let embedded = encoder().embed_windows(&[text]).unwrap().remove(0);
    let windows = &embedded.windows;
    assert!(windows.len() > 2);
    assert_eq!((windows[0].start, windows[windows.len() - 1].end), (0, text::scalars(text)));
    for pair in windows.windows(2) {
        assert!(pair[0].start < pair[1].start && pair[1].start < pair[0].end, "neighbours overlap");
    }
    // Ten tokens of room, seven to the next: the second window begins with the eighth token.
    assert_eq!(
        text::slice(text, windows[1].start, windows[1].end).map(|it| it.chars().next()),
        Some(Some('e'))
    );
    let mut mean = [0.0; HIDDEN];
    for window in windows {
        mean.iter_mut().zip(&window.vector).for_each(|(sum, it)| *sum += it);
    }
    let length = mean.iter().map(|it| it * it).sum::<f32>().sqrt();
    near(&embedded.vector, &mean.iter().map(|it| it / length).collect::<Vec<_>>());
}

#[test]
fn threads_share_an_encoder() {
    let encoder = encoder();
    let alone = encoder.embed(&["shared"]).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| near(&encoder.embed(&["shared"]).unwrap()[0], &alone[0]));
        }
    });
}

#[test]
fn windows_longer_than_the_model_are_refused() {
    let settings = EncoderSettings {
        window: 64,
        stride: 48,
        pooling: Pooling::Mean,
        normalise: true,
        prefix: String::new(),
    };
    let refused = TextEncoder::from_parts(
        BERT.config().as_bytes(),
        tokenizer().as_bytes(),
        BERT.weights(),
        settings,
        Path::new("tiny"),
    );
    assert!(refused.err().unwrap().to_string().contains("32 positions"));
}

#[test]
fn files_that_hold_something_else_are_refused_by_name() {
    let settings = EncoderSettings {
        window: 12,
        stride: 7,
        pooling: Pooling::Mean,
        normalise: true,
        prefix: String::new(),
    };
    let load = |config: &str, tokenizer: &str, weights: Vec<u8>| {
        let loaded = TextEncoder::from_parts(
            config.as_bytes(),
            tokenizer.as_bytes(),
            weights,
            settings.clone(),
            Path::new("tiny"),
        );
        loaded.err().map(|it| it.to_string()).unwrap_or_default()
    };
    assert!(load("{}", &tokenizer(), BERT.weights()).contains("config.json"));
    assert!(load(&BERT.config(), "[]", BERT.weights()).contains("tokenizer.json"));
    assert!(load(&BERT.config(), &tokenizer(), b"half".to_vec()).contains("model.safetensors"));
}

fn scorer() -> LocalScorer {
    LocalScorer::new(encoder(), &Card::built_in(), &Policy::built_in(), Heads::default()).unwrap()
}

fn input(texts: &[&str], language: Option<&str>) -> ScoreInput {
    let texts = texts.iter().enumerate().map(|(n, it)| TextPart {
        part: n as u32,
        role: "caption".into(),
        text: (*it).to_owned(),
    });
    ScoreInput { texts: texts.collect(), language: language.map(str::to_owned) }
}

#[test]
fn every_clause_of_a_policy_is_scored_at_once() {
    let outcome = scorer().score(&[input(&["some caption"], Some("en"))]).remove(0);
    let Scoring::Scored { scores, drivers, read_as } = outcome else { panic!("{outcome:?}") };
    assert_eq!(scores.len(), Policy::built_in().clauses.len());
    assert!(
        scores
            .iter()
            .all(|it| it.method == Method::ZeroShot && it.threshold.is_none() && it.value.abs() <= 1.0)
    );
    assert!(scores.is_sorted_by(|a, b| a.value >= b.value), "highest first");
    assert!(drivers.is_empty() && read_as.is_none());
}

#[test]
fn nothing_to_read_and_uncovered_languages_are_outcomes() {
    let scorer = scorer();
    let inputs = [
        input(&[], None),
        input(&[" \n"], Some("en")),
        input(&["hola"], Some("es-MX")),
        input(&["Привет"], None),
        input(&["hello"], Some("en-GB")),
        input(&["hello"], None),
    ];
    let reasons: Vec<_> = scorer
        .score_with_vectors(&inputs)
        .into_iter()
        .map(|it| match it {
            (Scoring::NotScored { reason }, None) => Some(reason),
            (Scoring::Scored { .. }, Some(_)) => None,
            other => panic!("{other:?}"),
        })
        .collect();
    let (none, language) = (Some(NotScored::NoText), Some(NotScored::Language));
    assert_eq!(reasons, [none, none, language, language, None, None]);
}

#[test]
fn a_trick_is_read_through_and_shown() {
    let scorer = scorer();
    let outcomes =
        scorer.score(&[input(&["nice", "fr33 mоnеy"], None), input(&["nice", "free money"], None)]);
    let [Scoring::Scored { scores: tricked, read_as, .. }, Scoring::Scored { scores: plain, .. }] =
        &outcomes[..]
    else {
        panic!("both are scored")
    };
    let read_as = read_as.as_ref().unwrap();
    assert_eq!((read_as.part, read_as.text.as_str()), (1, "free money"));
    for it in plain {
        let same = tricked.iter().find(|other| other.target == it.target).unwrap();
        assert!(same.value >= it.value - 1e-5, "{} is at least what it is without the trick", it.target);
    }
}

#[test]
fn drivers_quote_the_text_and_lower_the_score() {
    let scorer = scorer();
    let item = input(
        &["The first sentence stands here. The second is another one, with a clause!", "A title"],
        None,
    );
    let Scoring::Scored { scores, .. } = scorer.score(std::slice::from_ref(&item)).remove(0) else {
        panic!()
    };
    let targets: Vec<String> = scores.iter().take(3).map(|it| it.target.clone()).collect();
    let drivers = scorer.explain(&item, &targets);
    assert!(!drivers.is_empty());
    for driver in &drivers {
        let quote = text::slice(&item.texts[driver.part as usize].text, driver.start, driver.end);
        assert!(quote.is_some_and(|it| !it.trim().is_empty()) && driver.drop > 0.0);
        assert!(targets.contains(&driver.target));
    }
    assert!(drivers.is_sorted_by(|a, b| a.drop >= b.drop));
    assert!(scorer.explain(&input(&["hola"], Some("es")), &targets).is_empty());
}

#[test]
fn a_scorer_without_heads_claims_no_calibration() {
    let id = scorer().id();
    assert_eq!((id.id.as_str(), id.calibration, id.weights_sha256.len()), ("minilm-l6-v2", None, 64));
}

#[test]
fn heads_of_another_encoder_are_not_used_though_their_vectors_are_as_long() {
    assert!(!Heads::shipped_for("minilm-l6-v2").sets.is_empty());
    assert!(Heads::shipped_for("multilingual-e5-small").sets.is_empty());
}

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
    let known = card.known(&|_, _| Some("Scam".into()));
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
