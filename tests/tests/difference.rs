//! A secret is proved by difference: of two case files that differ only in what was judged, every verb and every
//! event answers with equal bytes until this reviewer has decided. And the restricted lane is an absence: of a file
//! with such an item and one without it, every verb answers the same.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use casebook_core::{
    ports::{Asked, Flow, Model, ModelError, Reasoner, Scorer, Writing, Written},
    score::{Driver, ScoreInput, Scoring, Speaker},
};
use casebook_desk::{
    events::Event,
    session::{Session, Settings},
    verbs::Verb,
};
use casebook_tests::{
    asked::{arguments, call, closing_last, decide, said},
    fake::{self, FakeStills, PlantedScorer, ShelfWith},
};
use serde_json::{Value, json};
use tempfile::TempDir;

const POLICY: &str = include_str!("../../core/policies/short-video@2026.11.toml");

/// What was judged: by a gold for each item, a model, and another reviewer.
struct Judged {
    gold: [Option<&'static str>; 3],
    /// The planted scorer's head says this instead.
    score: f64,
    choice: &'static str,
    clause: &'static str,
    note: &'static str,
}

const ONE: Judged = Judged {
    gold: [Some("SP-1"), None, Some("HH-1")],
    score: 0.987_654,
    choice: "remove",
    clause: "HH-1",
    note: "one",
};

const OTHER: Judged = Judged {
    gold: [Some("MI-1"), Some("FR-1"), Some("FR-1")],
    score: 0.012_345,
    choice: "not_for_feed",
    clause: "MI-1",
    note: "other words, more",
};

/// The planted scorer, of another opinion.
struct Opinion(f64);

impl Model for Opinion {
    fn speaker(&self) -> Speaker {
        PlantedScorer.speaker()
    }
}

impl Scorer for Opinion {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        let mut scorings = PlantedScorer.score(inputs);
        for scoring in &mut scorings {
            if let Scoring::Scored { scores, .. } = scoring {
                scores[0].value = self.0;
            }
        }
        scorings
    }

    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        PlantedScorer.explain(input, targets)
    }
}

/// The same in words: it finds every clause broken or none, and writes so.
impl Reasoner for Opinion {
    fn likelihoods(
        &self,
        _asked: &Asked,
        _answers: &[&str],
        _watch: &mut dyn FnMut() -> Flow,
    ) -> Result<Vec<f64>, ModelError> {
        Ok(vec![self.0, 0.0])
    }

    fn write(
        &self,
        _asked: &Asked,
        _writing: &Writing,
        watch: &mut dyn FnMut(&str) -> Flow,
    ) -> Result<Written, ModelError> {
        let because = format!("So it is by {}.", self.0);
        let reason = json!({"quote": "", "criterion": "a", "breaks_the_rule_because": because});
        let text = json!({"for": [reason], "against": []}).to_string();
        for end in [text.len() / 2, text.len() - 1] {
            if watch(&text[..end]) == Flow::Stop {
                return Err(ModelError::Stopped { model: self.speaker().id });
            }
        }
        Ok(Written { text, is_whole: true, n_tokens: 20, log_likelihood: -1.0 })
    }
}

/// A folder with a case file, and a clock that moves when it is told to.
struct World {
    folder: TempDir,
    clock: Arc<AtomicI64>,
    score: f64,
}

