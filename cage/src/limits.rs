//! What a program in a cage may have. The side that starts it writes it as arguments, the program reads them.

use std::{ffi::OsString, path::PathBuf};

use crate::CageError;

/// All that is left to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Files and folders it reads.
    pub readable: Vec<PathBuf>,
    /// Folders it reads, and keeps files in.
    pub writable: Vec<PathBuf>,
    /// Most memory it may fill, in bytes.
    pub memory: u64,
}

impl Limits {
    /// As arguments.
    #[must_use]
    pub fn to_arguments(&self) -> Vec<OsString> {
        let paths = |flag: &str, of: &[PathBuf]| -> Vec<OsString> {
            of.iter().flat_map(|it| [OsString::from(flag), it.clone().into()]).collect()
        };
        let memory = vec!["--memory".into(), self.memory.to_string().into()];
        [paths("--readable", &self.readable), paths("--writable", &self.writable), memory].concat()
    }

    /// Out of arguments, the program's own name left out. Returns what is left of them.
    ///
    /// # Errors
    /// Names a flag whose value is missing or no number, and says that a limit of memory is missing.
    pub fn from_arguments(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<(Self, Vec<OsString>), CageError> {
        let (mut limits, mut others, mut memory) = (Self::default(), Vec::new(), None);
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let mut value = |rule| {
                let missing = CageError::Argument { argument: flag.display().to_string(), rule };
                arguments.next().ok_or(missing)
            };
            match flag.to_str() {
                Some("--readable") => limits.readable.push(value("a path follows it")?.into()),
                Some("--writable") => limits.writable.push(value("a path follows it")?.into()),
                Some("--memory") => {
                    let bytes = value("a number of bytes follows it")?;
                    let wrong = || CageError::Argument {
                        argument: bytes.display().to_string(),
                        rule: "memory is a number of bytes",
                    };
                    memory = Some(bytes.to_str().and_then(|it| it.parse().ok()).ok_or_else(wrong)?);
                }
                _ => others.push(flag),
            }
        }
        let unlimited = CageError::Argument { argument: "--memory".into(), rule: "it is missing" };
        limits.memory = memory.ok_or(unlimited)?;
        Ok((limits, others))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let limits =
            Limits { readable: vec!["/a b".into(), "/c".into()], writable: vec!["/d".into()], memory: 7 };
        let mut arguments = limits.to_arguments();
        arguments.push("--threads".into());
        assert_eq!(Limits::from_arguments(arguments).unwrap(), (limits, vec!["--threads".into()]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let check = |arguments: &[&str], expected: &str| {
            let refused = Limits::from_arguments(arguments.iter().map(OsString::from)).unwrap_err();
            assert_eq!(refused.to_string(), expected);
        };
        check(&[], "argument \"--memory\": it is missing");
        check(&["--memory", "much"], "argument \"much\": memory is a number of bytes");
        check(&["--memory", "1", "--readable"], "argument \"--readable\": a path follows it");
    }
}
