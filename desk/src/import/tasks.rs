//! Cutting a JSON array, or values one behind the other, without holding one that is too long.

use std::io::{self, BufRead};

use super::units::{MAX_BYTES, Mark, Raw, Unit, too_long_unit};

/// The first byte of a file that is no space.
pub(super) fn begins_with(file: impl BufRead + Send) -> io::Result<Option<u8>> {
    let mut reader = Reader { file, at: Mark::default(), begun: true, ended: false, loose: true };
    if reader.file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        reader.skip(3);
    }
    reader.peek()
}

/// The tasks of a file that is open at `from`; `loose` where they stand in no array.
pub(super) fn tasks(
    file: impl BufRead + Send,
    from: Mark,
    loose: bool,
) -> impl Iterator<Item = io::Result<Unit>> + Send {
    // What was dealt with before ends behind a task, inside the array.
    let mut reader = Reader { file, at: from, begun: from.bytes > 0, ended: false, loose };
    std::iter::from_fn(move || reader.next().transpose())
}

/// Cuts a JSON array into its elements without holding one that is too long.
struct Reader<R> {
    file: R,
    at: Mark,
    begun: bool,
    ended: bool,
    /// No array: values one behind the other.
    loose: bool,
}

impl<R: BufRead> Reader<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        if self.ended {
            return Ok(None);
        }
        if !self.begun
            && let Some(fault) = self.begin()?
        {
            return Ok(Some(fault));
        }
        loop {
            match self.peek()? {
                None if self.loose => {
                    self.ended = true;
                    return Ok(None);
                }
                None => {
                    return Ok(Some(self.fault("", "the list of tasks breaks off: the file is not whole")));
                }
                Some(b',') => self.skip(1),
                Some(b']') => {
                    self.skip(1);
                    let rest = self.peek()?;
                    self.ended = true;
                    return Ok(rest.map(|it| {
                        self.fault(&char::from(it).to_string(), "nothing follows the list of tasks")
                    }));
                }
                Some(_) => return self.element().map(Some),
            }
        }
    }

    /// Reads up to the first task; a fault where there is no list.
    fn begin(&mut self) -> io::Result<Option<Unit>> {
        self.begun = true;
        if self.file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            self.skip(3);
        }
        match self.peek()? {
            Some(b'{') if self.loose => Ok(None),
            Some(b'[') => {
                self.skip(1);
                Ok(None)
            }
            other => {
                let first = other.map(char::from).map(String::from).unwrap_or_default();
                Ok(Some(self.fault(&first, "a list of tasks begins with [")))
            }
        }
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.file.fill_buf()?;
            let spaces = buffer.iter().take_while(|it| it.is_ascii_whitespace()).count();
            let (next, whole) = (buffer.get(spaces).copied(), buffer.len());
            self.skip(spaces);
            if next.is_some() || whole == 0 {
                return Ok(next);
            }
        }
    }

    fn skip(&mut self, n: usize) {
        self.file.consume(n);
        self.at.bytes += n as u64;
    }

    /// The end, with what is wrong there.
    fn fault(&mut self, value: &str, rule: &str) -> Unit {
        self.ended = true;
        self.at.lines += 1;
        let raw = Raw::Broken { value: value.to_owned(), rule: rule.to_owned() };
        Unit { line: self.at.lines, end: self.at, raw }
    }

    fn element(&mut self) -> io::Result<Unit> {
        let mut bytes = Vec::new();
        let (mut length, mut depth) = (0_u64, 0_usize);
        let (mut quoted, mut escaped, mut ended) = (false, false, false);
        while !ended {
            let buffer = self.file.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let mut used = 0_u64;
            for byte in buffer {
                match (quoted, *byte) {
                    (true, _) if escaped => escaped = false,
                    (true, b'\\') => escaped = true,
                    (true, b'"') => quoted = false,
                    (false, b'"') => quoted = true,
                    (false, b'{' | b'[') => depth += 1,
                    // A stray bracket at the beginning is a broken task of its own.
                    (false, b',' | b']' | b'}') if depth == 0 && length + used > 0 => {
                        ended = true;
                        break;
                    }
                    (false, b'}' | b']') => {
                        depth = depth.saturating_sub(1);
                        ended = depth == 0;
                    }
                    _ => {}
                }
                used += 1;
                if ended {
                    break;
                }
            }
            let room = (MAX_BYTES + 1).saturating_sub(bytes.len());
            bytes.extend_from_slice(&buffer[..(used as usize).min(room)]);
            length += used;
            self.skip(used as usize);
        }
        self.at.lines += 1;
        let raw = match bytes.len() > MAX_BYTES {
            true => too_long_unit(bytes, length),
            false => Raw::Task(bytes),
        };
        Ok(Unit { line: self.at.lines, end: self.at, raw })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn cuts(text: &[u8], expected: &[&str]) {
        let loose = begins_with(text).expect("memory reads") == Some(b'{');
        let mut reader = Reader { file: text, at: Mark::default(), begun: false, ended: false, loose };
        let mut found = Vec::new();
        while let Some(unit) = reader.next().expect("memory reads") {
            found.push(match unit.raw {
                Raw::Task(bytes) => String::from_utf8(bytes).expect("the test is text"),
                Raw::Broken { rule, .. } => format!("! {rule}"),
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn a_list_is_cut_at_its_commas_and_nowhere_else() {
        cuts(b"[]", &[]);
        cuts(
            b"\xef\xbb\xbf [ {\"a\":[1,{}]} ,\n{\"b\":\"],}\\\"\"}]\n",
            &["{\"a\":[1,{}]}", "{\"b\":\"],}\\\"\"}"],
        );
        cuts(b"[1, \"x,y\",null]", &["1", "\"x,y\"", "null"]);
    }

    #[test]
    fn one_task_a_file_and_one_a_line_are_tasks_too() {
        cuts(b" {\"a\":1}\n", &["{\"a\":1}"]);
        cuts(b"{\"a\":1}\n{\"b\":{}}\r\n", &["{\"a\":1}", "{\"b\":{}}"]);
    }

    #[test]
    fn what_is_no_list_says_so_once() {
        cuts(b"7", &["! a list of tasks begins with ["]);
        cuts(b"[{\"a\":1}", &["{\"a\":1}", "! the list of tasks breaks off: the file is not whole"]);
        cuts(b"[{\"a\":", &["{\"a\":", "! the list of tasks breaks off: the file is not whole"]);
        cuts(b"[1] 2", &["1", "! nothing follows the list of tasks"]);
        cuts(b"[}]", &["}"]);
    }
}
