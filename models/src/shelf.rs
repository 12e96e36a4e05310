//! The models on this machine, as programs plug them in.

use std::{ops::ControlFlow, path::PathBuf, sync::Arc};

use casebook_core::{
    known::{KnownFile, KnownModel, ModelStanding},
    policy::Policy,
    ports::{Flow, ModelShelf, ModelState, Scored, Scorer},
    score::{Driver, ModelId, ScoreInput},
};
use casebook_fetch::{
    card::{Card, Source},
    install::{self, InstallError, State},
};

use crate::{encoder::TextEncoder, heads::Heads, heads_card::HeadsCard, scorer::LocalScorer};

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

    /// The cards that ship and a person's own beside the models.
    fn cards(&self) -> Result<Vec<Card>, String> {
        Card::all(Some(&self.models.join("cards"))).map_err(|it| it.to_string())
    }

    fn known_model(&self, card: &Card) -> KnownModel {
        let pinned = card.pinned(&install::model_dir(&self.models, card));
        KnownModel {
            id: card.id.clone(),
            title: card.title.clone(),
            note: card.note.clone(),
            licence: card.licence.clone(),
            languages: card.languages.clone(),
            sources: card.sources.iter().map(Source::words).collect(),
            files: pinned
                .files
                .iter()
                .map(|it| KnownFile {
                    name: it.name.clone(),
                    sha256: it.is_pinned().then(|| it.sha256.clone()),
                    bytes: it.bytes as f64,
                })
                .collect(),
            standing: match install::state(&self.models, card) {
                State::Installed => ModelStanding::Installed,
                State::Absent => ModelStanding::Absent,
                State::Damaged(problem) => ModelStanding::Damaged { problem },
            },
            chosen: card.id == self.card.id,
            heads: HeadsCard::shipped_for(&card.id).map(|heads| {
                let trained = Heads::shipped_for(&card.id);
                heads.known(&|set, label| trained.title(set, label))
            }),
        }
    }
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

    fn known(&self) -> Result<Vec<KnownModel>, String> {
        Ok(self.cards()?.iter().map(|it| self.known_model(it)).collect())
    }

    fn verify(&self, id: &str) -> Result<ModelStanding, String> {
        let cards = self.cards()?;
        let Some(card) = cards.iter().find(|it| it.id == id) else {
            let ids: Vec<&str> = cards.iter().map(|it| it.id.as_str()).collect();
            return Err(format!("model {id}: the cards are {}", ids.join(", ")));
        };
        Ok(match install::verify(&self.models, card) {
            Ok(()) => ModelStanding::Installed,
            Err(InstallError::Absent { .. }) => ModelStanding::Absent,
            Err(problem) => ModelStanding::Damaged { problem: problem.to_string() },
        })
    }

    fn install(&self, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), String> {
        install::add(&self.models, &self.card, &install::asked_for(), &mut |progress| match watch(
            progress.done,
            Some(progress.total),
        ) {
            Flow::Go => ControlFlow::Continue(()),
            Flow::Stop => ControlFlow::Break(()),
        })
        .map_err(|it| it.to_string())
    }
}
