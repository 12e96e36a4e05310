//! `scores`: what the heads that many sets teach are worth on rows they never saw.
//!
//! `bench-scores [WORK]`: trains as `casebook train` does, and once per judged set without it; what WORK
//! (`target/training` by default) already holds is not trained again. The sets lie in `../shared/data` beside the
//! repository, or where `CASEBOOK_DATA` says; without them, or without the multilingual encoder, it says so and measures
//! nothing. The last line is one JSON object with the figures.

use std::{env, path::PathBuf, process::ExitCode};

use casebook_core::{policy::Policy, ports::Flow};
use casebook_fetch::install;
use casebook_learn::{
    beyond::{flagged_at_recall, pairs},
    held_out,
    joint::{Joint, JointOptions, train_joint},
    measured::Measured,
    recipe,
};
use casebook_models::{encoder::TextEncoder, heads::About};
use casebook_tests::figures::{Bar, Figure, conclude};

fn main() -> ExitCode {
    match bench() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            println!("SKIP scores: {why}");
            println!("{}", serde_json::json!({ "bench": "scores", "figures": {} }));
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Result<bool, String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = env::var_os("CASEBOOK_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    if !data.is_dir() {
        return Err(format!("{} holds no sets", data.display()));
    }
    let work = env::args().nth(1).map_or_else(|| root.join("target/training"), PathBuf::from);
    let policy = Policy::built_in();
    let labels = recipe::labels(&policy);
    let (card, folder) =
        install::installed(&install::default_dir(), recipe::ENCODER).map_err(|it| it.to_string())?;
    let (mut encoder, top) =
        TextEncoder::load_with_top(&folder, &card, recipe::LAYERS).map_err(|it| it.to_string())?;
    let options = JointOptions {
        id: "measured@1".into(),
        sources: recipe::SOURCES,
        labels: &labels,
        encoder: card.id.clone(),
        policy: &policy,
        own_labels: &[],
        data: &data,
        own: &root.join("learn/own"),
        work: &work,
        shipped: recipe::SHIPPED,
        left_out: recipe::left_out(recipe::SHIPPED),
    };
    let joint = train_joint(&options, &mut encoder, &top, &mut |_| Flow::Go).map_err(|it| it.to_string())?;
    let measured = Measured { published: &joint.published, held_out: &joint.held_out, labels: &labels };
    println!("{:22} {:8} {:>6} {:>6} {:>6}", "set", "label", "rows", "yes", "AUROC");
    for it in &joint.card.sets {
        println!("{:22} {:8} {:>6} {:>6} {:>6.3}", it.name, it.label, it.rows, it.positive, it.auroc);
    }
    let areas = |is: &dyn Fn(&str) -> bool| -> Vec<f64> {
        let sets = joint.card.sets.iter().filter(|it| it.label != "asks");
        sets.filter(|it| is(&it.languages.join(" "))).map(|it| it.auroc).collect()
    };
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
    let (english, all) = (areas(&|it| it == "en"), areas(&|_| true));
    let label = |id: &str| labels.labels.iter().position(|it| it.id == id).expect("a label of the set");
    let set = |name: &str| joint.published.sources.iter().position(|it| it.name == name);
    let of_pairs = |name: &str, id: &str| {
        let pairs = set(name).map(|it| pairs(&joint.published, &joint.held_out.kept_apart, it, label(id)));
        let pairs = pairs.unwrap_or_default();
        println!("{name}: {} pairs, both right {:.3}, ranked {:.3}", pairs.n, pairs.both_right, pairs.ranked);
        pairs.both_right
    };
    let apart = |name: &str| {
        set(name).map(|it| held_out::known(&joint.published, &joint.held_out.kept_apart, it, label("asks")))
    };
    let overblock = apart("coconot").and_then(|(logits, answers)| flagged_at_recall(&logits, &answers, 0.8));
    let (alarms, harmless) = false_alarms(&joint, &measured);
    println!("{harmless} harmless rows that were never trained on");
    let at_least = |name, value, bar| Figure { name, value, bar: Some(Bar::AtLeast(bar)) };
    let at_most = |name, value, bar| Figure { name, value, bar: Some(Bar::AtMost(bar)) };
    let told = |name, value| Figure { name, value, bar: None };
    let figures = [
        at_least("loso_en", mean(&english), 0.75),
        at_least("loso_all", mean(&all), 0.70),
        told("loso_worst", all.iter().copied().fold(1.0, f64::min)),
        at_least("pairs_en", of_pairs("hatemoji-build", "hate"), 0.50),
        at_least("pairs_de", of_pairs("gahd", "hate"), 0.50),
        told("pairs_own_hate", of_pairs("own-captions", "hate")),
        told("pairs_own_asks", of_pairs("own-asks", "asks")),
        at_most("overblock", overblock.unwrap_or(1.0), 0.40),
        at_most("ece", measured.calibration_error().unwrap_or(1.0), 0.08),
        at_most("false_alarms", alarms, 0.06),
        told("harmless_rows", harmless as f64),
    ];
    Ok(conclude("scores", &figures, &[]))
}

/// Share of harmless rows, never trained on, of which some head that just came out asserts something, and how many there
/// are.
fn false_alarms(joint: &Joint, measured: &Measured) -> (f64, usize) {
    let heads = joint.heads.sets.iter().flat_map(|it| &it.heads);
    let abouts: Vec<About> = heads.map(|it| it.about.clone()).collect();
    let rows = measured.harmless();
    let alarms = rows.iter().filter(|it| measured.is_flagged(**it, &abouts)).count();
    (alarms as f64 / rows.len().max(1) as f64, rows.len())
}
