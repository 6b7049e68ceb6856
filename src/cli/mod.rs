//! The command line: one file per subcommand.

pub mod bench;
pub mod demo;
mod desk;
pub mod doctor;
pub mod export;
pub mod figures;
pub mod flags;
pub mod import;
pub mod letter;
pub mod link;
pub mod mail;
pub mod migrate;
pub mod reconcile;
pub mod refund;
pub mod sandbox;
pub mod serve;
pub mod staff;
pub mod states;
pub mod sweep;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use desk::Desk;

/// A portal where a person who owes money reads, understands and pays a debt.
#[derive(Parser)]
#[command(version, about, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the portal
    Serve(serve::Args),
    /// Run everything at once with invented data: PostgreSQL, a Stripe look-alike, the portal
    Demo(demo::DemoArgs),
    /// Run only the Stripe look-alike
    Sandbox(sandbox::Args),
    /// Bring the database's tables up to date
    Migrate(migrate::Args),
    /// Prove the ledger and check settings, database and Stripe; exit code 1 when something is wrong
    Doctor(doctor::Args),
    /// Look once after pending payments and missed events, as `serve` does by itself
    Sweep(sweep::Args),
    /// Put our books and Stripe's side by side and list what differs; --apply enters what is certain
    Reconcile(reconcile::Args),
    /// Give a payment back, wholly or in part; without an amount, say how much can be given back
    Refund(refund::Args),
    /// List what staff must look at about money, or note that it is dealt with
    Flags(flags::Args),
    /// Compare the dashboard's figures with the tables they are about, or count them anew
    Figures(figures::Args),
    /// Take in a CSV file of accounts, prior payments, e-mails, calls or text messages
    Import(import::Args),
    /// Check the number of a paid-in-full letter
    Letter(letter::Args),
    /// Print the states of payments, refunds, chargebacks and debts as a picture made from the code
    States(states::Args),
    /// Write a list as CSV, as staff sees it
    Export(export::Args),
    /// Show, rotate, revoke or unlock the personal link of a debt
    Link(link::Args),
    /// Send the e-mails that are due, as `serve` does by itself
    Mail(mail::Args),
    /// Invite staff, the first administrator to begin with; make links for passwords; take access away
    Staff(staff::Args),
    /// Measure how fast the debt page is; `script/bench` builds for it and runs it
    #[command(hide = true)]
    Bench(bench::Args),
}

impl Cli {
    /// What is logged unless `RUST_LOG` says otherwise. Demo and sandbox talk to a person, who would not find the links between
    /// lines about every request.
    pub fn usual_log(&self) -> &'static str {
        match self.command {
            Command::Demo(_) | Command::Sandbox(_) => "warn",
            _ => "info",
        }
    }

    /// Runs the command.
    ///
    /// # Errors
    /// With a sentence for the operator.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve(args) => serve::run(args),
            Command::Demo(args) => block_on(demo::run(args)).map(|()| ExitCode::SUCCESS),
            Command::Sandbox(args) => block_on(sandbox::run(args)).map(|()| ExitCode::SUCCESS),
            Command::Migrate(args) => migrate::run(args),
            Command::Doctor(args) => doctor::run(args),
            Command::Sweep(args) => sweep::run(args),
            Command::Reconcile(args) => reconcile::run(args),
            Command::Refund(args) => refund::run(args),
            Command::Flags(args) => flags::run(args),
            Command::Figures(args) => figures::run(args),
            Command::Import(args) => import::run(args),
            Command::Letter(args) => letter::run(args),
            Command::States(args) => states::run(&args),
            Command::Export(args) => export::run(args),
            Command::Link(args) => link::run(args),
            Command::Mail(args) => mail::run(args),
            Command::Staff(args) => staff::run(args),
            Command::Bench(args) => bench::run(args),
        }
    }
}

/// Runs `work` in the runtime that the server needs.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    actix_web::rt::System::new().block_on(work)
}
