//! `quittance figures`

use std::process::ExitCode;

use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::models::audit::Actor;
use crate::models::figure;

/// What `figures` is told.
#[derive(clap::Args)]
pub struct Args {
    /// Count every figure anew, while the portal goes on
    #[arg(long)]
    rebuild: bool,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Lists what the dashboard tells wrongly, and mends it when asked. Exit code 1 when something is wrong and stays so.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut conn = connect(&args.database)?;
    let differences = figure::differences(&mut conn)?;
    for difference in &differences {
        println!("{difference}");
    }
    if args.rebuild {
        let count = figure::rebuild(&mut conn, &Actor::command("figures"), Clock::system().now())?;
        println!("{count} figures were counted anew");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} of the figures differ from what the tables add up to", differences.len());
    Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
