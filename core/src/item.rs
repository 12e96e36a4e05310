//! A flagged item, as it arrives and as it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{decision::Verdict, record::PartKind};

/// One flagged thing under review, as an import line gives it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The sender's id, unique in a case file.
    pub id: String,
    /// Texts and images, in order.
    pub parts: Vec<Part>,
    /// BCP 47, as the sender says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where it was shown: `BR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
    /// A reference to the author; exports carry a pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Why people reported it, and how many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
    /// Views per hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach_per_hour: Option<f64>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged_at: Option<String>,
    /// The settled answer, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<Gold>,
    /// Labels of an outside data set: 0 or 1; absent is unknown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, u8>,
}

/// One text or image of an item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// caption, title, comment, bio, on_screen, transcript, image, cover…
    pub role: String,
    /// The text of a text part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The file of an image part, relative to the import file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Reports with one reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// As the sender words it.
    pub reason: String,
    /// How many people.
    pub n: u32,
}

/// A settled answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gold {
    /// `short-video@2026.11`.
    pub policy: String,
    /// What was settled.
    pub verdict: Verdict,
    /// Under which clauses.
    #[serde(default)]
    pub clauses: Vec<String>,
}

/// What the parts make together, as records call it: one kind, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum ItemKind {
    Text,
    Image,
    Video,
    Audio,
    Bundle,
}

impl ItemKind {
    /// Of an item with parts of these kinds.
    pub fn of(parts: impl Iterator<Item = PartKind>) -> Self {
        let kinds: Vec<PartKind> = parts.collect();
        match kinds.as_slice() {
            [PartKind::Image] => Self::Image,
            [PartKind::Video] => Self::Video,
            [PartKind::Audio] => Self::Audio,
            kinds if kinds.iter().all(|it| *it == PartKind::Text) => Self::Text,
            _ => Self::Bundle,
        }
    }

    /// As the schema spells it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Bundle => "bundle",
        }
    }
}

/// What is wrong with an item, said of one field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {value}: {rule}")]
pub struct ItemError {
    /// `parts[1].text`.
    pub field: String,
    /// The offending value, shortened.
    pub value: String,
    /// What would be accepted.
    pub rule: String,
}

impl Item {
    /// Reads one JSONL line and checks everything that needs no other file.
    ///
    /// # Errors
    /// The first broken rule: JSON, unknown fields, wrong types, empty id, no parts, a part that is
    /// not exactly one of text and path, labels other than 0 and 1, a `flagged_at` that is no time.
    pub fn parse_line(line: &str) -> Result<Self, ItemError> {
        let item: Self = serde_json::from_str(line).map_err(|it| ItemError {
            field: "line".into(),
            value: shorten(line),
            rule: it.to_string(),
        })?;
        item.check()?;
        Ok(item)
    }

    /// The rules of [`Item::parse_line`] beyond its shape.
    ///
    /// # Errors
    /// See there.
    pub fn check(&self) -> Result<(), ItemError> {
        let refuse = |field: &str, value: &str, rule: &str| {
            Err(ItemError { field: field.into(), value: shorten(value), rule: rule.into() })
        };
        if self.id.trim().is_empty() || self.id.chars().count() > 200 {
            return refuse("id", &self.id, "an id is 1–200 characters");
        }
        if self.id.chars().any(char::is_control) {
            return refuse(
                "id",
                &self.id,
                "an id has no control characters: no line break, no tab, no escape",
            );
        }
        if self.parts.is_empty() {
            return refuse("parts", "[]", "an item has at least one part");
        }
        for (n, part) in self.parts.iter().enumerate() {
            if part.role.trim().is_empty() {
                return refuse(&format!("parts[{n}].role"), &part.role, "a role is named");
            }
            if part.text.is_some() == part.path.is_some() {
                return refuse(&format!("parts[{n}]"), &part.role, "a part has either text or path");
            }
        }
        if let Some(reach) = self.reach_per_hour.filter(|it| !it.is_finite() || *it < 0.0) {
            return refuse("reach_per_hour", &reach.to_string(), "a number from 0");
        }
        if let Some((name, value)) = self.labels.iter().find(|(_, value)| **value > 1) {
            return refuse(&format!("labels.{name}"), &value.to_string(), "0 or 1; leave unknown out");
        }
        match &self.flagged_at {
            Some(at) if !looks_like_rfc3339(at) => {
                refuse("flagged_at", at, "RFC 3339, such as 2026-11-20T10:00:00Z")
            }
            _ => Ok(()),
        }
    }

