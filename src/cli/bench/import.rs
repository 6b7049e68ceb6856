//! `quittance bench import`: taking a file in, beside psql's `\copy` of the rows that come of it into the same tables.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;

use super::fill::{self, Filled};
use super::load::{self, Outcome};
use super::portal::{self, Portal};
use super::report::median;
use crate::migrations;
use crate::private_pg::{Binaries, Options, Place, PrivatePg};

/// What `bench import` is told.
#[derive(clap::Args)]
pub struct Args {
    /// Rows in the file
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1_000..=10_000_000))]
    rows: u32,
    /// How often everything is measured; the medians count
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
}

/// One way to load the same rows, and the least share of psql's speed that it should reach.
struct Way {
    name: &'static str,
    flags: &'static [&'static str],
    /// Whether every second person is there already.
    half_known: bool,
    goal: f64,
}

const WAYS: [Way; 3] = [
    Way { name: "every row new (--new-people)", flags: &["--new-people"], half_known: false, goal: 0.90 },
    Way { name: "people looked for, none known", flags: &[], half_known: false, goal: 0.70 },
    Way { name: "people looked for, half of them known", flags: &[], half_known: true, goal: 0.70 },
];

/// Debts in the database whose pages are read meanwhile.
const PAGES: u32 = 10_000;

/// Measures in `data_dir`, from an empty database, and prints the result.
///
/// # Errors
/// When a part cannot be started, or does not load every row.
pub fn run(args: &Args, data_dir: &Path) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(data_dir).with_context(|| format!("cannot write to {}", data_dir.display()))?;
    let place = data_dir.join("postgres");
    PrivatePg::erase(&place)?;
    let options = Options { place: Place::Kept(place), durable: true, max_connections: 100, shared_buffers_mb: 512 };
    let postgres = PrivatePg::start(&options)?;
    let bench = Bench { postgres: &postgres, args, dir: fs::canonicalize(data_dir)? };
    bench.write_file("people.csv", args.rows, "NW")?;
    bench.write_file("half.csv", args.rows / 2, "OLD")?;
    bench.prepare()?;
    println!("\n{} rows of people and debts\n", args.rows);
    println!("| what | rows/s | psql rows/s | share | goal | memory |");
    println!("| --- | --: | --: | --: | --: | --: |");
    for way in &WAYS {
        bench.compare(way)?;
    }
    bench.pages_meanwhile()?;
    postgres.stop();
    Ok(ExitCode::SUCCESS)
}

struct Bench<'a> {
    postgres: &'a PrivatePg,
    args: &'a Args,
    dir: PathBuf,
}

/// A run of `quittance import`.
struct Run {
    took: Duration,
    peak_memory_mb: Option<u64>,
}

