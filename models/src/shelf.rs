//! The models on this machine, as programs plug them in.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use casebook_core::{
    known::{KnownFile, KnownModel, ModelStatus},
    policy::Policy,
    ports::{Embedder, Flow, Model, ModelError, ModelShelf, ModelState, Reasoner, Role, Scorer},
};
use casebook_fetch::{
    card::{Card, Source},
    install::{self, InstallError, State},
};

use crate::{
    encoder::TextEncoder,
    heads::Heads,
    heads_card::HeadsCard,
    reasoner::{
        self, Settings,
        apart::client::{self, Apart, ProcessReasoner},
    },
    scorer::LocalScorer,
};

/// Most memory for what a language model made of prefixes: all of the policy that ships, for the largest model.
const MOST_KEPT: usize = 512 << 20;

/// Where that is kept, beside the models.
const STATES: &str = "states";

/// Most bytes of the same in files.
const MOST_IN_FILES: u64 = 2 << 30;

/// Tokens that a language model reads between two chances to stop: a second or two on a slow processor.
pub const CHUNK: usize = 64;

/// How long a language model may say nothing: the largest takes seconds for a chunk, and half a minute to load from a
/// slow disk.
const SILENCE: Duration = Duration::from_mins(5);

/// The models of one folder.
pub struct Shelf {
    models: PathBuf,
    /// The default one: what is asked for where nothing is installed.
    card: Card,
    /// What was loaded last, of which card and under which policy: its roles are asked for one after the other.
    loaded: Mutex<Option<(String, Weak<LocalScorer>)>>,
    /// The same of what reads other languages.
    finder: Mutex<Option<(String, Weak<LocalScorer>)>>,
    /// The language model that was loaded last, in a process of its own.
    reasoner: Mutex<Weak<ProcessReasoner>>,
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
        let (loaded, finder) = (Mutex::new(None), Mutex::new(None));
        Self { models, card: Card::built_in(), loaded, finder, reasoner: Mutex::new(Weak::new()) }
    }

    /// The cards that ship and a person's own beside the models.
    fn cards(&self) -> Result<Vec<Card>, ModelError> {
        Card::all(Some(&self.models.join("cards"))).map_err(|it| ModelError::Card(it.to_string()))
    }

    /// The card of this id.
    fn card(&self, id: &str) -> Result<Card, ModelError> {
        let mut cards = self.cards()?;
        match cards.iter().position(|it| it.id == id) {
            Some(at) => Ok(cards.swap_remove(at)),
            None => {
                let known = cards.into_iter().map(|it| it.id).collect();
                Err(ModelError::Unknown { id: id.to_owned(), known })
            }
        }
    }

    /// The encoder that scores and finds what is alike: of those that are installed and have heads, the one that reads
    /// most languages; without any, the default one.
    fn chosen(&self) -> Card {
        let is_here = |it: &Card| {
            it.roles.contains(&Role::Scorer)
                && HeadsCard::shipped_for(&it.id).is_some()
                && install::state(&self.models, it) == State::Installed
        };
        let cards = self.cards().unwrap_or_default().into_iter().filter(is_here);
        cards.max_by_key(|it| it.languages.len()).unwrap_or_else(|| self.card.clone())
    }

    /// The program that has `role` under `policy`.
    fn load(&self, role: Role, policy: &Policy) -> Result<Arc<LocalScorer>, ModelError> {
        let card = self.chosen();
        let is_here = install::state(&self.models, &card) != State::Absent;
        if !is_here || !card.roles.contains(&role) {
            return Err(ModelError::NotInstalled { role, path: self.models.display().to_string() });
        }
        self.scorer_of(&self.loaded, &card, policy)
    }

    /// The scorer with the encoder of `card`, the one in `loaded` where that is it.
    fn scorer_of(
        &self,
        loaded: &Mutex<Option<(String, Weak<LocalScorer>)>>,
        card: &Card,
        policy: &Policy,
    ) -> Result<Arc<LocalScorer>, ModelError> {
        let mut loaded = loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = format!("{} {}", card.id, policy.sha256);
        if let Some((held, scorer)) = &*loaded
            && *held == wanted
            && let Some(scorer) = scorer.upgrade()
        {
            return Ok(scorer);
        }
        let folder = install::model_dir(&self.models, card);
        let scorer = TextEncoder::load(&folder, card)
            .and_then(|encoder| LocalScorer::new(encoder, card, policy, Heads::shipped_for(&card.id)))
            .map_err(|it| ModelError::Damaged { model: card.id.clone(), rule: it.to_string() })?;
        let scorer = Arc::new(scorer);
        *loaded = Some((wanted, Arc::downgrade(&scorer)));
        Ok(scorer)
    }

    /// The encoder that reads most languages, of those that are installed beside the default one.
    fn chosen_finder(&self) -> Result<Card, ModelError> {
        let chosen = self.chosen().id;
        let is_here = |it: &Card| {
            it.id != chosen && it.family.is_encoder() && install::state(&self.models, it) == State::Installed
        };
        let missing =
            ModelError::NotInstalled { role: Role::Embedder, path: self.models.display().to_string() };
        self.cards()?.into_iter().filter(is_here).max_by_key(|it| it.languages.len()).ok_or(missing)
    }

    /// The largest of the language models that are installed: how well one judges grows with its size
    /// (`docs/performance.md`).
    fn chosen_reasoner(&self) -> Result<Card, ModelError> {
        let is_here = |it: &Card| {
            it.roles.contains(&Role::Reasoner) && install::state(&self.models, it) == State::Installed
        };
        let missing =
            ModelError::NotInstalled { role: Role::Reasoner, path: self.models.display().to_string() };
        let card = self.cards()?.into_iter().filter(is_here).max_by_key(Card::bytes).ok_or(missing)?;
        Ok(card.pinned(&install::model_dir(&self.models, &card)))
    }

    fn known_model(&self, card: &Card, chosen: &str) -> KnownModel {
        let pinned = card.pinned(&install::model_dir(&self.models, card));
        KnownModel {
            id: card.id.clone(),
            title: card.title.clone(),
            note: card.note.clone(),
            licence: card.licence.clone(),
            roles: card.roles.clone(),
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
            status: match install::state(&self.models, card) {
                State::Installed => ModelStatus::Installed,
                State::Absent => ModelStatus::Absent,
                State::Damaged(problem) => ModelStatus::Damaged { problem },
            },
            chosen: card.id == chosen,
            heads: HeadsCard::shipped_for(&card.id).map(|heads| {
                let trained = Heads::shipped_for(&card.id);
                heads.known(&card.languages, &|set, label| trained.title(set, label))
            }),
        }
    }
}

