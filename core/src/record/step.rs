//! One link of the chain in a record, and what a reviewer said of it.

use serde::{Deserialize, Serialize};

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Step {
    /// From 1, in order.
    pub n: u32,
    /// Stays when steps move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What kind of link.
    pub stage: Stage,
    /// 1–2000 characters.
    pub text: String,
    /// Evidence ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Clause ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    /// Exceptions addressed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExceptionCheck>,
    /// Whose words these are.
    pub author: Author,
    /// The model's words, where a person changed them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_text: Option<String>,
    /// The reviewer's rating of the model's step.
    #[serde(default, with = "schema_rating")]
    pub rating: Option<Rating>,
    /// What is wrong with it; only where it is rated wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating_reason: Option<RatingReason>,
    /// Other texts for this step, each with what the reviewer thought of it. The chosen one is among
    /// them: its text is the step's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// Who drafted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<StepSource>,
    /// A model's step the reviewer removed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deleted: bool,
    /// Its number in the model's draft, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<u32>,
}

/// Another text for a step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Alternative {
    /// 1–2000 characters.
    pub text: String,
    /// Whose words these are.
    pub author: Author,
    /// The reviewer's rating of these words.
    #[serde(default, with = "schema_rating")]
    pub rating: Option<Rating>,
}

/// What is wrong with a step that is rated wrong. The schema's `ok` says that nothing is, and is
/// never given here: a rating says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum RatingReason {
    WrongFact,
    WrongClause,
    MissedException,
    Unsupported,
    Irrelevant,
    UnsafeDetail,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What kind of link a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum Stage {
    Observe,
    Context,
    ClauseMatch,
    ExceptionCheck,
    Counterargument,
    Severity,
    Decision,
    Remediation,
}

/// An exception and whether it applies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExceptionCheck {
    /// `HH-1/x1`.
    pub id: String,
    /// Whether it lifts the clause here.
    pub applies: bool,
    /// One sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Whose words a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum Author {
    Human,
    Model,
    ModelEdited,
}

/// Who drafted a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum StepSource {
    /// A person.
    Human,
    /// The chain without a language model: [`crate::reasoning`].
    Pipeline,
    /// A language model.
    LanguageModel,
}

/// A rating of a step. Records spell it −1, 0, 1 or `"unsure"`, null where not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words on the keys")]
pub enum Rating {
    Wrong,
    Neutral,
    Right,
    Unsure,
}

/// The schema's spelling of a rating.
mod schema_rating {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Rating;

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for a reference to the field"
    )]
    pub fn serialize<S: Serializer>(rating: &Option<Rating>, to: S) -> Result<S::Ok, S::Error> {
        match rating {
            None => to.serialize_none(),
            Some(Rating::Wrong) => to.serialize_i8(-1),
            Some(Rating::Neutral) => to.serialize_i8(0),
            Some(Rating::Right) => to.serialize_i8(1),
            Some(Rating::Unsure) => to.serialize_str("unsure"),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rating>, D::Error> {
        let raw = serde_json::Value::deserialize(from)?;
        match (raw.as_i64(), raw.as_str()) {
            _ if raw.is_null() => Ok(None),
            (Some(-1), _) => Ok(Some(Rating::Wrong)),
            (Some(0), _) => Ok(Some(Rating::Neutral)),
            (Some(1), _) => Ok(Some(Rating::Right)),
            (_, Some("unsure")) => Ok(Some(Rating::Unsure)),
            _ => Err(D::Error::custom(format!("rating {raw}: -1, 0, 1, \"unsure\" or null"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(rating: &str) -> Result<Step, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"n":1,"stage":"observe","text":"x","author":"model","rating":{rating}}}"#
        ))
    }

    #[test]
    fn ratings_are_spelt_as_the_schema_spells_them() {
        for spelling in ["-1", "0", "1", "\"unsure\"", "null"] {
            let step = step(spelling).expect("the schema knows it");
            let json = serde_json::to_value(&step).expect("a step is plain data");
            assert_eq!(json["rating"].to_string(), spelling);
        }
    }

    #[test]
    fn another_rating_is_refused_by_value() {
        let error = step("2").expect_err("2 is no rating");
        assert!(error.to_string().contains("rating 2"), "{error}");
    }
}
