use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Error;

/// Where data goes that root's unprivileged user could not reach at the wanted place.
const FALLBACK_DIR: &str = "/var/lib/quittance";
/// Short, because socket paths are limited, and on every Unix.
const TEMPORARY_DIR: &str = "/tmp";

/// The user PostgreSQL runs as. It refuses to run as root, so root drops to somebody else.
#[derive(Debug)]
pub(super) struct Account {
    /// User and group id to drop to; `None`: we are an ordinary user already.
    drop_to: Option<(u32, u32)>,
}

impl Account {
    /// The user for data at `kept`: its owner where there is data already.
    pub(super) fn choose(kept: Option<&Path>) -> Result<Account, Error> {
        if id("-u", None) != Some(0) {
            return Ok(Account { drop_to: None });
        }
        if let Some(there) = kept.and_then(|dir| fs::metadata(dir).ok()).filter(|there| there.uid() != 0) {
            return Ok(Account { drop_to: Some((there.uid(), there.gid())) });
        }
        ["postgres", "_postgres", "nobody"]
            .iter()
            .find_map(|name| Some((id("-u", Some(name))?, id("-g", Some(name))?)))
            .map(|ids| Account { drop_to: Some(ids) })
            .ok_or(Error::NoAccount)
    }

    /// A command that will run as this user, with no setting of another PostgreSQL around it.
    pub(super) fn command(&self, program: &Path, cwd: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(cwd).env("LC_ALL", "C").stdin(Stdio::null());
        for name in ["PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGSERVICE"] {
            command.env_remove(name);
        }
        if let Some((uid, gid)) = self.drop_to {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Makes the directory for kept data and returns where it is: at the wanted place, or, when the user we drop to
    /// cannot get there (root's home is closed, and stays closed), under [`FALLBACK_DIR`].
    pub(super) fn settle(&self, wanted: &Path) -> Result<PathBuf, Error> {
        let wanted = std::path::absolute(wanted).map_err(|cause| Error::Unusable { dir: wanted.to_owned(), cause })?;
        let parent = wanted.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(|cause| Error::Unusable { dir: parent.to_owned(), cause })?;
        if self.drop_to.is_none() || self.may_enter(parent) {
            self.make_private(&wanted)?;
            return Ok(wanted);
        }
        let name = wanted.to_string_lossy().trim_start_matches('/').replace('/', "-");
        fs::create_dir_all(FALLBACK_DIR).map_err(|cause| Error::Unusable { dir: FALLBACK_DIR.into(), cause })?;
        let dir = Path::new(FALLBACK_DIR).join(name);
        self.make_private(&dir)?;
        Ok(dir)
    }

    pub(super) fn make_temporary(&self) -> Result<PathBuf, Error> {
        let dir = Path::new(TEMPORARY_DIR).join(format!("quittance-{}", uuid::Uuid::new_v4().simple()));
        self.make_private(&dir)?;
        Ok(dir)
    }

    /// Makes a directory that only this user may enter, unless it is there.
    pub(super) fn make_private(&self, dir: &Path) -> Result<(), Error> {
        let unusable = |cause| Error::Unusable { dir: dir.to_owned(), cause };
        match DirBuilder::new().mode(0o700).create(dir) {
            Ok(()) => match self.drop_to {
                Some((uid, gid)) => chown(dir, Some(uid), Some(gid)).map_err(unusable),
                None => Ok(()),
            },
            Err(error) if error.kind() == ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
            Err(error) => Err(unusable(error)),
        }
    }

    fn may_enter(&self, dir: &Path) -> bool {
        let mut command = self.command(Path::new("sh"), Path::new("/"));
        command.args(["-c", "cd -- \"$1\"", "sh"]).arg(dir).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

/// What the `id` program says: users may come from a directory service, so /etc/passwd is not enough.
fn id(flag: &str, name: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(flag).args(name).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
