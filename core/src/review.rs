//! A review: one look of one person at one item under one policy.

use serde::{Deserialize, Serialize};

/// Why somebody looks. A person may look at the same item again, each time for another reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It was flagged, and this person has recorded nothing of it.
    First,
    /// This person recorded it before, under another policy.
    Second,
    /// To see whether a person agrees with themselves.
    Consistency,
    /// To see whether people agree on what is settled.
    Calibration,
    /// Policy staff settle what others dispute.
    Adjudication,
    /// Somebody it concerns asked for another look.
    Appeal,
    /// A sample of what was decided is checked.
    Quality,
}
