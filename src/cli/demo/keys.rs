use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::domain::token::Token;

/// The demo's secrets, made at its first start. They open nothing but the demo, and still nobody else may read them.
#[derive(Serialize, Deserialize)]
pub(super) struct Keys {
    pub(super) session_key: String,
    pub(super) stripe_secret_key: String,
    pub(super) stripe_webhook_secret: String,
    /// The password of everybody of the demo's staff.
    #[serde(default)]
    pub(super) staff_password: String,
    /// Where the sandbox was last time.
    pub(super) sandbox_port: Option<u16>,
}

/// Where they are kept.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join("keys.json")
}

impl Keys {
    pub(super) fn load_or_make(dir: &Path) -> anyhow::Result<Keys> {
        let path = path(dir);
        match fs::read_to_string(&path) {
            Ok(text) => {
                let mut keys: Keys = serde_json::from_str(&text)
                    .with_context(|| format!("{} is damaged; start over with --fresh", path.display()))?;
                // A directory of an earlier version has none.
                if keys.staff_password.is_empty() {
                    keys.staff_password = staff_password()?;
                    keys.save(dir)?;
                }
                Ok(keys)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let keys = Keys {
                    session_key: format!("{}{}", random()?, random()?),
                    stripe_secret_key: format!("sk_test_{}", random()?),
                    stripe_webhook_secret: format!("whsec_{}", random()?),
                    staff_password: staff_password()?,
                    sandbox_port: None,
                };
                keys.save(dir)?;
                Ok(keys)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    pub(super) fn remember_sandbox_port(&mut self, dir: &Path, port: u16) -> anyhow::Result<()> {
        if self.sandbox_port == Some(port) {
            return Ok(());
        }
        self.sandbox_port = Some(port);
        self.save(dir)
    }

    fn save(&self, dir: &Path) -> anyhow::Result<()> {
        let path = path(dir);
        let unfinished = path.with_extension("unfinished");
        let _ = fs::remove_file(&unfinished);
        let write = || -> anyhow::Result<()> {
            let mut file = File::options().create_new(true).write(true).mode(0o600).open(&unfinished)?;
            file.write_all(serde_json::to_string_pretty(self)?.as_bytes())?;
            Ok(fs::rename(&unfinished, &path)?)
        };
        write().with_context(|| format!("cannot write {}", path.display()))
    }
}

/// Short enough to be typed: it opens a demo, and only with a code.
fn staff_password() -> anyhow::Result<String> {
    let random = random()?.to_lowercase();
    let letters: Vec<char> = random.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    Ok(letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// As random as a link's secret.
fn random() -> anyhow::Result<String> {
    Ok(Token::issue()?.as_str().to_owned())
}
