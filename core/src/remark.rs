//! What a reviewer is told of a picture's file beyond the picture that is shown.
//!
//! A file can hold more than a reviewer sees, and less than it promises. Either way a decision is about what was
//! seen, so what was not is said beside the picture, counted by the import, and kept in the record.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// One thing to know about the file a picture came from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remark {
    /// It moves: these frames are shown, side by side and row by row where they are several.
    Frames {
        /// In the file.
        n: u32,
        /// How many of them were looked at to choose from, from the first on.
        read: u32,
        /// Their numbers, from 1, in the order of the sheet.
        shown: Vec<u32>,
        /// Frames in a row of the sheet.
        columns: u32,
    },
    /// Pages or pictures follow that are not shown.
    Pages {
        /// In the file.
        n: u32,
    },
    /// Something stands behind the picture, and is not shown.
    Behind {
        /// Its length.
        bytes: u32,
        /// What it is: `MP4 film`.
        what: String,
    },
    /// The file ends before the picture does, or is broken at some place.
    Incomplete {
        /// Thousandths of the picture that are missing and grey. Absent where what is missing is sharpness.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing_permille: Option<u32>,
    },
    /// It is shown smaller than it is.
    Smaller {
        /// Pixels, upright.
        width: u32,
        /// Pixels, upright.
        height: u32,
    },
    /// Some of it is clear, and lies on squares of two greys.
    Clear,
    /// Its colour profile could not be followed.
    Colours,
}

impl Remark {
    /// Whether the file holds something to look at that is not shown.
    #[must_use]
    pub fn hides(&self) -> bool {
        match self {
            Self::Frames { n, shown, .. } => (shown.len() as u64) < u64::from(*n),
            Self::Pages { .. } | Self::Behind { .. } => true,
            Self::Incomplete { .. } | Self::Smaller { .. } | Self::Clear | Self::Colours => false,
        }
    }
}

impl Display for Remark {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frames { n, read, shown, .. } => {
                write!(to, "{} of {n} frames shown", shown.len())?;
                if shown.len() > 1 {
                    let numbers: Vec<String> = shown.iter().map(u32::to_string).collect();
                    write!(to, ", row by row: {}", numbers.join(", "))?;
                }
                match read {
                    read if read >= n => Ok(()),
                    1 => write!(to, "; only the first was looked at"),
                    read => write!(to, "; only the first {read} were looked at"),
                }
            }
            Self::Pages { n } => write!(to, "1 of {n} pages or pictures in the file shown"),
            Self::Behind { bytes, what } => {
                write!(to, "{bytes} bytes behind the picture are not shown: {what}")
            }
            Self::Incomplete { missing_permille: None } => {
                write!(to, "the file ends early: the picture may be less sharp than it was")
            }
            Self::Incomplete { missing_permille: Some(0) } => {
                write!(to, "the file ends early, all of the picture is there")
            }
            Self::Incomplete { missing_permille: Some(share) } => {
                write!(
                    to,
                    "the file is incomplete: {} % of the picture is missing, and grey",
                    percent(*share)
                )
            }
            Self::Smaller { width, height } => write!(to, "shown smaller: it has {width} × {height} pixels"),
            Self::Clear => write!(to, "some of it is clear: it lies on grey squares"),
            Self::Colours => write!(to, "its colour profile could not be followed: colours may be others"),
        }
    }
}

/// Whole percents, never 0 of something.
fn percent(permille: u32) -> u32 {
    ((permille + 5) / 10).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(remark: &Remark, hides: bool, sentence: &str, json: &str) {
        assert_eq!((remark.hides(), remark.to_string().as_str()), (hides, sentence));
        assert_eq!(serde_json::to_string(remark).expect("plain data"), json);
        assert_eq!(&serde_json::from_str::<Remark>(json).expect("a remark"), remark);
    }

    #[test]
    fn a_remark_says_what_was_not_seen() {
        check(
            &Remark::Frames { n: 12, read: 12, shown: vec![1], columns: 1 },
            true,
            "1 of 12 frames shown",
            r#"{"kind":"frames","n":12,"read":12,"shown":[1],"columns":1}"#,
        );
        check(
            &Remark::Frames { n: 900, read: 300, shown: vec![1, 7, 30], columns: 2 },
            true,
            "3 of 900 frames shown, row by row: 1, 7, 30; only the first 300 were looked at",
            r#"{"kind":"frames","n":900,"read":300,"shown":[1,7,30],"columns":2}"#,
        );
        check(
            &Remark::Behind { bytes: 2024, what: "MP4 film".into() },
            true,
            "2024 bytes behind the picture are not shown: MP4 film",
            r#"{"kind":"behind","bytes":2024,"what":"MP4 film"}"#,
        );
        check(
            &Remark::Incomplete { missing_permille: Some(331) },
            false,
            "the file is incomplete: 33 % of the picture is missing, and grey",
            r#"{"kind":"incomplete","missing_permille":331}"#,
        );
    }

    #[test]
    fn an_animation_of_which_all_is_shown_hides_nothing() {
        assert!(!Remark::Frames { n: 2, read: 2, shown: vec![1, 2], columns: 2 }.hides());
    }

    #[test]
    fn a_little_that_is_missing_is_not_nothing() {
        let sentence = Remark::Incomplete { missing_permille: Some(1) }.to_string();
        assert!(sentence.contains(" 1 %"), "{sentence}");
    }
}
