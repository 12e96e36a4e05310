//! The folder of an export is opened where it is the one that this file wrote, and no other.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use casebook_desk::{
    export::{FileManager, export},
    flow::Flow,
};
use casebook_tables::Parquet;
use casebook_tests::{asked::call, fake};
use serde_json::{Value, json};

use super::case::{Case, everything};

/// Keeps which folders it was asked for.
#[derive(Default)]
struct Shown(Mutex<Vec<PathBuf>>);

impl FileManager for Shown {
    fn show(&self, folder: &Path) -> io::Result<()> {
        self.0.lock().expect("nobody panicked").push(folder.to_owned());
        Ok(())
    }
}

#[test]
fn only_the_folder_of_an_export_of_this_file_is_opened() {
    let made = Case::mixed();
    let home = made.home.path();
    let out = home.join("out");
    let asked = everything().to(&out);
    export(&made.store, &made.policy, &Parquet, &asked, 1, &mut |_, _| Flow::Go).expect("it is written");
    let bob = fake::session(&home.join("bob"), "Bob", true);
    call(&bob, "file.open_case", json!({"path": home.join("case.casebook").to_string_lossy()}));
    let open = |id: u32| bob.open_export(id).map_err(|it| it.to_string());

    assert_eq!(call(&bob, "file.desktop", Value::Null)["opens_folders"], false);
    assert!(open(1).expect_err("nothing shows it").contains("this program shows no folders"));
    let shown = Arc::new(Shown::default());
    bob.set_file_manager(Arc::clone(&shown) as Arc<dyn FileManager>);
    assert_eq!(call(&bob, "file.desktop", Value::Null)["opens_folders"], true);
    assert_eq!(open(1), Ok(()));
    assert_eq!(*shown.0.lock().expect("nobody panicked"), std::slice::from_ref(&out));
    assert!(open(7).expect_err("there is one").contains("export 7: none of that number"));

    // Whoever sends a case file can name any folder in it.
    let elsewhere = home.join("elsewhere");
    fs::create_dir(&elsewhere).expect("a free name");
    for (folder, manifest) in [
        (elsewhere.to_string_lossy().as_ref(), "{}"),
        (out.to_string_lossy().as_ref(), "{}"),
        ("out", "{}"),
        ("--help", "{}"),
    ] {
        made.store.log_export(folder, manifest, 1).expect("it is written");
    }
    fs::write(elsewhere.join("manifest.json"), "{ }").expect("there is room");
    for (id, rule) in [
        (2, "is not that of this export"),
        (3, "is not that of this export"),
        (4, "a relative path"),
        (5, "a relative path"),
    ] {
        let refused = open(id).expect_err("it is not an export of this file");
        assert!(refused.contains(rule), "export {id}: {refused}");
    }
    fs::remove_dir_all(&out).expect("it is ours");
    assert!(open(1).expect_err("it is gone").contains("manifest.json"));
    assert_eq!(shown.0.lock().expect("nobody panicked").len(), 1, "nothing else was ever shown");
}
