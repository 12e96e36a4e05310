//! Conversations as token ids, in `ChatML` or behind the headers of Llama 3.
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

/// How Llama 3 does: up to three digits are a word.
const LLAMA_WORDS: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// What a byte-level vocabulary writes for a space and a line end.
const BLANKS: [char; 2] = ['Ġ', 'Ċ'];

/// A token of the file.
pub(super) struct Token {
    /// As the vocabulary spells it.
    pub spelling: String,
    /// Of texts; the others are of control, or added by whoever trained the model.
    pub is_text: bool,
}

/// How a text is cut into words, and a word into tokens.
pub(super) struct Words {
    pub normalise: Option<NormalizerWrapper>,
    pub cut: PreTokenizerWrapper,
    /// Whether a word that is in the vocabulary is never put together out of parts.
    pub whole: bool,
}

impl Words {
    /// As GGUF files call it.
    pub fn named(name: &str) -> Result<Self, String> {
        let split = |words: &str| {
            let pattern = SplitPattern::Regex(words.into());
            let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false);
            let bytes = ByteLevel::new(false, false, false);
            split.map(|it| Sequence::new(vec![it.into(), bytes.into()]).into()).map_err(|it| it.to_string())
        };
        match name {
            "qwen2" => Ok(Self { normalise: Some(NFC.into()), cut: split(QWEN_WORDS)?, whole: false }),
            "llama-bpe" => Ok(Self { normalise: None, cut: split(LLAMA_WORDS)?, whole: true }),
            "smollm" => {
                let bytes = ByteLevel::new(false, true, true);
                let cut = Sequence::new(vec![Digits::new(true).into(), bytes.into()]).into();
                Ok(Self { normalise: None, cut, whole: false })
            }
            other => Err(format!("tokenizer.ggml.pre {other:?}: qwen2, llama-bpe and smollm are known")),
        }
    }
}

/// What stands around what somebody says.
struct Frame {
    /// Once, before a conversation.
    beginning: Vec<u32>,
    /// Before what the system, the user and the model say.
    voices: [Vec<u32>; 3],
    /// Read together with what is said, which then has no blanks around it.
    lead: &'static str,
    after: Vec<u32>,
    /// Says that somebody is through.
    end: u32,
}

/// Texts and turns to ids.
pub(super) struct Tokens {
    texts: Arc<Tokenizer>,
    /// Of the file, those of control among them.
    size: u32,
    frame: Frame,
    /// By what a token of texts spells without blanks before it, in small letters where there are letters.
    spelt: HashMap<String, Vec<u32>>,
}

impl Tokens {
    /// # Errors
    /// A vocabulary that has neither the tokens of control of `ChatML` nor those of Llama's headers.
    pub fn new(vocabulary: &[Token], merges: Merges, words: Words) -> Result<Self, String> {
        let of_texts = vocabulary.iter().enumerate().filter(|(_, it)| it.is_text);
        let of_texts: Vocab = of_texts.map(|(id, it)| (it.spelling.clone(), id as u32)).collect();
        let bpe = BPE::builder().vocab_and_merges(of_texts, merges).ignore_merges(words.whole).build();
        let mut texts = Tokenizer::new(bpe.map_err(|it| it.to_string())?);
        texts.with_normalizer(words.normalise).map_err(|it| it.to_string())?;
        texts.with_pre_tokenizer(Some(words.cut));
        let mut spelt: HashMap<String, Vec<u32>> = HashMap::new();
        for (id, it) in vocabulary.iter().enumerate().filter(|(_, it)| it.is_text) {
            spelt.entry(plain(&it.spelling)).or_default().push(id as u32);
        }
        let frame = Frame::of(vocabulary, &texts)?;
        Ok(Self { texts: Arc::new(texts), size: vocabulary.len() as u32, frame, spelt })
    }

    /// What stands before a conversation.
    pub fn beginning(&self) -> &[u32] {
        &self.frame.beginning
    }

    /// What somebody said, with what stands around it.
    pub fn turn(&self, turn: &Turn) -> Result<Vec<u32>, String> {
        let text = match self.frame.lead {
            "" => ids(&self.texts, &turn.text)?,
            lead => ids(&self.texts, &format!("{lead}{}", turn.text.trim()))?,
        };
        Ok([self.voice(turn.voice), &text, &self.frame.after].concat())
    }

    /// From where the model speaks.
    pub fn opening(&self) -> Result<Vec<u32>, String> {
        Ok([self.voice(Voice::Assistant), &ids(&self.texts, self.frame.lead)?].concat())
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
        self.frame.end
    }

    fn voice(&self, voice: Voice) -> &[u32] {
        match voice {
            Voice::System => &self.frame.voices[0],
            Voice::User => &self.frame.voices[1],
            Voice::Assistant => &self.frame.voices[2],
        }
    }
}

impl Frame {
    fn of(vocabulary: &[Token], texts: &Tokenizer) -> Result<Self, String> {
        let control = |spelling: &str| {
            let found = vocabulary.iter().position(|it| it.spelling == spelling && !it.is_text);
            found.map(|it| it as u32).ok_or_else(|| format!("no token of control {spelling}"))
        };
        // What was trained from Llama 3 on `ChatML` has the tokens of both.
        match (Self::chatml(control, texts), Self::headers(control, texts)) {
            (Ok(frame), _) | (_, Ok(frame)) => Ok(frame),
            (Err(chatml), Err(headers)) => Err(format!(
                "a conversation is framed by ChatML, and it has {chatml}, or by Llama's headers, and it has {headers}"
            )),
        }
    }

    fn chatml(control: impl Fn(&str) -> Result<u32, String>, texts: &Tokenizer) -> Result<Self, String> {
        let (start, end) = (control("<|im_start|>")?, control("<|im_end|>")?);
        let voice = |it: &str| Ok::<_, String>([&[start], &*ids(texts, it)?].concat());
        let voices = [voice("system\n")?, voice("user\n")?, voice("assistant\n")?];
        let after = [&[end], &*ids(texts, "\n")?].concat();
        Ok(Self { beginning: vec![], voices, lead: "", after, end })
    }

    fn headers(control: impl Fn(&str) -> Result<u32, String>, texts: &Tokenizer) -> Result<Self, String> {
        let (start, stop) = (control("<|start_header_id|>")?, control("<|end_header_id|>")?);
        let (beginning, end) = (vec![control("<|begin_of_text|>")?], control("<|eot_id|>")?);
        let voice = |it: &str| Ok::<_, String>([&[start], &*ids(texts, it)?, &[stop]].concat());
        let voices = [voice("system")?, voice("user")?, voice("assistant")?];
        Ok(Self { beginning, voices, lead: "\n\n", after: vec![end], end })
    }
}

fn ids(texts: &Tokenizer, text: &str) -> Result<Vec<u32>, String> {
    Ok(texts.encode_fast(text, false).map_err(|it| it.to_string())?.get_ids().to_vec())
}

/// A spelling without what does not count where an answer is looked for.
fn plain(spelling: &str) -> String {
    spelling.trim_start_matches(BLANKS).to_ascii_lowercase()
}
