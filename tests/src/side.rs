//! A program that benches compare with, in a process of its own.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

/// A process that is asked one JSON line at a time.
pub struct Side {
    child: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Side {
    /// Starts it and prints the line it begins with.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(command: &mut Command) -> Result<Self, Failure> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let answers = BufReader::new(child.stdout.take().ok_or("a pipe")?);
        let mut side = Self { asks: child.stdin.take(), child, answers };
        println!("{}", side.answer()?);
        Ok(side)
    }

    /// What it answers.
    ///
    /// # Errors
    /// When it has ended.
    pub fn ask(&mut self, asked: &Value) -> Result<Value, Failure> {
        writeln!(self.asks.as_mut().ok_or("the other side has ended")?, "{asked}")?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value, Failure> {
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                return Err("the other side ended without an answer; what it said stands above".into());
            }
            // Libraries talk on the same channel.
            if line.starts_with('{') {
                return Ok(serde_json::from_str(&line)?);
            }
        }
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        // It ends with its input.
        self.asks.take();
        let _ = self.child.wait();
    }
}
