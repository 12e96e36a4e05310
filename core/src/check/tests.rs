use super::*;
use crate::{
    decision::{CannotJudgeReason, CitedClause, ClauseRole},
    evidence::Evidence,
    record::{Alternative, Author, ExceptionCheck, Finish, Rating, RatingReason, Step},
};

const EXAMPLE: &str = include_str!("../../tests/record.json");

/// The example record, made to name clauses of the built-in policy.
fn example() -> Record {
    serde_json::from_str(EXAMPLE).expect("the example is a record")
}

/// Changes the example and compares what is false with `(place, words of the rule)` pairs.
#[track_caller]
fn check_false(change: impl FnOnce(&mut Record), expected: &[(&str, &str)]) {
    let mut record = example();
    change(&mut record);
    // Compared as text, because a box with NaN in it is unequal to itself.
    let before = format!("{record:?}");
    let found = check(&mut record, &Policy::built_in(), &|id| id == "decided-1").err().unwrap_or_default();
    let seen: Vec<(String, &str)> = found.iter().map(|it| (it.place.to_string(), it.rule.as_str())).collect();
    assert_eq!(seen.len(), expected.len(), "{seen:?}");
    for ((place, rule), (wanted_place, words)) in seen.iter().zip(expected) {
        assert_eq!(place, wanted_place);
        assert!(rule.contains(words), "“{rule}” says “{words}”");
    }
    if !expected.is_empty() {
        assert_eq!(format!("{record:?}"), before, "a refused record is left as it was");
    }
}

/// Changes the example and compares what is missing.
#[track_caller]
fn check_missing(change: impl FnOnce(&mut Record), expected: &[&str]) {
    let mut record = example();
    change(&mut record);
    let missing = check(&mut record, &Policy::built_in(), &|_| false).expect("nothing is false");
    assert_eq!(record.incomplete_reasons, expected);
    let said: Vec<String> = missing.iter().map(ToString::to_string).collect();
    assert_eq!(said, expected, "a record carries the sentences of what is given");
    assert_eq!(record.complete, expected.is_empty());
}

fn step(stage: Stage) -> Step {
    Step {
        n: 0,
        id: None,
        stage,
        text: "Said.".into(),
        evidence: vec![],
        clauses: vec![],
        exceptions: vec![],
        author: Author::Human,
        draft_text: None,
        rating: None,
        rating_reason: None,
        alternatives: vec![],
        source: None,
        deleted: false,
        moved_from: None,
    }
}

fn push(record: &mut Record, mut step: Step) {
    step.n = record.steps.len() as u32 + 1;
    record.steps.push(step);
}

fn anchor(record: &mut Record, anchor: Anchor) {
    record.evidence.push(Evidence { id: "e9".into(), anchor, verified: None, note: None });
}

#[test]
fn the_example_is_true_and_its_quote_is_verified() {
    let mut record = example();
    check(&mut record, &Policy::built_in(), &|_| false).expect("nothing in it is false");
    assert_eq!(record.evidence[0].verified, Some(true));
    assert!(!record.complete, "it lacks an exception check");
}

#[test]
fn a_quote_equals_its_slice() {
    let misquote = |it: &mut Record| {
        if let Anchor::TextSpan { quote, .. } = &mut it.evidence[0].anchor {
            *quote = "stop your medicines".into();
        }
    };
    check_false(misquote, &[("evidence e1", "p1 says “stop your medicine” at 13–31")]);
}

#[test]
fn a_span_lies_in_its_part() {
    let span =
        |part: &str, start, end| Anchor::TextSpan { part: part.into(), start, end, quote: String::new() };
    check_false(|it| anchor(it, span("p1", 30, 99)), &[("evidence e9", "p1 ends at 31")]);
    check_false(|it| anchor(it, span("p1", 5, 5)), &[("evidence e9", "a span has a length")]);
    check_false(|it| anchor(it, span("p7", 0, 1)), &[("evidence e9", "no text part")]);
}

