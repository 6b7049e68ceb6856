use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::Account;
use crate::domain::money::Cents;
use crate::domain::returns::{ChargebackState, Origin, RefundState};
use crate::schema::{chargebacks, refunds};

/// What went back of a payment, or was to; amounts in cents.
pub(super) enum Return {
    Refund {
        days_ago: i64,
        amount: i64,
        state: RefundState,
        origin: Origin,
    },
    /// The days are those since the bank told of it.
    Chargeback {
        days_ago: i64,
        amount: i64,
        state: ChargebackState,
    },
}

/// The id of an account's payment by its place, so that what went back can name it.
pub(super) fn payment_id(account: Uuid, place: u16) -> Uuid {
    Uuid::from_u128(account.as_u128() | (u128::from(place) << 16))
}

/// What its refunds add up to.
pub(super) fn refunded(returns: &[Return]) -> Cents {
    let counting = returns.iter().filter_map(|each| match each {
        Return::Refund { amount, state, .. } if state.counts() => Some(*amount),
        Return::Refund { .. } | Return::Chargeback { .. } => None,
    });
    Cents::new(counting.sum())
}

/// What its chargebacks add up to.
pub(super) fn charged_back(returns: &[Return]) -> Cents {
    let taken = returns.iter().filter_map(|each| match each {
        Return::Chargeback { amount, state, .. } => Some(taken(*state, *amount).get()),
        Return::Refund { .. } => None,
    });
    Cents::new(taken.sum())
}

/// What a bank holds in that state, once it has told all it did.
fn taken(state: ChargebackState, amount: i64) -> Cents {
    state.withdrawn(Cents::new(amount), 0, Cents::ZERO)
}

/// Writes the row as Stripe's events would have.
pub(super) fn write(
    conn: &mut PgConnection,
    account: &Account,
    payment_id: Uuid,
    number: u16,
    each: &Return,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let name = format!("{}{number}", payment_id.simple());
    match each {
        Return::Refund { days_ago, amount, state, origin } => {
            let at = now - Duration::days(*days_ago);
            let returned = matches!(state, RefundState::Failed | RefundState::Canceled);
            diesel::insert_into(refunds::table)
                .values((
                    refunds::payment_id.eq(payment_id),
                    refunds::debt_id.eq(account.id),
                    refunds::amount.eq(Cents::new(*amount)),
                    refunds::status.eq(state.status()),
                    refunds::origin.eq(origin.as_str()),
                    refunds::stripe_refund_id.eq(format!("re_{name}")),
                    refunds::failure_code.eq(returned.then_some("lost_or_stolen_card")),
                    refunds::created_at.eq(at),
                    refunds::returned_at.eq(returned.then(|| at + Duration::days(3))),
                ))
                .execute(conn)
                .map(drop)
        }
        Return::Chargeback { days_ago, amount, state } => {
            let at = now - Duration::days(*days_ago);
            let (won, closed) = (*state == ChargebackState::Won, !state.is_open());
            diesel::insert_into(chargebacks::table)
                .values((
                    chargebacks::payment_id.eq(payment_id),
                    chargebacks::debt_id.eq(account.id),
                    chargebacks::stripe_dispute_id.eq(format!("du_{name}")),
                    chargebacks::amount.eq(Cents::new(*amount)),
                    chargebacks::status.eq(state.as_str()),
                    chargebacks::transactions.eq(if won { 2 } else { 1 }),
                    chargebacks::net.eq(taken(*state, *amount)),
                    chargebacks::withdrawn.eq(taken(*state, *amount)),
                    chargebacks::reason.eq("product_not_received"),
                    chargebacks::created_at.eq(at),
                    chargebacks::due_at.eq(at + Duration::days(20)),
                    chargebacks::withdrawn_at.eq(at),
                    chargebacks::reinstated_at.eq(won.then(|| at + Duration::days(30))),
                    chargebacks::closed_at.eq(closed.then(|| at + Duration::days(30))),
                    // The look-alike never heard of it, so there is nothing to ask for yet.
                    chargebacks::checked_at.eq(now),
                ))
                .execute(conn)
                .map(drop)
        }
    }
}
