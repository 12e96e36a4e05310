//! Content hashes.

use sha2::{Digest, Sha256};

/// sha256 as 64 lower-case hex digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a String cannot fail");
        out
    })
}

/// A stable name for somebody that does not say who: `r-1f3a…`. The salt is the case file's own,
/// so the same person has other names in other files.
#[must_use]
pub fn pseudonym(salt: &str, prefix: &str, name: &str) -> String {
    let digest = sha256_hex(format!("{salt}\0{prefix}\0{name}").as_bytes());
    format!("{prefix}-{}", &digest[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nothing_is_the_published_one() {
        // FIPS 180-4, the empty message.
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256_hex(b""), expected);
    }

    #[test]
    fn a_pseudonym_depends_on_salt_prefix_and_name() {
        let names = [
            pseudonym("s", "r", "ada"),
            pseudonym("t", "r", "ada"),
            pseudonym("s", "a", "ada"),
            pseudonym("s", "r", "bob"),
        ];
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(pseudonym("s", "r", "ada"), names[0], "the same person keeps the name");
        assert!(!names[0].contains("ada"));
    }
}
