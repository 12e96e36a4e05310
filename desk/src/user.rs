//! Which user of which machine runs this program: what a name that is only said is held against.

use std::{env, fs, path::Path};

use casebook_core::hash::pseudonym;

/// The same for every program of one user on one machine, in files of one salt; it says no more than that.
pub(crate) fn user(salt: &str) -> String {
    pseudonym(salt, "u", &format!("{} {}", machine(), who()))
}

/// What the system was given when it was set up; where it has no such thing, its name.
fn machine() -> String {
    let known = ["/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostname"];
    let told = known.iter().find_map(|it| fs::read_to_string(it).ok().filter(|it| !it.trim().is_empty()));
    told.map(|it| it.trim().to_owned()).or_else(|| env::var("COMPUTERNAME").ok()).unwrap_or_default()
}

/// The number the system knows the user by, which no variable changes; else the name it gives.
fn who() -> String {
    number(Path::new("/proc/self"))
        .or_else(|| env::var("USERNAME").or_else(|_| env::var("USER")).ok())
        .unwrap_or_default()
}

#[cfg(unix)]
fn number(own: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(own).ok().map(|it| it.uid().to_string())
}

#[cfg(not(unix))]
fn number(_own: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_the_same_again_and_another_in_another_file() {
        assert_eq!(user("salt"), user("salt"));
        assert_ne!(user("salt"), user("other"));
        assert!(!user("salt").contains(&who()) || who().len() < 3, "it does not say who");
    }
}
