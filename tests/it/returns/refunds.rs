use quittance::cashier::Refunding;
use quittance::domain::returns::RefundState;
use quittance::models::refund::Asked;
use quittance::sandbox::{Action, Fault};
use serde_json::json;

use super::{CARD, books, charge_of, flags, paid, refund, refund_at_stripe, refunds};
use crate::support::spawn;

fn state(refunding: &Refunding) -> RefundState {
    match refunding {
        Refunding::Stands(row) => row.state(),
        Refunding::Not(asked) => panic!("{asked:?}"),
    }
}

#[actix_web::test]
async fn a_payment_is_given_back_in_parts_and_the_debt_is_open_again() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    assert_eq!(books(&app), "completed 0.00 0.00 100.00 resolved");
    assert_eq!(state(&refund(&app, payment, 2_500, 10_000).await), RefundState::Succeeded);
    assert_eq!(books(&app), "completed 25.00 0.00 75.00 active");
    assert_eq!(state(&refund(&app, payment, 7_500, 7_500).await), RefundState::Succeeded);
    assert_eq!(books(&app), "refunded 100.00 0.00 0.00 active");
    // The webhooks of both say nothing new.
    app.sandbox.deliver_all().await;
    assert_eq!(books(&app), "refunded 100.00 0.00 0.00 active");
    assert_eq!(refunds(&app), "25.00 succeeded staff, 75.00 succeeded staff");
    let charge = app.sandbox.object(&charge_of(&app, payment)).unwrap();
    assert_eq!((charge["amount_refunded"].as_i64(), charge["refunded"].as_bool()), (Some(10_000), Some(true)));
    assert_eq!(flags(&app), "");
    app.assert_ledger();
    // It can be paid again.
    let client = app.client();
    client.sign_in(&debt).await;
    client.start_payment(&debt, "full").await;
}

#[actix_web::test]
async fn a_figure_that_was_not_seen_is_refused_with_the_new_one() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    refund(&app, payment, 4_000, 10_000).await;
    for (cents, seen, wanted) in [
        (1_000, 10_000, "Changed(Cents(6000))"),
        (6_001, 6_000, "TooMuch(Cents(6000))"),
        (0, 6_000, "TooMuch(Cents(6000))"),
    ] {
        match refund(&app, payment, cents, seen).await {
            Refunding::Not(asked) => assert_eq!(format!("{asked:?}"), wanted),
            Refunding::Stands(row) => panic!("{row:?}"),
        }
    }
    let unknown = refund(&app, uuid::Uuid::new_v4(), 1, 1).await;
    assert!(matches!(unknown, Refunding::Not(Asked::NotFound)));
    assert_eq!(refunds(&app), "40.00 succeeded staff");
    // Paid before the import: Stripe has nothing to give back.
    let other = app.debt().paid("30.00").create();
    let prior = app.value(&format!("SELECT id FROM payments WHERE debt_id = '{}'", other.id)).parse().unwrap();
    assert!(matches!(refund(&app, prior, 3_000, 3_000).await, Refunding::Not(Asked::NotPaid)));
}

#[actix_web::test]
async fn twenty_refunds_at_once_never_give_back_more_than_was_paid() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    let all = futures_util::future::join_all((0..20).map(|_| refund(&app, payment, 3_000, 10_000))).await;
    assert_eq!(all.iter().filter(|one| matches!(one, Refunding::Stands(_))).count(), 1);
    app.sandbox.deliver_all().await;
    assert_eq!(books(&app), "completed 30.00 0.00 70.00 active");
    let intent = app.value("SELECT stripe_payment_intent_id FROM payments");
    let charge = app.sandbox.object(&charge_of(&app, payment)).unwrap();
    assert_eq!(charge["amount_refunded"], 3_000, "{intent}");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_refund_at_the_dashboard_arrives_by_webhook_or_by_the_sweep() {
    for webhook in [true, false] {
        let app = spawn().await;
        let debt = app.debt().create();
        let payment = paid(&app, &debt, "full", CARD).await;
        if !webhook {
            app.webhooks_off();
        }
        refund_at_stripe(&app, payment, 4_000).await;
        refund_at_stripe(&app, payment, 1_000).await;
        if !webhook {
            assert_eq!(books(&app), "completed 0.00 0.00 100.00 resolved");
            app.sweep().await;
        }
        assert_eq!(books(&app), "completed 50.00 0.00 50.00 active", "{webhook}");
        assert_eq!(refunds(&app), "40.00 succeeded stripe, 10.00 succeeded stripe", "{webhook}");
        app.assert_ledger();
    }
}

