//! The program behind the icon.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    casebook_app::run(std::env::args().skip(1))
}
