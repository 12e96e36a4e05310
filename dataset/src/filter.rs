//! Which records a person asks for: by day, reviewer, queue, language and clause.
//!
//! A filter chooses records only after all reviewed items were put into groups, so an item lies in
//! the same split whatever else was asked for.

use casebook_core::{language, record::Record};
use serde::{Deserialize, Serialize};

/// What is asked for; empty fields ask for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, deny_unknown_fields)]
pub struct RecordFilter {
    /// First day, UTC: `2026-11-01`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Last day, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Names as in the case file; a manifest holds pseudonyms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<String>,
    /// Queues they were recorded in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<String>,
    /// Base language codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Clauses of the decision, main or not; any of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    /// Leave incomplete records out of every dataset, `raw` among them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub complete_only: bool,
}

/// A filter that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterFault {
    /// No such day.
    #[error("day {0}: a day is written 2026-11-20")]
    Day(String),
    /// Nothing can lie between them.
    #[error("from {since} to {until}: the first day comes after the last")]
    Backwards {
        /// First.
        since: String,
        /// Last.
        until: String,
    },
}

impl RecordFilter {
    /// True where everything is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// # Errors
    /// Refuses what is no day, and days in the wrong order.
    pub fn check(&self) -> Result<(), FilterFault> {
        for day in [&self.since, &self.until].into_iter().flatten() {
            if !is_day(day) {
                return Err(FilterFault::Day(casebook_core::item::shorten(day)));
            }
        }
        match (&self.since, &self.until) {
            (Some(since), Some(until)) if since > until => {
                Err(FilterFault::Backwards { since: since.clone(), until: until.clone() })
            }
            _ => Ok(()),
        }
    }

    /// True where `record`, made by the reviewer of this name in this queue, is asked for.
    #[must_use]
    pub fn admits(&self, record: &Record, reviewer: &str, queue: &str) -> bool {
        // Times are RFC 3339 in UTC, so their first ten letters are the day.
        let day = record.provenance.created_at.get(..10).unwrap_or_default();
        let any = |all: &[String], one: &str| all.is_empty() || all.iter().any(|it| it == one);
        let spoken =
            record.item.language.as_deref().map_or_else(|| language::UNDETERMINED.into(), language::base);
        self.since.as_deref().is_none_or(|it| it <= day)
            && self.until.as_deref().is_none_or(|it| day <= it)
            && any(&self.reviewers, reviewer)
            && any(&self.queues, queue)
            && (self.languages.is_empty() || self.languages.iter().any(|it| language::base(it) == spoken))
            && (self.clauses.is_empty()
                || record.decision.clauses.iter().any(|it| self.clauses.contains(&it.id)))
            && (record.complete || !self.complete_only)
    }
}

fn is_day(text: &str) -> bool {
    let digits = |from: usize, to: usize| {
        text.get(from..to)
            .filter(|it| it.bytes().all(|it| it.is_ascii_digit()))
            .and_then(|it| it.parse::<u32>().ok())
    };
    let dashes = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let fits = digits(0, 4).is_some()
        && digits(5, 7).is_some_and(|it| (1..=12).contains(&it))
        && digits(8, 10).is_some_and(|it| (1..=31).contains(&it));
    dashes && fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        serde_json::from_str(include_str!("../../core/tests/record.json")).expect("the example is a record")
    }

    #[track_caller]
    fn check(filter: &str, expected: bool) {
        let filter: RecordFilter = serde_json::from_str(filter).expect("a filter");
        filter.check().expect("a filter that makes sense");
        let mut record = record();
        record.provenance.created_at = "2026-11-20T10:00:00Z".into();
        record.item.language = Some("en-GB".into());
        record.complete = false;
        assert_eq!(filter.admits(&record, "Ada", "Reported"), expected, "{filter:?}");
    }

    #[test]
    fn an_empty_filter_asks_for_everything() {
        assert!(RecordFilter::default().is_empty());
        check("{}", true);
    }

    #[test]
    fn the_first_and_the_last_day_are_in() {
        check(r#"{"since":"2026-11-20","until":"2026-11-20"}"#, true);
        check(r#"{"since":"2026-11-21"}"#, false);
        check(r#"{"until":"2026-11-19"}"#, false);
    }

    #[test]
    fn every_field_that_is_filled_must_fit() {
        check(r#"{"reviewers":["Bob","Ada"],"queues":["Reported"],"languages":["en"]}"#, true);
        check(r#"{"reviewers":["Ada"],"queues":["Arabic"]}"#, false);
        check(r#"{"languages":["ar"]}"#, false);
        check(r#"{"complete_only":true}"#, false);
        let clause = record().decision.clauses[0].id.clone();
        check(&format!(r#"{{"clauses":["ZZ-9","{clause}"]}}"#), true);
        check(r#"{"clauses":["ZZ-9"]}"#, false);
    }

    #[test]
    fn what_is_no_day_is_refused_by_value() {
        for day in ["yesterday", "2026-13-01", "2026-1-01", "2026-11-00", "２026-11-01"] {
            let filter = RecordFilter { since: Some(day.into()), ..RecordFilter::default() };
            assert!(filter.check().expect_err("no day").to_string().contains(day), "{day}");
        }
        let backwards = RecordFilter {
            since: Some("2026-11-02".into()),
            until: Some("2026-11-01".into()),
            ..RecordFilter::default()
        };
        assert!(matches!(backwards.check(), Err(FilterFault::Backwards { .. })));
    }
}
