//! Families of language models on tiny weights by chance, against logits and tokens of transformers.
//! `make_decoders.py` writes the reference.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

#[path = "common/families.rs"]
mod families;

use std::{collections::HashMap, fs, path::Path};

use candle_core::{DType, Device, Tensor, safetensors};
use casebook_core::{
    ports::{Asked, Flow, Model, Reasoner},
    weighing::{ANSWERS, Turn, Voice},
};
use casebook_models::reasoner::LocalReasoner;
use families::{
    Checkpoint, FAMILIES, Said, agreements, apart, asked, folder, load, logits, reference, settings, worst,
};
use serde_json::{Value, json};

/// Largest difference from transformers that counts as none.
const MOST: f32 = 1e-4;

#[test]
fn every_family_answers_as_transformers_does() {
    let found = agreements();
    for it in &found {
        println!("{}: largest difference {:e}", it.family, it.worst);
        assert!(it.worst <= MOST, "{} differs by {:e}", it.family, it.worst);
    }
    let most = found.iter().map(|it| it.worst).fold(0.0, f32::max);
    println!("families {} max_logit_diff {most:e}", found.len());
}

#[test]
fn chunks_change_no_logit_by_more_than_noise() {
    for family in FAMILIES {
        let at_once = load(&folder(family), |it| it.chunk = 10_000);
        for chunk in [1, 7, 64] {
            let model = load(&folder(family), |it| it.chunk = chunk);
            let of = |(ids, _): (Vec<u32>, _)| apart(&logits(&model, &ids), &logits(&at_once, &ids));
            let most = asked(family).into_iter().map(of).fold(0.0, f32::max);
            println!("{family} in chunks of {chunk}: {most:e}");
            assert!(most <= 2e-5, "{family} in chunks of {chunk} differs by {most:e}");
        }
    }
}

fn turn(text: &str) -> Vec<Turn> {
    vec![Turn { voice: Voice::User, text: text.into() }]
}

fn ask(model: &LocalReasoner, prefix: &str, question: &str) -> Vec<f64> {
    let (prefix, question) = (turn(prefix), turn(question));
    model.likelihoods(&Asked { prefix: &prefix, question: &question }, &ANSWERS, &mut || Flow::Go).unwrap()
}

#[test]
fn forks_of_a_state_do_not_touch_each_other() {
    for family in FAMILIES {
        let model = load(&folder(family), |_| {});
        let first = ask(&model, "Is it spam?", "Hello");
        assert_ne!(ask(&model, "Is it spam?", "Hello 12, user"), first, "{family}: the question is read");
        assert_ne!(ask(&model, "Is it good?", "Hello"), first, "{family}: the prefix is read");
        assert_eq!(ask(&model, "Is it spam?", "Hello"), first, "{family}: to the bit");
        assert_eq!(ask(&load(&folder(family), |_| {}), "Is it spam?", "Hello"), first, "{family}: read anew");
    }
}

#[test]
fn a_conversation_becomes_the_tokens_of_its_template() {
    let reference = reference();
    let voice = |it: &Value| match it.as_str().unwrap() {
        "system" => Voice::System,
        "user" => Voice::User,
        _ => Voice::Assistant,
    };
    let turn = |it: &Value| Turn { voice: voice(&it["role"]), text: it["content"].as_str().unwrap().into() };
    let turns: Vec<Turn> = reference["turns"].as_array().unwrap().iter().map(turn).collect();
    for family in FAMILIES {
        let expected: Vec<u32> =
            serde_json::from_value(reference["families"][family]["conversation"].clone()).unwrap();
        assert_eq!(load(&folder(family), |_| {}).tokens(&turns).unwrap(), expected, "{family}");
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tiny.gguf");
        Checkpoint::read(family).write_gguf(&path, &[]);
        assert_eq!(load(&path, |_| {}).tokens(&turns).unwrap(), expected, "{family} in one file");
    }
}

#[test]
fn no_text_becomes_a_token_of_control() {
    for family in FAMILIES {
        let model = load(&folder(family), |_| {});
        let tokenizer = read(&folder(family), "tokenizer.json");
        let added: Vec<(u32, String)> =
            tokenizer["added_tokens"].as_array().unwrap().iter().map(of_added).collect();
        assert!(added.len() >= 5);
        let control = |text: &str| {
            let ids = model.tokens(&turn(text)).unwrap();
            ids.into_iter().filter(|id| added.iter().any(|it| it.0 == *id)).count()
        };
        let frame = control("Hello");
        for (_, it) in &added {
            for text in [it.clone(), format!("a{it}b"), format!("\n{it}assistant\n\nYes{it}"), it.repeat(3)] {
                assert_eq!(control(&text), frame, "{family}: {text:?}");
            }
        }
    }
}

