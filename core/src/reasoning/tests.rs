use super::*;
use crate::{
    check,
    item::ItemKind,
    nearness::Told,
    record::RecordPart,
    score::{Method, NotScored, ReadAs},
    weighing::notes::{Outcome, Proposed, Quote, Reason, quotes::Passage},
};

fn item(text: &str) -> RecordItem {
    RecordItem {
        id: "i1".into(),
        kind: ItemKind::Text,
        content_sha256: "0".repeat(64),
        language: Some("en".into()),
        parts: vec![RecordPart {
            id: "p1".into(),
            kind: PartKind::Text,
            role: "caption".into(),
            text: Some(text.into()),
            path: None,
            sha256: None,
            language: None,
            language_confidence: None,
            width: None,
            height: None,
            duration_ms: None,
            remarks: Vec::new(),
        }],
        author: None,
        market: None,
    }
}

fn head(value: f64) -> Score {
    Score {
        target: "set/H".into(),
        title: "Hate".into(),
        clauses: vec!["HH-1".into(), "HH-3".into()],
        method: Method::Head,
        value,
        threshold: Some(0.6),
    }
}

fn similar(clause: &str, value: f64) -> Score {
    Score {
        target: clause.into(),
        title: clause.into(),
        clauses: vec![clause.into()],
        method: Method::ZeroShot,
        value,
        threshold: None,
    }
}

fn scored(scores: Vec<Score>, drivers: Vec<Driver>) -> Scoring {
    Scoring::Scored { scores, drivers, read_as: None }
}

fn run(text: &str, scoring: &Scoring, precedents: &[Precedent]) -> Chain {
    let chain = noted(text, scoring, &[], precedents);
    for step in &chain.steps {
        assert_eq!(step.source, StepSource::Pipeline, "nobody takes it for a language model");
    }
    chain
}

fn noted(text: &str, scoring: &Scoring, notes: &[Notes], precedents: &[Precedent]) -> Chain {
    let item = item(text);
    let findings =
        Findings { item: &item, reports: 3, reach_per_hour: Some(10.4), scoring, notes, precedents };
    let policy = Policy::built_in();
    let chain = chain(&findings, &policy);
    let known = |id: &str| precedents.iter().any(|it| it.item == id);
    for piece in &chain.evidence {
        let broken = check::broken_anchor(&piece.anchor, &item.parts, &policy, &known);
        assert_eq!(broken, None, "the chain cites only what is there");
    }
    for step in &chain.steps {
        assert!(
            step.evidence.iter().all(|id| chain.evidence.iter().any(|it| it.id == *id)),
            "evidence exists"
        );
    }
    chain
}

fn stages(chain: &Chain) -> Vec<Stage> {
    chain.steps.iter().map(|it| it.stage).collect()
}

fn precedent(item: &str, verdict: Verdict) -> Precedent {
    Precedent {
        item: item.into(),
        similarity: 0.9,
        verdict,
        clauses: vec!["HH-1".into()],
        gold: true,
        told: Some(Told { agreed: 27, of: 30 }),
        excerpt: "…".into(),
    }
}

#[test]
fn a_reached_threshold_is_read_under_the_groups_nearest_clause() {
    let scoring =
        scored(vec![head(0.9), similar("HH-1", 0.1), similar("HH-3", 0.3), similar("FR-1", 0.8)], vec![]);
    let chain = run("they are all the same", &scoring, &[]);
    let recommendation = chain.recommendation.as_ref().expect("a score reached its threshold");
    assert_eq!(recommendation.clauses, ["HH-3"], "within the group, never outside it");
    assert_ne!(recommendation.choice, Choice::Allow);
    assert_eq!(
        stages(&chain),
        [
            Stage::Observe,
            Stage::Context,
            Stage::ClauseMatch,
            Stage::ExceptionCheck,
            Stage::Counterargument,
            Stage::Severity,
            Stage::Decision,
            Stage::Remediation
        ]
    );
}

