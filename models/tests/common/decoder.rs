//! A decoder in one GGUF file, small enough for a test, with weights drawn by chance: the same ones for the same seed.

use std::{fs::File, path::Path};

use candle_core::{
    Device, Tensor,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{self, Value},
    },
};
use casebook_core::folds::Chance;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;

/// Tokens that no text may become, as the file has them: of control, and added.
pub const SPECIAL: [(&str, i32); 6] = [
    ("<|endoftext|>", 3),
    ("<|im_start|>", 3),
    ("<|im_end|>", 3),
    ("<tool_call>", 4),
    ("</tool_call>", 4),
    ("<|fim_pad|>", 3),
];

/// Joined in this order: what spells the answers, and parts of what spells tokens of control.
const MERGES: [&str; 22] = [
    "Y e", "Ye s", "N o", "y e", "ye s", "n o", "Ġ Yes", "Ġ No", "Ġ yes", "Ġ no", "Y E", "YE S", "< |",
    "| >", "i m", "_ s", "_s t", "_st a", "_sta r", "_star t", "u s", "us er",
];

/// Two layers of it.
#[derive(Clone, Copy)]
pub struct TinyDecoder {
    pub architecture: &'static str,
    /// Of the products; norms and biases are whole numbers of four bytes.
    pub kind: GgmlDType,
    pub seed: u64,
    pub has_chat: bool,
    /// That it can read.
    pub most_tokens: u32,
}

const HIDDEN: usize = 64;
const WIDE: usize = 128;
const HEADS: usize = 4;
const KV_HEADS: usize = 2;

impl TinyDecoder {
    pub fn new(architecture: &'static str) -> Self {
        Self { architecture, kind: GgmlDType::F32, seed: 7, has_chat: true, most_tokens: 1024 }
    }

    /// What each token is spelt as, and of which kind it is.
    pub fn vocabulary(self) -> Vec<(String, i32)> {
        let special = SPECIAL.into_iter().map(|(it, kind)| (it.to_owned(), kind));
        let special = special.filter(|it| self.has_chat || !it.0.contains("im_"));
        let mut bytes: Vec<String> = ByteLevel::alphabet().into_iter().map(String::from).collect();
        bytes.sort();
        bytes.push("er".into());
        let joined = MERGES.iter().map(|it| it.replace(' ', ""));
        special.chain(bytes.into_iter().chain(joined).map(|it| (it, 1))).collect()
    }

    /// Numbers in a head; those of `qwen3` are longer than their share.
    fn head(self) -> usize {
        if self.architecture == "qwen3" { 24 } else { HIDDEN / HEADS }
    }

    pub fn write(self, path: &Path) {
        let name = |it: &str| format!("{}.{it}", self.architecture);
        let texts = |it: Vec<String>| Value::Array(it.into_iter().map(Value::String).collect());
        let (spellings, kinds): (Vec<_>, Vec<_>) = self.vocabulary().into_iter().unzip();
        let words = if self.architecture == "llama" { "smollm" } else { "qwen2" };
        let mut merges: Vec<String> = MERGES.iter().map(|it| (*it).to_owned()).collect();
        merges.insert(0, "e r".into());
        let n_words = spellings.len();
        let metadata = [
            ("general.architecture".to_owned(), Value::String(self.architecture.into())),
            (name("block_count"), Value::U32(2)),
            (name("embedding_length"), Value::U32(HIDDEN as u32)),
            (name("feed_forward_length"), Value::U32(WIDE as u32)),
            (name("attention.head_count"), Value::U32(HEADS as u32)),
            (name("attention.head_count_kv"), Value::U32(KV_HEADS as u32)),
            (name("attention.layer_norm_rms_epsilon"), Value::F32(1e-6)),
            (name("rope.freq_base"), Value::F32(10_000.0)),
            (name("rope.dimension_count"), Value::U32(self.head() as u32)),
            (name("attention.key_length"), Value::U32(self.head() as u32)),
            (name("attention.value_length"), Value::U32(self.head() as u32)),
            // Without it candle's own `qwen3` rounds how heads are turned to half precision.
            ("general.dtype".into(), Value::U32(0)),
            (name("context_length"), Value::U32(self.most_tokens)),
            ("tokenizer.ggml.model".into(), Value::String("gpt2".into())),
            ("tokenizer.ggml.pre".into(), Value::String(words.into())),
            ("tokenizer.ggml.tokens".into(), texts(spellings)),
            ("tokenizer.ggml.merges".into(), texts(merges)),
            ("tokenizer.ggml.token_type".into(), Value::Array(kinds.into_iter().map(Value::I32).collect())),
        ];
        let metadata: Vec<_> = metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
        let tensors = self.tensors(n_words);
        let tensors: Vec<_> = tensors.iter().map(|(name, it)| (name.as_str(), it)).collect();
        gguf_file::write(&mut File::create(path).unwrap(), &metadata, &tensors).unwrap();
    }

    fn tensors(self, n_words: usize) -> Vec<(String, QTensor)> {
        let mut chance = Chance::new(self.seed);
        let mut draw = |base: f32, spread: f32, shape: &[usize]| {
            let mut number = || base + spread * (chance.below(2001) as f32 - 1000.0) / 1000.0;
            let numbers: Vec<f32> = (0..shape.iter().product()).map(|_| number()).collect();
            Tensor::from_vec(numbers, shape, &Device::Cpu).unwrap()
        };
        let (all_heads, keys) = (HEADS * self.head(), KV_HEADS * self.head());
        let mut all = vec![
            ("token_embd.weight".to_owned(), draw(0.0, 1.0, &[n_words, HIDDEN])),
            ("output_norm.weight".to_owned(), draw(1.0, 0.3, &[HIDDEN])),
        ];
        for n in 0..2 {
            for (part, rows, columns) in [
                ("attn_q", all_heads, HIDDEN),
                ("attn_k", keys, HIDDEN),
                ("attn_v", keys, HIDDEN),
                ("attn_output", HIDDEN, all_heads),
                ("ffn_gate", WIDE, HIDDEN),
                ("ffn_up", WIDE, HIDDEN),
                ("ffn_down", HIDDEN, WIDE),
            ] {
                all.push((format!("blk.{n}.{part}.weight"), draw(0.0, 0.3, &[rows, columns])));
                if self.architecture == "qwen2" && ["attn_q", "attn_k", "attn_v"].contains(&part) {
                    all.push((format!("blk.{n}.{part}.bias"), draw(0.0, 0.5, &[rows])));
                }
            }
            if self.architecture == "qwen3" {
                all.push((format!("blk.{n}.attn_q_norm.weight"), draw(1.0, 0.3, &[self.head()])));
                all.push((format!("blk.{n}.attn_k_norm.weight"), draw(1.0, 0.3, &[self.head()])));
            }
            all.push((format!("blk.{n}.attn_norm.weight"), draw(1.0, 0.3, &[HIDDEN])));
            all.push((format!("blk.{n}.ffn_norm.weight"), draw(1.0, 0.3, &[HIDDEN])));
        }
        let kind = |it: &Tensor| if it.rank() == 2 { self.kind } else { GgmlDType::F32 };
        all.into_iter().map(|(name, it)| (name, QTensor::quantize(&it, kind(&it)).unwrap())).collect()
    }
}
