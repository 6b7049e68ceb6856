//! Every movement of a debt's money, from the rows that tell of it.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::domain::payment::PaymentStatus;
use crate::domain::returns::{Origin, RefundState};
use crate::domain::statement::{LineKind, Movement};
use crate::models::chargeback::Chargeback;
use crate::models::payment::Payment;
use crate::models::refund::Refund;
use crate::schema::{chargebacks, payments, refunds};

/// Every movement of a debt, in no order. Together they are `debts.amount_paid`: what another program recorded in a payment
/// without a row of its own stands as a correction. Needs a snapshot.
pub fn movements(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Vec<Movement>> {
    let paid: Vec<Payment> = payments::table
        .filter(payments::debt_id.eq(debt_id))
        .filter(payments::status.eq_any([PaymentStatus::Completed.as_str(), PaymentStatus::Refunded.as_str()]))
        .select(Payment::as_select())
        .load(conn)?;
    let refunds: Vec<Refund> =
        refunds::table.filter(refunds::debt_id.eq(debt_id)).select(Refund::as_select()).load(conn)?;
    let chargebacks: Vec<Chargeback> =
        chargebacks::table.filter(chargebacks::debt_id.eq(debt_id)).select(Chargeback::as_select()).load(conn)?;
    let mut all = Vec::new();
    for payment in paid {
        let mut own = vec![arrival(&payment)];
        refunds.iter().filter(|r| r.payment_id == payment.id).for_each(|refund| own.extend(of_refund(refund)));
        chargebacks.iter().filter(|c| c.payment_id == payment.id).for_each(|taken| own.extend(of_chargeback(taken)));
        let told: i64 = own.iter().map(|m| m.paid.get()).sum();
        let counts = payment.amount.get() - payment.amount_refunded.get() - payment.amount_charged_back.get();
        if told != counts {
            // It belongs to the last thing that happened to the payment.
            let arrived = payment.completed_at.unwrap_or(payment.created_at);
            let (at, kind) = (own.iter().map(|m| m.at).max().unwrap_or(arrived), LineKind::Correction);
            own.push(Movement { at, kind, payment_id: payment.id, paid: Cents::new(counts - told) });
        }
        all.extend(own);
    }
    Ok(all)
}

fn arrival(payment: &Payment) -> Movement {
    let prior = payment.payment_method.as_deref() == Some("prior");
    Movement {
        at: payment.completed_at.unwrap_or(payment.created_at),
        kind: if prior { LineKind::Prior } else { LineKind::Payment },
        payment_id: payment.id,
        paid: payment.amount,
    }
}

fn of_refund(refund: &Refund) -> Vec<Movement> {
    let negative = Cents::new(-refund.amount.get());
    let line = |at, kind, paid| Movement { at, kind, payment_id: refund.payment_id, paid };
    let at_stripe = refund.stripe_refund_id.is_some() || refund.origin == Origin::Recorded.as_str();
    if !at_stripe {
        return Vec::new();
    }
    let mut lines = vec![line(refund.created_at, LineKind::Refund, negative)];
    if matches!(refund.state(), RefundState::Canceled | RefundState::Failed) {
        let at = refund.returned_at.unwrap_or(refund.created_at);
        lines.push(line(at, LineKind::RefundReturned, refund.amount));
    }
    lines
}

fn of_chargeback(taken: &Chargeback) -> Vec<Movement> {
    let line = |at, kind, paid| Movement { at, kind, payment_id: taken.payment_id, paid };
    let Some(withdrawn_at) = taken.withdrawn_at else { return Vec::new() };
    match taken.reinstated_at {
        None => vec![line(withdrawn_at, LineKind::Chargeback, Cents::new(-taken.withdrawn.get()))],
        Some(reinstated_at) => vec![
            line(withdrawn_at, LineKind::Chargeback, Cents::new(-taken.amount.get())),
            line(reinstated_at, LineKind::ChargebackReversed, Cents::new(taken.amount.get() - taken.withdrawn.get())),
        ],
    }
}
