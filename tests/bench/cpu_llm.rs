//! `cpu-llm`: how quickly the reasoner reads and writes on the CPU, beside llama.cpp on the same file.
//!
//! Each side is a process of its own and takes its own time; what they read is the same tokens, by chance, and what they
//! write is the likeliest token each time. Rounds alternate, and who begins takes turns. At the beginning of a text that
//! is 512 tokens long, and after 4,000; with one thread and with two, of which the worse counts; `bench-cpu-llm 2` measures
//! two threads alone.

use std::{
    env,
    io::{self, BufRead, Write},
    process::{Command, ExitCode},
    time::Instant,
};

use casebook_core::folds::Chance;
use casebook_models::reasoner::Reader;
use casebook_tests::{
    figures::{Bar, Figure, conclude, percentile},
    llama::Llama,
    reasoners::Installed,
    side::Side,
};
use serde_json::{Value, json};

const MODEL: &str = "qwen2.5-coder-1.5b-instruct";
const SEED: u64 = 20_261_130;
const SHORT: usize = 512;
const LONG: usize = 4000;
/// Tokens that are written in a round.
const WRITTEN: usize = 24;
const ROUNDS: usize = 3;
/// As many as llama.cpp reads at once where nothing else is said.
const LLAMA_BATCH: usize = 512;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => serve().map(|()| true),
        [] => bench(&[1, 2]),
        [threads] => threads.parse().map_err(Into::into).and_then(|it| bench(&[it])),
        _ => Err("bench-cpu-llm [THREADS]".into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("bench cpu-llm: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Tokens a second of both sides, in each round.
#[derive(Default)]
struct Pace {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Pace {
    fn ratio(&self) -> f64 {
        percentile(&self.ours, 50.0) / percentile(&self.theirs, 50.0)
    }

    fn json(&self) -> Value {
        json!([rounded(percentile(&self.ours, 50.0)), rounded(percentile(&self.theirs, 50.0))])
    }
}

fn rounded(it: f64) -> f64 {
    (it * 100.0).round() / 100.0
}

fn bench(threads: &[usize]) -> Result<bool, Failure> {
    let model = Installed::of(MODEL)?;
    let mut paces: Vec<(usize, [Pace; 4])> = Vec::new();
    for &threads in threads {
        let mut llama = Llama::start()?;
        let room = json!({
            "path": model.path, "threads": threads, "context": LONG + 1000, "batch": LLAMA_BATCH,
        });
        llama.ask("load", room)?;
        let mut sides = Sides {
            ours: Side::start(
                Command::new(env::current_exe()?).arg("serve").env("RAYON_NUM_THREADS", threads.to_string()),
            )?,
            llama,
        };
        let mut all: [Pace; 4] = Default::default();
        let [read, written, read_long, written_long] = &mut all;
        // One round that does not count: pages are touched, clocks are up.
        sides.read(&ids(SHORT, 0), false, &mut Pace::default())?;
        for round in 1..=ROUNDS {
            sides.read(&ids(SHORT, round as u64), round % 2 == 0, read)?;
            sides.write(round % 2 == 0, written)?;
        }
        sides.read(&ids(LONG, ROUNDS as u64 + 1), false, read_long)?;
        for round in 1..=ROUNDS {
            sides.write(round % 2 == 0, written_long)?;
        }
        for (name, pace) in ["read", "written", "read, 4k", "written, 4k"].iter().zip(&all) {
            let (ours, theirs) = (percentile(&pace.ours, 50.0), percentile(&pace.theirs, 50.0));
            println!(
                "{threads} threads, {name:<12} {ours:8.2} /s, llama.cpp {theirs:8.2} /s: {:.3}",
                ours / theirs
            );
        }
        paces.push((threads, all));
    }
    let worse = |which: usize| paces.iter().map(|it| it.1[which].ratio()).fold(f64::INFINITY, f64::min);
    let figure = |name, which, least| Figure { name, value: worse(which), bar: Some(Bar::AtLeast(least)) };
    let figures = [
        figure("prefill_ratio", 0, 1.2),
        figure("decode_ratio", 1, 0.95),
        figure("prefill_ratio_4k", 2, 1.2),
        figure("decode_ratio_4k", 3, 0.9),
    ];
    let by_threads =
        |it: &(usize, [Pace; 4])| json!({"threads": it.0, "per_s": it.1.each_ref().map(Pace::json)});
    let per_s: Vec<Value> = paces.iter().map(by_threads).collect();
    Ok(conclude("cpu-llm", &figures, &[("ours_and_llama", per_s.into())]))
}

struct Sides {
    ours: Side,
    llama: Llama,
}

impl Sides {
    /// Both read the same from the beginning.
    fn read(&mut self, ids: &[u32], llama_first: bool, pace: &mut Pace) -> Result<(), Failure> {
        self.both("read", &json!({"ids": ids}), ids.len(), llama_first, pace).map(drop)
    }

    /// Both go on. They may come to write different tokens, where two are nearly as likely.
    fn write(&mut self, llama_first: bool, pace: &mut Pace) -> Result<(), Failure> {
        let (ours, theirs) = self.both("write", &json!({"n": WRITTEN}), WRITTEN, llama_first, pace)?;
        for (who, answer) in [("ours", ours), ("llama.cpp", theirs)] {
            if answer["ids"].as_array().map(Vec::len) != Some(WRITTEN) {
                return Err(format!("{who} wrote something else than {WRITTEN} tokens: {answer}").into());
            }
        }
        Ok(())
    }

    fn both(
        &mut self,
        command: &str,
        asked: &Value,
        n: usize,
        llama_first: bool,
        pace: &mut Pace,
    ) -> Result<(Value, Value), Failure> {
        let mut with_command = asked.clone();
        with_command["command"] = command.into();
        let early = if llama_first { Some(self.llama.ask(command, asked.clone())?) } else { None };
        let ours = self.ours.ask(&with_command)?;
        let theirs = match early {
            Some(it) => it,
            None => self.llama.ask(command, asked.clone())?,
        };
        let seconds = |it: &Value| it["seconds"].as_f64().ok_or_else(|| format!("no seconds in {it}"));
        pace.ours.push(n as f64 / seconds(&ours)?);
        pace.theirs.push(n as f64 / seconds(&theirs)?);
        Ok((ours, theirs))
    }
}

/// Tokens by chance, none of them of control.
fn ids(n: usize, round: u64) -> Vec<u32> {
    let mut chance = Chance::new(SEED + round);
    (0..n).map(|_| 300 + chance.below(100_000) as u32).collect()
}

/// Our side: one JSON object a line in, one out.
fn serve() -> Result<(), Failure> {
    let reasoner = Installed::of(MODEL)?.load()?;
    let mut reader: Reader = reasoner.reader(&[])?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", json!({"ready": true}))?;
    for line in io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let start = Instant::now();
        let mut ids = Vec::new();
        if asked["command"] == "read" {
            reader = reasoner.reader(&[])?;
            let all: Vec<u32> = serde_json::from_value(asked["ids"].clone())?;
            reader.read(&all)?;
        } else {
            for _ in 0..asked["n"].as_u64().unwrap_or(0) {
                let id = reader.likeliest()?;
                reader.read(&[id])?;
                ids.push(id);
            }
        }
        writeln!(out, "{}", json!({"seconds": start.elapsed().as_secs_f64(), "ids": ids}))?;
    }
    Ok(())
}
