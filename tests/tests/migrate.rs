//! A few kills of `./dev bench migrate`: an interrupted migration leaves the old file or the new one.

use std::path::Path;

use casebook_tests::migrate::run;

#[test]
fn a_migration_killed_at_any_moment_leaves_the_old_file_or_the_new_one() {
    let program = Path::new(env!("CARGO_BIN_EXE_bench-migrate"));
    let figures = run(program, 24, &mut |line| println!("{line}"));
    assert_eq!((figures.files, figures.kills), (6, 24), "{figures:?}");
    assert!(figures.rows > 500, "{figures:?}: there is something to lose");
    assert_eq!((figures.rows_lost, figures.broken), (0, 0), "{figures:?}");
    assert!(figures.midway > 0, "{figures:?}: some kills fell into the migration");
}
