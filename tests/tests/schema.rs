//! The schema and what we write agree, and the schema still catches what it is there to catch.

use casebook_core::{record::Record, remark::Remark};
use serde_json::{Value, json};

fn schema() -> jsonschema::Validator {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/cot-record.schema.json")).expect("the schema is JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema")
}

fn example() -> Value {
    serde_json::from_str(include_str!("../../core/tests/record.json")).expect("the example is JSON")
}

/// The example with one change is refused at `place`.
#[track_caller]
fn refused(place: &str, change: impl FnOnce(&mut Value)) {
    let mut record = example();
    change(&mut record);
    let validator = schema();
    let places: Vec<String> =
        validator.iter_errors(&record).map(|it| it.instance_path().to_string()).collect();
    assert!(places.iter().any(|it| it == place), "{place} is wrong; the schema says {places:?}");
}

#[test]
fn the_example_conforms_as_it_is_and_as_we_write_it() {
    assert!(schema().is_valid(&example()));
    let record: Record = serde_json::from_value(example()).expect("the example is a record");
    let written = serde_json::to_value(&record).expect("a record is plain data");
    assert!(schema().is_valid(&written), "what we read we write conforming");
}

#[test]
fn what_is_said_of_a_picture_conforms() {
    let remarks = [
        Remark::Frames { n: 12, read: 12, shown: vec![1, 4], columns: 2 },
        Remark::Pages { n: 3 },
        Remark::Behind { bytes: 2024, what: "MP4 film".into() },
        Remark::Incomplete { missing_permille: Some(331) },
        Remark::Incomplete { missing_permille: None },
        Remark::Smaller { width: 4000, height: 3000 },
        Remark::Clear,
        Remark::Colours,
    ];
    let mut record = example();
    record["item"]["parts"][0]["remarks"] = serde_json::to_value(&remarks).expect("plain data");
    assert!(schema().is_valid(&record), "every remark has its place in the schema");
    let read: Record = serde_json::from_value(record).expect("it is a record");
    assert_eq!(read.item.parts[0].remarks, remarks);
}

#[test]
fn seeded_violations_are_caught() {
    refused("/schema", |it| it["schema"] = json!("casebook/cot-record/2"));
    refused("/id", |it| it["id"] = json!("not a uuid"));
    refused("/item/content_sha256", |it| it["item"]["content_sha256"] = json!("ABC"));
    refused("/item/parts", |it| it["item"]["parts"] = json!([]));
    refused("/item/parts/0", |it| it["item"]["parts"][0]["mood"] = json!("grim"));
    refused("/item/parts/0/remarks/0/kind", |it| {
        it["item"]["parts"][0]["remarks"] = json!([{"kind": "ghost"}]);
    });
    refused("/item/parts/0/remarks/0", |it| {
        it["item"]["parts"][0]["remarks"] = json!([{"kind": "pages", "n": 2, "more": 1}]);
    });
    refused("/protocol/mode", |it| it["protocol"]["mode"] = json!("half blind"));
    refused("/first_impression", |it| it["first_impression"]["model"] = json!("peeked"));
    refused("/evidence/0/kind", |it| it["evidence"][0]["kind"] = json!("hunch"));
    refused("/evidence/0/start", |it| it["evidence"][0]["start"] = json!(-1));
    refused("/steps", |it| it["steps"] = json!([]));
    refused("/steps/0/text", |it| it["steps"][0]["text"] = json!(""));
    refused("/steps/0/text", |it| it["steps"][0]["text"] = json!("x".repeat(2001)));
    refused("/steps/0/rating", |it| it["steps"][0]["rating"] = json!(2));
    refused("/steps/0/stage", |it| it["steps"][0]["stage"] = json!("guess"));
    refused("/decision/severity", |it| it["decision"]["severity"] = json!(5));
    refused("/decision/actions/0", |it| it["decision"]["actions"] = json!(["shame"]));
    refused("/decision/confidence", |it| it["decision"]["confidence"] = json!(95));
    refused("", |it| {
        it.as_object_mut().expect("a record is an object").remove("provenance");
    });
    refused("", |it| it["score"] = json!(1));
}

#[test]
fn the_schema_in_the_repository_is_the_one_that_was_agreed() {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/cot-record.schema.json")).expect("the schema is JSON");
    assert_eq!(schema["$id"], "casebook/cot-record/1", "a released name never changes meaning");
    assert_eq!(schema["properties"]["schema"]["const"], casebook_core::record::SCHEMA);
}
