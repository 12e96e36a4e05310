//! A reviewer's day: what they decided, how fast, and what they had to look at. It is theirs alone: it is kept in their own data
//! folder, in no case file, is in no export, and nobody else's is shown.
//!
//! A line a thing, appended to a file a day; what cannot be written is logged and stops nothing. A line that was cut short by a
//! kill or a full disk is passed over.

use std::{
    collections::HashMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use casebook_core::{decision::Choice, draft};
use casebook_store::Row;
use serde::{Deserialize, Serialize};

use crate::{
    case::Case,
    error::{Code, Error, Result},
    lane,
    session::Session,
    time,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Days that are asked for at once: one, and what a clock put forward adds.
const MOST_MS: i64 = 2 * DAY_MS;
/// How many decisions are listed, and how many a pace is told from.
const LAST: usize = 10;
const PACED: usize = 20;

/// One thing of a day, as a line keeps it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum Line {
    Decided {
        at_ms: i64,
        by: String,
        case: String,
        row: Row,
        /// `None` of an item of the restricted lane.
        item: Option<String>,
        choice: Choice,
        clause: Option<String>,
        severity: u8,
        active_ms: f64,
    },
    /// The newest decision on that item was taken back.
    TakenBack { at_ms: i64, by: String, case: String, row: Row },
    /// A picture of it was uncovered for so long.
    Uncovered { at_ms: i64, by: String, case: String, row: Row, ms: f64 },
}

/// What this reviewer did since a moment, on all case files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Day {
    /// Items.
    pub decided: u32,
    /// With an item on screen and somebody at it, ms.
    pub active_ms: f64,
    /// Items in an hour of such time, told from the last twenty; `None` where that time is not known.
    pub per_hour: Option<f64>,
    /// The last ten, newest first.
    pub last: Vec<DayDecision>,
    /// For how long pictures were uncovered, ms, by the severity that their item was given, 0–4.
    pub uncovered_ms: [f64; 5],
    /// The same of items that were not decided.
    pub uncovered_undecided_ms: f64,
}

/// One decision of the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DayDecision {
    /// When, ms.
    pub at_ms: f64,
    /// The sender's id; `None` of the restricted lane.
    pub item: Option<String>,
    /// Its row, where it is in the open file.
    pub row: Option<u32>,
    /// What was decided.
    pub choice: Choice,
    /// Under which clause.
    pub clause: Option<String>,
}

impl Session {
    /// What this reviewer did since `since_ms`, which is a midnight of their own.
    ///
    /// # Errors
    /// Refuses a moment that is more than two days ago or to come, and where nobody is named.
    pub fn day(&self, since_ms: f64) -> Result<Day> {
        let Some(by) = self.reviewer() else {
            return Err(Error::new(Code::NoReviewer, "say who reviews first: no name is set"));
        };
        let now = self.now();
        let since = since_ms as i64;
        if !(now - MOST_MS..=now).contains(&since) {
            let message = format!("tell a day since {since_ms} ms: from two days ago until now ({now} ms)");
            return Err(Error::new(Code::Request, message));
        }
        let open = self.case().ok();
        let here = open.as_deref().map(key);
        let mut day = summed(read(&self.settings.home, since, now), &by, since, here.as_deref());
        if let Some(case) = open {
            // What somebody else put into the restricted lane since is named here no more.
            case.read(|store| {
                for it in &mut day.last {
                    if it.row.is_some_and(|row| lane::require(store, &by, row).is_err()) {
                        (it.row, it.item, it.clause) = (None, None, None);
                    }
                }
                Ok(())
            })?;
        }
        Ok(day)
    }

    /// Keeps that pictures of an item were uncovered for `ms`.
    ///
    /// # Errors
    /// When no file is open, nobody is named, it is no length of time, or the item is not there for this reviewer.
    pub fn looked(&self, row: Row, ms: f64) -> Result<()> {
        let (case, by) = self.reviewing()?;
        if !(0.0..=DAY_MS as f64).contains(&ms) {
            return Err(Error::new(
                Code::Request,
                format!("keep {ms} ms for item {row}: from 0 to a day of ms"),
            ));
        }
        let there = case.read(|store| lane::require(store, &by, row));
        // What was looked at was looked at, also where it left for the lane meanwhile.
        if there.as_ref().map_or_else(|it| it.code == Code::Left, |()| true) {
            self.note(&case, &Line::Uncovered { at_ms: self.now(), by, case: key(&case), row, ms });
        }
        there
    }