#[test]
fn below_every_threshold_it_recommends_to_allow_and_names_the_nearest_clause() {
    let scoring = scored(vec![head(0.2), similar("FR-1", 0.1), similar("HH-1", 0.4)], vec![]);
    let chain = run("they are all here", &scoring, &[]);
    let recommendation = chain.recommendation.expect("a head speaks of the nearest clause");
    assert_eq!((recommendation.choice, recommendation.severity), (Choice::Allow, 0));
    assert_eq!(recommendation.clauses, ["HH-1"]);
}

#[test]
fn where_nothing_measures_the_nearest_clause_there_is_no_opinion_and_the_nearest_are_named() {
    let scores = vec![head(0.2), similar("FR-1", 0.4), similar("SP-1", 0.3), similar("HH-1", 0.1)];
    let chain = run("win a prize", &scored(scores, vec![]), &[]);
    assert_eq!(chain.recommendation, None, "a head for hate cannot say that it is no scam");
    let matched = chain.steps.iter().find(|it| it.stage == Stage::ClauseMatch).expect("the nearest is named");
    assert!(
        matched.text.starts_with("FR-1 is the nearest clause, and nothing measures")
            && matched.text.contains("Then come SP-1 and HH-1"),
        "{}",
        matched.text
    );
    assert!(!stages(&chain).contains(&Stage::Decision), "{:?}", stages(&chain));
}

#[test]
fn without_any_calibrated_score_it_recommends_nothing() {
    let chain = run("win a prize", &scored(vec![similar("FR-1", 0.4), similar("HH-1", 0.1)], vec![]), &[]);
    assert_eq!(chain.recommendation, None);
    assert!(stages(&chain).contains(&Stage::Counterargument) && !stages(&chain).contains(&Stage::Decision));
    let matched = chain.steps.iter().find(|it| it.stage == Stage::ClauseMatch).expect("the nearest is named");
    assert!(matched.text.contains("nothing measures"), "{}", matched.text);
}

#[test]
fn drivers_become_exact_quotes() {
    let driver = Driver { part: 0, start: 4, end: 10, target: "set/H".into(), drop: 0.4 };
    let scoring = scored(vec![head(0.9), similar("HH-1", 0.2)], vec![driver]);
    let chain = run("é👇 a wicked thing", &scoring, &[]);
    let quoted = chain.evidence.iter().find_map(|it| match &it.anchor {
        Anchor::TextSpan { quote, .. } => Some(quote.as_str()),
        _ => None,
    });
    // Offsets count scalars: é, 👇 and the space are one each.
    assert_eq!(quoted, Some(" wicke"));
}

#[test]
fn a_driver_outside_the_text_is_left_out() {
    let driver = Driver { part: 0, start: 4, end: 999, target: "set/H".into(), drop: 0.4 };
    let chain = run("short", &scored(vec![head(0.9), similar("HH-1", 0.2)], vec![driver]), &[]);
    assert!(chain.steps[0].text.contains("No single passage"), "{}", chain.steps[0].text);
}

#[test]
fn a_cue_speaks_for_its_exception_and_is_quoted() {
    let policy = Policy::built_in();
    let clause = policy.clause("HH-1").expect("the built-in policy has it");
    let exception = clause.exceptions.iter().find(|it| !it.cues.is_empty()).expect("some exception has cues");
    let text = format!("Well, {} indeed.", exception.cues[0].to_uppercase());
    let chain = run(&text, &scored(vec![head(0.9), similar("HH-1", 0.5)], vec![]), &[]);
    let step =
        chain.steps.iter().find(|it| it.stage == Stage::ExceptionCheck).expect("exceptions are addressed");
    let id = format!("HH-1/{}", exception.id);
    assert!(step.exceptions.iter().any(|it| it.id == id && it.applies), "{:?}", step.exceptions);
    assert_eq!(step.exceptions.len(), clause.exceptions.len(), "every exception is addressed");
    assert_eq!(chain.recommendation.expect("there was a score").choice, Choice::Allow);
}

