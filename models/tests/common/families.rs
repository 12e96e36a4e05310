//! The tiny checkpoints of `reference/decoders`, each as a folder and as one GGUF file of the same numbers, and how near
//! what they answer comes to what transformers answers.
//!
//! The GGUF file is written here by hand, so that neither side is read and written by the same code.

#![allow(dead_code, reason = "each test that takes this in uses its part of it")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use casebook_core::hash::sha256_hex;
use casebook_models::reasoner::{LocalReasoner, Settings, folder_sha256};
use serde_json::Value;

/// Families of the checkpoints, as their folders are called.
pub const FAMILIES: [&str; 3] = ["qwen2", "qwen3", "llama"];

/// How near an answer comes.
pub struct Agreement {
    /// As cards call it: `qwen3` is the folder, `qwen3-gguf` the file.
    pub family: String,
    /// Largest difference of a logit from that of transformers.
    pub worst: f32,
}

/// Every family that is computed, loaded and asked.
pub fn agreements() -> Vec<Agreement> {
    let mut found = Vec::new();
    for family in FAMILIES {
        let dense = load(&folder(family), |_| {});
        found.push(Agreement { family: family.into(), worst: worst(&dense, family) });
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tiny.gguf");
        Checkpoint::read(family).write_gguf(&path, &[]);
        let packed = load(&path, |_| {});
        found.push(Agreement { family: format!("{family}-gguf"), worst: worst(&packed, family) });
    }
    found
}

/// What transformers said of all checkpoints.
pub fn reference() -> Value {
    json(&decoders().join("reference.json"))
}

/// The checkpoint of a family.
pub fn folder(family: &str) -> PathBuf {
    decoders().join(family)
}

/// A folder or a GGUF file.
pub fn load(path: &Path, change: impl Fn(&mut Settings)) -> LocalReasoner {
    LocalReasoner::load(path, settings(path, change)).unwrap()
}

pub fn settings(path: &Path, change: impl Fn(&mut Settings)) -> Settings {
    let weights_sha256 = match path.is_dir() {
        true => {
            let files = files(path);
            folder_sha256(files.iter().map(|(name, sha256)| (name.as_str(), sha256.as_str())))
        }
        false => sha256_hex(&fs::read(path).unwrap_or_default()),
    };
    let mut settings = Settings {
        id: "tiny".into(),
        weights_sha256,
        languages: vec!["en".into()],
        most_kept: usize::MAX,
        states: None,
        most_in_files: u64::MAX,
        chunk: 50,
    };
    change(&mut settings);
    settings
}

/// What belongs to a checkpoint in a folder, and what it hashes to.
pub fn files(folder: &Path) -> BTreeMap<String, String> {
    let names = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.retain(|it| it.contains("safetensors") || ["config.json", "tokenizer.json"].contains(&it.as_str()));
    let hashed = |it: String| {
        let sha256 = sha256_hex(&fs::read(folder.join(&it)).unwrap());
        (it, sha256)
    };
    names.into_iter().map(hashed).collect()
}

/// What was asked of a family: tokens, and what each of them is worth as the next.
pub fn asked(family: &str) -> Vec<(Vec<u32>, Vec<f32>)> {
    let bytes = fs::read(folder(family).join("logits.bin")).unwrap();
    let logits = numbers(&bytes);
    let reference = reference();
    let n_words = json(&folder(family).join("config.json"))["vocab_size"].as_u64().unwrap() as usize;
    let mut rows = logits.chunks_exact(n_words);
    let mut asked = Vec::new();
    for prompt in reference["families"][family]["prompts"].as_array().unwrap() {
        let ids: Vec<u32> = serde_json::from_value(prompt["ids"].clone()).unwrap();
        let looks: Vec<usize> = serde_json::from_value(prompt["looks"].clone()).unwrap();
        asked.extend(looks.into_iter().map(|n| (ids[..n].to_vec(), rows.next().unwrap().to_vec())));
    }
    assert_eq!((rows.len(), asked.len()), (0, 8));
    asked
}

/// Largest difference of all that was asked.
pub fn worst(model: &LocalReasoner, family: &str) -> f32 {
    let of = |(ids, expected): (Vec<u32>, Vec<f32>)| apart(&logits(model, &ids), &expected);
    asked(family).into_iter().map(of).fold(0.0, f32::max)
}

/// What any token is worth as the next after `ids`, read in the chunks that the model reads.
pub fn logits(model: &LocalReasoner, ids: &[u32]) -> Vec<f32> {
    model.logits(ids, 0).unwrap().pop().unwrap()
}

