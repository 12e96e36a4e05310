//! Weights and vocabulary out of one GGUF file, read as what it claims to be and checked against that.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
    sync::Arc,
};

use candle_core::{
    Device, Tensor,
    quantized::{
        GgmlDType, QMatMul, QTensor,
        gguf_file::{Content, Value},
    },
};
use casebook_core::hash::hex;
use pulp::Arch;
use sha2::{Digest, Sha256};

use super::{
    network::{Config, Layer, Linear, Network},
    rotation,
    tokens::{Token, Tokens, Words},
};

/// Architectures, as files call them.
const KNOWN: [&str; 3] = ["qwen2", "qwen3", "llama"];

/// What is read of an architecture's own metadata, or says nothing of what is computed.
const READ: [&str; 13] = [
    "block_count",
    "embedding_length",
    "feed_forward_length",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.value_length",
    "attention.layer_norm_rms_epsilon",
    "rope.freq_base",
    "rope.dimension_count",
    "context_length",
    // The list of its tokens and the table of its words have to agree.
    "vocab_size",
    // Where the numbers of a head lie, which goes with the architecture.
    "tensor_data_layout",
];

/// What the format calls a token of texts, among those of control and added ones.
const TEXT: u32 = 1;

/// The network and its tokens.
pub(super) fn load(path: &Path, sha256: &str) -> Result<(Network, Tokens), String> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(|it| it.to_string())?);
    let found = hash(&mut file).map_err(|it| it.to_string())?;
    if found != sha256 {
        return Err(format!("sha256 should be {sha256}, found {found}: install the model again"));
    }
    let content = Content::read(&mut file).map_err(|it| it.to_string())?;
    let mut source = Source { content, file, taken: HashSet::new() };
    let config = source.config()?;
    let vocabulary = source.vocabulary()?;
    let words = Words::named(source.text("tokenizer.ggml.pre")?)?;
    let tokens = Tokens::new(&vocabulary, source.merges()?, words)?;
    if source.flag("tokenizer.ggml.add_bos_token") && tokens.beginning().is_empty() {
        return Err(
            "tokenizer.ggml.add_bos_token true: nothing stands before a conversation in ChatML".into()
        );
    }
    let network = source.network(config, vocabulary.len())?;
    source.all_taken()?;
    Ok((network, tokens))
}

/// What all of it hashes to; it is to be read from its start then.
pub(super) fn hash(file: &mut BufReader<File>) -> std::io::Result<String> {
    let (mut sha, mut piece) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            n => sha.update(&piece[..n]),
        }
    }
    file.rewind()?;
    Ok(hex(&sha.finalize()))
}

/// The file, and what its head says is where.
struct Source {
    content: Content,
    file: BufReader<File>,
    /// Names of the tensors that were read.
    taken: HashSet<String>,
}

impl Source {
    fn config(&mut self) -> Result<Config, String> {
        let architecture = self.text("general.architecture")?.to_owned();
        if !KNOWN.contains(&architecture.as_str()) {
            return Err(format!("architecture {architecture:?}: {} are computed", KNOWN.join(", ")));
        }
        let key = |name: &str| format!("{architecture}.{name}");
        self.nothing_else(&architecture)?;
        let count = |name: &str| self.count(&key(name));
        let number = |name: &str| self.value(&key(name))?.to_f32().map_err(|it| it.to_string());
        let (hidden, heads) = (count("embedding_length")?, count("attention.head_count")?);
        let head = match self.content.metadata.contains_key(&key("attention.key_length")) {
            true => count("attention.key_length")?,
            false if heads > 0 && hidden.is_multiple_of(heads) => hidden / heads,
            false => return Err(format!("{hidden} numbers cannot be shared by {heads} heads")),
        };
        for name in ["attention.value_length", "rope.dimension_count"] {
            let found = self.content.metadata.get(&key(name)).map(Value::to_u32);
            if found.is_some_and(|it| it.ok() != Some(head as u32)) {
                return Err(format!("{}: it is {head} here, as long as a key is", key(name)));
            }
        }
        let config = Config {
            layers: count("block_count")?,
            hidden,
            wide: count("feed_forward_length")?,
            heads,
            kv_heads: count("attention.head_count_kv")?,
            head,
            epsilon: number("attention.layer_norm_rms_epsilon")?,
            speeds: rotation::speeds(number("rope.freq_base")?, head),
            most_tokens: count("context_length")?,
            neighbours: architecture == "llama",
        };
        let config = self.slowed(config)?;
        config.broken_rule().map_or(Ok(config), Err)
    }

