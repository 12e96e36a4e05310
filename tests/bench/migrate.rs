//! `migrate`: programs killed while they bring case files of an older Casebook up to date.

use std::process::ExitCode;

use casebook_tests::migrate::{Figures, child, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(code) = child(&arguments) {
        return code;
    }
    let program = std::env::current_exe().expect("this program has a path");
    let figures = run(&program, 96, &mut |line| println!("{line}"));
    let Figures { files, rows, rows_lost, kills, midway, after, broken } = figures;
    println!();
    println!("files of before          {files:>8}   at least 6");
    println!("rows in them             {rows:>8}");
    println!("rows lost                {rows_lost:>8}   0");
    println!("kills                    {kills:>8}   at least 60");
    println!("  in the middle          {midway:>8}");
    println!("  after it               {after:>8}");
    println!("files not sound          {broken:>8}   0");
    println!(
        r#"{{"bench":"migrate","figures":{{"files":{files},"rows":{rows},"rows_lost":{rows_lost},"kills":{kills},"midway":{midway},"after":{after},"broken":{broken}}}}}"#
    );
    let holds = files >= 6 && rows_lost == 0 && kills >= 60 && broken == 0 && midway >= 10;
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
