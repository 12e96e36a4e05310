//! `kill9`: programs killed while they import and review; nothing they acknowledged may be gone.

use std::process::ExitCode;

use casebook_tests::kill9::{Figures, Rounds, child, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(code) = child(&arguments) {
        return code;
    }
    let program = std::env::current_exe().expect("this program has a path");
    let rounds = Rounds { import: 24, submit: 24, early: 6, lines: 80_000 };
    let figures = run(&program, rounds, &mut |line| println!("{line}"));
    let Figures { rounds, acked, lost, selfcheck_lost, unsound } = figures;
    println!();
    println!("rounds that count        {rounds:>8}   at least 40");
    println!("acknowledged             {acked:>8}   at least 1000");
    println!("lost                     {lost:>8}   0");
    println!("lost by the liar         {selfcheck_lost:>8}   at least 1");
    println!("files not sound          {unsound:>8}   0");
    println!(
        r#"{{"bench":"kill9","figures":{{"rounds":{rounds},"acked":{acked},"lost":{lost},"selfcheck_lost":{selfcheck_lost},"unsound":{unsound}}}}}"#
    );
    let holds = rounds >= 40 && acked >= 1000 && lost == 0 && selfcheck_lost >= 1 && unsound == 0;
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
