//! Models that are known, and thresholds that a team sets for itself in the place of those that ship.
//!
//! A threshold says from which probability on a label counts. It belongs to the case file, so that everybody
//! who works in it reads the same; what was assessed keeps the one it was assessed with.

use std::{collections::BTreeMap, sync::Arc};

use casebook_core::{
    item::shorten,
    known::{KnownModel, ModelStanding, STEP},
    score::{self, Driver, Method, ScoreInput, Scoring, Speaker},
};
use casebook_store::StoredThreshold;

use crate::{
    error::{Code, Error, Result},
    ports::{Model, Scorer},
    session::Session,
    wire::OwnThreshold,
};

/// `scorer`, with thresholds of one's own in the place of those it comes with.
pub(crate) fn decide(scorer: Arc<dyn Scorer>, own: &[StoredThreshold]) -> Arc<dyn Scorer> {
    if own.is_empty() {
        return scorer;
    }
    let own = own.iter().map(|it| (it.target.clone(), f64::from(it.percent) / 100.0)).collect();
    Arc::new(Deciding { scorer, own })
}

/// A scorer whose scores count from where the team says.
struct Deciding {
    scorer: Arc<dyn Scorer>,
    own: BTreeMap<String, f64>,
}

impl Model for Deciding {
    fn speaker(&self) -> Speaker {
        self.scorer.speaker()
    }
}

impl Scorer for Deciding {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        let mut scored = self.scorer.score(inputs);
        for it in &mut scored {
            let Scoring::Scored { scores, .. } = it else { continue };
            // A similarity was never calibrated: no probability of it can be a threshold.
            for score in scores.iter_mut().filter(|it| it.method == Method::Head) {
                score.threshold = self.own.get(&score.target).copied().or(score.threshold);
            }
            score::order(scores);
        }
        scored
    }

    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        self.scorer.explain(input, targets)
    }
}

impl Session {
    /// Every model with a card, as it stands on this machine.
    ///
    /// # Errors
    /// When a card cannot be read.
    pub fn models(&self) -> Result<Vec<KnownModel>> {
        Ok(self.settings.models.known()?)
    }

    /// Hashes the files of a model again.
    ///
    /// # Errors
    /// When there is no card of this id.
    pub fn verify_model(&self, id: &str) -> Result<ModelStanding> {
        Ok(self.settings.models.verify(id)?)
    }

    /// The thresholds set in this file, by label.
    ///
    /// # Errors
    /// When no file is open.
    pub fn thresholds(&self) -> Result<Vec<OwnThreshold>> {
        self.with_case(|case| Ok(case.store.thresholds()?.into_iter().map(own).collect()))
    }

    /// Sets from where on a label counts in this file, or brings back what ships.
    ///
    /// # Errors
    /// Refuses labels that no model has, and what is no step of 5 from 5 to 95 per cent.
    pub fn set_threshold(&self, target: &str, percent: Option<u32>) -> Result<Vec<OwnThreshold>> {
        if let Some(percent) = percent.filter(|it| !it.is_multiple_of(STEP) || !(STEP..100).contains(it)) {
            // What a threshold means was measured at these, and at no others.
            let message =
                format!("threshold {percent} % of {}: set 5 to 95 in steps of {STEP}", shorten(target));
            return Err(Error::new(Code::Request, message));
        }
        let models = self.models()?;
        let labels: Vec<&str> = models
            .iter()
            .filter_map(|it| it.heads.as_ref())
            .flat_map(|it| &it.data)
            .flat_map(|it| &it.labels)
            .map(|it| it.target.as_str())
            .collect();
        if !labels.contains(&target) {
            let message = format!("threshold of {}: the labels are {}", shorten(target), labels.join(", "));
            return Err(Error::new(Code::Request, message));
        }
        let now_ms = self.now();
        self.with_reviewer(|case, reviewer| {
            case.store.set_threshold(target, percent, reviewer, now_ms)?;
            Ok(case.store.thresholds()?.into_iter().map(own).collect())
        })
    }
}

fn own(stored: StoredThreshold) -> OwnThreshold {
    OwnThreshold {
        target: stored.target,
        percent: stored.percent,
        reviewer: stored.reviewer,
        set_at_ms: stored.created_ms as f64,
    }
}
