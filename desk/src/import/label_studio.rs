//! Label Studio's tasks as items: one JSON array, read task by task, or one task a file.
//!
//! Content comes from `data`, by name or mapped; of JSON_MIN, which has no `data`, from the row itself. What annotators
//! chose becomes a label or gold only where a mapping says so; predictions are never read, since they are a model's
//! judgement.

use std::collections::{BTreeMap, BTreeSet};

use casebook_core::{
    decision::Verdict,
    item::{Gold, shorten},
    ports::Cell,
};
use casebook_store::TallyKind;

use crate::wire::ColumnPair;

use super::{
    cells::Filled,
    json::Json,
    mapping::Mapping,
    prepare::Refused,
    rows,
    tally::{Notes, Register},
};

/// What mappings of annotators' choices begin with.
const ANNOTATIONS: &str = "annotations.";

/// Keys of a task that are about it, and not of what is labelled.
const ABOUT: [&str; 14] = [
    "annotations",
    "completions",
    "predictions",
    "drafts",
    "meta",
    "annotator",
    "annotation_id",
    "created_at",
    "updated_at",
    "lead_time",
    "inner_id",
    "project",
    "total_annotations",
    "file_upload",
];

/// How annotators' choices are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choices {
    /// (label, control, choice)
    labels: Vec<(String, String, String)>,
    /// The controls that hold gold's verdict and clauses.
    verdict: Option<String>,
    clauses: Option<String>,
}

impl Choices {
    /// Takes the pairs that speak of annotators; gives the others.
    ///
    /// # Errors
    /// Says how annotations are mapped.
    pub(super) fn of(pairs: &[ColumnPair]) -> Result<(Self, Vec<ColumnPair>), String> {
        let (mut choices, mut others) = (Self::default(), Vec::new());
        for pair in pairs {
            let ColumnPair { field, column } = pair;
            let Some(answer) = column.strip_prefix(ANNOTATIONS) else {
                others.push(pair.clone());
                continue;
            };
            match (field.as_str(), field.strip_prefix("labels."), answer.split_once('.')) {
                ("gold.verdict", ..) => choices.verdict = Some(answer.to_owned()),
                ("gold.clauses", ..) => choices.clauses = Some(answer.to_owned()),
                (_, Some(label), Some((control, choice))) if !label.is_empty() => {
                    choices.labels.push((label.to_owned(), control.to_owned(), choice.to_owned()));
                }
                _ => {
                    return Err(format!(
                        "{}={}: annotations are mapped as labels.NAME=annotations.CONTROL.CHOICE, \
                         gold.verdict=annotations.CONTROL or gold.clauses=annotations.CONTROL",
                        shorten(field),
                        shorten(column)
                    ));
                }
            }
        }
        Ok((choices, others))
    }

    /// Whether gold is read, which needs one policy to be gold under.
    pub(super) fn has_gold(&self) -> bool {
        self.verdict.is_some()
    }

    /// Any are asked for.
    pub(super) fn are_asked(&self) -> bool {
        self.has_gold() || !self.labels.is_empty()
    }

    /// What is asked for and no annotator chose, where these are all tasks.
    ///
    /// # Errors
    /// Lists what was chosen instead.
    pub(super) fn occur(&self, seen: &BTreeMap<String, BTreeSet<String>>) -> Result<(), String> {
        let controls = || seen.keys().map(|it| shorten(it)).collect::<Vec<_>>().join(", ");
        let chosen = |control: &str| match seen.get(control) {
            None if seen.is_empty() => Err("no task has annotations".to_owned()),
            None => Err(format!("no annotation has a control of that name; there are {}", controls())),
            Some(choices) => Ok(choices),
        };
        for (label, control, choice) in &self.labels {
            let wanted = format!("labels.{label}={ANNOTATIONS}{control}.{choice}");
            let choices = chosen(control).map_err(|it| format!("{wanted}: {it}"))?;
            if !choices.contains(choice) {
                let list = choices.iter().map(|it| shorten(it)).collect::<Vec<_>>().join(", ");
                return Err(format!("{wanted}: nobody chose {}; chosen were {list}", shorten(choice)));
            }
        }
        for control in self.verdict.iter().chain(&self.clauses) {
            chosen(control).map_err(|it| format!("{ANNOTATIONS}{control}: {it}"))?;
        }
        Ok(())
    }
}

