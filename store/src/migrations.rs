//! The numbered migrations: what a file of an older Casebook lacks.

use rusqlite::Connection;

use crate::error::Result;

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
    include_str!("../migrations/0012_job.sql"),
];

/// The version this program writes.
pub(crate) const KNOWN: u32 = STEPS.len() as u32;

/// Runs what is missing. The caller holds a transaction: a file is migrated whole or not at all.
pub(crate) fn run(db: &Connection) -> Result<()> {
    let done: u32 = db.pragma_query_value(None, "user_version", |it| it.get(0))?;
    for step in STEPS.iter().skip(done as usize) {
        db.execute_batch(step)?;
    }
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", KNOWN)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
