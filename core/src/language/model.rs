//! How likely each language is for words of one script, by a small model in the program.
//!
//! The model is of the kind fastText made known: every piece of a word it knows has sixteen numbers, a text is the sum of
//! its pieces' numbers over the root of how many pieces there are, and every language weighs that sum. A text of
//! pieces that are not known leaves little of a sum, and so nothing that is likely. `core/examples/teach_language.rs`
//! makes `model.bin`; docs/dependencies.md says of which texts. It is read where it lies: nothing is unpacked or made
//! at the start.

use super::reading;

/// Numbers of a piece.
const DIMS: usize = 16;
const HEAD: usize = 12;
/// Of a language: code, mask of scripts, bias, weights.
const LANGUAGE: usize = 8 + 2 + 4 + 4 * DIMS;

static MODEL: &[u8] = include_bytes!("model.bin");

/// A language the model knows, and how likely it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likely {
    pub(super) code: &'static str,
    pub(super) share: f32,
}

/// Every language of the scripts in `mask`, by how likely `words` are of it. The shares make one in all.
pub(super) fn likely<'a>(words: impl Iterator<Item = &'a str>, mask: u16) -> Vec<Likely> {
    let layout = Layout::read();
    let mut sums = [0_i32; DIMS];
    let mut n_pieces = 0_u32;
    for word in words {
        reading::pieces(word, |piece| {
            n_pieces += 1;
            if let Some(vector) = layout.vector(piece) {
                for (sum, it) in sums.iter_mut().zip(vector) {
                    *sum += i32::from(it.cast_signed());
                }
            }
        });
    }
    let root = (n_pieces.max(1) as f32).sqrt();
    let hidden = sums.map(|it| it as f32 / root);
    let weighed: Vec<(&str, f32)> = (0..layout.n_languages)
        .map(Language::read)
        .filter(|it| it.mask & mask != 0)
        .map(|it| (it.code, it.weigh(&hidden)))
        .collect();
    let top = weighed.iter().map(|it| it.1).fold(f32::NEG_INFINITY, f32::max);
    let whole: f32 = weighed.iter().map(|it| (it.1 - top).exp()).sum();
    weighed.into_iter().map(|(code, weight)| Likely { code, share: (weight - top).exp() / whole }).collect()
}

/// Where the parts of the file begin.
struct Layout {
    n_languages: usize,
    bucket_bits: u32,
    index: usize,
    prints: usize,
    vectors: usize,
}

struct Language {
    code: &'static str,
    mask: u16,
    bias: f32,
    weights: &'static [u8],
}

impl Layout {
    fn read() -> Self {
        let n_languages = usize::from(short(4));
        let bucket_bits = u32::from(MODEL[7]);
        let n_pieces = long(8) as usize;
        let index = HEAD + n_languages * LANGUAGE;
        let prints = index + ((1 << bucket_bits) + 1) * 4;
        Self { n_languages, bucket_bits, index, prints, vectors: prints + n_pieces * 2 }
    }

    /// The numbers of a piece. Its first bits say in which few places it can be, sixteen more say in which: one piece in
    /// some ten thousand is taken for another.
    fn vector(&self, piece: u64) -> Option<&'static [u8]> {
        let bucket = (piece >> (64 - self.bucket_bits)) as usize;
        let print = (piece >> (48 - self.bucket_bits)) as u16;
        let (from, to) = (long(self.index + bucket * 4) as usize, long(self.index + bucket * 4 + 4) as usize);
        let place = (from..to).find(|it| short(self.prints + it * 2) == print)?;
        let at = self.vectors + place * DIMS;
        Some(&MODEL[at..at + DIMS])
    }
}

impl Language {
    fn read(n: usize) -> Self {
        let at = HEAD + n * LANGUAGE;
        let code = &MODEL[at..at + 8];
        let length = code.iter().position(|it| *it == 0).unwrap_or(code.len());
        Self {
            code: std::str::from_utf8(&code[..length]).unwrap_or_default(),
            mask: short(at + 8),
            bias: f32::from_bits(long(at + 10)),
            weights: &MODEL[at + 14..at + LANGUAGE],
        }
    }

    fn weigh(&self, hidden: &[f32; DIMS]) -> f32 {
        let weights = self.weights.chunks_exact(4).map(|it| f32::from_le_bytes([it[0], it[1], it[2], it[3]]));
        self.bias + hidden.iter().zip(weights).map(|(a, b)| a * b).sum::<f32>()
    }
}

fn short(at: usize) -> u16 {
    u16::from_le_bytes([MODEL[at], MODEL[at + 1]])
}

fn long(at: usize) -> u32 {
    u32::from_le_bytes([MODEL[at], MODEL[at + 1], MODEL[at + 2], MODEL[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_as_long_as_it_says_and_not_too_long() {
        let layout = Layout::read();
        assert_eq!(&MODEL[..4], b"CBL1");
        assert_eq!(usize::from(MODEL[6]), DIMS);
        assert_eq!(MODEL.len(), layout.vectors + (layout.vectors - layout.prints) / 2 * DIMS);
        assert!(MODEL.len() < 3_000_000, "the program grows by {} bytes", MODEL.len());
    }

    #[test]
    fn it_knows_languages_of_every_shared_script() {
        let layout = Layout::read();
        assert!(layout.n_languages >= 180, "{}", layout.n_languages);
        for script in reading::Script::SHARED {
            let bit = script.bit().expect("a shared script has a bit");
            assert!((0..layout.n_languages).any(|it| Language::read(it).mask & bit != 0), "{script:?}");
        }
    }
}
