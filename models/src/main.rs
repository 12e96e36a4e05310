//! `casebook-model`: a language model in a process of its own. The desk starts it; nobody else has a use for it.

use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    match casebook_models::reasoner::apart::program::run(std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            writeln!(std::io::stderr(), "{why}").ok();
            ExitCode::FAILURE
        }
    }
}
