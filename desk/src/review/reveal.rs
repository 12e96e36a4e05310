//! The reveal: the one door to what a model said, and what of it this reviewer may see.

use casebook_core::{
    assessment::{Assessment, Precedent},
    decision::{Choice, Confidence, Judgement},
    draft::Draft,
    policy::Policy,
    reasoning::Chain,
};
use casebook_store::{Decided, Row, Store};

use crate::{
    assess::{self, Assessed},
    case::Case,
    error::Result,
    looks,
    session::Session,
    wire::{Impression, Revealed},
};

impl Session {
    /// The one door to what a model said. Callers have stored an impression or drawn assisted mode.
    /// The model computes while nobody is held up, and what it made is stored with the reveal.
    pub(super) fn reveal(
        &self,
        case: &Case,
        reviewer: &str,
        row: Row,
        impression: Option<&Impression>,
    ) -> Result<Revealed> {
        let (scorer, problem) = match case.assessor.scorer() {
            Ok(scorer) => (scorer, None),
            Err(problem) => (None, Some(problem.to_string())),
        };
        let assessed = case.read(|store| {
            let revealed = match looks::found(store, &case.policy.name(), reviewer, row)? {
                Some(it) => store.revealed(it.review)?.and_then(|it| it.1),
                None => None,
            };
            let pinned = match revealed {
                Some(id) => store.assessment_by_id(&id)?,
                None => None,
            };
            match pinned {
                Some(it) => Ok(Assessed::Stored(it)),
                None => case.assessor.assess(store, scorer.as_ref(), row),
            }
        })?;
        let (assessment, revealed_ms) = case.keep(row, assessed, |store, it| {
            let review = looks::open(store, &case.policy.name(), reviewer, row, self.now())?.review;
            Ok(store.set_revealed(review, Some(&it.id), self.now())?)
        })?;
        let assessment = case.read(|store| as_seen(store, &case.policy, reviewer, row, assessment))?;
        let judgement = match (impression, &assessment.recommendation) {
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
        let start = Draft {
            steps: assessment.steps.clone(),
            evidence: assessment.evidence.iter().filter(|it| it.verified == Some(true)).cloned().collect(),
            judgement,
            remediation_text: assessment
                .recommendation
                .as_ref()
                .map(|it| it.remediation.clone())
                .unwrap_or_default(),
            creator_message: String::new(),
            finish: None,
        };
        Ok(Revealed {
            assessment: Some(assessment),
            problem,
            revealed_at_ms: revealed_ms as f64,
            start: without_unverified(start),
        })
    }
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
        precedents.push(Precedent { gold, verdict, clauses, ..precedent.clone() });
    }
    if precedents == assessment.precedents {
        return Ok(assessment);
    }
    let chain = assess::reasoned(&store.item(row)?, policy, &assessment.scoring, &precedents);
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