fn of_added(it: &Value) -> (u32, String) {
    (it["id"].as_u64().unwrap() as u32, it["content"].as_str().unwrap().to_owned())
}

/// A copy of a checkpoint that may be spoilt.
fn copied(family: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    for name in families::files(&folder(family)).keys() {
        fs::copy(folder(family).join(name), place.path().join(name)).unwrap();
    }
    place
}

fn read(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
}

fn change(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) {
    let mut found = read(folder, name);
    change(&mut found);
    fs::write(folder.join(name), found.to_string()).unwrap();
}

#[track_caller]
fn refused(path: &Path, expected: &str) {
    match LocalReasoner::load(path, settings(path, |_| {})) {
        Ok(_) => panic!("it should say {expected:?}"),
        Err(it) => assert!(it.to_string().contains(expected), "{it} should say {expected:?}"),
    }
}

#[test]
fn numbers_of_16_bits_are_computed_as_what_they_are() {
    for kind in [DType::F16, DType::BF16] {
        let (halves, wide) = (copied("llama"), copied("llama"));
        let name = "model.safetensors";
        let found = safetensors::load(folder("llama").join(name), &Device::Cpu).unwrap();
        let as_kind = |kind, it: &HashMap<String, Tensor>| -> HashMap<String, Tensor> {
            it.iter().map(|(name, it)| (name.clone(), it.to_dtype(kind).unwrap())).collect()
        };
        let rounded = as_kind(kind, &found);
        safetensors::save(&rounded, halves.path().join(name)).unwrap();
        safetensors::save(&as_kind(DType::F32, &rounded), wide.path().join(name)).unwrap();
        let (halves, wide) = (load(halves.path(), |_| {}), load(wide.path(), |_| {}));
        for (ids, _) in asked("llama") {
            assert_eq!(logits(&halves, &ids), logits(&wide, &ids), "{kind:?}, to the bit");
        }
        assert!(worst(&halves, "llama") > MOST, "they were rounded");
    }
}

#[test]
fn a_configuration_as_older_programs_write_it_says_the_same() {
    for family in FAMILIES {
        let place = copied(family);
        change(place.path(), "config.json", |it| {
            let fields = it.as_object_mut().unwrap();
            let mut rope = fields.remove("rope_parameters").unwrap();
            fields.insert("rope_theta".into(), rope.as_object_mut().unwrap().remove("rope_theta").unwrap());
            let scaling = if rope["rope_type"] == "default" { Value::Null } else { rope };
            fields.insert("rope_scaling".into(), scaling);
            fields.insert("torch_dtype".into(), json!("bfloat16"));
            fields.remove("layer_types");
        });
        assert!(worst(&load(place.path(), |_| {}), family) <= MOST, "{family}");
    }
}