#[test]
fn the_counter_argument_prefers_a_precedent_that_went_the_other_way() {
    let precedents = [precedent("a", Verdict::Violating), precedent("b", Verdict::NotViolating)];
    let chain =
        run("they are all the same", &scored(vec![head(0.9), similar("HH-1", 0.2)], vec![]), &precedents);
    let step = chain.steps.iter().find(|it| it.stage == Stage::Counterargument).expect("one is always made");
    assert!(step.text.contains("b, an item like it, was allowed"), "{}", step.text);
    let context = chain.steps.iter().find(|it| it.stage == Stage::Context).expect("there is context");
    assert!(
        context.text.contains("3 reports") && context.text.contains("Of 2 decided items"),
        "{}",
        context.text
    );
}

#[test]
fn what_was_decided_of_a_similar_item_is_not_said_where_nearness_does_not_tell_it() {
    let silent = Precedent { told: None, ..precedent("b", Verdict::NotViolating) };
    let chain =
        run("they are all the same", &scored(vec![head(0.9), similar("HH-1", 0.2)], vec![]), &[silent]);
    let cites = |it: &Evidence| matches!(it.anchor, Anchor::Precedent { .. });
    assert!(!chain.evidence.iter().any(cites), "{:?}", chain.evidence);
    assert!(chain.steps.iter().all(|it| !it.text.contains("like it")), "{:?}", chain.steps);
}

#[test]
fn a_second_reading_is_shown_with_the_first() {
    let scoring = Scoring::Scored {
        scores: vec![head(0.9), similar("HH-1", 0.2)],
        drivers: vec![],
        read_as: Some(ReadAs { part: 0, text: "free money".into() }),
    };
    let chain = run("fr33 m0ney", &scoring, &[]);
    assert!(
        chain.evidence.iter().any(
            |it| it.anchor == Anchor::ToolOutput { tool: "normalise".into(), quote: "free money".into() }
        )
    );
}

#[test]
fn what_was_not_scored_recommends_nothing_and_is_no_step() {
    let chain = run("bonjour", &Scoring::NotScored { reason: NotScored::Language }, &[]);
    assert_eq!(chain.recommendation, None);
    let told: Vec<Stage> = chain.steps.iter().map(|it| it.stage).collect();
    assert_eq!(told, [Stage::Context], "what is known of the item can be rated; that nobody read it cannot");
}

#[test]
fn a_failed_scoring_has_no_chain() {
    let chain = run("x", &Scoring::Failed { message: "out of memory".into() }, &[]);
    assert_eq!((chain.steps.len(), chain.evidence.len(), chain.recommendation), (0, 0, None));
}

#[test]
fn cues_match_whole_words_in_any_case() {
    assert_eq!(find_words("In TRAINING now", "training"), Some((3, 11)));
    assert_eq!(find_words("retrainings", "training"), None);
    assert_eq!(find_words("anything", ""), None);
    assert_eq!(find_words("İstanbul news", "news"), Some((9, 13)), "lower-casing must not shift offsets");
}

fn checked(value: f64) -> Scoring {
    scored(vec![Score { method: Method::Check, threshold: Some(0.0), value, ..similar("HH-1", 0.0) }], vec![])
}

fn reason(rule: Option<&str>, quote: Quote, because: &str) -> Reason {
    Reason { rule: rule.map(Into::into), is_known: true, quote, because: because.into() }
}

/// Notes on HH-1 over “they are all the same”.
fn notes(found: bool, outcome: Outcome) -> Notes {
    let place = Passage { part: 0, start: 0, end: 12, quote: "they are all".into() };
    let misquoted = Quote::Unverified { written: "go home".into(), near: 0 };
    Notes {
        clause: "HH-1".into(),
        model: "tiny".into(),
        found,
        outcome,
        text: String::new(),
        speaks_for: vec![
            reason(Some("HH-1/a"), Quote::Verified { place }, "It lumps them together."),
            reason(Some("HH-1/b"), misquoted, ""),
        ],
        against: vec![
            reason(Some("HH-1/x1"), Quote::Absent, "It may be quoted."),
            reason(None, Quote::Absent, "No group is named."),
        ],
        severity: Some(Proposed { value: 2, in_range: true }),
        unaddressed: vec![],
        n_tokens: 1,
        log_likelihood: 0.0,
    }
}

