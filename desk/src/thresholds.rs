//! Models that are known, and thresholds that a team sets for itself in the place of those that ship.
//!
//! A threshold says from which probability on a label counts. It belongs to the case file, so that everybody
//! who works in it reads the same; what was assessed keeps the one it was assessed with.

use std::{collections::BTreeMap, sync::Arc};

use casebook_core::{
    item::shorten,
    known::{KnownModel, ModelStatus, STEP},
    score::{self, Driver, Method, ScoreInput, Scoring, Speaker},
};
use casebook_store::StoredThreshold;

use crate::{
    error::{Code, Error, Result},
    ports::{Model, Scorer},
    session::Session,
    wire::OwnThreshold,
};

/// `scorer`, with thresholds of one's own in the place of those it comes with. Every score is made through here.
pub(crate) fn decide(scorer: Arc<dyn Scorer>, own: &[StoredThreshold]) -> Arc<dyn Scorer> {
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
            if !is_finite(it) {
                // JSON would write null, and what reads it back would take the record for damaged.
                *it = Scoring::Failed {
                    message: "the model's answer holds something that is no number".into(),
                };
            }
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
        let drivers = self.scorer.explain(input, targets);
        drivers.into_iter().filter(|it| it.drop.is_finite()).collect()
    }
}

fn is_finite(scoring: &Scoring) -> bool {
    match scoring {
        Scoring::Scored { scores, .. } => scores.iter().all(|it| it.value.is_finite()),
        Scoring::NotScored { .. } | Scoring::Failed { .. } => true,
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
    pub fn verify_model(&self, id: &str) -> Result<ModelStatus> {
        Ok(self.settings.models.verify(id)?)
    }

    /// The thresholds set in this file, by label.
    ///
    /// # Errors
    /// When no file is open.
    pub fn thresholds(&self) -> Result<Vec<OwnThreshold>> {
        self.case()?.read(|store| Ok(store.thresholds()?.into_iter().map(own).collect()))
    }

    /// Sets from where on a label counts in this file, or brings back what ships.
    ///
    /// # Errors
    /// Refuses labels that no model has or whose heads count nowhere, and what is no step of 5 from 5 to 95 per cent.
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
            .filter(|it| percent.is_none() || it.may_count())
            .map(|it| it.target.as_str())
            .collect();
        if !labels.contains(&target) {
            let message = format!("threshold of {}: the labels are {}", shorten(target), labels.join(", "));
            return Err(Error::new(Code::Request, message));
        }
        let now_ms = self.now();
        let (case, reviewer) = self.reviewing()?;
        case.write(|store| {
            store.set_threshold(target, percent, &reviewer, now_ms)?;
            Ok(store.thresholds()?.into_iter().map(own).collect())
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

#[cfg(test)]
mod tests {
    use casebook_core::score::Score;

    use super::*;

    /// Says `value` of everything.
    struct Saying {
        value: f64,
    }

    impl Model for Saying {
        fn speaker(&self) -> Speaker {
            crate::assess::no_model()
        }
    }

    impl Scorer for Saying {
        fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
            let score = Score {
                target: "made-up/H".into(),
                title: "hate".into(),
                clauses: vec![],
                method: Method::Head,
                value: self.value,
                threshold: None,
            };
            let scoring = Scoring::Scored { scores: vec![score], drivers: vec![], read_as: None };
            inputs.iter().map(|_| scoring.clone()).collect()
        }

        fn explain(&self, _: &ScoreInput, targets: &[String]) -> Vec<Driver> {
            let drop = self.value;
            targets.iter().map(|it| Driver { part: 0, start: 0, end: 1, target: it.clone(), drop }).collect()
        }
    }

    #[test]
    fn a_score_that_is_no_number_is_a_failure_and_never_0() {
        for (value, expected) in [(0.5, true), (f64::NAN, false), (f64::INFINITY, false)] {
            let scorer = decide(Arc::new(Saying { value }), &[]);
            let input = ScoreInput { texts: vec![], language: None };
            let scored = scorer.score(std::slice::from_ref(&input)).remove(0);
            assert_eq!(matches!(scored, Scoring::Scored { .. }), expected, "{value}: {scored:?}");
            assert_eq!(matches!(scored, Scoring::Failed { .. }), !expected, "{value}: {scored:?}");
            let drivers = scorer.explain(&input, &["made-up/H".into()]);
            assert_eq!(!drivers.is_empty(), expected, "{value}: {drivers:?}");
        }
    }
}
