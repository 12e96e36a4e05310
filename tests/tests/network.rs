//! Nothing leaves this machine: the programs do the whole loop where there is no network at all, and what
//! they listen on is the loopback, behind a secret.

#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{IpAddr, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use casebook_tests::window::program;

const ITEM: &str =
    r#"{"id":"one","parts":[{"role":"caption","text":"a plain caption about gardens"}],"language":"en"}"#;

/// A new network namespace has a loopback that is down, and nothing else. `-r` makes it possible without being root.
const NO_NETWORK: &[&str] = &["unshare", "-rn"];

fn casebook(home: &Path, around: &[&str], args: &[&str]) -> Output {
    let program = program("casebook").to_string_lossy().into_owned();
    let words: Vec<&str> =
        around.iter().copied().chain([program.as_str()]).chain(args.iter().copied()).collect();
    Command::new(words[0])
        .args(&words[1..])
        .args(["--reviewer", "Ada"])
        .env("CASEBOOK_HOME", home)
        .env_remove("CASEBOOK_MODELS")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

#[test]
fn the_whole_loop_runs_where_there_is_no_network() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(path("items.jsonl"), ITEM).expect("the folder is writable");
    let (case, items, export) = (path("loop.casebook"), path("items.jsonl"), path("export"));

    let can_reach = Command::new(NO_NETWORK[0])
        .args(&NO_NETWORK[1..])
        .args(["cat", "/proc/net/route"])
        .output()
        .expect("util-linux is part of every Debian");
    assert!(
        can_reach.status.success(),
        "a namespace without network: {}",
        String::from_utf8_lossy(&can_reach.stderr)
    );
    // At most the heading of the table.
    assert!(String::from_utf8_lossy(&can_reach.stdout).lines().count() <= 1, "no route leads out of it");

    for args in [
        &["new", &case][..],
        &["import", &case, &items],
        &["assess", &case, "--item", "one"],
        &["show", &case, "--item", "one"],
        &["queues", &case],
        &["search", &case, "gardens"],
        &["export", &case, "--to", &export, "--formats", "raw,sft,prm"],
        &["models", "list"],
        &["doctor", &case],
    ] {
        let output = casebook(&folder.path().join("home"), NO_NETWORK, args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "casebook {args:?} without a network: {said}");
    }
    assert!(Path::new(&export).join("manifest.json").exists(), "the loop ends with an export");
}

