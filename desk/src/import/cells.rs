//! One reading of a cell, whatever the file: CSV, JSON, Parquet, Label Studio.
//!
//! What the item cannot be without (its id, its text, its picture) refuses it where it cannot be read. Anything else is
//! left where it cannot be read, named, and the item comes in.

use casebook_core::{
    decision::Verdict,
    item::{Gold, Item, Part, Report, shorten},
    language::{self, Declared},
    ports::Cell,
};

use crate::time;

use super::{fields::Field, paths};

/// From here on a floating number cannot hold every whole one (IEEE 754 binary64: 53 bits).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// More people than there are.
const MOST_REPORTS: i128 = 10_000_000_000;

/// An item that is being filled.
pub(super) struct Filling {
    pub item: Item,
    /// Pictures that came as bytes, by the number of their part.
    pub pictures: Vec<(usize, Vec<u8>)>,
    /// Labels that hold where the answer does not say otherwise.
    labels: Vec<String>,
    answer: Answer,
    policy: Option<String>,
    verdict: Option<Verdict>,
    clauses: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Holds,
    HoldsNot,
    Unknown,
}

/// What is wrong with a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The item cannot be without it.
    Item(String),
    /// The item comes in without it.
    Cell(String),
}

impl Filling {
    /// An item with nothing in it yet.
    pub(super) fn new(id: String) -> Self {
        let item = Item {
            id,
            parts: Vec::new(),
            language: None,
            market: None,
            author: None,
            reports: Vec::new(),
            reach_per_hour: None,
            flagged_at: None,
            gold: None,
            labels: std::collections::BTreeMap::new(),
        };
        let (labels, pictures, clauses) = (Vec::new(), Vec::new(), Vec::new());
        Self { item, pictures, labels, answer: Answer::Holds, policy: None, verdict: None, clauses }
    }

    /// Puts a cell that is not empty into the item.
    pub(super) fn put(&mut self, field: &Field, cell: Cell) -> Result<(), Fault> {
        let item = &mut self.item;
        match field {
            Field::Id => item.id = id(&cell).map_err(Fault::Item)?,
            Field::Text(role) => {
                let text = text(cell).map_err(Fault::Item)?;
                item.parts.push(Part { role: role.clone(), text: Some(text), path: None });
            }
            Field::Picture(role) => {
                let path = match cell {
                    Cell::Bytes(bytes) => {
                        self.pictures.push((item.parts.len(), bytes));
                        role.clone()
                    }
                    other => paths::local(&text(other).map_err(Fault::Item)?).map_err(Fault::Item)?,
                };
                item.parts.push(Part { role: role.clone(), text: None, path: Some(path) });
            }
            _ if is_missing(&cell) => {}
            Field::Language => match language::declared(&said(&cell)?) {
                Declared::Tag(tag) => item.language = Some(tag),
                Declared::Undetermined => {}
                Declared::Unheard => {
                    return Err(Fault::Cell("no language by this name; BCP 47, such as en or pt-BR".into()));
                }
            },
            Field::Market => item.market = Some(said(&cell)?),
            Field::Author => item.author = Some(id(&cell).map_err(Fault::Cell)?),
            Field::ReachPerHour => item.reach_per_hour = Some(reach(&cell).map_err(Fault::Cell)?),
            Field::FlaggedAt => item.flagged_at = Some(at(&cell).map_err(Fault::Cell)?),
            Field::Label(name) => drop(item.labels.insert(name.clone(), label(&cell).map_err(Fault::Cell)?)),
            Field::Labels => self.labels.extend(names(&cell).map_err(Fault::Cell)?),
            Field::Answer => self.answer = answer(&cell).map_err(Fault::Cell)?,
            Field::Reports(reason) => {
                let n = count(&cell).map_err(Fault::Cell)?;
                if n > 0 {
                    item.reports.push(Report { reason: reason.clone(), n });
                }
            }
            Field::GoldPolicy => self.policy = Some(said(&cell)?),
            Field::GoldVerdict => {
                let rule = "one of violating, not_violating, borderline, escalate";
                let word = serde_json::Value::String(said(&cell)?.to_lowercase());
                // Settled wrongly is worse than not there: it may be what keeps an item out of ordinary queues.
                self.verdict = Some(serde_json::from_value(word).map_err(|_| Fault::Item(rule.into()))?);
            }
            Field::GoldClauses => self.clauses = names(&cell).map_err(Fault::Cell)?,
        }
        Ok(())
    }

