//! A private PostgreSQL out of the machine's own binaries, for the demo, the tests and the benchmarks.
//!
//! It serves on a unix socket in a directory that only its owner may enter (mode 0700) and on no network port at all. That
//! is why it needs no password: who can open the socket could read the data files as well. No port means nothing that
//! could be taken, and nothing another user of the machine could connect to.
//!
//! It never outlives its owner: see [`process`].

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

/// Who runs it, and which directories that user may enter.
mod account;
/// Where the programs are, and of which version.
mod binaries;
/// The server process and the watchdog that ends it.
mod process;

pub use binaries::{Binaries, OLDEST_MAJOR};

use account::Account;
use process::Server;

/// Its superuser, and the only role there is.
const ROLE: &str = "quittance";
/// The longest path of a unix socket that every system takes, in bytes (macOS has 104 with the final zero).
const SOCKET_PATH_MAX: usize = 103;
const SOCKET_FILE: &str = ".s.PGSQL.5432.lock";
const URL_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where the data lives.
#[derive(Clone, Debug)]
pub enum Place {
    /// In this directory, and it stays there. One process at a time may use it.
    Kept(PathBuf),
    /// In a new directory that goes when the server stops.
    Temporary,
}

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the data lives.
    pub place: Place,
    /// Whether a power failure may lose nothing. Without it everything is several times faster.
    pub durable: bool,
    /// How many connections it takes.
    pub max_connections: u16,
    /// Memory for its page cache, in megabytes.
    pub shared_buffers_mb: u32,
}

impl Options {
    /// For data that is meant to stay.
    pub fn kept(dir: impl Into<PathBuf>) -> Options {
        Options { place: Place::Kept(dir.into()), durable: true, max_connections: 100, shared_buffers_mb: 128 }
    }

    /// For tests: gone afterwards, and nothing waits for the disk.
    pub fn temporary() -> Options {
        Options { place: Place::Temporary, durable: false, max_connections: 300, shared_buffers_mb: 64 }
    }
}

