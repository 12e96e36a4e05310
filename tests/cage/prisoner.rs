//! A program in a cage that tries to get out, for `tests/cage.rs`. It is asked one thing at a time and tells what the
//! system answered. As a warden it starts another of itself, says its id, and waits to be killed.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

use casebook_cage::{
    Protocol, inside,
    limits::Limits,
    outside::{Caged, Program},
};

const PROTOCOL: Protocol = Protocol { name: "prisoner", version: 1 };

fn main() {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|it| it == "warden") {
        return warden();
    }
    let (limits, _) = Limits::from_arguments(arguments).expect("the test gives them");
    let (to, asked) = mpsc::channel();
    if let Err(why) = inside::enter(PROTOCOL, &limits, move |frame| drop(to.send(frame))) {
        writeln!(io::stderr(), "{why}").expect("the test listens");
        std::process::exit(1);
    }
    while let Ok(frame) = asked.recv() {
        let words = String::from_utf8(frame).expect("the test writes text");
        let (what, with) = words.split_once(' ').unwrap_or((&words, ""));
        let answer = match attempt(what, with) {
            Ok(it) => it,
            Err(why) => format!("{:?}", why.kind()),
        };
        inside::say(answer.as_bytes()).expect("somebody listens");
    }
}

fn attempt(what: &str, with: &str) -> io::Result<String> {
    match what {
        "echo" => return Ok(with.to_owned()),
        "read" => return fs::read_to_string(with),
        "list" => drop(fs::read_dir(with)?),
        "write" => fs::write(with, "written")?,
        "rename" => fs::rename(with, format!("{with}.renamed"))?,
        "remove" => fs::remove_file(with)?,
        "chmod" => {
            let mut open = fs::metadata(with)?.permissions();
            open.set_readonly(true);
            fs::set_permissions(with, open)?;
        }
        "connect" => drop(TcpStream::connect(with)?),
        "listen" => drop(TcpListener::bind("127.0.0.1:0")?),
        "udp" => drop(UdpSocket::bind("127.0.0.1:0")?),
        #[cfg(unix)]
        "unix" => drop(std::os::unix::net::UnixDatagram::unbound()?),
        "execute" => drop(Command::new(with).output()?),
        "threads" => {
            let all: Vec<_> =
                (0..8).map(|n| thread::Builder::new().spawn(move || n)).collect::<Result<_, _>>()?;
            return Ok(all.into_iter().map(|it| it.join().unwrap_or(0)).sum::<i32>().to_string());
        }
        // A thread that came later is in the cage too.
        "thread-read" => {
            let path = with.to_owned();
            let read = thread::Builder::new().spawn(move || fs::read_to_string(path))?;
            return read.join().unwrap_or_else(|_| Ok("panicked".into()));
        }
        "fill" => {
            let n: usize = with.parse().expect("a number of bytes");
            return Ok(vec![1_u8; n].iter().map(|it| usize::from(*it)).sum::<usize>().to_string());
        }
        "panic" => panic!("{with}"),
        "spin" => loop {
            std::hint::spin_loop();
        },
        "exit" => std::process::exit(with.parse().expect("a status")),
        other => panic!("{other} is not tried"),
    }
    Ok("done".into())
}

fn warden() {
    let program = Program {
        path: env::current_exe().expect("it runs"),
        limits: Limits { memory: 1 << 30, ..Limits::default() },
        arguments: vec![],
        protocol: PROTOCOL,
        within: Duration::from_secs(30),
    };
    let mut caged = Caged::start(&program).expect("it starts");
    // Even one that computes for ever and reads nothing.
    caged.send(b"spin".to_vec()).expect("it listens");
    writeln!(io::stdout(), "{}", caged.id()).expect("the test listens");
    loop {
        thread::park();
    }
}
