//! Texts that are nearly one of a policy's examples.
//!
//! Nearness is of letters, not of meaning: the Dice coefficient of the sets of three letters in a row (Dice 1945), of
//! both texts read plainly and folded. It needs no model, and says the same in every language.

use std::collections::HashSet;

use crate::{
    normalise,
    policy::{Clause, Policy},
};

/// From here on a text is nearly an example.
const NEARLY: f64 = 0.7;
/// Letters that a text needs to be told by: fewer are in common by chance.
const LEAST: usize = 16;

/// The example that a text is nearly.
#[derive(Clone, Copy, Debug)]
pub struct Nearly<'a> {
    /// Whose.
    pub clause: &'a Clause,
    /// Its words.
    pub example: &'a str,
    /// Whether the policy gives it as one that violates, or as one that comes close and is allowed.
    pub violates: bool,
    /// From 0.7 to 1, the same letters.
    pub share: f64,
}

/// The example of `policy` that `text` is nearest to, where it is nearly one.
#[must_use]
pub fn nearly<'a>(policy: &'a Policy, text: &str) -> Option<Nearly<'a>> {
    let own = triples(text)?;
    let examples = policy.clauses.iter().flat_map(|clause| {
        let violating = clause.violating_examples.iter().map(|it| (it, true));
        let allowed = clause.allowed_examples.iter().map(|it| (it, false));
        violating.chain(allowed).map(move |(example, violates)| (clause, example.as_str(), violates))
    });
    examples
        .filter_map(|(clause, example, violates)| {
            let share = dice(&own, &triples(example)?);
            (share >= NEARLY).then_some(Nearly { clause, example, violates, share })
        })
        .max_by(|a, b| a.share.total_cmp(&b.share))
}

/// All three letters in a row; `None` where they are too few.
fn triples(text: &str) -> Option<HashSet<[char; 3]>> {
    let plain = normalise::read_as(text);
    let letters: Vec<char> = normalise::fold(plain.as_deref().unwrap_or(text)).chars().collect();
    (letters.len() >= LEAST).then(|| letters.windows(3).map(|it| [it[0], it[1], it[2]]).collect())
}

fn dice(a: &HashSet<[char; 3]>, b: &HashSet<[char; 3]>) -> f64 {
    2.0 * a.intersection(b).count() as f64 / (a.len() + b.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, bool)>) {
        let policy = Policy::built_in();
        let found = nearly(&policy, text).map(|it| (it.clause.id.clone(), it.violates));
        assert_eq!(found, expected.map(|it| (it.0.to_owned(), it.1)), "{text}");
    }

    /// The first example of a clause that is long enough.
    fn example(clause: &str, violates: bool) -> String {
        let policy = Policy::built_in();
        let clause = policy.clause(clause).expect("it is in the policy");
        let all = if violates { &clause.violating_examples } else { &clause.allowed_examples };
        all.iter().find(|it| it.chars().count() > 30).expect("one is long enough").clone()
    }

    #[test]
    fn an_example_with_a_word_more_is_nearly_that_example() {
        check(&example("SP-1", true), Some(("SP-1", true)));
        check(&format!("{}!! haha", example("FR-1", true).to_uppercase()), Some(("FR-1", true)));
        check(&format!("so: {}", example("HR-1", false)), Some(("HR-1", false)));
    }

    #[test]
    fn a_disguise_of_an_example_is_seen_through() {
        let disguised: String =
            example("FR-1", true).chars().map(|it| if it == 'o' { '0' } else { it }).collect();
        check(&disguised, Some(("FR-1", true)));
    }

    #[test]
    fn another_text_and_a_short_one_are_none() {
        check("We baked bread on Sunday and gave half of it to the neighbours.", None);
        check("free", None);
        check("", None);
    }
}
