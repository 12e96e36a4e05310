//! Who may depend on whom. The tables are the architecture; edit them on purpose.
//!
//! Each rule is a function from text to faults, and each is shown a text that breaks it: a check that
//! cannot fail holds nothing.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use toml::{Table, Value};

/// Folder of a member, and which of our crates it may use, in any of its dependency tables.
const ALLOWED: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("files", &[]),
    ("dataset", &["core"]),
    ("store", &["core", "files"]),
    ("media", &["core"]),
    ("tables", &["core"]),
    ("fetch", &["core", "files"]),
    ("cage", &[]),
    ("models", &["core", "files", "fetch", "cage"]),
    ("learn", &["core", "dataset", "fetch", "models"]),
    ("desk", &["core", "files", "dataset", "store"]),
    ("serve", &["core", "desk"]),
    ("cli", &["core", "files", "dataset", "desk", "fetch", "learn", "media", "tables", "models", "serve"]),
    ("src-tauri", &["core", "dataset", "desk", "fetch", "learn", "media", "tables", "models", "serve"]),
    (
        "tests",
        &["core", "cage", "dataset", "store", "fetch", "learn", "media", "tables", "models", "desk", "serve"],
    ),
];

/// A heavy dependency lives in one crate, so the others build without it.
const OWNERS: &[(&str, &str)] = &[
    ("rusqlite", "store"),
    ("ffmpeg-next", "media"),
    ("image", "media"),
    ("parquet", "tables"),
    ("arrow", "tables"),
    ("arrow-array", "tables"),
    ("zstd", "tables"),
    ("candle-core", "models"),
    ("candle-nn", "models"),
    ("candle-transformers", "models"),
    ("gemm", "models"),
    ("pulp", "models"),
    ("tokenizers", "models"),
    ("landlock", "cage"),
    ("seccompiler", "cage"),
    ("llguidance", "models"),
    // The one client that can leave this machine.
    ("ureq", "fetch"),
    ("zip", "fetch"),
    ("axum", "serve"),
    ("clap", "cli"),
    ("tauri", "src-tauri"),
    ("tauri-build", "src-tauri"),
    ("tauri-plugin-dialog", "src-tauri"),
    ("webkit2gtk", "src-tauri"),
    ("fantoccini", "tests"),
    ("jsonschema", "tests"),
];

/// Families of packages that only a window needs.
const WINDOW: &[&str] = &["tauri", "wry", "tao", "webkit2gtk", "javascriptcore", "gtk", "gdk", "soup3"];

/// What `core` and `dataset` have no way to ask for. Chance and ids come from crates it does not have.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "std::io::stdin",
];

#[test]
fn dependencies_point_inwards() {
    for (folder, _) in ALLOWED {
        assert_eq!(manifest_faults(folder, &manifest(folder), &workspace()), [""; 0], "{folder}/Cargo.toml");
    }
}

#[test]
fn a_dependency_the_wrong_way_is_seen_in_every_table() {
    let seen = |folder: &str, text: &str, fault: &str| {
        let faults = manifest_faults(folder, &parse(text), &workspace());
        assert!(faults.iter().any(|it| it.contains(fault)), "{text:?}: expected {fault:?}, got {faults:?}");
    };
    for table in ["dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"]
    {
        seen("core", &format!("[{table}]\ncasebook-desk.workspace = true"), "core must not depend on desk");
        seen("desk", &format!("[{table}]\nrusqlite = \"0.43\""), "rusqlite belongs to store");
    }
    seen("store", "[dependencies.tauri]\nversion = '2'", "tauri belongs to src-tauri");
    seen(
        "serve",
        "[dependencies]\nsql = { package = 'rusqlite', version = '0.43' }",
        "rusqlite belongs to store",
    );
    seen("media", "[target.x86_64-unknown-linux-gnu.build-dependencies]\nclap = '4'", "clap belongs to cli");
    seen(
        "core",
        "[dependencies]\nhelper = { path = '../desk', package = 'casebook-desk' }",
        "must not depend on desk",
    );
    seen("models", "[dependencies]\ncasebook-app.workspace = true", "must not depend on app");
    let renaming = parse("[workspace.dependencies]\nsql = { package = 'rusqlite', version = '0.43' }");
    let faults = manifest_faults("desk", &parse("[dependencies]\nsql.workspace = true"), &renaming);
    assert_eq!(faults, ["rusqlite belongs to store"], "a name given in the workspace hides nothing");
}

