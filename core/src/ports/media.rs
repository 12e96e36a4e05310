//! Pictures.

use crate::remark::Remark;

/// A still image made safe to show: decoded with limits, turned upright, stripped of metadata, encoded anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    /// Pixels, after orientation.
    pub width: u32,
    /// Pixels, after orientation.
    pub height: u32,
    /// The whole picture; of an animation, the frames that differ most.
    pub full: Vec<u8>,
    /// `image/png` or `image/jpeg`.
    pub full_type: String,
    /// A rendition in which nothing can be made out.
    pub covered: Vec<u8>,
    /// `image/png` or `image/jpeg`.
    pub covered_type: String,
    /// sha256 of `full`, hex.
    pub sha256: String,
    /// Perceptual hash for near-duplicates, of the first frame.
    pub pixel_hash: u64,
    /// What else the file holds, and how it was made fit to show.
    pub remarks: Vec<Remark>,
}

/// Makes stills out of files nobody trusts.
pub trait Stills: Send + Sync {
    /// # Errors
    /// What the file is, and which limit or rule of its format it breaks.
    fn still(&self, bytes: &[u8]) -> Result<Still, StillError>;
}

/// Why there is no still.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value}: {rule}")]
pub struct StillError {
    /// What the file is: `jpeg of 90000x2 pixels`.
    pub value: String,
    /// What would be taken.
    pub rule: String,
}
