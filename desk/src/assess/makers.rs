//! The models that make an assessment, and what each is asked.

use std::{slice::from_ref, sync::Arc};

use casebook_core::{
    hash::sha256_hex,
    policy::{Clause, Policy},
    score::{self, Method, NotScored, Score, ScoreInput, Scoring, Speaker},
    weighing,
};
use casebook_store::Store;

use super::no_model;
use crate::{
    error::Result,
    flow::Flow,
    ports::{ModelError, Reasoner, Scorer},
    thresholds,
};

/// Clauses that a language model is asked about because their words are nearest; those that a head points at come first.
const CHECKED: usize = 4;

/// The models that make an assessment: what scores, and what is asked in words about what was scored.
#[derive(Clone, Default)]
pub(crate) struct Makers {
    pub(crate) scorer: Option<Arc<dyn Scorer>>,
    pub(crate) reasoner: Option<Arc<dyn Reasoner>>,
}

impl Makers {
    /// Who speaks in what they make.
    pub(super) fn speaker(&self) -> Speaker {
        match (&self.scorer, &self.reasoner) {
            (None, _) => no_model(),
            (Some(scorer), None) => scorer.speaker(),
            (Some(scorer), Some(reasoner)) => {
                let (scorer, reasoner) = (scorer.speaker(), reasoner.speaker());
                let weights = format!("{}{}", scorer.weights_sha256, reasoner.weights_sha256);
                Speaker {
                    id: format!("{}+{}", scorer.id, reasoner.id),
                    weights_sha256: sha256_hex(weights.as_bytes()),
                    prompt_sha256: Some(weighing::notes::prompts_sha256()),
                    ..scorer
                }
            }
        }
    }

    /// The scores of an item, without what drives them.
    pub(super) fn score(&self, store: &Store, input: &ScoreInput) -> Result<Scoring> {
        if input.texts.is_empty() {
            return Ok(Scoring::NotScored { reason: NotScored::NoText });
        }
        let Some(scorer) = &self.scorer else {
            return Ok(Scoring::NotScored { reason: NotScored::NoModel });
        };
        let scorer = thresholds::decide(Arc::clone(scorer), &store.thresholds()?);
        let scoring = scorer.score(from_ref(input)).pop();
        Ok(scoring.unwrap_or_else(|| Scoring::Failed { message: "the scorer gave no answer".into() }))
    }
}

/// What a language model says of the clauses that heads and likeness point at.
pub(super) fn ask(
    policy: &Policy,
    reasoner: &dyn Reasoner,
    input: &ScoreInput,
    scores: &[Score],
    watch: &mut dyn FnMut() -> Flow,
) -> std::result::Result<Vec<Score>, ModelError> {
    let mut ordered = scores.to_vec();
    score::order(&mut ordered);
    let reached = |it: &&Score| it.method == Method::Head && it.above().is_some_and(|it| it >= 0.0);
    let heads = ordered.iter().filter(reached).flat_map(|it| &it.clauses);
    let nearest = ordered.iter().filter(|it| it.method == Method::ZeroShot).take(CHECKED);
    let pointed: Vec<&str> = heads.chain(nearest.map(|it| &it.target)).map(String::as_str).collect();
    let clauses = weighing::candidates(policy, &pointed, pointed.len());
    let score = |clause: &Clause| {
        Ok(Score {
            target: clause.id.clone(),
            title: clause.title.clone(),
            clauses: vec![clause.id.clone()],
            method: Method::Check,
            value: weighing::check(reasoner, clause, input, watch)?.value(),
            threshold: Some(0.0),
        })
    };
    clauses.into_iter().map(score).collect()
}
