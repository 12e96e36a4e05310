//! What the shelf tells of models, and whether their files are what their cards name.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

#[path = "common/families.rs"]
mod families;

use std::fs;

use casebook_core::{
    hash::sha256_hex,
    known::ModelStatus,
    ports::{Asked, Flow, ModelError, ModelShelf, Reasoner, Role},
    weighing::{ANSWERS, Turn, Voice},
};
use casebook_fetch::card::Card;
use casebook_models::{encoder::TextEncoder, shelf::Shelf};

const CONTENT: &[u8] = b"not really weights, but long enough to be cut in half";

#[test]
fn a_shelf_knows_every_card_and_how_it_stands_until_its_files_are_hashed() {
    let root = tempfile::tempdir().unwrap();
    let models = root.path().to_owned();
    let mut own = include_str!("../../fetch/cards/minilm-l6-v2.toml").replace("minilm-l6-v2\"", "ours\"");
    let files = own.find("[[files]]").unwrap();
    let sources = own.find("# Tried in this order.").unwrap();
    own.replace_range(
        files..sources,
        &format!(
            "[[files]]\nname = \"weights.bin\"\nsha256 = \"{}\"\nbytes = {}\n\n",
            sha256_hex(CONTENT),
            CONTENT.len()
        ),
    );
    fs::create_dir_all(models.join("cards")).unwrap();
    fs::write(models.join("cards/ours.toml"), own).unwrap();
    let shelf = Shelf::new(models.clone());
    let status = |id: &str| shelf.known().unwrap().into_iter().find(|it| it.id == id).unwrap().status;
    assert_eq!(status("ours"), ModelStatus::Absent);
    assert_eq!(shelf.verify("ours").unwrap(), ModelStatus::Absent);
    fs::create_dir_all(models.join("ours")).unwrap();
    fs::write(models.join("ours/weights.bin"), CONTENT).unwrap();
    assert_eq!(shelf.verify("ours").unwrap(), ModelStatus::Installed);
    let mut broken = CONTENT.to_vec();
    broken[3] ^= 1;
    fs::write(models.join("ours/weights.bin"), &broken).unwrap();
    assert_eq!(status("ours"), ModelStatus::Installed, "names and lengths are right");
    let ModelStatus::Damaged { problem } = shelf.verify("ours").unwrap() else { panic!("one bit is wrong") };
    assert!(problem.contains(&sha256_hex(CONTENT)) && problem.contains(&sha256_hex(&broken)), "{problem}");
    fs::write(models.join("ours/weights.bin"), b"short").unwrap();
    assert!(matches!(status("ours"), ModelStatus::Damaged { .. }), "the length is wrong");
    assert!(
        shelf.verify("nobody").unwrap_err().to_string().contains("minilm-l6-v2"),
        "it names the cards there are"
    );
}

#[test]
fn heads_are_told_of_where_they_ship_and_an_unpinned_file_has_no_hash() {
    let root = tempfile::tempdir().unwrap();
    let known = Shelf::new(root.path().to_owned()).known().unwrap();
    let of = |id: &str| known.iter().find(|it| it.id == id).unwrap();
    let heads = of("minilm-l6-v2").heads.as_ref().unwrap();
    let hate = heads.data[0].labels.iter().find(|it| it.target == "openai-moderation/H").unwrap();
    assert_ne!(hate.title, "H", "a label has a name for people");
    assert!(hate.floor_auprc.is_some(), "a figure stands beside its floor");
    assert!(of("multilingual-e5-small").heads.is_none(), "nothing was measured with it");
    assert!(of("multilingual-e5-small").files.iter().all(|it| it.sha256.is_none()));
    assert!(of("minilm-l6-v2").chosen);
}

#[test]
fn language_models_are_known_and_are_no_encoders() {
    let root = tempfile::tempdir().unwrap();
    let known = Shelf::new(root.path().to_owned()).known().unwrap();
    let model = known.iter().find(|it| it.id == "smollm2-135m-instruct").unwrap();
    assert_eq!((model.roles.as_slice(), model.chosen), ([Role::Reasoner].as_slice(), false));
    assert!(model.heads.is_none(), "nothing was measured with it");
    let card = Card::shipped().into_iter().find(|it| it.id == model.id).unwrap();
    let refused = TextEncoder::load(root.path(), &card).map(drop).unwrap_err().to_string();
    assert_eq!(refused, "smollm2-135m-instruct: family llama-gguf is no encoder, its card has no [encoder]");
}

