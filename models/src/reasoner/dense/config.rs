//! `config.json`: what is to be computed. Every field is read, known to change nothing, or refused.

use serde_json::{Map, Value, json};

use crate::reasoner::{
    network::Config,
    rotation::{self, Stretch},
};

/// What `config.json` says.
pub(super) struct Made {
    pub family: Family,
    pub config: Config,
    /// Rows of the table of words: often more than there are tokens.
    pub n_words: usize,
    /// Whether that table is what words are worth as answers, too.
    pub is_tied: bool,
}

/// What is computed, as `model_type` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Queries, keys and values have something added to them.
    Qwen2,
    /// Each head of queries and keys is brought to one scale.
    Qwen3,
    /// Neither.
    Llama,
}

impl Family {
    const ALL: [(&str, &str, Self); 3] = [
        ("qwen2", "Qwen2ForCausalLM", Self::Qwen2),
        ("qwen3", "Qwen3ForCausalLM", Self::Qwen3),
        ("llama", "LlamaForCausalLM", Self::Llama),
    ];
}

/// Fields that change nothing of what is computed here: they are about training, other programs, or where the end is.
const IDLE: [&str; 28] = [
    "_name_or_path",
    "_attn_implementation_autoset",
    "transformers_version",
    "transformers.js_config",
    "dtype",
    "torch_dtype",
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "use_cache",
    "initializer_range",
    "attention_dropout",
    "max_window_layers",
    "is_llama_config",
    "unsloth_fixed",
    "unsloth_version",
    "id2label",
    "label2id",
    "problem_type",
    "task_specific_params",
    "finetuning_task",
    "return_dict",
    "output_attentions",
    "output_hidden_states",
    "chunk_size_feed_forward",
    "tokenizer_class",
    "prefix",
    "torchscript",
];

pub(super) fn read(bytes: &[u8]) -> Result<Made, String> {
    let mut fields = Fields::read(bytes)?;
    let known = Family::ALL.map(|it| it.0).join(", ");
    let named = fields.text("model_type")?;
    let found = Family::ALL.into_iter().find(|it| it.0 == named);
    let (_, class, family) = found.ok_or_else(|| format!("model_type {named:?}: {known} are computed"))?;
    fields.is("architectures", &[json!([class]), Value::Null])?;
    fields.is("hidden_act", &[json!("silu")])?;
    for (name, allowed) in [
        ("attention_bias", json!(false)),
        ("mlp_bias", json!(false)),
        ("use_sliding_window", json!(false)),
        ("use_mrope", json!(false)),
        ("rope_interleaved", json!(false)),
        ("pretraining_tp", json!(1)),
        ("is_decoder", json!(true)),
        ("is_encoder_decoder", json!(false)),
        ("add_cross_attention", json!(false)),
        ("quantization_config", Value::Null),
    ] {
        fields.is(name, &[allowed])?;
    }
    // In families that know it, it counts only where it is switched on.
    match family {
        Family::Qwen2 | Family::Qwen3 => fields.pass("sliding_window"),
        Family::Llama => fields.is("sliding_window", &[Value::Null])?,
    }
    let layers = fields.count("num_hidden_layers")?;
    fields.each_is("layer_types", "full_attention")?;
    let (hidden, heads) = (fields.count("hidden_size")?, fields.count("num_attention_heads")?);
    let head = match fields.has("head_dim") {
        true => fields.count("head_dim")?,
        false if hidden.is_multiple_of(heads) => hidden / heads,
        false => return Err(format!("hidden_size {hidden} cannot be shared by {heads} heads")),
    };
    let kv_heads =
        if fields.has("num_key_value_heads") { fields.count("num_key_value_heads")? } else { heads };
    let config = Config {
        layers,
        hidden,
        wide: fields.count("intermediate_size")?,
        heads,
        kv_heads,
        head,
        epsilon: fields.number("rms_norm_eps")?,
        speeds: speeds(&mut fields, head)?,
        most_tokens: fields.count("max_position_embeddings")?,
        neighbours: false,
    };
    let (n_words, is_tied) = (fields.count("vocab_size")?, fields.flag("tie_word_embeddings")?);
    for it in IDLE {
        fields.pass(it);
    }
    fields.nothing_else()?;
    config.broken_rule().map_or(Ok(Made { family, config, n_words, is_tied }), Err)
}

