//! Rows as items: cells by their columns, whatever file they come from.

use casebook_core::{
    item::{Item, shorten},
    ports::Cell,
};
use casebook_store::TallyKind;

use super::{
    cells::{Fault, Filled, Filling, is_empty, shown},
    encoding,
    fields::Field,
    json::{self, Json},
    mapping::Mapping,
    prepare::Refused,
    presets::unescaped,
    tally::{Notes, Register},
};

/// What is not asked for, as tallies name it.
const NOT_ASKED: &str = "no field of an item";

/// What is not needed, as tallies name it.
const HELD_ALREADY: &str = "another column holds this field";

/// How a column of a table is read.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub field: Field,
    /// Of the header.
    pub n: usize,
    /// As the file calls it.
    pub column: String,
    /// Of the register.
    taken: u32,
}

/// A table's columns that are read, and those that are left.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub bound: Vec<Bound>,
    /// By their place in the header, with their number in the register.
    left: Vec<(usize, u32)>,
    unescapes: bool,
    /// Ids of a file without ids begin with its name.
    pub stem: String,
}

impl Columns {
    /// # Errors
    /// As [`Mapping::bind`].
    pub(super) fn new(
        mapping: &Mapping,
        header: &[String],
        of: &str,
        looks: bool,
        stem: String,
        register: &Register,
    ) -> Result<Self, String> {
        let bound: Vec<Bound> = mapping
            .bind(header, of, looks)?
            .into_iter()
            .map(|(field, n)| {
                let column = header[n].clone();
                let taken = register.number(TallyKind::Taken, &column, &field.to_string());
                Bound { field, n, column, taken }
            })
            .collect();
        let left = (0..header.len()).filter(|n| !header[*n].is_empty() && !bound.iter().any(|it| it.n == *n));
        let rule = |n: usize| match Field::named(&header[n]) {
            Some(field) if bound.iter().any(|it| it.field == field) => HELD_ALREADY,
            _ => NOT_ASKED,
        };
        let left = left.map(|n| (n, register.number(TallyKind::Column, &header[n], rule(n)))).collect();
        Ok(Self { bound, left, unescapes: mapping.preset.is_some_and(|it| it.unescapes), stem })
    }

    /// The item of one row; nothing for a row without anything in it. `cell` gives the cell at a place of the header.
    pub(super) fn item(
        &self,
        cell: &mut dyn FnMut(usize) -> Cell,
        line: u64,
        policy: Option<&str>,
        notes: &mut Notes,
    ) -> Result<Option<Filled>, Refused> {
        let mut filling = Filling::new(format!("{}:{line}", self.stem));
        let mut nothing = true;
        for it in &self.bound {
            let cell = cell(it.n);
            if is_empty(&cell) {
                continue;
            }
            nothing = false;
            if fill(&mut filling, &it.field, &it.column, cell, self.unescapes, notes)? {
                notes.seen.push(it.taken);
            }
        }
        for (n, number) in &self.left {
            if !is_empty(&cell(*n)) {
                nothing = false;
                notes.seen.push(*number);
            }
        }
        match nothing {
            true => Ok(None),
            false => whole(filling, policy).map(Some),
        }
    }
}

/// Puts a cell into the item; false where it was left.
pub(super) fn fill(
    filling: &mut Filling,
    field: &Field,
    column: &str,
    cell: Cell,
    unescapes: bool,
    notes: &mut Notes,
) -> Result<bool, Refused> {
    let value = shown(&cell);
    let cell = match cell {
        Cell::Text(text) if unescapes && matches!(field, Field::Text(_)) => Cell::Text(unescaped(&text)),
        other => other,
    };
    match filling.put(field, cell) {
        Ok(()) => Ok(true),
        Err(Fault::Item(rule)) => Err(Refused::new(format!("{} {value}", shorten(column)), rule)),
        Err(Fault::Cell(rule)) => {
            notes.leave(TallyKind::Value, column, rule, Some(value));
            Ok(false)
        }
    }
}

/// The item, checked.
pub(super) fn whole(filling: Filling, policy: Option<&str>) -> Result<Filled, Refused> {
    let filled = filling.finish(policy).map_err(|it| match it {
        Fault::Item(rule) | Fault::Cell(rule) => Refused::new("gold.verdict", rule),
    })?;
    filled.item.check()?;
    Ok(filled)
}

/// A line of JSON as a value; nothing for an empty one.
pub(super) fn object(bytes: &[u8], notes: &mut Notes) -> Result<Option<Json>, Refused> {
    let whole = || shorten(&String::from_utf8_lossy(bytes));
    let line = encoding::utf8(bytes).map_err(|rule| Refused::new(whole(), rule))?;
    if line.trim().is_empty() {
        return Ok(None);
    }
    let read = json::read(line).map_err(|rule| Refused::new(whole(), rule))?;
    if read.halves > 0 {
        let rule = "half of an emoji or another letter of two halves: it stands as U+FFFD";
        notes.leave(TallyKind::Value, "text", rule, Some(whole()));
    }
    match read.value {
        value @ Json::Object(_) => Ok(Some(value)),
        _ => Err(Refused::new(whole(), "expected a JSON object")),
    }
}

/// The item of one JSON object: of Casebook's own shape, or its cells by a mapping.
pub(super) fn json(
    object: &Json,
    mapping: &Mapping,
    id: String,
    policy: Option<&str>,
    register: &Register,
    notes: &mut Notes,
) -> Result<Filled, Refused> {
    match object.get("parts") {
        Some(Json::List(_)) => own(object, id, policy, register, notes),
        _ => mapped(object, mapping, id, policy, register, notes),
    }
}