    /// The item whole; `policy` is what its gold is under where no column says so.
    pub(super) fn finish(mut self, policy: Option<&str>) -> Result<Filled, Fault> {
        for name in self.labels {
            match self.answer {
                Answer::Holds => drop(self.item.labels.insert(name, 1)),
                Answer::HoldsNot => drop(self.item.labels.insert(name, 0)),
                Answer::Unknown => {}
            }
        }
        if let Some(verdict) = self.verdict {
            let several = || {
                Fault::Item(
                    "the file holds none or several policies: say in gold.policy which is meant".into(),
                )
            };
            let policy = self.policy.or(policy.map(str::to_owned)).ok_or_else(several)?;
            self.item.gold = Some(Gold { policy, verdict, clauses: self.clauses });
        }
        Ok(Filled { item: self.item, pictures: self.pictures })
    }
}

/// An item, and the pictures of it that need no path.
pub(super) struct Filled {
    pub item: Item,
    /// By the number of their part.
    pub pictures: Vec<(usize, Vec<u8>)>,
}

/// Nothing is in it.
pub(super) fn is_empty(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.trim().is_empty(),
        Cell::Bytes(bytes) => bytes.is_empty(),
        Cell::List(cells) => cells.is_empty(),
        _ => false,
    }
}

/// What spreadsheets, data frames and databases write where nothing is known. A text of these letters is a text.
fn is_missing(cell: &Cell) -> bool {
    const WORDS: [&str; 12] =
        ["na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "nil", "\\n", "-", "nat"];
    match cell {
        Cell::Text(text) => WORDS.contains(&text.trim().to_ascii_lowercase().as_str()),
        Cell::Number(number) => number.is_nan(),
        other => is_empty(other),
    }
}

/// As people see it, for messages.
pub(super) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => shorten(text),
        Cell::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Cell::Whole(n) => n.to_string(),
        Cell::Number(n) => n.to_string(),
        Cell::Truth(it) => it.to_string(),
        Cell::Time(ms) => time::rfc3339(*ms),
        Cell::List(cells) => shorten(&cells.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}

fn text(cell: Cell) -> Result<String, String> {
    match cell {
        Cell::Text(text) => Ok(text),
        Cell::Bytes(_) => Err("text is UTF-8; these bytes are not".into()),
        Cell::List(_) => Err("a text or a number; this is a list".into()),
        Cell::Number(n) if n.fract() == 0.0 && n.abs() < EXACT => Ok((n as i64).to_string()),
        other => Ok(shown(&other)),
    }
}

fn said(cell: &Cell) -> Result<String, Fault> {
    text(cell.clone()).map(|it| it.trim().to_owned()).map_err(Fault::Cell)
}

/// An id or a reference: every digit of it.
fn id(cell: &Cell) -> Result<String, String> {
    let lost =
        "its last digits are lost: from 2^53 on a floating number holds no exact id; export ids as text";
    match cell {
        Cell::Number(n) if n.abs() >= EXACT || !n.is_finite() => Err(lost.into()),
        Cell::Text(said) => match exactness(said) {
            // Data frames write whole numbers beside a gap as 101.0.
            Exactness::WholeAsFraction(digits) => Ok(digits.to_owned()),
            Exactness::Scientific => {
                Err("its digits are lost: a spreadsheet wrote it in scientific notation; \
                 make the column text before saving"
                    .into())
            }
            Exactness::AsWritten => Ok(said.clone()),
        },
        other => text(other.clone()),
    }
}

enum Exactness<'a> {
    AsWritten,
    WholeAsFraction(&'a str),
    Scientific,
}

fn exactness(said: &str) -> Exactness<'_> {
    let said = said.trim();
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if let Some((whole, fraction)) = said.split_once('.')
        && digits(whole)
        && digits(fraction)
        && fraction.bytes().all(|it| it == b'0')
    {
        return Exactness::WholeAsFraction(whole);
    }
    let Some((mantissa, exponent)) = said.split_once(['e', 'E']) else { return Exactness::AsWritten };
    let mantissa = mantissa.trim_start_matches('-');
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let power = exponent.strip_prefix('+').unwrap_or(exponent);
    // `12e3` may well be somebody's id; a point or a sign tells a number.
    let is_number = exponent.starts_with('+') || mantissa.len() > whole.len();
    match digits(whole) && digits(fraction) && digits(power) && is_number {
        true => Exactness::Scientific,
        false => Exactness::AsWritten,
    }
}

