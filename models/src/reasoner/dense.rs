//! A model out of a folder as Hugging Face lays it out: `config.json`, `tokenizer.json`, and `model.safetensors` or an
//! index with its parts. Pickles are not read.
//!
//! Numbers of 16 bits become such of 32 as they are read; nothing else is done to them.

mod config;

mod vocabulary;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::{self, File},
    io::BufReader,
    path::Path,
};

use candle_core::{DType, Device, Tensor, quantized::QMatMul, safetensors::BufferedSafetensors};
use casebook_core::hash::sha256_hex;
use pulp::Arch;
use serde::Deserialize;

use self::config::{Family, Made};
use super::{
    gguf,
    network::{Config, Layer, Linear, Network},
    tokens::Tokens,
};

/// The weights, where they are one file.
const WHOLE: &str = "model.safetensors";

/// Which part has which weights, where they are several.
const INDEX: &str = "model.safetensors.index.json";

/// The network and its tokens.
pub(super) fn load(folder: &Path, sha256: &str) -> Result<(Network, Tokens), String> {
    let mut files = Files { folder, hashed: BTreeMap::new() };
    let about = |name: &'static str| move |rule: String| format!("{name}: {rule}");
    let (config, tokenizer) = (files.read("config.json")?, files.read("tokenizer.json")?);
    let parts = parts(&mut files)?;
    let found = listed_sha256(&files.hashed);
    if found != sha256 {
        return Err(format!(
            "sha256 of the list of its files should be {sha256}, found {found}: install the model again"
        ));
    }
    let made = config::read(&config).map_err(about("config.json"))?;
    let n_words = made.n_words;
    let network = Source { weights: weights(folder, parts)? }.network(made)?;
    let (vocabulary, merges, words) =
        vocabulary::read(&tokenizer, n_words).map_err(about("tokenizer.json"))?;
    let tokens = Tokens::new(&vocabulary, merges, words).map_err(about("tokenizer.json"))?;
    Ok((network, tokens))
}

/// What names the weights of a folder: the sha256 of what `sha256sum` prints of its files in the order of their names.
pub(super) fn listed_sha256(files: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = files.iter().map(|(name, sha256)| format!("{sha256}  {name}\n")).collect();
    sha256_hex(lines.concat().as_bytes())
}

/// The folder, and the sha256 of what belongs to the model.
struct Files<'a> {
    folder: &'a Path,
    hashed: BTreeMap<String, String>,
}

impl Files<'_> {
    /// A small one, as a whole.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let bytes = fs::read(self.folder.join(name)).map_err(|it| format!("{name}: {it}"))?;
        self.hashed.insert(name.to_owned(), sha256_hex(&bytes));
        Ok(bytes)
    }

    /// A large one, to be read when it is known to be the right one.
    fn hash(&mut self, name: &str) -> Result<(), String> {
        let file = File::open(self.folder.join(name)).map_err(|it| format!("{name}: {it}"))?;
        let sha256 = gguf::hash(&mut BufReader::new(file)).map_err(|it| format!("{name}: {it}"))?;
        self.hashed.insert(name.to_owned(), sha256);
        Ok(())
    }
}

#[derive(Deserialize)]
struct Index {
    /// Which file has the weights of this name.
    weight_map: BTreeMap<String, String>,
}

/// The files with weights, and what each is to have where an index says so.
type Parts = BTreeMap<String, Option<BTreeSet<String>>>;

fn parts(files: &mut Files) -> Result<Parts, String> {
    let mut parts = Parts::new();
    if files.folder.join(WHOLE).exists() {
        parts.insert(WHOLE.into(), None);
    } else if files.folder.join(INDEX).exists() {
        let index: Index =
            serde_json::from_slice(&files.read(INDEX)?).map_err(|it| format!("{INDEX}: {it}"))?;
        for (name, file) in index.weight_map {
            if !is_plain(&file) {
                return Err(format!(
                    "{INDEX}: {name} is in {file:?}: a part is NAME.safetensors, without folders"
                ));
            }
            parts.entry(file).or_default().get_or_insert_default().insert(name);
        }
    } else {
        return Err(format!("neither {WHOLE} nor {INDEX} is there: nothing else is read, no pickle either"));
    }
    parts.keys().try_for_each(|it| files.hash(it))?;
    Ok(parts)
}

fn weights(folder: &Path, parts: Parts) -> Result<HashMap<String, Tensor>, String> {
    let mut all = HashMap::new();
    for (file, names) in parts {
        // One part at a time is held beside what was made of those before.
        let bytes = fs::read(folder.join(&file)).map_err(|it| format!("{file}: {it}"))?;
        let part = numbers(bytes).map_err(|it| format!("{file}: {it}"))?;
        if names
            .is_some_and(|names| names.len() != part.len() || !names.iter().all(|it| part.contains_key(it)))
        {
            return Err(format!("{file}: it does not have the weights that {INDEX} says, and no others"));
        }
        all.extend(part);
    }
    Ok(all)
}

