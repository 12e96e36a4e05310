//! Top layers of an encoder that were trained on: a small file beside weights that stay as they came.
//!
//! A safetensors file of the layers' own names (`encoder.layer.10.…`) in 16-bit numbers; the layers below are the
//! encoder's. Which encoder stands on its card.

use std::{collections::HashMap, fmt, ops::Range, path::Path};

use candle_core::{DType, Device, Tensor, safetensors};

use crate::packed::Config;

/// Layers from `first` to the top, under the names that BERT's own files use.
#[derive(Clone)]
pub struct TunedLayers {
    /// The lowest of them.
    pub first: usize,
    pub(crate) tensors: HashMap<String, Tensor>,
}

/// The top of an encoder as it came, to train on.
pub struct TopLayers {
    pub(crate) layers: TunedLayers,
    pub(crate) config: Config,
}

impl TopLayers {
    /// The lowest of them.
    #[must_use]
    pub fn first(&self) -> usize {
        self.layers.first
    }
}

impl fmt::Debug for TunedLayers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} tensors from layer {}", self.tensors.len(), self.first)
    }
}

/// The number of the layer that a tensor of this name belongs to.
fn layer_of(name: &str) -> Option<usize> {
    name.strip_prefix("encoder.layer.")?.split('.').next()?.parse().ok()
}

impl TunedLayers {
    /// Those of `layers` out of an encoder's own tensors.
    pub(crate) fn of(layers: Range<usize>, tensors: &HashMap<String, Tensor>) -> Self {
        let wanted = |name: &str| layer_of(name).is_some_and(|it| layers.contains(&it));
        let tensors = tensors.iter().filter(|it| wanted(it.0)).map(|(name, it)| (name.clone(), it.clone()));
        Self { first: layers.start, tensors: tensors.collect() }
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// Bytes that are no safetensors file, or hold anything else than layers.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let tensors = safetensors::load_buffer(bytes, &Device::Cpu).map_err(|it| it.to_string())?;
        if let Some(name) = tensors.keys().find(|it| layer_of(it).is_none()) {
            return Err(format!("{name} is no tensor of a layer"));
        }
        let first = tensors.keys().filter_map(|it| layer_of(it)).min().ok_or("it holds no layer")?;
        Ok(Self { first, tensors })
    }

    /// Writes the file, in 16-bit numbers.
    ///
    /// # Errors
    /// What the disk says.
    pub fn save(&self, path: &Path) -> Result<(), String> {
        let half = |it: &Tensor| it.to_dtype(DType::F16);
        let tensors = self.tensors.iter().map(|(name, it)| Ok((name.clone(), half(it)?)));
        let tensors: HashMap<_, _> =
            tensors.collect::<candle_core::Result<_>>().map_err(|it| it.to_string())?;
        safetensors::save(&tensors, path).map_err(|it| it.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers() -> TunedLayers {
        let ones = Tensor::ones((2, 2), DType::F32, &Device::Cpu).expect("four numbers");
        let name = |it: &str| format!("encoder.layer.{it}");
        let all = ["9.a", "10.a", "11.a"].map(|it| (name(it), ones.clone()));
        TunedLayers::of(10..12, &HashMap::from(all))
    }

    #[test]
    fn a_file_gives_back_the_layers_and_no_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("layers.safetensors");
        layers().save(&path).expect("it is written");
        let read = TunedLayers::parse(&std::fs::read(&path).expect("it is there")).expect("it is read");
        assert_eq!((read.first, read.tensors.len()), (10, 2));
    }

    #[test]
    fn what_is_no_file_of_layers_is_refused() {
        assert!(TunedLayers::parse(b"nothing of the kind").is_err());
    }
}