/// Words of spreadsheets for true and false, in the languages in which they are sold.
fn truth(said: &str) -> Option<bool> {
    const TRUE: [&str; 17] = [
        "true",
        "t",
        "yes",
        "y",
        "1",
        "wahr",
        "ja",
        "vrai",
        "oui",
        "verdadero",
        "sí",
        "vero",
        "verdadeiro",
        "waar",
        "sant",
        "prawda",
        "истина",
    ];
    const FALSE: [&str; 17] = [
        "false", "f", "no", "n", "0", "falsch", "nein", "faux", "non", "falso", "nee", "onwaar", "falskt",
        "nej", "fałsz", "ложь", "não",
    ];
    let said = said.trim().to_lowercase();
    let said = match said.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|it| it == b'0') => whole,
        _ => &said,
    };
    match (TRUE.contains(&said), FALSE.contains(&said)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn label(cell: &Cell) -> Result<u8, String> {
    let known = match cell {
        Cell::Truth(it) => Some(*it),
        Cell::Whole(0) => Some(false),
        Cell::Whole(1) => Some(true),
        Cell::Number(it) if *it == 0.0 => Some(false),
        Cell::Number(it) if *it == 1.0 => Some(true),
        Cell::Text(said) => truth(said),
        _ => None,
    };
    known.map(u8::from).ok_or_else(|| "0 or 1, true or false; the label is left unknown".into())
}

fn names(cell: &Cell) -> Result<Vec<String>, String> {
    let list = |it: &str| -> Vec<String> {
        let inner = it.trim().trim_start_matches(['[', '{']).trim_end_matches([']', '}']);
        let names = inner.split([',', ';', '|']).map(|it| it.trim().trim_matches(['"', '\'']).trim());
        names.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    match cell {
        Cell::Text(said) => Ok(list(said)),
        Cell::List(cells) => cells.iter().map(|it| text(it.clone()).map(|it| it.trim().to_owned())).collect(),
        _ => Err("the names of the labels that hold".into()),
    }
}

fn answer(cell: &Cell) -> Result<Answer, String> {
    match shown(cell).trim().to_lowercase().as_str() {
        "accept" => Ok(Answer::Holds),
        "reject" => Ok(Answer::HoldsNot),
        "ignore" => Ok(Answer::Unknown),
        _ => Err("accept, reject or ignore".into()),
    }
}

fn count(cell: &Cell) -> Result<u32, String> {
    let rule = || "how many people reported it, a whole number".to_owned();
    let n = match cell {
        Cell::Whole(n) => *n,
        Cell::Truth(it) => i128::from(*it),
        Cell::Number(n) if n.fract() == 0.0 && n.abs() < EXACT => *n as i128,
        Cell::Text(said) => match number(said) {
            Some(n) if n.fract() == 0.0 && n.abs() < EXACT => n as i128,
            // `1,234` is a thousand and more where no fraction can be.
            None => thousands(said).ok_or_else(rule)?,
            Some(_) => return Err(rule()),
        },
        _ => return Err(rule()),
    };
    if !(0..=MOST_REPORTS).contains(&n) {
        return Err(format!("{}, from 0 to {MOST_REPORTS}", rule()));
    }
    Ok(u32::try_from(n).unwrap_or(u32::MAX))
}

fn reach(cell: &Cell) -> Result<f64, String> {
    let n = match cell {
        Cell::Whole(n) => *n as f64,
        Cell::Number(n) => *n,
        Cell::Text(said) => number(said).ok_or_else(|| match thousands(said) {
            Some(_) => {
                "a number from 0; this one may mean a thousand or a fraction, so it is left".to_owned()
            }
            None => "a number from 0".to_owned(),
        })?,
        _ => return Err("a number from 0".into()),
    };
    match n.is_finite() && n >= 0.0 {
        true => Ok(n.abs()),
        false => Err("a number from 0".into()),
    }
}

/// A number in the spelling of any country, where it can mean one thing only.
fn number(said: &str) -> Option<f64> {
    let said: String =
        said.trim().chars().filter(|it| !matches!(it, '\u{a0}' | '\u{202f}' | '\'' | '’')).collect();
    let ok = |it: &str| it.parse::<f64>().ok().filter(|it| it.is_finite());
    let (comma, point) = (said.rfind(','), said.rfind('.'));
    match (comma, point) {
        (None, None) => {
            let spaced = said.split(' ').collect::<Vec<_>>();
            let grouped = spaced.len() > 1
                && spaced.iter().enumerate().all(|(n, it)| {
                    it.bytes().all(|it| it.is_ascii_digit())
                        && if n == 0 { (1..=3).contains(&it.len()) } else { it.len() == 3 }
                });
            if grouped { ok(&spaced.concat()) } else { ok(&said) }
        }
        (None, Some(_)) => match said.matches('.').count() {
            1 => ok(&said),
            _ => groups(&said, '.').and_then(|it| ok(&it)),
        },
        (Some(at), None) => match said.matches(',').count() {
            1 if said.len() - at - 1 == 3 => None,
            1 => ok(&said.replace(',', ".")),
            _ => groups(&said, ',').and_then(|it| ok(&it)),
        },
        (Some(comma), Some(point)) => {
            let (sign, mark) = if comma < point { (',', '.') } else { ('.', ',') };
            let (whole, fraction) = said.rsplit_once(mark)?;
            if whole.contains(mark) {
                return None;
            }
            ok(&format!("{}.{fraction}", groups(whole, sign)?))
        }
    }
}

/// `1.234.567` without its marks, where they stand every three digits.
fn groups(said: &str, mark: char) -> Option<String> {
    let parts: Vec<&str> = said.trim_start_matches('-').split(mark).collect();
    let fits = parts.iter().enumerate().all(|(n, it)| {
        let length = it.len();
        it.bytes().all(|it| it.is_ascii_digit())
            && if n == 0 { (1..=3).contains(&length) } else { length == 3 }
    });
    fits.then(|| said.replace(mark, ""))
}

fn thousands(said: &str) -> Option<i128> {
    groups(said.trim(), ',').and_then(|it| it.parse().ok())
}

/// A moment as RFC 3339. What has no zone is UTC, as in Parquet.
fn at(cell: &Cell) -> Result<String, String> {
    match cell {
        Cell::Time(ms) => Ok(time::rfc3339(*ms)),
        Cell::Whole(n) => time::from_epoch(*n)
            .map(time::rfc3339)
            .ok_or_else(|| "a time, such as 2026-11-20T10:00:00Z".into()),
        Cell::Number(n) if n.fract() == 0.0 && n.abs() < EXACT => at(&Cell::Whole(*n as i128)),
        Cell::Text(said) => time::said(said),
        _ => Err("a time, such as 2026-11-20T10:00:00Z".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(field: &str, cell: Cell) -> Result<Item, Fault> {
        let mut filling = Filling::new("x".into());
        filling.put(&Field::named(field).expect("a field"), cell)?;
        Ok(filling.finish(None)?.item)
    }

    fn words(said: &str) -> Cell {
        Cell::Text(said.into())
    }

    #[test]
    fn a_label_is_one_or_nought_in_any_spelling() {
        for (cell, expected) in [
            (words("True"), 1),
            (words("FALSE"), 0),
            (words("1.0"), 1),
            (words("0.00"), 0),
            (words("WAHR"), 1),
            (words("faux"), 0),
            (Cell::Truth(true), 1),
            (Cell::Whole(0), 0),
            (Cell::Number(1.0), 1),
        ] {
            assert_eq!(put("labels.a", cell.clone()).expect("a label").labels["a"], expected, "{cell:?}");
        }
        for cell in [words("-1"), words("2"), Cell::Whole(-1), Cell::Number(0.73), words("maybe")] {
            assert!(matches!(put("labels.a", cell.clone()), Err(Fault::Cell(_))), "{cell:?}");
        }
        for cell in [words("NA"), words("nan"), words("NULL"), words("#N/A"), Cell::Number(f64::NAN)] {
            assert!(put("labels.a", cell.clone()).expect("unknown").labels.is_empty(), "{cell:?}");
        }
    }

    #[test]
    fn an_id_keeps_every_digit_or_is_refused() {
        for (cell, expected) in [
            (Cell::Whole(18_446_744_073_709_551_001), "18446744073709551001"),
            (Cell::Number(101.0), "101"),
            (words("101.0"), "101"),
            (words("007"), "007"),
            (words("12e3"), "12e3"),
            (words("v1.0.1"), "v1.0.1"),
            (words("1.10"), "1.10"),
        ] {
            assert_eq!(put("id", cell).expect("an id").id, expected);
        }
        for cell in [Cell::Number(1.823_034_723_867_713e18), words("1.82303E+18"), words("1,82303E+18")] {
            assert!(matches!(put("id", cell.clone()), Err(Fault::Item(_))), "{cell:?}");
            assert!(matches!(put("author", cell.clone()), Err(Fault::Cell(_))), "{cell:?}");
        }
    }

    #[test]
    fn a_number_is_read_where_it_means_one_thing() {
        for (said, expected) in [
            ("2,5", Some(2.5)),
            ("1,234", None),
            ("1,234,567", Some(1_234_567.0)),
            ("1.234,5", Some(1234.5)),
            ("1,234.5", Some(1234.5)),
            ("1\u{a0}234", Some(1234.0)),
            ("1 234 567", Some(1_234_567.0)),
            ("1e3", Some(1000.0)),
            (" 7 ", Some(7.0)),
            ("inf", None),
            ("1,23,4", None),
            ("1.2.3", None),
            ("-0", Some(0.0)),
        ] {
            assert_eq!(number(said), expected, "{said}");
        }
        assert_eq!(count(&words("3.0")), Ok(3));
        assert_eq!(count(&words("1,234")), Ok(1234));
        assert_eq!(count(&Cell::Whole(4_294_967_296)), Ok(u32::MAX));
        assert!(count(&words("-1")).is_err() && count(&words("2.5")).is_err());
    }

    #[test]
    fn a_missing_word_is_a_text_where_a_text_belongs() {
        let item = put("text", words("NA")).expect("a text");
        assert_eq!(item.parts[0].text.as_deref(), Some("NA"));
        assert_eq!(put("language", words("NA")).expect("nothing known").language, None);
        assert_eq!(put("language", words("English")).expect("a name").language.as_deref(), Some("en"));
        assert!(matches!(put("language", words("xx")), Err(Fault::Cell(_))));
    }
}
