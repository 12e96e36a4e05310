//! The container `E5S1`: a BERT encoder whose matrices are blocks of four bits, in one file of little-endian numbers.
//!
//! In order: the four letters and a version; hidden size, layers, heads, inner size, words, positions, kinds of text;
//! epsilon and the length of a block; a tokenizer, which is passed over, since the one beside the file is used; a list
//! of tensors with name, kind, length and place. Read as what it claims to be, and checked against that.

use std::collections::HashMap;

use candle_core::{
    Device, Tensor,
    quantized::{GgmlDType, QTensor, ggml_file},
};

use crate::packed::{Config, Weights};

const MAGIC: &[u8] = b"E5S1";
const VERSION: u32 = 1;
/// Numbers that share a scale, as in ggml's `Q4_0`, and the bytes they take.
const BLOCK: (usize, usize) = (32, 18);

/// What is read next.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], String> {
        let taken = self.at.checked_add(n).and_then(|end| self.bytes.get(self.at..end));
        let taken =
            taken.ok_or_else(|| format!("{n} bytes from {}: it has {}", self.at, self.bytes.len()))?;
        self.at += n;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        Ok(self.take(N)?.try_into().expect("as many were taken"))
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.array().map(u64::from_le_bytes)
    }

    fn count(&mut self) -> Result<usize, String> {
        let it = self.u32()?;
        i32::try_from(it).map(|it| it as usize).map_err(|_| format!("a count of {it}"))
    }
}

/// Where a tensor lies.
struct Place {
    is_blocks: bool,
    from: usize,
    bytes: usize,
}

/// What the encoder is and its weights, under the names that BERT's own files use.
pub(super) fn read(bytes: &[u8]) -> Result<(Config, Weights), String> {
    let mut reader = Reader { bytes, at: 0 };
    let (magic, version) = (reader.take(4)?, reader.u32()?);
    if magic != MAGIC || version != VERSION {
        return Err(format!("it begins with {magic:?}, version {version}: E5S1, version {VERSION}, is read"));
    }
    let mut size = || reader.count();
    let [hidden, layers, heads, wide, words, positions, kinds] =
        [size()?, size()?, size()?, size()?, size()?, size()?, size()?];
    let epsilon = f32::from_le_bytes(reader.array()?);
    let block = reader.count()?;
    if block != BLOCK.0 || !hidden.is_multiple_of(block) || !wide.is_multiple_of(block) {
        return Err(format!("rows of {hidden} and {wide} in blocks of {block}: of {} are read", BLOCK.0));
    }
    pass_tokenizer(&mut reader)?;
    let places = places(&mut reader)?;
    let file = File { bytes, places };
    let mut tensors = HashMap::new();
    let mut put = |name: String, tensor: Result<Tensor, String>| tensor.map(|it| tensors.insert(name, it));
    put("embeddings.position_embeddings.weight".into(), file.matrix("emb.pos", positions, hidden))?;
    put("embeddings.token_type_embeddings.weight".into(), file.matrix("emb.type", kinds, hidden))?;
    put("embeddings.LayerNorm.weight".into(), file.row("emb.ln.w", hidden))?;
    put("embeddings.LayerNorm.bias".into(), file.row("emb.ln.b", hidden))?;
    for layer in 0..layers {
        for (short, name, rows, columns) in [
            ("q", "attention.self.query", hidden, hidden),
            ("k", "attention.self.key", hidden, hidden),
            ("v", "attention.self.value", hidden, hidden),
            ("ao", "attention.output.dense", hidden, hidden),
            ("fi", "intermediate.dense", wide, hidden),
            ("fo", "output.dense", hidden, wide),
        ] {
            let (short, name) = (format!("l{layer}.{short}"), format!("encoder.layer.{layer}.{name}"));
            put(format!("{name}.weight"), file.matrix(&format!("{short}.w"), rows, columns))?;
            put(format!("{name}.bias"), file.row(&format!("{short}.b"), rows))?;
        }
        for (short, name) in [("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")] {
            let (short, name) = (format!("l{layer}.{short}"), format!("encoder.layer.{layer}.{name}"));
            put(format!("{name}.weight"), file.row(&format!("{short}.w"), hidden))?;
            put(format!("{name}.bias"), file.row(&format!("{short}.b"), hidden))?;
        }
    }
    let words_table = file.blocks("emb.word", words, hidden)?;
    let config = Config::bert([hidden, layers, heads, wide, words, positions, kinds], f64::from(epsilon));
    Ok((config, Weights { words: Some(words_table), tensors }))
}