#[test]
fn every_member_is_in_the_tables() {
    assert_eq!(member_faults(&workspace()), [""; 0], "Cargo.toml");
    for (folder, _) in ALLOWED {
        let name = manifest(folder)["package"]["name"].as_str().expect("packages have names").to_owned();
        let expected =
            if *folder == "src-tauri" { "casebook-app".into() } else { format!("casebook-{folder}") };
        assert_eq!(name, expected, "packages are named after their folders");
    }
}

#[test]
fn a_member_without_rules_is_seen() {
    let faults = member_faults(&parse("[workspace]\nmembers = ['core', 'agent']"));
    assert!(faults.contains(&"agent is a member without a row in ALLOWED".to_owned()), "{faults:?}");
    assert!(faults.contains(&"desk has a row in ALLOWED and is no member".to_owned()), "{faults:?}");
}

#[test]
fn what_is_built_for_a_crate_is_only_what_its_layers_own() {
    for (folder, _) in ALLOWED.iter().filter(|(folder, _)| !["src-tauri", "tests"].contains(folder)) {
        assert_eq!(reach_faults(folder, &built_for(folder)), [""; 0], "cargo tree -p casebook-{folder}");
    }
}

#[test]
fn a_heavy_crate_that_comes_by_a_detour_is_seen() {
    let faults =
        reach_faults("desk", "casebook-desk v0.1.0\nserde v1.0\nhelpful v1.0\ncandle-core v0.11.1\n");
    assert_eq!(faults, ["desk builds candle-core, which belongs to models"]);
    let faults = reach_faults("cli", "casebook-cli v0.1.0\nrusqlite v0.43.0\nwebkit2gtk-sys v2.0.2\n");
    assert_eq!(faults, ["cli builds webkit2gtk-sys, which only a window needs"]);
}

#[test]
fn the_command_line_builds_without_webkit() {
    let tree = built_for("cli");
    assert!(
        tree.contains("rusqlite ") && tree.contains("candle-core "),
        "the tree is that of the whole program"
    );
    for family in WINDOW {
        let found: Vec<&str> = tree.lines().filter(|it| is_of(family, it)).collect();
        assert_eq!(found, [""; 0], "the command line must not build {family}");
    }
}

#[test]
fn core_and_dataset_cannot_ask_for_the_time_or_a_file() {
    let mut n_files = 0;
    let is_test = |it: &PathBuf| it.file_name().is_some_and(|name| name == "tests.rs");
    let pure = ["core/src", "dataset/src"].map(|it| rust_files(&root().join(it)));
    for path in pure.into_iter().flatten().filter(|it| !is_test(it)) {
        let text = fs::read_to_string(&path).expect("sources are text");
        assert_eq!(outside_faults(&text), [""; 0], "{}", path.display());
        n_files += 1;
    }
    assert!(n_files > 30, "they have files: {n_files}");
}

#[test]
fn a_clock_in_core_is_seen() {
    assert_eq!(outside_faults("let now = std::time::SystemTime::now();"), ["SystemTime"]);
    assert_eq!(outside_faults("// SystemTime is not for us"), [""; 0], "a comment asks for nothing");
}

#[test]
fn only_the_desk_of_the_page_knows_tauri() {
    let mut n_files = 0;
    for path in files(&root().join("ui/src"), &["ts", "svelte"]) {
        n_files += 1;
        let name = path.strip_prefix(root().join("ui/src")).expect("a file of the page").to_path_buf();
        let text = fs::read_to_string(&path).expect("sources are text");
        let faults = page_faults(&name.to_string_lossy().replace('\\', "/"), &text);
        assert_eq!(faults, [""; 0]);
    }
    assert!(n_files > 10, "the page has files: {n_files}");
}

#[test]
fn a_screen_that_calls_tauri_is_seen() {
    let text = "import { invoke } from '@tauri-apps/api/core';";
    assert_eq!(
        page_faults("screens/review/Steps.svelte", text),
        ["screens/review/Steps.svelte must not know @tauri-apps"]
    );
    assert_eq!(page_faults("desk/backend.ts", text), [""; 0]);
}

/// Faults of one manifest, dependency tables of every kind included.
fn manifest_faults(folder: &str, manifest: &Table, workspace: &Table) -> Vec<String> {
    let (_, allowed) = ALLOWED.iter().find(|(it, _)| *it == folder).expect("every member has a row");
    let mut faults = Vec::new();
    for package in dependencies(manifest, workspace) {
        if let Some(inner) = package.strip_prefix("casebook-")
            && !allowed.contains(&inner)
        {
            faults.push(format!("{folder} must not depend on {inner}"));
        }
        if let Some((_, owner)) = OWNERS.iter().find(|(heavy, owner)| *heavy == package && *owner != folder) {
            faults.push(format!("{package} belongs to {owner}"));
        }
    }
    faults
}

