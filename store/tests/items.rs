//! Items, media, sources, policies and search.

mod common;

use casebook_core::{
    decision::Verdict,
    hash::sha256_hex,
    item::{Item, Part, Report},
    record::PartKind,
};
use casebook_store::{Inserted, Refusal, Rendition, SourceProgress, StoreError};
use common::{Case, NOW, gold, new_item, picture, text_item, with};

fn full_item() -> Item {
    Item {
        id: "i-1".into(),
        parts: vec![
            Part { role: "caption".into(), text: Some("hola mundo".into()), path: None },
            Part { role: "image".into(), text: None, path: Some(picture(7).sha256) },
        ],
        language: Some("es-MX".into()),
        market: Some("MX".into()),
        author: Some("u1".into()),
        reports: vec![Report { reason: "scam".into(), n: 3 }, Report { reason: "spam".into(), n: 1 }],
        reach_per_hour: Some(9.0),
        flagged_at: Some("2026-11-20T10:00:00Z".into()),
        gold: Some(gold(Verdict::Violating, "FR-1")),
        labels: [("S".to_owned(), 0), ("H".to_owned(), 1)].into(),
    }
}

#[test]
fn an_item_comes_back_as_it_went_in() {
    let mut case = Case::new();
    case.store.put_media(&picture(7)).expect("media");
    let row = case.add(new_item(full_item()));
    let stored = case.store.item(row).expect("an item");
    assert_eq!(stored.item, full_item());
    assert_eq!(stored.urgency, 40.0);
    assert_eq!(stored.imported_ms, NOW);
    assert_eq!(stored.pixel_hashes, [None, Some(u64::MAX - 7)]);
    assert!(!stored.restricted);
    case.is_sound();
}

#[test]
fn an_item_has_the_parts_of_its_record() {
    let mut case = Case::new();
    case.store.put_media(&picture(7)).expect("media");
    let new = new_item(full_item());
    let row = case.add(new.clone());
    let record = case.store.item(row).expect("an item").record;
    assert_eq!(record.content_sha256, new.content_sha256);
    let [caption, image] = record.parts.as_slice() else { panic!("two parts") };
    assert_eq!(
        (caption.id.as_str(), caption.kind, caption.text.as_deref()),
        ("p1", PartKind::Text, Some("hola mundo"))
    );
    assert_eq!((image.id.as_str(), image.kind, image.width), ("p2", PartKind::Image, Some(4)));
    assert_eq!(casebook_core::record::content_sha256(&record.parts), record.content_sha256);
}

#[test]
fn an_item_of_an_unknown_picture_is_not_stored() {
    let mut case = Case::new();
    let batch = [text_item("a", "x"), new_item(full_item())];
    assert!(case.store.insert_items(&batch, None, NOW).is_err(), "the media is missing");
    assert_eq!(case.store.count_items().expect("a count"), 0, "a batch is stored whole or not at all");
}

#[test]
fn an_id_twice_is_the_same_or_different_by_content() {
    let mut case = Case::new();
    let row = case.add_text("a", "one");
    let batch =
        [text_item("a", "one"), text_item("a", "two"), text_item("b", "three"), text_item("b", "three")];
    let outcomes = case.store.insert_items(&batch, None, NOW).expect("a batch");
    let expected = [Inserted::Same, Inserted::Different("a".into()), Inserted::New(row + 1), Inserted::Same];
    assert_eq!(outcomes, expected);
    assert_eq!(case.store.count_items().expect("a count"), 2);
    case.is_sound();
}

#[test]
fn rows_come_in_order_after_one() {
    let mut case = Case::new();
    let rows: Vec<_> = ["a", "b", "c"].map(|it| case.add_text(it, it)).into();
    assert_eq!(case.store.item_rows(0, 10).expect("rows"), rows);
    assert_eq!(case.store.item_rows(rows[0], 1).expect("rows"), [rows[1]]);
    assert_eq!(case.store.row_of("c").expect("a row"), Some(rows[2]));
    assert_eq!(case.store.row_of("d").expect("no row"), None);
    assert!(matches!(case.store.item(99), Err(StoreError::NotFound { .. })));
}

