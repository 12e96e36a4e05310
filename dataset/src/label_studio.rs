//! `casebook/label-studio/1`: tasks for Label Studio and the labeling config that reads them.
//!
//! One task an item, with an annotation for each record of it. Offsets of spans count Unicode
//! scalars, as here: since 1.5 Label Studio's page converts from its UTF-16 units before it stores.

use std::{collections::BTreeSet, fmt::Write as _};

use casebook_core::{
    decision::{Action, Verdict},
    evidence::Anchor,
    policy::{Clause, Policy},
    record::{PartKind, Record},
};
use serde_json::{Map, Value, json};

/// The name of this shape. A released name never changes meaning.
pub const FORMAT: &str = "casebook/label-studio/1";

/// The label of evidence that no step ties to a clause.
const EVIDENCE: &str = "evidence";

/// Where Label Studio serves files from, if its owner lets it.
pub const LOCAL_FILES: &str = "/data/local-files/?d=";

/// How many texts and pictures the largest items have: a config names one tag for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Text parts.
    pub texts: usize,
    /// Image parts.
    pub pictures: usize,
}

impl Shape {
    /// That of an item with these parts.
    #[must_use]
    pub fn of(kinds: impl IntoIterator<Item = PartKind>) -> Self {
        let mut shape = Self::default();
        for kind in kinds {
            match kind {
                PartKind::Text => shape.texts += 1,
                PartKind::Image => shape.pictures += 1,
                // The labelling page we write has no player.
                PartKind::Video | PartKind::Audio => {}
            }
        }
        shape
    }

    /// Room for both.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self { texts: self.texts.max(other.texts), pictures: self.pictures.max(other.pictures) }
    }

    /// The tag that whole-item answers belong to.
    fn first(self) -> &'static str {
        if self.texts > 0 { "text" } else { "image" }
    }
}

/// `text`, `text_2`, `text_3`…
fn nth(name: &str, n: usize) -> String {
    if n == 0 { name.to_owned() } else { format!("{name}_{}", n + 1) }
}

/// One task: an item and what reviewers recorded of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The number Label Studio's exporters ask for.
    pub id: i64,
    data: Map<String, Value>,
    reviewers: Vec<String>,
    annotations: Vec<Value>,
}

impl Task {
    /// The task of one record, whose pictures have their paths.
    #[must_use]
    pub fn of(id: i64, record: &Record, policy: &Policy, shape: Shape) -> Self {
        Self {
            id,
            data: data(record, shape),
            reviewers: vec![record.provenance.reviewer.clone()],
            annotations: vec![annotation(record, policy, shape)],
        }
    }

    /// Takes over the annotations of a task with the same content; gives back one with other content.
    pub fn absorb(&mut self, other: Self) -> Option<Self> {
        if self.data != other.data {
            return Some(other);
        }
        self.reviewers.extend(other.reviewers);
        self.annotations.extend(other.annotations);
        None
    }

    /// As Label Studio imports it.
    #[must_use]
    pub fn json(self) -> Value {
        let Self { id, mut data, reviewers, annotations } = self;
        data.insert("reviewers".into(), reviewers.into());
        json!({ "id": id, "data": data, "annotations": annotations, "predictions": [] })
    }
}

fn data(record: &Record, shape: Shape) -> Map<String, Value> {
    let item = &record.item;
    let mut data = Map::new();
    data.insert("id".into(), item.id.clone().into());
    data.insert("policy".into(), format!("{}@{}", record.policy.set, record.policy.version).into());
    for (key, value) in [("language", &item.language), ("market", &item.market), ("author", &item.author)] {
        if let Some(value) = value {
            data.insert(key.into(), value.clone().into());
        }
    }
    // Label Studio refuses a task without a key of the config, so what an item lacks is empty.
    let texts = item.parts.iter().filter(|it| it.kind == PartKind::Text).map(|it| it.text.clone());
    let texts = texts.map(Option::unwrap_or_default).chain(std::iter::repeat(String::new()));
    data.extend((0..shape.texts).zip(texts).map(|(n, it)| (nth("text", n), it.into())));
    let url = |it: &Option<String>| it.as_ref().map(|it| format!("{LOCAL_FILES}{it}")).unwrap_or_default();
    let pictures = item.parts.iter().filter(|it| it.kind == PartKind::Image).map(|it| url(&it.path));
    let pictures = pictures.chain(std::iter::repeat(String::new()));
    data.extend((0..shape.pictures).zip(pictures).map(|(n, it)| (nth("image", n), it.into())));
    data
}

