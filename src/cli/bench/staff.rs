//! `quittance bench staff`: how fast staff finds a debt among a million, and has them all as a file.
//!
//! It measures the statements of the list by themselves, one after the other as one person's day goes; the page around them
//! costs some hundred microseconds.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::progress::Progress;
use super::{Args, percentile};
use crate::clock::Clock;
use crate::domain::debt_filter::{Filters, Sort, SortKey};
use crate::domain::debt_text::SearchText;
use crate::migrations;
use crate::models::debt_search::{self, Export, Place, Search};
use crate::private_pg::PrivatePg;

/// Rows of a page, as the list has them.
const PAGE: usize = 50;
/// Searches of a kind.
const SEARCHES: i64 = 200;
/// Rows of one statement that fills.
const CHUNK: u32 = 100_000;
const FILLED: &str = "filled for bench staff, first edition";
const CROWD: &str = include_str!("crowd.sql");

/// Fills the database, measures, and prints the table.
///
/// # Errors
/// When PostgreSQL refuses, or a search finds nothing.
pub(super) fn run(args: &Args, postgres: &PrivatePg) -> anyhow::Result<()> {
    let url = prepare(postgres, args.debts)?;
    let mut conn = PgConnection::establish(&url)?;
    conn.batch_execute("SET timezone = 'UTC'; SET statement_timeout = 60000")?;
    println!("| what | measured | goal |\n| --- | --: | --: |");
    depths(&mut conn, args)?;
    for (kind, goal_ms, samples) in SAMPLES {
        let times = searches(&mut conn, samples, *kind == "typo")?;
        let (half, most) = (percentile(&times, 50), percentile(&times, 95));
        println!(
            "| search, {kind}: p50 / p95 | {} / {} ms | {goal_ms} ms{} |",
            ms(half),
            ms(most),
            met(most <= Duration::from_millis(*goal_ms))
        );
    }
    export(&mut conn, args)
}

/// What is typed, made of people who are there. $1 is how many.
const SAMPLES: &[(&str, u64, &str)] = &[
    (
        "exact",
        5,
        "SELECT (ARRAY[p.email, p.phone, d.unique_token, d.account_number])[1 + (row_number() OVER ())::int % 4] AS typed \
         FROM debts d JOIN debtors p ON p.id = d.debtor_id WHERE abs(hashtext(d.id::text)) % 997 = 5 LIMIT $1",
    ),
    (
        "prefix",
        10,
        "SELECT left(p.last_name, 4 + abs(hashtext(p.id::text)) % 4) AS typed \
         FROM debtors p WHERE abs(hashtext(p.id::text)) % 997 = 6 LIMIT $1",
    ),
    (
        "contains",
        50,
        "SELECT substr(p.last_name, 3, 6) AS typed FROM debtors p \
         WHERE abs(hashtext(p.id::text)) % 997 = 7 AND length(p.last_name) > 5 LIMIT $1",
    ),
    (
        "typo",
        100,
        "SELECT p.first_name || ' ' || left(p.last_name, 2) || substr(p.last_name, 4, 1) || substr(p.last_name, 3, 1) \
             || substr(p.last_name, 5) AS typed FROM debtors p WHERE abs(hashtext(p.id::text)) % 997 = 8 \
             AND length(p.last_name) > 5 AND substr(p.last_name, 3, 1) <> substr(p.last_name, 4, 1) LIMIT $1",
    ),
];

#[derive(QueryableByName)]
struct Typed {
    #[diesel(sql_type = Text)]
    typed: String,
}

fn searches(conn: &mut PgConnection, samples: &str, may_miss: bool) -> anyhow::Result<Vec<Duration>> {
    let typed: Vec<Typed> = diesel::sql_query(samples).bind::<BigInt, _>(SEARCHES).load(conn)?;
    let (mut times, mut found) = (Vec::new(), 0);
    for Typed { typed } in &typed {
        let search = Search::new(SearchText::parse(typed), Filters::default(), None);
        let begun = Instant::now();
        let page = debt_search::page(conn, &search, Place::Start, PAGE, Clock::system().now())?;
        times.push(begun.elapsed());
        found += usize::from(!page.rows.is_empty());
    }
    let wanted = if may_miss { typed.len() * 9 / 10 } else { typed.len() };
    ensure!(!typed.is_empty() && found >= wanted, "only {found} of {} searches found anybody", typed.len());
    times.sort();
    Ok(times)
}

