//! Assessments: made once per item, policy and model, then never changed.

mod makers;

mod nearness;

mod noting;

use std::{
    slice::from_ref,
    sync::{Arc, Mutex, PoisonError},
};

use casebook_core::{
    assessment::{Assessment, Precedent},
    check,
    evidence::Evidence,
    language,
    policy::Policy,
    reasoning::{self, Chain, Findings},
    record::PartKind,
    score::{Leading, ScoreInput, Scoring, Speaker, TextPart},
    weighing::notes::Notes,
};
use casebook_store::{Row, Store, StoredItem};

pub(crate) use makers::Makers;
use makers::ask;
use nearness::Nearness;
pub(crate) use noting::Doing;

use crate::{
    error::Result,
    flow::Flow,
    making::Making,
    ports::{Embedder, ModelError, ModelShelf, Reasoner, Scorer},
    time,
};

/// Who makes the assessments of an open file: the models, each loaded once by whoever needs it first, and
/// the decided items they know.
pub struct Assessor {
    policy: Arc<Policy>,
    models: Arc<dyn ModelShelf>,
    /// Whose words the file has of its items from the start: then no model is asked.
    written: Option<Speaker>,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    scorer: Mutex<Option<Arc<dyn Scorer>>>,
    finder: Mutex<Option<Arc<dyn Scorer>>>,
    reasoner: Mutex<Option<Arc<dyn Reasoner>>>,
    embedder: Mutex<Option<Arc<dyn Embedder>>>,
    nearness: Mutex<Nearness>,
    /// What somebody waits for.
    pub(crate) making: Making,
}

/// An assessment, and whether the file has it.
pub(crate) enum Assessed {
    /// It has.
    Stored(Assessment),
    /// It was made just now.
    Made {
        made: Assessment,
        started_ms: i64,
        /// Why a model is not in it, for people.
        problem: Option<String>,
    },
}

impl Assessed {
    /// True where the file lacks it.
    pub(crate) fn is_new(&self) -> bool {
        matches!(self, Self::Made { .. })
    }
}

impl Assessor {
    /// Nothing is loaded yet.
    #[must_use]
    pub fn new(
        policy: Arc<Policy>,
        models: Arc<dyn ModelShelf>,
        written: Option<Speaker>,
        clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    ) -> Self {
        let (scorer, finder) = (Mutex::new(None), Mutex::new(None));
        let (reasoner, embedder) = (Mutex::new(None), Mutex::new(None));
        let (nearness, making) = (Mutex::default(), Making::default());
        Self { policy, models, written, clock, scorer, finder, reasoner, embedder, nearness, making }
    }

    /// True where the file has what is said of its items from the start.
    pub(crate) fn is_practice(&self) -> bool {
        self.written.is_some()
    }

    /// Now, ms.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// What scores under this file's policy; `None` where it is not installed. Who asks while
    /// another loads it waits for that.
    ///
    /// # Errors
    /// Why it could not be loaded.
    pub fn scorer(&self) -> std::result::Result<Option<Arc<dyn Scorer>>, ModelError> {
        kept(&self.scorer, || self.models.scorer(&self.policy))
    }

    /// What finds items that are alike; `None` where it is not installed.
    ///
    /// # Errors
    /// Why it could not be loaded.
    pub fn embedder(&self) -> std::result::Result<Option<Arc<dyn Embedder>>, ModelError> {
        kept(&self.embedder, || self.models.embedder(&self.policy))
    }

    /// Whoever is installed of those that make assessments, and why another one could not be loaded.
    pub(crate) fn makers(&self) -> (Makers, Option<String>) {
        if self.written.is_some() {
            return (Makers::default(), None);
        }
        let mut problem = None;
        let mut said = |it: ModelError| problem = Some(it.to_string());
        let scorer = self.scorer().unwrap_or_else(|it| {
            said(it);
            None
        });
        let reasoner = kept(&self.reasoner, || self.models.reasoner()).unwrap_or_else(|it| {
            said(it);
            None
        });
        // It finds clauses for the one that is asked about them, and is nothing without it.
        let finder = match &reasoner {
            Some(_) => kept(&self.finder, || self.models.finder(&self.policy)).unwrap_or_else(|it| {
                said(it);
                None
            }),
            None => None,
        };
        (Makers { scorer, finder, reasoner }, problem)
    }

