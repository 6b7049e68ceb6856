use quittance::sandbox::SignatureKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Debt, TestApp, spawn};

const CARD: &str = "4242424242424242";

/// A payment of $60.00 of a debt of $100.00 that has arrived.
async fn paid(app: &TestApp) -> (Debt, Uuid, Value) {
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    let intent = app.sandbox.session(&session).unwrap()["payment_intent"].as_str().unwrap().to_owned();
    let charge = app.sandbox.object(&intent).unwrap()["latest_charge"].as_str().unwrap().to_owned();
    let payment = app.value(&format!("SELECT id FROM payments WHERE stripe_session_id = '{session}'"));
    (debt, payment.parse().unwrap(), app.sandbox.object(&charge).unwrap())
}

fn event(app: &TestApp, kind: &str, object: &Value) -> Value {
    json!({"id": format!("evt_{}", Uuid::new_v4().simple()), "object": "event", "type": kind, "created": app.clock.now().timestamp(),
           "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 1, "request": null, "data": {"object": object}})
}

fn refund(app: &TestApp, charge: &Value, cents: i64) -> Value {
    json!({"id": format!("re_{}", Uuid::new_v4().simple()), "object": "refund", "amount": cents, "charge": charge["id"],
           "payment_intent": charge["payment_intent"], "currency": "usd", "status": "succeeded", "metadata": {},
           "created": app.clock.now().timestamp()})
}

fn dispute(app: &TestApp, charge: &Value, cents: i64) -> Value {
    json!({"id": format!("du_{}", Uuid::new_v4().simple()), "object": "dispute", "amount": cents, "charge": charge["id"],
           "payment_intent": charge["payment_intent"], "currency": "usd", "status": "needs_response", "reason": "fraudulent",
           "livemode": false, "metadata": {}, "balance_transactions": [{"amount": -cents}], "created": app.clock.now().timestamp()})
}

async fn send(app: &TestApp, event: &Value) {
    assert_eq!(app.sandbox.send_event(event, SignatureKind::Good).await, Some(200), "{event}");
}

fn books(app: &TestApp) -> String {
    app.value(
        "SELECT concat_ws(' ', p.status, amount_refunded, amount_charged_back, d.amount_paid) \
         FROM payments p JOIN debts d ON d.id = p.debt_id",
    )
}

fn flags(app: &TestApp) -> String {
    app.value("SELECT coalesce(string_agg(DISTINCT kind, ' '), '') FROM payment_flags")
}

fn outcome(app: &TestApp, event: &Value) -> String {
    app.value(&format!("SELECT outcome FROM stripe_events WHERE id = {}", event["id"].to_string().replace('"', "'")))
}

#[actix_web::test]
async fn an_event_of_300_kilobytes_is_taken_in() {
    let app = spawn().await;
    let (_, _, charge) = paid(&app).await;
    let mut large = event(&app, "refund.created", &refund(&app, &charge, 1000));
    large["data"]["object"]["description"] = json!("x".repeat(300 * 1024));
    send(&app, &large).await;
    assert_eq!(books(&app), "completed 10.00 0.00 50.00");
    assert_eq!(app.value("SELECT max(length(payload)) > 300 * 1024 FROM stripe_events"), "true");
    app.assert_ledger();
}

#[actix_web::test]
async fn returns_that_do_not_fit_are_flagged_and_move_nothing() {
    let app = spawn().await;
    let (_, _, charge) = paid(&app).await;
    let with = |mut object: Value, field: &str, value: Value| {
        object[field] = value;
        object
    };
    let live = |kind: &str, object: Value| with(event(&app, kind, &object), "livemode", json!(true));
    let sum = |cents: i64| with(charge.clone(), "amount_refunded", json!(cents));
    let wrong = [
        live("refund.created", refund(&app, &charge, 1000)),
        event(&app, "refund.created", &with(refund(&app, &charge, 1000), "currency", json!("eur"))),
        event(&app, "refund.created", &refund(&app, &charge, 6001)),
        event(&app, "refund.created", &refund(&app, &charge, -1)),
        event(&app, "refund.created", &refund(&app, &charge, 0)),
        event(&app, "charge.refunded", &sum(6001)),
        event(&app, "charge.refunded", &with(sum(1000), "currency", json!("eur"))),
        live("charge.refunded", sum(1000)),
        live("charge.dispute.created", dispute(&app, &charge, 6000)),
        event(&app, "charge.dispute.created", &with(dispute(&app, &charge, 6000), "currency", json!("eur"))),
        event(&app, "charge.dispute.created", &dispute(&app, &charge, 0)),
    ];
    for event in &wrong {
        app.execute("DELETE FROM payment_flags");
        send(&app, event).await;
        assert_eq!((outcome(&app, event).as_str(), flags(&app).as_str()), ("flagged", "refund_mismatch"), "{event}");
        assert_eq!(books(&app), "completed 0.00 0.00 60.00", "{event}");
    }
    app.assert_ledger();
}

#[actix_web::test]
async fn a_chargeback_of_more_than_was_paid_takes_no_more_than_was_paid() {
    let app = spawn().await;
    let (_, _, charge) = paid(&app).await;
    send(&app, &event(&app, "charge.dispute.funds_withdrawn", &dispute(&app, &charge, 7000))).await;
    assert_eq!(books(&app), "completed 0.00 60.00 0.00");
    app.assert_ledger();
}

#[actix_web::test]
async fn returns_of_unknown_payments_wait_and_move_nothing() {
    let app = spawn().await;
    paid(&app).await;
    let stranger = json!({"id": "ch_of_a_stranger", "object": "charge", "payment_intent": "pi_of_a_stranger", "amount_refunded": 1000,
                          "currency": "usd", "livemode": false, "metadata": {}});
    let nobody = json!({"id": null, "payment_intent": null});
    for event in [
        event(&app, "refund.created", &refund(&app, &stranger, 1000)),
        event(&app, "charge.refunded", &stranger),
        event(&app, "charge.dispute.created", &dispute(&app, &stranger, 1000)),
        event(&app, "refund.created", &refund(&app, &nobody, 1000)),
    ] {
        send(&app, &event).await;
        assert_eq!(outcome(&app, &event), "waiting", "{event}");
    }
    assert_eq!((books(&app).as_str(), flags(&app).as_str()), ("completed 0.00 0.00 60.00", ""));
    let odd = event(&app, "refund.updated", &json!({"hello": [1, 2]}));
    send(&app, &odd).await;
    assert_eq!(outcome(&app, &odd), "unreadable");
}

#[actix_web::test]
async fn a_refund_that_is_told_before_its_payment_waits_for_it() {
    for by_webhook in [true, false] {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = app.client();
        client.sign_in(&debt).await;
        let session = client.start_payment(&debt, "60.00").await;
        app.webhooks_off();
        app.sandbox.pay(&session, CARD).await.unwrap();
        app.sandbox.set_webhook_url(Some(format!("http://{}/webhooks/stripe", app.address())));
        let intent = app.sandbox.session(&session).unwrap()["payment_intent"].as_str().unwrap().to_owned();
        let charge = app.sandbox.object(&intent).unwrap()["latest_charge"].as_str().unwrap().to_owned();
        let charge = app.sandbox.object(&charge).unwrap();
        let early = event(&app, "refund.created", &refund(&app, &charge, 1500));
        send(&app, &early).await;
        assert_eq!(outcome(&app, &early), "waiting");
        assert_eq!(books(&app), "pending 0.00 0.00 0.00");
        if by_webhook {
            let events = app.sandbox.events();
            let completed = events.iter().find(|own| own["type"] == "checkout.session.completed").unwrap();
            send(&app, completed).await;
        } else {
            let payment = app.value("SELECT id FROM payments");
            assert_eq!(client.get(&format!("/payments/{payment}")).await.status, 200);
        }
        assert_eq!(books(&app), "completed 15.00 0.00 45.00", "{by_webhook}");
        assert_eq!(outcome(&app, &early), "applied", "{by_webhook}");
        app.assert_ledger();
    }
}
