//! The card of trained heads: which file it tells of, what they were trained on, and what each label was
//! measured at, beside its floor.
//!
//! Written by `learn`, read to show what a score is worth. What an older card does not tell is absent.

use casebook_core::{
    known::{HeadsData, KnownHeads, LanguageCover, MeasuredLabel, NamedGroup, RankedSet},
    metrics::{BINS, Bin},
};
use serde::{Deserialize, Serialize};

/// `card.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct HeadsCard {
    /// `starter-heads@3`.
    pub id: String,
    /// The encoder whose vectors they read.
    pub encoder: String,
    /// The policy whose words the zero-shot margin is of.
    pub policy: String,
    /// `heads.bin`.
    pub file: String,
    /// Of the file.
    pub sha256: String,
    /// Of the file.
    pub bytes: usize,
    /// Languages of the rows.
    pub languages: Vec<String>,
    /// What a head reads.
    pub features: String,
    /// How log-odds became probabilities.
    pub calibration: String,
    /// How figures were made.
    pub protocol: String,
    /// What they are known to get wrong.
    pub faults: Vec<String>,
    /// How well they rank each set that they were not trained on; older cards have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<CardSet>,
    /// Harmless English rows that were never trained on, by the group they name; older cards have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<CardGroup>,
    /// One per label set.
    pub data: Vec<CardData>,
}

/// Harmless rows that name a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct CardGroup {
    /// `women`; the first is all rows, whatever they name.
    pub name: String,
    /// How many there are.
    pub rows: usize,
    /// Of how many some head asserts something.
    pub flagged: usize,
}

/// One published set, ranked by layers and heads that never saw it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CardSet {
    /// `gahd`.
    pub name: String,
    /// Of the data.
    pub licence: String,
    /// Of its rows.
    pub languages: Vec<String>,
    /// The label it is judged by.
    pub label: String,
    /// Whether what ships was trained on it; the figure is of training without it.
    pub trained_on: bool,
    /// Rows whose label is known.
    pub rows: usize,
    /// Rows whose label is 1.
    pub positive: usize,
    /// Area under the ROC curve.
    pub auroc: f64,
    /// Of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc_low: Option<f64>,
    /// Of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc_high: Option<f64>,
}

/// One label set.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CardData {
    /// `openai-moderation`.
    pub label_set: String,
    /// For people.
    pub title: String,
    /// Of the data.
    pub licence: String,
    /// Rows trained on.
    pub rows: usize,
    /// One per label.
    pub heads: Vec<CardHead>,
}

/// One label.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CardHead {
    /// As the set spells it.
    pub label: String,
    /// For people; what a head that ships tells itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Clauses it stands for.
    pub clauses: Vec<String>,
    /// Rows whose label is known.
    pub known: usize,
    /// Rows whose label is 1.
    pub positive: usize,
    /// Where `precision` was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// What the threshold was set for; 0 where it was set by false alarms.
    pub precision: f64,
    /// Whether its figures are of sets left out of training, and not of rows like those trained on.
    #[serde(default)]
    pub other_sets: bool,
    /// Area under the ROC curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auroc: Option<f64>,
    /// Average precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auprc: Option<f64>,
    /// Of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auprc_low: Option<f64>,
    /// Of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auprc_high: Option<f64>,
    /// Average precision of tf-idf and logistic regression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor_auprc: Option<f64>,
    /// Best F1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_f1: Option<f64>,
    /// Expected calibration error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
    /// Predicted beside observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reliability: Option<CardReliability>,
}

/// Bins of equal width from 0 to 1, as columns: twenty tables a label would be hard to read.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CardReliability {
    /// Rows in each.
    pub rows: Vec<u32>,
    /// Positive ones.
    pub positive: Vec<u32>,
    /// Mean probability; 0 without a row.
    pub mean: Vec<f64>,
}

impl CardReliability {
    /// From bins.
    #[must_use]
    pub fn of(bins: &[Bin]) -> Self {
        Self {
            rows: bins.iter().map(|it| it.rows).collect(),
            positive: bins.iter().map(|it| it.positive).collect(),
            mean: bins.iter().map(|it| (it.mean * 1e4).round() / 1e4).collect(),
        }
    }

    /// The bins; `None` where the columns do not belong together.
    #[must_use]
    pub fn bins(&self) -> Option<Vec<Bin>> {
        let fits = [self.rows.len(), self.positive.len(), self.mean.len()] == [BINS; 3];
        let columns = self.rows.iter().zip(&self.positive).zip(&self.mean);
        fits.then(|| {
            columns
                .map(|((rows, positive), mean)| Bin { rows: *rows, positive: *positive, mean: *mean })
                .collect()
        })
    }
}

impl HeadsCard {
    /// The card of the heads that ship for an encoder; `None` for most.
    #[must_use]
    pub fn shipped_for(encoder: &str) -> Option<Self> {
        let shipped = [
            include_str!("../heads/starter-heads@3/card.toml"),
            include_str!("../heads/joint-heads@3/card.toml"),
        ];
        let read =
            |it: &str| -> Self { toml::from_str(it).expect("the shipped cards are checked by a test") };
        shipped.into_iter().map(read).find(|it| it.encoder == encoder)
    }