/// What a task is: its data, and its annotations.
struct Task<'a> {
    id: Option<String>,
    data: Json,
    annotations: Vec<&'a Json>,
    /// Annotations that are numbers of others, which this file does not have.
    numbers: usize,
}

impl<'a> Task<'a> {
    fn of(object: &'a Json) -> Self {
        // A file of the target storage is one annotation, with its task inside.
        let (task, alone) = match object.get("task") {
            Some(task @ Json::Object(_)) if object.get("result").is_some() => (task, Some(object)),
            _ => (object, None),
        };
        let listed = ["annotations", "completions"]
            .into_iter()
            .flat_map(|it| task.get(it).map_or(&[][..], Json::list));
        let (annotations, numbers): (Vec<&Json>, Vec<&Json>) =
            alone.into_iter().chain(listed).partition(|it| matches!(it, Json::Object(_)));
        let data = match task.get("data") {
            Some(data @ Json::Object(_)) => data.clone(),
            _ => match task {
                Json::Object(pairs) => Json::Object(
                    pairs.iter().filter(|(key, _)| !ABOUT.contains(&key.as_str())).cloned().collect(),
                ),
                other => other.clone(),
            },
        };
        let id = task
            .get("id")
            .and_then(Json::cell)
            .map(|it| super::cells::shown(&it))
            .filter(|it| !it.is_empty());
        Self { id, data, annotations, numbers: numbers.len() }
    }
}

/// The item of one task; `policy` is what gold is under.
pub(super) fn item(
    object: &Json,
    n: u64,
    reading: &Reading,
    policy: Option<&str>,
    notes: &mut Notes,
) -> Result<Filled, Refused> {
    let Reading { mapping, choices, stem, register } = reading;
    if object.get("parts").is_some() {
        return rows::json(object, mapping, String::new(), policy, register, notes);
    }
    let task = Task::of(object);
    if task.numbers > 0 {
        let rule = "numbers of annotations, not annotations: export as JSON, with the annotations in it";
        notes.leave(TallyKind::Value, "annotations", rule, None);
    }
    let id = format!("{stem}:{}", task.id.unwrap_or_else(|| n.to_string()));
    let mut filled = rows::json(&task.data, mapping, id, policy, register, notes)?;
    for (label, control, choice) in &choices.labels {
        let answers = answers(&task.annotations, control, object);
        let chosen = answers.iter().filter(|it| it.contains(choice)).count();
        // Annotators who disagree leave the label unknown.
        match chosen {
            0 if answers.is_empty() => {}
            0 => drop(filled.item.labels.insert(label.clone(), 0)),
            n if n == answers.len() => drop(filled.item.labels.insert(label.clone(), 1)),
            _ => {
                let rule = "annotators disagree: the label is left unknown";
                notes.leave(TallyKind::Value, format!("labels.{label}"), rule, None);
            }
        }
    }
    if let Some(policy) = policy
        && choices.has_gold()
    {
        filled.item.gold = gold(choices, &task.annotations, object, policy, notes)?;
    }
    Ok(filled)
}

/// How tasks are read.
pub(super) struct Reading<'a> {
    pub mapping: &'a Mapping,
    pub choices: &'a Choices,
    /// Ids begin with it.
    pub stem: &'a str,
    pub register: &'a Register,
}

