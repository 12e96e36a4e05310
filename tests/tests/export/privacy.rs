//! What is private stays: in no byte of an export, and not to be read out of an id.

use super::*;

#[test]
fn private_values_are_in_no_byte_and_offsets_still_fit() {
    let mut case = Case::new();
    let said = "日本 👍🏽 write @sam_k or sam@example.com, +1 (415) 555-0132. Double your money today!";
    let row = case.text("a", said);
    case.review(row, "Ada", |record| {
        judged(record, "FR-1", Verdict::Violating);
        let start = text::scalar_of(said, said.find("sam@").expect("it is there"));
        let cut = Anchor::span("p1", said, start, start + 5).expect("inside");
        record.evidence.push(Evidence {
            id: "e9".into(),
            anchor: cut,
            verified: None,
            note: Some("or SAM@example.com".into()),
        });
        record.steps[0].text = "It says “sam@e” and names sam_k; tel. 14155550132.".into();
        record.decision.creator_message = Some("Please remove sam@example.com.".into());
    });
    let folder = case.export(&everything());
    for value in ["example.com", "555-0132", "4155550132", "sam_k", "sam@"] {
        nowhere(&folder, value);
    }
    let row = rows(&folder, "raw").remove(0);
    let said = row["item"]["parts"][0]["text"].as_str().expect("a text").to_owned();
    assert_eq!(said, "日本 👍🏽 write [handle-1] or [email-1], [phone-1]. Double your money today!");
    assert_eq!(row["steps"][0]["text"], "It says “[email-1]” and names [handle-1]; tel. [phone-1].");
    for evidence in
        row["evidence"].as_array().expect("evidence").iter().filter(|it| it["kind"] == "text_span")
    {
        let offset = |name: &str| evidence[name].as_u64().expect("an offset") as u32;
        let piece = text::slice(&said, offset("start"), offset("end"));
        assert_eq!(piece, evidence["quote"].as_str(), "offsets fit the redacted text");
    }
}

#[test]
fn nothing_is_redacted_unless_asked() {
    let mut case = Case::new();
    let row = case.text("a", "write sam@example.com");
    case.review(row, "Ada", |it| judged(it, "FR-1", Verdict::Violating));
    let folder = case.export(&case::Request { redact: false, ..everything() });
    assert_eq!(rows(&folder, "raw")[0]["item"]["parts"][0]["text"], "write sam@example.com");
    assert!(case.manifest(&folder)["redaction"].is_null());
}

#[test]
fn a_record_that_cannot_be_redacted_is_counted_and_not_written() {
    let mut case = Case::new();
    let line = r#"{"id":"a","parts":[{"role":"by sam@example.com","text":"Double your money"}]}"#;
    let row = case.item(line);
    case.review(row, "Ada", |it| judged(it, "FR-1", Verdict::Violating));
    let folder = case.export(&everything());
    let manifest = case.manifest(&folder);
    assert_eq!(manifest["datasets"]["raw"]["left_out"]["not_redacted"], 1);
    assert_eq!(manifest["refused"][0]["place"], "item.parts.role");
    nowhere(&folder, "example.com");
}

#[test]
fn an_id_that_tells_something_is_a_pseudonym_wherever_the_item_is_named() {
    let mut case = Case::new();
    let cited = case.text("reports/sam@example.com/1", "Double your money with us");
    let restricted = case.text("https://t.me/kim_berg7", "Something of the restricted lane");
    let row =
        case.text("https://www.tiktok.com/@sam_k9/video/7123456789012345678", "Win a phone, says @sam_k9");
    let plain = case.text("1763632800", "Double nothing at all");
    let phone = case.text("chat-4155550132", "call 415 555 0132 today");
    for row in [cited, row, plain, phone] {
        for reviewer in ["Ada", "Bob"] {
            case.review(row, reviewer, |it| judged(it, "FR-1", Verdict::Violating));
        }
    }
    case.review(restricted, "Ada", |it| judged(it, "CS-1", Verdict::Violating));
    case.review(plain, "Cleo", |it| {
        judged(it, "FR-1", Verdict::Violating);
        let anchor = Anchor::Precedent { reference: "reports/sam@example.com/1".into() };
        it.evidence.push(Evidence { id: "e9".into(), anchor, verified: None, note: None });
    });
    let folder = case.export(&everything());
    for value in ["example.com", "sam_k9", "kim_berg7", "4155550132"] {
        nowhere(&folder, value);
    }
    let manifest = case.manifest(&folder);
    assert_eq!(
        manifest["refused"].as_array().map(Vec::len),
        Some(0),
        "none is left out: {}",
        manifest["refused"]
    );
    assert_eq!(manifest["redaction"]["item_ids"], 3);
    assert!(manifest["restricted"]["items"][0]["id"].as_str().is_some_and(|it| it.starts_with("i-")));
    let rows = rows(&folder, "raw");
    let id = |it: &Value| it["item"]["id"].as_str().expect("an id").to_owned();
    let ids: std::collections::BTreeSet<String> = rows.iter().map(id).collect();
    assert_eq!(
        ids.iter().filter(|it| it.starts_with("i-")).count(),
        3,
        "one name for all reviews of one item: {ids:?}"
    );
    assert!(ids.contains("1763632800"), "a number tells nothing: {ids:?}");
    let cites = rows.iter().flat_map(|it| it["evidence"].as_array().expect("evidence").clone());
    let cited = cites.into_iter().find(|it| it["kind"] == "precedent").expect("it is cited");
    assert!(ids.contains(cited["ref"].as_str().expect("an id")), "what is cited is called as it is there");
    let again = case.export(&everything());
    let names = |folder: &Path| files(folder).into_iter().find(|it| it.0.starts_with("raw/")).map(|it| it.1);
    assert_eq!(names(&folder), names(&again), "the same name in every export");
    let open = case.export(&case::Request { redact: false, ..everything() });
    assert!(
        files(&open).values().any(|it| contains(it, "reports/sam@example.com/1")),
        "as it is, where it is asked for"
    );
}

#[test]
fn the_card_counts_what_was_replaced_of_every_kind() {
    let mut case = Case::new();
    let said = "Double your money: ann&#64;example.com, DE89 3704 0044 0532 0130 00, password: hunter22, <b>kim</b>@example.org";
    let row = case.text("a", said);
    case.review(row, "Ada", |it| judged(it, "FR-1", Verdict::Violating));
    let folder = case.export(&everything());
    let row = rows(&folder, "raw").remove(0);
    let after = "Double your money: [email-1], [iban-1], password: [secret-1], <b>[email-2]";
    assert_eq!(row["item"]["parts"][0]["text"], after);
    let redaction = &case.manifest(&folder)["redaction"];
    assert_eq!(
        [&redaction["emails"], &redaction["ibans"], &redaction["secrets"], &redaction["cards"]],
        [2, 1, 1, 0]
    );
    let card = String::from_utf8(files(&folder)["README.md"].clone()).expect("UTF-8");
    assert!(card.contains("| `[iban-1]` |") && card.contains("**Not looked for**"), "{card}");
}
