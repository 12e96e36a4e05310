//! Trained heads as they ship: all labels of all sets, in one small file.
//!
//! The file holds a header in JSON and quantised weights. It holds no text: n-grams are buckets, and the
//! rows that were trained on are known by the first eight bytes of their sha256. Heads that read the vectors of
//! trained layers come with those layers, in a file of their own.

use std::{collections::BTreeMap, fs, path::Path};

use casebook_core::hash::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    encoder::Vectors,
    head::{self, BITS, Calibration},
    logistic::Linear,
    ngrams::{self, Columns, Idf},
    tuned::TunedLayers,
};

/// How a heads file begins; the number is its version.
const MAGIC: &[u8; 8] = b"CBHEADS2";
/// Columns of hashed n-grams.
const N_COLUMNS: usize = 1 << BITS;
/// Largest idf that can be stored: ln of a million texts.
const IDF_MAX: f32 = 16.0;

/// All heads of a file.
#[derive(Clone, Debug, Default)]
pub struct Heads {
    /// `starter-heads@3`.
    pub id: String,
    /// One per label set.
    pub sets: Vec<HeadSet>,
    /// First eight bytes of the sha256 of every text trained on, sorted.
    pub seen: Vec<u64>,
    /// The file's own bytes, and those of its layers, for the model's hash.
    pub bytes: Vec<u8>,
    /// The layers whose vectors some of them read; a file of their own.
    pub layers: Option<TunedLayers>,
}

/// The heads of one label set.
#[derive(Clone, Debug)]
pub struct HeadSet {
    /// `openai-moderation`.
    pub name: String,
    /// Which vectors they read.
    pub reads: Reads,
    /// Base languages of the texts they speak of; empty where they speak of all.
    pub languages: Vec<String>,
    /// n-gram weights learnt on the set; `None` where its heads read no n-grams.
    pub idf: Option<Idf>,
    /// In the order of the label set.
    pub heads: Vec<Head>,
}

/// Which vectors of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// The encoder's own.
    #[default]
    Plain,
    /// Those of the trained layers.
    Tuned,
}

/// One head.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// What it is, and its calibration.
    pub about: About,
    /// Direction of the label's zero-shot margin at training time; `None` where it reads no margin.
    pub zero: Option<Linear>,
    /// Weights over the vector, then the margin and n-grams where it reads them.
    pub linear: Linear,
}

/// What is told of a head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The source label: `H`.
    pub label: String,
    /// For people.
    pub title: String,
    /// Clauses it stands for; more than one is a group, never split.
    pub clauses: Vec<String>,
    /// Log-odds to probability, fitted on scores of rows not trained on.
    pub calibration: Calibration,
    /// Probability from which on the stated precision was reached on the calibration rows.
    pub threshold: Option<f64>,
    /// That precision; 0 where the threshold was set by false alarms instead.
    pub precision: f64,
    /// Thresholds of languages that had rows of their own to set one on, by base language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub thresholds: BTreeMap<String, f64>,
}

impl About {
    /// Whether it says how near a text is to its clause, and never that the clause is met: it speaks of one clause, and
    /// no threshold of it was seen to hold.
    #[must_use]
    pub fn is_near_only(&self) -> bool {
        self.threshold.is_none() && self.thresholds.is_empty() && self.clauses.len() == 1
    }

