//! An annotation from a file: the same way through first impression, reveal and submission as in
//! the window, for scripts and for people without one.

use serde::{Deserialize, Serialize};

use casebook_core::{
    decision::Judgement,
    draft::{Draft, DraftStep},
    evidence::Evidence,
    formats,
    record::{Finish, Mode, Rating, RatingReason},
};
use std::collections::BTreeMap;

use crate::{
    error::{Code, Error, Result},
    lane,
    session::Session,
    wire::{Impression, Submitted},
};

/// What such a file says.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AnnotationFile {
    /// The sender's id of the item.
    pub item: String,
    /// The queue it is reviewed in.
    #[serde(default = "reported")]
    pub queue: String,
    /// Decided before the model is shown; left out in assisted queues.
    #[serde(default)]
    pub impression: Option<Impression>,
    /// The decision after the reveal; the first impression where left out.
    #[serde(default)]
    pub judgement: Option<Judgement>,
    /// Ratings of the model's steps, by step id.
    #[serde(default)]
    pub ratings: BTreeMap<String, Rating>,
    /// What is wrong with steps rated wrong, by step id.
    #[serde(default)]
    pub reasons: BTreeMap<String, RatingReason>,
    /// One line on a step, by step id.
    #[serde(default)]
    pub critiques: BTreeMap<String, String>,
    /// How the chain ended.
    #[serde(default)]
    pub finish: Option<Finish>,
    /// The reviewer's own steps, after the model's.
    #[serde(default)]
    pub steps: Vec<DraftStep>,
    /// What those steps point at, besides the model's evidence.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// What would make the item allowed; the model's where left out.
    #[serde(default)]
    pub remediation_text: Option<String>,
    /// What the creator is told.
    #[serde(default)]
    pub creator_message: String,
}

fn reported() -> String {
    "Reported".into()
}

impl AnnotationFile {
    /// Reads a file's text.
    ///
    /// # Errors
    /// Says where it is no annotation.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |it: String| Error::new(Code::Request, format!("annotation: {it}"));
        let value: serde_json::Value = serde_json::from_str(text).map_err(|it| refused(it.to_string()))?;
        formats::strict(&value).map_err(|it| refused(it.to_string()))
    }
}

impl Session {
    /// Records what `file` says.
    ///
    /// # Errors
    /// When the item or a rated step does not exist, and whatever submitting refuses.
    pub fn annotate(&self, file: &AnnotationFile) -> Result<Submitted> {
        let row = self.row_in(&file.item, Some(&file.queue))?;
        let review = self.open_item(&file.queue, row)?;
        if review.mode == Mode::Blind && review.impression.is_none() {
            let Some(impression) = &file.impression else {
                let message = format!("item {}: in a blind queue a first impression comes first", file.item);
                return Err(Error::new(Code::Request, message));
            };
            self.store_impression(&file.queue, row, impression)?;
        }
        let revealed = self.reveal_now(&file.queue, row)?;
        let draft = merge(revealed.start, file)?;
        self.submit(&file.queue, row, &draft, 0.0)
    }

    /// The row of the item with this id.
    ///
    /// # Errors
    /// When there is none, or none that this reviewer may know of.
    pub fn row_of(&self, id: &str) -> Result<u32> {
        self.row_in(id, None)
    }

    /// The same, for `queue`, which may be of the restricted lane.
    fn row_in(&self, id: &str, queue: Option<&str>) -> Result<u32> {
        let missing = || Error::new(Code::Request, format!("item {id}: there is none of that id"));
        let reviewer = self.reviewer().unwrap_or_default();
        self.case()?.read(|store| {
            let row = store.row_of(id)?.ok_or_else(missing)?;
            let queue = queue.map(|it| store.queue(it)).transpose()?.flatten();
            match queue {
                Some(queue) if queue.restricted => Ok(row),
                _ => lane::require(store, &reviewer, row).map(|()| row).map_err(|_| missing()),
            }
        })
    }
}

fn merge(mut draft: Draft, file: &AnnotationFile) -> Result<Draft> {
    for (id, rating) in &file.ratings {
        step_of(&mut draft, "rating", id)?.rating = Some(*rating);
    }
    for (id, reason) in &file.reasons {
        let step = step_of(&mut draft, "reason", id)?;
        if step.rating != Some(Rating::Wrong) {
            let message = format!("reason of step {id}: a reason goes with a step rated wrong");
            return Err(Error::new(Code::Request, message));
        }
        step.rating_reason = Some(*reason);
    }
    for (id, critique) in &file.critiques {
        step_of(&mut draft, "critique", id)?.critique.clone_from(critique);
    }
    draft.finish = file.finish;
    if let Some(judgement) = &file.judgement {
        draft.judgement = judgement.clone();
    }
    draft.steps.extend(file.steps.iter().cloned());
    draft.evidence.extend(file.evidence.iter().cloned());
    if let Some(text) = &file.remediation_text {
        draft.remediation_text.clone_from(text);
    }
    draft.creator_message.clone_from(&file.creator_message);
    Ok(draft)
}

/// The model's step that `what` of a file is about.
fn step_of<'a>(draft: &'a mut Draft, what: &str, id: &str) -> Result<&'a mut DraftStep> {
    let known = draft.steps.iter().map(|it| it.id.as_str()).collect::<Vec<_>>().join(", ");
    let unknown = || Error::new(Code::Request, format!("{what} of step {id}: the model's steps are {known}"));
    draft.steps.iter_mut().find(|it| it.id == id).ok_or_else(unknown)
}
