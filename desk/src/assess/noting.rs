//! Of which clauses a language model writes notes, and what becomes of it when it breaks off.

use casebook_core::{
    policy::Policy,
    score::{Leading, Method, Score, ScoreInput},
    weighing::notes::{self, Notes},
};

use crate::{
    flow::Flow,
    ports::{ModelError, Reasoner},
};

/// Clauses found broken that notes are written of. Each takes as long as all checks together.
const NOTED: usize = 2;

/// So far below its threshold the nearest clause is so far from broken that why it is not is not worth the seconds.
const NEAR: f64 = -4.0;

/// What is being done, for whoever may stop it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Doing<'a> {
    /// A model reads.
    Reading,
    /// It has written so much of its notes on a clause.
    Writing { clause: &'a str, text: &'a str },
}

/// Notes on what the checks among `scores` found, the leading one first and the others as they stand; where they found nothing, on what came nearest.
/// Where the model breaks off the notes say with what, and the checks stay.
///
/// # Errors
/// Where `watch` says stop.
pub(super) fn write(
    policy: &Policy,
    reasoner: &dyn Reasoner,
    input: &ScoreInput,
    scores: &[Score],
    watch: &mut dyn FnMut(Doing) -> Flow,
) -> Result<Vec<Notes>, ModelError> {
    let mut written = Vec::new();
    for score in noted(scores) {
        let Some(clause) = policy.clause(&score.target) else { continue };
        let found = is_found(score);
        let watch = &mut |text: &str| match text {
            "" => watch(Doing::Reading),
            text => watch(Doing::Writing { clause: &clause.id, text }),
        };
        match notes::write(reasoner, clause, input, found, watch) {
            Ok(notes) => written.push(notes),
            Err(stopped @ ModelError::Stopped { .. }) => return Err(stopped),
            Err(failed) => {
                let model = reasoner.speaker().id;
                tracing::warn!(model.id = %model, "{model} broke off while it wrote: {failed}");
                written.push(notes::failed(clause, found, model, failed.to_string()));
            }
        }
    }
    Ok(written)
}

/// The checks that notes are written on.
fn noted(scores: &[Score]) -> Vec<&Score> {
    let leading = Leading::of(scores).map(|it| it.score).filter(|it| it.method == Method::Check);
    match leading {
        Some(leading) if is_found(leading) => {
            let found = scores.iter().filter(|it| it.method == Method::Check && is_found(it));
            let others = found.filter(|it| it.target != leading.target);
            [leading].into_iter().chain(others).take(NOTED).collect()
        }
        Some(leading) if leading.above().is_some_and(|it| it >= NEAR) => vec![leading],
        Some(_) | None => Vec::new(),
    }
}

fn is_found(check: &Score) -> bool {
    check.above().is_some_and(|it| it >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[(&str, f64)], expected: &[&str]) {
        let score = |(clause, value): &(&str, f64)| Score {
            target: (*clause).into(),
            title: String::new(),
            clauses: vec![(*clause).into()],
            method: Method::Check,
            value: *value,
            threshold: Some(0.0),
        };
        let scores: Vec<Score> = values.iter().map(score).collect();
        let found: Vec<&str> = noted(&scores).iter().map(|it| it.target.as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn of_what_was_found_the_first_two_are_written_about() {
        check(&[("A", 3.0), ("B", 2.0), ("C", 0.5), ("D", -1.0)], &["A", "B"]);
        check(&[("A", 0.0), ("B", -1.0)], &["A"]);
    }

    #[test]
    fn of_what_was_not_found_the_nearest_is_written_about_unless_it_is_far() {
        check(&[("A", -1.0), ("B", -0.5)], &["B"]);
        check(&[("A", -4.5), ("B", -9.0)], &[]);
        check(&[], &[]);
    }
}