impl World {
    fn new(score: f64) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, clock: Arc::new(AtomicI64::new(1_763_632_800_000)), score }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn case(&self) -> String {
        self.path("a.casebook").to_string_lossy().into_owned()
    }

    fn session(&self, reviewer: &str) -> Session {
        let clock = Arc::clone(&self.clock);
        Session::new(Settings {
            home: self.path(reviewer),
            reviewer: Some(reviewer.into()),
            stills: Arc::new(FakeStills),
            tables: Arc::new(casebook_tables::Parquet),
            models: Arc::new(ShelfWith {
                finder: None,
                scorer: Arc::new(Opinion(self.score)),
                reasoner: Some(Arc::new(Opinion(self.score))),
            }),
            clock: Arc::new(move || clock.load(Ordering::Relaxed)),
            chance: Arc::new(|| 0.5),
        })
    }

    /// Makes the case file with what `items` says of each, scored by Bob.
    fn made(&self, items: &[Value]) -> Session {
        let lines: Vec<String> = items.iter().map(Value::to_string).collect();
        std::fs::write(self.path("items.jsonl"), lines.join("\n")).expect("the folder is writable");
        std::fs::write(self.path("p.png"), b"any bytes").expect("the folder is writable");
        let toml = POLICY.replace("version = \"2026.11\"", "version = \"2027.01\"");
        std::fs::write(self.path("policy.toml"), toml).expect("the folder is writable");
        let bob = self.session("Bob");
        call(&bob, "file.new_case", json!({"path": self.case()}));
        let queue = json!({"name": "Twice", "filter": {}, "order": "urgency", "mode": {"kind": "blind"}, "reviews_wanted": 3});
        call(&bob, "review.save_queue", json!({"queue": queue}));
        let path = self.path("items.jsonl").to_string_lossy().into_owned();
        call(&bob, "data.start_import", json!({"request": {"path": path, "columns": []}}));
        fake::wait_for_jobs(&bob);
        self.clock.fetch_add(1000, Ordering::Relaxed);
        call(&bob, "models.start_scoring", Value::Null);
        fake::wait_for_jobs(&bob);
        bob
    }

    /// What `verb` says, with what is drawn at random and where the folder lies taken out of it.
    fn said(&self, session: &Session, verb: &Verb, args: &Value) -> String {
        self.clock.fetch_add(1000, Ordering::Relaxed);
        let mut answer = said(session, verb, args);
        // How many are open in a filtered queue is counted behind; here it is waited for.
        while answer.contains("\"queue\":\"Mine\"") && answer.contains("\"open\":null") {
            std::thread::yield_now();
            answer = said(session, verb, args);
        }
        if verb.area == "data" || verb.area == "models" || verb.area == "jobs" {
            settled(session);
        }
        self.masked(&answer)
    }

    fn masked(&self, said: &str) -> String {
        let folder = self.folder.path().to_string_lossy();
        masked_ids(&said.replace(&*folder, "FOLDER"))
    }
}

/// Waits until every job has ended, also those that fail.
fn settled(session: &Session) {
    while session.jobs().expect("jobs can always be listed").iter().any(|it| !it.state.is_over()) {
        std::thread::yield_now();
    }
}

/// Ids of rows and jobs are drawn at random: each becomes how manieth it is.
fn masked_ids(said: &str) -> String {
    let is_id = |it: &str| {
        it.len() == 36
            && it.char_indices().all(|(at, letter)| match at {
                8 | 13 | 18 | 23 => letter == '-',
                _ => letter.is_ascii_hexdigit(),
            })
    };
    let mut known: Vec<String> = Vec::new();
    let pieces = said.split('"').map(|piece| {
        if !is_id(piece) {
            return piece.to_owned();
        }
        let at = known.iter().position(|it| it == piece).unwrap_or_else(|| {
            known.push(piece.to_owned());
            known.len() - 1
        });
        format!("ID {at}")
    });
    pieces.collect::<Vec<_>>().join("\"")
}

fn items(judged: &Judged) -> Vec<Value> {
    let item = |n: usize, gold: Option<&str>| {
        let mut item = json!({"id": format!("i{n}"), "language": "en", "reach_per_hour": 10,
            "parts": [{"role": "caption", "text": format!("plain caption {n} about gardens")}],
            "reports": [{"reason": "hate", "n": 9 - n}]});
        if let Some(clause) = gold {
            item["gold"] =
                json!({"policy": "short-video@2026.11", "verdict": "violating", "clauses": [clause]});
        }
        if n == 2 {
            item["parts"].as_array_mut().expect("a list").push(json!({"role": "image", "path": "p.png"}));
        }
        item
    };
    (1..).zip(judged.gold).map(|(n, gold)| item(n, gold)).collect()
}

