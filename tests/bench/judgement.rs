//! How well the recommendation judges texts that nothing was made with: our own set, half of it allowed look-alikes.
//!
//! `bench-judgement [MOST]`: of the test half (by the sha256 of an item's id), `MOST` English items and as many of other
//! languages through the whole desk, without a language model and with the one that is installed, which writes nothing
//! meanwhile: what it writes changes no verdict. The last line is one JSON object with the figures.

use std::{env, fs, path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use casebook_core::{
    decision::Choice,
    hash::sha256_hex,
    known::{KnownModel, ModelStatus},
    policy::Policy,
    ports::{
        Asked, Embedder, Flow, Model, ModelError, ModelShelf, ModelState, Reasoner, Role, Scorer, Writing,
        Written,
    },
    score::Speaker,
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
    let others: Vec<&Judged> = items.iter().filter(|it| it.language != "en").take(most).collect();
    let speaker = reasoner.speaker();
    drop(reasoner);
    let mut figures = Vec::new();
    for (words, with, names) in [("built-in chain", false, BUILT_IN), ("with the model", true, MODEL)] {
        let began = Instant::now();
        let (in_english, elsewhere) = (desk(&english, with), desk(&others, with));
        let took = began.elapsed().as_secs_f64();
        println!("{words}, {took:.0} s: English {in_english:?}, others {elsewhere:?}");
        figures.extend(figures_of(&in_english, &elsewhere, names));
    }
    let about =
        [("model", speaker.id.into()), ("english", english.len().into()), ("others", others.len().into())];
    conclude("judgement", &figures, &about);
    ExitCode::SUCCESS
}

/// What the figures are called: verdicts of all and of English items, clauses of those rightly called violating, and
/// allowed items.
const BUILT_IN: [&str; 4] =
    ["builtin_verdict", "builtin_verdict_en", "builtin_clause_top1", "builtin_allowed_right"];
const MODEL: [&str; 4] = ["verdict", "verdict_en", "clause_top1", "allowed_right"];

fn figures_of(english: &Right, others: &Right, names: [&'static str; 4]) -> [Figure; 4] {
    let sum = |of: fn(&Right) -> usize| of(english) + of(others);
    let share = |n: usize, all: usize| n as f64 / all.max(1) as f64;
    let values = [
        share(sum(|it| it.verdicts), sum(|it| it.items)),
        share(english.verdicts, english.items),
        share(sum(|it| it.clauses), sum(|it| it.hits)),
        share(sum(|it| it.allowed), sum(|it| it.of_allowed)),
    ];
    [0, 1, 2, 3].map(|n| Figure { name: names[n], value: values[n], bar: None })
}

/// How many recommendations were right.
#[derive(Debug, Default)]
struct Right {
    items: usize,
    verdicts: usize,
    allowed: usize,
    of_allowed: usize,
    /// Called violating, and rightly so.
    hits: usize,
    /// Of those, under the clause that is broken.
    clauses: usize,
}

/// Through the desk: imported, assessed, shown.
fn desk(items: &[&Judged], with: bool) -> Right {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = Session::new(Settings {
        home: folder.path().join("home"),
        reviewer: Some("Ada".into()),
        stills: Arc::new(FakeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(Quiet { shelf: Shelf::standard(), has_words: with }),
        clock: Arc::new(now),
        chance: Arc::new(|| 0.5),
    });
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    session.new_case(&path("a.casebook")).expect("a case file");
    let line = |it: &&Judged| serde_json::json!({"id": it.id, "language": it.language, "parts": [{"role": "caption", "text": it.text}]});
    let lines: Vec<String> = items.iter().map(|it| line(it).to_string()).collect();
    fs::write(path("items.jsonl"), lines.join("\n")).expect("the folder is writable");
    session
        .start_import(ImportRequest { path: path("items.jsonl"), ..ImportRequest::default() })
        .expect("an import");
    fake::wait_for_jobs(&session);
    let mut right = Right { items: items.len(), ..Right::default() };
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

/// The models of this machine, of which the one that is asked in words writes nothing, or is not there.
struct Quiet {
    shelf: Shelf,
    has_words: bool,
}

impl ModelShelf for Quiet {
    fn state(&self) -> ModelState {
        self.shelf.state()
    }

    fn scorer(&self, policy: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        self.shelf.scorer(policy)
    }

    fn embedder(&self, policy: &Policy) -> Result<Arc<dyn Embedder>, ModelError> {
        self.shelf.embedder(policy)
    }

    fn finder(&self, policy: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        self.shelf.finder(policy)
    }

    fn reasoner(&self) -> Result<Arc<dyn Reasoner>, ModelError> {
        match self.has_words {
            true => Ok(Arc::new(Mute(self.shelf.reasoner()?))),
            false => Err(ModelError::NotInstalled { role: Role::Reasoner, path: String::new() }),
        }
    }

    fn known(&self) -> Result<Vec<KnownModel>, ModelError> {
        self.shelf.known()
    }

    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError> {
        self.shelf.verify(id)
    }

    fn install(&self, id: &str, watch: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError> {
        self.shelf.install(id, watch)
    }
}

/// Answers, and is cut off before the first word it would write.
struct Mute(Arc<dyn Reasoner>);

impl Model for Mute {
    fn speaker(&self) -> Speaker {
        self.0.speaker()
    }
}

impl Reasoner for Mute {
    fn likelihoods(
        &self,
        asked: &Asked,
        answers: &[&str],
        watch: &mut dyn FnMut() -> Flow,
    ) -> Result<Vec<f64>, ModelError> {
        self.0.likelihoods(asked, answers, watch)
    }

    fn write(&self, _: &Asked, _: &Writing, _: &mut dyn FnMut(&str) -> Flow) -> Result<Written, ModelError> {
        Ok(Written { text: String::new(), is_whole: false, n_tokens: 0, log_likelihood: 0.0 })
    }
}
