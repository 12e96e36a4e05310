//! Exports that fail, are stopped or are killed leave nothing under the folder's name.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use casebook_core::policy::Policy;
use casebook_dataset::manifest::ExportFormat;
use casebook_desk::{error::Code, export::export, flow::Flow};
use casebook_store::Store;
use casebook_tables::Parquet;

use super::case::{Case, everything};

/// What else stands in the case's folder than the case file.
fn left_behind(home: &Path) -> Vec<String> {
    let entries = fs::read_dir(home).expect("a folder");
    let names = entries.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|it| !it.starts_with("case.casebook")).collect()
}

#[test]
fn a_folder_with_something_in_it_is_refused() {
    let case = Case::mixed();
    let folder = case.home.path().join("mine");
    fs::create_dir(&folder).expect("a free name");
    fs::write(folder.join("notes.txt"), "keep me").expect("there is room");
    let error =
        export(&case.store, &case.policy, &Parquet, &everything().to(&folder), 1, &mut |_, _| Flow::Go)
            .expect_err("the folder is not empty");
    assert_eq!(error.code, Code::File);
    assert!(error.message.contains("not empty"), "{}", error.message);
    assert_eq!(fs::read(folder.join("notes.txt")).expect("it is there"), b"keep me");
    assert_eq!(left_behind(case.home.path()), ["mine"]);
}

#[test]
fn a_request_for_nothing_is_refused() {
    let case = Case::new();
    let mut request = everything().to(&case.home.path().join("out"));
    request.formats.clear();
    let error = export(&case.store, &case.policy, &Parquet, &request, 1, &mut |_, _| Flow::Go)
        .expect_err("no dataset is named");
    assert_eq!(error.code, Code::Request);
}

#[test]
fn a_missing_parent_folder_is_named() {
    let case = Case::new();
    let request = everything().to(&case.home.path().join("no/such/out"));
    let error = export(&case.store, &case.policy, &Parquet, &request, 1, &mut |_, _| Flow::Go)
        .expect_err("there is no parent");
    assert!(error.message.contains("no/such/out"), "{}", error.message);
}

#[test]
fn a_stopped_export_leaves_nothing_wherever_it_stops() {
    let case = Case::mixed();
    let mut steps = 0;
    let request = everything().to(&case.home.path().join("whole"));
    let whole = export(&case.store, &case.policy, &Parquet, &request, 1, &mut |_, _| {
        steps += 1;
        Flow::Go
    });
    assert!(whole.expect("nobody stopped it").manifest.is_some());
    for stop in (0..steps).step_by(7).chain([steps - 1]) {
        let mut step = 0;
        let request = everything().to(&case.home.path().join("out"));
        let report = export(&case.store, &case.policy, &Parquet, &request, 1, &mut |_, _| {
            step += 1;
            if step > stop { Flow::Stop } else { Flow::Go }
        });
        let report = report.expect("stopping is no error");
        assert!(report.manifest.is_none(), "it says that it was stopped");
        assert_eq!(left_behind(case.home.path()), ["whole"], "stopped after {stop} of {steps} steps");
    }
}

#[test]
fn progress_counts_every_record_once() {
    let case = Case::mixed();
    let mut seen = Vec::new();
    let request = everything().to(&case.home.path().join("out"));
    export(&case.store, &case.policy, &Parquet, &request, 1, &mut |done, total| {
        seen.push((done, total));
        Flow::Go
    })
    .expect("there is room");
    assert!(seen.windows(2).all(|it| it[0].0 <= it[1].0), "it never goes back");
    assert_eq!(seen.last(), Some(&(case.n_current(), Some(case.n_current()))));
}

#[test]
fn what_is_recorded_meanwhile_is_not_half_in_it() {
    let case = Case::mixed();
    let other = Store::open(case.store.path()).expect("two programs on one file work");
    let mut withdrawn = false;
    let request = everything().to(&case.home.path().join("out"));
    let before = case.n_current();
    let report = export(&case.store, &case.policy, &Parquet, &request, 1, &mut |done, _| {
        if done > 5 && !withdrawn {
            withdrawn = true;
            let newest = other.annotations_of(30).expect("it reads").remove(0);
            other.withdraw(&newest.id, 99).expect("nobody else writes");
        }
        Flow::Go
    });
    let manifest = report.expect("there is room").manifest.expect("nobody stopped it");
    assert!(withdrawn, "somebody else wrote while it ran");
    let raw = &manifest.datasets[&ExportFormat::Raw];
    assert_eq!(raw.rows + raw.left_out.values().sum::<u32>(), before, "one state of the file is exported");
}

