//! `quittance staff`

use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::Duration;
use clap::{Subcommand, ValueEnum};
use diesel::Connection;
use diesel::pg::PgConnection;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::domain::staff::Role;
use crate::models::audit::{self, Act, Actor};
use crate::models::staff::{self as people, Changed, Person, Purpose};
use crate::web::security;

/// What `staff` is told.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Subcommand)]
enum Command {
    /// Invite somebody, the first administrator to begin with; prints a link that expires
    Invite {
        /// The address they sign in with
        email: String,
        /// Their name, as the audit trail will show it
        #[arg(long)]
        name: String,
        /// What they may do
        #[arg(long, value_enum, default_value_t = RoleName::Administrator)]
        role: RoleName,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Print a new link for a password; the second factor stays
    Link {
        /// The address they sign in with
        email: String,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// List everybody
    List,
    /// Take the access away; every session ends
    Disable {
        /// The address they sign in with
        email: String,
    },
    /// Forget a lost second factor; it is set up anew at the next sign-in
    ForgetSecondFactor {
        /// The address they sign in with
        email: String,
    },
}

#[derive(clap::Args)]
struct LinkArgs {
    /// The address at which staff opens the portal
    #[arg(long, env, value_name = "URL")]
    public_url: Url,
    /// How long the link works
    #[arg(long, env, default_value_t = 48, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=336))]
    staff_link_hours: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Viewer,
    Agent,
    Compliance,
    Administrator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Viewer => Role::Viewer,
            RoleName::Agent => Role::Agent,
            RoleName::Compliance => Role::Compliance,
            RoleName::Administrator => Role::Administrator,
        }
    }
}

/// Runs the subcommand. A link is printed to the operator, and nowhere else.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut conn = connect(&args.database)?;
    match args.command {
        Command::Invite { email, name, role, link } => invite(&mut conn, &email, &name, role.into(), &link)?,
        Command::Link { email, link } => {
            let person = named(&mut conn, &email)?;
            let purpose = if person.password_hash.is_some() { Purpose::Reset } else { Purpose::Invite };
            print_link(&mut conn, &person, purpose, &link)?;
        }
        Command::List => {
            for person in people::all(&mut conn)? {
                println!("{} {} <{}> {}", person.role.as_str(), person.name, person.email, person.state());
            }
        }
        Command::Disable { email } => {
            let (person, now) = (named(&mut conn, &email)?, Clock::system().now());
            let changed = conn.transaction(|conn| {
                let changed = people::set_disabled(conn, person.id, Some(now))?;
                if changed == Changed::Done {
                    note(conn, "staff.disabled", person.id)?;
                }
                diesel::QueryResult::Ok(changed)
            })?;
            if changed == Changed::LastAdministrator {
                bail!("this is the last administrator; invite another one first");
            }
            println!("disabled");
        }
        Command::ForgetSecondFactor { email } => {
            let person = named(&mut conn, &email)?;
            conn.transaction(|conn| {
                people::forget_second_factor(conn, person.id)?;
                note(conn, "staff.second_factor_forgotten", person.id)
            })?;
            println!("forgotten; it is set up anew at the next sign-in");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn named(conn: &mut PgConnection, email: &str) -> anyhow::Result<Person> {
    people::find_by_email(conn, email)?.with_context(|| format!("nobody signs in with {email}"))
}

fn note(conn: &mut PgConnection, action: &str, id: Uuid) -> diesel::QueryResult<()> {
    let act = Act { action, subject: "staff", subject_id: Some(id), details: json!({}), ..Act::default() };
    audit::write(conn, &Actor::command("staff"), &act, Clock::system().now())
}

fn invite(conn: &mut PgConnection, email: &str, name: &str, role: Role, link: &LinkArgs) -> anyhow::Result<()> {
    if !crate::domain::contact_data::is_email(email.trim()) {
        bail!("{email} is not an e-mail address");
    }
    if name.trim().is_empty() || name.chars().count() > 200 {
        bail!("--name must have from 1 to 200 characters");
    }
    let invited = conn.transaction(|conn| {
        let person = people::invite(conn, email, name, role)?;
        if let Some(person) = &person {
            note(conn, "staff.invited", person.id)?;
        }
        diesel::QueryResult::Ok(person)
    })?;
    let Some(person) = invited else {
        bail!("somebody with this address is here already; quittance staff link makes a new link");
    };
    print_link(conn, &person, Purpose::Invite, link)
}

fn print_link(conn: &mut PgConnection, person: &Person, purpose: Purpose, link: &LinkArgs) -> anyhow::Result<()> {
    let secret = security::random_text().context("the operating system gives no random numbers")?;
    let (lives, now) = (Duration::hours(link.staff_link_hours.into()), Clock::system().now());
    conn.transaction(|conn| {
        people::make_link(conn, person.id, purpose, &security::sha256(&secret), lives, now)?;
        note(conn, "staff.link_made", person.id)
    })?;
    println!("{}/admin/invitations/{secret}", link.public_url.as_str().trim_end_matches('/'));
    Ok(())
}
