//! What leaves as a dataset: which records, under which names, in which split and shape.
//!
//! Pure: records and items come in, rows go out as values. `desk::export` reads them in one
//! snapshot and writes the files. `docs/formats.md` describes every row.

pub mod redact;

pub mod groups;

pub mod choose;

pub mod prompt;

pub mod sft;

pub mod prm;

pub mod manifest;

pub mod card;

use crate::hash::sha256_hex;

/// The name a reviewer has in exports of one case file: `r-` and 8 hex digits.
#[must_use]
pub fn reviewer_pseudonym(salt: &str, name: &str) -> String {
    pseudonym("r", salt, name)
}

/// The name an author has in exports of one case file: `a-` and 8 hex digits.
#[must_use]
pub fn author_pseudonym(salt: &str, name: &str) -> String {
    pseudonym("a", salt, name)
}

/// NUL keeps salt, kind and name apart, so that no two of them meet in one byte string.
fn pseudonym(kind: &str, salt: &str, name: &str) -> String {
    let digest = sha256_hex(format!("{salt}\0{kind}\0{name}").as_bytes());
    format!("{kind}-{}", &digest[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_the_same_within_a_case_file_only() {
        let name = reviewer_pseudonym("salt", "Ann");
        assert_eq!(name, reviewer_pseudonym("salt", "Ann"));
        assert_ne!(name, reviewer_pseudonym("pepper", "Ann"), "two case files cannot be joined by it");
        assert_ne!(name[2..], author_pseudonym("salt", "Ann")[2..], "a reviewer is no author");
        assert_eq!((name.len(), &name[..2]), (10, "r-"));
    }
}