    /// What may change what is computed and is not read here stands in the file as it is where there is none of it.
    fn nothing_else(&self, architecture: &str) -> Result<(), String> {
        for (key, value) in &self.content.metadata {
            let Some(name) = key.strip_prefix(architecture).and_then(|it| it.strip_prefix('.')) else {
                continue;
            };
            let is_none = match (name, value) {
                ("rope.scaling.type", Value::String(it)) => it == "none",
                ("attention.causal", Value::Bool(it)) => *it,
                ("expert_count" | "expert_used_count", it) => it.to_u32().is_ok_and(|it| it == 0),
                _ => READ.contains(&name),
            };
            if !is_none {
                return Err(format!(
                    "{key} = {value:?}: it may change what is computed, and nothing here does it"
                ));
            }
        }
        Ok(())
    }

    /// Llama 3.1 says of each pair by how much slower it turns.
    fn slowed(&mut self, config: Config) -> Result<Config, String> {
        const NAME: &str = "rope_freqs.weight";
        if !self.content.tensor_infos.contains_key(NAME) {
            return Ok(config);
        }
        let slower = self.vector(NAME, config.speeds.len())?.to_vec1::<f32>().map_err(|it| it.to_string())?;
        let speeds = config.speeds.iter().zip(slower).map(|(speed, it)| speed / it).collect();
        Ok(Config { speeds, ..config })
    }

    fn network(&mut self, config: Config, n_words: usize) -> Result<Network, String> {
        let Config { hidden, wide, head, .. } = config;
        let (all_heads, keys) = (config.heads * head, config.kv_heads * head);
        let has_norms = self.text("general.architecture")? == "qwen3";
        let words = Arc::new(self.matrix("token_embd.weight", n_words, hidden)?);
        let mut layers = Vec::new();
        for n in 0..config.layers {
            let name = |part: &str| format!("blk.{n}.{part}");
            layers.push(Layer {
                norm: self.vector(&name("attn_norm.weight"), hidden)?,
                q: self.linear(&name("attn_q"), all_heads, hidden)?,
                k: self.linear(&name("attn_k"), keys, hidden)?,
                v: self.linear(&name("attn_v"), keys, hidden)?,
                q_norm: has_norms.then(|| self.vector(&name("attn_q_norm.weight"), head)).transpose()?,
                k_norm: has_norms.then(|| self.vector(&name("attn_k_norm.weight"), head)).transpose()?,
                attended: self.product(&name("attn_output.weight"), hidden, all_heads)?,
                wide_norm: self.vector(&name("ffn_norm.weight"), hidden)?,
                gate: self.product(&name("ffn_gate.weight"), wide, hidden)?,
                up: self.product(&name("ffn_up.weight"), wide, hidden)?,
                down: self.product(&name("ffn_down.weight"), hidden, wide)?,
            });
        }
        // Where words and answers share their weights, there is one table of them.
        let answers = match self.content.tensor_infos.contains_key("output.weight") {
            true => Arc::new(self.matrix("output.weight", n_words, hidden)?),
            false => Arc::clone(&words),
        };
        let answers = QMatMul::from_arc(answers).map_err(|it| format!("output.weight: {it}"))?;
        let words = QMatMul::QTensor(words);
        let norm = self.vector("output_norm.weight", hidden)?;
        Ok(Network { config, words, answers, layers, norm, arch: Arch::new() })
    }

    /// What nobody read would have changed what is computed.
    fn all_taken(&self) -> Result<(), String> {
        let left = self.content.tensor_infos.keys().filter(|it| !self.taken.contains(*it)).min();
        left.map_or(Ok(()), |it| {
            Err(format!("{it}: it is no part of this architecture as it is computed here"))
        })
    }