/// Most memory of the process that a language model runs in, in bytes: its files, unpacked where candle is slow on the packed
/// numbers or where they are of 16 bits, what is kept of prefixes, and what one chunk takes meanwhile.
#[must_use]
pub fn most_memory(card: &Card) -> u64 {
    4 * card.bytes() + MOST_KEPT as u64 + (1 << 30)
}

impl ModelShelf for Shelf {
    fn state(&self) -> ModelState {
        let card = self.chosen();
        let state = install::state(&self.models, &card);
        ModelState {
            id: card.id,
            installed: state == State::Installed,
            languages: card.languages,
            problem: match state {
                State::Damaged(why) => Some(why),
                State::Installed | State::Absent => None,
            },
        }
    }

    fn scorer(&self, policy: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        self.load(Role::Scorer, policy).map(|it| it as Arc<dyn Scorer>)
    }

    fn embedder(&self, policy: &Policy) -> Result<Arc<dyn Embedder>, ModelError> {
        self.load(Role::Embedder, policy).map(|it| it as Arc<dyn Embedder>)
    }

    fn finder(&self, policy: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        Ok(self.scorer_of(&self.finder, &self.chosen_finder()?, policy)?)
    }

    fn reasoner(&self) -> Result<Arc<dyn Reasoner>, ModelError> {
        let card = self.chosen_reasoner()?;
        let mut loaded = self.reasoner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reasoner) = loaded.upgrade().filter(|it| it.speaker().id == card.id) {
            return Ok(reasoner);
        }
        let Some(file) = card.files.first() else {
            return Err(ModelError::Card(format!("card {}: it names no file", card.id)));
        };
        let folder = install::model_dir(&self.models, &card);
        let (path, weights_sha256) = match card.family.is_folder() {
            true => {
                let hashes = card.files.iter().map(|it| (it.name.as_str(), it.sha256.as_str()));
                (folder, reasoner::folder_sha256(hashes))
            }
            false => (folder.join(&file.name), file.sha256.clone()),
        };
        let settings = Settings {
            id: card.id.clone(),
            weights_sha256,
            languages: card.languages.clone(),
            most_kept: MOST_KEPT,
            states: std::path::absolute(self.models.join(STATES)).ok(),
            most_in_files: MOST_IN_FILES,
            chunk: CHUNK,
        };
        let program =
            client::program().map_err(|rule| ModelError::NotStarted { model: card.id.clone(), rule })?;
        let apart = Apart {
            program,
            file: std::path::absolute(&path).unwrap_or(path),
            settings,
            memory: most_memory(&card),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            silence: SILENCE,
        };
        let reasoner = Arc::new(ProcessReasoner::start(apart)?);
        *loaded = Arc::downgrade(&reasoner);
        Ok(reasoner)
    }

    fn known(&self) -> Result<Vec<KnownModel>, ModelError> {
        let chosen = self.chosen().id;
        Ok(self.cards()?.iter().map(|it| self.known_model(it, &chosen)).collect())
    }

    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError> {
        Ok(match install::verify(&self.models, &self.card(id)?) {
            Ok(()) => ModelStatus::Installed,
            Err(InstallError::Absent { .. }) => ModelStatus::Absent,
            Err(problem) => ModelStatus::Damaged { problem: problem.to_string() },
        })
    }

    fn install(&self, id: &str, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError> {
        let card = self.card(id)?;
        install::add(&self.models, &card, &install::asked_for(), &mut |progress| match watch(
            progress.done,
            Some(progress.total),
        ) {
            Flow::Go => ControlFlow::Continue(()),
            Flow::Stop => ControlFlow::Break(()),
        })
        .map_err(|problem| match problem {
            InstallError::Disk { attempt, path, source } => ModelError::Disk { attempt, path, source },
            InstallError::NoSource { model, tried } => ModelError::Refused { model, tried },
            InstallError::Stopped { model } => ModelError::Stopped { model },
            other => ModelError::Damaged { model: card.id.clone(), rule: other.to_string() },
        })
    }
}