#[test]
fn the_content_of_an_item_cannot_be_changed_or_deleted() {
    let mut case = Case::new();
    case.add_text("a", "x");
    let db = case.sql();
    let attempts = [
        "update item set id = 'b'",
        "update item set content_sha256 = zeroblob(32)",
        "delete from item",
        "update part set text = 'y'",
        "delete from part",
    ];
    for attempt in attempts {
        let error = db.execute(attempt, ()).expect_err(attempt).to_string();
        assert!(error.contains("append-only"), "{attempt}: {error}");
    }
}

#[test]
fn gold_cannot_be_changed_and_needs_its_policy() {
    let mut case = Case::new();
    case.add(with("a", |it| it.gold = Some(gold(Verdict::Violating, "HH-1"))));
    assert!(case.sql().execute("update gold set verdict = 'borderline'", ()).is_err());
    let unknown = with("b", |it| {
        it.gold = Some(casebook_core::item::Gold {
            policy: "p@9".into(),
            verdict: Verdict::Violating,
            clauses: vec![],
        });
    });
    assert!(case.store.insert_items(&[unknown], None, NOW).is_err(), "p@9 is not loaded");
}

#[test]
fn gold_of_a_child_safety_clause_restricts_its_item() {
    let mut case = Case::new();
    let row = case.add(with("a", |it| it.gold = Some(gold(Verdict::Escalate, "CS-1"))));
    assert!(case.store.item(row).expect("an item").restricted);
    assert_eq!(case.store.decided(row, "p@1").expect("decided"), None, "no precedent");
    assert_eq!(case.store.search("words", 9).expect("a search"), Vec::<u32>::new());
    case.is_sound();
}

#[test]
fn media_are_kept_once() {
    let case = Case::new();
    let media = picture(1);
    case.store.put_media(&media).expect("media");
    case.store.put_media(&common::picture(1)).expect("the same again");
    assert_eq!(case.store.media(&media.sha256).expect("media"), Some(media));
    let mut film = common::picture(9);
    (film.kind, film.duration_ms, film.pixel_hash) = (PartKind::Video, Some(61_000), None);
    film.full = (0..(2 << 20) + 5).map(|it| (it % 251) as u8).collect();
    case.store.put_media(&film).expect("a film");
    let pieces: Vec<i64> = {
        let db = case.sql();
        let sql = "select length(c.bytes) from chunk c join rendition r on r.row = c.rendition
                   where r.bytes > 99 order by c.n";
        let mut statement = db.prepare(sql).expect("SQL");
        let lengths = statement.query_map((), |it| it.get(0)).expect("rows");
        lengths.map(|it| it.expect("a length")).collect()
    };
    assert_eq!(pieces, [1 << 20, 1 << 20, 5], "no piece is longer than a mebibyte");
    assert_eq!(case.store.media(&film.sha256).expect("media"), Some(film.clone()));
    let covered = case.store.rendition(&film.sha256, Rendition::Covered).expect("a rendition");
    assert_eq!(covered, Some((film.covered, film.covered_type)));
    assert_eq!(case.store.media(&"00".repeat(32)).expect("none"), None);
    assert_eq!(case.store.media("../etc/passwd").expect("no hash, no media"), None);
}

#[test]
fn a_policy_name_with_other_text_is_refused() {
    let case = Case::new();
    case.store.put_policy("p@1", &sha256_hex(b"text"), "text", NOW).expect("the same again");
    let error = case.store.put_policy("p@1", &"1".repeat(64), "other", NOW).expect_err("another text");
    assert!(matches!(error, StoreError::Duplicate { .. }), "{error}");
    let (sha256, toml) = case.store.policy_toml("p@1").expect("a policy").expect("it is there");
    assert_eq!((sha256.as_str(), toml.as_str()), (sha256_hex(b"text").as_str(), "text"));
    assert_eq!(case.store.policy_toml("p@2").expect("none"), None);
    assert!(case.sql().execute("update policy set toml = 'x'", ()).is_err(), "policies are append-only");
}

