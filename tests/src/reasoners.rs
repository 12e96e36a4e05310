//! Language models that are installed here, for benches that hold them to another program.

use std::path::PathBuf;

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
        let settings = Settings {
            id: self.id.clone(),
            weights_sha256: self.card.files[0].sha256.clone(),
            languages: self.card.languages.clone(),
            most_kept: 1 << 30,
            states: None,
            most_in_files: 0,
            chunk,
        };
        LocalReasoner::load(&self.path, settings)
    }
}