/// Largest difference; what is no number is as far as can be.
pub fn apart(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let differences = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |most, it| if it.is_nan() { f32::INFINITY } else { most.max(it) })
}

/// A checkpoint, read by hand.
pub struct Checkpoint {
    family: String,
    config: Value,
    tokenizer: Value,
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

/// What stands in the head of a GGUF file.
#[derive(Clone)]
pub enum Said {
    Number(u32),
    Part(f32),
    Yes(bool),
    Word(String),
    Words(Vec<String>),
    Numbers(Vec<i32>),
}

impl Checkpoint {
    pub fn read(family: &str) -> Self {
        let folder = folder(family);
        let mut tensors = BTreeMap::new();
        for name in files(&folder).keys().filter(|it| it.ends_with(".safetensors")) {
            let bytes = fs::read(folder.join(name)).unwrap();
            let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
            let (head, data) = bytes[8..].split_at(length);
            let head: BTreeMap<String, Value> = serde_json::from_slice(head).unwrap();
            for (name, it) in head.into_iter().filter(|it| it.0 != "__metadata__") {
                let shape: Vec<usize> = serde_json::from_value(it["shape"].clone()).unwrap();
                let at: Vec<usize> = serde_json::from_value(it["data_offsets"].clone()).unwrap();
                tensors.insert(name, (shape, numbers(&data[at[0]..at[1]])));
            }
        }
        let (config, tokenizer) = (json(&folder.join("config.json")), json(&folder.join("tokenizer.json")));
        Self { family: family.into(), config, tokenizer, tensors }
    }

    /// As llama.cpp converts it, in numbers of 32 bits; `more` is said of the architecture, or instead of what it says.
    pub fn write_gguf(&self, path: &Path, more: &[(&str, Said)]) {
        let mut said = self.said();
        said.extend(more.iter().map(|(name, it)| (format!("{}.{name}", self.family), it.clone())));
        let mut tensors = self.renamed();
        let slower = &reference()["families"][&self.family]["rope_freqs"];
        if let Ok(slower) = serde_json::from_value::<Vec<f32>>(slower.clone()) {
            tensors.push(("rope_freqs.weight".into(), vec![slower.len()], slower));
        }
        let mut out = b"GGUF".to_vec();
        out.extend(3_u32.to_le_bytes());
        out.extend((tensors.len() as u64).to_le_bytes());
        out.extend((said.len() as u64).to_le_bytes());
        for (key, it) in &said {
            text(&mut out, key);
            it.write(&mut out);
        }
        let mut offset = 0_u64;
        for (name, shape, numbers) in &tensors {
            text(&mut out, name);
            out.extend((shape.len() as u32).to_le_bytes());
            out.extend(shape.iter().rev().flat_map(|it| (*it as u64).to_le_bytes()));
            // Of 32 bits.
            out.extend(0_u32.to_le_bytes());
            out.extend(offset.to_le_bytes());
            offset += (numbers.len() as u64 * 4).next_multiple_of(32);
        }
        for (_, _, numbers) in &tensors {
            out.resize(out.len().next_multiple_of(32), 0);
            out.extend(numbers.iter().flat_map(|it| it.to_le_bytes()));
        }
        fs::write(path, out).unwrap();
    }

    fn said(&self) -> BTreeMap<String, Said> {
        let number = |name: &str| Said::Number(self.config[name].as_u64().unwrap() as u32);
        let part = |it: &Value| Said::Part(it.as_f64().unwrap() as f32);
        let of = |name: &str| format!("{}.{name}", self.family);
        let (spellings, kinds) = self.vocabulary();
        let words = if self.family == "llama" { "llama-bpe" } else { "qwen2" };
        let merge = |it: &Value| format!("{} {}", it[0].as_str().unwrap(), it[1].as_str().unwrap());
        let merges = self.tokenizer["model"]["merges"].as_array().unwrap().iter().map(merge).collect();
        BTreeMap::from([
            ("general.architecture".into(), Said::Word(self.family.clone())),
            (of("block_count"), number("num_hidden_layers")),
            (of("embedding_length"), number("hidden_size")),
            (of("feed_forward_length"), number("intermediate_size")),
            (of("attention.head_count"), number("num_attention_heads")),
            (of("attention.head_count_kv"), number("num_key_value_heads")),
            (of("attention.key_length"), number("head_dim")),
            (of("attention.value_length"), number("head_dim")),
            (of("attention.layer_norm_rms_epsilon"), part(&self.config["rms_norm_eps"])),
            (of("rope.freq_base"), part(&self.config["rope_parameters"]["rope_theta"])),
            (of("rope.dimension_count"), number("head_dim")),
            (of("context_length"), number("max_position_embeddings")),
            (of("vocab_size"), number("vocab_size")),
            ("tokenizer.ggml.model".into(), Said::Word("gpt2".into())),
            ("tokenizer.ggml.pre".into(), Said::Word(words.into())),
            ("tokenizer.ggml.tokens".into(), Said::Words(spellings)),
            ("tokenizer.ggml.merges".into(), Said::Words(merges)),
            ("tokenizer.ggml.token_type".into(), Said::Numbers(kinds)),
        ])
    }