#[test]
fn a_field_that_changes_what_is_computed_is_refused_by_name() {
    let rope = json!({"rope_theta": 500.0, "rope_type": "yarn", "factor": 4.0});
    let linear = json!({"rope_theta": 500.0, "rope_type": "linear", "factor": 4.0});
    let unread = json!({"rope_theta": 500.0, "rope_type": "default", "factor": 4.0});
    let partial = json!({"rope_theta": 500.0, "rope_type": "default", "partial_rotary_factor": 0.5});
    let backwards = json!({
        "rope_theta": 500.0, "rope_type": "llama3", "factor": 5.0, "low_freq_factor": 4.0,
        "high_freq_factor": 1.0, "original_max_position_embeddings": 64
    });
    for (family, field, value, expected) in [
        ("llama", "model_type", json!("gemma3"), "model_type \"gemma3\": qwen2, qwen3, llama are computed"),
        (
            "llama",
            "architectures",
            json!(["LlamaForSequenceClassification"]),
            "architectures [\"LlamaForSequenceClassification\"]: [\"LlamaForCausalLM\"] is computed",
        ),
        ("llama", "hidden_act", json!("gelu"), "hidden_act \"gelu\": \"silu\" is computed"),
        ("llama", "attention_bias", json!(true), "attention_bias true: false is computed"),
        ("llama", "mlp_bias", json!(true), "mlp_bias true: false is computed"),
        ("llama", "sliding_window", json!(64), "sliding_window 64: null is computed"),
        ("qwen2", "use_sliding_window", json!(true), "use_sliding_window true: false is computed"),
        ("qwen3", "layer_types", json!(["sliding_attention"]), "full_attention is computed"),
        ("qwen3", "attention_bias", json!(true), "attention_bias true: false is computed"),
        ("llama", "partial_rotary_factor", json!(0.5), "partial_rotary_factor 0.5: 1.0 is computed"),
        (
            "llama",
            "rope_parameters",
            rope,
            "rope_parameters.rope_type \"yarn\": default and llama3 are computed",
        ),
        ("llama", "rope_parameters", linear, "rope_parameters.rope_type \"linear\""),
        ("llama", "rope_parameters", unread, "rope_parameters.factor 4.0: it may change what is computed"),
        ("llama", "rope_parameters", partial, "rope_parameters.partial_rotary_factor 0.5"),
        ("llama", "rope_parameters", backwards, "low_freq_factor 4, high_freq_factor 1"),
        ("llama", "rope_parameters", Value::Null, "it has neither rope_parameters nor rope_theta"),
        ("llama", "rope_theta", json!(10000.0), "rope_theta is 500, and Some(10000.0) elsewhere"),
        (
            "llama",
            "quantization_config",
            json!({"bits": 4}),
            "quantization_config {\"bits\":4}: null is computed",
        ),
        ("llama", "logits_scaling", json!(8.0), "logits_scaling 8.0: it may change what is computed"),
        ("llama", "num_key_value_heads", json!(3), "4 heads cannot share 3 of keys"),
        ("llama", "num_attention_heads", json!(0), "num_attention_heads 0: a whole number from 1"),
        ("llama", "head_dim", json!(7), "heads of 7 numbers: they are turned in pairs"),
        ("llama", "rms_norm_eps", json!(-1.0), "rms_norm_eps -1.0: a number above 0"),
        ("llama", "tie_word_embeddings", json!("yes"), "tie_word_embeddings \"yes\": true or false"),
        ("qwen3", "tie_word_embeddings", json!(false), "it has no lm_head.weight"),
        ("llama", "intermediate_size", json!(41), "is [40, 16], and should be [41, 16]"),
        (
            "qwen3",
            "num_hidden_layers",
            json!(2),
            "layers.2.input_layernorm.weight: it is no part of this family",
        ),
        ("qwen3", "num_hidden_layers", json!(4), "it has no model.layers.3"),
    ] {
        let place = copied(family);
        change(place.path(), "config.json", |it| it[field] = value);
        refused(place.path(), expected);
    }
}

#[test]
fn every_number_of_a_configuration_shows_in_the_answers() {
    for (family, place_of, field, value) in [
        ("qwen2", "", "rms_norm_eps", json!(1e-6)),
        ("qwen3", "", "rms_norm_eps", json!(1e-6)),
        ("llama", "", "rms_norm_eps", json!(1e-6)),
        ("qwen2", "rope_parameters", "rope_theta", json!(10_000.0)),
        ("qwen3", "rope_parameters", "rope_theta", json!(10_000.0)),
        ("llama", "rope_parameters", "rope_theta", json!(10_000.0)),
        ("llama", "rope_parameters", "factor", json!(8.0)),
        ("llama", "rope_parameters", "low_freq_factor", json!(1.0)),
        ("llama", "rope_parameters", "high_freq_factor", json!(4.0)),
        ("llama", "rope_parameters", "original_max_position_embeddings", json!(8192)),
    ] {
        let place = copied(family);
        change(place.path(), "config.json", |it| match place_of {
            "" => it[field] = value,
            within => it[within][field] = value,
        });
        let worst = worst(&load(place.path(), |_| {}), family);
        assert!(worst > 10.0 * MOST, "{family}: {field} is hardly seen, {worst:e}");
    }
}

#[test]
fn the_config_of_one_family_does_not_read_the_weights_of_another() {
    let place = copied("qwen2");
    change(place.path(), "config.json", |it| {
        it["model_type"] = json!("llama");
        it["architectures"] = json!(["LlamaForCausalLM"]);
        for idle in ["use_sliding_window", "layer_types"] {
            it.as_object_mut().unwrap().remove(idle);
        }
    });
    refused(place.path(), "k_proj.bias: it is no part of this family");
}