#[test]
fn a_language_model_is_not_fetched_before_somebody_accepted_its_licence() {
    let home = tempfile::tempdir().expect("a folder of our own");
    let model = "smollm2-135m-instruct";
    let output = casebook(home.path(), NO_NETWORK, &["models", "add", model]);
    let (said, shown) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(!output.status.success() && said.contains("add it with --accept-licence"), "{said}");
    assert!(shown.contains("98 MB") && shown.contains("licence: Apache-2.0"), "what it is, is said: {shown}");
    assert!(!home.path().join("models").exists(), "nothing was begun");

    let output = casebook(home.path(), NO_NETWORK, &["models", "add", model, "--accept-licence"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("could not install smollm2-135m-instruct"), "{said}");
    let output = casebook(home.path(), NO_NETWORK, &["models", "list"]);
    let listed = String::from_utf8_lossy(&output.stdout);
    assert!(listed.contains("smollm2-135m-instruct\tnot installed"), "{listed}");
}

/// A server of ours, ended when the test is.
struct Server {
    child: Child,
    line: String,
}

impl Server {
    fn start(home: &Path, case: &str) -> Self {
        let mut child = Command::new(program("casebook"))
            .args(["--reviewer", "Ada", "serve", case])
            .env("CASEBOOK_HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let line = output.lines().map_while(Result::ok).find(|it| it.contains("http://127.0.0.1:"));
        Self { child, line: line.expect("it says where it listens") }
    }

    /// `http://127.0.0.1:PORT/SECRET` as port and secret.
    fn address(&self) -> (u16, &str) {
        let rest = self.line.split("http://127.0.0.1:").nth(1).expect("the address is in the line");
        let rest = rest.split_whitespace().next().expect("an address");
        let (port, path) = rest.split_once('/').expect("a path with the secret");
        (port.parse().expect("a port"), path.split('/').next().expect("a secret"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_server_listens_on_the_loopback_and_answers_only_who_knows_the_secret() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let case = folder.path().join("served.casebook").to_string_lossy().into_owned();
    let home = folder.path().join("home");
    assert!(casebook(&home, &[], &["new", &case]).status.success());
    let server = Server::start(&home, &case);
    let (port, secret) = server.address();

    let listening = sockets(server.child.id());
    assert!(listening.iter().any(|(_, at)| *at == port), "it listens where it says: {listening:?}");
    for (address, at) in &listening {
        assert!(address.is_loopback(), "nothing but the loopback: {address}:{at}");
    }

    assert!(secret.len() >= 32, "a secret is not to be guessed: {} characters", secret.len());
    let desktop = |secret: &str| status(port, &format!("POST /{secret}/verbs/file.desktop"), "{}");
    assert_eq!(desktop(secret), 200, "who knows the secret is answered");
    let wrong: String = secret.chars().map(|it| if it == 'a' { 'b' } else { 'a' }).collect();
    for other in ["", "verbs", &wrong, &secret[1..], &format!("{secret}0")] {
        assert_eq!(desktop(other), 404, "who does not is told nothing");
    }
    assert_eq!(status(port, "POST /verbs/file.desktop", "{}"), 404);
    assert_eq!(status(port, "GET /media/1/p1/full", ""), 404);
    assert_eq!(status(port, &format!("GET /{secret}/media/1/p1/full"), ""), 404, "there is no such picture");

    let again = Server::start(&home, &case);
    assert_ne!(again.address().1, secret, "each run has a secret of its own");
}

#[test]
fn a_listener_on_every_address_is_seen() {
    let open = std::net::TcpListener::bind(("0.0.0.0", 0)).expect("a port");
    let port = open.local_addr().expect("an address").port();
    let found = sockets(std::process::id());
    assert!(found.iter().any(|(address, at)| *at == port && !address.is_loopback()), "{found:?}");
}

fn status(port: u16, request: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
    let head = format!(
        "{request} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .unwrap_or_else(|| panic!("no status in {answer:?}"))
}

/// Where a process listens, from the kernel's own tables.
fn sockets(process: u32) -> Vec<(IpAddr, u16)> {
    let own: Vec<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .expect("it is our own process")
        .flatten()
        .filter_map(|it| fs::read_link(it.path()).ok())
        .filter_map(|it| it.to_str()?.strip_prefix("socket:[")?.strip_suffix(']').map(str::to_owned))
        .collect();
    ["tcp", "tcp6"]
        .iter()
        .flat_map(|it| {
            let table = fs::read_to_string(format!("/proc/{process}/net/{it}")).unwrap_or_default();
            table.lines().skip(1).filter_map(|line| listener(line, &own)).collect::<Vec<_>>()
        })
        .collect()
}

/// `sl local_address rem_address st …… inode`, where state 0A listens.
fn listener(line: &str, own: &[String]) -> Option<(IpAddr, u16)> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let (address, port) = columns.get(1)?.split_once(':')?;
    if *columns.get(3)? != "0A" || !own.iter().any(|it| Some(&it.as_str()) == columns.get(9)) {
        return None;
    }
    // The kernel prints each 32-bit word as the machine stores it: least significant byte first.
    let bytes: Vec<u8> = (0..address.len() / 8)
        .filter_map(|word| u32::from_str_radix(&address[word * 8..word * 8 + 8], 16).ok())
        .flat_map(u32::to_ne_bytes)
        .collect();
    let address = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(v4) => IpAddr::from(v4),
        Err(_) => IpAddr::from(<[u8; 16]>::try_from(bytes.as_slice()).ok()?),
    };
    Some((address, u16::from_str_radix(port, 16).ok()?))
}
