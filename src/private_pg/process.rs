//! The server process, and how it ends.
//!
//! PostgreSQL runs in a process group of its own, so that Ctrl-C in the terminal reaches only its owner, which then stops it
//! in order. A watchdog, a small shell script also in its own group, holds the reading end of a pipe; when the owner ends
//! in whatever way, even by `kill -9`, the pipe closes and the watchdog stops the server. What survives even that (the
//! watchdog killed too, the machine gone) is cleared away by the next start.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::account::Account;
use super::binaries::Binaries;
use super::{Error, Options, Place, ROLE};

/// Recovery after a crash is part of starting, so this is long.
const START_PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);

/// First line of the pipe: the server's process id. Then nothing, until the pipe closes; a second line says that the server
/// has ended by itself. INT is PostgreSQL's fast shutdown, QUIT its immediate one, good enough for data nobody keeps. The
/// end is seen by the pid file, which goes last: a process whose parent was killed may stay as a zombie. "$@" are the
/// directories to remove.
const WATCHDOG: &str = r#"
signal=$1; pid_file=$2; shift 2
read -r pid || pid=
if [ -n "$pid" ]; then
    if read -r gone; then pid=; else kill -s "$signal" "$pid" 2>/dev/null; fi
fi
waited=0
while [ -n "$pid" ] && [ -e "$pid_file" ] && kill -0 "$pid" 2>/dev/null; do
    waited=$((waited + 1))
    [ "$waited" -ne 600 ] || kill -s QUIT "$pid"
    [ "$waited" -lt 700 ] || break
    sleep 0.05
done
[ $# -eq 0 ] || rm -rf -- "$@"
"#;

#[derive(Debug)]
pub(super) struct Server {
    postgres: Option<Child>,
    watchdog: Child,
    pipe: Option<ChildStdin>,
}

impl Server {
    pub(super) fn start(options: &Options, account: &Account, dir: &Path, socket_dir: &Path) -> Result<Server, Error> {
        let mut doomed = Vec::new();
        if matches!(options.place, Place::Temporary) {
            doomed.push(dir.to_owned());
        }
        if !socket_dir.starts_with(dir) {
            doomed.push(socket_dir.to_owned());
        }
        let mut server = Server::watch(options, dir, &doomed)?;
        stop_leftover(account, dir)?;
        let binaries = prepare_data(options, account, dir)?;
        server.launch(&binaries, options, account, dir, socket_dir)?;
        Ok(server)
    }

    fn watch(options: &Options, dir: &Path, doomed: &[PathBuf]) -> Result<Server, Error> {
        let signal = if matches!(options.place, Place::Kept(_)) { "INT" } else { "QUIT" };
        let mut watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "quittance-watchdog", signal])
            .arg(postmaster_pid_path(dir))
            .args(doomed)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|cause| Error::CannotRun { program: "sh".to_owned(), cause })?;
        let pipe = watchdog.stdin.take();
        Ok(Server { postgres: None, watchdog, pipe })
    }

    fn launch(
        &mut self,
        binaries: &Binaries,
        options: &Options,
        account: &Account,
        dir: &Path,
        socket_dir: &Path,
    ) -> Result<(), Error> {
        let log = log_path(dir);
        let unusable = |cause| Error::Unusable { dir: dir.to_owned(), cause };
        let log_file = File::create(&log).map_err(unusable)?;
        let program = binaries.program("postgres");
        let mut command = account.command(&program, dir);
        command.arg("-D").arg(data_path(dir));
        for (name, value) in settings(options) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command
            .arg("-c")
            .arg(format!("unix_socket_directories=\"{}\"", socket_dir.display()))
            .stdout(log_file.try_clone().map_err(unusable)?)
            .stderr(log_file)
            .process_group(0);
        let postgres =
            command.spawn().map_err(|cause| Error::CannotRun { program: program.display().to_string(), cause })?;
        let pid = postgres.id();
        self.postgres = Some(postgres);
        if let Some(pipe) = &mut self.pipe {
            writeln!(pipe, "{pid}").map_err(|cause| Error::CannotRun { program: "sh".to_owned(), cause })?;
        }
        self.wait_until_ready(pid, dir)
    }

    /// The server writes its state into the last line of postmaster.pid, which is what `pg_ctl` waits for too.
    fn wait_until_ready(&mut self, pid: u32, dir: &Path) -> Result<(), Error> {
        let begun = Instant::now();
        let failed = |said: String| Error::Failed { program: "postgres".to_owned(), said, log: log_path(dir) };
        while begun.elapsed() < START_PATIENCE {
            let state = fs::read_to_string(postmaster_pid_path(dir)).unwrap_or_default();
            let mut lines = state.lines();
            if lines.next() == Some(pid.to_string().as_str()) && lines.any(|line| line.trim_end() == "ready") {
                return Ok(());
            }
            if self.postgres.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_some())) {
                self.postgres = None;
                return Err(failed(last_words(&log_path(dir))));
            }
            sleep(POLL);
        }
        Err(failed(format!("it was not ready after {} seconds", START_PATIENCE.as_secs())))
    }

    /// Lets the watchdog do its work and waits for the end.
    pub(super) fn stop(&mut self) {
        if self.postgres.is_none()
            && let Some(pipe) = &mut self.pipe
        {
            // It has ended by itself; its number may belong to somebody else by now.
            let _ = writeln!(pipe, "gone");
        }
        drop(self.pipe.take());
        if let Some(mut postgres) = self.postgres.take() {
            let _ = postgres.wait();
        }
        let _ = self.watchdog.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Ends a server that a killed run has left on this data, and forgets one that only seems to be there.
pub(super) fn stop_leftover(account: &Account, dir: &Path) -> Result<(), Error> {
    let pid_path = postmaster_pid_path(dir);
    let Ok(state) = fs::read_to_string(&pid_path) else {
        return Ok(());
    };
    let Some(pid) = state.lines().next().and_then(|line| line.trim().parse::<u32>().ok()) else {
        return Ok(());
    };
    let signal = |name: &str| {
        // The shell's own kill: small systems have no other.
        let mut command = account.command(Path::new("sh"), Path::new("/"));
        command.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &pid.to_string()]);
        let status = command.stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let ours = || is_postgres(pid) && works_in(pid, &data_path(dir));
    if ours() {
        signal("INT");
        let begun = Instant::now();
        while ours() {
            if begun.elapsed() > Duration::from_secs(20) {
                signal("QUIT");
            }
            if begun.elapsed() > Duration::from_secs(30) {
                let owner = format!("{pid} (a PostgreSQL that does not stop)");
                return Err(Error::InUse { dir: dir.to_owned(), owner });
            }
            sleep(POLL);
        }
    }
    // A killed machine leaves the file; with another process under that number PostgreSQL would refuse to start.
    match fs::remove_file(&pid_path) {
        Err(cause) if pid_path.exists() => Err(Error::Unusable { dir: dir.to_owned(), cause }),
        _ => Ok(()),
    }
}

