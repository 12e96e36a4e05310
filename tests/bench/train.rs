//! `train`: what it costs to fit two layers of the multilingual encoder, and heads on them, to 8,000 texts.
//!
//! `bench-train [TEXTS]`: from nothing kept, reading included, two passes. The sets lie in `../shared/data` beside the
//! repository, or where `CASEBOOK_DATA` says; without them, or without the encoder, it says so and measures nothing. The
//! last line is one JSON object with the figures.

use std::{env, path::PathBuf, process::ExitCode, time::Instant};

use casebook_core::{policy::Policy, ports::Flow};
use casebook_fetch::install;
use casebook_learn::{
    held_out,
    joint::MOST_TOKENS,
    published::Published,
    recipe,
    states::States,
    tune::{Plan, RATES, tune},
};
use casebook_models::encoder::TextEncoder;
use casebook_tests::figures::{Bar, Figure, conclude};

const TEXTS: usize = 8_000;
const PASSES: f64 = 2.0;

fn main() -> ExitCode {
    match bench() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            println!("SKIP train: {why}");
            println!("{}", serde_json::json!({ "bench": "train", "figures": {} }));
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Result<bool, String> {
    let wanted = env::args().nth(1).map_or(Ok(TEXTS), |it| it.parse().map_err(|_| "bench-train [TEXTS]"))?;
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = env::var_os("CASEBOOK_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let labels = recipe::labels(&Policy::built_in());
    let mut published = Published::read(recipe::SOURCES, &labels, &data, &root.join("learn/own"))
        .map_err(|it| it.to_string())?;
    let rows = held_out::trainable(&published, &[]);
    if rows.len() < wanted {
        return Err(format!(
            "{} holds {} rows to train on, {wanted} are asked for",
            data.display(),
            rows.len()
        ));
    }
    // Every so many: of each set its share.
    let step = rows.len() / wanted;
    let chosen: Vec<_> =
        rows.iter().step_by(step).take(wanted).map(|it| published.rows[*it].clone()).collect();
    published.rows = chosen;

    let (card, folder) =
        install::installed(&install::default_dir(), recipe::ENCODER).map_err(|it| it.to_string())?;
    let work = tempfile::tempdir().map_err(|it| it.to_string())?;
    let started = Instant::now();
    let (encoder, top) =
        TextEncoder::load_with_top(&folder, &card, recipe::LAYERS).map_err(|it| it.to_string())?;
    let texts: Vec<&str> = published.rows.iter().map(|it| it.text.as_str()).collect();
    let path = work.path().join("states.f16");
    let states = States::of(&encoder, top.first(), &texts, MOST_TOKENS, &path, &mut |_, _| Flow::Go)
        .map_err(|it| it.to_string())?;
    let read = started.elapsed();
    let plan = Plan {
        rows: (0..published.rows.len()).collect(),
        draw: wanted,
        passes: PASSES,
        rates: RATES,
        seed: 0,
        checkpoint: Some(work.path().join("checkpoint.safetensors")),
    };
    let mut losses = Vec::new();
    tune(&top, &published, &states, &plan, &mut |step| {
        losses.push(step.loss);
        Flow::Go
    })
    .map_err(|it| it.to_string())?;
    let all = started.elapsed();
    println!("{wanted} texts, {PASSES} passes: {all:.0?}, of which reading {read:.0?}");
    let told = |name, value| Figure { name, value, bar: None };
    let figures = [
        Figure { name: "minutes", value: all.as_secs_f64() / 60.0, bar: Some(Bar::AtMost(8.0)) },
        Figure { name: "peak_mb", value: peak_mb().unwrap_or(f64::MAX), bar: Some(Bar::AtMost(3000.0)) },
        told("first_loss", losses.first().copied().unwrap_or_default().into()),
        told("last_loss", losses.last().copied().unwrap_or_default().into()),
    ];
    Ok(conclude("train", &figures, &[]))
}

/// Most memory that this process has held, in 10⁶ bytes; Linux alone tells.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}
