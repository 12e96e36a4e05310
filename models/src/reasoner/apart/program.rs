//! The process: it closes its doors, loads one model, and answers one question after the other until nobody asks.
//!
//! It writes nothing but answers, and never what it was asked: its standard error goes into a log.

use std::{
    ffi::OsString,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
};

use casebook_cage::{inside, limits::Limits};
use casebook_core::ports::{Asked, Flow, ModelError, Reasoner, Writing, Written};

use super::{
    PROTOCOL,
    messages::{Question, Reply, Request, Wanted, pack, unpack},
};
use crate::reasoner::LocalReasoner;

/// Runs until whoever started it is gone. Arguments come without the program's own name.
///
/// # Errors
/// Says which argument is wrong, what could not be given up, or that a message is none.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), String> {
    let (limits, arguments) = Limits::from_arguments(arguments).map_err(|it| it.to_string())?;
    let arguments = Arguments::read(arguments)?;
    let (to, requests) = mpsc::channel();
    let stopped = Arc::new(AtomicU64::new(0));
    let hears = Arc::clone(&stopped);
    let hear = move |frame: Vec<u8>| match unpack(&frame) {
        Some(Request::Stop { n }) => {
            hears.fetch_max(n, Ordering::Relaxed);
        }
        other => drop(to.send(other)),
    };
    inside::enter(PROTOCOL, &limits, hear).map_err(|it| it.to_string())?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global();
    pool.map_err(|it| format!("could not start {} threads: {it}", arguments.threads))?;
    let mut model = None;
    while let Ok(request) = requests.recv() {
        let reply = match request {
            Some(Request::Load { settings }) => match LocalReasoner::load(&arguments.file, settings) {
                Ok(loaded) => {
                    model = Some(loaded);
                    Reply::Loaded
                }
                Err(ModelError::Damaged { rule, .. }) => Reply::Unloadable { rule },
                Err(other) => Reply::Unloadable { rule: other.to_string() },
            },
            Some(Request::Ask { n, question }) => match &model {
                Some(model) => answer(model, n, &question, &stopped),
                None => return Err(format!("question {n} came before a model was loaded")),
            },
            Some(Request::Stop { .. }) => continue,
            None => return Err("a message that is no request".into()),
        };
        inside::say(&pack(&reply)).map_err(|it| it.to_string())?;
    }
    Ok(())
}

fn answer(model: &LocalReasoner, n: u64, asked: &Question, stopped: &AtomicU64) -> Reply {
    // Where nobody is left to be told, the thread that hears ends the program.
    let told = |it: &Reply| match inside::say(&pack(it)).is_err() || stopped.load(Ordering::Relaxed) >= n {
        true => Flow::Stop,
        false => Flow::Go,
    };
    let question = Asked { prefix: &asked.prefix, question: &asked.turns };
    let reply = match &asked.wanted {
        Wanted::Likelihoods { answers } => {
            let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
            let likely = model.likelihoods(&question, &answers, &mut || told(&Reply::Reading { n }));
            likely.map(|it| Reply::Likely { n, bits: it.into_iter().map(f64::to_bits).collect() })
        }
        Wanted::Text { schema, most_tokens } => {
            let writing = Writing { schema, most_tokens: *most_tokens };
            let written =
                model.write(&question, &writing, &mut |text| told(&Reply::Writing { n, text: text.into() }));
            written.map(|Written { text, is_whole, n_tokens, log_likelihood }| Reply::Written {
                n,
                text,
                is_whole,
                n_tokens,
                log_likelihood: log_likelihood.to_bits(),
            })
        }
    };
    reply.unwrap_or_else(|it| match it {
        ModelError::Stopped { .. } => Reply::Stopped { n },
        ModelError::Damaged { rule, .. } => Reply::Failed { n, rule },
        other => Reply::Failed { n, rule: other.to_string() },
    })
}

/// What the process is told beside its limits.
struct Arguments {
    file: PathBuf,
    threads: usize,
}

impl Arguments {
    fn read(arguments: Vec<OsString>) -> Result<Self, String> {
        let (mut file, mut threads) = (None, None);
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let value =
                arguments.next().ok_or_else(|| format!("argument {}: a value follows it", flag.display()))?;
            match flag.to_str() {
                Some("--file") => file = Some(PathBuf::from(value)),
                Some("--threads") => threads = value.to_str().and_then(|it| it.parse().ok()),
                _ => return Err(format!("argument {}: --file and --threads are known", flag.display())),
            }
        }
        let file = file.ok_or("argument --file: it is missing")?;
        let threads = threads.ok_or("argument --threads: it is a number")?;
        Ok(Self { file, threads })
    }
}
