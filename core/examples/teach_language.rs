//! Teaches the model that tells languages apart: `teach_language TEXTS MODEL [N_EXAMPLES]`.
//!
//! `language/texts.py` gathers TEXTS: it has lines of three cells between tabs: the code of a language, the kind of text, the text. Kinds: `s`
//! sentences, `d` what programs say, `p` single words and pairs, `z` words by how often they are met, the most
//! frequent first, `k` words of grammar, `c` chat. A language `und` holds what is of none: names, noise. Every example
//! is a few words of such a text, so that what is learnt holds for a line of chat as for a page. What is written is
//! described in `core/src/language/model.rs`.

use std::{
    collections::{BTreeMap, HashMap},
    env, fs,
    io::Write,
};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

#[path = "../src/language/reading.rs"]
#[allow(dead_code, reason = "the model reads more of it than its teacher")]
mod reading;

const DIMS: usize = 16;
const BUCKET_BITS: u32 = 15;
/// Of these few texts could be had, and many people write them.
const SCARCE: [&str; 30] = [
    "am", "uz", "yi", "ps", "ku", "ckb", "ceb", "jv", "su", "rw", "mg", "ht", "gl", "lb", "ha", "ig", "fo",
    "tg", "tt", "ky", "ug", "xh", "my", "bo", "pcm", "ilo", "sd", "ny", "wo", "ti",
];
/// Languages many people write on platforms are met more often, so that doubt falls on their side.
const FREQUENT: [&str; 40] = [
    "es", "pt", "fr", "de", "it", "nl", "id", "tr", "pl", "ru", "ar", "hi", "ur", "fa", "vi", "fil", "sv",
    "ro", "cs", "hu", "da", "nb", "fi", "uk", "bn", "sw", "ms", "hi-Latn", "ur-Latn", "el", "sr", "hr", "bg",
    "af", "sk", "ca", "mr", "ne", "he", "zu",
];

fn main() {
    let asked: Vec<String> = env::args().collect();
    let [_, texts, model, rest @ ..] = &asked[..] else { panic!("teach_language TEXTS MODEL [N_EXAMPLES]") };
    let n_examples = rest.first().map_or(6_000_000, |it| it.parse().expect("a number"));
    let shelf = Shelf::read(&fs::read_to_string(texts).expect("texts can be read"));
    let mut chance = Chance(42);
    let table = shelf.choose_pieces(&mut chance);
    let masks = shelf.masks(&mut chance);
    println!("{} languages, {} pieces", shelf.codes.len(), table.len());
    let mut net = Net::new(table.len(), shelf.codes.len(), &mut chance);
    let (mut loss, mut n_right) = (0.0, 0);
    for n in 0..n_examples {
        let (class, words) = shelf.example(&mut chance);
        let (pieces, n_all, mask) = look_up(&words, &table);
        let rate = 0.12 * (1.0 - n as f32 / n_examples as f32) + 0.002;
        let (right, lost) = net.learn(class, &pieces, n_all, |it| masks[it] & mask != 0, rate);
        loss += lost;
        n_right += usize::from(right);
        if n % 500_000 == 499_999 {
            println!("{n}: loss {:.3}, right {:.3}", loss / 500_000.0, n_right as f32 / 500_000.0);
            (loss, n_right) = (0.0, 0);
        }
    }
    net.write(model, &shelf.codes, &masks, &table);
}

/// A small generator: examples are drawn in the same order each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 33) as usize) % n
    }

    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }
}

#[derive(Default)]
struct Texts {
    /// By kind.
    kinds: BTreeMap<char, Vec<Vec<String>>>,
}

struct Shelf {
    codes: Vec<String>,
    texts: Vec<Texts>,
    /// Running sums of how often each language is drawn.
    sums: Vec<f32>,
    weights: Vec<f32>,
    noise: Vec<String>,
}