/// The first page of each order against the page that begins half-way.
fn depths(conn: &mut PgConnection, args: &Args) -> anyhow::Result<()> {
    for key in [SortKey::Imported, SortKey::Name, SortKey::Balance, SortKey::Age, SortKey::Contact] {
        let search = Search::new(None, Filters::default(), Some(key.first_choice()));
        let (mut place, mut depth) = (Place::Start, 0);
        // Large steps to get there; the place is a row's, however one has come to it.
        while depth < args.debts as usize / 2 {
            let page = debt_search::page(conn, &search, place, 10_000, Clock::system().now())?;
            depth += page.rows.len();
            place = Place::After(page.next.context("the list ends too early")?);
        }
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..SEARCHES {
            for (times, place) in times.iter_mut().zip([Place::Start, place]) {
                let begun = Instant::now();
                let page = debt_search::page(conn, &search, place, PAGE, Clock::system().now())?;
                times.push(begun.elapsed());
                ensure!(page.rows.len() == PAGE, "a page is not full");
            }
        }
        times.iter_mut().for_each(|times| times.sort());
        let [first, deep] = times.map(|times| percentile(&times, 50));
        let ratio = deep.as_secs_f64() / first.as_secs_f64();
        println!(
            "| list by {}, page 1 / at row {depth} | {} / {} ms, {ratio:.2} x | 1.5 x{} |",
            key.as_str(),
            ms(first),
            ms(deep),
            met(ratio <= 1.5)
        );
    }
    Ok(())
}

fn export(conn: &mut PgConnection, args: &Args) -> anyhow::Result<()> {
    for sort in ["-imported", "name"] {
        let search = Search::new(None, Filters::default(), Sort::parse(sort));
        let before = resident_mb();
        let (mut bytes, begun, mut most) = (0, Instant::now(), 0);
        let export = Export { search: &search, now: Clock::system().now() };
        let rows = export.write(conn, &mut |piece| {
            bytes += piece.len();
            most = most.max(resident_mb().unwrap_or_default());
            true
        })?;
        ensure!(rows == u64::from(args.debts), "the file has {rows} debts");
        let seconds = begun.elapsed().as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "a rate for a table")]
        let rate = rows as f64 / seconds;
        println!(
            "| CSV of {rows} debts by {}, {} MB | {rate:.0} rows/s, +{} MB resident | 100000 rows/s{} |",
            sort.trim_start_matches('-'),
            bytes / 1_000_000,
            most.saturating_sub(before.unwrap_or_default()),
            met(rate >= 100_000.0)
        );
    }
    Ok(())
}

/// The memory of this process, in megabytes; `None` where the system does not tell.
fn resident_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let now = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    now.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

fn ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

fn met(is_met: bool) -> &'static str {
    if is_met { ", met" } else { ", missed" }
}

/// Makes the database, or takes the one of an earlier run.
fn prepare(postgres: &PrivatePg, debts: u32) -> anyhow::Result<String> {
    let name = format!("staff_{debts}");
    let url = postgres.url(&name);
    postgres.create_database(&name)?;
    let mut conn = PgConnection::establish(&url)?;
    if comment(&mut conn)?.as_deref() != Some(FILLED) {
        drop(conn);
        let mut maintenance = PgConnection::establish(&postgres.url("postgres"))?;
        maintenance.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))?;
        postgres.create_database(&name)?;
        conn = PgConnection::establish(&url)?;
        migrations::run_pending(&mut conn)?;
        fill(&mut conn, debts).context("the database cannot be filled")?;
        conn.batch_execute(&format!("COMMENT ON DATABASE {name} IS '{FILLED}'"))?;
    }
    migrations::run_pending(&mut conn)?;
    Ok(url)
}

fn comment(conn: &mut PgConnection) -> QueryResult<Option<String>> {
    let comment = diesel::dsl::sql::<diesel::sql_types::Nullable<Text>>(
        "(SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database())",
    );
    diesel::select(comment).get_result(conn)
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// As a first load is done: without the indexes that searching needs, which are built afterwards in a fraction of the time.
fn fill(conn: &mut PgConnection, debts: u32) -> anyhow::Result<()> {
    let indexes: Vec<Index> = diesel::sql_query(
        "SELECT c.relname::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid IN ('debtors'::regclass, 'debts'::regclass) AND NOT i.indisunique",
    )
    .load(conn)?;
    for index in &indexes {
        conn.batch_execute(&format!("DROP INDEX {}", index.name))?;
    }
    conn.batch_execute("SET session_replication_role = replica; SET synchronous_commit = off; SET timezone = 'UTC'")?;
    let mut progress = Progress::begin(&format!("Filling in {debts} debts"));
    for from in (1..=debts).step_by(CHUNK as usize) {
        let to = (from + CHUNK - 1).min(debts);
        diesel::sql_query(CROWD).bind::<BigInt, _>(i64::from(from)).bind::<BigInt, _>(i64::from(to)).execute(conn)?;
        progress.tell(to, debts);
    }
    progress.end();
    let mut progress = Progress::begin("Building indexes");
    for (done, index) in (1..).zip(&indexes) {
        conn.batch_execute(&index.definition)?;
        progress.tell(done, u32::try_from(indexes.len())?);
    }
    conn.batch_execute("VACUUM (FREEZE, ANALYZE)")?;
    conn.batch_execute("CHECKPOINT")?;
    progress.end();
    Ok(())
}
