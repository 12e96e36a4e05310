//! What the heads that ship are trained by: encoder, labels, sets and how much of them. Whoever trains them, or measures
//! that, asks here.

use std::path::Path;

use casebook_core::{labelset::LabelSet, policy::Policy};

use crate::{held_out::Amount, train::TrainSource};

/// Id of the encoder whose top layers are trained.
pub const ENCODER: &str = "multilingual-e5-small-q4";
/// How many of its layers are.
pub const LAYERS: usize = 2;
/// What the sets say of the labels.
pub const SOURCES: &str = include_str!("../sources.toml");
/// How much is trained on for what ships.
pub const SHIPPED: Amount = Amount { draw: 12_000, passes: 4.0 };

const LABELS: &str = include_str!("../../core/labelsets/joint.toml");
/// The set whose own labels have heads too: no other speaks of violence, self-harm and minors as it does.
const OPENAI: &str = "openai-moderation/samples-1680.jsonl.gz";
const OPENAI_LABELS: &str = include_str!("../../core/labelsets/openai-moderation.toml");

/// How much is trained on for a set that is left out, beside what ships: it only has to be judged.
#[must_use]
pub fn left_out(shipped: Amount) -> Amount {
    Amount { draw: shipped.draw / 2, passes: shipped.passes / 3.0 }
}

/// The labels, under the policy that ships.
#[must_use]
pub fn labels(policy: &Policy) -> LabelSet {
    LabelSet::parse("joint", LABELS, policy).expect("a label set that ships fits the policy that ships")
}

/// Sets in `data` whose own labels get heads too, with their language.
#[must_use]
pub fn own_labels(data: &Path, policy: &Policy) -> Vec<(TrainSource, &'static str)> {
    let path = data.join(OPENAI);
    if !path.is_file() {
        return Vec::new();
    }
    let labels = LabelSet::parse("openai-moderation", OPENAI_LABELS, policy)
        .expect("a label set that ships fits the policy that ships");
    vec![(TrainSource { labels, path, licence: "MIT".into() }, "en")]
}
