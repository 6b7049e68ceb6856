use std::cell::RefCell;

use chrono::{DateTime, Utc};
use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use quittance::models::event::{self, NewEvent, Source};
use quittance::models::ledger::Expected;
use quittance::models::{invariant, payment, refund};
use quittance::stripe::event::{EventContent, ReceivedEvent};
use serde_json::{Value, json};
use uuid::Uuid;

use super::is_long_run;
use crate::support::db::{TestDb, value};

/// A payment of $100.00 that has arrived. The ids that Stripe's objects name are made from its own.
pub struct Paid {
    pub id: Uuid,
    name: String,
}

pub fn pay(conn: &mut PgConnection) -> Paid {
    let (debtor, debt, id) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
    let name = id.simple().to_string();
    conn.batch_execute(&format!(
        "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
           VALUES ('{debtor}', 'Maria', 'Quillfeather', '{debtor}@mail.example', '+15035550199', '97204'); \
         INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
           VALUES ('{debt}', '{debtor}', 'Northwind Dental', 100, '{}'); \
         INSERT INTO payments (id, debt_id, amount, payment_type, status, currency, stripe_session_id, stripe_payment_intent_id, completed_at) \
           VALUES ('{id}', '{debt}', 100, 'full', 'completed', 'usd', 'cs_{name}', 'pi_{name}', now())",
        quittance::domain::token::Token::issue().unwrap().as_str(),
    ))
    .unwrap();
    Paid { id, name }
}

/// Takes an event in as a webhook does; the names in its object are those of `paid`.
fn tell(conn: &mut PgConnection, paid: &Paid, (kind, object): &(&str, Value)) {
    let object = object.to_string().replace("NAME", &paid.name);
    let raw = json!({"id": format!("evt_{}", Uuid::new_v4().simple()), "type": kind, "livemode": false, "created": 1_790_000_000,
                     "data": {"object": serde_json::from_str::<Value>(&object).unwrap()}});
    let read = ReceivedEvent::read(&raw.to_string());
    let EventContent::Told(facts) = read.content else { panic!("{raw} tells nothing") };
    let new = NewEvent {
        id: read.id,
        event_type: read.kind,
        livemode: false,
        payload: read.raw,
        source: Source::Webhook,
        created_at: read.created_at,
        facts: Ok(*facts),
    };
    let expected =
        Expected { currency: "usd".to_owned(), livemode: false, refund_overpayments: true, debit_only: false };
    let now: DateTime<Utc> = read.created_at;
    conn.transaction(|conn| event::receive(conn, &new, &expected, now)).unwrap();
    // The events are old; that Stripe's list is to be read is right, and has not been done for long.
    let breaches = invariant::breaches(conn).unwrap();
    let breaches: Vec<_> = breaches.iter().filter(|(_, e)| !e.detail.contains("not known one by one")).collect();
    assert!(breaches.is_empty(), "{breaches:?}");
}

/// Where the books of a payment stand.
fn end(conn: &mut PgConnection, paid: &Paid) -> String {
    let row = format!(
        "SELECT concat_ws(' ', p.status, p.amount_refunded, p.amount_charged_back, d.amount_paid, d.status, \
           (SELECT string_agg(concat_ws(' ', left(stripe_refund_id, 4), amount, status), ', ' ORDER BY stripe_refund_id) \
            FROM refunds WHERE payment_id = p.id), \
           (SELECT string_agg(concat_ws(' ', status, withdrawn), ', ') FROM chargebacks WHERE payment_id = p.id), \
           (SELECT string_agg(DISTINCT kind, ', ') FROM payment_flags WHERE payment_id = p.id)) \
         FROM payments p JOIN debts d ON d.id = p.debt_id WHERE p.id = '{}'",
        paid.id
    );
    value(conn, &row)
}

fn refund_object(id: &str, cents: i64, status: &str) -> Value {
    json!({"id": format!("{id}_NAME"), "object": "refund", "amount": cents, "currency": "usd", "status": status, "created": 1_790_000_000,
           "charge": "ch_NAME", "payment_intent": "pi_NAME", "failure_reason": null, "metadata": {}})
}

fn charge_object(refunded: i64) -> Value {
    json!({"id": "ch_NAME", "object": "charge", "amount": 10_000, "amount_refunded": refunded, "currency": "usd", "livemode": false,
           "payment_intent": "pi_NAME", "metadata": {}})
}

