//! Language models in this process: those that are installed, and tiny ones whose weights are drawn by chance.

use std::fs;

use casebook_core::hash::sha256_hex;
use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_models::{
    reasoner::{LocalReasoner, Settings},
    tiny::TinyDecoder,
};

/// The model of a card that ships. Says why there is none where it is not installed.
pub fn installed(id: &str) -> Result<LocalReasoner, String> {
    let models = install::default_dir();
    let card = Card::shipped().into_iter().find(|it| it.id == id).ok_or(format!("{id}: no card ships"))?;
    if install::state(&models, &card) != State::Installed {
        return Err(format!("{id} is not installed, run `casebook models add {id}`"));
    }
    let folder = install::model_dir(&models, &card);
    let card = card.pinned(&folder);
    let file = card.files.first().ok_or(format!("{id}: its card names no file"))?;
    let settings = settings(id, file.sha256.clone());
    LocalReasoner::load(&folder.join(&file.name), settings).map_err(|it| it.to_string())
}

/// Two layers of it, out of a file that is gone when this returns.
pub fn tiny(decoder: TinyDecoder) -> LocalReasoner {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tiny.gguf");
    decoder.write(&path);
    let sha256 = sha256_hex(&fs::read(&path).expect("it was just written"));
    let id = format!("tiny-{}-{}", decoder.architecture, decoder.seed);
    LocalReasoner::load(&path, settings(&id, sha256)).expect("it holds what it should")
}

fn settings(id: &str, weights_sha256: String) -> Settings {
    Settings {
        id: id.into(),
        weights_sha256,
        languages: vec!["en".into()],
        most_kept: usize::MAX,
        states: None,
        most_in_files: 0,
        chunk: 64,
    }
}
