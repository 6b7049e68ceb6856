//! PostgreSQL by itself: its own `pgbench` with the statement of the debt page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use diesel::connection::Connection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::fill::{DEBT_ID, ENTRIES, Filled};
use crate::models::history;
use crate::private_pg::Binaries;

/// The statement of the page, ready for `pgbench`.
///
/// `pgbench` has only numbers to choose at random, so the debt's id and the session's hash are made from the debt's number by
/// two small expressions, where the portal sends them as they are. Together they take about a microsecond.
pub(super) struct Pgbench {
    program: PathBuf,
    script: PathBuf,
    url: String,
}

impl Pgbench {
    /// Writes the script into `dir`.
    ///
    /// # Errors
    /// When there is no `pgbench`, or when the statement does not find the rows that the page shows.
    pub(super) fn new(filled: &Filled, dir: &Path) -> anyhow::Result<Pgbench> {
        // Some systems have it only on PATH, beside psql.
        let beside = Binaries::find()?.program("pgbench");
        let program = if beside.exists() { beside } else { PathBuf::from("pgbench") };
        check(filled)?;
        let script = dir.join("page.pgbench");
        let choice = format!("\\set n random(1, {}) * {}\n", filled.histories, filled.stride());
        fs::write(&script, choice + &statement(":n") + ";\n").context("the script for pgbench cannot be written")?;
        Ok(Pgbench { program, script, url: filled.url.clone() })
    }

    /// Transactions per second with `connections` clients.
    ///
    /// # Errors
    /// When `pgbench` fails, or a transaction of it.
    pub(super) fn run(&self, connections: usize, duration: Duration) -> anyhow::Result<f64> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).min(connections);
        let output = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol=prepared", "--client", &connections.to_string()])
            .args(["--jobs", &threads.to_string(), "--time", &duration.as_secs().max(1).to_string()])
            .arg("--file")
            .arg(&self.script)
            .arg(&self.url)
            // What PostgreSQL comes to by itself after the first five executions; this way the short run is not spent on
            // planning.
            .env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan -c timezone=UTC")
            .output()
            .context("pgbench cannot be run; it comes with PostgreSQL's server or its contrib package")?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let line = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench tells no tps")?;
        Ok(line.split(' ').next().unwrap_or_default().parse()?)
    }
}

/// The page's statement about debt `number`. The times before which a session has ended are constants.
fn statement(number: &str) -> String {
    let parameters = [
        ("$5", "'2026-01-01Z'".to_owned()),
        ("$4", format!("('{DEBT_ID}' || lpad({number}, 12, '0'))::uuid")),
        ("$3", "'2026-01-01Z'".to_owned()),
        ("$2", "'2026-01-01Z'".to_owned()),
        ("$1", format!("sha256({number})")),
    ];
    parameters.iter().fold(history::plain_page_sql(), |sql, (name, value)| sql.replace(name, value))
}

/// The statement must find the debt and its whole history, or something else would be measured.
fn check(filled: &Filled) -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(&filled.url)?;
    let number = format!("'{}'", filled.stride());
    let found = diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM ({}) r)", statement(&number)));
    let rows: i64 = diesel::select(found).get_result(&mut conn)?;
    if rows != i64::from(ENTRIES) + 1 {
        bail!("the page's statement finds {rows} rows instead of {}: start over with --fresh", ENTRIES + 1);
    }
    let durable = diesel::dsl::sql::<Bool>("current_setting('fsync')::bool AND NOT current_setting('jit')::bool");
    if !diesel::select(durable).get_result::<bool>(&mut conn)? {
        bail!("PostgreSQL is not set up as in production");
    }
    Ok(())
}