/// Bob decides every item.
fn judge(bob: &Session, judged: &Judged) {
    for _ in 0..3 {
        let review = call(bob, "review.next", json!({"queue": "Twice"}));
        let row = &review["item"]["row"];
        let mut judgement = casebook_tests::asked::judgement(judged.choice);
        judgement["clauses"] = json!([judged.clause]);
        let revealed = decide(bob, "Twice", row, &judgement, judged.note);
        let mut draft = revealed["start"].clone();
        draft["creator_message"] = judged.note.into();
        call(bob, "review.submit", json!({"queue": "Twice", "row": row, "draft": draft, "active": 1000.0}));
    }
    // What is said along with a handover, and in a note, is judged too.
    for (row, to) in
        [(1, json!({"kind": "person", "name": "Ada"})), (3, json!({"kind": "queue", "name": "Twice"}))]
    {
        let handover = json!({"to": to, "reason": "second_opinion", "note": judged.note, "met_in": "Twice"});
        call(bob, "turn.hand_on", json!({"row": row, "handover": handover}));
    }
    for (row, to) in [(1, Value::Null), (2, json!("Ada")), (3, json!("Eve"))] {
        call(bob, "turn.add_note", json!({"row": row, "note": {"to": to, "text": judged.note}}));
    }
    call(bob, "file.close_case", Value::Null);
}

/// Everything that is said to Ada before she has decided anything, by verb and arguments, and what she hears.
fn told_ada(world: &World, rows: &[u32], leave_out: &[&str]) -> (Vec<(String, String)>, BTreeSet<String>) {
    let ada = world.session("Ada");
    let events = ada.events();
    call(&ada, "file.open_case", json!({"path": world.case()}));
    let mut told = Vec::new();
    for row in rows {
        for verb in closing_last() {
            for args in arguments(verb, world.folder.path(), &world.case(), &json!(row)) {
                let answer = world.said(&ada, verb, &args);
                if !leave_out.contains(&&*verb.to_string()) {
                    told.push((format!("{verb} {}", world.masked(&args.to_string())), answer));
                }
            }
        }
        call(&ada, "file.open_case", json!({"path": world.case()}));
    }
    settled(&ada);
    ada.assess(None).expect("the model is there");
    let mut heard = BTreeSet::new();
    while let Some(event) = events.next_within(Duration::ZERO) {
        // How far a job is when one looks is chance; how it ends is not.
        if !matches!(&event, Event::Job { job } if !job.state.is_over()) {
            heard.insert(world.masked(&serde_json::to_string(&event).expect("plain data")));
        }
    }
    (told, heard)
}

#[track_caller]
fn same(one: &[(String, String)], other: &[(String, String)]) {
    assert_eq!(one.len(), other.len());
    for ((asked, one), (_, other)) in one.iter().zip(other) {
        assert_eq!(one, other, "{asked} tells the two apart");
    }
}

#[test]
fn two_files_that_differ_in_what_was_judged_say_the_same_until_the_first_impression() {
    let of = |judged: &Judged| {
        let world = World::new(judged.score);
        judge(&world.made(&items(judged)), judged);
        let told = told_ada(&world, &[1, 2, 3], &[]);
        // Otherwise the two would be the same in the file too.
        let ada = world.session("Ada");
        call(&ada, "file.open_case", json!({"path": world.case()}));
        call(&ada, "review.open_item", json!({"queue": "Twice", "row": 1}));
        let revealed = decide(&ada, "Twice", &json!(1), &casebook_tests::asked::judgement("allow"), "");
        let history = call(&ada, "turn.history", json!({"row": 1}));
        assert!(
            history.to_string().contains(judged.note),
            "Ada has decided, so what was said is told: {history}"
        );
        (told, revealed["assessment"]["scoring"].to_string())
    };
    let ((one, one_heard), one_revealed) = of(&ONE);
    let ((other, other_heard), other_revealed) = of(&OTHER);
    same(&one, &other);
    assert_eq!(one_heard, other_heard);
    assert_ne!(one_revealed, other_revealed, "after the impression they are told apart");
}

#[test]
fn a_file_with_a_restricted_item_says_what_one_without_it_says() {
    let of = |restricted: bool| {
        let mut items = items(&ONE);
        let mut hidden = items[0].clone();
        hidden["id"] = "i4".into();
        hidden["gold"]["clauses"] = json!(["CS-1"]);
        items.extend(restricted.then_some(hidden));
        let world = World::new(ONE.score);
        judge(&world.made(&items), &ONE);
        // What was in a source is told to whoever imported it; that is of the source, not of the file.
        let of_a_source = ["jobs.jobs", "data.start_import", "data.preview_import", "data.past_imports"];
        told_ada(&world, &[1, 4], &of_a_source)
    };
    let ((with, heard), (without, heard_without)) = (of(true), of(false));
    same(&with, &without);
    let assessed =
        |it: &BTreeSet<String>| it.iter().filter(|it| !it.contains("\"import\"")).cloned().collect();
    let (heard, heard_without): (BTreeSet<String>, BTreeSet<String>) =
        (assessed(&heard), assessed(&heard_without));
    assert_eq!(heard, heard_without);
}