    /// The threshold for a text in `language`, a base language.
    #[must_use]
    pub fn threshold_in(&self, language: Option<&str>) -> Option<f64> {
        language.and_then(|it| self.thresholds.get(it)).copied().or(self.threshold)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    id: String,
    n_dense: usize,
    bits: u32,
    n_seen: usize,
    sets: Vec<HeaderSet>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderSet {
    name: String,
    reads: Reads,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    languages: Vec<String>,
    has_ngrams: bool,
    heads: Vec<HeaderHead>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderHead {
    about: About,
    /// Absent where no margin is read.
    zero_bias: Option<f32>,
    bias: f32,
    scale: f32,
}

/// Why a heads file was refused.
#[derive(Debug, thiserror::Error)]
pub enum HeadsError {
    /// It could not be read.
    #[error("could not read heads {path}: {source}")]
    Read {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It does not hold what it should.
    #[error("heads {path}: {rule}")]
    Content {
        /// Which.
        path: String,
        /// What is wrong.
        rule: String,
    },
}

impl Head {
    /// Log-odds of a text. `row` is its tf-idf row, empty where the head reads no n-grams.
    #[must_use]
    pub fn logit(&self, vector: &[f32], row: &[(u32, f32)]) -> f64 {
        match &self.zero {
            Some(zero) => {
                let margin = (zero.logit(vector, &[]) / 2.0).tanh();
                self.linear.logit(&head::dense_row(vector, margin), row)
            }
            None => self.linear.logit(vector, row),
        }
    }

    /// Calibrated probability of a text.
    #[must_use]
    pub fn probability(&self, vector: &[f32], row: &[(u32, f32)]) -> f64 {
        self.about.calibration.probability(self.logit(vector, row))
    }

    /// Length of the vectors it reads.
    fn n_dense(&self) -> usize {
        self.linear.dense.len() - usize::from(self.zero.is_some())
    }
}

impl HeadSet {
    /// Whether they speak of a text in `language`, a base language; one that is not known may be any.
    #[must_use]
    pub fn speaks_of(&self, language: Option<&str>) -> bool {
        self.languages.is_empty() || language.is_none_or(|it| self.languages.iter().any(|own| own == it))
    }

    /// One probability per head; 0 for heads on trained layers where the vectors have none.
    #[must_use]
    pub fn probabilities(&self, vectors: &Vectors, columns: &Columns) -> Vec<f64> {
        let row = self.idf.as_ref().map(|it| it.row(columns)).unwrap_or_default();
        let vector = match self.reads {
            Reads::Plain => Some(vectors.plain.as_slice()),
            Reads::Tuned => vectors.tuned.as_deref(),
        };
        let probability = |it: &Head| vector.map_or(0.0, |vector| it.probability(vector, &row));
        self.heads.iter().map(probability).collect()
    }
}

impl Heads {
    /// The heads that ship for the English encoder: `starter-heads@3`.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse("starter-heads@3", include_bytes!("../heads/starter-heads@3/heads.bin"))
            .expect("the shipped heads are checked by a test")
    }

    /// The heads that ship for the multilingual encoder, with its trained layers: `joint-heads@3`.
    #[must_use]
    pub fn joint() -> Self {
        let heads = include_bytes!("../heads/joint-heads@3/heads.bin");
        let layers = include_bytes!("../heads/joint-heads@3/layers.safetensors");
        Self::parse("joint-heads@3", heads)
            .and_then(|it| it.with_layers("joint-heads@3", layers))
            .expect("the shipped heads are checked by a test")
    }

    /// The same with the layers whose vectors some of them read, from their file's bytes.
    ///
    /// # Errors
    /// Bytes that are no file of layers.
    pub fn with_layers(mut self, name: &str, bytes: &[u8]) -> Result<Self, HeadsError> {
        let refuse = |rule| HeadsError::Content { path: name.to_owned(), rule };
        self.layers = Some(TunedLayers::parse(bytes).map_err(refuse)?);
        self.bytes.extend(bytes);
        Ok(self)
    }

    /// The heads that ship for an encoder; none for most. Vectors of another encoder mean something else, also
    /// where they are as long.
    #[must_use]
    pub fn shipped_for(encoder: &str) -> Self {
        match encoder {
            "minilm-l6-v2" => Self::built_in(),
            "multilingual-e5-small-q4" => Self::joint(),
            _ => Self::default(),
        }
    }

    /// What a label is called.
    #[must_use]
    pub fn title(&self, set: &str, label: &str) -> Option<String> {
        let set = self.sets.iter().find(|it| it.name == set)?;
        Some(set.heads.iter().find(|it| it.about.label == label)?.about.title.clone())
    }

    /// Reads a heads file.
    ///
    /// # Errors
    /// When it cannot be read or is no heads file of this version.
    pub fn load(path: &Path) -> Result<Self, HeadsError> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|source| HeadsError::Read { path: name.clone(), source })?;
        Self::parse(&name, &bytes)
    }

    /// Reads a heads file's bytes; `name` is how errors call it.
    ///
    /// # Errors
    /// When they are no heads file of this version, or are cut off.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, HeadsError> {
        read(bytes).map_err(|rule| HeadsError::Content { path: name.to_owned(), rule })
    }

