//! A case file with reviews in it, made through the store.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
};

use casebook_core::{
    check::touches_restricted_lane,
    decision::{Action, CannotJudgeReason, Choice, CitedClause, ClauseRole, Verdict},
    evidence::{Anchor, Evidence},
    hash::{pseudonym, sha256_hex},
    item::Item,
    policy::Policy,
    record::{
        Alternative, Author, Decision, ExceptionCheck, Finish, FirstImpression, Mode, ModelDraft, PartKind,
        Protocol, Provenance, Rating, RatingReason, Record, RecordPart, RecordPolicy, SCHEMA, Stage, Step,
        StepSource, content_sha256,
    },
    review::Purpose,
};
use casebook_dataset::filter::RecordFilter;
use casebook_desk::{
    export::{ExportReport, export},
    flow::Flow,
    wire::{ExportFormat, ExportRequest},
};
use casebook_store::{Media, NewAnnotation, NewItem, NewPart, NewReview, Row, Store};
use serde_json::Value;
use tempfile::TempDir;

pub struct Case {
    pub home: TempDir,
    pub store: Store,
    pub policy: Policy,
    n: Cell<u32>,
}

/// Twenty captions that share little; each is used twice, with another last word.
const CAPTIONS: [&str; 20] = [
    "Send forty coins today and get eighty back before the weekend, there is no risk in it at all.",
    "My grandmother bakes this rye bread every Sunday; flour, water, salt and a day of patience.",
    "Win a phone: everybody who pays the small fee for delivery has already won, so hurry up.",
    "Three hills before breakfast and my knees complain, but look at that light over the lake.",
    "Guaranteed returns of nine percent a day from our secret trading robot, ask in private.",
    "Quiero vender mi bicicleta azul, está casi nueva y la entrego en la estación del norte.",
    "Wer heute noch überweist, bekommt morgen das Doppelte, so einfach kann Reichtum sein.",
    "A short lesson in knots: the bowline, the reef knot and why the granny knot slips.",
    "Le chat du voisin a encore dormi dans notre panier à linge, regardez cette tête.",
    "今天在公园里看到一只很可爱的小狗它一直跟着我走到了家门口真是太有意思了我拍了很多照片",
    "Only ten places left in the course that made me rich while I was sleeping, link inside.",
    "Наш кот научился открывать холодильник, и теперь мы прячем сыр на самой верхней полке.",
    "They said the exam could not be passed; here is how I learned forty pages in a night.",
    "اليوم زرعنا شجرة زيتون في حديقة المدرسة مع الأطفال وكان الجو جميلا والضحك كثيرا",
    "Our team lost again but the goalkeeper's dance in the rain was worth the ticket.",
    "Pay the customs fee with gift cards and the parcel from your admirer will arrive.",
    "Paint the wall twice, wait a day between coats, and keep the window open meanwhile.",
    "आज हमने गाँव के मेले में मिट्टी के खिलौने बनाए और शाम को सबने मिलकर गीत गाए",
    "The old tram line is back: every quarter of an hour from the market to the harbour.",
    "Invest your pension in my island resort, the papers will follow once you have paid.",
];

/// An export without its folder.
pub struct Request {
    pub formats: Vec<ExportFormat>,
    pub redact: bool,
    pub include_incomplete: bool,
    pub seed: u32,
}

pub fn everything() -> Request {
    let formats = [
        ExportFormat::Raw,
        ExportFormat::Sft,
        ExportFormat::Prm,
        ExportFormat::LabelStudio,
        ExportFormat::Parquet,
    ]
    .into();
    Request { formats, redact: true, include_incomplete: false, seed: 1 }
}

pub fn only(format: ExportFormat) -> Request {
    Request { formats: vec![format], ..everything() }
}

impl Request {
    pub fn to(&self, folder: &Path) -> ExportRequest {
        ExportRequest {
            folder: folder.to_string_lossy().into_owned(),
            formats: self.formats.clone(),
            redact: self.redact,
            include_incomplete: self.include_incomplete,
            seed: self.seed,
            filter: RecordFilter::default(),
        }
    }
}