#[test]
fn a_box_lies_in_an_image_of_the_item() {
    let boxed = |part: &str, area| Anchor::ImageBox { part: part.into(), area };
    let with_image = |record: &mut Record, area| {
        record.item.parts.push(RecordPart {
            id: "p2".into(),
            kind: PartKind::Image,
            role: "image".into(),
            text: None,
            path: None,
            sha256: None,
            language: None,
            language_confidence: None,
            width: Some(4),
            height: Some(4),
            duration_ms: None,
            remarks: Vec::new(),
        });
        anchor(record, boxed("p2", area));
    };
    check_false(|it| with_image(it, [0.5, 0.5, 0.5, 0.5]), &[]);
    check_false(|it| with_image(it, [0.6, 0.0, 0.5, 0.5]), &[("evidence e9", "inside the image")]);
    check_false(|it| with_image(it, [0.1, 0.1, 0.0, 0.5]), &[("evidence e9", "inside the image")]);
    check_false(|it| with_image(it, [f64::NAN, 0.1, 0.1, 0.5]), &[("evidence e9", "inside the image")]);
    check_false(|it| anchor(it, boxed("p1", [0.0, 0.0, 1.0, 1.0])), &[("evidence e9", "no image part")]);
}

#[test]
fn a_cited_clause_exists() {
    let clause = |reference: &str| Anchor::Clause { reference: reference.into() };
    for good in ["MI-1", "MI-1/a", "MI-1/x1", "MI-1/ok-a"] {
        check_false(|it| anchor(it, clause(good)), &[]);
    }
    for bad in ["MI-9", "MI-1/zz", "MI-1/ok-z"] {
        check_false(|it| anchor(it, clause(bad)), &[("evidence e9", "no such clause")]);
    }
    check_false(|it| it.steps[0].clauses.push("XX-1".into()), &[("step 1", "no such clause")]);
    check_false(
        |it| it.decision.clauses.push(CitedClause { id: "XX-1".into(), role: ClauseRole::Secondary }),
        &[("decision", "no such clause")],
    );
}

#[test]
fn a_precedent_is_a_decided_item() {
    let precedent = |reference: &str| Anchor::Precedent { reference: reference.into() };
    check_false(|it| anchor(it, precedent("decided-1")), &[]);
    check_false(|it| anchor(it, precedent("open-1")), &[("evidence e9", "no decided item")]);
}

#[test]
fn metadata_and_tools_are_known() {
    check_false(
        |it| anchor(it, Anchor::Metadata { reference: "mood".into() }),
        &[("evidence e9", "one of reports")],
    );
    let nameless = Anchor::ToolOutput { tool: " ".into(), quote: String::new() };
    check_false(|it| anchor(it, nameless), &[("evidence e9", "a tool is named")]);
}

#[test]
fn an_evidence_id_is_used_once_and_exists() {
    check_false(|it| it.evidence.push(it.evidence[0].clone()), &[("evidence e1", "used once")]);
    check_false(|it| it.steps[0].evidence.push("e7".into()), &[("step 1", "no evidence has that id")]);
}

#[test]
fn steps_are_numbered_and_neither_empty_nor_endless() {
    check_false(|it| it.steps[0].n = 2, &[("step 1", "numbered in order")]);
    check_false(|it| it.steps[0].text = " ".into(), &[("step 1", "1–2000")]);
    check_false(|it| it.steps[0].text = "é".repeat(2001), &[("step 1", "1–2000")]);
    check_false(|it| it.steps[0].text = "é".repeat(2000), &[]);
}

#[test]
fn another_text_for_a_step_is_neither_empty_nor_endless() {
    let other = |text: String| Alternative { text, author: Author::Human, rating: None };
    check_false(|it| it.steps[0].alternatives.push(other("Said otherwise.".into())), &[]);
    check_false(|it| it.steps[0].alternatives.push(other(" ".into())), &[("step 1", "1–2000")]);
    check_false(|it| it.steps[0].alternatives.push(other("é".repeat(2001))), &[("step 1", "1–2000")]);
}

