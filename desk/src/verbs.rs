//! The verbs by name, for every transport: the window's calls, the test server of the page, `casebook call`.
//!
//! `verbs/list.rs` is the one list. Everything that has to know all verbs is made from it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use casebook_core::formats;

use crate::{
    error::{Code, Error, Result},
    session::Session,
};

/// What the list says of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb {
    /// What it is about: `review`.
    pub area: &'static str,
    /// The method of [`Session`]: `next`.
    pub name: &'static str,
    /// Names of its arguments, in order.
    pub args: &'static [&'static str],
    /// The case file and what is kept beside it stay as they are.
    pub reads: bool,
    /// Its answer can carry what a model, a bank match, a settled answer or another reviewer judged of an item.
    pub may_judge: bool,
}

impl std::fmt::Display for Verb {
    /// `review.next`: its name on every wire.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.area, self.name)
    }
}

/// The last two words of a line of the list; any other word does not compile.
macro_rules! says {
    (reads) => {
        true
    };
    (writes) => {
        false
    };
    (may_judge) => {
        true
    };
    (never_judges) => {
        false
    };
}

macro_rules! verbs {
    ($($area:ident { $(
        $name:ident ( $($arg:ident : $type:ty = $pass:expr),* ) : $effect:ident, $answer:ident;
    )* })*) => {
        /// Every verb, in the order of the list.
        pub const ALL: &[Verb] = &[$($(Verb {
            area: stringify!($area),
            name: stringify!($name),
            args: &[$(stringify!($arg)),*],
            reads: says!($effect),
            may_judge: says!($answer),
        },)*)*];

        /// Calls `verb`, `AREA.NAME`, with `args`: an object with a field for each argument.
        ///
        /// # Errors
        /// Whatever the verb refuses; and unknown names and arguments of another shape.
        pub fn call(session: &Session, verb: &str, args: Value) -> Result<Value> {
            match verb.split_once('.') {
                $($(Some((stringify!($area), stringify!($name))) => {
                    #[derive(Deserialize, Serialize)]
                    #[serde(deny_unknown_fields)]
                    struct Args { $($arg: $type),* }
                    #[allow(unused_variables, reason = "verbs without arguments")]
                    let args: Args = read(verb, args)?;
                    $(let $arg = args.$arg;)*
                    write(session.$name($($pass),*)?)
                })*)*
                _ => Err(unknown(verb)),
            }
        }

        /// What each verb takes and answers, in the order of the list; every type they name is put into `types`.
        #[cfg(feature = "specta")]
        pub fn shapes(types: &mut specta::Types) -> Vec<Shape> {
            vec![$($(Shape {
                args: vec![$((stringify!($arg), <$type as specta::Type>::definition(types))),*],
                answer: answer_of(
                    |session: &Session, ($($arg,)*): ($($type,)*)| session.$name($($pass),*),
                    types,
                ),
            },)*)*]
        }
    };
}

include!("verbs/list.rs");

/// What a verb takes and answers, for whoever writes it down in another language.
#[cfg(feature = "specta")]
#[derive(Debug)]
pub struct Shape {
    /// Name and type of each argument.
    pub args: Vec<(&'static str, specta::datatype::DataType)>,
    /// The answer's type.
    pub answer: specta::datatype::DataType,
}

#[cfg(feature = "specta")]
fn answer_of<A, T: specta::Type>(
    _: fn(&Session, A) -> Result<T>,
    types: &mut specta::Types,
) -> specta::datatype::DataType {
    T::definition(types)
}

/// Strictly, since it is submitted: a field that means nothing is a mistake of whoever calls.
fn read<T: serde::de::DeserializeOwned + Serialize>(verb: &str, args: Value) -> Result<T> {
    // A verb without arguments may be called with nothing at all.
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    formats::strict(&args).map_err(|it| Error::new(Code::Request, format!("verb {verb}: {it}")))
}

fn write(value: impl Serialize) -> Result<Value> {
    serde_json::to_value(value)
        .map_err(|it| Error::new(Code::Defect, format!("an answer that is no JSON: {it}")))
}

/// Names what there is instead: the verbs of its area, or the areas.
fn unknown(verb: &str) -> Error {
    let area = verb.split('.').next().unwrap_or_default();
    let inside: Vec<String> = ALL.iter().filter(|it| it.area == area).map(Verb::to_string).collect();
    let message = if inside.is_empty() {
        let mut areas: Vec<&str> = ALL.iter().map(|it| it.area).collect();
        areas.dedup();
        format!("verb {verb}: a verb is AREA.NAME, the areas are {}", areas.join(", "))
    } else {
        format!("verb {verb}: the verbs of {area} are {}", inside.join(", "))
    };
    Error::new(Code::Request, message)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_unknown_verb_is_told_which_there_are() {
        let message = |verb: &str| unknown(verb).message;
        let of_policy = "verb policy.burn: the verbs of policy are policy.policy";
        assert!(message("policy.burn").starts_with(of_policy), "{}", message("policy.burn"));
        for verb in ["next", "revue.next", ""] {
            let areas = format!("verb {verb}: a verb is AREA.NAME, the areas are file, review, ");
            assert!(message(verb).starts_with(&areas), "{}", message(verb));
        }
    }

    #[test]
    fn a_verb_stands_once_in_the_list_and_an_area_in_one_piece() {
        let names: BTreeSet<String> = ALL.iter().map(Verb::to_string).collect();
        assert_eq!(names.len(), ALL.len(), "a second line of the same name would never be called");
        let mut areas: Vec<&str> = ALL.iter().map(|it| it.area).collect();
        areas.dedup();
        let distinct: BTreeSet<&&str> = areas.iter().collect();
        assert_eq!(distinct.len(), areas.len(), "{areas:?}");
        // The window's permissions are named AREA_NAME and taken apart at the first line.
        assert!(areas.iter().all(|it| !it.contains('_')), "{areas:?}");
    }
}