impl Shelf {
    fn read(lines: &str) -> Self {
        let mut by_code: BTreeMap<String, Texts> = BTreeMap::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for line in lines.lines() {
            let mut cells = line.splitn(3, '\t');
            let (Some(code), Some(kind), Some(text)) = (cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let words = reading::words(text, 2000);
            // Languages without spaces are told by their script.
            if words.is_empty() || ["zh", "ja", "ko", "th", "km", "lo", "ii"].contains(&code) {
                continue;
            }
            let shared = words.iter().filter_map(|it| reading::script_of_word(it)?.bit()).count();
            if shared * 2 < words.len() {
                continue;
            }
            *seen.entry(code.into()).or_default() += text.len();
            let kind = kind.chars().next().expect("a kind");
            by_code.entry(code.into()).or_default().kinds.entry(kind).or_default().push(words);
        }
        by_code.retain(|code, _| seen[code] > 3_500 || code == "ar-Latn");
        let noise = by_code["und"].kinds[&'c'].iter().flatten().cloned().collect();
        let (codes, texts): (Vec<_>, Vec<_>) = by_code.into_iter().unzip();
        let weights: Vec<f32> = codes
            .iter()
            .map(|code| match code.as_str() {
                "en" => 30.0,
                "und" => 6.0,
                it if FREQUENT.contains(&it) => 4.0,
                "ar-Latn" | "bn-Latn" | "gu-Latn" | "mr-Latn" | "pa-Latn" | "ta-Latn" | "te-Latn" => 0.5,
                "ti" => 0.7,
                it if seen[it] > 60_000 || SCARCE.contains(&it) => 2.0,
                it if it.len() == 2 => 1.0,
                _ => 0.5,
            })
            .collect();
        let sums = weights
            .iter()
            .scan(0.0, |sum, it| {
                Some({
                    *sum += it;
                    *sum
                })
            })
            .collect();
        Self { codes, texts, sums, weights, noise }
    }

    fn example(&self, chance: &mut Chance) -> (usize, Vec<String>) {
        let drawn = chance.unit() * self.sums[self.sums.len() - 1];
        let class = self.sums.partition_point(|it| *it <= drawn).min(self.codes.len() - 1);
        (class, self.words_of(class, chance))
    }

    fn words_of(&self, class: usize, chance: &mut Chance) -> Vec<String> {
        let kinds = &self.texts[class].kinds;
        let share = |kind: char| match kind {
            's' => 0.52,
            'd' => 0.10,
            'p' | 'k' => 0.05,
            'z' => 0.22,
            _ => 0.12,
        };
        let whole: f32 = kinds.keys().map(|it| share(*it)).sum();
        let mut drawn = chance.unit() * whole;
        let mut chosen = *kinds.keys().next().expect("a language has texts");
        for kind in kinds.keys() {
            chosen = *kind;
            drawn -= share(*kind);
            if drawn <= 0.0 {
                break;
            }
        }
        let lines = &kinds[&chosen];
        let n_words = match chance.unit() {
            it if it < 0.05 => 1,
            it if it < 0.14 => 2,
            it if it < 0.55 => 3 + chance.below(4),
            it if it < 0.85 => 7 + chance.below(9),
            _ => 16 + chance.below(25),
        };
        let mut words: Vec<String> = match chosen {
            // Zipf: the rank of a drawn word is spread evenly over its logarithm.
            'z' | 'k' | 'p' => (0..n_words.min(8))
                .flat_map(|_| {
                    let rank = match chosen {
                        'z' => (chance.unit() * (lines.len() as f32).ln()).exp() as usize - 1,
                        _ => chance.below(lines.len()),
                    };
                    lines[rank.min(lines.len() - 1)].clone()
                })
                .collect(),
            _ => {
                let line = &lines[chance.below(lines.len())];
                let from = if line.len() > n_words { chance.below(line.len() - n_words + 1) } else { 0 };
                line[from..line.len().min(from + n_words)].to_vec()
            }
        };
        self.disturb(class, &mut words, chance);
        words
    }

    /// People leave accents out, name people and places, and laugh in any language.
    fn disturb(&self, class: usize, words: &mut Vec<String>, chance: &mut Chance) {
        if chance.unit() < 0.2 {
            for word in words.iter_mut() {
                *word = without_accents(word);
            }
        }
        if words.len() > 1 && chance.unit() < 0.15 && self.codes[class] != "und" {
            let at = chance.below(words.len() + 1);
            words.insert(at, self.noise[chance.below(self.noise.len())].clone());
        }
        // An English word in another language is no English.
        if words.len() > 3 && chance.unit() < 0.08 && !["en", "und"].contains(&&*self.codes[class]) {
            let english = self.codes.iter().position(|it| it == "en").expect("English is there");
            let lines = &self.texts[english].kinds[&'z'];
            let rank = (chance.unit() * (lines.len() as f32).ln()).exp() as usize - 1;
            let at = chance.below(words.len() + 1);
            words.insert(at, lines[rank][0].clone());
        }
    }

    /// The pieces that say most of some language.
    fn choose_pieces(&self, chance: &mut Chance) -> HashMap<u64, u32> {
        let mut counts: HashMap<u64, HashMap<u16, f32>> = HashMap::new();
        let mut totals = vec![0.0_f32; self.codes.len()];
        for (class, total) in totals.iter_mut().enumerate() {
            let n_draws = if self.codes[class] == "en" { 12_000 } else { 3_000 };
            for _ in 0..n_draws {
                for word in self.words_of(class, chance) {
                    reading::pieces(&word, |piece| {
                        *counts.entry(piece).or_default().entry(class as u16).or_default() += 1.0;
                        *total += 1.0;
                    });
                }
            }
        }
        let mut best: Vec<Vec<(f32, u64)>> = vec![Vec::new(); self.codes.len()];
        for (piece, classes) in &counts {
            let mean: f32 = classes.iter().map(|(class, n)| n / totals[*class as usize]).sum::<f32>()
                / self.codes.len() as f32;
            for (class, n) in classes.iter().filter(|(_, n)| **n >= 4.0) {
                let part = n / totals[*class as usize];
                best[*class as usize].push((part * (part / mean).ln(), *piece));
            }
        }
        let mut chosen: Vec<u64> = Vec::new();
        for (class, pieces) in best.iter_mut().enumerate() {
            pieces.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let most = match self.weights[class] {
                it if it > 20.0 => 8_000,
                it if it >= 4.0 => 2_300,
                it if it >= 2.0 => 1_350,
                it if it >= 1.0 => 750,
                _ => 500,
            };
            chosen.extend(pieces.iter().take(most).map(|it| it.1));
        }
        // The file has them in the order of their places.
        chosen.sort_unstable();
        chosen.dedup();
        chosen.into_iter().zip(0..).collect()
    }

    /// In which scripts a language is written.
    fn masks(&self, chance: &mut Chance) -> Vec<u16> {
        let mut masks = Vec::new();
        for class in 0..self.codes.len() {
            let mut seen: BTreeMap<u16, usize> = BTreeMap::new();
            for _ in 0..1000 {
                for bit in
                    self.words_of(class, chance).iter().filter_map(|it| reading::script_of_word(it)?.bit())
                {
                    *seen.entry(bit).or_default() += 1;
                }
            }
            let whole: usize = seen.values().sum();
            // Foreign words stand in the texts of every language; names are of any script.
            let least = if self.codes[class] == "und" { whole / 100 } else { whole / 6 };
            masks.push(seen.iter().filter(|(_, n)| **n > least).map(|(bit, _)| bit).sum());
        }
        masks
    }
}

fn without_accents(word: &str) -> String {
    if word.is_ascii() || !matches!(reading::script_of_word(word), Some(reading::Script::Latin)) {
        return word.to_owned();
    }
    let plain = word.nfd().filter(|it| !is_combining_mark(*it));
    plain
        .map(|it| match it {
            'ł' => 'l',
            'ı' => 'i',
            'ø' => 'o',
            'đ' => 'd',
            'ə' => 'e',
            it => it,
        })
        .collect()
}

fn look_up(words: &[String], table: &HashMap<u64, u32>) -> (Vec<u32>, usize, u16) {
    let (mut pieces, mut n_all, mut mask) = (Vec::new(), 0, 0);
    for word in words {
        mask |= reading::script_of_word(word).and_then(reading::Script::bit).unwrap_or_default();
        reading::pieces(word, |piece| {
            n_all += 1;
            pieces.extend(table.get(&piece));
        });
    }
    (pieces, n_all, mask)
}

/// One hidden layer without a bend: the sum of a text's pieces over the root of their number, then a weight for each
/// language. Learnt by Adagrad.
struct Net {
    pieces: Vec<[f32; DIMS]>,
    piece_sums: Vec<f32>,
    out: Vec<[f32; DIMS]>,
    out_sums: Vec<f32>,
    bias: Vec<f32>,
    bias_sums: Vec<f32>,
}

impl Net {
    fn new(n_pieces: usize, n_classes: usize, chance: &mut Chance) -> Self {
        let mut small = |n| (0..n).map(|_| std::array::from_fn(|_| (chance.unit() - 0.5) * 0.2)).collect();
        Self {
            pieces: small(n_pieces),
            piece_sums: vec![1e-3; n_pieces],
            out: small(n_classes),
            out_sums: vec![1e-1; n_classes],
            bias: vec![0.0; n_classes],
            bias_sums: vec![1.0; n_classes],
        }
    }