fn annotation(record: &Record, policy: &Policy, shape: Shape) -> Value {
    let decision = &record.decision;
    let whole = |control: &str, kind: &str, value: Value| {
        json!({
            "id": control, "from_name": control, "to_name": shape.first(), "type": kind, "origin": "manual",
            "value": { kind_key(kind): value },
        })
    };
    let mut result = vec![
        whole("verdict", "choices", json!([word(&decision.verdict)])),
        whole("severity", "number", decision.severity.into()),
        whole("confidence", "number", decision.confidence.into()),
    ];
    let known = |it: &&str| policy.clause(it).is_some_and(|it| !it.is_restricted());
    let clauses: Vec<&str> = decision.clauses.iter().map(|it| it.id.as_str()).filter(known).collect();
    if !clauses.is_empty() {
        result.push(whole("clauses", "choices", json!(clauses)));
    }
    if !decision.actions.is_empty() {
        let actions: Vec<String> = decision.actions.iter().map(word).collect();
        result.push(whole("actions", "choices", json!(actions)));
    }
    let steps: Vec<&str> = record.steps.iter().filter(|it| !it.deleted).map(|it| it.text.as_str()).collect();
    if !steps.is_empty() {
        result.push(whole("reasoning", "textarea", json!(steps)));
    }
    for evidence in &record.evidence {
        result.extend(region(record, &evidence.id, &evidence.anchor, &labels(record, policy, &evidence.id)));
    }
    let seconds = record.provenance.active_ms.map(|it| it as f64 / 1000.0);
    json!({
        "unique_id": record.id,
        "created_at": record.provenance.created_at,
        "lead_time": seconds,
        "was_cancelled": false,
        "ground_truth": false,
        "result": result,
    })
}

fn kind_key(kind: &str) -> &str {
    if kind == "textarea" { "text" } else { kind }
}

/// The clauses of the steps that cite a piece of evidence.
fn labels(record: &Record, policy: &Policy, evidence: &str) -> Vec<String> {
    let citing = record.steps.iter().filter(|it| !it.deleted && it.evidence.iter().any(|it| it == evidence));
    let known = |it: &&String| policy.clause(it).is_some_and(|it| !it.is_restricted());
    let labels: BTreeSet<&String> = citing.flat_map(|it| &it.clauses).filter(known).collect();
    match labels.is_empty() {
        true => vec![EVIDENCE.to_owned()],
        false => labels.into_iter().cloned().collect(),
    }
}

/// A span or a rectangle; other evidence has no place in Label Studio.
fn region(record: &Record, id: &str, anchor: &Anchor, labels: &[String]) -> Option<Value> {
    let number = |part: &str, kind: PartKind| {
        record.item.parts.iter().filter(|it| it.kind == kind).position(|it| it.id == part)
    };
    let tag = |control: &str, n: usize, name: &str| (nth(control, n), nth(name, n));
    match anchor {
        Anchor::TextSpan { part, start, end, quote } => {
            let (from, to) = tag("spans", number(part, PartKind::Text)?, "text");
            Some(json!({
                "id": id, "from_name": from, "to_name": to, "type": "labels", "origin": "manual",
                "value": { "start": start, "end": end, "text": quote, "labels": labels },
            }))
        }
        Anchor::ImageBox { part, area } => {
            let (from, to) = tag("boxes", number(part, PartKind::Image)?, "image");
            let part = record.item.parts.iter().find(|it| it.id == *part)?;
            let [x, y, width, height] = area.map(|it| it * 100.0);
            Some(json!({
                "id": id, "from_name": from, "to_name": to, "type": "rectanglelabels", "origin": "manual",
                "original_width": part.width, "original_height": part.height, "image_rotation": 0,
                "value": {
                    "x": x, "y": y, "width": width, "height": height, "rotation": 0, "rectanglelabels": labels,
                },
            }))
        }
        Anchor::Clause { .. }
        | Anchor::Precedent { .. }
        | Anchor::Metadata { .. }
        | Anchor::ToolOutput { .. } => None,
    }
}

