//! The demo command, as a process: it says where everything is, keeps its data, and leaves nothing running.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::Connection;
use diesel::pg::PgConnection;
use serde_json::Value;

use crate::support::db::value;

/// A running demo in a directory of its own; both go at the end.
struct Demo {
    dir: PathBuf,
    process: Option<Child>,
    ready: Value,
}

impl Demo {
    fn start() -> Demo {
        let dir = PathBuf::from(format!("/tmp/quittance-demo-{}", uuid::Uuid::new_v4().simple()));
        let mut demo = Demo { dir, process: None, ready: Value::Null };
        demo.start_again(&[]);
        demo
    }

    /// How long it took until everything answered.
    fn start_again(&mut self, arguments: &[&str]) -> Duration {
        let file = self.ready_file();
        let _ = std::fs::remove_file(&file);
        let begun = Instant::now();
        let mut process = command(&self.dir)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .arg("--ready-file")
            .arg(&file)
            .spawn()
            .unwrap();
        while !file.exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the demo does not become ready");
            assert!(process.try_wait().unwrap().is_none(), "the demo ended: {}", said(process));
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process = Some(process);
        self.ready = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        begun.elapsed()
    }

    /// Beside the data: the demo makes that directory itself.
    fn ready_file(&self) -> PathBuf {
        self.dir.with_extension("ready")
    }

    fn signal(&self, name: &str) {
        let pid = self.process.as_ref().unwrap().id().to_string();
        let mut command = Command::new("sh");
        assert!(command.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &pid]).status().unwrap().success());
    }

    fn stop_by(&mut self, signal: &str) -> String {
        self.signal(signal);
        said(self.process.take().unwrap())
    }

    fn text(&self, pointer: &str) -> String {
        self.ready.pointer(pointer).unwrap().as_str().unwrap().to_owned()
    }

    fn database(&self) -> PgConnection {
        PgConnection::establish(&self.text("/database_url")).unwrap()
    }

    fn server_runs(&self) -> bool {
        PgConnection::establish(&self.text("/database_url")).is_ok()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        // The watchdog needs a moment after a kill.
        for _ in 0..500 {
            if !self.dir.join("postgres/data/postmaster.pid").exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = std::fs::remove_dir_all(&self.dir);
        let _ = std::fs::remove_file(self.ready_file());
    }
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quittance"));
    command.args(["demo", "--data-dir"]).arg(dir).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Everything a process said until its end.
fn said(process: Child) -> String {
    let output = process.wait_with_output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The status line and the rest of what `url` answers.
fn get(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = TcpStream::connect(&host).unwrap();
    write!(stream, "GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", url.path()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_starts_says_where_everything_is_and_stops_without_a_trace() {
    let mut demo = Demo::start();
    assert!(demo.text("/portal").starts_with("http://127.0.0.1:"));
    assert!(get(&demo.text("/links/0/url")).starts_with("HTTP/1.1 200"));
    assert_eq!(demo.text("/links/0/postal_code"), "05401");
    assert!(!get(&demo.text("/sandbox")).is_empty());
    assert!(get(&demo.text("/outbox")).contains("These e-mails went to nobody"));
    assert_eq!(demo.ready["pid"], demo.process.as_ref().unwrap().id());
    assert_ne!(value(&mut demo.database(), "SELECT count(*) FROM debts"), "0");
    let keys = std::fs::metadata(demo.dir.join("keys.json")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&keys.permissions()) & 0o077, 0);

    let (token, outbox) = (demo.text("/links/0/url"), demo.text("/outbox"));
    let said = demo.stop_by("INT");
    for what in [&token, outbox.as_str(), "05401", "4242 4242 4242 4242", "Ctrl-C", "Everything has stopped"] {
        assert!(said.contains(what), "{what} is missing in:\n{said}");
    }
    let keys: Value = serde_json::from_slice(&std::fs::read(demo.dir.join("keys.json")).unwrap()).unwrap();
    for secret in ["session_key", "stripe_secret_key", "stripe_webhook_secret"] {
        assert!(!said.contains(keys[secret].as_str().unwrap()), "{secret} was printed");
    }
    assert!(!demo.server_runs());
    assert!(!demo.ready_file().exists());
}

#[test]
fn a_second_start_is_quick_and_keeps_the_data_and_fresh_starts_over() {
    let mut demo = Demo::start();
    let token = |demo: &Demo| demo.text("/links/0/url").rsplit('/').next().unwrap().to_owned();
    let first = token(&demo);
    let sandbox = demo.text("/sandbox");
    demo.stop_by("TERM");
    let took = demo.start_again(&[]);
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(token(&demo), first);
    assert_eq!(demo.text("/sandbox"), sandbox, "open checkouts name its address");
    demo.stop_by("TERM");
    demo.start_again(&["--fresh"]);
    assert_ne!(token(&demo), first);
}

#[test]
fn kill_minus_nine_leaves_nothing_running_and_the_next_start_goes_on() {
    let mut demo = Demo::start();
    let url = demo.text("/links/0/url");
    demo.stop_by("KILL");
    let begun = Instant::now();
    while demo.server_runs() {
        assert!(begun.elapsed() < Duration::from_secs(10), "PostgreSQL still runs");
        std::thread::sleep(Duration::from_millis(20));
    }
    demo.start_again(&[]);
    assert_eq!(demo.text("/links/0/url").rsplit('/').next(), url.rsplit('/').next());
    // The other signals on the way: everything is killed, then started at once, without waiting for the watchdog.
    demo.stop_by("KILL");
    demo.start_again(&[]);
    assert!(demo.server_runs());
}

#[test]
fn what_stands_in_the_way_is_said_in_one_sentence() {
    let mut demo = Demo::start();
    let refused = |dir: &Path, arguments: &[&str]| {
        let process = command(dir).args(arguments).spawn().unwrap();
        let text = said(process);
        let sentence = text.lines().find(|line| line.starts_with("quittance: ")).unwrap_or_default().to_owned();
        assert!(!sentence.is_empty(), "{text}");
        sentence
    };
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let elsewhere = demo.dir.with_extension("elsewhere");
    let sentence = refused(&elsewhere, &["--listen", &address]);
    assert!(sentence.contains("is taken") && sentence.contains("--listen"), "{sentence}");

    let sentence = refused(&demo.dir, &["--listen", "127.0.0.1:0"]);
    let pid = demo.process.as_ref().unwrap().id().to_string();
    assert!(sentence.contains("in use") && sentence.contains(&pid), "{sentence}");
    let sentence = refused(&demo.dir, &["--listen", "127.0.0.1:0", "--fresh"]);
    assert!(sentence.contains("in use"), "{sentence}");
    assert!(get(&demo.text("/links/0/url")).starts_with("HTTP/1.1 200"), "the running one is not disturbed");

    let file = demo.dir.with_extension("file");
    std::fs::write(&file, "").unwrap();
    let sentence = refused(&file, &["--listen", "127.0.0.1:0"]);
    assert!(sentence.contains("cannot write to") && sentence.contains("--data-dir"), "{sentence}");
    std::fs::remove_file(&file).unwrap();
    demo.stop_by("TERM");
}
