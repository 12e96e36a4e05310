//! The encoder and the scorer on a tiny BERT with seeded chance weights: every path runs without a download.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;
#[path = "common/letters.rs"]
mod letters;

use std::path::Path;

use casebook_core::{
    policy::Policy,
    ports::{Embedder, Model, Scorer},
    score::{Method, NotScored, ScoreInput, Scoring, TextPart},
    text,
};
use casebook_fetch::card::{Card, EncoderSettings, Pooling};
use casebook_models::{encoder::TextEncoder, heads::Heads, scorer::LocalScorer};
use letters::{BERT, HIDDEN, encoder, tokenizer};

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
        &BERT.weights(),
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
            &weights,
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
        .score(&inputs)
        .into_iter()
        .zip(scorer.embed(&inputs))
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
fn a_vector_is_the_same_whether_the_text_was_scored_just_now_or_not() {
    let (asked_alone, asked_after) = (scorer(), scorer());
    let inputs = [input(&["hello there"], None), input(&[], None), input(&["fr33 mоnеy", "now"], None)];
    let alone = asked_alone.embed(&inputs);
    assert_eq!(alone.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(asked_after.score(&inputs).len(), 3);
    for (alone, after) in alone.iter().zip(asked_after.embed(&inputs)) {
        match (alone, after) {
            (Some(alone), Some(after)) => near(alone, &after),
            (alone, after) => assert_eq!((alone, &after), (&None, &None)),
        }
    }
    let other = [input(&["something else"], None)];
    near(asked_after.embed(&other)[0].as_ref().unwrap(), asked_alone.embed(&other)[0].as_ref().unwrap());
}

#[test]
fn a_scorer_without_heads_claims_no_calibration() {
    let id = scorer().speaker();
    assert_eq!((id.id.as_str(), id.calibration, id.weights_sha256.len()), ("minilm-l6-v2", None, 64));
}

#[test]
fn heads_of_another_encoder_are_not_used_though_their_vectors_are_as_long() {
    assert!(!Heads::shipped_for("minilm-l6-v2").sets.is_empty());
    assert!(Heads::shipped_for("multilingual-e5-small").sets.is_empty());
}
