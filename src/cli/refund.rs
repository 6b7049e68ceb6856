//! `quittance refund`

use std::process::ExitCode;

use anyhow::bail;
use uuid::Uuid;

use crate::cashier::Refunding;
use crate::cli::{Desk, block_on};
use crate::config::ServeArgs;
use crate::domain::money::Cents;
use crate::domain::returns::{Origin, RefundState};
use crate::models::audit;
use crate::models::payment::{self, Payment};
use crate::models::refund::{self, Asked, RefundRequest};

/// What `refund` is told.
#[derive(clap::Args)]
pub struct Args {
    /// The payment's id, as on its receipt
    payment: Uuid,
    /// How much to give back: 40.00, or all
    #[arg(long, requires = "refundable")]
    amount: Option<String>,
    /// What could be given back when you looked; another figure by now means that something has happened since
    #[arg(long, value_name = "AMOUNT", requires = "amount")]
    refundable: Option<String>,
    #[command(flatten)]
    settings: ServeArgs,
}

/// Gives a payment back, wholly or in part, to where it came from; without an amount, says how much can be given back. Exit code
/// 1 when nothing was given back, 3 when Stripe has not answered yet and will be asked again.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (payment_id, amount, seen) = (args.payment, args.amount, args.refundable);
    let desk = Desk::open(args.settings)?;
    block_on(async move {
        let (Some(amount), Some(seen)) = (amount, seen) else { return show(&desk, payment_id).await };
        let seen = typed("--refundable", &seen)?;
        let amount = if amount.trim() == "all" { seen } else { typed("--amount", &amount)? };
        let request = RefundRequest { payment_id, amount, seen, origin: Origin::Staff };
        let deadline = desk.cashier.stripe.deadline();
        let now = desk.clock.now();
        // Before the money moves: an order is on record even where its outcome is not known.
        desk.db
            .write(move |conn| audit::write_command(conn, "refund", "refund.ordered", "payment", payment_id, None, now))
            .await?;
        match desk.cashier.refund(request, deadline).await? {
            Refunding::Not(asked) => bail!(refusal(&asked)),
            Refunding::Stands(row) => Ok(tell(&row)),
        }
    })
}

fn typed(name: &str, text: &str) -> anyhow::Result<Cents> {
    Cents::parse_typed(text).map_err(|error| anyhow::anyhow!("{name} {text}: {error}; write it like 40.00"))
}

async fn show(desk: &Desk, id: Uuid) -> anyhow::Result<ExitCode> {
    let found: Option<(Payment, Cents, Vec<refund::Refund>)> = desk
        .db
        .snapshot(move |conn| {
            let Some(row) = payment::find(conn, id)? else { return Ok(None) };
            let refundable = refund::refundable(conn, &row)?;
            Ok(Some((row, refundable, refund::of_payment(conn, id)?)))
        })
        .await?;
    let Some((payment, refundable, refunds)) = found else { bail!(refusal(&Asked::NotFound)) };
    println!("payment {id}: {} {}", payment.amount, payment.state().name());
    for row in refunds {
        println!("  refund {}: {} {} ({})", row.id, row.amount, row.state().name(), row.origin);
    }
    println!("refundable: {}", refundable.plain());
    if refundable.is_positive() {
        println!("to give it back: quittance refund {id} --amount all --refundable {}", refundable.plain());
    }
    Ok(ExitCode::SUCCESS)
}

fn refusal(asked: &Asked) -> String {
    match asked {
        Asked::NotFound => "there is no such payment; its id stands on the receipt".to_owned(),
        Asked::NotPaid => {
            "the money of this payment has not arrived by Stripe, so Stripe cannot give it back".to_owned()
        }
        Asked::ChargedBack => {
            "the cardholder's bank has taken this payment back or is about to; a refund on top would pay twice"
                .to_owned()
        }
        Asked::BooksClosed => {
            "nothing was done: the database is a restored copy and may have lost refunds; run quittance reconcile first"
                .to_owned()
        }
        Asked::Changed(now) => format!("nothing was done: what can be given back is {} now; look again", now.plain()),
        Asked::TooMuch(most) => format!("nothing was done: give back from 0.01 to {}", most.plain()),
        Asked::Requested(row) => format!("refund {} stands", row.id),
    }
}

fn tell(row: &refund::Refund) -> ExitCode {
    let (id, amount) = (row.id, row.amount);
    match row.state() {
        RefundState::Succeeded => println!("refund {id}: {amount} given back"),
        RefundState::Pending => println!("refund {id}: {amount} is on its way"),
        RefundState::Requested => {
            println!("refund {id}: Stripe has not answered; {amount} will be given back once, by the sweep");
            return ExitCode::from(3);
        }
        state @ (RefundState::Refused | RefundState::Canceled | RefundState::Failed) => {
            let why = row.failure_code.as_deref().unwrap_or("no reason told");
            println!("refund {id}: {} ({why}); nothing was given back", state.name());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
