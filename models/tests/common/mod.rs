//! A BERT small enough for a test, with weights drawn by chance: the same ones for the same seed.

use std::collections::HashMap;

use casebook_core::folds::Chance;
use safetensors::{Dtype, serialize, tensor::TensorView};

/// Two layers of it.
#[derive(Clone, Copy)]
pub struct TinyBert {
    pub vocabulary: usize,
    pub positions: usize,
    pub hidden: usize,
    pub heads: usize,
    /// Numbers between the two products of a layer.
    pub wide: usize,
    pub seed: u64,
    /// Weights lie within 1000 of this many parts of one.
    pub parts: f32,
}

impl TinyBert {
    /// What stands in `config.json`.
    pub fn config(&self) -> String {
        serde_json::json!({
            "vocab_size": self.vocabulary, "hidden_size": self.hidden, "num_hidden_layers": 2,
            "num_attention_heads": self.heads, "intermediate_size": self.wide, "hidden_act": "gelu",
            "hidden_dropout_prob": 0.0, "max_position_embeddings": self.positions, "type_vocab_size": 2,
            "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0,
            "position_embedding_type": "absolute", "use_cache": false, "classifier_dropout": null, "model_type": "bert"
        })
        .to_string()
    }

    /// The bytes of `model.safetensors`.
    pub fn weights(&self) -> Vec<u8> {
        let mut chance = Chance::new(self.seed);
        let tensors: HashMap<String, (Vec<usize>, Vec<u8>)> = self
            .shapes()
            .into_iter()
            .map(|(name, shape)| {
                let base = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
                let mut number = || base + (chance.below(2001) as f32 - 1000.0) / self.parts;
                let n = shape.iter().product::<usize>();
                (name, (shape, (0..n).flat_map(|_| number().to_le_bytes()).collect()))
            })
            .collect();
        let views = tensors.iter().map(|(name, (shape, bytes))| {
            (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
        });
        serialize(views, None).unwrap()
    }

    fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        let (hidden, wide) = (self.hidden, self.wide);
        let mut shapes: Vec<(String, Vec<usize>)> = vec![
            ("embeddings.word_embeddings.weight".into(), vec![self.vocabulary, hidden]),
            ("embeddings.position_embeddings.weight".into(), vec![self.positions, hidden]),
            ("embeddings.token_type_embeddings.weight".into(), vec![2, hidden]),
            ("embeddings.LayerNorm.weight".into(), vec![hidden]),
            ("embeddings.LayerNorm.bias".into(), vec![hidden]),
        ];
        for layer in 0..2 {
            for (name, rows, columns) in [
                ("attention.self.query", hidden, hidden),
                ("attention.self.key", hidden, hidden),
                ("attention.self.value", hidden, hidden),
                ("attention.output.dense", hidden, hidden),
                ("intermediate.dense", wide, hidden),
                ("output.dense", hidden, wide),
            ] {
                shapes.push((format!("encoder.layer.{layer}.{name}.weight"), vec![rows, columns]));
                shapes.push((format!("encoder.layer.{layer}.{name}.bias"), vec![rows]));
            }
            for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
                shapes.push((format!("encoder.layer.{layer}.{name}.weight"), vec![hidden]));
                shapes.push((format!("encoder.layer.{layer}.{name}.bias"), vec![hidden]));
            }
        }
        shapes
    }
}