    /// The assessment of `row`, made now unless it exists; this takes as long as the models do, and only
    /// reads. Without a scorer it says so and why. `watch` is asked between two clauses and within them, and
    /// gets what is written of notes.
    ///
    /// # Errors
    /// When the file cannot be read, and where `watch` says stop.
    pub(crate) fn assess(
        &self,
        store: &Store,
        makers: &Makers,
        row: Row,
        watch: &mut dyn FnMut(Doing) -> Flow,
    ) -> Result<Assessed> {
        if let Some(stored) = self.written(store, row)? {
            return Ok(Assessed::Stored(stored));
        }
        let mut model = makers.speaker();
        if let Some(stored) = store.assessment(row, &self.policy.sha256, &model)? {
            return Ok(Assessed::Stored(stored));
        }
        let started_ms = self.now();
        let stored = store.item(row)?;
        let input = score_input(&stored);
        let mut scoring = makers.score(store, &input)?;
        let is_read = matches!(scoring, Scoring::Scored { .. });
        let (mut problem, mut notes) = (None, Vec::new());
        if let Some((reasoner, pointing)) = makers.pointing(&scoring, &input) {
            match ask(&self.policy, &**reasoner, &input, &pointing, &mut || watch(Doing::Reading)) {
                Ok(checks) => {
                    scoring = scoring.with(checks);
                    if let Scoring::Scored { scores, .. } = &scoring {
                        notes = noting::write(&self.policy, &**reasoner, &input, scores, watch)?;
                    }
                }
                Err(stopped @ ModelError::Stopped { .. }) => return Err(stopped.into()),
                Err(failed) => {
                    problem = Some(failed.to_string());
                    model = Makers { reasoner: None, ..makers.clone() }.speaker();
                }
            }
        }
        if let (Some(scorer), true, Scoring::Scored { scores, drivers, .. }) =
            (&makers.scorer, is_read, &mut scoring)
        {
            // The chain quotes what drove the score it weighs, and no other.
            let leading = Leading::of(scores).map(|it| it.score.target.clone());
            *drivers = scorer.explain(&input, leading.as_slice());
        }
        let precedents = match &makers.scorer {
            Some(_) if !input.texts.is_empty() => self.precedents(store, row, &input)?,
            _ => Vec::new(),
        };
        let made = self.put_together(&stored, model, scoring, notes, precedents, started_ms);
        Ok(Assessed::Made { made, started_ms, problem })
    }

    /// The assessment of `row` by the models that are loaded, where the file has it. Waits for no model.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn made(&self, store: &Store, row: Row) -> Result<Option<Assessment>> {
        if let Some(stored) = self.written(store, row)? {
            return Ok(Some(stored));
        }
        let scorer = self.scorer.try_lock().ok().and_then(|it| it.clone());
        if scorer.is_none() {
            return Ok(None);
        }
        let (Ok(reasoner), Ok(finder)) = (self.reasoner.try_lock(), self.finder.try_lock()) else {
            return Ok(None);
        };
        let makers = Makers { scorer, finder: finder.clone(), reasoner: reasoner.clone() };
        Ok(store.assessment(row, &self.policy.sha256, &makers.speaker())?)
    }

    /// What the file has of `row` from the start.
    fn written(&self, store: &Store, row: Row) -> Result<Option<Assessment>> {
        match &self.written {
            Some(speaker) => Ok(store.assessment(row, &self.policy.sha256, speaker)?),
            None => Ok(None),
        }
    }

    /// Stores what was made, and gives the assessment that counts.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn keep(&self, store: &Store, row: Row, assessed: Assessed) -> Result<Assessment> {
        match assessed {
            Assessed::Stored(stored) => Ok(stored),
            Assessed::Made { made, started_ms, .. } => {
                store.put_assessment(row, &made, started_ms)?;
                // Another program may have been first: the one that is stored is the one that counts.
                Ok(store.assessment(row, &self.policy.sha256, &made.model)?.unwrap_or(made))
            }
        }
    }

    fn put_together(
        &self,
        stored: &StoredItem,
        model: Speaker,
        scoring: Scoring,
        notes: Vec<Notes>,
        precedents: Vec<Precedent>,
        started_ms: i64,
    ) -> Assessment {
        let policy = &*self.policy;
        let Chain { evidence, steps, recommendation } =
            reasoned(stored, policy, &scoring, &notes, &precedents);
        Assessment {
            id: casebook_store::new_id(started_ms),
            policy: policy.name(),
            policy_sha256: policy.sha256.clone(),
            model,
            made_at: time::rfc3339(started_ms),
            duration_ms: u32::try_from(self.now() - started_ms).unwrap_or(0),
            scoring,
            notes,
            evidence,
            steps,
            recommendation,
            precedents,
        }
    }

    fn precedents(&self, store: &Store, row: Row, input: &ScoreInput) -> Result<Vec<Precedent>> {
        let Some(embedder) = self.embedder()? else { return Ok(Vec::new()) };
        let Some(vector) = embedder.embed(from_ref(input)).pop().flatten() else { return Ok(Vec::new()) };
        let mut nearness = self.nearness.lock().unwrap_or_else(PoisonError::into_inner);
        nearness.precedents(store, &self.policy, &embedder.speaker(), row, &vector)
    }
}

