//! Adding, verifying and removing models: what is wrong is refused, and nothing half installed remains.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::{
    fmt::Write,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Command,
};

use casebook_fetch::{
    card::{Card, UNPINNED},
    install::{Allowed, InstallError, Progress, State, add, model_dir, remove, state, verify},
};
use sha2::{Digest, Sha256};

const CONTENT: &[u8] = b"not really weights, but long enough to be cut in half";

/// A models folder, a folder with one file, and a card for that file.
struct Scene {
    root: tempfile::TempDir,
    card: Card,
}

impl Scene {
    fn new(content: &[u8]) -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("source")).unwrap();
        fs::write(root.path().join("source/weights.bin"), content).unwrap();
        let mut card = Card::built_in();
        card.files.truncate(1);
        card.files[0].name = "weights.bin".into();
        card.files[0].bytes = CONTENT.len() as u64;
        card.files[0].sha256 = sha256(CONTENT);
        Self { root, card }
    }

    fn models(&self) -> PathBuf {
        self.root.path().join("models")
    }

    fn add(&self) -> Result<(), InstallError> {
        self.add_watched(&mut |_| ControlFlow::Continue(()))
    }

    fn add_watched(&self, watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>) -> Result<(), InstallError> {
        self.add_to(&self.models(), watch)
    }

    fn add_to(
        &self,
        models: &Path,
        watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<(), InstallError> {
        let allowed = Allowed { folder: Some(self.root.path().join("source")), network: false, python: None };
        add(models, &self.card, &allowed, watch)
    }

    /// Puts the file into a folder that names the model.
    fn name_the_folder(&self) {
        let folder = self.root.path().join("source").join(&self.card.id);
        fs::create_dir(&folder).unwrap();
        fs::rename(self.root.path().join("source/weights.bin"), folder.join("weights.bin")).unwrap();
    }

    #[track_caller]
    fn nothing_remains(&self) {
        assert_eq!(state(&self.models(), &self.card), State::Absent);
        assert_eq!(leftovers(&self.models()), [] as [String; 0], "nothing half installed remains");
    }
}

fn sha256(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(bytes) {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

/// What lies in a models folder beside the lock.
fn leftovers(folder: &Path) -> Vec<String> {
    let is_lock = |it: &String| Path::new(it).extension().is_some_and(|it| it == "lock");
    names(folder).into_iter().filter(|it| !is_lock(it)).collect()
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_model_is_added_verified_and_removed() {
    let scene = Scene::new(CONTENT);
    let mut heard = Vec::new();
    scene
        .add_watched(&mut |it| {
            heard.push((it.done, it.total));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(heard.last(), Some(&(CONTENT.len() as u64, CONTENT.len() as u64)));
    assert_eq!(state(&scene.models(), &scene.card), State::Installed);
    verify(&scene.models(), &scene.card).unwrap();
    scene.add().expect("adding again changes nothing");
    remove(&scene.models(), &scene.card).unwrap();
    scene.nothing_remains();
    assert!(matches!(remove(&scene.models(), &scene.card), Err(InstallError::Absent { .. })));
    assert!(matches!(verify(&scene.models(), &scene.card), Err(InstallError::Absent { .. })));
}

#[test]
fn a_wrong_hash_is_refused_by_name_expected_and_found() {
    let mut other = CONTENT.to_vec();
    other[3] ^= 1;
    let scene = Scene::new(&other);
    let message = scene.add().unwrap_err().to_string();
    let found = sha256(&other);
    for part in ["weights.bin", &scene.card.files[0].sha256, &found] {
        assert!(message.contains(part), "{message} names {part}");
    }
    scene.nothing_remains();
}

#[test]
fn half_a_file_is_refused() {
    let scene = Scene::new(&CONTENT[..20]);
    let message = scene.add().unwrap_err().to_string();
    assert!(message.contains("should be 53 bytes, found 20"), "{message}");
    scene.nothing_remains();
}

#[test]
fn a_file_that_goes_on_is_refused() {
    let scene = Scene::new(&[CONTENT, b"more"].concat());
    assert!(scene.add().unwrap_err().to_string().contains("should be 53 bytes"));
    scene.nothing_remains();
}

#[test]
fn stopping_leaves_nothing() {
    let scene = Scene::new(CONTENT);
    let stopped = scene.add_watched(&mut |_| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(InstallError::Stopped { .. })));
    scene.nothing_remains();
}

#[test]
fn without_a_source_nothing_is_tried() {
    let scene = Scene::new(CONTENT);
    let allowed = Allowed { folder: None, network: false, python: None };
    let error = add(&scene.models(), &scene.card, &allowed, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("no source may be used"), "{error}");
}

#[test]
fn what_a_killed_program_left_is_cleared_away() {
    let scene = Scene::new(CONTENT);
    let left = scene.models().join(format!(".{}.adding", scene.card.id));
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("weights.bin"), "half").unwrap();
    scene.add().unwrap();
    assert!(!left.exists());
}

#[test]
fn a_damaged_model_is_said_and_replaced() {
    let scene = Scene::new(CONTENT);
    scene.add().unwrap();
    let file = model_dir(&scene.models(), &scene.card).join("weights.bin");
    fs::write(&file, "short").unwrap();
    assert!(matches!(state(&scene.models(), &scene.card), State::Damaged(what) if what.contains("found 5")));
    let mut flipped = CONTENT.to_vec();
    flipped[0] ^= 1;
    fs::write(&file, flipped).unwrap();
    assert!(matches!(verify(&scene.models(), &scene.card), Err(InstallError::WrongHash { .. })));
    scene.add().unwrap();
    verify(&scene.models(), &scene.card).unwrap();
}

/// Runs [`adding_on_a_full_disk`] again inside a namespace with a disk of 16 KiB.
#[test]
fn a_full_disk_is_refused_and_leaves_nothing() {
    let disk = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=16k tmpfs \"$1\" && CASEBOOK_TINY_DISK=\"$1\" \"$2\" --exact adding_on_a_full_disk --nocapture";
    let can_mount = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs tmpfs \"$1\"", "sh"])
        .arg(disk.path())
        .output();
    if !can_mount.is_ok_and(|it| it.status.success()) {
        println!("SKIP full disk: unshare -rm cannot mount a tmpfs here");
        return;
    }
    let this = std::env::current_exe().unwrap();
    let run = Command::new("unshare")
        .args(["-rm", "sh", "-c", script, "sh"])
        .arg(disk.path())
        .arg(this)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("refused on a full disk"), "{said}");
}

