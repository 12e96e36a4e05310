//! An encoder written down as other programs read one: `config.json`, `model.safetensors`, `tokenizer.json`.
//!
//! Weights in blocks of few bits are written in single precision, just as they are computed with here, so that another
//! program can be compared on the same numbers. How a container of blocks is read is left to `e5s1`.

use std::{fs, path::Path};

use candle_core::{Device, safetensors};
use casebook_fetch::card::Card;

use super::Files;
use crate::packed::Weights;

/// Writes the encoder of `card`, whose files lie in `dir`, into the folder `to`.
///
/// # Errors
/// Files that [`super::TextEncoder::load`] refuses as they are, and what the disk says.
pub fn write(dir: &Path, card: &Card, to: &Path) -> Result<(), String> {
    let Files { config, tokenizer, weights, .. } = Files::checked(dir, card).map_err(|it| it.to_string())?;
    let Weights { words, mut tensors } = weights;
    if let Some(blocks) = words {
        let words = blocks.dequantize(&Device::Cpu).map_err(|it| format!("words: {it}"))?;
        tensors.insert("embeddings.word_embeddings.weight".into(), words);
    }
    let path = to.join("model.safetensors");
    safetensors::save(&tensors, &path).map_err(|it| format!("{}: {it}", path.display()))?;
    let config = serde_json::to_vec_pretty(&config).map_err(|it| format!("config.json: {it}"))?;
    for (name, bytes) in [("config.json", config), ("tokenizer.json", tokenizer)] {
        let path = to.join(name);
        fs::write(&path, bytes).map_err(|it| format!("{}: {it}", path.display()))?;
    }
    Ok(())
}
