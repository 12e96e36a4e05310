//! What changes is told to who listens, also over the loopback.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use casebook_desk::{events::Event, jobs::wire::JobState, wire::ImportRequest};
use casebook_tests::fake;

const ITEM: &str = r#"{"id":"a","parts":[{"role":"caption","text":"words"}]}"#;

#[test]
fn a_job_is_told_of_to_its_end_and_a_case_when_it_is_opened() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = fake::session(&folder.path().join("home"), "Ada", true);
    let events = session.events();
    session.new_case(&folder.path().join("a.casebook").to_string_lossy()).expect("the path is free");
    assert_eq!(events.next(), Some(Event::Case));
    let path = folder.path().join("items.jsonl");
    std::fs::write(&path, ITEM).expect("the folder is writable");
    let request = ImportRequest { path: path.to_string_lossy().into_owned(), ..ImportRequest::default() };
    let id = session.start_import(request).expect("a file is open");
    loop {
        match events.next() {
            Some(Event::Job { job }) if job.state.is_over() => {
                assert_eq!((job.id, job.state, job.done), (id, JobState::Done, 1));
                break;
            }
            Some(Event::Job { job }) => assert_eq!(job.id, id),
            other => panic!("{other:?}"),
        }
    }
    session.assess(None).expect("a model is there");
    assert_eq!(events.next(), Some(Event::Assessed { row: 1 }));
    session.assess(None).expect("a model is there");
    assert_eq!(events.next_within(Duration::ZERO), None, "the assessment was there already");
    drop(session);
    assert_eq!(events.next(), None, "the session is over");
}

#[test]
fn the_loopback_sends_events_to_who_knows_the_secret() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let session = Arc::new(fake::session(&folder.path().join("home"), "Ada", true));
    let options = casebook_serve::Options { verbs: true, page: None };
    let served = casebook_serve::start(&session, options).expect("a port is free");
    let (_, secret) = served.base_url.rsplit_once('/').expect("the secret is last");
    let ask = |secret: &str| {
        let mut stream = TcpStream::connect(served.address).expect("it listens");
        write!(stream, "GET /{secret}/events HTTP/1.1\r\nHost: {}\r\n\r\n", served.address)
            .expect("it reads");
        let mut lines = BufReader::new(stream).lines().map(|it| it.expect("it answers"));
        let status = lines.next().expect("a status");
        (status, lines)
    };
    let (status, _) = ask("guessed");
    assert!(status.contains("404"), "{status}");
    let (status, mut lines) = ask(secret);
    assert!(status.contains("200"), "{status}");
    session.new_case(&folder.path().join("a.casebook").to_string_lossy()).expect("the path is free");
    let said = lines.find(|it| it.starts_with("data:")).expect("it is told");
    assert_eq!(said, r#"data: {"kind":"case"}"#);
}