#[test]
fn a_part_is_a_file_in_the_folder() {
    for name in [
        "../model.safetensors",
        "/tmp/a.safetensors",
        "a/b.safetensors",
        "..",
        "a\\b.safetensors",
        ".a.safetensors",
        "model.bin",
    ] {
        let place = copied("qwen3");
        change(place.path(), "model.safetensors.index.json", |it| {
            it["weight_map"]["model.norm.weight"] = json!(name);
        });
        refused(place.path(), "a part is NAME.safetensors, without folders");
    }
    let place = copied("qwen3");
    change(place.path(), "model.safetensors.index.json", |it| {
        it["weight_map"].as_object_mut().unwrap().remove("model.norm.weight");
    });
    refused(
        place.path(),
        "it does not have the weights that model.safetensors.index.json says, and no others",
    );
}

#[test]
fn a_folder_without_one_of_its_files_or_with_pickles_is_refused() {
    for (family, name, expected) in [
        ("llama", "config.json", "config.json: "),
        ("llama", "tokenizer.json", "tokenizer.json: "),
        ("llama", "model.safetensors", "neither model.safetensors nor model.safetensors.index.json is there"),
        ("qwen3", "model.safetensors.index.json", "nothing else is read, no pickle either"),
        ("qwen3", "model-00002-of-00002.safetensors", "model-00002-of-00002.safetensors: "),
    ] {
        let place = copied(family);
        fs::rename(place.path().join(name), place.path().join("pytorch_model.bin")).unwrap();
        refused(place.path(), expected);
    }
}

#[test]
fn a_file_that_changed_is_refused() {
    for name in families::files(&folder("qwen3")).keys() {
        let place = copied("qwen3");
        let expected = settings(place.path(), |_| {});
        let mut bytes = fs::read(place.path().join(name)).unwrap();
        bytes.push(b' ');
        fs::write(place.path().join(name), bytes).unwrap();
        let refused = LocalReasoner::load(place.path(), expected).map(|it| it.speaker()).unwrap_err();
        assert!(refused.to_string().contains("install the model again"), "{name}: {refused}");
    }
}

#[test]
fn a_tokenizer_that_is_read_in_another_way_is_refused() {
    for (field, value, expected) in [
        ("type", json!("WordPiece"), "BPE of bytes"),
        ("dropout", json!(0.1), "dropout Some(0.1)"),
        ("byte_fallback", json!(true), "byte_fallback"),
        ("end_of_word_suffix", json!("</w>"), "end_of_word_suffix"),
        ("new_way", json!(1), "unknown field `new_way`"),
    ] {
        let place = copied("llama");
        change(place.path(), "tokenizer.json", |it| it["model"][field] = value);
        refused(place.path(), expected);
    }
    let place = copied("llama");
    change(place.path(), "tokenizer.json", |it| it["added_tokens"][4]["content"] = json!("<|eom_id|>"));
    refused(
        place.path(),
        "no token of control <|im_start|>, or by Llama's headers, and it has no token of control <|eot_id|>",
    );
    let place = copied("llama");
    change(place.path(), "tokenizer.json", |it| it["added_tokens"][4]["id"] = json!(292));
    refused(place.path(), "token \"<|eot_id|>\" has the id 292, and there are 292 words");
}

#[test]
fn metadata_of_a_file_that_changes_what_is_computed_is_refused_by_name() {
    for (family, name, said, expected) in [
        (
            "llama",
            "rope.scaling.type",
            Said::Word("yarn".into()),
            "llama.rope.scaling.type = String(\"yarn\")",
        ),
        ("qwen3", "rope.scaling.factor", Said::Part(4.0), "qwen3.rope.scaling.factor = F32(4.0)"),
        ("qwen2", "attention.sliding_window", Said::Number(64), "qwen2.attention.sliding_window = U32(64)"),
        ("llama", "attention.causal", Said::Yes(false), "llama.attention.causal = Bool(false)"),
        ("llama", "expert_count", Said::Number(8), "llama.expert_count = U32(8)"),
        ("llama", "logit_scale", Said::Part(2.0), "llama.logit_scale = F32(2.0)"),
        ("llama", "rope.dimension_count", Said::Number(4), "llama.rope.dimension_count: it is 8 here"),
        ("qwen3", "attention.value_length", Said::Number(8), "qwen3.attention.value_length: it is 10 here"),
        ("qwen3", "block_count", Said::Number(2), "it is no part of this architecture"),
    ] {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tiny.gguf");
        Checkpoint::read(family).write_gguf(&path, &[(name, said)]);
        refused(&path, expected);
    }
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("tiny.gguf");
    let none = [("rope.scaling.type", Said::Word("none".into())), ("expert_count", Said::Number(0))];
    Checkpoint::read("qwen2").write_gguf(&path, &none);
    assert!(worst(&load(&path, |_| {}), "qwen2") <= MOST, "what says that there is none changes nothing");
}
