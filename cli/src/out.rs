//! The one place where the command line writes to the terminal: `say!`, `row!` and `json` to standard output, `tell!`
//! and the rest to standard error.
//!
//! A line is what a caller meant as a line: whatever in it would act on a terminal, a line break in an id among them,
//! is seen instead. Nothing else in this crate prints; clippy holds it to that.
#![allow(clippy::disallowed_macros, reason = "the printer prints")]

use std::{
    fmt::Arguments,
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use casebook_core::visible::{visible, visible_json};

/// Says one line on standard output.
macro_rules! say {
    ($($text:tt)*) => {{ $crate::out::line(format_args!($($text)*)); }};
}

/// Says one line of cells on standard output, with tabs between them.
macro_rules! row {
    ($($cell:expr),+ $(,)?) => {{ $crate::out::cells(&[$($cell.to_string()),+]); }};
}

/// Says one line on standard error.
macro_rules! tell {
    ($($text:tt)*) => {{ $crate::out::aside(format_args!($($text)*)); }};
}

pub(crate) use {row, say, tell};

/// Why standard output takes no more.
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

pub fn line(text: Arguments) {
    write(&format!("{}\n", visible(&text.to_string())));
}

pub fn cells<T: AsRef<str>>(cells: &[T]) {
    let shown: Vec<String> = cells.iter().map(|it| visible(it.as_ref())).collect();
    write(&format!("{}\n", shown.join("\t")));
}

/// Text of ours that has lines: a table, help.
pub fn block(text: &str) {
    write(&lines(text, ""));
}

/// What is to say of a file, which may have lines.
pub fn found(path: &Path, text: &str) {
    write(&lines(&format!("{}: {text}", visible(&path.display().to_string())), "  "));
}

/// JSON, which stays JSON.
pub fn json(text: &str) {
    write(&format!("{}\n", visible_json(text)));
}

/// A question on a terminal, which is answered on the same line.
pub fn ask(question: &str) {
    write(&visible(question));
    flush();
}

pub fn aside(text: Arguments) {
    err(&format!("{}\n", visible(&text.to_string())));
}

/// Something that went wrong. Where its message has lines, such as those of a file it points into, they are indented, so
/// that none of them passes for a message of its own.
pub fn problem(text: &str) {
    err(&lines(&format!("casebook: {text}"), "          "));
}

/// Lines of ours on standard error.
pub fn aside_block(text: &str) {
    err(&lines(text, ""));
}

/// Draws over the last line of progress.
pub fn progress(text: &str) {
    err(&format!("\r\x1b[K{}", visible(text)));
}

/// Wipes the line of progress away.
pub fn progress_is_over() {
    err("\r\x1b[K");
}

/// Hands on what was printed.
pub fn flush() {
    let flushed = io::stdout().lock().flush();
    lose(flushed);
}

/// Whether all that was to be printed was: at the end of the program. A reader that has seen enough, as `head` has, is
/// no error.
///
/// # Errors
/// When standard output could not be written, as on a full disk.
pub fn close() -> io::Result<()> {
    flush();
    match LOST.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(problem) if problem.kind() != io::ErrorKind::BrokenPipe => Err(problem),
        _ => Ok(()),
    }
}

/// Says a panic as every other message is said.
pub fn say_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let trace = std::backtrace::Backtrace::capture();
        err(&lines(&format!("casebook: a defect, please report it: {panic}\n{trace}"), "          "));
    }));
}

/// Where the log goes, an event at a time.
pub struct Log;

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        err(&format!("{}\n", visible(text.strip_suffix('\n').unwrap_or(&text))));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines of `text`, those after the first behind `indent`.
fn lines(text: &str, indent: &str) -> String {
    let mut shown = String::new();
    for (n, line) in text.lines().enumerate() {
        if n > 0 {
            shown.push_str(indent);
        }
        shown.push_str(&visible(line));
        shown.push('\n');
    }
    shown
}

fn write(text: &str) {
    // What was begun is done to its end, also where nobody reads what it says any more.
    if LOST.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
        let written = io::stdout().lock().write_all(text.as_bytes());
        lose(written);
    }
}

fn lose(written: io::Result<()>) {
    if let Err(problem) = written {
        LOST.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(problem);
    }
}

/// Where standard error cannot be written there is nobody left to tell.
fn err(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