/// `rope_parameters` of transformers from version 5 on, or `rope_theta` and `rope_scaling` of those before.
fn speeds(fields: &mut Fields, head: usize) -> Result<Vec<f32>, String> {
    if !fields.has("rope_parameters") && !fields.has("rope_theta") {
        return Err("it has neither rope_parameters nor rope_theta: nothing says how heads are turned".into());
    }
    let mut base = fields.has("rope_theta").then(|| fields.number("rope_theta")).transpose()?;
    fields.is("partial_rotary_factor", &[json!(1.0), json!(1), Value::Null])?;
    let mut stretch = None;
    for place in ["rope_parameters", "rope_scaling"] {
        if !fields.has(place) {
            fields.pass(place);
            continue;
        }
        let mut rope = fields.within(place)?;
        if rope.has("rope_theta") {
            let within = rope.number("rope_theta")?;
            if base.is_some_and(|it| it != within) {
                return Err(format!("{place}: rope_theta is {within}, and {base:?} elsewhere"));
            }
            base = Some(within);
        }
        rope.is("partial_rotary_factor", &[json!(1.0), json!(1), Value::Null])?;
        // Before it was called `rope_type`.
        let kind = if rope.has("rope_type") { rope.text("rope_type")? } else { rope.text("type")? };
        rope.is("type", &[json!(kind)])?;
        match kind.as_str() {
            "default" => {}
            "llama3" => {
                let found = Stretch {
                    factor: rope.number("factor")?,
                    slow: rope.number("low_freq_factor")?,
                    fast: rope.number("high_freq_factor")?,
                    original: rope.number("original_max_position_embeddings")?,
                };
                if stretch.replace(found).is_some_and(|it| it != found) {
                    return Err(format!("{place}: it says something else than rope_parameters"));
                }
            }
            other => return Err(format!("{place}.rope_type {other:?}: default and llama3 are computed")),
        }
        rope.nothing_else()?;
    }
    let base = base.ok_or("rope_parameters has no rope_theta")?;
    let plain = rotation::speeds(base, head);
    match stretch {
        Some(it) if it.broken_rule().is_some() => Err(it.broken_rule().unwrap_or_default()),
        Some(it) => Ok(plain.into_iter().map(|speed| it.of(speed)).collect()),
        None => Ok(plain),
    }
}

/// The fields of an object that were not read yet.
struct Fields {
    /// What errors put before a name.
    place: String,
    left: Map<String, Value>,
}

impl Fields {
    fn read(bytes: &[u8]) -> Result<Self, String> {
        let left = serde_json::from_slice(bytes).map_err(|it| it.to_string())?;
        Ok(Self { place: String::new(), left })
    }

    /// Whether there is anything but null.
    fn has(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(|it| !it.is_null())
    }

    fn take(&mut self, name: &str) -> Result<Value, String> {
        self.left.remove(name).ok_or_else(|| format!("it has no {}{name}", self.place))
    }

    fn refused(&self, name: &str, value: &Value, rule: &str) -> String {
        format!("{}{name} {value}: {rule}", self.place)
    }

    fn within(&mut self, name: &str) -> Result<Self, String> {
        match self.take(name)? {
            Value::Object(left) => Ok(Self { place: format!("{name}."), left }),
            other => Err(self.refused(name, &other, "it has fields of its own")),
        }
    }

    fn count(&mut self, name: &str) -> Result<usize, String> {
        let value = self.take(name)?;
        let found = value.as_u64().filter(|it| (1..=1 << 24).contains(it));
        found.map(|it| it as usize).ok_or_else(|| self.refused(name, &value, "a whole number from 1 to 2^24"))
    }

    fn number(&mut self, name: &str) -> Result<f32, String> {
        let value = self.take(name)?;
        let found = value.as_f64().map(|it| it as f32).filter(|it| it.is_finite() && *it > 0.0);
        found.ok_or_else(|| self.refused(name, &value, "a number above 0"))
    }

    fn text(&mut self, name: &str) -> Result<String, String> {
        match self.take(name)? {
            Value::String(it) => Ok(it),
            other => Err(self.refused(name, &other, "a word")),
        }
    }

    /// False where it is absent.
    fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.left.remove(name) {
            None => Ok(false),
            Some(Value::Bool(it)) => Ok(it),
            Some(other) => Err(self.refused(name, &other, "true or false")),
        }
    }

    /// A field that has one of these values, or is absent.
    fn is(&mut self, name: &str, allowed: &[Value]) -> Result<(), String> {
        match self.left.remove(name) {
            Some(found) if !allowed.contains(&found) => {
                Err(self.refused(name, &found, &format!("{} is computed", allowed[0])))
            }
            _ => Ok(()),
        }
    }

    /// A list of this one value, or absent.
    fn each_is(&mut self, name: &str, allowed: &str) -> Result<(), String> {
        match self.left.remove(name) {
            None | Some(Value::Null) => Ok(()),
            Some(Value::Array(all)) if all.iter().all(|it| it == allowed) => Ok(()),
            Some(other) => Err(self.refused(name, &other, &format!("{allowed} is computed"))),
        }
    }

    fn pass(&mut self, name: &str) {
        self.left.remove(name);
    }

    fn nothing_else(&self) -> Result<(), String> {
        let left = self.left.iter().next();
        left.map_or(Ok(()), |(name, value)| {
            Err(self.refused(name, value, "it may change what is computed, and nothing here does it"))
        })
    }
}