    /// How urgent people say it is: reports × (1 + reach per hour). Knows no model.
    #[must_use]
    pub fn urgency(&self) -> f64 {
        let reports: u32 = self.reports.iter().map(|it| it.n).fold(0, u32::saturating_add);
        f64::from(reports.max(1)) * (1.0 + self.reach_per_hour.unwrap_or(0.0))
    }
}

/// At most 80 characters of a value, for messages.
#[must_use]
pub fn shorten(value: &str) -> String {
    let mut short: String = value.chars().take(80).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

/// `YYYY-MM-DDTHH:MM:SS`, a fraction or none, then `Z` or `±HH:MM`: RFC 3339 section 5.6,
/// checked by shape and field range.
#[must_use]
pub fn looks_like_rfc3339(at: &str) -> bool {
    let bytes = at.as_bytes();
    let digits = |from: usize, to: usize| -> Option<u32> {
        let part = at.get(from..to)?;
        part.bytes().all(|it| it.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let fields = (|| {
        let (month, day) = (digits(5, 7)?, digits(8, 10)?);
        let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
        digits(0, 4)?;
        let punctuation = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
        let separated =
            punctuation.iter().all(|(n, it)| bytes[*n] == *it) && matches!(bytes[10], b'T' | b't' | b' ');
        let ranged =
            (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
        (separated && ranged).then_some(())
    })();
    if fields.is_none() {
        return false;
    }
    let rest = &at[19..];
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|it: char| it.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
        None => rest,
    };
    match zone.as_bytes() {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|it| it.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(line: &str, field: &str, rule: &str) {
        let error = Item::parse_line(line).expect_err("the line breaks a rule");
        assert_eq!(error.field, field);
        assert!(error.rule.contains(rule), "{:?} names the rule {rule:?}", error.rule);
    }

    #[test]
    fn a_full_line_is_read() {
        let line = r#"{"id":"p1","parts":[{"role":"caption","text":"hola"},{"role":"image","path":"a.png"}],
            "language":"es","market":"MX","author":"u1","reports":[{"reason":"scam","n":3}],"reach_per_hour":9,
            "flagged_at":"2026-11-20T10:00:00.5+01:00","gold":{"policy":"p@1","verdict":"violating","clauses":["FR-1"]},
            "labels":{"S":0}}"#;
        let item = Item::parse_line(line).expect("every field is known");
        assert_eq!(item.urgency(), 30.0);
    }

    #[test]
    fn an_item_is_of_the_kind_of_its_parts_or_a_bundle() {
        use PartKind::{Audio, Image, Text, Video};
        let kind = |parts: &[PartKind]| ItemKind::of(parts.iter().copied());
        assert_eq!([kind(&[Text]), kind(&[Text, Text])], [ItemKind::Text; 2]);
        assert_eq!(
            [kind(&[Image]), kind(&[Video]), kind(&[Audio]), kind(&[Video, Text])],
            [ItemKind::Image, ItemKind::Video, ItemKind::Audio, ItemKind::Bundle]
        );
    }

    #[test]
    fn unknown_fields_are_refused_by_name() {
        refused(r#"{"id":"a","parts":[{"role":"caption","text":"x"}],"mood":1}"#, "line", "mood");
    }

    #[test]
    fn a_part_is_either_text_or_path() {
        refused(r#"{"id":"a","parts":[{"role":"caption","text":"x","path":"y"}]}"#, "parts[0]", "either");
        refused(r#"{"id":"a","parts":[{"role":"caption"}]}"#, "parts[0]", "either");
    }

    #[test]
    fn an_item_has_an_id_and_parts() {
        refused(r#"{"id":" ","parts":[{"role":"caption","text":"x"}]}"#, "id", "1–200");
        refused(r#"{"id":"a","parts":[]}"#, "parts", "at least one");
        refused(r#"{"id":"a\u001b[2J","parts":[{"role":"c","text":"x"}]}"#, "id", "no control characters");
    }

    #[test]
    fn labels_are_zero_or_one() {
        refused(r#"{"id":"a","parts":[{"role":"c","text":"x"}],"labels":{"S":2}}"#, "labels.S", "0 or 1");
    }

    #[test]
    fn a_time_is_rfc_3339() {
        for good in ["2026-11-20T10:00:00Z", "2026-11-20t10:00:00.123-05:30", "2026-11-20 10:00:00+00:00"] {
            assert!(looks_like_rfc3339(good), "{good} is a time");
        }
        for bad in [
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-11-20T10:00:00",
            "2026-11-20T10:00:00.Z",
            "20é6-11-20",
        ] {
            assert!(!looks_like_rfc3339(bad), "{bad} is none");
        }
    }

    #[test]
    fn a_long_value_is_shortened_by_characters() {
        assert_eq!(shorten(&"é".repeat(100)).chars().count(), 81);
        assert_eq!(shorten("short"), "short");
    }
}