#[test]
fn a_source_remembers_how_far_it_is() {
    let mut case = Case::new();
    let source = case.store.source("/q.jsonl", "jsonl", NOW).expect("a source");
    assert_eq!((source.lines_done, source.finished), (0, false));
    case.store.restart_source(source.id, "f1").expect("a beginning");
    let refusals = [Refusal { line: 2, value: "{".into(), rule: "JSON".into() }];
    let progress = SourceProgress {
        source: source.id,
        run: 1,
        tallies: &[],
        lines_done: 3,
        bytes_done: 40,
        lines: &[1],
        finished: true,
        refusals: &refusals,
    };
    case.store.insert_items(&[text_item("a", "x")], Some(progress), NOW).expect("a batch");
    let again = case.store.source("/q.jsonl", "jsonl", NOW).expect("the source");
    assert_eq!((again.lines_done, again.bytes_done, again.items_done, again.finished), (3, 40, 1, true));
    assert_eq!(again.fingerprint.as_deref(), Some("f1"));
    assert_eq!(case.store.refusals(source.id, 9).expect("refusals"), refusals);
    case.store.restart_source(source.id, "f2").expect("a new beginning");
    assert_eq!(case.store.count_refusals(source.id).expect("a count"), 0);
}

#[test]
fn an_item_with_other_content_is_refused_in_the_same_transaction() {
    let mut case = Case::new();
    case.add_text("a", "one");
    let source = case.store.source("/q.jsonl", "jsonl", NOW).expect("a source");
    let batch = [text_item("b", "x"), text_item("a", "two")];
    let progress = SourceProgress {
        source: source.id,
        run: 1,
        tallies: &[],
        lines_done: 9,
        bytes_done: 1,
        lines: &[7, 9],
        finished: false,
        refusals: &[],
    };
    case.store.insert_items(&batch, Some(progress), NOW).expect("a batch");
    let refusals = case.store.refusals(source.id, 9).expect("refusals");
    assert_eq!((refusals[0].line, refusals[0].value.as_str()), (9, "a"));
    assert!(refusals[0].rule.contains("other content"), "{refusals:?}");
}

#[test]
fn progress_and_items_are_stored_together_or_not_at_all() {
    let mut case = Case::new();
    let source = case.store.source("/q.jsonl", "jsonl", NOW).expect("a source");
    let progress = SourceProgress {
        source: source.id,
        run: 1,
        tallies: &[],
        lines_done: 1,
        bytes_done: 1,
        lines: &[1],
        finished: false,
        refusals: &[],
    };
    let missing_media = new_item(full_item());
    assert!(case.store.insert_items(&[missing_media], Some(progress), NOW).is_err());
    assert_eq!(case.store.source("/q.jsonl", "jsonl", NOW).expect("the source").lines_done, 0);
}

#[track_caller]
fn finds(texts: &[&str], query: &str, expected: &[&str]) {
    let mut case = Case::new();
    for text in texts {
        case.add_text(text, text);
    }
    let rows = case.store.search(query, 50).expect("a search never fails on its words");
    let mut ids: Vec<String> = rows.iter().map(|it| case.store.item(*it).expect("an item").item.id).collect();
    ids.sort();
    let mut expected: Vec<&str> = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(ids, expected, "{query}");
}

#[test]
fn all_words_must_occur() {
    finds(&["free money now", "free beer", "money"], "money FREE", &["free money now"]);
}

#[test]
fn the_last_word_may_be_a_beginning() {
    finds(&["a sentence", "sent away", "assent"], "sent", &["a sentence", "sent away"]);
    finds(&["free money", "freedom money"], "free money", &["free money"]);
}

#[test]
fn accents_and_case_do_not_matter() {
    finds(&["¿Qué día?", "dia"], "DIA", &["¿Qué día?", "dia"]);
    finds(&["cafe\u{301} noir"], "café", &["cafe\u{301} noir"]);
    finds(&["ПРИВЕТ мир"], "привет", &["ПРИВЕТ мир"]);
}

