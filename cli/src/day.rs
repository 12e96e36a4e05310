//! A reviewer's own day.

use casebook_desk::{
    error::{Code, Error, Result},
    session::Session,
};
use jiff::ZonedDateTime;

use crate::out::{row, say};

/// Prints what was decided since midnight, as the clock of this machine has it.
pub fn day(session: &Session) -> Result<()> {
    let midnight = ZonedDateTime::now().start_of_day().map_err(|it| {
        Error::new(Code::Request, format!("tell today: this machine's time zone has no midnight: {it}"))
    })?;
    let day = session.day(midnight.timestamp().as_millisecond() as f64)?;
    let goal = match session.preferences()?.day_goal {
        0 => String::new(),
        goal => format!(" of {goal}"),
    };
    let pace = day.per_hour.map_or_else(String::new, |it| format!(", {it:.0} an hour"));
    say!("{}{goal} decided today in {:.0} minutes{pace}", day.decided, day.active_ms / 60_000.0);
    for (severity, ms) in day.uncovered_ms.iter().enumerate().filter(|it| *it.1 > 0.0) {
        say!("pictures of severity {severity} uncovered for {:.0} s", ms / 1000.0);
    }
    if day.uncovered_undecided_ms > 0.0 {
        say!("pictures not decided uncovered for {:.0} s", day.uncovered_undecided_ms / 1000.0);
    }
    for it in &day.last {
        let item = it.item.as_deref().unwrap_or("(restricted)");
        row!(item, it.choice.words(), it.clause.as_deref().unwrap_or("-"));
    }
    Ok(())
}
