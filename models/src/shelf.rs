//! The models on this machine, as programs plug them in.

use std::{ops::ControlFlow, path::PathBuf, sync::Arc};

use casebook_core::{
    policy::Policy,
    ports::{Flow, ModelShelf, ModelState, Scored, Scorer},
    score::{Driver, ModelId, ScoreInput},
};

use crate::{
    card::Card,
    encoder::TextEncoder,
    heads::Heads,
    install::{self, Allowed, State},
    scorer::LocalScorer,
};

/// The default model, where it is kept.
#[derive(Clone, Debug)]
pub struct Shelf {
    models: PathBuf,
    card: Card,
}

impl Shelf {
    /// The default model in the folder of [`install::default_dir`].
    #[must_use]
    pub fn standard() -> Self {
        Self::new(install::default_dir())
    }

    /// The default model in the folder `models`.
    #[must_use]
    pub fn new(models: PathBuf) -> Self {
        Self { models, card: Card::built_in() }
    }
}

/// What may be used because a person asked for the default model: the folder of
/// `CASEBOOK_MODELS`, then the network.
#[must_use]
pub fn asked_for() -> Allowed {
    let folder = std::env::var_os("CASEBOOK_MODELS").filter(|it| !it.is_empty()).map(PathBuf::from);
    Allowed { folder, network: true }
}

impl Scorer for LocalScorer {
    fn id(&self) -> ModelId {
        self.id()
    }

    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scored> {
        let scored = self.score_with_vectors(inputs);
        scored.into_iter().map(|(scoring, vector)| Scored { scoring, vector }).collect()
    }

    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        self.explain(input, targets)
    }
}

impl ModelShelf for Shelf {
    fn state(&self) -> ModelState {
        let state = install::state(&self.models, &self.card);
        ModelState {
            id: self.card.id.clone(),
            installed: state == State::Installed,
            languages: self.card.languages.clone(),
            problem: match state {
                State::Damaged(why) => Some(why),
                State::Installed | State::Absent => None,
            },
        }
    }

    fn load(&self, policy: &Policy) -> Result<Option<Arc<dyn Scorer>>, String> {
        if install::state(&self.models, &self.card) == State::Absent {
            return Ok(None);
        }
        let folder = install::model_dir(&self.models, &self.card);
        let scorer = TextEncoder::load(&folder, &self.card)
            .and_then(|encoder| {
                LocalScorer::new(encoder, &self.card, policy, Heads::shipped_for(&self.card.id))
            })
            .map_err(|it| format!("{}: {it}", self.card.id))?;
        Ok(Some(Arc::new(scorer)))
    }

    fn install(&self, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), String> {
        install::add(&self.models, &self.card, &asked_for(), &mut |progress| match watch(
            progress.done,
            Some(progress.total),
        ) {
            Flow::Go => ControlFlow::Continue(()),
            Flow::Stop => ControlFlow::Break(()),
        })
        .map_err(|it| it.to_string())
    }
}
