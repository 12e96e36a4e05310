//! JSON as programs write it, which is not always JSON (RFC 8259).
//!
//! Python writes `NaN`; a text cut in the middle ends in half of a surrogate pair; an id has more digits than a floating
//! number holds. Each is read for what it is and said, where serde_json would refuse the whole line or round it.

use casebook_core::{item::shorten, ports::Cell};

/// How deep values may lie in each other.
const MAX_DEPTH: usize = 128;

/// A value, with every digit of its numbers and its keys in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Truth(bool),
    /// As it is written; `NaN` and `Infinity` too.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// A value, and whether a text in it held half of a surrogate pair, which is U+FFFD now.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    pub value: Json,
    pub halves: usize,
}

/// Reads one value and nothing behind it.
///
/// # Errors
/// Says what is wrong and where, in letters from 1.
pub(super) fn read(text: &str) -> Result<Read, String> {
    let mut reader = Reader { text, at: 0, halves: 0 };
    let value = reader.value(0)?;
    reader.space();
    match reader.at == text.len() {
        true => Ok(Read { value, halves: reader.halves }),
        false => Err(reader.fault("nothing follows the value")),
    }
}

impl Json {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(pairs) => pairs.iter().find(|(it, _)| it == key).map(|(_, it)| it),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> &[Json] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }

    /// As a cell of a table. An object is none.
    pub(super) fn cell(&self) -> Option<Cell> {
        Some(match self {
            Self::Null => Cell::Empty,
            Self::Truth(it) => Cell::Truth(*it),
            Self::Text(text) => Cell::Text(text.clone()),
            Self::Number(said) => match (said.parse::<i128>(), said.parse::<f64>()) {
                (Ok(whole), _) => Cell::Whole(whole),
                // Longer than any number here: its digits are kept as they stand.
                _ if said.bytes().all(|it| it.is_ascii_digit()) => Cell::Text(said.clone()),
                (_, Ok(number)) => Cell::Number(number),
                (_, Err(_)) => Cell::Empty,
            },
            Self::List(values) => Cell::List(values.iter().map(Self::cell).collect::<Option<_>>()?),
            Self::Object(_) => return None,
        })
    }

    /// The cells of an object by the path of their keys: `user.screen_name`. What is no cell is in `problems`.
    pub(super) fn cells(&self) -> Vec<(String, Cell)> {
        let mut cells = Vec::new();
        self.flatten(String::new(), &mut cells);
        cells
    }

    fn flatten(&self, path: String, into: &mut Vec<(String, Cell)>) {
        if let Self::Object(pairs) = self {
            for (key, value) in pairs {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                value.flatten(path, into);
            }
            return;
        }
        // A list of objects has no cell, and still has a name to be left by.
        let cell = self.cell().unwrap_or_else(|| Cell::List(vec![Cell::Text("…".into())]));
        into.push((path, cell));
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    halves: usize,
}

