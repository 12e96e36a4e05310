//! The schema and what we write agree, and the schema still catches what it is there to catch.

use casebook_core::record::Record;
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
fn seeded_violations_are_caught() {
    refused("/schema", |it| it["schema"] = json!("casebook/cot-record/2"));
    refused("/id", |it| it["id"] = json!("not a uuid"));
    refused("/item/content_sha256", |it| it["item"]["content_sha256"] = json!("ABC"));
    refused("/item/parts", |it| it["item"]["parts"] = json!([]));
    refused("/item/parts/0", |it| it["item"]["parts"][0]["mood"] = json!("grim"));
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
