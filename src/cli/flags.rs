//! `quittance flags`

use std::process::ExitCode;

use anyhow::bail;
use diesel::Connection;
use uuid::Uuid;

use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::models::{audit, flag};

/// What `flags` is told.
#[derive(clap::Args)]
pub struct Args {
    /// Note that this one is dealt with
    #[arg(long, value_name = "ID")]
    resolve: Option<Uuid>,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Lists the open flags, oldest first, or resolves one.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut conn = connect(&args.database)?;
    if let Some(id) = args.resolve {
        let now = Clock::system().now();
        let resolved = conn.transaction(|conn| {
            let resolved = flag::resolve_one(conn, id, now)?;
            if resolved {
                audit::write_command(conn, "flags", "finding.resolved", "finding", id, None, now)?;
            }
            diesel::QueryResult::Ok(resolved)
        })?;
        if !resolved {
            bail!("there is no open flag {id}");
        }
        println!("resolved");
        return Ok(ExitCode::SUCCESS);
    }
    for flag in flag::open(&mut conn)? {
        let id = |id: Option<Uuid>| id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        println!(
            "{} {} {} payment {} debt {}: {}",
            flag.id,
            flag.created_at.format("%Y-%m-%d"),
            flag.kind,
            id(flag.payment_id),
            id(flag.debt_id),
            flag.detail
        );
    }
    Ok(ExitCode::SUCCESS)
}
