//! The reveal: the one door to what a model said, and what of it this reviewer may see.

use casebook_core::{
    assessment::{Assessment, Precedent},
    decision::{Choice, Confidence, Judgement},
    draft::Draft,
    nearness::DecidedAs,
    policy::Policy,
    reasoning::Chain,
    record::Mode,
};
use casebook_store::{Decided, ReviewRow, Row, Store};

use super::{impression, named, present::Presented};
use crate::{
    assess,
    case::Case,
    error::{Code, Error, Result},
    flow::Flow,
    lane, looks,
    making::{Made, Making, make},
    session::Session,
    wire::{Impression, Revealed},
};

/// Who may be shown what the model said, and of what.
pub(super) struct Ready {
    pub(super) row: Row,
    pub(super) review: ReviewRow,
    /// What was decided first; `None` in assisted mode alone.
    pub(super) impression: Option<Impression>,
}

impl Session {
    /// What the model said of an item that this reviewer has decided, or was to be helped with. `None` while the model
    /// computes: [`Event::Assessed`](crate::events::Event::Assessed) tells when to ask again.
    ///
    /// # Errors
    /// Refuses in a blind queue before the first impression is stored.
    pub fn reveal(&self, queue: &str, row: Row) -> Result<Option<Revealed>> {
        let (case, reviewer) = self.reviewing()?;
        let ready = self.ready(&case, queue, &reviewer, row)?;
        let revealed = match self.revealed(&case, &reviewer, &ready)? {
            Some(revealed) => Some(revealed),
            None => {
                let made = Making::take(&case, row)?;
                made.map(|it| self.show_made(&case, &reviewer, &ready, it)).transpose()?
            }
        };
        if revealed.is_some() {
            case.look_ahead(queue, &reviewer);
        }
        Ok(revealed)
    }

    /// Goes on without the model, which is recorded: this review is made without it, also where it is through later.
    /// Who was shown already what it said has seen it.
    ///
    /// # Errors
    /// Where [`reveal`](Self::reveal) refuses.
    pub fn decline(&self, queue: &str, row: Row) -> Result<Revealed> {
        let (case, reviewer) = self.reviewing()?;
        let ready = self.ready(&case, queue, &reviewer, row)?;
        let at_ms = case.write(|store| Ok(store.set_revealed(ready.review, None, self.now())?))?;
        case.assessor.making.give_up(row);
        case.look_ahead(queue, &reviewer);
        let shown = self.revealed(&case, &reviewer, &ready)?;
        Ok(shown.unwrap_or_else(|| declined(&ready, at_ms)))
    }

    /// The reveal, waited for.
    pub(crate) fn reveal_now(&self, queue: &str, row: Row) -> Result<Revealed> {
        let (case, reviewer) = self.reviewing()?;
        let ready = self.ready(&case, queue, &reviewer, row)?;
        self.reveal_waiting(&case, &reviewer, &ready)
    }

    /// The same for somebody of whom it is known that they may.
    pub(super) fn reveal_waiting(&self, case: &Case, reviewer: &str, ready: &Ready) -> Result<Revealed> {
        match self.revealed(case, reviewer, ready)? {
            Some(revealed) => Ok(revealed),
            None => self.show_made(case, reviewer, ready, make(case, ready.row, &mut |_| Flow::Go)?),
        }
    }

    /// Refuses who has not decided first and was not drawn to be helped.
    fn ready(&self, case: &Case, queue: &str, reviewer: &str, row: Row) -> Result<Ready> {
        case.write(|store| {
            let queue = named(store, queue)?;
            lane::require(store, reviewer, row)?;
            let look = looks::found(store, &case.policy.name(), reviewer, row)?;
            let look = look.ok_or_else(|| undecided_first(row))?;
            let impression = impression(store, Some(look.review))?.map(|it| it.0);
            let met =
                Presented { row, review: Some(look.review), started_ms: look.opened_ms, mode: Mode::Blind };
            if impression.is_none() && self.mode(store, &queue, reviewer, &met, self.now())? == Mode::Blind {
                return Err(undecided_first(row));
            }
            Ok(Ready { row, review: look.review, impression })
        })
    }

    /// What this reviewer was shown before, or is shown now because the assessment is in the file; `None` where a
    /// model has to compute or to be loaded for it.
    pub(super) fn revealed(&self, case: &Case, reviewer: &str, ready: &Ready) -> Result<Option<Revealed>> {
        match case.read_at_hand(|store| Ok(store.revealed(ready.review)?))? {
            Some((at_ms, None)) => Ok(Some(declined(ready, at_ms))),
            Some((_, Some(id))) => {
                let assessment = case.read(|store| Ok(store.assessment_by_id(&id)?))?;
                let made = assessment.map(|assessment| Made { assessment, problem: None });
                made.map(|it| self.show_made(case, reviewer, ready, it)).transpose()
            }
            None => {
                let assessment = case.read(|store| case.assessor.made(store, ready.row))?;
                let made = assessment.map(|assessment| Made { assessment, problem: None });
                made.map(|it| self.show_made(case, reviewer, ready, it)).transpose()
            }
        }
    }