    /// What each token is spelt as, and of which kind it is: of texts, of control, added, or of no use.
    fn vocabulary(&self) -> (Vec<String>, Vec<i32>) {
        let n_words = self.config["vocab_size"].as_u64().unwrap() as usize;
        let mut all: Vec<(String, i32)> = (0..n_words).map(|it| (format!("[PAD{it}]"), 5)).collect();
        for (spelling, id) in self.tokenizer["model"]["vocab"].as_object().unwrap() {
            all[id.as_u64().unwrap() as usize] = (spelling.clone(), 1);
        }
        for it in self.tokenizer["added_tokens"].as_array().unwrap() {
            let kind = if it["special"].as_bool().unwrap() { 3 } else { 4 };
            let content = it["content"].as_str().unwrap().to_owned();
            all[it["id"].as_u64().unwrap() as usize] = (content, kind);
        }
        all.into_iter().unzip()
    }

    fn renamed(&self) -> Vec<(String, Vec<usize>, Vec<f32>)> {
        let mut all = Vec::new();
        for (name, (shape, numbers)) in &self.tensors {
            let mut new = name.replace("model.layers.", "blk.");
            for (from, to) in [
                ("model.embed_tokens", "token_embd"),
                ("model.norm", "output_norm"),
                ("lm_head", "output"),
                ("input_layernorm", "attn_norm"),
                ("post_attention_layernorm", "ffn_norm"),
                ("self_attn.o_proj", "attn_output"),
                ("self_attn.q_norm", "attn_q_norm"),
                ("self_attn.k_norm", "attn_k_norm"),
                ("self_attn.q_proj", "attn_q"),
                ("self_attn.k_proj", "attn_k"),
                ("self_attn.v_proj", "attn_v"),
                ("mlp.gate_proj", "ffn_gate"),
                ("mlp.up_proj", "ffn_up"),
                ("mlp.down_proj", "ffn_down"),
            ] {
                new = new.replace(from, to);
            }
            let turned = ["q_proj", "k_proj"].iter().any(|it| name.contains(it));
            let numbers = match self.family == "llama" && turned {
                true => self.neighbours(numbers, shape[1]),
                false => numbers.clone(),
            };
            all.push((new, shape.clone(), numbers));
        }
        all
    }

    /// Rows that are turned together, half a head apart, as neighbours.
    fn neighbours(&self, numbers: &[f32], columns: usize) -> Vec<f32> {
        let half = self.config["head_dim"].as_u64().unwrap() as usize / 2;
        let mut all = Vec::new();
        for head in numbers.chunks_exact(2 * half * columns) {
            let row = |it: usize| &head[it * columns..][..columns];
            (0..half).for_each(|it| all.extend([row(it), row(it + half)].concat()));
        }
        all
    }
}

impl Said {
    fn write(&self, out: &mut Vec<u8>) {
        let (kind, count): (u32, _) = match self {
            Self::Number(_) => (4, None),
            Self::Part(_) => (6, None),
            Self::Yes(_) => (7, None),
            Self::Word(_) => (8, None),
            Self::Words(all) => (9, Some((8_u32, all.len()))),
            Self::Numbers(all) => (9, Some((5, all.len()))),
        };
        out.extend(kind.to_le_bytes());
        if let Some((kind, n)) = count {
            out.extend(kind.to_le_bytes());
            out.extend((n as u64).to_le_bytes());
        }
        match self {
            Self::Number(it) => out.extend(it.to_le_bytes()),
            Self::Part(it) => out.extend(it.to_le_bytes()),
            Self::Yes(it) => out.push(u8::from(*it)),
            Self::Word(it) => text(out, it),
            Self::Words(all) => all.iter().for_each(|it| text(out, it)),
            Self::Numbers(all) => out.extend(all.iter().flat_map(|it| it.to_le_bytes())),
        }
    }
}

fn text(out: &mut Vec<u8>, it: &str) {
    out.extend((it.len() as u64).to_le_bytes());
    out.extend(it.as_bytes());
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|it| f32::from_le_bytes(it.try_into().unwrap())).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn decoders() -> PathBuf {
    // From wherever in the workspace this is built.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/tests/reference/decoders")
}
