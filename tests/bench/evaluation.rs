//! How well the default model scores on the shared data sets, beside a tf-idf floor on the same folds.
//!
//! `bench-evaluation [FOLDER]`: FOLDER holds the data sets; `../shared/data` beside the repository by default.
//! The last line is one JSON object with the figures.

use std::{env, path::PathBuf, process::ExitCode, time::Instant};

use casebook_core::{labelset::LabelSet, policy::Policy};
use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_learn::{
    datasets::read_items,
    evaluate::{Mode, Options, measure},
    report::Report,
};
use casebook_models::{encoder::TextEncoder, heads::Heads, zero_shot::ZeroShot};

fn main() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = env::args().nth(1).map_or_else(|| root.join("../shared/data"), PathBuf::from);
    match bench(&root.join("core/labelsets/openai-moderation.toml"), &data) {
        Ok(figures) => {
            println!("{}", serde_json::json!({ "bench": "evaluation", "figures": figures }));
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("SKIP evaluation: {why}");
            println!("{}", serde_json::json!({ "bench": "evaluation", "figures": {} }));
            ExitCode::FAILURE
        }
    }
}

fn bench(labels: &std::path::Path, data: &std::path::Path) -> Result<serde_json::Value, String> {
    let card = Card::built_in();
    let models = env::var_os("CASEBOOK_MODEL_DIR").map_or_else(install::default_dir, PathBuf::from);
    if install::state(&models, &card) != State::Installed {
        return Err("default model absent, run `casebook models add minilm-l6-v2`".into());
    }
    let encoder =
        TextEncoder::load(&install::model_dir(&models, &card), &card).map_err(|it| it.to_string())?;
    let policy = Policy::built_in();
    let toml = std::fs::read_to_string(labels).map_err(|it| format!("{}: {it}", labels.display()))?;
    let labels = LabelSet::parse("openai-moderation", &toml, &policy).map_err(|it| it.to_string())?;
    let items = data.join("openai-moderation/samples-1680.jsonl.gz");
    let rows = read_items(&items, &labels).map_err(|it| it.to_string())?;
    let texts: Vec<&str> = rows.iter().map(|it| it.text.as_str()).collect();
    let started = Instant::now();
    let vectors = encoder.embed(&texts).map_err(|it| it.to_string())?;
    let embed_seconds = started.elapsed().as_secs_f64();
    let zero = ZeroShot::for_labels(&encoder, &policy, &labels).map_err(|it| it.to_string())?;
    let heads = Heads::built_in();
    let report = |mode: Mode| -> Result<Report, String> {
        let options =
            Options { items: items.clone(), labels: labels.clone(), mode, n_seeds: 5, n_bootstrap: 500 };
        let report = measure(&options, &rows, vectors.clone(), &zero, &heads).map_err(|it| it.to_string())?;
        println!("{}", report.table());
        Ok(report)
    };
    let zero_shot = report(Mode::ZeroShot)?;
    let started = Instant::now();
    let cv = report(Mode::Cv)?;
    let cv_seconds = started.elapsed().as_secs_f64();
    let any = |it: &Report| it.any_harm.figures.as_ref().map(|it| it.auprc);
    let interval = |it: &Report| it.any_harm.figures.as_ref().and_then(|it| it.auprc_interval);
    let per_label: serde_json::Map<String, serde_json::Value> = cv
        .labels
        .iter()
        .map(|it| {
            let auprc = it.figures.as_ref().map(|it| it.auprc);
            let floor = it.floor.as_ref().map(|it| it.auprc);
            (it.id.clone(), serde_json::json!({ "auprc": auprc, "floor": floor }))
        })
        .collect();
    Ok(serde_json::json!({
        "zero_shot_auprc": any(&zero_shot),
        "zero_shot_interval": interval(&zero_shot),
        "heads_auprc": any(&cv),
        "heads_interval": interval(&cv),
        "floor_auprc": cv.any_harm.floor.as_ref().map(|it| it.auprc),
        "masked_auprc": cv.any_harm_masked.figures.as_ref().map(|it| it.auprc),
        "labels_below_floor": cv.labels_below_floor(),
        "distance_to_llama_guard": cv.distance_to_llama_guard(),
        "heads_ece": cv.any_harm.figures.as_ref().and_then(|it| it.ece),
        "labels": per_label,
        "n_rows": rows.len(),
        "embed_seconds": embed_seconds,
        "cv_seconds": cv_seconds,
    }))
}
