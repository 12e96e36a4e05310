//! Conversations as token ids, in `ChatML`.
//!
//! Tokens of control are put in by id, here and nowhere else. The tokenizer of texts has a vocabulary without them:
//! whatever a text spells, none can come out of it.

use std::{collections::HashMap, sync::Arc};

use casebook_core::weighing::{Turn, Voice};
use tokenizers::{
    NormalizerWrapper, PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer,
    models::bpe::{BPE, Merges, Vocab},
    normalizers::unicode::NFC,
    pre_tokenizers::{
        byte_level::ByteLevel,
        digits::Digits,
        sequence::Sequence,
        split::{Split, SplitPattern},
    },
};

/// How Qwen cuts a text into words, as its `tokenizer.json` has it.
const QWEN_WORDS: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// What a byte-level vocabulary writes for a space and a line end.
const BLANKS: [char; 2] = ['Ġ', 'Ċ'];

/// A token of the file.
pub(super) struct Token {
    /// As the vocabulary spells it.
    pub spelling: String,
    /// Of texts; the others are of control, or added by whoever trained the model.
    pub is_text: bool,
}

/// Texts and turns to ids.
pub(super) struct Tokens {
    texts: Arc<Tokenizer>,
    /// Of the file, those of control among them.
    size: u32,
    start: u32,
    end: u32,
    line_end: Vec<u32>,
    voices: [Vec<u32>; 3],
    /// By what a token of texts spells without blanks before it, in small letters where there are letters.
    spelt: HashMap<String, Vec<u32>>,
}

impl Tokens {
    /// `words` is how the file calls its way of cutting texts into words.
    ///
    /// # Errors
    /// A vocabulary without `ChatML`'s two tokens, or one that is cut in a way not known here.
    pub fn new(vocabulary: &[Token], merges: Merges, words: &str) -> Result<Self, String> {
        let control = |spelling: &str| {
            let found = vocabulary.iter().position(|it| it.spelling == spelling && !it.is_text);
            found.map(|it| it as u32).ok_or_else(|| format!("it has no token of control {spelling}"))
        };
        let (start, end) = (control("<|im_start|>")?, control("<|im_end|>")?);
        let of_texts = vocabulary.iter().enumerate().filter(|(_, it)| it.is_text);
        let of_texts: Vocab = of_texts.map(|(id, it)| (it.spelling.clone(), id as u32)).collect();
        let bpe = BPE::builder().vocab_and_merges(of_texts, merges).build().map_err(|it| it.to_string())?;
        let mut texts = Tokenizer::new(bpe);
        let (normalise, cut) = words_of(words)?;
        texts.with_normalizer(normalise).map_err(|it| it.to_string())?;
        texts.with_pre_tokenizer(Some(cut));
        let mut spelt: HashMap<String, Vec<u32>> = HashMap::new();
        for (id, it) in vocabulary.iter().enumerate().filter(|(_, it)| it.is_text) {
            spelt.entry(plain(&it.spelling)).or_default().push(id as u32);
        }
        let voices = [Vec::new(), Vec::new(), Vec::new()];
        let (texts, size) = (Arc::new(texts), vocabulary.len() as u32);
        let mut tokens = Self { texts, size, start, end, line_end: Vec::new(), voices, spelt };
        tokens.line_end = tokens.text("\n")?;
        tokens.voices = [tokens.text("system\n")?, tokens.text("user\n")?, tokens.text("assistant\n")?];
        Ok(tokens)
    }

    /// What somebody said, from its first token of control to the line end after its last.
    pub fn turn(&self, turn: &Turn) -> Result<Vec<u32>, String> {
        let text = self.text(&turn.text)?;
        Ok([&[self.start], self.voice(turn.voice), &text, &[self.end], &self.line_end].concat())
    }

    /// From where the model speaks.
    pub fn opening(&self) -> Vec<u32> {
        [&[self.start], self.voice(Voice::Assistant)].concat()
    }

    /// The tokens of texts that spell `answer`, in small or capital letters, with or without a blank before it.
    pub fn spelling(&self, answer: &str) -> &[u32] {
        self.spelt.get(&plain(answer)).map_or(&[], Vec::as_slice)
    }

    /// What spells texts.
    pub fn texts(&self) -> Arc<Tokenizer> {
        Arc::clone(&self.texts)
    }

    /// Tokens there are.
    pub fn n_tokens(&self) -> u32 {
        self.size
    }

    /// Says that somebody is through.
    pub fn end(&self) -> u32 {
        self.end
    }

    fn voice(&self, voice: Voice) -> &[u32] {
        match voice {
            Voice::System => &self.voices[0],
            Voice::User => &self.voices[1],
            Voice::Assistant => &self.voices[2],
        }
    }

    fn text(&self, text: &str) -> Result<Vec<u32>, String> {
        Ok(self.texts.encode_fast(text, false).map_err(|it| it.to_string())?.get_ids().to_vec())
    }
}

/// A spelling without what does not count where an answer is looked for.
fn plain(spelling: &str) -> String {
    spelling.trim_start_matches(BLANKS).to_ascii_lowercase()
}

fn words_of(words: &str) -> Result<(Option<NormalizerWrapper>, PreTokenizerWrapper), String> {
    match words {
        "qwen2" => {
            let split =
                Split::new(SplitPattern::Regex(QWEN_WORDS.into()), SplitDelimiterBehavior::Isolated, false)
                    .map_err(|it| it.to_string())?;
            let bytes = ByteLevel::new(false, false, false);
            Ok((Some(NFC.into()), Sequence::new(vec![split.into(), bytes.into()]).into()))
        }
        "smollm" => {
            let bytes = ByteLevel::new(false, true, true);
            Ok((None, Sequence::new(vec![Digits::new(true).into(), bytes.into()]).into()))
        }
        other => Err(format!("tokenizer.ggml.pre {other:?}: qwen2 and smollm are known")),
    }
}