/// This very test run again in another process, with `role` set.
fn again(test: &str, role: &str, home: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("tests are programs"));
    command
        .args(["--exact", test, "--nocapture"])
        .env("CASEBOOK_TEST_ROLE", role)
        .env("CASEBOOK_TEST_HOME", home);
    command
}

/// Where the outer test asked the inner one to work, if this is the inner one.
fn inner(role: &str) -> Option<PathBuf> {
    let wanted = std::env::var("CASEBOOK_TEST_ROLE").is_ok_and(|it| it == role);
    wanted.then(|| PathBuf::from(std::env::var_os("CASEBOOK_TEST_HOME").expect("it comes with the role")))
}

#[test]
fn a_killed_export_leaves_nothing_under_its_name() {
    if let Some(home) = inner("killed") {
        let store = Store::open(&home.join("case.casebook")).expect("the outer test made it");
        let request = everything().to(&home.join("out"));
        let _ = export(&store, &Policy::built_in(), &Parquet, &request, 1, &mut |done, _| {
            if done > 20 {
                println!("halfway");
                // Held here until killed; reading from a pipe that stays open never returns.
                let _ = std::io::stdin().read_line(&mut String::new());
            }
            Flow::Go
        });
        return;
    }
    let case = Case::mixed();
    let mut child =
        again("trouble::a_killed_export_leaves_nothing_under_its_name", "killed", case.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("tests are programs");
    let output = BufReader::new(child.stdout.take().expect("it was piped"));
    assert!(output.lines().map_while(Result::ok).any(|it| it.contains("halfway")), "it got halfway");
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
    assert!(!case.home.path().join("out").exists());
    let left = left_behind(case.home.path());
    assert!(left.iter().all(|it| it.starts_with(".out.") && it.ends_with(".partial")), "{left:?}");
    let folder = case.home.path().join("out");
    export(&case.store, &case.policy, &Parquet, &everything().to(&folder), 1, &mut |_, _| Flow::Go)
        .expect("the name is free");
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    if let Some(home) = inner("full") {
        let store = Store::open(&home.join("case.casebook")).expect("the outer test made it");
        let request = everything().to(&home.join("small/out"));
        let error = export(&store, &Policy::built_in(), &Parquet, &request, 1, &mut |_, _| Flow::Go)
            .expect_err("96 KiB are few");
        assert_eq!(error.code, Code::DiskFull, "{error}");
        assert_eq!(fs::read_dir(home.join("small")).expect("it is mounted").count(), 0, "nothing is left");
        let request = everything().to(&home.join("still/out"));
        let error = export(&store, &Policy::built_in(), &Parquet, &request, 1, &mut |_, _| Flow::Go)
            .expect_err("it is read-only");
        assert_eq!(error.code, Code::ReadOnly, "{error}");
        println!("both were refused");
        return;
    }
    let case = Case::mixed();
    let home = case.home.path();
    fs::create_dir(home.join("small")).expect("a free name");
    fs::create_dir(home.join("still")).expect("a free name");
    let again = again("trouble::a_full_disk_is_said_and_leaves_nothing", "full", home);
    let script = r#"mount -t tmpfs -o size=96k none "$CASEBOOK_TEST_HOME/small" || exit 77
        mount -t tmpfs -o ro none "$CASEBOOK_TEST_HOME/still" || exit 77
        exec "$@""#;
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script, "sh"])
        .arg(again.get_program())
        .args(again.get_args())
        .envs(again.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .output();
    match output {
        Ok(it) if it.status.success() => {
            assert!(String::from_utf8_lossy(&it.stdout).contains("both were refused"), "the inner test ran");
        }
        Ok(it)
            if it.status.code() == Some(77)
                || String::from_utf8_lossy(&it.stderr).contains("unshare failed") =>
        {
            println!(
                "SKIP a_full_disk_is_said_and_leaves_nothing: this machine does not let a test mount a tmpfs"
            );
        }
        Ok(it) => panic!("{}{}", String::from_utf8_lossy(&it.stdout), String::from_utf8_lossy(&it.stderr)),
        Err(error) => println!("SKIP a_full_disk_is_said_and_leaves_nothing: no unshare ({error})"),
    }
}
