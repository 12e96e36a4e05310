//! An export in the hands of a trainer: `datasets` loads it, and TRL's rules hold for every row.

use std::{path::Path, process::Command};

use casebook_tests::python::{python, run};
use serde_json::Value;

use super::case::{Case, everything};

fn load(folder: &Path, home: &Path) -> Command {
    let mut command = Command::new(python());
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/load_exports.py"))
        .arg(folder)
        .env("HF_HOME", home)
        .env("HF_HUB_OFFLINE", "1")
        .env("HF_DATASETS_DISABLE_PROGRESS_BARS", "1");
    command
}

#[test]
fn consumers_load_every_dataset_and_trl_can_read_every_row() {
    let case = Case::mixed();
    let folder = case.export(&everything());
    let said = run("load the export", &mut load(&folder, &case.home.path().join("hf")));
    let counted: Value =
        serde_json::from_str(said.lines().last().unwrap_or_default()).expect("counts as JSON");
    let manifest = case.manifest(&folder);
    for name in ["raw", "sft", "prm", "label-studio", "parquet"] {
        let dataset = &manifest["datasets"][name];
        let splits = dataset["splits"].as_object().expect("splits");
        assert!(splits.len() > 1, "{name} has more than one split to load: {splits:?}");
        for (split, counts) in splits {
            assert_eq!(counted[name][split], counts["rows"], "{name}/{split}: trainers see every row");
        }
    }
}

#[test]
fn the_loading_check_sees_a_broken_row() {
    let case = Case::mixed();
    let folder = case.export(&everything());
    let path = folder.join("prm/train.jsonl");
    let text = std::fs::read_to_string(&path).expect("most groups are for training");
    std::fs::write(&path, text.replacen("\"labels\":[true,", "\"labels\":[", 1)).expect("it is ours");
    let output = load(&folder, &case.home.path().join("hf")).output().expect("python runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("one label a step"), "{said}");
}
