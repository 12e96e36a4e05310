//! Language models in this process: those that are installed, and tiny ones whose weights are drawn by chance.

use std::{
    fs,
    path::{Path, PathBuf},
};

use casebook_core::{
    hash::sha256_hex,
    ports::{ModelError, Role},
};
use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_models::{
    reasoner::{LocalReasoner, Settings},
    shelf::CHUNK,
    tiny::TinyDecoder,
};

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
        let cards = Card::shipped().into_iter().filter(|it| it.roles.contains(&Role::Reasoner));
        let skip = |why: String| println!("SKIP {why}");
        cards.filter_map(|it| Self::of(&it.id).map_err(skip).ok()).collect()
    }

    /// The model of a card that ships.
    ///
    /// # Errors
    /// Where it is not installed: how to install it.
    pub fn of(id: &str) -> Result<Self, String> {
        let models = install::default_dir();
        let card =
            Card::shipped().into_iter().find(|it| it.id == id).ok_or(format!("{id}: no card ships"))?;
        match install::state(&models, &card) {
            State::Installed => {
                let path = install::model_dir(&models, &card).join(&card.files[0].name);
                Ok(Self { id: card.id.clone(), path, card })
            }
            _ => Err(format!("{id} is not installed; casebook models add {id} --accept-licence")),
        }
    }

    /// In this process, reading as many tokens at once as the desk has it, and keeping nothing in files.
    ///
    /// # Errors
    /// As [`LocalReasoner::load`].
    pub fn load(&self) -> Result<LocalReasoner, ModelError> {
        LocalReasoner::load(&self.path, self.settings(None))
    }

    /// The same, keeping what it made of prefixes in files of that folder.
    ///
    /// # Errors
    /// As [`LocalReasoner::load`].
    pub fn load_with_states(&self, states: &Path) -> Result<LocalReasoner, ModelError> {
        LocalReasoner::load(&self.path, self.settings(Some(states.into())))
    }

    fn settings(&self, states: Option<PathBuf>) -> Settings {
        Settings {
            id: self.id.clone(),
            weights_sha256: self.card.files[0].sha256.clone(),
            languages: self.card.languages.clone(),
            most_kept: 1 << 30,
            states,
            most_in_files: 1 << 30,
            chunk: CHUNK,
        }
    }
}

/// Two layers of it, out of a file that is gone when this returns.
pub fn tiny(decoder: TinyDecoder) -> LocalReasoner {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tiny.gguf");
    decoder.write(&path);
    let sha256 = sha256_hex(&fs::read(&path).expect("it was just written"));
    let id = format!("tiny-{}-{}", decoder.architecture, decoder.seed);
    let settings = Settings {
        id,
        weights_sha256: sha256,
        languages: vec!["en".into()],
        most_kept: usize::MAX,
        states: None,
        most_in_files: 0,
        chunk: CHUNK,
    };
    LocalReasoner::load(&path, settings).expect("it holds what it should")
}
