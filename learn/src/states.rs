//! What the layers that stay as they came make of each text: computed once per text, kept in a file, gone on with after
//! a break.
//!
//! A record per text: the first eight bytes of its sha256, how many numbers follow, and those as 16-bit floats. A last
//! record that was cut off is none.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{self, BufReader, BufWriter, ErrorKind, Read, Write},
    path::Path,
};

use casebook_core::ports::Flow;
use casebook_models::{encoder::TextEncoder, heads::mark};
use half::f16;

use crate::tune::TuneError;

/// Texts between two chances to stop.
const CHUNK: usize = 256;

/// States of texts, one entry per text: a row of hidden numbers per token.
pub struct States(Vec<Vec<f16>>);

impl States {
    /// The states of `texts` below layer `layer`, each of `most` tokens at most. What `path` holds is not computed
    /// again: whoever asks keeps a file for each encoder, layer and `most`. `watch` hears how many are done, and of how
    /// many.
    ///
    /// # Errors
    /// What the disk or the encoder says, and a stop.
    pub fn of(
        encoder: &TextEncoder,
        layer: usize,
        texts: &[&str],
        most: usize,
        path: &Path,
        watch: &mut dyn FnMut(usize, usize) -> Flow,
    ) -> Result<Self, TuneError> {
        let failed = |source| TuneError::File { path: path.display().to_string(), source };
        let (mut known, whole) = kept(path).map_err(failed)?;
        let mut missing: Vec<&str> =
            texts.iter().copied().filter(|it| !known.contains_key(&mark(it))).collect();
        missing.sort_unstable();
        missing.dedup();
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        file.set_len(whole).map_err(failed)?;
        let mut file = BufWriter::new(file);
        for (n, chunk) in missing.chunks(CHUNK).enumerate() {
            if watch(n * CHUNK, missing.len()) == Flow::Stop {
                return Err(TuneError::Stopped);
            }
            for (text, states) in chunk.iter().zip(encoder.states_below(layer, chunk, most)?) {
                let states: Vec<f16> = states.into_iter().map(f16::from_f32).collect();
                put(&mut file, mark(text), &states).map_err(failed)?;
                known.insert(mark(text), states);
            }
            file.flush().map_err(failed)?;
        }
        // A text that stands twice shares one record, and may be asked for twice.
        Ok(Self(texts.iter().map(|it| known.get(&mark(it)).cloned().unwrap_or_default()).collect()))
    }

    /// Of the text at `n`.
    #[must_use]
    pub fn row(&self, n: usize) -> &[f16] {
        &self.0[n]
    }
}

fn put(file: &mut impl Write, mark: u64, states: &[f16]) -> io::Result<()> {
    file.write_all(&mark.to_le_bytes())?;
    file.write_all(&(states.len() as u32).to_le_bytes())?;
    let bytes: Vec<u8> = states.iter().flat_map(|it| it.to_le_bytes()).collect();
    file.write_all(&bytes)
}

/// The records that a file holds whole, and how many bytes they take.
fn kept(path: &Path) -> io::Result<(HashMap<u64, Vec<f16>>, u64)> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok((HashMap::new(), 0)),
        Err(problem) => return Err(problem),
    };
    let length = file.metadata()?.len();
    let mut reader = BufReader::new(file);
    let (mut states, mut whole) = (HashMap::new(), 0);
    while whole + 12 <= length {
        let (mut mark, mut count) = ([0; 8], [0; 4]);
        reader.read_exact(&mut mark)?;
        reader.read_exact(&mut count)?;
        let bytes = 2 * u64::from(u32::from_le_bytes(count));
        if whole + 12 + bytes > length {
            break;
        }
        let mut halves = vec![0; bytes as usize];
        reader.read_exact(&mut halves)?;
        let halves = halves.chunks_exact(2).map(|it| f16::from_le_bytes([it[0], it[1]])).collect();
        states.insert(u64::from_le_bytes(mark), halves);
        whole += 12 + bytes;
    }
    Ok((states, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_was_cut_off_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("states.f16");
        let mut bytes = Vec::new();
        put(&mut bytes, 7, &[f16::ONE; 3]).expect("memory");
        let whole = bytes.len() as u64;
        put(&mut bytes, 8, &[f16::ONE; 3]).expect("memory");
        std::fs::write(&path, &bytes[..bytes.len() - 1]).expect("it is written");
        let (states, kept) = kept(&path).expect("it is read");
        assert_eq!((states.len(), kept), (1, whole));
        assert_eq!(states[&7], [f16::ONE; 3]);
    }
}
