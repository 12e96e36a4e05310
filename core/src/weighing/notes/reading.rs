//! Notes out of the text that a model wrote, and what of them holds.

use serde_json::Value;

use super::{
    AGAINST, FOR, NONE, Notes, Outcome, Proposed, Quote, Reason, Said, Side, allowed, criteria, quotes,
};
use crate::{policy::Clause, ports::Written, score::ScoreInput};

/// What was written, read and checked.
pub(super) fn read(
    clause: &Clause,
    input: &ScoreInput,
    found: bool,
    model: String,
    written: &Written,
) -> Notes {
    let outcome = if written.is_whole { Outcome::Whole } else { Outcome::CutOff };
    let nothing = Notes { outcome, ..nothing(clause, found, model, written) };
    let body = match outcome {
        Outcome::Whole => serde_json::from_str(&written.text).ok(),
        _ => closed(&written.text).or_else(|| Some(Value::Object(serde_json::Map::new()))),
    };
    let reasons = |side: &Side, known: &[String]| -> Option<Vec<Reason>> {
        let body: &Value = body.as_ref()?;
        let Some(listed) = body.get(side.list) else { return (outcome == Outcome::CutOff).then(Vec::new) };
        // Of what was cut off, a reason without its words is none yet.
        let has_words = |it: &&Value| written.is_whole || it.get(side.because).is_some();
        let listed = listed.as_array()?.iter().filter(has_words);
        listed.map(|it| reason(clause, input, it, side, known)).collect()
    };
    let speaks_for = reasons(&FOR, &criteria(clause));
    let against = reasons(&AGAINST, &allowed(clause));
    let (Some(speaks_for), Some(against)) = (speaks_for, against) else {
        return Notes { outcome: Outcome::Unparsable, ..nothing };
    };
    let severity = body.as_ref().and_then(|it| it.get("severity")?.as_u64());
    let severity = severity.map(|it| u8::try_from(it).unwrap_or(u8::MAX)).map(|value| Proposed {
        value,
        in_range: found && (clause.severity.min..=clause.severity.max).contains(&value),
    });
    let addressed = |id: &String| against.iter().any(|it| it.is_known && it.rule.as_ref() == Some(id));
    let unaddressed = nothing.unaddressed.iter().filter(|it| !addressed(it)).cloned().collect();
    Notes { speaks_for, against, severity, unaddressed, ..nothing }
}

/// Notes in which nothing is said.
pub(super) fn nothing(clause: &Clause, found: bool, model: String, written: &Written) -> Notes {
    Notes {
        clause: clause.id.clone(),
        model,
        found,
        outcome: Outcome::Failed,
        text: written.text.clone(),
        speaks_for: Vec::new(),
        against: Vec::new(),
        severity: None,
        unaddressed: clause.exceptions.iter().map(|it| format!("{}/{}", clause.id, it.id)).collect(),
        n_tokens: written.n_tokens,
        log_likelihood: written.log_likelihood,
    }
}

/// `None` where it has not the shape of a reason.
fn reason(
    clause: &Clause,
    input: &ScoreInput,
    body: &Value,
    side: &Side,
    known: &[String],
) -> Option<Reason> {
    let text = |key: &str| body.get(key)?.as_str();
    let named = text(side.rule)?;
    let is_known = known.iter().any(|it| it == named);
    let rule = match named {
        NONE if is_known => None,
        _ if is_known => Some(format!("{}/{named}", clause.id)),
        _ => Some(named.to_owned()),
    };
    let quote = checked(input, text("quote")?);
    Some(Reason { rule, is_known, quote, because: text(side.because)?.trim().to_owned() })
}

fn checked(input: &ScoreInput, quote: &str) -> Quote {
    if quote.trim().is_empty() {
        return Quote::Absent;
    }
    if let Some(place) = quotes::exact(&input.texts, quote) {
        return Quote::Verified { place };
    }
    let written = quote.to_owned();
    let mut near = quotes::near(&input.texts, quote);
    match near.len() {
        1 => Quote::Repaired { place: near.remove(0), written },
        n => Quote::Unverified { written, near: n as u32 },
    }
}

/// What of notes is written yet, for whoever waits for their end. Nothing of it is checked.
#[must_use]
pub fn so_far(text: &str) -> Vec<Said> {
    let Some(body) = closed(text) else { return Vec::new() };
    let said = |side: &Side, speaks_for| -> Vec<Said> {
        let listed = body.get(side.list).and_then(Value::as_array).into_iter().flatten();
        let text = |it: &Value, key: &str| it.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let said = |it: &Value| Said {
            speaks_for,
            rule: text(it, side.rule),
            quote: text(it, "quote"),
            because: text(it, side.because),
        };
        listed.map(said).filter(|it| !it.quote.is_empty() || !it.because.is_empty()).collect()
    };
    [said(&FOR, true), said(&AGAINST, false)].concat()
}

/// The value that a JSON text begins with, closed where it breaks off; a field without a value is left out.
fn closed(text: &str) -> Option<Value> {
    // Up to where it makes sense to close it, and what closes it there.
    let (mut length, mut end) = (0, String::new());
    let mut open = String::new();
    let (mut in_text, mut is_escaped, mut is_key) = (false, false, false);
    for (at, letter) in text.char_indices() {
        // Whether what stands before the next letter can be closed.
        let mut is_place = true;
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if in_text => (is_escaped, is_place) = (true, false),
            '"' => in_text = !in_text,
            _ if in_text => {}
            '{' => {
                open.push('}');
                is_key = true;
            }
            '[' => {
                open.push(']');
                is_key = false;
            }
            '}' | ']' => {
                open.pop();
                is_key = false;
            }
            ',' => (is_key, is_place) = (open.ends_with('}'), false),
            ':' => (is_key, is_place) = (false, false),
            _ => {}
        }
        if is_place && (!is_key || letter == '{') {
            length = at + letter.len_utf8();
            end = in_text.then_some('"').into_iter().chain(open.chars().rev()).collect();
        }
    }
    serde_json::from_str(&format!("{}{end}", &text[..length])).ok()
}
