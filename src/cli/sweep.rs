//! `quittance sweep`

use std::process::ExitCode;

use crate::cli::{Desk, block_on};
use crate::config::ServeArgs;
use crate::jobs::sweep::Sweep;

/// The settings of the portal.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: ServeArgs,
}

/// One run of the sweep; exit code 1 when something could not be looked at.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Desk { settings, clock, db, cashier } = Desk::open(args.settings)?;
    block_on(async move {
        let report = Sweep::new(&settings, db, cashier, clock).once().await?;
        if !report.ran {
            println!("another instance is sweeping");
            return Ok(ExitCode::SUCCESS);
        }
        println!("missed events: {}", report.missed_events);
        println!("payments checked: {}", report.payments_checked);
        println!("refunds and chargebacks checked: {}", report.returns_checked);
        println!("failures: {}", report.failures);
        Ok(if report.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