/// Names of packages, not the names they are given, from every dependency table of a manifest.
fn dependencies(manifest: &Table, workspace: &Table) -> Vec<String> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let table = |of: &Table, name: &str| of.get(name).and_then(Value::as_table).cloned().unwrap_or_default();
    let shared = table(&table(workspace, "workspace"), "dependencies");
    let package = |name: &str, given: &Value| {
        let renamed = |it: &Value| it.get("package").and_then(Value::as_str).map(str::to_owned);
        renamed(given).or_else(|| shared.get(name).and_then(renamed)).unwrap_or_else(|| name.to_owned())
    };
    let targets = table(manifest, "target");
    let tables = std::iter::once(manifest).chain(targets.values().filter_map(Value::as_table));
    tables
        .flat_map(|it| KINDS.map(|kind| table(it, kind)))
        .flat_map(|it| it.iter().map(|(name, given)| package(name, given)).collect::<Vec<_>>())
        .collect()
}

fn member_faults(workspace: &Table) -> Vec<String> {
    let members = workspace["workspace"]["members"].as_array().expect("a list of members");
    let members: BTreeSet<&str> = members.iter().filter_map(Value::as_str).collect();
    let rows: BTreeSet<&str> = ALLOWED.iter().map(|(folder, _)| *folder).collect();
    let unruled = members.difference(&rows).map(|it| format!("{it} is a member without a row in ALLOWED"));
    let gone = rows.difference(&members).map(|it| format!("{it} has a row in ALLOWED and is no member"));
    unruled.chain(gone).collect()
}

/// Faults of a whole tree of packages, one `name version` a line.
fn reach_faults(folder: &str, tree: &str) -> Vec<String> {
    let layers = layers_under(folder);
    let mut faults = BTreeSet::new();
    for line in tree.lines() {
        let package = line.split(' ').next().unwrap_or_default();
        for (_, owner) in OWNERS.iter().filter(|(heavy, _)| *heavy == package) {
            if !layers.contains(owner) {
                faults.insert(format!("{folder} builds {package}, which belongs to {owner}"));
            }
        }
        if WINDOW.iter().any(|family| is_of(family, package)) {
            faults.insert(format!("{folder} builds {package}, which only a window needs"));
        }
    }
    faults.into_iter().collect()
}

/// `gtk`, `gtk-sys`, `gtk3-macros`; not `gtkwave`.
fn is_of(family: &str, line: &str) -> bool {
    let rest = line.strip_prefix(family).map(|it| it.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.is_some_and(|it| it.is_empty() || it.starts_with(['-', ' ', '_']))
}

/// A crate and everything of ours below it.
fn layers_under(folder: &str) -> BTreeSet<&'static str> {
    let (name, below) = ALLOWED.iter().find(|(it, _)| *it == folder).expect("every member has a row");
    below.iter().flat_map(|it| layers_under(it)).chain([*name]).collect()
}

fn outside_faults(text: &str) -> Vec<&'static str> {
    // Tests stand last in a file; they may look at a clock.
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: Vec<&str> = text.lines().map(|it| it.split("//").next().unwrap_or_default()).collect();
    OUTSIDE.iter().filter(|word| code.iter().any(|it| it.contains(*word))).copied().collect()
}

fn page_faults(name: &str, text: &str) -> Vec<String> {
    // A test of the page may speak of it.
    let may = name.starts_with("desk/") || name.ends_with(".test.ts");
    if may || !text.contains("@tauri-apps") {
        vec![]
    } else {
        vec![format!("{name} must not know @tauri-apps")]
    }
}

/// What cargo would build for one member on this machine, without its tests. Other platforms' packages are
/// not here to be looked at without the network.
fn built_for(folder: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-p", &format!("casebook-{folder}")])
        .args(["-e", "normal,build", "--prefix", "none", "--no-dedupe"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("package names are text")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository").to_owned()
}

fn workspace() -> Table {
    parse(&fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has a manifest"))
}

fn manifest(folder: &str) -> Table {
    let path = root().join(folder).join("Cargo.toml");
    parse(&fs::read_to_string(path).expect("every layer has a manifest"))
}

fn parse(text: &str) -> Table {
    text.parse().expect("manifests are valid TOML")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    files(folder, &["rs"])
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("the folder is there").map(|it| it.expect("it can be listed").path());
    entries
        .flat_map(|path| match path.extension().and_then(|it| it.to_str()) {
            _ if path.is_dir() => files(&path, endings),
            Some(ending) if endings.contains(&ending) => vec![path],
            _ => vec![],
        })
        .collect()
}
