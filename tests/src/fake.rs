//! Sessions with made-up models and pictures, for tests that are not about either.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use casebook_core::{
    known::{HeadsData, KnownHeads, KnownModel, LanguageCover, MeasuredLabel, ModelStatus},
    policy::Policy,
    ports::{
        Embedder, Flow, Model, ModelError, ModelShelf, ModelState, Reasoner, Role, Scorer, Still, StillError,
        Stills,
    },
    score::{Driver, Method, NotScored, ReadAs, Score, ScoreInput, Scoring, Speaker},
};
use casebook_desk::{
    error::Result as DeskResult,
    events::Event,
    import::Readers,
    session::{Session, Settings},
    wire::{Impression, Revealed},
};

/// A word that only a model's judgement carries. It must not be seen before a first impression.
pub const PLANTED: &str = "PLANTED";

/// The label that the planted scorer's head is for.
pub const TARGET: &str = "made-up/H";

/// Scores every text the same and marks all it says with [`PLANTED`].
pub struct PlantedScorer;

impl Model for PlantedScorer {
    fn speaker(&self) -> Speaker {
        Speaker {
            id: "fake-model@1".into(),
            weights_sha256: "f".repeat(64),
            prompt_sha256: None,
            sampling: None,
            device: "cpu".into(),
            calibration: Some("made up".into()),
            languages: vec!["en".into()],
        }
    }
}

impl Scorer for PlantedScorer {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        inputs.iter().map(planted_score).collect()
    }

    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        let text = &input.texts[0];
        let end = text.text.chars().count().min(5) as u32;
        let target = targets.first().cloned().unwrap_or_default();
        vec![Driver { part: text.part, start: 0, end, target, drop: 0.5 }]
    }
}

/// The word that makes a text unlike all others, and like those with it.
pub const COINS: &str = "coins";

impl Embedder for PlantedScorer {
    fn embed(&self, inputs: &[ScoreInput]) -> Vec<Option<Vec<f32>>> {
        let of = |it: &ScoreInput| {
            let speaks_of_coins = it.texts.first()?.text.contains(COINS);
            Some(vec![if speaks_of_coins { -1.0 } else { 1.0 }, 0.0, 0.0])
        };
        inputs.iter().map(of).collect()
    }
}

fn planted_score(input: &ScoreInput) -> Scoring {
    let Some(text) = input.texts.first() else {
        return Scoring::NotScored { reason: NotScored::NoText };
    };
    let head = Score {
        target: TARGET.into(),
        title: format!("{PLANTED} hate"),
        clauses: vec!["HH-1".into(), "HH-3".into()],
        method: Method::Head,
        value: 0.987_654,
        threshold: Some(0.5),
    };
    let similar = |clause: &str, value| Score {
        target: clause.into(),
        title: format!("{PLANTED} {clause}"),
        clauses: vec![clause.into()],
        method: Method::ZeroShot,
        value,
        threshold: None,
    };
    let scores = vec![head, similar("HH-1", 0.4), similar("FR-1", 0.1)];
    let read_as = Some(ReadAs { part: text.part, text: format!("{PLANTED} reading") });
    Scoring::Scored { scores, drivers: vec![], read_as }
}

/// A shelf with the planted scorer on it, or an empty one.
pub struct FakeShelf {
    /// Whether the scorer is there.
    pub installed: bool,
}

impl ModelShelf for FakeShelf {
    fn state(&self) -> ModelState {
        ModelState {
            id: "fake-model@1".into(),
            installed: self.installed,
            languages: vec!["en".into()],
            problem: None,
        }
    }

    fn scorer(&self, _: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        self.planted(Role::Scorer).map(|it| it as Arc<dyn Scorer>)
    }

    fn embedder(&self, _: &Policy) -> Result<Arc<dyn Embedder>, ModelError> {
        self.planted(Role::Embedder).map(|it| it as Arc<dyn Embedder>)
    }

    fn known(&self) -> Result<Vec<KnownModel>, ModelError> {
        Ok(vec![known(self.installed)])
    }

    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError> {
        match id == "fake-model@1" {
            true => Ok(known(self.installed).status),
            false => Err(ModelError::Unknown { id: id.to_owned(), known: vec!["fake-model@1".into()] }),
        }
    }

    fn install(&self, _: &str, _: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError> {
        Err(installs_nothing())
    }
}

impl FakeShelf {
    fn planted(&self, role: Role) -> Result<Arc<PlantedScorer>, ModelError> {
        match self.installed {
            true => Ok(Arc::new(PlantedScorer)),
            false => Err(ModelError::NotInstalled { role, path: "nowhere".into() }),
        }
    }
}

/// A shelf like [`FakeShelf`]'s, but for the models that a test brings itself.
pub struct ShelfWith {
    /// What scores.
    pub scorer: Arc<dyn Scorer>,
    /// What finds clauses for texts that the scorer does not read, if anything.
    pub finder: Option<Arc<dyn Scorer>>,
    /// What is asked in words, if anything.
    pub reasoner: Option<Arc<dyn Reasoner>>,
}

impl ShelfWith {
    /// One that scores otherwise.
    #[must_use]
    pub fn scorer(scorer: impl Scorer + 'static) -> Self {
        Self { scorer: Arc::new(scorer), finder: None, reasoner: None }
    }
}

impl ModelShelf for ShelfWith {
    fn state(&self) -> ModelState {
        FakeShelf { installed: true }.state()
    }

