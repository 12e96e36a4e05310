//! How well the default model scores on the shared data sets, beside a tf-idf floor on the same folds.
//!
//! `bench-evaluation [FOLDER [WORK]]`: FOLDER holds the data sets; `../shared/data` beside the repository by default.
//! Where WORK (`target/training`) holds layers of the multilingual encoder that were trained without this set, as
//! `bench-scores` leaves them, heads on those are measured beside, by the same folds. The last line is one JSON object
//! with the figures; `heads_auprc` is that of the better of the two, which `heads` names.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use casebook_core::{labelset::LabelSet, policy::Policy};
use casebook_fetch::{card::Card, install};
use casebook_learn::{
    datasets::{LabelledText, read_items},
    evaluate::{Mode, Options, measure},
    recipe,
    report::Report,
};
use casebook_models::{encoder::TextEncoder, heads::Heads, tuning::Tuner, zero_shot::ZeroShot};
use serde_json::{Map, Value, json};

/// What was trained without the fold that this set is left out in.
const LEFT_OUT: &str = "without-a.safetensors";

fn main() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = env::args().nth(1).map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let work = env::args().nth(2).map_or_else(|| root.join("target/training"), PathBuf::from);
    match bench(&root.join("core/labelsets/openai-moderation.toml"), &data, &work) {
        Ok(figures) => {
            println!("{}", json!({ "bench": "evaluation", "figures": figures }));
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("SKIP evaluation: {why}");
            println!("{}", json!({ "bench": "evaluation", "figures": {} }));
            ExitCode::FAILURE
        }
    }
}

fn bench(labels: &Path, data: &Path, work: &Path) -> Result<Value, String> {
    let models = env::var_os("CASEBOOK_MODEL_DIR").map_or_else(install::default_dir, PathBuf::from);
    let policy = Policy::built_in();
    let toml = std::fs::read_to_string(labels).map_err(|it| format!("{}: {it}", labels.display()))?;
    let labels = LabelSet::parse("openai-moderation", &toml, &policy).map_err(|it| it.to_string())?;
    let items = data.join("openai-moderation/samples-1680.jsonl.gz");
    let rows = read_items(&items, &labels).map_err(|it| it.to_string())?;
    let set = Set { items, labels, policy, rows };

    let (card, folder) = install::installed(&models, &Card::built_in().id).map_err(|it| it.to_string())?;
    let english = TextEncoder::load(&folder, &card).map_err(|it| it.to_string())?;
    println!("{}", card.id);
    let mut measured = vec![(card.id.clone(), set.measure(&english)?)];
    match left_out(&models, work)? {
        Some(encoder) => {
            println!("{}, its layers trained without this set", recipe::ENCODER);
            measured.push((recipe::ENCODER.into(), set.measure(&encoder)?));
        }
        None => println!("{} is absent: {} is not measured", work.join(LEFT_OUT).display(), recipe::ENCODER),
    }
    let auprc = |it: &Value| it["heads_auprc"].as_f64().unwrap_or_default();
    let best = measured.iter().max_by(|a, b| auprc(&a.1).total_cmp(&auprc(&b.1)));
    let Some((name, Value::Object(mut figures))) = best.cloned() else {
        return Err("nothing measured".into());
    };
    // Similarities are the English encoder's where the text is English.
    for figure in ["zero_shot_auprc", "zero_shot_interval"] {
        figures.insert(figure.into(), measured[0].1[figure].clone());
    }
    figures.insert("heads".into(), name.into());
    figures.insert("by_encoder".into(), measured.into_iter().collect::<Map<_, _>>().into());
    Ok(figures.into())
}

/// The multilingual encoder with layers that never saw this set; `None` where they were not trained here.
fn left_out(models: &Path, work: &Path) -> Result<Option<TextEncoder>, String> {
    let checkpoint = work.join(LEFT_OUT);
    let Some((card, folder)) =
        install::installed(models, recipe::ENCODER).ok().filter(|_| checkpoint.is_file())
    else {
        return Ok(None);
    };
    let (mut encoder, top) =
        TextEncoder::load_with_top(&folder, &card, recipe::LAYERS).map_err(|it| it.to_string())?;
    let joint = recipe::labels(&Policy::built_in());
    let mut tuner = Tuner::new(&top, joint.labels.len()).map_err(|it| it.to_string())?;
    tuner.restore(&checkpoint).map_err(|it| it.to_string())?;
    encoder.set_layers(&tuner.layers())?;
    Ok(Some(encoder))
}

/// What is measured on.
struct Set {
    items: PathBuf,
    labels: LabelSet,
    policy: Policy,
    rows: Vec<LabelledText>,
}

impl Set {
    fn measure(&self, encoder: &TextEncoder) -> Result<Value, String> {
        let texts: Vec<&str> = self.rows.iter().map(|it| it.text.as_str()).collect();
        let started = Instant::now();
        let vectors = encoder.embed_both(&texts).map_err(|it| it.to_string())?;
        let embed_seconds = started.elapsed().as_secs_f64();
        let zero = ZeroShot::for_labels(encoder, &self.policy, &self.labels).map_err(|it| it.to_string())?;
        let report = |mode: Mode| -> Result<Report, String> {
            let (items, labels) = (self.items.clone(), self.labels.clone());
            let options = Options { items, labels, mode, n_seeds: 5, n_bootstrap: 500 };
            let heads = Heads::default();
            let report =
                measure(&options, &self.rows, vectors.clone(), &zero, &heads).map_err(|it| it.to_string())?;
            println!("{}", report.table());
            Ok(report)
        };
        let zero_shot = report(Mode::ZeroShot)?;
        let started = Instant::now();
        let cv = report(Mode::Cv)?;
        let cv_seconds = started.elapsed().as_secs_f64();
        let any = |it: &Report| it.any_harm.figures.as_ref().map(|it| it.auprc);
        let interval = |it: &Report| it.any_harm.figures.as_ref().and_then(|it| it.auprc_interval);
        let per_label: Map<String, Value> = cv
            .labels
            .iter()
            .map(|it| {
                let auprc = it.figures.as_ref().map(|it| it.auprc);
                let floor = it.floor.as_ref().map(|it| it.auprc);
                (it.id.clone(), json!({ "auprc": auprc, "floor": floor }))
            })
            .collect();
        Ok(json!({
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
            "n_rows": self.rows.len(),
            "embed_seconds": embed_seconds,
            "cv_seconds": cv_seconds,
        }))
    }
}
