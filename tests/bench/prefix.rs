//! `prefix`: what it spares to keep what the reasoner made of a prefix, and four clauses checked beside llama.cpp.
//!
//! The first answer after a prefix of 4,000 tokens: with nothing kept, from a file after a new start, and from memory. A
//! first question that does not count lays out the weights each time. llama.cpp keeps its four prefixes in memory, a
//! sequence each, reads the same tokens after them and says the likeliest one; rounds alternate. Two threads.

use std::{
    env,
    fmt::Write as _,
    path::Path,
    process::{Command, ExitCode},
    time::Instant,
};

use casebook_core::{
    policy::{Clause, Policy},
    ports::{Asked, Flow, Reasoner},
    score::{ScoreInput, TextPart},
    weighing::{self, Turn, Voice},
};
use casebook_models::reasoner::LocalReasoner;
use casebook_tests::{
    figures::{Bar, Figure, conclude, percentile},
    llama::Llama,
    reasoners::Installed,
};
use serde_json::json;

const MODEL: &str = "qwen2.5-coder-1.5b-instruct";
const THREADS: usize = 2;
const PREFIX_TOKENS: usize = 4000;
const CLAUSES: [&str; 4] = ["HH-1", "MI-1", "SP-1", "FR-1"];
const ROUNDS: usize = 9;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("bench prefix: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Failure> {
    // Threads are counted when the first product is made, out of the environment.
    if env::var_os("RAYON_NUM_THREADS").is_none() {
        let mut again = Command::new(env::current_exe()?);
        return Ok(again.env("RAYON_NUM_THREADS", THREADS.to_string()).status()?.success());
    }
    let model = Installed::of(MODEL)?;
    let states = tempfile::tempdir()?;
    let load = || -> Result<LocalReasoner, Failure> {
        let reasoner = model.load_with_states(states.path())?;
        seconds(&reasoner, &[turn("Is this a question?".into())])?;
        Ok(reasoner)
    };
    let prefix = {
        let reasoner = load()?;
        [turn(long_text(&reasoner)?)]
    };
    let cold = seconds(&load()?, &prefix)?;
    let reasoner = load()?;
    let disk = seconds(&reasoner, &prefix)?;
    let warm: Vec<f64> = (0..ROUNDS).map(|_| seconds(&reasoner, &prefix)).collect::<Result<_, _>>()?;
    let warm = percentile(&warm, 50.0);
    println!(
        "first answer after {PREFIX_TOKENS} tokens: {cold:.2} s, from a file {disk:.3} s, from memory {warm:.3} s"
    );
    let fork = || -> Result<f64, Failure> {
        let start = Instant::now();
        reasoner.reader(&prefix)?;
        Ok(start.elapsed().as_secs_f64() * 1000.0)
    };
    let forks: Vec<f64> = (0..100).map(|_| fork()).collect::<Result<_, _>>()?;
    let (ours, theirs) = checks(&reasoner, &model.path)?;
    println!("four clauses: {ours:.3} s, llama.cpp {theirs:.3} s");
    let bounded = |name, value, most| Figure { name, value, bar: Some(Bar::AtMost(most)) };
    let figures = [
        bounded("ttft_disk_ratio", disk / cold, 0.1),
        bounded("ttft_warm_ratio", warm / cold, 0.05),
        bounded("fork_ms", percentile(&forks, 99.0), 5.0),
        Figure { name: "check_ratio", value: theirs / ours, bar: Some(Bar::AtLeast(0.9)) },
    ];
    let seconds = json!({"cold": cold, "disk": disk, "warm": warm, "check": ours, "check_llama": theirs});
    Ok(conclude("prefix", &figures, &[("seconds", seconds)]))
}

/// The middle round of four clauses checked for an item, whose prefixes both sides hold in memory: ours and llama.cpp's.
fn checks(reasoner: &LocalReasoner, path: &Path) -> Result<(f64, f64), Failure> {
    let policy = Policy::built_in();
    let clause = |id: &&str| policy.clause(id).ok_or_else(|| format!("no clause {id}"));
    let clauses: Vec<&Clause> = CLAUSES.iter().map(clause).collect::<Result<_, _>>()?;
    let opening = reasoner.tokens(&[])?.len();
    let prefixes = clauses.iter().map(|it| -> Result<Vec<u32>, Failure> {
        let mut ids = reasoner.tokens(&weighing::prefix(it))?;
        ids.truncate(ids.len() - opening);
        Ok(ids)
    });
    let prefixes: Vec<Vec<u32>> = prefixes.collect::<Result<_, _>>()?;
    let mut llama = Llama::start()?;
    let longest = prefixes.iter().map(Vec::len).max().unwrap_or(0);
    let room = json!({
        "path": path, "threads": THREADS, "context": longest + 200, "batch": 512, "sequences": clauses.len(),
    });
    llama.ask("load", room)?;
    llama.ask("keep", json!({"prefixes": prefixes}))?;
    let mut all = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let input = item(round);
        let ids = reasoner.tokens(&[weighing::suffix(&input)])?;
        if round == 0 {
            println!("prefixes of {longest} tokens at most, an item of {}", ids.len());
        }
        let ours = || -> Result<f64, Failure> {
            let start = Instant::now();
            for it in &clauses {
                weighing::check(reasoner, it, &input, &mut || Flow::Go)?;
            }
            Ok(start.elapsed().as_secs_f64())
        };
        let mut theirs = || -> Result<f64, Failure> {
            let answer = llama.ask("check", json!({"questions": vec![&ids; clauses.len()]}))?;
            answer["seconds"].as_f64().ok_or_else(|| format!("no seconds in {answer}").into())
        };
        let (ours, theirs) = if round % 2 == 0 {
            let ours = ours()?;
            (ours, theirs()?)
        } else {
            let theirs = theirs()?;
            (ours()?, theirs)
        };
        // The first reads our prefixes, and does not count.
        if round > 0 {
            all.0.push(ours);
            all.1.push(theirs);
        }
    }
    Ok((percentile(&all.0, 50.0), percentile(&all.1, 50.0)))
}

/// How long the first answer takes after a prefix.
fn seconds(reasoner: &LocalReasoner, prefix: &[Turn]) -> Result<f64, Failure> {
    let start = Instant::now();
    let question = [weighing::suffix(&item(0))];
    reasoner.likelihoods(&Asked { prefix, question: &question }, &["Yes", "No"], &mut || Flow::Go)?;
    Ok(start.elapsed().as_secs_f64())
}

fn turn(text: String) -> Turn {
    Turn { voice: Voice::User, text }
}

/// An item of some 40 tokens, another one each round.
fn item(round: usize) -> ScoreInput {
    let text = format!(
        "Lot {round}: they say this tea heals everything, so cancel your check-up and order two boxes today."
    );
    ScoreInput { texts: vec![TextPart { part: 0, role: "caption".into(), text }], language: None }
}

/// Our own sentences, as many as make up the prefix.
fn long_text(reasoner: &LocalReasoner) -> Result<String, Failure> {
    let mut text = String::new();
    let mut n = 0;
    while reasoner.tokens(&[turn(text.clone())])?.len() < PREFIX_TOKENS {
        for _ in 0..20 {
            n += 1;
            write!(text, "Rule {n}: a shop in street {} may not sell what is broken. ", n * 7 % 90)?;
        }
    }
    Ok(text)
}