#[test]
fn a_reason_goes_with_a_wrong_step() {
    let because = |it: &mut Record, rating| {
        it.steps[0].rating = rating;
        it.steps[0].rating_reason = Some(RatingReason::Unsupported);
    };
    check_false(|it| because(it, Some(Rating::Wrong)), &[]);
    check_false(|it| because(it, Some(Rating::Right)), &[("step 1", "rated wrong")]);
    check_false(|it| because(it, None), &[("step 1", "rated wrong")]);
}

#[test]
fn a_chain_stopped_at_its_first_error_is_asked_for_nothing_more() {
    let stopped = |it: &mut Record| it.provenance.finish = Some(Finish::FirstError);
    check_missing(stopped, &["stopped at the first error, and no step is rated wrong"]);
    let wrong = |it: &mut Record| {
        stopped(it);
        it.steps[0].rating = Some(Rating::Wrong);
    };
    check_missing(wrong, &[]);
    check_missing(
        |it| {
            wrong(it);
            it.decision.clauses.clear();
        },
        &["no clause"],
    );
}

#[test]
fn other_endings_still_name_what_is_missing() {
    check_missing(
        |it| {
            it.provenance.finish = Some(Finish::PolicyGap);
            it.steps[0].evidence.clear();
            it.decision.clauses.clear();
        },
        &["no clause", "no evidence in the item", "no counter-argument"],
    );
}

#[test]
fn steps_that_were_all_removed_are_no_steps() {
    check_missing(
        |it| {
            it.decision.verdict = Verdict::Escalate;
            it.steps[0].deleted = true;
        },
        &["no steps"],
    );
}

#[test]
fn an_exception_belongs_to_its_clause() {
    let addressed = |id: &str| ExceptionCheck { id: id.into(), applies: false, why: None };
    check_false(|it| it.steps[0].exceptions.push(addressed("MI-1/x1")), &[]);
    check_false(|it| it.steps[0].exceptions.push(addressed("MI-1/x99")), &[("step 1", "no such exception")]);
    check_false(|it| it.steps[0].exceptions.push(addressed("MI-1")), &[("step 1", "no such exception")]);
}

#[test]
fn severity_lies_in_the_primary_clauses_range() {
    check_false(|it| it.decision.severity = 0, &[("decision", "MI-1 has severity")]);
    let allowed = |it: &mut Record| {
        it.decision.verdict = Verdict::NotViolating;
        it.decision.actions = vec![Action::None];
    };
    check_false(allowed, &[("decision", "allowed means severity 0")]);
}

#[test]
fn an_action_is_one_the_clause_allows() {
    check_false(
        |it| it.decision.actions = vec![Action::EscalateChildSafety],
        &[("decision", "does not allow that action")],
    );
    let still_removed = |it: &mut Record| {
        it.decision.verdict = Verdict::NotViolating;
        it.decision.severity = 0;
    };
    check_false(still_removed, &[("decision", "allowed means no action")]);
}

#[test]
fn a_child_safety_clause_is_only_escalated() {
    let cite = |it: &mut Record| {
        it.decision.clauses = vec![CitedClause { id: "CS-1".into(), role: ClauseRole::Primary }];
    };
    let removed = |it: &mut Record| {
        cite(it);
        it.decision.severity = 4;
        it.decision.actions = vec![Action::Remove];
    };
    check_false(
        removed,
        &[("decision", "can only be escalated"), ("decision", "does not allow that action")],
    );
    let escalated = |it: &mut Record| {
        cite(it);
        it.decision.verdict = Verdict::Escalate;
        it.decision.severity = 4;
        it.decision.actions = vec![Action::EscalateChildSafety];
    };
    check_false(escalated, &[]);
    let mut record = example();
    escalated(&mut record);
    let policy = Policy::built_in();
    assert!(touches_restricted_lane(&record, &policy));
    assert!(!touches_restricted_lane(&example(), &policy));
}

