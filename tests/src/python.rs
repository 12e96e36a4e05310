//! The consumers of exports, and rivals: Pythons of our own, each made once.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// A Python with what `tests/requirements.txt` names, made once and kept under `target/`.
#[must_use]
pub fn python() -> PathBuf {
    // Two tests that make the same folder at the same time would break each other's.
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    let wanted = Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements.txt");
    PYTHON.get_or_init(|| environment("python-venv", &wanted)).clone()
}

/// A Python with what the file `requirements` names, kept under `target/` by that name.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn environment(name: &str, requirements: &Path) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = std::fs::read_to_string(requirements).expect("it is in the repository");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tests.join("../target"), PathBuf::from);
    let home = target.join(name);
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
    run(&format!("install {} (does pip reach its index?)", requirements.display()), pip.arg(requirements));
    std::fs::write(&done, wanted).expect("the environment was just made");
    python
}

/// Runs a command; its output, or a failure that says what was attempted.
#[track_caller]
pub fn run(attempt: &str, command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|it| panic!("could not {attempt}: {it}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "could not {attempt}: {}\n{said}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}