    fn scorer(&self, _: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        Ok(Arc::clone(&self.scorer))
    }

    fn embedder(&self, policy: &Policy) -> Result<Arc<dyn Embedder>, ModelError> {
        FakeShelf { installed: true }.embedder(policy)
    }

    fn finder(&self, _: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        self.finder.clone().ok_or(ModelError::NotInstalled { role: Role::Embedder, path: "nowhere".into() })
    }

    fn reasoner(&self) -> Result<Arc<dyn Reasoner>, ModelError> {
        self.reasoner.clone().ok_or(ModelError::NotInstalled { role: Role::Reasoner, path: "nowhere".into() })
    }

    fn known(&self) -> Result<Vec<KnownModel>, ModelError> {
        FakeShelf { installed: true }.known()
    }

    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError> {
        FakeShelf { installed: true }.verify(id)
    }

    fn install(&self, id: &str, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError> {
        FakeShelf { installed: true }.install(id, watch)
    }
}

/// What a made-up shelf answers who wants to install something.
#[must_use]
pub fn installs_nothing() -> ModelError {
    ModelError::Refused { model: "fake-model@1".into(), tried: vec!["it is made up".into()] }
}

/// The card of the planted scorer. It was measured on nothing; it says what it would be called.
fn known(installed: bool) -> KnownModel {
    let label = MeasuredLabel {
        target: TARGET.into(),
        title: "hate".into(),
        clauses: vec!["HH-1".into(), "HH-3".into()],
        known: 4,
        positive: 2,
        threshold: Some(0.5),
        precision: 0.8,
        other_sets: false,
        auprc: Some(0.9),
        auprc_low: None,
        auprc_high: None,
        floor_auprc: Some(0.5),
        best_f1: None,
        ece: None,
        reliability: None,
        steps: vec![],
    };
    let data = HeadsData {
        label_set: "made-up".into(),
        title: "Made up".into(),
        licence: "none".into(),
        rows: 4,
        labels: vec![label],
    };
    let heads = KnownHeads {
        id: "fake-heads@1".into(),
        sha256: "f".repeat(64),
        policy: "short-video@2026.11".into(),
        languages: vec!["en".into()],
        features: String::new(),
        calibration: "made up".into(),
        protocol: String::new(),
        faults: vec![],
        cover: LanguageCover::default(),
        groups: vec![],
        sets: vec![],
        data: vec![data],
    };
    KnownModel {
        id: "fake-model@1".into(),
        title: "Fake".into(),
        note: String::new(),
        licence: "none".into(),
        roles: vec![Role::Scorer, Role::Embedder],
        languages: vec!["en".into()],
        sources: vec![],
        files: vec![],
        status: if installed { ModelStatus::Installed } else { ModelStatus::Absent },
        chosen: true,
        heads: Some(heads),
    }
}

/// Takes any bytes for a picture of 4 × 4.
pub struct FakeStills;

impl Stills for FakeStills {
    fn still(&self, bytes: &[u8]) -> Result<Still, StillError> {
        let sha256 = casebook_core::hash::sha256_hex(bytes);
        Ok(Still {
            width: 4,
            height: 4,
            full: bytes.to_vec(),
            full_type: "image/png".into(),
            covered: b"covered".to_vec(),
            covered_type: "image/png".into(),
            sha256,
            pixel_hash: bytes.iter().map(|it| u64::from(*it)).sum(),
            remarks: Vec::new(),
        })
    }
}

/// Made-up pictures, and tables as they are.
#[must_use]
pub fn readers() -> Readers<'static> {
    Readers { stills: &FakeStills, tables: &casebook_tables::Parquet }
}

/// A clock that moves a second with every look.
pub fn ticking() -> Arc<dyn Fn() -> i64 + Send + Sync> {
    let now = AtomicI64::new(1_763_632_800_000);
    Arc::new(move || now.fetch_add(1000, Ordering::Relaxed))
}

/// A session for `reviewer` whose memory is in `home`.
pub fn session(home: &Path, reviewer: &str, installed: bool) -> Session {
    Session::new(Settings {
        home: home.to_owned(),
        reviewer: Some(reviewer.into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(FakeShelf { installed }),
        clock: ticking(),
        chance: Arc::new(|| 0.5),
    })
}

/// The reveal of `row`, waited for.
///
/// # Errors
/// Where it is refused.
pub fn revealed(session: &Session, queue: &str, row: u32) -> DeskResult<Revealed> {
    let events = session.events();
    loop {
        if let Some(revealed) = session.reveal(queue, row)? {
            return Ok(revealed);
        }
        while !matches!(events.next(), Some(Event::Assessed { .. }) | None) {}
    }
}

/// Stores a first impression, and waits for the reveal.
///
/// # Errors
/// Where either is refused.
pub fn decide(session: &Session, queue: &str, row: u32, impression: &Impression) -> DeskResult<Revealed> {
    session.store_impression(queue, row, impression)?;
    revealed(session, queue, row)
}

/// Waits until every job of `session` has ended; panics with the words of one that failed.
pub fn wait_for_jobs(session: &Session) {
    use casebook_desk::jobs::wire::JobState;
    loop {
        let jobs = session.jobs().expect("jobs can always be listed");
        if let Some(failed) = jobs.iter().find(|it| it.here && it.state == JobState::Failed) {
            panic!("{:?} failed: {:?}", failed.kind, failed.problem);
        }
        if jobs.iter().all(|it| it.state.is_over()) {
            return;
        }
        std::thread::yield_now();
    }
}
