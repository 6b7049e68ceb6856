use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use quittance::domain::money::Cents;
use quittance::domain::payment::PaymentStatus;
use quittance::domain::returns::Origin;
use quittance::models::payment::Payment;
use quittance::models::refund::Refund;
use quittance::models::{chargeback, invariant, payment, refund};
use quittance::stripe::answer::DEBT_ID_KEY;
use serde_json::Value;

use super::town::Town;
use crate::support::Debt;
use crate::support::db::column;

fn cents(object: &Value, field: &str) -> i64 {
    object[field].as_i64().unwrap_or_default()
}

/// Stripe's sessions for a debt, oldest first.
pub fn sessions_of(town: &Town, debt: &Debt) -> Vec<Value> {
    let id = debt.id.to_string();
    town.sandbox.sessions().into_iter().filter(|session| session["metadata"][DEBT_ID_KEY] == id.as_str()).collect()
}

fn object(town: &Town, id: &Value) -> Option<Value> {
    id.as_str().and_then(|id| town.sandbox.object(id))
}

/// The charge that paid a session, or is about to.
fn charge_of(town: &Town, session: &Value) -> Option<Value> {
    object(town, &object(town, &session["payment_intent"])?["latest_charge"])
}

/// The charges of a debt that have brought money.
pub fn charges_of(town: &Town, debt: &Debt) -> Vec<Value> {
    let charges = sessions_of(town, debt).into_iter().filter_map(|session| charge_of(town, &session));
    charges.filter(|charge| charge["status"] == "succeeded").collect()
}

/// Everything of a kind that Stripe has made, by the event that told of it, as it is now.
fn made(town: &Town, event: &str) -> Vec<Value> {
    let events = town.sandbox.events().into_iter().filter(|own| own["type"] == event);
    events.filter_map(|own| object(town, &own["data"]["object"]["id"])).collect()
}

fn of_debt(town: &Town, event: &str, debt: &Debt) -> Vec<Value> {
    let charges: Vec<Value> = charges_of(town, debt).into_iter().map(|charge| charge["id"].clone()).collect();
    made(town, event).into_iter().filter(|own| charges.contains(&own["charge"])).collect()
}

pub fn refunds_of(town: &Town, debt: &Debt) -> Vec<Value> {
    of_debt(town, "refund.created", debt)
}

pub fn disputes_of(town: &Town, debt: &Debt) -> Vec<Value> {
    of_debt(town, "charge.dispute.created", debt)
}

/// A checkout that a debtor is sent to is the only open one, and together with what Stripe holds for the debt already, or is
/// about to get, it takes no more than is owed. Whatever ever went back counts as gone here, since our books may know no better.
pub fn assert_may_be_charged(town: &Town, debt: &Debt, id: &str) {
    let sessions = sessions_of(town, debt);
    let open: Vec<&str> =
        sessions.iter().filter(|own| own["status"] == "open").filter_map(|own| own["id"].as_str()).collect();
    assert!(open.iter().all(|own| *own == id), "sent to {id}, open are {open:?}");
    let Some(mut conn) = town.try_connect() else { return };
    let owed = column(&mut conn, &format!("SELECT (total_owed * 100)::BIGINT FROM debts WHERE id = '{}'", debt.id));
    let owed: i64 = owed[0].parse().unwrap();
    let back: i64 = refunds_of(town, debt).iter().chain(&disputes_of(town, debt)).map(|own| cents(own, "amount")).sum();
    let held: i64 = sessions
        .iter()
        .filter(|own| own["status"] == "complete" && own["id"] != id)
        .filter(|own| charge_of(town, own).is_some_and(|charge| charge["status"] != "failed"))
        .map(|own| cents(own, "amount_total"))
        .sum();
    let asked = town.sandbox.session(id).map_or(0, |own| cents(&own, "amount_total"));
    assert!(asked + held - back <= owed, "asked for {asked}, Stripe holds {held} - {back}, owed are {owed}");
}

