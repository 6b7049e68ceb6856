use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::keys::Keys;
use super::staff;
use crate::sandbox::{Sandbox, demo_data};

/// Where everything is.
#[derive(Serialize)]
pub(super) struct Ready {
    portal: String,
    sandbox: String,
    /// The page with the e-mails.
    outbox: String,
    database_url: String,
    pid: u32,
    links: Vec<ReadyLink>,
    authenticator: String,
    staff: Vec<ReadyPerson>,
}

#[derive(Serialize)]
struct ReadyPerson {
    role: &'static str,
    email: &'static str,
    password: String,
    /// What an authenticator is given, base32.
    secret: String,
}

#[derive(Serialize)]
struct ReadyLink {
    name: &'static str,
    url: String,
    postal_code: Option<String>,
    about: &'static str,
}

impl Ready {
    pub(super) fn new(
        portal: &str,
        sandbox: &Sandbox,
        database_url: &str,
        links: &[demo_data::Link],
        keys: &Keys,
    ) -> Ready {
        let links = links
            .iter()
            .map(|link| ReadyLink {
                name: link.name,
                url: format!("{portal}/d/{}", link.token),
                postal_code: link.postal_code.clone(),
                about: link.about,
            })
            .collect();
        let staff = staff::people_of(&keys.session_key)
            .into_iter()
            .map(|person| ReadyPerson {
                role: person.role.as_str(),
                email: person.email,
                password: keys.staff_password.clone(),
                secret: person.seed.text().replace(' ', ""),
            })
            .collect();
        Ready {
            authenticator: format!("{}/authenticator", sandbox.base_url()),
            outbox: sandbox.outbox_url(),
            staff,
            portal: portal.to_owned(),
            sandbox: sandbox.base_url(),
            database_url: database_url.to_owned(),
            pid: std::process::id(),
            links,
        }
    }

    /// Whole or not at all: who waits for the file may read it as soon as it is there.
    pub(super) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let unfinished = file.with_extension("unfinished");
        let write = || -> anyhow::Result<()> {
            fs::write(&unfinished, serde_json::to_string_pretty(self)?)?;
            Ok(fs::rename(&unfinished, file)?)
        };
        write().with_context(|| format!("cannot write {}", file.display()))
    }

    pub(super) fn say(&self, data_dir: &Path, postgres_dir: &Path) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "\nQuittance is ready: {}\n", self.portal)?;
        writeln!(out, "Open a link in your browser and type the postal code beside it:\n")?;
        for link in &self.links {
            writeln!(out, "  {}   {}", link.url, link.postal_code.as_deref().unwrap_or("(none on file)"))?;
            writeln!(out, "      {}", link.about)?;
        }
        writeln!(
            out,
            "\nStaff signs in at {}/admin with a password and a code from {}:\n",
            self.portal, self.authenticator
        )?;
        for person in &self.staff {
            writeln!(out, "  {:<14} {:<28} {}", person.role, person.email, person.password)?;
        }
        writeln!(out, "\nPay with one of these; no money moves. Any later date and any three digits will do.\n")?;
        for (number, what) in [
            ("4242 4242 4242 4242", "card, paid"),
            ("4000 0000 0000 0002", "card, declined; 9995 at the end: insufficient funds; 0069: expired"),
            ("4000 0025 0000 3155", "card, asks for a confirmation by the bank (3-D Secure)"),
            ("000123456789", "bank account, paid after some seconds; 000222222227 fails after some seconds"),
        ] {
            writeln!(out, "  {number:<20} {what}")?;
        }
        writeln!(out, "\nStripe sandbox: {}", self.sandbox)?;
        writeln!(out, "E-mails:        {}", self.outbox)?;
        writeln!(out, "Database:       psql '{}'", self.database_url)?;
        write!(out, "Data:           {}", data_dir.display())?;
        if std::path::absolute(data_dir).is_ok_and(|dir| !postgres_dir.starts_with(dir)) {
            write!(out, " and {}", postgres_dir.display())?;
        }
        writeln!(out, "\n\nCtrl-C stops everything and keeps the data; --fresh starts over.")?;
        out.flush()
    }
}