#[actix_web::test]
async fn a_refund_that_fails_later_puts_the_money_back() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", "4000000000005126").await;
    assert_eq!(state(&refund(&app, payment, 10_000, 10_000).await), RefundState::Succeeded);
    assert_eq!(books(&app), "refunded 100.00 0.00 0.00 active");
    let session = app.value("SELECT stripe_session_id FROM payments");
    app.sandbox.settle(&session);
    app.sandbox.deliver_all().await;
    assert_eq!(books(&app), "completed 0.00 0.00 100.00 resolved");
    assert_eq!(refunds(&app), "100.00 failed staff");
    assert_eq!(flags(&app), "refund_failed");
    app.assert_ledger();
    // What came back can be given back in another way.
    assert!(matches!(refund(&app, payment, 10_000, 10_000).await, Refunding::Stands(_)));
}

#[actix_web::test]
async fn a_pending_refund_counts_at_once_and_the_sweep_learns_its_end() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&session, "000123456789").await.unwrap();
    app.sandbox.settle(&session);
    app.sandbox.deliver_all().await;
    let payment = app.value("SELECT id FROM payments").parse().unwrap();
    assert_eq!(state(&refund(&app, payment, 10_000, 10_000).await), RefundState::Pending);
    assert_eq!(books(&app), "refunded 100.00 0.00 0.00 active");
    app.webhooks_off();
    app.sandbox.settle(&session);
    app.clock.advance(chrono::Duration::hours(3));
    app.sweep().await;
    assert_eq!(refunds(&app), "100.00 succeeded staff");
    app.assert_ledger();
}

#[actix_web::test]
async fn whatever_goes_wrong_on_the_way_money_goes_back_once() {
    let failures = [
        Action::ErrorBefore { status: 500 },
        Action::ErrorAfter { status: 500, stored: true },
        Action::ErrorAfter { status: 503, stored: false },
        Action::CutAfter { bytes: 20 },
        Action::HtmlBadGateway,
        Action::Close { after_effect: true },
        Action::TooManyRequests { retry_after_s: 60 },
    ];
    let plays = failures.into_iter().map(|action| async move {
        let app = spawn().await;
        let debt = app.debt().create();
        let payment = paid(&app, &debt, "full", CARD).await;
        app.webhooks_off();
        app.sandbox.fault(Fault::on_request("POST", "/v1/refunds", action.clone()));
        refund(&app, payment, 4_000, 10_000).await;
        // What is about to go back cannot be asked for once more.
        assert!(matches!(refund(&app, payment, 10_000, 10_000).await, Refunding::Not(Asked::Changed(_))), "{action:?}");
        app.sandbox.clear_faults();
        app.clock.advance(chrono::Duration::minutes(2));
        app.sweep().await;
        let charge = app.sandbox.object(&charge_of(&app, payment)).unwrap();
        assert_eq!(charge["amount_refunded"], 4_000, "{action:?}");
        assert_eq!(books(&app), "completed 40.00 0.00 60.00 active", "{action:?}");
        assert_eq!(refunds(&app), "40.00 succeeded staff", "{action:?}");
        app.assert_ledger();
    });
    futures_util::future::join_all(plays).await;
}

#[actix_web::test]
async fn what_stripe_refuses_is_not_asked_again() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    app.webhooks_off();
    // Given back at the dashboard a moment ago; nobody has told yet.
    refund_at_stripe(&app, payment, 10_000).await;
    assert_eq!(state(&refund(&app, payment, 10_000, 10_000).await), RefundState::Refused);
    assert_eq!(refunds(&app), "100.00 failed staff");
    assert_eq!(books(&app), "completed 0.00 0.00 100.00 resolved");
    app.sweep().await;
    assert_eq!(books(&app), "refunded 100.00 0.00 0.00 active");
    app.assert_ledger();
}

/// A day later Stripe has forgotten the key: what was done is looked up instead of being done again.
#[actix_web::test]
async fn a_refund_is_not_sent_again_after_its_key_is_forgotten() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    app.webhooks_off();
    app.sandbox.fault(Fault::on_request("POST", "/v1/refunds", Action::Close { after_effect: true }));
    refund(&app, payment, 4_000, 10_000).await;
    app.sandbox.clear_faults();
    app.clock.advance(chrono::Duration::hours(25));
    app.sweep().await;
    assert_eq!(refunds(&app), "40.00 succeeded staff");
    assert_eq!(app.sandbox.object(&charge_of(&app, payment)).unwrap()["amount_refunded"], 4_000);
    app.assert_ledger();
}