    fn learn(
        &mut self,
        class: usize,
        pieces: &[u32],
        n_all: usize,
        may: impl Fn(usize) -> bool,
        rate: f32,
    ) -> (bool, f32) {
        let by = 1.0 / (n_all.max(1) as f32).sqrt();
        let mut hidden = [0.0; DIMS];
        for piece in pieces {
            for (sum, it) in hidden.iter_mut().zip(&self.pieces[*piece as usize]) {
                *sum += it * by;
            }
        }
        let mut shares: Vec<f32> = (0..self.out.len())
            .map(|n| match may(n) || n == class {
                true => self.bias[n] + dot(&self.out[n], &hidden),
                false => f32::NEG_INFINITY,
            })
            .collect();
        let top = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let right = shares[class] >= top;
        for it in &mut shares {
            *it = (*it - top).exp();
        }
        let whole: f32 = shares.iter().sum();
        let lost = -(shares[class] / whole).max(1e-9).ln();
        let mut back = [0.0; DIMS];
        for (n, share) in shares.iter().enumerate() {
            let slope = share / whole - f32::from(u8::from(n == class));
            if slope.abs() < 1e-4 {
                continue;
            }
            let norm = hidden.iter().map(|it| it * it).sum::<f32>() / DIMS as f32;
            self.out_sums[n] += slope * slope * norm;
            self.bias_sums[n] += slope * slope;
            let step = rate / self.out_sums[n].sqrt();
            for k in 0..DIMS {
                back[k] += slope * self.out[n][k];
                self.out[n][k] -= step * slope * hidden[k];
            }
            self.bias[n] -= rate * slope / self.bias_sums[n].sqrt();
        }
        let norm = back.iter().map(|it| it * it).sum::<f32>() / DIMS as f32 * by * by;
        for piece in pieces {
            let n = *piece as usize;
            self.piece_sums[n] += norm;
            let step = rate * by / self.piece_sums[n].sqrt();
            for (it, slope) in self.pieces[n].iter_mut().zip(&back) {
                *it -= step * slope;
            }
        }
        (right, lost)
    }

