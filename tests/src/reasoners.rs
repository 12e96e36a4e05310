//! Language models that are installed here, for benches that hold them to another program.

use std::path::{Path, PathBuf};

use casebook_core::ports::{ModelError, Role};
use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_models::reasoner::{LocalReasoner, Settings};

/// A language model of a card that ships.
pub struct Installed {
    /// Of its card.
    pub id: String,
    /// The GGUF file.
    pub path: PathBuf,
    card: Card,
}

impl Installed {
    /// The one of a card.
    ///
    /// # Errors
    /// When it is not installed.
    pub fn of(id: &str) -> Result<Self, String> {
        let wanted = |it: &Self| it.id == id;
        Self::all().into_iter().find(wanted).ok_or_else(|| format!("{id} has to be installed for this"))
    }

    /// The models that are here, in the order of their cards. Of one that is not, says how to install it.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let models = install::default_dir();
        let mut found = Vec::new();
        for card in Card::shipped().into_iter().filter(|it| it.roles.contains(&Role::Reasoner)) {
            if install::state(&models, &card) == State::Installed {
                let path = install::model_dir(&models, &card).join(&card.files[0].name);
                found.push(Self { id: card.id.clone(), path, card });
            } else {
                println!("SKIP {0}: it is not installed; casebook models add {0} --accept-licence", card.id);
            }
        }
        found
    }

    /// In this process, reading `chunk` tokens at once and keeping nothing in files.
    ///
    /// # Errors
    /// As [`LocalReasoner::load`].
    pub fn load(&self, chunk: usize) -> Result<LocalReasoner, ModelError> {
        LocalReasoner::load(&self.path, self.settings(chunk, None))
    }

    /// The same, keeping what it made of prefixes in files of that folder.
    ///
    /// # Errors
    /// As [`LocalReasoner::load`].
    pub fn load_with_states(&self, chunk: usize, states: &Path) -> Result<LocalReasoner, ModelError> {
        LocalReasoner::load(&self.path, self.settings(chunk, Some(states.into())))
    }

    fn settings(&self, chunk: usize, states: Option<PathBuf>) -> Settings {
        Settings {
            id: self.id.clone(),
            weights_sha256: self.card.files[0].sha256.clone(),
            languages: self.card.languages.clone(),
            most_kept: 1 << 30,
            states,
            most_in_files: 1 << 30,
            chunk,
        }
    }
}
