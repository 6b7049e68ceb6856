//! `quittance migrate`

use std::process::ExitCode;

use anyhow::{Context, anyhow};
use diesel::connection::Connection;
use diesel::pg::PgConnection;

use crate::config::DatabaseSettings;
use crate::migrations;

/// What `migrate` is told.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseSettings,
    /// Only say how many migrations have not run; exit code 1 when any
    #[arg(long)]
    check: bool,
}

/// Runs what has not run yet, one transaction each; two instances at once wait for each other.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut conn = connect(&args.database)?;
    if args.check {
        let pending = migrations::count_pending(&mut conn)?;
        println!("{pending} of {} migrations have not run", migrations::count_all()?);
        return Ok(if pending == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    for name in migrations::run_pending(&mut conn)? {
        println!("migrated: {name}");
    }
    println!("the database is up to date");
    Ok(ExitCode::SUCCESS)
}

/// A connection for a command, outside any pool.
///
/// # Errors
/// When there is no URL, or nothing answers there. The message never holds the URL.
pub fn connect(settings: &DatabaseSettings) -> anyhow::Result<PgConnection> {
    let url = settings.database_url.as_ref().context("DATABASE_URL is missing: postgres://user@host/name")?;
    PgConnection::establish(url.expose())
        .map_err(|_| anyhow!("PostgreSQL does not answer at DATABASE_URL, or does not let us in"))
}
