//! `kill9`: programs killed while they import, review, draft, copy, export, make a file, run a job or bring a file up
//! to date; nothing they acknowledged may be gone, and nothing of them be left over.
//!
//! `bench-kill9 N` runs about N rounds, 1,000 unless told.

use std::process::ExitCode;

use casebook_tests::{
    kill9::{Figures, Rounds, child, run},
    migrate,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(code) = child(&arguments).or_else(|| migrate::child(&arguments)) {
        return code;
    }
    let wanted: u32 = arguments.first().and_then(|it| it.parse().ok()).unwrap_or(1000);
    let program = std::env::current_exe().expect("this program has a path");
    // Imports and reviews take seconds, and are a twentieth each; the five other kinds and the migration share the rest.
    let (few, each) = ((wanted / 20).max(1), (wanted * 9 / 60).max(1));
    let rounds = Rounds { import: few, submit: few, early: 6, kinds: each, lines: 24_000 };
    let figures = run(&program, rounds, &mut |line| println!("{line}"));
    let migrated = migrate::run(&program, each, &mut |line| println!("{line}"));
    let Figures { rounds, acked, lost, selfcheck_lost, litter, unsound } = figures;
    let (rounds, lost) = (rounds + migrated.kills, lost + migrated.rows_lost);
    let unsound = unsound + migrated.broken;
    println!();
    println!("rounds that count        {rounds:>8}   at least {}", wanted * 9 / 10);
    println!("acknowledged             {acked:>8}   at least {wanted}");
    println!("lost                     {lost:>8}   0");
    println!("left over                {litter:>8}   0");
    println!("lost by the liar         {selfcheck_lost:>8}   at least 1");
    println!("files not sound          {unsound:>8}   0");
    println!(
        r#"{{"bench":"kill9","figures":{{"rounds":{rounds},"acked":{acked},"lost":{lost},"litter":{litter},"selfcheck_lost":{selfcheck_lost},"unsound":{unsound}}}}}"#
    );
    let holds = rounds >= wanted * 9 / 10
        && acked >= u64::from(wanted)
        && lost == 0
        && litter == 0
        && selfcheck_lost >= 1;
    if holds && unsound == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
