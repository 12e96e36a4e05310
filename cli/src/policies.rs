//! Policies of a case file: the same as in the window.

use std::path::{Path, PathBuf};

use casebook_desk::{error::Result, session::Session, wire::PolicyLine};

use crate::{case::text, out::row};

/// Adds what is to be added, puts in force what is to be in force, and lists what the file holds.
pub fn run(session: &Session, file: &Path, add: &[PathBuf], in_force: Option<&str>) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    for path in add {
        session.add_policy(&text(path)?)?;
    }
    if let Some(name) = in_force {
        session.put_in_force(name)?;
    }
    for policy in session.policies()? {
        line(&policy);
    }
    Ok(())
}

fn line(policy: &PolicyLine) {
    let PolicyLine { name, title, sha256, clauses, in_force, by, .. } = policy;
    let standing = if *in_force { "in force" } else { "held" };
    let by = by.as_ref().map_or_else(String::new, |it| format!(" by {it}"));
    let (standing, clauses) = (format!("{standing}{by}"), format!("{clauses} clauses"));
    row!(name, standing, clauses, &sha256[..12], title);
}
