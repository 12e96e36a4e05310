//! What is known of a model before it says anything: its card, how it stands on this machine, and what each of
//! its labels was measured at.
//!
//! Nothing here speaks of an item, so all of it may be shown to who has judged nothing yet.

use serde::{Deserialize, Serialize};

use crate::{
    language::base,
    metrics::{BINS, Bin},
    ports::Role,
};

/// A model with a card.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KnownModel {
    /// The card's.
    pub id: String,
    /// For people.
    pub title: String,
    /// What else a person should know.
    pub note: String,
    /// Of the weights, in words.
    pub licence: String,
    /// What it is asked for.
    pub roles: Vec<Role>,
    /// Languages it may be used on, ISO 639-1.
    pub languages: Vec<String>,
    /// Where its files come from, and which revision of them.
    pub sources: Vec<String>,
    /// The files it needs.
    pub files: Vec<KnownFile>,
    /// How it stands.
    pub status: ModelStatus,
    /// Scores are made with it.
    pub chosen: bool,
    /// Heads trained on its vectors; `None` where there are none, and then nothing was measured.
    pub heads: Option<KnownHeads>,
}

/// One file of a model.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KnownFile {
    /// `model.safetensors`.
    pub name: String,
    /// By its card, or taken when it was first installed; `None` where neither.
    pub sha256: Option<String>,
    /// Length; where there is no hash, the most that is taken.
    pub bytes: f64,
}

/// Whether a model is on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ModelStatus {
    /// Nothing is there.
    Absent,
    /// Every file is there with its length; hashes are checked on loading, and when asked.
    Installed,
    /// A file is missing or is not what the card names.
    Damaged {
        /// Which, and how.
        problem: String,
    },
}

/// Trained heads.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "as in the card, see docs/formats.md")]
pub struct KnownHeads {
    pub id: String,
    pub sha256: String,
    pub policy: String,
    pub languages: Vec<String>,
    pub cover: LanguageCover,
    pub features: String,
    pub calibration: String,
    pub protocol: String,
    pub faults: Vec<String>,
    pub sets: Vec<RankedSet>,
    pub groups: Vec<NamedGroup>,
    pub data: Vec<HeadsData>,
}

/// What is known of heads by language, each a base language of ISO 639-1. A language in none of these is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LanguageCover {
    /// Judged on a set in that language.
    pub measured: Vec<String>,
    /// Taught by texts in that language, and judged on none.
    pub taught: Vec<String>,
    /// Neither: what was learnt in others is carried over by the encoder.
    pub transfers: Vec<String>,
}

impl LanguageCover {
    /// Of the languages that are `read`, those that `measured` sets and `taught` texts speak of.
    #[must_use]
    pub fn of(read: &[String], measured: &[String], taught: &[String]) -> Self {
        let (mut cover, has) =
            (Self::default(), |all: &[String], it: &str| all.iter().any(|own| base(own) == it));
        let mut read: Vec<String> = read.iter().map(|it| base(it)).collect();
        read.sort();
        read.dedup();
        for it in read {
            match (has(measured, &it), has(taught, &it)) {
                (true, _) => cover.measured.push(it),
                (false, true) => cover.taught.push(it),
                (false, false) => cover.transfers.push(it),
            }
        }
        cover
    }
}

/// How well one published set is ranked by what never saw it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RankedSet {
    /// The set: `gahd`.
    pub name: String,
    /// Of its rows.
    pub languages: Vec<String>,
    /// The label it is judged by, for people.
    pub label: String,
    /// Whether what ships was trained on it; the figure is of training without it.
    pub trained_on: bool,
    /// Rows whose label is known.
    pub rows: u32,
    /// Rows whose label is 1.
    pub positive: u32,
    /// Area under the ROC curve, and its 95 % interval.
    pub auroc: f64,
    /// Of the interval.
    pub auroc_low: Option<f64>,
    /// Of the interval.
    pub auroc_high: Option<f64>,
}

