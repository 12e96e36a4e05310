//! The page's side of the verbs, `ui/src/desk/bindings.ts`: written from the list and the types it names.

use std::{
    borrow::Cow,
    fmt::{self, Write},
    fs,
};

use casebook_desk::{
    events::Event,
    verbs::{self, Shape, Verb},
    wire::Problem,
};
use specta::{
    Format, FormatError, Type, Types,
    datatype::{DataType, Primitive},
};
use specta_typescript::{Error, Exporter, FrameworkExporter, Number, Typescript};
use specta_util::Remapper;

const BINDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/desk/bindings.ts");

const HEADER: &str = "// Written by a test of src-tauri from the verbs in Rust; edits are overwritten.\n";

/// Writes the bindings where they are stale; where `CI` is set, that is a failure.
#[test]
fn the_page_knows_the_verbs_as_they_are() {
    let (old, new) = (fs::read_to_string(BINDINGS).unwrap_or_default(), bindings());
    if old == new {
        return;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "ui/src/desk/bindings.ts is stale: cargo test -p casebook-app writes it"
    );
    fs::write(BINDINGS, new).expect("ui/src/desk is writable");
}

#[test]
fn a_number_is_a_number_and_only_what_may_be_absent_is_null() {
    let text = bindings();
    for line in ["taken_at_ms: number,", "language_confidence: number | null,", "active: number)"] {
        assert!(text.contains(line), "{line}");
    }
}

/// The bindings as they should be.
fn bindings() -> String {
    let mut types = Types::default();
    let shapes = verbs::shapes(&mut types);
    // What a refusal is, whichever verb refuses.
    types.register_mut::<Problem>();
    // What is told without being asked for.
    types.register_mut::<Event>();
    Exporter::from(Typescript::default())
        .header(HEADER)
        .framework_prelude("")
        .framework_runtime(move |it| functions(&it, &shapes).map(Cow::Owned))
        .export(&types, Wire::default())
        .expect("what verbs take and answer has TypeScript types")
}

/// One function that makes all verbs of whoever can send one.
fn functions(exporter: &FrameworkExporter<'_>, shapes: &[Shape]) -> Result<String, Error> {
    let mut text = String::from(
        "/** Sends a verb and its arguments to whoever answers it. */\n\
         export type Send = <T>(verb: string, args: Record<string, unknown>) => Promise<T>;\n\n\
         /** Every verb by area, over `send`. */\nexport const verbs = (send: Send) => ({\n",
    );
    let mut area = "";
    for (verb, shape) in verbs::ALL.iter().zip(shapes) {
        if verb.area != area {
            add(
                &mut text,
                format_args!("{}\t{}: {{\n", if area.is_empty() { "" } else { "\t},\n" }, verb.area),
            );
            area = verb.area;
        }
        let typed: Result<Vec<String>, Error> =
            shape.args.iter().map(|(name, of)| Ok(format!("{name}: {}", exporter.reference(of)?))).collect();
        let sent = if verb.args.is_empty() { "{}".into() } else { format!("{{ {} }}", verb.args.join(", ")) };
        let answer = exporter.reference(&shape.answer)?;
        let (name, typed) = (name_of(verb), typed?.join(", "));
        add(&mut text, format_args!("\t\t{name}: ({typed}) => send<{answer}>(\"{verb}\", {sent}),\n"));
    }
    text.push_str(
        "\t},\n});\n\n/** What can be asked of the desk. */\nexport type Verbs = ReturnType<typeof verbs>;\n",
    );
    Ok(text)
}

fn add(text: &mut String, more: fmt::Arguments<'_>) {
    text.write_fmt(more).expect("text takes text");
}

/// `storeImpression` for `store_impression`.
fn name_of(verb: &Verb) -> String {
    let mut words = verb.name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(1);
        name + initial.to_uppercase().as_str() + rest
    })
}

/// One TypeScript type per Rust type, whichever way it crosses: both ends are this program. A number is a
/// `number`: what could be none is an `Option` in Rust, and `desk` lets no value pass that JSON has no word for.
struct Wire(Remapper);

impl Default for Wire {
    fn default() -> Self {
        let number = Number::<()>::definition(&mut Types::default());
        Self(Remapper::new().rule(DataType::Primitive(Primitive::f64), number))
    }
}

impl Format for Wire {
    fn map_types(&'_ self, types: &Types) -> Result<Cow<'_, Types>, FormatError> {
        let types = specta_serde::Format.map_types(types)?;
        Ok(Cow::Owned(self.0.remap_types(types.into_owned())))
    }

    fn map_type(&'_ self, types: &Types, of: &DataType) -> Result<Cow<'_, DataType>, FormatError> {
        let of = specta_serde::Format.map_type(types, of)?;
        Ok(Cow::Owned(self.0.remap_dt(of.into_owned())))
    }
}