    /// The file's sha256.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex(&Sha256::digest(&self.bytes))
    }

    /// The heads of a label set.
    #[must_use]
    pub fn set(&self, name: &str) -> Option<&HeadSet> {
        self.sets.iter().find(|it| it.name == name)
    }

    /// The head that is taught what `clause` alone is, as set and place in it.
    #[must_use]
    pub fn near(&self, clause: &str) -> Option<(usize, usize)> {
        self.sets.iter().enumerate().find_map(|(set, it)| {
            let is_it = |head: &Head| head.about.label == clause && head.about.clauses == [clause];
            Some((set, it.heads.iter().position(is_it)?))
        })
    }

    /// True where `text` was among the training rows of any set.
    #[must_use]
    pub fn has_seen(&self, text: &str) -> bool {
        self.seen.binary_search(&mark(text)).is_ok()
    }

    /// Length of the vectors the heads read; `None` without heads.
    #[must_use]
    pub fn dimensions(&self) -> Option<usize> {
        Some(self.sets.first()?.heads.first()?.n_dense())
    }

    /// The file's bytes for these heads. Quantises: n-gram weights to 8 bits, idf to 8 bits.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let header = Header {
            id: self.id.clone(),
            n_dense: self.dimensions().unwrap_or(0),
            bits: BITS,
            n_seen: self.seen.len(),
            sets: self
                .sets
                .iter()
                .map(|set| HeaderSet {
                    name: set.name.clone(),
                    reads: set.reads,
                    languages: set.languages.clone(),
                    has_ngrams: set.idf.is_some(),
                    heads: set
                        .heads
                        .iter()
                        .map(|it| HeaderHead {
                            about: it.about.clone(),
                            zero_bias: it.zero.as_ref().map(|it| it.bias),
                            bias: it.linear.bias,
                            scale: scale(&it.linear.sparse),
                        })
                        .collect(),
                })
                .collect(),
        };
        let json = serde_json::to_vec(&header).expect("a header is plain data");
        let mut bytes = MAGIC.to_vec();
        bytes.extend((json.len() as u32).to_le_bytes());
        bytes.extend(json);
        bytes.extend(self.seen.iter().flat_map(|it| it.to_le_bytes()));
        for set in &self.sets {
            let idf = set.idf.iter().flat_map(|it| &it.weights);
            bytes.extend(idf.map(|it| (it / IDF_MAX * 255.0).round() as u8));
            for head in &set.heads {
                let zero = head.zero.iter().flat_map(|it| &it.dense);
                bytes.extend(zero.chain(&head.linear.dense).flat_map(|it| it.to_le_bytes()));
                let scale = scale(&head.linear.sparse);
                bytes.extend(head.linear.sparse.iter().map(|it| (it / scale).round() as i8 as u8));
            }
        }
        bytes
    }
}

/// What a text is known by.
#[must_use]
pub fn mark(text: &str) -> u64 {
    let sha = Sha256::digest(text.as_bytes());
    u64::from_be_bytes(sha[..8].try_into().expect("a sha256 is longer than eight bytes"))
}

/// The features of a text that heads read beside its vector.
#[must_use]
pub fn columns(text: &str) -> Columns {
    ngrams::count(text).folded(BITS)
}

fn scale(weights: &[f32]) -> f32 {
    let largest = weights.iter().fold(0_f32, |most, it| most.max(it.abs()));
    if largest > 0.0 { largest / 127.0 } else { 1.0 }
}

fn read(bytes: &[u8]) -> Result<Heads, String> {
    let mut rest = bytes;
    if take(&mut rest, MAGIC.len())? != MAGIC {
        return Err("it does not begin as a heads file of version 2".into());
    }
    let length = u32::from_le_bytes(take(&mut rest, 4)?.try_into().expect("four bytes"));
    let header: Header = serde_json::from_slice(take(&mut rest, length as usize)?)
        .map_err(|it| format!("its header: {it}"))?;
    if header.bits != BITS {
        return Err(format!("its n-grams have 2^{} columns, this program reads 2^{BITS}", header.bits));
    }
    let seen = take(&mut rest, header.n_seen.saturating_mul(8))?
        .chunks_exact(8)
        .map(|it| u64::from_le_bytes(it.try_into().expect("eight bytes")))
        .collect();
    let mut sets = Vec::new();
    for set in header.sets {
        let n_columns = if set.has_ngrams { N_COLUMNS } else { 0 };
        let idf = take(&mut rest, n_columns)?.iter().map(|it| f32::from(*it) / 255.0 * IDF_MAX).collect();
        let mut heads = Vec::new();
        for it in set.heads {
            let zero = match it.zero_bias {
                Some(bias) => {
                    Some(Linear { dense: floats(&mut rest, header.n_dense)?, sparse: Vec::new(), bias })
                }
                None => None,
            };
            let dense = floats(&mut rest, header.n_dense + usize::from(zero.is_some()))?;
            let sparse = take(&mut rest, n_columns)?.iter().map(|q| f32::from(*q as i8) * it.scale).collect();
            heads.push(Head { about: it.about, zero, linear: Linear { dense, sparse, bias: it.bias } });
        }
        let idf = set.has_ngrams.then_some(Idf { weights: idf });
        sets.push(HeadSet { name: set.name, reads: set.reads, languages: set.languages, idf, heads });
    }
    match rest {
        [] => Ok(Heads { id: header.id, sets, seen, bytes: bytes.to_vec(), layers: None }),
        _ => Err(format!("{} bytes follow its end", rest.len())),
    }
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Result<&'a [u8], String> {
    let (taken, left) = rest.split_at_checked(n).ok_or("it is cut off")?;
    *rest = left;
    Ok(taken)
}

