//! `quittance export`

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use diesel::pg::PgConnection;
use serde_json::json;

use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::domain::debt_filter::{Filters, Sort};
use crate::domain::debt_text::SearchText;
use crate::models::audit::{self, Act, Actor};
use crate::models::debt_search::{Export, Search};

/// What `export` is told.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The list of debts as CSV, to standard output
    Debts(DebtsArgs),
}

/// Which debts, as the fields of the list's page are named.
#[derive(clap::Args)]
struct DebtsArgs {
    /// active, resolved, dispute, hold or closed; may be repeated
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    /// Whom they were owed to at first
    #[arg(long, value_name = "NAME")]
    creditor: Option<String>,
    /// Two letters
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Owed now, at least
    #[arg(long, value_name = "AMOUNT")]
    balance_min: Option<String>,
    /// Owed now, at most
    #[arg(long, value_name = "AMOUNT")]
    balance_max: Option<String>,
    /// Days since the debt arose, at least
    #[arg(long, value_name = "DAYS")]
    age_min: Option<String>,
    /// Days since the debt arose, at most
    #[arg(long, value_name = "DAYS")]
    age_max: Option<String>,
    /// phone, no-phone, email, no-email or do-not-call
    #[arg(long, value_name = "CONSENT")]
    consent: Option<String>,
    /// never, within-DAYS or not-for-DAYS
    #[arg(long, value_name = "WHEN")]
    contact: Option<String>,
    /// yes or no
    #[arg(long, value_name = "YES/NO")]
    disputed: Option<String>,
    /// A name, part of one, e-mail address, phone or account number, personal link, creditor
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// imported, name, balance, age, contact or match; from the largest with a minus in front
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true)]
    sort: Option<String>,
    #[command(flatten)]
    database: DatabaseSettings,
}

impl DebtsArgs {
    fn search(&self) -> anyhow::Result<Search> {
        let one = |name, value: &'_ Option<String>| value.clone().map(|value| (name, value));
        let fields: Vec<(&str, String)> = self
            .status
            .iter()
            .map(|status| ("status", status.clone()))
            .chain(one("creditor", &self.creditor))
            .chain(one("state", &self.state))
            .chain(one("balance_min", &self.balance_min))
            .chain(one("balance_max", &self.balance_max))
            .chain(one("age_min", &self.age_min))
            .chain(one("age_max", &self.age_max))
            .chain(one("consent", &self.consent))
            .chain(one("contact", &self.contact))
            .chain(one("disputed", &self.disputed))
            .collect();
        let (filters, problems) = Filters::read(fields.iter().map(|(name, value)| (*name, value.as_str())));
        // Exporting everything because a filter was misspelt could send a million people's data to the wrong place.
        if let Some(problem) = problems.first() {
            bail!("--{} cannot be that ({})", problem.field.replace('_', "-"), problem.kind.name());
        }
        let sort = match &self.sort {
            Some(name) => Some(Sort::parse(name).with_context(|| format!("there is no order {name}"))?),
            None => None,
        };
        Ok(Search::new(self.search.as_deref().and_then(SearchText::parse), filters, sort))
    }
}

/// Writes the file as it comes out of the database.
///
/// # Errors
/// When a filter is none, the database does not answer, or nobody reads any more.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let What::Debts(args) = args.what;
    let search = args.search()?;
    let mut conn = connect(&args.database)?;
    let now = Clock::system().now();
    // As an export by the page: on record before the first byte leaves, and again with the number of debts.
    let record = |conn: &mut PgConnection, action, details| {
        let act = Act { action, subject: "debts", details, ..Act::default() };
        audit::write(conn, &Actor::command("export"), &act, now)
    };
    record(&mut conn, "debts.export", search.told())?;
    let (mut out, mut broken) = (std::io::stdout().lock(), None);
    let export = Export { search: &search, now };
    let written = export.write(&mut conn, &mut |piece| match out.write_all(piece.as_bytes()) {
        Ok(()) => true,
        Err(error) => {
            broken = Some(error);
            false
        }
    })?;
    record(&mut conn, "debts.exported", json!({"rows": written, "complete": broken.is_none()}))?;
    if let Some(error) = broken.or_else(|| out.flush().err()) {
        return Err(error).context("the file cannot be written");
    }
    eprintln!("{written} debts");
    Ok(ExitCode::SUCCESS)
}