    /// As it is shown. `read` are the encoder's languages; `title` names a label for people, from the label's set and id.
    #[must_use]
    pub fn known(&self, read: &[String], title: &dyn Fn(&str, &str) -> Option<String>) -> KnownHeads {
        KnownHeads {
            id: self.id.clone(),
            sha256: self.sha256.clone(),
            policy: self.policy.clone(),
            languages: self.languages.clone(),
            cover: self.cover(read),
            features: self.features.clone(),
            calibration: self.calibration.clone(),
            protocol: self.protocol.clone(),
            faults: self.faults.clone(),
            sets: self
                .sets
                .iter()
                .map(|it| RankedSet {
                    name: it.name.clone(),
                    languages: it.languages.clone(),
                    label: self
                        .data
                        .iter()
                        .find_map(|data| {
                            let head = data.heads.iter().find(|head| head.label == it.label);
                            title(&data.label_set, &it.label).or_else(|| head?.title.clone())
                        })
                        .unwrap_or_else(|| it.label.clone()),
                    trained_on: it.trained_on,
                    rows: it.rows as u32,
                    positive: it.positive as u32,
                    auroc: it.auroc,
                    auroc_low: it.auroc_low,
                    auroc_high: it.auroc_high,
                })
                .collect(),
            groups: self
                .groups
                .iter()
                .map(|it| NamedGroup {
                    name: it.name.clone(),
                    rows: it.rows as u32,
                    flagged: it.flagged as u32,
                })
                .collect(),
            data: self
                .data
                .iter()
                .map(|data| HeadsData {
                    label_set: data.label_set.clone(),
                    title: data.title.clone(),
                    licence: data.licence.clone(),
                    rows: data.rows as u32,
                    labels: data.heads.iter().map(|it| measured(&data.label_set, it, title)).collect(),
                })
                .collect(),
        }
    }

    /// Heads of a card without sets were judged on rows like those they were taught by.
    fn cover(&self, read: &[String]) -> LanguageCover {
        let of_sets: Vec<String> = self.sets.iter().flat_map(|it| it.languages.iter().cloned()).collect();
        let measured = if self.sets.is_empty() { &self.languages } else { &of_sets };
        LanguageCover::of(read, measured, &self.languages)
    }
}

fn measured(set: &str, head: &CardHead, title: &dyn Fn(&str, &str) -> Option<String>) -> MeasuredLabel {
    let reliability = head.reliability.as_ref().and_then(CardReliability::bins);
    MeasuredLabel {
        target: format!("{set}/{}", head.label),
        title: title(set, &head.label).or_else(|| head.title.clone()).unwrap_or_else(|| head.label.clone()),
        clauses: head.clauses.clone(),
        known: head.known as u32,
        positive: head.positive as u32,
        threshold: head.threshold,
        precision: head.precision,
        other_sets: head.other_sets,
        auprc: head.auprc,
        auprc_low: head.auprc_low,
        auprc_high: head.auprc_high,
        floor_auprc: head.floor_auprc,
        best_f1: head.best_f1,
        ece: head.ece,
        steps: reliability.as_deref().map(casebook_core::known::steps).unwrap_or_default(),
        reliability,
    }
}

#[cfg(test)]
mod tests {
    use casebook_core::metrics::reliability;

    use super::*;

    #[test]
    fn the_shipped_card_tells_of_every_head() {
        let card = HeadsCard::shipped_for("minilm-l6-v2").expect("it has heads");
        let known = card.known(&[], &|_, _| None);
        let heads: usize = known.data.iter().map(|it| it.labels.len()).sum();
        assert_eq!(heads, 14);
        assert_eq!(known.data[0].labels[0].target, "openai-moderation/S");
        assert!(HeadsCard::shipped_for("multilingual-e5-small").is_none(), "nothing was measured with it");
    }

    #[test]
    fn heads_that_ship_have_their_card_and_say_how_sets_left_out_were_ranked() {
        for encoder in ["minilm-l6-v2", "multilingual-e5-small-q4"] {
            let card = HeadsCard::shipped_for(encoder).expect("it has heads");
            assert_eq!(card.id, crate::heads::Heads::shipped_for(encoder).id);
        }
        let read = ["de", "en", "it", "xh"].map(str::to_owned);
        let card = HeadsCard::shipped_for("multilingual-e5-small-q4").expect("it has heads");
        let known = card.known(&read, &|_, _| None);
        assert!(known.sets.len() >= 20 && known.sets.iter().any(|it| !it.trained_on));
        let cover = known.cover;
        assert_eq!(
            (cover.measured, cover.taught, cover.transfers),
            (vec!["de".to_owned(), "en".to_owned()], vec!["it".to_owned()], vec!["xh".to_owned()],)
        );
    }

    #[test]
    fn bins_come_back_from_a_card_and_torn_columns_do_not() {
        let bins = reliability(&[0.1, 0.12, 0.9], &[false, true, true]);
        let told = CardReliability::of(&bins);
        assert_eq!(told.bins(), Some(bins));
        assert_eq!(CardReliability { rows: vec![1], ..told }.bins(), None);
    }
}
