//! An export in the hands of a trainer: `datasets` loads it, and TRL's rules hold for every row.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

use super::case::{Case, everything};

/// A Python with what `tests/requirements.txt` names, made once and kept under `target/`.
fn python() -> PathBuf {
    // Two tests that make the same folder at the same time would break each other's.
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(make_python).clone()
}

fn make_python() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = std::fs::read_to_string(tests.join("requirements.txt")).expect("it is in the repository");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tests.join("../target"), PathBuf::from);
    let home = target.join("python-venv");
    let python = home.join("bin/python");
    let done = home.join("requirements.txt");
    if std::fs::read_to_string(&done).is_ok_and(|it| it == wanted) && python.exists() {
        return python;
    }
    run("make a virtual environment", Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home));
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--only-binary",
        ":all:",
        "-r",
    ]);
    run(
        "install tests/requirements.txt (does pip reach its index?)",
        pip.arg(tests.join("requirements.txt")),
    );
    std::fs::write(&done, wanted).expect("the environment was just made");
    python
}

/// Runs a command; its output, or a failure that says what was attempted.
#[track_caller]
fn run(attempt: &str, command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|it| panic!("could not {attempt}: {it}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "could not {attempt}: {}\n{said}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

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
fn datasets_loads_all_three_and_trl_can_read_every_row() {
    let case = Case::mixed();
    let folder = case.export(&everything());
    let said = run("load the export", &mut load(&folder, &case.home.path().join("hf")));
    let counted: Value =
        serde_json::from_str(said.lines().last().unwrap_or_default()).expect("counts as JSON");
    let manifest = case.manifest(&folder);
    for name in ["raw", "sft", "prm", "label-studio"] {
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
