//! `quittance doctor`

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;

use crate::cli::block_on;
use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::{ServeArgs, Settings};
use crate::migrations;
use crate::models::{debt, flag};
use crate::stripe::Stripe;

/// What `doctor` is told: the settings of the portal.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: ServeArgs,
}

/// One line per finding.
struct Findings(usize);

impl Findings {
    fn report(&mut self, finding: &str) {
        println!("WRONG  {finding}");
        self.0 += 1;
    }

    fn fine(&self, what: &str) {
        println!("ok     {what}");
    }
}

/// Clocks further apart than this make sessions and signatures unreliable.
const MAX_DRIFT_SECONDS: i64 = 5;

/// Checks settings, database, ledger and Stripe. Exit code 1 when anything is wrong.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut findings = Findings(0);
    let database = args.settings.database.clone();
    let settings = match Settings::check(args.settings) {
        Ok(settings) => {
            findings.fine("the settings are complete");
            Some(settings)
        }
        Err(incomplete) => {
            incomplete.0.iter().for_each(|problem| findings.report(&format!("settings: {problem}")));
            None
        }
    };
    match connect(&database) {
        Ok(mut conn) => check_database(&mut conn, &mut findings)?,
        Err(error) => findings.report(&format!("database: {error}")),
    }
    if let Some(settings) = settings {
        check_stripe(&settings, &mut findings)?;
    }
    match findings.0 {
        0 => println!("nothing is wrong"),
        count => println!("{count} finding(s)"),
    }
    Ok(if findings.0 == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

fn check_database(conn: &mut PgConnection, findings: &mut Findings) -> anyhow::Result<()> {
    let pending = migrations::count_pending(conn)?;
    if pending > 0 {
        findings.report(&format!("database: {pending} migration(s) have not run; run `quittance migrate`"));
        return Ok(());
    }
    findings.fine("every migration has run");
    let theirs: Now = diesel::sql_query("SELECT clock_timestamp() AS now").get_result(conn)?;
    let drift = (theirs.now - Clock::system().now()).num_seconds().abs();
    if drift > MAX_DRIFT_SECONDS {
        findings.report(&format!("clock: {drift} s away from the database's; set both by NTP"));
    } else {
        findings.fine("the clock agrees with the database's");
    }
    let breaches = debt::ledger_breaches(conn)?;
    for breach in &breaches {
        findings.report(&format!(
            "ledger: debt {} says {} paid, its payments add up to {}",
            breach.id, breach.amount_paid, breach.payments
        ));
    }
    if breaches.is_empty() {
        findings.fine("amount_paid of every debt is what its payments add up to");
    }
    for (kind, count) in flag::open_by_kind(conn)? {
        findings.report(&format!("flags: {count} open of kind {kind}; see payment_flags"));
    }
    Ok(())
}

fn check_stripe(settings: &Settings, findings: &mut Findings) -> anyhow::Result<()> {
    let stripe = Stripe::new(settings)?;
    let since = Clock::system().now();
    let answer = block_on(async { Ok(stripe.events_since(since, None, stripe.deadline()).await) })?;
    match answer {
        Ok(_) => findings.fine("Stripe answers and takes the key"),
        Err(error) => findings.report(&format!("Stripe: {error}")),
    }
    Ok(())
}