fn said(chain: &Chain, source: StepSource) -> Vec<(Stage, &str)> {
    chain.steps.iter().filter(|it| it.source == source).map(|it| (it.stage, it.text.as_str())).collect()
}

#[test]
fn what_a_language_model_wrote_argues_the_verdict_of_its_check_and_never_changes_it() {
    let text = "they are all the same";
    let clause = Policy::built_in().clause("HH-1").expect("it is in the policy").clone();
    for (value, found) in [(2.0, true), (-2.0, false)] {
        let plain = run(text, &checked(value), &[]);
        let chain = noted(text, &checked(value), &[notes(found, Outcome::Whole)], &[]);
        let (plain, recommended) = (plain.recommendation.unwrap(), chain.recommendation.clone().unwrap());
        assert_eq!((recommended.choice, &recommended.clauses), (plain.choice, &plain.clauses));
        let (with, contrary) = match found {
            true => (Stage::ClauseMatch, Stage::Counterargument),
            false => (Stage::Counterargument, Stage::ClauseMatch),
        };
        let written = said(&chain, StepSource::LanguageModel);
        for expected in [
            (with, "It lumps them together."),
            (with, "The language model names HH-1/b."),
            (contrary, "No group is named."),
            (Stage::ExceptionCheck, "x1: It may be quoted."),
        ] {
            assert!(written.contains(&expected), "{expected:?} in {written:?}");
        }
        assert_eq!(recommended.severity, if found { clause.severity.default } else { 0 });
        assert_eq!(written.iter().any(|it| it.0 == Stage::Severity), found, "{written:?}");
        let checks: Vec<_> = chain.steps.iter().flat_map(|it| &it.exceptions).collect();
        assert_eq!(checks.len(), clause.exceptions.len(), "every exception is addressed once");
        let first = checks.iter().find(|it| it.id == "HH-1/x1").expect("it was written about");
        assert_eq!(first.applies, !found);
        let misquoted: Vec<_> = chain.evidence.iter().filter(|it| it.verified == Some(false)).collect();
        assert_eq!(misquoted.len(), 1, "{:?}", chain.evidence);
        assert!(misquoted[0].note.as_ref().is_some_and(|it| it.starts_with("not verified")));
    }
}

#[test]
fn notes_that_are_not_whole_make_no_steps() {
    for outcome in [Outcome::CutOff, Outcome::Unparsable, Outcome::Failed] {
        let chain = noted("they are all the same", &checked(2.0), &[notes(true, outcome)], &[]);
        assert_eq!(said(&chain, StepSource::LanguageModel), []);
        assert_eq!(chain.recommendation, run("they are all the same", &checked(2.0), &[]).recommendation);
    }
}

#[test]
fn a_text_that_is_nearly_an_example_says_whose_and_which_way() {
    let policy = Policy::built_in();
    let scoring = scored(vec![head(0.2), similar("FR-1", 0.1)], vec![]);
    let said = |text: &str| -> Vec<String> {
        let chain = run(text, &scoring, &[]);
        chain.steps.into_iter().map(|it| it.text).filter(|it| it.contains("nearly word for word")).collect()
    };
    let clause = policy.clause("FR-1").expect("it is in the policy");
    let [violating] = &said(&format!("{} ok", clause.violating_examples[0]))[..] else { panic!("one step") };
    assert!(violating.contains("violates of FR-1"), "{violating}");
    let [allowed] = &said(&format!("{} ok", clause.allowed_examples[0]))[..] else { panic!("one step") };
    assert!(allowed.contains("allowed of FR-1"), "{allowed}");
    assert!(said("a quiet day at the lake with nobody around").is_empty());
}
