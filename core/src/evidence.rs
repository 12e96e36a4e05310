//! Anchors: where a step's evidence is.

use serde::{Deserialize, Serialize};

use crate::text;

/// A piece of evidence in a record. The fields a kind needs are checked by [`crate::check`].
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Evidence {
    /// `e1`; steps refer to it.
    pub id: String,
    /// What it points into, and where.
    #[serde(flatten)]
    pub anchor: Anchor,
    /// Set by [`crate::check`] alone: the quote equals the source slice, the box lies in the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// A remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where evidence is, by kind. Video and sound arrive with the media crate's video half.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Anchor {
    /// Part of a text part.
    TextSpan {
        /// `p1`.
        part: String,
        /// Scalar offset.
        start: u32,
        /// Scalar offset, exclusive.
        end: u32,
        /// The very words.
        quote: String,
    },
    /// Part of an image.
    ImageBox {
        /// `p2`.
        part: String,
        /// x, y, width, height, each 0–1 of the image, from the top left.
        #[serde(rename = "box")]
        area: [f64; 4],
    },
    /// A clause `HH-1`, its criterion `HH-1/a`, allowed use `HH-1/ok-a` or exception `HH-1/x1`.
    Clause {
        /// Its id.
        #[serde(rename = "ref")]
        reference: String,
    },
    /// A decided item like this one.
    Precedent {
        /// Its item id.
        #[serde(rename = "ref")]
        reference: String,
    },
    /// Something known about the item: `reports`, `reach_per_hour`.
    Metadata {
        /// Which field.
        #[serde(rename = "ref")]
        reference: String,
    },
    /// What a program found: `normalise`, `language`.
    ToolOutput {
        /// Which program.
        tool: String,
        /// What it found.
        quote: String,
    },
}

impl Anchor {
    /// A span of `source` with its quote, or `None` where the offsets do not lie in it.
    #[must_use]
    pub fn span(part: &str, source: &str, start: u32, end: u32) -> Option<Self> {
        let quote = text::slice(source, start, end)?.to_owned();
        Some(Self::TextSpan { part: part.to_owned(), start, end, quote })
    }
}
