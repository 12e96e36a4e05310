//! Who looks under one name and decides first under another.

mod common;

use casebook_core::{
    assessment::Assessment,
    score::{NotScored, Scoring},
};
use casebook_store::SeenAs;
use common::{Case, NOW, body, model, record};

#[test]
fn who_saw_the_answer_under_another_name_is_listed_and_who_is_somebody_else_is_not() {
    let mut case = Case::new();
    let rows = [case.add_text("a", "bread"), case.add_text("b", "wine")];
    let assessment = |n: usize| Assessment {
        id: format!("as{n}"),
        policy: "p@1".into(),
        policy_sha256: "h".into(),
        model: model("m"),
        made_at: "2026-11-20T10:00:00Z".into(),
        duration_ms: 3,
        scoring: Scoring::NotScored { reason: NotScored::NoText },
        notes: vec![],
        evidence: vec![],
        steps: vec![],
        recommendation: None,
        precedents: vec![],
    };
    for (n, row) in rows.iter().enumerate() {
        case.store.put_assessment(*row, &assessment(n), NOW).expect("assessed");
    }
    let impression = |case: &Case, row, reviewer: &str, now| {
        let review = case.review(row, reviewer);
        case.store.put_impression(review, "Reported", &body("{}"), false, now).expect("stored");
    };
    case.store.acts_for("one");
    impression(&case, rows[0], "ada", NOW);
    case.store.set_revealed(case.review(rows[0], "ada"), Some("as0"), NOW + 1).expect("shown");
    // Declined: nothing was seen.
    case.store.set_revealed(case.review(rows[1], "ada"), None, NOW + 1).expect("declined");
    impression(&case, rows[0], "bob", NOW + 2);
    impression(&case, rows[1], "bob", NOW + 2);
    case.submit(rows[0], "bob", &record("r1")).expect("submitted");
    case.store.acts_for("two");
    impression(&case, rows[0], "cy", NOW + 3);
    let found = case.store.seen_under_other_names().expect("it reads");
    let expected = SeenAs {
        item: "a".into(),
        reviewer: "bob".into(),
        seen_as: "ada".into(),
        annotation: Some("r1".into()),
    };
    assert_eq!(found, [expected]);
    case.is_sound();
}