/// Does something only where the test above has made a tiny disk for it.
#[test]
fn adding_on_a_full_disk() {
    let Some(disk) = std::env::var_os("CASEBOOK_TINY_DISK").map(PathBuf::from) else { return };
    let content = vec![7_u8; 100_000];
    let mut scene = Scene::new(&content);
    scene.card.files[0].bytes = content.len() as u64;
    let error = scene.add_to(&disk, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(error, InstallError::Disk { attempt: "install into", .. }), "{error}");
    assert!(error.to_string().contains("100000 bytes are needed, 16384 are free"), "{error}");
    assert_eq!(leftovers(&disk), [] as [String; 0], "it was seen before anything was written");
    // Nobody knows beforehand how long a file is that is not pinned.
    scene.card.files[0].sha256 = UNPINNED.into();
    scene.name_the_folder();
    let error = scene.add_to(&disk, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(error, InstallError::Disk { attempt: "write", .. }), "{error}");
    assert_eq!(state(&disk, &scene.card), State::Absent);
    assert_eq!(leftovers(&disk), [] as [String; 0], "nothing half installed remains");
    println!("refused on a full disk: {error}");
}

/// A card whose file nobody has hashed, and a folder that names the model.
fn unpinned() -> Scene {
    let mut scene = Scene::new(CONTENT);
    scene.card.files[0].sha256 = UNPINNED.into();
    scene.card.files[0].bytes = 1000;
    scene.name_the_folder();
    scene
}

#[test]
fn an_unpinned_file_is_pinned_when_it_is_first_installed() {
    let scene = unpinned();
    scene.add().unwrap();
    assert_eq!(state(&scene.models(), &scene.card), State::Installed);
    verify(&scene.models(), &scene.card).unwrap();
    let other: Vec<u8> = CONTENT.iter().rev().copied().collect();
    let installed = model_dir(&scene.models(), &scene.card).join("weights.bin");
    fs::write(&installed, &other).unwrap();
    let found = verify(&scene.models(), &scene.card).unwrap_err();
    assert!(
        matches!(&found, InstallError::WrongHash { expected, .. } if *expected == sha256(CONTENT)),
        "{found}"
    );
    let source = scene.root.path().join("source").join(&scene.card.id).join("weights.bin");
    fs::write(&source, &other).unwrap();
    let refused = scene.add().unwrap_err().to_string();
    assert!(refused.contains("sha256 should be"), "a repair takes what was pinned: {refused}");
    remove(&scene.models(), &scene.card).unwrap();
    scene.add().unwrap();
    verify(&scene.models(), &scene.card).unwrap();
}

#[test]
fn an_unpinned_file_is_taken_only_from_a_folder_of_its_model_and_up_to_its_length() {
    let scene = unpinned();
    let folder = scene.root.path().join("source");
    fs::rename(folder.join(&scene.card.id), folder.join("another")).unwrap();
    fs::write(folder.join("weights.bin"), CONTENT).unwrap();
    assert!(matches!(scene.add(), Err(InstallError::NoSource { .. })), "these may be any model's");
    scene.nothing_remains();
    fs::create_dir(folder.join(&scene.card.id)).unwrap();
    fs::write(folder.join(&scene.card.id).join("weights.bin"), [7; 1001]).unwrap();
    let refused = scene.add().unwrap_err().to_string();
    assert!(refused.contains("should be 1000 bytes"), "{refused}");
    scene.nothing_remains();
}

#[test]
fn without_its_pins_an_unpinned_model_is_damaged() {
    let scene = unpinned();
    scene.add().unwrap();
    fs::remove_file(model_dir(&scene.models(), &scene.card).join("pins.json")).unwrap();
    assert!(matches!(state(&scene.models(), &scene.card), State::Damaged(why) if why.contains("pins.json")));
    let refused = verify(&scene.models(), &scene.card).unwrap_err().to_string();
    assert!(refused.contains("remove it and add it again"), "{refused}");
}
