//! `quittance bench`: how fast the debt page is, beside the fastest that PostgreSQL and the web server can be by themselves.
//!
//! The machine drifts, so what is compared is measured in turns, and only ratios of one run say anything.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::private_pg::{Options, Place, PrivatePg};

/// The constant page.
mod bare;
/// The database that is measured with.
mod fill;
/// Taking files in.
mod import;
/// The load generator.
mod load;
/// PostgreSQL by itself.
mod pgbench;
/// The portal as a process.
mod portal;
/// Progress of long steps.
mod progress;
/// The result.
mod report;
/// What staff does.
mod staff;

use bare::Bare;
use fill::Filled;
use load::Requests;
use pgbench::Pgbench;
use portal::Portal;
use progress::Progress;
use report::{Level, Report};

/// Connections, and the goal for the page's share of PostgreSQL's throughput.
const LEVELS: [(usize, f64); 3] = [(1, 0.60), (8, 0.65), (32, 0.90)];
/// Histories in the hot set.
const HOT: usize = 100;
const SMALL: u32 = 10_000;
/// How often the start is measured.
const STARTS: usize = 5;

/// What `bench` is told.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    /// Debts in the database
    #[arg(long, global = true, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(10_000..=50_000_000))]
    debts: u32,
    /// Seconds of each measurement; everything takes about 45 times as long
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// How often everything is measured; the medians count
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
    /// Fill the database anew
    #[arg(long, global = true)]
    fresh: bool,
    /// Where the database is kept
    #[arg(long, global = true, default_value = ".quittance/bench", value_name = "DIR")]
    data_dir: PathBuf,
}

/// Something else than the debt page.
#[derive(clap::Subcommand)]
enum Part {
    /// Measure the list of debts, the search box and the file of all debts
    Staff,
    /// Measure taking a file in, beside psql's copy of the same rows
    Import(import::Args),
}

/// Fills the databases, measures, and prints the result.
///
/// # Errors
/// When a part cannot be started, or answers anything but whole pages.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(Part::Import(import)) = &args.part {
        return import::run(import, &args.data_dir.join("import"));
    }
    fs::create_dir_all(&args.data_dir).with_context(|| format!("cannot write to {}", args.data_dir.display()))?;
    let place = args.data_dir.join("postgres");
    if args.fresh {
        PrivatePg::erase(&place)?;
    }
    // Its settings are those of production, with room for all of this database in its page cache.
    let options = Options { place: Place::Kept(place), durable: true, max_connections: 100, shared_buffers_mb: 1_024 };
    let postgres = PrivatePg::start(&options)?;
    if let Some(Part::Staff) = args.part {
        staff::run(&args, &postgres)?;
        postgres.stop();
        return Ok(ExitCode::SUCCESS);
    }
    let large = fill::prepare(&postgres, args.debts)?;
    let small = fill::prepare(&postgres, SMALL)?;
    let report = measure(&args, &large, &small)?;
    print!("{report}");
    postgres.stop();
    Ok(ExitCode::SUCCESS)
}

fn measure(args: &Args, large: &Filled, small: &Filled) -> anyhow::Result<Report> {
    let slice = Duration::from_secs(args.seconds);
    let pgbench = Pgbench::new(large, &args.data_dir)?;
    let levels = LEVELS.map(|(connections, goal)| Level { connections, goal, ..Level::default() });
    let mut report = Report { debts: (large.debts, small.debts), levels: levels.into(), ..Report::default() };
    for _ in 0..STARTS {
        report.first_page_after.push(Portal::start(large, &args.data_dir)?.first_page_after);
    }
    let portal = Portal::start(large, &args.data_dir)?;
    let page = body(&portal.first_page)?;
    report.page_bytes = page.len();
    let bare = Bare::start(page)?;
    let whole = portal::requests(portal.address, large.numbers());
    let constant = Requests { address: bare.address, ..whole.clone() };
    let mut progress = Progress::begin("Measuring");
    for round in 1..=args.rounds {
        for level in &mut report.levels {
            let before = portal.cpu_micros();
            let outcome = load::run(&whole, level.connections, slice)?;
            if let (Some(before), Some(after)) = (before, portal.cpu_micros()) {
                level.cpu_micros.push(per_page(after.saturating_sub(before), outcome.answers));
            }
            level.page.push(outcome);
            level.pgbench.push(pgbench.run(level.connections, slice)?);
            level.bare.push(load::run(&constant, level.connections, slice / 3)?);
        }
        compare_sets(args, &mut report, &portal, large, small)?;
        progress.tell(round, args.rounds);
    }
    progress.end();
    report.peak_memory_mb = portal.peak_memory_mb();
    Ok(report)
}

/// All histories against a few of them, and this database against a small one, at 8 connections. The small one has the same
/// histories, so what differs is only what lies around them.
fn compare_sets(
    args: &Args,
    report: &mut Report,
    portal: &Portal,
    large: &Filled,
    small: &Filled,
) -> anyhow::Result<()> {
    const CONNECTIONS: usize = 8;
    let slice = Duration::from_secs(args.seconds);
    let small_portal = Portal::start(small, &args.data_dir)?;
    let ask = |requests: Requests| load::run(&requests, CONNECTIONS, slice).map(|outcome| outcome.per_second);
    let hot = ask(portal::requests(portal.address, large.numbers().take(HOT)))?;
    let in_large = ask(portal::requests(portal.address, large.numbers()))?;
    let in_small = ask(portal::requests(small_portal.address, small.numbers()))?;
    report.whole_to_hot.push(hot / in_large);
    report.large_to_small.push(in_small / in_large);
    Ok(())
}

/// The time that so many percent of these, which are sorted, do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

#[allow(clippy::cast_precision_loss, reason = "microseconds and pages of a few seconds")]
fn per_page(micros: u64, pages: usize) -> f64 {
    micros as f64 / pages as f64
}

fn body(answer: &[u8]) -> anyhow::Result<Vec<u8>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { bail!("the page has no body") };
    Ok(answer.get(end + 4..).unwrap_or_default().to_vec())
}