#[actix_web::test]
async fn a_sum_without_its_refunds_is_recorded_and_explained_later() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    // Only the charge's own event arrives.
    app.sandbox.fault(Fault::on_delivery("refund.", Action::Drop));
    app.sandbox.fault(Fault::on_delivery("charge.refund.", Action::Drop));
    refund_at_stripe(&app, payment, 4_000).await;
    assert_eq!(books(&app), "completed 40.00 0.00 60.00 active");
    assert_eq!(refunds(&app), "40.00 succeeded recorded");
    app.assert_ledger();
    app.webhooks_off();
    app.sandbox.clear_faults();
    // The events are not read, only the payment's refunds are asked for.
    app.sandbox.fault(Fault::on_request(
        "GET",
        "/v1/events",
        Action::Mutate { fields: json!({"/data": [], "/has_more": false}).as_object().unwrap().clone() },
    ));
    app.sweep().await;
    assert_eq!(refunds(&app), "40.00 succeeded stripe");
    assert_eq!(books(&app), "completed 40.00 0.00 60.00 active");
    assert_eq!(app.value("SELECT count(*) FROM payments WHERE refunds_unsure_since IS NOT NULL"), "0");
    app.assert_ledger();
}

/// Asked for while Stripe was away; then the bank took the money.
#[actix_web::test]
async fn a_refund_is_not_sent_after_a_chargeback() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    app.sandbox.fault(Fault::on_request("POST", "/v1/refunds", Action::ErrorBefore { status: 503 }));
    assert_eq!(state(&refund(&app, payment, 4_000, 10_000).await), RefundState::Requested);
    app.sandbox.dispute(&charge_of(&app, payment), false);
    app.sandbox.deliver_all().await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    app.sandbox.clear_faults();
    let before = app.sandbox.requests().len();
    app.clock.advance(chrono::Duration::minutes(5));
    app.sweep().await;
    assert_eq!(refunds(&app), "40.00 failed staff");
    let sent = app.sandbox.requests().into_iter().skip(before).any(|request| request.method == "POST");
    assert!(!sent, "a refund on top would pay twice");
    assert_eq!(flags(&app), "chargeback refund_failed");
    app.assert_ledger();
}

/// A Stripe that fails for ever for one key, without saying that it repeats itself.
#[actix_web::test]
async fn a_sticky_failure_ends_and_is_told() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    app.sandbox.fault(Fault::on_request("POST", "/v1/refunds", Action::ErrorBefore { status: 500 }));
    refund(&app, payment, 4_000, 10_000).await;
    app.clock.advance(chrono::Duration::minutes(15));
    app.sweeper().once().await.unwrap();
    assert_eq!((refunds(&app), flags(&app)), ("40.00 failed staff".to_owned(), "refund_failed".to_owned()));
    // The same for a checkout: the debtor is not shut out.
    let client = app.client();
    let other = app.debt().create();
    client.sign_in(&other).await;
    let form = [("choice", "partial"), ("amount", "40.00")];
    let path = format!("{}/payments", other.path());
    app.sandbox.fault(Fault::on_request("POST", "/v1/checkout", Action::ErrorBefore { status: 500 }).times(6));
    assert_eq!(client.post(&path, &form).await.status, 503);
    app.clock.advance(chrono::Duration::minutes(2));
    assert_eq!(client.post(&path, &form).await.status, 303, "with another key");
}

/// An event that the database refused for a while is not lost.
#[actix_web::test]
async fn an_event_that_could_not_be_applied_is_applied_later() {
    let app = spawn().await;
    let debt = app.debt().create();
    let payment = paid(&app, &debt, "full", CARD).await;
    app.execute("ALTER TABLE refunds ADD CONSTRAINT in_the_way CHECK (amount < 1)");
    refund_at_stripe(&app, payment, 4_000).await;
    assert_eq!(books(&app), "completed 0.00 0.00 100.00 resolved");
    app.execute("ALTER TABLE refunds DROP CONSTRAINT in_the_way");
    app.sweep().await;
    assert_eq!(books(&app), "completed 40.00 0.00 60.00 active");
    app.assert_ledger();
}
