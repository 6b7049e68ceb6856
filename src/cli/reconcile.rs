//! `quittance reconcile`

use std::process::ExitCode;

use anyhow::bail;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

use crate::cli::{Desk, block_on};
use crate::config::ServeArgs;
use crate::jobs::reconcile::{Comparison, Period, Reconciliation};
use crate::models::books;

/// What `reconcile` is told.
#[derive(clap::Args)]
pub struct Args {
    /// First day, UTC; 35 days ago by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// Last day, UTC; today by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
    /// Enter what is certain: what Stripe says of its own payments, refunds and chargebacks
    #[arg(long)]
    apply: bool,
    #[command(flatten)]
    settings: ServeArgs,
}

const USUAL_DAYS: i64 = 35;
/// How often what is certain is entered and looked at again.
const ROUNDS: usize = 4;

/// Compares the books with Stripe's. Where they agree up to now, and payments were disabled because the database is a restored
/// copy, they are taken again. Exit code 1 when something differs.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (from, to, apply) = (args.from, args.to, args.apply);
    let desk = Desk::open(args.settings)?;
    let now = desk.clock.now();
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let period = Period {
        from: from.map_or(now - Duration::days(USUAL_DAYS), midnight),
        until: to.map_or(now, |day| midnight(day) + Duration::days(1)).min(now),
    };
    if period.from >= period.until {
        bail!("--from must be a day before --to, and not in the future");
    }
    block_on(async move {
        // Whose checkouts are ours is written where the portal first runs; here may be the first time.
        let checked = desk.db.write(move |conn| books::check(conn, now)).await?;
        let work = Reconciliation::new(desk.db.clone(), desk.cashier.clone(), period);
        let until = checked.closed_at.unwrap_or(now);
        // Before anything is entered: behind the newest payment of the copy nothing may be missing.
        let newest = desk.db.read(move |conn| books::newest_payment(conn, until)).await?;
        let mut comparison = work.compare().await?;
        // Refunds of a payment that was missing are found when it is there.
        for _ in 0..ROUNDS {
            if !apply || !comparison.differences.iter().any(|d| d.is_certain()) {
                break;
            }
            for difference in &comparison.differences {
                println!("differs  {}{}", difference.text, if difference.is_certain() { ": entered" } else { "" });
                work.enter(difference).await?;
            }
            comparison = work.compare().await?;
        }
        say(&comparison);
        if !comparison.differences.is_empty() {
            return Ok(ExitCode::FAILURE);
        }
        if checked.closed_at.is_some() || to.is_none() {
            reopen(&desk, &period, checked.closed_at, newest).await?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn say(comparison: &Comparison) {
    for difference in &comparison.differences {
        let advice =
            if difference.is_certain() { "certain, --apply enters it" } else { "look at it at Stripe's dashboard" };
        println!("differs  {} ({advice})", difference.text);
    }
    let Comparison { checkouts, refunds, chargebacks, differences } = comparison;
    println!("compared {checkouts} checkouts, {refunds} refunds, {chargebacks} chargebacks");
    match differences.len() {
        0 => println!("the books agree with Stripe's"),
        count => println!("{count} difference(s)"),
    }
}

/// The period must reach from the last payment the books know to now: only then nothing can be missing behind it.
async fn reopen(
    desk: &Desk,
    period: &Period,
    closed_at: Option<DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let reaches_now = period.until + Duration::minutes(5) >= now;
    match newest {
        Some(newest) if newest < period.from && closed_at.is_some() => {
            println!(
                "payments stay disabled: compare from {} on, the day of the newest payment in the books",
                newest.date_naive()
            );
        }
        _ if !reaches_now && closed_at.is_some() => {
            println!("payments stay disabled: compare up to now (without --to)");
        }
        _ if reaches_now => {
            desk.db.write(move |conn| books::agree(conn, now)).await?;
            if closed_at.is_some() {
                println!("payments are taken again");
            }
        }
        _ => {}
    }
    Ok(())
}