/// Harmless texts that name a group, and how many of them are flagged: naming it is no reason to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NamedGroup {
    /// For people; the first is all texts, whatever they name.
    pub name: String,
    /// Harmless English texts that were never trained on.
    pub rows: u32,
    /// Of how many some head asserts something.
    pub flagged: u32,
}

/// What heads were trained and measured on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "as in the card, see docs/formats.md")]
pub struct HeadsData {
    pub label_set: String,
    pub title: String,
    pub licence: String,
    pub rows: u32,
    pub labels: Vec<MeasuredLabel>,
}

/// One label, measured.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MeasuredLabel {
    /// As scores name it: `openai-moderation/H`.
    pub target: String,
    /// For people.
    pub title: String,
    /// Clauses it stands for.
    pub clauses: Vec<String>,
    /// Rows whose label is known.
    pub known: u32,
    /// Rows whose label is 1.
    pub positive: u32,
    /// Where `precision` was reached; `None` where it never was.
    pub threshold: Option<f64>,
    /// What the threshold was set for; 0 where it was set by false alarms.
    pub precision: f64,
    /// Whether its figures are of sets left out of training, and not of rows like those trained on.
    pub other_sets: bool,
    /// Average precision: the quality of the ranking, and its 95 % interval.
    pub auprc: Option<f64>,
    /// Of the interval.
    pub auprc_low: Option<f64>,
    /// Of the interval.
    pub auprc_high: Option<f64>,
    /// The same figure of tf-idf and logistic regression on the same folds.
    pub floor_auprc: Option<f64>,
    /// Best F1.
    pub best_f1: Option<f64>,
    /// Expected calibration error.
    pub ece: Option<f64>,
    /// Predicted beside observed, 20 bins from 0 to 1; `None` where the card tells nothing of it.
    pub reliability: Option<Vec<Bin>>,
    /// What thresholds would mean; empty without bins.
    pub steps: Vec<ThresholdStep>,
}

impl MeasuredLabel {
    /// Whether it is scored, so that a threshold of it means something: one that was to be set by false alarms and was
    /// never seen to hold says at most which clause is near.
    #[must_use]
    pub fn may_count(&self) -> bool {
        self.threshold.is_some() || self.precision > 0.0
    }
}

/// What a threshold means on the rows it was measured on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ThresholdStep {
    /// The threshold, per cent.
    pub percent: u32,
    /// Rows from there on.
    pub above: u32,
    /// How many of them are positive: with `above`, the precision.
    pub right: u32,
    /// Positive rows in all: with `right`, the recall.
    pub positive: u32,
}

impl ThresholdStep {
    /// Share of what is above that is positive; `None` where nothing is.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        (self.above > 0).then(|| f64::from(self.right) / f64::from(self.above))
    }

    /// Share of what is positive that is above.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        (self.positive > 0).then(|| f64::from(self.right) / f64::from(self.positive))
    }
}

/// From one measured threshold to the next, per cent.
pub const STEP: u32 = 100 / BINS as u32;

/// What each threshold at the edge of a bin means, from 5 to 95 per cent.
#[must_use]
pub fn steps(bins: &[Bin]) -> Vec<ThresholdStep> {
    let positive = bins.iter().map(|it| it.positive).sum();
    (1..bins.len())
        .map(|from| {
            let above = &bins[from..];
            ThresholdStep {
                percent: from as u32 * STEP,
                above: above.iter().map(|it| it.rows).sum(),
                right: above.iter().map(|it| it.positive).sum(),
                positive,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::reliability;

    #[test]
    fn a_step_counts_from_its_threshold_on() {
        let bins = reliability(&[0.2, 0.5, 0.51, 0.9], &[true, false, true, true]);
        let steps = steps(&bins);
        assert_eq!((steps.len(), steps[0].percent, steps[18].percent), (19, 5, 95));
        assert_eq!(steps[9], ThresholdStep { percent: 50, above: 3, right: 2, positive: 3 });
        assert_eq!((steps[9].precision(), steps[9].recall()), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert_eq!((steps[18].precision(), steps[18].recall()), (None, Some(0.0)), "nothing stands above");
    }
}
