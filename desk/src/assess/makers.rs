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
    /// What finds clauses for texts that the scorer does not read.
    pub(crate) finder: Option<Arc<dyn Scorer>>,
    pub(crate) reasoner: Option<Arc<dyn Reasoner>>,
}

impl Makers {
    /// Who speaks in what they make.
    pub(super) fn speaker(&self) -> Speaker {
        match (&self.scorer, &self.reasoner) {
            (None, _) => no_model(),
            (Some(scorer), None) => scorer.speaker(),
            (Some(scorer), Some(reasoner)) => {
                let (mut scorer, reasoner) = (scorer.speaker(), reasoner.speaker());
                if let Some(finder) = self.finder.as_ref().map(|it| it.speaker()) {
                    scorer.id = format!("{}+{}", scorer.id, finder.id);
                    scorer.weights_sha256.push_str(&finder.weights_sha256);
                    let more = finder.languages.into_iter().filter(|it| !scorer.languages.contains(it));
                    scorer.languages = scorer.languages.iter().cloned().chain(more).collect();
                }
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

    /// What is asked in words about an item, and the scores that say about which clauses.
    pub(super) fn pointing(
        &self,
        scoring: &Scoring,
        input: &ScoreInput,
    ) -> Option<(&Arc<dyn Reasoner>, Vec<Score>)> {
        let reasoner = self.reasoner.as_ref()?;
        match scoring {
            Scoring::Scored { scores, .. } => Some((reasoner, scores.clone())),
            Scoring::NotScored { reason: NotScored::Language } => {
                match self.finder.as_ref()?.score(from_ref(input)).pop()? {
                    Scoring::Scored { scores, .. } => Some((reasoner, scores)),
                    Scoring::NotScored { .. } | Scoring::Failed { .. } => None,
                }
            }
            Scoring::NotScored { .. } | Scoring::Failed { .. } => None,
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
    let nearest: Vec<&Score> = ordered.iter().filter(|it| it.method == Method::ZeroShot).collect();
    let heads = ordered.iter().filter(|it| it.method == Method::Head && it.is_met());
    let by_heads = heads.flat_map(|it| &it.clauses).map(String::as_str);
    let mut pointed: Vec<&str> =
        by_heads.chain(nearest.iter().take(CHECKED).map(|it| it.target.as_str())).collect();
    // The nearest of those that are broken leads: of clauses alike it is the right one twice as often as the likeliest.
    let place = |id: &str| nearest.iter().position(|it| it.target == id).unwrap_or(nearest.len());
    pointed.sort_by_key(|it| place(it));
    let clauses = weighing::candidates(policy, &pointed, pointed.len());
    let score = |clause: &Clause| {
        Ok(Score {
            target: clause.id.clone(),
            title: clause.title.clone(),
            clauses: vec![clause.id.clone()],
            method: Method::Check,
            value: weighing::check(reasoner, clause, input, watch)?,
            threshold: Some(weighing::MET),
        })
    };
    clauses.into_iter().map(score).collect()
}
