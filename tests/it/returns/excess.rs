use quittance::sandbox::{Action, Fault};

use super::{CARD, charge_of, eventually, flags, refunds};
use crate::support::{TestApp, spawn};

const RETURNED: &str =
    "SELECT coalesce(sum(amount), 0) FROM refunds WHERE status = 'succeeded' AND origin = 'overpayment'";

/// A debt that is worth less than the form said by the time it is paid; the payment's id.
async fn overpaid(app: &TestApp) -> uuid::Uuid {
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.execute(&format!("UPDATE debts SET total_owed = 70 WHERE id = '{}'", debt.id));
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    app.value("SELECT id FROM payments").parse().unwrap()
}

#[actix_web::test]
async fn the_excess_goes_back_once_to_where_it_came_from() {
    let app = spawn().await;
    let payment = overpaid(&app).await;
    eventually(&app, RETURNED, "30.00").await;
    app.sandbox.deliver_all().await;
    app.clock.advance(chrono::Duration::hours(1));
    app.sweep().await;
    app.sweep().await;
    assert_eq!(refunds(&app), "30.00 succeeded overpayment");
    assert_eq!(app.sandbox.object(&charge_of(&app, payment)).unwrap()["amount_refunded"], 3_000);
    assert_eq!(app.value("SELECT concat_ws(' ', amount_paid, status) FROM debts"), "70.00 resolved");
    assert_eq!(flags(&app), "", "dealt with");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_setting_leaves_the_excess_to_staff() {
    let app = TestApp::spawn(|args| args.stripe.refund_overpayments = false).await;
    overpaid(&app).await;
    app.clock.advance(chrono::Duration::hours(1));
    app.sweep().await;
    assert_eq!(refunds(&app), "");
    assert_eq!(flags(&app), "overpayment");
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "100.00");
}

#[actix_web::test]
async fn two_old_tabs_paid_late_give_each_excess_back_once() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let first = client.start_payment(&debt, "80.00").await;
    // The first checkout is closed at Stripe only after the money has come, as where two tabs race.
    app.execute("UPDATE payments SET replaced_at = now()");
    let second = client.start_payment(&debt, "60.00").await;
    assert_ne!(first, second);
    for session in [&second, &first] {
        // An expired checkout cannot be paid; the events say it was, a moment before.
        let _ = app.sandbox.pay(session, CARD).await;
    }
    app.sandbox.deliver_all().await;
    let total: i64 = app
        .value("SELECT (sum(amount) * 100)::int8 FROM payments WHERE status IN ('completed', 'refunded')")
        .parse()
        .unwrap();
    let excess = format!("{}.00", (total / 100 - 100).max(0));
    if excess != "0.00" {
        eventually(&app, RETURNED, &excess).await;
    }
    assert!(app.value("SELECT amount_paid <= 100 FROM debts") == "true");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_bank_debit_that_settles_after_the_debt_was_paid_goes_back() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    app.sandbox.pay(&session, "000123456789").await.unwrap();
    app.sandbox.deliver_all().await;
    // Another program records a check for all of it meanwhile.
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, payment_method) VALUES ('{}', 100, 'completed', 'check')",
        debt.id
    ));
    app.sandbox.settle(&session);
    app.sandbox.deliver_all().await;
    eventually(
        &app,
        "SELECT coalesce(sum(amount), 0) FROM refunds WHERE origin = 'overpayment' AND stripe_refund_id IS NOT NULL",
        "60.00",
    )
    .await;
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "100.00");
    app.assert_ledger();
}

#[actix_web::test]
async fn an_excess_that_stripe_will_not_give_back_waits_for_staff() {
    let app = spawn().await;
    app.sandbox.fault(Fault::on_request("POST", "/v1/refunds", Action::ErrorBefore { status: 400 }));
    overpaid(&app).await;
    eventually(&app, "SELECT count(*) FROM refunds WHERE status = 'failed'", "1").await;
    app.sandbox.clear_faults();
    app.clock.advance(chrono::Duration::hours(1));
    app.sweep().await;
    assert_eq!(refunds(&app), "30.00 failed overpayment", "tried once");
    assert_eq!(flags(&app), "overpayment refund_failed");
    app.assert_ledger();
}