impl Reader<'_> {
    fn fault(&self, rule: &str) -> String {
        let column = self.text[..self.at].chars().count() + 1;
        match self.text[self.at..].chars().next() {
            Some(found) => format!("{rule}; character {column} is {found:?}"),
            None => format!("{rule}; the value breaks off"),
        }
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > MAX_DEPTH {
            return Err(format!("values lie at most {MAX_DEPTH} deep in each other"));
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.values(depth),
            Some(b'"') => self.string().map(Json::Text),
            _ if self.take("true") => Ok(Json::Truth(true)),
            _ if self.take("false") => Ok(Json::Truth(false)),
            _ if self.take("null") => Ok(Json::Null),
            // Python's, and JavaScript's.
            _ if self.take("NaN") || self.take("undefined") => Ok(Json::Number("NaN".into())),
            _ if self.take("Infinity") => Ok(Json::Number("inf".into())),
            _ if self.take("-Infinity") => Ok(Json::Number("-inf".into())),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.fault("expected a JSON value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, String> {
        self.at += 1;
        let mut pairs: Vec<(String, Json)> = Vec::new();
        loop {
            self.space();
            match self.peek() {
                Some(b'}') if pairs.is_empty() => {
                    self.at += 1;
                    return Ok(Json::Object(pairs));
                }
                Some(b'"') => {}
                _ => return Err(self.fault("expected a key in quotation marks")),
            }
            let key = self.string()?;
            if pairs.iter().any(|(it, _)| *it == key) {
                return Err(format!("the key {:?} stands twice; which one is meant?", shorten(&key)));
            }
            self.space();
            if !self.take(":") {
                return Err(self.fault("expected : behind a key"));
            }
            let value = self.value(depth + 1)?;
            pairs.push((key, value));
            self.space();
            if self.take("}") {
                return Ok(Json::Object(pairs));
            }
            if !self.take(",") {
                return Err(self.fault("expected , or } behind a value"));
            }
        }
    }

    fn values(&mut self, depth: usize) -> Result<Json, String> {
        self.at += 1;
        let mut values = Vec::new();
        self.space();
        if self.take("]") {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            self.space();
            if self.take("]") {
                return Ok(Json::List(values));
            }
            if !self.take(",") {
                return Err(self.fault("expected , or ] behind a value"));
            }
        }
    }

    fn number(&mut self) -> Result<Json, String> {
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|it| !matches!(it, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let said = &rest[..end.unwrap_or(rest.len())];
        match said.parse::<f64>() {
            Ok(_) => {
                self.at += said.len();
                Ok(Json::Number(said.to_owned()))
            }
            Err(_) => Err(self.fault("expected a number")),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.bytes().position(|it| it == b'"' || it == b'\\' || it < 0x20) else {
                self.at = self.text.len();
                return Err(self.fault("a text ends with a quotation mark"));
            };
            text.push_str(&rest[..end]);
            self.at += end;
            match rest.as_bytes()[end] {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => text.push(self.escape()?),
                // Tabs and the like are to be escaped, and some do not: what is meant is plain.
                other => {
                    text.push(char::from(other));
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let letter = self.text[self.at + 1..].chars().next();
        let plain = match letter {
            Some('u') => return self.unicode(),
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(it @ ('"' | '\\' | '/')) => it,
            _ => return Err(self.fault("no such escape")),
        };
        self.at += 2;
        Ok(plain)
    }

    fn unicode(&mut self) -> Result<char, String> {
        let unit = self.unit().ok_or_else(|| self.fault("\\u is followed by four hexadecimal digits"))?;
        self.at += 6;
        if let Some(letter) = char::from_u32(unit) {
            return Ok(letter);
        }
        // Half of a pair, and what follows may be the other half.
        if unit < 0xdc00
            && let Some(low @ 0xdc00..0xe000) = self.unit()
        {
            self.at += 6;
            let letter = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return Ok(char::from_u32(letter).unwrap_or('\u{fffd}'));
        }
        self.halves += 1;
        Ok('\u{fffd}')
    }

    fn unit(&self) -> Option<u32> {
        let digits = self.text[self.at..].strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|it| it.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(String, Cell)> {
        read(text).expect("it reads").value.cells()
    }

    fn cell(name: &str, cell: Cell) -> (String, Cell) {
        (name.into(), cell)
    }

    #[test]
    fn what_python_writes_is_read() {
        let found = cells(
            r#"{"a":NaN,"b":-Infinity,"c":1.8e18,"d":18446744073709551001,"e":"x","f":{"g":[true,null]}}"#,
        );
        assert!(matches!(found[0].1, Cell::Number(it) if it.is_nan()));
        assert_eq!(
            found[1..],
            [
                cell("b", Cell::Number(f64::NEG_INFINITY)),
                cell("c", Cell::Number(1.8e18)),
                cell("d", Cell::Whole(18_446_744_073_709_551_001)),
                cell("e", Cell::Text("x".into())),
                cell("f.g", Cell::List(vec![Cell::Truth(true), Cell::Empty])),
            ]
        );
        assert_eq!(
            cells(r#"{"id":123456789012345678901234567890123456789012}"#)[0].1,
            Cell::Text("123456789012345678901234567890123456789012".into())
        );
    }

    #[test]
    fn half_a_letter_is_said_and_a_whole_one_read() {
        let found = read(r#""a \ud83d b \ud83d\ude00 c \ude00""#).expect("it reads");
        assert_eq!(found, Read { value: Json::Text("a \u{fffd} b 😀 c \u{fffd}".into()), halves: 2 });
    }

    #[test]
    fn what_is_no_value_is_said_with_its_place() {
        for (text, rule) in [
            (r#"{"a":1,"a":2}"#, "stands twice"),
            (r#"{"a":1} 2"#, "nothing follows"),
            (r#"{"a":"#, "breaks off"),
            (r#"{"a" 1}"#, "character 6 is '1'"),
            ("{'a':1}", "quotation marks"),
            ("[1,2", "breaks off"),
            (r#""open"#, "ends with a quotation mark"),
            (r#""\x""#, "no such escape"),
            ("{\"a\":01-}", "expected a number"),
            ("", "expected a JSON value"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(rule), "{text}: {error}");
        }
        assert!(read(&"[".repeat(1000)).expect_err("deep").contains("128 deep"));
    }

    #[test]
    fn every_value_that_serde_json_writes_is_read_as_it_was() {
        let text = "tab\t quote\" stroke\\ line\n nul\0 é 🙂 \u{2028}";
        let written = serde_json::to_string(text).expect("a text");
        assert_eq!(read(&written).expect("it reads").value, Json::Text(text.into()));
    }
}
