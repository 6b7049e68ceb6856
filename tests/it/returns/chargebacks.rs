use quittance::cashier::Refunding;
use quittance::models::refund::Asked;
use quittance::sandbox::{Action, Fault};
use serde_json::Value;

use super::{CARD, books, charge_of, flags, paid, refund, refund_at_stripe};
use crate::support::{TestApp, spawn};

fn chargebacks(app: &TestApp) -> String {
    app.value("SELECT coalesce(string_agg(concat_ws(' ', status, amount, withdrawn), ', ' ORDER BY created_at), '') FROM chargebacks")
}

fn dispute_id(app: &TestApp) -> String {
    let opened =
        app.sandbox.events().into_iter().rev().find(|event| event["type"] == "charge.dispute.created").unwrap();
    opened["data"]["object"]["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_chargeback_opens_the_debt_again_and_a_won_one_settles_it() {
    for (won, case, end) in [
        (true, "won 100.00 0.00", "completed 0.00 0.00 100.00 resolved"),
        (false, "lost 100.00 100.00", "completed 0.00 100.00 0.00 active"),
    ] {
        let app = spawn().await;
        let debt = app.debt().create();
        let payment = paid(&app, &debt, "full", CARD).await;
        app.sandbox.dispute(&charge_of(&app, payment), false);
        app.sandbox.deliver_all().await;
        assert_eq!(chargebacks(&app), "withdrawn 100.00 100.00");
        assert_eq!(books(&app), "completed 0.00 100.00 0.00 active");
        assert_eq!(flags(&app), "chargeback");
        // No refund on top: the bank has the money already.
        assert!(matches!(refund(&app, payment, 1_000, 10_000).await, Refunding::Not(Asked::ChargedBack)));
        app.sandbox.decide(&dispute_id(&app), won);
        app.sandbox.deliver_all().await;
        assert_eq!(chargebacks(&app), case);
        assert_eq!(books(&app), end);
        app.assert_ledger();
    }
}

#[actix_web::test]
async fn an_inquiry_moves_no_money_unless_it_is_lost() {
    for (satisfied, case, end) in [
        (true, "inquiry_closed 100.00 0.00", "completed 0.00 0.00 100.00 resolved"),
        (false, "withdrawn 100.00 100.00", "completed 0.00 100.00 0.00 active"),
    ] {
        let app = spawn().await;
        let debt = app.debt().create();
        let payment = paid(&app, &debt, "full", CARD).await;
        app.sandbox.dispute(&charge_of(&app, payment), true);
        app.sandbox.deliver_all().await;
        assert_eq!(chargebacks(&app), "inquiry 100.00 0.00");
        assert_eq!(books(&app), "completed 0.00 0.00 100.00 resolved");
        assert_eq!(flags(&app), "inquiry");
        app.sandbox.decide(&dispute_id(&app), satisfied);
        app.sandbox.deliver_all().await;
        assert_eq!(chargebacks(&app), case);
        assert_eq!(books(&app), end);
        app.assert_ledger();
    }
}

/// An inquiry may be answered by giving the money back.
#[actix_web::test]
async fn a_refund_is_possible_while_a_bank_only_asks() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    app.sandbox.dispute(&charge_of(&app, payment), true);
    app.sandbox.deliver_all().await;
    assert!(matches!(refund(&app, payment, 10_000, 10_000).await, Refunding::Stands(_)));
    assert_eq!(books(&app), "refunded 100.00 0.00 0.00 active");
}

#[actix_web::test]
async fn a_refund_and_a_chargeback_take_no_more_than_was_paid() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    refund_at_stripe(&app, payment, 4_000).await;
    // The bank claims all of it all the same.
    let all = serde_json::json!({"/data/object/amount": 10_000, "/data/object/balance_transactions": []});
    let all: serde_json::Map<String, Value> = all.as_object().unwrap().clone();
    app.sandbox.fault(Fault::on_delivery("charge.dispute.", Action::Mutate { fields: all }));
    app.sandbox.dispute(&charge_of(&app, payment), false);
    app.sandbox.deliver_all().await;
    assert_eq!(chargebacks(&app), "withdrawn 100.00 100.00");
    assert_eq!(books(&app), "completed 40.00 60.00 0.00 active");
    assert_eq!(flags(&app), "chargeback returned_too_much");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_chargeback_is_learned_without_any_webhook() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    app.webhooks_off();
    app.sandbox.dispute(&charge_of(&app, payment), false);
    app.sweep().await;
    assert_eq!(books(&app), "completed 0.00 100.00 0.00 active");
    app.sandbox.decide(&dispute_id(&app), true);
    app.sweep().await;
    assert_eq!(books(&app), "completed 0.00 0.00 100.00 resolved");
    app.assert_ledger();
}
