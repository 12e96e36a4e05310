//! What a program in a cage gave up, as it says itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What holds now, of all that could.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Isolation {
    /// Files but its own are closed to it (landlock).
    pub files: Guard,
    /// It has no network, starts no program and touches no other (seccomp).
    pub calls: Guard,
    /// It gets no more memory than this, in bytes.
    pub memory: Quota,
}

/// Whether something is closed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// All that was asked for.
    On,
    /// As far as this system can.
    Partly,
    /// Not at all: the system has nothing for it.
    Off,
}

/// Whether there is a limit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// In bytes.
    AtMost(u64),
    /// The system has nothing for it.
    Off,
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guard = |of: &Guard, on: &'static str, off: &'static str| match of {
            Guard::On => on,
            Guard::Partly => "closed as far as this system can",
            Guard::Off => off,
        };
        let files = guard(&self.files, "its own folder alone", "not closed here");
        let calls = guard(&self.calls, "none", "not closed here");
        write!(f, "files: {files}; network and other programs: {calls}; memory: ")?;
        match self.memory {
            Quota::AtMost(bytes) => write!(f, "{} at most", size(bytes)),
            Quota::Off => f.write_str("not limited here"),
        }
    }
}

/// 1.1 GB, 98 MB: decimal, as disks are sold.
#[must_use]
pub fn size(bytes: u64) -> String {
    let mb = bytes as f64 / 1e6;
    if mb < 1000.0 { format!("{mb:.0} MB") } else { format!("{:.1} GB", mb / 1000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_in_words() {
        let all = Isolation { files: Guard::On, calls: Guard::On, memory: Quota::AtMost(6_100_000_000) };
        assert_eq!(
            all.to_string(),
            "files: its own folder alone; network and other programs: none; memory: 6.1 GB at most"
        );
        let none = Isolation { files: Guard::Off, calls: Guard::Off, memory: Quota::Off };
        assert_eq!(
            none.to_string(),
            "files: not closed here; network and other programs: not closed here; memory: not limited here"
        );
    }
}