/// With the sweep off and Stripe away at that moment, the next event would do; with it on, the sweep does.
#[actix_web::test]
async fn the_sweep_sends_what_could_not_be_sent() {
    let app = spawn().await;
    app.sandbox.fault(Fault::on_request("POST", "/v1/refunds", Action::ErrorBefore { status: 500 }));
    overpaid(&app).await;
    eventually(&app, "SELECT count(*) FROM refunds", "1").await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    app.sandbox.clear_faults();
    app.clock.advance(chrono::Duration::minutes(5));
    app.sweep().await;
    assert_eq!(app.value(RETURNED), "30.00");
    assert_eq!(flags(&app), "");
    app.assert_ledger();
}

/// What comes back can be too much by then: the debtor has paid again meanwhile.
#[actix_web::test]
async fn money_that_comes_back_to_a_paid_debt_goes_back() {
    let app = spawn().await;
    let debt = app.debt().create();
    let first = super::paid(&app, &debt, "full", CARD).await;
    app.sandbox.dispute(&charge_of(&app, first), false);
    app.sandbox.deliver_all().await;
    super::paid(&app, &debt, "full", CARD).await;
    let opened = app.sandbox.events().into_iter().find(|event| event["type"] == "charge.dispute.created").unwrap();
    app.sandbox.decide(opened["data"]["object"]["id"].as_str().unwrap(), true);
    app.sandbox.deliver_all().await;
    eventually(&app, RETURNED, "100.00").await;
    app.sandbox.deliver_all().await;
    assert_eq!(app.value("SELECT concat_ws(' ', amount_paid, status) FROM debts"), "100.00 resolved");
    let asked = app.value(&format!("SELECT count(*) FROM refunds WHERE payment_id = '{first}'"));
    assert_eq!(asked, "0", "not the one a bank asked about");
    app.assert_ledger();
}

/// Read from the newest on, a refund is told before its payment: what went back already is not given back again.
#[actix_web::test]
async fn what_the_dashboard_returned_meanwhile_is_not_returned_twice() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.execute(&format!("UPDATE debts SET total_owed = 70 WHERE id = '{}'", debt.id));
    app.webhooks_off();
    app.sandbox.pay(&session, CARD).await.unwrap();
    let intent = app.sandbox.session(&session).unwrap()["payment_intent"].as_str().unwrap().to_owned();
    let charge = app.sandbox.object(&intent).unwrap()["latest_charge"].as_str().unwrap().to_owned();
    super::refund_charge_at_stripe(&app, &charge, 3_000).await;
    app.sweep().await;
    app.clock.advance(chrono::Duration::minutes(5));
    app.sweep().await;
    assert_eq!(app.sandbox.object(&charge).unwrap()["amount_refunded"], 3_000);
    assert_eq!(refunds(&app), "30.00 succeeded stripe");
    assert_eq!(app.value("SELECT concat_ws(' ', amount_paid, status) FROM debts"), "70.00 resolved");
    assert_eq!(flags(&app), "");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_debt_that_was_settled_for_less_takes_no_more() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    app.execute("UPDATE debts SET status = 'resolved'");
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    eventually(&app, RETURNED, "40.00").await;
    assert_eq!(flags(&app), "paid_while_closed");
    app.assert_ledger();
}

/// A mistake of an import must not empty the account.
#[actix_web::test]
async fn a_debt_that_is_lowered_after_it_was_paid_is_only_flagged() {
    let app = spawn().await;
    let debt = app.debt().create();
    super::paid(&app, &debt, "full", CARD).await;
    app.execute("UPDATE debts SET total_owed = 0");
    app.sweep().await;
    app.sweep().await;
    assert_eq!((flags(&app), refunds(&app)), ("overpayment".to_owned(), String::new()));
}