/// What annotators settled, where all who answered agree.
fn gold(
    choices: &Choices,
    annotations: &[&Json],
    task: &Json,
    policy: &str,
    notes: &mut Notes,
) -> Result<Option<Gold>, Refused> {
    let Some(control) = &choices.verdict else { return Ok(None) };
    let agreed = |control: &str| {
        let answers = answers(annotations, control, task);
        answers.first().filter(|first| answers.iter().all(|it| it == *first)).cloned()
    };
    let Some(verdict) = agreed(control) else {
        if !answers(annotations, control, task).is_empty() {
            notes.leave(TallyKind::Value, "gold.verdict", "annotators disagree: nothing is settled", None);
        }
        return Ok(None);
    };
    let said = verdict.iter().cloned().collect::<Vec<_>>().join(", ");
    let rule = "one of violating, not_violating, borderline, escalate";
    let verdict: Verdict = serde_json::from_value(serde_json::Value::String(said.clone()))
        .map_err(|_| Refused::new(format!("gold.verdict {}", shorten(&said)), rule))?;
    let clauses = choices.clauses.as_deref().and_then(agreed).unwrap_or_default();
    Ok(Some(Gold { policy: policy.to_owned(), verdict, clauses: clauses.into_iter().collect() }))
}

/// What each annotator chose in a control; of those marked as ground truth alone, where there are any. Of JSON_MIN, what
/// the row says.
fn answers(annotations: &[&Json], control: &str, row: &Json) -> Vec<BTreeSet<String>> {
    let is = |it: &Json, key: &str| it.get(key) == Some(&Json::Truth(true));
    let kept = annotations.iter().filter(|it| !is(it, "was_cancelled"));
    let (sure, others): (Vec<&Json>, Vec<&Json>) = kept.partition(|it| is(it, "ground_truth"));
    let of = |annotations: Vec<&Json>| -> Vec<BTreeSet<String>> {
        annotations.into_iter().filter_map(|it| chosen(it, control)).collect()
    };
    let sure = of(sure);
    if !sure.is_empty() {
        return sure;
    }
    if annotations.is_empty()
        && let Some(said) = row.get(control)
    {
        return vec![said_in_row(said)];
    }
    of(others)
}

fn chosen(annotation: &Json, control: &str) -> Option<BTreeSet<String>> {
    let results = annotation.get("result").map_or(&[][..], Json::list).iter();
    let mut answered = false;
    let choices = results
        .filter(|it| it.get("from_name").and_then(Json::text) == Some(control))
        .filter(|it| it.get("type").and_then(Json::text) == Some("choices"))
        .filter_map(|it| it.get("value")?.get("choices"))
        .inspect(|_| answered = true)
        .flat_map(Json::list)
        .filter_map(|it| it.text().map(str::to_owned))
        .collect();
    answered.then_some(choices)
}

/// JSON_MIN writes one choice as a text and several as an object.
fn said_in_row(said: &Json) -> BTreeSet<String> {
    let list = said.get("choices").unwrap_or(said);
    match list.text() {
        Some(one) => BTreeSet::from([one.to_owned()]),
        None => list.list().iter().filter_map(|it| it.text().map(str::to_owned)).collect(),
    }
}

/// What annotators of this task chose, by control.
pub(super) fn all_choices(object: &Json, seen: &mut BTreeMap<String, BTreeSet<String>>) {
    let task = Task::of(object);
    for annotation in &task.annotations {
        for result in annotation.get("result").map_or(&[][..], Json::list) {
            if let Some(control) = result.get("from_name").and_then(Json::text) {
                seen.entry(control.to_owned())
                    .or_default()
                    .extend(chosen(annotation, control).unwrap_or_default());
            }
        }
    }
    if task.annotations.is_empty()
        && object.get("data").is_none()
        && let Json::Object(pairs) = object
    {
        for (key, value) in pairs {
            seen.entry(key.clone()).or_default().extend(said_in_row(value));
        }
    }
}

/// The cells of a task's data.
pub(super) fn cells(object: &Json) -> Vec<(String, Cell)> {
    Task::of(object).data.cells()
}