/// Why there is no private PostgreSQL, each with what to do.
#[derive(Debug, Error)]
pub enum Error {
    /// No binaries.
    #[error(
        "PostgreSQL is not installed: install version {OLDEST_MAJOR} or newer (Debian and Ubuntu: apt install postgresql; \
         macOS: brew install postgresql@17)"
    )]
    NotInstalled,
    /// Only binaries that are too old.
    #[error("PostgreSQL {found} is too old: install version {OLDEST_MAJOR} or newer")]
    TooOld {
        /// The newest major version that is there.
        found: u32,
    },
    /// The data belongs to a version that is not there.
    #[error(
        "the data in {} was made by PostgreSQL {data}, which is not installed: install it, or start over without that directory",
        dir.display()
    )]
    OtherVersion {
        /// The data's directory.
        dir: PathBuf,
        /// The major version that made it.
        data: u32,
    },
    /// Another process has it.
    #[error("{} is in use by process {owner}: stop that one first, or choose another directory", dir.display())]
    InUse {
        /// The data's directory.
        dir: PathBuf,
        /// Process id of the other one.
        owner: String,
    },
    /// There is no user to drop to.
    #[error("PostgreSQL refuses to run as root and there is no user postgres or nobody: run this as an ordinary user")]
    NoAccount,
    /// A directory cannot be made or used.
    #[error("cannot use {}: {cause}; choose a directory you may write to", dir.display())]
    Unusable {
        /// The directory.
        dir: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A program cannot be started.
    #[error("cannot run {program}: {cause}")]
    CannotRun {
        /// The program.
        program: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A program gave up.
    #[error("{program} failed: {said} (its log is {})", log.display())]
    Failed {
        /// The program.
        program: String,
        /// Its last words.
        said: String,
        /// Where the rest of them stands.
        log: PathBuf,
    },
    /// The server runs, but a statement failed.
    #[error("the private PostgreSQL refused: {0}")]
    Refused(String),
}

/// A running private PostgreSQL; dropping it stops it.
#[derive(Debug)]
pub struct PrivatePg {
    dir: PathBuf,
    socket_dir: PathBuf,
    server: Server,
    // Held as long as the server may run. The system lets go of it whatever way this process ends.
    _lock: File,
}

impl PrivatePg {
    /// Starts it, making its data directory first where there is none, and returns when it takes connections.
    /// What a killed run has left behind is cleared away.
    ///
    /// # Errors
    /// [`Error`], each one sentence that says what to do.
    pub fn start(options: &Options) -> Result<PrivatePg, Error> {
        let (account, dir) = match &options.place {
            Place::Kept(wanted) => {
                let account = Account::choose(Some(wanted))?;
                let dir = account.settle(wanted)?;
                (account, dir)
            }
            Place::Temporary => {
                let account = Account::choose(None)?;
                let dir = account.make_temporary()?;
                (account, dir)
            }
        };
        let lock = lock(&dir)?;
        let socket_dir = socket_dir(&dir, &account)?;
        let server = Server::start(options, &account, &dir, &socket_dir)?;
        Ok(PrivatePg { dir, socket_dir, server, _lock: lock })
    }

    /// Removes what a stopped one has kept for `wanted`.
    ///
    /// # Errors
    /// [`Error::InUse`] while it runs, [`Error::Unusable`] when it cannot be removed.
    pub fn erase(wanted: &Path) -> Result<(), Error> {
        let account = Account::choose(Some(wanted))?;
        let dir = account.settle(wanted)?;
        let _lock = lock(&dir)?;
        process::stop_leftover(&account, &dir)?;
        fs::remove_dir_all(&dir).map_err(|cause| Error::Unusable { dir, cause })
    }

    /// Where the data really lies: as root that can be another place than the wanted one.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The connection URL of a database in it, for libpq and everything that reads its URLs.
    pub fn url(&self, database: &str) -> String {
        let host = utf8_percent_encode(&self.socket_dir.to_string_lossy(), URL_VALUE).to_string();
        format!("postgresql:///{}?host={host}&port=5432&user={ROLE}", utf8_percent_encode(database, URL_VALUE))
    }

    /// Creates a database unless it is there; says whether it was made.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn create_database(&self, name: &str) -> Result<bool, Error> {
        let mut conn =
            PgConnection::establish(&self.url("postgres")).map_err(|error| Error::Refused(error.to_string()))?;
        match conn.batch_execute(&format!("CREATE DATABASE \"{}\"", name.replace('"', ""))) {
            Ok(()) => Ok(true),
            Err(error) if error.to_string().contains("already exists") => Ok(false),
            Err(error) => Err(Error::Refused(error.to_string())),
        }
    }

    /// Stops it and waits until it is gone; a temporary one's directory goes too.
    pub fn stop(mut self) {
        self.server.stop();
    }
}

fn lock(dir: &Path) -> Result<File, Error> {
    let unusable = |cause| Error::Unusable { dir: dir.to_owned(), cause };
    let mut file =
        File::options().create(true).read(true).write(true).truncate(false).open(dir.join("lock")).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).map_err(unusable)?;
            file.rewind().map_err(unusable)?;
            write!(file, "{}", std::process::id()).map_err(unusable)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            file.read_to_string(&mut owner).map_err(unusable)?;
            Err(Error::InUse { dir: dir.to_owned(), owner })
        }
        Err(TryLockError::Error(cause)) => Err(unusable(cause)),
    }
}

/// Next to the data where the path is short enough, so that the URL stays the same from start to start.
fn socket_dir(dir: &Path, account: &Account) -> Result<PathBuf, Error> {
    let beside = dir.join("socket");
    if beside.as_os_str().len() + SOCKET_FILE.len() < SOCKET_PATH_MAX {
        account.make_private(&beside)?;
        return Ok(beside);
    }
    account.make_temporary()
}