/// Our books are right by their own rules and equal Stripe's.
pub fn assert_healed(town: &Town) {
    let mut conn = town.connect();
    let breaches = invariant::breaches(&mut conn).unwrap();
    assert!(breaches.is_empty(), "{breaches:?}");
    for rule in invariant::ALL {
        let exceptions = rule.exceptions(&mut conn).unwrap();
        assert!(exceptions.is_empty(), "{}: {exceptions:?}", rule.claim);
    }
    let never: DateTime<Utc> = DateTime::UNIX_EPOCH;
    let all = payment::opened_between(&mut conn, never, DateTime::from_timestamp(4_000_000_000, 0).unwrap()).unwrap();
    let mut sessions: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for session in town.sandbox.sessions() {
        sessions.entry(session["client_reference_id"].as_str().unwrap().to_owned()).or_default().push(session);
    }
    let (refunds, disputes) = (made(town, "refund.created"), made(town, "charge.dispute.created"));
    for payment in &all {
        let of_payment = sessions.remove(&payment.id.to_string()).unwrap_or_default();
        assert!(of_payment.len() <= 1, "two checkouts for one payment: {of_payment:?}");
        let charge = of_payment.first().and_then(|session| charge_of(town, session));
        assert_payment(payment, of_payment.first(), charge.as_ref());
        let id = charge.map(|charge| charge["id"].clone()).unwrap_or_default();
        let of_charge =
            |all: &[Value]| -> Vec<Value> { all.iter().filter(|own| own["charge"] == id).cloned().collect() };
        assert_refunds(payment, &refund::of_payment(&mut conn, payment.id).unwrap(), &of_charge(&refunds));
        let taken: i64 = of_charge(&disputes)
            .iter()
            .flat_map(|own| own["balance_transactions"].as_array().cloned().unwrap_or_default())
            .map(|transaction| -cents(&transaction, "amount"))
            .sum();
        let rows = chargeback::of_payment(&mut conn, payment.id).unwrap();
        assert_eq!(rows.len(), of_charge(&disputes).len(), "chargebacks of {payment:?}");
        let withdrawn: i64 = rows.iter().map(|row| row.withdrawn.get()).sum();
        assert_eq!(withdrawn, taken, "chargebacks of {payment:?}: {rows:?}");
        let most = payment.amount.minus_floor_zero(payment.amount_refunded);
        assert_eq!(payment.amount_charged_back, Cents::new(taken).min(most), "chargebacks of {payment:?}");
    }
    assert!(sessions.is_empty(), "checkouts without a payment: {sessions:?}");
    assert_flags(&mut conn);
    let mut seen = 0;
    for debtor in &town.debtors {
        for debt in debtor.debts.borrow().iter() {
            let own = sessions_of(town, debt);
            let open = own.iter().filter(|own| own["status"] == "open").count();
            assert!(open <= 1, "{open} checkouts are open for debt {}", debt.id);
            seen += own.len();
        }
    }
    assert_eq!(seen, town.sandbox.sessions().len(), "checkouts of no debt");
}

fn assert_payment(payment: &Payment, session: Option<&Value>, charge: Option<&Value>) {
    let status = session.map_or("none", |session| session["status"].as_str().unwrap());
    let paid = session.is_some_and(|session| session["payment_status"] == "paid");
    let arrived = matches!(payment.status, PaymentStatus::Completed | PaymentStatus::Refunded);
    assert_eq!(arrived, status == "complete" && paid, "{payment:?}, but {session:?}");
    let processing = charge.is_some_and(|charge| charge["status"] == "pending");
    let pending = payment.status == PaymentStatus::Pending;
    let waits = payment.replaced_at.is_none() && payment.failure_code.as_deref() != Some("canceled");
    assert_eq!(
        pending,
        (status == "open" && waits) || (status == "complete" && processing),
        "{payment:?}, but {session:?}"
    );
    assert!(status != "open" || waits, "nobody wants it, yet it is open: {payment:?}");
    if let Some(session) = session {
        assert_eq!(payment.stripe_session_id.as_deref(), session["id"].as_str(), "{payment:?}");
        assert_eq!(payment.amount.get(), cents(session, "amount_total"), "{payment:?}");
    }
    let refunded = charge.map_or(0, |charge| cents(charge, "amount_refunded"));
    assert_eq!(payment.amount_refunded.get(), refunded, "{payment:?}");
}

