//! Times as people, programs and records write them. The clock itself arrives from the programs.

use jiff::{Timestamp, civil, fmt::strtime, tz::TimeZone};

/// Milliseconds since 1970 as RFC 3339 in UTC.
#[must_use]
pub fn rfc3339(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| "1970-01-01T00:00:00Z".into(), |it| it.to_string())
}

/// RFC 3339 as milliseconds since 1970.
#[must_use]
pub fn from_rfc3339(at: &str) -> Option<i64> {
    at.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size: from 2001 to 2286.
#[must_use]
pub fn from_epoch(n: i128) -> Option<i64> {
    let ms = match n {
        1_000_000_000..10_000_000_000 => n * 1000,
        1_000_000_000_000..10_000_000_000_000 => n,
        1_000_000_000_000_000..10_000_000_000_000_000 => n / 1000,
        1_000_000_000_000_000_000..10_000_000_000_000_000_000 => n / 1_000_000,
        _ => return None,
    };
    i64::try_from(ms).ok()
}

/// A time as somebody wrote it, as RFC 3339: what is so already stays as it is. What has no zone is UTC.
///
/// # Errors
/// Says what would be read; a day that may as well be a month is not.
pub fn said(said: &str) -> Result<String, String> {
    let said = said.trim();
    if casebook_core::item::looks_like_rfc3339(said) && from_rfc3339(said).is_some() {
        return Ok(said.to_owned());
    }
    let found = zoned(said).or_else(|| unzoned(said)).or_else(|| said.parse().ok().and_then(from_epoch));
    match found {
        Some(ms) => Ok(rfc3339(ms)),
        None if slashed(said).is_some() => {
            Err("a time; this may be day/month or month/day: write 2026-11-20T10:00:00Z".into())
        }
        None => Err("a time, such as 2026-11-20T10:00:00Z".into()),
    }
}

/// With a zone, as programs write it (strftime).
const ZONED: [&str; 8] = [
    "%a %b %d %H:%M:%S %z %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%d %b %Y %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%dT%H:%M%:z",
    "%Y-%m-%dT%H:%M%z",
];

fn zoned(said: &str) -> Option<i64> {
    // A fraction of more than nanoseconds says nothing that is kept.
    let cut = shortened(said);
    if let Some(ms) = from_rfc3339(&cut).or_else(|| from_rfc3339(&cut.replacen(' ', "T", 1))) {
        return Some(ms);
    }
    let utc = |it: &str| {
        it.strip_suffix(" UTC").or_else(|| it.strip_suffix(" GMT")).map(|it| format!("{it} +0000"))
    };
    let named = utc(&cut);
    let read = |said: &str| ZONED.iter().find_map(|it| strtime::parse(it, said).ok()?.to_timestamp().ok());
    read(&cut).or_else(|| read(named.as_deref()?)).map(Timestamp::as_millisecond)
}

fn unzoned(said: &str) -> Option<i64> {
    const FORMATS: [&str; 9] = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
        // A point between day and month stands only where the day comes first.
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
        "%Y%m%dT%H%M%S",
    ];
    const DAYS: [&str; 3] = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"];
    let cut = shortened(said);
    let cut = cut.trim_end_matches(" UTC").trim_end_matches(" GMT");
    // `10/6/23` is no year ten.
    let lately = |it: &civil::DateTime| it.year() >= 1900;
    let time = FORMATS.iter().find_map(|it| civil::DateTime::strptime(it, cut).ok().filter(lately));
    let day = || {
        DAYS.iter().find_map(|it| Some(civil::Date::strptime(it, cut).ok()?.at(0, 0, 0, 0)).filter(lately))
    };
    let at = time.or_else(day).or_else(|| slashed(cut).flatten())?;
    TimeZone::UTC.to_timestamp(at).ok().map(Timestamp::as_millisecond)
}

/// `10/25/2023 12:37 AM`: read where only one of the two can be the month; `Some(None)` where both can.
#[expect(clippy::option_option, reason = "not of this shape, of this shape and unclear, and clear")]
fn slashed(said: &str) -> Option<Option<civil::DateTime>> {
    let (date, time) = said.split_once([' ', 'T']).unwrap_or((said, "00:00"));
    let mut parts = date.split(['/', '-']);
    let mut next = || parts.next()?.parse::<i16>().ok();
    let (a, b, year) = (next()?, next()?, next()?);
    if year < 1000 || parts.next().is_some() {
        return None;
    }
    let clock = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];
    let time = clock.iter().find_map(|it| civil::Time::strptime(it, time.trim()).ok())?;
    let (month, day) = match (a, b) {
        (1..=12, 13..=31) => (a, b),
        (13..=31, 1..=12) => (b, a),
        (1..=12, 1..=12) if a == b => (a, b),
        _ => return Some(None),
    };
    let date = civil::Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    Some(Some(date.to_datetime(time)))
}

/// Without the digits of a fraction beyond the ninth.
fn shortened(said: &str) -> String {
    let Some(point) = said.find('.').filter(|it| said[..*it].contains(':')) else { return said.to_owned() };
    let digits = said[point + 1..].bytes().take_while(u8::is_ascii_digit).count();
    match digits > 9 {
        true => format!("{}{}", &said[..point + 10], &said[point + 1 + digits..]),
        false => said.to_owned(),
    }
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

    #[test]
    fn a_clear_time_is_read_however_it_is_written() {
        for (written, expected) in [
            ("2023-09-25T00:00:13Z", "2023-09-25T00:00:13Z"),
            ("2023-09-25 00:00:13+00:00", "2023-09-25 00:00:13+00:00"),
            ("2023-09-25 00:00:13", "2023-09-25T00:00:13Z"),
            ("2023-09-25T00:00:13", "2023-09-25T00:00:13Z"),
            ("2023-09-25 00:00:13.5", "2023-09-25T00:00:13.5Z"),
            ("2023-09-25", "2023-09-25T00:00:00Z"),
            ("2023-09-25T00:00:13+0000", "2023-09-25T00:00:13Z"),
            ("2023-09-25T00:00:13.123456789012Z", "2023-09-25T00:00:13.123Z"),
            ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24Z"),
            ("Wed, 10 Oct 2018 20:19:24 +0200", "2018-10-10T18:19:24Z"),
            ("2023-09-25 00:00:13 UTC", "2023-09-25T00:00:13Z"),
            ("1663610000", "2022-09-19T17:53:20Z"),
            ("1663610000000", "2022-09-19T17:53:20Z"),
            ("25.09.2023 00:00", "2023-09-25T00:00:00Z"),
            ("10/25/2023 12:37 AM", "2023-10-25T00:37:00Z"),
            ("25/10/2023 23:59", "2023-10-25T23:59:00Z"),
        ] {
            assert_eq!(said(written).as_deref(), Ok(expected), "{written}");
        }
        assert!(said("10/6/2023 12:37 AM").expect_err("two readings").contains("day/month"));
        for none in ["yesterday", "2023-13-01", "12", "", "2023-09-25T25:00:00Z", "10/6/23", "3/4"] {
            assert!(said(none).is_err(), "{none}");
        }
    }
}
