//! The numbered migrations: what a file of an older Casebook lacks.
//!
//! A file is migrated whole or not at all, in one transaction, and a copy of what it was lies beside it before
//! anything is changed: killed at any moment, it is the old file or the new one.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::{
    backup,
    error::{Result, StoreError},
    rows::all,
};

/// `CBK1` in the header of every case file: a database of another program is told apart by it.
pub(crate) const APPLICATION_ID: u32 = 0x4342_4b31;

/// In order; the n-th takes a file from version n to n + 1. Never edited once released.
const STEPS: &[&str] = &[
    include_str!("../migrations/0001_case.sql"),
    include_str!("../migrations/0002_item.sql"),
    include_str!("../migrations/0003_source.sql"),
    include_str!("../migrations/0004_queue.sql"),
    include_str!("../migrations/0005_review.sql"),
    include_str!("../migrations/0006_model.sql"),
    include_str!("../migrations/0007_export.sql"),
    include_str!("../migrations/0008_source_kinds.sql"),
    include_str!("../migrations/0009_impression_draft.sql"),
    include_str!("../migrations/0010_list.sql"),
    include_str!("../migrations/0011_threshold.sql"),
    include_str!("../migrations/0012_copy.sql"),
    include_str!("../migrations/0013_kinds.sql"),
    include_str!("../migrations/0014_policy_in_force.sql"),
    include_str!("../migrations/0015_review.sql"),
    include_str!("../migrations/0016_said.sql"),
    include_str!("../migrations/0017_job.sql"),
    include_str!("../migrations/0018_lane.sql"),
    include_str!("../migrations/0019_kept.sql"),
    include_str!("../migrations/0020_later.sql"),
    include_str!("../migrations/0021_remark.sql"),
    include_str!("../migrations/0022_witness.sql"),
    include_str!("../migrations/0023_turn.sql"),
];

/// The version this program writes.
pub(crate) const KNOWN: u32 = STEPS.len() as u32;

/// Makes the tables of a new file. The caller holds a transaction.
pub(crate) fn run(db: &Connection) -> Result<()> {
    let done: u32 = db.pragma_query_value(None, "user_version", |it| it.get(0))?;
    for step in STEPS.iter().skip(done as usize) {
        db.execute_batch(step)?;
    }
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", KNOWN)?;
    Ok(())
}

/// Brings the file at `path`, which this connection has locked for writing, up to date: keeps a copy, runs what is
/// missing, and looks at every reference; gives where the copy is. Foreign keys must be off, or dropping a table would empty it first.
pub(crate) fn bring_up_to_date(db: &Connection, path: &Path) -> Result<Option<PathBuf>> {
    let found: u32 = db.pragma_query_value(None, "user_version", |it| it.get(0))?;
    // Another program may have been first.
    if found == KNOWN {
        return Ok(None);
    }
    let whole: Vec<String> = all(db, "pragma quick_check(1)", ())?;
    if whole != ["ok"] {
        return Err(StoreError::Damaged { path: path.to_owned(), why: whole.join("; ") });
    }
    let kept = backup::keep(path, &former(path, found))?;
    run(db)?;
    let broken: Vec<String> = all(db, "select distinct \"table\" from pragma_foreign_key_check", ())?;
    if broken.is_empty() {
        return Ok(Some(kept));
    }
    let why = format!(
        "rows of {} refer to nothing; it stays as it was, a copy of it is {}",
        broken.join(", "),
        kept.display()
    );
    Err(StoreError::Damaged { path: path.to_owned(), why })
}

/// What the copy of `NAME.casebook` of version 11 is called: `NAME.v11.casebook`.
fn former(path: &Path, version: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or(String::new(), |it| format!(".{}", it.to_string_lossy()));
    path.with_file_name(format!("{stem}.v{version}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_appended_to_refuses_to_be_replaced() {
        let db = Connection::open_in_memory().expect("memory");
        db.pragma_update(None, "foreign_keys", false).expect("a pragma");
        run(&db).expect("the migrations");
        let sql = "select tbl_name from sqlite_schema t where type = 'trigger' and name like '%\\_is\\_kept%' escape '\\'
                   and not exists (select 1 from sqlite_schema i where i.name = t.tbl_name || '_is_kept_insert')";
        assert_eq!(all::<String>(&db, sql, ()).expect("a schema"), Vec::<String>::new());
    }

    #[test]
    fn every_migration_begins_with_why() {
        for (n, step) in STEPS.iter().enumerate() {
            assert!(step.starts_with("-- "), "migration {} opens with its reason", n + 1);
        }
    }

    #[test]
    fn every_table_is_strict_and_every_foreign_key_is_named() {
        for step in STEPS {
            for table in step.split("create table ").skip(1) {
                let body = table.split(';').next().expect("a statement ends");
                let name = body.split_whitespace().next().expect("a table has a name");
                assert!(body.lines().last().is_some_and(|it| it.contains(") strict")), "{name} is strict");
            }
            for line in step.lines().filter(|it| it.contains("foreign key")) {
                assert!(line.trim_start().starts_with("constraint "), "{line}");
            }
            for line in step.lines().filter(|it| it.contains(" references ")) {
                assert!(line.contains("foreign key"), "{line}");
            }
        }
    }

    #[test]
    fn the_former_file_keeps_its_ending() {
        assert_eq!(former(Path::new("/a/b.casebook"), 11), Path::new("/a/b.v11.casebook"));
        assert_eq!(former(Path::new("/a/b"), 11), Path::new("/a/b.v11"));
    }
}
