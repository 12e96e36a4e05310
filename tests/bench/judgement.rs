//! How well the recommendation judges texts that nothing was made with: our own set, half of it allowed look-alikes.
//!
//! `bench-judgement [MOST]`: of the test half (by the sha256 of an item's id), `MOST` English items through the whole
//! desk, with the language model that is installed and without one; and as many of all languages with their clause
//! given, to the language model alone. The last line is one JSON object with the figures.

use std::{collections::BTreeMap, env, fs, path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use casebook_core::{
    decision::Choice,
    hash::sha256_hex,
    known::{KnownModel, ModelStatus},
    policy::Policy,
    ports::{Embedder, Flow, ModelError, ModelShelf, ModelState, Reasoner, Role, Scorer},
    score::{ScoreInput, TextPart},
    weighing,
};
use casebook_desk::{
    session::{Session, Settings},
    wire::ImportRequest,
};
use casebook_models::shelf::Shelf;
use casebook_tests::{
    fake::{self, FakeStills},
    figures::{Figure, conclude},
    made_up::case::now,
};
use serde_json::Value;

/// One text and what is right of it.
struct Judged {
    id: String,
    language: String,
    clause: String,
    violating: bool,
    text: String,
}

impl Judged {
    fn read(line: &str) -> Self {
        let it: Value = serde_json::from_str(line).expect("a line is JSON");
        let field = |name: &str| it[name].as_str().expect("a text").to_owned();
        Self {
            id: field("id"),
            language: field("language"),
            clause: field("clause"),
            violating: it["violating"].as_bool().expect("a yes or a no"),
            text: field("text"),
        }
    }
}

fn main() -> ExitCode {
    let most = env::args().nth(1).map_or(usize::MAX, |it| it.parse().expect("how many is a number"));
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("judgement/items.jsonl");
    let lines = fs::read_to_string(path).expect("the set is in the repository");
    let mut items: Vec<Judged> = lines.lines().map(Judged::read).collect();
    items.retain(|it| sha256_hex(it.id.as_bytes()).as_bytes()[0] >= b'8');
    // In no order that tells anything.
    items.sort_by_key(|it| sha256_hex(it.id.as_bytes()));
    let shelf = Shelf::standard();
    let reasoner = match shelf.reasoner() {
        Ok(reasoner) => reasoner,
        Err(why) => {
            println!("SKIP judgement: {why}");
            return ExitCode::FAILURE;
        }
    };
    let english: Vec<&Judged> = items.iter().filter(|it| it.language == "en").take(most).collect();
    let mut figures = Vec::new();
    for (words, with) in [("builtin", false), ("model", true)] {
        let began = Instant::now();
        let right = desk(&english, with);
        println!(
            "{words}: {} English items in {:.0} s: {right:?}",
            english.len(),
            began.elapsed().as_secs_f64()
        );
        figures.extend(right.figures(words, english.len()));
    }
    let policy = Policy::built_in();
    let mut by_language: BTreeMap<&str, Vec<(f64, bool)>> = BTreeMap::new();
    for it in items.iter().take(most) {
        let clause = policy.clause(&it.clause).expect("it is in the policy");
        let part = TextPart { part: 0, role: "caption".into(), text: it.text.clone() };
        let input = ScoreInput { texts: vec![part], language: Some(it.language.clone()) };
        let checked = weighing::check(&*reasoner, clause, &input, &mut || Flow::Go).expect("an answer");
        by_language.entry(&it.language).or_default().push((checked, it.violating));
    }
    for (language, values) in &by_language {
        println!("{language}: {} items, {:.2} right, AUC {:.2}", values.len(), right(values), auc(values));
    }
    let all: Vec<(f64, bool)> = by_language.into_values().flatten().collect();
    figures.push(Figure { name: "given_right", value: right(&all), bar: None });
    figures.push(Figure { name: "given_auc", value: auc(&all), bar: None });
    let about = [
        ("model", reasoner.speaker().id.into()),
        ("english", english.len().into()),
        ("given", all.len().into()),
    ];
    conclude("judgement", &figures, &about);
    ExitCode::SUCCESS
}

/// How many recommendations were right.
#[derive(Debug, Default)]
struct Right {
    verdicts: usize,
    allowed: usize,
    of_allowed: usize,
    /// Called violating, and rightly so.
    hits: usize,
    /// Of those, under the clause that is broken.
    clauses: usize,
}

impl Right {
    fn figures(&self, of: &str, items: usize) -> [Figure; 3] {
        let share = |n: usize, all: usize| n as f64 / all.max(1) as f64;
        let names = match of {
            "builtin" => ["builtin_verdict_en", "builtin_allowed_right", "builtin_clause_top1"],
            _ => ["verdict_en", "allowed_right", "clause_top1"],
        };
        let values = [
            share(self.verdicts, items),
            share(self.allowed, self.of_allowed),
            share(self.clauses, self.hits),
        ];
        [0, 1, 2].map(|n| Figure { name: names[n], value: values[n], bar: None })
    }
}

/// Through the desk: imported, assessed, shown.
fn desk(items: &[&Judged], with: bool) -> Right {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = Session::new(Settings {
        home: folder.path().join("home"),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: if with { Arc::new(Shelf::standard()) } else { Arc::new(Wordless(Shelf::standard())) },
        clock: Arc::new(now),
        chance: Arc::new(|| 0.5),
    });
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    session.new_case(&path("a.casebook")).expect("a case file");
    let line = |it: &&Judged| serde_json::json!({"id": it.id, "language": it.language, "parts": [{"role": "caption", "text": it.text}]});
    let lines: Vec<String> = items.iter().map(|it| line(it).to_string()).collect();
    fs::write(path("items.jsonl"), lines.join("\n")).expect("the folder is writable");
    session.start_import(ImportRequest { path: path("items.jsonl"), columns: vec![] }).expect("an import");
    fake::wait_for_jobs(&session);
    let mut right = Right::default();
    for it in items {
        let (_, revealed) = session.show(&it.id, true).expect("it is shown");
        let assessment = revealed.and_then(|it| it.assessment).expect("it was made");
        let found = assessment.recommendation.filter(|it| it.choice != Choice::Allow);
        right.verdicts += usize::from(found.is_some() == it.violating);
        right.of_allowed += usize::from(!it.violating);
        right.allowed += usize::from(!it.violating && found.is_none());
        if let Some(found) = found.filter(|_| it.violating) {
            right.hits += 1;
            right.clauses += usize::from(found.clauses.first() == Some(&it.clause));
        }
    }
    right
}

fn right(values: &[(f64, bool)]) -> f64 {
    let right = values.iter().filter(|(value, violating)| (*value >= weighing::MET) == *violating).count();
    right as f64 / values.len().max(1) as f64
}

/// How often a violating text stands above an allowed one; ties count half.
fn auc(values: &[(f64, bool)]) -> f64 {
    let of = |wanted: bool| values.iter().filter(move |it| it.1 == wanted).map(|it| it.0);
    let pairs = of(true).flat_map(|a| of(false).map(move |b| (a, b)));
    let (above, all) = pairs.fold((0.0, 0.0), |(above, all), (a, b)| {
        let won = if a > b {
            1.0
        } else if a < b {
            0.0
        } else {
            0.5
        };
        (above + won, all + 1.0)
    });
    above / f64::max(all, 1.0)
}

/// The models of this machine without the one that is asked in words.
struct Wordless(Shelf);

impl ModelShelf for Wordless {
    fn state(&self) -> ModelState {
        self.0.state()
    }

    fn scorer(&self, policy: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        self.0.scorer(policy)
    }

    fn embedder(&self, policy: &Policy) -> Result<Arc<dyn Embedder>, ModelError> {
        self.0.embedder(policy)
    }

    fn reasoner(&self) -> Result<Arc<dyn Reasoner>, ModelError> {
        Err(ModelError::NotInstalled { role: Role::Reasoner, path: String::new() })
    }

    fn known(&self) -> Result<Vec<KnownModel>, ModelError> {
        self.0.known()
    }

    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError> {
        self.0.verify(id)
    }

    fn install(&self, id: &str, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError> {
        self.0.install(id, watch)
    }
}