/// Every refund of Stripe's has exactly one row, and every row that was not refused has exactly one refund.
fn assert_refunds(payment: &Payment, rows: &[Refund], refunds: &[Value]) {
    let told = |row: &Refund| (row.stripe_refund_id.clone(), row.status.clone(), row.amount.get());
    let mut ours: Vec<_> = rows.iter().filter(|row| row.stripe_refund_id.is_some()).map(told).collect();
    let text = |own: &Value, field: &str| own[field].as_str().unwrap().to_owned();
    let mut theirs: Vec<_> =
        refunds.iter().map(|own| (Some(text(own, "id")), text(own, "status"), cents(own, "amount"))).collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "refunds of {payment:?}");
    let unknown: Vec<_> = rows.iter().filter(|row| row.stripe_refund_id.is_none() && row.status != "failed").collect();
    assert!(unknown.is_empty(), "Stripe does not know {unknown:?}");
    let own = |row: &&Refund| refunds.iter().filter(|own| own["metadata"]["refund_id"] == row.id.to_string()).count();
    let twice: Vec<_> = rows.iter().filter(|row| own(row) > 1).collect();
    assert!(twice.is_empty(), "given back twice: {twice:?}");
    let excess = rows.iter().filter(|row| row.origin == Origin::Overpayment.as_str()).count();
    assert!(excess <= 1, "the excess went back {excess} times: {rows:?}");
    let counted: i64 = rows.iter().filter(|row| row.state().counts()).map(|row| row.amount.get()).sum();
    assert_eq!(payment.amount_refunded.get(), counted, "{payment:?}: {rows:?}");
}

/// Everything that happened was real, so no flag may say that our books and Stripe's contradict each other; and what was paid
/// beyond a debt was given back, or could not be.
fn assert_flags(conn: &mut diesel::pg::PgConnection) {
    let odd = column(
        conn,
        "SELECT kind || ': ' || detail FROM payment_flags WHERE kind NOT IN \
         ('overpayment', 'paid_while_closed', 'refund_failed', 'inquiry', 'chargeback', 'returned_too_much')",
    );
    assert!(odd.is_empty(), "{odd:?}");
    let kept = column(
        conn,
        "SELECT f.payment_id || ': ' || f.detail FROM payment_flags f JOIN payments p ON p.id = f.payment_id \
         WHERE f.kind = 'overpayment' AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id) \
         AND NOT EXISTS (SELECT FROM chargebacks c WHERE c.payment_id = p.id)",
    );
    assert!(kept.is_empty(), "an excess that nobody gives back: {kept:?}");
    // Where nothing else ever came back or was taken, there is nothing left to do.
    let stale = column(
        conn,
        "SELECT f.payment_id || ': ' || f.detail FROM payment_flags f JOIN debts d ON d.id = f.debt_id \
         WHERE f.kind = 'overpayment' AND f.resolved_at IS NULL AND d.amount_paid <= d.total_owed \
         AND EXISTS (SELECT FROM refunds r WHERE r.payment_id = f.payment_id AND r.origin = 'overpayment' AND r.status = 'succeeded') \
         AND NOT EXISTS (SELECT FROM refunds r WHERE r.debt_id = d.id AND r.status <> 'succeeded') \
         AND NOT EXISTS (SELECT FROM chargebacks c WHERE c.debt_id = d.id)",
    );
    assert!(stale.is_empty(), "flagged though it went back: {stale:?}");
    let wrong = column(
        conn,
        "SELECT id FROM debts WHERE status NOT IN ('active', 'resolved') \
         OR (status = 'resolved') <> (amount_paid >= total_owed)",
    );
    assert!(wrong.is_empty(), "the status does not fit the balance: {wrong:?}");
}

/// Every debtor has paid everything.
pub fn assert_finished(town: &Town) {
    let left = column(
        &mut town.connect(),
        "SELECT id || ' ' || status FROM debts WHERE status <> 'resolved' OR amount_paid < total_owed",
    );
    assert!(left.is_empty(), "not finished: {left:?}");
}
