//! Conditions on the row of a file: what a published set says, in words short enough to stand in a table.
//!
//! `class = 0|1`: the column is one of these. `!=` none of these; `^=` begins with one, `!^` with none; `*=` holds one;
//! `<` and `>` compare numbers. A column that is a list meets `=`, `^=` and `*=` where one of its values does. ` & ` binds
//! closer than ` || `. `most votes: is_abuse < 0` holds where it holds for more than half of the list `votes`, and
//! `all votes: …` where it holds for each of at least one. A column that is absent meets nothing but `!=` and `!^`. The
//! column `hash` is the first hex digit of the sha256 of the row's group.

use serde_json::{Map, Value};

/// A condition, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(Vec<Vec<Test>>);

#[derive(Clone, Debug, PartialEq)]
struct Test {
    over: Option<(Share, String)>,
    column: String,
    is: Is,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    Most,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    OneOf,
    NoneOf,
    Begins,
    BeginsWithNone,
    Holds,
    Below,
    Above,
}

/// Longer signs first: `!=` is no `=`.
const SIGNS: [(&str, Is); 7] = [
    (" != ", Is::NoneOf),
    (" !^ ", Is::BeginsWithNone),
    (" ^= ", Is::Begins),
    (" *= ", Is::Holds),
    (" = ", Is::OneOf),
    (" < ", Is::Below),
    (" > ", Is::Above),
];

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// A test without a sign, and a comparison with what is no number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let all = |it: &str| it.split(" & ").map(Test::parse).collect::<Result<Vec<_>, _>>();
        text.split(" || ").map(all).collect::<Result<_, _>>().map(Self)
    }

    /// True where `row` meets it.
    #[must_use]
    pub fn is_met(&self, row: &Map<String, Value>) -> bool {
        self.0.iter().any(|all| all.iter().all(|it| it.is_met(row)))
    }
}

impl Test {
    fn parse(text: &str) -> Result<Self, String> {
        let (over, rest) = match text.split_once(": ") {
            Some((over, rest)) if over.starts_with("most ") => (Some((Share::Most, over[5..].into())), rest),
            Some((over, rest)) if over.starts_with("all ") => (Some((Share::All, over[4..].into())), rest),
            _ => (None, text),
        };
        // An empty value ends in a blank that editors like to cut.
        let rest = format!("{rest} ");
        let sign = SIGNS.iter().find_map(|(sign, is)| Some((rest.split_once(sign)?, *is)));
        let ((column, values), is) = sign.ok_or_else(|| format!("{text:?}: one of = != ^= !^ *= < >"))?;
        let values: Vec<String> = values.trim_end().split('|').map(str::to_owned).collect();
        if matches!(is, Is::Below | Is::Above) && values.iter().any(|it| it.parse::<f64>().is_err()) {
            return Err(format!("{text:?}: < and > compare with a number"));
        }
        Ok(Self { over, column: column.trim().to_owned(), is, values })
    }

    fn is_met(&self, row: &Map<String, Value>) -> bool {
        let Some((share, list)) = &self.over else { return self.is_met_by(row.get(&self.column)) };
        let list = row.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let met = list.iter().filter(|it| self.is_met_by(it.get(&self.column))).count();
        match share {
            Share::Most => 2 * met > list.len(),
            Share::All => met == list.len() && met > 0,
        }
    }

    fn is_met_by(&self, value: Option<&Value>) -> bool {
        let said: Vec<String> = match value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.iter().map(words).collect(),
            Some(value) => vec![words(value)],
        };
        let any = |meets: &dyn Fn(&str, &str) -> bool| {
            said.iter().any(|said| self.values.iter().any(|it| meets(said, it)))
        };
        match self.is {
            Is::OneOf => any(&|said, it| is_same(said, it)),
            Is::NoneOf => !any(&|said, it| is_same(said, it)),
            Is::Begins => any(&|said, it| said.starts_with(it)),
            Is::BeginsWithNone => !any(&|said, it| said.starts_with(it)),
            Is::Holds => any(&|said, it| said.contains(it)),
            Is::Below => any(&|said, it| numbers(said, it).is_some_and(|(a, b)| a < b)),
            Is::Above => any(&|said, it| numbers(said, it).is_some_and(|(a, b)| a > b)),
        }
    }
}

/// `1` and `1.0` are one number.
fn is_same(said: &str, it: &str) -> bool {
    said == it || numbers(said, it).is_some_and(|(a, b)| a == b)
}

fn numbers(a: &str, b: &str) -> Option<(f64, f64)> {
    Some((a.trim().parse().ok()?, b.trim().parse().ok()?))
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(condition: &str, row: &str, expected: bool) {
        let row: Value = serde_json::from_str(row).expect("JSON");
        let condition = Condition::parse(condition).expect("a condition");
        assert_eq!(condition.is_met(row.as_object().expect("a row")), expected);
    }

    #[test]
    fn a_column_is_one_of_some_values() {
        check("class = 0|1", r#"{"class":"1"}"#, true);
        check("class = 0", r#"{"class":0.0}"#, true);
        check("class = 0", r#"{"class":"2"}"#, false);
        check("class = 0", r#"{"class":null}"#, false);
        check("name = not sexist", r#"{"name":"not sexist"}"#, true);
    }

    #[test]
    fn what_is_absent_is_none_of_them() {
        check("class != 0", "{}", true);
        check("class !^ H", "{}", true);
        check("text != ", r#"{"text":"x"}"#, true);
        check("text != ", r#"{"text":""}"#, false);
    }

    #[test]
    fn and_binds_closer_than_or() {
        check("a = 1 & b = 1 || c = 1", r#"{"a":1,"b":0,"c":1}"#, true);
        check("a = 1 & b = 1 || c = 1", r#"{"a":1,"b":0,"c":0}"#, false);
    }

    #[test]
    fn lists_are_asked_value_by_value() {
        check("sub ^= prejudice", r#"{"sub":["other","prejudice_implicit"]}"#, true);
        check("sub *= rejudice", r#"{"sub":"prejudice"}"#, true);
    }

    #[test]
    fn votes_are_counted() {
        let row = r#"{"votes":[{"is":"-1"},{"is":"-3"},{"is":"1"}]}"#;
        check("most votes: is < 0", row, true);
        check("all votes: is < 0", row, false);
        check("all votes: is < 0", r#"{"votes":[]}"#, false);
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        assert!(Condition::parse("class").is_err());
        assert!(Condition::parse("class > many").is_err());
    }
}