    fn vocabulary(&self) -> Result<Vec<Token>, String> {
        let kind = self.text("tokenizer.ggml.model")?;
        if kind != "gpt2" {
            return Err(format!("tokenizer.ggml.model {kind:?}: only gpt2 is read"));
        }
        let kinds = self.list("tokenizer.ggml.token_type")?;
        let spellings = self.list("tokenizer.ggml.tokens")?;
        if kinds.len() != spellings.len() {
            return Err(format!("{} tokens of {} kinds", spellings.len(), kinds.len()));
        }
        let token = |(spelling, kind): (&Value, &Value)| {
            let kind = kind.to_i32().map(|it| it as u32).or_else(|_| kind.to_u32())?;
            Ok(Token { spelling: spelling.to_string()?.clone(), is_text: kind == TEXT })
        };
        let tokens: candle_core::Result<_> = spellings.iter().zip(kinds).map(token).collect();
        tokens.map_err(|it| it.to_string())
    }

    fn merges(&self) -> Result<Vec<(String, String)>, String> {
        let merge = |it: &Value| {
            let pair = it.to_string().map_err(|it| it.to_string())?;
            let (left, right) = pair.split_once(' ').ok_or_else(|| format!("{pair:?} joins nothing"))?;
            Ok((left.to_owned(), right.to_owned()))
        };
        self.list("tokenizer.ggml.merges")?.iter().map(merge).collect()
    }

    fn value(&self, key: &str) -> Result<&Value, String> {
        self.content.metadata.get(key).ok_or_else(|| format!("it has no {key}"))
    }

    fn text(&self, key: &str) -> Result<&str, String> {
        self.value(key)?.to_string().map(String::as_str).map_err(|it| format!("{key}: {it}"))
    }

    fn count(&self, key: &str) -> Result<usize, String> {
        self.value(key)?.to_u32().map(|it| it as usize).map_err(|it| format!("{key}: {it}"))
    }

    fn flag(&self, key: &str) -> bool {
        self.content.metadata.get(key).is_some_and(|it| it.to_bool().is_ok_and(|it| it))
    }

    fn list(&self, key: &str) -> Result<&Vec<Value>, String> {
        self.value(key)?.to_vec().map_err(|it| format!("{key}: {it}"))
    }

    fn linear(&mut self, name: &str, rows: usize, columns: usize) -> Result<Linear, String> {
        let bias = format!("{name}.bias");
        let has_bias = self.content.tensor_infos.contains_key(&bias);
        Ok(Linear {
            weight: self.product(&format!("{name}.weight"), rows, columns)?,
            bias: if has_bias { Some(self.vector(&bias, rows)?) } else { None },
        })
    }

    fn product(&mut self, name: &str, rows: usize, columns: usize) -> Result<QMatMul, String> {
        let weight = self.matrix(name, rows, columns)?;
        let product = match weight.dtype() {
            // candle multiplies these one number at a time: a check by SmolLM2 took five times as long.
            GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1 => {
                weight.dequantize(&Device::Cpu).map(QMatMul::Tensor)
            }
            _ => QMatMul::from_qtensor(weight),
        };
        product.map_err(|it| format!("{name}: {it}"))
    }

    fn matrix(&mut self, name: &str, rows: usize, columns: usize) -> Result<QTensor, String> {
        self.tensor(name, &[rows, columns])
    }

    fn vector(&mut self, name: &str, length: usize) -> Result<Tensor, String> {
        self.tensor(name, &[length])?.dequantize(&Device::Cpu).map_err(|it| format!("{name}: {it}"))
    }

    fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<QTensor, String> {
        let info = self.content.tensor_infos.get(name).ok_or_else(|| format!("it has no {name}"))?;
        if info.shape.dims() != shape {
            return Err(format!("{name} is {:?}, and should be {shape:?}", info.shape.dims()));
        }
        self.taken.insert(name.to_owned());
        self.content.tensor(&mut self.file, name, &Device::Cpu).map_err(|it| format!("{name}: {it}"))
    }
}