#[test]
fn confidence_and_reasons_fit() {
    check_false(|it| it.decision.confidence = 1.5, &[("decision", "confidence is 0–1")]);
    check_false(
        |it| it.decision.cannot_judge_reason = Some(CannotJudgeReason::Media),
        &[("decision", "goes with cannot_judge")],
    );
}

#[test]
fn everything_false_is_listed_at_once() {
    let twice = |it: &mut Record| {
        it.steps[0].n = 5;
        it.decision.confidence = -1.0;
    };
    check_false(twice, &[("step 1", "numbered"), ("decision", "confidence")]);
}

#[test]
fn what_a_violation_lacks_is_listed_and_not_refused() {
    let exceptions: Vec<String> = Policy::built_in()
        .clause("MI-1")
        .expect("the built-in policy has it")
        .exceptions
        .iter()
        .map(|it| format!("exception MI-1/{} not addressed", it.id))
        .collect();
    let mut expected = vec!["no counter-argument"];
    expected.extend(exceptions.iter().map(String::as_str));
    check_missing(|_| (), &expected);
    check_missing(
        |it| {
            it.steps[0].evidence.clear();
            it.decision.clauses.clear();
        },
        &["no clause", "no evidence in the item", "no counter-argument"],
    );
}

#[test]
fn a_whole_violation_is_complete() {
    let complete = |it: &mut Record| {
        push(it, step(Stage::Counterargument));
        let mut exceptions = step(Stage::ExceptionCheck);
        let policy = Policy::built_in();
        let clause = policy.clause("MI-1").expect("the built-in policy has it");
        exceptions.exceptions = clause
            .exceptions
            .iter()
            .map(|it| ExceptionCheck { id: format!("MI-1/{}", it.id), applies: false, why: None })
            .collect();
        push(it, exceptions);
    };
    check_missing(complete, &[]);
    // A step the reviewer removed addresses nothing.
    check_missing(
        |it| {
            complete(it);
            it.steps[1].deleted = true;
        },
        &["no counter-argument"],
    );
}

#[test]
fn allowing_names_the_nearest_clause() {
    let allow = |it: &mut Record| {
        it.decision.verdict = Verdict::NotViolating;
        it.decision.severity = 0;
        it.decision.actions = vec![Action::None];
        it.decision.clauses.clear();
    };
    check_missing(allow, &["nearest clause not named"]);
    check_missing(
        |it| {
            allow(it);
            it.steps[0].clauses.push("MI-1".into());
        },
        &[],
    );
}

#[test]
fn not_judging_gives_a_reason() {
    let unable = |it: &mut Record| {
        it.decision.verdict = Verdict::CannotJudge;
        it.decision.clauses.clear();
        it.decision.actions.clear();
    };
    check_missing(unable, &["no reason for not judging"]);
    check_missing(
        |it| {
            unable(it);
            it.decision.cannot_judge_reason = Some(CannotJudgeReason::Context);
        },
        &[],
    );
}

#[test]
fn what_is_missing_stands_in_a_record_in_its_released_words() {
    let id = "HH-1/x1".to_owned();
    for (missing, kind, sentence) in [
        (Missing::Clause, "clause", "no clause"),
        (Missing::Evidence, "evidence", "no evidence in the item"),
        (Missing::Counterargument, "counterargument", "no counter-argument"),
        (Missing::Exception { id }, "exception", "exception HH-1/x1 not addressed"),
        (Missing::NearestClause, "nearest_clause", "nearest clause not named"),
        (Missing::CannotJudgeReason, "cannot_judge_reason", "no reason for not judging"),
        (Missing::Steps, "steps", "no steps"),
        (Missing::WrongStep, "wrong_step", "stopped at the first error, and no step is rated wrong"),
    ] {
        assert_eq!(missing.to_string(), sentence, "records carry it");
        let wire = serde_json::to_value(&missing).expect("plain data");
        assert_eq!(wire["kind"], kind, "the page chooses its words by it");
    }
}
