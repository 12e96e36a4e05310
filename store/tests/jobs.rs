//! Jobs are written down while they change, and taken over by one program alone.

mod common;

use casebook_store::StoredJob;
use common::{Case, NOW};

fn job(id: &str, started_ms: i64) -> StoredJob {
    StoredJob {
        id: id.into(),
        kind: "import".into(),
        subject: "a.jsonl".into(),
        state: "running".into(),
        format: "casebook/job/1".into(),
        request: r#"{"path":"a.jsonl"}"#.into(),
        done: 0,
        total: None,
        report: None,
        problem: None,
        program: "7/w1".into(),
        started_ms,
        changed_ms: started_ms,
    }
}

#[test]
fn a_job_is_kept_as_it_was_written_last() {
    let case = Case::new();
    case.store.put_job(&job("1", NOW)).expect("a job");
    let ended = StoredJob {
        state: "failed".into(),
        done: 3,
        total: Some(9),
        report: Some("{}".into()),
        problem: Some("{}".into()),
        changed_ms: NOW + 1,
        ..job("1", NOW)
    };
    case.store.put_job(&ended).expect("a job");
    assert_eq!(case.store.job("1").expect("the file is sound"), Some(ended));
    assert_eq!(case.store.job("2").expect("the file is sound"), None);
}

#[test]
fn the_newest_jobs_are_listed_first() {
    let case = Case::new();
    for (id, at) in [("a", 1), ("c", 3), ("b", 2)] {
        case.store.put_job(&job(id, NOW + at)).expect("a job");
    }
    let listed: Vec<String> = case.store.jobs(2).expect("jobs").into_iter().map(|it| it.id).collect();
    assert_eq!(listed, ["c", "b"]);
}

#[test]
fn two_windows_that_take_up_one_job_do_not_both_get_it() {
    let case = Case::new();
    let other = case.again();
    case.store.put_job(&job("1", NOW)).expect("a job");
    assert!(case.store.take_job("1", "7/w1", "8/w2").expect("the file is sound"));
    assert!(!other.take_job("1", "7/w1", "9/w3").expect("the file is sound"));
    assert_eq!(case.store.job("1").expect("the file is sound").map(|it| it.program).as_deref(), Some("8/w2"));
}

#[test]
fn what_is_no_json_is_not_kept() {
    let case = Case::new();
    let broken = StoredJob { request: "import that".into(), ..job("1", NOW) };
    assert!(case.store.put_job(&broken).is_err());
}