/// What `load` gives, once it gave something: a model that is missing may be installed later.
fn kept<T: ?Sized>(
    kept: &Mutex<Option<Arc<T>>>,
    load: impl FnOnce() -> std::result::Result<Arc<T>, ModelError>,
) -> std::result::Result<Option<Arc<T>>, ModelError> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(loaded) = &*kept {
        return Ok(Some(Arc::clone(loaded)));
    }
    match load() {
        Ok(loaded) => Ok(Some(Arc::clone(kept.insert(loaded)))),
        Err(ModelError::NotInstalled { .. }) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// What the chain makes of an item; each piece of evidence is checked, and one that does not hold is marked.
pub(crate) fn reasoned(
    stored: &StoredItem,
    policy: &Policy,
    scoring: &Scoring,
    notes: &[Notes],
    precedents: &[Precedent],
) -> Chain {
    let findings = Findings {
        item: &stored.record,
        reports: stored.item.reports.iter().map(|it| it.n).sum(),
        reach_per_hour: stored.item.reach_per_hour,
        scoring,
        notes,
        precedents,
    };
    let mut chain = reasoning::chain(&findings, policy);
    verify(&mut chain.evidence, stored, policy, precedents);
    chain
}

/// Checks each piece of evidence, and marks one that does not hold.
pub(crate) fn verify(
    evidence: &mut [Evidence],
    stored: &StoredItem,
    policy: &Policy,
    precedents: &[Precedent],
) {
    let known = |id: &str| precedents.iter().any(|it| it.item == id);
    for piece in evidence {
        let broken = check::broken_anchor(&piece.anchor, &stored.record.parts, policy, &known);
        // What was found wanting before stays so, and keeps its note.
        piece.verified = Some(broken.is_none() && piece.verified != Some(false));
        piece.note = broken.map(|(value, rule)| format!("{value}: {rule}")).or(piece.note.take());
    }
}

/// What a scorer may see of an item: its texts and language, nothing that was decided.
#[must_use]
pub fn score_input(stored: &StoredItem) -> ScoreInput {
    let texts = (0..)
        .zip(&stored.record.parts)
        .filter(|(_, it)| it.kind == PartKind::Text)
        .filter_map(|(part, it)| {
            let text = it.text.clone().filter(|it| !it.trim().is_empty())?;
            Some(TextPart { part, role: it.role.clone(), text })
        })
        .collect();
    let language = stored.record.language.as_deref().map(language::base);
    ScoreInput { texts, language }
}

/// Who speaks when nobody does.
#[must_use]
pub fn no_model() -> Speaker {
    Speaker {
        id: "none".into(),
        weights_sha256: "0".repeat(64),
        prompt_sha256: None,
        sampling: None,
        device: "none".into(),
        calibration: None,
        languages: Vec::new(),
    }
}