fn mapped(
    object: &Json,
    mapping: &Mapping,
    id: String,
    policy: Option<&str>,
    register: &Register,
    notes: &mut Notes,
) -> Result<Filled, Refused> {
    let mut filling = Filling::new(id);
    let unescapes = mapping.preset.is_some_and(|it| it.unescapes);
    let cells = object.cells();
    // Of several columns for one field the one that is named first counts.
    let order = |column: &str| {
        let preset = mapping.preset.map_or(&[][..], |it| it.fields);
        preset.iter().position(|(_, it)| *it == column).unwrap_or(0)
    };
    let mut chosen: Vec<(Field, usize, usize)> = Vec::new();
    for (n, (name, cell)) in cells.iter().enumerate() {
        if is_empty(cell) {
            continue;
        }
        let fields = mapping.fields(name);
        if fields.is_empty() {
            notes.seen.push(register.number(TallyKind::Column, name, NOT_ASKED));
        }
        for field in fields {
            let single = !field.is_repeatable() || matches!(&field, Field::Text(role) if role == "text");
            match chosen.iter_mut().find(|(it, ..)| single && *it == field) {
                Some(before) => {
                    // The other is left, and said.
                    let loser = if order(name) < before.1 { before.2 } else { n };
                    notes.seen.push(register.number(TallyKind::Column, &cells[loser].0, HELD_ALREADY));
                    if loser != n {
                        *before = (field, order(name), n);
                    }
                }
                None => chosen.push((field, order(name), n)),
            }
        }
    }
    for (field, _, n) in chosen {
        let (name, cell) = &cells[n];
        if fill(&mut filling, &field, name, cell.clone(), unescapes, notes)? {
            notes.seen.push(register.number(TallyKind::Taken, name, &field.to_string()));
        }
    }
    if filling.item.parts.is_empty() {
        let names: Vec<String> = cells.into_iter().map(|it| it.0).collect();
        let rule = format!(
            "nothing here is a text or a picture; map one, as in text={}; there are {}",
            names.iter().find(|it| *it != "id").map_or("KEY", String::as_str),
            super::mapping::listed(&names)
        );
        return Err(Refused::new(shown(&Cell::Text(summary(object))), rule));
    }
    whole(filling, policy)
}

fn summary(object: &Json) -> String {
    let cells = object.cells();
    cells.iter().map(|(name, cell)| format!("{name} {}", shown(cell))).collect::<Vec<_>>().join(", ")
}

/// An item in Casebook's own shape (docs/formats.md).
fn own(
    object: &Json,
    id: String,
    policy: Option<&str>,
    register: &Register,
    notes: &mut Notes,
) -> Result<Filled, Refused> {
    let Json::Object(pairs) = object else { unreachable!("its parts were found") };
    let mut filling = Filling::new(id);
    let mut named = false;
    for (key, value) in pairs {
        let mut take = |field: &Field, name: &str, cell: Cell, notes: &mut Notes| {
            if is_empty(&cell) && *field != Field::Id {
                return Ok(());
            }
            fill(&mut filling, field, name, cell, false, notes).map(drop)
        };
        match key.as_str() {
            "parts" => {}
            "labels" | "gold" => {
                for (name, cell) in value.cells() {
                    let name = format!("{key}.{name}");
                    match Field::named(&name) {
                        Some(field) => take(&field, &name, cell, notes)?,
                        None => notes.leave(TallyKind::Column, name, NOT_ASKED, Some(shown(&cell))),
                    }
                }
            }
            "reports" => {
                for report in value.list() {
                    let reason = report.get("reason").and_then(Json::text);
                    match (reason, report.get("n").and_then(Json::cell)) {
                        (Some(reason), Some(n)) => {
                            take(&Field::Reports(reason.to_owned()), &format!("reports.{reason}"), n, notes)?;
                        }
                        _ => notes.leave(
                            TallyKind::Value,
                            "reports",
                            "a report has a reason and n, how many people gave it",
                            Some(shorten(&summary(report))),
                        ),
                    }
                }
            }
            _ => match Field::named(key)
                .filter(|it| !it.is_part() && *it != Field::Labels && *it != Field::Answer)
            {
                Some(field) => {
                    named |= field == Field::Id;
                    let cell = value
                        .cell()
                        .ok_or_else(|| Refused::new(key, "a text or a number; this is an object"))?;
                    take(&field, key, cell, notes)?;
                }
                None => notes.seen.push(register.number(TallyKind::Column, key, NOT_ASKED)),
            },
        }
    }
    if !named {
        return Err(Refused::new(summary(object), "an item has an id"));
    }
    for (n, part) in object.get("parts").map_or(&[][..], Json::list).iter().enumerate() {
        self::part(&mut filling.item, part).map_err(|rule| Refused::new(format!("parts[{n}]"), rule))?;
        let known = ["role", "text", "path"];
        for (key, _) in part.cells().iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            notes.seen.push(register.number(TallyKind::Column, &format!("parts.{key}"), NOT_ASKED));
        }
    }
    whole(filling, policy)
}

fn part(item: &mut Item, part: &Json) -> Result<(), String> {
    let word = |key: &str| match part.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("{key} is a text")),
    };
    let role = word("role")?.ok_or("a role is named")?;
    let path = word("path")?.map(|it| super::paths::local(&it)).transpose()?;
    item.parts.push(casebook_core::item::Part { role, text: word("text")?, path });
    Ok(())
}