/// The labeling config of a project that these tasks are for.
#[must_use]
pub fn config(policy: &Policy, shape: Shape) -> String {
    let clauses: Vec<&Clause> = policy.clauses.iter().filter(|it| !it.is_restricted()).collect();
    let mut out = String::from("<View>\n");
    for n in 0..shape.texts {
        let (name, spans) = (nth("text", n), nth("spans", n));
        writeln!(out, "  <Text name=\"{name}\" value=\"${name}\"/>").expect(STRING);
        labels_tag(&mut out, "Labels", &spans, &name, &clauses);
    }
    for n in 0..shape.pictures {
        let (name, boxes) = (nth("image", n), nth("boxes", n));
        writeln!(out, "  <Image name=\"{name}\" value=\"${name}\"/>").expect(STRING);
        labels_tag(&mut out, "RectangleLabels", &boxes, &name, &clauses);
    }
    let to = shape.first();
    let verdicts = VERDICTS.map(|it| (word(&it), None));
    choices_tag(&mut out, "verdict", to, "single", verdicts);
    choices_tag(
        &mut out,
        "clauses",
        to,
        "multiple",
        clauses.iter().map(|it| (it.id.clone(), Some(it.title.as_str()))),
    );
    choices_tag(&mut out, "actions", to, "multiple", ACTIONS.map(|it| (word(&it), None)));
    writeln!(out, "  <Number name=\"severity\" toName=\"{to}\" min=\"0\" max=\"4\"/>").expect(STRING);
    writeln!(out, "  <Number name=\"confidence\" toName=\"{to}\" min=\"0\" max=\"1\"/>").expect(STRING);
    writeln!(out, "  <TextArea name=\"reasoning\" toName=\"{to}\" editable=\"true\"/>").expect(STRING);
    out.push_str("</View>\n");
    out
}

const STRING: &str = "writing to a String cannot fail";

/// All there are.
const VERDICTS: [Verdict; 5] =
    [Verdict::Violating, Verdict::NotViolating, Verdict::Borderline, Verdict::Escalate, Verdict::CannotJudge];

/// All but the one of the restricted lane, which is in no export.
const ACTIONS: [Action; 12] = [
    Action::None,
    Action::Label,
    Action::AiLabel,
    Action::WarnEdit,
    Action::AgeGate,
    Action::Demote,
    Action::MuteAudio,
    Action::TrimSegment,
    Action::Remove,
    Action::RestrictAccount,
    Action::ResourcePanel,
    Action::EscalateLegal,
];

fn labels_tag(out: &mut String, tag: &str, name: &str, to: &str, clauses: &[&Clause]) {
    writeln!(out, "  <{tag} name=\"{name}\" toName=\"{to}\">").expect(STRING);
    for label in std::iter::once(EVIDENCE).chain(clauses.iter().map(|it| it.id.as_str())) {
        writeln!(out, "    <Label value=\"{}\"/>", attribute(label)).expect(STRING);
    }
    writeln!(out, "  </{tag}>").expect(STRING);
}