    /// Keeps a decision.
    pub(crate) fn note_decided(&self, case: &Case, row: Row, decided: Decided, active_ms: f64) {
        let Some(by) = self.reviewer() else { return };
        let Decided { item, choice, clause, severity } = decided;
        let active_ms = if active_ms.is_finite() { active_ms.max(0.0) } else { 0.0 };
        let at_ms = self.now();
        let line =
            Line::Decided { at_ms, by, case: key(case), row, item, choice, clause, severity, active_ms };
        self.note(case, &line);
    }

    /// Keeps that the newest decision on an item was taken back.
    pub(crate) fn note_taken_back(&self, case: &Case, row: Row) {
        let Some(by) = self.reviewer() else { return };
        self.note(case, &Line::TakenBack { at_ms: self.now(), by, case: key(case), row });
    }

    fn note(&self, case: &Case, line: &Line) {
        // Practice is no work.
        if case.assessor.is_practice() {
            return;
        }
        let path = file(&self.settings.home, self.now());
        // What was recorded is on disk already; a day that cannot be kept must not take that back.
        if let Err(problem) = append(&path, line) {
            tracing::warn!(%problem, path = %path.display(), "the day is not kept: {problem}");
        }
    }
}

/// What is kept of a decision.
pub(crate) struct Decided {
    item: Option<String>,
    choice: Choice,
    clause: Option<String>,
    severity: u8,
}

impl Decided {
    /// Of a draft that was recorded. Of an item of the restricted lane it is kept that there was one.
    pub(crate) fn of(case: &Case, item: &str, draft: &draft::Draft, restricted: bool) -> Self {
        let judgement = &draft.judgement;
        Self {
            item: (!restricted).then(|| item.to_owned()),
            choice: judgement.choice,
            clause: judgement.clauses.first().filter(|_| !restricted).cloned(),
            severity: draft::severity(judgement, &case.policy),
        }
    }
}

/// Under which a case file stands in a day.
fn key(case: &Case) -> String {
    case.connections.path().to_string_lossy().into_owned()
}

/// The lines of one day by UTC.
fn file(home: &Path, at_ms: i64) -> PathBuf {
    let date: String = time::rfc3339(at_ms).chars().take_while(|it| *it != 'T').collect();
    home.join("days").join(format!("{date}.jsonl"))
}

fn append(path: &Path, line: &Line) -> io::Result<()> {
    casebook_files::private_folders(path.parent().unwrap_or(path))?;
    if let Err(problem) = casebook_files::create_private(path)
        && problem.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(problem);
    }
    // It begins with a line end too: what was cut short before it spoils no other line.
    let text = serde_json::to_string(line).expect("names and numbers are plain data");
    OpenOptions::new().append(true).open(path)?.write_all(format!("\n{text}\n").as_bytes())
}

/// The lines between two moments, in the order in which they were kept.
fn read(home: &Path, since_ms: i64, now_ms: i64) -> Vec<Line> {
    // A moment is two days ago at most, which touches three days by UTC.
    let moments = [since_ms, since_ms + DAY_MS, since_ms + 2 * DAY_MS];
    let mut files: Vec<PathBuf> =
        moments.into_iter().filter(|it| *it <= now_ms).map(|it| file(home, it)).collect();
    files.push(file(home, now_ms));
    files.dedup();
    let texts = files.iter().filter_map(|it| fs::read(it).ok());
    texts
        .flat_map(|it| {
            let text = String::from_utf8_lossy(&it).into_owned();
            text.lines().filter_map(|it| serde_json::from_str(it).ok()).collect::<Vec<Line>>()
        })
        .collect()
}

