use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Error;

/// The oldest major version of PostgreSQL that Quittance runs on.
pub const OLDEST_MAJOR: u32 = 14;

/// Directories with one sub-directory per version, and where in it the programs are.
const VERSIONED: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// One installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The directory with `postgres`, `initdb` and the others.
    pub dir: PathBuf,
    /// Its major version.
    pub major: u32,
}

impl Binaries {
    /// The one to make new data with: what PATH or `pg_config` name, else the newest.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] or [`Error::TooOld`].
    pub fn find() -> Result<Binaries, Error> {
        let all = Binaries::all();
        match all.iter().find(|found| found.major >= OLDEST_MAJOR) {
            Some(found) => Ok(found.clone()),
            None => Err(match all.iter().map(|found| found.major).max() {
                Some(found) => Error::TooOld { found },
                None => Error::NotInstalled,
            }),
        }
    }

    /// The one for data that version `major` made.
    pub fn find_major(major: u32) -> Option<Binaries> {
        Binaries::all().into_iter().find(|found| found.major == major)
    }

    /// The path of one of its programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Every installed one, the preferred first.
    fn all() -> Vec<Binaries> {
        let mut found: Vec<Binaries> = Vec::new();
        let named = [answer("sh", &["-c", "dirname \"$(command -v initdb)\""]), answer("pg_config", &["--bindir"])];
        let mut versioned: Vec<Binaries> = versioned_dirs().iter().filter_map(|dir| probe(dir)).collect();
        versioned.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
        let named = named.into_iter().flatten().filter_map(|dir| probe(Path::new(&dir)));
        for binaries in named.chain(versioned) {
            if !found.contains(&binaries) {
                found.push(binaries);
            }
        }
        found
    }
}

fn versioned_dirs() -> Vec<PathBuf> {
    VERSIONED
        .iter()
        .filter_map(|(root, inner)| Some((fs::read_dir(root).ok()?, *inner)))
        .flat_map(|(entries, inner)| entries.flatten().map(move |entry| entry.path().join(inner)))
        .filter(|dir| dir.join("initdb").is_file())
        .collect()
}

/// Both programs must be there: a client-only package brings `pg_config` without a server.
fn probe(dir: &Path) -> Option<Binaries> {
    if !dir.is_absolute() || !dir.join("initdb").is_file() {
        return None;
    }
    let dir = dir.canonicalize().ok()?;
    let said = answer(dir.join("postgres").to_str()?, &["--version"])?;
    Some(Binaries { major: parse_major(&said)?, dir })
}

/// Reads "postgres (PostgreSQL) 15.6 (Debian 15.6-1)", and "17beta1" as 17.
fn parse_major(said: &str) -> Option<u32> {
    let version = said.split("(PostgreSQL)").nth(1)?.trim_start();
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn answer(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !said.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::parse_major;

    #[test]
    fn reads_the_major_version_of_every_packager() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.6 (Debian 15.6-1.pgdg120+1)"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 14.11 (Homebrew)"), Some(14));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(parse_major("postgres"), None);
    }
}