fn floats(rest: &mut &[u8], n: usize) -> Result<Vec<f32>, String> {
    let bytes = take(rest, n.saturating_mul(4))?;
    Ok(bytes.chunks_exact(4).map(|it| f32::from_le_bytes(it.try_into().expect("four bytes"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads() -> Heads {
        let mut sparse = vec![0.0; N_COLUMNS];
        (sparse[3], sparse[70_000]) = (0.5, -1.27);
        let mut idf = vec![0.0; N_COLUMNS];
        (idf[3], idf[70_000]) = (1.5, 8.0);
        let head = Head {
            about: About {
                label: "H".into(),
                title: "Hate".into(),
                clauses: vec!["HH-1".into(), "HH-3".into()],
                calibration: Calibration { slope: 1.5, offset: -0.5 },
                threshold: Some(0.7),
                precision: 0.8,
                thresholds: BTreeMap::from([("de".into(), 0.8)]),
            },
            zero: Some(Linear { dense: vec![1.0, -1.0], sparse: Vec::new(), bias: 0.25 }),
            linear: Linear { dense: vec![0.5, 0.25, 2.0], sparse, bias: -1.0 },
        };
        let mut seen = vec![mark("one"), mark("two")];
        seen.sort_unstable();
        let bare = Head {
            zero: None,
            linear: Linear { dense: vec![3.0, 4.0], sparse: Vec::new(), bias: 0.5 },
            ..head.clone()
        };
        let sets = vec![
            HeadSet {
                name: "trial".into(),
                reads: Reads::Plain,
                languages: vec!["en".into()],
                idf: Some(Idf { weights: idf }),
                heads: vec![head],
            },
            HeadSet {
                name: "bare".into(),
                reads: Reads::Tuned,
                languages: Vec::new(),
                idf: None,
                heads: vec![bare],
            },
        ];
        Heads { id: "trial@1".into(), sets, seen, bytes: Vec::new(), layers: None }
    }

    #[test]
    fn a_file_gives_back_what_was_written() {
        let heads = heads();
        let read = Heads::parse("trial", &heads.write()).unwrap();
        let (before, after) = (&heads.sets[0], &read.sets[0]);
        assert_eq!(before.heads[0].about, after.heads[0].about);
        assert_eq!(before.heads[0].zero, after.heads[0].zero);
        assert_eq!(before.heads[0].linear.dense, after.heads[0].linear.dense);
        let columns = [(3, 0.6), (70_000, 0.8)];
        let (a, b) =
            (before.heads[0].logit(&[0.6, 0.8], &columns), after.heads[0].logit(&[0.6, 0.8], &columns));
        assert!((a - b).abs() < 0.01, "eight bits are enough: {a} and {b}");
        let idf = |it: &HeadSet| it.idf.clone().expect("n-grams").weights;
        for column in [3, 70_000] {
            assert!((idf(before)[column] - idf(after)[column]).abs() < 0.04);
        }
        assert_eq!(heads.sets[1].heads, read.sets[1].heads, "a head without n-grams or margin");
        assert_eq!((read.sets[1].reads, read.sets[1].idf.is_none()), (Reads::Tuned, true));
    }

    #[test]
    fn a_language_with_a_threshold_of_its_own_has_that() {
        let about = &heads().sets[0].heads[0].about;
        let of = |it| about.threshold_in(it);
        assert_eq!([of(Some("de")), of(Some("fr")), of(None)], [Some(0.8), Some(0.7), Some(0.7)]);
    }

    #[test]
    fn heads_of_one_language_say_nothing_of_another() {
        let [english, all] = &heads().sets[..] else { panic!("two sets") };
        let of = |set: &HeadSet| [Some("en"), Some("de"), None].map(|it| set.speaks_of(it));
        assert_eq!(of(english), [true, false, true]);
        assert_eq!(of(all), [true; 3]);
    }

    #[test]
    fn heads_on_trained_layers_say_nothing_without_them() {
        let set = &heads().sets[1];
        let vectors = |tuned| Vectors { plain: vec![0.6, 0.8], tuned };
        assert_eq!(set.probabilities(&vectors(None), &Columns::default()), [0.0]);
        let expected = Calibration { slope: 1.5, offset: -0.5 }.probability(3.0 * 0.8 + 4.0 * 0.6 + 0.5);
        let found = set.probabilities(&vectors(Some(vec![0.8, 0.6])), &Columns::default())[0];
        assert!((found - expected).abs() < 1e-6);
    }

    #[test]
    fn the_texts_trained_on_are_known_by_their_hash() {
        let read = Heads::parse("trial", &heads().write()).unwrap();
        assert!(read.has_seen("one") && read.has_seen("two") && !read.has_seen("One"));
    }

    #[test]
    fn the_shipped_heads_are_those_of_their_card() {
        let card: toml::Table = toml::from_str(include_str!("../heads/starter-heads@3/card.toml")).unwrap();
        let heads = Heads::built_in();
        assert_eq!(card["id"].as_str(), Some(heads.id.as_str()));
        assert_eq!(card["sha256"].as_str(), Some(heads.sha256().as_str()));
        assert!(heads.bytes.len() <= 8 << 20, "at most 8 MiB in git");
        let sets: Vec<_> = heads.sets.iter().map(|it| (it.name.as_str(), it.heads.len())).collect();
        assert_eq!(sets, [("openai-moderation", 8), ("davidson", 1), ("edos", 5)]);
        let policy = casebook_core::policy::Policy::built_in();
        let clauses = heads.sets.iter().flat_map(|it| &it.heads).flat_map(|it| &it.about.clauses);
        assert!(
            clauses.into_iter().all(|it| policy.clause(it).is_some()),
            "every head speaks of known clauses"
        );
    }

    #[test]
    fn the_joint_heads_are_those_of_their_card_and_fit_their_layers() {
        let card: toml::Table = toml::from_str(include_str!("../heads/joint-heads@3/card.toml")).unwrap();
        let file = include_bytes!("../heads/joint-heads@3/heads.bin");
        assert_eq!(card["sha256"].as_str(), Some(hex(&Sha256::digest(file)).as_str()));
        let heads = Heads::shipped_for(card["encoder"].as_str().unwrap());
        assert_eq!(card["id"].as_str(), Some(heads.id.as_str()));
        assert!(heads.bytes.len() <= 10 << 20, "at most 10 MiB in git, layers included");
        assert_eq!(heads.layers.as_ref().map(|it| it.first), Some(10));
        let abouts = heads.sets.iter().flat_map(|it| &it.heads).map(|it| &it.about);
        assert!(
            abouts.clone().filter(|it| it.threshold.is_some()).count() >= 5
                && abouts.clone().all(|it| it.threshold.is_some() || it.is_near_only()),
            "what can neither count nor say what is near does not ship"
        );
        let policy = casebook_core::policy::Policy::built_in();
        let mut clauses = heads.sets.iter().flat_map(|it| &it.heads).flat_map(|it| &it.about.clauses);
        assert!(clauses.all(|it| policy.clause(it).is_some()));
    }

    #[test]
    fn no_shipped_head_asserts_what_it_holds_less_likely_than_not() {
        for heads in [Heads::built_in(), Heads::joint()] {
            let abouts = heads.sets.iter().flat_map(|it| &it.heads).map(|it| &it.about);
            let thresholds: Vec<f64> = abouts
                .flat_map(|it| it.threshold.into_iter().chain(it.thresholds.values().copied()))
                .collect();
            assert!(!thresholds.is_empty() && thresholds.iter().all(|it| *it >= 0.5), "{thresholds:?}");
        }
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let bytes = heads().write();
        let refused = |bytes: &[u8], rule: &str| {
            let error = Heads::parse("trial", bytes).unwrap_err().to_string();
            assert!(error.contains(rule), "{error} names the rule {rule}");
        };
        refused(b"", "cut off");
        refused(b"CBHEADS1____", "version 2");
        refused(&bytes[..bytes.len() - 1], "cut off");
        refused(&[&bytes[..], b"x"].concat(), "follow its end");
        refused(&[&bytes[..20], &[0xff; 40], &bytes[60..]].concat(), "header");
    }
}
