//! Steps out of what a language model wrote: for the side that the verdict is on, against it, and how grave it is.
//!
//! The verdict is the check's; what was written argues it. Words that it says are in the item and are not stay with
//! its step, marked.

use super::{Builder, Weighed};
use crate::{
    evidence::{Anchor, Evidence},
    policy::Clause,
    record::{ExceptionCheck, Stage, StepSource},
    weighing::notes::{Notes, Outcome, Proposed, Quote, Reason},
};

/// The `tool` under which words stand that a language model took for the item's.
pub const MISQUOTED: &str = "language-model";

impl<'a> Builder<'a> {
    /// The notes on the clause that is weighed, where they are whole.
    pub(super) fn notes_on(&self, weighed: &Weighed) -> Option<&'a Notes> {
        let on = |it: &&Notes| it.clause == weighed.clause.id && it.outcome == Outcome::Whole;
        self.findings.notes.iter().find(on)
    }

    /// One step for each reason that does not name an exception. True where there was one.
    pub(super) fn reasons(&mut self, stage: Stage, clause: &Clause, reasons: &[Reason]) -> bool {
        let mut said = false;
        for reason in reasons.iter().filter(|it| exception(clause, it).is_none()) {
            let ids = self.grounds(clause, reason);
            self.written(stage, clause, &sentence(reason), ids);
            said = true;
        }
        said
    }

    /// One step for each reason that names an exception. Gives the ids of those that were spoken of.
    pub(super) fn excepted(&mut self, clause: &Clause, reasons: &[Reason], applies: bool) -> Vec<String> {
        let mut addressed: Vec<String> = Vec::new();
        for reason in reasons {
            let Some(id) = exception(clause, reason) else { continue };
            let ids = self.grounds(clause, reason);
            let why = sentence(reason);
            let n = self.written(Stage::ExceptionCheck, clause, &format!("{id}: {why}"), ids);
            // Of two reasons with one exception the first one answers for it.
            if !addressed.iter().any(|it| it == id) {
                let check = ExceptionCheck { id: format!("{}/{id}", clause.id), applies, why: Some(why) };
                self.steps[n].exceptions = vec![check];
                addressed.push(id.to_owned());
            }
        }
        addressed
    }

    /// A step over the severity that was written, where the clause spans it. True where there was one. It is shown and
    /// not recommended: nobody measured how often it is right.
    pub(super) fn graded(&mut self, clause: &Clause, notes: &Notes) -> bool {
        let Some(Proposed { value, .. }) = notes.severity.filter(|it| it.in_range) else { return false };
        let range = clause.severity;
        let said = format!(
            "The language model proposes severity {value}. {} spans {}–{}; {} is its default, and recommended.",
            clause.id, range.min, range.max, range.default
        );
        let ids = vec![self.cite_clause(&clause.id)];
        self.written(Stage::Severity, clause, &said, ids);
        true
    }

    fn written(&mut self, stage: Stage, clause: &Clause, said: &str, ids: Vec<String>) -> usize {
        self.step(stage, said, ids, vec![clause.id.clone()]).source = StepSource::LanguageModel;
        self.steps.len() - 1
    }

    /// The ids of what a reason names and quotes.
    fn grounds(&mut self, clause: &Clause, reason: &Reason) -> Vec<String> {
        let mut ids = Vec::new();
        match &reason.rule {
            Some(rule) if reason.is_known => ids.push(self.cite_clause(rule)),
            Some(_) | None => ids.push(self.cite_clause(&clause.id)),
        }
        match &reason.quote {
            Quote::Absent => {}
            Quote::Verified { place } | Quote::Repaired { place, .. } => {
                let source = self.source(place.part);
                let anchor = source.and_then(|(id, it)| Anchor::span(&id, it, place.start, place.end));
                if let Some(anchor) = anchor {
                    ids.push(self.cite(anchor));
                }
                if let (Quote::Repaired { written, .. }, Some(id)) = (&reason.quote, ids.last()) {
                    let cited = self.evidence.iter_mut().find(|it| it.id == *id);
                    if let Some(cited) = cited.filter(|it| it.note.is_none()) {
                        cited.note = Some(format!("the model wrote “{written}”"));
                    }
                }
            }
            Quote::Unverified { written, near } => {
                let why = match near {
                    0 => "not verified: the item does not say this".to_owned(),
                    n => format!("not verified: {n} places of the item are near to this"),
                };
                let id = format!("e{}", self.evidence.len() + 1);
                let anchor = Anchor::ToolOutput { tool: MISQUOTED.into(), quote: written.clone() };
                self.evidence.push(Evidence {
                    id: id.clone(),
                    anchor,
                    verified: Some(false),
                    note: Some(why),
                });
                ids.push(id);
            }
        }
        ids
    }
}

/// The exception of `clause` that a reason names.
fn exception<'c>(clause: &'c Clause, reason: &Reason) -> Option<&'c str> {
    let named = reason.rule.as_deref().filter(|_| reason.is_known)?.rsplit_once('/')?.1;
    clause.exceptions.iter().find(|it| it.id == named).map(|it| it.id.as_str())
}

/// What is said; of a model that had no words, what it named.
fn sentence(reason: &Reason) -> String {
    match (&*reason.because, reason.rule.as_deref()) {
        ("", Some(rule)) => format!("The language model names {rule}."),
        ("", None) => "The language model names nothing of the clause.".to_owned(),
        (because, _) => because.to_owned(),
    }
}