fn pass_tokenizer(reader: &mut Reader) -> Result<(), String> {
    let pieces = reader.count()?;
    reader.take(4 * 4)?;
    let spelt = reader.u64()?;
    let spelt = usize::try_from(spelt).map_err(|_| format!("a vocabulary of {spelt} bytes"))?;
    // Where each piece ends, and what it is worth.
    reader.take(4 * (pieces + 1))?;
    reader.take(4 * pieces)?;
    reader.take(spelt)?;
    reader.u32()?;
    let replaced = reader.count()?;
    reader.take(replaced).map(drop)
}

fn places(reader: &mut Reader) -> Result<HashMap<String, Place>, String> {
    let mut places = HashMap::new();
    for _ in 0..reader.count()? {
        let length = u16::from_le_bytes(reader.array()?);
        let name = String::from_utf8_lossy(reader.take(usize::from(length))?).into_owned();
        let [kind] = reader.array()?;
        let (_, from, bytes) = (reader.u32()?, reader.u64()?, reader.u64()?);
        let (Ok(from), Ok(bytes)) = (usize::try_from(from), usize::try_from(bytes)) else {
            return Err(format!("{name}: {bytes} bytes from {from}"));
        };
        if kind > 1 {
            return Err(format!("{name} is of kind {kind}: 0 and 1 are read"));
        }
        places.insert(name, Place { is_blocks: kind == 1, from, bytes });
    }
    Ok(places)
}

struct File<'a> {
    bytes: &'a [u8],
    places: HashMap<String, Place>,
}

impl File<'_> {
    /// The bytes of a tensor that is as large as it should be.
    fn slice(&self, name: &str, is_blocks: bool, bytes: usize) -> Result<&[u8], String> {
        let place = self.places.get(name).ok_or_else(|| format!("it has no {name}"))?;
        if place.is_blocks != is_blocks || place.bytes != bytes {
            return Err(format!("{name} is {} bytes, and should be {bytes}", place.bytes));
        }
        Reader { bytes: self.bytes, at: place.from }.take(bytes).map_err(|it| format!("{name}: {it}"))
    }

    fn row(&self, name: &str, length: usize) -> Result<Tensor, String> {
        self.plain(name, &[length])
    }

    fn plain(&self, name: &str, shape: &[usize]) -> Result<Tensor, String> {
        let bytes = self.slice(name, false, 4 * shape.iter().product::<usize>())?;
        let numbers: Vec<f32> =
            bytes.chunks_exact(4).map(|it| f32::from_le_bytes(it.try_into().expect("four"))).collect();
        Tensor::from_vec(numbers, shape, &Device::Cpu).map_err(|it| format!("{name}: {it}"))
    }

    fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Tensor, String> {
        match self.places.get(name).is_some_and(|it| it.is_blocks) {
            true => self
                .blocks(name, rows, columns)?
                .dequantize(&Device::Cpu)
                .map_err(|it| format!("{name}: {it}")),
            false => self.plain(name, &[rows, columns]),
        }
    }

    fn blocks(&self, name: &str, rows: usize, columns: usize) -> Result<QTensor, String> {
        let bytes = self.slice(name, true, rows * columns / BLOCK.0 * BLOCK.1)?;
        ggml_file::qtensor_from_ggml(GgmlDType::Q4_0, bytes, vec![rows, columns], &Device::Cpu)
            .map_err(|it| format!("{name}: {it}"))
    }
}
