//! The private PostgreSQL: it starts, keeps data, refuses a second owner, and never outlives its owner.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use quittance::private_pg::{Error, Options, PrivatePg};

/// A place that root's unprivileged user may enter too, gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        Scratch(PathBuf::from(format!("/tmp/quittance-test-{}", uuid::Uuid::new_v4().simple())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn kept(scratch: &Scratch) -> Options {
    Options { durable: false, ..Options::kept(scratch.0.join("postgres")) }
}

fn server_pid(dir: &Path) -> u32 {
    let state = std::fs::read_to_string(dir.join("data/postmaster.pid")).unwrap();
    state.lines().next().unwrap().parse().unwrap()
}

fn runs(pid: u32) -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", "kill -0 \"$1\"", "sh", &pid.to_string()]).stderr(Stdio::null()).status().unwrap().success()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn data_stays_from_start_to_start() {
    let scratch = Scratch::new();
    let server = PrivatePg::start(&kept(&scratch)).unwrap();
    assert!(server.create_database("ledger").unwrap());
    let url = server.url("ledger");
    PgConnection::establish(&url).unwrap().batch_execute("CREATE TABLE kept (id INTEGER)").unwrap();
    let pid = server_pid(server.dir());
    server.stop();
    assert!(!runs(pid));

    let server = PrivatePg::start(&kept(&scratch)).unwrap();
    assert!(!server.create_database("ledger").unwrap(), "it is there already");
    assert_eq!(server.url("ledger"), url);
    PgConnection::establish(&url).unwrap().batch_execute("SELECT id FROM kept").unwrap();
}

#[test]
fn a_second_owner_is_refused_by_name() {
    let scratch = Scratch::new();
    let _first = PrivatePg::start(&kept(&scratch)).unwrap();
    let error = PrivatePg::start(&kept(&scratch)).unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    assert!(matches!(PrivatePg::erase(&scratch.0.join("postgres")), Err(Error::InUse { .. })));
}

#[test]
fn only_its_owner_reaches_it() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let server = PrivatePg::start(&kept(&scratch)).unwrap();
    let mode = std::fs::metadata(server.dir().join("socket")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
    let mut conn = PgConnection::establish(&server.url("postgres")).unwrap();
    conn.batch_execute("DO $$ BEGIN ASSERT current_setting('listen_addresses') = ''; END $$").unwrap();
}

#[test]
fn a_temporary_one_leaves_nothing_behind() {
    let server = PrivatePg::start(&Options::temporary()).unwrap();
    let dir = server.dir().to_owned();
    let pid = server_pid(&dir);
    drop(server);
    assert!(!runs(pid));
    assert!(!dir.exists());
}

#[test]
fn a_long_path_gets_its_socket_elsewhere() {
    let scratch = Scratch::new();
    let deep = scratch.0.join("d".repeat(60)).join("e".repeat(60));
    let server = PrivatePg::start(&Options { durable: false, ..Options::kept(&deep) }).unwrap();
    PgConnection::establish(&server.url("postgres")).unwrap();
    server.stop();
    PrivatePg::erase(&deep).unwrap();
    assert!(!deep.exists());
}

#[test]
fn what_a_killed_run_left_is_taken_over() {
    let scratch = Scratch::new();
    let server = PrivatePg::start(&kept(&scratch)).unwrap();
    let dir = server.dir().to_owned();
    let url = server.url("postgres");
    PgConnection::establish(&url).unwrap().batch_execute("CREATE TABLE kept (id INTEGER)").unwrap();
    server.stop();

    // Without owner and watchdog, as after both were killed: a server of the same data that nobody looks after.
    let orphan = Orphan::start(&dir);
    wait_until("the orphan serves", || PgConnection::establish(&url).is_ok());
    let server = PrivatePg::start(&kept(&scratch)).unwrap();
    assert_ne!(server_pid(&dir), orphan.0);
    PgConnection::establish(&url).unwrap().batch_execute("SELECT id FROM kept").unwrap();
    server.stop();

    // After a machine was switched off: only the file is there, and its number belongs to somebody else.
    std::fs::write(dir.join("data/postmaster.pid"), format!("{}\n{}\n", std::process::id(), dir.display())).unwrap();
    let server = PrivatePg::start(&kept(&scratch)).unwrap();
    PgConnection::establish(&server.url("postgres")).unwrap();
}

struct Orphan(u32);

impl Orphan {
    fn start(dir: &Path) -> Orphan {
        use std::os::unix::fs::MetadataExt;
        use std::os::unix::process::CommandExt;
        let owner = std::fs::metadata(dir.join("data")).unwrap();
        let mut command = Command::new(quittance::private_pg::Binaries::find().unwrap().program("postgres"));
        command.arg("-D").arg(dir.join("data")).arg("-c").arg("listen_addresses=").arg("-c");
        command.arg(format!("unix_socket_directories={}", dir.join("socket").display()));
        command.current_dir(dir).stdout(Stdio::null()).stderr(Stdio::null());
        if std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0 && owner.uid() != 0) {
            command.uid(owner.uid()).gid(owner.gid());
        }
        let mut child = command.spawn().unwrap();
        let pid = child.id();
        // Somebody has to notice its end, or it stays as a zombie of this process.
        std::thread::spawn(move || child.wait());
        Orphan(pid)
    }
}

/// Run by `kill_minus_nine_of_the_owner_stops_it` in a process of its own.
#[test]
#[ignore = "the owner in kill_minus_nine_of_the_owner_stops_it"]
fn owner_that_waits() {
    #[allow(clippy::disallowed_methods, reason = "the way the parent tells it where")]
    let Ok(dir) = std::env::var("QUITTANCE_TEST_OWNER_DIR") else {
        return;
    };
    let _server = PrivatePg::start(&Options { durable: false, ..Options::kept(dir) }).unwrap();
    std::thread::sleep(Duration::from_secs(120));
}

#[test]
fn kill_minus_nine_of_the_owner_stops_it() {
    let scratch = Scratch::new();
    let dir = scratch.0.join("postgres");
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "private_pg::owner_that_waits"])
        .env("QUITTANCE_TEST_OWNER_DIR", &dir)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let pid_file = dir.join("data/postmaster.pid");
    wait_until("the server runs", || std::fs::read_to_string(&pid_file).is_ok_and(|text| text.contains("ready")));
    let pid = server_pid(&dir);
    assert!(runs(pid));
    owner.kill().unwrap();
    owner.wait().unwrap();
    wait_until("the server is gone", || !pid_file.exists());
    // And the next one starts at once.
    PrivatePg::start(&Options { durable: false, ..Options::kept(&dir) }).unwrap();
}
