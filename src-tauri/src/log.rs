//! Where the log and what ends the program are said: on standard error, with what would act on a terminal made visible.

use std::io::{self, Write};

use casebook_core::visible::visible;

/// Standard error, an event or a message at a time.
pub(crate) struct Log;

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let mut out = io::stderr().lock();
        writeln!(out, "{}", visible(text.strip_suffix('\n').unwrap_or(&text)))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
