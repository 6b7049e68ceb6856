//! `quittance sweep`

use std::process::ExitCode;

use anyhow::Context;

use crate::cashier::Cashier;
use crate::cli::block_on;
use crate::clock::Clock;
use crate::config::{ServeArgs, Settings};
use crate::db::Db;
use crate::jobs::sweep::Sweep;
use crate::stripe::Stripe;

/// The settings of the portal.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: ServeArgs,
}

/// One run of the sweep; exit code 1 when something could not be looked at.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let settings = Settings::check(args.settings)?;
    block_on(async move {
        let db = Db::new(&settings.database_url, &settings.args.database);
        let stripe = Stripe::new(&settings).context("the client for Stripe cannot be built")?;
        let cashier = Cashier::new(&settings, db.clone(), stripe, Clock::system());
        let report = Sweep::new(&settings, db, cashier, Clock::system()).once().await?;
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