    /// Records that it is shown, and to whom.
    fn show_made(&self, case: &Case, reviewer: &str, ready: &Ready, made: Made) -> Result<Revealed> {
        let Made { assessment, problem } = made;
        let shown = case.write(|store| {
            store.set_revealed(ready.review, Some(&assessment.id), self.now())?;
            Ok(store.revealed(ready.review)?)
        })?;
        // What was recorded first stays: it was declined meanwhile.
        let Some((shown, Some(_))) = shown else { return Ok(declined(ready, shown.map_or(0, |it| it.0))) };
        let assessment = case.read(|store| as_seen(store, &case.policy, reviewer, ready.row, assessment))?;
        let start = start(ready.impression.as_ref(), Some(&assessment));
        Ok(Revealed { assessment: Some(assessment), problem, revealed_at_ms: shown as f64, start })
    }
}

/// What is shown of an assessment to whoever goes on without it.
fn declined(ready: &Ready, at_ms: i64) -> Revealed {
    let start = start(ready.impression.as_ref(), None);
    Revealed { assessment: None, problem: None, revealed_at_ms: at_ms as f64, start }
}

fn undecided_first(row: Row) -> Error {
    Error::new(Code::Request, format!("item {row}: in a blind queue a first impression comes first"))
}

/// What a reviewer starts from: the model's steps where there are any, and what they decided first.
fn start(impression: Option<&Impression>, assessment: Option<&Assessment>) -> Draft {
    let recommendation = assessment.and_then(|it| it.recommendation.as_ref());
    let judgement = match (impression, recommendation) {
        (Some(it), _) => it.judgement.clone(),
        (None, Some(it)) => Judgement {
            choice: it.choice,
            clauses: it.clauses.clone(),
            severity: Some(it.severity),
            confidence: Confidence::Leaning,
            cannot_judge_reason: None,
        },
        (None, None) => undecided(),
    };
    let evidence = assessment.map(|it| it.evidence.as_slice()).unwrap_or_default();
    without_unverified(Draft {
        steps: assessment.map(|it| it.steps.clone()).unwrap_or_default(),
        evidence: evidence.iter().filter(|it| it.verified == Some(true)).cloned().collect(),
        judgement,
        remediation_text: recommendation.map(|it| it.remediation.clone()).unwrap_or_default(),
        creator_message: String::new(),
        finish: None,
    })
}

/// An assessment as this reviewer may see it: what was decided of another item is a judgement too, so it is cited only to
/// who decided that item themselves, as it is decided now, and not from the restricted lane. The stored assessment
/// keeps what it was made with.
fn as_seen(
    store: &Store,
    policy: &Policy,
    reviewer: &str,
    row: Row,
    assessment: Assessment,
) -> Result<Assessment> {
    let mut precedents = Vec::new();
    for precedent in &assessment.precedents {
        let Some(other) = store.row_of(&precedent.item)? else { continue };
        if !looks::knows(store, reviewer, other)? {
            continue;
        }
        let Some(decided) = store.decided(other, &policy.name())? else { continue };
        let Decided { gold, verdict, clauses } = decided;
        // What nearness was measured to tell was the outcome of then.
        let stands = DecidedAs::of(verdict, &clauses) == DecidedAs::of(precedent.verdict, &precedent.clauses);
        let told = precedent.told.filter(|_| stands);
        precedents.push(Precedent { gold, verdict, clauses, told, ..precedent.clone() });
    }
    if precedents == assessment.precedents {
        return Ok(assessment);
    }
    let chain =
        assess::reasoned(&store.item(row)?, policy, &assessment.scoring, &assessment.notes, &precedents);
    let Chain { evidence, steps, recommendation } = chain;
    Ok(Assessment { evidence, steps, recommendation, precedents, ..assessment })
}

/// Steps keep only evidence that is in the draft: what did not check out is shown in the
/// assessment, marked, and not carried into a record.
fn without_unverified(mut draft: Draft) -> Draft {
    let kept: Vec<&str> = draft.evidence.iter().map(|it| it.id.as_str()).collect();
    for step in &mut draft.steps {
        step.evidence.retain(|it| kept.contains(&it.as_str()));
    }
    draft
}

fn undecided() -> Judgement {
    Judgement {
        choice: Choice::CannotJudge,
        clauses: Vec::new(),
        severity: None,
        confidence: Confidence::Guess,
        cannot_judge_reason: None,
    }
}