fn choices_tag<'a>(
    out: &mut String,
    name: &str,
    to: &str,
    how: &str,
    choices: impl IntoIterator<Item = (String, Option<&'a str>)>,
) {
    writeln!(out, "  <Choices name=\"{name}\" toName=\"{to}\" choice=\"{how}\">").expect(STRING);
    for (value, hint) in choices {
        let hint = hint.map(|it| format!(" hint=\"{}\"", attribute(it))).unwrap_or_default();
        writeln!(out, "    <Choice value=\"{}\"{hint}/>", attribute(&value)).expect(STRING);
    }
    out.push_str("  </Choices>\n");
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace(['\n', '\r', '\t'], " ")
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use casebook_core::text;

    fn record() -> Record {
        serde_json::from_str(include_str!("../../core/tests/record.json")).expect("the example is a record")
    }

    fn shape(record: &Record) -> Shape {
        Shape::of(record.item.parts.iter().map(|it| it.kind))
    }

    #[test]
    fn a_span_counts_scalars_also_behind_astral_letters() {
        let mut record = record();
        record.item.parts.truncate(1);
        record.item.parts[0].text = Some("👍🏽𝒜 send coins".into());
        record.evidence.truncate(1);
        record.evidence[0].anchor =
            Anchor::span(&record.item.parts[0].id.clone(), "👍🏽𝒜 send coins", 4, 8).expect("inside");
        let task = Task::of(1, &record, &Policy::built_in(), shape(&record)).json();
        let spans: Vec<&Value> = task["annotations"][0]["result"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|it| it["type"] == "labels")
            .collect();
        let value = &spans[0]["value"];
        assert_eq!((&value["start"], &value["end"], &value["text"]), (&json!(4), &json!(8), &json!("send")));
        let said = task["data"]["text"].as_str().expect("a text");
        assert_eq!(text::slice(said, 4, 8), Some("send"), "as Python slices it");
    }

    #[test]
    fn a_box_is_in_percent_of_its_picture() {
        let mut record = record();
        let mut picture = record.item.parts[0].clone();
        (picture.id, picture.kind, picture.text) = ("p9".into(), PartKind::Image, None);
        (picture.path, picture.width, picture.height) = (Some("media/a.png".into()), Some(40), Some(30));
        record.item.parts.push(picture);
        record.evidence.truncate(1);
        record.evidence[0].anchor = Anchor::ImageBox { part: "p9".into(), area: [0.25, 0.5, 0.125, 0.25] };
        let task = Task::of(1, &record, &Policy::built_in(), shape(&record)).json();
        assert_eq!(task["data"]["image"], "/data/local-files/?d=media/a.png");
        let results = task["annotations"][0]["result"].as_array().expect("a list").clone();
        let found = results.into_iter().find(|it| it["type"] == "rectanglelabels").expect("a rectangle");
        assert_eq!((&found["value"]["x"], &found["value"]["height"]), (&json!(25.0), &json!(25.0)));
        assert_eq!((&found["original_width"], &found["to_name"]), (&json!(40), &json!("image")));
    }

    #[test]
    fn every_key_of_the_config_is_in_every_task() {
        let record = record();
        let wide = Shape { texts: 3, pictures: 2 };
        let task = Task::of(1, &record, &Policy::built_in(), wide).json();
        for key in ["text", "text_2", "text_3", "image", "image_2"] {
            assert!(task["data"][key].is_string(), "{key} is there");
            assert!(
                config(&Policy::built_in(), wide).contains(&format!("value=\"${key}\"")),
                "{key} is shown"
            );
        }
    }

    #[test]
    fn the_restricted_lane_has_no_label() {
        let config = config(&Policy::built_in(), Shape { texts: 1, pictures: 1 });
        assert!(config.contains("\"FR-1\"") && !config.contains("CS-"), "its clauses are not offered");
        assert!(!config.contains("escalate_child_safety"));
    }

    #[test]
    fn records_of_one_item_become_one_task() {
        let (one, mut two) = (record(), record());
        two.provenance.reviewer = "r-2".into();
        let policy = Policy::built_in();
        let mut task = Task::of(1, &one, &policy, shape(&one));
        assert_eq!(task.absorb(Task::of(1, &two, &policy, shape(&two))), None);
        two.item.language = Some("xx".into());
        assert!(
            task.absorb(Task::of(1, &two, &policy, shape(&two))).is_some(),
            "another text is another task"
        );
        let task = task.json();
        assert_eq!(task["annotations"].as_array().map(Vec::len), Some(2));
        assert_eq!(task["data"]["reviewers"][1], "r-2");
    }
}