#[test]
fn words_are_found_inside_scripts_without_spaces() {
    finds(&["これは日本語の文です", "中国語"], "日本", &["これは日本語の文です"]);
    finds(&["今日は天気がいい"], "天", &["今日は天気がいい"]);
    finds(&["你好世界"], "界", &["你好世界"]);
    finds(&["ฉันกินข้าว"], "กินข้าว", &["ฉันกินข้าว"]);
    finds(&["한국어를 배웁니다"], "한국어", &["한국어를 배웁니다"]);
}

#[test]
fn hindi_and_arabic_words_are_whole() {
    finds(&["हिन्दी में लिखा", "हिम"], "हिन्दी", &["हिन्दी में लिखा"]);
    finds(&["مرحبا بالعالم"], "بالعالم", &["مرحبا بالعالم"]);
}

#[test]
fn hostile_queries_are_plain_words() {
    let text = "or not near text";
    for query in [
        "\"",
        "'",
        "*",
        "a\"b",
        "text:x",
        "NEAR(",
        "-",
        "^",
        "(((",
        "\0",
        "\u{202e}",
        "{a b} : c",
        "+",
        ";--",
    ] {
        let mut case = Case::new();
        case.add_text("a", text);
        case.store.search(query, 5).expect("no query is an error");
    }
    finds(&[text], "OR NOT", &[text]);
    finds(&[text], "NEAR", &[text]);
    finds(&["a-b_c"], "a-b_c", &["a-b_c"]);
    finds(&["x \u{10ffff} y \u{fdd0} z"], "x \u{10ffff}y", &["x \u{10ffff} y \u{fdd0} z"]);
}

#[test]
fn the_newest_hits_come_first_and_are_limited() {
    let mut case = Case::new();
    let rows: Vec<_> = (0..5).map(|n| case.add_text(&format!("i{n}"), "same words")).collect();
    assert_eq!(case.store.search("same", 2).expect("a search"), [rows[4], rows[3]]);
}

#[test]
fn a_beginning_finds_every_word_that_has_it_few_or_many() {
    let mut case = Case::new();
    let plain = case.add_text("plain", "the river Sand");
    let other = case.add_text("other", "no river, only salad");
    let none = case.add_text("none", "the river's stone");
    let find = |case: &Case, words: &str| case.store.search(words, 500).expect("a search");
    assert_eq!(find(&case, "sa"), [other, plain]);
    assert_eq!(find(&case, "river SA"), [other, plain], "words before it");
    assert_eq!(find(&case, "the river sa"), [plain]);
    assert_eq!(find(&case, "stone sa"), Vec::<u32>::new());
    assert_eq!(find(&case, "sa river"), Vec::<u32>::new(), "only the last word is a beginning");
    assert_eq!(find(&case, "s"), [none, other, plain]);
    // More words than are asked for one by one.
    let many: Vec<_> = (0..100).map(|n| case.add_text(&format!("m{n}"), &format!("sa{n}x"))).collect();
    let mut expected: Vec<_> = many.into_iter().rev().collect();
    expected.extend([other, plain]);
    assert_eq!(find(&case, "sa"), expected);
}

#[test]
fn any_character_can_be_indexed_and_searched() {
    let mut case = Case::new();
    // All of the first blocks, then every 29th: most of the rest is unassigned or Han.
    let all: Vec<char> =
        (0..0x3000_u32).chain((0x3000..=0x0010_ffff).step_by(29)).filter_map(char::from_u32).collect();
    let batch: Vec<_> = all
        .chunks(4096)
        .enumerate()
        .map(|(n, it)| text_item(&n.to_string(), &it.iter().collect::<String>()))
        .collect();
    case.store.insert_items(&batch, None, NOW).expect("any text is stored");
    for chunk in all.chunks(97) {
        let query: String = chunk.iter().flat_map(|it| [*it, 'x']).collect();
        case.store.search(&query, 1).expect("no query is an error");
    }
    case.is_sound();
}