impl Bench<'_> {
    /// People as a creditor's file has them.
    fn write_file(&self, name: &str, rows: u32, account: &str) -> anyhow::Result<()> {
        let mut text = "first_name,last_name,email,phone,address_line1,city,state,zip_code,original_creditor,account_number,total_owed,debt_date\n"
            .to_owned();
        const FIRST: [&str; 8] = ["Maria", "James", "Linh", "Ahmed", "Olga", "Kwame", "Ana", "John"];
        const LAST: [&str; 9] = ["Quill", "Rook", "Moss", "Garcia", "Nguyen", "Smith", "Okafor", "Ivanova", "Baker"];
        for number in 0..rows {
            let (first, last) =
                (FIRST.get(number as usize % 8).unwrap_or(&""), LAST.get(number as usize % 9).unwrap_or(&""));
            writeln!(
                text,
                "{first},{last}-{},person{number}@mail.example,(503) 555-{:04},{} Elm Street,Portland,OR,{:05},Northwind Dental,{account}-{number},{}.{:02},2024-{:02}-15",
                number % 977,
                number % 10_000,
                number % 9_999,
                10_000 + number % 80_000,
                50 + number % 5_000,
                number % 100,
                1 + number % 12
            )?;
        }
        Ok(fs::write(self.dir.join(name), text)?)
    }

    /// An empty database, and one in which every second person of the file is.
    fn prepare(&self) -> anyhow::Result<()> {
        for name in ["new", "half"] {
            self.postgres.create_database(name)?;
            migrations::run_pending(&mut PgConnection::establish(&self.postgres.url(name))?)?;
        }
        self.import("half", "half.csv", &[])?;
        let mut conn = PgConnection::establish(&self.postgres.url("half"))?;
        Ok(conn.batch_execute("VACUUM ANALYZE")?)
    }

    /// A new copy of a database.
    fn copy(&self, name: &str, of: &str) -> anyhow::Result<()> {
        let mut conn = PgConnection::establish(&self.postgres.url("postgres"))?;
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {of}"))?;
        Ok(conn.batch_execute("CHECKPOINT")?)
    }

    fn import(&self, database: &str, file: &str, flags: &[&str]) -> anyhow::Result<Run> {
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .args(["import", "accounts"])
            .arg(self.dir.join(file))
            .args(flags)
            .env("DATABASE_URL", self.postgres.url(database))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut peak_memory_mb = None;
        let status = loop {
            peak_memory_mb = peak_of(child.id()).or(peak_memory_mb);
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        if !status.success() {
            bail!("quittance import failed: {status}");
        }
        Ok(Run { took: begun.elapsed(), peak_memory_mb })
    }

    /// Writes the rows that an import has made, for psql; those that were there before are left out. They are written
    /// in the order in which they were made.
    fn export(&self, from: &str, half_known: bool) -> anyhow::Result<()> {
        let known = if half_known {
            format!("WHERE substr(email, 7, strpos(email, '@') - 7)::int >= {}", self.args.rows / 2)
        } else {
            String::new()
        };
        let statements = [
            format!(
                "\\copy (SELECT id, first_name, last_name, email, phone, address_line1, address_line2, city, state, zip_code, \
                 phone_consent, email_consent, dnc_registered FROM debtors {known} ORDER BY id) TO '{}' WITH (FORMAT csv)",
                self.dir.join("debtors.csv").display()
            ),
            format!(
                "\\copy (SELECT id, debtor_id, original_creditor, account_number, total_owed, status, unique_token, debt_date, \
                 imported_at FROM debts WHERE account_number LIKE 'NW-%' ORDER BY id) TO '{}' WITH (FORMAT csv)",
                self.dir.join("debts.csv").display()
            ),
        ];
        self.psql(from, &statements).map(drop)
    }

    fn psql(&self, database: &str, statements: &[String]) -> anyhow::Result<Duration> {
        let program = Binaries::find()?.program("psql");
        let program = if program.exists() { program } else { PathBuf::from("psql") };
        let mut command = Command::new(program);
        command.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]).arg(self.postgres.url(database));
        for statement in statements {
            command.args(["--command", statement]);
        }
        let begun = Instant::now();
        let output = command.output().context("psql cannot be run")?;
        let took = begun.elapsed();
        if !output.status.success() {
            bail!("psql failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(took)
    }

    fn compare(&self, way: &Way) -> anyhow::Result<()> {
        let base = if way.half_known { "half" } else { "new" };
        let (mut ours, mut theirs, mut shares, mut memory) = (Vec::new(), Vec::new(), Vec::new(), None);
        for _ in 0..self.args.rounds {
            self.copy("ours", base)?;
            let run = self.import("ours", "people.csv", way.flags)?;
            self.export("ours", way.half_known)?;
            self.copy("theirs", base)?;
            let load = |table: &str, columns: &str| {
                format!(
                    "\\copy {table} ({columns}) FROM '{}' WITH (FORMAT csv)",
                    self.dir.join(format!("{table}.csv")).display()
                )
            };
            let took = self.psql(
                "theirs",
                &[
                    load(
                        "debtors",
                        "id, first_name, last_name, email, phone, address_line1, address_line2, city, state, zip_code, phone_consent, \
                         email_consent, dnc_registered",
                    ),
                    load(
                        "debts",
                        "id, debtor_id, original_creditor, account_number, total_owed, status, unique_token, debt_date, imported_at",
                    ),
                ],
            )?;
            self.check()?;
            ours.push(f64::from(self.args.rows) / run.took.as_secs_f64());
            theirs.push(f64::from(self.args.rows) / took.as_secs_f64());
            shares.push(took.as_secs_f64() / run.took.as_secs_f64());
            memory = memory.max(run.peak_memory_mb);
        }
        let share = median(shares);
        println!(
            "| {} | {:.0} | {:.0} | {share:.2} | >= {:.2} {} | {} MB |",
            way.name,
            median(ours),
            median(theirs),
            way.goal,
            if share >= way.goal { "met" } else { "MISSED" },
            memory.map_or_else(|| "?".to_owned(), |mb| mb.to_string())
        );
        Ok(())
    }

    /// Both must have loaded the same.
    fn check(&self) -> anyhow::Result<()> {
        let mut totals = Vec::new();
        for name in ["ours", "theirs"] {
            let mut conn = PgConnection::establish(&self.postgres.url(name))?;
            let counts = diesel::dsl::sql::<diesel::sql_types::Text>(
                "(SELECT (SELECT count(*) FROM debtors) || '/' || (SELECT count(*) FROM debts))",
            );
            totals.push(diesel::RunQueryDsl::get_result::<String>(diesel::select(counts), &mut conn)?);
        }
        if totals.first() != totals.get(1) {
            bail!("not the same rows: {totals:?}");
        }
        Ok(())
    }

    /// Debt pages at 8 connections, while nothing else happens and while a file comes in.
    fn pages_meanwhile(&self) -> anyhow::Result<()> {
        let filled: Filled = fill::prepare(self.postgres, PAGES)?;
        let portal = Portal::start(&filled, &self.dir)?;
        let requests = portal::requests(portal.address, filled.numbers());
        let slice = Duration::from_secs(2);
        let name = format!("debts_{PAGES}");
        for connections in [1, 8] {
            load::run(&requests, connections, slice)?;
            let idle = load::run(&requests, connections, slice)?;
            let meanwhile: Vec<Outcome> = std::thread::scope(|scope| {
                let import = scope.spawn(|| self.import(&name, "people.csv", &["--again"]));
                let mut outcomes = Vec::new();
                while !import.is_finished() {
                    outcomes.push(load::run(&requests, connections, slice)?);
                }
                import.join().map_err(|_| anyhow::anyhow!("the import panicked"))??;
                anyhow::Ok(outcomes)
            })?;
            let p99 = median(meanwhile.iter().map(|outcome| f64::from(outcome.p99_micros)).collect());
            println!(
                "\nDebt pages at {connections} connection(s), p99: {:.2} ms idle, {:.2} ms while the file comes in: {:.1} times (goal <= 3)",
                f64::from(idle.p99_micros) / 1_000.0,
                p99 / 1_000.0,
                p99 / f64::from(idle.p99_micros.max(1))
            );
            // The next one finds nobody it knows.
            let mut conn = PgConnection::establish(&self.postgres.url(&name))?;
            conn.batch_execute(
                "DELETE FROM debts WHERE account_number LIKE 'NW-%'; DELETE FROM debtors WHERE email LIKE 'person%@mail.example'",
            )?;
        }
        Ok(())
    }
}

/// The resident memory of a process at its largest, in megabytes; `None` where the system does not tell.
fn peak_of(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes.div_ceil(1024))
}
