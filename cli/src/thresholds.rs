//! Thresholds of a case file: the same as in the window.

use std::path::Path;

use casebook_core::known::{KnownModel, MeasuredLabel, ThresholdStep};
use casebook_desk::{
    error::{Code, Error, Result},
    session::Session,
    wire::OwnThreshold,
};

use crate::{case::text, out::row};

/// Sets what is to be set, brings back what is to be brought back, and prints what counts.
pub fn run(session: &Session, file: &Path, set: &[String], reset: &[String]) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    for it in set {
        let (target, percent) = setting(it)?;
        session.set_threshold(target, Some(percent))?;
    }
    for target in reset {
        session.set_threshold(target, None)?;
    }
    let own = session.thresholds()?;
    for label in session.models()?.iter().filter(|it| it.chosen).flat_map(labels) {
        line(label, own.iter().find(|it| it.target == label.target));
    }
    Ok(())
}

/// `openai-moderation/H=70`.
fn setting(text: &str) -> Result<(&str, u32)> {
    let read = text.rsplit_once('=').and_then(|(target, percent)| Some((target, percent.parse().ok()?)));
    read.ok_or_else(|| {
        Error::new(Code::Request, format!("--set {text}: LABEL=PERCENT, as in openai-moderation/H=70"))
    })
}

fn labels(model: &KnownModel) -> impl Iterator<Item = &MeasuredLabel> {
    model.heads.iter().flat_map(|it| &it.data).flat_map(|it| &it.labels)
}

fn line(label: &MeasuredLabel, own: Option<&OwnThreshold>) {
    let shipped = label.threshold.map_or_else(|| "none".into(), |it| format!("{it}"));
    let ships = format!("ships {shipped}");
    let Some(own) = own else { return row!(label.target, ships, label.title) };
    let meaning = label.steps.iter().find(|it| it.percent == own.percent).map_or_else(String::new, meaning);
    row!(label.target, ships, format_args!("{} % by {}{meaning}", own.percent, own.reviewer), label.title);
}

/// ", measured: precision 0.81, recall 0.62".
fn meaning(step: &ThresholdStep) -> String {
    let share = |it: Option<f64>| it.map_or_else(|| "–".into(), |it| format!("{it:.2}"));
    format!(", measured: precision {}, recall {}", share(step.precision()), share(step.recall()))
}