#[test]
fn a_file_whose_item_was_taken_out_of_the_lane_says_what_one_says_whose_item_never_was_in_it() {
    let of = |slipped: bool| {
        let world = World::new(ONE.score);
        let bob = world.made(&items(&ONE));
        let mut judgement = casebook_tests::asked::judgement("allow");
        judgement["clauses"] = json!([]);
        let allowed = judgement.clone();
        if slipped {
            judgement = casebook_tests::asked::judgement("escalate");
            judgement["clauses"] = json!(["CS-1"]);
        }
        call(&bob, "review.open_item", json!({"queue": "Twice", "row": 1}));
        let revealed = decide(&bob, "Twice", &json!(1), &judgement, "");
        let draft = json!({"queue": "Twice", "row": 1, "draft": revealed["start"], "active": 1.0});
        call(&bob, "review.submit", draft);
        if !slipped {
            call(&bob, "review.undo", json!({"queue": "Twice"}));
        }
        call(&bob, "file.close_case", Value::Null);
        let cyd = world.session("Cyd");
        call(&cyd, "file.open_case", json!({"path": world.case()}));
        let queue = if slipped { "Restricted" } else { "Twice" };
        call(&cyd, "review.open_item", json!({"queue": queue, "row": 1}));
        decide(&cyd, queue, &json!(1), &allowed, "");
        if slipped {
            let release = json!({"reason": "slip", "note": "it was a slip"});
            call(&cyd, "turn.take_out", json!({"queue": queue, "row": 1, "release": release}));
        }
        call(&cyd, "file.close_case", Value::Null);
        told_ada(&world, &[1, 2], &[])
    };
    let ((slipped, heard), (never, heard_never)) = (of(true), of(false));
    same(&slipped, &never);
    assert_eq!(heard, heard_never);
}

#[test]
fn who_holds_an_item_that_another_restricts_is_told_only_that_it_left() {
    let world = World::new(ONE.score);
    let bob = world.made(&items(&ONE));
    let ada = world.session("Ada");
    call(&ada, "file.open_case", json!({"path": world.case()}));
    let held = call(&ada, "review.open_item", json!({"queue": "Twice", "row": 1}));
    assert_eq!(held["item"]["row"], 1);
    // Ada's lease ran out, as one does; she is still looking.
    world.clock.fetch_add(11 * 60 * 1000, Ordering::Relaxed);
    call(&bob, "review.open_item", json!({"queue": "Twice", "row": 1}));
    let mut judgement = casebook_tests::asked::judgement("escalate");
    judgement["clauses"] = json!(["CS-1"]);
    let revealed = decide(&bob, "Twice", &json!(1), &judgement, "");
    let args = json!({"queue": "Twice", "row": 1, "draft": revealed["start"], "active": 1.0});
    for verb in closing_last() {
        if !verb.args.contains(&"row") {
            continue;
        }
        for args in arguments(verb, world.folder.path(), &world.case(), &json!(1)) {
            let answer: Value = serde_json::from_str(&world.said(&ada, verb, &args)).expect("JSON");
            // What is wrong in the arguments themselves is said of any item.
            if verb.name == "store_impression" {
                continue;
            }
            let left = json!({"code": "left", "message": "item 1: it left your queue", "falsehoods": []});
            assert_eq!(answer, left, "{verb} {args}");
        }
    }
    let next = call(&ada, "review.next", json!({"queue": "Twice"}));
    assert_eq!(next["item"]["row"], 2, "the next one comes");
    call(&bob, "review.submit", args);
    let next = call(&ada, "review.next", json!({"queue": "Restricted"}));
    assert_eq!(next["item"]["row"], 1, "in the lane it is met");
    assert_eq!(next["item"]["parts"][0]["uncovered"], Value::Null);
    call(&ada, "review.heartbeat", json!({"row": 1}));
}
