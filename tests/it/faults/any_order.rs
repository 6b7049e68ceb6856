//! The payment's life over random orders of events, against the real database.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use quittance::domain::checkout::CheckoutFacts;
use quittance::domain::money::Cents;
use quittance::domain::payment::PaymentSignal;
use quittance::models::ledger::{self, Expected};
use uuid::Uuid;

use crate::support::db::{TestDb, value};

/// What Stripe may tell, in the words of its events.
fn signals() -> impl Strategy<Value = Vec<PaymentSignal>> {
    let completed_paid = Just(PaymentSignal::Paid);
    let completed_unpaid = Just(PaymentSignal::Processing);
    let async_succeeded = Just(PaymentSignal::Paid);
    let async_failed = Just(PaymentSignal::Declined);
    let expired = Just(PaymentSignal::Expired);
    let one = prop_oneof![completed_paid, completed_unpaid, async_succeeded, async_failed, expired];
    proptest::collection::vec(one, 1..6)
}

/// Two payments of one debt with the same events in two orders, some of them twice.
fn tell(conn: &mut PgConnection, debt: Uuid, events: &[PaymentSignal]) -> String {
    let (payment, session) = (Uuid::new_v4(), format!("cs_test_{}", Uuid::new_v4().simple()));
    conn.batch_execute(&format!(
        "INSERT INTO payments (id, debt_id, amount, payment_type, status, currency, checkout_expires_at) \
         VALUES ('{payment}', '{debt}', 40, 'partial', 'pending', 'usd', now() + interval '31 minutes')"
    ))
    .unwrap();
    let expected =
        Expected { currency: "usd".to_owned(), livemode: false, refund_overpayments: false, debit_only: false };
    for (place, signal) in events.iter().enumerate() {
        let facts = CheckoutFacts {
            session_id: session.clone(),
            payment_id: Some(payment),
            references: vec![payment.to_string()],
            livemode: Some(false),
            currency: Some("usd".to_owned()),
            amount: Some(Cents::new(4000)),
            signal: Some(*signal),
            payment_intent_id: None,
            charge_id: None,
            method: None,
            funding: None,
            decline: None,
        };
        let at = chrono::DateTime::from_timestamp(1_790_000_000 + i64::try_from(place).unwrap(), 0).unwrap();
        diesel::Connection::transaction(conn, |conn| ledger::apply(conn, &facts, &expected, None, at)).unwrap();
        assert_eq!(quittance::models::invariant::breaches(conn).unwrap().len(), 0);
    }
    let state =
        value(conn, &format!("SELECT concat_ws(' ', status, failure_code) FROM payments WHERE id = '{payment}'"));
    // Only one checkout may be open for a debt; the next order starts from nothing.
    conn.batch_execute(&format!(
        "DELETE FROM payment_flags; DELETE FROM payments WHERE id = '{payment}' AND status = 'pending'"
    ))
    .unwrap();
    state
}

#[test]
fn the_end_does_not_depend_on_the_order_of_events() {
    let db = TestDb::create();
    let mut conn = db.connect();
    let orders = signals().prop_flat_map(|sent| {
        let twice: Vec<_> = sent.iter().chain(&sent[..sent.len() / 2]).copied().collect();
        (Just(sent), Just(twice).prop_shuffle())
    });
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let conn = std::cell::RefCell::new(&mut conn);
    runner
        .run(&orders, |(sent, arrived)| {
            let mut conn = conn.borrow_mut();
            let debt = super::outages::insert_debt(&mut conn);
            let states = [tell(&mut conn, debt.id, &sent), tell(&mut conn, debt.id, &arrived)];
            prop_assert_eq!(&states[0], &states[1]);
            let paid = sent.contains(&PaymentSignal::Paid);
            prop_assert_eq!(states[0].starts_with("completed"), paid, "{}", states[0]);
            let owed = value(&mut conn, &format!("SELECT amount_paid FROM debts WHERE id = '{}'", debt.id));
            prop_assert_eq!(owed, if paid { "80.00" } else { "0.00" });
            Ok(())
        })
        .unwrap();
}