    fn write(&self, path: &str, codes: &[String], masks: &[u16], table: &HashMap<u64, u32>) {
        let mut sizes: Vec<f32> = self.pieces.iter().flatten().map(|it| it.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let scale = sizes[sizes.len() * 9995 / 10_000] / 127.0;
        let mut order: Vec<(u64, u32)> = table.iter().map(|(piece, n)| (*piece, *n)).collect();
        order.sort_unstable();
        let mut out = b"CBL1".to_vec();
        out.extend((codes.len() as u16).to_le_bytes());
        out.extend((DIMS as u8).to_le_bytes());
        out.extend((BUCKET_BITS as u8).to_le_bytes());
        out.extend((order.len() as u32).to_le_bytes());
        for (n, code) in codes.iter().enumerate() {
            let mut name = [0_u8; 8];
            name[..code.len()].copy_from_slice(code.as_bytes());
            out.extend(name);
            out.extend(masks[n].to_le_bytes());
            out.extend(self.bias[n].to_le_bytes());
            out.extend(self.out[n].iter().flat_map(|it| (it * scale).to_le_bytes()));
        }
        for bucket in 0..=1_u64 << BUCKET_BITS {
            let start = order.partition_point(|it| it.0 >> (64 - BUCKET_BITS) < bucket);
            out.extend((start as u32).to_le_bytes());
        }
        for (piece, _) in &order {
            out.extend(((piece >> (48 - BUCKET_BITS)) as u16).to_le_bytes());
        }
        for (_, n) in &order {
            let bytes =
                self.pieces[*n as usize].map(|it| (it / scale).round().clamp(-127.0, 127.0) as i8 as u8);
            out.extend(bytes);
        }
        fs::File::create(path)
            .expect("the model can be made")
            .write_all(&out)
            .expect("the model can be written");
        println!("{path}: {} bytes", out.len());
    }
}

fn dot(a: &[f32; DIMS], b: &[f32; DIMS]) -> f32 {
    // Lanes of their own, or the sum waits for itself at every step.
    let mut lanes = [0.0; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for n in 0..8 {
            lanes[n] += a[n] * b[n];
        }
    }
    lanes.iter().sum()
}
