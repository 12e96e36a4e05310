//! Times as people and records write them. The clock itself arrives from the programs.

/// Milliseconds since 1970 as RFC 3339 in UTC.
#[must_use]
pub fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| "1970-01-01T00:00:00Z".into(), |it| it.to_string())
}

/// RFC 3339 as milliseconds since 1970.
#[must_use]
pub fn from_rfc3339(at: &str) -> Option<i64> {
    at.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_there_and_back() {
        assert_eq!(rfc3339(1_763_632_800_500), "2025-11-20T10:00:00.5Z");
        assert_eq!(from_rfc3339("2025-11-20T11:00:00.5+01:00"), Some(1_763_632_800_500));
        assert_eq!(from_rfc3339("soon"), None);
    }
}
