//! What was paid beyond a debt: flagged, and given back to where it came from, once.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::domain::payment::{PaymentStatus, Standing};
use crate::models::flag::{self, FlagKind, NewFlag};
use crate::models::ledger::Expected;
use crate::models::payment::{self, Payment};
use crate::models::{books, refund};
use crate::schema::{chargebacks, debts, payment_flags, payments, refunds};

/// Looks at a debt after money of `payment_id` has come, or come back, and everything that is known of it is applied. What is
/// beyond the debt, and not about to go back already, is flagged, and by the setting asked back from the payments that
/// brought it: this one first, then the newest.
pub fn settle(
    conn: &mut PgConnection,
    payment_id: Uuid,
    expected: &Expected,
    event_id: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let Some(row) = payment::find(conn, payment_id)? else { return Ok(()) };
    let Some((_, figures)) = payment::lock_debt(conn, row.debt_id, None)? else { return Ok(()) };
    let row = payment::lock(conn, payment_id)?;
    // A debt that was settled for less owed nothing: all of what came then is beyond it.
    let own = if was_settled(conn, payment_id)? { counting(&row) } else { Cents::ZERO };
    let going_back = refund::requested_of_debt(conn, row.debt_id)?;
    let mut left = figures.overpaid().max(own).minus_floor_zero(going_back);
    if !left.is_positive() {
        return Ok(());
    }
    if expected.refund_overpayments && !books::are_closed(conn)? {
        for candidate in candidates(conn, &row)? {
            let asked = refund::request_excess(conn, candidate, left, now)?;
            if asked.is_positive() {
                raise(conn, row.debt_id, candidate, asked, event_id)?;
                left = left.minus_floor_zero(asked);
            }
        }
    }
    if left.is_positive() { raise(conn, row.debt_id, payment_id, left, event_id) } else { Ok(()) }
}

fn raise(conn: &mut PgConnection, debt: Uuid, payment: Uuid, excess: Cents, event_id: Option<&str>) -> QueryResult<()> {
    let detail = format!("{} cents beyond the debt", excess.get());
    let (payment_id, debt_id, kind) = (Some(payment), Some(debt), FlagKind::Overpayment);
    flag::raise(conn, &NewFlag { payment_id, debt_id, kind, detail: &detail, event_id })
}

fn counting(row: &Payment) -> Cents {
    let arrived = matches!(row.status, PaymentStatus::Completed | PaymentStatus::Refunded);
    let standing =
        Standing { amount: row.amount, refunded: row.amount_refunded, charged_back: row.amount_charged_back };
    if arrived { standing.counts() } else { Cents::ZERO }
}

fn was_settled(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<bool> {
    let told = payment_flags::table
        .filter(payment_flags::payment_id.eq(payment_id))
        .filter(payment_flags::kind.eq(FlagKind::PaidWhileClosed.as_str()))
        .filter(payment_flags::detail.like("%resolved%"));
    diesel::select(diesel::dsl::exists(told)).get_result(conn)
}

/// Payments that Stripe can give back, in the order in which they are asked: those no bank has ever asked about first.
fn candidates(conn: &mut PgConnection, row: &Payment) -> QueryResult<Vec<Uuid>> {
    let mut all: Vec<(Uuid, i64)> = payments::table
        .left_join(chargebacks::table)
        .filter(payments::debt_id.eq(row.debt_id))
        .filter(payments::status.eq(PaymentStatus::Completed.as_str()))
        .filter(payments::stripe_payment_intent_id.is_not_null())
        .group_by(payments::id)
        .order(payments::completed_at.desc())
        .select((payments::id, diesel::dsl::count(chargebacks::id.nullable())))
        .load(conn)?;
    all.sort_by_key(|(id, chargebacks)| (*chargebacks > 0, *id != row.id));
    Ok(all.into_iter().map(|(id, _)| id).collect())
}

/// Flags debts that are overpaid without anybody knowing, because another program has lowered them after they were paid.
/// Nothing is given back by itself: a mistake of an import must not empty the account.
pub fn flag_unknown(conn: &mut PgConnection) -> QueryResult<()> {
    let flagged = payment_flags::table
        .filter(payment_flags::debt_id.eq(debts::id.nullable()))
        .filter(payment_flags::resolved_at.is_null())
        .filter(payment_flags::kind.eq_any([FlagKind::Overpayment.as_str(), FlagKind::RefundFailed.as_str()]));
    let returning = refunds::table.filter(refunds::debt_id.eq(debts::id)).filter(refunds::status.eq("pending"));
    let unknown: Vec<(Uuid, Cents, Cents)> = debts::table
        .filter(debts::amount_paid.gt(debts::total_owed))
        .filter(diesel::dsl::not(diesel::dsl::exists(flagged)))
        .filter(diesel::dsl::not(diesel::dsl::exists(returning)))
        .select((debts::id, debts::amount_paid, debts::total_owed))
        .load(conn)?;
    for (debt_id, paid, owed) in unknown {
        let newest: Option<Uuid> = payments::table
            .filter(payments::debt_id.eq(debt_id))
            .filter(payments::status.eq(PaymentStatus::Completed.as_str()))
            .order(payments::completed_at.desc())
            .select(payments::id)
            .first(conn)
            .optional()?;
        if let Some(payment_id) = newest {
            raise(conn, debt_id, payment_id, paid.minus_floor_zero(owed), None)?;
        }
    }
    Ok(())
}
