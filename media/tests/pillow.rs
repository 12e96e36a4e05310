//! Odd pictures look as Pillow shows them, which many pipelines that send them were tried with.
//!
//! Needs a Python with Pillow: `CASEBOOK_PILLOW` names one, else it is `python3`. Where there is none it says so.

mod common;

use std::process::Command;

use casebook_media::stills;
use common::shown;

/// Encoders differ by so much (of 255), ours included.
const TOLERANCE: u8 = 14;

#[test]
fn odd_pictures_look_as_pillow_shows_them() {
    let python = std::env::var("CASEBOOK_PILLOW").unwrap_or_else(|_| "python3".into());
    let has_pillow = Command::new(&python).args(["-c", "import PIL.ImageCms"]).output();
    if !has_pillow.is_ok_and(|it| it.status.success()) {
        eprintln!("skipped: {python} has no Pillow; CASEBOOK_PILLOW names one that has");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pillow/make.py");
    let made = Command::new(&python).arg(script).arg(folder.path()).output().expect("it ran a moment ago");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let lines = String::from_utf8(made.stdout).expect("the script writes ASCII");
    let faults: Vec<String> = lines.lines().filter_map(|line| fault(folder.path(), line)).collect();
    assert!(lines.lines().count() > 60, "the script told {} pictures", lines.lines().count());
    assert_eq!(faults, [""; 0], "{} of {} pictures", faults.len(), lines.lines().count());
}

/// What is wrong with how we show the picture of this line, if anything.
fn fault(folder: &std::path::Path, line: &str) -> Option<String> {
    let mut words = line.split(' ');
    let name = words.next().expect("a name");
    let numbers: Vec<u32> = words.map(|it| it.parse().expect("a number")).collect();
    let bytes = std::fs::read(folder.join(name)).expect("the script wrote it");
    let still = match stills::read(&bytes) {
        Ok(still) => still,
        Err(error) => return Some(format!("{name}: {error}")),
    };
    let picture = shown(&still).to_rgb8();
    let (width, height) = picture.dimensions();
    if (width, height) != (numbers[0], numbers[1]) {
        return Some(format!("{name}: {width} × {height}, Pillow has {} × {}", numbers[0], numbers[1]));
    }
    let places = [(0.25, 0.5), (0.75, 0.25), (0.75, 0.75)];
    for ((x, y), wanted) in places.into_iter().zip(numbers[2..].chunks(3)) {
        let at = |share: f64, length: u32| (f64::from(length) * share) as u32;
        let found = picture.get_pixel(at(x, width), at(y, height)).0;
        if found.iter().zip(wanted).any(|(one, other)| u32::from(*one).abs_diff(*other) > TOLERANCE.into()) {
            return Some(format!("{name} at {x}, {y}: {found:?}, Pillow has {wanted:?}"));
        }
    }
    None
}