fn summed(lines: Vec<Line>, me: &str, since_ms: i64, open: Option<&str>) -> Day {
    let mut decided: Vec<(String, Row, DayDecision, f64)> = Vec::new();
    let mut uncovered: Vec<(String, Row, f64)> = Vec::new();
    let mut severities: HashMap<(String, Row), u8> = HashMap::new();
    for line in lines {
        match line {
            Line::Decided { at_ms, by, case, row, item, choice, clause, severity, active_ms }
                if by == me && at_ms >= since_ms =>
            {
                // Decided anew, it is one item still.
                decided.retain(|it| (&it.0, it.1) != (&case, row));
                severities.insert((case.clone(), row), severity);
                let here = (open == Some(case.as_str()) && item.is_some()).then_some(row);
                let it = DayDecision { at_ms: at_ms as f64, item, row: here, choice, clause };
                decided.push((case, row, it, active_ms));
            }
            Line::TakenBack { at_ms, by, case, row } if by == me && at_ms >= since_ms => {
                decided.retain(|it| (&it.0, it.1) != (&case, row));
                severities.remove(&(case, row));
            }
            Line::Uncovered { at_ms, by, case, row, ms } if by == me && at_ms >= since_ms => {
                uncovered.push((case, row, ms));
            }
            Line::Decided { .. } | Line::TakenBack { .. } | Line::Uncovered { .. } => {}
        }
    }
    let mut day = Day {
        decided: decided.len() as u32,
        // The sum of nothing is −0 otherwise.
        active_ms: decided.iter().fold(0.0, |sum, it| sum + it.3),
        per_hour: pace(decided.iter().rev().take(PACED).map(|it| it.3)),
        last: decided.into_iter().rev().take(LAST).map(|it| it.2).collect(),
        ..Day::default()
    };
    for (case, row, ms) in uncovered {
        match severities.get(&(case, row)) {
            Some(severity) => day.uncovered_ms[usize::from(*severity).min(4)] += ms,
            None => day.uncovered_undecided_ms += ms,
        }
    }
    day
}

/// Items in an hour of the time that these took.
fn pace(active_ms: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, ms) = active_ms.filter(|it| *it > 0.0).fold((0.0, 0.0), |(n, ms), it| (n + 1.0, ms + it));
    (ms > 0.0).then_some(n / ms * 3_600_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(row: Row, by: &str, severity: u8, active_ms: f64) -> Line {
        let item = Some(format!("i{row}"));
        let (case, choice) = ("a".into(), Choice::Remove);
        Line::Decided { at_ms: 5, by: by.into(), case, row, item, choice, clause: None, severity, active_ms }
    }

    #[test]
    fn a_day_counts_each_item_once_and_only_what_this_reviewer_decided() {
        let back = Line::TakenBack { at_ms: 6, by: "Ada".into(), case: "a".into(), row: 2 };
        let lines = vec![
            decided(1, "Ada", 1, 10_000.0),
            decided(2, "Ada", 2, 10_000.0),
            decided(3, "Bob", 2, 10_000.0),
            back,
            decided(1, "Ada", 3, 20_000.0),
        ];
        let day = summed(lines, "Ada", 0, Some("a"));
        assert_eq!((day.decided, day.active_ms, day.last[0].row), (1, 20_000.0, Some(1)));
        assert!(day.per_hour.is_some_and(|it| (it - 180.0).abs() < 1e-9), "{:?}", day.per_hour);
    }

    #[test]
    fn time_uncovered_stands_under_the_severity_that_was_given_in_the_end() {
        let looked = |row, ms| Line::Uncovered { at_ms: 4, by: "Ada".into(), case: "a".into(), row, ms };
        let lines = vec![looked(1, 700.0), decided(1, "Ada", 4, 1.0), looked(1, 300.0), looked(2, 50.0)];
        let day = summed(lines, "Ada", 0, None);
        assert_eq!((day.uncovered_ms, day.uncovered_undecided_ms), ([0.0, 0.0, 0.0, 0.0, 1000.0], 50.0));
        assert_eq!(day.last[0].row, None, "that file is not open");
    }

    #[test]
    fn a_line_that_was_cut_short_spoils_no_other() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = file(home.path(), 5);
        append(&path, &decided(1, "Ada", 1, 1.0)).expect("room");
        let mut torn = OpenOptions::new().append(true).open(&path).expect("it is there");
        torn.write_all(br#"{"what":"decided","at_"#).expect("room");
        append(&path, &decided(2, "Ada", 1, 1.0)).expect("room");
        assert_eq!(summed(read(home.path(), 0, 10), "Ada", 0, None).decided, 2);
    }
}
