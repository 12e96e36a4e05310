//! Makes one permission per command, and a page to embed where none is built yet.

use std::{fs, path::Path};

include!("src/verbs.rs");

const NO_PAGE: &str = "<!doctype html><meta charset=utf-8><title>Casebook</title>\
    <p>This window was built without its page: run <code>./dev run</code>.";

fn main() {
    // The page is built by Vite, Rust by cargo; without this, cargo alone could not even check the crate.
    let page = Path::new("../ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("../ui/dist").expect("ui/ is writable");
        fs::write(page, NO_PAGE).expect("ui/dist is writable");
    }
    println!("cargo:rerun-if-changed=../ui/dist");
    println!("cargo:rerun-if-changed=src/verbs.rs");
    let commands = tauri_build::AppManifest::new().commands(VERBS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("a valid tauri.conf.json");
}
