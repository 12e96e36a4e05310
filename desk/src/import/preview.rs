//! The first rows of a source as they would come in, so that a mapping can be chosen before anything does.

use std::collections::BTreeMap;

use casebook_core::{item::shorten, policy::Policy, ports::Cell};

use crate::{
    error::{Error, Result},
    wire::{ImportColumn, ImportPreview, ImportRequest, ImportRow},
};

use super::{
    Outcome, Readers,
    cells::{is_empty, shown},
    delimited, encoding,
    fields::Field,
    label_studio, only_policy,
    plan::{self, FieldMap, Plan},
    prepare::Preparation,
    presets, rows,
    tally::Notes,
    units::{Mark, Raw, Unit},
};

/// Rows that are looked at.
const ROWS: usize = 20;

/// Values of a column that are shown.
const SAMPLES: usize = 3;

/// How the first rows of a source would come in. Nothing is stored, and values of labels and gold are not told.
///
/// # Errors
/// As [`super::import`], but that a mapping without a text is shown with the columns there are.
pub fn preview(
    readers: Readers,
    request: &ImportRequest,
    policies: &BTreeMap<String, Policy>,
) -> Result<ImportPreview> {
    let plans = Plan::all(request, readers.tables, true)?;
    let n_sources = plans.len() as u32;
    let Some(plan) = plans.into_iter().next() else {
        return Ok(ImportPreview::default());
    };
    let preparation = Preparation {
        stills: readers.stills,
        policies,
        folder: &plan.folder,
        map: &plan.map,
        stem: &plan.stem,
        gold_policy: only_policy(policies).ok(),
        register: &plan.register,
        encoding: plan::asked_encoding(request)?,
    };
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for unit in plan.units(Mark::default(), readers.tables)?.take(ROWS) {
        let unit = unit.map_err(|it| Error::file("read", &plan.path, it))?;
        look(&plan, &unit, &mut columns);
        let done = preparation.unit(unit);
        let left = done.notes.left.iter().map(|it| format!("{}: {}", it.name, it.rule)).collect();
        let number = done.line.try_into().unwrap_or(u32::MAX);
        let row = match done.outcome {
            Outcome::Nothing => continue,
            Outcome::Refused(refused) => ImportRow {
                number,
                id: String::new(),
                text: refused.value,
                pictures: 0,
                left,
                refused: Some(refused.rule),
            },
            Outcome::Item(prepared) => {
                let item = prepared.item;
                let text = item.parts.iter().find_map(|it| it.text.as_deref()).unwrap_or_default();
                let pictures = item.parts.iter().filter(|it| it.media.is_some()).count() as u32;
                ImportRow { number, id: item.item.id, text: shorten(text), pictures, left, refused: None }
            }
        };
        rows.push(row);
    }
    if let FieldMap::Table(table) = &plan.map {
        for (name, problem) in &table.problems {
            let (fields, samples) = (Vec::new(), Vec::new());
            columns.push(ImportColumn {
                name: name.clone(),
                fields,
                samples,
                problem: Some(problem.clone()),
            });
        }
    }
    Ok(ImportPreview {
        counted: plan.counted(),
        read_as: plan.read_as(),
        columns,
        rows,
        n_sources,
        n_left_files: plan.listing.left.len() as u32,
        presets: presets::ALL.iter().map(|it| it.name.to_owned()).collect(),
        remembered: None,
    })
}

/// Notes the columns of a unit, and what is in them.
fn look(plan: &Plan, unit: &Unit, columns: &mut Vec<ImportColumn>) {
    let mut see = |name: &str, fields: Vec<Field>, cell: &Cell| {
        let judged = fields.iter().any(|it| {
            matches!(
                it,
                Field::Label(_)
                    | Field::Labels
                    | Field::Answer
                    | Field::GoldClauses
                    | Field::GoldPolicy
                    | Field::GoldVerdict
            )
        });
        let at = columns.iter().position(|it| it.name == name).unwrap_or_else(|| {
            let fields = fields.iter().map(ToString::to_string).collect();
            columns.push(ImportColumn { name: name.to_owned(), fields, samples: Vec::new(), problem: None });
            columns.len() - 1
        });
        let samples = &mut columns[at].samples;
        if !judged && !is_empty(cell) && samples.len() < SAMPLES {
            samples.push(shown(cell));
        }
    };
    let objects = |bytes: &[u8]| rows::object(bytes, &mut Notes::default()).ok().flatten();
    match (&unit.raw, &plan.map) {
        (Raw::Record(bytes), FieldMap::Csv { dialect, columns: bound }) => {
            let cells = encoding::utf8(bytes).ok().and_then(|it| delimited::split(it, dialect).ok());
            for (n, name) in dialect.header.iter().enumerate() {
                let fields = bound.bound.iter().filter(|it| it.n == n).map(|it| it.field.clone()).collect();
                let cell =
                    cells.as_ref().and_then(|it| it.get(n)).map_or(Cell::Empty, |it| Cell::Text(it.clone()));
                see(name, fields, &cell);
            }
        }
        (Raw::Row(cells), FieldMap::Table(table)) => {
            for (n, name) in table.header.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
                let at = table.columns.bound.iter().position(|it| it.n == n);
                let fields =
                    table.columns.bound.iter().filter(|it| it.n == n).map(|it| it.field.clone()).collect();
                see(name, fields, at.and_then(|it| cells.get(it)).unwrap_or(&Cell::Empty));
            }
        }
        (Raw::Line(bytes), FieldMap::Objects(mapping)) => {
            if let Some(object) = objects(bytes).filter(|it| it.get("parts").is_none()) {
                for (name, cell) in object.cells() {
                    see(&name, mapping.fields(&name), &cell);
                }
            }
        }
        (Raw::Task(bytes), FieldMap::Tasks { mapping, .. }) => {
            if let Some(object) = objects(bytes) {
                for (name, cell) in label_studio::cells(&object) {
                    see(&name, mapping.fields(&name), &cell);
                }
            }
        }
        _ => {}
    }
}