/// A file in the folder itself.
fn is_plain(name: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_');
    !name.starts_with('.') && name.bytes().all(plain) && name.ends_with(".safetensors")
}

fn numbers(bytes: Vec<u8>) -> Result<HashMap<String, Tensor>, String> {
    let file = BufferedSafetensors::new(bytes).map_err(|it| it.to_string())?;
    let names = file.tensors().into_iter().map(|(name, _)| name);
    names
        .map(|name| {
            let refused = |rule: String| format!("{name}: {rule}");
            let found = file.load(&name, &Device::Cpu).map_err(|it| refused(it.to_string()))?;
            match found.dtype() {
                DType::F32 | DType::F16 | DType::BF16 => {}
                other => return Err(refused(format!("numbers are {other:?}: F32, F16 and BF16 are read"))),
            }
            let wide = found.to_dtype(DType::F32).map_err(|it| refused(it.to_string()))?;
            Ok((name, wide))
        })
        .collect()
}

/// Weights that were not used yet.
struct Source {
    weights: HashMap<String, Tensor>,
}

impl Source {
    fn network(mut self, made: Made) -> Result<Network, String> {
        let Made { family, config, n_words, is_tied } = made;
        let Config { hidden, wide, head, .. } = config;
        let (all_heads, keys) = (config.heads * head, config.kv_heads * head);
        let (has_bias, has_norms) = (family == Family::Qwen2, family == Family::Qwen3);
        let words = self.take("model.embed_tokens.weight", &[n_words, hidden])?;
        let mut layers = Vec::new();
        for n in 0..config.layers {
            let name = |part: &str| format!("model.layers.{n}.{part}");
            let attention = |part: &str| format!("model.layers.{n}.self_attn.{part}");
            let mut linear = |part: &str, rows: usize| -> Result<Linear, String> {
                let bias = || attention(&format!("{part}.bias"));
                Ok(Linear {
                    weight: self.product(&attention(&format!("{part}.weight")), rows, hidden)?,
                    bias: has_bias.then(|| self.take(&bias(), &[rows])).transpose()?,
                })
            };
            let (q, k, v) = (linear("q_proj", all_heads)?, linear("k_proj", keys)?, linear("v_proj", keys)?);
            let mut norm = |part: &str| {
                has_norms.then(|| self.take(&attention(&format!("{part}.weight")), &[head])).transpose()
            };
            let (q_norm, k_norm) = (norm("q_norm")?, norm("k_norm")?);
            layers.push(Layer {
                norm: self.take(&name("input_layernorm.weight"), &[hidden])?,
                q,
                k,
                v,
                q_norm,
                k_norm,
                attended: self.product(&attention("o_proj.weight"), hidden, all_heads)?,
                wide_norm: self.take(&name("post_attention_layernorm.weight"), &[hidden])?,
                gate: self.product(&name("mlp.gate_proj.weight"), wide, hidden)?,
                up: self.product(&name("mlp.up_proj.weight"), wide, hidden)?,
                down: self.product(&name("mlp.down_proj.weight"), hidden, wide)?,
            });
        }
        let norm = self.take("model.norm.weight", &[hidden])?;
        let answers = if is_tied {
            // Some files have the table twice; it is one.
            self.weights.remove("lm_head.weight");
            words.clone()
        } else {
            self.take("lm_head.weight", &[n_words, hidden])?
        };
        self.nothing_left()?;
        let (words, answers) = (QMatMul::Tensor(words), QMatMul::Tensor(answers));
        Ok(Network { config, words, answers, layers, norm, arch: Arch::new() })
    }

    /// What nobody took would have changed what is computed.
    fn nothing_left(&self) -> Result<(), String> {
        // Older files have the speeds of rotation beside the weights; the configuration says the same.
        let left = self.weights.keys().filter(|it| !it.ends_with(".rotary_emb.inv_freq")).min();
        left.map_or(Ok(()), |it| Err(format!("{it}: it is no part of this family as it is computed here")))
    }

    fn product(&mut self, name: &str, rows: usize, columns: usize) -> Result<QMatMul, String> {
        self.take(name, &[rows, columns]).map(QMatMul::Tensor)
    }

    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, String> {
        let found = self.weights.remove(name).ok_or_else(|| format!("it has no {name}"))?;
        match found.dims() == shape {
            true => Ok(found),
            false => Err(format!("{name} is {:?}, and should be {shape:?}", found.dims())),
        }
    }
}
