//! `casebook/prm/1`: TRL's stepwise supervision. The model's own steps, as it wrote them, in the
//! order it wrote them, each with what the reviewer thought of it.
//!
//! Right and neutral are true. Wrong is false, and the chain is cut after it: what follows from a
//! wrong step was not judged by itself. Unsure and unjudged cut the chain before the step. A step
//! that was deleted counts as it was rated; deleted without a rating is unjudged, since people
//! delete for length too. An edited step is given in the model's words, which the rating is of.
//! Steps a person inserted are no model's steps and are left out.

use casebook_core::{
    policy::Policy,
    record::{Author, Rating, Record, Step},
};
use serde::Serialize;

use crate::prompt;

/// The name of this shape. A released name never changes meaning.
pub const FORMAT: &str = "casebook/prm/1";

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Policy and quoted item.
    pub prompt: String,
    /// The model's steps, one line each.
    pub completions: Vec<String>,
    /// As many.
    pub labels: Vec<bool>,
}

/// The row of a record, or `None` where no step has a label.
#[must_use]
pub fn row(record: &Record, policy: &Policy) -> Option<Row> {
    let mut drafted: Vec<(u32, &Step)> = record
        .steps
        .iter()
        .filter(|it| it.author != Author::Human)
        .map(|it| (it.moved_from.unwrap_or(it.n), it))
        .collect();
    drafted.sort_by_key(|(n, _)| *n);
    let mut row = Row { prompt: String::new(), completions: Vec::new(), labels: Vec::new() };
    for (_, step) in drafted {
        let label = match step.rating {
            Some(Rating::Right | Rating::Neutral) => true,
            Some(Rating::Wrong) => false,
            Some(Rating::Unsure) | None => break,
        };
        let Some(words) = models_words(step) else { break };
        row.completions.push(words);
        row.labels.push(label);
        if !label {
            break;
        }
    }
    if row.labels.is_empty() {
        return None;
    }
    row.prompt = format!("{}\n\nItem:\n{}", prompt::instruction(policy), prompt::quoted_item(&record.item));
    Some(row)
}

/// What the model wrote, on one line; `None` where that was not kept.
fn models_words(step: &Step) -> Option<String> {
    let words = match step.author {
        Author::Model => Some(&step.text),
        Author::ModelEdited => step.draft_text.as_ref(),
        Author::Human => None,
    };
    words.map(|it| prompt::line(it)).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use casebook_core::record::Alternative;

    fn step(n: u32, rating: Option<Rating>) -> Step {
        let record: Record = serde_json::from_str(include_str!("../../core/tests/record.json"))
            .expect("the example is a record");
        Step { n, rating, text: format!("s{n}"), author: Author::Model, ..record.steps[0].clone() }
    }

    #[track_caller]
    fn check(steps: Vec<Step>, expected: Option<&[(&str, bool)]>) {
        let mut record: Record = serde_json::from_str(include_str!("../../core/tests/record.json"))
            .expect("the example is a record");
        record.steps = steps;
        let row = row(&record, &Policy::built_in());
        let pairs = row.as_ref().map(|it| {
            it.completions.iter().map(String::as_str).zip(it.labels.iter().copied()).collect::<Vec<_>>()
        });
        assert_eq!(pairs.as_deref(), expected);
    }

    const RIGHT: Option<Rating> = Some(Rating::Right);
    const NEUTRAL: Option<Rating> = Some(Rating::Neutral);
    const WRONG: Option<Rating> = Some(Rating::Wrong);
    const UNSURE: Option<Rating> = Some(Rating::Unsure);

    #[test]
    fn right_and_neutral_are_true() {
        check(vec![step(1, RIGHT), step(2, NEUTRAL)], Some(&[("s1", true), ("s2", true)]));
    }

    #[test]
    fn wrong_is_false_and_ends_the_row() {
        check(vec![step(1, RIGHT), step(2, WRONG), step(3, RIGHT)], Some(&[("s1", true), ("s2", false)]));
    }

    #[test]
    fn unsure_and_unjudged_end_the_row_before_them() {
        check(vec![step(1, RIGHT), step(2, UNSURE), step(3, RIGHT)], Some(&[("s1", true)]));
        check(vec![step(1, RIGHT), step(2, None), step(3, WRONG)], Some(&[("s1", true)]));
    }

    #[test]
    fn nothing_judged_is_no_row() {
        check(vec![step(1, UNSURE), step(2, RIGHT)], None);
        check(vec![], None);
    }

    #[test]
    fn a_deleted_step_counts_as_it_was_rated() {
        let deleted = |n, rating| Step { deleted: true, ..step(n, rating) };
        check(vec![step(1, RIGHT), deleted(2, WRONG)], Some(&[("s1", true), ("s2", false)]));
        check(
            vec![step(1, RIGHT), deleted(2, RIGHT), step(3, WRONG)],
            Some(&[("s1", true), ("s2", true), ("s3", false)]),
        );
        check(vec![step(1, RIGHT), deleted(2, None), step(3, WRONG)], Some(&[("s1", true)]));
    }

    #[test]
    fn an_edited_step_is_given_in_the_models_words() {
        let edited = Step {
            author: Author::ModelEdited,
            draft_text: Some("the model's\nwords".into()),
            ..step(1, WRONG)
        };
        check(vec![edited], Some(&[("the model's words", false)]));
    }

    #[test]
    fn an_edited_step_whose_draft_was_not_kept_ends_the_row() {
        check(
            vec![step(1, RIGHT), Step { author: Author::ModelEdited, ..step(2, WRONG) }],
            Some(&[("s1", true)]),
        );
    }

    #[test]
    fn a_chosen_text_leaves_the_models_words_and_their_rating() {
        let chosen = Step {
            author: Author::ModelEdited,
            draft_text: Some("the model's".into()),
            text: "chosen".into(),
            alternatives: vec![Alternative { text: "chosen".into(), author: Author::Human, rating: RIGHT }],
            ..step(1, WRONG)
        };
        check(vec![chosen, step(2, RIGHT)], Some(&[("the model's", false)]));
    }

    #[test]
    fn steps_come_in_the_order_they_were_drafted() {
        let moved =
            |n, from, text: &str| Step { moved_from: Some(from), text: text.into(), ..step(n, RIGHT) };
        check(vec![moved(1, 2, "second"), moved(2, 1, "first")], Some(&[("first", true), ("second", true)]));
    }

    #[test]
    fn a_persons_steps_are_left_out() {
        let own = Step { author: Author::Human, text: "mine".into(), ..step(1, None) };
        let theirs = Step { moved_from: Some(1), ..step(2, RIGHT) };
        check(vec![own, theirs], Some(&[("s2", true)]));
    }
}