pub fn redo(case: &Case, request: &Request) -> ExportReport {
    let folder = case.home.path().join(format!("export-{}", case.next()));
    export(
        &case.store,
        &case.policy,
        &casebook_tables::Parquet,
        &request.to(&folder),
        1_763_632_800_000,
        &mut |_, _| Flow::Go,
    )
    .expect("there is room and the name is free")
}

impl Case {
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let store = Store::create(&home.path().join("case.casebook"), 1, "salt").expect("the path is free");
        let policy = Policy::built_in();
        let toml = include_str!("../../../core/policies/short-video@2026.11.toml");
        store.put_policy(&policy.name(), &policy.sha256, toml, 1).expect("there is room");
        Self { home, store, policy, n: Cell::new(0) }
    }

    /// Forty items with near-duplicates, shared authors, private values, pictures and two reviewers.
    pub fn mixed() -> Self {
        let mut case = Self::new();
        for n in 0..40_usize {
            let author = if n % 7 == 0 { format!(r#","author":"u{}""#, n % 3) } else { String::new() };
            let contact = if n % 4 == 0 { " Write to sales@example.com or @seller_9." } else { "" };
            let said = format!("{}{contact} It ends {}", CAPTIONS[n % 20], ["now", "soon"][n / 20]);
            let row = case.item(&format!(
                r#"{{"id":"i{n}","parts":[{{"role":"caption","text":"{said}"}}],"language":"en"{author}}}"#
            ));
            let verdict = if n % 3 == 0 { Verdict::NotViolating } else { Verdict::Violating };
            case.review(row, "Ada", |it| {
                judged(it, "FR-1", verdict);
                if n % 5 == 0 {
                    criticised(it);
                }
            });
            if n % 6 == 0 {
                let verdict = if n % 12 == 0 { Verdict::Violating } else { verdict };
                case.review(row, "Bob", |it| judged(it, "FR-1", verdict));
            }
        }
        let picture = case.image("picture", b"a made-up picture");
        case.review(picture, "Ada", |it| judged(it, "FR-1", Verdict::Violating));
        case
    }

    pub fn next(&self) -> u32 {
        self.n.set(self.n.get() + 1);
        self.n.get()
    }

    pub fn text(&mut self, id: &str, said: &str) -> Row {
        let item = serde_json::json!({ "id": id, "parts": [{ "role": "caption", "text": said }] });
        self.item(&item.to_string())
    }

    /// An item from an import line.
    pub fn item(&mut self, line: &str) -> Row {
        let item = Item::parse_line(line).expect("the line is an item");
        let parts = item.parts.iter().map(|it| NewPart {
            kind: PartKind::Text,
            role: it.role.clone(),
            text: it.text.clone(),
            media: None,
            width: None,
            height: None,
            remarks: Vec::new(),
        });
        let parts = parts.collect();
        self.insert(item, parts)
    }

    /// An item that is one picture.
    pub fn image(&mut self, id: &str, bytes: &[u8]) -> Row {
        let sha256 = sha256_hex(bytes);
        let media = Media {
            sha256: sha256.clone(),
            full: bytes.to_vec(),
            full_type: "image/png".into(),
            covered: b"covered".to_vec(),
            covered_type: "image/png".into(),
            kind: PartKind::Image,
            width: Some(4),
            height: Some(4),
            duration_ms: None,
            pixel_hash: Some(0x0f0f_1234),
        };
        self.store.put_media(&media).expect("there is room");
        let line = format!(r#"{{"id":"{id}","parts":[{{"role":"image","path":"{sha256}"}}]}}"#);
        let item = Item::parse_line(&line).expect("the line is an item");
        let part = NewPart {
            kind: PartKind::Image,
            role: "image".into(),
            text: None,
            media: Some(sha256),
            width: Some(4),
            height: Some(4),
            remarks: Vec::new(),
        };
        self.insert(item, vec![part])
    }

    fn insert(&mut self, item: Item, parts: Vec<NewPart>) -> Row {
        let id = item.id.clone();
        let content: Vec<RecordPart> = parts
            .iter()
            .map(|it| RecordPart {
                id: String::new(),
                kind: it.kind,
                role: it.role.clone(),
                text: it.text.clone(),
                path: None,
                sha256: it.media.clone(),
                language: None,
                language_confidence: None,
                width: it.width,
                height: it.height,
                duration_ms: None,
                remarks: Vec::new(),
            })
            .collect();
        let content_sha256 = content_sha256(&content);
        let restricted = item.gold.iter().flat_map(|it| &it.clauses).any(|it| self.policy.restricts(it));
        let new =
            NewItem { item, parts, content_sha256, language_confidence: None, flagged_ms: None, restricted };
        self.store.insert_items(&[new], None, 1).expect("there is room");
        self.store.row_of(&id).expect("the file reads").expect("it was just inserted")
    }

    /// Records a review; `shape` fills it in. Gives the record's id.
    pub fn review(&mut self, row: Row, reviewer: &str, shape: impl FnOnce(&mut Record)) -> String {
        let n = self.next();
        let stored = self.store.item(row).expect("it is there");
        let mut item = stored.record;
        item.author = item.author.map(|it| pseudonym("salt", "a", &it));
        let mut record = Record {
            schema: SCHEMA.into(),
            id: format!("0192f0c1-0000-7000-8000-{n:012}"),
            item,
            policy: RecordPolicy {
                set: self.policy.set.clone(),
                version: self.policy.version.clone(),
                sha256: self.policy.sha256.clone(),
            },
            protocol: Protocol {
                mode: Mode::Blind,
                assignment_probability: None,
                model_shown_before_decision: false,
                queue_reason: None,
            },
            first_impression: Some(FirstImpression {
                verdict: Verdict::Violating,
                clauses: vec![],
                actions: vec![],
                severity: None,
                confidence: 0.5,
                note: None,
                started_at: "2026-11-20T10:00:00Z".into(),
                stored_at: "2026-11-20T10:00:14.25Z".into(),
                kept: None,
                reveal_ms: Some(900),
            }),
            evidence: vec![],
            steps: vec![],
            decision: Decision {
                verdict: Verdict::Escalate,
                clauses: vec![],
                severity: 0,
                confidence: 0.75,
                actions: vec![],
                remediation_text: None,
                creator_message: None,
                cannot_judge_reason: None,
                remediation_evidence: vec![],
            },
            model_drafts: vec![ModelDraft {
                model: "fake-model@1".into(),
                weights_sha256: "f".repeat(64),
                kind: "pipeline".into(),
                prompt_sha256: None,
                sampling: None,
                device: "cpu".into(),
                calibration: None,
                outcome: "ok".into(),
                not_scored_reason: None,
                scores: Some(serde_json::json!({ "zero_shot/FR-1": 0.25, "head/x": n })),
                verdict: Some("violating".into()),
                raw: None,
            }],
            complete: false,
            incomplete_reasons: vec![],
            provenance: Provenance {
                reviewer: reviewer.into(),
                created_at: "2026-11-20T10:01:00Z".into(),
                active_ms: Some(40_000),
                app_version: "0.1.0".into(),
                supersedes: None,
                adjudicates: vec![],
                finish: None,
            },
        };
        shape(&mut record);
        // As desk does on submission; a record that a test made false stays as it is.
        let _ = casebook_core::check::check(&mut record, &self.policy, &|_| true);
        let choice =
            if record.decision.verdict == Verdict::NotViolating { Choice::Allow } else { Choice::Remove };
        let policy = self.policy.name();
        let look = NewReview { row, reviewer, policy: &policy, purpose: Purpose::First, round: 1 };
        let review = self.store.open_review(&look, i64::from(n)).expect("there is room").review;
        let restricts = touches_restricted_lane(&record, &self.policy);
        let new = NewAnnotation {
            review,
            restricts,
            queue: "Reported",
            record: &record,
            choice,
            now_ms: i64::from(n),
            program: "test",
        };
        self.store.submit(&new).expect("nobody else has it");
        record.id
    }

    pub fn n_current(&self) -> u32 {
        let mut n = 0;
        self.store
            .each_current_annotation(&mut |_| {
                n += 1;
                Ok(())
            })
            .expect("the file reads");
        n
    }

    pub fn export(&self, request: &Request) -> PathBuf {
        redo(self, request).folder
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the case")]
    pub fn manifest(&self, folder: &Path) -> Value {
        let bytes = std::fs::read(folder.join("manifest.json")).expect("every export has one");
        serde_json::from_slice(&bytes).expect("it is JSON")
    }
}

/// Fills in a complete review: the model's five steps, rated, and the decision.
pub fn judged(record: &mut Record, clause: &str, verdict: Verdict) {
    let policy = Policy::built_in();
    let part = &record.item.parts[0];
    let anchor = match &part.text {
        Some(said) => Anchor::span(&part.id, said, 0, 6).expect("the text has six characters"),
        None => Anchor::ImageBox { part: part.id.clone(), area: [0.1, 0.2, 0.3, 0.4] },
    };
    record.evidence = vec![
        Evidence { id: "e1".into(), anchor, verified: None, note: None },
        Evidence {
            id: "e2".into(),
            anchor: Anchor::Metadata { reference: "reports".into() },
            verified: None,
            note: None,
        },
    ];
    let found = policy.clause(clause);
    let exceptions = found.into_iter().flat_map(|it| &it.exceptions).map(|it| ExceptionCheck {
        id: format!("{clause}/{}", it.id),
        applies: false,
        why: Some("Nothing speaks for it.".into()),
    });
    let exceptions: Vec<_> = exceptions.collect();
    let clauses: Vec<String> = found.iter().map(|it| it.id.clone()).collect();
    let step = |n: u32, stage, rating| Step {
        n,
        id: Some(format!("m{n}")),
        stage,
        text: format!("Step {n} of the model."),
        evidence: vec!["e1".into()],
        clauses: clauses.clone(),
        exceptions: if stage == Stage::ExceptionCheck { exceptions.clone() } else { vec![] },
        author: Author::Model,
        draft_text: None,
        rating,
        rating_reason: None,
        alternatives: vec![],
        source: Some(StepSource::Pipeline),
        deleted: false,
        moved_from: None,
    };
    record.steps = vec![
        step(1, Stage::Observe, Some(Rating::Right)),
        step(2, Stage::ClauseMatch, Some(Rating::Neutral)),
        step(3, Stage::ExceptionCheck, Some(Rating::Right)),
        step(4, Stage::Counterargument, Some(Rating::Unsure)),
        Step { author: Author::Human, source: Some(StepSource::Human), ..step(5, Stage::Decision, None) },
    ];
    let cited = clauses.into_iter().map(|id| CitedClause { id, role: ClauseRole::Primary }).collect();
    record.decision.verdict = verdict;
    record.decision.clauses = cited;
    record.decision.severity = match verdict {
        Verdict::Violating => found.map_or(0, |it| it.severity.default),
        _ => 0,
    };
    record.decision.actions = match verdict {
        Verdict::Violating => found.map(|it| it.actions[0]).into_iter().collect(),
        Verdict::NotViolating => vec![Action::None],
        _ => vec![],
    };
    record.decision.cannot_judge_reason =
        (verdict == Verdict::CannotJudge).then_some(CannotJudgeReason::Language);
}

/// Adds what only some reviews hold: a reason, other texts, a critique, an ending.
fn criticised(record: &mut Record) {
    let step = &mut record.steps[1];
    step.rating = Some(Rating::Wrong);
    step.rating_reason = Some(RatingReason::Unsupported);
    let other = |text: &str, rating| Alternative { text: text.into(), author: Author::Human, rating };
    step.alternatives = vec![other("Rather this.", Some(Rating::Unsure)), other("Or this.", None)];
    step.evidence.push("critique-m2".into());
    let anchor = Anchor::ToolOutput { tool: "critique".into(), quote: step.text.clone() };
    let note = Some("Nothing in the text says so.".into());
    record.evidence.push(Evidence { id: "critique-m2".into(), anchor, verified: None, note });
    record.provenance.finish = Some(Finish::Solution);
}
