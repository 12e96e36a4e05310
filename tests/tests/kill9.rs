//! A few rounds of `./dev bench kill9`: what was acknowledged survives a kill at any moment.

use std::path::Path;

use casebook_tests::kill9::{Rounds, run};

#[test]
fn nothing_acknowledged_is_lost_when_the_program_is_killed() {
    let program = Path::new(env!("CARGO_BIN_EXE_bench-kill9"));
    let rounds = Rounds { import: 3, submit: 3, early: 2, kinds: 3, lines: 24_000 };
    let figures = run(program, rounds, &mut |line| println!("{line}"));
    assert!(figures.rounds >= 6 + 12, "every round had acks before the kill and work outstanding");
    assert!(figures.acked >= 60, "{figures:?}");
    assert_eq!(figures.lost, 0, "{figures:?}");
    assert_eq!(figures.litter, 0, "the next program clears away what a killed one left");
    assert_eq!(figures.unsound, 0, "every file opens, is healthy, and its import ends whole");
    assert!(figures.selfcheck_lost >= 1, "a writer that acknowledges early is caught: {figures:?}");
}
