//! The models on this machine, as programs plug them in.

use std::{ops::ControlFlow, path::PathBuf, sync::Arc};

use casebook_core::{
    policy::Policy,
    ports::{Flow, ModelShelf, ModelState, Scorer},
};

use crate::{
    card::Card,
    install::{self, Allowed, State},
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

    fn load(&self, _policy: &Policy) -> Result<Option<Arc<dyn Scorer>>, String> {
        Ok(None)
    }

    fn install(&self, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), String> {
        install::add(&self.models, &self.card, &asked_for(), &mut |progress| {
            match watch(progress.done, Some(progress.total)) {
                Flow::Go => ControlFlow::Continue(()),
                Flow::Stop => ControlFlow::Break(()),
            }
        })
        .map_err(|it| it.to_string())
    }
}