/// Whether a live process of that number is a PostgreSQL; one that waits for its parent to notice its end is not.
fn is_postgres(pid: u32) -> bool {
    // Small systems have no ps, macOS has no /proc.
    let said = fs::read_to_string(format!("/proc/{pid}/stat")).or_else(|_| {
        let output = Command::new("ps").args(["-o", "comm=", "-o", "stat=", "-p", &pid.to_string()]).output()?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&output.stdout).into_owned())
    });
    said.is_ok_and(|said| said.contains("postgres") && !said.split_whitespace().any(|word| word == "Z"))
}

/// Whether that process works in this data directory, as the server of it does: after a restart of the machine or in a container
/// the number may belong to another PostgreSQL, which must be left alone. Where nobody tells, the file is believed.
fn works_in(pid: u32, data: &Path) -> bool {
    let told = fs::read_link(format!("/proc/{pid}/cwd")).ok().or_else(|| {
        let output = Command::new("lsof").args(["-a", "-d", "cwd", "-Fn", "-p", &pid.to_string()]).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().find_map(|line| line.strip_prefix('n')).map(PathBuf::from)
    });
    match (told, data.canonicalize()) {
        (Some(told), Ok(data)) => told == data,
        _ => true,
    }
}

/// Makes the data directory where there is none, under another name until it is whole.
fn prepare_data(options: &Options, account: &Account, dir: &Path) -> Result<Binaries, Error> {
    let data = data_path(dir);
    if let Ok(version) = fs::read_to_string(data.join("PG_VERSION")) {
        let major = version.trim().parse().unwrap_or(0);
        return Binaries::find_major(major).ok_or(Error::OtherVersion { dir: dir.to_owned(), data: major });
    }
    let binaries = Binaries::find()?;
    let unfinished = dir.join("data.unfinished");
    let unusable = |cause| Error::Unusable { dir: dir.to_owned(), cause };
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(unusable)?;
    }
    let log = log_path(dir);
    let log_file = File::create(&log).map_err(unusable)?;
    let program = binaries.program("initdb");
    let mut command = account.command(&program, dir);
    command.arg("-D").arg(&unfinished);
    command.args(["-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C"]);
    if !options.durable {
        command.arg("--no-sync");
    }
    let status = command
        .stdout(log_file.try_clone().map_err(unusable)?)
        .stderr(log_file)
        .status()
        .map_err(|cause| Error::CannotRun { program: program.display().to_string(), cause })?;
    if !status.success() {
        return Err(Error::Failed { program: "initdb".to_owned(), said: last_words(&log), log });
    }
    fs::rename(&unfinished, &data).map_err(unusable)?;
    Ok(binaries)
}

fn settings(options: &Options) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("listen_addresses", String::new()),
        ("port", "5432".to_owned()),
        ("unix_socket_permissions", "0700".to_owned()),
        ("max_connections", options.max_connections.to_string()),
        ("shared_buffers", format!("{}MB", options.shared_buffers_mb)),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
        ("jit", "off".to_owned()),
    ];
    if !options.durable {
        for name in ["fsync", "synchronous_commit", "full_page_writes", "autovacuum"] {
            settings.push((name, "off".to_owned()));
        }
        settings.push(("wal_level", "minimal".to_owned()));
        settings.push(("max_wal_senders", "0".to_owned()));
        settings.push(("checkpoint_timeout", "1h".to_owned()));
    }
    settings
}

fn data_path(dir: &Path) -> PathBuf {
    dir.join("data")
}

fn log_path(dir: &Path) -> PathBuf {
    dir.join("postgres.log")
}

fn postmaster_pid_path(dir: &Path) -> PathBuf {
    data_path(dir).join("postmaster.pid")
}

fn last_words(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let telling = text.lines().rev().find(|line| ["FATAL", "PANIC", "error"].iter().any(|word| line.contains(word)));
    telling.or(text.lines().next_back()).unwrap_or("it said nothing").trim().to_owned()
}