#[test]
fn the_largest_language_model_that_is_installed_is_asked() {
    let root = tempfile::tempdir().unwrap();
    let models = root.path().to_owned();
    let missing = Shelf::new(models.clone()).reasoner().err().expect("none is installed");
    assert!(matches!(missing, ModelError::NotInstalled { role: Role::Reasoner, .. }), "{missing}");
    fs::create_dir_all(models.join("cards")).unwrap();
    let shipped = include_str!("../../fetch/cards/smollm2-135m-instruct.toml");
    let files = shipped.find("[[files]]").unwrap()..shipped.find("# Tried in this order.").unwrap();
    for (id, bytes) in [("a-small", &CONTENT[..20]), ("b-large", CONTENT), ("c-middle", &CONTENT[..30])] {
        let mut card = shipped.to_owned();
        let (sha256, n) = (sha256_hex(bytes), bytes.len());
        let file = format!("[[files]]\nname = \"w.gguf\"\nsha256 = \"{sha256}\"\nbytes = {n}\n\n");
        card.replace_range(files.clone(), &file);
        fs::write(
            models.join(format!("cards/{id}.toml")),
            card.replace("smollm2-135m-instruct\"", &format!("{id}\"")),
        )
        .unwrap();
        fs::create_dir_all(models.join(id)).unwrap();
        fs::write(models.join(id).join("w.gguf"), bytes).unwrap();
    }
    // None of them holds weights, and the one that was tried is named.
    let tried = Shelf::new(models).reasoner().err().expect("it is no GGUF");
    assert!(matches!(&tried, ModelError::Damaged { model, .. } if model == "b-large"), "{tried}");
}

#[test]
fn a_language_model_in_a_folder_is_hashed_file_by_file_and_answers_in_a_process_of_its_own() {
    let root = tempfile::tempdir().unwrap();
    let (models, from) = (root.path().to_owned(), families::folder("qwen3"));
    let shipped = include_str!("../../fetch/cards/smollm2-135m-instruct.toml");
    let mut card = shipped.replace("smollm2-135m-instruct\"", "ours\"").replace("llama-gguf", "qwen3");
    let files = card.find("[[files]]").unwrap()..card.find("# Tried in this order.").unwrap();
    fs::create_dir_all(models.join("ours")).unwrap();
    let copied = |(name, sha256): (String, String)| {
        let bytes = fs::copy(from.join(&name), models.join("ours").join(&name)).unwrap();
        format!("[[files]]\nname = \"{name}\"\nsha256 = \"{sha256}\"\nbytes = {bytes}\n\n")
    };
    let named: Vec<String> = families::files(&from).into_iter().map(copied).collect();
    card.replace_range(files, &named.concat());
    fs::create_dir_all(models.join("cards")).unwrap();
    fs::write(models.join("cards/ours.toml"), card).unwrap();
    let shelf = Shelf::new(models.clone());
    assert_eq!(shelf.verify("ours").unwrap(), ModelStatus::Installed);
    let turn = |text: &str| vec![Turn { voice: Voice::User, text: text.into() }];
    let (prefix, question) = (turn("Is it spam?"), turn("Buy now"));
    let ask = |it: &dyn Reasoner| {
        let asked = Asked { prefix: &prefix, question: &question };
        it.likelihoods(&asked, &ANSWERS, &mut || Flow::Go).unwrap()
    };
    let there = shelf.reasoner().unwrap();
    let here = families::load(&from, |it| it.chunk = 64);
    assert_eq!(there.speaker().weights_sha256, families::settings(&from, |_| {}).weights_sha256);
    assert_eq!(ask(&*there), ask(&here));
    let part = "model-00002-of-00002.safetensors";
    let mut bytes = fs::read(from.join(part)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(models.join("ours").join(part), &bytes).unwrap();
    let ModelStatus::Damaged { problem } = shelf.verify("ours").unwrap() else { panic!("one bit is wrong") };
    assert!(problem.contains(part) && problem.contains(&sha256_hex(&bytes)), "{problem}");
    drop(there);
    let refused = shelf.reasoner().err().expect("one bit is wrong").to_string();
    assert!(refused.contains("install the model again"), "{refused}");
}
