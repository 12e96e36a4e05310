//! Weights and vocabulary out of one GGUF file, read as what it claims to be and checked against that.

use std::{
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
    tokens::{Token, Tokens},
};

/// Architectures, as files call them.
const KNOWN: [&str; 2] = ["qwen2", "llama"];

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
    let mut source = Source { content, file };
    let config = source.config()?;
    let vocabulary = source.vocabulary()?;
    let tokens = Tokens::new(&vocabulary, source.merges()?, source.text("tokenizer.ggml.pre")?)?;
    let network = source.network(config, vocabulary.len())?;
    Ok((network, tokens))
}

fn hash(file: &mut BufReader<File>) -> std::io::Result<String> {
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
}

impl Source {
    fn config(&self) -> Result<Config, String> {
        let architecture = self.text("general.architecture")?;
        if !KNOWN.contains(&architecture) {
            return Err(format!("architecture {architecture:?}: {} are computed", KNOWN.join(" and ")));
        }
        let key = |name: &str| format!("{architecture}.{name}");
        let count = |name: &str| self.count(&key(name));
        let number = |name: &str| self.value(&key(name))?.to_f32().map_err(|it| it.to_string());
        let config = Config {
            layers: count("block_count")?,
            hidden: count("embedding_length")?,
            wide: count("feed_forward_length")?,
            heads: count("attention.head_count")?,
            kv_heads: count("attention.head_count_kv")?,
            epsilon: number("attention.layer_norm_rms_epsilon")?,
            rope_base: number("rope.freq_base")?,
            most_tokens: count("context_length")?,
            neighbours: architecture == "llama",
        };
        let Config { hidden, heads, kv_heads, .. } = config;
        let shared = heads > 0 && kv_heads > 0 && heads.is_multiple_of(kv_heads);
        if !shared || hidden == 0 || !hidden.is_multiple_of(2 * heads) {
            return Err(format!("{hidden} numbers cannot be shared by {heads} heads, {kv_heads} of keys"));
        }
        // Nothing here turns part of a head, or slower than its base says.
        let turned = self.content.metadata.get(&key("rope.dimension_count")).map(Value::to_u32);
        if turned.is_some_and(|it| it.ok() != Some(config.head() as u32)) {
            return Err(format!("{}: only whole heads are rotated", key("rope.dimension_count")));
        }
        for name in ["rope_freqs.weight", "rope_factors_short.weight"] {
            if self.content.tensor_infos.contains_key(name) {
                return Err(format!("{name}: rotation is not stretched here"));
            }
        }
        Ok(config)
    }

    fn network(&mut self, config: Config, n_words: usize) -> Result<Network, String> {
        let (hidden, wide, keys) = (config.hidden, config.wide, config.kv_heads * config.head());
        let words = Arc::new(self.matrix("token_embd.weight", n_words, hidden)?);
        let mut layers = Vec::new();
        for n in 0..config.layers {
            let name = |part: &str| format!("blk.{n}.{part}");
            layers.push(Layer {
                norm: self.vector(&name("attn_norm.weight"), hidden)?,
                q: self.linear(&name("attn_q"), hidden, hidden)?,
                k: self.linear(&name("attn_k"), keys, hidden)?,
                v: self.linear(&name("attn_v"), keys, hidden)?,
                attended: self.product(&name("attn_output.weight"), hidden, hidden)?,
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
        let norm = self.vector("output_norm.weight", hidden)?;
        Ok(Network { config, words, answers, layers, norm, arch: Arch::new() })
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
        self.content.tensor(&mut self.file, name, &Device::Cpu).map_err(|it| format!("{name}: {it}"))
    }
}