fn dispute_object(status: &str, moved: &[i64]) -> Value {
    let transactions: Vec<Value> = moved.iter().map(|amount| json!({"amount": amount})).collect();
    json!({"id": "du_NAME", "object": "dispute", "amount": 10_000, "currency": "usd", "status": status, "reason": "fraudulent",
           "created": 1_790_000_000, "livemode": false, "charge": "ch_NAME", "payment_intent": "pi_NAME", "metadata": {},
           "balance_transactions": transactions})
}

/// Two refunds of which the second comes back, as Stripe tells of them.
fn refund_events() -> Vec<(&'static str, Value)> {
    vec![
        ("refund.created", refund_object("re_1", 3000, "pending")),
        ("charge.refunded", charge_object(3000)),
        ("refund.updated", refund_object("re_1", 3000, "succeeded")),
        ("charge.refund.updated", refund_object("re_1", 3000, "succeeded")),
        ("refund.created", refund_object("re_2", 2500, "succeeded")),
        ("charge.refunded", charge_object(5500)),
        ("refund.updated", refund_object("re_2", 2500, "failed")),
        ("refund.failed", refund_object("re_2", 2500, "failed")),
    ]
}

fn chargeback_events(end: &str) -> Vec<(&'static str, Value)> {
    let (mut events, taken) = (
        vec![
            ("charge.dispute.created", dispute_object("warning_needs_response", &[])),
            ("charge.dispute.updated", dispute_object("needs_response", &[])),
            ("charge.dispute.funds_withdrawn", dispute_object("needs_response", &[-10_000])),
            ("charge.dispute.updated", dispute_object("under_review", &[-10_000])),
        ],
        [-10_000],
    );
    match end {
        "won" => events.extend([
            ("charge.dispute.funds_reinstated", dispute_object("won", &[-10_000, 10_000])),
            ("charge.dispute.closed", dispute_object("won", &[-10_000, 10_000])),
        ]),
        _ => events.push(("charge.dispute.closed", dispute_object("lost", &taken))),
    }
    events
}

/// Some events twice, in any order.
fn orders(sent: Vec<(&'static str, Value)>) -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let twice: Vec<_> = sent.iter().chain(&sent[..sent.len() / 2]).cloned().collect();
    Just(twice).prop_shuffle()
}

/// Every order of the events ends as the order in which they were sent.
fn assert_one_end(sent: Vec<(&'static str, Value)>, wanted: &str, listed: &[(&'static str, Value)]) {
    let db = TestDb::create();
    let conn = RefCell::new(db.connect());
    let cases = if is_long_run() { 150 } else { 40 };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let told = |events: &[(&'static str, Value)]| {
        let mut conn = conn.borrow_mut();
        let paid = pay(&mut conn);
        events.iter().for_each(|event| tell(&mut conn, &paid, event));
        // The sweep reads the list where a charge's sum came before its parts.
        let read = payment::find(&mut conn, paid.id).unwrap().unwrap();
        if read.refunds_unsure_since.is_some() {
            listed.iter().for_each(|event| tell(&mut conn, &paid, event));
            conn.transaction(|conn| refund::now_sure(conn, &read)).unwrap();
        }
        end(&mut conn, &paid)
    };
    assert_eq!(told(&sent), wanted);
    runner
        .run(&orders(sent), |arrived| {
            prop_assert_eq!(told(&arrived), wanted, "{:?}", arrived.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_end_of_refunds_does_not_depend_on_the_order_of_events() {
    let listed = [
        ("refund.updated", refund_object("re_1", 3000, "succeeded")),
        ("refund.updated", refund_object("re_2", 2500, "failed")),
    ];
    let wanted = "completed 30.00 0.00 70.00 active re_1 30.00 succeeded, re_2 25.00 failed refund_failed";
    assert_one_end(refund_events(), wanted, &listed);
}

#[test]
fn the_end_of_a_chargeback_does_not_depend_on_the_order_of_events() {
    let lost = "completed 0.00 100.00 0.00 active lost 100.00 chargeback";
    assert_one_end_of_chargebacks("lost", lost);
    let won = "completed 0.00 0.00 100.00 resolved won 0.00 chargeback";
    assert_one_end_of_chargebacks("won", won);
}

/// An inquiry is flagged only by who hears of it before the chargeback.
fn assert_one_end_of_chargebacks(end: &str, wanted: &str) {
    let mut events = chargeback_events(end);
    // Told last, the inquiry says nothing new; told first it is a flag of its own.
    events.remove(0);
    assert_one_end(events, wanted, &[]);
}
